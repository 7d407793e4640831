"""A revision as files: the same bytes each time, in the shape DataSud asks for."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import duckdb
import fastexcel
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.declaration import Dataset
from aqueduc.declaration.spec import OutputFormat
from aqueduc.errors import PublicationGateClosed
from aqueduc.publish.client import PublishableFile
from aqueduc.publish.revision import xlsx
from aqueduc.publish.revision.files import (
    build_published_file_name,
    count_repeated_keys,
    write_revision_files,
)
from aqueduc.store import compute_file_sha256
from tests.making import Desk, desk

COLUMNS = {"code": "publish", "longitude": "publish", "latitude": "publish", "quand": "publish"}
FIELDS = [
    {"name": "code"},
    {"name": "longitude", "type": "number"},
    {"name": "latitude", "type": "number"},
    {"name": "quand", "type": "datetime"},
]


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


@pytest.fixture
def composed(here: Desk, tmp_path: Path) -> Callable[..., dict[OutputFormat, PublishableFile]]:
    def make(dataset: Dataset, *tables: pa.Table) -> dict[OutputFormat, PublishableFile]:
        scratch = tmp_path / hashlib.sha256(str(len(list(tmp_path.iterdir()))).encode()).hexdigest()[:8]
        scratch.mkdir()
        paths = []
        for rank, table in enumerate(tables):
            path = scratch / f"{rank}.parquet"
            pq.write_table(table, path)
            paths.append(path)
        return write_revision_files(dataset, paths, scratch)

    return make


def declared(here: Desk, formats: list[str]) -> Dataset:
    return here.dataset(
        title="Des « points »",
        columns=COLUMNS,
        fields=FIELDS,
        geometry={"longitude": "longitude", "latitude": "latitude"},
        publish={"mode": "upload", "formats": formats},
    )


def points(count: int = 3) -> pa.Table:
    return pa.table(
        {
            "code": [f"{rank:05}" for rank in range(count)],
            "longitude": [round(5.44 + rank / 1000, 3) for rank in range(count)],
            "latitude": [43.5 if rank else None for rank in range(count)],
            "quand": pa.array([datetime(2026, 1, 2, 3, 4, 5)] * count, pa.timestamp("us")),
        }
    )


def test_csv_is_what_datasud_wants(
    here: Desk, composed: Callable[..., dict[OutputFormat, PublishableFile]]
) -> None:
    dataset = here.dataset(columns=dict.fromkeys("abcdefg", "publish"))
    table = pa.table(
        {
            "a": ["01001", 'dit "Le Grand"', "deux\nlignes", "avec, virgule", "", None, " bord "],
            "b": [1, -2, None, 2**62, 0, 5, 6],
            "c": [1.5, 1e20, None, -0.1, 1e-7, 100.0, 3.0],
            "d": pa.array([Decimal("12.50"), None, *[Decimal("0.00")] * 5], pa.decimal128(10, 2)),
            "e": pa.array([datetime(2026, 3, 1, 14)] * 7, pa.timestamp("us")),
            "f": pa.array([datetime(2026, 3, 1).date()] * 7, pa.date32()),
            "g": [True, False, None, True, True, True, True],
        }
    )
    file = composed(dataset, table)[OutputFormat.CSV]
    assert file.path.read_bytes() == (
        b"a,b,c,d,e,f,g\n"
        b"01001,1,1.5,12.50,2026-03-01T14:00:00,2026-03-01,true\n"
        b'"dit ""Le Grand""",-2,1e+20,,2026-03-01T14:00:00,2026-03-01,false\n'
        b'"deux\nlignes",,,0.00,2026-03-01T14:00:00,2026-03-01,\n'
        b'"avec, virgule",4611686018427387904,-0.1,0.00,2026-03-01T14:00:00,2026-03-01,true\n'
        b'"",0,1e-07,0.00,2026-03-01T14:00:00,2026-03-01,true\n'
        b",5,100,0.00,2026-03-01T14:00:00,2026-03-01,true\n"
        b" bord ,6,3,0.00,2026-03-01T14:00:00,2026-03-01,true\n"
    )
    assert file.media_type == "text/csv"
    assert file.sha256 == compute_file_sha256(file.path)


