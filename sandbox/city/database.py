"""The database `ville`: one schema a business, one read-only role a schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from typing import LiteralString

import psycopg
from psycopg import sql

from sandbox.city import assemblee, etat_civil, finances, ressources_humaines, stationnement, urbanisme
from sandbox.city.tables import Table

DATABASE = "ville"

SCHEMAS: Mapping[str, str] = {
    "urbanisme": "Direction de l'urbanisme",
    "etat_civil": "Service de l'état civil",
    "finances": "Direction des finances",
    "stationnement": "Régie du stationnement",
    "assemblee": "Secrétariat du conseil municipal",
    "ressources_humaines": "Direction des ressources humaines",
}

_STATION_COLUMNS = "rang bigint, code text, zone text, longitude float8, latitude float8, tarif numeric"

# Below this many rows a second connection costs more than it brings.
_ROWS_WORTH_A_SECOND_WRITER = 1_000_000


def tables(seed: int, until: date) -> list[Table]:
    """Every table of the database, rows included, but the transactions: PostgreSQL makes those itself."""
    return [
        urbanisme.permits(seed),
        etat_civil.births(seed),
        etat_civil.marriages(seed),
        etat_civil.deaths(seed),
        finances.budget(seed),
        finances.payees(seed),
        assemblee.deliberations(seed, until),
        ressources_humaines.pay(seed),
    ]


def reader(schema: str) -> str:
    """The name of the role that reads a schema."""
    return f"lecteur_{schema}"


def create_database(server: str, passwords: Mapping[str, str]) -> None:
    """Drop and create `ville` and its roles; `server` is a superuser's DSN, `passwords` are by schema."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        for schema, password in passwords.items():
            _create_reader(connection, reader(schema), password)
        connection.execute(f"CREATE DATABASE {DATABASE}")
        # PUBLIC may connect and create temporary tables anywhere unless told otherwise.
        connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        for schema in passwords:
            grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
            connection.execute(grant.format(sql.Identifier(DATABASE), sql.Identifier(reader(schema))))


def fill(dsn: str, seed: int, transactions: int, contents: Iterable[Table]) -> list[str]:
    """Create the schemas, copy the tables, make the transactions; return the plates written in these.

    `dsn` is a superuser's, on an empty `ville`.
    """
    with psycopg.connect(dsn) as connection:
        for schema, owner in SCHEMAS.items():
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
            _comment(connection, sql.SQL("SCHEMA {}").format(sql.Identifier(schema)), owner)
        _create_table(connection, stationnement.table())
    with ThreadPoolExecutor() as pool:
        made = pool.submit(_make_transactions, dsn, seed, transactions)
        _copy_tables(dsn, contents)
        plates = made.result()
    with psycopg.connect(dsn, autocommit=True) as connection:
        _grant(connection)
        connection.execute("ANALYZE")
    return plates


def _create_reader(connection: psycopg.Connection, role: str, password: str) -> None:
    name = sql.Identifier(role)
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(name, password)
    )
    connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(name))


def _grant(connection: psycopg.Connection) -> None:
    for schema in SCHEMAS:
        words = {"schema": sql.Identifier(schema), "role": sql.Identifier(reader(schema))}
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}").format(**words))
        connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}").format(**words))
        connection.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {role}").format(
                **words
            )
        )


def _copy_tables(dsn: str, contents: Iterable[Table]) -> None:
    # Created and filled in one transaction: PostgreSQL then writes no log of the rows.
    with psycopg.connect(dsn) as connection:
        for table in contents:
            _create_table(connection, table)
            fields = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
            copy = sql.SQL("COPY {} ({}) FROM STDIN").format(_name(table), fields)
            with connection.cursor().copy(copy) as stream:
                for record in table.records():
                    stream.write_row(record)


def _create_table(connection: psycopg.Connection, table: Table) -> None:
    # No key and no constraint: the city's old software has none, hence the twins and the impossible dates.
    fields = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type)) for column in table.columns
    )
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(_name(table), fields))
    _comment(connection, sql.SQL("TABLE {}").format(_name(table)), table.comment)
    for column in table.columns:
        target = sql.SQL("COLUMN {}.{}").format(_name(table), sql.Identifier(column.name))
        _comment(connection, target, column.comment)


def _comment(connection: psycopg.Connection, target: sql.Composed, text: str) -> None:
    connection.execute(sql.SQL("COMMENT ON {} IS {}").format(target, text))


def _name(table: Table) -> sql.Identifier:
    return sql.Identifier(table.schema, table.name)


def _make_transactions(dsn: str, seed: int, count: int) -> list[str]:
    writers = 2 if count >= _ROWS_WORTH_A_SECOND_WRITER else 1
    bounds = [count * part // writers for part in range(writers + 1)]
    with ThreadPoolExecutor(writers) as pool:
        parts = [pool.submit(_make_part, dsn, seed, first + 1, last) for first, last in pairwise(bounds)]
        for part in parts:
            part.result()
    with psycopg.connect(dsn) as connection:
        connection.execute(stationnement.DUPLICATES_SQL)
        return [plate for (plate,) in connection.execute(stationnement.WRITTEN_PLATES_SQL)]


def _make_part(dsn: str, seed: int, first: int, last: int) -> None:
    stations, plates = stationnement.pay_stations(seed), stationnement.plates(seed)
    with psycopg.connect(dsn) as connection:
        ranked = [
            (rank, s.code, s.zone, s.longitude, s.latitude, s.tariff) for rank, s in enumerate(stations)
        ]
        _copy_lookup(connection, "horodateur", _STATION_COLUMNS, ranked)
        _copy_lookup(connection, "plaque", "rang bigint, plaque text", enumerate(plates))
        connection.execute(
            sql.SQL(stationnement.INSERT_SQL).format(
                seed=seed, first=first, last=last, stations=len(stations), plates=len(plates)
            )
        )


def _copy_lookup(
    connection: psycopg.Connection,
    name: LiteralString,
    columns: LiteralString,
    rows: Iterable[Sequence[object]],
) -> None:
    words = {"name": sql.Identifier("pg_temp", name), "columns": sql.SQL(columns)}
    connection.execute(sql.SQL("CREATE TABLE {name} ({columns}) ON COMMIT DROP").format(**words))
    with connection.cursor().copy(sql.SQL("COPY {name} FROM STDIN").format(**words)) as stream:
        for row in rows:
            stream.write_row(row)
    connection.execute(sql.SQL("ANALYZE {name}").format(**words))
