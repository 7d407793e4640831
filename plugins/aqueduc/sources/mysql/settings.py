"""What a connection of type ``mysql`` says, in the words of Airflow's hook; loads no driver."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aqueduc.connections import Connection, build_wrong_setting_error
from aqueduc.language import _
from aqueduc.sources.databases.settings import CONNECT_TIMEOUT_S, STATEMENT_TIMEOUT_S, read_seconds_setting

HONOURED = ("ssl_mode", "ssl", "unix_socket", "charset", "connect_timeout", "statement_timeout_s")
"""The last two are ours."""

REFUSED = ("cursor", "local_infile", "init_command", "client", "iam", "aws_conn_id")
"""What the hook or its drivers read, and which is fixed here, or of another use."""

SSL_FILES = ("ca", "capath", "cert", "key", "cipher")
"""What ``ssl`` may say, as the hook hands it to the driver."""

SSL_MODES = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")


@dataclass(frozen=True)
class MySqlSettings:
    """``tls``: None when the session is not encrypted, or only where the server offers it (``preferred``)."""

    host: str
    port: int
    login: str
    password: str = field(repr=False)
    database: str = ""
    unix_socket: str = ""
    tls: ssl.SSLContext | None = None
    preferred: bool = True
    connect_timeout_s: int = CONNECT_TIMEOUT_S
    statement_timeout_s: int = STATEMENT_TIMEOUT_S


def read_mysql_settings(connection: Connection) -> MySqlSettings:
    """Raises InvalidConnectionSettings for what is not understood, by its name and without its value."""
    extra = connection.get_checked_extra(HONOURED)
    if str(extra.get("charset") or "utf8mb4").lower() not in ("utf8mb4", "utf8", "utf-8"):
        raise build_wrong_setting_error(connection, "charset", _("utf8mb4, ou rien : tout est lu en UTF-8"))
    mode = _read_ssl_mode(connection)
    return MySqlSettings(
        host=connection.host or "localhost",
        port=connection.port or 3306,
        login=connection.login,
        password=connection.password,
        database=connection.database,
        unix_socket=str(extra.get("unix_socket") or ""),
        tls=_build_tls_context(connection, mode) if mode not in ("DISABLED", "PREFERRED") else None,
        preferred=mode == "PREFERRED",
        connect_timeout_s=read_seconds_setting(connection, "connect_timeout", CONNECT_TIMEOUT_S),
        statement_timeout_s=read_seconds_setting(connection, "statement_timeout_s", STATEMENT_TIMEOUT_S),
    )


def _read_ssl_mode(connection: Connection) -> str:
    """As MySQL's clients call it. An authority that is given is one to be verified."""
    given = str(connection.extra.get("ssl_mode") or "").upper().replace("-", "_")
    files = _read_ssl_file_settings(connection)
    verified = "ca" in files or "capath" in files
    mode = given or ("VERIFY_IDENTITY" if verified else "REQUIRED" if files else "PREFERRED")
    if mode not in SSL_MODES:
        raise build_wrong_setting_error(
            connection, "ssl_mode", _("l'un de ces mots : {listed}").format(listed=", ".join(SSL_MODES))
        )
    if files and mode in ("DISABLED", "PREFERRED"):
        raise build_wrong_setting_error(
            connection, "ssl_mode", _("REQUIRED, VERIFY_CA ou VERIFY_IDENTITY, puisque « ssl » est donné")
        )
    return mode


def _read_ssl_file_settings(connection: Connection) -> Mapping[str, Any]:
    """An object, or the text of one, as a URI has it."""
    given = connection.extra.get("ssl") or {}
    expected = _('un objet dont les clés sont parmi {listed} : {{"ca": "/etc/ssl/ville.pem"}}').format(
        listed=", ".join(SSL_FILES)
    )
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    if not isinstance(given, dict) or set(given) - set(SSL_FILES):
        raise build_wrong_setting_error(connection, "ssl", expected)
    return given


def _build_tls_context(connection: Connection, mode: str) -> ssl.SSLContext:
    try:
        return _build_tls_context_from_files(_read_ssl_file_settings(connection), mode)
    except (OSError, TypeError, ValueError):
        # The error of ssl is an OSError: a file that is absent, or is no certificate.
        pass
    raise build_wrong_setting_error(
        connection, "ssl", _("les chemins de fichiers PEM lisibles par le service, et des noms d'OpenSSL")
    )


def _build_tls_context_from_files(files: Mapping[str, Any], mode: str) -> ssl.SSLContext:
    """Raises OSError, TypeError, ValueError."""
    context = ssl.create_default_context(cafile=files.get("ca"), capath=files.get("capath"))
    # The authority that MySQL makes for itself is older than what Python 3.13 asks of one.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = mode == "VERIFY_IDENTITY"
    context.verify_mode = ssl.CERT_NONE if mode == "REQUIRED" else ssl.CERT_REQUIRED
    if "cert" in files:
        context.load_cert_chain(files["cert"], keyfile=files.get("key"))
    if "cipher" in files:
        context.set_ciphers(files["cipher"])
    return context
