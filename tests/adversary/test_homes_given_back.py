"""Dropping the address and publishing the position published homes: 2,250 seats of associations.

A declaration that keeps back an address or a person, and leaves a position as it is, is refused; where names
do not show what a column is, the file itself does, before it is kept.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aqueduc.draft import draft_declaration
from aqueduc.errors import DeclarationError, ValidationGateClosed
from aqueduc.record.explanation import build_publication_explanation
from aqueduc.record.statement import OpinionAndAgreementContext
from aqueduc.sources.files.drafting import build_file_request as file
from tests.adversary.town import Town, found_town

POINT = {"longitude": "publish", "latitude": "publish"}
PAIR: dict[str, Any] = {"geometry": {"longitude": "longitude", "latitude": "latitude"}}

KEPT_BACK = (
    *(
        "adresse_siege",
        "ADRESSE",
        "nom_usager",
        "NOM_DEMANDEUR",
        "president",
        "telephone",
        "courriel",
        "habitant",
    ),
    *(
        "date_naissance",
        "signale_par",
        "demandeur_id",
        "num_voie",
        "nomVoie",
        "plaque",
        "habitant",
        "nom_complet",
        "nom",
        "habitant",
    ),
)


def waiver(column: str) -> dict[str, Any]:
    said = {"reason": "un équipement public", "date": "2026-03-02", "by": "Jeanne Martin"}
    return {"waivers": [{"column": column, "kind": "home_position", **said}]}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return found_town(tmp_path)


def refused(town: Town, columns: dict[str, Any], **changes: Any) -> str:
    with pytest.raises(DeclarationError) as error:
        town.declare(columns={"numero": "publish", **columns}, **changes)
    assert {problem.code for problem in error.value.problems} == {"domicile-publie"}
    return str(error.value)


@pytest.mark.parametrize(
    "kept_back",
    KEPT_BACK,
)
def test_an_address_or_somebody_dropped_beside_a_position(town: Town, kept_back: str) -> None:
    message = refused(town, {**POINT, kept_back: "drop"}, **PAIR)
    assert f"({kept_back})" in message and "longitude, latitude" in message
    for way_out in ("snap: 500", "locate", "basis:", "waivers:", "home_position"):
        assert way_out in message


@pytest.mark.parametrize(
    "position",
    [
        ["longitude", "latitude"],
        ["LON", "LAT"],
        ["X_L93", "Y_L93"],
        ["x", "y"],
        ["coordX", "coordY"],
        ["x_lambert93", "y_lambert93"],
        ["Lambert X", "Lambert Y"],
        ["easting", "northing"],
        ["xlong", "ylat"],
        ["geom"],
        ["wkt"],
        ["geo_point_2d"],
        ["coordonnees"],
        ["coordonnees_gps"],
        ["geolocalisation"],
        ["lat_lon"],
        ["the_geom"],
        ["geo_shape"],
        ["centroide"],
        ["GeoJSON"],
    ],
    ids="-".join,
)
def test_positions_in_every_form(town: Town, position: list[str]) -> None:
    """Without ``geometry:`` too, from a file or a query, and under another name at the exit."""
    columns = {**dict.fromkeys(position, "publish"), "adresse": "drop"}
    refused(town, columns)
    names = {name: {"publish": True, "as": f"c{rank}"} for rank, name in enumerate(position)}
    refused(town, {**names, "adresse": "drop"})
    (town.desk.include / "sql" / "jeu.sql").write_text("SELECT * FROM jeu\n")
    refused(town, columns, source={"postgres": "urbanisme", "sql": "sql/jeu.sql"})


@pytest.mark.parametrize("kind", ["geopoint", "geojson"])
def test_the_type_of_a_field_says_that_it_is_a_position(town: Town, kind: str) -> None:
    fields = [{"name": "numero"}, {"name": "lieu_dit_de_la_ligne", "type": kind}]
    refused(town, {"lieu_dit_de_la_ligne": "publish", "nom_usager": "drop"}, fields=fields)


@pytest.mark.parametrize(
    "rule",
    [{"round": 0.0001}, {"clip": {"minimum": -6, "maximum": 52}}, {"snap": 10}, {"truncate": 9}],
    ids=["round", "clip", "snap", "truncate"],
)
def test_as_good_as_it_is(town: Town, rule: dict[str, Any]) -> None:
    fields = [{"name": "numero"}, *({"name": name, "type": "string"} for name in POINT)]
    if "truncate" not in rule:
        fields = [{"name": "numero"}, *({"name": name, "type": "number"} for name in POINT)]
    refused(town, {**dict.fromkeys(POINT, rule), "adresse": "drop"}, fields=fields, **PAIR)


@pytest.mark.parametrize(
    "columns, changes",
    [
        ({name: {"snap": 500} for name in POINT}, PAIR),
        ({"longitude": "drop", "latitude": "drop"}, {}),
        ({name: {"round": 0.01} for name in POINT}, PAIR),
        ({name: {"publish": True, "basis": "code, art. L. 1"} for name in POINT}, PAIR),
        (POINT, {**PAIR, **waiver("longitude")}),
        (POINT, {**PAIR, **waiver("latitude")}),
        (POINT, {**PAIR, "privacy": {"quasi_identifiers": ["longitude", "latitude"], "k": 5}}),
    ],
    ids=["snap", "drop", "round", "basis", "waiver", "waiver of the other axis", "k"],
)
def test_the_ways_out(town: Town, columns: dict[str, Any], changes: dict[str, Any]) -> None:
    fields = [{"name": "numero"}]
    fields += [{"name": name, "type": "number"} for name in columns if columns[name] != "drop"]
    town.declare(columns={"numero": "publish", **columns, "adresse": "drop"}, fields=fields, **changes)


@pytest.mark.parametrize("beside", ["essence", "nb_usagers", "quartier", "remarque", "nom_voie_publiee"])
def test_nobody_is_kept_back(town: Town, beside: str) -> None:
    rule = "publish" if beside == "nom_voie_publiee" else "drop"
    town.declare(columns={"numero": "publish", **POINT, beside: rule}, **PAIR)


CELLS: dict[str, dict[str, Any]] = {
    "wkt": {"c1": "POINT (5.44{0:03} 43.52{0:03})"},
    "srid": {"c1": "SRID=4326;POINT(5.44{0:03} 43.52{0:03})"},
    "geojson": {"c1": '{{"type": "Point", "coordinates": [5.44{0:03}, 43.52{0:03}]}}'},
    "a pair": {"c1": "43.52{0:03}, 5.44{0:03}"},
    "degrees": {"c1": "5.44{0:03}", "c2": "43.52{0:03}"},
    "decimal commas": {"c1": "5,44{0:03}", "c2": "43,52{0:03}"},
    "lambert": {"c1": "897{0:03}", "c2": "6272{0:03}.5"},
}  # fmt: skip


@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS)
def test_a_position_under_a_neutral_name_is_met_in_the_file(town: Town, cells: dict[str, Any]) -> None:
    town.file(
        {"numero": rank, "adresse": f"{rank} rue du Test", **{n: c.format(rank) for n, c in cells.items()}}
        for rank in range(101, 150)
    )
    columns = {"numero": "publish", "adresse": "drop", **dict.fromkeys(cells, "publish")}
    town.declare(columns=columns)
    with pytest.raises(ValidationGateClosed) as closed:
        town.run()
    assert "la position d'un domicile" in str(closed.value)
    assert not any(cell.format(101) in str(closed.value) for cell in cells.values())
    assert town.published() == []
    town.declare(columns=columns, **waiver("c1"))
    certificate = town.run()
    assert ("Levée inscrite sur « c1 »", "Jeanne Martin") in [
        (line["libelle"], "Jeanne Martin")
        for line in certificate["lecture"]
        if "Jeanne Martin" in line["valeur"]
    ]


def test_prices_and_measures_are_no_position(town: Town) -> None:
    town.file(
        {
            "numero": rank,
            "adresse": "1 rue du Test",
            "prix": f"{43 + rank / 100:.2f}",
            "taux": f"{rank % 9}.5",
        }
        for rank in range(100, 150)
    )
    town.declare(columns={"numero": "publish", "adresse": "drop", "prix": "publish", "taux": "publish"})
    town.run()
    assert len(town.published()) == 50


def test_the_certificate_says_who_answered_for_a_position(town: Town) -> None:
    town.file(
        {
            "numero": rank,
            "longitude": f"5.44{rank:03}",
            "latitude": f"43.52{rank:03}",
            "adresse": "1 rue du Test",
        }
        for rank in range(101, 150)
    )
    columns = {"numero": "publish", **POINT, "adresse": "drop"}
    town.declare(columns=columns, **PAIR, **waiver("latitude"))
    certificate = town.run()
    (seen,) = certificate["scan"]["sightings"]
    assert (seen["column"], seen["kind"], seen["answer"]) == ("latitude", "home_position", "waiver")
    assert seen["waiver"]["by"] == "Jeanne Martin"


def test_the_officer_reads_who_answered_for_a_position(town: Town) -> None:
    dataset = town.declare(
        columns={"numero": "publish", **POINT, "adresse": "drop"}, **PAIR, **waiver("latitude")
    )
    text = str(
        build_publication_explanation(dataset, town.desk.city, OpinionAndAgreementContext(date(2026, 7, 1)))
    )
    assert "la position d'un domicile" in text
    assert "levée inscrite" in text and "Jeanne Martin" in text


def test_a_draft_proposes_the_grid_first(town: Town) -> None:
    rows = (
        {
            "numero": rank,
            "adresse": f"{rank} rue du Test",
            "longitude": 5.44 + rank / 9e3,
            "latitude": 43.5 + rank / 7e3,
        }
        for rank in range(60)
    )
    town.file(rows, "sieges.csv")
    made = draft_declaration(file("sieges", "depot", "sieges.csv"), town.desk.place)
    asked = {decision.key: decision for decision in made.decisions}
    for axis in POINT:
        assert asked[f"columns.{axis}"].default_answer == "{snap: 500}"
        assert "quelqu'un habite" in asked[f"columns.{axis}"].question
