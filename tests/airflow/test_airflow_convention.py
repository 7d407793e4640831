"""Under Airflow, outside the term of the convention: a run that nothing would come of is skipped, and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.sdk.exceptions import AirflowSkipException, DownstreamTasksSkipped

from aqueduc_airflow.convention import build_convention_dags
from aqueduc_airflow.factory import build_dataset_dag
from aqueduc_airflow.failures import ReportedTaskFailure
from tests.airflow.contexts import context, dag_run
from tests.convention.cities import REGION, agree, at, change_city, online, publish, two_portals
from tests.making import Desk
from tests.publish.showcase import Showcase

RESTORE = {"restore": "a" * 12, "restore_by": "Jeanne Martin", "restore_reason": "lignes perdues"}


@pytest.fixture
def ended(town: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    path = town.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    folder = str(town.include.parent / "region")
    city["platforms"] = {"region": {"type": "portal", "folder": folder, "convention": True}}
    city["defaults"]["platform"] = "region"
    city["convention"]["ends"] = "2026-02-01"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: town.place)
    return town


def extract(town: Desk, **params: Any) -> Any:
    dag = build_dataset_dag(town.dataset(), town.city, town.include)
    return dag.get_task("extract").execute(context(dag_run(), {}, **params))


@pytest.mark.parametrize("force", [False, True])
def test_a_run_is_skipped_before_anything_is_extracted(ended: Desk, force: bool, capsys: Any) -> None:
    with pytest.raises(AirflowSkipException):
        extract(ended, force=force)
    assert "elle a pris fin le 01/02/2026" in capsys.readouterr().out
    assert ended.place.vault.list("raw/jeu") == []


def test_what_a_person_asks_for_fails(ended: Desk) -> None:
    with pytest.raises(ReportedTaskFailure, match="hors-convention"):
        extract(ended, **RESTORE)


# --- the two DAGs -------------------------------------------------------------------------------------------


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Showcase:
    """A city whose convention has ended, with a dataset on the platform that it binds."""
    here = two_portals(tmp_path)
    agree(here, ends="2026-07-01")
    at(here, "2026-06-01T09:00:00")
    publish(here, REGION, "un")
    at(here, "2026-07-02T09:00:00")
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: here.desk.place)
    return here


def answered(choice: str, reason: str = "préavis") -> dict[str, Any]:
    who = {"id": "1", "name": "jmartin"}
    return {"chosen_options": [choice], "params_input": {"reason": reason}, "responded_by_user": who}


def test_the_watch_hides_then_asks_for_the_removal(closed: Showcase, capsys: Any) -> None:
    watch, removal = build_convention_dags(closed.desk.include)
    assert watch.get_task("watch").execute(context()) == "2026-07-01"
    assert "Caché : lieux sur « region »" in capsys.readouterr().out
    assert not online(closed, "region")
    ask = watch.get_task("ask")
    assert (ask.trigger_dag_id, ask.skip_when_already_exists) == (removal.dag_id, True)
    assert "- lieux (region)" in removal.get_task("list").execute(context())


def test_a_refusal_removes_nothing_and_an_agreement_says_whose_it_is(closed: Showcase) -> None:
    watch, removal = build_convention_dags(closed.desk.include)
    watch.get_task("watch").execute(context())
    remove = removal.get_task("remove")
    with pytest.raises(AirflowSkipException, match="Refusé"):
        remove.execute(context(left={"agree": answered("Refuser")}))
    with pytest.raises(ReportedTaskFailure, match="sans motif"):
        remove.execute(context(left={"agree": answered("Accorder", " ")}))
    assert "- lieux (region)" in removal.get_task("list").execute(context())
    remove.execute(context(left={"agree": answered("Accorder")}))
    store = closed.desk.place.store
    entry = store.read_json(store.list_ledger_entry_keys("lieux")[-1])
    assert (entry["removed"], entry["by"]) == (True, "jmartin")
    assert "préavis" in entry["why"]
    with pytest.raises(AirflowSkipException):
        removal.get_task("list").execute(context())
    with pytest.raises(DownstreamTasksSkipped):
        watch.get_task("watch").execute(context())


def test_an_account_that_the_city_does_not_name_removes_nothing(closed: Showcase, capsys: Any) -> None:
    watch, removal = build_convention_dags(closed.desk.include)
    watch.get_task("watch").execute(context())
    change_city(closed, people={"adurand": {"name": "Alice Durand", "roles": ["signatory"]}})
    remove = removal.get_task("remove")
    with pytest.raises(ReportedTaskFailure):
        remove.execute(context(left={"agree": answered("Accorder")}))
    assert "Personne n'est déclaré sous le nom « jmartin »." in capsys.readouterr().out
    assert "- lieux (region)" in removal.get_task("list").execute(context())
    alice = {**answered("Accorder"), "responded_by_user": {"id": "2", "name": "adurand"}}
    remove.execute(context(left={"agree": alice}))
    store = closed.desk.place.store
    assert store.read_json(store.list_ledger_entry_keys("lieux")[-1])["by"] == "Alice Durand"


def test_while_it_holds_the_watch_asks_for_nothing(closed: Showcase) -> None:
    at(closed, "2026-06-30T20:00:00")
    watch, _removal = build_convention_dags(closed.desk.include)
    with pytest.raises(DownstreamTasksSkipped):
        watch.get_task("watch").execute(context())
    assert online(closed, "region")


def test_what_cannot_be_hidden_makes_the_watch_red(closed: Showcase) -> None:
    watch, _removal = build_convention_dags(closed.desk.include)
    with (
        closed.desk.place.store.lock("datasets/lieux", where="essai"),
        pytest.raises(ReportedTaskFailure, match="lieux, « region »"),
    ):
        watch.get_task("watch").execute(context())
