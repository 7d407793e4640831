"""The scripts of docker/: health checks that can fail, a set-up that refuses weak secrets, a tidy house."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import get_args

import psycopg
import pytest

from aqueduc.declaration.spec import PersonRole
from sandbox import postgres
from tests.places import open_folder

DOCKER = Path(__file__).resolve().parents[2] / "docker"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCKER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


health = script("health")
init = script("init")
housekeeping = script("housekeeping")


# -------------------------------------------------------------------------------- health checks


@pytest.fixture
def served() -> Iterator[tuple[str, dict[str, object]]]:
    """An address, and what it answers: status and document."""
    answer: dict[str, object] = {"status": 200, "document": {}}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answer["status"])
            self.end_headers()
            self.wfile.write(json.dumps(answer["document"]).encode())

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/health", answer
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_server_that_says_it_is_healthy(served: tuple[str, dict[str, object]]) -> None:
    url, answer = served
    answer["document"] = {"metadatabase": {"status": "healthy"}}
    health.served(url, "metadatabase")
    health.served(url)


def test_a_server_that_says_it_is_not(served: tuple[str, dict[str, object]]) -> None:
    url, answer = served
    answer["document"] = {"metadatabase": {"status": "unhealthy"}}
    with pytest.raises(health.Unhealthy, match="metadatabase is unhealthy"):
        health.served(url, "metadatabase")


def test_a_server_that_answers_503(served: tuple[str, dict[str, object]]) -> None:
    url, answer = served
    answer["status"] = 503
    with pytest.raises(health.Unhealthy, match="503"):
        health.served(url)


def test_a_server_that_is_not_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    monkeypatch.setitem(health.CHECKS, "scheduler", lambda: health.served(f"http://127.0.0.1:{port}/health"))
    assert health.main(["scheduler"]) == 1
    assert "refused" in capsys.readouterr().err


def test_a_queue_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CELERY__BROKER_URL", "redis://:secret@127.0.0.1:1/0")
    with pytest.raises(health.Unhealthy) as refused:
        health.pongs()
    assert "secret" not in str(refused.value)


def test_a_database_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    dsn = "postgresql+psycopg2://airflow:secret@127.0.0.1:1/airflow"
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", dsn)
    with pytest.raises(health.Unhealthy, match="database") as refused:
        health.beats("TriggererJob")
    assert "secret" not in str(refused.value)


@pytest.fixture
def cluster() -> Iterator[postgres.Cluster]:
    with open_folder() as root:
        yield postgres.start(root)
        postgres.stop(root)


@pytest.mark.sandbox
def test_heartbeats_of_this_machine_only_and_recent_only(
    cluster: postgres.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    dsn = cluster.dsn()
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", dsn)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE job (job_type text, state text, hostname text, latest_heartbeat timestamptz)"
        )

        def beat(hostname: str, seconds_ago: int, state: str = "running") -> None:
            connection.execute("TRUNCATE job")
            connection.execute(
                "INSERT INTO job VALUES ('TriggererJob', %s, %s, now() - make_interval(secs => %s))",
                (state, hostname, seconds_ago),
            )

        beat(socket.gethostname(), 5)
        health.beats("TriggererJob")
        for case in ((socket.gethostname(), 90), ("another", 5), (socket.gethostname(), 5, "success")):
            beat(*case)
            with pytest.raises(health.Unhealthy, match="no heartbeat"):
                health.beats("TriggererJob")
        with pytest.raises(health.Unhealthy, match="no heartbeat"):
            health.beats("DagProcessorJob")


def test_a_check_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert health.main(["nothing"]) == 2
    assert "usage" in capsys.readouterr().err


# -------------------------------------------------------------------------------- set-up


def strong() -> dict[str, str]:
    return {name: f"{rank}f8a61c2e07d94b35" * 4 for rank, name in enumerate(init.SECRETS)}


def test_strong_secrets_pass() -> None:
    init.check_secrets(strong())


@pytest.mark.parametrize("name", init.SECRETS)
@pytest.mark.parametrize("weak", ["", "changeme", "0" * 64, "abababab" * 8])
def test_a_weak_secret_is_refused_without_being_shown(name: str, weak: str) -> None:
    with pytest.raises(init.Refused, match=name) as refused:
        init.check_secrets(strong() | {name: weak})
    assert not weak or weak not in str(refused.value)


def test_a_secret_used_twice_is_refused() -> None:
    values = strong()
    values["VAULT_SECRET_KEY"] = values["STORE_SECRET_KEY"]
    with pytest.raises(init.Refused, match="VAULT_SECRET_KEY and STORE_SECRET_KEY"):
        init.check_secrets(values)


def test_nothing_is_prepared_with_a_weak_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(init, "airflow", lambda *_, **__: pytest.fail("Airflow was called"))
    for name in init.SECRETS:
        monkeypatch.setenv(name, "changeme")
    assert init.main() == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_password_of_the_administrator_is_no_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[tuple[str, ...], str]] = []
    monkeypatch.setattr(init, "airflow", lambda *arguments, text: calls.append((arguments, text)))
    init.make_administrator(
        {"ADMIN_USER": "ada", "ADMIN_EMAIL": "ada@example.fr", "ADMIN_PASSWORD": "S3cret"}
    )
    [(arguments, text)] = calls
    assert "S3cret" not in arguments
    assert text == "S3cret\nS3cret\n"


def test_each_role_of_people_is_made_with_the_least_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[dict[str, str]]] = []

    def airflow(*arguments: str) -> None:
        assert arguments[:2] == ("roles", "import")
        given.append(json.loads(Path(arguments[-1]).read_text(encoding="utf-8")))

    monkeypatch.setattr(init, "airflow", airflow)
    init.make_roles()
    [entries] = given
    may = {(one["name"], one["action"], one["resource"]) for one in entries}
    assert {one["name"] for one in entries} == set(get_args(PersonRole))
    assert {role for role, *one in may if one == ["can_edit", "HITL Detail"]} == {"dpo", "signatory"}
    assert {role for role, *one in may if one == ["can_create", "DAG Runs"]} == {"operator"}
    assert not {one for one in may if one[1] == "can_delete" or one[1:] == ("can_edit", "DAGs")}


def test_a_bucket_is_made_where_there_is_none(tmp_path: Path) -> None:
    environment = {"AQUEDUC_STORE": f"file://{tmp_path}/store"}
    for _ in range(2):
        init.make_bucket(environment, "AQUEDUC_STORE")
    assert (tmp_path / "store").is_dir()


def test_a_city_that_cannot_be_prepared_keeps_none_of_the_others_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A variable that is missing, options that are none, a service that does not answer, a bundle that Airflow does
    not know: each is told, without what opens a bucket."""
    places = {
        code: {root: (tmp_path / code / root).as_uri() for root in ("store", "vault")}
        for code in ("aix", "berre", "cassis", "dinan", "gardanne")
    }
    include = str(DOCKER.parent / "include")
    places["aix"] |= {"bundle": "nulle_part", "store_options": "AIX_DEPOT"}
    places["berre"] |= {"include": str(tmp_path / "berre" / "include"), "store_options": "BERRE_DEPOT"}
    places["cassis"] |= {"include": str(tmp_path / "cassis" / "include"), "store": "memory://cassis"}
    places["dinan"] |= {"bundle": "dinan"}
    places["gardanne"] |= {"include": include}
    environment = {"AQUEDUC_CITIES": json.dumps(places), "BERRE_DEPOT": '{"secret": "Sarrazouls"'}
    monkeypatch.setenv("AQUEDUC_CITIES", environment["AQUEDUC_CITIES"])
    make = init.make_bucket

    def answer(own: dict[str, str], root: str) -> None:
        if own[root].startswith("memory:"):
            raise ConnectionRefusedError("key=Sarrazouls")
        make(own, root)

    monkeypatch.setattr(init, "make_bucket", answer)
    fetch = init.fetch_include_folder
    monkeypatch.setattr(
        init, "fetch_include_folder", lambda city: tmp_path if city.code == "dinan" else fetch(city)
    )
    init.make_buckets(environment)
    assert (tmp_path / "gardanne" / "vault").is_dir() and (tmp_path / "aix" / "vault").is_dir()
    found = init.find_include_folders()
    assert tmp_path not in found and Path(include).resolve() in found
    told = capsys.readouterr().err
    assert "aix: La variable AIX_DEPOT n'est pas définie ici." in told.replace("[reglage-des-villes] ", "")
    assert "berre: JSONDecodeError\n" in told and "cassis: ConnectionRefusedError\n" in told
    assert "dinan: [reglage-des-villes]" in told
    assert "aix: ValueError\n" in told and "Sarrazouls" not in told


