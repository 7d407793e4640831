"""The HTTP client of sources: it downloads into files, within limits, and never leaves the host."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from aqueduc.connections import Connection
from aqueduc.errors import SourceError
from aqueduc.http import (
    ForbiddenInternalAddress,
    HttpClient,
    HttpFailure,
    TokenNotGranted,
    TooManyRequestsOrServerError,
    UndecodableResponse,
    UntrustedServerCertificate,
    describe_forbidden_internal_address,
    parse_url_origin,
)
from aqueduc.language import _
from aqueduc.sources.http_options import build_http_options
from aqueduc.sources.origin import SourceOrigin

READ_TIMEOUT_S = 60.0
ANSWER_TIMEOUT_S = 900.0
LARGEST_ANSWER = 2 << 30

LARGEST_DOCUMENT = 16 << 20
"""Of what describes a dataset, rather than holds it."""

_HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d+)?")


@dataclass(frozen=True)
class DownloadedBody:
    """A body in a file of the scratch folder, with what its headers say. ``url``: where it came from.
    ``content_type``: a media type that is known here, or "".
    ``etag``: what names this state of it, its ETag or else its date; None where nothing does. ``next_link``: of
    its page (RFC 8288); None where no header says. ``state``: as ``read_announced_document_state`` has it.
    ``headers``: all of them, by their names in lower case."""

    path: Path
    url: str
    content_type: str
    charset: str | None
    etag: str | None
    next_link: str | None = None
    state: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class SourceClient(HttpClient):
    """Of the host of a connection, with its credentials and what else it says.

    Raises SourceUnreadable: a bad URL; InvalidConnectionSettings.
    """

    leaves_alone = True

    def __init__(self, origin: SourceOrigin, connection: Connection) -> None:
        self._origin, self._home = origin, parse_url_origin(connection.base_url)
        scheme, host = self._home or ("", "")
        if scheme not in ("http", "https") or not _HOST.fullmatch(host):
            raise origin.build_unreadable_error(
                _("L'adresse de la connexion n'est pas une URL http(s)."),
                _("corriger « host » dans la connexion"),
            )
        super().__init__(**{"read_timeout_s": READ_TIMEOUT_S, **build_http_options(connection)})

    def download(self, url: str, target: Path) -> DownloadedBody:
        """Downloads ``url`` into ``target``.

        Four tries at most for what may pass (no answer, 429, 5xx), honouring Retry-After up to a minute.
        Raises SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable.
        """
        answer = self.download_if_changed(url, target, None)
        if answer is None:
            raise self._build_status_error(httpx.codes.NOT_MODIFIED)
        return answer

    def download_if_changed(self, url: str, target: Path, etag: str | None) -> DownloadedBody | None:
        """The same; None when the server says that the document is still ``etag``."""
        return self.retry_request(
            lambda: self._download_if_changed_once(url, target, etag), self._build_source_error
        )

    def read_announced_document_state(self, url: str) -> str | None:
        """What the headers say of the state of the document, whose body is not read: its ETag, or its date and its
        size; None where they say neither. Raises as ``download``."""
        return self.retry_request(lambda: self._request_document_state_once(url), self._build_source_error)

    def _request_document_state_once(self, url: str) -> str | None:
        for method in ("HEAD", "GET"):
            with self._open_response(url, None, method) as response:
                if response.status_code == httpx.codes.OK:
                    return _read_state_headers(response.headers)
                # Some serve GET alone.
                if method == "GET" or response.status_code != httpx.codes.METHOD_NOT_ALLOWED:
                    raise self._build_status_error(response.status_code)
        return None

    def read_json_object(self, url: str, target: Path) -> dict[str, Any]:
        """The JSON object at ``url``: what describes a dataset, rather than holds it. Raises as ``get``."""
        answer = self.download(url, target)
        text = answer.path.read_bytes() if answer.path.stat().st_size <= LARGEST_DOCUMENT else b""
        answer.path.unlink()
        try:
            found = json.loads(text.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
        raise self._origin.build_unreadable_error(
            _("La réponse de l'API n'est pas l'objet JSON attendu (reçu : {content_type}).").format(
                content_type=answer.content_type or _("type inconnu")
            ),
            _("vérifier l'adresse de la connexion, et « {key}: » dans la déclaration").format(
                key=self._origin.key
            ),
        )

    @contextmanager
    def _open_response(self, url: str, etag: str | None, method: str = "GET") -> Iterator[httpx.Response]:
        def check_host_and_build_headers(address: str) -> Mapping[str, str]:
            self._check_same_origin(address)
            return _build_conditional_request_headers(etag)

        with self.follow_redirects(url, check_host_and_build_headers, method=method) as response:
            if response.next_request is not None:
                raise self._origin.build_unreadable_error(
                    _("L'API renvoie sans fin d'une adresse à une autre."),
                    _("corriger « {key}: » dans la déclaration").format(key=self._origin.key),
                )
            yield response

    def _download_if_changed_once(self, url: str, target: Path, etag: str | None) -> DownloadedBody | None:
        with self._open_response(url, etag) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED and etag:
                return None
            if response.status_code != httpx.codes.OK:
                raise self._build_status_error(response.status_code)
            self._write_body_within_limits(response, target)
            return _build_downloaded_body(response, target)

    def _write_body_within_limits(self, response: httpx.Response, target: Path) -> None:
        limit, size = time.monotonic() + ANSWER_TIMEOUT_S, 0
        with target.open("wb") as file:
            for block in response.iter_bytes():
                size += file.write(block)
                if size > LARGEST_ANSWER:
                    raise self._origin.build_unreadable_error(
                        _("La réponse de l'API dépasse toute mesure."),
                        _("la demander par pages, ou par intervalle"),
                    )
                if time.monotonic() > limit:
                    raise self._origin.build_unavailable_error(
                        _("La réponse de l'API n'en finit pas d'arriver."),
                        _("la demander par pages, ou prévenir l'équipe qui exploite l'API"),
                    )

    def _check_same_origin(self, url: str) -> None:
        if parse_url_origin(url) != self._home:
            raise self._origin.build_refusal_error(
                _("L'API renvoie vers un autre serveur que celui de la connexion."),
                _("si c'est voulu, déclarer cet autre serveur dans la connexion"),
            )

    def _build_source_error(self, failure: HttpFailure) -> SourceError:
        if isinstance(failure, UndecodableResponse):
            return self._origin.build_unreadable_error(
                _("La réponse de l'API est mal compressée."), _("prévenir l'équipe qui exploite l'API")
            )
        if isinstance(failure, ForbiddenInternalAddress):
            return self._origin.build_refusal_error(*describe_forbidden_internal_address())
        if isinstance(failure, TokenNotGranted):
            return self._origin.build_refusal_error(
                _("Le serveur d'autorisation ne donne pas de jeton à ce compte (HTTP {status}).").format(
                    status=failure.reason
                ),
                _("vérifier « token_url », « scope », l'identifiant et le mot de passe de la connexion"),
            )
        if isinstance(failure, TooManyRequestsOrServerError):
            return self._origin.build_unavailable_error(
                _("L'API répond {reason}, malgré plusieurs tentatives.").format(reason=failure.reason),
                _("rien à faire si la tâche reprise réussit ; sinon prévenir l'équipe qui exploite l'API"),
            )
        if isinstance(failure, UntrustedServerCertificate):
            return self._origin.build_unavailable_error(
                _("Le certificat du serveur de l'API n'est pas reconnu."),
                _("le renouveler, ou installer l'autorité de certification sur le serveur"),
            )
        return self._origin.build_unavailable_error(
            _("L'API ne répond pas ({reason}).").format(reason=failure.reason),
            _("vérifier que le service est démarré, l'adresse de la connexion, et le pare-feu ou le proxy"),
        )

    def _build_status_error(self, status: int) -> SourceError:
        if status in (401, 403, 407):
            return self._origin.build_refusal_error(
                _("L'API refuse l'accès (HTTP {status}).").format(status=status),
                _("vérifier le compte ou la clé de la connexion, et leurs droits"),
            )
        if status in (404, 410):
            return self._origin.build_missing_error(
                _("Rien à cette adresse de l'API (HTTP {status}).").format(status=status),
                _("corriger « {key}: », ou l'adresse de la connexion").format(key=self._origin.key),
            )
        return self._origin.build_unreadable_error(
            _("L'API n'accepte pas la demande (HTTP {int}).").format(int=int(status)),
            _("vérifier ce que la déclaration demande, à commencer par « {key}: »").format(
                key=self._origin.key
            ),
        )


def build_source_url(base: str, path: str, parameters: Mapping[str, str]) -> str:
    """The URL of ``path`` below ``base``, or of ``base`` itself, with ``parameters`` beside those that it has."""
    address = f"{base}/{path.lstrip('/')}" if path else base
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return address  # the client says so
    return str(url.copy_merge_params(parameters)) if parameters else str(url)


_MEDIA_TYPES = frozenset(
    f"application/{name}" for name in ("gml+xml", "gzip", "json", "octet-stream", "pdf", "xml", "zip")
) | frozenset(f"text/{name}" for name in ("css", "csv", "html", "javascript", "plain", "xml"))


def recognise_media_type(header: str) -> str:
    """Among those that may be said of an answer; "" for any other, whose text could be anything."""
    name = header.partition(";")[0].strip().lower()
    if name in _MEDIA_TYPES:
        return name
    usual = {"json": "application/json", "csv": "text/csv"}
    return next((known for part, known in usual.items() if part in name), "")


def _build_downloaded_body(response: httpx.Response, target: Path) -> DownloadedBody:
    return DownloadedBody(
        path=target,
        url=str(response.url),
        content_type=recognise_media_type(response.headers.get("content-type", "")),
        charset=response.charset_encoding,
        etag=_read_entity_tag(response.headers) or _read_last_modified_as_etag(response.headers),
        next_link=response.links.get("next", {}).get("url"),
        state=_read_state_headers(response.headers),
        headers={name.lower(): value for name, value in response.headers.items()},
    )


def _read_state_headers(headers: Mapping[str, str]) -> str | None:
    etag, dated = headers.get("etag", ""), headers.get("last-modified", "")
    return etag or (f"{dated} {headers.get('content-length', '')}" if dated else None)


_DATED = "Last-Modified: "
_SETTLED_S = 60.0


def _read_entity_tag(headers: Mapping[str, str]) -> str:
    """ "" for one that could not be sent back: the document is then read each time."""
    text = headers.get("etag", "")
    return text if text.isascii() and text.isprintable() else ""


def _read_last_modified_as_etag(headers: Mapping[str, str]) -> str | None:
    """The date of a document that has none but it, as a mark of its state; None where it may still change within
    that second, or is the moment of the answer (RFC 9110, 8.8.2.2)."""
    text = headers.get("last-modified", "")
    dates = [_parse_http_date(headers.get(name, "")) for name in ("date", "last-modified")]
    now, changed = dates
    if now is None or changed is None or (now - changed).total_seconds() < _SETTLED_S:
        return None
    return f"{_DATED}{text}"


def _parse_http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _build_conditional_request_headers(mark: str | None) -> dict[str, str]:
    """The header that asks for a document only if it is no longer in the state that ``mark`` names."""
    if not mark:
        return {}
    if mark.startswith(_DATED):
        return {"If-Modified-Since": mark.removeprefix(_DATED)}
    return {"If-None-Match": mark}
