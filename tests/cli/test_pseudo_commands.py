"""In a pseudo-locale, each line that each command prints stands inside of ⟦⟧ but for values; and each line of
runs that fail in each way there is. In this process, with a portal in a folder for platform."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
import tenacity.nap
import typer
import yaml
from typer.testing import CliRunner

from aqueduc import __version__
from aqueduc.alert_queue import queue_new_alerts
from aqueduc.cli import common, preview
from aqueduc.cli.app import app
from aqueduc.cli.init import _NEXT as NEXT
from aqueduc.cli.init import EXAMPLE
from tests.cli.office import FIELDS, Office, open_office, people
from tests.cli.test_cli_fetch_schema import Site, national, site  # noqa: F401 - a fixture
from tests.pseudo import logged, outside_values, pseudo_locale, words_outside, write_catalogue
from tests.test_alert_queue import LATE

COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
NAME, TITLE = "z9", "Z9-titre"
TYPED = [{**field, "type": "number"} if field["name"] == "montant" else field for field in FIELDS]
VALUES = (
    *(
        NAME,
        TITLE,
        "held",
        "z7",
        "Z8",
        "portail",
        "depot",
        "aqueduc",
        "cli",
        "CSV",
        "run",
        "lov2",
        "fr",
        "en",
        "Nord",
        "Sud",
        "k",
    ),
    *(f"Aqueduc {__version__}", f"Airflow {version('apache-airflow')}", "Python", "DuckDB"),
    "Licence Ouverte / Open Licence 2.0",
    "schema: {national: ville/schema-permis, version: 1.9.0}",
    *("numero", "nom", "adresse", "jour", "annee", "quartier", "montant"),
    *("publish", "drop", "generalise", "year", "month", "snap", "string", "number", "date", "as", "constant"),
)
"""The names of the city, and the words that are typed in declarations and at the prompt."""


@dataclass(frozen=True)
class Prompt:
    """The command in this process, in the pseudo-locale."""

    office: Office
    locales: Path

    @property
    def root(self) -> Path:
        return self.office.desk.include.parent

    def say(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Exit code, and all that was printed or logged."""
        with pytest.MonkeyPatch.context() as patch, pseudo_locale(self.locales), logged() as log:
            for name in [name for name in os.environ if name.startswith(("AQUEDUC_", "AIRFLOW_CONN_"))]:
                patch.delenv(name)
            for name, value in {**self.office.environment, **environment}.items():
                patch.setenv(name, value)
            patch.chdir(self.root)
            patch.setattr(common.out, "_width", 4000)
            patch.setattr(common.err, "_width", 4000)
            patch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=lambda _seconds: None))
            done = CliRunner().invoke(app, ["--lang", "en", *arguments], prog_name="aqueduc")
        return done.exit_code, "\n".join([done.output, *log])

    def outside(self, *arguments: str, code: int | None = None, **environment: str) -> list[str]:
        """The words that stand in no ⟦⟧ and are no value."""
        exit_code, text = self.say(*arguments, **environment)
        assert code in (None, exit_code), text
        assert "⟦" in text, text
        return outside_values(text, (*VALUES, *arguments))


def open_prompt(root: Path, locales: Path) -> Prompt:
    root.mkdir()
    office = open_office(root)
    (office.desk.include / "datasets" / "jeu.yaml").unlink()
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["platforms"] = {"portail": {"type": "portal", "folder": str(root / "portail")}}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city), encoding="utf-8")
    made = Prompt(office, locales)
    declare(made)
    return made


def declare(prompt: Prompt, name: str = NAME, **changes: Any) -> None:
    prompt.office.declare(name, **{"title": TITLE, "owner": "Z8", "fields": TYPED, **changes})


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_catalogue(tmp_path_factory.mktemp("locales"))


# --- each command -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, locales: Path) -> Prompt:
    """A city that has published one dataset, and whose last run of another was held."""
    prompt = open_prompt(tmp_path_factory.mktemp("city") / "root", locales)
    code, text = prompt.say("run", NAME)
    assert code == 0, text
    rows = people()
    rows[3]["montant"] = "Q"
    prompt.office.drop(rows, "held.csv")
    declare(prompt, "held", source={"file": "depot", "path": "held.csv"})
    assert prompt.say("run", "held")[0] == 1
    queue_new_alerts(prompt.office.desk.place.store, [replace(LATE, title=TITLE)])
    (prompt.root / "given.csv").write_text("sexe;preusuel;annais;nombre\n1;ZOE;1999;400\n", encoding="utf-8")
    (prompt.root / "served.csv").write_bytes(next(prompt.root.glob("portail/**/*.csv")).read_bytes())
    return prompt


