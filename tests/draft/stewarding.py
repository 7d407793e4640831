"""A steward who decides by rote: the first answer to nearly each question of a draft, a text where one is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aqueduc.declaration import Dataset, load_city, load_dataset
from aqueduc.draft import DeclarationDraft, write_declaration_draft
from aqueduc.errors import DeclarationError
from aqueduc.pipeline import run_preparation_stages
from aqueduc.run import Run, Workspace
from aqueduc.validate.report import ValidateReport
from tests.making import Desk, desk

_MARKED = re.compile(r'^(?P<key>.*?: )"à décider : (?P<said>(?:[^"\\]|\\.)*)"$')
A_TEXT = "Décidé par l'intendante"


def decided(text: str, answers: Mapping[str, str] | None = None) -> str:
    """The declaration with every question answered. ``answers``: key to YAML, for those of another mind."""
    return "\n".join(_decided(line, answers or {}) for line in text.split("\n"))


def _decided(line: str, answers: Mapping[str, str]) -> str:
    marked = _MARKED.match(line)
    if marked is None:
        return line
    key = marked["key"].strip(" :'\"")
    said = marked["said"].replace('\\"', '"')
    _, found, options = said.partition(" — ")
    # Faulty rows are borne with: the safest answer, which is no row at all, publishes nothing.
    chosen = options.split(" | ")[-1 if key == "reject_at_most" else 0] if found else A_TEXT
    return marked["key"] + answers.get(key, chosen)


@dataclass(frozen=True)
class Table:
    """A steward's desk, for one draft at a time."""

    desk: Desk

    @property
    def place(self) -> Workspace:
        return self.desk.place

    def path(self, name: str) -> Path:
        return self.desk.include / "datasets" / f"{name}.yaml"

    def write(self, made: DeclarationDraft) -> Path:
        write_declaration_draft(made, self.desk.include)
        return self.path(made.plan.name)

    def refusal(self, path: Path) -> list[tuple[str, str]]:
        """(code, question) of each problem that ``check`` finds; empty when it accepts."""
        try:
            load_dataset(path, load_city(self.desk.include))
        except DeclarationError as error:
            return [
                (problem.code, str(problem.detail.get("question", problem))) for problem in error.problems
            ]
        return []

    def decide(self, path: Path, answers: Mapping[str, str] | None = None) -> None:
        path.write_text(decided(path.read_text("utf-8"), answers), "utf-8")

    def load(self, path: Path) -> Dataset:
        return load_dataset(path, load_city(self.desk.include))

    def walk(self, dataset: Dataset) -> ValidateReport:
        """Extracts, anonymises and validates: what a preview does. Raises AqueducError."""
        run = Run(dataset.id, "essai", force=True)
        *_, done = run_preparation_stages(dataset, run, self.place)
        assert isinstance(done.report, ValidateReport)
        return done.report


def table(root: Path, environment: Mapping[str, str]) -> Table:
    return Table(desk(root, environment))


def texts_of(made: DeclarationDraft) -> list[str]:
    """Everything a draft writes or tells."""
    import json

    return [*made.files.values(), json.dumps(made.to_json(), ensure_ascii=False)]
