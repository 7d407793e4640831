"""The e-mail that says a task failed for good: to the contact of the dataset, through Airflow's own SMTP."""

from __future__ import annotations

import html
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aqueduc.language import Language, _, use_language

log = logging.getLogger(__name__)

_INTERRUPTED = _(
    "La tâche a été interrompue avant de pouvoir dire pourquoi : processus arrêté, machine éteinte, durée "
    "dépassée.\n  Que faire : lire son journal, puis relancer l'exécution (Clear depuis « Extraire »)."
)


@dataclass(frozen=True)
class FailureNotifier:
    """An ``on_failure_callback``: one e-mail a task that failed for good (not for each try).

    ``to`` is an address. What is sent is what the task's log says, which quotes no cell. Without the
    connection of Airflow's e-mails (``smtp_default``, or ``[email] email_conn_id``) nothing is sent, and the
    log says so.
    """

    to: str
    title: str
    language: Language

    def __call__(self, context: Mapping[str, Any]) -> None:
        with use_language(self.language):
            self._send(context)

    def _send(self, context: Mapping[str, Any]) -> None:
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier
        from airflow.sdk.bases.hook import BaseHook
        from airflow.sdk.exceptions import AirflowNotFoundException

        task = context["task"].task_display_name
        notifier = SmtpNotifier(
            to=self.to,
            subject=str(
                _("Aqueduc : « {title} », la tâche « {task} » a échoué").format(title=self.title, task=task)
            ),
            html_content=self._body(context, task),
        )
        try:
            sender = BaseHook.get_connection(notifier.smtp_conn_id)
        except AirflowNotFoundException:
            log.warning(
                "%s",
                _(
                    "Personne n'a été prévenu par courriel : la connexion « {connection} » n'existe pas dans "
                    "Airflow."
                ).format(connection=notifier.smtp_conn_id),
            )
            return
        # A contact may write to itself; Airflow would refuse to write without a sender.
        notifier.from_email = sender.extra_dejson.get("from_email") or self.to
        notifier.notify(context)
        log.info("%s", _("Courriel envoyé à {to}.").format(to=self.to))

    def _body(self, context: Mapping[str, Any], task: str) -> str:
        """HTML. The message first, since its remedy is what the reader can do."""
        from aqueduc_airflow.failures import ReportedTaskFailure

        error = context.get("exception")
        said = str(error) if isinstance(error, ReportedTaskFailure) else str(_INTERRUPTED)
        ti, run = context["ti"], context["dag_run"].run_id
        link = html.escape(str(getattr(ti, "log_url", "") or ""), quote=True)
        journal = html.escape(str(_("Le journal de cette tâche, dans Airflow")))
        where = f'<p><a href="{link}">{journal}</a></p>' if link else ""
        about = _("Jeu « {title} » ({dag}), tâche « {task} », exécution {run}.").format(
            title=self.title, dag=ti.dag_id, task=task, run=run
        )
        nothing = _("Ce courriel ne contient aucune donnée de la source.")
        return (
            f"<p>{html.escape(str(about))}</p>"
            f'<pre style="white-space: pre-wrap">{html.escape(said)}</pre>{where}'
            f"<p>{html.escape(str(nothing))}</p>"
        )
