"""OneGeo Suite's door: addresses, the token, JSON, pages of lists, and what visitors read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.door import Door, opened
from sandbox.onegeo.contract import FIELDS, FORMATS, OneGeo, Refused, Ways

PREFIX = "/fr/"
USER, PASSWORD, USERGROUP = "editeur-aix", "mot de passe de l'éditeur", 532
_FACADE = "/fr/indexer/service/ckan/api/3/action/package_search"
_EXPLORER = "/explorer/fr/jeux-de-donnees/"
_SEARCH = "/fr/indexer/elastic/_search/"


@contextmanager
def serving(slug: str = "ville-aix-en-provence", ways: Ways | None = None, port: int = 0) -> Iterator[OneGeo]:
    """A OneGeo Suite that works in these ``ways``, with one organisation at ``slug``, and one account that
    publishes for it."""
    there = OneGeo(
        ways=ways or Ways(),
        passwords={USER: PASSWORD},
        writers={USER: {USERGROUP}},
        groups={USERGROUP: slug, 533: "une-autre-ville"},
    )
    with opened(type("Door", (_Door,), {"site": there}), port) as url:
        there.url = url
        yield there


class _Door(Door):
    site: OneGeo

    def answered(self) -> None:
        body = self.body()
        parts = urlsplit(self.path)
        path, query = unquote(parts.path), {name: said[0] for name, said in parse_qs(parts.query).items()}
        with self.site.lock:
            try:
                status, said = self._done(path, query, body)
            except Refused as refused:
                status, said = refused.status, refused.errors
        if isinstance(said, str):
            self.send(status, said.encode(), "text/html; charset=utf-8")
            return
        self.send(status, b"" if said is None else json.dumps(said).encode(), "application/json")

    def _done(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, Any]:
        public = self._read_by_visitors(path, query) if self.command == "GET" else None
        if public is not None:
            return public
        if not path.startswith(PREFIX):
            raise Refused(404)
        sent = _sent(self.command, self.headers.get("Content-Type", ""), body)
        path = path.removeprefix(PREFIX)
        if path == "login/signin/" and self.command == "POST":
            return 200, self.site.sign_in(sent)
        who = self.site.account(self.headers.get("Authorization"))
        for pattern, methods in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and self.command in methods:
                status, answer = methods[self.command]
                numbers = [int(one) for one in found.groups()]
                return status, answer(_Asked(self.site, who, sent, query), *numbers)
            if found:
                raise Refused(405)
        raise Refused(404)

    def _read_by_visitors(self, path: str, query: dict[str, str]) -> tuple[int, Any] | None:
        """What needs no account."""
        if path == _FACADE:
            return 200, _facade(self.site, query)
        if path == _SEARCH:
            wanted = re.search(r'slug\.keyword:"([^"]+)"', query.get("q", ""))
            hits = self.site.index()["hits"]
            found = [one for one in hits if wanted and one["_source"]["slug"] == wanted[1]]
            return 200, {"hits": {"total": {"value": len(found)}, "hits": found}}
        if path.startswith(_EXPLORER):
            slug = path.removeprefix(_EXPLORER).strip("/")
            return _page(self.site, slug) if slug else (200, _home(self.site))
        return None


class _Asked:
    def __init__(self, site: OneGeo, who: str, sent: dict[str, Any], query: dict[str, str]) -> None:
        self.site, self.who, self.sent, self.query = site, who, sent, query

    def page(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        number, size = int(self.query.get("page", 1)), min(int(self.query.get("page_size", 20)), 50)
        shown = rows[(number - 1) * size : number * size]
        if number > 1 and not shown:
            raise Refused(404, {"detail": "Invalid page."})
        return {"count": len(rows), "results": shown}

    @property
    def search(self) -> str:
        return self.query.get("search", "")


def _sent(method: str, media_type: str, body: bytes) -> dict[str, Any]:
    if method not in ("POST", "PATCH"):
        return {}
    if "application/json" not in media_type:
        raise Refused(415)
    try:
        said = json.loads(body)
    except ValueError:
        raise Refused(400) from None
    if not isinstance(said, dict):
        raise Refused(400, {"non_field_errors": ["Invalid data."]})
    return said


def _facade(site: OneGeo, query: dict[str, str]) -> dict[str, Any]:
    wanted = re.fullmatch(r'organization:"([^"]+)"', query.get("q", ""))
    packages = site.index()["packages"]
    found = [one for one in packages if wanted is None or one["organization"]["name"] == wanted[1]]
    shown = found[: int(query.get("rows", 10))]
    result = {"count": len(found), "sort": "score desc, metadata_modified desc", "results": shown}
    help_page = "https://demo.ckan.org/api/3/action/help_show?name=package_search"
    return {"help": help_page, "success": True, "result": result}


def _page(site: OneGeo, slug: str) -> tuple[int, str]:
    found = next((one for one in site.index()["packages"] if one["name"] == slug), None)
    if found is None:
        raise Refused(404)
    links = [(one["url"], f"{one['name']}, {one['format']}") for one in found["resources"]]
    return 200, _html(found["title"], found["notes"], links)


def _home(site: OneGeo) -> str:
    found = site.index()["packages"]
    return _html("Jeux de données", "", [(one["url"], one["title"]) for one in found])


def _html(title: str, text: str, links: list[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="{escape(url)}">{escape(name)}</a></li>' for url, name in links)
    return (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<h1>{escape(title)}</h1><pre>{escape(text)}</pre><ul>{items}</ul></html>"
    )


def _options(asked: _Asked) -> dict[str, Any]:
    """As Django REST framework describes a form."""
    if not asked.site.ways.describes:
        raise Refused(405)
    names = (*FIELDS, "license", "update_frequency", "categories")
    return {"name": "Dataset List", "actions": {"POST": {name: {"type": "field"} for name in names}}}


def _root(asked: _Asked) -> dict[str, Any]:
    if not asked.site.ways.describes:
        raise Refused(404)
    names = ("resources", "href", "file-download", "file-upload", "resource-dataset", "data-format")
    return {name: f"{asked.site.url}{PREFIX}resource/{name}/" for name in names}


def _groups(asked: _Asked) -> dict[str, Any]:
    known = asked.site.groups.items()
    return asked.page([{"id": one, "codename": slug, "display_name": slug.title()} for one, slug in known])


def _formats(asked: _Asked) -> dict[str, Any]:
    known = [{"id": one, "codename": name} for one, name in FORMATS.items()]
    return asked.page([one for one in known if asked.search.lower() in str(one["codename"]).lower()])


_ROUTES: tuple[tuple[str, dict[str, tuple[int, Callable[..., Any]]]], ...] = (
    (r"usergroup/user-groups/", {"GET": (200, _groups)}),
    (
        r"dataset/datasets/",
        {
            "GET": (200, lambda a: a.page(a.site.list_datasets(a.who, a.search))),
            "POST": (201, lambda a: a.site.create_dataset(a.who, a.sent)),
            "OPTIONS": (200, _options),
        },
    ),
    (
        r"dataset/datasets/(\d+)/",
        {
            "GET": (200, lambda a, number: a.site.dataset(number)),
            "PATCH": (200, lambda a, number: a.site.change_dataset(a.who, number, a.sent)),
            "DELETE": (204, lambda a, number: a.site.delete_dataset(a.who, number)),
        },
    ),
    (r"resource/", {"GET": (200, _root)}),
    (r"resource/data-format/", {"GET": (200, _formats)}),
    (
        r"resource/resources/",
        {
            "GET": (200, lambda a: a.page(a.site.list_resources(a.search))),
            "POST": (201, lambda a: a.site.create_resource(a.who, a.sent)),
        },
    ),
    (
        r"resource/resources/(\d+)/",
        {
            "PATCH": (200, lambda a, number: a.site.change_resource(a.who, number, a.sent)),
            "DELETE": (204, lambda a, number: a.site.delete_resource(a.who, number)),
        },
    ),
    (r"resource/href/", {"POST": (201, lambda a: a.site.add_link(a.who, a.sent, file=False))}),
    (r"resource/file-download/", {"POST": (201, lambda a: a.site.add_link(a.who, a.sent, file=True))}),
    (
        r"resource/resource-dataset/",
        {
            "GET": (200, lambda a: a.page(a.site.attached(int(a.query.get("dataset_id", 0))))),
            "POST": (201, lambda a: a.site.attach(a.who, a.sent)),
        },
    ),
)
