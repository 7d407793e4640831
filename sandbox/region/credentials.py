"""The passwords and keys of the region: generated at its first start, each in a private file."""

from __future__ import annotations

import base64
import json
import time
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


def has_token_of_later(path: Path) -> bool:
    """Whether a token of the file {name: token} is dated later than now, which CKAN refuses: it was made under
    a clock that is no longer ours."""
    if not path.exists():
        return False
    tokens: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return any(_read_date_of_issue(token) > time.time() for token in tokens.values())


def _read_date_of_issue(token: str) -> float:
    """The moment at which a JWT was made, in seconds since 1970; 0 when it does not say."""
    claims = token.split(".")[1]
    padded = claims + "=" * (-len(claims) % 4)
    return float(json.loads(base64.urlsafe_b64decode(padded)).get("iat", 0))
