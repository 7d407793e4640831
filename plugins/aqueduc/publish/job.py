"""What a publication decides before its first write: gate, files, what is there, what is wanted, the plan.

Nothing is written here, and nothing is planned before the gate has opened.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import PlatformRejected, PublicationGateClosed
from aqueduc.findings import Finding
from aqueduc.publish import gate, link, parts
from aqueduc.publish.client import LocalFile
from aqueduc.publish.contents import altered
from aqueduc.publish.delta import Delta, delta
from aqueduc.publish.drift import drifted
from aqueduc.publish.findings import Drifted, RecordAdopted, RecordElsewhere, RecordGone
from aqueduc.publish.gate import Evidence
from aqueduc.publish.modes import Offered, has_files, link_offer, upload_offers, whole_table
from aqueduc.publish.outlets.holdings import Holdings
from aqueduc.publish.outlets.outlet import Outlet, outlet_of
from aqueduc.publish.parts import Assembly
from aqueduc.publish.plan import Pairing, pair, plan
from aqueduc.publish.platform import Platform, open_platform, platform_settings
from aqueduc.publish.readback import compared
from aqueduc.publish.state import DesiredRecord, DesiredTable, Modification, ObservedRecord, PlatformState
from aqueduc.publish.writes import Write
from aqueduc.record import Fiche, Preparation, describe
from aqueduc.record.coverage import coverage
from aqueduc.run import Run, Workspace
from aqueduc.sources.adapter import connection_to
from aqueduc.store import Handle, Store, open_handle

log = logging.getLogger(__name__)


@contextmanager
def ready(
    dataset: Dataset,
    city: City,
    run: Run,
    handle: Handle,
    workspace: Workspace,
    *,
    platform: str = "",
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Job]:
    """The publication, with its gate open and a client of its platform (the first one, unless it is named);
    raises as ``publish``."""
    settings = platform_settings(platform or dataset.publication.platform, city)
    evidence = gate.check(dataset, run, handle, workspace)
    assembly = _assembly(dataset, run, handle, workspace.store)
    with open_platform(settings, city, workspace, transport=transport, sleep=sleep) as there:
        yield Job(dataset, city, run, workspace, there, settings.name, evidence, assembly)


@dataclass(frozen=True)
class Planned:
    """All that is decided before the first write. ``observed``: what the platform has, None for no record."""

    observed: ObservedRecord | None
    wanted: DesiredRecord
    pairing: Pairing
    writes: tuple[Write, ...]
    memory: PlatformState
    findings: tuple[Finding, ...]
    outlet: Outlet | None = None
    files: tuple[LocalFile, ...] = ()
    """Those of the outlet."""

    @property
    def holdings(self) -> Holdings:
        """What the outlet is to hold."""
        return Holdings.of(self.outlet, self.files)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that is about to be written, in words and in its order."""
        return (*(self.outlet.writes if self.outlet else ()), *(write.name for write in self.writes))


