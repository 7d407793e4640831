"""The stand-in for Solr: what CKAN asks of it, what it refuses, what it remembers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.region.search.errors import SolrError
from sandbox.region.search.index import Index
from sandbox.region.search.schema import Schema, read_schema
from sandbox.region.search.scoring import minimum_match
from sandbox.region.search.selection import select

SCHEMA = """<?xml version="1.0"?>
<schema name="essai" version="1.6">
  <types>
    <fieldType name="string" class="solr.StrField"/>
    <fieldType name="date" class="solr.DatePointField"/>
    <fieldType name="pint" class="solr.IntPointField"/>
    <fieldType name="text" class="solr.TextField"/>
  </types>
  <fields>
    <field name="id" type="string" required="true"/>
    <field name="title" type="text"/>
    <field name="tags" type="string" multiValued="true"/>
    <field name="modified" type="date"/>
    <field name="views" type="pint"/>
    <field name="text" type="text" multiValued="true" stored="false"/>
    <dynamicField name="extras_*" type="text" multiValued="true"/>
  </fields>
  <uniqueKey>id</uniqueKey>
  <copyField source="title" dest="text"/>
  <copyField source="extras_*" dest="text"/>
</schema>
"""

DOCUMENTS: list[dict[str, Any]] = [
    {"id": "permis", "title": "Permis de construire", "tags": ["urbanisme", "habitat"], "views": 3},
    {"id": "arbres", "title": "Arbres d'alignement", "tags": ["nature"], "views": 10},
    {"id": "velos", "title": "Comptages de vélos", "tags": ["mobilité", "urbanisme"], "views": 5},
]
MODIFIED = ("2024-01-10T00:00:00Z", "2024-06-01T12:30:00.120Z", "2025-02-01T00:00:00Z")


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    path = tmp_path / "schema.xml"
    path.write_text(SCHEMA, encoding="utf-8")
    return read_schema(path)


@pytest.fixture
def index(schema: Schema, tmp_path: Path) -> Index:
    filled = Index(schema, tmp_path / "journal")
    filled.add([{**document, "modified": date} for document, date in zip(DOCUMENTS, MODIFIED, strict=True)])
    filled.commit()
    return filled


def found(index: Index, query: str, **parameters: str) -> list[str]:
    asked = {"q": [query], "sort": ["id asc"], **{name: [value] for name, value in parameters.items()}}
    return [document["id"] for document in select(index, asked)["response"]["docs"]]


@pytest.mark.parametrize(
    "query, expected",
    [
        ("*:*", ["arbres", "permis", "velos"]),
        ("permis", ["permis"]),
        ("vélos", ["velos"]),
        ('"permis de construire"', ["permis"]),
        ('"construire permis"', []),
        ("title:compt*", ["velos"]),
        ("tags:urbanisme AND NOT id:velos", ["permis"]),
        ("tags:(nature OR habitat)", ["arbres", "permis"]),
        ("-tags:urbanisme", ["arbres"]),
        ("*:* -tags:urbanisme", ["arbres"]),
        ("views:[4 TO *]", ["arbres", "velos"]),
        ("views:{3 TO 10}", ["velos"]),
        ("modified:[2024-05-01T00:00:00Z TO 2024-12-31T00:00:00Z]", ["arbres"]),
        ("modified:[* TO NOW]", ["arbres", "permis", "velos"]),
        ("{!term f=tags}mobilité", ["velos"]),
        ("{!bool must=tags:urbanisme must_not=id:velos}", ["permis"]),
    ],
)
def test_what_a_query_finds(index: Index, query: str, expected: list[str]) -> None:
    assert found(index, query) == expected


@pytest.mark.parametrize(
    "query", ["(permis", "permis)", "inconnu:x", "views:[a TO 4]", "modified:hier", "{!magie}x", "a:b:"]
)
def test_a_query_that_solr_refuses(index: Index, query: str) -> None:
    with pytest.raises(SolrError):
        found(index, query)


def test_an_unknown_sort_order(index: Index) -> None:
    with pytest.raises(SolrError, match="Can't determine a Sort Order"):
        found(index, "*:*", sort="views")


def test_the_words_of_a_user_are_looked_for_in_every_field(index: Index) -> None:
    asked = {"defType": "dismax", "qf": "title^2 text", "mm": "100%"}
    assert found(index, "permis construire", **asked) == ["permis"]
    assert found(index, "permis arbres", **asked) == []
    assert found(index, "permis arbres", **{**asked, "mm": "1"}) == ["arbres", "permis"]


def test_facets_pages_and_chosen_fields(index: Index) -> None:
    answer = select(
        index,
        {
            "q": ["*:*"],
            "sort": ["views desc"],
            "rows": ["1"],
            "start": ["1"],
            "fl": ["id views"],
            "facet": ["true"],
            "facet.field": ["tags"],
            "facet.mincount": ["1"],
            "facet.limit": ["2"],
        },
    )
    assert answer["response"]["numFound"] == 3
    assert answer["response"]["docs"] == [{"id": "velos", "views": 5}]
    assert answer["facet_counts"]["facet_fields"]["tags"] == ["urbanisme", 2, "habitat", 1]


@pytest.mark.parametrize(
    "document, refusal",
    [
        ({"title": "sans clé"}, "missing required field: id"),
        ({"id": "a", "couleur": "bleu"}, "unknown field 'couleur'"),
        ({"id": "a", "title": ["un", "deux"]}, "multiple values"),
        ({"id": "a", "tags": [{"x": 1}]}, "docs with children"),
        ({"id": "a", "modified": "hier"}, "Invalid Date String"),
        ({"id": "a", "views": "beaucoup"}, "Error adding field"),
        ({"id": "a", "tags": ["x" * 40_000]}, "immense term"),
    ],
)
def test_a_document_that_solr_refuses(index: Index, document: dict[str, Any], refusal: str) -> None:
    with pytest.raises(SolrError, match=refusal):
        index.add([document])
    index.commit()
    assert len(index.documents()) == 3


def test_a_change_is_seen_at_the_commit_only(index: Index) -> None:
    index.add([{"id": "neuf", "title": "Neuf"}])
    index.delete(["permis"], ["tags:nature"])
    assert found(index, "*:*") == ["arbres", "permis", "velos"]
    index.commit()
    assert found(index, "*:*") == ["neuf", "velos"]


def test_the_journal_outlives_a_restart_and_a_line_cut_by_a_crash(
    index: Index, schema: Schema, tmp_path: Path
) -> None:
    index.add([{"id": "permis", "title": "Permis d'aménager"}])
    index.delete(["arbres"], [])
    index.commit()
    journal = tmp_path / "journal"
    with journal.open("a", encoding="utf-8") as handle:
        handle.write('{"add": {"id": "coup')

    again = Index(schema, journal)
    assert found(again, "*:*") == ["permis", "velos"]
    assert found(again, "title:aménager") == ["permis"]
    # Rewritten at the start: it does not grow for ever.
    assert len(journal.read_text(encoding="utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    "spec, clauses, required",
    [("2", 5, 2), ("-1", 5, 4), ("75%", 4, 3), ("-25%", 4, 3), ("2<-1 5<80%", 2, 2), ("2<-1 5<80%", 10, 8)],
)
def test_how_many_words_must_match(spec: str, clauses: int, required: int) -> None:
    assert minimum_match(spec, clauses) == required
