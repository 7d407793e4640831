"""PostgreSQL, a real one: every type, exact numbers, windows in local time, each refusal as it is read."""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from aqueduc.errors import (
    ConnectionMissing,
    InvalidConnectionSettings,
    SourceAccessRefusal,
    SourceError,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.run import Run
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from aqueduc.sources.postgres import adapter, session
from aqueduc.sources.postgres.session import PostgresSessionOpener
from aqueduc.sources.postgres.versions import PlainTableQuery, parse_plain_table_query
from aqueduc.sources.stage import extract_source
from aqueduc.store import Window
from sandbox import postgres
from sandbox.processes import Service, free_port, stop
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = pytest.mark.sandbox

PASSWORD = "l'été \\ \"d'Aix\" = 100%"
SCHEMA = """
CREATE SCHEMA urbanisme;
CREATE TYPE humeur AS ENUM ('bon', 'mauvais');
CREATE TABLE urbanisme.permis (numero text, depot date, surface numeric(8,2), nom text);
INSERT INTO urbanisme.permis VALUES
  ('PC1', '2026-02-28', 12.50, 'CANARY'), ('PC2', '2026-03-01', 0.10, 'CANARY'),
  ('PC3', '2026-03-31', NULL, NULL), ('PC4', '2026-04-01', 100, 'CANARY');
CREATE TABLE urbanisme.secret (nir text);
CREATE ROLE lecteur LOGIN PASSWORD 'PASSWORD';
GRANT USAGE ON SCHEMA urbanisme TO lecteur;
GRANT SELECT ON urbanisme.permis TO lecteur;
"""


@pytest.fixture(scope="module")
def database(cluster, canary) -> Iterator[psycopg.Connection]:
    with psycopg.connect(cluster.dsn(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE ville")
        admin.execute(
            "CREATE DATABASE latine ENCODING latin1 TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER libc"
        )
        admin.execute(
            "CREATE DATABASE brute ENCODING sql_ascii TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER libc"
        )
    with psycopg.connect(cluster.dsn("ville"), autocommit=True) as city:
        script = SCHEMA.replace("CANARY", canary).replace(
            "PASSWORD 'PASSWORD'", f"PASSWORD {_quoted(PASSWORD)}"
        )
        city.execute(script.encode())
        cluster.create_owner("ville")
        yield city


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.fixture
def declared(house, cluster, database) -> Callable:
    """``declared(sql, columns)``: a dataset read by ``lecteur``, or with other settings of the connection."""

    def declare(sql: str, columns: str = "numero depot surface nom", **settings):
        extra = settings.pop("extra", {})
        address = {
            "conn_type": "postgres",
            "host": "127.0.0.1",
            "port": cluster.port,
            "schema": "ville",
            "login": "lecteur",
            "password": PASSWORD,
            **settings,
        }
        house.connect("urbanisme", **address, extra=extra)
        return house.declare(
            {"postgres": "urbanisme", "sql": "sql/essai.sql"},
            dict.fromkeys(columns.split(), "publish"),
            sql=sql,
        )

    return declare


@pytest.fixture
def admin(cluster) -> dict[str, str]:
    """The owner of the base: it writes in it, and is no superuser."""
    return {"login": postgres.OWNER, "password": cluster.password}


def types(extraction) -> dict[str, str]:
    return dict(extraction.report.columns)


# --- what comes out ----------------------------------------------------------------------------------------


def test_native_types_in_the_order_of_the_query(house, declared, canary):
    found = house.extract(
        declared("SELECT * FROM urbanisme.permis WHERE numero < 'PC3' ORDER BY numero DESC;\n-- fin")
    )
    assert house.table(found) == (
        ["__line", "numero", "depot", "surface", "nom"],
        [
            (1, "PC2", dt.date(2026, 3, 1), Decimal("0.10"), canary),
            (2, "PC1", dt.date(2026, 2, 28), Decimal("12.50"), canary),
        ],
    )
    assert types(found) == {"numero": "VARCHAR", "depot": "DATE", "surface": "DECIMAL(8,2)", "nom": "VARCHAR"}
    assert found.report.source == {"kind": "postgres", "connection": "urbanisme", "path": "sql/essai.sql"}


def test_what_is_added_goes_by_the_types_of_the_base(house, declared):
    declared("SELECT 1")  # the connection
    (house.include / "references").mkdir()
    (house.include / "references/mois.csv").write_text("mois,saison\n2,hiver\n3,printemps\n")
    query = "SELECT numero, depot, surface, extract(month FROM depot)::int AS mois FROM urbanisme.permis ORDER BY 1"
    found = house.extract(
        house.declare(
            {"postgres": "urbanisme", "sql": "sql/essai.sql"},
            dict.fromkeys(["numero", "depot", "surface", "mois", "saison", "annee", "double"], "publish"),
            sql=query,
            join={"file": "references/mois.csv", "on": "mois"},
            computed={"annee": "year(depot) + 1", "double": "surface * 2"},
        )
    )
    assert [row[1:2] + row[5:] for row in house.rows(found)] == [
        ("PC1", "hiver", 2027, Decimal("25.00")),
        ("PC2", "printemps", 2027, Decimal("0.20")),
        ("PC3", "printemps", 2027, None),
        ("PC4", None, 2027, Decimal("200.00")),
    ]
    assert types(found)["double"].startswith("DECIMAL(")


def test_every_kind_of_value(house, declared, admin):
    values = {
        "entier": ("1::int", 1),
        "grand": ("2::bigint", 2),
        "petit": ("3::smallint", 3),
        "flottant": ("1.5::float8", 1.5),
        "logique": ("true", True),
        "jour": ("'2026-03-01'::date", dt.date(2026, 3, 1)),
        "moment": ("'2026-03-01 14:05'::timestamp", dt.datetime(2026, 3, 1, 14, 5)),
        "instant": ("'2026-03-01 14:05+01'::timestamptz", dt.datetime(2026, 3, 1, 13, 5)),
        "heure": ("'14:05'::time", dt.time(14, 5)),
        "bloc": ("'ab'::char(5)", "ab"),
        "mot": ("'é'::varchar(9)", "é"),
        "genre": ("'bon'::humeur", "bon"),
        "liste": ("ARRAY[1,2]", "{1,2}"),
        "objet": ("""'{"a": 1}'::jsonb""", '{"a": 1}'),
        "reseau": ("'10.0.0.1'::inet", "10.0.0.1/32"),
        "cle": ("'00000000-0000-0000-0000-00000000000a'::uuid", "00000000-0000-0000-0000-00000000000a"),
        "duree": ("'1 day'::interval", "1 day"),
        "vide": ("NULL::text", None),
    }
    selected = ", ".join(f"{sql} AS {name}" for name, (sql, _) in values.items())
    found = house.extract(declared(f"SELECT {selected}", " ".join(values), **admin))
    ((_, *row),) = house.rows(found)
    instant = list(values).index("instant")
    row[instant] = row[instant].astimezone(dt.UTC).replace(tzinfo=None)
    assert row == [value for _, value in values.values()]


def test_numbers_without_precision_stay_exact(house, declared):
    """The scanner would make doubles of them: money summed, or a large number, would come out wrong."""
    sql = """
        SELECT sum(surface) AS somme, 12345678901234567890.123456789 AS grand, 7::numeric(40,2) AS large,
               count(*)::numeric AS nombre, (-0.05)::numeric AS petit, NULL::numeric AS rien
        FROM urbanisme.permis
    """
    found = house.extract(declared(sql, "somme grand large nombre petit rien"))
    assert house.rows(found) == [
        (
            1,
            Decimal("112.60"),
            Decimal("12345678901234567890.123456789"),
            Decimal("7.00"),
            4,
            Decimal("-0.05"),
            None,
        )
    ]
    assert types(found)["somme"] == "DECIMAL(38,2)"
    assert types(found)["nombre"] == "DECIMAL(38,0)"


def test_numbers_that_no_decimal_holds_stay_text(house, declared):
    sql = "SELECT * FROM (VALUES (1e30::numeric, 'Infinity'::numeric), (1e-20, 2)) AS t(immense, infini)"
    found = house.extract(declared(sql, "immense infini"))
    assert types(found) == {"immense": "VARCHAR", "infini": "VARCHAR"}
    assert house.rows(found)[0] == (1, "1000000000000000000000000000000", "Infinity")


def test_not_a_number_is_missing_not_zero(house, declared):
    found = house.extract(
        declared("SELECT 'NaN'::numeric(8,2) AS borne, 'NaN'::numeric AS libre", "borne libre")
    )
    assert house.rows(found) == [(1, None, None)]


def test_infinite_dates_do_not_break_the_file(house, declared):
    found = house.extract(
        declared("SELECT 'infinity'::date AS fin, '-infinity'::timestamp AS debut", "fin debut")
    )
    assert found.report.rows == 1


@pytest.mark.parametrize("name", ["latine", "brute"])
def test_databases_that_are_not_in_utf8(house, declared, cluster, admin, name):
    with psycopg.connect(cluster.dsn(name), autocommit=True, client_encoding="utf8") as other:
        other.execute("DROP TABLE IF EXISTS t")
        other.execute("CREATE TABLE t AS SELECT 'Noël à Aïn'::text AS nom".encode())
    found = house.extract(declared("SELECT nom FROM t WHERE nom LIKE 'Noël%'", "nom", schema=name, **admin))
    assert house.rows(found) == [(1, "Noël à Aïn")]


def test_bytes_that_are_no_text(house, declared, cluster, admin):
    """SQL_ASCII checks nothing: a table of it may hold anything."""
    with psycopg.connect(cluster.dsn("brute"), autocommit=True) as other:
        other.execute("DROP TABLE IF EXISTS u")
        other.execute("CREATE TABLE u AS SELECT convert_from('\\x6ee9'::bytea, 'sql_ascii') AS nom")
    message = house.fails(
        SourceError, declared("SELECT nom FROM u", "nom", schema="brute", **admin), exact=False
    )
    assert "UTF-8" in message


def test_no_row(house, declared):
    found = house.extract(declared("SELECT * FROM urbanisme.permis WHERE false"))
    assert house.table(found) == (["__line", "numero", "depot", "surface", "nom"], [])


def test_memory_stays_bounded_and_rows_in_order(house, declared):
    found = house.extract(declared("SELECT n, n * 2 AS m FROM generate_series(1, 300000) AS n", "n m"))
    rows = house.rows(found)
    assert len(rows) == 300_000
    assert all(row == (n, n, 2 * n) for n, row in enumerate(rows, start=1))


# --- windows -----------------------------------------------------------------------------------------------


def test_a_window_is_local_time(house, declared):
    """Midnight in Paris, said in UTC: the days of March, neither more nor less."""
    march = Window(dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC), dt.datetime(2026, 3, 31, 22, tzinfo=dt.UTC))
    sql = """SELECT numero, :window_start::timestamp AS debut FROM urbanisme.permis
             WHERE depot >= :window_start AND depot < :window_end -- :inconnu"""
    dataset = declared(sql, "numero debut")
    found = house.extract(dataset, window=march)
    assert house.rows(found) == [
        (1, "PC2", dt.datetime(2026, 3, 1)),
        (2, "PC3", dt.datetime(2026, 3, 1)),
    ]
    assert found.handle.window == march


def test_a_window_is_needed(house, declared):
    dataset = declared(
        "SELECT numero FROM urbanisme.permis WHERE depot BETWEEN :window_start AND :window_end", "numero"
    )
    assert "intervalle" in house.fails(SourceError, dataset)


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql, kind, words",
    [
        (
            "SELECT *\nFROM urbanisme.permi",
            SourceNotFound,
            ["« urbanisme.permi »", "ligne 2 de sql/essai.sql", "42P01"],
        ),
        (
            "SELECT numero,\n  p.nomm\nFROM urbanisme.permis p",
            SourceNotFound,
            ["« p.nomm »", "ligne 2", "42703"],
        ),
        ("SELECT majuscule(numero) FROM urbanisme.permis", SourceNotFound, ["« majuscule »", "42883"]),
        ("SELECT * FROM finance.mandat", SourceNotFound, ["« finance.mandat »"]),
        ("SELECT nir FROM urbanisme.secret", SourceAccessRefusal, ["droit de lire", "GRANT", "42501"]),
        ("SELECT FROM urbanisme.permis", SourceUnreadable, ["aucune colonne"]),
        ("SELECT numero FORM urbanisme.permis", SourceUnreadable, ["refuse la requête, ligne 1", "42601"]),
        ("DELETE FROM urbanisme.permis RETURNING *", SourceUnreadable, ["ligne 1", "42601"]),
        ("SELECT nextval('urbanisme.suite')", SourceNotFound, ["42P01"]),
        (
            "SELECT surface / 0 AS surface FROM urbanisme.permis",
            SourceUnreadable,
            ["calcul ou un cast", "22012"],
        ),
        ("SELECT nom::int AS nom FROM urbanisme.permis", SourceUnreadable, ["calcul ou un cast", "22P02"]),
        (
            'SELECT numero, nom AS "NUMERO" FROM urbanisme.permis',
            SourceUnreadable,
            ["« numero », « NUMERO »"],
        ),
        ("SELECT numero AS __line FROM urbanisme.permis", SourceUnreadable, ["réservé"]),
    ],
)
def test_queries_that_fail(house, declared, sql, kind, words):
    message = house.fails(kind, declared(sql))
    assert all(word in message for word in words), message


def test_nothing_is_ever_written(house, declared, database, admin):
    database.execute("CREATE SEQUENCE IF NOT EXISTS urbanisme.suite")
    database.execute("""
        CREATE OR REPLACE FUNCTION vider() RETURNS int LANGUAGE sql
        AS 'DELETE FROM urbanisme.permis; SELECT 1'
    """)
    for sql in ("SELECT vider() AS numero", "SELECT nextval('urbanisme.suite') AS numero"):
        assert "ne fait que lire" in house.fails(SourceAccessRefusal, declared(sql, "numero", **admin))
    assert database.execute("SELECT count(*) FROM urbanisme.permis").fetchone() == (4,)


def test_the_account_of_the_guide_reads_what_it_is_granted_and_nothing_else(cluster, database):
    """The steps as they stand in the page of connections, by whoever would undo them from within."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "connections.md").read_text("utf-8")
    steps = page.partition("## Une base PostgreSQL")[2].partition("```sql\n")[2].partition("```")[0]
    database.execute(steps)
    address = psycopg.conninfo.make_conninfo(cluster.dsn("ville"), user="aqueduc", password="…")
    with psycopg.connect(address, autocommit=True) as account:
        assert account.execute("SELECT count(*) FROM urbanisme.permis").fetchone() == (4,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            account.execute("CREATE TEMPORARY TABLE a AS SELECT 1; DELETE FROM urbanisme.permis")
        account.execute("SET default_transaction_read_only = off")
        for forbidden in (
            "SELECT * FROM urbanisme.secret",
            "DELETE FROM urbanisme.permis",
            "UPDATE urbanisme.permis SET nom = ''",
            "CREATE TABLE urbanisme.a (b int)",
            "CREATE TABLE public.a (b int)",
            "CREATE ROLE autre",
            "ALTER ROLE aqueduc SUPERUSER",
            "SELECT pg_read_file('/etc/passwd')",
            "COPY (SELECT 1) TO PROGRAM 'true'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                account.execute(forbidden)


def test_wrong_credentials(house, declared, caplog):
    secret = "mot-de-passe-faux"
    message = house.fails(SourceAccessRefusal, declared("SELECT 1 AS numero", "numero", password=secret))
    assert "28P01" in message and "lecteur" not in message
    assert secret not in message + caplog.text
    house.fails(SourceAccessRefusal, declared("SELECT 1 AS numero", "numero", login="inconnu"))


def test_no_secret_is_ever_shown(house, declared, caplog):
    house.extract(declared("SELECT 1 AS numero", "numero"))
    message = house.fails(SourceUnreadable, declared("SELECT 1/0 AS numero", "numero"))
    assert PASSWORD not in message + caplog.text and "Aix" not in message + caplog.text


def test_a_database_that_is_not_there(house, declared):
    message = house.fails(SourceNotFound, declared("SELECT 1 AS numero", "numero", schema="vile"))
    assert "3D000" in message and "« schema »" in message


def test_nobody_answers(house, declared):
    for address in ({"port": free_port()}, {"host": "ville.invalid"}):
        message = house.fails(SourceUnavailable, declared("SELECT 1 AS numero", "numero", **address))
        assert "ne répond pas" in message and "ville.invalid" not in message


def test_a_server_without_room(house, declared, cluster, database):
    database.execute("ALTER ROLE lecteur CONNECTION LIMIT 0")
    try:
        assert "53300" in house.fails(SourceUnavailable, declared("SELECT 1 AS numero", "numero"))
    finally:
        database.execute("ALTER ROLE lecteur CONNECTION LIMIT -1")


def test_a_query_that_takes_too_long(house, declared):
    sql = "SELECT n AS numero FROM generate_series(1, 5) AS n, pg_sleep(n)"
    message = house.fails(SourceUnavailable, declared(sql, "numero", extra={"statement_timeout_s": 1}))
    assert "57014" in message and "1 s" in message and "statement_timeout_s" in message


def test_a_table_that_is_locked(house, declared, database, cluster, monkeypatch):
    monkeypatch.setattr(session, "LOCK_TIMEOUT_S", 1)
    with psycopg.connect(cluster.dsn("ville")) as other:
        other.execute("LOCK TABLE urbanisme.permis IN ACCESS EXCLUSIVE MODE")
        assert "55P03" in house.fails(SourceUnavailable, declared("SELECT * FROM urbanisme.permis"))
        other.rollback()


def test_a_session_cut_in_the_middle(house, declared, database):
    """An administrator stops the server: worth a retry, whatever it said."""
    sql = "SELECT n AS numero FROM generate_series(1, 40) AS n, pg_sleep(0.05 + 0 * n)"
    stop = threading.Event()

    def cut() -> None:
        query = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE usename = 'lecteur' AND state = 'active'"""
        while not stop.wait(0.1):
            database.execute(query)

    cutter = threading.Thread(target=cut)
    cutter.start()
    started = time.monotonic()
    try:
        message = house.fails(SourceUnavailable, declared(sql, "numero"))
    finally:
        stop.set()
        cutter.join()
    assert "rien à faire si la tâche reprise réussit" in message
    assert time.monotonic() - started < 10


def test_a_server_that_restarts_in_the_middle_of_a_copy(house):
    """Killed as by a machine that fails, rows half sent: worth a retry, which finds all of them."""
    columns = dict.fromkeys(("numero", "texte"), "publish")
    with open_folder() as root:
        server = postgres.start(root)
        try:
            with psycopg.connect(server.dsn(), autocommit=True) as admin:
                admin.execute(
                    "CREATE TABLE longue AS SELECT n AS numero, repeat('x', 200) AS texte "
                    "FROM generate_series(1, 200000) AS n"
                )
            server.create_owner()
            house.connect("urbanisme", **_owner(server))
            sql = (
                "SELECT numero, texte, pg_sleep(CASE WHEN numero % 1000 = 0 THEN 0.02 ELSE 0 END) FROM longue"
            )
            slow = house.declare(
                {"postgres": "urbanisme", "sql": "sql/essai.sql"},
                dict.fromkeys(("numero", "texte", "pg_sleep"), "drop") | columns,
                sql=sql,
            )
            killer = threading.Thread(target=_kill_once_copying, args=(server,))
            killer.start()
            message = house.fails(SourceUnavailable, slow)
            killer.join()
            assert "La base PostgreSQL ne répond pas." in message
            postgres.start(root)
            whole = house.declare(
                {"postgres": "urbanisme", "sql": "sql/essai.sql"},
                columns,
                sql="SELECT numero, texte FROM longue",
            )
            assert house.extract(whole, "r2").report.rows == 200_000
        finally:
            postgres.stop(root)


def _owner(server: postgres.Cluster) -> dict[str, object]:
    return {
        "conn_type": "postgres",
        "host": "127.0.0.1",
        "port": server.port,
        "schema": "postgres",
        "login": postgres.OWNER,
        "password": server.password,
    }


def _kill_once_copying(server: postgres.Cluster) -> None:
    """SIGKILL to the server and its children, once a session has sent rows for a while."""
    with psycopg.connect(server.dsn(), autocommit=True) as watcher:
        query = "SELECT count(*) FROM pg_stat_progress_copy WHERE tuples_processed > 5000"
        assert eventually(lambda: watcher.execute(query).fetchone() == (1,), every=0.05)
    stop(Service("server", server.folder), gently=signal.SIGKILL)


def test_settings_of_the_connection_that_are_wrong(house, declared):
    for extra, words in (
        ({"statement_timeout_s": "une heure"}, "statement_timeout_s"),
        ({"sslmode": "parfois"}, "sslmode"),
    ):
        dataset = declared("SELECT 1 AS numero", "numero", extra=extra)
        assert words in house.fails(InvalidConnectionSettings, dataset)
    dataset = declared("SELECT 1 AS numero", "numero", conn_type="http")
    assert "« postgres »" in house.fails(ConnectionMissing, dataset)


def test_an_extra_of_the_connection_that_is_not_understood(house, declared):
    dataset = declared("SELECT 1 AS numero", "numero", extra={"ssl_mode": "verify-full"})
    message = house.fails(InvalidConnectionSettings, dataset)
    assert "« ssl_mode »" in message and "sslmode" in message and "verify-full" not in message


def test_words_of_libpq_reach_the_server_and_undo_none_of_ours(house, declared):
    sql = "SELECT current_setting('search_path') AS a, current_setting('application_name') AS b,\n"
    sql += "current_setting('default_transaction_read_only') AS c, current_setting('TimeZone') AS d"
    options = "-c search_path=urbanisme -c default_transaction_read_only=off -c TimeZone=UTC"
    extra = {"options": options, "application_name": "ville", "connect_timeout": 5}
    found = house.extract(declared(sql, "a b c d", extra=extra))
    assert house.rows(found) == [(1, "urbanisme", "ville", "on", "Europe/Paris")]


def test_a_service_says_where(house, declared, cluster, monkeypatch):
    """As in `pg_service.conf`: the connection says who, the service where."""
    services = house.folder / "services.conf"
    services.write_text(f"[ville]\nhost=127.0.0.1\nport={cluster.port}\ndbname=ville\n", encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    dataset = declared(
        "SELECT 1 AS numero", "numero", host="", port=None, schema="", extra={"service": "ville"}
    )
    assert house.extract(dataset).report.rows == 1


@pytest.mark.parametrize("name", ["iam", "cursor", "redshift", "host", "sslpassword", "client_encoding"])
def test_a_word_that_is_not_handed_on_is_refused_by_its_name(house, declared, name):
    dataset = declared("SELECT 1 AS numero", "numero", extra={name: "secret"})
    message = house.fails(InvalidConnectionSettings, dataset)
    assert f"« {name} »" in message and "secret" not in message


def test_the_server_is_asked_for_encryption_when_declared(house, declared):
    """The sandbox's server has none: asking for it must fail, not fall back in silence."""
    message = house.fails(
        SourceUnavailable, declared("SELECT 1 AS numero", "numero", extra={"sslmode": "require"})
    )
    assert "sslmode" in message


def test_a_city_in_another_time_zone(house, declared, march):
    house.city(timezone="Indian/Reunion")
    dataset = declared("SELECT :window_start::timestamp AS debut, :window_end::text AS fin", "debut fin")
    assert house.rows(house.extract(dataset, window=march)) == [
        (1, dt.datetime(2026, 3, 1, 4), "2026-04-01 04:00:00+04")
    ]


# --- unchanged ---------------------------------------------------------------------------------------------


def extract_probed(house, probe: str, run: str, sql: str, columns: str, *, certify: bool, **more):
    """What an extraction finds; ``certify``: and the next one compares with."""
    dataset = house.declare(
        {"postgres": "urbanisme", "sql": "sql/essai.sql", "probe": probe},
        dict.fromkeys(columns.split(), "publish"),
        sql=sql,
        **more,
    )
    found = house.extract(dataset, run)
    if certify:
        house.commit(dataset, None)
        promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, run), found.report, house.place)
    return found


