"""Cells that may be names, token by token: a token is looked up once, however many cells hold it.

A cell is split at whatever is neither a letter, a digit, an apostrophe, a point nor a hyphen. Each distinct
token gets its classes; those of a cell are the classes of its tokens, and how many it has.
"""

import re
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan import lexicon
from aqueduc.anonymise.scan.names import NameLists, fold_case_accents, read_builtin_list
from aqueduc.anonymise.scan.patterns import L
from aqueduc.anonymise.scan.regex import find_matching_cells

_CLASSES = lexicon.split_unique_words(
    "given given_weak surname word both common brand unknown foreign famous title particle initial caps "
    "proper lower core acronym"
)
CLASS = {name: 1 << rank for rank, name in enumerate(_CLASSES)}
SPLIT = rf"[^{L}0-9'’.\-‑]+"

_TITLES = frozenset(
    lexicon.split_unique_words(
        "m mm mme mmes mlle mlles melle mr monsieur madame mademoiselle dr docteur me maitre"
    )
)
_PARTICLES = frozenset(
    lexicon.split_unique_words(
        "de du d la le l el al ben bin bint ait van von der den da dos das di del della ould abd abou mac "
        "mc et ou y ep epouse nee ne dit dite veuve vve"
    )
)
# What ends the name of a firm, in two or three capitals.
_LEGAL_FORMS = frozenset(
    lexicon.split_unique_words(
        "SA TP RV SE NV BV AG SC BTP SNC SCI SAS SASU SARL EURL SCOP SELARL GIE Ltd GmbH Inc"
    )
)
_BRANDS = frozenset(read_builtin_list("brands.txt"))
_FAMOUS_LAST = frozenset(re.split("[ '-]", name)[-1] for name in read_builtin_list("namesakes.txt"))
_BETWEEN = frozenset(lexicon.split_unique_words("en sur sous les lez le la du des de l d aux"))
_INITIAL = re.compile(r"[A-ZÀ-Þ](?:\.|-[A-ZÀ-Þ]\.?|\.-?[A-ZÀ-Þ]\.?)?")
FOREIGN_WORD = (
    r"(?:rako|raza|rasoa|andria|randria|ravelo|ramana|ratsi)[a-z]{4,}|[a-z]{3,}(?:oglu|kaya|demir|ian|yan|sk[iy]|ska"
    r"|wicz|czyk|enko|chuk|escu|ovic|evic|ov|ova|eva|ev|adze|vili|idis|akis|poulos|eira|eiro|inho|sson|sen|stra"
    r"|oui|aoui|ouche|zadeh|pour|ullah|uddin|malala|arivo|isoa)"
)
_FOREIGN = re.compile(FOREIGN_WORD)
MANY_WORDS = 1_000
"""From how many on it pays to look words up all at once, whose lists must be given to Arrow each time."""


def classify_tokens(tokens: pa.StringArray, names: NameLists) -> npt.NDArray[np.int64]:
    """``classify_token`` of each. Of many, those that hold a digit, or are plain letters in no list, are told apart all
    at once: codes, of which a column may have millions."""
    found = np.zeros(len(tokens), np.int64)
    left = np.ones(len(tokens), bool)
    if len(tokens) >= MANY_WORDS:
        left = ~find_matching_cells(tokens, "[0-9]")
        unlisted = np.flatnonzero(left & ~_may_be_listed(tokens, names))
        found[unlisted] = _classify_unlisted_words(tokens.take(pa.array(unlisted)))
        left[unlisted] = False
    ranks = np.flatnonzero(left)
    found[ranks] = [classify_token(token, names) for token in tokens.take(pa.array(ranks)).to_pylist()]
    return found


def _may_be_listed(tokens: pa.StringArray, names: NameLists) -> npt.NDArray[np.bool_]:
    """False of words of four plain letters or more that no list has, in the plural neither."""
    plain = find_matching_cells(tokens, "^[A-Za-z]{4,}$")
    return ~plain | are_words_in_list(pc.ascii_lower(tokens), build_listed_words_and_plurals(names))


@lru_cache(maxsize=8)
def build_listed_words_and_plurals(names: NameLists) -> pa.StringArray:
    """The words that a list says something of, folded, and their plurals."""
    words = _list_words_of_all_lists(names)
    return pa.array([*words, *(f"{word}s" for word in words)], pa.string())


def _list_words_of_all_lists(names: NameLists) -> frozenset[str]:
    """Those of ``names``, brands, titles, what ends the name of a firm."""
    lists = (
        names.given,
        names.surnames,
        names.words,
        names.common,
        _BRANDS,
        _FAMOUS_LAST,
        _TITLES,
        _PARTICLES,
    )
    return frozenset({"saint", "sainte"}.union(*lists, map(str.lower, _LEGAL_FORMS)))


