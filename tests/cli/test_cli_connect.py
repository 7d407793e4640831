"""``check --connect``: real sources and a real platform are asked; nothing is written on either side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.city import City
from sandbox.region import Region
from tests.cli.office import SURNAMES, Office, Said, nobody_in, people
from tests.cli.test_cli_run import SILENT, Branch, branch_of

INCLUDE = Path(__file__).resolve().parents[2] / "include"


@pytest.fixture
def branch(tmp_path: Path, region: Region) -> Iterator[Branch]:
    with branch_of(tmp_path, region) as made:
        yield made


def connected(office: Office, **environment: str) -> Said:
    return office.aqueduc("check", "--connect", "--json", **environment)


def about(said: Said, subject: str) -> dict[str, Any]:
    [found] = [item for item in said.json["connections"] if item["subject"] == subject]
    return dict(found)


def datasud(region: Region, **changes: Any) -> str:
    connection = json.loads(region.environment()["AIRFLOW_CONN_DATASUD"])
    return json.dumps({**connection, **changes})


def test_the_whole_city_answers(city: City, region: Region, tmp_path: Path) -> None:
    """Databases, API, drop folder, CKAN: everything the repository declares."""
    from tests.cli.office import open_office

    office = open_office(tmp_path, {**city.environment(), **region.environment()})
    said = office.aqueduc("check", "--connect", AQUEDUC_INCLUDE=str(INCLUDE))
    assert said.code == 0, said.all
    marks = [line[0] for line in said.out.splitlines() if line.startswith(("✓", "✗", "…"))]
    assert marks == ["✓"] * len(marks)
    count = len(list((INCLUDE / "datasets").glob("*.yaml")))
    assert len(marks) == 2 * count + 1
    assert "le jeton peut y écrire" in said.out


def test_all_is_well(branch: Branch) -> None:
    said = connected(branch.office)
    assert said.code == 0, said.all
    assert [item["subject"] for item in said.json["connections"]] == ["source", "platform", "record"]
    assert about(said, "source") == {
        "subject": "source",
        "dataset": branch.slug,
        "name": f"{branch.slug} : dossier « depot », jeu.csv",
        "ok": True,
        "said": "6 colonnes, toutes déclarées",
        "code": "",
        "remedy": "",
        "later": False,
        "doubts": [],
    }


def test_nothing_is_written(branch: Branch) -> None:
    assert connected(branch.office).code == 0
    assert branch.ask("package_show", id=branch.slug) is None
    assert branch.office.remains() == {}


def test_a_column_nobody_declared(branch: Branch) -> None:
    branch.office.drop([{**row, "telephone": "0612345678"} for row in people()])
    said = connected(branch.office)
    assert said.code == 1
    assert "« telephone »" in about(said, "source")["said"]
    assert about(said, "source")["code"] == "colonne-non-declaree"


def test_a_column_that_is_gone(branch: Branch) -> None:
    branch.office.drop([{name: cell for name, cell in row.items() if name != "quartier"} for row in people()])
    said = connected(branch.office)
    assert said.code == 1
    assert "« quartier »" in about(said, "source")["said"]


def test_a_row_that_stands_in_for_the_header_is_not_told(branch: Branch) -> None:
    file = branch.office.folder / "jeu.csv"
    _, *lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(lines), encoding="utf-8")
    said = connected(branch.office)
    assert said.code == 1
    assert about(said, "source")["ok"] is False
    assert nobody_in(said.all)


def test_half_a_header_is_not_told_either(branch: Branch) -> None:
    file = branch.office.folder / "jeu.csv"
    text = file.read_text(encoding="utf-8").replace("quartier,montant", f"{SURNAMES[0]},montant", 1)
    file.write_text(text, encoding="utf-8")
    said = connected(branch.office)
    assert said.code == 1
    assert "la n° 5 de celles qui ont un nom (le sien est tu)" in about(said, "source")["said"]
    assert nobody_in(said.all)


def test_a_file_that_is_not_there(branch: Branch) -> None:
    (branch.office.folder / "jeu.csv").unlink()
    said = connected(branch.office)
    assert said.code == 1
    assert about(said, "source")["code"] == "source-introuvable"


def test_a_folder_that_is_away_may_come_back(branch: Branch) -> None:
    gone = json.dumps({"conn_type": "fs", "extra": {"path": "/nulle/part"}})
    said = connected(branch.office, AIRFLOW_CONN_DEPOT=gone)
    assert said.code == 3
    assert about(said, "source")["later"] is True


def test_a_platform_that_does_not_answer(branch: Branch) -> None:
    said = connected(branch.office, AIRFLOW_CONN_DATASUD=datasud(branch.region, host=SILENT))
    assert said.code == 3
    assert about(said, "platform")["later"] is True
    assert [item["subject"] for item in said.json["connections"]] == ["source", "platform"]


def test_a_token_without_rights(branch: Branch) -> None:
    said = connected(branch.office, AIRFLOW_CONN_DATASUD=datasud(branch.region, password="un-autre-jeton"))
    assert said.code == 1
    assert about(said, "platform")["code"] == "plateforme-refuse"
    assert "un-autre-jeton" not in said.all


def test_an_organisation_nobody_knows(branch: Branch) -> None:
    city_file = branch.office.desk.include / "city.yaml"
    text = city_file.read_text(encoding="utf-8").replace("ville-aix-en-provence", "ville-de-nulle-part")
    city_file.write_text(text, encoding="utf-8")
    said = connected(branch.office)
    assert said.code == 1
    assert about(said, "platform")["code"] == "plateforme-rejette"
    assert "organisation" in about(said, "platform")["said"]


def test_a_wrong_one_wins_over_a_silent_one(branch: Branch) -> None:
    (branch.office.folder / "jeu.csv").unlink()
    assert connected(branch.office, AIRFLOW_CONN_DATASUD=datasud(branch.region, host=SILENT)).code == 1


def test_a_broken_declaration_does_not_keep_the_others_from_being_asked(branch: Branch) -> None:
    branch.office.desk.write("casse", 'title: "Sans fin\n')
    said = connected(branch.office)
    assert said.code == 1
    assert said.json["wrong"] == 1
    assert about(said, "record")["ok"] is True


def test_records_of_json_may_bring_a_column_later(branch: Branch) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"numero": f"D{rank}", **({"quartier": "Nord"} if rank == 1_500 else {})},
            "geometry": {"type": "Point", "coordinates": [5.4, 43.5]},
        }
        for rank in range(1_501)
    ]
    document = json.dumps({"type": "FeatureCollection", "features": features})
    (branch.office.folder / "jeu.geojson").write_text(document, encoding="utf-8")
    branch.office.declare(
        branch.slug,
        source={"file": "depot", "path": "jeu.geojson"},
        geometry={"longitude": "longitude", "latitude": "latitude"},
        columns=dict.fromkeys(("numero", "quartier", "longitude", "latitude"), "publish"),
        fields=[{"name": name} for name in ("numero", "quartier", "longitude", "latitude")],
        privacy=None,
    )
    source = about(connected(branch.office), "source")
    assert source["ok"] is True
    assert source["doubts"] == ["« quartier » n'est dans aucun des 1000 premiers enregistrements"]
