"""A Table Schema over 1,000,000 rows × 10 columns with errors: ours, and frictionless on the same file; then
ten times as many rows, for the memory.

The stage reads Parquet and frictionless reads CSV, so ours is also measured from CSV on. What frictionless
counts, ours counts and locates: there is no cheaper way to count only.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration.spec import (
    AccessSettings,
    ColumnDeclaration,
    Dataset,
    LexicalFormat,
    PublicationMode,
    PublicationSettings,
    TableSchema,
)
from aqueduc.declaration.vocabulary import FREQUENCIES, LICENCES
from aqueduc.rules.publish import UnchangedPublication
from aqueduc.run import Run, Workspace
from aqueduc.sources.files import FileSource
from aqueduc.store import ParquetFileHandle, Store, Vault
from aqueduc.validate import stage, validate_anonymised_rows
from benchmarks.frame import Row, measured, times

ROWS = int(os.environ.get("ROWS", "1000000"))
MANY = 10 * ROWS
COLUMNS = {
    # name: (SQL of a right value, SQL of a wrong one, one wrong row in so many)
    "numero": ("'PC-013001-' || lpad(CAST(i AS VARCHAR), 8, '0')", "'PC-?'", 4001),
    "date_depot": ("CAST(DATE '2015-01-01' + CAST(i % 4000 AS INTEGER) AS VARCHAR)", "'31/02/2026'", 3001),
    "montant": ("CAST(CAST(i * 104729 % 10000000 AS DECIMAL(12, 2)) / 100 AS VARCHAR)", "'12,50'", 3503),
    "duree": ("CAST(i * 31 % 600 AS VARCHAR)", "'-5'", 2503),
    "actif": ("CASE WHEN i % 3 = 0 THEN 'true' ELSE 'false' END", "'oui'", 5003),
    "decision": ("['accord', 'refus', 'sursis'][1 + i % 3]", "'autre'", 6007),
    "insee": ("lpad(CAST(13001 + i % 119 AS VARCHAR), 5, '0')", "'1309'", 7001),
    "mois": ("'2026-' || lpad(CAST(1 + i % 12 AS VARCHAR), 2, '0')", "'2026-13'", 8009),
    "quartier": ("'Quartier n° ' || (i % 40)", "''", 9001),
    "latitude": ("CAST(43.5 + (i % 9973) / 100000.0 AS VARCHAR)", "'143.5'", 9973),
}  # fmt: skip
SCHEMA = {
    "fields": [
        {"name": "numero", "type": "string", "constraints": {"unique": True, "pattern": "PC-\\d{6}-\\d+"}},
        {"name": "date_depot", "type": "date", "constraints": {"minimum": "2015-01-01"}},
        {"name": "montant", "type": "number", "constraints": {"minimum": 0}},
        {"name": "duree", "type": "integer", "constraints": {"minimum": 0, "maximum": 1000}},
        {"name": "actif", "type": "boolean"},
        {"name": "decision", "type": "string", "constraints": {"enum": ["accord", "refus", "sursis"]}},
        {"name": "insee", "type": "string", "constraints": {"pattern": "^([013-9]\\d|2[AB1-9])\\d{3}$"}},
        {"name": "mois", "type": "yearmonth"},
        {"name": "quartier", "type": "string", "constraints": {"required": True, "maxLength": 40}},
        {"name": "latitude", "type": "number", "constraints": {"minimum": -90, "maximum": 90}},
    ]
}


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        folder = Path(name)
        _make(folder / "data.csv", folder / "safe.parquet")
        arguments = (str(folder / "data.csv"), str(folder / "safe.parquet"), name)
        verdicts = measured(ours_verdicts, *arguments, repeat=3)
        whole = measured(ours_stage, *arguments, repeat=3)
        from_csv = measured(ours_from_csv, *arguments, repeat=3)
        theirs = measured(frictionless, *arguments)
        _make_large(folder / "large.parquet")
        large = measured(ours_stage_of_many, "", str(folder / "large.parquet"), name)
    counts = {verdicts.result, whole.result, from_csv.result, theirs.result}
    if len(counts) > 1:
        raise AssertionError(f"not the same number of rows: {counts}")
    broken = f"{theirs.result:,} rows rejected, as many by all"
    return [
        theirs.row("frictionless, from CSV", rows=ROWS, note=broken),
        verdicts.row(
            "aqueduc, each failing row with its line and rules", rows=ROWS, note=times(theirs, verdicts)
        ),
        whole.row("aqueduc, the whole stage (typed, sorted file too)", rows=ROWS, note=times(theirs, whole)),
        from_csv.row(
            "aqueduc, the same from CSV (first read to Parquet)", rows=ROWS, note=times(theirs, from_csv)
        ),
        large.row("aqueduc, the whole stage", rows=MANY, note=f"{large.result:,} rows rejected"),
    ]


def _make(csv: Path, parquet: Path) -> None:
    """One wrong value here and there, and each 8,000th number repeated from another row."""
    with _plain_duckdb() as con:
        con.execute(f"CREATE TABLE made AS SELECT {_cells()} FROM ({_numbers(ROWS)})")
        con.execute(f"COPY made TO {duck.literal(str(csv))} (HEADER)")
    read_csv(str(csv), str(parquet), "")


def _make_large(parquet: Path) -> None:
    """The same, as extraction leaves it."""
    with _plain_duckdb() as con:
        con.execute(
            f"COPY (SELECT line AS __line, {_cells()} FROM ({_numbers(MANY)})) "
            f"TO {duck.literal(str(parquet))} ({duck.format_parquet_options()})"
        )


def _cells() -> str:
    return ", ".join(
        f"CASE WHEN i % {each} = 17 THEN {wrong} ELSE {right} END AS {name}"
        for name, (right, wrong, each) in COLUMNS.items()
    )


def _numbers(count: int) -> str:
    number = "CASE WHEN range % 8000 = 23 THEN range - 1 ELSE range END"
    return f"SELECT range + 2 AS line, {number} AS i FROM range({count})"


def read_csv(csv: str, parquet: str, _folder: str) -> None:
    """As text, with lines: what extraction leaves."""
    source = f"read_csv({duck.literal(csv)}, all_varchar = true, header = true)"
    with _plain_duckdb() as con:
        con.execute(
            f"COPY (SELECT row_number() OVER () + 1 AS __line, * FROM {source}) "
            f"TO {duck.literal(parquet)} ({duck.format_parquet_options()})"
        )


def _plain_duckdb() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    return con


def ours_verdicts(_csv: str, parquet: str, folder: str) -> int:
    with tempfile.TemporaryDirectory(dir=folder) as scratch, duck.open_duckdb(Path(scratch)) as con:
        plan, problems = stage.compile_dataset_schema(con, _dataset(), Path(parquet))
        if plan is None:
            raise AssertionError(problems)
        stage.build_check_views(con, plan, Path(parquet))
        stage.collect_findings_of_failing_rows(con, plan)
        (count,) = con.execute("SELECT count(*) FROM broken").fetchone() or (0,)
        return int(count)


def ours_stage_of_many(csv: str, parquet: str, folder: str) -> int:
    return ours_stage(csv, parquet, folder, rows=MANY)


def ours_stage(_csv: str, parquet: str, folder: str, *, rows: int = 0) -> int:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        place = Workspace(
            include=Path(__file__).resolve().parents[1] / "include",
            store=Store((Path(name) / "store").as_uri()),
            vault=Vault((Path(name) / "vault").as_uri()),
            connections=EnvironmentConnections({}),
        )
        return validate_anonymised_rows(
            _dataset(), Run("bench", "r1"), _handle(place, parquet, rows or ROWS), place
        ).report.rejected


def ours_from_csv(csv: str, parquet: str, folder: str) -> int:
    again = f"{parquet}.again"
    read_csv(csv, again, folder)
    return ours_stage(csv, again, folder)


def _handle(workspace: Workspace, parquet: str, rows: int) -> ParquetFileHandle:
    link = Path(workspace.vault.url.removeprefix("file://")) / "link.parquet"
    link.hardlink_to(parquet)
    return workspace.vault.store_anonymised_extract(link, dataset="bench", run="r1", rows=rows, window=None)


def frictionless(csv: str, _parquet: str, _folder: str) -> int:
    from frictionless import Resource, Schema

    schema = Schema.from_descriptor(SCHEMA)
    resource = Resource(path=Path(csv).name, basepath=str(Path(csv).parent), schema=schema)
    report = resource.validate(limit_errors=10_000_000)
    return len({row for (row,) in report.flatten(["rowNumber"])})


def _dataset() -> Dataset:
    schema = TableSchema.model_validate(SCHEMA)
    columns = tuple(
        ColumnDeclaration(name=name, rule=UnchangedPublication(), published_as=name) for name in COLUMNS
    )
    return Dataset(
        id="bench",
        fingerprint="",
        path=Path("bench.yaml"),
        keywords=(),
        licence=LICENCES["lov2"],
        access=AccessSettings(),
        frequency=FREQUENCIES["daily"],
        windowed=False,
        source=FileSource(connection="depot", path="data.csv", format="csv"),
        reading=LexicalFormat(),
        key=(),
        columns=columns,
        geometry=None,
        privacy=None,
        reject_at_most=1.0,
        schema_path="schemas/bench.json",
        table_schema=schema,
        publication=PublicationSettings(platform_alone="datasud", mode=PublicationMode.UPLOAD),
    )
