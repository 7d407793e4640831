"""Leases: who works on something, known to every machine that shares a folder or a bucket.

A lease is a small object below ``.leases/<key>/``, its *claim*. Its holder writes it anew every minute from a
thread (the heart-beat); a claim that was not written for as long as it lasts is dead, and may be taken over.

*Which clock.* The store's alone: the age of a claim is the difference between two dates that the store gave
(of the claim asked about, and of the one just written to ask). A holder measures by its own clock how long it
has not written, never what time it is. So clocks may differ; they must run at the same rate.

*Exclusion without conditional writes.* Not every S3 knows ``If-None-Match`` (rclone's overwrites in
silence). A contender writes a claim of its own, under a name nobody else has, then lists them all; if another
one lives, it takes its own away and gives up. Of two contenders the one that lists last sees the other: both
may give up, never both go on. All it takes is that a listing shows what was written before it, as S3's has
since 2020.

*Fencing.* The token of a claim is one more than the highest there; the claim of a lease given back stays, as
its mark, so that tokens only grow. A holder whose lease was taken over stops at its next ``raise_if_lost``.

*One write.* A process may be stopped between its question and its write. On a disk it holds a lock of the kernel's for
that moment, and whoever would take its lease over gives up until it goes on or is killed; in a bucket that keeps
conditions, what it replaces is what it saw before it asked (``store``).

*On a disk*, a process also holds a lock of the kernel's (flock) on its claim, so that a killed one is known
at once to whoever runs on the same machine. Elsewhere, it is known when its lease runs out.
"""

import fcntl
import json
import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol, Self

from aqueduc.errors import DatasetBusy, LeaseLost, StoreError, convert_write_errors_to_store_unwritable
from aqueduc.language import Sentence, _
from aqueduc.scratch import compute_boot_id_hash

PROCESS_S = 600
"""How long a lease outlives the last heart-beat of a process that nobody will replace: ten beats."""

RESUMABLE_S = 3 * 3600
"""The same, where another process takes up the work under the same name: the tasks of an Airflow run. Airflow
finds a killed task after 5 minutes and tries it again 5 minutes later; the rest is for the queue, and for two
of the hourly sweeps, which renew the lease of every run that Airflow says is going on."""

TRIES = 5
"""How often two that ask at the same moment ask again."""

WAITING_S = 24 * 3600
"""How long the sweeps renew such a lease while nothing happens: a run whose next task has waited for a day
starts again from the beginning."""

BEAT_S = 60
BEATS = 10
"""A lease is renewed every BEAT_S, and at least so many times before it would run out."""

DATE_RESOLUTION_S = 1
"""A bucket dates what it holds in whole seconds: a claim may be younger by one than the two dates say."""


