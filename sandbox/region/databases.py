"""CKAN's two databases and its two roles."""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import sql

from sandbox.postgres import Cluster
from sandbox.region.credentials import Secrets

CATALOGUE = "ckan"
DATASTORE = "datastore"
OWNER = "ckan"
READER = "datastore_reader"


def ensure(cluster: Cluster, secrets: Secrets) -> None:
    """Create what is missing; what exists is left as it is."""
    passwords = {OWNER: secrets.database_password, READER: secrets.datastore_reader_password}
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        roles = _names(connection, "SELECT rolname FROM pg_roles")
        for role, password in passwords.items():
            if role not in roles:
                create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                connection.execute(create.format(sql.Identifier(role), sql.Literal(password)))
        existing = _names(connection, "SELECT datname FROM pg_database")
        for database in (CATALOGUE, DATASTORE):
            if database not in existing:
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(create.format(sql.Identifier(database), sql.Identifier(OWNER)))


def _names(connection: psycopg.Connection[tuple[str, ...]], query: LiteralString) -> set[str]:
    return {row[0] for row in connection.execute(query)}
