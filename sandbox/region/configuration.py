"""CKAN's configuration file, written at each start: it holds ports and secrets, so it is private too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox.processes import HOST
from sandbox.region import databases
from sandbox.region.credentials import Secrets
from sandbox.state import write_private

_HERE = Path(__file__).parent
_PLUGINS = "datastore datatables_view text_view image_view scheming_datasets dcat"
_LARGEST_UPLOAD_MB = 2000

_LOGGING = """
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic
[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""


@dataclass(frozen=True)
class Ports:
    """Where each server listens, on 127.0.0.1."""

    web: int
    database: int
    redis: int
    search: int


def write(
    path: Path, *, ports: Ports, secrets: Secrets, storage: Path, xloader_token: str | None = None
) -> None:
    """Write the INI file; with the token of an administrator, xloader is on."""
    settings = {**_settings(ports, secrets, storage), **_PORTAL}
    if xloader_token is not None:
        settings["ckan.plugins"] += " xloader"
        settings["ckanext.xloader.jobs_db.uri"] = settings["sqlalchemy.url"]
        settings["ckanext.xloader.api_token"] = xloader_token
        # One guess a column from its first rows, and an empty table when a later row belies it: no.
        settings["ckanext.xloader.use_type_guessing"] = "false"
    lines = ["[app:main]", "use = egg:ckan", *(f"{key} = {value}" for key, value in settings.items())]
    write_private(path, "\n".join(lines) + "\n" + _LOGGING)


def _settings(ports: Ports, secrets: Secrets, storage: Path) -> dict[str, str]:
    owner = f"postgresql://{databases.OWNER}:{secrets.database_password}@{HOST}:{ports.database}"
    reader = f"postgresql://{databases.READER}:{secrets.datastore_reader_password}@{HOST}:{ports.database}"
    return {
        "SECRET_KEY": secrets.secret_key,
        "ckan.site_url": f"http://{HOST}:{ports.web}",
        "sqlalchemy.url": f"{owner}/{databases.CATALOGUE}",
        "ckan.datastore.write_url": f"{owner}/{databases.DATASTORE}",
        "ckan.datastore.read_url": f"{reader}/{databases.DATASTORE}",
        "ckan.redis.url": f"redis://:{secrets.redis_password}@{HOST}:{ports.redis}/0",
        "solr_url": f"http://{HOST}:{ports.search}/solr/ckan",
        "ckan.storage_path": str(storage),
    }


_PORTAL = {
    "ckan.plugins": _PLUGINS,
    "scheming.dataset_schemas": f"file://{_HERE / 'datasud.yaml'}",
    "licenses_group_url": f"file://{_HERE / 'licences.json'}",
    "extra_template_paths": str(_HERE / "look" / "templates"),
    "extra_public_paths": str(_HERE / "look" / "public"),
    "ckan.site_id": "default",
    "ckan.site_title": "Bac à sable — DataSud",
    "ckan.site_description": "Le portail de la Région, en réduction : on y publie pour essayer.",
    "ckan.favicon": "/sandbox-icon.svg",
    "ckan.site_logo": "/sandbox.svg",
    "ckan.locale_default": "fr",
    "ckan.locales_offered": "fr en",
    "ckan.display_timezone": "Europe/Paris",
    "ckan.max_resource_size": str(_LARGEST_UPLOAD_MB),
    "ckan.views.default_views": "datatables_view text_view image_view",
    "ckan.datastore.sqlsearch.enabled": "true",
    "ckan.auth.create_unowned_dataset": "false",
    "ckan.auth.create_user_via_web": "false",
    "ckan.auth.user_create_organizations": "false",
    "ckan.auth.user_create_groups": "false",
    "ckan.auth.public_user_details": "false",
}
