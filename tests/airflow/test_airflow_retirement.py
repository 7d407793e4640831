"""What the bundle asks of Airflow's database, and writes there, in a database of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from airflow.models.dag import DagModel, DagTag
from airflow.models.dagbag import DagPriorityParsingRequest
from airflow.models.dagrun import DagRun
from airflow.models.log import Log
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunTriggeredByType, DagRunType
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqueduc_airflow.bundle import DAG_FILE, DeclarationsBundle, pause_dags_without_file, read_dag_run_history
from aqueduc_airflow.dag_cache import dag_cache
from tests.airflow.conftest import REPOSITORY
from tests.making import Desk

BUNDLE = "dags-folder"


def known(database: Session, name: str, **changes: object) -> None:
    facts = {
        "dag_id": name,
        "bundle_name": BUNDLE,
        "relative_fileloc": DAG_FILE,
        "fileloc": f"/dags/{DAG_FILE}",
        "is_stale": False,
        "is_paused": False,
        "timetable_summary": "",
        **changes,
    }
    database.add(DagModel(**facts))
    database.flush()


def ran(database: Session, name: str, state: DagRunState) -> None:
    run = DagRun(
        dag_id=name,
        run_id=f"manual__{state}",
        run_type=DagRunType.MANUAL,
        state=state,
        run_after=datetime(2026, 3, 10, tzinfo=UTC),
        triggered_by=DagRunTriggeredByType.TEST,
    )
    database.add(run)
    database.flush()


def test_what_ran_and_what_runs(database: Session) -> None:
    for name in ("jamais", "fini", "en-cours", "en-attente"):
        known(database, name)
    database.add(DagTag(name="thème:eau", dag_id="fini"))
    known(database, "en-pause", is_paused=True)
    known(database, "arrete-en-route", is_paused=True)
    known(database, "d-ailleurs", relative_fileloc="withdrawal.py")
    known(database, "d-un-autre-paquet", bundle_name="autre")
    ran(database, "fini", DagRunState.SUCCESS)
    ran(database, "fini", DagRunState.FAILED)
    for name in ("en-cours", "d-ailleurs", "d-un-autre-paquet", "arrete-en-route"):
        ran(database, name, DagRunState.RUNNING)
    for name in ("en-attente", "en-pause"):
        ran(database, name, DagRunState.QUEUED)
    found = read_dag_run_history(database, BUNDLE)
    assert found.ever == {"fini", "en-cours", "en-attente", "en-pause", "arrete-en-route"}
    assert found.going == {"en-cours", "en-attente", "arrete-en-route"}
    assert (found.shown["fini"], found.shown["jamais"]) == (("fini", ("thème:eau",)), ("jamais", ()))
    assert set(found.shown).isdisjoint({"d-ailleurs", "d-un-autre-paquet"})


def test_only_what_is_stale_and_no_longer_declared_is_paused(database: Session) -> None:
    known(database, "retire", is_stale=True)
    known(database, "absent-depuis-peu")
    known(database, "declare-mais-casse", is_stale=True)
    known(database, "deja-en-pause", is_stale=True, is_paused=True)
    known(database, "d-ailleurs", is_stale=True, relative_fileloc="withdrawal.py")
    known(database, "d-un-autre-paquet", is_stale=True, bundle_name="autre")
    assert pause_dags_without_file(database, BUNDLE, {"declare-mais-casse"}) == ["retire"]
    database.flush()
    paused = database.scalars(select(DagModel.dag_id).where(DagModel.is_paused))
    assert set(paused) == {"retire", "deja-en-pause"}
    (event,) = database.scalars(select(Log))
    assert (event.dag_id, event.event, event.owner) == ("retire", "paused", "aqueduc")
    assert "déclaration retirée" in (event.extra or "")
    assert pause_dags_without_file(database, BUNDLE, set()) == ["declare-mais-casse"]


@pytest.fixture
def bundle(managed: Session) -> DeclarationsBundle:
    """The bundle as the manager has it, over this test's database."""
    return DeclarationsBundle(name=BUNDLE, path=str(REPOSITORY / "dags"), refresh_interval=300)


def asked(database: Session) -> list[tuple[str, str]]:
    """The parses asked for, and taken as the manager takes them."""
    found = list(database.scalars(select(DagPriorityParsingRequest)))
    for request in found:
        database.delete(request)
    database.flush()
    return [(request.bundle_name, request.relative_fileloc) for request in found]


def test_a_broken_declaration_asks_for_a_parse_once_a_refresh(
    town: Desk, database: Session, bundle: DeclarationsBundle
) -> None:
    """The manager forgets import errors when it refreshes, and refreshes when a parse is asked for."""
    town.dataset("bon")
    bundle.refresh()
    assert asked(database) == []
    town.write("casse", "a: [b")
    bundle.refresh()
    assert asked(database) == [(BUNDLE, DAG_FILE)]
    bundle.refresh()
    assert asked(database) == []
    bundle._parse_asked -= 300
    bundle.refresh()
    assert asked(database) == [(BUNDLE, DAG_FILE)]


def test_a_refresh_fills_the_memory_and_retires(
    town: Desk, database: Session, bundle: DeclarationsBundle
) -> None:
    town.dataset("bon")
    known(database, "bon")
    ran(database, "bon", DagRunState.RUNNING)
    known(database, "retire", is_stale=True)
    known(database, "retire-en-route", is_stale=True)
    ran(database, "retire-en-route", DagRunState.RUNNING)
    bundle.refresh()
    assert [path.stem for path in dag_cache.built] == ["bon"]
    assert dag_cache.runs
    assert dag_cache.runs.going == {"bon", "retire-en-route"}
    assert database.get(DagModel, "retire").is_paused
    assert not database.get(DagModel, "retire-en-route").is_paused, "its run would never end"


def test_a_city_that_is_not_there_pauses_nothing(
    town: Desk, database: Session, bundle: DeclarationsBundle
) -> None:
    """A folder that is not mounted is not a thousand declarations removed."""
    known(database, "jeu", is_stale=True)
    town.include.rename(town.include.with_name("ailleurs"))
    bundle.refresh()
    assert not database.get(DagModel, "jeu").is_paused
