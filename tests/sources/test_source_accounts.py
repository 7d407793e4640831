"""What the account of a database may do beside reading tables, and cells that nobody could hold: asked of a real
PostgreSQL and a real MariaDB, whose files are there to be read."""

from __future__ import annotations

import resource
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from aqueduc.declaration.loader import load_city
from aqueduc.declaration.source_kind import describe_source_in_signed_statement
from aqueduc.errors import SourceAccountTooPowerful, SourceUnreadable
from aqueduc.sources.adapter import probe_source
from sandbox import postgres
from tests.places import open_folder
from tests.sources.mariadb import ROOT_PASSWORD, MariaDb, mariadb_server

pytestmark = pytest.mark.sandbox

PASSWORD = "un mot de passe d'essai"
HOSTNAME = "SELECT pg_read_file('/etc/hostname') AS nom"
ROLES = """
CREATE ROLE simple LOGIN PASSWORD 'PASSWORD';
CREATE ROLE chef LOGIN SUPERUSER PASSWORD 'PASSWORD';
CREATE ROLE lit LOGIN PASSWORD 'PASSWORD' IN ROLE pg_read_server_files;
CREATE ROLE ecrit LOGIN PASSWORD 'PASSWORD' IN ROLE pg_write_server_files;
CREATE ROLE lance LOGIN PASSWORD 'PASSWORD' IN ROLE pg_execute_server_program;
CREATE ROLE equipe;
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO equipe;
CREATE ROLE membre LOGIN NOINHERIT PASSWORD 'PASSWORD' IN ROLE equipe;
CREATE ROLE masque LOGIN NOINHERIT PASSWORD 'PASSWORD' IN ROLE chef;
CREATE ROLE un_fichier LOGIN PASSWORD 'PASSWORD';
GRANT EXECUTE ON FUNCTION pg_read_file(text) TO un_fichier;
CREATE ROLE liste LOGIN PASSWORD 'PASSWORD';
GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO liste;
CREATE ROLE gros_objets LOGIN PASSWORD 'PASSWORD';
GRANT EXECUTE ON FUNCTION lo_import(text) TO gros_objets;
CREATE ROLE observe LOGIN PASSWORD 'PASSWORD' IN ROLE pg_monitor, pg_read_all_data;
"""


@pytest.fixture(scope="module")
def roles(cluster: postgres.Cluster) -> None:
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE comptes")
    # A right on a function is of one database.
    with psycopg.connect(cluster.dsn("comptes"), autocommit=True) as admin:
        admin.execute(ROLES.replace("'PASSWORD'", "'" + PASSWORD.replace("'", "''") + "'").encode())


@pytest.fixture
def declared(house, cluster, roles) -> Callable[..., Any]:
    """``declared(login, sql)``: a dataset of one column, ``nom``, read by an account of PostgreSQL."""

    def declare(login: str, sql: str = "SELECT 'a' AS nom", columns: str = "nom", **source: Any) -> Any:
        house.connect("base", conn_type="postgres", host="127.0.0.1", port=cluster.port, schema="comptes",
                      login=login, password=PASSWORD, extra=source.pop("extra", {}))  # fmt: skip
        return house.declare({"postgres": "base", "sql": "sql/essai.sql", **source},
                             dict.fromkeys(columns.split(), "publish"), sql=sql)  # fmt: skip

    return declare


@pytest.mark.parametrize(
    "login, power",
    [
        ("chef", "SUPERUSER"), ("lit", "pg_read_server_files"), ("ecrit", "pg_write_server_files"),
        ("lance", "pg_execute_server_program"), ("membre", "pg_read_binary_file"), ("masque", "SUPERUSER"),
        ("un_fichier", "pg_read_file"), ("liste", "pg_ls_dir"), ("gros_objets", "lo_import"),
    ],
)  # fmt: skip
def test_an_account_that_reads_the_files_of_its_server_is_refused(house, declared, login, power):
    """By the run and by the check, whatever the query asks; the account itself is not told."""
    dataset = declared(login)
    told = house.fails(SourceAccountTooPowerful, dataset)
    assert told.startswith("[compte-trop-puissant]") and f"({power})" in told
    assert "« powerful_account: »" in told and "connexion « base »" in told
    assert f"« {login} »" not in told
    with pytest.raises(SourceAccountTooPowerful, match=power):
        probe_source(dataset, load_city(house.include).city, house.place)


