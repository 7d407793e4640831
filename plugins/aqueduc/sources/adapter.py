"""What a kind of source does, once it is used: extract, and answer ``check --connect``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from aqueduc.connections import Connection, ConnectionLookup
from aqueduc.declaration.spec import City, Dataset, Source
from aqueduc.errors import PackageExtraMissing
from aqueduc.findings import Finding
from aqueduc.http import parse_url_origin
from aqueduc.language import Message, _
from aqueduc.run import RowObserver, Workspace
from aqueduc.sources import SOURCES
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.positions import BoundingBox
from aqueduc.store import Window

RECORDS_READ = 1_000

AnySource = TypeVar("AnySource", bound=Source)


@dataclass(frozen=True)
class ProbeResult:
    """The answer of a source that was tried. ``columns`` as the source yields them. ``whole``: no other can
    turn up further on (records of a JSON document may each bring their own, and only the first
    ``RECORDS_READ`` are looked at). ``holds``: what else is there, for a person (« 3 fichiers »). ``doubts``: what
    the source looks like, which a run would tell."""

    columns: tuple[str, ...]
    whole: bool = True
    holds: Message | None = None
    doubts: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class SourceAddress:
    """Where a source is, as catalogues of lineage name it (OpenLineage, Naming.md). ``name``: below ``namespace``; of a
    query, that of its database, "" where nothing says it. No account is in it, nor what follows « ? », where an address
    may hold a key."""

    namespace: str
    name: str


def locate_at_http_address(connection: Connection, source: Source) -> SourceAddress:
    """What is read below the address of an HTTP connection; where there is none, by the name of the connection."""
    base, path = (urlsplit(part).path.strip("/") for part in (connection.base_url, source.location))
    scheme, host = parse_url_origin(connection.base_url) or ("", "")
    namespace = f"{scheme}://{host}" if host else f"{source.kind}://{connection.id}"
    return SourceAddress(namespace, "/".join(filter(None, (base, path))))


def locate_at_server(connection: Connection, port: int | None, name: str) -> SourceAddress:
    """``name`` on the host of a connection; ``port``: where it says none."""
    port = connection.port or port
    host = "" if "/" in connection.host else connection.host.rpartition("@")[2]
    authority = host and (f"{host}:{port}" if port else host)
    return SourceAddress(f"{connection.kind}://{authority or connection.id}", name)


@dataclass(frozen=True)
class SourceAdapter(Generic[AnySource]):
    """What a kind of source must be able to do. ``extract`` reads the source; None: it says by itself that it
    is still ``request.etag``. ``probe`` reads none of its rows, or its first ones. ``mark``, of a source that
    ``lists_files`` or ``announces_state``: what changes when what would be read does, unread. All raise SourceError,
    ConnectionMissing, InvalidConnectionSettings, DeclarationError (an SQL file). ``locate`` asks nothing of it."""

    extract: Callable[[ExtractRequest, AnySource], ExtractResult | None]
    probe: Callable[[ExtractRequest, AnySource], ProbeResult]
    mark: Callable[[ExtractRequest, AnySource], str] | None = None
    locate: Callable[[Connection, AnySource], SourceAddress] = locate_at_http_address


def load_adapter(source: Source) -> SourceAdapter[Any]:
    """Raises as ``import_object_of_source_kind``."""
    adapter: SourceAdapter[Any] = import_object_of_source_kind(source.kind, SOURCES[source.kind].adapter)
    return adapter


def import_object_of_source_kind(kind: str, object_reference: str) -> Any:
    """What a kind of source keeps at ``object_reference`` (``module:object``). Raises ExtensionBroken when it
    comes from a package, and cannot be loaded; PackageExtraMissing for what was not installed."""
    extra = SOURCES[kind].extra
    try:
        return SOURCES.load_object_by_reference(kind, object_reference)
    except ModuleNotFoundError:
        if not extra:
            raise
    raise PackageExtraMissing(_("une source « {kind} »").format(kind=kind), extra)


def find_source_connection(source: Source, connections: ConnectionLookup) -> Connection:
    """Raises ConnectionMissing, InvalidConnectionSettings. One of no type leads to a kind that needs none."""
    if SOURCES[source.kind].connection_types:
        return connections.get(source.connection)
    return Connection(id=source.connection, kind="")


def build_dataset_without_columns(dataset: Dataset, added: Collection[str]) -> Dataset:
    """The dataset as who reads its source knows it, without the columns that are ``added`` afterwards."""
    if not added:
        return dataset
    own = tuple(column for column in dataset.columns if column.name not in added)
    return dataset.model_copy(update={"columns": own})


# --- what is asked, and what comes back ---------------------------------------------------------------------


@dataclass(frozen=True)
class RowsSinceFilter:
    """The rows whose ``column`` is at ``moment`` (ISO 8601, on the clock of the column) or later, or says nothing.
    ``column_types``: what the columns were when all rows were read, (name, DuckDB type) pairs."""

    column: str
    moment: str
    column_types: tuple[tuple[str, str], ...] = ()

    @property
    def moment_as_query_parameter(self) -> date:
        """``moment`` as a driver binds it: a date, or a date and time with an offset where the column has one."""
        moment = datetime.fromisoformat(self.moment)
        return moment.date() if dict(self.column_types).get(self.column) == "DATE" else moment


@dataclass(frozen=True)
class ExtractRequest:
    """What an adapter is asked to extract. ``target`` is the Parquet file to write, in the private folder
    ``scratch``. ``timezone`` and ``bbox`` are the city's. ``etag`` is the API's name for the state that needs no reading
    again, if there is one. ``observe_rows``: None where nobody watches the run. ``since``: no other rows are read; None
    for all."""

    dataset: Dataset
    connection: Connection
    window: Window | None
    timezone: str
    etag: str | None
    scratch: Path
    target: Path
    bbox: BoundingBox | None = None
    observe_rows: RowObserver | None = None
    since: RowsSinceFilter | None = None

    def report_rows_read(self, rows: int) -> None:
        """Tells whoever watches the run that so many more were read."""
        if self.observe_rows is not None:
            self.observe_rows(rows)

    @property
    def source_origin(self) -> SourceOrigin:
        return SourceOrigin.from_dataset(self.dataset)

    @property
    def declared_column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.dataset.columns)


@dataclass(frozen=True)
class ExtractResult:
    """What was written. ``columns`` are (name, DuckDB type) pairs without ``__line``.

    ``rejected`` records could not be cut into cells; ``rejected_file`` is a Parquet file of the scratch
    folder that holds them (``__line``, ``__rules``, ``text``), None when there are none. ``source_rows``: how many rows
    there are in all, where only some were asked for.
    """

    rows: int
    columns: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...] = ()
    etag: str | None = None
    rejected: int = 0
    rejected_file: Path | None = None
    source_rows: int | None = None

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)


# --- does it answer, and with which columns? ----------------------------------------------------------------


def probe_source(dataset: Dataset, city: City, workspace: Workspace) -> ProbeResult:
    """Raises ConnectionMissing, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable,
    DeclarationError (an SQL file)."""
    source = dataset.source
    connection = find_source_connection(source, workspace.connections)
    with workspace.vault.open_scratch_folder() as scratch:
        request = ExtractRequest(
            dataset=dataset,
            connection=connection,
            window=_build_yesterday_window(workspace) if dataset.windowed else None,
            timezone=city.timezone,
            etag=None,
            scratch=scratch,
            target=scratch / "probe.parquet",
            bbox=city.bbox,
        )
        request.source_origin.check_connection_kind(connection, SOURCES[source.kind].connection_types)
        return load_adapter(source).probe(request, source)


def _build_yesterday_window(workspace: Workspace) -> Window:
    """Any window would do: a query is only planned, an API asked for one page."""
    end = workspace.clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(end - timedelta(days=1), end)
