"""Which rows of a file are its header, and what each of its columns is called.

A header is known by the columns that the declaration names: whatever titles stand above it, however many
rows it takes, and whichever delimiter cuts it.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from aqueduc.language import _
from aqueduc.sources.names import is_data_like_name
from aqueduc.sources.origin import SourceOrigin

WITHIN = 30
"""Rows among which the header is looked for."""

_MIDNIGHT = re.compile(r"(?<=\d{4}-\d\d-\d\d) 00:00:00\b")


def collapse_column_name_blanks(cell: str | None) -> str:
    """A name on one line, without the blanks around."""
    return " ".join((cell or "").split())


def build_numbered_column_names(width: int) -> list[str]:
    """What the columns of a table are called where no row names them."""
    return [f"colonne {rank}" for rank in range(1, width + 1)]


def build_column_names_from_header_rows(
    rows: Sequence[Sequence[str | None]], declared: Collection[str] | None
) -> list[str]:
    """The columns that header ``rows`` name, "" for one without a name. ``declared`` None: not known yet.

    Above the last row, a blank cell belongs to the group named at its left: ``Hommes | | Femmes`` over
    ``0-14 | 15+ | 0-14`` gives ``Hommes 0-14``, ``Hommes 15+``, ``Femmes 0-14``. A name that comes back is
    ``nom (2)``, a column without a name ``colonne 3``, and so is one whose name looks like data, where the
    declaration expects them so; where it does not, nothing is invented. A day is named without the hour that a
    workbook gives it.
    """
    width = max(map(len, rows), default=0)
    cells = [[collapse_column_name_blanks(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    for row in cells[:-1]:
        for rank in range(1, width):
            row[rank] = row[rank] or row[rank - 1]
    joined = [" ".join(dict.fromkeys(part for part in parts if part)) for parts in zip(*cells, strict=True)]
    seen: Counter[str] = Counter()
    named: list[str] = []
    for rank, whole in enumerate(joined, start=1):
        name = whole if whole in (declared or ()) else _MIDNIGHT.sub("", whole)
        seen[name.casefold()] += 1
        count = seen[name.casefold()]
        other = f"{name} ({count})" if name else f"colonne {rank}"
        expected = declared is None or other in declared
        found = other if expected and (not name or count > 1) else name
        named.append(
            f"colonne {rank}" if _is_data_like_name_declared_by_rank(found, rank, declared) else found
        )
    return named


def _is_data_like_name_declared_by_rank(name: str, rank: int, declared: Collection[str] | None) -> bool:
    """Whether the declaration calls by its rank a column that has a name, for that name may not be written."""
    return bool(
        declared and name not in declared and f"colonne {rank}" in declared and is_data_like_name(name)
    )


def count_matching_declared_names(found: Collection[str], declared: Collection[str]) -> int:
    """How many declared columns are there."""
    return len(set(found) & set(declared))


def find_header_position(candidates: Sequence[Sequence[str]], declared: Collection[str]) -> int:
    """Which of the ``candidates`` (the names that would be, row by row) is the header: the one that names
    most of the declared columns. Below the first, it must name more than half of them: a row of data may
    hold a word or two that are also names."""
    scores = [count_matching_declared_names(names, declared) for names in candidates]
    best = max(scores, default=0)
    return scores.index(best) if best > len(set(declared)) / 2 else 0


def refuse_blank_first_header_row(
    origin: SourceOrigin, cells: Sequence[str | None], line: int, header_rows: int
) -> None:
    """Lets the first row of a header of several pass, or raises SourceUnreadable for a blank one: the declared columns
    are then those of fewer rows, and the row below them would be published as data."""
    if not any(map(collapse_column_name_blanks, cells)):
        raise origin.build_unreadable_error(
            _(
                "« header_rows: {header_rows} » est sans effet : les colonnes déclarées sont nommées sous la ligne "
                "{line}, qui est vide, et la suite de leur en-tête serait lue comme une donnée."
            ).format(header_rows=header_rows, line=line),
            _(
                "nommer les colonnes par toutes les lignes de l'en-tête (« Groupe Nom »), ou ôter « header_rows: »"
            ),
        )
