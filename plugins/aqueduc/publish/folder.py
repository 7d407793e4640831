"""A folder that the public reads, on a disk or in a bucket: opened, and read back where nobody serves it."""

import mimetypes
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from aqueduc.cities import CityConnections
from aqueduc.connections import Connection, ConnectionLookup
from aqueduc.errors import StoreError
from aqueduc.language import _
from aqueduc.store import StoreRoot

BLOCK = 1 << 20

# A bucket says of each object what it is when it is put there, as told by its name (s3fs): a page that is not
# said to be one would be downloaded instead of shown, and these are not all known to Python.
for _ending, _kind in (
    (".jsonld", "application/ld+json"),
    (".ttl", "text/turtle"),
    (".rdf", "application/rdf+xml"),
    (".geojson", "application/geo+json"),
    (".parquet", "application/vnd.apache.parquet"),
):
    mimetypes.add_type(_kind, _ending)


def open_declared_folder(address: str, identifier: str | None, connections: ConnectionLookup) -> StoreRoot:
    """What a declaration names, opened by its connection ``identifier``; by what this machine has where it names none,
    unless the machine serves several cities. Raises ConnectionMissing, InvalidConnectionSettings, StoreError."""
    if isinstance(connections, CityConnections) and connections.is_closed(address):
        raise StoreError(
            _(
                "Ce dossier est le dépôt, le coffre ou les déclarations d'une ville, ou le portail d'une autre."
            ),
            where=address.split("?", 1)[0],
            remedy=_("donner à « folder » un dossier qui ne sert qu'à publier, et qu'à cette ville"),
        )
    remote = "://" in address and not address.startswith("file://")
    if remote and not identifier and isinstance(connections, CityConnections):
        raise StoreError(
            _(
                "Sans connexion, ce dossier s'ouvrirait avec les droits de cette machine, communs à plusieurs villes."
            ),
            where=address.split("?", 1)[0],
            remedy=_("écrire « connection » à côté de « folder », et la faire créer pour cette ville"),
        )
    return open_folder_at_address(address, connections.get(identifier) if identifier else None)


def open_folder_at_address(address: str, connection: Connection | None) -> StoreRoot:
    """``address`` is a path or a URL that fsspec opens; ``connection`` has the login, the password and, in
    its extra, what else fsspec needs. Raises StoreError."""
    url = address if "://" in address else Path(address).resolve().as_uri()
    options = dict(connection.extra) if connection else {}
    if connection and connection.login:
        options |= {"key": connection.login, "secret": connection.password}
    try:
        return StoreRoot(url, options)
    except (OSError, ValueError, ImportError) as error:
        raise StoreError(
            _("Le dossier à publier ne s'ouvre pas ({name}).").format(name=type(error).__name__),
            where=url.split("?", 1)[0],
            remedy=_("vérifier qu'il existe et qu'Aqueduc a le droit d'y écrire"),
        ) from None


def copy_file_to_folder(folder: StoreRoot, key: str, path: Path) -> None:
    """Replaces the file at ``key`` by what is at ``path``, which stays."""
    with folder.open_scratch_folder() as scratch:
        copy = scratch / key.rsplit("/", 1)[-1]
        shutil.copyfile(path, copy)
        folder.move_local_file_to_key(copy, key)


def write_bytes_to_folder(folder: StoreRoot, key: str, data: bytes) -> None:
    """Replaces the file at ``key``, under a name that tells what it is."""
    with folder.open_scratch_folder() as scratch:
        local = scratch / key.rsplit("/", 1)[-1]
        local.write_bytes(data)
        folder.move_local_file_to_key(local, key)


class _FileByteStream(httpx.SyncByteStream):
    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as stream:
            while block := stream.read(BLOCK):
                yield block


class StaticFolderTransport(httpx.BaseTransport):
    """Answers ``file://`` addresses below one folder, as a plain web server would. Of any other it says no more
    than whether a file is there, by a status that is neither success nor absence."""

    def __init__(self, folder: StoreRoot) -> None:
        self._base = Path(unquote(urlsplit(folder.url).path)).resolve()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = Path(unquote(request.url.path)).resolve()
        if not path.is_file():
            return httpx.Response(404)
        if not path.is_relative_to(self._base):
            return httpx.Response(421)
        size = str(path.stat().st_size)
        return httpx.Response(200, headers={"Content-Length": size}, stream=_FileByteStream(path))
