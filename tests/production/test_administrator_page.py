"""What the administrator's pages say of docker-compose.yaml is what it does."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import airflow
import yaml

from aqueduc.declaration.spec import TaskResources, validate_as_written
from aqueduc.declaration.vocabulary import FREQUENCIES
from aqueduc.leases import PROCESS_S
from aqueduc_airflow.capacity import SOURCE_SLOTS, build_platform_pool_name, build_source_pool_name
from tests.production.test_compose import COMPOSE, HELD, client, filled

PAGE = (COMPOSE.parent / "docs" / "administrateur" / "deployer.md").read_text("utf-8")
COLUMNS = (
    "POSTGRES_PASSWORD", "FERNET_KEY", "JWT_SECRET", "API_SECRET_KEY", "REDIS_PASSWORD", "STORE_SECRET_KEY",
    "VAULT_SECRET_KEY",
)  # fmt: skip


def test_the_table_of_secrets_is_that_of_compose() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|(.*)\|$", PAGE, re.MULTILINE)
    said = {
        name: {
            column for column, cell in zip(COLUMNS, cells.split("|"), strict=True) if cell.strip() == "oui"
        }
        for names, cells in rows
        for name in re.findall(r"`([a-z-]+)`", names)
    }
    services = ("init", "api-server", "scheduler", "dag-processor", "triggerer", "worker", "housekeeping")
    assert said == {name: HELD[name] - {"ADMIN_PASSWORD"} for name in services}


def test_the_override_for_git_gives_the_bundle_to_all_and_its_key_to_who_reads(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```yaml\n(x-bundle.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "override.yaml").write_text(block, encoding="utf-8")
    (tmp_path / "env").write_text(filled() + 'CITY_GIT=\'{"conn_type": "git"}\'\n', encoding="utf-8")
    files = [
        "--file",
        str(COMPOSE),
        "--file",
        str(tmp_path / "override.yaml"),
        "--env-file",
        str(tmp_path / "env"),
    ]
    bare = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [*client(), *files, "config"], capture_output=True, text=True, check=False, env=bare
    )
    assert done.returncode == 0, done.stderr
    services: dict[str, dict[str, Any]] = yaml.safe_load(done.stdout)["services"]
    airflow = {
        name: one["environment"]
        for name, one in services.items()
        if one["image"].startswith("aqueduc/airflow")
    }
    for name, given in airflow.items():
        fetched = "DeclarationsGitBundle" in given["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"]
        assert fetched is (name != "housekeeping")
        assert "AQUEDUC_INCLUDE" not in given
    assert {name for name, given in airflow.items() if "AIRFLOW_CONN_CITY_GIT" in given} == {
        "init", "dag-processor", "worker",
    }  # fmt: skip
    assert "outside" in services["init"]["networks"]


def test_the_outlets_of_the_page_are_where_the_web_server_reads() -> None:
    (block,) = re.findall(r"^```yaml\n(platforms:.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    said = yaml.safe_load(block)
    text = (COMPOSE.parent / "docker" / "web" / "Caddyfile").read_text("utf-8")
    assert said["platforms"]["portail"]["folder"] == "/srv/www/portail"
    assert "{$WEB_ROOT:/srv/www}/portail" in text
    assert said["outlets"]["fichiers"]["folder"] == "/srv/www/fichiers"
    assert "{$WEB_ROOT:/srv/www}/fichiers" in text
    reserve, files = said["outlets"]["reserve"], said["outlets"]["fichiers"]
    assert reserve["folder"] == f"{files['folder']}/reserve"
    assert reserve["url"] == f"{files['url']}/reserve"
    assert "handle /reserve/*" in text


def test_what_becomes_of_a_killed_worker_is_told_by_the_delays_of_airflow_and_of_the_leases() -> None:
    """Where neither Compose nor Helm changes them. A publication is tried again when its lease has run out."""
    defaults = yaml.safe_load(
        (Path(airflow.__file__).parent / "config_templates" / "config.yml").read_text("utf-8")
    )

    def read_minutes(section: str, option: str) -> float:
        assert f"`[{section}] {option}`" in PAGE
        for settings in (COMPOSE, COMPOSE.parent / "deploy" / "helm" / "values.yaml"):
            assert option.upper() not in settings.read_text("utf-8")
        return float(defaults[section]["options"][option]["default"]) / 60

    found, delay = (
        read_minutes("scheduler", "task_instance_heartbeat_timeout"),
        read_minutes("core", "default_task_retry_delay"),
    )
    assert f"{found + delay:.0f} minutes après : {found:.0f} pour voir" in PAGE
    assert f"), {delay:.0f} avant l'essai suivant" in PAGE
    assert f"redonnée après {read_minutes('scheduler', 'task_queued_timeout'):.0f} minutes" in PAGE
    assert f"{PROCESS_S / 60:.0f} minutes après son dernier signe de vie" in PAGE
    assert found + delay >= PROCESS_S / 60


def test_queues_priorities_and_resources_are_as_the_page_says() -> None:
    (section,) = re.findall(r"^## Files, priorités et ressources\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    assert f"`{build_source_pool_name('')}`" in section and f"`{build_platform_pool_name('')}`" in section
    assert f"connexion : {SOURCE_SLOTS} lectures à la fois" in section
    year = timedelta(days=366)
    said = re.findall(r"(\d+) (toutes les heures|tous les jours|tous les ans)", section)
    words = {"toutes les heures": "hourly", "tous les jours": "daily", "tous les ans": "yearly"}
    assert {words[word]: int(number) for number, word in said} == {
        word: round(year / (FREQUENCIES[word].period or year)) for word in words.values()
    }
    (written,) = re.findall(r"^```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    asked = validate_as_written(TaskResources, yaml.safe_load(written)["resources"])
    assert (asked.queue, asked.cpu, asked.memory) == ("heavy", 2, "4Gi")
    assert "WORKER_QUEUES" in COMPOSE.read_text("utf-8")
