"""Private temporary folders, and what becomes of those whose process was killed.

A folder belongs to its process for as long as that lives: the process holds a lock of the kernel's (flock) on
a file beside what it works on. Unlike a process number, the lock means the same in every container of a
machine, and is never given to somebody else.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, lru_cache, partial
from pathlib import Path

BLOCK = 1 << 20
PREFIX = "aqueduc-"
_PATTERN = PREFIX + "[0-9a-f]" * 8 + "-" + "[0-9a-f]" * 16
"""The names that open_scratch_folder gives. A temporary folder is everybody's: what only begins like one of ours,
« aqueduc-essai », is somebody's work."""
FOREIGN_S = 3 * 3600
"""A folder made under another kernel (another machine, or before this one restarted) cannot be asked: it is
abandoned once nothing was written there for this long. A task of Airflow's lasts an hour at most."""


@contextmanager
def open_scratch_folder(parent: Path, *, private: bool) -> Iterator[Path]:
    """A folder of mode 0700 below ``parent``, gone when the block ends; ``private``: overwritten first.

    Raises OSError when ``parent`` cannot be written to.
    """
    sweep_scratch(parent, private=private)
    name = _generate_folder_name()
    # Nobody looks for it under this name: it gets its own once it is locked.
    making = parent / f".{name}"
    making.mkdir(mode=0o700, parents=True)
    (making / "work").mkdir(mode=0o700)
    with (making / "lock").open("x") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        outer = making.rename(parent / name)
        try:
            yield outer / "work"
        finally:
            wipe_folder(outer, private=private)


class _UninterruptibleSectionDepth(threading.local):
    depth = 0


_destructions = _UninterruptibleSectionDepth()


@contextmanager
def mark_uninterruptible_section() -> Iterator[None]:
    """A block, or as a decorator a function, that must not be interrupted half-way in this thread."""
    _destructions.depth += 1
    try:
        yield
    finally:
        _destructions.depth -= 1


def is_in_uninterruptible_section() -> bool:
    """Whether this thread is inside a ``mark_uninterruptible_section``, which whoever would interrupt it waits for."""
    return _destructions.depth > 0


def sweep_scratch(parent: Path, *, private: bool) -> int:
    """Removes the folders whose process is dead; returns how many there were."""
    # Asked once: where each unborn folder cost two writes, those of the dead made every sweep dearer.
    read_clock = cache(partial(_read_filesystem_clock, parent))
    for unborn in parent.glob(f".{_PATTERN}"):
        # Nothing was ever put there.
        if _has_no_recent_write(unborn, read_clock):
            wipe_folder(unborn, private=private)
    return sum(
        _remove_folder_if_process_dead(folder, read_clock, private=private)
        for folder in parent.glob(_PATTERN)
    )


def _remove_folder_if_process_dead(folder: Path, read_clock: Callable[[], float], *, private: bool) -> bool:
    ours = folder.name.startswith(f"{PREFIX}{compute_boot_id_hash()}-")
    try:
        with (folder / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not ours and not _has_no_recent_write(folder, read_clock):
                return False
            wipe_folder(folder, private=private)
            return True
    except FileNotFoundError:
        # The last thing to be removed of one of ours.
        if not ours and not _has_no_recent_write(folder, read_clock):
            return False
        wipe_folder(folder, private=private)
        return True
    except (BlockingIOError, PermissionError):
        # Its process lives; or it is another account's, in a temporary folder that several share.
        return False


def _has_no_recent_write(folder: Path, read_clock: Callable[[], float]) -> bool:
    """Whether nothing below ``folder`` was written for FOREIGN_S, by the clock that dates what is written there.

    Raises OSError when the folder above cannot be written to.
    """
    newest = 0.0
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):
            newest = max(newest, path.lstat().st_mtime)
    return read_clock() - newest > FOREIGN_S


def _read_filesystem_clock(parent: Path) -> float:
    """The time by which ``parent`` dates what is written there: that of a file server, or this process's own, may be
    hours away. Raises OSError when it cannot be written to."""
    # A folder that is not born, since a sweep removes it should we die here; of a file, nothing would.
    folder = parent / f".{_generate_folder_name()}"
    folder.mkdir(mode=0o700)
    try:
        return folder.lstat().st_mtime
    finally:
        folder.rmdir()


def _generate_folder_name() -> str:
    return f"{PREFIX}{compute_boot_id_hash()}-{secrets.token_hex(8)}"


@mark_uninterruptible_section()
def wipe_folder(folder: Path, *, private: bool) -> None:
    """Removes a folder; ``private``: its files are overwritten first. What another process removes meanwhile
    is no error."""
    for path in folder.rglob("*") if private else ():
        # What a link leads to is another's.
        if path.is_file() and not path.is_symlink():
            overwrite_file_with_zeros(path)
    # The lock last: without it, nobody could tell any more that the process is dead.
    with suppress(FileNotFoundError, NotADirectoryError):
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@mark_uninterruptible_section()
def overwrite_file_with_zeros(path: Path) -> None:
    """Writes zeros over a file, and waits for the disk. Nothing is done to one that is gone."""
    with suppress(FileNotFoundError), path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(b"\0" * min(BLOCK, left))
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=1)
def compute_boot_id_hash() -> str:
    """Names the kernel that runs us, until it stops: the locks of two containers of a machine are its own."""
    with suppress(OSError):
        return _compute_short_hash(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
    return _compute_short_hash(os.uname().nodename)


def _compute_short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
