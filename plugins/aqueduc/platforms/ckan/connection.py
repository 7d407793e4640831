"""A connection to a CKAN: the client that it opens, and what its « Test » button says."""

from typing import Any

from aqueduc.connections import Connection
from aqueduc.errors import PlatformAccessRefusal
from aqueduc.language import Sentence, _
from aqueduc.publish.client import PlatformClient


def open_client(connection: Connection, **options: Any) -> PlatformClient:
    """To be used in a ``with`` block, and closed by it."""
    return PlatformClient(connection, **options)


def try_connection(connection: Connection, organisation: str) -> tuple[bool, Sentence]:
    """Whether the platform answers and the token may publish (in ``organisation``, if it is told), and a
    sentence. Raises PlatformError."""
    try:
        with open_client(connection, organisation=organisation) as client:
            version = client.call_read_action("status_show", anonymous=True)["ckan_version"]
            allowed = client.call_read_action("organization_list_for_user", permission="create_dataset")
    except PlatformAccessRefusal:
        return False, _("La plateforme répond, mais refuse ce jeton.")
    names = [one["name"] for one in allowed]
    if not names:
        return False, _("CKAN {version} répond, mais ce jeton n'est éditeur d'aucune organisation.").format(
            version=version
        )
    if organisation and organisation not in names:
        return False, _(
            "CKAN {version} répond, mais ce jeton n'est pas éditeur de « {organisation} »."
        ).format(version=version, organisation=organisation)
    return True, _("CKAN {version} répond ; ce jeton peut publier dans : {names}.").format(
        version=version, names=", ".join(names)
    )
