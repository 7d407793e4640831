"""Prepares a production server, then ends: databases, buckets, pools, first administrator, roles.

Runs before every start (service `init` of docker-compose.yaml), so each step leaves alone what is there.
It refuses secrets that are short, copied from an example, or used twice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aqueduc.cities import DeployedCity

SECRETS = (
    "ADMIN_PASSWORD",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__CORE__FERNET_KEY",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "STORE_SECRET_KEY",
    "VAULT_SECRET_KEY",
)
MINIMUM = {"ADMIN_PASSWORD": 12}
MINIMUM_OTHERS = 32
LEAST_VARIETY = 8


class Refused(Exception):
    """Something in .env must change before the server may start."""


def check_secrets(environment: Mapping[str, str]) -> None:
    """Raises Refused, naming the variable and never its value."""
    seen: dict[str, str] = {}
    for name in SECRETS:
        value = environment.get(name, "")
        least = MINIMUM.get(name, MINIMUM_OTHERS)
        if len(value) < least:
            raise Refused(f"{name} is too short: at least {least} characters (see .env.example)")
        if len(set(value)) < LEAST_VARIETY:
            raise Refused(f"{name} repeats the same few characters (see .env.example)")
        if value in seen:
            raise Refused(f"{name} and {seen[value]} have the same value: each needs its own")
        seen[value] = name


def airflow(*arguments: str, text: str | None = None) -> None:
    """Runs one Airflow command. Raises CalledProcessError."""
    # A session of its own: without a terminal, getpass reads the standard input, so that a password never
    # shows in the list of processes.
    subprocess.run(["airflow", *arguments], input=text, text=True, check=True, start_new_session=True)  # noqa: S607


def make_bucket(environment: Mapping[str, str], root: str) -> None:
    """The bucket of AQUEDUC_STORE or AQUEDUC_VAULT, when it is not there yet."""
    import fsspec

    options = json.loads(environment.get(f"{root}_OPTIONS") or "{}")
    filesystem, path = fsspec.core.url_to_fs(environment[root], **options)
    filesystem.makedirs(path, exist_ok=True)


@contextmanager
def leave_out(city: DeployedCity) -> Iterator[None]:
    """Of several cities, one for which a step fails does not keep the others from starting: why is written, without
    what libraries say of it, which may quote a key."""
    from aqueduc.errors import AqueducError

    try:
        yield
    except Exception as error:
        if not city.code:
            raise
        reason = str(error) if isinstance(error, AqueducError) else type(error).__name__
        sys.stderr.write(f"{city.code}: {reason}\n")


def make_buckets(environment: Mapping[str, str]) -> None:
    """Those of each city that are opened by options; one that a connection opens is made by who gave it."""
    from aqueduc.cities import ONLY_CITY, read_cities

    for city in read_cities(environment).values() or [ONLY_CITY]:
        for root in ("store", "vault"):
            with leave_out(city):
                own = city.build_city_environment_variables(environment, root)
                if not (city.code and own.get(f"AQUEDUC_{root.upper()}_CONNECTION")):
                    make_bucket(own, f"AQUEDUC_{root.upper()}")


def find_include_folders() -> list[Path]:
    """The declarations of each city, where Airflow's bundle has them: a folder mounted, or a repository that it
    fetches."""
    from aqueduc_airflow.cities import find_city_of_folder, list_cities

    found = []
    for city in list_cities():
        with leave_out(city):
            include = Path(city.include).resolve() if city.include else fetch_include_folder(city)
            find_city_of_folder(
                include
            )  # Raises for a bundle whose folder is not where Airflow fetches them.
            found.append(include)
    return found


def fetch_include_folder(city: DeployedCity) -> Path:
    """That of a repository that Airflow fetches. Raises what its bundle raises."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager

    from aqueduc_airflow.factory import find_include_folder

    bundle = DagBundlesManager().get_bundle(city.bundle or "aqueduc")
    bundle.initialize()
    return find_include_folder(str(bundle.path / "datasets.py"))


def make_pools(*includes: Path) -> None:
    """Those of the platforms of each ``city.yaml`` that Airflow does not have, before any DAG waits for one. Raises
    AqueducError where there is one city; of several, one whose file cannot be read does not keep the others from
    starting."""
    from airflow.utils.session import create_session

    from aqueduc.declaration import load_city
    from aqueduc_airflow.capacity import build_platform_pool, make_missing_pools
    from aqueduc_airflow.cities import find_city_of_folder

    for include in includes:
        city = find_city_of_folder(include)
        with leave_out(city), create_session() as session:
            platforms = load_city(include).city.platforms
            make_missing_pools(session, [build_platform_pool(platform, city) for platform in platforms])


def make_administrator(environment: Mapping[str, str]) -> None:
    """The first account; Airflow leaves it alone when it exists."""
    user, email, password = (environment[f"ADMIN_{part}"] for part in ("USER", "EMAIL", "PASSWORD"))
    names = ["--firstname", "Administration", "--lastname", "Aqueduc"]
    identity = ["--username", user, "--email", email, "--role", "Admin", *names]
    airflow("users", "create", *identity, text=f"{password}\n{password}\n")


# What a person sees of every DAG; what they may do of one is in its ``access_control`` (``city_dags``).
_READ = {
    "can_read": (
        *("DAGs", "DAG Runs", "DAG Versions", "DAG Warnings", "Task Instances", "Task Logs"),
        *("HITL Detail", "Assets", "ImportError", "Website", "My Profile", "My Password"),
    ),
    "can_edit": ("My Password",),
    "menu_access": ("DAGs", "DAG Runs", "Task Instances", "HITL Detail", "Browse"),
}
ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "steward": _READ,
    "operator": _READ
    | {"can_create": ("DAG Runs", "Backfills"), "can_edit": ("My Password", "Task Instances")},
    # Who answers « Actions requises »; the task checks under « people: » who it was.
    **dict.fromkeys(("dpo", "signatory"), _READ | {"can_edit": ("My Password", "HITL Detail")}),
}


# What Airflow shows of all DAGs or of none: with several cities, a DAG is read by its ``access_control`` alone.
_OF_ALL_CITIES = {("can_read", name) for name in ("DAGs", "Assets", "ImportError")}


def list_role_permissions() -> list[dict[str, str]]:
    """Those of the roles of ``people:``, for each city."""
    from aqueduc_airflow.cities import list_cities

    return [
        {"name": city.prefix_with_city_code(role), "resource": resource, "action": action}
        for city in list_cities()
        for role, allowed in ROLES.items()
        for action, resources in allowed.items()
        for resource in resources
        if not (city.code and (action, resource) in _OF_ALL_CITIES)
    ]


def make_roles() -> None:
    """The roles of ``people:``, with the least that each needs; Airflow leaves those that exist alone."""
    entries = list_role_permissions()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(entries, file)
        file.flush()
        airflow("roles", "import", file.name)


def prepare(environment: Mapping[str, str]) -> None:
    """Every step in order. Raises Refused, CalledProcessError."""
    check_secrets(environment)
    airflow("db", "migrate")
    make_buckets(environment)
    make_pools(*find_include_folders())
    make_administrator(environment)
    make_roles()


def main() -> int:
    from aqueduc.errors import AqueducError

    try:
        prepare(os.environ)
    except (Refused, AqueducError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except subprocess.CalledProcessError as failed:
        sys.stderr.write(f"`{' '.join(failed.cmd[:3])}` failed, as it says above\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
