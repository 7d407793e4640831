"""Rules that cannot be one expression over a cell: the grid, polygons, hierarchies, keyed pseudonyms, noise
and the city's own functions.

Each fills a table that the stage joins to the extract. What depends on the value alone is paid once per
distinct value.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from aqueduc.anonymise.custom import custom
from aqueduc.anonymise.findings import Scrubbed
from aqueduc.anonymise.rules import rounded
from aqueduc.anonymise.scan.city_lists import with_city_lists
from aqueduc.anonymise.scrubbing import MARKER, scrubbed
from aqueduc.connections import Connections
from aqueduc.declaration.model import (
    Column,
    Distribution,
    Geometry,
    Hierarchy,
    Locate,
    Noise,
    Pseudonym,
    Scrub,
    Snap,
    Transform,
)
from aqueduc.duck import identifier, literal
from aqueduc.errors import ConnectionMissing
from aqueduc.findings import Finding

LAMBERT_93 = "EPSG:2154"
WGS84 = "EPSG:4326"
# Where Lambert-93 is meant to be used (EPSG:2154, area of use): beyond it, distances mean nothing.
AREA = (-9.86, 41.15, 10.38, 51.56)
POSITION_DECIMALS = 6
KEY_BYTES = 16
BATCH = 50_000


@dataclass(frozen=True)
class Ground:
    """What a mapping may use. ``revision``: the SHA-256 of the extract; ``dataset``: its identifier."""

    con: duckdb.DuckDBPyConnection
    connections: Connections
    include: Path
    dataset: str
    revision: str
    geometry: Geometry | None


@dataclass(frozen=True)
class Mapped:
    """``joins`` to add after ``FROM raw``; ``values`` gives the SQL of each mapped column's value."""

    joins: tuple[str, ...]
    values: Mapping[str, str]


def map_columns(ground: Ground, columns: tuple[Column, ...]) -> Mapped:
    """Fills the tables for the columns that need one.

    Raises ConnectionMissing when a key is not usable, AnonymisationGateClosed when a function of the city's
    fails.
    """
    joins: list[str] = []
    values: dict[str, str] = {}
    snapped = [column for column in columns if isinstance(column.rule, Snap)]
    if snapped and ground.geometry and isinstance(snapped[0].rule, Snap):
        joins.append(_snap(ground, ground.geometry, snapped[0].rule.metres))
        values |= {ground.geometry.longitude: "map_grid.x", ground.geometry.latitude: "map_grid.y"}
    for rank, column in enumerate(columns):
        join = _mapping(ground, column, f"map_{rank}")
        if join:
            joins.append(join)
            values[column.name] = f"map_{rank}.mapped"
    return Mapped(tuple(joins), values)


def _mapping(ground: Ground, column: Column, table: str) -> str | None:
    """Fills ``table``; the join that brings it beside the extract, or None for a rule that needs none."""
    match column.rule:
        case Pseudonym():
            return _pseudonymise(ground, column, column.rule, table)
        case Transform():
            return _transformed(ground, column, column.rule, table)
        case Hierarchy():
            return _climbed(ground, column, column.rule, table)
        case Locate():
            return _located(ground, column.rule, table)
        case Scrub():
            return _by_value(ground, column, table, partial(scrubbed, names=with_city_lists(ground.include)))
        case Noise():
            return _noisy(ground, column, column.rule, table)
        case _:
            return None


# --- positions --------------------------------------------------------------------------------------------


