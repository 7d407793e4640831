"""From the parameters of a request to a query tree: local parameters, dismax, and the Lucene syntax."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandbox.region.search.errors import SolrError
from sandbox.region.search.lucene import parse, unescape
from sandbox.region.search.nodes import Boolean, Everything, Node, Occur, Phrase, UserWords

Parameters = Mapping[str, list[str]]

_LOCAL = re.compile(r"^\{!((?:[^}\"']|\"[^\"]*\"|'[^']*')*)\}")
_LOCAL_PARAMETER = re.compile(r"(?:([\w.]+)=)?(\"[^\"]*\"|'[^']*'|[^\s]+)")
_LUCENE_ONLY = re.compile(r"(?<!\\):|\bAND\b|\bOR\b|[*(]")
_USER_WORD = re.compile(r'([+-]?)(?:"([^"]*)"|([^\s"]+))')
_DISMAX = ("dismax", "edismax")


def filter_query(text: str, parameters: Parameters) -> Node:
    """The tree of an `fq` or of a delete-by-query; raises SolrError."""
    return _query(text, parameters, parser="lucene")


def main_query(text: str, parameters: Parameters) -> Node:
    """The tree of `q`, read by the parser that `defType` names; raises SolrError."""
    return _query(text, parameters, parser=parameters.get("defType", ["lucene"])[0])


def _query(text: str, parameters: Parameters, *, parser: str) -> Node:
    text = text.strip()
    local = _LOCAL.match(text)
    if local:
        return _with_local_parameters(local.group(1), text[local.end() :], parameters)
    if text in ("", "*:*"):
        return Everything()
    if parser == "dismax" or (parser == "edismax" and not _LUCENE_ONLY.search(text)):
        return _user_words(text, parameters)
    return parse(text, default_field=_default_field(parameters), operator=_operator(parameters))


def _with_local_parameters(written: str, rest: str, parameters: Parameters) -> Node:
    local: dict[str, list[str]] = {}
    bare: list[str] = []
    for key, value in _LOCAL_PARAMETER.findall(written):
        (local.setdefault(key, []) if key else bare).append(value.strip("\"'"))
    parser = (bare or local.get("type", ["lucene"]))[0]
    text = rest or local.get("v", [""])[0]
    if parser == "bool":
        wanted = ((Occur.MUST, "must"), (Occur.SHOULD, "should"), (Occur.MUST_NOT, "must_not"))
        return Boolean(
            tuple(
                (occur, filter_query(clause, parameters))
                for occur, key in wanted
                for clause in local.get(key, [])
            )
        )
    if parser == "lucene" or parser in _DISMAX:
        overridden: dict[str, list[str]] = {key: local[key] for key in ("q.op", "df") if key in local}
        return _query(text, {**parameters, **overridden}, parser=parser) if text else Boolean(())
    if parser in ("term", "field") and "f" in local:
        return Phrase(local["f"][0], text)
    raise SolrError(f"Unknown query parser '{parser}'")


def _user_words(text: str, parameters: Parameters) -> Node:
    if re.search(r"(?:^|\s)[+-]{2}", text):
        raise SolrError(f"org.apache.solr.search.SyntaxError: Cannot parse '{text}'")
    clauses: list[tuple[Occur, str]] = []
    for sign, phrase, word in _USER_WORD.findall(text):
        wanted = phrase or unescape(word)
        if wanted not in ("AND", "OR") and re.search(r"\w", wanted):
            clauses.append((Occur(sign), wanted))
    if not clauses:
        return Boolean(())
    fields = parameters.get("qf", [_default_field(parameters)])[0].split()
    by_default = "100%" if _operator(parameters) == "AND" else "0%"
    return UserWords(
        clauses=tuple(clauses),
        fields=tuple(_weighted(field) for field in fields),
        minimum=parameters.get("mm", [by_default])[0],
        tie=float(parameters.get("tie", ["0"])[0]),
    )


def _weighted(field: str) -> tuple[str, float]:
    name, _, weight = field.partition("^")
    return name, float(weight) if weight else 1.0


def _default_field(parameters: Parameters) -> str:
    return parameters.get("df", ["text"])[0]


def _operator(parameters: Parameters) -> str:
    return parameters.get("q.op", ["OR"])[0].upper()
