"""The one chain of stages: ``run_preparation_stages`` goes as far as validation, ``run_pipeline`` all the way.

Each stage is imported when its turn comes: a task of Airflow runs one of them, and pays for no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from aqueduc.arrow import start_arrow_without_pandas
from aqueduc.decisions import read_withdrawal_mark
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import (
    AqueducError,
    ConventionNotInForce,
    DeclarationAgreementMissing,
    GateClosed,
    LeaseLost,
    PublicationHeldByDecision,
    PublicationPostponed,
)
from aqueduc.language import Message, _
from aqueduc.run import (
    Run,
    Workspace,
    refuse_withdrawn_or_suspended_dataset,
    sweep_dead_runs_and_expired_data,
)
from aqueduc.store import ParquetFileHandle, build_object_key

if TYPE_CHECKING:
    from aqueduc.anonymise import AnonymisationResult
    from aqueduc.certify import RunCertificate
    from aqueduc.certify.restoration import RestorationResult
    from aqueduc.publish.planning.state import RecordPresence
    from aqueduc.sources.report import ExtractReport, ExtractStageOutcome
    from aqueduc.validate import ValidationResult

log = logging.getLogger(__name__)

Watch = Callable[[str, Any], None]
"""Called with the name of a stage and its report (or certificate) as each ends."""

PREPARATION = ("extract", "anonymise", "validate")


@dataclass(frozen=True)
class PipelineResult:
    """The result of a run of the pipeline: ``unchanged`` when the source had nothing new, ``certificate``
    None then and for a dry run."""

    unchanged: bool
    certificate: RunCertificate | None


def force_run_if_platforms_differ(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> Run:
    """Looks at the platforms, before anything is extracted: ``run`` as it goes on, forced when one of them
    shows something else than what was left there.

    Raises RestrictedDataExposed, WithdrawnDataExposed, PublicationGateClosed and ConventionNotInForce, which stop it;
    PlatformError, ConnectionMissing.
    """
    from aqueduc.certify.sighting import PlatformSighting, record_sighting_if_changed
    from aqueduc.publish.inspection import detect_differences_and_hide_exposed_records
    from aqueduc.publish.recorder import read_platform_state
    from aqueduc.publish.term import select_platforms_allowed_by_convention

    if not run.dry_run:
        _withdraw_again_if_exposed(dataset, city, workspace)

    def note_record_presence(platform: str, presence: RecordPresence) -> None:
        if not run.dry_run:
            last = read_platform_state(workspace.store, dataset.id, platform).seen
            sighting = PlatformSighting(dataset.id, platform, presence, "run", run.id)
            record_sighting_if_changed(sighting, last, city, workspace)

    select_platforms_allowed_by_convention(dataset, city, run, workspace.clock())
    return (
        replace(run, force=True)
        if detect_differences_and_hide_exposed_records(dataset, city, run, workspace, note_record_presence)
        else run
    )


def inspect_platforms_and_witnesses(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> Run:
    """Does what ``force_run_if_platforms_differ`` does, and raises LedgerRolledBack, before all that it raises, for a run
    whose ledger lacks what was witnessed of it."""
    from aqueduc.certify.witness.places import refuse_run_behind_witness

    try:
        return force_run_if_platforms_differ(dataset, city, run, workspace)
    finally:
        # What a platform shows may only differ because the ledger went back: that is told instead.
        refuse_run_behind_witness(city, run, workspace)


def find_refusal_of_real_run(
    dataset: Dataset, city: City, run: Run, workspace: Workspace
) -> AqueducError | None:
    """For what a run that writes would be refused today, where a dry one goes on, in the order in which it would be: a
    person's decision, the term of the convention, an agreement that nobody gave, an embargo, a change of columns that
    waits for its day or was not announced. Raises StoreError."""
    from aqueduc.publish.announcement import refuse_unannounced_schema_change
    from aqueduc.publish.embargo import refuse_publication_under_embargo
    from aqueduc.publish.proof.agreement import refuse_publication_without_agreement
    from aqueduc.publish.term import select_platforms_allowed_by_convention

    writing = replace(run, dry_run=False)
    try:
        refuse_withdrawn_or_suspended_dataset(writing, workspace)
        select_platforms_allowed_by_convention(dataset, city, writing, workspace.clock())
        for refuse in (
            refuse_publication_without_agreement,
            refuse_publication_under_embargo,
            refuse_unannounced_schema_change,
        ):
            refuse(dataset, city, writing, workspace)
    except (PublicationHeldByDecision, ConventionNotInForce, GateClosed, PublicationPostponed) as refusal:
        return refusal
    return None


def describe_refusal_of_real_run(refusal: AqueducError) -> Message:
    """Before what a dry run says would be written. What waits for its day is no refusal."""
    if isinstance(refusal, PublicationPostponed):
        return _(
            "Aujourd'hui, une exécution ne publierait rien, et rien de ce qui suit ne serait écrit : {}"
        ).format(refusal.what)
    return _("Aujourd'hui, une exécution serait refusée, et rien de ce qui suit ne serait écrit : {}").format(
        refusal.what
    )


def _withdraw_again_if_exposed(dataset: Dataset, city: City, workspace: Workspace) -> None:
    """What is withdrawn is taken away again where somebody shows it."""
    if read_withdrawal_mark(workspace.store, dataset.id) is not None:
        from aqueduc.withdrawal import resume_or_recheck_withdrawal

        resume_or_recheck_withdrawal(dataset.id, city, workspace).raise_failures()


def run_preparation_stages(
    dataset: Dataset, run: Run, workspace: Workspace, handle: ParquetFileHandle | None = None
) -> Iterator[ExtractStageOutcome | AnonymisationResult | ValidationResult | RestorationResult]:
    """Extracts, anonymises, validates: yields what each stage gives back, as it ends, and stops after the
    extraction when the source has not changed. A former revision that is to be restored was prepared: it is
    judged anew instead.

    Goes on from the ``handle`` that a stage gave back: a task of Airflow takes one step from that of the task
    before. Raises AqueducError; the stage that failed has left its report in the store.
    """
    if run.restoration is not None:
        from aqueduc.certify import prepare_revision_restoration

        yield prepare_revision_restoration(dataset, run, run.restoration, workspace)
        return
    if handle is None:
        from aqueduc.sources.stage import extract_source

        extraction = extract_source(dataset, run, workspace)
        yield extraction
        if (handle := extraction.handle) is None:
            return
    start_arrow_without_pandas()
    if handle.stage == "raw":
        from aqueduc.anonymise import anonymise_extract

        safe = anonymise_extract(dataset, run, handle, workspace)
        yield safe
        handle = safe.handle
    from aqueduc.validate import validate_anonymised_rows

    yield validate_anonymised_rows(dataset, run, handle, workspace)


def run_pipeline(
    dataset: Dataset, city: City, run: Run, workspace: Workspace, watch: Watch | None = None
) -> PipelineResult:
    """Sweeps the vault, looks at the platforms, then prepares, publishes and certifies; shreds the raw
    extract whatever happens, and leaves the steward's report.

    Raises AqueducError: the stage that failed has left its report in the store, and nothing after it has run.
    """
    from aqueduc.publish.proof.agreement import refuse_extraction_after_agreement_refusal
    from aqueduc.steward import write_steward_report

    # First: what a killed run left is destroyed by each run, one that publishes nothing included.
    sweep_dead_runs_and_expired_data(workspace, days=city.rejected_days)
    try:
        refuse_withdrawn_or_suspended_dataset(run, workspace)
        refuse_extraction_after_agreement_refusal(dataset, city, run, workspace)
    except (PublicationHeldByDecision, DeclarationAgreementMissing):
        # What people did at a platform is told all the same.
        force_run_if_platforms_differ(dataset, city, run, workspace)
        raise
    with workspace.vault.hold_run_folder_lease(run.dataset, run.id):
        try:
            done = _run_stages(dataset, city, run, workspace, watch or (lambda _stage, _report: None))
        except PublicationPostponed:
            write_steward_report(dataset, city, run, workspace)
            raise
        except LeaseLost:
            # It was taken for dead: it writes nothing more.
            raise
        except AqueducError as error:
            # First: what is said last of the dataset is why this run was stopped.
            finish_interrupted_publication(dataset, run, workspace)
            write_steward_report(dataset, city, run, workspace, error)
            raise
        finally:
            workspace.vault.shred_extracts(run.dataset, run.id)
    write_steward_report(dataset, city, run, workspace)
    return done


def finish_interrupted_publication(dataset: Dataset, run: Run, workspace: Workspace) -> None:
    """Ends what another run began to write and left when it died: ``run`` was stopped, and cannot replace it, so that
    the platform would go on serving files of two revisions. Through all that holds a publication, and only where there
    is no doubt (``publish.finishing``); else it stays as it is, and the log says so. Raises nothing of the engine's:
    ``run`` ends as it was to end."""
    begun, finished = "", False
    try:
        mark = workspace.store.read_publication_in_progress(dataset.id) or {}
        begun = str(mark.get("run", ""))
        if run.dry_run or run.restoration is not None or begun in ("", run.id):
            return
        finished = _finish_publication_if_safe(dataset, Run(dataset.id, begun), mark, workspace)
    except (AqueducError, OSError) as error:
        reason = error if isinstance(error, AqueducError) else type(error).__name__
        log.warning(
            "%s", _("Une publication interrompue n'a pu être achevée : {reason}").format(reason=reason)
        )
    if not begun:
        return
    told = (
        _("L'exécution {run} avait commencé à publier : sa publication est achevée.")
        if finished
        else _(
            "L'exécution {run} avait commencé à publier et n'a pas fini : ce qui est en ligne peut mêler deux "
            "révisions jusqu'à la prochaine publication."
        )
    )
    log.warning("%s", told.format(run=begun))


def _finish_publication_if_safe(
    dataset: Dataset, begun: Run, mark: Mapping[str, Any], workspace: Workspace
) -> bool:
    """False where it may not be. Raises AqueducError."""
    from aqueduc.certify import certify_run
    from aqueduc.declaration import load_city, load_dataset
    from aqueduc.publish import publish_revision

    loaded = load_city(workspace.include)
    today = load_dataset(dataset.path, loaded)
    handle = _find_validated_rows_to_publish(today, begun, workspace)
    if handle is None or not _is_publication_safe_to_finish(today, workspace):
        return False
    publish_revision(today, loaded.city, begun, handle, workspace, begun=mark)
    certify_run(today, loaded.city, begun, workspace)
    return True


def _is_publication_safe_to_finish(dataset: Dataset, workspace: Workspace) -> bool:
    """A first publication is hidden until it ends; of several platforms, each would be looked at alone; a key may have
    been replaced, or a dataset of the same population published: not judged."""
    from aqueduc.sources.change import has_outdated_source_state

    return not (
        workspace.store.read_current_revision_pointer(dataset.id) is None
        or dataset.publication.other_platforms
        or any(column.rule.key_connection_id for column in dataset.columns)
        or (dataset.privacy and dataset.privacy.population)
        or has_outdated_source_state(workspace.vault, dataset.id)
    )


def _find_validated_rows_to_publish(
    dataset: Dataset, run: Run, workspace: Workspace
) -> ParquetFileHandle | None:
    """What ``run`` validated; None where all of it was read back, or where its rows do not obey the objections of
    today."""
    from aqueduc.anonymise.objections import read_objections
    from aqueduc.certify.reports import RunReports
    from aqueduc.store import build_published_partition_handle

    reports = RunReports.read(workspace.store, run.dataset, run.id)
    extract, anonymised, validated = reports.extract, reports.anonymise, reports.validate
    if (reports.publish and reports.publish.passed) or not (extract and anonymised and validated):
        return None
    known = {one.id for one in read_objections(workspace.vault, dataset)}
    if validated.output_sha256 is None or not known <= set(anonymised.objections):
        return None
    part = {
        "window": extract.window_interval,
        "object": build_object_key(validated.output_sha256),
        "sha256": validated.output_sha256,
        "rows": validated.rows_out,
    }
    return build_published_partition_handle(run.dataset, run.id, part)


def _run_stages(dataset: Dataset, city: City, run: Run, workspace: Workspace, watch: Watch) -> PipelineResult:
    handle, report = None, None
    run = inspect_platforms_and_witnesses(dataset, city, run, workspace)
    for done in run_preparation_stages(dataset, run, workspace):
        watch(done.report.stage, done.report)
        handle, report = done.handle, done.report
    if handle is None:
        from aqueduc.certify import record_unchanged_run

        # Only an extraction hands nothing on.
        record_unchanged_run(dataset, city, run, cast("ExtractReport", report), workspace)
        return PipelineResult(unchanged=True, certificate=None)
    from aqueduc.publish import publish_revision

    watch("publish", publish_revision(dataset, city, run, handle, workspace))
    if run.dry_run:
        return PipelineResult(unchanged=False, certificate=None)
    from aqueduc.certify import certify_run

    certificate = certify_run(dataset, city, run, workspace)
    watch("certify", certificate)
    return PipelineResult(unchanged=False, certificate=certificate)
