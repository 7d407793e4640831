"""A geographic dataset in ISO 19139 (the XML of ISO 19115), as geographic portals and INSPIRE read it.

Elements and their order are those of the schemas of 2007 (gmd, gco, gmx, gml 3.2); what is said, and by
which codes, is what INSPIRE's technical guidance for metadata (2.0.1) asks of any dataset. What only those of
an annex of the directive must say (their theme, of GEMET) is not known here.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from xml.etree import ElementTree as ET

from aqueduc.record.catalogue import Catalogue, CatalogueEntry, PlacedDistribution
from aqueduc.record.fiche import Fiche
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
    root = _build_element(
        "MD_Metadata",
        _build_string("fileIdentifier", fiche.slug),
        _build_language(),
        _build_code("characterSet", "MD_CharacterSetCode", "utf8"),
        _build_code("hierarchyLevel", "MD_ScopeCode", "dataset"),
        _build_party("contact", fiche.publisher, fiche.contact, "pointOfContact"),
        # The day of the fiche, and not of its writing: the same fiche makes the same bytes.
        _build_day("dateStamp", fiche.modified or fiche.issued),
        _build_string("metadataStandardName", "ISO 19115:2003/19139"),
        _build_string("metadataStandardVersion", "1.0"),
        _build_element(
            "referenceSystemInfo/MD_ReferenceSystem/referenceSystemIdentifier/RS_Identifier",
            _build_string("code", "http://www.opengis.net/def/crs/EPSG/0/4326"),
            _build_string("codeSpace", "EPSG"),
        ),
        _build_identification(catalogue, entry),
        _build_distribution(entry),
        _build_data_quality(entry),
    )
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _build_identification(catalogue: Catalogue, entry: CatalogueEntry) -> ET.Element:
    fiche = entry.fiche
    # Those of a few minutes have no word of their own.
    rhythm = _RHYTHMS.get(fiche.frequency.eu, "continual")
    return _build_element(
        "identificationInfo/MD_DataIdentification",
        _build_element(
            "citation/CI_Citation",
            _build_string("title", fiche.title),
            _build_date(fiche.issued, "publication"),
            _build_date(fiche.modified, "revision") if fiche.modified else None,
            _build_element("identifier/MD_Identifier", _build_string("code", entry.dataset_uri)),
        ),
        _build_string("abstract", fiche.description),
        _build_party("pointOfContact", fiche.producer, fiche.contact, "owner"),
        _build_element(
            "resourceMaintenance/MD_MaintenanceInformation",
            _build_code("maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", rhythm),
        ),
        _build_keywords(fiche),
        *_build_legal_constraints(fiche),
        _build_code(
            "spatialRepresentationType",
            "MD_SpatialRepresentationTypeCode",
            "vector" if fiche.geographic else "textTable",
        ),
        _build_language(),
        _build_element("topicCategory", _build_leaf(GMD, "MD_TopicCategoryCode", _TOPICS[fiche.theme])),
        _build_extent(catalogue, fiche),
    )


def _build_keywords(fiche: Fiche) -> ET.Element | None:
    words = (*fiche.keywords, "données ouvertes") if fiche.access.is_open else fiche.keywords
    kind = _build_code("type", "MD_KeywordTypeCode", "theme")
    keywords = (_build_string("keyword", word) for word in words)
    return _build_element("descriptiveKeywords/MD_Keywords", *keywords, kind) if words else None


def _build_legal_constraints(fiche: Fiche) -> Iterator[ET.Element]:
    """Who may read, then on which conditions: in two elements, so that neither is taken for the other."""
    reading = (
        _build_anchor("otherConstraints", "Pas de restriction d'accès public", f"{_LIMITS}/noLimitations")
        if fiche.access.is_open
        else _build_string("otherConstraints", "Accès restreint")
    )
    using = (
        _build_anchor("otherConstraints", fiche.licence.title, fiche.licence.url)
        if fiche.licence.url
        else _build_string("otherConstraints", fiche.licence.title)
    )
    for kind, other in (("accessConstraints", reading), ("useConstraints", using)):
        code = _build_code(kind, "MD_RestrictionCode", "otherRestrictions")
        yield _build_element("resourceConstraints/MD_LegalConstraints", code, other)


def _build_extent(catalogue: Catalogue, fiche: Fiche) -> ET.Element:
    return _build_element(
        "extent/EX_Extent",
        _build_string("description", catalogue.publisher.commune_name),
        _build_element("geographicElement/EX_GeographicBoundingBox", *_build_bounds(fiche.bbox))
        if fiche.bbox
        else None,
        _build_period(fiche.temporal) if fiche.temporal else None,
    )


def _build_bounds(bbox: tuple[float, float, float, float]) -> Iterator[ET.Element]:
    west, south, east, north = bbox
    for side, value in (("west", west), ("east", east), ("south", south), ("north", north)):
        name = f"{side}Bound{'Longitude' if side in ('west', 'east') else 'Latitude'}"
        yield _build_element(name, _build_leaf(GCO, "Decimal", repr(float(value))))


def _build_period(days: tuple[date, date]) -> ET.Element:
    period = ET.Element(f"{{{GML}}}TimePeriod", {f"{{{GML}}}id": "periode"})
    period.extend(
        _build_leaf(GML, name, day.isoformat())
        for name, day in zip(("beginPosition", "endPosition"), days, strict=True)
    )
    return _build_element("temporalElement/EX_TemporalExtent/extent", period)


def _build_distribution(entry: CatalogueEntry) -> ET.Element:
    return _build_element(
        "distributionInfo/MD_Distribution",
        *(
            _build_element(
                "distributionFormat/MD_Format",
                _build_string("name", name),
                _build_string("version", "inapplicable"),
            )
            for name in dict.fromkeys(placed.distribution.format for placed in entry.placed)
        ),
        _build_element(
            "transferOptions/MD_DigitalTransferOptions",
            *(
                _build_online_resource(one.latest_url, _format_distribution_name(entry, one), "download")
                for one in entry.placed
            ),
            _build_online_resource(entry.page, entry.fiche.title, "information"),
        ),
    )


def _format_distribution_name(entry: CatalogueEntry, placed: PlacedDistribution) -> str:
    shown = placed.distribution
    return f"{format_slice_title(entry.fiche.title, shown.slice)} ({shown.format})"


def _build_online_resource(url: str, name: str, function: str) -> ET.Element:
    return _build_element(
        "onLine/CI_OnlineResource",
        _build_element("linkage", _build_leaf(GMD, "URL", url)),
        _build_string(
            "protocol", "WWW:DOWNLOAD-1.0-http--download" if function == "download" else "WWW:LINK"
        ),
        _build_string("name", name),
        _build_code("function", "CI_OnLineFunctionCode", function),
    )


def _build_data_quality(entry: CatalogueEntry) -> ET.Element:
    """Its conformity is to INSPIRE's own data models: not evaluated, which has to be said."""
    return _build_element(
        "dataQualityInfo/DQ_DataQuality",
        _build_element("scope/DQ_Scope", _build_code("level", "MD_ScopeCode", "dataset")),
        _build_element(
            "report/DQ_DomainConsistency/result/DQ_ConformanceResult",
            _build_element(
                "specification/CI_Citation",
                _build_anchor("title", _INTEROPERABILITY, "http://data.europa.eu/eli/reg/2010/1089"),
                _build_date(date(2010, 12, 8), "publication"),
            ),
            _build_string("explanation", "Conformité non évaluée"),
            _build_leaf(GMD, "pass", None, {f"{{{GCO}}}nilReason": "unknown"}),
        ),
        _build_element("lineage/LI_Lineage", _build_string("statement", entry.fiche.preparation)),
    )


