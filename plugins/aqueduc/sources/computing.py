"""Columns that are computed from the others of their row, before any rule: see ``sources.expressions``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.declaration.diagnostics.catalogue import RefusedExpression
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.problem import DeclarationProblem, build_declaration_error
from aqueduc.declaration.files import read_include_document
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import SourceUnreadable
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _, n_, quote_text
from aqueduc.run import Workspace
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.expression_tree import ExpressionRefused
from aqueduc.sources.expressions import (
    TYPES,
    ParsedExpression,
    has_mixed_type_comparison,
    has_text_as_condition,
    parse_expression,
)
from aqueduc.sources.findings import RejectedUncomputedRows
from aqueduc.sources.long_texts import build_computation_memory_error, refuse_cells_too_long_to_compute
from aqueduc.sources.origin import LINE
from aqueduc.sources.reading import build_local_datetime_text_sql
from aqueduc.sources.records import LINES_SHOWN
from aqueduc.sources.rejections import format_line_numbers, reject_rows

_INTEGERS = ("HUGEINT", "TINYINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT")
_CALCULATION = (duckdb.DataError, duckdb.InvalidInputException)
"""What a cell may make of an expression that is right."""
_ENDLESS = ("DOUBLE", "DATE", "TIMESTAMP")
"""The types that have values without end, or that are no number."""


@dataclass(frozen=True)
class ComputedColumn:
    """``sql``: its expression, as it was parsed. ``type``: DuckDB's, of what it gives."""

    name: str
    sql: str
    type: str


def find_expression_problems(dataset: Dataset, workspace: Workspace) -> tuple[DeclarationProblem, ...]:
    """What is wrong with the expressions of a dataset, at the place where each is written."""
    if not dataset.computed:
        return ()
    collector = ProblemCollector(read_include_document(workspace.include, dataset.path))
    texts = _list_columns_known_as_text(dataset)
    with workspace.vault.open_scratch_folder() as scratch, duck.open_duckdb(scratch) as con:
        for name, one in _parse_expressions(con, dataset, collector).items():
            if texts.issuperset(one.columns):
                _check_expression_types(con, collector, name, one)
    return tuple(collector.problems)


def _list_columns_known_as_text(dataset: Dataset) -> frozenset[str]:
    """Those that are text before anything is read: a base alone gives types."""
    if dataset.source.capabilities.text_only:
        return frozenset(column.name for column in dataset.columns)
    return frozenset(name for one in dataset.join for name in one.columns)


def _check_expression_types(
    con: duckdb.DuckDBPyConnection, collector: ProblemCollector, name: str, parsed: ParsedExpression
) -> None:
    columns = ", ".join(
        ("1 AS __line", *(f"CAST(NULL AS VARCHAR) AS {duck.identifier(one)}" for one in parsed.columns))
    )
    try:
        _find_expression_type(con, parsed, f"(SELECT {columns})", parsed.columns)
    except ExpressionRefused as refused:
        reason = _("elle {what}").format(what=refused.what)
        collector.add_value_problem(
            ("computed", name), RefusedExpression, name=name, reason=reason, advice=refused.remedy
        )


def parse_computed_columns(dataset: Dataset, workspace: Workspace) -> Mapping[str, ParsedExpression]:
    """The expression of each computed column. Raises DeclarationError."""
    if not dataset.computed:
        return {}
    collector = ProblemCollector(read_include_document(workspace.include, dataset.path))
    with workspace.vault.open_scratch_folder() as scratch, duck.open_duckdb(scratch) as con:
        found = _parse_expressions(con, dataset, collector)
    if collector.problems:
        raise build_declaration_error(collector.problems, collector.problems[0].file)
    return found


def _parse_expressions(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, collector: ProblemCollector
) -> dict[str, ParsedExpression]:
    names = [column.name for column in dataset.columns if column.name not in dataset.computed]
    found = {}
    for name, text in dataset.computed.items():
        try:
            parsed = parse_expression(con, text, names)
            _refuse_expression_no_type_could_bind(con, parsed)
            found[name] = parsed
        except ExpressionRefused as refused:
            at = ("computed", name)
            collector.add_value_problem(
                at, RefusedExpression, name=name, reason=refused.what, advice=refused.remedy
            )
    return found