@dataclass(frozen=True)
class LeaseClaim:
    """A claim on a lease: by whom, how many seconds it lasts after each heart-beat, whether another process
    of the same ``owner`` may follow, on which kernel. ``released``: given back."""

    owner: str
    lasts_s: float
    resumable: bool = False
    kernel: str = ""
    released: bool = False

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The claim that ``to_bytes`` wrote. Raises ValueError, TypeError."""
        return cls(**json.loads(data))


class ClaimStore(Protocol):
    """The store of claims. ``name``: ``<token>-<milliseconds it lasts>-<random>``."""

    def list_claim_write_times_by_key(self, prefix: str) -> dict[str, dict[str, float]]:
        """The keys below ``prefix`` that have claims, each with its ``read_claim_write_times``; one listing for them all."""

    def read_claim_write_times(self, key: str) -> dict[str, float]:
        """When each claim of ``key`` was last written, by the clock of the store."""

    def read_claim(self, key: str, name: str) -> bytes | None:
        """The bytes of a claim, None when it is gone."""

    def write_claim(self, key: str, name: str, data: bytes) -> IO[bytes] | None:
        """Makes or replaces a claim in one go. What is returned is to be closed by whoever holds the claim:
        it says, for as long as it is open, that the process lives."""

    def renew_claim(self, key: str, name: str, data: bytes) -> None:
        """Dates a claim of now. Raises FileNotFoundError where it can tell that it is gone."""

    def remove_claim(self, key: str, name: str) -> None:
        """Does nothing when it is gone."""

    def seize_claim(self, key: str, name: str) -> bool:
        """Removes the claim of another that is dead; False where it is found to be writing (``hold_during_write``)."""

    def hold_during_write(self, key: str, name: str) -> AbstractContextManager[None]:
        """Keeps a claim from being seized for the block. Raises LeaseLost where it was."""

    def remove_partial_claims(self, key: str) -> None:
        """Removes what writers that were killed left of claims of ``key``."""

    def is_orphan(self, key: str, name: str) -> bool:
        """Whether the claim dies with its process, and that is known to be dead."""


class FolderClaimStore:
    """Claims below a local folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list_claim_write_times_by_key(self, prefix: str) -> dict[str, dict[str, float]]:
        # What was killed before its first claim was in place left a dotted one.
        paths = (
            path for pattern in ("[0-9]*-*", ".[0-9]*-*") for path in (self._folder / prefix).rglob(pattern)
        )
        found = {path.parent for path in paths if path.is_file()}
        keys = (path.relative_to(self._folder).as_posix() for path in sorted(found))
        return {key: self.read_claim_write_times(key) for key in keys}

    def read_claim_write_times(self, key: str) -> dict[str, float]:
        moments = {}
        with suppress(FileNotFoundError):
            for path in (self._folder / key).iterdir():
                with suppress(FileNotFoundError):
                    if not path.name.startswith(".") and path.is_file():
                        moments[path.name] = path.stat().st_mtime
        return moments

    def read_claim(self, key: str, name: str) -> bytes | None:
        with suppress(FileNotFoundError):
            return (self._folder / key / name).read_bytes()
        return None

    def write_claim(self, key: str, name: str, data: bytes) -> IO[bytes]:
        target = self._folder / key / name
        aside = target.with_name(f".{name}")
        file = _create_claim_file(aside)
        try:
            # Locked before anybody sees it.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.write(data)
            file.flush()
            aside.replace(target)
        except OSError:
            file.close()
            raise
        return file

    def renew_claim(self, key: str, name: str, data: bytes) -> None:  # noqa: ARG002 - a bucket needs the bytes
        os.utime(self._folder / key / name)

    def remove_claim(self, key: str, name: str) -> None:
        (self._folder / key / name).unlink(missing_ok=True)
        self._build_door_path(key, name).unlink(missing_ok=True)
        with suppress(OSError):
            (self._folder / key).rmdir()

    def seize_claim(self, key: str, name: str) -> bool:
        door = self._build_door_path(key, name)
        with suppress(FileNotFoundError), door.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self.remove_claim(key, name)
            return True
        # Nobody has written yet; who is about to finds no claim.
        self.remove_claim(key, name)
        return not door.exists() or self.seize_claim(key, name)

    @contextmanager
    def hold_during_write(self, key: str, name: str) -> Iterator[None]:
        # Threads of one process may write at the same moment, each by a file of its own.
        try:
            file = self._build_door_path(key, name).open("ab")
        except FileNotFoundError:
            raise LeaseLost(key) from None
        with file:
            fcntl.flock(file, fcntl.LOCK_SH)
            if not (self._folder / key / name).exists():
                raise LeaseLost(key)
            yield

    def _build_door_path(self, key: str, name: str) -> Path:
        return self._folder / key / f".{name}.door"

    def remove_partial_claims(self, key: str) -> None:
        with suppress(FileNotFoundError):
            for path in (self._folder / key).glob(".[0-9]*-*"):
                if _is_lock_file_free(path):
                    self.remove_claim(key, path.name)

    def is_orphan(self, key: str, name: str) -> bool:
        data = self.read_claim(key, name)
        claim = _parse_lease_claim(data) if data else None
        if claim is None or claim.resumable or claim.kernel != compute_boot_id_hash():
            return False
        return _is_lock_file_free(self._folder / key / name)


