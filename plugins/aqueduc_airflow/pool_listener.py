"""In the scheduler, a run that starts finds the pools that its tasks wait for: those that are missing are made.

Wherever DAGs come from (our bundles, another, a plain folder), and whichever process reads the declarations: the DAG that
Airflow stored says which pools it needs.
"""

from typing import Any

from airflow.listeners import hookimpl


@hookimpl
def on_dag_run_running(dag_run: Any) -> None:
    """Called by the scheduler before it looks at any task of the run, in the transaction that starts it."""
    from sqlalchemy.orm import object_session

    from aqueduc_airflow.capacity import list_needed_pools, make_missing_pools

    session, dag = object_session(dag_run), getattr(dag_run, "dag", None)
    if session is not None and dag is not None:
        make_missing_pools(session, list_needed_pools([dag]))
