"""Two cities in one Airflow, each with a dataset of the same name: what one does is never the other's."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import yaml
from airflow.dag_processing.dagbag import DagBag
from airflow.models.dag import DagModel
from airflow.models.errors import ParseImportError
from airflow.models.pool import Pool
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization
from fastapi import HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqueduc.cities import ONLY_CITY, DeployedCity
from aqueduc.declaration.spec import PersonRole
from aqueduc.errors import AqueducError, InvalidCitiesSetting
from aqueduc.sources.dbapi import session
from aqueduc_airflow import city_dags, dag_cache, factory, metrics
from aqueduc_airflow.agreement import AGREEMENT, PUBLISH_AGREED, trigger_agreement_run
from aqueduc_airflow.bundle import DAG_FILE, DeclarationsBundle
from aqueduc_airflow.cities import build_dag_id, find_city_of_folder, split_dag_id
from aqueduc_airflow.convention import ASK, CONVENTION, REMOVAL
from aqueduc_airflow.dag_cache import DagRunHistory, get_dag_cache
from aqueduc_airflow.failures import ReportedTaskFailure
from aqueduc_airflow.links import PublicRecordLink
from aqueduc_airflow.notices import ListPublicationsDueAfterEmbargoOperator
from aqueduc_airflow.operators import build_run_liveness_check, build_task_workspace
from aqueduc_airflow.pages.acts import ACTS, build_action_api_and_result_paths, build_trigger_request_body
from aqueduc_airflow.pages.airflow_runs import (
    DagFacts,
    PendingQuestion,
    list_pending_questions,
    list_readable_dags,
)
from aqueduc_airflow.pages.settings import get_timezone
from tests.airflow.conftest import REPOSITORY
from tests.airflow.contexts import Hands, context, dag_run
from tests.making import CITY, Desk, desk

CELLS = {"aix": "Mazarin", "gardanne": "Biver"}
NAMES = {"aix": "Aix-en-Provence", "gardanne": "Gardanne"}
STAGES = ("extract", "anonymise", "validate", "publish", "certify")
SECRET = "Sarrazouls-Canari"
ROLES = ("steward", "operator", "dpo", "signatory")


@pytest.fixture
def cities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Desk]:
    """Aix and Gardanne, each with its dataset ``jeu``, its drop and its portal."""
    made: dict[str, Desk] = {}
    said: dict[str, dict[str, str]] = {}
    for code, cell in CELLS.items():
        root = tmp_path / code
        made[code] = desk(root)
        (root / "depot").mkdir()
        (root / "depot" / "jeu.csv").write_text(f"quartier\n{cell}\n", encoding="utf-8")
        portal = {"portail": {"type": "portal", "folder": str(root / "portail")}}
        city = {**CITY, "platforms": portal, "defaults": {**CITY["defaults"], "platform": "portail"}}
        (made[code].include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")
        made[code].dataset(title=f"Jeu de {code}")
        drop = json.dumps({"conn_type": "fs", "extra": {"path": str(root / "depot")}})
        monkeypatch.setenv(f"AIRFLOW_CONN_{code.upper()}_DEPOT", drop)
        shutil.rmtree(root / "store")
        shutil.rmtree(root / "vault")
        said[code] = {
            "name": NAMES[code],
            "include": str(made[code].include),
            **{name: (root / name).as_uri() for name in ("store", "vault")},
        }
    said["gardanne"]["queue"] = "gardanne"
    monkeypatch.delenv("AQUEDUC_INCLUDE", raising=False)
    monkeypatch.setenv("AQUEDUC_CITIES", json.dumps(said))
    return made


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    for code in [code for code in dag_cache._of_cities if code]:
        del dag_cache._of_cities[code]


def change_settings(monkeypatch: pytest.MonkeyPatch, code: str, **changes: str) -> None:
    import os

    said = json.loads(os.environ["AQUEDUC_CITIES"])
    said[code] |= changes
    monkeypatch.setenv("AQUEDUC_CITIES", json.dumps(said))


def build(made: Desk) -> DAG:
    (dag,) = factory.build_dataset_dags(made.include)
    return dag


def run_all(dag: DAG) -> dict[str, Any]:
    """The tasks of a run one after the other, each with what Airflow would give it."""
    left: dict[str, Any] = {}
    given = {**context(), "ti": Hands(left), "outlet_events": defaultdict(lambda: SimpleNamespace(extra={}))}
    for stage in STAGES:
        left[stage] = json.loads(json.dumps(dag.get_task(stage).execute(given)))
    dag.get_task("shred").execute(given)
    return left


def read_all(folder: Path) -> str:
    return "\n".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


def test_each_runs_into_its_own_store_vault_and_portal(cities: dict[str, Desk], tmp_path: Path) -> None:
    run_all(build(cities["aix"]))
    there = {path.name for path in (tmp_path / "gardanne").iterdir()}
    assert there == {"include", "depot"}, "nothing was even opened"
    run_all(build(cities["gardanne"]))
    for code, made in cities.items():
        workspace = build_task_workspace(made.include)
        assert workspace.store.url == (tmp_path / code / "store").as_uri()
        assert workspace.store.list_datasets() == ["jeu"]
        assert workspace.store.read_current_revision_pointer("jeu")
        assert workspace.vault.list("raw/jeu") == []
        (other,) = set(CELLS) - {code}
        written = read_all(tmp_path / code)
        assert CELLS[code] in written
        assert CELLS[other] not in written and f"/{other}/" not in written
        link = PublicRecordLink().get_link(None, ti_key=SimpleNamespace(dag_id=f"{code}.jeu"))  # type: ignore[arg-type]
        assert link == "" and PublicRecordLink().get_link(None, ti_key=SimpleNamespace(dag_id="jeu")) == ""  # type: ignore[arg-type]


def test_a_connection_of_another_city_is_one_that_is_missing(
    cities: dict[str, Desk], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_PAIE", f"fs://compte:{SECRET}@paie")
    for wanted in ("gardanne_depot", "paie"):
        cities["aix"].dataset(source={"file": wanted, "path": "jeu.csv"})
        with pytest.raises(ReportedTaskFailure) as failed:
            build(cities["aix"]).get_task("extract").execute(context())
        assert failed.value.code == "connexion-absente"
        said = capsys.readouterr().out
        assert f"« aix_{wanted} » n'est pas configurée" in said and SECRET not in said


def test_a_database_that_airflow_joins_is_that_of_the_city_too(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hook is opened by the identifier that Airflow knows."""
    asked: list[str] = []
    monkeypatch.setattr(
        session, "load_database_access_through_airflow", lambda _kind, identifier: asked.append(identifier)
    )
    monkeypatch.setenv("AIRFLOW_CONN_AIX_BASE", json.dumps({"conn_type": "sqlite", "host": "/nulle/part.db"}))
    found = build_task_workspace(cities["aix"].include).connections.get("base")
    session.DbApiSession.from_request(
        SimpleNamespace(connection=found, source_origin=SimpleNamespace(kind="dbapi"))
    )  # type: ignore[arg-type]
    assert (found.id, asked) == ("base", ["aix_base"])


