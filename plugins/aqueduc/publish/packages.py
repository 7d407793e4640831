"""A package, as CKAN's API shows it, read back into the words of a declaration: on a CKAN, or behind what keeps
one."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from aqueduc.declaration.loader import SLUG
from aqueduc.declaration.vocabulary import CATEGORIES, FREQUENCIES, GRANULARITIES
from aqueduc.publish.adoption import (
    AdoptableRecord,
    AdoptableResource,
    VocabularyTermCandidates,
    find_frequency_candidates,
    find_licence_candidates,
    find_theme_candidates,
)

_OWN_FREQUENCIES = {
    word: tuple(one.word for one in FREQUENCIES.values() if one.datasud == word)
    for word in {one.datasud for one in FREQUENCIES.values()}
}


def convert_package_to_adoptable_record(
    package: Mapping[str, Any], licences: Mapping[str, str], url: str, *, managed: bool
) -> AdoptableRecord:
    """``licences``: the address of each licence that this CKAN knows, by its id. ``managed``: the record bears
    our mark."""
    extras = {one["key"]: str(one["value"]) for one in package.get("extras") or ()}
    said = {**extras, **{name: value for name, value in package.items() if value not in (None, "")}}
    groups = tuple(group["name"] for group in package.get("groups") or ())
    categories = tuple(name for name in groups if name in CATEGORIES)
    licence = str(package.get("license_id") or "")
    return AdoptableRecord(
        id=package["id"],
        name=package["name"],
        dataset=package["name"] if SLUG.fullmatch(package["name"]) else "",
        title=str(package.get("title") or ""),
        url=url,
        description=str(package.get("notes") or ""),
        owner=str(package.get("author") or ""),
        contact=str(package.get("maintainer_email") or package.get("author_email") or ""),
        keywords=tuple(sorted(one["name"] for one in package.get("tags") or ())),
        licence=find_licence_candidates(licence, [licences.get(licence)]),
        frequency=find_frequency_candidates(str(said.get("frequency") or ""), _OWN_FREQUENCIES),
        theme=find_theme_candidates(
            _parse_json_list_or_single_text(said.get("theme")), categories[0] if len(categories) == 1 else ""
        ),
        category=VocabularyTermCandidates(", ".join(groups), categories),
        granularity=str(said["granularity"]) if said.get("granularity") in GRANULARITIES else "",
        hidden=str(package.get("private")).lower() == "true",
        managed=managed,
        harvested=any(key.startswith("harvest_") for key in extras),
        resources=tuple(_build_adoptable_resource(one) for one in package.get("resources") or ()),
    )


def map_licences_to_urls(listed: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By id, of what ``license_list`` says."""
    return {str(one["id"]): str(one.get("url") or "") for one in listed}


def _build_adoptable_resource(resource: Mapping[str, Any]) -> AdoptableResource:
    return AdoptableResource(
        id=resource["id"],
        title=str(resource.get("name") or ""),
        format=str(resource.get("format") or resource.get("mimetype") or ""),
        url=str(resource.get("url") or ""),
        hosted=resource.get("url_type") == "upload",
    )


def _parse_json_list_or_single_text(said: Any) -> list[str]:
    """Several values, as ckanext-dcat keeps them: a list in JSON, or one text."""
    if isinstance(said, list):
        return [str(one) for one in said]
    text = str(said or "")
    try:
        found = json.loads(text)
    except ValueError:
        return [text]
    return [str(one) for one in found] if isinstance(found, list) else [text]
