"""What udata keeps, whom it lets change it, and what it answers; HTTP aside.

The comments name where in udata's source (17.18) a behaviour comes from; tests/sandbox/test_datagouv.py asks
the same of the real one.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

# core/dataset/constants.py, UpdateFrequency and its _LEGACY_FREQUENCIES.
SITE_FREQUENCIES = (
    *("continuous", "oneMinute", "fiveMinutes", "tenMinutes", "fifteenMinutes", "thirtyMinutes", "hourly"),
    *("bihourly", "trihourly", "twelveHours", "severalTimesADay", "threeTimesADay", "semidaily", "daily"),
    *("fiveTimesAWeek", "threeTimesAWeek", "semiweekly", "weekly", "biweekly", "threeTimesAMonth"),
    *("semimonthly", "monthly", "bimonthly", "quarterly", "threeTimesAYear", "semiannual", "annual"),
    *("biennial", "triennial", "quadrennial", "quinquennial", "decennial", "bidecennial", "tridecennial"),
    *("punctual", "irregular", "never", "notPlanned", "other", "unknown"),
)
FORMER_FREQUENCIES = {
    "realtime": "continuous",
    "fourTimesADay": "severalTimesADay",
    "fourTimesAWeek": "other",
    "fortnighly": "biweekly",
    "biannual": "semiannual",
}
LICENCES = {
    "fr-lo": "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf",
    "lov2": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "odc-odbl": "http://opendatacommons.org/licenses/odbl/summary/",
    "cc-by": "http://www.opendefinition.org/licenses/cc-by",
    "notspecified": None,
}
GRANULARITIES = ("fr:commune", "fr:departement", "fr:epci", "fr:iris", "fr:region", "poi", "other")
RESOURCE_TYPES = ("main", "documentation", "update", "api", "code", "other")
TITLE_LIMIT, DESCRIPTION_LIMIT, SLUG_LIMIT = 350, 100_000, 255
# core/dataset/forms.py, HOSTED_RESOURCE_PROTECTED_FIELDS.
HOSTED_PROTECTED = ("filetype", "url", "checksum", "filesize", "mime", "format")
MIMES = {
    "csv": "text/csv",
    "json": "application/json",
    "html": "text/html",
    "zip": "application/zip",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Refused(Exception):
    """An answer other than done. ``errors``: by field, its sentences, and then nothing else is said."""

    def __init__(self, status: int, errors: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.status = status
        self.errors = errors


class Moved(Exception):
    """The record is at another address."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


