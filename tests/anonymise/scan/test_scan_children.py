"""A child, a login, a home, a file or a line that is somebody's closes the gate in one row as in all."""

import random
from collections.abc import Callable

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, IdentifierKind, scan_table
from tests.anonymise.scan.judging import score
from tests.anonymise.scan.labelled import Labelled

ROWS = 300
NOTES = (
    "RAS",
    "visite faite",
    "à revoir",
    "salle propre",
    "clé laissée à l'accueil",
    "fuite réparée",
    "attente du devis",
)
SOMEBODY = (
    *("Léa, 6 ans", "Jade (3 ans)", "Karim 18 mois", "la petite Inès âgée de 4 ans s'est blessée", "8 ans : Ousmane"),
    *("Lucas CE2", "Emma (CP)", "Noah en petite section", "Lina D. 6ème", "CM1 : Nathan", "Chloé, élève de 5e B"),
    *("Léa, Tom, Inès, Karim", "Emma D. et Lucas P.", "absents : Hugo, Manon et Chloé", "ADAM / LINA / NOAH"),
    *("chloé, karim, hugo, manon", "Manon Hugo Karim Chloé", "Inès - Karim - Ousmane"),
    *("0701234567H", "070123456AB", "INE 070123456AB", "élève n° 0701234567H absent"),
    *("Dupont;Karim;12/03/1984;Aix", 'reçu : "Lefebvre","Karim","oui"', "12;lefebvre;karim;actif"),
    *("CV-Karim-Lefebvre.pdf", "karim.lefebvre.pdf", "LefebvreKarim.pdf", "scan_LEFEBVRE.pdf", "cv_klefebvre.docx"),
    *("user=kle", "login: KLE", "domicile : POINT (5.412345 43.512345)"),
    "habite au 43.512345, 5.412345",
)  # fmt: skip
NOBODY = (
    *("Atelier 6-12 ans", "dès 6 ans", "garantie 2 ans", "enfants de 3 ans", "Whisky 12 ans", "Max 6 ans", "bail de 9 ans"),
    *("François 1er", "Charles, 3e étage", "Louis 5e arr", "CM1-CM2", "École Jean Macé, CP et CE1", "classe de CE2"),
    *("rouge, vert, bleu", "Paris, Lyon, Marseille", "Jean Jaurès, Jules Ferry, Paul Bert", "lundi, mardi et jeudi"),
    *("Saint-Jean, Saint-Paul, Saint-Marc", "rose, iris, jasmin", "centre, gare, mairie", "eau / gaz / air"),
    *("lot;quantité;prix", "12;actif;oui", "plan_quartier_nord.pdf", "photo_chantier.jpg", "acte_12.pdf", "scan_0012.pdf"),
    *("user=root", "login: oui", "POINT (5.412345 43.512345)", "arrêt : POINT (5.412345 43.512345)"),
    *("070123456", "12345678901234", "A070123456"),
)  # fmt: skip


def _among_notes(cell: str, *, rows: int) -> Callable[[random.Random, int], list[str]]:
    return lambda rng, n: [cell if rank < rows else rng.choice(NOTES) for rank in range(n)]


@pytest.mark.parametrize("rows", [1, ROWS // 3])
def test_somebody_is_found_in_one_row_as_in_many(rows: int) -> None:
    """Each under the header of a note, in its own column."""
    columns = [
        Labelled(f"observations {rank}", personal, cell, _among_notes(cell, rows=rows))
        for personal, cells in ((True, SOMEBODY), (False, NOBODY))
        for rank, cell in enumerate(cells)
    ]
    found = score(columns, rows=ROWS)
    assert not found.missed and not found.cried


def find_closed(columns: dict[str, list[object]]) -> set[tuple[str, IdentifierKind]]:
    hits = scan_table(pa.table(columns))
    return {(hit.column, hit.kind) for hit in hits if hit.strength is not HitStrength.NOTED}


PEOPLE = ("Karim Lefebvre", "Léa Dupont", "Ousmane Traoré", "Inès Garcia")


def _draw(make: Callable[[random.Random], object]) -> list[object]:
    rng = random.Random(5)
    return [make(rng) for _ in range(60)]


def _plot(rng: random.Random, side: float) -> str:
    x, y = 5.4 + rng.random() / 10, 43.5 + rng.random() / 10
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y))
    return f"POLYGON (({', '.join(f'{a:.6f} {b:.6f}' for a, b in corners)}))"


def test_a_year_of_birth_stands_beside_a_name() -> None:
    names, born = _draw(lambda rng: rng.choice(PEOPLE)), _draw(lambda rng: rng.randint(1935, 2006))
    assert ("c2", IdentifierKind.BIRTH_DATE) in find_closed({"c1": names, "c2": born})
    assert ("année", IdentifierKind.BIRTH_DATE) not in find_closed({"année": born, "arbre": ["Tilleul"] * 60})
    assert ("construction", IdentifierKind.BIRTH_DATE) not in find_closed({"c1": names, "construction": born})


def test_the_footprint_of_a_house_is_a_home_beside_a_name_and_a_district_is_none() -> None:
    names = _draw(lambda rng: rng.choice(PEOPLE))
    home, district = (_draw(lambda rng, side=side: _plot(rng, side)) for side in (0.0004, 0.02))
    assert ("c2", IdentifierKind.HOME_POSITION) in find_closed({"c1": names, "c2": home})
    assert ("domicile", IdentifierKind.HOME_POSITION) in find_closed({"domicile": home})
    assert ("c2", IdentifierKind.HOME_POSITION) not in find_closed({"c1": names, "c2": district})


@pytest.mark.parametrize("header", ["login", "saisi_par", "modifie_par"])
def test_initials_with_a_rank_are_a_login(header: str) -> None:
    cells = _draw(
        lambda rng: f"{rng.choice('klot')}{rng.choice(('le', 'du', 'tr', 'ga'))}{rng.randint(1, 99):02d}"
    )
    assert find_closed({header: cells}) and find_closed({header: [str(cell).upper() for cell in cells]})
    assert not find_closed({"code_poste": [str(cell).upper() for cell in cells]})
