"""Which adapter speaks to which platform, and how the line to it is opened."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from aqueduc.connections import Connection, missing
from aqueduc.declaration.model import City, PlatformSettings
from aqueduc.publish.ckan import CkanPlatform
from aqueduc.publish.client import Client
from aqueduc.publish.folder import FolderTransport, folder_of
from aqueduc.publish.platform import Platform
from aqueduc.publish.portal import PortalPlatform
from aqueduc.run import Workplace


@contextmanager
def reached(
    settings: PlatformSettings,
    city: City,
    place: Workplace,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Platform]:
    """The platform of ``settings``, not asked anything yet. Raises ConnectionMissing, and StoreError when the
    folder of a portal cannot be opened."""
    if settings.kind == "portal":
        with _portal(settings, city, place, transport, sleep) as portal:
            yield portal
        return
    connection = place.connections.get(settings.connection or settings.name)
    with Client(connection, organisation=city.organisation, transport=transport, sleep=sleep) as client:
        yield CkanPlatform(client, city.organisation)


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
        yield PortalPlatform(client, city, folder, url, served=served, clock=place.clock, sleep=sleep)


def settings_of(name: str, city: City) -> PlatformSettings:
    """Raises ConnectionMissing when the city has no platform of this name."""
    settings = city.platform(name)
    if settings is None:
        raise missing(name)
    return settings
