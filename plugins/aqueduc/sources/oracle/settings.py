"""What a connection of type ``oracle`` says, in the words of Airflow's hook; loads no driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aqueduc.connections import Connection, build_wrong_setting_error
from aqueduc.language import _
from aqueduc.sources.databases.settings import CONNECT_TIMEOUT_S, STATEMENT_TIMEOUT_S, read_seconds_setting

HANDED_ON = ("wallet_location", "wallet_password", "ssl_server_dn_match", "ssl_server_cert_dn")
HONOURED = ("service_name", "sid", "dsn", "protocol", *HANDED_ON, "connect_timeout", "statement_timeout_s")
"""``protocol`` and the last two are ours."""

REFUSED = (
    *("thick_mode", "thick_mode_lib_dir", "thick_mode_config_dir", "fetch_decimals", "fetch_lobs"),
    *("mode", "events", "purity", "expire_time", "module", "cclass", "pool_name"),
)
"""What the hook reads, and which is fixed here, or of another use."""

_PORT = 1521


@dataclass(frozen=True)
class OracleSettings:
    """``address``: what the driver's ``connect`` is given."""

    address: Mapping[str, Any] = field(repr=False)
    connect_timeout_s: int = CONNECT_TIMEOUT_S
    statement_timeout_s: int = STATEMENT_TIMEOUT_S


def read_oracle_settings(connection: Connection) -> OracleSettings:
    """Raises InvalidConnectionSettings for what is not understood, by its name and without its value."""
    extra = connection.get_checked_extra(HONOURED)
    protocol = str(extra.get("protocol") or "tcp").lower()
    if protocol not in ("tcp", "tcps"):
        raise build_wrong_setting_error(connection, "protocol", _("tcp, ou tcps (chiffré)"))
    if extra.get("dsn") and (connection.host or extra.get("service_name") or extra.get("sid")):
        raise build_wrong_setting_error(
            connection,
            "dsn",
            _("« dsn » seul, ou une adresse avec « service_name » ou « sid », et non les deux"),
        )
    handed = {name: extra[name] for name in HANDED_ON if name in extra}
    address = {"user": connection.login, "password": connection.password, **handed}
    return OracleSettings(
        address={**address, **_build_connect_parameters(connection, protocol)},
        connect_timeout_s=read_seconds_setting(connection, "connect_timeout", CONNECT_TIMEOUT_S),
        statement_timeout_s=read_seconds_setting(connection, "statement_timeout_s", STATEMENT_TIMEOUT_S),
    )


def _build_connect_parameters(connection: Connection, protocol: str) -> Mapping[str, Any]:
    """As the hook finds it: the service is the « schema » where nothing else says it."""
    extra = connection.extra
    if extra.get("dsn"):
        return {"dsn": str(extra["dsn"])}
    sid, service = str(extra.get("sid") or ""), str(extra.get("service_name") or "")
    if not sid and not service:
        service = connection.database
    if not connection.host or bool(sid) == bool(service):
        raise build_wrong_setting_error(
            connection,
            "service_name",
            _("le nom du service d'Oracle (ou « sid »), avec l'adresse du serveur"),
        )
    named = {"sid": sid} if sid else {"service_name": service}
    return {"host": connection.host, "port": connection.port or _PORT, "protocol": protocol, **named}
