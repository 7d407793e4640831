"""What columns say of each other: each kind is found beside what makes it somebody's, and let be without."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import IdentifierKind, ScanHit, scan_table
from aqueduc.anonymise.scan.context import is_initials_of_person
from tests.anonymise.scan.labelled_people import FIRMS, ILLS, SCHOOLS, any_name, home, usual

ROWS = 60


def drawn(make: Any, rows: int = ROWS) -> list[Any]:
    rng = random.Random(7)
    return [make(rng) for _ in range(rows)]


PEOPLE = drawn(any_name)
PLACES = drawn(lambda rng: f"Gymnase {rng.choice(SCHOOLS)}")
LON, LAT = drawn(lambda rng: rng.uniform(5.35, 5.5)), drawn(lambda rng: rng.uniform(43.4, 43.6))
POINTS = list(zip(LAT, LON, strict=True))
X, Y = drawn(lambda rng: rng.uniform(8.9e5, 9e5)), drawn(lambda rng: rng.uniform(6.27e6, 6.28e6))
AGES = drawn(lambda rng: rng.randint(3, 97))
CODES = drawn(lambda rng: f"E{rng.randint(100, 999)}")


def hits(columns: dict[str, Sequence[Any]], kind: IdentifierKind) -> dict[str, ScanHit]:
    """Those that close a gate, by column."""
    found = scan_table(pa.table({name: pa.array(cells) for name, cells in columns.items()}))
    return {hit.column: hit for hit in found if hit.kind is kind and hit.is_blocking_hit}


def neutral(columns: dict[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    return {f"champ_{rank}": cells for rank, cells in enumerate(columns.values(), 1)}


# --- trigrams ---------------------------------------------------------------------------------------------


def of_name(person: str) -> str:
    given, _, surname = person.partition(" ")
    return (given[:1] + surname.replace(" ", "")[:2]).upper()


@pytest.mark.parametrize("header", ["instructeur", "saisi_par", "visa", "trigramme", "agent_1"])
def test_trigrams_are_found_as_who_did_it(header: str) -> None:
    cells = drawn(lambda rng: of_name(usual(rng)))
    assert header in hits({"dossier": CODES, header: cells}, IdentifierKind.TRIGRAM)


def test_trigrams_are_found_beside_the_names_they_stand_for() -> None:
    table = {"demande": CODES, "personne": PEOPLE, "code": [of_name(person) for person in PEOPLE]}
    found = hits(neutral(table), IdentifierKind.TRIGRAM)
    assert set(found) == {"champ_3"}
    assert found["champ_3"].rows == found["champ_3"].cells == ROWS


def test_codes_beside_names_are_no_trigrams() -> None:
    table = {"personne": PEOPLE, "code": drawn(lambda rng: rng.choice(["ABC", "XYZ", "KLM", "QRS"]))}
    assert not hits(neutral(table), IdentifierKind.TRIGRAM)
    assert not hits(
        {"service_instructeur": drawn(lambda rng: rng.choice(["DRH", "DSI", "DGS"]))}, IdentifierKind.TRIGRAM
    )


@pytest.mark.parametrize(
    "person, short",
    [("Jean Dupont", "JD"), ("Jean Dupont", "JDU"), ("DUPONT Jean", "jdu"), ("Mme Élise de La Tour", "ELT"),
     ("Marie-Claude Le Goff", "MCG"), ("Jean Dupont", "DUJ"), ("Jean Dupont", "J.D.")],
)  # fmt: skip
def test_initials_are_those_of_the_name(person: str, short: str) -> None:
    assert is_initials_of_person(person, short)


@pytest.mark.parametrize("short", ["DRH", "", "X", "ABCDE", "DJX", "75"])
def test_other_letters_are_not(short: str) -> None:
    assert not is_initials_of_person("Jean Dupont", short)


# --- licences ---------------------------------------------------------------------------------------------

KEYS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def number_school(rng: random.Random) -> str:
    number = rng.randint(130_000, 9_699_999)
    return f"{number:07}{KEYS[number % 23]}"


def number_licence(rng: random.Random) -> str:
    return f"{rng.randint(0, 9_999_999):07}{rng.choice(KEYS)}"


def hit_kinds(columns: dict[str, Sequence[Any]], header: str) -> set[IdentifierKind]:
    return {kind for kind in IdentifierKind if header in hits(columns, kind)}


@pytest.mark.parametrize("header", ["RNE", "UAI", "champ_2"])
def test_the_number_of_a_school_beside_its_head_is_no_licence(header: str) -> None:
    columns = {"directeur": PEOPLE, header: drawn(number_school)}
    assert not hit_kinds(columns, header)


@pytest.mark.parametrize("header", ["RNE", "licence", "champ_2"])
def test_as_many_digits_and_any_letter_may_be_somebody_s(header: str) -> None:
    """Whatever the column is called: it is by its key that a school is told, and in 23 numbers one has it."""
    rng = random.Random(11)
    others = [number_licence(rng) for _ in range(ROWS)]
    assert hit_kinds({"directeur": PEOPLE, header: others}, header)
    # Schools' beside as many of people's are no schools'.
    mixed = [*others[: ROWS // 2], *drawn(number_school, ROWS // 2)]
    assert hit_kinds({"directeur": PEOPLE, header: mixed}, header)


def test_a_licence_that_is_called_one_is_one_whatever_its_key() -> None:
    columns = {"adherent": PEOPLE, "n° de licence": drawn(number_school)}
    assert "n° de licence" in hits(columns, IdentifierKind.SPORTS_LICENCE)


# --- homes ------------------------------------------------------------------------------------------------


def with_comma(number: float) -> str:
    return f"{number:.5f}".replace(".", ",")


@pytest.mark.parametrize("rename", [dict, neutral])
@pytest.mark.parametrize(
    "somebody",
    [{"president": PEOPLE}, {"adresse": drawn(home)}, {"nom": drawn(lambda rng: usual(rng))}],
    ids=["president", "adresse", "nom"],
)
@pytest.mark.parametrize(
    "position",
    [
        {"longitude": LON, "latitude": LAT},
        {"x": X, "y": Y},
        {"point": [f"{lat:.6f}, {lon:.6f}" for lat, lon in POINTS]},
        {"west": [f"[-{lon:.6f}, {lat:.6f}]" for lat, lon in POINTS]},
        {"geom": [f"POINT ({lon:.6f} {lat:.6f})" for lat, lon in POINTS]},
        {"shape": [f'{{"type": "Point", "coordinates": [{lon:.6f}, {lat:.6f}]}}' for lat, lon in POINTS]},
        {"lon": [with_comma(lon) for lon in LON], "lat": [with_comma(lat) for lat in LAT]},
    ],
    ids=["degrees", "metres", "point", "brackets", "wkt", "geojson", "commas"],
)  # fmt: skip
def test_the_position_of_a_home_is_found_beside_somebody(rename: Any, somebody: Any, position: Any) -> None:
    table = rename({"numero": CODES, **somebody, **position})
    found = hits(table, IdentifierKind.HOME_POSITION)
    assert set(found) == set(list(table)[-len(position) :])
    assert all(hit.rows == hit.cells == ROWS for hit in found.values())


def test_the_position_of_a_gymnasium_is_let_be() -> None:
    table = {"nom": PLACES, "lon": LON, "lat": LAT, "surface": AGES}
    assert not hits(table, IdentifierKind.HOME_POSITION)
    assert not hits(neutral(table), IdentifierKind.HOME_POSITION)
    assert not hits(
        {"exploitant": drawn(lambda rng: rng.choice(FIRMS)), "lon": LON, "lat": LAT},
        IdentifierKind.HOME_POSITION,
    )


def test_the_position_of_a_home_is_found_by_its_header_alone() -> None:
    assert set(hits({"lon_domicile": LON, "lat_domicile": LAT}, IdentifierKind.HOME_POSITION)) == {
        "lon_domicile",
        "lat_domicile",
    }


def test_amounts_beside_a_name_are_no_position() -> None:
    amounts = {
        "montant": drawn(lambda rng: round(rng.uniform(4, 9), 2)),
        "cout": drawn(lambda rng: round(rng.uniform(42, 50), 2)),
    }
    assert not hits({"beneficiaire": PEOPLE, **amounts}, IdentifierKind.HOME_POSITION)


# --- ages and illnesses -----------------------------------------------------------------------------------

SICK = drawn(lambda rng: rng.choice(ILLS))


@pytest.mark.parametrize(
    "age, rename",
    [
        (AGES, dict),
        (AGES, neutral),
        ([f"{age} ans" for age in AGES], dict),
        ([f"{age} ans" for age in AGES], neutral),
        # A date of birth needs its header.
        ([date(2025 - age, 5, 3) for age in AGES], dict),
    ],
    ids=["number", "number, neutral", "words", "words, neutral", "birth"],
)
def test_an_illness_is_found_beside_an_age(age: list[Any], rename: Any) -> None:
    table = rename({"date_naissance" if isinstance(age[0], date) else "age": age, "motif": SICK})
    assert set(hits(table, IdentifierKind.AGE_ILLNESS)) == set(table)


def test_an_illness_beside_a_number_is_asked_of_a_person() -> None:
    """Where the rows are no classes, were it called a count: see tests/adversary/test_no_column_takes_the_gate_off.py."""
    counted = {
        "annee": [2020 + rank % 4 for rank in range(ROWS)],
        "pathologie": SICK,
        "effectif": [9 * age for age in AGES],
    }
    assert hits(counted, IdentifierKind.HEALTH)


@pytest.mark.parametrize("header", ["rqth", "enceinte", "Handicap", "est_diabetique"])
@pytest.mark.parametrize("cells", [["oui", "non"], ["O", "N"], [True, False], [0, 1]], ids=str)
def test_a_flag_of_health_is_found(header: str, cells: list[Any]) -> None:
    assert header in hits(
        {"agent": PEOPLE, header: drawn(lambda rng: rng.choice(cells))}, IdentifierKind.HEALTH
    )


@pytest.mark.parametrize("header", ["acces_handicap", "place_handicap", "nb_handicap", "accessible"])
def test_what_is_made_for_the_disabled_is_let_be(header: str) -> None:
    assert not hits(
        {"lieu": PLACES, header: drawn(lambda rng: rng.choice(["oui", "non"]))}, IdentifierKind.HEALTH
    )


# --- people as headers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        ["Jean DUPONT", "Léa Moreau"],
        ["Mme Garcia"],
        ["j.dupont@ville-exemple.fr"],
        ["jean_dupont", "karim_benali"],
        ["DUPONT Jean"],
        ["Rakotomalala Hery"],
        ["M. Petit", "total"],
        ["J. Keskinkaya"],
    ],
    ids=str,
)
def test_somebody_as_a_header_is_found(headers: list[str]) -> None:
    found = hits({"jour": CODES, **dict.fromkeys(headers, AGES)}, IdentifierKind.PERSON_HEADER)
    assert set(found) == {header for header in headers if header != "total"}


@pytest.mark.parametrize(
    "headers",
    [
        ["nom", "prenom"],
        ["date_de_naissance", "code_postal"],
        ["Jean Jaurès", "Jules Ferry"],
        ["Total général"],
        ["Vitesse Moyenne", "Débit Horaire"],
        ["saint_pierre", "sainte_marie"],
        ["Région Sud"],
        ["contact@ville-exemple.fr"],
        ["rose", "violette"],
        ["NO2 (µg/m3)", "PM10"],
        ["École Paul Arène"],
        ["Aix-en-Provence", "La Ciotat"],
        ["COLL_NOM", "FREQ_MAJ", "NB_RESSOURCES"],
    ],
    ids=str,
)
def test_other_headers_are_let_be(headers: list[str]) -> None:
    assert not hits(dict.fromkeys(headers, AGES), IdentifierKind.PERSON_HEADER)


# --- tables of counts -------------------------------------------------------------------------------------

GIVEN = (
    "Emma",
    "Louise",
    "Jade",
    "Gabriel",
    "Raphaël",
    "Léo",
    "Mohamed",
    "Inès",
    "Aya",
    "Lina",
    "Adam",
    "Noé",
)
NAMED = [(name, year) for year in range(2019, 2024) for name in GIVEN]


@pytest.mark.parametrize("rename", [dict, neutral])
def test_first_names_counted_by_year_are_let_be(rename: Any) -> None:
    table = {"annee": [year for _, year in NAMED], "prenom": [name for name, _ in NAMED], "nombre": AGES}
    assert not hits(rename(table), IdentifierKind.PERSON_NAME)


def test_first_names_of_people_are_found() -> None:
    table = {
        "prenom": [name for name, _ in NAMED],
        "age": AGES,
        "quartier": drawn(lambda rng: rng.choice("ABC")),
    }
    assert "prenom" in hits(table, IdentifierKind.PERSON_NAME)


def test_first_names_beside_surnames_are_found_whatever_is_counted() -> None:
    table = {
        "annee": [year for _, year in NAMED],
        "prenom": [name for name, _ in NAMED],
        "nombre": AGES,
        "nom": PEOPLE,
    }
    assert {"prenom", "nom"} <= set(hits(table, IdentifierKind.PERSON_NAME))
