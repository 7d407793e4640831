"""Tags of HTML that cut a word: « Du<i>pont</i> » is Dupont, as a browser shows it.

Only what changes the look of a text, or says where a line may break, joins what is around it. Nothing is joined that
would hide one of two: cells in two elements, an exponent, a title, a capital that begins a word, a letter beside a
digit and two long numbers stay apart, but within one mailbox.
"""

import re
from collections.abc import Callable

_INLINE = (
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup"
    "|time|tt|u|var|wbr"
)
_TAG = rf"(?:<![^<>]*>|</?(?:{_INLINE})(?=[\s/>])[^<>]*>)"
_TAGS = re.compile(_TAG, re.IGNORECASE)
_CUTTING = re.compile(rf"(?<=[\w.%+@'-]){_TAG}+(?=[\w.%+@'-])", re.IGNORECASE)
_RUN_BEFORE, _RUN_AFTER = re.compile(r"[\w.%+@'-]+\Z"), re.compile(r"[\w.%+@'-]+")
_DIGITS_BEFORE, _DIGITS_AFTER = re.compile(r"[0-9]*\Z"), re.compile(r"[0-9]*")
_WHOLE_MAILBOX = re.compile(r"@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}\Z")
_TWO_CELLS = re.compile(r"</[^<>]*>.*<[^/!]", re.DOTALL)
_EXPONENT = re.compile(r"</?su[bp]\b", re.IGNORECASE)
_TITLE_BEFORE = re.compile(r"\b(?:madame|monsieur|mademoiselle|mme|mlle|mr)\Z", re.IGNORECASE)
# How far a word is looked for; no identifier that is written in one piece has more digits than this.
_AROUND, _LONGEST, _NEARLY_A_PHONE = 200, 15, 9


def join_words_split_by_tags(
    text: str, read_tag: Callable[[re.Match[str]], str], tag: re.Pattern[str]
) -> str:
    """The text without the tags that cut a word. What ``read_tag`` reads of them (an address, by ``tag``)
    stands at the end: between the two halves, it would cut the word again."""
    kept, held, start = "", list[str](), 0
    for found in _CUTTING.finditer(text):
        kept += text[start : found.start()]
        start = found.end()
        after = _TAGS.sub("", text[start : start + _AROUND])
        if _can_tag_split_word(found.group(), kept, after) and _are_halves_of_one_word(
            kept[-_AROUND:], after
        ):
            held += [value for each in tag.finditer(found.group()) if (value := read_tag(each)).strip()]
        else:
            kept += found.group()
    return f"{kept}{text[start:]}{''.join(held)}" if start else text


def _can_tag_split_word(tags: str, before: str, after: str) -> bool:
    """Not where one element ends and another begins, which are two cells; nor an exponent (0612345678<sup>2</sup>,
    12<sup>bis</sup>); nor behind a title, which is a word of its own."""
    if _TWO_CELLS.search(tags) or _TITLE_BEFORE.search(before):
        return False
    return not (_EXPONENT.search(tags) and (before[-1:].isdigit() or after[:1].isdigit() or "/" in tags))


def _are_halves_of_one_word(before: str, after: str) -> bool:
    if not before or not after:
        return False
    last, first = before[-1], after[0]
    if last.isdigit() and first.isdigit():
        return _count_adjoining_digits(before, after) <= _LONGEST
    if last.isalpha() and first.isalpha():
        begins = first.isupper() and (last.islower() or after[1:2].islower())
        return not begins or _are_halves_of_one_mailbox(before, after)
    hyphened = (last in "'-" and first.isalpha()) or (first in "'-" and last.isalpha())
    return hyphened or _are_halves_of_one_mailbox(before, after)


def _are_halves_of_one_mailbox(before: str, after: str) -> bool:
    """One that has not ended before the cut, nor begins after it, behind a number that is a telephone's."""
    local, rest = _RUN_BEFORE.search(before), _RUN_AFTER.match(after)
    if not local or not rest or (local.group() + rest.group()).count("@") != 1:
        return False
    if "@" in local.group():
        return not _WHOLE_MAILBOX.search(local.group())
    return after[0].isdigit() or _count_adjoining_digits(before, "") < _NEARLY_A_PHONE


def _count_adjoining_digits(before: str, after: str) -> int:
    return sum(
        len(found.group()) for found in (_DIGITS_BEFORE.search(before), _DIGITS_AFTER.match(after)) if found
    )
