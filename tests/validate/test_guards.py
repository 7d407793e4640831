"""Guards on the whole: each one closes, each one can be waived for one run, and none quotes a cell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.findings import NonblockingPersonalColumn
from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.declaration.spec import DatasetGuards
from aqueduc.errors import ValidationGateClosed
from aqueduc.run import GuardWaiver
from aqueduc.store import ParquetFileHandle, Window
from aqueduc.validate import ValidationResult, guards, validate_anonymised_rows
from aqueduc.validate.guards import PublishedBaseline
from aqueduc.validate.nested_keys import find_new_json_key_paths, list_columns_with_json
from tests.examples import share
from tests.making import Desk, desk, extract_report

CANARY = "Canari-Zoé"
FIELDS = [
    {"name": "id"},
    {"name": "genre"},
    {"name": "montant", "type": "number"},
    {"name": "jour", "type": "date"},
]
COLUMNS = {field["name"]: "publish" for field in FIELDS}


@pytest.fixture
def bureau(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def table(count: int = 100, **changes: Sequence[Any]) -> dict[str, Sequence[Any]]:
    columns: dict[str, Sequence[Any]] = {
        "id": [f"{rank}" for rank in range(count)],
        "genre": [("pin", CANARY)[rank % 2] for rank in range(count)],
        "montant": ["10"] * count,
        "jour": [f"2026-0{1 + rank % 6}-01" for rank in range(count)],
    }
    return {**columns, **changes}


def safe(bureau: Desk, columns: Mapping[str, Sequence[Any]], run: Any) -> ParquetFileHandle:
    lines = {"__line": pa.array(range(2, 2 + len(next(iter(columns.values())))), pa.int64())}
    data = pa.table({**lines, **{name: pa.array(cells, pa.string()) for name, cells in columns.items()}})
    with bureau.place.vault.open_scratch_folder() as scratch:
        pq.write_table(data, scratch / "safe.parquet")
        extract_report(data.num_rows).write(bureau.place.store, run.dataset, run.id)
        return bureau.place.vault.store_anonymised_extract(
            scratch / "safe.parquet", dataset=run.dataset, run=run.id, rows=data.num_rows, window=run.window
        )


def judged(
    bureau: Desk,
    cells: Mapping[str, Sequence[Any]],
    run: str = "r2",
    *,
    window: Window | None = None,
    waivers: tuple[GuardWaiver, ...] = (),
    declared: Mapping[str, Any] = COLUMNS,
    **guards: Any,
) -> ValidationResult:
    fields = [field for field in FIELDS if declared.get(field["name"], "drop") != "drop"]
    more = {"guards": guards} if guards else {}
    dataset = bureau.dataset(columns=dict(declared), fields=fields, **more)
    task = bureau.run(window, run, waivers=waivers)
    return validate_anonymised_rows(dataset, task, safe(bureau, cells, task), bureau.place)


def published(bureau: Desk, *done: ValidationResult) -> None:
    """As if these had been published and certified."""
    parts = [
        {
            "window": one.handle.window.to_json() if one.handle.window else None,
            "object": one.handle.key,
            "sha256": one.handle.sha256,
            "rows": one.handle.rows,
        }
        for one in done
    ]
    entry = {"balance": {"extracted": done[-1].report.rows_in}}
    key, _ = append_ledger_entry(bureau.place.store, "jeu", "r1", datetime(2026, 1, 1, tzinfo=UTC), entry)
    bureau.place.store.write_current_revision_pointer("jeu", {"parts": parts, "certificate": key})


def held(bureau: Desk, columns: Mapping[str, Sequence[Any]], guard: str, **how: Any) -> str:
    """The message of a run that this guard, and no other, holds; nothing of it is in the store, and the same
    run passes once somebody has waived the guard."""
    before = bureau.place.store.list("objects")
    with pytest.raises(ValidationGateClosed) as closed:
        judged(bureau, columns, **how)
    assert {one.guard for one in closed.value.findings if not isinstance(one, NonblockingPersonalColumn)} == {
        guard
    }
    assert bureau.place.store.list("objects") == before
    report = bureau.place.store.read_report("jeu", how.get("run", "r2"), "validate")
    assert report is not None and not report["passed"]
    assert [(one["guard"], one["waived"]) for one in report["guards"]] == [(guard, None)]
    assert CANARY not in str(closed.value) + str(report)
    waiver = GuardWaiver(guard, "Jeanne Martin", "abattage annoncé")
    done = judged(bureau, columns, **{**how, "run": "r3", "waivers": (waiver,)})
    (one,) = done.report.guards
    assert (one.guard, one.waived) == (guard, {"by": "Jeanne Martin", "reason": "abattage annoncé"})
    assert "levée (au nom de : Jeanne Martin ; motif : abattage annoncé)" in str(done.report.findings[-1])
    return str(closed.value)


def test_nothing_is_held_the_first_time_nor_when_nothing_changes(bureau: Desk) -> None:
    first = judged(bureau, table(), "r1")
    assert first.report.guards == ()
    published(bureau, first)
    assert judged(bureau, table()).report.guards == ()


def test_a_dataset_that_loses_40_percent_of_its_rows_is_held(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(), "r1"))
    message = held(bureau, table(60), "shrink")
    assert "40 lignes de moins que dans la dernière révision publiée (40 % ; 30 % admis)" in message
    assert "--waive" in message


def test_shrink_as_declared(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(), "r1"))
    held(bureau, table(94), "shrink", shrink="5%")
    assert judged(bureau, table(95), shrink="5%").report.passed
    assert judged(bureau, table(20), shrink="any").report.passed


def test_growth(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(), "r1"))
    assert "120 lignes de plus" in held(bureau, table(220), "grow")
    assert judged(bureau, table(220), grow="200%").report.passed


def test_a_column_that_is_published_and_gone(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(), "r1"))
    others = {name: cells for name, cells in table().items() if name != "genre"}
    declared = {name: rule for name, rule in COLUMNS.items() if name != "genre"}
    assert "`genre`" in held(bureau, others, "columns", declared=declared)
    assert judged(bureau, others, declared=declared, columns="any").report.passed
    # Dropped by the declaration: holding it back would keep it online.
    assert judged(bureau, others, declared={**declared, "genre": "drop"}).report.passed


def test_empty_cells(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(), "r1"))
    emptied = table(montant=[None] * 30 + ["10"] * 70)
    assert "`montant` : 30 % de cellules vides, 0 % dans" in held(bureau, emptied, "nulls")
    assert judged(bureau, emptied, nulls="30%").report.passed


def test_a_distribution_that_shifts(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(), "r1"))
    shifted = table(genre=["pin"] * 90 + [CANARY] * 10)
    assert "`genre` : la répartition a changé pour 40 % des lignes" in held(bureau, shifted, "shift")
    assert judged(bureau, shifted, shift="any").report.passed
    assert judged(bureau, table(genre=["pin"] * 60 + [CANARY] * 40)).report.passed
    # Dates are no categories: those of the last months are never those of before.
    assert judged(bureau, table(jour=["2026-11-01"] * 100)).report.passed


def test_a_source_cut_where_exports_stop(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(1300), "r1"))
    assert "exactement 1\u202f000 lignes" in held(bureau, table(1000), "truncated")
    assert judged(bureau, table(1000), truncated="any").report.passed
    published(bureau, judged(bureau, table(1000), "r4", truncated="any"))
    assert judged(bureau, table(1000)).report.guards == ()


@pytest.mark.parametrize("kind", ["date", "year", "yearmonth", "string"])
def test_nothing_recent(bureau: Desk, kind: str) -> None:
    """Without a publication to compare with; the date may be a year, a month or a quarter."""
    newest = {"date": "2026-06-30", "year": "2026", "yearmonth": "2026-06", "string": "2026-T2"}[kind]
    ends = {"year": date(2027, 1, 1)}.get(kind, date(2026, 7, 1))
    rule = {"generalise": "quarter"} if kind == "string" else "publish"
    fields = [{"name": "jour", "type": kind}]
    dataset = bureau.dataset(
        columns={"jour": rule}, fields=fields, guards={"fresh": {"column": "jour", "within": "45 days"}}
    )
    for days, passes in ((44, True), (46, False)):
        now = datetime.fromordinal(ends.toordinal() + days).replace(tzinfo=UTC)
        place = Desk(bureau.place.__class__(**{**bureau.place.__dict__, "clock": lambda now=now: now}))
        run = place.run(None, f"r{days}")
        handle = safe(place, {"jour": [newest, newest]}, run)
        if passes:
            assert validate_anonymised_rows(dataset, run, handle, place.place).report.passed
        else:
            with pytest.raises(ValidationGateClosed, match="aucune ligne n'a moins de 45 jours") as closed:
                validate_anonymised_rows(dataset, run, handle, place.place)
            assert newest not in str(closed.value)


def test_a_total(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(), "r1"))
    tenfold = table(montant=["100"] * 100)
    assert "`montant` : le total a changé de 900 % (30 % admis)" in held(
        bureau, tenfold, "totals", totals={"montant": "30%"}
    )
    assert judged(bureau, tenfold).report.passed


def test_an_amount_that_is_no_number_does_not_hide_a_total_that_moved(bureau: Desk) -> None:
    """A sum with a NaN is one: compared with anything, it is on the right side of no limit."""
    published(bureau, judged(bureau, table(montant=["NaN", *["10"] * 99]), "r1"))
    moved = table(montant=["NaN", *["1000"] * 99])
    assert "9900 %" in held(bureau, moved, "totals", totals={"montant": "30%"}, shift="any")
    assert judged(bureau, table(montant=["NaN", *["10"] * 99]), totals={"montant": "30%"}).report.passed


def test_a_published_revision_that_cannot_be_read(bureau: Desk) -> None:
    first = judged(bureau, table(), "r1")
    published(bureau, first)
    bureau.place.store.delete(first.handle.key)
    # Read back whole, the same bytes would heal the store: the table differs.
    held(bureau, table(montant=["11"] * 100), "baseline")


def test_an_empty_source_is_held_whatever_is_waived(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(), "r1"))
    waivers = tuple(GuardWaiver(guard, "J. M.", "essai") for guard in ("shrink", "truncated"))
    with pytest.raises(ValidationGateClosed, match="aucune ligne à publier"):
        judged(bureau, table(0), waivers=waivers)


def test_a_waiver_is_for_its_guard_only(bureau: Desk) -> None:
    published(bureau, judged(bureau, table(), "r1"))
    with pytest.raises(ValidationGateClosed):
        judged(bureau, table(60), waivers=(GuardWaiver("grow", "J. M.", "essai"),))
    done = judged(bureau, table(), "r3", waivers=(GuardWaiver("grow", "J. M.", "essai"),))
    said = [one.code for one in done.report.findings if one.code != NonblockingPersonalColumn.code]
    assert said == ["derogation-sans-objet"]


def month(number: int) -> Window:
    return Window(datetime(2026, number, 1, tzinfo=UTC), datetime(2026, number + 1, 1, tzinfo=UTC))


def test_a_window_is_compared_with_itself_else_with_the_last_one(bureau: Desk) -> None:
    january = judged(bureau, table(), "r1", window=month(1))
    february = judged(bureau, table(40), "r2", window=month(2))
    published(bureau, january, february)
    # A month may hold what it will, unless the declaration says otherwise…
    assert judged(bureau, table(20), window=month(3)).report.passed
    held(bureau, table(20), "shrink", window=month(3), shrink="30%")
    # …a month made again may not lose its rows, and empty cells are seen from one month to the next.
    held(bureau, table(60), "shrink", window=month(1))
    held(bureau, table(40, montant=[None] * 40), "nulls", window=month(3))
    # Nor are the kinds of one month those of another, unless the declaration says so.
    assert judged(bureau, table(40, genre=["pin"] * 40), window=month(3)).report.passed
    held(bureau, table(40, genre=["pin"] * 40), "shift", window=month(3), shift="30%")


def test_a_window_made_again_with_its_neighbours_is_compared_with_all_that_it_replaces(bureau: Desk) -> None:
    """It replaces them: judged as new, it took 300 published rows away and nobody was asked."""
    done = [judged(bureau, table(100 * number), f"r{number}", window=month(number)) for number in (1, 2)]
    published(bureau, *done)
    both = Window(month(1).start, month(2).end)
    assert judged(bureau, table(300), "r3", window=both).report.passed
    assert "100 %" in held(bureau, table(0), "shrink", window=both).replace("\u202f", " ").replace(
        "\u00a0", " "
    )
    held(bureau, table(209), "shrink", window=both)
    held(bureau, table(601), "grow", window=both)
    # It replaces January, and February is new to it: what is lost of January is lost all the same.
    published(bureau, done[0])
    held(bureau, table(69), "shrink", window=both)
    assert judged(bureau, table(200), "r4", window=both).report.passed


def test_as_many_rows_as_an_export_gives_are_told_by_what_that_window_gave(bureau: Desk) -> None:
    """Not by what the last certified run read, which may be another window's."""
    done = [
        judged(bureau, table(rows), f"r{number}", window=month(number), truncated="any")
        for number, rows in ((1, 600), (2, 1000))
    ]
    bureau.place.store.write_validated_partitions("jeu", [one.handle for one in done])
    published(bureau, *done)
    held(bureau, table(1000), "truncated", window=month(1))
    assert judged(bureau, table(1000), "r3", window=month(2)).report.passed
    # No count is left of what is published: nobody can say that it is the same.
    bureau.place.store.write_validated_partitions("jeu", [])
    held(bureau, table(1000), "truncated", window=month(2))


