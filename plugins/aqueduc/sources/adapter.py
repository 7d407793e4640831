"""What a kind of source does, once it is used: extract, and answer ``check --connect``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aqueduc.connections import Connection, Connections
from aqueduc.declaration.spec import Source
from aqueduc.sources import SOURCES
from aqueduc.sources.request import ExtractRequest, ExtractResult

RECORDS_READ = 1_000

AnySource = TypeVar("AnySource", bound=Source)


@dataclass(frozen=True)
class ProbeResult:
    """The answer of a source that was tried. ``columns`` as the source yields them. ``whole``: no other can
    turn up further on (records of a JSON document may each bring their own, and only the first
    ``RECORDS_READ`` are looked at)."""

    columns: tuple[str, ...]
    whole: bool = True


@dataclass(frozen=True)
class SourceAdapter(Generic[AnySource]):
    """What a kind of source must be able to do. ``extract`` reads the source; None: it says by itself that it
    is still ``request.etag``. ``probe`` reads none of its rows, or its first ones. Both raise SourceError,
    ConnectionMissing, ConnectionUnreadable, DeclarationError (an SQL file)."""

    extract: Callable[[ExtractRequest, AnySource], ExtractResult | None]
    probe: Callable[[ExtractRequest, AnySource], ProbeResult]


def load_adapter(source: Source) -> SourceAdapter[Any]:
    """Raises ExtensionBroken when it comes from a package, and cannot be loaded."""
    adapter: SourceAdapter[Any] = SOURCES.load(source.kind, SOURCES[source.kind].adapter)
    return adapter


def connection_to(source: Source, connections: Connections) -> Connection:
    """Raises ConnectionMissing, ConnectionUnreadable. One of no type leads to a kind that needs none."""
    if SOURCES[source.kind].connection_types:
        return connections.get(source.connection)
    return Connection(id=source.connection, kind="")