def _refuse_expression_no_type_could_bind(con: duckdb.DuckDBPyConnection, parsed: ParsedExpression) -> None:
    """Raises ExpressionRefused for what no type of the columns would make right: each is of any here."""
    columns = ", ".join(("NULL AS __line", *(f"NULL AS {duck.identifier(name)}" for name in parsed.columns)))
    try:
        con.execute(f"DESCRIBE SELECT {parsed.sql} FROM (SELECT {columns})")
    except duckdb.BinderException as error:
        # Two functions of one name, for two types of a column, are no fault.
        if "Could not choose a best candidate" not in str(error):
            raise ExpressionRefused(_MISUSED_FUNCTION, _CHECK_ARGUMENTS) from None
    except _CALCULATION:
        raise ExpressionRefused(_CONSTANT, _CHECK_CONSTANT) from None
    except duckdb.Error:
        return


_MISUSED_FUNCTION = _("une fonction n'y a pas les arguments qu'il lui faut")
_CHECK_ARGUMENTS = _(
    "vérifier leur nombre, leur ordre et leur type : le guide (« Ajouter des colonnes ») en donne des exemples"
)
_CONSTANT = _("une constante n'y est pas ce qu'elle doit être")
_CHECK_CONSTANT = _("vérifier ce qui est entre apostrophes : une expression régulière, un format de date…")


# --- computed -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _ExpressionInput:
    """The rows that expressions read. ``relation`` calls them ``raw``; ``own`` are their columns, as they were."""

    relation: str
    own: str


def compute_columns(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    result: ExtractResult,
    parsed: Mapping[str, ParsedExpression],
    choosing: Collection[str] = (),
) -> ExtractResult:
    """Adds the columns to the rows of the request's file, in their order. A row on which an expression fails is set
    aside.

    Raises SourceUnreadable: a name is there already, the types do not fit, more rows fail than are tolerated; any row
    does, of one of the ``choosing`` columns, by which no row may be told from the others.
    """
    if not parsed:
        return result
    # A division by zero gives nothing, as that of whole numbers does. Without the other, what stands in two TRY would
    # be taken out of both, and fail.
    con.execute("SET ieee_floating_point_ops = false")
    con.execute("SET disabled_optimizers = 'common_subexpressions'")
    con.execute(f"SET TimeZone = {duck.literal(request.timezone)}")
    _check_computed_names_are_new(request, result, parsed)
    rows = _build_expression_input(request, result, parsed)
    refuse_cells_too_long_to_compute(con, request, rows.relation, result, parsed)
    columns = [
        _build_typed_computed_column(con, request, rows, result, name, one) for name, one in parsed.items()
    ]
    computed = None
    try:
        if _try_to_write_computed_columns(con, request, rows, columns):
            computed = result
        else:
            computed = _reject_failing_rows(con, request, rows, result, columns, choosing)
    except duckdb.OutOfMemoryException:
        # A full disk says so as well.
        if duck.is_disk_full(request.scratch):
            raise
    if computed is None:
        raise build_computation_memory_error(request, parsed)
    return replace(computed, columns=(*result.columns, *((one.name, one.type) for one in columns)))


def _try_to_write_computed_columns(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    rows: _ExpressionInput,
    columns: Sequence[ComputedColumn],
) -> bool:
    """False where an expression fails on a row: nothing is written then."""
    added = ", ".join(f"{one.sql} AS {duck.identifier(one.name)}" for one in columns)
    try:
        _overwrite_extract_with_query(con, request, f"SELECT {rows.own}, {added} FROM {rows.relation}")
    except _CALCULATION:
        # Its text quotes the cell.
        return False
    return True


def _check_computed_names_are_new(
    request: ExtractRequest, result: ExtractResult, parsed: Iterable[str]
) -> None:
    seen = {name.casefold() for name in result.column_names}
    for name in parsed:
        if name.casefold() in seen:
            raise request.source_origin.build_unreadable_error(
                _("La source a déjà une colonne « {name} », que « computed: » voudrait ajouter.").format(
                    name=name
                ),
                _("donner un autre nom à la colonne calculée"),
            )


def _build_expression_input(
    request: ExtractRequest, result: ExtractResult, parsed: Mapping[str, ParsedExpression]
) -> _ExpressionInput:
    """Expressions read a moment by the city's clock, as it is published; the columns themselves stay as they are."""
    read = {name for one in parsed.values() for name in one.columns}
    target = duck.build_read_parquet_sql(request.target)
    others = {
        name: _build_column_sql_for_expressions(duck.identifier(name), kind)
        for name, kind in result.columns
        if name in read
    }
    changed = {name: sql for name, sql in others.items() if sql}
    if not changed:
        return _ExpressionInput(f"{target} AS raw", "raw.*")
    stem = _find_unused_column_prefix(result, "__raw")
    places = {name: f"{stem}{rank}" for rank, name in enumerate(changed)}
    read_as = ", ".join(f"{sql} AS {duck.identifier(name)}" for name, sql in changed.items())
    kept = ", ".join(f"{duck.identifier(name)} AS {place}" for name, place in places.items())
    back = ", ".join(f"{place} AS {duck.identifier(name)}" for name, place in places.items())
    return _ExpressionInput(
        f"(SELECT * REPLACE ({read_as}), {kept} FROM {target}) AS raw",
        f"raw.* EXCLUDE ({', '.join(places.values())}) REPLACE ({back})",
    )


