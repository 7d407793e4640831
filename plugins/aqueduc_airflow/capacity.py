"""How many tasks of datasets run at once, which first, and on which machine: pools, priorities, queues, resources.

Read at each parse of the DAGs: it imports nothing but what the DAGs already need.
"""

import importlib
import importlib.util
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from airflow.sdk.configuration import conf

from aqueduc.cities import ONLY_CITY, DeployedCity
from aqueduc.declaration import Dataset
from aqueduc.declaration.spec import TaskResources
from aqueduc.errors import AqueducError
from aqueduc.language import Sentence, _

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from sqlalchemy.orm import Session

SOURCE_SLOTS = 4
"""How many tasks read one source at once, until somebody says otherwise in Airflow: as many as run on the one worker
of the server that ``docker-compose.yaml`` makes."""

FIRST: Mapping[str, Any] = MappingProxyType({"priority_weight": 1_000_000, "weight_rule": "absolute"})
"""Given to what destroys, watches or asks for the whole city: before any cadence, a minute's included."""

_LONGEST_PERIOD = timedelta(days=366)
_SOURCE_POOL = "source_"
LONGEST_POOL = 200
"""Airflow's database keeps 256 characters of the name of a pool."""
_SHOWN = 40


class UnusablePoolName(AqueducError, code="nom-de-pool"):
    """A declaration names what Airflow's database cannot hold as a pool: one run of it would stop the scheduler, for
    every dataset of every city."""


def build_platform_pool_name(platform: str, city: DeployedCity = ONLY_CITY) -> str:
    """Raises UnusablePoolName."""
    name = city.prefix_with_city_code(f"plateforme_{platform}")
    return _refuse_unusable_name(name, platform, _("city.yaml, « platforms »"))


def build_source_pool_name(connection: str, city: DeployedCity = ONLY_CITY) -> str:
    """Raises UnusablePoolName."""
    name = city.prefix_with_city_code(f"{_SOURCE_POOL}{connection}")
    return _refuse_unusable_name(name, connection, _("la connexion de « source »"))


def _refuse_unusable_name(pool: str, written: str, where: Sentence) -> str:
    if len(pool) <= LONGEST_POOL and pool.isprintable():
        return pool
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in written[:_SHOWN])
    raise UnusablePoolName(
        _("Airflow ne peut pas faire un pool de ce nom, trop long ou mal écrit : « {name} ».").format(
            name=shown if len(written) <= _SHOWN else f"{shown}…"
        ),
        where=where,
        remedy=_("en changer : le pool « {pool} » a {most} caractères au plus, tous visibles").format(
            pool=f"{pool.removesuffix(written)}…", most=LONGEST_POOL
        ),
    )


def is_source_pool(pool: str, city: DeployedCity = ONLY_CITY) -> bool:
    return pool.startswith(build_source_pool_name("", city))


def build_source_pool_description(connection: str) -> str:
    """What Airflow's list says of it."""
    return str(_("Lectures simultanées de {connection}").format(connection=connection))


def build_priority_options(dataset: Dataset) -> dict[str, Any]:
    """How often its cadence comes in a year, once at least: an hourly dataset goes before a yearly one."""
    period = dataset.frequency.period
    weight = max(1, round(_LONGEST_PERIOD / period)) if period else 1
    return {"priority_weight": weight, "weight_rule": "absolute"}


def build_task_resource_options(
    resources: TaskResources | None, city: DeployedCity = ONLY_CITY
) -> dict[str, Any]:
    """What the tasks that read and transform are given of ``resources:``. A queue that a city of several declares is
    one of its own: the workers of another have other secrets."""
    if resources is None:
        return {}
    queue = {"queue": city.prefix_with_city_code(resources.queue)} if resources.queue else {}
    return {**queue, **_build_pod_options(resources)}


def _build_pod_options(resources: TaskResources) -> dict[str, Any]:
    """The resources of a task's pod; nothing where none are asked, or where no executor of this Airflow makes pods."""
    amounts = {"cpu": resources.cpu and str(resources.cpu), "memory": resources.memory}
    asked = {name: amount for name, amount in amounts.items() if amount}
    executors = [one.strip() for one in conf.get("core", "executor", fallback="").split(",")]
    makers = [one.partition(":")[0] for one in executors if "KubernetesExecutor" in one]
    if not asked or not makers or importlib.util.find_spec("kubernetes") is None:
        return {}
    client = importlib.import_module("kubernetes.client")
    needs = client.V1ResourceRequirements(requests=asked, limits=asked)
    # « base » is how Airflow names the container of the task.
    pod = client.V1Pod(spec=client.V1PodSpec(containers=[client.V1Container(name="base", resources=needs)]))
    # Airflow gives a task that names no executor to the first, which would leave the pod out.
    named = {} if "KubernetesExecutor" in executors[0] else {"executor": makers[0]}
    return {"executor_config": {"pod_override": pod}, **named}


def find_source_pools(dags: Iterable["DAG"], city: DeployedCity = ONLY_CITY) -> set[str]:
    """The pools of sources that tasks of ``dags`` wait for."""
    return {task.pool for dag in dags for task in dag.tasks if is_source_pool(task.pool, city)}


def make_missing_source_pools(
    session: "Session", wanted: Collection[str], city: DeployedCity = ONLY_CITY
) -> list[str]:
    """Makes those ``wanted`` that Airflow does not have: a task of a pool that is not there would wait for ever. One that
    is there keeps its size, which is the administrator's. Returns those made."""
    from airflow.models.pool import Pool
    from sqlalchemy import select

    if not wanted:
        return []
    known = set(session.scalars(select(Pool.pool).where(Pool.pool.in_(wanted))))
    missing = sorted(set(wanted) - known)
    session.add_all(
        Pool(
            pool=name,
            slots=SOURCE_SLOTS,
            description=build_source_pool_description(
                city.prefix_with_city_code(name.removeprefix(build_source_pool_name("", city)))
            ),
            include_deferred=False,
        )
        for name in missing
    )
    return missing
