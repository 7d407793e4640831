"""Two cities through the real scheduler: each bundle its DAGs, each run its store, each question its own people."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from aqueduc.store import Store
from aqueduc_airflow.agreement import AGREE, AGREEMENT, DECIDE, REASON
from sandbox import airflow
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from tests.airflow.conftest import REPOSITORY
from tests.making import CITY, desk
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

CELLS = {"aix": "Mazarin", "gardanne": "Biver"}


@dataclass(frozen=True)
class Towns:
    api: Api
    root: Path

    def store(self, code: str) -> Store:
        return Store((self.root / code / "store").as_uri())

    def runs(self, dag: str) -> list[str]:
        return [str(run["dag_run_id"]) for run in self.api.runs(dag)]

    def publish(self, dag: str) -> dict[str, str | None]:
        run = self.api.trigger(dag)
        self.api.wait(dag, run)
        return {name: task.state for name, task in self.api.tasks(dag, run).items()}

    def page(self, path: str) -> requests.Response:
        token = self.api._session.headers["Authorization"]
        url = f"{self.api.airflow.url}/aqueduc{path}"
        return requests.get(url, headers={"Authorization": str(token)}, timeout=30)


@pytest.fixture(scope="module")
def towns() -> Iterator[Towns]:
    with open_folder() as root:
        said = {code: make_city(root, code) for code in CELLS}
        bundles = [
            {
                "name": code,
                "classpath": "aqueduc_airflow.bundle.DeclarationsBundle",
                "kwargs": {"path": str(root / code / "dags"), "refresh_interval": 120},
            }
            for code in CELLS
        ]
        settings = {
            "AQUEDUC_CITIES": json.dumps(said),
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
            **{
                f"AIRFLOW_CONN_{code.upper()}_DEPOT": json.dumps(
                    {"conn_type": "fs", "extra": {"path": str(root / code / "depot")}}
                )
                for code in CELLS
            },
        }
        layout = Layout.under(root)
        try:
            api = Api(airflow.prepare(layout, settings))
            airflow.schedule(layout, settings)
            api.wait_for_dags({f"{code}.{name}" for code in CELLS for name in ("jeu", "suite", AGREEMENT)})
            yield Towns(api, root)
        finally:
            airflow.discard(root)


def make_city(root: Path, code: str) -> dict[str, str]:
    """One that asks for an agreement if it is Gardanne, and where ``suite`` comes after ``jeu``."""
    made = desk(root / code)
    for name in ("store", "vault"):
        shutil.rmtree(root / code / name)
    shutil.copytree(REPOSITORY / "dags", root / code / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    (root / code / "depot").mkdir()
    (root / code / "depot/jeu.csv").write_text(f"quartier\n{CELLS[code]}\n", encoding="utf-8")
    portal = {"portail": {"type": "portal", "folder": str(root / code / "portail")}}
    city: dict[str, Any] = {**CITY, "platforms": portal, "name": code.title()}
    city["defaults"] = {**CITY["defaults"], "platform": "portail"}
    if code == "gardanne":
        city |= {
            "agreement": "required",
            "people": {"signatory": {"name": "Nadia Roche", "roles": ["signatory"]}},
        }
    (made.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    made.dataset()
    made.dataset("suite", title="Suite", cadence="at most 35 days", after="jeu")
    places = {name: (root / code / name).as_uri() for name in ("store", "vault")}
    return {"name": code.title(), "include": str(made.include), **places}


def test_each_city_publishes_asks_and_shows_its_own(towns: Towns) -> None:
    assert towns.api.import_errors() == {}
    assert towns.publish("aix.jeu")["certify"] == "success"
    # The sandbox's scheduler starts nothing by itself: what it would start by waits.
    (waiting,) = towns.api.call("GET", "dags/aix.suite/assets/queuedEvents")["queued_events"]
    assert waiting["dag_id"] == "aix.suite"
    assert towns.api.call("GET", "dags/gardanne.suite/assets/queuedEvents")["queued_events"] == []
    assert not (towns.root / "gardanne" / "portail").exists()

    assert towns.publish("gardanne.jeu")["publish"] == "skipped"
    asking = f"gardanne.{AGREEMENT}"
    assert eventually(lambda: bool(towns.runs(asking)))
    (asked,) = towns.runs(asking)
    assert towns.runs(f"aix.{AGREEMENT}") == []
    signatory = Api(replace(towns.api.airflow, user="signatory"))
    answered = signatory.answer_until_end(asking, asked, DECIDE, AGREE, **{REASON: "registre à jour"})
    assert answered == "success"
    assert eventually(lambda: any(run.startswith("agreed__") for run in towns.runs("gardanne.jeu")))
    (agreed,) = (run for run in towns.runs("gardanne.jeu") if run.startswith("agreed__"))
    assert towns.api.wait("gardanne.jeu", agreed) == "success"

    for code, cell in CELLS.items():
        assert cell in (towns.root / code / "portail/jeux/jeu/jeu.csv").read_text("utf-8-sig")
        assert towns.store(code).read_current_certificate("jeu")
        assert towns.page(f"/jeu/{code}.jeu").status_code == 200
        assert towns.publish(f"{code}.aqueduc_sweep") == {"sweep": "success"}
    rows = towns.page("/catalogue.json").json()["datasets"]
    assert {row["dataset"]: (row["city"], row["state"]) for row in rows}["gardanne.jeu"] == (
        "Gardanne",
        "published",
    )
    links = towns.api.call("GET", f"dags/gardanne.jeu/dagRuns/{agreed}/taskInstances/certify/links")[
        "extra_links"
    ]
    report = links["Rapport de l'exécution"].partition("/aqueduc")[2]
    assert towns.page(report).status_code == 200
