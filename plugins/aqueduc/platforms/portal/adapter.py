"""A portal of the city's own: plain files in a folder, which any web server can serve and any portal harvest.

::

    index.html                     every dataset, to be searched and sifted by theme
    catalog.jsonld, .ttl, .rdf     DCAT-AP; catalogue-scdl.csv: the collectivities' common catalogue
    sitemap.xml                    its pages, for search engines, where it is served
    jeux/<dataset>/index.html      its page, with the data it offers
    jeux/<dataset>/fiche.json      what Aqueduc reads back: the fiche, the ids and hashes of its files
    jeux/<dataset>/<hash>/<file>   the data: these bytes and no others, for as long as they may stay
    jeux/<dataset>/<hash>/<file>.dsse    the city's signed statement about these bytes, once certified
    ville-<n>.pub                  the public keys that verify those
    jeux/<dataset>/<file>          the newest of them, at an address that stays
    _redirects                     former addresses, as static hosts read them (anciens.json: as we do)
    etat.json                      what the shared files were made of

Each file is replaced whole. The data come first, then ``fiche.json``, then the pages, and what nothing leads
to leaves last: at every instant, what names a hash leads to bytes of that hash. Whatever dies in between is
found out by the next run, since pages are compared with what was made of the fiches.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from typing import Any, cast

import httpx

from aqueduc.anonymise.objections import has_pending_objection
from aqueduc.connections import Connection
from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.errors import DatasetBusy, PlatformRequestRejection
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.platforms.portal import PortalSpec
from aqueduc.platforms.portal.pages import (
    ISO,
    PAGE,
    SITEMAP,
    build_dataset_folder_path,
    render_catalogue_files,
    render_dataset_files,
    render_public_key_files,
    render_redirect_page,
)
from aqueduc.platforms.portal.records import (
    FORM,
    RECORD,
    PendingRecordUpdate,
    PortalRecordsSnapshot,
    add_revision_path,
    build_empty_record_state,
    build_observed_resource,
    build_resource_state,
    choose_resource_identifier,
    find_surplus_files,
    get_file_path,
    get_stable_file_name,
    is_revision_folder_key,
    list_former_files_to_keep,
    sort_resources_in_desired_order,
)
from aqueduc.publish.attestation import StatementCheck
from aqueduc.publish.client import PlatformClient, PublishableFile
from aqueduc.publish.folder import (
    StaticFolderTransport,
    copy_file_to_folder,
    open_declared_folder,
    open_folder_at_address,
    write_bytes_to_folder,
)
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredResource,
    ObservedRecord,
    PlatformState,
)
from aqueduc.publish.planning.writes import (
    CreateRecord,
    CreateResource,
    HideRecord,
    PurgeRecord,
    RemoveResource,
    ReorderResources,
    RevealRecord,
    UpdateRecord,
    UpdateResource,
    Write,
)
from aqueduc.publish.platform import DistributionOffer, PlatformCapabilities, PublicAddress, WriteProgress
from aqueduc.publish.surveying import ListedRecord, PlatformRecordListings
from aqueduc.publish.tableless import TablelessPlatform
from aqueduc.record import Fiche
from aqueduc.record.catalogue import (
    TABLE_SCHEMA,
    Catalogue,
    CatalogueEntry,
    DistributionWithUrl,
    build_catalogue,
    convert_fiche_to_json,
    parse_distribution_from_json,
    parse_fiche_from_json,
)
from aqueduc.run import Workspace
from aqueduc.store import StoreRoot, compute_bytes_sha256

REDIRECTS = "_redirects"
STATEMENT = ".dsse"
FORMER = "anciens.json"
LONGEST_FICHE = 16 << 20
FEED = "catalog.jsonld"
LONGEST_FEED = 256 << 20
MADE = "etat.json"
"""Which fiches the shared files were made of, and what they and each dataset's own were then: hashes."""

_CURRENT = "à jour"
_KEPT_UP = {"catalogue": _CURRENT, "entretien": _CURRENT}
"""What a record has beside its fiche: nobody changed its pages, and nothing of them falls due."""
_HIDDEN: Mapping[str, Any] = {"hidden": True, "fiche": {}, "former": []}
_PATIENCE_S = 60.0
_PAUSE_S = 0.2
_DATES = {"dataset_publication_date": "issued", "dataset_modification_date": "modified"}


