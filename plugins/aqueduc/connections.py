"""Connections by name: where a declaration says ``urbanisme``, this says host, login and password.

Under Airflow they come from Airflow (see ``aqueduc_airflow``); on the command line from the same
environment variables Airflow reads (``AIRFLOW_CONN_URBANISME``), in JSON or URI form, so that one
setting serves both.
"""

import json
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from aqueduc.errors import ConnectionMissing, InvalidConnectionSettings
from aqueduc.language import Sentence, _, join_messages, quote_text


@dataclass(frozen=True)
class Connection:
    """What is needed to reach one system. ``repr`` shows no secret. ``stored_as``: the identifier under which Airflow
    keeps what a city of several calls ``id``."""

    id: str
    kind: str
    host: str = ""
    port: int | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    database: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    stored_as: str = ""

    @property
    def base_url(self) -> str:
        """``http(s)://host[:port][/path][?query]`` without a trailing slash, for connections that speak HTTP.

        The scheme is part of ``host`` (as Airflow's form has it) or ``schema``; ``https`` when neither says.
        """
        host = self.host if "?" in self.host else self.host.rstrip("/")
        if "://" not in host:
            host = f"{self.database or 'https'}://{host}"
        if self.port is None or urlsplit(host).port is not None:
            return host
        parts = urlsplit(host)
        # What follows « ? » may name the service itself: « ?map=/srv/voirie.map ».
        return parts._replace(netloc=f"{parts.netloc.rpartition('@')[2]}:{self.port}").geturl()

    def get_checked_extra(self, known: Collection[str]) -> Mapping[str, Any]:
        """The extra, for whoever understands the names in ``known``.

        Raises InvalidConnectionSettings for any other name: a setting of safety (``sslmode``) must not be lost.
        """
        others = sorted(set(self.extra) - set(known))
        if not others:
            return self.extra
        raise InvalidConnectionSettings(
            _(
                "La connexion « {id} » porte un paramètre supplémentaire (extra) qui n'est pas compris : "
                "{others}."
            ).format(id=self.id, others=join_messages(map(quote_text, others))),
            where=_("connexion {id}").format(id=self.id),
            remedy=_("l'ôter, ou l'écrire comme l'un de ceux qui le sont ici : {known}").format(
                known=", ".join(sorted(known)) or _("aucun")
            ),
        )


class ConnectionLookup(Protocol):
    """Gives a connection by its identifier."""

    def get(self, identifier: str) -> Connection:
        """Raises ConnectionMissing, InvalidConnectionSettings."""


def build_missing_connection_error(identifier: str) -> ConnectionMissing:
    return ConnectionMissing(
        _("La connexion « {identifier} » n'est pas configurée.").format(identifier=identifier),
        where=_("connexion {identifier}").format(identifier=identifier),
        remedy=_("la créer dans Airflow (Admin > Connexions) ou définir AIRFLOW_CONN_{upper}").format(
            upper=identifier.upper()
        ),
    )


def build_wrong_setting_error(
    connection: Connection, setting: str, expected: Sentence
) -> InvalidConnectionSettings:
    """Of a parameter whose value, which is not shown, is none that it may have."""
    return InvalidConnectionSettings(
        _("« {setting} » de la connexion « {id} » est mal réglé.").format(setting=setting, id=connection.id),
        where=_("connexion {id}").format(id=connection.id),
        remedy=_("y écrire {expected}").format(expected=expected),
    )


@dataclass(frozen=True)
class EnvironmentConnections:
    """Reads ``AIRFLOW_CONN_*``. ``variables`` is the environment unless a test gives another mapping."""

    variables: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def get(self, identifier: str) -> Connection:
        text = self.variables.get(f"AIRFLOW_CONN_{identifier.upper()}")
        if not text:
            raise build_missing_connection_error(identifier)
        try:
            return parse_connection(identifier, text)
        except (ValueError, TypeError, AttributeError):
            raise InvalidConnectionSettings(
                _("La connexion « {identifier} » est mal écrite.").format(identifier=identifier),
                where=f"AIRFLOW_CONN_{identifier.upper()}",
                remedy=_(
                    "l'écrire en JSON (conn_type, host, port, login, password, schema, extra) ou en URI, "
                    "comme Airflow (« Connection.get_uri() »)"
                ),
            ) from None


_KEYS = frozenset({"conn_type", "description", "host", "port", "login", "password", "schema", "extra"})


def parse_connection(identifier: str, text: str) -> Connection:
    """A connection as Airflow writes it, in JSON or as a URI.

    Raises ValueError, TypeError or AttributeError, whose texts may quote a secret, for what cannot be read;
    InvalidConnectionSettings for a key of the JSON that is none of a connection's.
    """
    return (
        _parse_json_connection(identifier, text)
        if text.lstrip().startswith("{")
        else _parse_uri_connection(identifier, text)
    )


def _parse_json_connection(identifier: str, text: str) -> Connection:
    raw = json.loads(text)
    if others := sorted(set(raw) - _KEYS):
        raise InvalidConnectionSettings(
            _("La connexion « {identifier} » a une clé qui n'est pas comprise : {others}.").format(
                identifier=identifier, others=join_messages(map(quote_text, others))
            ),
            where=f"AIRFLOW_CONN_{identifier.upper()}",
            remedy=_("les clés d'une connexion sont {keys} ; le reste va dans « extra »").format(
                keys=", ".join(sorted(_KEYS))
            ),
        )
    return Connection(
        id=identifier,
        kind=_normalise_connection_type(str(raw.get("conn_type") or "")),
        host=raw.get("host") or "",
        port=int(raw["port"]) if raw.get("port") else None,
        login=raw.get("login") or "",
        password=raw.get("password") or "",
        database=raw.get("schema") or "",
        extra=parse_connection_extra(raw.get("extra")),
    )


def _parse_uri_connection(identifier: str, text: str) -> Connection:
    """As ``airflow.sdk.Connection.from_uri`` does: the host may have a scheme of its own
    (``http://https://api``), what does not fit a query string stands as JSON under ``__extra__``."""
    kind, _sign, rest = text.strip().partition("://")
    scheme, parts = "", urlsplit(f"//{rest}")
    if "://" in rest:
        scheme, _sign, after = rest.partition("://")
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) or "://" in after:
            raise ValueError("several addresses in one")
        parts = urlsplit(f"//{after}")
    host = _parse_uri_host(parts)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Connection(
        id=identifier,
        kind=_normalise_connection_type(kind),
        host=f"{scheme}://{host}" if scheme and host else host,
        port=parts.port,
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=unquote(parts.path[1:]),
        extra=parse_connection_extra(query["__extra__"]) if "__extra__" in query else query,
    )


def _parse_uri_host(parts: SplitResult) -> str:
    """In lower case, except where it is a path (a socket's folder, an address within the address)."""
    host = unquote(parts.hostname or "")
    return host if "/" not in host else unquote(parts.netloc.rpartition("@")[2].partition(":")[0])


def _normalise_connection_type(written: str) -> str:
    return "postgres" if written == "postgresql" else written.replace("-", "_")


def parse_connection_extra(written: object) -> Mapping[str, Any]:
    """The extra of a connection: an object, or the text of one. Raises ValueError for anything else."""
    extra = json.loads(written) if isinstance(written, str) and written.strip() else written or {}
    if not isinstance(extra, dict):
        raise ValueError("not an object")
    return extra
