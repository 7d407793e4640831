"""What a connection of type ``mssql`` says, in the words of Microsoft's driver; loads no driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aqueduc.connections import Connection, build_wrong_setting_error
from aqueduc.language import _
from aqueduc.sources.databases.settings import CONNECT_TIMEOUT_S, STATEMENT_TIMEOUT_S, read_seconds_setting

WORDS = {
    "encrypt": "Encrypt",
    "trust_server_certificate": "TrustServerCertificate",
    "hostname_in_certificate": "HostnameInCertificate",
    "server_certificate": "ServerCertificate",
    "multi_subnet_failover": "MultiSubnetFailover",
    "application_intent": "ApplicationIntent",
}
"""Ours, and those of the driver."""

HONOURED = (*WORDS, "connect_timeout", "statement_timeout_s")

REFUSED = (
    *("sqlalchemy_scheme", "charset", "tds_version", "appname", "timeout", "login_timeout", "encryption"),
    *("autocommit", "conn_properties", "read_only", "use_datetime2"),
)
"""What the hook, or the other driver that it loads, reads."""

_CHOICES = {
    "encrypt": ("yes", "mandatory", "strict", "no", "optional"),
    "trust_server_certificate": ("no", "yes"),
    "multi_subnet_failover": ("no", "yes"),
    "application_intent": ("readonly", "readwrite"),
}


@dataclass(frozen=True)
class SqlServerSettings:
    """``words``: those of the connection string, in the driver's own spelling."""

    words: Mapping[str, str] = field(repr=False)
    connect_timeout_s: int = CONNECT_TIMEOUT_S
    statement_timeout_s: int = STATEMENT_TIMEOUT_S


def read_sql_server_settings(connection: Connection) -> SqlServerSettings:
    """Raises InvalidConnectionSettings for what is not understood, by its name and without its value."""
    extra = connection.get_checked_extra(HONOURED)
    if not connection.host or not connection.login:
        raise build_wrong_setting_error(
            connection, "host", _("l'adresse du serveur SQL Server, avec un identifiant (login)")
        )
    words = {
        "Server": f"{connection.host},{connection.port}" if connection.port else connection.host,
        "Database": connection.database,
        "UID": connection.login,
        "PWD": connection.password,
        # What the driver does by itself is written, so that no default of another version changes it.
        "Encrypt": "yes",
        "TrustServerCertificate": "no",
        **{WORDS[name]: _read_driver_setting(connection, name) for name in WORDS if name in extra},
    }
    return SqlServerSettings(
        words={name: value for name, value in words.items() if value},
        connect_timeout_s=read_seconds_setting(connection, "connect_timeout", CONNECT_TIMEOUT_S),
        statement_timeout_s=read_seconds_setting(connection, "statement_timeout_s", STATEMENT_TIMEOUT_S),
    )


def _read_driver_setting(connection: Connection, name: str) -> str:
    given = connection.extra[name]
    text = ("yes" if given else "no") if isinstance(given, bool) else str(given)
    choices = _CHOICES.get(name)
    if choices and text.lower() not in choices:
        raise build_wrong_setting_error(
            connection, name, _("l'un de ces mots : {listed}").format(listed=", ".join(choices))
        )
    return text
