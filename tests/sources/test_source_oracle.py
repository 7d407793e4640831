"""Oracle, by contract: the driver is Oracle's own (thin mode), its connection one that answers as its documentation says.
No server was at hand; where none answers, it is the real driver that says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any

import oracledb
import pytest

from aqueduc.declaration.loader import load_city
from aqueduc.errors import (
    ConnectionMissing,
    InvalidConnectionSettings,
    SourceAccessRefusal,
    SourceAccountTooPowerful,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.sources.adapter import find_source_connection, probe_source
from aqueduc.sources.databases import reading
from aqueduc.sources.oracle.columns import choose_fetch_variable
from aqueduc.sources.oracle.drafting import CATALOGUE
from aqueduc.sources.watermark import _compute_database_identity_digest
from aqueduc.store import Window
from sandbox.processes import free_port
from tests.sources.fakedb import Answer, FakeConnection, connect_fake

MARCH = Window(dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC), dt.datetime(2026, 3, 31, 22, tzinfo=dt.UTC))
QUERY = "SELECT numero, montant FROM compta.mandat"


def info(name: str, kind: Any, precision: int | None = None, scale: int | None = None) -> SimpleNamespace:
    """A ``FetchInfo``."""
    return SimpleNamespace(name=name, type_code=kind, precision=precision, scale=scale)


COLUMNS = [info("NUMERO", oracledb.DB_TYPE_VARCHAR), info("MONTANT", oracledb.DB_TYPE_NUMBER, 8, 2)]


def refused(code: str, text: str = "", kind: type[oracledb.Error] = oracledb.DatabaseError) -> oracledb.Error:
    """As the driver raises: an object, with the code in full."""
    return kind(SimpleNamespace(full_code=code, message=f"{code}: {text}", isrecoverable=False))


def server(
    rows: Answer, *, planned: Exception | None = None, powers: Sequence[str] = ()
) -> Callable[[str], Answer]:
    def answer(sql: str) -> Answer:
        if sql.startswith("SELECT * FROM (\n"):
            return Answer(description=rows.description or COLUMNS, error=planned)
        if sql.startswith(("SET ", "ALTER ")):
            return Answer()
        if "session_privs" in sql:
            return Answer([(None, power) for power in powers] + [("LECTEUR", None)])
        return Answer(rows.rows, rows.description or COLUMNS, rows.error, rows.late)

    return answer


@pytest.fixture
def declared(house) -> Callable:
    def declare(sql: str = QUERY, columns: str = "NUMERO MONTANT", **settings):
        address = {
            "conn_type": "oracle",
            "host": "base.ville.example",
            "schema": "COMPTA",
            "login": "lecteur",
            "password": "secret",
            **settings,
        }
        house.connect("base", **address)
        return house.declare(
            {"oracle": "base", "sql": "sql/essai.sql"}, dict.fromkeys(columns.split(), "publish"), sql=sql
        )

    return declare


@pytest.fixture
def speaks(monkeypatch) -> Callable[[Callable[[str], Answer]], FakeConnection]:
    return partial(connect_fake, monkeypatch, oracledb)


def test_a_table_is_read_in_one_read_only_transaction(house, declared, speaks, canary):
    fake = speaks(server(Answer([("M1", Decimal("12.5")), (canary, None)])))
    found = house.extract(declared(QUERY + " ORDER BY numero\n-- fin"))
    assert house.table(found) == (
        ["__line", "NUMERO", "MONTANT"],
        [(1, "M1", Decimal("12.50")), (2, canary, None)],
    )
    assert dict(found.report.columns) == {"NUMERO": "VARCHAR", "MONTANT": "DECIMAL(8,2)"}
    assert fake.asked[:2] == ["ALTER SESSION SET TIME_ZONE = 'Europe/Paris'", "SET TRANSACTION READ ONLY"]
    assert fake.asked[3] == f"SELECT * FROM (\n{QUERY} ORDER BY numero\n-- fin\n) WHERE 1 = 0"
    assert fake.call_timeout == 1_800_000 and fake.closed
    assert fake.options == {
        "user": "lecteur", "password": "secret", "host": "base.ville.example", "port": 1521, "protocol": "tcp",
        "service_name": "COMPTA", "tcp_connect_timeout": 10, "program": "aqueduc",
    }  # fmt: skip


VALUES: dict[str, tuple[SimpleNamespace, Any, Any]] = {
    name: (info(name, *kind), given, value)
    for name, (kind, given, value) in {
        "entier": ((oracledb.DB_TYPE_NUMBER, 9, 0), Decimal(42), Decimal(42)),
        "libre": ((oracledb.DB_TYPE_NUMBER, 0, -127), Decimal("1E+20"), Decimal(10**20)),
        "milliers": ((oracledb.DB_TYPE_NUMBER, 5, -3), Decimal("12000"), Decimal(12000)),
        "fin": ((oracledb.DB_TYPE_NUMBER, 38, 10), Decimal("0.0123456789"), Decimal("0.0123456789")),
        "double": ((oracledb.DB_TYPE_BINARY_DOUBLE,), 0.1, 0.1),
        "logique": ((oracledb.DB_TYPE_BOOLEAN,), True, True),
        "jour": ((oracledb.DB_TYPE_DATE,), dt.datetime(2026, 3, 1, 14), dt.datetime(2026, 3, 1, 14)),
        "moment": ((oracledb.DB_TYPE_TIMESTAMP,), dt.datetime(2026, 3, 1, 0, 0, 0, 7),
                   dt.datetime(2026, 3, 1, 0, 0, 0, 7)),
        "bloc": ((oracledb.DB_TYPE_CHAR,), "ab   ", "ab"),
        "texte": ((oracledb.DB_TYPE_CLOB,), "Noël 🎄", "Noël 🎄"),
        "octets": ((oracledb.DB_TYPE_RAW,), b"\x00\xffA", "00FF41"),
        "vide": ((oracledb.DB_TYPE_VARCHAR,), None, None),
    }.items()
}  # fmt: skip


def test_every_kind_of_value(house, declared, speaks):
    description = [one for one, _, _ in VALUES.values()]
    given = tuple(value for _, value, _ in VALUES.values())
    speaks(server(Answer([given, (None,) * len(VALUES)], description)))
    found = house.extract(declared("SELECT * FROM t", " ".join(VALUES)))
    (_, *row), (_, *empty) = house.rows(found)
    assert row == [value for _, _, value in VALUES.values()]
    assert set(empty) == {None}


def test_a_number_is_asked_for_as_a_decimal_and_a_long_text_as_a_text():
    cursor = FakeConnection(lambda _: Answer()).cursor()
    chosen = {
        kind: choose_fetch_variable(cursor, info("x", kind))
        for kind in (
            oracledb.DB_TYPE_NUMBER,
            oracledb.DB_TYPE_CLOB,
            oracledb.DB_TYPE_BLOB,
            oracledb.DB_TYPE_DATE,
        )
    }
    assert [one and one.kind for one in chosen.values()] == [
        *(Decimal, oracledb.DB_TYPE_LONG, oracledb.DB_TYPE_LONG_RAW, None),
    ]


@pytest.mark.parametrize(
    "kind, words",
    [
        (oracledb.DB_TYPE_TIMESTAMP_TZ, "AT TIME ZONE"),
        (oracledb.DB_TYPE_TIMESTAMP_LTZ, "AT TIME ZONE"),
        (oracledb.DB_TYPE_OBJECT, "TO_GEOJSON"),
        (oracledb.DB_TYPE_JSON, "JSON_SERIALIZE"),
        (oracledb.DB_TYPE_INTERVAL_DS, "CAST"),
        (oracledb.DB_TYPE_VECTOR, "CAST"),
    ],
)
def test_a_type_that_no_table_holds(house, declared, speaks, kind, words):
    speaks(server(Answer([("x",)], [info("LIEU", kind)])))
    message = house.fails(SourceUnreadable, declared("SELECT lieu FROM x", "LIEU"))
    assert "« LIEU » est d'un type" in message and words in message


def test_rows_are_fetched_in_bounded_batches(house, declared, speaks):
    fake = speaks(server(Answer([("x" * 1000, Decimal(n)) for n in range(30_000)])))
    found = house.extract(declared())
    assert [row[2] for row in house.rows(found)] == list(range(30_000))
    assert max(fake.fetched) <= 10_000 and len(fake.fetched) > 4


def test_a_window_is_local_time(house, declared, speaks):
    fake = speaks(server(Answer([("M1", 1)])))
    house.extract(declared(f"{QUERY} WHERE jour >= :window_start AND jour < :window_end"), window=MARCH)
    assert fake.asked[-1].endswith(
        "WHERE jour >= CAST(TIMESTAMP'2026-03-01 00:00:00.000000' AS DATE) "
        "AND jour < CAST(TIMESTAMP'2026-04-01 00:00:00.000000' AS DATE)"
    )


def test_the_probe_plans_and_reads_nothing(house, declared, speaks):
    speaks(server(Answer(error=AssertionError("it ran the query"))))
    dataset = declared()
    assert probe_source(dataset, load_city(house.include).city, house.place).columns == ("NUMERO", "MONTANT")


@pytest.mark.parametrize(
    "code, text, kind, words",
    [
        ("ORA-00942", 'table or view "COMPTA"."MANDAT" does not exist', SourceNotFound,
         ["« COMPTA.MANDAT »", "GRANT", "ORA-00942"]),
        ("ORA-00904", '"MONTANT": invalid identifier', SourceNotFound, ["« MONTANT »", "ORA-00904"]),
        ("ORA-01031", "insufficient privileges", SourceAccessRefusal, ["droit de lire"]),
        ("ORA-01456", "may not perform insert", SourceAccessRefusal, ["ne fait que lire"]),
        ("ORA-00918", '"CANARY": column ambiguously defined', SourceUnreadable, ["plusieurs colonnes"]),
        ("ORA-01722", "unable to convert 'CANARY'", SourceUnreadable, ["calcul", "ORA-01722"]),
        ("ORA-01843", "'CANARY' is not a valid month", SourceUnreadable, ["calcul"]),
        ("ORA-00933", "near CANARY", SourceUnreadable, ["refuse la requête", "ORA-00933"]),
        ("ORA-01555", "snapshot too old", SourceUnavailable, ["undo"]),
        ("ORA-00054", "resource busy", SourceUnavailable, ["verrouillée"]),
        ("DPY-4024", "call timeout of 1 ms exceeded", SourceUnavailable, ["1800 s", "statement_timeout_s"]),
        ("DPY-4011", "the database closed the connection", SourceUnavailable, ["au milieu de la lecture"]),
        ("ORA-03113", "end-of-file", SourceUnavailable, ["au milieu de la lecture"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("when", ["planned", "run", "read"])
def test_a_query_that_fails(house, declared, speaks, canary, code, text, kind, words, when):
    error = refused(code, text.replace("CANARY", canary))
    answers = {"planned": Answer(), "run": Answer(error=error), "read": Answer([(canary, 1)], late=error)}
    fake = speaks(server(answers[when], planned=error if when == "planned" else None))
    message = house.fails(kind, declared())
    assert all(word in message for word in words), message
    assert fake.closed


@pytest.mark.parametrize(
    "code, text, kind, words",
    [
        ("ORA-01017", "invalid username", SourceAccessRefusal, "ce compte"),
        ("ORA-28000", "locked", SourceAccessRefusal, "ce compte"),
        ("DPY-6001", "Service is not registered", SourceNotFound, "service_name"),
        ("DPY-3010", "not supported in thin mode", SourceUnreadable, "12.1"),
        ("ORA-12519", "no appropriate handler", SourceUnavailable, "manque de connexions"),
        ("DPY-6005", "[SSL: CERTIFICATE_VERIFY_FAILED] failed", SourceAccessRefusal, "certificat"),
        ("DPY-6005", "cannot connect", SourceUnavailable, "ne répond pas"),
    ],
)
def test_a_server_that_lets_nobody_in(house, declared, monkeypatch, code, text, kind, words):
    def connect(**_options: Any) -> None:
        raise refused(code, text, oracledb.OperationalError)

    monkeypatch.setattr(oracledb, "connect", connect)
    assert words in house.fails(kind, declared())


def test_a_reading_that_lasts_too_long(house, declared, speaks, monkeypatch):
    moments = iter([0.0, 1.0, 1801.0])
    monkeypatch.setattr(reading.time, "monotonic", lambda: next(moments, 1802.0))
    speaks(server(Answer([("M1", 1)] * 5000)))
    assert "1800 s" in house.fails(SourceUnavailable, declared())


def test_the_real_driver_where_nobody_answers(house, declared):
    message = house.fails(SourceUnavailable, declared(host="127.0.0.1", port=free_port()))
    assert "ne répond pas" in message


@pytest.mark.parametrize(
    "settings, word",
    [
        ({"extra": {"protocol": "udp"}}, "protocol"),
        ({"extra": {"dsn": "x"}}, "dsn"),
        ({"extra": {"sid": "A", "service_name": "B"}}, "service_name"),
        ({"schema": ""}, "service_name"),
        ({"extra": {"thick_mode": True}}, "« thick_mode »"),
        ({"extra": {"connect_timeout": "x"}}, "connect_timeout"),
    ],
)
def test_a_setting_of_the_connection_that_is_wrong_or_not_understood(house, declared, settings, word):
    assert word in house.fails(InvalidConnectionSettings, declared(**settings))


def test_what_the_connection_says_reaches_the_driver(house, declared, speaks):
    fake = speaks(server(Answer([("M1", 1)])))
    extra = {
        "sid": "VILLE",
        "protocol": "tcps",
        "wallet_location": "/etc/wallet",
        "ssl_server_dn_match": True,
    }
    house.extract(declared(port=2484, extra=extra))
    given = {name: fake.options[name] for name in ("port", *extra)}
    assert given == {**extra, "port": 2484} and "service_name" not in fake.options
    house.extract(declared(host="", schema="", extra={"dsn": "ville_haute"}), run="r2")
    assert fake.options["dsn"] == "ville_haute" and "host" not in fake.options


def test_a_connection_of_another_kind(house, declared):
    assert "« oracle »" in house.fails(ConnectionMissing, declared(conn_type="mysql"))


def test_what_is_drafted_of_a_table():
    types = {"ID": "NUMBER", "GEOM": "SDO_GEOMETRY", "VU": "TIMESTAMP(6) WITH TIME ZONE"}
    assert CATALOGUE._format_select('"SIG"."LIEUX"', types) == (
        'SELECT "ID", SDO_UTIL.TO_GEOJSON("GEOM") AS "GEOM",\n'
        '       CAST("VU" AT TIME ZONE SESSIONTIMEZONE AS TIMESTAMP) AS "VU"\nFROM "SIG"."LIEUX"\n'
    )
    assert CATALOGUE.fold("sig.lieux") == "SIG.LIEUX"


def test_an_account_that_reads_the_files_of_the_server_is_refused_or_accepted_by_its_name(
    house, declared, speaks
):
    """By contract: what its dictionary says of the session."""
    for powers in (("CREATE ANY DIRECTORY",), ("READ ON DIRECTORY", "SYSDBA")):
        fake = speaks(server(Answer([("M1", Decimal(1))]), powers=powers))
        told = house.fails(SourceAccountTooPowerful, declared())
        assert f"({', '.join(powers)})" in told and not [one for one in fake.asked if "compta" in one]
    dataset = house.declare(
        {"oracle": "base", "sql": "sql/essai.sql", "powerful_account": "LECTEUR"},
        {"NUMERO": "publish", "MONTANT": "publish"},
        sql=QUERY,
    )
    assert house.extract(dataset).report.rows == 1


# --- the rows that changed: by contract, what the server is asked and what is bound --------------------------------------


@pytest.fixture
def changing(house, declared) -> Callable:
    """As ``declared``, with a watermark."""

    def declare(**settings):
        declared("SELECT * FROM compta.mandat -- fin", **settings)
        watermark = {"column": "VU_LE", "lateness": "2 days", "full_every": "7 days"}
        return house.declare(
            {"oracle": "base", "sql": "sql/essai.sql", "watermark": watermark},
            {"NUMERO": "publish", "VU_LE": "drop"},
            sql="SELECT * FROM compta.mandat -- fin",
            key=["NUMERO"],
        )

    return declare


@pytest.mark.parametrize("kind", [oracledb.DB_TYPE_DATE, oracledb.DB_TYPE_TIMESTAMP], ids=str)
def test_rows_that_changed_are_asked_for_by_a_bound_moment(house, changing, speaks, kind):
    """A DATE of Oracle has its hour; the moment is bound as what the column is."""
    columns = [info("NUMERO", oracledb.DB_TYPE_VARCHAR), info("VU_LE", kind)]
    counted = info("__source_rows", oracledb.DB_TYPE_NUMBER, 0, -127)
    rows = [("M1", dt.datetime(2026, 3, 18, 8), Decimal(7)), ("M2", None, Decimal(7))]

    def answer(sql: str) -> Answer:
        if "session_privs" in sql:
            return Answer([("LECTEUR", None)])
        described = columns if sql.startswith("SELECT * FROM (\n") else [*columns, counted]
        return Answer() if sql.startswith(("SET ", "ALTER ")) else Answer(rows, described)

    fake = speaks(answer)
    result, found = house.read_since(changing(), "2026-03-17T11:00:00.000123", "TIMESTAMP")
    query = "(\nSELECT * FROM compta.mandat -- fin\n)"
    assert fake.asked[-1] == (
        f'SELECT q.*, counted."__source_rows" FROM {query} q CROSS JOIN '
        f'(SELECT count(*) AS "__source_rows" FROM {query} whole) counted '
        'WHERE q."VU_LE" >= :since OR q."VU_LE" IS NULL'
    )
    assert fake.bound == [{"since": dt.datetime(2026, 3, 17, 11, 0, 0, 123)}]
    assert fake.sizes == {"since": kind}
    assert fake.asked[1] == "SET TRANSACTION READ ONLY", "the columns and the rows are of one state"
    assert dict(result.columns) == {"NUMERO": "VARCHAR", "VU_LE": "TIMESTAMP"}
    assert (result.rows, result.source_rows, found[1]) == (2, 7, ("M2", None))


@pytest.mark.parametrize("extra", [{"sid": "A"}, {"service_name": "A"}])
def test_another_service_is_another_base(house, changing, extra):
    def digest(**settings: Any) -> str:
        dataset = changing(**settings)
        connection = find_source_connection(dataset.source, house.place.connections)
        return _compute_database_identity_digest(dataset.source, connection)

    first = digest(extra=extra)
    assert first == digest(extra={**extra, "statement_timeout_s": 60}), "which says nothing of where it leads"
    assert len({first, digest(extra=dict.fromkeys(extra, "B")), digest(extra=extra, login="autre")}) == 3
