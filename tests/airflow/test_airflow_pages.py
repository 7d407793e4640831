"""The pages inside Airflow, in a real browser against a real Airflow: found in two clicks, read by whoever may
read the DAG and by nobody else, without a value of a source, as WCAG asks, in both themes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from aqueduc.alert_queue import record_undelivered_messages
from aqueduc.connections import build_missing_connection_error
from sandbox.airflow_api import Api
from tests.airflow.test_airflow_scheduler import CSV, Town, here  # noqa: F401 - its Airflow, started anew for this file
from tests.record.test_printed_pages import read_printed

pytestmark = pytest.mark.end_to_end

VALUES = ("Mazarin", "Jas de Bouffan")
"""The cells of the source."""


@pytest.fixture(scope="module")
def town(here: Town) -> Town:  # noqa: F811
    """One dataset published, one held, others that never ran."""
    (here.layout.include.parent / "depot" / "retabli.csv").write_text(CSV, encoding="utf-8")
    for dataset, wanted in (("retabli", "success"), ("retenu", "failed")):
        run = here.api.trigger(dataset)
        assert here.api.wait(dataset, run) == wanted
    return here


def open_home(browser: Any, api: Api, scheme: str = "light") -> Any:
    """Airflow's home page, logged in."""
    page = browser.new_context(
        viewport={"width": 1440, "height": 1000}, color_scheme=scheme, locale="fr-FR"
    ).new_page()
    page.goto(f"{api.airflow.url}/")
    page.locator("input[name=username]").fill(api.airflow.user)
    page.locator("input[name=password]").fill(api.airflow.password)
    page.locator("button[type=submit]").click()
    page.wait_for_url(re.compile(r"^(?!.*login)"))
    return page


def routes() -> list[str]:
    """Every address of the pages, from the application itself, filled with what is there."""
    from aqueduc_airflow.pages.app import build_app

    filled = {"dataset": "retabli", "run": "essai", "kind": "steward", "name": "style.css", "act": "lancer"}
    paths = [str(getattr(route, "path", "")) for route in build_app().routes]
    return [re.sub(r"{(\w+)}", lambda found: filled[found[1]], path) for path in paths]


def get(api: Api, path: str) -> requests.Response:
    token = requests.post(
        f"{api.airflow.url}/auth/token",
        json={"username": api.airflow.user, "password": api.airflow.password},
        timeout=30,
    ).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{api.airflow.url}/aqueduc{path}", headers=headers, timeout=30)


def test_an_anonymous_visitor_gets_nothing_from_any_route(town: Town) -> None:
    asked = routes()
    assert len(asked) >= 7
    for path in asked:
        answer = requests.get(f"{town.api.airflow.url}/aqueduc{path}", timeout=30)
        assert answer.status_code == 401, path
        assert "retabli" not in answer.text and "retenu" not in answer.text
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert requests.get(f"{town.api.airflow.url}/aqueduc{path}", timeout=30).status_code in (401, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/jeu/nulle-part",
        "/jeu/aqueduc_sweep",
        "/jeu/retabli/execution/essai/steward.html",
        "/jeu/retabli/execution/essai/raw.html",
        "/jeu/datasets/retabli/ledger/nulle-part.html",
        "/jeu/..%2F..%2Fvault/execution/essai/steward.html",
        "/static/app.py",
    ],
)
def test_what_is_not_there_is_not_found(town: Town, path: str) -> None:
    assert get(town.api, path).status_code == 404


def test_pages_forbid_scripts_and_frames_of_others(town: Town) -> None:
    for path in ("/", "/jeu/retabli", "/jeu/retenu"):
        answer = get(town.api, path)
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy and "<script>" not in answer.text
        assert not re.search(r"(src|href)=\"https?://(?!127\.0\.0\.1|localhost)", answer.text)


def test_a_held_dataset_and_why_in_two_clicks(town: Town, browser: Any) -> None:
    page = open_home(browser, town.api)
    page.get_by_role("link", name="Données").first.click()
    frame = page.frame_locator("iframe").first
    frame.get_by_role("link", name=re.compile("à traiter")).wait_for()
    row = frame.locator("tr", has_text="retenu").first
    assert "retenu" in row.inner_text()
    row.locator("th a").click()
    said = frame.locator("section.reason").inner_text()
    assert "Le schéma rejette 2 lignes" in said and "Que faire" in said
    assert all(value not in frame.locator("body").inner_text() for value in VALUES)


def test_a_published_dataset_shows_what_is_online_and_its_reports(town: Town, browser: Any) -> None:
    page = open_home(browser, town.api)
    page.goto(f"{town.api.airflow.url}/dags/retabli/plugin/publication")
    frame = page.frame_locator("iframe").first
    frame.get_by_role("heading", name="Ce qui est en ligne").wait_for()
    body = frame.locator("body").inner_text()
    assert "2 lignes" in body and "publié et certifié" in body
    for name in ("Rapport de l'intendant", "Certificat"):
        page.goto(f"{town.api.airflow.url}/dags/retabli/plugin/publication")
        frame.get_by_role("link", name=re.compile(name)).first.click()
        frame.get_by_role("heading", level=1).wait_for()
        assert all(value not in frame.locator("body").inner_text() for value in VALUES)


