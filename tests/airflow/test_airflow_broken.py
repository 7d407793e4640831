"""One broken declaration breaks one DAG, visibly, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.dag_processing.importers import get_importer_registry

from aqueduc_airflow.bundle import DeclarationImporter, DeclarationsBundle
from tests.airflow.conftest import REPOSITORY
from tests.airflow.contexts import context, dag_run
from tests.making import Desk

DAGS = REPOSITORY / "dags"


@pytest.fixture(autouse=True)
def importer() -> None:
    DeclarationsBundle(name="dags-folder", path=str(DAGS)).refresh()


def bag() -> DagBag:
    return DagBag(str(DAGS), bundle_path=DAGS, bundle_name="dags-folder")


def test_the_importer_is_registered_once() -> None:
    DeclarationsBundle(name="dags-folder", path=str(DAGS)).refresh()
    assert isinstance(get_importer_registry().get_importer("datasets.py"), DeclarationImporter)


def test_a_broken_declaration_is_an_import_error_of_its_own(town: Desk) -> None:
    town.dataset("bon")
    town.write("sans-titre", "description: rien d'autre\n")
    town.write("pas-du-yaml", "a: [b")
    found = bag()
    assert set(found.dags) == {"bon", "sans-titre", "pas-du-yaml"}
    assert set(found.import_errors) == {
        "include/datasets/sans-titre.yaml",
        "include/datasets/pas-du-yaml.yaml",
    }
    message = found.import_errors["include/datasets/pas-du-yaml.yaml"]
    assert "pas-du-yaml.yaml:" in message
    assert "Traceback" not in message


def test_a_repaired_declaration_is_no_longer_one(town: Desk) -> None:
    town.write("jeu", "a: [b")
    assert bag().import_errors
    town.dataset("jeu")
    found = bag()
    assert found.import_errors == {}
    assert found.dags["jeu"].dag_display_name == "Jeu d'essai"


def test_the_broken_dag_says_so_and_keeps_its_tasks(town: Desk) -> None:
    town.dataset("bon")
    town.write("casse", "a: [b")
    broken = bag().dags["casse"]
    assert set(broken.task_ids) == set(bag().dags["bon"].task_ids)
    assert "illisible" in broken.dag_display_name
    assert broken.timetable.can_be_scheduled is False


def test_its_first_task_fails_once_with_the_message(town: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    town.write("casse", "a: [b")
    extract = bag().dags["casse"].get_task("extract")
    assert extract.retries == 0
    with pytest.raises(SystemExit):
        extract.execute(context())
    assert "casse.yaml:" in capsys.readouterr().out


def test_its_raw_extract_is_still_shredded(town: Desk) -> None:
    """The declaration may break between the extraction and the end of a run."""
    run = dag_run()
    left = Path(town.place.vault._path(f"raw/casse/{_safe(run.run_id)}/raw.parquet"))
    left.parent.mkdir(parents=True)
    left.write_bytes(b"personal")
    town.write("casse", "a: [b")
    bag().dags["casse"].get_task("shred").execute(context(run))
    assert not left.exists()


def test_a_broken_city_breaks_all_and_hides_none(town: Desk) -> None:
    town.dataset("un")
    town.dataset("deux")
    (town.include / "city.yaml").write_text("name: Ville\n", encoding="utf-8")
    found = bag()
    assert set(found.dags) == {"un", "deux"}
    assert set(found.import_errors) == {"include/city.yaml"}
    assert all("illisible" in dag.dag_display_name for dag in found.dags.values())


def _safe(run: str) -> str:
    from aqueduc.store import safe_name

    return safe_name(run)
