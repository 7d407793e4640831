"""The proof that a table is as it was, by the versions of its rows: each row of PostgreSQL has a place (``ctid``) and
the transaction that wrote it (``xmin``), and no two versions of a row have both
(postgresql.org/docs, "System Columns"). It costs a sixth of a hash of the rows.

It holds of a query that only lists columns of one ordinary table, on one server since it started or last crashed.
What changes such rows without writing them is part of the mark: another table of the same name meanwhile
(``pg_class``), a column added with a default, a name or a type (``pg_attribute``), a label (``pg_enum``), how values
are written (settings), the round of 2**32 transactions after which their numbers come back. All else has no mark: a
view, partitions, a policy by row, a label of security, a type made of others or cast to text by a function of the
city's, a catalogue (PostgreSQL writes some of its rows in place), a storage that is not PostgreSQL's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aqueduc import duck
from aqueduc.declaration.queries import STANDARD

OLDEST_SERVER = 140_000
"""The first whose ``hash_record_extended`` is there, as libpq numbers it."""
_FIRST_OBJECT_OF_A_CITY = 16_384
"""PostgreSQL keeps lower oids for its own."""
_NAME = re.compile(r"[^\W\d]\w*")
# Between words, PostgreSQL skips these alone: a comment ends with any end of line, another one may stand in it, and
# a space outside ASCII is a letter.
_BLANK = re.compile(r"[ \t\n\r\f]+ | --[^\n\r]*\r? | /\*(?:(?!/\*).)*\*/", re.VERBOSE | re.DOTALL)
_KEYWORDS = frozenset((
    "from", "as", "select", "distinct", "all", "only", "lateral", "where", "case", "not", "null", "true", "false",
))  # fmt: skip
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
        # The table is named where no WITH is: one of its names would hide a table of that name.
        return f"""
            SELECT known.*, v.number, v.versions
            FROM (
                WITH target AS (
                    SELECT ctid, xmin, * FROM pg_class WHERE oid = {duck.literal(self.table)}::regclass
                ), shown AS (
                    SELECT a.attname, a.attgenerated, t.oid, t.typname, t.typtype
                    FROM target c JOIN pg_attribute a ON a.attrelid = c.oid
                    JOIN pg_type own ON own.oid = a.atttypid JOIN pg_type t ON t.oid IN (own.oid, own.typelem)
                    WHERE a.attnum > 0 AND NOT a.attisdropped {f"AND a.attname IN ({names})" if names else ""}
                )
                SELECT c.oid, c.relfilenode, current_database(), {settings},
                       extract(epoch FROM pg_postmaster_start_time()),
                       (SELECT extract(epoch FROM stats_reset) FROM pg_stat_bgwriter),
                       (pg_snapshot_xmax(pg_current_snapshot())::text::numeric / 4294967296)::bigint,
                       {_hash_version_sql("c")},
                       (SELECT sum({_hash_version_sql("a")}) FROM pg_attribute a WHERE a.attrelid = c.oid),
                       (SELECT sum({_hash_version_sql("e")}) FROM pg_enum e)
                FROM target c
                WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND NOT c.relhassubclass AND NOT c.relrowsecurity
                  AND c.oid >= {_FIRST_OBJECT_OF_A_CITY} AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'heap')
                  AND NOT EXISTS (
                    SELECT FROM shown WHERE attgenerated = 'v' OR typtype NOT IN ('b', 'e')
                    OR oid < {_FIRST_OBJECT_OF_A_CITY} AND (typname LIKE 'reg%' OR typname = 'aclitem')
                  ) AND NOT EXISTS ({_FUNCTIONS_TO_TEXT}) AND NOT EXISTS ({_LABELS})
                  {f"AND NOT {unknown}" if names else ""}
            ) known, (
                SELECT count(*) AS number, sum({_hash_version_sql("t")}) AS versions FROM {self.table} t
            ) v
        """


# Values are asked for as text: a cast made with CREATE CAST comes before what the type itself writes. One in C is
# part of the type (PostGIS).
_FUNCTIONS_TO_TEXT = """
    SELECT FROM shown JOIN pg_cast k ON k.castsource = shown.oid AND k.casttarget = 'text'::regtype
    JOIN pg_proc f ON f.oid = k.castfunc JOIN pg_language l ON l.oid = f.prolang
    WHERE l.lanname NOT IN ('internal', 'c')
"""


# An extension masks what has a label, by a function that may give anything else each time (PostgreSQL Anonymizer).
_LABELS = """
    SELECT FROM pg_seclabel WHERE objoid = c.oid
    UNION ALL SELECT FROM pg_shseclabel JOIN pg_roles r ON r.oid = objoid WHERE r.rolname = current_user
"""


def _hash_version_sql(alias: str) -> str:
    return f"hash_record_extended(ROW({alias}.ctid, {alias}.xmin), 0)"


def parse_plain_table_query(sql: str) -> PlainTableQuery | None:
    """The query, where it is no more than ``SELECT columns FROM table``, each column by its name, another one or not;
    None for any other."""
    found = list(STANDARD.token_pattern.finditer(sql))
    if not all(_BLANK.fullmatch(token[0]) for token in found if token["blank"]):
        return None
    tokens = [token[0] for token in found if not token["blank"]]
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
    items = [_drop_prefix(item, alias) for item in _split_at_commas(tokens[1:middle])]
    if items == [["*"]]:
        return PlainTableQuery(table, ())
    columns = [_read_column(item) for item in items]
    return PlainTableQuery(table, tuple(name for name in columns if name)) if all(columns) else None


def _read_table(tokens: Sequence[str]) -> tuple[str, str] | None:
    """The table as SQL, and the name by which its columns may be told."""
    size = 3 if tokens[1:2] == ["."] else 1
    names, rest = tokens[:size], tokens[size:]
    if rest[:1] and rest[0].lower() == "as":
        rest = rest[1:]
    if len(names) != size or len(rest) > 1 or not all(map(_is_name, [*names[::2], *rest])):
        return None
    return None if names[0].lower() in _COMPUTED else ("".join(names), _unquote((rest or names)[-1]))


def _drop_prefix(tokens: Sequence[str], alias: str) -> Sequence[str]:
    return tokens[2:] if tokens[1:2] == ["."] and _unquote(tokens[0]) == alias else tokens


def _read_column(tokens: Sequence[str]) -> str | None:
    """The name in the table of ``name``, and either ``AS other`` or ``other``."""
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
