"""What the three forms of a catalogue are written in, whatever it holds: read back by rdflib, which writes none of it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, XSD

from aqueduc.record import dcat
from aqueduc.record.dcat import build_iri, build_literal, render_dcat_formats, render_triples_in_rdf_formats
from tests.record.catalogues import full

FORMS = {"jsonld": "json-ld", "ttl": "turtle", "rdf": "xml"}
SPECIAL = "\"'\\\n\r\t\x00\x01\x1f\x7f\x85\u2028&<>]]>#%/.:;,()é\xa0œ\ufffe\uffff😀\U0010ffff"
TEXTS = st.text(st.one_of(st.sampled_from(SPECIAL), st.characters()), max_size=12)
ADDRESSES = st.builds(
    "{}{}".format,
    st.sampled_from(
        ["https://ville.example/", str(DCTERMS), "mailto:", "file://localhost/srv/", "http://[", ""]
    ),
    TEXTS,
)
IRIS = ADDRESSES.map(build_iri)
NODES = st.one_of(
    IRIS, st.from_regex(r"periode-[a-z0-9]([a-z0-9_-]*[a-z0-9])?", fullmatch=True).map(BlankNode)
)
PREDICATES = st.sampled_from([dcat.DCTERMS.title, dcat.SKOS.prefLabel, dcat.DCAT.byteSize])
CLASSES = st.sampled_from([dcat.DCAT.Dataset, dcat.SKOS.Concept])
LITERALS = st.one_of(
    st.builds(build_literal, TEXTS, st.sampled_from([None, "fr", "en"])),
    st.builds(build_literal, TEXTS, st.none(), st.just(NamedNode("https://ville.example/é#type"))),
    st.integers().map(lambda size: build_literal(str(size), datatype=dcat.XSD.decimal)),
    st.dates().map(lambda day: build_literal(day.isoformat(), datatype=dcat.XSD.date)),
)
# What a thing is, and is said of it, are words of ours.
TRIPLES = st.one_of(
    st.builds(Triple, NODES, PREDICATES, st.one_of(NODES, LITERALS)),
    st.builds(Triple, NODES, st.just(dcat.RDF.type), CLASSES),
)


@pytest.fixture(scope="module", autouse=True)
def as_it_is_written() -> Iterable[None]:
    """rdflib would write « 01 » as 1."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    yield
    rdflib.NORMALIZE_LITERALS = before


def build_expected_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(tuple(map(build_term, (triple.subject, triple.predicate, triple.object))))
    return graph


def build_term(node: object) -> rdflib.term.Identifier:
    if isinstance(node, NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, BlankNode):
        return rdflib.BNode(node.value)
    assert isinstance(node, Literal)
    if node.language or node.datatype == dcat.XSD.string:
        return rdflib.Literal(node.value, lang=node.language)
    return rdflib.Literal(node.value, datatype=rdflib.URIRef(node.datatype.value))


@given(st.lists(TRIPLES, max_size=6), st.randoms(use_true_random=False))
@example([Triple(dcat.DCTERMS.title, dcat.DCTERMS.title, build_literal(SPECIAL))], random.Random(1))
@example(
    [Triple(build_iri(f"{DCTERMS}é"), dcat.DCTERMS.title, build_iri(f"{DCTERMS}a/b.é"))], random.Random(1)
)
def test_each_form_says_the_same_of_whatever_is_written(triples: list[Triple], chance: random.Random) -> None:
    written = render_triples_in_rdf_formats(triples)
    expected = build_expected_graph(triples)
    for ending, form in FORMS.items():
        assert written[ending].isascii()
        found = rdflib.Graph().parse(data=written[ending], format=form)
        assert isomorphic(found, expected), ending
    chance.shuffle(triples)
    assert render_triples_in_rdf_formats([*triples, *triples]) == written


@given(TEXTS)
def test_a_text_comes_back_as_it_was_written_but_for_what_xml_cannot_hold(text: str) -> None:
    shown = build_literal(text).value
    assert len(shown) == len(text)
    for before, after in zip(text, shown, strict=True):
        try:
            ElementTree.fromstring(f"<a>&#{ord(before)};</a>")
            assert after == before
        except ElementTree.ParseError:
            assert after == "\N{REPLACEMENT CHARACTER}"


@given(ADDRESSES)
def test_no_address_keeps_the_others_out(address: str) -> None:
    written = build_iri(address).value
    assert NamedNode(written).value == written
    try:
        assert NamedNode(address).value == written
    except ValueError:
        assert written != address


@pytest.mark.parametrize(
    "address, written",
    [
        ("https://ville.example/é à?a={b}", "https://ville.example/é%20à?a=%7Bb%7D"),
        ("https://ville.example/100%/é", "https://ville.example/100%25/%C3%A9"),
        ("https://ville.example/a#b#c", "https://ville.example/a#b%23c"),
        ("https://ville.example/a[1]", "https://ville.example/a%5B1%5D"),
        ("https://ville.example:port/", "about:invalid#https%3A%2F%2Fville.example%3Aport%2F"),
        ("ailleurs", "about:invalid#ailleurs"),
    ],
)
def test_an_odd_address_is_written_as_it_may_be(address: str, written: str) -> None:
    assert build_iri(address).value == written


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "file://localhost/srv/données ouvertes/"},
        {"url": "https://a.example/#b/"},
        {"title": "a\x01b\rc"},
    ],
)
def test_an_odd_place_or_title_has_a_catalogue(changes: dict[str, str], tmp_path: Path) -> None:
    written = render_dcat_formats(replace(full(tmp_path), **changes))
    first, *others = (
        rdflib.Graph().parse(data=written[ending], format=form) for ending, form in FORMS.items()
    )
    assert all(isomorphic(first, other) for other in others)
    home = next(first.subjects(RDF.type, DCAT.Catalog))
    assert len(set(first.objects(home, DCAT.dataset))) == 7


def test_what_reads_the_feed_finds_prefixes(tmp_path: Path) -> None:
    for ending, needle in (
        ("jsonld", b'"@type": "dcat:Dataset"'),
        ("ttl", b" a dcat:Dataset ;\n\tdct:accessRights "),
        ("rdf", b"<dcat:Dataset rdf:about="),
    ):
        assert needle in render_dcat_formats(full(tmp_path / ending))[ending]


def test_every_name_is_one_of_its_vocabulary(tmp_path: Path) -> None:
    """rdflib has the lists of these, but for what DCAT 3 added."""
    data = render_dcat_formats(full(tmp_path))["jsonld"]
    graph = rdflib.Graph().parse(data=data, format="json-ld")
    named = {node for triple in graph for node in triple if isinstance(node, rdflib.URIRef)}
    for space in (DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, XSD):
        mine = {node for node in named if str(node).startswith(str(space))}
        assert all(node in space for node in mine - {rdflib.URIRef(f"{DCAT}hasCurrentVersion")}), space
