"""The HTTP client of platforms: CKAN's action API, uploads in constant memory, downloads for proof. Platforms
that are no CKAN use ``request``.

Every failure becomes a typed error that names the action and never what was sent: CKAN quotes cells in the
messages of its DataStore, so those are dropped and only ``__type`` and field names are kept.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlencode, urlsplit

import httpx

from aqueduc.connections import Connection
from aqueduc.errors import PlatformAccessRefusal, PlatformError, PlatformRequestRejection, PlatformUnavailable
from aqueduc.http import (
    ForbiddenInternalAddress,
    HttpClient,
    HttpFailure,
    InvalidUrl,
    TooManyRequestsOrServerError,
    describe_forbidden_internal_address,
    parse_url_origin,
    redirects_from_public_to_private_network,
)
from aqueduc.language import _, sanitise_external_text
from aqueduc.publish.proof.served import ServedContent, is_login_redirect, read_served_content

READ_TIMEOUT_S = 120.0
_PAGE = 500
"""Records of a list at once: CKAN gives 1,000 at most."""
LONGEST_QUERY = 3_500
"""Servers refuse an address over 4 kB."""
_FILE_NAME = re.compile(r"(/resource/[^/]+/download)/.*|/[^/]+\.(?:csv|geojson|parquet|xlsx)$", re.IGNORECASE)


@dataclass(frozen=True)
class PublishableFile:
    """A file ready to be sent: its name at the platform, MIME type, hash and size."""

    path: Path
    filename: str
    media_type: str
    sha256: str
    bytes: int


def reuse_name_of_replaced_file(address: str, file: PublishableFile | None) -> PublishableFile | None:
    """A file under the name of the one at ``address``, which it replaces, if that is of the same format: it ends
    the address."""
    former = unquote(urlsplit(address).path).rpartition("/")[2]
    same = file is not None and Path(former).suffix == Path(file.filename).suffix
    return replace(file, filename=former) if file is not None and same else file


class PlatformClient(HttpClient):
    """One per publication. ``organisation`` only serves the messages.

    Calls raise PlatformUnavailable (no answer, or one above 499 or 429 that lasts), PlatformAccessRefusal (401,
    403) and PlatformRequestRejection (any other no).
    """

    def __init__(
        self, connection: Connection, *, organisation: str, key_header: str = "Authorization", **options: Any
    ) -> None:
        """``key_header``: the header that the token goes in. ``options`` are HttpClient's."""
        self.url = connection.base_url
        self.connection = connection.id
        self.organisation = organisation
        self._token = connection.password.strip()
        self._key_header = key_header
        home = parse_url_origin(self.url)
        self._secure, self._own = home is not None and home[0] == "https", {home}
        if not (self._token.isascii() and self._token.isprintable()):
            raise PlatformAccessRefusal(
                _("Le jeton contient des caractères qu'un jeton ne peut pas contenir."),
                where=_("connexion « {connection} »").format(connection=self.connection),
                remedy=_("le copier à nouveau, en entier (un jeton affiché avec « … » est coupé)"),
            )
        super().__init__(read_timeout_s=READ_TIMEOUT_S, headers={}, **options)

    def allow_token_at_public_origin(self, url: str) -> None:
        """The platform's own public address: the token may go there too, but never in clear when the
        connection is not."""
        if origin := parse_url_origin(url):
            self._own.add(("https", origin[1]) if self._secure else origin)

    def sleep(self, seconds: float) -> None:
        self._sleep(seconds)

    # --- actions --------------------------------------------------------------------------------------------

    def call_read_action(self, action: str, /, *, anonymous: bool = False, **parameters: Any) -> Any:
        """Reads: the result of an action. Tried again on failure. What makes too long an address (the keys of
        rows) goes into the body, which CKAN reads as well."""
        sent = {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in parameters.items()
        }
        if len(urlencode(sent)) <= LONGEST_QUERY:
            return self._call_action("GET", action, anonymous=anonymous, params=sent, idempotent=True)
        return self._call_action("POST", action, anonymous=anonymous, json=parameters, idempotent=True)

    def search_packages(self, query: str, *, anonymous: bool) -> Iterator[dict[str, Any]]:
        """The records that match ``query`` (Solr), page by page, by their names; of private ones too where it
        is not asked as a visitor."""
        start = 0
        while True:
            found = self.call_read_action(
                "package_search",
                anonymous=anonymous,
                fq=query,
                include_private=not anonymous,
                rows=_PAGE,
                start=start,
                sort="name asc",
            )
            yield from found["results"]
            start += _PAGE
            if not found["results"] or start >= found["count"]:
                return

    def call_write_action(self, action: str, data: Mapping[str, Any], /, *, idempotent: bool) -> Any:
        """Writes. ``idempotent``: twice does no more than once, so a failed try may be repeated."""
        return self._call_action("POST", action, json=data, idempotent=idempotent)

    def call_upload_action(
        self,
        action: str,
        fields: Mapping[str, str],
        file: PublishableFile,
        /,
        *,
        idempotent: bool,
        name: str = "upload",
    ) -> Any:
        """Writes with a file, streamed from disk: memory does not grow with it. ``name``: of its part."""
        return self._call_action("POST", action, form=fields, files={name: file}, idempotent=idempotent)

    def _call_action(self, method: str, action: str, **content: Any) -> Any:
        return self._parse_action_result(
            action, self.request(method, f"{self.url}/api/3/action/{action}", **content)
        )

    def _parse_action_result(self, action: str, response: httpx.Response) -> Any:
        try:
            # Tables hold decimals of more digits than a float does.
            answer = response.json(parse_float=Decimal)
        except ValueError:
            answer = None
        if isinstance(answer, dict) and answer.get("success") is True:
            return answer.get("result")
        error = answer.get("error") if isinstance(answer, dict) else None
        raise self._build_action_error(action, response.status_code, error if isinstance(error, dict) else {})

    # --- platforms that are no CKAN -------------------------------------------------------------------------

    def request(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str | list[str]] | None = None,
        files: Mapping[str, PublishableFile] | None = None,
        anonymous: bool = False,
        idempotent: bool,
        **content: Any,
    ) -> httpx.Response:
        """What the platform answers at ``url``, a no below 500 (and other than 429) included: its meaning is
        the caller's to know. ``files``, by the name of their part, are streamed from disk; ``read_first_bytes`` is
        httpx's (``json``, ``params``)."""
        key = {} if anonymous else {self._key_header: self._token}

        def send_once() -> httpx.Response:
            with ExitStack() as stack:
                partitions = {
                    name: (file.filename, stack.enter_context(file.path.open("rb")), file.media_type)
                    for name, file in (files or {}).items()
                }
                with self.stream_response(
                    method, url, headers=key, data=form, files=partitions or None, **content
                ) as response:
                    response.read()
            return response

        return self.retry_request(
            send_once, partial(self._convert_http_failure_to_platform_error, url), idempotent=idempotent
        )

    # --- files ----------------------------------------------------------------------------------------------

    def hash_served_file(self, url: str, *, anonymous: bool) -> ServedContent:
        """What ``url`` serves, hashed as it comes and not kept."""
        return self._read_served_file(url, anonymous=anonymous, keep=0)

    def read_first_bytes(self, url: str, *, anonymous: bool, limit: int) -> ServedContent:
        """What ``url`` serves, with its first ``limit`` bytes kept."""
        return self._read_served_file(url, anonymous=anonymous, keep=limit)

    def read_byte_range(self, url: str, start: int, length: int, *, anonymous: bool) -> ServedContent:
        """``length`` bytes from ``start`` on, kept; ``total`` says how long the whole is.

        A server that ignores ranges answers with the whole: its status is then 200.
        """
        return self._read_served_file(
            url, anonymous=anonymous, keep=length, headers={"Range": f"bytes={start}-{start + length - 1}"}
        )

    def download_file(self, url: str, file: BinaryIO, *, limit: int) -> ServedContent:
        """What ``url`` serves, written to ``file`` as it comes; a little more than ``limit`` bytes at most."""

        def download_once() -> ServedContent:
            file.seek(0)
            file.truncate()
            self._refuse_private_network_address(url)
            with self.follow_redirects(
                url, partial(self._build_headers_with_token_if_own_origin, anonymous=False)
            ) as response:
                return read_served_content(response, keep=0, whole=True, into=file, limit=limit)

        return self.retry_request(download_once, partial(self._convert_http_failure_to_platform_error, url))

    def _build_headers_with_token_if_own_origin(self, address: str, *, anonymous: bool) -> Mapping[str, str]:
        """The token only ever goes to the platform itself."""
        known = not anonymous and self._token and parse_url_origin(address) in self._own
        return {"Accept-Encoding": "identity", **({self._key_header: self._token} if known else {})}

    def _read_served_file(
        self, url: str, *, anonymous: bool, keep: int, headers: Mapping[str, str] | None = None
    ) -> ServedContent:
        def build_headers_at(address: str) -> Mapping[str, str]:
            return {
                **(headers or {}),
                **self._build_headers_with_token_if_own_origin(address, anonymous=anonymous),
            }

        def download_once() -> ServedContent:
            self._refuse_private_network_address(url)
            with self.follow_redirects(url, build_headers_at, until=is_login_redirect) as response:
                return read_served_content(response, keep=keep, whole=headers is None)

        return self.retry_request(download_once, partial(self._convert_http_failure_to_platform_error, url))

    def _refuse_private_network_address(self, url: str) -> None:
        """Of a file, an address that whoever may edit the record has written. Raises ForbiddenInternalAddress."""
        if redirects_from_public_to_private_network(self.url, url):
            raise ForbiddenInternalAddress

    # --- what went wrong ------------------------------------------------------------------------------------

    def _convert_http_failure_to_platform_error(self, url: str, failure: HttpFailure) -> PlatformError:
        if isinstance(failure, ForbiddenInternalAddress):
            what, remedy = describe_forbidden_internal_address()
            return PlatformRequestRejection(what, where=remove_query_and_filename(url), remedy=remedy)
        if isinstance(failure, InvalidUrl):
            return PlatformRequestRejection(
                _("L'adresse n'en est pas une."),
                where=_("connexion « {connection} »").format(connection=self.connection),
                remedy=_("corriger son hôte et son port"),
            )
        if isinstance(failure, TooManyRequestsOrServerError):
            return PlatformUnavailable(
                _("La plateforme répond par une erreur {reason} qui dure.").format(reason=failure.reason),
                where=remove_query_and_filename(url),
                remedy=_(
                    "attendre : la tâche sera reprise toute seule ; si cela dure, prévenir qui la tient"
                ),
            )
        return PlatformUnavailable(
            _("La plateforme ne répond pas ({reason}).").format(reason=failure.reason),
            where=remove_query_and_filename(url),
            remedy=_(
                "vérifier qu'elle est en service et que la connexion « {connection} » porte la bonne adresse"
            ).format(connection=self.connection),
        )

    def _build_action_error(self, action: str, status: int, error: Mapping[str, Any]) -> PlatformError:
        kind = str(error.get("__type", ""))
        where = f"{self.url}/api/3/action/{action}"
        if status in (401, 403) or kind == "Authorization Error":
            return PlatformAccessRefusal(
                _("La plateforme refuse l'action « {action} ».").format(action=action),
                where=where,
                remedy=_(
                    "vérifier que le jeton de la connexion « {connection} » est valide et qu'il appartient à "
                    "un éditeur de l'organisation « {organisation} »"
                ).format(connection=self.connection, organisation=self.organisation),
            )
        if action == "package_revise" and "match" in error:
            return ConcurrentEdit(error["match"], where=where)
        if action == "package_revise" and any(name.startswith("resources__") for name in error):
            # The one that was to be changed is not there.
            return ConcurrentEdit([RESOURCE], where=where)
        if status == 413 or "upload" in error:
            return PlatformRequestRejection(
                _("La plateforme refuse le fichier (trop gros ?)."),
                where=where,
                remedy=_(
                    "demander à la Région de relever la taille admise (ckan.max_resource_size), publier un "
                    "format plus compact (parquet), ou répartir le jeu en plusieurs fichiers (« split: »)"
                ),
            )
        if kind == "Not Found Error":
            return PlatformItemNotFound(
                _("La plateforme ne trouve pas ce que « {action} » demande.").format(action=action),
                where=where,
                remedy=_("vérifier que la fiche et l'organisation existent encore sur la plateforme"),
            )
        if not kind:
            return UnknownPlatformAction(
                _(
                    "La plateforme ne connaît pas « {action} », ou ne répond pas comme un CKAN ({status})."
                ).format(action=action, status=status),
                where=where,
                remedy=_("vérifier l'adresse que porte la connexion « {connection} »").format(
                    connection=self.connection
                ),
            )
        return PlatformRequestRejection(
            _("La plateforme rejette « {action} »{reasons}.").format(
                action=action, reasons=_format_error_reasons(action, error)
            ),
            where=where,
            remedy=_("corriger la déclaration sur ces points, ou signaler ce défaut"),
        )


