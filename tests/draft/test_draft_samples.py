"""The real files of two cities, with their dirt, where they are: drafted, decided, accepted, walked.

What Aqueduc cannot read is turned, as its draft asks, into what it can; a JSON file is served over HTTP.
"""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fastexcel
import pytest
from openpyxl import Workbook

from aqueduc import duck
from aqueduc.draft import draft, file
from tests.draft.stewarding import Table, table

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
FILES = tuple(path.relative_to(SAMPLES).as_posix() for path in sorted(SAMPLES.rglob("*")) if path.is_file())

pytestmark = pytest.mark.skipif(not FILES, reason="the samples are not on this machine")


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {".json": "application/json"}  # noqa: RUF012 - the standard library's own way

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A drop folder that holds the samples, and what they are turned into."""
    folder = tmp_path / "depot"
    for name in FILES:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((SAMPLES / name).read_bytes())
    return folder


@pytest.fixture
def served(folder: Path) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def steward(tmp_path: Path, folder: Path, served: int) -> Table:
    return table(
        tmp_path,
        {
            "AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}}),
            "AIRFLOW_CONN_API": json.dumps({"conn_type": "http", "host": "http://127.0.0.1", "port": served}),
        },
    )


def _converted(path: Path) -> None:
    """What the steward does outside of Aqueduc because the draft asked her to."""
    if path.suffix == ".xls":
        _as_xlsx(path)
    elif path.suffix == ".zip":
        _as_geojson(path)
    elif path.suffix == ".json":
        cars = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps([{"cle": name, **park} for name, park in cars.items()]), "utf-8")


def _as_xlsx(path: Path) -> None:
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_arrow()
    book = Workbook(write_only=True)
    out = book.create_sheet("Feuille")
    for row in sheet.to_pylist():
        out.append(list(row.values()))
    book.save(path.with_suffix(".xlsx"))


def _as_geojson(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        inner = next(name for name in archive.namelist() if name.endswith(".shp"))
    layer = duck.literal(f"/vsizip/{path}/{inner}")
    target = duck.literal(str(path.with_suffix(".geojson")))
    with duck.connect(path.parent, extensions=("spatial",)) as con:
        ((wkt,),) = con.execute(
            f"SELECT layers[1].geometry_fields[1].crs.wkt FROM ST_Read_Meta({layer})"
        ).fetchall()
        # DuckDB's own writer makes "1900-01-00" of a date at the turn of that year.
        dates = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in ("MAJ", "RELEVE"))
        con.execute(
            f"COPY (SELECT * EXCLUDE (OGC_FID) REPLACE (ST_Transform(geom, {duck.literal(wkt)}, 'EPSG:4326', "
            f"true) AS geom, {dates}) FROM ST_Read({layer})) TO {target} (FORMAT gdal, DRIVER 'GeoJSON')"
        )


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_drafted_decided_and_walked(name: str, folder: Path, steward: Table) -> None:
    made = draft(file("essai", "depot", name), steward.place)
    path = steward.write(made)

    refused = steward.refusal(path)
    assert {code for code, _ in refused} == {"a-decider"}
    assert len(refused) == len(made.decisions)

    _converted(folder / name)
    steward.decide(path, {"http": "api", "path": f"/{name}"} if name.endswith(".json") else None)
    assert steward.refusal(path) == []
    report = steward.walk(steward.load(path))
    assert report.rows_out > 0.95 * report.rows_in
    assert report.rows_in == made.plan.look.raw.rows


MONTPELLIER = "montpellier/VilleMTP_MTP_"


def test_what_is_found_of_the_permits(steward: Table) -> None:
    plan = draft(file("essai", "depot", f"{MONTPELLIER}PermisConst.csv"), steward.place).plan
    assert plan.look.source["encoding"] == "cp1252"
    assert plan.look.source["delimiter"] == ";"
    assert plan.profiles.written.dates == "DD/MM/YYYY"
    assert plan.profiles.written.decimal == ","
    sector = plan.profiles.get("Secteur")
    assert (sector.kind, sector.misfits) == ("integer", 1)


def test_what_is_found_of_the_counts(steward: Table) -> None:
    plan = draft(file("essai", "depot", f"{MONTPELLIER}Comptage.csv"), steward.place).plan
    assert plan.look.source["encoding"] == "cp1252"
    assert plan.profiles.written.dates == "DD/MM/YY"
    assert plan.profiles.written.nothing == ("#N/A",)


def test_what_is_found_of_the_schools_and_the_budget(steward: Table) -> None:
    schools = draft(file("essai", "depot", f"{MONTPELLIER}EffectifSco_2014.csv"), steward.place).plan
    assert schools.look.source["encoding"] == "cp850"
    budget = draft(file("essai", "depot", f"{MONTPELLIER}BudgetPri_2014.csv"), steward.place).plan
    assert (budget.profiles.get("BP").kind, budget.profiles.written.decimal) == ("number", ",")
