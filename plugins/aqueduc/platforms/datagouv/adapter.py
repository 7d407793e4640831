"""A udata: data.gouv.fr, or a portal that runs the same software.

A record is known by the id that udata gave it: its address follows its title. A file is at another address
each time it is replaced, and at the resource's permalink for good. udata keeps what a PUT does not name of a
record only in part, so that a PUT sends back what was read with what changes.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import httpx

from aqueduc.declaration.naming import build_published_file_name
from aqueduc.declaration.spec import City, OutputFormat, PlatformSettings
from aqueduc.errors import PlatformAccessRefusal, PlatformRequestRejection, ReadBackMismatch
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.platforms.datagouv.api import UdataApi
from aqueduc.platforms.datagouv.connection import open_client
from aqueduc.platforms.datagouv.record import (
    DATASET,
    LEDGER_HEAD,
    MANAGER,
    MODIFIED,
    OURS,
    PUBLISHED,
    SHA256,
    UdataVocabulary,
    build_datagouv_extras,
    build_datagouv_record,
    build_datagouv_resource,
    normalise_urls,
)
from aqueduc.platforms.datagouv.record import build_udata_slug as slugged
from aqueduc.publish.client import PlatformClient, PlatformItemNotFound, PublishableFile
from aqueduc.publish.planning.plan import find_differing_fields
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
    HideRecord,
    PurgeRecord,
    RemoveResource,
    RestoreRecord,
    RevealRecord,
    UpdateRecord,
    UpdateResource,
    Write,
)
from aqueduc.publish.platform import (
    DistributionOffer,
    PlatformCapabilities,
    PublicAddress,
    WriteProgress,
    build_concurrent_edit_error,
    parse_major_minor_version,
)
from aqueduc.publish.surveying import ListedRecord, PlatformRecordListings
from aqueduc.publish.tableless import TablelessPlatform
from aqueduc.record import Distribution, Fiche
from aqueduc.record.fields import MANAGED_BY, RECORD_CREATED
from aqueduc.run import Workspace

_SHOWN = {name.lower(): name for name in ("CSV", "JSON", "GeoJSON", "XLSX", "Parquet")}
_SHARED = {
    "dataset_publication_date": PUBLISHED,
    "dataset_modification_date": MODIFIED,
    "ledger_head": LEDGER_HEAD,
}
_KEPT = ("acronym", "description_short", "frequency_date")
"""What of a record is others', and is sent back as it was."""
_DIGESTS = frozenset({"md5", "sha1", "sha256"})
_WRITERS = frozenset({"admin", "editor", "partial_editor"})
"""A partial editor changes the records that it made, which are its own by that, and those assigned to it."""
_NATURE = _("Sur cette plateforme, un fichier déposé ne redevient pas un lien.")


