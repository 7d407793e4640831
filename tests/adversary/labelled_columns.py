"""Reads the columns that strangers labelled, one Parquet file a set in ``labelled/``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

FOLDER = Path(__file__).parent / "labelled"
_TYPES: Mapping[str, Callable[[str], object]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: text == "True",
    "date": dt.date.fromisoformat,
}


@dataclass(frozen=True)
class LabelledColumn:
    """A column and what its author says of it. ``beside``: other columns of its table, by header; ``neutral``: whether
    the label still holds under ``champ_1``; ``why``: in the author's words."""

    header: str
    values: tuple[object, ...]
    personal: bool
    kind: str
    why: str
    beside: Mapping[str, tuple[object, ...]]
    neutral: bool


@cache
def read_labelled_columns(name: str) -> Sequence[LabelledColumn]:
    """Reads a set, by the name of its file."""
    return tuple(_parse_column(row) for row in pq.read_table(FOLDER / f"{name}.parquet").to_pylist())


def _parse_column(row: Mapping[str, Any]) -> LabelledColumn:
    own, *others = row["cells"]
    return LabelledColumn(
        header=own["header"],
        values=_parse_values(own),
        personal=row["personal"],
        kind=row["kind"],
        why=row["why"],
        beside={other["header"]: _parse_values(other) for other in others},
        neutral=row["neutral"],
    )


def _parse_values(cells: Mapping[str, Any]) -> tuple[object, ...]:
    """A cell is kept as text beside the name of its type; nothing is null in both."""
    return tuple(
        None if text is None else _TYPES[kind](text)
        for text, kind in zip(cells["texts"], cells["types"], strict=True)
    )
