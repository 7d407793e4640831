"""What python-stdnum and phonenumbers call a number, the scan finds; what they refuse, it does not.

The numbers are drawn from a seed and asked all at once: a pattern is compiled at each call.
"""

import itertools
import random
from pathlib import Path

import numpy as np
import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban
from stdnum import luhn as stdnum_luhn
from stdnum.fr import nir as stdnum_nir
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from aqueduc import duck
from aqueduc.anonymise.scan import HitStrength, IdentifierKind, checks, scan_table
from aqueduc.anonymise.scan.features import BITS, detect_features
from aqueduc.anonymise.scan.masks import has_any_bit
from aqueduc.anonymise.scan.measure import measure_column_features

DRAWN = random.Random(20)


def said(question: str, cells: list[str]) -> list[bool]:
    return has_any_bit(detect_features(pa.array(cells)), 1 << BITS[question]).tolist()


def found(name: str, cells: list[str]) -> set[IdentifierKind]:
    return {hit.kind for hit in scan_table(pa.table({name: cells})) if hit.is_blocking_hit}


def body_of_nir() -> str:
    where = DRAWN.choice([f"{n:02d}" for n in range(1, 96) if n != 20] + ["2A", "2B", "99"])
    born = f"{DRAWN.choice('12')}{DRAWN.randrange(100):02d}{DRAWN.randint(1, 12):02d}"
    return f"{born}{where}{DRAWN.randint(1, 989):03d}{DRAWN.randint(1, 998):03d}"


def in_groups(text: str, *sizes: int, by: str = " ") -> str:
    ends = [sum(sizes[:rank]) for rank in range(len(sizes) + 1)]
    return by.join(text[start:end] for start, end in itertools.pairwise(ends))


def test_the_key_of_a_nir():
    valid = [body + stdnum_nir.calc_check_digits(body) for body in (body_of_nir() for _ in range(500))]
    wrong = [f"{number[:13]}{(int(number[13:]) + 5) % 97 + 1:02d}" for number in valid]
    assert all(map(stdnum_nir.is_valid, valid)) and not any(map(stdnum_nir.is_valid, wrong))
    for layout in (str, str.lower, spaced_nir, "assuré n° {}, à revoir".format):
        assert all(said("nir", [layout(number) for number in valid]))
        assert not any(said("nir", [layout(number) for number in wrong]))


def spaced_nir(number: str) -> str:
    return in_groups(number, 1, 2, 2, 2, 3, 3, 2)


@given(st.lists(st.integers(10**8, 10**9 - 1), min_size=1))
def test_luhn_of_a_siren(numbers: list[int]):
    assert checks.is_luhn_sum_valid(np.array(numbers), 9).tolist() == [
        stdnum_siren.is_valid(str(n)) for n in numbers
    ]


@given(st.text("0123456789", min_size=1, max_size=19))
def test_luhn_of_a_text(text: str):
    assert checks.has_valid_luhn(text) == stdnum_luhn.is_valid(text)


ACCOUNTS = {"FR": 23, "DE": 18, "BE": 12, "ES": 20, "PT": 21, "MC": 23, "LU": 16, "CH": 17}


@pytest.mark.parametrize("country", ACCOUNTS)
def test_the_key_of_an_iban(country: str):
    bodies = ["".join(DRAWN.choices("0123456789", k=ACCOUNTS[country])) for _ in range(100)]
    keys = [int(stdnum_iban.calc_check_digits(f"{country}00{body}")) for body in bodies]
    valid = [f"{country}{key:02d}{body}" for key, body in zip(keys, bodies, strict=True)]
    wrong = [f"{country}{(key - 1) % 97 + 2:02d}{body}" for key, body in zip(keys, bodies, strict=True)]
    assert all(stdnum_iban.is_valid(number, check_country=False) for number in valid)
    assert not any(stdnum_iban.is_valid(number, check_country=False) for number in wrong)
    for layout in (str, str.lower, lambda n: in_groups(n, *[4] * 9).strip(), "IBAN : {} BIC AGRIFRPP".format):
        assert all(said("iban", [layout(number) for number in valid]))
        assert not any(said("iban", [layout(number) for number in wrong]))


