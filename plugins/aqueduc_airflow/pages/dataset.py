"""What the page of one dataset shows: what is online and why, what the last run did, what happened before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aqueduc.certify.history import HistoryEvent, read_latest_events
from aqueduc.decisions import KNOWN_BY, WITHDRAWAL, RecordedDecision, read_mark, read_recorded_decision
from aqueduc.language import Sentence, _, translate
from aqueduc.page import BarChart, LineChart, build_bar_chart, build_line_chart
from aqueduc.steward import STAGES, StewardReport, find_latest_report
from aqueduc.store import Store
from aqueduc_airflow.pages.catalogue import format_moment

EVENTS = 40
_LAST, _ONLINE = _("dernière exécution"), _("ce qui est en ligne")
_STEWARD, _OFFICER = _("Rapport de l'intendant"), _("Rapport du délégué")
_CERTIFICATE = _("Certificat")
_AGREED, _REFUSED = _("Accord donné"), _("Accord refusé")
_RESTORED, _WITHDRAWN = _("Révision antérieure rétablie"), _("Retrait")


@dataclass(frozen=True)
class ShownDecision:
    """A decision in force: what it is, who took it, when and why."""

    label: Sentence
    by: str
    at: str
    reason: str


@dataclass(frozen=True)
class DatasetPage:
    """``certificate``: of what is online, None before; ``report``: of the run last reported on. ``reports``:
    which pages of runs there are, each with its label, its run and its kind."""

    certificate: Mapping[str, Any] | None
    published: str
    report: StewardReport | None
    stages: Mapping[str, str]
    reports: tuple[tuple[str, str, str], ...]
    events: tuple[HistoryEvent, ...]
    rows_chart: LineChart
    rejected_chart: BarChart
    decisions: tuple[ShownDecision, ...]
    """Those in force, each with who took it."""


def read_dataset_page(store: Store, dataset: str, timezone: str, run: str = "") -> DatasetPage:
    """Of ``run``, or of the last one that was reported on. Raises StoreError, LedgerTampering."""
    certificate = store.certificate(dataset)
    last = run or find_latest_report(store, dataset)
    report = StewardReport.read(store, dataset, last) if last else None
    trend = report.trend if report else ()
    days = [format_moment(one.at, timezone)[:5] for one in trend]
    return DatasetPage(
        certificate,
        format_moment(str(certificate["served_at"]), timezone) if certificate else "",
        report,
        STAGES,
        tuple(_list_reports(store, dataset, last or "", str((certificate or {}).get("run", "")))),
        read_latest_events(store, dataset, EVENTS),
        build_line_chart(
            "Lignes publiées", [(day, one.published) for day, one in zip(days, trend, strict=True)]
        ),
        build_bar_chart(
            "Lignes rejetées", [(day, one.rejected) for day, one in zip(days, trend, strict=True)]
        ),
        tuple(_list_decisions(store, dataset, timezone)),
    )


def _list_reports(store: Store, dataset: str, last: str, online: str) -> Iterator[tuple[str, str, str]]:
    for run, whose in {last: _LAST, online: _ONLINE}.items():
        if not run:
            continue
        for kind, label in (("steward", _STEWARD), ("officer", _OFFICER)):
            if store.exists(store.page_key(dataset, run, kind)):
                yield f"{label} ({whose})", run, kind
        if store.ledger_page(dataset, run):
            yield f"{_CERTIFICATE} ({whose})", run, "certificate"


def _list_decisions(store: Store, dataset: str, timezone: str) -> Iterator[ShownDecision]:
    mark = read_mark(store, dataset, "agreement")
    recorded = read_recorded_decision(store, mark, dataset) if mark else None
    for label, said in (
        (_AGREED if recorded and recorded.decision.agreed else _REFUSED, recorded and _describe(recorded)),
        (_RESTORED, store.restoration(dataset)),
        (_WITHDRAWN, read_mark(store, dataset, WITHDRAWAL)),
    ):
        if said:
            yield ShownDecision(label, said["by"], format_moment(said["at"], timezone), said["reason"])


def _describe(recorded: RecordedDecision) -> dict[str, str]:
    taken = recorded.decision
    return {
        "by": f"{taken.who} ({translate(KNOWN_BY[taken.identified])})",
        "at": taken.at,
        "reason": taken.reason,
    }
