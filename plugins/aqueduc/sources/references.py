"""Tables of the city's own, joined to the rows of a source: each is read as a file of a source is, and its keys are
one row each, or the run ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from aqueduc import duck
from aqueduc.connections import Connection
from aqueduc.declaration.derived import map_declared_added_columns_to_origins
from aqueduc.declaration.diagnostics.catalogue import UndeclaredAddedColumn, UnreadableReference
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.files import read_include_document
from aqueduc.declaration.sections import build_join_entry_path
from aqueduc.declaration.spec import (
    City,
    ColumnDeclaration,
    Dataset,
    LexicalFormat,
    ReferenceJoin,
    Source,
    SourceCapabilities,
)
from aqueduc.errors import SourceError
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _, n_
from aqueduc.run import Workspace
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.findings import (
    ReadHiddenRows,
    ReadReference,
    RejectedUnmatchedRows,
    SkippedFooterRows,
    UnmatchedRows,
)
from aqueduc.sources.formats import FORMATS, FormatOptions, find_format_by_suffix
from aqueduc.sources.formats.reader import extract_document
from aqueduc.sources.keys import JoinKey, build_join_keys
from aqueduc.sources.names import format_safe_heading
from aqueduc.sources.origin import LINE, SourceOrigin
from aqueduc.sources.records import LINES_SHOWN
from aqueduc.sources.rejections import format_line_numbers, reject_rows
from aqueduc.store import compute_file_sha256

if TYPE_CHECKING:
    import duckdb

FOUND = "__found"
_SETTLE_ROWS = _("rien à faire si c'est bien ce qu'il fallait lire ; sinon, corriger ce fichier")


class ReferenceFileSource(Source):
    """A table of ``include/``, to the reader of files: no connection leads to it."""

    kind: Literal["reference"] = "reference"
    connection: str = ""
    path: str
    format: str

    @property
    def location(self) -> str:
        return self.path

    @property
    def capabilities(self) -> SourceCapabilities:
        known = FORMATS[self.format]
        return SourceCapabilities(laid_out=known.laid_out, spreadsheet=known.spreadsheet, text_only=True)


@dataclass(frozen=True)
class ReferenceTable:
    """A table that was read as ``request`` says. ``keys``: as the declaration alone has them, which are one row each.
    ``columns``: those it adds, with their types."""

    join: ReferenceJoin
    request: ExtractRequest
    keys: tuple[JoinKey, ...]
    columns: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)


# --- read ---------------------------------------------------------------------------------------------------


def read_reference_tables(
    dataset: Dataset, city: City, include: Path, scratch: Path
) -> tuple[ReferenceTable, ...]:
    """The tables that are joined to a dataset, into the private folder ``scratch``. Raises SourceUnreadable,
    SourceNotFound."""
    return tuple(
        read_reference_table(dataset, join, city, include, scratch / f"reference-{rank}")
        for rank, join in enumerate(dataset.join)
    )


def read_reference_table(
    dataset: Dataset, join: ReferenceJoin, city: City, include: Path, scratch: Path
) -> ReferenceTable:
    """Raises SourceUnreadable (its keys are not one row each, it lacks a column…), SourceNotFound."""
    scratch.mkdir()
    kind = find_format_by_suffix(PurePosixPath(join.file).suffix.lower())
    request = _build_reference_request(dataset, join, city, include, scratch, kind or "csv")
    path = include / join.file
    if kind is None:
        raise request.source_origin.build_unreadable_error(
            _("Le format de la table jointe ne se devine pas à son nom."),
            _("lui donner l'extension de ce qu'elle est : {listed}").format(listed=", ".join(FORMATS)),
        )
    if _hash_reference(path) != join.sha256:
        raise request.source_origin.build_unreadable_error(
            _("La table jointe a changé depuis que la déclaration a été lue."), _("relancer l'exécution")
        )
    options = FormatOptions(
        encoding=join.encoding,
        delimiter=None if join.delimiter == "auto" else join.delimiter,
        sheet=join.sheet,
    )
    result = extract_document(request, path, kind, options)
    columns = _list_columns_to_join(request.source_origin, join, result)
    keys = build_join_keys(request.source_origin, dataset, join, request.dataset, {})
    with duck.open_duckdb(scratch) as con:
        con.execute(f"SET TimeZone = {duck.literal(city.timezone)}")
        _refuse_repeated_keys(con, request, keys)
    return ReferenceTable(
        join, request, keys, columns, tuple(_attribute_findings_to_reference_table(join, result.findings))
    )


def list_joined_column_names(dataset: Dataset, city: City, workspace: Workspace) -> tuple[str, ...]:
    """The columns that joins add. Raises as ``read_reference_tables``."""
    if not dataset.join:
        return ()
    with workspace.vault.open_scratch_folder() as scratch:
        tables = read_reference_tables(dataset, city, workspace.include, scratch)
    return tuple(name for table in tables for name in table.column_names)


def find_origins_of_added_columns(
    dataset: Dataset, city: City, workspace: Workspace
) -> Mapping[str, tuple[str, ...]]:
    """The columns that are added to the rows of the source, each with those of the source of which it is made.
    A table whose columns the declaration does not list is read. Raises as ``read_reference_tables``."""
    listed = map_declared_added_columns_to_origins(dataset.columns, dataset.join, dataset.computed)
    unlisted = tuple(one for one in dataset.join if not one.columns)
    joined = {name: one.on for one in dataset.join for name in one.columns}
    if unlisted:
        with workspace.vault.open_scratch_folder() as scratch:
            read = dataset.model_copy(update={"join": unlisted})
            for table in read_reference_tables(read, city, workspace.include, scratch):
                joined.update(dict.fromkeys(table.column_names, table.join.on))
    made = {
        name: tuple(dict.fromkeys(key for origin in listed[name] for key in joined.get(origin, (origin,))))
        for name in dataset.computed
    }
    return {**{name: tuple(keys) for name, keys in joined.items()}, **made}


def find_reference_table_problems(
    dataset: Dataset, city: City, workspace: Workspace
) -> tuple[DeclarationProblem, ...]:
    """What is wrong with the tables that are joined to a dataset, each read whole, at the place that names it."""
    if not dataset.join:
        return ()
    include = workspace.include
    collector = ProblemCollector(read_include_document(include, dataset.path))
    declared = {column.name for column in dataset.columns}
    for rank, join in enumerate(dataset.join):
        at = (*build_join_entry_path(collector, rank), "file")
        with workspace.vault.open_scratch_folder() as scratch:
            try:
                table = read_reference_table(dataset, join, city, include, scratch / "reference")
            except SourceError as error:
                collector.add_value_problem(at, UnreadableReference, reason=error.what, advice=error.remedy)
                continue
        for place, name in enumerate(table.column_names, start=1):
            if name not in declared:
                shown = format_safe_heading(name, place)
                collector.add_value_problem(at, UndeclaredAddedColumn, shown=shown)
    return tuple(collector.problems)


def _hash_reference(path: Path) -> str:
    return compute_file_sha256(path) if path.is_file() else ""


def _build_reference_request(
    dataset: Dataset, join: ReferenceJoin, city: City, include: Path, scratch: Path, kind: str
) -> ExtractRequest:
    """A key is read as the column of the source that it equals, another column as it is declared."""
    declared = {column.name: column for column in dataset.columns}
    keys = {there: _rename_column(declared[here], there) for here, there in join.on.items()}
    wanted = join.columns or [column for column in declared if column not in join.on]
    others = {column: declared[column] for column in wanted if column in declared}
    read = dataset.model_copy(
        update={
            "source": ReferenceFileSource(path=f"{include.name}/{join.file}", format=kind),
            "columns": (*keys.values(), *(one for column, one in others.items() if column not in keys)),
            "reading": LexicalFormat(decimal=join.decimal, date=join.dates),
            # A row of a table that is badly cut would be a key that nobody finds.
            "reject_at_most": 0.0,
            "order": "source",
        }
    )
    return ExtractRequest(
        dataset=read,
        connection=Connection(id="", kind=""),
        window=None,
        timezone=city.timezone,
        etag=None,
        scratch=scratch,
        target=scratch / "reference.parquet",
        bbox=city.bbox,
    )


def _rename_column(column: ColumnDeclaration, name: str) -> ColumnDeclaration:
    return column.model_copy(update={"name": name})


def _list_columns_to_join(
    origin: SourceOrigin, join: ReferenceJoin, result: ExtractResult
) -> tuple[tuple[str, str], ...]:
    """The columns that are added. Raises SourceUnreadable where the table lacks one that is named."""
    there = dict(result.columns)
    for name in (*join.on.values(), *join.columns):
        if name not in there:
            raise origin.build_unreadable_error(
                _("La table jointe n'a pas de colonne « {name} ».").format(name=name),
                _("corriger « on: » ou « columns: » de la jointure, ou l'en-tête de la table"),
            )
    wanted = join.columns or tuple(name for name in there if name not in join.on.values())
    return tuple((name, there[name]) for name in wanted)


def _refuse_repeated_keys(
    con: duckdb.DuckDBPyConnection, request: ExtractRequest, keys: Sequence[JoinKey]
) -> None:
    """Raises SourceUnreadable for a key that two rows have. A row without its key is no row's."""
    names = [f"__key{place}" for place in range(len(keys))]
    filled = " AND ".join(f"{name} IS NOT NULL" for name in names)
    groups = (
        f"SELECT count(*) AS n, list({LINE}) AS lines FROM {_build_table_with_keys_sql(request, keys)} WHERE {filled} "
        f"GROUP BY {', '.join(names)} HAVING count(*) > 1"
    )
    count, rows, lines = duck.fetch_single_row(
        con, f"SELECT count(*), sum(n), list_sort(flatten(list(lines)))[:{LINES_SHOWN}] FROM ({groups})"
    )
    if count:
        shown = format_line_numbers(lines, rows)
        raise request.source_origin.build_unreadable_error(
            n_(
                "Une clé se trouve sur {rows} lignes de la table jointe (lignes {shown}) : laquelle vaut ?",
                "{count} clés se trouvent chacune sur plusieurs lignes de la table jointe ({rows} lignes : {shown}).",
                count,
                rows=rows,
                shown=shown,
            ),
            _REPEATED_AS_READ
            if any(key.kind != "text" for key in keys)
            else _("n'y laisser qu'une ligne par clé, ou nommer sous « on: » toutes les colonnes de la clé"),
        )


