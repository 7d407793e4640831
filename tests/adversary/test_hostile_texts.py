"""What somebody writes is shown, and never obeyed: no template, page, mail, header or log takes it for its own."""

from __future__ import annotations

import html.parser
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from rich.table import Table
from rich.text import Text

from aqueduc.alert_queue import Alert, queue_new_alerts
from aqueduc.cli.app import app
from aqueduc.cli.common import SafeConsole
from aqueduc.connections import Connection
from aqueduc.errors import AqueducError, DeclarationError, InvalidConnectionSettings, PlatformError
from aqueduc.publish.client import PlatformClient
from aqueduc.sources.client import SourceClient
from aqueduc.sources.http_options import build_http_options
from aqueduc.sources.origin import SourceOrigin
from tests.adversary.town import Town, found_town
from tests.alerts.postoffice import MONDAY, PostOffice, open_post_office, read_body

BREAKS_OUT = "\"'></script></title><script>alert(1)</script><img src=x onerror=alert(1)> ]]> -->"
JINJA = "{{ 7 * 191 }}{% for x in () %}{{ var.value.get('aqueduc') }}"
HOSTILE = f"{BREAKS_OUT} {JINJA} [ici](javascript:alert(1))"
REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = REPOSITORY / "plugins" / "aqueduc" / "page" / "templates"
OUR_SCRIPTS = re.findall(
    r"<script>(.*?)</script>", (PAGES / "portal_index.html.j2").read_text("utf-8"), re.DOTALL
)


