"""MariaDB, a real one where the machine has it: every type, windows in local time, each refusal as it is read."""

from __future__ import annotations

import datetime as dt
import json
import resource
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pymysql
import pytest

from aqueduc.draft import draft_declaration
from aqueduc.draft.request import InvalidDraftRequest
from aqueduc.errors import (
    ConnectionMissing,
    InvalidConnectionSettings,
    SourceAccessRefusal,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.sources.adapter import probe_source
from aqueduc.sources.databases import settings as limits
from aqueduc.sources.mysql import session
from aqueduc.sources.mysql.drafting import DRAFTING
from aqueduc.store import Window
from sandbox.processes import free_port
from tests.places import open_folder
from tests.sources.mariadb import ROOT_PASSWORD, MariaDb, load_time_zone, mariadb_server
from tests.sources.pem import write_certificate
from tests.sources.relay import relay_to

pytestmark = pytest.mark.sandbox

PASSWORD = "l'été \\ \"d'Aix\" = 100% €"
MARCH = Window(dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC), dt.datetime(2026, 3, 31, 22, tzinfo=dt.UTC))
SCHEMA = """
CREATE DATABASE billetterie CHARACTER SET utf8mb4
CREATE TABLE billetterie.entree (numero varchar(9) PRIMARY KEY, jour date, montant decimal(8,2), nom text)
INSERT INTO billetterie.entree VALUES
  ('E1', '2026-02-28', 12.50, 'CANARY'), ('E2', '2026-03-01', 0.10, 'CANARY'),
  ('E3', '2026-03-31', NULL, NULL), ('E4', '2026-04-01', 100, 'CANARY')
CREATE TABLE billetterie.secret (nir text)
CREATE TABLE billetterie.suite (n int) ENGINE=MyISAM
CREATE USER lecteur@'%' IDENTIFIED BY 'PASSWORD'
GRANT SELECT ON billetterie.entree TO lecteur@'%'
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, canary: str) -> Iterator[MariaDb]:
    # A socket's path is a hundred characters at most.
    certificate = write_certificate(tmp_path_factory.mktemp("pem") / "essai.pem")
    encryption = [f"--ssl-{part}={certificate}" for part in ("ca", "cert", "key")]
    with open_folder() as folder, mariadb_server(folder, *encryption) as running:
        running.certificate = certificate
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "''")
        script = SCHEMA.replace("CANARY", canary).replace("'PASSWORD'", f"'{quoted}'")
        running.run(*script.strip().replace("\n  ", " ").split("\n"))
        load_time_zone(running, "Europe/Paris")
        running.create_owner("billetterie")
        yield running


@pytest.fixture
def declared(house, server) -> Callable:
    """``declared(sql, columns)``: a dataset read by ``lecteur``, or with other settings of the connection."""

    def declare(sql: str, columns: str = "numero jour montant nom", **settings):
        address = {
            "conn_type": "mysql",
            "host": "127.0.0.1",
            "port": server.port,
            "schema": "billetterie",
            "login": "lecteur",
            "password": PASSWORD,
            **settings,
        }
        house.connect("base", **address)
        return house.declare(
            {"mysql": "base", "sql": "sql/essai.sql"}, dict.fromkeys(columns.split(), "publish"), sql=sql
        )

    return declare


@pytest.fixture
def admin() -> dict[str, str]:
    """The owner of the base, and of nothing else of the server."""
    return {"login": "proprietaire", "password": ROOT_PASSWORD}


def types(extraction) -> dict[str, str]:
    return dict(extraction.report.columns)


# --- what comes out ----------------------------------------------------------------------------------------


def test_native_types_in_the_order_of_the_query(house, declared, canary):
    found = house.extract(declared("SELECT * FROM entree WHERE numero < 'E3' ORDER BY numero DESC;\n-- fin"))
    assert house.table(found) == (
        ["__line", "numero", "jour", "montant", "nom"],
        [
            (1, "E2", dt.date(2026, 3, 1), Decimal("0.10"), canary),
            (2, "E1", dt.date(2026, 2, 28), Decimal("12.50"), canary),
        ],
    )
    assert types(found) == {"numero": "VARCHAR", "jour": "DATE", "montant": "DECIMAL(8,2)", "nom": "VARCHAR"}
    assert found.report.source == {"kind": "mysql", "connection": "base", "path": "sql/essai.sql"}
    assert found.report.findings == ()


VALUES = {
    "petit": ("tinyint", "-128", -128),
    "moyen": ("mediumint unsigned", "16777215", 16777215),
    "entier": ("int unsigned", "4294967295", 4294967295),
    "grand": ("bigint", "-9223372036854775808", -9223372036854775808),
    "immense": ("bigint unsigned", "18446744073709551615", Decimal(18446744073709551615)),
    "rempli": ("int(6) unsigned zerofill", "42", 42),
    "prix": ("decimal(10,2)", "12345678.90", Decimal("12345678.90")),
    "exact": ("decimal(38,10) unsigned", "1234567890123456789012345678.0123456789",
              Decimal("1234567890123456789012345678.0123456789")),
    "large": ("decimal(65,10)", "-12345678901234567890.0123456789", Decimal("-12345678901234567890.0123456789")),
    "flottant": ("double", "0.1", 0.1),
    "fin": ("double", "1.7976931348623157e308", 1.7976931348623157e308),
    "simple": ("float", "1.5", 1.5),
    "bit": ("bit(1)", "b'1'", True),
    "bits": ("bit(9)", "b'100000001'", 257),
    "tous": ("bit(64)", "18446744073709551615", Decimal(18446744073709551615)),
    "jour": ("date", "'2026-03-01'", dt.date(2026, 3, 1)),
    "moment": ("datetime(6)", "'2026-03-01 14:05:06.000123'", dt.datetime(2026, 3, 1, 14, 5, 6, 123)),
    "instant": ("timestamp null", "'2026-03-01 14:05'", dt.datetime(2026, 3, 1, 14, 5)),
    "heure": ("time", "'14:05'", dt.time(14, 5)),
    "seconde": ("time(3)", "'14:05:06.7'", dt.time(14, 5, 6, 700_000)),
    "annee": ("year", "2026", 2026),
    "bloc": ("char(5)", "'ab'", "ab"),
    "texte": ("longtext", "'Noël 🎄 à Aïn'", "Noël 🎄 à Aïn"),
    "latin": ("varchar(20) character set latin1", "'Noël'", "Noël"),
    "genre": ("enum('bon','très bon')", "'très bon'", "très bon"),
    "choix": ("set('a','b','c')", "'c,a'", "a,c"),
    "objet": ("json", """'{"a": [1, 2]}'""", '{"a": [1, 2]}'),
    "octets": ("varbinary(9)", "x'00ff41'", "00FF41"),
    "image": ("blob", "x'89504e47'", "89504E47"),
    "cle": ("uuid", "'00000000-0000-0000-0000-00000000000a'", "00000000-0000-0000-0000-00000000000a"),
    "reseau": ("inet6", "'::1'", "::1"),
    "point": ("point", "ST_GeomFromText('POINT(5.4 43.5)')", '{"type":"Point","coordinates":[5.4,43.5]}'),
    "vide": ("text", "NULL", None),
}  # fmt: skip


@pytest.fixture(scope="module")
def every_type(server) -> str:
    columns = ", ".join(f"{name} {kind}" for name, (kind, _, _) in VALUES.items())
    values = ", ".join(written for _, written, _ in VALUES.values())
    empty = ", ".join("NULL" for _ in VALUES)
    server.run(
        "SET time_zone = 'Europe/Paris'",
        f"CREATE TABLE billetterie.tout ({columns})",
        f"INSERT INTO billetterie.tout VALUES ({values}), ({empty})",
    )
    return "tout"


def test_every_kind_of_value(house, declared, admin, every_type):
    found = house.extract(declared(f"SELECT * FROM {every_type}", " ".join(VALUES), **admin))
    (_, *row), (_, *empty) = house.rows(found)
    told = dict(zip(VALUES, row, strict=True))
    assert told == {name: value for name, (_, _, value) in VALUES.items()}
    assert set(empty) == {None}
    assert types(found)["prix"] == "DECIMAL(10,2)" and types(found)["immense"] == "DECIMAL(20,0)"


def test_the_same_through_a_derived_column(house, declared):
    """Expressions have types of the server's own making."""
    sql = """SELECT sum(montant) AS somme, count(*) AS nombre, avg(montant) AS moyenne, montant > 1 AS vrai,
             concat(numero, 1) AS mot, 1e30 AS gros, cast('2026-03-01' AS date) AS jour, NULL AS rien,
             999999999999999999999999999999999.99999 AS tres_long, x'41' AS octet FROM entree"""
    found = house.extract(declared(sql, "somme nombre moyenne vrai mot gros jour rien tres_long octet"))
    (row,) = house.rows(found)
    assert row[1:4] == (Decimal("112.60"), 4, Decimal("37.533333"))
    assert row[4:8] == (1, "E11", 1e30, dt.date(2026, 3, 1))
    assert row[8:] == (None, Decimal("999999999999999999999999999999999.99999"), "41")


