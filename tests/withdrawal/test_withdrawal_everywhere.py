"""A dataset withdrawn from a platform of each kind, asked for as a visitor, and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
import yaml

from aqueduc.certify.ledger import verify_ledger
from aqueduc.errors import WithdrawalInForce
from tests.publish.everywhere import KINDS, observe, open_bench
from tests.publish.publishing import HTTP, Bench, Killed, Wire, rows
from tests.withdrawal.withdrawing import act, decide, entries, leave, lift, served_addresses

pytestmark = pytest.mark.end_to_end

API_KINDS = tuple(kind for kind in KINDS if kind != "portal")
KEEPS_IDS = ("ckan",)
"""The others give each resource that is made an id of their own."""
WITHOUT_PAGES = ("datagouv", "onegeo")
"""The contract servers have an API only."""


@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.sandbox) for kind in API_KINDS])
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with open_bench(request.param, tmp_path, request) as made:
        yield made


def declare_purge(made: Bench) -> None:
    path = made.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    for platform in city["platforms"].values():
        platform["withdrawn"] = "purge"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")


def test_withdrawn_proved_and_lifted(each: Bench, request: pytest.FixtureRequest) -> None:
    each.certified(rows(3))
    before = each.certified(rows(5))
    newest = {str(one["url"]) for one in before.resources if one["sha256"]}
    if request.node.callspec.params["each"] not in WITHOUT_PAGES:
        newest.add(before.record_url)
    assert all(HTTP.get(url, follow_redirects=True).status_code == 200 for url in newest)
    addresses = {*served_addresses(each), *newest}
    outcome = leave(each)
    assert {"page", "api", "search"} <= {check.what for check in outcome.checks}
    for url in addresses:
        assert HTTP.get(url, follow_redirects=True).status_code in (401, 403, 404, 410), url
    (proof,) = entries(each, "withdrawn")
    assert all(one["gone"] for one in proof["asked"])
    for force in (False, True):
        wire = Wire()
        with pytest.raises(WithdrawalInForce):
            each.publish(rows(4), run=each.run(force=force), wire=wire)
        assert (wire.writes, wire.reads) == ([], [])

    lift(each)
    again = each.certified(rows(5))
    assert (again.revision, again.record_url) == (before.revision, before.record_url)
    if request.node.callspec.params["each"] in KEEPS_IDS:
        assert [one["id"] for one in again.resources] == [one["id"] for one in before.resources]
    assert verify_ledger(each.desk.place.store, each.slug).is_valid


def test_purged_and_lifted(each: Bench, request: pytest.FixtureRequest) -> None:
    each.certified(rows(5))
    declare_purge(each)
    leave(each)
    lift(each)
    again = each.certified(rows(4))
    if request.node.callspec.params["each"] not in WITHOUT_PAGES:
        assert HTTP.get(again.record_url, follow_redirects=True).status_code == 200
    assert not observe(each).hidden


def test_whatever_dies_the_next_call_ends_it(each: Bench) -> None:
    each.certified(rows(5))
    decide(each)
    for rank in count():
        with suppress(Killed):
            act(each, Wire(dies_before=rank))
            break
    assert rank > 0
    outcome = act(each)
    assert outcome.proved, outcome.failures
    assert len(entries(each, "withdrawn")) == len(entries(each, "withdrawal")) == 1
