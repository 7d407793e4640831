"""Every national schema and every example file: the same verdict as frictionless for each cell."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from typing import Any

import pytest
from frictionless import Field, Resource, Schema

from tests.validate.differences import FRICTIONLESS, Comparison
from tests.validate.grid import VALUES
from tests.validate.national import FOLDER, Example, examples, table_schemas
from tests.validate.test_conformance import rules_of, verdict

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no national schemas in {FOLDER}")
WIDTH = 30


def test_every_field_of_every_schema(workshop: Any) -> None:
    """Over texts that are its own (its choices, examples of its pattern's kind, its bounds) and others."""
    compared = Comparison(FRICTIONLESS)
    fields = _distinct_fields()
    assert len(fields) >= 150
    for start in range(0, len(fields), WIDTH):
        _compare(workshop, compared, fields[start : start + WIDTH])
    compared.check()
    assert compared.cases >= 40_000


def _distinct_fields() -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for schema in table_schemas().values():
        for field in schema["fields"]:
            own = {"missingValues": schema.get("missingValues", [""]), **field, "name": ""}
            found.setdefault(json.dumps(own, sort_keys=True), own)
    return [{**field, "name": f"f{rank}"} for rank, field in enumerate(found.values())]


def _compare(workshop: Any, compared: Comparison, fields: list[dict[str, Any]]) -> None:
    values = {field["name"]: _values_for(field) for field in fields}
    longest = max(len(own) for own in values.values())
    columns = {name: [*own, *[""] * (longest - len(own))] for name, own in values.items()}
    schema = {"fields": [{"name": "always"}, *fields]}
    ours = workshop.broken(schema, {"always": ["x"] * longest, **columns})
    for field in fields:
        read = Field.from_descriptor(field).create_cell_reader()
        for line, value in enumerate(columns[field["name"]], start=2):
            compared.add(field, value, rules_of(field["name"], ours.get(line, set())), verdict(read, value))


def _values_for(field: dict[str, Any]) -> list[str]:
    limits = field.get("constraints", {})
    own = [str(choice) for choice in limits.get("enum", [])[:20]]
    own += [str(choice) for choice in field.get("arrayItem", {}).get("enum", [])[:5]]
    own += [*field.get("trueValues", []), *field.get("falseValues", []), *field["missingValues"]]
    for bound in ("minimum", "maximum"):
        own += [str(limits[bound]), f"{limits[bound]}1", f"-{limits[bound]}"] if bound in limits else []
    for size in ("minLength", "maxLength"):
        own += ["a" * (limits[size] + shift) for shift in (-1, 0, 1)] if size in limits else []
    chance = random.Random(json.dumps(field, sort_keys=True))
    wrong = [_mutated(text, chance) for text in own if text]
    return [*own, *wrong, *[value for value in VALUES[chance.randrange(3) :: 3] if value is not None]]


def _mutated(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + chance.choice(["", " ", "x", "é", text[place].swapcase()]) + text[place + 1 :]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "example",
    # Of some files no column is a field of the schema.
    [example for example in examples() if example.header] if FOLDER.is_dir() else [],
    ids=lambda example: f"{example.path.parent.name}/{example.path.name}",
)
def test_every_example_file(workshop: Any, example: Example) -> None:
    schema = {**example.narrow_schema(), "custom_checks": []}
    ours = workshop.broken(schema, example.columns)
    theirs = _frictionless(schema, example)
    compared = Comparison(FRICTIONLESS)
    fields = {field["name"]: field for field in schema["fields"]}
    for line in sorted({*ours, *theirs}):
        for name in ("", *fields):
            mine, other = rules_of(name, ours.get(line, set())), rules_of(name, theirs.get(line, set()))
            cell = example.columns[name][line - 2] if name else ""
            compared.add(fields.get(name, {"type": "row"}), cell, mine, other)
    compared.check()


def _frictionless(schema: dict[str, Any], example: Example) -> dict[int, set[str]]:
    resource = Resource(data=[example.header, *example.rows], schema=Schema.from_descriptor(schema))
    report = resource.validate(limit_errors=1_000_000)
    key = schema.get("primaryKey", "")
    found: dict[int, set[str]] = defaultdict(set)
    for line, column, kind, note in report.flatten(["rowNumber", "fieldName", "type", "note"]):
        constraint = re.match(r'constraint "(\w+)"', note)
        rule = {
            "type-error": "type",
            "unique-error": "unique",
            "primary-key": "primaryKey",
            "blank-row": "",
        }.get(kind)
        if kind == "constraint-error" and constraint:
            rule = constraint[1]
        assert rule is not None, f"{kind}: {note}"
        place = column or (key if isinstance(key, str) else "+".join(key))
        found[line].add("blank" if kind == "blank-row" else f"{place}:{rule}")
    return found


def test_a_schema_that_is_no_table_is_known() -> None:
    known = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/schema*.json")}
    assert known - set(table_schemas()) == {
        "amenagements-cyclables/schema.json",
        "decp/schema_decp_v2.0.2.json",
        "decp/schema_decp_v2.0.3.json",
        "infos-travaux/schema.json",
        "zfe/schema.json",
    }
