"""What an adversary, or a hurried clerk, writes of people: found all the same."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, IdentifierKind, scan_table
from aqueduc.anonymise.scrubbing import MARKER, scrub_texts
from tests.anonymise.scan.labelled_people import FIRMS, NOTES, any_name, home, usual

ORDER = [HitStrength.NOTED, HitStrength.POSSIBLE, HitStrength.LIKELY, HitStrength.CERTAIN]
NAMES = ["Hery Rakotomalala", "KESKINKAYA Elif", "Jean Dupont", "Mme Benali", "J. Moreau", "Léa M."]


def strength(cells: list[str], kind: IdentifierKind, header: str = "champ_1") -> int:
    """How sure the scan is, 0 where it says nothing."""
    hits = scan_table(pa.table({header: cells}))
    return max((1 + ORDER.index(hit.strength) for hit in hits if hit.kind is kind), default=0)


@pytest.mark.parametrize("others", [FIRMS, NOTES], ids=["firms", "notes"])
@pytest.mark.parametrize("make", [usual, any_name, home], ids=["usual", "any", "home"])
def test_more_people_are_never_less(make, others) -> None:
    rng = random.Random(3)
    cells = [rng.choice(others) for _ in range(100)]
    kind = IdentifierKind.ADDRESS if make is home else IdentifierKind.PERSON_NAME
    people = [make(rng) for _ in range(100)]
    shares = (0, 2, 5, 10, 20, 40, 60, 80, 100)
    said = [strength(people[:share] + cells[share:], kind) for share in shares]
    assert said == sorted(said)
    assert said[-1] > 1


@pytest.mark.parametrize(
    "between", [" | ", "|", " / ", "/", "; ", ";", ", ", " & ", " + ", " et ", "\n", "\t"]
)
def test_names_are_found_whatever_stands_between_them(between: str) -> None:
    rng = random.Random(between)
    cells = [between.join(usual(rng) for _ in range(3)) for _ in range(20)]
    assert strength(cells, IdentifierKind.PERSON_NAME) > 1


def test_who_bears_a_famous_name_hides_nobody_beside() -> None:
    cells = [
        "Rue Victor Hugo, Mme Benali",
        "École Jean Moulin : rappeler M. Keskinkaya",
        "Salle Pagnol M. Petit",
    ] * 5
    assert strength(cells, IdentifierKind.PERSON_NAME) > 1


@pytest.mark.parametrize(
    "name", ["DUPONT Jean", "DUBOIS Pierre", "DELARUE Marie", "BEAUMONT Claire", "DUMAS Julie"]
)
def test_a_surname_that_ends_like_a_place_is_a_surname(name: str) -> None:
    assert strength([f"rappeler {name} demain"] * 5, IdentifierKind.PERSON_NAME) > 1


def test_streets_and_schools_are_nobody() -> None:
    cells = ["Rue Victor Hugo", "École Jean Moulin", "Gymnase Marcel Pagnol", "Place du Docteur Roux"] * 5
    assert strength(cells, IdentifierKind.PERSON_NAME) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Né le douze mars mil neuf cent cinquante-quatre à Arles",
        "Mme Keskinkaya est née en 1954",
        "Vu avec Léa Moreau et DUPONT Jean",
        "Passé chez M. Rakotomalala, 12 rue des Lilas",
    ],
)
def test_what_is_found_of_people_is_scrubbed(text: str) -> None:
    (left,) = scrub_texts(pa.array([text])).to_pylist()
    assert MARKER in left
    assert not any(
        word in left for word in ("cinquante", "1954", "Keskinkaya", "Moreau", "Dupont", "DUPONT", "Rakoto")
    )
    assert not [hit for hit in scan_table(pa.table({"champ_1": [left]})) if hit.is_blocking_hit]