@dataclass(frozen=True)
class Account:
    """``roles``: by id of organisation, ``admin``, ``editor`` or ``partial_editor``. ``assigned``: the ids of
    the records that a partial editor may change."""

    id: str
    key: str
    roles: dict[str, str]
    assigned: set[str] = field(default_factory=set)

    def may_change(self, record: dict[str, Any]) -> bool:
        """core/dataset/permissions.py, OwnablePermission."""
        role = self.roles.get(record["organization"])
        return role in ("admin", "editor") or (role == "partial_editor" and record["id"] in self.assigned)


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
    extensions: tuple[str, ...] = ("csv", "geojson", "json", "parquet", "xlsx", "zip")
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
        """The deleted ones too; a page beyond the last is not there."""
        owner = self.organisation(name)["id"]
        mine = who is not None and owner in who.roles
        found = [
            one
            for one in self.datasets.values()
            if one["organization"] == owner and (mine or not one["private"])
        ]
        shown = [self.shown(one, who) for one in found[(page - 1) * size : page * size]]
        if page > 1 and not shown:
            raise Refused(404)
        return {"data": shown, "page": page, "page_size": size, "total": len(found)}

    # --- records --------------------------------------------------------------------------------------------

    def resolved(self, name: str) -> dict[str, Any]:
        """By id or by address; Moved for an address that it had, or that is written otherwise
        (routing.py, ModelConverter)."""
        by_slug = {one["slug"]: one for one in self.datasets.values()}
        if found := self.datasets.get(name) or by_slug.get(name):
            return found
        moved = by_slug.get(slug(name)) or self.datasets.get(self.former.get(name, ""))
        if moved is not None:
            raise Moved(moved["slug"])
        raise Refused(404)

    def read(self, who: Account | None, name: str) -> dict[str, Any]:
        """What is hidden or deleted is there for the members of its organisation alone."""
        found = self.resolved(name)
        hidden = found["private"] or found["deleted"]
        if hidden and (who is None or found["organization"] not in who.roles):
            raise Refused(410 if found["deleted"] and not found["private"] else 404)
        return found

    def editable(self, who: Account | None, name: str) -> dict[str, Any]:
        signed, found = self.signed(who), self.resolved(name)
        if not signed.may_change(found):
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
            "frequency_date": None,
            "license": None,
            "access_type": "open",
            "temporal_coverage": None,
            "spatial": None,
            "resources": [],
            "acronym": None,
            "archived": None,
            "contact_points": [],
            "description_short": None,
        }
        self._fill(signed, made, sent)
        self.datasets[made["id"]] = made
        # core/organization/assignment.py: what a partial editor makes is theirs.
        signed.assigned.add(made["id"])
        return self.shown(made, signed)

    def update(self, who: Account | None, name: str, sent: Any) -> dict[str, Any]:
        found = self.resolved(name)
        if found["deleted"] and (not isinstance(sent, dict) or sent.get("deleted", True) is not None):
            raise Refused(410)
        found = self.editable(who, name)
        self._fill(self.signed(who), found, sent)
        if "deleted" in sent:
            found["deleted"] = sent["deleted"]
        return self.shown(found, who)

    def delete(self, who: Account | None, name: str) -> None:
        """It stays, marked."""
        if self.resolved(name)["deleted"]:
            raise Refused(410)
        self.editable(who, name)["deleted"] = _now()

    def _fill(self, who: Account, record: dict[str, Any], sent: Any) -> None:
        """What is not sent stays, but for tags and the period, which are emptied (forms/fields.py: TagField
        and DateRangeField take nothing for an empty value)."""
        if not isinstance(sent, dict):
            raise Refused(400, {"request": "expecting a JSON object"})
        found = {**record, **{name: sent[name] for name in _RECORD if name in sent}}
        found["tags"] = _tags(sent.get("tags") or [])
        found["temporal_coverage"] = sent.get("temporal_coverage")
        # The answer's own form is checked first, and says not which field (api_fields.py, an enumeration).
        if found["frequency"] not in (*SITE_FREQUENCIES, *FORMER_FREQUENCIES):
            raise Refused(400)
        found["frequency"] = FORMER_FREQUENCIES.get(found["frequency"], found["frequency"])
        # forms/fields.py, ModelSelectField: a licence that is not known is none at all, and no error.
        found["license"] = found["license"] if found["license"] in LICENCES else None
        errors = _record_errors(found, self.zones)
        owner = sent.get("organization", record["organization"])
        # PublishAsField asks for the right to see what is private: a partial editor has it.
        if owner is not None and owner not in who.roles:
            errors["organization"] = ["Permission denied for this organization"]
        if record["organization"] not in (None, owner):
            errors["organization"] = ["Cannot change owner after creation. Please use transfer feature."]
        if errors:
            raise Refused(400, errors)
        if isinstance(found["temporal_coverage"], dict):
            # mongo/datetime_fields.py: put in order.
            start, end = sorted(str(found["temporal_coverage"][name])[:10] for name in ("start", "end"))
            found["temporal_coverage"] = {"start": start, "end": end}
        if found["spatial"]:
            found["spatial"] = {"zones": [], "geom": None, **found["spatial"]}
        if found["access_type"] != "open":
            found["license"] = None
        found["organization"] = owner
        wanted = _shortened(slug(found["title"]))
        if record.get("title") != found["title"]:
            found["slug"] = self._free(wanted, record["id"])
        if record["slug"] and found["slug"] != record["slug"]:
            self.former[record["slug"]] = record["id"]
        record.update(found)

    def _free(self, wanted: str, but: str) -> str:
        taken = {one["slug"] for one in self.datasets.values() if one["id"] != but}
        tries = [wanted, *(f"{wanted}-{rank}" for rank in range(1, len(taken) + 2))]
        return next(one for one in tries if one not in taken)

    def shown(self, record: dict[str, Any], who: Account | None) -> dict[str, Any]:
        owner = record["organization"]
        mine = who is not None and who.may_change(record)
        return {
            **record,
            "license": record["license"] or "notspecified",
            "organization": {"id": owner, "slug": self.organisations[owner]} if owner else None,
            "resources": [self.shown_resource(one) for one in record["resources"]],
            "page": f"{self.url}/datasets/{record['slug']}",
            "permissions": dict.fromkeys(("delete", "edit", "edit_resources"), mine),
        }

    # --- resources ------------------------------------------------------------------------------------------

    def resource(self, record: dict[str, Any], identifier: str) -> dict[str, Any]:
        for one in record["resources"]:
            if one["id"] == identifier:
                found: dict[str, Any] = one
                return found
        raise Refused(404)

    def shown_resource(self, one: dict[str, Any]) -> dict[str, Any]:
        measures = dict.fromkeys(("checksum", "description", "filesize", "mime"))
        said = {name: value for name, value in one.items() if name != "stored"}
        return {**measures, **said, "latest": f"{self.url}/api/1/datasets/r/{one['id']}"}

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
        old = held.get("stored")
        held.update(infos)
        self.files.pop(str(old), None)
        return {**self.shown_resource(held), "success": True}

    def _stored(self, record: dict[str, Any], file: tuple[str, bytes] | None) -> dict[str, Any]:
        if file is None:
            raise Refused(400)
        name, data = slug(file[0], keep="."), file[1]
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
            # What udata calls fs_filename: a link that was given a file keeps it until another comes.
            "stored": url,
            "format": extension,
            "mime": mime,
            "filesize": len(data),
            "checksum": {"type": "sha1", "value": hashlib.sha1(data, usedforsecurity=False).hexdigest()},
        }

    def update_resource(self, who: Account | None, name: str, identifier: str, sent: Any) -> dict[str, Any]:
        held = self.resource(self.editable(who, name), identifier)
        fields = self._resource_fields(sent, held)
        if fields["filetype"] != held["filetype"]:
            raise Refused(400)  # « Cannot modify filetype after creation » (core/dataset/api.py)
        if held["filetype"] == "file":
            fields = {key: value for key, value in fields.items() if key not in HOSTED_PROTECTED}
        held.update(fields)
        return self.shown_resource(held)

    def delete_resource(self, who: Account | None, name: str, identifier: str) -> None:
        record = self.editable(who, name)
        held = self.resource(record, identifier)
        record["resources"].remove(held)
        self.files.pop(str(held.get("stored")), None)

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
        if found.get("url") and not _ADDRESS.fullmatch(str(found["url"])):
            errors["url"] = ["Invalid URL"]
        schema = found.get("schema") or {}
        if schema.get("name") and schema.get("version") not in self.schemas.get(str(schema["name"]), ()):
            errors["schema"] = ["Schema name or version is not an allowed value."]
        found["schema"] = {"name": None, "url": None, "version": None, **schema} if schema else None
        if errors:
            raise Refused(400, errors)
        return {name: found[name] for name in _RESOURCE if name in found}


