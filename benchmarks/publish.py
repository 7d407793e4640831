"""What a publication costs on the sandbox's CKAN. Whole publications of 10,000 rows: the first, the same
again, a difference. The queryable table alone, of 100,000 rows: its first load beside the bare requests
that would fill it, and 1,000 changed rows beside loading it all again. The difference between two
revisions of ten million rows beside reading both. A file of 1 GB.

Requests are counted on the wire; memory and CPU are those of the city's side, of a fresh process each time.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq

from aqueduc.connections import Connection
from aqueduc.duck import format_parquet_options, literal, open_duckdb
from aqueduc.platforms.ckan.tables import CkanDatastoreClient
from aqueduc.publish.client import PlatformClient
from aqueduc.publish.planning.delta import compute_keyless_row_delta, compute_row_delta
from aqueduc.publish.planning.plan import ResourcePairing
from aqueduc.publish.planning.state import DesiredTable, PlatformState, TableField, TableThroughput
from aqueduc.publish.planning.table_plan import ONE_LOAD_ROWS, explain_single_transaction_refusal
from aqueduc.publish.planning.writes import ApplyTableRowDelta
from aqueduc.publish.recorder import PlatformStateRecorder
from aqueduc.publish.revision.rows import RevisionRows
from aqueduc.run import Run
from aqueduc.store import Store, compute_file_sha256
from benchmarks.frame import Measured, Row, measured, times
from benchmarks.sending import upload
from sandbox import region as region_of
from sandbox.region import Region
from tests.making import desk
from tests.publish.publishing import COLUMNS, FIELDS, Bench, Wire, bench, rows

ROWS = 10_000
CHANGED = 100
TABLE_ROWS = 100_000
REVISION_ROWS = 10_000_000
MEGABYTES = 1_000
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


def run(
    size: int = ROWS,
    megabytes: int = MEGABYTES,
    region: Region | None = None,
    table_rows: int = TABLE_ROWS,
    revision_rows: int = REVISION_ROWS,
) -> list[Row]:
    """``region``: one that runs already; else one is started, and stopped."""
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        folder = Path(name)
        differences = list(_differences(folder / "revisions", revision_rows))
        with _running(folder, region) as there:
            return [
                *_publications(folder, there, size),
                *_tables(folder / "tables", there, table_rows),
                *differences,
                *_uploads(folder, there, megabytes),
            ]


@contextmanager
def _running(root: Path, region: Region | None) -> Iterator[Region]:
    try:
        yield region or region_of.start(root)
    finally:
        if region is None:
            region_of.stop(root)


# --- publications ----------------------------------------------------------------------------------------


def _publications(folder: Path, region: Region, size: int) -> Iterator[Row]:
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


# --- the table alone --------------------------------------------------------------------------------------


def _tables(folder: Path, region: Region, size: int) -> Iterator[Row]:
    few = max(size // 1_000, 1)
    counts = {"updated": 5 * few, "inserted": 3 * few, "deleted": 2 * few}
    store = Store((folder / "store").as_uri())
    before = _kept(store, folder, _numbered(0, size))
    changed = _numbered(counts["deleted"], size + counts["inserted"], renamed=counts["updated"])
    after = _kept(store, folder, changed)
    with bench(folder, region) as made:
        package = made.action(
            "package_create", token=region.token, name=made.slug, owner_org=region.organisation, private=True
        )["id"]
        ids = [_resource(made, package, f"{rank}") for rank in range(4)]
        ours_id = ids[1]
        # There and back, so that a machine that grows busier favours neither; the less disturbed of each.
        order = (bare_load, our_load, our_load, bare_load)
        times_ = [
            measured(load, region, one, store.url, before) for load, one in zip(order, ids, strict=True)
        ]
        bare, ours = (min(pair, key=lambda one: one.seconds) for pair in (times_[::3], times_[1:3]))
        change = measured(our_change, region, ours_id, store.url, before, after, counts)
    yield bare.row("the table: bare datastore_create, then inserts", rows=size)
    ratio = f"{ours.seconds / bare.seconds:.2f} × the bare requests ({ours.cpu / bare.cpu:.2f} × their CPU)"
    yield ours.row("the table: first load, or a reload beside", rows=size, note=ratio)
    yield change.row(
        f"the table: {sum(counts.values()):,} rows of {size:,} by difference",
        rows=sum(counts.values()),
        note=f"{times(ours, change)} than the reload",
    )


def _numbered(start: int, stop: int, renamed: int = 0) -> pa.Table:
    whole = rows(stop)
    names = [
        f"{name}{' (changé)' if rank - start < renamed else ''}"
        for rank, name in enumerate(whole["nom"].to_pylist())
    ]
    return whole.set_column(1, "nom", pa.array(names)).slice(start)


def _kept(store: Store, folder: Path, table: pa.Table) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "rows.parquet"
    pq.write_table(table, path)
    return store.store_parquet_by_sha256(
        path, dataset="jeu", run="", stage="valid", rows=table.num_rows, window=None
    ).key


def _resource(made: Bench, package: str, name: str) -> str:
    fields = {"package_id": package, "name": name, "url": "https://ville.example/x.csv"}
    return str(made.action("resource_create", token=made.region.token, **fields)["id"])


def _table(store: Store, key: str) -> DesiredTable:
    fields = tuple(
        TableField(field["name"], kind)
        for field, kind in zip(FIELDS, ("text", "text", "numeric", "date"), strict=True)
    )
    reader = RevisionRows(store, tuple(field.name for field in fields), ("code",), (key,))
    with store.open_local_file_of_key(key) as path:
        count = pq.ParquetFile(path).metadata.num_rows
    return DesiredTable(fields, ("code",), count, (key,), reader)


def bare_load(region: Region, resource: str, url: str, key: str) -> None:
    """No more than what CKAN asks for: a table, then its rows as JSON."""
    table = _table(Store(url), key)
    fields = [{"id": field.name, "type": field.type} for field in table.fields]
    with Store(url).open_local_file_of_key(key) as path, httpx.Client(timeout=600) as client:

        def tell(action: str, **data: Any) -> None:
            body = {"resource_id": resource, "force": True, **data}
            headers = {"Authorization": region.token}
            answer = client.post(f"{region.url}/api/3/action/{action}", json=body, headers=headers)
            answer.raise_for_status()

        tell("datastore_create", fields=fields, primary_key=["code"])
        for batch in pq.ParquetFile(path).iter_batches(ONE_LOAD_ROWS):
            records = [{**row, "jour": row["jour"].isoformat()} for row in batch.to_pylist()]
            tell("datastore_upsert", records=records, method="insert", calculate_record_count=False)


def our_load(region: Region, resource: str, url: str, key: str) -> None:
    store = Store(url)
    with PlatformClient(_connection(region), organisation=region.organisation) as client:
        tables = CkanDatastoreClient(client)
        tables.version = (2, 12)
        tables.build_backing_table(resource, _table(store, key), _progress(store))


def our_change(
    region: Region, resource: str, url: str, before: str, after: str, counts: dict[str, int]
) -> None:
    """The difference is computed, then sent as one transaction."""
    store, table = Store(url), _table(Store(url), after)
    with (
        store.open_scratch_folder() as folder,
        PlatformClient(_connection(region), organisation=region.organisation) as client,
    ):
        found = compute_row_delta(
            store, [before], [after], [field.name for field in table.fields], ["code"], folder
        )
        assert counts == {name: getattr(found, name) for name in counts}
        assert not explain_single_transaction_refusal(found, TableThroughput()), "one transaction"
        tables = CkanDatastoreClient(client)
        tables.version = (2, 12)
        tables.apply_row_delta(ApplyTableRowDelta(0, table, found, resource, ""), _progress(store))
        held = tables.read_table(resource, anonymous=False)
        assert held is not None
        assert held.count == table.count


def _progress(store: Store) -> PlatformStateRecorder:
    return PlatformStateRecorder(
        store, "datasets/jeu/platforms/datasud.json", PlatformState(), ResourcePairing(())
    )


def _connection(region: Region) -> Connection:
    return Connection("datasud", "ckan", host=region.url, password=region.token)


# --- two revisions ----------------------------------------------------------------------------------------


def _differences(folder: Path, size: int) -> Iterator[Row]:
    store = Store((folder / "store").as_uri())
    keys = [_revision(store, folder, size, step) for step in (0, 1)]
    reading = measured(read_both, store.url, keys, repeat=2)
    keyed = measured(difference, store.url, keys, size)
    keyless = measured(difference_by_content, store.url, keys, size)
    yield reading.row("two revisions: both files read once, pyarrow", rows=size)
    for what, found in (("by key", keyed), ("by content, without a key", keyless)):
        more = (
            f"{found.seconds / reading.seconds:.1f} × reading both ({found.cpu / reading.cpu:.1f} × its CPU)"
        )
        yield found.row(f"two revisions: the difference {what}", rows=size, note=more)


def _revision(store: Store, folder: Path, size: int, step: int) -> str:
    """Twelve columns; one row in a thousand differs from step 0, among them some that leave or arrive."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "revision.parquet"
    touched = f"(i % 1000 = 7 AND {step} = 1)"
    with open_duckdb(folder) as con:
        con.execute(f"""
            COPY (
                SELECT 'PC-' || (i + CASE WHEN {touched} AND i % 3000 = 7 THEN {size} ELSE 0 END) AS numero,
                       DATE '2015-01-01' + CAST(i % 4000 AS INTEGER) AS jour, i % 40 AS quartier,
                       'Rue n° ' || i % 900 AS voie, (i * 7 % 100000) / 100 AS montant, i % 600 AS duree,
                       CASE WHEN {touched} THEN 'corrigé' ELSE 'libellé ' || i % 50 END AS libelle,
                       i % 2 = 0 AS actif, i % 97 AS a, i % 89 AS b, (i % 1009) / 8 AS c, 'x' || i % 13 AS d
                FROM range({size}) AS made(i)
            ) TO {literal(str(path))} ({format_parquet_options()})
        """)
    return store.store_parquet_by_sha256(
        path, dataset="jeu", run="", stage="valid", rows=size, window=None
    ).key


