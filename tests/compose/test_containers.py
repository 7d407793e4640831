"""docker-compose.yaml, started: every image built, a city published, attacked by fate, upgraded, lost and restored.

One story, told in order, on a real engine (``make compose``). The deployment begins at the commit that first published
from containers, with the city of ``aqueduc init`` and the twelve datasets of the demonstration beside its example; it
is upgraded to this tree, and everything else is asked of that.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from aqueduc_airflow.agreement import AGREE, AGREEMENT, DECIDE
from aqueduc_airflow.factory import DIGEST
from sandbox import demo_runs
from sandbox.airflow import Airflow
from sandbox.airflow_api import Api
from sandbox.demo_runs import Progress
from sandbox.processes import SandboxError, free_port
from tests.compose.bases import provide_bases
from tests.compose.engine import REPOSITORY, EngineMissing, inspect_containers, run, start_engine
from tests.compose.stack import FILES, PORTAL, PrivateAuthority, Stack
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = pytest.mark.compose

EXAMPLE = "equipements-sportifs"
RESERVED = "agents-d-accueil"
TWELVE = {path.stem for path in (REPOSITORY / "include" / "datasets").glob("*.yaml")}
FORMER = "Mend what kept the containers from publishing"
"""How the subject begins of the first commit whose containers publish."""
LONG_S = 900
# A dead task is found in seconds, where Airflow's defaults take five minutes, and tried again at once.
QUICK = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "5",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "15",
}
SERVICES: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yaml").read_text("utf-8"))["services"]
SECRETS = (
    *("JWT_SECRET", "API_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"),
    *("STORE_SECRET_KEY", "VAULT_SECRET_KEY", "ADMIN_PASSWORD", "FERNET_KEY"),
)


@dataclass
class Deployment:
    """The stack, the sources and the region around it, and what is remembered from one part of the story to the next."""

    stack: Stack
    connections: dict[str, str] = field(repr=False)
    signatory_password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    served: dict[str, bytes] = field(default_factory=dict, repr=False)

    def log_in(self, user: str = "", password: str = "") -> Api:
        """A session with Airflow's API, as the administrator by default."""
        settings = self.stack.settings
        user, password = user or settings["ADMIN_USER"], password or settings["ADMIN_PASSWORD"]
        return Api(Airflow(f"http://127.0.0.1:{self.stack.listen}", user, password, self.stack.folder))

    def ask(self, name: str, path: str, method: str = "GET", **options: Any) -> httpx.Response:
        """What a visitor of the web server is answered, who trusts the city's authority alone."""
        headers = {"Host": name, **options.pop("headers", {})}
        with httpx.Client(verify=self.stack.authority.trust(), trust_env=False, timeout=30) as client:
            return client.request(
                method,
                f"https://127.0.0.1{path}",
                headers=headers,
                extensions={"sni_hostname": name},
                **options,
            )

    def run_datasets(self, *, force: bool = False) -> list[Progress]:
        """A run of each dataset (or its last windows), through the scheduler and the workers, to their ends."""
        city, datasets = demo_runs.read_datasets(self.stack.city / "include")
        return demo_runs.run_all(self.log_in(), datasets, city, timeout=LONG_S, force=force)

    def list_unfinished(self, followed: list[Progress]) -> dict[str, Any]:
        """The datasets of which a run failed, with the first error of its log and how often it was tried."""
        api = self.log_in()
        return {
            one.dataset.id: [
                (failure.task, failure.message, api.tasks(one.dataset.id, failure.run)[failure.task].tries)
                for failure in demo_runs.failures(api, one)
            ]
            for one in followed
            if one.failed
        }

    def aqueduc(self, *arguments: str) -> str:
        """What the command prints in a worker."""
        return self.stack.execute("worker", "aqueduc", *arguments)

    def read_published(self) -> dict[str, bytes]:
        """Each open file of the portal, as a visitor gets it."""
        listed = self.stack.execute(
            "worker", "sh", "-c", "cd /srv/www/portail && find . -type f -not -path '*/.*'"
        )
        paths = sorted(line.removeprefix(".") for line in listed.split())
        return {
            path: self.ask(PORTAL, path).content for path in paths if re.search(r"\.(csv|parquet)$", path)
        }


