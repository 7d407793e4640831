"""Pools, priorities, queues and resources of the tasks of datasets, as the scheduler reads them."""

from __future__ import annotations

import importlib.metadata
import json
import logging
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from airflow.models.pool import Pool
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization
from airflow.task.priority_strategy import _AbsolutePriorityWeightStrategy
from airflow.utils.sqlalchemy import prohibit_commit
from sqlalchemy import select

from aqueduc.declaration.vocabulary import FREQUENCIES
from aqueduc.errors import DeclarationError
from aqueduc_airflow import factory, pool_listener
from aqueduc_airflow.bundle import DeclarationsBundle
from aqueduc_airflow.capacity import (
    FIRST,
    LONGEST_POOL,
    SOURCE_SLOTS,
    PluginNotInstalled,
    UnusablePoolName,
    build_platform_pool_name,
    build_source_pool,
    build_source_pool_name,
    list_needed_pools,
    make_missing_pools,
)
from aqueduc_airflow.factory import build_dataset_dag, build_dataset_dags
from aqueduc_airflow.plugin import AqueducPlugin
from tests.making import CITY, Desk

PREPARATION = ("extract", "anonymise", "validate")
OTHERS = ("publish", "certify", "published", "shred")


def build(town: Desk, **changes: Any) -> DAG:
    return build_dataset_dag(town.dataset(**changes), town.city, town.include)


def serialise(dag: DAG) -> dict[str, Any]:
    """The tasks as the scheduler finds them in Airflow's database."""
    stored = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    return {task.task_id: task for task in stored.tasks}


def test_a_source_is_read_by_so_many_at_once(town: Desk) -> None:
    tasks = serialise(build(town))
    assert tasks["extract"].pool == "source_depot"
    assert {name: task.pool for name, task in tasks.items() if task.pool.startswith("source_")} == {
        "extract": "source_depot"
    }


@pytest.mark.parametrize("name", ["x" * 300, "dep\not", "depot\u202e"])
def test_a_name_that_no_pool_may_have_breaks_its_own_dataset_only(
    town: Desk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Airflow's database holds 256 characters of it: beyond, what makes the run stops the scheduler."""
    town.dataset("autre")
    town.dataset("jeu", source={"file": name, "path": "jeu.csv"})
    unread: dict[Path, str] = {}
    monkeypatch.setattr(factory, "unread_declarations", SimpleNamespace(get=lambda _none: unread))
    dags = {dag.dag_id: dag for dag in build_dataset_dags(town.include)}
    assert set(dags) == {"autre", "jeu"} and "illisible" in dags["jeu"].dag_display_name
    assert max(len(task.pool) for dag in dags.values() for task in dag.tasks) <= LONGEST_POOL
    ((path, said),) = unread.items()
    assert path.name == "jeu.yaml" and said.startswith("[nom-de-pool]") and len(said) < 500
    assert name not in said and "source_…" in said


def test_what_names_a_pool_is_bounded_with_what_stands_before_it() -> None:
    from aqueduc.cities import DeployedCity

    long = DeployedCity("x" * 30)
    for build_name in (build_platform_pool_name, build_source_pool_name):
        for usual in ("depot", "Dépôt d'urbanisme (Œuvre)", "a.b-c_d"):
            assert build_name(usual, long).endswith(f"_{usual}")
        kept = LONGEST_POOL - len(build_name("", long))
        assert len(build_name("é" * kept, long)) == LONGEST_POOL
        with pytest.raises(UnusablePoolName):
            build_name("é" * (kept + 1), long)


def test_whoever_comes_often_goes_first_and_what_destroys_before_all(town: Desk) -> None:
    words = ("every 1 minutes", "hourly", "daily", "weekly", "at most 35 days", "yearly", "as-needed")
    weights = []
    for word in words:
        tasks = serialise(build(town, cadence=word))
        assert {type(task.weight_rule) for task in tasks.values()} == {_AbsolutePriorityWeightStrategy}
        shred = tasks.pop("shred")
        (weight,) = {task.priority_weight for task in tasks.values()}
        assert shred.priority_weight == FIRST["priority_weight"] > weight
        weights.append(weight)
    assert weights == sorted(weights, reverse=True)
    assert (weights[1], weights[2], weights[-2:]) == (8784, 366, [1, 1])
    assert len(set(weights[:-1])) == len(words) - 1


@pytest.mark.parametrize("word", FREQUENCIES)
def test_no_cadence_is_out_of_bounds(town: Desk, word: str) -> None:
    weight = build(town, cadence=word).get_task("extract").priority_weight
    assert 1 <= weight < FIRST["priority_weight"]


def test_what_is_asked_for_the_whole_city_waits_behind_no_dataset(town: Desk) -> None:
    for dag in (factory.build_sweep_dag(town.include), factory.build_agreement_dag(town.include)):
        assert {task.priority_weight for task in dag.tasks} == {FIRST["priority_weight"]}


def test_a_queue_is_that_of_what_reads_and_transforms(town: Desk) -> None:
    tasks = serialise(build(town, resources={"queue": "heavy", "cpu": 2, "memory": "4Gi"}))
    assert {tasks[name].queue for name in PREPARATION} == {"heavy"}
    assert {tasks[name].queue for name in OTHERS} == {"default"}
    assert all(not tasks[name].executor_config for name in (*PREPARATION, *OTHERS)), "no pods here"
    assert {task.queue for task in serialise(build(town)).values()} == {"default"}


POD_TEMPLATE = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "placeholder"},
    "spec": {
        "containers": [
            {
                "name": "base",
                "image": "aqueduc/airflow",
                "env": [{"name": "AQUEDUC_STORE", "value": "s3://depot"}],
                "resources": {"limits": {"cpu": "1", "memory": "2Gi"}},
                "securityContext": {"readOnlyRootFilesystem": True},
            }
        ],
        "securityContext": {"runAsUser": 10001},
    },
}


