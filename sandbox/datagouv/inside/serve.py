"""A udata on the port and the database of an order (JSON, in the file named by the argument), with what an
administrator of data.gouv.fr would have put there: licences, a commune, two organisations, five accounts.

Runs in udata's own environment. Writes whom it made (JSON) to the private file that the order names, then
serves. Nothing of udata is replaced, but that no index is asked of the database: those for texts are not of
its kind, and a unique one misleads it in the regular expression by which udata numbers addresses.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pymongo.collection
from flask import Flask, jsonify
from udata import settings
from udata.app import create_app, standalone
from udata.core.api_token.models import ApiToken
from udata.core.spatial.models import GeoLevel
from udata.models import GeoZone, License, Member, Organization, User, datastore
from werkzeug.serving import run_simple

_LICENCES = {
    "fr-lo": "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf",
    "lov2": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "odc-odbl": "http://opendatacommons.org/licenses/odbl/summary/",
    "cc-by": "http://www.opendefinition.org/licenses/cc-by",
    "notspecified": None,
}
_LEVELS = {"fr:commune": 80, "fr:departement": 60, "fr:epci": 70, "fr:iris": 90, "fr:region": 40}
_ROLES = {"editor": "editor", "admin": "admin", "partial": "partial_editor", "stranger": None, "site": None}
"""In the city's organisation; ``site`` is who keeps the site itself, and accepts what it harvests."""
_SCHEMA = {
    "name": "etalab/schema-irve",
    "title": "IRVE",
    "description": "Bornes.",
    "schema_type": "tableschema",
    "schema_url": "https://schemas.example/irve/latest.json",
    "contact": "schemas@etalab.example",
    "homepage": "https://schemas.example",
    "examples": [],
    "labels": [],
    "external_doc": None,
    "versions": [{"version_name": "2.3.0", "schema_url": "https://schemas.example/irve/2.3.0.json"}],
}


def configuration(order: dict[str, Any]) -> type:
    """udata's settings for its own tests, without a cache or a queue; and its own addresses are allowed."""
    changes = {
        "TESTING": False,
        "SERVER_NAME": None,
        "MONGODB_HOST": f"mongodb://127.0.0.1:{order['database']}/udata",
        "FS_ROOT": order["files"],
        "SECRET_KEY": os.urandom(32).hex(),
        "API_TOKEN_SECRET": os.urandom(32).hex(),
        "CDATA_BASE_URL": order["url"],
        "SCHEMA_CATALOG_URL": f"{order['url']}/schemas.json",
        "URLS_ALLOW_LOCAL": True,
        "URLS_ALLOW_PRIVATE": True,
        "HARVESTER_BACKENDS": ["dcat"],
        # udata alone does not admit it; whether a site does, the adapter asks it.
        "ALLOWED_RESOURCES_EXTENSIONS": [*settings.Defaults.ALLOWED_RESOURCES_EXTENSIONS, "parquet"],
    }
    return type("Sandbox", (settings.Testing,), changes)


def populated() -> dict[str, Any]:
    for name, url in _LICENCES.items():
        License(id=name, title=name, url=url).save()
    for level, rank in _LEVELS.items():
        GeoLevel(id=level, name=level, admin_level=rank).save()
    GeoZone(id="fr:commune:13001", level="fr:commune", code="13001", slug="aix", name="Aix").save()
    users = {name: _account(name) for name in _ROLES}
    datastore.add_role_to_user(users["site"], datastore.find_or_create_role("admin"))
    users["site"].save()
    members = [Member(user=users[name], role=role) for name, role in _ROLES.items() if role]
    city = Organization(name="Ville Aix-en-Provence", description="Une ville.", members=members).save()
    chief = [Member(user=users["admin"], role="admin")]
    other = Organization(name="Une autre", description="Une autre.", members=chief).save()
    return {
        "organisation": str(city.id),
        "other": str(other.id),
        "keys": {name: ApiToken.generate(user, name=name)[1] for name, user in users.items()},
    }


def _account(name: str) -> User:
    mail = f"{name}@ville.example"
    return datastore.create_user(email=mail, first_name=name, last_name=name, active=True)


def main() -> None:
    order = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    pymongo.collection.Collection.create_index = lambda *_, **__: "none"
    app: Flask = standalone(create_app(override=configuration(order)))
    app.add_url_rule("/schemas.json", view_func=lambda: jsonify({"schemas": [_SCHEMA]}))
    with app.app_context():
        made = populated()
    answer = Path(order["answer"])
    answer.touch(mode=0o600)
    answer.write_text(json.dumps(made), encoding="utf-8")
    run_simple("127.0.0.1", order["port"], app, threaded=True)


if __name__ == "__main__":
    main()
