"""The plan: a pure function, so each situation is a line of data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aqueduc.errors import PlatformRejected
from aqueduc.publish.client import LocalFile
from aqueduc.publish.plan import (
    CreateRecord,
    CreateResource,
    DefineTable,
    DropTable,
    FillTable,
    RemoveResource,
    Reveal,
    UpdateRecord,
    UpdateResource,
    Write,
    different,
    pair,
    plan,
)
from aqueduc.publish.rows import Rows
from aqueduc.publish.wanted import (
    Memory,
    Observed,
    ObservedResource,
    ObservedTable,
    TableField,
    TableMemory,
    Wanted,
    WantedResource,
    WantedTable,
)
from aqueduc.store import Store

FILE = LocalFile(Path("x.csv"), "x.csv", "text/csv", "h", 1)
FIELDS = (TableField("code", "text"), TableField("n", "int8"))


@pytest.fixture
def table(tmp_path: Path) -> WantedTable:
    parts = ("objects/aa/a.parquet",)
    rows = Rows(Store(tmp_path.as_uri()), ("code", "n"), ("code",), parts)
    return WantedTable(FIELDS, ("code",), 3, parts, rows)


def resource(kind: str = "CSV", **more: Any) -> WantedResource:
    return WantedResource(kind, {"name": f"x ({kind})"}, **{"file": FILE, **more})


def wanted(*resources: WantedResource, **more: Any) -> Wanted:
    given = {"fields": {"title": "x"}, "extras": {}, "hidden": False, "tables": True, **more}
    return Wanted("jeu", resources=resources or (resource(),), **given)


def there(identifier: str = "1", kind: str = "CSV", **more: Any) -> ObservedResource:
    fields = {"name": f"x ({kind})", "url_type": "upload", **more.pop("fields", {})}
    return ObservedResource(identifier, kind, "u", fields, **{"managed": True, **more})


def observed(*resources: ObservedResource, **more: Any) -> Observed:
    given = {"deleted": False, "hidden": False, "organisation": "o", "fields": {"title": "x"}, "extras": {}}
    return Observed("id", resources=resources, **{**given, **more})


def writes(
    want: Wanted, found: Observed | None, memory: Memory | None = None, *proved: str
) -> list[type[Write]]:
    planned = plan(want, found, pair(want, found), memory or Memory(), frozenset(proved))
    return [type(write) for write in planned]


HELD = ObservedTable(FIELDS, frozenset({"code"}), 3)


def remembered(table: WantedTable, *parts: str) -> Memory:
    return Memory("id", {"1": "CSV"}, tables={"1": TableMemory(("code", "n"), parts or table.parts)})


def test_from_nothing(table: WantedTable) -> None:
    assert writes(wanted(resource(table=table)), None) == [
        CreateRecord,
        CreateResource,
        DefineTable,
        FillTable,
        Reveal,
    ]
    assert writes(wanted(hidden=True), None) == [CreateRecord, CreateResource]


def test_equal_is_nothing(table: WantedTable) -> None:
    want = wanted(resource(table=table))
    assert writes(want, observed(there(table=HELD)), remembered(table), "1") == []


def test_a_claimed_hash_is_not_enough() -> None:
    assert writes(wanted(), observed(there())) == [UpdateResource]
    assert writes(wanted(), observed(there()), None, "1") == []


def test_closing_comes_first_and_opening_last() -> None:
    assert writes(wanted(hidden=True), observed(there())) == [UpdateRecord, UpdateResource]
    assert writes(wanted(fields={"title": "y"}), observed(there(), hidden=True)) == [
        UpdateRecord,
        UpdateResource,
        Reveal,
    ]


def test_a_half_made_first_publication_goes_on() -> None:
    assert writes(wanted(), observed(hidden=True)) == [CreateResource, Reveal]


def test_an_interrupted_table_is_sent_whole(table: WantedTable) -> None:
    want = wanted(resource(table=table))
    dirty = Memory("id", tables={"1": TableMemory(("code", "n"), ())})
    for memory in (Memory(), dirty):
        found = observed(there(table=HELD))
        planned = plan(want, found, pair(want, found), memory, frozenset({"1"}))
        assert planned == (FillTable(0, table, None, empty=False),)


def test_a_table_that_lost_rows_behind_our_back_is_compared_again(table: WantedTable) -> None:
    want = wanted(resource(table=table))
    short = there(table=ObservedTable(FIELDS, frozenset({"code"}), 2))
    assert writes(want, observed(short), remembered(table), "1") == [FillTable]


def test_a_known_table_gets_the_difference(table: WantedTable) -> None:
    want, found = wanted(resource(table=table)), observed(there(table=HELD))
    planned = plan(want, found, pair(want, found), remembered(table, "objects/bb/b.parquet"), frozenset("1"))
    assert planned == (FillTable(0, table, ("objects/bb/b.parquet",), empty=False),)


@pytest.mark.parametrize(
    "held",
    [
        ObservedTable((TableField("code", "text"), TableField("n", "text")), frozenset({"code"}), 3),
        ObservedTable(FIELDS, frozenset({"n"}), 3),
        ObservedTable(FIELDS, frozenset(), 3),
    ],
)
def test_another_type_or_key_holds(table: WantedTable, held: ObservedTable) -> None:
    with pytest.raises(PlatformRejected):
        writes(wanted(resource(table=table)), observed(there(table=held)), remembered(table), "1")


def test_a_table_that_is_not_wanted_leaves_unless_it_is_the_platforms_own() -> None:
    assert writes(wanted(), observed(there(table=HELD)), None, "1") == [DropTable]
    assert writes(wanted(tables=False), observed(there(table=HELD)), None, "1") == []


def test_identity_of_resources() -> None:
    csv, parquet, foreign = there("1", "CSV"), there("2", "Parquet"), there("3", "PDF", managed=False)
    both = observed(foreign, parquet, csv)
    same = pair(wanted(resource("CSV"), resource("Parquet")), both)
    assert same.of == (csv, parquet)
    assert same.surplus == ()
    fewer = pair(wanted(resource("Parquet")), both)
    assert (fewer.of, fewer.surplus) == ((parquet,), (csv,))
    other = pair(wanted(resource("GeoJSON"), resource("CSV")), observed(csv, parquet))
    assert other.of == (parquet, csv)
    more = pair(wanted(resource("CSV"), resource("GeoJSON")), observed(csv, foreign))
    assert more.of == (csv, None)
    adopted = there("4", "csv", managed=False)
    assert pair(wanted(resource("CSV")), observed(foreign, adopted)).of == (adopted,)
    annex = there("5", "CSV", managed=False, fields={"data_type": "annexe"})
    assert pair(wanted(resource("CSV")), observed(annex)).of == (None,)


def test_a_surplus_leaves_before_anything_arrives() -> None:
    found = observed(there("1", "CSV"), there("2", "Parquet", table=HELD))
    assert writes(wanted(resource("CSV")), found, None, "1") == [RemoveResource]


def test_from_file_to_link() -> None:
    link = WantedResource("JSON", {"name": "x (JSON)", "url": "https://x"})
    found = observed(there("1", "CSV"))
    (write,) = plan(wanted(link), found, pair(wanted(link), found), Memory())
    assert isinstance(write, UpdateResource)
    assert (write.id, write.unhost, write.send) == ("1", True, False)


@pytest.mark.parametrize(
    "want, found, same",
    [
        ("a\nb", "a\r\nb ", True),
        ("", None, True),
        ((), [], True),
        (("a", "b"), ["a", "b"], True),
        (("a", "b"), ["b", "a"], False),
        ('{"a": 1}', '{"a":1}', True),
        ("[pas du JSON", "[pas du JSON", True),
        ("[pas du JSON", "[autre", False),
        ("a", None, False),
        ("1", "2", False),
    ],
)
def test_what_platforms_rewrite_is_equal(want: Any, found: Any, same: bool) -> None:
    assert (different({"x": want}, {"x": found}) == {}) is same


def test_an_extra_that_became_a_field_does_not_stay_in_both_places() -> None:
    found = observed(there(), extras={"title": "x", "region": "Sud"})
    (write,) = plan(wanted(), found, pair(wanted(), found), Memory(), frozenset("1"))
    assert isinstance(write, UpdateRecord)
    assert write.moved == ("title",)