_REPEATED_AS_READ = _(
    "n'y laisser qu'une ligne par clé, ou nommer sous « on: » toutes les colonnes de la clé ; un nombre, une date ou un "
    "booléen est le même de quelque façon qu'il soit écrit (01 et 1, 1.50 et 1,5) : si c'est un code, en faire un texte "
    "à la source et dans le schéma"
)


def _attribute_findings_to_reference_table(
    join: ReferenceJoin, found: Iterable[Finding]
) -> Iterable[Finding]:
    """What the reader noticed, told of the table: its lines are not the source's."""
    for one in found:
        # Their own remedies name keys that only a source has.
        of_source = isinstance(one, ReadHiddenRows | SkippedFooterRows)
        advice = _SETTLE_ROWS if of_source else one.build_remedy_message()
        yield ReadReference(
            detail={"file": join.file, "said": one.build_message_with_line_numbers(), "advice": advice}
        )


# --- joined -------------------------------------------------------------------------------------------------


def join_references(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    result: ExtractResult,
    tables: Sequence[ReferenceTable],
) -> ExtractResult:
    """Adds the columns of ``tables`` to the rows of the request's file, which keep their order and their lines.

    Raises SourceUnreadable: a column is missing, or there already; more rows without a match than are tolerated.
    """
    if not tables:
        return result
    _check_join_column_names(request.source_origin, result, tables)
    con.execute(f"SET TimeZone = {duck.literal(request.timezone)}")
    loaded = [
        _load_reference_table_into_duckdb(con, request, result, rank, table)
        for rank, table in enumerate(tables)
    ]
    findings = [one for table in tables for one in table.findings]
    for one in loaded:
        findings += _build_unmatched_findings(con, request, one)
    result, condition = _reject_unmatched_rows(con, request, result, loaded)
    joined = request.scratch / "joined.parquet"
    added = "".join(
        f", {one.alias}.__added{place} AS {duck.identifier(name)}"
        for one in loaded
        for place, name in enumerate(one.table.column_names)
    )
    rows = duck.write_parquet(
        con,
        f"SELECT raw.*{added} FROM {duck.build_read_parquet_sql(request.target)} AS raw{_build_joins_sql(loaded)} "
        f"WHERE {condition} ORDER BY raw.{LINE}",
        joined,
    )
    if rows != result.rows:
        raise request.source_origin.build_unreadable_error(
            _("La jointure n'a pas gardé les lignes de la source, une pour une."), _("signaler ce défaut")
        )
    joined.replace(request.target)
    columns = (*result.columns, *(column for table in tables for column in table.columns))
    return replace(result, columns=columns, findings=(*result.findings, *findings))


