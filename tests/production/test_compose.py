"""docker-compose.yaml, read as Docker would: no door left open, nothing unchecked, no secret in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.cities import DeployedCity, read_cities
from aqueduc.errors import InvalidCitiesSetting

REPOSITORY = Path(__file__).resolve().parents[2]
COMPOSE = REPOSITORY / "docker-compose.yaml"
TEXT = COMPOSE.read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
RUNNING = sorted(SERVICES.keys() - {"init"})
AIRFLOW = sorted(name for name, service in SERVICES.items() if service["image"].startswith("aqueduc/airflow"))
EXAMPLE = dict(
    line.split("=", 1)
    for line in (REPOSITORY / ".env.example").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
CONNECTIONS = (REPOSITORY / "docs" / "connections.md").read_text(encoding="utf-8")
SECRETS = sorted(name for name in EXAMPLE if name.endswith(("_KEY", "_SECRET", "_PASSWORD")))
# `${NAME:?message}`: an empty or absent value stops `docker compose up`.
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]+\}")
# `${NAME:-}`: a setting that a city may do without.
WEB = {"PORTAL_ADDRESS", "FILES_ADDRESS", "WEB_TLS", "WEB_CERTIFICATES", "VISITORS"}
OPTIONAL = {
    "TEST_CONNECTION", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "CA_FOLDER", "WORKER_CPUS", "WORKER_QUEUES",
    "EXTRAS", "PROXY_ADDRESS",
} | WEB  # fmt: skip
VARIABLE = re.compile(r"(?<!\$)\$\{?(\w+)")
# Airflow's names for what must stay secret, and ours.
SECRET_NAME = re.compile(r"PASSWORD|SECRET|FERNET|SQL_ALCHEMY_CONN|BROKER_URL|RESULT_BACKEND|_OPTIONS$")


def environment(service: str) -> dict[str, str]:
    return SERVICES[service].get("environment", {})


def test_the_page_of_several_cities_gives_them_to_each_process_of_airflow() -> None:
    page = (REPOSITORY / "docs" / "administrateur" / "plusieurs-villes.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(x-cities.*?)^```", page, re.M | re.S)
    told = yaml.safe_load(block)["services"]
    assert sorted(told) == AIRFLOW
    for name, service in told.items():
        assert service["environment"]["AQUEDUC_CITIES"].startswith("/srv/aqueduc/villes"), name
        bundles = json.loads(service["environment"]["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"])
        assert [one["name"] for one in bundles] == ["aix", "gardanne"]
        (folder,) = service["volumes"]
        assert all(one["kwargs"]["path"].startswith(folder["target"]) for one in bundles)
    # One key opens all the buckets of a server, and the worker has it under these names.
    assert {"AQUEDUC_STORE_OPTIONS", "AQUEDUC_VAULT_OPTIONS"} <= environment("worker").keys()
    assert environment("api-server")["AQUEDUC_STORE"].startswith("file:///store/")


def test_the_cities_of_that_page_open_with_what_each_process_is_given() -> None:
    """As Compose joins both files: the page's variables over those of the service."""
    page = (REPOSITORY / "docs" / "administrateur" / "plusieurs-villes.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(x-cities.*?)^```", page, re.M | re.S)
    told = yaml.safe_load(block)["services"]
    roots = ("store", "vault")
    for place in (
        *(f"s3://aqueduc-aix-{end}" for end in ("depot", "coffre")),
        "file:///store/aqueduc-aix-depot",
    ):
        assert f"`{place}`" in page
    options = {f"{root}_options": f"AQUEDUC_{root.upper()}_OPTIONS" for root in roots}
    assert all(f"`{name}: {variable}`" in page for name, variable in options.items())

    def read(service: str, **places: str) -> Mapping[str, DeployedCity]:
        cities = {
            code: {
                "include": f"/srv/aqueduc/{code}/include",
                **{name: place.format(code) for name, place in places.items()},
            }
            for code in ("aix", "gardanne")
        }
        given = {**environment(service), **told[service]["environment"]}
        return read_cities({**given, "AQUEDUC_CITIES": json.dumps(cities)})

    buckets = {"store": "s3://aqueduc-{}-depot", "vault": "s3://aqueduc-{}-coffre"}
    for service in ("init", "worker"):
        for city in read(service, **buckets, **options).values():
            for root in roots:
                opened = city.build_city_environment_variables(environment(service), root)
                assert f"aqueduc-{root}" in opened[f"AQUEDUC_{root.upper()}_OPTIONS"]
                assert (
                    opened[f"AQUEDUC_{root.upper()}"]
                    == getattr(city, root)
                    != environment(service)[f"AQUEDUC_{root.upper()}"]
                )
    seen = read(
        "api-server",
        **{**buckets, "store": "file:///store/aqueduc-{}-depot"},
        vault_options=options["vault_options"],
    )
    for city in seen.values():
        opened = city.build_city_environment_variables(environment("api-server"), "store")
        assert (
            opened["AQUEDUC_STORE"] == f"file:///store/aqueduc-{city.code}-depot"
            and "AQUEDUC_STORE_OPTIONS" not in opened
        )
        with pytest.raises(InvalidCitiesSetting, match="AQUEDUC_VAULT_OPTIONS"):
            city.build_city_environment_variables(environment("api-server"), "vault")
    for service in set(AIRFLOW) - {"init", "worker"}:
        assert not {"AQUEDUC_VAULT_OPTIONS", "AQUEDUC_STORE_OPTIONS"} & environment(service).keys(), service