@pytest.fixture
def probed(house, declared, database) -> Iterator[Callable]:
    """``probed(run)``: what an extraction finds of a table of its own, with ``probe: rows``."""
    database.execute("CREATE TABLE urbanisme.lieu (code text, note text, mesure numeric)")
    database.execute("GRANT SELECT ON urbanisme.lieu TO lecteur")
    database.execute("INSERT INTO urbanisme.lieu VALUES ('a', NULL, 1.0), ('b', 'x', 2), ('b', 'x', 2)")
    declared("SELECT * FROM urbanisme.lieu", "code note mesure")

    def extract(run: str, *, certify: bool = False, **more):
        return extract_probed(
            house, "rows", run, "SELECT * FROM urbanisme.lieu", "code note mesure", certify=certify, **more
        )

    yield extract
    database.execute("DROP TABLE urbanisme.lieu")


def test_rows_that_the_server_finds_the_same_are_not_read(probed, monkeypatch):
    assert not probed("r1", certify=True).report.unchanged
    monkeypatch.setattr(adapter, "_copy_query_rows_to_parquet", lambda *_: pytest.fail("read"))
    again = probed("r2").report
    assert (again.unchanged, again.unchanged_by, again.rows) == (True, "mark", 3)


def test_the_order_of_a_table_is_no_change_of_its_rows(probed, database, monkeypatch):
    probed("r1", certify=True)
    database.execute("DELETE FROM urbanisme.lieu WHERE code = 'a'")
    database.execute("INSERT INTO urbanisme.lieu VALUES ('a', NULL, 1.0)")
    monkeypatch.setattr(adapter, "_copy_query_rows_to_parquet", lambda *_: pytest.fail("read"))
    assert probed("r2").report.unchanged_by == "mark"


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO urbanisme.lieu VALUES ('b', 'x', 2)",
        "DELETE FROM urbanisme.lieu WHERE code = 'a'",
        "UPDATE urbanisme.lieu SET note = '' WHERE code = 'a'",
        "UPDATE urbanisme.lieu SET mesure = 1.00 WHERE code = 'a'",
        "UPDATE urbanisme.lieu SET code = 'x', note = 'b' WHERE code = 'b'",
        "ALTER TABLE urbanisme.lieu RENAME mesure TO mesures",
        "ALTER TABLE urbanisme.lieu ALTER mesure TYPE float8",
        "TRUNCATE urbanisme.lieu",
    ],
)
def test_any_change_of_the_rows_is_seen_by_the_server(probed, database, change):
    probed("r1", certify=True)
    database.execute(change)
    assert probed("r2").report.unchanged_by != "mark"


