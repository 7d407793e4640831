"""Files of a folder shared by WebDAV, through the HTTP client of all: one host, whose certificate is verified."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import ClassVar, TypeVar
from urllib.parse import quote, unquote, urlsplit

import httpx

from aqueduc.errors import SourceError
from aqueduc.http import (
    ForbiddenInternalAddress,
    HttpClient,
    HttpFailure,
    UntrustedServerCertificate,
    describe_forbidden_internal_address,
    parse_url_origin,
)
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.drops.downloading import write_complete_download_or_nothing
from aqueduc.sources.drops.extracting import build_drop_adapter
from aqueduc.sources.drops.listing import DropFile, FileDrop
from aqueduc.sources.http_options import build_http_options
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.webdav.listing import ASKED, WebdavEntry, parse_webdav_listing

READ_TIMEOUT_S = 60.0
LARGEST_LISTING = 64 << 20
LISTING_TIMEOUT_S = 600.0
T = TypeVar("T")


class _WebdavClient(HttpClient):
    leaves_alone = True


@dataclass(frozen=True)
class WebdavFolder:
    """A ``FileDrop`` at the address ``base``."""

    in_place: ClassVar[bool] = False

    origin: SourceOrigin
    client: HttpClient
    base: str

    def find_file(self, path: str) -> DropFile:
        entries = [entry for entry in self._list_entries(path, depth="0") if self._is_entry_at(entry, path)]
        if len(entries) != 1 or entries[0].is_folder:
            raise self.origin.build_unreadable_error(
                _("Ce n'est pas un fichier."), _("corriger « path: » dans la déclaration")
            )
        return self._build_drop_file_from_entry(path, entries[0])

    def list_files(self, folder: str, is_wanted: Callable[[str], bool]) -> Iterable[DropFile]:
        entries = self._list_entries(folder, depth="1")
        for entry in entries:
            if entry.status and self._is_entry_at(entry, folder):
                raise self.origin.build_unreadable_error(
                    _(
                        "Le serveur WebDAV ne dit qu'une part de ce que contient le dossier (HTTP {status})."
                    ).format(status=entry.status),
                    _("ranger les fichiers par dossier, et n'en lire qu'un"),
                )
        for entry in entries:
            name = PurePosixPath(entry.path).name
            path = str(PurePosixPath(folder) / name)
            if not entry.is_folder and is_wanted(name) and self._is_entry_at(entry, path):
                yield self._build_drop_file_from_entry(path, entry)

    def fetch_file(self, file: DropFile, target: Path) -> Path:
        def download_file_once() -> Path:
            # What is compressed on its way has another size than the file.
            with self.client.stream_response(
                "GET", self._build_url_inside_folder(file.path), headers={"Accept-Encoding": "identity"}
            ) as response:
                self._check_status(response, httpx.codes.OK)
                return write_complete_download_or_nothing(self.origin, file, response.iter_bytes(), target)

        return self._retry_request(download_file_once)

    def _list_entries(self, path: str, *, depth: str) -> tuple[WebdavEntry, ...]:
        url = self._build_url_inside_folder(path)

        def request_listing_once() -> bytes:
            headers = {"Depth": depth, "Content-Type": "application/xml"}
            with self.client.stream_response("PROPFIND", url, headers=headers, content=ASKED) as response:
                self._check_status(response, httpx.codes.MULTI_STATUS)
                return b"".join(self._yield_listing_within_limits(response.iter_bytes()))

        entries = parse_webdav_listing(self._retry_request(request_listing_once))
        if entries is None:
            raise self._build_not_webdav_error()
        return entries

    def _yield_listing_within_limits(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        limit, size = time.monotonic() + LISTING_TIMEOUT_S, 0
        for block in blocks:
            size += len(block)
            if time.monotonic() > limit:
                raise self.origin.build_unavailable_error(
                    _("La liste du dossier partagé n'en finit pas d'arriver."),
                    _("vérifier le réseau jusqu'au serveur WebDAV, ou ranger les fichiers par dossier"),
                )
            if size > LARGEST_LISTING:
                raise self.origin.build_unreadable_error(
                    _("Le dossier partagé a trop de fichiers pour être listé."),
                    _("les ranger par dossier, et n'en lire qu'un"),
                )
            yield block

    def _build_url_inside_folder(self, path: str) -> str:
        """Raises SourceAccessRefusal for what would be outside of the folder."""
        if path.startswith("/") or ".." in PurePosixPath(path).parts:
            raise self.origin.build_refusal_error(
                _("Le chemin déclaré sort du dossier de dépôt."),
                _("déposer le fichier lui-même dans ce dossier"),
            )
        return f"{self.base}/{quote(str(PurePosixPath(path)))}".removesuffix("/.")

    def _is_entry_at(self, entry: WebdavEntry, path: str) -> bool:
        """Whether the server speaks of what was asked for: an answer cannot lead elsewhere."""
        asked = urlsplit(self._build_url_inside_folder(path)).path
        return entry.path == unquote(asked, errors="surrogateescape").rstrip("/")

    def _build_drop_file_from_entry(self, path: str, entry: WebdavEntry) -> DropFile:
        if entry.size is None:
            raise self.origin.build_unreadable_error(
                _("Le serveur WebDAV ne dit pas la taille du fichier : rien ne prouverait qu'il est entier."),
                _("activer « getcontentlength » sur ce serveur, ou déposer le fichier ailleurs"),
            )
        return DropFile(path, entry.size, entry.modified, entry.etag)

    def _retry_request(self, once: Callable[[], T]) -> T:
        return self.client.retry_request(once, self._build_source_error)

    def _build_source_error(self, failure: HttpFailure) -> SourceError:
        if isinstance(failure, ForbiddenInternalAddress):
            return self.origin.build_refusal_error(*describe_forbidden_internal_address())
        if isinstance(failure, UntrustedServerCertificate):
            return self.origin.build_unavailable_error(
                _("Le certificat du serveur WebDAV n'est pas reconnu."),
                _("le renouveler, ou installer l'autorité de certification sur le serveur"),
            )
        if failure.reason == str(int(httpx.codes.NOT_IMPLEMENTED)):
            return self._build_not_webdav_error()
        return self.origin.build_unavailable_error(
            _("Le serveur WebDAV ne répond pas, ou plus ({reason}).").format(reason=failure.reason),
            _("vérifier qu'il est démarré, l'adresse de la connexion, et le pare-feu ou le proxy"),
        )

    def _check_status(self, response: httpx.Response, wanted: int) -> None:
        status = response.status_code
        if status == wanted:
            return
        if status in (401, 403, 407):
            raise self.origin.build_refusal_error(
                _("Le serveur WebDAV refuse l'accès (HTTP {status}).").format(status=status),
                _(
                    "vérifier le compte de la connexion (souvent un mot de passe d'application), et ses droits"
                ),
            )
        if status in (404, 410):
            raise self.origin.build_missing_error(
                _("Le fichier n'est pas dans le dossier partagé."),
                _("le déposer, ou corriger « path: », ou l'adresse de la connexion"),
            )
        if response.is_redirect:
            raise self.origin.build_refusal_error(
                _("Le serveur WebDAV renvoie vers une autre adresse (HTTP {status}).").format(status=status),
                _("écrire dans la connexion l'adresse du dossier WebDAV lui-même"),
            )
        raise self._build_not_webdav_error()

    def _build_not_webdav_error(self) -> SourceError:
        return self.origin.build_unreadable_error(
            _("Ce qui répond à cette adresse n'est pas un dossier WebDAV."),
            _(
                "écrire dans la connexion l'adresse WebDAV du dossier (Nextcloud : …/remote.php/dav/files/compte)"
            ),
        )


@contextmanager
def open_webdav_folder(request: ExtractRequest) -> Iterator[FileDrop]:
    """The folder at the address of the request's connection. Raises InvalidConnectionSettings, SourceUnreadable."""
    base = request.connection.base_url
    if (parse_url_origin(base) or ("",))[0] not in ("http", "https"):
        raise request.source_origin.build_unreadable_error(
            _("L'adresse de la connexion n'est pas une URL http(s)."),
            _("corriger « host » dans la connexion"),
        )
    options = {"read_timeout_s": READ_TIMEOUT_S, **build_http_options(request.connection)}
    with _WebdavClient(**options) as client:
        yield WebdavFolder(request.source_origin, client, base)


ADAPTER = build_drop_adapter(open_webdav_folder)
