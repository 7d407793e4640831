"""What a rule that maps values may use, and what it gives back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aqueduc.findings import Finding
from aqueduc.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    TextFunction = Callable[[pa.Array], pa.Array]
    """From texts to as many texts or nulls."""

BATCH = 50_000
MANY_VALUES = 500_000
_BLOCK_BYTES = 64
"""What SHA-256 reads at once."""


@dataclass(frozen=True)
class LookupTableJoin:
    """The SQL of a mapped column. ``join`` comes after ``FROM raw``; ``value`` is the SQL of what leaves."""

    join: str
    value: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class LookupTableContext:
    """What a mapping rule works with. ``con`` has the view ``raw``, the extract, of which ``revision`` is the
    SHA-256; ``position``: the names of its columns of longitude and latitude. ``key_of``: the key that a
    connection keeps. ``redactor``: what takes the identifiers that the scan knows out of texts."""

    con: duckdb.DuckDBPyConnection
    include: Path
    dataset: str
    revision: str
    position: tuple[str, str] | None
    key_of: Callable[[str], bytes]
    redactor: Callable[[], TextFunction]

    def derive_key(self, connection: str, purpose: str, column: str) -> bytes:
        """A key of this extract, which tells nothing of the one that the connection keeps."""
        parts = (purpose, self.dataset, column, self.revision)
        return hmac.digest(self.key_of(connection), "\0".join(parts).encode(), "sha256")

    def create_keyed_hash_mapping(self, column: str, table: str, key: bytes) -> LookupTableJoin:
        """The HMAC-SHA-256 (RFC 2104) of the UTF-8 text of a value, in hexadecimal: in ``table``, once for each that
        differs, unless they are so many that to join them costs more than to compute each anew."""
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK_BYTES else key).ljust(_BLOCK_BYTES, b"\0")
        for name, pad in (("inner", 0x36), ("outer", 0x5C)):
            # The key stands in no statement.
            given = {"block": bytes(byte ^ pad for byte in block)}
            self.con.execute(f"SET VARIABLE {table}_{name} = $block", given)
        text = f"CAST(raw.{identifier(column)} AS VARCHAR)"
        if self._estimate_distinct_values(text) > MANY_VALUES:
            return LookupTableJoin("", _build_keyed_hash_sql(table, text))
        self.con.execute(
            f"CREATE TEMP TABLE {table} AS SELECT plain, {_build_keyed_hash_sql(table, 'plain')} AS mapped "
            f"FROM ({self._build_distinct_texts_sql(column)})"
        )
        return build_join_by_value(column, table)

    def _estimate_distinct_values(self, text: str) -> int:
        rows = self.con.execute(f"SELECT approx_count_distinct({text}) FROM raw").fetchall()
        return int(rows[0][0])

    def _build_distinct_texts_sql(self, column: str) -> str:
        name = identifier(column)
        return f"SELECT DISTINCT CAST({name} AS VARCHAR) AS plain FROM raw WHERE {name} IS NOT NULL"

    def map_distinct_values_with_function(
        self, column: str, table: str, function: TextFunction
    ) -> LookupTableJoin:
        """Fills ``table`` with what ``function`` makes of the distinct values, given in batches."""
        import pyarrow as pa

        con = self.con
        con.execute(f"CREATE TEMP TABLE {table} (plain VARCHAR, mapped VARCHAR)")
        reader = con.cursor().execute(self._build_distinct_texts_sql(column)).to_arrow_reader(BATCH)
        for batch in reader:
            plain = batch.column(0)
            con.register("chunk", pa.table({"plain": plain, "mapped": function(plain)}))
            con.execute(f"INSERT INTO {table} SELECT plain, mapped FROM chunk")
            con.unregister("chunk")
        return build_join_by_value(column, table)

    def build_distinct_positions_sql(self) -> tuple[str, str, str]:
        """SQL of the columns of longitude and latitude, and of the distinct positions: ``lon`` and ``lat`` as
        they are, ``lon_n`` and ``lat_n`` as numbers."""
        if self.position is None:
            raise AssertionError("the checks refuse a rule over positions without geometry:")
        lon, lat = map(identifier, self.position)
        return (
            lon,
            lat,
            f"SELECT DISTINCT {lon} AS lon, {lat} AS lat, TRY_CAST({lon} AS DOUBLE) AS lon_n, "
            f"TRY_CAST({lat} AS DOUBLE) AS lat_n FROM raw WHERE {lon} IS NOT NULL AND {lat} IS NOT NULL",
        )


def _build_keyed_hash_sql(table: str, text: str) -> str:
    inner, outer = (f"getvariable({literal(f'{table}_{name}')})" for name in ("inner", "outer"))
    return f"sha256({outer} || unhex(sha256({inner} || encode({text}))))"


def build_join_by_value(column: str, table: str) -> LookupTableJoin:
    """``table`` maps the text ``plain`` to the text ``mapped``."""
    return LookupTableJoin(
        f"LEFT JOIN {table} ON {table}.plain = CAST(raw.{identifier(column)} AS VARCHAR)", f"{table}.mapped"
    )
