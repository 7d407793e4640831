"""How a delimited text is laid out: its delimiter, where its header is; each with its doubt.

Nothing of what is read leaves this module but the names of the columns.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from aqueduc.draft.layout import find_header_rows
from aqueduc.language import _
from aqueduc.sources.formats.csv import DELIMITERS, split_csv_records_into_cells
from aqueduc.sources.formats.heading import WITHIN, collapse_column_name_blanks

SAMPLE_LINES = 400


@dataclass(frozen=True)
class DelimitedTextLayout:
    """The layout of a delimited text: ``names`` are the header's, cleaned. ``title_rows``: lines of text
    before it; ``group``: the row of groups above the names, if there is one; ``below``: the cells of the row
    after them."""

    delimiter: str
    names: tuple[str, ...]
    title_rows: int = 0
    group: tuple[str, ...] = ()
    below: tuple[str, ...] = field(default=(), repr=False)
    doubt: str = ""

    @property
    def header_rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows that name the columns."""
        return (self.group, self.names) if self.group else (self.names,)


# --- delimiter and header -----------------------------------------------------------------------------


def detect_delimited_text_layout(path: Path, encoding: str) -> DelimitedTextLayout:
    """The layout of a delimited file, from its first lines."""
    lines = _read_first_lines(path, encoding)
    found = [(delimiter, _split_nonblank_rows(lines, delimiter)) for delimiter in DELIMITERS]
    delimiter, rows = max(found, key=lambda pair: _measure_row_regularity(pair[1]))
    if not rows:
        return DelimitedTextLayout(";", ())
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    titles = _count_title_rows(rows, width)
    cells = [tuple(map(collapse_column_name_blanks, row)) for row in rows[: titles + WITHIN]]
    first, count = find_header_rows(cells, titles)
    last = first + count - 1
    doubt = "" if width > 1 else str(_("une seule colonne : séparateur inconnu ?"))
    return DelimitedTextLayout(
        delimiter if width > 1 else ",",
        names=cells[last],
        title_rows=first,
        group=cells[first] if count > 1 else (),
        below=cells[last + 1] if len(cells) > last + 1 else (),
        doubt=doubt,
    )


def _read_first_lines(path: Path, encoding: str) -> list[str]:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    with path.open(encoding=codec, errors="replace", newline="\n") as file:
        return [line.removesuffix("\n")[:100_000] for line in islice(file, SAMPLE_LINES)]


def _split_nonblank_rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """Rows that are not blank. The last one may have been cut: it is left out of a long sample."""
    rows = [
        row for _, row in split_csv_records_into_cells(lines, delimiter) if any(cell.strip() for cell in row)
    ]
    return rows[:-1] if len(lines) >= SAMPLE_LINES else rows


def _measure_row_regularity(rows: Sequence[Sequence[str]]) -> tuple[float, int]:
    """How well a delimiter cuts: the share of rows as wide as most, then their width; one column is no
    cut."""
    if not rows:
        return 0.0, 0
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    return (count / len(rows) if width > 1 else 0.05), width


def _count_title_rows(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many rows stand before the first one that is as wide as most and filled in all along.

    A header may leave a cell or two unnamed; a title fills one cell of its row.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    widest = max(filled)
    for rank, row in enumerate(rows[:WITHIN]):
        if len(row) >= min(width, 2) and filled[rank] > 0.5 * widest:
            return rank
    return 0
