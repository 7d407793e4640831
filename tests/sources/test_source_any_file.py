"""No file whatever makes the stage crash: it is read, or refused with an error of the house."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqueduc import duck
from aqueduc.connections import Connection
from aqueduc.declaration.spec import (
    ColumnDeclaration,
    Dataset,
    LexicalFormat,
    SchemaField,
    TableSchema,
)
from aqueduc.errors import QueryEngineFailure, SourceError
from aqueduc.rules.publish import UnchangedPublication
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.files import FileSource
from aqueduc.sources.files import adapter as files
from aqueduc.sources.formats import FORMATS
from tests.examples import share
from tests.sources import test_source_ods as ods

CALM = settings(
    max_examples=share(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = ("id", "nom", "haut", "longitude", "latitude")
ROWS = [{"id": n, "nom": f"É{n}", "haut": 1.5} for n in range(6)]


def request(folder: Path, kind: str, **hints) -> ExtractRequest:
    dataset = Dataset.model_construct(
        id="essai",
        columns=tuple(
            ColumnDeclaration(name=name, rule=UnchangedPublication(), published_as=name) for name in NAMES
        ),
        table_schema=TableSchema(
            fields=tuple(
                SchemaField(name=name, type="number" if name == "haut" else "string") for name in NAMES
            )
        ),
        reading=LexicalFormat(decimal=",", date="DD/MM/YY"),
        source=FileSource(connection="depot", path="a", format=kind, **hints),
        reject_at_most=0.5,
    )
    depot = Connection("depot", "fs", extra={"path": str(folder)})
    return ExtractRequest(dataset, depot, None, "UTC", None, folder, folder / "out.parquet")


def taken(folder: Path, kind: str, content: bytes, **hints) -> None:
    """Reads it; whatever is wrong is an error of the house, which is about the source."""
    (folder / "a").write_bytes(content)
    task = request(folder, kind, **hints)
    try:
        raw = files.ADAPTER.extract(task, task.dataset.source)
    except SourceError as error:
        assert error.what and error.where and error.remedy
    except QueryEngineFailure as fault:
        pytest.fail(f"{kind}: {fault.where}")
    else:
        assert raw.rows >= 0 and raw.columns


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


def write_parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


@pytest.fixture(scope="module")
def sound(folder) -> dict[str, bytes]:
    """A sound file of each format, to be damaged."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(ROWS[0]))
    for row in ROWS:
        book.active.append(list(row.values()))
    book.active.merge_cells("B2:B4")
    book.save(out)
    with duck.open_duckdb(folder, extensions=("spatial",)) as con:
        con.execute(
            "COPY (SELECT range AS id, 'É' AS nom, 1.5 AS haut, ST_Point(700000 + range, 6600000) AS geom "
            f"FROM range(6)) TO '{folder}/arbres.shp' (FORMAT gdal, DRIVER 'ESRI Shapefile', SRS 'EPSG:2154')"
        )
        con.execute(
            "COPY (SELECT range AS id, 'É' AS nom, 1.5 AS haut, ST_Point(700000 + range, 6600000) AS geom "
            f"FROM range(6)) TO '{folder}/arbres.gpkg' (FORMAT gdal, DRIVER 'GPKG', SRS 'EPSG:2154')"
        )
    layers = (folder / "arbres.gpkg").read_bytes()
    (folder / "arbres.gpkg").unlink()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for path in folder.glob("arbres.*"):
            packed.write(path, path.name)
    features = [
        {"type": "Feature", "properties": row, "geometry": {"type": "Point", "coordinates": [5.4, 43.5]}}
        for row in ROWS
    ]
    text = "titre\nid;nom;haut\n" + "".join(f'{r["id"]};"{r["nom"]}";1 000,5\n' for r in ROWS) + "Total;;9\n"
    return {
        "csv": text.encode("cp1252"),
        "xlsx": out.getvalue(),
        "xls": out.getvalue(),
        "geojson": json.dumps({"type": "FeatureCollection", "features": features}).encode(),
        "json": json.dumps(ROWS).encode(),
        "parquet": write_parquet(),
        "xml": (
            "<v>" + "".join(f"<l id='{r['id']}'><nom>{r['nom']}</nom></l>" for r in ROWS) + "</v>"
        ).encode(),
        "ndjson": "".join(json.dumps(row) + "\n" for row in ROWS).encode(),
        "shapefile": archive.getvalue(),
        "geopackage": layers,
        "ods": ods.book(
            ods.sheet(
                *(
                    ods.row(*(ods.cell(str(one)) for one in cells))
                    for cells in (ROWS[0], *(line.values() for line in ROWS))
                )
            )
        ),
        "gml": (
            "<FeatureCollection>"
            + "".join(
                f"<member><arbre><nom>{r['nom']}</nom><geom><Point srsName='EPSG:4326'><pos>5.4 43.5</pos></Point></geom>"
                "</arbre></member>"
                for r in ROWS
            )
            + "</FeatureCollection>"
        ).encode(),
        "kml": (
            "<kml><Document>"
            + "".join(
                f"<Placemark><name>{r['nom']}</name><Point><coordinates>5.4,43.5</coordinates></Point></Placemark>"
                for r in ROWS
            )
            + "</Document></kml>"
        ).encode(),
    }


