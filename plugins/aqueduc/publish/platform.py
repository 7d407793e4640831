"""What any platform must be able to do. One adapter a kind; the plan and the stage know only this."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import httpx

from aqueduc.connections import build_missing_connection_error
from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.errors import PlatformWriteConflict
from aqueduc.findings import Finding
from aqueduc.language import Message, _
from aqueduc.platforms import PLATFORMS
from aqueduc.publish.client import PlatformClient, PublishableFile
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredResource,
    DesiredTable,
    ObservedRecord,
    ObservedTable,
    PlatformState,
)
from aqueduc.publish.planning.writes import Write
from aqueduc.publish.revision.rows import Key
from aqueduc.record import Distribution, Fiche
from aqueduc.run import Workspace

PlaceKind = Literal["page", "file", "table", "api", "search", "dcat"]

Transport = httpx.BaseTransport
"""What carries requests, where it is not the network."""


@dataclass(frozen=True)
class DistributionOffer:
    """One distribution with what carries it: a file, and perhaps a queryable table. ``read_first_rows`` of a slice."""

    distribution: Distribution
    file: PublishableFile | None = None
    table: DesiredTable | None = None
    rows: int | None = None


@dataclass(frozen=True)
class PlatformCapabilities:
    """What was found out about a platform by asking it. ``organisation`` is the id of the city's there, and
    ``organisation_title`` what visitors read for it (empty where it is not asked);
    ``record_fields`` and ``resource_fields`` are None where it keeps no list of its own fields.

    ``served``: visitors reach it; if not, there is only the folder that it is written in.
    ``tables``: it has queryable tables. ``loader``: something of its own fills them from uploaded files.
    ``limits``: what its API does not offer, or says that it does beyond what is used, for people.
    """

    version: tuple[int, ...]
    extensions: frozenset[str]
    organisation: str
    record_fields: frozenset[str] | None
    licences: frozenset[str]
    categories: frozenset[str]
    tables: bool
    loader: bool
    served: bool = True
    limits: tuple[Message, ...] = ()
    organisation_title: str = ""


@dataclass(frozen=True)
class PublicAddress:
    """A place where a visitor may meet a record: ``what`` it is, and its address. ``needles``: of a list of many
    records, the texts of which any says that this one is in it; empty for a place of the record alone, where
    nothing must be served once it is withdrawn."""

    what: PlaceKind
    url: str
    needles: tuple[str, ...] = ()


def parse_major_minor_version(said: object) -> tuple[int, ...]:
    """``2.12.0a1`` as (2, 12)."""
    return tuple(int(part) for part in re.findall(r"\d+", str(said or ""))[:2])


def build_concurrent_edit_error(where: str, names: Iterable[str]) -> PlatformWriteConflict:
    """The error of fields (``names``) that are not, at the moment of writing, what was planned on."""
    return PlatformWriteConflict(
        _(
            "Quelqu'un a modifié la fiche sur la plateforme pendant cette publication ({names}) : "
            "rien de ce qu'il a écrit n'a été écrasé."
        ).format(names=", ".join(names)),
        where=where,
        remedy=_(
            "la tâche sera reprise toute seule et dira ce qui diffère de la déclaration ; s'entendre "
            "avec qui modifie cette fiche"
        ),
    )


class Platform(Protocol):
    """Methods raise the errors of ``PlatformClient``."""

    client: PlatformClient
    inspection_requests: int
    """How many ``read_record_without_tables`` makes at most, asked as a visitor, then as the city."""

    def read_capabilities(self) -> PlatformCapabilities:
        """Asks once. Raises PlatformAccessRefusal when the city's organisation is not the token's to write in."""

    def check_fiche_support(self, fiche: Fiche) -> Iterable[Finding]:
        """What of ``fiche`` the platform lacks and may do without. Raises PlatformRequestRejection for the rest."""

    def build_desired_record(self, fiche: Fiche, offers: Sequence[DistributionOffer]) -> DesiredRecord:
        """The fiche and its distributions in the platform's own words."""

    def read_observed_record(self, slug: str, state: PlatformState) -> ObservedRecord | None:
        """What is there now, found by its slug; ``state.rules`` is empty where it was made under other rules
        than today's. Raises PlatformRequestRejection when the slug is somebody else's."""

    def read_table(self, resource: str, *, anonymous: bool) -> ObservedTable | None:
        """The queryable table of a resource; None when there is none or, for a visitor, none to be seen."""

    def read_first_and_last_rows(self, resource: str, *, anonymous: bool) -> list[Mapping[str, Any]]:
        """The first and the last row of a table as a reader gets them, in the platform's own writing."""

    def read_first_rows(
        self, resource: str, count: int, *, anonymous: bool
    ) -> Iterable[list[Mapping[str, Any]]]:
        """The first ``count`` rows at least of a table, by pages, in the platform's own order and writing."""

    def read_rows_with_keys(
        self, resource: str, table: DesiredTable, keys: Sequence[Key], *, anonymous: bool
    ) -> list[Mapping[str, Any]]:
        """The rows of a table that have these keys, in any order and in the platform's own writing."""

    def read_record_without_tables(
        self, slug: str, state: PlatformState, *, anonymous: bool
    ) -> ObservedRecord | None:
        """The record that ``state`` remembers, as a visitor or the city gets it: in few requests, and so
        without its tables. None when there is none, or a visitor is refused."""

    def hide_record(self, record: str) -> None:
        """Closes a record to visitors, and touches nothing else. Raises PlatformRequestRejection where nothing can be
        hidden, and no restricted dataset goes."""

    def apply_write(self, write: Write, desired: DesiredRecord, progress: WriteProgress) -> None:
        """Makes one write. What it creates is noted in ``progress`` at once."""

    def finish_publication(self, desired: DesiredRecord) -> None:
        """After the last write: what the platform leaves to us to bring in line with what was written."""

    def build_record_url(self, slug: str) -> str:
        """Where a citizen reads the record."""

    def list_public_addresses(self, slug: str, observed: ObservedRecord) -> Iterable[PublicAddress]:
        """Where else than in its files a visitor meets the record that was just ``observed``: its page, its
        tables, the API, the search, the catalogues that harvesters read. Asks for nothing."""