def _snap(ground: Ground, geometry: Geometry, metres: float) -> str:
    """Centre of the cell of a square grid anchored at the origin of Lambert-93.

    PROJ (in DuckDB's spatial extension) does the projection; the centre is written with 6 decimals (0.1 m).
    """
    lon, lat = identifier(geometry.longitude), identifier(geometry.latitude)
    west, south, east, north = AREA
    centre = f"floor({{0}} / {metres!r}) * {metres!r} + {metres / 2!r}"
    ground.con.execute(f"""
        CREATE TEMP TABLE map_grid AS
        WITH positions AS ({_positions(lon, lat)}), projected AS (
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


def _located(ground: Ground, rule: Locate, table: str) -> str | None:
    """The first polygon by name: a position on a common border is in one of them, always the same."""
    if ground.geometry is None:
        return None
    lon, lat = identifier(ground.geometry.longitude), identifier(ground.geometry.latitude)
    polygons = literal(str(ground.include / rule.path))
    ground.con.execute(f"""
        CREATE TEMP TABLE {table} AS
        SELECT lon, lat, min(CAST(zone.{identifier(rule.name)} AS VARCHAR)) AS mapped
        FROM ({_positions(lon, lat)}) JOIN ST_Read({polygons}) AS zone
          ON ST_Covers(zone.geom, ST_Point(lon_n, lat_n))
        GROUP BY lon, lat
    """)
    return f"LEFT JOIN {table} ON {table}.lon = raw.{lon} AND {table}.lat = raw.{lat}"


def _positions(lon: str, lat: str) -> str:
    return (
        f"SELECT DISTINCT {lon} AS lon, {lat} AS lat, TRY_CAST({lon} AS DOUBLE) AS lon_n, "
        f"TRY_CAST({lat} AS DOUBLE) AS lat_n FROM raw WHERE {lon} IS NOT NULL AND {lat} IS NOT NULL"
    )


# --- distinct values --------------------------------------------------------------------------------------


def _pseudonymise(ground: Ground, column: Column, rule: Pseudonym, table: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of the UTF-8 text, in hexadecimal."""
    key = _key(ground.connections, rule.key)
    if rule.rotate:
        key = _derived(key, "pseudonym", ground.dataset, column.name, ground.revision)
    return _by_value(
        ground,
        column,
        table,
        lambda texts: pa.array(
            [hmac.digest(key, text.encode(), "sha256").hex() for text in texts.to_pylist()]
        ),
    )


def _transformed(ground: Ground, column: Column, rule: Transform, table: str) -> str:
    with custom(ground.include, column.name, rule) as function:
        return _by_value(ground, column, table, function)


def _by_value(ground: Ground, column: Column, table: str, mapped: Callable[[pa.Array], pa.Array]) -> str:
    """``mapped`` gets batches of distinct texts, and gives as many texts or nulls."""
    name = identifier(column.name)
    con = ground.con
    con.execute(f"CREATE TEMP TABLE {table} (plain VARCHAR, mapped VARCHAR)")
    reader = (
        con.cursor()
        .execute(f"SELECT DISTINCT CAST({name} AS VARCHAR) AS v FROM raw WHERE {name} IS NOT NULL")
        .to_arrow_reader(BATCH)
    )
    for batch in reader:
        plain = batch.column(0)
        con.register("chunk", pa.table({"plain": plain, "mapped": mapped(plain)}))
        con.execute(f"INSERT INTO {table} SELECT plain, mapped FROM chunk")
        con.unregister("chunk")
    return f"LEFT JOIN {table} ON {table}.plain = CAST(raw.{name} AS VARCHAR)"


def _climbed(ground: Ground, column: Column, rule: Hierarchy, table: str) -> str:
    """The file is a CSV with ``;``, without header: the value, then what it becomes at level 1, 2… A value
    that becomes two things becomes neither."""
    file = literal(str(ground.include / rule.path))
    label = f"column{rule.level}"
    options = "delim = ';', header = false, all_varchar = true, quote = '\"'"
    ground.con.execute(f"""
        CREATE TEMP TABLE {table} AS
        SELECT column0 AS plain,
               CASE WHEN count(DISTINCT {label}) = 1 THEN any_value({label}) END AS mapped
        FROM read_csv({file}, {options}) GROUP BY column0
    """)
    return f"LEFT JOIN {table} ON {table}.plain = CAST(raw.{identifier(column.name)} AS VARCHAR)"


def scrubbed_rows(con: duckdb.DuckDBPyConnection, columns: tuple[Column, ...]) -> list[Finding]:
    """How many rows each ``scrub`` changed, once ``map_columns`` has filled the tables for the columns."""
    findings: list[Finding] = []
    for rank, column in enumerate(columns):
        if isinstance(column.rule, Scrub):
            joined = f"map_{rank} ON plain = CAST(raw.{identifier(column.name)} AS VARCHAR)"
            row = con.execute(
                f"SELECT count(*) FROM raw JOIN {joined} WHERE mapped IS DISTINCT FROM plain"
            ).fetchone()
            if row and row[0]:
                findings.append(Scrubbed(column=column.name, count=row[0], detail={"marker": MARKER}))
    return findings


# --- noise ------------------------------------------------------------------------------------------------


def _noisy(ground: Ground, column: Column, rule: Noise, table: str) -> str:
    """One draw a row, rounded with the sum.

    The draws come from SHAKE-256 under a key derived from the secret, the dataset, the column and the
    extract: the same extract gives the same noise (a task that is tried again changes nothing), and without
    the secret nobody can take it away. A value published in n revisions under n noises is known n ** 0.5
    times better. Rounding matters for more than looks: the low bits of a sum of floating-point numbers give
    away the draw (Mironov, 2012, "On significance of the least significant bits").
    """
    key = _derived(_key(ground.connections, rule.key), "noise", ground.dataset, column.name, ground.revision)
    con = ground.con
    con.execute(f"CREATE TEMP TABLE {table} (line BIGINT, mapped VARCHAR)")
    number = f"TRY_CAST({identifier(column.name)} AS DOUBLE)"
    reader = (
        con.cursor().execute(f"SELECT __line, {number} AS n FROM raw ORDER BY __line").to_arrow_reader(BATCH)
    )
    uniform = _Uniform(key)
    for batch in reader:
        draws = pa.array(_drawn(rule, uniform, batch.num_rows))
        con.register("chunk", pa.table({"line": batch.column(0), "n": batch.column(1), "draw": draws}))
        con.execute(f"INSERT INTO {table} SELECT line, {rounded('n + draw', rule.step)} FROM chunk")
        con.unregister("chunk")
    return f"LEFT JOIN {table} ON {table}.line = raw.__line"


class _Uniform:
    """Numbers strictly between 0 and 1, with 53 random bits each; the same key gives the same ones."""

    BLOCK = 65_536

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._rank = 0
        self._left = np.empty(0)

    def take(self, count: int) -> np.ndarray:
        blocks = [self._left]
        while sum(map(len, blocks)) < count:
            stream = hashlib.shake_256(self._key + self._rank.to_bytes(8, "big")).digest(self.BLOCK * 8)
            bits = (np.frombuffer(stream, dtype="<u8") >> np.uint64(11)).astype(np.float64)
            blocks.append((bits + 0.5) / 2.0**53)
            self._rank += 1
        drawn = np.concatenate(blocks)
        self._left = drawn[count:]
        return drawn[:count]


def _drawn(rule: Noise, uniform: _Uniform, count: int) -> np.ndarray:
    """Laplace by the inverse of its distribution function, Gaussian by Box and Muller's transform (1958)."""
    if rule.distribution is Distribution.LAPLACE:
        centred = uniform.take(count) - 0.5
        return -rule.scale * np.sign(centred) * np.log1p(-2 * np.abs(centred))
    pairs = uniform.take(2 * count)
    return rule.scale * np.sqrt(-2 * np.log(pairs[0::2])) * np.cos(2 * np.pi * pairs[1::2])


# --- keys -------------------------------------------------------------------------------------------------


def _derived(key: bytes, *purpose: str) -> bytes:
    return hmac.digest(key, "\0".join(purpose).encode(), "sha256")


def _key(connections: Connections, identifier_: str) -> bytes:
    key = connections.get(identifier_).password.encode()
    if len(key) < KEY_BYTES:
        raise ConnectionMissing(
            f"La clé ou le secret compte moins de {KEY_BYTES} caractères.",
            where=f"connexion {identifier_} (mot de passe)",
            remedy="y mettre une clé tirée au hasard, par exemple avec « openssl rand -hex 32 »",
        )
    return key
