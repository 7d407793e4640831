"""The examples of ``docs/intendant/regles.md``: each is read as a declaration is, and publishes what the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from aqueduc.anonymise import anonymise_extract
from aqueduc.declaration import Dataset
from aqueduc.declaration.lineage import list_column_lineage, list_row_choosing_columns
from aqueduc.rules import list_installed_rules
from tests.guide import DOCS
from tests.making import Desk, desk

PAGE = (DOCS / "intendant" / "regles.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n((?:geometry: [^\n]*\n)?columns:\n[^`]*)```\n\n((?:\|[^\n]*\n)+)", PAGE)
SECRET = {"AIRFLOW_CONN_SEL": json.dumps({"conn_type": "generic", "password": "0123456789abcdef0123456789"})}
GONE, DRAWN = "*ligne retirée*", "…"
SQUARE = [[5.4, 43.5], [5.5, 43.5], [5.5, 43.6], [5.4, 43.6], [5.4, 43.5]]


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    """A city with the files that the examples name."""
    here = desk(tmp_path, SECRET)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    zone = {
        "type": "Feature",
        "properties": {"nom": "Centre"},
        "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    }
    files = {
        "hierarchies/metiers.csv": "boulanger;alimentation;commerce\ncoiffeur;soins;services\n",
        "transforms/adresses.py": code,
        "geo/quartiers.geojson": json.dumps({"type": "FeatureCollection", "features": [zone]}),
    }
    for name, text in files.items():
        (here.include / name).parent.mkdir(exist_ok=True)
        (here.include / name).write_text(text, encoding="utf-8")
    return here


def read_table(text: str) -> tuple[list[str], list[list[str]]]:
    """The columns of the source, and the cells of each line, what is published last."""
    heads, _rule, *lines = (
        [cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines()
    )
    assert heads[-1] == "publié"
    return [head.strip("`") for head in heads[:-1]], lines


def anonymised(here: Desk, document: dict[str, Any], rows: pa.Table) -> tuple[Dataset, pa.Table]:
    dataset, run = here.dataset(**document), here.run()
    return dataset, here.read(anonymise_extract(dataset, run, here.raw(rows, run), here.place).handle)


@pytest.mark.parametrize("declared, table", EXAMPLES)
def test_an_example_publishes_what_the_page_says(here: Desk, declared: str, table: str) -> None:
    document = yaml.safe_load(declared)
    names, lines = read_table(table)
    assert set(names) == set(document["columns"])
    rows = pa.table({name: [line[rank] for line in lines] for rank, name in enumerate(names)})
    _dataset, kept = anonymised(here, document, rows)
    said = {rank: line[-1] for rank, line in enumerate(lines, start=1) if line[-1] != GONE}
    rule: Any = document["columns"][names[0]]
    first = rule.get("as", names[0]) if isinstance(rule, dict) else names[0]
    found = dict(zip(kept.column("__line").to_pylist(), kept.column(first).to_pylist(), strict=True))
    assert found.keys() == said.keys()
    for rank, value in found.items():
        assert value is not None
        assert str(value) != lines[rank - 1][0] if said[rank] == DRAWN else str(value) == said[rank]


@pytest.mark.parametrize("declared, table", EXAMPLES)
def test_what_lineage_says_of_an_example_is_true(here: Desk, declared: str, table: str) -> None:
    """A value is unchanged, or is not, hidden, and made of no other columns than those that are told."""
    document = yaml.safe_load(declared)
    names, lines = read_table(table)
    rows = pa.table({name: [line[rank] for line in lines] for rank, name in enumerate(names)})
    dataset, kept = anonymised(here, document, rows)
    chosen = list_row_choosing_columns(dataset)
    assert bool(chosen) == any(line[-1] == GONE for line in lines)
    ranks = [line - 1 for line in kept.column("__line").to_pylist()]
    for lineage in list_column_lineage(dataset):
        values = [str(value) for value in kept.column(lineage.published_as).to_pylist()]
        if not lineage.inputs:
            assert len(set(values)) == 1
            continue
        (source, *_) = lineage.inputs
        before = [rows.column(source)[rank].as_py() for rank in ranks]
        assert (values == before) == (lineage.transformation == "IDENTITY")
        if lineage.masking:
            assert not set(values) & set(before)
        for other in {*names} - {*lineage.inputs, *chosen}:
            blank = pa.array([None] * rows.num_rows, pa.string())
            without = rows.set_column(rows.column_names.index(other), other, blank)
            _same, again = anonymised(here, {**document, "reject_at_most": 1.0}, without)
            assert [str(value) for value in again.column(lineage.published_as).to_pylist()] == values


def test_each_rule_has_an_example() -> None:
    shown = {word for declared, _table in EXAMPLES for word in re.findall(r"\w+", declared)}
    assert set(list_installed_rules()) <= shown
