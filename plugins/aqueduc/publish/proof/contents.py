"""Whether a queryable table still holds what a publication left in it.

Somebody may have edited a row at the platform: a difference is only right on the rows that it was computed
from, and a number of rows says nothing of what is in them. Columns and counts are told, never a cell.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from aqueduc.duck import open_duckdb
from aqueduc.publish.planning.drift import ALTERED, ROWS, list_resources_with_distrusted_table
from aqueduc.publish.planning.plan import ResourcePairing
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredTable,
    LastAppliedTableContents,
    ObservedResource,
    ObservedTable,
    PlatformState,
    build_platform_state_key,
)
from aqueduc.publish.planning.table_plan import normalise_type_name
from aqueduc.publish.platform import Platform
from aqueduc.publish.revision.rows import (
    SECONDS,
    RevisionRows,
    list_record_keys,
    normalise_record_for_comparison,
)
from aqueduc.store import Store

WHOLE_ROWS = 50_000
"""Up to which a table is read whole: beyond, that takes longer than a small difference saves."""
SAMPLED_ROWS = 200
GLANCED_ROWS = 1_000
"""Up to which a glance reads a table whole, in one request; beyond, it asks for a few rows by their key."""
GLANCED_KEYS, GLANCED_COMPOUND_KEYS = 50, 5

Batch = Sequence[Mapping[str, Any]]
Read = Callable[[], Iterable[Batch]]
"""Reads all the rows from the start."""


def find_resources_with_altered_tables(
    platform: Platform, store: Store, desired: DesiredRecord, pairing: ResourcePairing, state: PlatformState
) -> frozenset[str]:
    """The ids of the resources whose table is known, and is not as it was left: compared whole up to
    ``WHOLE_ROWS``, beyond that by its number of rows and a sample. Those too in which somebody else's rows were
    read before."""
    distrusted = list_resources_with_distrusted_table(state)
    return distrusted | frozenset(
        there.id
        for resource, there in pairing.list_pairs(desired)
        if resource.table is not None and there.table is not None
        if (left := state.tables.get(there.table.home or there.id)) is not None and left.partitions
        if not _has_expected_rows(platform, store, there, there.table, resource.table, left)
    )


def _has_expected_rows(
    platform: Platform,
    store: Store,
    there: ObservedResource,
    held: ObservedTable,
    table: DesiredTable,
    left: LastAppliedTableContents,
) -> bool:
    if tuple(field.name for field in held.fields) != left.columns:
        return False
    rows = RevisionRows(store, left.columns, table.key, left.partitions)
    if rows.count_rows() != held.count:
        return False
    kinds = _map_column_kinds(held)
    if held.count <= WHOLE_ROWS:
        return has_same_rows(
            rows.read_batches(), platform.read_first_rows(there.id, held.count, anonymous=False), kinds
        )
    if table.key and held.key == frozenset(table.key):
        sample = rows.sample_rows(SAMPLED_ROWS)
        return _has_same_sampled_rows(platform, there.id, table, sample, kinds, anonymous=False)
    return True


def has_same_rows_at_a_glance(
    platform: Platform,
    store: Store,
    resource: str,
    held: ObservedTable,
    left: LastAppliedTableContents,
    key: tuple[str, ...],
    seed: int,
) -> bool:
    """Whether a visitor reads in the table ``held`` of a resource what was ``left`` there, in one request: all rows
    up to ``GLANCED_ROWS``, beyond that a few that ``seed`` draws by their key, out of one of the files. Without a key
    nothing more is asked of a larger table. Raises PlatformError, StoreError."""
    kinds = _map_column_kinds(held)
    if tuple(kinds) != left.columns:
        return False
    rows = RevisionRows(store, left.columns, key, left.partitions)
    if held.count <= GLANCED_ROWS:
        return has_same_rows(
            rows.read_batches(), platform.read_first_rows(resource, held.count, anonymous=True), kinds
        )
    if not key or held.key != frozenset(key):
        return True
    drawn = left.partitions[seed % len(left.partitions)]
    size = GLANCED_KEYS if len(key) == 1 else GLANCED_COMPOUND_KEYS
    sample = replace(rows, partitions=(drawn,)).sample_rows(size, seed)
    wanted = DesiredTable(held.fields, key, held.count, left.partitions, rows)
    return _has_same_sampled_rows(platform, resource, wanted, sample, kinds, anonymous=True)


def _has_same_sampled_rows(
    platform: Platform,
    resource: str,
    table: DesiredTable,
    sample: Batch,
    kinds: Mapping[str, str],
    *,
    anonymous: bool,
) -> bool:
    """Whether the rows of ``sample``, which may hold one of them twice, are read there by their keys."""
    ours = list({str(record): record for record in sample}.values())
    keys = list_record_keys(sample, table.key)
    return has_same_rows(
        [ours], [platform.read_rows_with_keys(resource, table, keys, anonymous=anonymous)], kinds
    )


@dataclass(frozen=True)
class TableDifference:
    """How many rows of a table are not those that were left in it, and the columns in which they differ."""

    rows: int
    columns: tuple[str, ...]


def find_table_difference(
    platform: Platform,
    store: Store,
    resource: str,
    held: ObservedTable,
    left: LastAppliedTableContents,
    key: tuple[str, ...],
    *,
    anonymous: bool,
) -> TableDifference | None:
    """Compares all the rows of the table ``held`` of a resource with those ``left`` there, streamed page by page, and
    once more where they differ. None when they are the same. Raises PlatformError, StoreError."""
    kinds = _map_column_kinds(held)
    read_ours = RevisionRows(store, left.columns, key, left.partitions).read_batches
    read_theirs = partial(platform.read_first_rows, resource, held.count, anonymous=anonymous)
    if has_same_rows(read_ours(), read_theirs(), kinds):
        return None
    return measure_row_difference(store, read_ours, read_theirs, kinds, key)


def measure_row_difference(
    store: Store, read_ours: Read, read_theirs: Read, kinds: Mapping[str, str], key: Collection[str]
) -> TableDifference | None:
    """How many of their rows are none of ours, or of ours none of theirs if that is more, and the columns whose cells
    are not the same, each cell with its ``key``. Marks of the rows are compared in DuckDB, which keeps within its
    memory: None when this reading finds nothing."""
    import pyarrow as pa

    moments = _list_moments(kinds)
    # A platform that says seconds only is compared to the second.
    fine = bool(moments) and any(_has_fractions(batch, moments) for batch in read_theirs())
    told = kinds if fine else {**kinds, **dict.fromkeys(moments, SECONDS)}
    sums = {"ours": Counter[str](), "theirs": Counter[str]()}
    with store.open_scratch_folder() as scratch, open_duckdb(scratch) as con:
        for side, read in (("ours", read_ours), ("theirs", read_theirs)):
            con.execute(f"CREATE TABLE {side} (mark VARCHAR)")
            for batch in read():
                marks = pa.table({"mark": [f"{_hash_record(record, told):x}" for record in batch]})
                con.register("received", marks)
                con.execute(f"INSERT INTO {side} FROM received")
                _add_cell_hashes(sums[side], batch, told, key)
        most = max(
            con.execute(f"SELECT count(*) FROM (FROM {one} EXCEPT ALL FROM {other})").fetchall()[0][0]
            for one, other in (("theirs", "ours"), ("ours", "theirs"))
        )
    columns = tuple(name for name in told if sums["ours"][name] != sums["theirs"][name])
    return TableDifference(most, columns) if most else None


def _add_cell_hashes(
    sums: Counter[str], batch: Batch, kinds: Mapping[str, str], key: Collection[str]
) -> None:
    keys = {name: kinds[name] for name in key if name in kinds}
    for record in batch:
        for name, kind in kinds.items():
            sums[name] += _hash_record(record, {**keys, name: kind})


def distrust_table(store: Store, dataset: str, platform: str, state: PlatformState, resource: str) -> bool:
    """Has the next run make anew the table of a resource, changed source or not. False, and nothing written, when a
    publication changed what is remembered since ``state`` was read. Raises DatasetBusy, StoreError."""
    key = build_platform_state_key(dataset, platform)
    with store.lock(f"datasets/{dataset}", where=key):
        now = PlatformState.from_json(store.read_json(key))
        if now.tables != state.tables or not now.last_applied:
            return False
        marked = {**now.last_applied, f"{resource}.{ROWS}": ALTERED}
        store.write_json(key, replace(now, last_applied=marked).to_json())
    return True


def _map_column_kinds(held: ObservedTable) -> dict[str, str]:
    return {field.name: normalise_type_name(field.type) for field in held.fields}


@dataclass(frozen=True)
class _RowChecksum:
    """What rows come to, in whatever order they came: how many, and the sums of their hashes with moments to
    the millisecond and to the second. ``fractions``: whether a moment said more than seconds."""

    count: int
    fine: int
    coarse: int
    fractions: bool


def has_same_rows(ours: Iterable[Batch], theirs: Iterable[Batch], kinds: Mapping[str, str]) -> bool:
    """Whether these are the same rows. Both are read once, a batch in memory at a time."""
    own, said = _compute_row_checksum(ours, kinds), _compute_row_checksum(theirs, kinds)
    if own.count != said.count:
        return False
    return own.fine == said.fine if said.fractions else own.coarse == said.coarse


def _compute_row_checksum(batches: Iterable[Batch], kinds: Mapping[str, str]) -> _RowChecksum:
    moments = _list_moments(kinds)
    seconds = {**kinds, **dict.fromkeys(moments, SECONDS)}
    count, fine, coarse, fractions = 0, 0, 0, False
    for batch in batches:
        count += len(batch)
        fine += sum(_hash_record(record, kinds) for record in batch)
        if moments:
            coarse += sum(_hash_record(record, seconds) for record in batch)
            fractions = fractions or _has_fractions(batch, moments)
    return _RowChecksum(count, fine, coarse if moments else fine, fractions)


def _list_moments(kinds: Mapping[str, str]) -> list[str]:
    return [name for name, kind in kinds.items() if kind == "timestamp"]


def _has_fractions(batch: Batch, moments: Sequence[str]) -> bool:
    """Whether one of the ``moments`` says more than seconds."""
    return any("." in str(record.get(name)) for record in batch for name in moments)


def _hash_record(record: Mapping[str, Any], kinds: Mapping[str, str]) -> int:
    said = repr(normalise_record_for_comparison(record, kinds))
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=16).digest())
