"""What a few cells hold was told by nobody: two listed names among 801 beneficiaries, a hundred plates, the one
row in three hundred that says « VIH » beside an age and a sex.

Where the header or the table says that rows are people's, a person decides; elsewhere it is told, with the
reason why it closes nothing.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, IdentifierKind, NotedHitReason, ScanHit, scan_table
from aqueduc.errors import ValidationGateClosed
from tests.adversary.test_sentences import officer, said, walked
from tests.making import Desk, desk

LABELS = (
    "Amicale des boulistes",
    "Comité des fêtes",
    "Société nautique",
    "Union sportive",
    "Club de lecture",
)
NAMES = ("Jean Dupont", "DUPONT Jean", "Fatima Benali", "Mamadou Diallo", "Jean-Pierre Lefèvre")


def find(kind: IdentifierKind, column: str, **columns: list[Any]) -> ScanHit | None:
    return next((h for h in scan_table(pa.table(columns)) if (h.column, h.kind) == (column, kind)), None)


def fill(cells: list[str], rows: int = 800) -> list[str]:
    labels = [f"{LABELS[rank % 5]} {rank // 5 + 2}" for rank in range(rows - len(cells))]
    return [*labels, *cells]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("header", ["beneficiaire", "nomBeneficiaire", "demandeur", "titulaire"])
def test_one_listed_name_among_people_waits_for_a_decision(header: str, name: str) -> None:
    hit = find(IdentifierKind.PERSON_NAME, header, **{header: fill([name])})
    assert hit is not None and (hit.strength, hit.rows) == (HitStrength.POSSIBLE, 1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("header", ["objet", "remarque", "libelle", "champ_3"])
def test_one_listed_name_elsewhere_is_told(header: str, name: str) -> None:
    hit = find(IdentifierKind.PERSON_NAME, header, **{header: fill([name])})
    assert hit is not None and not hit.is_blocking_hit
    assert (hit.rows, hit.noted_for) == (1, NotedHitReason.FEW)


@pytest.mark.parametrize("header", ["beneficiaire", "objet"])
def test_labels_called_after_somebody_are_no_names(header: str) -> None:
    famous = [
        "Jean Moulin",
        "Amicale Jean Macé",
        "Café Martin",
        "École Paul Langevin",
        "Les Amis de Victor Hugo",
    ]
    assert find(IdentifierKind.PERSON_NAME, header, **{header: fill(famous)}) is None


def test_the_lines_of_what_is_told_are_those_of_the_names() -> None:
    """A given name alone is not counted with the full ones."""
    cells = fill(["Jean Dupont", "Fatima", "Karim", "Marie"])
    table = pa.table({"__line": list(range(1, len(cells) + 1)), "objet": cells})
    (hit,) = [one for one in scan_table(table) if one.kind is IdentifierKind.PERSON_NAME]
    assert (hit.rows, hit.lines) == (1, (797,))


@pytest.mark.parametrize("plates", [1, 20, 100])
def test_old_plates_among_remarks_are_told(plates: int) -> None:
    cells = ["4321 AB 13"] * plates + ["vu le gardien"] * (300 - plates)
    hit = find(IdentifierKind.PLATE, "remarque", remarque=cells)
    assert hit is not None and (hit.strength, hit.rows) == (HitStrength.NOTED, plates)


@pytest.mark.parametrize("ill", [1, 6, 30, 59, 61, 150])
@pytest.mark.parametrize("header", ["motif", "motif_absence", "libelle", "nature_demande", "champ_2"])
@pytest.mark.parametrize("beside", ["age", "sexe", "naissance", "nom"])
def test_an_illness_beside_people_closes_however_rare(beside: str, header: str, ill: int) -> None:
    about = {
        "age": [20 + rank % 60 for rank in range(300)],
        "sexe": ["F", "H"] * 150,
        "naissance": [f"19{50 + rank % 40}-0{1 + rank % 9}-1{rank % 10}" for rank in range(300)],
        "nom": [f"{NAMES[2 + rank % 3]}" for rank in range(300)],
    }
    said_of = ["cancer du sein", "VIH", "diabète"]
    cells = [said_of[rank % 3] for rank in range(ill)] + ["voirie"] * (300 - ill)
    table = pa.table({"quartier": ["Centre", "Nord"] * 150, header: cells, beside: about[beside]})
    kinds = (IdentifierKind.HEALTH, IdentifierKind.AGE_ILLNESS)
    hits = [hit for hit in scan_table(table) if hit.column == header and hit.kind in kinds]
    assert any(hit.is_blocking_hit for hit in hits), hits


def test_an_illness_in_a_table_of_nobody_is_told_with_its_reason() -> None:
    cells = ["cancer du sein"] * 6 + ["voirie"] * 294
    hit = find(IdentifierKind.HEALTH, "motif", quartier=["Centre", "Nord"] * 150, motif=cells)
    assert hit is not None and (hit.strength, hit.noted_for) == (HitStrength.NOTED, NotedHitReason.FEW)


# --- what is said of it -----------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def test_a_name_among_beneficiaries_is_published_by_nobody(here: Desk) -> None:
    dataset = here.dataset(columns={"beneficiaire": "publish"})
    with pytest.raises(ValidationGateClosed, match="peut-être un nom de personne, dans 2 lignes"):
        walked(here, dataset, pa.table({"beneficiaire": fill(["Jean Dupont", "Fatima Benali"])}))


def test_what_few_cells_have_is_told_and_the_officer_reads_it(here: Desk) -> None:
    dataset = here.dataset(columns={"objet": "publish"})
    page = officer(here, dataset, walked(here, dataset, pa.table({"objet": fill(["Jean Dupont"])})))
    assert "signalé sans fermer la porte, parce que peu de cellules de la colonne l&#39;ont" in page
    assert (
        "Aucun contrôle des données n&#39;a arrêté l&#39;exécution : 1 constat signalé sans décision" in page
    )
    assert "Aucun constat n" not in page
    assert "ce que peu de cellules ont (un ou deux noms parmi des libellés" in said(dataset, here)


def test_the_reason_of_a_note_is_that_of_the_code(here: Desk) -> None:
    """An illness that is rare is not said to be of things."""
    columns: dict[str, list[Any]] = {"quartier": ["Centre", "Nord"] * 150}
    columns["motif"] = ["cancer du sein"] * 6 + ["voirie"] * 294
    dataset = here.dataset(columns=dict.fromkeys(columns, "publish"))
    page = officer(here, dataset, walked(here, dataset, pa.table(columns)))
    assert (
        "donnée de santé dans 6 lignes au moins ; signalé sans fermer la porte, parce que peu de cellules"
        in page
    )


def test_a_run_that_nothing_stopped_says_what_it_let_go(here: Desk) -> None:
    """Rows rejected, and identifiers under a text that nobody checks, are no controls that passed."""
    basis = {"publish": True, "basis": "CGCT, art. L. 2121-26"}
    dataset = here.dataset(
        columns={"jour": {"generalise": "month"}, "telephone": basis}, reject_at_most="60%"
    )
    table = pa.table({"jour": ["2026-01-02", "hier"] * 20, "telephone": ["06 12 34 56 78"] * 40})
    page = html.unescape(officer(here, dataset, walked(here, dataset, table)))
    told = (
        "20 lignes rejetées, 1 constat couvert par un fondement, 1 constat sous « Autres constats » ; "
        "cette exécution n'a mené aucune publication"
    )
    assert f"Aucun contrôle des données n'a arrêté l'exécution : {told}" in page


def test_one_row_that_it_let_go_is_told_in_the_singular(here: Desk) -> None:
    dataset = here.dataset(columns={"jour": {"generalise": "month"}}, reject_at_most="60%")
    table = pa.table({"jour": [*["2026-01-02"] * 39, "hier"]})
    page = html.unescape(officer(here, dataset, walked(here, dataset, table)))
    assert "Aucun contrôle des données n'a arrêté l'exécution : 1 ligne rejetée, 1 constat sous" in page


def test_what_nothing_looks_for_is_in_the_list(here: Desk) -> None:
    """Beliefs, unions, sexual life and convictions (GDPR, articles 9 and 10) are published unseen."""
    dataset = here.dataset(columns=dict.fromkeys(("age", "croyance"), "publish"))
    cells = ["musulmane pratiquante", "adhérent CGT", "condamné pour vol", "homosexuel"] * 15
    table = pa.table({"age": [20 + rank for rank in range(60)], "croyance": cells})
    page = officer(here, dataset, walked(here, dataset, table))
    assert "Aucun constat n'a été fait de ce qui est cherché" in page
    assert "cela ne dit pas qu'il n'y en a pas" in page
    text = said(dataset, here)
    assert "condamnations et infractions) : rien ne les cherche" in text
    assert "une forme que personne n'a prévue ou que trop peu de cellules de la colonne ont" in text