@pytest.fixture(scope="module")
def engine() -> Iterator[None]:
    try:
        with start_engine():
            print(f"\nBases: {provide_bases()}")  # noqa: T201 - what stands in for an image is said in the log
            yield
    except EngineMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def deployment(engine: None) -> Iterator[Deployment]:
    with open_folder() as folder:
        # Read by the accounts of the containers.
        folder.chmod(0o755)
        authority = PrivateAuthority(folder / "autorites")
        authority.give(folder / "certificats", PORTAL, FILES)
        stack = Stack(folder, f"aqueduc-essai-{os.getpid()}", free_port(), authority)
        with start_surroundings(folder) as connections:
            stack.write_environment(VISITORS=str(write_visitors(folder)))
            stack.write_addresses({"scheduler": QUICK, "dag-processor": QUICK, "worker": QUICK})
            try:
                yield Deployment(stack, connections)
            finally:
                stack.compose("down", "--volumes", "--timeout", "20")


@contextmanager
def start_surroundings(folder: Path) -> Iterator[dict[str, str]]:
    """The city's sources and the region's CKAN, at the address by which containers reach this machine; the connections."""
    address = json.loads(run("docker", "network", "inspect", "bridge"))[0]["IPAM"]["Config"][0]["Gateway"]
    start = (
        "import json; from pathlib import Path; from sandbox import city, region; root = Path({root!r});"
        "print(json.dumps({{**city.start(root).environment(), **region.start(root).environment()}}))"
    )
    stop = (
        "from pathlib import Path; from sandbox import city, region; root = Path({root!r});"
        "city.stop(root); region.stop(root)"
    )
    root, where = str(folder / "alentours"), {"AQUEDUC_SANDBOX_HOST": address}
    try:
        printed = run(sys.executable, "-c", start.format(root=root), env=where)
        yield json.loads(printed.splitlines()[-1])
    finally:
        for log in sorted(Path(root).rglob("*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")  # noqa: T201 - read where a part failed
        run(sys.executable, "-c", stop.format(root=root), env=where)


def write_visitors(folder: Path) -> Path:
    """An account for what is restricted: « lectrice », « entrez »."""
    binary = Path(sys.executable).with_name("caddy")
    hashed = run(str(binary), "hash-password", "--plaintext", "entrez").strip()
    (folder / "visiteurs").write_text(f"lectrice {hashed}\n", encoding="utf-8")
    return folder / "visiteurs"


# --- the former version -------------------------------------------------------------------------------------


def test_the_former_version_is_built_behind_an_inspection_of_tls_and_starts(deployment: Deployment) -> None:
    """Its packages come through an authority that no base image knows, where this machine has one."""
    stack = deployment.stack
    former = run("git", "log", "--format=%H", f"--grep=^{FORMER}", "--max-count=1").strip()
    if not former:
        pytest.skip("the history of this clone does not have the former version")
    there = stack.folder / "ancienne"
    there.mkdir()
    archive = there / "archive.tar"
    run("git", "archive", "--output", str(archive), former)
    with tarfile.open(archive) as packed:
        packed.extractall(there, filter="tar")
    stack.use(there / "docker-compose.yaml")
    stack.compose("build")
    mount = ("--volume", f"{stack.folder}:/dehors", "--user", f"{os.getuid()}:{os.getgid()}")
    run("docker", "run", "--rm", *mount, "aqueduc/airflow:0.1.0", "aqueduc", "init", "/dehors/ma-ville")
    write_city(deployment)
    stack.compose("up", "--detach", "--no-build")
    # Of the housekeeping this version asks whether it is well every five minutes only.
    awaited = sorted(SERVICES.keys() - {"init", "housekeeping"})
    stack.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "480", *awaited)


