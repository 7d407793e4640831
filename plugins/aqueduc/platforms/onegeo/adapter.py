"""OneGeo Suite: written as an account, read back as a visitor in its search and in its CKAN facade.

The account may be shown less than it wrote, and visitors are shown it later: a field is what the account says
of it, else what visitors are shown. A record is known by the number that the platform gave it and by its
codename, which is the dataset's first identifier and never changes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import httpx

from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.errors import PlatformRequestRejection
from aqueduc.findings import Finding
from aqueduc.language import Message, _, join_messages
from aqueduc.platforms.onegeo.api import ANNEX, PRINCIPAL, CodenameTaken, OneGeoApi
from aqueduc.platforms.onegeo.connection import open_onegeo_api
from aqueduc.platforms.onegeo.record import (
    BOTH,
    LONGEST_CODENAME,
    MODIFIED,
    VISIBLE,
    PublicRecord,
    ResourceCodenameSuffix,
    build_onegeo_record,
    parse_dataset_row_fields,
    parse_description_hashes,
)
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
)
from aqueduc.publish.proof.readback import CACHES_S
from aqueduc.publish.surveying import ListedRecord, PlatformRecordListings
from aqueduc.publish.tableless import TablelessPlatform
from aqueduc.record import Fiche
from aqueduc.run import Workspace

_SENT = frozenset(
    {"codename", "display_name", "description", "publish", "usergroup", "tags", "publication_date", MODIFIED}
)
_PAGES = "/explorer/fr/jeux-de-donnees/"
_NO_UPLOAD = _("aucun dépôt de fichier dans ce que son API liste")
_UPLOADS = _("son API liste de quoi déposer un fichier ({}) : demander sa documentation à la Région")

IncompleteOneGeoRecord = Finding.define_subclass(
    "onegeo-a-completer",
    _("la fiche n'a pas encore, sur la plateforme, ce qu'Aqueduc ne sait pas y écrire : {names}"),
    _(
        "le remplir à la main dans le formulaire de la fiche, avec l'emprise et les catégories, qui ne se "
        "relisent pas"
    ),
)


class OneGeoPlatform(TablelessPlatform):
    """One OneGeo Suite. ``organisation``: the slug of the city's there; ``usergroup``: its number, if it is
    told."""

    def __init__(self, api: OneGeoApi, organisation: str, usergroup: str) -> None:
        self.client = api.visitor
        self._api = api
        self._organisation = organisation
        self._told_usergroup = usergroup
        self._row: dict[str, Any] | None = None
        self.inspection_requests = 5
        self._public = PublicRecord(None, None)
        self._issued = ""
        self._formats: dict[str, int | None] = {}
        self._addresses: dict[ResourceCodenameSuffix, str] = {}

    # --- what it can do -------------------------------------------------------------------------------------

    def read_capabilities(self) -> PlatformCapabilities:
        return self._capabilities

    @cached_property
    def _capabilities(self) -> PlatformCapabilities:
        return PlatformCapabilities(
            version=(),
            extensions=frozenset(),
            organisation=self._usergroup_id,
            record_fields=None,
            licences=frozenset(),
            categories=frozenset(),
            tables=False,
            loader=False,
            limits=tuple(self._list_api_limits()),
        )

    def _list_api_limits(self) -> Iterator[Message]:
        uploads, fields = self._api.list_upload_endpoints(), self._api.list_writable_fields()
        if uploads is None:
            yield _("son API ne dit pas si un fichier peut être déposé")
        else:
            yield _UPLOADS.format(", ".join(uploads)) if uploads else _NO_UPLOAD
        if fields is None:
            yield _(
                "son API ne dit pas quels champs elle prend : licence, fréquence, catégories, contacts et emprise se "
                "remplissent à la main"
            )
        elif others := sorted(fields - _SENT):
            yield _(
                "son API dit prendre d'autres champs, qu'Aqueduc n'envoie pas et qui se remplissent à la main : {}"
            ).format(", ".join(others))

    @cached_property
    def _usergroup_id(self) -> str:
        """The number of the city's organisation. Raises PlatformRequestRejection when there is none of this name."""
        found = self._told_usergroup or self._api.find_usergroup_id(self._organisation)
        if found is None or not found.isdigit():
            raise PlatformRequestRejection(
                _("OneGeo Suite ne connaît pas cette organisation."),
                where=_("{url}, organisation « {organisation} »").format(
                    url=self.client.url, organisation=self._organisation
                ),
                remedy=_(
                    "corriger « organisation » dans la connexion (ou dans include/city.yaml), ou donner son "
                    "numéro (« usergroup ») : la Région le connaît"
                ),
            )
        return found

    def check_fiche_support(self, fiche: Fiche) -> Iterable[Finding]:
        if fiche.access.is_open and (names := self._public.list_fields_to_fill_by_hand(fiche)):
            yield IncompleteOneGeoRecord(detail={"names": join_messages(names)})

    # --- what is wanted, in its words -----------------------------------------------------------------------

    def build_desired_record(self, fiche: Fiche, offers: Sequence[DistributionOffer]) -> DesiredRecord:
        distributions = [offer.distribution for offer in offers]
        marks = [self._build_resource_codename_suffix(one.format, one.link) for one in distributions]
        self._addresses = {mark: one.link for mark, one in zip(marks, distributions, strict=True)}
        self._issued = fiche.issued.isoformat()
        hidden = not fiche.access.is_open
        return DesiredRecord(
            slug=fiche.slug,
            fields={**build_onegeo_record(fiche, distributions), VISIBLE: "" if hidden else BOTH},
            extras={},
            hidden=hidden,
            resources=tuple(
                DesiredResource(
                    one.format,
                    {"display_name": f"{fiche.title} ({one.format})", "href": mark.digest},
                    unread={"kind": ANNEX if rank else PRINCIPAL},
                )
                for rank, (one, mark) in enumerate(zip(distributions, marks, strict=True))
            ),
            tables=False,
            restless=frozenset({VISIBLE}),
        )

    def _build_resource_codename_suffix(self, name: str, href: str) -> ResourceCodenameSuffix:
        """A link to a file, where the platform knows its format; else to a page."""
        return ResourceCodenameSuffix.build_from_link(name, href, page=self._find_format_id(name) is None)

    def _find_format_id(self, name: str) -> int | None:
        if name not in self._formats:
            self._formats[name] = self._api.find_format_id(name.lower())
        return self._formats[name]

    # --- what is there --------------------------------------------------------------------------------------

    def read_observed_record(self, slug: str, state: PlatformState) -> ObservedRecord | None:
        self._row = row = self._find_dataset_row_by_id_or_codename(slug, state)
        self._public = self._read_public_record(row) if row is not None else PublicRecord(None, None)
        return self._build_observed_record(slug, row, state) if row is not None else None

    def read_record_without_tables(
        self, slug: str, state: PlatformState, *, anonymous: bool
    ) -> ObservedRecord | None:
        """What a visitor is shown says nothing of its resources but their links."""
        if anonymous or self._row is None:
            self._row = self._find_remembered_dataset_row(slug, state)
            self._public = self._read_public_record(self._row) if self._row else PublicRecord(None, None)
        if self._row is None:
            return None
        if not anonymous:
            return self._build_observed_record(slug, self._row, state)
        if not self._public.is_visible:
            return None
        whole = {*self._addresses.values()} <= self._public.consistent_link_addresses
        shown = (
            self._public.consistent_field_values
            if whole
            else {**self._public.consistent_field_values, VISIBLE: ""}
        )
        return ObservedRecord(str(self._row["id"]), False, False, "", shown, {}, ())

    def read_record_listings(self, states: Mapping[str, PlatformState]) -> PlatformRecordListings:  # noqa: ARG002 - shows no fields
        """The account's list, which shows neither links nor what visitors get: each record is asked for
        these. One whose description gives the hashes of its files is of our making."""
        return PlatformRecordListings(
            tuple(
                ListedRecord(
                    id=str(row["id"]),
                    name=str(row.get("codename") or row["id"]),
                    title=str(row.get("display_name") or ""),
                    url=self.build_record_url(str(row.get("codename") or row["id"])),
                    dataset=str(row.get("codename") or "")
                    if parse_description_hashes(str(row.get("description") or ""))
                    else "",
                )
                for row in self._api.list_datasets()
                if self._is_of_our_usergroup(row)
            ),
            {},
        )

    def list_records_with_resources(
        self,
    ) -> Iterator[tuple[dict[str, Any], PublicRecord, list[dict[str, Any]]]]:
        """The city's: as the account and as visitors are shown each, with its resources."""
        for row in self._api.list_datasets():
            if self._is_of_our_usergroup(row):
                whole = {**row, **(self._api.find_dataset(str(row["id"])) or {})}
                attached = self._api.list_resource_attachments(str(row["id"]))
                yield whole, self._read_public_record(whole), [one["resource"] for one in attached]

    def _find_remembered_dataset_row(self, slug: str, state: PlatformState) -> dict[str, Any] | None:
        """Without asking whose it is; among all, where the API shows no record by itself."""
        if not state.record:
            return self._find_dataset_row_by_id_or_codename(slug, state)
        shown = self._api.find_dataset(state.record)
        self.inspection_requests = 6 if shown is None else 5
        return shown or next(
            (row for row in self._api.list_datasets() if str(row["id"]) == state.record), None
        )

    def _build_observed_record(
        self, slug: str, row: Mapping[str, Any], state: PlatformState
    ) -> ObservedRecord:
        public = self._public
        codename = str(row.get("codename") or _truncate_slug_to_codename(slug))
        attached = [one["resource"] for one in self._api.list_resource_attachments(str(row["id"]))]
        marks = [
            ResourceCodenameSuffix.parse_codename(str(one.get("codename")), codename) for one in attached
        ]
        fields = {**public.consistent_field_values, **parse_dataset_row_fields(row)}
        if not all(any(map(mark.matches_link, public.consistent_link_addresses)) for mark in marks if mark):
            fields[VISIBLE] = ""
        hashes = parse_description_hashes(str(fields.get("description") or ""))
        found = zip(attached, marks, strict=True)
        return ObservedRecord(
            id=str(row["id"]),
            deleted=False,
            hidden=not row["publish"] if "publish" in row else public.package is None,
            organisation=self._organisation,
            fields={
                **fields,
                "dataset_modification_date": fields.get(MODIFIED),
                "dataset_publication_date": row.get("publication_date"),
            },
            extras={},
            resources=tuple(self._build_observed_resource(one, mark, hashes, state) for one, mark in found),
        )

    def _find_dataset_row_by_id_or_codename(self, slug: str, state: PlatformState) -> dict[str, Any] | None:
        """The one remembered, else the city's one of this codename. Raises PlatformRequestRejection when the one
        remembered is somebody else's now.

        A search may not look at codenames, so that the whole list is gone through before there is none."""
        remembered = self._api.find_dataset(state.record) if state.record else None
        if remembered is not None:
            if not self._is_of_our_usergroup(remembered):
                raise PlatformRequestRejection(
                    _(
                        "La fiche de ce jeu appartient maintenant, sur la plateforme, à une autre "
                        "organisation."
                    ),
                    where=self.build_record_url(slug),
                    remedy=_(
                        "demander à la Région de la rendre à la Ville, ou retirer le jeu (aqueduc withdraw)"
                    ),
                )
            return remembered
        for search in (slug, ""):
            rows = [row for row in self._api.list_datasets(search) if self._is_of_our_usergroup(row)]
            known = [row for row in rows if str(row["id"]) == state.record]
            found = known or sorted(
                (row for row in rows if row.get("codename") == _truncate_slug_to_codename(slug)),
                key=lambda row: row["id"],
            )
            if found:
                return {**found[0], **(self._api.find_dataset(str(found[0]["id"])) or {})}
        return None

    def _is_of_our_usergroup(self, row: Mapping[str, Any]) -> bool:
        """As far as the row says whose it is."""
        group = row.get("usergroup")
        number = group.get("id") if isinstance(group, dict) else group
        return number is None or str(number) == self._usergroup_id

    def _read_public_record(self, row: Mapping[str, Any]) -> PublicRecord:
        """As visitors have it, by the address of its page or by its codename."""
        names = list(dict.fromkeys([_parse_page_slug(row), str(row.get("codename") or "")]))
        packages = [one for one in self._api.list_packages(self._organisation) if one["name"] in names]
        found = next(
            (hit for name in filter(None, names) for hit in self._api.list_search_hits_of_slug(name)), None
        )
        package = next((one for one in packages if not one.get("private")), None)
        return PublicRecord(package, found["metadata-fr"] if found else None)

    def _build_observed_resource(
        self,
        said: Mapping[str, Any],
        mark: ResourceCodenameSuffix | None,
        hashes: Mapping[str, str],
        state: PlatformState,
    ) -> ObservedResource:
        """``href`` is the digest that its codename bears, unless visitors are shown a resource of its name
        that leads elsewhere: somebody changed it there. One that people made has that of where it leads."""
        identifier, name = str(said["id"]), str(said.get("display_name") or "")
        marked, shown = mark is not None, self._public.list_resource_links(name)
        if mark is None and len(shown) == 1:
            mark = self._build_resource_codename_suffix(*shown[0])
        kind = mark.format_name if mark else state.resources.get(identifier, "")
        changed = mark is None or (shown and not any(mark.matches_link(href) for _format, href in shown))
        url = next(
            (one for one in self._public.consistent_link_addresses if mark and mark.matches_link(one)), ""
        )
        return ObservedResource(
            id=identifier,
            format=kind,
            url=url or (self._addresses.get(mark, "") if mark else "") or state.links.get(identifier, ""),
            fields={
                "display_name": name,
                "href": "" if changed or mark is None else mark.digest,
                "sha256": hashes.get(kind, ""),
                # What others attach is never taken over unless it is named.
                "data_type": "raw" if marked else "annexe",
            },
            managed=marked or identifier in state.resources,
        )

    def _get_cached_or_find_dataset_row(self, record: str) -> dict[str, Any] | None:
        if self._row is not None and str(self._row["id"]) == record:
            return self._row
        return self._api.find_dataset(record)

    def build_record_url(self, slug: str) -> str:
        """Where its page is, or will be."""
        return self.build_page_url(self._row or {}, self._public, _truncate_slug_to_codename(slug))

    def build_page_url(self, row: Mapping[str, Any], public: PublicRecord, codename: str) -> str:
        """Where the page of a record is, as the platform says it; else where it usually is."""
        base = urlsplit(self.client.url)
        usual = f"{base.scheme}://{base.netloc}{_PAGES}{row.get('codename') or codename}"
        return str(row.get("detail_url") or (public.package or {}).get("url") or usual)

    def list_public_addresses(self, slug: str, observed: ObservedRecord) -> Iterable[PublicAddress]:  # noqa: ARG002
        yield PublicAddress("page", self.build_record_url(slug))
        row = self._row or {}
        names = dict.fromkeys(
            [str(row.get("codename") or _truncate_slug_to_codename(slug)), _parse_page_slug(row)]
        )
        needles = tuple(f'"{name}"' for name in names if name)
        yield PublicAddress("api", self._api.build_packages_url(self._organisation), needles)
        for name in filter(None, names):
            yield PublicAddress("search", self._api.build_search_url(name), needles)

    # --- writing --------------------------------------------------------------------------------------------

    def apply_write(self, write: Write, desired: DesiredRecord, progress: WriteProgress) -> None:
        here = progress.state.record or ""
        match write:
            case CreateRecord():
                self._create_record(desired, progress)
            case UpdateRecord():
                self._update_record(write, desired, progress.state)
            case HideRecord():
                self.hide_record(here)
            case PurgeRecord():
                self._api.delete_dataset(here)
            case RevealRecord():
                self._api.change_dataset(here, {"publish": True})
            case CreateResource():
                made = self._create_linked_resource(write.rank, write.resource, here)
                progress.save_resource_id(write.rank, made, write.resource)
            case UpdateResource():
                self._update_resource(write, desired, progress)
            case RemoveResource():
                self._api.delete_resource(write.id)
                progress.save_state(progress.state.without_resource(write.id))
            case _:
                raise PlatformRequestRejection(
                    _("OneGeo Suite ne sait ni tenir de table, ni ordonner des ressources."),
                    where=self.client.url,
                    remedy=_("signaler ce défaut"),
                )

    def hide_record(self, record: str) -> None:
        self._api.change_dataset(record, {"publish": False})

    def finish_publication(self, desired: DesiredRecord) -> None:
        """What visitors read is an index, which follows: it is waited for, a minute at most."""
        record = str(self._row["id"]) if self._row else ""
        for seconds in CACHES_S:
            seen = self.read_record_without_tables(desired.slug, PlatformState(record), anonymous=True)
            if (
                (seen is None)
                if desired.hidden
                else (seen and not find_differing_fields(desired.fields, seen.fields))
            ):
                return
            self.client.sleep(seconds)

    def _create_record(self, desired: DesiredRecord, progress: WriteProgress) -> None:
        form = {
            MODIFIED: self._issued,
            **self._build_record_payload(desired),
            "codename": _truncate_slug_to_codename(desired.slug),
            "publication_date": self._issued,
            "publish": False,
        }
        made = self._api.create_dataset(form)
        self._row = {"codename": form["codename"], **made}
        progress.save_state(replace(progress.state, record=str(made["id"])))

    def _build_record_payload(self, desired: DesiredRecord) -> dict[str, Any]:
        fields = {name: value for name, value in desired.fields.items() if name != VISIBLE}
        return {**fields, "tags": list(fields["tags"]), "usergroup": int(self._usergroup_id)}

    def _update_record(self, write: UpdateRecord, desired: DesiredRecord, state: PlatformState) -> None:
        now = self.read_observed_record(desired.slug, state)
        seen = {name: value for name, value in write.seen.items() if name != VISIBLE}
        changed = find_differing_fields(seen, now.fields) if now else ["codename"]
        if now is None or changed:
            raise build_concurrent_edit_error(self.build_record_url(desired.slug), changed)
        form = self._build_record_payload(desired)
        self._api.change_dataset(now.id, {**form, "publish": False} if write.hide else form)

    def _create_linked_resource(self, rank: int, resource: DesiredResource, record: str) -> str:
        """A resource that leads somewhere before it is in the record. Returns its id."""
        mark, href = list(self._addresses.items())[rank]
        made = self._create_bare_resource(mark, resource, record)
        self._api.add_resource_link(made, href, self._find_format_id(resource.format))
        self._api.attach_resource_to_dataset(made, record, resource.unread["kind"])
        return made

    def _create_bare_resource(
        self, mark: ResourceCodenameSuffix, resource: DesiredResource, record: str
    ) -> str:
        """Under its codename; under a longer one when another resource has it, as one that leads elsewhere
        since. What a run that died made stands in no record: it is removed first, where the API lists it."""
        attached = {str(one["resource"]["id"]) for one in self._api.list_resource_attachments(record)}
        parent = str((self._get_cached_or_find_dataset_row(record) or {}).get("codename") or "")
        codename = mark.build_codename(parent)
        for one in self._api.search_resources(codename):
            own = ResourceCodenameSuffix.parse_codename(str(one.get("codename")), parent) == mark
            if own and str(one["id"]) not in attached:
                self._api.delete_resource(str(one["id"]))
        try:
            return self._api.create_resource(self._build_resource_payload(codename, resource))
        except CodenameTaken:
            return self._api.create_resource(
                self._build_resource_payload(f"{codename}-{token_hex(4)}", resource)
            )

    def _build_resource_payload(self, codename: str, resource: DesiredResource) -> dict[str, Any]:
        name = resource.fields["display_name"]
        return {"codename": codename, "display_name": name, "usergroup_id": int(self._usergroup_id)}

    def _update_resource(
        self, write: UpdateResource, desired: DesiredRecord, progress: WriteProgress
    ) -> None:
        """No call of the API is known to change a link: one that leads elsewhere takes the place of the
        former, which leaves once the other is there."""
        now = self.read_observed_record(desired.slug, progress.state)
        found = {one.id: one.fields for one in now.resources} if now else {}
        changed = find_differing_fields(write.seen, found[write.id]) if write.id in found else ["id"]
        if now is None or changed:
            raise build_concurrent_edit_error(self.build_record_url(desired.slug), changed)
        if "href" not in write.changed:
            self._api.change_resource(write.id, {"display_name": write.resource.fields["display_name"]})
            progress.save_resource_id(write.rank, write.id, write.resource)
            return
        made = self._create_linked_resource(write.rank, write.resource, now.id)
        progress.save_resource_id(write.rank, made, write.resource)
        self._api.delete_resource(write.id)
        progress.save_state(progress.state.without_resource(write.id))


@contextmanager
def open_onegeo(
    settings: PlatformSettings,
    city: City,
    workspace: Workspace,
    *,
    transport: httpx.BaseTransport | None,
    sleep: Callable[[float], None],
) -> Iterator[OneGeoPlatform]:
    connection = workspace.connections.get(settings.connection)
    extra = connection.get_checked_extra(settings.kind.connection_extra_keys)
    organisation = str(extra.get("organisation") or city.organisation)
    with open_onegeo_api(connection, organisation=organisation, transport=transport, sleep=sleep) as api:
        yield OneGeoPlatform(api, organisation, str(extra.get("usergroup") or ""))


def _truncate_slug_to_codename(slug: str) -> str:
    return slug[:LONGEST_CODENAME]


def _parse_page_slug(row: Mapping[str, Any]) -> str:
    """The end of the address of its page, when the platform says it."""
    path = urlsplit(str(row.get("detail_url") or "")).path
    return path.partition(_PAGES)[2].strip("/") if _PAGES in path else ""
