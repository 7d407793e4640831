"""Takes the decisions of a draft as a hurried steward would, so that ``check`` can say what it thinks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from aqueduc.declaration import Dataset, load_city, load_dataset
from aqueduc.declaration.vocabulary import UNDECIDED

_ANSWERS: dict[str, Any] = {
    "title": "Un titre",
    "description": "Une description.",
    "owner": "Une direction",
    "contact": "opendata@ville.example",
    "licence": "lov2",
    "cadence": "weekly",
    "theme": "GOVE",
    "source": {"file": "depot", "path": "donnees.csv"},
    "file": "depot",
    "path": "/donnees",
    "dates": "YYYY-MM-DD",
    "sql": "sql/autre.sql",
    "type": "string",
}
_LEFT_OUT = frozenset({"paging"})


def is_open(value: object) -> bool:
    return isinstance(value, str) and value.startswith(UNDECIDED)


def decided(value: Any, *path: str) -> Any:
    """``value`` with an answer in the place of each question; columns are published, by the first rule that
    is proposed."""
    if is_open(value):
        proposed = re.match(rf"{UNDECIDED} : (\{{publish: true, as: .*?\}})[, ]", value)
        in_a_column = path[:1] == ("columns",) and len(path) == 2
        rule = yaml.safe_load(proposed[1]) if proposed else "publish"
        return rule if in_a_column else _ANSWERS[path[-1]]
    if isinstance(value, dict):
        kept = {name: item for name, item in value.items() if not (name in _LEFT_OUT and is_open(item))}
        return {name: decided(item, *path, name) for name, item in kept.items()}
    return [decided(item, *path) for item in value] if isinstance(value, list) else value


def decide(include: Path, identifier: str) -> Dataset:
    """Settles the draft on the disk, and loads it. Raises DeclarationError for what remains wrong."""
    path = include / "datasets" / f"{identifier}.yaml"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    if is_open(written["columns"]):
        written |= {"columns": {"colonne": "publish"}, "schema": f"schemas/{identifier}.json"}
        (include / "schemas").mkdir(exist_ok=True)
        fields = {"fields": [{"name": "colonne"}]}
        (include / "schemas" / f"{identifier}.json").write_text(json.dumps(fields), encoding="utf-8")
    (include / "sql").mkdir(exist_ok=True)
    (include / "sql" / "autre.sql").write_text("SELECT colonne FROM t\n", encoding="utf-8")
    path.write_text(yaml.safe_dump(decided(written), allow_unicode=True), encoding="utf-8")
    schema = include / written["schema"]
    settled = decided(json.loads(schema.read_text(encoding="utf-8")))
    schema.write_text(json.dumps(settled, ensure_ascii=False), encoding="utf-8")
    return load_dataset(path, load_city(include))
