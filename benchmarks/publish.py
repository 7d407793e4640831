"""What a publication costs on the sandbox's CKAN: 10,000 rows as a file and a DataStore table, then 100 of
them changed, against the same state loaded whole into a fresh resource; and a file of 200 MB.

Requests are counted on the wire; memory and CPU are those of the city's side. The small upload tells how much
of the big one's memory is only Python.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aqueduc.connections import Connection
from aqueduc.publish.client import Client, LocalFile
from aqueduc.run import Run
from aqueduc.store import sha256_of
from benchmarks.frame import Measured, Row, measured, times
from sandbox import region as region_of
from sandbox.region import Region
from tests.making import desk
from tests.publish.publishing import COLUMNS, FIELDS, Bench, Wire, bench, rows

ROWS = 10_000
CHANGED = 100
MEGABYTES = 200
DECLARED: dict[str, Any] = {
    "columns": COLUMNS,
    "fields": FIELDS,
    "key": ["code"],
    "publish": {"mode": "upload", "formats": ["csv"], "datastore": True},
}


@dataclass(frozen=True)
class Sent:
    """How one publication ended, and how many requests it took."""

    writes: int
    reads: int
    nothing_new: bool

    def __str__(self) -> str:
        return f"{self.writes} writes, {self.reads} reads"


def run(size: int = ROWS, megabytes: int = MEGABYTES, region: Region | None = None) -> list[Row]:
    """``region``: one that runs already; else one is started, and stopped."""
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name, _running(Path(name), region) as there:
        return [*_tables(Path(name), there, size), *_uploads(Path(name), there, megabytes)]


@contextmanager
def _running(root: Path, region: Region | None) -> Iterator[Region]:
    try:
        yield region or region_of.start(root)
    finally:
        if region is None:
            region_of.stop(root)


# --- tables -----------------------------------------------------------------------------------------------


def _tables(folder: Path, region: Region, size: int) -> Iterator[Row]:
    with bench(folder / "one", region) as one, bench(folder / "two", region) as two:
        first = _published(one, folder / "one", size, 0)
        again = _published(one, folder / "one", size, 0)
        delta = _published(one, folder / "one", size, CHANGED)
        whole = _published(two, folder / "two", size, CHANGED)
    assert (again.result.nothing_new, again.result.writes) == (True, 0)
    assert (delta.result.nothing_new, whole.result.nothing_new) == (False, False)
    yield first.row("first publication: record, file, table", rows=size, note=str(first.result))
    yield again.row(
        "the same again: nothing to write",
        rows=size,
        note=f"{again.result}; {times(first, again)} than the first",
    )
    yield whole.row(f"{CHANGED} rows changed, reloaded whole", rows=size, note=str(whole.result))
    yield delta.row(
        f"{CHANGED} rows changed, the difference", rows=size, note=f"{delta.result}; {times(whole, delta)}"
    )


def _published(made: Bench, folder: Path, size: int, changed: int) -> Measured:
    return measured(publication, str(folder), made.region, made.slug, size, changed)


def publication(folder: str, region: Region, slug: str, size: int, changed: int) -> Sent:
    """In a fresh process, as an Airflow task: what the city remembers is in its store."""
    made = Bench(desk(Path(folder), region.environment()), region, slug, dict(DECLARED))
    names = [f"Lieu n° {rank}{' (changé)' if rank < changed else ''}" for rank in range(size)]
    wire = Wire()
    ours = Run(dataset=slug, id=f"bench-{os.getpid()}")
    report = made.publish(rows(size, nom=names), made.dataset(), run=ours, wire=wire)
    return Sent(len(wire.writes), len(wire.reads), report.nothing_new)


# --- files ------------------------------------------------------------------------------------------------


def _uploads(folder: Path, region: Region, megabytes: int) -> Iterator[Row]:
    with bench(folder / "files", region) as made:
        package = made.action(
            "package_create", token=region.token, name=made.slug, owner_org=region.organisation, private=True
        )["id"]
        small = _uploaded(folder, region, package, 1)
        big = _uploaded(folder, region, package, megabytes)
    more = f"{big.peak_mb - small.peak_mb:+.0f} MB of memory for {megabytes - 1} MB more of file"
    yield small.row("upload of a 1 MB file")
    yield big.row(f"upload of a {megabytes} MB file", note=f"{more}, {megabytes / big.seconds:.0f} MB/s")


def _uploaded(folder: Path, region: Region, package: str, megabytes: int) -> Measured:
    path = folder / f"{megabytes}.csv"
    block = os.urandom(1 << 20)
    with path.open("wb") as out:
        for _ in range(megabytes):
            out.write(block)
    done = measured(upload, region, package, str(path), sha256_of(path))
    # Purging a record leaves its files on CKAN's disk.
    (Path(region.storage, "resources") / done.result[:3] / done.result[3:6] / done.result[6:]).unlink()
    return done


def upload(region: Region, package: str, path: str, digest: str) -> str:
    file = LocalFile(Path(path), "gros.csv", "text/csv", digest, Path(path).stat().st_size)
    connection = Connection("datasud", "ckan", host=region.url, password=region.token)
    with Client(connection, organisation=region.organisation) as client:
        made = client.send("resource_create", {"package_id": package, "name": "Gros"}, file, again=False)
        return str(made["id"])
