"""SQL Server, by contract: the driver is Microsoft's own, its connection one that answers as its documentation says. No
server was at hand; where none answers, it is the real driver that says so."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import mssql_python
import pytest
from mssql_python.exceptions import sqlstate_to_exception

from aqueduc.declaration.loader import load_city
from aqueduc.declaration.source_kind import describe_source_in_signed_statement
from aqueduc.errors import (
    ConnectionMissing,
    InvalidConnectionSettings,
    SourceAccessRefusal,
    SourceAccountTooPowerful,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.sources.adapter import probe_source
from aqueduc.sources.databases import reading
from aqueduc.sources.mssql.drafting import CATALOGUE
from aqueduc.store import Window
from sandbox.processes import free_port
from tests.sources.fakedb import Answer, FakeConnection, connect_fake

MARCH = Window(dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC), dt.datetime(2026, 3, 31, 22, tzinfo=dt.UTC))
COLUMNS = [("numero", "nvarchar(9)"), ("montant", "decimal(8,2)")]
QUERY = "SELECT numero, montant FROM compta.mandat"


def planned(columns: list[tuple[str | None, str]]) -> Answer:
    return Answer([(name, type_, None, None) for name, type_ in columns])


def server(
    rows: Answer, plan: Answer | None = None, *, snapshot: int = 1, rights: tuple[int, ...] = (0, 0, 0, 0)
) -> Callable[[str], Answer]:
    def answer(sql: str) -> Answer:
        if "snapshot_isolation_state" in sql:
            return Answer([(snapshot,)])
        if "IS_SRVROLEMEMBER" in sql:
            return Answer([("lecteur", *rights)])
        if "dm_exec_describe_first_result_set" in sql:
            return plan or planned(COLUMNS)
        return Answer() if sql.startswith("SET ") else rows

    return answer


@pytest.fixture
def declared(house) -> Callable:
    def declare(sql: str = QUERY, columns: str = "numero montant", **settings):
        address = {
            "conn_type": "mssql",
            "host": "base.ville.example",
            "schema": "finances",
            "login": "lecteur",
            "password": "p;{x}",
            **settings,
        }
        house.connect("base", **address)
        return house.declare(
            {"mssql": "base", "sql": "sql/essai.sql"}, dict.fromkeys(columns.split(), "publish"), sql=sql
        )

    return declare


@pytest.fixture
def speaks(monkeypatch) -> Callable[[Callable[[str], Answer]], FakeConnection]:
    return partial(connect_fake, monkeypatch, mssql_python)


def raised(state: str, canary: str) -> Exception:
    error = sqlstate_to_exception(state, f"[Microsoft][SQL Server]Conversion failed: '{canary}'.")
    assert error is not None
    return error


def test_a_table_is_read_in_one_snapshot_that_is_undone(house, declared, speaks, canary):
    fake = speaks(server(Answer([("M1", Decimal("12.50")), (canary, None)])))
    found = house.extract(declared(QUERY + " ORDER BY numero\n-- fin"))
    assert house.table(found) == (
        ["__line", "numero", "montant"],
        [(1, "M1", Decimal("12.50")), (2, canary, None)],
    )
    assert dict(found.report.columns) == {"numero": "VARCHAR", "montant": "DECIMAL(8,2)"}
    assert found.report.findings == ()
    assert fake.asked[0] == "SET LOCK_TIMEOUT 60000"
    assert fake.asked[2] == "SET TRANSACTION ISOLATION LEVEL SNAPSHOT"
    assert fake.timeout == 1800 and fake.closed and fake.rolled_back == 2
    assert fake.options == {
        "autocommit": False, "timeout": 10, "native_uuid": False, "Server": "base.ville.example",
        "Database": "finances", "UID": "lecteur", "PWD": "p;{x}", "Encrypt": "yes", "TrustServerCertificate": "no",
    }  # fmt: skip


def test_a_database_without_snapshots_is_read_and_told(house, declared, speaks):
    fake = speaks(server(Answer([("M1", 1)]), snapshot=0))
    (finding,) = house.extract(declared()).report.findings
    assert finding.code == "sans-instantane" and "ALLOW_SNAPSHOT_ISOLATION" in str(finding.remedy)
    assert "SET TRANSACTION ISOLATION LEVEL READ COMMITTED" in fake.asked


VALUES: dict[str, tuple[str, Any, Any]] = {
    "petit": ("tinyint", 255, 255),
    "grand": ("bigint", -(2**63), -(2**63)),
    "logique": ("bit", True, True),
    "prix": ("money", Decimal("-922337203685477.5808"), Decimal("-922337203685477.5808")),
    "exact": ("numeric(38,0)", Decimal(10**38 - 1), Decimal(10**38 - 1)),
    "flottant": ("float", 0.1, 0.1),
    "jour": ("date", dt.date(2026, 3, 1), dt.date(2026, 3, 1)),
    "heure": ("time(7)", dt.time(14, 5, 6, 7), dt.time(14, 5, 6, 7)),
    "moment": ("datetime2(7)", dt.datetime(2026, 3, 1, 14, 5, 6, 7), dt.datetime(2026, 3, 1, 14, 5, 6, 7)),
    "bloc": ("nchar(5)", "ab   ", "ab"),
    "texte": ("nvarchar(max)", "Noël 🎄", "Noël 🎄"),
    "cle": ("uniqueidentifier", uuid.UUID(int=10), "00000000-0000-0000-0000-00000000000a"),
    "octets": ("varbinary(9)", b"\x00\xffA", "00FF41"),
    "xml": ("xml", "<a/>", "<a/>"),
    "vide": ("int", None, None),
}


def test_every_kind_of_value(house, declared, speaks):
    plan = planned([(name, type_) for name, (type_, _, _) in VALUES.items()])
    given = tuple(value for _, value, _ in VALUES.values())
    speaks(server(Answer([given, (None,) * len(VALUES)]), plan))
    found = house.extract(declared("SELECT * FROM t", " ".join(VALUES)))
    (_, *row), (_, *empty) = house.rows(found)
    assert row == [value for _, _, value in VALUES.values()]
    assert set(empty) == {None}


def test_an_instant_with_its_offset(house, declared, speaks):
    instant = dt.datetime(2026, 3, 1, 14, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    speaks(server(Answer([(instant,)]), planned([("t", "datetimeoffset(7)")])))
    ((_, found),) = house.rows(house.extract(declared("SELECT t FROM x", "t")))
    assert found.astimezone(dt.UTC) == instant


@pytest.mark.parametrize(
    "type_, words",
    [
        ("geometry", "geom.STX"),
        ("geography", "geo.Long"),
        ("hierarchyid", "ToString()"),
        ("sql_variant", "CAST"),
    ],
)
def test_a_type_that_no_table_holds(house, declared, speaks, type_, words):
    speaks(server(Answer([(b"x",)]), planned([("lieu", type_)])))
    message = house.fails(SourceUnreadable, declared("SELECT lieu FROM x", "lieu"))
    assert "« lieu » est d'un type" in message and words in message


def test_rows_are_fetched_in_bounded_batches(house, declared, speaks):
    fake = speaks(
        server(Answer([("x" * 1000, n) for n in range(30_000)]), planned([("a", "text"), ("b", "int")]))
    )
    found = house.extract(declared("SELECT a, b FROM t", "a b"))
    assert [row[2] for row in house.rows(found)] == list(range(30_000))
    assert max(fake.fetched) <= 10_000 and len(fake.fetched) > 4


def test_a_window_is_local_time(house, declared, speaks):
    fake = speaks(server(Answer([("M1", 1)])))
    sql = f"{QUERY} WHERE [le :jour] >= :window_start AND [le :jour] < :window_end"
    house.extract(declared(sql), window=MARCH)
    assert fake.asked[-1].endswith(
        "WHERE [le :jour] >= CAST('2026-03-01T00:00:00.000000' AS datetime2(6)) "
        "AND [le :jour] < CAST('2026-04-01T00:00:00.000000' AS datetime2(6))"
    )


def test_the_probe_plans_and_reads_nothing(house, declared, speaks):
    fake = speaks(server(Answer(error=AssertionError("it ran the query"))))
    dataset = declared("SELECT numero, montant FROM compta.mandat WHERE nom = 'l''été'")
    assert probe_source(dataset, load_city(house.include).city, house.place).columns == ("numero", "montant")
    assert (
        "(N'SELECT numero, montant FROM compta.mandat WHERE nom = ''l''''été''', NULL, 0)" in fake.asked[-1]
    )


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM compta.mandat",
        "SELECT numero, montant INTO copie FROM compta.mandat",
        "SELECT 1 AS numero DELETE FROM compta.mandat",
        "WITH m AS (SELECT * FROM compta.mandat) UPDATE m SET montant = 0",
        "EXEC compta.vider",
        "compta.vider",
        "SELECT * FROM OPENQUERY(autre, 'DELETE FROM t')",
    ],
)
def test_what_writes_is_not_sent(house, declared, speaks, sql):
    fake = speaks(server(Answer()))
    assert "ne fait que lire" in house.fails(SourceAccessRefusal, declared(sql))
    assert not [one for one in fake.asked if "compta" in one]


def test_a_word_that_only_looks_like_writing(house, declared, speaks):
    speaks(server(Answer([("M1", 1)])))
    house.extract(declared("SELECT [delete] AS numero, 'insert' AS montant FROM t -- update"))


@pytest.mark.parametrize(
    "number, text, kind, words",
    [
        (208, "Invalid object name 'compta.mandat'.", SourceNotFound, ["« compta.mandat »", "GRANT", "208"]),
        (207, "Invalid column name 'montant'.", SourceNotFound, ["« montant »", "207"]),
        (
            229,
            "The SELECT permission was denied on the object",
            SourceAccessRefusal,
            ["droit de lire", "229"],
        ),
        (245, "Conversion failed when converting 'CANARY'.", SourceUnreadable, ["conversion", "245"]),
        (102, "Incorrect syntax near 'CANARY'.", SourceUnreadable, ["refuse la requête", "102"]),
    ],
)
def test_a_query_that_cannot_be_planned(house, declared, speaks, canary, number, text, kind, words):
    speaks(server(Answer(), Answer([(None, None, number, text.replace("CANARY", canary))])))
    message = house.fails(kind, declared())
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    "state, kind, words",
    [
        ("HYT00", SourceUnavailable, ["1800 s", "statement_timeout_s"]),
        ("40001", SourceUnavailable, ["verrouillée"]),
        ("08S01", SourceUnavailable, ["au milieu de la lecture"]),
        ("42S02", SourceNotFound, ["n'existe pas"]),
        ("22012", SourceUnreadable, ["calcul", "22012"]),
        ("42000", SourceUnreadable, ["refuse la requête", "42000"]),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_a_query_that_fails(house, declared, speaks, canary, state, kind, words, late):
    error = raised(state, canary)
    fake = speaks(server(Answer([(canary, 1)], late=error) if late else Answer(error=error)))
    message = house.fails(kind, declared())
    assert all(word in message for word in words), message
    assert fake.closed


@pytest.mark.parametrize(
    "state, text, kind, words",
    [
        ("28000", "Login failed for user 'lecteur'.", SourceAccessRefusal, "ce compte"),
        ("08001", "SSL Provider: certificate verify failed", SourceAccessRefusal, "certificat"),
        ("08001", "TCP Provider: Error code 0x2749", SourceUnavailable, "ne répond pas"),
    ],
)
def test_a_server_that_lets_nobody_in(house, declared, monkeypatch, state, text, kind, words):
    def connect(**_options: Any) -> None:
        raise sqlstate_to_exception(state, text)  # type: ignore[misc]

    monkeypatch.setattr(mssql_python, "connect", connect)
    message = house.fails(kind, declared())
    assert words in message and "lecteur" not in message


def test_a_reading_that_lasts_too_long(house, declared, speaks, monkeypatch):
    moments = iter([0.0, 1.0, 1801.0])
    monkeypatch.setattr(reading.time, "monotonic", lambda: next(moments, 1802.0))
    speaks(server(Answer([("M1", 1)] * 5000)))
    assert "1800 s" in house.fails(SourceUnavailable, declared())


def test_the_real_driver_where_nobody_answers(house, declared):
    extra = {"connect_timeout": 1}
    message = house.fails(SourceUnavailable, declared(host="127.0.0.1", port=free_port(), extra=extra))
    assert "ne répond pas" in message


@pytest.mark.parametrize(
    "extra, word",
    [
        ({"encrypt": "peut-être"}, "encrypt"),
        ({"application_intent": "x"}, "application_intent"),
        ({"statement_timeout_s": "-1"}, "statement_timeout_s"),
        ({"TrustServerCertificate": "yes"}, "« TrustServerCertificate »"),
        ({"tds_version": "7.4"}, "« tds_version »"),
    ],
)
def test_a_setting_of_the_connection_that_is_wrong_or_not_understood(house, declared, extra, word):
    assert word in house.fails(InvalidConnectionSettings, declared(extra=extra))


def test_what_the_connection_says_reaches_the_driver(house, declared, speaks):
    fake = speaks(server(Answer([("M1", 1)])))
    extra = {"encrypt": "strict", "server_certificate": "/etc/ssl/base.pem", "application_intent": "ReadOnly"}
    house.extract(declared(port=1444, extra={**extra, "multi_subnet_failover": True}))
    given = {name: value for name, value in fake.options.items() if name[0].isupper()}
    assert given["Server"] == "base.ville.example,1444" and given["Encrypt"] == "strict"
    assert given["ServerCertificate"] == "/etc/ssl/base.pem" and given["MultiSubnetFailover"] == "yes"
    # The driver knows every word of them.
    assert not [
        name for name in given if name.lower() not in mssql_python.constants._ALLOWED_CONNECTION_STRING_PARAMS
    ]


def test_a_connection_of_another_kind(house, declared):
    assert "« mssql »" in house.fails(ConnectionMissing, declared(conn_type="mysql"))


def test_what_is_signed_says_no_more_than_is_so(declared):
    told = describe_source_in_signed_statement(declared().source)
    assert (
        told
        == "base de données « base », par la requête sql/essai.sql, dans une transaction toujours annulée"
    )


def test_what_is_drafted_of_a_table():
    sql = CATALOGUE._format_select("[sig].[lieux]", {"id": "int", "a]b": "nvarchar", "geom": "geometry"})
    assert sql == "SELECT [id], [a]]b], [geom].STAsText() AS [geom]\nFROM [sig].[lieux]\n"
    assert CATALOGUE.first(sql, 5).startswith("SELECT TOP (5) [id],")


@pytest.mark.parametrize(
    "rights, told_as",
    [((1, 0, 1, 1), "sysadmin, ADMINISTER BULK OPERATIONS, CONTROL SERVER"), ((0, 1, 1, 0), "bulkadmin")],
)
def test_an_account_that_reads_the_files_of_the_server_is_refused_or_accepted_by_its_name(
    house, declared, speaks, rights, told_as
):
    """By contract: what its functions of security say of the session."""
    fake = speaks(server(Answer([("M1", Decimal(1))]), rights=rights))
    told = house.fails(SourceAccountTooPowerful, declared())
    assert told_as in told and not [one for one in fake.asked if "compta" in one]
    dataset = house.declare(
        {"mssql": "base", "sql": "sql/essai.sql", "powerful_account": "lecteur"},
        {"numero": "publish", "montant": "publish"},
        sql=QUERY,
    )
    assert house.extract(dataset).report.rows == 1


# --- the rows that changed: by contract, what the server is asked and what is bound --------------------------------------

WATERMARK = {"column": "vu]le", "lateness": "2 days", "full_every": "7 days"}


@pytest.fixture
def changing(house, declared) -> Callable:
    """As ``declared``, with a watermark."""

    def declare(sql: str = "SELECT [numero], [vu]]le] FROM compta.mandat"):
        declared(sql)
        return house.declare(
            {"mssql": "base", "sql": "sql/essai.sql", "watermark": WATERMARK},
            {"numero": "publish", "vu]le": "drop"},
            sql=sql,
            key=["numero"],
        )

    return declare


@pytest.mark.parametrize(
    "type_, sql_type, moment, bound, compared",
    [
        ("datetime2(7)", "TIMESTAMP", "2026-03-17T11:00:00.000123", dt.datetime(2026, 3, 17, 11, 0, 0, 123),
         "CAST(? AS datetime2(6))"),
        # Its thirds of milliseconds are lost in what is read: the moment is made one of its own.
        ("datetime", "TIMESTAMP", "2026-03-17T11:00:00.007000", dt.datetime(2026, 3, 17, 11, 0, 0, 7000),
         "CAST(CAST(? AS datetime2(6)) AS datetime)"),
        ("smalldatetime", "TIMESTAMP", "2026-03-17T11:00:00", dt.datetime(2026, 3, 17, 11), "CAST(? AS datetime2(6))"),
        ("date", "DATE", "2026-03-17T00:00:00", dt.date(2026, 3, 17), "CAST(? AS date)"),
        ("datetimeoffset(7)", "TIMESTAMP WITH TIME ZONE", "2026-03-17T11:00:00+00:00",
         dt.datetime(2026, 3, 17, 11, tzinfo=dt.UTC), "CAST(? AS datetimeoffset(6))"),
    ],
)  # fmt: skip
def test_rows_that_changed_are_asked_for_by_a_bound_moment(
    house, changing, speaks, type_, sql_type, moment, bound, compared
):
    plan = planned([("numero", "nvarchar(9)"), ("vu]le", type_)])
    given = dt.date(2026, 3, 18) if type_ == "date" else dt.datetime(2026, 3, 18, tzinfo=bound.tzinfo)
    fake = speaks(server(Answer([("M1", given, 7), ("M2", None, 7)]), plan))
    result, rows = house.read_since(changing(), moment, sql_type)
    query = "SELECT [numero], [vu]]le] FROM compta.mandat"
    assert fake.asked[-1] == (
        f"SELECT q.*, counted.[__source_rows] FROM (\n{query}\n) q CROSS JOIN "
        f"(SELECT count_big(*) AS [__source_rows] FROM (\n{query}\n) whole) counted "
        f"WHERE q.[vu]]le] >= {compared} OR q.[vu]]le] IS NULL"
    )
    assert fake.bound == [bound] and type(fake.bound[0]) is type(bound)
    assert f"N'SELECT q.* FROM (\n{query}\n) q'" in fake.asked[-2], "the plan is that of a table"
    assert dict(result.columns) == {"numero": "VARCHAR", "vu]le": sql_type}
    assert (result.rows, result.source_rows, [row[0] for row in rows]) == (2, 7, ["M1", "M2"])


def test_no_row_that_changed(house, changing, speaks):
    speaks(server(Answer(), planned([("numero", "int"), ("vu]le", "datetime2(7)")])))
    result, rows = house.read_since(changing(), "2026-03-17T11:00:00", "TIMESTAMP")
    assert (result.source_rows, rows) == (None, [])


@pytest.mark.parametrize("type_", ["timestamp", "rowversion"])
def test_a_rowversion_is_no_moment(house, changing, speaks, type_):
    """SQL Server calls a counter of eight bytes « timestamp »: what it is read as is no clock, and all is read each time."""
    speaks(server(Answer([("M1", bytes(8))]), planned([("numero", "nvarchar(9)"), ("vu]le", type_)])))
    found = house.extract(changing())
    assert dict(found.report.columns)["vu]le"] == "VARCHAR"
    seen = house.place.vault.read_json("raw/essai/r1/digest.json")
    assert seen is not None and (seen["mark"]["newest"], seen["mark"]["sql_type"]) == (None, "VARCHAR")


def test_a_query_that_can_be_no_table_is_refused_by_the_first_run(house, changing, speaks):
    fake = speaks(
        server(Answer([("M1", None)]), Answer([(None, None, 1033, "The ORDER BY clause is invalid")]))
    )
    message = house.fails(SourceUnreadable, changing("SELECT numero, [vu]]le] FROM t ORDER BY 1"))
    assert "erreur 1033" in message and "ORDER BY" in message
    message = house.fails(
        SourceUnreadable, changing("WITH t AS (SELECT 1 AS numero) SELECT * FROM t"), run="r2"
    )
    assert "erreur 156" in message and "sous-requêtes" in message
    assert fake.rolled_back


def test_a_name_of_a_value_in_a_text_is_told(house, changing, speaks):
    """The driver looks for them as soon as there are values."""
    refused = TypeError("Parameter style mismatch")
    plan = planned([("numero", "nvarchar(9)"), ("vu]le", "datetime2(7)")])
    speaks(server(Answer(error=refused), plan))
    with pytest.raises(SourceUnreadable, match="refuse la requête"):
        house.read_since(
            changing("SELECT '%(a)s' AS numero, [vu]]le] FROM t"), "2026-03-17T11:00:00", "TIMESTAMP"
        )
