"""The table of an outlet, in a real PostgreSQL: whole revisions, for a role that reads and cannot write."""

from __future__ import annotations

import json
import os
import signal
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest
import yaml
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from aqueduc import leases
from aqueduc.connections import Connection, EnvironmentConnections
from aqueduc.errors import (
    LeaseLost,
    PlatformError,
    PlatformRequestRejection,
    PlatformUnavailable,
    PublicationGateClosed,
    ReadBackMismatch,
)
from aqueduc.fencing import confirm_lock_before_writes
from aqueduc.publish.outlets import table as outlet_table
from aqueduc.publish.outlets.table import build_table_name
from aqueduc.publish.planning.state import LONGEST_NAME, DesiredTable
from aqueduc.publish.revision.rows import RevisionRows
from aqueduc.store import Store
from sandbox import postgres
from sandbox.region import Region
from tests.making import Desk
from tests.places import open_folder
from tests.publish.publishing import FIELDS, Killed, bench, rows
from tests.publish.showcase import Showcase, showcase
from tests.publish.test_publish_outlet import Web, web
from tests.warm import get_warm_context

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

CANARY = "Sarrazouls-Canari"
INDEX: dict[str, Any] = {"mode": "index", "outlet": "web", "formats": ["csv"]}
WRITER = "ville_ecrit"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """A database with a schema, a role that reads, and an account that writes for it: by the steps of the guide, whose
    schema and account have names of ours."""
    page = (Path(__file__).resolve().parents[2] / "docs/administrateur/plateformes.md").read_text("utf-8")
    guide = page[page.index("CREATE ROLE lecture") :].partition("```")[0]
    for theirs, ours in (("donnees_ouvertes", "ouvert"), ("aqueduc", WRITER), ("'…'", "'essai'")):
        guide = guide.replace(theirs, ours)
    with open_folder() as root:
        cluster = postgres.start(root)
        with psycopg.connect(cluster.dsn(), autocommit=True) as session:
            session.execute(guide.encode())
        yield cluster.dsn()
        postgres.stop(root)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Web]:
    with web(tmp_path / "www") as made:
        yield made


@pytest.fixture
def here(tmp_path: Path, base: str, server: Web) -> Iterator[Showcase]:
    made = showcase(tmp_path)
    table = {"connection": "ouverte", "space": "ouvert", "reader": "lecture"}
    rewrite(made, {"web": {"folder": str(tmp_path / "www"), "url": server.url, "table": table}})
    made.declared = {"publish": INDEX}
    yield connected(made, base)
    as_owner(base, "DROP TABLE IF EXISTS ouvert.lieux")


def ouverte(base: str, **changes: Any) -> dict[str, Any]:
    """The connection of the account that writes."""
    at = conninfo_to_dict(base)
    place = {
        "conn_type": "postgres",
        "host": at["host"],
        "port": int(at["port"] or 0),
        "schema": at["dbname"],
    }
    return {**place, "login": WRITER, "password": "essai", **changes}


def connected(made: Showcase, base: str, **changes: Any) -> Showcase:
    known = EnvironmentConnections({"AIRFLOW_CONN_OUVERTE": json.dumps(ouverte(base, **changes))})
    return replace(made, desk=Desk(replace(made.desk.place, connections=known)))


def city_of(here: Showcase) -> dict[str, Any]:
    city: dict[str, Any] = yaml.safe_load((here.desk.include / "city.yaml").read_text(encoding="utf-8"))
    return city


def rewrite(here: Showcase, outlets: dict[str, Any]) -> None:
    text = yaml.safe_dump({**city_of(here), "outlets": outlets}, allow_unicode=True)
    (here.desk.include / "city.yaml").write_text(text, encoding="utf-8")


def as_owner(base: str, statement: str) -> None:
    with psycopg.connect(base, autocommit=True) as session:
        session.execute(statement.encode())


