"""What says little by itself says a lot beside somebody's name, and a service's line stays a service's."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, ScanHit, scan_table

PEOPLE = [
    f"{last} {first}"
    for last in ("MARTIN", "LEFEBVRE", "RAKOTOMALALA", "BENALI")
    for first in ("Léa", "Hugo", "Nadia", "Paul", "Chloé", "Karim", "Inès", "Louis")
]
SIZE = 80


def hits(second: list[object], *, people: bool) -> list[ScanHit]:
    first = [PEOPLE[rank % len(PEOPLE)] for rank in range(SIZE)] if people else ["Secteur Nord"] * SIZE
    found = scan_table(pa.table({"champ_1": first, "champ_2": second}))
    return [hit for hit in found if hit.column == "champ_2" and hit.strength is not HitStrength.NOTED]


@pytest.mark.parametrize(
    "cells",
    [
        [datetime.date(2011 + rank % 9, 1 + rank % 12, 1 + rank % 28) for rank in range(SIZE)],
        [f"{140113200000 + 7919 * rank}" for rank in range(SIZE)],
        [f"{2510000000 + 104729 * rank}" for rank in range(SIZE)],
    ],
    ids=["births", "identity cards", "licences"],
)
def test_numbers_and_dates_are_asked_about_beside_names_only(cells: list[object]) -> None:
    assert hits(cells, people=True)


def test_numbers_of_what_few_people_signed_are_not_their_licences() -> None:
    signed = [PEOPLE[rank % 8] for rank in range(SIZE)]
    copies = [f"{2510000000 + 104729 * rank}" for rank in range(SIZE)]
    found = scan_table(pa.table({"champ_1": signed, "champ_2": copies}))
    assert not [hit for hit in found if hit.column == "champ_2" and hit.strength is not HitStrength.NOTED]


def test_amounts_and_few_values_are_not() -> None:
    assert not hits([100 * (rank % 7) for rank in range(SIZE)], people=True)
    assert not hits(["2024"] * SIZE, people=True)


def test_the_line_of_a_service_is_noted_and_that_of_a_person_is_not() -> None:
    service = [f"Service des sports : 04 94 36 {rank:02} 15" for rank in range(SIZE)]
    assert not hits(list(service), people=False)
    assert hits(list(service), people=True), "beside a name, it may be that person's"
    assert hits([f"Service des sports : 06 94 36 {rank:02} 15" for rank in range(SIZE)], people=False)
    both = [f"{line} ; rappeler au 06 12 34 56 {rank % 90 + 10}" for rank, line in enumerate(service)]
    assert hits(list(both), people=False)


def test_latin_names_of_trees_are_no_people() -> None:
    trees = ["Quercus ilex", "Platanus x acerifolia", "Celtis australis", "Malus 'John Downie'"] * (SIZE // 4)
    assert not hits(list(trees), people=False)


def _with_key(rank: int) -> str:
    number = f"1{40 + rank % 59:02}{1 + rank % 12:02}13{100 + rank:03}{200 + rank:03}"
    return f"{number}{97 - int(number) % 97:02}"


NUMBERS = [_with_key(rank) for rank in range(SIZE)]
BIRTHS = [f"{1 + rank % 28:02}/{1 + rank % 12:02}/{1940 + rank % 60}" for rank in range(SIZE)]


@pytest.mark.parametrize(
    "header,cells",
    [
        ("numero", NUMBERS),
        ("numero", [f"{n[0]} {n[1:3]} {n[3:5]} {n[5:7]} {n[7:10]} {n[10:13]} {n[13:]}" for n in NUMBERS]),
        ("date_naissance", BIRTHS),
        ("note", [f"né le {birth}" for birth in BIRTHS]),
    ],
    ids=["numbers with a key", "numbers in groups", "births by the header", "births in words"],
)
def test_street_furniture_takes_back_no_key_no_word_and_no_header(header: str, cells: list[str]) -> None:
    """A neutral reader published sixty numbers of social security beside « Banc public »."""
    things = ["Banc public", "Lampadaire", "Poubelle", "Borne"] * (SIZE // 4)
    found = scan_table(pa.table({"libelle": things, header: cells}))
    assert [hit for hit in found if hit.column == header and hit.strength is not HitStrength.NOTED]


def test_a_header_that_says_a_mobile_or_a_plate_is_believed_beside_articles() -> None:
    goods = ["Filtre à air", "Pneu", "Batterie", "Courroie"] * (SIZE // 4)
    mobiles = [f"06{20000000 + 77003 * rank * rank % 79999987}" for rank in range(SIZE)]
    plates = [f"A{'BCDEFGHJ'[rank % 8]}-{100 + rank}-X{'BCDEFGHJ'[rank // 8 % 8]}" for rank in range(SIZE)]
    prices = [5.5 + rank for rank in range(SIZE)]
    table = pa.table({"article": goods, "contact": mobiles, "immatriculation": plates, "prix": prices})
    found = {hit.column for hit in scan_table(table) if hit.strength is not HitStrength.NOTED}
    assert {"contact", "immatriculation"} <= found
