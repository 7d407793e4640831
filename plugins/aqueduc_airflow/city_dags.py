"""What the DAGs of the whole city have in common: their clock, their language, and who may act on them."""

import os
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from airflow.timetables.interval import CronDataIntervalTimetable

from aqueduc.cities import DeployedCity
from aqueduc.declaration import load_city
from aqueduc.declaration.spec import PersonRole
from aqueduc.errors import AqueducError
from aqueduc.language import Language, Sentence, _, get_current_language
from aqueduc_airflow.capacity import FIRST
from aqueduc_airflow.cities import build_dag_id, find_city_of_folder
from aqueduc_airflow.compat import conf
from aqueduc_airflow.failures import ErrorCapture
from aqueduc_airflow.prose import build_city_tags

# Far enough back for a city to open its archives with a backfill; catchup is off, so nothing runs by itself.
START = datetime(2000, 1, 1, tzinfo=UTC)

SERVICE_DAGS = "AQUEDUC_SERVICE_DAGS"
ACTIVE, LEFT_OUT = "active", "none"
"""What it may say of the DAGs that are about no one dataset: switched on when Airflow first sees them, or not made at all.
Without it, they are paused or not as Airflow's own ``[core] dags_are_paused_at_creation`` says."""

_Built = TypeVar("_Built")


class InvalidServiceDagsSetting(AqueducError, code="reglage-des-dags"):
    """AQUEDUC_SERVICE_DAGS says what means nothing."""


def build_unless_left_out(build: Callable[[Path], _Built], include: Path) -> _Built | None:
    """What ``build`` makes of the declarations; None where this Airflow is to have no DAG but those of datasets. Raises
    InvalidServiceDagsSetting, and what ``build`` raises."""
    return None if _read_service_dags_setting() == LEFT_OUT else build(include)


def _read_service_dags_setting() -> str:
    said = os.environ.get(SERVICE_DAGS, "").strip()
    if said not in ("", ACTIVE, LEFT_OUT):
        raise InvalidServiceDagsSetting(
            _("Ce qui est dit des traitements de la Ville ne veut rien dire."),
            where=SERVICE_DAGS,
            remedy=_(
                "y écrire « {active} » (actifs dès qu'Airflow les voit) ou « {left_out} » (absents), ou l'ôter : le "
                "réglage d'Airflow dit alors s'ils arrivent en pause"
            ).format(active=ACTIVE, left_out=LEFT_OUT),
        )
    return said


def build_city_dag_options(
    include: Path,
    name: str,
    title: Sentence,
    description: Sentence,
    tag: Sentence,
    documentation: Sentence | None = None,
    *,
    max_active_runs: int = 1,
    roles: Collection[PersonRole] = (),
) -> dict[str, Any]:
    """What is given to each ``DAG`` that is about no one dataset, in the current language. Its ``name`` is none
    that a dataset may have. ``roles``: who may act on it. Raises InvalidServiceDagsSetting."""
    city = find_city_of_folder(include)
    return {
        "dag_id": build_dag_id(city, name),
        "dag_display_name": str(title),
        "description": str(description),
        "doc_md": str(documentation) if documentation is not None else None,
        "start_date": START,
        "catchup": False,
        "max_active_runs": max_active_runs,
        "is_paused_upon_creation": False if _read_service_dags_setting() == ACTIVE else None,
        "tags": [str(tag), *build_city_tags(city)],
        "access_control": build_access_control(city, *roles),
        "default_args": {"owner": "aqueduc", **FIRST, **build_queue_options(city)},
    }


def build_queue_options(city: DeployedCity) -> dict[str, str]:
    """Which workers the tasks of a city wait for, where its administrator says so."""
    return {"queue": city.queue} if city.queue else {}


def read_timezone_and_language(include: Path) -> tuple[str, Language]:
    """Those of the city; UTC, and the language of the process, where ``city.yaml`` cannot be read."""
    with ErrorCapture():
        city = load_city(include).city
        return city.timezone, city.language
    return "UTC", get_current_language()


@lru_cache(maxsize=256)
def build_timetable(cron: str, timezone: str) -> CronDataIntervalTimetable:
    """Airflow's core timetable, shared by all the DAGs of one rhythm: the SDK's is made into a core one, its
    cron expression read and described anew, each time a DAG is serialised."""
    return CronDataIntervalTimetable(cron, timezone=timezone)


@lru_cache(maxsize=1)
def _uses_fab_auth_manager() -> bool:
    return "FabAuthManager" in conf.get("core", "auth_manager", fallback="")


def build_access_control(city: DeployedCity, *roles: PersonRole) -> dict[str, dict[str, set[str]]] | None:
    """Who may trigger a DAG, clear its tasks and answer what they ask, as Airflow's FAB has it, where
    ``docker/init.py`` makes the roles; None elsewhere, where naming one would be an error. Who may read it: everybody
    who has a role, or that of this city where there are several."""
    if not _uses_fab_auth_manager() or not (roles or city.code):
        return None
    readers = get_args(PersonRole) if city.code else ()
    acting = {"DAGs": {"can_read", "can_edit"}, "DAG Runs": {"can_read", "can_create"}}
    return {
        city.prefix_with_city_code(role): {"DAGs": {"can_read"}, "DAG Runs": {"can_read"}} for role in readers
    } | {city.prefix_with_city_code(role): acting for role in roles}
