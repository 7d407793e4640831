"""The counts of the scan are those of asking each cell by itself, however the cells are brought together."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc import duck
from aqueduc.anonymise.scan import measure as engine
from aqueduc.anonymise.scan import scan_table
from aqueduc.anonymise.scan.features import detect_features
from aqueduc.anonymise.scan.masks import group_equal_bitmasks
from aqueduc.anonymise.scan.measure import ColumnMeasure, build_cell_text_sql, measure_column_features
from aqueduc.anonymise.scan.normal import normalise_cells
from tests.examples import share

pytestmark = pytest.mark.end_to_end

CELLS = (
    "M. Jean Dupont",
    "M.\u00a0Jean\u202fDupont",
    "06 12 34 56 78",
    "0612345678",
    "612345678.0",
    "01/02/1984",
    "31/12/99",
    "1984-01-01",
    "12 rue des Lilas",
    "zoe.canari@exemple.example",
    "FR76 3000 6000 0112 3456 7890 189",
    "AA-123-AA",
    "192.168.1.10",
    "rien à signaler",
    "  ",
    "",
    "\u200b",
    "lot 7",
)
WAYS: dict[str, dict[str, int]] = {
    "as it is": {},
    "grouped": {"GROUPED_ROWS": 0},
    "grouped, a few at once": {"GROUPED_ROWS": 0, "BATCH_CELLS": 3, "READ_ROWS": 2},
    "never grouped": {"GROUPED_BYTES": 0},
    "never grouped, a few bytes at once": {"GROUPED_BYTES": 0, "BATCH_BYTES": 40, "READ_ROWS": 2},
}

texts = st.lists(st.sampled_from((*CELLS, None)), min_size=1, max_size=60)
numbers = st.lists(
    st.sampled_from((None, 612345678, 33612345678, 44562, 19840101, 7)), min_size=1, max_size=60
)


@contextmanager
def relation(table: pa.Table) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as scratch, duck.open_duckdb(Path(scratch)) as con:
        con.register("scanned", table)
        yield con


def measured(table: pa.Table) -> tuple[ColumnMeasure, ...]:
    with relation(table) as con:
        return measure_column_features(con, "scanned", table.column_names)


def counted_plainly(table: pa.Table) -> dict[str, dict[int, int]]:
    """Each cell by itself: no batch, no group, no cell asked for another."""
    counts = {}
    with relation(table) as con:
        types = {name: kind for name, kind, *_ in con.execute("DESCRIBE scanned").fetchall()}
        for name, kind in types.items():
            rows = con.execute(
                f"SELECT {build_cell_text_sql(duck.identifier(name), kind)} FROM scanned"
            ).fetchall()
            counts[name] = dict(Counter(mask for (cell,) in rows if (mask := alone(cell)) is not None))
    return counts


@cache
def alone(cell: str | None) -> int | None:
    """The answers of one cell; None when it holds nothing."""
    normal = normalise_cells(pa.array([cell], pa.string()))
    return group_equal_bitmasks(detect_features(normal))[0][0] if normal[0].as_py() else None


def table_of(columns: Mapping[str, list[Any]], types: Mapping[str, pa.DataType]) -> pa.Table:
    rows = max(map(len, columns.values()))
    return pa.table(
        {
            name: pa.array([*cells, *[None] * (rows - len(cells))], types[name])
            for name, cells in columns.items()
        }
    )


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=share(20, of=10), deadline=None)
@given(note=texts, naissance=texts, tel=numbers, montant=numbers)
def test_the_counts_are_those_of_each_cell_by_itself(
    way: str, note: list[Any], naissance: list[Any], tel: list[Any], montant: list[Any]
) -> None:
    table = table_of(
        {"note": note, "naissance": naissance, "tel": tel, "montant": montant},
        {"note": pa.string(), "naissance": pa.string(), "tel": pa.int64(), "montant": pa.float64()},
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WAYS[way].items():
            patch.setattr(engine, name, value)
        found = measured(table)
    plain = counted_plainly(table)
    assert {one.column: dict(one.masks) for one in found} == plain
    assert [one.cells for one in found] == [sum(plain[one.column].values()) for one in found]


def test_what_looks_closer_counts_a_repeated_cell_as_often_as_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Years, first days of January and beginnings of numbers, of a column that is grouped and of one that is
    not."""
    born = [f"{1 + n % 28:02}/{1 + n % 3:02}/{1940 + n % 50}" for n in range(40)] * 30
    table = pa.table(
        {
            "naissance": born,
            "jour": pa.array([date(1980, 1, 1 + n % 9) for n in range(1200)]),
            "saisi": [f"{1970 + n % 20}-0{1 + n % 2}-01T{n % 24:02}:{n % 60:02}:07" for n in range(1200)],
            "tel": [f"06{n % 90:02}345678" for n in range(1200)],
        }
    )
    monkeypatch.setattr(engine, "GROUPED_ROWS", 0)
    grouped = measured(table)
    monkeypatch.setattr(engine, "GROUPED_BYTES", 0)
    plain = measured(table)
    assert grouped == plain
    by_name = {one.column: one for one in grouped}
    years = by_name["naissance"].years
    assert years is not None and (years.dated, years.distinct) == (1200, 40)
    assert years.firsts == sum(cell.startswith("01/01/") for cell in born) / 1200
    typed = by_name["saisi"].years
    assert typed is not None and (typed.dated, typed.distinct, typed.firsts) == (1200, 20, 0.5)
    assert by_name["tel"].starts == 90


def test_a_value_that_comes_back_over_the_file_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        engine, "detect_features", lambda cells, *_: asked.append(len(cells)) or detect_features(cells)
    )
    monkeypatch.setattr(engine, "BATCH_CELLS", 50_000)
    rows = 2 * engine.GROUPED_ROWS
    label = pa.array([f"Secteur {n}" for n in range(50)]).take(pa.array([n % 50 for n in range(rows)]))
    (found,) = measured(pa.table({"secteur": label}))
    assert sum(asked) == 50 and found.cells == rows


def test_no_more_bytes_are_asked_at_once_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten columns of texts: a batch bounded in cells alone would take them all."""
    asked = []
    monkeypatch.setattr(
        engine, "detect_features", lambda cells, *_: asked.append(cells.nbytes) or detect_features(cells)
    )
    monkeypatch.setattr(engine, "BATCH_BYTES", 1 << 20)
    columns = {
        f"texte {c}": [f"{n} {'chaussée déformée ' * 12}{c}" for n in range(10_000)] for c in range(10)
    }
    table = pa.table(columns)
    found = measured(table)
    assert [one.cells for one in found] == [10_000] * 10
    one_read = table.slice(0, engine.READ_ROWS).nbytes
    assert max(asked) <= engine.BATCH_BYTES + one_read and len(asked) > 1


@given(
    number=st.from_regex(engine.PLAIN_NUMBERS, fullmatch=True).filter(lambda text: not text.endswith(".0"))
)
def test_what_is_not_brought_to_normal_form_is_in_it(number: str) -> None:
    assert normalise_cells(pa.array([number]))[0].as_py() == number


def test_a_table_of_texts_without_a_row_holds_nothing() -> None:
    assert scan_table(pa.table({"nom": pa.array([], pa.string())})) == ()