def test_nothing_of_the_server_is_read_before_the_refusal(house, declared):
    for login in ("chef", "un_fichier"):
        house.fails(SourceAccountTooPowerful, declared(login, HOSTNAME))
    for probe, sql in (("rows", HOSTNAME), ("versions", "SELECT nom FROM lieu")):
        house.fails(SourceAccountTooPowerful, declared("chef", sql, probe=probe))
    assert not house.in_vault()


def test_a_role_that_the_connection_takes_hides_nothing(house, declared):
    extra = {"options": "-c role=equipe"}
    house.fails(SourceAccountTooPowerful, declared("membre", extra=extra))


def test_an_ordinary_account_is_read(house, declared):
    for login in ("simple", "observe"):
        assert house.rows(house.extract(declared(login), login)) == [(1, "a")]


def test_an_account_is_accepted_by_its_name_and_by_no_other(house, declared):
    """Which whoever signs reads."""
    dataset = declared("chef", powerful_account="chef")
    assert house.rows(house.extract(dataset)) == [(1, "a")]
    signed = describe_source_in_signed_statement(dataset.source)
    assert "par le compte « chef », même s'il peut lire les fichiers du serveur" in signed
    for other in ("postgres", "lit", "CHEF"):
        house.fails(SourceAccountTooPowerful, declared("chef", powerful_account=other))


def test_catalogues_that_are_closed_tell_nothing_and_nothing_is_read(house, declared, cluster):
    with psycopg.connect(cluster.dsn("comptes"), autocommit=True) as admin:
        admin.execute("REVOKE SELECT ON pg_roles FROM PUBLIC")
        try:
            told = house.fails(SourceAccountTooPowerful, declared("simple"))
            assert "Rien ne dit si" in told
            found = house.extract(declared("simple", powerful_account="simple"))
        finally:
            admin.execute("GRANT SELECT ON pg_roles TO PUBLIC")
    assert house.rows(found) == [(1, "a")]


# --- MariaDB -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    with open_folder() as folder, mariadb_server(folder, "--max-allowed-packet=1G") as running:
        running.run(
            "CREATE DATABASE ville CHARACTER SET utf8mb4",
            f"CREATE USER simple IDENTIFIED BY '{ROOT_PASSWORD}'",
            "GRANT SELECT ON ville.* TO simple",
            f"CREATE USER fichiers IDENTIFIED BY '{ROOT_PASSWORD}'",
            "GRANT SELECT, FILE ON *.* TO fichiers",
            "CREATE ROLE archives",
            "GRANT FILE ON *.* TO archives",
            f"CREATE USER membre IDENTIFIED BY '{ROOT_PASSWORD}'",
            "GRANT SELECT ON ville.* TO membre",
            "GRANT archives TO membre",
            "SET DEFAULT ROLE archives FOR membre",
        )
        yield running


@pytest.fixture
def declared_in_mariadb(house, mariadb) -> Callable[..., Any]:
    def declare(login: str, sql: str = "SELECT 'a' AS nom", columns: str = "nom", **source: Any) -> Any:
        house.connect("base", conn_type="mysql", host="127.0.0.1", port=mariadb.port, schema="ville",
                      login=login, password=ROOT_PASSWORD)  # fmt: skip
        return house.declare({"mysql": "base", "sql": "sql/essai.sql", **source},
                             dict.fromkeys(columns.split(), "publish"), sql=sql)  # fmt: skip

    return declare


