"""What data.gouv.fr's harvester of DCAT makes of a catalogue: its rules, in our words.

Read in opendatateam/udata at 25b5a2d (August 2026); each rule names its function there, of
``udata/core/dataset/rdf.py`` unless it says otherwise. ``test_record_udata.py`` asks the real one, which
takes longer and in the sandbox knows few licences.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS
from rdflib.term import Node

SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
MEDIA = "https://www.iana.org/assignments/media-types/"
SHAPE = URIRef(f"{MEDIA}application/vnd.geo+json")
HASHES = {SPDX[f"checksumAlgorithm_{name}"]: name for name in ("md5", "sha1", "sha256")}
LICENCES = {
    "https://www.etalab.gouv.fr/licence-ouverte-open-licence": "lov2",
    "Open Data Commons Open Database License (ODbL)": "odc-odbl",
    "Open Data Commons Attribution License": "odc-by",
    "Creative Commons Attribution": "cc-by",
    "Creative Commons Attribution Share-Alike": "cc-by-sa",
    "Creative Commons CCZero": "cc-zero",
    "Other (Open)": "other-open",
    "Other (Attribution)": "other-at",
}
"""What data.gouv.fr knows: the address of one, the titles of others (``/api/1/datasets/licenses/``)."""


class Unharvestable(Exception):
    """The harvest of this dataset fails, or calls for a document that is none."""


@dataclass(frozen=True)
class HarvestedFile:
    title: str
    description: str
    url: str
    format: str
    mime: str
    size: int
    schema: str | None
    modified: date | None


@dataclass(frozen=True)
class Harvested:
    title: str
    description: str
    page: str
    licence: str | None
    frequency: str
    tags: frozenset[str]
    spatial: tuple[tuple[float, ...], ...]
    temporal: tuple[date, date] | None
    schema: str | None
    provenance: str
    contacts: frozenset[tuple[str, str]]
    issued: date
    modified: date | None
    files: tuple[HarvestedFile, ...]


def harvest(graph: Graph) -> dict[str, Harvested]:
    """By ``dct:identifier``, which is what a dataset is known by from one harvest to the next
    (``harvest/backends/dcat.py``, ``process_one_datasets_page``)."""
    nodes = graph.subjects(RDF.type, DCAT.Dataset)
    return {str(graph.value(node, DCTERMS.identifier)): _dataset(graph, node) for node in nodes}


def _dataset(graph: Graph, node: Node) -> Harvested:
    files = sorted(graph.objects(node, DCAT.distribution))
    return Harvested(
        title=_text(graph, node, DCTERMS.title),
        description=_text(graph, node, DCTERMS.description),
        page=str(graph.value(node, DCAT.landingPage)),
        licence=_licence(graph, files),
        frequency=str(graph.value(node, DCTERMS.accrualPeriodicity)).removeprefix(f"{EU}frequency/"),
        tags=_tags(graph, node),
        spatial=_spatial(graph, node),
        temporal=_temporal(graph, node),
        schema=_schema(graph, node),
        provenance=_unwrapped(graph, graph.value(node, DCTERMS.provenance)),
        contacts=frozenset(_contacts(graph, node)),
        issued=_day(graph, node, DCTERMS.issued) or date.min,
        modified=_day(graph, node, DCTERMS.modified),
        files=tuple(_file(graph, file) for file in files),
    )


def _text(graph: Graph, node: Node, predicate: URIRef) -> str:
    """``default_lang_value`` (``udata/rdf.py``): the French one, else any."""
    values = list(graph.objects(node, predicate))
    french = [value for value in values if isinstance(value, Literal) and value.language == "fr"]
    return str((french or values)[0])


def _unwrapped(graph: Graph, node: Node | None) -> str:
    """``rdf_unique_values(unwrap=[RDFS.label, DCT.description])`` (``udata/rdf.py``)."""
    if node is None or isinstance(node, Literal):
        return str(node or "")
    labels = (graph.value(node, name) for name in (RDFS.label, DCTERMS.description))
    return str(next((label for label in labels if label), node))


def _licence(graph: Graph, files: list[Node]) -> str | None:
    """``licenses_from_rdf``, then ``License.guess`` (``models.py``): the first known by address or title. The
    dataset's own would come before those of its files."""
    found = [_unwrapped(graph, graph.value(file, DCTERMS.license)) for file in files]
    return next((LICENCES[title] for title in found if title in LICENCES), None)


