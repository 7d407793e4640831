"""What stands around the records of a table made for the eye: a row of groups above the names of its columns,
totals and notes below the last record.

No cell leaves this module but the names of columns: a foot is told by the words that it begins with, which are ours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aqueduc import duck
from aqueduc.sources.formats.heading import build_column_names
from aqueduc.sources.origin import LINE

_YEAR = re.compile(r"(?:19|20)\d{2}")
_ROWS_BELOW = 5


def find_header_rows(rows: Sequence[Sequence[str]], rank: int) -> tuple[int, int]:
    """Where the header begins, and how many rows it takes (one or two), ``rank`` being that of the row that looks
    most like one."""
    if _has_names_below(rows, rank):
        return rank, 2
    if rank and _groups_repeated_names(rows[rank - 1], rows[rank]):
        return rank - 1, 2
    return rank, 1


def _has_names_below(rows: Sequence[Sequence[str]], rank: int) -> bool:
    """Whether the row below names what this one leaves blank: texts, above numbers."""
    if len(rows) < rank + 3:
        return False
    above, names, *records = rows[rank : rank + 2 + _ROWS_BELOW]
    spanned = bool(_get(above, 0)) and not _get(names, 0)
    if any(_is_number(cell) and not (spanned and _YEAR.fullmatch(cell)) for cell in names):
        return False
    blank = any(cell and not _get(above, at) for at, cell in enumerate(names))
    return blank and any(cell and _is_measured(records, at) for at, cell in enumerate(names))


def _is_measured(records: Sequence[Sequence[str]], at: int) -> bool:
    cells = [cell for row in records if (cell := _get(row, at))]
    return bool(cells) and all(map(_is_number, cells))


def _groups_repeated_names(above: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the row above tells apart columns that have the same name."""
    filled = [name.casefold() for name in names if name]
    if sum(map(bool, above)) < 2 or len(set(filled)) == len(filled):
        return False
    alone, together = build_column_names([names], None), build_column_names([above, names], None)
    return _count_renamed(together) == 0 < _count_renamed(alone)


def _count_renamed(names: Sequence[str]) -> int:
    return sum(bool(re.search(r" \(\d+\)$", name)) for name in names)


def _get(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _is_number(cell: str) -> bool:
    return any(char.isdigit() for char in cell) and not any(char.isalpha() for char in cell)


# --- the foot ---------------------------------------------------------------------------------------------

_TOTALS = ("Total", "Totaux", "Sous-total", "Sous total", "Ensemble")
_NOTES = (
    "Source", "Note", "NB", "N.B.", "Lecture", "Champ", "Légende", "Avertissement", "Mise à jour", "Données",
)  # fmt: skip
LONGEST_FOOT = 12


@dataclass(frozen=True)
class TableFoot:
    """The rows at the end of a table that are no records, by their ``lines``; ``words``: what they begin with."""

    lines: tuple[int, ...]
    words: tuple[str, ...]


def find_table_foot(path: Path, names: Sequence[str], scratch: Path) -> TableFoot | None:
    """The totals and notes below the last record of an extract; None where there are none."""
    if len(names) < 2:
        return None
    cells = [f"nullif(trim(CAST({duck.identifier(name)} AS VARCHAR)), '')" for name in names]
    filled = " + ".join(f"({cell} IS NOT NULL)::INT" for cell in cells)
    word = " ".join(
        f"WHEN regexp_matches(lower(start), {duck.literal(_build_start_pattern(known))}) THEN {duck.literal(known)}"
        for known in (*_TOTALS, *_NOTES)
    )
    with duck.open_duckdb(scratch) as con:
        con.execute(
            f"CREATE TEMP VIEW shapes AS SELECT {LINE}, {filled} AS filled, coalesce({', '.join(cells)}) AS start "
            f"FROM {duck.parquet(path)}"
        )
        usual = duck.fetch_row(con, "SELECT coalesce(avg(filled), 0) FROM shapes")[0]
        last = con.execute(
            f"SELECT {LINE}, filled, CASE {word} END, regexp_full_match(lower(start), 'tota[lux]+( g[ée]n[ée]ral)?[ :]*') "
            f"FROM shapes WHERE filled > 0 ORDER BY {LINE} DESC LIMIT {LONGEST_FOOT}"
        ).fetchall()
    found: list[tuple[int, str]] = []
    for line, count, begins, alone in last:
        short = count == 1 or (begins in _TOTALS and (alone or count <= usual - 0.5))
        if begins is None or not short:
            break
        found.insert(0, (int(line), str(begins)))
    if not found or len(found) == len(last) < LONGEST_FOOT:
        return None
    return TableFoot(tuple(line for line, _ in found), tuple(dict.fromkeys(word for _, word in found)))


def _build_start_pattern(word: str) -> str:
    return rf"^{re.escape(word.lower())}(?:[^a-zà-ÿ0-9]|s\b|$)"
