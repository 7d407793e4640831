"""The fiche in the words of udata, which runs data.gouv.fr.

udata derives the address of a record from its title and gives ids of its own: whose a record or a resource
is stands in its extras, where udata keeps what it does not know.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aqueduc.declaration.vocabulary import Licence, UpdateFrequency
from aqueduc.record.fiche import Distribution, Fiche
from aqueduc.record.fields import MANAGED_BY, build_record_fields, build_resource_description

OURS = "aqueduc:"
DATASET, MANAGER, SHA256 = f"{OURS}dataset", f"{OURS}managed_by", f"{OURS}sha256"
PUBLISHED, MODIFIED, LEDGER_HEAD = f"{OURS}published", f"{OURS}modified", f"{OURS}ledger_head"
"""Names of extras."""
_SHORTEST_TAG, _LONGEST_TAG = 3, 96

FREQUENCIES: Mapping[str, tuple[str, ...]] = {
    "continuous": ("continuous",),
    "hourly": ("hourly",),
    "daily": ("daily",),
    "weekly": ("weekly",),
    "twice-a-month": ("semimonthly",),
    "monthly": ("monthly",),
    "quarterly": ("quarterly",),
    "twice-a-year": ("semiannual",),
    "yearly": ("annual",),
    "as-needed": ("punctual",),
    "irregular": ("irregular",),
    "never-again": ("notPlanned", "never", "punctual"),
    "every 1 minutes": ("oneMinute", "continuous"),
    "every 5 minutes": ("fiveMinutes", "continuous"),
    "every 10 minutes": ("tenMinutes", "continuous"),
    "every 15 minutes": ("fifteenMinutes", "continuous"),
    "every 30 minutes": ("thirtyMinutes", "continuous"),
}
"""By our word, udata's, best first: it once had fewer of them."""


@dataclass(frozen=True)
class UdataVocabulary:
    """What this udata knows. ``licences``: the addresses of each by its id; ``schemas``: the versions of each
    national schema by its name; ``zone``: the id of the commune's, if it has it."""

    licences: Mapping[str, frozenset[str]]
    frequencies: frozenset[str]
    granularities: frozenset[str]
    schemas: Mapping[str, frozenset[str]]
    zone: str | None

    def find_licence_id(self, licence: Licence) -> str | None:
        """Its id there: the same one, else the one that has the same address. Never another version."""
        if licence.id in self.licences:
            return licence.id
        desired = _normalise_url(licence.url)
        return next((key for key, urls in self.licences.items() if desired and desired in urls), None)

    def find_frequency_code(self, frequency: UpdateFrequency) -> str:
        words = FREQUENCIES.get(frequency.word) or FREQUENCIES.get(frequency.nearest, ())
        return next((word for word in words if word in self.frequencies), "unknown")


def normalise_urls(urls: Iterable[str | None]) -> frozenset[str]:
    return frozenset(filter(None, (_normalise_url(url or "") for url in urls)))


def build_datagouv_record(fiche: Fiche, known: UdataVocabulary) -> dict[str, Any]:
    """The record's fields, without ``private``. ``access_type``: udata forgets the licence of any other."""
    granularity = f"fr:{fiche.granularity}"
    return {
        "title": fiche.title,
        "description": f"{build_record_fields(fiche)['notes']}\n\nProducteur : {fiche.producer} "
        f"({fiche.publisher}). Contact : {fiche.contact}.",
        "tags": build_udata_tags(fiche.keywords),
        "license": known.find_licence_id(fiche.licence),
        "access_type": "open",
        "frequency": known.find_frequency_code(fiche.frequency),
        "temporal_coverage": _build_temporal_coverage(fiche),
        "spatial": {
            **_build_spatial_coverage_fields(fiche, known),
            "granularity": next(
                (one for one in (granularity, fiche.granularity) if one in known.granularities), "other"
            ),
        },
    }


def build_datagouv_extras(fiche: Fiche) -> dict[str, str]:
    """Whose the record is, its ledger, and the dates of its data: udata's own are those of its writings."""
    said = {MODIFIED: fiche.modified.isoformat() if fiche.modified else "", LEDGER_HEAD: fiche.ledger_head}
    kept = {name: value for name, value in said.items() if value}
    return {DATASET: fiche.slug, PUBLISHED: fiche.issued.isoformat(), **kept}


def build_datagouv_resource(
    fiche: Fiche, distribution: Distribution, known: UdataVocabulary
) -> dict[str, Any]:
    """What can be read back of the resource that carries ``distribution``; ``url`` only for a link."""
    fields: dict[str, Any] = {
        "title": f"{fiche.title} ({distribution.format})",
        "description": build_resource_description(fiche, distribution),
        "type": "main",
        "format": distribution.format.lower(),
        "schema": _build_schema_reference(fiche, known),
        "sha256": distribution.sha256,
        "managed_by": MANAGED_BY,
        "url_type": "" if distribution.link else "upload",
    }
    if distribution.link:
        return {**fields, "url": distribution.link}
    return {**fields, "filesize": distribution.bytes}


def build_udata_tags(keywords: Iterable[str]) -> tuple[str, ...]:
    """Keywords as udata keeps them, of 3 to 96 characters, sorted. One that is too short is left out."""
    cut = (build_udata_slug(keyword)[:_LONGEST_TAG].strip("-") for keyword in keywords)
    return tuple(sorted({tag for tag in cut if len(tag) >= _SHORTEST_TAG}))


def build_udata_slug(text: str, keep: str = "") -> str:
    """Lower case, without accents, words joined by hyphens; an apostrophe leaves nothing, as in the slugs
    that udata makes of what people type (``qualite-de-lair``): theirs and ours are one tag."""
    latin = re.sub("['’]", "", text.lower()).replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    return re.sub(rf"[^a-z0-9{re.escape(keep)}]+", "-", _strip_accents(latin)).strip("-")


def _strip_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _normalise_url(url: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", url.strip()).rstrip("/").casefold()


def _build_temporal_coverage(fiche: Fiche) -> dict[str, str] | None:
    if fiche.temporal is None:
        return None
    start, end = fiche.temporal
    return {"start": start.isoformat(), "end": end.isoformat()}


def _build_schema_reference(fiche: Fiche, known: UdataVocabulary) -> dict[str, str] | None:
    """The national schema, where udata knows this version of it: it refuses any other."""
    if fiche.standard is None:
        return None
    name, version = fiche.standard.name, fiche.standard.version
    return {"name": name, "version": version} if version in known.schemas.get(name, ()) else None


def _build_spatial_coverage_fields(fiche: Fiche, known: UdataVocabulary) -> dict[str, Any]:
    if known.zone:
        return {"zones": [known.zone]}
    return {"geom": _build_bounding_polygon(fiche.bbox)} if fiche.bbox else {}


def _build_bounding_polygon(bbox: tuple[float, float, float, float]) -> dict[str, Any]:
    west, south, east, north = bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "MultiPolygon", "coordinates": [[ring]]}
