"""What extract hands on: a handle when there is something to do, and a report in any case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aqueduc.store import Handle, Window


@dataclass(frozen=True, kw_only=True)
class ExtractReport:
    """``source`` names the connection and the path or SQL file, never a host or a secret.

    ``columns`` are (name, DuckDB type) pairs of the declared ones, in source order: the name of another may
    be a cell. ``rejected`` records could not be cut into cells, and are not among the ``rows``. ``at`` is the
    instant the source was read (ISO 8601, UTC). ``output_sha256`` is None when unchanged. ``findings`` are in
    the form of ``Finding.to_json``.
    """

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
    findings: tuple[Mapping[str, Any], ...] = ()
    passed: bool = True
    at: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "stage": "extract",
            "dataset": self.dataset,
            "run": self.run,
            "source": dict(self.source),
            "window": self.window.to_json() if self.window else None,
            "rows": self.rows,
            "rejected": self.rejected,
            "columns": [list(column) for column in self.columns],
            "unchanged": self.unchanged,
            "input_sha256": None,
            "output_sha256": self.output_sha256,
            "seconds": round(self.seconds, 3),
            "findings": [dict(finding) for finding in self.findings],
            "passed": self.passed,
            "at": self.at,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> ExtractReport:
        return cls(
            dataset=raw["dataset"],
            run=raw["run"],
            source=raw["source"],
            window=Window.from_json(raw["window"]) if raw["window"] else None,
            rows=raw["rows"],
            rejected=raw["rejected"],
            columns=tuple((name, kind) for name, kind in raw["columns"]),
            unchanged=raw["unchanged"],
            output_sha256=raw["output_sha256"],
            seconds=raw["seconds"],
            findings=tuple(raw["findings"]),
            passed=raw["passed"],
            at=raw["at"],
        )


@dataclass(frozen=True)
class Extraction:
    """``handle`` is None when source and declaration are those of the last certified run."""

    handle: Handle | None
    report: ExtractReport
