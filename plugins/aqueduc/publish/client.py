"""The one client that talks to platforms: CKAN's action API, uploads in constant memory, downloads for proof.
Platforms that are no CKAN use ``exchange``.

Every failure becomes a typed error that names the action and never what was sent: CKAN quotes cells in the
messages of its DataStore, so those are dropped and only ``__type`` and field names are kept.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from aqueduc import __version__
from aqueduc.connections import Connection
from aqueduc.errors import PlatformError, PlatformRefused, PlatformRejected, PlatformUnavailable
from aqueduc.publish.served import Served, received, refused_by_login

T = TypeVar("T")

TRIES = 4
LONGEST_PAUSE_S = 60.0
TIMEOUT = httpx.Timeout(connect=10, read=120, write=120, pool=10)
LONGEST_QUERY = 3_500
"""Servers refuse an address over 4 kB."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_FILE_NAME = re.compile(r"(/resource/[^/]+/download)/.*|/[^/]+\.(?:csv|geojson|parquet|xlsx)$", re.IGNORECASE)
_BACK_OFF = wait_random_exponential(multiplier=0.5, max=20)


@dataclass(frozen=True)
class LocalFile:
    """A file ready to be sent: its name at the platform, MIME type, hash and size."""

    path: Path
    filename: str
    media_type: str
    sha256: str
    bytes: int


class _Failed(Exception):
    """One try that failed in a way another may not; ``pause`` is what the server asked for, in seconds.
    ``undone``: it is sure that it did nothing, since it did not arrive or was turned away for haste."""

    def __init__(self, error: PlatformError, pause: float | None = None, *, undone: bool = False) -> None:
        super().__init__()
        self.error = error
        self.pause = pause
        self.undone = undone