@pytest.mark.parametrize(
    "login, power", [("root", "ALL PRIVILEGES"), ("fichiers", "FILE"), ("membre", "FILE")]
)
def test_an_account_of_mariadb_that_reads_files_is_refused(house, declared_in_mariadb, mariadb, login, power):
    with mariadb.connect(user=login) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT LOAD_FILE('/etc/hostname')")
        assert cursor.fetchone()[0], "the file of the server is there to be published"
    dataset = declared_in_mariadb(login, "SELECT LOAD_FILE('/etc/hostname') AS nom")
    told = house.fails(SourceAccountTooPowerful, dataset)
    assert told.startswith("[compte-trop-puissant]") and f"({power})" in told
    with pytest.raises(SourceAccountTooPowerful, match=power):
        probe_source(dataset, load_city(house.include).city, house.place)


def test_an_account_of_mariadb_is_accepted_by_its_name(house, declared_in_mariadb):
    for login, source in (("simple", {}), ("fichiers", {"powerful_account": "fichiers"})):
        assert house.rows(house.extract(declared_in_mariadb(login, **source), login)) == [(1, "a")]
    house.fails(SourceAccountTooPowerful, declared_in_mariadb("fichiers", powerful_account="root"))


# --- cells -------------------------------------------------------------------------------------------------

SIZES = [
    pytest.param(300_000_000, id="300 MB"),
    pytest.param(1_000_000_000, id="1 GB", marks=pytest.mark.thorough),
]


@pytest.fixture(scope="module", params=SIZES)
def long_cell(request, cluster, roles) -> None:
    """In one of 5,000 rows, as PostgreSQL keeps it."""
    with psycopg.connect(cluster.dsn("comptes"), autocommit=True) as admin:
        admin.execute("DROP TABLE IF EXISTS gros")
        admin.execute("CREATE TABLE gros (n int, court text, nom text, octets bytea)")
        admin.execute("INSERT INTO gros SELECT n, 'a', 'b', 'c' FROM generate_series(1, 5000) AS n")
        admin.execute("UPDATE gros SET nom = repeat('x', %s) WHERE n = 3000", [request.param])
        admin.execute("UPDATE gros SET octets = nom::bytea WHERE n = 3000")
        admin.execute("GRANT SELECT ON gros TO simple")


def extra_memory(work: Callable[[], Any]) -> int:
    """The bytes that ``work`` takes at its most, beside what this process had."""
    before, most, stop = _held(), [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.01):
            most[0] = max(most[0], _held())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        stop.set()
        watcher.join()
    return most[0] - before


def _held() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("probe", [None, "rows"])
@pytest.mark.parametrize("column", ["nom", "octets"])
def test_a_cell_of_a_gigabyte_is_refused_by_its_column_in_bounded_memory(
    house, declared, long_cell, column, probe
):
    sql = f"SELECT n, court, {column} FROM gros"
    dataset = declared("simple", sql, f"n court {column}", **({"probe": probe} if probe else {}))
    told: list[str] = []
    taken = extra_memory(lambda: told.append(house.fails(SourceUnreadable, dataset)))
    assert f"La colonne « {column} » a une cellule de plus de 50 Mo" in told[0] and "LEFT" in told[0]
    assert taken < 150_000_000, taken
    assert not house.in_vault()


@pytest.mark.parametrize("sql", ["repeat('x', 2000000000)", "quote_literal(repeat('x', 550000000))"])
def test_a_value_that_postgresql_itself_cannot_write_is_no_server_that_hangs_up(house, declared, sql):
    assert "1 Go" in house.fails(SourceUnreadable, declared("simple", f"SELECT {sql} AS nom"))


def test_a_cell_just_below_the_limit_is_read(house, declared):
    found = house.extract(declared("simple", "SELECT repeat('x', 50000000) AS nom"))
    assert len(house.rows(found)[0][1]) == 50_000_000


@pytest.mark.parametrize("size", SIZES)
def test_a_row_of_mariadb_of_a_gigabyte_is_refused_by_its_column_in_bounded_memory(
    house, declared_in_mariadb, size
):
    sql = f"SELECT 1 AS n, 'a' AS court, REPEAT('x', {size}) AS nom"
    dataset = declared_in_mariadb("simple", sql, "n court nom")
    told: list[str] = []
    taken = extra_memory(lambda: told.append(house.fails(SourceUnreadable, dataset)))
    assert "plus de 50 Mo (la colonne « nom » surtout)" in told[0]
    assert taken < 150_000_000, taken
