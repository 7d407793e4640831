"""Whether a queryable table still holds what a publication left in it.

Somebody may have edited a row at the platform: a difference is only right on the rows that it was computed
from, and a number of rows says nothing of what is in them.
"""

from __future__ import annotations

from collections import Counter

from aqueduc.publish.plan import Pairing
from aqueduc.publish.platform import Platform
from aqueduc.publish.rows import Rows, as_compared, keys_of, kinds_said
from aqueduc.publish.table_plan import kind
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
        for resource, there in pairing.carried(wanted)
        if resource.table is not None and there.table is not None
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
        keys = keys_of(ours, table.key)
        ours = list({str(record): record for record in ours}.values())
        theirs = platform.having(there.id, table, keys, anonymous=False)
    else:
        return True
    kinds = kinds_said(theirs, {field.name: kind(field.type) for field in held.fields})
    ours_said, theirs_said = (
        Counter(as_compared(record, kinds) for record in records) for records in (ours, theirs)
    )
    return ours_said == theirs_said