WHO = ("--by", "A B", "--why", "W")
DECIDED = ("--by", "A B", "--reason", "W")
SAID: dict[str, list[tuple[str, ...]]] = {
    "new": [("new", "z7", "depot/jeu.csv"), ("new", "z7", "depot/jeu.csv"), ("new", "É", "x"), ("new", "z6")],
    "check": [("check",), ("check", "--connect")],
    "preview": [("preview", NAME), ("preview", "held")],
    "explain": [
        ("explain", NAME, "--markdown", "x.md", "--html", "x.html"),
        ("explain", NAME, "--signed", "favorable"),
        ("explain", NAME, "--signed", "favorable", "--by", "A B", "--role", "DPO"),
    ],
    "diff": [("diff", NAME), ("diff", "held")],
    "run": [("run", NAME), ("run", NAME, "--force"), ("run", NAME, "--force", "--dry-run")],
    "restore": [
        ("restore", NAME),
        ("restore", "held"),
        ("restore", NAME, "--revision", "0"),
        ("restore", NAME, "--revision", "00000000", *DECIDED),
        ("restore", NAME, "--revision", "{revision}", *DECIDED),
        ("restore", NAME),
        ("run", NAME, "--force"),
        ("restore", NAME, "--lift", *DECIDED),
        ("restore", NAME, "--lift", *DECIDED),
    ],
    "rejected": [("rejected", "held"), ("rejected", NAME), ("rejected", "held", "--export")],
    "correct": [
        ("correct", "held", "--line", "5", "--column", "nom", "--to", "1", *WHO),
        ("correct", "held", "--line", "6", "--column", "montant", "--to", "1", *WHO),
        ("correct", "held", "--line", "5", "--column", "montant", "--to", "1", *WHO),
    ],
    "report": [
        ("report", NAME),
        ("report", "held"),
        ("report", NAME, "--for", "officer", "--into", "o.html"),
    ],
    "sweep": [("sweep",)],
    "doctor": [("doctor",), ("doctor", "--connect")],
    "alerts": [("alerts",), ("alerts", "--send"), ("alerts",), ("alerts", "--send", "--digest")],
    "list": [
        ("list",),
        ("list", "--online"),
        ("list", "--form", "x"),
        ("list", "--online", "--platform", "x"),
    ],
    "show": [("show", NAME), ("show", "held")],
    "verify": [
        ("verify",),
        ("verify", NAME),
        ("verify", "--file", "served.csv"),
        ("verify", "--file", "x.md"),
    ],
    "history": [
        ("history", NAME),
        ("history", NAME, "--on", "2026-01-01"),
        ("history", "held"),
        ("history", NAME, "--on", "2200-01-01"),
    ],
    "reconcile": [("reconcile",), ("reconcile", NAME), ("reconcile", "x")],
    "fetch-schema": [("fetch-schema", "ville/schema-permis", "--index", "{index}")] * 2,
    "build-lexicon": [("build-lexicon",), ("build-lexicon", "--given", "given.csv")],
    "key": [
        ("key",),
        ("key", "signing"),
        ("key", "signing", "k.pem"),
        ("key", "signing", "k.pem"),
        ("key", "pseudonym", "k.txt"),
        ("key", "corrections"),
        ("key", "vault"),
        ("key", "vault", "k.txt"),
    ],
    "ledger": [("ledger", "seal", NAME, *DECIDED), ("ledger", "seal", "x", *DECIDED)],
    "schema": [("schema", "x"), ("schema", "--into", "schemas")],
    "agree": [("agree", NAME), ("agree", NAME, "--by", "A B"), ("agree", NAME, *DECIDED)],
    "objection": [
        ("objection", NAME),
        ("objection", NAME, "--column", "nom"),
        ("objection", NAME, "--column", "x", *DECIDED),
        ("objection", NAME, "--column", "nom", "--from", "x", *DECIDED),
        ("objection", NAME, "--lift", "9", *DECIDED),
    ],
    "withdraw": [
        ("withdraw",),
        ("withdraw", NAME),
        ("withdraw", NAME, "--lift", *DECIDED),
        ("withdraw", "x", *DECIDED, "--requester", "C"),
    ],
    "convention": [("convention",), ("convention", "--remove"), ("convention", "--watch")],
    "claim": [
        ("claim", "list"),
        ("claim", "close"),
        ("claim", "close", "2026-999", "--by", "A B", "--outcome", "W"),
        ("claim", "add", "--what", "W", "--by", "A B", "--dataset", NAME),
        ("claim", "list"),
    ],
    "evidence": [("evidence", NAME, "--from", "2026-01-01", "--to", "2026-01-02", "--output", "e.zip")],
    "register": [("register", "--output", "registre")],
    "adopt": [("adopt",), ("adopt", "--from", "x"), ("adopt", "--from", "portail")],
    "backup": [
        ("backup",),
        ("backup", "copie"),
        ("backup", "copie", "--restore"),
        ("backup", "copie", "--resume"),
    ],
    "init": [("init", "ma-ville"), ("init", "ma-ville")],
    "upgrade": [("upgrade",)],
    "version": [],
}
"""What each command is asked: what it does, and what it refuses. ``version`` says a number only."""


