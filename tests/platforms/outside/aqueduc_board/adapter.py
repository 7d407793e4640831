"""The board: a file for each dataset that says what is posted, and the files themselves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import httpx

from aqueduc.connections import Connection
from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.findings import Finding
from aqueduc.publish.client import PlatformClient
from aqueduc.publish.folder import StaticFolderTransport, open_folder_at_address
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredResource,
    ObservedRecord,
    ObservedResource,
    PlatformState,
)
from aqueduc.publish.planning.writes import (
    CreateRecord,
    CreateResource,
    RevealRecord,
    UpdateRecord,
    UpdateResource,
    Write,
)
from aqueduc.publish.platform import DistributionOffer, PlatformCapabilities, WriteProgress
from aqueduc.publish.tableless import TablelessPlatform
from aqueduc.record import Fiche
from aqueduc.record.fields import build_record_fields
from aqueduc.run import Workspace
from aqueduc_board import BoardSpec

_FIELDS = ("title", "dataset_publication_date", "dataset_modification_date")


@contextmanager
def open_board(
    settings: PlatformSettings,
    city: City,
    place: Workspace,
    *,
    transport: httpx.BaseTransport | None,
    sleep: Callable[[float], None],
) -> Iterator[BoardPlatform]:
    wall = open_folder_at_address(str(cast(BoardSpec, settings.spec).wall), None)
    there = Connection(id=settings.name, kind="board", host=wall.url.replace("file://", "file://localhost"))
    mounts = {"file://": StaticFolderTransport(wall)}
    with PlatformClient(
        there, organisation=city.organisation, transport=transport, mounts=mounts, sleep=sleep
    ) as client:
        yield BoardPlatform(client, Path(wall.url.removeprefix("file://")), city.organisation)


class BoardPlatform(TablelessPlatform):
    inspection_requests = 0

    def __init__(self, client: PlatformClient, wall: Path, organisation: str) -> None:
        self.client = client
        self._wall = wall
        self._organisation = organisation

    def read_capabilities(self) -> PlatformCapabilities:
        return PlatformCapabilities(
            version=(1,),
            extensions=frozenset(),
            organisation=self._organisation,
            record_fields=None,
            licences=frozenset(),
            categories=frozenset(),
            tables=False,
            loader=False,
            served=False,
        )

    def check_fiche_support(self, fiche: Fiche) -> Iterable[Finding]:
        return ()

    def build_desired_record(self, fiche: Fiche, offers: Sequence[DistributionOffer]) -> DesiredRecord:
        fields = build_record_fields(fiche)
        return DesiredRecord(
            slug=fiche.slug,
            fields={name: fields[name] for name in _FIELDS},
            extras={},
            hidden=False,
            resources=tuple(
                DesiredResource(
                    offer.distribution.format,
                    {"sha256": offer.distribution.sha256, "url_type": "upload"},
                    offer.file,
                )
                for offer in offers
            ),
            tables=False,
        )

    def read_observed_record(self, slug: str, state: PlatformState) -> ObservedRecord | None:
        notice = self._notice(slug)
        if notice is None:
            return None
        return ObservedRecord(
            id=slug,
            deleted=False,
            hidden=notice["hidden"],
            organisation=self._organisation,
            fields=notice["fields"],
            extras={},
            resources=tuple(
                ObservedResource(name, shown["format"], f"{self.client.url}/{name}", shown["fields"], True)
                for name, shown in notice["files"].items()
            ),
        )

    def read_record_without_tables(
        self, slug: str, state: PlatformState, *, anonymous: bool
    ) -> ObservedRecord | None:
        seen = self.read_observed_record(slug, state)
        return None if seen is None or (anonymous and seen.hidden) else seen

    def build_record_url(self, slug: str) -> str:
        return f"{self.client.url}/{slug}.json"

    def apply_write(self, write: Write, desired: DesiredRecord, progress: WriteProgress) -> None:
        notice = self._notice(desired.slug) or {"hidden": True, "fields": {}, "files": {}}
        match write:
            case CreateRecord():
                progress.save_state(replace(progress.state, record=desired.slug))
            case UpdateRecord():
                pass
            case RevealRecord():
                notice["hidden"] = False
            case CreateResource() | UpdateResource():
                progress.save_resource_id(write.rank, self._post(write.resource, notice), write.resource)
            case _:
                raise NotImplementedError(write)
        notice["fields"] = dict(desired.fields)
        (self._wall / f"{desired.slug}.json").write_text(json.dumps(notice), encoding="utf-8")

    def finish_publication(self, desired: DesiredRecord) -> None:
        """Nothing is left to do."""

    def _post(self, resource: DesiredResource, notice: dict[str, Any]) -> str:
        assert resource.file is not None
        shutil.copyfile(resource.file.path, self._wall / resource.file.filename)
        shown = {"format": resource.format, "fields": dict(resource.fields)}
        notice["files"][resource.file.filename] = shown
        return resource.file.filename

    def _notice(self, slug: str) -> dict[str, Any] | None:
        path = self._wall / f"{slug}.json"
        found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        return found
