"""No set of other columns lowers what a column is on its own, but in a table that is proved to count classes."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, IdentifierKind, scan_table
from tests.anonymise.scan import labelled_blind, labelled_ours, labelled_people, labelled_theirs
from tests.anonymise.scan.labelled import Labelled
from tests.examples import share

ROWS = 60
KINDS = ("person_name", "health", "age_illness")
SETS = (labelled_ours, labelled_people, labelled_theirs, labelled_blind)
EVERY = [one for each in SETS for one in each.COLUMNS]
INNOCENT = [one for one in EVERY if not one.personal]
COUNTS = (
    *(
        "nb_enfants",
        "nb_visites",
        "nb",
        "nombre",
        "nombre_de_seances",
        "total",
        "rang",
        "quantite",
        "effectif",
    ),
    *("compte", "volume", "montant", "annee", "tranche_age", "sexe", "quartier", "cycle", "date_debut"),
)
TABLES = share(2_100, of=10)
SHARES = 7


def _count(header: str, rng: random.Random) -> Any:
    return {
        "annee": lambda: rng.randint(2019, 2024),
        "tranche_age": lambda: rng.choice(("0-17", "18-64", "65 et plus")),
        "sexe": lambda: rng.choice("FH"),
        "quartier": lambda: rng.choice(("Nord", "Sud", "Est")),
        "cycle": lambda: rng.choice((1, 2, 3)),
        "date_debut": lambda: f"{rng.randint(2019, 2024)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}",
        "montant": lambda: rng.randint(1, 4_000) / 2,
        "total": lambda: rng.randint(100, 9_000),
    }.get(header, lambda: rng.randint(0, 400))()


def find_closed_columns(columns: dict[str, list[Any]]) -> set[str]:
    table = pa.table({name: pa.array(cells) for name, cells in columns.items()})
    return {hit.column for hit in scan_table(table) if hit.strength is not HitStrength.NOTED}


def _draw(one: Labelled, seed: int) -> list[Any]:
    cells = one.values(random.Random(seed), ROWS)
    return [None if cell is None else str(cell) for cell in cells]


@pytest.fixture(scope="module")
def personal() -> list[Labelled]:
    """The columns that close a gate alone."""
    found = [one for one in EVERY if one.personal and one.kind in KINDS]
    return [one for one in found if find_closed_columns({one.name: _draw(one, 0)})]


@pytest.mark.parametrize("share", range(SHARES))
def test_what_stands_beside_a_column_lowers_nothing(personal: list[Labelled], share: int) -> None:
    assert len(personal) >= 50
    for seed in range(share, TABLES, SHARES):
        rng = random.Random(seed)
        one = personal[seed % len(personal)]
        beside = {other.name: _draw(other, seed) for other in rng.sample(INNOCENT, rng.randint(0, 3))}
        beside |= {
            name: [_count(name, rng) for _ in range(ROWS)] for name in rng.sample(COUNTS, rng.randint(1, 3))
        }
        mine = _draw(one, seed)
        if not find_closed_columns({one.name: mine}):
            continue
        columns = [(one.name, mine), *((name, cells) for name, cells in beside.items() if name != one.name)]
        rng.shuffle(columns)
        assert one.name in find_closed_columns(dict(columns)), (one.name, one.kind, seed, [*dict(columns)])


@pytest.mark.parametrize("header", COUNTS)
@pytest.mark.parametrize(
    "name, cells",
    {
        "prenom": ("Léa", "Karim", "Jeanne", "Thi Mai", "Ousmane", "Clémence"),
        "pathologie": ("diabète", "asthme", "dépression", "cancer du sein", "épilepsie", "VIH"),
        "observations": (
            "femme de 78 ans, dépression", "suivi pour addiction", "asthmatique, sous ventoline", "RAS",
            "homme de 45 ans, diabète de type 2", "enceinte de 6 mois",
        ),
    }.items(),
    ids=["given name", "illness", "note"],
)  # fmt: skip
def test_one_innocent_header_takes_nothing_off(header: str, name: str, cells: tuple[str, ...]) -> None:
    rng = random.Random(header)
    columns = {
        name: [rng.choice(cells) for _ in range(ROWS)],
        header: [_count(header, rng) for _ in range(ROWS)],
    }
    assert name in find_closed_columns(columns) and name in find_closed_columns(
        dict(reversed(columns.items()))
    )


def count_classes(name: str, cells: tuple[str, ...]) -> dict[str, list[Any]]:
    """How many there were by year, sex and class: one row each."""
    rng = random.Random(name)
    rows = list(itertools.product(range(2015, 2025), "FH", cells))
    return {
        "annee": [year for year, _, _ in rows],
        "sexe": [sex for _, sex, _ in rows],
        name: [cell for _, _, cell in rows],
        "nombre": [rng.randint(3, 400) for _ in rows],
    }


@pytest.mark.parametrize(
    "name, cells",
    [
        ("prenom", ("Léa", "Karim", "Jeanne", "Louis", "Inès")),
        ("pathologie", ("diabète", "asthme", "dépression")),
    ],
)
def test_classes_and_their_counts_are_let_be(name: str, cells: tuple[str, ...]) -> None:
    columns = count_classes(name, cells)
    assert name not in find_closed_columns(columns)
    twice = {header: [*values, values[0]] for header, values in columns.items()}
    assert name in find_closed_columns(twice), "two rows of one class count nothing"
    each = {**columns, "dossier": [f"D{rank:05d}" for rank in range(len(columns[name]))]}
    assert name in find_closed_columns(each), "what is another in each row proves no class"


def test_a_kind_is_still_told() -> None:
    told = {hit.kind for hit in scan_table(pa.table(count_classes("prenom", ("Léa", "Karim", "Jeanne"))))}
    assert IdentifierKind.PERSON_NAME in told
