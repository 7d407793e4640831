"""The campaigns of ``make chaos`` that each change of the code meets: three hundred runs and more under a fault."""

from __future__ import annotations

import io
import re
import sys
from contextlib import chdir, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chaos.__main__ import main

REPOSITORY = Path(__file__).resolve().parents[2]

# A seed that never changes: what it once found stays found. That of the day meets what no other day met.
OF_THE_DAY = "of-the-day"
ON_DISK = (("11", 84), ("23", 84), (OF_THE_DAY, 84))
ON_CKAN = (("3", 12), (OF_THE_DAY, 12))
IN_BUCKET = (("31", 12), (OF_THE_DAY, 12))


def run_campaign(*arguments: str, code: int = 0) -> str:
    """What it printed, run in this process: one server forks the runs of all campaigns."""
    printed = io.StringIO()
    with redirect_stdout(printed), chdir(REPOSITORY):
        ended = main(arguments)
    assert ended == code, printed.getvalue()[-3000:]
    return printed.getvalue()


def run_whole_campaign(seed: str, runs: int, capfd: pytest.CaptureFixture[str], *arguments: str) -> None:
    """Each promise is kept, and nearly each fault that is drawn is met. The seed is told whether it succeeds or not."""
    drawn = seed if seed != OF_THE_DAY else f"{datetime.now(UTC):%Y%m%d}"
    printed = run_campaign("--seed", drawn, "--runs", str(runs), *arguments)
    assert "every promise kept" in printed
    first, *_, last = printed.splitlines()
    with capfd.disabled():
        sys.stderr.write(f"\n{first}: {last}\n")
    never = sum(map(int, re.findall(r"^ +(\d+) .*: never came$", printed, re.MULTILINE)))
    assert never <= runs / 4, printed[-3000:]
