"""Where Aqueduc keeps its files: the vault (personal data may rest there) and the store (it may not).

Both are URLs (``file://`` by default, ``s3://`` and others through fsspec) and Aqueduc's only state::

    vault/  raw/<dataset>/<run>/{raw,safe}.parquet     shredded at the end of every run, else swept
            .leases/raw/<dataset>/<run>/               who works on that folder (``leases``)
            rejected/<dataset>/<run>/<stage>.parquet   kept for a while so that a steward can repair
            corrections.json                           key of the marks in ``include/corrections/``
            seen/<dataset>.json                        fingerprint of the source last certified
    store/  objects/<ab>/<sha256>.parquet              content-addressed, written once
            runs/<dataset>/<run>/<stage>.json          what each stage of a run reports
            runs/<dataset>/<run>/steward.{json,html}   the same, for the person who must repair the data
            datasets/<dataset>/steward.json            the run last reported on
            datasets/<dataset>/looked.json             what the last run that found nothing new reports
            datasets/<dataset>/parts.json              the validated parts (one, or one a window)
            datasets/<dataset>/platforms/<name>.json   identity on a platform: record and resource ids
            datasets/<dataset>/ledger/r<rank>.{json,html}
                                                       created, never changed (``certify.ledger``); those of
                                                       before: ``<instant>-<run>.{json,html}``
            datasets/<dataset>/ledger/r<rank>-<sha256>.dsse   what the city signed of an entry
            datasets/<dataset>/heads/newest.json       the newest entry of the ledger, with its digest; of a ledger
                                                       of before, until the next entry: ``heads/<rank>.json``, or
                                                       ``head.json``
            datasets/<dataset>/entries/<run>.json      the entry that a run, or an act, added last; not that of a run
                                                       that found nothing new
            datasets/<dataset>/verified.json           how far a reconciliation has verified it (``certify.verified``)
            datasets/<dataset>/pending/…               what waits for a seal to be appended (``certify.seal``)
            datasets/<dataset>/declarations.json       the declarations published under, and since when
            datasets/<dataset>/compared/<a>-<b>-….npz  what differs between two published files, as hashes
            datasets/<dataset>/compared/<a>-<b>-….parquet  the rows by which two published states differ
            datasets/<dataset>/writing.json            a run is, or died, writing on a platform
            datasets/<dataset>/restored.json           a former revision is online until a person lifts it
            datasets/<dataset>/moved.json              it had another identifier, whose state it was given
            overview/<dataset>.json                    the dataset at a glance (``overview``)
            overview.json                              all of them, as they were in the morning
            datasets/<dataset>/current.json            the commit point: replaced in a single write
            datasets/_convention/ledger/…, heads/     the city's own ledger: claims and incidents
            declarations/<sha256>.json                 the text of a declaration that a certificate names
            last-backup.json                           when it was last backed up: in no backup
            restored-backup.json                       all comes from a backup, and who went on with it
            holds.json                                 the datasets of which nothing expires, and by which claims
            reconciliations/<instant>.json             a look at the whole city; ``latest.json``: since when
                                                       what differs does
            .leases/datasets/<dataset>/                who publishes it (``leases``)

Tasks hand each other a ParquetFileHandle (a few bytes), never data, so two tasks may run on two machines.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import fsspec

from aqueduc.errors import (
    DatasetBusy,
    HandleFileMismatch,
    LedgerTampering,
    MissingHandleFile,
    StoreError,
    StoreUnavailable,
    StoreUnwritable,
    convert_write_errors_to_store_unwritable,
)
from aqueduc.fencing import (
    confirm_lock_before_writes,
    fence_write,
    is_in_locked_block,
    raise_if_any_lock_is_lost,
    waive_lock_confirmation,
)
from aqueduc.language import Message, Sentence, _
from aqueduc.leases import (
    PROCESS_S,
    RESUMABLE_S,
    WAITING_S,
    Lease,
    LeaseRegistry,
    list_file_write_times,
    open_claim_store,
)
from aqueduc.scratch import (
    mark_uninterruptible_section,
    open_scratch_folder,
    overwrite_file_with_zeros,
    sweep_scratch,
)

log = logging.getLogger(__name__)
UNCONDITIONAL = _(
    "{url} n'accepte pas les écritures sous condition (If-None-Match) : contre deux écritures à la même place du registre, "
    "il n'y a que les baux"
)
RESTORED_BACKUP = "restored-backup.json"
_PROBE = ".leases/.conditional-writes"
CITY_LEDGER = "_convention"
"""Stands among the datasets and is none: no identifier of a dataset begins so."""

READERS = 16
# As s3fs numbers what a bucket answers; macOS knows no EREMOTEIO.
_SERVER_ERRORS = (errno.EIO, errno.EBUSY, getattr(errno, "EREMOTEIO", errno.EIO))
_LOCK = re.compile(r"\.lock(\.[0-9a-z]+)?$")
_ENTRY_NAME = re.compile(r"\d{1,9}:[0-9a-f]{64}")
_SLOT = re.compile(r"r(\d{8,})\.json")
_MADE_BY_EACH_RUN = re.compile(r"(runs|seen|raw)/")
# Ledger, pointer, windows, marks of corrections: nobody could make them again.
_RESTORE = _("ne rien supprimer ; restaurer ce fichier depuis une sauvegarde, puis « aqueduc verify »")


class JsonRecord:
    """A frozen dataclass that is kept as a JSON object.

    ``nested``: for each field that holds them, what reads an object (or each of a list) back from JSON.
    """

    nested: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    def to_json(self) -> dict[str, Any]:
        """Lists and objects; a message in the language spoken now."""
        return {name: convert_to_json(value) for name, value in self.__dict__.items()}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """What ``to_json`` gave; what only a later version writes is left out."""
        known = {one.name for one in fields(cls)}  # type: ignore[arg-type]
        return cls(
            **{name: cls._parse_field_value(name, value) for name, value in raw.items() if name in known}
        )

    @classmethod
    def _parse_field_value(cls, name: str, value: Any) -> Any:
        read: Callable[[Any], Any] = cls.nested.get(name, lambda one: one)
        if isinstance(value, list):
            return tuple(map(read, value))
        return None if value is None else read(value)


def convert_to_json(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists, at any depth; a message in the language spoken now."""
    if isinstance(value, Message):
        return str(value)
    if is_dataclass(value):
        return convert_to_json(value.__dict__)
    if isinstance(value, Mapping):
        return {name: convert_to_json(one) for name, one in value.items()}
    return [convert_to_json(one) for one in value] if isinstance(value, tuple | list) else value