def write_city(deployment: Deployment) -> None:
    """The repository of ``init``, with the twelve datasets of the demonstration beside its example, and a restricted one."""
    stack, include = deployment.stack, deployment.stack.city / "include"
    drop = Path(json.loads(deployment.connections["AIRFLOW_CONN_DEPOT"])["extra"]["path"])
    for path in [*(stack.city / "depot").iterdir()]:
        (drop / path.name).write_bytes(path.read_bytes())
    (drop / f"{RESERVED}.csv").write_text("site,agents\nMairie,4\nMédiathèque,3\n", encoding="utf-8")
    for path in (drop, *drop.rglob("*"), *drop.parents[:2]):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
    stack.write_environment(DROP_FOLDER=str(drop))
    run(
        "cp",
        "-r",
        *(str(REPOSITORY / "include" / name) for name in ("datasets", "schemas", "sql")),
        str(include),
    )
    city = yaml.safe_load((REPOSITORY / "include" / "city.yaml").read_text(encoding="utf-8"))
    city["platforms"]["portail"] = {
        "type": "portal",
        "folder": "/srv/www/portail",
        "url": f"https://{PORTAL}",
    }
    # Said, since of the two versions that run here the first leaves it to the officer otherwise.
    city["agreement_role"] = "signatory"
    city["outlets"] = {
        "reserve": {"folder": "/srv/www/fichiers/reserve", "url": f"https://{FILES}/reserve"},
    }
    (include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    example = include / "datasets" / f"{EXAMPLE}.yaml"
    example.write_text(
        example.read_text(encoding="utf-8").replace("mode: upload", "mode: upload\n  platform: portail"),
        encoding="utf-8",
    )
    declared = {
        "title": "Agents d'accueil",
        "description": "Le nombre d'agents d'accueil de chaque site, pour les services.",
        "owner": "Direction des ressources humaines",
        "theme": "GOVE",
        "licence": "other-at",
        "access": {"level": "same_organization"},
        "cadence": "yearly",
        "source": {"file": "depot", "path": f"{RESERVED}.csv"},
        "columns": {"site": "publish", "agents": "publish"},
        "schema": f"schemas/{RESERVED}.json",
        "publish": {"mode": "index", "outlet": "reserve", "formats": ["csv"]},
    }
    schema = {"fields": [{"name": "site", "type": "string"}, {"name": "agents", "type": "integer"}]}
    (include / "datasets" / f"{RESERVED}.yaml").write_text(
        yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8"
    )
    (include / "schemas" / f"{RESERVED}.json").write_text(json.dumps(schema), encoding="utf-8")
    for path in stack.city.rglob("*"):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))


def test_a_city_is_published_through_the_worker_once_a_person_agreed(deployment: Deployment) -> None:
    api = deployment.log_in()
    for name, text in deployment.connections.items():
        connection = json.loads(text)
        identifier = name.removeprefix("AIRFLOW_CONN_").lower()
        if identifier == "depot":
            connection["extra"] = {"path": "/depot"}
        if identifier != "smtp_default":
            extra = json.dumps(connection.pop("extra", {}))
            api.call("POST", "connections", json={"connection_id": identifier, **connection, "extra": extra})
    password = f"{deployment.signatory_password}\n" * 2
    user = (
        "--username",
        "signatory",
        "--email",
        "dpd@ville.test",
        "--role",
        "signatory",
        "--firstname",
        "C",
        "--lastname",
        "F",
    )
    deployment.stack.compose(
        "run", "--rm", "--no-deps", "--no-TTY", "init", "airflow", "users", "create", *user, text=password
    )
    api.wait_for_dags({*TWELVE, EXAMPLE, RESERVED}, timeout=180)
    followed = deployment.run_datasets()
    assert deployment.list_unfinished(followed) == {}
    assert deployment.read_published() == {}, "nobody had agreed"
    answer_questions(deployment, {*TWELVE, EXAMPLE, RESERVED})
    followed = deployment.run_datasets()
    assert deployment.list_unfinished(followed) == {}
    deployment.served = deployment.read_published()
    assert any(EXAMPLE in path for path in deployment.served)
    assert_nothing_differs(deployment)