def test_what_decides_beside_the_rows_is_not_hidden(probed, house, monkeypatch):
    probed("r1", certify=True)
    assert probed("r2", title="Autre titre").handle is not None
    assert probed("r4").report.unchanged_by == "mark"
    monkeypatch.setattr(adapter, "compute_program_digest", lambda: "autre")
    assert probed("r5").report.unchanged_by == "rows", "another code may read otherwise"
    monkeypatch.undo()
    house.place.store.mark_publication_in_progress("essai", "r6", dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    assert probed("r7").handle is not None, "a publication died"


def test_rows_that_change_while_they_are_read_have_no_mark(probed, database, monkeypatch):
    """There and back: the mark of before would say that nothing has changed since."""
    stream = adapter._copy_query_rows_to_parquet

    def changed(*arguments):
        database.execute("UPDATE urbanisme.lieu SET note = 'y' WHERE code = 'a'")
        return stream(*arguments)

    monkeypatch.setattr(adapter, "_copy_query_rows_to_parquet", changed)
    probed("r1", certify=True)
    monkeypatch.undo()
    database.execute("UPDATE urbanisme.lieu SET note = NULL WHERE code = 'a'")
    assert probed("r2").handle is not None


# --- the versions of rows ----------------------------------------------------------------------------------

_PLAIN = "SELECT code, note, mesure FROM urbanisme.lieu"


@pytest.fixture
def versioned(house, declared, database) -> Iterator[Callable]:
    """As ``probed``, with ``probe: versions`` and a query of the test's."""
    database.execute("CREATE TYPE urbanisme.etat AS ENUM ('ouvert', 'clos')")
    database.execute(
        "CREATE TABLE urbanisme.lieu (code text, note text, mesure numeric, etat urbanisme.etat)"
    )
    database.execute("GRANT SELECT ON urbanisme.lieu TO lecteur")
    database.execute("INSERT INTO urbanisme.lieu SELECT n, 'x', n, 'clos' FROM generate_series(1, 9) n")
    declared(_PLAIN, "code note mesure")

    def extract(run: str, sql: str = _PLAIN, columns: str = "code note mesure", *, certify: bool = False):
        return extract_probed(house, "versions", run, sql, columns, certify=certify)

    yield extract
    database.execute("ALTER ROLE lecteur RESET ALL")
    database.execute("DROP TABLE IF EXISTS urbanisme.lieu CASCADE")
    database.execute("DROP VIEW IF EXISTS urbanisme.vue")
    database.execute("DROP TYPE urbanisme.etat CASCADE")


def test_a_table_whose_row_versions_are_the_same_is_not_read(versioned, monkeypatch):
    assert not versioned("r1", certify=True).report.unchanged
    monkeypatch.setattr(adapter, "_copy_query_rows_to_parquet", lambda *_: pytest.fail("read"))
    monkeypatch.setattr(PostgresSessionOpener, "hash_rows", lambda *_: pytest.fail("hashed"))
    again = versioned("r2").report
    assert (again.unchanged, again.unchanged_by, again.rows) == (True, "mark", 9)


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO urbanisme.lieu VALUES ('b', 'x', 2)",
        "DELETE FROM urbanisme.lieu WHERE code = '1'",
        "UPDATE urbanisme.lieu SET note = '' WHERE code = '1'",
        "DELETE FROM urbanisme.lieu WHERE code = '1'; INSERT INTO urbanisme.lieu VALUES ('1', 'y', 1)",
        "ALTER TABLE urbanisme.lieu ALTER mesure TYPE float8",
        "ALTER TABLE urbanisme.lieu ALTER note TYPE varchar(40)",
        "ALTER TABLE urbanisme.lieu DROP note; ALTER TABLE urbanisme.lieu ADD note text DEFAULT 'z'",
        # No row is written by these, and the query gives others.
        "ALTER TABLE urbanisme.lieu RENAME code TO c; ALTER TABLE urbanisme.lieu RENAME note TO code; "
        "ALTER TABLE urbanisme.lieu RENAME c TO note",
        "ALTER TYPE urbanisme.etat RENAME VALUE 'clos' TO 'fini'",
        "ALTER ROLE lecteur SET extra_float_digits = 0",
        "TRUNCATE urbanisme.lieu",
        "CREATE TABLE urbanisme.neuf AS FROM urbanisme.lieu; DROP TABLE urbanisme.lieu; "
        "ALTER TABLE urbanisme.neuf RENAME TO lieu; GRANT SELECT ON urbanisme.lieu TO lecteur",
    ],
)
def test_whatever_may_change_the_rows_of_a_table_has_it_read(versioned, database, change):
    asked = ("SELECT code, note, mesure, etat FROM urbanisme.lieu", "code note mesure etat")
    versioned("r1", *asked, certify=True)
    for statement in change.replace("AS FROM", "AS SELECT * FROM").split(";"):
        database.execute(statement)
    assert versioned("r2", *asked).report.unchanged_by != "mark"


