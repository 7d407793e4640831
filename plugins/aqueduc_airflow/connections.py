"""Aqueduc's connections, read from Airflow."""

from typing import Any

from airflow.sdk.bases.hook import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from aqueduc.connections import Connection, build_missing_connection_error, parse_connection_extra
from aqueduc.errors import ConnectionUnreadable
from aqueduc.language import _


class AirflowConnections:
    """An ``aqueduc.connections.ConnectionLookup``: asks Airflow, whatever backend holds the secrets."""

    def get(self, identifier: str) -> Connection:
        """Raises ConnectionMissing, ConnectionUnreadable."""
        try:
            found = BaseHook.get_connection(identifier)
        except AirflowNotFoundException:
            raise build_missing_connection_error(identifier) from None
        return convert_airflow_connection(identifier, found)


def convert_airflow_connection(identifier: str, found: Any) -> Connection:
    """The same connection in Aqueduc's words; its secrets are masked in every log from here on.

    Raises ConnectionUnreadable for an extra that Airflow itself would take for an empty one.
    """
    if found.password:
        mask_secret(found.password)
    try:
        extra = parse_connection_extra(found.extra)
    except ValueError:
        raise ConnectionUnreadable(
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
