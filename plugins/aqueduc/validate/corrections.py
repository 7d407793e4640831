"""Applies ``include/corrections/`` to the table about to be validated: after anonymisation, so that only what
may be public can be touched, and before the schema, which judges a corrected cell like any other.

A mark says what the cell was when somebody judged it wrong: HMAC-SHA-256 under a key that stays in the vault,
since a plain hash in the city's folder could be found again by trying. Where the cell is no longer that, the
source has been mended, and the correction leaves it alone.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from aqueduc import duck
from aqueduc.declaration.spec import CellCorrection, Dataset
from aqueduc.findings import Finding
from aqueduc.language import Message, _, n_
from aqueduc.run import Run
from aqueduc.store import Vault
from aqueduc.validate.findings import ValidationFinding
from aqueduc.validate.plan import LINE

_KEY = "corrections.json"
_DIGITS = 16

AppliedCorrections = ValidationFinding.define_subclass(
    "cellules-corrigees",
    _("`{column}` : {rows} corrigée{s} par le fichier de corrections"),
    _("corriger aussi à la source, puis ôter ces corrections"),
)
# ``which``: lines of the file. ``why``: what became of the cell.
UnappliedCorrections = ValidationFinding.define_subclass(
    "corrections-sans-effet",
    _("corrections sans effet (fichier de corrections, {which}) : {why}"),
    _("les ôter du fichier, ou les refaire"),
)


_ABSENT = _("aucune ligne n'a cette clé")


@dataclass(frozen=True)
class CorrectedTable:
    """The table to validate: ``path`` is that of the input when nothing applied. ``cells``: how many were
    corrected."""

    path: Path
    cells: int = 0
    findings: tuple[Finding, ...] = ()


def load_or_create_correction_hmac_keys(vault: Vault) -> tuple[bytes, ...]:
    """The secret keys of marks, of 32 bytes, in the vault: the one that new marks are made with, made the
    first time, then those before it. Raises StoreError."""
    kept = vault.read_json(_KEY)
    if kept is None:
        kept = {"key": secrets.token_hex(32)}
        vault.write_json(_KEY, kept)
    return tuple(bytes.fromhex(one) for one in (kept["key"], *kept.get("former", ())))


def count_correction_hmac_keys(vault: Vault) -> int:
    """How many there are, without making the first. Raises StoreError."""
    return len(load_or_create_correction_hmac_keys(vault)) if vault.exists(_KEY) else 0


def rotate_correction_hmac_key(vault: Vault) -> int:
    """Puts a new key in service; returns how many stay behind it, for the marks that were made with them.
    Raises StoreError."""
    former = [one.hex() for one in load_or_create_correction_hmac_keys(vault)] if vault.exists(_KEY) else []
    vault.write_json(_KEY, {"key": secrets.token_hex(32), "former": former})
    return len(former)


def compute_cell_hmac(
    secret: bytes, dataset: str, key: Sequence[str], column: str, value: str | None
) -> str | None:
    """The keyed hash (HMAC-SHA-256, cut) that stands for a cell's value in a file of corrections; None for an
    empty cell."""
    if value is None:
        return None
    text = "\x1f".join((dataset, *key, column, value))
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:_DIGITS]


def apply_corrections(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, run: Run, vault: Vault, path: Path, scratch: Path
) -> CorrectedTable:
    """The file at ``path`` with the city's corrections of it, written in ``scratch``.

    Raises duckdb.Error, StoreError.
    """
    if not dataset.corrections:
        return CorrectedTable(path)
    types = duck.read_column_types(con, duck.build_read_parquet_sql(path))
    rows = _read_rows_to_correct_by_key(con, dataset, path)
    keys = load_or_create_correction_hmac_keys(vault)
    good: list[tuple[int, CellCorrection]] = []
    idle: dict[Message, list[int]] = {}
    for correction in dataset.corrections:
        found = rows.get(correction.key, [])
        why = _explain_correction_refusal(con, dataset, correction, found, keys, types)
        if why is None:
            good.append((found[0][LINE], correction))
        elif why is not _ABSENT or run.window is None:
            idle.setdefault(why, []).append(correction.line)
    findings = [
        UnappliedCorrections(count=len(lines), detail={"which": _format_line_list(lines), "why": why})
        for why, lines in idle.items()
    ]
    if not good:
        return CorrectedTable(path, findings=tuple(findings))
    target = scratch / "corrected.parquet"
    done = _write_corrected_table(con, good, types, path, target)
    return CorrectedTable(target, len(good), (*done, *findings))


def _format_line_list(lines: Sequence[int]) -> Message:
    listed = ", ".join(map(str, lines[:10])) + ("…" if len(lines) > 10 else "")
    return n_("ligne {listed}", "lignes {listed}", len(lines), listed=listed)


def _read_rows_to_correct_by_key(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, path: Path
) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """The rows that have a key to correct: line and cells to correct, as text, by key."""
    names = [f"__key{rank}" for rank in range(len(dataset.key))]
    keys = list(dict.fromkeys(correction.key for correction in dataset.corrections))
    con.register(
        "corrected_keys",
        pa.table(
            {name: pa.array([key[rank] for key in keys], pa.string()) for rank, name in enumerate(names)}
        ),
    )
    columns = list(dict.fromkeys(correction.column for correction in dataset.corrections))
    texts = ", ".join(f"CAST(t.{duck.identifier(c)} AS VARCHAR) AS {duck.identifier(c)}" for c in columns)
    same = " AND ".join(
        f"CAST(t.{duck.identifier(own)} AS VARCHAR) = corrected_keys.{name}"
        for own, name in zip(dataset.key, names, strict=True)
    )
    listed = ", ".join(f"corrected_keys.{name}" for name in names)
    table = con.execute(
        f"SELECT {listed}, t.{LINE}, {texts} FROM {duck.build_read_parquet_sql(path)} t JOIN corrected_keys ON {same}"
    ).to_arrow_table()
    con.unregister("corrected_keys")
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found


def _explain_correction_refusal(
    con: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    correction: CellCorrection,
    found: Sequence[dict[str, Any]],
    keys: Sequence[bytes],
    types: dict[str, str],
) -> Message | None:
    if len(found) != 1:
        return _("plusieurs lignes ont cette clé") if found else _ABSENT
    cell = found[0][correction.column]
    marks = {compute_cell_hmac(key, dataset.id, correction.key, correction.column, cell) for key in keys}
    if correction.before not in marks:
        return _("la cellule n'est plus celle qui était fausse")
    if correction.after:
        read = f"SELECT TRY_CAST({duck.literal(correction.after)} AS {types[correction.column]}) IS NOT NULL"
        if not duck.fetch_single_row(con, read)[0]:
            return _("la valeur n'est pas du type de la colonne")
    return None


def _write_corrected_table(
    con: duckdb.DuckDBPyConnection,
    good: Sequence[tuple[int, CellCorrection]],
    types: dict[str, str],
    path: Path,
    target: Path,
) -> list[ValidationFinding]:
    joins, replaced, findings = [], [], []
    for rank, name in enumerate(dict.fromkeys(correction.column for _line, correction in good)):
        mine = [(line, correction.after) for line, correction in good if correction.column == name]
        fixes = {
            "line": pa.array([line for line, _ in mine], pa.int64()),
            "after": pa.array([after or None for _, after in mine], pa.string()),
        }
        con.register(f"fixes{rank}", pa.table(fixes))
        column = duck.identifier(name)
        joins.append(f"LEFT JOIN fixes{rank} ON fixes{rank}.line = t.{LINE}")
        replaced.append(
            f"CASE WHEN fixes{rank}.line IS NULL THEN t.{column} ELSE CAST(fixes{rank}.after AS "
            f"{types[name]}) END AS {column}"
        )
        lines = tuple(sorted(line for line, _ in mine))
        findings.append(AppliedCorrections(column=name, count=len(mine), lines=lines[:5]))
    duck.write_parquet(
        con,
        f"SELECT t.* REPLACE ({', '.join(replaced)}) FROM {duck.build_read_parquet_sql(path)} t {' '.join(joins)}",
        target,
    )
    return findings
