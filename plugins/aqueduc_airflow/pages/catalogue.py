"""The catalogue as its page shows it: each dataset with what it needs, sorted by what needs a hand."""

import csv
import io
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc.cities import DeployedCity
from aqueduc.language import N_, Sentence, _, build_row_count_message, translate
from aqueduc.overview import DatasetOverview
from aqueduc.reconciliation.findings import LateDataset
from aqueduc_airflow.capacity import SOURCE_SLOTS
from aqueduc_airflow.factory import UNREADABLE
from aqueduc_airflow.pages.airflow_runs import DagFacts

# The filters, in their order, each with the states that it holds.
GROUPS: Mapping[str, tuple[str, frozenset[str]]] = {
    "todo": (N_("à traiter"), frozenset({"held", "failed", "waiting", "late"})),
    "held": (N_("retenus"), frozenset({"held", "failed"})),
    "waiting": (N_("en attente d'accord"), frozenset({"waiting"})),
    "late": (N_("en retard"), frozenset({"late"})),
    "fresh": (N_("en ligne"), frozenset({"published", "restored", "late"})),
    "withdrawn": (N_("retirés"), frozenset({"withdrawn"})),
    "never": (N_("jamais publiés"), frozenset({"never"})),
}
STATES: Mapping[str, str] = {
    "published": N_("à jour"),
    "late": N_("en retard"),
    "held": N_("retenu"),
    "failed": N_("en échec"),
    "waiting": N_("en attente"),
    "withdrawn": N_("retiré"),
    "restored": N_("révision rétablie"),
    "never": N_("jamais publié"),
}
_NO_POOL = _("L'exécution attend : le pool « {pool} » n'existe pas dans Airflow.")
_POOL_REMEDY = _(
    "le créer : airflow pools set {pool} {slots} Aqueduc ; le scheduler le fait de lui-même au début de chaque exécution, "
    "si aqueduc-opendata y est installé"
)
_FIRST = ("failed", "held", "waiting", "late", "withdrawn", "never", "restored", "published")


@dataclass(frozen=True)
class CatalogueRow:
    """A dataset of the page; texts are in the language spoken when it was built. ``spark``: the points of a
    polyline in a box of 100 × 24, "" for fewer than two publications."""

    dataset: str
    title: str
    owner: str
    state: str
    label: str
    reason: str
    remedy: str
    published: str
    looked: str
    next_run: str
    rows: str
    spark: str
    trend: tuple[int, ...]
    rejected: int
    withheld: int
    smallest_class: int | None
    access: str
    licence: str
    record_url: str
    differences: int
    paused: bool
    last_run: str
    running: bool
    city: str = ""
    """Its name, where there are several."""

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "city" or value}


@dataclass(frozen=True)
class CataloguePage:
    """The page: its rows, after ``group`` and ``search``, and how many each group holds before them. ``cities``: the
    codes and names of those whose datasets the reader may read, where there are several; ``city``: the one chosen."""

    rows: tuple[CatalogueRow, ...]
    counts: Mapping[str, int]
    total: int
    group: str
    search: str
    cities: tuple[tuple[str, str], ...] = ()
    city: str = ""
    failures: tuple[str, ...] = ()
    """What people must know before the list: datasets that cannot be shown, messages that could not leave, each with why."""


def build_rows(
    dags: Iterable[DagFacts],
    overview: Mapping[str, DatasetOverview],
    differences: Mapping[str, frozenset[str]],
    timezone: str,
) -> list[CatalogueRow]:
    """The rows of a city; only of the datasets whose DAG may be read."""
    return [
        build_row(
            dag,
            overview.get(dag.dataset) or DatasetOverview(dag.dataset, dag.title),
            differences.get(dag.dataset, frozenset()),
            timezone,
        )
        for dag in dags
    ]


def build_catalogue(
    rows: Collection[CatalogueRow],
    *,
    group: str = "",
    search: str = "",
    cities: Iterable[DeployedCity] = (),
    city: str = "",
    failures: Iterable[str] = (),
) -> CataloguePage:
    """The page of ``rows``, those of ``city`` if it is one of several ``cities``."""
    several = sorted((one.title, one.code) for one in cities)
    shown = tuple((code, title) for title, code in several) if len(several) > 1 else ()
    counts = {name: sum(row.state in states for row in rows) for name, (_label, states) in GROUPS.items()}
    asked = search.strip().casefold()
    kept = [
        row
        for row in rows
        if (group not in GROUPS or row.state in GROUPS[group][1])
        and asked in f"{row.title} {row.dataset} {row.owner} {row.city}".casefold()
    ]
    kept.sort(key=lambda row: (_FIRST.index(row.state), row.title.casefold()))
    group = group if group in GROUPS else ""
    told = tuple(failures)
    return CataloguePage(tuple(kept), counts, len(rows), group, search.strip(), shown, city, told)


