"""What is withheld beside old states by what differs from one to the next is what is withheld beside their files."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import differencing, state_steps
from aqueduc.anonymise.differencing import suppress_differencing_rows
from aqueduc.anonymise.release_history import MostRowsPerUnit
from aqueduc.anonymise.state_steps import PublishedFileDifferenceCache
from aqueduc.anonymise.units import UNIT
from aqueduc.declaration import Dataset
from aqueduc.store import Store
from tests.making import desk

K = 5
NAMES = ("quartier", "decision", "motif")
Row = tuple[Any, ...]


@pytest.fixture(scope="module", params=[(), ("foyer",)], ids=["rows", "units"])
def dataset(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    privacy: dict[str, Any] = {"quasi_identifiers": ["quartier"], "k": K, "suppress_at_most": 1}
    columns = dict.fromkeys(NAMES, "publish")
    if request.param:
        privacy["unit"], columns["foyer"] = "foyer", "drop"
    return desk(tmp_path_factory.mktemp("ville")).dataset(columns=columns, privacy=privacy)


def table(rows: list[Row], names: tuple[str, ...]) -> pa.Table:
    cells = [[row[rank] for row in rows] for rank in range(len(names))]
    return pa.table({name: pa.array(found, pa.string()) for name, found in zip(names, cells, strict=True)})


def keep(store: Store, folder: Path, rows: list[Row], names: tuple[str, ...] = NAMES) -> str:
    pq.write_table(table(rows, names), folder / "rows.parquet")
    key = store.store_parquet_by_sha256(
        folder / "rows.parquet", dataset="jeu", run="", stage="valid", rows=1, window=None
    ).key
    with store.open_local_file_of_key(key) as path:
        return str(path)


def left(
    dataset: Dataset,
    now: list[tuple[Row, str | None]],
    files: list[str],
    noted: dict[str, MostRowsPerUnit],
    stored: PublishedFileDifferenceCache | None = None,
) -> Counter[Row]:
    fresh = table([row for row, _ in now], NAMES)
    if dataset.privacy and dataset.privacy.unit:
        fresh = fresh.append_column(UNIT, pa.array([unit for _, unit in now], pa.string()))
    with duckdb.connect() as con:
        con.register("now", fresh)
        found = suppress_differencing_rows(
            con, "SELECT * FROM now", dataset, files, noted=noted, stored=stored
        )
        released = Counter(con.execute(found.released_rows_sql).fetchall())
        if found.difference is not None:
            changes = Counter(
                {tuple(row): n for *row, n in con.execute(found.difference.rows_sql).fetchall()}
            )
            expected = Counter[Row]()
            for row, times in released.items():
                expected[row[: len(NAMES)]] += times
            expected.subtract(tuple(row.values()) for row in pq.read_table(files[0]).to_pylist())
            assert changes == {row: n for row, n in expected.items() if n}
            assert all(changes.values())
        return released


ROW = st.tuples(
    st.sampled_from(["a", "b", None]), st.sampled_from(["oui", "non"]), st.sampled_from(["", "x", None])
)
STEPS = st.lists(st.lists(ROW, max_size=30), min_size=2, max_size=7)


@settings(deadline=None, max_examples=5)
@given(STEPS, st.randoms(use_true_random=False))
def test_steps_withhold_what_files_do(
    tmp_path_factory: pytest.TempPathFactory, dataset: Dataset, steps: list[list[Row]], chance: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("etats")
    store, files, rows, noted = Store((folder / "store").as_uri()), list[str](), list[Row](), {}
    for step in steps:
        chance.shuffle(rows)
        rows = rows[: len(rows) - chance.randrange(5)] + step
        # Now and then a state without a column.
        names = NAMES if chance.random() < 0.85 else NAMES[:2]
        files.insert(0, keep(store, folder, [row[: len(names)] for row in rows], names))
        if chance.random() < 0.6:
            noted[files[0]] = MostRowsPerUnit(chance.randrange(1, 3), chance.randrange(2, 4))
    asked: Any = (
        dataset,
        [(row, chance.choice(["u", "v", "w", "x", "y", None])) for row in rows],
        list(dict.fromkeys(files[1:])),
        noted,
    )
    with pytest.MonkeyPatch.context() as patch:
        # The oracle: each file read whole, for each way of holding rows back.
        patch.setattr(differencing, "MOST_STEP_ROWS", -1)
        expected = left(*asked)
    stored = PublishedFileDifferenceCache("jeu", store)
    assert left(*asked) == expected
    assert left(*asked, stored) == expected
    assert left(*asked, stored) == expected, "from what is kept"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state_steps, "MOST_STEP_ROWS", 2)
        assert left(*asked) == expected, "some states by their steps, others by their files"


@pytest.mark.thorough
def test_steps_withhold_what_files_do_at_length(
    tmp_path_factory: pytest.TempPathFactory, dataset: Dataset
) -> None:
    """The same, of more histories than there is time for each time."""
    tried = test_steps_withhold_what_files_do.hypothesis.inner_test
    at_length = settings(deadline=None, max_examples=25)(
        given(STEPS, st.randoms(use_true_random=False))(tried)
    )
    at_length(tmp_path_factory=tmp_path_factory, dataset=dataset)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store((tmp_path / "store").as_uri())


def states(store: Store, folder: Path) -> list[str]:
    return [keep(store, folder, [("a", "oui", "x")] * rows) for rows in (20, 19, 18)]


def test_what_a_revision_changes_is_known_when_it_is_released(
    dataset: Dataset, store: Store, tmp_path: Path
) -> None:
    now = [(("a", "oui", "x"), f"u{rank}") for rank in range(30)]
    files = states(store, tmp_path)
    fresh = table([row for row, _ in now], NAMES)
    if dataset.privacy and dataset.privacy.unit:
        fresh = fresh.append_column(UNIT, pa.array([unit for _, unit in now], pa.string()))
    with duckdb.connect() as con:
        con.register("now", fresh)
        found = suppress_differencing_rows(con, "SELECT * FROM now", dataset, files)
        assert found.difference is not None and str(found.difference.last.path) == files[0]
        assert con.execute(found.difference.rows_sql).fetchall() == [("a", "oui", "x", 10)]
        # Of a file with other columns, what changes is not known.
        pq.write_table(table([("a", "oui")] * 20, NAMES[:2]), tmp_path / "narrow.parquet")
    with duckdb.connect() as con:
        con.register("now", fresh)
        narrow = [str(tmp_path / "narrow.parquet")]
        assert suppress_differencing_rows(con, "SELECT * FROM now", dataset, narrow).difference is None


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: b"0" + data[1:], lambda data: b""])
def test_a_damaged_step_is_made_again(dataset: Dataset, store: Store, tmp_path: Path, damage: Any) -> None:
    asked: Any = (
        dataset,
        [(("a", "oui", "x"), f"u{rank}") for rank in range(21)],
        states(store, tmp_path),
        {},
    )
    stored = PublishedFileDifferenceCache("jeu", store)
    expected = left(*asked, stored)
    kept = {key: store.read(key) for key in store.list("datasets/jeu/compared")}
    assert len(kept) == 2, "of the present rows, nothing"
    for key, data in kept.items():
        store.write(key, damage(data or b""))
    assert left(*asked, stored) == expected
    assert [store.read(key) != b"" for key in kept] == [True, True]


def test_rows_that_are_not_published_leave_no_trace(dataset: Dataset, store: Store, tmp_path: Path) -> None:
    now = [(("a", "oui", "Canari"), f"u{rank}") for rank in range(2)]
    now += [(("a", "oui", "x"), f"v{rank}") for rank in range(20)]
    assert ("a", "oui", "Canari") not in left(
        dataset, now, states(store, tmp_path), {}, PublishedFileDifferenceCache("jeu", store)
    )
    assert store.list("datasets/jeu/compared")
    for key in store.list("datasets/jeu/compared"):
        assert b"Canari" not in (store.read(key) or b"")


def test_types_of_today_are_other_steps(store: Store, tmp_path: Path) -> None:
    """An earlier file is read as the columns of today: what differs then is not what differs as texts."""
    newer, older = (
        state_steps.PublishedFile(Path(path), "TRY_CAST(motif AS VARCHAR) AS motif")
        for path in states(store, tmp_path)[:2]
    )
    stored = PublishedFileDifferenceCache("jeu", store)
    stored.write_difference(newer, older, b"x")
    assert stored.read_difference(newer, older) == b"x"
    other = state_steps.PublishedFile(older.path, "TRY_CAST(motif AS BIGINT) AS motif")
    assert stored.read_difference(newer, other) is None
    assert stored.read_difference(older, newer) is None
