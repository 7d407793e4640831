"""A geographic dataset in ISO 19139 (the XML of ISO 19115), as geographic portals and INSPIRE read it.

Elements and their order are those of the schemas of 2007 (gmd, gco, gmx, gml 3.2); what is said, and by
which codes, is what INSPIRE's technical guidance for metadata (2.0.1) asks of any dataset. What only those of
an annex of the directive must say (their theme, of GEMET) is not known here.
"""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

from aqueduc.record.catalogue import Catalogue, CatalogueEntry, PlacedDistribution
from aqueduc.record.fields import slice_title

GMD = "http://www.isotc211.org/2005/gmd"
GCO = "http://www.isotc211.org/2005/gco"
GMX = "http://www.isotc211.org/2005/gmx"
GML = "http://www.opengis.net/gml/3.2"
XLINK = "http://www.w3.org/1999/xlink"
CODES = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"

_LIMITS = "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess"
_INTEROPERABILITY = (
    "Règlement (UE) n° 1089/2010 de la Commission du 23 novembre 2010 portant modalités d'application de la "
    "directive 2007/2/CE du Parlement européen et du Conseil en ce qui concerne l'interopérabilité des "
    "séries et des services de données géographiques"
)
# MD_MaintenanceFrequencyCode, by the EU's code of the same rhythm.
_RHYTHMS = {
    "UPDATE_CONT": "continual",
    "HOURLY": "continual",
    "DAILY": "daily",
    "WEEKLY": "weekly",
    "MONTHLY_2": "fortnightly",
    "MONTHLY": "monthly",
    "QUARTERLY": "quarterly",
    "ANNUAL_2": "biannually",
    "ANNUAL": "annually",
    "AS_NEEDED": "asNeeded",
    "IRREG": "irregular",
    "NOT_PLANNED": "notPlanned",
    "UNKNOWN": "unknown",
}
# MD_TopicCategoryCode, by theme.
_TOPICS = {
    "AGRI": "farming",
    "ECON": "economy",
    "EDUC": "society",
    "ENER": "utilitiesCommunication",
    "ENVI": "environment",
    "GOVE": "society",
    "HEAL": "health",
    "INTR": "society",
    "JUST": "society",
    "REGI": "planningCadastre",
    "SOCI": "society",
    "TECH": "society",
    "TRAN": "transportation",
}

for _prefix, _space in (("gmd", GMD), ("gco", GCO), ("gmx", GMX), ("gml", GML), ("xlink", XLINK)):
    ET.register_namespace(_prefix, _space)


def iso19139(catalogue: Catalogue, entry: CatalogueEntry) -> bytes:
    """The record of ``entry``, UTF-8."""
    fiche = entry.fiche
    root = ET.Element(f"{{{GMD}}}MD_Metadata")
    _text(root, "fileIdentifier", fiche.slug)
    _code(_under(root, "language"), "LanguageCode", "fre", "http://www.loc.gov/standards/iso639-2/")
    _add_code(root, "characterSet", "MD_CharacterSetCode", "utf8")
    _add_code(root, "hierarchyLevel", "MD_ScopeCode", "dataset")
    _party(root, "contact", fiche.publisher, fiche.contact, "pointOfContact")
    # The day of the fiche, and not of its writing: the same fiche makes the same bytes.
    _plain(_under(root, "dateStamp"), "Date", (fiche.modified or fiche.issued).isoformat())
    _text(root, "metadataStandardName", "ISO 19115:2003/19139")
    _text(root, "metadataStandardVersion", "1.0")
    _reference_system(root)
    _identification(root, catalogue, entry)
    _distribution(root, entry)
    _quality(root, entry)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _reference_system(root: ET.Element) -> None:
    system = _under(root, "referenceSystemInfo", "MD_ReferenceSystem", "referenceSystemIdentifier")
    identifier = _under(system, "RS_Identifier")
    _text(identifier, "code", "http://www.opengis.net/def/crs/EPSG/0/4326")
    _text(identifier, "codeSpace", "EPSG")


