"""A geographic dataset in ISO 19139 (the XML of ISO 19115), as geographic portals and INSPIRE read it.

Elements and their order are those of the schemas of 2007 (gmd, gco, gmx, gml 3.2); what is said, and by
which codes, is what INSPIRE's technical guidance for metadata (2.0.1) asks of any dataset. What only those of
an annex of the directive must say (their theme, of GEMET) is not known here.
"""

from datetime import date
from xml.etree import ElementTree as ET

from aqueduc.record.catalogue import Catalogue, CatalogueEntry, PlacedDistribution
from aqueduc.record.fields import format_slice_title

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


def render_iso19139(catalogue: Catalogue, entry: CatalogueEntry) -> bytes:
    """The record of ``entry``, UTF-8."""
    fiche = entry.fiche
    root = ET.Element(f"{{{GMD}}}MD_Metadata")
    _add_character_string(root, "fileIdentifier", fiche.slug)
    _add_code_element(
        _add_nested_elements(root, "language"),
        "LanguageCode",
        "fre",
        "http://www.loc.gov/standards/iso639-2/",
    )
    _add_nested_code(root, "characterSet", "MD_CharacterSetCode", "utf8")
    _add_nested_code(root, "hierarchyLevel", "MD_ScopeCode", "dataset")
    _add_responsible_party(root, "contact", fiche.publisher, fiche.contact, "pointOfContact")
    # The day of the fiche, and not of its writing: the same fiche makes the same bytes.
    _add_gco_text(
        _add_nested_elements(root, "dateStamp"), "Date", (fiche.modified or fiche.issued).isoformat()
    )
    _add_character_string(root, "metadataStandardName", "ISO 19115:2003/19139")
    _add_character_string(root, "metadataStandardVersion", "1.0")
    _add_reference_system(root)
    _add_identification(root, catalogue, entry)
    _add_distribution(root, entry)
    _add_data_quality(root, entry)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add_reference_system(root: ET.Element) -> None:
    system = _add_nested_elements(
        root, "referenceSystemInfo", "MD_ReferenceSystem", "referenceSystemIdentifier"
    )
    identifier = _add_nested_elements(system, "RS_Identifier")
    _add_character_string(identifier, "code", "http://www.opengis.net/def/crs/EPSG/0/4326")
    _add_character_string(identifier, "codeSpace", "EPSG")


def _add_identification(root: ET.Element, catalogue: Catalogue, entry: CatalogueEntry) -> None:
    fiche = entry.fiche
    found = _add_nested_elements(root, "identificationInfo", "MD_DataIdentification")
    citation = _add_nested_elements(found, "citation", "CI_Citation")
    _add_character_string(citation, "title", fiche.title)
    _add_date(citation, fiche.issued, "publication")
    if fiche.modified:
        _add_date(citation, fiche.modified, "revision")
    _add_character_string(_add_nested_elements(citation, "identifier", "MD_Identifier"), "code", entry.uri)
    _add_character_string(found, "abstract", fiche.description)
    _add_responsible_party(found, "pointOfContact", fiche.producer, fiche.contact, "owner")
    maintained = _add_nested_elements(found, "resourceMaintenance", "MD_MaintenanceInformation")
    # Those of a few minutes have no word of their own.
    rhythm = _RHYTHMS.get(fiche.frequency.eu, "continual")
    _add_nested_code(maintained, "maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", rhythm)
    words = (*fiche.keywords, "données ouvertes") if fiche.access.is_open else fiche.keywords
    if words:
        keywords = _add_nested_elements(found, "descriptiveKeywords", "MD_Keywords")
        for word in words:
            _add_character_string(keywords, "keyword", word)
        _add_nested_code(keywords, "type", "MD_KeywordTypeCode", "theme")
    _add_legal_constraints(found, entry)
    kind = "vector" if fiche.geographic else "textTable"
    _add_nested_code(found, "spatialRepresentationType", "MD_SpatialRepresentationTypeCode", kind)
    _add_code_element(
        _add_nested_elements(found, "language"),
        "LanguageCode",
        "fre",
        "http://www.loc.gov/standards/iso639-2/",
    )
    _add_nested_elements(found, "topicCategory", "MD_TopicCategoryCode").text = _TOPICS[fiche.theme]
    _add_extent(found, catalogue, entry)


def _add_legal_constraints(parent: ET.Element, entry: CatalogueEntry) -> None:
    """Who may read, then on which conditions: in two elements, so that neither is taken for the other."""
    fiche = entry.fiche
    reading = _add_nested_elements(parent, "resourceConstraints", "MD_LegalConstraints")
    _add_nested_code(reading, "accessConstraints", "MD_RestrictionCode", "otherRestrictions")
    if fiche.access.is_open:
        _add_anchor(
            reading, "otherConstraints", "Pas de restriction d'accès public", f"{_LIMITS}/noLimitations"
        )
    else:
        _add_character_string(reading, "otherConstraints", "Accès restreint")
    using = _add_nested_elements(parent, "resourceConstraints", "MD_LegalConstraints")
    _add_nested_code(using, "useConstraints", "MD_RestrictionCode", "otherRestrictions")
    if fiche.licence.url:
        _add_anchor(using, "otherConstraints", fiche.licence.title, fiche.licence.url)
    else:
        _add_character_string(using, "otherConstraints", fiche.licence.title)


