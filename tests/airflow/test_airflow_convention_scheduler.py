"""The end of the convention through the real scheduler: hidden by the look of the hour, which asks a person; and
removed once that person agreed, in the name that Airflow gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from aqueduc.certify.ledger import verify_ledger
from aqueduc.store import Store
from aqueduc_airflow.convention import AGREE, CONVENTION, LIST, REMOVAL, REMOVE, WATCH
from sandbox import airflow
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from tests.making import CITY, Desk, desk
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]


@dataclass(frozen=True)
class Town:
    api: Api
    desk: Desk
    store: Store

    def online(self) -> bool:
        return (self.desk.include.parent / "region/jeux/jeu/jeu.csv").is_file()

    def agree(self, **changes: str) -> None:
        city = {**CITY, "convention": {**CITY["convention"], **changes}}
        folder = str(self.desk.include.parent / "region")
        city["platforms"] = {"region": {"type": "portal", "folder": folder, "convention": True}}
        city["defaults"] = {**CITY["defaults"], "platform": "region"}
        (self.desk.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True))


@pytest.fixture(scope="module")
def here() -> Iterator[Town]:
    with open_folder() as root:
        yield from _town(root)


def _town(root: Path) -> Iterator[Town]:
    made = desk(root)
    (root / "depot").mkdir()
    (root / "depot/jeu.csv").write_text("quartier\nNord\nSud\n", encoding="utf-8")
    connections = {
        "AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(root / "depot")}})
    }
    layout = Layout.under(root, include=made.include)
    store = Store(layout.store.as_uri())
    Town(None, made, store).agree()  # type: ignore[arg-type]
    made.dataset()
    try:
        api = Api(airflow.start(root, connections, include=made.include))
        api.wait_for_dags({"jeu", CONVENTION, REMOVAL})
        yield Town(api, made, store)
    finally:
        airflow.discard(root)


def test_it_ends_is_hidden_asked_for_agreed_to_and_removed(here: Town) -> None:
    api = here.api
    assert api.wait("jeu", api.trigger("jeu")) == "success"
    assert here.online()
    assert api.wait(CONVENTION, api.trigger(CONVENTION)) == "success"
    assert here.online()

    today = datetime.now(UTC).date().isoformat()
    here.agree(ends=today)
    assert api.wait(CONVENTION, api.trigger(CONVENTION)) == "success"
    assert not here.online()
    skipped = api.trigger("jeu")
    assert api.wait("jeu", skipped) == "success"
    assert api.tasks("jeu", skipped)["extract"].state == "skipped"

    run = f"fin__{today}"
    assert eventually(lambda: api.tasks(REMOVAL, run)[AGREE].state == "awaiting_input")
    assert api.tasks(REMOVAL, run)[LIST].state == "success"
    # Asked once, whatever the number of looks.
    again = api.trigger(CONVENTION)
    assert api.wait(CONVENTION, again) == "success"
    assert api.tasks(CONVENTION, again)[WATCH].state == "success"
    answered = api.answer_until_end(REMOVAL, run, AGREE, "Accorder", reason="préavis du 1er décembre")
    assert answered == "success"
    assert api.tasks(REMOVAL, run)[REMOVE].state == "success"
    entry = here.store.read_json(here.store.list_ledger_entry_keys("jeu")[-1])
    assert (entry["kind"], entry["removed"], entry["by"]) == ("hidden", True, api.airflow.user)
    assert "préavis du 1er décembre" in entry["why"]
    assert verify_ledger(here.store, "jeu").is_valid