COLUMNS_OF_REVISION = (
    *("numero", "jour", "quartier", "voie", "montant", "duree", "libelle", "actif"),
    *("a", "b", "c", "d"),
)


def read_both(url: str, keys: list[str]) -> None:
    for key in keys:
        with Store(url).open_local_file_of_key(key) as path:
            for _ in pq.ParquetFile(path, pre_buffer=False).iter_batches():
                pass


def difference(url: str, keys: list[str], size: int) -> None:
    store = Store(url)
    with store.open_scratch_folder() as folder:
        found = compute_row_delta(store, [keys[0]], [keys[1]], COLUMNS_OF_REVISION, ["numero"], folder)
    assert found.updated + found.inserted == -(-(size - 7) // 1_000)
    assert found.inserted == found.deleted > 0


def difference_by_content(url: str, keys: list[str], size: int) -> None:
    store = Store(url)
    with store.open_scratch_folder() as folder:
        found = compute_keyless_row_delta(store, [keys[0]], [keys[1]], COLUMNS_OF_REVISION, folder)
    assert found.inserted == found.deleted == -(-(size - 7) // 1_000)


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
    done = measured(upload, region.url, region.token, package, str(path), compute_file_sha256(path))
    # Purging a record leaves its files on CKAN's disk.
    (Path(region.storage, "resources") / done.result[:3] / done.result[3:6] / done.result[6:]).unlink()
    path.unlink()
    return done
