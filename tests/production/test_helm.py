"""deploy/helm holds to docker-compose.yaml: the same settings, images, checks and limits, the same secrets to the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((REPOSITORY / "docker-compose.yaml").read_text("utf-8"))[
    "services"
]
HELM = REPOSITORY / "deploy" / "helm"
VALUES: dict[str, Any] = yaml.safe_load((HELM / "values.yaml").read_text("utf-8"))
CRON: dict[str, Any] = yaml.safe_load((HELM / "housekeeping.yaml").read_text("utf-8"))
README = (HELM / "README.md").read_text("utf-8")

# Each service of Compose, and the part of the chart that is the same process.
PARTS = {
    "init": "migrateDatabaseJob",
    "api-server": "apiServer",
    "scheduler": "scheduler",
    "dag-processor": "dagProcessor",
    "triggerer": "triggerer",
    "worker": "workers.celery",
}
# Who is given which, `aqueduc-…`.
SECRETS = {
    service: {f"aqueduc-{name}" for name in names.split()}
    for service, names in {
        "init": "database queue fernet tokens sessions store vault git init",
        "api-server": "database fernet tokens sessions store-reader",
        "scheduler": "database queue tokens",
        "dag-processor": "database fernet git",
        "triggerer": "database fernet",
        "worker": "queue store vault git",
    }.items()
}
# What stands elsewhere in a cluster.
ELSEWHERE = {"postgres", "redis", "store", "vault", "web", "housekeeping"}
# A setting of .env, as what it is where nobody fills it.
DEFAULT = re.compile(r"\$\{\w+:-(\w*)\}")
SECRET = re.compile(r"\$\{(\w+_(?:KEY|SECRET|PASSWORD)):")
# What is written otherwise there, and what is the same under both names.
TRANSLATED = {
    "http://api-server:8080/": "http://aqueduc-api-server:8080/",
    "/var/log/aqueduc": "/opt/airflow/logs",
    "${TEST_CONNECTION:-Disabled}": "Disabled",
}
REPLACED = {
    "AIRFLOW__API__BASE_URL",
    "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "FORWARDED_ALLOW_IPS",
}
# The repository is fetched, not mounted: its key goes to what reads it.
GIT = "AIRFLOW_CONN_CITY_GIT"


def read_block(page: str, title: str) -> str:
    """The block of YAML that a page in Markdown has under a heading."""
    _before, found, text = page.partition(f"\n## {title}\n")
    assert found, title
    (block,) = re.findall(r"```yaml\n(.*?)```", text.partition("\n## ")[0], re.DOTALL)
    return str(block)


def find_part(service: str) -> dict[str, Any]:
    found = VALUES
    for name in PARTS[service].split("."):
        found = found[name]
    return found


def read_part(service: str) -> dict[str, dict[str, Any]]:
    """The variables of a part, its own and those of all."""
    found = {one["name"]: one for one in VALUES["env"]}
    # The chart writes it in airflow.cfg, and otherwise in the pod of a task.
    found["AIRFLOW__CORE__EXECUTOR"] = {"name": "AIRFLOW__CORE__EXECUTOR", "value": VALUES["executor"]}
    for one in find_part(service)["env"]:
        assert one["name"] not in found, one["name"]
        found[one["name"]] = one
    return found


def list_names(service: str) -> set[str]:
    return set(SERVICES[service]["environment"])


def test_every_service_is_a_part_of_the_chart_or_named_as_standing_elsewhere() -> None:
    assert set(PARTS) | ELSEWHERE == set(SERVICES)
    for name in ELSEWHERE:
        assert f"`{name}`" in README, f"README.md says where {name} stands"


@pytest.mark.parametrize("service", sorted(PARTS))
def test_a_part_has_the_variables_of_its_service(service: str) -> None:
    ours, theirs = set(read_part(service)), list_names(service)
    if service in ("init", "dag-processor", "worker"):
        ours.remove(GIT)
    if service == "init":
        # Here it fetches the repository.
        theirs |= {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"}
    if service == "api-server":
        # In Compose it reads a volume; here a bucket, with a key that only reads.
        theirs |= {"AQUEDUC_STORE_OPTIONS"}
    assert ours == theirs


@pytest.mark.parametrize("service", sorted(PARTS))
def test_a_value_is_the_same_and_a_secret_a_reference(service: str) -> None:
    for name, one in read_part(service).items():
        if name in REPLACED or name == GIT:
            continue
        ours = SERVICES[service]["environment"].get(name, "")
        if SECRET.search(ours) or name in ("ADMIN_USER", "ADMIN_EMAIL"):
            assert set(one["valueFrom"]) == {"secretKeyRef"}, name
        elif (service, name) == ("api-server", "AQUEDUC_STORE_OPTIONS"):
            assert one["valueFrom"]["secretKeyRef"]["name"] == "aqueduc-store-reader"
        elif (service, name) == ("api-server", "AQUEDUC_STORE"):
            assert one["value"] == SERVICES["worker"]["environment"]["AQUEDUC_STORE"]
        else:
            for here, there in TRANSLATED.items():
                ours = ours.replace(here, there)
            assert one["value"] == ours, name


def test_one_secret_for_each_use_and_each_to_who_uses_it() -> None:
    held = {
        service: {
            one["valueFrom"]["secretKeyRef"]["name"]
            for one in read_part(service).values()
            if "secretKeyRef" in one.get("valueFrom", {})
        }
        for service in PARTS
    }
    assert held == SECRETS
    for name in set().union(*held.values()):
        assert f"create secret generic {name} " in README


def test_only_the_ingress_is_believed_to_speak_for_another() -> None:
    kept = {"configMapKeyRef": {"name": "aqueduc-ingress", "key": "addresses"}}
    assert read_part("api-server")["FORWARDED_ALLOW_IPS"]["valueFrom"] == kept
    assert "create configmap aqueduc-ingress --from-literal addresses=" in README


def test_no_secret_of_the_chart_is_given_to_all_and_none_is_made_by_it() -> None:
    assert not any(VALUES["enableBuiltInSecretEnvVars"].values())
    assert set(VALUES["enableBuiltInSecretEnvVars"]) >= {
        "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW_CONN_AIRFLOW_DB",
        "AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CELERY__RESULT_BACKEND",
        "AIRFLOW__CELERY__BROKER_URL",
    }  # fmt: skip
    assert not VALUES["postgresql"]["enabled"]
    assert not VALUES["redis"]["enabled"]
    assert "valueFrom" not in str(VALUES["env"])


def test_what_waits_for_the_database_has_its_password_and_a_worker_waits_for_nothing() -> None:
    for service in set(PARTS) - {"init"}:
        part = find_part(service)
        assert part["waitForMigrations"] == {"enabled": False}, "the chart's own takes no secret by its name"
        waits = part.get("extraInitContainers", [])
        assert len(waits) == (service != "worker")
        for one in waits:
            assert one["args"][:3] == ["airflow", "db", "check-migrations"]
            given = [variable["name"] for variable in one["env"] if "valueFrom" in variable]
            assert given == ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]


def test_the_bundle_has_the_same_name_and_does_the_same() -> None:
    from aqueduc_airflow.bundle import DeclarationsBundleMixin

    found = []
    for text in (
        SERVICES["worker"]["environment"]["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"],
        read_part("worker")["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"]["value"],
    ):
        (bundle,) = json.loads(text)
        module, _, name = bundle["classpath"].rpartition(".")
        assert issubclass(getattr(__import__(module, fromlist=[name]), name), DeclarationsBundleMixin)
        found.append(bundle["name"])
    assert found == ["aqueduc", "aqueduc"]
    assert bundle["kwargs"]["git_conn_id"] == "city_git"
    assert "AQUEDUC_INCLUDE" not in str(VALUES)


def test_the_same_image_account_and_confinement() -> None:
    repository, _, tag = SERVICES["worker"]["image"].partition(":")
    assert VALUES["images"]["airflow"] == {"repository": repository, "tag": tag}
    assert (VALUES["defaultAirflowRepository"], VALUES["defaultAirflowTag"]) == (repository, tag)
    assert SERVICES["worker"]["user"] == f"{VALUES['uid']}:{VALUES['gid']}"
    pod, container = VALUES["securityContexts"]["pod"], VALUES["securityContexts"]["containers"]
    assert (pod["runAsUser"], pod["runAsGroup"], pod["runAsNonRoot"]) == (VALUES["uid"], VALUES["gid"], True)
    assert container == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    job = CRON["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert job["containers"][0]["image"] == SERVICES["housekeeping"]["image"]
    assert job["containers"][0]["securityContext"] == container
    assert {key: job["securityContext"][key] for key in pod} == pod
    for part in map(find_part, PARTS):
        assert part["serviceAccount"] == {"automountServiceAccountToken": False}


@pytest.mark.parametrize("service", sorted(PARTS))
def test_the_same_command_check_and_limits(service: str) -> None:
    part = find_part(service)
    assert part["args"] == [DEFAULT.sub(r"\1", word) for word in SERVICES[service]["command"]]
    limits, theirs = SERVICES[service]["deploy"]["resources"]["limits"], part["resources"]["limits"]
    assert theirs["cpu"] == DEFAULT.sub(r"\1", limits["cpus"])
    assert theirs["memory"] == limits["memory"].upper() + "i"
    if service not in ("init", "api-server"):
        # The chart asks the api-server over HTTP itself.
        assert part["livenessProbe"]["command"] == SERVICES[service]["healthcheck"]["test"][1:]


def test_a_worker_listens_to_the_queues_that_are_set_and_to_airflows_own_otherwise() -> None:
    from airflow.configuration import conf

    *_, option, compose = SERVICES["worker"]["command"]
    assert (option, compose) == ("--queues", "${WORKER_QUEUES:-default}")
    assert find_part("worker")["args"][-2:] == ["--queues", conf.get("operators", "default_queue")]
    assert "WORKER_QUEUES=\n" in (REPOSITORY / ".env.example").read_text("utf-8")
    assert "`WORKER_QUEUES`" in README and "`workers.celery.args`" in README


def test_what_is_written_and_mounted_is_the_same() -> None:
    mounted = {
        one["mountPath"]: one for one in VALUES["volumeMounts"] + find_part("worker")["extraVolumeMounts"]
    }
    for path in (
        "/tmp",
        "/opt/airflow",
        "/scratch",
        "/srv/www",
        "/depot",
        "/usr/local/share/ca-certificates",
    ):
        assert path in mounted
    assert mounted["/depot"]["readOnly"] is True
    assert mounted["/usr/local/share/ca-certificates"]["readOnly"] is True
    names = {one["name"] for one in VALUES["volumes"] + find_part("worker")["extraVolumes"]}
    assert {one["name"] for one in mounted.values()} == names
    grace = SERVICES["worker"]["stop_grace_period"]
    assert find_part("worker")["terminationGracePeriodSeconds"] == int(grace.removesuffix("m")) * 60


def test_the_history_is_tidied_with_the_same_settings() -> None:
    container = CRON["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    assert container["args"] == [*SERVICES["housekeeping"]["command"], "--once"]
    given = {one["name"]: one for one in container["env"]}
    assert [name for name, one in given.items() if "valueFrom" in one] == [
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
    ]
    assert set(given) <= list_names("housekeeping")
    assert given["HISTORY_DAYS"]["value"] == "90"


def test_the_pod_of_a_task_has_what_a_worker_has_but_the_queue() -> None:
    """Where the executor is KubernetesExecutor: written from the same lines."""
    celery, pod = find_part("worker"), VALUES["workers"]["kubernetes"]
    queue = {"AIRFLOW__CELERY__BROKER_URL", "AIRFLOW__CELERY__RESULT_BACKEND"}
    assert pod["env"] == [one for one in celery["env"] if one["name"] not in queue]
    assert [pod[name] for name in ("extraVolumes", "extraVolumeMounts", "terminationGracePeriodSeconds")] == [
        celery[name] for name in ("extraVolumes", "extraVolumeMounts", "terminationGracePeriodSeconds")
    ]


def test_what_was_not_run_is_said() -> None:
    assert "n'a tourné dans un cluster" in README