def test_a_table_that_was_rewritten_as_it_was_is_read_and_found_the_same(versioned, database):
    versioned("r1", certify=True)
    database.execute("VACUUM FULL urbanisme.lieu")
    assert versioned("r2").report.unchanged_by == "rows"


@pytest.mark.parametrize(
    "made",
    [
        "ALTER TABLE urbanisme.lieu RENAME TO vrai; CREATE VIEW urbanisme.lieu AS SELECT * FROM urbanisme.vrai",
        "DROP TABLE urbanisme.lieu; CREATE TABLE urbanisme.lieu (code text, note text, mesure numeric) "
        "PARTITION BY LIST (code)",
        "ALTER TABLE urbanisme.lieu ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON urbanisme.lieu USING (code < '5')",
        "CREATE TABLE urbanisme.fille () INHERITS (urbanisme.lieu)",
        "ALTER TABLE urbanisme.lieu DROP note; CREATE TYPE urbanisme.paire AS (a text, b text); "
        "ALTER TABLE urbanisme.lieu ADD note urbanisme.paire",
        "ALTER TABLE urbanisme.lieu DROP note; ALTER TABLE urbanisme.lieu ADD note regclass",
        "CREATE ACCESS METHOD autre TYPE TABLE HANDLER heap_tableam_handler; "
        "ALTER TABLE urbanisme.lieu SET ACCESS METHOD autre",
        # As PostgreSQL Anonymizer would have it: only its provider may write one.
        "SET allow_system_table_mods = on; INSERT INTO pg_seclabel VALUES "
        "('urbanisme.lieu'::regclass, 'pg_class'::regclass, 2, 'anon', 'MASKED'); RESET allow_system_table_mods",
        # An enumeration is asked for as text, which its function takes from wherever it likes.
        "ALTER TABLE urbanisme.lieu DROP note; ALTER TABLE urbanisme.lieu ADD note urbanisme.etat; "
        "CREATE FUNCTION urbanisme.libelle(urbanisme.etat) RETURNS text LANGUAGE sql AS 'SELECT current_date::text'; "
        "CREATE CAST (urbanisme.etat AS text) WITH FUNCTION urbanisme.libelle(urbanisme.etat)",
    ],
)
def test_what_the_versions_of_its_rows_do_not_prove_is_refused(house, versioned, database, made):
    try:
        for statement in made.split(";"):
            database.execute(statement)
        database.execute("GRANT SELECT ON urbanisme.lieu TO lecteur")
        with pytest.raises(SourceUnreadable) as caught:
            versioned("r1")
        assert "« probe: versions » ne prouve rien" in str(caught.value)
        assert "« probe: rows »" in str(caught.value) and "canari" not in str(caught.value)
    finally:
        for leftover in ("VIEW IF EXISTS urbanisme.lieu", "TABLE IF EXISTS urbanisme.lieu CASCADE"):
            with contextlib.suppress(psycopg.errors.WrongObjectType):
                database.execute(f"DROP {leftover}")
        database.execute("DROP TABLE IF EXISTS urbanisme.vrai")
        database.execute("DROP TYPE IF EXISTS urbanisme.paire")
        database.execute("DROP ACCESS METHOD IF EXISTS autre")
        database.execute("DROP FUNCTION IF EXISTS urbanisme.libelle CASCADE")