class RemoteClaimStore:
    """Claims below a folder of an fsspec file system."""

    def __init__(self, fs: Any, base: str) -> None:
        self._fs, self._base = fs, base

    def list_claim_write_times_by_key(self, prefix: str) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for path, moment in list_file_write_times(self._fs, f"{self._base}/{prefix}").items():
            key, _, name = path.rpartition(f"{self._base}/")[2].rpartition("/")
            found.setdefault(key, {})[name] = moment.timestamp()
        return found

    def read_claim_write_times(self, key: str) -> dict[str, float]:
        return self.list_claim_write_times_by_key(key).get(key, {})

    def read_claim(self, key: str, name: str) -> bytes | None:
        with suppress(FileNotFoundError):
            found: bytes = self._fs.cat_file(f"{self._base}/{key}/{name}")
            return found
        return None

    def write_claim(self, key: str, name: str, data: bytes) -> None:
        self._fs.pipe_file(f"{self._base}/{key}/{name}", data)

    def renew_claim(self, key: str, name: str, data: bytes) -> None:
        self.write_claim(key, name, data)

    def remove_claim(self, key: str, name: str) -> None:
        with suppress(FileNotFoundError):
            self._fs.rm_file(f"{self._base}/{key}/{name}")

    def seize_claim(self, key: str, name: str) -> bool:
        self.remove_claim(key, name)
        return True

    def hold_during_write(self, key: str, name: str) -> AbstractContextManager[None]:  # noqa: ARG002 - a disk can
        return nullcontext()

    def remove_partial_claims(self, key: str) -> None:
        """Nothing: an object is there whole, or not at all."""

    def is_orphan(self, key: str, name: str) -> bool:  # noqa: ARG002 - a disk can tell
        return False


class Lease:
    """A lease that this process holds, renewed from a thread until ``stop_heartbeat``."""

    def __init__(self, claims: ClaimStore, key: str, name: str, claim: LeaseClaim, *, at: float) -> None:
        """``at``: what ``read_monotonic_seconds()`` said before the claim was written."""
        self.key, self.token = key, parse_claim_token(name)
        self._claims, self._name, self._claim = claims, name, claim
        self._file: IO[bytes] | None = None
        self._renewed, self._lost, self._stopped = at, False, threading.Event()
        self._thread = threading.Thread(target=self._renew_until_stopped, name=f"lease {key}", daemon=True)

    def start_heartbeat(self, file: IO[bytes] | None) -> None:
        self._file = file
        self._thread.start()

    def raise_if_lost(self) -> None:
        """To be called before whatever must not be done twice. Raises LeaseLost."""
        if self._stopped.is_set():
            return
        if self._lost or read_monotonic_seconds() - self._renewed >= self._claim.lasts_s:
            self._lost = True
            raise LeaseLost(self.key)

    @contextmanager
    def hold_during_write(self) -> Iterator[None]:
        """Keeps the lease from being taken over for the block, where the store of claims can. Raises LeaseLost."""
        if self._stopped.is_set():
            yield
            return
        with self._claims.hold_during_write(self.key, self._name):
            yield

    def hand_over_to_next_process(self) -> None:
        """Leaves the lease to the next process of its owner: it lasts from now on."""
        self.stop_heartbeat()
        with suppress(StoreError, OSError):
            self._renew_claim()
        self._close_lock_file()

    def release(self) -> None:
        """Gives the lease back; its token stays."""
        self.stop_heartbeat()
        with suppress(StoreError, OSError):
            if not self._lost and self._claims.read_claim(self.key, self._name) is not None:
                mark = replace(self._claim, released=True)
                file = self._claims.write_claim(self.key, self._name, mark.to_bytes())
                if file is not None:
                    file.close()
        self._close_lock_file()

    def stop_heartbeat(self) -> None:
        """Ends the heart-beat: the lease is left as it is."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _close_lock_file(self) -> None:
        if self._file is not None:
            self._file.close()

    def _renew_until_stopped(self) -> None:
        while not self._lost and not self._stopped.wait(min(BEAT_S, self._claim.lasts_s / BEATS)):
            # Tried again at the next beat: what matters is whether one succeeds in time.
            with suppress(StoreError, OSError):
                self._renew_claim()

    def _renew_claim(self) -> None:
        """Dates the claim of now, unless it ran out, is gone or was taken up by another process."""
        began = read_monotonic_seconds()
        try:
            self._lost = self._lost or self._has_expired(began) or self._is_lost_to_successor()
            if not self._lost:
                self._claims.renew_claim(self.key, self._name, self._claim.to_bytes())
        except FileNotFoundError:
            self._lost = True
        # It may have arrived after somebody found it dead.
        self._lost = self._lost or self._has_expired(read_monotonic_seconds())
        if self._lost:
            self._claims.remove_claim(self.key, self._name)
        else:
            self._renewed = began

    def _has_expired(self, now: float) -> bool:
        return now - self._renewed >= self._claim.lasts_s

    def _is_lost_to_successor(self) -> bool:
        """A higher token of another owner is a contender's, which will give up, as long as ours lives."""
        names = self._claims.read_claim_write_times(self.key)
        if self._name not in names:
            return True
        higher = (
            self._claims.read_claim(self.key, name) for name in names if parse_claim_token(name) > self.token
        )
        return any(_parse_lease_claim(data).owner == self._claim.owner for data in higher if data)


