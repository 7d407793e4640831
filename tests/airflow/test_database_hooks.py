"""Sources of kind ``dbapi``: SQLite by its provider's own hook, in the process of a task as Airflow gives it."""

from __future__ import annotations

import datetime as dt
import json
import resource
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from aqueduc.declaration.loader import load_city
from aqueduc.draft import draft_declaration
from aqueduc.draft.request import InvalidDraftRequest
from aqueduc.errors import (
    ConnectionMissing,
    InvalidConnectionSettings,
    PackageExtraMissing,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.sources.adapter import probe_source
from aqueduc.sources.dbapi import session
from aqueduc.sources.dbapi.drafting import DRAFTING
from aqueduc.store import Window
from tests.sources.conftest import CANARY, House

MARCH = Window(dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC), dt.datetime(2026, 3, 31, 22, tzinfo=dt.UTC))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def base(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sqlite3.Connection:
    """The city's SQLite, to which the connection ``base`` leads, for reading."""
    path = tmp_path / "ventes.db"
    found = sqlite3.connect(path)
    found.executescript(
        f"""
        CREATE TABLE vente (numero text PRIMARY KEY, jour text, montant numeric, client text);
        INSERT INTO vente VALUES ('V1', '2026-02-28 23:59:59', 12.5, '{CANARY}'),
          ('V2', '2026-03-01 00:00:00', 3, NULL), ('V3', '2026-03-31 08:00:00', NULL, '5 %'),
          ('V4', '2026-04-01 00:00:00', 100, NULL);
        """
    )
    connect(house, monkeypatch, "base", conn_type="sqlite", host=str(path), extra={"mode": "ro"})
    return found


def connect(house: House, monkeypatch: pytest.MonkeyPatch, identifier: str, **settings: Any) -> None:
    """As Airflow reads it, and the command line."""
    house.connect(identifier, **settings)
    monkeypatch.setenv(f"AIRFLOW_CONN_{identifier.upper()}", json.dumps(settings))


def declare(house: House, sql: str, *columns: str, connection: str = "base") -> Any:
    source = {"dbapi": connection, "sql": "sql/essai.sql"}
    return house.declare(source, dict.fromkeys(columns or ("numero",), "publish"), sql=sql)


# --- rows ---------------------------------------------------------------------------------------------------


def test_a_table_is_read(house: House, base: sqlite3.Connection) -> None:
    dataset = declare(
        house, "SELECT numero, montant, client FROM vente ORDER BY numero;\n", "numero", "montant", "client"
    )
    names, rows = house.table(house.extract(dataset))
    assert names == ["__line", "numero", "montant", "client"]
    assert rows == [
        (1, "V1", 12.5, CANARY),
        (2, "V2", 3.0, None),
        (3, "V3", None, "5 %"),
        (4, "V4", 100.0, None),
    ]


def test_a_window_is_bound_by_the_driver(house: House, base: sqlite3.Connection) -> None:
    sql = "SELECT numero FROM vente WHERE jour >= :window_start AND jour < :window_end ORDER BY 1"
    dataset = declare(house, sql)
    assert house.rows(house.extract(dataset, window=MARCH)) == [(1, "V2"), (2, "V3")]


@pytest.mark.parametrize(
    "sql, type_, cells",
    [
        ("SELECT 1 AS c UNION ALL SELECT -9223372036854775807", "BIGINT", [1, -9223372036854775807]),
        ("SELECT 0.1 AS c UNION ALL SELECT 2", "DOUBLE", [0.1, 2.0]),
        ("SELECT 'a' AS c UNION ALL SELECT NULL", "VARCHAR", ["a", None]),
        ("SELECT x'00ff' AS c", "VARCHAR", ["00FF"]),
        ("SELECT NULL AS c", "VARCHAR", [None]),
        ("SELECT 9007199254740993 AS c UNION ALL SELECT 0.5", "VARCHAR", ["9007199254740993", "0.5"]),
    ],
)
def test_a_type_is_that_of_the_values(
    house: House, base: sqlite3.Connection, sql: str, type_: str, cells: list[Any]
) -> None:
    done = house.extract(declare(house, sql, "c"))
    assert dict(done.report.columns)["c"] == type_
    assert [row[1] for row in house.rows(done)] == cells


def test_values_of_several_types_are_told(house: House, base: sqlite3.Connection) -> None:
    done = house.extract(declare(house, "SELECT 1 AS c UNION ALL SELECT 'deux'", "c"))
    assert house.rows(done) == [(1, "1"), (2, "deux")]
    assert [(one.code, one.column) for one in done.report.findings] == [("types-melanges", "c")]


def test_the_memory_does_not_follow_the_rows(house: House, base: sqlite3.Connection) -> None:
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) "
        "SELECT i, hex(zeroblob(500)) AS texte FROM n"
    )
    house.extract(declare(house, many.format(rows=1_000), "i", "texte"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = house.extract(declare(house, many.format(rows=100_000), "i", "texte"), run="r2")
    assert done.report.rows == 100_000
    # 100 MB of texts, as few as the driver gives at once.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


def test_it_answers_check_connect(house: House, base: sqlite3.Connection) -> None:
    dataset = declare(house, "SELECT numero, jour AS quand FROM vente -- fin", "numero", "quand")
    found = probe_source(dataset, load_city(house.include).city, house.place)
    assert found.columns == ("numero", "quand")


# --- nothing is written -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM vente", "INSERT INTO vente (numero) VALUES ('V9') RETURNING numero", "DROP TABLE vente"],
)
def test_what_writes_is_refused(
    house: House, base: sqlite3.Connection, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(house, monkeypatch, "large", conn_type="sqlite", host=str(tmp_path / "ventes.db"))
    house.fails(SourceUnreadable, declare(house, sql, connection="large"))
    assert base.execute("SELECT count(*) FROM vente").fetchone() == (4,)


# --- failures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql, kind, said",
    [
        ("SELECT numero FROM ventes", SourceNotFound, "La table ou la vue « ventes » n'existe pas"),
        ("SELECT numro FROM vente", SourceNotFound, "La colonne « numro » n'existe pas"),
        ("SELECT numero FRM vente", SourceUnreadable, "Le serveur refuse la requête"),
        ("SELECT numero, numero FROM vente", SourceUnreadable, "numero"),
    ],
)
def test_a_query_that_is_wrong(
    house: House, base: sqlite3.Connection, sql: str, kind: Any, said: str
) -> None:
    assert said in house.fails(kind, declare(house, sql))


def test_a_locked_base(house: House, base: sqlite3.Connection) -> None:
    base.execute("BEGIN EXCLUSIVE")
    assert "verrouillée" in house.fails(SourceUnavailable, declare(house, "SELECT numero FROM vente"))


def test_a_query_that_never_ends_is_interrupted(
    house: House, base: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "STATEMENT_TIMEOUT_S", 1)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n"
    assert "pas finie en 1 s" in house.fails(SourceUnavailable, declare(house, endless, "c"))


def test_a_base_that_does_not_open(
    house: House, base: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(
        house, monkeypatch, "absente", conn_type="sqlite", host=str(tmp_path / "x.db"), extra={"mode": "ro"}
    )
    message = house.fails(SourceUnavailable, declare(house, "SELECT 1 AS numero", connection="absente"))
    assert "La base ne s'ouvre pas (erreur OperationalError)" in message and "Test" in message


def test_a_file_that_is_no_base(house: House, base: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "ventes.db").write_text(CANARY * 1000)
    house.fails(SourceUnreadable, declare(house, "SELECT numero FROM vente"))


# --- connections --------------------------------------------------------------------------------------------


def test_a_connection_that_is_not_there(house: House, base: sqlite3.Connection) -> None:
    house.fails(ConnectionMissing, declare(house, "SELECT 1 AS numero", connection="nulle"))


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"conn_type": "trino", "host": "x"}, "installer son fournisseur (apache-airflow-providers-…)"),
        ({"conn_type": "smtp", "host": "x"}, "n'est pas celle d'une base de données"),
        ({"conn_type": "postgres", "host": "x"}, "écrire « postgres: » au lieu de « dbapi: »"),
        ({"conn_type": "mysql", "host": "x"}, "écrire « mysql: » au lieu de « dbapi: »"),
    ],
)
def test_a_connection_of_another_type(
    house: House, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], said: str
) -> None:
    connect(house, monkeypatch, "autre", **settings)
    dataset = declare(house, "SELECT 1 AS numero", connection="autre")
    assert said in house.fails(InvalidConnectionSettings, dataset)


