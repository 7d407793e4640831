"""What Airflow tells a task, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse


def dag_run(**changes: Any) -> SimpleNamespace:
    """What Airflow tells a task of its DAG run: by hand, unless ``changes`` say otherwise."""
    facts = {
        "run_id": "manual__2026-03-10T08:00:00+00:00",
        "run_type": "manual",
        "conf": {},
        "triggering_user_name": None,
        "run_after": datetime(2026, 3, 10, 8, 0, tzinfo=UTC),
        "logical_date": None,
        "data_interval_start": None,
        "data_interval_end": None,
    }
    return SimpleNamespace(**{**facts, **changes})


class Hands:
    """The part of Airflow's ``ti`` that our tasks use: what other tasks left, and the state of each run that
    Airflow knows, by dataset and name."""

    def __init__(self, left: Mapping[str, Any], states: Mapping[tuple[str, str], str] | None = None) -> None:
        self.left = left
        self.states = states or {}

    def get_dr_count(self, *, dag_id: str, run_ids: list[str], states: list[str] | None = None) -> int:
        known = [self.states.get((dag_id, run)) for run in run_ids]
        return sum(state is not None and (states is None or state in states) for state in known)

    def xcom_pull(self, *, task_ids: str) -> Any:
        return self.left.get(task_ids)


def context(run: Any = None, left: Mapping[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    return {
        "dag_run": run or dag_run(),
        "params": {"force": False, "dry_run": False, **params},
        "ti": Hands(left or {}),
        "outlet_events": {},
    }


def api_error(
    status: int | None, text: str = "", *, kind: ErrorType = ErrorType.API_SERVER_ERROR
) -> AirflowRuntimeError:
    """As the supervisor answers a task whose request did not pass: without a status, nobody was there."""
    return AirflowRuntimeError(ErrorResponse(error=kind, detail={"status_code": status, "message": text}))