def open_portal_folder(spec: PortalSpec, workspace: Workspace) -> StoreRoot:
    """Raises ConnectionMissing, InvalidConnectionSettings, StoreError."""
    if spec.folder:
        return open_declared_folder(spec.folder, spec.connection, workspace.connections)
    # That of the administrator, who may have given this machine what opens it.
    return open_folder_at_address(
        workspace.portal, workspace.connections.get(spec.connection) if spec.connection else None
    )


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
    folder = open_portal_folder(spec, workspace)
    # RFC 8089 knows this host, and httpx no address without one.
    url = (spec.url or folder.url.replace("file://", "file://localhost", 1)).rstrip("/")
    # With its host: a NO_PROXY that names localhost outranks what is mounted for a scheme alone.
    mounts = None if spec.url else {"file://localhost": StaticFolderTransport(folder)}
    there = Connection(id=settings.connection, kind="portal", host=url)
    with PlatformClient(
        there, organisation=city.organisation, transport=transport, mounts=mounts, sleep=sleep
    ) as client:
        yield PortalPlatform(
            client,
            city,
            folder,
            url,
            served=spec.url is not None,
            former_days=spec.former_days,
            today=workspace.clock().date(),
            is_replacing=partial(has_pending_objection, workspace.store),
            sleep=sleep,
        )


