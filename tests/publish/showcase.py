"""A city that publishes on a portal of its own: the desk, the folder, and a web server that serves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from aqueduc.declaration import Dataset
from aqueduc.publish import PublishReport, publish_revision
from aqueduc.run import GuardWaiver, Run
from aqueduc.store import Window
from sandbox.door import answering
from tests.making import CITY, Desk, desk
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, killed

SIRET = "21130001700012"


@dataclass
class Showcase:
    """One city and its portal in ``folder``."""

    desk: Desk
    folder: Path
    declared: dict[str, Any] = field(default_factory=dict)
    count: int = 0

    def dataset_document(self, slug: str = "lieux", **changes: Any) -> dict[str, Any]:
        return {
            "columns": COLUMNS,
            "fields": FIELDS,
            "key": ["code"],
            "publish": {"mode": "upload", "formats": ["csv", "parquet"]},
            "title": f"Jeu {slug}",
            **self.declared,
            **changes,
        }

    def dataset(self, slug: str = "lieux", **changes: Any) -> Dataset:
        return self.desk.dataset(slug, **self.dataset_document(slug, **changes))

    def publish(
        self,
        table: pa.Table,
        dataset: Dataset | None = None,
        window: Window | None = None,
        waivers: tuple[GuardWaiver, ...] = (),
    ) -> PublishReport:
        dataset = dataset or self.dataset()
        self.count += 1
        run = Run(dataset=dataset.id, id=f"essai-{self.count}", window=window, waivers=waivers)
        handle = Bench(self.desk, NOWHERE, dataset.id).valid(dataset, run, table)
        return publish_revision(dataset, self.desk.city, run, handle, self.desk.place, sleep=lambda _: None)

    def killed(self, table: pa.Table, rank: int, dataset: Dataset | None = None) -> str | None:
        """As ``Bench.killed``, the writes of the portal and of the store together."""
        dataset = dataset or self.dataset()
        self.count += 1
        run = Run(dataset=dataset.id, id=f"essai-{self.count}")
        valid = Bench(self.desk, NOWHERE, dataset.id).valid
        return killed(self.desk, valid, dataset, run, table, rank, early=True)

    def tree(self) -> dict[str, str]:
        """The hash of each public file by its path."""
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not {".leases", ".scratch"} & set(path.parts)
        }

    def stamps(self) -> dict[str, tuple[int, int]]:
        """When each public file was last written, and its inode."""
        return {
            name: ((self.folder / name).stat().st_mtime_ns, (self.folder / name).stat().st_ino)
            for name in self.tree()
        }


def showcase(
    root: Path,
    platforms: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    platform: str = "",
) -> Showcase:
    """A fresh one below ``root``; a city that names no platform unless ``platforms`` says so, of which
    ``platform`` is where it publishes by default."""
    here = desk(root, environment)
    city = {**CITY, "siret": SIRET, "defaults": {"licence": "lov2", "contact": "opendata@ville.example"}}
    del city["platforms"]
    if platforms:
        city["platforms"] = dict(platforms)
    if platform:
        city["defaults"] = {**city["defaults"], "platform": platform}
    (here.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    folder = root / "portail"
    return Showcase(Desk(replace(here.place, portal=folder.as_uri())), folder)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A plain web server over ``folder``; gives its address."""
    folder.mkdir(parents=True, exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    with answering(server) as url:
        yield url