@dataclass(frozen=True)
class _LoadedReferenceTable:
    """A table in DuckDB, under ``alias``, with the cells of the source that its keys are, and the ``match`` of a row
    with them."""

    table: ReferenceTable
    alias: str
    match: str


def _check_join_column_names(
    origin: SourceOrigin, result: ExtractResult, tables: Sequence[ReferenceTable]
) -> None:
    seen = {name.casefold() for name in result.column_names}
    for table in tables:
        for name in table.join.on:
            if name not in result.column_names:
                raise origin.build_unreadable_error(
                    _("La source n'a pas la colonne « {name} », clé de {file}.").format(
                        name=name, file=table.join.file
                    ),
                    _("corriger « on: » de la jointure, ou rétablir la colonne"),
                )
        for rank, name in enumerate(table.column_names, start=1):
            if name.casefold() in seen:
                raise origin.build_unreadable_error(
                    _("La colonne n° {rank} qu'ajoute {file} est déjà là.").format(
                        rank=rank, file=table.join.file
                    ),
                    _("la renommer dans la table jointe, ou n'en ajouter que d'autres (« columns: »)"),
                )
            seen.add(name.casefold())


def _load_reference_table_into_duckdb(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    result: ExtractResult,
    rank: int,
    table: ReferenceTable,
) -> _LoadedReferenceTable:
    """Raises SourceUnreadable: two keys are one, once they are read as the source has them."""
    types, read = dict(result.columns), table.request.dataset
    keys = build_join_keys(request.source_origin, request.dataset, table.join, read, types)
    if keys != table.keys:
        _refuse_repeated_keys(con, table.request, keys)
    alias, places = f"t{rank}", range(len(keys))
    cells = ", ".join(f"{duck.identifier(key.here)} AS __cell{place}" for place, key in enumerate(keys))
    made = ", ".join(
        f"{key.build_source_key_sql(f'__cell{place}')} AS __key{place}" for place, key in enumerate(keys)
    )
    # The key of each cell is made once, however many rows have it.
    source = f"(SELECT *, {made} FROM (SELECT DISTINCT {cells} FROM {duck.build_read_parquet_sql(request.target)}))"
    con.execute(
        f"CREATE TEMP TABLE {alias} AS SELECT true AS {FOUND}, * EXCLUDE ({LINE}) FROM {source} "
        f"JOIN {_build_table_with_keys_sql(table.request, keys, table.column_names)} "
        f"USING ({', '.join(f'__key{place}' for place in places)})"
    )
    match = " AND ".join(
        f"raw.{duck.identifier(key.here)} = {alias}.__cell{place}" for place, key in enumerate(keys)
    )
    return _LoadedReferenceTable(table, alias, match)


