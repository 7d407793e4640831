"""Rows that a person, or a period, is to be kept out of every later revision (GDPR, articles 17 and 21;
convention, article 7.2: withdrawal of a part).

Of a person the vault keeps a keyed hash only (HMAC-SHA-256, RFC 2104) of the cells that designate the rows:
``objections/<dataset>.json`` is no list of people. The rows leave the extract before any rule sees them. The
store keeps, beside the pointer, how many objections there are (``objections.json``): a vault that has fewer
has lost some, and nothing goes further.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from aqueduc import duck
from aqueduc.anonymise.findings import LostObjections, ObjectionColumnMissing, UnreadableObjectionPeriod
from aqueduc.decisions import build_mark_key, read_mark
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.store import Store, Vault

MARK = "objections"
_BLOCK = 64
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Objection:
    """``columns`` of the source, with ``digest``, the keyed hash of their cells; or one column of dates, with
    the first and the last day of a period (ISO 8601). ``at``: when it was recorded, ISO 8601, UTC."""

    columns: tuple[str, ...]
    at: str
    digest: str = ""
    first: str = ""
    last: str = ""

    @property
    def is_period(self) -> bool:
        return not self.digest

    def same_rows(self, other: Objection) -> bool:
        mine, theirs = asdict(self), asdict(other)
        return {**mine, "at": ""} == {**theirs, "at": ""}


@dataclass(frozen=True)
class RemainingExtract:
    """What is left of an extract: ``path``, how many rows left it, for how many objections."""

    path: Path
    objected: int = 0
    objections: int = 0


class ObjectionsUnenforceable(Exception):
    """An objection cannot be obeyed, for the reasons given; internal to the stage."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.findings = tuple(findings)


# --- the registry -------------------------------------------------------------------------------------------


def read_objections(vault: Vault, dataset: str) -> tuple[Objection, ...]:
    """Those recorded under this identifier, in order. Raises StoreError."""
    raw = vault.read_json(_build_registry_key(dataset)) or {}
    return tuple(Objection(**{**one, "columns": tuple(one["columns"])}) for one in raw.get("objections", ()))


def write_objections(vault: Vault, dataset: str, objections: Sequence[Objection]) -> None:
    """Replaces them all. Raises StoreError."""
    registry = {"key": _read_key(vault, dataset).hex(), "objections": [asdict(one) for one in objections]}
    vault.write_json(_build_registry_key(dataset), registry)


def compute_objection_digest(vault: Vault, dataset: str, columns: Sequence[str], cells: Sequence[str]) -> str:
    """The keyed hash of ``cells``, as the extract has them as text. Makes the key the first time."""
    key = _read_key(vault, dataset)
    if not vault.exists(_build_registry_key(dataset)):
        vault.write_json(_build_registry_key(dataset), {"key": key.hex(), "objections": []})
        key = _read_key(vault, dataset)
    return hmac.digest(key, _build_prefix(columns) + _BETWEEN.join(cells).encode(), "sha256").hex()


def count_promised_objections(store: Store, dataset: str) -> int:
    """How many the store says there are."""
    return int((read_mark(store, dataset, MARK) or {}).get("count", 0))


def find_last_objection(store: Store, dataset: str) -> str | None:
    """The instant of the newest objection in force (ISO 8601, UTC); None where there is none."""
    mark = read_mark(store, dataset, MARK)
    return str(mark["at"]) if mark and mark["count"] else None


def has_pending_objection(store: Store, dataset: str) -> bool:
    """Whether what is online may still show what an objection designates."""
    return bool((read_mark(store, dataset, MARK) or {}).get("pending"))


def promise_objections(store: Store, dataset: str, count: int, at: str) -> None:
    """Holds every later run to ``count`` objections; what is online waits to be replaced."""
    store.write_json(build_mark_key(dataset, MARK), {"count": count, "at": at, "pending": True})


def note_obeyed_objections(store: Store, dataset: str, objections: int) -> None:
    """All that is online was made again without what ``objections`` designate."""
    mark = read_mark(store, dataset, MARK)
    if mark and mark["pending"] and objections >= mark["count"]:
        store.write_json(build_mark_key(dataset, MARK), {**mark, "pending": False})


def _read_key(vault: Vault, dataset: str) -> bytes:
    raw = vault.read_json(_build_registry_key(dataset))
    return bytes.fromhex(raw["key"]) if raw else secrets.token_bytes(32)


def _build_registry_key(dataset: str) -> str:
    return f"objections/{dataset}.json"


def _build_prefix(columns: Sequence[str]) -> bytes:
    return (_BETWEEN.join(columns) + "\x1e").encode()


# --- the rows -----------------------------------------------------------------------------------------------


