"""The agreement of a person through the real scheduler and REST API: asked for by the run that finds none,
answered under « Actions requises », asked again when it matters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.publish.proof.agreement import MARK
from aqueduc.store import Store
from aqueduc_airflow.agreement import AGREE, AGREEMENT, DECIDE, PUBLISH_AGREED, REFUSE
from sandbox import airflow
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from sandbox.processes import SandboxError
from tests.making import CITY, Desk, desk
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

CSV = "quartier,nom\nMazarin,Serinelli\nJas de Bouffan,Pinsonnat\n"
COLUMNS: dict[str, Any] = {"quartier": "publish", "nom": "drop"}
PEOPLE = {
    "signatory": {"name": "Nadia Roche", "roles": ["signatory"]},
    "operator": {"name": "Marc Aubert", "roles": ["operator"]},
}


@dataclass(frozen=True)
class Town:
    """A running Airflow, the city it reads, and what people do there under their accounts."""

    api: Api
    desk: Desk
    layout: Layout

    @property
    def store(self) -> Store:
        return Store(self.layout.store.as_uri())

    @property
    def online(self) -> bool:
        return (self.desk.include.parent / "portail" / "jeux" / "jeu" / "jeu.csv").exists()

    def declare(self, **changes: Any) -> None:
        publish = {"mode": "upload", "platform": "portail"}
        self.desk.dataset("jeu", **{"columns": COLUMNS, "publish": publish, **changes})

    def run(self, **conf: Any) -> dict[str, str | None]:
        """The states of the tasks of a run of the dataset that has ended."""
        run = self.api.trigger("jeu", conf)
        self.api.wait("jeu", run)
        return {name: task.state for name, task in self.api.tasks("jeu", run).items()}

    def log(self, task: str) -> str:
        (newest,) = self.api.call("GET", "dags/jeu/dagRuns", limit=1, order_by="-run_after")["dag_runs"]
        return "\n".join(self.api.log("jeu", newest["dag_run_id"], task))

    def waiting(self) -> list[str]:
        """The requests that wait for a person."""
        found = self.api.call("GET", f"dags/{AGREEMENT}/dagRuns/~/hitlDetails", response_received=False)
        waiting = [one["task_instance"] for one in found["hitl_details"]]
        return [one["dag_run_id"] for one in waiting if one["state"] == "awaiting_input"]

    def request(self) -> str:
        assert eventually(lambda: len(self.waiting()) == 1)
        (run,) = self.waiting()
        return run

    def shown(self, run: str) -> str:
        detail = self.api.call("GET", f"dags/{AGREEMENT}/dagRuns/{run}/taskInstances/{DECIDE}/-1/hitlDetails")
        return str(detail["body"])

    def answer(
        self, run: str, choice: str, account: str = "signatory", reason: str = "registre à jour"
    ) -> None:
        Api(replace(self.api.airflow, user=account)).answer(AGREEMENT, run, DECIDE, choice, motif=reason)

    def decide(self, run: str, choice: str, reason: str = "registre à jour") -> dict[str, str | None]:
        """The states of the tasks of a request that was answered."""
        signatory = Api(replace(self.api.airflow, user="signatory"))
        signatory.answer_until_end(AGREEMENT, run, DECIDE, choice, motif=reason)
        return {name: task.state for name, task in self.api.tasks(AGREEMENT, run).items()}

    def refused(self, run: str, words: str, **answer: str) -> bool:
        """Whether an answer was refused in these words, and the question asked again."""

        def said() -> bool:
            if words not in self.told(run) and self.waiting() == [run]:
                self.answer(run, AGREE, **answer)
            return words in self.told(run) and self.waiting() == [run]

        return eventually(said)

    def told(self, run: str) -> str:
        """What the task that asks has said, whatever the attempt."""
        lines: list[str] = []
        for attempt in range(self.api.tasks(AGREEMENT, run)[DECIDE].tries):
            # One that Airflow took for lost has no log.
            with suppress(SandboxError):
                lines += self.api.log(AGREEMENT, run, DECIDE, attempt + 1)
        return "\n".join(lines)

    def published_runs(self) -> list[dict[str, Any]]:
        """Those that an agreement triggered."""
        runs = self.api.runs("jeu")
        return [one for one in runs if one["dag_run_id"].startswith("agreed__")]


@pytest.fixture(scope="module")
def here() -> Iterator[Town]:
    with open_folder() as root:
        yield from _open_town(root)


def _open_town(root: Path) -> Iterator[Town]:
    made = desk(root)
    drop = root / "depot"
    drop.mkdir()
    (drop / "jeu.csv").write_text(CSV, encoding="utf-8")
    portal = {"portail": {"type": "portal", "folder": str(root / "portail")}}
    city = {**CITY, "agreement": "required", "people": PEOPLE, "platforms": {**CITY["platforms"], **portal}}
    (made.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    connection = json.dumps({"conn_type": "fs", "extra": {"path": str(drop)}})
    layout = Layout.under(root, include=made.include)
    try:
        started = airflow.start(root, {"AIRFLOW_CONN_DEPOT": connection}, include=made.include)
        town = Town(Api(started), made, layout)
        town.declare()
        town.api.wait_for_dags({"jeu", AGREEMENT})
        yield town
    finally:
        airflow.discard(root)


def test_a_first_publication_waits_for_a_person_with_the_role(here: Town) -> None:
    states = here.run()
    assert (states["validate"], states["publish"], states["certify"], states["shred"]) == (
        *("success", "skipped", "skipped", "success"),
    )
    said = here.log("publish")
    assert "personne n'a encore accordé la publication de ce jeu" in said
    assert f"« Actions requises », DAG {AGREEMENT}" in said
    run = here.request()
    assert run.startswith("jeu__")
    shown = here.shown(run)
    for heading in ("Ce qui est demandé", "Le risque mesuré", "La fiche", "Ce qui sort"):
        assert f"## {heading}" in shown
    assert "Serinelli" not in shown and "Mazarin" not in shown
    here.run(force=True)
    assert here.waiting() == [run], "asked once, whatever runs"
    assert not here.online

    assert here.refused(run, "n'a pas le rôle signatory", account="operator")
    assert here.refused(run, "Personne n'est déclaré sous le nom « admin »", account="admin")
    assert here.refused(run, "Aucun motif n'est donné", reason=" ")
    assert not here.online and here.store.read_json(f"datasets/jeu/{MARK}.json") is None

    assert here.decide(run, AGREE) == {DECIDE: "success", PUBLISH_AGREED: "success"}
    assert eventually(lambda: bool(here.published_runs()))
    (published,) = here.published_runs()
    assert here.api.wait("jeu", published["dag_run_id"]) == "success"
    assert here.online
    certificate = here.store.read_current_certificate("jeu")
    assert certificate is not None
    agreement = certificate["agreement"]
    assert (agreement["by"], agreement["name"], agreement["identified"]) == (
        "signatory",
        "Nadia Roche",
        "airflow",
    )
    entry = here.store.read_json(f"datasets/jeu/ledger/{agreement['entry']}")
    assert entry["run"] == run and entry["decision"]["reason"] == "registre à jour"


def test_a_keyword_asks_nobody_and_a_column_asks_again(here: Town) -> None:
    here.declare(keywords=["essai"])
    assert here.run(force=True)["certify"] == "success"
    assert here.waiting() == []
    here.declare(columns={**COLUMNS, "quartier": {"truncate": 3}})
    assert here.run()["publish"] == "skipped"
    assert "a changé sur le fond depuis que Nadia Roche l'a accordée" in here.log("publish")
    run = here.request()
    assert "Colonne « quartier » :" in here.shown(run).replace("\N{NO-BREAK SPACE}", " ")

    assert here.decide(run, REFUSE, "trois lettres ne disent rien") == {
        DECIDE: "success",
        PUBLISH_AGREED: "skipped",
    }
    for conf in ({}, {"force": True}):
        states = here.run(**conf)
        assert states["extract"] == "skipped", "nothing is read for a publication that is refused"
        assert "Nadia Roche a refusé la publication de ce jeu" in here.log("extract")
    assert here.run(dry_run=True)["validate"] == "success"
    assert here.waiting() == []

    asked = here.api.trigger(AGREEMENT, {"dataset": "jeu"})
    here.request()
    assert here.decide(asked, AGREE) == {DECIDE: "success", PUBLISH_AGREED: "success"}
    assert eventually(lambda: len(here.published_runs()) == 2)
    newest = max(here.published_runs(), key=lambda one: one["run_after"])
    assert here.api.wait("jeu", newest["dag_run_id"]) == "success"


def test_a_publication_that_is_cleared_is_held_too(here: Town) -> None:
    here.declare(columns={**COLUMNS, "quartier": {"truncate": 2}})
    run = here.api.trigger("jeu")
    here.api.wait("jeu", run)
    here.api.clear("jeu", run, ["publish"])
    here.api.wait("jeu", run)
    assert here.api.tasks("jeu", run)["publish"].state == "skipped"
    asked = here.request()
    here.declare()
    assert here.decide(asked, AGREE)[DECIDE] == "failed", "the declaration is another one"
    said = here.told(asked)
    assert "La déclaration n'est plus celle sur laquelle porte cette décision" in said


def test_an_unknown_dataset_is_said(here: Town) -> None:
    run = here.api.trigger(AGREEMENT, {"dataset": "jen"})
    assert here.api.wait(AGREEMENT, run) == "failed"
    said = here.told(run)
    assert "Aucun jeu « jen » n'est déclaré" in said and "l'un de jeu" in said
