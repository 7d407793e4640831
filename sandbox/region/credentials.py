"""The passwords and keys of the region: generated at its first start, each in a private file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox.state import new_secret, remembered


@dataclass(frozen=True)
class Secrets:
    """One secret a use; none is ever written in the code."""

    secret_key: str
    database_password: str
    datastore_reader_password: str
    redis_password: str
    admin_password: str
    editor_password: str


def ensure(folder: Path) -> Secrets:
    """The secrets kept in `folder`, made the first time."""
    return Secrets(**{name: remembered(folder / name, new_secret) for name in Secrets.__dataclass_fields__})
