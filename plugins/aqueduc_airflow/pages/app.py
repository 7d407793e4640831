"""The ASGI application of the pages: routes, the rights to read them, and what a browser may do with them.

Every route asks who is there; one that names a dataset answers 404 to who may not read its DAG, as to a
dataset that is not. No page has a script but ``theme.js``, which asks Airflow's own choice of a theme, and
``page.js``, which does what a frame of Airflow's may not: follow a link out of it, send a form to Airflow's API.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from airflow.api_fastapi.core_api.security import GetUserDep, requires_authenticated
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment

from aqueduc.alert_queue import read_undelivered_messages
from aqueduc.certify.history import read_latest_events
from aqueduc.cities import ONLY_CITY, SETTING, DeployedCity
from aqueduc.declaration.vocabulary import LICENCES
from aqueduc.errors import AqueducError, InvalidCitiesSetting
from aqueduc.language import Language, _, format_labelled_text, n_, translate, use_language
from aqueduc.overview import OverviewReader
from aqueduc.page import build_template_environment
from aqueduc.reconciliation.report import read_ongoing_finding_codes
from aqueduc.run import build_store_from_environment
from aqueduc.store import Store
from aqueduc_airflow.cities import list_cities
from aqueduc_airflow.connections import AirflowConnections
from aqueduc_airflow.failures import ErrorCapture
from aqueduc_airflow.pages.acts import (
    BACKFILL,
    QUESTIONS,
    RUN,
    build_action_api_and_result_paths,
    build_backfill_bounds,
    build_form_fields,
    build_trigger_request_body,
    list_allowed_actions,
    list_answerable_questions,
    list_former_revisions,
)
from aqueduc_airflow.pages.airflow_runs import (
    DagFacts,
    list_pending_questions,
    list_readable_dags,
    read_city_dag_pauses,
)
from aqueduc_airflow.pages.catalogue import (
    GROUPS,
    CataloguePage,
    CatalogueRow,
    build_catalogue,
    build_row,
    build_rows,
    format_catalogue_as_csv,
    format_moment,
)
from aqueduc_airflow.pages.dataset import EVENTS, build_dataset_page
from aqueduc_airflow.pages.settings import get_timezone

_OURS = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; connect-src 'self'"
# Of who writes in the store of one city, on the site where people of all are logged in: no form either.
_REPORT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'"
_FRAME = "; base-uri 'none'; frame-ancestors 'self'"
log = logging.getLogger(__name__)
_STATIC = {"style.css": "text/css", "theme.js": "text/javascript", "page.js": "text/javascript"}


def build_app() -> FastAPI:
    """The application, guarded as a whole."""
    app = FastAPI(
        dependencies=[Depends(requires_authenticated())], docs_url=None, redoc_url=None, openapi_url=None
    )
    app.middleware("http")(_add_security_headers)
    app.exception_handler(AqueducError)(_render_failure_page)
    for path, route in (
        ("/", show_catalogue),
        ("/catalogue.json", serve_catalogue_json),
        ("/catalogue.csv", serve_catalogue_csv),
        ("/static/{name}", serve_static),
        ("/jeu/datasets/{dataset}/ledger/{name}.html", show_certificate),
        ("/jeu/{dataset}", show_dataset),
        ("/jeu/{dataset}/agir/{act}", show_action_form),
        ("/jeu/{dataset}/jours.json", serve_backfill_bounds),
        ("/jeu/{dataset}/execution/{run}", show_run),
        ("/jeu/{dataset}/execution/{run}/{kind}.html", show_report),
    ):
        app.get(path)(route)
    return app


# --- routes -------------------------------------------------------------------------------------------------


def show_catalogue(
    request: Request,
    user: GetUserDep,
    groupe: Annotated[str, Query(max_length=20)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    ville: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """All datasets that the reader may see."""
    with use_language(_get_browser_language(request)):
        found = _build_catalogue_page(user, groupe, q, ville, whole=False)
        groups = [(name, translate(label), found.counts[name]) for name, (label, _states) in GROUPS.items()]
        return _render_html_response(request, "catalogue.html.j2", catalogue=found, groups=groups)


def serve_catalogue_json(
    request: Request, user: GetUserDep, ville: Annotated[str, Query(max_length=40)] = ""
) -> JSONResponse:
    """The same as data."""
    with use_language(_get_browser_language(request)):
        found = _build_catalogue_page(user, "", "", ville)
        return JSONResponse({"counts": dict(found.counts), "datasets": [row.to_json() for row in found.rows]})


def serve_catalogue_csv(
    request: Request, user: GetUserDep, ville: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The list to send: one line a dataset, as a spreadsheet reads it."""
    with use_language(_get_browser_language(request)):
        text = format_catalogue_as_csv(_build_catalogue_page(user, "", "", ville))
    name = str(_("donnees-ouvertes.csv"))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def show_dataset(request: Request, user: GetUserDep, dataset: str) -> HTMLResponse:
    """One dataset: its state, what is online, the last run, what happened before."""
    return _render_dataset_page(request, user, _get_readable_dag_or_404(user, dataset), "")