# --- elements -----------------------------------------------------------------------------------------------


def _build_element(path: str, *children: ET.Element | None) -> ET.Element:
    """Elements one in the other, as ``path`` names them, the last with ``children``; of None, nothing is there."""
    first, *others = path.split("/")
    outer = inner = ET.Element(f"{{{GMD}}}{first}")
    for name in others:
        inner = ET.SubElement(inner, f"{{{GMD}}}{name}")
    inner.extend(one for one in children if one is not None)
    return outer


def _build_leaf(
    space: str, name: str, text: str | None, attributes: Mapping[str, str] | None = None
) -> ET.Element:
    found = ET.Element(f"{{{space}}}{name}", dict(attributes or {}))
    found.text = text
    return found


def _build_string(name: str, text: str) -> ET.Element:
    return _build_element(name, _build_leaf(GCO, "CharacterString", text))


def _build_anchor(name: str, text: str, address: str) -> ET.Element:
    return _build_element(name, _build_leaf(GMX, "Anchor", text, {f"{{{XLINK}}}href": address}))


def _build_code(name: str, kind: str, value: str, codes: str = "") -> ET.Element:
    known = {"codeList": codes or f"{CODES}#{kind}", "codeListValue": value}
    return _build_element(name, _build_leaf(GMD, kind, value, known))


def _build_language() -> ET.Element:
    return _build_code("language", "LanguageCode", "fre", "http://www.loc.gov/standards/iso639-2/")


def _build_day(name: str, day: date) -> ET.Element:
    return _build_element(name, _build_leaf(GCO, "Date", day.isoformat()))


def _build_date(day: date, kind: str) -> ET.Element:
    return _build_element(
        "date/CI_Date", _build_day("date", day), _build_code("dateType", "CI_DateTypeCode", kind)
    )


def _build_party(name: str, organisation: str, email: str, role: str) -> ET.Element:
    return _build_element(
        f"{name}/CI_ResponsibleParty",
        _build_string("organisationName", organisation),
        _build_element(
            "contactInfo/CI_Contact/address/CI_Address", _build_string("electronicMailAddress", email)
        ),
        _build_code("role", "CI_RoleCode", role),
    )
