"""Records of JSON (an object a row) made into a table: nested names dotted, keys united, everything text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from aqueduc import duck
from aqueduc.declaration.spec import Source
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _
from aqueduc.run import RowObserver
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.findings import AmbiguousNumbers, IgnoredBlankRows
from aqueduc.sources.jsonstream import JsonNumber, format_json_value
from aqueduc.sources.origin import LINE
from aqueduc.sources.points import find_ambiguous_decimal_points
from aqueduc.sources.reading import (
    CellReader,
    NumberSeparators,
    build_trim_sql,
    map_columns_to_number_separators,
)

if TYPE_CHECKING:
    import duckdb

_SMALLEST_BUFFER = 16 << 20
_ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass
class RecordSpool:
    """Takes records one by one into a file of JSON lines of the scratch folder, then makes a table of them.

    Columns are the keys of all records in order of first appearance; a record without one of them has NULL
    there. ``a: {b: 1}`` makes a column ``a.b``; a list is kept as its JSON text.
    """

    request: ExtractRequest
    count: int = 0
    _seen: dict[str, bool] = field(default_factory=dict)
    """Column to whether it ever holds something."""
    _longest: int = 0

    @cached_property
    def _number_separators(self) -> Mapping[str, NumberSeparators]:
        return map_columns_to_number_separators(self.request.dataset)

    @property
    def _spool_path(self) -> Path:
        return self.request.scratch / "records.jsonl"

    def open_spool(self) -> TextIO:
        return self._spool_path.open("w", encoding="utf-8", newline="\n")

    def add_record(self, record: Any, out: TextIO) -> None:
        """Raises SourceUnreadable for what is not an object, or holds the same name twice."""
        self.count += 1
        if not isinstance(record, dict):
            raise self._build_record_error(_("n'est pas un objet « nom : valeur »"))
        flat: dict[str, str | None] = {}
        for name, member in _flatten_record(record, ""):
            if name in flat:
                raise self._build_record_error(_("porte deux fois le même nom"))
            value = flat[name] = _format_json_cell(member, self._number_separators.get(name))
            if name not in self._seen:
                self.request.source_origin.check_column_count(len(self._seen) + 1)
            if not self._seen.get(name):
                self._seen[name] = value is not None
        line = _ENCODER.encode({LINE: self.count, **flat})
        try:
            size = out.write(line + "\n")
        except UnicodeEncodeError:
            size = None
        if size is None:
            raise self._build_record_error(_("contient un caractère qui n'existe pas (Unicode incomplet)"))
        self._longest = max(self._longest, 4 * size)
        self.request.report_rows_read(1)

    def write_records_as_table(self) -> ExtractResult:
        """Raises SourceUnreadable. Without a single record, the columns are those declared."""
        import duckdb

        origin = self.request.source_origin
        names = self.list_columns() if self.count else self.request.declared_column_names
        origin.check_has_any_declared_column(names, self.request.declared_column_names, json=True)
        origin.check_column_names(names, self.request.declared_column_names)
        with duck.open_duckdb(self.request.scratch) as con:
            try:
                result: ExtractResult | None = write_text_table(
                    con, TextTable(self._build_spool_relation_sql(names), names), self.request
                )
            except duckdb.Error:
                # Its text quotes values.
                result = None
        if result is None or result.rows != self.count:
            raise origin.build_unreadable_error(
                _("Les enregistrements reçus ne se laissent pas mettre en table."),
                _("vérifier qu'ils ont la forme attendue, et prévenir l'équipe qui exploite la source"),
            )
        return result

    def list_columns(self) -> tuple[str, ...]:
        """An object that is null here and there is no column: its members are."""
        parents = {name[:rank] for name in self._seen for rank, char in enumerate(name) if char == "."}
        return tuple(name for name, filled in self._seen.items() if filled or name not in parents)

    def _build_spool_relation_sql(self, names: tuple[str, ...]) -> str:
        typed = ", ".join(f"{duck.literal(name)}: 'VARCHAR'" for name in names)
        return (
            f"read_json({duck.literal(str(self._spool_path))}, format = 'newline_delimited', "
            f"columns = {{{duck.literal(LINE)}: 'BIGINT', {typed}}}, "
            f"maximum_object_size = {max(_SMALLEST_BUFFER, self._longest)})"
        )

    def _build_record_error(self, what: Sentence) -> Exception:
        return self.request.source_origin.build_unreadable_error(
            _("L'enregistrement n° {count} {what}.").format(count=self.count, what=what),
            _("vérifier « records: » dans la déclaration, ou prévenir l'équipe qui exploite la source"),
        )


def _flatten_record(record: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, dict) and value:
            yield from _flatten_record(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _format_json_cell(value: Any, marks: NumberSeparators | None) -> str | None:
    if value is None or value == {}:
        return None
    if isinstance(value, JsonNumber):
        return marks.format_number_with_separators(value) if marks else str(value)
    return value if isinstance(value, str) else format_json_value(value)


# --- a table of text ----------------------------------------------------------------------------------------

LINES_SHOWN = 10


@dataclass(frozen=True)
class TextTable:
    """A table of text in DuckDB. ``relation`` is an SQL relation: ``__line`` then the VARCHAR ``columns``, in
    source order. ``written``: its cells are texts in the source too, none of them was a number."""

    relation: str
    columns: tuple[str, ...]
    written: bool = False


def write_text_table(
    con: duckdb.DuckDBPyConnection,
    table: TextTable,
    request: ExtractRequest,
    observe_rows: RowObserver | None = None,
) -> ExtractResult:
    """Streams ``table`` to the request's Parquet file. ``observe_rows``, where nothing counted them on the way
    there. Raises duckdb.Error, and SourceUnreadable for a column whose points are of thousands, and of decimals as
    it would be read."""
    table = _fill_down_columns(table, request.dataset.source)
    cells = CellReader.build_readers_by_column(request.dataset, written=table.written)
    text = CellReader("string", request.dataset.reading)
    readers = [(duck.identifier(name), cells.get(name, text)) for name in table.columns]
    # In two steps: what an expression repeats, DuckDB computes again.
    known = ", ".join(f"{reader.build_null_if_missing_sql(name)} AS {name}" for name, reader in readers)
    read = ", ".join(
        f"{reader.build_nonmissing_canonical_cell_sql(name)} AS {name}" for name, reader in readers
    )
    query = f"SELECT {LINE}, {read} FROM (SELECT {LINE}, {known} FROM {table.relation})"
    duck.write_parquet(con, query, request.target, observe_rows)
    columns = tuple((name, "VARCHAR") for name in table.columns)
    points = find_ambiguous_decimal_points(
        con,
        request.source_origin,
        table.relation,
        duck.build_read_parquet_sql(request.target),
        _select_readers_of_table_columns(cells, table),
    )
    findings = (*_find_ambiguous_numbers(con, table, cells), *points)
    return ExtractResult(duck.count_rows(con, duck.build_read_parquet_sql(request.target)), columns, findings)


def _select_readers_of_table_columns(
    cells: Mapping[str, CellReader], table: TextTable
) -> dict[str, CellReader]:
    return {name: cells[name] for name in table.columns if name in cells}


def _fill_down_columns(table: TextTable, source: Source) -> TextTable:
    """With the value above in the blank cells of the columns that merged cells left so."""
    names = [name for name in table.columns if name in source.filled_down_columns]
    if not names:
        return table
    above = ", ".join(
        f"last_value(CASE WHEN {build_trim_sql(name)} <> '' THEN {name} END IGNORE NULLS) OVER (ORDER BY {LINE} "
        f"ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS {name}"
        for name in map(duck.identifier, names)
    )
    return replace(table, relation=f"(SELECT * REPLACE ({above}) FROM {table.relation})")


def build_blank_rows_finding(count: int) -> tuple[Finding, ...]:
    return (IgnoredBlankRows(count=count),) if count else ()


def _find_ambiguous_numbers(
    con: duckdb.DuckDBPyConnection, table: TextTable, cells: Mapping[str, CellReader]
) -> Iterator[Finding]:
    """Costs a second reading of the source, so only where a decimal comma makes a doubt possible."""
    doubts = {
        name: condition
        for name in table.columns
        if name in cells
        and not cells[name].doubtful
        and (condition := cells[name].build_is_ambiguous_number_sql(duck.identifier(name)))
    }
    if not doubts:
        return
    counted = ", ".join(
        f"count(*) FILTER ({condition}), (min({LINE}, {LINES_SHOWN}) FILTER ({condition}))"
        for condition in doubts.values()
    )
    found = duck.fetch_single_row(con, f"SELECT {counted} FROM {table.relation}")
    for rank, name in enumerate(doubts):
        count, lines = found[2 * rank], found[2 * rank + 1]
        if count:
            yield AmbiguousNumbers(column=name, count=count, lines=tuple(lines))
