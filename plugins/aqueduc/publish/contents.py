"""Whether a queryable table still holds what a publication left in it.

Somebody may have edited a row at the platform: a difference is only right on the rows that it was computed
from, and a number of rows says nothing of what is in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from aqueduc.publish.plan import INTEGERS, Pairing
from aqueduc.publish.platform import Platform
from aqueduc.publish.rows import Rows, comparable, kinds_said
from aqueduc.publish.wanted import Memory, ObservedResource, ObservedTable, TableMemory, Wanted, WantedTable
from aqueduc.store import Store

WHOLE_ROWS = 20_000
"""Up to which a table is read whole: one request, some two seconds of a platform's time."""
SAMPLED_ROWS = 200


def altered(
    platform: Platform, store: Store, wanted: Wanted, pairing: Pairing, memory: Memory
) -> frozenset[str]:
    """The ids of the resources whose table is known, and is not as it was left: compared whole up to
    ``WHOLE_ROWS``, beyond that by its number of rows and a sample."""
    return frozenset(
        there.id
        for resource, there in zip(wanted.resources, pairing.of, strict=True)
        if there is not None and resource.table is not None and there.table is not None
        if (left := memory.tables.get(there.table.home or there.id)) is not None and left.parts
        if not _as_left(platform, store, there, there.table, resource.table, left)
    )


def _as_left(
    platform: Platform,
    store: Store,
    there: ObservedResource,
    held: ObservedTable,
    table: WantedTable,
    left: TableMemory,
) -> bool:
    if tuple(field.name for field in held.fields) != left.columns:
        return False
    rows = Rows(store, left.columns, table.key, left.parts)
    if rows.count() != held.count:
        return False
    if held.count <= WHOLE_ROWS:
        ours = [record for batch in rows.all() for record in batch]
        theirs = platform.rows(there.id, held.count) if ours else []
    elif table.key and held.key == frozenset(table.key):
        ours = rows.sample(SAMPLED_ROWS)
        keys = sorted({tuple(record[name] for name in table.key) for record in ours}, key=str)
        ours = list({str(record): record for record in ours}.values())
        theirs = platform.having(there.id, table, keys, anonymous=False)
    else:
        return True
    kinds = {field.name: "int8" if field.type in INTEGERS else field.type for field in held.fields}
    said = kinds_said(theirs, kinds)
    return _said(ours, said) == _said(theirs, said)


def _said(records: Sequence[Mapping[str, Any]], kinds: Mapping[str, str]) -> Counter[tuple[str | None, ...]]:
    return Counter(
        tuple(
            None if record.get(name) is None else comparable(record[name], kind)
            for name, kind in kinds.items()
        )
        for record in records
    )
