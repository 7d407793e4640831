"""A JSON document with several lists: the longest is read, the others are told; and rows that look like a header."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aqueduc.draft import DeclarationDraft, build_draft_request_from_path_or_url, draft_declaration
from aqueduc.draft.decisions import parse_column_question_reasons
from aqueduc.draft.headings import is_header_row_actually_data
from aqueduc.errors import SourceUnreadable
from tests.draft.stewarding import table, texts_of

LISTS = {
    "lieux": [{"lieu": "Mairie"}],
    "velos": {"bornes": [{"borne": "x"}, {"borne": "y"}]},
    "Jean Dupont": [{"jour": "lundi"}],
}


def drafted(root: Path, name: str, content: str, records: str | None = None) -> DeclarationDraft:
    (root / name).write_text(content, "utf-8")
    wanted = build_draft_request_from_path_or_url("essai", str(root / name))
    return draft_declaration(replace(wanted, records=records), table(root, {}).place)


def notes(made: DeclarationDraft) -> str:
    return " ".join(str(note.text) for note in made.plan.look.notes).replace("\N{NO-BREAK SPACE}", " ")


def test_the_longest_list_is_read_and_the_others_are_told_with_their_sizes(tmp_path: Path) -> None:
    made = drafted(tmp_path, "a.json", json.dumps(LISTS))
    assert made.plan.look.source["records"] == "velos.bornes"
    assert "2 autres listes" in notes(made) and "« lieux » : 1 enregistrement" in notes(made)
    assert "Dupont" not in notes(made)


def test_another_list_is_read_when_it_is_named(tmp_path: Path) -> None:
    made = drafted(tmp_path, "a.json", json.dumps(LISTS), "lieux")
    assert made.plan.look.source["records"] == "lieux"
    assert "records: lieux" in made.files["datasets/essai.yaml"]


def test_a_list_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable) as refused:
        drafted(tmp_path, "a.json", json.dumps(LISTS), "velos")
    assert "velos.bornes" in refused.value.remedy and "Dupont" not in str(refused.value)


def test_a_header_that_comes_back_among_the_rows_is_told(tmp_path: Path) -> None:
    made = drafted(tmp_path, "a.csv", "lieu;places\nMairie;12\nlieu;places\nPoste;7\n")
    assert "1 ligne répète l'en-tête : elle n'est pas publiée (ligne 3)" in notes(made)
    assert made.plan.look.raw.rows == 2
    assert not made.plan.look.headless


def test_a_header_that_comes_back_in_capitals_is_told_with_what_to_do(tmp_path: Path) -> None:
    made = drafted(tmp_path, "a.csv", "lieu;places\nMairie;12\nLIEU;PLACES\nPoste;7\n")
    assert "1 ligne répète l'en-tête, à la casse près, et serait publiée : l'ôter du fichier" in notes(made)


MONTHS = ["Jan", "Fév", "Mar", "Avr", "Mai", "Juin", "Juil", "Août", "Sep", "Oct", "Nov", "Déc"]
WEEK = ["Lun", "Mar", "Mer", "Jeu", "Ven", "Sam", "Dim"]


@pytest.mark.parametrize(
    "first, below, again, data",
    [
        (["lieu", "places"], ["Mairie", "12"], [], False),
        (["Mairie", "0442919191"], ["Poste", "0442919192"], [], True),
        (["Mairie", "12", "13100"], ["Poste", "7", "13090"], [], True),
        (["OBJECTID", "CODCOM"], ["1", "13001"], [], False),
        (["annee", "2013", "2014"], ["Nord", "12", "7"], [], False),
        (["nom", "0612345678", "date"], ["a", "b", "c"], [], False),
        (["Mairie", "Nord"], ["Poste", "Sud"], ["Mairie", "Nord"], True),
        (["lieu", "30/12/2024", "31/12/2024", "01/01/2025"], ["Nord", "12", "7", "9"], [], False),
        (["Secteur", *MONTHS, "Total"], ["01", *["12"] * 13], [], False),
        (["Site", *WEEK], ["Poste", *["fermé"] * 7], [], False),
        (["Site", *WEEK], ["Poste", *["sam"] * 7], ["Sam"], False),
        (["Dupont", "Rakotomalala"], ["Martin", "Keskinkaya"], ["Dupont"], True),
        (["Dupont", "Rakotomalala", "Lopez"], ["12", "7", "9"], [], False),
        (["Nord", "2025-01-02", "2025-01-03", "2025-01-01"], ["Sud", "12", "7", "9"], [], True),
        (
            ["Nord", "01/01/2025", "02/01/2025", "03/01/2025"],
            ["Sud", "04/01/2025", "05/02/2025", "07/02/2025"],
            [],
            True,
        ),
    ],
)
def test_a_row_of_data_is_told_from_a_header(first: Any, below: Any, again: Any, data: bool) -> None:
    assert is_header_row_actually_data(first, below, again) is data


@pytest.mark.parametrize(
    "header", ["lieu;0442919191;x", "lieu;awa@ville.fr;x", "lieu;Awa Keskinkaya;x", "lieu;06 12 34 56 78;x"]
)
def test_a_name_that_looks_like_data_is_never_written_and_its_column_is_asked(
    header: str, tmp_path: Path
) -> None:
    made = drafted(tmp_path, "a.csv", f"{header}\nMairie;centre;oui\nPoste;nord;non\nGare;sud;non\n")
    assert made.plan.look.raw.rows == 3 and not made.plan.look.headless
    assert "appelée ici par son rang, « colonne 2 »" in notes(made)
    assert header.split(";")[1] not in " ".join(texts_of(made))
    (asked,) = (one for one in made.decisions if one.key == "columns.colonne 2")
    assert asked.options == ("drop", "{publish: true, as: colonne_2}") and "as:" in str(asked.question)


@pytest.mark.parametrize(
    "header",
    [
        "lieu;nombre;secteur;Awa Keskinkaya;Hery Rakotomalala",
        "lieu;nombre;secteur;date;0442919191;0442919192;0442919193;0442919194",
        "lieu;jean_dupont;secteur",
    ],
)
def test_names_of_many_people_or_numbers_are_refused(header: str, tmp_path: Path) -> None:
    row = ";x" * header.count(";")
    with pytest.raises(SourceUnreadable, match="ressemble"):
        drafted(tmp_path, "a.csv", f"{header}\nMairie{row}\nPoste{row}\n")


def test_a_column_a_day_is_named_by_its_day(tmp_path: Path) -> None:
    days = [f"{day:02}/01/2025" for day in range(1, 9)]
    rows = "\n".join(f"Lieu {n};" + ";".join(str(n * day) for day in range(8)) for n in range(5))
    made = drafted(tmp_path, "a.csv", f"lieu;{';'.join(days)}\n{rows}\n")
    assert [name for name, _ in made.plan.look.raw.columns] == ["lieu", *days]
    assert made.plan.look.raw.rows == 5 and not made.plan.look.headless


def test_the_reason_of_each_question_is_read_again_in_the_draft() -> None:
    draft = """source:
  # Ailleurs.
  path: a.csv
