"""Frictionless as oracle: the same verdict for every cell of a grid, or a difference that has a name.

The grid crosses fields (types, formats, constraints) with values people really write, and with seeded
mutations of them. Fields are columns of wide tables, so that the whole grid is a few validations.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from frictionless import Field, Schema

from aqueduc.errors import ValidationGateClosed
from tests.validate.differences import FRICTIONLESS, Comparison
from tests.validate.grid import CONSTRAINTS, FIELDS, MISSING, VALUES, mutations, product

pytestmark = pytest.mark.end_to_end

DOC = Path(__file__).parents[2] / "docs" / "conformance.md"
WIDTH = 30


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return Comparison(FRICTIONLESS)


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
def test_same_verdict_for_each_cell_of_the_grid(workshop: Any, compared: Comparison) -> None:
    before = compared.cases
    for fields in _batches(FIELDS):
        _compare(workshop, compared, fields, [*VALUES, *mutations(400, seed=13)])
    assert compared.cases - before >= 90_000
    compared.check()


def test_same_verdict_for_each_type_with_each_constraint(workshop: Any, compared: Comparison) -> None:
    before = compared.cases
    understood = [field for field, constraint in product() if constraint in _supported(field)]
    assert {field["type"] for field in understood} == {field["type"] for field, _ in product()}
    for fields in _batches(understood):
        _compare(workshop, compared, fields, VALUES)
    assert compared.cases - before >= 50_000
    compared.check()


def test_each_difference_is_argued_and_is_one_still(compared: Comparison) -> None:
    """After the two above."""
    names = [item.name for item in FRICTIONLESS]
    assert len(set(names)) == len(names)
    assert set(names) <= argued()
    if compared.cases >= 140_000:
        assert compared.met == set(names), "a documented difference no longer exists"


def test_constraints_that_frictionless_refuses(workshop: Any) -> None:
    """Bounds make no sense for us either; lengths and patterns apply to the text (``constraint-on-text``)."""
    for field, constraint in product():
        if constraint in _supported(field):
            continue
        schema = {"fields": [{"name": "x", **field}, {"name": "y"}]}
        errors = [str(error) for error in Schema.metadata_validate(schema)]
        assert any("is not supported by type" in error for error in errors)
        if "imum" in constraint:
            bounded = {"fields": [{"name": "x", **field, "constraints": {constraint: 1}}, {"name": "y"}]}
            with pytest.raises(ValidationGateClosed, match="minimum et maximum"):
                workshop.validate(bounded, {"x": ["1"], "y": ["y"]})
    texts = {"fields": [{"name": "x", "type": "integer", "constraints": {"maxLength": 2, "pattern": "1.*"}}]}
    assert workshop.broken(texts, {"x": ["12", "23", "123"]}) == {3: {"x:pattern"}, 4: {"x:maxLength"}}


def test_the_grid_has_every_constraint() -> None:
    met = set(itertools.chain(*(field.get("constraints", {}) for field in FIELDS)))
    assert set(CONSTRAINTS) <= met


def argued() -> set[str]:
    """The differences that ``docs/conformance.md`` argues."""
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", DOC.read_text("utf-8"), re.MULTILINE))


# --- the two verdicts ---------------------------------------------------------------------------------


def _batches(fields: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    named = [{"name": f"f{rank}", **field} for rank, field in enumerate(fields)]
    for start in range(0, len(named), WIDTH):
        yield named[start : start + WIDTH]


def _compare(
    workshop: Any, compared: Comparison, fields: Sequence[dict[str, Any]], values: Sequence[str | None]
) -> None:
    schema = {"fields": [{"name": "always"}, *fields], "missingValues": list(MISSING)}
    columns = {"always": ["x"] * len(values), **{field["name"]: values for field in fields}}
    ours = workshop.broken(schema, columns)
    for field in fields:
        read = Field.from_descriptor({"missingValues": list(MISSING), **field}).create_cell_reader()
        for line, value in enumerate(values, start=2):
            compared.add(field, value, rules_of(field["name"], ours.get(line, set())), verdict(read, value))


def _supported(field: dict[str, Any]) -> list[str]:
    return type(Field.from_descriptor({"name": "x", "type": field["type"]})).supported_constraints


def verdict(read: Any, value: str | None) -> set[str]:
    try:
        return set(read(value)[1] or ())
    except (ArithmeticError, TypeError):
        return {"crash"}


def rules_of(column: str, names: set[str]) -> set[str]:
    """What an item of an array breaks, frictionless gives as broken by the array."""
    pairs = (name.split(":") for name in names)
    return {rule.removeprefix("items.") for place, rule in pairs if place == column}