class ActiveParts(html.parser.HTMLParser):
    """What of a page a browser would run, fetch or send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag in ("iframe", "object", "embed", "base", "form", "meta") and "http-equiv" in given:
            self.found.append(f"{tag} http-equiv")
        if tag in ("iframe", "object", "embed", "base", "form") or ("src" in given and tag == "script"):
            self.found.append(tag)
        self._in_script = tag == "script" and given.get("type") != "application/ld+json"
        if tag == "img" and not str(given.get("src", "")).startswith("data:"):
            self.found.append("img")
        for name, value in attributes:
            text = (value or "").strip().lower()
            if name.startswith("on") or (
                name in ("href", "src", "action")
                and text.startswith(("javascript:", "data:text", "vbscript:"))
            ):
                self.found.append(f"{tag} {name}")

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)
        self._in_script = False


def list_active_parts(page: str) -> list[str]:
    """Without the one script of ours, that searches the list of the portal."""
    parser = ActiveParts()
    parser.feed(page)
    parser.close()
    return parser.found + [script for script in parser.scripts if script not in OUR_SCRIPTS]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return found_town(tmp_path)


def declare_hostile(town: Town) -> None:
    """Every text that a steward may write freely is hostile."""
    fields = [
        {"name": "quartier", "title": HOSTILE, "description": HOSTILE},
        {"name": "nombre", "type": "integer"},
    ]
    town.declare(
        title=f"Jeu {HOSTILE}",
        description=HOSTILE,
        owner=HOSTILE,
        keywords=[f"mot {HOSTILE}"[:90]],
        columns={"quartier": {"publish": True, "basis": HOSTILE}, "nombre": "publish"},
        fields=fields,
    )
    town.file([{"quartier": f"Centre {BREAKS_OUT}", "nombre": 1}, {"quartier": "Nord", "nombre": 2}])


# --- templates and pages --------------------------------------------------------------------------------------


def test_no_page_runs_what_a_steward_or_a_source_wrote(town: Town) -> None:
    declare_hostile(town)
    town.run()
    root = town.desk.include.parent
    pages = [path for path in root.rglob("*.html") if "vault" not in path.parts]
    assert len(pages) >= 4, "portal, reports and certificate"
    shown = 0
    for path in pages:
        text = path.read_text("utf-8")
        assert list_active_parts(text) == [], path
        assert "<script>alert" not in text and "1337" not in text, path
        shown += "7 * 191" in text
    assert shown, "it is shown as it was written"


def test_no_catalogue_is_broken_by_it(town: Town) -> None:
    """XML stays well formed, JSON stays JSON, and the text comes back as it was written."""
    import json

    declare_hostile(town)
    town.run()
    documents = [
        path for path in town.portal.rglob("*") if path.suffix in (".xml", ".rdf", ".json", ".jsonld")
    ]
    assert documents
    found = ""
    for path in documents:
        text = path.read_text("utf-8")
        if path.suffix in (".xml", ".rdf"):
            found += "".join(ElementTree.fromstring(text).itertext())
        else:
            found += json.dumps(json.loads(text), ensure_ascii=False)
    assert "<script>alert(1)</script>" in found


def test_every_template_escapes_and_none_is_told_not_to() -> None:
    templates = list((REPOSITORY / "plugins").rglob("*.j2"))
    assert len(templates) > 10
    trusted = {}
    for path in templates:
        text = path.read_text("utf-8")
        assert not re.search(r"autoescape|Markup", text), path
        if found := re.findall(r"[^{]*\|\s*safe\b", text):
            trusted[path.name] = [one.strip() for one in found]
    # JSON without a « < », and a text of CSS without what could end it.
    assert trusted == {
        "portal_dataset.html.j2": ["structured | safe"],
        "parts.html.j2": [
            'text | replace("\\\\", "") | replace(\'"\', "") | replace("\\n", " ") | replace("<", "")'
            ' | replace("&", "et") | safe'
        ],
    }
    for path in (REPOSITORY / "plugins").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "Markup(" not in text and "from_string(" not in text, path


def test_airflow_renders_no_template_that_holds_a_text_of_a_declaration(town: Town) -> None:
    """Its templated fields (body of a question, name of a DAG to trigger) are ours alone."""
    from aqueduc.declaration import load_city
    from aqueduc_airflow.factory import build_dataset_dag

    declare_hostile(town)
    dag = build_dataset_dag(town.dataset(), load_city(town.desk.include).city, town.desk.include)
    assert dag.user_defined_macros is None and not dag.render_template_as_native_obj
    for task in dag.tasks:
        for name in task.template_fields:
            assert "191" not in str(getattr(task, name, "")), f"{task.task_id}.{name}"
    # Airflow reads the file that a documentation ending so names.
    assert dag.doc_md is not None and not dag.doc_md.rstrip().endswith(".md")


def test_the_only_templates_of_the_dags_of_the_city_are_ours(town: Town) -> None:
    from airflow.sdk import DAG

    from aqueduc_airflow.convention import build_convention_dags
    from aqueduc_airflow.factory import build_agreement_dag
    from aqueduc_airflow.withdrawal import build_withdrawal_dags

    declare_hostile(town)
    include = town.desk.include
    dags: list[DAG] = [
        build_agreement_dag(include),
        *build_convention_dags(include),
        *build_withdrawal_dags(include),
    ]
    templates = {
        str(getattr(task, name))
        for dag in dags
        for task in dag.tasks
        for name in task.template_fields
        if "{{" in str(getattr(task, name, "")) or "{%" in str(getattr(task, name, ""))
    }
    assert templates <= {
        "{{ params.dataset }}",
        "{{ ti.xcom_pull(task_ids='list') }}",
        "fin__{{ ti.xcom_pull(task_ids='watch') }}",
    }


# --- mails and headers ----------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with open_post_office(tmp_path) as opened:
        yield opened


def alert(**changes: str) -> Alert:
    found = Alert("late", "jeu", "Jeu", "un", "il attend", "le relancer", ("steward",), MONDAY.isoformat())
    return replace(found, **changes)


def test_a_line_feed_in_what_a_mail_tells_makes_no_header(office: PostOffice) -> None:
    title = "Jeu\r\nBcc: voleur@ailleurs.example\r\n\r\n<script>alert(1)</script>\n.\nQUIT"
    queue_new_alerts(
        office.workspace.store, [alert(title=title, what=f"il attend {HOSTILE}\n.\nMAIL FROM:<x>")]
    )
    assert office.deliver().sent == 1
    (mail,) = office.mails
    assert mail["Bcc"] is None and mail["X-Envelope-To"] == "opendata@ville.example"
    assert "\n" not in mail["Subject"]
    assert "MAIL FROM:<x>" in read_body(mail), "a lone dot ends no message"
    part = mail.get_body(("html",))
    assert part is not None and list_active_parts(str(part.get_content())) == []


@pytest.mark.parametrize(
    "sender",
    [
        "a@ville.fr\r\nBcc: voleur@ailleurs.example",
        "Nom\r\nBcc: x <a@ville.fr>",
        "pas une adresse",
        "a@",
        "@ville.fr",
    ],
)
def test_a_sender_that_is_no_address_sends_nothing_and_says_so(office: PostOffice, sender: str) -> None:
    smtp = office.workspace.connections.get("smtp_default")
    give_sender(office, sender)
    queue_new_alerts(office.workspace.store, [alert()])
    done = office.deliver()
    assert done.sent == 0 and office.mails == [] and done.undelivered_reason is not None
    told = str(done.undelivered_reason)
    assert "n'est pas une adresse" in told and "from_email" in told and "Aqueduc <alertes@ville.fr>" in told
    assert "voleur" not in told
    assert smtp.host


def test_a_sender_may_have_a_name(office: PostOffice) -> None:
    give_sender(office, "Aqueduc pour la Ville <alertes@ville.example>")
    queue_new_alerts(office.workspace.store, [alert()])
    assert office.deliver().sent == 1
    (mail,) = office.mails
    assert "alertes@ville.example" in mail["From"]
    assert mail["Message-ID"].endswith("@ville.example>")


def give_sender(office: PostOffice, sender: str) -> None:
    import json

    variables = office.desk.place.connections.variables  # type: ignore[attr-defined]
    settings = json.loads(variables["AIRFLOW_CONN_SMTP_DEFAULT"])
    settings["extra"]["from_email"] = sender
    variables["AIRFLOW_CONN_SMTP_DEFAULT"] = json.dumps(settings)


@pytest.mark.parametrize(
    "extra, named",
    [
        ({"headers": {"X-Api-Key": "secret\r\nHost: ailleurs"}}, "X-Api-Key"),
        ({"X-Api-Key": "secret\nX-Autre: 1"}, "X-Api-Key"),
        ({"headers": {"X-Api-Key": "secret…"}}, "X-Api-Key"),
        ({"headers": {"X-Api-Key": "sec\x00ret"}}, "X-Api-Key"),
        ({"headers": {"X\r\nHost: ailleurs": "secret"}}, "headers"),
        ({"headers": {"": "secret"}}, "headers"),
    ],
)
def test_a_header_of_a_connection_is_one_line_that_can_be_sent(extra: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidConnectionSettings) as caught:
        build_http_options(Connection("api", "http", host="https://api.example", extra=extra))
    told = str(caught.value)
    assert f"« {named} » de la connexion « api » est mal réglé" in told and "sans accent" in told
    assert "secret" not in told.replace("sec\x00ret", "secret") and "ailleurs" not in told


@pytest.mark.parametrize("tag", ["é", "\x1b[2J", 'W/"é"'])
def test_a_mark_that_could_not_be_sent_back_is_none(
    tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that names a state so is read each time, rather than once and then never again."""
    asked: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers)
        return httpx.Response(200, headers=[(b"ETag", tag.encode())], content=b"[]")

    connection = Connection("api", "http", host="https://api.example")
    with SourceClient(SourceOrigin("essai", "http", "api", "x"), connection) as client:
        monkeypatch.setattr(client, "_http", httpx.Client(transport=httpx.MockTransport(answer)))
        for _turn in range(2):
            body = client.download_if_changed("https://api.example/x", tmp_path / "page", None)
            assert body is not None and body.etag is None
            body = client.download_if_changed("https://api.example/x", tmp_path / "page", body.etag)
            assert body is not None
    assert all("if-none-match" not in headers for headers in asked)


