"""A connection to IDGO and to the CKAN behind it: the clients that it opens, and what its « Test » button
says."""

import base64
from dataclasses import replace
from typing import Any

from aqueduc.connections import Connection
from aqueduc.errors import ConnectionMissing
from aqueduc.language import Sentence, _
from aqueduc.platforms.idgo.api import IdgoApi
from aqueduc.publish.client import PlatformClient


def open_client(connection: Connection, **options: Any) -> PlatformClient:
    """Of IDGO's API: what HTTP Basic puts into ``Authorization`` stands for its token."""
    account = f"{connection.login}:{connection.password}".encode()
    return PlatformClient(
        replace(connection, password=f"Basic {base64.b64encode(account).decode()}"), **options
    )


def open_ckan_client(connection: Connection, token: str = "", **options: Any) -> PlatformClient:
    """Of the CKAN that IDGO writes, as a passer-by or with a ``token``. Raises ConnectionMissing."""
    address = str(connection.extra.get("ckan") or "")
    if not address:
        raise ConnectionMissing(
            _("La connexion « {id} » ne dit pas quel CKAN IDGO écrit.").format(id=connection.id),
            where=_("connexion {id}").format(id=connection.id),
            remedy=_("y ajouter son adresse (« ckan » dans les extras, ou dans le formulaire d'Airflow)"),
        )
    return PlatformClient(
        replace(connection, host=address, port=None, database="", password=token), **options
    )


def try_connection(connection: Connection, organisation: str) -> tuple[bool, Sentence]:
    """Whether IDGO and its CKAN answer and the account contributes (for ``organisation``, if it is told), and
    a sentence. Raises ConnectionMissing and PlatformError."""
    with (
        open_ckan_client(connection, organisation=organisation) as client,
        open_client(connection, organisation=organisation) as account,
    ):
        names = IdgoApi(account).list_account_organisations(connection.login)
        version = client.call_read_action("status_show", anonymous=True)["ckan_version"]
    if not names:
        return False, _("IDGO répond, mais ce compte ne contribue pour aucune organisation.")
    if organisation and organisation not in names:
        return False, _("IDGO répond, mais ce compte ne contribue pas pour « {organisation} ».").format(
            organisation=organisation
        )
    return True, _("IDGO répond, devant un CKAN {version} ; ce compte contribue pour : {names}.").format(
        version=version, names=", ".join(names)
    )
