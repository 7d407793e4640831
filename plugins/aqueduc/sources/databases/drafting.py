"""A table of a database: its catalogue says types, comments and keys; its rows say the rest."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aqueduc import duck
from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.headings import refuse_data_like_names
from aqueduc.draft.kinds import SourceDraftingFunctions, SourceInspection, SourceNote
from aqueduc.draft.request import DraftRequest, InvalidDraftRequest
from aqueduc.draft.yamltext import format_yaml_comment
from aqueduc.errors import SourceNotFound
from aqueduc.language import _
from aqueduc.parquet import read_parquet
from aqueduc.sources.origin import SourceOrigin

MOST_ROWS = 2_000_000
"""Beyond, only that many rows are looked at, and the draft says so."""

# Words that a database would take for something else than a name (a table called "transaction" is fine as
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


@dataclass(frozen=True)
class DatabaseCatalogueQueries:
    """How a kind of database tells of its tables, as queries over ``{schema}`` and ``{name}``. ``columns``: ``nom``,
    ``type``, ``commentaire``, ``sujet``, ``lignes`` (a guess), in the order of the table; ``constraints``:
    ``contrainte``, ``nom``; ``tables``: ``nom``. ``first``: a query cut to its first rows. ``quote``: a name that is
    not plain. ``fold``: how the database keeps the case of a name that is not quoted. ``written``: how a column of a
    type is selected, where not by its name alone."""

    kind: str
    columns: str
    constraints: str
    tables: str
    first: Callable[[str, int], str]
    quote: Callable[[str], str] = duck.identifier
    reserved: Collection[str] = _RESERVED
    always_quoted: bool = False
    fold: Callable[[str], str] = str
    written: Callable[[str, str], str] = lambda quoted, _type: quoted

    @property
    def source_drafting_functions(self) -> SourceDraftingFunctions:
        return SourceDraftingFunctions(choose=self.build_request, look=self.inspect_table)

    def build_request(self, name: str, connection: str, target: str) -> DraftRequest:
        """A table. Raises InvalidDraftRequest."""
        if not re.fullmatch(r"[^.\s]+\.[^.\s]+", target):
            raise InvalidDraftRequest(
                _("une table s'écrit « schema.table », par exemple « urbanisme.permis »")
            )
        return DraftRequest(name, self.kind, target, connection)

    def inspect_table(self, wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
        """Raises ConnectionMissing, SourceError (SourceNotFound for a table that is not there)."""
        schema, _dot, name = self.fold(wanted.target).partition(".")
        described = self._run_catalogue_query(
            wanted, bench, self._fill_catalogue_query(self.columns, schema, name)
        )
        if not described:
            raise self._build_missing_table_error(wanted, bench, schema, name)
        types = {str(row["nom"]): str(row["type"]) for row in described}
        columns = list(types)
        refuse_data_like_names(
            SourceOrigin(wanted.name, self.kind, wanted.connection_name, wanted.target), columns
        )
        sql = self._format_select(
            f"{self._quote_name_if_needed(schema)}.{self._quote_name_if_needed(name)}", types
        )
        whole = int(described[0]["lignes"] or 0) <= MOST_ROWS
        source = {self.kind: wanted.connection_name, "sql": f"sql/{wanted.name}.sql"}
        limited = sql if whole else self.first(sql, MOST_ROWS)
        return SourceInspection(
            source=source,
            raw=bench.run_extract(
                bench.write_and_load_all_text_declaration(wanted.name, source, columns, limited), "raw"
            ),
            sql=sql,
            sql_comment="\n".join([*format_yaml_comment(str(COMMENT.format(wanted.target)), mark="--"), ""]),
            lexical=False,
            typed=True,
            whole=whole,
            subject=str(described[0]["sujet"] or ""),
            comments={str(row["nom"]): str(row["commentaire"]) for row in described if row["commentaire"]},
            native=types,
            keys=self._read_key_constraints(wanted, bench, schema, name),
            notes=(
                SourceNote(
                    _("table {target} de la connexion {reached_by}").format(
                        target=wanted.target, reached_by=wanted.connection_name
                    )
                ),
            ),
        )

    def _run_catalogue_query(
        self, wanted: DraftRequest, bench: DraftSandbox, sql: str
    ) -> list[dict[str, Any]]:
        """The rows of a query on the database's own catalogue: names and comments, no data of the city."""
        columns = list_select_aliases(sql)
        name = "catalogue"
        source = {self.kind: wanted.connection_name, "sql": f"sql/{name}.sql"}
        raw = bench.run_extract(bench.write_and_load_all_text_declaration(name, source, columns, sql), name)
        rows: list[dict[str, Any]] = read_parquet(raw.path).to_pylist()
        return rows

    def _read_key_constraints(
        self, wanted: DraftRequest, bench: DraftSandbox, schema: str, name: str
    ) -> Sequence[tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for row in self._run_catalogue_query(
            wanted, bench, self._fill_catalogue_query(self.constraints, schema, name)
        ):
            found.setdefault(str(row["contrainte"]), []).append(str(row["nom"]))
        return tuple(tuple(columns) for columns in found.values())

    def _build_missing_table_error(
        self, wanted: DraftRequest, bench: DraftSandbox, schema: str, name: str
    ) -> SourceNotFound:
        tables = [str(row["nom"]) for row in self._run_catalogue_query(wanted, bench, self.tables)]
        near = [table for table in tables if table.startswith(f"{schema}.")] or tables
        return SourceNotFound(
            _(
                "La table « {schema}.{name} » n'existe pas, ou le compte de la connexion ne la voit pas."
            ).format(schema=schema, name=name),
            where=_("connexion « {reached_by} »").format(reached_by=wanted.connection_name),
            remedy=_("corriger « --table » — {did_you_mean}").format(
                did_you_mean=suggest_nearest_choice_or_list(f"{schema}.{name}", near)
            ),
        )

    def _fill_catalogue_query(self, query: str, schema: str, name: str) -> str:
        return query.format(schema=duck.literal(schema), name=duck.literal(name))

    def _format_select(self, table: str, types: Mapping[str, str]) -> str:
        return format_select(
            table,
            [self.written(self._quote_name_if_needed(column), type_) for column, type_ in types.items()],
        )

    def _quote_name_if_needed(self, name: str) -> str:
        plain = not self.always_quoted and is_valid_unquoted_identifier(name, self.reserved)
        return name if plain else self.quote(name)


def is_valid_unquoted_identifier(name: str, reserved: Collection[str] = _RESERVED) -> bool:
    return re.fullmatch(r"[a-z_][a-z0-9_]*", name) is not None and name not in reserved


def format_select(table: str, columns: Sequence[str]) -> str:
    """The query of all ``columns``, as they are written."""
    lines, line = [], "SELECT "
    for rank, column in enumerate(columns):
        piece = column + ("," if rank < len(columns) - 1 else "")
        if len(line) + len(piece) > 108:
            lines.append(line.rstrip())
            line = "       "
        line += piece + " "
    lines.append(line.rstrip())
    return "\n".join([*lines, f"FROM {table}"]) + "\n"


def list_select_aliases(sql: str) -> list[str]:
    """The names that a query on a catalogue gives its columns (``AS nom``)."""
    return re.findall(r'AS "?(\w+)"?(?=,|\s+FROM|\s*\n)', sql.split("\nFROM")[0] + "\n")


COMMENT = _(
    "Les colonnes de {}, une à une : une colonne ajoutée à la table n'arrive pas ici sans être décidée. Une "
    "colonne « drop » peut être ôtée d'ici et de la déclaration : elle ne serait plus lue."
)