def test_geojson_is_read_back_by_another_reader(
    here: Desk, composed: Callable[..., dict[OutputFormat, PublishableFile]]
) -> None:
    file = composed(declared(here, ["geojson"]), points())[OutputFormat.GEOJSON]
    document = json.loads(file.path.read_bytes())
    assert document["type"] == "FeatureCollection"
    assert document["name"] == "Des « points »"
    assert [feature["geometry"] for feature in document["features"]] == [
        None,
        {"type": "Point", "coordinates": [5.441, 43.5]},
        {"type": "Point", "coordinates": [5.442, 43.5]},
    ]
    assert document["features"][1]["properties"] == {"code": "00001", "quand": "2026-01-02T03:04:05"}


def test_an_empty_revision_is_still_a_file(
    here: Desk, composed: Callable[..., dict[OutputFormat, PublishableFile]]
) -> None:
    files = composed(declared(here, ["csv", "parquet", "geojson"]), points(3).slice(0, 0))
    assert files[OutputFormat.CSV].path.read_text() == "code,longitude,latitude,quand\n"
    assert pq.read_table(files[OutputFormat.PARQUET].path).num_rows == 0
    assert json.loads(files[OutputFormat.GEOJSON].path.read_text())["features"] == []


def test_parts_follow_each_other(
    here: Desk, composed: Callable[..., dict[OutputFormat, PublishableFile]]
) -> None:
    table = points(9)
    parts = [table.slice(6), table.slice(0, 3), table.slice(3, 3)]
    files = composed(declared(here, ["csv", "parquet", "geojson"]), *parts)
    wanted = [f"{rank:05}" for rank in (6, 7, 8, 0, 1, 2, 3, 4, 5)]
    assert pq.read_table(files[OutputFormat.PARQUET].path)["code"].to_pylist() == wanted
    lines = files[OutputFormat.CSV].path.read_text().splitlines()[1:]
    assert [line[:5] for line in lines] == wanted
    features = json.loads(files[OutputFormat.GEOJSON].path.read_text())["features"]
    assert [feature["properties"]["code"] for feature in features] == wanted


def test_a_single_part_is_its_own_parquet_file(
    here: Desk, composed: Callable[..., dict[OutputFormat, PublishableFile]]
) -> None:
    file = composed(declared(here, ["parquet"]), points())[OutputFormat.PARQUET]
    assert file.path.name == "0.parquet"
    assert file.filename == "jeu.parquet"


