"""What Airflow itself knows of the datasets: their DAGs, whether they are on, their last run and the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.errors import ParseImportError
from airflow.models.hitl import HITLDetail
from airflow.models.pool import Pool
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, State
from fastapi import HTTPException
from sqlalchemy import and_, func, select

from aqueduc.cities import DeployedCity
from aqueduc_airflow.agreement import AGREEMENT
from aqueduc_airflow.cities import build_dag_id, split_dag_id
from aqueduc_airflow.compat import does_dag_allow_backfills
from aqueduc_airflow.operators import EXTRACT, PUBLISH
from aqueduc_airflow.withdrawal import WITHDRAWAL

DATASETS_FILE = "datasets.py"
"""The file of ``dags/`` that makes one DAG a dataset."""


def split_dag_id_or_404(dag_id: str) -> tuple[DeployedCity, str]:
    """As ``split_dag_id``; 404 where its city left between two readings of the setting: nothing of it is anybody's."""
    known = split_dag_id(dag_id)
    if known is None:
        raise HTTPException(404)
    return known


@dataclass(frozen=True)
class DagFacts:
    """A dataset's DAG. ``last_state``: of its newest run, "" before the first. ``missing_pool``: the one that
    its reading, or its publication, waits for and Airflow does not have, "" where there is none such.
    ``has_backfills``: whether its past periods may be run again. ``unread``: why its declaration cannot be read, ""
    where it can."""

    dag_id: str
    title: str
    paused: bool
    next_run: datetime | None
    last_state: str
    last_run: str
    missing_pool: str = ""
    has_backfills: bool = False
    unread: str = ""

    @property
    def city(self) -> DeployedCity:
        return split_dag_id_or_404(self.dag_id)[0]

    @property
    def dataset(self) -> str:
        """Its identifier in the store of its city."""
        return split_dag_id_or_404(self.dag_id)[1]


@dataclass(frozen=True)
class PendingQuestion:
    """A task that waits for the answer of a person."""

    dag_id: str
    run_id: str
    task_id: str

    @property
    def asking_dag_name(self) -> str:
        """The DAG of a whole city that asks it, as every city calls it."""
        return split_dag_id_or_404(self.dag_id)[1]


def list_pending_questions(dag_id: str) -> tuple[PendingQuestion, ...]:
    """The questions of agreement and withdrawal that concern a dataset, by its DAG, and wait."""
    city, dataset = split_dag_id_or_404(dag_id)
    asking = [build_dag_id(city, name) for name in (AGREEMENT, WITHDRAWAL)]
    query = (
        select(TaskInstance.dag_id, TaskInstance.run_id, TaskInstance.task_id, DagRun.conf)
        .join(HITLDetail, HITLDetail.ti_id == TaskInstance.id)
        .join(DagRun, and_(DagRun.dag_id == TaskInstance.dag_id, DagRun.run_id == TaskInstance.run_id))
        .where(TaskInstance.dag_id.in_(asking), HITLDetail.responded_at.is_(None))
        .where(TaskInstance.state.in_(State.unfinished))
    )
    with create_session() as session:
        return tuple(
            PendingQuestion(dag, run, task)
            for dag, run, task, conf in session.execute(query)
            if _does_run_conf_concern_dataset(conf or {}, dataset)
        )


def read_city_dag_pauses(dag_id: str) -> dict[str, bool]:
    """Of the DAGs of a whole city that act on the dataset of ``dag_id``, those that Airflow has, by the name that every
    city gives them, each with whether it is paused."""
    city, _dataset = split_dag_id_or_404(dag_id)
    names = {build_dag_id(city, name): name for name in (AGREEMENT, WITHDRAWAL)}
    query = select(DagModel.dag_id, DagModel.is_paused)
    with create_session() as session:
        found = session.execute(query.where(DagModel.dag_id.in_(names), DagModel.is_stale.is_(False)))
        return {names[dag]: bool(paused) for dag, paused in found}


def _does_run_conf_concern_dataset(conf: Mapping[str, Any], dataset: str) -> bool:
    return conf.get("dataset") == dataset or dataset in (conf.get("datasets") or ()) or bool(conf.get("all"))


def list_readable_dags(user: Any, dag_id: str | None = None) -> dict[str, DagFacts]:
    """The DAGs of datasets that ``user`` may read, by their ids; ``dag_id``: that one only."""
    allowed = get_auth_manager().get_authorized_dag_ids(user=user)
    newest = select(DagRun.dag_id, func.max(DagRun.id).label("id")).group_by(DagRun.dag_id).subquery()
    # Airflow leaves a task of a pool that is not there unscheduled, and says so in the scheduler's log only. That of a
    # run that has not started is made when it does.
    waiting = (
        select(TaskInstance.dag_id, TaskInstance.run_id, func.min(TaskInstance.pool).label("pool"))
        .where(TaskInstance.task_id.in_((EXTRACT, PUBLISH)), TaskInstance.pool.not_in(select(Pool.pool)))
        .where(TaskInstance.state.is_(None) | TaskInstance.state.in_(State.unfinished))
        .group_by(TaskInstance.dag_id, TaskInstance.run_id)
        .subquery()
    )
    query = (
        select(DagModel, DagRun.state, DagRun.run_id, waiting.c.pool)
        .outerjoin(newest, newest.c.dag_id == DagModel.dag_id)
        .outerjoin(DagRun, DagRun.id == newest.c.id)
        .outerjoin(waiting, and_(waiting.c.dag_id == DagRun.dag_id, waiting.c.run_id == DagRun.run_id))
        .where(DagModel.dag_id.in_(allowed), DagModel.is_stale.is_(False))
        .where(DagModel.relative_fileloc == DATASETS_FILE)
    )
    if dag_id is not None:
        query = query.where(DagModel.dag_id == dag_id)
    errors = select(ParseImportError.bundle_name, ParseImportError.filename, ParseImportError.stacktrace)
    with create_session() as session:
        unread = {
            (bundle, Path(name).stem): str(message)
            for bundle, name, message in session.execute(
                errors.where(ParseImportError.filename.like("%.yaml"))
            )
        }
        return {
            dag.dag_id: DagFacts(
                dag.dag_id,
                dag.dag_display_name or dag.dag_id,
                bool(dag.is_paused),
                dag.next_dagrun_create_after,
                str(state or ""),
                str(run or ""),
                str(pool or "") if state == DagRunState.RUNNING else "",
                does_dag_allow_backfills(dag),
                unread.get((dag.bundle_name, known[1]), ""),
            )
            for dag, state, run, pool in session.execute(query)
            if (known := split_dag_id(dag.dag_id))
        }
