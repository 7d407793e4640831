"""A geographic dataset in ISO 19139 (the XML of ISO 19115), as geographic portals and INSPIRE read it.

Elements and their order are those of the schemas of 2007 (gmd, gco, gmx, gml 3.2); what is said, and by
which codes, is what INSPIRE's technical guidance for metadata (2.0.1) asks of any dataset. What only those of
an annex of the directive must say (their theme, of GEMET) is not known here.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from xml.etree import ElementTree as ET

from aqueduc.record.catalogue import Catalogue, CatalogueEntry, DistributionWithUrl
from aqueduc.record.fiche import Fiche
from aqueduc.record.fields import format_split_part_title

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
    root = _build_nested_gmd_elements(
        "MD_Metadata",
        _build_gco_character_string("fileIdentifier", fiche.slug),
        _build_french_language_element(),
        _build_code_list_value("characterSet", "MD_CharacterSetCode", "utf8"),
        _build_code_list_value("hierarchyLevel", "MD_ScopeCode", "dataset"),
        _build_responsible_party("contact", fiche.publisher, fiche.contact, "pointOfContact"),
        # The day of the fiche, and not of its writing: the same fiche makes the same bytes.
        _build_gco_date_element("dateStamp", fiche.modified or fiche.issued),
        _build_gco_character_string("metadataStandardName", "ISO 19115:2003/19139"),
        _build_gco_character_string("metadataStandardVersion", "1.0"),
        _build_nested_gmd_elements(
            "referenceSystemInfo/MD_ReferenceSystem/referenceSystemIdentifier/RS_Identifier",
            _build_gco_character_string("code", "http://www.opengis.net/def/crs/EPSG/0/4326"),
            _build_gco_character_string("codeSpace", "EPSG"),
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
    return _build_nested_gmd_elements(
        "identificationInfo/MD_DataIdentification",
        _build_nested_gmd_elements(
            "citation/CI_Citation",
            _build_gco_character_string("title", fiche.title),
            _build_citation_date_element(fiche.issued, "publication"),
            _build_citation_date_element(fiche.modified, "revision") if fiche.modified else None,
            _build_nested_gmd_elements(
                "identifier/MD_Identifier", _build_gco_character_string("code", entry.dataset_uri)
            ),
        ),
        _build_gco_character_string("abstract", fiche.description),
        _build_responsible_party("pointOfContact", fiche.producer, fiche.contact, "owner"),
        _build_nested_gmd_elements(
            "resourceMaintenance/MD_MaintenanceInformation",
            _build_code_list_value("maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", rhythm),
        ),
        _build_keywords(fiche),
        *_build_legal_constraints(fiche),
        _build_code_list_value(
            "spatialRepresentationType",
            "MD_SpatialRepresentationTypeCode",
            "vector" if fiche.geographic else "textTable",
        ),
        _build_french_language_element(),
        _build_nested_gmd_elements(
            "topicCategory", _build_text_element(GMD, "MD_TopicCategoryCode", _TOPICS[fiche.theme])
        ),
        _build_extent(catalogue, fiche),
    )


def _build_keywords(fiche: Fiche) -> ET.Element | None:
    words = (*fiche.keywords, "données ouvertes") if fiche.access.is_open else fiche.keywords
    kind = _build_code_list_value("type", "MD_KeywordTypeCode", "theme")
    keywords = (_build_gco_character_string("keyword", word) for word in words)
    return _build_nested_gmd_elements("descriptiveKeywords/MD_Keywords", *keywords, kind) if words else None


def _build_legal_constraints(fiche: Fiche) -> Iterator[ET.Element]:
    """Who may read, then on which conditions: in two elements, so that neither is taken for the other."""
    reading = (
        _build_gmx_anchor_element(
            "otherConstraints", "Pas de restriction d'accès public", f"{_LIMITS}/noLimitations"
        )
        if fiche.access.is_open
        else _build_gco_character_string("otherConstraints", "Accès restreint")
    )
    using = (
        _build_gmx_anchor_element("otherConstraints", fiche.licence.title, fiche.licence.url)
        if fiche.licence.url
        else _build_gco_character_string("otherConstraints", fiche.licence.title)
    )
    for kind, other in (("accessConstraints", reading), ("useConstraints", using)):
        code = _build_code_list_value(kind, "MD_RestrictionCode", "otherRestrictions")
        yield _build_nested_gmd_elements("resourceConstraints/MD_LegalConstraints", code, other)


def _build_extent(catalogue: Catalogue, fiche: Fiche) -> ET.Element:
    return _build_nested_gmd_elements(
        "extent/EX_Extent",
        _build_gco_character_string("description", catalogue.publisher.commune_name),
        _build_nested_gmd_elements(
            "geographicElement/EX_GeographicBoundingBox", *_build_bounding_box_elements(fiche.bbox)
        )
        if fiche.bbox
        else None,
        _build_temporal_extent_element(fiche.temporal) if fiche.temporal else None,
    )


def _build_bounding_box_elements(bbox: tuple[float, float, float, float]) -> Iterator[ET.Element]:
    west, south, east, north = bbox
    for side, value in (("west", west), ("east", east), ("south", south), ("north", north)):
        name = f"{side}Bound{'Longitude' if side in ('west', 'east') else 'Latitude'}"
        yield _build_nested_gmd_elements(name, _build_text_element(GCO, "Decimal", repr(float(value))))


def _build_temporal_extent_element(days: tuple[date, date]) -> ET.Element:
    period = ET.Element(f"{{{GML}}}TimePeriod", {f"{{{GML}}}id": "periode"})
    period.extend(
        _build_text_element(GML, name, day.isoformat())
        for name, day in zip(("beginPosition", "endPosition"), days, strict=True)
    )
    return _build_nested_gmd_elements("temporalElement/EX_TemporalExtent/extent", period)


def _build_distribution(entry: CatalogueEntry) -> ET.Element:
    return _build_nested_gmd_elements(
        "distributionInfo/MD_Distribution",
        *(
            _build_nested_gmd_elements(
                "distributionFormat/MD_Format",
                _build_gco_character_string("name", name),
                _build_gco_character_string("version", "inapplicable"),
            )
            for name in dict.fromkeys(placed.distribution.format for placed in entry.placed)
        ),
        _build_nested_gmd_elements(
            "transferOptions/MD_DigitalTransferOptions",
            *(
                _build_online_resource(one.latest_url, _format_distribution_name(entry, one), "download")
                for one in entry.placed
            ),
            _build_online_resource(entry.page, entry.fiche.title, "information"),
        ),
    )


def _format_distribution_name(entry: CatalogueEntry, placed: DistributionWithUrl) -> str:
    shown = placed.distribution
    return f"{format_split_part_title(entry.fiche.title, shown.slice)} ({shown.format})"


def _build_online_resource(url: str, name: str, function: str) -> ET.Element:
    return _build_nested_gmd_elements(
        "onLine/CI_OnlineResource",
        _build_nested_gmd_elements("linkage", _build_text_element(GMD, "URL", url)),
        _build_gco_character_string(
            "protocol", "WWW:DOWNLOAD-1.0-http--download" if function == "download" else "WWW:LINK"
        ),
        _build_gco_character_string("name", name),
        _build_code_list_value("function", "CI_OnLineFunctionCode", function),
    )


def _build_data_quality(entry: CatalogueEntry) -> ET.Element:
    """Its conformity is to INSPIRE's own data models: not evaluated, which has to be said."""
    return _build_nested_gmd_elements(
        "dataQualityInfo/DQ_DataQuality",
        _build_nested_gmd_elements(
            "scope/DQ_Scope", _build_code_list_value("level", "MD_ScopeCode", "dataset")
        ),
        _build_nested_gmd_elements(
            "report/DQ_DomainConsistency/result/DQ_ConformanceResult",
            _build_nested_gmd_elements(
                "specification/CI_Citation",
                _build_gmx_anchor_element(
                    "title", _INTEROPERABILITY, "http://data.europa.eu/eli/reg/2010/1089"
                ),
                _build_citation_date_element(date(2010, 12, 8), "publication"),
            ),
            _build_gco_character_string("explanation", "Conformité non évaluée"),
            _build_text_element(GMD, "pass", None, {f"{{{GCO}}}nilReason": "unknown"}),
        ),
        _build_nested_gmd_elements(
            "lineage/LI_Lineage", _build_gco_character_string("statement", entry.fiche.preparation)
        ),
    )


