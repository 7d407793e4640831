"""Tables of the city's own joined to the rows of a source: what comes out, what is refused, and how it is said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from aqueduc.anonymise.stage import anonymise_extract
from aqueduc.declaration.loader import load_city
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import AnonymisationGateClosed, SourceUnreadable
from aqueduc.run import Run
from aqueduc.sources.change import save_certified_state
from aqueduc.sources.references import find_reference_problems
from tests.sources.conftest import CANARY, Api, House, Reply

SOURCE = {"file": "depot", "path": "a.csv"}
COLUMNS = {"id": "publish", "code": "publish", "quartier": "publish", "canton": "publish"}
JOIN: Mapping[str, Any] = {"file": "references/quartiers.csv", "on": "code"}
TABLE = "code,quartier,canton\n01,Centre,1\n02,Nord,2\n"
ROWS = "id,code\n1,02\n2,01\n3,02\n"


def write_table(house: House, data: str | bytes = TABLE, name: str = "quartiers.csv") -> None:
    path = house.include / "references" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def declare(house: House, rows: str = ROWS, join: Any = JOIN, **more: Any) -> Dataset:
    (house.drop / "a.csv").write_text(rows, encoding="utf-8")
    return house.declare(SOURCE, more.pop("columns", COLUMNS), join=join, **more)


def find_problems(house: House, dataset: Dataset) -> str:
    found = find_reference_problems(dataset, load_city(house.include).city, house.place)
    return "\n".join(problem.render() for problem in found)


# --- what comes out -----------------------------------------------------------------------------------------


def test_columns_are_added_to_each_row_in_the_order_of_the_source(house: House) -> None:
    write_table(house)
    done = house.extract(declare(house))
    assert house.table(done) == (
        ["__line", "id", "code", "quartier", "canton"],
        [(2, "1", "02", "Nord", "2"), (3, "2", "01", "Centre", "1"), (4, "3", "02", "Nord", "2")],
    )
    assert [name for name, _ in done.report.columns] == ["id", "code", "quartier", "canton"]
    assert (done.report.rows, done.report.rejected, done.report.findings) == (3, 0, ())


def test_some_columns_only_by_keys_of_other_names(house: House) -> None:
    write_table(house, "numero,an,quartier,maire\n01,2025,Centre,x\n01,2026,Coeur,y\n")
    join = {**JOIN, "on": {"code": "numero", "an": "an"}, "columns": "quartier"}
    columns = {"code": "publish", "an": "publish", "quartier": "publish"}
    done = house.extract(declare(house, "code,an\n01,2026\n01,2025\n", join, columns=columns))
    assert house.rows(done) == [(2, "01", "2026", "Coeur"), (3, "01", "2025", "Centre")]


@pytest.mark.parametrize("names", [("k0", "K1"), ("t0", "raw"), ("key0", "added1"), ("found", "true")])
def test_a_column_of_any_name_brings_what_it_holds(house: House, names: tuple[str, str]) -> None:
    """It once gave the key in the place of a column that had the key's name inside."""
    first, second = names
    write_table(house, f"code,an,{first},{second}\n01,2025,Centre,x\n02,2026,Nord,y\n")
    columns = dict.fromkeys(("code", "an", first, second), "publish")
    join = {**JOIN, "on": ["code", "an"], "columns": [first, second]}
    done = house.extract(declare(house, "code,an\n02,2026\n01,2025\n", join, columns=columns))
    assert house.rows(done) == [(2, "02", "2026", "Nord", "y"), (3, "01", "2025", "Centre", "x")]


def test_so_does_one_that_nobody_declared_under_a_name_of_ours(house: House) -> None:
    """What follows refuses it; until then, it is what the table says."""
    write_table(house, "code,__added1,__found,__key0\n01,a,b,c\n")
    done = house.extract(declare(house, "id,code\n1,01\n", columns={"id": "publish", "code": "publish"}))
    assert house.rows(done) == [(2, "1", "01", "a", "b", "c")]


