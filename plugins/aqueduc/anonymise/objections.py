"""Rows that a person, or a period, is to be kept out of every later revision (GDPR, articles 17 and 21;
convention, article 7.2: withdrawal of a part).

Of a person the vault keeps a keyed hash only (HMAC-SHA-256, RFC 2104) of the cells that designate the rows:
``objections/<dataset>.json`` is no list of people, though whoever reads the vault has the key too and may try
values. The rows leave the extract before any rule sees them. The store keeps, beside the pointer, the number
of each objection (``objections.json``): a vault that lacks one has lost it, and nothing goes further.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from aqueduc import duck
from aqueduc.anonymise.findings import (
    ForgottenObjections,
    IdleObjection,
    LostObjections,
    ObjectionColumnMissing,
    ObjectionOnAddedColumn,
    UnreadableObjectionPeriod,
)
from aqueduc.anonymise.weakening import is_former_name, list_former_name_candidates
from aqueduc.decisions import build_decision_mark_key, read_decision_mark
from aqueduc.declaration.loader import load_city
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.language import join_messages, quote_text
from aqueduc.run import Workspace
from aqueduc.store import Store, Vault

if TYPE_CHECKING:
    import duckdb

MARK = "objections"
_BLOCK = 64
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Objection:
    """``columns`` of the source, with ``digest``, the keyed hash of their cells, and ``key``, that of the hash
    (hexadecimal); or one column of dates, with the first and the last day of a period (ISO 8601). ``id``: drawn
    by lot. ``at``: when it was recorded, ISO 8601, UTC."""

    columns: tuple[str, ...]
    at: str = ""
    id: str = ""
    digest: str = ""
    key: str = ""
    first: str = ""
    last: str = ""

    @property
    def is_about_period(self) -> bool:
        return not self.digest

    def has_same_period(self, other: Self) -> bool:
        period = (self.columns, self.first, self.last)
        return (
            self.is_about_period
            and other.is_about_period
            and period == (other.columns, other.first, other.last)
        )


@dataclass(frozen=True)
class ExtractAfterObjections:
    """What is left of an extract: ``path``, how many rows left it; the objections that were obeyed, by their
    ids, and of these those that met a row. ``findings``: what stopped nothing."""

    path: Path
    objected: int = 0
    objections: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class ObjectionsUnenforceable(Exception):
    """An objection cannot be obeyed, for the reasons given; internal to the stage."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.findings = tuple(findings)


# --- the registry -------------------------------------------------------------------------------------------


def read_objections(vault: Vault, dataset: Dataset) -> tuple[Objection, ...]:
    """Those of a dataset, in the order in which they were recorded; what it had under its former identifier
    is taken over, so that no later name forgets it. Raises StoreError."""
    known = _read_objection_registry(vault, dataset.id)
    former = _read_objection_registry(vault, dataset.moved_from) if dataset.moved_from else ()
    ids = {one.id for one in known}
    return (*(one for one in former if one.id not in ids), *known)


def replace_objections(vault: Vault, dataset: Dataset, objections: Sequence[Objection]) -> None:
    """Replaces them all, under the identifier of now alone. Raises StoreError."""
    vault.write_json(
        _build_objection_registry_key(dataset.id), {"objections": [asdict(one) for one in objections]}
    )
    if dataset.moved_from:
        vault.delete(_build_objection_registry_key(dataset.moved_from))


def build_personal_objection(columns: Sequence[str], cells: Sequence[str]) -> Objection:
    """That of a person whom ``cells`` designate, as ``normalise_cell_text`` gives them; under a key of its own."""
    key = secrets.token_bytes(32)
    return Objection(tuple(columns), digest=_compute_objection_digest(key, columns, cells), key=key.hex())


def find_same_objection(known: Sequence[Objection], new: Objection, cells: Sequence[str]) -> Objection | None:
    """The one that designates the same rows already."""
    for one in known:
        if one.has_same_period(new):
            return one
        if cells and one.digest and one.columns == new.columns:
            digest = _compute_objection_digest(bytes.fromhex(one.key), one.columns, cells)
            if hmac.compare_digest(digest, one.digest):
                return one
    return None


def read_last_objection_time(store: Store, dataset: str) -> str | None:
    """The instant at which runs were first held to the newest of the objections in force (ISO 8601, UTC); None
    where there is none. One that is lifted counts no more, and lifting is not an instant."""
    mark = read_decision_mark(store, dataset, MARK)
    return max(mark["since"].values(), default=None) if mark else None


def has_pending_objection(store: Store, dataset: str) -> bool:
    """Whether what is online may still show what an objection designates."""
    return bool(_list_pending_objection_ids(read_decision_mark(store, dataset, MARK) or {}))


def list_objection_ids_to_enforce(store: Store, dataset: str) -> tuple[str, ...]:
    """The ids of those that the store holds each run to, sorted."""
    return tuple(sorted((read_decision_mark(store, dataset, MARK) or {}).get("ids", ())))


def find_unenforced_objection_ids(store: Store, dataset: str, obeyed: Collection[str]) -> set[str]:
    """The ids of those in force that rows prepared under ``obeyed`` do not obey: recorded since. Raises StoreError."""
    return set(list_objection_ids_to_enforce(store, dataset)).difference(obeyed)


