"""A table of PostgreSQL all the way to a published CSV and Parquet, with every gate: the first time, one row in
a thousand changed beside two earlier states and beside sixty, nothing changed with the rows read, with
``probe: rows`` and with ``probe: versions``; then without k-anonymity, where only the rows that changed are read,
by a watermark. Beside it, of the same rows in the same run: ``COPY … (FORMAT binary)`` thrown away, and the pandas
script that a city would write instead. Then a dataset of twenty rows, as a command, since most are small.

Rows that are mostly distinct (each has its number and the pseudonym of who asked), and rows that repeat. The machine
is most often shared: CPU seconds are the figure to compare, those of the server are not counted.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import yaml

from aqueduc import duck
from aqueduc.anonymise import build_release_history_key
from aqueduc.declaration.loader import load_city, load_dataset
from aqueduc.pipeline import run_pipeline
from aqueduc.run import Run, Workspace
from benchmarks.extract import raw_copy
from benchmarks.frame import Measured, Row, measured, times
from sandbox import postgres
from tests.making import CITY, desk

ROWS = int(os.environ.get("ROWS", "1000000"))
STATES = 60
STAGES = ("extract", "anonymise", "validate", "publish")
SALT = "une clé de banc d'essai, longue de plus de trente-deux octets"
TABLE = """
    CREATE TABLE demandes AS
    SELECT i, translate(left(md5(i::text), 16), '0123456789', 'ghijklmnop') AS numero,
           'usager' || (i * 7919 % ({rows} / 3 + 1)) || '@exemple.fr' AS courriel,
           date '2021-01-01' + (i * 104729 % 1460)::int AS jour,
           'Quartier n° ' || (i * 31 % 40) AS quartier,
           (ARRAY['F', 'M', 'X'])[1 + (i * 13 % 3)::int] AS sexe,
           ((i * 7 % 100000) / 100.0)::numeric(10, 2) AS montant, (i * 17 % 600)::int AS duree,
           (array['accord', 'refus', 'attente', 'sursis'])[1 + (i * 3 % 4)::int] AS decision,
           'motif n° ' || (i * 11 % 50) AS motif, i % 5 = 0 AS urgent
    FROM generate_series(1::bigint, {rows}) AS made(i)
"""
SQL = "SELECT numero, courriel, jour, quartier, sexe, montant, duree, decision, motif, urgent FROM demandes"
_CHANGE = """
    UPDATE demandes SET decision = (array['accord', 'refus', 'attente', 'sursis'])[1 + ((i / 7 + {step}) % 4)::int]
    WHERE i % 1000 = {step}
