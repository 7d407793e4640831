"""A portal of the city's own: plain files in a folder, which any web server can serve and any portal harvest.

::

    index.html                     every dataset, to be searched and sifted by theme
    catalog.jsonld, .ttl, .rdf     DCAT-AP; catalogue-scdl.csv: the collectivities' common catalogue
    sitemap.xml                    its pages, for search engines, where it is served
    jeux/<dataset>/index.html      its page, with the data it offers
    jeux/<dataset>/fiche.json      what Aqueduc reads back: the fiche, the ids and hashes of its files
    jeux/<dataset>/<file>          the data, at an address that stays
    _redirects                     former addresses, as static hosts read them (anciens.json: as we do)
    etat.json                      what the shared files were made of

Each file is replaced whole. The data come first, then ``fiche.json``, then the pages: whatever dies in
between is found out by the next run, since pages are compared with what was made of the fiches.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any, cast

import httpx

from aqueduc.connections import Connection
from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.errors import DatasetBusy, PlatformRejected
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.platforms.portal import PortalSpec
from aqueduc.platforms.portal.pages import PAGE, folder_of, moved_page, own_files, shared_files
from aqueduc.publish.client import LocalFile, PlatformClient
from aqueduc.publish.folder import StaticFolderTransport, put_bytes, put_copy
from aqueduc.publish.folder import folder_of as open_folder
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
    RemoveResource,
    ReorderResources,
    RevealRecord,
    UpdateRecord,
    UpdateResource,
    Write,
)
from aqueduc.publish.platform import DistributionOffer, PlatformCapabilities, WriteProgress
from aqueduc.publish.tableless import TablelessPlatform
from aqueduc.record import Fiche
from aqueduc.record.catalogue import (
    Catalogue,
    CatalogueEntry,
    PlacedDistribution,
    catalogue,
    distribution_from_json,
    fiche_from_json,
    fiche_to_json,
)
from aqueduc.run import Workspace
from aqueduc.store import StoreRoot

REDIRECTS = "_redirects"
FORMER = "anciens.json"
LONGEST_FICHE = 16 << 20
MADE = "etat.json"
"""Which fiches the shared files were made of, and what they were then: hashes."""
FORM = 1
"""Of ``fiche.json``."""

_CURRENT = "à jour"
_PATIENCE_S = 60.0
_PAUSE_S = 0.2
_DATES = {"dataset_publication_date": "issued", "dataset_modification_date": "modified"}


@contextmanager
def open_portal(
    settings: PlatformSettings,
    city: City,
    workspace: Workspace,
    *,
    transport: httpx.BaseTransport | None,
    sleep: Callable[[float], None],
) -> Iterator[PortalPlatform]:
    """Raises StoreError when its folder cannot be opened."""
    spec = cast(PortalSpec, settings.spec)
    opened = workspace.connections.get(spec.connection) if spec.connection else None
    folder = open_folder(spec.folder or workspace.portal, opened)
    # RFC 8089 knows this host, and httpx no address without one.
    url = (spec.url or folder.url.replace("file://", "file://localhost", 1)).rstrip("/")
    mounts = None if spec.url else {"file://": StaticFolderTransport(folder)}
    there = Connection(id=settings.connection, kind="portal", host=url)
    with PlatformClient(
        there, organisation=city.organisation, transport=transport, mounts=mounts, sleep=sleep
    ) as client:
        yield PortalPlatform(client, city, folder, url, served=spec.url is not None, sleep=sleep)


class PortalPlatform(TablelessPlatform):
    """One portal: ``folder`` is written, ``url`` is where it is read (the folder itself when not ``served``).

    Everything in it is public, so it takes open datasets only.
    """

    def __init__(
        self,
        client: PlatformClient,
        city: City,
        folder: StoreRoot,
        url: str,
        *,
        served: bool,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client = client
        self._city = city
        self._folder = folder
        self._url = url
        self._served = served
        self._sleep = sleep

    # --- what it can do -------------------------------------------------------------------------------------

    def capabilities(self) -> PlatformCapabilities:
        return PlatformCapabilities(
            version=(FORM,),
            extensions=frozenset(),
            organisation=self._city.organisation,
            record_fields=None,
            licences=frozenset(),
            categories=frozenset(),
            tables=False,
            loader=False,
            served=self._served,
        )

    def check(self, fiche: Fiche) -> Iterable[Finding]:
        if not fiche.access.is_open:
            raise PlatformRejected(
                _("Un portail statique ne sait rien cacher : il ne reçoit pas de jeu restreint."),
                where=self.record_url(fiche.slug),
                remedy=_(
                    "publier ce jeu sur une autre plateforme ; s'il était ouvert auparavant, il est encore "
                    "en ligne ici, et reste à retirer"
                ),
            )
        return ()

    # --- what is wanted, in its words -----------------------------------------------------------------------

    def desired_record(self, fiche: Fiche, offers: Sequence[DistributionOffer]) -> DesiredRecord:
        said = fiche_to_json(fiche)
        return DesiredRecord(
            slug=fiche.slug,
            fields={**said, "catalogue": _CURRENT},
            extras={},
            hidden=False,
            resources=tuple(
                DesiredResource(
                    offer.distribution.format,
                    {
                        **asdict(offer.distribution),
                        "url_type": "upload" if offer.file else "",
                        **({} if offer.file else {"url": offer.distribution.link}),
                    },
                    offer.file,
                    None,
                    offer.distribution.slice,
                    offer.rows,
                )
                for offer in offers
            ),
            tables=False,
            restless=frozenset({"catalogue"}),
        )

    # --- what is there --------------------------------------------------------------------------------------

    def read(self, slug: str, known: PlatformState) -> ObservedRecord | None:
        found = self._find_state(slug, known)
        if found is None:
            return None
        state, here = found
        if state["organisation"] != self._city.organisation:
            raise PlatformRejected(
                _("L'adresse de la fiche est déjà prise, dans ce portail, par une autre organisation."),
                where=self.record_url(slug),
                remedy=_("renommer le fichier de la déclaration, ou donner à ce portail un autre dossier"),
            )
        current = state["hidden"] or (here == slug and self._is_current(slug))
        fiche = state["fiche"]
        return ObservedRecord(
            id=state["record"],
            deleted=False,
            hidden=state["hidden"],
            organisation=state["organisation"],
            fields={
                **fiche,
                **{name: fiche.get(key) for name, key in _DATES.items()},
                "catalogue": _CURRENT if current else "",
            },
            extras={},
            resources=tuple(_observe_resource(here, raw, self._file_url) for raw in state["resources"]),
        )

    def seen_by_visitors(self, record: str) -> Mapping[str, Any] | None:
        """From what is served: the fiche, and whether the page is the one in the folder."""
        slug = next((slug for slug, state in self._states() if state["record"] == record), None)
        if slug is None:
            return None
        page = self.client.digest(self.record_url(slug), anonymous=True)
        fiche = self.client.content(f"{self._url}/{_key(slug)}", anonymous=True, limit=LONGEST_FICHE)
        if not (page.is_success and fiche.is_success):
            return None
        written = self._folder.read(f"{folder_of(slug)}/{PAGE}")
        try:
            said: dict[str, Any] = json.loads(fiche.head)["fiche"]
        except (ValueError, KeyError, TypeError):
            return {}
        return {**said, "catalogue": _CURRENT if page.sha256 == _digest(written) else ""}

    def record_url(self, slug: str) -> str:
        """With the name of its file only where there is no server to know it."""
        return f"{self._url}/{folder_of(slug)}/{'' if self._served else PAGE}"

    # --- writing --------------------------------------------------------------------------------------------

    def apply(self, write: Write, desired: DesiredRecord, progress: WriteProgress) -> None:
        slug = desired.slug
        found = self._find_state(slug, progress.state)
        if found and found[1] != slug:
            self._move(found[1], slug)
        state = self._state(slug)
        if isinstance(write, CreateRecord) or state is None:
            state = {
                "form": FORM,
                "record": progress.state.record or slug,
                "organisation": self._city.organisation,
                "hidden": True,
                "fiche": {},
                "resources": [],
            }
        match write:
            case CreateRecord():
                progress.save(replace(progress.state, record=state["record"]))
            case UpdateRecord() | RevealRecord():
                pass
            case CreateResource():
                identifier = _identifier(write.resource, state)
                self._write_file(slug, write.resource.file)
                state["resources"].append(_resource_state(identifier, write.resource))
                progress.record_resource(write.rank, identifier, write.resource)
            case UpdateResource():
                self._update_resource(slug, write, state)
                progress.record_resource(write.rank, write.id, write.resource)
            case RemoveResource():
                self._remove_resource(slug, write.id, state)
                progress.save(progress.state.without_resource(write.id))
            case ReorderResources():
                ours = [progress.resource_id(rank) for rank in range(write.count)]
                state["resources"].sort(key=lambda raw: ours.index(raw["id"]))
            case _:
                raise PlatformRejected(
                    _("Un portail statique n'a pas de table."),
                    where=self._url,
                    remedy=_("signaler ce défaut"),
                )
        state["fiche"] = {name: value for name, value in desired.fields.items() if name != "catalogue"}
        state["hidden"] = state["hidden"] and not isinstance(write, RevealRecord)
        self._save(slug, state)

    def _update_resource(self, slug: str, write: UpdateResource, state: dict[str, Any]) -> None:
        """A file of the same format under another name is where the former name leads."""
        there = next(raw for raw in state["resources"] if raw["id"] == write.id)
        before = dict(there["distribution"])
        there.update(_resource_state(write.id, write.resource))
        after = there["distribution"]
        if write.send or before["filename"] != after["filename"]:
            self._write_file(slug, write.resource.file)
        if before["filename"] != after["filename"]:
            same = before["format"] == after["format"]
            self._retire(slug, before["filename"], after["filename"] if same else "")

    def _remove_resource(self, slug: str, identifier: str, state: dict[str, Any]) -> None:
        gone = next((raw for raw in state["resources"] if raw["id"] == identifier), None)
        if gone is not None:
            state["resources"].remove(gone)
            self._retire(slug, gone["distribution"]["filename"])

    def _write_file(self, slug: str, file: LocalFile | None) -> None:
        if file is not None:
            put_copy(self._folder, f"{folder_of(slug)}/{file.filename}", file.path)

    def _retire(self, slug: str, filename: str, successor: str = "") -> None:
        """A file that will no longer be offered: its address will lead to its ``successor`` or to the page,
        and it will leave (``settle``)."""
        if filename:
            self._save_former_addresses({f"/{folder_of(slug)}/{filename}": f"/{folder_of(slug)}/{successor}"})

    # --- the whole ------------------------------------------------------------------------------------------

    def _save(self, slug: str, state: Mapping[str, Any]) -> None:
        if self._folder.read_json(_key(slug)) != state:
            self._folder.write_json(_key(slug), state)

    def settle(self, desired: DesiredRecord) -> None:
        """Makes anew all that is made of the fiches; under a lock, since other datasets make the same pages.
        What is no longer offered leaves last, when nothing leads to it; then it is noted what was made of
        what, so that another dataset's writing is not taken for a fault of this one."""
        with self._lock():
            whole = self._catalogue()
            fiches = {slug: _digest(self._folder.read(_key(slug))) for slug, _ in self._states()}
            shared = self._shared_pages(whole)
            for name, data in {**self._own_pages(desired.slug, whole), **shared}.items():
                if self._folder.read(name) != data:
                    put_bytes(self._folder, name, data)
            for name in self._leftovers():
                self._folder.delete(name)
            made = {"fiches": fiches, "files": {name: _digest(data) for name, data in shared.items()}}
            if self._folder.read_json(MADE) != made:
                self._folder.write_json(MADE, made)

    def _is_current(self, slug: str) -> bool:
        """Whether the pages are those made of this fiche, and the dataset's own are as they should be."""
        with self._lock():
            made = self._folder.read_json(MADE) or {"fiches": {}, "files": {}}
            return (
                made["fiches"].get(slug) == _digest(self._folder.read(_key(slug)))
                and all(_digest(self._folder.read(name)) == known for name, known in made["files"].items())
                and not self._leftovers()
                and all(
                    self._folder.read(name) == data
                    for name, data in self._own_pages(slug, self._catalogue(only=slug)).items()
                )
            )

    def _own_pages(self, slug: str, whole: Catalogue) -> Mapping[str, bytes]:
        """What speaks of one dataset, as the fiche has it; nothing while it is hidden."""
        mine = next((entry for entry in whole.entries if entry.fiche.slug == slug), None)
        return own_files(whole, mine) if mine else {}

    def _shared_pages(self, whole: Catalogue) -> Mapping[str, bytes]:
        """What speaks of all, and what stands at former addresses."""
        files, former = dict(shared_files(whole)), self._redirections()
        for start, end in former.items():
            if start.endswith("/"):
                target = f"../..{end}{PAGE}" if end.endswith("/") else f"../..{end}"
                files[f"{start.strip('/')}/{PAGE}"] = moved_page(whole, target)
        if former or self._folder.exists(REDIRECTS):
            files[REDIRECTS] = "".join(f"{start} {former[start]} 301\n" for start in sorted(former)).encode()
        return files

    def _leftovers(self) -> list[str]:
        """Files that still stand at an address that leads elsewhere: a run died before it removed them."""
        files = (start.strip("/") for start in self._redirections() if not start.endswith("/"))
        return [name for name in files if self._folder.exists(name)]

    def _catalogue(self, only: str = "") -> Catalogue:
        """Of every dataset, or of ``only`` one."""
        moved = self._former_addresses()
        entries = (
            CatalogueEntry(
                fiche_from_json(state["fiche"]),
                self.record_url(slug),
                tuple(
                    PlacedDistribution(
                        raw["id"],
                        distribution_from_json(raw["distribution"]),
                        raw["distribution"]["link"] or self._file_url(slug, raw["distribution"]["filename"]),
                    )
                    for raw in state["resources"]
                ),
            )
            for slug, state in self._states(only)
            if not state["hidden"] and f"/{folder_of(slug)}/" not in moved
        )
        return catalogue(self._city, self._url, tuple(entries))

    def _states(self, only: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
        for name in [folder_of(only)] if only else self._folder.list("jeux"):
            slug = name.rsplit("/", 1)[-1]
            state = self._state(slug)
            if state is not None:
                yield slug, state

    def _find_state(self, slug: str, known: PlatformState) -> tuple[dict[str, Any], str] | None:
        """The fiche, and the identifier it stands under: another one when the dataset is moving, and for as
        long as its move is not done."""
        if known.record is not None:
            for here, state in self._states():
                if state["record"] == known.record and here != slug:
                    return state, here
        own = self._state(slug)
        return (own, slug) if own else None

    def _state(self, slug: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._folder.read_json(_key(slug))
        return found

    def _file_url(self, slug: str, filename: str) -> str:
        return f"{self._url}/{folder_of(slug)}/{filename}"

    # --- former addresses -----------------------------------------------------------------------------------

    def _move(self, former: str, slug: str) -> None:
        """The dataset that was called ``former`` is called ``slug``: its files, its ids and its fiche go with
        it, and the former addresses lead to the new ones. Done again from the start if it was cut short."""
        state = self._state(former)
        if state is None:
            return
        names = _file_names(state)
        for name in names:
            with self._folder.local(f"{folder_of(former)}/{name}") as path:
                self._write_file(slug, LocalFile(path, name, "", "", 0))
        state["fiche"] = {**state["fiche"], "slug": slug}
        self._save(slug, state)
        own = ("", "schema.json", "iso19139.xml", *names, "fiche.json")
        self._save_former_addresses(
            {f"/{folder_of(former)}/{name}": f"/{folder_of(slug)}/{name}" for name in own}
        )
        self._folder.delete(_key(former))

    def _former_addresses(self) -> dict[str, str]:
        found: dict[str, str] = self._folder.read_json(FORMER) or {}
        return found

    def _save_former_addresses(self, moved: Mapping[str, str]) -> None:
        with self._lock():
            self._folder.write_json(FORMER, {**self._former_addresses(), **moved})

    def _redirections(self) -> dict[str, str]:
        """The former addresses that are nobody's now, each with where it leads in the end."""
        former = self._former_addresses()
        live = {
            f"/{folder_of(slug)}/{name}"
            for slug, state in (self._states() if former else ())
            if f"/{folder_of(slug)}/" not in former
            for name in (*_file_names(state), "fiche.json")
        }
        return {start: _follow_moves(former, start, live) for start in former if start not in live}

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """The portal to oneself: other datasets wait for their turn, which lasts a second."""
        started = time.monotonic()
        while True:
            try:
                with self._folder.lock(".portail", where=self._url):
                    yield
                return
            except DatasetBusy:
                if time.monotonic() - started > _PATIENCE_S:
                    raise
            self._sleep(_PAUSE_S)


def _digest(data: bytes | None) -> str:
    return hashlib.sha256(data or b"").hexdigest()


def _key(slug: str) -> str:
    return f"{folder_of(slug)}/fiche.json"


def _resource_state(identifier: str, resource: DesiredResource) -> dict[str, Any]:
    names = ("url_type", "url")
    shown = {name: value for name, value in resource.fields.items() if name not in names}
    return {
        "id": identifier,
        "distribution": json.loads(json.dumps(shown)),
        "url_type": resource.fields["url_type"],
    }


def _observe_resource(
    slug: str, raw: Mapping[str, Any], url_of: Callable[[str, str], str]
) -> ObservedResource:
    shown = raw["distribution"]
    url = shown["link"] or url_of(slug, shown["filename"])
    return ObservedResource(
        id=raw["id"],
        format=shown["format"],
        url=url,
        fields={**shown, "url_type": raw["url_type"], "url": url},
        managed=True,
        label=shown["slice"]["label"] if shown["slice"] else "",
    )


def _identifier(resource: DesiredResource, state: Mapping[str, Any]) -> str:
    """Made of the first file's name or format, and never changed after: ``permis-csv``. The name of a slice's
    file says which one it is, and ids go into reports: theirs have a digest of it."""
    name = resource.file.filename if resource.file else resource.format.lower()
    if resource.label:
        name = f"{resource.format.lower()}-{hashlib.sha256(resource.label.encode()).hexdigest()[:8]}"
    plain = name.replace(".", "-")
    taken = {raw["id"] for raw in state["resources"]}
    numbered = (f"{plain}-{rank}" for rank in range(2, len(taken) + 3))
    return plain if plain not in taken else next(one for one in numbered if one not in taken)


def _file_names(state: Mapping[str, Any]) -> list[str]:
    """The files that stand beside its page, and not behind a link."""
    shown = [raw["distribution"] for raw in state["resources"]]
    return [one["filename"] for one in shown if one["filename"] and not one.get("link")]


def _follow_moves(former: Mapping[str, str], start: str, live: Collection[str]) -> str:
    seen, here = {start}, former[start]
    while here in former and here not in seen and here not in live:
        seen.add(here)
        here = former[here]
    return here