def test_the_only_city_is_prepared_or_nothing_starts() -> None:
    with pytest.raises(json.JSONDecodeError):
        init.make_buckets({"AQUEDUC_STORE": "memory://x", "AQUEDUC_STORE_OPTIONS": "{"})


# -------------------------------------------------------------------------------- housekeeping


def test_old_logs_go_and_recent_ones_stay(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    old, recent = tmp_path / "dag" / "run1" / "attempt.log", tmp_path / "dag" / "run2" / "attempt.log"
    for path in (old, recent):
        path.parent.mkdir(parents=True)
        path.write_text("…", encoding="utf-8")
    (tmp_path / "just-made").mkdir()
    then = (now - timedelta(days=100)).timestamp()
    for path in (old, old.parent):
        os.utime(path, (then, then))
    # Not left to the file system, whose clock `make test CLOCK=` does not shift.
    for path in (recent, recent.parent, tmp_path / "just-made"):
        os.utime(path, (now.timestamp(), now.timestamp()))
    assert housekeeping.remove_logs(tmp_path, now - timedelta(days=90)) == 1
    assert not old.parent.exists()
    assert recent.exists()
    assert (tmp_path / "just-made").exists()


# -------------------------------------------------------------------------------- the authorities


def test_the_citys_authorities_are_trusted_beside_the_public_ones(tmp_path: Path) -> None:
    public, own = tmp_path / "public.crt", tmp_path / "own"
    public.write_text("PUBLIC\n", encoding="ascii")
    own.mkdir()
    (own / "ville.crt").write_text("VILLE", encoding="ascii")  # pasted without its last line end
    (own / "region.crt").write_text("REGION\n", encoding="ascii")
    (own / "README").write_text("not a certificate", encoding="ascii")
    trusted = tmp_path / "trusted.pem"
    settings = {
        "PATH": os.defpath,
        "PUBLIC_AUTHORITIES": str(public),
        "OWN_AUTHORITIES": str(own),
        "SSL_CERT_FILE": str(trusted),
    }
    command = [str(DOCKER / "entrypoint.sh"), "printf", "%s %s", "a b", "c"]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=True)
    assert done.stdout == "a b c"
    assert trusted.read_text("ascii").split() == ["PUBLIC", "REGION", "VILLE"]