def withhold_objected_rows(
    dataset: Dataset, vault: Vault, store: Store, raw: Path, scratch: Path
) -> RemainingExtract:
    """The extract without the rows that objections designate, written in ``scratch`` where there are any.

    Raises ObjectionsUnenforceable, StoreError, duckdb.Error.
    """
    registries = [name for name in (dataset.id, dataset.moved_from) if name]
    known = {name: read_objections(vault, name) for name in registries}
    count = sum(map(len, known.values()))
    promised = count_promised_objections(store, dataset.id)
    if count < promised:
        raise ObjectionsUnenforceable(
            [LostObjections(count=promised - count, detail={"lost": promised - count})]
        )
    if not count:
        return RemainingExtract(raw)
    target = scratch / "remaining.parquet"
    with duck.open_duckdb(scratch) as con:
        types = duck.read_column_types(con, duck.parquet(raw))
        everything = [one for objections in known.values() for one in objections]
        if missing := sorted({name for one in everything for name in one.columns} - types.keys()):
            raise ObjectionsUnenforceable([ObjectionColumnMissing(column=name) for name in missing])
        _refuse_unreadable_days(con, raw, everything)
        designated = [
            *(_designate_period(one) for one in everything if one.is_period),
            *(
                _designate_people(con, vault, name, objections)
                for name, objections in known.items()
                if any(not one.is_period for one in objections)
            ),
        ]
        # A cell that is empty designates nobody.
        gone = " OR ".join(f"coalesce({one}, false)" for one in designated)
        kept = duck.write_parquet(con, f"SELECT * FROM {duck.parquet(raw)} WHERE NOT ({gone})", target)
        objected = duck.count_rows(con, duck.parquet(raw)) - kept
    return RemainingExtract(target, objected, count)


def format_cell_sql(column: str) -> str:
    """SQL of a cell as text, as digests are made of it."""
    return f"trim(CAST({duck.identifier(column)} AS VARCHAR))"


def _designate_people(
    con: duckdb.DuckDBPyConnection, vault: Vault, dataset: str, objections: Sequence[Objection]
) -> str:
    """SQL: whether a row is one that these objections of people designate."""
    key = _read_key(vault, dataset).ljust(_BLOCK, b"\0")
    pads = {"inner_pad": bytes(byte ^ 0x36 for byte in key), "outer_pad": bytes(byte ^ 0x5C for byte in key)}
    by_columns: dict[tuple[str, ...], list[str]] = {}
    for one in objections:
        if not one.is_period:
            by_columns.setdefault(one.columns, []).append(one.digest)
    found = []
    for rank, (columns, digests) in enumerate(by_columns.items()):
        table = duck.identifier(f"{dataset}:{rank}")
        prefix = pads["inner_pad"] + _build_prefix(columns)
        con.register(f"{dataset}:{rank}", pa.table({"digest": pa.array(digests, pa.string())}))
        con.register(
            f"{dataset}:{rank}:pads",
            pa.table({name: [pad] for name, pad in {**pads, "inner_pad": prefix}.items()}),
        )
        secret = duck.identifier(f"{dataset}:{rank}:pads")
        text = f" || chr({ord(_BETWEEN)}) || ".join(map(format_cell_sql, columns))
        inner = f"unhex(sha256((SELECT inner_pad FROM {secret}) || encode({text})))"
        digest = f"sha256((SELECT outer_pad FROM {secret}) || {inner})"
        found.append(f"{digest} IN (SELECT digest FROM {table})")
    return f"({' OR '.join(found)})"


def _designate_period(objection: Objection) -> str:
    day = f"TRY_CAST({format_cell_sql(objection.columns[0])} AS DATE)"
    return f"{day} BETWEEN DATE {duck.literal(objection.first)} AND DATE {duck.literal(objection.last)}"


def _refuse_unreadable_days(
    con: duckdb.DuckDBPyConnection, raw: Path, objections: Sequence[Objection]
) -> None:
    """A day that cannot be read may be one of the period."""
    findings = []
    for column in sorted({one.columns[0] for one in objections if one.is_period}):
        cell = format_cell_sql(column)
        unread = f"{duck.parquet(raw)} WHERE {cell} <> '' AND TRY_CAST({cell} AS DATE) IS NULL"
        if count := duck.count_rows(con, unread):
            findings.append(UnreadableObjectionPeriod(column=column, count=count))
    if findings:
        raise ObjectionsUnenforceable(findings)


def format_cell_text(kind: str, text: str) -> str | None:
    """``text`` as the extract has it in a column of the SQL type ``kind``; None when it is not of that
    type."""
    with duckdb.connect() as con:
        found = con.execute(f"SELECT trim(CAST(TRY_CAST(trim(?) AS {kind}) AS VARCHAR))", [text]).fetchone()
    return found[0] if found else None
