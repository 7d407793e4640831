"""What the dag-processor's manager remembers: nothing is read twice, and nothing remembered is ever stale."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqueduc.declaration import Dataset, load_city, load_dataset
from aqueduc_airflow import factory
from aqueduc_airflow.dag_cache import FileDigester, dag_cache, fill_dag_cache
from aqueduc_airflow.failures import unread_declarations
from tests.airflow.conftest import REPOSITORY
from tests.examples import share
from tests.making import Desk, desk

INCLUDE = REPOSITORY / "include"


def parsed(include: Path) -> tuple[list[tuple[Any, ...]], dict[Path, str]]:
    """All that a parse makes: what each DAG was built from, fingerprint included, and its complaints."""
    unread: dict[Path, str] = {}
    unread_declarations.set(unread)
    dags = [
        (
            dag.dag_id,
            dag.dag_display_name,
            dag.description,
            dag.doc_md,
            sorted(dag.tags),
            getattr(dag.timetable, "summary", None),
            [vars(task).get("dataset") for task in dag.tasks],
            [vars(task).get("city") for task in dag.tasks],
        )
        for dag in factory.build_dataset_dags(include)
    ]
    return dags, unread


def afresh(include: Path) -> tuple[list[tuple[Any, ...]], dict[Path, str]]:
    """The same with nothing remembered."""
    kept, dag_cache.built = dag_cache.built, {}
    try:
        return parsed(include)
    finally:
        dag_cache.built = kept


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(INCLUDE, tmp_path / "include"))


def test_every_declaration_of_the_project_is_remembered(copy: Path) -> None:
    factory.cache_dags(copy)
    again = {dag.dag_id: dag for dag in factory.build_dataset_dags(copy)}
    assert len(again) >= 12
    assert all(again[path.stem] is built.dag for path, built in dag_cache.built.items())
    assert set(again) == {path.stem for path in dag_cache.built}
    assert parsed(copy) == afresh(copy)


def test_the_manager_reads_only_what_changed(copy: Path) -> None:
    factory.cache_dags(copy)
    before = dict(dag_cache.built)
    changed = sorted(before)[0]
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# relu\n", encoding="utf-8")
    factory.cache_dags(copy)
    assert [path for path in before if dag_cache.built[path] is not before[path]] == [changed]


def test_what_left_is_forgotten_and_what_came_is_read(copy: Path) -> None:
    factory.cache_dags(copy)
    first, second = sorted(dag_cache.built)[:2]
    first.rename(first.with_name("arrive.yaml"))
    second.unlink()
    names = {dag.dag_id for dag in factory.build_dataset_dags(copy)}
    assert "arrive" in names
    assert names.isdisjoint({first.stem, second.stem})
    factory.cache_dags(copy)
    assert {path.stem for path in dag_cache.built} == names


def test_one_that_waits_for_what_left_is_read_again(town: Desk) -> None:
    town.dataset("voies", title="Voies")
    town.dataset(cadence="at most 35 days", after="voies")
    factory.cache_dags(town.include)
    assert {path.stem for path in dag_cache.built} == {"jeu", "voies"}
    (town.include / "datasets/voies.yaml").unlink()
    dags, unread = parsed(town.include)
    assert (dags, list(unread)) == (afresh(town.include)[0], [town.include / "datasets/jeu.yaml"])
    assert "« after » cite « voies »" in unread[town.include / "datasets/jeu.yaml"]


def test_what_is_broken_is_never_remembered(town: Desk) -> None:
    town.dataset("bon")
    town.write("casse", "a: [b")
    factory.cache_dags(town.include)
    assert [path.stem for path in dag_cache.built] == ["bon"]
    (town.include / "city.yaml").write_text("name: Ville\n", encoding="utf-8")
    factory.cache_dags(town.include)
    assert dag_cache.built == {}


def test_another_environment_is_another_declaration(town: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    town.dataset("jeu")
    factory.cache_dags(town.include)
    kept = dag_cache.built[town.include / "datasets" / "jeu.yaml"].dag
    assert next(iter(factory.build_dataset_dags(town.include))) is kept
    monkeypatch.setenv("AQUEDUC_ESSAI", "autre")
    assert next(iter(factory.build_dataset_dags(town.include))) is not kept


def test_what_changes_while_it_is_read_is_not_remembered(town: Desk) -> None:
    town.dataset("jeu")
    path = town.include / "datasets" / "jeu.yaml"
    loaded = load_city(town.include)
    texts = iter(["Avant", "Après"])

    def read(path: Path) -> Dataset:
        """A declaration that somebody saves between two reads."""
        dataset = load_dataset(path, loaded)
        path.write_text(path.read_text(encoding="utf-8") + f"# {next(texts)}\n", encoding="utf-8")
        return dataset

    shared = FileDigester().digest_shared_files(town.include)
    fill_dag_cache(
        town.include,
        [path],
        shared,
        read,
        lambda dataset: factory.build_dataset_dag(dataset, loaded.city, town.include),
    )
    assert dag_cache.built == {}


def test_a_city_that_changes_while_all_is_read_makes_forget_all(town: Desk) -> None:
    town.dataset("jeu")
    path = town.include / "datasets" / "jeu.yaml"
    loaded = load_city(town.include)
    shared = FileDigester().digest_shared_files(town.include)

    def build(dataset: Dataset) -> Any:
        city = town.include / "city.yaml"
        city.write_text(city.read_text(encoding="utf-8") + "# modifiée\n", encoding="utf-8")
        return factory.build_dataset_dag(dataset, loaded.city, town.include)

    fill_dag_cache(town.include, [path], shared, lambda path: load_dataset(path, loaded), build)
    assert dag_cache.built == {}


@settings(max_examples=share(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_edit_goes_unseen_even_with_the_same_size_and_date(data: st.DataObject) -> None:
    """Any file of a city, any byte of it, its size and dates put back: a parse sees what is there."""
    with tempfile.TemporaryDirectory() as name:
        include = _town(Path(name)).include
        factory.cache_dags(include)
        assert len(dag_cache.built) == 2
        files = sorted(path for path in include.rglob("*") if path.is_file())
        for _ in range(data.draw(st.integers(1, 3))):
            path = data.draw(st.sampled_from(files))
            _edit(path, data)
            assert parsed(include) == afresh(include)
            if data.draw(st.booleans()):
                factory.cache_dags(include)
                assert parsed(include) == afresh(include)


def _town(root: Path) -> Desk:
    """Two declarations that name a file of every kind."""
    made = desk(root)
    files = {
        "sql/deux.sql": "SELECT quartier FROM deux\n",
        "columns/lieux.yaml": "description: Des lieux\ncolumns:\n  quartier: publish\n",
        "hierarchies/villes.csv": "Aix;Pays d'Aix\n",
        "transforms/noms.py": "def sans_nom(value):\n    return value\n",
    }
    for name, text in files.items():
        path = made.include / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    made.dataset(
        "un",
        title="Le jeu un",
        column_sets=["lieux"],
        columns={
            "ville": {"generalise": {"hierarchy": "hierarchies/villes.csv", "level": 1}},
            "nom": {"transform": {"path": "transforms/noms.py", "function": "sans_nom"}},
        },
        fields=[{"name": name} for name in ("quartier", "ville", "nom")],
    )
    made.schema("deux", [{"name": "quartier"}])
    made.dataset(
        "deux",
        title="Le jeu deux",
        source={"postgres": "urbanisme", "sql": "sql/deux.sql"},
        schema="schemas/deux.json",
        fields=[{"name": name} for name in ("quartier", "ville", "nom")],
    )
    return made


def _edit(path: Path, data: st.DataObject) -> None:
    """Bytes replaced by as many others, under the same size and modification time."""
    before, content = path.stat(), bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.sampled_from(b"abcxyz 019:-#\n"))
    path.write_bytes(bytes(content))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux has these files")
def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    """One of /proc says that it is empty, and may be read for hours: the manager serves every city."""
    (tmp_path / "lien").symlink_to("/proc/self/maps")
    assert FileDigester().digest_file(str(tmp_path / "lien")) == hashlib.sha256().hexdigest()
