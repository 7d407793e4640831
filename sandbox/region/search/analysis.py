"""From a text to the words it is found by."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_PART_OF_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\WA-Za-z\d_]+")
_DIGITS_OR_NOT = re.compile(r"\d+|\D+")
_SUFFIXES = (
    ("sses", "ss"),
    ("ies", "i"),
    ("ments", "ment"),
    ("ing", ""),
    ("edly", ""),
    ("ed", ""),
    ("s", ""),
)

Positions = list[set[str]]


def analyse(text: str, type_name: str, *, index: bool = False) -> Positions:
    """The tokens of `text`, one set a position; `index` also adds the parts of a word glued together."""
    positions: Positions = []
    for chunk in text.split():
        parts = [part for word in _WORD.findall(chunk) for part in _split_word(word, type_name)]
        positions += [{_normal_form(part, type_name)} for part in parts]
        if index and len(parts) > 1:
            positions[-1].add(_normal_form("".join(parts), type_name))
    return positions


def glued(text: str) -> str:
    """The normal form of a compound word written without its separators."""
    return fold(stem(re.sub(r"[\W_]+", "", text).lower()))


def fold(text: str) -> str:
    """Without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def stem(word: str) -> str:
    """A light English stemmer, as CKAN's `text` type has one; French words mostly lose a plural."""
    if len(word) <= 3 or not word.isascii():
        return word
    for suffix, replacement in _SUFFIXES:
        plural_only_in_looks = suffix == "s" and word.endswith(("ss", "us"))
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not plural_only_in_looks:
            word = word[: -len(suffix)] + replacement
            break
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 2 and word.endswith("y"):
        word = word[:-1] + "i"
    return word


def _split_word(word: str, type_name: str) -> list[str]:
    pattern = _PART_OF_WORD if type_name == "text" and word.isascii() else _DIGITS_OR_NOT
    return pattern.findall(word)


def _normal_form(token: str, type_name: str) -> str:
    return fold(stem(token.lower())) if type_name == "text" else token.lower()
