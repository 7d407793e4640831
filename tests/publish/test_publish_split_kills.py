"""A publication in slices that dies at any of its writes: the next run brings exactly the declared resources,
in their order, and every slice that stays has the id it had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sandbox.region import Region
from tests.publish.publishing import COLUMNS, FIELDS, Bench, Killed, Wire, bench, rows

pytestmark = pytest.mark.sandbox

WHOLE = {"mode": "upload"}
YEARLY = {"mode": "upload", "split": {"by": "jour", "per": "year"}}
YEARLY_TWICE = {**YEARLY, "formats": ["csv", "parquet"]}


def yearly(*years: int, name: str = "x") -> pa.Table:
    """Two rows of each year, with keys that say which."""
    days = [date(year, 1 + rank, 1) for year in years for rank in range(2)]
    codes = [f"{day.year}-{day.month}" for day in days]
    return rows(len(days), code=codes, nom=[name] * len(days), jour=pa.array(days, pa.date32()))


@dataclass(frozen=True)
class Change:
    """From one publication to another: how each is declared, and its rows. ``before`` None: the first one."""

    before: dict[str, Any] | None
    rows_before: pa.Table
    after: dict[str, Any]
    rows_after: pa.Table

    def prepare(self, made: Bench) -> None:
        if self.before is not None:
            made.dataset(**self.before)
            made.publish(self.rows_before)
        made.dataset(**self.after)


CHANGES = {
    "first": Change(None, yearly(2024), {"publish": YEARLY_TWICE}, yearly(2024, 2025)),
    "a year more, one less, one corrected": Change(
        {"publish": YEARLY},
        yearly(2023, 2024),
        {"publish": YEARLY},
        pa.concat_tables([yearly(2024, name="y"), yearly(2025)]),
    ),
    "into slices": Change({"publish": WHOLE}, yearly(2024, 2025), {"publish": YEARLY}, yearly(2024, 2025)),
    "into one": Change({"publish": YEARLY}, yearly(2024, 2025), {"publish": WHOLE}, yearly(2024, 2025)),
    "into slices, without a column": Change(
        {"publish": WHOLE},
        yearly(2024, 2025),
        {
            "publish": YEARLY,
            "columns": {**COLUMNS, "surface": "drop"},
            "fields": [field for field in FIELDS if field["name"] != "surface"],
        },
        yearly(2024, 2025).drop_columns(["surface"]),
    ),
}


@pytest.fixture
def benches(tmp_path: Path, region: Region) -> Iterator[Callable[[], Bench]]:
    """Makes as many datasets as asked for."""
    with ExitStack() as stack:

        def make() -> Bench:
            root = tmp_path / str(len(list(tmp_path.iterdir())))
            return stack.enter_context(bench(root, region))

        yield make


@pytest.mark.parametrize(
    "named, answer_lost",
    [
        *((named, False) for named in CHANGES),
        ("a year more, one less, one corrected", True),
        ("into slices", True),
    ],
)
def test_every_write(benches: Callable[[], Bench], named: str, answer_lost: bool) -> None:
    change = CHANGES[named]
    whole = Wire()
    calm = benches()
    change.prepare(calm)
    calm.publish(change.rows_after, wire=whole)
    assert len(whole.writes) >= 4
    for rank in range(len(whole.writes)):
        made = benches()
        change.prepare(made)
        before = ids(made)
        with pytest.raises(Killed):
            made.publish(change.rows_after, wire=Wire(dies_before=rank, answer_lost=answer_lost))
        between = ids(made)
        made.publish(change.rows_after)
        assert state(made) == state(calm)
        after = ids(made)
        for name, identifier in {**before, **between}.items():
            assert name not in after or after[name] == identifier
        assert made.publish(change.rows_after, wire=(again := Wire())).nothing_new
        assert again.writes == []


def test_columns_that_are_withdrawn_leave_before_the_first_slice_arrives(
    benches: Callable[[], Bench],
) -> None:
    change, made = CHANGES["into slices, without a column"], benches()
    change.prepare(made)
    report = made.publish(change.rows_after)
    removed = report.writes.index("retirer la ressource CSV, que d'autres remplacent")
    arrived = report.writes.index("ajouter la ressource CSV, partie 1")
    assert removed < arrived


def test_a_change_of_rules_that_died_still_counts_as_one(benches: Callable[[], Bench]) -> None:
    """The mark that all was made under one treatment is only put back when all was."""
    change, made = CHANGES["into slices, without a column"], benches()
    change.prepare(made)
    with pytest.raises(Killed):
        made.publish(change.rows_after, wire=Wire(dies_before=0))
    assert "que d'autres remplacent" in made.publish(change.rows_after).writes[0:2][-1]


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
