"""valid table (store) → platform: gate, files, plan, writes, reading back.

Nothing is written when nothing differs, and nothing at all before the gate has opened.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC

import httpx

from aqueduc.anonymise import UnitCounts, history_key, note_release
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import PlatformChanged, PublicationGateClosed, ReadBackMismatch
from aqueduc.publish import parts, several
from aqueduc.publish.client import NotThere
from aqueduc.publish.drift import digest_fields, meanwhile
from aqueduc.publish.job import Job, Planned, memory_key, ready
from aqueduc.publish.notebook import Notebook
from aqueduc.publish.outlets.holdings import Holdings, Outlets
from aqueduc.publish.plan import pair
from aqueduc.publish.readback import Reader, TableMismatch
from aqueduc.publish.report import Part, Proof, PublishedResource, PublishReport
from aqueduc.publish.state import (
    DesiredRecord,
    DesiredResource,
    ObservedRecord,
    ObservedResource,
    PlatformState,
    TableState,
    without,
)
from aqueduc.publish.writes import BuildTable, ChangeTable, CreateRecord, Reveal, UpdateRecord, Write
from aqueduc.reports import report_findings
from aqueduc.run import Run, Workspace
from aqueduc.store import Handle
from aqueduc.validate import ValidateReport

log = logging.getLogger(__name__)


def publish(
    dataset: Dataset,
    city: City,
    run: Run,
    handle: Handle,
    workspace: Workspace,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> PublishReport:
    """Brings the platform to the state that ``dataset`` declares, with the rows that ``handle`` names.

    Each platform of the declaration in turn: one that fails does not stop the others, and a retry finds
    nothing to do on those that are done. ``transport`` and ``sleep`` are for tests.

    Raises PublicationGateClosed (its report is in the store), PlatformError, SourceUnavailable (a link that
    does not answer), ConnectionMissing, StoreError and DatasetBusy. A dry run stops before the first write
    and reports the plan.
    """
    started = time.monotonic()
    draft = _draft(dataset, run, handle)
    held = Holdings({})

    def one(name: str) -> PublishReport:
        nonlocal held
        with ExitStack() as stack:
            opening = ready(
                dataset, city, run, handle, workspace, platform=name, transport=transport, sleep=sleep
            )
            job = stack.enter_context(opening)
            planned = job.planned(stack)
            held |= planned.holdings
            return _Errand(job, planned).done(replace(draft, platform=name))

    with workspace.store.lock(f"datasets/{dataset.id}", where=f"jeu {dataset.id}"):
        try:
            outcome = several.each(dataset.publication.platforms, one)
        except PublicationGateClosed as closed:
            report = replace(draft, findings=report_findings(closed.findings), seconds=_since(started))
            report.write(workspace.store, run.dataset, run.id)
            raise
        if not outcome.failed and not run.dry_run:
            # Only now: the record of a platform that failed still leads to what it did before.
            Outlets(dataset, city, workspace).clear(held)
        report = replace(outcome.report(draft), seconds=_since(started))
        report.write(workspace.store, run.dataset, run.id)
        outcome.raise_failures()
    return report


@dataclass(frozen=True)
class _Errand:
    """A publication that is decided, to be carried out."""

    job: Job
    planned: Planned

    def done(self, draft: PublishReport) -> PublishReport:
        job, planned = self.job, self.planned
        revision = parts.revision_of(job.dataset, job.parts)
        report = replace(
            draft,
            revision=revision,
            output_sha256=revision,
            parts=tuple(_part(handle) for handle in job.parts),
            rows=sum(handle.rows for handle in job.parts),
            record_url=job.platform.record_url(job.dataset.id),
            writes=planned.names,
            choices=tuple(
                f"{write.name} : {write.choice}"
                for write in planned.writes
                if isinstance(write, ChangeTable | BuildTable)
            ),
            nothing_new=not planned.names,
            findings=report_findings(planned.findings),
        )
        if job.run.dry_run:
            return self._dated(replace(report, passed=True))
        return self._carried_out(report)

    def _carried_out(self, report: PublishReport) -> PublishReport:
        job, planned = self.job, self.planned
        wanted, writes, memory = planned.wanted, planned.writes, planned.memory
        key = memory_key(job.dataset, job.name)
        notebook = Notebook(job.workspace.store, key, memory, planned.pairing)
        rules = parts.treatment(job.dataset)
        if memory.rules != rules:
            # Until all of it has been made under the rules of today, nothing of it is taken to be.
            notebook.keep(replace(memory, rules=""))
        if planned.names:
            # Whole seconds, as the instant of the reading back that will be compared with it.
            at = job.workspace.clock().astimezone(UTC).replace(microsecond=0)
            job.workspace.store.mark_writing(job.dataset.id, job.run.id, at)
            kept = meanwhile(memory.last_applied, wanted, planned.observed, planned.pairing)
            notebook.keep(replace(notebook.memory, last_applied=kept))
        job.assembly.keep(job.dataset, job.workspace.store)
        if job.dataset.privacy is not None or job.workspace.store.exists(history_key(job.dataset.id)):
            # Without privacy for a while: what left in between is compared with once it is back.
            note_release(job.dataset, _units_of_parts(job), job.workspace.store)
        found = Outlets(job.dataset, job.city, job.workspace).put(planned.outlet, planned.files)
        put = planned.outlet.proofs(self._now) if planned.outlet else ()
        self._write(writes, wanted, notebook)
        reader = Reader(job.platform, wanted, report.record_url, job.workspace.clock)
        observed, proofs = self._read_back(reader, notebook)
        notebook.keep(replace(_remembered(notebook, wanted, observed), rules=rules))
        resources = tuple(
            _published(resource, there) for resource, there in pair(wanted, observed).carried(wanted)
        )
        return self._dated(
            replace(
                report,
                passed=True,
                record=observed.id,
                # Some platforms choose the address themselves.
                record_url=job.platform.record_url(job.dataset.id),
                resources=resources,
                proofs=(*put, *proofs),
                findings=(*report.findings, *report_findings(found)),
            )
        )

    def _read_back(self, reader: Reader, notebook: Notebook) -> tuple[ObservedRecord, tuple[Proof, ...]]:
        try:
            return reader.read(notebook.memory)
        except TableMismatch as other:
            # Somebody wrote in it: the next run makes it anew instead of trusting what it was left with.
            notebook.keep(replace(notebook.memory, tables=without(notebook.memory.tables, other.home)))
            raise

    def _write(self, writes: tuple[Write, ...], wanted: DesiredRecord, notebook: Notebook) -> None:
        if not writes:
            log.info("Rien de nouveau : la plateforme sert déjà cette révision.")
        hidden = False
        for write in writes:
            if wanted.hidden and not hidden and not isinstance(write, CreateRecord | UpdateRecord | Reveal):
                self._refuse_if_shown(notebook)
                hidden = True
            log.info("%s : %s", self.job.name, write.name)
            if isinstance(write, ChangeTable | BuildTable):
                log.info("%s : %s", write.name, write.choice)
            try:
                self.job.platform.apply(write, wanted, notebook)
            except NotThere:
                raise self._vanished() from None
        if writes:
            self.job.platform.settle(wanted)

    def _vanished(self) -> PlatformChanged:
        return PlatformChanged(
            "Quelqu'un a supprimé sur la plateforme, pendant cette publication, ce qui allait être modifié.",
            where=self.job.platform.record_url(self.job.dataset.id),
            remedy="la tâche sera reprise toute seule : elle relira tout et dira ce qui manque ; s'entendre "
            "avec qui modifie cette fiche",
        )

    def _refuse_if_shown(self, notebook: Notebook) -> None:
        """No byte of a restricted dataset goes to a record that a visitor can open."""
        if self.job.platform.seen_by_visitors(notebook.memory.record or "") is None:
            return
        raise ReadBackMismatch(
            "La plateforme montre à tous la fiche d'un jeu restreint : rien n'y a été déposé.",
            where=self.job.platform.record_url(self.job.dataset.id),
            remedy="vérifier avec la Région que les fiches privées y sont bien cachées aux visiteurs",
        )

    def _dated(self, report: PublishReport) -> PublishReport:
        return replace(report, at=self._now)

    @property
    def _now(self) -> str:
        return self.job.workspace.clock().astimezone(UTC).isoformat(timespec="seconds")


def _units_of_parts(job: Job) -> dict[Handle, UnitCounts | None]:
    """Each part with what the validation that made it counted of its units."""
    found = {part: ValidateReport.read(job.workspace.store, job.dataset.id, part.run) for part in job.parts}
    return {part: report.units if report else None for part, report in found.items()}


def _remembered(notebook: Notebook, wanted: DesiredRecord, observed: ObservedRecord) -> PlatformState:
    """What the next run needs to find everything again, whatever order the writes came in."""
    pairing = pair(wanted, observed)
    found = [(there, resource) for resource, there in pairing.carried(wanted)]
    return replace(
        notebook.memory,
        last_applied=digest_fields(wanted, observed, pairing),
        resources={there.id: resource.format for there, resource in found},
        labels={there.id: resource.label for there, resource in found if resource.label},
        tables={
            there.table.home or there.id: TableState(
                tuple(field.name for field in resource.table.fields), resource.table.parts
            )
            for there, resource in found
            if resource.table and there.table
        },
    )


def _published(resource: DesiredResource, there: ObservedResource) -> PublishedResource:
    """The address of a slice without the name of its file, which says which one it is: it serves the same."""
    return PublishedResource(
        id=there.id,
        format=resource.format,
        url=there.url.rsplit("/", 1)[0] if resource.slice else there.url,
        sha256=resource.file.sha256 if resource.file else None,
        bytes=resource.file.bytes if resource.file else None,
        table_rows=resource.table.count if resource.table else None,
        number=resource.slice.number if resource.slice else None,
        rows=resource.rows,
    )


def _part(handle: Handle) -> Part:
    window = handle.window.to_json() if handle.window else None
    return Part(window, handle.key, handle.sha256, handle.rows)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)


def _draft(dataset: Dataset, run: Run, handle: Handle) -> PublishReport:
    return PublishReport(
        dataset=dataset.id,
        run=run.id,
        fingerprint=dataset.fingerprint,
        passed=False,
        dry_run=run.dry_run,
        platform="",
        mode=dataset.publication.mode.value,
        access=dataset.access.level.value,
        licence=dataset.licence.id,
        input_sha256=handle.sha256,
        output_sha256=None,
    )
