"""Foreign keys: inside the dataset, beside frictionless; and to what another dataset publishes."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Resource, Schema

from aqueduc.errors import HandleFileMismatch, ValidationGateClosed
from aqueduc.store import ParquetFileHandle, Window

HERE = {
    "fields": [
        {"name": "id", "type": "integer"},
        {"name": "parent", "type": "integer"},
        {"name": "jour", "type": "date"},
        {"name": "depuis", "type": "date"},
    ],
    "foreignKeys": [
        {"fields": ["parent", "depuis"], "reference": {"resource": "", "fields": ["id", "jour"]}},
        {"fields": "parent", "reference": {"resource": "", "fields": "id"}},
    ],
}
CELLS = {
    "id": ("1", "2", "03", "x", ""),
    "parent": ("1", "2", "3", "4", "x", ""),
    "jour": ("2026-03-01", "2026-3-2", "?", ""),
    "depuis": ("2026-03-01", "2026-03-02", "1999-01-01", "?", ""),
}


@pytest.mark.parametrize("seed", range(4))
def test_same_orphans_as_frictionless(workshop: Any, seed: int) -> None:
    chance = random.Random(seed)
    rows = [[chance.choice(values) for values in CELLS.values()] for _ in range(40)]
    columns = {name: [row[rank] for row in rows] for rank, name in enumerate(CELLS)}
    ours = {
        line: {rule for rule in rules if rule.endswith("foreignKey")}
        for line, rules in workshop.broken(HERE, columns).items()
    }
    theirs = _frictionless(rows)
    assert {line: rules for line, rules in ours.items() if rules} == theirs
    assert 5 <= len(theirs) < 40


def _frictionless(rows: list[list[str]]) -> dict[int, set[str]]:
    resource = Resource(data=[list(CELLS), *rows], schema=Schema.from_descriptor(HERE))
    found: dict[int, set[str]] = defaultdict(set)
    for error in resource.validate(limit_errors=100_000).tasks[0].errors:
        if error.type == "foreign-key":
            found[error.row_number].add(f"{'+'.join(error.field_names)}:foreignKey")
    return dict(found)


def test_the_finding_names_both_sides(workshop: Any) -> None:
    columns = {"id": ["1", "2"], "parent": ["1", "9"], "jour": ["2026-03-01"] * 2, "depuis": [None] * 2}
    with pytest.raises(ValidationGateClosed) as closed:
        workshop.validate({**HERE, "foreignKeys": HERE["foreignKeys"][1:]}, columns, tolerated=0.0)
    [finding] = closed.value.findings
    assert finding.message() == "`parent` : 1 ligne sans correspondance dans `id` (ligne 3)"


# --- another dataset ----------------------------------------------------------------------------------


def published(workshop: Any, tables: list[pa.Table], dataset: str = "quartiers") -> list[ParquetFileHandle]:
    """A certified revision of another dataset, in as many parts."""
    store, handles = workshop.place.store, []
    for rank, table in enumerate(tables):
        local = workshop.folder / f"other{rank}.parquet"
        pq.write_table(table, local)
        month = [datetime(2026, rank + shift, 1, tzinfo=UTC) for shift in (1, 2)]
        window = Window(*month) if len(tables) > 1 else None
        handles.append(
            store.store_parquet_by_sha256(
                local, dataset=dataset, run="r0", stage="valid", rows=table.num_rows, window=window
            )
        )
    parts = [
        {"window": one.to_json()["window"], "object": one.key, "sha256": one.sha256, "rows": one.rows}
        for one in handles
    ]
    store.write_current_revision_pointer(dataset, {"revision": "rev-7", "parts": parts})
    return handles


def referring(kind: str = "string", own: str = "quartier", there: str = "code") -> dict[str, Any]:
    link = {"fields": own, "reference": {"resource": "quartiers", "fields": there}}
    return {"fields": [{"name": own, "type": kind}, {"name": "n"}], "foreignKeys": [link]}


def rows(*values: str | None) -> dict[str, list[str | None]]:
    return {"quartier": list(values), "n": ["x"] * len(values)}


def test_what_is_not_in_the_other_dataset_is_found(workshop: Any) -> None:
    published(workshop, [pa.table({"code": ["A", "B", None], "nom": ["a", "b", "c"]})])
    broken = workshop.broken(referring(), rows("A", "C", None, "b"))
    assert broken == {3: {"quartier:foreignKey"}, 5: {"quartier:foreignKey"}}
    report = workshop.report()
    assert report["references"] == {"quartiers": "rev-7"}
    [finding] = report["findings"]
    assert finding["detail"] == {"there": "code", "dataset": "quartiers"}


def test_every_part_of_the_other_dataset_counts(workshop: Any) -> None:
    published(workshop, [pa.table({"code": ["A"]}), pa.table({"code": ["B"]})])
    assert workshop.broken(referring(), rows("A", "B", "C")) == {4: {"quartier:foreignKey"}}


@pytest.mark.parametrize(
    "kind,codes",
    [
        ("integer", pa.array([1, 20], pa.int64())),
        ("integer", pa.array([1.0, 20.0], pa.float64())),
        ("number", pa.array([1, 20], pa.int64())),
        ("integer", pa.array(["1", "20"])),
        ("string", pa.array([1, 20], pa.int64())),
    ],
)
def test_values_meet_whatever_the_types(workshop: Any, kind: str, codes: pa.Array) -> None:
    published(workshop, [pa.table({"code": codes})])
    assert workshop.broken(referring(kind), rows("1", "20", "2")) == {4: {"quartier:foreignKey"}}


@pytest.mark.parametrize("there,why", [("code", "rien n'en est publié"), ("autre", "n'a pas de colonne")])
def test_a_reference_that_is_not_there_closes_the_gate(workshop: Any, there: str, why: str) -> None:
    if there != "code":
        published(workshop, [pa.table({"code": ["A"]})])
    with pytest.raises(ValidationGateClosed, match=why) as closed:
        workshop.validate(referring(there=there), rows("A"), tolerated=1.0)
    assert [finding.code for finding in closed.value.findings] == ["reference-indisponible"]
    assert workshop.report()["passed"] is False


def test_altered_bytes_of_the_other_dataset_are_refused(workshop: Any) -> None:
    [handle] = published(workshop, [pa.table({"code": ["A"]})])
    path = Path(workshop.place.store.url.removeprefix("file://")) / handle.key
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(HandleFileMismatch):
        workshop.validate(referring(), rows("A"), tolerated=1.0)


def test_composite_keys_to_another_dataset(workshop: Any) -> None:
    pairs = list(itertools.product(["A", "B"], [1, 2]))[:3]
    published(workshop, [pa.table({"code": [pair[0] for pair in pairs], "lot": [pair[1] for pair in pairs]})])
    link = {"fields": ["q", "l"], "reference": {"resource": "quartiers", "fields": ["code", "lot"]}}
    schema = {"fields": [{"name": "q"}, {"name": "l", "type": "integer"}], "foreignKeys": [link]}
    columns = {"q": ["A", "B", "B", None], "l": ["2", "1", "2", "1"]}
    assert workshop.broken(schema, columns) == {4: {"q+l:foreignKey"}, 5: {"q+l:foreignKey"}}
