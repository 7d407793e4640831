"""The features of a cell: what detectors, asked of a whole Arrow array at once, find in it.

Detectors stand behind gates, patterns that most cells fail: only what passes is asked, and a pattern that no
cell reaches is never compiled (the long lists of names cost milliseconds each). The features of a cell are
bits (see ``masks``).
"""

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial, reduce
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan import (
    checks,
    children,
    health,
    lexicon,
    masks,
    near,
    papers,
    people,
    plain_words,
    things,
)
from aqueduc.anonymise.scan import patterns as p
from aqueduc.anonymise.scan.cell_bytes import CellBytes, build_byte_set_table
from aqueduc.anonymise.scan.masks import BitmaskRows
from aqueduc.anonymise.scan.names import NameLists, fold_case_accents, load_builtin_names, read_builtin_list
from aqueduc.anonymise.scan.normal import BETWEEN
from aqueduc.anonymise.scan.regex import find_matching_cells

Detector = Callable[[pa.StringArray], Any]
"""One boolean for each cell, as a NumPy array; the cells are neither null nor empty."""

FeatureMask = Callable[[pa.StringArray, BitmaskRows], None]
"""Sets the bits (see ``BITS``) of the features of each cell in the row of its rank."""

_FEATURES = (
    "digits plain_text phone_told phone_near phone_service mobile_text nir_grouped nir_digits "
    "fifteen_luhn iban_grouped iban_cut iban_public email_near email_named siv_near siv_spoilt "
    "plate_abroad vin ipv4_public ipv6_public twelve paper_shaped card_new passport seven_letter uai "
    "paper_code card_told passport_told driving_told mrz sport_told caf_told profile profile_person "
    "profile_org phone phone_usual siret plain shorn shorn_called shorn_pairs mobile dialled nine_luhn "
    "nir_shaped nir nir_spaced nir_bare thirteen card_shaped card iban_shaped iban rib_shaped rib date "
    "date_short email email_personal siv_whole siv_text fni_whole fni_spoilt fni_last fni_text "
    "plate_like ipv4 ipv4_large ipv6 mac mac_bare mac_odd mac_letter address address_inverted lodged "
    "flat way town born titled learned titled_first named shaped account serial born_words "
    "address_of_premises premises office road stop owned enrolling facing domestic company sex unit "
    "goods fixture living works amount age_band moment_pairs state ill ill_aged substance diagnosis "
    "diagnosis_point public trigram trigram_told trigram_dated login_told named_by hosted "
    "hosted_name ill_called child ine ine_told trigram_login home_point "
    "old_year decimal whole point nir_month passport_low ipv4_high age_cell yes_no numbered school "
    + " ".join(people.CELL_FEATURES)
)
BITS: Mapping[str, int] = {name: rank for rank, name in enumerate(_FEATURES.split())}
WORDS = masks.count_bitmask_words(len(BITS))


def build_mask_of_features(names: Iterable[str]) -> int:
    """The mask that has the bits of ``names``."""
    return sum(1 << BITS[name] for name in names)


# --- ways to ask ------------------------------------------------------------------------------------------


def build_pattern_detector(pattern: str) -> Detector:
    """The cells in which RE2 finds the pattern."""
    return partial(find_matching_cells, pattern=pattern)


def _build_whole_cell_detector(pattern: str) -> Detector:
    return build_pattern_detector(f"^[ ]*(?:{pattern})[ ]*$")


def _build_number_pattern_detector(pattern: str) -> Detector:
    return build_pattern_detector(f"{p.NUMBER_BEFORE}(?:{pattern}){p.NUMBER_AFTER}")


def _build_word_pattern_detector(pattern: str) -> Detector:
    return build_pattern_detector(f"{p.WORD_BEFORE}(?:{pattern}){p.WORD_AFTER}")


def _build_and_detector(first: Detector, *others: Detector) -> Detector:
    """Yes to all; the others are asked of the cells that said yes to the first."""

    def detect_cells_matching_all(cells: pa.StringArray) -> Any:
        yes = np.array(first(cells))
        for other in others:
            left = np.flatnonzero(yes)
            if not len(left):
                break
            yes[left] = other(_take_cells_at(cells, left))
        return yes

    return detect_cells_matching_all


def _build_or_detector(*detectors: Detector) -> Detector:
    return lambda cells: reduce(np.logical_or, (ask(cells) for ask in detectors))


def _has_digit(cells: pa.StringArray) -> Any:
    return CellBytes(cells).have_any_byte(b"0123456789")


def _build_first_byte_detector(members: bytes) -> Detector:
    """The cells whose first byte is one of ``members``."""
    return lambda cells: build_byte_set_table(members)[CellBytes(cells).get_first_bytes()] != 0


def _build_shorter_than_detector(size: int) -> Detector:
    return lambda cells: pc.less(pc.utf8_length(cells), size).to_numpy(zero_copy_only=False)


def _negate_detector(detector: Detector) -> Detector:
    return lambda cells: ~detector(cells)


def _build_cell_check_detector(check: Callable[[str], bool]) -> Detector:
    """Asked cell by cell in Python: to be put behind a pattern that few cells pass."""
    return lambda cells: np.fromiter(map(check, cells.to_pylist()), bool, len(cells))


def _build_checked_word_detector(pattern: str, check: Callable[[str], bool]) -> Detector:
    """Whether a text found between borders passes ``check``, which is given its capitals and digits only."""
    return _build_and_detector(
        _build_word_pattern_detector(pattern),
        _build_cell_check_detector(partial(_has_passing_match, pattern, check)),
    )


def _has_passing_match(pattern: str, check: Callable[[str], bool], cell: str) -> bool:
    return any(check(found) for found in find_matches_without_separators(pattern, cell))


def find_matches_without_separators(pattern: str, cell: str) -> Iterable[str]:
    for found in compile_bordered_pattern(pattern).finditer(cell):
        yield _BARE.sub("", found.group()).upper()


@cache
def compile_bordered_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern for Python's engine, between borders that are looked at and not taken."""
    return re.compile(f"(?<![{p.L}0-9])(?:{pattern})(?![{p.L}0-9])")


_BARE = re.compile("[^0-9A-Za-z]")


def _build_always_true_mask(cells: pa.StringArray) -> Any:
    return np.ones(len(cells), bool)


def _take_cells_at(cells: pa.StringArray, ranks: Any) -> pa.StringArray:
    """Those of ``ranks``, which ascend: nothing is copied where they follow each other."""
    if len(ranks) and ranks[-1] - ranks[0] == len(ranks) - 1:
        return cells.slice(ranks[0], len(ranks))
    return cells.take(pa.array(ranks))


def _set_feature_bits(rows: BitmaskRows, said: Mapping[str, Any]) -> None:
    for name, yes in said.items():
        rows.set_bit(BITS[name], yes)


def _build_feature_bit_setter(detectors: Mapping[str, Detector]) -> FeatureMask:
    """Sets the bits of the features that ``detectors`` find, by name."""

    def set_bits(cells: pa.StringArray, rows: BitmaskRows) -> None:
        _set_feature_bits(rows, {name: ask(cells) for name, ask in detectors.items()})

    return set_bits


def _build_gated_feature_bit_setter(gate: Detector, *inner: FeatureMask) -> FeatureMask:
    def set_bits(cells: pa.StringArray, rows: BitmaskRows) -> None:
        through = np.flatnonzero(gate(cells))
        if len(through):
            passed, of_passed = _take_cells_at(cells, through), rows.select_rows(through)
            for ask in inner:
                ask(passed, of_passed)

    return set_bits


# --- cells of digits alone --------------------------------------------------------------------------------


