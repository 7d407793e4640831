"""A small city whose datasets are all published and certified: what a reconciliation is to find nothing in."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from aqueduc.declaration import LoadedDeclarations, load_all_declarations, load_city
from aqueduc.reconciliation import ReconciliationDifference, ReconciliationReport, reconcile
from aqueduc.store import Store
from sandbox.door import answering
from tests.making import Desk
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, Wire, rows
from tests.publish.showcase import served, showcase

NAMES = ("arbres", "bancs", "parcs", "voies")


@dataclass
class Town:
    """One city. ``folder``: of its portal. ``benches``: its datasets, by name."""

    desk: Desk
    folder: Path
    benches: dict[str, Bench] = field(default_factory=dict)
    wire: Wire = field(default_factory=Wire)

    @property
    def store(self) -> Store:
        return self.desk.place.store

    def declarations(self) -> LoadedDeclarations:
        return load_all_declarations(self.desk.include, load_city(self.desk.include))

    def reconcile(self, now: datetime | None = None, **more: Any) -> ReconciliationReport:
        self.wire = Wire()
        return reconcile(
            self.declarations(),
            self.desk.city,
            self.desk.place,
            now or datetime.now(UTC) + timedelta(seconds=1),
            transport=self.wire,
            sleep=lambda _: None,
            **more,
        )

    def found(self, now: datetime | None = None, **more: Any) -> list[tuple[str, str]]:
        """The codes of what differs, each with its dataset, the gravest first."""
        return [(one.dataset, code(one)) for one in self.reconcile(now, **more).differences]

    def city_file(self, **changes: Any) -> None:
        path = self.desk.include / "city.yaml"
        document = {**yaml.safe_load(path.read_text(encoding="utf-8")), **changes}
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")

    def undeclare(self, name: str) -> None:
        (self.desk.include / "datasets" / f"{name}.yaml").unlink()

    def fiche(self, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
        """Changes what the portal keeps of a dataset, as a hand would."""
        path = self.folder / "jeux" / name / "fiche.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(json.dumps(document), encoding="utf-8")

    def state(self, name: str, change: Callable[[dict[str, Any]], Any], platform: str = "portail") -> None:
        """Changes what Aqueduc remembers of a dataset."""
        key = f"datasets/{name}/platforms/{platform}.json"
        document = self.store.read_json(key)
        change(document)
        self.store.write_json(key, document)


def code(one: ReconciliationDifference) -> str:
    return one.finding.code


def settle(bench: Bench, count: int = 5) -> None:
    """Publishes and certifies a dataset."""
    bench.certified(rows(count))


@contextmanager
def open_portal_town(
    root: Path, names: tuple[str, ...] = NAMES, *, over_http: bool = False
) -> Iterator[Town]:
    """Datasets on a portal of the city's own, which a web server serves if ``over_http``."""
    folder = root / "portail"
    if over_http:
        with served(folder) as url:
            yield _build_portal_town(root, names, {"url": url})
        return
    yield _build_portal_town(root, names, {})


def _build_portal_town(root: Path, names: tuple[str, ...], more: dict[str, Any]) -> Town:
    folder = root / "portail"
    platforms = {"portail": {"type": "portal", "folder": str(folder), **more}}
    town = Town(showcase(root, platforms, {}, "portail").desk, folder)
    for rank, name in enumerate(names):
        declared = {
            "columns": COLUMNS,
            "fields": FIELDS,
            "key": ["code"],
            "publish": {"mode": "upload", "formats": ["csv"]},
            "title": f"Jeu {name}",
            "keywords": [name],
        }
        town.benches[name] = Bench(town.desk, NOWHERE, name, declared)
        settle(town.benches[name], 5 + rank)
    return town


class FaultyServer(ThreadingHTTPServer):
    """A web server of a folder. ``faults``, by how an address ends: the status that it answers with, or how
    many seconds it waits (a float). ``etag``: what its tags end with."""

    faults: dict[str, float]
    etag: str


class _FaultyHandler(SimpleHTTPRequestHandler):
    server: FaultyServer

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        fault = next((one for end, one in self.server.faults.items() if path.endswith(end)), None)
        if isinstance(fault, int):
            self.send_error(fault)
            return
        time.sleep(fault or 0)
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header("ETag", f'"{self.path}-{self.server.etag}"')
        super().end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def open_faulty_town(root: Path) -> Iterator[tuple[Town, FaultyServer]]:
    """One dataset on a portal whose web server can be made to fail."""
    folder = root / "portail"
    folder.mkdir()
    server = FaultyServer(("127.0.0.1", 0), partial(_FaultyHandler, directory=str(folder)))
    server.faults, server.etag = {}, "un"
    with answering(server) as url:
        yield _build_portal_town(root, ("bancs",), {"url": url}), server


@contextmanager
def snapshot(town: Town) -> Iterator[Callable[[], Town]]:
    """Gives what puts a town back as it is now: to publish it anew takes seconds."""
    root = town.desk.include.parent
    kept = root.with_name(f"{root.name}-kept")
    shutil.copytree(root, kept)

    def put_back() -> Town:
        for path in root.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(kept, root, dirs_exist_ok=True)
        benches = {name: replace(one, declared=dict(one.declared)) for name, one in town.benches.items()}
        return replace(town, benches=benches)

    yield put_back
    shutil.rmtree(kept)
