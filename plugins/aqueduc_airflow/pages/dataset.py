"""What the page of one dataset shows: what is online and why, what the last run did, what happened before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aqueduc.certify.declarations import (
    CITY_FILE,
    compare_declared_files,
    list_declaration_versions,
    read_declared_files,
)
from aqueduc.certify.history import HistoryEvent, read_latest_events
from aqueduc.decisions import (
    KNOWN_BY,
    WITHDRAWAL,
    DecisionWithLedgerEntry,
    read_decision_mark,
    read_verified_decision_from_ledger,
)
from aqueduc.language import Sentence, _, translate
from aqueduc.page import LineChart, build_line_chart
from aqueduc.steward import STAGES, RunMeasures, StewardReport, find_latest_reported_run_id, read_run_measures
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
class ShownDeclaration:
    """What is published under: the text of its ``files`` by their names; the ``changes`` since the declaration
    before, as lines of ``diff``, and whether the city's own file changed too; the ``versions``, newest first:
    since when, from which run on, its SHA-256."""

    files: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, list[str]], ...]
    city_changed: bool
    versions: tuple[tuple[str, str, str], ...]


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
    measures: tuple[RunMeasures, ...]
    """Of the runs certified last, oldest first."""
    charts: tuple[LineChart, ...]
    declaration: ShownDeclaration | None
    decisions: tuple[ShownDecision, ...]
    """Those in force, each with who took it."""


def build_dataset_page(store: Store, dataset: str, timezone: str, run: str = "") -> DatasetPage:
    """Of ``run``, or of the last one that was reported on. Raises StoreError, LedgerTampering."""
    certificate = store.read_current_certificate(dataset)
    last = run or find_latest_reported_run_id(store, dataset)
    report = StewardReport.read(store, dataset, last) if last else None
    measures = read_run_measures(store, dataset, report.trend if report else ())
    return DatasetPage(
        certificate,
        format_moment(str(certificate["served_at"]), timezone) if certificate else "",
        report,
        STAGES,
        tuple(_list_report_pages(store, dataset, last or "", str((certificate or {}).get("run", "")))),
        read_latest_events(store, dataset, EVENTS),
        measures,
        tuple(_build_run_measure_charts(measures, timezone)),
        _read_published_declaration(store, dataset, timezone),
        tuple(_list_decisions_in_force(store, dataset, timezone)),
    )


def _build_run_measure_charts(measures: Sequence[RunMeasures], timezone: str) -> Iterator[LineChart]:
    """Of what more than one run has: the table beside them has all."""
    for title, read in (
        (_("Lignes publiées"), lambda one: one.point.published),
        (_("Lignes rejetées"), lambda one: one.point.rejected),
        (
            _("Précision perdue (hiérarchies, lignes retirées), en %"),
            lambda one: one.loss and round(100 * one.loss, 1),
        ),
        (_("Durée des étapes, en secondes"), lambda one: round(sum(one.seconds.values()), 1) or None),
    ):
        values = [(format_moment(one.point.at, timezone)[:5], read(one)) for one in measures]
        known = [(day, value) for day, value in values if value is not None]
        if len(known) > 1 and any(value for _day, value in known):
            yield build_line_chart(str(title), known)


def _read_published_declaration(store: Store, dataset: str, timezone: str) -> ShownDeclaration | None:
    versions = list_declaration_versions(store, dataset)
    if not versions:
        return None
    files = read_declared_files(store, versions[-1])
    before = read_declared_files(store, versions[-2]) if len(versions) > 1 else files
    # The city's own file is about all datasets, and names people.
    changes = tuple(compare_declared_files(before, files))
    return ShownDeclaration(
        tuple((name, text) for name, text in sorted(files.items()) if name != CITY_FILE),
        tuple(change for change in changes if change[0] != CITY_FILE),
        any(name == CITY_FILE for name, _lines in changes),
        tuple((format_moment(one.since, timezone), one.run, one.sha256) for one in reversed(versions)),
    )


def _list_report_pages(store: Store, dataset: str, last: str, online: str) -> Iterator[tuple[str, str, str]]:
    for run, whose in {last: _LAST, online: _ONLINE}.items():
        if not run:
            continue
        for kind, label in (("steward", _STEWARD), ("officer", _OFFICER)):
            if store.exists(store.build_report_page_key(dataset, run, kind)):
                yield f"{label} ({whose})", run, kind
        if store.find_certificate_page_key(dataset, run):
            yield f"{_CERTIFICATE} ({whose})", run, "certificate"


def _list_decisions_in_force(store: Store, dataset: str, timezone: str) -> Iterator[ShownDecision]:
    mark = read_decision_mark(store, dataset, "agreement")
    recorded = read_verified_decision_from_ledger(store, mark, dataset) if mark else None
    for label, said in (
        (
            _AGREED if recorded and recorded.decision.agreed else _REFUSED,
            recorded and _build_decision_fields(recorded),
        ),
        (_RESTORED, store.read_restoration_mark(dataset)),
        (_WITHDRAWN, read_decision_mark(store, dataset, WITHDRAWAL)),
    ):
        if said:
            yield ShownDecision(label, said["by"], format_moment(said["at"], timezone), said["reason"])


def _build_decision_fields(recorded: DecisionWithLedgerEntry) -> dict[str, str]:
    taken = recorded.decision
    return {
        "by": f"{taken.person_name} ({translate(KNOWN_BY[taken.identified])})",
        "at": taken.at,
        "reason": taken.reason,
    }
