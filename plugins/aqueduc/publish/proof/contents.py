"""Whether a queryable table still holds what a publication left in it.

Somebody may have edited a row at the platform: a difference is only right on the rows that it was computed
from, and a number of rows says nothing of what is in them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aqueduc.publish.planning.plan import ResourcePairing
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredTable,
    LastAppliedTableContents,
    ObservedResource,
    ObservedTable,
    PlatformState,
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

Batch = Sequence[Mapping[str, Any]]


def find_resources_with_altered_tables(
    platform: Platform, store: Store, desired: DesiredRecord, pairing: ResourcePairing, state: PlatformState
) -> frozenset[str]:
    """The ids of the resources whose table is known, and is not as it was left: compared whole up to
    ``WHOLE_ROWS``, beyond that by its number of rows and a sample."""
    return frozenset(
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
    kinds = {field.name: normalise_type_name(field.type) for field in held.fields}
    if held.count <= WHOLE_ROWS:
        return has_same_rows(rows.read_batches(), platform.read_first_rows(there.id, held.count), kinds)
    if table.key and held.key == frozenset(table.key):
        sample = rows.sample_rows(SAMPLED_ROWS)
        ours = list({str(record): record for record in sample}.values())
        theirs = platform.read_rows_with_keys(
            there.id, table, list_record_keys(sample, table.key), anonymous=False
        )
        return has_same_rows([ours], [theirs], kinds)
    return True


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
    moments = [name for name, kind in kinds.items() if kind == "timestamp"]
    seconds = {**kinds, **dict.fromkeys(moments, SECONDS)}
    count, fine, coarse, fractions = 0, 0, 0, False
    for batch in batches:
        count += len(batch)
        fine += sum(_hash_record(record, kinds) for record in batch)
        if moments:
            coarse += sum(_hash_record(record, seconds) for record in batch)
            fractions = fractions or any("." in str(record.get(name)) for record in batch for name in moments)
    return _RowChecksum(count, fine, coarse if moments else fine, fractions)


def _hash_record(record: Mapping[str, Any], kinds: Mapping[str, str]) -> int:
    said = repr(normalise_record_for_comparison(record, kinds))
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=16).digest())
