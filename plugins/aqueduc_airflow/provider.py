"""What Airflow learns from the installed distribution: the connection type ``ckan``, its form, its hook."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any


def get_provider_info() -> dict[str, Any]:
    """The entry point ``apache_airflow_provider``. The form stands here: showing it imports no hook."""
    return {
        "package-name": "aqueduc",
        "name": "Aqueduc",
        "description": "Publication automatique des données ouvertes d'une collectivité.",
        "versions": [version("aqueduc")],
        "connection-types": [
            {
                "connection-type": "ckan",
                "hook-class-name": "aqueduc_airflow.hooks.CkanHook",
                "hook-name": "Plateforme CKAN",
                "ui-field-behaviour": {
                    "hidden-fields": ["schema", "login", "port", "extra"],
                    "relabeling": {"host": "URL de la plateforme", "password": "Jeton (API token)"},
                    "placeholders": {
                        "host": "https://trouver.datasud.fr",
                        "password": "jeton d'un compte éditeur de l'organisation",
                    },
                },
                "conn-fields": {
                    "organisation": {
                        "label": "Organisation",
                        "description": "Identifiant de l'organisation de la Ville sur la plateforme.",
                        "schema": {"type": ["string", "null"]},
                    },
                },
            },
        ],
    }
