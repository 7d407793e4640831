"""The plan: a pure function, so each situation is a line of data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aqueduc.publish.client import PublishableFile
from aqueduc.publish.planning.delta import RowDelta
from aqueduc.publish.planning.plan import find_differing_fields, pair_resources, plan_writes
from aqueduc.publish.planning.state import (
    BackingResource,
    DesiredRecord,
    DesiredResource,
    DesiredTable,
    LastAppliedTableContents,
    ObservedRecord,
    ObservedResource,
    ObservedTable,
    PlatformState,
    TableField,
    TableThroughput,
)
from aqueduc.publish.planning.table_plan import explain_single_transaction_refusal
from aqueduc.publish.planning.writes import (
    ApplyTableRowDelta,
    BuildTableBeside,
    CreateRecord,
    CreateResource,
    DefineTable,
    DropTable,
    FillTable,
    LoadTableInPlace,
    RemoveBackingResource,
    RemoveResource,
    RevealRecord,
    SwapTable,
    UpdateRecord,
    UpdateResource,
    Write,
)
from aqueduc.publish.revision.rows import RevisionRows
from aqueduc.store import Store

FILE = PublishableFile(Path("x.csv"), "x.csv", "text/csv", "h", 1)
FIELDS = (TableField("code", "text"), TableField("n", "int8"))


@pytest.fixture
def table(tmp_path: Path) -> DesiredTable:
    parts = ("objects/aa/a.parquet",)
    rows = RevisionRows(Store(tmp_path.as_uri()), ("code", "n"), ("code",), parts)
    return DesiredTable(FIELDS, ("code",), 3, parts, rows)


def resource(kind: str = "CSV", **more: Any) -> DesiredResource:
    return DesiredResource(kind, {"name": f"x ({kind})"}, **{"file": FILE, **more})


def wanted(*resources: DesiredResource, **more: Any) -> DesiredRecord:
    given = {"fields": {"title": "x"}, "extras": {}, "hidden": False, "tables": True, **more}
    return DesiredRecord("jeu", resources=resources or (resource(),), **given)


def there(identifier: str = "1", kind: str = "CSV", **more: Any) -> ObservedResource:
    fields = {"name": f"x ({kind})", "url_type": "upload", **more.pop("fields", {})}
    return ObservedResource(identifier, kind, "u", fields, **{"managed": True, **more})


def observed(*resources: ObservedResource, **more: Any) -> ObservedRecord:
    given = {"deleted": False, "hidden": False, "organisation": "o", "fields": {"title": "x"}, "extras": {}}
    return ObservedRecord("id", resources=resources, **{**given, **more})


def writes(
    want: DesiredRecord, found: ObservedRecord | None, memory: PlatformState | None = None, *proved: str
) -> list[type[Write]]:
    planned = plan_writes(
        want, found, pair_resources(want, found), memory or PlatformState(), frozenset(proved)
    )
    return [type(write) for write in planned]


HELD = ObservedTable(FIELDS, frozenset({"code"}), 3)


def remembered(table: DesiredTable, *parts: str) -> PlatformState:
    return PlatformState(
        "id", {"1": "CSV"}, tables={"1": LastAppliedTableContents(("code", "n"), parts or table.partitions)}
    )


def test_from_nothing(table: DesiredTable) -> None:
    assert writes(wanted(resource(table=table)), None) == [
        CreateRecord,
        CreateResource,
        DefineTable,
        FillTable,
        RevealRecord,
    ]
    assert writes(wanted(hidden=True), None) == [CreateRecord, CreateResource]


def test_equal_is_nothing(table: DesiredTable) -> None:
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
        RevealRecord,
    ]


def test_a_half_made_first_publication_goes_on() -> None:
    assert writes(wanted(), observed(hidden=True)) == [CreateResource, RevealRecord]


def changing(**counts: int) -> RowDelta:
    given = {"before": 3, "after": 3, "inserted": 0, "updated": 0, "deleted": 0, **counts}
    return RowDelta(columns=("code", "n"), key=("code",), folder=Path(), **given)


def planned(
    table: DesiredTable,
    held: ObservedTable,
    memory: PlatformState,
    change: RowDelta | None = None,
    *,
    hidden: bool = False,
    backing_resources: tuple[BackingResource, ...] = (),
    flagged: bool = True,
) -> list[Write]:
    want = wanted(resource(table=table), hidden=hidden)
    found = observed(there(table=held, flagged=flagged), hidden=hidden, backing_resources=backing_resources)
    changes = {0: change} if change else {}
    return list(
        plan_writes(want, found, pair_resources(want, found), memory, frozenset({"1"}), changes=changes)
    )


def test_an_unknown_table_is_sent_whole_unseen_or_built_beside(table: DesiredTable) -> None:
    dirty = PlatformState("id", tables={"1": LastAppliedTableContents((), ())})
    for memory in (PlatformState(), dirty):
        (fill,) = planned(table, HELD, memory, hidden=True)
        assert fill == FillTable(0, table, None, empty=False, home="1")
        assert [type(write) for write in planned(table, HELD, memory)] == [BuildTableBeside, SwapTable]


def test_a_table_that_lost_rows_behind_our_back_is_built_beside(table: DesiredTable) -> None:
    short = ObservedTable(FIELDS, frozenset({"code"}), 2)
    change = changing(updated=1)
    for known in (None, change):
        made = planned(table, short, remembered(table, "objects/bb/b.parquet"), known)
        assert [type(write) for write in made] == [BuildTableBeside, SwapTable]


def test_a_known_table_gets_the_difference(table: DesiredTable) -> None:
    before, change = remembered(table, "objects/bb/b.parquet"), changing(updated=1)
    assert planned(table, HELD, before, change, hidden=True) == [FillTable(0, table, change, False, home="1")]
    (one,) = planned(table, HELD, before, change)
    assert isinstance(one, ApplyTableRowDelta)
    assert (one.change, one.home) == (change, "1")
    assert str(one.choice) == (
        "lignes de plus : 0 ; modifiées : 1 ; de moins : 0 ; 0,0 s estimées, contre 0,0 s pour tout recharger"
    )


@pytest.mark.parametrize(
    "change, rates, said",
    [
        (changing(inserted=2, deleted=2), TableThroughput(), ""),
        (changing(deleted=5, before=8), TableThroughput(), ""),
        (changing(inserted=1, deleted=2), TableThroughput(), "deux transactions"),
        (changing(updated=1, deleted=1), TableThroughput(), "deux transactions"),
        (changing(updated=20_001, after=10**6), TableThroughput(), "trop pour une transaction"),
        (changing(updated=2_000, after=10**6), TableThroughput(upsert=50.0), "trop pour une transaction"),
        (changing(updated=2_000, after=10**6), TableThroughput(upsert=100.0), ""),
        (
            changing(updated=2_000, after=2_000),
            TableThroughput(load=2_000.0, upsert=500.0),
            "pour tout recharger",
        ),
    ],
)
def test_when_the_difference_is_one_transaction_and_the_cheaper_way(
    change: RowDelta, rates: TableThroughput, said: str
) -> None:
    if change.deleted and change.upsert_row_count:
        assert "deux transactions" in str(explain_single_transaction_refusal(change, rates, overwrites=False))
    why = str(explain_single_transaction_refusal(change, rates) or "")
    assert said in why
    assert bool(said) is bool(why)


@pytest.mark.parametrize(
    "held",
    [
        ObservedTable((TableField("code", "text"), TableField("n", "text")), frozenset({"code"}), 3),
        ObservedTable(FIELDS, frozenset({"n"}), 3),
        ObservedTable(FIELDS, frozenset(), 3),
        ObservedTable((FIELDS[1], FIELDS[0]), frozenset({"code"}), 3),
        ObservedTable((FIELDS[0],), frozenset({"code"}), 3),
    ],
)
def test_another_shape_is_built_beside_or_made_again_unseen(table: DesiredTable, held: ObservedTable) -> None:
    assert kinds(planned(table, held, remembered(table))) == [BuildTableBeside, SwapTable]
    assert kinds(planned(table, held, remembered(table), hidden=True)) == [DropTable, DefineTable, FillTable]


def test_a_column_that_leaves_takes_the_table_with_it(table: DesiredTable) -> None:
    more = ObservedTable((*FIELDS, TableField("nom", "text")), frozenset({"code"}), 3)
    assert kinds(planned(table, more, remembered(table))) == [DropTable, LoadTableInPlace]


def kinds(made: list[Write]) -> list[type[Write]]:
    return [type(write) for write in made]


# --- backing resources --------------------------------------------------------------------------------------


def backing(identifier: str, of: str = "1", held: ObservedTable = HELD) -> BackingResource:
    return BackingResource(identifier, of, replace(held, home=identifier))


def known(table: DesiredTable, *homes: str) -> PlatformState:
    return PlatformState(
        "id", tables={home: LastAppliedTableContents(("code", "n"), table.partitions) for home in homes}
    )


def test_a_table_in_service_in_a_backing_resource_is_nothing_to_write(table: DesiredTable) -> None:
    held = replace(HELD, home="c")
    assert planned(table, held, known(table, "c"), backing_resources=(backing("c"),)) == []
    (flag,) = planned(table, held, known(table, "c"), backing_resources=(backing("c"),), flagged=False)
    assert flag == SwapTable(0, table, "c", "c")


def test_a_backing_resource_that_was_filled_by_a_run_that_died_is_put_to_use(table: DesiredTable) -> None:
    old = ObservedTable(FIELDS, frozenset({"n"}), 3)
    made = planned(table, old, known(table, "c"), backing_resources=(backing("c"),))
    assert made == [SwapTable(0, table, "c", "1")]
    want, found = wanted(resource(table=table)), observed(there(), backing_resources=(backing("c"),))
    away = plan_writes(want, found, pair_resources(want, found), known(table, "c"), frozenset({"1"}))
    assert away == (SwapTable(0, table, "c", None),)


def test_a_backing_resource_that_was_half_filled_leaves(table: DesiredTable) -> None:
    old = ObservedTable(FIELDS, frozenset({"n"}), 3)
    half = backing("c", held=ObservedTable(FIELDS, frozenset({"code"}), 1))
    made = planned(table, old, known(table, "c"), backing_resources=(half,))
    assert kinds(made) == [RemoveBackingResource, BuildTableBeside, SwapTable]
    assert kinds(planned(table, HELD, known(table, "1"), backing_resources=(half,))) == [
        RemoveBackingResource
    ]


def test_a_new_backing_resource_takes_over_from_the_old_one(table: DesiredTable) -> None:
    old = ObservedTable(FIELDS, frozenset({"n"}), 3, home="c")
    made = planned(table, old, PlatformState(), backing_resources=(backing("c", held=old),))
    assert kinds(made) == [BuildTableBeside, SwapTable, RemoveBackingResource]
    assert isinstance(made[1], SwapTable)
    assert made[1].former == "c"


def test_a_backing_resource_whose_resource_shows_no_table_leaves(table: DesiredTable) -> None:
    want, found = wanted(), observed(there(table=replace(HELD, home="c")), backing_resources=(backing("c"),))
    made = plan_writes(want, found, pair_resources(want, found), PlatformState(), frozenset({"1"}))
    assert made == (DropTable("1", carried=True), RemoveBackingResource("c"))


def test_a_table_that_is_not_wanted_leaves_unless_it_is_the_platforms_own() -> None:
    assert writes(wanted(), observed(there(table=HELD)), None, "1") == [DropTable]
    assert writes(wanted(tables=False), observed(there(table=HELD)), None, "1") == []


def test_identity_of_resources() -> None:
    csv, parquet, foreign = there("1", "CSV"), there("2", "Parquet"), there("3", "PDF", managed=False)
    both = observed(foreign, parquet, csv)
    same = pair_resources(wanted(resource("CSV"), resource("Parquet")), both)
    assert same.of == (csv, parquet)
    assert same.surplus == ()
    fewer = pair_resources(wanted(resource("Parquet")), both)
    assert (fewer.of, fewer.surplus) == ((parquet,), (csv,))
    other = pair_resources(wanted(resource("GeoJSON"), resource("CSV")), observed(csv, parquet))
    assert other.of == (parquet, csv)
    more = pair_resources(wanted(resource("CSV"), resource("GeoJSON")), observed(csv, foreign))
    assert more.of == (csv, None)
    adopted = there("4", "csv", managed=False)
    assert pair_resources(wanted(resource("CSV")), observed(foreign, adopted)).of == (adopted,)
    annex = there("5", "CSV", managed=False, fields={"data_type": "annexe"})
    assert pair_resources(wanted(resource("CSV")), observed(annex)).of == (None,)


def test_what_others_put_beside_ours_is_never_taken_over() -> None:
    csv, theirs = there("1", "CSV"), there("2", "Parquet", managed=False)
    both = wanted(resource("CSV"), resource("Parquet"))
    assert pair_resources(both, observed(csv, theirs)).of == (csv, None)
    deleted = pair_resources(
        wanted(resource("Parquet")), observed(theirs), PlatformState(resources={"9": "CSV"})
    )
    assert deleted.of == (None,), "ours was deleted, and they put theirs instead"
    assert pair_resources(wanted(resource("Parquet")), observed(theirs), PlatformState()).of == (theirs,)


def test_one_that_was_deleted_comes_back_under_its_id() -> None:
    csv = there("1", "CSV")
    found = observed(csv)
    known = PlatformState(record=found.id, resources={"1": "CSV", "2": "Parquet", "3": "XLSX"})
    both = wanted(resource("CSV"), resource("Parquet"))
    pairing = pair_resources(both, found, known)
    assert (pairing.of, pairing.lost) == ((csv, None), {1: "2"})
    (made,) = plan_writes(both, found, pairing, known, frozenset({"1"}))
    assert isinstance(made, CreateResource)
    assert made.id == "2"
    assert pair_resources(both, found, replace(known, record="another")).lost == {}


def test_a_surplus_leaves_before_anything_arrives() -> None:
    found = observed(there("1", "CSV"), there("2", "Parquet", table=HELD))
    assert writes(wanted(resource("CSV")), found, None, "1") == [RemoveResource]


def test_from_file_to_link() -> None:
    link = DesiredResource("JSON", {"name": "x (JSON)", "url": "https://x"})
    found = observed(there("1", "CSV"))
    (write,) = plan_writes(wanted(link), found, pair_resources(wanted(link), found), PlatformState())
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
    assert (find_differing_fields({"x": want}, {"x": found}) == {}) is same


def test_an_extra_that_became_a_field_does_not_stay_in_both_places() -> None:
    found = observed(there(), extras={"title": "x", "region": "Sud"})
    (write,) = plan_writes(wanted(), found, pair_resources(wanted(), found), PlatformState(), frozenset("1"))
    assert isinstance(write, UpdateRecord)
    assert write.moved == ("title",)