@pytest.mark.parametrize(
    "type_, written",
    [
        ("date", "0000-00-00"),
        ("date", "2026-00-00"),
        ("date", "2026-03-00"),
        ("date", "2026-02-31"),
        ("datetime", "0000-00-00 00:00:00"),
        ("timestamp", "0000-00-00 00:00:00"),
        ("year", "0000"),
    ],
)
def test_a_date_that_does_not_exist_is_missing_and_told(house, declared, server, admin, type_, written):
    server.run(
        "SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'",
        "DROP TABLE IF EXISTS billetterie.vieux",
        f"CREATE TABLE billetterie.vieux (numero int, quand {type_})",
        f"INSERT INTO billetterie.vieux VALUES (1, '2026'), (2, '{written}'), (3, NULL), (4, '{written}')"
        if type_ == "year"
        else f"INSERT INTO billetterie.vieux VALUES (1, '2026-03-01'), (2, '{written}'), (3, NULL), (4, '{written}')",
    )
    found = house.extract(
        declared("SELECT numero, quand FROM vieux ORDER BY numero", "numero quand", **admin)
    )
    assert [row[2] is None for row in house.rows(found)] == [False, True, True, True]
    (finding,) = found.report.findings
    assert (finding.code, finding.column, finding.count) == ("dates-impossibles", "quand", 2)
    assert "« quand » : 2 lignes dont la date n'existe pas" in str(finding.message)
    assert "(lignes 2, 4)" in str(finding.message)


