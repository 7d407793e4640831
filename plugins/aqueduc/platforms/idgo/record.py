"""The fiche in the words of IDGO, the application that stands in front of DataSud's CKAN.

What it knows is what it writes into CKAN, under names of its own: so is the fiche here, and what CKAN shows
can be put back into these names. It has no field for the extent and the period of the data, nor any of ours:
whose a resource is and the hash of its file stand at the end of its description, where citizens can use it.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from aqueduc.declaration.spec import AccessSettings
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.record.fiche import Distribution, Fiche
from aqueduc.record.fields import (
    build_access_restriction_extras,
    build_record_fields,
    build_resource_description,
)

NAMES: Mapping[str, str] = {
    "name": "name",
    "title": "title",
    "notes": "description",
    "tags": "keywords",
    "groups": "categories",
    "license_id": "license",
    "author": "owner_name",
    "author_email": "owner_email",
    "maintainer": "broadcaster_name",
    "maintainer_email": "broadcaster_email",
    "frequency": "update_frequency",
    "granularity": "granularity",
    "geocover": "geocover",
    "datatype": "data_type",
    "dataset_creation_date": "date_creation",
    "dataset_publication_date": "date_publication",
    "dataset_modification_date": "date_modification",
}
"""IDGO's name of each of CKAN's fields that it writes."""
WRITTEN = (*NAMES.values(), "organisation")
"""Those of a record that a change gives, all of them."""

FORMATS: Mapping[str, str] = {"CSV": "csv", "JSON": "json", "GeoJSON": "geojson", "XLSX": "xlxs"}
"""Its name of each format of ours that it knows (``xlxs`` is what its own table says)."""

GEOGRAPHIC = frozenset({"geojson"})
"""Those, in its names, that it opens and serves as maps besides."""

_MARK = "Ressource tenue à jour par Aqueduc"


def build_idgo_record(fiche: Fiche) -> dict[str, Any]:
    """The record's fields, without ``private``; several values are a sorted tuple. A date that the fiche does
    not say is left to IDGO, which has one of its own."""
    said = build_record_fields(fiche)
    if fiche.modified is None:
        del said["dataset_modification_date"]
    fields = {NAMES[name]: value for name, value in said.items() if name in NAMES}
    return {**fields, "organisation": fiche.organisation}


def build_idgo_resource(fiche: Fiche, distribution: Distribution) -> dict[str, Any]:
    """What can be read back of the resource that carries ``distribution``; ``url`` only for a link.

    ``restricted`` is the level as CKAN will have it: IDGO turns the members of an organisation into a list
    of users, so that the level itself stands in the description as well.
    """
    fields: dict[str, Any] = {
        "title": f"{fiche.title} ({distribution.format})",
        "description": f"{build_resource_description(fiche, distribution)}\n\n{_build_aqueduc_mark(fiche, distribution)}",
        "format": FORMATS[distribution.format],
        "data_type": "raw",
        "restricted": _get_ckan_access_level(fiche.access),
        "sha256": distribution.sha256,
        "url_type": "" if distribution.link else "upload",
    }
    if fiche.access.level is AccessLevel.NAMED_USERS:
        fields["allowed_users"] = tuple(sorted(fiche.access.users))
    if distribution.link:
        fields["url"] = distribution.link
    return fields


def has_aqueduc_mark(description: str) -> bool:
    return _MARK in description


def parse_description_hash(description: str) -> str:
    """The SHA-256 that ``description`` ends with; empty when there is none."""
    found = re.search(r"SHA-256 : ([0-9a-f]{64})", description.rsplit("\n", 1)[-1])
    return found[1] if found else ""


def parse_restriction(raw: Any) -> tuple[str, tuple[str, ...]]:
    """The level and the users that CKAN's field ``restricted`` gives; nothing when it cannot be read."""
    try:
        said = json.loads(raw) if isinstance(raw, str) else raw
        users = str(said.get("allowed_users") or "").split(",")
        return str(said.get("level") or ""), tuple(sorted(filter(None, users)))
    except (ValueError, AttributeError):
        return "", ()


def _build_aqueduc_mark(fiche: Fiche, distribution: Distribution) -> str:
    said = [_MARK]
    if not fiche.access.is_open:
        said.append(f"accès : {fiche.access.level.value}")
    if distribution.sha256:
        said.append(f"SHA-256 : {distribution.sha256}")
    return " ; ".join(said)


def _get_ckan_access_level(access: AccessSettings) -> str:
    by_members = access.level in (AccessLevel.SAME_ORGANISATION, AccessLevel.ANY_ORGANISATION)
    return (
        AccessLevel.NAMED_USERS.value if by_members else str(build_access_restriction_extras(access)["level"])
    )
