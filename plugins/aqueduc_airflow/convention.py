"""The two DAGs of the convention: what is looked at every hour, and the removal that a person agrees to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, BaseOperator, chain

from aqueduc.declaration import City
from aqueduc.language import _, get_current_language, n_, use_language
from aqueduc_airflow import prose
from aqueduc_airflow.cities import build_dag_id, find_city_of_folder
from aqueduc_airflow.city_dags import build_city_dag_options, build_timetable, read_timezone_and_language
from aqueduc_airflow.compat import AirflowSkipException, DownstreamTasksSkipped
from aqueduc_airflow.failures import RETRIES, InvalidRunRequest, build_retry_policy_options
from aqueduc_airflow.forms import build_required_reason_param
from aqueduc_airflow.notices import FailureNotifier
from aqueduc_airflow.operators import open_city_and_task_workspace

if TYPE_CHECKING:
    from aqueduc.convention.takedown import PlatformRecord
    from aqueduc.run import Workspace

CONVENTION, REMOVAL = "aqueduc_convention", "aqueduc_convention_removal"
WATCH, ASK, LIST, AGREE, REMOVE = "watch", "ask", "list", "agree", "remove"
_AGREED, _REFUSED = "Accorder", "Refuser"


class ConventionOperator(BaseOperator):
    """A task of the convention, in the language of the city; subclasses say what they do in ``run_convention_task``."""

    ui_color = "#efe8f6"

    def __init__(self, *, include: Path, **options: Any) -> None:
        super().__init__(
            retries=RETRIES,
            **build_retry_policy_options(),
            execution_timeout=timedelta(minutes=55),
            on_failure_callback=FailureNotifier(
                "convention", str(_("Convention : veille")), include, get_current_language(), daily=True
            ),
            **options,
        )
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> Any:
        with open_city_and_task_workspace(self.include, self.log) as (loaded, workspace):
            return self.run_convention_task(context, loaded.city, workspace)

    def run_convention_task(self, context: Mapping[str, Any], city: City, workspace: Workspace) -> Any:
        """The XCom to leave. Raises AqueducError."""
        raise NotImplementedError


class WatchConventionOperator(ConventionOperator):
    """Deadlines, claims, and what is hidden; leaves the day of the end when a removal waits for a person."""

    def run_convention_task(self, context: Mapping[str, Any], city: City, workspace: Workspace) -> str:  # noqa: ARG002
        from aqueduc.convention.watch import enforce_convention_and_queue_alerts

        done = enforce_convention_and_queue_alerts(city, workspace)
        for record in done.takedown.done:
            hidden = _("Caché : {dataset} sur « {platform} ».")
            self.log.warning("%s", hidden.format(dataset=record.dataset, platform=record.platform))
        done.takedown.raise_failures()
        if not done.waiting or done.standing is None or done.standing.end is None:
            raise DownstreamTasksSkipped(tasks=[ASK])
        return done.standing.end.day.isoformat()


class ListRecordsToRemoveOperator(ConventionOperator):
    """What the person who agrees has before their eyes."""

    def run_convention_task(self, context: Mapping[str, Any], city: City, workspace: Workspace) -> str:  # noqa: ARG002
        waiting = list_records_to_remove(city, workspace)
        if not waiting:
            raise AirflowSkipException(
                str(_("Rien à retirer : la convention n'a pas pris fin, ou c'est fait."))
            )
        count = n_("{count} fiche", "{count} fiches", len(waiting))
        lines = [_("{count} à retirer des plateformes de la convention :").format(count=count), ""]
        return "\n".join(map(str, [*lines, *(f"- {one.dataset} ({one.platform})" for one in waiting)]))


class RemoveRecordsAfterConventionEndOperator(ConventionOperator):
    """Removes, and verifies gone, what a person agreed to; who that is, Airflow says."""

    def run_convention_task(self, context: Mapping[str, Any], city: City, workspace: Workspace) -> None:
        from aqueduc.agreement import identify_decider
        from aqueduc.convention.entries import format_convention_end_cause
        from aqueduc.convention.takedown import TakedownCause
        from aqueduc.convention.watch import remove_hidden_records_of_ended_convention

        answer = context["ti"].xcom_pull(task_ids=AGREE)
        if answer["chosen_options"] != [_AGREED]:
            raise AirflowSkipException(str(_("Refusé : rien n'est retiré ; ce qui était caché le reste.")))
        reason = str((answer["params_input"] or {}).get("reason") or "").strip()
        if not reason:
            raise InvalidRunRequest(
                _("Le retrait a été accordé sans motif. Rien n'a été fait."),
                where=_("tâche {task}").format(task=AGREE),
                remedy=_("reprendre cette tâche (Clear), et répondre avec un motif, sans citer de donnée"),
            )
        account = (answer["responded_by_user"] or {}).get("name") or "?"
        who = identify_decider(account, city, {}, workspace.connections, in_airflow=True)
        cause = TakedownCause(format_convention_end_cause(reason), who.name)
        done = remove_hidden_records_of_ended_convention(cause, city, workspace)
        removed = n_(
            "{count} fiche retirée et vérifiée.", "{count} fiches retirées et vérifiées.", len(done.done)
        )
        self.log.info("%s", removed)
        done.raise_failures()


def list_records_to_remove(city: City, workspace: Workspace) -> list[PlatformRecord]:
    """The records out of the term that are still to be removed. Raises StoreError."""
    from aqueduc.convention.takedown import (
        filter_records_awaiting_takedown_step,
        list_records_on_ended_convention_platforms,
    )

    return filter_records_awaiting_takedown_step(
        list_records_on_ended_convention_platforms(city, workspace), "remove", workspace
    )


def build_convention_dags(include: Path) -> tuple[DAG, DAG]:
    """The look of every hour; and the removal, which waits for a person."""
    with use_language(read_timezone_and_language(include)[1]):
        with DAG(
            **build_city_dag_options(
                include,
                CONVENTION,
                _("Convention : veille"),
                _("Chaque heure : échéances, réclamations, et ce que la fin de la convention cache."),
                _("convention"),
                prose.CONVENTION,
            ),
            schedule=build_timetable("3 * * * *", "UTC"),
        ) as watch:
            chain(
                WatchConventionOperator(task_id=WATCH, task_display_name=str(_("Veiller")), include=include),
                TriggerDagRunOperator(
                    task_id=ASK,
                    task_display_name=str(_("Demander le retrait")),
                    trigger_dag_id=build_dag_id(find_city_of_folder(include), REMOVAL),
                    trigger_run_id=f"fin__{{{{ ti.xcom_pull(task_ids='{WATCH}') }}}}",
                    skip_when_already_exists=True,
                ),
            )
        with DAG(
            **build_city_dag_options(
                include,
                REMOVAL,
                _("Convention : retrait"),
                _("Retire des plateformes de la convention ce que sa fin a caché, si on l'accorde."),
                _("convention"),
                prose.CONVENTION,
                roles=("dpo", "signatory"),
            ),
            schedule=None,
        ) as removal:
            chain(
                ListRecordsToRemoveOperator(
                    task_id=LIST, task_display_name=str(_("Lister")), include=include
                ),
                HITLOperator(
                    task_id=AGREE,
                    task_display_name=str(_("Accorder")),
                    subject=str(_("Retirer des plateformes de la convention ce que sa fin a caché ?")),
                    body=f"{{{{ ti.xcom_pull(task_ids='{LIST}') }}}}",
                    options=[_AGREED, _REFUSED],
                    params={"reason": build_required_reason_param(_("Pourquoi ce retrait est accordé"))},
                ),
                RemoveRecordsAfterConventionEndOperator(
                    task_id=REMOVE, task_display_name=str(_("Retirer et vérifier")), include=include
                ),
            )
    return watch, removal
