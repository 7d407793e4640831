"""1,000,000 rows of the sandbox's PostgreSQL, and as many of a CSV file, to the vault's Parquet.

Beside PostgreSQL: the same query through ``COPY … (FORMAT binary)``, read by psycopg and thrown away. Beside
the CSV, which is in cp1252: iconv, then DuckDB's own reader to Parquet, which numbers the rows or does not, and in no
case says at which line of the file one starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg

from aqueduc import duck
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import Dataset, load_city, load_dataset
from aqueduc.run import Run, Workspace
from aqueduc.sources.stage import extract_source
from aqueduc.store import Store, Vault
from benchmarks.frame import Measured, Row, measured, times
from sandbox import city as city_of
from sandbox.city import City
from tests.making import desk

SCALE = float(os.environ.get("SCALE", "5"))  # 1 is 200,000 rows
INCLUDE = Path(__file__).resolve().parent.parent / "include"
PAYMENTS = INCLUDE / "datasets" / "horodateurs-transactions.yaml"
# Every other row needs its quotes, and every hundredth holds a line break: the reader may not skip them.
CSV = """
    SELECT 'PC-' || i AS numero, CAST(DATE '2015-01-01' + CAST(i % 4000 AS INTEGER) AS VARCHAR) AS jour,
           'Quartier n° ' || i % 40 AS quartier, i % 600 AS duree, (i * 7 % 100000) / 100 AS montant,
           CASE WHEN i % 100 = 0 THEN 'deux' || chr(10) || 'lignes'
                WHEN i % 2 = 0 THEN 'salle ; « A », dite "bis"' ELSE 'rien' END AS remarque
    FROM range({rows}) AS made(i)
"""
COLUMNS = ("numero", "jour", "quartier", "duree", "montant", "remarque")


def run(scale: float = SCALE, city: City | None = None) -> list[Row]:
    """``city``: one that runs already, whatever its scale; else one of this scale is started and stopped."""
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        with _running(Path(name), scale, city) as town:
            query, payments = load_dataset(PAYMENTS, load_city(INCLUDE)).source, town.environment()
            copied = measured(raw_copy, town.reader_dsn("stationnement"), getattr(query, "sql", ""), repeat=3)
            database = measured(ours_postgres, name, payments, repeat=3)
        _write_csv(Path(name, "jeu.csv"), round(city_of.stationnement.TRANSACTIONS * scale))
        plain = measured(duckdb_csv, name, False, repeat=3)
        numbered = measured(duckdb_csv, name, True, repeat=3)
        ours = measured(ours_csv, name, repeat=3)
    return [
        _compare("psycopg, COPY in binary, thrown away", copied, database),
        database.row("aqueduc, PostgreSQL to Parquet, the whole stage", rows=database.result),
        _compare("iconv and duckdb, CSV to Parquet", plain, ours),
        _compare("iconv and duckdb, the same, rows numbered", numbered, ours),
        ours.row("aqueduc, CSV to Parquet, the whole stage", rows=ours.result),
    ]


def _compare(what: str, bare: Measured, stage: Measured) -> Row:
    if bare.result != stage.result:
        raise AssertionError(f"{bare.result} rows, and {stage.result} for us")
    return bare.row(what, rows=bare.result, note=f"{times(stage, bare)} than the stage")


@contextmanager
def _running(root: Path, scale: float, city: City | None) -> Iterator[City]:
    try:
        yield city or city_of.start(root, scale=scale)
    finally:
        if city is None:
            city_of.stop(root)


# --- PostgreSQL -------------------------------------------------------------------------------------------


def raw_copy(dsn: str, sql: str) -> int:
    with psycopg.connect(dsn) as session, session.cursor() as cursor:
        with cursor.copy(f"COPY (\n{sql}\n) TO STDOUT (FORMAT binary)".encode()) as blocks:
            for _ in blocks:
                pass
        return cursor.rowcount


def ours_postgres(folder: str, environment: dict[str, str]) -> int:
    place = Workspace(
        include=INCLUDE,
        store=Store(Path(folder, "store").as_uri()),
        vault=Vault(Path(folder, "vault").as_uri()),
        connections=EnvironmentConnections(environment),
    )
    return _extracted(load_dataset(PAYMENTS, load_city(INCLUDE)), place)


# --- CSV --------------------------------------------------------------------------------------------------


def _write_csv(path: Path, rows: int) -> None:
    written = path.with_suffix(".utf-8")
    with duckdb.connect() as con:
        con.execute(f"COPY ({CSV.format(rows=rows)}) TO {duck.literal(str(written))} (HEADER, DELIM ';')")
    _convert(written, "utf-8", path, "cp1252")


def _convert(source: Path, encoding: str, target: Path, wanted: str) -> None:
    with target.open("wb") as out:
        subprocess.run(["iconv", "-f", encoding, "-t", wanted, str(source)], stdout=out, check=True)


def duckdb_csv(folder: str, numbered: bool) -> int:
    """With the limits that the stage has."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch, duck.open_duckdb(Path(scratch)) as con:
        source = Path(scratch, "jeu.csv")
        _convert(Path(folder, "jeu.csv"), "cp1252", source, "utf-8")
        read = f"read_csv({duck.literal(str(source))}, all_varchar = true, header = true, delim = ';')"
        selected = "row_number() OVER () AS number, *" if numbered else "*"
        return duck.write_parquet(con, f"SELECT {selected} FROM {read}", Path(scratch, "copy.parquet"))


def ours_csv(folder: str) -> int:
    depot = {"conn_type": "fs", "extra": {"path": folder}}
    here = desk(Path(folder, "city"), {"AIRFLOW_CONN_DEPOT": json.dumps(depot)})
    source = {"file": "depot", "path": "jeu.csv", "delimiter": ";", "encoding": "cp1252"}
    return _extracted(here.dataset(source=source, columns=dict.fromkeys(COLUMNS, "publish")), here.place)


def _extracted(dataset: Dataset, workspace: Workspace) -> int:
    return extract_source(dataset, Run(dataset.id, "bench", force=True), workspace).report.rows
