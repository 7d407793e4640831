"""Databases that Airflow's hooks open, for sources of kind ``dbapi``: the entry point ``airflow`` of ``aqueduc.dbapi``."""

from __future__ import annotations

from functools import partial
from typing import Any

from airflow.providers.common.sql.hooks.sql import DbApiHook
from airflow.sdk.exceptions import AirflowException

from aqueduc.errors import InvalidConnectionSettings
from aqueduc.language import Sentence, _
from aqueduc.sources.databases.access import DatabaseAccess
from aqueduc_airflow.connections import find_airflow_connection


def open_database(identifier: str) -> DatabaseAccess:
    """The hook of a connection, whichever provider gives it. Raises ConnectionMissing, InvalidConnectionSettings,
    AirflowUnavailable."""
    found = find_airflow_connection(identifier)
    try:
        hook = found.get_hook()
    except (AirflowException, ImportError):
        hook = None
    if hook is None:
        raise _build_unusable_connection_error(
            identifier,
            _("Airflow n'a pas de quoi joindre une connexion de type « {kind} » (« {identifier} »).").format(
                kind=found.conn_type, identifier=identifier
            ),
            _("installer son fournisseur (apache-airflow-providers-…) là où tournent les tâches"),
        )
    if not isinstance(hook, DbApiHook):
        raise _build_unusable_connection_error(
            identifier,
            _(
                "La connexion « {identifier} », de type « {kind} », n'est pas celle d'une base de données."
            ).format(kind=found.conn_type, identifier=identifier),
            _(
                "« dbapi: » lit ce qui répond à du SQL (un DbApiHook d'Airflow) : corriger le type, ou la source"
            ),
        )
    quoting = str(getattr(hook, "escape_word_format", None) or DatabaseAccess.quoting)
    return DatabaseAccess(partial(_connect_without_autocommit, hook), hook.placeholder, quoting)


def _connect_without_autocommit(hook: DbApiHook) -> Any:
    connection = hook.get_conn()
    if hook.supports_autocommit:
        hook.set_autocommit(connection, autocommit=False)
    return connection


def _build_unusable_connection_error(
    identifier: str, what: Sentence, remedy: Sentence
) -> InvalidConnectionSettings:
    return InvalidConnectionSettings(
        what, where=_("connexion {identifier}").format(identifier=identifier), remedy=remedy
    )