def build_pod(task: Any, template: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What KubernetesExecutor would send to Kubernetes for a task that the scheduler has read from its database."""
    from airflow.models.taskinstancekey import TaskInstanceKey
    from airflow.providers.cncf.kubernetes.executors.kubernetes_executor_types import KubernetesJob
    from airflow.providers.cncf.kubernetes.executors.kubernetes_executor_utils import (
        AirflowKubernetesScheduler,
    )
    from airflow.providers.cncf.kubernetes.kube_config import KubeConfig
    from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
    from kubernetes.client import ApiClient

    monkeypatch.setenv("AIRFLOW__KUBERNETES_EXECUTOR__POD_TEMPLATE_FILE", str(template))
    executor = SimpleNamespace(
        kube_config=KubeConfig(),
        namespace="aqueduc",
        scheduler_job_id="1",
        supports_task_instance_uuid=False,
        log=logging.getLogger(__name__),
    )
    key = TaskInstanceKey("jeu", task.task_id, "manual__1", 1, -1)
    asked = PodGenerator.from_obj(task.executor_config)
    job = KubernetesJob(key, ["airflow", "tasks", "run"], asked, None)  # type: ignore[arg-type]
    made = AirflowKubernetesScheduler._build_pod_request(executor, job)  # type: ignore[arg-type]
    found: dict[str, Any] = ApiClient().sanitize_for_serialization(made)
    return found


@pytest.mark.parametrize("executor", ["KubernetesExecutor", "CeleryExecutor,KubernetesExecutor"])
def test_a_pod_has_what_is_asked_and_all_that_the_template_has(
    town: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: str
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", executor)
    template = tmp_path / "pod.yaml"
    template.write_text(yaml.safe_dump(POD_TEMPLATE), encoding="utf-8")
    dag = build(town, resources={"cpu": 2, "memory": "4Gi"})
    stored = serialise(dag)
    for name in PREPARATION:
        (container,) = build_pod(stored[name], template, monkeypatch)["spec"]["containers"]
        asked = {"cpu": "2", "memory": "4Gi"}
        assert container["resources"] == {"requests": asked, "limits": asked}
        assert container["image"] and container["env"][0] == {"name": "AQUEDUC_STORE", "value": "s3://depot"}
        assert container["securityContext"] == {"readOnlyRootFilesystem": True}
        assert stored[name].queue == "default"
        assert stored[name].executor == (None if executor == "KubernetesExecutor" else "KubernetesExecutor")
    for name in OTHERS:
        (container,) = build_pod(stored[name], template, monkeypatch)["spec"]["containers"]
        assert container["resources"] == {"limits": {"cpu": "1", "memory": "2Gi"}}
        assert stored[name].executor is None
    assert not build(town, resources={"queue": "heavy"}).get_task("extract").executor_config
    assert (
        build_pod(stored["extract"], template, monkeypatch)["spec"]["securityContext"]["runAsUser"] == 10001
    )


@pytest.mark.thorough
def test_the_pod_of_the_chart_takes_what_a_declaration_asks(
    town: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.production.test_helm_chart import render

    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "KubernetesExecutor")
    template = tmp_path / "pod.yaml"
    rendered = render("pods").find("ConfigMap", "aqueduc-config")["data"]["pod_template_file.yaml"]
    template.write_text(rendered, encoding="utf-8")
    stored = serialise(build(town, resources={"cpu": 2, "memory": "4Gi"}))
    made = build_pod(stored["extract"], template, monkeypatch)
    (container,) = made["spec"]["containers"]
    asked = {"cpu": "2", "memory": "4Gi"}
    assert container["resources"] == {"requests": asked, "limits": asked}
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert made["spec"]["serviceAccountName"] == "aqueduc-airflow-worker-kubernetes"
    assert {one["name"] for one in container["env"]} >= {"AQUEDUC_STORE", "AQUEDUC_VAULT_OPTIONS"}
    (other,) = build_pod(stored["publish"], template, monkeypatch)["spec"]["containers"]
    assert other["resources"] == {"limits": {"cpu": "1", "memory": "2Gi"}}


def test_no_pod_is_described_without_the_executor_or_the_client(
    town: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"cpu": 2, "memory": "4Gi"}
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    assert not build(town, resources=asked).get_task("extract").executor_config
    monkeypatch.setitem(sys.modules, "kubernetes", None)
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "KubernetesExecutor")
    assert not build(town, resources=asked).get_task("extract").executor_config


def test_a_parse_loads_no_client_of_kubernetes() -> None:
    said = "import sys, aqueduc_airflow.factory; print('kubernetes' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split()[-1] == "False"


def test_another_queue_is_another_dag_at_the_next_parse(town: Desk) -> None:
    """What the dag-processor remembers of a declaration is forgotten with its least change."""
    town.dataset(resources={"queue": "heavy"})
    factory.cache_dags(town.include)
    (before,) = build_dataset_dags(town.include)
    town.dataset(resources={"queue": "nuit"})
    (after,) = build_dataset_dags(town.include)
    assert [dag.get_task("extract").queue for dag in (before, after)] == ["heavy", "nuit"]


# --- pools ------------------------------------------------------------------------------------------------


def list_pools(database: Any) -> dict[str, tuple[int, str]]:
    ours = select(Pool).where(Pool.pool != Pool.DEFAULT_POOL_NAME)
    return {str(one.pool): (one.slots, str(one.description)) for one in database.scalars(ours)}


POOLS = {
    "plateforme_datasud": (4, "Publications simultanées vers datasud"),
    "source_depot": (SOURCE_SLOTS, "Lectures simultanées de depot"),
}


def test_the_manager_makes_the_pools_of_declarations_and_leaves_their_size(managed: Any, town: Desk) -> None:
    town.dataset()
    folder = town.include.parent / "dags"
    folder.mkdir(exist_ok=True)
    bundle = DeclarationsBundle(name="aqueduc", path=str(folder))
    bundle.refresh()
    assert list_pools(managed) == POOLS
    for pool in managed.query(Pool):
        pool.slots = 1
    managed.flush()
    bundle.refresh()
    assert {slots for slots, _description in list_pools(managed).values()} == {1}


def test_the_size_of_a_platforms_pool_is_that_of_the_city_and_bounded(town: Desk) -> None:
    for written, made in ((1, 1), (10**15, 2**31 - 1)):
        platforms = {"datasud": {**CITY["platforms"]["datasud"], "pool": written}}
        (town.include / "city.yaml").write_text(yaml.safe_dump({**CITY, "platforms": platforms}))
        assert [one.slots for one in list_needed_pools([build(town)])] == [made, SOURCE_SLOTS]


def test_what_the_scheduler_is_told_of_a_dag_is_enough_to_make_its_pools(database: Any, town: Desk) -> None:
    """It may read no declaration, and know nothing of the cities."""
    town.dataset()
    (dag,) = build_dataset_dags(town.include)
    stored = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(dag))))
    needed = list_needed_pools([stored])
    assert needed == list_needed_pools([dag]) and len(needed) == len(POOLS)
    assert make_missing_pools(database, needed) == sorted(POOLS)
    assert list_pools(database) == POOLS
    assert make_missing_pools(database, needed) == []


def test_nothing_is_asked_of_the_database_without_a_pool(database: Any) -> None:
    assert make_missing_pools(None, []) == []  # type: ignore[arg-type]
    a, b, c = map(build_source_pool, "abc")
    assert make_missing_pools(database, [a, b]) == ["source_a", "source_b"]
    assert make_missing_pools(database, [b, c]) == ["source_c"]


def test_a_pool_that_another_scheduler_makes_meanwhile_costs_nothing(database: Any) -> None:
    """Both saw it missing. In the scheduler's transaction, which nothing but the scheduler may end."""
    a, b = map(build_source_pool, "ab")
    with prohibit_commit(database) as guard:
        assert make_missing_pools(database, [a]) == ["source_a"]
        blind: Any = BlindSession(database)
        assert make_missing_pools(blind, [a, b]) == ["source_b"]
        guard.commit()
    assert set(list_pools(database)) == {"source_a", "source_b"}


class BlindSession:
    """A session that sees no pool, as one that began before another scheduler made it."""

    def __init__(self, session: Any) -> None:
        self.connection, self.execute = session.connection, session.execute

    def scalars(self, _query: Any) -> list[str]:
        return []


def test_the_listener_is_the_schedulers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow refuses ``end_from_trigger`` in the DAGs of all where a process that reads them has a listener."""
    monkeypatch.delitem(sys.modules, "airflow.jobs.scheduler_job_runner", raising=False)
    assert AqueducPlugin().listeners == []
    monkeypatch.setitem(sys.modules, "airflow.jobs.scheduler_job_runner", sys)
    assert AqueducPlugin().listeners == [pool_listener]


def test_aqueduc_on_the_path_and_not_installed_says_what_to_run(
    town: Desk, managed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No scheduler would make the pools: an import error, rather than a task that waits without a word."""
    town.dataset()

    def find_nothing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", find_nothing)
    with pytest.raises(PluginNotInstalled, match=r"pip install 'aqueduc-opendata\[airflow\]'"):
        list(build_dataset_dags(town.include))
    # Our bundle makes them in the manager.
    folder = town.include.parent / "dags"
    folder.mkdir(exist_ok=True)
    DeclarationsBundle(name="aqueduc", path=str(folder)).refresh()
    assert [dag.dag_id for dag in build_dataset_dags(town.include)] == ["jeu"]


def test_a_folder_of_dags_without_its_include_is_an_import_error(town: Desk) -> None:
    """Without our bundle nothing else would say it: no DAG, and no error."""
    with pytest.raises(DeclarationError, match=r"include/city\.yaml.*n'existe pas"):
        list(build_dataset_dags(town.include.parent / "ailleurs" / "include"))


def test_a_bundle_whose_folder_does_not_exist_says_so(
    managed: Any, town: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    missing = town.include.parent / "chemin"
    DeclarationsBundle(name="aqueduc", path=str(missing)).refresh()
    assert f"Le dossier de DAG {missing} n'existe pas" in caplog.text
