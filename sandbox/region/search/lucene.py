"""The Lucene query syntax, as far as CKAN and its users write it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.region.search.errors import SolrError
from sandbox.region.search.nodes import Boolean, Boost, Node, Occur, Phrase, Range, Term

_BOUND = r'(?:"(?:\\.|[^"])*"|[^\s\]}]+)'
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<and>AND\b|&&) | (?P<or>OR\b|\|\|) | (?P<not>NOT\b|!) | (?P<plus>\+) | (?P<minus>-) |
    (?P<open>\() | (?P<close>\)) |
    (?P<range>[\[{{]\s*{_BOUND}\s+TO\s+{_BOUND}\s*[\]}}]) |
    (?P<phrase>"(?:\\.|[^"\\])*")(?:~\d*)? |
    (?P<boost>\^[\d.]+) |
    (?P<field>(?:\\.|[^\s:()"+\-!\[\]{{}}^~\\])(?:\\.|[^\s:()"\[\]{{}}^~\\])*)\s*: |
    (?P<term>(?:\\.|[^\s:()"\[\]{{}}^~\\])+)(?:~[\d.]*)?
)""",
    re.VERBOSE,
)
_RANGE = re.compile(rf"^.\s*({_BOUND})\s+TO\s+({_BOUND})\s*.$")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@dataclass
class _Clause:
    occur: Occur
    node: Node
    explicit: bool


def parse(text: str, *, default_field: str, operator: str) -> Node:
    """The tree of a query; `operator` (AND, OR) joins bare clauses. Raises SolrError on a syntax error."""
    parser = _Parser(text, operator)
    node = parser.clauses(default_field, closing=False)
    if parser.peek() is not None:
        raise parser.error('Encountered " ")" "')
    return node


def unescape(text: str) -> str:
    """Without the backslashes."""
    return re.sub(r"\\(.)", r"\1", text)


class _Parser:
    def __init__(self, text: str, operator: str) -> None:
        self.text = text
        self.all_required = operator == "AND"
        self.tokens = self._tokens()
        self.position = 0

    def error(self, what: str) -> SolrError:
        return SolrError(f"org.apache.solr.search.SyntaxError: Cannot parse '{self.text}': {what}")

    def peek(self) -> str | None:
        return self.tokens[self.position].kind if self.position < len(self.tokens) else None

    def clauses(self, field: str, *, closing: bool) -> Node:
        """A sequence of clauses, up to the closing parenthesis or to the end."""
        found: list[_Clause] = []
        while self.peek() not in (None, "close"):
            conjunction = self._take("and", "or")
            modifier = self._take("plus", "minus", "not")
            node = self._clause(field)
            if found:
                self._reconsider(found[-1], conjunction)
            found.append(_Clause(self._occur(conjunction, modifier), node, modifier == "plus"))
        if closing and self.peek() != "close":
            raise self.error('Encountered "<EOF>"')
        if len(found) == 1 and found[0].occur is not Occur.MUST_NOT:
            return found[0].node
        return Boolean(tuple((clause.occur, clause.node) for clause in found))

    def _tokens(self) -> list[_Token]:
        tokens, position = [], 0
        while self.text[position:].strip():
            match = _TOKEN.match(self.text, position)
            if match is None or match.end() == position or match.lastgroup is None:
                raise self.error(
                    f'Encountered " "{self.text[position : position + 1]}" " at column {position}'
                )
            tokens.append(_Token(match.lastgroup, match.group(match.lastgroup)))
            position = match.end()
        return tokens

    def _take(self, *kinds: str) -> str | None:
        kind = self.peek()
        if kind not in kinds:
            return None
        self.position += 1
        return kind

    def _reconsider(self, previous: _Clause, conjunction: str | None) -> None:
        """`a AND b` requires a as well; `a OR b` no longer does."""
        if conjunction == "and" and previous.occur is not Occur.MUST_NOT:
            previous.occur = Occur.MUST
        softened = self.all_required and conjunction == "or" and not previous.explicit
        if softened and previous.occur is Occur.MUST:
            previous.occur = Occur.SHOULD

    def _occur(self, conjunction: str | None, modifier: str | None) -> Occur:
        if modifier in ("minus", "not"):
            return Occur.MUST_NOT
        if modifier == "plus":
            return Occur.MUST
        if self.all_required:
            return Occur.SHOULD if conjunction == "or" else Occur.MUST
        return Occur.MUST if conjunction == "and" else Occur.SHOULD

    def _clause(self, field: str) -> Node:
        if self.peek() is None:
            raise self.error('Encountered "<EOF>"')
        token = self.tokens[self.position]
        self.position += 1
        if token.kind == "field":
            return self._clause(unescape(token.text))
        node = self._atom(token, field)
        if self.peek() == "boost":
            factor = float(self.tokens[self.position].text[1:])
            self.position += 1
            return Boost(factor, node)
        return node

    def _atom(self, token: _Token, field: str) -> Node:
        if token.kind == "open":
            node = self.clauses(field, closing=True)
            self.position += 1
            return node
        if token.kind == "phrase":
            return Phrase(field, unescape(token.text[1:-1]))
        if token.kind == "range":
            return self._range(token.text, field)
        if token.kind == "term":
            return Term(field, token.text)
        if token.kind in ("plus", "minus"):
            return Term(field, "")
        raise self.error(f'Encountered " <{token.kind}> "')

    def _range(self, text: str, field: str) -> Range:
        bounds = _RANGE.match(text)
        if bounds is None:
            raise self.error('Encountered " "TO" "')
        low, high = (unescape(bound.strip('"')) for bound in bounds.groups())
        return Range(field, low, high, low_included=text[0] == "[", high_included=text[-1] == "]")
