"""What a publication decides before its first write: gate, files, what is there, what is wanted, the plan.

Nothing is written here, and nothing is planned before the gate has opened.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from aqueduc.declaration.spec import REOPEN, City, Dataset, RecordAdoption
from aqueduc.errors import PlatformRequestRejection, PublicationGateClosed
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.publish.client import PublishableFile
from aqueduc.publish.findings import (
    AbandonedRecord,
    AdoptedRecord,
    RecordDrift,
    RegressedLedger,
    RenamedOrganisation,
)
from aqueduc.publish.outlets.outlet import DatasetOutlet, open_dataset_outlet
from aqueduc.publish.person_acts import require_waiver_to_undo_person_withdrawal
from aqueduc.publish.planning.delta import RowDelta, compute_row_delta
from aqueduc.publish.planning.drift import list_externally_changed_items, was_organisation_renamed
from aqueduc.publish.planning.plan import ResourcePairing, pair_resources, plan_writes
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredTable,
    LastModification,
    ObservedRecord,
    PlatformState,
    build_platform_state_key,
)
from aqueduc.publish.planning.writes import RestoreRecord, Write
from aqueduc.publish.platform import Platform, get_platform_settings, open_platform
from aqueduc.publish.proof import former, gate, link
from aqueduc.publish.proof.contents import find_resources_with_altered_tables
from aqueduc.publish.proof.gate import WithheldRowCounts
from aqueduc.publish.proof.readback import read_served_file_if_identical
from aqueduc.publish.recorder import list_former_platforms, read_platform_state
from aqueduc.publish.revision import partitions
from aqueduc.publish.revision.modes import (
    RevisionDistributionOffers,
    build_link_offer,
    build_revision_table,
    build_upload_offers,
)
from aqueduc.publish.revision.partitions import NextRevisionPartitions
from aqueduc.record import Fiche, RowPreparationCounts, build_fiche
from aqueduc.record.coverage import measure_spatial_temporal_coverage
from aqueduc.record.fields import RECORD_CREATED
from aqueduc.run import Run, Workspace
from aqueduc.sources.adapter import find_source_connection
from aqueduc.store import ParquetFileHandle, Store, open_verified_file
from aqueduc.validate.findings import WaivedGuard, WaiverUseless

log = logging.getLogger(__name__)

"""What somebody else wrote there is drift."""


@contextmanager
def open_publication_context(
    dataset: Dataset,
    city: City,
    run: Run,
    handle: ParquetFileHandle,
    workspace: Workspace,
    *,
    platform: str = "",
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[PublicationContext]:
    """The publication, with its gate open and a client of its platform (the first one, unless it is named);
    raises as ``publish_revision``."""
    settings = get_platform_settings(platform or dataset.publication.primary_platform, city)
    if run.restoration:
        evidence, assembly = former.load_restored_revision_and_evidence(dataset, run, workspace)
    else:
        evidence = gate.require_gate_evidence(dataset, run, handle, workspace)
        assembly = _assemble_up_to_date_revision(dataset, run, handle, workspace.store)
    with open_platform(settings, city, workspace, transport=transport, sleep=sleep) as there:
        yield PublicationContext(dataset, city, run, workspace, there, settings.name, evidence, assembly)


@dataclass(frozen=True)
class PublicationPlan:
    """All that is decided before the first write. ``observed``: what the platform has, None for no record."""

    observed: ObservedRecord | None
    desired: DesiredRecord
    pairing: ResourcePairing
    writes: tuple[Write, ...]
    state: PlatformState
    findings: tuple[Finding, ...]
    waivers: tuple[Mapping[str, str], ...] = ()
    outlet: DatasetOutlet | None = None
    files: tuple[PublishableFile, ...] = ()
    """Those of the outlet."""

    @property
    def planned_write_descriptions(self) -> tuple[str, ...]:
        """Everything that is about to be written, in words and in its order."""
        return (
            *(self.outlet.pending_write_descriptions if self.outlet else ()),
            *(str(write.action_description) for write in self.writes),
        )


@dataclass(frozen=True)
class PublicationContext:
    """One publication, once its gate has opened, on the platform called ``name``."""

    dataset: Dataset
    city: City
    run: Run
    workspace: Workspace
    platform: Platform
    name: str
    evidence: WithheldRowCounts
    assembly: NextRevisionPartitions

    @property
    def partitions(self) -> tuple[ParquetFileHandle, ...]:
        return self.assembly.partitions

    @property
    def treatment_digest(self) -> str:
        """The treatment that the rows went through; empty where it is not known, as of a former revision."""
        return "" if self.run.restoration else partitions.compute_treatment_digest(self.dataset)

    def make_plan(self, stack: ExitStack) -> PublicationPlan:
        """What is there, what is wanted, and the writes in between; nothing is written. ``stack`` keeps files
        and scratch folders for as long as they are needed."""
        store, offered = self.workspace.store, self._build_distribution_offers(stack)
        outlet = open_dataset_outlet(self.dataset, self.city, self.workspace, self.platform.client)
        files = tuple(offer.file for offer in offered.offers if offer.file is not None)
        if outlet is not None:
            outlet = outlet.with_table(self._build_revision_table()).with_missing_files_as_pending(files)
            offered = replace(offered, offers=outlet.convert_offers_to_links(offered.offers))
        state = load_platform_state_without_lost_tables(self.dataset, store, self.name)
        known = state if state.rules == self.treatment_digest else replace(state, rules="")
        observed = self.platform.read_observed_record(self.dataset.id, known)
        adoption = self.dataset.publication.adopts.get(self.name)
        require_record_to_adopt(self.dataset, self.name, observed, state)
        waivers = require_waiver_to_undo_person_withdrawal(
            self.dataset, self.run.find_waiver(REOPEN), self.name, observed, state
        )
        restored = observed is not None and observed.deleted
        if observed is not None and restored:
            observed = replace(observed, deleted=False, hidden=True)
        unknown_head = self._find_published_head_absent_from_ledger(observed)
        modification = self._compute_last_modification(observed, state, offered, unknown_head)
        fiche = self._build_fiche(observed, offered, modification)
        if unknown_head:
            # What contradicts the ledger stays in public until somebody has explained it.
            fiche = replace(fiche, ledger_head=unknown_head)
        findings = (
            *offered.findings,
            *(outlet.findings if outlet else ()),
            *self.platform.check_fiche_support(fiche),
            *_list_adopted_record_findings(observed, state),
            *([RegressedLedger(detail={"head": unknown_head})] if unknown_head else []),
            *self._list_waiver_findings(waivers),
            *self._list_abandoned_record_findings(),
            *self._list_renamed_organisation_findings(state),
        )
        desired = self.platform.build_desired_record(fiche, offered.offers)
        if observed is not None:
            desired = desired.without_fields(
                get_platform_settings(self.name, self.city).spec.manually_maintained_fields
            )
        _require_slices_to_adopt(self.dataset, adoption, desired, observed, state)
        pairing = pair_resources(desired, observed, state, adoption)
        state = _discard_state_of_other_record(state, observed)
        state = _add_adopted_resources_to_state(state, desired, pairing, adoption)
        state = replace(state, modification=modification)
        others = find_resources_with_altered_tables(self.platform, store, desired, pairing, state)
        state = _remove_altered_tables_from_state(state, pairing, others)
        changes = self._compute_row_deltas(desired, pairing, state, stack)
        proved = self._find_resource_ids_with_verified_file(desired, pairing)
        writes = plan_writes(desired, observed, pairing, state, proved, self.treatment_digest, changes)
        if restored:
            writes = (RestoreRecord(), *writes)
        if names := list_externally_changed_items(desired, observed, pairing, state, proved, others):
            drift = RecordDrift(detail={"names": ", ".join(names)})
            log.warning("%s", drift.message())
            findings = (*findings, drift)
        return PublicationPlan(
            observed, desired, pairing, writes, state, findings, waivers, outlet, files if outlet else ()
        )

    def _list_waiver_findings(self, waivers: Sequence[Mapping[str, str]]) -> Iterator[Finding]:
        for one in waivers:
            yield WaivedGuard(detail={**one, "what": one["found"]})
        if not waivers and self.run.find_waiver(REOPEN):
            yield WaiverUseless(detail={"guard": REOPEN})

    def _list_renamed_organisation_findings(self, state: PlatformState) -> Iterator[Finding]:
        if was_organisation_renamed(self.platform.read_capabilities().organisation_title, state):
            renamed = RenamedOrganisation(detail={"platform": self.name})
            log.warning("%s", renamed.message())
            yield renamed

    def _build_distribution_offers(self, stack: ExitStack) -> RevisionDistributionOffers:
        known = self.platform.read_capabilities()
        if self.dataset.publication.is_link_to_source:
            # The data live elsewhere and change without us: so does what they cover.
            return RevisionDistributionOffers(
                (build_link_offer(self.dataset, self._build_and_verify_source_link()),)
            )
        scratch = stack.enter_context(self.workspace.store.open_scratch_folder())
        opened_parts: list[tuple[ParquetFileHandle, Path]] = [
            (handle, stack.enter_context(open_verified_file(self.workspace.store, handle)))
            for handle in self.partitions
        ]
        # What an outlet serves does not go through the platform.
        linked = self.dataset.publication.outlet is not None
        largest = None if linked else get_platform_settings(self.name, self.city).spec.largest_file_mb
        offered = build_upload_offers(
            self.dataset, opened_parts, known, self.workspace.store, scratch, largest
        )
        paths, windows = [path for _, path in opened_parts], [part.window for part in self.partitions]
        zone = ZoneInfo(self.city.timezone)
        return replace(
            offered, coverage=measure_spatial_temporal_coverage(self.dataset, paths, windows, zone, scratch)
        )

    def _build_revision_table(self) -> DesiredTable:
        """Those of the revision, as a table of any base."""
        count = sum(handle.rows for handle in self.partitions)
        return build_revision_table(
            self.dataset, [part.key for part in self.partitions], count, self.workspace.store
        )

    def _build_and_verify_source_link(self) -> str:
        address = link.build_absolute_link(
            self.dataset, find_source_connection(self.dataset.source, self.workspace.connections)
        )
        link.require_publishable_link(
            self.dataset, self.evidence, address, self.platform.client, self.workspace.include
        )
        return address

    def _list_abandoned_record_findings(self) -> Iterator[Finding]:
        """Platforms where this dataset was published before its declaration named another one, as they are remembered:
        none of them is asked."""
        for platform in list_former_platforms(self.dataset, self.workspace.store):
            key = build_platform_state_key(self.dataset.id, platform)
            elsewhere = AbandonedRecord(detail={"platform": platform, "key": key})
            log.warning("%s", elsewhere.message())
            yield elsewhere

    def _compute_last_modification(
        self,
        observed: ObservedRecord | None,
        state: PlatformState,
        offered: RevisionDistributionOffers,
        unknown_head: str,
    ) -> LastModification:
        """The day of the last change, which moves with the bytes and with the slices. The platform's own word
        is taken only where nothing is remembered: killed between two writes, it shows its server's day."""
        content = _compute_offers_digest(offered)
        if observed is not None and state.modification and state.modification.content == content:
            return state.modification
        there = observed if _record_claims_all_offered_files(observed, offered) else None
        day = _parse_observed_date(there, "dataset_modification_date") or self._city_today
        head = there.get_field_text("ledger_head") if there and not unknown_head else ""
        head = head or self.workspace.store.read_newest_ledger_entry_name(self.dataset.id)
        return LastModification(content, day.isoformat(), head)

    def _find_published_head_absent_from_ledger(self, observed: ObservedRecord | None) -> str:
        """The entry of the ledger that the record names, where the ledger does not have it; else empty."""
        said = observed.get_field_text("ledger_head") if observed else ""
        return said if self.workspace.store.is_named_ledger_entry_missing(self.dataset.id, said) else ""

    @property
    def _city_today(self) -> date:
        """The city's day, which is not its servers' for an hour or two before midnight."""
        return self.workspace.clock().astimezone(ZoneInfo(self.city.timezone)).date()

    def _build_fiche(
        self,
        observed: ObservedRecord | None,
        offered: RevisionDistributionOffers,
        modification: LastModification,
    ) -> Fiche:
        """The day of the first publication comes from the platform."""
        issued = find_first_publication_day(observed, ZoneInfo(self.city.timezone)) or self._city_today
        return build_fiche(
            self.dataset,
            self.city,
            RowPreparationCounts(
                rejected=self.evidence.rejected,
                suppressed=self.evidence.disclosed_suppressed_row_count,
                whole=len(self.partitions) == 1 and self.partitions[0].window is None,
            ),
            issued=issued,
            modified=date.fromisoformat(modification.day),
            coverage=offered.coverage,
            ledger_head=modification.ledger_head,
        )

    def _compute_row_deltas(
        self, desired: DesiredRecord, pairing: ResourcePairing, state: PlatformState, stack: ExitStack
    ) -> dict[int, RowDelta]:
        """By rank, what changes in the tables with a key of which it is known what they hold."""
        store, changes = self.workspace.store, {}
        for rank, (resource, there) in enumerate(zip(desired.resources, pairing.of, strict=True)):
            table = resource.table
            held = there.table if there else None
            if table is None or held is None or there is None or not table.key:
                continue
            columns = tuple(column.name for column in table.fields)
            remembered = state.tables.get(held.home or there.id)
            if (
                remembered is None
                or remembered.columns != columns
                or remembered.partitions == table.partitions
            ):
                continue
            folder = stack.enter_context(store.open_scratch_folder())
            changes[rank] = compute_row_delta(
                store, remembered.partitions, table.partitions, columns, table.key, folder
            )
        return changes

    def _find_resource_ids_with_verified_file(
        self, desired: DesiredRecord, pairing: ResourcePairing
    ) -> frozenset[str]:
        """Resources that say they have the wanted bytes, and do: a hash in a fiche is only a claim."""
        return frozenset(
            there.id
            for resource, there in pairing.list_pairs(desired)
            if resource.file is not None
            and there.fields.get("sha256") == resource.file.sha256
            and there.fields.get("url_type") == "upload"
            and all(
                read_served_file_if_identical(self.platform.client, url, resource.file, anonymous=False)
                is not None
                for url in there.file_addresses
            )
        )


