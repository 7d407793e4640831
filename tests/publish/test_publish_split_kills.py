"""A publication in slices killed (SIGKILL) at any of its writes: the next run brings exactly the declared
resources, in their order, and every slice that stays has the id it had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sandbox.region import Region
from tests.examples import rarely
from tests.publish.publishing import COLUMNS, FIELDS, Bench, Killed, Wire, bench, rows

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

WHOLE = {"mode": "upload"}
YEARLY = {"mode": "upload", "split": {"by": "jour", "per": "year"}}


def yearly(*years: int, name: str = "x") -> pa.Table:
    """Two rows of each year, with keys that say which."""
    days = [date(year, 1 + rank, 1) for year in years for rank in range(2)]
    codes = [f"{day.year}-{day.month}" for day in days]
    return rows(len(days), code=codes, nom=[name] * len(days), jour=pa.array(days, pa.date32()))


@dataclass(frozen=True)
class Face:
    """A declaration, as changes over that of a bench, and its rows."""

    declared: dict[str, Any]
    table: pa.Table

    def publish(self, made: Bench) -> None:
        made.publish(self.table, made.dataset(**{**ALL, **self.declared}))


ALL: dict[str, Any] = {"columns": COLUMNS, "fields": FIELDS, "publish": WHOLE}
CHANGES = {
    "a year more, one less, one corrected": (
        Face({"publish": YEARLY}, yearly(2023, 2024)),
        Face({"publish": YEARLY}, pa.concat_tables([yearly(2024, name="y"), yearly(2025)])),
    ),
    "into slices, and into one again": (
        Face({}, yearly(2024, 2025)),
        Face({"publish": YEARLY}, yearly(2024, 2025)),
    ),
    "into slices, without a column": (
        Face({}, yearly(2024, 2025)),
        Face(
            {
                "publish": YEARLY,
                "columns": {**COLUMNS, "surface": "drop"},
                "fields": [field for field in FIELDS if field["name"] != "surface"],
            },
            yearly(2024, 2025).drop_columns(["surface"]),
        ),
    ),
}
FIRST = Face({"publish": YEARLY}, yearly(2024, 2025))


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with bench(tmp_path / "ici", region) as made:
        yield made


@pytest.fixture
def calm(tmp_path: Path, region: Region) -> Iterator[Bench]:
    """One that nobody ever kills."""
    with bench(tmp_path / "calme", region) as made:
        yield made


@pytest.mark.thorough  # each change does so to that of ``test_publish_kills``, and to a year that comes, below
def test_a_first_publication(tmp_path: Path, region: Region, calm: Bench) -> None:
    FIRST.publish(calm)
    model = state(calm)
    for rank in count():
        with bench(tmp_path / f"{rank}", region) as made:
            made.dataset(**{**ALL, **FIRST.declared})
            died = made.killed(FIRST.table, rank)
            between = ids(made)
            FIRST.publish(made)
            assert state(made) == model, died
            assert between.items() <= ids(made).items()
        if not died:
            break
    assert rank >= 8


@pytest.mark.parametrize(
    "change, ways",
    [
        # The way back is of the same requests: a year less, one more, one corrected.
        ("a year more, one less, one corrected", 1),
        rarely("a year more, one less, one corrected", 2),
        rarely("into slices, and into one again", 2),
    ],
)
def test_a_change_and_its_return(here: Bench, change: str, ways: int) -> None:
    """There and back, killed before each request in turn, on one of the ways or on both; of files put in place between
    two of them, a first publication and those of ``test_publish_kills`` tell."""
    first, second = CHANGES[change]
    models = {}
    for one in (first, second, first):
        one.publish(here)
        models[id(one)] = state(here)
    for rank in count():
        died = []
        for to in (second, first):
            before = ids(here)
            here.dataset(**{**ALL, **to.declared})
            killed = to is second or ways == 2
            died.append(here.killed(to.table, rank, local=False) if killed else None)
            between = ids(here)
            to.publish(here)
            assert state(here) == models[id(to)], (rank, died)
            after = ids(here)
            for name, identifier in between.items():
                assert name not in after or after[name] == identifier
            kept = before.keys() & between.keys() & after.keys()
            assert {name: before[name] for name in kept} == {name: after[name] for name in kept}
        if not any(died):
            break
    assert rank >= 5
    assert here.publish(first.table, wire=(again := Wire())).nothing_new
    assert again.writes == []


def test_columns_that_are_withdrawn_leave_before_the_first_slice_arrives(here: Bench) -> None:
    before, after = CHANGES["into slices, without a column"]
    before.publish(here)
    report = here.publish(after.table, here.dataset(**{**ALL, **after.declared}))
    removed = report.writes.index("retirer la ressource CSV, que d'autres remplacent")
    arrived = report.writes.index("ajouter la ressource CSV, partie 1")
    assert removed < arrived


def test_a_change_of_rules_that_died_still_counts_as_one(here: Bench) -> None:
    """The mark that all was made under one treatment is only put back when all was."""
    before, after = CHANGES["into slices, without a column"]
    before.publish(here)
    here.dataset(**{**ALL, **after.declared})
    with pytest.raises(Killed):
        here.publish(after.table, wire=Wire(dies_before=0))
    assert "que d'autres remplacent" in here.publish(after.table).writes[0:2][-1]


def ids(made: Bench) -> dict[str, str]:
    """The id of each resource, by what it holds."""
    if made.status("package_show", id=made.slug) == 404:
        return {}
    shown = [resource for resource in made.package()["resources"] if not resource.get("carries")]
    return {resource["name"]: resource["id"] for resource in shown}


def state(made: Bench) -> tuple[Any, ...]:
    """All that a publication decides, without what differs from one record to another."""
    record = made.package()
    shown = [resource for resource in record["resources"] if not resource.get("carries")]
    own = {"id", "name", "metadata_created", "metadata_modified", "resources", "num_resources"}
    kept = ("name", "format", "hash", "size", "url_type", "restricted", "description", "datastore_active")
    return (
        {key: value for key, value in record.items() if key not in own},
        [[resource.get(key) for key in (*kept, "slice")] for resource in shown],
        [made.table(resource) for resource in shown if resource["datastore_active"]],
    )
