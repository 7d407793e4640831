"""Airflow's scheduler, or its Celery worker, with the engine already imported: the tasks it forks find it in memory.

A task of the sandbox works for a fraction of a second; importing DuckDB, Arrow and the rest would cost more.
With ``AQUEDUC_SANDBOX_PRELOAD=0`` nothing is imported, as in production: what a task then costs can be measured.
"""

from __future__ import annotations

import importlib
import os
from contextlib import suppress

from airflow.__main__ import main

from aqueduc.sources import SOURCES

_USED_BY_TASKS = (
    "airflow.dag_processing.dagbag",
    "airflow.timetables.interval",
    "aqueduc_airflow.connections",
    "aqueduc_airflow.factory",
    "aqueduc.sources.stage",
    "aqueduc.anonymise",
    "aqueduc.validate",
    "aqueduc.publish",
    "aqueduc.certify",
    "pyarrow.compute",
    "pyarrow.dataset",
)

if __name__ == "__main__":
    used = (*_USED_BY_TASKS, *(kind.adapter.partition(":")[0] for kind in SOURCES.list_builtin_kinds()))
    for name in used if os.environ.get("AQUEDUC_SANDBOX_PRELOAD") != "0" else ():
        # A module that does not import is the task's to report.
        with suppress(ImportError):
            importlib.import_module(name)
    main()
