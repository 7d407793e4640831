"""One position that is not where the others are: it is told, with its line, and nothing of it is quoted."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

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
