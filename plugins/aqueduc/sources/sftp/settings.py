"""What a connection of type ``sftp`` or ``ssh`` says, as Airflow's hooks read it; loads nothing of SSH."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aqueduc.connections import Connection, build_wrong_setting_error
from aqueduc.language import _

HONOURED = (
    "path",
    "host_key",
    "known_hosts",
    "no_host_key_check",
    "key_file",
    "private_key",
    "private_key_passphrase",
    "look_for_keys",
    "conn_timeout",
    "compress",
    "disabled_algorithms",
)
"""``path`` is ours: the folder of the drop on the server."""

REFUSED = ("allow_host_key_change", "ignore_hostkey_verification", "cmd_timeout", "ciphers")
"""What the hooks read, and would weaken what is verified here, or has no use for a drop."""

CONNECT_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class SftpSettings:
    """``host_key``: (type, base64) of the server's key, where the connection says it. ``known_hosts``: a file of
    keys to go by instead of the machine's own."""

    host: str
    port: int
    login: str
    password: str = field(repr=False)
    folder: str = ""
    host_key: tuple[str, str] | None = None
    known_hosts: str = ""
    key_file: str = ""
    private_key: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    look_for_keys: bool = False
    timeout_s: float = CONNECT_TIMEOUT_S
    compress: bool = False
    disabled_algorithms: dict[str, Any] = field(default_factory=dict)


def read_sftp_settings(connection: Connection) -> SftpSettings:
    """Raises InvalidConnectionSettings for what is not understood, by its name and without its value."""
    extra = connection.get_checked_extra(HONOURED)
    if _read_boolean(connection, "no_host_key_check"):
        raise build_wrong_setting_error(
            connection,
            "no_host_key_check",
            _("false, et la clé du serveur sous « host_key » : elle est toujours vérifiée"),
        )
    if not connection.host or not connection.login:
        raise build_wrong_setting_error(
            connection, "host", _("l'adresse du serveur SFTP, avec un identifiant (login)")
        )
    return SftpSettings(
        host=connection.host,
        port=connection.port or 22,
        login=connection.login,
        password=connection.password,
        folder=str(extra.get("path") or ""),
        host_key=_read_host_key(connection),
        known_hosts=str(extra.get("known_hosts") or ""),
        key_file=str(extra.get("key_file") or ""),
        private_key=str(extra.get("private_key") or ""),
        passphrase=str(extra.get("private_key_passphrase") or ""),
        look_for_keys=_read_boolean(connection, "look_for_keys"),
        timeout_s=_read_timeout(connection),
        compress=_read_boolean(connection, "compress"),
        disabled_algorithms=_read_disabled_algorithms(connection),
    )


def _read_host_key(connection: Connection) -> tuple[str, str] | None:
    """As ``ssh-keyscan`` or ``known_hosts`` writes it; alone, it is RSA, as in Airflow's hook."""
    given = connection.extra.get("host_key")
    if not given:
        return None
    parts = str(given).split()
    return (parts[0], parts[1]) if len(parts) > 1 else ("ssh-rsa", parts[0])


def _read_boolean(connection: Connection, name: str) -> bool:
    """A form of Airflow's writes « true » as a text."""
    given = str(connection.extra.get(name, False)).lower()
    if given not in ("true", "false", "", "none"):
        raise build_wrong_setting_error(connection, name, _("true ou false"))
    return given == "true"


def _read_timeout(connection: Connection) -> float:
    given = connection.extra.get("conn_timeout") or CONNECT_TIMEOUT_S
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        seconds = 0.0
    if seconds <= 0:
        raise build_wrong_setting_error(connection, "conn_timeout", _("des secondes, par exemple 60"))
    return seconds


def _read_disabled_algorithms(connection: Connection) -> dict[str, Any]:
    given = connection.extra.get("disabled_algorithms") or {}
    if not isinstance(given, dict):
        raise build_wrong_setting_error(
            connection, "disabled_algorithms", _('un objet, comme {"keys": ["ssh-rsa"]}')
        )
    return given
