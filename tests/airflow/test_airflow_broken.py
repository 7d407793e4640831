"""One broken declaration breaks one DAG, visibly, and no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.dag_processing.importers import get_importer_registry

from aqueduc_airflow import factory
from aqueduc_airflow.bundle import read_declarations_of_dag_file
from aqueduc_airflow.compat import hook_dag_imports
from aqueduc_airflow.dag_cache import DagRunHistory, dag_cache
from tests.airflow.conftest import REPOSITORY
from tests.airflow.contexts import context, dag_run
from tests.making import Desk

DAGS = REPOSITORY / "dags"


WANTED = "_AIRFLOW_PARSING_CONTEXT_DAG_ID"


@pytest.fixture(autouse=True)
def importer() -> None:
    hook_dag_imports(read_declarations_of_dag_file, "dags-folder")


def bag() -> DagBag:
    """What the file of the declarations makes."""
    return DagBag(str(DAGS / "datasets.py"), bundle_path=DAGS, bundle_name="dags-folder")


def test_the_importer_is_registered_once() -> None:
    before = get_importer_registry().get_importer("datasets.py")
    hook_dag_imports(read_declarations_of_dag_file, "dags-folder")
    assert get_importer_registry().get_importer("datasets.py") is before


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
    left = Path(town.place.vault._build_full_path(f"raw/casse/{_safe(run.run_id)}/raw.parquet"))
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


def test_what_never_ran_has_no_stand_in(town: Desk) -> None:
    """In the dag-processor, which knows what ran: the import error is enough."""
    town.dataset("bon")
    town.write("jamais-lance", "a: [b")
    town.write("deja-lance", "a: [b")
    dag_cache.runs = DagRunHistory(ever=frozenset({"bon", "deja-lance"}), going=frozenset())
    found = bag()
    assert set(found.dags) == {"bon", "deja-lance"}
    assert set(found.import_errors) == {
        "include/datasets/jamais-lance.yaml",
        "include/datasets/deja-lance.yaml",
    }


@pytest.mark.parametrize(
    "title, tags",
    [
        ("Les arbres (de la Ville)", ("thème:environnement",)),
        (
            "Les arbres (de la Ville) (déclaration illisible)",
            ("thème:environnement", "déclaration:illisible"),
        ),
    ],
)
def test_what_can_no_longer_be_read_keeps_its_title_and_its_tags(
    town: Desk, title: str, tags: tuple[str, ...]
) -> None:
    """However often it is parsed: the list shows what was wrong once."""
    town.write("arbres", "a: [b")
    dag_cache.runs = DagRunHistory(frozenset({"arbres"}), frozenset(), {"arbres": (title, tags)})
    shown = bag().dags["arbres"]
    assert shown.dag_display_name == "Les arbres (de la Ville) (déclaration illisible)"
    assert shown.tags == {"thème:environnement", "déclaration:illisible"}


def test_the_code_of_a_dataset_is_its_declaration(town: Desk) -> None:
    """Airflow still finds the DAG by the file that makes it."""
    town.dataset("jeu")
    town.write("casse", "a: [b")
    found = bag().dags
    assert Path(found["jeu"].fileloc) == town.include / "datasets/jeu.yaml"
    assert Path(found["casse"].fileloc) == DAGS / "datasets.py"
    assert {dag.relative_fileloc for dag in found.values()} == {"datasets.py"}


def test_a_run_going_on_outlives_its_declaration(town: Desk) -> None:
    town.dataset("bon")
    dag_cache.runs = DagRunHistory(
        ever=frozenset({"bon", "parti", "parti-avant"}), going=frozenset({"bon", "parti"})
    )
    found = bag()
    assert set(found.dags) == {"bon", "parti"}
    assert found.import_errors == {}
    assert found.dags["parti"].dag_display_name == "parti (déclaration retirée)"
    assert found.dags["parti"].timetable.can_be_scheduled is False


def test_a_task_whose_declaration_left_says_so(
    town: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(WANTED, "parti")
    (dag,) = factory.build_dataset_dags(town.include)
    assert dag.get_task("shred").dataset_id == "parti"
    with pytest.raises(SystemExit):
        dag.get_task("publish").execute(context())
    said = capsys.readouterr().out
    assert "[declaration-retiree] La déclaration de ce jeu a été retirée." in said
    assert "include/datasets/parti.yaml" in said


@pytest.mark.parametrize("city", ["name: Ville\n", None])
def test_a_task_says_what_is_wrong_even_of_the_city(
    town: Desk, monkeypatch: pytest.MonkeyPatch, city: str | None
) -> None:
    town.dataset("jeu")
    if city is None:
        (town.include / "city.yaml").unlink()
    else:
        (town.include / "city.yaml").write_text(city, encoding="utf-8")
    monkeypatch.setenv(WANTED, "jeu")
    (dag,) = factory.build_dataset_dags(town.include)
    assert "city.yaml" in (dag.doc_md or "")


@pytest.mark.parametrize("name", ["deux mots", "x" * 249, "Accentué", "-", "jeu.v2", "a;b"])
def test_a_name_that_no_dataset_can_bear_breaks_no_other(town: Desk, name: str) -> None:
    town.dataset("bon")
    town.write(name, "a: [b")
    found = bag()
    assert found.dags["bon"].dag_display_name == "Jeu d'essai"
    assert set(found.import_errors) == {f"include/datasets/{name}.yaml"}


HOSTILE = {
    "nested": "a: " + "[" * 900 + "]" * 900,
    "deeper": "a: " + "[" * 400_000,
    "null": "a: \x00",
    "tag": "!!python/object/apply:os.system ['false']",
    "anchors": "a: &a [*a]",
    "merge": "a: &a {b: 1}\n<<: *a\n",
    "number": "title: " + "9" * 5_000,
    "date": "title: 2026-99-99",
    "hours": "title: 1" + ":1" * 400_000,
    "tagged": "title: !!bool peut-être",
    "escaped": 'title: "a\\0b"',
    "endless": "".join(f"cle{rank}: 1\n" for rank in range(40_000)),
    "documents": "--- {a: 1}\n--- {b: 2}\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_nobody_foresaw_breaks_no_other(town: Desk, text: str) -> None:
    town.dataset("bon")
    town.write("hostile", text)
    found = bag()
    assert found.dags["bon"].dag_display_name == "Jeu d'essai"
    assert set(found.import_errors) == {"include/datasets/hostile.yaml"}


def test_a_folder_or_a_dangling_link_breaks_no_other(town: Desk) -> None:
    town.dataset("bon")
    (town.include / "datasets" / "dossier.yaml").mkdir()
    (town.include / "datasets" / "lien.yaml").symlink_to("nulle-part.yaml")
    found = bag()
    assert found.dags["bon"].dag_display_name == "Jeu d'essai"
    assert set(found.import_errors) == {"include/datasets/dossier.yaml", "include/datasets/lien.yaml"}


def test_a_pipe_or_a_name_in_latin_1_breaks_no_other(town: Desk) -> None:
    town.dataset("bon")
    os.mkfifo(town.include / "datasets" / "tuyau.yaml")
    folder = os.fsencode(town.include / "datasets")
    Path(os.fsdecode(folder + b"/\xe9t\xe9.yaml")).write_text("a: [b", encoding="utf-8")
    found = bag()
    assert found.dags["bon"].dag_display_name == "Jeu d'essai"
    assert set(found.import_errors) == {"include/datasets/tuyau.yaml", "include/datasets/?t?.yaml"}
    assert all(message.encode() for message in found.import_errors.values())


def _safe(run: str) -> str:
    from aqueduc.store import build_safe_filename

    return build_safe_filename(run)
