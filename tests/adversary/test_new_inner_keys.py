"""A key appeared in the objects of a published list, with a child's illness, and went out: a new column would have
closed the gate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aqueduc.errors import ValidationGateClosed
from tests.adversary.town import Town, found_town

COLUMNS = dict.fromkeys(("code", "groupes"), "publish")


def rows(**more: object) -> list[Mapping[str, object]]:
    groups: list[list[dict[str, Any]]] = [[{"niveau": "CP", "ulis": False}], [{"niveau": "CE1"}], []]
    groups[1][0] |= more
    return [{"code": f"E{rank}", "groupes": json.dumps(group)} for rank, group in enumerate(groups)]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = found_town(tmp_path)
    town.declare(columns=COLUMNS)
    town.file(rows())
    town.run()
    return town


def test_a_new_key_inside_a_published_value_holds_the_dataset(town: Town) -> None:
    before = town.published()
    town.file(rows(titre="Atelier du soir"))
    with pytest.raises(ValidationGateClosed) as closed:
        town.run()
    (finding,) = closed.value.findings
    assert finding.code == "garde-cles"
    assert "« groupes[].titre »" in str(closed.value)
    assert "--waive" in str(closed.value)
    assert "Atelier" not in str(closed.value)
    assert town.published() == before
    (waiver,) = town.run("jeu", "keys")["waivers"]
    assert (waiver["guard"], waiver["by"]) == ("keys", "Jeanne Martin")
    assert "Atelier du soir" in str(town.published())
    assert town.run()["waivers"] == []


def test_a_key_that_may_be_a_cell_is_not_quoted(town: Town) -> None:
    town.file(rows(**{"zkqx-7-ploufkor": 1, "titre": "x"}))
    with pytest.raises(ValidationGateClosed) as closed:
        town.run()
    assert "ploufkor" not in str(closed.value)
    assert "« groupes[].titre », 1 clé dont le nom est tu" in str(closed.value)


def test_the_same_keys_in_other_places_and_new_years_hold_nothing(town: Town) -> None:
    town.file(rows(ulis=True))
    assert town.run()["waivers"] == []
    town.file(rows(effectifs={"2025": 20}))
    town.run("jeu", "keys")
    town.file(rows(effectifs={"2025": 20, "2026": 21}))
    assert town.run()["waivers"] == []
