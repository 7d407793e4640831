"""The foot of a table made for the eye: totals and notes below its last record.

It is told by the words and signs that it begins with, which are ours: no other part of a cell leaves this module.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from aqueduc import duck
from aqueduc.sources.origin import LINE

_TOTALS = ("Total", "Totaux", "Sous-total", "Sous total", "Ss-total", "S/T", "Cumul", "Ensemble")
_NOTES = (
    "Source", "Note", "NB", "N.B.", "Lecture", "Champ", "Légende", "Avertissement", "Mise à jour", "Données", "Contact",
    "Renseignement", "Remarque", "Unité", "Extraction", "Extrait le", "Édité le", "Imprimé le",
)  # fmt: skip
_WRITTEN = {word.lower(): word for word in (*_TOTALS, *_NOTES)}
# Of notes: a sign that calls them, or an abbreviation that they explain, with what sets it apart.
_CALLS = r"[(](?:[0-9]{1,2}|[a-z]|[*]{1,3})[)]|[*]{1,3}|[¹²³]"
_BLANKS = "[ \t\u00a0\u202f]"
_ABBREVIATIONS = f"(?:n[.]?[acdrs]|n/[acd]|s[.]?[os])(?:[.](?:{_BLANKS}*[:=])?|{_BLANKS}*[:=])"
_SIGNS = f"^(?:{_CALLS}|{_ABBREVIATIONS})"
LONGEST_FOOT = 12
_LAST_LINES = 1_000
"""Where the last rows are looked for first: the blanks of all the others need not be trimmed for them."""


@dataclass(frozen=True)
class TableFoot:
    """The rows at the end of a table that are no records, by their ``lines``; ``words``: what they begin with."""

    lines: tuple[int, ...]
    words: tuple[str, ...]


def find_table_foot(con: duckdb.DuckDBPyConnection, path: Path, names: Sequence[str]) -> TableFoot | None:
    """The totals and notes below the last record of an extract; None where there are none. Raises duckdb.Error."""
    if len(names) < 2:
        return None
    cells = [f"nullif(trim(CAST({duck.identifier(name)} AS VARCHAR)), '')" for name in names]
    filled = " + ".join(f"({cell} IS NOT NULL)::INT" for cell in cells)
    rows = duck.build_read_parquet_sql(path)
    shapes = f"(SELECT {LINE}, {filled} AS filled, coalesce({', '.join(cells)}) AS start FROM {rows})"
    end = duck.fetch_count(con, f"SELECT max({LINE}) FROM {rows}")
    last = _read_footer_hints_of_last_rows(con, f"{shapes} WHERE {LINE} > {end - _LAST_LINES}")
    if len(last) < LONGEST_FOOT and end > _LAST_LINES:
        last = _read_footer_hints_of_last_rows(con, f"{shapes} WHERE true")
    if not last or last[0][2] is None:
        return None
    usual = duck.fetch_single_row(con, f"SELECT coalesce(avg(filled), 0) FROM {shapes}")[0]
    found: list[tuple[int, str]] = []
    for line, count, begins, alone in last:
        short = count == 1 or (begins in _TOTALS and (alone or count <= usual - 0.5))
        if begins is None or not short:
            break
        found.insert(0, (int(line), str(begins)))
    if not found or len(found) == len(last) < LONGEST_FOOT:
        return None
    # A space that nobody types is read as another by some formats, and as itself by others.
    words = (re.split("[\u00a0\u202f]", word)[0] for _, word in found)
    return TableFoot(tuple(line for line, _ in found), tuple(dict.fromkeys(words)))


def _read_footer_hints_of_last_rows(con: duckdb.DuckDBPyConnection, rows: str) -> list[tuple[Any, ...]]:
    """Of the SQL ``rows``, the last that hold something, from the last one up: line, how many cells are filled, the word
    of a foot that it begins with or None, whether it is no more than the name of a total."""
    word = f"regexp_extract(lower(start), {duck.literal(_build_starts_with_regex((*_TOTALS, *_NOTES)))}, 1)"
    sign = f"nullif(regexp_extract(start, {duck.literal(_SIGNS)}, 0, 'i'), '')"
    # Words are looked for in these rows alone, which are chosen first.
    ends = f"(FROM {rows} AND filled > 0 ORDER BY {LINE} DESC LIMIT {LONGEST_FOOT})"
    found = con.execute(
        f"SELECT {LINE}, filled, {word}, {sign}, "
        f"regexp_full_match(lower(start), 'tota[lux]+( g[ée]n[ée]ral)?[ :]*|ensemble[ :]*') "
        f"FROM {ends} ORDER BY {LINE} DESC"
    ).fetchall()
    return [(line, filled, _WRITTEN.get(begins, sign), alone) for line, filled, begins, sign, alone in found]


def list_footer_start_words(lines: Sequence[str]) -> tuple[str, ...]:
    """What the last of ``lines``, those of a text cut as no row is, begin with: the notes that end it, from the last
    one up to the first that is none."""
    found: list[str] = []
    for line in reversed([line.strip(' \t"') for line in lines if line.strip(' \t";,|')][-LONGEST_FOOT:]):
        begins = re.match(_build_starts_with_regex(_NOTES), line.lower())
        if begins is None:
            break
        found.insert(0, _WRITTEN[begins[1]])
    return tuple(dict.fromkeys(found))


def _build_starts_with_regex(words: Sequence[str]) -> str:
    """Of a text in small letters: one pattern for all of the ``words``, since each that DuckDB is given takes it as long
    as a small table."""
    known = "|".join(re.escape(word.lower()) for word in words)
    return rf"^({known})(?:[^a-zà-ÿ0-9]|s\b|$)"
