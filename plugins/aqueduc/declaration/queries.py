"""Finds ``:window_start`` and ``:window_end`` in a query, and nothing that only looks like them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from aqueduc.declaration.diagnostics.catalogue import MultipleStatements, UnclosedQuote, UnknownPlaceholder
from aqueduc.declaration.diagnostics.problem import MOST, DeclarationProblem, TextPosition

PLACEHOLDERS = ("window_start", "window_end")


@dataclass(frozen=True)
class QuotingStyle:
    """How an SQL writes texts, names and comments, as regular expressions (verbose, « . » matches a line break).
    ``opening``: what opens one beside the quotes that all have: where it is never closed, the query ends. Each would be
    sought for through all the rest, for hours where there are thousands."""

    texts: str
    comments: str
    opening: str = r"(?!)"

    @cached_property
    def token_pattern(self) -> re.Pattern[str]:
        return re.compile(
            rf"""
    (?P<blank> \s+ | {self.comments} )
  | (?P<text> {self.texts} )
  | (?P<unclosed> ['"] | /\* | {self.opening} )
  | (?P<cast> :: )
  | (?P<end> ; )
  | (?<![\w:]) : (?P<name> [A-Za-z_]\w* )
  | (?P<other> \w+ | . )
    """,
            re.VERBOSE | re.DOTALL,
        )


_TEXTS = r"""'(?:[^']|'')*' | "(?:[^"]|"")*" """
_COMMENTS = r"--[^\n]* | /\*.*?\*/"

STANDARD = QuotingStyle(
    texts=rf"""(?<!\w)[eE]'(?:[^'\\]|\\.|'')*' | {_TEXTS}
            | (?<!\w)\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?(tag)(?P=tag))\$""",
    comments=_COMMENTS,
    opening=r"(?<!\w)\$(?:[A-Za-z_]\w*)?\$",
)
"""That of the standard, with the texts between dollars of PostgreSQL."""
BACKTICKS = QuotingStyle(
    texts=r"""'(?:[^'\\]|\\.|'')*' | "(?:[^"\\]|\\.|"")*" | `(?:[^`]|``)*`""",
    comments=rf"{_COMMENTS} | \#[^\n]*",
)
"""Names between backticks, texts where a backslash escapes, comments after « # »."""
ANY_QUOTES = QuotingStyle(
    texts=rf"{STANDARD.texts} | `(?:[^`]|``)*`", comments=_COMMENTS, opening=STANDARD.opening
)
"""That of a database of unknown make."""
BRACKETS = QuotingStyle(texts=rf"{_TEXTS} | \[(?:[^\]]|\]\])*\]", comments=_COMMENTS, opening=r"\[")
"""Names between square brackets."""


@dataclass(frozen=True)
class ParsedQuery:
    """A query cut into its pieces: ``parts`` are texts, or the name of a placeholder where ``is_name``."""

    parts: tuple[tuple[str, bool], ...]
    problems: tuple[DeclarationProblem, ...]

    @property
    def placeholder_names(self) -> frozenset[str]:
        """The placeholders that are used, all of them known."""
        return frozenset(text for text, is_name in self.parts if is_name)

    def substitute_placeholders(self, values: Mapping[str, str]) -> str:
        """The query with the SQL of each placeholder in its place. KeyError when one has no value."""
        return "".join(values[text] if is_name else text for text, is_name in self.parts)


def parse_query(sql: str, *, file: str, quoting: QuotingStyle = STANDARD) -> ParsedQuery:
    """Cuts ``sql``, without its final semicolon.

    Its problems, with their place in ``file``: an unknown ``:name``, a second statement, a quote left open.
    """
    problems: list[DeclarationProblem] = []
    parts: list[tuple[str, bool]] = []
    ended: int | None = None
    for token in quoting.token_pattern.finditer(sql):
        if ended is not None and not token["blank"]:
            problems.append(_build_query_problem(MultipleStatements, sql, ended, 1, file))
            break
        if token["end"]:
            ended = token.start()
        elif token["unclosed"]:
            problems.append(_build_query_problem(UnclosedQuote, sql, token.start(), len(token[0]), file))
            break
        elif token["name"] and token["name"] not in PLACEHOLDERS:
            problems.append(_build_query_problem(UnknownPlaceholder, sql, token.start(), len(token[0]), file))
            if len(problems) >= MOST:
                break
        else:
            parts.append((token["name"] or token[0], bool(token["name"])))
    return ParsedQuery(tuple(parts), tuple(problems))


def compute_line_number(sql: str, position: int) -> int:
    """The 1-based line of a 0-based position."""
    return sql.count("\n", 0, max(0, position)) + 1


def find_sql_identifier_at(sql: str, position: int) -> str | None:
    """The (dotted) name that stands at a 0-based position of a query, if one does."""
    found = re.compile(r'(?:"[^"\n]+"|\w+)(?:\.(?:"[^"\n]+"|\w+))*').match(sql, max(0, position))
    return found[0] if found and not found[0][0].isdigit() else None


def _build_query_problem(
    kind: type[DeclarationProblem], sql: str, position: int, width: int, file: str
) -> DeclarationProblem:
    start = sql.rfind("\n", 0, position) + 1
    end = sql.find("\n", position)
    line = sql[start : end if end >= 0 else None]
    detail = {"name": sql[position + 1 : position + width]} if kind is UnknownPlaceholder else {}
    place = TextPosition(compute_line_number(sql, position), position - start + 1, width)
    return kind(file=file, place=place, text=line, detail=detail)