class DatagouvPlatform(TablelessPlatform):
    """One udata, data.gouv.fr or another. ``organisation``: the id or the address of the city's there;
    ``insee``: the code of the commune."""

    inspection_requests = 2

    def __init__(self, client: PlatformClient, organisation: str, insee: str) -> None:
        self.client = client
        self._udata = UdataApi(client)
        self._organisation = organisation
        self._insee = insee
        self._last: dict[str, Any] | None = None

    # --- what it can do -------------------------------------------------------------------------------------

    def read_capabilities(self) -> PlatformCapabilities:
        return self._capabilities

    @cached_property
    def _capabilities(self) -> PlatformCapabilities:
        organisation = self._find_editable_organisation_id()
        return PlatformCapabilities(
            version=parse_major_minor_version(self._udata.get("site/", anonymous=True).get("version")),
            extensions=frozenset(self._udata.get("datasets/extensions/", anonymous=True)),
            organisation=organisation,
            record_fields=None,
            licences=frozenset(self._vocabulary.licences),
            categories=frozenset(),
            tables=False,
            loader=False,
        )

    def _find_editable_organisation_id(self) -> str:
        """The id of the organisation. Raises PlatformRequestRejection when there is none of this name,
        PlatformAccessRefusal when the account is not an editor of it."""
        me = self._udata.get("me/")
        found = self._udata.get_if_found(f"organizations/{self._organisation}/")
        where = _("{url}, organisation « {organisation} »").format(
            url=self.client.url, organisation=self._organisation
        )
        if found is None:
            raise PlatformRequestRejection(
                _("La plateforme ne connaît pas cette organisation."),
                where=where,
                remedy=_(
                    "corriger « organisation » dans la connexion (ou dans include/city.yaml) : c'est la fin "
                    "de l'adresse de sa page"
                ),
            )
        roles = {one["user"]["id"]: one["role"] for one in found.get("members") or ()}
        if roles.get(me["id"]) not in _WRITERS and "admin" not in (me.get("roles") or ()):
            raise PlatformAccessRefusal(
                _("Ce compte n'est pas éditeur de cette organisation."),
                where=where,
                remedy=_("demander à un de ses administrateurs le rôle d'éditeur"),
            )
        return str(found["id"])

    @cached_property
    def _vocabulary(self) -> UdataVocabulary:
        udata = self._udata
        zone = f"fr:commune:{self._insee}"
        return UdataVocabulary(
            licences={
                one["id"]: normalise_urls([one.get("url"), *(one.get("alternate_urls") or ())])
                for one in udata.get("datasets/licenses/", anonymous=True)
            },
            frequencies=_list_identifiers(udata.get("datasets/frequencies/", anonymous=True)),
            granularities=_list_identifiers(udata.get("spatial/granularities/", anonymous=True)),
            schemas={
                one["name"]: frozenset(version["version_name"] for version in one["versions"])
                for one in udata.get_if_found("datasets/schemas/", anonymous=True) or ()
            },
            zone=zone if udata.get_if_found(f"spatial/zone/{zone}/", anonymous=True) else None,
        )

    def check_fiche_support(self, fiche: Fiche) -> Iterable[Finding]:
        where = _("{url}, jeu {dataset}").format(url=self.client.url, dataset=fiche.slug)
        if not fiche.access.is_open:
            raise PlatformRequestRejection(
                _(
                    "Un jeu restreint ne peut pas aller là : les fichiers d'une fiche privée y sont lisibles "
                    "par qui connaît leur adresse."
                ),
                where=where,
                remedy=_(
                    "publier ce jeu sur une plateforme qui protège ses fichiers, comme celle de la Région"
                ),
            )
        if self._vocabulary.find_licence_id(fiche.licence) is None:
            raise PlatformRequestRejection(
                _("La plateforme ne connaît pas la licence « {id} ».").format(id=fiche.licence.id),
                where=where,
                remedy=_("en choisir une qu'elle connaît : {licences}").format(
                    licences=", ".join(sorted(self._vocabulary.licences))
                ),
            )
        return ()

    # --- what is wanted, in its words -----------------------------------------------------------------------

    def build_desired_record(self, fiche: Fiche, offers: Sequence[DistributionOffer]) -> DesiredRecord:
        self._refuse_unpublishable_distributions(fiche.slug, [offer.distribution for offer in offers])
        return DesiredRecord(
            slug=fiche.slug,
            fields=build_datagouv_record(fiche, self._vocabulary),
            extras=build_datagouv_extras(fiche),
            hidden=False,
            resources=tuple(
                DesiredResource(
                    offer.distribution.format,
                    build_datagouv_resource(fiche, offer.distribution, self._vocabulary),
                    offer.file,
                )
                for offer in offers
            ),
            tables=False,
        )

    def _refuse_unpublishable_distributions(self, slug: str, offered: Sequence[Distribution]) -> None:
        """Raises PlatformRequestRejection, before anything is written, for what would only be refused half way
        through."""
        extensions = self._capabilities.extensions
        unknown = [one.format for one in offered if not one.link and one.format.lower() not in extensions]
        if unknown:
            raise PlatformRequestRejection(
                _("La plateforme n'admet pas ce format : {unknown}.").format(unknown=", ".join(unknown)),
                where=self.build_record_url(slug),
                remedy=_("publier dans un autre (« formats: »)"),
            )
        there = (self._last or {}).get("resources") or ()
        if any(one.link for one in offered) and any(
            is_managed_by_aqueduc(one) and has_hosted_file(one) for one in there
        ):
            raise PlatformRequestRejection(
                _NATURE,
                where=self.build_record_url(slug),
                remedy=_(
                    "garder le « mode: » précédent, ou retirer d'abord la ressource sur la plateforme (son "
                    "identifiant changera : prévenir qui l'utilise)"
                ),
            )

    # --- what is there --------------------------------------------------------------------------------------

    def read_observed_record(self, slug: str, state: PlatformState) -> ObservedRecord | None:
        self._last = said = self._find_dataset_by_id_mark_or_slug(slug, state)
        if said is None:
            return None
        if _get_organisation_id(said) != self._capabilities.organisation:
            raise PlatformRequestRejection(
                _("La fiche de ce jeu appartient maintenant, sur la plateforme, à quelqu'un d'autre."),
                where=self.build_record_url(slug),
                remedy=_(
                    "demander son transfert à l'organisation de la Ville, ou retirer le jeu (aqueduc withdraw)"
                ),
            )
        if not (said.get("permissions") or {}).get("edit", True):
            raise PlatformAccessRefusal(
                _("Ce compte n'a plus le droit de modifier la fiche de ce jeu."),
                where=self.build_record_url(slug),
                remedy=_(
                    "demander à un administrateur de l'organisation le rôle d'éditeur ou, pour un éditeur "
                    "partiel, que cette fiche lui soit confiée"
                ),
            )
        return self._build_observed_record(slug, said, state)

    def read_record_without_tables(
        self, slug: str, state: PlatformState, *, anonymous: bool
    ) -> ObservedRecord | None:
        self._last = said = self._udata.find_dataset(state.record or slug, anonymous=anonymous)
        return self._build_observed_record(slug, said, state) if said is not None else None

    def read_record_listings(self, states: Mapping[str, PlatformState]) -> PlatformRecordListings:
        """The datasets of the organisation, as the city then as a visitor. Of an archived one the list shows
        its name only: whoever looks at it is told."""
        organisation = self._capabilities.organisation
        return PlatformRecordListings(
            tuple(
                ListedRecord(
                    id=said["id"],
                    name=str(said.get("slug") or said["id"]),
                    title=str(said.get("title") or ""),
                    url=str(said.get("page") or self.client.url),
                    dataset=str((said.get("extras") or {}).get(DATASET) or ""),
                    harvested=bool(said.get("harvest")),
                    observed=None
                    if said.get("archived")
                    else self._build_observed_record_of_listing(said, states),
                )
                for said in self._udata.list_datasets(organisation)
            ),
            {
                said["id"]: self._build_observed_record_of_listing(said, states)
                for said in self._udata.list_datasets(organisation, anonymous=True)
                if not (said.get("archived") or said.get("deleted") or said.get("private"))
            },
        )

    def list_datasets(self) -> Iterator[dict[str, Any]]:
        """The city's that are neither deleted nor archived, as the city is shown them."""
        for said in self._udata.list_datasets(self._capabilities.organisation):
            if not (said.get("deleted") or said.get("archived")):
                yield said

    def map_licences_to_urls(self) -> Mapping[str, frozenset[str]]:
        """By the id of each licence that it knows."""
        return self._vocabulary.licences

    def _build_observed_record_of_listing(
        self, said: Mapping[str, Any], states: Mapping[str, PlatformState]
    ) -> ObservedRecord:
        dataset = str((said.get("extras") or {}).get(DATASET) or "")
        return self._build_observed_record(dataset, said, states.get(said["id"], PlatformState()))

    def _build_observed_record(
        self, slug: str, said: Mapping[str, Any], state: PlatformState
    ) -> ObservedRecord:
        if said.get("archived") and not state.withdrawn:
            raise PlatformRequestRejection(
                _(
                    "La fiche de ce jeu a été archivée sur la plateforme : ses listes et sa recherche ne la "
                    "montrent plus."
                ),
                where=self.build_record_url(slug),
                remedy=_(
                    "la désarchiver dans l'administration du site si le jeu doit rester publié, ou ne plus "
                    "déclarer cette plateforme pour lui"
                ),
            )
        extras = {
            name: str(value) for name, value in (said.get("extras") or {}).items() if name.startswith(OURS)
        }
        return ObservedRecord(
            id=said["id"],
            deleted=bool(said.get("deleted")),
            hidden=bool(said.get("private")),
            organisation=_get_organisation_id(said),
            fields={
                **_parse_record_fields(said),
                RECORD_CREATED: said.get("created_at"),
                **{name: extras.get(key) for name, key in _SHARED.items()},
            },
            extras=extras,
            resources=tuple(self._build_observed_resource(slug, one, state) for one in said["resources"]),
        )

    def _find_dataset_by_id_mark_or_slug(self, slug: str, state: PlatformState) -> dict[str, Any] | None:
        """The one remembered, else the one that bears our mark, else one of the city's at that address."""
        remembered = self._udata.find_dataset(state.record) if state.record else None
        if remembered is not None:
            return remembered
        marked = [
            one
            for one in self._udata.list_datasets(self._capabilities.organisation)
            if (one.get("extras") or {}).get(DATASET) == slug
        ]
        if marked:
            return min(marked, key=lambda one: bool(one.get("deleted")))
        named = self._udata.find_dataset(slug)
        if named is None or named.get("deleted") or (named.get("extras") or {}).get(DATASET):
            return None
        if _get_organisation_id(named) != self._capabilities.organisation:
            return None
        if named.get("harvest"):
            raise PlatformRequestRejection(
                _(
                    "Une fiche que la plateforme moissonne ailleurs a déjà cette adresse : le prochain "
                    "moissonnage écraserait ce qu'Aqueduc y écrirait."
                ),
                where=str(named.get("page") or self.client.url),
                remedy=_(
                    "retirer ce jeu du moissonnage et supprimer la fiche moissonnée, ou ne pas déclarer "
                    "cette plateforme pour ce jeu : il y est déjà"
                ),
            )
        return named

    def _build_observed_resource(
        self, slug: str, said: Mapping[str, Any], state: PlatformState
    ) -> ObservedResource:
        fields = _normalise_resource_fields(said)
        kind = "raw" if said.get("type") == "main" else "annexe"  # a document of others is never taken over
        return ObservedResource(
            id=said["id"],
            format=_SHOWN.get(fields["format"], fields["format"]),
            url=str(said["latest"] if has_hosted_file(said) else said["url"]),
            fields={**fields, "data_type": kind},
            managed=is_managed_by_aqueduc(said)
            or said["id"] in state.resources
            or _is_unfinished_upload(slug, said),
            stamp=str((said.get("checksum") or {}).get("value") or ""),
        )

    def build_record_url(self, slug: str) -> str:
        """udata chooses it, from the title; until it has, an address where there is nothing yet."""
        if self._last is None:
            return f"{self.client.url}/datasets/{slug}"
        return str(self._last.get("page") or f"{self.client.url}/datasets/{self._last['id']}")

    def list_public_addresses(self, slug: str, observed: ObservedRecord) -> Iterable[PublicAddress]:
        root, organisation = self._udata.root, self._capabilities.organisation
        yield PublicAddress("page", self.build_record_url(slug))
        yield PublicAddress("api", f"{root}/datasets/{observed.id}/")
        listed = f"{root}/organizations/{organisation}/datasets/?page_size=1000"
        yield PublicAddress("search", listed, (observed.id,))
        yield PublicAddress("dcat", f"{root}/datasets/{observed.id}/rdf.jsonld")
        listed = f"{root}/organizations/{organisation}/catalog.jsonld?page_size=1000"
        yield PublicAddress("dcat", listed, (observed.id,))

    # --- writing --------------------------------------------------------------------------------------------

    def hide_record(self, record: str) -> None:
        """From lists and pages: its files stay where they are for who knows their addresses."""
        now = self._udata.find_dataset(record)
        if now is None or now.get("deleted"):
            return
        fields = _parse_record_fields(now)
        if not {"zones", "geom"} & fields["spatial"].keys():
            # It takes no coverage that covers nothing.
            del fields["spatial"]
        said = {"tags": list(fields["tags"]), "extras": now.get("extras") or {}, "private": True}
        self._udata.change_dataset(
            record, {**fields, **said, "organization": self._capabilities.organisation}
        )

    def apply_write(self, write: Write, desired: DesiredRecord, progress: WriteProgress) -> None:
        here = progress.state.record or ""
        match write:
            case CreateRecord():
                made = self._udata.create_dataset(self._build_record_payload(desired, None, private=True))
                progress.save_state(replace(progress.state, record=made["id"]))
            case RestoreRecord():
                form = self._build_record_payload(desired, self._udata.find_dataset(here), private=True)
                self._udata.change_dataset(here, {**form, "deleted": None})
            case UpdateRecord():
                now = self._require_unmodified_record(here, write.seen)
                self._udata.change_dataset(
                    here, self._build_record_payload(desired, now, private=now["private"])
                )
            case HideRecord():
                self.hide_record(here)
            case PurgeRecord():
                self._udata.delete_dataset(here)
            case RevealRecord():
                now = self._require_unmodified_record(here, {})
                self._udata.change_dataset(here, self._build_record_payload(desired, now, private=False))
            case CreateResource():
                self._create_resource(write, here, progress)
            case UpdateResource():
                self._update_resource(write, here)
                progress.save_resource_id(write.rank, write.id, write.resource)
            case RemoveResource():
                self._udata.delete_resource(here, write.id)
                progress.save_state(progress.state.without_resource(write.id))
            case _:
                raise PlatformRequestRejection(
                    _("Aqueduc ne sait ni tenir de table, ni ordonner des ressources sur cette plateforme."),
                    where=self.client.url,
                    remedy=_("signaler ce défaut"),
                )

    def finish_publication(self, desired: DesiredRecord) -> None:
        """udata keeps what it is given."""

    def _create_resource(self, write: CreateResource, here: str, progress: WriteProgress) -> None:
        resource = write.resource
        if resource.file is None:
            linked = self._udata.create_link_resource_and_get_id(
                here, _build_resource_payload(resource, None)
            )
            progress.save_resource_id(write.rank, linked, resource)
            return
        made = self._udata.create_file_resource(here, resource.file)
        progress.save_resource_id(write.rank, made["id"], resource)
        self._check_uploaded_file_checksum(resource.file, made)
        self._udata.change_resource(here, made["id"], _build_resource_payload(resource, made))

    def _update_resource(self, write: UpdateResource, here: str) -> None:
        """Its file, then its fields: it is called like its file in between."""
        now = self._require_existing_resource(here, write.id)
        if changed := find_differing_fields(write.seen, _normalise_resource_fields(now)):
            raise build_concurrent_edit_error(self.build_record_url(""), changed)
        file = write.resource.file
        if write.send and file is not None and not _was_file_sent_by_interrupted_run(file, now):
            now = self._udata.replace_resource_file(here, write.id, file)
            self._check_uploaded_file_checksum(file, now)
        self._udata.change_resource(here, write.id, _build_resource_payload(write.resource, now))

    def _check_uploaded_file_checksum(self, file: PublishableFile, said: Mapping[str, Any]) -> None:
        """udata sums up what it wrote: all of a file, where the reading back of a big one samples it."""
        if _has_same_checksum(file, said) is False:
            raise ReadBackMismatch(
                _("La plateforme n'a pas écrit le fichier qui lui a été envoyé : son empreinte diffère."),
                where=self.build_record_url(""),
                remedy=_("relancer la tâche : elle l'enverra à nouveau"),
            )

    def _require_unmodified_record(self, record: str, seen: Mapping[str, Any]) -> dict[str, Any]:
        said = self._udata.find_dataset(record)
        if said is None or said.get("deleted"):
            raise build_concurrent_edit_error(self.build_record_url(""), ["deleted"])
        if changed := find_differing_fields(seen, _parse_record_fields(said)):
            raise build_concurrent_edit_error(self.build_record_url(""), changed)
        return said

    def _require_existing_resource(self, record: str, identifier: str) -> dict[str, Any]:
        try:
            said: dict[str, Any] = self._udata.get(f"datasets/{record}/resources/{identifier}/")
        except PlatformItemNotFound:
            raise build_concurrent_edit_error(self.build_record_url(""), ["id"]) from None
        return said

    def _build_record_payload(
        self, desired: DesiredRecord, now: Mapping[str, Any] | None, *, private: bool
    ) -> dict[str, Any]:
        was = now or {}
        kept = {name: was[name] for name in _KEPT if was.get(name)}
        contacts = [one["id"] for one in was.get("contact_points") or ()]
        return {
            **kept,
            **({"contact_points": contacts} if contacts else {}),
            **desired.fields,
            "tags": list(desired.fields["tags"]),
            "extras": {**(was.get("extras") or {}), **desired.extras},
            "organization": self._capabilities.organisation,
            "private": private,
        }


