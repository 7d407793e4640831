"""Does a document match a query, and how well: 0 is no match, the larger the better."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from sandbox.region.search.analysis import Positions, analyse, glued
from sandbox.region.search.dates import to_timestamp
from sandbox.region.search.documents import Document, Value
from sandbox.region.search.errors import SolrError
from sandbox.region.search.lucene import unescape
from sandbox.region.search.nodes import (
    Boolean,
    Boost,
    Everything,
    Node,
    Occur,
    Phrase,
    Range,
    Term,
    UserWords,
)
from sandbox.region.search.schema import FieldSpec, Kind, Schema

_WILDCARD = re.compile(r"(?<!\\)[*?]")
_SAME_MOMENT = 0.001
# A boolean whose clauses only exclude still matches, hardly.
_BARELY = 1e-9


def score(node: Node, document: Document, schema: Schema) -> float:
    """The score of `document` for `node`; raises SolrError on an unknown field or a bad bound."""
    match node:
        case Everything():
            return 1.0
        case Term():
            return _term(node, document, schema)
        case Phrase():
            return _phrase(node, document, schema)
        case Range():
            return _range(node, document, schema)
        case Boost():
            return node.factor * score(node.node, document, schema)
        case Boolean():
            return _boolean(node, document, schema)
        case UserWords():
            return _user_words(node, document, schema)


def _boolean(node: Boolean, document: Document, schema: Schema) -> float:
    total = 0.0
    optional = matched = positive = 0
    required = False
    for occur, clause in node.clauses:
        points = score(clause, document, schema)
        if occur is Occur.MUST_NOT:
            if points:
                return 0.0
            continue
        positive += 1
        if occur is Occur.MUST:
            required = True
            if not points:
                return 0.0
        else:
            optional += 1
            matched += points > 0
        total += points
    if not positive:
        return 1.0 if node.clauses else 0.0
    if optional and not required and not matched:
        return 0.0
    return total or _BARELY


def _term(node: Term, document: Document, schema: Schema) -> float:
    if node.field == "*" and node.text == "*":
        return 1.0
    spec = _known(node.field, schema)
    values = document.values.get(node.field, [])
    if node.text == "*":
        return float(bool(values))
    plain = unescape(node.text)
    if spec.kind is Kind.DATE:
        wanted = to_timestamp(plain)
        return float(any(abs(to_timestamp(str(value)) - wanted) < _SAME_MOMENT for value in values))
    if spec.kind is Kind.NUMBER:
        return float(any(str(value) == plain for value in values))
    if _WILDCARD.search(node.text):
        return _pattern(node, document, spec)
    if spec.kind is Kind.STRING:
        return float(any(str(value) == plain for value in values))
    if spec.kind is Kind.NGRAM:
        return _ngram(plain, values)
    return _words(plain, node.field, document, spec)


def _pattern(node: Term, document: Document, spec: FieldSpec) -> float:
    text = node.text if spec.kind is Kind.STRING else node.text.lower()
    pieces = {"*": ".*", "?": "."}
    expression = re.compile("".join(pieces.get(char) or re.escape(char) for char in text), re.DOTALL)
    values = [str(value) for value in document.values.get(node.field, [])]
    if spec.kind is Kind.STRING:
        return float(any(expression.fullmatch(value) for value in values))
    tokens = (token for position in document.tokens(node.field, spec.type_name) for token in position)
    words = (word for value in values for word in value.lower().split())
    return float(any(map(expression.fullmatch, tokens)) or any(map(expression.fullmatch, words)))


def _ngram(text: str, values: list[Value]) -> float:
    words = text.lower().split()
    found = (len(word) >= 2 and any(word in str(value).lower() for value in values) for word in words)
    return float(bool(words) and all(found))


def _phrase(node: Phrase, document: Document, schema: Schema) -> float:
    spec = schema.spec(node.field)
    if spec is not None and spec.kind is Kind.TEXT:
        return _words(node.text, node.field, document, spec)
    escaped = re.sub(r"([*?\\])", r"\\\1", node.text)
    return _term(Term(node.field, escaped), document, schema)


def _words(text: str, field: str, document: Document, spec: FieldSpec) -> float:
    """The words of `text` in a row; a compound word also matches written in one piece."""
    wanted = analyse(text, spec.type_name)
    if not wanted:
        return 0.0
    positions = document.tokens(field, spec.type_name)
    compound = len(wanted) > 1 and not re.search(r"\s", text.strip()) and spec.type_name == "text"
    whole = {glued(text)} if compound else set()
    count = sum(
        _row_at(start, wanted, positions) or bool(whole & positions[start]) for start in range(len(positions))
    )
    return (1 + math.log(count)) / (1 + math.log(1 + len(positions))) if count else 0.0


def _row_at(start: int, wanted: Positions, positions: Positions) -> bool:
    return start + len(wanted) <= len(positions) and all(
        tokens & positions[start + step] for step, tokens in enumerate(wanted)
    )


def _range(node: Range, document: Document, schema: Schema) -> float:
    convert = _converter(schema.spec(node.field))
    try:
        low = None if node.low == "*" else convert(node.low)
        high = None if node.high == "*" else convert(node.high)
    except ValueError:
        raise SolrError(f"Invalid Number: {node.low}") from None
    for raw in document.values.get(node.field, []):
        value = convert(str(raw))
        above = low is None or value > low or (node.low_included and value == low)
        below = high is None or value < high or (node.high_included and value == high)
        if above and below:
            return 1.0
    return 0.0


def _converter(spec: FieldSpec | None) -> Callable[[str], Any]:
    if spec is not None and spec.kind is Kind.DATE:
        return to_timestamp
    if spec is not None and spec.kind is Kind.NUMBER:
        return float
    return str


def _user_words(node: UserWords, document: Document, schema: Schema) -> float:
    total = 0.0
    optional = matched = 0
    for occur, text in node.clauses:
        points = _best_field(text, node, document, schema)
        if occur is Occur.MUST_NOT:
            if points:
                return 0.0
            continue
        if occur is Occur.MUST and not points:
            return 0.0
        if occur is Occur.SHOULD:
            optional += 1
            matched += points > 0
        total += points
    if optional and matched < minimum_match(node.minimum, optional):
        return 0.0
    return total


def _best_field(text: str, node: UserWords, document: Document, schema: Schema) -> float:
    points = []
    for field, weight in node.fields:
        spec = _known(field, schema)
        if spec.kind is Kind.TEXT:
            found = _words(text, field, document, spec)
        else:
            found = float(any(str(value) == text for value in document.values.get(field, ())))
        if found:
            points.append(found * weight)
    if not points:
        return 0.0
    best = max(points)
    return best + node.tie * (sum(points) - best)


def minimum_match(spec: str, clauses: int) -> int:
    """dismax's `mm`: how many of `clauses` optional clauses must match (`2`, `-1`, `75%`, `2<-1 5<80%`)."""
    spec = spec.strip()
    if "<" in spec:
        required = clauses
        for condition in spec.split():
            limit, value = condition.split("<", 1)
            if clauses <= int(limit):
                return required
            required = minimum_match(value, clauses)
        return required
    if spec.endswith("%"):
        share = int(clauses * abs(float(spec[:-1])) / 100)
        return clauses - share if spec.startswith("-") else share
    count = int(spec)
    return max(0, clauses + count if count < 0 else min(clauses, count))


def _known(field: str, schema: Schema) -> FieldSpec:
    spec = schema.spec(field)
    if spec is None:
        raise SolrError(f"undefined field {field}")
    return spec
