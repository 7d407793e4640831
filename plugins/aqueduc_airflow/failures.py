"""How a task fails: with one readable message, no cell in it, and a retry only where a retry may help."""

from contextvars import ContextVar
from logging import Logger
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from airflow.sdk.exceptions import AirflowException, AirflowRuntimeError, ErrorType

from aqueduc.errors import AqueducError, convert_to_aqueduc_error
from aqueduc.language import _
from aqueduc_airflow.cities import hide_other_cities_in_error
from aqueduc_airflow.compat import NeverTriedAgain, build_retry_options, forbid_retry_of_timeout

RETRIES = 2


class InvalidRunRequest(AqueducError, code="execution-refusee"):
    """What was asked of this run makes no sense for this dataset."""


class RemovedDeclaration(AqueducError, code="declaration-retiree"):
    """The YAML file of a dataset was removed during one of its runs."""

    @classmethod
    def build_for_declaration(cls, path: Path, include: Path) -> Self:
        return cls(
            _("La déclaration de ce jeu a été retirée. Rien n'a été fait ; ce qui est en ligne y reste."),
            where=f"{include.name}/{path.relative_to(include).as_posix()}",
            remedy=_("remettre le fichier pour publier de nouveau ce jeu"),
        )


class AirflowUnavailable(AqueducError, code="airflow-injoignable", retryable=True):
    """A task asked something of Airflow's API, which was not reached, or failed by itself."""

    def __init__(self) -> None:
        super().__init__(
            _("L'API d'Airflow n'a pas pu répondre."),
            where=_("serveur d'API d'Airflow (api-server)"),
            remedy=_(
                "vérifier qu'il tourne et que cette machine le joint ; cette tâche sera reprise toute seule"
            ),
        )


class ErrorCapture:
    """``with ErrorCapture() as failure:`` keeps what the block raises in ``failure.error``, and goes on.

    So that one file, whatever it does to us, breaks one DAG. What nobody foresaw becomes a Defect.
    """

    error: AqueducError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.error = convert_to_aqueduc_error(error)
        return True


unread_declarations: ContextVar[dict[Path, str]] = ContextVar("unread_declarations")
"""Where a parse puts, for whoever set it, the message of each declaration that it could not read."""


class ReportedTaskFailure(SystemExit):
    """Ends a task that has already said why.

    Airflow logs any other exception with twenty lines of its own machinery, after the message; of a task that
    exits it logs one line, with ``code``, and applies the retry policy all the same.
    """

    def __init__(self, error: AqueducError) -> None:
        super().__init__(error.code)
        self.error = error
        self._text = str(error)  # in the language of the task, which Airflow's log does not speak

    def __str__(self) -> str:
        return self._text


class RetryableTaskFailure(ReportedTaskFailure):
    """The same, for what may pass by itself."""


class FinalTaskFailure(ReportedTaskFailure, NeverTriedAgain):
    """The same, for all the rest."""


class report_failures:  # noqa: N801 - reads as a verb: `with report_failures(self.log):`
    """Turns what the block raises into one message for the operator, and hides the machinery.

    An AqueducError is logged as it speaks. Anything unforeseen becomes a Defect with the places it went
    through (file, line, function), never its text: a driver's message may hold a cell; but for Airflow's API when it
    is away. Airflow's own signals (skip, timeout) pass.
    """

    def __init__(self, log: Logger) -> None:
        self._log = log

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        forbid_retry_of_timeout(error)
        if error is None or isinstance(error, AirflowException) or not isinstance(error, Exception):
            return
        known = convert_to_aqueduc_error(error)
        told_error = (
            AirflowUnavailable()
            if is_airflow_api_unavailable_error(error)
            else hide_other_cities_in_error(known)
        )
        self._log.error("%s", told_error)
        raise (RetryableTaskFailure if told_error.retryable else FinalTaskFailure)(told_error) from None


def is_airflow_api_unavailable_error(error: BaseException) -> bool:
    """Whether Airflow's API was not reached, or failed by itself: what it refuses (4xx) is another matter."""
    if not isinstance(error, AirflowRuntimeError) or error.error.error is not ErrorType.API_SERVER_ERROR:
        return False
    status = get_airflow_api_status(error)
    return status is None or status >= 500


def get_airflow_api_status(error: AirflowRuntimeError) -> int | None:
    """The status that Airflow's API answered to a task; None where it was not reached."""
    return (error.error.detail or {}).get("status_code")


def build_retry_policy_options() -> dict[str, Any]:
    """The options of a task that tries again what may pass by itself, and fails at once for all the rest.

    What a stage raises has gone through ``report_failures``. An AirflowRuntimeError has not: it comes from Airflow's
    own steps around the stage (the XCom that is pushed at the end), when its API is away.
    """
    reason = str(_("panne passagère : un nouvel essai est prévu"))
    return build_retry_options((RetryableTaskFailure, AirflowRuntimeError), reason)
