"""What a link serves beside the declared columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import Dataset
from aqueduc.errors import PublicationGateClosed
from aqueduc.publish.client import PlatformClient
from aqueduc.publish.proof import link
from aqueduc.publish.proof.gate import WithheldRowCounts
from tests.making import desk

LINK = "https://api.example/lieux"
JSON: dict[str, Any] = {"http": "api", "path": "/lieux", "records": "page.lieux"}
PAGED: dict[str, Any] = {**JSON, "paging": {"next": "liens.suivant"}}
GEOJSON: dict[str, Any] = {"file": "depot", "path": "lieux.geojson"}
POSITION: dict[str, Any] = {
    "columns": {"code": "publish", "longitude": "publish", "latitude": "publish"},
    "geometry": {"longitude": "longitude", "latitude": "latitude"},
}
POINT = {"type": "Point", "coordinates": [5.4, 43.5]}


@pytest.fixture
def declared(tmp_path: Path) -> Any:
    here = desk(tmp_path)

    def declare(source: dict[str, Any], **changes: Any) -> Dataset:
        columns = {"columns": {"code": "publish"}, **changes}
        return here.dataset(source=source, publish={"mode": "index", "link": LINK}, **columns)

    return declare


def shown(dataset: Dataset, document: Any) -> int:
    """How many foreign things the check finds in ``document``; 0 when it may be shown."""
    connections = EnvironmentConnections(
        {"AIRFLOW_CONN_DATASUD": '{"conn_type": "ckan", "host": "ckan.example"}'}
    )
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json=document))
    with PlatformClient(connections.get("datasud"), organisation="ville", transport=answer) as client:
        try:
            link.require_publishable_link(
                dataset, WithheldRowCounts(0, 0), LINK, client, dataset.path.parents[1]
            )
        except PublicationGateClosed as closed:
            (finding,) = closed.findings
            assert finding.code == "lien-trop-bavard", finding.code
            assert "Sarrazouls" not in json.dumps(finding.to_json())
            return finding.count
    return 0


@pytest.mark.parametrize(
    "source, document, missing",
    [
        (JSON, {"page": {"lieux": [{"code": "1"}]}}, 1),
        (JSON, {"page": {"lieux": [{"code": "1"}, {"code": "2", "nom": "x"}]}}, 0),
        (JSON, {"page": {"lieux": []}}, 2),
        # The pages that follow may have what the first has not.
        (PAGED, {"page": {"lieux": [{"code": "1"}]}}, 0),
        (GEOJSON, {"type": "FeatureCollection", "features": [{"properties": {"code": "1"}}]}, 1),
    ],
)
def test_a_link_serves_all_that_is_declared(
    declared: Any, source: dict[str, Any], document: Any, missing: int
) -> None:
    dataset = declared(source, columns={"code": "publish", "nom": "publish"})
    include = dataset.path.parents[1]
    found = list(
        link._check_served_columns_and_personal_data(dataset, json.dumps(document).encode(), include)
    )
    assert {one.code for one in found} <= {"lien-incomplet"}
    assert [one.count for one in found] == ([missing] if missing else [])
    assert all("colonne" in str(one) and one.remedy for one in found)


def test_positions_are_served_by_the_geometry(declared: Any) -> None:
    dataset = declared(GEOJSON, **POSITION)
    for place, missing in ((POINT, 0), (None, 2)):
        found = link._find_missing_columns(
            dataset,
            link._parse_linked_document(dataset, json.dumps(collection(feature(geometry=place))).encode()),
        )
        assert len(found) == missing


def feature(**members: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": "1"}, "geometry": None, **members}


def collection(*features: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


@pytest.mark.parametrize(
    "document, foreign",
    [
        (collection(feature(id=3, bbox=[1, 2, 3, 4]), name="lieux", crs={"type": "name"}, bbox=[]), 0),
        (collection(feature(), agents=["Sarrazouls"]), 1),
        # A declared column is none where it stands outside of the properties.
        (collection(feature(code="1")), 1),
        (collection(feature(auteur="Sarrazouls"), feature(tel="1")), 2),
        (collection(feature(geometry=POINT)), 1),
    ],
)
def test_geojson_holds_what_the_standard_knows_and_no_more(
    declared: Any, document: Any, foreign: int
) -> None:
    assert shown(declared(GEOJSON), document) == foreign


def test_a_declared_position_may_be_shown_alone(declared: Any) -> None:
    dataset = declared(GEOJSON, **POSITION)
    assert shown(dataset, collection(feature(geometry=POINT))) == 0
    assert shown(dataset, collection(feature(geometry={**POINT, "occupant": "Sarrazouls"}))) == 1
    assert shown(dataset, collection(feature(id="lieu.1", geometry=POINT))) == 0
    assert shown(dataset, collection(feature(id="sylvie.durand@example.org", geometry=POINT))) == 1


@pytest.mark.parametrize(
    "source, around, beside, foreign",
    [
        (JSON, {"total": 3, "suite": None}, {"numero": 1, "notes": []}, 0),
        (JSON, {"agents": [{"nom": "Sarrazouls"}]}, {}, 1),
        (JSON, {"contact": "Mme Sylvie DURAND, 06 12 34 56 78"}, {"auteur": "sylvie.durand@example.org"}, 2),
        (JSON, {"licence": "Licence ouverte 2.0", "producteur": "Ville"}, {"maj": "2026-03-01"}, 0),
        (JSON, {}, {"auteur": {"nom": "Sarrazouls"}}, 1),
        (JSON, {"code": ["Sarrazouls"]}, {}, 1),
        (JSON, {"liens": {"suivant": "https://api.example/2"}}, {}, 1),
        (PAGED, {"liens": {"suivant": "https://api.example/2", "page": 1}}, {}, 0),
        (PAGED, {"liens": {"suivant": None, "agents": ["Sarrazouls"]}}, {}, 1),
    ],
)
def test_json_holds_scalars_of_nobodys_around_its_records_and_no_more(
    declared: Any, source: dict[str, Any], around: Any, beside: Any, foreign: int
) -> None:
    document = {**around, "page": {**beside, "lieux": [{"code": "1"}]}}
    assert shown(declared(source), document) == foreign