def _build_table_with_keys_sql(
    request: ExtractRequest, keys: Sequence[JoinKey], added: Sequence[str] = ()
) -> str:
    """The relation of a table: its lines, its keys, and the columns that are ``added``. These go by their rank: of two
    that have a name, DuckDB silently renames the second. A cell is read apart, since its key names it many times."""
    listed = "".join(f", {duck.identifier(name)} AS __added{place}" for place, name in enumerate(added))
    cells = "".join(
        f", {key.build_canonical_table_cell_sql()} AS __cell{place}" for place, key in enumerate(keys)
    )
    made = "".join(
        f", {key.build_table_key_sql(f'__cell{place}')} AS __key{place}" for place, key in enumerate(keys)
    )
    unread = ", ".join(f"__cell{place}" for place in range(len(keys)))
    table = f"(SELECT {LINE}{listed}{cells} FROM {duck.build_read_parquet_sql(request.target)})"
    return f"(SELECT * EXCLUDE ({unread}){made} FROM {table})"


def _build_joins_sql(tables: Iterable[_LoadedReferenceTable]) -> str:
    return "".join(f" LEFT JOIN {one.alias} ON {one.match}" for one in tables)


def _build_unmatched_findings(
    con: duckdb.DuckDBPyConnection, request: ExtractRequest, one: _LoadedReferenceTable
) -> list[Finding]:
    unmatched = f"{duck.build_read_parquet_sql(request.target)} AS raw ANTI JOIN {one.alias} ON {one.match}"
    count, lines = duck.fetch_single_row(
        con, f"SELECT count(*), min(raw.{LINE}, {LINES_SHOWN}) FROM {unmatched}"
    )
    if not count:
        return []
    kind = RejectedUnmatchedRows if one.table.join.unmatched == "reject" else UnmatchedRows
    return [kind(count=count, lines=tuple(lines), detail={"file": one.table.join.file})]