# --- elements -----------------------------------------------------------------------------------------------


def _build_nested_gmd_elements(path: str, *children: ET.Element | None) -> ET.Element:
    """Elements one in the other, as ``path`` names them, the last with ``children``; of None, nothing is there."""
    first, *others = path.split("/")
    outer = inner = ET.Element(f"{{{GMD}}}{first}")
    for name in others:
        inner = ET.SubElement(inner, f"{{{GMD}}}{name}")
    inner.extend(one for one in children if one is not None)
    return outer


def _build_text_element(
    space: str, name: str, text: str | None, attributes: Mapping[str, str] | None = None
) -> ET.Element:
    found = ET.Element(f"{{{space}}}{name}", dict(attributes or {}))
    found.text = text
    return found


def _build_gco_character_string(name: str, text: str) -> ET.Element:
    return _build_nested_gmd_elements(name, _build_text_element(GCO, "CharacterString", text))


def _build_gmx_anchor_element(name: str, text: str, address: str) -> ET.Element:
    return _build_nested_gmd_elements(
        name, _build_text_element(GMX, "Anchor", text, {f"{{{XLINK}}}href": address})
    )


def _build_code_list_value(name: str, kind: str, value: str, codes: str = "") -> ET.Element:
    known = {"codeList": codes or f"{CODES}#{kind}", "codeListValue": value}
    return _build_nested_gmd_elements(name, _build_text_element(GMD, kind, value, known))


def _build_french_language_element() -> ET.Element:
    return _build_code_list_value("language", "LanguageCode", "fre", "http://www.loc.gov/standards/iso639-2/")


def _build_gco_date_element(name: str, day: date) -> ET.Element:
    return _build_nested_gmd_elements(name, _build_text_element(GCO, "Date", day.isoformat()))


def _build_citation_date_element(day: date, kind: str) -> ET.Element:
    return _build_nested_gmd_elements(
        "date/CI_Date",
        _build_gco_date_element("date", day),
        _build_code_list_value("dateType", "CI_DateTypeCode", kind),
    )


def _build_responsible_party(name: str, organisation: str, email: str, role: str) -> ET.Element:
    return _build_nested_gmd_elements(
        f"{name}/CI_ResponsibleParty",
        _build_gco_character_string("organisationName", organisation),
        _build_nested_gmd_elements(
            "contactInfo/CI_Contact/address/CI_Address",
            _build_gco_character_string("electronicMailAddress", email),
        ),
        _build_code_list_value("role", "CI_RoleCode", role),
    )
