"""The schemas of ISO 19139 (2007, with GML 3.2.1) as judge: those that pycsw brings along, and lxml, in a
folder made once of pinned wheels."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import uv

WHEELS = ("pycsw==2.6.2", "lxml==6.1.3")
FOLDER = Path(__file__).parents[2] / ".sandbox" / "-".join(("iso", sys.version.split()[0], *WHEELS))
JUDGE = """
import json, sys
from importlib.util import find_spec
from pathlib import Path
from lxml import etree
home = Path(find_spec("pycsw").origin).parent / "plugins/profiles/apiso/schemas/ogc/iso/19139/20070417"
schema = etree.XMLSchema(etree.parse(home / "gmx" / "gmx.xsd"))
told = []
for text in json.load(sys.stdin):
    schema.validate(etree.fromstring(text.encode()))
    told.append([str(error.message) for error in schema.error_log])
json.dump(told, sys.stdout)
"""


def errors(documents: list[bytes]) -> list[list[str]]:
    """For each document what its schemas refuse in it; skips the test where the wheels cannot be had."""
    _install()
    done = subprocess.run(
        [sys.executable, "-c", JUDGE],
        input=json.dumps([document.decode() for document in documents]),
        env={**os.environ, "PYTHONPATH": str(FOLDER)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    told: list[list[str]] = json.loads(done.stdout)
    return told


def _install() -> None:
    if FOLDER.exists():
        return
    FOLDER.parent.mkdir(exist_ok=True)
    making = FOLDER.with_name(f"{FOLDER.name}.{os.getpid()}")
    wanted = ("--no-deps", "--python", sys.executable, "--target", str(making), *WHEELS)
    done = subprocess.run(
        [uv.find_uv_bin(), "pip", "install", "--quiet", *wanted], capture_output=True, text=True, timeout=300
    )
    try:
        if done.returncode == 0:
            with contextlib.suppress(OSError):  # another process was faster
                making.rename(FOLDER)
        elif "Could not connect" in done.stderr or "error sending request" in done.stderr:
            pytest.skip(f"the schemas of ISO 19139 cannot be had here: {done.stderr[:200]}")
        else:
            raise AssertionError(done.stderr)
    finally:
        shutil.rmtree(making, ignore_errors=True)
