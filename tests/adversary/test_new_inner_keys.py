"""A key appeared in the objects of a published list, with a child's illness, and went out: a new column would have
closed the gate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import scan_table
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


def hits(column: str, **columns: list[Any]) -> set[str]:
    return {
        str(hit.kind) for hit in scan_table(pa.table(columns)) if hit.column == column and hit.is_blocking_hit
    }


@pytest.mark.parametrize("note", ["Inès B. allergie arachide", "asthme : Marie-Lou T", "diabète (Karim H.)"])
@pytest.mark.parametrize("nested", [True, False])
def test_a_child_called_by_an_initial_beside_an_illness_closes(note: str, nested: bool) -> None:
    cells = [
        json.dumps([{"niveau": "CP", "eleves": rank, "suivi": note if rank == 7 else ""}])
        for rank in range(60)
    ]
    flat = [note if rank == 7 else f"classe {rank}" for rank in range(60)]
    table = {
        "ecole": [f"École {rank}" for rank in range(60)],
        "effectif": [20 + rank % 9 for rank in range(60)],
    }
    assert "health" in hits("classes", **table, classes=cells if nested else flat)


def test_an_illness_among_counts_is_nobodys() -> None:
    cells = [f"Prévention du diabète, plan {letter}" for letter in "ABCDEF"] * 10
    assert hits("action", action=cells, nombre=[20 + rank for rank in range(60)]) == set()