def _flag_whole_number_features(cells: pa.StringArray, rows: BitmaskRows) -> None:
    """Whole numbers of 5 to 23 digits, by arithmetic: they are the most numerous cells of a city's files."""
    size = pc.binary_length(cells).to_numpy(zero_copy_only=False)
    short = np.flatnonzero(size <= 18)
    number = np.zeros(len(cells), np.int64)
    number[short] = pc.cast(_take_cells_at(cells, short), pa.int64()).to_numpy(zero_copy_only=False)
    # Leading zeros: a number of fewer figures than its text has characters.
    figures = np.where(number > 0, np.floor(np.log10(np.maximum(number, 1))).astype(np.int64) + 1, 0)
    lead_zero = (size == 10) & (figures == 9)
    nine, eleven = (size == 9) & (figures == 9), (size == 11) & (figures == 11)
    french = (figures == 11) & (number // 10**9 == 33) & (number // 10**8 % 10 != 0)
    called = eleven & french
    head = number // 10**8
    yes = {
        "phone": (size == 13) & french,
        "phone_usual": (size == 13) & french,
        "plain": lead_zero,
        "shorn": nine,
        "shorn_called": called,
        "mobile": ((lead_zero | nine) & np.isin(head, (6, 7))) | (called & np.isin(head, (336, 337))),
        "nine_luhn": _check_selected_numbers(nine, number, lambda n: checks.is_luhn_sum_valid(n, 9)),
        "thirteen": size == 13,
        "nir_bare": _check_selected_numbers(
            (size == 13) & (figures == 13), number, checks.has_unkeyed_nir_shape
        ),
        "nir_shaped": _check_selected_numbers(
            (size == 15) & (figures == 15), number // 100, checks.has_keyed_nir_shape
        ),
        "card_shaped": size == 16,
        "card": _check_selected_numbers(
            (size == 16) & (figures == 16), number, checks.is_visa_mastercard_number
        ),
        "rib_shaped": size == 23,
        "date": _check_selected_numbers((size == 8) & (figures >= 7), number, checks.is_eight_digit_date),
        "date_short": _check_selected_numbers(size == 6, number, checks.is_six_digit_date),
        "phone_service": (lead_zero & (head == 8)) | (called & (head == 338)),
        "dialled": (size >= 8) & (size <= 13),
        "digits": size > 0,
        "numbered": (size >= 6) & (size <= 14),
        "twelve": size == 12,
        "paper_code": (size >= 6) & (size <= 15),
        "nir_month": _check_selected_numbers(
            (size == 15) & (figures == 15), number, checks.has_nir_birth_month
        ),
        "nir_digits": np.isin(size, (13, 15)) & np.isin(number // 10 ** (size - 1).clip(0, 17), _SEXES),
        "serial": (size == 5) & (number >= 1) & (number < 50_000),
    }
    yes["nir"] = _check_selected_numbers(yes["nir_shaped"], number, checks.has_valid_nir_key)
    yes["paper_shaped"] = _check_selected_numbers(yes["twelve"], number, checks.has_identity_paper_shape)
    yes["card_shaped"] |= size == 15
    fifteen = (size == 15) & (figures == 15)
    yes["card"] |= _check_selected_numbers(fifteen, number, checks.is_amex_number)
    yes["fifteen_luhn"] = _check_selected_numbers(fifteen, number, lambda n: checks.is_luhn_sum_valid(n, 15))
    yes["rib"] = np.zeros(len(cells), bool)
    ribs = np.flatnonzero(size == 23)
    if len(ribs):
        yes["rib"][ribs] = _build_cell_check_detector(checks.is_valid_rib)(_take_cells_at(cells, ribs))
    _set_feature_bits(rows, yes)


_SEXES = (1, 2, 3, 4, 7, 8)


def _check_selected_numbers(asked: Any, number: Any, check: Callable[[Any], Any]) -> Any:
    yes = np.zeros(len(asked), bool)
    ranks = np.flatnonzero(asked)
    if len(ranks):
        yes[ranks] = check(number[ranks])
    return yes


# --- numbers among other characters -----------------------------------------------------------------------

_LONG_NUMBER = f"[0-9](?:[^0-9{p.L}]{{0,4}}[0-9]){{7}}"
_CORSICAN = "[0-9][ ]?2[ABab][ ]?[0-9]{3}"
_SHORT_DATE = "^[ ]*[0-3]?[0-9][./-][01]?[0-9][./-][0-9]{2}(?:[^0-9]|$)"
_DAY_AND_MONTH = f"[0-9](?:er)?[ ./-]+(?i:{p.MONTHS})|(?i:{p.MONTHS})[ .]+[0-3]?[0-9][ ,]"
_NEAR_NUMBER = "[Oo][1-9][0-9 .-]|0[67][ .-][0-9oOlI]|(?i:z[ée]ro[ -])"
_NUMBERS_START = f"{_LONG_NUMBER}|{_NEAR_NUMBER}|{_CORSICAN}|{_DAY_AND_MONTH}|{_SHORT_DATE}"
_DIALLED = f"[+(]{{0,2}}[0-9](?:[()]|{p.SEP})*(?:[0-9](?:[()]|{p.SEP})*){{6,12}}[0-9]"
_SIRET = "[0-9]{3} [0-9]{3} [0-9]{3} ?[0-9]{5}"
_ANY_NUMBER = build_pattern_detector(
    f"{p.NUMBER_BEFORE}(?:{p.PHONE}|{p.PHONE_PLAIN}|{p.NIR_KEYED}|{p.NIR_SPACED}|{p.CARD}"
    f"|{near.PHONE_GROUPED}){p.NUMBER_AFTER}"
    f"|{p.WORD_BEFORE}(?:{near.NIR}|{near.PHONE_MISTYPED}){p.WORD_AFTER}"
    f"|{p.WORD_BEFORE}(?:{p.NIR_TOLD}|{near.PHONE_SPELT})"
    f"|^[ ]*(?:{p.DATE}|(?:{_DIALLED}|{_SIRET}|{p.NIR_BARE})[ ]*$)"
)


def _build_detector_after_removing_pattern(pattern: str, detector: Detector) -> Detector:
    """Asked of what is left of the cells without the pattern."""
    return lambda cells: detector(pc.replace_substring_regex(cells, pattern, " "))


_WITH_SEPARATORS, _TEN_DIGITS = (
    _build_number_pattern_detector(p.PHONE),
    _build_number_pattern_detector(p.PHONE_PLAIN),
)
_A_PHONE = _build_or_detector(_WITH_SEPARATORS, _TEN_DIGITS)
_LETTER = build_pattern_detector(f"[{p.L}]")
_GROUPED = _build_number_pattern_detector(near.PHONE_GROUPED)
_NO_PHONE = f"{p.HOURS}|{p.MEASURED}"
_NO_NEAR_PHONE = f"{_NO_PHONE}|(?:^|[^0-9.]){p.IPV4}(?:$|[^0-9.])|{p.DAY_AND_HOUR}"
_NEARLY_A_PHONE = _build_or_detector(
    _build_and_detector(
        _build_word_pattern_detector(near.PHONE_MISTYPED),
        _build_detector_after_removing_pattern(
            _NO_NEAR_PHONE, _build_word_pattern_detector(near.PHONE_MISTYPED)
        ),
    ),
    build_pattern_detector(f"{p.WORD_BEFORE}{near.PHONE_SPELT}"),
    _build_and_detector(
        _GROUPED,
        _build_detector_after_removing_pattern(f"{near.DATE_LIKE}|{near.PERMIT}|{_NO_NEAR_PHONE}", _GROUPED),
    ),
)


def _flag_phone_features(cells: pa.StringArray, rows: BitmaskRows) -> None:
    """The features of telephone numbers: written with separators, or ten digits that may be one."""
    phone, plain = _WITH_SEPARATORS(cells), _TEN_DIGITS(cells)
    phone = _detect_in_flagged_cells(
        phone, _build_detector_after_removing_pattern(_NO_PHONE, _WITH_SEPARATORS), cells
    )
    lettered = _detect_in_flagged_cells(phone | plain, _LETTER, cells)
    said = {
        "phone": phone,
        "plain": plain,
        "phone_usual": _detect_in_flagged_cells(phone, _build_number_pattern_detector(p.PHONE_USUAL), cells),
        "plain_text": _detect_in_flagged_cells(
            plain & lettered, _build_detector_after_removing_pattern(near.REFERENCE, _TEN_DIGITS), cells
        ),
        "phone_told": _detect_in_flagged_cells(
            lettered, build_pattern_detector(f"{p.WORD_BEFORE}{near.PHONE_TOLD}"), cells
        ),
        "phone_service": _detect_in_flagged_cells(phone | plain, _ONLY_OF_SERVICES, cells),
        "mobile_text": _detect_in_flagged_cells(
            phone | plain, _build_number_pattern_detector(p.MOBILE), cells
        ),
        "phone_near": _detect_in_flagged_cells(~(phone | plain), _NEARLY_A_PHONE, cells),
    }
    _set_feature_bits(rows, said)


def _detect_in_flagged_cells(ranks: Any, detector: Detector, cells: pa.StringArray) -> Any:
    """Yes only in the cells of ``ranks`` (booleans), the only ones that are asked."""
    return _build_and_detector(lambda _: ranks, detector)(cells)


_ONLY_OF_SERVICES = _build_or_detector(
    _build_and_detector(
        _build_number_pattern_detector(p.PHONE_OF_SERVICE),
        _negate_detector(_build_detector_after_removing_pattern(p.PHONE_OF_SERVICE, _A_PHONE)),
    ),
    _build_and_detector(
        build_pattern_detector(p.LINE_OF_SERVICE),
        _negate_detector(_build_detector_after_removing_pattern(p.LINE_OF_SERVICE, _A_PHONE)),
    ),
)
_NUMBERS = _build_gated_feature_bit_setter(
    _build_and_detector(build_pattern_detector(_NUMBERS_START), _ANY_NUMBER),
    _flag_phone_features,
    _build_feature_bit_setter({
        "siret": _build_whole_cell_detector(_SIRET),
        "nir_grouped": _build_checked_word_detector(near.NIR, checks.is_nir_text),
        "nir_digits": _build_whole_cell_detector(near.NIR_DIGITS),
        "shorn_pairs": _build_whole_cell_detector(p.PHONE_SHORN_PAIRS),
        "shorn": _build_whole_cell_detector(p.PHONE_SHORN_TRIPLES),
        "mobile": _build_whole_cell_detector(
            f"(?:[(]?[+]?(?:33|0033)[)]?{p.SEP}*)?(?:[(]?0[)]?)?{p.SEP}*[67]{p.SEP}*[0-9].*"
        ),
        "nine_luhn": _build_and_detector(
            _build_whole_cell_detector("[0-9]{3} [0-9]{3} [0-9]{3}"),
            _build_cell_check_detector(checks.has_valid_luhn),
        ),
        "nir_shaped": _build_number_pattern_detector(p.NIR_KEYED),
        "nir_month": _build_number_pattern_detector(p.NIR_OF_A_MONTH),
        "nir": _build_checked_word_detector(p.NIR_KEYED, checks.has_valid_nir_checksum),
        "nir_spaced": _build_or_detector(
            _build_number_pattern_detector(p.NIR_SPACED),
            _build_word_pattern_detector(p.NIR_TOLD),
        ),
        "nir_bare": _build_whole_cell_detector(p.NIR_BARE),
        "thirteen": _build_whole_cell_detector(p.NIR_BARE),
        "card_shaped": _build_number_pattern_detector(p.CARD),
        "card": _build_checked_word_detector(p.CARD, checks.has_valid_luhn),
        "date": build_pattern_detector(f"^[ ]*{p.DATE}(?:$|[^0-9])"),
        "dialled": _build_whole_cell_detector(_DIALLED),
        "moment_pairs": _build_whole_cell_detector(p.MOMENT_PAIRS),
    }),
)  # fmt: skip

# --- mailboxes, accounts, plates, networks ----------------------------------------------------------------


def _has_given_name_in_mailbox(mailbox: str) -> bool:
    words = re.split(r"[^a-z]+", mailbox.lower().partition("@")[0])
    return not _ONLY_GIVEN.isdisjoint(words) and not _PREMISES.match(mailbox)


def _flag_email_features(cells: pa.StringArray, rows: BitmaskRows) -> None:
    """Cells with a mailbox: whether one is not a service's, whether one bears a name."""
    personal, named = np.zeros(len(cells), bool), np.zeros(len(cells), bool)
    for rank, cell in enumerate(cells.to_pylist()):
        for found in _EMAIL.finditer(cell):
            mailbox = found.group()
            if (
                _MASKED.match(mailbox)
                or _IMAGE.search(mailbox)
                or _is_institution_handle(cell[: found.start()], mailbox)
            ):
                continue
            name = _has_given_name_in_mailbox(mailbox)
            personal[rank] |= name or not _is_service_mailbox(mailbox)
            named[rank] |= name or _is_login_made_from_name(mailbox.partition("@")[0])
    _set_feature_bits(
        rows, {"email": np.ones(len(cells), bool), "email_personal": personal, "email_named": named}
    )


def _is_institution_handle(before: str, mailbox: str) -> bool:
    """On a network of networks, as bodies are called there: @ademe@social.numerique.gouv.fr."""
    local, _, host = mailbox.partition("@")
    return before.endswith("@") and bool(_INSTITUTION.search(host)) and not _is_login_made_from_name(local)


def _is_service_mailbox(mailbox: str) -> bool:
    """By its first words, or because it is a word and nothing else, at no provider's: agenda@pau.fr."""
    if _GENERIC.match(mailbox) or _PREMISES.match(mailbox):
        return True
    local, _, host = mailbox.lower().partition("@")
    words = [local] if not _INSTITUTION.search(host) else re.split("[._-]", local)
    return not _PROVIDER.match(host) and all(map(_is_common_word, words))


def _is_common_word(text: str) -> bool:
    """One of the language or of a city's inventories, and nobody's name."""
    known = load_builtin_names()
    word = fold_case_accents(text.rstrip("0123456789"))
    named = word in known.surnames or word in known.given
    return not named and (word in known.common or word in known.words or things.is_thing_noun(word))


_INSTITUTION = re.compile(
    "ville|mairie|commun|agglo|metropole|departement|region|gouv|prefect|ccas|office|tourisme|musee|theatre|biblio"
    "|mediatheque|ecole|univ|syndicat|service"
)
_LABEL_AT = re.compile(rf"([{p.L}0-9._-]+)@([{p.L}0-9-]+)(?:$|[ ,;)])")


def _is_malformed_mailbox(cell: str) -> bool:
    """Not a thing at a place: pompe2@bassin-ouest has words before the sign, or a rank."""
    labels = _LABEL_AT.findall(cell)
    return not labels or any(
        _PROVIDER.match(host)
        or _has_given_name_in_mailbox(f"{local}@")
        or _is_login_made_from_name(local)
        or not (local[-1].isdigit() or _is_common_word(local))
        for local, host in labels
    )


def _is_login_made_from_name(cell: str) -> bool:
    """As a login is made of a name: jdupont, j.dupont, jean.dupont."""
    parts = re.split(r"[._\-]", cell.lower().rstrip("0123456789 "))
    if len(parts) == 1:
        return parts[0][1:] in _SURNAMES
    first, last = parts[0], parts[-1]
    return (len(first) == 1 and last in _SURNAMES) or first in _GIVEN or last in _GIVEN


_GIVEN, _SURNAMES = frozenset(lexicon.GIVEN), frozenset(lexicon.SURNAMES)
_ONLY_GIVEN = frozenset(lexicon.GIVEN) - lexicon.ALSO_WORDS
_EMAIL, _GENERIC = re.compile(p.EMAIL), re.compile(p.GENERIC_MAILBOX)
_PREMISES, _MASKED = re.compile(p.PREMISES_MAILBOX), re.compile(p.MASKED_MAILBOX)
# A file of an image for finer screens: logo@2x.png.
_IMAGE = re.compile(r"@[1-9]x\.[a-z]{3,4}$")
_PROVIDER = re.compile(f" ?{near.PROVIDERS}")
_NEARLY = _build_and_detector(
    _build_word_pattern_detector(near.EMAIL),
    _build_detector_after_removing_pattern(near.WEB, _build_word_pattern_detector(near.EMAIL)),
    _build_cell_check_detector(_is_malformed_mailbox),
)
# Two or three letters are a service's, unless they are a given name and the provider is everybody's: zoe@sfr.
_SHORT_NAMES = "|".join(sorted(name for name in _GIVEN if len(name) <= 3))
_SHORT_NAME_AT_PROVIDER = build_pattern_detector(
    f"(^|[^{p.L}0-9._%+'-])(?i:{_SHORT_NAMES})[0-9]*[ ]?@{{1,2}} ?{near.PROVIDERS}"
)
_AT_START = f"{near.EMAIL_START}|(?i:{p.AT})"
_AT = _build_gated_feature_bit_setter(
    build_pattern_detector(_AT_START),
    _build_gated_feature_bit_setter(build_pattern_detector(p.EMAIL), _flag_email_features),
    _build_feature_bit_setter({
        "email_near": _build_and_detector(
            _build_detector_after_removing_pattern(
                p.EMAIL,
                _build_and_detector(build_pattern_detector(near.EMAIL_START), _NEARLY),
            ),
            _build_or_detector(
                _build_detector_after_removing_pattern(
                    f"(^|[^{p.L}0-9._%+'-])(?:{p.GENERIC_MAILBOX}|{p.NUMBERED_MAILBOX})[^ ]*", _NEARLY
                ),
                _SHORT_NAME_AT_PROVIDER,
            ),
        ),
    }),
)  # fmt: skip
_MIXED_START = (
    f"{p.WORD_BEFORE}(?:[A-Za-z]{{2}}[0-9]{{2}}[ ]?[A-Za-z0-9]{{4}}|{p.RIB}|{p.SIV}|{p.FNI}|{p.FNI_SPOILT})"
    f"|^(?:{p.PLATE_LIKE})$|{p.WORD_BEFORE}(?:{near.IBAN}|{near.IBAN_CUT}|{near.PLATE}|{near.VIN}|{p.PLATE_ABROAD})"
)


def _build_plate_pattern_detector(pattern: str) -> Detector:
    """Not a piece of a longer reference (PC-123-AB-4)."""
    return build_pattern_detector(
        f"(^|[^{p.L}0-9-]|[^{p.L}0-9]-)(?:{pattern})($|[^{p.L}0-9-]|-(?:$|[^{p.L}0-9]))"
    )


def _has_plausible_plate(cell: str) -> bool:
    return any(
        is_vehicle_plate(found.group()) for found in compile_bordered_pattern(near.PLATE).finditer(cell)
    )


def is_vehicle_plate(written: str) -> bool:
    """Of what is written as a plate: neither pair of letters is a word of a sentence, or one never issued."""
    pairs = (written[:2].lower(), written[-2:].lower())
    if "ss" in pairs or "000" in written:
        return False
    return " " not in written or near.WORDS_OF_TWO.isdisjoint(pairs)


_MIXED = _build_gated_feature_bit_setter(
    build_pattern_detector(_MIXED_START),
    _build_feature_bit_setter({
        "iban_shaped": _build_word_pattern_detector(p.IBAN),
        "iban": _build_checked_word_detector(p.IBAN, checks.is_private_iban),
        "iban_public": _build_and_detector(
            _build_checked_word_detector(
                p.IBAN,
                checks.is_public_iban,
            ), _negate_detector(_build_checked_word_detector(p.IBAN, checks.is_private_iban))
        ),
        "rib_shaped": _build_word_pattern_detector(p.RIB),
        "rib": _build_checked_word_detector(p.RIB, checks.is_valid_rib),
        "siv_whole": _build_and_detector(
            _build_whole_cell_detector(p.SIV),
            _negate_detector(build_pattern_detector(p.ROAD_POINT)),
        ),
        "siv_text": _build_and_detector(
            _build_plate_pattern_detector(p.SIV_IN_TEXT),
            _build_cell_check_detector(_has_plausible_plate),
            _negate_detector(build_pattern_detector(p.ROAD_POINT)),
            _build_detector_after_removing_pattern(near.PLATE_OF_THING, _build_plate_pattern_detector(p.SIV_IN_TEXT)),
        ),
        "siv_near": _build_and_detector(
            _build_plate_pattern_detector(near.PLATE),
            _build_cell_check_detector(_has_plausible_plate),
            _negate_detector(build_pattern_detector(p.ROAD_POINT)),
            _build_detector_after_removing_pattern(near.PLATE_OF_THING, _build_plate_pattern_detector(near.PLATE)),
        ),
        "plate_abroad": build_pattern_detector(f"{p.WORD_BEFORE}{p.PLATE_ABROAD}"),
        "siv_spoilt": _build_and_detector(
            _build_whole_cell_detector(near.PLATE_SHAPED),
            _negate_detector(_build_whole_cell_detector(p.SIV)),
        ),
        "vin": _build_word_pattern_detector(near.VIN),
        "iban_grouped": _build_checked_word_detector(near.IBAN, checks.is_private_iban),
        "iban_cut": _build_word_pattern_detector(near.IBAN_CUT + "[0-9A-Za-z .-]*"),
        "fni_whole": _build_and_detector(
            _build_whole_cell_detector(p.FNI),
            _negate_detector(_build_whole_cell_detector(p.PERIOD)),
        ),
        "fni_spoilt": _build_whole_cell_detector(p.FNI_SPOILT),
        "fni_last": _build_and_detector(
            build_pattern_detector(p.FNI_LAST),
            _negate_detector(_build_whole_cell_detector(p.PERIOD)),
        ),
        "fni_text": _build_word_pattern_detector(p.FNI_IN_TEXT),
        "plate_like": _build_whole_cell_detector(p.PLATE_LIKE),
    }),
)  # fmt: skip
_CODES = _build_gated_feature_bit_setter(
    _build_whole_cell_detector(papers.PAPER_CODE),
    _build_feature_bit_setter({
        "card_new": _build_and_detector(
            _build_whole_cell_detector(papers.CARD_NEW),
            build_pattern_detector(papers.ALTERNATING),
        ),
        "numbered": _build_whole_cell_detector(papers.NUMBERED),
        "ine": _build_whole_cell_detector(children.INE),
        "paper_code": build_pattern_detector("(?:[0-9].*){4}"),
    }),
    _build_gated_feature_bit_setter(
        _build_first_byte_detector(b"0123456789 "),
        _build_feature_bit_setter({
            "passport": _build_whole_cell_detector(papers.PASSPORT),
            "passport_low": build_pattern_detector("^[0-9]{2}[ ]?[A-Za-z]{2}[ ]?0"),
            "seven_letter": _build_whole_cell_detector(papers.SEVEN_AND_LETTER),
            "school": _build_and_detector(
                _build_whole_cell_detector(papers.SEVEN_AND_LETTER),
                _build_cell_check_detector(checks.is_school_code),
            ),
            "uai": _build_and_detector(
                _build_whole_cell_detector(papers.SEVEN_AND_LETTER),
                _build_or_detector(build_pattern_detector("^[ ]*0"), _build_cell_check_detector(checks.is_school_code)),
            ),
            "twelve": _build_whole_cell_detector(papers.TWELVE),
            "paper_shaped": _build_and_detector(
                _build_whole_cell_detector(papers.TWELVE),
                _build_cell_check_detector(checks.is_identity_paper_number_text),
            ),
        }),
    ),
)  # fmt: skip
_DIAGNOSES = _build_gated_feature_bit_setter(
    _build_shorter_than_detector(14),
    _build_feature_bit_setter({
        "diagnosis": _build_whole_cell_detector(health.DIAGNOSIS),
        "diagnosis_point": _build_whole_cell_detector(health.DIAGNOSIS_DETAILED),
        "unit": _build_whole_cell_detector(p.UNIT),
        "age_band": _build_whole_cell_detector(p.AGE_BAND),
        "amount": _build_whole_cell_detector(p.AMOUNT),
        "old_year": _build_whole_cell_detector(p.OLD_YEAR),
        "account": _build_whole_cell_detector(p.ACCOUNT_SHAPE),
        "trigram_login": _build_whole_cell_detector(p.TRIGRAM_LOGIN),
    }),
)  # fmt: skip
_NET_START = (
    rf"{p.HEX}:{p.HEX}|{p.HEX}::{p.HEX}|[0-9]\.[0-9]{{1,3}}\.[0-9]|[0-9](?: \. |[ ]?[\[(]\.[)\]] ?)[0-9]"
    rf"|{p.HEX}{{2}}-{p.HEX}{{2}}-{p.HEX}{{2}}-"
    rf"|{p.HEX}{{4}}\.{p.HEX}{{4}}\.|^{p.HEX}{{12}}$|{p.HEX}{{2}} {p.HEX}{{2}} {p.HEX}{{2}} {p.HEX}{{2}} "
)
_MAC_WRITTEN = rf"(^|[^0-9A-Za-z:\-])(?:{p.MAC})($|[^0-9A-Za-z:\-])"


def _has_mac_with_letter(cell: str) -> bool:
    """Whether a MAC address in the cell has a letter: six pairs of digits may be anything."""
    return any(re.search("[A-Fa-f]", found.group()) for found in re.finditer(p.MAC, cell))


# Eight pairs of digits are hours.
_IPV6 = _build_and_detector(
    build_pattern_detector(rf"(^|[^0-9A-Za-z:])(?:{p.IPV6})($|[^0-9A-Za-z:])"),
    build_pattern_detector(f"::|{p.HEX}{{3}}|[A-Fa-f]"),
)
_IPV4 = build_pattern_detector(rf"(^|[^0-9.{p.L}])(?:{p.IPV4})($|[^0-9.{p.L}]|\.(?:$|[^0-9]))")
_MAC = _build_and_detector(
    build_pattern_detector(_MAC_WRITTEN),
    _build_or_detector(
        _negate_detector(build_pattern_detector(p.HOURS)),
        _build_detector_after_removing_pattern(p.HOURS, build_pattern_detector(_MAC_WRITTEN)),
    ),
)
_NET = _build_gated_feature_bit_setter(
    build_pattern_detector(_NET_START),
    _build_feature_bit_setter({
        "ipv4": _IPV4,
        "ipv4_large": _build_and_detector(_IPV4, build_pattern_detector(p.IPV4_LARGE)),
        "ipv4_high": _build_and_detector(_IPV4, build_pattern_detector(p.IPV4_HIGH)),
        "ipv4_public": _build_and_detector(_IPV4, _build_detector_after_removing_pattern(p.IPV4_SPECIAL, _IPV4)),
        "ipv6": _IPV6,
        "ipv6_public": _build_and_detector(_IPV6, _build_detector_after_removing_pattern(p.IPV6_SPECIAL, _IPV6)),
        "mac": _build_and_detector(_MAC, _negate_detector(build_pattern_detector(p.MAC_OF_MANUALS))),
        "mac_bare": build_pattern_detector(f"^{p.HEX}{{12}}$"),
        # The first byte of what is one machine's is even (IEEE 802); that of a digest is any.
        "mac_odd": build_pattern_detector(f"^{p.HEX}[13579BDFbdf]{p.HEX}{{10}}$"),
        "mac_letter": _build_and_detector(_MAC, _build_cell_check_detector(_has_mac_with_letter)),
    }),
)  # fmt: skip

# --- papers and accounts ----------------------------------------------------------------------------------

_PAPERS = _build_gated_feature_bit_setter(
    build_pattern_detector(papers.PAPERS_START),
    _build_feature_bit_setter({
        "card_told": build_pattern_detector(f"{p.WORD_BEFORE}{papers.CARD_TOLD}{p.WORD_AFTER}"),
        "passport_told": build_pattern_detector(f"{p.WORD_BEFORE}{papers.PASSPORT_TOLD}{p.WORD_AFTER}"),
        "driving_told": build_pattern_detector(f"{p.WORD_BEFORE}{papers.DRIVING_TOLD}{p.WORD_AFTER}"),
        "mrz": build_pattern_detector(papers.MRZ),
        "sport_told": build_pattern_detector(f"{p.WORD_BEFORE}{papers.SPORT_TOLD}"),
        "caf_told": build_pattern_detector(f"{p.WORD_BEFORE}{papers.CAF_TOLD}"),
        "ine_told": build_pattern_detector(f"{p.WORD_BEFORE}{children.INE_TOLD}"),
    }),
)  # fmt: skip
_PROFILES = re.compile(
    f"{papers.PROFILE_OF_PERSON}|{papers.PROFILE}|{papers.HANDLE_TOLD}|{papers.HANDLE}", re.IGNORECASE
)
_OF_PERSON, _PAGE = re.compile(papers.PROFILE_OF_PERSON), re.compile(papers.PAGE)
_ORGANISATION = re.compile(papers.ORGANISATION)


def _classify_social_profile(found: str) -> str:
    """The feature of an account: of a person, of somebody, of an organisation."""
    called = re.split(r"[/@:= ]", re.sub(r"[?#].*", "", found).strip(" /,;)("))[-1].lower()
    named = not _ONLY_GIVEN.isdisjoint(re.split("[^a-z]+", called)) or _is_login_made_from_name(called)
    organisation = bool(_ORGANISATION.search(called)) or _is_town_account(found)
    if _OF_PERSON.search(found) or (named and not organisation):
        return "profile_person"
    return "profile_org" if organisation and not named else "profile"


def _is_town_account(found: str) -> bool:
    """As institutions call themselves, words with capitals and a town among them: @MEL_Lille, BrestFr."""
    words = re.findall("[A-Z][a-z]+|[A-Z]+(?![a-z])", re.split(r"[/@:= ]", found.rstrip(" /,;)("))[-1])
    towns = any(word.lower() in _TOWNS and len(word) > 2 for word in words)
    return towns and _ONLY_GIVEN.isdisjoint(word.lower() for word in words)


_TOWNS = frozenset(read_builtin_list("labels.txt"))


def _flag_social_profile_features(cells: pa.StringArray, rows: BitmaskRows) -> None:
    """The features of accounts on social networks: a person's, an organisation's, or either's."""
    said = {name: np.zeros(len(cells), bool) for name in ("profile", "profile_person", "profile_org")}
    for rank, cell in enumerate(cells.to_pylist()):
        for found in _PROFILES.finditer(_EMAIL.sub(" ", cell)):
            if not _PAGE.search(cell, found.start()):
                said[_classify_social_profile(found.group())][rank] = True
    _set_feature_bits(rows, said)


_A_PROFILE = f"{papers.PROFILE_OF_PERSON}|{papers.PROFILE}|{papers.HANDLE_TOLD}|{papers.HANDLE}"
_ACCOUNTS = _build_gated_feature_bit_setter(
    _build_and_detector(build_pattern_detector(papers.SOCIAL_START), build_pattern_detector(_A_PROFILE)),
    _flag_social_profile_features,
)

# --- addresses and names ----------------------------------------------------------------------------------


def remove_offices_and_named_after_phrases(cells: pa.StringArray) -> pa.StringArray:
    """Without those who are called by their office, and what is named after somebody."""
    cells = pc.replace_substring_regex(cells, p.NEXT_PERSON, r"\1, \2 ")
    cells = pc.replace_substring_regex(cells, p.RELATIVE_OF_DEAD, r"\1")
    for pattern in (p.NOBODY, p.OFFICE):
        cells = pc.replace_substring_regex(cells, pattern, " ")
    # Twice: neighbours share the border between them.
    cells = _remove_pattern_twice(p.NAMED_AFTER, cells)
    return _remove_pattern_twice(p.NAMESAKE, cells) if _may_hold_named_after_phrases(cells) else cells


def _remove_pattern_twice(pattern: str, cells: pa.StringArray) -> pa.StringArray:
    once = pc.replace_substring_regex(cells, pattern, " ")
    return once if once.equals(cells) else pc.replace_substring_regex(once, pattern, " ")


def remove_named_after_phrases(cells: pa.StringArray) -> pa.StringArray:
    cells = pc.replace_substring_regex(cells, p.RELATIVE_OF_DEAD, r"\1")
    cells = pc.replace_substring_regex(cells, p.NOBODY, " ")
    return (
        pc.replace_substring_regex(cells, p.NAMESAKE, " ") if _may_hold_named_after_phrases(cells) else cells
    )


# To read the pattern of 773 names takes RE2 as long as to look for them in this many cells.
_FEW_CELLS = 200


def _may_hold_named_after_phrases(cells: pa.StringArray) -> bool:
    """False only where ``p.NAMESAKE`` is in none of the cells."""
    if len(cells) > _FEW_CELLS or find_matching_cells(cells, p.NAMESAKE_RANKED).any():
        return True
    folded = "\n".join(filter(None, cells.to_pylist())).replace("-", " ")
    return any(map(fold_case_accents(folded).__contains__, _NAMESAKES))


_NAMESAKES = [name.replace("-", " ") for name in read_builtin_list("namesakes.txt")]


def _build_person_pattern_detector(pattern: str) -> Detector:
    """Matches, and still does without the offices and what is named after somebody."""
    found = build_pattern_detector(pattern)
    return _build_and_detector(found, lambda cells: found(remove_offices_and_named_after_phrases(cells)))


_BEFORE_TITLE = f"(^|[^{p.L}0-9'’.])"
_TITLED_LOWER = _build_and_detector(
    build_pattern_detector(rf"{_BEFORE_TITLE}{p.LOWER_TITLE}[ ]"),
    _build_person_pattern_detector(f"{_BEFORE_TITLE}{p.TITLED_LOWER}($|[^{p.L}])"),
)
_TITLED_START = f"{_BEFORE_TITLE}(?:{p.TITLED}|{p.TITLED_LEARNED}|{p.LOWER_TITLE}[ ])|^[ ]*{p.TITLED_ALONE}"
_TITLED = _build_gated_feature_bit_setter(
    build_pattern_detector(_TITLED_START),
    _build_feature_bit_setter({
        "titled": _build_or_detector(
            _build_person_pattern_detector(f"{_BEFORE_TITLE}(?:{p.TITLED})($|[^{p.L}])"),
            _TITLED_LOWER,
        ),
        "learned": _build_person_pattern_detector(f"{_BEFORE_TITLE}(?:{p.TITLED_LEARNED})"),
        "titled_first": build_pattern_detector(f"^[ ]*(?:{p.TITLED_ALONE})"),
    }),
)  # fmt: skip
_TEXT_START = (
    f"(?:{p.ADDRESS_NUMBERED}|{p.ADDRESS_INVERTED}|{p.ADDRESS_BRACKETED}|{p.LODGED}|{p.FLAT}|{p.TOWN}"
    f"|{p.BORN}|{p.TITLED}"
    f"|{p.TITLED_LEARNED}|{p.WORD_BEFORE}{p.WAY_WORD})"
)
_NUMBERED = _build_word_pattern_detector(p.ADDRESS_NUMBERED)
_INVERTED = build_pattern_detector(
    f"{p.WORD_BEFORE}(?:{p.ADDRESS_INVERTED}(?:[ ]*[,;)(]|[ ]+[0-9]{{5}}|[ ]+[A-Z]{{2}}|[ ]*$)"
    f"|{p.ADDRESS_BRACKETED})"
)
# Nearly every text has a word that a way may begin with, and most have no number: what is found by its first
# letters, by a number or by few words is asked apart.
_TEXT = (
    _build_gated_feature_bit_setter(
        _build_and_detector(
            build_pattern_detector(f"^{p.PREMISES}|^[ ]*{p.TITLED_ALONE}"), build_pattern_detector(_TEXT_START)
        ),
        _build_feature_bit_setter({"address_of_premises": build_pattern_detector(f"^{p.PREMISES}")}),
        _TITLED,
    ),
    _build_gated_feature_bit_setter(
        _build_and_detector(_has_digit, build_pattern_detector(_TEXT_START)),
        _build_feature_bit_setter({
            "address": _build_and_detector(_NUMBERED, _build_detector_after_removing_pattern(p.PLATFORM, _NUMBERED)),
            "address_inverted": _build_and_detector(
                _INVERTED,
                _build_detector_after_removing_pattern(p.PLATFORM, _INVERTED),
            ),
            "way": _build_word_pattern_detector(p.WAY_WORD),
            "town": build_pattern_detector(f"{p.WORD_BEFORE}{p.TOWN}"),
            "born": build_pattern_detector(f"{p.WORD_BEFORE}{p.BORN}"),
        }),
    ),
    _build_gated_feature_bit_setter(
        build_pattern_detector(
            f"{p.WORD_BEFORE}(?:{p.LODGED}|{p.FLAT})|{_BEFORE_TITLE}(?:{p.TITLED}|{p.TITLED_LEARNED})"
        ),
        _build_feature_bit_setter({
            "lodged": build_pattern_detector(f"{p.WORD_BEFORE}{p.LODGED}"),
            "flat": build_pattern_detector(f"{p.WORD_BEFORE}{p.FLAT}"),
        }),
        _TITLED,
    ),
)  # fmt: skip
_BORN_START = r"(?i:(?:^|[^a-z])n[ée]{1,2}[ :,(]|naissance|natif|native)"
_BORN_WORDS = _build_gated_feature_bit_setter(
    build_pattern_detector(_BORN_START),
    _build_feature_bit_setter({"born_words": build_pattern_detector(f"{p.WORD_BEFORE}{p.BORN_IN_WORDS}")}),
)
_HEALTH_START = f"{health.STATE}|{health.ILL}|{health.SUBSTANCE}"
_HEALTH = _build_gated_feature_bit_setter(
    build_pattern_detector(_HEALTH_START),
    _build_feature_bit_setter({
        "state": build_pattern_detector(health.STATE),
        "ill": build_pattern_detector(health.ILL),
        "substance": build_pattern_detector(health.SUBSTANCE),
        "public": build_pattern_detector(health.PUBLIC_WORD),
        "ill_aged": _build_and_detector(
            build_pattern_detector(health.AGED),
            _negate_detector(build_pattern_detector(health.PUBLIC_WORD)),
        ),
    }),
)  # fmt: skip

# One reading of the text for several gates: what none lets in is asked no more. Two groups, and others
# left alone, since RE2 reads slowly what has too many states.
_PLACE_START = r"[0-9] ?°|^[Xx] ?[=:]|(?i:point|maps?[.:/?@&]|geo:|waze|openstreetmap|osm\.|mappy|geoportail)"
_DIGITS_START = f"{_NUMBERS_START}|{_NET_START}|{_MIXED_START}|{_PLACE_START}"
_WORDS_START = f"{_AT_START}|{papers.SOCIAL_START}|{papers.PAPERS_START}"

# A text has words; references and measures have none, and are the most numerous cells.
_WORDED = build_pattern_detector(f"[{p.L}]{{3}}")


_CULTIVAR = build_pattern_detector(p.CULTIVAR)
_SPECIES = _build_or_detector(build_pattern_detector(p.SPECIES), _CULTIVAR)


def _flag_thing_label_features(cells: pa.StringArray, rows: BitmaskRows) -> None:
    """The features of labels of things, species and cultivars among them."""
    _set_feature_bits(rows, things.flag_thing_labels(cells))
    rows.set_bit(BITS["living"], _SPECIES(cells))


# A label is short.
_LABELS = _build_gated_feature_bit_setter(
    _build_shorter_than_detector(90),
    _build_feature_bit_setter({
        "office": build_pattern_detector(p.OFFICE_CELL),
        "road": build_pattern_detector(p.ROAD_CELL),
        "enrolling": build_pattern_detector(p.ENROLLING),
    }),
    _build_gated_feature_bit_setter(
        build_pattern_detector(f"{p.STOP}|{p.FACING}|{p.DOMESTIC}|{p.COMPANY}|{p.OWNED}"),
        _build_feature_bit_setter({
            "stop": build_pattern_detector(p.STOP),
            "facing": build_pattern_detector(p.FACING),
            "domestic": build_pattern_detector(p.DOMESTIC),
            "company": build_pattern_detector(p.COMPANY),
            "owned": build_pattern_detector(p.OWNED),
        }),
    ),
    _flag_thing_label_features,
)  # fmt: skip
_DATED_START = (
    f"^[0-9./-]{{3,10}}[ :,-]+(?i:{people.TRIGRAM})(?:[^{p.L}]|$)"
    f"|^(?i:{people.TRIGRAM})(?:[ ]?[+/&,-][ ]?(?i:{people.TRIGRAM}))*(?: le)?[ :,-]+[0-9]{{1,4}}[/.-]"
)
_TOLD_START = rf"{people.DID_IT}|^[\[(][A-Za-z]"
_TOLD = _build_gated_feature_bit_setter(
    build_pattern_detector(_TOLD_START),
    _build_feature_bit_setter({"trigram_told": _build_cell_check_detector(people.has_agent_initials)}),
)
_DATED = _build_gated_feature_bit_setter(
    build_pattern_detector(_DATED_START),
    _build_feature_bit_setter({"trigram_dated": _build_cell_check_detector(people.has_initials_beside_date)}),
)
# As journals write who was logged in: user=n.nguyen.
_LOGIN_START = (
    r"(?i:(?:^|[^a-z])(?:user|username|login|utilisateur|uid) ?[=:]|^[a-z][a-z0-9.-]{1,20}\\[a-z])"
    r"|[0-9]{2}[/-][0-9]{2,4} [a-z._-]{4,20} [>:]|^[a-z._-]{4,20} [0-9]{4}-[0-9]{2}-"
)
_LOGIN_TOLD = re.compile(
    r"(?i:(?:^|[^a-z])(?:user|username|login|utilisateur|uid) ?[=:] ?|^[a-z][a-z0-9.-]{1,20}\\)([A-Za-z._-]+)"
    r"|[0-9]{2}[/-][0-9]{2,4} ([a-z._-]{4,20}) [>:]|^([a-z._-]{4,20}) [0-9]{4}-[0-9]{2}-"
)


def _has_login(cell: str) -> bool:
    return any(
        people.is_login_made_from_name(called := found[1] or found[2] or found[3], load_builtin_names())
        or (_TRIGRAM_LOGIN.fullmatch(called) and people.may_be_person_initials(called))
        for found in _LOGIN_TOLD.finditer(cell)
    )


_TRIGRAM_LOGIN = re.compile("[A-Za-z]{3}")
_LOGINS = _build_gated_feature_bit_setter(
    build_pattern_detector(_LOGIN_START),
    _build_feature_bit_setter({"login_told": _build_cell_check_detector(_has_login)}),
)
_TRIGRAMS_START = f"{people.SHORT_WORD}|{_DATED_START}|{_LOGIN_START}"
_TRIGRAMS = _build_gated_feature_bit_setter(build_pattern_detector(_TRIGRAMS_START), _TOLD, _DATED, _LOGINS)

_YES_NO = "(?i:oui|non|o|n|yes|no|y|vrai|faux|true|false|x)"
_NAMES_ALONE = _build_gated_feature_bit_setter(
    build_pattern_detector(rf"[{p.L}]{{2}}|[A-Z]\.|^[ONYXMFHonyxmfh]$"),
    _build_feature_bit_setter({
        "shaped": _build_always_true_mask,
        "account": _build_whole_cell_detector(p.ACCOUNT_SHAPE),
        "trigram": _build_whole_cell_detector(p.INITIALS),
        "unit": _build_whole_cell_detector(p.UNIT),
        "sex": _build_whole_cell_detector(p.SEX),
        "yes_no": _build_whole_cell_detector(_YES_NO),
    }),
    _TITLED,
    _HEALTH,
    _BORN_WORDS,
    _build_gated_feature_bit_setter(_WORDED, _LABELS),
    _TRIGRAMS,
    _build_gated_feature_bit_setter(build_pattern_detector(_WORDS_START), _AT, _ACCOUNTS),
)  # fmt: skip

_MOMENT = r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9].*"
_DECIMAL = r"[+-]?(?:0|[1-9][0-9]{0,2})[.,][0-9]{3,}"
_DIGEST = f"{p.HEX}{{8}}-(?:{p.HEX}{{4}}-){{3}}{p.HEX}{{12}}|{p.HEX}{{24,}}"
_FIGURES = (
    rf"[(\[]?{_DECIMAL}(?:[ ,;/]+{_DECIMAL})*[)\]]?|[+-]?[0-9]{{1,9}}[.,][0-9]{{1,2}}[ ]?[%€]?"
    "|[0-9., %€+-]{1,5}"
)
_DEGREES = r"[0-9]{1,3} ?° ?[0-9]{1,2}(?:[.,][0-9]+)? ?[']?(?: ?[0-9]{1,2}(?:[.,][0-9]+)? ?(?:\"|'')?)?"
# A point as databases write it: well-known binary, with the number of its projection.
_WELL_KNOWN = "01010000"
# A link to a map, or what the telephone shares of where it is.
_MAP = (
    rf"(?i:.*(?:maps?|geo:|waze|openstreetmap|osm\.org|mappy|geoportail)[^ ]*?[^0-9]-?{_DECIMAL}"
    rf"(?:[,/;& ]|%2C)+(?:[a-z]{{2,5}}=)?-?{_DECIMAL}.*)"
)
_POINT = (
    rf"{_DEGREES} ?[NSns][ ,;/-]*{_DEGREES} ?[EOWeow]?|[NSns] ?{_DEGREES}[ ,;/-]*[EOWeow] ?{_DEGREES}"
    rf"|{_MAP}|{_DECIMAL} ?° ?[NS]?[ ,;/-]+{_DECIMAL} ?° ?[EWO]?"
    rf"|(?i:.*point(?: ?z)? ?[(|].*[0-9].*)|[(\[]?{_DECIMAL}[ ,;/|]+{_DECIMAL}[)\]]?"
    rf"|(?i:x) ?[=:]? ?[0-9]{{6,7}}(?:[.,][0-9]+)?[ ,;/|]+(?i:y) ?[=:]? ?[0-9]{{7}}(?:[.,][0-9]+)?"
    rf"|{_WELL_KNOWN}[02]0[0-9A-Fa-f]{{34,}}"
)


def _has_euro_or_percent_suffix(cells: pa.StringArray) -> Any:
    return pc.or_(pc.ends_with(cells, "€"), pc.ends_with(cells, "%")).to_numpy(zero_copy_only=False)


_BANDS = _build_gated_feature_bit_setter(
    _build_shorter_than_detector(6),
    _build_feature_bit_setter({"age_band": _build_whole_cell_detector(p.AGE_BAND)}),
)
_AMOUNTS = _build_gated_feature_bit_setter(
    _has_euro_or_percent_suffix, _build_feature_bit_setter({"amount": _build_whole_cell_detector(p.AMOUNT)})
)
_WHOLE = _build_gated_feature_bit_setter(
    _build_shorter_than_detector(5),
    _build_feature_bit_setter(
        {"whole": _build_always_true_mask, "old_year": _build_whole_cell_detector(p.OLD_YEAR)}
    ),
)
_DECIMALS = _build_gated_feature_bit_setter(
    build_pattern_detector(r"^[ ]*[(\[]?[+-]?[0-9]{1,9}[.,]"),
    _build_feature_bit_setter(
        {
            "decimal": _build_whole_cell_detector(rf"{_DECIMAL}|[+-]?[0-9]{{4,9}}[.,][0-9]{{1,3}}"),
            "point": _build_whole_cell_detector(_POINT),
        }
    ),
)


def _is_footprint(cell: str) -> bool:
    """Whether a polygon is no larger than a plot: in degrees or in metres, by its projection."""
    ordinates = [float(number) for number in _ORDINATE.findall(cell)]
    spans = [max(axis) - min(axis) for axis in (ordinates[::2], ordinates[1::2]) if axis]
    return bool(spans) and max(spans) < (_PLOT_DEGREES if max(map(abs, ordinates)) < 180 else _PLOT_METRES)


_ORDINATE = re.compile(r"(?<![0-9A-Za-z=.])-?[0-9]+(?:\.[0-9]+)?(?![0-9;])")
_PLOT_DEGREES, _PLOT_METRES = 0.002, 150
_FOOTPRINT = _build_and_detector(
    build_pattern_detector(r"(?i:polygon|linestring|multipoint)"), _build_cell_check_detector(_is_footprint)
)
_HOME = r"(?i:domicile|logement|habitation|habite|maison|chez|r[ée]side)"
_PLACED = _build_feature_bit_setter(
    {
        "point": _build_or_detector(_build_whole_cell_detector(_POINT), _FOOTPRINT),
        "home_point": build_pattern_detector(
            rf"{_HOME}[^0-9|]{{0,40}}(?i:(?:point|polygon|linestring) ?z? ?\(+ ?-?[0-9]+\.?[0-9]* -?[0-9]"
            rf"|{_DECIMAL}[ ,;/]+-?{_DECIMAL})"
        ),
    }
)
_AGE_CELL = r"(?i:(?:[1-9][0-9]?|1[01][0-9]) ?(?:ans?|mois)(?: (?:et )?(?:demi|[0-9]+ mois))?)"
_PROSE_START = f"{_HEALTH_START}|{_BORN_START}|{_BEFORE_TITLE}{p.LOWER_TITLE}[ ]|^{_AGE_CELL}$"
_LOWER_TITLED = build_pattern_detector(rf"{_BEFORE_TITLE}{p.LOWER_TITLE}[ ]")
_PROSE = _build_gated_feature_bit_setter(
    build_pattern_detector(_PROSE_START),
    _HEALTH,
    _BORN_WORDS,
    _build_gated_feature_bit_setter(_LOWER_TITLED, _TITLED),
    _build_feature_bit_setter({"age_cell": _build_whole_cell_detector(_AGE_CELL)}),
)
NameMask = Callable[[pa.StringArray, BitmaskRows, NameLists], None]


def _flag_name_features(cells: pa.StringArray, rows: BitmaskRows, names: NameLists) -> None:
    _set_feature_bits(rows, people.flag_name_cells(cells, names))


def _flag_name_and_mention_features(cells: pa.StringArray, rows: BitmaskRows, names: NameLists) -> None:
    """A cell that is a name and nothing else is no text in which somebody is named."""
    said = people.flag_name_cells(cells, names)
    _set_feature_bits(rows, said)
    clean = said["clean"] & said["capital"] & ~find_matching_cells(cells, people.FILE_END)
    _flag_children(
        _take_cells_at(cells, np.flatnonzero(clean)), rows.select_rows(np.flatnonzero(clean)), names
    )
    _flag_names_after_chez(
        _take_cells_at(cells, np.flatnonzero(clean)), rows.select_rows(np.flatnonzero(clean)), names
    )
    texts = np.flatnonzero(~clean)
    if len(texts):
        _flag_person_mention_features(_take_cells_at(cells, texts), rows.select_rows(texts), names)


def _flag_person_mention_features(cells: pa.StringArray, rows: BitmaskRows, names: NameLists) -> None:
    """Who is named, and still is without the offices and what is named after somebody."""
    _flag_children(cells, rows, names)
    through = np.flatnonzero(_MAY_NAME(cells))
    if len(through):
        passed, of_passed = _take_cells_at(cells, through), rows.select_rows(through)
        named = _has_person_mention(passed, names)
        _set_feature_bits(
            of_passed, {"named": named, "named_by": _detect_in_flagged_cells(named, _NAMED_BY, passed)}
        )
    _flag_names_after_chez(cells, rows, names)
    ill = np.flatnonzero(rows.have_any_bit(_OF_HEALTH))
    if len(ill):
        called = _build_and_detector(
            _INITIALLED,
            _build_cell_check_detector(partial(people.has_given_name_before_initial, names=names)),
        )
        _set_feature_bits(rows.select_rows(ill), {"ill_called": called(_take_cells_at(cells, ill))})


def _flag_children(cells: pa.StringArray, rows: BitmaskRows, names: NameLists) -> None:
    """Children by a given name and an age or a class, or several in a list; not what is named after somebody."""
    aged = _build_and_detector(
        _CHILD_START, _build_cell_check_detector(partial(children.has_child, names=names))
    )
    listed = _build_and_detector(
        _PUPILS_START, _build_cell_check_detector(partial(children.has_pupil_list, names=names))
    )
    child = _build_or_detector(aged, listed)
    _set_feature_bits(
        rows,
        {"child": _build_and_detector(child, lambda some: child(remove_named_after_phrases(some)))(cells)},
    )


_CHILD_START, _PUPILS_START = (
    build_pattern_detector(children.CHILD_START),
    build_pattern_detector(children.PUPILS_START),
)


def _flag_names_after_chez(cells: pa.StringArray, rows: BitmaskRows, names: NameLists) -> None:
    """At whose home something is: « chez », « c/o », and a full name."""
    asked = np.flatnonzero(_HOSTED(cells))
    if len(asked):
        some = _take_cells_at(cells, asked)
        hosted = np.array([people.has_person_name_after_chez(cell, names) for cell in some.to_pylist()])
        # A shop or a restaurant may be called Chez Jean Dupont; with its street, a person tells.
        home = _detect_in_flagged_cells(hosted, _AT_HOME, some)
        _set_feature_bits(rows.select_rows(asked), {"hosted": home, "hosted_name": hosted & ~home})


def _has_person_mention(cells: pa.StringArray, names: NameLists) -> Any:
    said = np.array(people.has_person_name(cells, names))
    ranks = np.flatnonzero(said)
    if len(ranks):
        said[ranks] = people.has_person_name(
            remove_offices_and_named_after_phrases(_take_cells_at(cells, ranks)), names
        )
    # What is named after somebody comes after no « chez ».
    return said | _build_and_detector(
        lambda called: people.find_cells_with_name_after_cue(called, names),
        lambda called: people.find_cells_with_name_after_cue(remove_named_after_phrases(called), names),
    )(cells)


_INITIALLED, _OF_HEALTH = (
    build_pattern_detector(people.INITIALLED),
    build_mask_of_features(("state", "ill", "substance")),
)
_HOSTED = build_pattern_detector(people.HOSTED_BY)
_AT_HOME = _build_or_detector(_NUMBERED, build_pattern_detector(people.AT_HOME_OF))
# Who did it, or whose home it is, before the name.
_NAMED_BY = build_pattern_detector(
    rf"(?:^|[^{p.L}])(?:par|domicile|chez|contact|référente?|rés\.) {p.CAPITAL}"
)
_MAY_NAME = _build_and_detector(
    _WORDED, build_pattern_detector(people.NAMING_START), _negate_detector(_CULTIVAR)
)


class CellShapeDetectors(NamedTuple):
    """What a cell is as a whole: those that ``fits`` finds, all of which begin with one of the bytes
    ``begins`` and end with one of ``ends``; and what is asked of them. ``naming``, ``naming_names``: what tells
    whether one may be somebody's name or mailbox, and no more than that. ``forms``: of many, which have the same
    features (see ``plain_words``)."""

    begins: bytes
    ends: bytes
    fits: Detector
    features: tuple[FeatureMask, ...]
    names: NameMask | None = None
    naming: tuple[FeatureMask, ...] = ()
    naming_names: NameMask | None = None
    forms: Callable[[pa.StringArray, NameLists], Any] | None = None


# What may be found in one plain word: the patterns behind which the features of names alone are.
_WORD_STARTS = (
    "|".join(
        (_TITLED_START, _BORN_START, _WORDS_START, _TRIGRAMS_START, people.NAMING_START, people.HOSTED_BY)
    ),
    _HEALTH_START,
    "|".join(
        (
            f"^(?:{p.UNIT}|{p.SEX}|{_YES_NO}|{p.INITIALS})$",
            *(p.OFFICE_CELL, p.ROAD_CELL, p.ENROLLING, p.SPECIES, p.CULTIVAR),
            *(p.STOP, p.FACING, p.DOMESTIC, p.COMPANY, p.OWNED),
        )
    ),
)
_MAILBOXES = _build_gated_feature_bit_setter(build_pattern_detector(_WORDS_START), _AT)
_TITLED_AT_ALL = _build_gated_feature_bit_setter(
    # Few cells have a title: what else is needed of those is asked last.
    _build_and_detector(
        build_pattern_detector(_TITLED_START),
        _build_or_detector(
            build_pattern_detector(_TEXT_START),
            _build_and_detector(_WORDED, build_pattern_detector(_PROSE_START), _LOWER_TITLED),
        ),
    ),
    _TITLED,
)
_ANY_BYTE, _DIGITS, _HEX = bytes(range(256)), b"0123456789", b"0123456789abcdefABCDEF"
_OF_NAMES = b" '.-_" + string.ascii_letters.encode() + bytes(range(128, 256))
_OF_FIGURES = " .,%€+-0123456789".encode()
# Each cell has the first that fits: digits alone, words alone, moments, what says nothing (decimals, UUID,
# digest), and the rest.
SHAPES = (
    CellShapeDetectors(
        _DIGITS,
        _DIGITS,
        build_pattern_detector("^[0-9]+$"),
        (
            _WHOLE,
            _build_gated_feature_bit_setter(
                build_pattern_detector("^[0-9]{5,23}$"), _flag_whole_number_features
            ),
        ),
    ),
    CellShapeDetectors(
        _OF_NAMES + b"(",
        _OF_NAMES + b")",
        _build_whole_cell_detector(p.NAME_SHAPE),
        (_NAMES_ALONE,),
        _flag_name_and_mention_features,
        (_TITLED, _MAILBOXES),
        _flag_name_features,
        partial(plain_words.compute_unlisted_word_forms, starts=_WORD_STARTS),
    ),
    CellShapeDetectors(
        b"12",
        _ANY_BYTE,
        build_pattern_detector(f"^{_MOMENT}$"),
        (_build_feature_bit_setter({"date": _build_always_true_mask}),),
    ),
    CellShapeDetectors(
        _OF_FIGURES + b"([",
        _OF_FIGURES + b")]",
        _build_whole_cell_detector(_FIGURES),
        (_DECIMALS, _AMOUNTS, _BANDS),
    ),
    CellShapeDetectors(
        _HEX + b" ",
        _HEX + b" ",
        _build_whole_cell_detector(_DIGEST),
        (_build_gated_feature_bit_setter(build_pattern_detector(f"^{_WELL_KNOWN}"), _PLACED),),
    ),
    CellShapeDetectors(
        _ANY_BYTE,
        _ANY_BYTE,
        _build_always_true_mask,
        (
            _build_gated_feature_bit_setter(
                build_pattern_detector(_DIGITS_START), _NUMBERS, _MIXED, _NET, _PLACED
            ),
            _build_gated_feature_bit_setter(build_pattern_detector(_WORDS_START), _AT, _PAPERS, _ACCOUNTS),
            _CODES,
            _DIAGNOSES,
            *_TEXT,
            _build_gated_feature_bit_setter(_WORDED, _PROSE, _LABELS),
            _TRIGRAMS,
        ),
        _flag_person_mention_features,
        (_MAILBOXES, _TITLED_AT_ALL),
    ),
)
# What is asked of headers.
NAMING_FEATURES = build_mask_of_features(("titled", "email_personal", *people.CELL_FEATURES))
_NAMING_SHAPES = tuple(one._replace(features=one.naming, names=one.naming_names) for one in SHAPES)
_BEGINS, _ENDS = (
    build_byte_set_table(*(one.begins for one in SHAPES)),
    build_byte_set_table(*(one.ends for one in SHAPES)),
)


def _has_pipe_separator(cells: pa.StringArray) -> Any:
    """Whether there may be bars: of most arrays, one look at all their bytes says that there is none."""
    return (
        build_pattern_detector(r"\|")(cells)
        if b"|" in CellBytes(cells).join_cells()
        else np.zeros(len(cells), bool)
    )


_SEVERAL = _build_and_detector(_has_pipe_separator, build_pattern_detector(re.escape(BETWEEN)))


def detect_features(cells: pa.StringArray, names: NameLists | None = None) -> Any:
    """The features of each cell, a row of words each; the cells are in their normal form, neither null nor
    empty. Where a cell holds several values, each of them is asked too. ``names``: the lists that names are
    looked up in, those of the scan unless others are given."""
    return _detect_features_in_split_values(cells, names or load_builtin_names(), SHAPES)


def detect_naming_features(cells: pa.StringArray, names: NameLists) -> Any:
    """Of ``detect_features``, those of ``NAMING_FEATURES`` and hardly another: of a few cells, each pattern costs
    more than all cells."""
    return _detect_features_in_split_values(cells, names, _NAMING_SHAPES)


def _detect_features_in_split_values(
    cells: pa.StringArray, known: NameLists, shapes: Sequence[CellShapeDetectors]
) -> Any:
    given = _detect_single_value_features(cells, known, shapes)
    several = np.flatnonzero(_SEVERAL(cells))
    if len(several):
        parts = pc.split_pattern(_take_cells_at(cells, several), BETWEEN)
        values, parents = parts.flatten(), several[pc.list_parent_indices(parts).to_numpy()]
        held = np.flatnonzero(pc.not_equal(values, "").to_numpy(zero_copy_only=False))
        of_values = _detect_single_value_features(_take_cells_at(values, held), known, shapes)
        np.bitwise_or.at(given, parents[held], of_values)
    return given


def _detect_single_value_features(
    cells: pa.StringArray, known: NameLists, shapes: Sequence[CellShapeDetectors]
) -> Any:
    given = masks.create_empty_bitmasks(len(cells), WORDS)
    read = CellBytes(cells)
    possible = _BEGINS[read.get_first_bytes()] & _ENDS[read.get_bytes_from_end()]
    for rank, shape in enumerate(shapes):
        at = np.flatnonzero(possible & 1 << rank)
        if not len(at):
            continue
        maybe = _take_cells_at(cells, at)
        inside = np.flatnonzero(shape.fits(maybe))
        if len(inside):
            possible[at[inside]] = 0
            _flag_shape_features_once_per_form(
                shape, _take_cells_at(maybe, inside), BitmaskRows(given, at[inside]), known
            )
    return given


def _flag_shape_features_once_per_form(
    shape: CellShapeDetectors, cells: pa.StringArray, rows: BitmaskRows, known: NameLists
) -> None:
    """Of many cells, one of each form is asked for all that have it."""
    if shape.forms and len(cells) >= plain_words.MANY_CELLS:
        forms = shape.forms(cells, known)
        alike = np.flatnonzero(forms >= 0)
        _, first, which = np.unique(forms[alike], return_index=True, return_inverse=True)
        forms[alike[first]] = -1
        asked = np.flatnonzero(forms < 0)
        _flag_shape_features(shape, _take_cells_at(cells, asked), rows.select_rows(asked), known)
        rows.copy_rows(alike[first[which]], alike)
    else:
        _flag_shape_features(shape, cells, rows, known)


def _flag_shape_features(
    shape: CellShapeDetectors, cells: pa.StringArray, rows: BitmaskRows, known: NameLists
) -> None:
    for ask in shape.features:
        ask(cells, rows)
    if shape.names:
        shape.names(cells, rows, known)
