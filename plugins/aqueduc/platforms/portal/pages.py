"""The files that a static portal is made of, from its catalogue: pages, catalogues, schemas.

Pure: the same catalogue makes the same bytes. Nothing is fetched by what is made here: no script, font or
style of anybody else's.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from textwrap import shorten
from typing import Any
from xml.etree import ElementTree as ET

from aqueduc.declaration.vocabulary import THEMES
from aqueduc.page import render_page
from aqueduc.record.catalogue import TABLE_SCHEMA, Catalogue, CatalogueEntry, Publisher
from aqueduc.record.fields import format_split_part_title, get_french_column_type_name
from aqueduc.record.preparation import insert_nobreak_spaces
from aqueduc.record.structured import build_schema_org_document

PAGE = "index.html"
SCDL = "catalogue-scdl.csv"
SITEMAP = "sitemap.xml"
FEED = "changements.atom"
ISO = "iso19139.xml"
OWN_FILES = frozenset({PAGE, TABLE_SCHEMA, ISO})
"""What ``render_dataset_files`` may make of a dataset, by name."""
_SHORT = 160
"""How much of a description search engines show."""
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def build_dataset_folder_path(slug: str) -> str:
    return f"jeux/{slug}"


def render_catalogue_files(catalogue: Catalogue) -> dict[str, bytes]:
    """What speaks of all the datasets, by its path."""
    # Here and not above: of no use to who finds that nothing has changed.
    from aqueduc.record.dcat import render_dcat_formats
    from aqueduc.record.scdl import render_scdl_catalogue

    cards = sorted(
        map(_build_dataset_card, catalogue.entries),
        key=lambda card: _build_accent_insensitive_sort_key(card["title"]),
    )
    themes = sorted({card["theme"] for card in cards}, key=_build_accent_insensitive_sort_key)
    files = {
        PAGE: _render_page_bytes("portal_index.html.j2", catalogue, cards=cards, themes=themes),
        **{f"catalog.{ending}": data for ending, data in render_dcat_formats(catalogue).items()},
    }
    if catalogue.url.startswith("http"):
        files[SITEMAP] = _render_sitemap(catalogue)
        files[FEED] = _render_atom_feed(catalogue)
    collectivities = render_scdl_catalogue(catalogue)
    return files if collectivities is None else {**files, SCDL: collectivities}


def _render_sitemap(catalogue: Catalogue) -> bytes:
    """What search engines are told of by who runs the site (sitemaps.org/protocol.html)."""
    root = ET.Element("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for address, day in (
        (catalogue.url, None),
        *((entry.page, entry.fiche.modified or entry.fiche.issued) for entry in catalogue.entries),
    ):
        page = ET.SubElement(root, "url")
        ET.SubElement(page, "loc").text = address
        if day:
            ET.SubElement(page, "lastmod").text = day.isoformat()
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _render_atom_feed(catalogue: Catalogue) -> bytes:
    """For who reuses the data (Atom, RFC 4287): a change that is announced, and each dataset as it was last
    changed; the newest first."""
    dated = ((entry, entry.fiche.modified or entry.fiche.issued) for entry in catalogue.entries)
    newest = sorted(dated, key=lambda one: (one[1], one[0].fiche.slug), reverse=True)
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "fr"})
    last = max((day for _entry, day in newest), default=date.min)
    _add_text_elements(
        root, id=f"{catalogue.url}{FEED}", title=catalogue.title, updated=_format_midnight(last)
    )
    ET.SubElement(root, "link", {"rel": "self", "href": f"{catalogue.url}{FEED}"})
    _add_text_elements(ET.SubElement(root, "author"), name=catalogue.publisher.name)
    for entry, day in newest:
        if said := entry.fiche.announcement:
            digest = hashlib.sha256(said.encode()).hexdigest()[:12]
            _add_feed_entry(root, entry, f"{entry.page}#annonce-{digest}", day, said)
        _add_feed_entry(root, entry, f"{entry.page}#{day}", day, f"Données mises à jour le {day:%d/%m/%Y}.")
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add_feed_entry(root: ET.Element, entry: CatalogueEntry, identifier: str, day: date, said: str) -> None:
    node = ET.SubElement(root, "entry")
    _add_text_elements(
        node, id=identifier, title=entry.fiche.title, updated=_format_midnight(day), summary=said
    )
    ET.SubElement(node, "link", {"href": entry.page})


def _add_text_elements(node: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(node, name).text = text


def _format_midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def render_dataset_files(catalogue: Catalogue, entry: CatalogueEntry) -> dict[str, bytes]:
    """What speaks of one dataset, its data apart, by its path."""
    folder = build_dataset_folder_path(entry.fiche.slug)
    files = {
        f"{folder}/{PAGE}": _render_page_bytes(
            "portal_dataset.html.j2", catalogue, **_build_dataset_page_context(catalogue, entry)
        ),
        f"{folder}/{TABLE_SCHEMA}": _encode_json(build_table_schema(entry)),
    }
    if entry.fiche.geographic:
        from aqueduc.record.iso import render_iso19139

        files[f"{folder}/{ISO}"] = render_iso19139(catalogue, entry)
    return files


def render_public_key_files(publisher: Publisher) -> dict[str, bytes]:
    """The public keys in PEM, by their file; the number of one never changes, as the city keeps them all."""
    return {
        f"ville-{number}.pub": f"-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n".encode()
        for number, key in enumerate(publisher.keys, start=1)
    }


def render_redirect_page(catalogue: Catalogue, target: str) -> bytes:
    """What stands at an address that people may have kept: it leads to ``target``, relative to it."""
    return _render_page_bytes("portal_moved.html.j2", catalogue, target=target)


def build_table_schema(entry: CatalogueEntry) -> dict[str, Any]:
    """The data dictionary as a Table Schema (specs.frictionlessdata.io)."""
    return {
        "name": entry.fiche.slug,
        "title": entry.fiche.title,
        "fields": [
            {
                key: value
                for key, value in (
                    ("name", column.name),
                    ("type", column.kind),
                    ("title", column.title),
                    ("description", column.description),
                    ("unit", column.unit),
                )
                if value
            }
            for column in entry.fiche.columns
        ],
    }


def _render_page_bytes(template: str, catalogue: Catalogue, **words: Any) -> bytes:
    return render_page(template, catalogue=catalogue, **words).encode()


def _build_dataset_card(entry: CatalogueEntry) -> Mapping[str, Any]:
    fiche = entry.fiche
    return {
        "href": f"{build_dataset_folder_path(fiche.slug)}/{PAGE}",
        "title": fiche.title,
        "theme": THEMES[fiche.theme],
        "summary": insert_nobreak_spaces(" ".join(fiche.description.split("\n\n")[0].split())),
        "formats": list(dict.fromkeys(placed.distribution.format for placed in entry.placed)),
        "changed": (
            f"Modifié le {format_french_date(fiche.modified)}"
            if fiche.modified
            else f"Publié le {format_french_date(fiche.issued)}"
        ),
        "rhythm": fiche.frequency.french_label,
        "words": " ".join(
            (fiche.title, fiche.description, fiche.producer, THEMES[fiche.theme], *fiche.keywords)
        ).casefold(),
    }


def _build_dataset_page_context(catalogue: Catalogue, entry: CatalogueEntry) -> dict[str, Any]:
    fiche = entry.fiche
    # « </ » would end the script that it stands in, whatever the title of a dataset says.
    data = json.dumps(build_schema_org_document(catalogue, entry), ensure_ascii=False, indent=1).replace(
        "<", "\\u003c"
    )
    return {
        "entry": entry,
        "fiche": fiche,
        "theme": THEMES[fiche.theme],
        "files": [
            {
                "name": format_split_part_title(fiche.title, placed.distribution.slice),
                "format": placed.distribution.format,
                "href": placed.url.removeprefix(entry.folder_url),
                "url": placed.latest_url,
                "stable": placed.stable_url.removeprefix(entry.folder_url),
                "link": bool(placed.distribution.link),
                "size": format_french_file_size(placed.distribution.bytes),
                "sha256": placed.distribution.sha256,
            }
            for placed in entry.placed
        ],
        "columns": [
            {
                "name": column.name,
                "kind": get_french_column_type_name(column),
                "title": column.title if column.title != column.name else "",
                "description": insert_nobreak_spaces(column.description),
                "unit": column.unit,
            }
            for column in fiche.columns
        ],
        "description": insert_nobreak_spaces(fiche.description).split("\n\n"),
        "summary": shorten(fiche.description, _SHORT, placeholder="…"),
        "preparation": fiche.preparation.split("\n\n"),
        "issued": format_french_date(fiche.issued),
        "modified": format_french_date(fiche.modified) if fiche.modified else None,
        "period": format_french_period(*fiche.temporal) if fiche.temporal else None,
        "place": catalogue.publisher.commune_name,
        "file_names": [placed.distribution.filename for placed in entry.placed if placed.stable_url],
        "keys": list(reversed(render_public_key_files(catalogue.publisher))),
        "structured": data,
    }


def format_french_date(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_french_period(first: date, last: date) -> str:
    """``de 2016 à 2025``, ``du 5 janvier au 2 février 2025``: no more of it than it takes."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"année {first.year}" if first.year == last.year else f"de {first.year} à {last.year}"
    if first == last:
        return f"le {format_french_date(first)}"
    start = format_french_date(first).removesuffix(f" {first.year}" if first.year == last.year else "")
    return f"du {start} au {format_french_date(last)}"


def _build_accent_insensitive_sort_key(text: str) -> str:
    """As a French dictionary orders words: accents aside."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def format_french_file_size(size: int) -> str:
    """``12,3 ko``; nothing for nothing."""
    if not size:
        return ""
    for unit, factor in (("Go", 10**9), ("Mo", 10**6), ("ko", 10**3)):
        if size >= factor:
            return (
                f"{size / factor:.1f}".rstrip("0").rstrip(".").replace(".", ",") + f"\N{NO-BREAK SPACE}{unit}"
            )
    return f"{size}\N{NO-BREAK SPACE}octet{'s' * (size > 1)}"


def _encode_json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
