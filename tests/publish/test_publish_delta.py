"""The difference between two revisions, against dictionaries."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.publish.planning.delta import RowDelta, compute_keyless_row_delta, compute_row_delta
from aqueduc.store import Store
from tests.examples import share

pytestmark = pytest.mark.end_to_end

KEY = st.tuples(st.sampled_from(["01001", "1001", "é", ""]), st.integers(0, 3))
CELLS = st.tuples(
    st.sampled_from([None, "", "x", "'", "1"]), st.sampled_from([None, 0.0, 0.5, float("nan"), 1e300])
)
REVISION = st.dictionaries(KEY, CELLS, max_size=12)
SCHEMA = pa.schema(
    [("code", pa.string()), ("rang", pa.int64()), ("nom", pa.string()), ("mesure", pa.float64())]
)
COLUMNS = tuple(SCHEMA.names)


def kept(store: Store, name: str, rows: list[tuple[Any, ...]]) -> str:
    """A Parquet file of the store; returns its key."""
    with store.open_scratch_folder() as scratch:
        path = scratch / "x.parquet"
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in COLUMNS]
        pq.write_table(pa.table(columns, schema=SCHEMA), path)
        return store.store_parquet_by_sha256(
            path, dataset="jeu", run=name, stage="valid", rows=len(rows), window=None
        ).key


def between(root: Path, before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]) -> RowDelta:
    store, folder = Store((root / "store").as_uri()), root / "scratch"
    folder.mkdir(exist_ok=True)
    keys = [[kept(store, name, rows)] for name, rows in (("a", before), ("b", after))]
    return compute_row_delta(store, keys[0], keys[1], COLUMNS, ("code", "rang"), folder)


def flat(revision: dict[Any, Any]) -> list[tuple[Any, ...]]:
    return [(*key, *cells) for key, cells in revision.items()]


@settings(max_examples=share(40), deadline=None)
@given(REVISION, REVISION)
def test_it_is_the_difference(
    tmp_path_factory: pytest.TempPathFactory, before: dict[Any, Any], after: dict[Any, Any]
) -> None:
    found = between(tmp_path_factory.mktemp("delta"), flat(before), flat(after))
    inserted = {key: cells for key, cells in after.items() if key not in before}
    updated = {
        key: cells for key, cells in after.items() if key in before and repr(before[key]) != repr(cells)
    }
    deleted = sorted(set(before) - set(after))
    assert (found.before, found.after) == (len(before), len(after))
    assert (found.inserted, found.updated, found.deleted) == (len(inserted), len(updated), len(deleted))
    assert _keyed(found.read_inserted_rows(2)) == {key: _json(cells) for key, cells in inserted.items()}
    assert _keyed(found.read_updated_rows(2)) == {key: _json(cells) for key, cells in updated.items()}
    assert sorted(key for batch in found.read_deleted_keys(2) for key in batch) == deleted


def _keyed(batches: Any) -> dict[Any, Any]:
    rows = [row for batch in batches for row in batch]
    found = {(row["code"], row["rang"]): (row["nom"], row["mesure"]) for row in rows}
    assert len(found) == len(rows)
    return found


def _json(cells: tuple[Any, Any]) -> tuple[Any, Any]:
    return (cells[0], "nan" if cells[1] is not None and cells[1] != cells[1] else cells[1])


@settings(max_examples=share(30), deadline=None)
@given(st.lists(st.tuples(KEY, CELLS), max_size=10), st.lists(st.tuples(KEY, CELLS), max_size=10))
def test_without_a_key_rows_are_known_by_what_they_hold(
    tmp_path_factory: pytest.TempPathFactory, before: list[Any], after: list[Any]
) -> None:
    root = tmp_path_factory.mktemp("contenu")
    store = Store((root / "store").as_uri())
    rows = [[(*key, *cells) for key, cells in revision] for revision in (before, after)]
    keys = [[kept(store, name, those)] for name, those in zip("ab", rows, strict=True)]
    found = compute_keyless_row_delta(store, keys[0], keys[1], COLUMNS, root)
    held, wanted = (Counter(map(repr, those)) for those in rows)
    assert (found.before, found.after) == (len(before), len(after))
    assert (found.inserted, found.deleted) == ((wanted - held).total(), (held - wanted).total())


def test_parts_are_one_revision(tmp_path: Path) -> None:
    """A row that moves from one part to another has not changed."""
    store = Store((tmp_path / "store").as_uri())
    rows = [(f"{rank:05}", rank, "x", 0.5) for rank in range(6)]
    one = [kept(store, "a", rows[:2]), kept(store, "b", rows[2:])]
    two = [kept(store, "c", rows[3:]), kept(store, "d", rows[:3])]
    found = compute_row_delta(store, one, two, COLUMNS, ("code",), tmp_path)
    assert (found.inserted, found.updated, found.deleted) == (0, 0, 0)
