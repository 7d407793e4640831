"""What is asked of each cell: yes-or-no questions, as SQL over ``v`` (its text), packed into one integer.

Questions stand behind gates, regular expressions that most cells fail: only the cells that pass are asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aqueduc.anonymise.scan import patterns as p
from aqueduc.duck import literal


@dataclass(frozen=True)
class Gate:
    """``questions`` (name: SQL) and inner ``gates`` concern the cells where ``sql`` holds."""

    sql: str
    questions: Mapping[str, str]
    gates: tuple[Gate, ...] = ()


# --- ways to ask ------------------------------------------------------------------------------------------


def _matches(pattern: str) -> str:
    return f"regexp_matches(v, {literal(pattern)})"


def _whole(pattern: str) -> str:
    return _matches(f"^[ ]*(?:{pattern})[ ]*$")


def _number(pattern: str) -> str:
    return _matches(f"{p.NUMBER_BEFORE}(?:{pattern}){p.NUMBER_AFTER}")


def _word(pattern: str) -> str:
    return _matches(f"{p.WORD_BEFORE}(?:{pattern}){p.WORD_AFTER}")


def _checked(pattern: str, *steps: str) -> str:
    """Whether a text found between borders passes the last of ``steps``, expressions over ``x``: at first that
    text in capitals without separators, then what the step before made of it."""
    found = f"regexp_extract_all(v, {literal(f'{p.WORD_BEFORE}({pattern}){p.WORD_AFTER}')}, 2)"
    *made, check = (f"upper(regexp_replace(x, {literal('[^0-9A-Za-z]')}, '', 'g'))", *steps)
    for step in made:
        found = f"list_transform({found}, lambda x: {step})"
    return f"len(list_filter({found}, lambda x: coalesce({check}, false))) > 0"


def _of_length(size: int, check: str) -> str:
    return f"CASE WHEN length(v) = {size} THEN coalesce({check}, false) ELSE false END"


def luhn(x: str, size: int) -> str:
    """Whether Luhn's sum (ISO/IEC 7812-1) of an integer of ``size`` digits is a multiple of ten."""
    terms = []
    for rank in range(size):
        digit = f"(({x} // {10**rank}) % 10)"
        terms.append(f"(2 * {digit} - 9 * CAST({digit} > 4 AS BIGINT))" if rank % 2 else digit)
    return f"({' + '.join(terms)}) % 10 = 0"


def nir_key(x: str) -> str:
    """Whether the last two of fifteen characters are the key of the first thirteen."""
    number = f"replace(replace(substr({x}, 1, 13), '2A', '19'), '2B', '18')"
    return f"97 - TRY_CAST({number} AS BIGINT) % 97 = TRY_CAST(substr({x}, 14, 2) AS BIGINT)"


# Countries of the IBAN registry with the length of theirs.
IBAN_LENGTHS = (
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22"
    "GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20"
    "MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23"
    "TN24TR26UA29VA22VG24XK20DZ26MA28SN28CI28BF28BJ28CM27CG27GA27MG27ML28TG28NE28TD27AO25MZ25CV25"
)
_IBAN_LENGTH = f"TRY_CAST(substr({literal(IBAN_LENGTHS)}, strpos({literal(IBAN_LENGTHS)}, substr(x, 1, 2)) + 2, 2) AS INT)"


def _letters_as_numbers(text: str) -> str:
    for rank in range(26):
        text = f"replace({text}, '{chr(65 + rank)}', '{10 + rank}')"
    return text


IBAN_STEPS = (
    f"CASE WHEN strpos({literal(IBAN_LENGTHS)}, substr(x, 1, 2)) > 0 AND length(x) >= {_IBAN_LENGTH} "
    f"THEN substr(x, 1, {_IBAN_LENGTH}) END",
    _letters_as_numbers("substr(x, 5) || substr(x, 1, 4)"),
)


def mod97(x: str, remainder: int, digits: int) -> str:
    """Whether a text of at most ``digits`` digits leaves that remainder: reckoned sixteen digits at a time."""
    rest = "0"
    for start in range(1, digits, 16):
        piece = f"substr({x}, {start}, 16)"
        shifted = f"{rest} * CAST(pow(10, length({piece})) AS BIGINT)"
        rest = f"(({shifted} + coalesce(TRY_CAST({piece} AS BIGINT), 0)) % 97)"
    return f"{x} <> '' AND {rest} = {remainder}"


