"""The pages of a portal, as a citizen, a screen reader and a search engine meet them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from aqueduc.platforms.portal.pages import (
    format_french_file_size,
    format_french_period,
    render_catalogue_files,
    render_dataset_files,
    render_redirect_page,
)
from aqueduc.record.catalogue import Catalogue
from aqueduc.record.fiche import NationalStandard
from tests.record.catalogues import HOME, full

VOID = frozenset({"meta", "link", "input", "br"})
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}


@dataclass
class Page(HTMLParser):
    """What a page is made of; refuses elements that are left open or closed out of turn."""

    text: str
    opened: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)
        assert self.opened == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def __hash__(self) -> int:
        return id(self)


@pytest.fixture
def whole(tmp_path: Path) -> Catalogue:
    return full(tmp_path)


def pages(whole: Catalogue) -> Iterator[Page]:
    yield Page(render_catalogue_files(whole)["index.html"].decode())
    yield Page(render_catalogue_files(replace(whole, entries=()))["index.html"].decode())
    yield Page(render_redirect_page(whole, "../autre/index.html").decode())
    for entry in whole.entries:
        yield Page(render_dataset_files(whole, entry)[f"jeux/{entry.fiche.slug}/index.html"].decode())


def test_each_page_is_whole_and_asks_nobody_for_anything(whole: Catalogue) -> None:
    for page in pages(whole):
        assert not [a for tag, a in page.elements if a.get(FETCHED.get(tag, "-"))]
        assert not [a for a in page.all("link") if a["rel"] in ("stylesheet", "preload", "preconnect")]
        assert "@import" not in page.text
        assert "url(" not in page.text
        assert [a["href"] for a in page.all("link") if a["rel"] == "icon"] == ["data:,"]


def test_each_page_can_be_walked_without_seeing_it(whole: Catalogue) -> None:
    """RGAA 4.1: 8.3 language, 9.1 headings, 12.6 landmarks, 12.7 skip link, 5.4 tables, 11.1 labels."""
    for page in pages(whole):
        assert page.all("html") == [{"lang": "fr"}]
        assert [len(page.all(tag)) for tag in ("header", "main", "footer", "h1", "title")] == [1] * 5
        assert page.all("a")[0] == {"class": "skip", "href": "#contenu"}
        levels = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3")]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        names = [a["id"] for _, a in page.elements if "id" in a]
        assert len(names) == len(set(names))
        assert {a["aria-labelledby"] for a in page.all("section", "aside")} <= set(names)
        assert len(page.all("caption")) == len(page.all("table"))
        assert all("scope" in a for a in page.all("th"))
        assert {a["for"] for a in page.all("label")} == {a["id"] for a in page.all("input", "select")}


def test_a_link_says_what_it_downloads_and_how_much(whole: Catalogue) -> None:
    page = own_page(whole, "arbres")
    assert "« jardins » &lt;2026&gt; (CSV, 1,2\N{NO-BREAK SPACE}ko)" in page.text
    assert [a["data-url"] for a in page.all("a") if "data-url" in a] == [
        f"{HOME}/jeux/arbres/0-arbres.csv",
        f"{HOME}/jeux/arbres/1-arbres.parquet",
        f"{HOME}/jeux/arbres/2-arbres.geojson",
    ]
    # The address of a source is not for download.
    link = own_page(whole, "parkings")
    assert [("download" in a) for a in link.all("a") if "data-url" in a] == [False]
    assert "Consulter à la source" in link.text
    assert "modifié le" not in link.text
    assert "Aucun fichier n'est publié pour l'instant." in own_page(whole, "vide").text


def test_a_page_leads_to_the_catalogues_and_to_the_schema(whole: Catalogue) -> None:
    kinds = ["application/ld+json", "text/turtle", "application/rdf+xml", "application/xml"]
    page = own_page(whole, "arbres")
    assert [a["type"] for a in page.all("link") if a["rel"] == "alternate"] == kinds
    entry = whole.entries[1]
    national = NationalStandard("etalab/irve", "2.3.1", "https://schema.data.gouv.fr/irve.json")
    followed = replace(entry, fiche=replace(entry.fiche, standard=national))
    text = render_dataset_files(whole, followed)["jeux/arbres/index.html"].decode()
    assert "schéma national" in text
    assert 'href="https://schema.data.gouv.fr/irve.json"' in text
    assert "schéma national" not in page.text


def test_the_map_of_a_portal_that_is_served(whole: Catalogue) -> None:
    root = ET.fromstring(render_catalogue_files(whole)["sitemap.xml"])
    found = [[node.text for node in url] for url in root]
    assert found[0] == [f"{HOME}/"]
    assert found[1:] == [
        [entry.page, (entry.fiche.modified or entry.fiche.issued).isoformat()] for entry in whole.entries
    ]
    assert "sitemap.xml" not in render_catalogue_files(replace(whole, url="file:///srv/portail/"))


def own_page(whole: Catalogue, slug: str) -> Page:
    entry = next(entry for entry in whole.entries if entry.fiche.slug == slug)
    return Page(render_dataset_files(whole, entry)[f"jeux/{slug}/index.html"].decode())


@pytest.mark.parametrize(
    "first, last, said",
    [
        ("2016-01-01", "2025-12-31", "de 2016 à 2025"),
        ("2025-01-01", "2025-12-31", "année 2025"),
        ("2025-01-05", "2025-01-05", "le 5 janvier 2025"),
        ("2025-01-05", "2025-02-02", "du 5 janvier au 2 février 2025"),
        ("2024-01-01", "2025-02-28", "du 1er janvier 2024 au 28 février 2025"),
    ],
)
def test_a_period_as_people_say_it(first: str, last: str, said: str) -> None:
    assert format_french_period(date.fromisoformat(first), date.fromisoformat(last)) == said


def test_a_size_as_people_say_it() -> None:
    said = ["", "1 octet", "999 octets", "1 ko", "12,3 ko", "1,2 Mo", "3 Go"]
    sizes = [0, 1, 999, 1000, 12_345, 1_200_000, 3_000_000_000]
    assert [format_french_file_size(size).replace("\N{NO-BREAK SPACE}", " ") for size in sizes] == said
