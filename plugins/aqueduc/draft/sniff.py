"""How a delimited text is laid out: its delimiter, where its header is; each with its doubt.

Nothing of what is read leaves this module but the names of the columns.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from aqueduc.draft.headings import refuse_unsafe_names
from aqueduc.language import _
from aqueduc.sources.formats.csv import DELIMITERS, split_record_cells
from aqueduc.sources.formats.heading import WITHIN, clean_column_name
from aqueduc.sources.origin import SourceOrigin

SAMPLE_LINES = 400


@dataclass(frozen=True)
class TextLayout:
    """The layout of a delimited text: ``names`` are the header's, cleaned. ``title_rows``: lines of text
    before it; ``below``: the cells of the row after it."""

    delimiter: str
    names: tuple[str, ...]
    title_rows: int = 0
    below: tuple[str, ...] = field(default=(), repr=False)
    doubt: str = ""


def read_text_header(origin: SourceOrigin, path: Path, encoding: str) -> TextLayout:
    """Raises SourceUnreadable for what has no header."""
    layout = detect_text_layout(path, encoding)
    if not layout.names:
        raise origin.unreadable(_("Le fichier est vide."), _("le redéposer avec son en-tête"))
    refuse_unsafe_names(origin, layout.names)
    return layout


# --- delimiter and header -----------------------------------------------------------------------------


def detect_text_layout(path: Path, encoding: str) -> TextLayout:
    """The layout of a delimited file, from its first lines."""
    lines = _read_first_lines(path, encoding)
    found = [(delimiter, _split_nonblank_rows(lines, delimiter)) for delimiter in DELIMITERS]
    delimiter, rows = max(found, key=lambda pair: _measure_row_regularity(pair[1]))
    if not rows:
        return TextLayout(";", ())
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    titles = _count_title_rows(rows, width)
    names = tuple(map(clean_column_name, rows[titles]))
    doubt = "" if width > 1 else str(_("une seule colonne : séparateur inconnu ?"))
    below = tuple(map(clean_column_name, rows[titles + 1])) if len(rows) > titles + 1 else ()
    return TextLayout(delimiter if width > 1 else ",", names, titles, below, doubt)


def _read_first_lines(path: Path, encoding: str) -> list[str]:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    with path.open(encoding=codec, errors="replace", newline="\n") as file:
        return [line.removesuffix("\n")[:100_000] for line in islice(file, SAMPLE_LINES)]


def _split_nonblank_rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """Rows that are not blank. The last one may have been cut: it is left out of a long sample."""
    rows = [row for _, row in split_record_cells(lines, delimiter) if any(cell.strip() for cell in row)]
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
