"""``agree`` said « Accordé » and nothing of what nobody had decided; ``run`` published a dataset that ``check``
refused for its title.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.office import Office, people
from tests.cli.test_cli_agree import KEY, PEOPLE, YES, Prompt, change_city
from tests.cli.test_cli_agree import open_office as open_an_office

NOTES = ["voirie", "éclairage"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Prompt(**open_an_office(tmp_path).__dict__)
    portal = {"type": "portal", "folder": str(tmp_path / "portail")}
    change_city(made, platforms={"portail": portal}, agreement="required", people=PEOPLE)
    return made


def test_agree_tells_what_nobody_decided_before_it_is_agreed(office: Office) -> None:
    rows = people(60)
    kinds = [{"numero": str(rank), "objet": NOTES[rank % 2]} for rank, _row in enumerate(rows)]
    kinds[7]["objet"] = "Jean Dupont"
    office.drop(kinds, "notes.csv")
    office.declare(
        "notes",
        title="Notes",
        columns={"numero": "publish", "objet": "publish"},
        fields=[{"name": "numero"}, {"name": "objet"}],
        privacy=None,
        key=["numero"],
        source={"file": "depot", "path": "notes.csv"},
    )
    assert office.aqueduc("run", "notes", "--dry-run").code == 0
    said = office.aqueduc("agree", "notes", *YES, **KEY)
    assert said.code == 0, said.all
    told = said.out.index("personne n'en a décidé")
    assert told < said.out.index("Accordé par")
    assert "aqueduc report notes" in said.out
    assert "Dupont" not in said.all


def test_run_refuses_what_check_refuses(office: Office) -> None:
    office.declare("jeu", title="Aides versées")
    office.declare("second", title="Aides versées")
    refused = office.aqueduc("check", str(office.desk.include / "datasets" / "second.yaml"))
    assert refused.code == 1
    run = office.aqueduc("run", "second", "--dry-run")
    assert run.code == 1
    assert "titre" in run.err and "jeu.yaml" in run.err
    assert office.aqueduc("run", "jeu", "--dry-run").code == 0