def test_each_task_leads_to_the_page_of_its_run_and_to_the_public_record(town: Town) -> None:
    run = town.api.runs("retenu")[0]["dag_run_id"]
    path = f"dags/retenu/dagRuns/{run}/taskInstances/validate/links"
    links = town.api.call("GET", path)["extra_links"]
    assert set(links) == {"Rapport de l'exécution", "Fiche publique"}
    page = links["Rapport de l'exécution"].partition("/aqueduc")[2]
    answer = get(town.api, page)
    assert answer.status_code == 200 and "Le schéma rejette 2 lignes" in answer.text


def list_pages(town: Town) -> list[str]:
    """One of each page there is, from the routes of the application, and of each report of both datasets."""
    runs = {name: town.api.runs(name)[0]["dag_run_id"] for name in ("retabli", "retenu")}
    from aqueduc_airflow.pages.app import build_app

    paths = {str(getattr(route, "path", "")) for route in build_app().routes}
    one_of_each = {
        "/": ["/", "/?groupe=todo", "/?q=rien-de-tel"],
        "/jeu/{dataset}": [f"/jeu/{name}" for name in runs],
        "/jeu/{dataset}/execution/{run}": [
            f"/jeu/{name}/execution/{quote(run)}" for name, run in runs.items()
        ],
        "/jeu/{dataset}/agir/{act}": [
            "/jeu/retabli/agir/retirer",
            "/jeu/retabli/agir/retablir",
            "/jeu/retenu/agir/lancer",
        ],
        "/jeu/{dataset}/execution/{run}/{kind}.html": [
            f"/jeu/{name}/execution/{quote(run)}/{kind}.html"
            for name, run in runs.items()
            for kind in ("steward", "officer", "certificate")
            if (name, kind) != ("retenu", "certificate")
        ],
    }
    # The first is a certificate by another address; the others are no pages.
    others = {
        "/jeu/datasets/{dataset}/ledger/{name}.html",
        "/catalogue.json",
        "/catalogue.csv",
        "/jeu/{dataset}/jours.json",
        "/static/{name}",
    }
    assert paths == {*one_of_each, *others}
    return [path for pages in one_of_each.values() for path in pages]


def test_each_page_prints_without_menus_and_large_enough_to_be_read(town: Town, browser: Any) -> None:
    page = open_home(browser, town.api, "dark")
    for path in list_pages(town):
        if "/agir/" in path:
            continue
        page.goto(f"{town.api.airflow.url}/aqueduc{path}")
        printed = read_printed(page.pdf(prefer_css_page_size=True))
        assert printed.smallest >= 8.99, path
        assert {round(printed.width), round(printed.height)} == {595, 842}
        assert "Ouvrir le DAG" not in printed.text and "Chercher" not in printed.text
        assert all(value not in printed.text for value in VALUES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_violation_of_wcag(town: Town, browser: Any, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_home(browser, town.api, scheme)
    for path in list_pages(town):
        page.goto(f"{town.api.airflow.url}/aqueduc{path}")
        if not path.endswith(".html"):
            assert page.evaluate("document.documentElement.dataset.theme") == scheme
        found = Axe().run(page).response["violations"]
        serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], (path, found)


def test_the_pages_speak_the_language_of_the_browser(town: Town) -> None:
    token = requests.post(
        f"{town.api.airflow.url}/auth/token",
        json={"username": town.api.airflow.user, "password": town.api.airflow.password},
        timeout=30,
    ).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en-GB,en;q=0.9"}
    english = requests.get(f"{town.api.airflow.url}/aqueduc/", headers=headers, timeout=30).text
    assert '<html lang="en">' in english and "to deal with" in english and "à traiter" not in english


def test_messages_that_could_not_leave_are_on_the_page_of_the_city(town: Town) -> None:
    """As in a city without a mail server: nothing of it is only in a log."""
    missing = build_missing_connection_error("smtp_default")
    record_undelivered_messages(town.store, missing, ["2026-11-30T06:00:00+00:00"] * 4)
    try:
        page = get(town.api, "/").text
    finally:
        record_undelivered_messages(town.store, None, [])
    assert "4 messages attendent d" in page and "depuis le 30/11/2026 07:00" in page
    assert "« smtp_default » n" in page and "Que faire : la créer dans Airflow" in page
    assert "attendent d" not in get(town.api, "/").text


def test_the_vault_is_no_part_of_it() -> None:
    """The api-server has no key of it."""
    import aqueduc_airflow.pages

    folder = Path(next(iter(aqueduc_airflow.pages.__path__)))
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "build_workspace_from_environment" not in text and "Vault" not in text