def test_a_catalogue_some_of_whose_rows_are_written_in_place_is_refused(versioned):
    with pytest.raises(SourceUnreadable) as caught:
        versioned("r1", "SELECT relname, reltuples FROM pg_class", "relname reltuples")
    assert "masquée ou du système" in str(caught.value)


def test_another_table_read_under_its_name_has_no_mark(versioned, database, monkeypatch):
    """There and back: the name was that of another table while it was read alone."""
    stream = adapter._copy_query_rows_to_parquet

    def swapped(*arguments):
        database.execute("ALTER TABLE urbanisme.lieu RENAME TO vrai")
        database.execute("CREATE TABLE urbanisme.lieu AS SELECT * FROM urbanisme.vrai LIMIT 1")
        database.execute("GRANT SELECT ON urbanisme.lieu TO lecteur")
        try:
            return stream(*arguments)
        finally:
            database.execute("DROP TABLE urbanisme.lieu")
            database.execute("ALTER TABLE urbanisme.vrai RENAME TO lieu")

    monkeypatch.setattr(adapter, "_copy_query_rows_to_parquet", swapped)
    versioned("r1", certify=True)
    monkeypatch.undo()
    assert versioned("r2").handle is not None


def test_a_server_whose_processes_crashed_is_read(versioned, database):
    """A commit that was not flushed is lost, its number and place are another row's. A crash sets all counts back."""
    versioned("r1", certify=True)
    database.execute("SELECT pg_stat_reset_shared('bgwriter')")
    assert versioned("r2").report.unchanged_by == "rows"


