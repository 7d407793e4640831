"""The DAG of a dataset looks at the platform first: the real engine, on a portal and a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.sdk.exceptions import AirflowSkipException, DownstreamTasksSkipped

from aqueduc.connections import EnvironmentConnections
from aqueduc_airflow.failures import ReportedTaskFailure
from tests.airflow.test_airflow_restore import STAGES, play
from tests.making import Desk
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench

WHO = {"waive": ["reopen"], "waive_by": "Camille Essai", "waive_reason": "cachée par erreur"}
CSV = "code,nom,surface,jour\n01001,Lieu,1.5,2026-01-01\n01002,Place,2.5,2026-01-02\n"


@pytest.fixture
def here(town: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Its file is there, and published once."""
    path = town.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["platforms"] = {"portail": {"type": "portal", "folder": str(town.include.parent / "portail")}}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    (tmp_path / "depot").mkdir()
    (tmp_path / "depot" / "jeu.csv").write_text(CSV, encoding="utf-8")
    depot = json.dumps({"conn_type": "fs", "extra": {"path": str(tmp_path / "depot")}})
    place = replace(town.place, connections=EnvironmentConnections({"AIRFLOW_CONN_DEPOT": depot}))
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: place)
    made = Bench(Desk(place), NOWHERE, "jeu", {"columns": COLUMNS, "fields": FIELDS, "key": ["code"]})
    play(made, "scheduled__1", *STAGES)
    return made


def edit(made: Bench, **fields: Any) -> dict[str, Any]:
    """Somebody changes the record in the portal's folder; gives it as it was."""
    path = made.desk.include.parent / "portail" / "jeux" / "jeu" / "fiche.json"
    before: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**before, **fields}), encoding="utf-8")
    return before


def fiche(made: Bench) -> dict[str, Any]:
    return edit(made)


def test_a_source_that_has_not_changed_hides_nothing(here: Bench, capsys: Any, caplog: Any) -> None:
    with pytest.raises(DownstreamTasksSkipped):
        play(here, "scheduled__2", "extract")
    assert "ni ce qui a été regardé sur la plateforme" in capsys.readouterr().out
    before = fiche(here)
    edit(here, fiche={**before["fiche"], "title": "À la main"})
    play(here, "scheduled__3", *STAGES)
    assert "Modifié sur « portail » depuis la publication précédente : catalogue, title." in caplog.text
    assert fiche(here)["fiche"]["title"] == before["fiche"]["title"]


def test_what_somebody_hid_is_held_until_a_person_reopens_it(here: Bench, capsys: Any) -> None:
    edit(here, hidden=True)
    for force in (False, True):
        with pytest.raises(ReportedTaskFailure) as red:
            play(here, "scheduled__2", "extract", force=force)
        assert "quelqu'un a caché la fiche sur « portail »" in str(red.value)
        assert "lever la garde « reopen »" in capsys.readouterr().out
        assert fiche(here)["hidden"] is True
    play(here, "manual__3", *STAGES, **WHO)
    assert fiche(here)["hidden"] is False
    store = here.desk.place.store
    certificate = store.read_json((store.read_current_revision_pointer("jeu") or {})["certificate"])
    assert [one["by"] for one in certificate["waivers"]] == ["Camille Essai"]


def test_on_a_holiday_what_differs_waits(here: Bench, capsys: Any, caplog: Any) -> None:
    """It is told, and nobody has insisted on publishing."""
    path = here.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["holidays"] = [{"from": "2020-01-01", "to": "2099-01-01", "why": "congés"}]
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    before = fiche(here)
    edit(here, fiche={**before["fiche"], "title": "À la main"})
    with pytest.raises(AirflowSkipException):
        play(here, "scheduled__2", "extract")
    assert "Modifié sur « portail »" in caplog.text
    assert "« force » passe outre" not in capsys.readouterr().out
