"""Check digits and shapes of numbers: by NumPy over whole columns, or over one text.

Sources: Luhn, ISO/IEC 7812-1; the NIR and its key, decree 82-103 and INSEE; IBAN, ISO 13616 (ISO 7064, mod
97-10); RIB, the CFONB's key.
"""

import re
from typing import Any

import numpy as np

# Countries of the IBAN registry with the length of theirs.
_IBAN = (
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22"
    "GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20"
    "MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23"
    "TN24TR26UA29VA22VG24XK20DZ26MA28SN28CI28BF28BJ28CM27CG27GA27MG27ML28TG28NE28TD27AO25MZ25CV25"
)
IBAN_LENGTHS = {_IBAN[at : at + 2]: int(_IBAN[at + 2 : at + 4]) for at in range(0, len(_IBAN), 4)}


def is_luhn_sum_valid(number: Any, size: int) -> Any:
    """Whether Luhn's sum of integers of ``size`` digits is a multiple of ten."""
    total = np.zeros(len(number), np.int64)
    for rank in range(size):
        digit = number // 10**rank % 10
        total += np.where(digit > 4, 2 * digit - 9, 2 * digit) if rank % 2 else digit
    return total % 10 == 0


def is_visa_mastercard_number(number: Any) -> Any:
    """Sixteen digits as Visa and Mastercard number their cards, with Luhn's sum."""
    head = number // 10**12
    issued = (head // 1000 == 4) | ((head >= 5100) & (head <= 5599)) | ((head >= 2221) & (head <= 2720))
    return issued & is_luhn_sum_valid(number, 16)


def is_amex_number(number: Any) -> Any:
    """Fifteen digits as American Express numbers its cards."""
    return np.isin(number // 10**13, (34, 37)) & is_luhn_sum_valid(number, 15)


def has_identity_paper_shape(number: Any) -> Any:
    """Twelve digits that begin as an identity card or a driving licence does (a month, a département), and
    are no moment (year, month, day, hours, minutes, seconds)."""
    month, where = number // 10**8 % 100, number // 10**6 % 100
    hours, minutes, seconds = number // 10**4 % 100, number // 100 % 100, number % 100
    moment = (where <= 31) & (hours < 24) & (minutes < 60) & (seconds < 60)
    return (month >= 1) & (month <= 12) & (where >= 1) & (where <= 98) & ~moment


def is_identity_paper_number_text(text: str) -> bool:
    return bool(has_identity_paper_shape(np.array([int("".join(filter(str.isdecimal, text)))]))[0])


def is_school_code(text: str) -> bool:
    """Seven digits and the letter that is their key, as schools are numbered (ministry of education)."""
    bare = text.replace(" ", "").upper()
    return "ABCDEFGHJKLMNPRSTUVWXYZ"[int(bare[:7]) % 23] == bare[7]


def has_unkeyed_nir_shape(number: Any) -> Any:
    """Thirteen digits that may be a NIR without its key: of somebody, born in one of twelve months."""
    sex, month = number // 10**12, number // 10**8 % 100
    return (
        np.isin(sex, (1, 2, 7, 8))
        & (month >= 1)
        & (month <= 12)
        & _has_nonzero_nir_birthplace_and_order(number)
    )


def has_keyed_nir_shape(number: Any) -> Any:
    """The first thirteen digits of fifteen. The months over 12 are those of incomplete civil status."""
    sex, month = number // 10**12, number // 10**8 % 100
    months = (month >= 1) & ~((month >= 13) & (month <= 19)) & ~((month >= 43) & (month <= 49))
    return np.isin(sex, (1, 2, 3, 4, 7, 8)) & months & _has_nonzero_nir_birthplace_and_order(number)


def has_nir_birth_month(number: Any) -> Any:
    """Fifteen digits whose month is one of twelve, as those of nearly everybody."""
    month = number // 10**10 % 100
    return (month >= 1) & (month <= 12) & has_keyed_nir_shape(number // 100)


def _has_nonzero_nir_birthplace_and_order(number: Any) -> Any:
    """A département, a commune and an order that are not zero."""
    return (number // 10**6 % 100 > 0) & (number // 10**3 % 1000 > 0) & (number % 1000 > 0)


def has_valid_nir_key(number: Any) -> Any:
    return 97 - number // 100 % 97 == number % 100


def is_eight_digit_date(number: Any) -> Any:
    """Eight digits: year, month, day, or day, month, year."""
    return _is_plausible_calendar_date(
        number // 10**4, number // 100 % 100, number % 100
    ) | _is_plausible_calendar_date(number % 10**4, number // 10**4 % 100, number // 10**6)


def _is_plausible_calendar_date(year: Any, month: Any, day: Any) -> Any:
    within = (year >= 1800) & (year <= 2099) & (month >= 1) & (month <= 12)
    return within & (day >= 1) & (day <= 31)


def is_six_digit_date(number: Any) -> Any:
    """Six digits: day, month, year of the century."""
    day, month = number // 10**4, number // 100 % 100
    return (day >= 1) & (day <= 31) & (month >= 1) & (month <= 12)


def has_valid_luhn(text: str) -> bool:
    """Of the digits of ``text``, any number of them."""
    digits = [int(char) for char in reversed(text) if char.isdecimal()]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return bool(digits) and (sum(digits[::2]) + doubled) % 10 == 0


def has_valid_nir_checksum(text: str) -> bool:
    """Fifteen capitals and digits whose last two are the key of the others."""
    body, key = text[:13].replace("2A", "19").replace("2B", "18"), text[13:15]
    return body.isdecimal() and key.isdecimal() and 97 - int(body) % 97 == int(key)


def is_nir_text(text: str) -> bool:
    """Fifteen capitals and digits, in the shape of a NIR and with its key."""
    digits = text[:13].replace("2A", "19").replace("2B", "18")
    return (
        digits.isdecimal()
        and has_valid_nir_checksum(text)
        and bool(has_keyed_nir_shape(np.array([int(digits)]))[0])
    )


def starts_with_valid_iban(text: str) -> bool:
    """Capitals and digits that begin with an IBAN; what follows it is let be."""
    size = IBAN_LENGTHS.get(text[:2])
    if size is None or len(text) < size or not re.fullmatch("[A-Z]{2}[0-9]{2}[0-9A-Z]+", text[:size]):
        return False
    moved = text[4:size] + text[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


def is_public_iban(text: str) -> bool:
    """An IBAN at the Banque de France: it keeps the accounts of public accountants, of no private person."""
    return starts_with_valid_iban(text) and text.startswith("FR") and text[4:9] == "30001"


def is_private_iban(text: str) -> bool:
    return starts_with_valid_iban(text) and not is_public_iban(text)


def is_valid_rib(text: str) -> bool:
    """Twenty-three capitals and digits, the letters counting from 1 to 9 as in the CFONB's table."""
    digits = text.translate(_RIB_LETTERS)
    return digits.isdecimal() and int(digits) % 97 == 0 and int(digits) > 0


_RIB_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
