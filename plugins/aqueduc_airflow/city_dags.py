"""What the DAGs of the whole city have in common: their clock, their language, and who may act on them."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from airflow.sdk.configuration import conf
from airflow.timetables.interval import CronDataIntervalTimetable

from aqueduc.declaration import load_city
from aqueduc.declaration.spec import PersonRole
from aqueduc.language import Language, Sentence, get_current_language
from aqueduc_airflow.capacity import FIRST
from aqueduc_airflow.failures import ErrorCapture

# Far enough back for a city to open its archives with a backfill; catchup is off, so nothing runs by itself.
START = datetime(2000, 1, 1, tzinfo=UTC)


def build_city_dag_options(
    dag_id: str,
    title: Sentence,
    description: Sentence,
    tag: Sentence,
    documentation: Sentence | None = None,
    *,
    max_active_runs: int = 1,
) -> dict[str, Any]:
    """What is given to each ``DAG`` that is about no one dataset, in the current language. Its name is none
    that a dataset may have, and nobody has to think of switching it on."""
    return {
        "dag_id": dag_id,
        "dag_display_name": str(title),
        "description": str(description),
        "doc_md": str(documentation) if documentation is not None else None,
        "start_date": START,
        "catchup": False,
        "max_active_runs": max_active_runs,
        "is_paused_upon_creation": False,
        "tags": [str(tag)],
        "default_args": {"owner": "aqueduc", **FIRST},
    }


def read_clock_and_language(include: Path) -> tuple[str, Language]:
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
def _has_roles() -> bool:
    return "FabAuthManager" in conf.get("core", "auth_manager", fallback="")


def build_access_control(*roles: PersonRole) -> dict[str, dict[str, set[str]]] | None:
    """Who may trigger a DAG, clear its tasks and answer what they ask, as Airflow's FAB has it, where
    ``docker/init.py`` makes the roles; None elsewhere, where naming one would be an error."""
    if not _has_roles():
        return None
    return {
        role: {"DAGs": {"can_read", "can_edit"}, "DAG Runs": {"can_read", "can_create"}} for role in roles
    }
