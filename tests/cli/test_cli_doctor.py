"""``doctor``: each check where it is wrong, read as the administrator would, and a new city, where nothing is."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from aqueduc import __version__, doctor
from aqueduc.alert_queue import record_undelivered_messages
from aqueduc.backup import back_up_workspace
from aqueduc.certify.signature import generate_signing_key_pair
from aqueduc.cli.app import app
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import upgrading
from aqueduc.doctor import AirflowInspection, DoctorFinding
from aqueduc.errors import StoreError
from aqueduc.language import use_language
from aqueduc_airflow.capacity import build_platform_pool_name, build_source_pool_name
from tests.cli.office import FIELDS, Office, nobody_in, open_office
from tests.publish.servers import bucket

LIBFAKETIME = next(Path(sys.prefix).glob("lib/python3*/site-packages/libfaketime/vendor/**/libfaketime.so.1"))


@dataclass
class Morning:
    """A deployment, and what ``doctor`` says of it."""

    office: Office
    patch: pytest.MonkeyPatch

    @property
    def place(self) -> Any:
        return self.office.desk.place

    def city(self, **changes: Any) -> None:
        path = self.office.desk.include / "city.yaml"
        document = {**yaml.safe_load(path.read_text("utf-8")), **changes}
        path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")

    def connect(self, **connections: Any) -> None:
        for name, said in connections.items():
            text = said if isinstance(said, str) else json.dumps(said)
            self.patch.setenv(f"AIRFLOW_CONN_{name.upper()}", text)

    def airflow(self, told: AirflowInspection | DoctorFinding | None) -> None:
        self.patch.setattr(doctor, "load_airflow_entry_point", lambda _group: told and (lambda _city: told))

    def publish(self) -> None:
        done = CliRunner().invoke(app, ["run", "jeu"])
        assert done.exit_code == 0, done.output

    def ask(self, *arguments: str) -> tuple[int, list[dict[str, str]]]:
        done = CliRunner().invoke(app, ["doctor", "--json", *arguments])
        assert done.exit_code in (0, 1), done.output
        said = json.loads(done.output)
        states = [one["state"] for one in said["checks"]]
        assert (said["wrong"], said["watch"]) == (states.count("wrong"), states.count("watch"))
        assert done.exit_code == bool(said["wrong"])
        return done.exit_code, said["checks"]

    def tell(self, check: str, subject: str = "", *arguments: str) -> tuple[str, str, str]:
        """The state, the figure and the remedy of the only finding about it."""
        (one,) = [
            one for one in self.ask(*arguments)[1] if (one["check"], one["subject"]) == (check, subject)
        ]
        return one["state"], one["figure"], one["remedy"]


@pytest.fixture
def morning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Morning:
    """One dataset, on a portal; Airflow is not installed."""
    office = open_office(tmp_path)
    for name in [name for name in os.environ if name.startswith(("AQUEDUC_", "AIRFLOW_"))]:
        monkeypatch.delenv(name)
    for name, value in office.environment.items():
        if name.startswith(("AQUEDUC_", "AIRFLOW_")):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("AQUEDUC_PORTAL", (tmp_path / "portail").as_uri())
    monkeypatch.chdir(tmp_path)
    made = Morning(office, monkeypatch)
    made.city(
        platforms={"portail": {"type": "portal"}, "region": {"type": "onegeo", "connection": "region"}},
        defaults={"licence": "lov2", "contact": "opendata@ville.example", "platform": "portail"},
    )
    made.connect(region={"conn_type": "onegeo", "host": "https://region.example", "password": "jeton"})
    made.airflow(None)
    return made


def ago(**delta: float) -> datetime:
    return datetime.now(UTC) - timedelta(**delta)


def age(path: Path, days: float) -> None:
    moment = time.time() - days * 86_400
    for one in path.rglob("*"):
        if one.is_file():
            os.utime(one, (moment, moment))


# --- a city that has just begun -----------------------------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "ma-ville"
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code == 0
    for name in [name for name in os.environ if name.startswith(("AQUEDUC_", "AIRFLOW_"))]:
        monkeypatch.delenv(name)
    for name, value in re.findall(
        r"^export (\w+)='(.*)'$", (folder / ".env").read_text("utf-8"), re.MULTILINE
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("airflow", [True, False], ids=["beside Airflow", "without Airflow"])
@pytest.mark.parametrize("arguments", [[], ["--connect"]], ids=["", "--connect"])
def test_nothing_is_wrong_in_a_new_city(
    town: Path, monkeypatch: pytest.MonkeyPatch, airflow: bool, arguments: list[str]
) -> None:
    if not airflow:
        monkeypatch.setattr(doctor, "load_airflow_entry_point", lambda _group: None)
    before = sorted(path for path in town.rglob("*") if path.is_file())
    done = CliRunner().invoke(app, ["doctor", *arguments])
    assert done.exit_code == 0, done.output
    assert "✗" not in done.output and "0 chose à réparer" in done.output
    assert "! clés (signature) : aucune clé" in done.output
    assert "– sauvegardes : rien n'est encore publié" in done.output
    assert sorted(path for path in town.rglob("*") if path.is_file()) == before, "nothing is left behind"


def test_what_is_wrong_is_a_line_and_the_way_to_mend_it(town: Path) -> None:
    (town / ".env").chmod(0o644)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    lines = done.output.splitlines()
    rank = lines.index("✗ clés (.env) : lisible d'autres comptes (mode 644)")
    assert lines[rank + 1] == f"    → chmod 600 {town / '.env'}"
    assert lines[-1].startswith("1 chose à réparer, ")


def test_it_speaks_english(morning: Morning) -> None:
    said = CliRunner().invoke(app, ["--lang", "en", "doctor"]).output
    assert "✓ declarations: 1 declaration in order" in said
    assert not re.search(r"[àéèêôç«»]", said), said


# --- each check ---------------------------------------------------------------------------------------------


def test_a_declaration_that_is_wrong(morning: Morning) -> None:
    morning.office.desk.write("autre", "title: [")
    assert morning.tell("declarations") == (
        "wrong",
        "1 déclaration en ordre, 1 à corriger",
        "aqueduc check dit où, et comment",
    )


def test_a_city_that_cannot_be_read_is_told_and_nothing_else(morning: Morning) -> None:
    morning.city(nmae="Ville")
    code, (one,) = morning.ask()
    assert code == 1
    assert one["subject"] == "city.yaml" and "nmae" in one["figure"] and one["remedy"]


def test_an_older_format_is_upgraded_by_a_command(morning: Morning) -> None:
    morning.patch.setattr(upgrading, "FORMAT", 2)
    state, figure, remedy = morning.tell("declarations", "city.yaml")
    assert (state, "au format 1" in figure, "aqueduc upgrade" in remedy) == ("wrong", True, True)


def test_a_folder_without_a_city(morning: Morning, tmp_path: Path) -> None:
    morning.patch.setenv("AQUEDUC_INCLUDE", str(tmp_path / "rien"))
    assert morning.tell("declarations", "city.yaml")[0] == "wrong"


def test_connections_that_are_missing_or_badly_written(morning: Morning) -> None:
    assert morning.tell("connections") == ("fine", "2 configurées et lisibles", "")
    morning.patch.delenv("AIRFLOW_CONN_REGION")
    state, figure, remedy = morning.tell("connections", "region")
    assert (state, figure) == ("wrong", "La connexion « region » n'est pas configurée.")
    assert "AIRFLOW_CONN_REGION" in remedy
    morning.connect(region="{", depot='{"conn_type": "fs", "hots": "x"}')
    assert morning.tell("connections", "region")[1] == "La connexion « region » est mal écrite."
    assert "hots" in morning.tell("connections", "depot")[1]


def test_the_key_of_a_rule_is_a_connection_too(morning: Morning) -> None:
    columns = {"numero": {"pseudonym": "sel", "basis": "CGCT, art. L2121-15"}, "quartier": "publish"}
    fields = [{"name": "numero", "type": "string"}, {"name": "quartier", "type": "string"}]
    morning.office.declare(columns=columns, fields=fields, privacy=None)
    assert morning.tell("connections", "sel")[0] == "wrong"


def test_what_airflow_may_hold_is_not_said_to_be_missing(morning: Morning) -> None:
    morning.patch.delenv("AIRFLOW_CONN_REGION")
    morning.airflow(DoctorFinding("skipped", "sa base n'est pas ouverte", "ailleurs"))
    found = morning.ask()[1]
    told = [one["figure"] for one in found if (one["check"], one["state"]) == ("connections", "skipped")]
    assert told == ["pas dans l'environnement, et celles d'Airflow ne se lisent pas d'ici : region"]
    assert [one["state"] for one in found if one["check"] == "airflow"] == ["skipped"]


def test_a_source_that_does_not_answer_as_declared_is_asked_with_connect(
    morning: Morning, tmp_path: Path
) -> None:
    asked = {one["subject"] for one in morning.ask()[1] if one["check"] == "connections"}
    assert asked == {""}, "by default nothing is asked"
    (tmp_path / "depot" / "jeu.csv").unlink()
    found = [one for one in morning.ask("--connect")[1] if one["check"] == "connections"]
    gone = next(one for one in found if one["state"] in ("wrong", "watch"))
    assert gone["subject"].startswith("jeu : ") and gone["remedy"]
    assert found[-1]["figure"].endswith("ont répondu")


def test_a_store_that_does_not_open(morning: Morning) -> None:
    morning.patch.setenv("AQUEDUC_STORE", "inconnu://depot")
    code, (one,) = morning.ask()
    assert (code, one["check"], one["figure"]) == (1, "storage", "Rien d'installé n'ouvre ces adresses.")


def test_a_store_that_went_away(morning: Morning, tmp_path: Path) -> None:
    """What needs it is not looked at, rather than waited for one after the other; the rest is."""
    (tmp_path / "seaux" / "depot").mkdir(parents=True)
    morning.patch.setenv("AQUEDUC_STORE", "s3://depot")
    with bucket(tmp_path / "seaux", tmp_path / "s3") as options:
        morning.patch.setenv("AQUEDUC_STORE_OPTIONS", json.dumps(options))
        assert morning.tell("storage", "le dépôt")[0] == "fine"
        assert morning.tell("clock")[0] == "fine"
    state, figure, remedy = morning.tell("storage", "le dépôt")
    assert (state, figure) == ("wrong", "Le dépôt ou le coffre ne répond pas.") and "serveur" in remedy
    assert morning.tell("backups")[:2] == ("skipped", "le dépôt ou le coffre ne répond pas")
    assert morning.tell("connections")[0] == "fine"


def test_a_vault_that_gives_back_something_else(morning: Morning) -> None:
    def spoil(_root: Any) -> datetime:
        raise StoreError("Ce stockage ne rend pas ce qui vient d'y être écrit.", where="", remedy="vérifier")

    morning.patch.setattr("aqueduc.store.Vault.probe_access", spoil, raising=False)
    assert morning.tell("storage", "le coffre")[::2] == ("wrong", "vérifier")


@pytest.mark.parametrize("seconds, state", [(0, "fine"), (5, "watch"), (-40, "wrong")])
def test_a_clock_that_is_not_the_one_of_the_store(morning: Morning, seconds: int, state: str) -> None:
    """The files keep the dates that the kernel gives them; the process is told another time."""
    given = {"LD_PRELOAD": str(LIBFAKETIME), "FAKETIME": f"{seconds:+d}s", "NO_FAKE_STAT": "1"}
    given |= {"DONT_FAKE_MONOTONIC": "1"}
    if "FAKETIME" in os.environ:
        pytest.skip("the clock is shifted already")
    said = morning.office.aqueduc_as_installed("doctor", "--json", **given)
    (one,) = [one for one in said.json["checks"] if one["check"] == "clock"]
    assert one["state"] == state
    if state != "fine":
        assert re.fullmatch(rf"{abs(seconds)},\d s d'écart avec le (dépôt|coffre)", one["figure"])
        assert "timedatectl set-ntp true" in one["remedy"]


@contextmanager
def serve_at(moment: datetime | None) -> Iterator[str]:
    """A web server whose clock says ``moment``, or that says none."""

    class Server(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(200)
            if moment is not None:
                self.send_header("Date", self.date_time_string(moment.timestamp()))
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_the_clock_of_a_platform_is_asked_with_connect(morning: Morning) -> None:
    with serve_at(datetime.now(UTC) - timedelta(minutes=7)) as url:
        morning.connect(region={"conn_type": "onegeo", "host": url, "password": "jeton"})
        assert morning.tell("clock")[0] == "fine"
        state, figure, _remedy = morning.tell("clock", "", "--connect")
    assert state == "wrong" and re.fullmatch(r"4[12]\d,\d s d'écart avec region", figure)
    with serve_at(None) as url:
        morning.connect(region={"conn_type": "onegeo", "host": url, "password": "jeton"})
        assert morning.tell("clock", "", "--connect")[0] == "fine"


@pytest.mark.parametrize(
    "free, total, state",
    [
        (100 << 30, 4000 << 30, "fine"),
        (4 << 30, 20 << 30, "fine"),
        (60 << 20, 64 << 20, "fine"),
        (15 << 30, 250 << 30, "watch"),
        (900 << 20, 20 << 30, "wrong"),
    ],
)
def test_a_disk_that_fills_up(morning: Morning, free: int, total: int, state: str) -> None:
    disk = SimpleNamespace(free=free, total=total)
    morning.patch.setattr(doctor.shutil, "disk_usage", lambda _path: disk)
    (one,) = [one for one in morning.ask()[1] if one["check"] == "disk"]
    assert one["state"] == state
    assert one["subject"] == "le dépôt, le coffre, les fichiers temporaires, portail"
    if state != "fine":
        assert "revision_days" in one["remedy"]


@pytest.mark.parametrize("here, state", [("0.0.9", "wrong"), (__version__, "fine"), ("99.0.0rc1", "fine")])
def test_a_store_that_a_newer_version_wrote(morning: Morning, here: str, state: str) -> None:
    morning.publish()
    morning.patch.setattr(doctor, "__version__", here)
    found, figure, remedy = morning.tell("versions")
    assert found == state
    if state == "wrong":
        assert f"Aqueduc {__version__} a écrit dans le dépôt" in figure
        assert remedy == f"installer Aqueduc {__version__} ici aussi, workers compris"


def test_dags_of_another_version(town: Path) -> None:
    (town / "dags" / "sweep.py").write_text("# d'avant\n", "utf-8")
    (town / "dags" / "arrivals.py").unlink()
    (town / "dags" / "a_la_ville.py").write_text("# à elle\n", "utf-8")
    found = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).output)["checks"]
    (one,) = [one for one in found if one["subject"] == "dags/"]
    assert one["state"] == "watch" and one["figure"].endswith(" : arrivals.py, sweep.py")
    assert one["remedy"].endswith(f"cp /tmp/neuf/dags/*.py {town / 'dags'}")


# --- keys ---------------------------------------------------------------------------------------------------

PRIVATE, PUBLIC = generate_signing_key_pair()
OTHER_PRIVATE, OTHER_PUBLIC = generate_signing_key_pair()


def test_nothing_signs(morning: Morning) -> None:
    state, _figure, remedy = morning.tell("keys", "signature")
    assert state == "watch" and remedy.startswith("aqueduc key signing")


def test_a_key_that_signs_what_nobody_can_verify(morning: Morning) -> None:
    morning.city(signing={"connection": "signature", "keys": [PUBLIC]})
    assert morning.tell("keys", "signature")[1] == "La connexion « signature » n'est pas configurée."
    morning.connect(signature={"conn_type": "generic", "password": OTHER_PRIVATE})
    state, figure, remedy = morning.tell("keys", "signature")
    assert state == "wrong" and "ce qu'elle signe ne se vérifie pas" in figure and "« keys: »" in remedy
    morning.connect(signature={"conn_type": "generic", "password": "n'importe quoi"})
    said = morning.tell("keys", "signature")
    assert said[0] == "wrong" and "n'importe quoi" not in "".join(said)
    morning.connect(signature={"conn_type": "generic", "password": PRIVATE})
    assert morning.tell("keys", "signature")[:2] == ("fine", "la clé se lit, et se vérifie")


# --- what is kept, and seen from elsewhere ------------------------------------------------------------------


def test_backups_that_are_not_made(morning: Morning, tmp_path: Path) -> None:
    morning.publish()
    assert morning.tell("backups")[:2] == ("watch", "le dépôt n'en connaît aucune")
    back_up_workspace(morning.place, tmp_path / "sauvegarde", ())
    assert morning.tell("backups")[:2] == ("fine", "la dernière a 0 minute")
    then = ago(days=5).isoformat()
    morning.place.store.write_json("last-backup.json", {"at": then, "broken": []})
    state, figure, remedy = morning.tell("backups")
    assert (state, figure) == ("watch", "la dernière a 5 jours") and remedy.startswith("aqueduc backup")
    morning.place.store.write_json("last-backup.json", {"at": then, "broken": ["jeu"]})
    state, figure, remedy = morning.tell("backups")
    assert state == "wrong" and figure.endswith(": jeu") and "aqueduc verify" in remedy


def test_a_backup_that_was_restored_and_that_nobody_went_on_with(morning: Morning) -> None:
    mark = {"backed_up": "2026-03-01T10:00:00+00:00", "restored": "2026-03-02T10:00:00+00:00"}
    morning.place.store.write_json("restored-backup.json", mark)
    state, figure, remedy = morning.tell("backups")
    assert (state, figure) == ("wrong", "celle du 2026-03-01 a été rétablie : rien n'est publié")
    assert "aqueduc backup --resume" in remedy


def test_a_ledger_without_a_witness(morning: Morning) -> None:
    morning.publish()
    assert morning.tell("witness")[0] == "fine"
    outlet = {"folder": "/srv/www", "url": "https://fichiers.ville.example"}
    morning.city(outlets={"web": outlet})
    morning.office.declare(publish={"platform": "region", "mode": "index", "outlet": "web"})
    state, figure, remedy = morning.tell("witness")
    assert (state, figure) == (
        "watch",
        "1 jeu n'en a pas : ses fiches n'ont pas de place pour une entrée du registre (region)",
    )
    assert "data.gouv.fr" in remedy and "sauvegardes" in remedy
    since = {"jeu/portail/registre-recule": ago().isoformat()}
    morning.place.store.write_json("reconciliations/latest.json", {"at": ago().isoformat(), "since": since})
    state, figure, remedy = morning.tell("witness")
    assert (state, figure) == ("wrong", "la fiche publique nomme une entrée que le registre n'a pas : jeu")
    assert "aqueduc reconcile" in remedy and "registre.md" in remedy


# --- who is told --------------------------------------------------------------------------------------------


def test_mail_that_does_not_leave(morning: Morning) -> None:
    assert morning.tell("mail")[0] == "watch", "a city may want none"
    error = StoreError("Le serveur refuse.", where="", remedy="vérifier le compte")
    record_undelivered_messages(morning.place.store, error, [ago(days=3).isoformat()])
    assert morning.tell("mail") == (
        "watch",
        "1 message attend depuis 3 jours : Le serveur refuse.",
        "vérifier le compte",
    )
    morning.city(notify={"mail": "courriel"})
    assert morning.tell("mail")[0] == "wrong", "it named a server"


def test_a_mail_server_is_asked_with_connect(morning: Morning) -> None:
    morning.city(notify={"mail": "courriel"})
    assert morning.tell("mail")[:2] == (
        "wrong",
        "aucun serveur de courrier, rien ne part (connexion « courriel »)",
    )
    nobody = {"conn_type": "smtp", "host": "127.0.0.1", "port": 9, "extra": {"disable_ssl": True}}
    morning.connect(courriel=nobody)
    assert morning.tell("mail")[0] == "fine"
    state, figure, remedy = morning.tell("mail", "", "--connect")
    assert state == "wrong" and "Le serveur de courrier ne répond pas" in figure and "le port" in remedy


def test_silence(morning: Morning) -> None:
    assert not [one for one in morning.ask()[1] if one["subject"] == "alertes"], (
        "nothing was listened for yet"
    )
    morning.place.store.write_json("alerts/beats/delivery.json", {"at": ago(days=3).isoformat()})
    morning.place.store.write_json("alerts/beats/reconciliation.json", {"at": ago().isoformat()})
    state, figure, remedy = morning.tell("mail", "alertes")
    assert state == "wrong" and "ne s'est pas terminé depuis le" in figure and "aqueduc_alerts" in remedy


# --- Airflow, by what its side says (what it reads: tests/airflow/test_airflow_doctor.py) -------------------


def inspection(**facts: Any) -> AirflowInspection:
    usual = {"source_depot": 4, "plateforme_portail": 4}
    names = (build_platform_pool_name, build_source_pool_name)
    return AirflowInspection(EnvironmentConnections(), *names, **{"pools": usual, **facts})


def test_pools(morning: Morning) -> None:
    morning.airflow(inspection())
    assert morning.tell("airflow")[:2] == ("fine", "sa base répond, elle est de sa version ; 2 pools")
    morning.airflow(inspection(pools={"source_depot": 0}))
    assert morning.tell("airflow", "plateforme_portail") == (
        "wrong",
        "absent : ses tâches attendent",
        'airflow pools set plateforme_portail 4 "Aqueduc"',
    )
    assert morning.tell("airflow", "source_depot")[:2] == ("wrong", "aucune place : ses tâches attendent")
    morning.airflow(inspection(pools={"source_depot": 16, "plateforme_portail": 2}))
    assert morning.tell("airflow", "plateforme_portail")[:2] == (
        "watch",
        "2 places, et « pool: 4 » dans city.yaml",
    )
    assert not [one for one in morning.ask()[1] if one["subject"] == "source_depot"], "the administrator's"


def test_the_clock_of_airflows_database(morning: Morning) -> None:
    morning.airflow(inspection(offset_s=-12.0))
    assert morning.tell("clock")[:2] == ("wrong", "12,0 s d'écart avec la base d'Airflow")


def test_airflows_own_leeway_is_the_offset_that_is_wrong() -> None:
    import airflow

    path = Path(airflow.__file__).parent / "config_templates" / "config.yml"
    options = yaml.safe_load(path.read_text("utf-8"))["api_auth"]["options"]
    assert float(options["jwt_leeway"]["default"]) == doctor.LARGEST_OFFSET_S


# --- no person, no secret -----------------------------------------------------------------------------------


def test_nothing_of_a_source_and_no_secret_is_told(morning: Morning) -> None:
    morning.connect(
        region={"conn_type": "onegeo", "host": "https://region.example", "password": "jeton-1234"}
    )
    for language in ("fr", "en"):
        with use_language(language):  # type: ignore[arg-type]
            said = CliRunner().invoke(app, ["doctor", "--connect"]).output
        assert nobody_in(said) and "jeton-1234" not in said
    assert FIELDS[0]["title"] not in said
