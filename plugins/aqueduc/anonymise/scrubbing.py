"""The rule ``scrub``: a free text in which each identifier found is replaced by a marker.

The patterns are those of the residual scan, so that what one finds the other takes out. Where a trace is
left after all, the whole text goes: a cell that leaves this rule holds nothing the scan knows by its form.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan import patterns as p
from aqueduc.anonymise.scan.features import BITS, answers
from aqueduc.anonymise.scan.masks import has_any
from aqueduc.anonymise.scan.normal import normal_form

MARKER = "[retiré]"
# Neighbours share the border between them: one pass takes out every other one.
PASSES = 3

_BORDERED = f"(^|[^{p.L}0-9'’.])"
_TEXTS: tuple[tuple[str, str], ...] = (
    (f"(^|[^{p.L}0-9._%+'-]){p.EMAIL}", r"\1"),
    *(
        (f"{p.WORD_BEFORE}(?:{pattern}){p.WORD_AFTER}", r"\1\2")
        for pattern in (p.IBAN, p.RIB, p.SIV_IN_TEXT, p.SIV, p.ADDRESS_NUMBERED)
    ),
    *(
        (f"{p.NUMBER_BEFORE}(?:{pattern}){p.NUMBER_AFTER}", r"\1\2")
        for pattern in (p.NIR_KEYED, p.NIR_SPACED, p.NIR_BARE, p.CARD, p.PHONE, p.PHONE_PLAIN)
    ),
    (rf"(^|[^0-9.{p.L}])(?:{p.IPV4})($|[^0-9{p.L}])", r"\1\2"),
    (r"(^|[^0-9A-Za-z:])(?:{})($|[^0-9A-Za-z:])".format(f"{p.IPV6}|{p.MAC}"), r"\1\2"),
    (f"{p.WORD_BEFORE}(?:{p.BORN}|{p.ADDRESS_BRACKETED})", r"\1"),
    (f"{p.WORD_BEFORE}{p.FNI_IN_TEXT}", r"\1"),
)
_PEOPLE: tuple[tuple[str, str], ...] = tuple(
    (f"{_BORDERED}(?:{pattern})(?:[ ]+{p.CAPITAL}[{p.L}'’-]+)*", r"\1")
    for pattern in (p.TITLED, p.TITLED_LEARNED, p.TITLED_LOWER, p.NAMED_IN_TEXT)
)
_NAMING = ("titled", "learned", "named")
TRACES = (
    *("phone", "plain", "nir", "nir_spaced", "card", "iban", "rib", "email", "siv_whole", "siv_text"),
    *("fni_text", "ipv4", "ipv6", "mac", "address", "address_inverted", "lodged", "born", *_NAMING),
)
"""The questions of the scan to which no scrubbed text answers yes."""


def scrubbed(texts: pa.Array) -> pa.Array:
    """As many texts, without the identifiers. Neither null nor empty texts are given.

    What has something cut out of it comes back in its normal form; the other texts are untouched.
    """
    texts = texts.cast(pa.string())
    folded = normal_form(texts)
    found = np.flatnonzero(
        _answered(folded, (*TRACES, "date", "iban_shaped", "rib_shaped", "nir_bare", "shorn"))
    )
    if not len(found):
        return texts
    ranks = pa.array(found)
    cleaned = _replaced(folded.take(ranks), _TEXTS)
    named = np.flatnonzero(_answered(cleaned, _NAMING))
    if len(named):
        cleaned = _put(cleaned, named, _replaced(cleaned.take(pa.array(named)), _PEOPLE))
    traced = np.flatnonzero(_answered(cleaned, TRACES))
    if len(traced):
        cleaned = _put(cleaned, traced, pa.array([MARKER] * len(traced)))
    cut = pc.not_equal(cleaned, folded.take(ranks))
    return _put(texts, found[cut.to_numpy(zero_copy_only=False)], cleaned.filter(cut))


def _replaced(texts: pa.Array, patterns: tuple[tuple[str, str], ...]) -> pa.Array:
    for _ in range(PASSES):
        before = texts
        for pattern, around in patterns:
            kept = around.replace(r"\1", rf"\1{MARKER}", 1)
            texts = pc.replace_substring_regex(texts, pattern, kept)
        if texts.equals(before):
            break
    return texts


def _answered(texts: pa.Array, questions: tuple[str, ...]) -> np.ndarray:
    held = np.flatnonzero(pc.not_equal(texts, "").to_numpy(zero_copy_only=False))
    yes = np.zeros(len(texts), bool)
    if len(held):
        wanted = sum(1 << BITS[name] for name in questions)
        yes[held] = has_any(answers(texts.take(pa.array(held))), wanted)
    return yes


def _put(texts: pa.Array, ranks: np.ndarray, instead: pa.Array) -> pa.Array:
    mask = np.zeros(len(texts), bool)
    mask[ranks] = True
    return pc.replace_with_mask(texts, pa.array(mask), instead)
