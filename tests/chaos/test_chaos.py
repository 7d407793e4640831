"""``make chaos``: a seed draws the same faults again, and what is planted is found. The campaigns of which every promise
is kept have files of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from chaos.defects import DEFECTS
from tests.chaos.campaigns import REPOSITORY, run_campaign

pytestmark = [pytest.mark.end_to_end, pytest.mark.usefixtures("nursery")]


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
    first, second = chaos_apart(*asked), run_campaign(*asked)
    assert "every promise kept" in first
    assert steps(first) == steps(second)
    assert len(steps(first)) >= 4


def steps(printed: str) -> list[str]:
    """Each fault as it is told, without the names that are new each time."""
    lines = re.findall(r"^seed 11, (step .*) -> ", printed, re.MULTILINE)
    return [re.sub(r"\([^)]*\)", "()", line) for line in lines if "two live copies" not in line]


@pytest.mark.parametrize(
    "defect, seed, runs, faults, why",
    [
        # Two that write at once: what the judge meets first depends on which was the quicker, and one time in three
        # nothing goes wrong within twelve runs.
        ("lock-dropped", 7, 120, ["twins"], "after seed 7, step .*: two live copies of the run"),
        ("fence-ignored", 7, 12, ["sleep"], "had lost its lease published"),
        ("write-reordered", 169, 12, ["kill"], "none of the states which may be public"),
        ("retry-doubled", 3, 12, ["cut-answer", "fail-after"], "the platform has the records"),
        ("shred-skipped", 7, 12, [], "the vault is not empty"),
        ("search-skipped", 4, 12, ["kill"], "keeps a personal value"),
    ],
)
def test_a_planted_defect_is_found(defect: str, seed: int, runs: int, faults: list[str], why: str) -> None:
    """Within so many runs that meet a fault: the campaign ends with the first promise that is broken."""
    more = ["--faults", *faults] if faults else []
    asked = ("--seed", str(seed), "--runs", str(runs), "--only", "bosquets")
    printed = run_campaign(*asked, "--defect", defect, *more, code=1)
    assert "\nBROKEN  " in printed
    assert re.search(why, printed.partition("BROKEN")[2])
    assert f"again: python -m chaos {' '.join(asked)}" in printed


def test_every_defect_is_planted_by_a_test() -> None:
    assert len(DEFECTS) >= 5
    (marked,) = (one for one in test_a_planted_defect_is_found.pytestmark if one.name == "parametrize")  # type: ignore[attr-defined]
    assert {case[0] for case in marked.args[1]} == set(DEFECTS)
