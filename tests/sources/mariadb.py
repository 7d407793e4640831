"""A real MariaDB, where the machine has one (Debian: mariadb-server): a server of its own in a folder."""

from __future__ import annotations

import getpass
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql
import pytest

from sandbox.processes import free_port

ROOT_PASSWORD = "racine"
SBIN = ("/usr/sbin", "/usr/local/sbin", "/usr/bin")


def _find(*names: str) -> str:
    path = ":".join(SBIN)
    found = next(
        (where for name in names if (where := shutil.which(name) or shutil.which(name, path=path))), ""
    )
    if not found:
        pytest.skip("no mariadbd on this machine")
    return found


@dataclass
class MariaDb:
    port: int
    socket: Path
    process: subprocess.Popen[bytes]
    certificate: Path | None = None

    def connect(self, **more: Any) -> pymysql.Connection:
        given = {"user": "root", "password": ROOT_PASSWORD, "autocommit": True, "local_infile": False, **more}
        return pymysql.connect(host="127.0.0.1", port=self.port, charset="utf8mb4", **given)

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def create_owner(self, database: str) -> dict[str, str]:
        """The login of who does anything in a database, and nothing beside; refused otherwise as a source."""
        self.run(
            f"CREATE USER proprietaire@'%' IDENTIFIED BY '{ROOT_PASSWORD}'",
            f"GRANT ALL ON {database}.* TO proprietaire@'%'",
        )
        return {"login": "proprietaire", "password": ROOT_PASSWORD}


@contextmanager
def mariadb_server(folder: Path, *options: str) -> Iterator[MariaDb]:
    server = _find("mariadbd", "mysqld")
    install = _find("mariadb-install-db", "mysql_install_db")
    data, socket, port = folder / "data", folder / "s.sock", free_port()
    user = f"--user={getpass.getuser()}"
    made = subprocess.run(
        [
            install,
            "--no-defaults",
            f"--datadir={data}",
            user,
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ],
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr[-2000:]
    first = folder / "first.sql"
    first.write_text(
        f"ALTER USER root@localhost IDENTIFIED BY '{ROOT_PASSWORD}';\n"
        f"CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '{ROOT_PASSWORD}';\n"
        "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n"
    )
    process = subprocess.Popen(
        [
            server,
            "--no-defaults",
            user,
            f"--datadir={data}",
            f"--socket={socket}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            "--skip-log-bin",
            "--innodb-buffer-pool-size=32M",
            "--innodb-flush-log-at-trx-commit=0",
            "--skip-name-resolve",
            f"--init-file={first}",
            *options,
        ],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "server.log").open("wb"),
    )
    try:
        running = MariaDb(port, socket, process)
        _wait(running, folder)
        yield running
    finally:
        process.kill()
        process.wait()


def _wait(running: MariaDb, folder: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and running.process.poll() is None:
        with suppress(pymysql.Error), running.connect():
            return
        time.sleep(0.1)
    raise AssertionError((folder / "server.log").read_text(errors="replace")[-2000:])


def load_time_zone(server: MariaDb, name: str) -> None:
    """As `mariadb-tzinfo-to-sql` does."""
    import importlib.util

    spec = importlib.util.find_spec("tzdata")
    zones = Path("/usr/share/zoneinfo")
    if not (zones / name).exists() and spec and spec.origin:
        zones = Path(spec.origin).parent / "zoneinfo"
    tool = _find("mariadb-tzinfo-to-sql", "mysql_tzinfo_to_sql")
    script = subprocess.run(
        [tool, str(zones / name), name], capture_output=True, text=True, check=True
    ).stdout
    client = _find("mariadb", "mysql")
    command = [client, "--no-defaults", "-uroot", f"-p{ROOT_PASSWORD}", f"--socket={server.socket}", "mysql"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
