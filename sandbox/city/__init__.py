"""The city: a PostgreSQL cluster, an HTTP API, a drop folder and a mail sink, filled from one seed."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import shutil
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sandbox import postgres
from sandbox.city import database, dropfolder, mobilite, stationnement, tables
from sandbox.processes import HOST, SandboxError, Service, listening, process, steady_port
from sandbox.processes import start as start_process
from sandbox.processes import stop as stop_process
from sandbox.state import fingerprint, new_secret, remembered, write_private

DEFAULT_SEED = 13001
FOLDER = "city"

_SETTINGS = {"shared_buffers": "256MB", "max_wal_size": "4GB", "maintenance_work_mem": "128MB"}


@dataclass(frozen=True)
class City:
    """A running city. `dsn` is the superuser's on the database `ville`; `passwords` are by schema.

    `residents_file` holds one JSON object a line, {"kind", "value"}: every personal value that can be
    searched for in what the city publishes.
    """

    dsn: str
    api_url: str
    drop_folder: Path
    smtp_host: str
    smtp_port: int
    mail_folder: Path
    residents_file: Path
    passwords: Mapping[str, str]
    scale: float
    seed: int

    def environment(self) -> dict[str, str]:
        """The Airflow connections to the city's sources, as AIRFLOW_CONN_* variables in JSON."""
        server, api = urllib.parse.urlsplit(self.dsn), urllib.parse.urlsplit(self.api_url)
        connections: dict[str, dict[str, object]] = {
            schema: {
                "conn_type": "postgres",
                "host": server.hostname,
                "port": server.port,
                "schema": database.DATABASE,
                "login": database.reader(schema),
                "password": password,
            }
            for schema, password in self.passwords.items()
        }
        connections["mobilite"] = {
            "conn_type": "http",
            "schema": "http",
            "host": api.hostname,
            "port": api.port,
        }
        connections["depot"] = {"conn_type": "fs", "extra": {"path": str(self.drop_folder)}}
        connections["smtp_default"] = {
            "conn_type": "smtp",
            "host": self.smtp_host,
            "port": self.smtp_port,
            "extra": {"disable_ssl": True, "disable_tls": True, "from_email": "aqueduc@mairie-aix.example"},
        }
        return {
            f"AIRFLOW_CONN_{name.upper()}": json.dumps(connection, ensure_ascii=False)
            for name, connection in connections.items()
        }

    def reader_dsn(self, schema: str) -> str:
        """The DSN of the read-only role of a schema."""
        server = urllib.parse.urlsplit(self.dsn)
        secret = urllib.parse.quote(self.passwords[schema], safe="")
        netloc = f"{database.reader(schema)}:{secret}@{server.hostname}:{server.port}"
        return server._replace(netloc=netloc).geturl()

    def panne(self, chemin: str, *, statut: int = 500, duree: float = 60.0, delai: float = 0.0) -> None:
        """Make a path of the API answer `statut` for `duree` seconds (0: as usual again)."""
        self._hook(chemin=chemin, statut=statut, duree=duree, delai=delai)

    def caprices(self, allowed: bool) -> None:
        """Allow, or not, the random 429 and 500 of first requests."""
        self._hook(caprices="oui" if allowed else "non")

    def _hook(self, **query: object) -> None:
        server = urllib.parse.urlsplit(self.api_url).netloc
        connection = http.client.HTTPConnection(server, timeout=10)
        try:
            connection.request("POST", f"/_panne?{urllib.parse.urlencode(query)}")
            answer = connection.getresponse()
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise SandboxError(f"the API refused the hook with status {answer.status}")


def start(root: Path, *, scale: float = 1.0, seed: int = DEFAULT_SEED) -> City:
    """Start the city kept in `root/city` and return it; fast when it runs or has been filled already.

    It is filled again when its sources, `scale` (1: 200,000 parking transactions), `seed` or the month
    have changed: deliberations are those of the months that are over. Raises SandboxError when a server
    does not come up.
    """
    folder = _folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        wanted = _fingerprint(scale, seed)
        initialised = (folder / "postgres" / "data" / "PG_VERSION").exists()
        fresh = initialised and _read(folder / "filled") == wanted
        if not fresh:
            (folder / "filled").unlink(missing_ok=True)
            _stop_servers(folder)
        elif _running(folder):
            return load(root)
        city = _start_and_fill(folder, scale, seed, fresh=fresh)
        write_private(folder / "city.json", _to_json(city))
        write_private(folder / "filled", wanted)
        return city


