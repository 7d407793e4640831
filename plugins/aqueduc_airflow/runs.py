"""From Airflow's context to Aqueduc's Run: which window, which options, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from aqueduc.language import Message, _, join_messages, quote_text
from aqueduc_airflow.compat import get_triggering_account
from aqueduc_airflow.failures import InvalidRunRequest

if TYPE_CHECKING:
    from aqueduc.decisions import Identification
    from aqueduc.declaration.spec import City, Dataset
    from aqueduc.run import GuardWaiver, RestorationOrder, Run
    from aqueduc.store import Window

OPTIONS = {
    "force": _("republier même si rien n'a changé"),
    "dry_run": _("s'arrêter avant la plateforme"),
    "waive": _("lever des gardes, pour cette seule exécution"),
    "waive_by": _("qui les lève"),
    "waive_reason": _("pourquoi"),
    "restore": _("remettre une révision en ligne, ou lever ce rétablissement (lift)"),
    "restore_by": _("qui le décide"),
    "restore_reason": _("pourquoi"),
}
LIFT = "lift"


def build_run(context: Mapping[str, Any], dataset: Dataset, city: City) -> Run:
    """What this DAG run asks of Aqueduc. Raises InvalidRunRequest when it makes no sense for the dataset."""
    from aqueduc.run import Run

    dag_run = context["dag_run"]
    _refuse_unknown_run_options(dag_run.conf or {}, dataset)
    if not dataset.windowed:
        _refuse_backfill(dag_run, dataset)
    params = context["params"]
    order = parse_restoration_order(dag_run, params, dataset)
    restoring = order is not None and order.revision != LIFT
    return Run(
        dataset=dataset.id,
        id=dag_run.run_id,
        window=_parse_run_window(dag_run, dataset, city) if dataset.windowed and not restoring else None,
        force=bool(params["force"]),
        dry_run=bool(params["dry_run"]),
        waivers=_parse_guard_waivers(dag_run, params, dataset, city),
        restoration=order if restoring else None,
    )


def parse_restoration_order(
    dag_run: Any, params: Mapping[str, Any], dataset: Dataset
) -> RestorationOrder | None:
    """What this run is asked to restore; ``LIFT`` for its revision, to lift. Raises InvalidRunRequest for what
    nobody decides, gives no reason of, or asks of a whole backfill."""
    from aqueduc.run import RestorationOrder

    names = ("restore", "restore_by", "restore_reason")
    revision, by, reason = (str(params.get(name) or "").strip() for name in names)
    wrong: Message | None = None
    if bool(revision) != bool(by and reason):
        wrong = _("Rétablir une révision, ou lever ce rétablissement, demande qui le décide et pourquoi.")
    elif revision and dag_run.run_type == "backfill":
        wrong = _("Une révision se rétablit par une exécution, pas par tout un rattrapage.")
    if wrong:
        remedy = _(
            "« restore » : l'empreinte de la révision, ou lift ; « restore_by » : prénom et nom ; « "
            "restore_reason » : le motif"
        )
        raise _build_invalid_options_error(dataset, wrong, remedy)
    return RestorationOrder(revision, by, reason) if revision else None


def _parse_guard_waivers(
    dag_run: Any, params: Mapping[str, Any], dataset: Dataset, city: City
) -> tuple[GuardWaiver, ...]:
    """By the person of ``people:`` whose account triggered the run; else by the name that was typed. Raises
    InvalidRunRequest for guards that are not, that nobody waives, or that a whole backfill would waive."""
    from aqueduc.declaration.spec import GUARDS
    from aqueduc.run import GuardWaiver

    said = {name: str(params.get(name) or "").strip() for name in ("waive_by", "waive_reason")}
    person = city.find_person(get_triggering_account(dag_run))
    by = f"{person.name} ({person.id})" if person else said["waive_by"]
    guards = tuple(dict.fromkeys(params.get("waive") or ()))
    unknown = [guard for guard in guards if guard not in GUARDS]
    wrong: Message | None = None
    if unknown:
        wrong = _("Garde inconnue : {names}.").format(names=join_messages(map(quote_text, unknown)))
    elif bool(guards) != bool(by and said["waive_reason"]):
        wrong = _("Lever une garde demande laquelle, qui la lève et pourquoi.")
    elif guards and dag_run.run_type == "backfill":
        wrong = _("Une garde se lève pour une exécution, pas pour tout un rattrapage.")
    if wrong:
        remedy = _(
            "« waive » : une ou plusieurs de {guards} ; « waive_by » : prénom et nom, sans objet pour un compte "
            "de « people: » ; « waive_reason » : le motif"
        )
        raise _build_invalid_options_error(dataset, wrong, remedy.format(guards=", ".join(GUARDS)))
    known: Identification | Literal[""] = "airflow" if person else ""
    return tuple(GuardWaiver(guard, by, said["waive_reason"], known) for guard in guards)


def _build_invalid_options_error(dataset: Dataset, wrong: Message, remedy: Message) -> InvalidRunRequest:
    return InvalidRunRequest(
        _("{wrong} Rien n'a été fait.").format(wrong=wrong),
        where=_("configuration de cette exécution de {id}").format(id=dataset.id),
        remedy=remedy,
    )


def _refuse_unknown_run_options(conf: Mapping[str, Any], dataset: Dataset) -> None:
    unknown = sorted(set(conf) - set(OPTIONS))
    if unknown:
        known = join_messages(
            Message("{} ({})").format(quote_text(name), meaning) for name, meaning in OPTIONS.items()
        )
        raise InvalidRunRequest(
            _("Option inconnue : {unknown}. Rien n'a été fait.").format(
                unknown=join_messages(map(quote_text, unknown))
            ),
            where=_("configuration de cette exécution de {id}").format(id=dataset.id),
            remedy=_("n'employer que {known}").format(known=known),
        )


def _refuse_backfill(dag_run: Any, dataset: Dataset) -> None:
    if dag_run.run_type == "backfill":
        raise InvalidRunRequest(
            _(
                "Ce jeu est publié en entier à chaque fois : sa source ne garde pas ses états passés, et "
                "un rattrapage republierait l'état d'aujourd'hui sous une date d'hier. Rien n'a été fait."
            ),
            where=_("rattrapage (backfill) de {id}").format(id=dataset.id),
            remedy=_(
                "le déclencher sans date pour publier l'état présent ; pour publier par périodes, "
                "employer :window_start et :window_end dans la source"
            ),
        )


def _parse_run_window(dag_run: Any, dataset: Dataset, city: City) -> Window:
    """The run's data interval; for a run triggered by hand without one, the last complete period."""
    from aqueduc.store import Window

    start, end = dag_run.data_interval_start, dag_run.data_interval_end
    if start is None or end is None:
        start, end = compute_last_complete_interval(dataset, city, before=dag_run.run_after)
    if start >= end:
        raise InvalidRunRequest(
            _("L'intervalle demandé est vide."),
            where=_("intervalle de données de cette exécution de {id}").format(id=dataset.id),
            remedy=_("donner un début antérieur à la fin"),
        )
    return Window(_convert_to_utc(start), _convert_to_utc(end))


def compute_last_complete_interval(
    dataset: Dataset, city: City, *, before: datetime
) -> tuple[datetime, datetime]:
    """The newest interval of the dataset's cadence, in the city's time, that had ended at ``before``."""
    from airflow.timetables.interval import CronDataIntervalTimetable
    from pendulum import instance

    # The loader refuses a windowed dataset whose cadence has no cron.
    timetable = CronDataIntervalTimetable(dataset.frequency.cron or "", timezone=city.timezone)
    interval = timetable.infer_manual_data_interval(run_after=instance(before))
    return interval.start, interval.end


def _convert_to_utc(moment: datetime) -> datetime:
    return datetime.fromtimestamp(moment.timestamp(), UTC)


def format_local_moment(moment: datetime, city: City) -> str:
    """``01/03/2026 00:00``, in the city's time."""
    return moment.astimezone(ZoneInfo(city.timezone)).strftime("%d/%m/%Y %H:%M")
