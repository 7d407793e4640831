"""Files of a bucket, opened by an ``aws`` connection as the store is."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, TypeVar

import aiohttp
import botocore.exceptions
import s3fs
from fsspec.asyn import sync

from aqueduc.bucket import build_s3fs_options_from_connection
from aqueduc.connections import Connection, build_wrong_setting_error
from aqueduc.errors import AqueducError
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, SourceAddress
from aqueduc.sources.drops.downloading import write_complete_download_or_nothing
from aqueduc.sources.drops.extracting import build_drop_adapter
from aqueduc.sources.drops.listing import DropFile, FileDrop
from aqueduc.sources.origin import SourceOrigin

BUCKET = "service_config"
"""Where Airflow's S3Hook reads the name of the bucket: ``{"s3": {"bucket_name": "…"}}``."""

RANGE = 8 << 20
RANGE_TIMEOUT_S = 600.0
"""For one part: the limit on how long the storage may stay silent does not stop one that gives a byte a minute."""

T = TypeVar("T")
_PATIENCE = {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 3}}
_UNREACHABLE = (
    OSError,
    botocore.exceptions.BotoCoreError,
    botocore.exceptions.ClientError,
    aiohttp.ClientError,
)
_NO_ACCOUNT = (
    botocore.exceptions.NoCredentialsError,
    botocore.exceptions.PartialCredentialsError,
    PermissionError,
)


@dataclass(frozen=True)
class BucketFolder:
    """A ``FileDrop`` in a bucket."""

    in_place: ClassVar[bool] = False

    origin: SourceOrigin
    files: Any
    bucket: str

    def find_file(self, path: str) -> DropFile:
        found = call_storage_with_source_errors(
            self.origin, lambda: self.files.info(self._build_object_path(path))
        )
        if found["type"] != "file":
            raise self.origin.build_unreadable_error(
                _("Ce n'est pas un fichier."), _("corriger « path: » dans la déclaration")
            )
        return _build_drop_file_from_object(path, found)

    def list_files(self, folder: str, is_wanted: Callable[[str], bool]) -> Iterable[DropFile]:
        listed = call_storage_with_source_errors(
            self.origin, lambda: self.files.ls(self._build_object_path(folder), detail=True)
        )
        for found in listed:
            # A folder that a console made is an object of its own, whose name ends as the folder does.
            is_file = found["type"] == "file" and not found["name"].endswith("/")
            name = PurePosixPath(found["name"]).name
            if is_file and is_wanted(name):
                yield _build_drop_file_from_object(str(PurePosixPath(folder) / name), found)

    def fetch_file(self, file: DropFile, target: Path) -> Path:
        return write_complete_download_or_nothing(self.origin, file, self._read_blocks(file), target)

    def _read_blocks(self, file: DropFile) -> Iterator[bytes]:
        for start in range(0, file.size, RANGE):
            part = {"start": start, "end": min(start + RANGE, file.size), "timeout": RANGE_TIMEOUT_S}
            yield call_storage_with_source_errors(
                self.origin,
                partial(
                    sync, self.files.loop, self.files._cat_file, self._build_object_path(file.path), **part
                ),
            )

    def _build_object_path(self, path: str) -> str:
        """Raises SourceAccessRefusal for what would be outside of the bucket."""
        if path.startswith("/") or ".." in PurePosixPath(path).parts:
            raise self.origin.build_refusal_error(
                _("Le chemin déclaré sort du dossier de dépôt."),
                _("déposer le fichier lui-même dans ce dossier"),
            )
        return f"{self.bucket}/{PurePosixPath(path)}".removesuffix("/.")


def _build_drop_file_from_object(path: str, found: dict[str, Any]) -> DropFile:
    modified = found.get("LastModified")
    return DropFile(
        path, int(found["size"]), modified.timestamp() if modified else None, str(found.get("ETag") or "")
    )


@contextmanager
def open_bucket_folder(request: ExtractRequest) -> Iterator[FileDrop]:
    """The bucket of the request's connection. Raises InvalidConnectionSettings."""
    bucket, connection = _split_bucket_name_from_connection(request.connection)
    options = build_s3fs_options_from_connection(f"s3://{bucket}", connection)
    options["config_kwargs"] = _PATIENCE | options.get("config_kwargs", {})
    # What it has listed before, it would never learn anew.
    files = s3fs.S3FileSystem(
        **options, use_listings_cache=False, skip_instance_cache=True, max_concurrency=1
    )
    yield BucketFolder(request.source_origin, files, bucket)


def _split_bucket_name_from_connection(connection: Connection) -> tuple[str, Connection]:
    """The bucket, and the connection without what says it."""
    given = connection.extra.get(BUCKET)
    service = given.get("s3") if isinstance(given, dict) and set(given) <= {"s3"} else None
    name = (
        service.get("bucket_name") if isinstance(service, dict) and set(service) <= {"bucket_name"} else None
    )
    if not isinstance(name, str) or not name.strip("/") or "/" in name:
        raise build_wrong_setting_error(
            connection, BUCKET, _('le nom du seau : {"s3": {"bucket_name": "depots"}}')
        )
    others = {key: value for key, value in connection.extra.items() if key != BUCKET}
    return name, replace(connection, extra=others)


def call_storage_with_source_errors(origin: SourceOrigin, once: Callable[[], T]) -> T:
    """What ``once`` returns. Raises SourceUnavailable, SourceAccessRefusal, SourceNotFound for what the storage or
    the network does: outside of all ``with`` blocks, which would hang its exception on ours."""
    try:
        return once()
    except FileNotFoundError:
        wrong: AqueducError = origin.build_missing_error(
            _("Le fichier n'est pas dans le seau."),
            _("le déposer, ou corriger « path: », ou le nom du seau dans la connexion"),
        )
    except _NO_ACCOUNT:
        wrong = origin.build_refusal_error(
            _("Le stockage refuse l'accès au seau."),
            _("vérifier la clé de la connexion, et qu'elle peut lister le seau et lire ses objets"),
        )
    except _UNREACHABLE as error:
        wrong = origin.build_unavailable_error(
            _("Le stockage ne répond pas, ou plus ({reason}).").format(reason=type(error).__name__),
            _("vérifier « endpoint_url » dans la connexion, le certificat, et le pare-feu ou le proxy"),
        )
    raise wrong


ADAPTER = build_drop_adapter(
    open_bucket_folder,
    lambda connection, source: SourceAddress(
        f"s3://{_split_bucket_name_from_connection(connection)[0]}", source.path
    ),
)
