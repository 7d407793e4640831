"""IDGO's door: addresses, HTTP Basic, forms, and status codes."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.door import Door, opened
from sandbox.idgo.behind import Behind
from sandbox.idgo.contract import Account, Idgo
from sandbox.idgo.forms import Form, Refused, Upload
from sandbox.region import Region

PREFIX = "/idgo/api/"
_DATASET = r"dataset/(?P<slug>[a-z0-9\-]+)"


@contextmanager
def serving(region: Region) -> Iterator[Idgo]:
    """An IDGO in front of the CKAN of ``region``, whose editor is its first account. What it was given is
    taken out of CKAN at the end."""
    account = Account(region.editor_password, (region.organisation,), (region.organisation,))
    behind = Behind(region)
    idgo = Idgo(behind, {region.editor_name: account}, {one: one for one in behind.licences()})
    door = type("Door", (_Door,), {"idgo": idgo})
    try:
        with opened(door) as url:
            idgo.url = f"{url}{PREFIX.rstrip('/')}"
            yield idgo
    finally:
        for dataset in idgo.datasets.values():
            behind.purge(dataset.ckan_id)
        behind.close()


class _Door(Door):
    idgo: Idgo

    def answered(self) -> None:
        body = self.body()
        try:
            with self.idgo.lock:
                status, said, headers = self._done(body)
        except Refused as refused:
            asked = {"WWW-Authenticate": 'Basic realm="api"'} if refused.status == 401 else {}
            status, said, headers = refused.status, {"error": refused.error}, asked
        data = json.dumps(said).encode() if said is not None else b""
        self.send(status, data, "application/json", headers)

    def _done(self, body: bytes) -> tuple[int, Any, dict[str, str]]:
        login, path = self._login(), urlsplit(self.path).path
        for pattern, answer in _ROUTES:
            found = re.fullmatch(f"{re.escape(PREFIX)}{pattern}/?", path)
            if found:
                form = _form(self.headers.get("Content-Type", ""), body)
                return answer(self.idgo, self.command, login, form, **found.groupdict())
        raise Refused(404)

    def _login(self) -> str:
        kind, _, said = self.headers.get("Authorization", "").partition(" ")
        try:
            name, _, password = base64.b64decode(said, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(401) from None
        account = self.idgo.accounts.get(name)
        if kind != "Basic" or account is None or account.password != password:
            raise Refused(401)
        return name


Answer = tuple[int, Any, dict[str, str]]
_GONE: Answer = (204, None, {})


def _user(idgo: Idgo, method: str, login: str, _: Form, name: str) -> Answer:
    _only(method, "GET")
    return 200, idgo.user(login, name), {}


def _organisation(idgo: Idgo, method: str, _login: str, _: Form, name: str) -> Answer:
    _only(method, "GET")
    if not idgo.behind.has_organisation(name):
        raise Refused(404)
    return 200, {"name": name}, {}


def _datasets(idgo: Idgo, method: str, login: str, form: Form) -> Answer:
    if method == "GET":
        return 200, [idgo.shown(one) for one in idgo.seen(login)], {}
    _only(method, "POST")
    made = idgo.save_dataset(login, form)
    return 201, None, {"Content-Location": f"{PREFIX}dataset/{made.slug}"}


def _dataset(idgo: Idgo, method: str, login: str, form: Form, slug: str) -> Answer:
    if method == "GET":
        return 200, idgo.shown(idgo.found(login, slug)), {}
    _only(method, "PUT", "DELETE")
    if method == "PUT":
        idgo.save_dataset(login, form, slug)
    else:
        idgo.delete_dataset(login, slug)
    return _GONE


def _resources(idgo: Idgo, method: str, login: str, form: Form, slug: str) -> Answer:
    if method == "GET":
        mine = {one.slug for one in idgo.seen(login)}
        shown = idgo.resources[slug] if slug in mine else []
        return 200, [idgo.shown_resource(one) for one in shown], {}
    _only(method, "POST")
    made = idgo.save_resource(login, slug, form)
    return 201, None, {"Content-Location": f"{PREFIX}dataset/{slug}/resource/{made.id}"}


def _resource(idgo: Idgo, method: str, login: str, form: Form, slug: str, identifier: str) -> Answer:
    if method == "GET":
        idgo.found(login, slug)
        return 200, idgo.shown_resource(idgo.resource(slug, identifier)), {}
    _only(method, "PUT", "DELETE")
    if method == "PUT":
        idgo.save_resource(login, slug, form, identifier)
    else:
        idgo.delete_resource(login, slug, identifier)
    return _GONE


def _only(method: str, *allowed: str) -> None:
    if method not in allowed:
        raise Refused(405)


_ROUTES: tuple[tuple[str, Callable[..., Answer]], ...] = (
    (r"user/(?P<name>[a-z0-9\-_]+)", _user),
    (r"organisation/(?P<name>[a-z0-9\-]+)", _organisation),
    (r"dataset", _datasets),
    (_DATASET, _dataset),
    (f"{_DATASET}/resource", _resources),
    (rf"{_DATASET}/resource/(?P<identifier>[a-z0-9\-]+)", _resource),
)


def _form(media_type: str, body: bytes) -> Form:
    """Anything but a form is an empty one."""
    if media_type.startswith("multipart/form-data"):
        return _parts(media_type, body)
    if media_type.startswith("application/x-www-form-urlencoded"):
        return Form(parse_qs(body.decode(), keep_blank_values=True))
    return Form({})


def _parts(media_type: str, body: bytes) -> Form:
    head = f"Content-Type: {media_type}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    values: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        data = part.get_payload(decode=True)
        content = data if isinstance(data, bytes) else b""
        filename = part.get_filename()
        if filename:
            files[name] = Upload(filename, part.get_content_type(), content)
        else:
            values.setdefault(name, []).append(content.decode())
    return Form(values, files)
