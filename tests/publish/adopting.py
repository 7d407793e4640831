"""Records made by hand on a platform, and a city that takes them over with the command ``aqueduc``."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import DeclarationError
from aqueduc.pipeline import run_pipeline
from aqueduc.run import Run
from tests.cli.office import Office, Said, open_office
from tests.draft.stewarding import decided
from tests.making import CITY

PUBLISH = {"platform": "datasud"}
PERSON = "canarisson.jeanne@courriel.example"


def csv_text(rows: int, *, comma: str = ",", accents: bool = True) -> str:
    """``rows`` rows of places, with a key, a text, a number and a date."""
    lines = [comma.join(("code", "libellé" if accents else "libelle", "surface", "jour"))]
    lines += [
        comma.join(
            (
                f"L{rank:04}",
                f"Lieu dit l'Été {rank}",
                f"{rank}{',' if comma == ';' else '.'}5",
                f"2026-01-{1 + rank % 28:02}",
            )
        )
        for rank in range(rows)
    ]
    return "\n".join(lines) + "\n"


def geojson_text(rows: int) -> str:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [5.44 + rank / 1000, 43.52]},
            "properties": {"code": f"G{rank:03}", "nature": "fontaine" if rank % 2 else "banc"},
        }
        for rank in range(rows)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def places_text(rows: int) -> str:
    """As CSV, what ``geojson_text`` shows."""
    lines = ["code,nature,longitude,latitude"]
    lines += [
        f"G{rank:03},{'fontaine' if rank % 2 else 'banc'},{5.44 + rank / 1000:.3f},43.52"
        for rank in range(rows)
    ]
    return "\n".join(lines) + "\n"


def people_text(rows: int) -> str:
    lines = ["code,quartier,courriel"]
    lines += [f"P{rank:03},{('Nord', 'Sud')[rank % 2]},{rank}.{PERSON}" for rank in range(rows)]
    return "\n".join(lines) + "\n"


def parquet_bytes(rows: int) -> bytes:
    table = pa.table({"code": [f"Q{rank:03}" for rank in range(rows)], "compte": list(range(rows))})
    with io.BytesIO() as file:
        pq.write_table(table, file)
        return file.getvalue()


@dataclass
class Adoption:
    """A city at its prompt, beside a platform called ``platform`` of ``city.yaml``. ``answers``: to the
    questions of a draft, by dataset and key; else the first option is taken."""

    office: Office
    platform: str
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    def adopt(self, *arguments: str) -> Said:
        return self.office.aqueduc("adopt", "--from", self.platform, *arguments)

    def path(self, name: str) -> Path:
        return self.office.desk.include / "datasets" / f"{name}.yaml"

    def text(self, name: str) -> str:
        return self.path(name).read_text("utf-8")

    def document(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load(self.text(name))
        return found

    def drop(self, name: str, data: bytes) -> None:
        (self.office.folder / name).write_bytes(data)

    def decide(self, name: str, source: Mapping[str, Any], **answers: str) -> None:
        """Answers every question of a draft, its source above all."""
        given = json.dumps(dict(source), ensure_ascii=False)
        self.path(name).write_text(decided(self.text(name), {"source": given, **answers}), "utf-8")

    def write_schema(self, name: str, fields: list[dict[str, Any]]) -> None:
        path = self.office.desk.include / "schemas" / f"{name}.json"
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "fields": fields}), "utf-8")

    def check(self, name: str) -> Said:
        return self.office.aqueduc("check", f"include/datasets/{name}.yaml")

    def refusals(self, name: str) -> list[str]:
        """What ``check`` has against it."""
        include = self.office.desk.include
        try:
            load_dataset(self.path(name), load_city(include))
        except DeclarationError as error:
            return [str(problem) for problem in error.problems]
        return []

    def publish(self, name: str) -> None:
        """A run, to its end, as ``aqueduc run`` makes it."""
        place = self.office.desk.place
        loaded = load_city(place.include)
        dataset = load_dataset(self.path(name), loaded)
        run_pipeline(dataset, loaded.city, Run(name, f"essai-{uuid4().hex[:8]}"), place)


def open_adoption_office(
    root: Path, environment: Mapping[str, str], platforms: Mapping[str, Any] | None = None, **city: Any
) -> Adoption:
    """An office whose city has these ``platforms``, and declares nothing yet."""
    office = open_office(root, environment)
    for path in (office.desk.include / "datasets").glob("*.yaml"):
        path.unlink()
    written = {**CITY, "defaults": {"contact": "opendata@ville.example"}, **city}
    if platforms:
        written["platforms"] = dict(platforms)
    (office.desk.include / "city.yaml").write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")
    return Adoption(office, next(iter(written["platforms"])))


def list_questions(said: Said) -> list[str]:
    """The questions that ``check`` still has."""
    return re.findall(r"reste à décider : (.*)", said.all)
