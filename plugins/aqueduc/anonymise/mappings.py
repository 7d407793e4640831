"""Rules that cost per value, paid once per distinct value: the grid and the keyed pseudonym.

Each fills a table ``map_<n>`` that the stage joins to the extract.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from aqueduc.connections import Connections
from aqueduc.declaration.model import Column, Geometry, Pseudonym, Snap
from aqueduc.duck import identifier
from aqueduc.errors import ConnectionMissing

LAMBERT_93 = "EPSG:2154"
WGS84 = "EPSG:4326"
# Where Lambert-93 is meant to be used (EPSG:2154, area of use): beyond it, distances mean nothing.
AREA = (-9.86, 41.15, 10.38, 51.56)
POSITION_DECIMALS = 6
KEY_BYTES = 16
BATCH = 50_000


@dataclass(frozen=True)
class Mapped:
    """``joins`` to add after ``FROM raw``; ``values`` gives the SQL of each mapped column's value."""

    joins: tuple[str, ...]
    values: Mapping[str, str]


def map_columns(
    con: duckdb.DuckDBPyConnection,
    columns: tuple[Column, ...],
    geometry: Geometry | None,
    connections: Connections,
) -> Mapped:
    """Fills the tables for the columns that need one. Raises ConnectionMissing when a key is not usable."""
    joins: list[str] = []
    values: dict[str, str] = {}
    snapped = [column for column in columns if isinstance(column.rule, Snap)]
    if snapped and geometry and isinstance(snapped[0].rule, Snap):
        joins.append(_snap(con, geometry, snapped[0].rule.metres))
        values |= {geometry.longitude: "map_grid.x", geometry.latitude: "map_grid.y"}
    for rank, column in enumerate(columns):
        if isinstance(column.rule, Pseudonym):
            table = f"map_{rank}"
            joins.append(_pseudonymise(con, column, _key(connections, column.rule.key), table))
            values[column.name] = f"{table}.pseudonym"
    return Mapped(tuple(joins), values)


def _snap(con: duckdb.DuckDBPyConnection, geometry: Geometry, metres: float) -> str:
    """Centre of the cell of a square grid anchored at the origin of Lambert-93.

    PROJ (in DuckDB's spatial extension) does the projection; the centre is written with 6 decimals (0.1 m).
    """
    lon, lat = identifier(geometry.longitude), identifier(geometry.latitude)
    west, south, east, north = AREA
    centre = f"floor({{0}} / {metres!r}) * {metres!r} + {metres / 2!r}"
    con.execute(f"""
        CREATE TEMP TABLE map_grid AS
        WITH positions AS (
            SELECT DISTINCT {lon} AS lon, {lat} AS lat,
                   TRY_CAST({lon} AS DOUBLE) AS lon_n, TRY_CAST({lat} AS DOUBLE) AS lat_n
            FROM raw
        ), projected AS (
            SELECT lon, lat,
                   ST_Transform(ST_Point(lon_n, lat_n), '{WGS84}', '{LAMBERT_93}', true) AS p
            FROM positions
            WHERE lon_n BETWEEN {west} AND {east} AND lat_n BETWEEN {south} AND {north}
        ), cells AS (
            SELECT lon, lat, ST_Transform(
                ST_Point({centre.format("ST_X(p)")}, {centre.format("ST_Y(p)")}),
                '{LAMBERT_93}', '{WGS84}', true) AS c
            FROM projected
        )
        SELECT lon, lat, round(ST_X(c), {POSITION_DECIMALS}) AS x, round(ST_Y(c), {POSITION_DECIMALS}) AS y
        FROM cells
    """)
    return f"LEFT JOIN map_grid ON map_grid.lon = raw.{lon} AND map_grid.lat = raw.{lat}"


def _pseudonymise(con: duckdb.DuckDBPyConnection, column: Column, key: bytes, table: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of the UTF-8 text, in hexadecimal."""
    name = identifier(column.name)
    con.execute(f"CREATE TEMP TABLE {table} (plain VARCHAR, pseudonym VARCHAR)")
    reader = (
        con.cursor()
        .execute(f"SELECT DISTINCT CAST({name} AS VARCHAR) AS v FROM raw WHERE {name} IS NOT NULL")
        .to_arrow_reader(BATCH)
    )
    for batch in reader:
        plain = batch.column(0)
        digests = pa.array([hmac.digest(key, text.encode(), "sha256").hex() for text in plain.to_pylist()])
        chunk = pa.table({"plain": plain, "pseudonym": digests})
        con.register("chunk", chunk)
        con.execute(f"INSERT INTO {table} SELECT plain, pseudonym FROM chunk")
        con.unregister("chunk")
    return f"LEFT JOIN {table} ON {table}.plain = CAST(raw.{name} AS VARCHAR)"


def _key(connections: Connections, identifier_: str) -> bytes:
    key = connections.get(identifier_).password.encode()
    if len(key) < KEY_BYTES:
        raise ConnectionMissing(
            f"La clé de pseudonymisation compte moins de {KEY_BYTES} caractères.",
            where=f"connexion {identifier_} (mot de passe)",
            remedy="y mettre une clé tirée au hasard, par exemple avec « openssl rand -hex 32 »",
        )
    return key
