"""What extract hands on: a handle when there is something to do, and a report in any case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from aqueduc.reports import ReportedFinding, StoredReport
from aqueduc.store import ParquetFileHandle, Window


@dataclass(frozen=True, kw_only=True)
class ExtractReport(StoredReport):
    """The report of an extract. ``source`` names the connection and the path or SQL file, never a host or a
    secret.

    ``columns`` are (name, DuckDB type) pairs of the declared ones, in source order: the name of another may
    be a cell. ``rejected`` records could not be cut into cells, and are not among the ``rows``. ``at`` is the
    instant the source was read (ISO 8601, UTC). ``output_sha256`` is None when unchanged. ``unchanged_by``: what
    said so, ``mark`` (the source's own name for its state, or the hash of the file: no row was read), ``rows`` (all
    were read) or ``watermark`` (only those that the column shows as changed); empty otherwise. ``joined_to``: the
    SHA-256 of the published file that the rows are joined to, where only those that changed were read; then
    ``source_rows`` is how many the source has in all. ``replaceable_runs``: those whose parts were in place when the
    source was read; it was read after they read it, whatever their clocks said.
    """

    stage = "extract"
    nested: ClassVar = {**StoredReport.nested, "columns": tuple}

    dataset: str
    run: str
    source: Mapping[str, str]
    window: Window | None
    rows: int
    rejected: int
    columns: tuple[tuple[str, str], ...]
    unchanged: bool
    output_sha256: str | None
    seconds: float
    findings: tuple[ReportedFinding, ...] = ()
    passed: bool = True
    at: str = ""
    unchanged_by: str = ""
    joined_to: str | None = None
    source_rows: int | None = None
    replaceable_runs: tuple[str, ...] = ()

    @property
    def is_of_look(self) -> bool:
        return self.unchanged

    @property
    def window_interval(self) -> list[str] | None:
        """The start and end of the window, in ISO 8601."""
        return self.window.to_json() if self.window else None

    def to_json(self) -> dict[str, Any]:
        return {
            **super().to_json(),
            "stage": self.stage,
            "window": self.window_interval,
            "input_sha256": None,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return super().from_json(
            {**raw, "window": Window.from_json(raw["window"]) if raw["window"] else None}
        )


@dataclass(frozen=True)
class ExtractStageOutcome:
    """The outcome of the stage. ``handle`` is None when source and declaration are those of the last
    certified run."""

    handle: ParquetFileHandle | None
    report: ExtractReport