columns:
  # Un texte de 2 valeurs
  # différentes.
  lieu: drop
  'no': "à décider : est-ce quelqu'un ? — drop | publish"
  x: publish  # oui ou non
  # Un autre.
  y: {publish: true,
    as: z}
  z: "à décider : et elle ? — drop | publish"
# Après.
schema: a
"""
    first, other = "Un texte de 2 valeurs différentes.", "Un autre."
    reasons = {"lieu": first, "no": first, "x": first, "z": other}
    assert {key: parse_column_question_reasons(draft).get(key) for key in reasons} == reasons


def test_what_columns_mean_is_left_to_write_and_told_until_it_is(tmp_path: Path) -> None:
    steward = table(
        tmp_path, {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": "/d"}})}
    )
    path = tmp_path / "a.csv"
    path.write_text("lieu;places;etage\nMairie;12;1\nPoste;7;2\n", "utf-8")
    made = draft_declaration(build_draft_request_from_path_or_url("essai", str(path)), steward.place)
    assert [described["description"] for described in made.plan.build_table_schema()["fields"]] == [
        "",
        "",
        "",
    ]
    declared = steward.write(made)
    steward.decide(declared, {"file": "depot", "lieu": "drop"})
    (told,) = steward.load(declared).warnings
    assert told.code == "signification-absente"
    assert told.message() == "des colonnes publiées sans signification : « places », « etage »"
    assert "include/schemas/essai.json" in told.format_remedy()
    assert told.text.startswith("schema:")
    schema = steward.desk.include / "schemas/essai.json"
    schema.write_text(
        schema.read_text("utf-8").replace('"description": ""', '"description": "Un compte."'), "utf-8"
    )
    assert steward.load(declared).warnings == ()


@pytest.mark.parametrize("cells, said", [(["A,5", "B,7", "B,12"], False), (["1,5", "2,7", "12,25"], True)])
def test_the_mark_of_decimals_is_declared_where_there_are_numbers(
    cells: list[str], said: bool, tmp_path: Path
) -> None:
    rows = "\n".join(f"Lieu {n};{cell}" for n, cell in enumerate(cells))
    made = drafted(tmp_path, "a.csv", f"lieu;repere\n{rows}\n")
    assert ("decimal:" in made.files["datasets/essai.yaml"]) is said
    assert made.plan.profiles.get_column("repere").kind == ("number" if said else "string")


@pytest.mark.parametrize(
    "rows, asked",
    [
        ("Mairie;12;04 42 00 00 01\nPoste;NC;04 42 00 00 02\n", True),
        ("Mairie;12;04 42 00 00 01\nPoste;7;NC\n", False),
        ("Mairie;12;04 42 00 00 01\nPoste;#N/A;04 42 00 00 02\n", False),
    ],
    ids=["in-what-leaves", "in-what-is-dropped", "of-a-program"],
)
def test_what_says_nothing_is_asked_where_it_may_go_out(rows: str, asked: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"lieu;places;telephone\n{rows}", "utf-8")
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(path)), table(tmp_path, {}).place
    )
    assert any(decision.key == "source.missing" for decision in made.decisions) is asked
    assert ("#N/A" in made.files["datasets/essai.yaml"]) is ("#N/A" in rows)


def test_the_remedy_of_a_json_speaks_of_no_header(tmp_path: Path) -> None:
    people = '[{"semaine": 1, "Dupont": 2, "Martin": 3}, {"semaine": 2, "Dupont": 4, "Martin": 5}]'
    with pytest.raises(SourceUnreadable) as refused:
        drafted(tmp_path, "a.json", people)
    assert "leur donner un autre nom à la source" in str(refused.value.remedy)
    with pytest.raises(SourceUnreadable) as refused:
        drafted(tmp_path, "a.csv", "semaine;Dupont;Martin\n1;2;3\n2;4;5\n")
    assert "mettre en tête une ligne qui nomme les colonnes" in str(refused.value.remedy)
