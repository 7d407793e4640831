"""What the benchmark of a fleet does inside Airflow's own code, in processes that have its settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path


def parse_declarations(include: str, environment: Mapping[str, str]) -> int:
    """Builds and serialises the DAG of each declaration, none of which was read before; how many."""
    os.environ.update(environment)
    from airflow.serialization.serialized_objects import DagSerialization

    from aqueduc_airflow.factory import build_dataset_dags

    dags = list(build_dataset_dags(Path(include)))
    for dag in dags:
        DagSerialization.to_dict(dag)
    return len(dags)


def write_history(environment: Mapping[str, str], moment: datetime) -> int:
    """One run of the past for each DAG with a clock: the last one due by ``moment``, as if it had ended well.
    How many. A DAG that never ran would start at once for its last period, whatever its cadence."""
    os.environ.update(environment)
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType, DagRunType
    from pendulum import instance
    from sqlalchemy import select

    with create_session() as session:
        known = list(session.scalars(select(DagModel.dag_id).where(DagModel.next_dagrun.is_not(None))))
        for dag_id in known:
            dag = SerializedDagModel.get_dag(dag_id, session=session)
            interval = dag.timetable.infer_manual_data_interval(run_after=instance(moment))
            kind = DagRunType.SCHEDULED
            same = (DagRun.dag_id == dag_id, DagRun.logical_date == interval.start)
            if session.scalar(select(DagRun.id).where(*same)) is not None:
                continue
            session.add(
                DagRun(
                    dag_id=dag_id,
                    run_id=kind.generate_run_id(suffix=interval.end.isoformat()),
                    run_type=kind,
                    logical_date=interval.start,
                    data_interval=(interval.start, interval.end),
                    run_after=interval.end,
                    start_date=interval.end,
                    state=DagRunState.SUCCESS,
                    triggered_by=DagRunTriggeredByType.TIMETABLE,
                )
            )
    return len(known)