def _discard_state_of_other_record(state: PlatformState, observed: ObservedRecord | None) -> PlatformState:
    """What is remembered of this very record. Known by another id, it is another, or written another way
    (IDGO's, then CKAN's own): fields are then not compared with those that were left."""
    if observed is None:
        return PlatformState()
    return state if state.record == observed.id else replace(state, record=observed.id, last_applied={})


def require_record_to_adopt(
    dataset: Dataset, platform: str, observed: ObservedRecord | None, state: PlatformState
) -> None:
    """Raises PlatformRequestRejection when the record that ``dataset`` takes over, or a resource of it, is not
    on ``platform``: another would be made in its place. Once it is taken over, it is a record of ours."""
    adoption = dataset.publication.adopts.get(platform)
    if adoption is None or _is_already_adopted(observed, state):
        return
    is_there = observed is not None and observed.id == adoption.record
    listed = {one.id for one in observed.resources} if observed is not None else set()
    lacking = sorted({*adoption.resource_identifiers} - listed)
    if is_there and not lacking:
        return
    raise PlatformRequestRejection(
        _("Ce que ce jeu doit reprendre n'est pas sur la plateforme : {identifiers}.").format(
            identifiers=", ".join(lacking if is_there else [adoption.record])
        ),
        where=_("jeu {id}, « adopts: »").format(id=dataset.id),
        remedy=_(
            "relancer « aqueduc adopt --from {platform} » pour voir ce qui y est, et corriger « adopts: » ; "
            "ou ôter cette clé pour faire une autre fiche, sous d'autres identifiants"
        ).format(platform=platform),
    )


