"""What the rules that map values are given, and the tables that they fill, which join the extract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from aqueduc.anonymise.scan.city_lists import with_city_lists
from aqueduc.anonymise.scrubbing import scrub_texts
from aqueduc.connections import Connections
from aqueduc.declaration.spec import Column, Geometry
from aqueduc.errors import ConnectionMissing
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.rules import LookupTableRule, MappingContext

KEY_BYTES = 16


@dataclass(frozen=True)
class MappedColumns:
    """The SQL of the mapped columns. ``joins`` to add after ``FROM raw``; ``values`` gives the SQL of each
    mapped column's value."""

    joins: tuple[str, ...]
    values: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


def mapping_context(
    con: duckdb.DuckDBPyConnection,
    connections: Connections,
    include: Path,
    dataset: str,
    revision: str,
    geometry: Geometry | None,
) -> MappingContext:
    """``revision``: the SHA-256 of the extract; ``dataset``: its identifier."""
    return MappingContext(
        con,
        include,
        dataset,
        revision,
        (geometry.longitude, geometry.latitude) if geometry else None,
        partial(_key, connections),
        lambda: partial(scrub_texts, names=with_city_lists(include)),
    )


def map_columns(context: MappingContext, columns: tuple[Column, ...]) -> MappedColumns:
    """Fills the tables for the columns that need one.

    Raises ConnectionMissing when a key is not usable, AnonymisationGateClosed when a function of the city's
    fails.
    """
    results = {
        column.name: column.rule.fill(context, column.name, f"map_{rank}")
        for rank, column in enumerate(columns)
        if isinstance(column.rule, LookupTableRule)
    }
    return MappedColumns(
        tuple(result.join for result in results.values()),
        {name: result.value for name, result in results.items()},
        tuple(finding for result in results.values() for finding in result.findings),
    )


def _key(connections: Connections, identifier: str) -> bytes:
    key = connections.get(identifier).password.encode()
    if len(key) < KEY_BYTES:
        raise ConnectionMissing(
            _("La clé ou le secret compte moins de {key_bytes} caractères.").format(key_bytes=KEY_BYTES),
            where=_("connexion {identifier} (mot de passe)").format(identifier=identifier),
            remedy=_("y mettre une clé tirée au hasard, par exemple avec « openssl rand -hex 32 »"),
        )
    return key