class LeaseRegistry:
    """The leases of one store. ``where``: its URL, for messages."""

    def __init__(self, claims: ClaimStore, where: str) -> None:
        self._claims = claims
        self._where = where

    def take_lease(
        self,
        key: str,
        *,
        owner: str,
        lasts_s: float = PROCESS_S,
        resumable: bool = False,
        where: Sentence = "",
    ) -> Lease:
        """Takes the lease of ``key``, or takes it up from a process of the same ``owner``, which loses it.

        Raises DatasetBusy (at ``where``) while another owner's lives, or when two ask at the same moment.
        """
        claim = LeaseClaim(owner, lasts_s, resumable, compute_boot_id_hash())
        for _attempt in range(TRIES):
            lease, rivals = self._try_take(key, claim)
            if lease is not None:
                return lease
            if not rivals:
                break
            time.sleep(0.05 + secrets.randbelow(300) / 1000)
        raise DatasetBusy(
            _("Une autre exécution tient ce jeu de données."),
            where=where or f"{self._where}/{key}",
            remedy=_("attendre qu'elle finisse : cette tâche sera reprise toute seule"),
        )

    def _try_take(self, key: str, claim: LeaseClaim) -> tuple[Lease | None, bool]:
        """The lease, or None and whether it is only that others asked at the same moment."""
        token = max(map(parse_claim_token, self._claims.read_claim_write_times(key)), default=0) + 1
        name = f"{token:08d}-{round(claim.lasts_s * 1000)}-{secrets.token_hex(8)}"
        lease = Lease(self._claims, key, name, claim, at=read_monotonic_seconds())
        with convert_write_errors_to_store_unwritable(self._where):
            file = self._claims.write_claim(key, name, claim.to_bytes())
        others = self._claims.read_claim_write_times(key)
        now = others.pop(name, None)
        holding = [
            other
            for other, moment in others.items()
            if now is not None and self._is_rival_claim_alive(key, other, now - moment, claim.owner, token)
        ]
        # One that was stopped in the middle of a write holds: that would land after ours.
        if now is None or holding or not all(self._claims.seize_claim(key, other) for other in others):
            self._claims.remove_claim(key, name)
            if file is not None:
                file.close()
            asked = bool(holding) and all(parse_claim_token(other) >= token for other in holding)
            return None, now is None or asked
        lease.start_heartbeat(file)
        return lease, False

    @contextmanager
    def hold_lease(self, key: str, *, where: Sentence = "", lasts_s: float = PROCESS_S) -> Iterator[Lease]:
        """Holds ``key`` for this block alone. Raises DatasetBusy, and LeaseLost at the end when the lease was
        lost meanwhile."""
        lease = self.take_lease(key, owner=secrets.token_hex(8), lasts_s=lasts_s, where=where)
        try:
            yield lease
            lease.raise_if_lost()
        finally:
            lease.release()

    def map_claimed_keys_to_liveness(self, prefix: str) -> dict[str, bool]:
        """The keys below ``prefix`` that have a claim, and whether one of them lives for sure.

        One listing for them all, so by this machine's clock: the date of a claim that is as good as new shows
        by any clock. Of the others, ``take_lease`` decides.
        """
        now = time.time()
        return {
            key: any(
                self._is_claim_unexpired_and_not_orphan(key, name, now - moment)
                for name, moment in moments.items()
            )
            for key, moments in self._claims.list_claim_write_times_by_key(prefix).items()
        }

    def is_held(self, key: str) -> bool:
        """Whether somebody seems to hold ``key``: for whoever waits, never to exclude. By the kernel's lock
        where it is ours, else by this machine's clock."""
        now = time.time()
        return any(
            self._seems_claim_alive_by_local_clock(key, name, now - moment)
            for name, moment in self._claims.read_claim_write_times(key).items()
        )

    def _seems_claim_alive_by_local_clock(self, key: str, name: str, age_s: float) -> bool:
        data = self._claims.read_claim(key, name)
        claim = _parse_lease_claim(data) if data else None
        if claim is None or claim.released or self._claims.is_orphan(key, name):
            return False
        return claim.kernel == compute_boot_id_hash() or age_s < claim.lasts_s

    def read_latest_claim(self, key: str) -> LeaseClaim | None:
        """The latest claim of ``key``, alive or not."""
        latest = max(self._claims.read_claim_write_times(key), key=parse_claim_token, default=None)
        data = self._claims.read_claim(key, latest) if latest else None
        return _parse_lease_claim(data) if data else None

    def renew_latest_claim(self, key: str) -> None:
        """Renews the latest claim on behalf of its owner, by whoever knows that the work goes on."""
        latest = max(self._claims.read_claim_write_times(key), key=parse_claim_token, default=None)
        data = self._claims.read_claim(key, latest) if latest else None
        if latest and data:
            with suppress(FileNotFoundError):
                self._claims.renew_claim(key, latest, data)

    def remove_all_claims(self, key: str) -> None:
        """Removes every claim of ``key``, and so its tokens: for what will never be worked on again."""
        for name in self._claims.read_claim_write_times(key):
            self._claims.remove_claim(key, name)
        self._claims.remove_partial_claims(key)

    def _is_rival_claim_alive(self, key: str, other: str, age_s: float, owner: str, token: int) -> bool:
        """Whether another claim keeps ``owner`` from having ``token``: it lives, and is none of its past."""
        data = self._claims.read_claim(key, other)
        claim = _parse_lease_claim(data) if data else None
        if claim is None or (claim.owner == owner and parse_claim_token(other) < token):
            return False
        lasts_s = claim.lasts_s + DATE_RESOLUTION_S
        return not claim.released and age_s < lasts_s and not self._claims.is_orphan(key, other)

    def _is_claim_unexpired_and_not_orphan(self, key: str, name: str, age_s: float) -> bool:
        return age_s < _parse_claim_duration(name) and not self._claims.is_orphan(key, name)