def read(base: str, statement: str = "SELECT * FROM ouvert.lieux ORDER BY code") -> list[tuple[Any, ...]]:
    """As the role that reads."""
    with psycopg.connect(base) as session:
        session.execute("SET ROLE lecture")
        return session.execute(statement.encode()).fetchall()


def test_the_account_of_the_guide_writes_in_its_schema_and_nowhere_else(here: Showcase, base: str) -> None:
    as_owner(base, "CREATE TABLE IF NOT EXISTS public.autre AS SELECT 1 AS a")
    here.publish(rows(3))
    at = {**conninfo_to_dict(base), "user": WRITER, "password": "essai"}
    with psycopg.connect("", **at, autocommit=True) as account:
        for forbidden in (
            "SELECT * FROM public.autre",
            "CREATE TABLE public.a (b int)",
            "CREATE SCHEMA ailleurs",
            "CREATE ROLE autre",
            "ALTER ROLE lecture LOGIN",
            "SELECT pg_read_file('/etc/passwd')",
            "COPY (SELECT 1) TO PROGRAM 'true'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                account.execute(forbidden)


def test_the_rows_have_types_key_and_one_reader(here: Showcase, base: str) -> None:
    table = rows(3, nom=["a\tb\\n", None, ""])
    report = here.publish(table)
    assert report.writes[:2] == ("déposer lieux.csv dans « web »", "remplacer la table ouvert.lieux")
    assert [list(row) for row in read(base)] == [list(row.values()) for row in table.to_pylist()]
    (proof,) = [proof for proof in report.proofs if proof.reader == "lecteur"]
    assert (proof.rows, "lecture seule" in proof.result) == (3, True)
    kinds = "SELECT array_agg(format_type(atttypid, -1) ORDER BY attnum) FROM pg_attribute WHERE attnum > 0 "
    assert read(base, kinds + "AND attrelid = 'ouvert.lieux'::regclass") == [
        (["text", "text", "numeric", "date"],)
    ]
    for forbidden in ("DELETE FROM ouvert.lieux", "CREATE TABLE ouvert.autre ()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            read(base, forbidden)


def test_who_was_taken_for_dead_replaces_no_table(
    here: Showcase, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It slept for longer than its lease lasts, right before the new table took the place of the one there."""
    here.publish(rows(5))
    now = leases.read_monotonic_seconds()
    drop = outlet_table.OutletTableLocation._drop_own_table

    def sleep_and_drop(place: outlet_table.OutletTableLocation, session: Any) -> None:
        monkeypatch.setattr(leases, "read_monotonic_seconds", lambda: now + 2 * leases.PROCESS_S)
        drop(place, session)

    monkeypatch.setattr(outlet_table.OutletTableLocation, "_drop_own_table", sleep_and_drop)
    with pytest.raises(LeaseLost):
        here.publish(rows(6))
    assert len(read(base)) == 5
    monkeypatch.undo()
    here.publish(rows(6))
    assert len(read(base)) == 6


@pytest.mark.parametrize("act", ["fill", "drop"])
def test_who_lost_a_lock_does_not_even_ask_the_database(act: str, tmp_path: Path) -> None:
    """Asked before the first statement: nothing is copied, nor waited for, in vain."""

    def refuse() -> None:
        raise LeaseLost("datasets/lieux")

    nowhere = Connection("ouverte", "postgres", host="nulle-part.invalid")
    place = outlet_table.OutletTableLocation(nowhere, "ouvert", "lieux", "lieux")
    empty = DesiredTable((), (), 0, (), RevisionRows(Store(str(tmp_path)), (), (), ()))
    table = outlet_table.OutletTable(nowhere, "ouvert", "lieux", "lieux", "lecture", empty)
    with pytest.raises(LeaseLost), confirm_lock_before_writes(refuse):
        table.replace_table() if act == "fill" else place.drop_table()


def test_the_same_again_writes_nothing_and_a_hand_in_it_is_put_right(here: Showcase, base: str) -> None:
    here.publish(rows(5))
    oid = read(base, "SELECT 'ouvert.lieux'::regclass::oid")
    assert here.publish(rows(5)).nothing_new
    renamed = here.publish(rows(5), here.dataset(title="Un autre titre"))
    assert "remplacer la table ouvert.lieux" not in renamed.writes
    assert read(base, "SELECT 'ouvert.lieux'::regclass::oid") == oid
    as_owner(base, "UPDATE ouvert.lieux SET nom = 'à la main' WHERE code = '01002'")
    assert "remplacer la table ouvert.lieux" in here.publish(rows(5)).writes
    assert read(base)[1][1] == rows(5)["nom"][1].as_py()


def test_a_reader_sees_whole_revisions_only(here: Showcase, base: str) -> None:
    """First load, rows, a type and another key, under the eyes of a reader that never waits."""
    here.publish(rows(40))
    seen: list[tuple[int, int]] = []
    stop = threading.Event()

    def look() -> None:
        with psycopg.connect(base, autocommit=True) as session:
            session.execute("SET ROLE lecture")
            while not stop.is_set():
                found = session.execute("SELECT count(*), count(DISTINCT nom) FROM ouvert.lieux").fetchone()
                seen.append(found or (-1, -1))

    reader = threading.Thread(target=look)
    reader.start()
    try:
        here.publish(rows(30, nom=["neuf"] * 30))
        text = [*FIELDS[:2], {"name": "surface", "type": "string"}, FIELDS[3]]
        typed = rows(20).set_column(2, "surface", pa.array(["grande"] * 20))
        here.publish(typed, here.dataset(fields=text, key=["code", "jour"]))
    finally:
        stop.set()
        reader.join()
    assert set(seen) <= {(40, 40), (30, 1), (20, 20)}
    assert len(set(seen)) >= 2


def test_whatever_dies_the_former_stays(here: Showcase, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each statement that makes the next table."""
    here.publish(rows(4))
    before, execute, left = read(base), psycopg.Connection.execute, [0]
    writing = ("CREATE", "ALTER", "REVOKE", "GRANT", "COMMENT", "DROP")

    def dying(self: psycopg.Connection, query: Any, *more: Any) -> Any:
        if isinstance(query, sql.Composed) and query.as_string(self).startswith(writing):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
        return execute(self, query, *more)

    for rank in range(7):
        left[0] = rank
        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Connection, "execute", dying)
            with pytest.raises(Killed):
                here.publish(rows(6))
        assert left[0] == -1
        assert read(base) == before
    here.publish(rows(6))
    assert len(read(base)) == 6
    assert read(base, "SELECT count(*) FROM pg_tables WHERE schemaname = 'ouvert'") == [(1,)]


@pytest.mark.parametrize("method", ["write_row", "commit"])
def test_a_process_killed_leaves_the_former_and_no_lock(here: Showcase, base: str, method: str) -> None:
    """SIGKILL with half of the rows sent, or all of them: nobody is left to roll back."""
    here.publish(rows(4))
    before = read(base)
    process = get_warm_context().Process(target=publish_and_die, args=(here, method))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert read(base) == before
    here.publish(rows(6))
    assert len(read(base)) == 6


def publish_and_die(here: Showcase, method: str) -> None:
    """The errand of the process."""
    of = psycopg.Copy if method == "write_row" else psycopg.Connection
    real, left = getattr(of, method), [3]

    def dies(*given: object) -> object:
        left[0] -= 1
        # The first transaction only compares.
        if left[0] == (0 if method == "write_row" else 1):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given)

    setattr(of, method, dies)
    here.publish(rows(6))


def test_a_restricted_dataset_has_no_table_and_loses_it_first(
    here: Showcase, base: str, tmp_path: Path, server: Web, region: Region
) -> None:
    """That the role which reads is nobody's but theirs who may read is not ours to prove."""
    with bench(tmp_path / "region", region) as there:
        (there.desk.include / "city.yaml").write_text(
            yaml.safe_dump(
                {
                    **yaml.safe_load((there.desk.include / "city.yaml").read_text()),
                    "outlets": city_of(here)["outlets"],
                }
            )
        )
        known = {**region.environment(), "AIRFLOW_CONN_OUVERTE": json.dumps(ouverte(base))}
        there.desk = Desk(replace(there.desk.place, connections=EnvironmentConnections(known)))
        there.publish(rows(4), there.dataset(publish=INDEX))
        table = f"ouvert.{there.slug.replace('-', '_')}"
        assert len(read(base, f"SELECT * FROM {table}")) == 4
        closed = there.dataset(licence="other-at", access={"level": "same_organization"})
        with pytest.raises(PublicationGateClosed, match="ne protège pas"):
            there.publish(rows(4), closed)
        assert read(base, f"SELECT to_regclass('{table}')") == [(None,)]
        server.closed = True
        assert there.publish(rows(4), closed).passed
        assert read(base, f"SELECT to_regclass('{table}')") == [(None,)]


def test_what_is_published_elsewhere_leaves_the_base(here: Showcase, base: str) -> None:
    here.publish(rows(4))
    here.publish(rows(4), here.dataset(publish={"mode": "upload", "formats": ["csv"]}))
    assert read(base, "SELECT to_regclass('ouvert.lieux')") == [(None,)]


def test_a_dataset_that_moves_leaves_nothing_behind(here: Showcase, base: str, tmp_path: Path) -> None:
    """Neither its table, nor the files, which nobody would bring up to date at their old address."""
    here.publish(rows(4))
    here.desk.place.store.adopt_records_of_former_name("lieux", "endroits")
    (here.desk.include / "datasets" / "lieux.yaml").unlink()
    here.declared["moved_from"] = "lieux"
    here.publish(rows(4), here.dataset("endroits"))
    assert read(base, "SELECT to_regclass('ouvert.lieux'), count(*) FROM ouvert.endroits") == [(None, 4)]
    assert [path.name for path in (tmp_path / "www").rglob("*.csv")] == ["endroits.csv"]
    as_owner(base, "DROP TABLE ouvert.endroits")


def test_another_schema_and_another_outlet(here: Showcase, base: str) -> None:
    """What is noted is where the table is: city.yaml may say otherwise since."""
    as_owner(base, f"CREATE SCHEMA IF NOT EXISTS ailleurs AUTHORIZATION {WRITER}")
    as_owner(base, "GRANT USAGE ON SCHEMA ailleurs TO lecture")
    here.publish(rows(4))
    web = city_of(here)["outlets"]["web"]
    moved = {**web, "table": {**web["table"], "space": "ailleurs"}}
    rewrite(here, {"web": moved, "autre": moved})
    here.publish(rows(4))
    assert read(base, "SELECT to_regclass('ouvert.lieux'), count(*) FROM ailleurs.lieux") == [(None, 4)]
    here.publish(rows(4), here.dataset(publish={**INDEX, "outlet": "autre"}))
    assert read(base, "SELECT count(*) FROM ailleurs.lieux") == [(4,)], "the place is the same: it stays"
    rewrite(here, {"web": moved, "autre": {key: web[key] for key in ("folder", "url")}})
    here.publish(rows(4), here.dataset(publish={**INDEX, "outlet": "autre"}))
    assert read(base, "SELECT to_regclass('ailleurs.lieux')") == [(None,)]


def test_a_table_of_somebody_else_is_left_alone(here: Showcase, base: str) -> None:
    as_owner(base, "CREATE TABLE ouvert.lieux AS SELECT 'à moi' AS mot")
    as_owner(base, f"ALTER TABLE ouvert.lieux OWNER TO {WRITER}")
    with pytest.raises(PlatformRequestRejection, match="Aqueduc ne l'a pas faite : elle n'a pas été touchée"):
        here.publish(rows(4))
    as_owner(base, "GRANT SELECT ON ouvert.lieux TO lecture")
    assert read(base, "SELECT * FROM ouvert.lieux") == [("à moi",)]
    said = f"Aqueduc : jeu autre-jeu, révision {'0' * 64} 1 1"
    as_owner(base, f"COMMENT ON TABLE ouvert.lieux IS '{said}'")
    with pytest.raises(
        PlatformRequestRejection, match="elle est du jeu « autre-jeu » : elle n'a pas été touchée"
    ):
        here.publish(rows(4))
    assert read(base, "SELECT * FROM ouvert.lieux") == [("à moi",)]


def test_no_two_datasets_have_the_same_name(here: Showcase, base: str) -> None:
    assert build_table_name("permis-de-construire") == "permis_de_construire"
    assert build_table_name("a" * 63) == "a" * 63
    long = [f"{'budget-primitif-' * 5}{year}" for year in (2024, 2025)]
    names = [build_table_name(name) for name in long]
    assert len(set(names)) == 2
    assert {len(name) for name in names} == {LONGEST_NAME}
    here.publish(rows(4), here.dataset(long[0]))
    assert here.publish(rows(4), here.dataset(long[0])).nothing_new
    assert len(read(base, f"SELECT * FROM ouvert.{names[0]}")) == 4
    as_owner(base, f"DROP TABLE ouvert.{names[0]}")


def test_a_role_that_may_write_is_found_before_anything_changes(here: Showcase, base: str) -> None:
    here.publish(rows(4))
    default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {WRITER} IN SCHEMA ouvert"
    as_owner(base, f"{default} GRANT INSERT ON TABLES TO lecture")
    try:
        with pytest.raises(ReadBackMismatch, match="peut être modifiée par son rôle"):
            here.publish(rows(5))
    finally:
        as_owner(base, f"{default} REVOKE INSERT ON TABLES FROM lecture")
    assert len(read(base)) == 4
    here.publish(rows(5))
    as_owner(base, "GRANT UPDATE (nom) ON ouvert.lieux TO lecture")
    with pytest.raises(ReadBackMismatch, match="peut être modifiée par son rôle"):
        here.publish(rows(5))
    as_owner(base, "REVOKE ALL ON ouvert.lieux FROM lecture")
    with pytest.raises(ReadBackMismatch, match="n'est pas lisible par son rôle"):
        here.publish(rows(5))


def test_names_and_cells_of_all_kinds(here: Showcase, base: str) -> None:
    """``t`` is what the digest calls the table."""
    table = pa.table(
        {
            "t": ["a", "b", "c"],
            'Nom "usuel" 100 %': ["l'Été\\", None, "\\N"],
            "select": pa.array(
                [Decimal("0.1"), Decimal("12345678901234567.000001"), None], pa.decimal128(38, 6)
            ),
            "vrai": [True, False, None],
            "heure": pa.array([time(23, 59, 59, 999_999), None, time(0)], pa.time64("us")),
            "moment": pa.array([datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999), None]),
            "entier": pa.array([2**63 - 1, -(2**63), None]),
        }
    )
    kinds = ["string", "string", "number", "boolean", "time", "datetime", "integer"]
    fields = [{"name": name, "type": kind} for name, kind in zip(table.column_names, kinds, strict=True)]
    columns = dict.fromkeys(table.column_names, "publish")
    whole = {"columns": columns, "fields": fields}
    dataset = here.dataset(**whole, key=["t"])
    here.publish(table, dataset)
    assert [list(row) for row in read(base, "SELECT * FROM ouvert.lieux ORDER BY t")] == [
        list(row.values()) for row in table.to_pylist()
    ]
    as_owner(base, "UPDATE ouvert.lieux SET vrai = true WHERE t = 'c'")
    assert not here.publish(table, dataset).nothing_new
    assert here.publish(table.slice(3), dataset).passed, "empty"
    assert read(base, "SELECT * FROM ouvert.lieux") == []
    assert here.publish(table.slice(3), dataset).nothing_new
    here.publish(pa.concat_tables([table, table]), here.dataset(**whole, key=[]))
    assert len(read(base, "SELECT * FROM ouvert.lieux")) == 6


