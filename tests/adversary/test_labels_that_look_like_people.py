"""Classes of a city's ordinary columns that look like people, plates or illnesses, and are let be; and what
somebody may hide behind each of them, which still closes the gate."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, IdentifierKind, scan_table
from tests.anonymise.scan import labelled_ours as ours

ROWS = 120
Draw = Callable[[random.Random], object]


def closing(header: str, draw: Draw, beside: Mapping[str, Draw] | None = None) -> set[IdentifierKind]:
    """The kinds that close the first column of the table."""
    draws = {header: draw, **(beside or {})}
    columns = {
        name: [of_column(rng) for _ in range(ROWS)]
        for name, of_column in draws.items()
        for rng in [random.Random(name)]
    }
    return {
        hit.kind
        for hit in scan_table(pa.table(columns))
        if hit.column == header and hit.strength is not HitStrength.NOTED
    }


def _among(*values: str) -> Draw:
    return lambda r: r.choice(values)


def _person(r: random.Random) -> str:
    return f"{ours.given(r)} {ours.surname(r)}"


def _one_in(many: int, rare: Draw, usual: Draw) -> Draw:
    return lambda r: rare(r) if r.randrange(many) == 0 else usual(r)


_STOPS = _among(
    "Jean Jaurès",
    "Gare SNCF",
    "Mairie",
    "Place Carnot",
    "Collège",
    "Louis Pasteur",
    "Henri Delvaux",
    "Les Pins",
)
_WORKS = _among("Cyrano de Bergerac", "Don Giovanni", "Peer Gynt", "Pierre et le Loup", "Vincent Moreau")
_SERVICES = _among(
    "Néphrologie – dialyse", "Pneumologie", "dialyse", "Gériatrie", "Psychiatrie enfants", "Urgences"
)
_ACCESS = _among(
    "rampe amovible", "boucle magnétique", "handicap visuel", "ascenseur", "non accessible", "braille"
)


def _catalogue(r: random.Random) -> str:
    series, suffix = r.choice(("CF", "DR", "HP", "LC", "TN")), r.choice(("", "A", "XL", "-BK", "-CY"))
    return f"{series}-{r.randint(100, 4999)}{suffix}"


def _with_phone(r: random.Random) -> str:
    return f'{{"siren": "{ours.luhn(f"7{ours.digits(r, 7)}")}", "tel": "{ours.mobile(r)}"}}'


def _nir13(r: random.Random) -> str:
    return ours.nir13(r)


NAME, HEALTH = IdentifierKind.PERSON_NAME, IdentifierKind.HEALTH
SOMEBODY: dict[str, tuple[IdentifierKind, str, Draw]] = {
    "people among stops": (NAME, "champ_1", _one_in(2, _person, _STOPS)),
    "people among works": (NAME, "champ_1", _one_in(2, _person, _WORKS)),
    "players with nicknames": (
        NAME,
        "champ_1",
        _one_in(3, _among("Alexis 'Lex'", "Patricia 'Pat'", "Denis 'Nono'"), _person),
    ),
    "whose tree it is": (
        NAME,
        "champ_1",
        _one_in(4, lambda r: f"Chêne de Mme {ours.surname(r).capitalize()}", _among("Camellia 'Nuccio'", "Tilia 'Rancho'")),
    ),
    "gardeners among cultivars": (
        NAME,
        "champ_1",
        _one_in(6, _among("Hydrangea 'Limelight'"), lambda r: f"Mme {ours.surname(r).capitalize()}"),
    ),
    "who gave which rose": (NAME, "parrain", _among("Hydrangea 'Annabelle'", "Mme Durand", "M. Petit")),
    "people with given names that are words": (
        NAME,
        "champ_1",
        _among("Mairie", "Jean Jaurès", "Place Carnot", "Claire Dupuis", "Rose Lemaire", "Hugo Petit", "Léa Moreau"),
    ),
    "a sister, and no nun": (NAME, "note", lambda r: f"prévenir la sœur {ours.given(r)}, à l'école"),
    "an illness among services": (HEALTH, "champ_1", _one_in(4, _among("diabétique"), _SERVICES)),
    "a state among what a building has": (HEALTH, "champ_1", _one_in(4, _among("épileptique"), _ACCESS)),
    "a house beside works": (
        IdentifierKind.ADDRESS,
        "champ_1",
        lambda r: f"{r.randint(1, 99)} rue Zola, trottoir entre le n°4 et le n°64",
    ),
    "plates among references": (IdentifierKind.PLATE, "ref_article", _one_in(5, ours.plate, _catalogue)),
    "plates among badges": (IdentifierKind.PLATE, "badge", _one_in(5, ours.plate, lambda r: f"BDG{ours.digits(r, 5)}")),
    "people under a serial's header": (IdentifierKind.NIR, "numero_serie", _nir13),
    "at somebody's": (IdentifierKind.SOCIAL_PROFILE, "champ_1", _among("@maison_de_julie", "@atelier.yasmina")),
    "a mobile beside a SIREN": (IdentifierKind.PHONE, "entreprise", _with_phone),
}  # fmt: skip


@pytest.mark.parametrize("kind,header,draw", SOMEBODY.values(), ids=SOMEBODY)
def test_what_somebody_may_hide_behind_is_found(kind: IdentifierKind, header: str, draw: Draw) -> None:
    assert kind in closing(header, draw)


@pytest.mark.parametrize("draw", [_SERVICES, _ACCESS], ids=["services", "access"])
def test_beside_a_name_a_service_or_a_ramp_is_somebodys(draw: Draw) -> None:
    assert HEALTH in closing("besoin", draw, {"nom": _person})
