"""The wheel beside each Airflow that it supports: its DAGs parse, ``dags test``, a backfill, the question of agreement.

``make airflow`` runs it for the lowest and the highest patch of each minor, on the lowest and the highest Python of this
machine that it runs on; ``VERSIONS='3.1.4 3.4.0b2@2026-10-22'`` and ``PYTHONS='3.12'`` choose others. ``make thorough`` has
the oldest of each only, and ``make e2e`` what of it needs no scheduler.

Airflow is installed first, by the constraints that it publishes for that version; where they cannot be had, by what was
the newest on PyPI on the day after its release (``@`` a day, for one that is not listed here). The wheel comes after,
as Airflow's guide has it, and must move nothing of what Airflow has.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from sandbox import postgres, processes
from sandbox.airflow import Airflow
from sandbox.airflow_api import Api
from sandbox.processes import HOST, Service, free_port
from tests.airflow.statsd import StatsdSink, open_sink
from tests.airflow_versions.report import note_row
from tests.places import open_folder
from tests.waiting import eventually

REPOSITORY = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
PATCHES = {
    "3.1.0": "2025-09-26",
    "3.1.8": "2026-03-12",
    "3.2.0": "2026-04-08",
    "3.2.2": "2026-05-30",
    "3.3.0": "2026-07-07",
    "3.3.2": "2026-09-18",
}
"""The lowest and the highest of each minor, and the day after its release."""
EXTRAS = "common-sql,http,postgres,smtp,standard,statsd"
CONSTRAINTS = (
    "https://raw.githubusercontent.com/apache/airflow/constraints-{version}/constraints-{python}.txt"
)
EXAMPLE, READINGS, AWAY, HELD = "equipements-sportifs", "releves", "injoignable", "retenu"
ACCOUNT = "essai"
"""The person whom ``aqueduc init`` writes: it is an account of Airflow's too."""
SQL = "SELECT jour, station, niveau FROM releves WHERE jour >= :window_start AND jour < :window_end\n"
DAYS = ("2026-03-01", "2026-03-02", "2026-03-03")


@dataclass(frozen=True)
class Row:
    """A version of Airflow and a Python. ``day``: what was on PyPI that day, "" for today."""

    version: str
    day: str
    python: str

    def __str__(self) -> str:
        return f"{self.version}-python{Path(self.python).name.removeprefix('python')}"


def find_pythons(version: str) -> list[str]:
    """The lowest and the highest of this machine that this Airflow runs on: 3.1 stops before Python 3.14."""
    minors = range(11, 14 if version.startswith("3.1.") else 15)
    found = [f"3.{minor}" for minor in minors if shutil.which(f"python3.{minor}")]
    return list(dict.fromkeys([found[0], found[-1]])) if found else [sys.executable]


def list_rows() -> list[Row]:
    wanted = os.environ.get("AQUEDUC_AIRFLOW_VERSIONS", "").split() or [min(PATCHES)]
    chosen = os.environ.get("AQUEDUC_AIRFLOW_PYTHONS", "").split()
    every = bool(os.environ.get("AQUEDUC_AIRFLOW_VERSIONS"))
    rows = []
    for word in list(PATCHES) if wanted == ["all"] else wanted:
        version, _at, day = word.partition("@")
        pythons = chosen or find_pythons(version)
        rows += [
            Row(version, day or PATCHES.get(version, ""), python)
            for python in (pythons if every else pythons[:1])
        ]
    return rows


@dataclass(frozen=True)
class Place:
    """Where a row is installed, and the city that its Airflow runs."""

    folder: Path
    city: Path
    environment: dict[str, str]

    def run(self, *words: object, **more: str) -> str:
        """What a command of its environment prints; the first word is one of them."""
        command, *others = map(str, words)
        return run(
            self.folder / "venv" / "bin" / command, *others, place=self.city, **self.environment, **more
        )


