"""A small client of Airflow's REST API v2: what the demo and the end-to-end tests ask of the scheduler."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from sandbox.airflow import Airflow
from sandbox.processes import SandboxError

FINISHED = ("success", "failed")
_PAGE = 100
"""Airflow gives no more at a time, whatever is asked."""
_TIMEOUT_S = 30
_POLL_S = 0.5
_NOTED_S = 3
"""Within which the executor has noted a question, unless the machine is very busy."""


@dataclass(frozen=True)
class TaskState:
    """One task of a run. ``state`` is None until the scheduler looks at it."""

    task: str
    name: str
    state: str | None
    tries: int


class Api:
    """Logs in at once; every call raises SandboxError with the API's own words when it is refused."""

    def __init__(self, airflow: Airflow) -> None:
        self.airflow = airflow
        self._session = requests.Session()
        self._session.trust_env = False
        body = {"username": airflow.user, "password": airflow.password}
        answer = self._session.post(f"{airflow.url}/auth/token", json=body, timeout=_TIMEOUT_S)
        if answer.status_code != 201:
            raise SandboxError(f"Airflow refuses the login: {answer.status_code} {answer.text[:300]}")
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def call(self, method: str, path: str, *, json: Any = None, **parameters: Any) -> Any:
        """``path`` is below ``/api/v2``; the parsed answer."""
        url = f"{self.airflow.url}/api/v2/{path}"
        answer = self._session.request(method, url, json=json, params=parameters, timeout=_TIMEOUT_S)
        if not answer.ok:
            raise SandboxError(f"{method} {path}: {answer.status_code} {answer.text[:1000]}")
        return answer.json() if answer.content else None

    def answer(self, dag: str, run: str, task: str, option: str, **filled: str) -> None:
        """Answers a task that waits for a person, as the account that is logged in. ``filled``: its form. Airflow takes
        an answer that comes before its executor has noted the question for a lost task, and asks again."""
        time.sleep(_NOTED_S)
        path = f"dags/{dag}/dagRuns/{run}/taskInstances/{task}/-1/hitlDetails"
        self.call("PATCH", path, json={"chosen_options": [option], "params_input": filled})

    def answer_until_end(self, dag: str, run: str, task: str, option: str, **filled: str) -> str:
        """Answers ``task`` each time it waits for a person; how the run ended."""

        def answer() -> None:
            if self.tasks(dag, run)[task].state == "awaiting_input":
                self.answer(dag, run, task, option, **filled)

        return self.wait(dag, run, meanwhile=answer)

    # --- DAGs -----------------------------------------------------------------------------------------------

    def dags(self, **filters: Any) -> dict[str, dict[str, Any]]:
        """The DAGs Airflow knows now, by identifier."""
        found: dict[str, dict[str, Any]] = {}
        offset = 0
        while True:
            page = self.call("GET", "dags", limit=_PAGE, offset=offset, **filters)
            found |= {dag["dag_id"]: dag for dag in page["dags"]}
            offset += len(page["dags"])
            if offset >= page["total_entries"] or not page["dags"]:
                return found

    def import_errors(self) -> dict[str, str]:
        """What could not be read: file -> message."""
        found = self.call("GET", "importErrors", limit=1000)["import_errors"]
        return {error["filename"]: error["stack_trace"] for error in found}

    def wait_for_dags(self, wanted: set[str], *, timeout: float = 60) -> dict[str, dict[str, Any]]:
        """Waits until the dag-processor has read all of ``wanted``. Raises SandboxError after ``timeout``."""
        deadline = time.monotonic() + timeout
        while True:
            known = self.dags()
            if wanted <= set(known):
                return known
            if time.monotonic() > deadline:
                missing, errors = sorted(wanted - set(known)), self.import_errors()
                raise SandboxError(
                    f"Airflow has not read {', '.join(missing)}; import errors: {errors or 'none'}"
                )
            time.sleep(_POLL_S)

    def unpause(self, dag: str) -> None:
        self.call("PATCH", f"dags/{dag}", json={"is_paused": False})

    # --- pools ----------------------------------------------------------------------------------------------

    def set_pool(self, name: str, slots: int, description: str) -> None:
        """Creates the pool or changes its size."""
        body = {"slots": slots, "description": description, "include_deferred": False}
        known = {pool["name"] for pool in self.call("GET", "pools", limit=1000)["pools"]}
        if name in known:
            self.call("PATCH", f"pools/{name}", json={"pool": name, **body})
        else:
            self.call("POST", "pools", json={"name": name, **body})

    # --- runs -----------------------------------------------------------------------------------------------

    def trigger(self, dag: str, conf: Mapping[str, Any] | None = None, **more: Any) -> str:
        """Starts a run by hand; its identifier."""
        body = {"logical_date": None, "conf": dict(conf or {}), **more}
        return str(self.call("POST", f"dags/{dag}/dagRuns", json=body)["dag_run_id"])

    def backfill(
        self,
        dag: str,
        start: datetime,
        end: datetime,
        conf: Mapping[str, Any] | None = None,
        *,
        again: bool = False,
    ) -> int:
        """Airflow's own backfill over the intervals that start from ``start`` to ``end`` (both included), one
        at a time; ``again``, also those that succeeded already. Its identifier. Takes the place of a backfill
        that is under way: Airflow runs one at a time, and notices late that it is over."""
        for other in self.call("GET", "backfills", dag_id=dag)["backfills"]:
            if other["completed_at"] is None:
                self.call("PUT", f"backfills/{other['id']}/cancel")
        body = {
            "dag_id": dag,
            "from_date": start.isoformat(),
            "to_date": end.isoformat(),
            "max_active_runs": 1,
            "reprocess_behavior": "completed" if again else "failed",
            "dag_run_conf": dict(conf or {}),
        }
        return int(self.call("POST", "backfills", json=body)["id"])

    def runs(self, dag: str, **filters: Any) -> list[dict[str, Any]]:
        return list(self.call("GET", f"dags/{dag}/dagRuns", limit=1000, **filters)["dag_runs"])

    def run(self, dag: str, run: str) -> dict[str, Any]:
        return dict(self.call("GET", f"dags/{dag}/dagRuns/{run}"))

    def wait(
        self, dag: str, run: str, *, timeout: float = 300, meanwhile: Callable[[], None] = lambda: None
    ) -> str:
        """``success`` or ``failed``; ``meanwhile`` is called at each look. Raises SandboxError when the run has not
        ended in ``timeout`` s."""
        deadline = time.monotonic() + timeout
        while (state := str(self.run(dag, run)["state"])) not in FINISHED:
            if time.monotonic() > deadline:
                raise SandboxError(f"{dag}, run {run}: still {state} after {timeout:.0f} s")
            meanwhile()
            time.sleep(_POLL_S)
        return state

    def tasks(self, dag: str, run: str) -> dict[str, TaskState]:
        found = self.call("GET", f"dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return {
            one["task_id"]: TaskState(
                one["task_id"], one["task_display_name"], one["state"], one["try_number"]
            )
            for one in found
        }

    def tasks_of(self, runs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Every task of several runs, each given by its DAG and its identifier."""
        wanted, found = set(runs), []
        body = {
            "dag_ids": sorted({dag for dag, _ in wanted}),
            "dag_run_ids": sorted({run for _, run in wanted}),
            "page_limit": 100,
            "page_offset": 0,
        }
        while True:
            page = self.call("POST", "dags/~/dagRuns/~/taskInstances/list", json=body)
            found += page["task_instances"]
            body["page_offset"] = len(found)
            if len(found) >= page["total_entries"] or not page["task_instances"]:
                return [task for task in found if (task["dag_id"], task["dag_run_id"]) in wanted]

    def clear(self, dag: str, run: str, tasks: list[str], *, downstream: bool = True) -> None:
        body = {
            "dag_run_id": run,
            "task_ids": tasks,
            "dry_run": False,
            "only_failed": False,
            "include_downstream": downstream,
            "reset_dag_runs": True,
        }
        self.call("POST", f"dags/{dag}/clearTaskInstances", json=body)

    def log(self, dag: str, run: str, task: str, attempt: int = 1) -> list[str]:
        """The lines of a task's log, ``LEVEL message``."""
        path = f"dags/{dag}/dagRuns/{run}/taskInstances/{task}/logs/{attempt}"
        content = self.call("GET", path, full_content="true")["content"]
        return [
            line if isinstance(line, str) else f"{str(line.get('level') or '').upper()} {line.get('event')}"
            for line in content
        ]
