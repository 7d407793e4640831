"""The city's records on a udata, read back into the words of a declaration."""

from collections.abc import Iterator, Mapping
from typing import Any

from aqueduc.declaration.loader import SLUG
from aqueduc.declaration.vocabulary import GRANULARITIES
from aqueduc.platforms.datagouv.adapter import DatagouvPlatform, has_hosted_file, is_managed_by_aqueduc
from aqueduc.platforms.datagouv.record import DATASET, FREQUENCIES
from aqueduc.publish.adoption import (
    AdoptableRecord,
    AdoptableResource,
    find_frequency_candidates,
    find_licence_candidates,
    find_theme_candidates,
)

_OWN_FREQUENCIES = {
    word: tuple(own for own, known in FREQUENCIES.items() if known[0] == word)
    for word in {known[0] for known in FREQUENCIES.values()}
}
_LONGEST_NAME = 100


def list_adoptable_records(platform: DatagouvPlatform) -> Iterator[AdoptableRecord]:
    """Those that are neither deleted nor archived."""
    addresses = platform.map_licences_to_urls()
    for said in platform.list_datasets():
        yield _convert_dataset_to_adoptable_record(said, addresses, platform.client.url)


def _convert_dataset_to_adoptable_record(
    said: Mapping[str, Any], addresses: Mapping[str, frozenset[str]], site: str
) -> AdoptableRecord:
    slug = str(said.get("slug") or said["id"])
    extras = said.get("extras") or {}
    contacts = [one.get("email") for one in said.get("contact_points") or () if isinstance(one, dict)]
    licence = str(said.get("license") or "")
    granularity = str((said.get("spatial") or {}).get("granularity") or "").rpartition(":")[2]
    return AdoptableRecord(
        id=said["id"],
        name=slug,
        dataset=_build_dataset_id_from_slug(slug),
        title=str(said.get("title") or ""),
        url=str(said.get("page") or f"{site}/datasets/{slug}"),
        description=str(said.get("description") or ""),
        contact=str(next(filter(None, contacts), "")),
        keywords=tuple(sorted(said.get("tags") or ())),
        licence=find_licence_candidates(licence, addresses.get(licence, ())),
        frequency=find_frequency_candidates(str(said.get("frequency") or ""), _OWN_FREQUENCIES),
        theme=find_theme_candidates([str(extras.get("dcat_theme") or "")]),
        granularity=granularity if granularity in GRANULARITIES else "",
        hidden=bool(said.get("private")),
        managed=bool(extras.get(DATASET)) or any(map(is_managed_by_aqueduc, said.get("resources") or ())),
        harvested=bool(said.get("harvest")),
        resources=tuple(_build_adoptable_resource(one) for one in said.get("resources") or ()),
    )


def _build_dataset_id_from_slug(slug: str) -> str:
    """That of its address, cut where it is too long: the record is known by its id."""
    name = slug[:_LONGEST_NAME].strip("-_")
    return name if SLUG.fullmatch(name) else ""


def _build_adoptable_resource(said: Mapping[str, Any]) -> AdoptableResource:
    return AdoptableResource(
        id=said["id"],
        title=str(said.get("title") or ""),
        format=str(said.get("format") or said.get("mime") or ""),
        url=str(said["url"]),
        hosted=has_hosted_file(said),
    )
