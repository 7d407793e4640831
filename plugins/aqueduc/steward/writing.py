"""The report as JSON and as a page, kept beside the other reports of its run."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import AqueducError
from aqueduc.language import speaking
from aqueduc.page import bars, curve, render_page
from aqueduc.run import Run, Workspace
from aqueduc.steward.report import STAGES, StewardReport, gather
from aqueduc.store import Store


def write(
    dataset: Dataset, city: City, run: Run, workspace: Workspace, error: AqueducError | None = None
) -> StewardReport:
    """Makes and keeps the report of ``run``. Raises StoreError."""
    report = gather(dataset, run, workspace.store, error)
    report.write(workspace.store, dataset.id, run.id)
    workspace.store.write_page(dataset.id, run.id, report.stage, page(report, city))
    workspace.store.write_json(_latest(dataset.id), {"run": run.id})
    return report


def latest(store: Store, dataset: str) -> str | None:
    """The identifier of the run last reported on, None when there is none."""
    found = store.read_json(_latest(dataset))
    return str(found["run"]) if found else None


def page(report: StewardReport, city: City) -> str:
    """The report as one HTML page in French, with nothing to fetch."""
    days = [_day(one.at, city.timezone) for one in report.trend]
    with speaking("fr"):
        return render_page(
            "steward.html.j2",
            city=city.name,
            report=report,
            stages=STAGES,
            at=_moment(report.at, city.timezone) if report.at else "",
            published=curve(
                "Lignes publiées", [(day, one.published) for day, one in zip(days, report.trend, strict=True)]
            ),
            rejected=bars(
                "Lignes rejetées", [(day, one.rejected) for day, one in zip(days, report.trend, strict=True)]
            ),
        )


def _latest(dataset: str) -> str:
    return f"datasets/{dataset}/{StewardReport.stage}.json"


def _moment(instant: str, timezone: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone)).strftime("%d/%m/%Y à %H:%M")


def _day(instant: str, timezone: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone)).strftime("%d/%m")
