"""A catalogue in DCAT-AP 3.0 (semiceu.github.io/DCAT-AP), as JSON-LD, Turtle and RDF/XML.

Every node but the periods has an address, and periods have names of ours, so that the same catalogue always
makes the same bytes, and a harvester that comes back knows each thing again. Code lists are the EU authority
tables.

What data.gouv.fr's harvester does (udata/core/dataset/rdf.py, udata/rdf.py at 25b5a2d, August 2026) decides
where DCAT-AP leaves a choice, and ``tests/record/harvester.py`` holds us to it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from aqueduc.declaration.vocabulary import LICENCES, THEMES, Licence
from aqueduc.record.catalogue import TABLE_SCHEMA, Catalogue, CatalogueEntry, DistributionWithUrl
from aqueduc.record.fields import build_resource_description, format_split_part_title


class RdfNamespace:
    """The names that begin with ``address``, each made once. Whether there are such is for the tests to say."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __getattr__(self, name: str) -> NamedNode:
        node = NamedNode(f"{self.address}{name}")
        setattr(self, name, node)
        return node


ADMS = RdfNamespace("http://www.w3.org/ns/adms#")
DCAT = RdfNamespace("http://www.w3.org/ns/dcat#")
DCATAP = RdfNamespace("http://data.europa.eu/r5r/")
DCTERMS = RdfNamespace("http://purl.org/dc/terms/")
FOAF = RdfNamespace("http://xmlns.com/foaf/0.1/")
LOCN = RdfNamespace("http://www.w3.org/ns/locn#")
OWL = RdfNamespace("http://www.w3.org/2002/07/owl#")
RDF = RdfNamespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = RdfNamespace("http://www.w3.org/2000/01/rdf-schema#")
SKOS = RdfNamespace("http://www.w3.org/2004/02/skos/core#")
SPDX = RdfNamespace("http://spdx.org/rdf/terms#")
VCARD = RdfNamespace("http://www.w3.org/2006/vcard/ns#")
XSD = RdfNamespace("http://www.w3.org/2001/XMLSchema#")
EU = "http://publications.europa.eu/resource/authority/"
# With https: as DCAT 3 writes it (6.8.18), and as data.gouv.fr knows it.
IANA = "https://www.iana.org/assignments/media-types/"
# With https, as the shapes of DCAT-AP want it. By its other name, which the vocabulary gives it, data.gouv.fr
# would take the hash; but being xsd:hexBinary, as DCAT-AP wants it too, it would be bytes there, on which the
# harvest of the dataset fails.
SHA256 = NamedNode("https://spdx.org/rdf/terms#checksumAlgorithm_sha256")

# As CKAN and data.gouv.fr know it.
_GEOJSON = NamedNode("https://www.iana.org/assignments/media-types/application/vnd.geo+json")
_WKT = NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
_FILE_TYPES = {
    "CSV": "CSV",
    "GeoJSON": "GEOJSON",
    "JSON": "JSON",
    "Parquet": "PARQUET",
    "XLSX": "XLSX",
}
_AUTHORITY = NamedNode("http://purl.org/adms/publishertype/LocalAuthority")
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
    "adms": ADMS.address,
    "dcat": DCAT.address,
    "dcatap": DCATAP.address,
    "dct": DCTERMS.address,
    "foaf": FOAF.address,
    "locn": LOCN.address,
    "owl": OWL.address,
    "rdfs": RDFS.address,
    "skos": SKOS.address,
    "spdx": SPDX.address,
    "vcard": VCARD.address,
    "xsd": XSD.address,
}

_NOT_IN_ADDRESSES = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Subject = NamedNode | BlankNode


def render_dcat_formats(catalogue: Catalogue) -> dict[str, bytes]:
    """The three of them, by the ending of their file's name; in ASCII, the rest being escaped: a web server
    that gives text/turtle no charset makes data.gouv.fr read it as Latin-1."""
    return render_triples_in_rdf_formats(_build_catalogue_triples(catalogue))