def test_each_command_is_asked() -> None:
    assert set(SAID) == set(COMMANDS)


DOCUMENTS = {"preview": "fiche", "show": "certificate"}
"""What is published or signed is in French; here is where a command says it in JSON."""


@pytest.mark.thorough
@pytest.mark.parametrize("command", SAID)
def test_a_command(command: str, used: Prompt, site: Site) -> None:  # noqa: F811
    site.publish({"1.9.0": national()})
    revision = str((used.office.desk.place.store.read_current_revision_pointer(NAME) or {})["revision"])
    for arguments in SAID[command]:
        filled = [one.format(index=site.index, revision=revision) for one in arguments]
        assert set(used.outside(*filled)) <= words_of_document(used, command), arguments


def words_of_document(prompt: Prompt, command: str) -> set[str]:
    if command == "init":  # the commands that it says to type
        typed = [line.format(folder="ma-ville", example=EXAMPLE, reason="") for line in NEXT]
        return {word for line in typed for word in words_outside(line)}
    if command not in DOCUMENTS:
        return set()
    _code, text = prompt.say(command, NAME, "--json")
    document, _end = json.JSONDecoder().raw_decode(text)
    return set(words_outside("\n".join(texts_in(document[DOCUMENTS[command]]))))


def texts_in(document: Any) -> Iterator[str]:
    if isinstance(document, dict | list):
        for one in document.values() if isinstance(document, dict) else document:
            yield from texts_in(one)
    elif isinstance(document, str):
        yield document


def test_rows_on_a_terminal(used: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True)))
    cells = {cell for row in people() for cell in row.values()}
    _code, text = used.say("preview", NAME)
    assert set(outside_values(text, (*VALUES, *cells))) <= words_of_document(used, "preview")


def test_what_an_editor_shows(used: Prompt) -> None:
    _code, text = used.say("schema")
    found = list(descriptions(json.loads(text)))
    assert len(found) > 300
    assert [one for one in found if outside_values(one, ())] == []


def descriptions(schema: Any) -> Iterator[str]:
    for key, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if key in ("description", "title") and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list) and key not in ("examples", "default", "enum"):
            yield from descriptions(value)


