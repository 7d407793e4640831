"""The city of the chaos: a folder with a few small datasets, what their sources hold, what the public may see."""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chaos.faults import Reach
from chaos.model import DatasetModel, ExpectedFile, SourceState

SURNAME = "Chardonneret-Pinsonnat"
MAIL = "yvonne.mesangeard@roitelet.example"
SECRETS = (SURNAME, MAIL)
YEARS = ("2023", "2024", "2025")
HEADER = ("numero", "essence", "hauteur", "plante")
_KEPT = ("PATH", "HOME", "LANG", "TZ", "AQUEDUC_THREADS")
TREES = ("Platane", "Micocoulier", "Tilleul", "Cyprès", "Marronnier")
_FIELDS = (
    {"name": "numero", "type": "string", "title": "Numéro", "constraints": {"required": True}},
    {"name": "essence", "type": "string", "title": "Essence"},
    {"name": "hauteur", "type": "integer", "title": "Hauteur"},
    {"name": "plante", "type": "date", "title": "Date de plantation"},
)


@dataclass(frozen=True)
class Profile:
    """A kind of dataset: on which platform and how it is published, the files that come of it, and what its record
    says there. ``turns``: in how many steps it is the one. ``writes``, ``reads``, ``effects``: how many requests and
    how many writes on the disk a change takes; ``births``: how many requests a first publication writes; ``looks``: how
    many a run reads that publishes nothing."""

    platform: str
    publish: Mapping[str, Any]
    files: tuple[ExpectedFile, ...]
    shown: Mapping[str, str]
    turns: int
    writes: int
    reads: int
    births: int
    looks: int
    effects: int

    def get_reach(self, change: str, *, in_bucket: bool) -> Reach:
        """By what has become of the source."""
        if change in ("none", "planted"):
            all_there, without_store = (105, 20) if change == "none" else (160, 60)
            return (
                Reach(0, self.looks, without_store, 10, 40) if in_bucket else Reach(0, self.looks, all_there)
            )
        asked = (self.births, 14) if change == "first" else (self.writes, self.reads)
        return Reach(*asked, self.effects // 2, 36, 165) if in_bucket else Reach(*asked, self.effects)


_CKAN = {"license_id": "lov2", "private": "False"}
_UDATA = {"license": "lov2", "private": "False", "deleted": "None"}
_UPLOAD = {"mode": "upload", "formats": ["csv"]}
_BY_YEAR = {"mode": "upload", "formats": ["csv"], "split": {"by": "plante", "per": "year"}}
PROFILES = {
    "arbres": Profile("ckan", _UPLOAD, (ExpectedFile(),), _CKAN, 1, 7, 22, 5, 2, 430),
    "bosquets": Profile("datagouv", _UPLOAD, (ExpectedFile(),), _UDATA, 10, 3, 15, 4, 1, 330),
    "vergers": Profile(
        "ckan", _BY_YEAR, tuple(ExpectedFile(3, year) for year in YEARS), _CKAN, 1, 9, 40, 9, 2, 900
    ),
}


@dataclass(frozen=True)
class ChaosCity:
    """Its folder on this machine. ``mark`` ends the name of each dataset, which no other session has.
    ``profiles``: those of PROFILES that it has. ``bucket``: how its store is opened, where that is a bucket."""

    root: Path
    mark: str
    profiles: tuple[str, ...] = tuple(PROFILES)
    bucket: Mapping[str, Any] | None = None

    @property
    def store(self) -> Path:
        """Where what is in the store lies; of a bucket, behind the back of its server."""
        return self.root / "store" if self.bucket is None else self.root / "buckets" / "depot" / "ville"

    @property
    def vault(self) -> Path:
        return self.root / "vault"

    def found(self) -> None:
        """Writes what it declares of itself."""
        for folder in ("include/datasets", "include/schemas", "depot", "tmp"):
            (self.root / folder).mkdir(parents=True)
        _write_yaml(self.root / "include/city.yaml", _declare_city())

    def declare(self, profile: str, rank: int) -> DatasetModel:
        """A new dataset."""
        name = f"{profile}-{rank}-{self.mark}"
        schema = {"fields": list(_FIELDS), "primaryKey": ["numero"]}
        (self.root / f"include/schemas/{name}.json").write_text(json.dumps(schema), encoding="utf-8")
        document = {
            "title": f"Jeu {name}",
            "description": "Un jeu dans la tourmente.",
            "owner": "Direction des essais",
            "theme": "GOVE",
            "cadence": "weekly",
            "source": {"file": "depot", "path": f"{name}.csv"},
            "columns": {**dict.fromkeys(HEADER, "publish"), "jardinier": "drop"},
            "schema": f"schemas/{name}.json",
            "key": ["numero"],
            "publish": {"platform": PROFILES[profile].platform, **PROFILES[profile].publish},
        }
        _write_yaml(self.root / f"include/datasets/{name}.yaml", document)
        shown = {"title": f"Jeu {name}", **PROFILES[profile].shown}
        return DatasetModel(name, shown, PROFILES[profile].files, SECRETS)

    def environment(self, connections: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        """That of a run."""
        kept = {name: value for name, value in os.environ.items() if name in _KEPT}
        depot = {"depot": {"conn_type": "fs", "extra": {"path": str(self.root / "depot")}}}
        named = {
            f"AIRFLOW_CONN_{name.upper()}": json.dumps(one) for name, one in {**depot, **connections}.items()
        }
        places = {
            "AQUEDUC_INCLUDE": str(self.root / "include"),
            "AQUEDUC_STORE": self.store.as_uri(),
            "AQUEDUC_VAULT": self.vault.as_uri(),
            "TMPDIR": str(self.root / "tmp"),
        }
        if self.bucket is not None:
            places["AQUEDUC_STORE"] = "s3://depot/ville"
            places["AQUEDUC_STORE_OPTIONS"] = json.dumps(self.bucket)
        return {**kept, **named, **places}

    def deliver(self, name: str, state: SourceState, rng: random.Random) -> None:
        """Puts the file of ``state`` into the drop folder, whole, in an order of its own, with who planted each tree."""
        rows = [[*row, f"{SURNAME} {rank % 7}"] for rank, row in enumerate(state.rows)]
        rng.shuffle(rows)
        aside = self.root / "depot" / ".arrive"
        with aside.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[*state.header, "jardinier"], *rows])
        aside.replace(self.root / "depot" / f"{name}.csv")


