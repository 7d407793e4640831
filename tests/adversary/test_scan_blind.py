"""The residual scan on columns that strangers labelled, before they or it knew anything of the other.

Two people wrote a set each, from a list of what is personal and without a look at the rules or the tests; the
rules were then mended with the first, and judged by the second at first sight. A column is found when any hit
but a noted one stands on it, since each of these closes the gate until a named person decides. Both have been
seen since: only a third set could say how the scan generalises.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import Strength, scan_table
from tests.adversary import labelled_first, labelled_second

OLDEST = frozenset(
    ("nir", "iban", "card", "phone", "email", "plate", "ip", "mac", "person_name", "address", "birth_date")
)


class Labelled(Protocol):
    """What both sets make of a column: ``beside`` are other columns of its table, by header; ``neutral`` says
    whether the label still holds under ``champ_1``."""

    header: str
    values: tuple[object, ...]
    personal: bool
    kind: str
    beside: Mapping[str, tuple[object, ...]]
    neutral: bool


@dataclass(frozen=True)
class Verdict:
    column: Labelled
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


def judge(columns: Sequence[Labelled], *, neutral: bool) -> list[Verdict]:
    """Each column in its own small table, under its header or under ``champ_1``."""
    return [
        Verdict(column, any(hit.strength is not Strength.NOTED for hit in _hits(column, neutral=neutral)))
        for column in columns
        if column.neutral or not neutral
    ]


def _hits(column: Labelled, *, neutral: bool) -> Iterator[Any]:
    cells = {column.header: column.values, **column.beside}
    names = [f"champ_{rank}" for rank in range(1, len(cells) + 1)] if neutral else list(cells)
    size = len(column.values)
    arrays = [_array((*values[:size], *[None] * (size - len(values)))) for values in cells.values()]
    found = scan_table(pa.table(dict(zip(names, arrays, strict=True))))
    return (hit for hit in found if hit.column == names[0])


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
    """What was reached, less a column or two.

    The bar that the city asks for is 0.97 of the oldest kinds, 0.90 of all and a precision of 0.93, on a set
    that nobody has mended anything with."""

    recall: float
    oldest: float
    precision: float


FLOORS = {
    (labelled_first, False): Floor(0.92, 0.97, 0.92),
    (labelled_first, True): Floor(0.91, 0.97, 0.88),
    (labelled_second, False): Floor(0.85, 0.90, 0.87),
    (labelled_second, True): Floor(0.88, 0.94, 0.84),
}


@pytest.mark.parametrize("labelled,neutral", FLOORS, ids=lambda one: getattr(one, "__name__", str(one)))
def test_a_set_written_by_a_stranger(
    labelled: Any, neutral: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    verdicts, floor = judge(labelled.columns(), neutral=neutral), FLOORS[labelled, neutral]
    found, oldest, right = recall(verdicts), recall(verdicts, OLDEST), precision(verdicts)
    with capsys.disabled():
        headers = "neutral" if neutral else "real"
        sys.stdout.write(f"\n{headers}: recall {found}, oldest kinds {oldest}, precision {right}")
    assert found.value >= floor.recall
    assert oldest.value >= floor.oldest
    assert right.value >= floor.precision


def test_the_sets_are_large_enough() -> None:
    for columns in (labelled_first.columns(), labelled_second.columns()):
        personal = [column.kind for column in columns if column.personal]
        assert len(personal) >= 120 and len(columns) - len(personal) >= 120
        assert all(personal.count(kind) >= 6 for kind in set(personal))


def test_the_judge_can_say_no() -> None:
    """Labels turned round: what is found becomes a false alarm, what is let be is missed."""
    columns = [replace(column, personal=not column.personal) for column in labelled_first.columns()[::8]]
    assert recall(judge(columns, neutral=False)).value < 0.3
