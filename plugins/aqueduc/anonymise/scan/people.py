"""Questions about people that are asked token by token: cells that are names, names inside a text.

A name in no list is known by its form (DUPONT Jean, J. Dupont), by its place beside a given name, and by not
being a word: the lists only add to that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan import lexicon
from aqueduc.anonymise.scan import patterns as p
from aqueduc.anonymise.scan.names import NOBODY, Names, fold, listed
from aqueduc.anonymise.scan.tokens import CLASS, Tokens, classes

CELL_QUESTIONS = lexicon.words_of(
    "several single given given_weak surname thing brand worded clean caps_proper initialled unknown foreign "
    "famous capital login"
)
_NAMISH = ("given", "given_weak", "surname", "unknown", "foreign")


def name_cells(cells: pa.StringArray, names: Names) -> Mapping[str, Any]:
    """One boolean a cell for each of ``CELL_QUESTIONS``, of cells that are words and nothing else."""
    tokens = Tokens(cells, names)
    core, initials = tokens.count("core"), tokens.any_of("initial")
    word, both = tokens.any_of("word"), tokens.any_of("both")
    given, weak = tokens.any_of("given"), tokens.any_of("given_weak")
    # Fontaine and Villa are surnames too: beside a given name they are.
    thing = word | (both & ~(given | weak | initials | tokens.any_of("title")))
    thing |= _where(~(given | weak), cells, p.SPECIES) | _where(core > 0, cells, p.CULTIVAR)
    common, brand, lower = tokens.any_of("common"), tokens.any_of("brand"), tokens.any_of("lower")
    caps = tokens.any_of("caps") & tokens.any_of("proper") & ~tokens.any_of("acronym")
    return {
        "several": core + tokens.count("initial") >= 2,
        "single": core == 1,
        "given": given,
        "given_weak": weak,
        "surname": tokens.any_of("surname"),
        "thing": thing,
        "brand": brand,
        "worded": common,
        "clean": (core > 0) & (core <= 6) & ~(thing | common | brand),
        "capital": (core > 0) & (~lower | ~tokens.any_of("proper", "caps")),
        "caps_proper": (core >= 2) & (core <= 5) & caps & ~lower,
        "initialled": _where(initials & (core >= 1) & (core <= 3) & ~lower, cells, _APART),
        "unknown": tokens.any_of("unknown"),
        "foreign": tokens.any_of("foreign"),
        "famous": _famous(cells, tokens.any_of("famous")),
        "login": _logins(cells, names),
    }


# DEBUT,D is the header of a dBase file.
_APART = r"[A-ZÀ-Þ]\.|(?:^|[ ])[A-ZÀ-Þ](?:-[A-ZÀ-Þ])?(?:$|[ ,;/|])"


def _where(asked: Any, cells: pa.StringArray, pattern: str) -> Any:
    """Whether the pattern is found, in the cells that are ``asked``."""
    ranks = np.flatnonzero(asked)
    yes = np.zeros(len(cells), bool)
    if len(ranks):
        found = pc.match_substring_regex(cells.take(pa.array(ranks)), pattern)
        yes[ranks] = found.to_numpy(zero_copy_only=False)
    return yes


def _famous(cells: pa.StringArray, perhaps: Any) -> Any:
    """Whether the cell is a name that streets and schools bear, and nothing else."""
    yes = np.zeros(len(cells), bool)
    ranks = np.flatnonzero(perhaps)
    for rank, cell in zip(ranks.tolist(), cells.take(pa.array(ranks)).to_pylist(), strict=True):
        yes[rank] = bears_fame(cell)
    return yes


def _logins(cells: pa.StringArray, names: Names) -> Any:
    """Whether each cell is made of a name as a login is: jdupont, j.dupont, jean.dupont, dupontj."""
    yes = pc.match_substring_regex(cells, f"^{p.LOGIN_SHAPE}$").to_numpy(zero_copy_only=False).copy()
    ranks = np.flatnonzero(yes)
    if len(ranks):
        yes[ranks] = [_is_login(cell, names) for cell in cells.take(pa.array(ranks)).to_pylist()]
    return yes


def _is_login(cell: str, names: Names) -> bool:
    parts = re.split(r"[._\-]", fold(cell).rstrip("0123456789"))
    if len(parts) == 1:
        word = parts[0]
        if word in names.common or word in names.words or word in names.surnames or word in names.given:
            return False
        return len(word) > 4 and (word[1:] in names.surnames or word[:-1] in names.surnames)
    first, last = parts[0], parts[-1]
    if len(first) == 1 or len(last) == 1:
        long = last if len(first) == 1 else first
        return long in names.surnames or (
            long not in names.common and long not in names.words and len(long) > 3
        )
    return (first in names.given and first not in lexicon.ALSO_WORDS) or last in names.given


def name_words(person: str) -> list[str]:
    """The words of a name, folded, without titles and particles: what initials are made of."""
    words = _WORDS.findall(fold(person))
    return [word for word in words if classes(word, NOBODY) & CLASS["core"]]


_WORDS = re.compile("[a-z]+")
_SPLIT = re.compile(r"[^a-z']+")


def bears_fame(cell: str) -> bool:
    """Jean Jaurès, JAURES Jean, Jean-Jaurès."""
    words = [word for word in _SPLIT.split(fold(cell)) if word]
    return not _FAMOUS_WORDS.isdisjoint((frozenset(words),)) or any(
        frozenset(words[at : at + 2]) in _FAMOUS_WORDS for at in range(len(words) - 1)
    )


_FAMOUS_WORDS = frozenset(frozenset(_SPLIT.split(name)) for name in listed("namesakes.txt"))

# --- in a text --------------------------------------------------------------------------------------------

_PAIR = rf"{p.CAPITAL}[{p.L}'’.\-]*[ ]+(?:[a-z'’]{{1,3}}[ ]+){{0,2}}{p.CAPITAL}"
_BREAK = r"[,;:!?()\[\]\"«»|/]+"


def named_in_text(cells: pa.StringArray, names: Names) -> Any:
    """Whether somebody is named in each cell: a given name before a surname, or after one in capitals."""
    yes = np.zeros(len(cells), bool)
    ranks = np.flatnonzero(pc.match_substring_regex(cells, _PAIR).to_numpy(zero_copy_only=False))
    if not len(ranks):
        return yes
    texts = pc.replace_substring_regex(cells.take(pa.array(ranks)), _BREAK, " 0 ")
    tokens = Tokens(texts, names)
    yes[ranks] = _adjacent(tokens)
    return yes


def _adjacent(tokens: Tokens) -> Any:
    """Whether each cell has a given name next to a surname, particles between them let be."""
    cell = np.repeat(np.arange(len(tokens.starts)), np.diff([*tokens.starts, len(tokens.of)]))
    kept = np.flatnonzero((tokens.of & CLASS["particle"]) == 0)
    first, second, same = tokens.of[kept][:-1], tokens.of[kept][1:], cell[kept][:-1] == cell[kept][1:]
    capital = CLASS["caps"] | CLASS["proper"]
    no_word = ((first | second) & (CLASS["word"] | CLASS["brand"] | CLASS["common"])) == 0
    close = same & no_word & (second & capital != 0) & (first & capital != 0)
    listed = CLASS["surname"] | CLASS["unknown"] | CLASS["given_weak"] | CLASS["given"]
    forward = (first & CLASS["given"] != 0) & (second & listed != 0)
    weak = (
        (first & CLASS["given_weak"] != 0) & (second & CLASS["surname"] != 0) & (second & CLASS["both"] == 0)
    )
    # DUPONT Jean: Jean is a word of other names too, so the surname before it has to be known.
    turned = (first & CLASS["caps"] != 0) & (second & CLASS["proper"] != 0)
    known = (first & CLASS["surname"] != 0) & (second & CLASS["given_weak"] != 0)
    back = turned & ((second & CLASS["given"] != 0) | known)
    initial = (
        (first & CLASS["initial"] != 0) & (second & CLASS["surname"] != 0) & (second & CLASS["both"] == 0)
    )
    hit = (close & (forward | weak | back)) | (same & no_word & (second & capital != 0) & initial)
    found = np.zeros(len(tokens.starts), bool)
    found[cell[kept][:-1][hit]] = True
    return found
