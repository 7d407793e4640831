"""`make pin-images`, asked of a real registry: Debian's docker-registry, to which images of ours were pushed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.processes import Service, free_port, listening, start, stop

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = REPOSITORY / ".ci" / "pin-images"
REGISTRY = shutil.which("docker-registry")
INDEX = "application/vnd.oci.image.index.v1+json"
IMAGES = ("library/python", "versity/versitygw", "library/caddy", "library/postgres", "valkey/valkey")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[str]:
    if REGISTRY is None:
        pytest.skip("no docker-registry on this machine")
    port = free_port()
    settings = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(tmp_path / "registry")}},
        "http": {"addr": f"127.0.0.1:{port}"},
    }
    (tmp_path / "registry.json").write_text(json.dumps(settings), "utf-8")
    service = Service("registry", tmp_path)
    command = [REGISTRY, "serve", str(tmp_path / "registry.json")]
    start(service, command, healthy=lambda: listening(port), env={"PATH": os.defpath, "HOME": str(tmp_path)})
    yield f"http://127.0.0.1:{port}"
    stop(service)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    for name in ("Dockerfile", "docker-compose.yaml"):
        shutil.copy(REPOSITORY / name, root / name)
    return root


def list_bases(tree: Path) -> list[str]:
    text = (tree / "Dockerfile").read_text("utf-8") + (tree / "docker-compose.yaml").read_text("utf-8")
    return [
        one
        for one in re.findall(r"^(?:ARG \w+_IMAGE=| +image: )(\S+)$", text, re.MULTILINE)
        if not one.startswith("aqueduc/")
    ]


def push(registry: str, image: str) -> str:
    """An index without an image, of its own digest."""
    repository, _colon, tag = image.rpartition(":")
    repository = repository if "/" in repository else f"library/{repository}"
    body = json.dumps(
        {"schemaVersion": 2, "mediaType": INDEX, "manifests": [], "annotations": {"of": image}}
    ).encode()
    put = httpx.put(f"{registry}/v2/{repository}/manifests/{tag}", content=body, headers={"Content-Type": INDEX},
                    trust_env=False)  # fmt: skip
    assert put.status_code == 201, put.text
    return f"{image}@sha256:{hashlib.sha256(body).hexdigest()}"


def pin(tree: Path, registry: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), "--registry", registry, "--root", str(tree)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.defpath})


def test_each_base_is_pinned_by_what_the_registry_says_of_its_tag(registry: str, tree: Path) -> None:
    bases = list_bases(tree)
    assert len(bases) == len(IMAGES)
    pushed = [push(registry, image) for image in bases]
    done = pin(tree, registry)
    assert (done.returncode, list_bases(tree)) == (0, pushed), done.stderr
    again = pin(tree, registry)
    assert (again.returncode, list_bases(tree)) == (0, pushed), "a tag that did not move"


def test_no_digest_is_invented_for_what_the_registry_lacks(registry: str, tree: Path) -> None:
    first, *others = list_bases(tree)
    pinned = push(registry, first)
    done = pin(tree, registry)
    assert done.returncode == 1
    assert list_bases(tree) == [pinned, *others]
    assert done.stdout.count("no digest, left as it is") == len(others)


def test_a_registry_that_does_not_answer_changes_nothing(tree: Path) -> None:
    before = list_bases(tree)
    done = pin(tree, f"http://127.0.0.1:{free_port()}")
    assert (done.returncode, list_bases(tree)) == (1, before)
