"""What udata keeps, whom it lets change it, and what it answers; HTTP aside."""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

SITE_FREQUENCIES = (
    *("continuous", "oneMinute", "fiveMinutes", "tenMinutes", "fifteenMinutes", "thirtyMinutes", "hourly"),
    *("daily", "weekly", "biweekly", "semimonthly", "monthly", "bimonthly", "quarterly", "semiannual"),
    *("annual", "biennial", "punctual", "irregular", "never", "notPlanned", "other", "unknown"),
)
LICENCES = {
    "fr-lo": "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf",
    "lov2": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "odc-odbl": "http://opendatacommons.org/licenses/odbl/summary/",
    "cc-by": "http://www.opendefinition.org/licenses/cc-by",
    "notspecified": None,
}
GRANULARITIES = ("fr:commune", "fr:departement", "fr:epci", "fr:iris", "fr:region", "poi", "other")
RESOURCE_TYPES = ("main", "documentation", "update", "api", "code", "other")
TITLE_LIMIT, DESCRIPTION_LIMIT = 350, 100_000
HOSTED_PROTECTED = ("filetype", "url", "checksum", "filesize", "mime", "format")
MIMES = {"csv": "text/csv", "json": "application/json", "html": "text/html"}


class Refused(Exception):
    """An answer other than done. ``errors``: by field, its sentences."""

    def __init__(self, status: int, errors: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.status = status
        self.errors = errors


@dataclass(frozen=True)
class Account:
    """``roles``: by id of organisation, ``admin``, ``editor`` or ``partial_editor``."""

    id: str
    key: str
    roles: dict[str, str]


@dataclass
class Udata:
    """``organisations``: address by id. ``largest``: the biggest file taken, in bytes. ``corrupts``: its
    storage loses the last byte. ``former``: by an address that a record had, its id. ``files``: by their
    address."""

    url: str = ""
    accounts: list[Account] = field(default_factory=list)
    organisations: dict[str, str] = field(default_factory=dict)
    zones: set[str] = field(default_factory=lambda: {"fr:commune:13001"})
    schemas: dict[str, list[str]] = field(default_factory=lambda: {"etalab/schema-irve": ["2.3.0"]})
    extensions: tuple[str, ...] = ("csv", "geojson", "html", "json", "parquet", "xlsx", "zip")
    largest: int = 100_000_000
    read_only: bool = False
    corrupts: bool = False
    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    # --- who ------------------------------------------------------------------------------------------------

    def account(self, key: str | None) -> Account | None:
        """Nobody without a key; a wrong one is refused, even to read."""
        if key is None:
            return None
        found = next((one for one in self.accounts if one.key == key), None)
        if found is None:
            raise Refused(401)
        return found

    def signed(self, who: Account | None) -> Account:
        if who is None:
            raise Refused(401)
        if self.read_only:
            raise Refused(423)
        return who

    def me(self, who: Account | None) -> dict[str, Any]:
        if who is None:
            raise Refused(401)
        named = [{"id": one, "slug": self.organisations[one], "class": "Organization"} for one in who.roles]
        return {"id": who.id, "roles": [], "organizations": named}

    def organisation(self, name: str) -> dict[str, Any]:
        for identifier, slug in self.organisations.items():
            if name in (identifier, slug):
                members = [
                    {"user": {"id": one.id}, "role": one.roles[identifier]}
                    for one in self.accounts
                    if identifier in one.roles
                ]
                return {"id": identifier, "slug": slug, "members": members}
        raise Refused(404)

    def of_organisation(self, who: Account | None, name: str, page: int, size: int) -> dict[str, Any]:
        owner = self.organisation(name)["id"]
        mine = who is not None and owner in who.roles
        found = [
            one
            for one in self.datasets.values()
            if one["organization"] == owner and (mine or not one["private"])
        ]
        shown = [self.shown(one) for one in found[(page - 1) * size : page * size]]
        return {"data": shown, "page": page, "page_size": size, "total": len(found)}

    # --- records --------------------------------------------------------------------------------------------

    def resolved(self, name: str) -> dict[str, Any]:
        """By id, by address, or by an address that it had."""
        found = self.datasets.get(name) or self.datasets.get(self.former.get(name, ""))
        found = found or next((one for one in self.datasets.values() if one["slug"] == name), None)
        if found is None:
            raise Refused(404)
        return found

    def read(self, who: Account | None, name: str) -> dict[str, Any]:
        """What is hidden or deleted is there for the members of its organisation alone."""
        found = self.resolved(name)
        hidden = found["private"] or found["deleted"]
        if hidden and (who is None or found["organization"] not in who.roles):
            raise Refused(410 if found["deleted"] and not found["private"] else 404)
        return found

    def editable(self, who: Account | None, name: str) -> dict[str, Any]:
        signed, found = self.signed(who), self.resolved(name)
        if signed.roles.get(found["organization"]) not in ("admin", "editor"):
            raise Refused(403)
        return found

    def create(self, who: Account | None, sent: Any) -> dict[str, Any]:
        signed = self.signed(who)
        made: dict[str, Any] = {
            "id": uuid4().hex[:24],
            "slug": "",
            "deleted": None,
            "private": False,
            "organization": None,
            "tags": [],
            "extras": {},
            "frequency": "unknown",
            "license": None,
            "access_type": "open",
            "temporal_coverage": None,
            "spatial": None,
            "resources": [],
        }
        self._fill(signed, made, sent)
        self.datasets[made["id"]] = made
        return self.shown(made)

    def update(self, who: Account | None, name: str, sent: Any) -> dict[str, Any]:
        found = self.resolved(name)
        if found["deleted"] and (not isinstance(sent, dict) or sent.get("deleted", True) is not None):
            raise Refused(410)
        found = self.editable(who, name)
        self._fill(self.signed(who), found, sent)
        if "deleted" in sent:
            found["deleted"] = sent["deleted"]
        return self.shown(found)

    def delete(self, who: Account | None, name: str) -> None:
        """It stays, marked."""
        if self.resolved(name)["deleted"]:
            raise Refused(410)
        self.editable(who, name)["deleted"] = _now()

    def _fill(self, who: Account, record: dict[str, Any], sent: Any) -> None:
        """What is not sent stays, but for tags, which are emptied."""
        if not isinstance(sent, dict):
            raise Refused(400, {"request": "expecting a JSON object"})
        found = {**record, **{name: sent[name] for name in _RECORD if name in sent}}
        found["tags"] = sorted({slug(tag) for tag in sent.get("tags") or []})
        errors = _record_errors(found, self.zones)
        owner = sent.get("organization", record["organization"])
        if owner is not None and who.roles.get(owner) not in ("admin", "editor"):
            errors["organization"] = ["Permission denied for this organization"]
        if record["organization"] not in (None, owner):
            errors["organization"] = ["Cannot change owner after creation. Please use transfer feature."]
        if errors:
            raise Refused(400, errors)
        if isinstance(found["temporal_coverage"], dict):
            # As its API gives them back: instants.
            days = found["temporal_coverage"].items()
            found["temporal_coverage"] = {key: f"{str(day)[:10]}T00:00:00+00:00" for key, day in days}
        if found["access_type"] != "open":
            found["license"] = None
        found["organization"] = owner
        wanted = slug(found["title"])
        if record.get("title") != found["title"]:
            found["slug"] = self._free(wanted, record["id"])
        if record["slug"] and found["slug"] != record["slug"]:
            self.former[record["slug"]] = record["id"]
        record.update(found)

    def _free(self, wanted: str, but: str) -> str:
        taken = {one["slug"] for one in self.datasets.values() if one["id"] != but}
        tries = [wanted, *(f"{wanted}-{rank}" for rank in range(1, len(taken) + 2))]
        return next(one for one in tries if one not in taken)

    def shown(self, record: dict[str, Any]) -> dict[str, Any]:
        owner = record["organization"]
        return {
            **record,
            "license": record["license"] or "notspecified",
            "organization": {"id": owner, "slug": self.organisations[owner]} if owner else None,
            "resources": [self.shown_resource(one) for one in record["resources"]],
            "page": f"{self.url}/datasets/{record['slug']}",
        }

    # --- resources ------------------------------------------------------------------------------------------

    def resource(self, record: dict[str, Any], identifier: str) -> dict[str, Any]:
        for one in record["resources"]:
            if one["id"] == identifier:
                found: dict[str, Any] = one
                return found
        raise Refused(404)

    def shown_resource(self, one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "latest": f"{self.url}/api/1/datasets/r/{one['id']}"}

    def link(self, who: Account | None, name: str, sent: Any) -> dict[str, Any]:
        record = self.editable(who, name)
        empty: dict[str, Any] = {"filetype": "file", "type": "other", "extras": {}, "schema": None}
        made: dict[str, Any] = {"id": str(uuid4()), **empty, **self._resource_fields(sent, {})}
        if made["filetype"] != "remote":
            raise Refused(400)
        record["resources"].insert(0, made)
        return self.shown_resource(made)

    def upload(
        self, who: Account | None, name: str, file: tuple[str, bytes] | None, identifier: str | None = None
    ) -> dict[str, Any]:
        """A new resource is called like its file, and so is one whose file is replaced."""
        record = self.editable(who, name)
        held = self.resource(record, identifier) if identifier else None
        infos = self._stored(record, file)
        if held is None:
            held = {
                "id": str(uuid4()),
                "filetype": "file",
                "type": "main",
                "extras": {},
                "schema": None,
                "description": None,
            }
            record["resources"].insert(0, held)
        old = held.get("url")
        held.update(infos)
        self.files.pop(str(old), None)
        return {**self.shown_resource(held), "success": True}

    def _stored(self, record: dict[str, Any], file: tuple[str, bytes] | None) -> dict[str, Any]:
        if file is None:
            raise Refused(400)
        name, data = re.sub(r"[^a-z0-9.]+", "-", file[0].lower()).strip("-"), file[1]
        extension = name.rpartition(".")[2]
        if len(data) > self.largest:
            raise Refused(413)
        if extension not in self.extensions:
            raise Refused(400)
        data = data[:-1] if self.corrupts else data
        mime = MIMES.get(extension, "application/octet-stream")
        if "html" in mime:
            raise Refused(415)
        url = f"{self.url}/s/resources/{record['slug']}/{uuid4().hex[:12]}/{name}"
        self.files[url] = data
        return {
            "title": name,
            "url": url,
            "format": extension,
            "mime": mime,
            "filesize": len(data),
            "checksum": {"type": "sha1", "value": hashlib.sha1(data, usedforsecurity=False).hexdigest()},
        }

    def update_resource(self, who: Account | None, name: str, identifier: str, sent: Any) -> dict[str, Any]:
        held = self.resource(self.editable(who, name), identifier)
        fields = self._resource_fields(sent, held)
        if fields["filetype"] != held["filetype"]:
            raise Refused(400)
        if held["filetype"] == "file":
            fields = {key: value for key, value in fields.items() if key not in HOSTED_PROTECTED}
        held.update(fields)
        return self.shown_resource(held)

    def delete_resource(self, who: Account | None, name: str, identifier: str) -> None:
        record = self.editable(who, name)
        held = self.resource(record, identifier)
        record["resources"].remove(held)
        self.files.pop(str(held["url"]), None)

    def _resource_fields(self, sent: Any, held: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(sent, dict):
            raise Refused(400, {"request": "expecting a JSON object"})
        found = {**held, **{name: sent[name] for name in _RESOURCE if name in sent}}
        found["format"] = str(found.get("format") or "").strip().lower() or None
        errors = {name: ["This field is required."] for name in ("title", "url") if not found.get(name)}
        if len(str(found.get("title") or "")) > TITLE_LIMIT:
            errors["title"] = ["Field cannot be longer than 350 characters."]
        if found.get("type", "other") not in RESOURCE_TYPES:
            errors["type"] = ["Not a valid choice."]
        if found.get("filetype", "file") not in ("file", "remote"):
            errors["filetype"] = ["Not a valid choice."]
        schema = found.get("schema") or {}
        if schema and schema.get("version") not in self.schemas.get(str(schema.get("name")), ()):
            errors["schema"] = ["Schema name or version is not an allowed value."]
        if errors:
            raise Refused(400, errors)
        return {name: found[name] for name in _RESOURCE if name in found}


_RECORD = (
    *("title", "description", "license", "frequency", "temporal_coverage", "spatial", "private", "extras"),
    *("acronym", "description_short", "contact_points", "archived", "access_type"),
)
_RESOURCE = ("title", "description", "filetype", "type", "url", "format", "mime", "extras", "schema")


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _record_errors(found: dict[str, Any], zones: set[str]) -> dict[str, Any]:
    errors: dict[str, Any] = {
        name: ["This field is required."] for name in ("title", "description") if not found.get(name)
    }
    for name, limit in (("title", TITLE_LIMIT), ("description", DESCRIPTION_LIMIT)):
        if len(str(found.get(name) or "")) > limit:
            errors[name] = [f"Field cannot be longer than {limit} characters."]
    if found["license"] not in (None, *LICENCES):
        errors["license"] = ["Unknown identifier."]
    if found["frequency"] not in SITE_FREQUENCIES:
        errors["frequency"] = ["Not a valid choice."]
    if any(not 3 <= len(tag) <= 96 for tag in found["tags"]):
        errors["tags"] = ["Tag must be between 3 and 96 characters long."]
    spatial = found["spatial"] or {}
    if set(spatial.get("zones") or ()) - zones:
        errors["spatial"] = {"zones": ["Unknown geoid(s)"]}
    if spatial.get("zones") and spatial.get("geom"):
        errors["spatial"] = ["The spatial coverage cannot contains a Geozone and a Geometry"]
    if spatial and spatial.get("granularity") not in GRANULARITIES:
        errors["spatial"] = {"granularity": ["Not a valid choice."]}
    if not _period(found["temporal_coverage"]):
        errors["temporal_coverage"] = ["Unable to parse date range"]
    return errors


def _period(said: Any) -> bool:
    try:
        return said is None or bool([date.fromisoformat(str(day)[:10]) for day in said.values()])
    except (ValueError, AttributeError):
        return False