_RECORD = (
    *("title", "description", "license", "frequency", "temporal_coverage", "spatial", "private", "extras"),
    *("acronym", "description_short", "contact_points", "archived", "access_type", "frequency_date"),
)
_RESOURCE = (
    *("title", "description", "filetype", "type", "url", "format", "mime", "extras", "schema"),
    *("checksum", "filesize"),
)
# uris.py, of which this is the part that matters here.
_ADDRESS = re.compile(r"(https?|ftps?)://[^\s/]+\S*")


def slug(text: str, keep: str = "") -> str:
    """As awesome-slugify has it, for the Latin letters that French uses: an apostrophe joins."""
    latin = re.sub("['’]", "", text.lower()).replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", latin)
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(rf"[^a-z0-9{re.escape(keep)}]+", "-", bare).strip("-")


def _shortened(wanted: str) -> str:
    """By whole words, as long as an address may be (awesome-slugify, format_enumeration)."""
    while len(wanted) > SLUG_LIMIT and "-" in wanted:
        wanted = wanted.rpartition("-")[0]
    return wanted[:SLUG_LIMIT]


def _tags(sent: list[str]) -> list[str]:
    """forms/fields.py, TagField: a lone tag is taken for several, joined by commas."""
    several = sent[0].split(",") if len(sent) == 1 else sent
    return sorted({slug(tag) for tag in several})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _record_errors(found: dict[str, Any], zones: set[str]) -> dict[str, Any]:
    errors: dict[str, Any] = {
        name: ["This field is required."] for name in ("title", "description") if not found.get(name)
    }
    for name, limit in (("title", TITLE_LIMIT), ("description", DESCRIPTION_LIMIT)):
        if len(str(found.get(name) or "")) > limit:
            errors[name] = [f"Field cannot be longer than {limit} characters."]
    if any(value is None for value in found["extras"].values()):
        errors["extras"] = ["Not a valid value."]
    if any(not 3 <= len(tag) <= 96 for tag in found["tags"]):
        errors["tags"] = ["Tag must be between 3 and 96 characters long."]
    spatial = found["spatial"] or {}
    if set(spatial.get("zones") or ()) - zones:
        errors["spatial"] = {"zones": ["Unknown geoid(s)"]}
    if spatial.get("zones") and spatial.get("geom"):
        errors["spatial"] = ["The spatial coverage cannot contains a Geozone and a Geometry"]
    if (spatial.get("geom") or {}).get("type", "MultiPolygon") != "MultiPolygon":
        errors["spatial"] = ["Invalid GeoJSON"]
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
