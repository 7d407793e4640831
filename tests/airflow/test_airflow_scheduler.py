"""The real scheduler, api-server and dag-processor over a small city of which some things are broken.

No platform is configured, but the portal of one dataset: everything else works up to the publication, which
fails.
"""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.certify.ledger import verify_ledger
from aqueduc.store import Store, Vault, build_safe_filename
from aqueduc_airflow.agreement import AGREEMENT
from aqueduc_airflow.arrivals import ARRIVALS
from aqueduc_airflow.convention import CONVENTION, REMOVAL
from aqueduc_airflow.factory import ALERTS, DIGEST, RECONCILIATION, SWEEP
from aqueduc_airflow.withdrawal import WITHDRAWAL, WITHDRAWAL_WATCH
from sandbox import airflow
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from sandbox.processes import HOST, SandboxError, free_port
from tests.airflow.statsd import StatsdSink, open_sink
from tests.making import CITY, Desk, desk
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

ELSEWHERE: dict[str, Any] = {"source": {"file": "ailleurs", "path": "jeu.csv"}}
RESTORED: dict[str, Any] = {
    "source": {"file": "depot", "path": "retabli.csv"},
    "publish": {"mode": "upload", "platform": "portail"},
    "guards": {"shrink": "any"},
}
EMBARGO: dict[str, Any] = {**RESTORED, "source": {"file": "depot", "path": "jeu.csv"}}
CSV = "quartier\nMazarin\nJas de Bouffan\n"


