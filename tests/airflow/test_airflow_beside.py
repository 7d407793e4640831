"""A city that ``aqueduc init`` made, beside an Airflow that somebody has already: as its own README says, from a plain
DAGs folder, and from its git repository. Nobody makes a pool there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from aqueduc_airflow.agreement import AGREEMENT
from aqueduc_airflow.city_dags import SERVICE_DAGS
from sandbox import airflow
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from tests.airflow.test_airflow_git_bundle import run_git
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

EXAMPLE = "equipements-sportifs"
POOLS = {"plateforme_portail": 4, "source_depot": 4}
BIN = Path(sys.executable).parent
CITY_DAGS = 10
PAUSED_AT_CREATION = "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"
# A DAG of the host, which Airflow would refuse in a process that has a listener.
OF_THE_HOST = """
from datetime import datetime
from airflow.providers.standard.sensors.date_time import DateTimeSensorAsync
from airflow.sdk import DAG

with DAG("de_l_hote", schedule=None, start_date=datetime(2026, 1, 1)):
    DateTimeSensorAsync(task_id="attendre", target_time="2026-01-02T00:00:00+00:00", end_from_trigger=True)
"""


@dataclass(frozen=True)
class Host:
    """An Airflow and the city beside it. ``settings``: what its processes were given more than Airflow's own."""

    api: Api
    layout: Layout
    city: Path
    settings: Mapping[str, str]

    def run(self, commands: str) -> str:
        """What a shell prints, in the folder of the city and with what the processes of Airflow know."""
        known = {**airflow.build_environment(self.layout), **self.settings}
        known.pop("AQUEDUC_INCLUDE")
        command = ["sh", "-ec", commands]
        done = subprocess.run(command, cwd=self.city, env=known, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def list_pools(self) -> dict[str, int]:
        found = self.api.call("GET", "pools", limit=100)["pools"]
        return {pool["name"]: pool["slots"] for pool in found if pool["name"] != "default_pool"}

    def read_page(self, path: str = "") -> str:
        """Of the example, in Airflow."""
        url = f"{self.api.airflow.url}/aqueduc/jeu/{EXAMPLE}{path}"
        return self.api._session.get(url, headers={"Accept-Language": "fr"}, timeout=30).text

    def list_city_dags(self) -> list[bool]:
        """Whether each DAG of the whole city is paused."""
        return [dag["is_paused"] for name, dag in self.api.dags().items() if name.startswith("aqueduc_")]

    def publish_example(self) -> None:
        """Once somebody has agreed to it."""
        self.run(
            f"aqueduc run {EXAMPLE} --dry-run\naqueduc agree {EXAMPLE} --by essai --reason 'Exemple fourni'"
        )
        self.api.unpause(EXAMPLE)
        assert self.api.wait(EXAMPLE, self.api.trigger(EXAMPLE)) == "success"
        assert self.is_example_online()

    def is_example_online(self) -> bool:
        portal = Path(self.settings["AQUEDUC_PORTAL"].removeprefix("file://"))
        return (portal / "jeux" / EXAMPLE / f"{EXAMPLE}.csv").is_file()

    def declare_from_new_connection(self) -> None:
        """Another dataset, read from a connection that nobody has named before, made in Airflow meanwhile."""
        extra = json.dumps({"path": str(self.city / "depot")})
        self.api.call(
            "POST", "connections", json={"connection_id": "guichet", "conn_type": "fs", "extra": extra}
        )
        city, datasets = self.city / "include" / "city.yaml", self.city / "include" / "datasets"
        written = city.read_text("utf-8").replace(
            "connections:\n", "connections:\n  guichet: un autre dossier\n"
        )
        city.write_text(written, encoding="utf-8")
        declared = yaml.safe_load((datasets / f"{EXAMPLE}.yaml").read_text("utf-8"))
        declared |= {"title": "Du guichet", "source": {**declared["source"], "file": "guichet"}}
        (datasets / "guichet.yaml").write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")

    def expect_first_reading(self) -> None:
        """The run waits for an agreement then; its source was read, long before a bundle is read again."""
        self.api.wait_for_dags({"guichet"})
        self.api.unpause("guichet")
        run = self.api.trigger("guichet")
        assert eventually(lambda: self.api.tasks("guichet", run)["extract"].state == "success", 120)
        assert self.list_pools() == {**POOLS, "source_guichet": 4}


def read_readme(city: Path) -> list[str]:
    """The commands that the README gives for Airflow, each block of them, with the folders of this machine."""
    section = (city / "README.md").read_text("utf-8").partition("## Avec Airflow")[2]
    here = section.replace("/chemin/de/ce/depot", str(city)).replace("/srv/", f"{city.parent}/srv/")
    return re.findall(r"^```sh\n(.*?)^```", here, re.M | re.S)


@contextmanager
def open_host(city: Path, **changes: str) -> Iterator[Host]:
    """An Airflow with what the README exports, and ``changes``."""
    shell = [
        "sh",
        "-ec",
        f"{read_readme(city)[0]}\n{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'",
    ]
    exported = json.loads(subprocess.run(shell, cwd=city, env={}, check=True, capture_output=True).stdout)
    settings = {
        **{name: value for name, value in exported.items() if name.startswith(("AIRFLOW", "AQUEDUC"))},
        # Airflow's own defaults, where the sandbox has others.
        PAUSED_AT_CREATION: "True",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(city.parent / "plugins"),
        "AQUEDUC_INCLUDE": "",
        **changes,
    }
    root = city.parent
    layout = Layout(
        root / "airflow", city / "dags", root / "plugins", city / "include", root / "-", root / "-"
    )
    try:
        api = Api(airflow.prepare(layout, settings))
        airflow.schedule(layout, settings)
        api.wait_for_dags({EXAMPLE})
        yield Host(api, layout, city, settings)
    finally:
        airflow.discard(root)


@pytest.fixture
def city() -> Iterator[Path]:
    with open_folder() as root:
        made = root / "ma-ville"
        subprocess.run([BIN / "aqueduc", "init", str(made)], check=True, capture_output=True)
        yield made


def test_what_its_readme_says_publishes_its_example(city: Path) -> None:
    """To the letter; and what is said there of the DAGs of the whole city."""
    with open_host(city) as host:
        assert eventually(lambda: host.list_city_dags() == [True] * CITY_DAGS)
        _, publishing, showing = read_readme(city)[:3]
        host.run(publishing)
        assert eventually(host.is_example_online)
        assert "aqueduc show" in showing
        assert host.list_pools() == POOLS
        section = (city / "README.md").read_text("utf-8").partition("## Avec Airflow")[2]
        switch = re.search(r"`(airflow dags unpause --treat[^`]*)`", section)
        assert switch is not None
        # What does it is still paused; it is offered once the run is certified, a moment after its files are there.
        assert eventually(lambda: "attend que quelqu" in host.read_page("/agir/retirer"))
        host.run(showing)
        host.run(switch[1])
        assert host.list_city_dags() == [False] * CITY_DAGS
        asked = host.read_page("/agir/retirer")
        assert "Retirer du public" in asked and "attend que quelqu" not in asked
        host.declare_from_new_connection()
        host.expect_first_reading()


def test_a_plain_dags_folder_publishes_and_harms_no_dag_of_its_host(city: Path) -> None:
    (city / "dags" / "hote.py").write_text(OF_THE_HOST, encoding="utf-8")
    without = {
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(
            [
                {
                    "name": "dags-folder",
                    "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
                    "kwargs": {},
                }
            ]
        )
    }
    with open_host(city, **without, **{PAUSED_AT_CREATION: "False"}) as host:
        host.api.wait_for_dags({"de_l_hote"})
        assert eventually(lambda: host.list_city_dags() == [False] * CITY_DAGS)
        assert host.list_pools() == {}, "nothing of ours looks at a bundle there"
        host.publish_example()
        assert host.list_pools() == POOLS
        host.declare_from_new_connection()
        host.expect_first_reading()
        assert host.api.call("GET", "importErrors")["import_errors"] == []
        expect_page_of_missing_pool(host)


def expect_page_of_missing_pool(host: Host) -> None:
    """One that somebody removes under a run: the page of the dataset says what to run, and the run goes on once it was."""
    pool = "plateforme_portail"
    host.api.set_pool(pool, 0, "fermé")
    run = host.api.trigger(EXAMPLE, {"force": True})
    assert eventually(lambda: host.api.tasks(EXAMPLE, run)["publish"].state == "scheduled")
    host.api.call("DELETE", f"pools/{pool}")
    page = host.read_page()
    assert f"le pool « {pool} » n'existe pas" in page.replace("&#39;", "'")
    command = re.search(r"airflow pools set \S+ \d+ \w+", page)
    assert command is not None
    host.run(command[0])
    assert host.api.wait(EXAMPLE, run) == "success"


def test_a_git_bundle_publishes_without_the_dags_of_the_whole_city(city: Path) -> None:
    """Which this host leaves out: a dataset that waits for an agreement says where it is given instead."""
    pytest.importorskip("airflow.providers.git.bundles.git")
    bare = city.parent / "ville.git"
    bare.mkdir()
    run_git(bare, "init", "--bare", "--quiet")
    run_git(city, "init", "--quiet")
    run_git(city, "remote", "add", "origin", bare.as_uri())
    push(city)
    fetched = {
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(
            [
                {
                    "name": "aqueduc",
                    "classpath": "aqueduc_airflow.git_bundle.DeclarationsGitBundle",
                    "kwargs": {"git_conn_id": "depot_git", "tracking_ref": "main", "refresh_interval": 10},
                }
            ]
        ),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(city.parent / "bundles"),
        "AIRFLOW_CONN_DEPOT_GIT": json.dumps({"conn_type": "git", "host": bare.as_uri()}),
    }
    with open_host(city, **fetched, **{SERVICE_DAGS: "none"}) as host:
        host.api.unpause(EXAMPLE)
        run = host.api.trigger(EXAMPLE)
        assert host.api.wait(EXAMPLE, run) == "success"
        assert not host.is_example_online()
        said = "\n".join(host.api.log(EXAMPLE, run, "publish", 1))
        assert f"Cet Airflow n'a pas le DAG {AGREEMENT}" in said and "aqueduc agree" in said
        host.publish_example()
        assert host.list_pools() == POOLS
        page = host.read_page()
        assert "/agir/lancer" in page and "/agir/retirer" not in page, "no DAG of this Airflow withdraws"
        host.declare_from_new_connection()
        push(city)
        host.api.wait_for_dags({"guichet"})
        host.api.unpause("guichet")
        run = host.api.trigger("guichet")
        assert eventually(lambda: host.api.tasks("guichet", run)["extract"].state == "success", 120)
        assert host.list_city_dags() == []


def push(city: Path) -> None:
    run_git(city, "add", "include", "dags")
    run_git(city, "commit", "--quiet", "--message", "essai")
    run_git(city, "push", "--quiet", "origin", "HEAD:main")
