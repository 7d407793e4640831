"""Foreign keys to other datasets: they are looked up in its current, certified revision in the store."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aqueduc.duck import build_read_parquet_sql, identifier, read_column_types
from aqueduc.findings import Finding
from aqueduc.language import Message, _
from aqueduc.store import Store, open_verified_file
from aqueduc.validate.findings import ReferenceUnavailable
from aqueduc.validate.plan import ForeignKeyCheck


@dataclass(frozen=True)
class ReferencedTable:
    """A published table that a foreign key refers to: ``source`` is the SQL of its columns, called ``o0``,
    ``o1``…, with DuckDB's types."""

    source: str
    types: Mapping[str, str]


@dataclass(frozen=True)
class ForeignKeyTargets:
    """What foreign keys refer to: ``referred`` by the name of the key, ``revisions`` by dataset."""

    referred: Mapping[str, ReferencedTable]
    revisions: Mapping[str, str]
    problems: tuple[Finding, ...]


def open_referenced_tables(
    references: Sequence[ForeignKeyCheck], store: Store, con: duckdb.DuckDBPyConnection, stack: ExitStack
) -> ForeignKeyTargets:
    """Opens, for as long as ``stack`` lasts, what ``references`` to other datasets need (by their names)."""
    referred: dict[str, ReferencedTable] = {}
    revisions: dict[str, str] = {}
    problems: list[Finding] = []
    files: dict[str, Sequence[Path]] = {}
    for reference in references:
        dataset = reference.dataset
        if not dataset:
            continue
        if dataset not in files:
            revisions[dataset] = str((store.read_current_revision_pointer(dataset) or {}).get("revision", ""))
            handles = store.read_published_partitions(dataset)
            files[dataset] = [stack.enter_context(open_verified_file(store, handle)) for handle in handles]
        found = _build_referenced_table_or_finding(reference, files[dataset], con)
        if isinstance(found, ReferencedTable):
            referred[reference.name] = found
        else:
            problems.append(found)
    return ForeignKeyTargets(referred, revisions, tuple(problems))


def _build_referenced_table_or_finding(
    reference: ForeignKeyCheck, files: Sequence[Path], con: duckdb.DuckDBPyConnection
) -> ReferencedTable | Finding:
    if not files:
        return _build_unavailable_finding(reference, _("rien n'en est publié"))
    relation = build_read_parquet_sql(*files, union_by_name=True)
    types = read_column_types(con, relation)
    for name in reference.there:
        if name not in types:
            return _build_unavailable_finding(
                reference, _("sa publication n'a pas de colonne `{name}`").format(name=name)
            )
    columns = ", ".join(f"{identifier(name)} AS o{rank}" for rank, name in enumerate(reference.there))
    return ReferencedTable(
        f"(SELECT {columns} FROM {relation})",
        {f"o{rank}": types[name] for rank, name in enumerate(reference.there)},
    )


def _build_unavailable_finding(reference: ForeignKeyCheck, why: Message) -> Finding:
    return ReferenceUnavailable(
        column=", ".join(reference.columns), detail={"dataset": reference.dataset, "why": why}
    )