RESOURCE = "ressource"
"""Stands for a whole resource among the names of fields."""


class PlatformItemNotFound(PlatformRequestRejection, code="plateforme-introuvable"):
    """404: as for any platform error, nothing was written."""


class ConcurrentEdit(PlatformRequestRejection, code="plateforme-modifiee"):
    """What was to be changed is no longer what it was when it was read. ``fields`` are names."""

    def __init__(self, paths: Any, *, where: str) -> None:
        super().__init__(
            _("Ce qui devait être modifié a changé."),
            where=where,
            remedy=_("relancer la tâche : elle relira tout"),
        )
        names = (str(path).rsplit("__", 1)[-1] for path in (paths if isinstance(paths, list) else []))
        self.fields = tuple(sorted(set(names)))


class UnknownPlatformAction(PlatformRequestRejection, code="plateforme-inconnue"):
    """The platform has no such action, or is no CKAN."""


def require_id_in_write_response(made: Any, where: str) -> dict[str, Any]:
    """What a platform says that it made, or wrote. Raises PlatformUnavailable for an answer without its id: whether
    it is there, the next look tells."""
    if isinstance(made, dict) and made.get("id"):
        return made
    raise PlatformUnavailable(
        _("La plateforme répond à une écriture sans dire ce qu'elle a écrit."),
        where=where,
        remedy=_("attendre : la tâche sera reprise toute seule, et relira ce qui s'y trouve"),
    )


