"""The stack that the design names, beside what the engine does itself, on the same rows in the same run: PostgreSQL
by PostgresHook and pandas, the pages of an API by HttpHook (requests) and pandas, rules by pandas. Each ends in a
Parquet file. On our side it is a whole stage, with what it checks and reports.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import pyarrow.parquet as pq

from aqueduc.anonymise import anonymise_extract
from aqueduc.declaration import Dataset
from aqueduc.run import Run
from aqueduc.sources.stage import extract_source
from aqueduc.store import ParquetFileHandle
from benchmarks import whole
from benchmarks.frame import Row, measured, times
from sandbox import postgres
from tests.making import Desk, desk

ROWS = int(os.environ.get("ROWS", "1000000"))
PAGES = int(os.environ.get("PAGES", "300"))
PAGE_ROWS = 1000
_COLUMNS = ("numero", "jour", "quartier", "sexe", "montant", "duree", "decision", "motif", "urgent")


def run(rows: int = ROWS, pages: int = PAGES) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        root = Path(name)
        dsn = postgres.start(root).create_owner()
        try:
            yield from _compare_database(root, dsn, rows)
        finally:
            postgres.stop(root)
        yield from _compare_rules(root, rows)
        with _serving_pages(pages) as port:
            theirs = measured(pages_by_hook, name, port, pages, repeat=3)
            ours = measured(pages_by_aqueduc, name, port, repeat=3)
        yield ours.row("aqueduc, pages of JSON", rows=ours.result, note="each number as it is written")
        yield theirs.row(
            "HttpHook and pandas, pages of JSON",
            rows=theirs.result,
            note=f"{times(ours, theirs)} than aqueduc",
        )


def _environment(dsn: str = "", port: int = 0) -> dict[str, str]:
    api = {"conn_type": "http", "schema": "http", "host": "127.0.0.1", "port": port}
    return {
        "AIRFLOW_CONN_GUICHET": dsn,
        "AIRFLOW_CONN_API": json.dumps(api),
        "AIRFLOW_CONN_SEL": json.dumps({"conn_type": "generic", "password": whole.SALT}),
    }


# --- PostgreSQL, then rules ---------------------------------------------------------------------------------


def _compare_database(root: Path, dsn: str, rows: int) -> Iterator[Row]:
    with psycopg.connect(dsn, autocommit=True) as base:
        base.execute(whole.TABLE.format(rows=rows).encode())
        base.execute("VACUUM ANALYZE demandes")
    theirs = measured(table_by_hook, str(root), dsn, repeat=3)
    ours = measured(table_by_aqueduc, str(root), dsn, repeat=3)
    yield ours.row("aqueduc, PostgreSQL", rows=ours.result, note=f"{times(theirs, ours)} than PostgresHook")
    yield theirs.row("PostgresHook and pandas, PostgreSQL", rows=theirs.result)


def table_by_hook(folder: str, dsn: str) -> int:
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    os.environ.update(_environment(dsn))
    table = PostgresHook(postgres_conn_id="guichet").get_df(whole.SQL)
    table.to_parquet(Path(folder, "table.parquet"))
    return len(table)


def table_by_aqueduc(folder: str, dsn: str) -> int:
    here = desk(Path(folder), _environment(dsn))
    done = extract_source(_dataset(here), Run("jeu", "banc", force=True), here.place)
    return done.report.rows


def _dataset(here: Desk) -> Dataset:
    (here.include / "sql" / "demandes.sql").write_text(f"{whole.SQL}\n")
    variant = whole.VARIANTS[0]
    return here.dataset(
        source={"postgres": "guichet", "sql": "sql/demandes.sql"},
        columns=dict(variant.columns),
        key=list(variant.key),
        privacy=whole.PRIVACY,
        fields=[{"name": name, "type": kind} for name, kind in whole.TYPES.items()],
    )


def _compare_rules(root: Path, rows: int) -> Iterator[Row]:
    here = desk(root)
    handle = here.raw(pq.read_table(root / "table.parquet"), Run("jeu", "banc"))
    theirs = measured(rules_by_pandas, str(root), repeat=3)
    ours = measured(rules_by_aqueduc, str(root), handle, repeat=3)
    if theirs.result != ours.result:
        raise AssertionError(f"{theirs.result} rows, and {ours.result} for us")
    yield ours.row("aqueduc, rules", rows=rows, note=f"{times(theirs, ours)} than pandas")
    yield theirs.row("pandas, rules", rows=rows, note="no gate, no scan, no proof")


def rules_by_pandas(folder: str) -> int:
    import pandas as pd

    table = pd.read_parquet(Path(folder, "table.parquet"))
    table["usager"] = [
        hmac.new(whole.SALT.encode(), mail.encode(), hashlib.sha256).hexdigest()
        for mail in table.pop("courriel")
    ]
    table["mois"] = pd.to_datetime(table.pop("jour")).dt.strftime("%Y-%m")
    table = table[table.groupby(["mois", "quartier", "sexe"])["numero"].transform("size") >= 5]
    table.to_parquet(Path(folder, "clean.parquet"))
    return len(table)


def rules_by_aqueduc(folder: str, handle: ParquetFileHandle) -> int:
    here = desk(Path(folder), _environment())
    return anonymise_extract(_dataset(here), Run("jeu", "banc"), handle, here.place).handle.rows


# --- pages of an API ----------------------------------------------------------------------------------------


@contextmanager
def _serving_pages(count: int) -> Iterator[int]:
    """In another process, whose time is nobody's."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve_pages, args=(count, theirs), daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.terminate()
        process.join()


def serve_pages(count: int, told: Connection) -> None:
    bodies = [_make_page(number, count) for number in range(count)]

    class Pages(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = bodies[int(self.path.partition("page=")[2] or 0)]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    told.send(server.server_port)
    server.serve_forever()


def _make_page(number: int, count: int) -> bytes:
    first = number * PAGE_ROWS
    records = [
        {
            "numero": f"D{i}", "jour": f"2024-{1 + i % 12:02}-{1 + i % 28:02}", "quartier": f"Quartier n° {i % 40}",
            "sexe": "FMX"[i % 3], "montant": (i * 7 % 100_000) / 100, "duree": i % 600,
            "decision": ("accord", "refus", "attente")[i % 3], "motif": f"motif n° {i % 50}", "urgent": i % 5 == 0,
        }
        for i in range(first, first + PAGE_ROWS)
    ]  # fmt: skip
    after = f"/demandes?page={number + 1}" if number + 1 < count else None
    return json.dumps({"resultats": records, "suivante": after}, ensure_ascii=False).encode()


def pages_by_hook(folder: str, port: int, pages: int) -> int:
    import pandas as pd
    from airflow.providers.http.hooks.http import HttpHook

    os.environ.update(_environment(port=port))
    hook = HttpHook(method="GET", http_conn_id="api")
    parts, path = [], "/demandes?page=0"
    while path:
        answer = hook.run(path).json()
        parts.append(pd.DataFrame(answer["resultats"]))
        path = answer["suivante"]
    if len(parts) != pages:
        raise AssertionError(f"{len(parts)} pages of {pages}")
    table = pd.concat(parts)
    table.to_parquet(Path(folder, "pages.parquet"))
    return len(table)


def pages_by_aqueduc(folder: str, port: int) -> int:
    here = desk(Path(folder), _environment(port=port))
    dataset = here.dataset(
        source={"http": "api", "path": "/demandes", "records": "resultats", "paging": {"next": "suivante"}},
        columns=dict.fromkeys(_COLUMNS, "publish"),
    )
    return extract_source(dataset, Run("jeu", "banc", force=True), here.place).report.rows
