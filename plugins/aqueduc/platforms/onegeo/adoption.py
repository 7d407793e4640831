"""The city's records on a OneGeo Suite, for ``aqueduc adopt``: what the account is shown of them, and what only
visitors are (licence, rhythm, where the resources lead)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aqueduc.declaration.loader import SLUG
from aqueduc.declaration.vocabulary import FREQUENCIES as KNOWN_FREQUENCIES
from aqueduc.platforms.onegeo.adapter import OneGeoPlatform
from aqueduc.platforms.onegeo.record import (
    FREQUENCIES,
    PublicRecord,
    ResourceCodenameSuffix,
    parse_dataset_row_fields,
)
from aqueduc.publish.adoption import (
    AdoptableRecord,
    AdoptableResource,
    find_frequency_candidates,
    find_licence_candidates,
)

_OWN_FREQUENCIES = {
    word: tuple(own for own in KNOWN_FREQUENCIES if FREQUENCIES.get(own, own) == word)
    for word in {FREQUENCIES.get(own, own) for own in KNOWN_FREQUENCIES}
}


def list_adoptable_records(platform: OneGeoPlatform) -> Iterator[AdoptableRecord]:
    for row, public, attached in platform.list_records_with_resources():
        codename = str(row.get("codename") or "")
        yield _convert_row_to_adoptable_record(
            row, public, attached, platform.build_page_url(row, public, codename)
        )


def _convert_row_to_adoptable_record(
    row: Mapping[str, Any], public: PublicRecord, attached: Sequence[Mapping[str, Any]], url: str
) -> AdoptableRecord:
    codename = str(row.get("codename") or "")
    name = codename.lower()
    package, metadata = public.package or {}, public.metadata or {}
    fields = {**public.consistent_field_values, **parse_dataset_row_fields(row)}
    return AdoptableRecord(
        id=str(row["id"]),
        name=codename or str(row["id"]),
        dataset=name if SLUG.fullmatch(name) else "",
        title=str(fields.get("display_name") or ""),
        url=url,
        description=str(fields.get("description") or ""),
        contact=str(package.get("author_email") or ""),
        keywords=tuple(fields.get("tags") or ()),
        licence=find_licence_candidates(str(package.get("license_id") or metadata.get("license") or "")),
        frequency=find_frequency_candidates(str(metadata.get("updateFrequency") or ""), _OWN_FREQUENCIES),
        hidden="publish" in row and not row["publish"],
        managed=any(
            ResourceCodenameSuffix.parse_codename(str(one.get("codename")), codename) for one in attached
        ),
        resources=tuple(_build_adoptable_resource(one, public) for one in attached),
    )


def _build_adoptable_resource(said: Mapping[str, Any], public: PublicRecord) -> AdoptableResource:
    """Where it leads, as visitors are shown it: two of the same name cannot be told apart."""
    title = str(said.get("display_name") or "")
    shown = public.list_resource_links(title)
    kind, href = shown[0] if len(shown) == 1 else ("", "")
    return AdoptableResource(id=str(said["id"]), title=title, format=kind, url=href, hosted=False)
