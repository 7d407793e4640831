"""The end of the convention on each kind of platform that it may bind, asked for as a visitor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.certify.ledger import verify_ledger
from aqueduc.convention.takedown import (
    TakedownCause,
    list_records_on_ended_convention_platforms,
    remove_records,
)
from aqueduc.convention.watch import enforce_convention_and_queue_alerts
from aqueduc.errors import ConventionNotInForce
from tests.making import CITY
from tests.publish.everywhere import KINDS, open_bench
from tests.publish.publishing import HTTP, Bench, rows
from tests.withdrawal.withdrawing import served_addresses

pytestmark = pytest.mark.end_to_end

BOUND = tuple(kind for kind in KINDS if kind not in ("portal", "datagouv"))
GONE = (401, 403, 404, 410)


@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.sandbox) for kind in BOUND])
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with open_bench(request.param, tmp_path, request) as made:
        yield made


def agree(made: Bench, **changes: Any) -> None:
    path = made.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["convention"] = {**CITY["convention"], **changes}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")


def test_hidden_on_the_day_removed_once_agreed_and_published_again(each: Bench) -> None:
    before = each.certified(rows(5))
    addresses = {*served_addresses(each), before.record_url}
    assert all(HTTP.get(url, follow_redirects=True).status_code == 200 for url in addresses)
    agree(each, ends=datetime.now(UTC).date().isoformat())
    done = enforce_convention_and_queue_alerts(each.desk.city, each.desk.place, sleep=each.pause)
    assert done.takedown.failures == ()
    assert [one.dataset for one in done.takedown.done] == [each.slug]
    assert HTTP.get(before.record_url, follow_redirects=True).status_code in GONE
    with pytest.raises(ConventionNotInForce):
        each.publish(rows(4))

    records = list_records_on_ended_convention_platforms(each.desk.city, each.desk.place)
    cause = TakedownCause("la convention a pris fin", "Jeanne Martin")
    removed = remove_records(records, cause, each.desk.city, each.desk.place, sleep=each.pause)
    assert removed.failures == ()
    for url in addresses:
        assert HTTP.get(url, follow_redirects=True).status_code in GONE, url
    store = each.desk.place.store
    (entry,) = [
        one for one in map(store.read_json, store.list_ledger_entry_keys(each.slug)) if one.get("removed")
    ]
    assert all(one["gone"] for one in entry["asked"])
    assert {"page", "api"} <= {one["what"] for one in entry["asked"]}
    assert verify_ledger(store, each.slug).is_valid

    agree(each)
    again = each.certified(rows(5))
    assert again.record_url == before.record_url
    assert HTTP.get(again.record_url, follow_redirects=True).status_code == 200
