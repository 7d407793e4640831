"""What was online on a day, from the ledger alone: boundaries, withdrawals, daylight saving, the unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify.history import DatasetHistory, compute_day_bounds, read_history
from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.store import Store

PARIS = "Europe/Paris"
DAY = date(2026, 3, 10)
MIDNIGHT, NEXT = compute_day_bounds(DAY, PARIS)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path.as_uri())


def add(store: Store, at: datetime, kind: str, **more: Any) -> None:
    moment = {"served_at" if kind == "certificate" else "at": at.isoformat()}
    entry = {"kind": kind, "run": f"r-{at:%d%H%M%S}-{kind}", "lecture": [], **moment, **more}
    key, link = append_ledger_entry(store, "jeu", str(entry["run"]), at, entry)
    if kind == "certificate":
        store.write_current_revision_pointer("jeu", {"certificate": key, "certificate_sha256": link.sha256})


def certify(store: Store, at: datetime, revision: str, platform: str = "portail", **more: Any) -> None:
    file = {"url": f"https://{platform}/{revision}", "sha256": revision * 64, "bytes": 12}
    facts: dict[str, Any] = {"resources": [file], "record_url": f"https://{platform}/jeu", **more}
    add(store, at, "certificate", revision=revision, platform=platform, **facts)


def on(store: Store, day: date = DAY) -> list[str]:
    told = read_history(store, "jeu")
    assert told.holds
    return [period.revision for period in told.list_online_periods(*compute_day_bounds(day, PARIS))]


def test_the_rows_are_those_of_all_that_was_online(store: Store) -> None:
    """A run that reads one interval publishes the others with it."""
    certify(store, MIDNIGHT, "a", window=["x", "y"], balance={"published": 12}, online_rows=36)
    certify(store, MIDNIGHT + timedelta(hours=1), "b", balance={"published": 12})
    online = read_history(store, "jeu").list_online_periods(*compute_day_bounds(DAY, PARIS))
    assert [period.rows for period in online] == [36, 12]


def test_nothing_is_online_before_its_first_certificate(store: Store) -> None:
    assert read_history(store, "jeu") == DatasetHistory("jeu", (), (), holds=True, unreadable=0)
    certify(store, NEXT, "a")
    assert on(store) == []
    assert on(store, DAY + timedelta(days=1)) == ["a"]


@pytest.mark.parametrize(
    "second,shown",
    [
        (MIDNIGHT, ["b"]),
        (MIDNIGHT + timedelta(seconds=1), ["a", "b"]),
        (NEXT - timedelta(seconds=1), ["a", "b"]),
        (NEXT, ["a"]),
    ],
    ids=["at midnight", "a second later", "a second before the end", "at the next midnight"],
)
def test_a_day_shows_each_revision_that_was_online_in_it(
    store: Store, second: datetime, shown: list[str]
) -> None:
    certify(store, MIDNIGHT - timedelta(days=3), "a")
    certify(store, second, "b")
    assert on(store) == shown


def test_a_revision_that_lasts_is_one_period_and_says_when_it_was_last_confirmed(store: Store) -> None:
    certify(store, MIDNIGHT, "a")
    certify(store, MIDNIGHT + timedelta(hours=1), "a")
    add(store, MIDNIGHT + timedelta(days=2), "unchanged", revision="a")
    (period,) = read_history(store, "jeu").periods
    assert (period.start, period.end) == (MIDNIGHT, None)
    assert period.confirmed == MIDNIGHT + timedelta(days=2)
    assert period.files[0].sha256 == "a" * 64


def test_the_same_bytes_under_another_licence_or_access_are_another_period(store: Store) -> None:
    certify(store, MIDNIGHT, "a", licence="lov2", access="public")
    certify(store, MIDNIGHT + timedelta(hours=1), "a", licence="odc-odbl", access="public")
    told = read_history(store, "jeu")
    assert [period.licence for period in told.periods] == ["lov2", "odc-odbl"]
    assert told.periods[0].end == told.periods[1].start


def test_nothing_is_online_from_a_withdrawal_to_the_next_certificate(store: Store) -> None:
    certify(store, MIDNIGHT - timedelta(days=3), "a")
    add(store, MIDNIGHT - timedelta(days=2), "withdrawn")
    assert on(store) == []
    certify(store, NEXT + timedelta(hours=1), "a")
    assert on(store) == []
    assert on(store, DAY - timedelta(days=3)) == ["a"]
    assert on(store, DAY - timedelta(days=1)) == []
    assert on(store, DAY + timedelta(days=1)) == ["a"]


def test_a_withdrawal_that_was_only_decided_takes_nothing_away(store: Store) -> None:
    certify(store, MIDNIGHT - timedelta(days=3), "a")
    add(store, MIDNIGHT - timedelta(days=2), "withdrawal")
    assert on(store) == ["a"]


def test_a_platform_that_a_certificate_does_not_name_still_shows_what_it_had(store: Store) -> None:
    other = {"platform": "region", "record_url": "https://region/jeu", "proofs": [], "at": ""}
    both = {**other, "resources": [{"url": "https://region/a", "sha256": "a" * 64, "bytes": 12}]}
    hour = timedelta(hours=1)
    certify(store, MIDNIGHT, "a", elsewhere=[both])
    certify(store, MIDNIGHT + hour, "b")
    add(store, MIDNIGHT + 2 * hour, "unchanged", revision="b")
    replaced, left, current = read_history(store, "jeu").periods
    assert [(one.url, replaced.end, replaced.ending) for one in replaced.files] == [
        ("https://portail/a", MIDNIGHT + hour, "replaced")
    ]
    assert ([one.url for one in left.files], left.record_url) == (["https://region/a"], "https://region/jeu")
    assert (left.start, left.end, left.confirmed) == (MIDNIGHT, None, MIDNIGHT)
    assert (current.revision, current.end, current.confirmed) == ("b", None, MIDNIGHT + 2 * hour)
    add(store, MIDNIGHT + 3 * hour, "hidden", platforms=["region"])
    _replaced, left, current = read_history(store, "jeu").periods
    assert (left.end, left.ending, current.end) == (MIDNIGHT + 3 * hour, "hidden", None)
    add(store, MIDNIGHT + 4 * hour, "withdrawn")
    assert [one.ending for one in read_history(store, "jeu").periods] == ["replaced", "hidden", "withdrawn"]


def test_where_it_was_open_before_it_is_hidden_once_a_restricted_one_is_certified(store: Store) -> None:
    certify(store, MIDNIGHT, "a", "region", access="public")
    certify(store, NEXT, "b", access="registered")
    told = [(one.revision, one.end, one.ending) for one in read_history(store, "jeu").periods]
    assert told == [("a", NEXT, "hidden"), ("b", None, "")]


def test_the_same_revision_on_another_platform_is_another_period(store: Store) -> None:
    certify(store, MIDNIGHT, "a", "region", resources=[])
    certify(store, MIDNIGHT + timedelta(hours=1), "a", "portail", resources=[])
    certify(store, MIDNIGHT + timedelta(hours=2), "a", "region", resources=[])
    told = [(one.record_url, one.start, one.end) for one in read_history(store, "jeu").periods]
    assert told == [
        ("https://region/jeu", MIDNIGHT, None),
        ("https://portail/jeu", MIDNIGHT + timedelta(hours=1), None),
    ]


def test_what_an_outlet_serves_is_replaced_wherever_it_was_linked(store: Store) -> None:
    """One address, that two platforms led to one after the other."""
    link = [{"url": "https://ville/jeu.csv", "sha256": None, "bytes": None}]
    certify(store, MIDNIGHT, "a", "region", resources=link)
    certify(store, NEXT, "b", "portail", resources=link)
    told = [
        (one.revision, [file.platform for file in one.files], one.ending)
        for one in read_history(store, "jeu").periods
    ]
    assert told == [("a", ["region"], "replaced"), ("a", [], ""), ("b", ["portail"], "")]


def test_entries_of_any_kind_are_told_by_their_own_words(store: Store) -> None:
    certify(store, MIDNIGHT, "a", restored={"revision": "a"})
    add(store, NEXT, "nouveauté", lecture=[{"libelle": "Décision", "valeur": "motif : essai"}])
    first, second = read_history(store, "jeu").events
    assert "rétablie" in str(first.event_label)
    assert second.event_label == "Décision : motif : essai"


def test_entries_that_are_cut_short_are_counted_and_nothing_is_proved_any_more(store: Store) -> None:
    certify(store, MIDNIGHT, "a")
    certify(store, NEXT, "b")
    store.write(store.list_ledger_entry_keys("jeu")[0], b'{"kind": "cert')
    told = read_history(store, "jeu")
    assert (told.holds, told.unreadable) == (False, 1)
    assert [period.revision for period in told.periods] == ["b"]


@pytest.mark.parametrize(
    "day,hours",
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2028, 2, 29), 24)],
)
def test_a_day_of_the_city_has_the_hours_that_its_clock_shows(day: date, hours: int) -> None:
    start, end = compute_day_bounds(day, PARIS)
    assert (start.tzinfo, end - start) == (UTC, timedelta(hours=hours))


def test_the_hour_that_comes_twice_belongs_to_its_day_both_times(store: Store) -> None:
    """On 25 October 2026 in Paris it is 02:30 at 00:30 UTC, and again at 01:30 UTC."""
    certify(store, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "a")
    certify(store, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "b")
    certify(store, datetime(2026, 10, 25, 23, 0, tzinfo=UTC), "c")
    assert on(store, date(2026, 10, 24)) == []
    assert on(store, date(2026, 10, 25)) == ["a", "b"]
    assert on(store, date(2026, 10, 26)) == ["c"]


def test_where_a_platform_goes_on_showing_the_same_nothing_ends(store: Store) -> None:
    """Hidden on one platform and published there again: of the other it is one period all along."""
    place = {"platform": "region", "record_url": "https://region/jeu", "proofs": []}
    region = {**place, "resources": [{"url": "https://region/a", "sha256": "a" * 64, "bytes": 12}]}
    hour = timedelta(hours=1)
    certify(store, MIDNIGHT, "a", elsewhere=[region])
    add(store, MIDNIGHT + hour, "hidden", platforms=["region"])
    certify(store, MIDNIGHT + 2 * hour, "a", elsewhere=[region])
    add(store, MIDNIGHT + 3 * hour, "unchanged", revision="a")
    told = [
        (list(one.records), [file.platform for file in one.files], one.start, one.end, one.confirmed)
        for one in read_history(store, "jeu").periods
    ]
    assert told == [
        (["region"], ["region"], MIDNIGHT, MIDNIGHT + hour, MIDNIGHT),
        (["portail"], ["portail"], MIDNIGHT, None, MIDNIGHT + 3 * hour),
        (["region"], ["region"], MIDNIGHT + 2 * hour, None, MIDNIGHT + 3 * hour),
    ]
    certify(store, MIDNIGHT + 4 * hour, "a")
    add(store, MIDNIGHT + 5 * hour, "unchanged", revision="a")
    own, other = [one for one in read_history(store, "jeu").periods if one.end is None]
    assert (list(own.records), own.confirmed) == (["portail"], MIDNIGHT + 5 * hour)
    assert (list(other.records), other.confirmed) == (["region"], MIDNIGHT + 3 * hour), "no run looks there"


def test_what_was_hidden_is_known_to_be_gone_once_that_is_verified_on_each_platform(store: Store) -> None:
    """Removed from one, then withdrawn from all; what is removed at once was not hidden before."""
    place = {"platform": "region", "record_url": "https://region/jeu", "proofs": []}
    region = {**place, "resources": [{"url": "https://region/a", "sha256": "a" * 64, "bytes": 12}]}
    hour = timedelta(hours=1)
    certify(store, MIDNIGHT, "a", elsewhere=[region, {**region, "platform": "autre"}])
    add(store, MIDNIGHT + hour, "hidden", platforms=["portail", "region"])
    add(store, MIDNIGHT + 2 * hour, "hidden", platforms=["region", "autre"], removed=True)

    def tell() -> list[tuple[list[str], str, datetime | None, datetime | None]]:
        periods = read_history(store, "jeu").periods
        return sorted((list(one.records), one.ending, one.end, one.removed) for one in periods)

    told = [
        (["autre"], "withdrawn", MIDNIGHT + 2 * hour, None),
        (["portail"], "hidden", MIDNIGHT + hour, None),
        (["region"], "hidden", MIDNIGHT + hour, MIDNIGHT + 2 * hour),
    ]
    assert tell() == told
    add(store, MIDNIGHT + 3 * hour, "withdrawn")
    told[1] = (["portail"], "hidden", MIDNIGHT + hour, MIDNIGHT + 3 * hour)
    assert tell() == told


def test_no_file_lasts_whose_address_was_taken_or_that_a_restored_revision_replaced(store: Store) -> None:
    hour = timedelta(hours=1)
    certify(store, MIDNIGHT, "a")
    certify(store, MIDNIGHT + hour, "b")
    certify(store, MIDNIGHT + 2 * hour, "a", restored={"revision": "a", "run": "r"})
    taken = {"url": "https://portail/a", "sha256": "c" * 64, "bytes": 12}
    certify(store, MIDNIGHT + 3 * hour, "c", resources=[taken])
    add(store, MIDNIGHT + 4 * hour, "hidden", platforms=["portail"])
    told = read_history(store, "jeu")
    assert [(one.revision, one.ending, told.may_files_have_outlived_period(one)) for one in told.periods] == [
        ("a", "replaced", True),
        ("b", "replaced", False),
        ("a", "replaced", False),
        ("c", "hidden", True),
    ]


def see(store: Store, at: datetime, record: str, platform: str = "portail", **more: Any) -> None:
    add(store, at, "seen", platform=platform, record=record, **{"differences": [], "shown_at": "", **more})


def test_what_a_look_finds_gone_is_online_no_longer_than_it_was_seen(store: Store) -> None:
    hour = timedelta(hours=1)
    certify(store, MIDNIGHT - timedelta(days=3), "a")
    # 14:52, an editor purges it; the look of the day before had found it, that of 14:54 does not.
    noticed, known = MIDNIGHT + timedelta(hours=14, minutes=54), MIDNIGHT - hour
    see(store, noticed, "absent", shown_at=known.isoformat())
    (period,) = read_history(store, "jeu").periods
    assert (period.end, period.ending, period.noticed) == (known, "absent", noticed)
    assert period.to_json()["noticed"] == noticed.isoformat()
    assert (on(store), on(store, DAY - timedelta(days=1))) == ([], ["a"])
    assert not read_history(store, "jeu").may_files_have_outlived_period(period)
    # The withdrawal that follows takes nothing away any more.
    add(store, NEXT, "withdrawn")
    assert [one.ending for one in read_history(store, "jeu").periods] == ["absent"]


def test_a_record_that_a_look_finds_hidden_then_shown_again_has_two_periods(store: Store) -> None:
    hour = timedelta(hours=1)
    other = {"platform": "region", "record_url": "https://region/jeu", "resources": [], "proofs": []}
    certify(store, MIDNIGHT, "a", elsewhere=[other])
    see(store, MIDNIGHT + 2 * hour, "hidden")
    told = [(*one.records, one.end, one.ending) for one in read_history(store, "jeu").periods]
    assert told == [("portail", MIDNIGHT, "hidden"), ("region", None, "")]
    see(store, MIDNIGHT + 3 * hour, "left")
    told = [(*one.records, one.start, one.end) for one in read_history(store, "jeu").periods]
    assert told[2:] == [("portail", MIDNIGHT + 3 * hour, None)]
    see(store, MIDNIGHT + 4 * hour, "hidden")
    see(store, MIDNIGHT + 5 * hour, "absent")
    last = read_history(store, "jeu").periods[-1]
    assert (last.end, last.ending, last.removed) == (MIDNIGHT + 3 * hour, "hidden", MIDNIGHT + 5 * hour)
    certify(store, MIDNIGHT + 6 * hour, "a", elsewhere=[other])
    told = [(*one.records, one.start) for one in read_history(store, "jeu").periods if one.end is None]
    assert told == [("region", MIDNIGHT), ("portail", MIDNIGHT + 6 * hour)]


def test_what_is_served_otherwise_is_told_until_a_look_finds_it_as_certified(store: Store) -> None:
    hour = timedelta(hours=1)
    certify(store, MIDNIGHT, "a")
    assert {"noticed", "sighted"}.isdisjoint(read_history(store, "jeu").periods[0].to_json())
    see(store, MIDNIGHT + hour, "left", differences=["le fichier CSV a été remplacé"])
    certify(store, MIDNIGHT + 2 * hour, "a")
    certify(store, MIDNIGHT + 3 * hour, "b")
    see(store, MIDNIGHT + 4 * hour, "left")
    before, after = read_history(store, "jeu").periods
    told = [
        [(one.at - MIDNIGHT, bool(one.differences)) for one in period.sighted] for period in (before, after)
    ]
    assert told == [[(hour, True)], [(hour, True), (4 * hour, False)]]


def test_what_was_gone_at_the_end_of_a_convention_was_not_hidden_by_it(store: Store) -> None:
    certify(store, MIDNIGHT - timedelta(days=3), "a")
    add(store, MIDNIGHT, "hidden", platforms=["portail"], absent=True)
    (period,) = read_history(store, "jeu").periods
    assert (period.end, period.ending, period.noticed) == (period.start, "absent", MIDNIGHT)