class WriteProgress(Protocol):
    """What is known of the dataset on the platform while it is written; every change is saved at once."""

    state: PlatformState

    def save_state(self, state: PlatformState) -> None: ...

    def report_sent_row_count(self, rows: int) -> None:
        """Tells whoever watches the run that so many more were sent."""

    def get_resource_id(self, rank: int) -> str:
        """The id of the resource that carries the wanted one of this rank."""

    def save_resource_id(self, rank: int, identifier: str, resource: DesiredResource) -> None:
        """The resource of this id now carries ``resource``, the wanted one of ``rank``."""

    def save_backing_resource_id(self, rank: int, identifier: str) -> None:
        """The resource of this id was made to carry the table of the wanted resource of ``rank``."""

    def get_backing_resource_id(self, rank: int) -> str:
        """The id of the backing resource that was built for the wanted resource of ``rank``."""


class PlatformOpener(Protocol):
    """The platform of ``settings``, not asked anything yet. Raises ConnectionMissing (or one that lacks what
    its kind needs)."""

    def __call__(
        self,
        settings: PlatformSettings,
        city: City,
        workspace: Workspace,
        *,
        transport: httpx.BaseTransport | None,
        sleep: Callable[[float], None],
    ) -> AbstractContextManager[Platform]: ...


def open_platform(
    settings: PlatformSettings,
    city: City,
    workspace: Workspace,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> AbstractContextManager[Platform]:
    """Loads the adapter of its kind. Raises as PlatformOpener, and ExtensionBroken."""
    opener: PlatformOpener = PLATFORMS.load_object_by_reference(settings.kind.name, settings.kind.adapter)
    return opener(settings, city, workspace, transport=transport, sleep=sleep)


def get_platform_settings(name: str, city: City) -> PlatformSettings:
    """Raises ConnectionMissing when the city has no platform of this name."""
    settings = city.find_platform_settings(name)
    if settings is None:
        raise build_missing_connection_error(name)
    return settings
