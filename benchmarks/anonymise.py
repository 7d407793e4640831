"""1,000,000 rows × 9 columns (``SCALE=10`` for ten times that) through the anonymisation stage.

Beside: DuckDB's own Parquet → Parquet copy of all nine, and pycanon's check of k. The pseudonym is of as many
distinct values as there are rows, its worst case.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from aqueduc import duck
from aqueduc.anonymise import anonymise_extract, verify_output
from aqueduc.anonymise.risk import create_small_classes_table
from aqueduc.anonymise.stage import build_lookup_table_context, fill_column_lookup_tables
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration.spec import ColumnDeclaration, Dataset
from aqueduc.rules.pseudonym import Pseudonymisation
from aqueduc.run import Run
from aqueduc.store import ParquetFileHandle
from benchmarks.frame import Row, measured, times
from tests.making import Desk, desk

ROWS = int(1_000_000 * float(os.environ.get("SCALE", "1")))
K_ROWS, PATIENCE_S = 100_000, 60
KEY = {"AIRFLOW_CONN_SEL": '{"conn_type": "generic", "password": "une clé pour essayer"}'}
HASHED = "CREATE TEMP TABLE hashed AS SELECT DISTINCT numero, sha256(numero) AS h FROM raw"
K, QUASI_IDENTIFIERS = 5, ("date_depot", "surface", "quartier")
# name: (rule, SQL of the value: i is the row, u a number in ]0, 1] drawn from it)
COLUMNS: dict[str, tuple[Any, str]] = {
    "numero": ({"truncate": 9}, "'PC-013001-' || lpad(CAST(i AS VARCHAR), 8, '0')"),
    "demandeur": ("drop", "'Demandeur ' || hash(i)"),
    "adresse": ("drop", "(i % 300) || ' rue n° ' || (i % 1709)"),
    "telephone": ("drop", "'06' || lpad(CAST(i * 7919 % 100000000 AS VARCHAR), 8, '0')"),
    "date_depot": ({"generalise": "month"}, "DATE '2024-01-01' + CAST(i * 31 % 730 AS INTEGER)"),
    "surface": ({"generalise": {"band": 50}}, "round(40 / sqrt(u), 1)"),  # the largest are too rare
    "logements": ("publish", "CAST(i % 12 AS INTEGER)"),
    "quartier": ("publish", "'Quartier n° ' || (hash(i, 'q') % places)"),
    "decision": ("publish", "['accord', 'refus', 'sursis'][1 + i % 3]"),
}


def run(size: int = ROWS) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        handle = _make(desk(Path(name)), size)
        copied = (
            f"COPY (FROM raw) TO {duck.literal(f'{name}/copy.parquet')} ({duck.format_parquet_options()})"
        )
        copy = measured(plain_duckdb, name, handle, copied, repeat=3)
        stage = measured(ours_stage, name, handle, repeat=3)
        kept = stage.result.rows
        judged = measured(ours_judge, name, _published(name, stage.result, kept), repeat=3)
        whole = (stage.cpu + judged.cpu) / copy.cpu
        checks = list(_k_checks(name, stage.result))
        assert judged.result >= K
        hashed = measured(plain_duckdb, name, handle, HASHED, repeat=3)
        keyed = measured(ours_pseudonym, name, handle, repeat=3)
    return [
        copy.row("duckdb, the raw copy", rows=size, note=f"{times(stage, copy)} than the stage"),
        stage.row("aqueduc, the whole stage", rows=size, note=f"smallest class: {judged.result}"),
        judged.row("aqueduc, the judge on its file", rows=kept, note=f"{times(copy, judged)} than the copy"),
        Row(
            "aqueduc, rules, enforcement and judgement",
            stage.seconds + judged.seconds,
            size,
            max(stage.peak_mb, judged.peak_mb),
            f"{whole:.2f} × the CPU of the copy",
            stage.cpu + judged.cpu,
        ),
        *checks,
        hashed.row("duckdb, SHA-256 without a key", rows=size, note=f"{times(keyed, hashed)} than HMAC"),
        keyed.row("aqueduc, pseudonyms (HMAC-SHA-256)", rows=size),
    ]


def _make(here: Desk, size: int) -> ParquetFileHandle:
    cells = ", ".join(f"{sql} AS {name}" for name, (_, sql) in COLUMNS.items())
    places = 1 + min(39, size // 25_000)
    drawn = f"SELECT range AS i, (1 + hash(i) % 1000000) / 1e6 AS u, {places} AS places FROM range({size})"
    sql = f"SELECT i + 1 AS __line, {cells} FROM ({drawn})"
    with here.place.vault.open_scratch_folder() as scratch, duck.open_duckdb(scratch) as con:
        made = scratch / "raw.parquet"
        con.execute(f"COPY ({sql}) TO {duck.literal(str(made))} ({duck.format_parquet_options()})")
        return here.place.vault.store_raw_extract(made, dataset="jeu", run="bench", rows=size, window=None)


def plain_duckdb(folder: str, handle: ParquetFileHandle, sql: str) -> None:
    with _raw(folder, handle) as con:
        con.execute(sql)


def ours_stage(folder: str, handle: ParquetFileHandle) -> ParquetFileHandle:
    here = desk(Path(folder))
    return anonymise_extract(_dataset(here), Run("jeu", "bench"), handle, here.place).handle


def _published(folder: str, safe: ParquetFileHandle, size: int) -> str:
    """The first ``size`` rows, with the columns that leave: the judge refuses ``__line``."""
    target = str(Path(folder, f"{size}.parquet"))
    table = desk(Path(folder)).read(safe).drop_columns("__line").slice(0, size)
    pq.write_table(table, target, row_group_size=duck.ROW_GROUP_ROWS)
    return target


def ours_judge(folder: str, published: str) -> int:
    return verify_output(Path(published), _dataset(desk(Path(folder)))).smallest_class or 0


def _k_checks(folder: str, safe: ParquetFileHandle) -> Iterator[Row]:
    """On 100,000 rows, and on all unless pycanon's pace promises too long a wait."""
    pace = 0.0
    for size in sorted({min(safe.rows, K_ROWS), safe.rows}):
        if pace * size > PATIENCE_S:
            return
        file = _published(folder, safe, size)
        theirs, ours = measured(their_k, file, repeat=3), measured(our_k, file, repeat=3)
        assert ours.result == theirs.result, (ours.result, theirs.result)
        yield theirs.row("pycanon, k", rows=size, note=f"k = {theirs.result} for both")
        yield ours.row("aqueduc, k", rows=size, note=times(theirs, ours))
        pace = theirs.seconds / size