def test_two_tables(house: House) -> None:
    write_table(house)
    write_table(house, "id,canton\n1,A\n2,B\n3,C\n", "cantons.csv")
    joins = [{**JOIN, "columns": ["quartier"]}, {"file": "references/cantons.csv", "on": "id"}]
    done = house.extract(declare(house, join=joins))
    assert [row[3:] for row in house.rows(done)] == [("Nord", "A"), ("Centre", "B"), ("Nord", "C")]


def test_a_workbook(house: House) -> None:
    book = Workbook()
    sheet = book.create_sheet("Codes")
    for row in (["code", "quartier", "canton"], ["01", "Centre", 1], ["02", "Nord", 2]):
        sheet.append(row)
    (house.include / "references").mkdir()
    book.save(house.include / "references/quartiers.xlsx")
    join = {"file": "references/quartiers.xlsx", "on": "code", "sheet": "Codes"}
    assert [row[3] for row in house.rows(house.extract(declare(house, join=join)))] == [
        "Nord",
        "Centre",
        "Nord",
    ]


def test_what_is_noticed_of_a_table_advises_no_key_of_a_source(house: House) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["code", "quartier", "canton"], ["01", "Centre", 1], ["02", "Nord", 2]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    (house.include / "references").mkdir()
    book.save(house.include / "references/q.xlsx")
    done = house.extract(declare(house, join={"file": "references/q.xlsx", "on": "code"}))
    (found,) = done.report.findings
    assert "table jointe references/q.xlsx" in str(found.message) and "masquée" in str(found.message)
    assert found.remedy == "rien à faire si c'est bien ce qu'il fallait lire ; sinon, corriger ce fichier"


def test_cells_are_read_as_they_are_declared(house: House) -> None:
    write_table(house, "code;quartier;canton\n01;12/03/2026;1 250,5\n".encode("cp1252"))
    join = {**JOIN, "encoding": "cp1252", "delimiter": ";", "decimal": ",", "dates": "DD/MM/YYYY"}
    dataset = declare(house, "id,code\n1,01\n", join, types={"quartier": "date", "canton": "number"})
    assert house.rows(house.extract(dataset)) == [(2, "1", "01", "2026-03-12", "1250.5")]


def test_a_typed_source_and_a_typed_table(house: House) -> None:
    """A code is a number on one side and a text on the other."""
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT 1 AS id, 2::BIGINT AS code) TO '{house.drop}/a.parquet'")
        (house.include / "references").mkdir()
        con.execute(
            "COPY (SELECT '2' AS code, DATE '2026-01-02' AS quartier, 1.5::DECIMAL(4, 1) AS canton) "
            f"TO '{house.include}/references/q.parquet'"
        )
    dataset = house.declare(
        {"file": "depot", "path": "a.parquet"}, COLUMNS, join={"file": "references/q.parquet", "on": "code"}
    )
    (row,) = house.rows(house.extract(dataset))
    assert [str(cell) for cell in row[1:]] == ["1", "2", "2026-01-02", "1.5"]


def test_an_api_is_joined_too(house: House, api: Api) -> None:
    write_table(house)
    api.reply("/lieux", Reply([{"id": 1, "code": "02"}, {"id": 2, "code": "01"}]))
    house.connect("api", conn_type="http", host=api.url)
    dataset = house.declare({"http": "api", "path": "/lieux"}, COLUMNS, join=JOIN)
    assert [row[1:] for row in house.rows(house.extract(dataset))] == [
        ("1", "02", "Nord", "2"),
        ("2", "01", "Centre", "1"),
    ]


# --- rows that the table does not know ----------------------------------------------------------------------


def test_rows_without_a_match_are_kept_and_counted(house: House) -> None:
    write_table(house)
    done = house.extract(declare(house, f"id,code\n1,02\n2,{CANARY}\n3,\n"))
    assert [row[3:] for row in house.rows(done)] == [("Nord", "2"), (None, None), (None, None)]
    (found,) = done.report.findings
    assert found.message == (
        "2 lignes sans correspondance dans references/quartiers.csv : les colonnes ajoutées y sont vides (lignes 3, 4)"
    )
    assert CANARY not in json.dumps(done.report.to_json())


