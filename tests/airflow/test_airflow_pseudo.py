"""In the pseudo-locale of a city whose ``language:`` is English, all that Airflow shows of its datasets
stands inside of ⟦⟧ but for values: what tasks log, how they fail, pages, names, tags, forms, mails."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowSkipException, DownstreamTasksSkipped

import aqueduc.language
from aqueduc.alerts import Recipient
from aqueduc.alerts.message import build_alert_message
from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import StoreUnavailable
from aqueduc.language import use_language
from aqueduc_airflow.factory import (
    NAMES,
    _build_cached_run_form,
    build_dataset_dag,
    build_dataset_dags,
    build_sweep_dag,
)
from aqueduc_airflow.failures import ReportedTaskFailure, RetryableTaskFailure, unread_declarations
from aqueduc_airflow.notices import FailureNotifier
from aqueduc_airflow.provider import get_provider_info
from tests.airflow.contexts import Hands, context, dag_run
from tests.cli.office import FIELDS, Office, open_office, people
from tests.pseudo import logged, outside_values, write_catalogue

STAGES = ["extract", "anonymise", "validate", "publish", "certify"]
VALUES = (
    *("z9", "Z9-titre", "Z9-notes", "Z8", "portail", "depot", "Ville d'Essai", "manual__", "CSV", "GOVE"),
    *("numero", "nom", "adresse", "jour", "annee", "quartier", "montant", "opendata@ville.example"),
    *("Licence Ouverte / Open Licence 2.0", "ville-aix-en-provence", "aqueduc", "k"),
)
_EVENT = re.compile(r"^\S+Z \[\w+ *\] (.*?) \[airflow\.task[^\]]*\](?: loc=\S+)?$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An English city with a portal, which Airflow finds by its environment."""
    made = open_office(tmp_path)
    (made.desk.include / "datasets" / "jeu.yaml").unlink()
    for name, value in made.environment.items():
        if name.startswith(("AQUEDUC_", "AIRFLOW_CONN_")):
            monkeypatch.setenv(name, value)
    settle(made, platforms={"portail": {"type": "portal", "folder": str(tmp_path / "portail")}})
    made.declare("z9", title="Z9-titre", description="Z9-notes", owner="Z8")
    monkeypatch.setattr(aqueduc.language, "LOCALES", write_catalogue(tmp_path / "locales"))
    # Kept by language: what another test asked for in English must not stand here, nor this in another.
    _build_cached_run_form.cache_clear()
    yield made
    _build_cached_run_form.cache_clear()


def settle(office: Office, **changes: Any) -> None:
    path = office.desk.include / "city.yaml"
    city = {**yaml.safe_load(path.read_text(encoding="utf-8")), "language": "en", **changes}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city), encoding="utf-8")


def build(office: Office) -> DAG:
    loaded = load_city(office.desk.include)
    dataset = load_dataset(office.desk.include / "datasets" / "z9.yaml", loaded)
    return build_dataset_dag(dataset, loaded.city, office.desk.include)


class TaskRunner:
    """The tasks of one DAG run after the other, each given what the others left."""

    def __init__(self, office: Office, capsys: Any) -> None:
        self.office, self.capsys = office, capsys

    def run(self, dag: DAG, tasks: list[str], run: Any = None, **params: Any) -> tuple[list[str], Any]:
        """All that was logged or raised, and what ended it before its last task."""
        left: dict[str, Any] = {}
        given = {**context(run, **params), "ti": Hands(left), "outlet_events": defaultdict(SimpleNamespace)}
        stopped: Any = None
        with logged() as log:
            for task in tasks:
                try:
                    left[task] = dag.get_task(task).execute(given)
                except (ReportedTaskFailure, AirflowSkipException, DownstreamTasksSkipped) as error:
                    stopped = error
                    break
        events = _EVENT.findall(self.capsys.readouterr().out)
        said = [event for event in events if "outside of the Task Runner" not in event]
        assert said, "nothing was logged"
        if isinstance(stopped, ReportedTaskFailure | AirflowSkipException):
            said.append(str(stopped))
        return [*said, *log], stopped


@pytest.fixture
def tasks(office: Office, capsys: Any) -> TaskRunner:
    return TaskRunner(office, capsys)


def outside(lines: list[str]) -> list[str]:
    return outside_values("\n".join(lines), VALUES)


def test_a_run_from_end_to_end_then_again(office: Office, tasks: TaskRunner) -> None:
    for params, end in (({}, None), ({}, DownstreamTasksSkipped), ({"force": True}, None)):
        said, stopped = tasks.run(build(office), STAGES, **params)
        assert stopped is None if end is None else isinstance(stopped, end)
        assert outside(said) == []
        said, _stopped = tasks.run(build(office), ["shred"])
        assert outside(said) == []