# --- runs that fail -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    """A server whose answer to ``/404/…`` has that status, and whose pages are no JSON."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = self.path.split("/")[1]
            self.send_response(int(status) if status.isdecimal() else 200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<p>Q")

        do_POST = do_HEAD = do_GET  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


SILENT = "http://127.0.0.1:9"
Change = Callable[[Prompt], None]


def rows(change: Callable[[list[dict[str, Any]]], Any], **declared: Any) -> Change:
    """Another file, where ``change`` was made to the people of the office."""

    def apply(prompt: Prompt) -> None:
        changed = people()
        change(changed)
        prompt.office.drop(changed)
        declare(prompt, **declared)

    return apply


def content(data: bytes, name: str = "jeu.csv", **source: Any) -> Change:
    """Another file, of these bytes."""

    def apply(prompt: Prompt) -> None:
        (prompt.office.folder / name).write_bytes(data)
        declare(prompt, source={"file": "depot", "path": name, **source})

    return apply


def declared(**changes: Any) -> Change:
    return lambda prompt: declare(prompt, **changes)


def platform(**settings: Any) -> Change:
    """The platform of the city, otherwise."""

    def apply(prompt: Prompt) -> None:
        path = prompt.office.desk.include / "city.yaml"
        city = yaml.safe_load(path.read_text(encoding="utf-8"))
        city["platforms"] = {"portail": settings}
        path.write_text(yaml.safe_dump(city), encoding="utf-8")

    return apply


def file_of_include(name: str, text: str, **changes: Any) -> Change:
    def apply(prompt: Prompt) -> None:
        path = prompt.office.desk.include / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        declare(prompt, **changes)

    return apply


def after_a_run(change: Change) -> Change:
    def apply(prompt: Prompt) -> None:
        assert prompt.say("run", NAME)[0] == 0
        change(prompt)

    return apply


def put(rank: int, column: str, cell: str) -> Callable[[list[dict[str, Any]]], None]:
    return lambda all_rows: all_rows[rank].update({column: cell})


def field(name: str, **more: Any) -> list[dict[str, Any]]:
    return [{**one, **more} if one["name"] == name else one for one in TYPED]


def columns(**changes: Any) -> dict[str, Any]:
    return {
        "numero": "publish",
        "nom": "drop",
        "adresse": "drop",
        "jour": {"generalise": "year", "as": "annee"},
    } | {
        "quartier": "publish",
        "montant": "publish",
        **changes,
    }


def misspelt(prompt: Prompt) -> None:
    path = prompt.office.desk.include / "datasets" / f"{NAME}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("GOVE", "QQQQ"), encoding="utf-8")


DEPOT, HTTP, POSTGRES, PLATFORM = (
    f"AIRFLOW_CONN_{name}" for name in ("DEPOT", "MOBILITE", "URBANISME", "PORTAIL")
)
API = {"http": "mobilite", "path": "/200/x", "records": "r"}
QUERY = file_of_include(
    "sql/q.sql", "SELECT 1 AS numero", source={"postgres": "urbanisme", "sql": "sql/q.sql"}
)
CKAN = platform(type="ckan", connection="portail")
ONE_EACH = {"quasi_identifiers": ["jour", "quartier"], "k": 30, "suppress_at_most": 0.01}


def address(kind: str, host: str) -> str:
    return json.dumps({"conn_type": kind, "host": host, "password": "t"})


FAILURES: dict[str, tuple[Change, dict[str, str]]] = {
    # the source
    "no folder": (declared(), {DEPOT: json.dumps({"conn_type": "fs", "extra": {"path": "{root}/nowhere"}})}),
    "no connection": (declared(source={"file": "other", "path": "jeu.csv"}), {}),
    "connection unreadable": (declared(), {DEPOT: '{"conn_type": "fs", "zz": 1}'}),
    "no file": (declared(source={"file": "depot", "path": "zz.csv"}), {}),
    "empty file": (content(b""), {}),
    "column missing": (rows(lambda found: [row.pop("montant") for row in found]), {}),
    "column undeclared": (rows(lambda found: [row.update(zz="1") for row in found]), {}),
    "column twice": (content(b"numero,numero\n1,2\n"), {}),
    "column unnamed": (content(b"numero,,nom\n1,2,3\n"), {}),
    "quote open": (content(b'numero,nom,adresse,jour,quartier,montant\n1,"a,b\n'), {}),
    "not utf-8": (content("numero,nom,adresse,jour,quartier,montant\n1,É,b,c,d,e\n".encode("cp1252")), {}),
    "binary": (content(b"\0\1\2" * 99), {}),
    "not a workbook": (content(b"Q", "jeu.xlsx"), {}),
    "not JSON": (content(b"Q", "jeu.json"), {}),
    "not GeoJSON": (content(b'{"type": "Q"}', "jeu.geojson"), {}),
    "not a shapefile": (content(b"Q", "jeu.zip"), {}),
    "silent API": (declared(source=API), {HTTP: address("http", SILENT)}),
    "API away": (declared(source=API), {HTTP: address("http", "{web}/404")}),
    "API refuses": (declared(source={**API, "path": "/x"}), {HTTP: address("http", "{web}/403")}),
    "API at no address": (declared(source=API), {HTTP: "{web}/404"}),
    "API broken": (declared(source={**API, "path": "/x"}), {HTTP: address("http", "{web}/500")}),
    "API answers otherwise": (declared(source=API), {HTTP: address("http", "{web}")}),
    "silent database": (QUERY, {POSTGRES: "postgres://u:p@127.0.0.1:9/d"}),
    # anonymisation
    "too many withheld": (declared(privacy=ONE_EACH), {}),
    "personal data left": (rows(lambda found: [row.update(quartier="06 12 34 56 78") for row in found]), {}),
    "no key": (
        declared(columns=columns(nom={"pseudonym": "sel", "basis": "B"}), fields=[*TYPED, {"name": "nom"}]),
        {},
    ),
    "function broken": (
        file_of_include(
            "transforms/t.py",
            "def f(values):\n    return 1 / 0\n",
            columns=columns(montant={"transform": {"path": "transforms/t.py", "function": "f"}}),
        ),
        {},
    ),
    "hierarchy unfit": (
        file_of_include(
            "hierarchies/h.csv",
            "Q;R\n",
            privacy={
                "quasi_identifiers": ["jour", "quartier"],
                "k": 5,
                "suppress_at_most": 0.1,
                "hierarchies": {"quartier": "hierarchies/h.csv"},
            },
        ),
        {},
    ),
    "unreadable dates": (rows(put(0, "jour", "Q")), {}),
    # validation
    "not a number": (rows(put(3, "montant", "Q")), {}),
    "empty": (rows(put(3, "numero", "")), {}),
    "key twice": (rows(put(3, "numero", "D0004")), {}),
    "not in the list": (declared(fields=field("quartier", constraints={"enum": ["Nord"]})), {}),
    "pattern": (declared(fields=field("numero", constraints={"pattern": "Q"})), {}),
    "too small": (declared(fields=field("montant", constraints={"minimum": 11})), {}),
    "nothing valid": (declared(fields=field("numero", constraints={"maxLength": 1}), reject_at_most=1), {}),
    "shrunk": (after_a_run(rows(lambda found: found.__delitem__(slice(0, 20)))), {}),
    "protected less": (
        after_a_run(declared(privacy={"quasi_identifiers": ["jour"], "k": 5, "suppress_at_most": 0.2})),
        {},
    ),
    "total moved": (
        after_a_run(
            rows(
                lambda found: [row.update(montant="900") for row in found],
                guards={"totals": {"montant": "1%"}},
            )
        ),
        {},
    ),
    # publication
    "silent platform": (CKAN, {PLATFORM: address("ckan", SILENT)}),
    "platform refuses": (
        CKAN,
        {PLATFORM: address("ckan", "{web}/403")},
    ),
    "platform answers otherwise": (
        CKAN,
        {PLATFORM: address("ckan", "{web}")},
    ),
    "platform broken": (
        CKAN,
        {PLATFORM: address("ckan", "{web}/500")},
    ),
    "platform without a connection": (CKAN, {}),
    "no folder for the portal": (platform(type="portal", folder="/dev/null/x"), {}),
    # the store and the vault
    "no store": (declared(), {"AQUEDUC_STORE": "file:///dev/null/x"}),
    "no vault": (declared(), {"AQUEDUC_VAULT": "file:///dev/null/x"}),
    # the declaration
    "wrong declaration": (misspelt, {}),
    "wrong city": (platform(type="qq"), {}),
}


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is away is tried again, and not waited for."""
    monkeypatch.setattr("aqueduc.http._compute_retry_wait", lambda _state: 0.0)


def answer_to(name: str, root: Path, locales: Path, web: str, *arguments: str) -> tuple[int, str]:
    change, environment = FAILURES[name]
    prompt = open_prompt(root, locales)
    change(prompt)
    places = {"{root}": str(root), "{web}": web}
    return prompt.say(*arguments, **{key: fill(text, places) for key, text in environment.items()})


@pytest.mark.thorough
@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("name", FAILURES)
def test_a_run_that_fails(name: str, tmp_path: Path, locales: Path, web: str) -> None:
    code, text = answer_to(name, tmp_path / "root", locales, web, "run", NAME)
    assert code in (common.WRONG, common.LATER), text
    assert "defaut" not in text, text
    assert outside_values(text, VALUES) == [], text


@pytest.mark.thorough
@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("name", [name for name, (_change, environment) in FAILURES.items() if environment])
def test_what_does_not_answer(name: str, tmp_path: Path, locales: Path, web: str) -> None:
    _code, text = answer_to(name, tmp_path / "root", locales, web, "check", "--connect")
    assert outside_values(text, VALUES) == [], text


def fill(text: str, places: dict[str, str]) -> str:
    for mark, place in places.items():
        text = text.replace(mark, place)
    return text


def test_thirty_runs_fail_in_as_many_ways() -> None:
    assert len(FAILURES) > 30
