"""A small city at its prompt: a drop folder with people in it, and the command ``aqueduc`` as installed."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.making import Desk, desk
from tests.warm import run_warm_command

COMMAND = Path(sys.executable).with_name("aqueduc")

# Who lives in the file, and must never be met outside of it: names that occur nowhere else.
SURNAMES = ("Canarisson", "Serinelli", "Chardonneret-Roy", "Pinsonnat", "Loriotti")
STREETS = ("impasse des Mésangères", "allée du Roitelet-Huppé")
COLUMNS: dict[str, Any] = {
    "numero": "publish",
    "nom": "drop",
    "adresse": "drop",
    "jour": {"generalise": "year", "as": "annee"},
    "quartier": "publish",
    "montant": "publish",
}
FIELDS = [
    {"name": "numero", "type": "string", "title": "Numéro", "constraints": {"required": True}},
    {"name": "annee", "type": "year", "title": "Année"},
    {"name": "quartier", "type": "string", "title": "Quartier"},
    {"name": "montant", "type": "number", "title": "Montant", "unit": "€"},
]


def people(count: int = 40) -> list[dict[str, str]]:
    """Rows of two years and two districts; each person has a name and an address."""
    return [
        {
            "numero": f"D{rank:04}",
            "nom": SURNAMES[rank % len(SURNAMES)],
            "adresse": f"{rank} {STREETS[rank % len(STREETS)]}",
            "jour": f"{2024 + rank % 2}-03-{1 + rank % 28:02}",
            "quartier": ("Nord", "Sud")[rank // 2 % 2],
            "montant": f"{10 + rank}.50",
        }
        for rank in range(count)
    ]


PROCESSING = {
    "purpose": "essayer",
    "legal_ground": "RGPD, art. 6, 1, e",
    "persons": "les habitants",
    "why_k": "seuil de la Ville",
    "dpia": {"needed": False, "why": "rien de sensible"},
}


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def all(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Office:
    desk: Desk
    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    @property
    def store(self) -> Path:
        return self.desk.include.parent / "store"

    @property
    def vault(self) -> Path:
        return self.desk.include.parent / "vault"

    def command(self, *arguments: str) -> list[str]:
        return [str(COMMAND), *arguments]

    def aqueduc(self, *arguments: str, **environment: str) -> Said:
        """Runs the command in a process of its own, its streams not on a terminal."""
        return self.answer("", *arguments, **environment)

    def answer(self, typed: str, /, *arguments: str, **environment: str) -> Said:
        """As ``aqueduc``, with ``typed`` on its standard input."""
        given, folder = {**self.environment, **environment}, self.desk.include.parent
        return Said(*run_warm_command(self.command(*arguments), given, folder, typed=typed, timeout=120))

    def aqueduc_as_installed(self, *arguments: str, **environment: str) -> Said:
        """As ``aqueduc``, from the start of a Python: what a shell runs."""
        done = subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            timeout=120,
            env={**self.environment, **environment},
            cwd=self.desk.include.parent,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def drop(self, rows: list[dict[str, str]], name: str = "jeu.csv") -> None:
        """Puts a CSV file into the drop folder."""
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def declare(self, name: str = "jeu", **changes: Any) -> None:
        """A sound declaration of the file, with ``changes`` over it; None takes a key away."""
        document = {
            "columns": COLUMNS,
            "fields": FIELDS,
            "key": ["numero"],
            "privacy": {"quasi_identifiers": ["jour", "quartier"], "k": 5, "suppress_at_most": 0.1},
            "processing": PROCESSING,
            **changes,
        }
        self.desk.dataset(name, **{key: value for key, value in document.items() if value is not None})

    def remains(self) -> dict[str, bytes]:
        """Every file of store and vault, and what it holds. Locks, which are empty, are left out."""
        return {
            str(path.relative_to(self.desk.include.parent)): path.read_bytes()
            for root in (self.store, self.vault)
            for path in root.rglob("*")
            if path.is_file() and path.suffix != ".lock"
        }


def open_office(root: Path, environment: Mapping[str, str] | None = None) -> Office:
    """An office below ``root``, its dataset declared and its file dropped. ``environment``: its platform."""
    folder = root / "depot"
    folder.mkdir()
    connections = {
        "AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}}),
        **(environment or {}),
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AQUEDUC_", "AIRFLOW_CONN_")) and name not in ("FORCE_COLOR", "NO_COLOR")
    }
    office = Office(
        desk(root, connections),
        folder,
        {
            **kept,
            **connections,
            "AQUEDUC_INCLUDE": str(root / "include"),
            "AQUEDUC_STORE": (root / "store").as_uri(),
            "AQUEDUC_VAULT": (root / "vault").as_uri(),
        },
    )
    office.drop(people())
    office.declare()
    return office


def nobody_in(text: str) -> bool:
    """Whether no person of the file, nor any of their cells, is told."""
    folded = text.casefold()
    return not any(word.casefold() in folded for word in (*SURNAMES, *STREETS))