@dataclass(frozen=True)
class Town:
    """A running Airflow, the city it reads, and where its raw extracts would be."""

    api: Api
    desk: Desk
    layout: Layout
    sink: StatsdSink

    @property
    def store(self) -> Store:
        return Store(self.layout.store.as_uri())

    def mails(self) -> list[Path]:
        return sorted(self.layout.include.parent.glob("courrier/*.eml"))

    def raw_extracts(self) -> list[Path]:
        return [path for path in (self.layout.vault / "raw").rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def here() -> Iterator[Town]:
    with open_folder() as root, open_sink() as sink:
        yield from _town(root, sink)


def _town(root: Path, sink: StatsdSink) -> Iterator[Town]:
    made = desk(root)
    drop = root / "depot"
    drop.mkdir()
    (drop / "jeu.csv").write_text(CSV, encoding="utf-8")
    made.dataset("jeu")
    made.dataset("jeu-quotidien", cadence="daily")
    made.dataset("injoignable", **ELSEWHERE)
    made.schema("retenu", [{"name": "quartier", "type": "string", "constraints": {"pattern": "[0-9]+"}}])
    made.dataset("retenu", schema="schemas/retenu.json")
    made.write("casse", "a: [b")
    portal = {"portail": {"type": "portal", "folder": str(root / "portail")}}
    city = {**CITY, "platforms": {**CITY["platforms"], **portal}}
    (made.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    made.dataset("retabli", **RESTORED)
    made.dataset("embargo", **EMBARGO, publish_at="2099-01-01 10:00")
    folders = {"depot": drop, "ailleurs": root / "pas-monte"}
    connections = {
        f"AIRFLOW_CONN_{name.upper()}": json.dumps({"conn_type": "fs", "extra": {"path": str(path)}})
        for name, path in folders.items()
    }
    layout = Layout.under(root, include=made.include)
    (root / "courrier").mkdir()
    port = free_port()
    mail = {"host": HOST, "port": port, "extra": {"disable_ssl": True, "disable_tls": True}}
    connections |= sink.environment
    connections["AIRFLOW_CONN_SMTP_DEFAULT"] = json.dumps({"conn_type": "smtp", **mail})
    mail_server = [
        sys.executable,
        "-m",
        "sandbox.city.mail",
        "--port",
        str(port),
        "--folder",
        str(root / "courrier"),
    ]
    received = subprocess.Popen(mail_server)
    try:
        started = airflow.start(root, connections, include=made.include)
        api = Api(started)
        api.wait_for_dags({"jeu", "jeu-quotidien", "injoignable", "retenu", "retabli", "embargo"})
        yield Town(api, made, layout, sink)
    finally:
        airflow.discard(root)
        received.terminate()
        received.wait()


def states(town: Town, dag: str, run: str) -> dict[str, str | None]:
    return {name: task.state for name, task in town.api.tasks(dag, run).items()}


def said(town: Town, dag: str, run: str, task: str, attempt: int = 1) -> str:
    return "\n".join(town.api.log(dag, run, task, attempt))


def test_a_failed_publication_is_a_failed_run_with_nothing_left_in_the_vault(here: Town) -> None:
    run = here.api.trigger("jeu")
    assert here.api.wait("jeu", run) == "failed"
    assert states(here, "jeu", run) == {
        "extract": "success",
        "anonymise": "success",
        "validate": "success",
        "publish": "failed",
        "certify": "upstream_failed",
        "published": "upstream_failed",
        "shred": "success",
    }
    assert here.raw_extracts() == []
    assert here.api.tasks("jeu", run)["publish"].tries == 1
    log = said(here, "jeu", run, "publish")
    assert "connexion « datasud » n'est pas configurée" in log
    assert "Traceback" not in log
    assert "2 lignes extraites de la source « depot »" in said(here, "jeu", run, "extract")


@pytest.fixture(scope="module")
def unreachable(here: Town) -> str:
    """A run whose source is away. Airflow tries it again and again, which takes half a minute."""
    run = here.api.trigger("injoignable")
    assert here.api.wait("injoignable", run) == "failed"
    return run


def test_a_passing_failure_is_tried_three_times(here: Town, unreachable: str) -> None:
    run = unreachable
    assert here.api.tasks("injoignable", run)["extract"].tries == 3
    assert "[source-injoignable]" in said(here, "injoignable", run, "extract", 3)
    assert states(here, "injoignable", run)["shred"] == "success"


def test_a_backfill_of_a_snapshot_is_refused_before_any_run(here: Town) -> None:
    """A source that keeps no past state: a year of ten minutes would be 52,560 red runs."""
    yesterday = datetime.now(UTC) - timedelta(days=2)
    with pytest.raises(SandboxError, match=r"400 .*does not allow backfill"):
        here.api.backfill("jeu-quotidien", yesterday, yesterday + timedelta(days=1))
    assert here.api.runs("jeu-quotidien", run_type="backfill") == []
    assert here.api.dags()["jeu-quotidien"]["allowed_run_types"] is not None


def test_a_failure_is_mailed_once_to_the_datasets_contact(here: Town, unreachable: str) -> None:
    """Not for each try, not for the tasks that never ran, and without a cell of the source."""
    run = unreachable

    def read_mails() -> list[email.message.EmailMessage]:
        """Those that tell of the run."""
        read = (
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in here.mails()
        )
        return [mail for mail in read if run in mail.get_body().get_content()]

    assert eventually(lambda: len(read_mails()) == 1)
    (mail,) = read_mails()
    assert mail["X-Envelope-To"] == here.desk.dataset("injoignable", **ELSEWHERE).contact
    assert mail["Subject"] == "Aqueduc : échec, « Jeu d'essai »"
    body = mail.get_body().get_content()
    assert "tâche « Extraire »" in body and "[source-injoignable]" in body and run in body
    assert body.index("Que faire :") < body.index("[source-injoignable]")
    assert not any(cell in body for cell in CSV.splitlines()[1:])


def test_what_is_no_longer_under_embargo_is_published_by_the_next_turn_of_alerts(here: Town) -> None:
    """Once, without anybody asking; before the hour its run prepared all and published nothing."""
    run = here.api.trigger("embargo")
    assert here.api.wait("embargo", run) == "success"
    waiting = states(here, "embargo", run)
    assert (waiting["validate"], waiting["publish"], waiting["certify"]) == ("success", "skipped", "skipped")
    assert here.store.read_current_revision_pointer("embargo") is None
    passed = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%d %H:%M}+00:00"
    here.desk.dataset("embargo", **EMBARGO, publish_at=passed)
    for _turn in range(2):
        assert here.api.wait(ALERTS, here.api.trigger(ALERTS)) in ("success", "failed")
    assert eventually(lambda: here.store.read_current_revision_pointer("embargo") is not None)
    asked = [run for run in here.api.runs("embargo") if run["dag_run_id"].startswith("publish_at__")]
    assert len(asked) == 1


def test_a_gate_cleared_alone_says_how_to_go_on_and_keeps_its_report(here: Town) -> None:
    run = here.api.trigger("retenu")
    assert here.api.wait("retenu", run) == "failed"
    store = here.store
    report = store.read_report("retenu", run, "steward")
    assert report is not None and report["state"] == "held"
    here.api.clear("retenu", run, ["validate"])
    assert here.api.wait("retenu", run) == "failed"
    log = said(here, "retenu", run, "validate", 2)
    assert "[etape-detruite]" in log and "Clear depuis « Extraire »" in log
    assert store.read_report("retenu", run, "steward") == report
    here.api.clear("retenu", run, ["extract"])
    assert here.api.wait("retenu", run) == "failed"
    assert "[porte-validation]" in said(here, "retenu", run, "validate", 3)


def test_the_sweep_asks_airflow_which_runs_go_on(here: Town) -> None:
    """Switched on from the start. It destroys what a run left that has ended, and leaves what Airflow does
    not know to its lease."""
    assert here.api.dags()[SWEEP]["is_paused"] is False
    ended = here.api.trigger("jeu")
    assert here.api.wait("jeu", ended) == "failed"
    vault = Vault(here.layout.vault.as_uri())
    for name in (ended, "supprimée"):
        with vault.hold_run_folder_lease("jeu", name, resumable=True):
            vault.write_text(f"raw/jeu/{build_safe_filename(name)}/raw.parquet", "personnel")
    run = here.api.trigger(SWEEP)
    assert here.api.wait(SWEEP, run) == "success"
    assert vault.list("raw/jeu") == [f"raw/jeu/{build_safe_filename('supprimée')}"], (
        "by its lease, hours from now"
    )
    log = said(here, SWEEP, run, "sweep")
    assert "1 extrait brut et 0 dossier temporaire laissés par des exécutions tuées, détruits" in log
    assert "personnel" not in log
    vault.shred_extracts("jeu", "supprimée")


def test_a_person_restores_a_former_revision_and_lifts_it_in_the_form(here: Town) -> None:
    root = here.desk.include.parent
    source, online = root / "depot/retabli.csv", root / "portail/jeux/retabli/retabli.csv"
    who = {"restore_by": "Jeanne Martin", "restore_reason": "lignes perdues à la source"}

    def run(text: str, wanted: str, **conf: Any) -> str:
        source.write_text(text, encoding="utf-8")
        name = here.api.trigger("retabli", conf)
        ended = here.api.wait("retabli", name)
        failed = [task for task, state in states(here, "retabli", name).items() if state == "failed"]
        assert ended == wanted, [said(here, "retabli", name, task) for task in failed]
        return name

    run("quartier\nNord\nSud\n", "success")
    good = (here.store.read_current_revision_pointer("retabli") or {})["revision"]
    bad = "quartier\nNord\n"
    run(bad, "success")
    assert len(online.read_text(encoding="utf-8").splitlines()) == 2
    restoring = run(bad, "success", restore=good[:12], **who)
    assert set(states(here, "retabli", restoring).values()) == {"success"}
    assert len(online.read_text(encoding="utf-8").splitlines()) == 3
    resting = run(bad, "success", force=True)
    assert states(here, "retabli", resting)["extract"] == "skipped"
    assert "remise en ligne (au nom de : Jeanne Martin" in said(here, "retabli", resting, "extract")
    assert len(online.read_text(encoding="utf-8").splitlines()) == 3
    run(bad, "success", restore="lift", **who)
    assert len(online.read_text(encoding="utf-8").splitlines()) == 2
    assert verify_ledger(here.store, "retabli").is_valid


def test_airflow_s_metrics_tell_of_a_published_dataset_and_of_a_held_one(here: Town) -> None:
    (here.desk.include.parent / "depot/retabli.csv").write_text(CSV, encoding="utf-8")
    for dataset, wanted in (("retabli", "success"), ("retenu", "failed")):
        assert here.api.wait(dataset, here.api.trigger(dataset, {"force": True})) == wanted
    stopped, rows = "airflow_aqueduc_dataset_stopped", "airflow_aqueduc_dataset_rows"
    assert eventually(lambda: here.sink.read_gauges("retenu").get(stopped) == 1)
    assert eventually(lambda: here.sink.read_gauges("retabli").get(rows) == 2)
    told = here.sink.read_gauges("retabli")
    assert told[stopped] == 0 and told["airflow_aqueduc_publication_seconds"] > 0
    assert not any(cell in packet for packet in here.sink.packets for cell in CSV.splitlines()[1:])
    assert here.api.wait(RECONCILIATION, here.api.trigger(RECONCILIATION)) in ("success", "failed")
    assert eventually(lambda: any("aqueduc.reconciliation.at:" in packet for packet in here.sink.packets))


def test_an_unknown_option_fails_once(here: Town) -> None:
    run = here.api.trigger("jeu", {"forse": True})
    assert here.api.wait("jeu", run) == "failed"
    assert "Option inconnue : « forse »" in said(here, "jeu", run, "extract")


def test_one_broken_declaration_is_one_import_error_and_hides_no_dag(here: Town) -> None:
    name = "include/datasets/casse.yaml"
    assert eventually(lambda: name in here.api.import_errors())
    errors = here.api.import_errors()
    assert set(errors) == {name}
    assert "casse.yaml:" in errors[name]
    assert "Traceback" not in errors[name]
    dags = here.api.dags()
    assert set(dags) == {
        "jeu",
        "jeu-quotidien",
        "injoignable",
        "retenu",
        "retabli",
        "embargo",
        AGREEMENT,
        ALERTS,
        ARRIVALS,
        CONVENTION,
        DIGEST,
        RECONCILIATION,
        REMOVAL,
        SWEEP,
        WITHDRAWAL,
        WITHDRAWAL_WATCH,
    }
    assert not any(dag["is_stale"] or dag["has_import_errors"] for dag in dags.values())


def test_a_repaired_declaration_is_a_dag_again(here: Town) -> None:
    here.desk.dataset("casse", title="Réparé")
    known = here.api.wait_for_dags({"casse"})["casse"]
    assert known["dag_display_name"] == "Réparé"
    # The error leaves at the next refresh of the bundle (2 minutes here); « Reparse » makes one at once.
    here.api.call("PUT", f"parseDagFile/{known['file_token']}")
    assert eventually(lambda: here.api.import_errors() == {})


def test_a_thirteenth_dataset_is_one_yaml_and_one_schema(here: Town) -> None:
    here.desk.dataset("treizieme", title="Le treizième")
    dag = here.api.wait_for_dags({"treizieme"})["treizieme"]
    assert dag["dag_display_name"] == "Le treizième"


def test_the_connection_form_knows_ckan(here: Town) -> None:
    address = f"{here.api.airflow.url}/ui/connections/hook_meta"
    found = {one["connection_type"]: one for one in here.api._session.get(address, timeout=30).json()}
    assert found["ckan"]["hook_name"] == "Plateforme CKAN"
    assert found["ckan"]["standard_fields"]["password"]["title"] == "Jeton (API token)"
