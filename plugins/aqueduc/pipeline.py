"""The whole pipeline in one process: what Airflow does task by task, for the command line and for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aqueduc import steward
from aqueduc.anonymise import anonymise
from aqueduc.certify import certify, record_unchanged
from aqueduc.declaration.model import City, Dataset
from aqueduc.errors import AqueducError
from aqueduc.publish import publish
from aqueduc.run import Run, Workspace, sweep
from aqueduc.sources.stage import extract
from aqueduc.validate import validate

Watch = Callable[[str, Any], None]
"""Called with the name of a stage and its report (or certificate) as each ends."""


@dataclass(frozen=True)
class PipelineResult:
    """The result of a run of the pipeline: ``unchanged`` when the source had nothing new, ``certificate``
    None then and for a dry run."""

    unchanged: bool
    certificate: Any | None


def _ignore(_stage: str, _report: Any) -> None:
    return None


def run_pipeline(
    dataset: Dataset, city: City, run: Run, workspace: Workspace, watch: Watch = _ignore
) -> PipelineResult:
    """Sweeps the vault, then extracts, anonymises, validates, publishes and certifies; shreds the raw extract
    whatever happens, and leaves the steward's report.

    Raises AqueducError: the stage that failed has left its report in the store, and nothing after it has run.
    """
    sweep(workspace, days=city.rejected_days)
    with workspace.vault.holding(run.dataset, run.id):
        try:
            done = _run_stages(dataset, city, run, workspace, watch)
        except AqueducError as error:
            steward.write(dataset, city, run, workspace, error)
            raise
        finally:
            workspace.vault.shred(run.dataset, run.id)
    steward.write(dataset, city, run, workspace)
    return done


def _run_stages(dataset: Dataset, city: City, run: Run, workspace: Workspace, watch: Watch) -> PipelineResult:
    extraction = extract(dataset, run, workspace)
    watch("extract", extraction.report)
    if extraction.handle is None:
        record_unchanged(dataset, run, workspace)
        return PipelineResult(unchanged=True, certificate=None)
    safe = anonymise(dataset, run, extraction.handle, workspace)
    watch("anonymise", safe.report)
    valid = validate(dataset, run, safe.handle, workspace)
    watch("validate", valid.report)
    watch("publish", publish(dataset, city, run, valid.handle, workspace))
    if run.dry_run:
        return PipelineResult(unchanged=False, certificate=None)
    certificate = certify(dataset, city, run, workspace)
    watch("certify", certificate)
    return PipelineResult(unchanged=False, certificate=certificate)