"""
TYPES = {
    "numero": "string", "usager": "string", "mois": "yearmonth", "quartier": "string", "sexe": "string",
    "montant": "number", "duree": "integer", "decision": "string", "motif": "string", "urgent": "boolean",
}  # fmt: skip


@dataclass(frozen=True)
class _Variant:
    """One declaration over the table: with its number and the pseudonym of who asked, rows are distinct."""

    name: str
    columns: Mapping[str, Any]
    key: tuple[str, ...] = ()


_COMMON = {
    "jour": {"generalise": "month", "as": "mois"}, "quartier": "publish", "sexe": "publish",
    "montant": "publish", "duree": "publish", "decision": "publish", "motif": "publish", "urgent": "publish",
}  # fmt: skip
PRIVACY = {"quasi_identifiers": ["jour", "quartier", "sexe"], "k": 5, "suppress_at_most": 1}
_PSEUDONYM = {"pseudonym": "sel", "as": "usager", "basis": "banc d'essai : personne n'a vécu"}
VARIANTS = (
    _Variant("distinct", {"numero": "publish", "courriel": _PSEUDONYM, **_COMMON}, ("numero",)),
    _Variant("repeating", {"numero": "drop", "courriel": "drop", **_COMMON}),
)


def environment(dsn: str, folder: str) -> dict[str, str]:
    return {
        "AIRFLOW_CONN_GUICHET": dsn,
        "AIRFLOW_CONN_SEL": f'{{"conn_type": "generic", "password": "{SALT}"}}',
        "PORTAIL": folder,
    }


def run(rows: int = ROWS, states: int = STATES, variants: tuple[_Variant, ...] = VARIANTS) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        root = Path(name)
        dsn = postgres.start(root).create_owner()
        try:
            for variant in variants:
                yield from _measure_variant(root, dsn, variant, rows, states)
            yield from _measure_watermark(root, dsn, rows)
            yield from _measure_small(root, dsn)
        finally:
            postgres.stop(root)


def _measure_variant(root: Path, dsn: str, variant: _Variant, rows: int, states: int) -> Iterator[Row]:
    with psycopg.connect(dsn, autocommit=True) as base:
        base.execute("DROP TABLE IF EXISTS demandes")
        base.execute(TABLE.format(rows=rows).encode())
        base.execute("VACUUM ANALYZE demandes")
    folder = root / variant.name
    workspace = place(folder, dsn)
    declare(workspace, variant)
    what = f"{variant.name} rows"
    copy = measured(raw_copy, dsn, SQL, repeat=3)
    script = measured(pandas_script, str(folder), dsn)

    def publish(number: int) -> Measured:
        return measured(ours, str(folder), dsn, number)

    first = publish(0)
    yield copy.row(f"{what}, COPY in binary, thrown away", rows=rows)
    note = f"{first.seconds / copy.seconds:.1f} × COPY, {times(script, first)} than pandas"
    yield first.row(f"{what}, published", rows=rows, note=note)
    yield script.row(f"{what}, a pandas script", rows=rows, note="no gate, no scan, no proof")
    _change(dsn, 1)
    publish(1)
    _change(dsn, 2)
    changed = publish(2)
    yield changed.row(f"{what}, 0.1 % changed, 2 states", rows=rows, note=_ratio(changed, first, "the first"))
    _add_states(workspace, states - 3)
    # What differs between one added state and the next is counted once, and remembered.
    _change(dsn, 3)
    publish(3)
    _change(dsn, 4)
    older = publish(4)
    yield older.row(
        f"{what}, 0.1 % changed, {states} states", rows=rows, note=_ratio(older, changed, "with 2 states")
    )
    same = publish(5)
    declare(workspace, variant, probe="rows")
    publish(6)
    probed = publish(7)
    declare(workspace, variant, probe="versions")
    publish(8)
    versions = publish(9)
    if not all(one.result["unchanged"] for one in (same, probed, versions)):
        raise AssertionError("an unchanged source was published again")
    yield same.row(f"{what}, unchanged, all of them read", rows=rows, note=_ratio(same, copy, "COPY"))
    yield probed.row(f"{what}, unchanged, probed", rows=rows, note=_ratio(probed, copy, "COPY"))
    note = _ratio(versions, copy, "COPY")
    yield versions.row(f"{what}, unchanged, probed by versions", rows=rows, note=note)


def _measure_watermark(root: Path, dsn: str, rows: int) -> Iterator[Row]:
    """One row a second, and an index on when it was modified; an hour is read again."""
    with psycopg.connect(dsn, autocommit=True) as base:
        base.execute("DROP TABLE IF EXISTS demandes")
        base.execute(TABLE.format(rows=rows).encode())
        base.execute("ALTER TABLE demandes ADD modifie_le timestamp")
        base.execute("UPDATE demandes SET modifie_le = timestamp '2024-01-01' + i * interval '1 s'")
        base.execute("CREATE INDEX ON demandes (modifie_le)")
        base.execute("VACUUM FULL ANALYZE demandes")
    columns = {"numero": "publish", "courriel": _PSEUDONYM, **_COMMON, "modifie_le": "drop"}
    variant = _Variant("watermark", columns, ("numero",))
    folder = root / variant.name
    watermark = {"column": "modifie_le", "lateness": "1 hour", "full_every": "7 days"}
    declare(place(folder, dsn), variant, private=False, watermark=watermark)
    first = measured(ours, str(folder), dsn, 0)
    yield first.row("without k, published", rows=rows, note=_tell_stages(first))
    with psycopg.connect(dsn) as base:
        base.execute(_CHANGE.format(step=1).replace("WHERE", ", modifie_le = '2025-12-01' WHERE").encode())
    changed = measured(ours, str(folder), dsn, 1)
    note = f"{_ratio(changed, first, 'the first')}; {_tell_stages(changed)}"
    yield changed.row("without k, 0.1 % changed, by a watermark", rows=rows, note=note)
    same = measured(ours, str(folder), dsn, 2)
    if not same.result["unchanged"]:
        raise AssertionError("an unchanged source was published again")
    note = _ratio(same, first, "the first")
    yield same.row("without k, unchanged, by a watermark", rows=rows, note=note)


def _tell_stages(done: Measured) -> str:
    return ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in done.result.items() if stage in STAGES)


def _ratio(one: Measured, other: Measured, what: str) -> str:
    return f"{one.cpu / other.cpu:.2f} × the CPU of {what}, {one.seconds / other.seconds:.2f} × its time"


def _change(dsn: str, step: int) -> None:
    with psycopg.connect(dsn) as base:
        base.execute(_CHANGE.format(step=step).encode())


def _add_states(workspace: Workspace, count: int) -> None:
    """Earlier states, each of which lacks some rows of the one before: published, says the history."""
    key = build_release_history_key("demandes")
    history = workspace.store.read_json(key)
    oldest = history["files"][0]
    for rank in range(1, count + 1):
        with workspace.store.open_scratch_folder() as scratch, duck.open_duckdb(scratch) as con:
            with workspace.store.open_local_file_of_key(oldest["key"]) as path:
                lacking = (
                    f"SELECT * FROM {duck.build_read_parquet_sql(path)} m WHERE hash(m) % 2000 >= {rank}"
                )
                rows = duck.write_parquet(con, lacking, scratch / "state.parquet")
            kept = workspace.store.store_parquet_by_sha256(
                scratch / "state.parquet", dataset="demandes", run="", stage="valid", rows=rows, window=None
            )
        history["files"].insert(0, {**oldest, "key": kept.key, "sha256": kept.sha256})
    workspace.store.write_json(key, history)


def pandas_script(folder: str, dsn: str) -> int:
    """What a city would write: in memory, by chunks of what the base gives."""
    import pandas as pd

    with psycopg.connect(dsn) as base, base.cursor("pandas") as cursor:
        cursor.itersize = 100_000
        cursor.execute(SQL.encode())
        names = [column.name for column in cursor.description or ()]
        parts = []
        while rows := cursor.fetchmany(100_000):
            parts.append(pd.DataFrame(rows, columns=names))
    table = pd.concat(parts)
    table["usager"] = [
        hmac.new(SALT.encode(), mail.encode(), hashlib.sha256).hexdigest() for mail in table.pop("courriel")
    ]
    table["mois"] = pd.to_datetime(table.pop("jour")).dt.strftime("%Y-%m")
    table = table[table.groupby(["mois", "quartier", "sexe"])["numero"].transform("size") >= 5]
    table = table.sort_values("numero")
    table.to_csv(Path(folder, "demandes.csv"), index=False)
    table.to_parquet(Path(folder, "demandes.parquet"))
    return len(table)


# --- a small dataset ----------------------------------------------------------------------------------------


def _measure_small(root: Path, dsn: str) -> Iterator[Row]:
    """As a command of its own, with all that it imports: the CPU is that of the whole process."""
    folder = root / "small"
    workspace = place(folder, dsn)
    drop = folder / "depot"
    drop.mkdir()
    (drop / "parkings.csv").write_text("lieu,places\n" + "".join(f"Parking {n},{n * 7}\n" for n in range(20)))
    fields = [{"name": "lieu", "type": "string"}, {"name": "places", "type": "integer"}]
    (workspace.include / "schemas" / "parkings.json").write_text(json.dumps({"fields": fields}))
    document = {
        "title": "Parkings", "description": "Les parkings.", "owner": "Mobilité", "theme": "TRAN",
        "cadence": "weekly", "source": {"file": "depot", "path": "parkings.csv"},
        "columns": {"lieu": "publish", "places": "publish"}, "schema": "schemas/parkings.json",
        "publish": {"mode": "upload", "formats": ["csv", "parquet"]},
    }  # fmt: skip
    (workspace.include / "datasets" / "parkings.yaml").write_text(
        yaml.safe_dump(document, allow_unicode=True)
    )
    for what in ("published", "unchanged"):
        found = measured(command, str(folder), str(drop))
        seconds, cpu, peak = found.result
        yield Row(f"twenty rows, {what}", seconds, 20, peak, "the command, imports and all", cpu)


def command(folder: str, drop: str) -> tuple[float, float, float]:
    """Wall and CPU seconds of ``aqueduc run``, and its memory in MB."""
    variables = {
        **os.environ,
        "AQUEDUC_INCLUDE": f"{folder}/include",
        "AQUEDUC_STORE": Path(folder, "store").as_uri(),
        "AQUEDUC_VAULT": Path(folder, "vault").as_uri(),
        "AQUEDUC_PORTAL": Path(folder, "portail").as_uri(),
        "AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": drop}}),
    }
    start = time.perf_counter()
    program = "import sys; from aqueduc.cli import main; sys.argv = ['aqueduc', 'run', 'parkings']; main()"
    subprocess.run([sys.executable, "-c", program], env=variables, check=True, capture_output=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


# --- the declarations ---------------------------------------------------------------------------------------


def place(folder: Path, dsn: str) -> Workspace:
    here = desk(folder, environment(dsn, str(folder / "portail")))
    city = {**CITY, "siret": "21130001700012", "defaults": {"licence": "lov2", "contact": "o@ville.example"}}
    del city["platforms"]
    (here.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    return replace(here.place, portal=(folder / "portail").as_uri())


def declare(workspace: Workspace, variant: _Variant, *, private: bool = True, **source: Any) -> None:
    names = [
        (name, rule.get("as", name) if isinstance(rule, dict) else name)
        for name, rule in variant.columns.items()
        if rule != "drop"
    ]
    fields = [{"name": shown, "type": TYPES[shown]} for _, shown in names]
    document = {
        "title": "Demandes", "description": "Les demandes du guichet.", "owner": "Guichet", "theme": "GOVE",
        "cadence": "weekly", "source": {"postgres": "guichet", "sql": "sql/demandes.sql", **source},
        "columns": dict(variant.columns), "schema": "schemas/demandes.json",
        "publish": {"mode": "upload", "formats": ["csv", "parquet"]},
        **({"privacy": PRIVACY} if private else {}),
        **({"key": list(variant.key)} if variant.key else {}),
    }  # fmt: skip
    include = workspace.include
    sql = SQL.replace(" FROM", ", modifie_le FROM") if "modifie_le" in variant.columns else SQL
    (include / "sql" / "demandes.sql").write_text(sql + "\n")
    (include / "schemas" / "demandes.json").write_text(json.dumps({"fields": fields}))
    (include / "datasets" / "demandes.yaml").write_text(yaml.safe_dump(document, allow_unicode=True))


def ours(folder: str, dsn: str, number: int) -> dict[str, Any]:
    workspace = place(Path(folder), dsn)
    loaded = load_city(workspace.include)
    dataset = load_dataset(workspace.include / "datasets" / "demandes.yaml", loaded)
    seconds: dict[str, Any] = {}
    done = run_pipeline(
        dataset, loaded.city, Run("demandes", f"essai-{number}"), workspace,
        lambda stage, report: seconds.update({stage: getattr(report, "seconds", None)}),
    )  # fmt: skip
    return {"unchanged": done.unchanged, **seconds}
