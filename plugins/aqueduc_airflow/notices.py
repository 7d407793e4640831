"""Alerts from Airflow: a task that failed for good tells people at once; the rest is sent every ten minutes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from aqueduc.language import Language, _, n_, use_language
from aqueduc_airflow.cities import build_dag_id, find_city_of_folder
from aqueduc_airflow.compat import AirflowSkipException
from aqueduc_airflow.failures import RETRIES, ReportedTaskFailure, build_retry_policy_options

if TYPE_CHECKING:
    from aqueduc.alert_queue import Alert
    from aqueduc.alerts import DeliveryResult, SmtpAndAppriseChannels
    from aqueduc.declaration import LoadedCity
    from aqueduc.declaration.spec import City
    from aqueduc.run import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FailureNotifier:
    """An ``on_failure_callback``: one alert a task that failed for good (not for each try), sent at once.

    What is told is what the task's log says, which quotes no cell. What cannot be sent waits for the DAG of
    alerts, and the log says so. ``city``: None where it is to be read, since the declaration was not.
    ``daily``: what runs all day and fails again is told once a day.
    """

    subject: str
    title: str
    include: Path
    language: Language
    city: City | None = None
    daily: bool = False

    def __call__(self, context: Mapping[str, Any]) -> None:
        from aqueduc.errors import AqueducError

        with use_language(self.language):
            try:
                self._send_failure_alert(context)
            except AqueducError as error:
                log.warning("%s\n%s", _("Personne n'a encore été prévenu."), error)

    def _send_failure_alert(self, context: Mapping[str, Any]) -> None:
        from aqueduc.alerts import send_alert_now
        from aqueduc.declaration import load_city
        from aqueduc_airflow.operators import build_task_workspace

        workspace = build_task_workspace(self.include)
        city = self.city or load_city(self.include).city
        alert = self._build_alert(context, workspace)
        log_delivery_result(send_alert_now(workspace, city, alert, build_alert_channels(workspace, city)))

    def _build_alert(self, context: Mapping[str, Any], workspace: Workspace) -> Alert:
        from aqueduc.alerts import FailedTask, build_failure_alert

        error, ti = context.get("exception"), context["ti"]
        failed = FailedTask(
            task=context["task"].task_display_name,
            run=workspace.clock().date().isoformat() if self.daily else context["dag_run"].run_id,
            attempt=0 if self.daily else getattr(ti, "try_number", 0),
            link=str(getattr(ti, "log_url", "") or ""),
        )
        known = error.error if isinstance(error, ReportedTaskFailure) else None
        return build_failure_alert(self.subject, self.title, failed, known, workspace.clock())


class MessageDeliveryOperator(BaseOperator):
    """Sends what waits to be told. Fails when something could not leave; is skipped where the city has no mail server,
    which its page says."""

    ui_color = "#fdf3d8"

    def __init__(self, *, include: Path, **options: Any) -> None:
        super().__init__(
            retries=RETRIES,
            **build_retry_policy_options(),
            execution_timeout=timedelta(minutes=9),
            **options,
        )
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> None:  # noqa: ARG002
        from aqueduc_airflow.operators import open_city_and_task_workspace

        with open_city_and_task_workspace(self.include, self.log) as (loaded, workspace):
            done = self.deliver(workspace, loaded)
            log_delivery_result(done)
            if done.without_mail:
                raise AirflowSkipException(str(done.undelivered_reason))
            if done.undelivered_reason is not None:
                raise done.undelivered_reason

    def deliver(self, workspace: Workspace, loaded: LoadedCity) -> DeliveryResult:
        raise NotImplementedError


class DeliverAlertsOperator(MessageDeliveryOperator):
    """A turn: every ten minutes."""

    def deliver(self, workspace: Workspace, loaded: LoadedCity) -> DeliveryResult:
        from aqueduc.alerts import find_and_deliver_alerts

        done = find_and_deliver_alerts(workspace, loaded, build_alert_channels(workspace, loaded.city))
        if done.heartbeat_failure is not None:
            self.log.warning("%s", done.heartbeat_failure)
        return done.delivery


class SendWeeklyDigestOperator(MessageDeliveryOperator):
    """The week, on Monday."""

    def deliver(self, workspace: Workspace, loaded: LoadedCity) -> DeliveryResult:
        from aqueduc.alerts import send_weekly_digest

        return send_weekly_digest(workspace, loaded.city, build_alert_channels(workspace, loaded.city))


class ListPublicationsDueAfterEmbargoOperator(BaseOperator):
    """Finds the datasets whose embargo has ended: what a run of each is to be asked for with."""

    ui_color = "#fdf3d8"

    def __init__(self, *, include: Path, **options: Any) -> None:
        super().__init__(retries=RETRIES, execution_timeout=timedelta(minutes=5), **options)
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: ARG002
        from aqueduc.publish.embargo import list_publications_due_after_embargo
        from aqueduc_airflow.operators import open_city_and_task_workspace

        with open_city_and_task_workspace(self.include, self.log) as (loaded, workspace):
            due, city = (
                list_publications_due_after_embargo(workspace, loaded),
                find_city_of_folder(self.include),
            )
        # One run an embargo, however often it is asked for; the declared hour is a person's decision, which
        # a day without publication does not undo.
        return [
            {
                "trigger_dag_id": build_dag_id(city, one.dataset),
                "trigger_run_id": f"publish_at__{one.end.isoformat()}",
                "conf": {"force": True},
            }
            for one in due
        ]


def build_alert_channels(workspace: Workspace, city: City) -> SmtpAndAppriseChannels:
    from aqueduc.alerts import SmtpAndAppriseChannels

    return SmtpAndAppriseChannels(city, workspace.connections)


def log_delivery_result(done: DeliveryResult) -> None:
    """Counts what left; says of each message that did not why, once a reason."""
    if done.sent:
        log.info(
            "%s", n_("{count} message d'alerte envoyé.", "{count} messages d'alerte envoyés.", done.sent)
        )
    if done.kept:
        waiting = n_("{count} message attend.", "{count} messages attendent.", len(done.kept))
        log.warning("%s\n%s", waiting, "\n".join(dict.fromkeys(str(error) for _message, error in done.kept)))
