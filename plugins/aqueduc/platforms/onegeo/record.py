"""The fiche in the words of OneGeo Suite, and what it shows of it put back into the same words.

Its API is known to take a title, a description, tags and dates: what it has no field for that we know of
(producer, contact, licence, rhythm, meaning of the columns, hash of each file) stands in the description.
A resource is known by its codename, made of the record's, of its format and of a digest of where it leads.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from aqueduc.language import Message, _
from aqueduc.publish.planning.plan import normalise_value_for_comparison
from aqueduc.record.fiche import Distribution, Fiche
from aqueduc.record.fields import (
    build_record_fields,
    build_resource_description,
    convert_keywords_to_tag_names,
)

VISIBLE = "visible"
"""Whether visitors find the record, with its links, in both the site's search and its catalogue: a field like
the others, so that a difference is told and written again."""
BOTH = "search and catalogue"
MODIFIED = "last_update_date"
LONGEST_CODENAME = 100
_FORMATS = {name.lower(): name for name in ("CSV", "JSON", "GeoJSON", "XLSX", "Parquet")}
_MARK = re.compile(r"-([a-z0-9]+)-([0-9a-f]{8})(?:-[0-9a-f]{8})?")
_HASH = re.compile(r"^(\w+) : SHA-256 ([0-9a-f]{64})$", re.MULTILINE)
FREQUENCIES = {
    "twice-a-month": "semimonthly",
    "twice-a-year": "semiannual",
    "yearly": "annual",
    "hourly": "continuous",
    "as-needed": "irregular",
}
"""By our word, the site's where it is another one."""


def build_onegeo_record(fiche: Fiche, distributions: Sequence[Distribution]) -> dict[str, Any]:
    """The record's fields, without ``publish``. A date that the fiche does not say is the platform's."""
    modified = {MODIFIED: fiche.modified.isoformat()} if fiche.modified else {}
    return {
        "display_name": fiche.title,
        "description": _build_record_description(fiche, distributions),
        "tags": convert_keywords_to_tag_names(fiche.keywords),
        **modified,
    }


def _build_record_description(fiche: Fiche, distributions: Sequence[Distribution]) -> str:
    parts = [
        build_record_fields(fiche)["notes"],
        *(build_resource_description(fiche, one) for one in distributions[:1]),
        f"Producteur : {fiche.producer} ({fiche.publisher}). Contact : {fiche.contact}. "
        f"Licence : {fiche.licence.title}. Mise à jour : {fiche.frequency.french_label}.",
        "\n".join(f"{one.format} : SHA-256 {one.sha256}" for one in distributions if one.sha256),
    ]
    return "\n\n".join(part for part in parts if part)


def parse_description_hashes(description: str) -> dict[str, str]:
    """By format, the SHA-256 that a description says its file has."""
    return dict(_HASH.findall(description.replace("\r\n", "\n")))


@dataclass(frozen=True)
class ResourceCodenameSuffix:
    """What a resource carries, as the end of its codename says it: the format (``csv``) and a digest of the
    link and of its nature."""

    format: str
    digest: str

    @classmethod
    def build_from_link(cls, format_name: str, href: str, *, page: bool) -> Self:
        kind = "page" if page else "file"
        return cls(format_name.lower(), hashlib.sha256(f"{kind} {href}".encode()).hexdigest()[:8])

    @classmethod
    def parse_codename(cls, codename: str, record: str) -> Self | None:
        """None for a resource that is not ours."""
        prefix = shorten_codename(record)
        found = _MARK.fullmatch(codename.removeprefix(prefix)) if codename.startswith(prefix) else None
        return cls(*found.groups()) if found else None

    def build_codename(self, record: str) -> str:
        """Of the resource of the record of this codename that bears it."""
        return f"{shorten_codename(record)}-{self.format}-{self.digest}"

    def matches_link(self, href: str) -> bool:
        return any(
            ResourceCodenameSuffix.build_from_link(self.format, href, page=page) == self
            for page in (True, False)
        )

    @property
    def format_name(self) -> str:
        """The format as catalogues name it."""
        return _FORMATS.get(self.format, self.format.upper())


