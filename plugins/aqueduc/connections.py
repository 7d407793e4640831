"""Connections by name: where a declaration says ``urbanisme``, this says host, login and password.

Under Airflow they come from Airflow (see ``aqueduc_airflow``); on the command line from the same
environment variables Airflow reads (``AIRFLOW_CONN_URBANISME``), in JSON or URI form, so that one
setting serves both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from aqueduc.errors import ConnectionMissing


@dataclass(frozen=True)
class Connection:
    """What is needed to reach one system. ``repr`` shows no secret."""

    id: str
    kind: str
    host: str = ""
    port: int | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    database: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def base_url(self) -> str:
        """``http(s)://host[:port][/path]`` without a trailing slash, for connections that speak HTTP.

        The scheme is part of ``host`` (as Airflow's form has it) or ``schema``; ``https`` when neither says.
        """
        host = self.host.rstrip("/")
        if "://" not in host:
            host = f"{self.database or 'https'}://{host}"
        if self.port is None or urlsplit(host).port is not None:
            return host
        parts = urlsplit(host)
        return f"{parts.scheme}://{parts.hostname}:{self.port}{parts.path}"


class Connections(Protocol):
    """Gives a connection by its identifier."""

    def get(self, identifier: str) -> Connection:
        """Raises ConnectionMissing."""
        ...


def missing(identifier: str) -> ConnectionMissing:
    return ConnectionMissing(
        f"La connexion « {identifier} » n'est pas configurée.",
        where=f"connexion {identifier}",
        remedy=f"la créer dans Airflow (Admin > Connexions) ou définir AIRFLOW_CONN_{identifier.upper()}",
    )


@dataclass(frozen=True)
class EnvironmentConnections:
    """Reads ``AIRFLOW_CONN_*``. ``variables`` is the environment unless a test gives another mapping."""

    variables: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def get(self, identifier: str) -> Connection:
        text = self.variables.get(f"AIRFLOW_CONN_{identifier.upper()}")
        if not text:
            raise missing(identifier)
        try:
            return (
                _from_json(identifier, text) if text.lstrip().startswith("{") else _from_uri(identifier, text)
            )
        except (ValueError, TypeError, AttributeError):
            raise ConnectionMissing(
                f"La connexion « {identifier} » est mal écrite.",
                where=f"AIRFLOW_CONN_{identifier.upper()}",
                remedy="l'écrire en JSON (conn_type, host, port, login, password, schema, extra) ou en URI",
            ) from None


def _from_json(identifier: str, text: str) -> Connection:
    raw = json.loads(text)
    extra = raw.get("extra") or {}
    return Connection(
        id=identifier,
        kind=str(raw.get("conn_type", "")),
        host=raw.get("host") or "",
        port=int(raw["port"]) if raw.get("port") else None,
        login=raw.get("login") or "",
        password=raw.get("password") or "",
        database=raw.get("schema") or "",
        extra=json.loads(extra) if isinstance(extra, str) else extra,
    )


def _from_uri(identifier: str, text: str) -> Connection:
    parts = urlsplit(text)
    return Connection(
        id=identifier,
        kind=parts.scheme,
        host=unquote(parts.hostname or ""),
        port=parts.port,
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=unquote(parts.path.lstrip("/")),
        extra=dict(parse_qsl(parts.query)),
    )