def test_a_driver_that_is_not_installed(
    house: House, base: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.providers.sqlite.hooks.sqlite import SqliteHook

    def lack(_self: SqliteHook) -> None:
        raise ModuleNotFoundError("No module named 'x'")

    monkeypatch.setattr(SqliteHook, "get_conn", lack)
    assert "Le pilote de cette base n'est pas installé" in house.fails(
        SourceUnreadable, declare(house, "SELECT 1 AS numero")
    )


def test_without_airflow(house: House, base: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("aqueduc_airflow.databases", "aqueduc_airflow.connections"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "airflow.sdk.bases.hook", None)
    message = house.fails(PackageExtraMissing, declare(house, "SELECT 1 AS numero"))
    assert "aqueduc-opendata[airflow]" in message


# --- drafts -------------------------------------------------------------------------------------------------


def test_a_table_is_drafted(house: House, base: sqlite3.Connection) -> None:
    declare(house, "SELECT 1 AS numero")
    made = draft_declaration(DRAFTING.choose("essai", "base", "vente"), house.place)
    assert "SELECT numero, jour, montant, client\nFROM vente\n" in made.files["sql/essai.sql"]
    declaration = made.files["datasets/essai.yaml"]
    assert "dbapi: base" in declaration and "sql: sql/essai.sql" in declaration
    assert CANARY not in "".join(made.files.values())


def test_a_table_that_is_not_there_is_told(house: House, base: sqlite3.Connection) -> None:
    declare(house, "SELECT 1 AS numero")
    with pytest.raises(SourceNotFound, match="ventes"):
        draft_declaration(DRAFTING.choose("ventes", "base", "ventes"), house.place)


def test_a_target_that_is_no_table() -> None:
    with pytest.raises(InvalidDraftRequest, match="ventes"):
        DRAFTING.choose("ventes", "base", "vente; DROP TABLE vente")


# --- the rows that changed -----------------------------------------------------------------------------------------------


def declare_changing(house: House, sql: str) -> Any:
    watermark = {"column": "jour", "lateness": "2 days", "full_every": "7 days"}
    source = {"dbapi": "base", "sql": "sql/essai.sql", "watermark": watermark}
    columns = {"numero": "publish", "montant": "publish", "client": "publish", "jour": "drop"}
    return house.declare(source, columns, sql=sql, key=["numero"])


def test_rows_that_changed_are_bound_and_counted_in_one_statement(
    house: House, base: sqlite3.Connection
) -> None:
    """Its hook gives texts for dates: the moment is compared with them as SQLite writes them."""
    base.execute("INSERT INTO vente VALUES ('V5', NULL, 7, NULL)")
    base.commit()
    dataset = declare_changing(house, "SELECT * FROM vente WHERE numero LIKE 'V%' -- fin")
    types = (("montant", "DOUBLE"), ("client", "VARCHAR"))
    result, rows = house.read_since(dataset, "2026-03-31T08:00:00", "TIMESTAMP", *types)
    assert [row[0] for row in rows] == ["V3", "V4", "V5"]
    assert result.source_rows == 5
    assert dict(result.columns)["montant"] == "DOUBLE", (
        "whole numbers of a column that has fractions elsewhere"
    )


@pytest.mark.parametrize(
    "before, moments, found",
    [
        ("BIGINT", "NULL", "BIGINT"),
        ("TIMESTAMP", "NULL", "TIMESTAMP"),
        ("DECIMAL(38,2)", "3", "DECIMAL(38,0)"),
        ("DOUBLE", "9007199254740993", "BIGINT"),
        ("VARCHAR", "3", "BIGINT"),
        ("BIGINT", "'a'", "VARCHAR"),
    ],
)
def test_a_type_is_that_of_the_whole_where_the_rows_that_changed_cannot_tell(
    house: House, base: sqlite3.Connection, before: str, moments: str, found: str
) -> None:
    """Numbers without a fraction get as many decimals as the whole has in ``sources.watermark``."""
    dataset = declare_changing(house, f"SELECT numero, jour, {moments} AS montant, client FROM vente")
    result, _ = house.read_since(dataset, "2026-03-31T08:00:00", "TIMESTAMP", ("montant", before))
    assert dict(result.columns)["montant"] == found


def test_a_text_is_no_clock(house: House, base: sqlite3.Connection) -> None:
    house.extract(declare_changing(house, "SELECT * FROM vente"))
    seen = house.place.vault.read_json("raw/essai/r1/digest.json")
    assert seen is not None and seen["mark"]["newest"] is None