def test_a_duration_is_no_time_of_the_day(house, declared, server, admin):
    server.run(
        "CREATE TABLE billetterie.duree (d time)",
        "INSERT INTO billetterie.duree VALUES ('14:00'), ('-25:00:00')",
    )
    message = house.fails(SourceUnreadable, declared("SELECT d FROM duree", "d", **admin))
    assert "« d » a des durées" in message and "CAST" in message and "25" not in message
    found = house.extract(declared("SELECT CAST(d AS CHAR) AS d FROM duree", "d", **admin))
    assert house.rows(found)[1] == (2, "-25:00:00")


def test_positions_in_a_projected_system_are_turned_to_wgs84(house, declared, admin):
    sql = "SELECT ST_GeomFromText('POINT(897000 6272000)', 2154) AS geom"
    ((_, found),) = house.rows(house.extract(declared(sql, "geom", **admin)))
    assert found.startswith('{"type":"Point","coordinates":[5.436')
    sql += " UNION ALL SELECT ST_GeomFromText('POINT(5.4 43.5)', 4326)"
    assert "plusieurs systèmes" in house.fails(SourceUnreadable, declared(sql, "geom", **admin))


def test_no_row(house, declared):
    found = house.extract(declared("SELECT * FROM entree WHERE false"))
    assert house.table(found) == (["__line", "numero", "jour", "montant", "nom"], [])
    assert types(found)["montant"] == "DECIMAL(8,2)"


def test_rows_in_order_and_memory_that_does_not_follow_them(house, declared, admin):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sql = "SELECT seq AS n, repeat('x', 2000) AS m FROM seq_1_to_50000"
    found = house.extract(declared(sql, "n m", **admin))
    rows = house.rows(found)
    assert [row[:2] for row in rows] == [(n, n) for n in range(1, 50_001)]
    # 100 MB of text, once in the test and never here.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


def test_the_probe_reads_no_row(house, declared, monkeypatch):
    monkeypatch.setattr(session.MySqlTransaction, "start_query", lambda *_: pytest.fail("it ran the query"))
    from aqueduc.declaration.loader import load_city

    dataset = declared(
        "SELECT sleep(60) AS a, e.* FROM entree e ORDER BY jour -- fin", "a numero jour montant nom"
    )
    assert probe_source(dataset, load_city(house.include).city, house.place).columns == (
        *("a", "numero", "jour", "montant", "nom"),
    )


def test_what_the_sql_of_mysql_writes_otherwise(house, declared):
    sql = "SELECT 'l\\'été :jour' AS a, \"b;\" AS `c:d`, 'x' AS e # :rien;\nFROM entree LIMIT 1"
    found = house.extract(declared(sql.replace("`c:d`", "`c d`"), "a e"))
    assert house.rows(found) == [(1, "l'été :jour", "b;", "x")]


# --- windows -----------------------------------------------------------------------------------------------


