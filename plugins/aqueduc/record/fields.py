"""The fiche as flat fields that can be compared, in words that catalogues share: CKAN's, and DataSud's own.

A platform takes them as they are, or names them otherwise: several values are a sorted tuple.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from aqueduc.declaration.spec import AccessSettings
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.record.fiche import DataDictionaryEntry, DatasetSplitPart, Distribution, Fiche

MANAGED_BY = "aqueduc"
NAMED = frozenset({"tags", "groups"})
"""Several values, each shown with more than its name."""

_TYPES = {
    "string": "texte",
    "number": "nombre",
    "integer": "entier",
    "boolean": "booléen",
    "date": "date",
    "time": "heure",
    "datetime": "date et heure",
    "year": "année",
    "yearmonth": "mois",
    "geopoint": "position",
    "any": "valeur",
}


def build_record_fields(fiche: Fiche) -> dict[str, Any]:
    """The record's fields, without ``private`` (the order of writes decides it). What the fiche does not say
    is empty, and not left out: what it said before must not stay."""
    start, end = (day.isoformat() for day in fiche.temporal) if fiche.temporal else ("", "")
    return {
        "name": fiche.slug,
        "title": fiche.title,
        "notes": f"{fiche.description}\n\n## Comment ce jeu a été préparé\n\n{fiche.preparation}",
        "tags": convert_keywords_to_tag_names(fiche.keywords),
        "groups": (fiche.category,),
        "license_id": fiche.licence.id,
        "owner_org": fiche.organisation,
        "author": fiche.producer,
        "author_email": fiche.contact,
        "maintainer": fiche.publisher,
        "maintainer_email": fiche.contact,
        "frequency": fiche.frequency.datasud,
        "granularity": fiche.granularity,
        "geocover": "jurisdiction",
        "datatype": list_datasud_datatype_codes(fiche),
        "spatial": _build_bounding_box_geojson(fiche.bbox) if fiche.bbox else "",
        "dataset_creation_date": fiche.issued.isoformat(),
        "dataset_publication_date": fiche.issued.isoformat(),
        "dataset_modification_date": fiche.modified.isoformat() if fiche.modified else "",
        # As ckanext-dcat and data.gouv.fr name them.
        "temporal_start": start,
        "temporal_end": end,
        "ledger_head": fiche.ledger_head,
    }


RECORD_CREATED = "metadata_created"
"""When a platform says that a record was made there, by whoever made it."""


def flatten_package_to_record_fields(package: Mapping[str, Any]) -> dict[str, Any]:
    """A package, as CKAN's API shows it, as the same flat fields."""
    fields = dict(package)
    for name in NAMED:
        fields[name] = tuple(sorted(item["name"] for item in package.get(name) or ()))
    if isinstance(package.get("datatype"), list):
        fields["datatype"] = tuple(sorted(package["datatype"]))
    return fields


def format_split_part_title(title: str, part: DatasetSplitPart | None) -> str:
    """``Permis délivrés – 2024``."""
    return f"{title} – {part.title_suffix}" if part else title


def build_access_restriction_extras(access: AccessSettings) -> dict[str, str | list[str]]:
    """IDGO's ``restricted`` object."""
    if access.level is AccessLevel.NAMED_USERS:
        return {"level": access.level.value, "allowed_users": ",".join(access.users)}
    if access.level is AccessLevel.PARTNERS:
        return {"level": "only_group_member", "allowed_groups": ["idgo-partner"]}
    return {"level": access.level.value}


def convert_keywords_to_tag_names(keywords: tuple[str, ...]) -> tuple[str, ...]:
    """Keywords as CKAN takes them: letters, digits, blanks and ``-_.`` only, 2 to 100 characters, sorted."""
    # A Mac writes « é » as two characters, and the accent alone is no letter.
    composed = (unicodedata.normalize("NFC", keyword) for keyword in keywords)
    cleaned = (" ".join(re.sub(r"[^\w .\-]+", " ", keyword).split())[:100].strip() for keyword in composed)
    return tuple(sorted({tag for tag in cleaned if len(tag) >= 2}))


def list_datasud_datatype_codes(fiche: Fiche) -> tuple[str, ...]:
    kinds = {"donnees-ouvertes": fiche.access.is_open, "donnees-geographiques": fiche.geographic}
    return tuple(sorted(kind for kind, applies in kinds.items() if applies))


def _build_bounding_box_geojson(bbox: tuple[float, float, float, float]) -> str:
    west, south, east, north = bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def build_resource_description(fiche: Fiche, distribution: Distribution) -> str:
    """Which rows, how they are written, and what each column means; Markdown."""
    lines = [_describe_split_part_rows(distribution.slice)] if distribution.slice else []
    lines += (
        [_describe_file_format_conventions(distribution.format, fiche.columns)]
        if not distribution.link
        else []
    )
    lines.append(
        "Colonnes :\n\n" + "\n".join(_format_column_as_markdown_item(column) for column in fiche.columns)
    )
    return "\n\n".join(line for line in lines if line)


def _describe_split_part_rows(part: DatasetSplitPart) -> str:
    column = f"«\N{NO-BREAK SPACE}{part.by}\N{NO-BREAK SPACE}»"
    if part.per == "year":
        return f"Lignes sans date ({column})." if part.missing else f"Lignes de {part.label} ({column})."
    if part.missing:
        return f"Lignes où {column} n'est pas renseigné."
    return f"Lignes où {column} est\N{NO-BREAK SPACE}: {part.label}."


def _describe_file_format_conventions(name: str, columns: Sequence[DataDictionaryEntry]) -> str:
    """How a file of this format is written. What columns of text hold is as it was: nothing is said of it."""
    if name != "CSV":
        return _DESCRIPTIONS.get(name, "")
    kinds = {column.kind for column in columns}
    parts = ["virgule entre les colonnes"]
    parts += ["point décimal dans les nombres"] if "number" in kinds else []
    parts += ["AAAA-MM-JJ pour les dates"] if kinds & {"date", "datetime"} else []
    return f"Fichier CSV en UTF-8 : {', '.join(parts)}."


_DESCRIPTIONS = {
    "Parquet": "Fichier Apache Parquet, colonnes typées.",
    "XLSX": "Classeur pour tableur (Excel, LibreOffice) : une feuille, une ligne de titres.",
    "GeoJSON": "Fichier GeoJSON : points en longitude et latitude (WGS84).",
}


def get_french_column_type_name(column: DataDictionaryEntry) -> str:
    """Its type, in French."""
    return _TYPES.get(column.kind, column.kind)


def _format_column_as_markdown_item(column: DataDictionaryEntry) -> str:
    parts = [part for part in (column.title, column.description) if part and part != column.name]
    said = " : ".join(part.rstrip(".") for part in parts)
    unit = f" Unité : {column.unit}." if column.unit else ""
    kind = get_french_column_type_name(column)
    return f"- `{column.name}` ({kind})" + (f" — {said}." if said else "") + unit