def render_triples_in_rdf_formats(triples: Iterable[Triple]) -> dict[str, bytes]:
    """The same triples, in whatever order, make the same bytes."""
    ordered = sorted(set(triples), key=_build_triple_sort_key)
    return {
        "jsonld": _render_jsonld(ordered),
        "ttl": _render_turtle(ordered),
        "rdf": _render_rdfxml(ordered),
    }


def _build_triple_sort_key(triple: Triple) -> tuple[str, bool, str, str]:
    """What a node is comes first of what is said of it."""
    kind = triple.predicate == RDF.type
    return _get_node_iri_or_blank_label(triple.subject), not kind, triple.predicate.value, str(triple.object)


def _render_jsonld(triples: Sequence[Triple]) -> bytes:
    """Flattened; made here, as the writer of pyoxigraph knows no prefixes in JSON-LD."""
    nodes: dict[str, dict[str, list[Any]]] = {}
    for triple in triples:
        said = nodes.setdefault(_get_node_iri_or_blank_label(triple.subject), {})
        key, value = _build_jsonld_pair(triple)
        said.setdefault(key, []).append(value)
    graph = [
        {"@id": name, **{key: _unwrap_or_sort_jsonld_values(said[key]) for key in sorted(said)}}
        for name, said in nodes.items()
    ]
    return json.dumps({"@context": _PREFIXES, "@graph": graph}, indent=1).encode("ascii") + b"\n"


def _build_jsonld_pair(triple: Triple) -> tuple[str, Any]:
    node = triple.object
    if triple.predicate == RDF.type and isinstance(node, NamedNode):
        return "@type", _compact_iri(node.value)
    name = _compact_iri(triple.predicate.value)
    if not isinstance(node, Literal):
        return name, {"@id": _get_node_iri_or_blank_label(node)}
    if node.language:
        return name, {"@language": node.language, "@value": node.value}
    if node.datatype == XSD.string:
        return name, node.value
    return name, {"@type": _compact_iri(node.datatype.value), "@value": node.value}


def _get_node_iri_or_blank_label(node: Subject | Triple) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _unwrap_or_sort_jsonld_values(values: list[Any]) -> Any:
    return sorted(values, key=json.dumps) if len(values) > 1 else values[0]


@cache
def _compact_iri(address: str) -> str:
    """A predicate, a class or a datatype, with its prefix."""
    found = (
        f"{name}:{address.removeprefix(start)}"
        for name, start in _PREFIXES.items()
        if address.startswith(start)
    )
    return next(found, address)


def _render_turtle(triples: Sequence[Triple]) -> bytes:
    text = _serialize_with_prefixes(triples, RdfFormat.TURTLE, _select_ascii_turtle_prefixes(triples))
    text = re.sub(r"\A(@prefix .*\n)+", lambda found: "".join(sorted(found[0].splitlines(True))), text)
    return re.sub(r"[^\x00-\x7F]", _escape_turtle_character, text).encode("ascii")


def _select_ascii_turtle_prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """Those of addresses in ASCII: Turtle escapes a character in texts and whole addresses, not after a prefix."""
    nodes = {triple.object for triple in triples} | {triple.subject for triple in triples}
    others = [node.value for node in nodes if isinstance(node, NamedNode) and not node.value.isascii()]
    return {
        name: start
        for name, start in _PREFIXES.items()
        if not any(address.startswith(start) for address in others)
    }


def _escape_turtle_character(found: re.Match[str]) -> str:
    """As Turtle writes a character in a text or an address (UCHAR of its grammar)."""
    code = ord(found[0])
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _render_rdfxml(triples: Sequence[Triple]) -> bytes:
    """What a reader of XML would take for the end of a line is escaped too, where a text has it."""
    text = _serialize_with_prefixes(triples, RdfFormat.RDF_XML, _PREFIXES)
    spaces = sorted(f'xmlns:{name}="{start}"' for name, start in (*_PREFIXES.items(), ("rdf", RDF.address)))
    text = re.sub(r"(?<=<rdf:RDF )[^>]*", " ".join(spaces), text, count=1)
    return text.replace("\r", "&#13;").encode("ascii", "xmlcharrefreplace") + b"\n"


