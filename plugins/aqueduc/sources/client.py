"""The one HTTP client of sources: patient within limits, deaf to other hosts, quiet about what it carries."""

from __future__ import annotations

import email.utils
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import tenacity

from aqueduc.connections import Connection
from aqueduc.errors import SourceError
from aqueduc.sources.origin import Origin

TRIES = 4
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 60.0
ANSWER_TIMEOUT_S = 900.0
LONGEST_WAIT_S = 60.0
LARGEST_ANSWER = 2 << 30
MOST_REDIRECTIONS = 5
FIRST_WAIT_S = 0.5
BLOCK = 1 << 18

_HOST_NAME = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+")


@dataclass(frozen=True)
class Answer:
    """A body in a file of the scratch folder, with what its headers say. ``url``: where it came from."""

    path: Path
    url: str
    content_type: str
    charset: str | None
    etag: str | None


class _Again(Exception):
    """A failure that may pass. ``wait_s``: what the server asks for. ``error``: what is said if it lasts."""

    def __init__(self, error: SourceError, wait_s: float | None = None) -> None:
        super().__init__()
        self.error = error
        self.wait_s = wait_s


@dataclass(frozen=True)
class Client:
    origin: Origin
    http: httpx.Client
    host: tuple[str, str, int | None]
    """Scheme, host and port that may be spoken to."""

    @classmethod
    @contextmanager
    def opened(cls, origin: Origin, connection: Connection) -> Iterator[Client]:
        """A client for the host of a connection, with its credentials. Raises SourceUnreadable: a bad URL."""
        try:
            host: tuple[str, str, int | None] | None = _host(connection.base_url)
        except (httpx.InvalidURL, ValueError):
            host = None
        if host is None or host[0] not in ("http", "https") or not _HOST_NAME.fullmatch(host[1]):
            raise origin.unreadable(
                "L'adresse de la connexion n'est pas une URL http(s).", "corriger « host » dans la connexion"
            )
        headers = connection.extra_among(("headers",)).get("headers")
        timeout = httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
        auth = httpx.BasicAuth(connection.login, connection.password) if connection.login else None
        with httpx.Client(timeout=timeout, auth=auth, headers=_headers(headers)) as http:
            yield cls(origin, http, host)

    def get(self, url: str, target: Path) -> Answer:
        """Downloads ``url`` into ``target``.

        Four tries at most for what may pass (no answer, 429, 5xx), honouring Retry-After up to a minute.
        Raises SourceUnavailable, SourceRefused, SourceNotFound, SourceUnreadable.
        """
        answer = self.get_if_changed(url, target, None)
        if answer is None:
            raise self._odd_status(httpx.codes.NOT_MODIFIED)
        return answer

    def get_if_changed(self, url: str, target: Path, etag: str | None) -> Answer | None:
        """The same; None when the server says that the document is still ``etag``."""
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(TRIES),
            wait=_wait,
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, _Again) and _is_worth(error)),
            reraise=True,
        )
        try:
            answer: Answer | None = retrying(self._follow, url, target, etag)
        except _Again as again:
            failed = again.error
        else:
            return answer
        raise failed

    def _follow(self, url: str, target: Path, etag: str | None) -> Answer | None:
        for _ in range(MOST_REDIRECTIONS + 1):
            self._check_host(url)
            answer = self._once(url, target, etag)
            if not isinstance(answer, str):
                return answer
            url = answer
        raise self.origin.unreadable(
            "L'API renvoie sans fin d'une adresse à une autre.", "corriger « path: » dans la déclaration"
        )

    def _once(self, url: str, target: Path, etag: str | None) -> Answer | str | None:
        """One request: an answer, the URL of a redirection, or None for "not modified"."""
        headers = {"If-None-Match": etag} if etag else {}
        try:
            with self.http.stream("GET", url, headers=headers) as response:
                if response.is_redirect and "location" in response.headers:
                    return joined(url, response.headers["location"])
                if response.status_code == httpx.codes.NOT_MODIFIED and etag:
                    return None
                problem = self._problem(response)
                if problem is None:
                    problem = self._download(response, target)
                if problem is None:
                    return _answer(response, url, target)
        except httpx.DecodingError:
            problem = self.origin.unreadable(
                "La réponse de l'API est mal compressée.", "prévenir l'équipe qui exploite l'API"
            )
        except httpx.TransportError as error:
            problem = _Again(self._silent(error))
        raise problem

    def _problem(self, response: httpx.Response) -> Exception | None:
        status = response.status_code
        if status == httpx.codes.OK:
            return None
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
            error = self.origin.unavailable(
                f"L'API répond {status}, malgré plusieurs tentatives.",
                "rien à faire si la tâche reprise réussit ; sinon prévenir l'équipe qui exploite l'API",
            )
            return _Again(error, _retry_after(response))
        if status in (401, 403, 407):
            return self.origin.refused(
                f"L'API refuse l'accès (HTTP {status}).",
                "vérifier le compte ou la clé de la connexion, et leurs droits",
            )
        if status in (404, 410):
            return self.origin.not_found(
                f"Rien à cette adresse de l'API (HTTP {status}).",
                "corriger « path: », ou l'adresse de la connexion",
            )
        return self._odd_status(status)

    def _odd_status(self, status: int) -> SourceError:
        return self.origin.unreadable(
            f"L'API n'accepte pas la demande (HTTP {int(status)}).",
            "vérifier « path: » et « parameters: » dans la déclaration",
        )

    def _download(self, response: httpx.Response, target: Path) -> Exception | None:
        limit, size = time.monotonic() + ANSWER_TIMEOUT_S, 0
        with target.open("wb") as file:
            for block in response.iter_bytes(BLOCK):
                size += file.write(block)
                if size > LARGEST_ANSWER:
                    return self.origin.unreadable(
                        "La réponse de l'API dépasse toute mesure.",
                        "la demander par pages, ou par intervalle",
                    )
                if time.monotonic() > limit:
                    error = self.origin.unavailable(
                        "La réponse de l'API n'en finit pas d'arriver.",
                        "la demander par pages, ou prévenir l'équipe qui exploite l'API",
                    )
                    return _Again(error, LONGEST_WAIT_S + 1)
        return None

    def _check_host(self, url: str) -> None:
        try:
            same = _host(url) == self.host
        except (httpx.InvalidURL, ValueError):
            same = False
        if not same:
            raise self.origin.refused(
                "L'API renvoie vers un autre serveur que celui de la connexion.",
                "si c'est voulu, déclarer cet autre serveur dans la connexion",
            )

    def _silent(self, error: httpx.TransportError) -> SourceError:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return self.origin.unavailable(
                "Le certificat du serveur de l'API n'est pas reconnu.",
                "le renouveler, ou installer l'autorité de certification sur le serveur",
            )
        return self.origin.unavailable(
            f"L'API ne répond pas ({type(error).__name__}).",
            "vérifier que le service est démarré, l'adresse de la connexion, et le pare-feu ou le proxy",
        )


