"""Aqueduc's connections, read from Airflow."""

from typing import Any

from airflow.sdk.bases.hook import BaseHook
from airflow.sdk.exceptions import AirflowRuntimeError
from airflow.sdk.log import mask_secret

from aqueduc.connections import Connection, build_missing_connection_error, parse_connection_extra
from aqueduc.errors import InvalidConnectionSettings
from aqueduc.language import _
from aqueduc_airflow.compat import AirflowNotFoundException
from aqueduc_airflow.failures import AirflowUnavailable, is_airflow_api_unavailable_error


class AirflowConnections:
    """An ``aqueduc.connections.ConnectionLookup``: asks Airflow, whatever backend holds the secrets."""

    def get(self, identifier: str) -> Connection:
        """Raises ConnectionMissing, InvalidConnectionSettings, AirflowUnavailable."""
        return convert_airflow_connection(identifier, find_airflow_connection(identifier))


def find_airflow_connection(identifier: str) -> Any:
    """Airflow's own connection object. Raises ConnectionMissing, and AirflowUnavailable where nobody can say: Airflow
    takes an API that is away for one that holds no such connection."""
    try:
        return BaseHook.get_connection(identifier)
    except AirflowNotFoundException:
        if not _is_connection_absent_from_api(identifier):
            raise AirflowUnavailable from None
        raise build_missing_connection_error(identifier) from None


def _is_connection_absent_from_api(identifier: str) -> bool:
    """Asks Airflow's API itself, through the supervisor of this task; outside of a task there is none to ask."""
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection

    supervisor = getattr(task_runner, "SUPERVISOR_COMMS", None)
    if supervisor is None:
        return True
    try:
        answer = supervisor.send(GetConnection(conn_id=identifier))
    except AirflowRuntimeError as error:
        return not is_airflow_api_unavailable_error(error)
    # Otherwise the API was away a moment ago, and is back.
    return isinstance(answer, ErrorResponse)


def convert_airflow_connection(identifier: str, found: Any) -> Connection:
    """The same connection in Aqueduc's words; its secrets are masked in every log from here on.

    Raises InvalidConnectionSettings for an extra that Airflow itself would take for an empty one.
    """
    if found.password:
        mask_secret(found.password)
    try:
        extra = parse_connection_extra(found.extra)
    except ValueError:
        raise InvalidConnectionSettings(
            _("Les paramètres supplémentaires (extra) de « {identifier} » ne sont pas un objet JSON.").format(
                identifier=identifier
            ),
            where=_("connexion {identifier}").format(identifier=identifier),
            remedy=_('les écrire comme {"nom": "valeur"} (Admin > Connexions)'),
        ) from None
    mask_secret(extra)
    return Connection(
        id=identifier,
        kind=found.conn_type or "",
        host=found.host or "",
        port=found.port,
        login=found.login or "",
        password=found.password or "",
        database=found.schema or "",
        extra=extra,
    )