def answer_questions(deployment: Deployment, wanted: set[str]) -> None:
    """Agrees to each request that waits, as who signs for the city, until the runs that follow have ended."""
    api, signatory = deployment.log_in(), deployment.log_in("signatory", deployment.signatory_password)
    asked = api.runs(AGREEMENT)
    assert {one["conf"]["dataset"] for one in asked} == wanted
    for one in asked:
        ended = signatory.answer_until_end(
            AGREEMENT, one["dag_run_id"], DECIDE, AGREE, motif="registre à jour"
        )
        assert ended == "success", one["conf"]
    assert eventually(
        lambda: all(each["state"] in ("success", "failed") for name in wanted for each in api.runs(name)),
        LONG_S,
    )


def assert_nothing_differs(deployment: Deployment) -> None:
    """The ledgers hold, and each platform serves what is certified."""
    deployment.aqueduc("verify")
    environment = [f"{name}={text}" for name, text in deployment.connections.items() if "DATASUD" in name]
    deployment.stack.execute("worker", "env", *environment, "aqueduc", "reconcile")


def test_without_a_mail_server_the_week_is_not_red_and_its_page_says_why(deployment: Deployment) -> None:
    api = deployment.log_in()
    run_id = api.trigger(DIGEST)
    assert api.wait(DIGEST, run_id) == "success"
    assert api.tasks(DIGEST, run_id)["digest"].state == "skipped"
    page = api._session.get(f"{api.airflow.url}/aqueduc/", timeout=60).text
    assert "d&#39;être envoy" in page and "smtp_default" in page


# --- the upgrade --------------------------------------------------------------------------------------------


def test_the_upgrade_loses_nothing_and_publishes_nothing_again(deployment: Deployment) -> None:
    stack = deployment.stack
    stack.use(REPOSITORY / "docker-compose.yaml")
    stack.compose("build")
    stack.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "480")
    images = {one["Config"]["Image"]: one["Image"] for one in inspect_containers(*stack.list_containers())}
    built = json.loads(run("docker", "image", "inspect", *images))
    assert [one["Id"] for one in built] == [images[name] for name in images], "each runs the image just built"
    before = deployment.served
    assert deployment.read_published() == before
    deployment.aqueduc("check")
    assert deployment.list_unfinished(deployment.run_datasets()) == {}
    assert deployment.read_published() == before
    assert_nothing_differs(deployment)


# --- the image -------------------------------------------------------------------------------------------------


def test_the_image_says_what_it_is_made_of_and_under_which_licences(deployment: Deployment) -> None:
    listed = run(
        "docker", "run", "--rm", "aqueduc/airflow:0.1.0", "cat", "/opt/aqueduc/parts/python.cdx.json"
    )
    document = json.loads(listed)
    assert document["metadata"]["component"]["name"] == "aqueduc-opendata"
    parts = {one["name"]: one for one in document["components"]}
    assert {"apache-airflow", "duckdb", "pyarrow"} <= parts.keys()
    without = [name for name, one in parts.items() if not one.get("licenses")]
    assert len(without) <= 5, without
    debian = run(
        "docker", "run", "--rm", "aqueduc/airflow:0.1.0", "cat", "/opt/aqueduc/parts/debian.cdx.json"
    )
    packages = {one["name"] for one in json.loads(debian)["components"]}
    assert {"git", "libltdl7", "openssh-client"} <= packages
    files = run(
        "docker", "run", "--rm", "aqueduc/airflow:0.1.0", "find", "/usr/share/doc", "-name", "copyright"
    )
    assert len(files.split()) > 100
    assert "EUPL" in run("docker", "run", "--rm", "aqueduc/airflow:0.1.0", "cat", "/opt/aqueduc/LICENSE")


def test_the_image_is_no_larger_than_what_it_carries(deployment: Deployment) -> None:
    """Its layers on the base, which weighs 0.13 GB where it is Docker's own, and more where it is a stand-in."""
    sizes = [
        json.loads(run("docker", "image", "inspect", name))[0]["Size"]
        for name in ("aqueduc/airflow:0.1.0", "python:3.13-slim-trixie")
    ]
    print(f"airflow {sizes[0] / 1e9:.2f} GB, of which its base {sizes[1] / 1e9:.2f} GB")  # noqa: T201 - for the log
    assert sizes[0] - sizes[1] < 1.17e9