def store_objections_to_enforce(store: Store, dataset: str, objections: Sequence[Objection], at: str) -> None:
    """Holds every later run to ``objections``: what is online is yet to obey the new ones. The end of one changes
    nothing of what it shows of the others."""
    known = read_decision_mark(store, dataset, MARK) or {}
    ids = [one.id for one in objections]
    obeyed = set(known.get("ids", ())).difference(_list_pending_objection_ids(known))
    pending = [one for one in ids if one not in obeyed]
    before = known.get("since", {})
    met = [one for one in known.get("met", ()) if one in ids]
    since = {one: before.get(one, at) for one in ids}
    mark = {"ids": ids, "since": since, "met": met, "pending": pending}
    store.write_json(build_decision_mark_key(dataset, MARK), mark)


def record_enforced_objections(store: Store, dataset: str, obeyed: Sequence[str], met: Sequence[str]) -> None:
    """All that is online was made again without what the objections ``obeyed`` designate; ``met``: those of
    them that designated a row."""
    mark = read_decision_mark(store, dataset, MARK)
    if mark is None:
        return
    pending = [one for one in _list_pending_objection_ids(mark) if one not in obeyed]
    after = {**mark, "pending": pending, "met": sorted({*mark["met"], *met} & set(mark["ids"]))}
    if after != mark:
        store.write_json(build_decision_mark_key(dataset, MARK), after)


def _list_pending_objection_ids(mark: Mapping[str, Any]) -> list[str]:
    """The ids of those that what is online is not known to obey."""
    pending = mark.get("pending") or []
    # A mark of before says only that there is one.
    return list(mark["ids"] if pending is True else pending)


def _read_objection_registry(vault: Vault, dataset: str) -> tuple[Objection, ...]:
    raw = vault.read_json(_build_objection_registry_key(dataset)) or {}
    return tuple(Objection(**{**one, "columns": tuple(one["columns"])}) for one in raw.get("objections", ()))


def _build_objection_registry_key(dataset: str) -> str:
    return f"objections/{dataset}.json"


def _compute_objection_digest(key: bytes, columns: Sequence[str], cells: Sequence[str]) -> str:
    return hmac.digest(
        key, _build_digest_prefix_of_column_names(columns) + _BETWEEN.join(cells).encode(), "sha256"
    ).hex()


def _build_digest_prefix_of_column_names(columns: Sequence[str]) -> bytes:
    return (_BETWEEN.join(columns) + "\x1e").encode()


# --- the rows -----------------------------------------------------------------------------------------------


def withhold_objected_rows(
    dataset: Dataset, vault: Vault, store: Store, raw: Path, scratch: Path, *, windowed: bool = False
) -> ExtractAfterObjections:
    """The extract without the rows that objections designate, written in ``scratch`` where there are any.
    ``windowed``: it is a part of the source, where nothing is missed.

    Raises ObjectionsUnenforceable, StoreError, duckdb.Error.
    """
    everything = read_objections(vault, dataset)
    lost = set(list_objection_ids_to_enforce(store, dataset.id)) - {one.id for one in everything}
    if lost:
        raise ObjectionsUnenforceable([LostObjections(count=len(lost), detail={"lost": len(lost)})])
    if not everything:
        return ExtractAfterObjections(raw)
    if dataset.moved_from:
        replace_objections(vault, dataset, everything)
    target = scratch / "remaining.parquet"
    with duck.open_duckdb(scratch) as con:
        types = duck.read_column_types(con, duck.build_read_parquet_sql(raw))
        if missing := sorted({name for one in everything for name in one.columns} - types.keys()):
            raise ObjectionsUnenforceable([ObjectionColumnMissing(column=name) for name in missing])
        _refuse_unreadable_days(con, raw, everything)
        designated = [_build_objected_row_sql(con, one) for one in everything]
        counts = ", ".join(f"count(*) FILTER ({one})" for one in designated)
        found = duck.fetch_single_row(con, f"SELECT {counts} FROM {duck.build_read_parquet_sql(raw)}")
        kept = duck.write_parquet(
            con,
            f"SELECT * FROM {duck.build_read_parquet_sql(raw)} WHERE NOT ({' OR '.join(designated)})",
            target,
        )
        objected = duck.count_rows(con, duck.build_read_parquet_sql(raw)) - kept
    met = tuple(one.id for one, count in zip(everything, found, strict=True) if count)
    before = (read_decision_mark(store, dataset.id, MARK) or {}).get("met", ())
    idle = [] if windowed else [one for one in before if one not in met]
    findings = (IdleObjection(count=len(idle), detail={"idle": len(idle)}),) if idle else ()
    return ExtractAfterObjections(
        target, objected, tuple(sorted(one.id for one in everything)), met, findings
    )


