"""An address as a source: a connection to its host, a path, and parameters without any secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from aqueduc.migrate.conversion import OpenPointCollector, identifier
from aqueduc.migrate.findings import ConnectionToMake, SecretLeftOut

_SECRET = re.compile(r"(?i)key|token|secret|passw|pwd|auth|signature|cle$|jeton")
# A shared-access signature of Azure: all of its parameters make one secret.
_SIGNED = frozenset({"sig", "sp", "st", "se", "sv", "sr", "spr", "skoid", "sktid", "ske", "sks"})


@dataclass(frozen=True)
class WebAddress:
    connection: str
    path: str
    parameters: Mapping[str, str]


def parse_address(url: str, desk: OpenPointCollector) -> WebAddress | None:
    """The address taken apart; None when it is none. What is to be made or hidden is noted among the open
    points."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    kept, left_out = without_secrets(given)
    # Underscores: a connection may stand in a variable of the environment, which takes no hyphen.
    connection = identifier(parts.hostname).replace("-", "_")
    port = f":{parts.port}" if parts.port else ""
    desk.remind(
        "source.http",
        ConnectionToMake(
            detail={"connection": connection, "host": f"{parts.scheme}://{parts.hostname}{port}"}
        ),
    )
    if left_out:
        desk.remind("source.parameters", _secret(left_out))
    if parts.username or parts.password:
        desk.remind("source.http", _secret(["login"]))
    return WebAddress(connection, parts.path or "/", kept)


def without_secrets(given: Mapping[str, object]) -> tuple[dict[str, str], list[str]]:
    """The parameters that may stand in a declaration, and the names of the others."""
    signed = "sig" in given
    secret = [name for name in given if _SECRET.search(name) or (signed and name in _SIGNED)]
    return {name: str(value) for name, value in given.items() if name not in secret}, secret


def _secret(names: list[str]) -> SecretLeftOut:
    return SecretLeftOut(count=len(names), detail={"count": len(names), "names": ", ".join(names)})
