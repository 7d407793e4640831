"""The list of the city's datasets that a platform has, read there now: not what is declared, but what is.

A record is told in the platform's own words where it says them (title, licence, dates, addresses); what it says
in no field that is known here (theme, producer) is the declaration's, for those that Aqueduc keeps there.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any, cast

from aqueduc.declaration import LoadedDeclarations
from aqueduc.declaration.platform_kind import FieldRole
from aqueduc.declaration.spec import City, Dataset, PlatformSettings
from aqueduc.declaration.vocabulary import LICENCES
from aqueduc.publish.planning.drift import list_deleted_resource_ids, list_fields_changed_since_publication
from aqueduc.publish.planning.state import ObservedRecord, PlatformState
from aqueduc.publish.platform import Platform, Transport, open_platform
from aqueduc.publish.recorder import read_platform_state
from aqueduc.publish.revision.files import MEDIA_TYPES, SHOWN
from aqueduc.publish.surveying import ListedRecord, PlatformRecordListings, RecordListingPlatform
from aqueduc.record import Distribution, Fiche, RowPreparationCounts, build_fiche
from aqueduc.record.catalogue import CatalogueEntry, DistributionWithUrl
from aqueduc.record.inventory import InventoryEntry, InventoryResource, PlatformInventory
from aqueduc.run import Workspace

_MEDIA = {**{SHOWN[kind]: media for kind, media in MEDIA_TYPES.items()}, "JSON": "application/json"}


def read_platform_inventory(
    settings: PlatformSettings,
    declared: LoadedDeclarations,
    city: City,
    workspace: Workspace,
    *,
    transport: Transport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> PlatformInventory:
    """Reads what the platform of ``settings`` has of the city's. ``transport`` and ``sleep`` are for tests.

    Raises the errors of ``open_platform`` and of its client, and StoreError.
    """
    store = workspace.store
    at = workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
    known = {dataset.id: dataset for dataset in declared.datasets}
    # A dataset that was renamed left its ids under its former identifier, too.
    names = [
        name for name in store.list_datasets() if name in known or store.read_current_revision_pointer(name)
    ]
    states = {name: read_platform_state(store, name, settings.name) for name in names}
    with open_platform(settings, city, workspace, transport=transport, sleep=sleep) as platform:
        survey = _read_record_listings_or_known_records(platform, settings, states)
        reader = _InventoryReader(platform, settings, survey, states, known, city, at[:10])
        found = [
            reader.read_inventory_entry(record) for record in sorted(survey.records, key=lambda one: one.name)
        ]
        home = platform.build_record_url("").rstrip("/")
    return PlatformInventory(
        platform=settings.name,
        label=settings.name,
        at=at,
        url=home,
        entries=tuple(entry for entry, _ in found),
        catalogue=tuple(placed for _, placed in found if placed is not None),
    )


def _read_record_listings_or_known_records(
    platform: Platform, settings: PlatformSettings, states: Mapping[str, PlatformState]
) -> PlatformRecordListings:
    """Of a platform that has no list, the records that are remembered."""
    remembered = {state.record: (name, state) for name, state in states.items() if state.record}
    if settings.kind.capabilities.lists_records:
        of_records = {record: state for record, (_name, state) in remembered.items()}
        return cast(RecordListingPlatform, platform).read_record_listings(of_records)
    records = tuple(
        ListedRecord(record, name, name, platform.build_record_url(name), dataset=name)
        for record, (name, _state) in remembered.items()
    )
    return PlatformRecordListings(records, {})


@dataclass(frozen=True)
class _InventoryReader:
    """Reads what one platform has, whose lists are ``survey``. ``states``: what is remembered, and ``known``:
    what is declared, by dataset. ``day``: that of the reading, for a record that gives none."""

    platform: Platform
    settings: PlatformSettings
    survey: PlatformRecordListings
    states: Mapping[str, PlatformState]
    known: Mapping[str, Dataset]
    city: City
    day: str

    def read_inventory_entry(self, listed: ListedRecord) -> tuple[InventoryEntry, CatalogueEntry | None]:
        """The record, and what catalogues are told of it where a visitor is shown it."""
        dataset = next((name for name, state in self.states.items() if state.record == listed.id), "")
        there, seen = self._read_record_as_city_and_visitor(listed, dataset)
        visible = seen is not None and not (there is not None and (there.hidden or there.deleted))
        fields, declared = self._get_metadata_by_field_role(there), self.known.get(dataset)
        state = self.states.get(dataset, PlatformState())
        # What was taken away was emptied of its title, too.
        former = declared.title if declared and state.withdrawn else ""
        entry = InventoryEntry(
            dataset=dataset,
            name=listed.name,
            title=str(fields.get("title") or former or listed.title or listed.name),
            url=listed.url,
            visible=visible,
            altered=there is not None
            and dataset != ""
            and _has_unexpected_record_changes(there, state, visible=visible),
            licence=str(fields.get("licence") or ""),
            frequency=str(fields.get("frequency") or ""),
            issued=there.get_field_text("dataset_publication_date")[:10] if there else "",
            modified=there.get_field_text("dataset_modification_date")[:10] if there else "",
            resources=tuple(InventoryResource(one.format, one.url) for one in there.resources)
            if there
            else (),
        )
        if declared is None or there is None or not visible:
            return entry, None
        fiche = self._build_fiche(declared, entry, fields)
        return entry, CatalogueEntry(fiche, listed.url, _list_distributions_with_urls(there, entry))

    def _read_record_as_city_and_visitor(
        self, listed: ListedRecord, dataset: str
    ) -> tuple[ObservedRecord | None, ObservedRecord | None]:
        """What no list shows whole is asked for by itself, where Aqueduc remembers it."""
        seen, there = self.survey.shown.get(listed.id), listed.observed
        if dataset and seen is None:
            seen = self.platform.read_record_without_tables(dataset, self.states[dataset], anonymous=True)
        if dataset and there is None:
            there = self.platform.read_record_without_tables(dataset, self.states[dataset], anonymous=False)
        return there, seen

    def _get_metadata_by_field_role(self, there: ObservedRecord | None) -> dict[FieldRole, Any]:
        """What the record says, by what its fields mean."""
        roles = self.settings.kind.capabilities.field_roles
        return {role: there.fields.get(name) for name, role in roles.items()} if there else {}

    def _build_fiche(self, dataset: Dataset, entry: InventoryEntry, fields: Mapping[FieldRole, Any]) -> Fiche:
        declared = build_fiche(
            dataset,
            self.city,
            RowPreparationCounts(rejected=0, suppressed=0, whole=False),
            issued=date.fromisoformat(entry.issued or entry.modified or self.day),
            modified=date.fromisoformat(entry.modified) if entry.modified else None,
        )
        keywords = fields.get("keywords")
        return replace(
            declared,
            title=entry.title,
            licence=LICENCES.get(entry.licence, declared.licence),
            keywords=tuple(map(str, keywords)) if isinstance(keywords, list | tuple) else declared.keywords,
        )


def _has_unexpected_record_changes(there: ObservedRecord, state: PlatformState, *, visible: bool) -> bool:
    if state.withdrawn:
        # Hidden, and emptied, by Aqueduc itself.
        return visible
    return bool(
        list_fields_changed_since_publication(there, state) or list_deleted_resource_ids(there, state)
    )


def _list_distributions_with_urls(
    there: ObservedRecord, entry: InventoryEntry
) -> tuple[DistributionWithUrl, ...]:
    """Its files and links, where catalogues have a name for their format."""
    return tuple(
        DistributionWithUrl(
            one.id,
            Distribution(one.format, _MEDIA[one.format], filename=entry.name),
            one.url,
            one.stable_url,
        )
        for one in there.resources
        if one.format in _MEDIA
    )
