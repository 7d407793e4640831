"""Campaigns of ``make chaos``, three hundred runs and more under a fault; each change of the code meets 132 of them."""

from __future__ import annotations

import io
import re
import sys
from contextlib import chdir, redirect_stdout
from pathlib import Path

import pytest

from chaos.__main__ import main

REPOSITORY = Path(__file__).resolve().parents[2]

# Seeds that do not change, so that what fails is the change that is tested; `make chaos` draws new ones.
ON_DISK = (("11", 84), ("23", 84), ("47", 84))
ON_CKAN = (("3", 24),)
IN_BUCKET = (("31", 24),)


def run_campaign(*arguments: str, code: int = 0) -> str:
    """What it printed, run in this process: one server forks the runs of all campaigns."""
    printed = io.StringIO()
    with redirect_stdout(printed), chdir(REPOSITORY):
        ended = main(arguments)
    assert ended == code, printed.getvalue()[-3000:]
    return printed.getvalue()


def run_whole_campaign(seed: str, runs: int, capfd: pytest.CaptureFixture[str], *arguments: str) -> None:
    """Each promise is kept, and nearly each fault that is drawn is met. The seed is told whether it succeeds or not."""
    printed = run_campaign("--seed", seed, "--runs", str(runs), *arguments)
    assert "every promise kept" in printed
    first, *_, last = printed.splitlines()
    with capfd.disabled():
        sys.stderr.write(f"\n{first}: {last}\n")
    never = sum(map(int, re.findall(r"^ +(\d+) .*: never came$", printed, re.MULTILINE)))
    assert never <= runs / 4, printed[-3000:]
