"""1,000,000 rows × 12 columns (``SCALE=10`` for ten times that) through the residual scan, all rows.

The columns are those of a city's files: references, labels, amounts, dates, coordinates, SIRETs, street
names, free text. Nothing repeats that would not in a real file.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from aqueduc import duck
from aqueduc.anonymise.scan import scan_file
from benchmarks.frame import Row, measured, times

ROWS = int(1_000_000 * float(os.environ.get("SCALE", "1")))
COLUMNS = {
    "numero": "'PC-013001-' || lpad(CAST(i AS VARCHAR), 8, '0')",
    "depose_le": "DATE '2014-01-01' + CAST(hash(i) % 4000 AS INTEGER)",
    "horodatage": "strftime(TIMESTAMP '2024-01-01' + to_seconds(i * 31), '%Y-%m-%dT%H:%M:%SZ')",
    "montant": "round((hash(i, 'm') % 10000000) / 100, 2)",
    "logements": "CAST(i % 12 AS INTEGER)",
    "siret": "CAST(30000000000000 + hash(i, 's') % 60000000000000 AS VARCHAR)",
    "code_insee": "'13' || lpad(CAST(hash(i, 'c') % 119 AS VARCHAR), 3, '0')",
    "quartier": "'Quartier n° ' || (hash(i, 'q') % 40)",
    "position": "(43 + (hash(i, 'y') % 1000000) / 1e6) || ',' || (5 + (hash(i, 'x') % 1000000) / 1e6)",
    "voie": (
        "['Rue ', 'Avenue '][CAST(1 + hash(i, 'v') % 2 AS INTEGER)] || "
        "['Frédéric Mistral', 'des Cigales', 'du Stade'][CAST(1 + hash(i, 'w') % 3 AS INTEGER)] || "
        "' (tronçon ' || (hash(i, 't') % 5000) || ')'"
    ),
    "identifiant": "md5(CAST(i AS VARCHAR))",
    "observation": (
        "['Nid de poule', 'Lampadaire éteint', 'Banc cassé'][CAST(1 + hash(i, 'a') % 3 AS INTEGER)] || "
        "[' devant le gymnase', ' sur le parking'][CAST(1 + hash(i, 'b') % 2 AS INTEGER)] || "
        "', signalé ' || (hash(i, 'd') % 90) || ' fois, lot ' || (hash(i, 'e') % 100000) || ' du marché'"
    ),
}


def run(size: int = ROWS) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        file = _make(Path(name), size)
        read = measured(read_only, file, repeat=3)
        scan = measured(ours, file, repeat=3)
        whole = measured(ours, _make(Path(name), 1), repeat=3)
    cells = size * len(COLUMNS)
    pace = cells / scan.cpu / 1e6
    return [
        read.row("duckdb, every cell as text", rows=size, note=f"{times(scan, read)} than the scan"),
        scan.row("aqueduc, the scan", rows=size, note=f"{pace:.1f}M cells a CPU second"),
        whole.row("aqueduc, the scan of one row", rows=1, note="what a small dataset costs"),
    ]


def _make(folder: Path, size: int) -> str:
    target = folder / f"{size}.parquet"
    cells = ", ".join(f"{sql} AS {name}" for name, sql in COLUMNS.items())
    with duck.connect(folder) as con:
        con.execute(
            f"COPY (SELECT {cells} FROM (SELECT range AS i FROM range({size}))) "
            f"TO {duck.literal(str(target))} ({duck.parquet_options()})"
        )
    return str(target)


def ours(file: str) -> int:
    return len(scan_file(Path(file)))


def read_only(file: str) -> None:
    cells = ", ".join(f"max(length(CAST({name} AS VARCHAR)))" for name in COLUMNS)
    with tempfile.TemporaryDirectory() as scratch, duck.connect(Path(scratch)) as con:
        con.execute(f"SELECT {cells} FROM read_parquet({duck.literal(file)})").fetchall()