def test_an_account_without_a_name_publishes(deployment: Deployment, tmp_path: Path) -> None:
    """As some clusters run every image: a number that /etc/passwd does not know, and nothing to write to but /tmp."""
    script = (
        "cd /tmp && aqueduc init ma-ville && cd ma-ville && . ./.env && aqueduc run equipements-sportifs --dry-run && "
        "aqueduc agree equipements-sportifs --by essai --reason essai && aqueduc run equipements-sportifs && "
        "airflow version && git --version && find .aqueduc/portal -name '*.csv'"
    )
    confined = ("--user", "4242:4242", "--read-only", "--tmpfs", "/tmp:mode=1777", "--env", "TMPDIR=/tmp")
    confined += ("--env", "AIRFLOW_HOME=/tmp/airflow", "--env", "HOME=/tmp")
    assert "equipements-sportifs.csv" in run(
        "docker", "run", "--rm", *confined, "aqueduc/airflow:0.1.0", "sh", "-euc", script
    )


def test_the_driver_of_sql_server_finds_what_it_loads(deployment: Deployment) -> None:
    script = (
        "cd /opt/aqueduc/.venv/lib/python3*/site-packages/mssql_python_odbc/libs/linux/debian_ubuntu && "
        "for file in */lib/libmsodbcsql*; do ldd $file | grep 'not found' && exit 1; done; echo whole"
    )
    found = run("docker", "run", "--rm", "--entrypoint", "sh", "aqueduc/airflow:0.1.0", "-c", script)
    assert found.strip().endswith("whole")


# --- the visitor --------------------------------------------------------------------------------------------


def test_a_visitor_reads_the_portal_by_the_citys_own_authority(deployment: Deployment) -> None:
    page = deployment.ask(PORTAL, f"/jeux/{EXAMPLE}/")
    assert page.status_code == 200 and "Équipements sportifs" in page.text
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'sha256-")
    assert "Server" not in page.headers
    with (
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
        httpx.Client(trust_env=False) as client,
    ):
        client.get("https://127.0.0.1/", headers={"Host": PORTAL}, extensions={"sni_hostname": PORTAL})