def our_k(file: str) -> int:
    with tempfile.TemporaryDirectory() as scratch, duck.open_duckdb(Path(scratch)) as con:
        return create_small_classes_table(
            con, f"read_parquet({duck.literal(file)})", QUASI_IDENTIFIERS, K
        ).smallest


def their_k(file: str) -> int:
    import pandas as pd
    from pycanon.anonymity import k_anonymity

    names = [*QUASI_IDENTIFIERS]
    return int(k_anonymity(pd.read_parquet(file, columns=names), names))


def ours_pseudonym(folder: str, handle: ParquetFileHandle) -> None:
    column = ColumnDeclaration(
        name="numero", rule=Pseudonymisation(key="sel"), published_as="numero", basis="banc d'essai"
    )
    with _raw(folder, handle) as con:
        context = build_lookup_table_context(
            con, EnvironmentConnections(KEY), Path(folder), "jeu", handle.sha256, None
        )
        fill_column_lookup_tables(context, (column,))


@contextmanager
def _raw(folder: str, handle: ParquetFileHandle) -> Iterator[duckdb.DuckDBPyConnection]:
    """The limits that the stage has, so that what is compared is the work."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch, duck.open_duckdb(Path(scratch)) as con:
        con.execute(f"CREATE VIEW raw AS FROM read_parquet({duck.literal(f'{folder}/vault/{handle.key}')})")
        yield con


def _dataset(here: Desk) -> Dataset:
    return here.dataset(
        columns={name: rule for name, (rule, _) in COLUMNS.items()},
        privacy={"quasi_identifiers": list(QUASI_IDENTIFIERS), "k": K, "suppress_at_most": "10%"},
    )
