"""The fiche in the words of a CKAN, DataSud's own among them: a resource for each distribution."""

import json
from collections.abc import Mapping
from typing import Any

from aqueduc.record.fiche import Distribution, Fiche
from aqueduc.record.fields import (
    MANAGED_BY,
    build_access_restriction_extras,
    build_resource_description,
    format_split_part_title,
)

SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"

# Kept by every CKAN; whatever is not here is one of DataSud's own fields.
CORE = frozenset(
    {
        "name",
        "title",
        "notes",
        "tags",
        "groups",
        "license_id",
        "owner_org",
        "author",
        "author_email",
        "maintainer",
        "maintainer_email",
    }
)


def build_ckan_resource(fiche: Fiche, distribution: Distribution) -> dict[str, Any]:
    """The fields of the resource that carries ``distribution``; ``url`` only for a link.

    The hash stands twice: ``hash`` is where DCAT exports look for it, ``sha256`` is ours alone.
    """
    fields: dict[str, Any] = {
        "name": f"{format_split_part_title(fiche.title, distribution.slice)} ({distribution.format})",
        "description": build_resource_description(fiche, distribution),
        "format": distribution.format,
        "mimetype": distribution.media_type,
        "lang": "french",
        "data_type": "raw",
        "resource_type": "file" if distribution.link else "file.upload",
        "restricted": json.dumps(build_access_restriction_extras(fiche.access), ensure_ascii=False),
        "managed_by": MANAGED_BY,
        "sha256": distribution.sha256,
        "hash": distribution.sha256,
        "hash_algorithm": SHA256 if distribution.sha256 else "",
        "crs": "EPSG:4326" if distribution.format == "GeoJSON" else "",
    }
    if distribution.link:
        fields["url"] = distribution.link
    if distribution.slice:
        fields["slice"] = distribution.slice.label
    return fields


def build_backing_resource(shown: Mapping[str, Any], identifier: str) -> dict[str, str]:
    """The fields of a resource that only holds the table of another, whose fields are ``shown``."""
    return {
        "name": f"{shown['name']} – table",
        "description": "Lignes de la table interrogeable : à interroger par l'identifiant de la ressource "
        f"{identifier}, qui ne change pas.",
        "format": "DataStore",
        "lang": "french",
        "data_type": "annexe",
        "resource_type": "api",
        "restricted": str(shown["restricted"]),
        "managed_by": MANAGED_BY,
        "carries": identifier,
    }
