"""The lineage of datasets as a catalogue would draw it: from OpenLineage's events, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Column = tuple[str, str, str]
"""Its dataset's namespace and name, and its own."""
Edges = Mapping[Column, tuple[str, bool]]
"""From which columns, and how: the subtype of the transformation, and whether it masks."""


def transport_to(folder: Path) -> dict[str, str]:
    """The setting with which Airflow's provider writes each event into a file of ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    transport = {"type": "file", "log_file_path": str(folder / "event"), "append": False, "debug_mode": True}
    return {"AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport)}


def read_events(folder: Path) -> list[dict[str, Any]]:
    events = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("event-*.json")]
    return sorted(events, key=lambda event: event["eventTime"])


def tasks_of(events: Iterable[dict[str, Any]], dag: str, runs: Collection[str]) -> list[dict[str, Any]]:
    """The events with which the tasks of these runs have ended well."""
    return [
        event
        for event in events
        if event["eventType"] == "COMPLETE"
        and event["job"]["name"].startswith(f"{dag}.")
        and event["run"]["facets"]["airflow"]["dagRun"]["run_id"] in runs
    ]


@dataclass(frozen=True)
class DrawnLineage:
    """What ``events`` say of one dataset. ``rows``: written under each name, over all its runs."""

    columns: Mapping[tuple[str, str], list[str]]
    edges: Mapping[Column, Edges]
    choosing: Mapping[tuple[str, str], set[str]]
    tags: Mapping[Column, str]
    rows: Mapping[tuple[str, str], int]

    def trace(self, column: Column) -> dict[Column, tuple[str, bool]]:
        """The farthest columns that ``column`` is made of, and how, all along the way."""
        found: dict[Column, tuple[str, bool]] = {}
        for origin, (subtype, masking) in self.edges[column].items():
            beyond = self.trace(origin) if origin in self.edges else {origin: ("IDENTITY", False)}
            for farthest, (before, masked) in beyond.items():
                whole = "IDENTITY" if {subtype, before} == {"IDENTITY"} else "TRANSFORMATION"
                found[farthest] = (whole, masking or masked)
        return found


def draw(events: Iterable[dict[str, Any]]) -> DrawnLineage:
    columns: dict[tuple[str, str], list[str]] = {}
    edges: dict[Column, Edges] = {}
    choosing: dict[tuple[str, str], set[str]] = {}
    tags: dict[Column, str] = {}
    rows: dict[tuple[str, str], int] = {}
    for event in events:
        for dataset in (*event["inputs"], *event["outputs"]):
            name, facets = (dataset["namespace"], dataset["name"]), dataset["facets"]
            if "schema" in facets:
                columns[name] = [field["name"] for field in facets["schema"]["fields"]]
            for tag in facets.get("tags", {}).get("tags", ()):
                tags[*name, tag["field"]] = tag["value"]
            written = dataset.get("outputFacets", {}).get("outputStatistics", {}).get("rowCount")
            rows[name] = rows.get(name, 0) + (written or 0)
            lineage = facets.get("columnLineage", {"fields": {}, "dataset": []})
            for field, made in lineage["fields"].items():
                edges[*name, field] = {
                    (one["namespace"], one["name"], one["field"]): (how["subtype"], how["masking"])
                    for one in made["inputFields"]
                    for how in one["transformations"]
                    if how["type"] == "DIRECT"
                }
            for one in lineage.get("dataset") or ():
                assert {how["type"] for how in one["transformations"]} == {"INDIRECT"}
                choosing.setdefault(name, set()).add(one["field"])
    return DrawnLineage(columns, edges, choosing, tags, rows)