def _serialize_with_prefixes(triples: Iterable[Triple], form: RdfFormat, prefixes: Mapping[str, str]) -> str:
    data = serialize(triples, format=form, prefixes=dict(prefixes))
    return (data or b"").decode()


def _build_catalogue_triples(catalogue: Catalogue) -> Iterator[Triple]:
    """The catalogue itself is named apart from its home page: one is data, the other a document."""
    ends = ("", "#catalogue", "#editeur", "#commune")
    page, home, publisher, place = (build_iri(f"{catalogue.url}{end}") for end in ends)
    themes, language = build_iri(f"{EU}data-theme"), build_iri(f"{EU}language/FRA")
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
        (DCTERMS.license, build_iri(own.url)),
        (DCAT.themeTaxonomy, themes),
        (DCTERMS.issued, _build_date_literal(min(issued, default=None))),
        (DCTERMS.modified, _build_date_literal(max(changed, default=None))),
    )
    yield from _build_location_triples(place, catalogue.publisher.bbox, catalogue.publisher.commune_name)
    yield from _build_licence_triples(build_iri(own.url), own)
    yield Triple(page, RDF.type, FOAF.Document)
    title = _build_french_literal("Thèmes de données de l'Union européenne")
    yield from _build_triples_from_pairs(themes, (RDF.type, SKOS.ConceptScheme), (DCTERMS.title, title))
    yield from _build_eu_concept_triples(language, DCTERMS.LinguisticSystem, "language")
    yield from _build_publisher_triples(catalogue, publisher)
    for entry in catalogue.entries:
        yield Triple(home, DCAT.dataset, build_iri(entry.dataset_uri))
        yield from _build_dataset_triples(catalogue, entry, publisher)


def _build_triples_from_pairs(
    node: Subject, *said: tuple[NamedNode, Subject | Literal | None]
) -> Iterator[Triple]:
    """What is said of a node; of None, nothing is."""
    return (Triple(node, predicate, value) for predicate, value in said if value is not None)


def _build_publisher_triples(catalogue: Catalogue, publisher: NamedNode) -> Iterator[Triple]:
    city = catalogue.publisher
    number = city.siret or city.siren
    yield from _build_triples_from_pairs(
        publisher,
        (RDF.type, FOAF.Agent),
        (RDF.type, FOAF.Organization),
        (FOAF.name, _build_french_literal(city.name)),
        (DCTERMS.identifier, build_literal(number) if number else None),
        (FOAF.mbox, build_iri(f"mailto:{city.contact}") if city.contact else None),
        (DCTERMS.type, _AUTHORITY),
    )
    yield from _build_adms_concept_triples(_AUTHORITY, "publishertype", "Collectivité territoriale")


def _build_adms_concept_triples(node: NamedNode, table: str, label: str) -> Iterator[Triple]:
    """An entry of a list of ADMS, the vocabulary for those that the EU tables leave out."""
    scheme = build_iri(f"http://purl.org/adms/{table}/1.0")
    prefer = (SKOS.prefLabel, _build_french_literal(label))
    yield from _build_triples_from_pairs(node, (RDF.type, SKOS.Concept), prefer, (SKOS.inScheme, scheme))
    title = build_literal(f"ADMS {table}", language="en")
    yield from _build_triples_from_pairs(scheme, (RDF.type, SKOS.ConceptScheme), (DCTERMS.title, title))


