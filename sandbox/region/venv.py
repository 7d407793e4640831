"""The region's own Python environment: CKAN pins what Aqueduc does not, so the two never share one."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.processes import SandboxError
from sandbox.state import fingerprint, locked

VERSIONS = ("2.12", "2.11")
"""Of CKAN, the usual one first: ``AQUEDUC_SANDBOX_CKAN`` names another."""


def version() -> str:
    """The version of CKAN to run; raises SandboxError when there is no lock for the one that is asked for."""
    asked = os.environ.get("AQUEDUC_SANDBOX_CKAN") or VERSIONS[0]
    if asked not in VERSIONS:
        raise SandboxError(f"AQUEDUC_SANDBOX_CKAN={asked}: choose one of {', '.join(VERSIONS)}")
    return asked


def lock() -> Path:
    """Everything that this version of CKAN runs on, at its hashes."""
    return Path(__file__).parent / f"ckan-{version()}" / "requirements.lock"


@dataclass(frozen=True)
class Venv:
    """An environment with everything of a lock in it."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        scheme = {"base": str(self.folder), "platbase": str(self.folder)}
        return Path(sysconfig.get_path("purelib", "venv", vars=scheme))

    def environment(self, ini: Path) -> dict[str, str]:
        """The environment variables of a CKAN process that reads the configuration `ini`.

        Raises SandboxError when the machine has no libmagic and PyPI none for it.
        """
        # CKAN reads its settings from CKAN_* too: those of the caller are about another CKAN.
        foreign = ("PYTHON", "CKAN", "VIRTUAL_ENV")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {**inherited, **self._libmagic(), "CKAN_INI": str(ini), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}

    def _libmagic(self) -> dict[str, str]:
        """python-magic looks for the library by its name alone: it is told where the one from PyPI is."""
        bundled = self.site_packages / "pylibmagic"
        if not bundled.exists():
            if ctypes.util.find_library("magic") is None:
                raise SandboxError(
                    "CKAN needs libmagic, and PyPI has none built for this machine: install libmagic"
                )
            return {}
        path = "DYLD_LIBRARY_PATH" if sys.platform == "darwin" else "LD_LIBRARY_PATH"
        return {path: str(bundled), "MAGIC": str(bundled / "magic.mgc")}


def ensure(folder: Path, packages: Path | None = None) -> Venv:
    """The environment in `folder`, made with the running Python when absent or made from another lock than
    `packages` (by default, that of CKAN).

    Two processes that share it make it once. Raises SandboxError with the installer's last words when the
    packages cannot be installed.
    """
    venv = Venv(folder.resolve())
    with locked(venv.folder.with_name(f"{venv.folder.name}.lock")):
        _make(venv, packages or lock())
    return venv


def share(folder: Path, other: Path) -> None:
    """Have `other` be the environment in `folder`, made or not."""
    other.parent.mkdir(parents=True, exist_ok=True)
    if not other.is_symlink():
        other.symlink_to(folder.resolve())


def _make(venv: Venv, packages: Path) -> None:
    stamp_file = venv.folder / "aqueduc.stamp"
    stamp = fingerprint([packages], sys.version, sys.base_prefix, str(venv.folder))
    if stamp_file.exists() and stamp_file.read_text(encoding="ascii") == stamp:
        return
    if venv.folder.exists():
        shutil.rmtree(venv.folder)
    uv = _find_uv()
    if uv is not None:
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(venv.folder)])
        into = ["--quiet", "--python", str(venv.python), "--compile-bytecode"]
        _run([uv, "pip", "install", *into, *_locked(packages)])
    else:
        _run([sys.executable, "-m", "venv", str(venv.folder)])
        pip = [str(venv.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, *_locked(packages)])
    stamp_file.write_text(stamp, encoding="ascii")


def _locked(packages: Path) -> list[str]:
    """A lock is complete, and CKAN's on purpose at odds with what some packages ask for (overrides.txt)."""
    return ["--no-deps", "--require-hashes", "-r", str(packages)]


def _find_uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


def _run(command: Sequence[str]) -> None:
    # Installed without its bytecode, it would be compiled again at each start.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()[-15:]
        raise SandboxError("the Python environment could not be made:\n" + "\n".join(said))