def test_all_the_processes_of_airflow_and_what_they_stand_on() -> None:
    assert set(SERVICES) == {
        "postgres", "redis", "store", "vault", "init",
        "api-server", "scheduler", "dag-processor", "triggerer", "worker", "housekeeping", "web",
    }  # fmt: skip


@pytest.mark.parametrize("name", RUNNING)
def test_every_service_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries", "start_period"} <= check.keys()


@pytest.mark.parametrize("name", sorted(set(AIRFLOW) - {"init"}))
def test_every_process_of_airflow_waits_for_init_and_asks_the_check_of_its_name(name: str) -> None:
    assert SERVICES[name]["depends_on"]["init"] == {"condition": "service_completed_successfully"}
    assert SERVICES[name]["healthcheck"]["test"] == ["CMD", "python", "/opt/aqueduc/docker/health.py", name]
    source = (REPOSITORY / "docker" / "health.py").read_text(encoding="utf-8")
    assert f'"{name}": ' in source


def test_init_waits_for_what_it_prepares_and_ends() -> None:
    init = SERVICES["init"]
    assert {name: wait["condition"] for name, wait in init["depends_on"].items()} == dict.fromkeys(
        ("postgres", "redis", "store", "vault"), "service_healthy"
    )
    assert init["restart"] == "no"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    user, group = service["user"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    assert {"cpus", "memory", "pids"} <= service["deploy"]["resources"]["limits"].keys()
    assert {"max-size", "max-file"} <= service["logging"]["options"].keys()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_image_has_a_version(name: str) -> None:
    tag = SERVICES[name]["image"].rpartition(":")[2]
    assert re.search(r"\d", tag)
    assert "latest" not in tag


def test_the_bases_of_our_images_have_a_version_and_a_user() -> None:
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^ARG \w+_IMAGE=(\S+)$", text, re.MULTILINE)
    assert bases
    assert all(re.search(r":v?\d+\.\d+", base) for base in bases)
    assert re.findall(r"^FROM (\S+) AS (\w[\w-]*)", text, re.MULTILINE) == [
        ("scratch", "authorities"), ("${PYTHON_IMAGE}", "build"), ("${PYTHON_IMAGE}", "runtime"), ("runtime", "parts"),
        ("runtime", "airflow"), ("${OBJECT_STORE_IMAGE}", "object-store"), ("${WEB_IMAGE}", "web"),
    ]  # fmt: skip
    users = {"airflow": "10001:10001", "object-store": "10001:10001", "web": "10002:10002"}
    for stage in text.split("\nFROM "):
        name = re.search(r"^\S+ AS (\S+)", stage)
        if name and name[1] in users:
            assert re.findall(r"^USER (\S+)", stage, re.MULTILINE)[-1] == users[name[1]]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_is_written_here(name: str) -> None:
    for variable, value in environment(name).items():
        if SECRET_NAME.search(variable):
            assert REQUIRED.search(value), f"{variable} holds a value"


def test_every_variable_is_required_and_explained_in_the_example() -> None:
    required = set(REQUIRED.findall(TEXT))
    assert set(VARIABLE.findall(re.sub(r"\$\$\w+", "", TEXT))) == required | OPTIONAL
    # Compose reads this one itself.
    assert required | OPTIONAL | {"COMPOSE_PROFILES"} == set(EXAMPLE)


def test_the_example_has_no_password_that_works() -> None:
    assert SECRETS == [
        "ADMIN_PASSWORD", "API_SECRET_KEY", "FERNET_KEY", "JWT_SECRET",
        "POSTGRES_PASSWORD", "REDIS_PASSWORD", "STORE_SECRET_KEY", "VAULT_SECRET_KEY",
    ]  # fmt: skip
    assert all(EXAMPLE[name] == "" for name in SECRETS)


def test_one_airflow_in_all_its_processes() -> None:
    for name in AIRFLOW:
        settings = environment(name)
        assert settings["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
        assert settings["AIRFLOW__CORE__AUTH_MANAGER"].endswith("FabAuthManager")
        assert settings["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://api-server:8080/execution/"
        assert settings["AIRFLOW__CORE__LOAD_EXAMPLES"] == "false"


ALL = {
    "POSTGRES_PASSWORD", "REDIS_PASSWORD", "FERNET_KEY", "JWT_SECRET", "API_SECRET_KEY",
    "STORE_SECRET_KEY", "VAULT_SECRET_KEY", "ADMIN_PASSWORD",
}  # fmt: skip
# What each process uses: tests/production/test_compose_processes.py starts them so, and publishes a dataset.
HELD = {
    "init": ALL,
    "api-server": {"POSTGRES_PASSWORD", "FERNET_KEY", "JWT_SECRET", "API_SECRET_KEY"},
    "scheduler": {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "JWT_SECRET"},
    "dag-processor": {"POSTGRES_PASSWORD", "FERNET_KEY"},
    "triggerer": {"POSTGRES_PASSWORD", "FERNET_KEY"},
    "worker": {"REDIS_PASSWORD", "STORE_SECRET_KEY", "VAULT_SECRET_KEY"},
    "housekeeping": {"POSTGRES_PASSWORD"},
    "postgres": {"POSTGRES_PASSWORD"},
    "redis": {"REDIS_PASSWORD"},
    "store": {"STORE_SECRET_KEY"},
    "vault": {"VAULT_SECRET_KEY"},
}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_process_holds_the_secrets_that_it_uses_and_no_other(name: str) -> None:
    assert {secret for secret in SECRETS if f"${{{secret}:" in str(SERVICES[name])} == HELD.get(name, set())


def test_the_pages_read_the_store_and_could_not_write_it() -> None:
    assert "store:/store:ro" in SERVICES["api-server"]["volumes"]
    assert environment("api-server")["AQUEDUC_STORE"] == "file:///store/aqueduc-store"
    assert environment("worker")["AQUEDUC_STORE"] == "s3://aqueduc-store"
    # The same account owns the files of the store and reads them here.
    assert SERVICES["api-server"]["user"] == SERVICES["store"]["user"]
    assert "AQUEDUC_VAULT" not in environment("api-server")


def test_the_test_buttons_are_off_unless_the_city_says_otherwise_to_what_answers_them() -> None:
    name = "AIRFLOW__CORE__TEST_CONNECTION"
    assert {service for service in SERVICES if name in SERVICES[service].get("environment", {})} == {
        "api-server"
    }
    assert environment("api-server")[name] == "${TEST_CONNECTION:-Disabled}"
    assert EXAMPLE["TEST_CONNECTION"] == "Disabled"
    assert f"`{name}=Enabled`" in CONNECTIONS and "`TEST_CONNECTION=Enabled`" in CONNECTIONS


def test_the_options_of_the_store_and_of_the_vault_are_two_accounts() -> None:
    store, vault = (
        json.loads(environment("worker")[f"AQUEDUC_{name}_OPTIONS"]) for name in ("STORE", "VAULT")
    )
    for key in ("endpoint_url", "key", "secret"):
        assert store[key] != vault[key]
    assert environment("worker")["AQUEDUC_STORE"] != environment("worker")["AQUEDUC_VAULT"]


def test_only_the_interface_and_the_web_server_are_reached_from_outside() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"api-server", "web"}
    assert EXAMPLE["LISTEN"].startswith("127.0.0.1:")
    for name in ("postgres", "redis", "store", "vault"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert SERVICES["web"]["networks"] == ["outside"]
    assert yaml.safe_load(TEXT)["networks"]["inside"] == {"internal": True}


def test_the_web_server_is_asked_for_and_only_reads_what_is_published() -> None:
    web = SERVICES["web"]
    assert web["profiles"] == ["web"]
    assert EXAMPLE["COMPOSE_PROFILES"] == ""
    assert {volume for volume in web["volumes"] if isinstance(volume, str)} == {
        "web:/srv/www:ro",
        "certificates:/data",
    }
    assert [name for name in SERVICES if "web:/srv/www" in str(SERVICES[name].get("volumes"))] == [
        "worker",
        "web",
    ]
    # Another account than the one that writes: what is closed to others is closed to it.
    assert web["user"] != SERVICES["worker"]["user"]
    assert set(web["environment"]) == {
        "PORTAL_ADDRESS",
        "FILES_ADDRESS",
        "WEB_TLS",
        "HTTPS_PROXY",
        "NO_PROXY",
    }


def binds(name: str) -> dict[str, dict[str, Any]]:
    """The folders of the server that a service is given, by where it sees them."""
    return {
        volume["target"]: volume for volume in SERVICES[name].get("volumes", []) if isinstance(volume, dict)
    }


def test_what_is_of_the_server_is_read_only_and_must_be_there() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            if isinstance(volume, dict):
                assert volume["read_only"] is True, name
                assert volume["bind"] == {"create_host_path": False}, name
            else:
                assert not volume.startswith((".", "$"))


def test_the_city_is_mounted_where_it_is_read_and_never_the_clone() -> None:
    city = {
        "/opt/city/include": "${CITY:?see .env.example}/include",
        "/opt/city/dags": "${CITY:?see .env.example}/dags",
    }
    seen = {
        name: {target for target in city if binds(name).get(target, {}).get("source") == city[target]}
        for name in SERVICES
    }
    assert {name: targets for name, targets in seen.items() if targets} == {
        "init": set(city),
        "api-server": {"/opt/city/include"},
        "dag-processor": set(city),
        "worker": set(city),
    }
    sources = [volume["source"] for name in SERVICES for volume in binds(name).values()]
    assert {source.partition("/")[0] for source in sources} == {
        "${CITY:?see .env.example}", "${DROP_FOLDER:?see .env.example}", "${CA_FOLDER:-.",
        ".", "${WEB_CERTIFICATES:-.", "${VISITORS:-.",
    }  # fmt: skip
    for name in AIRFLOW:
        assert SERVICES[name]["working_dir"] == "/opt/city"
        assert "/opt/city/dags" in environment(name)["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"]


def test_what_reaches_elsewhere_takes_the_proxy_and_trusts_the_citys_authorities() -> None:
    outside = {name for name in AIRFLOW if "outside" in SERVICES[name]["networks"]}
    assert outside == {"api-server", "dag-processor", "triggerer", "worker"}
    for name in AIRFLOW:
        reached = name in outside
        assert ("HTTPS_PROXY" in environment(name)) is reached
        assert ("/usr/local/share/ca-certificates" in binds(name)) is reached
    services = set(SERVICES) - set(AIRFLOW) - {"web"} | {"api-server"}
    spared = environment("worker")["NO_PROXY"].split(",")
    assert services <= set(spared)
    assert {"localhost", "127.0.0.1", "${NO_PROXY:-}"} <= set(spared)


def test_the_image_takes_only_what_it_needs() -> None:
    lines = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (REPOSITORY / "Dockerfile").read_text("utf-8"), re.MULTILINE
    )
    # By folder: `docker` is taken whole, and copied in parts.
    taken = {f"!{name.partition('/')[0]}" for line in copied for name in line.split()}
    assert taken == {rule for rule in rules if rule.startswith("!")}


def test_no_service_asks_for_more_processors_than_the_least_server_has() -> None:
    """Docker refuses to start what asks for more than there are."""
    for name, service in SERVICES.items():
        asked = re.sub(r"\$\{WORKER_CPUS:-(\d+)\}", r"\1", service["deploy"]["resources"]["limits"]["cpus"])
        assert float(asked) <= 2, name


def test_what_runs_is_the_wheel_and_not_the_tree() -> None:
    """A link of the tree to what the image does not copy has once failed every extraction."""
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    assert "--editable" not in text
    assert "uv build --wheel" in text


def test_what_the_build_downloads_trusts_the_authorities_of_the_city() -> None:
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    downloads = [
        line
        for line in text.splitlines()
        if line.startswith("RUN") and re.search(r"pip install|apt-get", line) and "--offline" not in line
    ]
    assert len(downloads) == 4
    assert all("from=authorities" in line and "entrypoint.sh" in line for line in downloads)
    contexts = SERVICES["worker"]["build"]["additional_contexts"]
    assert contexts == {"authorities": "${CA_FOLDER:-./docker/authorities}"}


# -------------------------------------------------------------------------------- with a real client


def client() -> list[str]:
    """`docker-compose`, or `docker compose`: reading a file needs no engine."""
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    if shutil.which("docker"):
        known = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if known.returncode == 0:
            return ["docker", "compose"]
    pytest.skip("no Compose client on this machine (docker-compose, or docker compose)")


def config(env: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "env").write_text(env, encoding="utf-8")
    command = [*client(), "--file", str(COMPOSE), "--env-file", str(folder / "env"), "config", "--quiet"]
    # No variable of the caller's may fill in for a missing one.
    bare = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=bare)


def filled(**others: str) -> str:
    values = {
        name: value or ("" if name in OPTIONAL or name == "COMPOSE_PROFILES" else "x" * 40)
        for name, value in EXAMPLE.items()
    } | {"DROP_FOLDER": "/srv/depot"}
    values |= others
    return "".join(f"{name}={value}\n" for name, value in values.items())


def test_compose_accepts_the_file(tmp_path: Path) -> None:
    done = config(filled(), tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(EXAMPLE.keys() - OPTIONAL - {"COMPOSE_PROFILES"}))
def test_compose_refuses_an_empty_value(name: str, tmp_path: Path) -> None:
    done = config(filled(**{name: ""}), tmp_path)
    assert done.returncode != 0
    assert name in done.stderr
    assert ".env.example" in done.stderr


def test_the_example_as_it_is_does_not_start(tmp_path: Path) -> None:
    done = config((REPOSITORY / ".env.example").read_text(encoding="utf-8"), tmp_path)
    assert done.returncode != 0


def test_python_is_the_one_that_the_image_runs() -> None:
    image = re.search(r"python:(\d+)\.(\d+)", (REPOSITORY / "Dockerfile").read_text(encoding="utf-8"))
    assert image is not None
    assert (3, 11) <= (int(image[1]), int(image[2])) <= max((3, 13), sys.version_info[:2])
