"""The alert of a task that failed for good, or that a gate held."""

from dataclasses import dataclass
from datetime import datetime

from aqueduc.alert_queue import Alert
from aqueduc.errors import AqueducError, GateClosed
from aqueduc.language import _

_INTERRUPTED = (
    _(
        "la tâche a été interrompue avant de pouvoir dire pourquoi : processus arrêté, machine éteinte, durée "
        "dépassée"
    ),
    _("lire son journal, puis relancer l'exécution (Clear depuis « Extraire »)"),
)


@dataclass(frozen=True)
class FailedTask:
    """``task``, as people read it; ``attempt``: a task that is cleared and fails again is told again."""

    task: str
    run: str
    attempt: int
    link: str = ""


def build_failure_alert(
    subject: str, title: str, failed: FailedTask, error: AqueducError | None, at: datetime
) -> Alert:
    """Of ``error``; None where the task was killed before it could say why. What it says quotes no cell."""
    what, remedy = (_describe_error(error), error.remedy) if error else _INTERRUPTED
    return Alert(
        kind="held" if isinstance(error, GateClosed) else "failed",
        subject=subject,
        title=title,
        occurrence=f"{failed.run} {failed.task} {failed.attempt}",
        what=_("tâche « {task} », exécution {run} : {what}").format(
            task=failed.task, run=failed.run, what=what
        ),
        remedy=remedy,
        audience=("steward", "operator"),
        at=at.isoformat(),
        link=failed.link,
    )


def _describe_error(error: AqueducError) -> str:
    """In the language spoken now."""
    findings = (
        "".join(f"\n- {finding}" for finding in error.findings) if isinstance(error, GateClosed) else ""
    )
    return f"[{error.code}] {error.what}{findings}\n{_('Où : {where}').format(where=error.where)}"
