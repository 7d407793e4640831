"""Which adapter speaks to which platform, and how the line to it is opened."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx

from aqueduc.connections import Connection, missing
from aqueduc.declaration.model import City, PlatformSettings
from aqueduc.errors import ConnectionMissing
from aqueduc.publish.client import Client
from aqueduc.publish.folder import FolderTransport, folder_of
from aqueduc.publish.platform import Platform
from aqueduc.publish.platforms.ckan import CkanPlatform
from aqueduc.publish.platforms.datagouv import DatagouvPlatform, datagouv_organisations
from aqueduc.publish.platforms.datagouv_line import KEY_HEADER
from aqueduc.publish.platforms.idgo import IdgoPlatform
from aqueduc.publish.platforms.idgo_line import IdgoLine
from aqueduc.publish.platforms.portal import PortalPlatform
from aqueduc.run import Workplace

_ORGANISATION = ("organisation",)
"""What the extra of a connection to a CKAN or to data.gouv.fr may say besides its address and its key."""


@contextmanager
def reached(
    settings: PlatformSettings,
    city: City,
    place: Workplace,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Platform]:
    """The platform of ``settings``, not asked anything yet. Raises ConnectionMissing (or one that lacks what
    its kind needs), and StoreError when the folder of a portal cannot be opened."""
    if settings.kind == "portal":
        with _portal(settings, city, place, transport, sleep) as portal:
            yield portal
        return
    connection = place.connections.get(settings.connection or settings.name)
    if settings.kind == "idgo":
        with _idgo(connection, city, transport, sleep) as idgo:
            yield idgo
        return
    if settings.kind == "datagouv":
        organisation = str(connection.extra_among(_ORGANISATION).get("organisation") or city.organisation)
        with Client(
            connection, organisation=organisation, transport=transport, sleep=sleep, key_header=KEY_HEADER
        ) as client:
            yield DatagouvPlatform(client, organisation, city.insee)
        return
    connection.extra_among(_ORGANISATION)
    with Client(connection, organisation=city.organisation, transport=transport, sleep=sleep) as client:
        yield CkanPlatform(client, city.organisation)


@contextmanager
def _idgo(
    connection: Connection,
    city: City,
    transport: httpx.BaseTransport | None,
    sleep: Callable[[float], None],
) -> Iterator[Platform]:
    extra = connection.extra_among((*_ORGANISATION, "ckan", "ckan_token"))
    token = str(extra.get("ckan_token") or "")
    ckan = replace(connection, host=_ckan_of(connection), port=None, database="", password=token)
    with (
        Client(
            _account(connection), organisation=city.organisation, transport=transport, sleep=sleep
        ) as line,
        Client(ckan, organisation=city.organisation, transport=transport, sleep=sleep) as client,
    ):
        yield IdgoPlatform(line, connection.login, client, city.organisation, sees=bool(token))


def idgo_organisations(connection: Connection) -> tuple[str, tuple[str, ...]]:
    """The version of the CKAN behind an IDGO, and the organisations that the account contributes for. Raises
    ConnectionMissing and PlatformError."""
    ckan = replace(connection, host=_ckan_of(connection), port=None, database="", password="")
    with Client(_account(connection), organisation="") as line, Client(ckan, organisation="") as client:
        names = IdgoLine(line).organisations(connection.login)
        return str(client.ask("status_show", anonymous=True)["ckan_version"]), names


def datagouv_editor_of(connection: Connection) -> dict[str, str]:
    """The organisations that the key's account belongs to: by their address, their id. Raises
    PlatformError."""
    with Client(connection, organisation="", key_header=KEY_HEADER) as client:
        return datagouv_organisations(client)


def _ckan_of(connection: Connection) -> str:
    address = str(connection.extra.get("ckan") or "")
    if not address:
        raise ConnectionMissing(
            f"La connexion « {connection.id} » ne dit pas quel CKAN IDGO écrit.",
            where=f"connexion {connection.id}",
            remedy="y ajouter son adresse (« ckan » dans les extras, ou dans le formulaire d'Airflow)",
        )
    return address


def _account(connection: Connection) -> Connection:
    """The connection with what HTTP Basic puts into ``Authorization`` as its password."""
    account = f"{connection.login}:{connection.password}".encode()
    return replace(connection, password=f"Basic {base64.b64encode(account).decode()}")


@contextmanager
def _portal(
    settings: PlatformSettings,
    city: City,
    place: Workplace,
    transport: httpx.BaseTransport | None,
    sleep: Callable[[float], None],
) -> Iterator[Platform]:
    opened = place.connections.get(settings.connection) if settings.connection else None
    folder = folder_of(settings.folder or place.portal, opened)
    served = settings.url is not None
    # RFC 8089 knows this host, and httpx no address without one.
    url = (settings.url or folder.url.replace("file://", "file://localhost", 1)).rstrip("/")
    mounts = None if served else {"file://": FolderTransport(folder)}
    line = Connection(id=settings.connection or settings.name, kind="portal", host=url)
    with Client(
        line, organisation=city.organisation, transport=transport, mounts=mounts, sleep=sleep
    ) as client:
        yield PortalPlatform(client, city, folder, url, served=served, sleep=sleep)


def settings_of(name: str, city: City) -> PlatformSettings:
    """Raises ConnectionMissing when the city has no platform of this name."""
    settings = city.platform(name)
    if settings is None:
        raise missing(name)
    return settings