def shorten_codename(record: str) -> str:
    """So that a codename made of it has at most 100 characters."""
    return record[: LONGEST_CODENAME - 30]


# --- what visitors are shown --------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicRecord:
    """A record as visitors are shown it: ``package`` by the CKAN facade, ``metadata`` by the site's search;
    either is None where it does not have it, which may only be a matter of minutes."""

    package: Mapping[str, Any] | None
    metadata: Mapping[str, Any] | None

    @property
    def is_visible(self) -> bool:
        return self.package is not None or self.metadata is not None

    @property
    def consistent_field_values(self) -> dict[str, Any]:
        """In the words of the write API; None for what the two do not say alike."""
        one, other = _parse_package_fields(self.package), _parse_metadata_fields(self.metadata)
        agreed = {
            name: value
            if normalise_value_for_comparison(value) == normalise_value_for_comparison(other.get(name, value))
            else None
            for name, value in {**other, **one}.items()
        }
        return {**agreed, VISIBLE: BOTH if self.package and self.metadata else ""}

    @property
    def consistent_link_addresses(self) -> frozenset[str]:
        """The addresses that both show. Services that the platform makes of geographic files are among them,
        and lead nowhere of ours."""
        if self.package is None or self.metadata is None:
            return frozenset()
        listed = {str(one.get("url") or "") for one in self.package.get("resources") or ()}
        return frozenset(listed & {str(one.get("url") or "") for one in self.metadata.get("link") or ()})

    def list_resource_links(self, name: str) -> list[tuple[str, str]]:
        """The formats of the resources of this name, and where they lead, in the catalogue."""
        listed = (self.package or {}).get("resources") or ()
        return [
            (str(one.get("format") or ""), str(one.get("url") or ""))
            for one in listed
            if one.get("name") == name
        ]

    def list_fields_to_fill_by_hand(self, fiche: Fiche) -> list[Message]:
        """What people still have to fill in on the platform, as far as visitors can tell."""
        package, metadata = self.package or {}, self.metadata or {}
        word = fiche.frequency.nearest
        rhythm = FREQUENCIES.get(word, word)
        missing = {
            _("licence ({licence})").format(licence=fiche.licence.id): package.get("license_id")
            != fiche.licence.id,
            _("fréquence de mise à jour ({frequency})").format(frequency=fiche.frequency.label): metadata.get(
                "updateFrequency"
            )
            != rhythm,
            _("contact ({contact})").format(contact=fiche.contact): package.get("author_email")
            != fiche.contact,
        }
        return [name for name, lacks in missing.items() if lacks]


def _parse_package_fields(package: Mapping[str, Any] | None) -> dict[str, Any]:
    if package is None:
        return {}
    return {
        "display_name": package.get("title"),
        "description": package.get("notes"),
        "tags": sort_words(one.get("display_name") or one.get("name") for one in package.get("tags") or ()),
        MODIFIED: _truncate_to_iso_date(package.get("metadata_modified")),
    }


def _parse_metadata_fields(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    if metadata is None:
        return {}
    return {
        "display_name": metadata.get("title"),
        "description": metadata.get("abstract"),
        "tags": sort_words(metadata.get("keyword") or ()),
        MODIFIED: _truncate_to_iso_date(metadata.get("lastUpdateDate")),
    }


def parse_dataset_row_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the record's fields that the account is shown: in a list they may be fewer."""
    fields = {name: row[name] for name in ("display_name", "description") if name in row}
    if "tags" in row:
        fields["tags"] = sort_words(
            one.get("display_name") or one.get("name") if isinstance(one, dict) else one
            for one in row["tags"] or ()
        )
    return {**fields, **({MODIFIED: _truncate_to_iso_date(row[MODIFIED])} if MODIFIED in row else {})}


def sort_words(words: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted(str(word) for word in words))


def _truncate_to_iso_date(said: Any) -> str | None:
    """Of a date, or of an instant."""
    return str(said)[:10] if said else None
