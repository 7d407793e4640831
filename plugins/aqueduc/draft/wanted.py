"""What to draft: a table, an address or a file; and, for a first look, one that no connection names yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from aqueduc.connections import Connection, Connections

SourceKind = Literal["postgres", "http", "file"]

FIRST_LOOK = "premier-coup-d-oeil"
"""The connection of a path or an address given as it is; it exists for as long as the look."""

_SECRET = re.compile(r"(?i)key|token|secret|passw|pwd|auth|signature|\bsig\b|cle|jeton")


class Misspelt(ValueError):
    """What is wanted makes no sense; the message says why, in French, and holds no secret."""


@dataclass(frozen=True)
class Wanted:
    """``target`` is ``schema.table``, the path at the API, or the path of the file in its folder.

    ``connection`` None: not named yet; ``look`` is then how to reach the source, without a secret.
    """

    name: str
    kind: SourceKind
    target: str
    connection: str | None
    parameters: Mapping[str, str] = field(default_factory=dict)
    look: Connection | None = field(default=None, repr=False)

    @property
    def reached_by(self) -> str:
        return self.connection or FIRST_LOOK

    @property
    def shown(self) -> str:
        """In the words of a draft: no host, no folder of the machine."""
        return {"postgres": "table", "http": "API,", "file": "fichier"}[self.kind] + f" {self.target}"


@dataclass(frozen=True)
class WithFirstLook:
    """The connections of the place, and that of the first look."""

    known: Connections
    look: Connection | None

    def get(self, identifier: str) -> Connection:
        """Raises ConnectionMissing."""
        if self.look is not None and identifier == FIRST_LOOK:
            return self.look
        return self.known.get(identifier)


def table(name: str, connection: str, target: str) -> Wanted:
    """A table of PostgreSQL. Raises Misspelt."""
    if not re.fullmatch(r"[^.\s]+\.[^.\s]+", target):
        raise Misspelt("une table s'écrit « schema.table », par exemple « urbanisme.permis »")
    return Wanted(name, "postgres", target, connection)


def address(name: str, connection: str, target: str) -> Wanted:
    """A path at the API of a connection, with its query string if it has one. Raises Misspelt."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        raise Misspelt("« --path » est un chemin à l'adresse de la connexion, par exemple « /comptages »")
    return Wanted(name, "http", parts.path or "/", connection, _parameters(parts.query))


def file(name: str, connection: str, target: str) -> Wanted:
    """A file in the folder of a connection."""
    return Wanted(name, "file", target, connection)


def bare(name: str, target: str) -> Wanted:
    """A path or an address, as somebody has it before any connection is made. Raises Misspelt."""
    parts = urlsplit(target)
    if parts.scheme in ("http", "https") and parts.hostname:
        if parts.username or parts.password:
            raise Misspelt("une adresse ne porte ni compte ni mot de passe : les mettre dans une connexion")
        port = f":{parts.port}" if parts.port else ""
        look = Connection(id=FIRST_LOOK, kind="http", host=f"{parts.scheme}://{parts.hostname}{port}")
        return Wanted(name, "http", parts.path or "/", None, _parameters(parts.query), look)
    path = Path(target).expanduser().resolve()
    if not path.is_file():
        raise Misspelt("ce n'est ni un fichier qui existe, ni une adresse http(s)")
    look = Connection(id=FIRST_LOOK, kind="fs", extra={"path": str(path.parent)})
    return Wanted(name, "file", path.name, None, {}, look)


def _parameters(query: str) -> dict[str, str]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    secret = [name for name in given if _SECRET.search(name)]
    if secret:
        raise Misspelt(
            f"le paramètre « {secret[0]} » semble être un secret : le mettre dans la connexion (extra, "
            f"headers)"
        )
    return given