@contextmanager
def open_datagouv(
    settings: PlatformSettings,
    city: City,
    workspace: Workspace,
    *,
    transport: httpx.BaseTransport | None,
    sleep: Callable[[float], None],
) -> Iterator[DatagouvPlatform]:
    connection = workspace.connections.get(settings.connection)
    extra = connection.get_checked_extra(settings.kind.connection_extra_keys)
    organisation = str(extra.get("organisation") or city.organisation)
    with open_client(connection, organisation=organisation, transport=transport, sleep=sleep) as client:
        yield DatagouvPlatform(client, organisation, city.insee or "")


# --- its words ----------------------------------------------------------------------------------------------


def _list_identifiers(said: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(str(one["id"]) for one in said)


def _get_organisation_id(said: Mapping[str, Any]) -> str:
    return str((said.get("organization") or {}).get("id") or "")


def is_managed_by_aqueduc(said: Mapping[str, Any]) -> bool:
    return (said.get("extras") or {}).get(MANAGER) == MANAGED_BY


def has_hosted_file(said: Mapping[str, Any]) -> bool:
    """Whether udata has the file. It says what it was made as, for good (``filetype``); but it takes a file
    for a link too, in its place and under its id, and then knows the file's size and checksum."""
    return said["filetype"] == "file" or bool(said.get("checksum") and said.get("filesize"))


def _is_unfinished_upload(slug: str, said: Mapping[str, Any]) -> bool:
    """A file that was sent, and whose fields were not: whoever sent it died in between."""
    if said["filetype"] != "file" or said.get("description"):
        return False
    return said.get("title") in {
        slugged(build_published_file_name(slug, kind), keep=".") for kind in OutputFormat
    }


def _was_file_sent_by_interrupted_run(file: PublishableFile, said: Mapping[str, Any]) -> bool:
    """Whether a run that died before it named it has sent this very file. One that bears our mark, and is not
    served as it says, is to be sent again whatever udata says of it."""
    marked = (said.get("extras") or {}).get(SHA256) == file.sha256
    held = said["filetype"] == "file" and said.get("filesize") == file.bytes
    return held and not marked and _has_same_checksum(file, said) is True


def _has_same_checksum(file: PublishableFile, said: Mapping[str, Any]) -> bool | None:
    """Whether udata's sum of what it wrote is that of the file. None when it has none that we can compute."""
    checksum = said.get("checksum") or {}
    if checksum.get("type") not in _DIGESTS:
        return None
    with file.path.open("rb") as stream:
        own = hashlib.file_digest(stream, checksum["type"]).hexdigest()
    return bool(own == checksum.get("value"))


def _parse_record_fields(said: Mapping[str, Any]) -> dict[str, Any]:
    """What udata says of a record, in the shape of what is wanted of it."""
    period = said.get("temporal_coverage")
    return {
        **{name: said.get(name) for name in ("title", "description", "license", "frequency")},
        "tags": tuple(sorted(said.get("tags") or ())),
        # An older udata has no other access, and no word for it.
        "access_type": said.get("access_type") or "open",
        "temporal_coverage": {name: str(period.get(name) or "")[:10] for name in ("start", "end")}
        if period
        else None,
        "spatial": _parse_spatial_coverage(said.get("spatial") or {}),
    }


def _parse_spatial_coverage(said: Mapping[str, Any]) -> dict[str, Any]:
    where = {name: said[name] for name in ("zones", "geom") if said.get(name)}
    return {**where, "granularity": said.get("granularity")}


def _normalise_resource_fields(said: Mapping[str, Any]) -> dict[str, Any]:
    extras, schema = said.get("extras") or {}, said.get("schema") or {}
    pinned = {name: schema[name] for name in ("name", "version") if schema.get(name)}
    return {
        **{name: said.get(name) for name in ("title", "description", "type", "filesize", "url")},
        "format": str(said.get("format") or "").lower(),
        "schema": pinned or None,
        "sha256": str(extras.get(SHA256) or ""),
        "managed_by": extras.get(MANAGER),
        "url_type": "upload" if has_hosted_file(said) else "",
    }


def _build_resource_payload(resource: DesiredResource, now: Mapping[str, Any] | None) -> dict[str, Any]:
    """``now``: the resource as it is; what others put into its extras stays."""
    was, fields = now or {}, resource.fields
    marks = {MANAGER: MANAGED_BY, SHA256: fields["sha256"]}
    return {
        **{name: fields[name] for name in ("title", "description", "type", "format", "schema")},
        "filetype": was.get("filetype") or "remote",
        "url": fields["url"] if resource.file is None else was["url"],
        "extras": {**(was.get("extras") or {}), **{name: value for name, value in marks.items() if value}},
    }