def stop(root: Path) -> None:
    """Stop the servers of the city kept in `root/city`; its data stay."""
    folder = _folder(root)
    if folder.exists():
        with _alone(folder):
            _stop_servers(folder)
            postgres.stop(folder)


def load(root: Path) -> City:
    """The city started under `root`. Raises SandboxError when there is none."""
    noted = _read(_folder(root) / "city.json")
    if noted is None:
        raise SandboxError(f"no city under {root}: start it with `python -m sandbox.city up --root {root}`")
    fields = json.loads(noted)
    for name in ("drop_folder", "mail_folder", "residents_file"):
        fields[name] = Path(fields[name])
    return City(**fields)


def running(root: Path) -> bool:
    """True when the three servers of the city kept in `root/city` are up."""
    return _running(_folder(root))


def _start_and_fill(folder: Path, scale: float, seed: int, *, fresh: bool) -> City:
    passwords = {schema: _password(folder, schema) for schema in database.SCHEMAS}
    until = _this_month()
    with ThreadPoolExecutor(4) as pool:
        cluster = pool.submit(postgres.start, folder, settings=_SETTINGS)
        api = pool.submit(_start_api, folder, seed)
        smtp = pool.submit(_start_mail, folder)
        stored = [] if fresh else database.tables(seed, until)
        dropped = {} if fresh else dropfolder.tables(seed)
        server = cluster.result()
        city = City(
            dsn=server.dsn(database.DATABASE),
            api_url=f"http://{HOST}:{api.result()}",
            drop_folder=folder / "drop",
            smtp_host=HOST,
            smtp_port=smtp.result(),
            mail_folder=folder / "mail",
            residents_file=folder / "residents.jsonl",
            passwords=passwords,
            scale=scale,
            seed=seed,
        )
    if not fresh:
        _fill(city, server.dsn(), stored, dropped)
    return city


def _fill(city: City, server: str, stored: list[tables.Table], dropped: dict[str, tables.Table]) -> None:
    if city.drop_folder.exists():
        shutil.rmtree(city.drop_folder)
    dropfolder.write(city.drop_folder, dropped)
    database.create_database(server, city.passwords)
    with ThreadPoolExecutor(1) as pool:
        known = pool.submit(lambda: list(tables.personal_values([*stored, *dropped.values()])))
        transactions = round(stationnement.TRANSACTIONS * city.scale)
        plates = database.fill(city.dsn, city.seed, transactions, stored)
        values = [*known.result(), *mobilite.personal_values(city.seed), *(("plate", p) for p in plates)]
    lines = (json.dumps({"kind": k, "value": v}, ensure_ascii=False) for k, v in dict.fromkeys(values))
    write_private(city.residents_file, "\n".join(lines) + "\n")


def _start_api(folder: Path, seed: int) -> int:
    return _start_python(folder, "api", "--seed", str(seed))


def _start_mail(folder: Path) -> int:
    return _start_python(folder, "mail", "--folder", str(folder / "mail"))


def _start_python(folder: Path, name: str, *options: str) -> int:
    """Start the server `sandbox.city.<name>`; return its port."""
    service, port_file = Service(name, folder), folder / f"{name}.port"
    port = int(port_file.read_text(encoding="ascii")) if process(service) else steady_port(port_file)
    repository = str(Path(__file__).resolve().parents[2])
    start_process(
        service,
        [sys.executable, "-m", f"sandbox.city.{name}", "--port", str(port), *options],
        healthy=lambda: listening(port),
        env={**os.environ, "PYTHONPATH": repository},
        cwd=folder,
    )
    return port


def _stop_servers(folder: Path) -> None:
    for name in ("api", "mail"):
        stop_process(Service(name, folder))


def _running(folder: Path) -> bool:
    servers = (Service("api", folder), Service("mail", folder), Service("server", folder / "postgres"))
    return (folder / "city.json").exists() and all(process(server) is not None for server in servers)


def _password(folder: Path, schema: str) -> str:
    return remembered(folder / f"{database.reader(schema)}.password", new_secret)


def _to_json(city: City) -> str:
    return json.dumps(asdict(city), default=str, ensure_ascii=False, indent=2) + "\n"


def _fingerprint(scale: float, seed: int) -> str:
    return fingerprint(Path(__file__).parent.glob("*.py"), scale, seed, _this_month())


def _this_month() -> date:
    return datetime.now(UTC).date().replace(day=1)


def _folder(root: Path) -> Path:
    return (root / FOLDER).resolve()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes that start the same city do it one after the other."""
    with (folder / "lock").open("w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
