"""CKAN's DataStore: typed tables with a key, filled and brought up to date without ever being emptied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from aqueduc.errors import PlatformRefused, PlatformUnavailable
from aqueduc.publish.client import Client, NotThere
from aqueduc.publish.plan import FillTable
from aqueduc.publish.platform import Progress
from aqueduc.publish.rows import Key, Record
from aqueduc.publish.wanted import ObservedTable, TableField, TableMemory, WantedTable

PAGE_ROWS = 32_000
COUNT_SINCE = (2, 9)


class CkanTables:
    """``version`` of CKAN, once known."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.version: tuple[int, ...] = (0, 0)

    def read(self, resource: str, *, anonymous: bool) -> ObservedTable | None:
        """Fields, key and exact number of rows; None when there is no table, or a visitor may not see it.

        The key is read off the index (CKAN calls it a primary key, makes a unique index, and says no more);
        it is None on a CKAN too old to tell.
        """
        try:
            info = self.client.ask("datastore_info", anonymous=anonymous, id=resource)
        except NotThere:
            return None
        except PlatformRefused:
            if anonymous:
                return None
            raise
        fields = tuple(
            TableField(field["id"], field["type"], field.get("info") or {}) for field in info["fields"]
        )
        known = all("schema" in field for field in info["fields"])
        indexed = frozenset(field["id"] for field in info["fields"] if known and field["schema"]["is_index"])
        return ObservedTable(fields, indexed if known else None, int(info["meta"]["count"]))

    def define(self, resource: str, table: WantedTable) -> None:
        fields = [{"id": field.name, "type": field.type, "info": dict(field.info)} for field in table.fields]
        data = {
            "resource_id": resource,
            "force": True,
            "fields": fields,
            "primary_key": list(table.key),
            "delete_fields": True,
        }
        self.client.tell("datastore_create", data, again=True)

    def drop(self, resource: str) -> None:
        try:
            self.client.tell("datastore_delete", {"resource_id": resource, "force": True}, again=True)
        except NotThere:
            return

    def fill(self, resource: str, write: FillTable, progress: Progress) -> None:
        """Rows in, rows out; upserts before deletions, so that a reader never misses a row that stays."""
        table = write.table
        columns = tuple(field.name for field in table.fields)
        progress.keep(progress.memory.with_table(resource, TableMemory(columns, ())))
        if write.since is None:
            for batch in table.rows.all():
                self._put(resource, batch, empty=write.empty)
            if not write.empty:
                for keys in table.rows.foreign_among(self._held_keys(resource, table.key)):
                    self._delete(resource, table.key, keys)
        else:
            for batch in table.rows.changed_since(write.since):
                self._put(resource, batch, empty=False)
            for keys in table.rows.vanished_since(write.since):
                self._delete(resource, table.key, keys)
        progress.keep(progress.memory.with_table(resource, TableMemory(columns, table.parts)))

    def _put(self, resource: str, records: list[Record], *, empty: bool) -> None:
        """Inserting is the faster way into a new table, but cannot be repeated: a failed try is upserted."""
        data = {"resource_id": resource, "force": True, "records": records, **self._uncounted()}
        if empty:
            try:
                self.client.tell("datastore_upsert", {**data, "method": "insert"}, again=False)
            except PlatformUnavailable:
                pass
            else:
                return
        self.client.tell("datastore_upsert", {**data, "method": "upsert"}, again=True)

    def _uncounted(self) -> dict[str, Any]:
        return {"calculate_record_count": False} if self.version >= COUNT_SINCE else {}

    def _delete(self, resource: str, names: Sequence[str], keys: Sequence[Key]) -> None:
        """Keys come sorted: those that share all but their last part leave in one request."""
        for lead, group in groupby(keys, key=lambda key: key[:-1]):
            filters: dict[str, Any] = dict(zip(names, lead, strict=False))
            filters[names[-1]] = [key[-1] for key in group]
            data = {"resource_id": resource, "force": True, "filters": filters, **self._uncounted()}
            self.client.tell("datastore_delete", data, again=True)

    def _held_keys(self, resource: str, key: Sequence[str]) -> Iterator[list[Mapping[str, Any]]]:
        """All the keys the table holds, page by page."""
        offset = 0
        # Names are joined by commas: with one in a name, all the columns come instead.
        fields: dict[str, Any] = {} if any("," in name for name in key) else {"fields": ",".join(key)}
        while True:
            page = self.client.ask(
                "datastore_search",
                resource_id=resource,
                limit=PAGE_ROWS,
                offset=offset,
                sort="_id",
                include_total=False,
                **fields,
            )["records"]
            if not page:
                return
            yield page
            offset += len(page)
