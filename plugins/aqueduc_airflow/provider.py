"""What Airflow learns from the installed distribution: the connection types, their forms, their hooks."""

from typing import Any
from urllib.parse import urlsplit

from aqueduc import __version__
from aqueduc.declaration.platform_kind import ConnectionType
from aqueduc.language import _, translate, translate_values_at_keys
from aqueduc.platforms import PLATFORMS

_SHOWN = ("label", "description", "host", "login", "password")
"""Where texts stand in the form of a connection."""


def get_provider_info() -> dict[str, Any]:
    """The entry point ``apache_airflow_provider``, which Airflow calls when it looks for providers, not when
    it parses. The forms stand here: showing one imports no hook."""
    return {
        "package-name": "aqueduc-opendata",
        "name": "Aqueduc",
        "description": str(_("Publication automatique des données ouvertes d'une collectivité.")),
        "versions": [__version__],
        "extra-links": [f"aqueduc_airflow.links.{name}" for name in ("RunPageLink", "PublicRecordLink")],
        "asset-uris": [
            {
                "schemes": ["aqueduc"],
                "handler": None,
                "to_openlineage_converter": "aqueduc_airflow.provider.convert_asset_to_openlineage",
            }
        ],
        "connection-types": [
            _build_connection_type(kind.name, form)
            for kind in PLATFORMS.list_all_kinds()
            if (form := kind.connection)
        ],
    }


def convert_asset_to_openlineage(asset: Any, lineage_context: Any) -> Any:  # noqa: ARG001 - as Airflow calls it
    """The dataset that lineage knows the asset as: ``aqueduc://<organisation>``, and its name there."""
    from openlineage.client.event_v2 import Dataset

    parts = urlsplit(asset.uri)
    return Dataset(f"{parts.scheme}://{parts.netloc}", parts.path.strip("/"))


def _build_connection_type(name: str, form: ConnectionType) -> dict[str, Any]:
    return {
        "connection-type": name,
        "hook-class-name": f"aqueduc_airflow.hooks.{build_hook_class_name(name)}",
        "hook-name": translate(form.label),
        "ui-field-behaviour": translate_values_at_keys(form.behaviour, _SHOWN),
        "conn-fields": translate_values_at_keys(form.fields, _SHOWN),
    }


def build_hook_class_name(kind: str) -> str:
    """``CkanHook``, as a DAG of the city's imports it."""
    return f"{kind.title().replace('_', '')}Hook"