@pytest.mark.parametrize(
    "made, sql",
    [
        ("ALTER ROLE lecteur SET DateStyle = 'SQL, DMY'", _PLAIN),
        ("ALTER ROLE lecteur SET search_path = urbanisme; ALTER TABLE urbanisme.lieu RENAME TO target",
         "SELECT code, note, mesure FROM target"),
        ("CREATE TYPE urbanisme.regime AS ENUM ('x'); "
         "ALTER TABLE urbanisme.lieu ALTER note TYPE urbanisme.regime USING note::urbanisme.regime", _PLAIN),
        ("REVOKE SELECT ON urbanisme.lieu FROM lecteur; "
         "GRANT SELECT (code, note, mesure, ctid, xmin) ON urbanisme.lieu TO lecteur", _PLAIN),
        ("""ALTER TABLE urbanisme.lieu RENAME TO "l'été {x} 100%s ""a"".b" """,
         """SELECT code, note, mesure FROM urbanisme."l'été {x} 100%s ""a"".b" """),
    ],
)  # fmt: skip
def test_a_plain_table_has_a_mark_however_it_is_named_made_or_opened(versioned, database, made, sql):
    try:
        for statement in made.split(";"):
            database.execute(statement.encode())
        versioned("r1", sql, certify=True)
        assert versioned("r2", sql).report.unchanged_by == "mark"
    finally:
        for name in ("target", """"l'été {x} 100%s ""a"".b\""""):
            database.execute(f"DROP TABLE IF EXISTS urbanisme.{name}".encode())
        database.execute("DROP TYPE IF EXISTS urbanisme.regime CASCADE")


