"""Files of known keys, read line by line as OpenSSH does: paramiko stops at the first mark, and trusts what a line
below revokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import paramiko
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey

MACHINE_FILES = (Path("~/.ssh/known_hosts"), Path("/etc/ssh/ssh_known_hosts"))


@dataclass(frozen=True)
class KnownHosts:
    """``revoked``: the keys (base64) that are nobody's any more, whatever another line says. ``is_garbled``: lines
    are there, and none of them is a key."""

    entries: Sequence[HostKeyEntry]
    revoked: frozenset[str]
    is_garbled: bool


def read_known_hosts(path: Path) -> KnownHosts | None:
    """None for a file that cannot be read. An authority that signs keys (``@cert-authority``) is passed over: it
    is no key of a server."""
    try:
        lines = path.expanduser().read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return None
    said = [line.split() for line in lines if line.strip() and not line.strip().startswith("#")]
    revoked = [parts[1:] for parts in said if parts[0] == "@revoked"]
    parsed = (_parse_known_hosts_line(parts) for parts in said if not parts[0].startswith("@"))
    entries = tuple(entry for entry in parsed if entry is not None)
    keys = frozenset(parts[2] for parts in revoked if len(parts) > 2)
    return KnownHosts(entries, keys, is_garbled=bool(said) and not entries and not keys)


def _parse_known_hosts_line(parts: Sequence[str]) -> HostKeyEntry | None:
    try:
        return HostKeyEntry.from_line(" ".join(parts))
    except (InvalidHostKey, paramiko.SSHException, ValueError):
        return None