class Client:
    """One per publication. ``organisation`` only serves the messages.

    Calls raise PlatformUnavailable (no answer, or one above 499 or 429 that lasts), PlatformRefused (401,
    403) and PlatformRejected (any other no).
    """

    def __init__(
        self,
        connection: Connection,
        *,
        organisation: str,
        transport: httpx.BaseTransport | None = None,
        mounts: Mapping[str, httpx.BaseTransport | None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        key_header: str = "Authorization",
    ) -> None:
        """``transport`` and ``mounts`` are httpx's: what carries requests, and what carries those to some
        addresses. ``key_header``: the header that the token goes in."""
        _quieten()
        self.url = connection.base_url
        self.connection = connection.id
        self.organisation = organisation
        self._token = connection.password.strip()
        self._key_header = key_header
        self._sleep = sleep
        self._own = {_origin(self.url)}
        if not (self._token.isascii() and self._token.isprintable()):
            raise self._garbled()
        self._http = httpx.Client(
            timeout=TIMEOUT,
            transport=transport,
            mounts=mounts,
            headers={"User-Agent": f"aqueduc/{__version__}"},
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def trust(self, url: str) -> None:
        """The platform's own public address: the token may go there too, but never in clear when the
        connection is not."""
        scheme, host = _origin(url)
        self._own.add(("https" if _origin(self.url)[0] == "https" else scheme, host))

    def pause(self, seconds: float) -> None:
        self._sleep(seconds)

    # --- actions --------------------------------------------------------------------------------------------

    def ask(self, action: str, /, *, anonymous: bool = False, **parameters: Any) -> Any:
        """Reads: the result of an action. Tried again on failure. What makes too long an address (the keys of
        rows) goes into the body, which CKAN reads as well."""
        sent = {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in parameters.items()
        }
        content = {"params": sent} if len(urlencode(sent)) <= LONGEST_QUERY else {"payload": parameters}
        return self._tried(lambda: self._once(action, anonymous=anonymous, **content), again=True)

    def tell(self, action: str, data: Mapping[str, Any], /, *, again: bool) -> Any:
        """Writes. ``again``: twice does no more than once, so a failed try may be repeated."""

        def once() -> Any:
            return self._once(action, payload=data)

        return self._tried(once, again=again)

    def send(
        self, action: str, fields: Mapping[str, str], file: LocalFile, /, *, again: bool, name: str = "upload"
    ) -> Any:
        """Writes with a file, streamed from disk: memory does not grow with it. ``name``: of its part."""

        def once() -> Any:
            with file.path.open("rb") as stream:
                part = {name: (file.filename, stream, file.media_type)}
                return self._once(action, form=fields, files=part)

        return self._tried(once, again=again)

    def _once(
        self,
        action: str,
        *,
        anonymous: bool = False,
        params: Mapping[str, str] | None = None,
        payload: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Any:
        url = f"{self.url}/api/3/action/{action}"
        method = "GET" if params is not None else "POST"
        response = self._requested(
            method, url, anonymous=anonymous, params=params, json=payload, data=form, files=files
        )
        return self._result(action, response)

    def _requested(self, method: str, url: str, *, anonymous: bool = False, **content: Any) -> httpx.Response:
        self._http.cookies.clear()
        try:
            headers = {} if anonymous else {self._key_header: self._token}
            return self._http.request(method, url, headers=headers, **content)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _Failed(self._silent(url, error), undone=isinstance(error, _NEVER_SENT)) from None
        except httpx.InvalidURL:
            raise self._badly_addressed() from None

    def _result(self, action: str, response: httpx.Response) -> Any:
        self._refuse_busy(str(response.url), response)
        try:
            # Tables hold decimals of more digits than a float does.
            answer = response.json(parse_float=Decimal)
        except ValueError:
            answer = None
        if isinstance(answer, dict) and answer.get("success") is True:
            return answer.get("result")
        error = answer.get("error") if isinstance(answer, dict) else None
        raise self._no(action, response.status_code, error if isinstance(error, dict) else {})

    # --- platforms that are no CKAN -------------------------------------------------------------------------

    def exchange(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str | list[str]] | None = None,
        files: Mapping[str, LocalFile] | None = None,
        json: Any = None,
        anonymous: bool = False,
        again: bool,
    ) -> httpx.Response:
        """What the platform answers at ``url``, a no below 500 (and other than 429) included: its meaning is
        the caller's to know. ``files``, by the name of their part, are streamed from disk."""

        def once() -> httpx.Response:
            with ExitStack() as stack:
                parts = {
                    name: (file.filename, stack.enter_context(file.path.open("rb")), file.media_type)
                    for name, file in (files or {}).items()
                }
                response = self._requested(
                    method, url, anonymous=anonymous, data=form, files=parts or None, json=json
                )
            self._refuse_busy(url, response)
            return response

        return self._tried(once, again=again)

    # --- files ----------------------------------------------------------------------------------------------

    def digest(self, url: str, *, anonymous: bool) -> Served:
        """What ``url`` serves, hashed as it comes and not kept."""
        return self._tried(lambda: self._read(url, anonymous=anonymous, keep=0), again=True)

    def content(self, url: str, *, anonymous: bool, limit: int) -> Served:
        """What ``url`` serves, with its first ``limit`` bytes kept."""
        return self._tried(lambda: self._read(url, anonymous=anonymous, keep=limit), again=True)

    def part(self, url: str, start: int, length: int, *, anonymous: bool) -> Served:
        """``length`` bytes from ``start`` on, kept; ``total`` says how long the whole is.

        A server that ignores ranges answers with the whole: its status is then 200.
        """
        headers = {"Range": f"bytes={start}-{start + length - 1}"}
        return self._tried(
            lambda: self._read(url, anonymous=anonymous, keep=length, headers=headers), again=True
        )

    def _read(
        self, url: str, *, anonymous: bool, keep: int, headers: Mapping[str, str] | None = None
    ) -> Served:
        try:
            with self._opened(url, anonymous=anonymous, headers=headers or {}) as response:
                self._refuse_busy(url, response)
                return received(response, keep=keep, whole=headers is None)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _Failed(self._silent(url, error), undone=isinstance(error, _NEVER_SENT)) from None
        except httpx.InvalidURL:
            raise self._badly_addressed() from None

    @contextmanager
    def _opened(
        self, url: str, *, anonymous: bool, headers: Mapping[str, str], hops: int = 5
    ) -> Iterator[httpx.Response]:
        """Follows redirections by hand, so that the token only ever goes to the platform itself."""
        self._http.cookies.clear()
        unknown = anonymous or not self._token or _origin(url) not in self._own
        own = {} if unknown else {self._key_header: self._token}
        asked = {"Accept-Encoding": "identity", **headers, **own}
        with self._http.stream("GET", url, headers=asked) as response:
            following = response.next_request
            if following is None or refused_by_login(response) or hops == 0:
                yield response
                return
            target = str(following.url)
        with self._opened(target, anonymous=anonymous, headers=headers, hops=hops - 1) as response:
            yield response

    # --- tries ----------------------------------------------------------------------------------------------

    def _tried(self, once: Callable[[], T], *, again: bool) -> T:
        """What may not be done twice (``again``) is only tried again when it was not done."""
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=_pause,
            retry=retry_if_exception(lambda error: isinstance(error, _Failed) and (again or error.undone)),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return tries(once)
        except _Failed as failed:
            error = failed.error
        raise error

    # --- what went wrong ------------------------------------------------------------------------------------

    def _silent(self, url: str, error: httpx.RequestError) -> PlatformUnavailable:
        return PlatformUnavailable(
            f"La plateforme ne répond pas ({type(error).__name__}).",
            where=_bare(url),
            remedy=f"vérifier qu'elle est en service et que la connexion « {self.connection} » porte "
            "la bonne adresse ; la publication précédente reste en place",
        )

    def _refuse_busy(self, url: str, response: httpx.Response) -> None:
        """Raises _Failed for an answer that says nothing of what was asked."""
        status = response.status_code
        if status != 429 and status <= 499:
            return
        error = PlatformUnavailable(
            f"La plateforme répond par une erreur {status} qui dure.",
            where=_bare(url),
            remedy="attendre : la tâche sera reprise toute seule ; si cela dure, prévenir qui la tient",
        )
        raise _Failed(error, _asked_pause(response), undone=status == 429)

    def _garbled(self) -> PlatformRefused:
        return PlatformRefused(
            "Le jeton contient des caractères qu'un jeton ne peut pas contenir.",
            where=f"connexion « {self.connection} »",
            remedy="le copier à nouveau, en entier (un jeton affiché avec « … » est coupé)",
        )

    def _badly_addressed(self) -> PlatformRejected:
        return PlatformRejected(
            "L'adresse n'en est pas une.",
            where=f"connexion « {self.connection} »",
            remedy="corriger son hôte et son port",
        )

    def _no(self, action: str, status: int, error: Mapping[str, Any]) -> PlatformError:
        kind = str(error.get("__type", ""))
        where = f"{self.url}/api/3/action/{action}"
        if status in (401, 403) or kind == "Authorization Error":
            return PlatformRefused(
                f"La plateforme refuse l'action « {action} ».",
                where=where,
                remedy=f"vérifier que le jeton de la connexion « {self.connection} » est valide et qu'il "
                f"appartient à un éditeur de l'organisation « {self.organisation} »",
            )
        if action == "package_revise" and "match" in error:
            return NotAsSeen(error["match"], where=where)
        if action == "package_revise" and any(name.startswith("resources__") for name in error):
            # The one that was to be changed is not there.
            return NotAsSeen([RESOURCE], where=where)
        if status == 413 or "upload" in error:
            return PlatformRejected(
                "La plateforme refuse le fichier (trop gros ?).",
                where=where,
                remedy="demander à la Région de relever la taille admise (ckan.max_resource_size), "
                "publier un format plus compact (parquet), ou répartir le jeu en plusieurs fichiers "
                "(« split: »)",
            )
        if kind == "Not Found Error":
            return NotThere(
                f"La plateforme ne trouve pas ce que « {action} » demande.",
                where=where,
                remedy="vérifier que la fiche et l'organisation existent encore sur la plateforme",
            )
        if not kind:
            return UnknownAction(
                f"La plateforme ne connaît pas « {action} », ou ne répond pas comme un CKAN ({status}).",
                where=where,
                remedy=f"vérifier l'adresse que porte la connexion « {self.connection} »",
            )
        return PlatformRejected(
            f"La plateforme rejette « {action} »{_reasons(action, error)}.",
            where=where,
            remedy="corriger la déclaration sur ces points, ou signaler ce défaut",
        )


RESOURCE = "ressource"
"""Stands for a whole resource among the names of fields."""


def _quieten() -> None:
    """httpx logs every address it asks for, with its query and the name of its file."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


class NotThere(PlatformRejected):
    """404: as for any platform error, nothing was written."""

    code = "plateforme-introuvable"


class NotAsSeen(PlatformRejected):
    """What was to be changed is no longer what it was when it was read. ``fields`` are names."""

    code = "plateforme-modifiee"

    def __init__(self, paths: Any, *, where: str) -> None:
        super().__init__(
            "Ce qui devait être modifié a changé.", where=where, remedy="relancer la tâche : elle relira tout"
        )
        names = (str(path).rsplit("__", 1)[-1] for path in (paths if isinstance(paths, list) else []))
        self.fields = tuple(sorted(set(names)))


class UnknownAction(PlatformRejected):
    """The platform has no such action, or is no CKAN."""

    code = "plateforme-inconnue"


def _reasons(action: str, error: Mapping[str, Any]) -> str:
    """Field names, and CKAN's sentences where they can only speak of the fiche: a table holds rows, and the
    title of a resource, which a revision may change, may name a slice."""
    names = [name for name in error if name != "__type"]
    if not action.startswith("package_") or action == "package_revise" or not names:
        return f" ({', '.join(names)})" if names else ""
    said = (f"{name} : {_sentences(error[name])}" for name in names)
    return f" ({' ; '.join(said)})"


def _sentences(raw: Any) -> str:
    if isinstance(raw, dict):
        return ", ".join(f"{key} : {_sentences(value)}" for key, value in raw.items())
    if isinstance(raw, list):
        return ", ".join(_sentences(item) for item in raw if item)
    return str(raw)[:200]


def _pause(state: RetryCallState) -> float:
    failure = state.outcome.exception() if state.outcome else None
    asked = failure.pause if isinstance(failure, _Failed) else None
    return min(asked, LONGEST_PAUSE_S) if asked is not None else float(_BACK_OFF(state))


def _asked_pause(response: httpx.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _bare(url: str) -> str:
    """Without query, which may carry a filter, nor the name of a file of ours, which may say what slice of
    the data it holds: either is a value."""
    return _FILE_NAME.sub(r"\1", url.split("?", 1)[0])