def build_row(
    dag: DagFacts, seen: DatasetOverview, differences: frozenset[str], timezone: str
) -> CatalogueRow:
    """``differences``: what the last reconciliation found of it, as codes."""
    late = seen.state == "published" and LateDataset.code in differences
    trouble = _find_dag_blocker_and_remedy(dag)
    state = "failed" if trouble else "late" if late else seen.state
    reason, remedy = trouble or (seen.format_state_reason(), seen.format_state_remedy())
    # One that is due already starts at once, or waits for another.
    ahead = not dag.paused and dag.next_run is not None and dag.next_run > datetime.now(UTC)
    if seen.state == "withdrawn":
        # The ledger's last certificate is of what was online before.
        seen = replace(seen, published_at="", rows=None, record_url="")
    return CatalogueRow(
        dataset=dag.dag_id,
        title=dag.title,
        owner=seen.owner,
        state=state,
        label=translate(STATES[state]),
        differences=len(differences - {LateDataset.code}),
        reason=reason,
        remedy=remedy,
        published=format_moment(seen.published_at, timezone),
        looked=format_moment(seen.looked_at, timezone),
        next_run=format_moment(dag.next_run.isoformat() if dag.next_run and ahead else "", timezone),
        rows="" if seen.rows is None else str(build_row_count_message(seen.rows)),
        spark=compute_sparkline_points(seen.trend),
        trend=seen.trend,
        rejected=seen.rejected,
        withheld=seen.withheld,
        smallest_class=seen.smallest_class,
        access=seen.access,
        licence=seen.licence,
        record_url=seen.record_url,
        paused=dag.paused,
        last_run=seen.run,
        running=dag.last_state in ("running", "queued"),
        city=dag.city.title,
    )


def _find_dag_blocker_and_remedy(dag: DagFacts) -> tuple[str, str] | None:
    """What keeps a DAG from running, which no run can have said, and what to do."""
    if dag.unread:
        return str(UNREADABLE[1]), str(
            _("corriger le fichier comme il est dit ci-dessous ; il est relu aussitôt")
        )
    if dag.missing_pool:
        return str(_NO_POOL.format(pool=dag.missing_pool)), str(
            _POOL_REMEDY.format(pool=shlex.quote(dag.missing_pool), slots=SOURCE_SLOTS)
        )
    return None


def format_moment(instant: str, timezone: str) -> str:
    """``01/03/2026 14:05`` on the city's clock; "" for none."""
    if not instant:
        return ""
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone)).strftime("%d/%m/%Y %H:%M")


_LIST: Mapping[str, Sentence] = {
    "title": _("Jeu de données"),
    "owner": _("Service"),
    "label": _("État"),
    "reason": _("Motif"),
    "published": _("En ligne le"),
    "rows": _("Lignes en ligne"),
    "licence": _("Licence"),
    "record_url": _("Fiche"),
}
"""The columns of the list, by the fields of a row."""


def format_catalogue_as_csv(page: CataloguePage) -> str:
    """The rows as CSV, in the language spoken now. A cell never begins as a formula would."""
    columns = {**({"city": _("Ville")} if page.cities else {}), **_LIST}
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(map(str, columns.values()))
    for row in page.rows:
        writer.writerow(str(getattr(row, name)).lstrip("=+-@\t") for name in columns)
    return file.getvalue()


def compute_sparkline_points(values: Sequence[int]) -> str:
    """The points of an SVG polyline in a box of 100 × 24, from the lowest value to the highest."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    return " ".join(_compute_svg_points(values, low, (high - low) or 1))


def _compute_svg_points(values: Sequence[int], low: int, span: int) -> Iterable[str]:
    for rank, value in enumerate(values):
        yield f"{100 * rank / (len(values) - 1):.1f},{22 - 20 * (value - low) / span:.1f}"
