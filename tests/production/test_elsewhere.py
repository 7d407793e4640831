"""Connections in OpenBao and logs in an S3, both real, as docs/administrateur/deployer.md gives them to Compose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
import yaml

from sandbox import processes
from sandbox.processes import HOST, Service, free_port
from sandbox.state import new_secret
from tests.places import open_folder
from tests.production.composed import PROCESSES, REPOSITORY, Composed, Visitor, make_settings
from tests.production.test_compose_processes import DATASET
from tests.production.test_helm import read_block
from tests.publish.servers import bucket
from tests.tools import find_bao
from tests.waiting import eventually

pytestmark = [pytest.mark.end_to_end, pytest.mark.sandbox]

GUIDE = (REPOSITORY / "docs" / "administrateur" / "deployer.md").read_text("utf-8")
POLICY = re.findall(r'`(path "airflow/[^`]*)`', GUIDE)[0]


def read_override(title: str) -> dict[str, dict[str, str]]:
    """What the guide's block adds to the environment of each service."""
    services = yaml.safe_load(read_block(GUIDE, title))["services"]
    return {name: one["environment"] for name, one in services.items()}


@dataclass(frozen=True)
class SecretsManager:
    """A running OpenBao, with a version 2 key/value engine at ``airflow``."""

    url: str
    token: str = field(repr=False)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-Vault-Token": self.token}
        answer = requests.request(method, f"{self.url}/v1/{path}", json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def put_connection(self, name: str, **fields: str) -> None:
        self.ask("POST", f"airflow/data/connections/{name}", {"data": fields})

    def make_reader(self) -> str:
        """A token that may do what the guide's policy says."""
        self.ask("PUT", "sys/policies/acl/airflow", {"policy": POLICY})
        made = self.ask("POST", "auth/token/create", {"policies": ["airflow"], "no_default_policy": True})
        return str(made["auth"]["client_token"])


@pytest.fixture(scope="module")
def manager() -> Iterator[SecretsManager]:
    with open_folder() as folder:
        found = SecretsManager(f"http://{HOST}:{free_port()}", new_secret())
        options = [f"-dev-listen-address={found.url.removeprefix('http://')}", "-dev-no-store-token"]
        service = Service("bao", folder)
        processes.start(
            service,
            [str(find_bao()), "server", "-dev", *options],
            healthy=lambda: _answers(found.url),
            env={"BAO_DEV_ROOT_TOKEN_ID": found.token, "HOME": str(folder), "PATH": ""},
        )
        try:
            found.ask("POST", "sys/mounts/airflow", {"type": "kv", "options": {"version": "2"}})
            yield found
        finally:
            processes.stop(service)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/v1/sys/health", timeout=2).ok
    except requests.RequestException:
        return False


@dataclass(frozen=True)
class Elsewhere:
    """``logs``: the folder of the bucket of logs; ``hidden``: what may be seen nowhere."""

    composed: Composed
    visitor: Visitor
    logs: Path
    hidden: dict[str, str] = field(repr=False)


@pytest.fixture(scope="module")
def elsewhere(manager: SecretsManager) -> Iterator[Elsewhere]:
    with (
        open_folder() as folder,
        processes.stopped_with_us(),
        bucket(folder / "seaux", folder / "rclone") as options,
    ):
        city = folder / "ma-ville"
        more = read_override("Les journaux des tâches dans un seau")
        for name, one in read_override("Les connexions dans un gestionnaire de secrets").items():
            told = {
                key: text.replace("https://secrets.ville.example", manager.url) for key, text in one.items()
            }
            more[name] = {**more.get(name, {}), **told}
        made = Composed(folder, city, make_settings(city), more=more)
        made.settings["SECRETS_TOKEN"] = manager.make_reader()
        (folder / "seaux" / "aqueduc-journaux").mkdir()
        manager.put_connection("depot", conn_type="fs", extra=json.dumps({"path": str(city / "depot")}))
        extra = json.dumps({"endpoint_url": options["endpoint_url"]})
        key = {"login": options["key"], "password": options["secret"]}
        manager.put_connection("city_logs", conn_type="aws", extra=extra, **key)
        with made.serve_new_city():
            hidden = {"token": made.settings["SECRETS_TOKEN"], "key": options["secret"]}
            yield Elsewhere(made, Visitor(made), folder / "seaux" / "aqueduc-journaux", hidden)


@pytest.fixture(scope="module")
def path_of_run(elsewhere: Elsewhere) -> str:
    return elsewhere.visitor.publish(DATASET)


def test_a_city_is_published_from_a_connection_that_only_the_manager_has(
    elsewhere: Elsewhere, path_of_run: str
) -> None:
    assert list((elsewhere.composed.city / ".aqueduc" / "portal").rglob("*.csv"))
    kept = elsewhere.visitor.ask("GET", "/api/v2/connections").json()
    assert kept["connections"] == []


def test_the_logs_are_in_the_bucket_and_read_there(elsewhere: Elsewhere, path_of_run: str) -> None:
    def list_tasks(folder: Path) -> set[str]:
        """Those whose log is there, and is not empty."""
        logs = (folder / f"dag_id={DATASET}").rglob("*.log")
        return {path.parent.name.removeprefix("task_id=") for path in logs if path.stat().st_size}

    tasks = {"extract", "anonymise", "validate", "publish", "certify", "shred"}
    assert eventually(lambda: tasks <= list_tasks(elsewhere.logs / "airflow"))
    # Once a task has ended, its worker sends its log, then empties the file that it wrote.
    assert eventually(lambda: not list_tasks(elsewhere.composed.folder / "logs"))
    log = elsewhere.visitor.ask("GET", f"{path_of_run}/taskInstances/extract/logs/1")
    assert log.ok
    assert "s3://aqueduc-journaux/airflow" in log.text
    assert len(log.json()["content"]) > 3


def test_no_worker_is_given_a_secret_of_either(elsewhere: Elsewhere, path_of_run: str) -> None:
    environment = elsewhere.composed.environment("worker")
    assert not {name for name in environment if "SECRETS" in name or name.startswith("AIRFLOW_CONN")}
    main = processes.process(Service("worker", elsewhere.composed.folder))
    assert main is not None
    for one in (main, *main.children(recursive=True)):
        try:
            given = " ".join(one.environ().values())
        except psutil.NoSuchProcess:
            continue
        assert not [name for name, secret in elsewhere.hidden.items() if secret in given]


def test_neither_is_in_a_log(elsewhere: Elsewhere, path_of_run: str) -> None:
    texts = {name: elsewhere.composed.log(name) for name in PROCESSES}
    texts |= {str(path): path.read_text("utf-8") for path in elsewhere.logs.rglob("*.log")}
    for where, text in texts.items():
        assert not [name for name, secret in elsewhere.hidden.items() if secret in text], where


@pytest.mark.parametrize("name", PROCESSES)
def test_no_process_complains(elsewhere: Elsewhere, path_of_run: str, name: str) -> None:
    log = elsewhere.composed.log(name)
    assert "Traceback" not in log
    assert "Unable to retrieve connection from secrets backend" not in log
