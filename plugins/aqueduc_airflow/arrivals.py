"""Runs of datasets whose files have arrived: every five minutes their drops are listed, by a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, BaseOperator
from airflow.sdk.exceptions import AirflowRuntimeError

from aqueduc.declaration import list_declaration_paths_mentioning_keys
from aqueduc.language import _, n_, use_language
from aqueduc_airflow import prose
from aqueduc_airflow.cities import build_dag_id, find_city_of_folder
from aqueduc_airflow.city_dags import build_city_dag_options, build_timetable, read_timezone_and_language
from aqueduc_airflow.failures import RETRIES, build_retry_policy_options

if TYPE_CHECKING:
    from aqueduc.sources.arrivals import ArrivalTriggeredRun, DropWatchState

ARRIVALS, LOOK = "aqueduc_arrivals", "look"
_NOT_TAKEN = _(
    "Airflow n'a pas pris la demande d'une exécution de {dataset} : elle est refaite au prochain regard."
)


class WatchArrivalsOperator(BaseOperator):
    """Looks at each drop, and asks for a run of the dataset where a file has arrived. What is asked for is noted
    afterwards: a task that dies in between asks again, for the run of the same name."""

    ui_color = "#fdf3d8"

    def __init__(self, *, include: Path, **options: Any) -> None:
        super().__init__(
            retries=RETRIES,
            **build_retry_policy_options(),
            execution_timeout=timedelta(minutes=30),
            **options,
        )
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> None:
        from aqueduc.sources.arrivals import list_arrival_triggered_runs, save_drop_watch_state
        from aqueduc_airflow.operators import open_city_and_task_workspace

        asked = 0
        with open_city_and_task_workspace(self.include, self.log) as (loaded, workspace):
            for arrival in list_arrival_triggered_runs(workspace, loaded):
                try:
                    known = trigger_run_of_arrival(
                        context, arrival, build_dag_id(find_city_of_folder(self.include), arrival.dataset)
                    )
                except AirflowRuntimeError:
                    # A DAG that Airflow has not read yet, most often: the others are not to wait for it.
                    self.log.warning("%s", _NOT_TAKEN.format(dataset=arrival.dataset))
                    continue
                save_drop_watch_state(workspace, arrival.dataset, known)
                asked += 1
            self.log.info("%s", n_("{count} jeu à relire.", "{count} jeux à relire.", asked))


def trigger_run_of_arrival(
    context: Mapping[str, Any], arrival: ArrivalTriggeredRun, dag_id: str
) -> DropWatchState:
    """Triggers the run of ``dag_id`` that reads what arrived, and returns what is to be noted. One that was asked for before
    and has not begun (a DAG on pause) will read it as well: there are no two."""
    from airflow.sdk.execution_time.comms import TriggerDagRun
    from airflow.sdk.execution_time.task_runner import SUPERVISOR_COMMS

    before, after = arrival.before, arrival.after
    if context["ti"].get_dr_count(dag_id=dag_id, run_ids=[before.run_id], states=["queued"]):
        return replace(after, chain=before.chain)
    SUPERVISOR_COMMS.send(TriggerDagRun(dag_id=dag_id, run_id=after.run_id))
    return after


def build_arrivals_dag(include: Path) -> DAG:
    """Every five minutes where a dataset of the city says so (``on_arrival``), else whenever somebody asks."""
    watched = list_declaration_paths_mentioning_keys(include, "on_arrival")
    with (
        use_language(read_timezone_and_language(include)[1]),
        DAG(
            **build_city_dag_options(
                include,
                ARRIVALS,
                _("Guetter l'arrivée des fichiers"),
                _("Relit toutes les cinq minutes les jeux dont un fichier est arrivé."),
                _("arrivées"),
                prose.ARRIVALS,
            ),
            schedule=build_timetable("*/5 * * * *", "UTC") if watched else None,
        ) as dag,
    ):
        WatchArrivalsOperator(task_id=LOOK, task_display_name=str(_("Regarder les dépôts")), include=include)
    return dag
