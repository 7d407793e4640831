"""What opens a store or a vault in a bucket: an ``aws`` connection of Airflow's, in the words of fsspec's s3fs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from aqueduc.errors import InvalidConnectionSettings
from aqueduc.language import _

if TYPE_CHECKING:
    from aqueduc.connections import Connection

KIND = "aws"

# As AwsGenericHook reads them (apache-airflow-providers-amazon, AwsConnectionWrapper).
EXTRA: Mapping[str, Callable[[Any], Mapping[str, Any]]] = {
    "aws_access_key_id": lambda value: {"key": value},
    "aws_secret_access_key": lambda value: {"secret": value},
    "aws_session_token": lambda value: {"token": value},
    "endpoint_url": lambda value: {"endpoint_url": value},
    "region_name": lambda value: {"client_kwargs": {"region_name": value}},
    "verify": lambda value: {"client_kwargs": {"verify": value}},
    "config_kwargs": lambda value: {"config_kwargs": dict(value)},
}


def build_s3fs_options_from_connection(url: str, connection: Connection) -> dict[str, Any]:
    """The options with which fsspec opens ``url``.

    Raises InvalidConnectionSettings for an address or a type of connection that is not a bucket's, and for an extra
    that is not understood.
    """
    if connection.kind != KIND or not url.startswith("s3://"):
        raise InvalidConnectionSettings(
            _("La connexion « {id} », du type « {kind} », n'ouvre pas une adresse « {scheme}:// ».").format(
                id=connection.id, kind=connection.kind, scheme=url.partition("://")[0]
            ),
            where=_("connexion {id}").format(id=connection.id),
            remedy=_(
                "une connexion du type « {kind} » ouvre un seau s3:// ; un dossier n'en demande aucune ; pour un "
                "autre stockage, AQUEDUC_STORE_OPTIONS et AQUEDUC_VAULT_OPTIONS"
            ).format(kind=KIND),
        )
    options: dict[str, Any] = {}
    if connection.login:
        options |= {"key": connection.login, "secret": connection.password}
    for name, value in connection.get_checked_extra(EXTRA).items():
        for option, given in EXTRA[name](value).items():
            options[option] = {**options.get(option, {}), **given} if isinstance(given, dict) else given
    return options


def parse_storage_options_json(variable: str, text: str | None) -> dict[str, Any]:
    """Of the environment variable ``variable``. Raises InvalidConnectionSettings, which does not quote it."""
    try:
        options = json.loads(text or "{}")
    except ValueError:
        options = None
    if isinstance(options, dict):
        return options
    raise InvalidConnectionSettings(
        _("{variable} n'est pas un objet JSON.").format(variable=variable),
        where=variable,
        remedy=_("l'écrire comme {example}, ou nommer une connexion par {other}").format(
            example='{"key": "…", "secret": "…"}', other=variable.replace("OPTIONS", "CONNECTION")
        ),
    )