def show_run(request: Request, user: GetUserDep, dataset: str, run: str) -> HTMLResponse:
    """The same, of one run."""
    return _render_dataset_page(request, user, _get_readable_dag_or_404(user, dataset), run)


def show_action_form(request: Request, user: GetUserDep, dataset: str, act: str) -> HTMLResponse:
    """The form of what may be done of a dataset now, by who has the right to."""
    dag = _get_readable_dag_or_404(user, dataset)
    with use_language(_get_browser_language(request)):
        row, city_dags = _read_catalogue_row(dag), read_city_dag_pauses(dag.dag_id)
        allowed = {
            one.name: one
            for one in list_allowed_actions(user, dag, row, list_pending_questions(dag.dag_id), city_dags)
        }
        if act not in allowed:
            raise HTTPException(404)
        done = allowed[act]
        # A page of the ledger is many reads: only for what chooses among revisions.
        store = _open_city_store(dag.city)
        events = read_latest_events(store, dag.dataset, EVENTS) if "restore" in done.asks else ()
        return _render_html_response(
            request,
            "act.html.j2",
            row=row,
            act=done,
            fields=build_form_fields(done, list_former_revisions(events, get_timezone(dag.city))),
            body=build_trigger_request_body(done, dataset),
            target=build_action_api_and_result_paths(done, dataset),
            refused=not dag.has_backfills and done.name == RUN,
            paused=city_dags.get(done.dag, dag.paused),
            backfill=BACKFILL,
            timezone=get_timezone(dag.city),
        )


def serve_backfill_bounds(user: GetUserDep, dataset: str, du: date, au: date) -> JSONResponse:
    """Serves the instants that a backfill of some days goes from and to, as its form sends them to Airflow."""
    dag = _get_readable_dag_or_404(user, dataset)
    return JSONResponse(build_backfill_bounds(du, au, get_timezone(dag.city)))


def show_report(user: GetUserDep, dataset: str, run: str, kind: str) -> HTMLResponse:
    """A report that a run left, as it was written."""
    dag = _get_readable_dag_or_404(user, dataset)
    return _serve_stored_page(dag, _find_report_page_key(dag, run, kind))


def show_certificate(user: GetUserDep, dataset: str, name: str) -> HTMLResponse:
    """A certificate that a report leads to."""
    dag = _get_readable_dag_or_404(user, dataset)
    return _serve_stored_page(dag, f"datasets/{dag.dataset}/ledger/{name}.html")


def serve_static(name: str) -> Response:
    """The style, and what chooses its theme."""
    if name not in _STATIC:
        raise HTTPException(404)
    content = files("aqueduc_airflow.pages").joinpath("static", name).read_bytes()
    return Response(content, media_type=_STATIC[name])


# --- what they are made of ----------------------------------------------------------------------------------


def _build_catalogue_page(
    user: Any, group: str, search: str, asked: str, *, whole: bool = True
) -> CataloguePage:
    """Only the stores of the cities whose datasets the reader may read, or of the one asked for, are opened. One of
    several that does not answer is said in place of its rows, unless the ``whole`` is wanted."""
    of_cities: dict[DeployedCity, list[DagFacts]] = {}
    for dag in list_readable_dags(user).values():
        of_cities.setdefault(dag.city, []).append(dag)
    chosen = [city for city in of_cities if city.code == asked] if asked else list(of_cities)
    rows: list[CatalogueRow] = []
    failures: list[str] = []
    for city in chosen:
        try:
            rows += _build_city_rows(city, of_cities[city])
            failures += _describe_undelivered_messages(city)
        except AqueducError as error:
            if whole or len(chosen) == 1:
                raise
            failures.append(str(format_labelled_text(city.title, _describe_failure_for_reader(error))))
    return build_catalogue(rows, group=group, search=search, cities=of_cities, city=asked, failures=failures)


def _build_city_rows(city: DeployedCity, dags: Iterable[DagFacts]) -> list[CatalogueRow]:
    seen, differences = _get_overview_reader(city).read(), read_ongoing_finding_codes(_open_city_store(city))
    return build_rows(dags, seen, differences, get_timezone(city))


def _describe_undelivered_messages(city: DeployedCity) -> list[str]:
    """Says, where the last turn of delivery could not send all, how many messages wait, why, and what to do."""
    undelivered = read_undelivered_messages(_open_city_store(city))
    if undelivered is None:
        return []
    told = n_(
        "{count} message attend d'être envoyé depuis le {since}. {what}\nQue faire : {remedy}",
        "{count} messages attendent d'être envoyés depuis le {since}. {what}\nQue faire : {remedy}",
        undelivered.count,
        since=format_moment(undelivered.since, get_timezone(city)),
        what=undelivered.what,
        remedy=undelivered.remedy,
    )
    return [str(format_labelled_text(city.title, told) if city.title else told)]


