"""``make chaos`` on a real CKAN, and with a store in a bucket: the rest of its three hundred runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox.region import Region
from tests.chaos.campaigns import IN_BUCKET, ON_CKAN, ON_DISK, run_whole_campaign

pytestmark = [pytest.mark.end_to_end, pytest.mark.usefixtures("nursery")]


def test_three_hundred_runs_meet_their_fault() -> None:
    assert sum(runs for _, runs in (*ON_DISK, *ON_CKAN, *IN_BUCKET)) >= 300


@pytest.mark.skipif("FAKETIME" in os.environ, reason="rclone keeps the real clock under CLOCK=")
@pytest.mark.parametrize("seed, runs", IN_BUCKET)
def test_a_store_in_a_bucket_keeps_them(seed: str, runs: int, capfd: pytest.CaptureFixture[str]) -> None:
    run_whole_campaign(seed, runs, capfd, "--only", "bosquets", "--bucket")


@pytest.mark.sandbox
@pytest.mark.parametrize("seed, runs", ON_CKAN)
def test_a_real_ckan_keeps_them(
    region: Region, sandbox_root: Path, seed: str, runs: int, capfd: pytest.CaptureFixture[str]
) -> None:
    run_whole_campaign(seed, runs, capfd, "--only", "arbres", "vergers", "--root", str(sandbox_root))