def test_a_file_is_served_in_parts_with_its_mark_to_any_site(deployment: Deployment) -> None:
    path = next(path for path in deployment.served if path.endswith(".parquet") and EXAMPLE in path)
    whole = deployment.ask(PORTAL, path)
    part = deployment.ask(PORTAL, path, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"PAR1")
    assert part.headers["Content-Range"] == f"bytes 0-3/{len(whole.content)}"
    again = deployment.ask(PORTAL, path, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert deployment.ask(PORTAL, path, "OPTIONS").status_code == 204


def test_what_is_restricted_is_refused_to_a_visitor_and_open_to_an_account(deployment: Deployment) -> None:
    listed = deployment.stack.execute(
        "worker", "find", "/srv/www/fichiers/reserve", "-name", "*.csv", "-not", "-path", "*/.*"
    )
    paths = [line.removeprefix("/srv/www/fichiers") for line in listed.split()]
    assert paths
    for path in ["/reserve/", *paths]:
        assert deployment.ask(FILES, path).status_code == 401, path
    entered = deployment.ask(FILES, paths[0], auth=("lectrice", "entrez"))
    assert entered.status_code == 200 and "Mairie" in entered.text


# --- what each container may do -------------------------------------------------------------------------------


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"init"}))
def test_it_runs_as_it_is_declared(deployment: Deployment, service: str) -> None:
    """By what the engine says, and by trying from inside."""
    (found,) = deployment.stack.inspect(service)
    host = found["HostConfig"]
    assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["Privileged"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Memory"] and host["PidsLimit"] and host["NanoCpus"]
    status = deployment.stack.execute(service, "cat", "/proc/self/status")
    rights = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert rights["CapEff"] == rights["CapBnd"] == "0" * 16 and rights["NoNewPrivs"] == "1"
    assert rights["Uid"].split("\t")[0] == SERVICES[service]["user"].partition(":")[0] != "0"
    tried = deployment.stack.execute(service, "sh", "-c", "touch /essai /usr/essai /etc/essai 2>&1 || true")
    assert tried.count("Read-only file system") == 3, tried


def test_no_container_holds_or_tells_a_secret_that_is_not_its_own(deployment: Deployment) -> None:
    """What the engine shows of it, and all that it wrote: logs, and the files of the logs' volume."""
    values = {name: deployment.stack.settings[name] for name in SECRETS}
    passwords = {name: json.loads(text).get("password") for name, text in deployment.connections.items()}
    written = deployment.stack.execute("worker", "sh", "-c", "cat $(find /var/log/aqueduc -type f)")
    for name, value in {**values, **{name: text for name, text in passwords.items() if text}}.items():
        assert value not in deployment.stack.read_logs(), name
        assert value not in written, name
    for service, declared in SERVICES.items():
        shown = json.dumps(deployment.stack.inspect(service))
        held = {name for name, value in values.items() if value in shown}
        assert held == {name for name in SECRETS if f"${{{name}:" in str(declared)}, service


def test_memory_and_processes_stay_under_their_limits(deployment: Deployment) -> None:
    for found in inspect_containers(*deployment.stack.list_containers()):
        assert not found["State"]["OOMKilled"] and found["RestartCount"] == 0, found["Name"]
    lines = run(
        "docker", "stats", "--no-stream", "--format", "{{json .}}", *deployment.stack.list_containers()
    )
    for line in lines.splitlines():
        one = json.loads(line)
        print(f"{one['Name']}: {one['MemUsage']}, {one['PIDs']} processes")  # noqa: T201 - figures for the log
        assert float(one["MemPerc"].rstrip("%")) < 90, line


# --- fate -----------------------------------------------------------------------------------------------------


def test_one_of_two_workers_dies_in_the_middle_and_nothing_is_lost(deployment: Deployment) -> None:
    stack, api = deployment.stack, deployment.log_in()
    stack.compose("up", "--detach", "--no-build", "--wait", "--scale", "worker=2", "--wait-timeout", "480")
    workers = stack.inspect("worker")
    assert len(workers) == 2
    runs = {
        name: api.trigger(name, {"force": True}) for name in sorted(TWELVE - {"horodateurs-transactions"})
    }

    def find_busy() -> dict[str, Any] | None:
        busy = [
            one
            for task in api.tasks_of([*runs.items()])
            if task["state"] == "running"
            for one in [task["hostname"]]
        ]
        return next((one for one in workers if one["Config"]["Hostname"] in busy), None)

    assert eventually(lambda: find_busy() is not None, 120)
    dead = find_busy()
    assert dead is not None
    os.kill(dead["State"]["Pid"], signal.SIGKILL)
    ended = {name: api.wait(name, run_id, timeout=LONG_S) for name, run_id in runs.items()}
    lost = {
        (name, task.task, attempt): api.log(name, runs[name], task.task, attempt)
        for name in sorted(runs)
        if ended[name] != "success"
        for task in api.tasks(name, runs[name]).values()
        if task.state == "failed"
        for attempt in range(1, task.tries + 1)
    }
    assert set(ended.values()) == {"success"}, json.dumps([*lost.items()], indent=1, ensure_ascii=False)
    assert eventually(
        lambda: inspect_containers(dead["Id"])[0]["State"].get("Health", {}).get("Status") == "healthy", 300
    )
    stack.compose("up", "--detach", "--no-build", "--wait", "--scale", "worker=1", "--wait-timeout", "480")
    assert_nothing_differs(deployment)
    assert list_raw_extracts(deployment) == []


def list_raw_extracts(deployment: Deployment) -> list[str]:
    """What the vault still has of raw extracts."""
    code = (
        "import os; from aqueduc.run import build_workspace_from_environment as build;"
        "from aqueduc.connections import EnvironmentConnections as C;"
        "print(*build(C()).vault.list('raw'), sep='\\n')"
    )
    return deployment.stack.execute("worker", "python", "-c", code).split()


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"init", "housekeeping"}))
def test_a_service_that_is_started_again_takes_up_its_work(deployment: Deployment, service: str) -> None:
    stack = deployment.stack
    stack.compose("restart", service)
    stack.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "480")

    def publish() -> bool:
        api = deployment.log_in()
        return api.wait(EXAMPLE, api.trigger(EXAMPLE, {"force": True}), timeout=LONG_S) == "success"

    assert eventually(lambda: _answers(deployment), 120)
    assert publish()
    assert deployment.read_published().keys() == deployment.served.keys()


