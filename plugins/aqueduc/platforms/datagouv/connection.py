"""A connection to a udata: the client that it opens, and what its « Test » button says."""

from typing import Any

from aqueduc.connections import Connection
from aqueduc.language import Sentence, _
from aqueduc.platforms.datagouv.api import KEY_HEADER, UdataApi
from aqueduc.publish.client import PlatformClient


def open_client(connection: Connection, **options: Any) -> PlatformClient:
    """To be used in a ``with`` block, and closed by it."""
    return PlatformClient(connection, key_header=KEY_HEADER, **options)


def try_connection(connection: Connection, organisation: str) -> tuple[bool, Sentence]:
    """Whether the platform answers and the account belongs (to ``organisation``, if it is told), and a
    sentence. Raises PlatformError."""
    with open_client(connection, organisation="") as client:
        names = UdataApi(client).list_account_organisations()
    if not names:
        return False, _("data.gouv.fr répond, mais ce compte n'est membre d'aucune organisation.")
    if organisation and organisation not in {*names, *names.values()}:
        return False, _("data.gouv.fr répond, mais ce compte n'est pas membre de « {organisation} ».").format(
            organisation=organisation
        )
    return True, _("data.gouv.fr répond ; ce compte est membre de : {names}.").format(names=", ".join(names))
