"""A declared query: the columns it yields, and what PostgreSQL refuses of it, by SQLSTATE, in words that an
operator can act on. Never the server's own text: it may quote a row, and speaks the server's language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import Column

from aqueduc import duck
from aqueduc.declaration.queries import compute_line_number, find_sql_identifier_at
from aqueduc.errors import SourceError
from aqueduc.language import Message, Sentence, _, quote_text
from aqueduc.sources.adapter import RowsSinceFilter
from aqueduc.sources.databases.long_cells import MOST_CELL_BYTES, SHORTEN_CELL
from aqueduc.sources.databases.numbers import WIDEST
from aqueduc.sources.databases.query import SOURCE_ROWS, BoundQuery
from aqueduc.sources.origin import SourceOrigin

# Types that pass through the scanner as they are; all others are asked for as text, which PostgreSQL writes
# better than we would guess (arrays, ranges, uuid, json, money, char(n) without its padding…).
_NATIVE = frozenset({16, 20, 21, 23, 25, 700, 701, 1043, 1082, 1083, 1114, 1184})
_TEXTS = frozenset({25, 1043})
_NUMERIC = 1700
_BYTES = 17
_TOO_LARGE = "54000"
# Where PostgreSQL finds that a value would pass 1 GB, it speaks of an internal error.
_ALLOCATION = re.compile(r"(MemoryContext|palloc|repalloc)\w*")
LONG_CELL = "__long_cell"
"""The column that says which one, by its rank from 1, has a cell of more than ``MOST_CELL_BYTES``, left out."""


@dataclass(frozen=True)
class QueryColumn:
    """A column that a query gives. ``text``: asked for as text. ``exact``: a number that only text can carry
    whole. ``endless``: its cells may be of any length; ``raw``: they are bytes."""

    name: str
    text: bool = False
    numeric: bool = False
    endless: bool = False
    raw: bool = False

    @classmethod
    def from_description(cls, column: Column) -> QueryColumn:
        numeric = column.type_code == _NUMERIC
        precision, scale = column.precision or 0, column.scale or 0
        if numeric and 0 < precision <= WIDEST and 0 <= scale <= precision:
            return cls(column.name, numeric=True)
        text = numeric or column.type_code not in _NATIVE
        endless = (text or column.type_code in _TEXTS) and not numeric
        return cls(column.name, text, numeric, endless, raw=column.type_code == _BYTES)

    @property
    def is_exact_number(self) -> bool:
        return self.text and self.numeric

    @property
    def select_expression(self) -> str:
        """In PostgreSQL's SQL."""
        quoted = duck.identifier(self.name)
        # What is not a number would arrive as 0.
        value = f"nullif(q.{quoted}, 'NaN')" if self.numeric else f"q.{quoted}"
        written = f"{value}::text" if self.text else value
        if self.raw:
            # As text they take twice their length, and PostgreSQL makes none of 1 GB: another one too long stands for it.
            long = f"repeat(' ', least(octet_length({value}), {MOST_CELL_BYTES + 1}))"
            written = f"CASE WHEN octet_length({value}) <= {MOST_CELL_BYTES} THEN {written} ELSE {long} END"
        return f"{written} AS {quoted}"

    @property
    def is_long_sql(self) -> str:
        """Of a cell of the bounded query."""
        return f"octet_length(b.{duck.identifier(self.name)}) > {MOST_CELL_BYTES}"

    @property
    def bounded_expression(self) -> str:
        quoted = duck.identifier(self.name)
        return (
            f"CASE WHEN NOT {self.is_long_sql} THEN b.{quoted} END AS {quoted}"
            if self.endless
            else f"b.{quoted}"
        )