# --- logs -----------------------------------------------------------------------------------------------------

COMMAND = "\n::error file=x::volé\n\x1b[2J\x1b]0;titre\x07\r::add-mask::é"


def is_clean(text: str) -> bool:
    """No escape of a terminal, nor a line that a forge would obey."""
    return not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text) and not re.search(
        r"^\s*::", text, re.MULTILINE
    )


def test_a_refused_declaration_orders_nothing_of_a_terminal_or_a_forge(town: Town) -> None:
    for value in (COMMAND, "\n::error::x", "a\r::stop-commands::x", "\u2028::error::x", "\x9b2J"):
        for name in ("theme", "owner", "cadence", "title", "licence"):
            try:
                town.declare(**{name: value})
            except DeclarationError as error:
                assert is_clean(str(error)), repr(str(error))


def test_a_platform_that_answers_in_commands_is_quoted_in_none() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        error = {
            "__type": f"Validation Error{COMMAND}",
            f"champ{COMMAND}": [f"faux{COMMAND}"],
            "message": COMMAND,
        }
        return httpx.Response(409, json={"success": False, "error": error})

    connection = Connection("datasud", "ckan", host="https://ckan.example", password="jeton")
    with (
        PlatformClient(connection, organisation="v", transport=httpx.MockTransport(answer)) as client,
        pytest.raises(PlatformError) as caught,
    ):
        client.call_write_action("package_create", {}, idempotent=False)
    assert is_clean(str(caught.value)), repr(str(caught.value))


def test_a_source_that_names_its_files_and_columns_in_commands_is_quoted_in_none(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    town.declare(columns={"quartier": "publish"}, source={"file": "depot", "path": "jeu*.csv", "take": "all"})
    header = f'"quartier","x{COMMAND}"\n"Centre","1"\n'
    (town.drop / f"jeu{COMMAND.replace('/', '')}.csv").write_bytes(header.encode())
    with pytest.raises(AqueducError) as caught:
        town.run()
    assert is_clean(str(caught.value)), repr(str(caught.value))
    assert is_clean("\n".join(record.getMessage() for record in caplog.records))


def test_a_terminal_obeys_no_cell_and_no_title_that_is_shown() -> None:
    """A preview shows the cells of a source, an adoption the titles of a platform."""
    table = Table("x\x1b]0;titre\x07")
    table.add_row("\x1b[2Jx", Text("\x9b31m"))
    for on_a_terminal in (True, False):
        shown = io.StringIO()
        console = SafeConsole(file=shown, force_terminal=on_a_terminal, highlight=False, width=80)
        console.print("a\x1b[2J", Text("b\x07"), table)
        printed = shown.getvalue()
        assert "\x1b[2J" not in printed and "\x1b]" not in printed and not re.search("[\x07\x9b]", printed)
        assert on_a_terminal or ("[2Jx" in printed and "a\N{REPLACEMENT CHARACTER}[2J" in printed)


def test_the_command_line_prints_no_escape(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    declare_hostile(town)
    monkeypatch.setenv("AQUEDUC_INCLUDE", str(town.desk.include))
    for command in (["check"], ["explain", "jeu"], ["list"]):
        done = CliRunner().invoke(app, command)
        assert is_clean(done.output), done.output
