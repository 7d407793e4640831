"""Several files made into one table: their columns are the same, and each row says which file it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aqueduc import duck
from aqueduc.findings import FILE_LINES, Finding
from aqueduc.language import Message, Sentence, _, join_messages, n_, quote_text
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.drops import DropSource
from aqueduc.sources.findings import ReadFiles
from aqueduc.sources.origin import LINE
from aqueduc.sources.records import LINES_SHOWN

if TYPE_CHECKING:
    from aqueduc.sources.drops.extracting import FetchedFile

FILES_SHOWN = 20


@dataclass(frozen=True)
class FileTable:
    """The table of one file, in the target of its own ``request``."""

    fetched: FetchedFile
    result: ExtractResult
    request: ExtractRequest


def concatenate_file_tables(
    tables: Sequence[FileTable], request: ExtractRequest, source: DropSource
) -> ExtractResult:
    """Writes the rows of all ``tables``, in their order, to the request's file.

    Raises SourceUnreadable where they do not have the same columns, or one already has the ``file_column``.
    """
    _check_same_columns(tables, request)
    columns = _add_file_name_column(tables[0].result.columns, request, source)
    rejected = [table.result.rejected_file for table in tables]
    with duck.open_duckdb(request.scratch) as con:
        duck.write_parquet(con, _build_tables_union_sql(tables, source), request.target)
        rejected_file = request.scratch / "rejected-of-all.parquet" if any(rejected) else None
        if rejected_file is not None:
            duck.write_parquet(con, _build_rejections_sql(rejected), rejected_file)
    return ExtractResult(
        rows=sum(table.result.rows for table in tables),
        columns=columns,
        findings=(
            *_build_read_files_finding(tables),
            *_merge_findings(table.result.findings for table in tables),
        ),
        rejected=sum(table.result.rejected for table in tables),
        rejected_file=rejected_file,
    )


# --- columns ------------------------------------------------------------------------------------------------


def _check_same_columns(tables: Sequence[FileTable], request: ExtractRequest) -> None:
    first = tables[0]
    wrong = [
        (table, difference)
        for table in tables[1:]
        if (
            difference := _describe_column_difference(
                dict(first.result.columns), dict(table.result.columns), request
            )
        )
    ]
    if not wrong:
        return
    told = join_messages(
        (
            Message("{} ({})").format(table.fetched.label, difference)
            for table, difference in wrong[:FILES_SHOWN]
        ),
        " ; ",
    )
    raise request.source_origin.build_unreadable_error(
        _("Les fichiers n'ont pas tous les colonnes du premier, {first} : {told}.").format(
            first=first.fetched.label, told=told
        ),
        _("redéposer ceux qui diffèrent, ou ne réunir par « path: » que des fichiers du même modèle"),
    )


def _describe_column_difference(
    expected: Mapping[str, str], found: Mapping[str, str], request: ExtractRequest
) -> Sentence | None:
    """None for the same columns. One that nobody declared is counted: its name may be a cell."""
    declared = request.declared_column_names
    absent = [quote_text(name) for name in expected if name not in found and name in declared]
    more = sum(name not in expected for name in found)
    less = sum(name not in found for name in expected) - len(absent)
    parts = [
        *([_("sans {names}").format(names=join_messages(absent))] if absent else []),
        *(
            [_("{count} de plus").format(count=n_("{count} colonne", "{count} colonnes", more))]
            if more
            else []
        ),
        *(
            [_("{count} de moins").format(count=n_("{count} colonne", "{count} colonnes", less))]
            if less
            else []
        ),
    ]
    if parts:
        return join_messages(parts)
    return _("d'un autre type") if dict(expected) != dict(found) else None


def _add_file_name_column(
    columns: tuple[tuple[str, str], ...], request: ExtractRequest, source: DropSource
) -> tuple[tuple[str, str], ...]:
    """The columns, with that of the names of files. Raises SourceUnreadable."""
    if source.file_column is None:
        return columns
    if source.file_column.casefold() in {LINE, *(name.casefold() for name, _ in columns)}:
        raise request.source_origin.build_unreadable_error(
            _("Le fichier a déjà une colonne « {name} », que « file_column: » voudrait ajouter.").format(
                name=source.file_column
            ),
            _("donner un autre nom à « file_column: »"),
        )
    return (*columns, (source.file_column, "VARCHAR"))


# --- rows ---------------------------------------------------------------------------------------------------


def _build_tables_union_sql(tables: Sequence[FileTable], source: DropSource) -> str:
    selected = duck.identifiers(name for name, _ in tables[0].result.columns)
    parts = []
    for rank, table in enumerate(tables, start=1):
        name = table.fetched.file.file_name
        own = f", {duck.literal(name)} AS {duck.identifier(source.file_column)}" if source.file_column else ""
        line = f"{_compute_file_line_offset(rank, tables)} + {LINE} AS {LINE}"
        parts.append(
            f"SELECT {line}, {selected}{own} FROM {duck.build_read_parquet_sql(table.request.target)}"
        )
    return " UNION ALL ".join(parts)


def _build_rejections_sql(rejected: Sequence[Path | None]) -> str:
    return " UNION ALL ".join(
        f"SELECT * REPLACE ({_compute_file_line_offset(rank, rejected)} + {LINE} AS {LINE}) "
        f"FROM {duck.build_read_parquet_sql(path)}"
        for rank, path in enumerate(rejected, start=1)
        if path is not None
    )


def _compute_file_line_offset(rank: int, files: Sequence[object]) -> int:
    """What is added to the line numbers of a file; nothing to those of the only one."""
    return rank * FILE_LINES if len(files) > 1 else 0


# --- findings -----------------------------------------------------------------------------------------------


def _build_read_files_finding(tables: Sequence[FileTable]) -> tuple[Finding, ...]:
    if len(tables) == 1:
        return ()
    shown = [
        Message("{} {}").format(rank, table.fetched.label)
        for rank, table in enumerate(tables[:FILES_SHOWN], start=1)
    ]
    left = len(tables) - len(shown)
    more = [n_("{count} autre", "{count} autres", left)] if left else []
    return (ReadFiles(detail={"files": join_messages((*shown, *more), ", ")}),)


def _merge_findings(found: Iterable[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """One of a kind, a column and a detail, with the lines of all files."""
    listed = list(found)
    merged: dict[tuple[object, ...], Finding] = {}
    for rank, findings in enumerate(listed, start=1):
        for finding in findings:
            key = (type(finding), finding.column, repr(finding.detail))
            lines = tuple(_compute_file_line_offset(rank, listed) + line for line in finding.lines)
            before = merged.get(key)
            merged[key] = replace(
                finding,
                count=finding.count + (before.count if before else 0),
                lines=((before.lines if before else ()) + lines)[:LINES_SHOWN],
            )
    return tuple(merged.values())
