"""``make chaos`` with a store on a disk: most of its three hundred runs, which cost least."""

from __future__ import annotations

import pytest

from tests.chaos.campaigns import ON_DISK, run_whole_campaign
from tests.examples import rarely

pytestmark = [pytest.mark.end_to_end, pytest.mark.usefixtures("nursery")]


@pytest.mark.parametrize("seed, runs", [ON_DISK[0], *(rarely(*one) for one in ON_DISK[1:])])
def test_every_promise_is_kept(seed: str, runs: int, capfd: pytest.CaptureFixture[str]) -> None:
    run_whole_campaign(seed, runs, capfd, "--only", "bosquets")
