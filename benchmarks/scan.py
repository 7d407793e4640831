"""Three files through the residual scan, all rows (``SCALE=0.1`` for a tenth of each).

- 1,000,000 rows × 12 columns as in a city's files: references, labels, amounts, dates, coordinates, SIRETs,
  street names, free text. Nothing repeats that would not in a real file;
- 10,000,000 rows × 2 columns that repeat: a label of 5,000 values, a day written as text;
- 1,000,000 rows × 10 texts of 30 words, no two alike: what memory it takes.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

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


_WORDS = (
    "le la les un une des de du au en sur sous avec pour par dans entre vers chez est sont sera a ont été "
    "arbre banc trottoir chaussée lampadaire panneau borne fontaine clôture portail gravats fuite ornière "
    "racine branche feuille mobilier signalé constaté réparé remplacé nettoyé abîmé cassé devant derrière "
    "gymnase école marché parking square fontaine matin soir hier demain urgent rien équipe service passage"
)
REPEATED = {
    "feature": "'Secteur ' || (hash(i, 'f') % 5000) || ' nord'",
    "jour": "strftime(DATE '2010-01-01' + CAST(hash(i, 'j') % 4000 AS INTEGER), '%d/%m/%Y')",
}


def run(size: int = ROWS) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        folder = Path(name)
        file = make(folder, "city", COLUMNS, size)
        read = measured(read_only, file, repeat=3)
        scan = measured(ours, file, repeat=3)
        one = measured(ours, make(folder, "one", COLUMNS, 1), repeat=3)
        repeated = measured(ours, make(folder, "repeated", REPEATED, 10 * size), repeat=3)
        texts = measured(ours, make_texts(folder, size))
    pace = size * len(COLUMNS) / scan.cpu / 1e6
    return [
        read.row("duckdb, every cell as text", rows=size, note=f"{times(scan, read)} than the scan"),
        scan.row("aqueduc, the scan", rows=size, note=f"{pace:.1f}M cells a CPU second"),
        one.row("aqueduc, the scan of one row", rows=1, note="what a small dataset costs"),
        repeated.row("aqueduc, the scan of what repeats", rows=10 * size, note="2 columns"),
        texts.row("aqueduc, the scan of long texts", rows=size, note="10 texts of 30 words"),
    ]


def make(folder: Path, name: str, columns: Mapping[str, str], size: int) -> str:
    target = folder / f"{name}.parquet"
    cells = ", ".join(f"{sql} AS {column}" for column, sql in columns.items())
    with duck.open_duckdb(folder) as con:
        con.execute(
            f"COPY (SELECT {cells} FROM (SELECT range AS i FROM range({size}))) "
            f"TO {duck.literal(str(target))} ({duck.format_parquet_options()})"
        )
    return str(target)


def make_texts(folder: Path, size: int) -> str:
    """Ten columns of texts of 30 words: three phrases of ten words each, out of 2,000."""
    target = folder / "texts.parquet"
    draw, words, ranks = random.Random(13001), _WORDS.split(), np.random.default_rng(13001)
    phrases = pa.array([" ".join(draw.choices(words, k=10)) for _ in range(2_000)])
    names = [f"texte_{column}" for column in range(10)]
    with pq.ParquetWriter(target, pa.schema([(name, pa.string()) for name in names])) as file:
        for start in range(0, size, 50_000):
            rows = min(50_000, size - start)
            file.write_table(pa.table({name: _joined(phrases, ranks, rows) for name in names}))
    return str(target)


def _joined(phrases: pa.StringArray, ranks: np.random.Generator, rows: int) -> pa.StringArray:
    parts = [phrases.take(pa.array(ranks.integers(len(phrases), size=rows))) for _ in range(3)]
    return pc.binary_join_element_wise(*parts, " ")


def ours(file: str) -> int:
    return len(scan_file(Path(file), Path(file).parent))


def read_only(file: str) -> None:
    cells = ", ".join(f"max(length(CAST({name} AS VARCHAR)))" for name in COLUMNS)
    with tempfile.TemporaryDirectory() as scratch, duck.open_duckdb(Path(scratch)) as con:
        con.execute(f"SELECT {cells} FROM read_parquet({duck.literal(file)})").fetchall()
