"""A day's work with the city's open data, in a real browser against a real Airflow: each story from Airflow's
home page, in at most three clicks. A form is sent by the key Enter, as whoever has just filled it in does."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from aqueduc.agreement.decision import record_agreement_decision
from aqueduc.agreement.request import build_agreement_request
from aqueduc.decisions import Decision
from aqueduc.declaration import load_city, load_dataset
from aqueduc.run import Workspace
from aqueduc.store import Store, Vault
from aqueduc_airflow.agreement import AGREE, AGREEMENT, DECIDE
from aqueduc_airflow.withdrawal import ASK, WITHDRAWAL
from sandbox import airflow
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from sandbox.door import answering
from sandbox.processes import SandboxError
from tests.airflow.test_airflow_withdrawal_scheduler import Months
from tests.making import CITY, Desk, desk
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

CSV = "quartier,nom\nMazarin,Serinelli\nJas de Bouffan,Pinsonnat\n"
VALUES = ("Mazarin", "Jas de Bouffan", "Serinelli", "Pinsonnat")
"""The cells of the source."""
MOST_CLICKS = 3
PATIENCE_MS = 120_000
"""How long a browser may take to show something, on a busy machine."""
PEOPLE = {"signatory": {"name": "Nadia Roche", "roles": ["signatory"]}}
COLUMNS = {"quartier": "publish", "nom": "drop"}
PORTAL = {"mode": "upload", "platform": "portail"}
BROKEN = {
    "injoignable": "dossier",
    "schema": "Le schéma rejette 2 lignes",
    "colonne": "Les colonnes de la source ne sont pas celles de la déclaration",
    "petits-groupes": "Le risque de réidentification est trop élevé",
    "illisible": "La déclaration de ce jeu est à corriger",
}
"""Each dataset that is stopped, and what its page says of it."""


@dataclass(frozen=True)
class Town:
    """A running Airflow, the city it reads, and what is done there without a browser."""

    api: Api
    desk: Desk
    layout: Layout

    @property
    def workspace(self) -> Workspace:
        store, vault = Store(self.layout.store.as_uri()), Vault(self.layout.vault.as_uri())
        return replace(self.desk.place, store=store, vault=vault)

    @property
    def online(self) -> bool:
        return (self.desk.include.parent / "portail/jeux/arbres/arbres.csv").is_file()

    def newest_run(self, dag: str) -> str:
        return str(max(self.api.runs(dag), key=lambda one: one["run_after"])["dag_run_id"])

    def waits(self, dag: str, task: str) -> bool:
        """Whether the newest run of ``dag`` waits for a person."""
        return bool(self.api.runs(dag)) and self.state(dag, task) == "awaiting_input"

    def state(self, dag: str, task: str) -> str | None:
        return self.api.tasks(dag, self.newest_run(dag))[task].state

    def settle(self, dag: str, task: str, option: str, **filled: str) -> None:
        """Waits for the end of what a person answered in the browser. Airflow takes an answer that comes
        before its executor has noted the question for a lost task: it is then asked, and answered, again."""
        conf = self.api.run(dag, self.newest_run(dag))["conf"]

        def is_done() -> bool:
            run = self.newest_run(dag)
            if self.state(dag, task) == "awaiting_input":
                Api(replace(self.api.airflow, user="signatory")).answer(dag, run, task, option, **filled)
            elif self.state(dag, task) == "failed":
                self.api.trigger(dag, conf)
            return self.api.run(dag, run)["state"] == "success"

        assert eventually(is_done, every=2)


class Visitor:
    """Somebody at Airflow's home page, logged in, whose clicks are counted."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.frame = page.frame_locator("iframe").first
        self.clicks = 0

    def click(self, what: Any) -> None:
        self.clicks += 1
        what.click()

    def open_data(self) -> None:
        self.click(self.page.get_by_role("link", name="Données", exact=True))
        self.frame.get_by_role("heading", name="Les données ouvertes").wait_for()

    def open_dataset(self, title: str) -> Any:
        """In two clicks; the section of its state."""
        self.open_data()
        self.click(self.frame.get_by_role("link", name=title, exact=True))
        reason = self.frame.locator("section.reason")
        reason.wait_for()
        return reason

    def start(self, title: str, act: str) -> None:
        """The form of an act, in three clicks."""
        self.open_dataset(title)
        self.click(self.frame.get_by_role("link", name=act, exact=True))
        self.frame.get_by_role("heading", name=act).wait_for()
        self.frame.locator("button.send").wait_for()

    def fill(self, **answers: str) -> None:
        """Fills in the form of an act, and sends it."""
        for name, answer in answers.items():
            self.frame.locator(f"[name={name}]").fill(answer)
        self.press_enter(list(answers)[-1])

    def press_enter(self, name: str) -> None:
        self.frame.locator(f"[name={name}]").press("Enter")

    def read_announced_runs(self, first: str, last: str) -> str:
        """What the form of a backfill says that it would run, of some days."""
        self.fill(from_date=first, to_date=last)
        said = self.frame.get_by_role("status")
        said.get_by_text("lancé").wait_for()
        return str(said.inner_text())

    def open_questions(self) -> None:
        self.click(self.page.get_by_role("button", name=re.compile("Actions? requise")))


