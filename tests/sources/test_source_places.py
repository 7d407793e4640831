"""One position that is not where the others are: it is told, with its line, and nothing of it is quoted."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from aqueduc.draft import build_draft_request_from_path_or_url, draft_declaration
from tests.sources.conftest import CITY

INSIDE = [[5.40 + rank / 1000, 43.50] for rank in range(8)]


def point(*position: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(position)}


def forget_place(house: Any) -> None:
    defaults = {name: value for name, value in CITY["defaults"].items() if name != "platform"}
    city = {"name": CITY["name"], "organisation": CITY["organisation"], "defaults": defaults}
    (house.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True))


def told(
    house: Any, geometries: list[Any], columns: tuple[str, ...] = ("longitude", "latitude")
) -> dict[str, str]:
    features = [{"type": "Feature", "properties": {"id": n}, "geometry": g} for n, g in enumerate(geometries)]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    (house.drop / "a.geojson").write_text(content)
    declared = {"id": "publish", **dict.fromkeys(columns, "publish")}
    types = dict.fromkeys(set(columns) - {"geometry"}, "number")
    dataset = house.declare({"file": "depot", "path": "a.geojson"}, declared, types=types)
    return {one.code: one.message for one in house.extract(dataset).report.findings}


@pytest.mark.parametrize("knows_its_place", [True, False])
def test_a_position_whose_numbers_are_exchanged(house: Any, knows_its_place: bool) -> None:
    if not knows_its_place:
        forget_place(house)
    found = told(house, [*(point(*one) for one in INSIDE), point(43.61, 5.41)])
    place = "l'emprise de la Ville" if knows_its_place else "la plupart des autres"
    assert found == {
        "positions-inversees": "1 ligne dont la longitude et la latitude semblent échangées : dans l'autre ordre, la "
        f"position est près de {place} (ligne 9)"
    }


def test_a_position_far_from_the_city(house: Any) -> None:
    found = told(house, [point(0, 0), *(point(*one) for one in INSIDE), point(2.35, 48.85)])
    assert found == {
        "positions-lointaines": "2 lignes dont la position est à plus d'un degré (une centaine de kilomètres) de "
        "l'emprise de la Ville (lignes 1, 10)"
    }


def test_positions_in_and_around_the_city_are_right(house: Any) -> None:
    assert told(house, [*(point(*one) for one in INSIDE), point(5.9, 43.9), None]) == {}


def test_a_few_positions_do_not_say_where_the_others_should_be(house: Any) -> None:
    forget_place(house)
    assert told(house, [point(5.4, 43.5), point(43.6, 5.4), point(2.35, 48.85)]) == {}


def test_a_shape_among_points(house: Any) -> None:
    """Who drops « geometry » drops where it is; and it may be away too."""
    shape = {"type": "MultiPoint", "coordinates": [[43.6, 5.4], [43.7, 5.4]]}
    found = told(house, [*(point(*one) for one in INSIDE), shape], ("longitude", "latitude", "geometry"))
    assert found.keys() == {"positions-inversees", "formes-a-part"}
    assert found["formes-a-part"].endswith("leurs longitude et latitude sont vides (ligne 9)")
    assert "43" not in "".join(found.values())


# --- in metres ------------------------------------------------------------------------------------------------

LAMBERT_93 = [(f"{897_100 + 211 * rank},45", f"6 271 {456 + rank},7") for rank in range(8)]


def told_in_metres(
    house: Any, positions: list[tuple[str, str]], names: tuple[str, str] = ("X", "Y")
) -> dict[str, str]:
    rows = [";".join(("nom", *names)), *(f"lieu {n};{x};{y}" for n, (x, y) in enumerate(positions))]
    (house.drop / "a.csv").write_text("\n".join(rows) + "\n")
    columns = dict.fromkeys(("nom", *names), "publish")
    dataset = house.declare({"file": "depot", "path": "a.csv", "delimiter": ";", "decimal": ","}, columns)
    return {one.code: one.message for one in house.extract(dataset).report.findings}


@pytest.mark.parametrize("names", [("X", "Y"), ("coord_x", "coord_y"), ("X_L93", "Y_L93")])
def test_a_projected_position_that_is_exchanged_or_nowhere(house: Any, names: tuple[str, str]) -> None:
    x, y = LAMBERT_93[0]
    found = told_in_metres(house, [*LAMBERT_93[:4], (y, x), *LAMBERT_93[4:], ("0", "0"), ("", "")], names)
    assert found == {
        "coordonnees-inversees": "1 ligne dont les deux coordonnées en mètres (X, Y) semblent échangées : dans l'autre "
        "ordre, la position est près de la plupart des autres (ligne 6)",
        "coordonnees-lointaines": "1 ligne dont la position en mètres (X, Y) est à plus de cent kilomètres de la plupart "
        "des autres (ligne 11)",
    }


def test_projected_positions_that_are_right_or_no_positions(house: Any) -> None:
    assert told_in_metres(house, LAMBERT_93) == {}
    # The squares of a game, a plan in metres: nothing says where.
    assert told_in_metres(house, [*((str(n), str(n)) for n in range(8)), ("900", "3")]) == {}


def test_a_draft_says_what_metres_are_not_made_into(house: Any) -> None:
    told_in_metres(house, [*LAMBERT_93, ("0", "0")])
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(house.drop / "a.csv")), house.place
    )
    notes = [note["text"] for note in made.to_json()["notes"] if note["doubt"]]
    (said,) = [note for note in notes if "Lambert 93" in note]
    assert said.startswith("« X », « Y » : une position en mètres") and "« geometry: »" in said
    assert any("à plus de cent kilomètres" in note and "(ligne 10)" in note for note in notes)
