"""Whoever watches a run is told the rows as they are read: all of them, once, whatever the source is."""

import io
import json
from dataclasses import replace

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc import duck
from aqueduc.run import Run
from aqueduc.sources.stage import extract_source

COUNT = 5_000
NAMES = ("nom", "nombre")
ROWS = [(f"É{rank}", str(rank)) for rank in range(COUNT)]


def as_csv():
    return "\n".join(map(",".join, (NAMES, *ROWS))).encode()


def as_json():
    return json.dumps([dict(zip(NAMES, row, strict=True)) for row in ROWS]).encode()


def as_parquet():
    out = io.BytesIO()
    pq.write_table(pa.table(list(map(pa.array, zip(*ROWS, strict=True))), NAMES), out)
    return out.getvalue()


def as_xlsx():
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (NAMES, *ROWS):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def as_geojson():
    features = [
        {
            "type": "Feature",
            "properties": {"nom": name, "nombre": number},
            "geometry": {"type": "Point", "coordinates": [5.4, 43.5]},
        }
        for name, number in ROWS
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def watch(house, dataset):
    seen: list[int] = []
    watched = replace(house.place, observe_rows=seen.append)
    extraction = extract_source(dataset, Run(dataset.id, "r1"), watched)
    return seen, extraction


@pytest.mark.parametrize(
    "name, write",
    [
        ("a.csv", as_csv),
        ("a.json", as_json),
        ("a.parquet", as_parquet),
        ("a.xlsx", as_xlsx),
        ("a.geojson", as_geojson),
    ],
)
def test_each_row_of_a_file_is_told_once(house, name, write):
    (house.drop / name).write_bytes(write())
    dataset = house.declare({"file": "depot", "path": name}, dict.fromkeys(NAMES, "publish"))
    seen, extraction = watch(house, dataset)
    assert sum(seen) == extraction.report.rows == COUNT


def test_a_watched_run_writes_the_same_file(tmp_path):
    rows = "SELECT row_number() OVER () AS __line, i, 'abc' || i AS t FROM range(300_000) r(i)"
    seen: list[int] = []
    with duck.open_duckdb(tmp_path) as con:
        assert duck.write_parquet(con, rows, tmp_path / "alone") == 300_000
        assert duck.write_parquet(con, rows, tmp_path / "watched", seen.append) == 300_000
        assert duck.write_parquet(con, rows, tmp_path / "again", seen.append) == 300_000
    assert sum(seen) == 600_000 and len(seen) > 100
    assert (tmp_path / "alone").read_bytes() == (tmp_path / "watched").read_bytes()
