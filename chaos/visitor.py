"""What a visitor gets of a dataset at a platform: its record, its files, its tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from chaos.model import Row, Seen, SeenResource


class Visitor(Protocol):
    """Somebody who looks at a platform, and knows of no run."""

    def look(self, dataset: str) -> Seen:
        """What there is of ``dataset`` for all to see."""

    def list_records(self) -> list[str]:
        """The names of the datasets of all records of the city, hidden ones too."""

    def purge(self, dataset: str) -> None:
        """Nothing is left of it."""


@dataclass(frozen=True)
class CkanVisitor:
    """``admin``: the token of who may count all records, hidden ones too."""

    url: str
    organisation: str
    admin: str
    http: httpx.Client

    def look(self, dataset: str) -> Seen:
        record = self._ask("package_show", id=dataset)
        if record is None:
            return Seen(None)
        return Seen(record, tuple(self._get(one) for one in record["resources"] if not one.get("carries")))

    def list_records(self) -> list[str]:
        found = self._ask(
            "package_search",
            token=self.admin,
            fq=f'owner_org:"{self._owner()}"',
            include_private="true",
            rows="1000",
        )
        return [one["name"] for one in found["results"]]

    def purge(self, dataset: str) -> None:
        self.http.post(
            f"{self.url}/api/3/action/dataset_purge",
            json={"id": dataset},
            headers={"Authorization": self.admin},
        )

    def _owner(self) -> str:
        return str(self._ask("organization_show", id=self.organisation)["id"])

    def _get(self, resource: dict[str, Any]) -> SeenResource:
        answer = self.http.get(resource["url"], follow_redirects=True)
        active = resource.get("datastore_active") is True
        return SeenResource(
            resource["id"],
            str(resource.get("name")),
            str(resource.get("format")),
            str(resource.get("hash") or ""),
            answer.status_code,
            answer.content,
            self._read_table(resource["id"]) if active else None,
        )

    def _read_table(self, resource: str) -> tuple[Row, ...] | None:
        found = self._ask("datastore_search", resource_id=resource, limit="1000")
        if found is None:
            return None
        names = [one["id"] for one in found["fields"] if one["id"] != "_id"]
        rows = [
            tuple("" if row[name] is None else str(row[name]) for name in names) for row in found["records"]
        ]
        return (tuple(names), *sorted(rows))

    def _ask(self, action: str, *, token: str = "", **parameters: str) -> Any:
        headers = {"Authorization": token} if token else {}
        answer = self.http.get(f"{self.url}/api/3/action/{action}", params=parameters, headers=headers)
        return json.loads(answer.content)["result"] if answer.status_code == 200 else None


@dataclass(frozen=True)
class UdataVisitor:
    """``key``: that of an editor, who may count all records."""

    url: str
    organisation: str
    key: str
    http: httpx.Client

    def look(self, dataset: str) -> Seen:
        record = next((one for one in self._list() if _get_dataset(one) == dataset), None)
        if record is None:
            return Seen(None)
        return Seen(record, tuple(self._get(one) for one in record["resources"]))

    def list_records(self) -> list[str]:
        return [_get_dataset(one) for one in self._list(self.key) if not one["deleted"]]

    def purge(self, dataset: str) -> None:
        """It ends with us."""

    def _list(self, key: str = "") -> list[dict[str, Any]]:
        headers = {"X-API-KEY": key} if key else {}
        address = f"{self.url}/api/1/organizations/{self.organisation}/datasets/"
        answer = self.http.get(address, params={"page_size": 100}, headers=headers)
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    def _get(self, resource: dict[str, Any]) -> SeenResource:
        answer = self.http.get(resource["url"])
        title = str(resource.get("title"))
        return SeenResource(
            resource["id"], title, str(resource.get("format")), "", answer.status_code, answer.content, None
        )


def _get_dataset(record: dict[str, Any]) -> str:
    return str(record["extras"].get("aqueduc:dataset"))