def _find_unused_column_prefix(result: ExtractResult, stem: str) -> str:
    """How names of ours start: a column of the source may have any."""
    while any(name.casefold().startswith(stem) for name in result.column_names):
        stem += "_"
    return stem


def _build_column_sql_for_expressions(column: str, kind: str) -> str:
    """What expressions read for ``column``; empty where it is the column itself."""
    if kind == "VARCHAR":
        return build_local_datetime_text_sql(column)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"CAST({column} AS TIMESTAMP)"
    # Half as many digits, of which the others would be made up.
    return f"CAST(CAST({column} AS VARCHAR) AS DOUBLE)" if kind == "FLOAT" else ""


def _overwrite_extract_with_query(con: duckdb.DuckDBPyConnection, request: ExtractRequest, query: str) -> int:
    computed = request.scratch / "computed.parquet"
    rows = duck.write_parquet(con, query, computed)
    computed.replace(request.target)
    return rows


def _build_typed_computed_column(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    rows: _ExpressionInput,
    result: ExtractResult,
    name: str,
    parsed: ParsedExpression,
) -> ComputedColumn:
    """Raises SourceUnreadable where an expression does not fit the types of the columns, or gives no plain value."""
    texts = [one for one, kind in result.columns if kind == "VARCHAR" and one in parsed.columns]
    found, refusal = "", None
    try:
        found = _find_expression_type(con, parsed, rows.relation, texts)
    except ExpressionRefused as refused:
        refusal = refused
    if refusal is not None:
        raise request.source_origin.build_unreadable_error(
            _("La colonne calculée « {name} » {what}.").format(name=name, what=refusal.what), refusal.remedy
        )
    sql = f"({parsed.sql})"
    if found in _ENDLESS:
        # A cast that fails, and not error(): TRY wants no function that does something.
        sql = f"CASE WHEN {sql} IS NULL OR isfinite({sql}) THEN {sql} ELSE CAST(concat({sql}, '!') AS {found}) END"
    return ComputedColumn(name, sql, found)


def _find_expression_type(
    con: duckdb.DuckDBPyConnection, parsed: ParsedExpression, relation: str, texts: Sequence[str]
) -> str:
    """DuckDB's type of what an expression gives. Raises ExpressionRefused where it does not fit the types of the columns
    of ``relation``, of which some are ``texts``, or gives no plain value."""
    try:
        found = duck.read_column_types(con, f"(SELECT {parsed.sql} AS x FROM {relation})")["x"]
        mixed = has_mixed_type_comparison(con, parsed.sql, relation)
        condition = has_text_as_condition(con, parsed.sql, relation)
    except _CALCULATION:
        raise ExpressionRefused(_WRONG_CONSTANT, _CHECK_CONSTANT) from None
    except duckdb.Error:
        raise ExpressionRefused(_WRONG_TYPES, _format_cast_advice(texts)) from None
    if mixed:
        raise ExpressionRefused(_MIXED, _format_cast_advice(texts))
    if condition:
        raise ExpressionRefused(
            _("prend un texte pour une condition"), _("le comparer à ce qui la remplit : code = 'oui'")
        )
    if found.partition("(")[0] not in (*TYPES, *_INTEGERS):
        raise ExpressionRefused(
            _("donne un {type}, et non une valeur simple").format(type=found),
            _("en faire un texte, un nombre ou une date : CAST(… AS VARCHAR)"),
        )
    return found


_WRONG_TYPES = _("ne va pas avec les types des colonnes qu'elle lit")
_MIXED = _("compare un texte avec ce qui n'en est pas un")
_WRONG_CONSTANT = _("a une constante qui n'est pas ce qu'elle doit être")


def _format_cast_advice(texts: Sequence[str]) -> Sentence:
    if not texts:
        return _(
            "convertir ce qui n'est pas du type voulu : CAST(… AS VARCHAR) ; un nombre s'écrit sans apostrophes"
        )
    return _("convertir ce qui est un texte ({texts}) : CAST(… AS DOUBLE), CAST(… AS DATE)").format(
        texts=", ".join(str(quote_text(one)) for one in texts)
    )


# --- rows on which an expression fails ----------------------------------------------------------------------


