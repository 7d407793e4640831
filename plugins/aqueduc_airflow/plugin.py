"""What Airflow's own page shows of the city's open data: a catalogue, a tab of each DAG, a tab of each run.

Every process of Airflow loads its plugins: nothing heavy is imported here.
"""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from aqueduc.language import _

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
