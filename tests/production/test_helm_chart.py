"""Airflow's official chart, rendered with deploy/helm: what Kubernetes would be given, object by object."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.airflow.statsd import StatsdSink
from tests.production.test_helm import (
    CRON,
    HELM,
    PARTS,
    README,
    SECRETS,
    SERVICES,
    VALUES,
    find_part,
    read_block,
)
from tests.tools import CHART_VERSION, REPOSITORY, find_chart, find_helm, find_kubernetes_schemas

pytestmark = pytest.mark.thorough

OPTIONS = {
    "plain": (),
    "metrics": ("Des métriques et des alertes",),
    "logs": ("Les journaux des tâches dans un seau",),
    "secrets": ("Les connexions dans un gestionnaire de secrets",),
    "pods": ("Un pod par tâche",),
}
OPTIONS["all"] = sum(OPTIONS.values(), ())
# The containers that have another name than the service of Compose, or the use.
NAMES = {"run-airflow-migrations": "init", "base": "task"}
WAITING = "wait-for-airflow-migrations"
# Those of tests/production/test_helm.py, and what is none of its services. The exporter of metrics keeps no secret.
HELD = {
    **SECRETS,
    WAITING: {"aqueduc-database"},
    "task": SECRETS["worker"] - {"aqueduc-queue"},
    "statsd": set[str](),
}
CONFINED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
HOLDERS_OF_THE_DATABASE = {"api-server", "dag-processor", "triggerer", "init"}


@dataclass(frozen=True)
class Rendered:
    """What the chart makes of values.yaml and of some of the blocks of README.md. ``notes``: what it tells who installs
    it."""

    objects: tuple[dict[str, Any], ...]
    notes: str

    def find(self, kind: str, name: str) -> dict[str, Any]:
        (found,) = (one for one in self.objects if (one["kind"], one["metadata"]["name"]) == (kind, name))
        return found

    def list_of_kind(self, kind: str) -> list[str]:
        return sorted(one["metadata"]["name"] for one in self.objects if one["kind"] == kind)

    def list_pods(self) -> dict[str, dict[str, Any]]:
        """The ``spec`` of each pod, by the name of what makes it."""
        made = ("Deployment", "StatefulSet", "Job", "CronJob")
        found = {
            one["metadata"]["name"]: one["spec"]["template"]["spec"]
            for one in self.objects
            if one["kind"] in made
        }
        template = self.find("ConfigMap", "aqueduc-config")["data"].get("pod_template_file.yaml")
        return {**found, **({"task": yaml.safe_load(template)["spec"]} if template else {})}

    def list_containers(self) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Each container with the service that it is, and its pod."""
        return [
            (NAMES.get(one["name"], one["name"]), one, pod)
            for pod in self.list_pods().values()
            for one in (*(pod.get("initContainers") or ()), *pod["containers"])
        ]

    def find_container(self, service: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The container of a service, and its pod."""
        ((container, pod),) = ((one, pod) for name, one, pod in self.list_containers() if name == service)
        return container, pod

    @property
    def configuration(self) -> configparser.ConfigParser:
        """airflow.cfg, which every process has."""
        parser = configparser.ConfigParser(interpolation=None)
        parser.read_string(self.find("ConfigMap", "aqueduc-config")["data"]["airflow.cfg"])
        return parser


@cache
def render(option: str) -> Rendered:
    with tempfile.TemporaryDirectory() as folder:
        given = [str(find_chart()), "--namespace", "aqueduc", "--values", str(HELM / "values.yaml")]
        for number, title in enumerate(OPTIONS[option]):
            path = Path(folder, f"ville-{number}.yaml")
            path.write_text(read_block(README, title), encoding="utf-8")
            given += ["--values", str(path)]
        helm = str(find_helm())
        done = subprocess.run(
            [helm, "template", "aqueduc", *given], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-4000:]
        install = [helm, "install", "aqueduc", *given, "--dry-run=client"]
        notes = subprocess.run(install, capture_output=True, text=True, check=True).stdout
    objects = tuple(one for one in yaml.safe_load_all(done.stdout) if one)
    return Rendered(objects, notes.partition("\nNOTES:\n")[2])


# --- every option ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", OPTIONS)
def test_kubernetes_has_a_schema_for_each_object_and_each_holds_to_it(tmp_path: Path, option: str) -> None:
    rendered = render(option)
    objects = [*rendered.objects, CRON]
    template = rendered.find("ConfigMap", "aqueduc-config")["data"].get("pod_template_file.yaml")
    objects += [yaml.safe_load(template)] if template else []
    paths = []
    for number, one in enumerate(objects):
        paths.append(tmp_path / f"{number}-{one['kind']}-{one['metadata']['name']}.yaml")
        paths[-1].write_text(yaml.safe_dump(one), encoding="utf-8")
    validate = [sys.executable, "-m", "kubernetes_validate", "--strict", "-k", "1.30", "-k", "1.37"]
    done = subprocess.run(
        [*validate, *map(str, paths)],
        env={**os.environ, "PYTHONPATH": str(find_kubernetes_schemas())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count(" passed ") == 2 * len(paths) > 30


@pytest.mark.parametrize("option", OPTIONS)
def test_each_container_has_its_secrets_and_no_other(option: str) -> None:
    for service, container, _pod in render(option).list_containers():
        assert not container.get("envFrom")
        named = [one["valueFrom"]["secretKeyRef"] for one in container.get("env", ()) if "valueFrom" in one]
        assert {one["name"] for one in named} == HELD[service], (option, service)


@pytest.mark.parametrize("option", OPTIONS)
def test_a_secret_is_mounted_by_who_holds_the_database_and_by_nobody_else(option: str) -> None:
    for service, container, pod in render(option).list_containers():
        secret = {one["name"] for one in pod["volumes"] if "secret" in one}
        mounted = {one["name"] for one in container["volumeMounts"]} & secret
        wanted = option in ("secrets", "all") and service in HOLDERS_OF_THE_DATABASE
        assert mounted == ({"secrets-backend"} if wanted else set()), (option, service)
        assert not any("projected" in one or "hostPath" in one for one in pod["volumes"])


@pytest.mark.parametrize("option", OPTIONS)
def test_no_secret_is_made_nor_written_in_a_map(option: str) -> None:
    rendered = render(option)
    assert rendered.list_of_kind("Secret") == []
    parser = rendered.configuration
    told = {f"{section}.{name}" for section in parser.sections() for name in parser[section]}
    assert not {
        name for name in told if re.search(r"password|token$|fernet|jwt|sql_alchemy|broker_url", name)
    }


@pytest.mark.parametrize("option", OPTIONS)
def test_each_container_is_confined_and_bounded(option: str) -> None:
    for service, container, pod in render(option).list_containers():
        assert container["securityContext"] == CONFINED, service
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}, service
        account = pod["securityContext"]["runAsUser"]
        assert account == (65534 if service == "statsd" else VALUES["uid"])
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod.get("enableServiceLinks") is False or service == "statsd"
        assert not pod.get("hostNetwork") and not pod.get("hostPID")
        if service != "statsd":
            assert container["image"] == SERVICES["worker"]["image"]


@pytest.mark.parametrize("option", OPTIONS)
def test_only_a_scheduler_that_makes_pods_has_a_token_of_kubernetes(option: str) -> None:
    rendered = render(option)
    makes_pods = option in ("pods", "all")
    accounts = [one for one in rendered.objects if one["kind"] == "ServiceAccount"]
    holders = {
        one["metadata"]["name"] for one in accounts if one.get("automountServiceAccountToken") is not False
    }
    assert holders == ({"aqueduc-airflow-scheduler"} if makes_pods else set())
    assert bool(rendered.list_of_kind("Role")) == makes_pods
    assert {pod["serviceAccountName"] for pod in rendered.list_pods().values()} <= {
        one["metadata"]["name"] for one in accounts
    }


@pytest.mark.parametrize("option", OPTIONS)
def test_the_chart_warns_of_nothing_that_is_used(option: str) -> None:
    notes = render(option).notes
    assert VALUES["airflowVersion"] in notes
    assert notes.count("DEPRECATION") == notes.count("Git-Sync") == 1, notes


@pytest.mark.parametrize("option", OPTIONS)
def test_what_calls_the_api_server_may_enter_and_what_is_mounted_is_there(option: str) -> None:
    rendered = render(option)
    (rule,) = rendered.find("NetworkPolicy", "aqueduc-api-server-policy")["spec"]["ingress"]
    assert rule["ports"] == [{"port": 8080}]
    assert {"podSelector": {"matchLabels": {"tier": "airflow", "release": "aqueduc"}}} in rule["from"]
    for one in rendered.objects:
        if one["kind"] in ("Deployment", "Job"):
            labels = one["spec"]["template"]["metadata"]["labels"]
            assert (labels["tier"], labels["release"]) == ("airflow", "aqueduc")
    for _service, container, pod in rendered.list_containers():
        volumes = {one["name"] for one in pod["volumes"]}
        paths = [one["mountPath"] for one in container["volumeMounts"]]
        assert {one["name"] for one in container["volumeMounts"]} <= volumes
        assert len(paths) == len(set(paths))
        names = [one["name"] for one in container.get("env", ())]
        assert len(names) == len(set(names)), "the last of two would win"


# --- without any option ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", PARTS)
def test_a_container_is_its_service_of_compose(service: str) -> None:
    container, pod = render("plain").find_container(service)
    values = find_part(service)
    assert container["args"] == values["args"]
    assert "command" not in container, "the image's entry point gathers the authorities"
    given = {one["name"]: one for one in container["env"]}
    for one in (*VALUES["env"], *values["env"]):
        rendered = given[one["name"]]
        assert rendered.get("value", "") == one.get("value", "")
        assert rendered.get("valueFrom") == one.get("valueFrom")
    added = set(given) - {one["name"] for one in (*VALUES["env"], *values["env"])}
    assert added <= {"AIRFLOW_HOME", "DUMB_INIT_SETSID", "PYTHONUNBUFFERED"}
    assert given["AIRFLOW_HOME"]["value"] == "/opt/airflow"
    assert container["resources"] == values["resources"]
    mounted = {one["mountPath"]: one for one in container["volumeMounts"]}
    expected = {
        "/opt/airflow",
        "/tmp",
        "/scratch",
        "/usr/local/share/ca-certificates",
        "/opt/airflow/airflow.cfg",
    }
    assert expected <= set(mounted)
    assert ("/opt/airflow/logs" in mounted) == (service != "init")
    assert ({"/depot", "/srv/www"} <= set(mounted)) == (service == "worker")
    if service == "worker":
        assert mounted["/depot"]["readOnly"] and pod["terminationGracePeriodSeconds"] == 600
    waits = [one["name"] for one in pod.get("initContainers") or ()]
    assert waits == ([] if service in ("worker", "init") else [WAITING])


@pytest.mark.parametrize("service", ["api-server", "scheduler", "dag-processor", "triggerer", "worker"])
def test_a_process_that_hangs_is_seen(service: str) -> None:
    container, _pod = render("plain").find_container(service)
    if service == "api-server":
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            assert container[probe]["httpGet"] == {
                "path": "/api/v2/monitor/health", "port": 8080, "scheme": "HTTP"
            }  # fmt: skip
        return
    check = ["python", "/opt/aqueduc/docker/health.py", service]
    assert container["livenessProbe"]["exec"]["command"] == check
    assert container["livenessProbe"]["timeoutSeconds"] >= 20
    # As long as Compose gives it to start.
    patience = container["livenessProbe"]["failureThreshold"] * container["livenessProbe"]["periodSeconds"]
    assert patience >= 90


def test_nothing_is_sent_elsewhere_and_nothing_else_is_installed() -> None:
    rendered = render("plain")
    assert set(rendered.list_pods()) == {
        f"aqueduc-{'run-airflow-migrations' if name == 'init' else name}" for name in PARTS
    }
    parser = rendered.configuration
    assert (parser["metrics"]["statsd_on"], parser["logging"]["remote_logging"]) == ("False", "False")
    assert "secrets" not in parser


# --- each option ----------------------------------------------------------------------------------------------------


def test_metrics_go_to_an_exporter_that_prometheus_may_read() -> None:
    rendered = render("metrics")
    metrics = rendered.configuration["metrics"]
    # What tests/airflow/test_airflow_scheduler.py has a real receiver read.
    for name, value in StatsdSink(0).environment.items():
        key = name.removeprefix("AIRFLOW__METRICS__").lower()
        assert key in ("statsd_host", "statsd_port") or metrics[key] == value
    service = rendered.find("Service", metrics["statsd_host"])
    ports = {one["port"]: one["protocol"] for one in service["spec"]["ports"]}
    assert ports == {int(metrics["statsd_port"]): "UDP", 9102: "TCP"}
    assert service["metadata"]["annotations"]["prometheus.io/scrape"] == "true"
    (rule,) = rendered.find("NetworkPolicy", "aqueduc-statsd-policy")["spec"]["ingress"]
    assert "namespaceSelector" in str(rule["from"]) and "podSelector" in str(rule["from"])
    # What our alerts ask for is renamed by no rule of the chart's exporter.
    mappings = rendered.find("ConfigMap", "aqueduc-statsd")["data"]["mappings.yml"]
    assert "aqueduc" not in mappings


def test_the_alerts_become_a_rule_of_prometheus_operator() -> None:
    (command,) = re.findall(r"```sh\n(\{ printf.*?)```", README, re.DOTALL)
    made = subprocess.run(
        ["sh", "-c", command.replace("kubectl apply --filename -", "cat")],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rule = yaml.safe_load(made)
    assert (rule["apiVersion"], rule["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
    alerts = yaml.safe_load((REPOSITORY / "docker" / "prometheus" / "alerts.yaml").read_text("utf-8"))
    assert rule["spec"] == alerts


def test_logs_go_to_a_bucket_whose_key_no_pod_is_given() -> None:
    logging = render("logs").configuration["logging"]
    assert logging["remote_logging"] == "True"
    assert logging["remote_base_log_folder"].startswith("s3://")
    plain = {service: one.get("env") for service, one, _pod in render("plain").list_containers()}
    assert {service: one.get("env") for service, one, _pod in render("logs").list_containers()} == plain


@pytest.mark.parametrize("process, asked", [("WORKERS", False), ("", True)])
def test_workers_ask_the_api_server_and_not_the_secrets_manager(
    tmp_path: Path, process: str, asked: bool
) -> None:
    """As Airflow itself reads the file that every pod has."""
    path = tmp_path / "airflow.cfg"
    path.write_text(render("secrets").find("ConfigMap", "aqueduc-config")["data"]["airflow.cfg"], "utf-8")
    code = (
        "from airflow import configuration, secrets\n"
        f"search = secrets.DEFAULT_SECRETS_SEARCH_PATH{process and '_' + process}\n"
        "print([type(one).__name__ for one in configuration.initialize_secrets_backends(search)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.defpath, "AIRFLOW_HOME": str(tmp_path), "AIRFLOW_CONFIG": str(path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert ("VaultBackend" in done.stdout) == asked, done.stdout


def test_the_pod_of_a_task_has_what_a_worker_has_but_the_queue() -> None:
    rendered = render("pods")
    assert rendered.configuration["core"]["executor"] == "KubernetesExecutor"
    assert "aqueduc-worker" not in rendered.list_of_kind("Deployment")
    task, pod = rendered.find_container("task")
    worker, _pod = render("plain").find_container("worker")
    left_out = {"AIRFLOW__CELERY__BROKER_URL", "AIRFLOW__CELERY__RESULT_BACKEND", "DUMB_INIT_SETSID"}
    given = {one["name"] for one in task["env"]} - {"AIRFLOW__CORE__EXECUTOR"}
    assert given == {one["name"] for one in worker["env"]} - left_out
    assert {one["mountPath"] for one in task["volumeMounts"]} == {
        one["mountPath"] for one in worker["volumeMounts"]
    }
    assert pod["restartPolicy"] == "Never"
    (role,) = (one for one in rendered.objects if one["metadata"]["name"] == "aqueduc-pod-launcher-role")
    assert "secrets" not in str(role["rules"])


def test_the_version_is_said_where_it_is_installed() -> None:
    for path in (HELM / "values.yaml", HELM / "README.md"):
        assert set(re.findall(r"\b1\.(?:1[89]|2\d)\.\d\b", path.read_text("utf-8"))) == {CHART_VERSION}
