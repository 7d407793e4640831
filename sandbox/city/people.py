"""Residents of the city: invented people with well-formed numbers, written the way clerks write them.

Phone numbers come from the ranges that the French regulator keeps for fiction, mail domains end in
``.example``: nobody is at the other end.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sandbox.city import names

POPULATION = 12_000

_DOMAINS = ("messagerie.example", "boite-aux-lettres.example", "provence-mail.example", "courriel.example")
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
_MOBILE_PREFIX, _LANDLINE_PREFIX = "063998", "046571"
_CITY_LAYOUTS = (
    "{}, {} Aix-en-Provence",
    "{} {} AIX EN PROVENCE",
    "{} - {} Aix",
    "{}  {}  Aix-en-Provence ",
)
_PHONE_LAYOUTS = (
    "{0} {1} {2} {3} {4}",
    "{0}{1}{2}{3}{4}",
    "{0}.{1}.{2}.{3}.{4}",
    "{0}-{1}-{2}-{3}-{4}",
    "+33 {5} {1} {2} {3} {4}",
    "+33{5}{1}{2}{3}{4}",
    "+33 (0){5} {1} {2} {3} {4}",
    "0033 {5} {1} {2} {3} {4}",
    "{0}/{1}/{2}/{3}/{4}",
    "{5}{1}{2}{3}{4}",
)
_PHONE_WEIGHTS = (40, 15, 12, 6, 8, 5, 3, 3, 3, 5)


@dataclass(frozen=True, slots=True)
class Resident:
    """One invented person; numbers are canonical (phone 10 digits, NIR 15 characters, plate AB-123-CD)."""

    given: str
    surname: str
    sex: str
    born: date
    nir: str
    address: str
    postcode: str
    quartier: str
    phone: str
    email: str
    plate: str
    iban: str

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.surname}"


@cache
def residents(seed: int) -> tuple[Resident, ...]:
    """The whole population, POPULATION people."""
    return tuple(resident(seed, index) for index in range(POPULATION))


def resident(seed: int, index: int) -> Resident:
    """The resident number `index`, whatever the others."""
    rng = random.Random(f"{seed}:resident:{index}")
    sex = rng.choice("FM")
    given = rng.choice(names.GIVEN_F if sex == "F" else names.GIVEN_M)
    surname = rng.choice(names.SURNAMES)
    born = date(1936, 1, 1) + timedelta(days=rng.randrange(70 * 365))
    return Resident(
        given=given,
        surname=surname,
        sex=sex,
        born=born,
        nir=nir(rng, sex, born),
        address=_address(rng),
        postcode=rng.choice(("13100", "13090", "13080", "13290", "13540")),
        quartier=pick_quartier(rng),
        phone=f"{rng.choice((_MOBILE_PREFIX, _MOBILE_PREFIX, _LANDLINE_PREFIX))}{rng.randrange(10_000):04d}",
        email=_email(rng, given, surname),
        plate=plate(rng),
        iban=iban(rng),
    )


def _address(rng: random.Random) -> str:
    number = f"{rng.randrange(1, 180)}{rng.choice(('', '', '', '', ' bis'))}"
    return f"{number} {rng.choice(names.HOME_STREETS)}"


def _email(rng: random.Random, given: str, surname: str) -> str:
    rank = rng.choice(("", str(rng.randrange(100))))
    return f"{names.slug(given)}.{names.slug(surname)}{rank}@{rng.choice(_DOMAINS)}"


def pick_quartier(rng: random.Random) -> str:
    """A district, drawn by its share of the people."""
    return rng.choices(names.QUARTIERS, weights=[q.people for q in names.QUARTIERS])[0].name


def nir(rng: random.Random, sex: str, born: date, *, commune: str | None = None) -> str:
    """A French social security number, 15 characters, with its key; `commune` is an INSEE code (5)."""
    if commune is None:
        commune = rng.choices(
            ("13001", f"13{rng.randrange(2, 119):03d}", "2A004", "2B033", "75056", "99352"),
            weights=(50, 30, 2, 2, 12, 4),
        )[0]
    body = f"{'2' if sex == 'F' else '1'}{born:%y%m}{commune}{rng.randrange(1, 999):03d}"
    return f"{body}{nir_key(body)}"


def nir_key(body: str) -> str:
    """The two digits that follow the first 13 characters of a NIR."""
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{97 - number % 97:02d}"


def plate(rng: random.Random) -> str:
    """A registration plate of the system in force since 2009: `AB-123-CD`, without I, O, U, SS or WW."""
    while True:
        left, right = ("".join(rng.choices(_PLATE_LETTERS, k=2)) for _ in range(2))
        if left not in ("SS", "WW") and right != "SS":
            return f"{left}-{rng.randrange(1, 1000):03d}-{right}"


def iban(rng: random.Random) -> str:
    """A French IBAN (27 characters, no blank) whose national key and check digits are right."""
    bank, branch, account = 99_013, rng.randrange(1, 99_999), rng.randrange(1, 99_999_999_999)
    key = 97 - (89 * bank + 15 * branch + 3 * account) % 97
    bban = f"{bank:05d}{branch:05d}{account:011d}{key:02d}"
    return f"FR{98 - int(bban + '152700') % 97:02d}{bban}"


def siret(rng: random.Random) -> str:
    """A 14-digit establishment number; both its SIREN and itself pass the Luhn check."""
    siren = _luhn_complete(f"9{rng.randrange(10_000_000):07d}")
    return _luhn_complete(f"{siren}{rng.randrange(1, 40):04d}")


def _luhn_complete(digits: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return f"{digits}{-total % 10}"


def write_phone(rng: random.Random, phone: str) -> str:
    """A ten-digit number in one of the layouts met in real files, the lost leading 0 included."""
    pairs = [phone[start : start + 2] for start in range(0, 10, 2)]
    return rng.choices(_PHONE_LAYOUTS, weights=_PHONE_WEIGHTS)[0].format(*pairs, phone[1])


def write_nir(rng: random.Random, number: str) -> str:
    """A NIR in one block, in groups, or without its key."""
    grouped = " ".join(
        (number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:])
    )
    return rng.choices((number, grouped, number[:13]), weights=(70, 25, 5))[0]


def write_plate(rng: random.Random, number: str) -> str:
    """A plate with hyphens, blanks or nothing, in capitals or not; a few of the old system."""
    old = f"{rng.randrange(100, 9999)} {rng.choice('XYZ')}{rng.choice(_PLATE_LETTERS)} 13"
    layouts = (number, number.replace("-", ""), number.replace("-", " "), number.lower(), old)
    return rng.choices(layouts, weights=(55, 25, 10, 8, 2))[0]


def write_iban(rng: random.Random, number: str) -> str:
    """An IBAN in one block or in groups of four."""
    grouped = " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    return rng.choice((number, grouped, grouped))


def write_address(rng: random.Random, who: Resident) -> str:
    """A home address on one line, postcode and city included."""
    street = rng.choices((who.address, who.address.upper(), _with_comma(who.address)), weights=(70, 15, 15))[
        0
    ]
    return rng.choices(_CITY_LAYOUTS, weights=(60, 20, 10, 10))[0].format(street, who.postcode)


def write_surname(rng: random.Random, surname: str) -> str:
    """A surname as typed: capitals mostly, stray blanks sometimes."""
    return rng.choices(
        (surname.upper(), surname, f"{surname.upper()} ", f" {surname}"), weights=(70, 20, 6, 4)
    )[0]


def write_full_name(rng: random.Random, who: Resident) -> str:
    """A full name as typed: either order, with or without a title."""
    title = "Mme" if who.sex == "F" else "M."
    layouts = (
        f"{who.given} {who.surname.upper()}",
        f"{who.surname.upper()} {who.given}",
        who.full_name,
        f"{title} {who.surname.upper()}",
        f"{title} {who.full_name}",
    )
    return rng.choices(layouts, weights=(40, 15, 20, 10, 15))[0]


def _with_comma(address: str) -> str:
    return re.sub(r"^(\d+(?: bis)?) ", r"\1, ", address)