def parse_json_response(response: httpx.Response) -> Any:
    """The document of an answer; None for what is no JSON."""
    try:
        return response.json()
    except ValueError:
        return None


def _format_error_reasons(action: str, error: Mapping[str, Any]) -> str:
    """Field names, and CKAN's sentences where they can only speak of the fiche: a table holds rows, and the
    title of a resource, which a revision may change, may name a slice."""
    names = {sanitise_external_text(name): said for name, said in error.items() if name != "__type"}
    if not action.startswith("package_") or action == "package_revise" or not names:
        return f" ({', '.join(names)})" if names else ""
    said = (f"{name} : {_flatten_nested_error_to_text(text)}" for name, text in names.items())
    return f" ({' ; '.join(said)})"


def _flatten_nested_error_to_text(raw: Any) -> str:
    if isinstance(raw, dict):
        return ", ".join(
            f"{sanitise_external_text(key)} : {_flatten_nested_error_to_text(value)}"
            for key, value in raw.items()
        )
    if isinstance(raw, list):
        return ", ".join(_flatten_nested_error_to_text(item) for item in raw if item)
    return sanitise_external_text(raw)


def remove_query_and_filename(url: str) -> str:
    """Without query, which may carry a filter, nor the name of a file of ours, which may say what slice of
    the data it holds: either is a value."""
    return _FILE_NAME.sub(r"\1", url.split("?", 1)[0])