HINTS = {"xml": {"records": "v/l"}, "csv": {"encoding": "auto", "delimiter": None, "footer": ("total",)}}


@pytest.mark.parametrize("kind", FORMATS)
def test_the_sound_ones_are_read(folder, sound, kind):
    (folder / "a").write_bytes(sound[kind])
    task = request(folder, kind, **HINTS.get(kind, {}))
    assert files.ADAPTER.extract(task, task.dataset.source).rows == 6


@pytest.mark.parametrize("kind", FORMATS)
@CALM
@given(content=st.binary(max_size=300))
def test_any_bytes(folder, kind, content):
    taken(folder, kind, content, **HINTS.get(kind, {}))


@pytest.mark.parametrize("encoding", ["auto", "utf-8", "cp1252", "cp850", "utf-16"])
@pytest.mark.parametrize("delimiter", [None, ";"])
@CALM
@given(
    content=st.text(st.sampled_from('idnomhaut;,"\t\r\n |é0.\u00a0\ufeff\x00'), max_size=80),
    rows=st.integers(1, 3),
    own=st.booleans(),
)
def test_any_text(folder, encoding, delimiter, content, rows, own):
    head = "id;nom;haut\n" if own else ""
    written = encoding if encoding != "auto" else "utf-8"
    data = (head + content).encode(written, "replace")
    hints = {"encoding": encoding, "delimiter": delimiter, "header_rows": rows, "footer": ("id", "0")}
    taken(folder, "csv", data, **hints, fill_down=("nom",))


@pytest.mark.parametrize("kind", FORMATS)
@CALM
@given(data=st.data())
def test_a_sound_file_cut_or_damaged(folder, sound, kind, data):
    content = bytearray(sound[kind])
    cut = data.draw(st.integers(0, len(content)), label="cut")
    for _ in range(data.draw(st.integers(0, 8), label="flips")):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    taken(
        folder,
        kind,
        bytes(content[:cut]) if data.draw(st.booleans()) else bytes(content),
        **HINTS.get(kind, {}),
    )


@CALM
@given(data=st.data())
def test_a_workbook_damaged_inside(folder, sound, data):
    """The parts of the archive, and not only the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound["xlsx"])) as archive, zipfile.ZipFile(out, "w") as other:
        for name in archive.namelist():
            part = bytearray(archive.read(name))
            for _ in range(data.draw(st.integers(0, 4))):
                at = data.draw(st.integers(0, len(part) - 1))
                part[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
            other.writestr(name, bytes(part))
    taken(folder, "xlsx", out.getvalue())
