"""CKAN, from 2.9 on as measured on 2.12, with DataSud's own fields or without them."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import httpx

from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.errors import (
    PlatformAccessRefusal,
    PlatformRequestRejection,
    PlatformUnavailable,
    PlatformWriteConflict,
)
from aqueduc.findings import Finding
from aqueduc.http import TRIES
from aqueduc.language import _
from aqueduc.platforms.ckan.connection import open_client
from aqueduc.platforms.ckan.record import CORE, build_backing_resource, build_ckan_resource
from aqueduc.platforms.ckan.tables import CkanDatastoreClient
from aqueduc.publish.client import (
    RESOURCE,
    ConcurrentEdit,
    PlatformClient,
    PlatformItemNotFound,
    PublishableFile,
    UnknownPlatformAction,
    require_id_in_write_response,
    reuse_name_of_replaced_file,
)
from aqueduc.publish.findings import UnavailableCategory, UncomparedWrites
from aqueduc.publish.planning.plan import find_differing_fields
from aqueduc.publish.planning.state import (
    BackingResource,
    DesiredRecord,
    DesiredResource,
    DesiredTable,
    ObservedRecord,
    ObservedResource,
    ObservedTable,
    PlatformState,
)
from aqueduc.publish.planning.writes import (
    ApplyTableRowDelta,
    BuildTableBeside,
    CreateRecord,
    CreateResource,
    DefineTable,
    DropTable,
    FillTable,
    HideRecord,
    LoadTableInPlace,
    PurgeRecord,
    RemoveBackingResource,
    RemoveResource,
    ReorderResources,
    RestoreRecord,
    RevealRecord,
    SwapTable,
    TableWrite,
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
from aqueduc.publish.revision.rows import Key
from aqueduc.publish.surveying import ListedRecord, PlatformRecordListings
from aqueduc.record import Fiche
from aqueduc.record.fields import MANAGED_BY, NAMED, build_record_fields, flatten_package_to_record_fields
from aqueduc.run import Workspace

# Each of them fills DataStore tables from uploaded files by itself, and drops our types and key.
LOADERS = frozenset({"xloader", "datapusher", "datapusher_plus"})
# And then writes a hash of its own into the resource.
LOADERS_FIELDS = frozenset({"hash", "hash_algorithm"})
REVISE_SINCE = (2, 9)
LONGEST_FEED = 64 << 20
_OF_RECORD = re.compile(r"/dataset/([0-9a-f-]{36})$")
# ``datastore_upsert`` takes CKAN's own row numbers (``_id``).
ROW_NUMBERS_SINCE = (2, 10)


class CkanPlatform:
    """One CKAN. ``Authorization: <token>`` of an editor of the city's organisation is enough."""

    inspection_requests = 2

    def __init__(self, client: PlatformClient, organisation: str) -> None:
        self.client = client
        self._organisation = organisation
        self._tables = CkanDatastoreClient(client)

    # --- what it can do -------------------------------------------------------------------------------------

    def read_capabilities(self) -> PlatformCapabilities:
        return self._capabilities

    @cached_property
    def _capabilities(self) -> PlatformCapabilities:
        status = self.client.call_read_action("status_show")
        self.client.allow_token_at_public_origin(str(status.get("site_url") or self.client.url))
        extensions = frozenset(status.get("extensions") or ())
        version = parse_major_minor_version(status.get("ckan_version"))
        self._tables.version = version
        organisation = self._find_writable_organisation()
        return PlatformCapabilities(
            version=version,
            extensions=extensions,
            organisation=str(organisation["id"]),
            organisation_title=str(organisation.get("title") or ""),
            record_fields=self._read_record_field_names(),
            licences=frozenset(licence["id"] for licence in self.client.call_read_action("license_list")),
            categories=frozenset(group["name"] for group in self.client.call_read_action("group_list_authz")),
            tables="datastore" in extensions,
            loader=bool(LOADERS & extensions),
        )

    def _find_writable_organisation(self) -> Mapping[str, Any]:
        mine = self.client.call_read_action("organization_list_for_user", permission="create_dataset")
        for organisation in mine:
            if self._organisation in (organisation["name"], organisation["id"]):
                return dict(organisation)
        where = _("{url}, organisation « {organisation} »").format(
            url=self.client.url, organisation=self._organisation
        )
        try:
            self.client.call_read_action("organization_show", id=self._organisation)
        except PlatformItemNotFound:
            raise PlatformRequestRejection(
                _("La plateforme ne connaît pas cette organisation."),
                where=where,
                remedy=_("corriger « organisation: » dans include/city.yaml, ou la demander à la Région"),
            ) from None
        raise PlatformAccessRefusal(
            _("Le jeton ne donne pas le droit de publier pour cette organisation."),
            where=where,
            remedy=_(
                "vérifier que le jeton de la connexion « {connection} » est valide et que son compte est "
                "éditeur de l'organisation"
            ).format(connection=self.client.connection),
        )

    def _read_record_field_names(self) -> frozenset[str] | None:
        try:
            schema = self.client.call_read_action("scheming_dataset_schema_show", type="dataset")
        except (UnknownPlatformAction, PlatformItemNotFound):
            return None
        return frozenset(field["field_name"] for field in schema["dataset_fields"])

    def check_fiche_support(self, fiche: Fiche) -> Iterable[Finding]:
        known = self._capabilities
        if fiche.licence.id not in known.licences:
            raise PlatformRequestRejection(
                _("La plateforme ne connaît pas la licence « {id} ».").format(id=fiche.licence.id),
                where=_("{url}, jeu {slug}").format(url=self.client.url, slug=fiche.slug),
                remedy=_("en choisir une qu'elle connaît : {licences}").format(
                    licences=", ".join(sorted(known.licences))
                ),
            )
        if fiche.category not in known.categories:
            yield UnavailableCategory(detail={"category": fiche.category})
        if known.version < REVISE_SINCE:
            yield UncomparedWrites(detail={"version": ".".join(map(str, known.version))})

    # --- what is wanted, in its words -----------------------------------------------------------------------

    def build_desired_record(self, fiche: Fiche, offers: Sequence[DistributionOffer]) -> DesiredRecord:
        known = self._capabilities
        record = {**build_record_fields(fiche), "owner_org": known.organisation}
        if fiche.category not in known.categories:
            del record["groups"]
        first_level = CORE | (known.record_fields or frozenset())
        if "frequency" not in first_level:
            # DataSud's words mean nothing elsewhere; ckanext-dcat and data.gouv.fr, which read it here, know
            # the Union's.
            record["frequency"] = fiche.frequency.authority_uri
        left = LOADERS_FIELDS if known.loader else frozenset()
        return DesiredRecord(
            slug=fiche.slug,
            fields={name: value for name, value in record.items() if name in first_level},
            extras={
                name: _format_extra_value(value) for name, value in record.items() if name not in first_level
            },
            hidden=not fiche.access.is_open,
            resources=tuple(
                DesiredResource(
                    offer.distribution.format,
                    {
                        k: v
                        for k, v in build_ckan_resource(fiche, offer.distribution).items()
                        if k not in left
                    },
                    offer.file,
                    offer.table,
                    offer.distribution.slice,
                    offer.rows,
                )
                for offer in offers
            ),
            tables=known.tables and not known.loader,
            overwrites=known.version >= ROW_NUMBERS_SINCE,
        )

    # --- what is there --------------------------------------------------------------------------------------

    def read_observed_record(self, slug: str, state: PlatformState) -> ObservedRecord | None:
        try:
            package = self.client.call_read_action("package_show", id=slug)
        except PlatformItemNotFound:
            return self._find_deleted_record(state)
        except PlatformAccessRefusal:
            raise self._build_slug_conflict_error(slug) from None
        observed = self._build_observed_record(package, state)
        if observed.organisation != self._capabilities.organisation:
            raise self._build_slug_conflict_error(slug)
        return observed

    def _find_deleted_record(self, state: PlatformState) -> ObservedRecord | None:
        """A record that is in CKAN's bin still answers to its id."""
        if state.record is None:
            return None
        try:
            package = self.client.call_read_action("package_show", id=state.record)
        except (PlatformItemNotFound, PlatformAccessRefusal):
            return None
        return self._build_observed_record(package, state)

    def read_record_without_tables(
        self, slug: str, state: PlatformState, *, anonymous: bool
    ) -> ObservedRecord | None:
        try:
            package = self.client.call_read_action(
                "package_show", anonymous=anonymous, id=state.record or slug
            )
        except (PlatformAccessRefusal, PlatformItemNotFound):
            return None
        return self._build_observed_record(package, state, tables=False)

    def read_record_listings(self, states: Mapping[str, PlatformState]) -> PlatformRecordListings:
        """``package_search``, as the city then as a visitor; what is in CKAN's bin is in neither."""
        packages = [*self.list_packages(anonymous=False)]
        return PlatformRecordListings(
            tuple(
                ListedRecord(
                    id=package["id"],
                    name=package["name"],
                    title=str(package.get("title") or ""),
                    url=self.build_record_url(package["name"]),
                    dataset=package["name"] if has_managed_resource(package) else "",
                    harvested=any(
                        extra["key"].startswith("harvest_") for extra in package.get("extras") or ()
                    ),
                    observed=self._build_observed_record(
                        package, states.get(package["id"], PlatformState()), tables=False
                    ),
                )
                for package in packages
            ),
            {
                package["id"]: self._build_observed_record(
                    package, states.get(package["id"], PlatformState()), tables=False
                )
                for package in self.list_packages(anonymous=True)
            },
            self._read_dcat_feed_record_ids() if "dcat" in self._capabilities.extensions else None,
            organisation=self._capabilities.organisation_title,
        )

    def list_packages(self, *, anonymous: bool) -> Iterator[dict[str, Any]]:
        """The city's, as CKAN shows them to itself or to a visitor."""
        mine = f'owner_org:"{self._capabilities.organisation}"'
        return self.client.search_packages(mine, anonymous=anonymous)

    def _read_dcat_feed_record_ids(self) -> frozenset[str]:
        """The ids of the city's records in what ckanext-dcat serves, page by page."""
        found: set[str] = set()
        page = 1
        while True:
            query = urlencode({"fq": f'owner_org:"{self._capabilities.organisation}"', "page": page})
            said = self.client.read_first_bytes(
                f"{self.client.url}/catalog.jsonld?{query}", anonymous=True, limit=LONGEST_FEED
            )
            ids = {
                match[1]
                for address in _list_jsonld_node_ids(said.head)
                if (match := _OF_RECORD.search(address))
            }
            if not said.is_success or ids <= found:
                return frozenset(found)
            found |= ids
            page += 1

    def _build_slug_conflict_error(self, slug: str) -> PlatformRequestRejection:
        return PlatformRequestRejection(
            _("L'adresse de la fiche est déjà prise, sur la plateforme, par une autre organisation."),
            where=f"{self.client.url}/dataset/{slug}",
            remedy=_("renommer le fichier de la déclaration, ou s'entendre avec l'autre organisation"),
        )

    def _build_observed_record(
        self, package: Mapping[str, Any], state: PlatformState, *, tables: bool = True
    ) -> ObservedRecord:
        """``tables``: with those that it has."""
        tables = tables and self._capabilities.tables
        listed = package.get("resources") or ()
        carried = {resource.get("carries") for resource in listed}
        return ObservedRecord(
            id=package["id"],
            deleted=package.get("state") == "deleted",
            hidden=str(package.get("private")).lower() == "true",
            organisation=str(package.get("owner_org") or ""),
            fields=flatten_package_to_record_fields(package),
            extras={extra["key"]: str(extra["value"]) for extra in package.get("extras") or ()},
            resources=tuple(
                self._build_observed_resource(
                    resource, state, tables=tables, carried=resource["id"] in carried
                )
                for resource in listed
                if not resource.get("carries")
            ),
            backing_resources=tuple(
                self._read_backing_resource(resource)
                for resource in listed
                # Without a DataStore they wait for it to come back: what they hold can then be taken away.
                if resource.get("carries") and tables
            ),
        )

    def _read_backing_resource(self, resource: Mapping[str, Any]) -> BackingResource:
        table = self.read_table(resource["id"], anonymous=False)
        return BackingResource(resource["id"], str(resource["carries"]), table)

    def _build_observed_resource(
        self, resource: Mapping[str, Any], state: PlatformState, *, tables: bool, carried: bool
    ) -> ObservedResource:
        active = str(resource.get("datastore_active")).lower() == "true"
        return ObservedResource(
            id=resource["id"],
            format=str(resource.get("format") or ""),
            url=str(resource.get("url") or ""),
            fields=resource,
            managed=resource.get("managed_by") == MANAGED_BY or resource["id"] in state.resources,
            table=self.read_table(resource["id"], anonymous=False)
            if tables and (active or carried)
            else None,
            flagged=active,
            # CKAN dates a file when it gets it, and counts it; neither when its fields change.
            stamp=f"{resource.get('last_modified') or ''} {resource.get('size') or ''}".strip(),
            label=str(resource.get("slice") or state.labels.get(resource["id"], "")),
        )

    def read_table(self, resource: str, *, anonymous: bool) -> ObservedTable | None:
        return self._tables.read_table(resource, anonymous=anonymous)

    def read_first_and_last_rows(self, resource: str, *, anonymous: bool) -> list[Mapping[str, Any]]:
        return self._tables.read_first_and_last_rows(resource, anonymous=anonymous)

    def read_first_rows(
        self, resource: str, count: int, *, anonymous: bool
    ) -> Iterable[list[Mapping[str, Any]]]:
        return self._tables.read_first_rows(resource, count, anonymous=anonymous)

    def read_rows_with_keys(
        self, resource: str, table: DesiredTable, keys: Sequence[Key], *, anonymous: bool
    ) -> list[Mapping[str, Any]]:
        return self._tables.read_rows_with_keys(resource, table, keys, anonymous=anonymous)

    def build_record_url(self, slug: str) -> str:
        return f"{self.client.url}/dataset/{slug}"

    def list_public_addresses(self, slug: str, observed: ObservedRecord) -> Iterable[PublicAddress]:
        action = f"{self.client.url}/api/3/action"
        for name in (slug, observed.id):
            yield PublicAddress("page", self.build_record_url(name))
            yield PublicAddress("api", f"{action}/package_show?id={name}")
        yield PublicAddress("search", f"{action}/package_search?q=name:{slug}", (observed.id,))
        tables = [one.id for one in observed.resources if one.table is not None]
        for resource in (*tables, *(one.id for one in observed.backing_resources)):
            yield PublicAddress("table", f"{action}/datastore_search?resource_id={resource}&limit=1")
        if "dcat" in self._capabilities.extensions:
            yield PublicAddress("dcat", f"{self.build_record_url(slug)}.jsonld")
            yield PublicAddress("dcat", f"{self.client.url}/catalog.jsonld?q=name:{slug}", (observed.id,))

    # --- writing --------------------------------------------------------------------------------------------

    def hide_record(self, record: str) -> None:
        self._revise_record(record, {"private": True}, {}, lambda _: False)

    def finish_publication(self, desired: DesiredRecord) -> None:
        """CKAN keeps its own pages and index."""

    def apply_write(self, write: Write, desired: DesiredRecord, progress: WriteProgress) -> None:
        match write:
            case CreateRecord():
                self._create_record(desired, progress)
            case RestoreRecord():
                again = {"id": _get_record_id(progress), "state": "active", "private": True}
                self.client.call_write_action("package_patch", again, idempotent=True)
            case UpdateRecord():
                self._update_record(write, desired, _get_record_id(progress))
            case HideRecord():
                self.hide_record(_get_record_id(progress))
            case PurgeRecord():
                self._purge_record(_get_record_id(progress))
            case RevealRecord():
                self._revise_record(_get_record_id(progress), {"private": False}, {}, lambda _: False)
            case CreateResource():
                self._create_resource(write, progress)
            case UpdateResource():
                self._update_resource(write, progress)
            case RemoveResource():
                self._remove_resource_with_table_and_file(write, progress)
            case ReorderResources():
                self._reorder_resources(write, progress)
            case _:
                self._apply_table_write(write, desired, progress)

    def _apply_table_write(self, write: TableWrite, desired: DesiredRecord, progress: WriteProgress) -> None:
        match write:
            case DefineTable():
                self._tables.define_table(write.home or progress.get_resource_id(write.rank), write.table)
            case FillTable():
                self._tables.fill_table_in_batches(
                    write.home or progress.get_resource_id(write.rank), write, progress
                )
            case ApplyTableRowDelta():
                self._tables.apply_row_delta(write, progress)
            case LoadTableInPlace():
                self._tables.create_table_with_all_rows(
                    progress.get_resource_id(write.rank), write.table, progress
                )
            case BuildTableBeside():
                self._build_table_in_backing_resource(write, desired, progress)
            case SwapTable():
                self._swap_table(write, progress)
            case RemoveBackingResource():
                self._tables.drop_table(write.id)
                self._delete_resource(write.id, progress)
            case DropTable():
                if write.carried:
                    self._tables.clear_datastore_flag(write.id)
                else:
                    self._tables.drop_table(write.id)

    def _create_record(self, desired: DesiredRecord, progress: WriteProgress) -> None:
        data = {
            **_convert_field_values_for_ckan(desired.fields),
            "extras": _build_extra_pairs(desired.extras),
            "private": True,
        }
        made = self.client.call_write_action("package_create", data, idempotent=False)
        progress.save_state(
            replace(progress.state, record=require_id_in_write_response(made, self.client.url)["id"])
        )

    def _update_record(self, write: UpdateRecord, desired: DesiredRecord, record: str) -> None:
        data = _convert_field_values_for_ckan(write.fields)
        if write.hide:
            data["private"] = True

        def has_desired_values(there: Mapping[str, Any]) -> bool:
            extras = {extra["key"]: extra["value"] for extra in there.get("extras") or ()}
            return not find_differing_fields(
                write.fields, flatten_package_to_record_fields(there)
            ) and not find_differing_fields(write.extras, extras)

        if write.extras or write.moved:
            self._revise_record_with_extras(record, data, write, desired, has_desired_values)
        else:
            self._revise_record(record, data, write.seen, has_desired_values)

    def _revise_record_with_extras(
        self,
        record: str,
        data: Mapping[str, Any],
        write: UpdateRecord,
        desired: DesiredRecord,
        has_desired_values: Callable[[Mapping[str, Any]], bool],
    ) -> None:
        """The list of extras is replaced whole: what others put there stays, even what they put there between
        its reading and its writing, which is then done again."""
        for attempt in range(TRIES):
            now = self.client.call_read_action("package_show", id=record)
            if changed := find_differing_fields(write.seen, now):
                raise build_concurrent_edit_error(self.build_record_url(record), changed)
            there = now.get("extras") or ()
            kept = {extra["key"]: extra["value"] for extra in there if extra["key"] not in write.moved}
            extras = _build_extra_pairs({**kept, **desired.extras})
            try:
                seen = {"metadata_modified": now["metadata_modified"]}
                self._revise_record(record, {**data, "extras": extras}, seen, has_desired_values)
            except PlatformWriteConflict:
                if attempt == TRIES - 1:
                    raise
            else:
                return

    def _revise_record(
        self,
        record: str,
        data: Mapping[str, Any],
        seen: Mapping[str, Any],
        has_desired_values: Callable[[Mapping[str, Any]], bool],
    ) -> None:
        """Changes fields of the record, if they still are as ``seen``: CKAN compares and writes in one
        transaction. Raises PlatformWriteConflict when they are not, unless ``has_desired_values``."""
        if self._capabilities.version < REVISE_SINCE:
            self._refuse_changed_fields(record, None, seen)
            self.client.call_write_action("package_patch", {"id": record, **data}, idempotent=True)
            return
        # Lists would be merged item by item.
        lists = [f"-{name}" for name, value in data.items() if isinstance(value, list)]
        change = {"match": {"id": record, **seen}, "filter": lists, "update": dict(data)}
        with self._refuse_concurrent_edits(record, has_desired_values):
            self.client.call_write_action("package_revise", change, idempotent=True)

    def _create_resource(self, write: CreateResource, progress: WriteProgress) -> None:
        fields = {"package_id": _get_record_id(progress), **_remove_empty_values(write.resource.fields)}
        if write.id is not None:
            # CKAN brings back the one that was deleted, with what it had in its fields: all are given anew.
            again = {name: str(value) for name, value in write.resource.fields.items()}
            fields = {**fields, **again, "id": write.id}
        if write.resource.file is not None:
            made = self.client.call_upload_action(
                "resource_create", fields, write.resource.file, idempotent=False
            )
        else:
            made = self.client.call_write_action("resource_create", fields, idempotent=False)
        progress.save_resource_id(
            write.rank, require_id_in_write_response(made, self.client.url)["id"], write.resource
        )

    def _update_resource(self, write: UpdateResource, progress: WriteProgress) -> None:
        # All of the fields and not only those that differ: their hash must never be newer than their bytes.
        fields: dict[str, str] = {"id": write.id, **{k: str(v) for k, v in write.resource.fields.items()}}
        if write.unhost:
            fields["url_type"] = ""
        file = reuse_name_of_replaced_file(write.file_url, write.resource.file) if write.send else None
        if self._capabilities.version >= REVISE_SINCE:
            self._revise_resource(_get_record_id(progress), write, fields, file)
        else:
            self._refuse_changed_fields(_get_record_id(progress), write.id, write.seen)
            self._patch_resource(fields, file)
        if write.unhost:
            # Not at once: CKAN deletes the file before it has the link in its place.
            cleared = {"id": write.id, "clear_upload": "true", "size": "0"}
            self.client.call_write_action("resource_patch", cleared, idempotent=True)
        progress.save_resource_id(write.rank, write.id, write.resource)

    def _refuse_changed_fields(self, record: str, resource: str | None, seen: Mapping[str, Any]) -> None:
        """For want of a match: raises PlatformWriteConflict when the record, or a resource of it, is not as
        ``seen`` right before it is written."""
        now = self.client.call_read_action("package_show", id=record)
        listed = {one["id"]: one for one in now.get("resources") or ()}
        found = now if resource is None else listed.get(resource)
        if found is None or (changed := find_differing_fields(seen, found)):
            raise build_concurrent_edit_error(self.build_record_url(record), changed if found else [RESOURCE])

    def _patch_resource(self, fields: Mapping[str, str], file: PublishableFile | None) -> None:
        if file is not None:
            self.client.call_upload_action("resource_patch", fields, file, idempotent=True)
        else:
            self.client.call_write_action("resource_patch", fields, idempotent=True)

    def _revise_resource(
        self, record: str, write: UpdateResource, fields: Mapping[str, str], file: PublishableFile | None
    ) -> None:
        """As ``_revise_record``, for one resource and perhaps its file."""
        its = f"resources__{write.id}"
        change = {"match": {"id": record}, f"match__{its}": dict(write.seen), f"update__{its}": dict(fields)}

        def has_desired_values(there: Mapping[str, Any]) -> bool:
            listed = {resource["id"]: resource for resource in there["resources"]}
            return not find_differing_fields(write.resource.fields, listed.get(write.id, {}))

        with self._refuse_concurrent_edits(record, has_desired_values):
            if file is None:
                self.client.call_write_action("package_revise", change, idempotent=True)
                return
            form = {name: json.dumps(value) for name, value in change.items()}
            try:
                self.client.call_upload_action(
                    "package_revise", form, file, idempotent=True, name=f"update__{its}__upload"
                )
            except PlatformUnavailable:
                # What CKAN answers, too, to a file for a resource that is not there any more.
                self._refuse_changed_fields(record, write.id, {})
                raise

    @contextmanager
    def _refuse_concurrent_edits(
        self, record: str, has_desired_values: Callable[[Mapping[str, Any]], bool]
    ) -> Iterator[None]:
        """Raises PlatformWriteConflict when what was to be changed is no longer as it was seen, unless it is
        ``has_desired_values``: by a try of ours whose answer was lost. What is served is read back anyway."""
        try:
            yield
        except ConcurrentEdit as error:
            fields = error.fields
        else:
            return
        if has_desired_values(self.client.call_read_action("package_show", id=record)):
            return
        raise build_concurrent_edit_error(self.build_record_url(record), fields)

    def _build_table_in_backing_resource(
        self, write: BuildTableBeside, desired: DesiredRecord, progress: WriteProgress
    ) -> None:
        shown = progress.get_resource_id(write.rank)
        fields = {
            "package_id": _get_record_id(progress),
            **build_backing_resource(desired.resources[write.rank].fields, shown),
            "url": "_datastore_only_resource",
            "url_type": "datastore",
        }
        answer = self.client.call_write_action("resource_create", fields, idempotent=False)
        made = str(require_id_in_write_response(answer, self.client.url)["id"])
        progress.save_backing_resource_id(write.rank, made)
        self._tables.build_backing_table(made, write.table, progress)

    def _swap_table(self, write: SwapTable, progress: WriteProgress) -> None:
        backing = write.backing_resource_id or progress.get_backing_resource_id(write.rank)
        self._tables.swap_table(progress.get_resource_id(write.rank), backing, write.former)

    def _delete_resource(self, resource: str, progress: WriteProgress) -> None:
        self.client.call_write_action("resource_delete", {"id": resource}, idempotent=False)
        progress.save_state(progress.state.without_resource(resource))

    def _remove_resource_with_table_and_file(self, write: RemoveResource, progress: WriteProgress) -> None:
        """CKAN keeps on its disk the file of a resource that it deleted, unless a link took its place."""
        if write.table:
            self._tables.drop_table(write.id)
        if write.erase:
            page = self.build_record_url(_get_record_id(progress))
            link = {"id": write.id, "url": page, "clear_upload": "true", "size": "0"}
            self.client.call_write_action("resource_patch", link, idempotent=True)
        self._delete_resource(write.id, progress)

    def _purge_record(self, record: str) -> None:
        """For good where the account may; else into CKAN's bin, which nobody but who runs it can empty."""
        try:
            self.client.call_write_action("dataset_purge", {"id": record}, idempotent=False)
        except PlatformAccessRefusal:
            self.client.call_write_action("package_delete", {"id": record}, idempotent=False)

    def _reorder_resources(self, write: ReorderResources, progress: WriteProgress) -> None:
        """Ours take the places that ours have; what others put among them stays where it is."""
        record = _get_record_id(progress)
        there = [
            resource["id"]
            for resource in self.client.call_read_action("package_show", id=record)["resources"]
        ]
        ours = [progress.get_resource_id(rank) for rank in range(write.count)]
        following = iter(ours)
        order = [next(following) if identifier in ours else identifier for identifier in there]
        self.client.call_write_action(
            "package_resource_reorder", {"id": record, "order": order}, idempotent=True
        )


