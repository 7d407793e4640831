"""Which encoding a text file is in, when nobody declared it; with the doubt there is."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from aqueduc.language import Sentence, _

LOOKED_AT = 32 << 20
"""Bytes from which an eight-bit encoding is guessed."""
_BLOCK = 1 << 20

_EIGHT_BITS = ("cp1252", "cp850", "mac-roman", "iso-8859-15")
# How much a letter is expected in French text: the orders of magnitude of its frequency.
_FRENCH = {
    **dict.fromkeys("é", 8.0),
    **dict.fromkeys("èàê", 4.0),
    **dict.fromkeys("çôîûâùœïëÉÈÀÊÇÔ", 2.0),
    **dict.fromkeys("’«»°€–—…²³½ü\u00a0", 0.5),
}


@dataclass(frozen=True)
class DetectedEncoding:
    """The text encoding of a file. ``name`` as a declaration writes it. ``doubt`` is a French sentence, ""
    when there is none."""

    name: str
    doubt: Sentence = ""


def detect_file_encoding(path: Path) -> DetectedEncoding:
    """By byte order mark, then by what decodes, then by the letters that French uses.

    UTF-8 with a wrong byte here and there is UTF-8 still, which the reading will refuse with the line: any
    other encoding would read all of its accents wrong, and say nothing.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return DetectedEncoding(name)
    if head.count(0) > len(head) // 4:
        return DetectedEncoding(
            "utf-16-be" if head[:1] == b"\0" else "utf-16-le", _("sans marque d'ordre des octets")
        )
    if _is_utf8(path):
        return DetectedEncoding("utf-8")
    with path.open("rb") as file:
        return detect_bytes_encoding(file.read(LOOKED_AT))


def detect_bytes_encoding(data: bytes) -> DetectedEncoding:
    """By the letters that French uses, for what may hold a byte that is no UTF-8."""
    characters, wrong = _count_multibyte_characters_and_bad_bytes(data)
    if characters > wrong:
        return DetectedEncoding("utf-8")
    found = _detect_eight_bit_encoding(data)
    if characters > wrong / 20:
        return DetectedEncoding(
            found.name, _("une partie du fichier semble écrite en UTF-8 : relire les accents à l'aperçu")
        )
    return found


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _count_multibyte_characters_and_bad_bytes(data: bytes) -> tuple[int, int]:
    """How many characters beyond ASCII, which take several bytes, and how many bytes that are none. The first
    are hardly ever there by chance: an accented letter followed by a sign of typography."""
    text = data.decode("utf-8", "surrogateescape")
    wrong = len(re.findall("[\udc80-\udcff]", text))
    return len(re.findall("[^\x00-\x7f]", text)) - wrong, wrong


def _detect_eight_bit_encoding(data: bytes) -> DetectedEncoding:
    """Each byte beyond ASCII, with its neighbours, as each encoding would read it."""
    seen = Counter(re.findall(rb"(?s)(?=([\x00-\xff]?[\x80-\xff][\x00-\xff]?))[\x00-\xff]?[\x80-\xff]", data))
    scores = {
        name: score
        for name in _EIGHT_BITS
        if (score := _score_encoding_by_french_letters(seen, name)) is not None
    }
    ranked = sorted(scores, key=lambda name: (-scores[name], _EIGHT_BITS.index(name)))
    if not ranked:
        return DetectedEncoding("cp1252", _("certains octets n'existent dans aucun encodage connu"))
    best = ranked[0]
    second = next((name for name in ranked[1:] if _has_decoding_difference(seen, best, name)), None)
    if second and scores[second] > 0.6 * scores[best]:
        return DetectedEncoding(
            best,
            _("{second} est presque aussi plausible : relire les accents à l'aperçu").format(second=second),
        )
    few = sum(seen.values()) < 5
    return DetectedEncoding(best, _("deviné sur moins de cinq caractères accentués") if few else "")


def _score_encoding_by_french_letters(seen: Counter[bytes], encoding: str) -> float | None:
    """None when a byte does not exist in ``encoding``, or is a control character there."""
    total = 0.0
    for context, count in seen.items():
        try:
            text = context.decode(encoding)
        except UnicodeDecodeError:
            return None
        rank = next(rank for rank, byte in enumerate(context) if byte >= 0x80)
        if any(0x80 <= ord(char) < 0xA0 for char in text):
            # The control characters of ISO 8859, where cp1252 has its quotes and dashes: nobody types one.
            return None
        # The pattern takes the byte before, if there is one: the byte that matters is the last beyond ASCII.
        if len(context) > rank + 1 and context[rank + 1] >= 0x80 and rank == 0:
            rank = 1
        total += count * _score_character_by_french_usage(text, rank)
    return total


def _score_character_by_french_usage(text: str, rank: int) -> float:
    char = text[rank]
    before, after = text[:rank][-1:], text[rank + 1 :][:1]
    if char.isalpha():
        in_capitals = before.isupper() and after.isupper()
        odd_case = (char.isupper() and before.islower()) or (char.islower() and in_capitals)
        return -1.0 if odd_case else _FRENCH.get(char, -0.5)
    between_letters = before.isalpha() and after.isalpha() and char != "’"
    return -2.0 if between_letters else _FRENCH.get(char, -1.0)


def _has_decoding_difference(seen: Counter[bytes], one: str, other: str) -> bool:
    return any(context.decode(one) != context.decode(other) for context in seen)