def _classify_unlisted_words(words: pa.StringArray) -> npt.NDArray[np.int64]:
    """Of words of four plain letters or more."""
    upper = find_matching_cells(words, "^[A-Z]+$")
    capital = find_matching_cells(words, "^[A-Z]")
    voiceless = ~find_matching_cells(words, "[AEIOUY]")
    foreign = find_matching_cells(pc.ascii_lower(words), f"^(?:{FOREIGN_WORD})$")
    case = np.where(upper, CLASS["caps"], np.where(capital, CLASS["proper"], CLASS["lower"]))
    return (
        (CLASS["core"] | CLASS["unknown"] | case)
        | np.where(upper & voiceless, CLASS["acronym"], 0)
        | np.where(foreign, CLASS["foreign"], 0)
    )


def are_words_in_list(words: pa.StringArray, listed: pa.StringArray) -> npt.NDArray[np.bool_]:
    """Whether each of the words is one of those that are ``listed``."""
    return np.asarray(pc.is_in(words, listed).to_numpy(zero_copy_only=False), dtype=bool)


def classify_token(token: str, names: NameLists) -> int:
    """What one token is, as bits of ``CLASS``."""
    bare = token.strip(".'’-‑")
    if not bare or any(char.isdigit() for char in bare):
        return 0
    folded = fold_case_accents(bare)
    if bare in _LEGAL_FORMS:
        return CLASS["core"] | CLASS["word"]
    if folded in _TITLES and not (len(bare) == 1 and not token.endswith(".")):
        return CLASS["title"] | (CLASS["initial"] if _INITIAL.fullmatch(token) else 0)
    if _INITIAL.fullmatch(token) or len(bare) == 1:
        return CLASS["initial"] if bare[0].isupper() else 0
    if folded in _PARTICLES:
        return CLASS["particle"]
    return CLASS["core"] | _classify_letter_case(bare) | _classify_token_by_name_lists(folded, names)


def _classify_letter_case(bare: str) -> int:
    if bare.isupper():
        vowels = sum(char in "AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜ" for char in bare)
        return CLASS["caps"] | (CLASS["acronym"] if len(bare) < 3 or not vowels else 0)
    return CLASS["proper"] if bare[0].isupper() else CLASS["lower"]


def _classify_token_by_name_lists(folded: str, names: NameLists) -> int:
    parts = [part for part in re.split("[-'‑]", folded) if part]
    said = 0
    if folded in names.given or all(part in names.given for part in parts):
        said |= CLASS["given_weak" if any(part in lexicon.ALSO_WORDS for part in parts) else "given"]
    if folded in names.surnames or (len(parts) > 1 and parts[-1] in names.surnames):
        said |= CLASS["surname"]
    if _is_label_or_place_word(parts, names):
        said |= CLASS["both" if said else "word"]
    if folded in _BRANDS:
        said |= CLASS["brand"]
    if parts[-1] in _FAMOUS_LAST:
        said |= CLASS["famous"]
    if not said and len(folded) > 3:  # shorter, it is a code as often as a name
        said = CLASS["common"] if any(part in names.common for part in parts) else CLASS["unknown"]
        if said == CLASS["unknown"] and _FOREIGN.fullmatch(folded):
            said |= CLASS["foreign"]
    return said


def _is_label_or_place_word(parts: list[str], names: NameLists) -> bool:
    if any(part in _BETWEEN for part in parts[1:-1]):  # Aix-en-Provence
        return True
    return any(
        part in names.words or (part.endswith("s") and part[:-1] in names.words)
        for part in parts
        if len(part) > 2
    ) or parts[0] in ("saint", "sainte", "st", "ste")


class TokenizedCells:
    """The tokens of an array of cells: ``of`` (classes, one a token), ``starts`` (the first of each cell)."""

    def __init__(self, cells: pa.StringArray, names: NameLists) -> None:
        split = pc.split_pattern_regex(cells, SPLIT)
        flat = split.flatten().dictionary_encode()
        known = classify_tokens(flat.dictionary, names)
        self.of = known[flat.indices.to_numpy(zero_copy_only=False)] if len(known) else np.zeros(0, np.int64)
        self.starts = split.offsets.to_numpy()[:-1] - split.offsets.to_numpy()[0]

    def have_token_of_class(self, *wanted: str) -> Any:
        """Whether each cell has a token of one of these classes."""
        return (np.bitwise_or.reduceat(self.of, self.starts) & _build_token_class_bits(wanted)) != 0

    def count_tokens_of_class(self, *wanted: str) -> Any:
        """How many tokens of each cell are of one of these classes."""
        return np.add.reduceat((self.of & _build_token_class_bits(wanted) != 0).astype(np.int64), self.starts)


def _build_token_class_bits(wanted: tuple[str, ...]) -> int:
    return sum(CLASS[name] for name in wanted)
