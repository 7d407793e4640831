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
from collections.abc import Mapping
from pathlib import Path

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


def find_city_include() -> Path:
    """The declarations, where Airflow's bundle has them: a folder mounted, or a repository that it fetches."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager

    from aqueduc_airflow.factory import find_include_folder

    bundle = DagBundlesManager().get_bundle("aqueduc")
    bundle.initialize()
    return find_include_folder(str(bundle.path / "datasets.py"))


def make_pools(include: Path) -> None:
    """One pool a platform of city.yaml: how many publications may run there at once."""
    from aqueduc.declaration import load_city
    from aqueduc_airflow.capacity import build_pool_name

    pools = {
        build_pool_name(platform.name): {
            "slots": platform.spec.pool,
            "description": f"Publications simultanées vers {platform.name} (city.yaml)",
            "include_deferred": False,
        }
        for platform in load_city(include).city.platforms
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(pools, file)
        file.flush()
        airflow("pools", "import", file.name)


def make_administrator(environment: Mapping[str, str]) -> None:
    """The first account; Airflow leaves it alone when it exists."""
    user, email, password = (environment[f"ADMIN_{part}"] for part in ("USER", "EMAIL", "PASSWORD"))
    names = ["--firstname", "Administration", "--lastname", "Aqueduc"]
    identity = ["--username", user, "--email", email, "--role", "Admin", *names]
    airflow("users", "create", *identity, text=f"{password}\n{password}\n")


# What a person sees of every DAG; what they may do of one is in its ``access_control`` (``factory``).
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


def make_roles() -> None:
    """The roles of ``people:``, with the least that each needs; Airflow leaves those that exist alone."""
    entries = [
        {"name": role, "resource": resource, "action": action}
        for role, allowed in ROLES.items()
        for action, resources in allowed.items()
        for resource in resources
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(entries, file)
        file.flush()
        airflow("roles", "import", file.name)


def prepare(environment: Mapping[str, str]) -> None:
    """Every step in order. Raises Refused, CalledProcessError."""
    check_secrets(environment)
    airflow("db", "migrate")
    for root in ("AQUEDUC_STORE", "AQUEDUC_VAULT"):
        make_bucket(environment, root)
    make_pools(find_city_include())
    make_administrator(environment)
    make_roles()


def main() -> int:
    try:
        prepare(os.environ)
    except Refused as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except subprocess.CalledProcessError as failed:
        sys.stderr.write(f"`{' '.join(failed.cmd[:3])}` failed, as it says above\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
