"""How many tasks of datasets run at once, which first, and on which machine: pools, priorities, queues, resources.

Read at each parse of the DAGs: it imports nothing but what the DAGs already need.
"""

import importlib
import importlib.metadata
import importlib.util
import logging
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from aqueduc.cities import ONLY_CITY, DeployedCity
from aqueduc.declaration import Dataset
from aqueduc.declaration.spec import PlatformSettings, TaskResources
from aqueduc.errors import AqueducError
from aqueduc.language import Sentence, _
from aqueduc_airflow.compat import conf

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from sqlalchemy.orm import Session

SOURCE_SLOTS = 4
"""How many tasks read one source at once, until somebody says otherwise in Airflow: as many as run on the one worker
of the server that ``docker-compose.yaml`` makes."""

FIRST: Mapping[str, Any] = MappingProxyType({"priority_weight": 1_000_000, "weight_rule": "absolute"})
"""Given to what destroys, watches or asks for the whole city: before any cadence, a minute's included."""

_LONGEST_PERIOD = timedelta(days=366)
LONGEST_POOL = 200
"""Airflow's database keeps 256 characters of the name of a pool."""
MOST_SLOTS = 2**31 - 1
"""What Airflow's database can hold."""
_SHOWN = 40
_DISTRIBUTION = "aqueduc-opendata"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NeededPool:
    """A pool that a task waits for: what is made of it where Airflow does not have it."""

    name: str
    slots: int
    description: str


class UnusablePoolName(AqueducError, code="nom-de-pool"):
    """A declaration names what Airflow's database cannot hold as a pool: one run of it would stop the scheduler, for
    every dataset of every city."""


class PluginNotInstalled(AqueducError, code="greffon-absent"):
    """Aqueduc is on Python's path and is not installed: Airflow knows none of what it brings, and nothing makes pools."""


def build_platform_pool(platform: PlatformSettings, city: DeployedCity = ONLY_CITY) -> NeededPool:
    """Raises UnusablePoolName."""
    told = _("Publications simultanées vers {platform}")
    return NeededPool(
        build_platform_pool_name(platform.name, city),
        min(platform.spec.pool, MOST_SLOTS),
        str(told.format(platform=city.prefix_with_city_code(platform.name))),
    )


def build_source_pool(connection: str, city: DeployedCity = ONLY_CITY) -> NeededPool:
    """Raises UnusablePoolName."""
    told = _("Lectures simultanées de {connection}")
    return NeededPool(
        build_source_pool_name(connection, city),
        SOURCE_SLOTS,
        str(told.format(connection=city.prefix_with_city_code(connection))),
    )


def build_platform_pool_name(platform: str, city: DeployedCity = ONLY_CITY) -> str:
    """Raises UnusablePoolName."""
    name = city.prefix_with_city_code(f"plateforme_{platform}")
    return _refuse_unusable_name(name, platform, _("city.yaml, « platforms »"))


def build_source_pool_name(connection: str, city: DeployedCity = ONLY_CITY) -> str:
    """Raises UnusablePoolName."""
    name = city.prefix_with_city_code(f"source_{connection}")
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
    pod = _build_pod_override(resources)
    return {
        **({"queue": city.prefix_with_city_code(resources.queue)} if resources.queue else {}),
        **({"executor_config": {"pod_override": pod}} if pod is not None else {}),
    }


def _build_pod_override(resources: TaskResources) -> Any:
    """The resources of a task's pod; None without any, or where no executor of this Airflow makes pods."""
    amounts = {"cpu": resources.cpu and str(resources.cpu), "memory": resources.memory}
    asked = {name: amount for name, amount in amounts.items() if amount}
    if not asked or "KubernetesExecutor" not in conf.get("core", "executor", fallback=""):
        return None
    if importlib.util.find_spec("kubernetes") is None:
        return None
    client = importlib.import_module("kubernetes.client")
    needs = client.V1ResourceRequirements(requests=asked, limits=asked)
    # « base » is how Airflow names the container of the task.
    return client.V1Pod(spec=client.V1PodSpec(containers=[client.V1Container(name="base", resources=needs)]))


def require_plugin() -> None:
    """Raises PluginNotInstalled where no scheduler would make the pool that a task waits for."""
    try:
        importlib.metadata.distribution(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise PluginNotInstalled(
            _(
                "Aqueduc n'est pas installé là où tourne Airflow : personne n'y ferait les pools que ses tâches attendent."
            ),
            where=_("l'environnement Python du dag-processor"),
            remedy=_(
                "pip install '{distribution}[airflow]' dans celui de chaque processus d'Airflow, puis les relancer"
            ).format(distribution=_DISTRIBUTION),
        ) from None


def list_needed_pools(dags: Iterable["DAG"]) -> list[NeededPool]:
    """The pools that tasks of ``dags``, as they are parsed or as Airflow stored them, wait for."""
    tasks = (task for dag in dags for task in dag.tasks if getattr(task, "pool_size", None))
    pools = {task.pool: NeededPool(task.pool, task.pool_size, task.pool_description) for task in tasks}
    return [pools[name] for name in sorted(pools)]


def make_missing_pools(session: "Session", needed: Collection[NeededPool]) -> list[str]:
    """Makes those that Airflow does not have: a task of a pool that is not there waits for ever, without a word. One that
    is there keeps its size, which is the administrator's. Returns those made. Commits nothing."""
    from airflow.models.pool import Pool
    from sqlalchemy import insert, select
    from sqlalchemy.exc import IntegrityError, OperationalError

    if not needed:
        return []
    known = set(session.scalars(select(Pool.pool).where(Pool.pool.in_([one.name for one in needed]))))
    made = []
    for one in needed:
        if one.name in known:
            continue
        # Another scheduler may be making it. A savepoint of the connection: the scheduler refuses one of its session.
        with suppress(IntegrityError, OperationalError), session.connection().begin_nested():
            written = {"pool": one.name, "slots": one.slots, "description": one.description}
            session.execute(insert(Pool).values(**written, include_deferred=False))
            made.append(one.name)
            log.info("%s", _("Pool {pool} : il manquait, le voici.").format(pool=one.name))
    return made
