"""The one chain of stages: ``run_preparation_stages`` goes as far as validation, ``run_pipeline`` all the way.

Each stage is imported when its turn comes: a task of Airflow runs one of them, and pays for no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aqueduc.decisions import read_withdrawal
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import AgreementMissing, AqueducError, PublicationHeld, PublicationPostponed
from aqueduc.language import _
from aqueduc.run import Run, Workspace, refuse_while_held, sweep_workspace
from aqueduc.store import Handle, Store, build_object_key

if TYPE_CHECKING:
    from aqueduc.anonymise import AnonymisationResult
    from aqueduc.certify import RunCertificate
    from aqueduc.certify.restoration import RestorationResult
    from aqueduc.sources.report import ExtractionResult
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


def inspect(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> Run:
    """Looks at the platforms, before anything is extracted: ``run`` as it goes on, forced when one of them
    shows something else than what was left there.

    Raises RestrictedExposed, WithdrawnExposed, PublicationGateClosed and ConventionNotInForce, which stop it;
    PlatformError, ConnectionMissing.
    """
    from aqueduc.publish.inspection import platforms_differ
    from aqueduc.publish.term import select_platforms_in_term

    if not run.dry_run:
        _keep_withdrawn(dataset, city, workspace)
    select_platforms_in_term(dataset, city, run, workspace.clock())
    return replace(run, force=True) if platforms_differ(dataset, city, run, workspace) else run


def _keep_withdrawn(dataset: Dataset, city: City, workspace: Workspace) -> None:
    """What is withdrawn is taken away again where somebody shows it."""
    if read_withdrawal(workspace.store, dataset.id) is not None:
        from aqueduc.withdrawal import advance_withdrawal

        advance_withdrawal(dataset.id, city, workspace).raise_failures()


def run_preparation_stages(
    dataset: Dataset, run: Run, workspace: Workspace, handle: Handle | None = None
) -> Iterator[ExtractionResult | AnonymisationResult | ValidationResult | RestorationResult]:
    """Extracts, anonymises, validates: yields what each stage gives back, as it ends, and stops after the
    extraction when the source has not changed. A former revision that is to be restored was prepared: it is
    judged anew instead.

    Goes on from the ``handle`` that a stage gave back: a task of Airflow takes one step from that of the task
    before. Raises AqueducError; the stage that failed has left its report in the store.
    """
    if run.restoration is not None:
        from aqueduc.certify import restore

        yield restore(dataset, run, run.restoration, workspace)
        return
    if handle is None:
        from aqueduc.sources.stage import extract_source

        extraction = extract_source(dataset, run, workspace)
        yield extraction
        if (handle := extraction.handle) is None:
            return
    if handle.stage == "raw":
        from aqueduc.anonymise import anonymise_extract

        safe = anonymise_extract(dataset, run, handle, workspace)
        yield safe
        handle = safe.handle
    from aqueduc.validate import validate_safe_rows

    yield validate_safe_rows(dataset, run, handle, workspace)


def run_pipeline(
    dataset: Dataset, city: City, run: Run, workspace: Workspace, watch: Watch | None = None
) -> PipelineResult:
    """Sweeps the vault, looks at the platforms, then prepares, publishes and certifies; shreds the raw
    extract whatever happens, and leaves the steward's report.

    Raises AqueducError: the stage that failed has left its report in the store, and nothing after it has run.
    """
    from aqueduc.publish.proof.agreement import refuse_after_refusal
    from aqueduc.steward import write_steward_report

    # First: what a killed run left is destroyed by each run, one that publishes nothing included.
    sweep_workspace(workspace, days=city.rejected_days)
    try:
        refuse_while_held(run, workspace)
        refuse_after_refusal(dataset, city, run, workspace)
    except (PublicationHeld, AgreementMissing):
        # What people did at a platform is told all the same.
        inspect(dataset, city, run, workspace)
        raise
    with workspace.vault.holding(run.dataset, run.id):
        try:
            done = _run_stages(dataset, city, run, workspace, watch or (lambda _stage, _report: None))
        except PublicationPostponed:
            write_steward_report(dataset, city, run, workspace)
            raise
        except AqueducError as error:
            write_steward_report(dataset, city, run, workspace, error)
            finish_interrupted_publication(dataset, city, run, workspace)
            raise
        finally:
            workspace.vault.shred(run.dataset, run.id)
    write_steward_report(dataset, city, run, workspace)
    return done


def finish_interrupted_publication(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> None:
    """Ends what another run began to write and left when it died: ``run`` was stopped, and cannot replace it, so that
    the platform would go on serving files of two revisions. It goes through all that holds a publication; where
    something does, it stays as it is, and the log says so. Raises nothing: ``run`` ends as it was to end."""
    try:
        finished = None if run.dry_run else _finish_other_publication(dataset, city, run, workspace)
    except AqueducError as error:
        log.warning(
            "%s",
            _("Une publication a été interrompue, et n'a pu être achevée : {reason}").format(
                reason=error.what
            ),
        )
        return
    if finished:
        log.warning(
            "%s",
            _("L'exécution {run} avait commencé à publier : sa publication est achevée.").format(
                run=finished.id
            ),
        )


def _finish_other_publication(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> Run | None:
    """The run whose publication is brought to its end; None where none is to be. Raises AqueducError."""
    mark = workspace.store.writing(dataset.id)
    begun = Run(dataset.id, mark["run"]) if mark and mark["run"] != run.id else None
    handle = _find_prepared_rows(begun, workspace.store) if begun else None
    if begun is None or handle is None:
        return None
    from aqueduc.certify import certify_run
    from aqueduc.publish import publish_revision
    from aqueduc.steward import write_steward_report

    publish_revision(dataset, city, begun, handle, workspace)
    certify_run(dataset, city, begun, workspace)
    write_steward_report(dataset, city, begun, workspace)
    return begun


def _find_prepared_rows(run: Run, store: Store) -> Handle | None:
    """What ``run`` validated; None where it put a former revision online, or where its rows do not obey the objections
    of today."""
    from aqueduc.anonymise.objections import find_unobeyed_objections
    from aqueduc.certify.reports import RunReports
    from aqueduc.publish.proof.former import RestorationReport
    from aqueduc.store import published_handle

    reports = RunReports.read(store, run.dataset, run.id)
    extract, anonymised, validated = reports.extract, reports.anonymise, reports.validate
    if RestorationReport.read(store, run.dataset, run.id) or not (extract and anonymised and validated):
        return None
    digest = validated.output_sha256
    if digest is None or find_unobeyed_objections(store, run.dataset, anonymised.objections):
        return None
    part = {
        "window": extract.interval,
        "object": build_object_key(digest),
        "sha256": digest,
        "rows": validated.rows_out,
    }
    return published_handle(run.dataset, run.id, part)


def _run_stages(dataset: Dataset, city: City, run: Run, workspace: Workspace, watch: Watch) -> PipelineResult:
    handle = None
    run = inspect(dataset, city, run, workspace)
    for done in run_preparation_stages(dataset, run, workspace):
        watch(done.report.stage, done.report)
        handle = done.handle
    if handle is None:
        from aqueduc.certify import record_unchanged_run

        record_unchanged_run(dataset, city, run, workspace)
        return PipelineResult(unchanged=True, certificate=None)
    from aqueduc.publish import publish_revision

    watch("publish", publish_revision(dataset, city, run, handle, workspace))
    if run.dry_run:
        return PipelineResult(unchanged=False, certificate=None)
    from aqueduc.certify import certify_run

    certificate = certify_run(dataset, city, run, workspace)
    watch("certify", certificate)
    return PipelineResult(unchanged=False, certificate=certificate)