@pytest.mark.thorough
def test_bytes_do_not_depend_on_the_machine(
    here: Desk, composed: Callable[..., dict[OutputFormat, PublishableFile]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several row groups, two parts, and another number of threads."""
    table = points(300_000)
    parts = (table.slice(0, 170_000), table.slice(170_000))
    dataset = declared(here, ["csv", "parquet", "geojson", "xlsx"])
    hashes = []
    connect = duckdb.connect
    for threads in ("1", "2", "7"):

        def threaded(*args: object, threads: str = threads, **options: dict[str, str]) -> object:
            return connect(*args, config={**options["config"], "threads": threads})  # type: ignore[arg-type]

        monkeypatch.setattr(duckdb, "connect", threaded)
        hashes.append({kind: file.sha256 for kind, file in composed(dataset, *parts).items()})
    assert hashes[0] == hashes[1] == hashes[2]


@pytest.mark.parametrize(
    "slug, name",
    [
        ("arbres", "arbres.csv"),
        ("horodateurs-transactions", "horodateurs-transactions.csv"),
        ("un-jeu-au-nom-tres-long-qui-ne-tient-pas", "un-jeu-au-nom-tres-long-qu.csv"),
        ("un-jeu-au-nom-tres-long-q-i-ne", "un-jeu-au-nom-tres-long-q.csv"),
    ],
)
def test_file_names_are_short(slug: str, name: str) -> None:
    assert build_published_file_name(slug, OutputFormat.CSV) == name
    assert all(len(build_published_file_name(slug, kind)) <= 30 for kind in OutputFormat)


def test_repeated_keys_are_counted_over_parts(here: Desk, tmp_path: Path) -> None:
    dataset = here.dataset(columns=COLUMNS, fields=FIELDS, key=["code"])
    paths = []
    for rank, table in enumerate((points(5), points(7).slice(4))):
        paths.append(tmp_path / f"p{rank}.parquet")
        pq.write_table(table, paths[-1])
    assert count_repeated_keys(dataset, paths, tmp_path) == 1


# --- workbooks ----------------------------------------------------------------------------------------------


def test_a_workbook_is_read_back_by_two_other_readers(
    here: Desk, composed: Callable[..., dict[OutputFormat, PublishableFile]]
) -> None:
    dataset = here.dataset(
        columns=dict.fromkeys("abcdefgh", "publish"), publish={"mode": "upload", "formats": ["xlsx"]}
    )
    texts = ["01001", "=1+1", " bord\n", "", None, "<é> & _x0041_\x08\r"]
    table = pa.table(
        {
            "a": texts,
            "b": [1, -2, None, 2**62, 0, 10**14],
            "c": [1.5, 1e20, None, -0.1, float("nan"), 100.0],
            "d": pa.array([Decimal("12.50"), None, *[Decimal("0.00")] * 4], pa.decimal128(10, 2)),
            "e": pa.array([datetime(2026, 3, 1, 14, 5, 7)] * 6, pa.timestamp("us")),
            "f": pa.array([date(2026, 3, 1), date(1850, 1, 1), None, *[date(1900, 3, 1)] * 3], pa.date32()),
            "g": [True, False, None, True, True, True],
            "h": pa.array([time(13, 30)] * 6, pa.time64("us")),
        }
    )
    file = composed(dataset, table)[OutputFormat.XLSX]
    assert file.filename == "jeu.xlsx"
    title, *lines = openpyxl.load_workbook(file.path).active.iter_rows(values_only=True)
    columns = dict(zip("abcdefgh", zip(*lines, strict=True), strict=True))
    assert title == tuple("abcdefgh")
    assert [text or "" for text in columns["a"][:5]] == ["01001", "=1+1", " bord\n", "", ""]
    assert columns["b"] == (1, -2, None, str(2**62), 0, 10**14)
    assert columns["c"] == (1.5, 1e20, None, -0.1, "nan", 100)
    assert columns["d"] == (12.5, None, 0, 0, 0, 0)
    assert set(columns["e"]) == {datetime(2026, 3, 1, 14, 5, 7)}
    assert [str(day)[:10] for day in columns["f"][:4]] == ["2026-03-01", "1850-01-01", "None", "1900-03-01"]
    assert columns["g"][:3] == (True, False, None)
    assert set(columns["h"]) == {time(13, 30)}
    read = fastexcel.read_excel(file.path).load_sheet(0, dtypes="string").to_arrow().to_pydict()
    assert read["a"][:2] == ["01001", "=1+1"]
    assert read["a"][5] == "<é> & _x0041_\x08\r"


def test_a_workbook_cannot_hold_everything_and_says_so(
    here: Desk, composed: Callable[..., dict[OutputFormat, PublishableFile]]
) -> None:
    dataset = here.dataset(columns={"a": "publish"}, publish={"mode": "upload", "formats": ["xlsx"]})
    with pytest.raises(PublicationGateClosed) as caught:
        composed(dataset, pa.table({"a": pa.array([None] * 1_048_576, pa.string())}))
    (finding,) = caught.value.findings
    assert "1048576 lignes" in finding.message()
    assert "split" in finding.format_remedy()
    with pytest.raises(PublicationGateClosed) as caught:
        composed(dataset, pa.table({"a": ["x" * 32_768]}))
    (finding,) = caught.value.findings
    assert "caractères dans une cellule" in finding.message()


def test_a_workbook_does_not_grow_the_memory(tmp_path: Path) -> None:
    """Row by row: a hundred times the rows take no more memory."""
    peaks = []
    for count in (1, 100):
        tracemalloc.start()
        xlsx.write_workbook(tmp_path / "x.xlsx", ["a", "b"], ([("x", 1)] * 1_000 for _ in range(count)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 3 * peaks[0] + (4 << 20)
