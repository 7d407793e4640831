"""A connection to a OneGeo Suite: the clients that it opens, and what its « Test » button says."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from aqueduc.connections import Connection
from aqueduc.language import Sentence, _
from aqueduc.platforms.onegeo.api import OneGeoApi
from aqueduc.publish.client import PlatformClient


def open_client(connection: Connection, token: str = "", **options: Any) -> PlatformClient:
    """Of a visitor, or of whoever was given ``token``; to be used in a ``with`` block, and closed by it."""
    return PlatformClient(replace(connection, password=f"JWT {token}" if token else ""), **options)


@contextmanager
def open_onegeo_api(connection: Connection, **options: Any) -> Iterator[OneGeoApi]:
    """Nothing is asked of it yet. ``options`` are those of ``PlatformClient``."""
    with ExitStack() as stack:
        visitor = stack.enter_context(open_client(connection, **options))
        account = {"username": connection.login, "password": connection.password}
        yield OneGeoApi(
            visitor, account, lambda token: stack.enter_context(open_client(connection, token, **options))
        )


def try_connection(connection: Connection, organisation: str) -> tuple[bool, Sentence]:
    """Whether the site lets the account in and knows the organisation (if it is told), and a sentence. Raises
    PlatformError."""
    with open_onegeo_api(connection, organisation=organisation) as api:
        api.log_in()
        number = str(connection.extra.get("usergroup") or "")
        if organisation and not number and api.find_usergroup_id(organisation) is None:
            return False, (
                _(
                    "OneGeo Suite répond et laisse entrer ce compte, mais ne connaît pas « {organisation} » "
                    ": donner son numéro."
                ).format(organisation=organisation)
            )
    return True, _("OneGeo Suite répond et laisse entrer ce compte.")