@pytest.fixture(scope="module")
def sessions(town: Town, browser: Any) -> Callable[[str], Any]:
    """A browser's context in which an account is logged in, one for each."""

    @cache
    def log_in(account: str) -> Any:
        context = browser.new_context(
            viewport={"width": 1440, "height": 1000}, locale="fr-FR", timezone_id="America/New_York"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(f"{town.api.airflow.url}/")
        page.locator("input[name=username]").fill(account)
        page.locator("input[name=password]").fill(town.api.airflow.password)
        page.locator("button[type=submit]").click()
        page.get_by_role("link", name="Données", exact=True).wait_for()
        return context

    return log_in


@pytest.fixture
def visit(town: Town, sessions: Callable[[str], Any]) -> Callable[..., Any]:
    """A story of ``account`` from the home page: no more clicks than may be, and no cell of a source seen."""

    @contextmanager
    def begin(account: str = "admin") -> Iterator[Visitor]:
        page = sessions(account).new_page()
        page.goto(f"{town.api.airflow.url}/")
        visitor = Visitor(page)
        yield visitor
        assert 1 <= visitor.clicks <= MOST_CLICKS, visitor.clicks
        shown = [page, visitor.frame] if page.locator("iframe").count() else [page]
        for document in shown:
            text = document.locator("html").inner_html()
            assert not any(value in text for value in VALUES)
        page.close()

    return begin


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with open_folder() as root, answering(ThreadingHTTPServer(("127.0.0.1", 0), Months)) as url:
        yield from open_town(root, url)


def open_town(root: Path, url: str) -> Iterator[Town]:
    """One dataset that waits for an agreement, one that is online, one of each way to be stopped, one that is
    read by periods."""
    made = desk(root)
    (root / "depot").mkdir()
    (root / "depot/jeu.csv").write_text(CSV, encoding="utf-8")
    platforms = {"portail": {"type": "portal", "folder": str(root / "portail")}}
    city = {**CITY, "agreement": "required", "people": PEOPLE, "platforms": platforms}
    city["defaults"] = {**CITY["defaults"], "platform": "portail"}
    (made.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    declare(made)
    connections = {
        "AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(root / "depot")}}),
        "AIRFLOW_CONN_NULLE_PART": json.dumps({"conn_type": "fs", "extra": {"path": str(root / "rien")}}),
        "AIRFLOW_CONN_MOBILITE": json.dumps({"conn_type": "http", "host": url}),
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1",
    }
    layout = Layout.under(root, include=made.include)
    try:
        api = Api(airflow.start(root, connections, include=made.include))
        api.wait_for_dags({"arbres", "bancs", "mensuel", "horaire", *BROKEN, WITHDRAWAL, AGREEMENT})
        town = Town(api, made, layout)
        run_all(town)
        yield town
    finally:
        airflow.discard(root)


def declare(made: Desk) -> None:
    sound: dict[str, Any] = {"columns": COLUMNS, "publish": PORTAL}
    nowhere = {"source": {"file": "nulle_part", "path": "x.csv"}}
    made.dataset("arbres", title="Arbres", **sound)
    made.dataset("bancs", title="Bancs", **sound)
    made.dataset("illisible", title="Illisible", **sound | nowhere)
    made.dataset("injoignable", title="Injoignable", **sound | nowhere)
    made.dataset("colonne", title="Colonne", **sound | {"columns": {"quartier": "publish"}})
    privacy = {"quasi_identifiers": ["quartier"], "k": 5, "suppress_at_most": "10%"}
    made.dataset("petits-groupes", title="Petits groupes", **sound, privacy=privacy)
    bounds = {"debut": "{window_start}", "fin": "{window_end}"}
    source = {"http": "mobilite", "path": "/x", "parameters": bounds}
    made.dataset("mensuel", title="Mensuel", cadence="monthly", source=source)
    made.dataset("horaire", title="Horaire", cadence="hourly", source=source)
    made.schema("refus", [{"name": "quartier", "type": "string", "constraints": {"pattern": "[0-9]+"}}])
    made.dataset("schema", title="Schéma", **sound, schema="schemas/refus.json")


def run_all(town: Town) -> None:
    """Each dataset once, but one is agreed to and published, and one can then no longer be read."""
    api = town.api
    # Its past periods are asked for, and are not run: each would ask for an agreement of its own.
    for read_by_periods in ("mensuel", "horaire"):
        api.call("PATCH", f"dags/{read_by_periods}", json={"is_paused": True})
    runs = {name: api.trigger(name) for name in ("arbres", *BROKEN)} | {
        "bancs": api.trigger("bancs", {"dry_run": True})
    }
    for name in sorted(runs):
        api.wait(name, runs[name])
    agree_to_bancs(town)
    published = api.trigger("bancs")
    town.desk.write("illisible", "a: [b")
    token = api.dags()["illisible"]["file_token"]
    # The manager learns what ran, and is to show although it can no longer be read, when it is asked to parse.
    api.call("PUT", f"parseDagFile/{token}")
    assert eventually(lambda: "illisible" in api.dags()["illisible"]["dag_display_name"])
    assert api.wait("bancs", published) == "success"


def agree_to_bancs(town: Town) -> None:
    loaded = load_city(town.desk.include)
    dataset = load_dataset(town.desk.include / "datasets/bancs.yaml", loaded)
    request = build_agreement_request(dataset, loaded.city, town.workspace)
    decision = Decision(
        kind="agreement",
        dataset="bancs",
        agreed=True,
        about=request.about,
        by="signatory",
        identified="airflow",
        reason="registre à jour",
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        name="Nadia Roche",
    )
    record_agreement_decision(dataset, loaded.city, "essai", request, decision, town.workspace)


# --- the stories --------------------------------------------------------------------------------------------


def test_which_are_up_to_date_and_which_need_a_hand(visit: Callable[..., Any]) -> None:
    with visit() as reader:
        reader.open_data()
        todo = reader.frame.get_by_role("link", name=re.compile("à traiter"))
        assert re.search(r"[56]", todo.inner_text())
        reader.click(todo)
        rows = reader.frame.locator("tbody tr")
        reader.frame.locator("a[aria-current=page]", has_text="à traiter").wait_for()
        shown = rows.all_inner_texts()
        assert any("Arbres" in row and "en attente" in row for row in shown)
        assert not any("Bancs" in row for row in shown)
        reader.click(reader.frame.get_by_role("link", name=re.compile("en retard")))
        reader.frame.get_by_text("Aucun jeu de données ne correspond.").wait_for()


def test_what_a_dataset_publishes_and_when_it_was_online(town: Town, visit: Callable[..., Any]) -> None:
    code = town.api.call("GET", "dags/bancs/details")["fileloc"]
    assert code.endswith("include/datasets/bancs.yaml")
    assert "title: Bancs" in town.api.call("GET", "dagSources/bancs")["content"]
    with visit() as reader:
        state = reader.open_dataset("Bancs").inner_text()
        assert "à jour" in state and "En ligne depuis le" in state
        assert "publié et certifié" in reader.frame.locator(".timeline").inner_text()
        reader.click(reader.frame.get_by_text("Colonnes de la source, et ce qui en sort"))
        row = reader.frame.locator("tr.away", has_text="nom")
        assert "ne sort pas" in row.inner_text()
    with visit() as reader:
        reader.open_dataset("Bancs")
        reader.click(reader.frame.locator(".timeline").get_by_role("link", name="Certificat").first)
        reader.frame.get_by_role("heading", level=1).wait_for()
        assert "Nadia Roche" in reader.frame.locator("body").inner_text()


def test_reports_and_the_list(visit: Callable[..., Any]) -> None:
    with visit() as reader:
        reader.open_dataset("Bancs")
        reader.click(reader.frame.get_by_role("link", name="Rapport de l'intendant").first)
        reader.frame.get_by_role("heading", level=1).wait_for()
    with visit() as reader:
        reader.open_data()
        with reader.page.expect_download() as awaited:
            reader.click(reader.frame.get_by_role("link", name="Télécharger la liste"))
        lines = awaited.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) == 4 + len(BROKEN) + 1
        assert any(line.startswith("Bancs;Direction des essais;à jour;") for line in lines)


@pytest.mark.parametrize("dataset", BROKEN)
def test_why_a_dataset_is_stopped_and_what_to_do_in_two_clicks(
    town: Town, visit: Callable[..., Any], dataset: str
) -> None:
    title = town.api.dags()[dataset]["dag_display_name"]
    with visit() as reader:
        said = reader.open_dataset(title).inner_text()
        assert reader.clicks == 2
        assert BROKEN[dataset] in said and "Que faire :" in said


def test_a_run_by_hand(town: Town, visit: Callable[..., Any]) -> None:
    with visit("operator") as reader:
        reader.start("Bancs", "Lancer une exécution")
        assert "un rattrapage" in reader.frame.locator("body").inner_text(), "and why none is offered"
        reader.fill(waive_reason="")
        reader.page.wait_for_url("**/dags/bancs/runs/**")
    run = town.newest_run("bancs")
    assert run in unquote(reader.page.url)
    assert town.api.wait("bancs", run) == "success"
    with visit("operator") as reader:
        reader.open_data()
        reader.click(reader.frame.get_by_role("link", name="DAG Bancs"))
        reader.page.wait_for_url(re.compile(r"/dags/bancs$"))


def test_a_backfill_and_one_that_airflow_refuses(town: Town, visit: Callable[..., Any]) -> None:
    with visit("operator") as reader:
        reader.open_dataset("Bancs")
        assert reader.frame.get_by_role("link", name="Rattraper").count() == 0
    with visit("operator") as reader:
        reader.start("Mensuel", "Rattraper des périodes passées")
        assert reader.read_announced_runs("2026-01-20", "2026-03-10") == (
            "2 exécutions seraient lancées, une à la fois : de la période qui commence le 1 février 2026 à 00:00 à "
            "celle qui commence le 1 mars 2026 à 00:00. Envoyer de nouveau pour les lancer."
        )
        assert town.api.runs("mensuel", run_type="backfill") == []
        reader.press_enter("to_date")
        reader.page.wait_for_url("**/dags/mensuel/backfills")
    assert len(town.api.runs("mensuel", run_type="backfill")) == 2
    with visit("operator") as reader:
        reader.start("Mensuel", "Rattraper des périodes passées")
        reader.fill(from_date="2026-03-10", to_date="2026-01-20")
        reader.frame.get_by_role("alert").get_by_text("Airflow a refusé :").wait_for()


def test_a_backfill_runs_the_days_of_the_city_and_no_other_hour(
    town: Town, visit: Callable[..., Any]
) -> None:
    """From a browser in New York; of a day, of the weeks in which the clocks change, of a month."""
    with visit("operator") as reader:
        reader.start("Horaire", "Rattraper des périodes passées")
        for first, last, promised in (
            ("2026-09-01", "2026-09-30", "720 exécutions"),
            ("2026-03-23", "2026-03-29", "167 exécutions"),
            ("2026-10-19", "2026-10-25", "169 exécutions"),
            ("2026-03-30", "2026-03-30", "24 exécutions"),
        ):
            assert reader.read_announced_runs(first, last).startswith(promised), (first, last)
        assert "le 30 mars 2026 à 00:00 à celle qui commence le 30 mars 2026 à 23:00" in (
            reader.read_announced_runs("2026-03-30", "2026-03-30")
        )
        reader.press_enter("to_date")
        reader.page.wait_for_url("**/dags/horaire/backfills")
    starts = sorted(run["logical_date"] for run in town.api.runs("horaire", run_type="backfill"))
    assert len(starts) == 24
    assert starts[0].startswith("2026-03-29T22:00:00") and starts[-1].startswith("2026-03-30T21:00:00")


def test_a_person_agrees_withdraws_and_it_is_gone(town: Town, visit: Callable[..., Any]) -> None:
    assert eventually(lambda: town.waits(AGREEMENT, DECIDE))
    with visit("signatory") as reader:
        reader.open_dataset("Arbres")
        reader.click(reader.frame.get_by_role("link", name="Accorder ou refuser"))
        reader.page.get_by_role("heading", name="Le risque mesuré").wait_for()
    with visit("signatory") as reader:
        reader.open_questions()
        reader.page.locator("#element_motif").fill("registre à jour")
        reader.click(reader.page.get_by_role("button", name=AGREE))
        assert eventually(lambda: not town.waits(AGREEMENT, DECIDE))
    town.settle(AGREEMENT, DECIDE, AGREE, motif="registre à jour")
    assert eventually(lambda: town.online)
    assert town.api.wait("arbres", town.newest_run("arbres")) == "success"
    with visit("signatory") as reader:
        reader.start("Arbres", "Retirer du public")
        reader.fill(requester="le service producteur", reason="le service l'a demandé")
        reader.page.wait_for_url(f"**/dags/{WITHDRAWAL}/runs/**")
    assert eventually(lambda: town.waits(WITHDRAWAL, ASK))
    with visit("signatory") as reader:
        reader.open_questions()
        reader.click(reader.page.get_by_role("button", name="Confirmer"))
        assert eventually(lambda: not town.waits(WITHDRAWAL, ASK))
    town.settle(WITHDRAWAL, ASK, "Confirmer")
    assert not town.online
    with visit("signatory") as reader:
        state = reader.open_dataset("Arbres")
        assert "retiré" in state.inner_text() and "En ligne depuis" not in state.inner_text()
        page = reader.frame.locator("body").inner_text()
        assert "Plus rien : le jeu est retiré du public." in page and "Fichiers et liens servis" not in page
        assert "publié et certifié" in reader.frame.locator(".timeline").inner_text(), (
            "what was online before"
        )
        reader.click(reader.frame.get_by_role("link", name="Lever le retrait"))
        reader.frame.get_by_label("Pourquoi").wait_for()


def test_who_may_only_read_is_offered_nothing_and_can_do_nothing(
    town: Town, visit: Callable[..., Any]
) -> None:
    from aqueduc_airflow.pages.acts import ACTS

    with visit("steward") as reader:
        reader.open_dataset("Bancs")
        offered = reader.frame.locator(".actions a").all_inner_texts()
        assert offered and not set(offered) & {act.label for act in ACTS.values()}
    viewer = Api(replace(town.api.airflow, user="steward"))
    for act in ACTS:
        answer = viewer._session.get(f"{viewer.airflow.url}/aqueduc/jeu/bancs/agir/{act}", timeout=30)
        assert answer.status_code == 404
    with pytest.raises(SandboxError, match="403"):
        viewer.trigger("bancs")