def parse_claim_token(name: str) -> int:
    """The token in the name of a claim; 0 for what is none."""
    head = name.partition("-")[0]
    return int(head) if head.isascii() and head.isdigit() else 0


def list_file_write_times(fs: Any, path: str) -> dict[str, datetime]:
    """Every file below ``path``, with when it was last written, by the clock of where it is. In a bucket, one
    request a thousand."""
    found: dict[str, datetime] = {}
    with suppress(FileNotFoundError):
        for name, entry in fs.find(path, detail=True).items():
            # The folder itself, where s3fs found nothing in it any more.
            if entry["type"] != "directory":
                with suppress(FileNotFoundError):
                    found[str(name)] = _get_write_time(entry, fs)
    return found


def _get_write_time(entry: Mapping[str, Any], fs: Any) -> datetime:
    """As the listing of a file system has it, or else as the file system answers."""
    moment = entry.get("mtime") or entry.get("LastModified") or fs.modified(entry["name"])
    if isinstance(moment, int | float):
        return datetime.fromtimestamp(moment, UTC)
    aware: datetime = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware


def _parse_claim_duration(name: str) -> float:
    """Seconds, from the name of a claim; 0 when it does not say."""
    said = name.split("-")[1:2]
    return int(said[0]) / 1000 if said and said[0].isascii() and said[0].isdigit() else 0.0


def read_monotonic_seconds() -> float:
    """The seconds of a monotonic clock, counted while the machine sleeps, too, where the system can."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _parse_lease_claim(data: bytes) -> LeaseClaim:
    """What cannot be read is somebody's: it holds until it runs out."""
    try:
        return LeaseClaim.from_bytes(data)
    except (ValueError, TypeError):
        return LeaseClaim(owner="", lasts_s=RESUMABLE_S, resumable=True)


def _is_lock_file_free(path: Path) -> bool:
    """Whether no process of this kernel holds that file; one that is gone is held by nobody."""
    try:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True
    return True


def _create_claim_file(path: Path) -> IO[bytes]:
    """A new file, in a folder that another process may remove until there is something in it."""
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            return path.open("xb")


def open_claim_store(fs: Any, base: str, *, is_local: bool) -> ClaimStore:
    """The claims below ``base``, a path of ``fs``."""
    return FolderClaimStore(Path(base)) if is_local else RemoteClaimStore(fs, base)
