"""What a draft takes for a thing, a date or an amount is not asked as if it were somebody."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from aqueduc.declaration.column_name_hints import (
    is_beneficiary_identifier_column_name,
    is_case_file_identifier_column_name,
    is_person_identifier_column_name,
    is_plant_age_or_photo_column,
)
from aqueduc.draft import (
    DeclarationDraft,
    build_draft_request_from_path_or_url,
    draft_declaration,
    load_source_drafting_functions,
)
from tests.draft.stewarding import table

PERSON = "cette colonne peut-elle désigner une personne ?"
SIRETS = ("21130001900018", "55208131766522", "35600000000048", "73282932000074", "44306184100047")


def draft(folder: Path, name: str, content: str) -> DeclarationDraft:
    (folder / name).write_text(content, "utf-8")
    wanted = build_draft_request_from_path_or_url("essai", str(folder / name))
    return draft_declaration(wanted, table(folder, {}).place)


def questions(made: DeclarationDraft) -> dict[str, str]:
    return {one.key: str(one.question) for one in made.decisions}


def fields(made: DeclarationDraft) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(made.files["schemas/essai.json"])["fields"]}


def test_the_tag_the_age_and_the_photograph_of_a_tree_are_no_persons(tmp_path: Path) -> None:
    rows = (f"A{n};{n % 7};tilleul;{'AJ'[n % 2]};P{n % 9};3\n" for n in range(60))
    header = "id_arbre;matricule_arbre;espece_arbre;classe_age;reference_photo;hauteur\n"
    made = draft(tmp_path, "a.csv", header + "".join(rows))
    assert not made.plan.people and "privacy:" not in made.files["datasets/essai.yaml"]
    assert (
        not {"columns.matricule_arbre", "columns.classe_age", "columns.reference_photo"}
        & questions(made).keys()
    )


@pytest.mark.parametrize(
    "name, number", [("matricule_arbre", False), ("matricule", True), ("id_usager", True)]
)
def test_what_is_nailed_to_a_tree_numbers_nobody(name: str, number: bool) -> None:
    assert (
        is_person_identifier_column_name(name) is number
        and is_case_file_identifier_column_name(name) is number
    )


def test_the_age_of_a_person_among_trees_is_still_a_persons() -> None:
    trees = ("espece_arbre", "genre_arbre", "variete")
    assert is_plant_age_or_photo_column("classe_age", trees) and not is_plant_age_or_photo_column(
        "classe_age", ("commune", "espece")
    )
    assert not is_plant_age_or_photo_column("age_agent", trees) and not is_plant_age_or_photo_column(
        "date_naissance", trees
    )


def write_grants(cells: tuple[str, ...]) -> str:
    rows = (f"Club {n % 5};{cells[n % len(cells)]};{1000 + n}\n" for n in range(40))
    return "nomBeneficiaire;idBeneficiaire;montant\n" + "".join(rows)


def test_beneficiaries_with_a_siret_are_organisations(tmp_path: Path) -> None:
    made = draft(tmp_path, "a.csv", write_grants(SIRETS))
    assert not made.plan.people
    assert questions(made)["columns.idBeneficiaire"] == "des entrepreneurs individuels s'y trouvent-ils ?"


def test_beneficiaries_with_another_number_may_be_organisations(tmp_path: Path) -> None:
    made = draft(tmp_path, "a.csv", write_grants(("B1", "B2", "B3")))
    assert made.plan.people == ("idBeneficiaire",)
    assert "Si « idBeneficiaire » ne nomme que des organisations" in made.files["datasets/essai.yaml"]
    assert is_beneficiary_identifier_column_name(
        "id_titulaire"
    ) and not is_beneficiary_identifier_column_name("num_allocataire")


def test_periods_and_amounts_are_not_asked_as_persons(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    months = ("janv. 2025", "févr. 2025", "mars 2025", "avril 2025")
    book.active.append(("site", "Mois", "Recettes"))
    for rank, cell in enumerate(("17 438,40 €", 8790.6, 12500, "4 120,00 €")):
        book.active.append((f"bassin {rank}", months[rank], cell))
    book.save(tmp_path / "a.xlsx")
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(tmp_path / "a.xlsx")), table(tmp_path, {}).place
    )
    asked = questions(made)
    assert "columns.Mois" not in asked and asked["columns.Recettes"] == "la publier ainsi, comme un texte ?"
    (why,) = (one.why for one in made.plan.proposals if one.name == "Recettes")
    assert '« "type": "number", "bareNumber": false, "decimalChar": ",", "groupChar": " " »' in why


def test_bare_numbers_alone_are_no_amounts(tmp_path: Path) -> None:
    made = draft(tmp_path, "a.csv", "site;tarif\na;12 €\nb;450.5\nc;libre\nd;sur devis\n")
    assert made.plan.profiles.get_column("tarif").amounts is None


def test_thousands_of_a_column_of_another_decimal_mark_are_said_in_its_field(tmp_path: Path) -> None:
    rows = (f"R{n};{n}.25;{n}.5;{n % 7 + 1} 234,50\n" for n in range(30))
    made = draft(tmp_path, "a.csv", "ref;hauteur;largeur;cout\n" + "".join(rows))
    assert (fields(made)["cout"]["type"], fields(made)["cout"].get("groupChar")) == ("number", " ")
    assert made.plan.trial is not None and made.plan.trial.rejected == 0


@pytest.mark.parametrize(
    "days, told", [(("01/02/2025", "03/04/2025"), True), (("01/02/2025", "13/04/2025"), False)]
)
def test_dates_of_which_nothing_tells_the_day_are_told(
    tmp_path: Path, days: tuple[str, ...], told: bool
) -> None:
    made = draft(tmp_path, "a.csv", "lieu;date_effet\n" + "".join(f"l;{day}\n" for day in days))
    assert ("rien n'y distingue le jour et le mois" in made.files["datasets/essai.yaml"]) is told


def test_a_contour_is_asked_as_a_position_whatever_its_length(tmp_path: Path) -> None:
    ring = [[5.4, 43.5], [5.5, 43.5], [5.5, 43.6], [5.4, 43.5]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    features = [{"type": "Feature", "geometry": shape, "properties": {"code": f"Q{n}"}} for n in range(3)]
    made = draft(tmp_path, "a.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    (why,) = (one.why for one in made.plan.proposals if one.name == "geometry")
    assert why.startswith("une géométrie")
    assert questions(made)["columns.geometry"] == "peut-elle dire où quelqu'un habite ?"


def test_a_waiver_is_prepared_for_each_axis_that_the_search_sees(tmp_path: Path) -> None:
    """The search closed on the latitude, when the longitude alone had been signed for."""
    rows = (f"Club {n};06 12 34 56 {n:02};43.5{n:03}1;5.4{n:03}1\n" for n in range(10, 40))
    (tmp_path / "a.csv").write_text("nom;tel;lat;long\n" + "".join(rows), "utf-8")
    folder = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    steward = table(tmp_path / "ville", {"AIRFLOW_CONN_DEPOT": json.dumps(folder)})
    request = load_source_drafting_functions("file").choose("essai", "depot", "a.csv")
    made = draft_declaration(request, steward.place)
    path = steward.write(made)
    signed = path.read_text("utf-8")
    assert signed.count("kind: home_position") == 2
    steward.decide(path, {"lat": "publish", "long": "publish", "nom": "publish", "tel": "drop"})
    signed = path.read_text("utf-8").replace("# waivers:", "waivers:").replace("#   - {", "  - {")
    signed = signed.replace("AAAA-MM-JJ", "2026-01-05")
    signed = re.sub(r'(by|reason): "[^"]*"', r'\1: "Anne Roux, directrice : bornes publiques"', signed)
    path.write_text(signed, "utf-8")
    assert steward.refusal(path) == []
    codes = {one.code for one in steward.walk(steward.load(path)).findings}
    assert "constat-leve" in codes and "levee-sans-objet" not in codes, codes