def _identification(root: ET.Element, catalogue: Catalogue, entry: CatalogueEntry) -> None:
    fiche = entry.fiche
    found = _under(root, "identificationInfo", "MD_DataIdentification")
    citation = _under(found, "citation", "CI_Citation")
    _text(citation, "title", fiche.title)
    _date(citation, fiche.issued, "publication")
    if fiche.modified:
        _date(citation, fiche.modified, "revision")
    _text(_under(citation, "identifier", "MD_Identifier"), "code", entry.uri)
    _text(found, "abstract", fiche.description)
    _party(found, "pointOfContact", fiche.producer, fiche.contact, "owner")
    maintained = _under(found, "resourceMaintenance", "MD_MaintenanceInformation")
    # Those of a few minutes have no word of their own.
    rhythm = _RHYTHMS.get(fiche.frequency.eu, "continual")
    _add_code(maintained, "maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", rhythm)
    words = (*fiche.keywords, "données ouvertes") if fiche.access.is_open else fiche.keywords
    if words:
        keywords = _under(found, "descriptiveKeywords", "MD_Keywords")
        for word in words:
            _text(keywords, "keyword", word)
        _add_code(keywords, "type", "MD_KeywordTypeCode", "theme")
    _constraints(found, entry)
    kind = "vector" if fiche.geographic else "textTable"
    _add_code(found, "spatialRepresentationType", "MD_SpatialRepresentationTypeCode", kind)
    _code(_under(found, "language"), "LanguageCode", "fre", "http://www.loc.gov/standards/iso639-2/")
    _under(found, "topicCategory", "MD_TopicCategoryCode").text = _TOPICS[fiche.theme]
    _extent(found, catalogue, entry)


def _constraints(parent: ET.Element, entry: CatalogueEntry) -> None:
    """Who may read, then on which conditions: in two elements, so that neither is taken for the other."""
    fiche = entry.fiche
    reading = _under(parent, "resourceConstraints", "MD_LegalConstraints")
    _add_code(reading, "accessConstraints", "MD_RestrictionCode", "otherRestrictions")
    if fiche.access.is_open:
        _anchor(reading, "otherConstraints", "Pas de restriction d'accès public", f"{_LIMITS}/noLimitations")
    else:
        _text(reading, "otherConstraints", "Accès restreint")
    using = _under(parent, "resourceConstraints", "MD_LegalConstraints")
    _add_code(using, "useConstraints", "MD_RestrictionCode", "otherRestrictions")
    if fiche.licence.url:
        _anchor(using, "otherConstraints", fiche.licence.title, fiche.licence.url)
    else:
        _text(using, "otherConstraints", fiche.licence.title)


def _extent(parent: ET.Element, catalogue: Catalogue, entry: CatalogueEntry) -> None:
    extent = _under(parent, "extent", "EX_Extent")
    _text(extent, "description", catalogue.publisher.place)
    box = _under(extent, "geographicElement", "EX_GeographicBoundingBox")
    west, south, east, north = entry.fiche.bbox
    for name, value in (
        ("westBoundLongitude", west),
        ("eastBoundLongitude", east),
        ("southBoundLatitude", south),
        ("northBoundLatitude", north),
    ):
        _plain(_under(box, name), "Decimal", repr(float(value)))
    if entry.fiche.temporal:
        time = _under(extent, "temporalElement", "EX_TemporalExtent", "extent")
        period = ET.SubElement(time, f"{{{GML}}}TimePeriod", {f"{{{GML}}}id": "periode"})
        for name, day in zip(("beginPosition", "endPosition"), entry.fiche.temporal, strict=True):
            ET.SubElement(period, f"{{{GML}}}{name}").text = day.isoformat()


