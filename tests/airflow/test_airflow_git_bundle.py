"""A city's repository that Airflow fetches: a real one, read by Airflow's own GitDagBundle with ours before it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.bundles.local import LocalDagBundle
from airflow.dag_processing.importers import DagImportResult, get_importer_registry
from airflow.models.dag import DagModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqueduc_airflow.bundle import DAG_FILE, DeclarationsBundle, DeclarationsBundleMixin
from aqueduc_airflow.dag_cache import dag_cache
from tests.airflow.conftest import REPOSITORY
from tests.making import Desk, desk

git = pytest.importorskip("airflow.providers.git.bundles.git")
BUNDLE = "aqueduc"


def run_git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Ville", "-c", "user.email=ville@ville.example", "-c", "init.defaultBranch=main"]
    command = ["git", *who, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


class City:
    """The repository as a steward has it, and the bare one to which it is pushed."""

    def __init__(self, folder: Path) -> None:
        self.desk: Desk = desk(folder / "ville")
        self.work, self.bare = self.desk.include.parent, folder / "ville.git"
        shutil.copytree(REPOSITORY / "dags", self.work / "dags", ignore=shutil.ignore_patterns("__pycache__"))
        self.bare.mkdir()
        run_git(self.bare, "init", "--bare", "--quiet")
        run_git(self.work, "init", "--quiet")
        run_git(self.work, "remote", "add", "origin", self.bare.as_uri())

    def push(self) -> str:
        """What is in the folder now, pushed; the commit."""
        run_git(self.work, "add", "include", "dags")
        run_git(self.work, "commit", "--quiet", "--message", "essai")
        run_git(self.work, "push", "--quiet", "origin", "HEAD:main")
        return run_git(self.work, "rev-parse", "HEAD")


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    monkeypatch.delenv("AQUEDUC_INCLUDE", raising=False)
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path / "bundles"))
    made = City(tmp_path)
    url = made.bare.as_uri()
    monkeypatch.setenv("AIRFLOW_CONN_DEPOT_GIT", f'{{"conn_type": "git", "host": "{url}"}}')
    return made


@pytest.fixture
def opened(city: City) -> Iterator[Callable[..., Any]]:
    """Opens the bundle, as Airflow does by the name of its class."""
    from aqueduc_airflow.git_bundle import DeclarationsGitBundle

    before = get_importer_registry().get_importer(DAG_FILE)

    def open_bundle(**options: Any) -> DeclarationsGitBundle:
        bundle = DeclarationsGitBundle(
            name=BUNDLE, git_conn_id="depot_git", tracking_ref="main", refresh_interval=300, **options
        )
        bundle.initialize()
        return bundle

    yield open_bundle
    if before is not None:
        get_importer_registry().register(before)


def parse(bundle: Any) -> DagImportResult:
    """As a process that the manager forks."""
    importer = get_importer_registry().get_importer(DAG_FILE)
    assert importer is not None
    return importer.import_file(bundle.path / DAG_FILE, bundle_path=bundle.path, bundle_name=BUNDLE)


def test_both_bundles_do_the_same_for_the_declarations() -> None:
    from aqueduc_airflow.git_bundle import DeclarationsGitBundle

    for ours, theirs in ((DeclarationsBundle, LocalDagBundle), (DeclarationsGitBundle, git.GitDagBundle)):
        assert ours.__mro__[1:3] == (DeclarationsBundleMixin, theirs)


def test_what_is_pushed_is_what_is_declared(city: City, opened: Callable[..., Any], managed: Session) -> None:
    city.desk.dataset("permis")
    city.push()
    bundle = opened()
    bundle.refresh()
    assert [dag.dag_id for dag in parse(bundle).dags] == ["permis"]
    city.desk.dataset("ecoles")
    city.push()
    assert [dag.dag_id for dag in parse(bundle).dags] == ["permis"]
    bundle.refresh()
    assert sorted(dag.dag_id for dag in parse(bundle).dags) == ["ecoles", "permis"]


def test_a_broken_declaration_is_an_import_error_of_its_own(
    city: City, opened: Callable[..., Any], managed: Session
) -> None:
    city.desk.dataset("bon")
    city.desk.write("casse", "a: [b")
    city.push()
    bundle = opened()
    bundle.refresh()
    found = parse(bundle)
    assert [dag.dag_id for dag in found.dags] == ["bon"]
    (error,) = found.errors
    assert error.file_path == "include/datasets/casse.yaml"
    assert str(city.work) not in error.message
    # The « Code » tab shows the declaration, and Airflow knows the file of the DAG by its place in the bundle.
    (dag,) = found.dags
    assert dag.fileloc == str(bundle.repo_path / "include" / "datasets" / "bon.yaml")
    assert dag.relative_fileloc == DAG_FILE


def test_the_manager_reads_again_only_what_was_pushed(
    city: City, opened: Callable[..., Any], managed: Session
) -> None:
    city.desk.dataset("permis")
    city.desk.dataset("ecoles")
    city.push()
    bundle = opened()
    bundle.refresh()
    before = {path.stem: built for path, built in dag_cache.built.items()}
    assert set(before) == {"permis", "ecoles"}
    changed = city.desk.include / "datasets" / "ecoles.yaml"
    changed.write_text(changed.read_text("utf-8") + "\n# relu\n", encoding="utf-8")
    city.push()
    bundle.refresh()
    after = {path.stem: built for path, built in dag_cache.built.items()}
    assert after["permis"] is before["permis"]
    assert after["ecoles"] is not before["ecoles"]


def test_a_run_keeps_to_the_declarations_of_its_commit(
    city: City, opened: Callable[..., Any], managed: Session
) -> None:
    from aqueduc_airflow.factory import find_include_folder

    city.desk.dataset("permis")
    first = city.push()
    manager = opened()
    manager.refresh()
    assert manager.get_current_version().version == first
    path = city.desk.include / "datasets" / "permis.yaml"
    path.write_text(path.read_text("utf-8") + "\n# plus tard\n", encoding="utf-8")
    second = city.push()
    manager.refresh()
    assert manager.get_current_version().version == second
    texts = []
    for version in (first, second):
        of_a_task = opened(version=version)
        include = find_include_folder(str(of_a_task.path / DAG_FILE))
        texts.append((include / "datasets" / "permis.yaml").read_text("utf-8"))
    assert "# plus tard" not in texts[0]
    assert "# plus tard" in texts[1]


def test_a_task_opens_no_database(
    city: City, opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow's own bundle refreshes itself when a task without a version initializes it."""
    import airflow.utils.session

    def refuse() -> None:
        raise AssertionError("a task opens Airflow's database")

    monkeypatch.setattr(airflow.utils.session, "create_session", refuse)
    city.desk.dataset("permis")
    commit = city.push()
    opened()
    opened(version=commit)
    assert dag_cache.built == {}


def test_what_is_removed_from_the_repository_is_paused(
    city: City, opened: Callable[..., Any], managed: Session
) -> None:
    city.desk.dataset("permis")
    city.desk.dataset("ecoles")
    city.push()
    bundle = opened()
    bundle.refresh()
    for name in ("permis", "ecoles"):
        known = {"relative_fileloc": DAG_FILE, "fileloc": f"/{name}", "timetable_summary": ""}
        stale = name == "ecoles"
        managed.add(DagModel(dag_id=name, bundle_name=BUNDLE, is_stale=stale, is_paused=False, **known))
    (city.desk.include / "datasets" / "ecoles.yaml").unlink()
    city.push()
    bundle.refresh()
    managed.flush()
    assert set(managed.scalars(select(DagModel.dag_id).where(DagModel.is_paused))) == {"ecoles"}


def test_a_repository_that_cannot_be_read_says_so(city: City, opened: Callable[..., Any]) -> None:
    city.desk.dataset("permis")
    city.push()
    shutil.rmtree(city.bare)
    with pytest.raises(RuntimeError, match="Error cloning repository"):
        opened()