def _build_dataset_triples(
    catalogue: Catalogue, entry: CatalogueEntry, publisher: NamedNode
) -> Iterator[Triple]:
    fiche, dataset, page = entry.fiche, build_iri(entry.dataset_uri), build_iri(entry.page)
    yield from _build_triples_from_pairs(
        dataset,
        (RDF.type, DCAT.Dataset),
        (DCTERMS.title, _build_french_literal(fiche.title)),
        (DCTERMS.description, _build_french_literal(fiche.description)),
        (DCTERMS.identifier, build_literal(fiche.slug)),
        (DCTERMS.publisher, publisher),
        (DCAT.landingPage, page),
        (DCTERMS.issued, _build_date_literal(fiche.issued)),
        (DCTERMS.modified, _build_date_literal(fiche.modified)),
        (DCTERMS.language, build_iri(f"{EU}language/FRA")),
        *((DCAT.keyword, _build_french_literal(keyword)) for keyword in fiche.keywords),
    )
    yield Triple(page, RDF.type, FOAF.Document)
    yield from _build_eu_coded_property_triples(dataset, entry)
    yield from _build_conforms_to_triples(dataset, entry)
    yield from _build_contact_and_provenance_triples(dataset, entry)
    yield from _build_extent_triples(dataset, entry, catalogue.publisher.commune_name)
    for placed in entry.placed:
        yield Triple(dataset, DCAT.distribution, build_iri(f"{entry.page}#{placed.id}"))
        yield from _build_distribution_triples(entry, placed)


def _build_eu_coded_property_triples(dataset: NamedNode, entry: CatalogueEntry) -> Iterator[Triple]:
    """What is said by a code of the EU tables."""
    fiche = entry.fiche
    theme = build_iri(f"{EU}data-theme/{fiche.theme}")
    right = build_iri(f"{EU}access-right/{'PUBLIC' if fiche.access.is_open else 'RESTRICTED'}")
    rhythm = build_iri(fiche.frequency.authority_uri)
    codes = ((DCAT.theme, theme), (DCTERMS.accessRights, right), (DCTERMS.accrualPeriodicity, rhythm))
    yield from _build_triples_from_pairs(dataset, *codes)
    yield from _build_eu_concept_triples(theme, SKOS.Concept, "data-theme")
    yield Triple(theme, SKOS.prefLabel, _build_french_literal(THEMES[fiche.theme]))
    yield from _build_eu_concept_triples(right, DCTERMS.RightsStatement, "access-right")
    yield from _build_eu_concept_triples(rhythm, DCTERMS.Frequency, "frequency")


def _build_eu_concept_triples(node: NamedNode, kind: NamedNode, table: str) -> Iterator[Triple]:
    """An entry of an EU table, which says of itself where it comes from."""
    return _build_triples_from_pairs(node, (RDF.type, kind), (SKOS.inScheme, build_iri(f"{EU}{table}")))


def _build_conforms_to_triples(dataset: NamedNode, entry: CatalogueEntry) -> Iterator[Triple]:
    """The national schema that it follows, else the one beside its page: data.gouv.fr takes one."""
    found = entry.fiche.standard
    schema = build_iri(get_schema_url(entry))
    yield Triple(dataset, DCTERMS.conformsTo, schema)
    own = _build_french_literal(f"Schéma de données : {entry.fiche.title}")
    yield from _build_triples_from_pairs(
        schema,
        (RDF.type, DCTERMS.Standard),
        (DCTERMS.title, build_literal(found.name) if found else own),
        (OWL.versionInfo, build_literal(found.version) if found else None),
    )


def get_schema_url(entry: CatalogueEntry) -> str:
    """Where the schema of its columns is."""
    return entry.fiche.standard.url if entry.fiche.standard else f"{entry.folder_url}{TABLE_SCHEMA}"


def _build_contact_and_provenance_triples(dataset: NamedNode, entry: CatalogueEntry) -> Iterator[Triple]:
    """Who answers for the data, and how they were made."""
    fiche = entry.fiche
    contact, producer, history = (
        build_iri(f"{entry.page}#{name}") for name in ("contact", "producteur", "preparation")
    )
    name = _build_french_literal(fiche.producer)
    agents = ((DCAT.contactPoint, contact), (DCTERMS.creator, producer), (DCTERMS.provenance, history))
    yield from _build_triples_from_pairs(dataset, *agents)
    yield from _build_triples_from_pairs(
        contact,
        (RDF.type, VCARD.Organization),
        (RDF.type, VCARD.Kind),
        (VCARD.fn, name),
        (VCARD.hasEmail, build_iri(f"mailto:{fiche.contact}")),
    )
    known = ((RDF.type, FOAF.Agent), (FOAF.name, name), (DCTERMS.type, _AUTHORITY))
    yield from _build_triples_from_pairs(producer, *known)
    label = _build_french_literal(fiche.preparation)
    yield from _build_triples_from_pairs(
        history, (RDF.type, DCTERMS.ProvenanceStatement), (RDFS.label, label)
    )


