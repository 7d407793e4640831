"""A fiche as search engines read it in a page: schema.org's ``Dataset``, in JSON-LD."""

from typing import Any

from aqueduc.record.catalogue import Catalogue, CatalogueEntry, DistributionWithUrl
from aqueduc.record.fiche import Fiche
from aqueduc.record.fields import format_split_part_title

LONGEST = 5000
"""Characters of a description, for Google; 50 is the least, which the preparation alone has."""


def shorten_description(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _build_geo_shape(fiche: Fiche) -> dict[str, Any]:
    if fiche.bbox is None:
        return {}
    west, south, east, north = fiche.bbox
    return {"geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}}


def build_schema_org_document(catalogue: Catalogue, entry: CatalogueEntry) -> dict[str, Any]:
    """What stands in the page of ``entry`` (schema.org/Dataset, and Google's guide to dataset pages)."""
    fiche, publisher = entry.fiche, catalogue.publisher
    number = publisher.siret or publisher.siren
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": entry.dataset_uri,
        "name": fiche.title,
        "description": shorten_description(f"{fiche.description}\n\n{fiche.preparation}"),
        "url": entry.page,
        "identifier": fiche.slug,
        "inLanguage": "fr",
        "isAccessibleForFree": fiche.access.is_open,
        # An address, or a work: a bare text is refused.
        "license": fiche.licence.url or {"@type": "CreativeWork", "name": fiche.licence.title},
        "keywords": list(fiche.keywords),
        "datePublished": fiche.issued.isoformat(),
        "creator": {"@type": "Organization", "name": fiche.producer, "email": fiche.contact},
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": publisher.name,
            **({"identifier": number} if number else {}),
        },
        "includedInDataCatalog": {"@type": "DataCatalog", "name": catalogue.title, "url": catalogue.url},
        "spatialCoverage": {
            "@type": "Place",
            "name": publisher.commune_name,
            **_build_geo_shape(fiche),
        },
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "name": column.name,
                **({"alternateName": column.title} if column.title else {}),
                **({"description": column.description} if column.description else {}),
                **({"unitText": column.unit} if column.unit else {}),
            }
            for column in fiche.columns
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": _format_distribution_name(entry, placed),
                "encodingFormat": placed.distribution.media_type,
                "contentUrl": placed.latest_url,
                **({"contentSize": f"{placed.distribution.bytes} B"} if placed.distribution.bytes else {}),
            }
            for placed in entry.placed
        ],
    }
    if fiche.modified:
        described["dateModified"] = fiche.modified.isoformat()
    if fiche.temporal:
        described["temporalCoverage"] = "/".join(day.isoformat() for day in fiche.temporal)
    return described


def _format_distribution_name(entry: CatalogueEntry, placed: DistributionWithUrl) -> str:
    return f"{format_split_part_title(entry.fiche.title, placed.distribution.slice)} ({placed.distribution.format})"
