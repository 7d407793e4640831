"""Foreign keys to other datasets: they are looked up in its current, certified revision in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aqueduc.duck import identifier, literal
from aqueduc.findings import Finding
from aqueduc.language import Said
from aqueduc.store import Handle, Store, opened
from aqueduc.validate.findings import ReferenceUnavailable
from aqueduc.validate.plan import Reference

_NOT_PUBLISHED = Said("rien n'en est publié", "nothing of it is published")
_NO_COLUMN = Said("sa publication n'a pas de colonne `{name}`", "what is published has no column `{name}`")


@dataclass(frozen=True)
class Referred:
    """The columns ``o0``, ``o1``… that a reference names, as the SQL of a table, with DuckDB's types."""

    source: str
    types: Mapping[str, str]


@dataclass(frozen=True)
class Library:
    """``revisions``: of each dataset referred to, what was looked up."""

    referred: Mapping[str, Referred]
    revisions: Mapping[str, str]
    problems: tuple[Finding, ...]


def open_references(
    references: Sequence[Reference], store: Store, con: duckdb.DuckDBPyConnection, stack: ExitStack
) -> Library:
    """Opens, for as long as ``stack`` lasts, what ``references`` to other datasets need (by their names)."""
    referred: dict[str, Referred] = {}
    revisions: dict[str, str] = {}
    problems: list[Finding] = []
    files: dict[str, Sequence[Path]] = {}
    for reference in references:
        dataset = reference.dataset
        if not dataset:
            continue
        if dataset not in files:
            pointer = store.current(dataset) or {}
            revisions[dataset] = str(pointer.get("revision", ""))
            handles = [Handle.from_json(part) for part in pointer.get("parts", ())]
            files[dataset] = [stack.enter_context(opened(store, handle)) for handle in handles]
        found = _referred(reference, files[dataset], con)
        if isinstance(found, Referred):
            referred[reference.name] = found
        else:
            problems.append(found)
    return Library(referred, revisions, tuple(problems))


def _referred(
    reference: Reference, files: Sequence[Path], con: duckdb.DuckDBPyConnection
) -> Referred | ReferenceUnavailable:
    if not files:
        return _unavailable(reference, _NOT_PUBLISHED)
    paths = ", ".join(literal(str(path)) for path in files)
    parquet = f"read_parquet([{paths}], hive_partitioning = false, union_by_name = true)"
    described = con.execute(f"DESCRIBE SELECT * FROM {parquet}").fetchall()
    types = {str(name): str(kind) for name, kind, *_ in described}
    for name in reference.there:
        if name not in types:
            return _unavailable(reference, _NO_COLUMN.format(name=name))
    columns = ", ".join(f"{identifier(name)} AS o{rank}" for rank, name in enumerate(reference.there))
    return Referred(
        f"(SELECT {columns} FROM {parquet})",
        {f"o{rank}": types[name] for rank, name in enumerate(reference.there)},
    )


def _unavailable(reference: Reference, why: Said) -> ReferenceUnavailable:
    detail = {"dataset": reference.dataset, "why": why}
    return ReferenceUnavailable(column=", ".join(reference.columns), detail=detail)