def _build_extent_triples(dataset: NamedNode, entry: CatalogueEntry, place: str) -> Iterator[Triple]:
    """``locn:geometry`` in GeoJSON beside ``dcat:bbox`` in WKT: harvesters read the one or the other."""
    fiche, where = entry.fiche, build_iri(f"{entry.page}#emprise")
    yield Triple(dataset, DCTERMS.spatial, where)
    yield from _build_location_triples(where, fiche.bbox, place)
    if fiche.temporal:
        # Without an address: data.gouv.fr would look for the period there, and find a page.
        when = BlankNode(f"periode-{fiche.slug}")
        start, end = map(_build_date_literal, fiche.temporal)
        yield Triple(dataset, DCTERMS.temporal, when)
        dates = ((DCAT.startDate, start), (DCAT.endDate, end))
        yield from _build_triples_from_pairs(when, (RDF.type, DCTERMS.PeriodOfTime), *dates)


def _build_location_triples(
    where: NamedNode, bbox: tuple[float, float, float, float] | None, place: str
) -> Iterator[Triple]:
    yield Triple(where, RDF.type, DCTERMS.Location)
    yield Triple(where, SKOS.prefLabel, _build_french_literal(place))
    if bbox is None:
        return
    west, south, east, north = bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    corners = ", ".join(f"{x} {y}" for x, y in ring)
    centre = f"POINT({round((west + east) / 2, 6)} {round((south + north) / 2, 6)})"
    yield from _build_triples_from_pairs(
        where,
        (DCAT.bbox, build_literal(f"POLYGON(({corners}))", datatype=_WKT)),
        (DCAT.centroid, build_literal(centre, datatype=_WKT)),
        (
            LOCN.geometry,
            build_literal(json.dumps({"type": "Polygon", "coordinates": [ring]}), datatype=_GEOJSON),
        ),
    )


def _build_distribution_triples(entry: CatalogueEntry, placed: DistributionWithUrl) -> Iterator[Triple]:
    fiche, shown = entry.fiche, placed.distribution
    node, url = build_iri(f"{entry.page}#{placed.id}"), build_iri(placed.latest_url)
    kind = build_iri(f"{EU}file-type/{_FILE_TYPES[shown.format]}")
    media, steady = build_iri(f"{IANA}{shown.media_type}"), build_iri(f"{EU}planned-availability/STABLE")
    document = build_iri(fiche.licence.url or f"{entry.page}#licence")
    title = f"{format_split_part_title(fiche.title, shown.slice)} ({shown.format})"
    yield from _build_triples_from_pairs(
        node,
        (RDF.type, DCAT.Distribution),
        (DCTERMS.title, _build_french_literal(title)),
        (DCTERMS.description, _build_french_literal(build_resource_description(fiche, shown))),
        (DCTERMS.identifier, build_literal(placed.id)),
        (DCAT.accessURL, url),
        (DCAT.downloadURL, url),
        (DCTERMS.format, kind),
        (DCAT.mediaType, media),
        (DCATAP.availability, steady),
        (DCTERMS.issued, _build_date_literal(fiche.issued)),
        (DCTERMS.modified, _build_date_literal(fiche.modified)),
        (
            DCTERMS.conformsTo,
            build_iri(get_schema_url(entry)) if shown.format in _TABULAR else None,
        ),
        (DCTERMS.license, document),
        (DCAT.byteSize, build_literal(str(shown.bytes), datatype=XSD.decimal) if shown.bytes else None),
    )
    yield Triple(url, RDF.type, RDFS.Resource)
    yield from _build_eu_concept_triples(kind, DCTERMS.MediaTypeOrExtent, "file-type")
    # data.gouv.fr shows the labels of these two, and CKAN the second, where it would show their addresses.
    yield Triple(kind, RDFS.label, build_literal(shown.format))
    yield Triple(media, RDFS.label, build_literal(shown.media_type))
    yield Triple(media, RDF.type, DCTERMS.MediaType)
    yield from _build_eu_concept_triples(steady, SKOS.Concept, "planned-availability")
    yield Triple(steady, SKOS.prefLabel, _build_french_literal("stable"))
    yield from _build_licence_triples(document, fiche.licence)
    if placed.stable_url:
        yield from _build_current_version_triples(node, placed)