def draw_first_state(rng: random.Random) -> SourceState:
    rows = (_draw_row(rank, rng) for rank in range(30))
    return SourceState(0, HEADER, tuple(rows))


def draw_next_state(states: list[SourceState], rng: random.Random, *, planted: bool) -> SourceState:
    """After the last one that may be published: a few cells and rows differ; ``planted``: a cell names a person."""
    before = next(one for one in reversed(states) if not one.planted)
    rows = {row[0]: row for row in before.rows}
    for name in rng.sample(sorted(rows), 4):
        rows[name] = _draw_row(int(name[1:]), rng)
    gone = rng.choice(sorted(rows))
    if len(rows) > 28:
        del rows[gone]
    else:
        fresh = 1 + max(int(name[1:]) for name in rows)
        rows.update((row[0], row) for row in (_draw_row(fresh + more, rng) for more in range(2)))
    if planted:
        name = rng.choice(sorted(rows))
        rows[name] = (name, MAIL, *rows[name][2:])
    return SourceState(len(states), HEADER, tuple(rows.values()), planted)


def _draw_row(rank: int, rng: random.Random) -> tuple[str, ...]:
    day = f"{YEARS[rank % len(YEARS)]}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return (f"A{rank:04}", rng.choice(TREES), str(rng.randint(2, 30)), day)


def _declare_city() -> dict[str, Any]:
    return {
        "name": "Ville de la Tourmente",
        "organisation": "ville-aix-en-provence",
        "siren": "211300017",
        "insee": "13001",
        "bbox": [5.2696, 43.4461, 5.5063, 43.6250],
        "agreement": "none",
        "convention": {"partner": "Région", "notified": "2025-01-15", "project_lead": "chef@region.example"},
        "platforms": {kind: {"type": kind, "connection": kind} for kind in ("ckan", "datagouv")},
        "defaults": {"licence": "lov2", "contact": "opendata@ville.example", "platform": "ckan"},
    }


def _write_yaml(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(document), allow_unicode=True), encoding="utf-8")
