"""IDGO, the application in front of DataSud's CKAN: it is written, CKAN is what the public reads.

Two clients, then: IDGO's API with the city's account, and CKAN, as a passer-by or with a token of the city's.
A field counts as being there when both have it: IDGO forgets what CKAN refused, and overwrites what was put
into CKAN alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import httpx

from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.errors import PlatformAccessRefusal, PlatformRequestRejection
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.platforms.idgo.api import IdgoApi
from aqueduc.platforms.idgo.connection import open_ckan_client, open_client
from aqueduc.platforms.idgo.record import (
    FORMATS,
    GEOGRAPHIC,
    NAMES,
    WRITTEN,
    build_idgo_record,
    build_idgo_resource,
    has_aqueduc_mark,
    parse_description_hash,
    parse_restriction,
)
from aqueduc.publish.client import PlatformClient, PlatformItemNotFound, reuse_name_of_replaced_file
from aqueduc.publish.findings import UnavailableCategory
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
from aqueduc.record.fields import flatten_package_to_record_fields
from aqueduc.run import Workspace

_SHOWN = {word: name for name, word in FORMATS.items()}
_COPY, _FOLLOWED = "ckan_copy", "as in IDGO"
"""Whether the record in CKAN is there, and private or not, as IDGO says: a field like the others, so that a
difference is written again whichever of the two is wrong."""
_MANY = ("keywords", "categories", "data_type")
_DATES = {
    "dataset_publication_date": "date_publication",
    "dataset_modification_date": "date_modification",
}
_RESOURCE_NAMES = {"name": "title", "description": "description", "data_type": "data_type"}


class IdgoPlatform(TablelessPlatform):
    """One IDGO, with the CKAN that it writes. ``account`` is the client of IDGO's API, as the user ``login``;
    ``client`` that of the CKAN that IDGO writes, which ``sees`` private records when it has a token."""

    inspection_requests = 4

    def __init__(
        self, account: PlatformClient, login: str, client: PlatformClient, organisation: str, *, sees: bool
    ) -> None:
        self.client = client
        self._api = IdgoApi(account)
        self._account = account
        self._login = login
        self._organisation = organisation
        self._sees = sees

    # --- what it can do -------------------------------------------------------------------------------------

    def read_capabilities(self) -> PlatformCapabilities:
        return self._capabilities

    @cached_property
    def _capabilities(self) -> PlatformCapabilities:
        self._require_organisation_write_access()
        status = self._call_ckan("status_show")
        self.client.allow_token_at_public_origin(str(status.get("site_url") or self.client.url))
        return PlatformCapabilities(
            version=parse_major_minor_version(status.get("ckan_version")),
            extensions=frozenset(status.get("extensions") or ()),
            organisation=self._organisation,
            record_fields=None,
            licences=frozenset(licence["id"] for licence in self._call_ckan("license_list")),
            categories=frozenset(self._call_ckan("group_list")),
            tables=False,
            loader=False,
        )

    def _require_organisation_write_access(self) -> None:
        """Raises PlatformRequestRejection when IDGO has no such organisation, PlatformAccessRefusal when the account does
        not contribute for it."""
        if self._organisation in self._api.list_account_organisations(self._login):
            return
        where = _("{url}, organisation « {organisation} »").format(
            url=self._account.url, organisation=self._organisation
        )
        if not self._api.has_organisation(self._organisation):
            raise PlatformRequestRejection(
                _("IDGO ne connaît pas cette organisation."),
                where=where,
                remedy=_("corriger « organisation: » dans include/city.yaml, ou la demander à la Région"),
            )
        raise PlatformAccessRefusal(
            _("Ce compte d'IDGO ne contribue pas pour cette organisation."),
            where=where,
            remedy=_("demander, dans IDGO, à être contributeur et référent de l'organisation"),
        )

    def check_fiche_support(self, fiche: Fiche) -> Iterable[Finding]:
        known = self._capabilities
        if fiche.licence.id not in known.licences:
            raise PlatformRequestRejection(
                _(
                    "Le CKAN d'IDGO ne connaît pas la licence « {id} » : il la laisserait vide, sans le dire."
                ).format(id=fiche.licence.id),
                where=_("{url}, jeu {slug}").format(url=self.client.url, slug=fiche.slug),
                remedy=_("en choisir une qu'il connaît : {licences}").format(
                    licences=", ".join(sorted(known.licences))
                ),
            )
        if not fiche.access.is_open and not self._sees:
            raise PlatformRequestRejection(
                _(
                    "Un jeu restreint ne pourrait pas être relu : IDGO ne rend pas tout ce qu'il reçoit, et "
                    "son CKAN ne montre les fiches privées qu'avec un jeton."
                ),
                where=_("{url}, jeu {slug}").format(url=self.client.url, slug=fiche.slug),
                remedy=_(
                    "donner à la connexion « {connection} » un jeton du même compte dans CKAN (« ckan_token "
                    "»)"
                ).format(connection=self._account.connection),
            )
        if fiche.category not in known.categories:
            yield UnavailableCategory(detail={"category": fiche.category})

    # --- what is wanted, in its words -----------------------------------------------------------------------

    def build_desired_record(self, fiche: Fiche, offers: Sequence[DistributionOffer]) -> DesiredRecord:
        record = build_idgo_record(fiche)
        if fiche.category not in self._capabilities.categories:
            record["categories"] = ()
        self._refuse_unpublishable_distributions(fiche.slug, [offer.distribution for offer in offers])
        return DesiredRecord(
            slug=fiche.slug,
            fields={**record, _COPY: _FOLLOWED},
            extras={},
            hidden=not fiche.access.is_open,
            resources=tuple(
                DesiredResource(
                    offer.distribution.format,
                    build_idgo_resource(fiche, offer.distribution),
                    offer.file,
                    # Who may read is sent, and never comes back as it was.
                    unread={
                        "restricted_level": fiche.access.level.value,
                        "restricted_list": tuple(sorted(fiche.access.users)),
                    },
                )
                for offer in offers
            ),
            tables=False,
            restless=frozenset({_COPY, "date_modification"}),
        )

    def _refuse_unpublishable_distributions(self, slug: str, offered: Sequence[Distribution]) -> None:
        """Raises PlatformRequestRejection, before anything is written, for what IDGO would only refuse, or spoil,
        half way through."""
        unknown = [one.format for one in offered if one.format not in FORMATS]
        if unknown:
            raise PlatformRequestRejection(
                _("IDGO ne connaît pas ce format : {unknown}.").format(unknown=", ".join(unknown)),
                where=self.build_record_url(slug),
                remedy=_("publier dans un autre (« formats: ») : {formats}").format(
                    formats=", ".join(FORMATS)
                ),
            )
        if all(not one.link for one in offered) or self._api.find_dataset(slug) is None:
            return
        hosted = {
            _parse_resource_format(there)
            for there in self._api.list_resources(slug)
            if is_hosted(there) and has_aqueduc_mark(str(there.get("description")))
        }
        if hosted:
            raise PlatformRequestRejection(
                _(
                    "IDGO ne sait pas remplacer un fichier par un lien : la ressource garderait, dans CKAN, "
                    "l'adresse de l'ancien fichier."
                ),
                where=self.build_record_url(slug),
                remedy=_(
                    "rester en « mode: upload », ou retirer d'abord la ressource dans IDGO (son identifiant "
                    "changera : prévenir qui l'utilise)"
                ),
            )

    # --- what is there --------------------------------------------------------------------------------------

    def read_observed_record(self, slug: str, state: PlatformState) -> ObservedRecord | None:
        for name in dict.fromkeys((slug, state.record or slug)):
            said = self._api.find_dataset(name)
            if said is not None:
                if said["organisation"] != self._organisation:
                    raise self._build_slug_conflict_error(slug)
                return self._build_observed_record(said, state)
        if self._is_in_ckan(slug):
            raise self._build_slug_conflict_error(slug)
        return None

    def read_record_without_tables(
        self, slug: str, state: PlatformState, *, anonymous: bool
    ) -> ObservedRecord | None:
        """What a visitor is shown says nothing of its resources here: IDGO does."""
        if not anonymous:
            said = self._api.find_dataset(state.record or slug)
            return self._build_observed_record(said, state) if said is not None else None
        try:
            return self._build_public_record(slug, self._call_ckan("package_show", id=state.record or slug))
        except (PlatformAccessRefusal, PlatformItemNotFound):
            return None

    def read_record_listings(self, states: Mapping[str, PlatformState]) -> PlatformRecordListings:  # noqa: ARG002 - known by one
        """What its CKAN lists: a visitor is shown all that he gets of a record; IDGO knows the rest of each,
        one by one."""
        packages = [*self.list_packages()]
        shown = [one for one in packages if not one.get("private")]
        return PlatformRecordListings(
            tuple(
                ListedRecord(
                    id=package["name"],
                    name=package["name"],
                    title=str(package.get("title") or ""),
                    url=self.build_record_url(package["name"]),
                    dataset=package["name"] if has_managed_resource(package) else "",
                )
                for package in packages
            ),
            {package["name"]: self._build_public_record(package["name"], package) for package in shown},
        )

    def list_packages(self) -> Iterator[dict[str, Any]]:
        """The city's in its CKAN; private ones too where they can be seen."""
        mine = f'organization:"{self._organisation}"'
        return self.client.search_packages(mine, anonymous=not self._sees)

    def map_resource_ids_to_hosted_flags(self, slug: str) -> dict[str, bool] | None:
        """Of each resource of a record, whether IDGO has its file; None for a record that the account may not
        change."""
        if self._api.find_dataset(slug) is None:
            return None
        return {there["id"]: is_hosted(there) for there in self._api.list_resources(slug)}

    def list_licences(self) -> Any:
        return self._call_ckan("license_list")

    def _build_public_record(self, slug: str, package: Mapping[str, Any]) -> ObservedRecord:
        shown = {**_convert_ckan_to_idgo_fields(package), _COPY: _FOLLOWED}
        return ObservedRecord(slug, False, False, self._organisation, shown, {}, ())

    def _is_in_ckan(self, slug: str) -> bool:
        """IDGO hides what the account may not change, and what was put straight into CKAN is not in it."""
        try:
            self._call_ckan("package_show", id=slug)
        except PlatformItemNotFound:
            return False
        except PlatformAccessRefusal:
            return True
        return True

    def _build_slug_conflict_error(self, slug: str) -> PlatformRequestRejection:
        return PlatformRequestRejection(
            _(
                "L'adresse de la fiche est déjà prise, sur la plateforme, par une autre organisation, un "
                "autre compte ou une fiche qu'IDGO ne connaît pas."
            ),
            where=self.build_record_url(slug),
            remedy=_(
                "renommer le fichier de la déclaration ; ou demander à être référent de l'organisation "
                "dans IDGO, pour tenir aussi les fiches des autres comptes"
            ),
        )

    def _build_observed_record(self, said: Mapping[str, Any], state: PlatformState) -> ObservedRecord:
        slug = str(said["name"])
        package = self._find_ckan_package(slug)
        fields = self._merge_idgo_and_ckan_record_fields(said, package)
        return ObservedRecord(
            id=slug,
            deleted=False,
            # Nobody is shown what IDGO has and its CKAN has not.
            hidden=said["private"] or package is None or package["private"],
            organisation=str(said["organisation"]),
            fields={**fields, **{name: fields.get(word) for name, word in _DATES.items()}},
            extras={},
            resources=tuple(
                ObservedResource(
                    id=there["id"],
                    format=_parse_resource_format(there),
                    url=str(found["url"]),
                    fields=found,
                    managed=has_aqueduc_mark(str(there.get("description"))) or there["id"] in state.resources,
                    stamp=found["stamp"],
                )
                for there, found in self._list_resource_fields(slug, package)
            ),
        )

    def _merge_idgo_and_ckan_record_fields(
        self, said: Mapping[str, Any], package: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        followed = (
            said["private"] and not self._sees if package is None else package["private"] == said["private"]
        )
        return {
            **_merge_agreeing_fields(_parse_record_fields(said), _convert_ckan_to_idgo_fields(package)),
            _COPY: _FOLLOWED if followed else "",
        }

    def _list_resource_fields(
        self, slug: str, package: Mapping[str, Any] | None
    ) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """What IDGO says of each, and its fields."""
        shown = {one["id"]: one for one in (package or {}).get("resources") or ()}
        return [
            (there, _parse_resource_fields(there, shown.get(there["id"])))
            for there in self._api.list_resources(slug)
        ]

    def _find_ckan_package(self, slug: str) -> dict[str, Any] | None:
        """The record in CKAN; None when we may not see it, it is not there, or in CKAN's bin."""
        try:
            found: dict[str, Any] = self._call_ckan("package_show", anonymous=not self._sees, id=slug)
        except (PlatformAccessRefusal, PlatformItemNotFound):
            return None
        return found if found.get("state") != "deleted" else None

    def _call_ckan(self, action: str, *, anonymous: bool = True, **parameters: Any) -> Any:
        return self.client.call_read_action(action, anonymous=anonymous, **parameters)

    def build_record_url(self, slug: str) -> str:
        return f"{self.client.url}/dataset/{slug}"

    def list_public_addresses(self, slug: str, observed: ObservedRecord) -> Iterable[PublicAddress]:
        """In its CKAN, which is what the public reads."""
        action = f"{self.client.url}/api/3/action"
        for name in dict.fromkeys((slug, observed.id)):
            yield PublicAddress("page", self.build_record_url(name))
            yield PublicAddress("api", f"{action}/package_show?id={name}")
            # As its list of names has it, whatever JSON puts around.
            yield PublicAddress("search", f"{action}/package_list", (f'"{name}"',))
        if "dcat" in self._capabilities.extensions:
            yield PublicAddress("dcat", f"{self.build_record_url(slug)}.jsonld")

    # --- writing --------------------------------------------------------------------------------------------

    def apply_write(self, write: Write, desired: DesiredRecord, progress: WriteProgress) -> None:
        here = progress.state.record or desired.slug
        match write:
            case CreateRecord():
                self._api.create_dataset(_build_record_payload(desired.fields, private=True))
                progress.save_state(replace(progress.state, record=desired.slug))
            case UpdateRecord():
                self._update_record(write, desired, here)
                progress.save_state(replace(progress.state, record=desired.slug))
            case HideRecord():
                self.hide_record(here)
            case PurgeRecord():
                self._api.delete_dataset(here)
            case RevealRecord():
                self._api.change_dataset(here, _build_record_payload(desired.fields, private=False))
            case CreateResource():
                made = self._api.create_resource(
                    here, _build_resource_payload(write.resource), write.resource.file
                )
                progress.save_resource_id(write.rank, made, write.resource)
            case UpdateResource():
                self._update_resource(write, here)
                progress.save_resource_id(write.rank, write.id, write.resource)
            case RemoveResource():
                self._api.delete_resource(here, write.id)
                progress.save_state(progress.state.without_resource(write.id))
            case _:
                raise PlatformRequestRejection(
                    _("IDGO ne sait ni tenir de table, ni ordonner des ressources."),
                    where=self._account.url,
                    remedy=_("signaler ce défaut"),
                )

    def hide_record(self, record: str) -> None:
        """With all of its fields, as for any change."""
        said = self._api.find_dataset(record)
        if said is not None:
            fields = _parse_record_fields(said)
            written = {name: fields[name] for name in WRITTEN if fields.get(name) is not None}
            self._api.change_dataset(record, _build_record_payload(written, private=True))

    def finish_publication(self, desired: DesiredRecord) -> None:
        """IDGO dates the record from the day on which a resource was written, whatever was written of it."""
        said = self._api.find_dataset(desired.slug)
        date = desired.fields.get("date_modification")
        if said is not None and date is not None and said["date_modification"] != date:
            private = desired.hidden or said["private"]
            self._api.change_dataset(desired.slug, _build_record_payload(desired.fields, private=private))

    def _update_record(self, write: UpdateRecord, desired: DesiredRecord, here: str) -> None:
        said = self._api.find_dataset(here)
        now = self._merge_idgo_and_ckan_record_fields(said, self._find_ckan_package(here)) if said else {}
        if said is None or (changed := find_differing_fields(write.seen, now)):
            raise build_concurrent_edit_error(self.build_record_url(here), changed if said else ["name"])
        self._api.change_dataset(
            here, _build_record_payload(desired.fields, private=desired.hidden or said["private"])
        )

    def _update_resource(self, write: UpdateResource, here: str) -> None:
        """The file only when its bytes differ: IDGO keeps the one it has."""
        found = {
            there["id"]: fields
            for there, fields in self._list_resource_fields(here, self._find_ckan_package(here))
        }
        changed = find_differing_fields(write.seen, found[write.id]) if write.id in found else ["id"]
        if changed:
            raise build_concurrent_edit_error(self.build_record_url(here), changed)
        file = (
            reuse_name_of_replaced_file(str(found[write.id]["url"]), write.resource.file)
            if write.send
            else None
        )
        self._api.change_resource(here, write.id, _build_resource_payload(write.resource), file)


@contextmanager
def open_idgo(
    settings: PlatformSettings,
    city: City,
    workspace: Workspace,
    *,
    transport: httpx.BaseTransport | None,
    sleep: Callable[[float], None],
) -> Iterator[IdgoPlatform]:
    connection = workspace.connections.get(settings.connection)
    token = str(connection.get_checked_extra(settings.kind.connection_extra_keys).get("ckan_token") or "")
    options = {"organisation": city.organisation, "transport": transport, "sleep": sleep}
    with (
        open_ckan_client(connection, token, **options) as client,
        open_client(connection, **options) as account,
    ):
        yield IdgoPlatform(account, connection.login, client, city.organisation, sees=bool(token))


# --- its words ----------------------------------------------------------------------------------------------


def _build_record_payload(said: Mapping[str, Any], *, private: bool) -> dict[str, Any]:
    fields = {name: value for name, value in said.items() if name != _COPY}
    # A keyword of several words on its own would be cut at its blanks.
    keywords = tuple(f'"{keyword}"' for keyword in fields["keywords"])
    return {**fields, "keywords": keywords, "private": private}


def _build_resource_payload(resource: DesiredResource) -> dict[str, Any]:
    """With the link, if it is one; a file goes beside."""
    shown = resource.fields
    sent = {name: shown[name] for name in ("title", "description", "format", "data_type")}
    # IDGO opens them with a geographic file, and would close them at the first change that does not say so.
    served = dict.fromkeys(("ogc_services", "extractable"), shown["format"] in GEOGRAPHIC)
    link = {} if resource.file is not None else {"referenced_url": shown["url"]}
    return {**sent, **served, "lang": "french", **resource.unread, **link}


def is_hosted(there: Mapping[str, Any]) -> bool:
    """Whether IDGO has the file of a resource, which leads elsewhere otherwise."""
    return bool(there["source"]["type"] != "referenced")


def _parse_resource_format(there: Mapping[str, Any]) -> str:
    word = str((there.get("format") or {}).get("name") or "")
    return _SHOWN.get(word, word)


def _parse_record_fields(said: Mapping[str, Any]) -> dict[str, Any]:
    """What IDGO says of a record, in the shape of what is wanted of it."""
    fields = {**said, "data_type": said.get("type")}
    return {**fields, **{name: tuple(sorted(fields[name] or ())) for name in _MANY}}


def _convert_ckan_to_idgo_fields(package: Mapping[str, Any] | None) -> dict[str, Any]:
    """What CKAN says of it, in IDGO's words."""
    if package is None:
        return {}
    shown = flatten_package_to_record_fields(package)
    found = {word: shown.get(name) for name, word in NAMES.items()}
    return {**found, "organisation": (package.get("organization") or {}).get("name")}


def _merge_agreeing_fields(said: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """What IDGO says, but for what CKAN, where it is visible, says otherwise: then neither."""
    return {
        name: None if name in shown and find_differing_fields({name: value}, shown) else value
        for name, value in said.items()
    }


def _parse_resource_fields(there: Mapping[str, Any], shown: Mapping[str, Any] | None) -> dict[str, Any]:
    """Its hash is only taken for one where CKAN is visible: there is no address to prove it otherwise."""
    said = {
        "title": there.get("title"),
        "description": there.get("description"),
        "data_type": there.get("type"),
    }
    known = {word: shown.get(name) for name, word in _RESOURCE_NAMES.items()} if shown else {}
    level, users = parse_restriction(shown.get("restricted")) if shown else ("", ())
    return {
        **_merge_agreeing_fields(said, known),
        "format": (there.get("format") or {}).get("name"),
        "restricted": level,
        "allowed_users": users,
        "sha256": parse_description_hash(str(shown.get("description") or "")) if shown else "",
        "url_type": "upload" if is_hosted(there) else "",
        "url": str(shown.get("url") or "") if shown else "",
        # CKAN dates a file when it gets it.
        "stamp": str(shown.get("last_modified") or "") if shown else "",
    }


def has_managed_resource(package: Mapping[str, Any]) -> bool:
    return any(has_aqueduc_mark(str(one.get("description"))) for one in package.get("resources") or ())