def _read_catalogue_row(dag: DagFacts) -> CatalogueRow:
    seen = _get_overview_reader(dag.city).read_row_of_dataset(dag.dataset, dag.title)
    differences = read_ongoing_finding_codes(_open_city_store(dag.city)).get(dag.dataset, frozenset())
    return build_row(dag, seen, differences, get_timezone(dag.city))


def _render_dataset_page(request: Request, user: Any, dag: DagFacts, run: str) -> HTMLResponse:
    with use_language(_get_browser_language(request)):
        store, timezone = _open_city_store(dag.city), get_timezone(dag.city)
        row, questions = _read_catalogue_row(dag), list_pending_questions(dag.dag_id)
        return _render_html_response(
            request,
            "dataset.html.j2",
            row=row,
            dag=dag,
            unread=dag.unread,
            acts=list_allowed_actions(user, dag, row, questions, read_city_dag_pauses(dag.dag_id)),
            answers=list_answerable_questions(user, questions),
            asked_of=QUESTIONS,
            page=build_dataset_page(store, dag.dataset, timezone, run),
            asked=run,
            licences={one.id: translate(one.title) for one in LICENCES.values()},
            moment=lambda instant: format_moment(instant, timezone),
        )


def _get_readable_dag_or_404(user: Any, dataset: str) -> DagFacts:
    """Who may not read it learns nothing of it."""
    dag = list_readable_dags(user, dataset).get(dataset)
    if dag is None:
        raise HTTPException(404)
    return dag


def _find_report_page_key(dag: DagFacts, run: str, kind: str) -> str:
    store = _open_city_store(dag.city)
    if kind in ("steward", "officer"):
        return store.build_report_page_key(dag.dataset, run, kind)
    key = store.find_certificate_page_key(dag.dataset, run) if kind == "certificate" else None
    if key is None:
        raise HTTPException(404)
    return key


def _serve_stored_page(dag: DagFacts, key: str) -> HTMLResponse:
    page = _open_city_store(dag.city).read(key)
    if page is None:
        raise HTTPException(404)
    if dag.city.code:
        # It leads to a certificate by the name that the dataset has in its own store.
        above = "../../../datasets"
        page = page.replace(f"{above}/{dag.dataset}/".encode(), f"{above}/{dag.dag_id}/".encode())
    return HTMLResponse(page, headers={"Content-Security-Policy": _REPORT + _FRAME})


@cache
def _open_only_city_store() -> Store:
    """That of the only city."""
    return build_store_from_environment(AirflowConnections(), city=ONLY_CITY)


def _open_city_store(city: DeployedCity) -> Store:
    return _open_store_among_several_cities(city) if city.code else _open_only_city_store()


@cache
def _open_store_among_several_cities(city: DeployedCity) -> Store:
    return build_store_from_environment(AirflowConnections(), city=city)


@cache
def _get_overview_reader(city: DeployedCity) -> OverviewReader:
    return OverviewReader(_open_city_store(city))


@cache
def _get_template_environment() -> Environment:
    environment = build_template_environment("aqueduc_airflow.pages")
    environment.globals["_"] = translate
    return environment


def _render_html_response(request: Request, template: str, **words: Any) -> HTMLResponse:
    root = str(request.scope.get("root_path", ""))
    page = _get_template_environment().get_template(template)
    return HTMLResponse(page.render(root=root, airflow=root.removesuffix("/aqueduc"), **words))


def _get_browser_language(request: Request) -> Language:
    """That of the browser, of the two there are."""
    asked = request.headers.get("accept-language", "fr").lower()
    english, french = asked.find("en"), asked.find("fr")
    return "en" if english >= 0 and (french < 0 or english < french) else "fr"


# --- what a browser may do ----------------------------------------------------------------------------------


async def _add_security_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    answer = await call_next(request)
    answer.headers.setdefault("Content-Security-Policy", _OURS + _FRAME)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _render_failure_page(request: Request, error: Exception) -> HTMLResponse:
    """A store that does not answer is said; it hides nothing of the rest of Airflow."""
    return _render_html_response(
        request, "failure.html.j2", said=_describe_failure_for_reader(error).splitlines()
    )


def _describe_failure_for_reader(error: Exception) -> str:
    """What a reader may know of it: a setting that cannot be read names cities that they may not know of. What is wrong
    with one of those that can be read is said of that city only."""
    with ErrorCapture() as settings:
        list_cities()
    if settings.error is None:
        return str(error)
    log.error("%s", settings.error)
    hidden = InvalidCitiesSetting(
        _("Le réglage des villes de ce déploiement ne peut pas être employé : aucune ville n'est montrée."),
        where=SETTING,
        remedy=_("prévenir l'administrateur ; le journal de l'api-server lui dit ce qui est à corriger"),
    )
    return str(hidden)
