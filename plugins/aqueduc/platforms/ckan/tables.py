"""CKAN's DataStore: typed tables with a key, of which the public sees one revision or the next.

One request is one transaction: ``datastore_create`` makes a table with rows, ``datastore_upsert`` changes
rows and adds some (and, by ``_id``, writes new ones over those that leave), ``datastore_delete`` deletes.
What does not fit into one of them is built in a *backing resource*, a resource of ours that only holds
rows; then the resource's own id becomes an alias (a view) of the backing resource's table. CKAN cannot move
an alias in one transaction: the table is away for the time of one short request, never empty and never a mix.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import quote

from aqueduc.errors import PlatformAccessRefusal, PlatformUnavailable
from aqueduc.language import _
from aqueduc.publish.client import PlatformClient, PlatformItemNotFound
from aqueduc.publish.planning.state import DesiredTable, LastAppliedTableContents, ObservedTable, TableField
from aqueduc.publish.planning.table_plan import ONE_LOAD_ROWS
from aqueduc.publish.planning.writes import ApplyTableRowDelta, FillTable
from aqueduc.publish.platform import WriteProgress
from aqueduc.publish.revision.rows import (
    BATCH_ROWS,
    Key,
    Record,
    adapt_kinds_to_timestamp_precision,
    normalise_cell_for_comparison,
)

PAGE_ROWS = 32_000
TOGETHER_ROWS = 1_000
LONGEST_ADDRESS = 3_000
"""For the keys in it: servers refuse an address over 4 kB."""
MEASURED_ROWS = 500
"""Below that, what a request costs says nothing of what a row costs."""
COUNT_SINCE = (2, 9)


class CkanDatastoreClient:
    """The DataStore of one CKAN. ``version`` of CKAN, once known."""

    def __init__(self, client: PlatformClient) -> None:
        self.client = client
        self.version: tuple[int, ...] = (0, 0)

    def read_table(self, resource: str, *, anonymous: bool) -> ObservedTable | None:
        """Fields, key and exact number of rows; None when there is no table, or a visitor may not see it.

        The key is read off the index (CKAN calls it a primary key, makes a unique index, and says no more);
        it is None on a CKAN too old to tell.
        """
        try:
            info = self.client.call_read_action("datastore_info", anonymous=anonymous, id=resource)
        except PlatformItemNotFound:
            return None
        except PlatformAccessRefusal:
            if anonymous:
                return None
            raise
        fields = tuple(
            TableField(field["id"], field["type"], field.get("info") or {}) for field in info["fields"]
        )
        known = all("schema" in field for field in info["fields"])
        indexed = frozenset(field["id"] for field in info["fields"] if known and field["schema"]["is_index"])
        meta = info["meta"]
        home = str(meta.get("id") or resource)
        return ObservedTable(fields, indexed if known else None, int(meta["count"]), home)

    def read_first_and_last_rows(self, resource: str, *, anonymous: bool) -> list[Mapping[str, Any]]:
        """The first and the last row that a reader gets, as the platform writes them."""
        found: list[Mapping[str, Any]] = []
        for order in ("_id", "_id desc"):
            found += self._search_rows(resource, anonymous=anonymous, sort=order, limit=1)
        return found

    def read_first_rows(
        self, resource: str, count: int, *, anonymous: bool
    ) -> Iterator[list[Mapping[str, Any]]]:
        """The first ``count`` rows at least, as the platform writes them."""
        given = 0
        for page in self._read_rows_by_page(resource, size=ONE_LOAD_ROWS, anonymous=anonymous):
            yield page
            given += len(page)
            if given >= count:
                return

    def read_rows_with_keys(
        self, resource: str, table: DesiredTable, keys: Sequence[Key], *, anonymous: bool
    ) -> list[Mapping[str, Any]]:
        """The rows of these keys, in any order.

        CKAN knows no list of keys of several columns: their values are asked for column by column, and what
        they make together besides is left out, unless that is too much.
        """
        columns = zip(table.key, zip(*keys, strict=True), strict=True)
        filters = {name: list(dict.fromkeys(values)) for name, values in columns}
        if len(table.key) == 1:
            return self._search_rows(resource, anonymous=anonymous, filters=filters, limit=PAGE_ROWS)
        found = self._search_rows(resource, anonymous=anonymous, filters=filters, limit=TOGETHER_ROWS)
        if len(found) < TOGETHER_ROWS:
            return _select_records_with_keys(found, table, keys)
        return [
            record
            for values in keys
            for record in self._search_rows(
                resource,
                anonymous=anonymous,
                filters=dict(zip(table.key, values, strict=True)),
                limit=PAGE_ROWS,
            )
        ]

    def _search_rows(self, resource: str, *, anonymous: bool, **asked: Any) -> list[Mapping[str, Any]]:
        answer = self.client.call_read_action(
            "datastore_search", anonymous=anonymous, resource_id=resource, include_total=False, **asked
        )
        records: list[Mapping[str, Any]] = answer["records"]
        return records

    def define_table(self, home: str, table: DesiredTable) -> None:
        self.client.call_write_action(
            "datastore_create", self._build_table_definition(home, table), idempotent=True
        )

    def _build_table_definition(self, home: str, table: DesiredTable) -> dict[str, Any]:
        fields = [{"id": field.name, "type": field.type, "info": dict(field.info)} for field in table.fields]
        key = {"primary_key": list(table.key)} if table.key else {}
        return {"resource_id": home, "force": True, "fields": fields, **key}

    def drop_table(self, resource: str) -> None:
        try:
            self.client.call_write_action(
                "datastore_delete", {"resource_id": resource, "force": True}, idempotent=True
            )
        except PlatformItemNotFound:
            return

    def create_table_with_all_rows(self, home: str, table: DesiredTable, progress: WriteProgress) -> None:
        """Makes the table with all its rows: one transaction."""
        self._mark_table_content_unknown(home, progress)
        records = [record for batch in table.rows.read_batches() for record in batch]
        with _measure_row_throughput(progress, "load", len(records)):
            # Nothing to put in is no list to send: CKAN wants a first record to look at.
            more = {"records": records, **self._build_option_to_skip_row_count()} if records else {}
            self.client.call_write_action(
                "datastore_create", {**self._build_table_definition(home, table), **more}, idempotent=False
            )
        self._save_table_content_state(home, table, progress)

    def apply_row_delta(self, write: ApplyTableRowDelta, progress: WriteProgress) -> None:
        """The whole difference in one transaction."""
        table, change, home = write.table, write.change, write.home
        self._mark_table_content_unknown(home, progress)
        if change.upsert_row_count:
            freed = (
                self._find_row_ids_of_keys(home, table, _flatten_batches(change.read_deleted_keys()))
                if change.deleted
                else []
            )
            arriving = _flatten_batches(change.read_inserted_rows())
            over = [{"_id": number, **record} for number, record in zip(freed, arriving, strict=False)]
            records = [*over, *arriving[len(over) :], *_flatten_batches(change.read_updated_rows())]
            data = {
                "resource_id": home,
                "force": True,
                "records": records,
                **self._build_option_to_skip_row_count(),
            }
            with _measure_row_throughput(progress, "upsert", len(records)):
                self.client.call_write_action(
                    "datastore_upsert", {**data, "method": "upsert"}, idempotent=False
                )
        else:
            filters = {
                "_id": self._find_row_ids_of_keys(home, table, _flatten_batches(change.read_deleted_keys()))
            }
            data = {
                "resource_id": home,
                "force": True,
                "filters": filters,
                **self._build_option_to_skip_row_count(),
            }
            self.client.call_write_action("datastore_delete", data, idempotent=True)
        self._save_table_content_state(home, table, progress)

    def build_backing_table(
        self, backing_resource_id: str, table: DesiredTable, progress: WriteProgress
    ) -> None:
        """The table in a backing resource that nobody has been told of; in one transaction if it is small."""
        if table.count <= ONE_LOAD_ROWS:
            self.create_table_with_all_rows(backing_resource_id, table, progress)
            return
        self.define_table(backing_resource_id, table)
        self._mark_table_content_unknown(backing_resource_id, progress)
        with _measure_row_throughput(progress, "load", table.count):
            for batch in table.rows.read_batches(ONE_LOAD_ROWS):
                self._insert_or_upsert_rows(backing_resource_id, batch, empty=True, keyed=bool(table.key))
                progress.report_sent_row_count(len(batch))
        self._save_table_content_state(backing_resource_id, table, progress)

    def swap_table(self, resource: str, backing_resource_id: str, former: str | None) -> None:
        """From here to the end of the second request the table is away; then it is the new one."""
        if former == resource:
            self.drop_table(resource)
        elif former is not None and former != backing_resource_id:
            self._set_aliases(former, [])
        if former != backing_resource_id:
            self._set_aliases(backing_resource_id, [resource])
        self.client.call_write_action(
            "resource_patch", {"id": resource, "datastore_active": True}, idempotent=True
        )

    def clear_datastore_flag(self, resource: str) -> None:
        """No table answers to this id any more."""
        self.client.call_write_action(
            "resource_patch", {"id": resource, "datastore_active": False}, idempotent=True
        )

    def _set_aliases(self, home: str, aliases: Sequence[str]) -> None:
        data = {"resource_id": home, "force": True, "aliases": list(aliases)}
        self.client.call_write_action("datastore_create", data, idempotent=True)

    def fill_table_in_batches(self, home: str, write: FillTable, progress: WriteProgress) -> None:
        """Rows in, rows out, in batches: nobody sees it."""
        table, change = write.table, write.change
        self._mark_table_content_unknown(home, progress)
        if change is not None:
            for batches in (change.read_updated_rows(), change.read_inserted_rows()):
                for batch in batches:
                    self._insert_or_upsert_rows(home, batch, empty=False)
                    progress.report_sent_row_count(len(batch))
            for keys in change.read_deleted_keys():
                self._delete_rows_with_keys(home, table.key, keys)
        else:
            with _measure_row_throughput(progress, "load" if write.empty else "upsert", table.count):
                for batch in table.rows.read_batches(ONE_LOAD_ROWS if write.empty else BATCH_ROWS):
                    self._insert_or_upsert_rows(home, batch, empty=write.empty, keyed=bool(table.key))
                    progress.report_sent_row_count(len(batch))
            if not write.empty:
                for keys in table.rows.find_keys_absent_from_revision(self._read_all_keys(home, table.key)):
                    self._delete_rows_with_keys(home, table.key, keys)
        self._save_table_content_state(home, table, progress)

    def _mark_table_content_unknown(self, home: str, progress: WriteProgress) -> None:
        """From the first write on until the last, nobody knows what is in it."""
        progress.save_state(progress.state.with_table(home, LastAppliedTableContents((), ())))

    def _save_table_content_state(self, home: str, table: DesiredTable, progress: WriteProgress) -> None:
        columns = tuple(field.name for field in table.fields)
        progress.save_state(
            progress.state.with_table(home, LastAppliedTableContents(columns, table.partitions))
        )

    def _find_row_ids_of_keys(self, home: str, table: DesiredTable, keys: Sequence[Key]) -> list[int]:
        """The platform's own row numbers. Raises PlatformUnavailable, after which the table is built anew,
        when it does not have these rows."""
        key = table.key
        pages = (
            self._read_rows_by_single_column_key(home, key, keys)
            if len(key) == 1
            else self._read_all_keys(home, key)
        )
        found = [
            int(record["_id"]) for page in pages for record in _select_records_with_keys(page, table, keys)
        ]
        if len(found) != len(keys):
            raise PlatformUnavailable(
                _("La table interrogeable n'est plus celle que la Ville y avait laissée."),
                where=_("DataStore, ressource {home}").format(home=home),
                remedy=_(
                    "la tâche sera reprise toute seule, et refera la table à côté ; si cela revient, "
                    "demander à la Région qui y écrit"
                ),
            )
        return sorted(found)

    def _read_rows_by_single_column_key(
        self, home: str, key: Sequence[str], keys: Sequence[Key]
    ) -> Iterator[list[Mapping[str, Any]]]:
        """A few at a time: they travel in the address."""
        for some in _split_values_by_url_length([values[0] for values in keys]):
            yield self._search_rows(
                home,
                anonymous=False,
                filters={key[0]: some},
                limit=PAGE_ROWS,
                **_build_key_fields_parameter(key),
            )

    def _insert_or_upsert_rows(
        self, resource: str, records: list[Record], *, empty: bool, keyed: bool = True
    ) -> None:
        """Inserting is the faster way into a new table, but cannot be repeated: a failed try is upserted, if
        there is a key to do it by."""
        data = {
            "resource_id": resource,
            "force": True,
            "records": records,
            **self._build_option_to_skip_row_count(),
        }
        if empty:
            try:
                self.client.call_write_action(
                    "datastore_upsert", {**data, "method": "insert"}, idempotent=False
                )
            except PlatformUnavailable:
                if not keyed:
                    raise
            else:
                return
        self.client.call_write_action("datastore_upsert", {**data, "method": "upsert"}, idempotent=True)

    def _build_option_to_skip_row_count(self) -> dict[str, Any]:
        return {"calculate_record_count": False} if self.version >= COUNT_SINCE else {}

    def _delete_rows_with_keys(self, resource: str, names: Sequence[str], keys: Sequence[Key]) -> None:
        """Keys come sorted: those that share all but their last part leave in one request."""
        for lead, group in groupby(keys, key=lambda key: key[:-1]):
            filters: dict[str, Any] = dict(zip(names, lead, strict=False))
            filters[names[-1]] = [key[-1] for key in group]
            data = {
                "resource_id": resource,
                "force": True,
                "filters": filters,
                **self._build_option_to_skip_row_count(),
            }
            self.client.call_write_action("datastore_delete", data, idempotent=True)

    def _read_all_keys(self, resource: str, key: Sequence[str]) -> Iterator[list[Mapping[str, Any]]]:
        """All the keys the table holds, page by page."""
        return self._read_rows_by_page(resource, **_build_key_fields_parameter(key))

    def _read_rows_by_page(
        self, resource: str, *, size: int = PAGE_ROWS, anonymous: bool = False, **asked: Any
    ) -> Iterator[list[Mapping[str, Any]]]:
        """All the rows, as many at a time as the platform gives (``ckan.datastore.search.rows_max``)."""
        offset = 0
        while page := self._search_rows(
            resource, anonymous=anonymous, limit=size, offset=offset, sort="_id", **asked
        ):
            yield page
            offset += len(page)


def _select_records_with_keys(
    page: Sequence[Mapping[str, Any]], table: DesiredTable, keys: Iterable[Key]
) -> list[Mapping[str, Any]]:
    """The records of ``page`` that have one of these ``keys``."""
    said = adapt_kinds_to_timestamp_precision(
        page, {field.name: field.type for field in table.fields if field.name in table.key}
    )
    kinds = [said[name] for name in table.key]
    sought = {tuple(map(normalise_cell_for_comparison, values, kinds)) for values in keys}
    return [
        record
        for record in page
        if tuple(map(normalise_cell_for_comparison, (record[name] for name in table.key), kinds)) in sought
    ]


T = TypeVar("T")


def _flatten_batches(batches: Iterable[list[T]]) -> list[T]:
    return [item for batch in batches for item in batch]


def _split_values_by_url_length(values: Sequence[Any]) -> Iterator[list[Any]]:
    """As many at a time as fit into an address."""
    some: list[Any] = []
    length = 0
    for value in values:
        its = len(quote(json.dumps([value])))
        if some and length + its > LONGEST_ADDRESS:
            yield some
            some, length = [], 0
        some.append(value)
        length += its
    if some:
        yield some


def _build_key_fields_parameter(key: Sequence[str]) -> dict[str, Any]:
    """Names are joined by commas: with one in a name, all the columns come instead."""
    return {} if any("," in name for name in key) else {"fields": ",".join(("_id", *key))}


@contextmanager
def _measure_row_throughput(progress: WriteProgress, what: str, rows: int) -> Iterator[None]:
    """Notes how many rows a second went through, when there were enough to tell."""
    started = time.monotonic()
    yield
    if rows >= MEASURED_ROWS:
        pace = round(rows / max(time.monotonic() - started, 0.001), 1)
        progress.save_state(replace(progress.state, rates=replace(progress.state.rates, **{what: pace})))