@contextmanager
def open_ckan(
    settings: PlatformSettings,
    city: City,
    workspace: Workspace,
    *,
    transport: httpx.BaseTransport | None,
    sleep: Callable[[float], None],
) -> Iterator[CkanPlatform]:
    connection = workspace.connections.get(settings.connection)
    connection.get_checked_extra(settings.kind.connection_extra_keys)
    with open_client(connection, organisation=city.organisation, transport=transport, sleep=sleep) as client:
        yield CkanPlatform(client, city.organisation)


def _get_record_id(progress: WriteProgress) -> str:
    """The id of the record, which is known as soon as it exists."""
    return progress.state.record or ""


def _convert_field_values_for_ckan(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Tags and groups as CKAN writes them."""
    return {
        name: [{"name": item} for item in value]
        if name in NAMED
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in fields.items()
    }


def _build_extra_pairs(extras: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Without what is empty: CKAN has no extra of no value."""
    return [{"key": key, "value": value} for key, value in sorted(extras.items()) if value]


def _format_extra_value(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _remove_empty_values(fields: Mapping[str, Any]) -> dict[str, str]:
    """Without what is empty: a new resource has no old value to erase."""
    return {name: str(value) for name, value in fields.items() if value not in ("", None)}


def has_managed_resource(package: Mapping[str, Any]) -> bool:
    return any(one.get("managed_by") == MANAGED_BY for one in package.get("resources") or ())


def _list_jsonld_node_ids(data: bytes) -> Iterator[str]:
    """The addresses of what a page of JSON-LD says something of."""
    try:
        document = json.loads(data)
    except ValueError:
        return
    graph = document.get("@graph", [document]) if isinstance(document, dict) else document
    yield from (str(node.get("@id") or "") for node in graph if isinstance(node, dict))