# --- rows without a match, rejected -------------------------------------------------------------------------


def _reject_unmatched_rows(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    result: ExtractResult,
    tables: Sequence[_LoadedReferenceTable],
) -> tuple[ExtractResult, str]:
    """The result without the rows that a join rejects, and the condition on those that stay."""
    rejecting = [one.alias for one in tables if one.table.join.unmatched == "reject"]
    if not rejecting:
        return result, "true"
    condition = " AND ".join(f"coalesce({alias}.{FOUND}, false)" for alias in rejecting)
    lost = (
        f"SELECT raw.{LINE}, 'jointure' AS __rules, CAST(to_json(raw) AS VARCHAR) AS text "
        f"FROM {duck.build_read_parquet_sql(request.target)} AS raw{_build_joins_sql(tables)} WHERE NOT ({condition})"
    )
    return reject_rows(con, request, result, lost, _build_excess_unmatched_message), condition


def _build_excess_unmatched_message(count: int, shown: str) -> tuple[Sentence, Sentence]:
    return (
        n_(
            "{count} ligne sans correspondance dans une table jointe (ligne {shown}), plus qu'il n'en est toléré.",
            "{count} lignes sans correspondance dans une table jointe (lignes {shown}), plus qu'il n'en est toléré.",
            count,
            shown=shown,
        ),
        _(
            "compléter la table jointe, ou corriger ces lignes à la source ; pour en tolérer une part : reject_at_most ; "
            "pour les garder : « unmatched: keep »"
        ),
    )
