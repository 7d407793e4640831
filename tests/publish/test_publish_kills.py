"""A publication that dies at any of its writes, before it or after it with the answer lost: the next run
brings the platform to exactly what is declared, with the ids it had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from aqueduc.declaration import Dataset
from aqueduc.errors import DatasetBusy
from sandbox.region import Region
from tests.publish.publishing import COLUMNS, FIELDS, Bench, Killed, Wire, bench, rows

pytestmark = pytest.mark.sandbox

TWO_FORMATS = {"mode": "upload", "formats": ["csv", "parquet"]}
OPEN: dict[str, Any] = {"publish": TWO_FORMATS}
BEFORE = rows(8)
AFTER = rows(9, nom=["neuf"] * 9).slice(2)
THIRD = rows(10, nom=["encore"] * 10).slice(4)


@pytest.fixture
def benches(tmp_path: Path, region: Region) -> Iterator[Callable[[], Bench]]:
    """Makes as many datasets as asked for."""
    with ExitStack() as stack:

        def make() -> Bench:
            root = tmp_path / str(len(list(tmp_path.iterdir())))
            return stack.enter_context(bench(root, region))

        yield make


def first(made: Bench) -> None:
    made.dataset(**OPEN)


def second(made: Bench) -> None:
    made.dataset(**OPEN)
    made.publish(BEFORE)
    made.dataset(title="Un autre titre", licence="odc-odbl")


def closing(made: Bench) -> None:
    """From open with two formats to restricted with one, and a new column."""
    made.dataset(**OPEN)
    made.publish(BEFORE)
    made.dataset(
        licence="other-at",
        access={"level": "same_organization"},
        publish={"mode": "upload"},
        columns={key: COLUMNS[key] for key in ("code", "nom", "jour")},
        fields=[FIELDS[0], FIELDS[1], FIELDS[3]],
    )


@pytest.mark.parametrize(
    "prepare, answer_lost",
    [(first, False), (first, True), (second, False), (second, True), (closing, False)],
)
def test_every_write(
    benches: Callable[[], Bench], prepare: Callable[[Bench], None], answer_lost: bool
) -> None:
    table = AFTER.drop_columns(["surface"]) if prepare is closing else AFTER
    whole = Wire()
    calm = benches()
    prepare(calm)
    calm.publish(table, wire=whole)
    assert len(whole.writes) >= 5
    for rank in range(len(whole.writes)):
        made = benches()
        prepare(made)
        known = ids(made)
        with pytest.raises(Killed):
            made.publish(table, wire=Wire(dies_before=rank, answer_lost=answer_lost))
        before = ids(made)
        made.publish(table)
        expect(made, table, calm)
        lost = [identifier for identifier in (*known, *before) if identifier not in ids(made)]
        assert set(lost) <= ({known[1]} if prepare is closing else set())
    assert made.publish(table, wire=(again := Wire())).nothing_new
    assert again.writes == []


def test_a_third_state_after_a_killed_second(benches: Callable[[], Bench]) -> None:
    whole = Wire()
    calm = benches()
    second(calm)
    calm.publish(AFTER, wire=whole)
    calm.publish(THIRD)
    for rank in range(len(whole.writes)):
        made = benches()
        second(made)
        with pytest.raises(Killed):
            made.publish(AFTER, wire=Wire(dies_before=rank, answer_lost=True))
        made.publish(THIRD)
        expect(made, THIRD, calm)


def ids(made: Bench) -> list[str]:
    if made.status("package_show", id=made.slug) == 404:
        return []
    return [resource["id"] for resource in made.package()["resources"]]


def expect(made: Bench, table: Any, calm: Bench) -> None:
    """The platform has what it has after an undisturbed publication: nothing more, nothing less."""
    record, model = made.package(), calm.package()
    own = {"id", "name", "metadata_created", "metadata_modified", "resources"}
    assert {key: value for key, value in record.items() if key not in own} == {
        key: value for key, value in model.items() if key not in own
    }
    kept = ("name", "format", "hash", "size", "url_type", "restricted", "description", "datastore_active")
    assert [[resource[key] for key in kept] for resource in record["resources"]] == [
        [resource[key] for key in kept] for resource in model["resources"]
    ]
    csv = next(resource for resource in record["resources"] if resource["format"] == "CSV")
    assert [row["code"] for row in made.table(csv)] == table.column("code").to_pylist()
    assert [row["nom"] for row in made.table(csv)] == table.column("nom").to_pylist()


def test_a_dataset_is_not_published_twice_at_once(benches: Callable[[], Bench]) -> None:
    made = benches()
    dataset: Dataset = made.dataset()
    with (
        made.desk.place.store.lock(f"datasets/{made.slug}", where="essai"),
        pytest.raises(DatasetBusy),
    ):
        made.publish(rows(2), dataset)
