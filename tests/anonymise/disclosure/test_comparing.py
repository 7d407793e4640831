"""What is compared by adding up differences finds what comparing the files whole finds, whatever the history."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import PersistentRowChangeStore, delete_orphan_row_changes
from aqueduc.anonymise.disclosure import comparing, row_hashes
from aqueduc.anonymise.disclosure.comparing import (
    ComparedFileUnits,
    FileComparisonKey,
    count_isolated_classes_between_files,
)
from aqueduc.anonymise.disclosure.row_hashes import HashedFileRows, RowChanges, find_row_changes
from aqueduc.store import Store
from tests.anonymise.disclosure import comparing_oracle as oracle
from tests.examples import share

pytestmark = pytest.mark.end_to_end

K = 3
QUASI = ("quartier", "mois")
Row = tuple[Any, ...]
COLUMNS = {
    "quartier": (pa.string(), ["a", "b", None]),
    "mois": (pa.date32(), [date(2026, 1, 1), date(2026, 2, 1)]),
    "montant": (pa.decimal128(10, 2), [Decimal("0.00"), Decimal("1.50"), None]),
    "mesure": (pa.float64(), [0.0, -0.0, 2.5, float("nan"), None]),
    "urgent": (pa.bool_(), [True, False]),
    "motif": (pa.string(), ["", "1", "x"]),
}


def write(store: Store, folder: Path, rows: list[Row], names: list[str], *, as_text: bool = False) -> Path:
    """An object of the store with the columns ``names``, and its path there; ``as_text``: as a file of former
    days that had texts."""
    columns = [[row[list(COLUMNS).index(name)] for row in rows] for name in names]
    arrays = [pa.array(cells, COLUMNS[name][0]) for name, cells in zip(names, columns, strict=True)]
    table = pa.table({n: a.cast(pa.string()) if as_text else a for n, a in zip(names, arrays, strict=True)})
    path = folder / "rows.parquet"
    pq.write_table(table, path)
    key = store.store_parquet_by_sha256(
        path, dataset="jeu", run="", stage="valid", rows=len(rows), window=None
    ).key
    with store.open_local_file_of_key(key) as kept:
        return kept


ROW = st.tuples(*(st.sampled_from(values) for _, values in COLUMNS.values()))
# The first state, then what comes at each step.
STEPS = st.lists(st.lists(ROW, max_size=9), min_size=2, max_size=7)
MISSING = st.sampled_from([(), (), (), ("motif",), ("mois",), ("mois", "quartier")])


@settings(deadline=None, max_examples=share(80, of=10))
@given(
    STEPS,
    st.lists(st.tuples(MISSING, MISSING, st.booleans()), min_size=7, max_size=7),
    st.booleans(),
    st.sampled_from([0, 3, 1_000_000]),
    st.randoms(use_true_random=False),
)
def test_adding_up_differences_finds_what_comparing_whole_files_finds(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[list[Row]],
    shapes: list[tuple[tuple[str, ...], tuple[str, ...], bool]],
    counts_units: bool,
    most: int,
    chance: random.Random,
) -> None:
    folder = tmp_path_factory.mktemp("etats")
    store, files, rows = Store((folder / "store").as_uri()), list[Path](), list[Row]()
    changed, noted = {}, {}
    for rank, (step, (missing, other, as_text)) in enumerate(zip(steps, shapes, strict=False)):
        chance.shuffle(rows)
        rows = rows[: len(rows) - chance.randrange(4)] + step
        last = rank == len(steps) - 1
        names = [name for name in COLUMNS if last or name not in missing]
        files.insert(0, write(store, folder, rows, names, as_text=as_text and not last))
        changed[files[0]] = frozenset(other)
        if chance.random() < 0.5:
            noted[files[0]] = (chance.randrange(1, 3), chance.randrange(2, 4))
    units = pa.chunked_array([pa.array([chance.choice(["u", "v", "w", None]) for _ in rows], pa.string())])
    asked: Any = (files[0], list(dict.fromkeys(files[1:])), QUASI, K, changed)
    ours = ComparedFileUnits(units, noted) if counts_units else None
    expected = oracle.count_isolated_classes_between_files(
        *asked, oracle.ComparedFileUnits(units, noted) if counts_units else None
    )
    with pytest.MonkeyPatch.context() as patch:
        # As where so much differs that files are compared whole, and as where one step more is too many.
        patch.setattr(comparing, "MOST_CHANGES", most)
        memory = PersistentRowChangeStore("jeu", store)
        assert count_isolated_classes_between_files(*asked, ours) == expected
        assert count_isolated_classes_between_files(*asked, ours, memory) == expected
        assert count_isolated_classes_between_files(*asked, ours, memory) == expected, (
            "from what is remembered"
        )


@settings(deadline=None, max_examples=share(80))
@given(st.lists(ROW, max_size=30), st.lists(ROW, max_size=30))
def test_what_differs_is_what_the_rows_say(
    tmp_path_factory: pytest.TempPathFactory, one: list[Row], other: list[Row]
) -> None:
    """Counted from the rows themselves: how many more, how many less, through each column."""
    folder = tmp_path_factory.mktemp("deux")
    store, others = Store((folder / "store").as_uri()), [name for name in COLUMNS if name not in QUASI]
    ours, theirs = (
        HashedFileRows.from_parquet_file(write(store, folder, rows, list(COLUMNS)), QUASI, others)
        for rows in (one, other)
    )
    found = find_row_changes(ours, theirs, 1_000)
    seen = [Counter(map(repr, rows)) for rows in (one, other)]
    expected = Counter((seen[0] - seen[1]).values()) + Counter(-n for n in (seen[1] - seen[0]).values())
    assert Counter(found.counts.tolist()) == expected
    assert len(found.views) == len(others) + 1
    assert RowChanges.from_bytes(found.to_bytes()).counts.tolist() == found.counts.tolist()


def test_many_rows_are_subtracted_in_parts() -> None:
    import numpy as np

    values = np.random.default_rng(7).integers(0, 2**64 - 1, 5_000_000, np.uint64)
    keys, counts = row_hashes._subtract_hash_counts(np.append(values, values[:3]), values[5:])
    assert sorted(zip(keys.tolist(), counts.tolist(), strict=True)) == sorted(
        (value, 2 if rank < 3 else 1) for rank, value in enumerate(values[:5].tolist())
    )
    assert (np.diff(keys) > 0).all()


# --- what is remembered -------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store((tmp_path / "store").as_uri())


def state(store: Store, folder: Path, oui: int) -> Path:
    return write(store, folder, [("a", date(2026, 1, 1), None, None, True, "x")] * oui, list(COLUMNS))


def remembered(store: Store) -> list[str]:
    return store.list("datasets/jeu/compared")


def test_old_states_are_read_once(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [state(store, tmp_path, 10 * rank) for rank in range(21, 0, -1)]
    memory, read = PersistentRowChangeStore("jeu", store), list[Path]()
    for rank in range(len(files) - 2, -1, -1):
        count_isolated_classes_between_files(files[rank], files[rank + 1 :], QUASI, K, memory=memory)
    hashed = HashedFileRows.from_parquet_file

    def noted(path: Path, *columns: Any) -> HashedFileRows:
        read.append(path)
        return hashed(path, *columns)

    monkeypatch.setattr(HashedFileRows, "from_parquet_file", staticmethod(noted))
    new = state(store, tmp_path, 212)
    assert count_isolated_classes_between_files(new, files, QUASI, K, memory=memory) == 1, "2 rows come"
    assert set(read) == {new, files[0]}


def test_what_is_remembered_goes_with_its_files(store: Store, tmp_path: Path) -> None:
    files = [state(store, tmp_path, rows) for rows in (30, 20, 10)]
    count_isolated_classes_between_files(
        files[0], files[1:], QUASI, K, memory=PersistentRowChangeStore("jeu", store)
    )
    assert len(remembered(store)) == 2
    assert delete_orphan_row_changes("jeu", store) == 0
    store.delete(f"objects/{files[2].stem[:2]}/{files[2].name}")
    assert delete_orphan_row_changes("jeu", store) == 1
    assert [files[2].stem in key for key in remembered(store)] == [False]


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: b"0" + data[1:], lambda data: b""])
def test_what_is_damaged_is_counted_again(store: Store, tmp_path: Path, damage: Any) -> None:
    files, memory = (
        [state(store, tmp_path, rows) for rows in (32, 31, 30)],
        PersistentRowChangeStore("jeu", store),
    )
    asked: Any = (files[0], files[1:], QUASI, K)
    assert count_isolated_classes_between_files(*asked, memory=memory) == 1
    whole = {key: store.read(key) for key in remembered(store)}
    for key, data in whole.items():
        store.write(key, damage(data or b""))
    assert count_isolated_classes_between_files(*asked, memory=memory) == 1
    assert {key: store.read(key) for key in remembered(store)} == whole


def test_other_columns_and_versions_are_other_changes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer, older = (state(store, tmp_path, rows) for rows in (32, 31))
    memory = PersistentRowChangeStore("jeu", store)
    key = FileComparisonKey(newer, older, QUASI, ("motif",))
    found = find_row_changes(
        *(HashedFileRows.from_parquet_file(path, QUASI, ["motif"]) for path in (newer, older)), 10
    )
    memory.save_row_changes(key, found)
    assert memory.load_row_changes(key) is not None
    assert memory.load_row_changes(FileComparisonKey(newer, older, QUASI, ("urgent",))) is None
    assert memory.load_row_changes(FileComparisonKey(newer, older, ("quartier",), ("motif",))) is None
    assert memory.load_row_changes(FileComparisonKey(older, newer, QUASI, ("motif",))) is None
    monkeypatch.setattr("aqueduc.anonymise.release_changes.version", lambda _name: "0.0")
    assert memory.load_row_changes(key) is None, "another library may hash otherwise"


def test_a_file_that_is_not_kept_is_not_remembered(store: Store, tmp_path: Path) -> None:
    older, aside = state(store, tmp_path, 30), tmp_path / "valid.parquet"
    aside.write_bytes(state(store, tmp_path, 31).read_bytes())
    assert (
        count_isolated_classes_between_files(
            aside, [older], QUASI, K, memory=PersistentRowChangeStore("jeu", store)
        )
        == 1
    )
    assert remembered(store) == []


def test_no_cell_is_remembered(store: Store, tmp_path: Path) -> None:
    """Nor the hash of a row that both have: only of those that differ."""
    rows = [("a", date(2026, 1, 1), None, None, True, "Canari-Zoé")]
    files = [write(store, tmp_path, rows * count, list(COLUMNS)) for count in (9, 7)]
    same = ("b", date(2026, 1, 1), None, None, True, "x")
    files += [write(store, tmp_path, [*rows * 5, same], list(COLUMNS))]
    for newer, older in pairwise(files):
        count_isolated_classes_between_files(
            newer, [older], QUASI, K, memory=PersistentRowChangeStore("jeu", store)
        )
    for key in remembered(store):
        data = store.read(key) or b""
        assert b"Canari" not in data
        assert len(RowChanges.from_bytes(data[64:])) <= 2