def _distribution(root: ET.Element, entry: CatalogueEntry) -> None:
    spread = _under(root, "distributionInfo", "MD_Distribution")
    for name in dict.fromkeys(placed.distribution.format for placed in entry.placed):
        shown = _under(spread, "distributionFormat", "MD_Format")
        _text(shown, "name", name)
        _text(shown, "version", "inapplicable")
    options = _under(spread, "transferOptions", "MD_DigitalTransferOptions")
    for placed in entry.placed:
        _online(options, placed.latest_url, _distribution_name(entry, placed), "download")
    _online(options, entry.page, entry.fiche.title, "information")


def _distribution_name(entry: CatalogueEntry, placed: PlacedDistribution) -> str:
    shown = placed.distribution
    return f"{slice_title(entry.fiche.title, shown.slice)} ({shown.format})"


def _online(parent: ET.Element, url: str, name: str, function: str) -> None:
    resource = _under(parent, "onLine", "CI_OnlineResource")
    _under(resource, "linkage", "URL").text = url
    _text(resource, "protocol", "WWW:DOWNLOAD-1.0-http--download" if function == "download" else "WWW:LINK")
    _text(resource, "name", name)
    _add_code(resource, "function", "CI_OnLineFunctionCode", function)


def _quality(root: ET.Element, entry: CatalogueEntry) -> None:
    quality = _under(root, "dataQualityInfo", "DQ_DataQuality")
    _add_code(_under(quality, "scope", "DQ_Scope"), "level", "MD_ScopeCode", "dataset")
    _conformity(quality)
    _text(_under(quality, "lineage", "LI_Lineage"), "statement", entry.fiche.preparation)


def _conformity(quality: ET.Element) -> None:
    """To INSPIRE's own data models: not evaluated, which has to be said."""
    result = _under(quality, "report", "DQ_DomainConsistency", "result", "DQ_ConformanceResult")
    citation = _under(result, "specification", "CI_Citation")
    _anchor(citation, "title", _INTEROPERABILITY, "http://data.europa.eu/eli/reg/2010/1089")
    _date(citation, date(2010, 12, 8), "publication")
    _text(result, "explanation", "Conformité non évaluée")
    _under(result, "pass").set(f"{{{GCO}}}nilReason", "unknown")


# --- elements -----------------------------------------------------------------------------------------------


def _under(parent: ET.Element, *names: str) -> ET.Element:
    for name in names:
        parent = ET.SubElement(parent, f"{{{GMD}}}{name}")
    return parent


def _plain(parent: ET.Element, kind: str, text: str) -> None:
    ET.SubElement(parent, f"{{{GCO}}}{kind}").text = text


def _text(parent: ET.Element, name: str, text: str) -> None:
    _plain(_under(parent, name), "CharacterString", text)


def _anchor(parent: ET.Element, name: str, text: str, address: str) -> None:
    ET.SubElement(_under(parent, name), f"{{{GMX}}}Anchor", {f"{{{XLINK}}}href": address}).text = text


def _code(parent: ET.Element, name: str, value: str, codes: str) -> None:
    ET.SubElement(parent, f"{{{GMD}}}{name}", {"codeList": codes, "codeListValue": value}).text = value


def _add_code(parent: ET.Element, name: str, kind: str, value: str) -> None:
    _code(_under(parent, name), kind, value, f"{CODES}#{kind}")


def _date(parent: ET.Element, day: date, kind: str) -> None:
    dated = _under(parent, "date", "CI_Date")
    _plain(_under(dated, "date"), "Date", day.isoformat())
    _add_code(dated, "dateType", "CI_DateTypeCode", kind)


def _party(parent: ET.Element, name: str, organisation: str, email: str, role: str) -> None:
    party = _under(parent, name, "CI_ResponsibleParty")
    _text(party, "organisationName", organisation)
    _text(_under(party, "contactInfo", "CI_Contact", "address", "CI_Address"), "electronicMailAddress", email)
    _add_code(party, "role", "CI_RoleCode", role)