def _add_extent(parent: ET.Element, catalogue: Catalogue, entry: CatalogueEntry) -> None:
    extent = _add_nested_elements(parent, "extent", "EX_Extent")
    _add_character_string(extent, "description", catalogue.publisher.place)
    if entry.fiche.bbox:
        box = _add_nested_elements(extent, "geographicElement", "EX_GeographicBoundingBox")
        west, south, east, north = entry.fiche.bbox
        for name, value in (
            ("westBoundLongitude", west),
            ("eastBoundLongitude", east),
            ("southBoundLatitude", south),
            ("northBoundLatitude", north),
        ):
            _add_gco_text(_add_nested_elements(box, name), "Decimal", repr(float(value)))
    if entry.fiche.temporal:
        time = _add_nested_elements(extent, "temporalElement", "EX_TemporalExtent", "extent")
        period = ET.SubElement(time, f"{{{GML}}}TimePeriod", {f"{{{GML}}}id": "periode"})
        for name, day in zip(("beginPosition", "endPosition"), entry.fiche.temporal, strict=True):
            ET.SubElement(period, f"{{{GML}}}{name}").text = day.isoformat()


def _add_distribution(root: ET.Element, entry: CatalogueEntry) -> None:
    spread = _add_nested_elements(root, "distributionInfo", "MD_Distribution")
    for name in dict.fromkeys(placed.distribution.format for placed in entry.placed):
        shown = _add_nested_elements(spread, "distributionFormat", "MD_Format")
        _add_character_string(shown, "name", name)
        _add_character_string(shown, "version", "inapplicable")
    options = _add_nested_elements(spread, "transferOptions", "MD_DigitalTransferOptions")
    for placed in entry.placed:
        _add_online_resource(options, placed.latest_url, _format_distribution_name(entry, placed), "download")
    _add_online_resource(options, entry.page, entry.fiche.title, "information")


def _format_distribution_name(entry: CatalogueEntry, placed: PlacedDistribution) -> str:
    shown = placed.distribution
    return f"{format_slice_title(entry.fiche.title, shown.slice)} ({shown.format})"


def _add_online_resource(parent: ET.Element, url: str, name: str, function: str) -> None:
    resource = _add_nested_elements(parent, "onLine", "CI_OnlineResource")
    _add_nested_elements(resource, "linkage", "URL").text = url
    _add_character_string(
        resource, "protocol", "WWW:DOWNLOAD-1.0-http--download" if function == "download" else "WWW:LINK"
    )
    _add_character_string(resource, "name", name)
    _add_nested_code(resource, "function", "CI_OnLineFunctionCode", function)


def _add_data_quality(root: ET.Element, entry: CatalogueEntry) -> None:
    quality = _add_nested_elements(root, "dataQualityInfo", "DQ_DataQuality")
    _add_nested_code(_add_nested_elements(quality, "scope", "DQ_Scope"), "level", "MD_ScopeCode", "dataset")
    _add_inspire_conformity(quality)
    _add_character_string(
        _add_nested_elements(quality, "lineage", "LI_Lineage"), "statement", entry.fiche.preparation
    )


def _add_inspire_conformity(quality: ET.Element) -> None:
    """To INSPIRE's own data models: not evaluated, which has to be said."""
    result = _add_nested_elements(quality, "report", "DQ_DomainConsistency", "result", "DQ_ConformanceResult")
    citation = _add_nested_elements(result, "specification", "CI_Citation")
    _add_anchor(citation, "title", _INTEROPERABILITY, "http://data.europa.eu/eli/reg/2010/1089")
    _add_date(citation, date(2010, 12, 8), "publication")
    _add_character_string(result, "explanation", "Conformité non évaluée")
    _add_nested_elements(result, "pass").set(f"{{{GCO}}}nilReason", "unknown")


# --- elements -----------------------------------------------------------------------------------------------


def _add_nested_elements(parent: ET.Element, *names: str) -> ET.Element:
    for name in names:
        parent = ET.SubElement(parent, f"{{{GMD}}}{name}")
    return parent


def _add_gco_text(parent: ET.Element, kind: str, text: str) -> None:
    ET.SubElement(parent, f"{{{GCO}}}{kind}").text = text


def _add_character_string(parent: ET.Element, name: str, text: str) -> None:
    _add_gco_text(_add_nested_elements(parent, name), "CharacterString", text)


def _add_anchor(parent: ET.Element, name: str, text: str, address: str) -> None:
    ET.SubElement(
        _add_nested_elements(parent, name), f"{{{GMX}}}Anchor", {f"{{{XLINK}}}href": address}
    ).text = text


def _add_code_element(parent: ET.Element, name: str, value: str, codes: str) -> None:
    ET.SubElement(parent, f"{{{GMD}}}{name}", {"codeList": codes, "codeListValue": value}).text = value


def _add_nested_code(parent: ET.Element, name: str, kind: str, value: str) -> None:
    _add_code_element(_add_nested_elements(parent, name), kind, value, f"{CODES}#{kind}")


def _add_date(parent: ET.Element, day: date, kind: str) -> None:
    dated = _add_nested_elements(parent, "date", "CI_Date")
    _add_gco_text(_add_nested_elements(dated, "date"), "Date", day.isoformat())
    _add_nested_code(dated, "dateType", "CI_DateTypeCode", kind)


def _add_responsible_party(parent: ET.Element, name: str, organisation: str, email: str, role: str) -> None:
    party = _add_nested_elements(parent, name, "CI_ResponsibleParty")
    _add_character_string(party, "organisationName", organisation)
    _add_character_string(
        _add_nested_elements(party, "contactInfo", "CI_Contact", "address", "CI_Address"),
        "electronicMailAddress",
        email,
    )
    _add_nested_code(party, "role", "CI_RoleCode", role)