def test_a_window_is_local_time(house, declared):
    """Midnight in Paris, said in UTC: the days of March, neither more nor less."""
    sql = """SELECT numero, :window_start AS debut FROM entree
             WHERE jour >= :window_start AND jour < :window_end -- :inconnu"""
    found = house.extract(declared(sql, "numero debut"), window=MARCH)
    assert house.rows(found) == [(1, "E2", dt.datetime(2026, 3, 1)), (2, "E3", dt.datetime(2026, 3, 1))]


def test_an_instant_is_compared_with_a_window_and_read_at_the_hour_of_the_city(
    house, declared, server, admin
):
    server.run(
        "SET time_zone = '+00:00'",
        "CREATE TABLE billetterie.passage (n int, instant timestamp)",
        "INSERT INTO billetterie.passage VALUES (1, '2026-02-28 22:59:59'), (2, '2026-02-28 23:00:00'), "
        "(3, '2026-03-31 21:59:59'), (4, '2026-03-31 22:00:00')",
    )
    sql = "SELECT n, instant FROM passage WHERE instant >= :window_start AND instant < :window_end ORDER BY n"
    found = house.extract(declared(sql, "n instant", **admin), window=MARCH)
    assert house.rows(found) == [
        (1, 2, dt.datetime(2026, 3, 1)),
        (2, 3, dt.datetime(2026, 3, 31, 23, 59, 59)),
    ]


def test_a_server_that_does_not_know_the_zone_of_the_city(house, declared, admin):
    house.city(timezone="Indian/Reunion")
    found = house.extract(declared("SELECT n, instant FROM passage ORDER BY n LIMIT 1", "n instant", **admin))
    assert types(found)["instant"] == "TIMESTAMP WITH TIME ZONE"
    assert house.rows(found)[0][2].astimezone(dt.UTC) == dt.datetime(2026, 2, 28, 22, 59, 59, tzinfo=dt.UTC)
    (finding,) = found.report.findings
    assert finding.code == "fuseau-inconnu" and "Indian/Reunion" in str(finding.message)
    windowed = declared(
        "SELECT numero FROM entree WHERE jour BETWEEN :window_start AND :window_end", "numero"
    )
    message = house.fails(SourceUnreadable, windowed, window=MARCH)
    assert "Indian/Reunion" in message and "mysql_tzinfo_to_sql" in message


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql, kind, words",
    [
        ("SELECT *\nFROM entre", SourceNotFound, ["« billetterie.entre »", "1146"]),
        ("SELECT numero,\n  e.nomm\nFROM entree e", SourceNotFound, ["« e.nomm »", "1054"]),
        ("SELECT majuscule(numero) AS numero FROM entree", SourceNotFound, ["majuscule", "1305"]),
        ("SELECT * FROM finance.mandat", SourceAccessRefusal, ["droit de lire", "GRANT", "1142"]),
        ("SELECT nir FROM secret", SourceAccessRefusal, ["droit de lire", "GRANT", "1142"]),
        (
            "SELECT numero\nFORM entree",
            SourceUnreadable,
            ["refuse la requête, ligne 2 de sql/essai.sql", "1064"],
        ),
        ("DELETE FROM entree", SourceUnreadable, ["refuse la requête, ligne 1", "1064", "SELECT"]),
        ("SELECT * FROM entree INTO OUTFILE '/tmp/fuite'", SourceUnreadable, ["1064"]),
        ("SHOW TABLES", SourceUnreadable, ["1064"]),
        ("SELECT numero, nom AS numero FROM entree", SourceUnreadable, ["plusieurs colonnes", "1060"]),
        ("SELECT numero, nom AS `NUMERO` FROM entree", SourceUnreadable, ["plusieurs colonnes"]),
        ("SELECT numero AS __line FROM entree", SourceUnreadable, ["réservé"]),
        (
            "SELECT exp(length(nom) * 1e6) AS n FROM entree",
            SourceUnreadable,
            ["calcul ou une conversion", "1690"],
        ),
    ],
)
def test_queries_that_fail(house, declared, admin, sql, kind, words):
    """Of what may not be read, a server does not even say whether it is there."""
    message = house.fails(kind, declared(sql, **({} if kind is SourceAccessRefusal else admin)))
    assert all(word in message for word in words), message


def test_nothing_is_ever_written(house, declared, server, admin):
    server.run(
        "CREATE FUNCTION billetterie.vider() RETURNS int MODIFIES SQL DATA "
        "BEGIN DELETE FROM billetterie.entree; RETURN 1; END",
        "CREATE SEQUENCE billetterie.compteur",
    )
    for sql in ("SELECT vider() AS numero", "SELECT nextval(compteur) AS numero"):
        assert "ne fait que lire" in house.fails(SourceAccessRefusal, declared(sql, "numero", **admin)), sql
    assert server.run("SELECT count(*) FROM billetterie.entree") == [(4,)]


