"""The same as of PostgreSQL, of the other databases that are real: SQLite, through the DB-API (its driver is asked for
dates, which those of Snowflake or Trino give), and MariaDB where the machine has it. SQL Server and Oracle, of which no
server was at hand, are held by what they are asked: ``test_source_mssql.py``, ``test_source_oracle.py``."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aqueduc.sources.adapter import RowsSinceFilter
from aqueduc.sources.databases import access
from aqueduc.sources.databases.access import DatabaseAccess
from tests.places import open_folder
from tests.publish.showcase import showcase
from tests.sources import test_source_watermark as postgres
from tests.sources.mariadb import mariadb_server
from tests.sources.test_source_watermark import SECRET, Office, restore_first_run, run_for_the_first_time

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

test_changes = postgres.test_only_what_changed_is_read_and_joined_to_what_is_published
test_two_changes = postgres.test_the_second_of_two_goes_on_from_the_first
test_no_change = postgres.test_nothing_that_changed_is_nothing_to_publish
test_same_moment = postgres.test_rows_as_new_as_the_newest_are_all_seen
test_late_row = postgres.test_a_late_row_is_seen_within_the_lateness_and_else_at_the_next_whole_reading
test_deletion = postgres.test_a_deleted_row_has_all_of_it_read_at_once
test_hidden_deletion = postgres.test_a_deleted_row_beside_a_new_one_is_seen_by_the_next_run
test_row_too_late = postgres.test_a_row_that_came_too_late_is_seen_by_the_next_run
test_key_of_two_rows = postgres.test_a_key_that_two_rows_have_closes_the_gate_of_the_next_run
test_changed_key = postgres.test_a_changed_key_is_a_deletion_and_a_new_row
test_no_date = postgres.test_a_row_that_says_nothing_of_when_is_read_each_time
test_backwards = postgres.test_a_clock_that_goes_backwards_has_all_of_it_read_at_once
test_day_to_come = postgres.test_a_row_of_a_day_to_come_hides_nothing
test_no_clock = postgres.test_a_column_that_is_no_clock_has_all_of_it_read_each_time
test_added_column = postgres.test_another_declaration_has_all_of_it_read
test_undeclared_column = postgres.test_a_column_that_nobody_declared_closes_the_gate_as_ever
test_killed = postgres.test_a_run_killed_after_it_read_leaves_the_former_mark

ROWS = "WITH RECURSIVE made(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM made WHERE i < 100)"
TABLES = {
    "dbapi": f"""
DROP TABLE IF EXISTS permis;
CREATE TABLE permis (id integer, nature text, surface numeric, agent text, modifie_le moment);
INSERT INTO permis {ROWS}
SELECT i, 'nature ' || i, i + 0.25, 'CANARY', datetime('2026-03-01', '+' || i || ' hours') FROM made
""",
    "mysql": f"""
