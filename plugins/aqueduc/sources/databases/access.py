"""Who opens a database for which Aqueduc has no driver: a package, by the entry point ``airflow`` of ``aqueduc.dbapi``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aqueduc.errors import PackageExtraMissing
from aqueduc.language import _
from aqueduc.registry import AIRFLOW, load_airflow_entry_point
from aqueduc.sources.databases.query import quote_name

_GROUP = "aqueduc.dbapi"
_FORMATTED = "%s"


@dataclass(frozen=True)
class DatabaseAccess:
    """``connect`` opens a connection of the DB-API that commits nothing by itself, where its driver can; it raises
    whatever the driver does. ``placeholder``: how its SQL marks a value; ``quoting``: a name, around « {} »."""

    connect: Callable[[], Any]
    placeholder: str
    quoting: str = '"{}"'

    def quote_identifier(self, name: str) -> str:
        return quote_name(name, self.quoting)

    def escape_percent_signs_in_sql(self, sql: str) -> str:
        """A driver that formats « %s » takes every other « % » for the beginning of one, as soon as there are values."""
        return sql.replace("%", "%%") if self.placeholder == _FORMATTED else sql


def load_database_access_through_airflow(kind: str, identifier: str) -> DatabaseAccess:
    """The way to the database of a connection, for a ``kind`` of source. Raises PackageExtraMissing without Airflow,
    ConnectionMissing, InvalidConnectionSettings."""
    found: Callable[[str], DatabaseAccess] | None = load_airflow_entry_point(_GROUP)
    if found is None:
        raise PackageExtraMissing(_("une source « {kind} »").format(kind=kind), AIRFLOW)
    return found(identifier)