@settings(max_examples=share(500), deadline=None)
@given(before=st.integers(1, 10_000), after=st.integers(1, 10_000), percent=st.integers(0, 100))
def test_shrink_is_the_share_lost_and_nothing_else(before: int, after: int, percent: int) -> None:
    """The rule itself, in whole numbers; those above and below see it close the gate."""
    limits = DatasetGuards(shrink=percent / 100, grow=math.inf)
    baseline = PublishedBaseline(
        (ParquetFileHandle("jeu", "", "valid", "", "", before, None),), same=True, extracted=None
    )
    found = list(guards._check_row_count_change(limits, baseline, before, after))
    assert bool(found) == (100 * (before - after) > percent * before)


@pytest.mark.parametrize("after, passes", [(70, True), (69, False)])
def test_the_share_of_rows_lost_is_that_of_the_tables(bureau: Desk, after: int, passes: bool) -> None:
    published(bureau, judged(bureau, table(100, montant=["1"] * 100), "r1"))
    columns = table(after, montant=["1"] * after)
    if passes:
        assert judged(bureau, columns, shrink="30%", shift="any").report.passed
    else:
        held(bureau, columns, "shrink", shrink="30%", shift="any")


@pytest.mark.parametrize("space", ["", " ", "\t", "\n", "\r", "\f", " \n\t"])
@pytest.mark.parametrize("text", ['{"a": 1}', "[1]"])
def test_a_column_is_asked_for_json_whatever_stands_before_it(space: str, text: str) -> None:
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE seen AS SELECT 'plain' AS name, ? AS said, NULL::VARCHAR AS none", [space + text]
        )
        assert list_columns_with_json(con, ["name", "said", "none"], "seen") == ("said",)
        assert list_columns_with_json(con, [], "seen") == ()
        con.execute("CREATE TABLE before AS SELECT '' AS said")
        # A form feed is no blank of JSON (RFC 8259, 2): what it begins is a text.
        wanted = ("said.a",) if text.startswith("{") and space != "\f" else ()
        assert find_new_json_key_paths(con, "said", "before", "seen") == wanted