@dataclass(frozen=True)
class Window:
    """The data interval a run extracts: half-open, ``start`` included, both aware, in UTC."""

    start: datetime
    end: datetime

    @property
    def label(self) -> str:
        """Sortable, and fit for a file name: ``20260301T000000Z-20260401T000000Z``."""
        return f"{format_compact_instant(self.start)}-{format_compact_instant(self.end)}"

    def contains_window(self, other: Window) -> bool:
        """Whether a run of this window replaces what one of ``other`` published."""
        return self.start <= other.start and other.end <= self.end

    def to_json(self) -> list[str]:
        return [self.start.isoformat(), self.end.isoformat()]

    @classmethod
    def from_json(cls, raw: list[str]) -> Window:
        return cls(*(datetime.fromisoformat(text).astimezone(UTC) for text in raw))


@dataclass(frozen=True)
class ParquetFileHandle:
    """Names one Parquet file: ``key`` below the vault (``raw``, ``safe``) or the store (``valid``)."""

    dataset: str
    run: str
    stage: str
    key: str
    sha256: str
    rows: int
    window: Window | None = None

    def is_replaced_by_window(self, window: Window | None) -> bool:
        """Whether its rows are replaced by those of ``window``, which covers its own; a snapshot is, and replaces all."""
        return window is None or self.window is None or window.contains_window(self.window)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "window": self.window.to_json() if self.window else None}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> ParquetFileHandle:
        return cls(**{**raw, "window": Window.from_json(raw["window"]) if raw.get("window") else None})


class _StoreErrorRaisingFileSystem:
    """A remote file system whose failures are typed errors (StoreError and its kinds). What is not there
    stays a FileNotFoundError."""

    def __init__(self, fs: Any, url: str) -> None:
        self._fs, self._url = fs, url

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        call = getattr(self._fs, name)

        @wraps(call)
        def call_with_typed_errors(*arguments: Any, **named: Any) -> Any:
            failure: StoreError | None = None
            try:
                return call(*arguments, **named)
            except FileNotFoundError:
                # The bucket itself: only a reading may find nothing.
                if name not in {"pipe_file", "put_file", "cp_file"}:
                    raise
                if "IfMatch" in named:
                    raise FileExistsError(errno.ENOENT, self._url) from None
                failure = StoreUnwritable(self._url, _("il n'existe pas"))
            except PermissionError:
                failure = StoreError(
                    _("Le stockage refuse l'accès."),
                    where=self._url,
                    remedy=_(
                        "vérifier la clé de la connexion qui l'ouvre, et qu'elle donne le droit d'y lire et "
                        "d'y "
                        "écrire"
                    ),
                )
            except _list_connection_error_types():
                failure = StoreUnavailable(self._url)
            except OSError as error:
                if _is_condition_refused(error):
                    raise FileExistsError(errno.EEXIST, self._url) from None
                # What a bucket answers by an error of its own (500, 503), tries included.
                if error.errno not in _SERVER_ERRORS:
                    raise
                failure = StoreUnavailable(self._url)
            raise failure

        return call_with_typed_errors


def _is_condition_refused(error: OSError) -> bool:
    """Whether a bucket refused to write where something stands (412), or while another writes there (409): s3fs numbers
    the first as it does other refusals, and says which in its cause."""
    response = getattr(error.__cause__, "response", None) or {}
    code = (response.get("Error") or {}).get("Code")
    return code in ("PreconditionFailed", "ConditionalRequestConflict", "412")


def _list_connection_error_types() -> tuple[type[BaseException], ...]:
    """When nothing answers, or half of it. What the library of S3 raises is no OSError, nor, of an answer cut in the
    middle, what the one below it raises."""
    library, below = sys.modules.get("botocore.exceptions"), sys.modules.get("aiohttp")
    theirs = (library.ConnectionError, library.HTTPClientError) if library else ()
    cut = (below.ClientPayloadError,) if below else ()
    return (ConnectionError, TimeoutError, *theirs, *cut)