def run(*command: object, place: Path, **variables: str) -> str:
    done = subprocess.run(
        list(map(str, command)),
        cwd=place,
        env={**inherited(), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def inherited() -> dict[str, str]:
    """What a shell has, without what this project's own tests are told."""
    ours = ("AQUEDUC", "AIRFLOW", "PYTHON", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


# --- installed ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--quiet", "--offline", "--wheel", "--out-dir", folder, REPOSITORY, place=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module", params=list_rows(), ids=str)
def row(request: pytest.FixtureRequest) -> Row:
    found: Row = request.param
    return found


@pytest.fixture(scope="module")
def place(row: Row, wheel: Path) -> Iterator[Place]:
    with open_folder() as folder:
        yield make_place(row, wheel, folder)


def make_place(row: Row, wheel: Path, folder: Path) -> Place:
    """``row`` installed, and the city that ``aqueduc init`` makes."""
    install(row, wheel, folder)
    city = folder / "ma-ville"
    run(folder / "venv" / "bin" / "aqueduc", "init", city, place=folder)
    dags = {"name": "aqueduc", "classpath": "aqueduc_airflow.bundle.DeclarationsBundle"}
    return Place(
        folder,
        city,
        {
            **read_connections(city),
            # Airflow's processes start others by their names.
            "PATH": f"{folder / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "AQUEDUC_STORE": (city / ".aqueduc" / "store").as_uri(),
            "AQUEDUC_VAULT": (city / ".aqueduc" / "vault").as_uri(),
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(
                [{**dags, "kwargs": {"path": str(city / "dags"), "refresh_interval": 15}}]
            ),
        },
    )


def install(row: Row, wheel: Path, folder: Path) -> None:
    """Airflow, then the wheel. Fails if the wheel moves what Airflow brought."""
    python = folder / "venv" / "bin" / "python"
    run(UV, "venv", "--quiet", "--python", row.python, folder / "venv", place=folder)
    how = install_airflow(row, folder)
    before = list_installed(python, folder)
    run(*PIP, "--python", python, f"{wheel}[airflow]", f"apache-airflow=={row.version}", place=folder)
    after = list_installed(python, folder)
    note_row(str(row), f"{how}: {len(before)} packages, then {len(after) - len(before)} of ours")
    moved = {name: (was, after.get(name)) for name, was in before.items() if after.get(name) != was}
    assert moved == {}


PIP = (UV, "pip", "install", "--quiet", "--compile-bytecode")


def install_airflow(row: Row, folder: Path) -> str:
    """By the official constraints, or a resolution of its day; which of them."""
    python, airflow = folder / "venv" / "bin" / "python", f"apache-airflow[{EXTRAS}]=={row.version}"
    minor = run(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])", place=folder).strip()
    constraints = fetch(CONSTRAINTS.format(version=row.version, python=minor))
    if constraints:
        (folder / "constraints.txt").write_text(constraints, encoding="utf-8")
        run(*PIP, "--python", python, "--constraint", folder / "constraints.txt", airflow, place=folder)
        return "official constraints"
    dated = ("--exclude-newer", row.day) if row.day else ()
    run(*PIP, "--python", python, *dated, airflow, place=folder)
    return f"resolution of {row.day or 'today'}"


def fetch(url: str) -> str:
    with suppress(requests.RequestException):
        answer = requests.get(url, timeout=20)
        return answer.text if answer.ok else ""
    return ""


def list_installed(python: Path, folder: Path) -> dict[str, str]:
    listed = json.loads(run(UV, "pip", "list", "--format", "json", "--python", python, place=folder))
    return {one["name"]: one["version"] for one in listed}


def read_connections(city: Path) -> dict[str, str]:
    """Those that ``. ./.env`` exports."""
    found: dict[str, str] = {}
    for line in (city / ".env").read_text(encoding="utf-8").splitlines():
        if line.startswith("export "):
            (word,) = shlex.split(line.removeprefix("export "))
            name, _equals, value = word.partition("=")
            found[name] = value
    return found


# --- parse, dags test ---------------------------------------------------------------------------------------


@pytest.mark.end_to_end
def test_its_dags_parse_and_one_runs(place: Place, row: Row) -> None:
    """On Airflow's SQLite, without a scheduler."""
    home = place.folder / "alone"
    alone = {"AIRFLOW_HOME": str(home), "AQUEDUC_STORE": (home / "store").as_uri()}
    alone |= {"AQUEDUC_VAULT": (home / "vault").as_uri()}
    here = Place(place.folder, place.city, {**place.environment, **alone})
    here.run("airflow", "db", "migrate")
    assert row.version in here.run("airflow", "version")
    here.run("airflow", "dags", "reserialize")
    with sqlite3.connect(home / "airflow.db") as database:
        assert database.execute("SELECT filename, stacktrace FROM import_error").fetchall() == []
        read = {name for (name,) in database.execute("SELECT dag_id FROM dag")}
    assert {EXAMPLE, "aqueduc_agreement", "aqueduc_alerts", "aqueduc_withdrawal"} <= read
    here.run("aqueduc", "run", EXAMPLE, "--dry-run")
    here.run("aqueduc", "agree", EXAMPLE, "--by", ACCOUNT, "--reason", "Exemple fourni")
    here.run("airflow", "dags", "test", EXAMPLE)
    assert len(read_published(place, EXAMPLE)) == 9
    shutil.rmtree(place.city / ".aqueduc" / "portal")


def read_published(place: Place, dataset: str) -> list[str]:
    """The lines of the portal's CSV, the names of its columns among them; none before."""
    file = place.city / ".aqueduc" / "portal" / "jeux" / dataset / f"{dataset}.csv"
    return file.read_text(encoding="utf-8-sig").splitlines() if file.is_file() else []


@pytest.mark.end_to_end
@pytest.mark.thorough
def test_airflow_is_upgraded_beside_a_city(wheel: Path) -> None:
    """From the lowest to the highest, as the manual has it: what Airflow knew stays, and nothing is published again."""
    python = find_pythons(min(PATCHES))[-1]
    first, last = (Row(version, PATCHES[version], python) for version in (min(PATCHES), max(PATCHES)))
    with open_folder() as folder:
        here = make_place(first, wheel, folder)
        here.run("airflow", "db", "migrate")
        here.run("airflow", "dags", "reserialize")
        here.run("airflow", "pools", "set", "source_depot", "3", "Lectures")
        # The scheduler makes it where it is missing, and there is none here.
        here.run("airflow", "pools", "set", "plateforme_portail", "4", "Aqueduc")
        here.run(
            "airflow", "connections", "add", "smtp_default", "--conn-type", "smtp", "--conn-host", "m.example"
        )
        here.run("aqueduc", "run", EXAMPLE, "--dry-run")
        here.run("aqueduc", "agree", EXAMPLE, "--by", ACCOUNT, "--reason", "Exemple fourni")
        here.run("airflow", "dags", "test", EXAMPLE)
        served = read_portal(here)
        assert len(read_published(here, EXAMPLE)) == 9 and "✓ Airflow" in here.run("aqueduc", "doctor")

        install_airflow(last, folder)
        assert last.version in here.run("airflow", "version")
        with pytest.raises(AssertionError, match="airflow db migrate"):
            here.run("aqueduc", "doctor")
        here.run("airflow", "db", "migrate")
        assert "✓ Airflow" in here.run("aqueduc", "doctor"), "the two pools are there still"
        here.run("airflow", "dags", "reserialize")
        with sqlite3.connect(folder / "airflow" / "airflow.db") as database:
            assert database.execute("SELECT filename, stacktrace FROM import_error").fetchall() == []
            runs = database.execute("SELECT count(*) FROM dag_run WHERE dag_id = ?", [EXAMPLE]).fetchone()
            pool = database.execute("SELECT slots FROM slot_pool WHERE pool = 'source_depot'").fetchone()
        assert (runs, pool) == ((1,), (3,))
        here.run("airflow", "connections", "get", "smtp_default")
        here.run("airflow", "dags", "test", EXAMPLE)
        assert read_portal(here) == served, "nothing is published again"
        assert '"holds": true' in here.run("aqueduc", "verify", "--json")


def read_portal(place: Place) -> dict[Path, bytes]:
    folder = place.city / ".aqueduc" / "portal"
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- with the scheduler -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Running:
    """Its Airflow, whole, over its city with three datasets more."""

    place: Place
    api: Api
    sink: StatsdSink


@pytest.fixture(scope="module")
def running(place: Place) -> Iterator[Running]:
    root = place.folder / "running"
    root.mkdir()
    cluster = postgres.start(root)
    with open_sink() as sink:
        try:
            with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE airflow")
                connection.execute("CREATE TABLE releves (jour timestamptz, station text, niveau int)")
                connection.execute(
                    "INSERT INTO releves SELECT day, station, 7 FROM unnest(%s::timestamptz[]) AS day, "
                    "unnest(ARRAY['A', 'B']) AS station",
                    [[f"{day} 12:00+01" for day in DAYS]],
                )
            add_datasets(place.city)
            api, environment = start(place, root, cluster, sink)
            yield Running(Place(place.folder, place.city, environment), api, sink)
        finally:
            for name in PROCESSES:
                processes.stop(Service(name, root), grace=15)
            postgres.stop(root)


PROCESSES = ("api-server", "dag-processor", "triggerer", "scheduler")
"""The triggerer, because a question waits in it before Airflow 3.3."""


def start(
    place: Place, root: Path, cluster: postgres.Cluster, sink: StatsdSink
) -> tuple[Api, dict[str, str]]:
    """Raises SandboxError where one of them does not come up."""
    url, password = f"http://{HOST}:{free_port()}", "une phrase d'essai"
    (root / "passwords.json").write_text(json.dumps({ACCOUNT: password}), encoding="utf-8")
    secret = "un secret d'essai, assez long pour signer des jetons en HS512, soixante-quatre octets"
    environment = {
        **place.environment,
        **sink.environment,
        "AIRFLOW_HOME": str(root),
        "AIRFLOW_CONN_MESURES": cluster.create_owner(),
        "AIRFLOW_CONN_AILLEURS": json.dumps({"conn_type": "fs", "extra": {"path": str(root / "pas-monte")}}),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": cluster.dsn("airflow").replace("://", "+psycopg2://", 1),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ACCOUNT}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(root / "passwords.json"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": url.rpartition(":")[2],
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": secret,
        "AIRFLOW__API_AUTH__JWT_SECRET": secret,
        "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
    here = Place(place.folder, place.city, environment)
    here.run("airflow", "db", "migrate")
    command = place.folder / "venv" / "bin" / "airflow"
    for name in PROCESSES:
        processes.start(
            Service(name, root),
            [str(command), name],
            healthy=lambda: True,
            timeout=10,
            env={**inherited(), **environment},
            cwd=place.city,  # where the portal of a city that declares none is
        )
    assert eventually(lambda: bool(fetch(f"{url}/api/v2/version"))), "the api-server does not answer"
    return Api(Airflow(url, ACCOUNT, password, root)), environment


def finish(api: Api, dag: str, run_id: str) -> str:
    """How a run ended, and what its failed tasks said."""
    ended = api.wait(dag, run_id)
    failed = [one for one in api.tasks(dag, run_id).values() if one.state == "failed"]
    return "\n".join(
        [ended, *(line for one in failed for line in api.log(dag, run_id, one.task, one.tries)[-40:])]
    )


def add_datasets(city: Path) -> None:
    """One that is read by periods, one whose source is away, one that its schema holds back."""
    include = city / "include"
    declared = include / "city.yaml"
    known = declared.read_text(encoding="utf-8")
    more = "connections:\n  mesures: base des stations de mesure\n  ailleurs: dossier d'un service\n"
    declared.write_text(known.replace("connections:\n", more), encoding="utf-8")
    (include / "sql").mkdir(exist_ok=True)
    (include / "sql" / "releves.sql").write_text(SQL, encoding="utf-8")
    example = (include / "datasets" / f"{EXAMPLE}.yaml").read_text(encoding="utf-8")
    schema = json.loads((include / "schemas" / f"{EXAMPLE}.json").read_text(encoding="utf-8"))
    head, tail = example.partition("source:\n")[0], example.partition("publish:\n")[2]
    (include / "datasets" / f"{READINGS}.yaml").write_text(
        head.replace("monthly", "daily")
        + "source: {postgres: mesures, sql: sql/releves.sql}\nkey: [jour, station]\n"
        + "columns: {jour: publish, station: publish, niveau: publish}\nschema: schemas/releves.json\npublish:\n"
        + tail,
        encoding="utf-8",
    )
    fields = [("jour", "datetime"), ("station", "string"), ("niveau", "integer")]
    readings = [
        {"name": name, "type": kind, "title": name.capitalize(), "description": f"Le {name} du relevé."}
        for name, kind in fields
    ]
    (include / "datasets" / f"{AWAY}.yaml").write_text(
        example.replace("file: depot", "file: ailleurs"), encoding="utf-8"
    )
    (include / "datasets" / f"{HELD}.yaml").write_text(
        example.replace(f"schemas/{EXAMPLE}.json", f"schemas/{HELD}.json"), encoding="utf-8"
    )
    narrow: list[dict[str, Any]] = [
        {**field, "constraints": {"maximum": 1}} if field["name"] == "surface_m2" else field
        for field in schema["fields"]
    ]
    for name, content in (
        (READINGS, {"fields": readings, "primaryKey": ["jour", "station"]}),
        (HELD, {**schema, "fields": narrow}),
    ):
        text = json.dumps(content, ensure_ascii=False)
        (include / "schemas" / f"{name}.json").write_text(text, encoding="utf-8")


@pytest.mark.sandbox
@pytest.mark.end_to_end
@pytest.mark.thorough
def test_its_dags_are_read_and_a_broken_declaration_is_an_import_error(running: Running) -> None:
    api, broken = running.api, running.place.city / "include" / "datasets" / "casse.yaml"
    api.wait_for_dags({EXAMPLE, READINGS, AWAY, HELD, "aqueduc_agreement"}, timeout=180)
    assert api.import_errors() == {}
    broken.write_text("a: [b", encoding="utf-8")
    try:
        assert eventually(lambda: set(api.import_errors()) == {"include/datasets/casse.yaml"})
        (why,) = api.import_errors().values()
        assert "casse.yaml:1" in why and "Traceback" not in why
        assert EXAMPLE in api.dags(), "it breaks no other"
    finally:
        broken.unlink()
    assert eventually(lambda: api.import_errors() == {})
    assert "title: Équipements sportifs" in read_code(api, EXAMPLE)


def read_code(api: Api, dag: str) -> str:
    return str(api.call("GET", f"dagSources/{dag}")["content"])


@pytest.mark.sandbox
@pytest.mark.end_to_end
@pytest.mark.thorough
def test_what_may_pass_is_tried_again_and_the_rest_is_not(running: Running) -> None:
    tries = {}
    for dag, task in ((AWAY, "extract"), (HELD, "validate")):
        run_id = running.api.trigger(dag)
        assert running.api.wait(dag, run_id) == "failed"
        tries[dag] = running.api.tasks(dag, run_id)[task].tries
        log = "\n".join(running.api.log(dag, run_id, task, 1))
        assert "Que faire :" in log and "Exemple" not in log, "no cell of its source"
    assert tries == {AWAY: 3, HELD: 1}


@pytest.mark.sandbox
@pytest.mark.end_to_end
@pytest.mark.thorough
def test_the_question_of_agreement_is_answered_then_what_was_agreed_is_published(running: Running) -> None:
    api = running.api
    api.wait(EXAMPLE, api.trigger(EXAMPLE))
    assert read_published(running.place, EXAMPLE) == []
    assert eventually(lambda: bool(api.runs("aqueduc_agreement")))
    (asked,) = [one["dag_run_id"] for one in api.runs("aqueduc_agreement")]
    question = "Accorder ou refuser cette publication"
    assert eventually(lambda: question in open_page(api, f"jeu/{EXAMPLE}").text)
    answer_until_end(api, "aqueduc_agreement", asked, "decide", "Accorder", motif="Exemple fourni")
    assert finish(api, "aqueduc_agreement", asked) == "success"
    assert eventually(lambda: len(read_published(running.place, EXAMPLE)) == 9)
    gauges = running.sink.read_gauges
    assert eventually(lambda: gauges(EXAMPLE).get("airflow_aqueduc_dataset_rows") == 8.0)


def answer_until_end(api: Api, dag: str, run_id: str, task: str, option: str, **filled: str) -> None:
    """A question waits as ``deferred`` before Airflow 3.3."""

    def answer() -> None:
        if api.tasks(dag, run_id)[task].state in ("awaiting_input", "deferred"):
            with suppress(processes.SandboxError):  # It has its answer already.
                api.answer(dag, run_id, task, option, **filled)

    api.wait(dag, run_id, meanwhile=answer)


@pytest.mark.sandbox
@pytest.mark.end_to_end
@pytest.mark.thorough
def test_a_backfill_publishes_each_of_its_periods(running: Running) -> None:
    api = running.api
    assert finish(api, READINGS, api.trigger(READINGS, {"dry_run": True})) == "success"
    running.place.run("aqueduc", "agree", READINGS, "--by", ACCOUNT, "--reason", "Relevés publics")
    span = ("--from-date", f"{DAYS[0]}T00:00:00+01:00", "--to-date", f"{DAYS[-1]}T00:00:00+01:00")
    running.place.run("airflow", "backfill", "create", "--dag-id", READINGS, *span, "--max-active-runs", "1")

    assert eventually(lambda: len(api.runs(READINGS, run_type="backfill")) == len(DAYS))
    for one in api.runs(READINGS, run_type="backfill"):
        assert finish(api, READINGS, one["dag_run_id"]) == "success"
    _names, *lines = read_published(running.place, READINGS)
    assert len(lines) == 2 * len(DAYS)


def open_page(api: Api, path: str) -> requests.Response:
    """One of ours in Airflow, as the account that is logged in."""
    return api._session.get(f"{api.airflow.url}/aqueduc/{path}", timeout=60)


@pytest.mark.sandbox
@pytest.mark.end_to_end
@pytest.mark.thorough
def test_its_pages_open(running: Running) -> None:
    for path in ("", f"jeu/{EXAMPLE}", f"jeu/{READINGS}", f"jeu/{AWAY}"):
        page = open_page(running.api, path)
        assert (page.status_code, "Équipements sportifs" in page.text) == (200, True), path
    assert requests.get(f"{running.api.airflow.url}/aqueduc/", timeout=60).status_code == 401
