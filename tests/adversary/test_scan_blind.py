"""The residual scan on columns that strangers labelled, before they or it knew anything of the other.

Ten people wrote a set each, from a list of what is personal and without a look at the rules or the
tests. At first sight, under real and under neutral headers (2026-11):

- the third: recall 0.96 and 0.97, precision 0.87 and 0.82;
- the fourth: recall 0.93 and 0.96, of the oldest kinds 0.97 and 1.00, precision 0.83 and 0.81;
- the fifth: recall 0.97 and 0.98, of the oldest kinds 1.00 and 1.00, precision 0.947 and 0.937;
- the sixth: recall 0.95 and 0.97, of the oldest kinds 0.99 and 1.00, precision 0.860 and 0.850;
- the seventh: recall 0.926 and 0.945, of the oldest kinds 0.985 and 1.000, precision 0.906 and 0.889;
- the eighth: recall 131/134 = 0.978 [0.936, 0.992] and 123/128 = 0.961 [0.912, 0.983], of the oldest kinds
  67/68 = 0.985 [0.921, 0.997] in both, precision 131/137 = 0.956 [0.908, 0.980] and 123/129 = 0.953
  [0.902, 0.979];
- the ninth: recall 158/163 = 0.969 [0.930, 0.987] and 126/128 = 0.984 [0.945, 0.996], of the oldest kinds
  101/103 = 0.981 [0.932, 0.995] and 89/89 = 1.000 [0.959, 1.000], precision 158/177 = 0.893 [0.838, 0.930]
  and 126/143 = 0.881 [0.818, 0.924];
- the tenth: recall 178/183 = 0.973 [0.938, 0.988] and 138/141 = 0.979 [0.939, 0.993], of the oldest kinds
  112/114 = 0.982 [0.938, 0.995] and 98/99 = 0.990 [0.945, 0.998], of the seventeen kinds that the guide names
  154/158 = 0.975 [0.937, 0.990] and 121/124 = 0.976 [0.931, 0.992], precision 178/187 = 0.952 [0.911, 0.974]
  and 138/147 = 0.939 [0.888, 0.967].

The rules were mended with all of them since, with the sixth and the seventh in part, but for the eighth,
the ninth and the tenth: no rule was mended with these. Their errors are counted; the headers of those of the tenth were
listed once, and nothing was made of them. Their floors are the scan on what it never saw (intervals of 95 %, Wilson's). A
column is found when any hit but a noted one stands on it, since each of these closes the gate until a named
person decides.

Precision fell in 2026-12, and its floors with it, when no column could lower another any more: that of the eighth from
0.956 and 0.953 to 0.936 and 0.925, of the ninth to 0.883 and 0.881, of the tenth to 0.942 and 0.926. First names,
illnesses and titles beside a count were told and closed nothing; they ask a person now, unless the rows are proved to
be aggregates, and these sets draw theirs at random, so that a key comes twice.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest

from aqueduc import duck
from aqueduc.anonymise.scan import context
from aqueduc.anonymise.scan.context import split_header_parts
from aqueduc.anonymise.scan.features import detect_naming_features
from aqueduc.anonymise.scan.measure import measure_column_features
from aqueduc.anonymise.scan.names import NameLists, load_builtin_names
from aqueduc.anonymise.scan.scan import find_hits_in_measured_columns
from tests.adversary.labelled_columns import LabelledColumn, read_labelled_columns

SETS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
MENDED_WITH = ("second", "third", "fourth", "fifth", "sixth", "seventh")
"""As the first: what they taught has tests of its own. Each change tries the first, and those that taught nothing."""
OLDEST = frozenset(
    ("nir", "iban", "card", "phone", "email", "plate", "ip", "mac", "person_name", "address", "birth_date")
)


@dataclass(frozen=True)
class Verdict:
    column: LabelledColumn
    found: bool


@dataclass(frozen=True)
class Share:
    """``of`` trials, ``hits`` of them good."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of

    def __str__(self) -> str:
        """With its 95 % interval (Wilson's score)."""
        z, p, n = 1.96, self.value, self.of
        middle = p + z * z / (2 * n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = ((middle + sign * half) / (1 + z * z / n) for sign in (-1, 1))
        return f"{self.hits}/{self.of} = {p:.3f} [{low:.3f}, {high:.3f}]"


def judge(columns: Sequence[LabelledColumn]) -> dict[bool, list[Verdict]]:
    """Each column in its own small table, under its header (False) and under ``champ_1`` (True). The cells of
    all tables are asked together, since to compile the patterns costs more than to ask them."""
    said: dict[bool, list[Verdict]] = {False: [], True: []}
    tables = list(map(_table, columns))
    with tempfile.TemporaryDirectory() as scratch, duck.open_duckdb(Path(scratch)) as con:
        con.register("together", _together(tables))
        measured = iter(measure_column_features(con, "together", con.table("together").columns))
        for column, table in zip(columns, tables, strict=True):
            cells = [next(measured) for _ in table.column_names]
            for neutral in (False, True) if column.neutral else (False,):
                headers = (
                    [f"champ_{rank}" for rank, _ in enumerate(cells, 1)] if neutral else table.column_names
                )
                con.register("scanned", table.rename_columns(headers))
                called = [replace(one, column=header) for one, header in zip(cells, headers, strict=True)]
                hits = find_hits_in_measured_columns(con, called, load_builtin_names(), lined=False)
                found = any(hit.is_blocking_hit for hit in hits if hit.column == headers[0])
                said[neutral].append(Verdict(column, found))
    return said


@pytest.fixture(autouse=True, scope="module")
def headers_asked_once() -> Iterator[None]:
    """The patterns are compiled for the headers of all tables at once, not for those of each."""
    every = sorted(_every_header())
    said = dict(zip(every, detect_naming_features(pa.array(every), load_builtin_names()), strict=True))

    def ask(headers: pa.StringArray, _names: NameLists) -> Any:
        return np.array([said[header] for header in headers.to_pylist()])

    with patch.object(context, "detect_naming_features", ask):
        yield


def _every_header() -> set[str]:
    written = {f"champ_{rank}" for rank in range(1, 20)}
    for column in chain.from_iterable(map(read_labelled_columns, SETS)):
        written |= {column.header, *column.beside}
    parts = {part for header in written for part in split_header_parts(header)}
    return parts | {part.replace("_", " ").replace(".", " ") for part in parts} | {" "}


def _table(column: LabelledColumn) -> pa.Table:
    size = len(column.values)
    cells = {column.header: column.values, **column.beside}
    return pa.table(
        {header: _array((*values[:size], *[None] * (size - len(values)))) for header, values in cells.items()}
    )


def _together(tables: Sequence[pa.Table]) -> pa.Table:
    longest = max(map(len, tables))
    arrays = [column.combine_chunks() for table in tables for column in table.columns]
    filled = [pa.concat_arrays([array, pa.nulls(longest - len(array), array.type)]) for array in arrays]
    return pa.table(filled, names=[f"c{rank}" for rank, _ in enumerate(filled)])


def _array(values: tuple[object, ...]) -> pa.Array:
    """Of one type; several types in one column come out as text, as the readers make them."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and kinds != {int, float}:
        return pa.array([None if value is None else str(value) for value in values])
    return pa.array(list(values))


def recall(verdicts: Sequence[Verdict], kinds: frozenset[str] | None = None) -> Share:
    personal = [
        one for one in verdicts if one.column.personal and (kinds is None or one.column.kind in kinds)
    ]
    return Share(sum(one.found for one in personal), len(personal))


def precision(verdicts: Sequence[Verdict]) -> Share:
    found = [one for one in verdicts if one.found]
    return Share(sum(one.column.personal for one in found), len(found))


@dataclass(frozen=True)
class Floor:
    """What was reached.

    The bar that the city asks for is 0.97 of the oldest kinds, 0.90 of all and a precision of 0.93, on a set
    that nobody has mended anything with."""

    recall: float
    oldest: float
    precision: float


FLOORS = {
    ("first", False): Floor(1.0, 1.0, 0.98),
    ("first", True): Floor(1.0, 1.0, 0.97),
    ("second", False): Floor(1.0, 1.0, 0.97),
    ("second", True): Floor(1.0, 1.0, 0.96),
    ("third", False): Floor(1.0, 1.0, 0.96),
    ("third", True): Floor(1.0, 1.0, 0.97),
    ("fourth", False): Floor(0.99, 1.0, 0.91),
    ("fourth", True): Floor(0.99, 1.0, 0.91),
    ("fifth", False): Floor(1.0, 1.0, 0.93),
    ("fifth", True): Floor(1.0, 1.0, 0.92),
    ("sixth", False): Floor(0.97, 1.0, 0.89),
    ("sixth", True): Floor(0.98, 1.0, 0.88),
    ("seventh", False): Floor(0.92, 0.98, 0.92),
    ("seventh", True): Floor(0.94, 1.0, 0.9),
    ("eighth", False): Floor(0.97, 0.98, 0.93),
    ("eighth", True): Floor(0.96, 0.98, 0.92),
    ("ninth", False): Floor(0.96, 0.98, 0.88),
    ("ninth", True): Floor(0.98, 1.0, 0.88),
    ("tenth", False): Floor(0.97, 0.98, 0.94),
    ("tenth", True): Floor(0.97, 0.98, 0.92),
}


@cache
def verdicts_of(labelled: str) -> dict[bool, list[Verdict]]:
    # The sets were written in 2026: days that end in 2024 are events then, and the births of children later.
    with patch("aqueduc.anonymise.scan.verdict.get_current_year", return_value=2026):
        return judge(read_labelled_columns(labelled))


@pytest.mark.parametrize(
    "labelled,neutral",
    [
        pytest.param(labelled, neutral, marks=pytest.mark.thorough)
        if labelled in MENDED_WITH
        else (labelled, neutral)
        for labelled, neutral in FLOORS
    ],
)
def test_a_set_written_by_a_stranger(
    labelled: str, neutral: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    verdicts, floor = verdicts_of(labelled)[neutral], FLOORS[labelled, neutral]
    found, oldest, right = recall(verdicts), recall(verdicts, OLDEST), precision(verdicts)
    with capsys.disabled():
        headers = "neutral" if neutral else "real"
        sys.stdout.write(f"\n{headers}: recall {found}, oldest kinds {oldest}, precision {right}")
    assert found.value >= floor.recall
    assert oldest.value >= floor.oldest
    assert right.value >= floor.precision


def test_the_sets_are_large_enough() -> None:
    for columns in map(read_labelled_columns, SETS):
        personal = [column.kind for column in columns if column.personal]
        assert len(personal) >= 120 and len(columns) - len(personal) >= 120
        assert all(personal.count(kind) >= 6 for kind in set(personal))


def test_the_judge_can_say_no() -> None:
    """Labels turned round: what is found becomes a false alarm, what is let be is missed."""
    columns = [
        replace(column, personal=not column.personal) for column in read_labelled_columns("first")[::8]
    ]
    assert recall(judge(columns)[False]).value < 0.3
