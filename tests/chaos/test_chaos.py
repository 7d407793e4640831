"""``make chaos`` in small: its runs keep every promise, and a seed draws the same faults again."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from multiprocessing import forkserver
from pathlib import Path

import pytest

from chaos.__main__ import main
from chaos.defects import DEFECTS
from sandbox.region import Region
from tests.examples import rarely

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module", autouse=True)
def nursery() -> Iterator[None]:
    """The server that forks the runs is of this module alone: what it forks waits ten times less than other tests."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    yield
    forkserver._forkserver._stop()  # type: ignore[attr-defined]


def chaos(*arguments: str, code: int = 0) -> str:
    """What it printed, run in this process: one server forks the runs of all campaigns."""
    printed = io.StringIO()
    with redirect_stdout(printed), chdir(REPOSITORY):
        ended = main(arguments)
    assert ended == code, printed.getvalue()[-3000:]
    return printed.getvalue()


def chaos_apart(*arguments: str, code: int = 0) -> str:
    """The command. The sandbox is left running, as it was found."""
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
    asked = ("--seed", "11", "--runs", "6", "--only", "bosquets")
    first, second = chaos_apart(*asked), chaos(*asked)
    assert "every promise kept" in first
    assert steps(first) == steps(second)
    assert len(steps(first)) >= 4


def steps(printed: str) -> list[str]:
    """Each fault as it is told, without the names that are new each time."""
    lines = re.findall(r"^seed 11, (step .*) -> ", printed, re.MULTILINE)
    return [re.sub(r"\([^)]*\)", "()", line) for line in lines if "two live copies" not in line]


@pytest.mark.parametrize(
    "defect, seed, faults, why",
    [
        # Two that write at once: what the judge meets first depends on which was the quicker.
        (
            "lock-dropped",
            7,
            ["twins"],
            "the platform has the records|ledger|says to be number|is shown twice|noted as unfinished",
        ),
        ("fence-ignored", 7, ["sleep"], "had lost its lease published"),
        ("write-reordered", 7, ["kill"], "none of the states which may be public"),
        ("retry-doubled", 7, ["cut-answer", "fail-after"], "the platform has the records"),
        ("shred-skipped", 7, [], "the vault is not empty"),
        ("search-skipped", 4, ["kill"], "keeps a personal value"),
    ],
)
def test_a_planted_defect_is_found(defect: str, seed: int, faults: list[str], why: str) -> None:
    """Within twelve runs that meet a fault."""
    more = ["--faults", *faults] if faults else []
    asked = ("--seed", str(seed), "--runs", "12", "--only", "bosquets")
    printed = chaos(*asked, "--defect", defect, *more, code=1)
    assert "\nBROKEN  " in printed
    assert re.search(why, printed.partition("BROKEN")[2])
    assert f"again: python -m chaos {' '.join(asked)}" in printed


def test_every_defect_is_planted_by_a_test() -> None:
    assert len(DEFECTS) >= 5
    (marked,) = (one for one in test_a_planted_defect_is_found.pytestmark if one.name == "parametrize")  # type: ignore[attr-defined]
    assert {case[0] for case in marked.args[1]} == set(DEFECTS)


@pytest.mark.skipif("FAKETIME" in os.environ, reason="rclone keeps the real clock under CLOCK=")
@pytest.mark.parametrize("runs", ["4", rarely("8")])
def test_a_store_in_a_bucket_keeps_them_too(runs: str) -> None:
    assert "every promise kept" in chaos("--seed", "31", "--runs", runs, "--only", "bosquets", "--bucket")


@pytest.mark.sandbox
@pytest.mark.parametrize("runs", ["6", rarely("12")])
def test_a_real_ckan_keeps_them_too(region: Region, sandbox_root: Path, runs: str) -> None:
    printed = chaos(
        *("--seed", "3", "--runs", runs, "--only", "arbres", "vergers"), *("--root", str(sandbox_root))
    )
    assert "every promise kept" in printed