def _require_slices_to_adopt(
    dataset: Dataset,
    adoption: RecordAdoption | None,
    desired: DesiredRecord,
    observed: ObservedRecord | None,
    state: PlatformState,
) -> None:
    """Raises PlatformRequestRejection when a resource is to carry a slice that this revision does not have."""
    if adoption is None or _is_already_adopted(observed, state):
        return
    labels = {resource.slice_label for resource in desired.resources}
    unknown = sorted(label for label in adoption.slices if label not in labels)
    if unknown:
        raise PlatformRequestRejection(
            _("Ce jeu n'a pas les parties que « slices: » nomme : {labels}.").format(
                labels=", ".join(unknown)
            ),
            where=_("jeu {id}, « adopts: »").format(id=dataset.id),
            remedy=_(
                "y écrire chaque partie comme le jeu la nomme (l'année, ou la valeur de la colonne de « split: »), "
                "ou ôter celles qui n'y sont plus"
            ),
        )


def _is_already_adopted(observed: ObservedRecord | None, state: PlatformState) -> bool:
    there = observed.resources if observed is not None else ()
    return bool(state.rules or state.last_applied or state.withdrawn) or any(one.managed for one in there)


def _add_adopted_resources_to_state(
    state: PlatformState, desired: DesiredRecord, pairing: ResourcePairing, adoption: RecordAdoption | None
) -> PlatformState:
    """With the resources that are taken over: one that needs no write bears no mark of ours."""
    for resource, there in pairing.list_pairs(desired) if adoption else ():
        if not there.managed:
            state = state.with_resource(there.id, resource.format, resource.slice_label)
    return state