def test_a_column_that_postgresql_does_not_take_leaves_the_files(here: Showcase, base: str) -> None:
    table = rows(4).rename_columns(["code", "ctid", "é" * 40, "jour"])
    columns = dict.fromkeys(table.column_names, "publish")
    fields = [{"name": name} for name in table.column_names[:2]]
    fields += [{"name": "é" * 40, "type": "number"}, {"name": "jour", "type": "date"}]
    report = here.publish(table, here.dataset(columns=columns, fields=fields))
    (found,) = report.findings
    assert found.code == "pas-de-table-ici"
    assert f"(ctid, {'é' * 40})" in found.message
    assert read(base, "SELECT to_regclass('ouvert.lieux')") == [(None,)]


def test_who_depends_on_it_and_who_reads_for_long(
    here: Showcase, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.publish(rows(4))
    as_owner(base, "CREATE VIEW ouvert.vue AS SELECT code FROM ouvert.lieux")
    with pytest.raises(PlatformRequestRejection, match=r"dépend de cette table .*\(2BP01\)"):
        here.publish(rows(5))
    as_owner(base, "DROP VIEW ouvert.vue")
    monkeypatch.setitem(outlet_table._SETTINGS, "lock_timeout", 100)
    with psycopg.connect(base) as reader:
        reader.execute("SELECT * FROM ouvert.lieux")
        with pytest.raises(PlatformUnavailable, match="Une lecture longue retient cette table"):
            here.publish(rows(5))
    assert len(read(base)) == 4
    here.publish(rows(5))


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"password": "mot-de-passe-faux"}, "refuse ce compte (SQLSTATE 28P01)"),
        ({"schema": "autre"}, "Cette base n'existe pas (3D000)"),
        ({"port": 9}, "ne répond pas (SQLSTATE 08001)"),
        ({"extra": {"sslmode": "verify-full"}}, "ne répond pas (SQLSTATE 08001)"),
    ],
)
def test_a_base_that_does_not_open_is_said(
    here: Showcase, base: str, change: dict[str, Any], expected: str
) -> None:
    with pytest.raises(PlatformError) as caught:
        connected(here, base, **change).publish(rows(2))
    assert expected in str(caught.value)
    assert "mot-de-passe-faux" not in "".join(traceback.format_exception(caught.value))
    assert not (here.folder / "jeux").exists(), "nothing links to it"


@pytest.mark.parametrize(
    "setting, value, expected",
    [
        ("space", "nulle-part", "Ce schéma n'existe pas (3F000)"),
        ("reader", "personne", "Le rôle de lecture n'existe pas (42704)"),
        ("space", "public", "n'a pas les droits qu'il faut (SQLSTATE 42501)"),
    ],
)
def test_a_setting_that_is_wrong_is_said(
    here: Showcase, base: str, setting: str, value: str, expected: str
) -> None:
    web = city_of(here)["outlets"]["web"]
    rewrite(here, {"web": {**web, "table": {**web["table"], setting: value}}})
    with pytest.raises(PlatformError) as caught:
        here.publish(rows(2))
    assert expected in str(caught.value)


def test_no_message_quotes_a_cell(here: Showcase, base: str) -> None:
    with pytest.raises(PlatformRequestRejection) as caught:
        here.publish(rows(2, code=["même", "même"], nom=[CANARY, CANARY]))
    said = "".join(traceback.format_exception(caught.value))
    assert "Deux lignes ont la même clé : cette table n'en prend pas (23505)" in said
    assert "(code)=" not in said
    assert CANARY not in said