class PortalPlatform(TablelessPlatform):
    """One portal: ``folder`` is written, ``url`` is where it is read (the folder itself when not ``served``).

    Everything in it is public, so it takes open datasets only.
    """

    inspection_requests = 2

    def __init__(
        self,
        client: PlatformClient,
        city: City,
        folder: StoreRoot,
        url: str,
        *,
        served: bool,
        former_days: int,
        today: date,
        is_replacing: Callable[[str], bool] = lambda _slug: False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client = client
        self._city = city
        self._folder = folder
        self._url = url
        self._served = served
        self._most_former_days = former_days
        self._is_replacing = is_replacing
        self._today = today
        self._sleep = sleep
        self._pending: PendingRecordUpdate | None = None

    # --- what it can do -------------------------------------------------------------------------------------

    def read_capabilities(self) -> PlatformCapabilities:
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

    def check_fiche_support(self, fiche: Fiche) -> Iterable[Finding]:
        if not fiche.access.is_open:
            raise PlatformRequestRejection(
                _("Un portail statique ne sait rien cacher : il ne reçoit pas de jeu restreint."),
                where=self.build_record_url(fiche.slug),
                remedy=_(
                    "publier ce jeu sur une autre plateforme ; s'il était ouvert auparavant, il est encore "
                    "en ligne ici, et reste à retirer"
                ),
            )
        return ()

    # --- what is wanted, in its words -----------------------------------------------------------------------

    def build_desired_record(self, fiche: Fiche, offers: Sequence[DistributionOffer]) -> DesiredRecord:
        return DesiredRecord(
            slug=fiche.slug,
            fields={**convert_fiche_to_json(fiche), **_KEPT_UP},
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
            restless=frozenset(_KEPT_UP),
            upkeep=frozenset({"entretien"}),
        )

    # --- what is there --------------------------------------------------------------------------------------

    def read_observed_record(self, slug: str, known: PlatformState) -> ObservedRecord | None:
        if known.record is None and self._folder.read(_build_record_state_key(slug)) is None:
            return None
        with self._hold_portal_lock():
            return self._read_record_under_lock(slug, known)

    def _read_record_under_lock(self, slug: str, known: PlatformState) -> ObservedRecord | None:
        records = self._read_records()
        found = records.find_state_and_slug(slug, known.record)
        if found is None:
            return None
        state, here = found
        if state["organisation"] != self._city.organisation:
            raise PlatformRequestRejection(
                _("L'adresse de la fiche est déjà prise, dans ce portail, par une autre organisation."),
                where=self.build_record_url(slug),
                remedy=_("renommer le fichier de la déclaration, ou donner à ce portail un autre dossier"),
            )
        kept_up = {**_KEPT_UP, "entretien": ""}
        if here == slug:
            kept_up = self._compute_page_status_fields(slug, records, same_rules=bool(known.rules))
        return self._build_observed_record(here, state, kept_up)

    def _build_observed_record(
        self, slug: str, state: Mapping[str, Any], kept_up: Mapping[str, str]
    ) -> ObservedRecord:
        fiche = state["fiche"]
        return ObservedRecord(
            id=state["record"],
            deleted=False,
            hidden=state["hidden"],
            organisation=state["organisation"],
            fields={
                **fiche,
                **{name: fiche.get(key) for name, key in _DATES.items()},
                **kept_up,
            },
            extras={},
            resources=tuple(build_observed_resource(slug, raw, self._url) for raw in state["resources"]),
        )

    def read_record_without_tables(
        self, slug: str, state: PlatformState, *, anonymous: bool
    ) -> ObservedRecord | None:
        """To a visitor, what is served: the fiche, and whether the page is the one in the folder."""
        if not anonymous:
            return self.read_observed_record(slug, state)
        written = self._folder.read(f"{build_dataset_folder_path(slug)}/{PAGE}")
        # Some servers list a folder that has no page.
        address = (
            self.build_record_url(slug)
            if written
            else f"{self._url}/{build_dataset_folder_path(slug)}/{PAGE}"
        )
        page = self.client.hash_served_file(address, anonymous=True)
        fiche = self.client.read_first_bytes(
            f"{self._url}/{_build_record_state_key(slug)}", anonymous=True, limit=LONGEST_FICHE
        )
        if not (page.is_success and fiche.is_success):
            return None
        try:
            current = page.sha256 == compute_bytes_sha256(written or b"")
            kept_up = _KEPT_UP if current else {**_KEPT_UP, "catalogue": ""}
            said = json.loads(fiche.head)
            there = [one["path"].split("/")[0] for one in said.get("former", ())]
            return replace(
                self._build_observed_record(slug, said, kept_up),
                due=self._has_former_files_to_remove(said, there, self._get_former_file_retention_days(slug)),
            )
        except (ValueError, KeyError, TypeError):
            return ObservedRecord("", False, False, "", {}, {}, ())

    def read_record_listings(self, states: Mapping[str, PlatformState]) -> PlatformRecordListings:
        """What the folder has; what is served of each record, in two requests. The pages that all share are
        looked at once, and not with each dataset."""
        with self._hold_portal_lock():
            made = {"files": {}, "pages": {}, **(self._folder.read_json(MADE) or {})}
            standing = [
                (slug, state)
                for slug, state in self._read_records().list_states_of_unmoved_records()
                if state["organisation"] == self._city.organisation
            ]
            records = tuple(self._build_listed_record(slug, state, made["pages"]) for slug, state in standing)
            altered = tuple(
                name for name, known in made["files"].items() if not self._has_known_file_digest(name, known)
            )
        shown = {
            state["record"]: self.read_record_without_tables(
                slug, states.get(state["record"], PlatformState()), anonymous=True
            )
            for slug, state in standing
        }
        return PlatformRecordListings(
            records,
            {record: seen for record, seen in shown.items() if seen is not None},
            self._read_dcat_feed_record_ids({slug: state["record"] for slug, state in standing}),
            altered,
        )

    def _build_listed_record(
        self, slug: str, state: Mapping[str, Any], pages: Mapping[str, Mapping[str, str]]
    ) -> ListedRecord:
        as_made = all(self._has_known_file_digest(name, known) for name, known in pages.get(slug, {}).items())
        return ListedRecord(
            id=state["record"],
            name=slug,
            title=str(state["fiche"].get("title") or ""),
            url=self.build_record_url(slug),
            dataset=slug,
            observed=self._build_observed_record(
                slug, state, _KEPT_UP if as_made else {**_KEPT_UP, "catalogue": ""}
            ),
        )

    def _has_known_file_digest(self, name: str, known: str) -> bool:
        return compute_bytes_sha256(self._folder.read(name) or b"") == known

    def _read_dcat_feed_record_ids(self, records: Mapping[str, str]) -> frozenset[str]:
        """Of the ``records`` (their ids by identifier), those in the DCAT feed as visitors get it."""
        said = self.client.read_first_bytes(f"{self._url}/{FEED}", anonymous=True, limit=LONGEST_FEED)
        try:
            graph = json.loads(said.head)["@graph"] if said.is_success else ()
            names = {
                _get_jsonld_literal(node.get("dct:identifier"))
                for node in graph
                if node.get("@type") == "dcat:Dataset"
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            names = set()
        return frozenset(record for slug, record in records.items() if slug in names)

    def build_record_url(self, slug: str) -> str:
        """With the name of its file only where there is no server to know it."""
        return f"{self._url}/{build_dataset_folder_path(slug)}/{'' if self._served else PAGE}"

    def list_public_addresses(self, slug: str, observed: ObservedRecord) -> Iterable[PublicAddress]:  # noqa: ARG002
        folder = build_dataset_folder_path(slug)
        # The file, since some servers list a folder that has no page.
        yield PublicAddress("page", f"{self._url}/{folder}/{PAGE}")
        yield PublicAddress("api", f"{self._url}/{folder}/{RECORD}", ('"title"', '"distribution"'))
        records = self._read_records()
        for one in records.states.get(slug, {"former": ()})["former"]:
            yield PublicAddress("file", f"{self._url}/{folder}/{one['path']}")
        for start, end in records.list_redirections().items():
            if end.startswith(f"/{folder}/"):
                yield PublicAddress("page", f"{self._url}{start}")
        needles = (f"{folder}/",)
        yield PublicAddress("search", f"{self._url}/{PAGE}", needles)
        for name in self._render_shared_pages(self._build_catalogue(records), records):
            if name.startswith("catalog"):
                yield PublicAddress("dcat", f"{self._url}/{name}", needles)
        yield PublicAddress("search", f"{self._url}/{SITEMAP}", needles)
        yield PublicAddress("search", f"{self._url}/{REDIRECTS}", needles)

    # --- writing --------------------------------------------------------------------------------------------

    def apply_write(self, write: Write, desired: DesiredRecord, progress: WriteProgress) -> None:
        """Puts files where nothing leads to yet: the record says so once all are there (``finish_publication``)."""
        pending = self._pending = self._pending or self._read_and_build_pending_update(
            desired.slug, progress.state
        )
        state = pending.state
        match write:
            case CreateRecord():
                # At once, empty: an id that is remembered is that of a record.
                self._save_record_state(desired.slug, state)
                progress.save_state(replace(progress.state, record=state["record"]))
            case UpdateRecord() | ReorderResources():
                pass
            case RevealRecord():
                state["hidden"] = False
            case HideRecord():
                self.hide_record(state["record"])
                state |= _HIDDEN
            case PurgeRecord():
                pending.purged = True
            case CreateResource():
                raw = build_resource_state(
                    write.id or choose_resource_identifier(write.resource, state), write.resource
                )
                self._copy_file_to_portal(desired.slug, pending, raw, write.resource.file)
                state["resources"].append(raw)
            case UpdateResource():
                self._update_resource(desired.slug, pending, write)
            case RemoveResource():
                state["resources"] = [raw for raw in state["resources"] if raw["id"] != write.id]
                progress.save_state(progress.state.without_resource(write.id))
            case _:
                raise PlatformRequestRejection(
                    _("Un portail statique n'a pas de table."),
                    where=self._url,
                    remedy=_("signaler ce défaut"),
                )

    def _read_and_build_pending_update(self, slug: str, known: PlatformState) -> PendingRecordUpdate:
        """Without the portal's lock: it takes nothing of the other datasets, and this one has its own."""
        only = slug if known.record is None else ""
        return self._build_pending_record_update(slug, known, self._read_records(only))

    def _build_pending_record_update(
        self, slug: str, known: PlatformState, records: PortalRecordsSnapshot
    ) -> PendingRecordUpdate:
        found = records.find_state_and_slug(slug, known.record)
        record = known.record or slug
        state, standing = found or (build_empty_record_state(record, self._city.organisation), slug)
        before = {raw["id"]: {**raw, "path": get_file_path(raw)} for raw in state["resources"]}
        resources = [add_revision_path(raw) for raw in state["resources"]]
        state = {
            **build_empty_record_state(record, self._city.organisation),
            **state,
            "form": FORM,
            "resources": resources,
        }
        return PendingRecordUpdate(standing, state, before, bool(known.rules))

    def _update_resource(self, slug: str, pending: PendingRecordUpdate, write: UpdateResource) -> None:
        resources = pending.state["resources"]
        rank = next(rank for rank, raw in enumerate(resources) if raw["id"] == write.id)
        before, resources[rank] = resources[rank], build_resource_state(write.id, write.resource)
        if write.send or before["path"] != resources[rank]["path"]:
            self._copy_file_to_portal(slug, pending, resources[rank], write.resource.file)

    def _copy_file_to_portal(
        self, slug: str, pending: PendingRecordUpdate, raw: Mapping[str, Any], file: PublishableFile | None
    ) -> None:
        if file is not None:
            copy_file_to_folder(self._folder, f"{build_dataset_folder_path(slug)}/{raw['path']}", file.path)
            pending.placed.add(raw["id"])

    def finish_publication(self, desired: DesiredRecord) -> None:
        """The files are there: they become the newest, then the record, the pages and the catalogues name
        them, and what nothing leads to any more leaves. Under a lock from the record on, since other datasets
        make the same pages."""
        pending, self._pending = self._pending, None
        if pending is None:
            return
        slug, state = desired.slug, pending.state
        if pending.purged:
            self._purge_record(slug)
            return
        sort_resources_in_desired_order(state, desired.resources)
        state["former"] = pending.list_retainable_former_files(
            self._folder.list(build_dataset_folder_path(slug)),
            self._today,
            self._get_former_file_retention_days(slug),
        )
        state["fiche"] = {name: value for name, value in desired.fields.items() if name not in _KEPT_UP}
        self._copy_newest_to_stable_addresses(slug, pending)
        with self._hold_portal_lock():
            self._write_record_state_and_pages(slug, pending)

    def _purge_record(self, slug: str) -> None:
        with self._hold_portal_lock():
            self._folder.delete(build_dataset_folder_path(slug))
            self._rewrite_pages_and_delete_surplus(slug)

    def hide_record(self, record: str) -> None:
        """A portal has no readers to choose from: what is hidden is removed, at all its addresses. Only its
        ids stay."""
        with self._hold_portal_lock():
            records = self._read_records()
            for slug in [slug for slug, state in records.states.items() if state["record"] == record]:
                pending = self._build_pending_record_update(slug, PlatformState(record), records)
                pending.state |= _HIDDEN
                records = self._write_record_state_and_pages(slug, pending)

    def _write_record_state_and_pages(self, slug: str, pending: PendingRecordUpdate) -> PortalRecordsSnapshot:
        """Under the portal's lock; returns what the records are then."""
        self._save_state_and_former_addresses(slug, pending)
        return self._rewrite_pages_and_delete_surplus(slug)

    def _copy_newest_to_stable_addresses(self, slug: str, pending: PendingRecordUpdate) -> None:
        """The stable addresses, one right after the other; before that, the files that no write has put
        where they are to be, as those of a portal of the first form."""
        folder = build_dataset_folder_path(slug)
        for raw in pending.state["resources"]:
            there = pending.before.get(raw["id"])
            source = f"{build_dataset_folder_path(pending.standing)}/{there['path']}" if there else ""
            if raw["path"] and raw["id"] not in pending.placed and source != f"{folder}/{raw['path']}":
                self._folder.copy(source, f"{folder}/{raw['path']}")
                pending.placed.add(raw["id"])
        for raw in pending.state["resources"]:
            if raw["id"] in pending.placed:
                self._folder.copy(f"{folder}/{raw['path']}", f"{folder}/{get_stable_file_name(raw)}")

    def _save_state_and_former_addresses(self, slug: str, pending: PendingRecordUpdate) -> None:
        """An address that leads elsewhere is noted before the record lets go of it; the page of a dataset
        that moves, once it has another."""
        former = build_dataset_folder_path(pending.standing)
        if not pending.state["hidden"]:
            self._save_former_addresses(pending.build_redirects_of_removed_files(slug))
        self._save_record_state(slug, pending.state)
        if pending.standing != slug:
            own = ("", TABLE_SCHEMA, ISO, RECORD)
            self._save_former_addresses(
                {f"/{former}/{name}": f"/{build_dataset_folder_path(slug)}/{name}" for name in own}
            )
            self._folder.delete(_build_record_state_key(pending.standing))

    def write_missing_attestations_beside_files(
        self, slug: str, envelope: bytes, holds: StatementCheck
    ) -> None:
        for raw in (self._read_record_state(slug) or {"resources": ()})["resources"]:
            digest, path = raw["distribution"]["sha256"], get_file_path(raw)
            key = f"{build_dataset_folder_path(slug)}/{path}{STATEMENT}"
            if path and holds(envelope, digest) and not holds(self._folder.read(key), digest):
                write_bytes_to_folder(self._folder, key, envelope)

    # --- the whole ------------------------------------------------------------------------------------------

    def _save_record_state(self, slug: str, state: Mapping[str, Any]) -> None:
        if self._folder.read_json(_build_record_state_key(slug)) != state:
            self._folder.write_json(_build_record_state_key(slug), state)

    def _rewrite_pages_and_delete_surplus(self, slug: str) -> PortalRecordsSnapshot:
        """Makes anew all that is made of the records, then lets go of what nothing leads to; then notes what
        was made of what, so that another dataset's writing is not taken for a fault of this one. Returns the
        records, each of which it reads once."""
        records = self._read_records()
        whole = self._build_catalogue(records)
        own = self._render_dataset_pages(slug, whole)
        shared = self._render_shared_pages(whole, records)
        for name, data in {**own, **shared}.items():
            if self._folder.read(name) != data:
                write_bytes_to_folder(self._folder, name, data)
        before = self._folder.read_json(MADE) or {}
        outdated = before.get("files", {}).keys() - shared.keys()
        for name in (*sorted(outdated), *self._list_surplus_files(slug, records, own)):
            self._folder.delete(name)
        pages = {name: known for name, known in before.get("pages", {}).items() if name in records.states}
        made = {
            "fiches": dict(records.digests),
            "files": _compute_file_digests(shared),
            "pages": {**pages, slug: _compute_file_digests(own)},
        }
        if before != made:
            self._folder.write_json(MADE, made)
        return records

    def _compute_page_status_fields(
        self, slug: str, records: PortalRecordsSnapshot, *, same_rules: bool
    ) -> dict[str, str]:
        """``catalogue``: whether the dataset's pages and the shared ones are as they were last made of this
        record, and nothing else of ours stands beside them. ``entretien``: whether we would make them so
        today: time, other rules, a new key or another version of ours want it otherwise."""
        state = records.states[slug]
        made = {"fiches": {}, "files": {}, "pages": {}, **(self._folder.read_json(MADE) or {})}
        pages = made["pages"].get(slug, {})
        own = _compute_file_digests(
            self._render_dataset_pages(slug, self._build_catalogue(records, only=slug))
        )
        due = (
            self._has_former_files_to_remove(
                state,
                self._folder.list(build_dataset_folder_path(slug)),
                self._get_former_file_retention_days(slug),
            )
            or pages != own
            or not (same_rules or not state["former"])
        )
        as_made = (
            made["fiches"].get(slug) == records.digests[slug]
            and made["fiches"].keys() <= {key.rsplit("/", 1)[-1] for key in self._folder.list("jeux")}
            and all(
                self._has_known_file_digest(name, known) for name, known in {**made["files"], **pages}.items()
            )
            and not self._list_surplus_files(slug, records, own)
        )
        return {"catalogue": _CURRENT if as_made else "", "entretien": "" if due else _CURRENT}

    def _get_former_file_retention_days(self, slug: str) -> int:
        """How long its former files stay: not at all where they may show what a person objects to."""
        return 0 if self._is_replacing(slug) else self._most_former_days

    def _has_former_files_to_remove(self, state: Mapping[str, Any], keys: Iterable[str], days: int) -> bool:
        """Whether a former file is to leave, of a record whose folder holds ``keys``, or all are to come."""
        kept = list_former_files_to_keep(state, keys, self._today, days)
        return bool(state["form"] != FORM or state["former"] != kept)

    def _render_dataset_pages(self, slug: str, whole: Catalogue) -> Mapping[str, bytes]:
        """What speaks of one dataset, as the fiche has it, and the keys that verify its files; nothing while
        it is hidden."""
        mine = next((entry for entry in whole.entries if entry.fiche.slug == slug), None)
        return (
            {**render_dataset_files(whole, mine), **render_public_key_files(whole.publisher)} if mine else {}
        )

    def _render_shared_pages(self, whole: Catalogue, records: PortalRecordsSnapshot) -> Mapping[str, bytes]:
        """What speaks of all, and what stands at former addresses."""
        files, former = dict(render_catalogue_files(whole)), records.list_redirections()
        for start, end in former.items():
            if start.endswith("/"):
                target = f"../..{end}{PAGE}" if end.endswith("/") else f"../..{end}"
                files[f"{start.strip('/')}/{PAGE}"] = render_redirect_page(whole, target)
        if former or self._folder.exists(REDIRECTS):
            files[REDIRECTS] = "".join(f"{start} {former[start]} 301\n" for start in sorted(former)).encode()
        return files

    def _list_files_at_former_addresses(self, records: PortalRecordsSnapshot) -> list[str]:
        """What still stands at an address that leads elsewhere: files, and the revisions of what moved."""
        former = records.list_redirections()
        files = (start.strip("/") for start in former if not start.endswith("/"))
        folders = (self._folder.list(start.strip("/")) for start in former if start.endswith("/"))
        return [
            *(name for name in files if self._folder.exists(name)),
            *(key for keys in folders for key in keys if is_revision_folder_key(key)),
        ]

    def _list_surplus_files(
        self, slug: str, records: PortalRecordsSnapshot, own: Collection[str]
    ) -> list[str]:
        """What stands there and is offered no more, or not yet: a run died before it removed it, or made use
        of it."""
        state, keys = records.states.get(slug), self._folder.list(build_dataset_folder_path(slug))
        return [
            *self._list_files_at_former_addresses(records),
            *(find_surplus_files(keys, state, own) if state else ()),
        ]

    def _build_catalogue(self, records: PortalRecordsSnapshot, only: str = "") -> Catalogue:
        """Of every dataset, or of ``only`` one."""
        entries = (
            CatalogueEntry(
                parse_fiche_from_json(state["fiche"]),
                self.build_record_url(slug),
                tuple(
                    DistributionWithUrl(
                        one.id, parse_distribution_from_json(raw["distribution"]), one.url, one.stable_url
                    )
                    for raw in state["resources"]
                    for one in (build_observed_resource(slug, raw, self._url),)
                ),
            )
            for slug, state in records.list_states_of_unmoved_records()
            if not state["hidden"] and only in ("", slug)
        )
        return build_catalogue(self._city, self._url, tuple(entries))

    def _read_records(self, only: str = "") -> PortalRecordsSnapshot:
        """Of every dataset, or of ``only`` one; each is read once."""
        names = [only] if only else [key.rsplit("/", 1)[-1] for key in self._folder.list("jeux")]
        keys = [_build_record_state_key(name) for name in names]
        found = dict(zip(names, self._folder.read_many(keys), strict=True))
        states = {
            name: self._folder.parse_json(_build_record_state_key(name), data)
            for name, data in found.items()
            if data is not None
        }
        states = {name: state for name, state in states.items() if state is not None}
        return PortalRecordsSnapshot(
            states,
            {name: compute_bytes_sha256(found[name] or b"") for name in states},
            self._read_former_addresses(),
        )

    def _read_record_state(self, slug: str) -> dict[str, Any] | None:
        return self._folder.read_json_mapping(_build_record_state_key(slug))

    # --- former addresses -----------------------------------------------------------------------------------

    def _read_former_addresses(self) -> dict[str, str]:
        return self._folder.read_json_mapping(FORMER) or {}

    def _save_former_addresses(self, moved: Mapping[str, str]) -> None:
        if moved:
            self._folder.write_json(FORMER, {**self._read_former_addresses(), **moved})

    @contextmanager
    def _hold_portal_lock(self) -> Iterator[None]:
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


def _compute_file_digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: compute_bytes_sha256(data) for name, data in files.items()}


def _build_record_state_key(slug: str) -> str:
    return f"{build_dataset_folder_path(slug)}/{RECORD}"


def _get_jsonld_literal(raw: Any) -> str:
    """A value of JSON-LD, which stands alone or in an object of its own."""
    return str(raw.get("@value") if isinstance(raw, dict) else raw)
