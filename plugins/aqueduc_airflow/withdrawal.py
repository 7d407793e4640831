"""The two DAGs of withdrawals: the one that a person starts and another answers, and the one of each day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, BaseOperator, chain

from aqueduc.declaration import City, list_dataset_paths
from aqueduc.language import _, format_localised_day, n_, use_language
from aqueduc_airflow import prose
from aqueduc_airflow.city_dags import build_city_dag_options, build_timetable, read_timezone_and_language
from aqueduc_airflow.compat import AirflowSkipException, drop_params_of_dag
from aqueduc_airflow.failures import RETRIES, InvalidRunRequest, build_retry_policy_options
from aqueduc_airflow.forms import build_withdrawal_form
from aqueduc_airflow.operators import open_city_and_task_workspace

if TYPE_CHECKING:
    from aqueduc.run import Workspace

WITHDRAWAL, WITHDRAWAL_WATCH = "aqueduc_withdrawal", "aqueduc_withdrawal_watch"
ASK, WITHDRAW, VERIFY, WATCH = "ask", "withdraw", "verify", "watch"
_AGREED, _REFUSED = _("Confirmer"), _("Ne rien faire")


class AskWithdrawalConfirmationOperator(HITLOperator):
    """Refuses what makes no sense, then asks a person, who has before their eyes what is about to be done."""

    def __init__(self, *, include: Path, **options: Any) -> None:
        super().__init__(options=[str(_AGREED), str(_REFUSED)], **options)
        drop_params_of_dag(self)
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> Any:
        with open_city_and_task_workspace(self.include, self.log) as (loaded, workspace):
            from aqueduc.withdrawal import check_order_and_compute_effective_time, require_withdrawal_marks

            asked = list_datasets_asked_in_form(context["params"], workspace)
            if context["params"]["lift"]:
                require_withdrawal_marks(asked, workspace)
            else:
                check_order_and_compute_effective_time(
                    asked, build_withdrawal_order(context, "?"), loaded.city, workspace
                )
            self.body = describe_withdrawal_request(asked, context["params"])
        return super().execute(context)


class RecordWithdrawalOrLiftOperator(BaseOperator):
    """Notes the order, in the name of whoever answered: Airflow knows who that is."""

    ui_color = "#f6e7e4"

    def __init__(self, *, include: Path, **options: Any) -> None:
        super().__init__(
            retries=RETRIES,
            **build_retry_policy_options(),
            execution_timeout=timedelta(minutes=15),
            **options,
        )
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> list[str]:
        from aqueduc.withdrawal import lift_withdrawal, record_withdrawal_order

        with open_city_and_task_workspace(self.include, self.log) as (loaded, workspace):
            answer = context["ti"].xcom_pull(task_ids=ASK)
            if answer["chosen_options"] != [str(_AGREED)]:
                raise AirflowSkipException(str(_("Refusé : rien n'a été fait.")))
            by = str((answer["responded_by_user"] or {}).get("name") or "")
            params, order = context["params"], build_withdrawal_order(context, by)
            asked = list_datasets_asked_in_form(params, workspace, run=order.run)
            if params["lift"]:
                lift_withdrawal(asked, by, order.reason, order.run, loaded.city, workspace, in_airflow=True)
                self.log.info("%s", _("Levé : l'exécution suivante de chacun publie."))
                raise AirflowSkipException(str(_("Levé : rien à vérifier.")))
            record_withdrawal_order(asked, order, loaded.city, workspace)
            self.log.info("%s", _("Noté (au nom de : {by}) : plus rien ne les publie.").format(by=by))
            return asked


class CarryOutWithdrawalOperator(BaseOperator):
    """Hides, removes and verifies gone; what a platform keeps from it is tried again."""

    ui_color = "#f6e7e4"

    def __init__(self, *, include: Path, **options: Any) -> None:
        super().__init__(
            retries=RETRIES,
            **build_retry_policy_options(),
            execution_timeout=timedelta(minutes=55),
            **options,
        )
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> None:
        with open_city_and_task_workspace(self.include, self.log) as (loaded, workspace):
            self.advance_and_log_withdrawals(self.list_datasets(context, workspace), loaded.city, workspace)

    def list_datasets(self, context: Mapping[str, Any], workspace: Workspace) -> list[str]:  # noqa: ARG002
        return [str(name) for name in context["ti"].xcom_pull(task_ids=WITHDRAW)]

    def advance_and_log_withdrawals(self, datasets: list[str], city: City, workspace: Workspace) -> None:
        """Raises the error of one that could not be done, once all were tried."""
        from aqueduc.withdrawal import resume_or_recheck_withdrawals

        done = resume_or_recheck_withdrawals(datasets, city, workspace)
        for outcome in done.outcomes:
            if outcome.proved:
                self.log.info(
                    "%s",
                    _("« {title} » : plus rien n'en est servi, vérifié.").format(title=outcome.mark.title),
                )
        for _dataset, error in done.failures:
            self.log.warning("%s", error)
        done.raise_failures()


class WatchWithdrawalsOperator(CarryOutWithdrawalOperator):
    """Each day: those whose day has come, those that are not verified yet, and whether one is shown again."""

    def list_datasets(self, context: Mapping[str, Any], workspace: Workspace) -> list[str]:  # noqa: ARG002
        from aqueduc.withdrawal import list_withdrawal_marks

        return [mark.dataset for mark in list_withdrawal_marks(workspace.store)]


def list_datasets_asked_in_form(params: Mapping[str, Any], workspace: Workspace, run: str = "") -> list[str]:
    """Those of the form; ``all``: those that are not withdrawn yet (or were by this ``run``), or to lift, those
    that are. Raises InvalidRunRequest for none, or both."""
    from aqueduc.decisions import read_withdrawal_mark
    from aqueduc.withdrawal import list_known_datasets

    named = [str(name) for name in params["datasets"] or ()]
    if bool(named) == bool(params["all"]):
        raise InvalidRunRequest(
            _("Il faut choisir des jeux, ou « tous » : l'un des deux. Rien n'a été fait."),
            where=_("formulaire de cette exécution"),
            remedy=_("le remplir de nouveau"),
        )
    if named:
        return list(dict.fromkeys(named))
    marks = {name: read_withdrawal_mark(workspace.store, name) for name in list_known_datasets(workspace)}
    if params["lift"]:
        return [name for name, mark in marks.items() if mark is not None]
    return [name for name, mark in marks.items() if mark is None or mark.run == run]


def build_withdrawal_order(context: Mapping[str, Any], by: str) -> Any:
    """The order of this run. Raises InvalidRunRequest for a day that is none."""
    from aqueduc.withdrawal import WithdrawalOrder

    params = context["params"]
    requester, reason, day = (str(params[name] or "").strip() for name in ("requester", "reason", "on"))
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        raise InvalidRunRequest(
            _("« {day} » n'est pas un jour. Rien n'a été fait.").format(day=day),
            where=_("formulaire de cette exécution"),
            remedy=_("l'écrire comme 2026-12-31, ou le laisser vide pour retirer tout de suite"),
        ) from None
    return WithdrawalOrder(
        by, requester, reason, context["dag_run"].run_id, on, bool(params["hide_now"]), in_airflow=True
    )


def describe_withdrawal_request(asked: list[str], params: Mapping[str, Any]) -> str:
    """What the person who answers reads, in Markdown."""
    what = (
        n_("Lever le retrait de {count} jeu :", "Lever le retrait de {count} jeux :", len(asked))
        if params["lift"]
        else n_("Retirer du public {count} jeu :", "Retirer du public {count} jeux :", len(asked))
    )
    day = date.fromisoformat(str(params["on"])) if params["on"] else None
    lines = [what, "", *(f"- {name}" for name in asked), ""]
    lines.append(_("Motif : {reason}").format(reason=params["reason"]))
    if not params["lift"]:
        lines.append(_("Demandé par : {requester}").format(requester=params["requester"]))
        lines.append(
            _("Prend effet : {day}").format(day=format_localised_day(day) if day else _("tout de suite"))
        )
    return "\n".join(map(str, lines))


def build_withdrawal_dags(include: Path) -> tuple[DAG, DAG]:
    """The one that is triggered with its form, and waits for an answer; and the one of each day, at ten past
    midnight in the city's time."""
    timezone, spoken = read_timezone_and_language(include)
    with use_language(spoken):
        with DAG(
            **build_city_dag_options(
                include,
                WITHDRAWAL,
                _("Retirer des jeux"),
                _("Retire des jeux du public, ou lève leur retrait, si quelqu'un le confirme."),
                _("retrait"),
                prose.WITHDRAWAL,
                max_active_runs=16,
                roles=("dpo", "signatory"),
            ),
            schedule=None,
            params=build_withdrawal_form(path.stem for path in list_dataset_paths(include)),
        ) as order:
            chain(
                AskWithdrawalConfirmationOperator(
                    task_id=ASK,
                    task_display_name=str(_("Demander confirmation")),
                    subject=str(_("Retirer ces jeux du public, ou lever leur retrait ?")),
                    include=include,
                ),
                RecordWithdrawalOrLiftOperator(
                    task_id=WITHDRAW, task_display_name=str(_("Décider")), include=include
                ),
                CarryOutWithdrawalOperator(
                    task_id=VERIFY, task_display_name=str(_("Retirer et vérifier")), include=include
                ),
            )
        with DAG(
            **build_city_dag_options(
                include,
                WITHDRAWAL_WATCH,
                _("Retraits : veille"),
                _("Chaque jour : les retraits qui prennent effet, ou ne sont pas achevés."),
                _("retrait"),
                prose.WITHDRAWAL,
            ),
            schedule=build_timetable("10 0 * * *", timezone),
        ) as watch:
            WatchWithdrawalsOperator(task_id=WATCH, task_display_name=str(_("Veiller")), include=include)
    return order, watch