def _tags(graph: Graph, node: Node) -> frozenset[str]:
    """``themes_from_rdf`` (``udata/rdf.py``): keywords that are texts, and the labels of themes."""
    themes = (graph.value(theme, SKOS.prefLabel) for theme in graph.objects(node, DCAT.theme))
    return frozenset(str(tag) for tag in (*graph.objects(node, DCAT.keyword), *themes) if tag)


def _spatial(graph: Graph, node: Node) -> tuple[tuple[float, ...], ...]:
    """``spatial_from_rdf``: the corners of the one polygon, in GeoJSON; the same one in WKT is dropped."""
    shapes = {
        str(value)
        for where in graph.objects(node, DCTERMS.spatial)
        for value in graph.objects(where, None)
        if isinstance(value, Literal) and value.datatype == SHAPE
    }
    (only,) = shapes
    shape = json.loads(only)
    assert shape["type"] == "Polygon"
    return tuple(map(tuple, shape["coordinates"][0]))


def _temporal(graph: Graph, node: Node) -> tuple[date, date] | None:
    """``temporal_from_resource``: of a period that has an address it fetches the address."""
    period = graph.value(node, DCTERMS.temporal)
    if period is None:
        return None
    if not isinstance(period, BNode):
        raise Unharvestable(f"no period is served at {period}")
    start, end = _day(graph, period, DCAT.startDate), _day(graph, period, DCAT.endDate)
    return (start, end) if start and end else None


def _schema(graph: Graph, node: Node) -> str | None:
    """``schema_from_rdf`` (``udata/rdf.py``): the address of the one standard."""
    found = list(graph.objects(node, DCTERMS.conformsTo))
    assert len(found) <= 1, "it takes any one of several"
    return str(found[0]) if found else None


def _contacts(graph: Graph, node: Node) -> list[tuple[str, str]]:
    """``contact_points_from_rdf`` (``udata/rdf.py``): a vCard, or an agent of FOAF."""
    names = ((DCAT.contactPoint, VCARD.fn), (DCTERMS.creator, FOAF.name), (DCTERMS.publisher, FOAF.name))
    return [
        (str(predicate).rsplit("/", 1)[-1].rsplit("#", 1)[-1], _text(graph, party, name))
        for predicate, name in names
        for party in graph.objects(node, predicate)
    ]


def _file(graph: Graph, node: Node) -> HarvestedFile:
    _checksum(graph, node)
    size: Any = graph.value(node, DCAT.byteSize)
    return HarvestedFile(
        title=_text(graph, node, DCTERMS.title),
        description=_text(graph, node, DCTERMS.description),
        url=str(graph.value(node, DCAT.downloadURL) or graph.value(node, DCAT.accessURL)),
        format=_unwrapped(graph, graph.value(node, DCTERMS["format"]))
        .removeprefix(f"{EU}file-type/")
        .lower(),
        mime=_unwrapped(graph, graph.value(node, DCAT.mediaType)).removeprefix(MEDIA),
        size=int(size.toPython()) if size is not None else 0,
        schema=_schema(graph, node),
        modified=_day(graph, node, DCTERMS.modified),
    )


def _checksum(graph: Graph, node: Node) -> None:
    """``resource_from_rdf``: of an algorithm that it knows, the hash must be text, as ``Checksum.value`` (a
    StringField) wants it. rdflib makes bytes of xsd:hexBinary, and the whole dataset is refused."""
    checksum = graph.value(node, SPDX.checksum)
    if checksum is None or graph.value(checksum, SPDX.algorithm) not in HASHES:
        return
    value = graph.value(checksum, SPDX.checksumValue)
    if not isinstance(value, Literal) or not isinstance(value.toPython(), str):
        raise Unharvestable("StringField only accepts string values: ['checksum']")


def _day(graph: Graph, node: Node, predicate: URIRef) -> date | None:
    value = graph.value(node, predicate)
    found = value.toPython() if isinstance(value, Literal) else None
    assert found is None or isinstance(found, date)
    return found