DROP TABLE IF EXISTS permis;
CREATE TABLE permis (id int, nature text, surface decimal(9, 2), agent text, modifie_le datetime(6));
INSERT INTO permis {ROWS}
SELECT i, concat('nature ', i), i + 0.25, 'CANARY', '2026-03-01' + interval i hour FROM made
""",
}


class Base:
    """One that is asked as that of the tests of PostgreSQL is."""

    def __init__(self, connection: Any, after: str = "") -> None:
        self._connection = connection
        self._after = after

    def execute(self, sql: bytes) -> Any:
        cursor = self._connection.cursor()
        for statement in filter(str.strip, sql.decode().split(";")):
            cursor.execute(statement)
        if self._after and cursor.description is None:
            self._connection.execute(self._after)
        return cursor


@contextmanager
def open_sqlite(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[tuple[Base, dict[str, Any]]]:
    sqlite3.register_adapter(datetime, lambda moment: moment.isoformat(" "))
    sqlite3.register_converter("moment", lambda text: datetime.fromisoformat(text.decode()))
    path = str(folder / "ville.db")
    connect = partial(sqlite3.connect, path, detect_types=sqlite3.PARSE_DECLTYPES)
    patch.setattr(access, "load_airflow_entry_point", lambda _group: lambda _: DatabaseAccess(connect, "?"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Dates are texts there: all are written alike.
        same = "UPDATE permis SET modifie_le = datetime(modifie_le)"
        yield Base(connection, same), {"conn_type": "sqlite", "host": path}


@contextmanager
def open_mariadb(folder: Path, _: pytest.MonkeyPatch) -> Iterator[tuple[Base, dict[str, Any]]]:
    # A socket's path is a hundred characters at most.
    with open_folder() as place, mariadb_server(place) as server:
        server.run("CREATE DATABASE ville CHARACTER SET utf8mb4")
        with server.connect(database="ville") as connection:
            address = {"host": "127.0.0.1", "port": server.port, **server.create_owner("ville")}
            yield Base(connection), {"conn_type": "mysql", "schema": "ville", **address}


OPENED: dict[str, Callable[..., Any]] = {"dbapi": open_sqlite, "mysql": open_mariadb}


@pytest.fixture(scope="module", params=OPENED)
def first_run(request, tmp_path_factory) -> Iterator[tuple[Office, Path]]:
    """The city after its first run, and a copy of its folder."""
    kind = request.param
    with (
        pytest.MonkeyPatch.context() as patch,
        OPENED[kind](tmp_path_factory.mktemp("base"), patch) as (base, address),
    ):
        base.execute(TABLES[kind].replace("CANARY", SECRET).encode())
        folder = tmp_path_factory.mktemp("ville")
        here = showcase(folder, environment={"AIRFLOW_CONN_URBANISME": json.dumps(address)})
        office = Office(here.desk, base, here.folder, kind=kind, forget_key="", endless="")
        yield run_for_the_first_time(office, tmp_path_factory)


@pytest.fixture
def office(first_run) -> Office:
    done, copy = first_run
    return restore_first_run(done, copy, TABLES[done.kind])


def test_rows_of_before_the_moment_are_no_change(office, monkeypatch):
    """A base may give some: of an hour that its clock has twice, or by a moment that its type rounds."""
    exact = RowsSinceFilter.moment_as_query_parameter.fget
    earlier = property(lambda since: exact(since) - timedelta(hours=1))
    monkeypatch.setattr(RowsSinceFilter, "moment_as_query_parameter", earlier)
    office.run()
    assert office.extract.unchanged and office.extract.rows == 49 + 1


@pytest.mark.parametrize("first_run", ["mysql"], indirect=True)
@pytest.mark.parametrize(
    "clock, changed",
    [("timestamp", "2026-03-19 10:00"), ("date", "2026-03-19"), ("datetime", "2026-03-19 10:00")],
)
def test_any_clock_of_the_base(office, clock, changed):
    """A « timestamp » is an instant here, since this server knows no zone."""
    office.change(f"ALTER TABLE permis MODIFY modifie_le {clock} NULL")
    office.declare(title="Sur une autre horloge")
    (office.desk.include / "sql/permis.sql").write_text("SELECT * FROM permis -- relue\n")
    office.run()
    assert "déclaration" in office.why_whole
    office.run()
    assert office.extract.unchanged, office.extract
    office.change(f"UPDATE permis SET nature = 'a', modifie_le = '{changed}' WHERE id < 3")
    office.run()
    assert (office.why_whole, office.same()) == ("", True)
    office.run()
    assert office.extract.unchanged and office.extract.rows == 2


@pytest.mark.parametrize("first_run", ["mysql"], indirect=True)
def test_a_date_that_does_not_exist_is_read_each_time(office):
    office.change("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
    office.change("UPDATE permis SET nature = 'a', modifie_le = '0000-00-00' WHERE id = 1")
    office.change("UPDATE permis SET nature = 'b', modifie_le = '2025-02-31' WHERE id = 2")
    office.run()
    assert (office.why_whole, office.extract.rows, office.same()) == ("", 49 + 2, True)
    office.change("UPDATE permis SET nature = 'c' WHERE id IN (1, 2)")
    office.run()
    assert (office.why_whole, office.extract.rows, office.same()) == ("", 49 + 2, True)
    office.run()
    assert office.extract.unchanged