def test_what_is_published_or_signed_stays_french(office: Office, tasks: TaskRunner) -> None:
    rows = people()
    rows[3]["montant"] = ""
    office.drop(rows)
    fields = [{**one, "constraints": {"required": True}} for one in FIELDS]
    office.declare("z9", title="Z9-titre", fields=fields, reject_at_most=0.1)
    tasks.run(build(office), STAGES)
    root = office.desk.include.parent
    kept = [
        *root.glob("portail/**/*"),
        *root.glob("store/**/*.html"),
        *root.glob("store/**/ledger/**/*.json"),
    ]
    texts = {path: path.read_text("utf-8", "replace") for path in kept if path.is_file()}
    assert {"officer.html", "steward.html", "index.html"} <= {path.name for path in texts}
    assert [str(path) for path, text in texts.items() if "⟦" in text] == []


def test_a_dry_run(office: Office, tasks: TaskRunner) -> None:
    said, stopped = tasks.run(build(office), STAGES, dry_run=True)
    assert isinstance(stopped, AirflowSkipException)
    assert outside(said) == []


@pytest.mark.parametrize("force", [False, True])
def test_a_holiday(office: Office, tasks: TaskRunner, force: bool) -> None:
    settle(office, holidays=[{"from": "2000-01-01", "to": "2999-12-31"}])
    said, _stopped = tasks.run(build(office), ["extract"], force=force)
    assert outside(said) == []


def no_file(office: Office) -> None:
    (office.folder / "jeu.csv").unlink()


def a_letter(office: Office) -> None:
    rows = people()
    rows[0]["jour"] = "Q"
    office.drop(rows)


def no_connection(office: Office) -> None:
    office.declare("z9", source={"file": "other", "path": "jeu.csv"}, title="Z9-titre")


def too_few(office: Office) -> None:
    privacy = {"quasi_identifiers": ["jour", "quartier"], "k": 30, "suppress_at_most": 0.01}
    office.declare("z9", privacy=privacy, title="Z9-titre")


def no_folder(office: Office) -> None:
    settle(office, platforms={"portail": {"type": "portal", "folder": "/dev/null/x"}})


@pytest.mark.parametrize("change", [no_file, a_letter, no_connection, too_few, no_folder])
def test_a_task_that_fails(office: Office, tasks: TaskRunner, change: Callable[[Office], None]) -> None:
    change(office)
    said, stopped = tasks.run(build(office), STAGES)
    assert isinstance(stopped, ReportedTaskFailure)
    assert outside(said) == []


@pytest.mark.parametrize(
    "run, params",
    [
        (dag_run(conf={"zz": 1}), {}),
        (dag_run(run_type="backfill"), {}),
        (dag_run(), {"waive": ["zz"], "waive_by": "A B", "waive_reason": "W"}),
        (dag_run(), {"waive": ["shrink"]}),
        (dag_run(), {"waive_by": "A B", "waive_reason": "W"}),
    ],
)
def test_a_run_that_is_refused(office: Office, tasks: TaskRunner, run: Any, params: dict[str, str]) -> None:
    said, stopped = tasks.run(build(office), ["extract"], run, **params)
    assert isinstance(stopped, ReportedTaskFailure)
    assert outside_values("\n".join(said), (*VALUES, *GUARD_WORDS)) == []


GUARD_WORDS = (
    *("zz", "waive", "waive_by", "waive_reason", "force", "dry_run"),
    *(
        "shrink",
        "grow",
        "columns",
        "nulls",
        "shift",
        "truncated",
        "fresh",
        "totals",
        "baseline",
        "protection",
        "keys",
    ),
)


def test_a_task_without_what_another_leaves(office: Office, tasks: TaskRunner) -> None:
    said, stopped = tasks.run(build(office), ["anonymise"])
    assert isinstance(stopped, ReportedTaskFailure)
    assert outside(said) == []


def test_a_sweep(office: Office, tasks: TaskRunner) -> None:
    office.desk.place.vault.write_text("raw/z9/dead/raw.parquet", "Q")
    dag = build_sweep_dag(office.desk.include)
    said, _stopped = tasks.run(dag, ["sweep"])
    assert outside([*said, dag.dag_display_name, dag.description, dag.doc_md, *dag.tags]) == []
    assert "⟦" in dag.get_task("sweep").task_display_name


