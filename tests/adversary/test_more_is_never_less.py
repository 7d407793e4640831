"""Raising the share of personal cells in a column never lowers what the scan says of it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, scan_table
from tests.adversary.test_papers import _caf, _card_new, _card_old, _passport
from tests.anonymise.scan import labelled_ours as ours

Draw = Callable[[random.Random], str]
ROWS = 300
SHARES = (0.002, 0.05, 0.2, 0.31, 0.49, 0.51, 0.7, 0.81, 1.0)
ORDER = (None, HitStrength.NOTED, HitStrength.POSSIBLE, HitStrength.LIKELY, HitStrength.CERTAIN)


def _byte(r: random.Random) -> int:
    return r.randint(1, 254)


def _among(draw: Draw, many: int) -> Draw:
    """Of so many people only, each of whom comes back: the agents of a service, the elected of a town."""
    pool = [draw(random.Random(f"among {many} {rank}")) for rank in range(many)]
    return lambda r: r.choice(pool)


def _full_name(r: random.Random) -> str:
    return f"{ours.given(r)} {ours.surname(r)}"


def _address(r: random.Random) -> str:
    return f"{r.randint(1, 99)} {ours.street(r)}"


def _illness(r: random.Random) -> str:
    return r.choice(["diabète de type 2", "séropositif", "schizophrène", "cancer du sein", "épileptique"])


def _rare_surname(r: random.Random) -> str:
    return r.choice(["Rakotomalala", "Keskinkaya", "Oyelaran", "Szczepanski", "Ioannidou", "Tchouameni"])


PERSONAL: dict[str, tuple[str, Draw]] = {
    "surname": ("person_name", ours.surname),
    "one surname": ("person_name", _among(ours.surname, 1)),
    "surnames of three": ("person_name", _among(ours.surname, 3)),
    "surnames of seven in capitals": ("person_name", _among(lambda r: ours.surname(r).upper(), 7)),
    "surnames in no list": ("person_name", _rare_surname),
    "given name": ("person_name", ours.given),
    "given names of six": ("person_name", _among(ours.given, 6)),
    "full name": ("person_name", _full_name),
    "full names of three": ("person_name", _among(_full_name, 3)),
    "address": ("address", _address),
    "one address": ("address", _among(_address, 1)),
    "illness": ("health", _illness),
    "phone": ("phone", ours.mobile),
    "phone in a text": ("phone", lambda r: f"Contact : {ours.mobile(r)}"),
    "landline in a text": ("phone", lambda r: f"Contact : 0442{ours.digits(r, 6)}"),
    "one phone": ("phone", lambda _: "0612345678"),
    "landline": ("phone", lambda r: f"0442{ours.digits(r, 6)}"),
    "phone by pairs": ("phone", lambda r: ours.grouped(ours.mobile(r), (2,) * 5)),
    "phone without its zero": ("phone", lambda r: f"{r.choice('67')}{ours.digits(r, 8)}"),
    "phone in odd groups": ("phone", lambda r: ours.grouped(ours.mobile(r), (2, 3, 2, 3))),
    "mailbox": ("email", ours.email),
    "mistyped mailbox": ("email", lambda r: ours.email(r).partition("@")[0] + "@wanadoo"),
    "NIR": ("nir", ours.nir),
    "NIR without key": ("nir", ours.nir13),
    "NIR in groups": ("nir", lambda r: ours.grouped(ours.nir(r), (3, 3, 3, 3, 3))),
    "IBAN": ("iban", ours.iban),
    "IBAN in a text": ("iban", lambda r: f"virement sur {ours.grouped(ours.iban(r), (4,) * 7)} fait"),
    "card": ("card", lambda r: ours.luhn(f"4{ours.digits(r, 14)}")),
    "plate": ("plate", ours.plate),
    "plate in lower case": ("plate", lambda r: ours.plate(r).lower().replace("-", " ")),
    "plate in a text": ("plate", lambda r: f"véhicule {ours.plate(r)} gênant"),
    "IP": ("ip", lambda r: f"{r.randint(80, 95)}.{_byte(r)}.{_byte(r)}.{_byte(r)}"),
    "IPv6": ("ip", lambda r: f"2a01:e0a:{_byte(r):x}:1::{_byte(r):x}"),
    "MAC": ("mac", lambda r: ":".join(f"{r.randrange(256):02x}" for _ in range(6))),
    "born in a text": ("birth_date", lambda r: f"née le {ours.day(r):%d/%m/%Y}"),
    "birth": ("birth_date", lambda r: f"{ours.day(r):%d/%m/%Y}"),
    "old identity card": ("identity_card", _card_old),
    "new identity card": ("identity_card", _card_new),
    "passport": ("passport", _passport),
    "driving licence in a text": ("driving_licence", lambda r: f"permis n° {_card_old(r)}"),
    "sports licence in a text": ("sports_licence", lambda r: f"licence FFF {ours.digits(r, 10)}"),
    "CAF": ("caf_number", _caf),
    "handle": ("social_profile", lambda r: f"@zx_{ours.digits(r, 4)}"),
    "profile": ("social_profile", lambda r: f"https://www.linkedin.com/in/zx-{ours.digits(r, 4)}"),
}  # fmt: skip
FILLERS: dict[str, Draw] = {
    "some_texts": ours.sentence,
    "one_word": lambda _: "néant",
    "fives": lambda r: str(r.randint(0, 99_999)),
    "nines": lambda r: ours.luhn(f"{r.randint(3, 9)}{ours.digits(r, 7)}"),
    "tens": lambda r: f"04{r.randint(18, 25)}{ours.digits(r, 6)}",
    "days": lambda r: f"{ours.day(r, 2015, 2024):%d/%m/%Y}",
    "thirteens": lambda r: f"3{ours.digits(r, 12)}",
}


MIXES = [
    *[("champ_1", filler) for filler in FILLERS],
    *[(header, "some_texts") for header in ("reference", "note", "nom")],
    *[("nom_agent", filler) for filler in ("one_word", "fives")],
]


OTHER_WAYS = frozenset(
    (
        *("one surname", "surnames of seven in capitals", "given names of six", "full names of three"),
        *("one address", "phone in a text", "landline in a text", "one phone", "phone by pairs"),
        *("phone in odd groups", "NIR without key", "NIR in groups", "IBAN in a text", "plate in lower case"),
        *("plate in a text", "IPv6", "old identity card", "profile"),
    )
)
"""What is written otherwise elsewhere in the list: a kind has its plainest ways at each change."""


@pytest.mark.parametrize(
    "personal",
    [pytest.param(name, marks=pytest.mark.thorough) if name in OTHER_WAYS else name for name in PERSONAL],
)
def test_more_personal_cells_never_lower_the_verdict(personal: str):
    kind, draw = PERSONAL[personal]
    rng = random.Random(personal)
    found = [draw(rng) for _ in range(ROWS)]
    harmless = {filler: [of_filler(rng) for _ in range(ROWS)] for filler, of_filler in FILLERS.items()}
    columns = {
        f"{header}_{filler}_{rank}": [*found[:many], *harmless[filler][many:]]
        for header, filler in MIXES
        for rank, many in enumerate(max(1, round(share * ROWS)) for share in SHARES)
    }
    said = {(hit.column, str(hit.kind)): hit.strength for hit in scan_table(pa.table(columns))}
    for header, filler in MIXES:
        strengths = [
            ORDER.index(said.get((f"{header}_{filler}_{rank}", kind))) for rank in range(len(SHARES))
        ]
        assert strengths == sorted(strengths), (header, filler, dict(zip(SHARES, strengths, strict=True)))


@pytest.mark.parametrize("many", [1, 2, 4, 6, 7])
@pytest.mark.parametrize("header", ["nom_agent", "agent", "beneficiaire", "nom", "champ_1"])
@pytest.mark.parametrize("draw", [ours.surname, ours.given], ids=["surnames", "given names"])
def test_few_people_who_come_back_are_people(draw: Draw, header: str, many: int):
    rng = random.Random(many)
    of_few = _among(draw, many)
    (hit,) = scan_table(pa.table({header: [of_few(rng) for _ in range(ROWS)]}))
    assert str(hit.kind) == "person_name"
    assert hit.strength in (HitStrength.POSSIBLE, HitStrength.LIKELY)


@pytest.mark.parametrize("header", ["nom", "elu", "locataire", "agent"])
def test_few_people_in_no_list_are_believed_of_their_header(header: str):
    rng = random.Random(header)
    (hit,) = scan_table(pa.table({header: [_rare_surname(rng) for _ in range(48)]}))
    assert str(hit.kind) == "person_name"
    assert hit.strength in (HitStrength.POSSIBLE, HitStrength.LIKELY)
