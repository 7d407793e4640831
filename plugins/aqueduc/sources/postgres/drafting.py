"""A table of PostgreSQL: its catalogue says types, comments and keys; its rows say the rest."""

import re
from collections.abc import Sequence
from typing import Any

from aqueduc import duck
from aqueduc.declaration.diagnostics.advice import suggest_choice
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.headings import refuse_unsafe_names
from aqueduc.draft.kinds import SourceDrafting, SourceInspection, SourceNote
from aqueduc.draft.request import BadDraftRequest, DraftRequest
from aqueduc.draft.yamltext import format_yaml_comment
from aqueduc.errors import SourceNotFound
from aqueduc.language import _
from aqueduc.parquet import read_parquet
from aqueduc.sources.origin import SourceOrigin

MOST_ROWS = 2_000_000
"""Beyond, only that many rows are looked at, and the draft says so."""

# Words that PostgreSQL would take for something else than a name (a table called "transaction" is fine as
# schema.transaction); the common ones among column names are quoted.
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        "all analyse analyze and any array as asc both case cast check collate column constraint create "
        "current_date default desc distinct do else end except false fetch for foreign from grant group "
        "having in into is join left like limit not null offset on only or order primary references "
        "right select session_user some table then to trailing true union unique user using when where "
        "window with",
    )
)


def inspect_table(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError (SourceNotFound for a table that is not there)."""
    schema, _dot, name = wanted.target.partition(".")
    described = _query_database_catalogue(
        wanted, bench, _COLUMNS.format(schema=duck.literal(schema), name=duck.literal(name))
    )
    if not described:
        raise _build_missing_table_error(wanted, bench, schema, name)
    columns = [str(row["nom"]) for row in described]
    refuse_unsafe_names(SourceOrigin(wanted.name, "postgres", wanted.reached_by, wanted.target), columns)
    sql = _format_select_sql(f"{_quote_sql_name(schema)}.{_quote_sql_name(name)}", columns)
    whole = (described[0]["lignes"] or 0) <= MOST_ROWS
    source = {"postgres": wanted.reached_by, "sql": f"sql/{wanted.name}.sql"}
    limited = sql if whole else f"{sql}LIMIT {MOST_ROWS}\n"
    return SourceInspection(
        source=source,
        raw=bench.run_extract(bench.as_text(wanted.name, source, columns, limited), "raw"),
        sql=sql,
        sql_comment="\n".join([*format_yaml_comment(str(_COMMENT.format(wanted.target)), mark="--"), ""]),
        lexical=False,
        typed=True,
        whole=whole,
        subject=str(described[0]["sujet"] or ""),
        comments={str(row["nom"]): str(row["commentaire"]) for row in described if row["commentaire"]},
        native={str(row["nom"]): str(row["type"]) for row in described},
        keys=_read_key_constraints(wanted, bench, schema, name),
        notes=(
            SourceNote(
                _("table {target} de la connexion {reached_by}").format(
                    target=wanted.target, reached_by=wanted.reached_by
                )
            ),
        ),
    )


_COLUMNS = """
SELECT a.attname::text AS nom, format_type(a.atttypid, a.atttypmod) AS type,
       col_description(c.oid, a.attnum) AS commentaire, obj_description(c.oid, 'pg_class') AS sujet,
       greatest(c.reltuples, 0)::bigint AS lignes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = {schema} AND c.relname = {name} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY a.attnum
"""
_TABLES = """
SELECT n.nspname || '.' || c.relname AS nom
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg_toast%'
ORDER BY 1
"""
_CONSTRAINTS = """
SELECT k.conname::text AS contrainte, a.attname::text AS nom
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u(attnum, rang) ON true
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum
WHERE n.nspname = {schema} AND c.relname = {name} AND k.contype IN ('p', 'u')
ORDER BY k.contype, k.conname, u.rang
"""


def _query_database_catalogue(wanted: DraftRequest, bench: DraftSandbox, sql: str) -> list[dict[str, Any]]:
    """The rows of a query on the database's own catalogue: names and comments, no data of the city."""
    columns = re.findall(r"AS (\w+)(?=,|\s+FROM|\s*\n)", sql.split("\nFROM")[0] + "\n")
    name = "catalogue"
    source = {"postgres": wanted.reached_by, "sql": f"sql/{name}.sql"}
    raw = bench.run_extract(bench.as_text(name, source, columns, sql), name)
    rows: list[dict[str, Any]] = read_parquet(raw.path).to_pylist()
    return rows


def _read_key_constraints(
    wanted: DraftRequest, bench: DraftSandbox, schema: str, name: str
) -> Sequence[tuple[str, ...]]:
    sql = _CONSTRAINTS.format(schema=duck.literal(schema), name=duck.literal(name))
    found: dict[str, list[str]] = {}
    for row in _query_database_catalogue(wanted, bench, sql):
        found.setdefault(str(row["contrainte"]), []).append(str(row["nom"]))
    return tuple(tuple(columns) for columns in found.values())


def _build_missing_table_error(
    wanted: DraftRequest, bench: DraftSandbox, schema: str, name: str
) -> SourceNotFound:
    tables = [str(row["nom"]) for row in _query_database_catalogue(wanted, bench, _TABLES)]
    near = [table for table in tables if table.startswith(f"{schema}.")] or tables
    return SourceNotFound(
        _("La table « {schema}.{name} » n'existe pas, ou le compte de la connexion ne la voit pas.").format(
            schema=schema, name=name
        ),
        where=_("connexion « {reached_by} »").format(reached_by=wanted.reached_by),
        remedy=_("corriger « --table » — {did_you_mean}").format(
            did_you_mean=suggest_choice(f"{schema}.{name}", near)
        ),
    )


def _format_select_sql(table: str, columns: Sequence[str]) -> str:
    lines, line = [], "SELECT "
    for rank, column in enumerate(columns):
        piece = _quote_sql_name(column) + ("," if rank < len(columns) - 1 else "")
        if len(line) + len(piece) > 108:
            lines.append(line.rstrip())
            line = "       "
        line += piece + " "
    lines.append(line.rstrip())
    return "\n".join([*lines, f"FROM {table}"]) + "\n"


def _quote_sql_name(name: str) -> str:
    return (
        name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _RESERVED else duck.identifier(name)
    )


_COMMENT = _(
    "Les colonnes de {}, une à une : une colonne ajoutée à la table n'arrive pas ici sans être décidée. Une "
    "colonne « drop » peut être ôtée d'ici et de la déclaration : elle ne serait plus lue."
)


def build_table_request(name: str, connection: str, target: str) -> DraftRequest:
    """A table of PostgreSQL. Raises BadDraftRequest."""
    if not re.fullmatch(r"[^.\s]+\.[^.\s]+", target):
        raise BadDraftRequest(_("une table s'écrit « schema.table », par exemple « urbanisme.permis »"))
    return DraftRequest(name, "postgres", target, connection)


DRAFTING = SourceDrafting(choose=build_table_request, look=inspect_table)