def map_added_columns_to_origins(
    dataset: Dataset, workspace: Workspace, columns: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Those of ``columns`` that are added to the rows of the source, each with the columns by which rows may be
    designated in its place: a changed table or expression would give it other cells. Raises SourceError."""
    if not columns or not (dataset.join or dataset.computed):
        return {}
    # A dataset to which nothing is added does without the reader of files.
    from aqueduc.sources.references import find_origins_of_added_columns

    added = find_origins_of_added_columns(dataset, load_city(workspace.include).city, workspace)
    source = tuple(column.name for column in dataset.columns if column.name not in added)
    return {name: added[name] or source for name in columns if name in added}


def refuse_objections_on_added_columns(dataset: Dataset, workspace: Workspace) -> None:
    """Raises ObjectionsUnenforceable for an objection in force on a column that is added, whatever it was when the
    objection was recorded; StoreError, SourceError."""
    if not (dataset.join or dataset.computed):
        return
    named = dict.fromkeys(name for one in read_objections(workspace.vault, dataset) for name in one.columns)
    added = map_added_columns_to_origins(dataset, workspace, named)
    if added:
        raise ObjectionsUnenforceable(
            [
                ObjectionOnAddedColumn(
                    column=name, detail={"origins": join_messages(map(quote_text, origins))}
                )
                for name, origins in added.items()
            ]
        )


def refuse_objections_of_undeclared_former_names(dataset: Dataset, store: Store, include: Path) -> None:
    """Raises ObjectionsUnenforceable where the dataset had another name, which it does not say, and objections
    under it; StoreError."""
    held = set(list_objection_ids_to_enforce(store, dataset.id))
    findings = [
        ForgottenObjections(detail={"former": former})
        for former in list_former_name_candidates(dataset, store, include)
        # What each promised is one small document; its certificates are many.
        if set(list_objection_ids_to_enforce(store, former)) - held and is_former_name(former, dataset, store)
    ]
    if findings:
        raise ObjectionsUnenforceable(findings)


def build_normalised_cell_sql(cell: str) -> str:
    """SQL of a cell (SQL as well) as digests are made of it: one writing for what is the same to a reader,
    whatever its case, its accents' form, its blanks, or a decimal part that is nothing."""
    text = rf"trim(regexp_replace(lower(nfc_normalize(CAST({cell} AS VARCHAR))), '[\s\p{{Z}}]+', ' ', 'g'))"
    return rf"regexp_replace({text}, '^(-?[0-9]+)[.]0+$', '\1')"


def _build_objected_row_sql(con: duckdb.DuckDBPyConnection, objection: Objection) -> str:
    """SQL: whether a row is one that the objection designates; a cell that is empty designates nobody."""
    sql = (
        _build_objected_period_sql(objection)
        if objection.is_about_period
        else _build_objected_person_sql(con, objection)
    )
    return f"coalesce({sql}, false)"


def _build_objected_person_sql(con: duckdb.DuckDBPyConnection, objection: Objection) -> str:
    import pyarrow as pa

    key = bytes.fromhex(objection.key).ljust(_BLOCK, b"\0")
    inner = bytes(byte ^ 0x36 for byte in key) + _build_digest_prefix_of_column_names(objection.columns)
    outer = bytes(byte ^ 0x5C for byte in key)
    pads = f"pads:{objection.id}"
    con.register(pads, pa.table({"inner_pad": [inner], "outer_pad": [outer]}))
    secret = duck.identifier(pads)
    cells = (build_normalised_cell_sql(duck.identifier(name)) for name in objection.columns)
    text = f" || chr({ord(_BETWEEN)}) || ".join(cells)
    once = f"unhex(sha256((SELECT inner_pad FROM {secret}) || encode({text})))"
    return f"sha256((SELECT outer_pad FROM {secret}) || {once}) = {duck.literal(objection.digest)}"


def _build_objected_period_sql(objection: Objection) -> str:
    day = f"TRY_CAST({_build_trimmed_text_sql(objection.columns[0])} AS DATE)"
    return f"{day} BETWEEN DATE {duck.literal(objection.first)} AND DATE {duck.literal(objection.last)}"


def _refuse_unreadable_days(
    con: duckdb.DuckDBPyConnection, raw: Path, objections: Sequence[Objection]
) -> None:
    """A day that cannot be read may be one of the period."""
    findings = []
    for column in sorted({one.columns[0] for one in objections if one.is_about_period}):
        cell = _build_trimmed_text_sql(column)
        unread = f"{duck.build_read_parquet_sql(raw)} WHERE {cell} <> '' AND TRY_CAST({cell} AS DATE) IS NULL"
        if count := duck.count_rows(con, unread):
            findings.append(UnreadableObjectionPeriod(column=column, count=count))
    if findings:
        raise ObjectionsUnenforceable(findings)


def _build_trimmed_text_sql(column: str) -> str:
    return f"trim(CAST({duck.identifier(column)} AS VARCHAR))"


def normalise_cell_text(kind: str, text: str) -> str | None:
    """``text`` as digests are made of a cell of the SQL type ``kind``; None when it is not of that type."""
    import duckdb

    with duckdb.connect() as con:
        sql = build_normalised_cell_sql(f"TRY_CAST(trim(?) AS {kind})")
        found = con.execute(f"SELECT {sql}", [text]).fetchone()
    return found[0] if found else None