def test_no_authority_of_the_city_is_no_error(tmp_path: Path) -> None:
    settings = {
        "PATH": os.defpath,
        "OWN_AUTHORITIES": str(tmp_path / "absent"),
        "SSL_CERT_FILE": str(tmp_path / "trusted.pem"),
    }
    done = subprocess.run([str(DOCKER / "entrypoint.sh"), "false"], env=settings, check=False)
    assert done.returncode == 1, "the code is that of the command"


@pytest.mark.parametrize(
    "routes, given, believed",
    [
        ("eth1 0000140A 00000000 0001\neth0 00000000 010012AC 0003\n", "gateway", "172.18.0.1"),
        ("eth0 00000000 FE01A8C0 0003\n", "gateway", "192.168.1.254"),
        ("eth1 0000140A 00000000 0001\n", "gateway", ""),
        ("eth0 00000000 010012AC 0003\n", "10.0.0.4,10.0.1.0/24", "10.0.0.4,10.0.1.0/24"),
    ],
)
def test_only_the_reverse_proxy_is_believed(tmp_path: Path, routes: str, given: str, believed: str) -> None:
    """« gateway » is where a proxy of this server comes from, as the kernel writes it."""
    (tmp_path / "route").write_text("Iface\tDestination\tGateway\tFlags\n" + routes, encoding="ascii")
    settings = {
        "PATH": os.defpath,
        "SSL_CERT_FILE": str(tmp_path / "trusted.pem"),
        "FORWARDED_ALLOW_IPS": given,
        "ROUTES": str(tmp_path / "route"),
    }
    command = [str(DOCKER / "entrypoint.sh"), "printenv", "FORWARDED_ALLOW_IPS"]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == believed


def test_every_client_of_the_image_looks_where_the_script_writes() -> None:
    text = (DOCKER.parent / "Dockerfile").read_text("utf-8")
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "GIT_SSL_CAINFO"):
        assert f"{name}=/tmp/authorities.pem" in text
    assert 'ENTRYPOINT ["/opt/aqueduc/docker/entrypoint.sh"]' in text
    assert os.access(DOCKER / "entrypoint.sh", os.X_OK)