def test_the_account_of_the_guide_reads_what_it_is_granted_and_nothing_else(server):
    """The steps as they stand in the page of connections, from this machine, encrypted and not."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "connections.md").read_text("utf-8")
    steps = page.partition("## Une base MySQL ou MariaDB")[2].partition("```sql\n")[2].partition("```")[0]
    for theirs, ours in (("10.0.0.%", "127.0.0.%"), ("'…'", "'essai'")):
        steps = steps.replace(theirs, ours)
    server.run(*(line.partition(";")[0] for line in steps.splitlines()))
    given = {"user": "aqueduc", "password": "essai"}
    with pytest.raises(pymysql.err.OperationalError, match="1045"):
        server.connect(**given, ssl_disabled=True)
    with server.connect(**given, ssl_ca=str(server.certificate)) as account, account.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM billetterie.entree")
        assert cursor.fetchall() == ((4,),)
        for forbidden in (
            "SELECT * FROM billetterie.secret",
            "DELETE FROM billetterie.entree",
            "UPDATE billetterie.entree SET nom = ''",
            "CREATE TABLE billetterie.a (b int)",
            "CREATE DATABASE autre",
            "CREATE USER autre",
            "SELECT * FROM mysql.user",
            "SELECT 1 INTO OUTFILE '/tmp/a'",
        ):
            with pytest.raises(pymysql.err.MySQLError, match=r"1044|1142|1227|1045"):
                cursor.execute(forbidden)


def test_wrong_credentials(house, declared, caplog):
    secret = "mot-de-passe-faux"
    message = house.fails(SourceAccessRefusal, declared("SELECT 1 AS numero", "numero", password=secret))
    assert "1045" in message and "lecteur" not in message
    assert secret not in message + caplog.text
    house.fails(SourceAccessRefusal, declared("SELECT 1 AS numero", "numero", login="inconnu"))


def test_a_database_that_is_not_there(house, declared, server, admin):
    server.run("GRANT SELECT ON vile.* TO proprietaire@'%'")
    message = house.fails(SourceNotFound, declared("SELECT 1 AS numero", "numero", schema="vile", **admin))
    assert "1049" in message and "« schema »" in message
    assert "1044" in house.fails(SourceAccessRefusal, declared("SELECT 1 AS numero", "numero", schema="vile"))
    assert "aucune base" in house.fails(SourceNotFound, declared("SELECT * FROM entree", schema=""))


def test_nobody_answers(house, declared):
    for address in ({"port": free_port()}, {"host": "ville.invalid"}):
        message = house.fails(SourceUnavailable, declared("SELECT 1 AS numero", "numero", **address))
        assert "ne répond pas" in message and "ville.invalid" not in message


def test_something_else_answers(house, declared, api):
    port = int(api.url.rpartition(":")[2])
    extra = {"connect_timeout": 1}
    message = house.fails(SourceUnavailable, declared("SELECT 1 AS numero", "numero", port=port, extra=extra))
    assert "ne répond pas" in message


def test_a_server_without_room(house, declared, server):
    server.run("ALTER USER lecteur@'%' WITH MAX_CONNECTIONS_PER_HOUR 1")
    try:
        house.extract(declared("SELECT 1 AS numero", "numero"))
        assert "1226" in house.fails(SourceUnavailable, declared("SELECT 1 AS numero", "numero"))
    finally:
        server.run("ALTER USER lecteur@'%' WITH MAX_CONNECTIONS_PER_HOUR 0")


def test_a_query_that_takes_too_long(house, declared, admin):
    extra = {"statement_timeout_s": 1}
    for sql in (
        "SELECT count(*) AS numero FROM entree a, entree b WHERE sleep(5) = 0",
        "SELECT seq AS numero FROM billetterie.seq_1_to_5 WHERE sleep(seq * 0.3) = 0",
    ):
        message = house.fails(SourceUnavailable, declared(sql, "numero", extra=extra, **admin))
        assert "1969" in message and "1 s" in message and "statement_timeout_s" in message


def test_a_server_that_falls_silent(house, declared, server, admin, monkeypatch):
    """Neither an answer nor an end: the client has a limit of its own."""
    monkeypatch.setattr(session, "_SILENCE_S", 1)
    extra = {"statement_timeout_s": 1}
    with relay_to(server.port) as wire:
        wire.left, wire.stalls = 200_000, True
        dataset = declared(_LONG, "n m", port=wire.port, extra=extra, **admin)
        assert "au milieu de la lecture" in house.fails(SourceUnavailable, dataset)


def test_a_table_that_is_locked(house, declared, server, monkeypatch):
    monkeypatch.setattr(session, "LOCK_TIMEOUT_S", 1)
    with server.connect() as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLES billetterie.entree WRITE")
        assert "1205" in house.fails(SourceUnavailable, declared("SELECT * FROM entree"))


_LONG = "SELECT seq AS n, repeat('x', 1000) AS m FROM billetterie.seq_1_to_100000"


def test_a_connection_that_breaks_in_the_middle_of_the_rows(house, declared, server, admin):
    with relay_to(server.port) as wire:
        wire.left = 200_000
        message = house.fails(SourceUnavailable, declared(_LONG, "n m", port=wire.port, **admin))
    assert "au milieu de la lecture" in message and "rien à faire si la tâche reprise réussit" in message


def test_a_session_killed_in_the_middle(house, declared, server, admin):
    stop = threading.Event()

    def cut() -> None:
        while not stop.wait(0.1):
            for (number,) in server.run(
                "SELECT id FROM information_schema.processlist "
                "WHERE info LIKE '%sleep(0.05)%' AND info NOT LIKE '%processlist%'"
            ):
                server.run(f"KILL {number}")

    cutter = threading.Thread(target=cut)
    cutter.start()
    try:
        sql = "SELECT seq AS numero FROM billetterie.seq_1_to_200 WHERE sleep(0.05) = 0"
        message = house.fails(SourceUnavailable, declared(sql, "numero", **admin))
    finally:
        stop.set()
        cutter.join()
    assert "rien à faire si la tâche reprise réussit" in message


def test_nothing_stays_open_on_the_server(house, declared, server):
    house.fails(SourceUnreadable, declared("SELECT CAST('25:00' AS TIME) AS d, e.* FROM entree e", "d"))
    house.extract(declared("SELECT * FROM entree"))
    for _ in range(50):
        left = server.run("SELECT count(*) FROM information_schema.processlist WHERE user = 'lecteur'")
        if left == [(0,)]:
            return
        threading.Event().wait(0.1)
    pytest.fail(str(left))


# --- drafts ------------------------------------------------------------------------------------------------


def test_a_table_is_drafted_with_what_its_catalogue_says(house, declared, server, admin):
    server.run(
        "CREATE TABLE billetterie.caisse (id int unsigned AUTO_INCREMENT PRIMARY KEY, "
        "`rank` varchar(9) COMMENT 'Le rang d''arrivée', `Prix d'entrée` decimal(6,2), lieu point, code char(3) UNIQUE) "
        "COMMENT = 'Les caisses du musée'",
        "INSERT INTO billetterie.caisse VALUES (1, 'a', 2.50, ST_GeomFromText('POINT(5.4 43.5)'), 'x1'), "
        "(2, 'b', 3, NULL, 'x2')",
    )
    declared("SELECT 1 AS numero", "numero", **admin)
    made = draft_declaration(DRAFTING.choose("essai", "base", "billetterie.caisse"), house.place)
    assert (
        "SELECT id, `rank`, `Prix d'entrée`, ST_AsGeoJSON(lieu) AS lieu, code\nFROM billetterie.caisse"
        in (made.files["sql/essai.sql"])
    )
    declaration = made.files["datasets/essai.yaml"]
    assert "mysql: base" in declaration and "sql: sql/essai.sql" in declaration
    assert "Les caisses du musée" in declaration and "Le rang d'arrivée" in made.files["schemas/essai.json"]
    assert "key: [id]" in declaration
    fields = {
        field["name"]: field["type"] for field in json.loads(made.files["schemas/essai.json"])["fields"]
    }
    assert fields["Prix d'entrée"] == "number"


def test_a_table_that_is_not_there_is_not_drafted(house, declared, admin):
    declared("SELECT 1 AS numero", "numero", **admin)
    with pytest.raises(SourceNotFound, match=r"billetterie\.entree"):
        draft_declaration(DRAFTING.choose("essai", "base", "billetterie.entre"), house.place)
    with pytest.raises(InvalidDraftRequest, match=r"schema\.table"):
        DRAFTING.choose("essai", "base", "entree")


# --- the connection ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "extra, word",
    [
        ({"statement_timeout_s": "une heure"}, "statement_timeout_s"),
        ({"connect_timeout": 0}, "connect_timeout"),
        ({"ssl_mode": "parfois"}, "ssl_mode"),
        ({"charset": "latin1"}, "charset"),
        ({"ssl": "oui"}, "« ssl »"),
        ({"ssl": {"check_hostname": False}}, "« ssl »"),
        ({"ssl": {"ca": "/rien/ca.pem"}}, "PEM"),
        ({"ssl_mode": "PREFERRED", "ssl": {"ca": "/rien/ca.pem"}}, "ssl_mode"),
        ({"ssl-mode": "VERIFY_CA"}, "« ssl-mode »"),
        ({"cursor": "SSCursor"}, "« cursor »"),
        ({"local_infile": True}, "« local_infile »"),
        ({"init_command": "SET x"}, "« init_command »"),
    ],
)
def test_a_setting_of_the_connection_that_is_wrong_or_not_understood(house, declared, extra, word):
    message = house.fails(InvalidConnectionSettings, declared("SELECT 1 AS numero", "numero", extra=extra))
    assert word in message
    assert "parfois" not in message and "/rien" not in message


def test_a_connection_of_another_kind(house, declared):
    assert "« mysql »" in house.fails(
        ConnectionMissing, declared("SELECT 1 AS numero", "numero", conn_type="postgres")
    )


def test_by_a_socket(house, declared, server):
    server.run("CREATE USER local@localhost", "GRANT SELECT ON billetterie.entree TO local@localhost")
    extra = {"unix_socket": str(server.socket)}
    dataset = declared("SELECT * FROM entree", login="local", password="", port=None, host="", extra=extra)
    assert house.extract(dataset).report.rows == 4


CIPHER = "SELECT variable_value <> '' AS chiffre FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'"


def test_encryption_is_what_the_connection_asks_for(house, declared):
    for mode, chosen in (("PREFERRED", 1), ("required", 1), ("DISABLED", 0)):
        found = house.extract(declared(CIPHER, "chiffre", extra={"ssl_mode": mode}))
        assert house.rows(found) == [(1, chosen)], mode


def test_a_certificate_that_is_verified(house, declared, server):
    files = {"ca": str(server.certificate)}
    for extra in ({"ssl": files}, {"ssl": json.dumps(files)}, {"ssl": {**files, "cert": files["ca"]}}):
        assert house.rows(house.extract(declared(CIPHER, "chiffre", extra=extra))) == [(1, 1)]
    # Its name is not that one.
    extra = {"ssl": files}
    message = house.fails(SourceAccessRefusal, declared(CIPHER, "chiffre", host="localhost", extra=extra))
    assert "le nom du certificat comme adresse" in message
    extra = {"ssl": files, "ssl_mode": "VERIFY_CA"}
    found = house.extract(declared(CIPHER, "chiffre", host="localhost", extra=extra))
    assert house.rows(found) == [(1, 1)]


def test_an_account_that_must_be_encrypted(house, declared, server):
    server.run("ALTER USER lecteur@'%' REQUIRE SSL")
    try:
        house.extract(declared(CIPHER, "chiffre", extra={"ssl_mode": "REQUIRED"}))
        dataset = declared(CIPHER, "chiffre", extra={"ssl_mode": "DISABLED"})
        assert "chiffrement" in house.fails(SourceAccessRefusal, dataset)
    finally:
        server.run("ALTER USER lecteur@'%' REQUIRE NONE")


def test_a_certificate_that_is_not_to_be_trusted(house, declared):
    """No authority of the machine has signed it."""
    for extra in ({"ssl_mode": "VERIFY_CA"}, {"ssl_mode": "VERIFY-IDENTITY"}):
        message = house.fails(SourceAccessRefusal, declared(CIPHER, "chiffre", extra=extra))
        assert "certificat" in message and "autorité" in message


def test_the_limits_are_those_of_the_page():
    assert (limits.LOCK_TIMEOUT_S, limits.STATEMENT_TIMEOUT_S, limits.CONNECT_TIMEOUT_S) == (60, 1800, 10)


# --- the rows that changed -----------------------------------------------------------------------------------------------


@pytest.fixture
def changing(house, server, declared, admin) -> Callable:
    """``changing(type, *moments)``: a table whose rows, numbered from 1, have these; its declaration, with a watermark."""

    def declare(type_: str, *moments: str | None, sql: str = "SELECT * FROM repere"):
        rows = ", ".join(
            f"({rank}, '50 %', {moment if moment == 'NULL' else repr(moment)})"
            for rank, moment in enumerate((one or "NULL" for one in moments), start=1)
        )
        server.run(
            "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = 'Europe/Paris'",
            "USE billetterie",
            "DROP TABLE IF EXISTS repere",
            f"CREATE TABLE repere (n int, part text, `vu à 5 %``` {type_} NULL)",
            f"INSERT INTO repere VALUES {rows}",
        )
        declared(sql, "n", **admin)
        watermark = {"column": "vu à 5 %`", "lateness": "2 days", "full_every": "7 days"}
        return house.declare(
            {"mysql": "base", "sql": "sql/essai.sql", "watermark": watermark},
            {"n": "publish", "part": "publish", "vu à 5 %`": "drop"},
            sql=sql,
            key=["n"],
            types={"n": "integer"},
        )

    return declare


@pytest.mark.parametrize(
    "type_, sql_type, moment, moments, found",
    [
        ("datetime(6)", "TIMESTAMP", "2026-03-17T11:00:00.000123",
         ["2026-03-17 11:00:00.000122", "2026-03-17 11:00:00.000123", None], [2, 3]),
        ("datetime", "TIMESTAMP", "2026-03-17T11:00:00", ["2026-03-17 10:59:59", "2026-03-17 11:00:00"], [2]),
        ("date", "DATE", "2026-03-17T00:00:00", ["2026-03-16", "2026-03-17", "2026-03-18"], [2, 3]),
        ("timestamp", "TIMESTAMP", "2026-03-17T11:00:00", ["2026-03-17 10:59:59", "2026-03-17 11:00:00"], [2]),
        # What the calendar does not have is read as missing, and each time.
        ("datetime", "TIMESTAMP", "2026-03-17T11:00:00",
         ["0000-00-00 00:00:00", "2025-00-10 00:00:00", "2025-01-00 00:00:00", "2025-02-31 00:00:00",
          "0000-05-05 00:00:00", "2025-02-28 00:00:00", "2024-02-29 00:00:00"], [1, 2, 3, 4, 5]),
        # The hour that the city's clock skips, which the server would take for the next one.
        ("timestamp", "TIMESTAMP", "2026-03-29T02:30:00", ["2026-03-29 01:29:59", "2026-03-29 01:30:00",
         "2026-03-29 03:00:00"], [2, 3]),
        # The one that it has twice.
        ("timestamp", "TIMESTAMP", "2026-10-25T02:30:00", ["2026-10-25 01:29:59", "2026-10-25 02:45:00",
         "2026-10-25 03:30:00"], [2, 3]),
    ],
)  # fmt: skip
def test_rows_that_changed_are_those_of_a_bound_moment(
    house, changing, type_, sql_type, moment, moments, found
):
    dataset = changing(type_, *moments, sql="SELECT * FROM repere WHERE part LIKE '5_ %' -- % fin")
    result, rows = house.read_since(dataset, moment, sql_type)
    assert sorted(row[0] for row in rows) == found
    assert result.source_rows == len(moments) and dict(result.columns)["vu à 5 %`"] == sql_type
    whole = dict(house.extract(dataset).report.columns)
    assert dict(result.columns).items() >= whole.items(), "the types are those of a whole reading"


def test_an_instant_is_compared_in_universal_time_where_the_server_does_not_know_the_zone(house, changing):
    house.city(timezone="Europe/Zagreb")  # not loaded
    dataset = changing("timestamp", "2026-03-17 11:59:59", "2026-03-17 12:00:00")
    request = {"moment": "2026-03-17T11:00:00+00:00", "sql_type": "TIMESTAMP WITH TIME ZONE"}
    result, rows = house.read_since(dataset, **request, timezone="Europe/Zagreb")
    assert [row[0] for row in rows] == [2]
    assert dict(result.columns)["vu à 5 %`"] == "TIMESTAMP WITH TIME ZONE"


def test_a_moment_of_an_hour_that_is_twice_or_never_is_an_hour_before():
    def at(hour: str) -> str:
        return session.convert_to_session_time(dt.datetime.fromisoformat(hour), "Europe/Paris").isoformat()

    assert at("2026-03-29T02:30:00") == "2026-03-29T01:30:00"
    assert at("2026-10-25T02:30:00") == "2026-10-25T01:30:00"
    assert at("2026-07-01T02:30:00") == "2026-07-01T02:30:00"
    assert at("2026-07-01T02:30:00+02:00") == "2026-07-01T00:30:00"
    assert session.convert_to_session_time(dt.date(2026, 3, 29), "Europe/Paris") == dt.date(2026, 3, 29)
