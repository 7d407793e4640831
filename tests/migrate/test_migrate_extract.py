"""What was converted is read: the very source that a draft declares, served on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow.parquet as pq
import pytest
import yaml

from aqueduc.migrate import convert, save
from aqueduc.run import Run
from aqueduc.sources.stage import extract
from tests.making import Desk, desk
from tests.migrate.deciding import decide

ATTRIBUTES = [
    {"id": "NOM", "type": "text", "info": {"notes": "Nom du banc"}},
    {"source_name": "NB", "target_name": "Places", "type": "int", "info": {"notes": ""}},
]


class Served(BaseHTTPRequestHandler):
    """An ArcGIS layer of points, a GeoJSON file, a JSON answer and a CSV file."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        rows = [{"NOM": "Le Tilleul", "NB": 3}, {"NOM": "La Source", "NB": 4}]
        asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
        if address.path.endswith("/query"):
            assert asked["f"] == "json"
            assert asked["outFields"] == "*"
            document: Any = {
                "objectIdFieldName": "FID",
                "features": [{"attributes": row, "geometry": {"x": 5.4, "y": 43.5}} for row in rows],
            }
        elif address.path.endswith(".geojson"):
            point = {"type": "Point", "coordinates": [5.4, 43.5]}
            features = [{"type": "Feature", "properties": row, "geometry": point} for row in rows]
            document = {"type": "FeatureCollection", "features": features}
        else:
            document = {"reponse": {"lignes": rows}}
        csv = address.path.endswith(".csv")
        body = b"NOM,NB\nLe Tilleul,3\nLa Source,4\n" if csv else json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/csv; charset=utf-8" if csv else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()


@pytest.fixture
def here(tmp_path: Path, address: str) -> Desk:
    connection = {"conn_type": "http", "host": address}
    return desk(tmp_path, {"AIRFLOW_CONN_127_0_0_1": json.dumps(connection)})


@pytest.mark.parametrize(
    "resource, more",
    [
        ({"format": "csv", "url": "/bancs.csv"}, {}),
        ({"format": "json", "url": "/bancs?x=1", "jsonpath": "$.reponse.lignes"}, {}),
        ({"format": "geojson", "url": "/bancs.geojson"}, {"geometry": "[5.4,43.5]"}),
        (
            {"format": "geojson", "url": "/FeatureServer/0", "agol": True},
            {"longitude": "5.4", "latitude": "43.5"},
        ),
    ],
    ids=["csv", "json", "geojson", "arcgis"],
)
def test_the_declared_source_gives_the_declared_columns(
    here: Desk, address: str, resource: dict[str, Any], more: dict[str, str]
) -> None:
    whole = {**resource, "url": address + resource["url"], "attributes": ATTRIBUTES}
    package = {
        "title": "Bancs",
        "notes": "Des bancs.",
        "owner_division": "Espaces verts",
        "topics": ["Water"],
        "refresh_rate": "Weekly",
        "schedule": "@once",
        "resources": {"bancs": whole},
    }
    path = here.include.parent / "bancs.yaml"
    path.write_text(yaml.safe_dump({"bancs": package}))
    (draft,) = convert(path, "toronto").drafts
    save(draft, here.include)
    dataset = decide(here.include, "bancs")
    extraction = extract(dataset, Run(dataset="bancs", id="essai"), here.place)
    assert extraction.handle is not None
    with here.place.vault.local(extraction.handle.key) as raw:
        rows = pq.read_table(raw).to_pylist()
    assert set(rows[0]) - {"__line"} == {column.name for column in dataset.columns}
    published = [{column.published_as: str(row[column.name]) for column in dataset.published} for row in rows]
    assert published == [
        {"NOM": "Le Tilleul", "Places": "3", **more},
        {"NOM": "La Source", "Places": "4", **more},
    ]
