"""Columns that are computed from the others of their row, before any rule: see ``sources.expressions``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.declaration.diagnostics.catalogue import RefusedExpression
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.problem import DeclarationProblem, build_declaration_error
from aqueduc.declaration.files import read_include_document
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _, n_, quote_text
from aqueduc.run import Workspace
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.expressions import TYPES, ExpressionRefused, parse_expression
from aqueduc.sources.findings import RejectedUncomputedRows
from aqueduc.sources.origin import LINE
from aqueduc.sources.records import LINES_SHOWN
from aqueduc.sources.rejections import reject_rows

_INTEGERS = ("HUGEINT", "TINYINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT")
_CALCULATION = (duckdb.DataError, duckdb.InvalidInputException)
"""What a cell may make of an expression that is right."""


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
    with workspace.vault.scratch() as scratch, duck.open_duckdb(scratch) as con:
        _parse_expressions(con, dataset, collector)
    return tuple(collector.problems)


def parse_computed_columns(dataset: Dataset, workspace: Workspace) -> Mapping[str, str]:
    """The SQL of each computed column. Raises DeclarationError."""
    if not dataset.computed:
        return {}
    collector = ProblemCollector(read_include_document(workspace.include, dataset.path))
    with workspace.vault.scratch() as scratch, duck.open_duckdb(scratch) as con:
        found = _parse_expressions(con, dataset, collector)
    if collector.problems:
        raise build_declaration_error(collector.problems, collector.problems[0].file)
    return found


def _parse_expressions(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, collector: ProblemCollector
) -> dict[str, str]:
    names = [column.name for column in dataset.columns if column.name not in dataset.computed]
    found = {}
    for name, text in dataset.computed.items():
        try:
            found[name] = parse_expression(con, text, names).sql
        except ExpressionRefused as refused:
            at = ("computed", name)
            collector.at_value(at, RefusedExpression, name=name, reason=refused.what, advice=refused.remedy)
    return found


def compute_columns(
    con: duckdb.DuckDBPyConnection, request: ExtractRequest, result: ExtractResult, parsed: Mapping[str, str]
) -> ExtractResult:
    """Adds the columns to the rows of the request's file, in their order. A row on which an expression fails is set
    aside.

    Raises SourceUnreadable: a name is there already, the types do not fit, more rows fail than are tolerated.
    """
    if not parsed:
        return result
    # A division by zero gives nothing, as that of whole numbers does. Without the other, what stands in two TRY would
    # be taken out of both, and fail.
    con.execute("SET ieee_floating_point_ops = false")
    con.execute("SET disabled_optimizers = 'common_subexpressions'")
    seen = {name.casefold() for name in result.names}
    for name in parsed:
        if name.casefold() in seen:
            raise request.origin.unreadable(
                _("La source a déjà une colonne « {name} », que « computed: » voudrait ajouter.").format(
                    name=name
                ),
                _("donner un autre nom à la colonne calculée"),
            )
    columns = [_resolve_column(con, request, result, name, sql) for name, sql in parsed.items()]
    added = ", ".join(f"{one.sql} AS {duck.identifier(one.name)}" for one in columns)
    try:
        _rewrite(con, request, f"SELECT raw.*, {added} FROM {duck.parquet(request.target)} AS raw")
        computed = result
    except _CALCULATION:
        # Its text quotes the cell.
        computed = None
    if computed is None:
        computed = _reject_failing_rows(con, request, result, columns)
    return replace(computed, columns=(*result.columns, *((one.name, one.type) for one in columns)))


def _rewrite(con: duckdb.DuckDBPyConnection, request: ExtractRequest, query: str) -> int:
    computed = request.scratch / "computed.parquet"
    rows = duck.write_parquet(con, query, computed)
    computed.replace(request.target)
    return rows


def _resolve_column(
    con: duckdb.DuckDBPyConnection, request: ExtractRequest, result: ExtractResult, name: str, sql: str
) -> ComputedColumn:
    """Raises SourceUnreadable where an expression does not fit the types of the columns, or gives no plain value."""
    try:
        found = duck.read_column_types(con, f"(SELECT {sql} AS x FROM {duck.parquet(request.target)})")["x"]
    except duckdb.Error:
        found = ""
    if found.partition("(")[0] in (*TYPES, *_INTEGERS):
        return ComputedColumn(name, sql, found)
    if found:
        raise request.origin.unreadable(
            _("La colonne calculée « {name} » donne un {type}, et non une valeur simple.").format(
                name=name, type=found
            ),
            _("en faire un texte, un nombre ou une date : CAST(… AS VARCHAR)"),
        )
    texts = [quote_text(one) for one, kind in result.columns if kind == "VARCHAR" and one in sql]
    raise request.origin.unreadable(
        _("La colonne calculée « {name} » ne va pas avec les types des colonnes qu'elle lit.").format(
            name=name
        ),
        _("convertir ce qui est un texte ({texts}) : CAST(… AS DOUBLE), CAST(… AS DATE)").format(
            texts=", ".join(map(str, texts)) or "—"
        ),
    )


# --- rows on which an expression fails ----------------------------------------------------------------------


def _reject_failing_rows(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    result: ExtractResult,
    columns: Sequence[ComputedColumn],
) -> ExtractResult:
    """Writes the columns of the rows on which no expression fails. Raises SourceUnreadable."""
    tried = duck.parquet(_try_columns(con, request, columns))
    names = [f"__try{rank}" for rank in range(len(columns))]
    failing = " OR ".join(f"{name} IS NULL" for name in names)
    own = f"* EXCLUDE ({', '.join(names)})"
    findings = []
    for name, column in zip(names, columns, strict=True):
        count, lines = duck.fetch_row(
            con, f"SELECT count(*), min({LINE}, {LINES_SHOWN}) FROM {tried} WHERE {name} IS NULL"
        )
        if count:
            findings.append(RejectedUncomputedRows(column=column.name, count=count, lines=tuple(lines)))
    lost = (
        f"SELECT {LINE}, 'calcul' AS __rules, CAST(to_json(raw) AS VARCHAR) AS text "
        f"FROM (SELECT {own} FROM {tried} WHERE {failing}) AS raw"
    )
    kept = reject_rows(con, request, result, lost, lambda count, shown: _tell_excess(findings, count, shown))
    added = ", ".join(
        f"{name}[1] AS {duck.identifier(one.name)}" for name, one in zip(names, columns, strict=True)
    )
    if _rewrite(con, request, f"SELECT {own}, {added} FROM {tried} WHERE NOT ({failing})") != kept.rows:
        raise request.origin.unreadable(
            _("Les colonnes calculées n'ont pas gardé les lignes de la source, une pour une."),
            _("signaler ce défaut"),
        )
    return replace(kept, findings=(*kept.findings, *findings))


def _try_columns(
    con: duckdb.DuckDBPyConnection, request: ExtractRequest, columns: Sequence[ComputedColumn]
) -> Path:
    """The rows with the value of each expression in a list, NULL where it fails. Written before it is asked: the
    optimiser, which knows that some expressions give no NULL, would answer by itself."""
    target = request.scratch / "tried.parquet"
    added = ", ".join(f"TRY([{one.sql}]) AS __try{rank}" for rank, one in enumerate(columns))
    try:
        duck.write_parquet(con, f"SELECT raw.*, {added} FROM {duck.parquet(request.target)} AS raw", target)
        return target
    except _CALCULATION:
        pass
    # Without looking at any cell: a pattern that is none, for example.
    raise request.origin.unreadable(
        _("Une colonne calculée ne se calcule sur aucune ligne : {names}.").format(
            names=", ".join(str(quote_text(one.name)) for one in columns)
        ),
        _("vérifier les constantes de son expression : une expression régulière, un format de date…"),
    )


def _tell_excess(findings: Sequence[Finding], count: int, shown: str) -> tuple[Sentence, Sentence]:
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
