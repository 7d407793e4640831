"""The columns that an expression may read, by its words alone: light enough to be asked whenever Airflow parses.

Never fewer than it reads (``sources.expressions``, which parses it, makes sure of that before it is computed): each word
that is the name of a column and calls no function.
"""

import re
from collections.abc import Collection

from aqueduc.declaration.queries import STANDARD

LONGEST = 2_000
"""Characters of an expression: a longer one is refused before it is computed."""
_CALL = re.compile(r"\s*\(")
_LINE_END = "\N{RETURN SYMBOL}"


def list_columns_cited_in_expression(expression: str, names: Collection[str]) -> tuple[str, ...]:
    """Those of ``names`` that ``expression`` names, in its order."""
    known = {name.casefold(): name for name in names}
    found = []
    # What never closes is sought for through all the rest: not through a million characters at each parse.
    for token in STANDARD.token_pattern.finditer(expression[:LONGEST]):
        text = token[0].removeprefix(":")
        if text.startswith('"') and len(text) > 1:
            word = text[1:-1].replace('""', '"')
        elif _CALL.match(expression, token.end()):
            continue
        else:
            word = text
        if word.casefold() in known:
            found.append(known[word.casefold()])
    return tuple(dict.fromkeys(found))


def has_comment(expression: str) -> bool:
    """Whether a part of it would not be computed, and be signed all the same."""
    return any(token["blank"] and token[0].strip() for token in STANDARD.token_pattern.finditer(expression))


def format_expression_on_one_line(expression: str) -> str:
    """It on one line, the blanks of its texts as they are."""
    shown = (
        " " if token["blank"] and not token[0].strip() else _preserve_blanks_for_display(token[0])
        for token in STANDARD.token_pattern.finditer(expression)
    )
    return "".join(shown).strip()


def _preserve_blanks_for_display(text: str) -> str:
    """Pages take several blanks for one."""
    return re.sub(r"\r?\n", _LINE_END, text).replace("  ", " \N{NO-BREAK SPACE}")