def test_who_may_read_some_columns_alone_is_not_told_to_open_the_table(versioned, database):
    database.execute("REVOKE SELECT ON urbanisme.lieu FROM lecteur")
    database.execute("GRANT SELECT (code, note, mesure) ON urbanisme.lieu TO lecteur")
    with pytest.raises(SourceAccessRefusal) as caught:
        versioned("r1")
    assert "GRANT SELECT (ctid, xmin)" in str(caught.value) and "« probe: rows »" in str(caught.value)


def test_a_server_that_started_again_is_read(versioned, monkeypatch):
    """It may be another one, restored from elsewhere, whose transactions have the same numbers."""
    versioned("r1", certify=True)
    build = PlainTableQuery.build_table_version_sql
    later = "pg_postmaster_start_time() + interval '1 s'"
    monkeypatch.setattr(
        PlainTableQuery,
        "build_table_version_sql",
        lambda query: build(query).replace("pg_postmaster_start_time()", later),
    )
    assert versioned("r2").report.unchanged_by == "rows"


@pytest.mark.parametrize(
    "sql, table, columns",
    [
        ("SELECT * FROM lieu", "lieu", ()),
        ("select l.* from urbanisme.lieu as l;", "urbanisme.lieu", ()),
        ("SELECT code, L.note FROM urbanisme.lieu L", "urbanisme.lieu", ("code", "note")),
        ('SELECT "Code postal" AS cp, Note n -- la note\nFROM "Mes tables"."Lieux"', '"Mes tables"."Lieux"',
         ("Code postal", "note")),
        ('SELECT "user" FROM lieu', "lieu", ("user",)),
        ("SELECT l.Numéro, étage FROM lieu L", "lieu", ("numéro", "étage")),
        ('SELECT L.* FROM lieu "l"', "lieu", ()),
        ("SELECT code -- la note\r\n, note /* a * b / c */ FROM lieu", "lieu", ("code", "note")),
    ],
)  # fmt: skip
def test_a_query_of_one_table_is_told(sql, table, columns):
    assert parse_plain_table_query(sql) == PlainTableQuery(table, columns)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT code, current_date FROM lieu", "SELECT user FROM lieu", "SELECT upper(code) FROM lieu",
        "SELECT code::int FROM lieu", "SELECT DISTINCT code FROM lieu", "SELECT code FROM lieu WHERE code > 'a'",
        "SELECT code FROM lieu, autre", "SELECT code FROM ONLY lieu", "SELECT code FROM lieu JOIN autre USING (code)",
        "SELECT 1 FROM lieu", "SELECT 'a' FROM lieu", "SELECT code FROM lieu LIMIT 3", "SELECT code FROM lieu()",
        "SELECT code || note FROM lieu", "SELECT autre.code FROM lieu", "SELECT *, code FROM lieu", "SELECT FROM lieu",
        "SELECT code, FROM lieu", "SELECT (SELECT 1) FROM lieu", "WITH a AS (SELECT 1) SELECT code FROM lieu",
        "TABLE lieu", "SELECT code FROM a.b.lieu", "SELECT code FROM lieu FOR UPDATE", "SELECT code", "",
        "SELECT code FROM lieu TABLESAMPLE system (1)", "SELECT code FROM (SELECT * FROM lieu) l",
        "SELECT E'a' FROM lieu", "SELECT $$a$$ FROM lieu", "SELECT all code FROM lieu", "SELECT case FROM lieu",
        "SELECT x FROM current_date x", "SELECT not code FROM lieu", 'SELECT "L".code FROM lieu L',
        # What PostgreSQL reads where others see a comment or a space.
        "SELECT code -- la note\r, now()\nFROM lieu", "SELECT code /* /* */ FROM lieu -- */, now() FROM autre",
        "SELECT code FROM lieu\u00a0x",
    ],
)  # fmt: skip
def test_any_other_query_has_its_rows_hashed(sql):
    assert parse_plain_table_query(sql) is None


def test_whoever_watches_is_told_each_row(house, declared):
    seen: list[int] = []
    dataset = declared("SELECT i AS numero FROM generate_series(1, 10000) AS t(i)", "numero")
    watched = replace(house.place, observe_rows=seen.append)
    assert extract_source(dataset, Run(dataset.id, "r1"), watched).report.rows == sum(seen) == 10_000
    assert len(seen) > 1
