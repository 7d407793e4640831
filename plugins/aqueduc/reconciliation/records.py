"""What a platform has of one dataset, beside what was left there and what is certified."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from aqueduc.certify.sighting import TAKEN_AWAY, PlatformSighting
from aqueduc.declaration.platform_kind import FieldRole
from aqueduc.declaration.spec import PlatformSettings
from aqueduc.errors import DatasetBusy, PlatformUnavailable, RestrictedDataExposed
from aqueduc.findings import Finding
from aqueduc.language import LocalisedNumber, use_language
from aqueduc.publish.findings import DeletedResources, RegressedLedger
from aqueduc.publish.inspection import PlatformInspection
from aqueduc.publish.planning.drift import (
    PRIVATE,
    READ,
    ROWS,
    SERVED,
    STAMP,
    classify_person_withdrawal,
    classify_record_presence,
    compute_value_digest,
    format_managed_field_display_name,
    list_deleted_resource_ids,
    list_fields_changed_since_publication,
    was_published_with_visibility,
)
from aqueduc.publish.planning.state import (
    LastAppliedTableContents,
    ObservedRecord,
    ObservedResource,
    ObservedTable,
    PlatformState,
)
from aqueduc.publish.platform import Platform
from aqueduc.publish.proof.contents import distrust_table, find_table_difference
from aqueduc.publish.proof.served import ServedContent
from aqueduc.publish.surveying import PlatformRecordListings
from aqueduc.reconciliation.expected import ExpectedDataset
from aqueduc.reconciliation.findings import (
    CHANGED_FIELDS,
    AddedResource,
    ChangedField,
    ChangedResource,
    DeadAddress,
    ExposedRestricted,
    ExposedWithdrawn,
    FormerPlatformOpen,
    Gravity,
    MissingFromFeed,
    MissingTable,
    MovedAddress,
    NeverOnPlatform,
    OrphanRecord,
    PendingRestriction,
    PendingReturn,
    RefusedAddress,
    ReplacedFile,
    ServedBytesDiffer,
    ServedSizeDiffers,
    ServedTagDiffers,
    SilentAddress,
    SlowAddress,
    StaleTable,
    TableColumnsDiffer,
    TableCountDiffers,
    TableRowsDiffer,
    UncertifiedPublication,
    UncomparedTable,
    UnhideableRecord,
    UnseenRecord,
    get_finding_severity_and_command,
)
from aqueduc.run import Run, Workspace
from aqueduc.sightings import IncidentSighting, save_incident_sighting_if_new

LINK = "#link"
_OF_WHAT_IS_SERVED = frozenset({Gravity.EXPOSURE, Gravity.INCIDENT, Gravity.REPLACED, Gravity.DRIFT})


@dataclass(frozen=True)
class DatasetPlatformReconciler:
    """One dataset on one platform, which is open and has shown its lists. ``slow_s``: seconds that a server
    may take to begin to answer a visitor."""

    expected: ExpectedDataset
    settings: PlatformSettings
    platform: Platform
    survey: PlatformRecordListings
    run: Run
    workspace: Workspace
    slow_s: float
    state: PlatformState = field(default_factory=PlatformState)

    @property
    def platform_name(self) -> str:
        return self.settings.name

    @property
    def platform_inspection(self) -> PlatformInspection:
        return PlatformInspection(self.platform, self.expected.id, self.run, self.state, self.platform_name)

    @property
    def is_declared_on_platform(self) -> bool:
        dataset = self.expected.declared
        return self.expected.unreadable or (
            dataset is not None and self.platform_name in dataset.publication.platforms
        )

    def find_differences(self) -> Iterator[Finding]:
        """Everything that is otherwise. Raises PlatformError."""
        if self.state.record is None:
            if (
                self.is_declared_on_platform
                and self.expected.pointer
                and not self.expected.is_withdrawn_from_platform(self.platform_name)
            ):
                yield NeverOnPlatform(detail={"platform": self.platform_name})
            return
        there, seen = self._record_as_city_and_visitor
        if (
            self.expected.is_withdrawn_from_platform(self.platform_name)
            or self.expected.is_orphan
            or not self.is_declared_on_platform
        ):
            yield from self._find_record_left_behind(there, seen)
        else:
            yield from self._find_drift(there, seen)

    def build_sighting(self, found: Sequence[Finding]) -> PlatformSighting | None:
        """What the ledger is to say of this look, which ``found`` these; None of a record that none is expected of."""
        if not self.state.last_applied or self.state.withdrawn:
            return None
        gravities = [get_finding_severity_and_command(one)[0] for one in found]
        with use_language("fr"):
            served = [
                str(one.message())
                for one, gravity in zip(found, gravities, strict=True)
                if gravity in _OF_WHAT_IS_SERVED and one.code not in TAKEN_AWAY
            ]
        return PlatformSighting(
            self.expected.id,
            self.platform_name,
            classify_record_presence(*self._record_as_city_and_visitor, self.state),
            "reconciliation",
            self.run.id,
            # What could not be looked at is not known to be as certified.
            None if Gravity.UNKNOWN in gravities else tuple(dict.fromkeys(served)),
        )

    @cached_property
    def _record_as_city_and_visitor(self) -> tuple[ObservedRecord | None, ObservedRecord | None]:
        """The record as the city, then as a visitor is shown it: by the lists where they agree with what was
        left there; what does not is asked for by itself."""
        listed = next((one for one in self.survey.records if one.id == self.state.record), None)
        there, seen = listed.observed if listed else None, self.survey.shown.get(self.state.record or "")
        sound = (
            there is not None
            and seen is not None
            and not (there.deleted or there.hidden)
            and self.expected.is_open
            and not self.expected.is_withdrawn_from_platform(self.platform_name)
            and was_published_with_visibility(self.state, hidden=False)
            and not list_fields_changed_since_publication(there, self.state)
            and not list_deleted_resource_ids(there, self.state)
        )
        if sound:
            return there, seen
        seen = self.platform_inspection.read_record_without_tables(anonymous=True)
        return self.platform_inspection.read_record_without_tables(anonymous=False), seen

    # --- where it should not be -----------------------------------------------------------------------------

    def _find_record_left_behind(
        self, there: ObservedRecord | None, seen: ObservedRecord | None
    ) -> Iterator[Finding]:
        """Of a dataset that is withdrawn, declared no more, or not here any more."""
        detail = {"platform": self.platform_name, "url": self.platform.build_record_url(self.expected.id)}
        if seen is not None and not self.expected.is_open:
            yield from self._hide_and_report_exposure(there or seen, seen)
        elif self.expected.is_withdrawn_from_platform(self.platform_name):
            if seen is not None:
                yield ExposedWithdrawn(detail=detail)
        elif self.expected.is_orphan and there is not None and not there.deleted:
            if seen is not None or there.resources or not self.state.withdrawn:
                # Else it is what Aqueduc leaves of what it took off: hidden, and without its files.
                yield OrphanRecord(detail=detail)
        elif not self.expected.is_orphan and seen is not None:
            yield FormerPlatformOpen(detail=detail)

    def _hide_and_report_exposure(
        self, there: ObservedRecord, seen: ObservedRecord | None
    ) -> Iterator[Finding]:
        """Hides what visitors can open of a restricted dataset, as each run does, and tells of it."""
        if self.settings.kind.capabilities.refuses_restricted is not None:
            if seen is not None:
                yield UnhideableRecord(detail={"platform": self.platform_name})
            return
        try:
            self.platform_inspection.hide_record_and_raise_on_exposure(seen, there, self.workspace.store)
        except RestrictedDataExposed as error:
            at = self.workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
            seen_open = IncidentSighting(
                "restricted", self.expected.id, self.expected.title, self.platform_name, at
            )
            if was_published_with_visibility(self.state, hidden=True):
                save_incident_sighting_if_new(self.workspace.store, seen_open)
            what, _where, remedy = error.args
            yield ExposedRestricted(detail={"what": what, "remedy": remedy})

    # --- where it should be ---------------------------------------------------------------------------------

    def _find_drift(self, there: ObservedRecord | None, seen: ObservedRecord | None) -> Iterator[Finding]:
        platform = {"platform": self.platform_name}
        if kind := classify_person_withdrawal(there, self.state, hidden=not self.expected.is_open):
            yield kind(detail=platform)
            return
        if self._was_taken_down_by_aqueduc(there):
            yield PendingReturn(detail=platform)
        if there is None:
            return
        if not self.expected.is_open and was_published_with_visibility(self.state, hidden=True):
            if exposed := [*self._hide_and_report_exposure(there, seen)]:
                # It was hidden again: the rest is what the next look finds.
                yield from exposed
                return
        elif not self.expected.is_open and seen is not None:
            yield PendingRestriction(detail=platform)
        elif seen is None and not there.hidden:
            yield UnseenRecord(detail=platform)
        yield from self._find_changed_fields(there)
        yield from self._find_added_and_deleted_resources(there)
        if unknown := self._find_record_head_absent_from_ledger(there):
            # The store is that of another day: it cannot say what should be served.
            yield unknown
            return
        if self.survey.feed is not None and seen is not None and self.state.record not in self.survey.feed:
            yield MissingFromFeed(detail=platform)
        if seen is not None and self.expected.is_open:
            yield from self._find_served_content_differences(there)
        yield from self._find_table_differences(there, anonymous=seen is not None and self.expected.is_open)

    def _was_taken_down_by_aqueduc(self, there: ObservedRecord | None) -> bool:
        """Whether Aqueduc, and nobody else, took it away from those who are to read it now."""
        return self.state.withdrawn or (there is not None and there.hidden and self.expected.is_open)

    def _find_changed_fields(self, there: ObservedRecord) -> Iterator[Finding]:
        roles, others = self.settings.kind.capabilities.field_roles, list[str]()
        of_resources: dict[str, list[str]] = {}
        changed = set[FieldRole]()
        for name in list_fields_changed_since_publication(there, self.state):
            identifier, dot, own = name.partition(".")
            if dot and identifier in self.state.resources:
                of_resources.setdefault(identifier, []).append(own)
            elif name in roles:
                changed.add(roles[name])
            elif name != PRIVATE:
                others.append(name)
        # Pages are made of the rest: they are told alone.
        deleted = self._list_resource_ids_deleted_by_people(there)
        alone = not (others or of_resources or deleted or changed - {"pages"})
        for role in sorted(changed if alone else changed - {"pages"}):
            yield CHANGED_FIELDS[role](detail={"platform": self.platform_name})
        if others:
            yield ChangedField(detail={"platform": self.platform_name, "names": ", ".join(others)})
        for identifier, names in of_resources.items():
            yield from self._build_resource_change_findings(identifier, names)

    def _build_resource_change_findings(self, identifier: str, names: list[str]) -> Iterator[Finding]:
        detail = {"platform": self.platform_name, "name": self.state.resources[identifier]}
        if STAMP in names:
            yield ReplacedFile(detail=detail)
        elif fields := [name for name in names if name != STAMP]:
            yield ChangedResource(detail={**detail, "names": ", ".join(fields)})

    def _find_added_and_deleted_resources(self, there: ObservedRecord) -> Iterator[Finding]:
        if deleted := self._list_resource_ids_deleted_by_people(there):
            names = ", ".join(sorted(self.state.resources[identifier] for identifier in deleted))
            yield DeletedResources(detail={"platform": self.platform_name, "names": names})
        for one in there.resources:
            if one.id not in self.state.resources and not one.managed:
                yield AddedResource(
                    detail={"platform": self.platform_name, "format": one.format, "name": one.id}
                )

    def _list_resource_ids_deleted_by_people(self, there: ObservedRecord) -> list[str]:
        """Those that somebody deleted: of what Aqueduc took off itself, and no publication brought back since, what
        is missing is nobody's act."""
        return [] if self.state.withdrawn else list_deleted_resource_ids(there, self.state)

    def _find_record_head_absent_from_ledger(self, there: ObservedRecord) -> Finding | None:
        """The head of the ledger that a record names, where ours has no such entry. Also where we remember to
        have written another: an older backup remembers less than the platform."""
        head = there.get_field_text("ledger_head")
        lacking = self.workspace.store.is_named_ledger_entry_missing(self.expected.id, head)
        return RegressedLedger(detail={"head": head}) if lacking else None

    # --- what visitors get ----------------------------------------------------------------------------------

    def _find_served_content_differences(self, there: ObservedRecord) -> Iterator[Finding]:
        certified = self.expected.list_certified_resources(self.platform_name)
        changed = set(list_fields_changed_since_publication(there, self.state))
        parts = tuple(part["object"] for part in (self.expected.pointer or {}).get("parts", ()))
        tables = [table for table in self.state.tables.values() if table.partitions]
        if parts and any(set(table.partitions) != set(parts) for table in tables):
            yield StaleTable(detail={"platform": self.platform_name})
        uncertified = {
            one.id for one in there.resources if self._has_uncertified_hash(one, certified, changed)
        }
        for identifier in sorted(uncertified):
            yield UncertifiedPublication(detail=self._build_finding_detail(f"{identifier}.{SERVED}"))
        for resource, name, url in [
            *self.platform_inspection.sample_addresses_to_inspect(there, tables=False),
            *self._list_links_without_known_content(there),
        ]:
            if f"{resource.id}.{STAMP}" not in changed and resource.id not in uncertified:
                yield from self._check_served_url(resource, name, url, certified.get(resource.id, {}))

    def _check_served_url(
        self, resource: ObservedResource, name: str, url: str, certified: Mapping[str, Any]
    ) -> list[Finding]:
        """One address that does not answer keeps no other from being asked."""
        try:
            return [*self._find_differences_at_served_address(resource, name, url, certified)]
        except PlatformUnavailable:
            return [SilentAddress(detail=self._build_finding_detail(name))]

    def _has_uncertified_hash(
        self,
        resource: ObservedResource,
        certified: Mapping[str, Mapping[str, Any]],
        changed: Collection[str],
    ) -> bool:
        """Whether a record says of a file, as we left it, another hash than the certificate does."""
        said, known = resource.fields.get("sha256"), certified.get(resource.id, {}).get("sha256")
        return bool(said and known and said != known and f"{resource.id}.sha256" not in changed)

    def _list_links_without_known_content(
        self, there: ObservedRecord
    ) -> Iterator[tuple[ObservedResource, str, str]]:
        """The links of which nothing was kept that tells their bytes: they are only to answer."""
        for one in there.resources:
            if one.id in self.state.links and f"{one.id}.{SERVED}" not in self.state.last_applied:
                yield one, f"{one.id}.{LINK}", one.url

    def _build_finding_detail(self, name: str) -> dict[str, str]:
        return {
            "platform": self.platform_name,
            "name": format_managed_field_display_name(name, self.state.resources),
        }

    def _find_differences_at_served_address(
        self, resource: ObservedResource, name: str, url: str, certified: Mapping[str, Any]
    ) -> Iterator[Finding]:
        """One request to what visitors use; a second one, of the whole, where the first is in doubt."""
        detail = self._build_finding_detail(name)
        if host := self._find_uncertified_host(url, certified):
            yield MovedAddress(detail={**detail, "host": host})
            return
        started = time.monotonic()
        served = self.platform.client.read_byte_range(url, 0, 1, anonymous=True)
        seconds = time.monotonic() - started
        if seconds > self.slow_s:
            numbers = {
                "seconds": LocalisedNumber(round(seconds, 1), ""),
                "most": LocalisedNumber(self.slow_s, ""),
            }
            yield SlowAddress(detail={**detail, **numbers})
        yield from self._compare_served_content_with_certificate(resource, name, url, served, certified)

    def _compare_served_content_with_certificate(
        self,
        resource: ObservedResource,
        name: str,
        url: str,
        served: ServedContent,
        certified: Mapping[str, Any],
    ) -> Iterator[Finding]:
        detail = self._build_finding_detail(name)
        if not served.is_success:
            kind = DeadAddress if served.status in (404, 410) else RefusedAddress
            yield kind(detail={**detail, "status": served.status})
            return
        if (
            f".{SERVED}" in name
            and compute_value_digest((served.etag, served.total)) == self.state.last_applied[name]
        ):
            return
        size = certified.get("bytes")
        if size is not None and served.total is not None and served.total != size:
            numbers = {"served": LocalisedNumber(served.total), "certified": LocalisedNumber(size)}
            yield ServedSizeDiffers(detail={**detail, **numbers})
            return
        wanted = certified.get("sha256") or resource.fields.get("sha256")
        if name.endswith(LINK) or not wanted:
            return
        if self.platform.client.hash_served_file(url, anonymous=True).sha256 != wanted:
            yield ServedBytesDiffer(detail=detail)
        elif f".{READ}" not in name:
            yield ServedTagDiffers(detail=detail)

    def _find_uncertified_host(self, url: str, certified: Mapping[str, Any]) -> str:
        """The host of ``url`` where it is not that of what was certified; else empty."""
        here, then = (urlsplit(one).netloc for one in (url, str(certified.get("url") or url)))
        return here if here != then else ""

    # --- the rows of tables ---------------------------------------------------------------------------------

    def _find_table_differences(self, there: ObservedRecord, *, anonymous: bool) -> Iterator[Finding]:
        """All the rows of each table that a publication left there, as a visitor reads them, or as the city does
        where they are not for visitors."""
        for resource in there.resources:
            name = f"{resource.id}.{ROWS}"
            if name not in self.state.last_applied:
                continue
            try:
                yield from self._find_differences_in_table(resource, name, anonymous=anonymous)
            except PlatformUnavailable:
                yield SilentAddress(detail=self._build_finding_detail(name))

    def _find_differences_in_table(
        self, resource: ObservedResource, name: str, *, anonymous: bool
    ) -> Iterator[Finding]:
        detail = self._build_finding_detail(name)
        held = self.platform.read_table(resource.id, anonymous=anonymous)
        if held is None:
            yield MissingTable(detail=detail)
            return
        certified = self.expected.list_certified_resources(self.platform_name).get(resource.id, {})
        rows = certified.get("table_rows")
        if rows is not None and held.count != rows:
            numbers = {"served": LocalisedNumber(held.count), "certified": LocalisedNumber(rows)}
            yield TableCountDiffers(detail={**detail, **numbers})
            return
        left = self.state.tables.get(held.home or resource.id)
        if left is None or not self._has_certified_rows_of(left):
            yield UncomparedTable(detail=detail)
        elif tuple(field.name for field in held.fields) != left.columns:
            yield from self._distrust(resource, TableColumnsDiffer(detail=detail))
        else:
            yield from self._compare_table_rows(resource, held, left, detail, anonymous=anonymous)

    def _has_certified_rows_of(self, left: LastAppliedTableContents) -> bool:
        """Whether the certified revision is what was left in a table, and is in the store still."""
        parts = {part["object"] for part in (self.expected.pointer or {}).get("parts", ())}
        return set(left.partitions) == parts and all(map(self.workspace.store.exists, parts))

    def _compare_table_rows(
        self,
        resource: ObservedResource,
        held: ObservedTable,
        left: LastAppliedTableContents,
        detail: Mapping[str, str],
        *,
        anonymous: bool,
    ) -> Iterator[Finding]:
        key = self.expected.declared.key if self.expected.declared else ()
        store = self.workspace.store
        found = find_table_difference(self.platform, store, resource.id, held, left, key, anonymous=anonymous)
        if found is not None:
            columns = {"columns": ", ".join(found.columns)}
            yield from self._distrust(
                resource, TableRowsDiffer(count=found.rows, detail={**detail, **columns})
            )

    def _distrust(self, resource: ObservedResource, finding: Finding) -> Iterator[Finding]:
        """``finding``, and the next run makes the table anew; nothing where a publication has come in between."""
        try:
            if distrust_table(
                self.workspace.store, self.expected.id, self.platform_name, self.state, resource.id
            ):
                yield finding
        except DatasetBusy:
            return
