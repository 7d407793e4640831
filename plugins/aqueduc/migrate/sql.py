"""What the text of a query says by itself: whether it only reads, and the names of its columns."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    --[^\n]*            | /\*.*?\*/             # comments
    | '(?:[^']|'')*'    | "(?:[^"]|"")*"        # a text, a quoted name
    | [A-Za-z_\u0080-\uffff][\w$]* | \d+(?:\.\d+)? | ::  | \S
    """,
    re.VERBOSE | re.DOTALL,
)
_ENDS = frozenset(
    {"from", "where", "group", "order", "having", "limit", "union", "except", "intersect", "window"}
)
_TEMPLATE = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_BOUND = re.compile(r"'?\{\{\s*data_interval_(start|end)\s*\}\}'?")


def rename_interval(query: str) -> str:
    """The query with Airflow's data interval named as Aqueduc names it (``:window_start``,
    ``:window_end``)."""
    return _BOUND.sub(r":window_\1", query)


def is_template(text: str) -> bool:
    return _TEMPLATE.search(text) is not None


def only_reads(query: str) -> bool:
    """Whether the query is one SELECT (or WITH … SELECT), and nothing else."""
    tokens = [token.casefold() for token in _tokens(query)]
    while tokens and tokens[-1] == ";":
        tokens.pop()
    changes = {"insert", "update", "delete", "merge", "into", "create", "drop", "truncate", "alter", "copy"}
    return (
        bool(tokens) and tokens[0] in ("select", "with") and ";" not in tokens and not changes & set(tokens)
    )


def column_names(query: str) -> tuple[str, ...] | None:
    """The names of the columns of the first SELECT outside of brackets; None when one of them is not said
    (``*``, an expression without a name)."""
    items = _select_list(_tokens(query))
    names = [_name_of(item) for item in items]
    found = tuple(name for name in names if name is not None)
    return found if found and len(found) == len(names) and len(set(found)) == len(found) else None


def _tokens(query: str) -> list[str]:
    found = (match[0] for match in _TOKEN.finditer(_TEMPLATE.sub("x", query)))
    return [token for token in found if not token.startswith(("--", "/*"))]


def _select_list(tokens: list[str]) -> list[list[str]]:
    depth, inside = 0, False
    items: list[list[str]] = [[]]
    for part in tokens:
        word = part.casefold()
        if part == "(":
            depth += 1
        elif part == ")":
            depth -= 1
        if depth == 0 and inside and (word in _ENDS or part == ";"):
            break
        if depth == 0 and not inside and word == "select":
            inside = True
        elif depth == 0 and inside and part == ",":
            items.append([])
        elif inside and not (word in ("distinct", "all") and items == [[]]):
            items[-1].append(part)
    return [item for item in items if item]


def _name_of(item: list[str]) -> str | None:
    """``a``, ``t.a``, ``… AS a``, ``… a``; a cast has the name of what it casts."""
    if "::" in item:
        cast = len(item) - 1 - item[::-1].index("::")
        if len(item) - cast <= 2 and cast:
            return _name_of(item[:cast])
    last, before = item[-1], item[-2] if len(item) > 1 else ""
    if not (last[0].isalpha() or last[0] in '_"') or last.casefold() == "end":
        return None
    if len(item) == 1 or before == "." or before.casefold() == "as":
        return _plain(last)
    is_name = before == ")" or before[0].isalnum() or before[0] in "_\"'" or before.casefold() == "end"
    return _plain(last) if is_name else None


def _plain(name: str) -> str:
    """Unquoted, PostgreSQL folds a name to lower case."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
