"""The steward's report of a run: what is wrong, where, how to mend it, and how it has gone lately.

Made of what the stages reported, so of no cell. JSON for programs, one HTML page for people, both kept beside
the reports of the run.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import starmap
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from aqueduc.anonymise.findings import NonblockingPersonalColumn, StaleWaiver, WaivedPersonalColumn
from aqueduc.certify import RunReports
from aqueduc.certify.reports import list_rejection_finding_codes
from aqueduc.declaration.spec import City, Dataset
from aqueduc.declaration.spec.guards import GUARD_LABELS
from aqueduc.errors import AqueducError, DeclarationAgreementMissing, GateClosed, PublicationPostponed
from aqueduc.language import parse_message, use_language
from aqueduc.overview import OverviewState, build_overview_fields_of_declaration, update_overview_row
from aqueduc.page import build_bar_chart, build_line_chart, render_page
from aqueduc.publish.report import PublishReport
from aqueduc.reports import ReportedFinding, StoredReport, build_reported_findings, translate_report_texts
from aqueduc.run import Run, Workspace
from aqueduc.sources.report import ExtractReport
from aqueduc.store import READERS, Store
from aqueduc.validate.findings import WaivedGuard

STAGES = {
    "extract": "Extraire",
    "anonymise": "Anonymiser",
    "validate": "Valider",
    "publish": "Publier",
}
RUNS_SHOWN = 10
# The search tells these beside those that close its gate.
_CLOSES_NOTHING = {NonblockingPersonalColumn.code, WaivedPersonalColumn.code, StaleWaiver.code}

Weight = Literal["blocking", "aside", "note"]
"""What a finding did: it kept the dataset from being published, it set rows aside, or it is to be known."""

State = Literal["published", "ready", "trial", "unchanged", "held", "failed"]
"""``held``: a gate found a reason not to publish. ``failed``: something did not work. ``ready``: validated,
and not published yet. ``trial``: a dry run."""


@dataclass(frozen=True, kw_only=True)
class ReportItem(ReportedFinding):
    """A finding of the run. ``lines`` are the first ones, in the source; ``count`` is of rows, or of
    cells."""

    stage: str
    weight: Weight

    @property
    def message_without_line_numbers(self) -> str:
        """The message without the lines that end it, for where they stand beside."""
        return re.sub(r" \(lignes? [0-9:, …]+\)$", "", self.message)


@dataclass(frozen=True)
class StageOutcome:
    """The outcome of a stage: ``passed``, ``stopped``, ``trial`` (of a publication that was to write nothing), or
    ``not_run``. Rows are None where the stage counts none."""

    stage: str
    outcome: Literal["passed", "stopped", "trial", "not_run"]
    rows_in: int | None = None
    rows_out: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class TrendPoint:
    """The rows of one certified run, among those before. ``at``: ISO 8601, UTC."""

    at: str
    run: str
    published: int
    rejected: int
    suppressed: int


@dataclass(frozen=True)
class RunMeasures:
    """What a certified run did, beside the one before it. ``delta``: its rows less those of that one, None for
    the first. ``loss``: the share of precision that hierarchies lost, None without any. ``seconds``: by stage,
    of those whose report is there."""

    point: TrendPoint
    delta: int | None
    loss: float | None
    seconds: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class StewardReport(StoredReport):
    """The steward's report of a run. ``at`` is when the source was read (ISO 8601, UTC; "" if it could not
    be). ``failure`` has ``what``, ``where`` and ``remedy``, and their
    ``texts``. ``rejected_in``: stages whose rejected rows are
    in the vault."""

    stage = "steward"
    nested: ClassVar = {
        "items": ReportItem.from_json,
        "failure": translate_report_texts,
        "steps": lambda raw: StageOutcome(**raw),
        "trend": lambda raw: TrendPoint(**raw),
    }

    dataset: str
    title: str
    owner: str
    run: str
    at: str
    state: State
    extracted: int | None
    publishable: int | None
    rejected: int
    suppressed: int
    corrected: int
    tolerated: float
    items: tuple[ReportItem, ...]
    steps: tuple[StageOutcome, ...]
    waivers: tuple[Mapping[str, str], ...]
    rejected_in: tuple[str, ...]
    trend: tuple[TrendPoint, ...]
    failure: Mapping[str, Any] | None = None
    begun: bool = False
    """Whether the publication began and was not read back: the platform may serve a part of the file."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """Where the other pages of the run are (``officer``, ``certificate``), from this one."""

    @property
    def is_of_look(self) -> bool:
        return self.state == "unchanged"

    @property
    def is_published_and_read_back(self) -> bool:
        """Whether this run published and read back, whatever stopped it then."""
        return any(step.stage == "publish" and step.outcome == "passed" for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "steward", **super().to_json()}


def gather_steward_report(
    dataset: Dataset, run: Run, store: Store, error: AqueducError | None = None
) -> StewardReport:
    """The report of ``run`` as far as it went; ``error`` is what stopped it, None if nothing did."""
    found = RunReports.read(store, dataset.id, run.id)
    extract, validated = found.extract, found.validate
    return StewardReport(
        dataset=dataset.id,
        title=dataset.title,
        owner=dataset.owner,
        run=run.id,
        at=extract.at if extract else "",
        state=_get_run_state(found, error),
        extracted=extract.rows + extract.rejected if extract else None,
        publishable=validated.rows_out if validated and validated.passed else None,
        rejected=found.rejected_rows,
        suppressed=found.suppressed_rows,
        corrected=validated.corrected if validated else 0,
        tolerated=dataset.reject_at_most,
        items=tuple(_list_report_items(found, error)),
        steps=tuple(_list_stage_outcomes(found)),
        waivers=tuple(waiver for one in (validated, found.publish) if one for waiver in one.waivers),
        rejected_in=tuple(
            report.stage for report in (extract, found.anonymise, validated) if report and report.rejected
        ),
        trend=tuple(_list_trend_points(dataset.id, store)),
        failure=translate_report_texts({"texts": error.serialised_texts}) if error else None,
        begun=bool(error) and (store.read_publication_in_progress(dataset.id) or {}).get("run") == run.id,
        pages=dict(_list_page_links(dataset.id, run, store)),
    )


def _list_page_links(dataset: str, run: Run, store: Store) -> Iterator[tuple[str, str]]:
    if store.exists(store.build_report_page_key(dataset, run.id, "officer")):
        yield "officer", "officer.html"
    if certificate := store.find_certificate_page_key(dataset, run.id):
        yield "certificate", f"../../../{certificate}"


def _get_run_state(found: RunReports, error: AqueducError | None) -> State:
    if error is not None:
        return "held" if isinstance(error, GateClosed) else "failed"
    if found.extract and found.extract.unchanged:
        return "unchanged"
    if found.publish is None or not found.publish.passed:
        return "ready"
    return "trial" if found.publish.dry_run else "published"


def _list_report_items(found: RunReports, error: AqueducError | None) -> Iterator[ReportItem]:
    """The heaviest first; a guard that was waived is told among the waivers."""
    aside = list_rejection_finding_codes()
    items = [
        _build_report_item(
            stage, finding, _classify_finding_severity(finding.code, aside, stopped=not report.passed)
        )
        for stage, report in found.reports_by_stage.items()
        for finding in report.findings
        if finding.code != WaivedGuard.code
    ]
    if isinstance(error, GateClosed) and not any(item.weight == "blocking" for item in items):
        # A gate may close before its stage has a report to leave.
        stage = next((stage for stage in STAGES if stage not in found.reports_by_stage), "publish")
        items += [
            _build_report_item(stage, finding, "blocking")
            for finding in build_reported_findings(error.findings)
        ]
    order: Sequence[Weight] = ("blocking", "aside", "note")
    yield from sorted(items, key=lambda item: order.index(item.weight))


def _build_report_item(stage: str, finding: ReportedFinding, weight: Weight) -> ReportItem:
    return ReportItem(stage=stage, weight=weight, **finding.__dict__)


def _classify_finding_severity(code: str, aside: Collection[str], *, stopped: bool) -> Weight:
    if stopped and code not in _CLOSES_NOTHING:
        return "blocking"
    return "aside" if code in aside else "note"


def _list_stage_outcomes(found: RunReports) -> Iterator[StageOutcome]:
    for stage in STAGES:
        report = found.reports_by_stage.get(stage)
        if report is None:
            yield StageOutcome(stage, "not_run")
            continue
        outcome: Literal["passed", "stopped", "trial"] = "passed" if report.passed else "stopped"
        if isinstance(report, PublishReport) and report.passed and report.dry_run:
            outcome = "trial"
        if isinstance(report, ExtractReport | PublishReport):
            yield StageOutcome(stage, outcome, None, report.rows, report.seconds)
        else:
            yield StageOutcome(stage, outcome, report.rows_in, report.rows_out, report.seconds)


def _list_trend_points(dataset: str, store: Store) -> list[TrendPoint]:
    """The last certified runs, oldest first: as the one that is online reported them, where it is the last."""
    key = (store.read_current_revision_pointer(dataset) or {}).get("certificate")
    online = (store.read_json(key) or {}).get("run") if key else None
    known = StewardReport.read(store, dataset, online) if online else None
    if known and known.trend and known.trend[-1].run == online:
        return list(known.trend)
    trend: list[TrendPoint] = []
    for key in reversed(store.list_ledger_entry_keys(dataset)):
        entry = store.read_json(key) or {}
        if entry.get("kind") == "certificate":
            balance = entry["balance"]
            counts = balance["published"], balance["rejected"], balance["suppressed"]
            trend.insert(0, TrendPoint(entry["served_at"], entry["run"], *counts))
        if len(trend) == RUNS_SHOWN:
            break
    return trend


def read_run_measures(store: Store, dataset: str, trend: Sequence[TrendPoint]) -> tuple[RunMeasures, ...]:
    """Those of the runs of a ``trend``, in its order. Raises StoreError."""
    with ThreadPoolExecutor(READERS) as pool:
        reports = list(pool.map(lambda point: RunReports.read(store, dataset, point.run), trend))
    before = [None, *(point.published for point in trend)]
    return tuple(starmap(_build_run_measures, zip(trend, before, reports, strict=False)))


def _build_run_measures(point: TrendPoint, before: int | None, found: RunReports) -> RunMeasures:
    return RunMeasures(
        point,
        None if before is None else point.published - before,
        found.anonymise.recoding.get("loss") if found.anonymise else None,
        {stage: report.seconds for stage, report in found.reports_by_stage.items()},
    )


# --- kept as JSON and as a page -----------------------------------------------------------------------------


def write_steward_report(
    dataset: Dataset, city: City, run: Run, workspace: Workspace, error: AqueducError | None = None
) -> StewardReport:
    """Makes and keeps the report of ``run``, as a page too unless it found nothing new. Raises StoreError."""
    with use_language("fr"):
        report = gather_steward_report(dataset, run, workspace.store, error)
    report.write(workspace.store, dataset.id, run.id)
    if not report.is_of_look:
        workspace.store.write_report_page(dataset.id, run.id, report.stage, render_steward_page(report, city))
    workspace.store.write_json(_build_latest_report_key(dataset.id), {"run": run.id})
    if error is not None:
        record_stopped_run_in_overview(dataset, run, workspace, error)
        # What was made of the columns and of the groups is read before anything is decided; a certified run
        # has it from its certification.
        from aqueduc.certify.officer import write_dpo_report

        with suppress(AqueducError):
            write_dpo_report(dataset, city, run, workspace)
    return report


def record_stopped_run_in_overview(
    dataset: Dataset, run: Run, workspace: Workspace, error: AqueducError
) -> None:
    """In the overview: what keeps the dataset from being published, and what to do. Raises StoreError."""
    state: OverviewState = "held" if isinstance(error, GateClosed) else "failed"
    if isinstance(error, DeclarationAgreementMissing | PublicationPostponed):
        state = "waiting"
    texts = {name: parse_message(text) for name, text in error.serialised_texts.items()}
    update_overview_row(
        workspace.store,
        dataset.id,
        **build_overview_fields_of_declaration(dataset),
        state=state,
        run=run.id,
        at=workspace.clock().astimezone(UTC).isoformat(timespec="seconds"),
        reason=texts["what"],
        remedy=texts["remedy"],
    )


def find_latest_reported_run_id(store: Store, dataset: str) -> str | None:
    """The identifier of the run last reported on, None when there is none."""
    found = store.read_json(_build_latest_report_key(dataset))
    return str(found["run"]) if found else None


def render_steward_page(report: StewardReport, city: City) -> str:
    """The report as one HTML page in French, with nothing to fetch."""
    days = [_format_local_day(one.at, city.timezone) for one in report.trend]
    with use_language("fr"):
        return render_page(
            "steward.html.j2",
            city=city.name,
            report=report,
            guards=GUARD_LABELS,
            stages=STAGES,
            at=_format_local_moment(report.at, city.timezone) if report.at else "",
            published=build_line_chart(
                "Lignes publiées", [(day, one.published) for day, one in zip(days, report.trend, strict=True)]
            ),
            rejected=build_bar_chart(
                "Lignes rejetées", [(day, one.rejected) for day, one in zip(days, report.trend, strict=True)]
            ),
        )


def _build_latest_report_key(dataset: str) -> str:
    return f"datasets/{dataset}/{StewardReport.stage}.json"


def _format_local_moment(instant: str, timezone: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone)).strftime("%d/%m/%Y à %H:%M")


def _format_local_day(instant: str, timezone: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone)).strftime("%d/%m")
