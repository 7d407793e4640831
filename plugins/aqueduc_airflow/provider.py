"""What Airflow learns from the installed distribution: the connection types, their forms, their hooks."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

_CKAN: dict[str, Any] = {
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
}
_IDGO: dict[str, Any] = {
    "connection-type": "idgo",
    "hook-class-name": "aqueduc_airflow.hooks.IdgoHook",
    "hook-name": "IDGO, devant un CKAN",
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "port", "extra"],
        "relabeling": {
            "host": "URL de l'API d'IDGO",
            "login": "Compte",
            "password": "Mot de passe",
        },
        "placeholders": {
            "host": "https://datasud.example/idgo/api",
            "login": "compte contributeur et référent de l'organisation",
        },
    },
    "conn-fields": {
        "organisation": {
            "label": "Organisation",
            "description": "Identifiant de l'organisation de la Ville dans IDGO.",
            "schema": {"type": ["string", "null"]},
        },
        "ckan": {
            "label": "URL du CKAN",
            "description": "Le CKAN qu'écrit IDGO, là où le public lit.",
            "schema": {"type": ["string", "null"]},
        },
        "ckan_token": {
            "label": "Jeton de CKAN",
            "description": "Du même compte ; nécessaire pour publier des jeux d'accès restreint.",
            "schema": {"type": ["string", "null"], "format": "password"},
        },
    },
}
_DATAGOUV: dict[str, Any] = {
    "connection-type": "datagouv",
    "hook-class-name": "aqueduc_airflow.hooks.DatagouvHook",
    "hook-name": "data.gouv.fr (udata)",
    "ui-field-behaviour": {
        "hidden-fields": ["schema", "login", "port", "extra"],
        "relabeling": {"host": "URL du site", "password": "Clé d'API"},
        "placeholders": {
            "host": "https://www.data.gouv.fr",
            "password": "clé d'un compte éditeur de l'organisation",
        },
    },
    "conn-fields": {
        "organisation": {
            "label": "Organisation",
            "description": "Identifiant de l'organisation de la Ville sur data.gouv.fr, s'il "
            "n'est pas celui de include/city.yaml.",
            "schema": {"type": ["string", "null"]},
        },
    },
}


def get_provider_info() -> dict[str, Any]:
    """The entry point ``apache_airflow_provider``. The form stands here: showing it imports no hook."""
    return {
        "package-name": "aqueduc",
        "name": "Aqueduc",
        "description": "Publication automatique des données ouvertes d'une collectivité.",
        "versions": [version("aqueduc")],
        "connection-types": [_CKAN, _IDGO, _DATAGOUV],
    }
