"""What Airflow's own page shows of the city's open data: a catalogue, a tab of each DAG, a tab of each run. And, in the
scheduler, what makes the pools.

Every process of Airflow loads its plugins: nothing heavy is imported here.
"""

import sys
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from aqueduc.language import _
from aqueduc_airflow import pool_listener

PREFIX = "/aqueduc"


class LazyPagesApplication:
    """The ASGI application of ``pages``, imported by the first request: only the api-server has one."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._app is None:
            from aqueduc_airflow.pages.app import build_app

            self._app = build_app()
        await self._app(scope, receive, send)


class AqueducPlugin(AirflowPlugin):
    name = "aqueduc"
    fastapi_apps: ClassVar[list[Any]] = [
        {"app": LazyPagesApplication(), "url_prefix": PREFIX, "name": "Aqueduc"}
    ]
    external_views: ClassVar[list[Any]] = [
        {
            "name": str(_("Données")),
            "href": "aqueduc/",
            "destination": "nav",
            "url_route": "donnees-ouvertes",
            "nav_top_level": True,
        },
        {
            "name": str(_("Publication")),
            "href": "aqueduc/jeu/{DAG_ID}",
            "destination": "dag",
            "url_route": "publication",
        },
        {
            "name": str(_("Rapport")),
            "href": "aqueduc/jeu/{DAG_ID}/execution/{RUN_ID}",
            "destination": "dag_run",
            "url_route": "rapport",
        },
    ]

    @property
    def listeners(self) -> list[Any]:
        """Of the scheduler alone: a process that reads DAGs and has a listener refuses those of the host that say
        ``end_from_trigger``."""
        return [pool_listener] if "airflow.jobs.scheduler_job_runner" in sys.modules else []
