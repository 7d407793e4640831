"""udata's door: addresses, the key, JSON and multipart, status codes, and the files that it serves to all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.datagouv.contract import (
    GRANULARITIES,
    LICENCES,
    SITE_FREQUENCIES,
    Account,
    Moved,
    Refused,
    Udata,
)
from sandbox.door import Door, opened

PREFIX = "/api/1/"
ORGANISATION, KEY = "5f0e4a1b2c3d4e5f60718293", "cle-de-l-editeur-0123456789"


@contextmanager
def serving(slug: str = "ville-aix-en-provence") -> Iterator[Udata]:
    """A udata with one organisation at ``slug``, and one editor of it."""
    there = Udata(
        accounts=[Account("5f0e4a1b2c3d4e5f60710001", KEY, {ORGANISATION: "editor"})],
        organisations={ORGANISATION: slug},
    )
    with opened(type("Door", (_Door,), {"udata": there})) as url:
        there.url = url
        yield there


class _Door(Door):
    udata: Udata

    def answered(self) -> None:
        body = self.body()
        path = unquote(urlsplit(self.path).path)
        with self.udata.lock:
            if self.command == "GET" and path.startswith("/s/resources/"):
                file = self.udata.files.get(f"{self.udata.url}{path}")
                self.send(404 if file is None else 200, file or b"", "application/octet-stream")
                return
            try:
                status, said, target = self._done(path, body)
            except Refused as refused:
                status, target = refused.status, ""
                said = {"errors": refused.errors} if refused.errors else {"message": "No."}
            except Moved as moved:
                status, said, target = 308, None, _moved(self.path, moved.slug)
        data = b"" if status == 204 else json.dumps(said).encode()
        self.send(status, data, "application/json", {"Location": target} if target else {})

    def _done(self, path: str, body: bytes) -> tuple[int, Any, str]:
        udata = self.udata
        found = re.fullmatch(rf"{PREFIX}datasets/r/([0-9a-f\-]+)", path)
        if found:
            return 302, None, _target(udata, found[1])
        who = udata.account(self.headers.get("X-API-KEY"))
        for pattern, methods in _ROUTES:
            found = re.fullmatch(f"{PREFIX}{pattern}", path)
            if found:
                if self.command not in methods:
                    raise Refused(405)
                status, answer = methods[self.command]
                asked = _Asked(udata, who, self.headers.get("Content-Type", ""), body, self.path)
                return status, answer(asked, **found.groupdict()), ""
        raise Refused(404)


class _Asked:
    def __init__(self, udata: Udata, who: Account | None, media_type: str, body: bytes, path: str) -> None:
        self.udata, self.who = udata, who
        self._media_type, self._body = media_type, body
        self._query = parse_qs(urlsplit(path).query)

    def number(self, name: str, default: int) -> int:
        return int(self._query.get(name, [str(default)])[0])

    @property
    def json(self) -> Any:
        if "application/json" not in self._media_type:
            raise Refused(400, {"Content-Type": "expecting application/json"})
        try:
            return json.loads(self._body)
        except ValueError:
            raise Refused(400) from None

    @property
    def file(self) -> tuple[str, bytes] | None:
        """Of the part called ``file``."""
        head = f"Content-Type: {self._media_type}\r\n\r\n".encode()
        message = BytesParser(policy=policy.HTTP).parsebytes(head + self._body)
        for part in message.iter_parts() if message.is_multipart() else ():
            data = part.get_payload(decode=True)
            if part.get_param("name", header="content-disposition") == "file" and isinstance(data, bytes):
                return str(part.get_filename()), data
        return None


def _moved(path: str, slug: str) -> str:
    """The same address, with the record's own name in it."""
    return re.sub(rf"^({PREFIX}datasets/)[^/]+", rf"\g<1>{slug}", path)


def _target(udata: Udata, identifier: str) -> str:
    for record in udata.datasets.values():
        for one in record["resources"]:
            if one["id"] == identifier:
                return str(one["url"])
    raise Refused(404)


def _named(words: tuple[str, ...], name: str = "label") -> list[dict[str, str]]:
    return [{"id": word, name: word} for word in words]


def _zone(asked: _Asked, zone: str) -> dict[str, str]:
    if zone not in asked.udata.zones:
        raise Refused(404)
    return {"type": "Feature", "id": zone}


def _schemas(asked: _Asked) -> list[dict[str, Any]]:
    known = asked.udata.schemas.items()
    return [
        {"name": name, "versions": [{"version_name": one} for one in versions]} for name, versions in known
    ]


_ID = r"(?P<name>[a-zA-Z0-9\-_]+)"
_RESOURCE = rf"datasets/{_ID}/resources/(?P<rid>[0-9a-f\-]{{36}})/"
_ROUTES: tuple[tuple[str, dict[str, tuple[int, Callable[..., Any]]]], ...] = (
    ("site/", {"GET": (200, lambda _: {"id": "site", "version": "14.1.0"})}),
    ("me/", {"GET": (200, lambda a: a.udata.me(a.who))}),
    (f"organizations/{_ID}/", {"GET": (200, lambda a, name: a.udata.organisation(name))}),
    (
        f"organizations/{_ID}/datasets/",
        {
            "GET": (
                200,
                lambda a, name: a.udata.of_organisation(
                    a.who, name, a.number("page", 1), a.number("page_size", 20)
                ),
            )
        },
    ),
    (
        "datasets/licenses/",
        {"GET": (200, lambda _: [{"id": one, "title": one, "url": url} for one, url in LICENCES.items()])},
    ),
    ("datasets/frequencies/", {"GET": (200, lambda _: _named(SITE_FREQUENCIES))}),
    ("datasets/extensions/", {"GET": (200, lambda a: sorted(a.udata.extensions))}),
    ("datasets/schemas/", {"GET": (200, _schemas)}),
    ("spatial/granularities/", {"GET": (200, lambda _: _named(GRANULARITIES, "name"))}),
    (r"spatial/zone/(?P<zone>[a-z0-9:]+)/", {"GET": (200, _zone)}),
    ("datasets/", {"POST": (201, lambda a: a.udata.create(a.who, a.json))}),
    (
        f"datasets/{_ID}/",
        {
            "GET": (200, lambda a, name: a.udata.shown(a.udata.read(a.who, name), a.who)),
            "PUT": (200, lambda a, name: a.udata.update(a.who, name, a.json)),
            "DELETE": (204, lambda a, name: a.udata.delete(a.who, name)),
        },
    ),
    (f"datasets/{_ID}/resources/", {"POST": (201, lambda a, name: a.udata.link(a.who, name, a.json))}),
    (f"datasets/{_ID}/upload/", {"POST": (201, lambda a, name: a.udata.upload(a.who, name, a.file))}),
    (
        _RESOURCE,
        {
            "GET": (
                200,
                lambda a, name, rid: a.udata.shown_resource(a.udata.resource(a.udata.read(a.who, name), rid)),
            ),
            "PUT": (200, lambda a, name, rid: a.udata.update_resource(a.who, name, rid, a.json)),
            "DELETE": (204, lambda a, name, rid: a.udata.delete_resource(a.who, name, rid)),
        },
    ),
    (f"{_RESOURCE}upload/", {"POST": (200, lambda a, name, rid: a.udata.upload(a.who, name, a.file, rid))}),
)
