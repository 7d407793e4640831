"""Validata, the French validator, as oracle: ``validata-core`` in an environment made once, of pinned
packages (``validata.txt``), which any Python of the project can ask.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import uv

HERE = Path(__file__).parent
PINS = HERE / "validata.txt"
SANDBOX = HERE.parents[1] / ".sandbox"
PYTHON = "3.11"
"""The last one for which there is a wheel of its opening_hours."""


def ask(cases: Sequence[dict[str, Any]]) -> list[list[list[Any]]]:
    """For each case its errors (see ``validata_runs``); skips the test, saying why, where Validata cannot be
    had.

    The same question to the same Validata has the same answer: it is kept, and only asked again when a case,
    a pin or the way to ask has changed.
    """
    python, asking = _python(), HERE / "validata_runs.py"
    asked = json.dumps(list(cases))
    of = hashlib.sha256(b"\0".join((PINS.read_bytes(), asking.read_bytes(), asked.encode()))).hexdigest()
    kept = SANDBOX / "validata-answers" / f"{of[:32]}.json"
    if not kept.exists():
        made = subprocess.run(
            [python, "-I", str(asking)], input=asked, capture_output=True, text=True, check=True, timeout=600
        )
        kept.parent.mkdir(exist_ok=True)
        making = kept.with_suffix(f".{os.getpid()}")
        making.write_text(made.stdout, encoding="utf-8")
        making.replace(kept)
    answers: list[list[list[Any]]] = json.loads(kept.read_text(encoding="utf-8"))
    return answers


@cache
def _python() -> str:
    """The interpreter of an environment that has every pin, made at the first need."""
    digest = hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]
    folder = SANDBOX / f"validata-{digest}"
    python = folder / "bin" / "python"
    if not python.exists():
        SANDBOX.mkdir(exist_ok=True)
        making = SANDBOX / f"validata-{digest}.{os.getpid()}"
        try:
            _uv("venv", "--quiet", "--relocatable", "--python", PYTHON, str(making))
            own = ("--python", str(making / "bin" / "python"))
            _uv("pip", "install", "--quiet", "--no-deps", *own, "-r", str(PINS))
            with contextlib.suppress(OSError):  # another process was faster
                making.rename(folder)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return str(python)


def _uv(*arguments: str) -> None:
    """Skips where there is no such Python, or no way to the packages; anything else is a failure."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(
        [uv.find_uv_bin(), *arguments], capture_output=True, text=True, env=environment, timeout=300
    )
    if done.returncode == 0:
        return
    said = " ".join(done.stderr.split())
    if any(sign in said for sign in ("No interpreter found", "Could not connect", "error sending request")):
        pytest.skip(f"Validata's environment cannot be made here: {said[:200]}")
    raise AssertionError(f"uv {' '.join(arguments)}: {said}")