def _reject_failing_rows(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    rows: _ExpressionInput,
    result: ExtractResult,
    columns: Sequence[ComputedColumn],
    choosing: Collection[str],
) -> ExtractResult:
    """Writes the columns of the rows on which no expression fails. Raises SourceUnreadable."""
    stem = _find_unused_column_prefix(result, "__try")
    names = [f"{stem}{rank}" for rank in range(len(columns))]
    tried = duck.build_read_parquet_sql(_write_computed_values_or_null(con, request, rows, columns, names))
    failing = " OR ".join(f"{name} IS NULL" for name in names)
    own = f"* EXCLUDE ({', '.join(names)})"
    findings = []
    for name, column in zip(names, columns, strict=True):
        count, lines = duck.fetch_single_row(
            con, f"SELECT count(*), min({LINE}, {LINES_SHOWN}) FROM {tried} WHERE {name} IS NULL"
        )
        if count:
            findings.append(RejectedUncomputedRows(column=column.name, count=count, lines=tuple(lines)))
            if column.name in choosing:
                raise _build_rejection_disclosure_error(request, column.name, count, lines)
    lost = (
        f"SELECT {LINE}, 'calcul' AS __rules, CAST(to_json(raw) AS VARCHAR) AS text "
        f"FROM (SELECT {own} FROM {tried} WHERE {failing}) AS raw"
    )
    kept = reject_rows(
        con, request, result, lost, lambda count, shown: _describe_excess_failures(findings, count, shown)
    )
    added = ", ".join(
        f"{name}.value AS {duck.identifier(one.name)}" for name, one in zip(names, columns, strict=True)
    )
    if (
        _overwrite_extract_with_query(
            con, request, f"SELECT {own}, {added} FROM {tried} WHERE NOT ({failing})"
        )
        != kept.rows
    ):
        raise request.source_origin.build_unreadable_error(
            _("Les colonnes calculées n'ont pas gardé les lignes de la source, une pour une."),
            _("signaler ce défaut"),
        )
    return replace(kept, findings=(*kept.findings, *findings))


def _build_rejection_disclosure_error(
    request: ExtractRequest, name: str, count: int, lines: Sequence[int]
) -> SourceUnreadable:
    return request.source_origin.build_unreadable_error(
        n_(
            "{count} ligne où « {name} » ne se calcule pas (ligne {shown}) : la rejeter dirait quelque chose des colonnes "
            "retenues dont elle est faite.",
            "{count} lignes où « {name} » ne se calcule pas (lignes {shown}) : les rejeter dirait quelque chose des "
            "colonnes retenues dont elle est faite.",
            count,
            name=name,
            shown=format_line_numbers(lines, count),
        ),
        _(
            "laisser vide ce qui ne se convertit pas : TRY_CAST(… AS …), try_strptime ; ou corriger ces lignes à la source"
        ),
    )


def _write_computed_values_or_null(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    rows: _ExpressionInput,
    columns: Sequence[ComputedColumn],
    names: Sequence[str],
) -> Path:
    """The rows with the value of each expression, under ``names``, in a struct (a list of one text breaks DuckDB's
    writer), NULL where it fails. Written before it is asked: the optimiser, which knows that some expressions give no
    NULL, would answer by itself."""
    target = request.scratch / "tried.parquet"
    added = ", ".join(
        f"TRY({{'value': {one.sql}}}) AS {name}" for name, one in zip(names, columns, strict=True)
    )
    try:
        duck.write_parquet(con, f"SELECT {rows.own}, {added} FROM {rows.relation}", target)
        return target
    except _CALCULATION:
        pass
    # Without looking at any cell: a pattern that is none, for example.
    raise request.source_origin.build_unreadable_error(
        _("Une colonne calculée ne se calcule sur aucune ligne : {names}.").format(
            names=", ".join(str(quote_text(one.name)) for one in columns)
        ),
        _("vérifier les constantes de son expression : une expression régulière, un format de date…"),
    )


def _describe_excess_failures(
    findings: Sequence[Finding], count: int, shown: str
) -> tuple[Sentence, Sentence]:
    names = ", ".join(str(quote_text(one.column or "")) for one in findings)
    return (
        n_(
            "{count} ligne où {names} ne se calcule pas (ligne {shown}), plus qu'il n'en est toléré.",
            "{count} lignes où {names} ne se calcule pas (lignes {shown}), plus qu'il n'en est toléré.",
            count,
            names=names,
            shown=shown,
        ),
        _(
            "corriger ces lignes à la source ; pour laisser vide ce qui ne se convertit pas : TRY_CAST(… AS …) ; pour "
            "tolérer une part de lignes rejetées : reject_at_most"
        ),
    )