def _remove_altered_tables_from_state(
    state: PlatformState, pairing: ResourcePairing, altered: frozenset[str]
) -> PlatformState:
    """Of these tables it is no longer known what they hold."""
    homes = {
        there.table.home or there.id
        for there in pairing.of
        if there is not None and there.table is not None and there.id in altered
    }
    return replace(state, tables={home: one for home, one in state.tables.items() if home not in homes})


def load_platform_state_without_lost_tables(dataset: Dataset, store: Store, platform: str) -> PlatformState:
    """What is remembered; a table whose old parts left the store, or were damaged in it, can no longer be
    compared with. Before anything is, the record that the declaration takes over."""
    state = read_platform_state(store, dataset.id, platform)
    adoption = dataset.publication.adopts.get(platform)
    if state.record is None and adoption is not None:
        state = replace(state, record=adoption.record)
    tables = {
        identifier: table
        for identifier, table in state.tables.items()
        if all(map(store.is_object_intact, table.partitions))
    }
    return replace(state, tables=tables)


def add_partition_to_next_revision(
    dataset: Dataset, run: Run, handle: ParquetFileHandle, workspace: Workspace
) -> None:
    """What ``run`` prepared stands among the parts of the next revision, its gate having opened. Raises
    PublicationGateClosed, StoreError."""
    gate.require_gate_evidence(dataset, run, handle, workspace)
    partitions.merge_prepared_file_into_partitions(dataset, handle, workspace.store).save_partitions(
        dataset, workspace.store
    )


