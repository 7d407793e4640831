"""What OneGeo Suite keeps, whom it lets change it, and what it shows to whom; HTTP aside."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

FORMATS = {1: "CSV", 2: "GeoJSON", 3: "JSON", 4: "XLSX", 5: "KML", 6: "SHAPE-ZIP"}
"""Codenames of formats, by their id. It knows no Parquet."""
GEOGRAPHIC = frozenset({"GeoJSON", "KML", "SHAPE-ZIP"})
REQUIRED = ("codename", "display_name", "usergroup")
FIELDS = (*REQUIRED, "description", "publish", "tags", "publication_date", "last_update_date")
DATES = ("publication_date", "last_update_date")
BARE = ("id", "codename", "display_name", "last_update_date", "detail_url")
_CODENAME = re.compile(r"[a-zA-Z0-9_-]{1,100}")


class Refused(Exception):
    """An answer other than done; ``errors``: by field, its sentences."""

    def __init__(self, status: int, errors: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.status = status
        self.errors = dict(errors or {"detail": "No."})


@dataclass(frozen=True)
class Ways:
    """What nothing public says of it. ``refuses_twice``: a codename is one record's, or one resource's.
    ``finds_unpublished``: the search shows records that are not published. ``shows_all``: the account is
    shown every field, else those that a public client reads. ``shows_one``: a record can be had by itself.
    ``lists_resources``, ``searches_codenames``, ``describes``: what its lists and OPTIONS offer."""

    refuses_twice: bool = True
    finds_unpublished: bool = False
    shows_all: bool = True
    shows_one: bool = True
    lists_resources: bool = True
    searches_codenames: bool = True
    describes: bool = True


@dataclass
class OneGeo:
    """``groups``: slug by number. ``writers``: the groups that an account publishes for. ``lag``: how many
    readings by visitors it takes until the index follows. ``filled``: what people put into a record's form,
    by its codename (``license_id``, ``author_email``, ``updateFrequency``)."""

    url: str = ""
    ways: Ways = Ways()
    passwords: dict[str, str] = field(default_factory=dict)
    writers: dict[str, set[int]] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    logins: int = 0
    lag: int = 0
    datasets: dict[int, dict[str, Any]] = field(default_factory=dict)
    resources: dict[int, dict[str, Any]] = field(default_factory=dict)
    attachments: dict[int, dict[str, Any]] = field(default_factory=dict)
    filled: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _count: int = 2200
    _index: dict[str, Any] = field(default_factory=lambda: {"packages": [], "hits": []})
    _due: int = 0

    # --- who ------------------------------------------------------------------------------------------------

    def sign_in(self, sent: Mapping[str, Any]) -> dict[str, str]:
        name = str(sent.get("username"))
        if self.passwords.get(name, "") != sent.get("password"):
            raise Refused(400, {"non_field_errors": ["Unable to log in with provided credentials."]})
        token = uuid4().hex
        self.tokens[token] = name
        self.logins += 1
        return {"token": token}

    def expire(self) -> None:
        """Every token that was given."""
        self.tokens.clear()

    def account(self, header: str | None) -> str:
        name = self.tokens.get((header or "").removeprefix("JWT "))
        if name is None or not (header or "").startswith("JWT "):
            raise Refused(401, {"detail": "Signature has expired."})
        return name

    def _may_write(self, who: str, group: int) -> None:
        if group not in self.writers.get(who, set()):
            raise Refused(403)

    # --- records --------------------------------------------------------------------------------------------

    def create_dataset(self, who: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        fields = self._checked(sent, None)
        self._may_write(who, fields["usergroup"])
        self._unique(self.datasets, fields["codename"])
        identifier = self._number()
        today = datetime.now(UTC).isoformat()
        made = {"description": "", "publish": False, "tags": [], **dict.fromkeys(DATES), **fields}
        self.datasets[identifier] = {"id": identifier, "uuid": str(uuid4()), "created": today, **made}
        self._changed()
        return self._row(self.datasets[identifier], bare=True)

    def change_dataset(self, who: str, identifier: int, sent: Mapping[str, Any]) -> dict[str, Any]:
        held = self._held(self.datasets, identifier)
        self._may_write(who, held["usergroup"])
        held.update(self._checked(sent, held))
        self._changed()
        return self._row(held, bare=not self.ways.shows_all)

    def delete_dataset(self, who: str, identifier: int) -> None:
        self._may_write(who, self._held(self.datasets, identifier)["usergroup"])
        del self.datasets[identifier]
        for key in [key for key, one in self.attachments.items() if one["dataset_id"] == identifier]:
            del self.attachments[key]
        self._changed()

    def dataset(self, identifier: int) -> dict[str, Any]:
        if not self.ways.shows_one:
            raise Refused(404)
        return self._row(self._held(self.datasets, identifier), bare=not self.ways.shows_all)

    def list_datasets(self, who: str, search: str) -> list[dict[str, Any]]:
        names = ("codename", "display_name") if self.ways.searches_codenames else ("display_name",)
        mine = [one for one in self.datasets.values() if one["usergroup"] in self.writers.get(who, set())]
        found = [one for one in mine if any(search.lower() in one[name].lower() for name in names)]
        return [self._row(one, bare=not self.ways.shows_all) for one in found]

    def _row(self, held: Mapping[str, Any], *, bare: bool) -> dict[str, Any]:
        row = {**held, "detail_url": self._page(held)}
        return {name: row[name] for name in (BARE if bare else ("id", *FIELDS, "detail_url"))}

    def _page(self, held: Mapping[str, Any]) -> str:
        return f"{self.url}/explorer/fr/jeux-de-donnees/{held['codename']}"

    def _checked(self, sent: Mapping[str, Any], held: Mapping[str, Any] | None) -> dict[str, Any]:
        fields = {name: sent[name] for name in FIELDS if name in sent}
        whole = {**(held or {}), **fields}
        errors = {name: ["This field is required."] for name in REQUIRED if not whole.get(name)}
        if not _CODENAME.fullmatch(str(whole.get("codename"))):
            errors["codename"] = ["Enter a valid value."]
        if not isinstance(whole.get("usergroup"), int) or whole["usergroup"] not in self.groups:
            errors["usergroup"] = ["Object does not exist."]
        errors |= {name: ["Wrong format."] for name in DATES if whole.get(name) and not _is_day(whole[name])}
        if errors:
            raise Refused(400, errors)
        return fields

    # --- resources ------------------------------------------------------------------------------------------

    def create_resource(self, who: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        names = ("codename", "display_name", "usergroup_id")
        errors = {name: ["This field is required."] for name in names if not sent.get(name)}
        if not _CODENAME.fullmatch(str(sent.get("codename"))):
            errors["codename"] = ["Enter a valid value."]
        if errors:
            raise Refused(400, errors)
        self._may_write(who, sent["usergroup_id"])
        self._unique(self.resources, sent["codename"])
        identifier = self._number()
        uuid, today = str(uuid4()), datetime.now(UTC).isoformat()
        made = {"id": identifier, "uuid": uuid, "created": today, "href": None, "format": None}
        self.resources[identifier] = {**made, **{name: sent[name] for name in names}}
        return self.shown_resource(self.resources[identifier])

    def shown_resource(self, held: Mapping[str, Any]) -> dict[str, Any]:
        return {name: held[name] for name in ("id", "codename", "display_name")}

    def list_resources(self, search: str) -> list[dict[str, Any]]:
        if not self.ways.lists_resources:
            raise Refused(405)
        return [self.shown_resource(one) for one in self.resources.values() if search in one["codename"]]

    def add_link(self, who: str, sent: Mapping[str, Any], *, file: bool) -> dict[str, Any]:
        held = self._named(self.resources, sent, "resource_id")
        self._may_write(who, held["usergroup_id"])
        errors = (
            {} if re.match(r"https?://[^\s]+$", str(sent.get("href"))) else {"href": ["Enter a valid URL."]}
        )
        if file and sent.get("dataformat_id") not in FORMATS:
            errors["dataformat_id"] = ["Object does not exist."]
        if held["href"]:
            errors["resource_id"] = ["This field must be unique."]
        if errors:
            raise Refused(400, errors)
        held.update(href=sent["href"], format=FORMATS[sent["dataformat_id"]] if file else None)
        self._changed()
        return {"id": self._number(), "href": held["href"]}

    def attach(self, who: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        held = self._named(self.datasets, sent, "dataset_id")
        self._named(self.resources, sent, "resource_id")
        self._may_write(who, held["usergroup"])
        if sent.get("type") not in (1, 2):
            raise Refused(400, {"type": ["Not a valid choice."]})
        identifier = self._number()
        names = ("resource_id", "dataset_id", "publish", "type")
        self.attachments[identifier] = {"id": identifier, **{name: sent[name] for name in names}}
        self._changed()
        return self.attachments[identifier]

    def attached(self, dataset: int) -> list[dict[str, Any]]:
        found = [one for one in self.attachments.values() if one["dataset_id"] == dataset]
        return [
            {
                "id": one["id"],
                "type": one["type"],
                "resource": self.shown_resource(self.resources[one["resource_id"]]),
            }
            for one in found
        ]

    def change_resource(self, who: str, identifier: int, sent: Mapping[str, Any]) -> dict[str, Any]:
        held = self._held(self.resources, identifier)
        self._may_write(who, held["usergroup_id"])
        held.update({name: sent[name] for name in ("codename", "display_name") if name in sent})
        self._changed()
        return self.shown_resource(held)

    def delete_resource(self, who: str, identifier: int) -> None:
        self._may_write(who, self._held(self.resources, identifier)["usergroup_id"])
        del self.resources[identifier]
        for key in [key for key, one in self.attachments.items() if one["resource_id"] == identifier]:
            del self.attachments[key]
        self._changed()

    # --- what visitors are shown ----------------------------------------------------------------------------

    def index(self) -> dict[str, Any]:
        """Of the facade (``packages``) and of the search (``hits``), as old as it is."""
        if self._due == 0:
            self._index = deepcopy({"packages": list(self._packages()), "hits": list(self._hits())})
        self._due = max(0, self._due - 1)
        return self._index

    def _changed(self) -> None:
        self._due = self.lag

    def edited_by_hand(self) -> None:
        """People changed something in its pages: the index follows at once."""
        self._due = 0

    def _packages(self) -> Iterator[dict[str, Any]]:
        for held in self.datasets.values():
            if held["publish"]:
                yield self._package(held)

    def _package(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """As recorded: no extras, bare dates, ids of groups that are numbers, no hash."""
        group, filled = held["usergroup"], self.filled.get(held["codename"], {})
        tags = [
            {"vocabulary_id": None, "id": str(rank), "name": tag, "display_name": tag, "state": "active"}
            for rank, tag in enumerate(held["tags"], 600)
        ]
        return {
            "id": held["uuid"],
            "name": held["codename"],
            "title": held["display_name"],
            "notes": held["description"],
            "state": "active",
            "private": False,
            "metadata_created": held["created"],
            "metadata_modified": held["last_update_date"],
            "license_id": filled.get("license_id"),
            "author_email": filled.get("author_email"),
            "url": self._page(held),
            "organization": {"id": str(group), "name": self.groups[group], "is_organization": True},
            "tags": tags,
            "resources": list(self._listed(held)),
            "extras": [],
        }

    def _listed(self, held: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        common = {"state": "active", "package_id": held["uuid"], "hash": None, "datastore_active": False}
        for rank, one in enumerate(self._published(held)):
            link = {"name": one["display_name"], "format": one["format"] or "HTML", "url": one["href"]}
            kind = {"resource_type": None, "data_type": None, "url_type": None, "position": rank}
            yield {**common, **kind, **link, "id": one["uuid"], "created": one["created"], "size": None}
            if one["format"] in GEOGRAPHIC:
                for service in ("WMS", "WFS"):
                    layer = {"name": f"{self.groups[held['usergroup']]}:{held['codename']}", "id": "1099"}
                    added = {
                        "format": f"OGC:{service}",
                        "data_type": service,
                        "url": f"{self.url}/geoserver/ows",
                    }
                    yield {**common, **kind, **layer, **added}

    def _published(self, held: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = [
            one for one in self.attachments.values() if one["dataset_id"] == held["id"] and one["publish"]
        ]
        shown = [self.resources[one["resource_id"]] for one in found]
        return [one for one in shown if one["href"]]

    def _hits(self) -> Iterator[dict[str, Any]]:
        for held in self.datasets.values():
            if held["publish"] or self.ways.finds_unpublished:
                filled = self.filled.get(held["codename"], {})
                metadata = {
                    "title": held["display_name"],
                    "abstract": held["description"],
                    "keyword": held["tags"],
                    "lastUpdateDate": held["last_update_date"],
                    "updateFrequency": filled.get("updateFrequency"),
                    "license": filled.get("license_id"),
                    "link": list(self._links(held)),
                }
                known = {"uuid": held["uuid"], "slug": held["codename"], "is_metadata": True}
                yield {"_source": {**known, "metadata-fr": metadata}}

    def _links(self, held: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for one in self._published(held):
            formats = [one["format"]] if one["format"] else []
            yield {"_main": True, "name": one["display_name"], "formats": formats, "url": one["href"]}
            if one["format"] in GEOGRAPHIC:
                yield {
                    "service": "WFS",
                    "name": held["codename"],
                    "formats": ["CSV"],
                    "url": f"{self.url}/geoserver/ows",
                }

    # --- what they share ------------------------------------------------------------------------------------

    def _unique(self, among: Mapping[int, Mapping[str, Any]], codename: str) -> None:
        if self.ways.refuses_twice and any(one["codename"] == codename for one in among.values()):
            raise Refused(400, {"codename": ["An object with this codename already exists."]})

    def _named(
        self, among: Mapping[int, dict[str, Any]], sent: Mapping[str, Any], name: str
    ) -> dict[str, Any]:
        if sent.get(name) not in among:
            raise Refused(400, {name: ["Object does not exist."]})
        return among[sent[name]]

    def _held(self, among: Mapping[int, dict[str, Any]], identifier: Any) -> dict[str, Any]:
        if identifier not in among:
            raise Refused(404)
        return among[identifier]

    def _number(self) -> int:
        self._count += 1
        return self._count


def _is_day(said: Any) -> bool:
    try:
        return bool(date.fromisoformat(str(said)))
    except ValueError:
        return False
