"""The rule ``scrub``: a free text in which each identifier found is replaced by a marker.

The patterns are those of the residual scan, so that what one finds the other takes out. Where a trace is
left after all, the whole text goes: a cell that leaves this rule holds nothing the scan knows by its form.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan import checks, near, papers
from aqueduc.anonymise.scan import patterns as p
from aqueduc.anonymise.scan.city_lists import load_name_lists
from aqueduc.anonymise.scan.features import (
    WORDS,
    build_mask_of_features,
    compile_bordered_pattern,
    detect_features,
)
from aqueduc.anonymise.scan.masks import create_empty_bitmasks, has_any_bit
from aqueduc.anonymise.scan.names import NameLists
from aqueduc.anonymise.scan.normal import normalise_cells, replace_cells
from aqueduc.errors import PersonalTextRefused
from aqueduc.language import REDACTED as MARKER
from aqueduc.language import Message, Sentence, _

# Neighbours share the border between them: one pass takes out every other one.
PASSES = 3

_BORDERED = f"(^|[^{p.L}0-9'’.])"
_TEXTS: tuple[tuple[str, str], ...] = (
    (f"(^|[^{p.L}0-9._%+'-]){p.EMAIL}", r"\1"),
    *(
        (f"{p.WORD_BEFORE}(?:{pattern}){p.WORD_AFTER}", r"\1\2")
        for pattern in (p.IBAN, p.RIB, p.SIV_IN_TEXT, p.ADDRESS_NUMBERED)
    ),
    *(
        (f"{p.NUMBER_BEFORE}(?:{pattern}){p.NUMBER_AFTER}", r"\1\2")
        for pattern in (p.NIR_KEYED, p.NIR_SPACED, p.NIR_BARE, p.CARD, p.PHONE, p.PHONE_PLAIN)
    ),
    (rf"(^|[^0-9.{p.L}])(?:{p.IPV4})($|[^0-9{p.L}])", r"\1\2"),
    (r"(^|[^0-9A-Za-z:])(?:{})($|[^0-9A-Za-z:])".format(f"{p.IPV6}|{p.MAC}"), r"\1\2"),
    (f"{p.WORD_BEFORE}(?:{p.BORN}|{p.BORN_IN_WORDS}|{p.ADDRESS_BRACKETED})", r"\1"),
    (f"{p.WORD_BEFORE}{p.FNI_IN_TEXT}", r"\1"),
)
_PEOPLE: tuple[tuple[str, str], ...] = tuple(
    (f"{_BORDERED}(?:{pattern})(?:[ ]+{p.CAPITAL}[{p.L}'’-]+)*", r"\1")
    for pattern in (p.TITLED, p.TITLED_LEARNED, p.TITLED_LOWER, p.NAMED_IN_TEXT)
)
# What only few texts hold, or what would cut too much elsewhere: by the feature that it removes.
_BY_FEATURE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("email_near",), near.EMAIL),
    (("phone_near",), f"{near.PHONE_MISTYPED}|{near.PHONE_GROUPED}|{near.PHONE_SPELT}(?:[ -]+[{p.L}]+)*"),
    (("iban_cut",), f"{near.IBAN_CUT}(?:[ .-]{{0,2}}[0-9]+)*"),
    (("siv_whole", "siv_near"), f"{p.SIV}|{near.PLATE}"),
    (("vin",), near.VIN),
    (
        ("card_told", "passport_told", "driving_told"),
        f"{papers.CARD_TOLD}|{papers.PASSPORT_TOLD}|{papers.DRIVING_TOLD}",
    ),
    (("mrz",), f"{papers.MRZ}[A-Z0-9<]*"),
    (("sport_told",), papers.SPORT_TOLD),
    (("caf_told",), papers.CAF_TOLD),
    (
        ("profile", "profile_person"),
        f"(?:https?://[^ ]*)?(?:{papers.PROFILE_OF_PERSON}|{papers.PROFILE})[^ ]*",
    ),
    (("profile", "profile_person"), f"{papers.HANDLE_TOLD}|@[A-Za-z0-9_.]{{3,}}"),
)
_NAMING = ("titled", "learned", "named")
TRACES = (
    *("phone", "plain", "phone_near", "nir", "nir_spaced", "nir_grouped", "card", "rib"),
    *("iban", "iban_grouped", "iban_cut", "email", "email_near", "profile", "profile_person"),
    *("siv_whole", "siv_text", "siv_near", "vin", "fni_text", "ipv4", "ipv6", "mac"),
    *("card_told", "passport_told", "driving_told", "mrz", "sport_told", "caf_told"),
    *("address", "address_inverted", "lodged", "born", "born_words"),
    *_NAMING,
)
"""The features of the scan that no scrubbed text has."""
_TO_LOOK_AT = (*TRACES, "date", "iban_shaped", "rib_shaped", "nir_bare", "shorn")


def scrub_texts(texts: pa.Array, names: NameLists | None = None) -> pa.Array:
    """As many texts, without the identifiers. Neither null nor empty texts are given.
    ``names``: the lists of names, a city's among them.

    What has something cut out of it comes back in its normal form; the other texts are untouched.
    """
    texts = texts.cast(pa.string())
    folded = normalise_cells(texts)
    given = _detect_feature_bitmasks(folded, names)
    found = np.flatnonzero(has_any_bit(given, build_mask_of_features(_TO_LOOK_AT)))
    if not len(found):
        return texts
    before = folded.take(pa.array(found))
    cleaned = _redact_patterns(
        _redact_identifiers_by_feature(
            _redact_numbers_with_valid_checksum(before, given[found]), given[found]
        ),
        _TEXTS,
    )
    named = np.flatnonzero(
        has_any_bit(_detect_feature_bitmasks(cleaned, names), build_mask_of_features(_NAMING))
    )
    if len(named):
        cleaned = replace_cells(cleaned, named, _redact_patterns(cleaned.take(pa.array(named)), _PEOPLE))
    traced = np.flatnonzero(
        has_any_bit(_detect_feature_bitmasks(cleaned, names), build_mask_of_features(TRACES))
    )
    if len(traced):
        cleaned = replace_cells(cleaned, traced, pa.array([MARKER] * len(traced)))
    cut = pc.not_equal(cleaned, before)
    return replace_cells(texts, found[cut.to_numpy(zero_copy_only=False)], cleaned.filter(cut))


def _detect_feature_bitmasks(texts: pa.Array, names: NameLists | None) -> Any:
    """The features of texts some of which may be empty."""
    held = np.flatnonzero(pc.not_equal(texts, "").to_numpy(zero_copy_only=False))
    given = create_empty_bitmasks(len(texts), WORDS)
    if len(held):
        given[held] = detect_features(texts.take(pa.array(held)), names)
    return given


def _redact_identifiers_by_feature(texts: pa.Array, given: Any) -> pa.Array:
    for features, pattern in _BY_FEATURE:
        told = np.flatnonzero(has_any_bit(given, build_mask_of_features(features)))
        if len(told):
            around = ((f"{p.WORD_BEFORE}(?:{pattern})", r"\1"),)
            texts = replace_cells(texts, told, _redact_patterns(texts.take(pa.array(told)), around))
    return texts


def _redact_numbers_with_valid_checksum(texts: pa.Array, given: Any) -> pa.Array:
    """Without the account and social security numbers whose key is right, however they are grouped."""
    traced = np.flatnonzero(has_any_bit(given, build_mask_of_features(("iban_grouped", "nir_grouped"))))
    if not len(traced):
        return texts
    cut = [
        compile_bordered_pattern(near.IBAN).sub(
            _redact_iban_if_valid, compile_bordered_pattern(near.NIR).sub(_redact_nir_if_valid, text)
        )
        for text in texts.take(pa.array(traced)).to_pylist()
    ]
    return replace_cells(texts, traced, pa.array(cut, pa.string()))


def _redact_nir_if_valid(found: re.Match[str]) -> str:
    return MARKER if checks.is_nir_text(_strip_separators_and_uppercase(found.group())) else found.group()


def _redact_iban_if_valid(found: re.Match[str]) -> str:
    """The pattern takes what follows too: the length of the country's accounts says where to stop."""
    written = found.group()
    if not checks.starts_with_valid_iban(_strip_separators_and_uppercase(written)):
        return written
    ends = [rank for rank, char in enumerate(written, 1) if char.isalnum()]
    return MARKER + written[ends[checks.IBAN_LENGTHS[_strip_separators_and_uppercase(written)[:2]] - 1] :]


