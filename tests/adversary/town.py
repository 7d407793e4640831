"""A small town with a drop folder and a portal of its own: every stage is real, from file to certificate."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from aqueduc.declaration import Dataset, load_city, load_dataset
from aqueduc.pipeline import run_pipeline
from aqueduc.run import GuardWaiver
from tests.making import Desk
from tests.publish.showcase import showcase

_RUNS = count(1)


@dataclass(frozen=True)
class Town:
    desk: Desk
    drop: Path
    portal: Path

    def file(self, rows: Iterable[Mapping[str, object]], name: str = "jeu.csv") -> None:
        """Drops a file: the columns are those of its first row, None an empty cell."""
        listed = [dict(row) for row in rows]
        with (self.drop / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(listed[0]))
            writer.writeheader()
            writer.writerows(listed)

    def declare(self, name: str = "jeu", **changes: Any) -> Dataset:
        """Writes a declaration and its schema (all strings, unless ``fields`` gives them), and loads it."""
        return self.desk.dataset(name, **changes)

    def forget(self, name: str = "jeu") -> None:
        (self.desk.include / "datasets" / f"{name}.yaml").unlink()

    def dataset(self, name: str = "jeu") -> Dataset:
        return load_dataset(self.desk.include / "datasets" / f"{name}.yaml", load_city(self.desk.include))

    def run(
        self, name: str = "jeu", *waived: str, by: str = "Jeanne Martin", **how: Any
    ) -> Mapping[str, Any]:
        """Publishes and certifies; gives the certificate as the ledger has it. Raises what closed."""
        waivers = tuple(GuardWaiver(guard, by, "décidé avec le délégué") for guard in waived)
        task = replace(
            self.desk.run(identifier=f"essai-{next(_RUNS)}", waivers=waivers, force=True, **how), dataset=name
        )
        run_pipeline(self.dataset(name), self.desk.city, task, self.desk.place)
        pointer = self.desk.place.store.read_current_revision_pointer(name) or {}
        found: Mapping[str, Any] = self.desk.place.store.read_json(pointer["certificate"])
        return found

    def published(self, name: str = "jeu") -> list[dict[str, str]]:
        """The rows that the public reads; none when nothing is there."""
        path = self.portal / "jeux" / name / f"{name}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def found_town(root: Path) -> Town:
    drop = root / "depot"
    drop.mkdir()
    connection = json.dumps({"conn_type": "fs", "extra": {"path": str(drop)}})
    here = showcase(root, environment={"AIRFLOW_CONN_DEPOT": connection})
    return Town(here.desk, drop, here.folder)