def test_the_secrets_of_a_city_are_wanted_where_its_tasks_run_only(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A worker of Aix has Aix's only: it says what it lacks, and nothing of what it has."""
    for code in cities:
        change_settings(monkeypatch, code, vault_options=f"{code.upper()}_COFFRE")
    monkeypatch.setenv("AIX_COFFRE", json.dumps({"auto_mkdir": SECRET}))
    assert build_task_workspace(cities["aix"].include).vault.url.endswith("/aix/vault")
    with pytest.raises(ReportedTaskFailure) as failed:
        build(cities["gardanne"]).get_task("extract").execute(context())
    assert failed.value.code == "reglage-des-villes"
    said = capsys.readouterr().out
    assert "La variable GARDANNE_COFFRE n'est pas définie ici." in said and SECRET not in said


def bag(made: Desk, bundle: str) -> DagBag:
    folder = made.include.parent / "dags"
    if not folder.exists():
        shutil.copytree(REPOSITORY / "dags", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return DagBag(str(folder), bundle_path=folder, bundle_name=bundle)


def test_dags_pools_assets_queues_and_tags_bear_the_city_and_those_of_one_city_do_not(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    cities["gardanne"].dataset("voies", title="Voies")
    cities["gardanne"].dataset(cadence="at most 35 days", after="voies", resources={"queue": "gros"})
    bags = {code: bag(made, code) for code, made in cities.items()}
    assert all(not found.import_errors for found in bags.values())
    ids = {code: {dag_id.removeprefix(f"{code}.") for dag_id in found.dags} for code, found in bags.items()}
    assert ids["gardanne"] - ids["aix"] == {"voies"} and not ids["aix"] - ids["gardanne"]
    assert all(dag_id.startswith(f"{code}.") for code, found in bags.items() for dag_id in found.dags)
    dags = bags["gardanne"].dags
    for dag in dags.values():
        assert DagSerialization.from_dict(DagSerialization.to_dict(dag)).task_ids == dag.task_ids
        assert "ville:Gardanne" in dag.tags
        assert {task.queue for task in dag.tasks} <= {"gardanne", "gardanne_gros"}
        assert all(task.pool == "default_pool" or task.pool.startswith("gardanne_") for task in dag.tasks)
    jeu = dags["gardanne.jeu"]
    assert [jeu.get_task(task).pool for task in ("extract", "publish")] == [
        "gardanne_source_depot",
        "gardanne_plateforme_portail",
    ]
    assert jeu.get_task("extract").queue == "gardanne_gros" and jeu.get_task("publish").queue == "gardanne"
    (asset,) = dags["gardanne.voies"].get_task("certify").outlets
    assert (asset.name, asset.uri) == ("gardanne.voies", "aqueduc://gardanne/voies")
    stored = DagSerialization.from_dict(DagSerialization.to_dict(jeu)).timetable
    assert {one.uri for _key, one in stored.asset_condition.iter_assets()} == {asset.uri}
    assert bags["aix"].dags["aix.jeu"].get_task("extract").queue == "default"
    monkeypatch.delenv("AQUEDUC_CITIES")
    alone = bag(cities["aix"], "dags-folder")
    assert set(alone.dags) == ids["aix"]
    only = alone.dags["jeu"]
    assert only.get_task("extract").pool == "source_depot" and not any("ville:" in tag for tag in only.tags)
    assert only.get_task("certify").outlets[0].uri == "aqueduc://ville-aix-en-provence/jeu"


@pytest.mark.parametrize(
    "organisation", ["gardanne/jeu#", "gardanne/jeu?", "x@gardanne/jeu#", "ville-gardanne"]
)
def test_no_organisation_gives_a_dataset_the_address_of_an_asset_of_another_city(
    cities: dict[str, Desk], organisation: str
) -> None:
    """It is free text, and Airflow drops a fragment, or what is empty after « ? »."""
    path = cities["aix"].include / "city.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), "organisation": organisation}))
    found = {code: build(made).get_task("certify").outlets[0].uri for code, made in cities.items()}
    assert found == {code: f"aqueduc://{code}/jeu" for code in cities}


def test_the_organisation_of_the_only_city_is_one_part_of_an_address(town: Desk) -> None:
    path = town.include / "city.yaml"
    written = yaml.safe_load(path.read_text())
    for organisation, part in (("ville-aix", "ville-aix"), ("Ville d'Aix/x#", "Ville%20d%27Aix%2Fx%23")):
        path.write_text(yaml.safe_dump({**written, "organisation": organisation}))
        town.dataset()
        assert build(town).get_task("certify").outlets[0].uri == f"aqueduc://{part}/jeu"


def test_what_one_dag_asks_of_another_is_asked_of_its_own_city(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    dags = bag(cities["aix"], "aix").dags
    assert dags[f"aix.{AGREEMENT}"].get_task(PUBLISH_AGREED).trigger_dag_id == "aix.{{ params.dataset }}"
    assert dags[f"aix.{CONVENTION}"].get_task(ASK).trigger_dag_id == f"aix.{REMOVAL}"
    due = SimpleNamespace(dataset="jeu", end=SimpleNamespace(isoformat=lambda: "2026-03-10"))
    monkeypatch.setattr("aqueduc.publish.embargo.list_publications_due_after_embargo", lambda *_: [due])
    (asked,) = ListPublicationsDueAfterEmbargoOperator(task_id="due", include=cities["aix"].include).execute(
        context()
    )
    assert asked["trigger_dag_id"] == "aix.jeu"
    hands = Hands({}, {("aix.jeu", "essai"): "running", ("gardanne.jeu", "autre"): "running"})
    going = build_run_liveness_check({"ti": hands}, find_city_of_folder(cities["aix"].include))
    assert (going("jeu", "essai"), going("jeu", "autre")) == (True, None)
    sent: list[Any] = []
    monkeypatch.setattr(
        "airflow.sdk.execution_time.task_runner.SUPERVISOR_COMMS",
        SimpleNamespace(send=sent.append),
        raising=False,
    )
    assert trigger_agreement_run({"ti": Hands({})}, f"aix.{AGREEMENT}", "jeu", "abc")
    assert (sent[0].dag_id, sent[0].conf["dataset"]) == (f"aix.{AGREEMENT}", "jeu")


def test_a_task_of_a_city_is_built_from_its_own_folder_only(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "aix.jeu")
    assert [dag.dag_id for dag in factory.build_dataset_dags(cities["aix"].include)] == ["aix.jeu"]
    assert list(factory.build_dataset_dags(cities["gardanne"].include)) == []
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "aix.parti")
    (gone,) = factory.build_dataset_dags(cities["aix"].include)
    assert (gone.dag_id, gone.get_task("shred").dataset_id) == ("aix.parti", "parti")


def test_a_folder_that_was_given_to_no_city_makes_no_dag(cities: dict[str, Desk], tmp_path: Path) -> None:
    """Whatever its files say: who is who is the administrator's word."""
    stranger = desk(tmp_path / "nice")
    stranger.dataset()
    found = bag(stranger, "nice")
    assert found.dags == {}
    errors = "\n".join(found.import_errors.values())
    assert "n'est celui d'aucune ville déployée" in errors and "reglage-des-villes" in errors
    assert [split_dag_id(name) for name in ("nice.jeu", "jeu", "aix", "example.dag")] == [None] * 4
    assert split_dag_id("aix.jeu") == (find_city_of_folder(cities["aix"].include), "jeu")


def test_a_setting_left_blank_leaves_the_only_city_its_folder(
    town: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AQUEDUC_CITIES", " ")
    assert factory.find_include_folder("/opt/city/dags/datasets.py") == town.include.resolve()
    assert find_city_of_folder(town.include) == ONLY_CITY


def test_what_airflow_fetches_belongs_to_the_city_of_its_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever commit, and not to one whose bundle has a name that begins so."""
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path))
    roots = {"aix": ("s3://aix-depot", "s3://aix-coffre"), "nord": ("s3://nord-depot", "s3://nord-coffre")}
    bundles = {"aix": "commune", "nord": "commune-nord"}
    said = {
        code: {"bundle": bundles[code], "store": store, "vault": vault}
        for code, (store, vault) in roots.items()
    }
    monkeypatch.setenv("AQUEDUC_CITIES", json.dumps(said))
    for place in ("tracking_repo", "versions/0a1b"):
        for code, bundle in bundles.items():
            assert find_city_of_folder(tmp_path.resolve() / bundle / place / "include").code == code
    with pytest.raises(InvalidCitiesSetting):
        find_city_of_folder(tmp_path.resolve() / "autre" / "include")


def test_a_folder_given_by_a_link_is_found_wherever_the_link_leads(
    cities: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As what fetches a repository for Airflow leaves it: a link is turned to each release."""
    served = tmp_path / "srv"
    (served / "dags").mkdir(parents=True)
    change_settings(monkeypatch, "aix", include=str(served / "include"))
    for release in ("un", "deux"):
        (tmp_path / release).mkdir()
        shutil.copytree(cities["aix"].include, tmp_path / release / "include")
        (served / "suivant").symlink_to(tmp_path / release / "include")
        (served / "suivant").replace(served / "include")
        asked = factory.find_include_folder(str(served / "dags" / DAG_FILE))
        assert find_city_of_folder(asked).code == find_city_of_folder(asked.resolve()).code == "aix"
        (dag,) = factory.build_dataset_dags(asked)
        assert (dag.dag_id, dag.dag_display_name) == ("aix.jeu", "Jeu de aix"), dag.doc_md
    (served / "courant").symlink_to(tmp_path / "un")
    change_settings(monkeypatch, "aix", include=str(served / "courant" / "include"))
    assert find_city_of_folder(tmp_path / "un" / "include").code == "aix"
    (served / "courant").unlink()
    (served / "courant").symlink_to(tmp_path / "deux")
    assert find_city_of_folder(tmp_path / "deux" / "include").code == "aix"


def test_a_link_out_of_a_bundle_leads_to_the_declarations_of_nobody(
    cities: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The links of a repository are the commune's own."""
    import os

    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path / "bundles"))
    said = json.loads(os.environ["AQUEDUC_CITIES"])
    del said["aix"]["include"]
    monkeypatch.setenv("AQUEDUC_CITIES", json.dumps({**said, "aix": {**said["aix"], "bundle": "aix"}}))
    fetched = tmp_path.resolve() / "bundles" / "aix" / "tracking_repo"
    fetched.mkdir(parents=True)
    (fetched / "include").symlink_to(cities["gardanne"].include)
    with pytest.raises(InvalidCitiesSetting):
        find_city_of_folder(fetched / "include")
    assert find_city_of_folder(cities["gardanne"].include).code == "gardanne"
    (fetched / "villes").mkdir()
    (fetched / "include").unlink()
    (fetched / "include").symlink_to("villes")
    assert find_city_of_folder(fetched / "include").code == "aix"


def test_a_folder_that_becomes_a_link_to_another_city_is_nobodys_for_who_knew_it(
    cities: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manager of the dag-processor lives for months, and its parses inherit what it knows."""
    import os

    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path / "bundles"))
    said = json.loads(os.environ["AQUEDUC_CITIES"])
    del said["aix"]["include"]
    monkeypatch.setenv("AQUEDUC_CITIES", json.dumps({**said, "aix": {**said["aix"], "bundle": "aix"}}))
    include = tmp_path.resolve() / "bundles" / "aix" / "tracking_repo" / "include"
    shutil.copytree(cities["aix"].include, include)
    assert find_city_of_folder(include).code == "aix"
    shutil.rmtree(include)
    include.symlink_to(cities["gardanne"].include)
    with pytest.raises(InvalidCitiesSetting):
        list(factory.build_dataset_dags(include))


def test_the_owner_of_a_folder_is_looked_for_once(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each dataset asks several times, and the paths of ninety cities take a while to resolve."""
    resolved: list[Path] = []
    real = Path.resolve
    monkeypatch.setattr(Path, "resolve", lambda self, **how: resolved.append(self) or real(self, **how))
    include = cities["gardanne"].include
    assert find_city_of_folder(include).code == "gardanne" and resolved
    resolved.clear()
    assert find_city_of_folder(include).code == "gardanne" and not resolved
    change_settings(monkeypatch, "gardanne", name="Gardanne-en-Provence")
    assert find_city_of_folder(include).name == "Gardanne-en-Provence" and resolved


# --- who may read and do what -------------------------------------------------------------------------------


@pytest.fixture
def init() -> ModuleType:
    path = REPOSITORY / "docker" / "init.py"
    spec = importlib.util.spec_from_file_location("init_of_cities", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["init_of_cities"] = module
    spec.loader.exec_module(module)
    return module


def test_a_person_of_a_city_reads_and_does_nothing_of_another(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch, init: ModuleType
) -> None:
    """As Airflow's own FAB judges, from the roles of ``init`` and the access_control of each DAG."""
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
    from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager
    from airflow.providers.fab.www.security import permissions

    monkeypatch.setattr(city_dags, "_uses_fab_auth_manager", lambda: True)
    granted: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in init.list_role_permissions():
        granted[one["name"]].add((one["action"], one["resource"]))
    assert set(granted) == {f"{code}_{role}" for code in cities for role in ROLES}
    for made in cities.values():
        for dag in (
            build(made),
            factory.build_sweep_dag(made.include),
            factory.build_agreement_dag(made.include),
        ):
            for role, resources in (dag.access_control or {}).items():
                for resource, actions in resources.items():
                    name = permissions.resource_name(dag.dag_id, resource)
                    granted[role] |= {(action, name) for action in actions}
    manager = FabAuthManager()

    def may(role: str, method: Any, dag_id: str, entity: DagAccessEntity | None = None) -> bool:
        user = SimpleNamespace(perms=granted[role])
        return manager.is_authorized_dag(
            method=method, access_entity=entity, details=DagDetails(id=dag_id), user=user
        )

    for role in ROLES:
        for name in ("jeu", "aqueduc_sweep", AGREEMENT):
            for entity in (None, DagAccessEntity.RUN, DagAccessEntity.TASK_LOGS, DagAccessEntity.HITL_DETAIL):
                assert may(f"aix_{role}", "GET", f"aix.{name}", entity)
                assert not may(f"aix_{role}", "GET", f"gardanne.{name}", entity)
        for method, entity in (
            ("POST", DagAccessEntity.RUN),
            ("PUT", DagAccessEntity.TASK_INSTANCE),
            ("PUT", None),
        ):
            assert not may(f"aix_{role}", method, "gardanne.jeu", entity)
        assert not may(f"aix_{role}", "PUT", f"gardanne.{AGREEMENT}", DagAccessEntity.HITL_DETAIL)
        assert (
            not {("can_read", "DAGs"), ("can_read", "Assets"), ("can_read", "ImportError")}
            & granted[f"aix_{role}"]
        )
    assert may("aix_operator", "POST", "aix.jeu", DagAccessEntity.RUN)
    assert not may("aix_steward", "POST", "aix.jeu", DagAccessEntity.RUN)
    assert may("aix_dpo", "PUT", f"aix.{AGREEMENT}", DagAccessEntity.HITL_DETAIL)
    assert not may("aix_operator", "PUT", f"aix.{AGREEMENT}", DagAccessEntity.HITL_DETAIL)


def test_one_city_keeps_the_roles_and_the_rights_that_it_had(
    town: Desk, monkeypatch: pytest.MonkeyPatch, init: ModuleType
) -> None:
    monkeypatch.setattr(city_dags, "_uses_fab_auth_manager", lambda: True)
    assert factory.build_sweep_dag(town.include).access_control is None
    assert set(city_dags.build_access_control(ONLY_CITY, "operator") or {}) == {"operator"}
    made = init.list_role_permissions()
    assert {one["name"] for one in made} == set(ROLES) == set(PersonRole.__args__)
    assert sum(one["resource"] == "DAGs" and one["action"] == "can_read" for one in made) == len(ROLES)


def list_pools(database: Session) -> dict[str, int]:
    ours = select(Pool).where(Pool.pool != Pool.DEFAULT_POOL_NAME)
    return {str(pool.pool): pool.slots for pool in database.scalars(ours)}


def test_the_pools_of_the_only_city_are_made_or_why_they_cannot_be_is_said(
    town: Desk, managed: Session, init: ModuleType
) -> None:
    init.make_pools(town.include)
    assert list_pools(managed) == {"plateforme_datasud": 4}
    (town.include / "city.yaml").write_text("name: Aix\n", encoding="utf-8")
    with pytest.raises(AqueducError):
        init.make_pools(town.include)


def test_pools_and_buckets_are_made_for_each_city_and_a_broken_one_stops_no_other(
    cities: dict[str, Desk], managed: Session, init: ModuleType, tmp_path: Path, capsys: Any
) -> None:
    import os

    includes = list(init.find_include_folders())
    init.make_pools(*includes)
    assert list_pools(managed) == {"aix_plateforme_portail": 4, "gardanne_plateforme_portail": 4}
    for pool in managed.scalars(select(Pool)):
        managed.delete(pool)
    (cities["aix"].include / "city.yaml").write_text("name: Aix\n", encoding="utf-8")
    init.make_pools(*includes)
    assert list_pools(managed) == {"gardanne_plateforme_portail": 4}
    assert capsys.readouterr().err.startswith("aix: ")
    for code in cities:
        for root in ("store", "vault"):
            assert not (tmp_path / code / root).exists()
    init.make_buckets(os.environ)
    assert all((tmp_path / code / root).is_dir() for code in cities for root in ("store", "vault"))


# --- what is removed, broken or remembered ------------------------------------------------------------------


@pytest.mark.parametrize("platforms", [{"p" * 250: {}}, {"portail": {"pool": 10**15}}])
def test_a_platform_that_no_pool_can_hold_keeps_no_other_city_from_starting(
    cities: dict[str, Desk], managed: Session, init: ModuleType, platforms: dict[str, Any]
) -> None:
    path = cities["aix"].include / "city.yaml"
    known_ones = yaml.safe_load(path.read_text())["platforms"]
    written = {name: {**known_ones["portail"], **said} for name, said in platforms.items()}
    path.write_text(
        yaml.safe_dump({**yaml.safe_load(path.read_text()), "platforms": {**known_ones, **written}})
    )
    init.make_pools(*init.find_include_folders())
    made = list_pools(managed)
    assert "gardanne_plateforme_portail" in made
    assert all(slots < 2**31 for slots in made.values())


def known(database: Session, code: str, name: str, **changes: Any) -> None:
    facts = {
        "dag_id": f"{code}.{name}",
        "bundle_name": code,
        "relative_fileloc": DAG_FILE,
        "fileloc": f"/dags/{DAG_FILE}",
        "is_stale": False,
        "is_paused": False,
        "timetable_summary": "",
        **changes,
    }
    database.add(DagModel(**facts))
    database.flush()


def test_a_declaration_that_leaves_pauses_the_dag_of_its_own_city(
    cities: dict[str, Desk], managed: Session
) -> None:
    for code in cities:
        known(managed, code, "jeu", is_stale=True)
        known(managed, code, "parti", is_stale=True)
    (cities["aix"].include / "datasets" / "jeu.yaml").unlink()
    for code, made in cities.items():
        path = str(made.include.parent / "dags")
        DeclarationsBundle(name=code, path=path, refresh_interval=300).refresh()
        paused = set(managed.scalars(select(DagModel.dag_id).where(DagModel.is_paused)))
        assert paused == {"aix.jeu", "aix.parti"} | ({"gardanne.parti"} if code == "gardanne" else set())
    memory = {code: get_dag_cache(made.include) for code, made in cities.items()}
    assert {code: [path.stem for path in one.built] for code, one in memory.items()} == {
        "aix": [],
        "gardanne": ["jeu"],
    }
    assert dag_cache.dag_cache.built == {}, "that is the memory of the only city"
    assert list_pools(managed) == {"gardanne_source_depot": 4, "gardanne_plateforme_portail": 4}
    (dag,) = factory.build_dataset_dags(cities["gardanne"].include)
    assert dag is next(iter(memory["gardanne"].built.values())).dag


def test_a_code_that_is_lost_or_misspelt_pauses_nothing(
    cities: dict[str, Desk], managed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The DAGs of the folder are stale by then, and nothing would switch them on again."""
    import os

    known(managed, "aix", "jeu", is_stale=True)
    known(managed, "aix", "parti", is_stale=True, dag_id="parti")
    path = str(cities["aix"].include.parent / "dags")

    def list_paused() -> set[str]:
        DeclarationsBundle(name="aix", path=path, refresh_interval=300).refresh()
        return set(managed.scalars(select(DagModel.dag_id).where(DagModel.is_paused)))

    said = json.loads(os.environ["AQUEDUC_CITIES"])
    monkeypatch.setenv("AQUEDUC_CITIES", json.dumps({"axi": said["aix"]}))
    assert list_paused() == set()
    monkeypatch.delenv("AQUEDUC_CITIES")
    assert list_paused() == {"parti"}, "as where there is one city"


def test_a_run_that_goes_on_outlives_its_declaration_in_its_own_city(cities: dict[str, Desk]) -> None:
    runs = DagRunHistory(frozenset({"aix.jeu", "aix.parti"}), frozenset({"aix.parti", "gardanne.autre"}))
    get_dag_cache(cities["aix"].include).runs = runs
    assert {dag.dag_id for dag in factory.build_dataset_dags(cities["aix"].include)} == {
        "aix.jeu",
        "aix.parti",
    }
    assert {dag.dag_id for dag in factory.build_dataset_dags(cities["gardanne"].include)} == {"gardanne.jeu"}


def test_a_broken_declaration_is_shown_for_its_own_city(cities: dict[str, Desk]) -> None:
    cities["aix"].write("jeu", "a: [b")
    found = {code: bag(made, code) for code, made in cities.items()}
    shown = found["aix"].dags["aix.jeu"]
    assert "illisible" in shown.dag_display_name and shown.get_task("shred").dataset_id == "jeu"
    assert "illisible" not in found["gardanne"].dags["gardanne.jeu"].dag_display_name


@pytest.mark.parametrize("name", ["aqueduc_sweep", "aqueduc_alerts"])
def test_a_file_named_as_a_dag_of_the_city_takes_its_place_nowhere(
    cities: dict[str, Desk], name: str
) -> None:
    """Nothing would sweep the vault any more, and nothing would say so."""
    cities["aix"].write(name, "a: [b")
    found = bag(cities["aix"], "aix")
    assert "jeu" in found.dags["aix.jeu"].dag_display_name.lower()
    assert "illisible" not in found.dags[f"aix.{name}"].dag_display_name
    assert {dag.dag_id for dag in factory.build_dataset_dags(cities["aix"].include)} == {"aix.jeu"}


def test_a_broken_declaration_that_never_ran_is_shown_to_the_people_of_its_city(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may not list Airflow's import errors, which are those of every city."""
    monkeypatch.setattr(city_dags, "_uses_fab_auth_manager", lambda: True)
    usual = build(cities["aix"]).access_control
    cities["aix"].write("neuf", "a: [b")
    get_dag_cache(cities["aix"].include).runs = DagRunHistory(frozenset(), frozenset())
    shown = {dag.dag_id: dag for dag in factory.build_dataset_dags(cities["aix"].include)}
    assert set(shown) == {"aix.jeu", "aix.neuf"} and "illisible" in shown["aix.neuf"].dag_display_name
    assert shown["aix.neuf"].access_control == usual
    assert set(usual or {}) == {f"aix_{role}" for role in ROLES}


def test_a_setting_that_no_longer_holds_stops_no_manager(
    cities: dict[str, Desk], managed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(managed, "aix", "jeu", is_stale=True)
    monkeypatch.setenv("AQUEDUC_CITIES", "{")
    path = str(cities["aix"].include.parent / "dags")
    DeclarationsBundle(name="aix", path=path, refresh_interval=300).refresh()
    assert not managed.get(DagModel, "aix.jeu").is_paused  # type: ignore[union-attr]


def test_a_task_says_nothing_of_other_cities_when_the_setting_no_longer_holds(
    cities: dict[str, Desk],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The people of a city read the logs of its tasks; the dag-processor tells the administrator what is wrong."""
    made = bag(cities["aix"], "aix")
    change_settings(monkeypatch, "gardanne", store=(tmp_path / "aix" / "vault").as_uri())
    assert any("gardanne.store" in error for error in bag(cities["aix"], "aix").import_errors.values())
    capsys.readouterr()
    with pytest.raises(ReportedTaskFailure):
        made.dags["aix.jeu"].get_task("extract").execute(context())
    said = capsys.readouterr().out
    assert "prévenir l'administrateur" in said and "gardanne" not in said.replace(str(tmp_path), "")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "aix.jeu")
    failed = bag(cities["aix"], "aix")
    assert "aix.jeu" in made.dags and failed.dags == {}
    errors = "\n".join(failed.import_errors.values())
    assert "reglage-des-villes" in errors and "prévenir l'administrateur" in errors
    assert "gardanne" not in errors.replace(str(tmp_path), "")


def test_what_a_city_left_that_was_taken_out_too_soon_is_swept_once_it_is_back(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No task of its runs starts any more, not even the one that shreds."""
    import os

    going = build(cities["gardanne"])
    going.get_task("extract").execute({**context(), "ti": Hands({})})
    said = os.environ["AQUEDUC_CITIES"]
    monkeypatch.setenv("AQUEDUC_CITIES", json.dumps({"aix": json.loads(said)["aix"]}))
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "gardanne.jeu")
    assert list(factory.build_dataset_dags(cities["gardanne"].include)) == []
    with pytest.raises(ReportedTaskFailure):
        going.get_task("shred").execute(context())
    monkeypatch.setenv("AQUEDUC_CITIES", said)
    vault = build_task_workspace(cities["gardanne"].include).vault
    assert vault.list("raw/jeu")
    sweep = factory.build_sweep_dag(cities["gardanne"].include).get_task("sweep")
    sweep.execute({**context(), "ti": Hands({}, {("gardanne.jeu", dag_run().run_id): "failed"})})
    assert not vault.list("raw/jeu")


# --- the pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def pages(cities: dict[str, Desk], database: Session, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The pages over the stores of both, as whoever may read the DAGs of the cities asked for sees them."""
    from contextlib import nullcontext

    from airflow.api_fastapi.core_api.security import get_user

    from aqueduc_airflow.pages import airflow_runs, app

    for code, made in cities.items():
        run_all(build(made))
        known(database, code, "jeu", _dag_display_property_value=f"Jeu de {code}")
    error = {"filename": "include/datasets/jeu.yaml", "stacktrace": "jeu.yaml:1: de gardanne"}
    database.add(ParseImportError(bundle_name="gardanne", **error))
    database.flush()
    readable: set[str] = set()
    manager = SimpleNamespace(get_authorized_dag_ids=lambda **_: readable, is_authorized_dag=lambda **_: True)
    monkeypatch.setattr(airflow_runs, "get_auth_manager", lambda: manager)
    monkeypatch.setattr("aqueduc_airflow.pages.acts.get_auth_manager", lambda: manager)
    monkeypatch.setattr(airflow_runs, "create_session", lambda: nullcontext(database))
    monkeypatch.setattr(app, "requires_authenticated", lambda: lambda: None)
    built = app.build_app()
    built.dependency_overrides[get_user] = lambda: "marie"
    client = TestClient(built)

    def read(path: str, *codes: str) -> Any:
        readable.clear()
        readable.update(f"{code}.jeu" for code in codes)
        return client.get(path)

    return read


def test_a_reader_sees_the_datasets_of_their_own_city_and_cannot_tell_that_there_are_others(
    pages: Any,
) -> None:
    page = pages("/", "aix").text
    assert "Jeu de aix" in page and "ardanne" not in page and "<select" not in page
    (row,) = pages("/catalogue.json", "aix").json()["datasets"]
    assert (row["dataset"], row["rows"], row["state"]) == ("aix.jeu", "1 ligne", "published")
    assert pages("/catalogue.csv", "aix").text.lstrip("\ufeff").startswith("Jeu de données;")
    assert pages("/?ville=gardanne", "aix").text.count("Jeu de") == 0
    shown = pages("/jeu/aix.jeu", "aix")
    assert shown.status_code == 200 and "Aix-en-Provence" in shown.text
    run = dag_run().run_id
    for path in ("", f"/execution/{run}", f"/execution/{run}/steward.html", "/agir/lancer"):
        assert pages(f"/jeu/gardanne.jeu{path}", "aix").status_code == 404
        assert pages(f"/jeu/jeu{path}", "aix", "gardanne").status_code == 404
        assert pages(f"/jeu/aix.jeu{path}", "aix").status_code == 200
    kept = pages(f"/jeu/aix.jeu/execution/{run}/steward.html", "aix")
    # Its store wrote it, on the site where people of every city are logged in.
    for closed in ("default-src 'none'", "form-action 'none'", "base-uri 'none'"):
        assert closed in kept.headers["Content-Security-Policy"]
    report = kept.text
    ledger = report.partition('href="../../../')[2].partition('"')[0]
    assert ledger.startswith("datasets/aix.jeu/ledger/")
    assert pages(f"/jeu/{ledger}", "aix").status_code == 200


def test_who_reads_several_cities_has_a_column_and_a_filter(pages: Any) -> None:
    both = pages("/", *CELLS).text
    assert all(f"<td>{name}</td>" in both and f">{name}</option>" in both for name in NAMES.values())
    one = pages("/?ville=gardanne", *CELLS).text
    assert "Jeu de gardanne" in one and "Jeu de aix" not in one and "?groupe=todo&amp;ville=gardanne" in one
    rows = pages("/catalogue.json", *CELLS).json()["datasets"]
    assert {row["dataset"]: row["city"] for row in rows} == {f"{code}.jeu": NAMES[code] for code in CELLS}
    assert {row["dataset"]: row["state"] for row in rows} == {
        "aix.jeu": "published",
        "gardanne.jeu": "failed",
    }
    assert pages("/catalogue.csv", *CELLS).text.lstrip("\ufeff").startswith("Ville;Jeu de données;")
    assert "de gardanne" in pages("/jeu/gardanne.jeu", *CELLS).text
    assert "jeu.yaml:1" not in pages("/jeu/aix.jeu", *CELLS).text


def test_a_store_that_does_not_answer_hides_its_own_city_only(
    pages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_settings(monkeypatch, "gardanne", store_options="GARDANNE_DEPOT")
    shown = pages("/", *CELLS)
    assert shown.status_code == 200 and "Jeu de aix" in shown.text and "Jeu de gardanne" not in shown.text
    assert "Gardanne : [reglage-des-villes] La variable GARDANNE_DEPOT" in shown.text
    for path, codes in (("/catalogue.csv", CELLS), ("/?ville=gardanne", CELLS), ("/", ["gardanne"])):
        said = pages(path, *codes).text
        assert "Cette page ne peut pas être montrée" in said and "GARDANNE_DEPOT" in said


def test_a_setting_that_cannot_be_read_names_no_other_city_to_a_reader(
    pages: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The administrator's log says which they are."""
    change_settings(monkeypatch, "gardanne", store=(tmp_path / "aix" / "vault").as_uri())
    for path in ("/", "/?ville=aix", "/catalogue.json", "/jeu/aix.jeu", "/jeu/aix.jeu/agir/lancer"):
        caplog.clear()
        said = pages(path, "aix")
        assert "Cette page ne peut pas être montrée" in said.text and "reglage-des-villes" in said.text
        assert "prévenir l&#39;administrateur" in said.text and "ardanne" not in said.text
        assert "gardanne" in caplog.text


def test_a_city_that_leaves_while_a_page_is_made_is_not_taken_for_the_only_one(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    facts, asked = DagFacts("aix.jeu", "Jeu", False, None, "", ""), PendingQuestion("aix.x", "r", "decide")
    said = json.loads(os.environ["AQUEDUC_CITIES"])
    del said["aix"]
    monkeypatch.setenv("AQUEDUC_CITIES", json.dumps(said))
    for use in (
        lambda: facts.city,
        lambda: facts.dataset,
        lambda: asked.asking_dag_name,
        lambda: list_pending_questions("aix.jeu"),
        lambda: build_trigger_request_body(ACTS["retirer"], "aix.jeu"),
        lambda: build_action_api_and_result_paths(ACTS["accord"], "aix.jeu"),
    ):
        with pytest.raises(HTTPException) as refused:
            use()
        assert refused.value.status_code == 404


def test_a_city_that_airflow_fetches_has_the_clock_of_its_own_declarations(
    cities: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The working directory of the api-server holds another's, or none."""
    for made, timezone in zip(cities.values(), ("Indian/Reunion", "Pacific/Noumea"), strict=True):
        path = made.include / "city.yaml"
        path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), "timezone": timezone}))
    monkeypatch.chdir(cities["aix"].include.parent)
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path / "bundles"))
    assert get_timezone(find_city_of_folder(cities["aix"].include)) == "Indian/Reunion"
    assert get_timezone(DeployedCity("gardanne", bundle="absent")) == "Europe/Paris"
    fetched = tmp_path / "bundles" / "gardanne" / "tracking_repo"
    shutil.copytree(cities["gardanne"].include, fetched / "include")
    assert get_timezone(DeployedCity("gardanne", bundle="gardanne")) == "Pacific/Noumea"


def test_what_a_page_asks_is_asked_of_the_dags_of_the_city(cities: dict[str, Desk]) -> None:
    assert cities
    assert build_trigger_request_body(ACTS["retirer"], "aix.jeu")["conf"] == {"datasets": ["jeu"]}
    assert build_trigger_request_body(ACTS["rattraper"], "aix.jeu")["dag_id"] == "aix.jeu"
    assert build_action_api_and_result_paths(ACTS["lancer"], "aix.jeu")[0] == "api/v2/dags/aix.jeu/dagRuns"
    assert build_action_api_and_result_paths(ACTS["accord"], "aix.jeu") == (
        f"api/v2/dags/aix.{AGREEMENT}/dagRuns",
        f"dags/aix.{AGREEMENT}/runs/{{run}}/tasks/decide/required_actions",
    )
    assert PendingQuestion(f"aix.{AGREEMENT}", "r", "decide").asking_dag_name == AGREEMENT
    facts = DagFacts("aix.jeu", "Jeu", False, None, "", "")
    assert (facts.city.title, facts.dataset) == ("Aix-en-Provence", "jeu")


def test_metrics_are_tagged_by_the_city_where_there_are_several(
    cities: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(metrics, "are_metrics_on", lambda: True)
    monkeypatch.setattr(metrics, "emit_gauge", lambda *_, tags=None: sent.append(tags))
    run_all(build(cities["aix"]))
    assert sent and all(tags["city"] == "aix" and tags["dataset"] == "jeu" for tags in sent)
    sent.clear()
    with suppress(ReportedTaskFailure):
        factory.build_reconciliation_dag(cities["aix"].include).get_task("reconcile").execute(context())
    assert {tags["city"] for tags in sent} == {"aix"}
    assert {"dataset", "gravity"} < {name for tags in sent for name in tags}
    assert {"city": "aix"} in sent, "the look itself has no other"


def test_one_city_is_listed_without_its_name(
    town: Desk, database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from aqueduc_airflow.pages import airflow_runs

    known(database, "aix", "jeu", dag_id="jeu")
    monkeypatch.setattr(airflow_runs, "create_session", lambda: nullcontext(database))
    monkeypatch.setattr(
        airflow_runs,
        "get_auth_manager",
        lambda: SimpleNamespace(get_authorized_dag_ids=lambda **_: {"jeu", "aix.jeu"}),
    )
    (facts,) = list_readable_dags("marie").values()
    assert (facts.dag_id, facts.dataset, facts.city) == ("jeu", "jeu", ONLY_CITY)
    assert build_dag_id(ONLY_CITY, "jeu") == "jeu"
