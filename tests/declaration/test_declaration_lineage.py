"""Of which columns each published one is made: rule by rule, and what the rest of a declaration adds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aqueduc.declaration.lineage import (
    list_column_lineage,
    list_row_choosing_columns,
    map_added_columns_to_inputs,
    map_columns_to_treatments,
)
from aqueduc.rules import parse_declared_rule, registry
from tests.making import Desk, desk

KEPT, CHANGED = True, False
POSITION = ("lon", "lat")
RULES: Mapping[str, tuple[Any, bool, bool, tuple[str, ...], tuple[str, ...]]] = {
    "publish": (True, KEPT, False, ("c",), ()),
    "drop": (True, CHANGED, True, (), ()),
    "generalise": ("month", CHANGED, False, ("c",), ()),
    "band": ({"band": 10}, CHANGED, False, ("c",), ()),
    "hierarchy": ({"hierarchy": "h.csv", "level": 1}, CHANGED, False, ("c",), ()),
    "truncate": (3, CHANGED, False, ("c",), ()),
    "department": ("department", CHANGED, False, ("c",), ()),
    "mask": ({"first": 1}, CHANGED, True, ("c",), ()),
    "constant": ("non communiqué", CHANGED, True, (), ()),
    "clip": ({"maximum": 90}, CHANGED, False, ("c",), ()),
    "round": (10, CHANGED, False, ("c",), ()),
    "noise": (
        {"distribution": "laplace", "scale": 5, "step": 1, "key": "sel"},
        CHANGED,
        False,
        ("c",),
        (),
    ),
    "snap": (100, CHANGED, False, POSITION, ()),
    "locate": ({"polygons": "q.geojson", "name": "nom"}, CHANGED, False, POSITION, ()),
    "pseudonym": ("sel", CHANGED, True, ("c",), ()),
    "suppress_under": (5, KEPT, False, ("c",), ("c",)),
    "cell": (
        {"units": "unites", "largest": "premier"},
        KEPT,
        False,
        ("c",),
        ("c", "unites", "premier"),
    ),
    "scrub": (True, CHANGED, False, ("c",), ()),
    "transform": ({"path": "t.py", "function": "f"}, CHANGED, False, ("c",), ()),
}
"""What is written after the word; whether the value is kept; whether it is hidden; of which columns it is made; which
say whether the row leaves."""


@pytest.fixture
def town(tmp_path: Path) -> Desk:
    return desk(tmp_path)


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_says_what_it_does_to_a_value(kind: str) -> None:
    written, kept, hidden, made_of, chosen_by = RULES[kind]
    place = {**registry._RULES, **registry._FORMS}[kind]
    words = {path: word for word, path in registry._RULES.items()}
    # A form is written with the word of its module's rule.
    word = words.get(place) or next(w for p, w in words.items() if p.split(":")[0] == place.split(":")[0])
    rule = parse_declared_rule(word, written)
    assert rule.kind == kind
    assert (rule.capabilities.keeps_values, rule.capabilities.hides) == (kept, hidden)
    assert rule.list_value_columns("c", POSITION) == made_of
    assert rule.list_row_choosing_columns("c") == chosen_by


def test_every_rule_is_here() -> None:
    assert set(RULES) == {*registry._RULES, *registry._FORMS}


def test_what_the_k_anonymity_recodes_is_not_the_value_that_came(town: Desk) -> None:
    dataset = town.dataset(
        columns={"plaque": "drop", "jour": "publish", "zone": "publish", "issue": "publish"},
        privacy={
            "quasi_identifiers": ["jour", "zone"],
            "k": 5,
            "unit": "plaque",
            "hierarchies": {"jour": ["year", "decade"]},
            "sensitive": {"issue": {"distinct": 2}},
        },
        fields=[{"name": name} for name in ("jour", "zone", "issue")],
    )
    told = {one.published_as: one.transformation for one in list_column_lineage(dataset)}
    assert told == {"jour": "TRANSFORMATION", "zone": "IDENTITY", "issue": "IDENTITY"}
    assert list_row_choosing_columns(dataset) == ("jour", "zone", "plaque", "issue")
    assert {name: str(said) for name, said in map_columns_to_treatments(dataset).items()} == {
        "plaque": "dropped",
        "jour": "coarser",
        "zone": "kept",
        "issue": "kept",
    }


def test_columns_come_in_the_order_of_the_schema_under_their_own_names(town: Desk) -> None:
    dataset = town.dataset(
        columns={"a": {"publish": True, "as": "z"}, "b": {"generalise": "year", "as": "an"}},
        fields=[{"name": "an"}, {"name": "z"}],
    )
    assert [(one.published_as, one.inputs) for one in list_column_lineage(dataset)] == [
        ("an", ("b",)),
        ("z", ("a",)),
    ]


def test_an_added_column_is_made_of_others_and_of_files(town: Desk) -> None:
    (town.include / "references").mkdir()
    (town.include / "references" / "quartiers.csv").write_text("code,nom,canton\n1,Centre,Aix-1\n")
    names = ("code", "nom", "libelle", "date", "an", "fichier")
    dataset = town.dataset(
        source={"file": "depot", "path": "releves-*.csv", "take": "all", "file_column": "fichier"},
        join={"file": "references/quartiers.csv", "on": "code", "columns": ["nom"]},
        computed={"an": "left(date, 4)", "libelle": "nom || ' ' || code"},
        columns=dict.fromkeys(names, "publish"),
        fields=[{"name": name} for name in names],
    )
    assert map_added_columns_to_inputs(dataset) == {
        "fichier": (),
        "nom": (("references/quartiers.csv", "nom"),),
        "an": (("", "date"),),
        "libelle": (("references/quartiers.csv", "nom"), ("", "code")),
    }
