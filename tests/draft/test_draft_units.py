"""A draft of a source where one person has several rows: sixty people of twelve payments each are sixty groups of
twelve rows, and of one person. The oracle is Python's, over the file."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from aqueduc.draft import DeclarationDraft, draft_declaration
from aqueduc.pipeline import run_preparation_stages
from aqueduc.run import Run
from aqueduc.sources.files.drafting import build_file_request as file
from tests.draft.stewarding import Table, table
from tests.examples import rarely

pytestmark = pytest.mark.end_to_end

K = 5
PEOPLE, MONTHS = 60, 12
NAMES = ("Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent")
FIRST = ("Jeanne", "Paul", "Amina", "Louis", "Sophie", "Karim")
Row = Mapping[str, str]


def person(rank: int) -> dict[str, str]:
    """One of sixty, whose year of birth no four others share."""
    return {
        "N° dossier": f"D{rank:04}",
        "nom": NAMES[rank % 10],
        "prénom": FIRST[rank // 10],
        "date de naissance": f"{1 + rank % 28:02}/{1 + rank % 12:02}/{1930 + rank}",
        "aide": ("loyer", "transport", "repas")[rank % 3],
    }


def payments(people: int = PEOPLE, months: int = MONTHS) -> list[dict[str, str]]:
    """A row a month for each."""
    return [
        {**person(rank), "mois": f"05/{month:02}/2025"}
        for rank in range(people)
        for month in range(1, months + 1)
    ]


@pytest.fixture
def steward(tmp_path: Path) -> Table:
    return table(
        tmp_path / "ville",
        {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(tmp_path)}})},
    )


def draft(
    steward: Table, folder: Path, rows: Sequence[Row], columns: Sequence[str], **renamed: str
) -> DeclarationDraft:
    with (folder / "versements.csv").open("w", encoding="utf-8", newline="") as target:
        written = csv.writer(target, delimiter=";")
        written.writerow([renamed.get(name.replace("N° ", ""), name) for name in columns])
        written.writerows([row[name] for name in columns] for row in rows)
    return draft_declaration(file("essai", "depot", "versements.csv"), steward.place)


def options_of(made: DeclarationDraft) -> dict[str, list[str]]:
    return {column["name"]: column["options"] for column in made.to_json()["columns"]}


def decision(made: DeclarationDraft, key: str) -> tuple[str, ...] | None:
    return next((one.options for one in made.decisions if one.key == key), None)


ALL = ("N° dossier", "nom", "prénom", "date de naissance", "aide", "mois")


def test_a_number_that_repeats_is_dropped_and_counted(steward: Table, tmp_path: Path) -> None:
    made = draft(steward, tmp_path, payments(), ALL)
    assert options_of(made)["N° dossier"] == ["drop"]
    assert made.plan.unit.columns == ("N° dossier",)
    assert "N° dossier" not in made.plan.quasi
    text = made.files["datasets/essai.yaml"]
    assert "\n  unit: [N° dossier]\n" in text
    assert "groupes de moins de 5 unités (N° dossier)" in text
    assert "combien de « N° dossier » différents" in text
    assert "lignes semblables" not in text


def test_its_first_answers_publish_groups_of_five_people(steward: Table, tmp_path: Path) -> None:
    """The attack: each published group held the rows of one person."""
    made = draft(steward, tmp_path, payments(), ALL)
    path = steward.write(made)
    steward.decide(path)
    assert steward.refusal(path) == []
    dataset = steward.load(path)
    *_, done = run_preparation_stages(dataset, Run(dataset.id, "essai", force=True), steward.place)
    assert done.handle is not None
    shown = steward.desk.read(done.handle).to_pylist()
    assert shown and set(shown[0]) >= {"aide"} and not set(shown[0]) & {"N° dossier", "nom", "prénom"}
    of: dict[str, set[str]] = defaultdict(set)
    for row in payments():
        of[row["aide"]] |= {row["N° dossier"]}
    assert all(len(of[row["aide"]]) >= K for row in shown)
    assert not any("naissance" in name for name in shown[0])


@pytest.mark.parametrize(
    "name", ["N° allocataire", rarely("id_foyer"), rarely("Matricule"), rarely("N° licence"), "Usager"]
)
def test_a_name_says_whose_the_rows_are(name: str, steward: Table, tmp_path: Path) -> None:
    made = draft(steward, tmp_path, payments(), ALL, dossier=name)
    assert options_of(made)[name] == ["drop"]
    assert made.plan.unit.columns == (name,)


def test_a_number_of_people_makes_a_file_about_them(steward: Table, tmp_path: Path) -> None:
    made = draft(steward, tmp_path, payments(), ("N° dossier", "aide", "mois"), dossier="N° allocataire")
    assert made.plan.people == ("N° allocataire",)
    assert made.plan.unit.columns == ("N° allocataire",)


def test_the_form_of_a_column_says_whose_the_rows_are(steward: Table, tmp_path: Path) -> None:
    """Its name says nothing, but the rows of each of its values name one person."""
    made = draft(steward, tmp_path, payments(), ALL, dossier="suivi")
    assert options_of(made)["suivi"] == ["drop"]
    assert made.plan.unit.columns == ("suivi",)


def test_a_code_that_many_share_stands_for_nobody(steward: Table, tmp_path: Path) -> None:
    made = draft(steward, tmp_path, payments(), ALL)
    assert options_of(made)["aide"][0] == "publish"
    assert "aide" not in made.plan.unit.linking


def test_names_are_counted_where_there_is_no_number(steward: Table, tmp_path: Path) -> None:
    made = draft(steward, tmp_path, payments(), ALL[1:])
    assert made.plan.unit.columns == ("nom", "prénom")
    assert not made.plan.unit.asked


def loans(people: int = 40, each: int = 6) -> list[dict[str, str]]:
    """What a library lends: each book has a shelf mark, which looks like a surname, and is borrowed by many."""
    books = [
        (f"978200000{rank:03}4", f"R {name[:3].upper()}", f"Livre {rank}")
        for rank, name in enumerate((*NAMES, "Sand", "Balzac"))
    ]
    rows = []
    for rank in range(people * each):
        isbn, mark, title = books[rank * 7 % len(books)]
        reader = rank % people
        row = {"N° dossier": f"00{reader:05}", "Né(e) en": str(1940 + reader % 60), "Sexe": "FM"[reader % 2]}
        rows.append(
            {**row, "Date prêt": f"{1 + rank % 28:02}/03/2025", "Titre": title, "ISBN": isbn, "Cote": mark}
        )
    return rows


LOANS = ("N° dossier", "Né(e) en", "Sexe", "Date prêt", "Titre", "ISBN", "Cote")


@pytest.mark.parametrize("name", ["N° adhérent", rarely("N° carte"), rarely("N° lecteur")])
def test_borrowers_are_counted_and_not_their_books(name: str, steward: Table, tmp_path: Path) -> None:
    """The attack: one borrower alone was published in a group of fourteen, which counted shelf marks."""
    made = draft(steward, tmp_path, loans(), LOANS, dossier=name)
    assert made.plan.unit.columns == (name,) and not made.plan.unit.asked
    assert options_of(made)[name] == ["drop"]
    assert name in made.plan.people and "Cote" not in made.plan.people
    assert not {"Cote", "ISBN"} & made.plan.unit.linking
    assert "  Cote: drop" not in made.files["datasets/essai.yaml"]


def test_two_numbers_that_may_be_those_of_people_are_asked(steward: Table, tmp_path: Path) -> None:
    rows = [{**row, "usager": f"U{int(row['N° dossier']) // 2}"} for row in loans()]
    made = draft(steward, tmp_path, rows, (*LOANS, "usager"), dossier="N° carte", usager="N° usager")
    assert decision(made, "privacy.unit") == ("[N° usager]", "[N° carte]", "[]")


def test_one_person_of_several_files_is_asked(steward: Table, tmp_path: Path) -> None:
    rows = [{**row, "N° dossier": f"D{rank // 3}"} for rank, row in enumerate(payments())]
    made = draft(steward, tmp_path, rows, ALL)
    assert decision(made, "privacy.unit") == ("[nom, prénom]", "[N° dossier]", "[]")


def test_the_form_of_a_column_alone_is_asked(steward: Table, tmp_path: Path) -> None:
    made = draft(steward, tmp_path, payments(), ("N° dossier", "date de naissance", "aide"), dossier="suivi")
    assert decision(made, "privacy.unit") == ("[suivi]", "[]")


def test_a_surname_alone_is_asked(steward: Table, tmp_path: Path) -> None:
    """Ten people may be called so: it is the safest answer, and somebody's to refuse."""
    made = draft(steward, tmp_path, payments(), ("nom", "aide", "mois"))
    assert decision(made, "privacy.unit") == ("[nom]", "[]")


def test_nothing_tells_whose_the_rows_are_and_it_is_asked(steward: Table, tmp_path: Path) -> None:
    made = draft(steward, tmp_path, payments(), ("date de naissance", "aide", "mois"))
    assert decision(made, "privacy.unit") == ("[]",)
    assert "Aucune colonne ne dit laquelle" in made.files["datasets/essai.yaml"]
    path = steward.write(made)
    steward.decide(path)
    assert steward.refusal(path) == []


def test_people_of_one_row_each_are_counted_by_rows(steward: Table, tmp_path: Path) -> None:
    made = draft(steward, tmp_path, payments(300 // 5, 1), ALL)
    assert made.plan.unit.columns == () and not made.plan.unit.asked
    assert "unit:" not in made.files["datasets/essai.yaml"]
    assert options_of(made)["N° dossier"][0] == "drop"


def test_a_number_of_somebody_is_not_published_because_nothing_else_is(
    steward: Table, tmp_path: Path
) -> None:
    made = draft(steward, tmp_path, payments(PEOPLE, 1), ("N° dossier", "nom", "prénom"))
    assert options_of(made)["N° dossier"][0] == "drop"
