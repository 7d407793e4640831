"""Aqueduc's connections, read from Airflow."""

from __future__ import annotations

from typing import Any

from airflow.sdk.bases.hook import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from aqueduc.connections import Connection, missing


class AirflowConnections:
    """An ``aqueduc.connections.Connections``: asks Airflow, whatever backend holds the secrets."""

    def get(self, identifier: str) -> Connection:
        """Raises ConnectionMissing."""
        try:
            found = BaseHook.get_connection(identifier)
        except AirflowNotFoundException:
            raise missing(identifier) from None
        return from_airflow(identifier, found)


def from_airflow(identifier: str, found: Any) -> Connection:
    """The same connection in Aqueduc's words; its password is masked in every log from here on."""
    if found.password:
        mask_secret(found.password)
    return Connection(
        id=identifier,
        kind=found.conn_type or "",
        host=found.host or "",
        port=found.port,
        login=found.login or "",
        password=found.password or "",
        database=found.schema or "",
        extra=found.extra_dejson,
    )
