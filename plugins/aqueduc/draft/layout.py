"""What stands above the records of a table made for the eye: a row of groups above the names of its columns.

No cell leaves this module but the names of columns.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from aqueduc.sources.formats.heading import build_column_names_from_header_rows

_YEAR = re.compile(r"(?:19|20)\d{2}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?: 00:00:00)?|\d{2}/\d{2}/\d{4}")
"""A day, as the reader of a workbook gives it, or as somebody writes it."""
_FEWEST_DAYS = 3
_ROWS_BELOW = 5


def find_header_rows(rows: Sequence[Sequence[str]], rank: int) -> tuple[int, int]:
    """Where the header begins, and how many rows it takes (one or two), ``rank`` being that of the row that looks
    most like one."""
    if _is_followed_by_second_header_row(rows, rank):
        return rank, 2
    if rank and (
        _is_row_above_disambiguating_names(rows[rank - 1], rows[rank])
        or _is_upper_row_of_two_row_header(rows[rank - 1], rows[rank])
    ):
        return rank - 1, 2
    return rank, 1


def is_header_of_successive_days(names: Sequence[str]) -> bool:
    """Whether a row names a column for each day, one after the other, behind what they are the days of."""
    filled = [name for name in names if name]
    days = [_format_sortable_day(name) for name in filled if DAY.fullmatch(name)]
    in_order = all(before < after for before, after in pairwise(days))
    most = len(days) >= max(_FEWEST_DAYS, len(filled) / 2)
    return most and in_order and not DAY.fullmatch(filled[0])


def _format_sortable_day(day: str) -> str:
    return "-".join(reversed(day.split("/"))) if "/" in day else day[:10]


def _is_followed_by_second_header_row(rows: Sequence[Sequence[str]], rank: int) -> bool:
    """Whether the row below names what this one leaves blank: texts, or years and days, above numbers."""
    if len(rows) < rank + 3:
        return False
    above, names, *records = rows[rank : rank + 2 + _ROWS_BELOW]
    spanned = bool(_get_cell(above, 0)) and _get_cell(names, 0) in ("", _get_cell(above, 0))
    if any(
        _is_number(cell) and not (spanned and _is_year_or_day_name(records, at, cell))
        for at, cell in enumerate(names)
    ):
        return False
    blank = any(cell and not _get_cell(above, at) for at, cell in enumerate(names))
    return blank and any(cell and _is_numeric_column(records, at) for at, cell in enumerate(names))


def _is_year_or_day_name(records: Sequence[Sequence[str]], at: int, cell: str) -> bool:
    """Whether a cell is a year, or a day above what is none."""
    return bool(_YEAR.fullmatch(cell)) or bool(
        DAY.fullmatch(cell) and not any(DAY.fullmatch(_get_cell(row, at)) for row in records)
    )


def _is_numeric_column(records: Sequence[Sequence[str]], at: int) -> bool:
    cells = [cell for row in records if (cell := _get_cell(row, at))]
    return bool(cells) and all(map(_is_number, cells))


def _is_row_above_disambiguating_names(above: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the row above tells apart columns that have the same name."""
    filled = [name.casefold() for name in names if name]
    if sum(map(bool, above)) < 2 or len(set(filled)) == len(filled):
        return False
    alone, together = (
        build_column_names_from_header_rows([names], None),
        build_column_names_from_header_rows([above, names], None),
    )
    return _count_deduplicated_names(together) == 0 < _count_deduplicated_names(alone)


def _is_upper_row_of_two_row_header(above: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the row above names columns that this one leaves blank, and groups those that it names."""
    alone = [bool(cell) and _get_cell(names, at) in ("", cell) for at, cell in enumerate(above)]
    heads = [at for at, cell in enumerate(above) if cell and not alone[at]]
    grouped = any(not _get_cell(above, at + 1) and _get_cell(names, at + 1) for at in heads)
    return any(alone) and grouped


def _count_deduplicated_names(names: Sequence[str]) -> int:
    return sum(bool(re.search(r" \(\d+\)$", name)) for name in names)


def _get_cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _is_number(cell: str) -> bool:
    return any(char.isdigit() for char in cell) and not any(char.isalpha() for char in cell)