def test_sirens_and_sirets_are_nobody():
    sirens = [str(n) for n in range(420_000_000, 420_004_000) if stdnum_siren.is_valid(str(n))][:300]
    sirets = [
        f"{s}{n:05d}" for s in sirens[:60] for n in range(10, 110) if stdnum_siret.is_valid(f"{s}{n:05d}")
    ]
    assert len(sirens) == 300 and len(sirets) > 300
    assert found("siren", sirens) == found("colonne", sirens) == set()
    assert found("siret", sirets) == found("colonne", sirets) == set()
    assert found("colonne", [in_groups(number, 3, 3, 3, 5) for number in sirets]) == set()


NATIONAL, INTERNATIONAL, E164 = (
    phonenumbers.PhoneNumberFormat.NATIONAL,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.E164,
)
REGIONS = ("FR", "BE", "CH", "DE", "ES", "IT", "PT", "LU", "GB", "MA", "DZ", "TN", "RE", "GP")


def test_numbers_of_other_countries_in_international_form():
    numbers = [
        phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        for region in REGIONS
    ]
    for layout in (INTERNATIONAL, E164):
        written = [phonenumbers.format_number(number, layout) for number in numbers]
        assert all(said("phone", written)), written
        assert all(said("phone", [f"à rappeler au {number} svp" for number in written]))


def test_french_numbers_in_the_layouts_people_write():
    drawn = [phonenumbers.parse(f"0{DRAWN.randint(100_000_000, 799_999_999)}", "FR") for _ in range(600)]
    national = [phonenumbers.format_number(n, NATIONAL) for n in drawn if phonenumbers.is_valid_number(n)]
    assert len(national) > 200
    for separator in " .-/":
        assert all(said("phone", [number.replace(" ", separator) for number in national]))
    assert all(said("phone", [f"+33 (0){number[1:]}" for number in national]))
    assert all(said("phone", [f"0033{number[1:].replace(' ', '')}" for number in national]))
    assert all(said("plain", [number.replace(" ", "") for number in national]))


def test_a_short_name_is_no_service():
    people = ["zoe.canari", "lea.martin", "jean.roy", "luc.dsi", "zoe", "marie", "j.bon", "contact.nathalie"]
    services = ["dsi", "contact", "mairie.annexe", "service-voirie", "rh", "ne-pas-repondre", "eau"]
    assert all(said("email_personal", [f"{name}@exemple.fr" for name in people]))
    assert not any(said("email_personal", [f"{name}@exemple.fr" for name in services]))


def test_a_finding_never_carries_a_cell():
    table = pa.table({"mail": ["canari.unique@example.org"] * 3, "__line": [2, 3, 9]})
    (hit,) = scan_table(table)
    assert hit.strength is HitStrength.CERTAIN and hit.lines == (2, 3, 9)
    assert "canari" not in repr(hit) and "canari" not in str(hit.to_json())


def test_the_years_of_a_column_of_dates_are_counted(tmp_path: Path) -> None:
    """Those of numpy, exactly: what is estimated depends on threads, and so would the gate."""
    years = np.random.default_rng(1).integers(1930, 2015, 30_000)
    table = pa.table({"le": [f"{year}-03-{1 + rank % 28:02}" for rank, year in enumerate(years)]})
    with duck.open_duckdb(tmp_path) as con:
        con.register("scanned", table)
        (measured,) = measure_column_features(con, "scanned", ["le"])
    found = measured.years
    assert found is not None and (found.dated, found.distinct, found.firsts) == (30_000, 85, 0)
    expected = np.quantile(years, (0.02, 0.25, 0.5, 0.75, 0.98), method="inverted_cdf")
    assert [found.low, found.lower, found.median, found.upper, found.high] == expected.tolist()
