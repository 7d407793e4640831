"""What the sandbox keeps on disk: private files, remembered values, fingerprints."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text` in one step, readable by its owner only (mode 0600)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
    draft.replace(path)


def remembered(path: Path, make: Callable[[], str]) -> str:
    """The text kept in the private file `path`; made by `make` and written there the first time."""
    if not path.exists():
        write_private(path, make())
    return path.read_text(encoding="utf-8")


def new_secret() -> str:
    """A password or key of 256 bits, safe in a URL, in an INI file and in a shell."""
    # A leading dash would be read as an option by some command lines.
    return "s" + secrets.token_urlsafe(32)


def fingerprint(files: Iterable[Path], *facts: object) -> str:
    """A short digest of the content of `files` and of `facts`: when it changes, what was built is stale."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    digest.update(repr(facts).encode())
    return digest.hexdigest()[:16]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`: two processes that share a root start or stop it one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