@dataclass(frozen=True)
class Job:
    """One publication, once its gate has opened, on the platform called ``name``."""

    dataset: Dataset
    city: City
    run: Run
    workspace: Workspace
    platform: Platform
    name: str
    evidence: Evidence
    assembly: Assembly

    @property
    def parts(self) -> tuple[Handle, ...]:
        return self.assembly.parts

    def planned(self, stack: ExitStack) -> Planned:
        """What is there, what is wanted, and the writes in between; nothing is written. ``stack`` keeps files
        and scratch folders for as long as they are needed."""
        offered = self._offered(stack)
        outlet = outlet_of(self.dataset, self.city, self.workspace, self.platform.client)
        files = tuple(offer.file for offer in offered.offers if offer.file is not None)
        if outlet is not None:
            outlet = outlet.offering(self._rows()).compared(files)
            offered = replace(offered, offers=outlet.linked(offered.offers))
        memory = memory_of(self.dataset, self.workspace.store, self.name)
        observed = self.platform.read(self.dataset.id, memory)
        if observed is not None and observed.deleted:
            raise deleted(self.platform.record_url(self.dataset.id))
        modification = self._modification(observed, memory, offered)
        fiche = self._fiche(observed, offered, modification)
        findings = (
            *offered.findings,
            *(outlet.told if outlet else ()),
            *self.platform.check(fiche),
            *_identity(observed, memory),
            *self._left_elsewhere(),
        )
        wanted = self.platform.wanted(fiche, offered.offers)
        if observed is not None:
            wanted = wanted.without(platform_settings(self.name, self.city).spec.fields_of_people)
        pairing = pair(wanted, observed, memory)
        memory = replace(_of_record(memory, observed), modification=modification)
        others = altered(self.platform, self.workspace.store, wanted, pairing, memory)
        memory = _without_tables(memory, pairing, others)
        rules = parts.treatment(self.dataset)
        changes = self._changes(wanted, pairing, memory, stack)
        proved = self._proved(wanted, pairing)
        writes = plan(wanted, observed, pairing, memory, proved, rules, changes)
        if names := drifted(wanted, observed, pairing, memory, proved, others):
            log.warning("Modifié sur la plateforme depuis la publication précédente : %s.", ", ".join(names))
            findings = (*findings, Drifted(detail={"names": ", ".join(names)}))
        return Planned(observed, wanted, pairing, writes, memory, findings, outlet, files if outlet else ())

    def _offered(self, stack: ExitStack) -> Offered:
        known = self.platform.capabilities()
        if not has_files(self.dataset):
            # The data live elsewhere and change without us: so does what they cover.
            return Offered((link_offer(self.dataset, self._checked_link()),))
        scratch = stack.enter_context(self.workspace.store.scratch())
        opened_parts: list[tuple[Handle, Path]] = [
            (handle, stack.enter_context(open_handle(self.workspace.store, handle))) for handle in self.parts
        ]
        # What an outlet serves does not go through the platform.
        linked = self.dataset.publication.outlet is not None
        largest = None if linked else platform_settings(self.name, self.city).spec.largest_file_mb
        offered = upload_offers(self.dataset, opened_parts, known, self.workspace.store, scratch, largest)
        paths, windows = [path for _, path in opened_parts], [part.window for part in self.parts]
        zone = ZoneInfo(self.city.timezone)
        return replace(offered, coverage=coverage(self.dataset, paths, windows, zone, scratch))

    def _rows(self) -> DesiredTable:
        """Those of the revision, as a table of any base."""
        count = sum(handle.rows for handle in self.parts)
        return whole_table(self.dataset, [part.key for part in self.parts], count, self.workspace.store)

    def _checked_link(self) -> str:
        connection = connection_to(self.dataset.source, self.workspace.connections)
        address = link.resolved(self.dataset, connection)
        link.check(self.dataset, self.evidence, address, self.platform.client, self.workspace.include)
        return address

    def _left_elsewhere(self) -> Iterator[Finding]:
        """Platforms where this dataset was published before its declaration named another one."""
        store = self.workspace.store
        known = {memory_key(self.dataset, name) for name in self.dataset.publication.platforms}
        for key in store.list(f"datasets/{self.dataset.id}/platforms"):
            if key not in known and PlatformState.from_json(store.read_json(key)).record:
                platform = key.rsplit("/", 1)[-1].removesuffix(".json")
                log.warning("La fiche publiée sur « %s » y est toujours en ligne.", platform)
                yield RecordElsewhere(detail={"platform": platform, "key": key})

    def _modification(
        self, observed: ObservedRecord | None, memory: PlatformState, offered: Offered
    ) -> Modification:
        """The day of the last change, which moves with the bytes and with the slices. The platform's own word
        is taken only where nothing is remembered: killed between two writes, it shows its server's day."""
        content = _content_digest(offered)
        if observed is not None and memory.modification and memory.modification.content == content:
            return memory.modification
        shown = _date(observed, "dataset_modification_date") if _same_bytes(observed, offered) else None
        return Modification(content, (shown or self._today).isoformat())

    @property
    def _today(self) -> date:
        """The city's day, which is not its servers' for an hour or two before midnight."""
        return self.workspace.clock().astimezone(ZoneInfo(self.city.timezone)).date()

    def _fiche(self, observed: ObservedRecord | None, offered: Offered, modification: Modification) -> Fiche:
        """The day of the first publication comes from the platform."""
        issued = _date(observed, "dataset_publication_date") or self._today
        preparation = Preparation(
            rejected=self.evidence.rejected,
            suppressed=self.evidence.suppressed,
            whole=len(self.parts) == 1 and self.parts[0].window is None,
        )
        return describe(
            self.dataset,
            self.city,
            preparation,
            issued=issued,
            modified=date.fromisoformat(modification.day),
            coverage=offered.coverage,
        )

    def _changes(
        self, wanted: DesiredRecord, pairing: Pairing, memory: PlatformState, stack: ExitStack
    ) -> dict[int, Delta]:
        """By rank, what changes in the tables with a key of which it is known what they hold."""
        store, changes = self.workspace.store, {}
        for rank, (resource, there) in enumerate(zip(wanted.resources, pairing.of, strict=True)):
            table = resource.table
            held = there.table if there else None
            if table is None or held is None or there is None or not table.key:
                continue
            columns = tuple(column.name for column in table.fields)
            remembered = memory.tables.get(held.home or there.id)
            if remembered is None or remembered.columns != columns or remembered.parts == table.parts:
                continue
            folder = stack.enter_context(store.scratch())
            changes[rank] = delta(store, remembered.parts, table.parts, columns, table.key, folder)
        return changes

    def _proved(self, wanted: DesiredRecord, pairing: Pairing) -> frozenset[str]:
        """Resources that say they have the wanted bytes, and do: a hash in a fiche is only a claim."""
        return frozenset(
            there.id
            for resource, there in pairing.carried(wanted)
            if resource.file is not None
            and there.fields.get("sha256") == resource.file.sha256
            and there.fields.get("url_type") == "upload"
            and compared(self.platform.client, there.url, resource.file, anonymous=False) is not None
        )