def test_or_rejected_within_what_is_tolerated(house: House) -> None:
    write_table(house)
    join = {**JOIN, "unmatched": "reject"}
    done = house.extract(declare(house, f"id,code\n1,02\n2,{CANARY}\n3,01\n", join, reject_at_most=0.5))
    assert [row[1] for row in house.rows(done)] == ["1", "3"]
    assert (done.report.rows, done.report.rejected) == (2, 1)
    assert [one.code for one in done.report.findings] == ["lignes-sans-correspondance-rejetees"]
    (key,) = house.place.vault.rejection_keys("essai")
    with house.place.vault.local(key) as path, duckdb.connect() as con:
        found = con.execute(f"SELECT __line, __rules, text FROM '{path}'").fetchall()
    assert [row[:2] for row in found] == [(3, "jointure")] and CANARY in found[0][2]


def test_beside_rows_that_could_not_be_cut(house: House) -> None:
    write_table(house)
    join = {**JOIN, "unmatched": "reject"}
    done = house.extract(declare(house, "id,code\n1,02\n2\n3,09\n4,01\n", join, reject_at_most=0.5))
    assert (done.report.rows, done.report.rejected) == (2, 2)


def test_beyond_it_nothing_goes_on(house: House) -> None:
    write_table(house)
    dataset = declare(house, f"id,code\n1,02\n2,{CANARY}\n", {**JOIN, "unmatched": "reject"})
    assert house.fails(SourceUnreadable, dataset) == (
        "[source-illisible] 1 ligne sans correspondance dans une table jointe (ligne 3), plus qu'il n'en est toléré.\n"
        "  Où : jeu essai, connexion « depot », a.csv\n"
        "  Que faire : compléter la table jointe, ou corriger ces lignes à la source ; pour en tolérer une part : "
        "reject_at_most ; pour les garder : « unmatched: keep »"
    )


# --- what is refused ----------------------------------------------------------------------------------------


def test_a_key_met_twice(house: House) -> None:
    write_table(house, f"code,quartier,canton\n{CANARY},a,1\n02,b,2\n{CANARY},c,3\n")
    dataset = declare(house)
    assert house.fails(SourceUnreadable, dataset) == (
        "[source-illisible] Une clé se trouve sur 2 lignes de la table jointe (lignes 2, 4) : laquelle vaut ?\n"
        "  Où : jeu essai, include/references/quartiers.csv\n"
        "  Que faire : n'y laisser qu'une ligne par clé, ou nommer sous « on: » toutes les colonnes de la clé"
    )
    said = find_problems(house, dataset)
    assert "include/datasets/essai.yaml:" in said and "^" in said and CANARY not in said
    assert "Une clé se trouve sur 2 lignes de la table jointe (lignes 2, 4)" in said


def test_several_keys_met_twice(house: House) -> None:
    write_table(house, "code,quartier,canton\n" + "".join(f"0{n % 6},q,c\n" for n in range(18)))
    assert (
        "6 clés se trouvent chacune sur plusieurs lignes de la table jointe (18 lignes : 2, 3, 4, 5, 6, 7, 8, 9, 10, "
        "11…)." in house.fails(SourceUnreadable, declare(house))
    )


def test_rows_of_the_table_without_a_key_are_no_row_s(house: House) -> None:
    write_table(house, TABLE + ",Nulle part,3\n,Ailleurs,4\n")
    done = house.extract(declare(house, "id,code\n1,\n"))
    assert [row[3:] for row in house.rows(done)] == [(None, None)]


@pytest.mark.parametrize(
    "join, what",
    [
        ({**JOIN, "on": {"code": "numero"}}, "La table jointe n'a pas de colonne « numero »."),
        ({**JOIN, "columns": ["canton", "id"]}, "La colonne n° 2 qu'ajoute references/quartiers.csv est déjà là."),
        ({**JOIN, "on": {"quartier": "code"}, "columns": ["canton"]},
         "La source n'a pas la colonne « quartier », clé de references/quartiers.csv."),
        ({**JOIN, "file": "references/quartiers.dat"}, "Le format de la table jointe ne se devine pas à son nom."),
        ({**JOIN, "file": "references/vide.csv"}, "Le fichier est vide (0 octet)."),
        ({**JOIN, "file": "references/inegal.csv"},
         "Le fichier a 1 ligne qui ne se découpe pas comme son en-tête (ligne 3)."),
    ],
    ids=["cle", "deja-la", "cle-de-la-source", "format", "vide", "inegal"],
)  # fmt: skip
def test_what_does_not_fit(house: House, join: Any, what: str) -> None:
    write_table(house, "code,quartier,canton,id\n01,a,b,c\n")
    write_table(house, TABLE, "quartiers.dat")
    write_table(house, "", "vide.csv")
    write_table(house, f"{TABLE.splitlines()[0]}\n01,a,b\n02,{CANARY}\n", "inegal.csv")
    dataset = declare(house, join=join, reject_at_most=0.9)
    assert f"] {what}\n  Où : jeu essai, " in house.fails(SourceUnreadable, dataset)