def _answers(deployment: Deployment) -> bool:
    try:
        deployment.log_in().dags()
    except (SandboxError, OSError):
        return False
    return True


def test_the_whole_is_stopped_and_started_again(deployment: Deployment) -> None:
    deployment.stack.compose("stop")
    deployment.stack.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "480")
    assert_nothing_differs(deployment)


# --- a backup, and an empty host --------------------------------------------------------------------------------


def test_a_backup_is_restored_on_an_empty_host(deployment: Deployment) -> None:
    """The commands of docs/administrateur/sauvegarder.md, in their order."""
    stack = deployment.stack
    page = (REPOSITORY / "docs" / "administrateur" / "sauvegarder.md").read_text(encoding="utf-8")
    saved = stack.folder / "sauvegarde"
    saved.mkdir(mode=0o700)
    os.chown(saved, 10001, 10001)
    one_off = ("run", "--rm", "--no-deps", "--no-TTY")
    assert "run --rm --no-deps --volume /srv/sauvegarde:/sauvegarde worker aqueduc backup /sauvegarde" in page
    stack.compose(*one_off, "--volume", f"{saved}:/sauvegarde", "worker", "aqueduc", "backup", "/sauvegarde")
    dumped = stack.compose("exec", "--no-TTY", "postgres", "pg_dump", "--username", "airflow", "airflow")
    run_as_root(stack, "tar", "-C", "/srv/www", "-cf", "/dehors/www.tar", ".")
    before = deployment.read_published()

    stack.compose("down", "--volumes")
    stack.compose("up", "--detach", "--no-build", "--wait", "postgres", "redis", "store", "vault")
    stack.compose(
        "exec", "--no-TTY", "postgres", "psql", "--quiet", "--username", "airflow", "airflow", text=dumped
    )
    stack.compose("up", "--detach", "--no-build", "init")
    assert eventually(lambda: stack.inspect("init")[0]["State"]["Status"] == "exited", 180)
    assert stack.inspect("init")[0]["State"]["ExitCode"] == 0, stack.read_logs("init")[-3000:]
    stack.compose(
        *one_off,
        "--volume",
        f"{saved}:/sauvegarde",
        "worker",
        "aqueduc",
        "backup",
        "/sauvegarde",
        "--restore",
    )
    run_as_root(stack, "tar", "-C", "/srv/www", "-xpf", "/dehors/www.tar")
    resume = ("--resume", "--by", "Claire Fabre", "--reason", "rien n'avait été décidé depuis")
    stack.compose(*one_off, "worker", "aqueduc", "backup", *resume)
    stack.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "480")
    assert deployment.read_published() == before
    assert deployment.list_unfinished(deployment.run_datasets()) == {}
    assert deployment.read_published().keys() == before.keys()
    assert_nothing_differs(deployment)
    assert list_raw_extracts(deployment) == []


def run_as_root(stack: Stack, *command: str) -> None:
    """A command of the server's administrator on the volume of what is served, with ``folder`` at /dehors."""
    mounts = ("--volume", f"{stack.project}_web:/srv/www", "--volume", f"{stack.folder}:/dehors")
    image = ("--user", "0:0", "--entrypoint", command[0], "aqueduc/airflow:0.1.0")
    run("docker", "run", "--rm", *mounts, *image, *command[1:])