def _build_licence_triples(document: NamedNode, licence: Licence) -> Iterator[Triple]:
    kind, effect = _LICENCE_KINDS.get(licence.id, ("UnknownIPR", "Conditions particulières"))
    node = build_iri(f"http://purl.org/adms/licencetype/{kind}")
    label = get_licence_label_for_harvesters(licence)
    yield from _build_triples_from_pairs(
        document,
        (RDF.type, DCTERMS.LicenseDocument),
        (DCTERMS.type, node),
        (DCTERMS.title, _build_french_literal(licence.title)),
        (RDFS.label, build_literal(label, language="en") if label else None),
        (DCTERMS.identifier, build_literal(licence.spdx) if licence.spdx else None),
    )
    yield from _build_adms_concept_triples(node, "licencetype", effect)


def get_licence_label_for_harvesters(licence: Licence) -> str:
    """Empty for one that is known by its address."""
    return _LICENCE_LABELS.get(licence.id, "")


def _build_current_version_triples(distribution: NamedNode, placed: DistributionWithUrl) -> Iterator[Triple]:
    """The file that it is at present (DCAT 3, 11.1): at an address that serves these bytes and no others, so
    that the hash holds whenever it is read. Not a distribution: harvesters would list each file twice."""
    sha256, url = placed.distribution.sha256, build_iri(placed.url)
    node, checksum = (
        build_iri(f"{distribution.value}-{sha256[:16]}"),
        build_iri(f"{distribution.value}-empreinte"),
    )
    yield Triple(distribution, DCAT.hasCurrentVersion, node)
    file = ((DCAT.downloadURL, url), (SPDX.checksum, checksum))
    yield from _build_triples_from_pairs(node, (RDF.type, SPDX.File), *file)
    yield Triple(url, RDF.type, RDFS.Resource)
    digest = ((SPDX.algorithm, SHA256), (SPDX.checksumValue, build_literal(sha256, datatype=XSD.hexBinary)))
    yield from _build_triples_from_pairs(checksum, (RDF.type, SPDX.Checksum), *digest)
    yield Triple(SHA256, RDF.type, SPDX.ChecksumAlgorithm)


def build_iri(address: str) -> NamedNode:
    """One odd address, which may come from elsewhere, keeps nothing out of the catalogue: what may not stand in
    an IRI (RFC 3987) is written as a browser would, or more strictly where that does not do."""
    usual = _NOT_IN_ADDRESSES.sub(lambda found: quote(found[0]), address)
    return (
        _parse_iri(usual)
        or _parse_iri(_percent_encode_url_strictly(usual))
        or NamedNode(f"about:invalid#{quote(address, safe='', errors='replace')}")
    )


def _parse_iri(address: str) -> NamedNode | None:
    try:
        return NamedNode(address)
    except ValueError:
        return None


def _percent_encode_url_strictly(address: str) -> str:
    """In ASCII, without brackets, with one fragment, and percents that begin a code."""
    whole = re.sub("%(?![0-9A-Fa-f]{2})", "%25", address)
    first, mark, others = quote(whole, safe="!$&'()*+,;=:/?@~#%", errors="replace").partition("#")
    return f"{first}{mark}{others.replace('#', '%23')}"


def build_literal(text: str, language: str | None = None, datatype: NamedNode | None = None) -> Literal:
    """What XML cannot hold is replaced in the three forms, which say the same."""
    return Literal(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text), language=language, datatype=datatype)


def _build_french_literal(text: str) -> Literal:
    return build_literal(text, language="fr")


def _build_date_literal(day: date | None) -> Literal | None:
    return build_literal(day.isoformat(), datatype=XSD.date) if day else None