@dataclass(frozen=True)
class PostgresQuery(BoundQuery):
    """What PostgreSQL is asked of a query. ``since``: which of its rows are read."""

    since: RowsSinceFilter | None = None

    def build_select_sql(self, columns: Sequence[QueryColumn]) -> str:
        """With ``since``, ``SOURCE_ROWS`` as well: in one statement, both are of one state of the base."""
        expressions = ", ".join(column.select_expression for column in columns)
        if self.since is None:
            return self.wrap_as_subquery(f"SELECT {expressions} FROM", "AS q")
        column = f"q.{duck.identifier(self.since.column)}"
        # The literal has no type: it takes that of the column.
        chosen = f"{column} >= {duck.literal(self.since.moment)} OR {column} IS NULL"
        return self.build_rows_since_sql(chosen, SOURCE_ROWS, selected=expressions)

    def build_bounded_select_sql(self, columns: Sequence[QueryColumn]) -> str:
        """The same rows, without the cells that are too long, and ``LONG_CELL``. ``OFFSET 0``: what makes a text of a cell
        is asked for once, and not again to know its length."""
        ranks = [
            f"WHEN {column.is_long_sql} THEN {rank}"
            for rank, column in enumerate(columns, start=1)
            if column.endless
        ]
        expressions = [column.bounded_expression for column in columns]
        if self.since is not None:
            expressions.append(f"b.{SOURCE_ROWS}")
        long = f"CASE {' '.join(ranks)} END" if ranks else "NULL::integer"
        rows = f"{self.build_select_sql(columns)} OFFSET 0"
        return f"SELECT {', '.join(expressions)}, {long} AS {LONG_CELL} FROM ({rows}) AS b"

    def build_long_cell_sql(self, columns: Sequence[QueryColumn]) -> str:
        """Yields the rank of a column that has a cell too long; NULL where none has."""
        return f"SELECT min({LONG_CELL}) FROM ({self.build_bounded_select_sql(columns)}) AS c"

    def build_row_hash_sql(self, columns: Sequence[QueryColumn]) -> str:
        """Yields the number of rows and the sum of their hashes, by the text of a whole row: NULL is not an empty
        text there, nor 1.0 the number 1.00."""
        rows = self.build_bounded_select_sql(columns)
        return f"SELECT count(*), sum(hashtextextended(r::text, 0)) FROM (\n{rows}\n) AS r"

    def build_empty_result_sql(self) -> str:
        """Yields the columns without a row."""
        return self.wrap_as_subquery("SELECT * FROM", "AS q LIMIT 0")

    def shift_position_to_declared_query(self, whole: str, position: int) -> int:
        """Where in ``sql`` a 0-based position of a text that holds the query falls."""
        return position - whole.index(self.sql)


# --- what PostgreSQL refuses --------------------------------------------------------------------------------


@dataclass(frozen=True)
class PostgresFailure:
    """How a query of PostgreSQL failed. ``sqlstate`` is None when no server answered; ``position`` is 0-based
    in the declared query."""

    sqlstate: str | None
    position: int | None = None

    @classmethod
    def from_error(cls, error: psycopg.Error, query: PostgresQuery, whole: str) -> PostgresFailure:
        """``whole`` is what was sent, with the query in it."""
        position = error.diag.statement_position
        is_allocation = _ALLOCATION.fullmatch(error.diag.source_function or "") is not None
        return cls(
            _TOO_LARGE if is_allocation and error.sqlstate == "XX000" else error.sqlstate,
            query.shift_position_to_declared_query(whole, int(position) - 1) if position else None,
        )


def build_query_failure_error(
    origin: SourceOrigin, failure: PostgresFailure, query: PostgresQuery | None, *, limit_s: int
) -> SourceError:
    """The typed error, most telling case first."""
    if failure.sqlstate is None:
        return origin.build_unavailable_error(
            _("La base PostgreSQL ne répond pas."),
            _("vérifier que le serveur est démarré ; l'adresse, le port, « sslmode » ; le pare-feu"),
        )
    for explain in (
        _build_unavailable_error_or_none,
        _build_refusal_error_or_none,
        _build_missing_error_or_none,
    ):
        error = explain(origin, failure, query, limit_s)
        if error is not None:
            return error
    return _build_unreadable_error(origin, failure, query)


def _build_unavailable_error_or_none(
    origin: SourceOrigin, failure: PostgresFailure, _query: PostgresQuery | None, limit_s: int
) -> SourceError | None:
    code = failure.sqlstate or ""
    if code == "57014":
        return origin.build_unavailable_error(
            _("La requête a été arrêtée (SQLSTATE {code}) : pas finie en {limit_s} s, ou annulée.").format(
                code=code, limit_s=limit_s
            ),
            _("l'accélérer (index, fenêtre plus courte), ou relever « statement_timeout_s » de la connexion"),
        )
    if code == "55P03":
        return origin.build_unavailable_error(
            _("Une table de la requête est verrouillée par un autre traitement (SQLSTATE {code}).").format(
                code=code
            ),
            _("rien à faire si la tâche reprise réussit ; sinon trouver ce qui tient le verrou"),
        )
    if code.startswith("53"):
        return origin.build_unavailable_error(
            _(
                "Le serveur PostgreSQL manque de connexions, de mémoire ou de disque (SQLSTATE {code})."
            ).format(code=code),
            _("rien à faire si la tâche reprise réussit ; sinon prévenir l'administrateur du serveur"),
        )
    if code.startswith(("08", "57P", "58", "40", "XX")):
        return origin.build_unavailable_error(
            _(
                "Le serveur PostgreSQL a coupé ou refusé la session (SQLSTATE {code}) : il s'arrête, "
                "démarre ou bascule."
            ).format(code=code),
            _("rien à faire si la tâche reprise réussit ; sinon voir le journal du serveur"),
        )
    return None