class StoreRoot:
    """A folder at a URL, with the few operations Aqueduc needs. Keys are relative, with ``/``.

    Raises StoreError for whatever the file system refuses, and LeaseLost for each write in the block of a ``lock``
    that was lost.
    """

    def __init__(self, url: str, options: Mapping[str, Any] | None = None, *, private: bool = False) -> None:
        """``options`` go to fsspec: for S3, ``key``, ``secret``, ``endpoint_url``."""
        self.url = url.rstrip("/")
        self.private = private
        self.is_local = urlsplit(self.url).scheme in ("", "file")
        # Asked to read a file in several ways at once, s3fs asks for its size first: twice the requests.
        self._whole = {"max_concurrency": 1} if urlsplit(self.url).scheme in ("s3", "s3a") else {}
        # fsspec remembers what it has listed, and never learns what another process wrote since.
        remembering = {} if self.is_local else {"use_listings_cache": False}
        try:
            self._fs, self._base = fsspec.core.url_to_fs(self.url, **{**(options or {}), **remembering})
        except (ImportError, ValueError):
            raise _build_unsupported_url_scheme_error(self.url) from None
        if not self.is_local:
            self._fs = _StoreErrorRaisingFileSystem(self._fs, self.url)
        if self.is_local:
            with convert_write_errors_to_store_unwritable(self.url):
                Path(self._base).mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o755)
                if private:
                    Path(self._base).chmod(0o700)
        self.leases = LeaseRegistry(
            open_claim_store(self._fs, f"{self._base}/.leases", is_local=self.is_local), self.url
        )

    def __repr__(self) -> str:
        return f"Root({self.url!r})"

    def _build_full_path(self, key: str) -> str:
        if key.startswith("/") or ".." in key.split("/"):
            raise StoreError(
                _("Clé interdite dans le dépôt."), where=self.url, remedy=_("signaler ce défaut")
            )
        return f"{self._base}/{key}"

    def exists(self, key: str) -> bool:
        return bool(self._fs.exists(self._build_full_path(key)))

    def size(self, key: str) -> int:
        return int(self._fs.size(self._build_full_path(key)))

    def read_many(self, keys: Collection[str]) -> list[bytes | None]:
        """The same of each of ``keys``, at once where they come from a network."""
        if self.is_local:
            return [self.read(key) for key in keys]
        with ThreadPoolExecutor(READERS) as pool:
            return list(pool.map(self.read, keys))

    def list(self, prefix: str) -> list[str]:
        """The keys right below ``prefix/``, sorted; empty when there is none. What the root itself puts
        there (locks, files that are being written) is not among them."""
        try:
            entries = self._fs.ls(self._build_full_path(prefix), detail=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        named = ((entry["name"].rstrip("/").rsplit("/", 1)[-1], entry["type"]) for entry in entries)
        return sorted(
            f"{prefix}/{name}" for name, kind in named if kind != "file" or not _is_internal_file(name)
        )

    def list_write_times(self, prefix: str) -> dict[str, datetime]:
        """Every key below ``prefix``, with when it was last written."""
        start = len(self._base) + 1
        return {
            path[start:]: moment
            for path, moment in list_file_write_times(self._fs, self._build_full_path(prefix)).items()
        }

    def move_local_file_to_key(self, local: Path, key: str) -> None:
        """Moves a finished local file to ``key``: whole or not at all."""
        raise_if_any_lock_is_lost()
        path = self._build_full_path(key)
        if not self.is_local:
            self._fs.put_file(str(local), path)
            local.unlink()
            return
        target = Path(path)
        with convert_write_errors_to_store_unwritable(self.url):
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = local
            if local.stat().st_dev != target.parent.stat().st_dev:
                aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
                shutil.copyfile(local, aside)
                local.unlink()
            _fsync(aside)
            with fence_write():
                aside.replace(target)
            _fsync(target.parent)

    def copy(self, source: str, key: str) -> None:
        """Replaces the file at ``key`` by what is at ``source``, whole or not at all."""
        raise_if_any_lock_is_lost()
        if not self.is_local:
            self._fs.cp_file(self._build_full_path(source), self._build_full_path(key))
            return
        with self.open_scratch_folder() as folder, convert_write_errors_to_store_unwritable(self.url):
            shutil.copyfile(self._build_full_path(source), folder / "copy")
            self.move_local_file_to_key(folder / "copy", key)

    @contextmanager
    def open_local_file_of_key(self, key: str) -> Iterator[Path]:
        """A local, read-only view of ``key`` for as long as the block runs. Raises StoreError if absent."""
        path = self._build_full_path(key)
        if not self._fs.exists(path):
            raise StoreError(
                _("Un fichier attendu n'est plus dans le dépôt."),
                where=f"{self.url}/{key}",
                remedy=_("relancer le jeu depuis l'extraction (option « force »)"),
            )
        if self.is_local:
            yield Path(path)
            return
        with self.open_scratch_folder() as folder:
            copy = folder / key.rsplit("/", 1)[-1]
            self._fs.get_file(path, str(copy))
            yield copy

    def read(self, key: str) -> bytes | None:
        """The bytes at ``key``, for small files; None when there is none."""
        try:
            found: bytes = self._fs.cat_file(self._build_full_path(key), **self._whole)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found

    def read_json(self, key: str) -> Any:
        """The document at ``key``, or None when there is none. Raises StoreError when it is not JSON."""
        text = self.read(key)
        return None if text is None else self.parse_json(key, text)

    def parse_json(self, key: str, text: bytes) -> Any:
        """The document that was read at ``key``. Raises StoreError when it is not JSON."""
        try:
            return json.loads(text)
        except ValueError:
            raise StoreError(
                _("Un document du dépôt n'est pas du JSON."),
                where=f"{self.url}/{key}",
                remedy=_("relancer le jeu : l'exécution le récrit")
                if _MADE_BY_EACH_RUN.match(key)
                else _RESTORE,
            ) from None

    def read_json_mapping(self, key: str) -> dict[str, Any] | None:
        """As ``read_json``, of a document that is an object."""
        found: dict[str, Any] | None = self.read_json(key)
        return found

    def write_json(self, key: str, document: Any) -> None:
        """Replaces the document at ``key`` in a single write."""
        self.write(key, encode_canonical_json(document))

    def write_text(self, key: str, text: str) -> None:
        """Replaces the text at ``key``, in UTF-8, in a single write."""
        self.write(key, text.encode())

    def write(self, key: str, data: bytes) -> None:
        """Replaces the bytes at ``key`` in a single write."""
        raise_if_any_lock_is_lost()
        if not self.is_local:
            self._replace_object(self._build_full_path(key), data)
            return
        with self.open_scratch_folder() as folder:
            local = folder / "document"
            local.write_bytes(data)
            self.move_local_file_to_key(local, key)

    def probe_access(self) -> datetime:
        """Writes a small file, reads it back and removes it; when the storage says that it was written.

        Raises StoreError, also where what is read is not what was written.
        """
        key, text = f".essai-{secrets.token_hex(8)}", secrets.token_bytes(16)
        self.write(key, text)
        try:
            read, written = self.read(key), self.list_write_times(key).get(key)
        finally:
            self.delete(key)
        if read != text or written is None:
            raise StoreError(
                _("Ce stockage ne rend pas ce qui vient d'y être écrit."),
                where=self.url,
                remedy=_("vérifier son adresse et sa clé d'accès avant de s'en servir"),
            )
        return written

    def _replace_object(self, path: str, data: bytes) -> None:
        """In the block of a lock, only what stood there before the lock was confirmed."""
        while is_in_locked_block() and self.has_conditional_writes:
            condition = self._build_condition(path)
            raise_if_any_lock_is_lost()
            try:
                self._fs.pipe_file(path, data, **condition)
            except FileExistsError:
                # Somebody wrote there since: it may be that we were taken for dead.
                continue
            return
        self._fs.pipe_file(path, data)

    def _build_condition(self, path: str) -> dict[str, str]:
        """A storage that keeps no mark of what it holds replaces it whatever stands there."""
        try:
            mark = self._fs.info(path).get("ETag")
        except FileNotFoundError:
            return {"mode": "create"}
        return {"IfMatch": mark} if mark else {}

    def create(self, key: str, data: bytes) -> bool:
        """Makes ``key`` hold ``data`` where nothing stands there; returns whether that is what it holds. Two writers,
        however long one was stopped, never both succeed with other bytes; but in a bucket that keeps no conditions
        (``has_conditional_writes``), where the last one wins."""
        raise_if_any_lock_is_lost()
        made = self._create_local_file(key, data) if self.is_local else self._create_object(key, data)
        # An answer that was lost is asked for again: what stands there may be ours.
        return made or self.read(key) == data

    def _create_local_file(self, key: str, data: bytes) -> bool:
        target = Path(self._build_full_path(key))
        with self.open_scratch_folder() as folder, convert_write_errors_to_store_unwritable(self.url):
            target.parent.mkdir(parents=True, exist_ok=True)
            local = folder / "document"
            local.write_bytes(data)
            _fsync(local)
            try:
                os.link(local, target)
            except FileExistsError:
                return False
            except OSError:
                # A disk without links, or another one than the scratch folder's.
                return _create_file_exclusively(target, data)
            _fsync(target.parent)
        return True

    def _create_object(self, key: str, data: bytes) -> bool:
        if not self.has_conditional_writes:
            if self.exists(key):
                return False
            self._fs.pipe_file(self._build_full_path(key), data)
            return True
        return self._put_if_absent(key, data)

    def _put_if_absent(self, key: str, data: bytes) -> bool:
        try:
            self._fs.pipe_file(self._build_full_path(key), data, mode="create")
        except FileExistsError:
            return False
        return True

    @cached_property
    def has_conditional_writes(self) -> bool:
        """Whether what is created where something stands is refused: on a disk always; a bucket is asked, once a
        process, by two writes of one key."""
        if self.is_local:
            return True
        try:
            # The first may be the first ever; one that is refused is all there is to know.
            kept = not (self._put_if_absent(_PROBE, b"") and self._put_if_absent(_PROBE, b""))
        except (OSError, TypeError):
            kept = False
        if not kept:
            log.warning("%s", UNCONDITIONAL.format(url=self.url))
        return kept

    def delete(self, key: str) -> None:
        """Removes ``key`` (a file or a folder); nothing happens if it is not there.

        On a local disk, private files are overwritten first: a best effort, since journaling and solid-state
        disks may keep older blocks (the guide asks for an encrypted volume under the vault).
        """
        raise_if_any_lock_is_lost()
        path = self._build_full_path(key)
        if not self._fs.exists(path):
            return
        with convert_write_errors_to_store_unwritable(self.url):
            if self.is_local and self.private:
                for name in [path] if Path(path).is_file() else self._fs.find(path):
                    overwrite_file_with_zeros(Path(name))
            # Two sweeps may remove the same thing.
            with fence_write(), suppress(FileNotFoundError):
                self._fs.rm(path, recursive=True)

    @contextmanager
    def open_scratch_folder(self) -> Iterator[Path]:
        """A private temporary folder (0700), on the same disk as a local root; gone when the block ends."""
        with ExitStack() as stack:
            with convert_write_errors_to_store_unwritable(self.url):
                folder = stack.enter_context(
                    open_scratch_folder(self._make_scratch_parent_folder(), private=self._is_scratch_private)
                )
            yield folder

    def sweep_scratch(self) -> int:
        """Removes the scratch folders of killed processes; returns how many there were."""
        return sweep_scratch(self._make_scratch_parent_folder(), private=self._is_scratch_private)

    @property
    def _is_scratch_private(self) -> bool:
        # Elsewhere than on a disk of its own, it may be the vault's.
        return self.private or not self.is_local

    def _make_scratch_parent_folder(self) -> Path:
        if not self.is_local:
            return Path(tempfile.gettempdir())
        parent = Path(self._base) / ".scratch"
        parent.mkdir(exist_ok=True, mode=0o700)
        return parent

    @contextmanager
    def lock(self, key: str, *, where: Sentence) -> Iterator[None]:
        """Holds ``key`` for the block. Raises DatasetBusy when somebody else does, and LeaseLost at the end
        of a block that was taken for dead, and before each of its writes, to any store or over HTTP."""
        with (
            self.leases.hold_lease(key, where=where) as lease,
            confirm_lock_before_writes(lease.raise_if_lost, lease.hold_during_write),
        ):
            yield


def _build_unsupported_url_scheme_error(url: str) -> StoreError:
    """fsspec loads what speaks a scheme at the first address that has it."""
    return StoreError(
        _("Rien d'installé n'ouvre ces adresses."),
        where=url,
        remedy=_("pour s3://, installer « aqueduc-opendata[s3] » ; sinon, un dossier ou une autre adresse"),
    )


@dataclass(frozen=True)
class SweepResult:
    """The result of a sweep, what it destroyed: folders of dead runs, their temporary folders, runs whose
    rejected rows had been kept long enough. ``alive``: folders of runs still going on. ``failed``: what could
    not be destroyed. ``forgotten``: what was remembered of the sources of datasets that no run reads any more."""

    raw: int = 0
    scratch: int = 0
    rejected: int = 0
    alive: int = 0
    failed: int = 0
    forgotten: int = 0


Going = Callable[[str, str], bool | None]
"""Whether the run of a dataset goes on; None when that is not known."""


def answer_unknown_liveness(_dataset: str, _run: str) -> bool | None:
    """The ``Going`` of whoever cannot say whether a run goes on: its lease alone decides."""
    return None


class Vault(StoreRoot):
    """The only place where personal data may rest: mode 0700, or a bucket of its own."""

    def __init__(self, url: str, options: Mapping[str, Any] | None = None) -> None:
        super().__init__(url, options, private=True)
        self._held: dict[str, Lease] = {}

    @contextmanager
    def hold_run_folder_lease(self, dataset: str, run: str, *, resumable: bool = False) -> Iterator[None]:
        """Holds the lease of the run's folder for the block: no sweep destroys it. ``resumable``: another
        process follows under the same ``run``, and the lease outlives the block.

        Raises DatasetBusy while the folder is being swept; LeaseLost when the run was taken for dead, at the end and
        before each of its writes, to any store or over HTTP. ``shred_extracts``,
        ``destroy_dead_run_files_and_old_rejections`` go on all the same.
        """
        key = _build_raw_folder_key(dataset, run)
        lasts = RESUMABLE_S if resumable else PROCESS_S
        lease = self.leases.take_lease(key, owner=run, lasts_s=lasts, resumable=resumable)
        self._held[key] = lease
        try:
            with confirm_lock_before_writes(lease.raise_if_lost, lease.hold_during_write):
                yield
            lease.raise_if_lost()
        finally:
            shredded = self._held.pop(key, None) is None
            if resumable and not shredded:
                lease.hand_over_to_next_process()
            elif not shredded:
                lease.release()
                self.leases.remove_all_claims(key)

    def store_raw_extract(
        self, local: Path, *, dataset: str, run: str, rows: int, window: Window | None
    ) -> ParquetFileHandle:
        return self._store_extract("raw", local, dataset, run, rows, window)

    def store_rejections(self, local: Path, *, dataset: str, run: str, stage: str) -> str:
        key = f"rejected/{dataset}/{build_safe_filename(run)}/{stage}.parquet"
        self.move_local_file_to_key(local, key)
        return key

    def store_anonymised_extract(
        self, local: Path, *, dataset: str, run: str, rows: int, window: Window | None
    ) -> ParquetFileHandle:
        """What the rules made of the extract. It stays in the vault: a name typed into the wrong column is
        only found when the rows are validated."""
        return self._store_extract("safe", local, dataset, run, rows, window)

    def _store_extract(
        self, kind: str, local: Path, dataset: str, run: str, rows: int, window: Window | None
    ) -> ParquetFileHandle:
        key = f"{_build_raw_folder_key(dataset, run)}/{kind}.parquet"
        digest = compute_file_sha256(local)
        self.move_local_file_to_key(local, key)
        return ParquetFileHandle(dataset, run, kind, key, digest, rows, window)

    @mark_uninterruptible_section()
    @waive_lock_confirmation()
    def shred_extracts(self, dataset: str, run: str) -> None:
        """Removes what one run extracted, then its lease. Does nothing the second time."""
        key = _build_raw_folder_key(dataset, run)
        self.delete(key)
        lease = self._held.pop(key, None)
        if lease is not None:
            lease.release()
        self.leases.remove_all_claims(key)

    @mark_uninterruptible_section()
    @waive_lock_confirmation()
    def destroy_dead_run_files_and_old_rejections(
        self,
        *,
        now: datetime,
        days: int | None,
        going: Going = answer_unknown_liveness,
        thorough: bool = False,
        held: Collection[str] = (),
    ) -> SweepResult:
        """Destroys whatever no live lease owns, and rejected rows kept for longer than ``days``, of every
        dataset, declared or not (None: those stay).

        ``going``: whether the run of a dataset still goes on, for whoever can tell; it decides for runs that
        are made of several processes, and their leases are renewed. It is asked where a lease has run out, or
        always (``thorough``: a few requests a live run, where otherwise one listing does for them all).
        ``held``: datasets whose rejected rows stay however old they are; raw extracts never do. What cannot be
        destroyed is counted, and the rest goes on.
        """
        # The folders before the leases: a run takes its lease before it makes its folder.
        folders = {"/".join(key.split("/")[:3]) for key in self.list_write_times("raw")}
        leases = self.leases.map_claimed_keys_to_liveness("raw")
        raw = alive = failed = 0
        for key in sorted(folders | leases.keys()):
            fresh = leases.get(key, False)
            asked = going if thorough or not fresh else answer_unknown_liveness
            try:
                destroyed = not self._check_run_liveness_and_update_lease(
                    key, fresh, now, asked
                ) and self._destroy_folder_without_lease(key)
            except StoreUnwritable:
                failed += 1
                continue
            raw += destroyed and key in folders
            alive += not destroyed and key in folders
        expired = 0 if days is None else self.expire_rejections(now=now, days=days, held=held)
        return SweepResult(raw, self.sweep_scratch(), expired, alive, failed)

    def _check_run_liveness_and_update_lease(
        self, key: str, fresh: bool, now: datetime, going: Going
    ) -> bool:
        """Whether a run that goes on owns ``raw/<dataset>/<run>``, whose lease is then renewed, or nobody can
        say and its lease is ``fresh``. The lease of a run that has ended is dropped."""
        claim = None if going is answer_unknown_liveness else self.leases.read_latest_claim(key)
        known = going(key.split("/")[1], claim.owner) if claim and claim.resumable else None
        if known is None:
            return fresh
        if known and not self._is_run_folder_stale(key, now):
            self.leases.renew_latest_claim(key)
            return True
        self.leases.remove_all_claims(key)
        return False

    def _destroy_folder_without_lease(self, key: str) -> bool:
        """Whether nobody held that folder: it and its lease are then gone."""
        try:
            lease = self.leases.take_lease(key, owner=f"sweep-{secrets.token_hex(8)}", lasts_s=PROCESS_S)
        except DatasetBusy:
            return False
        try:
            self.delete(key)
        finally:
            lease.release()
        self.leases.remove_all_claims(key)
        return True

    def _is_run_folder_stale(self, key: str, now: datetime) -> bool:
        """Whether a run that goes on, says the scheduler, has done nothing for so long that it only waits:
        its DAG is paused, no worker is up."""
        return (now - self._get_latest_write_time_below(key)).total_seconds() > WAITING_S

    def delete_unkept_source_fingerprints(self, keep: Callable[[str], bool]) -> int:
        """Removes what was remembered of the sources (digests, levels) of the datasets that are not to
        ``store_parquet_by_sha256``; returns how many files that was. Raises StoreError."""
        gone = [key for key in self.list("seen") if not keep(key.rsplit("/", 1)[-1].split(".")[0])]
        for key in gone:
            self.delete(key)
        return len(gone)

    def list_rejection_keys(self, dataset: str) -> list[str]:
        """Keys of the rejected rows that are kept, ``rejected/<dataset>/<run>/<stage>.parquet``, oldest
        first."""
        runs = sorted(self.list(f"rejected/{dataset}"), key=self._get_latest_write_time_below)
        return [key for run in runs for key in self.list(run) if key.endswith(".parquet")]

    def expire_rejections(self, *, now: datetime, days: int, held: Collection[str] = ()) -> int:
        """Removes the rejected rows, of every dataset but those ``held``, kept for longer than ``days``;
        returns of how many runs. By the oldest file of each run: what is exported beside it gives it no second life."""
        oldest: dict[str, datetime] = {}
        for key, moment in self.list_write_times("rejected").items():
            run = "/".join(key.split("/")[:3])
            oldest[run] = min(moment, oldest.get(run, moment))
        expired = [
            run
            for run, moment in oldest.items()
            if (now - moment).total_seconds() > days * 86_400 and run.split("/")[1] not in held
        ]
        for run in expired:
            self.delete(run)
        return len(expired)

    def _get_latest_write_time_below(self, key: str) -> datetime:
        return max(self.list_write_times(key).values(), default=datetime.now(UTC))


def _build_raw_folder_key(dataset: str, run: str) -> str:
    """The folder of one run, ``raw/<dataset>/<run>``."""
    return f"raw/{dataset}/{build_safe_filename(run)}"


def build_object_key(digest: str) -> str:
    """Of the file whose SHA-256 is ``digest``, in the store."""
    return f"objects/{digest[:2]}/{digest}.parquet"


class Store(StoreRoot):
    """What was, or may be, published; and the certificates."""

    def store_parquet_by_sha256(
        self, local: Path, *, dataset: str, run: str, stage: str, rows: int, window: Window | None
    ) -> ParquetFileHandle:
        """Stores a Parquet file under its own hash (the same bytes are stored once)."""
        digest = compute_file_sha256(local)
        key = build_object_key(digest)
        # An object damaged on its disk is written again by the run that makes it again.
        # One that is getting old is written again too, so that no sweep takes it from who has just made it.
        if self.is_object_intact(key) and not self._is_older_than_week(key):
            local.unlink()
        else:
            self.move_local_file_to_key(local, key)
        return ParquetFileHandle(dataset, run, stage, key, digest, rows, window)

    def list_object_write_times(self) -> dict[str, datetime]:
        """Every object, with when it was last written."""
        start = len(self._base) + 1
        times = list_file_write_times(self._fs, self._build_full_path("objects"))
        return {path[start:]: moment for path, moment in times.items() if path.endswith(".parquet")}

    def _is_older_than_week(self, key: str) -> bool:
        written = list_file_write_times(self._fs, self._build_full_path(key)).values()
        return any(datetime.now(UTC) - moment > timedelta(days=7) for moment in written)

    def is_object_intact(self, key: str) -> bool:
        """Whether the object at ``key`` is there, and still what its name says."""
        if not self.exists(key):
            return False
        with self.open_local_file_of_key(key) as path:
            return compute_file_sha256(path) == key.rsplit("/", 1)[-1].removesuffix(".parquet")

    def write_report(self, dataset: str, run: str, stage: str, report: Mapping[str, Any]) -> None:
        self.write_json(f"runs/{dataset}/{build_safe_filename(run)}/{stage}.json", report)

    def read_report(self, dataset: str, run: str, stage: str) -> dict[str, Any] | None:
        found = self.read_json_mapping(f"runs/{dataset}/{build_safe_filename(run)}/{stage}.json")
        return self._read_look_reports(dataset, run).get(stage) if found is None else found

    def write_look_report(self, dataset: str, run: str, stage: str, report: Mapping[str, Any]) -> None:
        """Keeps what ``run``, which found nothing new, reports, in the place of what the one before did: most runs are
        such, and their entry in the ledger stays."""
        reports = {**self._read_look_reports(dataset, run), stage: report}
        self.write_json(_build_last_look_key(dataset), {"run": run, "reports": reports})

    def _read_look_reports(self, dataset: str, run: str) -> dict[str, Any]:
        look = self.read_json_mapping(_build_last_look_key(dataset)) or {}
        return dict(look["reports"]) if look.get("run") == run else {}

    def build_report_page_key(self, dataset: str, run: str, name: str) -> str:
        return f"runs/{dataset}/{build_safe_filename(run)}/{name}.html"

    def write_report_page(self, dataset: str, run: str, name: str, page: str) -> None:
        """A report as people read it, beside its document."""
        self.write_text(self.build_report_page_key(dataset, run, name), page)

    def list_datasets(self) -> list[str]:
        """The identifiers of the datasets that left something here, sorted."""
        names = (key.rsplit("/", 1)[-1] for key in self.list("datasets"))
        return [name for name in names if name != CITY_LEDGER]

    def list_ledger_names(self) -> list[str]:
        """The names under which there is a ledger, or may be: the datasets, and the city's own."""
        # One of which only the head is left was emptied.
        own = (
            [CITY_LEDGER]
            if self.list_ledger_entry_keys(CITY_LEDGER) or self.find_ledger_head_key(CITY_LEDGER)
            else []
        )
        return [*self.list_datasets(), *own]

    def read_current_revision_pointer(self, dataset: str) -> dict[str, Any] | None:
        """The pointer to the revision that is published and certified."""
        return self.read_json_mapping(build_current_revision_pointer_key(dataset))

    def read_current_certificate(self, dataset: str) -> dict[str, Any] | None:
        """The certificate of what is published, as the pointer sealed it; None where nothing is published.

        Raises LedgerTampering when it is gone, cut short, or not the one that was given.
        """
        pointer = self.read_current_revision_pointer(dataset) or {}
        key = pointer.get("certificate")
        if not key:
            return None
        data = self.read(key) or b""
        found: dict[str, Any] | None = decode_json_or_none(data)
        if found is None or pointer.get("certificate_sha256") not in (None, compute_bytes_sha256(data)):
            raise LedgerTampering(key, self.url)
        return found

    def write_current_revision_pointer(self, dataset: str, pointer: Mapping[str, Any]) -> None:
        self.write_json(build_current_revision_pointer_key(dataset), pointer)

    def read_validated_partitions(self, dataset: str) -> list[ParquetFileHandle]:
        """The validated parts that make the next revision, ordered by window."""
        return [
            ParquetFileHandle.from_json(part)
            for part in (self.read_json(f"datasets/{dataset}/parts.json") or [])
        ]

    def write_validated_partitions(self, dataset: str, parts: list[ParquetFileHandle]) -> None:
        ordered = sorted(parts, key=lambda part: part.window.label if part.window else "")
        self.write_json(f"datasets/{dataset}/parts.json", [part.to_json() for part in ordered])

    def mark_publication_in_progress(self, dataset: str, run: str, at: datetime, decisions: str = "") -> None:
        """Notes that ``run`` is about to write on a platform, and the digest of the ``decisions`` until then: until a
        run is certified, what the platform serves is not what its pointer says."""
        mark = {"run": run, "at": at.isoformat(), "decisions": decisions}
        self.write_json(_build_publication_in_progress_key(dataset), mark)

    def clear_publication_in_progress(self, dataset: str) -> None:
        self.delete(_build_publication_in_progress_key(dataset))

    def read_publication_in_progress(self, dataset: str) -> dict[str, Any] | None:
        """The mark: ``run``, ``at`` and ``decisions``; None when what is served is what was certified."""
        return self.read_json_mapping(_build_publication_in_progress_key(dataset))

    def read_published_partitions(self, dataset: str) -> list[ParquetFileHandle]:
        """The parts of the revision that is published, of no run."""
        parts = (self.read_current_revision_pointer(dataset) or {}).get("parts", ())
        return [build_published_partition_handle(dataset, "", part) for part in parts]

    def write_restoration_mark(self, dataset: str, mark: Mapping[str, Any]) -> None:
        """Notes that a former revision is online by the will of a person: from now on no other run
        publishes."""
        self.write_json(_build_restoration_key(dataset), mark)

    def delete_restoration_mark(self, dataset: str) -> None:
        self.delete(_build_restoration_key(dataset))

    def read_restoration_mark(self, dataset: str) -> dict[str, Any] | None:
        """The mark: ``revision``, ``by``, ``reason``, ``run``, ``at``; None in the ordinary course."""
        return self.read_json_mapping(_build_restoration_key(dataset))

    def adopt_records_of_former_name(self, former: str, dataset: str) -> None:
        """Gives ``dataset`` all that is known of it under its ``former`` identifier: what was published and
        released, its windows, its ids on platforms, its ledger. What it has of its own stays. Done once; done
        again from the start if it was cut short."""
        mark = f"datasets/{dataset}/moved.json"
        if self.exists(mark):
            return
        own, others = self.read_ledger_head_bytes(dataset), self.read_ledger_head_bytes(former)
        if own is not None and others is not None and own != others:
            # Two ledgers would be poured into one, and prove nothing any more.
            raise StoreError(
                _("« {dataset} » a déjà son propre registre : il ne peut pas avoir été « {former} ».").format(
                    dataset=dataset, former=former
                ),
                where=_("jeu {id}, clé moved_from").format(id=dataset),
                remedy=_(
                    "ôter « moved_from: » ; si « {former} » ne doit plus être en ligne, le retirer"
                ).format(former=former),
            )
        for key in self._list_keys_with_pointer_last(f"datasets/{former}"):
            target = f"datasets/{dataset}{key.removeprefix(f'datasets/{former}')}"
            data = None if self.exists(target) else self.read(key)
            if data is not None:
                self.write(target, data)
        self.write_json(mark, {"from": former})
        self.delete(build_current_revision_pointer_key(former))

    def read_former_name(self, dataset: str) -> dict[str, str] | None:
        """``from``: the identifier that a dataset had before; None for one that had no other."""
        return self.read_json_mapping(f"datasets/{dataset}/moved.json")

    def _list_keys_with_pointer_last(self, prefix: str) -> list[str]:
        """Every key below ``prefix``, the pointer last: it is what says that the rest is there."""
        start = len(self._base) + 1
        found = (str(path)[start:] for path in self._fs.find(self._build_full_path(prefix)))
        keys = [key for key in found if not _is_internal_file(key.rsplit("/", 1)[-1])]
        return sorted(keys, key=lambda key: (key.endswith("/current.json"), key))

    def write_ledger_entry_page(self, key: str, page: str) -> str:
        """The entry at ``key`` as people read it, beside it; returns its own key."""
        beside = f"{key.removesuffix('.json')}.html"
        self.write_text(beside, page)
        return beside

    def find_certificate_page_key(self, dataset: str, run: str) -> str | None:
        """The key of the certificate of ``run`` as people read it; None when there is none."""
        entry = self.find_entry_key_of_run(dataset, run)
        page = f"{entry.removesuffix('.json')}.html" if entry else ""
        return page if page and self.exists(page) else None

    def find_entry_key_of_run(self, dataset: str, run: str) -> str | None:
        """The key of the entry that ``run`` added last; None where it added none."""
        named = self.read_json_mapping(build_entry_of_run_key(dataset, run))
        if named is not None:
            # Noted before the entry is: another run may have had the slot.
            key = f"datasets/{dataset}/ledger/{named['entry']}"
            return key if compute_bytes_sha256(self.read(key) or b"") == named["sha256"] else None
        if not self.exists(_build_former_head_key(dataset)):
            return None
        end = f"-{build_safe_filename(run)}.json"
        former = reversed(self.list_ledger_entry_keys(dataset))
        return next(
            (key for key in former if key.endswith(end) and _is_instant_before_suffix(key, end)), None
        )

    def find_ledger_head_key(self, dataset: str) -> str | None:
        """The key of what names the newest entry of the ledger; None where nothing was chained yet."""
        if self.exists(key := build_ledger_head_key(dataset)):
            return key
        heads = self.list(f"datasets/{dataset}/heads")
        former = _build_former_head_key(dataset)
        return heads[-1] if heads else former if self.exists(former) else None

    def read_ledger_head_bytes(self, dataset: str) -> bytes | None:
        """What names the newest entry of the ledger, as it stands: one read, but of a ledger of before."""
        if (found := self.read(build_ledger_head_key(dataset))) is not None:
            return found
        while key := self.find_ledger_head_key(dataset):
            # One that is gone again gave way to a newer one.
            if (data := self.read(key)) is not None:
                return data
        return None

    def read_ledger_head(self, dataset: str) -> dict[str, Any] | None:
        """The newest entry of the ledger: ``entry``, its file; its ``sha256``; its ``rank``. Raises StoreError."""
        data = self.read_ledger_head_bytes(dataset)
        found: dict[str, Any] | None = (
            None if data is None else self.parse_json(build_ledger_head_key(dataset), data)
        )
        return found

    def list_ledger_entry_keys(self, dataset: str) -> list[str]:
        """The keys of the ledger's entries, oldest first."""
        return [key for key in self.list(f"datasets/{dataset}/ledger") if key.endswith(".json")]

    def list_pending_entry_keys(self, dataset: str) -> list[str]:
        """The keys of what waits for a seal to be appended to the ledger, oldest first."""
        return self.list(f"datasets/{dataset}/pending")

    def read_newest_ledger_entry_name(self, dataset: str) -> str:
        """The newest entry of the ledger as a public record names it: its number and its SHA-256, ``12:ab…``;
        empty where there is none. Raises StoreError."""
        head = self.read_ledger_head(dataset)
        return f"{head['rank'] + 1}:{head['sha256']}" if head else ""

    def has_ledger_entry(self, dataset: str, name: str) -> bool:
        """Whether the ledger has the entry of this ``name``, as ``read_newest_ledger_entry_name`` gives it."""
        number, _colon, sha256 = name.partition(":")
        keys = self.list_ledger_entry_keys(dataset)
        newest = (self.read_ledger_head(dataset) or {}).get("entry")
        # Its place, most often; entries of the same second may stand the other way round. The newest by its name,
        # which a listing that is late does not show.
        likely = (*keys[int(number) - 1 :][:1], *([f"datasets/{dataset}/ledger/{newest}"] if newest else ()))
        return any(compute_bytes_sha256(self.read(key) or b"") == sha256 for key in (*likely, *keys))

    def is_named_ledger_entry_missing(self, dataset: str, name: str) -> bool:
        """Whether ``name`` is that of an entry, and of none of this ledger: the store was rolled back."""
        return bool(_ENTRY_NAME.fullmatch(name)) and not self.has_ledger_entry(dataset, name)


@contextmanager
def open_verified_file(root: StoreRoot, handle: ParquetFileHandle) -> Iterator[Path]:
    """A local view of the file a handle names.

    Raises MissingHandleFile when the vault no longer has it, StoreError when the store has not, HandleFileMismatch when
    its bytes are not those.
    """
    if isinstance(root, Vault) and not root.exists(handle.key):
        raise MissingHandleFile(
            _("Ce que l'étape précédente avait préparé a été détruit à la fin de l'exécution."),
            where=f"{root.url}/{handle.key}",
            remedy=_(
                "reprendre toute l'exécution : Clear depuis « Extraire », avec les tâches qui suivent, "
                "ou relancer le jeu ; le rapport qui dit pourquoi elle avait échoué reste en place"
            ),
        )
    with root.open_local_file_of_key(handle.key) as path:
        if compute_file_sha256(path) != handle.sha256:
            raise HandleFileMismatch(
                _("Un fichier du dépôt n'est plus celui que cette exécution a écrit."),
                where=f"{root.url}/{handle.key}",
                remedy=_("relancer le jeu depuis l'extraction ; si cela revient, vérifier le disque"),
            )
        yield path


def build_published_partition_handle(dataset: str, run: str, part: Mapping[str, Any]) -> ParquetFileHandle:
    """The file of a part of a revision, as reports and pointers name it."""
    window = Window.from_json(part["window"]) if part.get("window") else None
    return ParquetFileHandle(dataset, run, "valid", part["object"], part["sha256"], part["rows"], window)


def encode_canonical_json(document: Any) -> bytes:
    """A document as the store keeps it: the same one gives the same bytes."""
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def decode_json_or_none(data: bytes) -> Any:
    """The document that ``data`` holds; None where they hold none, as what was cut short."""
    try:
        return json.loads(data)
    except ValueError:
        return None


def compute_bytes_sha256(data: bytes) -> str:
    """Hexadecimal SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def compute_file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def build_safe_filename(text: str) -> str:
    """A run identifier as a file name (Airflow's hold ``:`` and ``+``). Distinct inputs stay distinct."""
    clean = "".join(char if char.isascii() and (char.isalnum() or char in "-_.") else "_" for char in text)
    if clean == text and len(text) <= 120 and not text.startswith("."):
        return clean
    return f"{clean[:100].lstrip('.')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def build_ledger_entry_key(dataset: str, rank: int) -> str:
    """The slot of the entry before which ``rank`` others stand; sorted by rank, after those of before, named by
    instant."""
    return f"datasets/{dataset}/ledger/r{rank:08d}.json"


def parse_entry_rank(name: str) -> int | None:
    """The rank in the name of an entry; None of those of before, named by instant and run."""
    found = _SLOT.fullmatch(name)
    return int(found[1]) if found else None


def build_entry_of_run_key(dataset: str, run: str) -> str:
    """The key of what names the entry that a run, or an act, added last: its file and its SHA-256."""
    return f"datasets/{dataset}/entries/{build_safe_filename(run)}.json"


def build_declaration_key(sha256: str) -> str:
    """The key of the text of a declaration, by the SHA-256 of what is kept there."""
    return f"declarations/{sha256}.json"


def build_ledger_head_key(dataset: str) -> str:
    """The key of what names the newest entry of the ledger; sorted after those of before, named by rank."""
    return f"datasets/{dataset}/heads/newest.json"


def build_pending_entry_key(dataset: str, name: str) -> str:
    """The key of what waits for a seal to be appended to the ledger; sorted by instant."""
    return f"datasets/{dataset}/pending/{name}"


def _build_last_look_key(dataset: str) -> str:
    return f"datasets/{dataset}/looked.json"


def _build_former_head_key(dataset: str) -> str:
    return f"datasets/{dataset}/head.json"


def build_current_revision_pointer_key(dataset: str) -> str:
    """The key of the pointer to the revision that is published."""
    return f"datasets/{dataset}/current.json"


def _is_instant_before_suffix(key: str, end: str) -> bool:
    """Whether what stands before ``end`` in the name is an instant, and not a part of another run's name."""
    return len(key.rsplit("/", 1)[-1].removesuffix(end)) == len("20260301T000000Z")


def _is_internal_file(name: str) -> bool:
    """Whether a file's name is one that a root gives: a lock, the marker of a lease that ran out, a file that
    is not whole yet."""
    return name.startswith(".") or bool(_LOCK.search(name))


def is_lease_or_unfinished_file_key(key: str) -> bool:
    """Whether a root keeps it for itself: leases, temporary folders, files that are not whole yet."""
    return any(map(_is_internal_file, key.split("/")))


def _build_publication_in_progress_key(dataset: str) -> str:
    return f"datasets/{dataset}/writing.json"


def _build_restoration_key(dataset: str) -> str:
    return f"datasets/{dataset}/restored.json"


def format_compact_instant(moment: datetime) -> str:
    """As names of files begin: sorted, they are in the order of their instants."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _create_file_exclusively(target: Path, data: bytes) -> bool:
    """Where links are refused: never over another file, but not whole if the machine dies meanwhile."""
    try:
        with target.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        return False
    _fsync(target.parent)
    return True


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
