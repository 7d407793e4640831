"""valid table (store) → platform: gate, files, plan, writes, reading back.

Nothing is written when nothing differs, and nothing at all before the gate has opened.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

import httpx

from aqueduc.anonymise import UnitAndRowExtremes, add_release_to_history, build_release_history_key
from aqueduc.checkpoint import refuse_ledger_behind_known_checkpoint
from aqueduc.decisions import compute_digest_of_decisions_and_claims
from aqueduc.declaration.spec import REOPEN, City, Dataset
from aqueduc.errors import (
    DeclarationAgreementMissing,
    PlatformWriteConflict,
    PublicationGateClosed,
    PublicationPostponed,
    ReadBackMismatch,
)
from aqueduc.language import _, format_labelled_text
from aqueduc.ledger_chain import require_whole_ledger
from aqueduc.publish import multi_platform
from aqueduc.publish.announcement import refuse_unannounced_schema_change
from aqueduc.publish.client import PlatformItemNotFound
from aqueduc.publish.context import (
    PublicationContext,
    PublicationPlan,
    add_partition_to_next_revision,
    open_publication_context,
)
from aqueduc.publish.embargo import refuse_publication_under_embargo
from aqueduc.publish.expiry import refuse_expired_legal_bases
from aqueduc.publish.finishing import refuse_finishing_after_new_decision, require_partially_published_files
from aqueduc.publish.outlets.holdings import OutletHoldings, OutletSynchroniser
from aqueduc.publish.planning.drift import compute_managed_field_digests, select_unchanged_field_digests
from aqueduc.publish.planning.plan import pair_resources
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredResource,
    LastAppliedTableContents,
    ObservedRecord,
    ObservedResource,
    PlatformState,
    build_platform_state_key,
    copy_without_key,
)
from aqueduc.publish.planning.writes import (
    ApplyTableRowDelta,
    BuildTableBeside,
    CreateRecord,
    RevealRecord,
    UpdateRecord,
    Write,
)
from aqueduc.publish.proof import former
from aqueduc.publish.proof.agreement import require_agreement
from aqueduc.publish.proof.readback import RecordReadBackVerifier, TableReadBackMismatch
from aqueduc.publish.proof.served import ServedContent
from aqueduc.publish.recorder import PlatformStateRecorder
from aqueduc.publish.report import PublishedPartition, PublishedResource, PublishReport, ReadBackProof
from aqueduc.publish.revision import partitions
from aqueduc.publish.term import select_platforms_allowed_by_convention
from aqueduc.reports import build_reported_findings
from aqueduc.run import Run, Workspace, measure_elapsed_seconds, refuse_withdrawn_or_suspended_dataset
from aqueduc.store import ParquetFileHandle, Store
from aqueduc.validate import ValidateReport

log = logging.getLogger(__name__)


def publish_revision(
    dataset: Dataset,
    city: City,
    run: Run,
    handle: ParquetFileHandle,
    workspace: Workspace,
    *,
    begun: Mapping[str, Any] | None = None,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> PublishReport:
    """Brings the platform to the state that ``dataset`` declares, with the rows that ``handle`` names.

    Each platform of the declaration in turn: one that fails does not stop the others, and a retry finds nothing to do on
    those that are done. ``begun``: the mark of ``run``, which died, to be ended only where ``finishing`` has nothing
    against it. A dry run stops before the first write and reports the plan. ``transport`` and ``sleep`` are for tests.

    Raises PublicationGateClosed (its report is in the store), DeclarationAgreementMissing, PlatformError, StoreError,
    SourceUnavailable (a link that does not answer), ConnectionMissing, PublicationHeldByDecision, ConventionNotInForce
    and DatasetBusy.
    """
    started = time.monotonic()
    draft = _build_draft_report(dataset, run, handle)
    held = OutletHoldings({})

    def publish_on_platform(name: str) -> PublishReport:
        nonlocal held
        with ExitStack() as stack:
            context = stack.enter_context(
                open_publication_context(
                    dataset, city, run, handle, workspace, platform=name, transport=transport, sleep=sleep
                )
            )
            plan = context.make_plan(stack)
            if begun:
                require_partially_published_files(context, plan)
            held |= OutletHoldings.build_desired_holdings(plan.outlet, plan.files)
            return _PublicationExecutor(context, plan).execute_publication(replace(draft, platform=name))

    with workspace.store.lock(f"datasets/{dataset.id}", where=_("jeu {id}").format(id=dataset.id)):
        refuse_withdrawn_or_suspended_dataset(run, workspace)
        draft = _add_previous_publication_to_report(draft, workspace.store)
        in_term = select_platforms_allowed_by_convention(dataset, city, run, workspace.clock())
        try:
            refuse_finishing_after_new_decision(dataset, begun, workspace.store)
            draft = _check_dataset_gates(draft, dataset, city, run, handle, workspace)
            outcome = multi_platform.publish_on_each_platform(in_term.names, publish_on_platform)
        except PublicationGateClosed as closed:
            told = build_reported_findings(closed.findings)
            report = draft.with_leading_findings_and_duration(told, measure_elapsed_seconds(started))
            report.write(workspace.store, run.dataset, run.id)
            raise
        if not outcome.failed and not run.dry_run:
            # Only now: the record of a platform that failed still leads to what it did before.
            OutletSynchroniser(dataset, city, workspace).remove_undesired_holdings(held)
        told, took = build_reported_findings(in_term.findings), measure_elapsed_seconds(started)
        report = outcome.merge_reports(draft).with_leading_findings_and_duration(told, took)
        report.write(workspace.store, run.dataset, run.id)
        outcome.raise_failures()
    return report


def _add_previous_publication_to_report(draft: PublishReport, store: Store) -> PublishReport:
    current = store.read_current_revision_pointer(draft.dataset) or {}
    return replace(
        draft,
        unfinished=store.read_publication_in_progress(draft.dataset),
        follows=current.get("certificate_sha256"),
    )


def _check_dataset_gates(
    draft: PublishReport,
    dataset: Dataset,
    city: City,
    run: Run,
    handle: ParquetFileHandle,
    workspace: Workspace,
) -> PublishReport:
    """Those of the dataset, whatever the platform."""
    draft = _add_required_agreement_to_report(draft, dataset, city, run, handle, workspace)
    if not run.dry_run:
        require_whole_ledger(workspace.store, dataset.id)
        refuse_ledger_behind_known_checkpoint(workspace.store, dataset.id)
    try:
        refuse_publication_under_embargo(dataset, city, run, workspace)
        refuse_expired_legal_bases(dataset, city, workspace.clock())
        refuse_unannounced_schema_change(dataset, city, run, workspace)
    except PublicationPostponed:
        # What was prepared is of the revision that will be published.
        add_partition_to_next_revision(dataset, run, handle, workspace)
        raise
    if run.restoration and not run.dry_run:
        former.mark_restoration_in_force(dataset, run, workspace)
    return draft


def _add_required_agreement_to_report(
    draft: PublishReport,
    dataset: Dataset,
    city: City,
    run: Run,
    handle: ParquetFileHandle,
    workspace: Workspace,
) -> PublishReport:
    """Without one, what ``run`` prepared is kept for the revision that will be published."""
    try:
        return draft.with_agreement(require_agreement(dataset, city, run, workspace))
    except DeclarationAgreementMissing:
        if not run.restoration:
            add_partition_to_next_revision(dataset, run, handle, workspace)
        raise


@dataclass(frozen=True)
class _PublicationExecutor:
    """A publication that is decided, to be carried out."""

    context: PublicationContext
    plan: PublicationPlan

    def execute_publication(self, draft: PublishReport) -> PublishReport:
        context, plan = self.context, self.plan
        revision = partitions.compute_revision_digest(context.dataset.fingerprint, context.partitions)
        report = replace(
            draft,
            revision=revision,
            output_sha256=revision,
            parts=tuple(_build_published_partition(handle) for handle in context.partitions),
            rows=sum(handle.rows for handle in context.partitions),
            record_url=context.platform.build_record_url(context.dataset.id),
            writes=plan.planned_write_descriptions,
            choices=tuple(
                str(format_labelled_text(write.action_description, write.choice))
                for write in plan.writes
                if isinstance(write, ApplyTableRowDelta | BuildTableBeside)
            ),
            nothing_new=not plan.planned_write_descriptions,
            findings=build_reported_findings(plan.findings),
            waivers=(*plan.waivers, *_list_waivers_of_unpublished_partitions(context)),
        )
        if context.run.dry_run:
            return self._stamp_report_with_current_time(replace(report, passed=True))
        return self._execute_plan(report)

    def _execute_plan(self, report: PublishReport) -> PublishReport:
        context, plan = self.context, self.plan
        desired, writes, state = plan.desired, plan.writes, plan.state
        recorder = PlatformStateRecorder(
            context.workspace.store,
            build_platform_state_key(context.dataset.id, context.name),
            state,
            plan.pairing,
            context.workspace.observe_rows,
        )
        # Once more, right before the first write: a person may have decided while this run prepared.
        refuse_withdrawn_or_suspended_dataset(context.run, context.workspace)
        if state.rules != context.treatment_digest:
            # Until all of it has been made under the rules of today, nothing of it is taken to be.
            recorder.save_state(replace(state, rules=""))
        if plan.planned_write_descriptions:
            self._mark_publication_begun()
            kept = select_unchanged_field_digests(state.last_applied, desired, plan.observed, plan.pairing)
            recorder.save_state(replace(recorder.state, last_applied=kept))
        if context.run.restoration is None:
            # Else the windows stay as they are: what is lifted goes on from them.
            context.assembly.save_partitions(context.dataset, context.workspace.store)
        if context.dataset.privacy is not None or context.workspace.store.exists(
            build_release_history_key(context.dataset.id)
        ):
            # Without privacy for a while: what left in between is compared with once it is back.
            add_release_to_history(
                context.dataset, _read_partition_unit_counts(context), context.workspace.store
            )
        found = OutletSynchroniser(context.dataset, context.city, context.workspace).fill_and_verify_outlet(
            plan.outlet, plan.files
        )
        put = plan.outlet.build_table_proofs(self._utc_timestamp) if plan.outlet else ()
        self._apply_writes(writes, desired, recorder)
        reader = RecordReadBackVerifier(context.platform, desired, report.record_url, context.workspace.clock)
        observed, proofs = self._read_back(reader, recorder)
        next_state = _build_next_platform_state(recorder, desired, observed, reader.served)
        organisation = context.platform.read_capabilities().organisation_title
        recorder.save_state(replace(next_state, rules=context.treatment_digest, organisation=organisation))
        return self._stamp_report_with_current_time(
            replace(
                report,
                passed=True,
                record=observed.id,
                # Some platforms choose the address themselves.
                record_url=context.platform.build_record_url(context.dataset.id),
                resources=tuple(
                    _build_published_resource(resource, there)
                    for resource, there in pair_resources(desired, observed).list_pairs(desired)
                ),
                proofs=(*put, *proofs),
                findings=(*report.findings, *build_reported_findings(found)),
            )
        )

    def _mark_publication_begun(self) -> None:
        """What this run read back before, if it did, proves nothing from now on. Nothing is ended for a run by which a
        person put rows online again."""
        run, store = self.context.run, self.context.workspace.store
        before = PublishReport.read(store, run.dataset, run.id)
        if before and before.passed:
            replace(before, passed=False).write(store, run.dataset, run.id)
        by_order = run.restoration or run.find_waiver(REOPEN)
        decisions = "" if by_order else compute_digest_of_decisions_and_claims(store, run.dataset)
        store.mark_publication_in_progress(
            run.dataset, run.id, self.context.workspace.clock().astimezone(UTC), decisions
        )

    def _read_back(
        self, reader: RecordReadBackVerifier, recorder: PlatformStateRecorder
    ) -> tuple[ObservedRecord, tuple[ReadBackProof, ...]]:
        try:
            return reader.read_back_and_verify_record(recorder.state)
        except TableReadBackMismatch as other:
            # Somebody wrote in it: the next run makes it anew instead of trusting what it was left with.
            recorder.save_state(
                replace(recorder.state, tables=copy_without_key(recorder.state.tables, other.home))
            )
            raise

    def _apply_writes(
        self, writes: tuple[Write, ...], desired: DesiredRecord, recorder: PlatformStateRecorder
    ) -> None:
        if not writes:
            log.info("%s", _("Rien de nouveau : la plateforme sert déjà cette révision."))
        hidden = False
        for write in writes:
            if (
                desired.hidden
                and not hidden
                and not isinstance(write, CreateRecord | UpdateRecord | RevealRecord)
            ):
                self._refuse_visible_record(recorder)
                hidden = True
            log.info("%s", format_labelled_text(self.context.name, write.action_description))
            if isinstance(write, ApplyTableRowDelta | BuildTableBeside):
                log.info("%s", format_labelled_text(write.action_description, write.choice))
            try:
                self.context.platform.apply_write(write, desired, recorder)
            except PlatformItemNotFound:
                raise PlatformWriteConflict(
                    _(
                        "Quelqu'un a supprimé sur la plateforme, pendant cette publication, ce qui allait être "
                        "modifié."
                    ),
                    where=self.context.platform.build_record_url(self.context.dataset.id),
                    remedy=_(
                        "la tâche sera reprise toute seule : elle relira tout et dira ce qui manque ; s'entendre "
                        "avec qui modifie cette fiche"
                    ),
                ) from None
        if writes:
            self.context.platform.finish_publication(desired)

    def _refuse_visible_record(self, recorder: PlatformStateRecorder) -> None:
        """No byte of a restricted dataset goes to a record that a visitor can open."""
        if (
            self.context.platform.read_record_without_tables(
                self.context.dataset.id, recorder.state, anonymous=True
            )
            is None
        ):
            return
        raise ReadBackMismatch(
            _("La plateforme montre à tous la fiche d'un jeu restreint : rien n'y a été déposé."),
            where=self.context.platform.build_record_url(self.context.dataset.id),
            remedy=_("vérifier avec la Région que les fiches privées y sont bien cachées aux visiteurs"),
        )

    def _stamp_report_with_current_time(self, report: PublishReport) -> PublishReport:
        return replace(report, at=self._utc_timestamp)

    @property
    def _utc_timestamp(self) -> str:
        return self.context.workspace.clock().astimezone(UTC).isoformat(timespec="seconds")


def _list_waivers_of_unpublished_partitions(context: PublicationContext) -> Iterator[Mapping[str, str]]:
    """Those of the windows that other runs (``run``) prepared without publishing: no certificate has them yet."""
    store, dataset = context.workspace.store, context.dataset.id
    online = {
        part["sha256"] for part in (store.read_current_revision_pointer(dataset) or {}).get("parts", ())
    }
    for part in () if context.run.restoration else context.partitions:
        if part.run != context.run.id and part.sha256 not in online:
            validated = ValidateReport.read(store, dataset, part.run)
            yield from ({**one, "run": part.run} for one in (validated.waivers if validated else ()))


def _read_partition_unit_counts(
    context: PublicationContext,
) -> dict[ParquetFileHandle, UnitAndRowExtremes | None]:
    """Each part with what the validation that made it counted of its units."""
    found = {
        part: ValidateReport.read(context.workspace.store, context.dataset.id, part.run)
        for part in context.partitions
    }
    return {part: report.units if report else None for part, report in found.items()}


def _build_next_platform_state(
    recorder: PlatformStateRecorder,
    desired: DesiredRecord,
    observed: ObservedRecord,
    served: Mapping[str, ServedContent],
) -> PlatformState:
    """What the next run needs to find everything again, whatever order the writes came in."""
    pairing = pair_resources(desired, observed)
    found = [(there, resource) for resource, there in pairing.list_pairs(desired)]
    return replace(
        recorder.state,
        withdrawn=False,
        # Of what was found beside it, such as a resource that somebody added, the next look tells.
        seen=replace(recorder.state.seen, record="left"),
        last_applied=compute_managed_field_digests(desired, observed, pairing, served),
        resources={there.id: resource.format for there, resource in found},
        labels={there.id: resource.slice_label for there, resource in found if resource.slice_label},
        links={there.id: there.url for there, resource in found if resource.file is None},
        tables={
            there.table.home or there.id: LastAppliedTableContents(
                tuple(field.name for field in resource.table.fields), resource.table.partitions
            )
            for there, resource in found
            if resource.table and there.table
        },
    )


def _build_published_resource(resource: DesiredResource, there: ObservedResource) -> PublishedResource:
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


def _build_published_partition(handle: ParquetFileHandle) -> PublishedPartition:
    window = handle.window.to_json() if handle.window else None
    return PublishedPartition(window, handle.key, handle.sha256, handle.rows)


def _build_draft_report(dataset: Dataset, run: Run, handle: ParquetFileHandle) -> PublishReport:
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
