"""The proof that a table is as it was, by the versions of its rows: each row of PostgreSQL has a place (``ctid``) and
the transaction that wrote it (``xmin``), and no two versions of a row have both
(postgresql.org/docs, "System Columns"). It costs a fifth of a hash of the rows.

It holds of a query that only lists columns of one ordinary table, on one server since it started. What changes such
rows without writing them is part of the mark: a column added with a default, a name or a type (``pg_attribute``), a
label (``pg_enum``), how values are written (settings), the round of 2**32 transactions after which their numbers come
back. All else has no mark: a view, partitions, a policy by row, a type made of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aqueduc import duck
from aqueduc.declaration.queries import STANDARD

OLDEST_SERVER = 140_000
"""The first whose ``hash_record_extended`` is there, as libpq numbers it."""
_NAME = re.compile(r"[A-Za-z_]\w*")
_KEYWORDS = frozenset(
    {"from", "as", "select", "distinct", "all", "only", "lateral", "where", "case", "null", "true", "false"}
)
# PostgreSQL computes these without parentheses: they are no column, whatever the table has.
_COMPUTED = frozenset((
    "current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
    "current_user", "localtime", "localtimestamp", "session_user", "system_user", "user",
))  # fmt: skip
_SETTINGS = (
    "bytea_output",
    "DateStyle",
    "IntervalStyle",
    "extra_float_digits",
    "lc_monetary",
    "xmlbinary",
    "TimeZone",
)


@dataclass(frozen=True)
class PlainTableQuery:
    """A query that lists columns of a table. ``table``: as the query names it; ``columns``: their names in the
    table, () for all of them."""

    table: str
    columns: tuple[str, ...]

    def build_table_version_sql(self) -> str:
        """Yields one row where the table is an ordinary one, in columns that the proof holds of: what is to be the same
        for its rows to be."""
        settings = ", ".join(f"current_setting({duck.literal(name)})" for name in _SETTINGS)
        names = ", ".join(map(duck.literal, self.columns))
        unknown = f"EXISTS (SELECT FROM unnest(ARRAY[{names}]) n WHERE n NOT IN (SELECT attname FROM shown))"
        return f"""
            WITH target AS (
                SELECT * FROM pg_class WHERE oid = {duck.literal(self.table)}::regclass
            ), shown AS (
                SELECT a.attname, a.attgenerated, t.typname, t.typtype, e.typtype AS item, e.typname AS item_name
                FROM target c JOIN pg_attribute a ON a.attrelid = c.oid
                JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type e ON e.oid = t.typelem
                WHERE a.attnum > 0 AND NOT a.attisdropped {f"AND a.attname IN ({names})" if names else ""}
            )
            SELECT c.oid, c.relfilenode, pg_postmaster_start_time(), current_database(), {settings},
                   (pg_snapshot_xmax(pg_current_snapshot())::text::numeric / 4294967296)::bigint,
                   (SELECT {_sum_versions_sql("a")} FROM pg_attribute a WHERE a.attrelid = c.oid),
                   (SELECT {_sum_versions_sql("e")} FROM pg_enum e),
                   v.number, v.versions
            FROM target c, (SELECT count(*) AS number, {_sum_versions_sql("t")} AS versions FROM {self.table} t) v
            WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND NOT c.relhassubclass AND NOT c.relrowsecurity
              AND NOT EXISTS (
                SELECT FROM shown WHERE attgenerated = 'v' OR typtype NOT IN ('b', 'e') OR item NOT IN ('b', 'e')
                OR typname LIKE 'reg%' OR item_name LIKE 'reg%' OR 'aclitem' IN (typname, item_name)
              ) {f"AND NOT {unknown}" if names else ""}
        """


def _sum_versions_sql(alias: str) -> str:
    return f"sum(hash_record_extended(ROW({alias}.ctid, {alias}.xmin), 0))"


def parse_plain_table_query(sql: str) -> PlainTableQuery | None:
    """The query, where it is no more than ``SELECT columns FROM table``, each column by its name, another one or not;
    None for any other."""
    tokens = [token[0] for token in STANDARD.token_pattern.finditer(sql) if not token["blank"]]
    if tokens and tokens[-1] == ";":
        tokens.pop()
    words = [token.lower() for token in tokens]
    if words[:1] != ["select"] or words.count("from") != 1:
        return None
    middle = words.index("from")
    named = _read_table(tokens[middle + 1 :])
    if named is None:
        return None
    table, alias = named
    if tokens[1:middle] in (["*"], [alias, ".", "*"]):
        return PlainTableQuery(table, ())
    columns = [_read_column(item, alias) for item in _split_at_commas(tokens[1:middle])]
    return PlainTableQuery(table, tuple(name for name in columns if name)) if all(columns) else None


def _read_table(tokens: Sequence[str]) -> tuple[str, str] | None:
    """The table as SQL, and the name by which its columns may be told."""
    size = 3 if tokens[1:2] == ["."] else 1
    names, rest = tokens[:size], tokens[size:]
    if rest[:1] and rest[0].lower() == "as":
        rest = rest[1:]
    if len(names) != size or len(rest) > 1 or not all(map(_is_name, [*names[::2], *rest])):
        return None
    return "".join(names), (rest or names)[-1]


def _read_column(tokens: Sequence[str], alias: str) -> str | None:
    """The name in the table of ``name``, ``alias.name``, and either ``AS other`` or ``other``."""
    if tokens[:2] == [alias, "."]:
        tokens = tokens[2:]
    name, rest = tokens[:1], tokens[1:]
    if rest[:1] and rest[0].lower() == "as":
        rest = rest[1:]
    if not name or len(rest) > 1 or not all(map(_is_name, [*name, *rest])) or name[0].lower() in _COMPUTED:
        return None
    return _unquote(name[0])


def _split_at_commas(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    ends = [rank for rank, written in enumerate(tokens) if written == ","]
    for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(tokens)], strict=True):
        yield tokens[start:end]


def _is_name(token: str) -> bool:
    quoted = len(token) > 2 and token.startswith('"')
    return quoted or (bool(_NAME.fullmatch(token)) and token.lower() not in _KEYWORDS)


def _unquote(name: str) -> str:
    """As the catalogue has it: of a name without quotes, PostgreSQL makes small the letters of ASCII alone."""
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)
