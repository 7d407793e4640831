"""``include/corrections/<dataset>.csv``: cells the city corrects itself, while the source waits to be mended.

One line a cell: the key of the row, the column, the mark of the value that is wrong (so that a source mended
since is never overwritten), the value it should be, who says so and why. The file is in the city's own
folder, reviewed like the rest of it and kept in its history: so it may only hold what is public anyway.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aqueduc.declaration.diagnostics.catalogue import InapplicableCorrection
from aqueduc.declaration.diagnostics.problem import TextPosition
from aqueduc.declaration.files import format_include_path, read_file_start
from aqueduc.declaration.spec import CellCorrection, ColumnDeclaration, PrivacySettings
from aqueduc.language import Message, _

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReadingContext, PartialDeclaration

FOLDER = "corrections"
LARGEST = 10_000_000
"""Bytes; beyond them the file is something else."""
TAIL = ("column", "before", "after", "by", "why")
EMPTY = "empty"
"""As a mark: the cell that is wrong is empty."""
MARK = re.compile(rf"{EMPTY}|[0-9a-f]{{16}}")


def read_corrections(
    reader: DeclarationReadingContext, sections: PartialDeclaration
) -> tuple[CellCorrection, ...]:
    """Those of the dataset; () without a file. What is wrong in it is complained of, its cells unsaid."""
    path = reader.include / FOLDER / f"{reader.path.stem}.csv"
    try:
        data = read_file_start(path, LARGEST + 1)
    except OSError:
        return ()
    reader.contents.append(data)
    found, problems = _parse_corrections(data, sections)
    name = format_include_path(reader.include, path)
    reader.collector.problems += [
        InapplicableCorrection(file=name, place=TextPosition(line, 1, 1), detail={"what": what})
        for line, what in problems
    ]
    return found


def explain_uncorrectable_column(
    columns: tuple[ColumnDeclaration, ...], indirect: tuple[str, ...], name: str
) -> Message | None:
    """Why the published column ``name`` may not be corrected by a file; None when it may.

    ``indirect``: the quasi-identifiers and sensitive columns (``list_quasi_identifier_and_sensitive_columns``).
    """
    column = next((column for column in columns if column.published_as == name), None)
    if column is None:
        return _("« {} » n'est pas une colonne publiée").format(name)
    if not column.rule.capabilities.as_is or column.basis or column.name in indirect:
        return _(
            "« {} » n'est pas publiée telle quelle, ou touche à des personnes : une correction en garderait la "
            "valeur dans ce dossier"
        ).format(name)
    return None


def list_quasi_identifier_and_sensitive_columns(privacy: PrivacySettings | None) -> tuple[str, ...]:
    """The columns that say something of people without naming them, by their names in the source. The row of
    a correction may be one that is withheld: its sensitive value would then stand here with its key."""
    return (*privacy.quasi_identifiers, *(one.column for one in privacy.sensitive)) if privacy else ()


_Problem = tuple[int, Message]


def _parse_corrections(
    data: bytes, sections: PartialDeclaration
) -> tuple[tuple[CellCorrection, ...], list[_Problem]]:
    if len(data) > LARGEST:
        return (), [(1, _("ce fichier est trop grand : des corrections tiennent dans 10 Mo"))]
    key, columns = sections.spec.key or (), sections.columns.read if sections.columns else ()
    indirect = list_quasi_identifier_and_sensitive_columns(sections.privacy)
    if not key:
        return (), [
            (1, _("des corrections désignent leurs lignes par la clé du jeu, et il n'en déclare pas"))
        ]
    try:
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        lines = [(rows.line_num, row) for row in rows]
    except (UnicodeDecodeError, csv.Error):
        return (), [(1, _("ce n'est pas un CSV en UTF-8, à virgules"))]
    wanted = [*key, *TAIL]
    if not lines or lines[0][1] != wanted:
        return (), [(1, _("la première ligne doit être : {}").format(",".join(wanted)))]
    for name in key:
        why = explain_uncorrectable_column(columns, indirect, name)
        if why is not None:
            return (), [(1, why)]
    found: list[CellCorrection] = []
    problems: list[_Problem] = []
    seen: set[tuple[str, ...]] = set()
    for number, row in lines[1:]:
        wrong = list(_check_correction_row(row, wanted, columns, indirect))
        again = tuple(row[: len(key) + 1])
        if not wrong and again in seen:
            wrong = [_("cette cellule est déjà corrigée plus haut")]
        seen.add(again)
        problems += [(number, what) for what in wrong]
        if not wrong:
            column, before, after, by, why_said = row[len(key) :]
            found.append(
                CellCorrection(
                    line=number,
                    key=tuple(row[: len(key)]),
                    column=column,
                    before=None if before == EMPTY else before,
                    after=after,
                    by=by,
                    why=why_said,
                )
            )
    return tuple(found), problems


def _check_correction_row(
    row: list[str], wanted: list[str], columns: tuple[ColumnDeclaration, ...], indirect: tuple[str, ...]
) -> Iterator[Message]:
    if len(row) != len(wanted):
        yield _("cette ligne n'a pas {} cellules").format(len(wanted))
        return
    column, before, _after, by, why = row[-len(TAIL) :]
    refused = explain_uncorrectable_column(columns, indirect, column)
    if refused is not None:
        yield refused
    elif column in wanted[: -len(TAIL)]:
        yield _("la clé ne se corrige pas : elle désigne la ligne")
    if not MARK.fullmatch(before):
        yield _("« before » n'est pas une marque de 16 chiffres hexadécimaux, ni « empty »")
    if not by.strip() or not why.strip():
        yield _("« by » et « why » disent qui corrige et pourquoi")