def test_a_passing_failure_is_tried_again(office: Office) -> None:
    policy = build(office).get_task("extract").retry_policy
    away = StoreUnavailable("/x")
    decision = policy.evaluate(RetryableTaskFailure(away), try_number=1, max_tries=2)
    assert outside([str(decision.reason)]) == [] and "⟦" in str(decision.reason)


# --- what is shown of a DAG ---------------------------------------------------------------------------------


def shown(dag: DAG) -> Iterator[str]:
    yield from (
        dag.dag_display_name,
        dag.description or "",
        re.sub(r"`[^`]*`", "", dag.doc_md or ""),
        *dag.tags,
    )
    for task in dag.tasks:
        assert task.task_display_name.startswith("⟦")
        yield task.task_display_name
    for param in dag.params.values() if dag.params else ():
        schema = getattr(param, "schema", {})
        yield from (
            schema.get("title", ""),
            param.description or "",
            *schema.get("values_display", {}).values(),
        )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {
            "privacy": None,
            "columns": dict.fromkeys(("numero", "nom", "adresse", "jour", "quartier", "montant"), "publish"),
        },
        {
            "publish": {"mode": "upload", "formats": ["csv", "parquet"]},
            "licence": "cc-by",
            "keywords": ["Z8"],
        },
    ],
)
def test_the_page_of_a_dataset(office: Office, changes: dict[str, Any]) -> None:
    if "columns" in changes:
        changes = {**changes, "fields": [{"name": name} for name in changes["columns"]], "key": None}
    office.declare("z9", **{"title": "Z9-titre", "description": "Z9-notes", "owner": "Z8", **changes})
    dag = build(office)
    values = (*VALUES, "Creative Commons Attribution", "Parquet", "Backfill")
    assert outside_values("\n".join(shown(dag)), values) == []


def test_a_declaration_that_cannot_be_read(office: Office) -> None:
    path = office.desk.include / "datasets" / "z9.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("GOVE", "QQQQ"), encoding="utf-8")
    unread: dict[Path, str] = {}
    token = unread_declarations.set(unread)
    try:
        (dag,) = build_dataset_dags(office.desk.include)
    finally:
        unread_declarations.reset(token)
    assert outside(list(unread.values())) == []
    said = re.sub(r"```.*?```", "", dag.doc_md or "", flags=re.DOTALL)
    assert outside([dag.dag_display_name, dag.description or "", said, *dag.tags]) == []


def test_a_declaration_that_is_gone(
    office: Office, monkeypatch: pytest.MonkeyPatch, tasks: TaskRunner
) -> None:
    (office.desk.include / "datasets" / "z9.yaml").unlink()
    monkeypatch.setattr(
        "aqueduc_airflow.factory.get_parsing_context", lambda: SimpleNamespace(dag_id="z9", task_id=None)
    )
    (dag,) = build_dataset_dags(office.desk.include)
    said, stopped = tasks.run(dag, ["extract"])
    assert isinstance(stopped, ReportedTaskFailure)
    assert outside([*said, dag.dag_display_name, dag.description or "", dag.doc_md or "", *dag.tags]) == []


def test_the_mail_of_a_failure(office: Office) -> None:
    city = office.desk.city
    notice = FailureNotifier("z9", "Z9-titre", office.desk.include, "en", city)
    to = Recipient("mail", "opendata@ville.example", "en")
    for error in (None, StoreUnavailable("/x")):
        with use_language("en"):
            given = {
                "exception": ReportedTaskFailure(error) if error else None,
                "task": SimpleNamespace(task_display_name=str(NAMES["extract"])),
                "ti": SimpleNamespace(dag_id="z9", log_url="http://airflow/log"),
                "dag_run": SimpleNamespace(run_id="manual__"),
            }
            alert = notice._build_alert(given, office.desk.place)
        mail = build_alert_message(to, [alert], city, office.desk.place.clock())
        text = re.sub(r"<[^>]*>", " ", f"{mail.subject} {mail.text} {mail.html}")
        assert outside([text.replace("[depot-injoignable]", "").replace(city.name, "")]) == []


def test_the_forms_of_connections(office: Office) -> None:
    with use_language("en"):
        forms = get_provider_info()["connection-types"]
    texts = [
        text
        for form in forms
        for text in (
            form["hook-name"],
            *form["ui-field-behaviour"]["relabeling"].values(),
            *(field[key] for field in form["conn-fields"].values() for key in ("label", "description")),
        )
    ]
    assert len(texts) > 20
    assert outside_values("\n".join(texts), ("CKAN",)) == []
