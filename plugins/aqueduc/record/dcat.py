"""A catalogue in DCAT-AP 3.0 (semiceu.github.io/DCAT-AP), as JSON-LD, Turtle and RDF/XML.

Every node but the periods has an address, and periods have names of ours, so that the same catalogue always
makes the same bytes, and a harvester that comes back knows each thing again. Code lists are the EU authority
tables.

What data.gouv.fr's harvester does (udata/core/dataset/rdf.py, udata/rdf.py at 25b5a2d, August 2026) decides
where DCAT-AP leaves a choice, and ``tests/record/harvester.py`` holds us to it.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, XSD

from aqueduc.declaration.vocabulary import LICENCES, THEMES, Licence
from aqueduc.record.catalogue import TABLE_SCHEMA, Catalogue, CatalogueEntry, DistributionWithUrl
from aqueduc.record.fields import build_resource_description, format_split_part_title

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
LOCN = Namespace("http://www.w3.org/ns/locn#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
# With https: as DCAT 3 writes it (6.8.18), and as data.gouv.fr knows it.
IANA = "https://www.iana.org/assignments/media-types/"
# With https, as the shapes of DCAT-AP want it. By its other name, which the vocabulary gives it, data.gouv.fr
# would take the hash; but being xsd:hexBinary, as DCAT-AP wants it too, it would be bytes there, on which the
# harvest of the dataset fails.
SHA256 = URIRef("https://spdx.org/rdf/terms#checksumAlgorithm_sha256")

# rdflib knows DCAT 2.
HAS_CURRENT_VERSION = URIRef("http://www.w3.org/ns/dcat#hasCurrentVersion")

# As CKAN and data.gouv.fr know it.
_GEOJSON = URIRef("https://www.iana.org/assignments/media-types/application/vnd.geo+json")
_WKT = URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")
_FILE_TYPES = {
    "CSV": "CSV",
    "GeoJSON": "GEOJSON",
    "JSON": "JSON",
    "Parquet": "PARQUET",
    "XLSX": "XLSX",
}
_AUTHORITY = URIRef("http://purl.org/adms/publishertype/LocalAuthority")
_LICENCE_KINDS = {
    "lov2": ("Attribution", "Attribution"),
    "odc-by": ("Attribution", "Attribution"),
    "cc-by": ("Attribution", "Attribution"),
    "odc-odbl": ("ViralEffect-ShareAlike", "Partage à l'identique"),
    "cc-by-sa": ("ViralEffect-ShareAlike", "Partage à l'identique"),
    "cc-zero": ("PublicDomain", "Domaine public"),
}
# As CKAN and data.gouv.fr entitle those whose address the latter does not know. A harvester that finds a
# label takes it for the licence, in place of the address: the others have none.
_LICENCE_LABELS = {
    "odc-odbl": "Open Data Commons Open Database License (ODbL)",
    "odc-by": "Open Data Commons Attribution License",
    "cc-by": "Creative Commons Attribution",
    "cc-by-sa": "Creative Commons Attribution Share-Alike",
    "cc-zero": "Creative Commons CCZero",
    "other-open": "Other (Open)",
    "other-at": "Other (Attribution)",
}
# A Table Schema says what the columns of these are.
_TABULAR = frozenset({"CSV", "Parquet", "XLSX"})
_PREFIXES = {
    "adms": ADMS,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCTERMS,
    "foaf": FOAF,
    "locn": LOCN,
    "owl": OWL,
    "rdfs": RDFS,
    "skos": SKOS,
    "spdx": SPDX,
    "vcard": VCARD,
    "xsd": XSD,
}

_NOT_IN_ADDRESSES = re.compile(r'[\x00-\x20<>"{}|\\^`]')

Subject = URIRef | BNode
Triple = tuple[Subject, URIRef, Subject | Literal]


def render_dcat_formats(catalogue: Catalogue) -> dict[str, bytes]:
    """The three of them, by the ending of their file's name; in ASCII, the rest being escaped: a web server
    that gives text/turtle no charset makes data.gouv.fr read it as Latin-1."""
    graph = _build_dcat_graph(catalogue)
    return {"jsonld": _render_jsonld(graph), "ttl": _render_turtle(graph), "rdf": _render_rdfxml(graph)}


def _render_jsonld(graph: Graph) -> bytes:
    """Sorted through and through: rdflib leaves free what the form leaves free."""
    context = {name: str(space) for name, space in _PREFIXES.items()}
    text = graph.serialize(format="json-ld", context=context, auto_compact=False)
    return json.dumps(_sort_jsonld_document(json.loads(text)), indent=1).encode("ascii") + b"\n"


def _render_turtle(graph: Graph) -> bytes:
    return re.sub(r"[^\x00-\x7F]", _escape_turtle_character, graph.serialize(format="turtle")).encode("ascii")


def _escape_turtle_character(found: re.Match[str]) -> str:
    """As Turtle writes a character in a text or an address (UCHAR of its grammar)."""
    code = ord(found[0])
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _render_rdfxml(graph: Graph) -> bytes:
    """Sorted too: one element a node, one below it a property."""
    for prefix, space in (*_PREFIXES.items(), ("rdf", RDF)):
        ET.register_namespace(prefix, str(space))
    root = ET.fromstring(graph.serialize(format="xml"))  # noqa: S314 - of our own making
    for node in root:
        node[:] = sorted(node, key=ET.tostring)
    root[:] = sorted(root, key=ET.tostring)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="us-ascii", xml_declaration=True)) + b"\n"


def _build_dcat_graph(catalogue: Catalogue) -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, space in _PREFIXES.items():
        graph.bind(prefix, space)
    for triple in sorted(
        _build_catalogue_triples(catalogue), key=lambda triple: tuple(part.n3() for part in triple)
    ):
        graph.add(triple)
    return graph


def _build_catalogue_triples(catalogue: Catalogue) -> Iterator[Triple]:
    """The catalogue itself is named apart from its home page: one is data, the other a document."""
    ends = ("", "#catalogue", "#editeur", "#commune")
    page, home, publisher, place = (URIRef(f"{catalogue.url}{end}") for end in ends)
    themes, language = URIRef(f"{EU}data-theme"), URIRef(f"{EU}language/FRA")
    # Of the descriptions, which are the city's own words; each distribution has its own.
    own = LICENCES["lov2"]
    issued = [entry.fiche.issued for entry in catalogue.entries]
    changed = [entry.fiche.modified or entry.fiche.issued for entry in catalogue.entries]
    yield from _build_triples_from_pairs(
        home,
        (RDF.type, DCAT.Catalog),
        (DCTERMS.title, _build_french_literal(catalogue.title)),
        (DCTERMS.description, _build_french_literal(catalogue.description)),
        (DCTERMS.publisher, publisher),
        (DCTERMS.language, language),
        (FOAF.homepage, page),
        (DCTERMS.spatial, place),
        (DCTERMS.license, URIRef(own.url)),
        (DCAT.themeTaxonomy, themes),
        (DCTERMS.issued, _build_date_literal(min(issued, default=None))),
        (DCTERMS.modified, _build_date_literal(max(changed, default=None))),
    )
    yield from _build_location_triples(place, catalogue.publisher.bbox, catalogue.publisher.commune_name)
    yield from _build_licence_triples(URIRef(own.url), own)
    yield page, RDF.type, FOAF.Document
    title = _build_french_literal("Thèmes de données de l'Union européenne")
    yield from _build_triples_from_pairs(themes, (RDF.type, SKOS.ConceptScheme), (DCTERMS.title, title))
    yield from _build_concept_triples(language, DCTERMS.LinguisticSystem, "language")
    yield from _build_publisher_triples(catalogue, publisher)
    for entry in catalogue.entries:
        yield home, DCAT.dataset, URIRef(entry.dataset_uri)
        yield from _build_dataset_triples(catalogue, entry, publisher)


def _build_triples_from_pairs(
    node: Subject, *said: tuple[URIRef, Subject | Literal | None]
) -> Iterator[Triple]:
    """What is said of a node; of None, nothing is."""
    return ((node, predicate, value) for predicate, value in said if value is not None)


def _build_publisher_triples(catalogue: Catalogue, publisher: URIRef) -> Iterator[Triple]:
    city = catalogue.publisher
    number = city.siret or city.siren
    yield from _build_triples_from_pairs(
        publisher,
        (RDF.type, FOAF.Agent),
        (RDF.type, FOAF.Organization),
        (FOAF.name, _build_french_literal(city.name)),
        (DCTERMS.identifier, Literal(number) if number else None),
        (FOAF.mbox, URIRef(f"mailto:{city.contact}") if city.contact else None),
        (DCTERMS.type, _AUTHORITY),
    )
    yield from _build_adms_concept_triples(_AUTHORITY, "publishertype", "Collectivité territoriale")


def _build_adms_concept_triples(node: URIRef, table: str, label: str) -> Iterator[Triple]:
    """An entry of a list of ADMS, the vocabulary for those that the EU tables leave out."""
    scheme = URIRef(f"http://purl.org/adms/{table}/1.0")
    prefer = (SKOS.prefLabel, _build_french_literal(label))
    yield from _build_triples_from_pairs(node, (RDF.type, SKOS.Concept), prefer, (SKOS.inScheme, scheme))
    title = Literal(f"ADMS {table}", lang="en")
    yield from _build_triples_from_pairs(scheme, (RDF.type, SKOS.ConceptScheme), (DCTERMS.title, title))


def _build_dataset_triples(
    catalogue: Catalogue, entry: CatalogueEntry, publisher: URIRef
) -> Iterator[Triple]:
    fiche, dataset, page = entry.fiche, URIRef(entry.dataset_uri), URIRef(entry.page)
    yield from _build_triples_from_pairs(
        dataset,
        (RDF.type, DCAT.Dataset),
        (DCTERMS.title, _build_french_literal(fiche.title)),
        (DCTERMS.description, _build_french_literal(fiche.description)),
        (DCTERMS.identifier, Literal(fiche.slug)),
        (DCTERMS.publisher, publisher),
        (DCAT.landingPage, page),
        (DCTERMS.issued, _build_date_literal(fiche.issued)),
        (DCTERMS.modified, _build_date_literal(fiche.modified)),
        (DCTERMS.language, URIRef(f"{EU}language/FRA")),
        *((DCAT.keyword, _build_french_literal(keyword)) for keyword in fiche.keywords),
    )
    yield page, RDF.type, FOAF.Document
    yield from _build_coded_property_triples(dataset, entry)
    yield from _build_conforms_to_triples(dataset, entry)
    yield from _build_contact_and_provenance_triples(dataset, entry)
    yield from _build_extent_triples(dataset, entry, catalogue.publisher.commune_name)
    for placed in entry.placed:
        yield dataset, DCAT.distribution, URIRef(f"{entry.page}#{placed.id}")
        yield from _build_distribution_triples(entry, placed)


def _build_coded_property_triples(dataset: URIRef, entry: CatalogueEntry) -> Iterator[Triple]:
    """What is said by a code of the EU tables."""
    fiche = entry.fiche
    theme = URIRef(f"{EU}data-theme/{fiche.theme}")
    right = URIRef(f"{EU}access-right/{'PUBLIC' if fiche.access.is_open else 'RESTRICTED'}")
    rhythm = URIRef(fiche.frequency.authority_uri)
    codes = ((DCAT.theme, theme), (DCTERMS.accessRights, right), (DCTERMS.accrualPeriodicity, rhythm))
    yield from _build_triples_from_pairs(dataset, *codes)
    yield from _build_concept_triples(theme, SKOS.Concept, "data-theme")
    yield theme, SKOS.prefLabel, _build_french_literal(THEMES[fiche.theme])
    yield from _build_concept_triples(right, DCTERMS.RightsStatement, "access-right")
    yield from _build_concept_triples(rhythm, DCTERMS.Frequency, "frequency")


def _build_concept_triples(node: URIRef, kind: URIRef, table: str) -> Iterator[Triple]:
    """An entry of an EU table, which says of itself where it comes from."""
    return _build_triples_from_pairs(node, (RDF.type, kind), (SKOS.inScheme, URIRef(f"{EU}{table}")))


def _build_conforms_to_triples(dataset: URIRef, entry: CatalogueEntry) -> Iterator[Triple]:
    """The national schema that it follows, else the one beside its page: data.gouv.fr takes one."""
    found = entry.fiche.standard
    schema = _build_percent_encoded_uri(get_schema_url(entry))
    yield dataset, DCTERMS.conformsTo, schema
    own = _build_french_literal(f"Schéma de données : {entry.fiche.title}")
    yield from _build_triples_from_pairs(
        schema,
        (RDF.type, DCTERMS.Standard),
        (DCTERMS.title, Literal(found.name) if found else own),
        (OWL.versionInfo, Literal(found.version) if found else None),
    )


def get_schema_url(entry: CatalogueEntry) -> str:
    """Where the schema of its columns is."""
    return entry.fiche.standard.url if entry.fiche.standard else f"{entry.folder_url}{TABLE_SCHEMA}"


def _build_contact_and_provenance_triples(dataset: URIRef, entry: CatalogueEntry) -> Iterator[Triple]:
    """Who answers for the data, and how they were made."""
    fiche = entry.fiche
    contact, producer, history = (
        URIRef(f"{entry.page}#{name}") for name in ("contact", "producteur", "preparation")
    )
    name = _build_french_literal(fiche.producer)
    agents = ((DCAT.contactPoint, contact), (DCTERMS.creator, producer), (DCTERMS.provenance, history))
    yield from _build_triples_from_pairs(dataset, *agents)
    yield from _build_triples_from_pairs(
        contact,
        (RDF.type, VCARD.Organization),
        (RDF.type, VCARD.Kind),
        (VCARD.fn, name),
        (VCARD.hasEmail, URIRef(f"mailto:{fiche.contact}")),
    )
    known = ((RDF.type, FOAF.Agent), (FOAF.name, name), (DCTERMS.type, _AUTHORITY))
    yield from _build_triples_from_pairs(producer, *known)
    label = _build_french_literal(fiche.preparation)
    yield from _build_triples_from_pairs(
        history, (RDF.type, DCTERMS.ProvenanceStatement), (RDFS.label, label)
    )


def _build_extent_triples(dataset: URIRef, entry: CatalogueEntry, place: str) -> Iterator[Triple]:
    """``locn:geometry`` in GeoJSON beside ``dcat:bbox`` in WKT: harvesters read the one or the other."""
    fiche, where = entry.fiche, URIRef(f"{entry.page}#emprise")
    yield dataset, DCTERMS.spatial, where
    yield from _build_location_triples(where, fiche.bbox, place)
    if fiche.temporal:
        # Without an address: data.gouv.fr would look for the period there, and find a page.
        when = BNode(f"periode-{fiche.slug}")
        start, end = map(_build_date_literal, fiche.temporal)
        yield dataset, DCTERMS.temporal, when
        dates = ((DCAT.startDate, start), (DCAT.endDate, end))
        yield from _build_triples_from_pairs(when, (RDF.type, DCTERMS.PeriodOfTime), *dates)


def _build_location_triples(
    where: URIRef, bbox: tuple[float, float, float, float] | None, place: str
) -> Iterator[Triple]:
    yield where, RDF.type, DCTERMS.Location
    yield where, SKOS.prefLabel, _build_french_literal(place)
    if bbox is None:
        return
    west, south, east, north = bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    corners = ", ".join(f"{x} {y}" for x, y in ring)
    centre = f"POINT({round((west + east) / 2, 6)} {round((south + north) / 2, 6)})"
    yield from _build_triples_from_pairs(
        where,
        (DCAT.bbox, Literal(f"POLYGON(({corners}))", datatype=_WKT)),
        (DCAT.centroid, Literal(centre, datatype=_WKT)),
        (LOCN.geometry, Literal(json.dumps({"type": "Polygon", "coordinates": [ring]}), datatype=_GEOJSON)),
    )


def _build_distribution_triples(entry: CatalogueEntry, placed: DistributionWithUrl) -> Iterator[Triple]:
    fiche, shown = entry.fiche, placed.distribution
    node, url = URIRef(f"{entry.page}#{placed.id}"), _build_percent_encoded_uri(placed.latest_url)
    kind = URIRef(f"{EU}file-type/{_FILE_TYPES[shown.format]}")
    media, steady = URIRef(f"{IANA}{shown.media_type}"), URIRef(f"{EU}planned-availability/STABLE")
    document = URIRef(fiche.licence.url or f"{entry.page}#licence")
    title = f"{format_split_part_title(fiche.title, shown.slice)} ({shown.format})"
    yield from _build_triples_from_pairs(
        node,
        (RDF.type, DCAT.Distribution),
        (DCTERMS.title, _build_french_literal(title)),
        (DCTERMS.description, _build_french_literal(build_resource_description(fiche, shown))),
        (DCTERMS.identifier, Literal(placed.id)),
        (DCAT.accessURL, url),
        (DCAT.downloadURL, url),
        (DCTERMS["format"], kind),
        (DCAT.mediaType, media),
        (DCATAP.availability, steady),
        (DCTERMS.issued, _build_date_literal(fiche.issued)),
        (DCTERMS.modified, _build_date_literal(fiche.modified)),
        (
            DCTERMS.conformsTo,
            _build_percent_encoded_uri(get_schema_url(entry)) if shown.format in _TABULAR else None,
        ),
        (DCTERMS.license, document),
        (DCAT.byteSize, Literal(shown.bytes, datatype=XSD.decimal) if shown.bytes else None),
    )
    yield url, RDF.type, RDFS.Resource
    yield from _build_concept_triples(kind, DCTERMS.MediaTypeOrExtent, "file-type")
    # data.gouv.fr shows the labels of these two, and CKAN the second, where it would show their addresses.
    yield kind, RDFS.label, Literal(shown.format)
    yield media, RDFS.label, Literal(shown.media_type)
    yield media, RDF.type, DCTERMS.MediaType
    yield from _build_concept_triples(steady, SKOS.Concept, "planned-availability")
    yield steady, SKOS.prefLabel, _build_french_literal("stable")
    yield from _build_licence_triples(document, fiche.licence)
    if placed.stable_url:
        yield from _build_current_version_triples(node, placed)


def _build_licence_triples(document: URIRef, licence: Licence) -> Iterator[Triple]:
    kind, effect = _LICENCE_KINDS.get(licence.id, ("UnknownIPR", "Conditions particulières"))
    node = URIRef(f"http://purl.org/adms/licencetype/{kind}")
    label = get_licence_label_for_harvesters(licence)
    yield from _build_triples_from_pairs(
        document,
        (RDF.type, DCTERMS.LicenseDocument),
        (DCTERMS.type, node),
        (DCTERMS.title, _build_french_literal(licence.title)),
        (RDFS.label, Literal(label, lang="en") if label else None),
        (DCTERMS.identifier, Literal(licence.spdx) if licence.spdx else None),
    )
    yield from _build_adms_concept_triples(node, "licencetype", effect)


def get_licence_label_for_harvesters(licence: Licence) -> str:
    """Empty for one that is known by its address."""
    return _LICENCE_LABELS.get(licence.id, "")


def _build_current_version_triples(distribution: URIRef, placed: DistributionWithUrl) -> Iterator[Triple]:
    """The file that it is at present (DCAT 3, 11.1): at an address that serves these bytes and no others, so
    that the hash holds whenever it is read. Not a distribution: harvesters would list each file twice."""
    sha256, url = placed.distribution.sha256, _build_percent_encoded_uri(placed.url)
    node, checksum = URIRef(f"{distribution}-{sha256[:16]}"), URIRef(f"{distribution}-empreinte")
    yield distribution, HAS_CURRENT_VERSION, node
    file = ((DCAT.downloadURL, url), (SPDX.checksum, checksum))
    yield from _build_triples_from_pairs(node, (RDF.type, SPDX.File), *file)
    yield url, RDF.type, RDFS.Resource
    digest = ((SPDX.algorithm, SHA256), (SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary)))
    yield from _build_triples_from_pairs(checksum, (RDF.type, SPDX.Checksum), *digest)
    yield SHA256, RDF.type, SPDX.ChecksumAlgorithm


def _build_percent_encoded_uri(url: str) -> URIRef:
    """Of a source that is not ours: what may not stand in an IRI (RFC 3987) is written as a browser would."""
    return URIRef(_NOT_IN_ADDRESSES.sub(lambda found: f"%{ord(found[0]):02X}", url))


def _build_french_literal(text: str) -> Literal:
    return Literal(text, lang="fr")


def _build_date_literal(day: date | None) -> Literal | None:
    return Literal(day.isoformat(), datatype=XSD.date) if day else None


def _sort_jsonld_document(node: Any) -> Any:
    """Objects by key, lists by what they hold."""
    if isinstance(node, dict):
        return {key: _sort_jsonld_document(node[key]) for key in sorted(node)}
    if isinstance(node, list):
        return sorted(
            (_sort_jsonld_document(item) for item in node), key=lambda item: json.dumps(item, sort_keys=True)
        )
    return node