def joined(url: str, link: str) -> str:
    """``link`` as seen from ``url``, by the very parser that will make the request; "" when it is no link."""
    try:
        return str(httpx.URL(url).join(link))
    except (httpx.InvalidURL, ValueError):
        return ""


def _host(url: str) -> tuple[str, str, int | None]:
    parts = httpx.URL(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.host, parts.port or default


def _headers(raw: object) -> dict[str, str]:
    wanted = {"Accept": "application/json, text/csv;q=0.9, */*;q=0.1", "User-Agent": "aqueduc"}
    if isinstance(raw, dict):
        wanted |= {str(name): str(value) for name, value in raw.items()}
    return wanted


def _answer(response: httpx.Response, url: str, target: Path) -> Answer:
    content_type = response.headers.get("content-type", "")
    return Answer(
        path=target,
        url=url,
        content_type=content_type.partition(";")[0].strip().lower() or "type inconnu",
        charset=response.charset_encoding,
        etag=response.headers.get("etag"),
    )


def _is_worth(again: _Again) -> bool:
    """A server that asks for more than a minute is left alone: the whole task is tried again later."""
    return again.wait_s is None or again.wait_s <= LONGEST_WAIT_S


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Again) and error.wait_s is not None:
        return error.wait_s
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**state.attempt_number)
    return random.uniform(longest / 2, longest)  # noqa: S311 - jitter, not a secret


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds, from either form of the header."""
    text = response.headers.get("retry-after", "")
    if text.isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
