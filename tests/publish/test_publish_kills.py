"""A publication killed (SIGKILL) at any of its writes, right before it or right after it was answered: the
next run brings the platform to exactly what is declared, with the ids it had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.declaration import Dataset
from aqueduc.errors import DatasetBusy
from sandbox.region import Region
from tests.publish.publishing import COLUMNS, FIELDS, Bench, Wire, bench, beside, rows, serving

pytestmark = pytest.mark.sandbox

TWO_FORMATS = {"mode": "upload", "formats": ["csv", "parquet"]}
OPEN: dict[str, Any] = {
    "title": "Jeu d'essai",
    "licence": "lov2",
    "access": "open",
    "columns": COLUMNS,
    "fields": FIELDS,
    "publish": TWO_FORMATS,
    "source": {"file": "depot", "path": "jeu.csv"},
}
BEFORE = rows(8)
AFTER = rows(9, nom=["neuf"] * 9).slice(1)
TEXT = [*FIELDS[:2], {"name": "surface", "type": "string"}, FIELDS[3]]
FEWER = {
    "columns": {name: COLUMNS[name] for name in ("code", "nom", "jour")},
    "fields": [FIELDS[0], FIELDS[1], FIELDS[3]],
}


@dataclass(frozen=True)
class Face:
    """A declaration, as changes over ``OPEN``, and its rows."""

    declared: dict[str, Any]
    table: pa.Table


HERE = Face({}, BEFORE)
"""What every change starts from, and comes back to."""
CHANGES = {
    "rows, title and licence": Face({"title": "Un autre titre", "licence": "odc-odbl"}, AFTER),
    "a type: the table is built beside": Face(
        {"fields": TEXT}, BEFORE.set_column(2, "surface", pa.array(["grande"] * 8))
    ),
    "restricted, one format, one column less": Face(
        {
            "licence": "other-at",
            "access": {"level": "same_organization"},
            "publish": {"mode": "upload"},
            **FEWER,
        },
        AFTER.drop_columns(["surface"]),
    ),
    "a link": Face(
        {
            "publish": {"mode": "index", "link": "/lieux"},
            "source": {"http": "api", "path": "/lieux"},
        },
        BEFORE,
    ),
}


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with made_in(tmp_path / "ici", region) as made:
        yield made


@pytest.fixture
def calm(tmp_path: Path, region: Region) -> Iterator[Bench]:
    """One that nobody ever kills."""
    with made_in(tmp_path / "calme", region) as made:
        yield made


@contextmanager
def made_in(root: Path, region: Region) -> Iterator[Bench]:
    with bench(root, region) as made, serving() as api:
        made.desk = beside(made, api)
        made.dataset(**OPEN)
        yield made


def test_a_first_publication(tmp_path: Path, region: Region, calm: Bench) -> None:
    calm.publish(BEFORE)
    for rank in count():
        died = [
            _first(tmp_path / f"{rank}-{answered}", region, rank, calm, answered=answered)
            for answered in (False, True)
        ]
        if not any(died):
            break
    assert rank == 6, "a record, two files, a table, its rows, and the opening"


def _first(root: Path, region: Region, rank: int, calm: Bench, *, answered: bool) -> bool:
    with made_in(root, region) as made:
        died = made.killed(BEFORE, rank, answered=answered)
        known = ids(made)
        made.publish(BEFORE)
        assert face(made) == face(calm)
        assert known == ids(made)[: len(known)]
        return died


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_and_its_return(here: Bench, calm: Bench, change: str) -> None:
    """There and back, killed at each write in turn: before it on the way there, after it on the way back."""
    there = CHANGES[change]
    models = {}
    for one in (HERE, there, HERE):
        calm.publish(one.table, calm.dataset(**{**OPEN, **one.declared}))
        models[id(one)] = face(calm)
    here.publish(BEFORE)
    first, *_ = ids(here)
    for rank in count():
        died = []
        for at, answered in ((there, False), (HERE, True)):
            here.dataset(**{**OPEN, **at.declared})
            died.append(here.killed(at.table, rank, answered=answered))
            here.publish(at.table)
            assert face(here) == models[id(at)]
            assert ids(here)[0] == first
        if not any(died):
            break
    assert rank >= 4
    assert here.publish(HERE.table, wire=(again := Wire())).nothing_new
    assert again.writes == []


def ids(made: Bench) -> list[str]:
    """Of the resources that people see, in their order."""
    if made.status("package_show", id=made.slug) == 404:
        return []
    return [resource["id"] for resource in made.package()["resources"] if not resource.get("carries")]


def face(made: Bench) -> dict[str, Any]:
    """All that a publication decides, without what differs from one record to another. Where the rows of a
    table are kept is not part of it, but none may be kept for nothing."""
    record = made.package()
    shown = [resource for resource in record["resources"] if not resource.get("carries")]
    carried = [resource["carries"] for resource in record["resources"] if resource.get("carries")]
    assert len(set(carried)) == len(carried)
    assert set(carried) <= {resource["id"] for resource in shown if resource["datastore_active"]}
    own = {"id", "name", "metadata_created", "metadata_modified", "resources", "num_resources"}
    kept = ("name", "format", "hash", "size", "url_type", "restricted", "description", "datastore_active")
    tables = [made.table(resource) for resource in shown if resource["datastore_active"]]
    return {
        **{key: value for key, value in record.items() if key not in own},
        "resources": [[resource.get(key) for key in kept] for resource in shown],
        "tables": tables,
        "files": [made.body(resource).status_code for resource in shown],
    }


def test_a_dataset_is_not_published_twice_at_once(here: Bench) -> None:
    dataset: Dataset = here.dataset()
    with (
        here.desk.place.store.lock(f"datasets/{here.slug}", where="essai"),
        pytest.raises(DatasetBusy),
    ):
        here.publish(rows(2), dataset)