def test_a_column_that_nobody_declared_blocks_what_follows(house: House) -> None:
    write_table(house)
    dataset = declare(house, columns={"id": "publish", "code": "publish", "quartier": "publish"})
    said = find_problems(house, dataset)
    assert "la colonne ajoutée « canton » n'est pas sous « columns: » du jeu" in said
    done = house.extract(dataset)
    assert done.handle is not None
    with pytest.raises(AnonymisationGateClosed, match="canton"):
        anonymise_extract(dataset, Run("essai", "r1"), done.handle, house.place)


def test_check_shows_no_cell_that_stands_where_a_heading_should(house: House) -> None:
    write_table(house, f"code,canton,{CANARY}\n01,Centre,1\n")
    said = find_problems(house, declare(house, columns={"id": "publish", "code": "publish"}))
    assert "la colonne ajoutée « canton » n'est pas sous" in said
    assert "la colonne ajoutée n° 2 (son nom est tu) n'est pas sous" in said
    assert CANARY not in said


def test_check_is_silent_where_all_is_well(house: House) -> None:
    write_table(house)
    assert find_problems(house, declare(house)) == ""


# --- what has changed ---------------------------------------------------------------------------------------


def certify(house: House, dataset: Dataset, run: str) -> None:
    done = house.extract(dataset, run)
    assert done.handle is not None
    save_certified_state(dataset, Run("essai", run), done.report, house.place)
    house.commit(dataset, None)


def test_a_changed_table_is_read_again_and_an_unchanged_one_is_not(house: House) -> None:
    write_table(house)
    dataset = declare(house)
    certify(house, dataset, "r1")
    same = house.extract(declare(house), "r2")
    assert same.handle is None and same.report.unchanged_by == "mark"
    write_table(house, TABLE.replace("Nord", "Nord-Est"))
    again = house.extract(declare(house), "r3")
    assert [row[3] for row in house.rows(again)] == ["Nord-Est", "Centre", "Nord-Est"]


def test_a_table_that_changes_under_a_run_stops_it(house: House) -> None:
    write_table(house)
    dataset = declare(house)
    write_table(house, TABLE.replace("Nord", "Sud"))
    assert "a changé depuis que la déclaration a été lue" in house.fails(SourceUnreadable, dataset)


# --- a property ---------------------------------------------------------------------------------------------

KEYS = st.sampled_from(["", "1", "01", "a", "A", "é", "a b", "10", "1.0"])


@settings(max_examples=15, deadline=None)
@given(st.lists(KEYS, max_size=12), st.lists(KEYS.filter(bool), unique=True, max_size=6))
def test_it_is_the_join_that_a_program_would_make(keys: Sequence[str], known: Sequence[str]) -> None:
    expected = [
        (str(rank), key or None, f"q{known.index(key)}" if key in known else None)
        for rank, key in enumerate(keys)
    ]
    with TemporaryDirectory() as folder:
        house = House(Path(folder) / "ville")
        write_table(house, "code,quartier\n" + "".join(f"{key},q{rank}\n" for rank, key in enumerate(known)))
        rows = "id,code\n" + "".join(f"{rank},{key}\n" for rank, key in enumerate(keys))
        columns = {"id": "publish", "code": "publish", "quartier": "publish"}
        assert [
            row[1:] for row in house.rows(house.extract(declare(house, rows, columns=columns)))
        ] == expected