def deleted(url: str) -> PlatformRejected:
    """The error of a record that is in the platform's bin."""
    return PlatformRejected(
        "La fiche a été supprimée sur la plateforme : elle n'est pas rétablie sans une décision.",
        where=url,
        remedy="la rétablir sur la plateforme (corbeille de CKAN), ou retirer la déclaration si cette "
        "suppression est voulue",
    )


def _of_record(memory: PlatformState, observed: ObservedRecord | None) -> PlatformState:
    """What is remembered of this very record. Known by another id, it is another, or written another way
    (IDGO's, then CKAN's own): fields are then not compared with those that were left."""
    if observed is None:
        return PlatformState()
    return memory if memory.record == observed.id else replace(memory, record=observed.id, last_applied={})


def _without_tables(memory: PlatformState, pairing: Pairing, altered: frozenset[str]) -> PlatformState:
    """Of these tables it is no longer known what they hold."""
    homes = {
        there.table.home or there.id
        for there in pairing.of
        if there is not None and there.table is not None and there.id in altered
    }
    return replace(memory, tables={home: one for home, one in memory.tables.items() if home not in homes})


def memory_of(dataset: Dataset, store: Store, platform: str) -> PlatformState:
    """What is remembered; a table whose old parts left the store, or were damaged in it, can no longer be
    compared with."""
    memory = PlatformState.from_json(store.read_json(memory_key(dataset, platform)))
    tables = {
        identifier: table
        for identifier, table in memory.tables.items()
        if all(map(store.intact, table.parts))
    }
    return replace(memory, tables=tables)


def memory_key(dataset: Dataset, platform: str) -> str:
    return f"datasets/{dataset.id}/platforms/{platform}.json"


def _assembly(dataset: Dataset, run: Run, handle: Handle, store: Store) -> Assembly:
    """Windows prepared under older rules are done again one after the other: each of them counts at once,
    although the gate only opens after the last."""
    assembly = parts.assemble(dataset, handle, store)
    try:
        assembly.check(dataset, store)
    except PublicationGateClosed:
        if not run.dry_run:
            assembly.keep(dataset, store)
        raise
    return assembly


def _identity(observed: ObservedRecord | None, memory: PlatformState) -> list[Finding]:
    if observed is None:
        return [RecordGone()] if memory.record else []
    ours = memory.record == observed.id or any(resource.managed for resource in observed.resources)
    return [] if ours or not observed.resources else [RecordAdopted()]


def _content_digest(offered: Offered) -> str:
    """SHA-256 of what is offered: the hash of each file with its slice, whatever their order."""
    shown = [offer.distribution for offer in offered.offers]
    lines = sorted(f"{one.sha256} {one.slice.label if one.slice else ''}" for one in shown)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _same_bytes(observed: ObservedRecord | None, offered: Offered) -> bool:
    """Whether the platform says that it has the files to publish already, and no slice beside them."""
    if observed is None:
        return False
    shown = [offer.distribution for offer in offered.offers]
    slices = {one.slice.label if one.slice else "" for one in shown}
    return {one.sha256 for one in shown} <= {
        str(there.fields.get("sha256") or "") for there in observed.resources
    } and slices >= {there.label for there in observed.resources if there.managed}


def _date(observed: ObservedRecord | None, name: str) -> date | None:
    try:
        return date.fromisoformat(observed.value(name)[:10]) if observed else None
    except ValueError:
        return None
