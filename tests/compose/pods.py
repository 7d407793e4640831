"""The pods that Airflow's chart makes of deploy/helm, run by Podman: no Kubernetes, but its own descriptions.

What a node of Kubernetes does and Podman does not is done here: a volume belongs to the group of the pod (``fsGroup``), a
service has the name of its pod, and who made the pod is left out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.compose.engine import run

NETWORK = "aqueduc"


class PodmanMissing(Exception):
    """No Podman can run here; the message says why."""


@dataclass(frozen=True)
class Podman:
    """A Podman with images, volumes and a network of its own below ``folder``."""

    folder: Path

    @property
    def _namespace(self) -> str:
        return f"aqueduc-pods-{os.getpid()}"

    def run(self, *arguments: str, text: str | None = None) -> str:
        """What ``podman`` prints. Raises AssertionError, with what it said, where it fails."""
        environment = {"CONTAINERS_CONF_OVERRIDE": str(self.folder / "containers.conf")}
        # crun refuses the cgroups of some machines on which runc works.
        runtime = ["--runtime", found] if (found := shutil.which("runc")) else []
        places = ["--root", str(self.folder / "root"), "--runroot", str(self.folder / "run")]
        command = ["nsenter", f"--net=/run/netns/{self._namespace}", "podman", *places, *runtime]
        environment["PODMAN_IGNORE_CGROUPSV1_WARNING"] = "1"
        return run(*command, *arguments, text=text, env=environment)

    @contextmanager
    def start(self) -> Iterator[None]:
        """Its network, which nothing else of this machine is in. Raises PodmanMissing."""
        for program in ("podman", "catatonit", "nsenter", "ip"):
            if not shutil.which(program) and not Path("/usr/libexec/podman", program).exists():
                raise PodmanMissing(f"no {program} on this machine")
        if os.geteuid() != 0:
            raise PodmanMissing("Podman's pods want root here")
        (self.folder / "containers.conf").write_text(
            '[network]\nfirewall_driver = "none"\n', encoding="utf-8"
        )
        run("ip", "netns", "add", self._namespace)
        try:
            run("nsenter", f"--net=/run/netns/{self._namespace}", "ip", "link", "set", "lo", "up")
            self.run("network", "create", "--internal", NETWORK)
            yield
        finally:
            self.run("pod", "rm", "--all", "--force", "--time", "1")
            self.run("rm", "--all", "--force", "--time", "1")
            self.run("volume", "rm", "--all", "--force")
            run("ip", "netns", "del", self._namespace)

    def load(self, *images: str) -> None:
        """Takes them from Docker."""
        for image in images:
            archive = self.folder / "image.tar"
            run("docker", "save", "--output", str(archive), image)
            self.run("load", "--input", str(archive))
            archive.unlink()

    def serve(self, name: str, image: str, *command: str, options: tuple[str, ...] = ()) -> None:
        """Starts a container that stands outside of the chart, reached by its name."""
        self.run("run", "--detach", "--name", name, "--network", NETWORK, *options, image, *command)

    def play(self, *objects: dict[str, Any]) -> None:
        self.run("kube", "play", "--network", NETWORK, "-", text=yaml.safe_dump_all(objects))

    def execute(self, container: str, *command: str, text: str | None = None) -> str:
        return self.run("exec", "--interactive", container, *command, text=text)

    def inspect(self, container: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("inspect", container))[0]
        return found

    def read_logs(self, container: str) -> str:
        command = [
            "nsenter",
            f"--net=/run/netns/{self._namespace}",
            "podman",
            "--root",
            str(self.folder / "root"),
        ]
        command += ["--runroot", str(self.folder / "run"), "logs", container]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr


def build_secret(name: str, values: dict[str, str]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": values}


def build_claim(name: str, account: int) -> dict[str, Any]:
    """A volume that ``account`` may write to."""
    owner = {"volume.podman.io/uid": str(account), "volume.podman.io/gid": str(account)}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "annotations": owner},
        "spec": {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}},
    }


def build_pod(made_by: dict[str, Any]) -> dict[str, Any]:
    """The pod that a Deployment or a Job makes, under the name of who makes it."""
    template = made_by["spec"]["template"]
    for volume in template["spec"]["volumes"]:
        if "emptyDir" in volume:
            # In memory, Podman gives it to root.
            volume["emptyDir"] = {}
    named = {"name": made_by["metadata"]["name"], "labels": template["metadata"]["labels"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": named, "spec": template["spec"]}
