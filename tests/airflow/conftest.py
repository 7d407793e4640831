"""Airflow reads AIRFLOW_HOME when it is first imported: this comes before."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import BROWSER, open_browser
from tests.making import Desk, desk

REPOSITORY = Path(__file__).resolve().parents[2]
_HOME = tempfile.TemporaryDirectory(prefix="aqueduc-airflow-")

os.environ["AIRFLOW_HOME"] = _HOME.name
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__UNIT_TEST_MODE"] = "False"
os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(REPOSITORY / "plugins")
os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(REPOSITORY / "dags")


def pytest_unconfigure() -> None:
    """A worker of pytest-xdist ends without the courtesies that would remove the folder."""
    _HOME.cleanup()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    with open_browser() as started:
        yield started


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A small city on disk, which the DAG file and the tasks find by the environment."""
    made = desk(tmp_path)
    monkeypatch.setenv("AQUEDUC_INCLUDE", str(made.include))
    monkeypatch.setenv("AQUEDUC_STORE", made.place.store.url)
    monkeypatch.setenv("AQUEDUC_VAULT", made.place.vault.url)
    return made


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Any]:
    """A session of an Airflow database of this test's own."""
    from airflow.models import import_all_models
    from airflow.models.base import Base
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    engine = create_engine(f"sqlite:///{tmp_path / 'airflow.db'}")
    import_all_models()
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def managed(database: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same database, as the manager of the dag-processor opens it."""
    from contextlib import nullcontext

    import airflow.utils.session

    monkeypatch.setattr(airflow.utils.session, "create_session", lambda: nullcontext(database))
    return database


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Each test starts as a process that inherited nothing from the dag-processor's manager."""
    from aqueduc_airflow.dag_cache import dag_cache

    dag_cache.built, dag_cache.runs = {}, None
    yield
    dag_cache.built, dag_cache.runs = {}, None
