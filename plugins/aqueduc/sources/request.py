"""What a reader is told, and what it brings back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aqueduc.connections import Connection
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.sources.origin import SourceOrigin
from aqueduc.store import Window


@dataclass(frozen=True)
class ExtractRequest:
    """What an adapter is asked to extract. ``target`` is the Parquet file to write, in the private folder
    ``scratch``. ``timezone`` is the city's. ``etag`` is the API's name for the state that needs no reading
    again, if there is one."""

    dataset: Dataset
    connection: Connection
    window: Window | None
    timezone: str
    etag: str | None
    scratch: Path
    target: Path

    @property
    def origin(self) -> SourceOrigin:
        return SourceOrigin.of(self.dataset)

    @property
    def declared_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.dataset.columns)


@dataclass(frozen=True)
class ExtractResult:
    """What was written. ``columns`` are (name, DuckDB type) pairs without ``__line``.

    ``rejected`` records could not be cut into cells; ``rejected_file`` is a Parquet file of the scratch
    folder that holds them (``__line``, ``__rules``, ``text``), None when there are none.
    """

    rows: int
    columns: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...] = ()
    etag: str | None = None
    rejected: int = 0
    rejected_file: Path | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)