def _strip_separators_and_uppercase(written: str) -> str:
    return "".join(filter(str.isalnum, written)).upper()


def _redact_patterns(texts: pa.Array, patterns: tuple[tuple[str, str], ...]) -> pa.Array:
    for _pass in range(PASSES):
        before = texts
        for pattern, around in patterns:
            texts = pc.replace_substring_regex(texts, pattern, around.replace(r"\1", rf"\1{MARKER}", 1))
        if texts.equals(before):
            break
    return texts


def refuse_personal_texts(texts: Mapping[Message, str], where: Sentence, include: Path) -> None:
    """Refuses what persons typed (a reason, whoever asked) where it seems to identify somebody or to tell their
    health: the ledger and the letters keep it for ever. ``texts``: by what each is called.

    Raises PersonalTextRefused, which names the text and quotes nothing of it.
    """
    names = load_name_lists(include)
    for called, text in texts.items():
        if text.strip() and _tells_of_a_person(pa.array([text]), names):
            raise PersonalTextRefused(
                _(
                    "{what} semble citer une personne, une adresse, un numéro, ou dire la santé de quelqu'un. "
                    "Rien n'a été fait."
                ).format(what=called),
                where=where,
                remedy=_(
                    "décrire sans citer de donnée : une qualité (« une personne concernée », « la direction des "
                    "sports »), le numéro d'un courrier, le jeu, la colonne, le nombre de lignes"
                ),
            )


def _tells_of_a_person(text: pa.Array, names: NameLists | None) -> bool:
    """Determines if an identifier would be cut out of the text, if it is a name, or tells somebody's health."""
    if not scrub_texts(text, names).equals(text):
        return True
    given = _detect_feature_bitmasks(normalise_cells(text), names)

    def has(*features: str) -> bool:
        return bool(has_any_bit(given, build_mask_of_features(features))[0])

    is_name = has("given", "given_weak") and has("surname") and not has("thing", "office", "premises")
    return is_name or (has("state", "ill") and not has("public"))