RIB_STEPS = ("translate(x, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '12345678912345678923456789')", mod97("x", 0, 23))
_CARD_CHECK = luhn("TRY_CAST(x AS BIGINT)", 16)
_V = "TRY_CAST(v AS BIGINT)"
_BARE_V = "TRY_CAST(replace(v, ' ', '') AS BIGINT)"

# --- the questions ----------------------------------------------------------------------------------------

_DIGITS_ONLY = Gate(
    "length(v) BETWEEN 6 AND 23",
    {
        "plain": "length(v) = 10 AND v[1] = '0' AND v[2] <> '0'",
        "shorn": "length(v) = 9 AND v[1] <> '0'",
        "shorn_called": "length(v) = 11 AND v[1:2] = '33' AND v[3] <> '0'",
        "mobile": "(length(v) = 10 AND v[1:2] IN ('06', '07')) OR (length(v) = 9 AND v[1] IN ('6', '7')) "
        "OR (length(v) = 11 AND v[1:3] IN ('336', '337'))",
        "nine_luhn": _of_length(9, luhn(_V, 9)),
        "nir_shaped": _of_length(15, _matches(f"^{p.NIR_KEYED}$")),
        "nir": _of_length(15, f"{_matches(f'^{p.NIR_KEYED}$')} AND {nir_key('v')}"),
        "thirteen": "length(v) = 13",
        "nir_bare": _of_length(13, _matches(f"^{p.NIR_BARE}$")),
        "card_shaped": "length(v) = 16",
        "card": _of_length(16, f"{_matches(f'^{p.CARD}$')} AND {luhn(_V, 16)}"),
        "rib_shaped": "length(v) = 23",
        "rib": _of_length(23, mod97("v", 0, 23)),
        "date": _of_length(8, _matches(f"^{p.COMPACT}$")),
        "date_short": _of_length(6, _matches("^(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}$")),
        "dialled": "length(v) BETWEEN 8 AND 13",
    },
)
_LONG_NUMBER = f"[0-9](?:[^0-9{p.L}]{{0,4}}[0-9]){{7}}"
_CORSICAN = "[0-9][ ]?2[ABab][ ]?[0-9]{3}"
_SHORT_DATE = "^[ ]*[0-3]?[0-9][./-][01]?[0-9][./-][0-9]{2}(?:[^0-9]|$)"
_DAY_AND_MONTH = f"[0-9](?:er)?[ ./-]+(?i:{p.MONTHS})|(?i:{p.MONTHS})[ .]+[0-3]?[0-9][ ,]"
_NUMBERS = Gate(
    _matches(f"{_LONG_NUMBER}|{_CORSICAN}|{_DAY_AND_MONTH}|{_SHORT_DATE}"),
    {
        "phone": _number(p.PHONE),
        "plain": _number(p.PHONE_PLAIN),
        "shorn_pairs": _whole(p.PHONE_SHORN_PAIRS),
        "shorn": _whole(p.PHONE_SHORN_TRIPLES),
        "mobile": _whole(f"(?:[(]?[+]?(?:33|0033)[)]?{p.SEP}*)?(?:[(]?0[)]?)?{p.SEP}*[67]{p.SEP}*[0-9].*"),
        "nine_luhn": _matches("^[ ]*[0-9]{3}[ ][0-9]{3}[ ][0-9]{3}[ ]*$")
        + f" AND coalesce({luhn(_BARE_V, 9)}, false)",
        "nir_shaped": _number(p.NIR_KEYED),
        "nir": _checked(p.NIR_KEYED, nir_key("x")),
        "nir_spaced": f"{_number(p.NIR_SPACED)} OR {_word(p.NIR_TOLD)}",
        "nir_bare": _whole(p.NIR_BARE),
        "thirteen": _whole(p.NIR_BARE),
        "card_shaped": _number(p.CARD),
        "card": _checked(p.CARD, _CARD_CHECK),
        "date": _matches(f"^[ ]*{p.DATE}(?:$|[^0-9])"),
        "dialled": _whole(f"[+(]{{0,2}}[0-9](?:[()]|{p.SEP})*(?:[0-9](?:[()]|{p.SEP})*){{6,12}}[0-9]"),
    },
)
_AT = Gate(
    _matches(f"@|(?i:{p.AT})"),
    {
        "email": _matches(p.EMAIL),
        "email_personal": f"{_matches(p.EMAIL)} AND (NOT {_matches(p.GENERIC_MAILBOX)} OR "
        f"len(list_filter(regexp_extract_all(v, {literal(p.EMAIL)}), "
        f"lambda x: NOT regexp_matches(x, {literal(f'^{p.GENERIC_MAILBOX}')}))) > 0)",
    },
)
_MIXED_START = f"{p.WORD_BEFORE}(?:[A-Za-z]{{2}}[0-9]{{2}}[ ]?[A-Za-z0-9]{{4}}|{p.RIB}|{p.SIV}|{p.FNI})|^(?:{p.PLATE_LIKE})$"
_MIXED = Gate(
    _matches(_MIXED_START),
    {
        "iban_shaped": _word(p.IBAN),
        "iban": _checked(p.IBAN, *IBAN_STEPS, mod97("x", 1, 68)),
        "rib_shaped": _word(p.RIB),
        "rib": _checked(p.RIB, *RIB_STEPS),
        "siv_whole": _whole(p.SIV),
        "siv_text": _word(p.SIV_IN_TEXT),
        "fni_whole": _whole(p.FNI),
        "fni_text": _word(p.FNI_IN_TEXT),
        "plate_like": _whole(p.PLATE_LIKE),
    },
)
_NET_START = rf"{p.HEX}:{p.HEX}|{p.HEX}::{p.HEX}|[0-9]\.[0-9]{{1,3}}\.[0-9]|{p.HEX}{{2}}-{p.HEX}{{2}}-{p.HEX}{{2}}-|{p.HEX}{{4}}\.{p.HEX}{{4}}\.|^{p.HEX}{{12}}$"
_IPV4 = _matches(rf"(^|[^0-9.{p.L}])(?:{p.IPV4})($|[^0-9.{p.L}]|\.(?:$|[^0-9]))")
_MAC = _matches(rf"(^|[^0-9A-Za-z:\-])(?:{p.MAC})($|[^0-9A-Za-z:\-])")
_NET = Gate(
    _matches(_NET_START),
    {
        "ipv4": _IPV4,
        "ipv4_large": f"{_IPV4} AND {_matches(p.IPV4_LARGE)}",
        "ipv6": _matches(rf"(^|[^0-9A-Za-z:])(?:{p.IPV6})($|[^0-9A-Za-z:])"),
        "mac": _MAC,
        "mac_bare": _matches(f"^{p.HEX}{{12}}$"),
        "mac_letter": f"{_MAC} AND {_matches('[A-Fa-f]')}",
    },
)
_TEXT_START = f"(?:{p.ADDRESS_NUMBERED}|{p.ADDRESS_INVERTED}|{p.LODGED}|{p.FLAT}|{p.TOWN}|{p.BORN}|{p.TITLED}|{p.TITLED_LEARNED}|{p.WORD_BEFORE}{p.WAY_WORD})"
_CLEAN = (
    f"regexp_replace(regexp_replace(v, {literal(p.OFFICE)}, ' ', 'g'), {literal(p.NAMED_AFTER)}, ' ', 'g')"
)