def _build_refusal_error_or_none(
    origin: SourceOrigin, failure: PostgresFailure, _query: PostgresQuery | None, _limit_s: int
) -> SourceError | None:
    code = failure.sqlstate or ""
    if code.startswith("28"):
        return origin.build_refusal_error(
            _("Le serveur PostgreSQL refuse ce compte (SQLSTATE {code}).").format(code=code),
            _("vérifier le compte et le mot de passe de la connexion, et pg_hba.conf"),
        )
    if code == "42501":
        return origin.build_refusal_error(
            _(
                "Le compte de la connexion n'a pas le droit de lire une table de la requête (SQLSTATE "
                "{code})."
            ).format(code=code),
            _("lui donner (GRANT) USAGE sur le schéma et SELECT sur la table ou la vue, rien de plus"),
        )
    if code == "25006":
        return origin.build_refusal_error(
            _("La requête écrit dans la base (SQLSTATE {code}) : Aqueduc ne fait que lire.").format(
                code=code
            ),
            _("n'y garder qu'un SELECT"),
        )
    return None


_MISSING = {
    "42P01": (_("La table ou la vue{name} n'existe pas"), _("corriger son nom, ou la recréer")),
    "42703": (_("La colonne{name} n'existe pas"), _("corriger son nom : la table a sans doute changé")),
    "42883": (
        _("La fonction ou l'opérateur{name} n'existe pas"),
        _("corriger la requête (un cast manque ?)"),
    ),
    "3F000": (_("Le schéma{name} n'existe pas"), _("corriger son nom")),
    "3D000": (
        _("La base{name} n'existe pas"),
        _("corriger « schema » dans la connexion (le nom de la base)"),
    ),
}


def _build_missing_error_or_none(
    origin: SourceOrigin, failure: PostgresFailure, query: PostgresQuery | None, _limit_s: int
) -> SourceError | None:
    known = _MISSING.get(failure.sqlstate or "")
    if known is None:
        return None
    what, remedy = known
    name: Sentence = ""
    if query is not None and failure.position is not None:
        found = find_sql_identifier_at(query.sql, failure.position)
        name = Message(" {}").format(quote_text(found)) if found else ""
    return origin.build_missing_error(
        Message("{}{} (SQLSTATE {}).").format(
            what.format(name=name), _format_failure_line(failure, query), failure.sqlstate
        ),
        remedy,
    )


def _build_unreadable_error(
    origin: SourceOrigin, failure: PostgresFailure, query: PostgresQuery | None
) -> SourceError:
    code = failure.sqlstate or ""
    if code in ("22021", "22P05"):
        return origin.build_unreadable_error(
            _("La base contient des octets qui ne font pas un texte en UTF-8 (SQLSTATE {code}).").format(
                code=code
            ),
            _("les corriger à la source, ou les traduire dans la requête (convert_from)"),
        )
    if code == _TOO_LARGE:
        return origin.build_unreadable_error(
            _(
                "Une valeur de la requête est plus longue que ce que PostgreSQL sait écrire, 1 Go (SQLSTATE {code})."
            ).format(code=code),
            SHORTEN_CELL,
        )
    if code.startswith("22"):
        return origin.build_unreadable_error(
            _("Un calcul ou un cast échoue sur une donnée{at} (SQLSTATE {code}).").format(
                at=_format_failure_line(failure, query), code=code
            ),
            _("protéger la requête (NULLIF, CASE…), ou corriger la donnée à la source"),
        )
    return origin.build_unreadable_error(
        _("PostgreSQL refuse la requête{at} (SQLSTATE {code}).").format(
            at=_format_failure_line(failure, query), code=code
        ),
        _("l'essayer telle quelle dans psql, avec le compte de la connexion"),
    )


def _format_failure_line(failure: PostgresFailure, query: PostgresQuery | None) -> str:
    if query is None or failure.position is None:
        return ""
    return str(
        _(", ligne {line_of} de {file}").format(
            line_of=compute_line_number(query.sql, failure.position), file=query.file
        )
    )