def _assemble_up_to_date_revision(
    dataset: Dataset, run: Run, handle: ParquetFileHandle, store: Store
) -> NextRevisionPartitions:
    """Windows prepared under older rules are done again one after the other: each of them counts at once,
    although the gate only opens after the last."""
    assembly = partitions.merge_prepared_file_into_partitions(dataset, handle, store)
    try:
        assembly.refuse_outdated_partitions(dataset, store)
    except PublicationGateClosed:
        if not run.dry_run:
            assembly.save_partitions(dataset, store)
        raise
    return assembly


def _list_adopted_record_findings(observed: ObservedRecord | None, state: PlatformState) -> list[Finding]:
    if observed is None:
        return []
    written = state.record == observed.id and bool(state.resources or state.last_applied)
    ours = written or any(resource.managed for resource in observed.resources)
    return [] if ours or not observed.resources else [AdoptedRecord()]


def _compute_offers_digest(offered: RevisionDistributionOffers) -> str:
    """SHA-256 of what is offered: the hash of each file with its slice, whatever their order."""
    shown = [offer.distribution for offer in offered.offers]
    lines = sorted(f"{one.sha256} {one.slice.label if one.slice else ''}" for one in shown)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _record_claims_all_offered_files(
    observed: ObservedRecord | None, offered: RevisionDistributionOffers
) -> bool:
    """Whether the platform says that it has the files to publish already, and no slice beside them."""
    if observed is None:
        return False
    shown = [offer.distribution for offer in offered.offers]
    slices = {one.slice.label if one.slice else "" for one in shown}
    return {one.sha256 for one in shown} <= {
        str(there.fields.get("sha256") or "") for there in observed.resources
    } and slices >= {there.label for there in observed.resources if there.managed}


def find_first_publication_day(observed: ObservedRecord | None, timezone: ZoneInfo) -> date | None:
    """The day of the first publication: as we said it, or somebody of the city did before us (``issued``, of
    ckanext-dcat); else the day on which the record that is taken over was made."""
    said = (_parse_observed_date(observed, name) for name in ("dataset_publication_date", "issued"))
    return next(filter(None, said), None) or _parse_observed_instant_as_day(
        observed, RECORD_CREATED, timezone
    )


def _parse_observed_date(observed: ObservedRecord | None, name: str) -> date | None:
    try:
        return date.fromisoformat(observed.get_field_text(name)[:10]) if observed else None
    except ValueError:
        return None


def _parse_observed_instant_as_day(
    observed: ObservedRecord | None, name: str, timezone: ZoneInfo
) -> date | None:
    """The day there of an instant, in UTC unless it says otherwise."""
    try:
        instant = datetime.fromisoformat(observed.get_field_text(name)) if observed else None
    except ValueError:
        return None
    if instant is None:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(timezone).date()
