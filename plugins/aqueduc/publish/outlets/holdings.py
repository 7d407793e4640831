"""What a dataset has in the outlets of its city.

Noted before it is put there, and taken away once nothing leads to it: whatever died in between, and whatever
the declarations have become.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aqueduc.connections import ConnectionLookup
from aqueduc.declaration.spec import City, Dataset
from aqueduc.findings import Finding
from aqueduc.publish.client import PublishableFile
from aqueduc.publish.outlets.outlet import DatasetOutlet, open_outlet_folder
from aqueduc.run import Workspace
from aqueduc.store import Store

if TYPE_CHECKING:
    from aqueduc.publish.outlets.table import OutletTableLocation

Note = Mapping[str, str]


@dataclass(frozen=True)
class OutletHoldings:
    """What a dataset has in the outlets of its city. ``files``: their keys, by outlet. ``tables``: what finds
    their places again."""

    files: Mapping[str, frozenset[str]]
    tables: tuple[Note, ...] = ()

    def list_served_file_urls(self, city: City) -> list[tuple[str, str]]:
        """Each file with the name of its outlet and where that serves it; not those of an outlet that the
        city has no more."""
        urls = {one.name: one.url.rstrip("/") for one in city.outlets}
        return [
            (name, f"{urls[name]}/{key}")
            for name, keys in self.files.items()
            if name in urls
            for key in sorted(keys)
        ]

    def list_existing_tables(self, workspace: Workspace) -> list[str]:
        """The names of the tables that are still in their base. Raises ConnectionMissing, PlatformError."""
        return [
            f"{note['space']}.{note['name']}"
            for note in self.tables
            if _build_table_location(note, workspace.connections).has_own_table()
        ]

    @classmethod
    def build_desired_holdings(
        cls, outlet: DatasetOutlet | None, files: Sequence[PublishableFile]
    ) -> OutletHoldings:
        """What there is to be."""
        if outlet is None:
            return cls({})
        return cls(
            {outlet.name: frozenset(outlet.list_file_keys(files))},
            (outlet.table.table_reference,) if outlet.table else (),
        )

    def __or__(self, other: OutletHoldings) -> OutletHoldings:
        names = [*self.files, *(name for name in other.files if name not in self.files)]
        none: frozenset[str] = frozenset()
        files = {name: self.files.get(name, none) | other.files.get(name, none) for name in names}
        return OutletHoldings(files, (*self.tables, *(one for one in other.tables if one not in self.tables)))

    def remove_all_but(self, kept: OutletHoldings, city: City, workspace: Workspace) -> None:
        """All of it but what is ``kept``. Raises ConnectionMissing, StoreError, PlatformError."""
        for note in self.tables:
            if note not in kept.tables:
                _build_table_location(note, workspace.connections).drop_table()
        for name, keys in self.files.items():
            gone = sorted(keys - kept.files.get(name, frozenset()))
            if gone:
                folder = open_outlet_folder(name, city, workspace)
                for key in gone:
                    folder.delete(key)

    def to_json(self) -> dict[str, Any]:
        files = {name: sorted(keys) for name, keys in self.files.items()}
        return {"files": files, "tables": [dict(note) for note in self.tables]}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any] | None) -> OutletHoldings:
        known = raw or {}
        files = {name: frozenset(keys) for name, keys in (known.get("files") or {}).items()}
        return cls(files, tuple(known.get("tables") or ()))


def load_outlet_holdings(dataset: str, store: Store) -> OutletHoldings:
    """What ``dataset`` has in outlets, as it was noted. Raises StoreError."""
    return OutletHoldings.from_json(store.read_json(_build_holdings_key(dataset)))


def remove_undesired_outlet_holdings(
    dataset: str, desired: OutletHoldings, city: City, workspace: Workspace
) -> None:
    """Takes away what ``dataset`` has in outlets beside what is ``desired``. Raises ConnectionMissing,
    StoreError, PlatformError."""
    known = load_outlet_holdings(dataset, workspace.store)
    if known != desired:
        known.remove_all_but(desired, city, workspace)
        workspace.store.write_json(_build_holdings_key(dataset), desired.to_json())


@dataclass(frozen=True)
class OutletSynchroniser:
    """The outlets of the city, brought to hold what ``dataset`` declares, or emptied of it."""

    dataset: Dataset
    city: City
    workspace: Workspace

    def fill_and_verify_outlet(
        self, outlet: DatasetOutlet | None, files: Sequence[PublishableFile]
    ) -> tuple[Finding, ...]:
        """The files and the table are in their outlet, and read back there, before anything links to them.
        Raises PublicationGateClosed, ReadBackMismatch, StoreError, PlatformError."""
        store = self.workspace.store
        known, desired = (
            load_outlet_holdings(self.dataset.id, store),
            OutletHoldings.build_desired_holdings(outlet, files),
        )
        if not self.dataset.access.is_open and known.tables:
            # At once, and whatever comes next: it may have been restricted just now, and tables were open.
            known.remove_all_but(OutletHoldings(known.files), self.city, self.workspace)
        if outlet is None:
            return ()
        if known | desired != known:
            # Noted before they are written: whatever dies, they will be found.
            store.write_json(_build_holdings_key(self.dataset.id), (known | desired).to_json())
        outlet.write_pending_content()
        return tuple({finding.code: finding for finding in outlet.verify_served_content(files)}.values())

    def remove_undesired_holdings(self, desired: OutletHoldings) -> None:
        """What is no longer published leaves, once nothing leads to it: on no platform. Raises
        ConnectionMissing, StoreError, PlatformError."""
        remove_undesired_outlet_holdings(self.dataset.id, desired, self.city, self.workspace)


def _build_holdings_key(dataset: str) -> str:
    return f"datasets/{dataset}/outlets.json"


def _build_table_location(note: Note, connections: ConnectionLookup) -> OutletTableLocation:
    """Raises ConnectionMissing."""
    from aqueduc.publish.outlets.table import OutletTableLocation

    return OutletTableLocation(
        connections.get(note["connection"]), note["space"], note["name"], note["dataset"]
    )
