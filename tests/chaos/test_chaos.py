"""``make chaos`` in small: its runs keep every promise, and a seed draws the same faults again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.region import Region

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.end_to_end


def chaos(*arguments: str, code: int = 0) -> str:
    """What it printed. The sandbox is left running, as it was found."""
    done = subprocess.run(
        [sys.executable, "-m", "chaos", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "AQUEDUC_SANDBOX_ROOT": "."},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == code, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_a_seed_is_replayed_and_every_promise_kept() -> None:
    first, second = (chaos("--seed", "11", "--runs", "8", "--only", "bosquets") for _ in range(2))
    assert "every promise kept" in first
    assert steps(first) == steps(second)
    assert len(steps(first)) >= 6


def steps(printed: str) -> list[str]:
    """Each fault as it is told, without the names that are new each time."""
    lines = re.findall(r"^seed 11, (step .*) -> ", printed, re.MULTILINE)
    return [re.sub(r"\([^)]*\)", "()", line) for line in lines if "two live copies" not in line]


@pytest.mark.sandbox
def test_a_real_ckan_keeps_them_too(region: Region, sandbox_root: Path) -> None:
    printed = chaos(
        *("--seed", "3", "--runs", "12", "--only", "arbres", "vergers"), *("--root", str(sandbox_root))
    )
    assert "every promise kept" in printed