def _somebody(pattern: str) -> str:
    """Matches, and still does without the offices and what is named after somebody."""
    return f"CASE WHEN {_matches(pattern)} THEN regexp_matches({_CLEAN}, {literal(pattern)}) ELSE false END"


_TITLED = {
    "titled": _somebody(f"(^|[^{p.L}0-9'’.])(?:{p.TITLED}|{p.TITLED_LOWER})($|[^{p.L}])"),
    "learned": _somebody(f"(^|[^{p.L}0-9'’.])(?:{p.TITLED_LEARNED})"),
    "titled_first": _matches(f"^[ ]*(?:{p.TITLED_ALONE})"),
}
_TEXT = Gate(
    _matches(_TEXT_START),
    {
        "address": _word(p.ADDRESS_NUMBERED),
        "address_inverted": _matches(
            f"{p.WORD_BEFORE}{p.ADDRESS_INVERTED}(?:[ ]*[,;)(]|[ ]+[0-9]{{5}}|[ ]*$)"
        ),
        "lodged": _matches(f"{p.WORD_BEFORE}{p.LODGED}"),
        "flat": _matches(f"{p.WORD_BEFORE}{p.FLAT}"),
        "way": f"{_word(p.WAY_WORD)} AND {_matches('[0-9]')}",
        "town": _matches(f"{p.WORD_BEFORE}{p.TOWN}"),
        "born": _matches(f"{p.WORD_BEFORE}{p.BORN}"),
        **_TITLED,
    },
)
_NAMED = Gate(
    _matches(f"{p.WORD_BEFORE}(?:{p.NAMED_IN_TEXT}|{p.TITLED_LOWER})"),
    {"named": _somebody(f"{p.WORD_BEFORE}{p.NAMED_IN_TEXT}"), **_TITLED},
)
_NAMES = Gate(
    _matches(f"[{p.L}]{{2}}"),
    {
        "shaped": "true",
        "several": _matches("[^ ][ ,]+[^ ]"),
        "single": _whole(p.SINGLE),
        "given": _matches(f"(^|[^{p.L}])(?i:{p.GIVEN_NAME})($|[^{p.L}])"),
        "surname": _matches(f"(^|[^{p.L}])(?i:{p.SURNAME})($|[^{p.L}])"),
        "thing": _matches(f"(^|[^{p.L}])(?i:{p.NOT_A_NAME})s?($|[^{p.L}])"),
        "caps_proper": _whole(p.CAPS_AND_PROPER),
        "initialled": _whole(p.INITIALLED),
        "login": _whole(p.LOGIN),
        "named": _somebody(f"{p.WORD_BEFORE}{p.NAMED_IN_TEXT}"),
        **_TITLED,
    },
    (_AT,),
)
_ANY = Gate(
    _matches(
        f"{_LONG_NUMBER}|{_CORSICAN}|{_DAY_AND_MONTH}|{_SHORT_DATE}|@|(?i:{p.AT})|{_MIXED_START}|{_NET_START}|{_TEXT_START}"
    ),
    {},
    (_NUMBERS, _AT, _MIXED, _NET, _TEXT),
)
# Each cell goes through the first door that fits: digits alone, words alone, what says nothing (UUID, digest,
# decimals), and the rest.
_DECIMAL = r"[+-]?(?:0|[1-9][0-9]{0,2})[.,][0-9]{3,}"
_OPAQUE = (
    f"{p.HEX}{{8}}-(?:{p.HEX}{{4}}-){{3}}{p.HEX}{{12}}|{p.HEX}{{24,}}"
    rf"|[(\[]?{_DECIMAL}(?:[ ,;/]+{_DECIMAL})*[)\]]?"
)
DOORS: tuple[tuple[str, tuple[Gate, ...]], ...] = (
    (_matches("^[0-9]+$"), (_DIGITS_ONLY,)),
    (_whole(p.NAME_SHAPE), (_NAMES,)),
    (_whole(_OPAQUE), ()),
    ("true", (_ANY, _NAMED)),
)


def _names(gates: tuple[Gate, ...]) -> Iterator[str]:
    for gate in gates:
        yield from gate.questions
        yield from _names(gate.gates)


BITS: Mapping[str, int] = {
    name: rank
    for rank, name in enumerate(dict.fromkeys(name for _, gates in DOORS for name in _names(gates)))
}


def _packed(gates: tuple[Gate, ...]) -> str:
    return " | ".join(f"(CASE WHEN {gate.sql} THEN {_asked(gate)} ELSE 0 END)" for gate in gates) or "0"


def _asked(gate: Gate) -> str:
    parts = [
        f"(CASE WHEN {sql} THEN {1 << BITS[name]}::BIGINT ELSE 0 END)" for name, sql in gate.questions.items()
    ]
    return " | ".join(parts + [_packed((inner,)) for inner in gate.gates])


# The answers for one cell, as one integer of 64 bits.
ANSWERS = f"CASE {' '.join(f'WHEN {door} THEN {_packed(gates)}' for door, gates in DOORS)} END"
