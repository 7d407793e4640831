"""The record names the head of the ledger: a store that is rolled back shows, at the price of no write."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aqueduc.platforms import PLATFORMS
from aqueduc.publish import PublishReport
from sandbox.region import Region
from tests.publish.everywhere import KINDS, observe, open_bench
from tests.publish.publishing import Bench, Wire, bench, rows

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

SHOWN = tuple(kind for kind in KINDS if PLATFORMS[kind].capabilities.names_ledger_entry)


@pytest.fixture(params=KINDS)
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with open_bench(request.param, tmp_path, request) as made:
        yield made


@pytest.fixture(params=SHOWN)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with open_bench(request.param, tmp_path, request) as made:
        yield made


def shown(made: Bench) -> str:
    return observe(made).get_field_text("ledger_head")


def rollbacks(report: PublishReport) -> list[str]:
    return [finding.message for finding in report.findings if finding.code == "registre-recule"]


def test_it_moves_with_the_data_and_never_by_itself(each: Bench) -> None:
    store = each.desk.place.store
    each.certified(rows(5))
    assert shown(each) == ""
    before = store.read_newest_ledger_entry_name(each.slug)
    assert re.fullmatch("1:[0-9a-f]{64}", before)
    for _run in range(3):
        wire = Wire()
        each.certified(rows(5), wire=wire)
        assert wire.writes == []
    each.certified(rows(6))
    (settings,) = map(each.desk.city.find_platform_settings, each.dataset().publication.platforms)
    assert settings is not None
    names = settings.kind.capabilities.names_ledger_entry
    assert shown(each) == (store_head_before(each) if names else ""), "as its kind says"


def store_head_before(made: Bench) -> str:
    """The head of the ledger before the last entry."""
    store = made.desk.place.store
    last = store.read_json(store.list_ledger_entry_keys(made.slug)[-1])
    return f"{last['previous']['rank'] + 1}:{last['previous']['sha256']}"


def test_it_is_the_entry_before_the_publication(here: Bench) -> None:
    here.certified(rows(5))
    here.certified(rows(5))
    here.certified(rows(6))
    assert shown(here) == store_head_before(here)
    assert shown(here).startswith("2:")


def test_a_store_that_is_rolled_back_is_told_until_somebody_explains_it(here: Bench, tmp_path: Path) -> None:
    store = here.desk.place.store
    here.certified(rows(5))
    shutil.copytree(tmp_path / "store", tmp_path / "sauvegarde")
    for count in (6, 7, 8):
        here.certified(rows(count))
    named = shown(here)
    shutil.rmtree(tmp_path / "store")
    shutil.copytree(tmp_path / "sauvegarde", tmp_path / "store")
    for count in (8, 9, 9):
        (said,) = rollbacks(here.publish(rows(count)))
        assert named in said and "ramené en arrière" in said
        assert shown(here) == named, "what contradicts the ledger stays in public"
    assert store.has_ledger_entry(here.slug, store.read_newest_ledger_entry_name(here.slug))


def test_what_somebody_wrote_there_is_drift_and_no_rollback(tmp_path: Path, region: Region) -> None:
    with bench(tmp_path, region) as here:
        here.certified(rows(5))
        here.certified(rows(6))
        head = shown(here)
        for value, told in (("à la main", 0), ("", 0), (f"3:{'a' * 64}", 1)):
            kept = [one for one in here.package()["extras"] if one["key"] != "ledger_head"]
            here.action("package_patch", id=here.slug, extras=[*kept, {"key": "ledger_head", "value": value}])
            assert len(rollbacks(here.publish(rows(6)))) == told
            assert shown(here) == (value if told else head)
        # Emptied once it was explained, it is written anew.
        kept = [one for one in here.package()["extras"] if one["key"] != "ledger_head"]
        here.action("package_patch", id=here.slug, extras=kept)
        assert rollbacks(here.publish(rows(6))) == []
        assert re.fullmatch("1:[0-9a-f]{64}", shown(here))
