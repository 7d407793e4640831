"""Finds ``:window_start`` and ``:window_end`` in a query, and nothing that only looks like them."""

from __future__ import annotations

import re

from aqueduc import duck
from aqueduc.declaration.problems import Place, Problem, shown
from aqueduc.errors import DeclarationError
from aqueduc.source.findings import SeveralStatements, UnclosedQuote, UnknownPlaceholder
from aqueduc.store import Window

PLACEHOLDERS = ("window_start", "window_end")

_TOKEN = re.compile(
    r"""
    (?P<blank> \s+ | --[^\n]* | /\*.*?\*/ )
  | (?P<text> (?<!\w)[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*"
            | (?<!\w)\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?(tag)(?P=tag))\$ )
  | (?P<unclosed> ['"] | /\* )
  | (?P<cast> :: )
  | (?P<end> ; )
  | (?<![\w:]) : (?P<name> [A-Za-z_]\w* )
  | (?P<other> \w+ | . )
    """,
    re.VERBOSE | re.DOTALL,
)


def bind(sql: str, window: Window | None, *, file: str) -> str:
    """The query with its window as ``timestamptz`` literals, and without its final semicolon.

    Raises DeclarationError, with line and caret in ``file``, for an unknown ``:name``, a second statement, a
    quote left open.
    """
    values = (
        dict(zip(PLACEHOLDERS, (window.start.isoformat(), window.end.isoformat()), strict=True))
        if window
        else {}
    )
    problems: list[Problem] = []
    parts: list[str] = []
    ended: int | None = None
    for token in _TOKEN.finditer(sql):
        if ended is not None and not token["blank"]:
            problems.append(_problem(SeveralStatements, sql, ended, 1, file))
            break
        if token["end"]:
            ended = token.start()
        elif token["unclosed"]:
            problems.append(_problem(UnclosedQuote, sql, token.start(), len(token[0]), file))
            break
        elif token["name"] in values:
            parts.append(f"TIMESTAMPTZ {duck.literal(values[token['name']])}")
        elif token["name"]:
            problems.append(_problem(UnknownPlaceholder, sql, token.start(), len(token[0]), file))
        else:
            parts.append(token[0])
    if problems:
        raise DeclarationError(problems, where=file, text=shown(problems))
    return "".join(parts)


def line_of(sql: str, position: int) -> int:
    """The 1-based line of a 0-based position."""
    return sql.count("\n", 0, max(0, position)) + 1


def name_at(sql: str, position: int) -> str | None:
    """The (dotted) name that stands at a 0-based position of a query, if one does."""
    found = re.compile(r'(?:"[^"\n]+"|\w+)(?:\.(?:"[^"\n]+"|\w+))*').match(sql, max(0, position))
    return found[0] if found and not found[0][0].isdigit() else None


def _problem(kind: type[Problem], sql: str, position: int, width: int, file: str) -> Problem:
    start = sql.rfind("\n", 0, position) + 1
    end = sql.find("\n", position)
    line = sql[start : end if end >= 0 else None]
    detail = {"name": sql[position + 1 : position + width]} if kind is UnknownPlaceholder else {}
    place = Place(line_of(sql, position), position - start + 1, width)
    return kind(file=file, place=place, text=line, detail=detail)
