"""The catalogue of national schemas (https://schema.data.gouv.fr/schemas/schemas.json) and what it names.

``schemas`` lists them, each with ``name``, ``schema_type`` and ``versions`` (``version_name``,
``schema_url``). It is asked by ``aqueduc fetch-schema`` and ``check --connect``, never by a run.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aqueduc.connections import Connection
from aqueduc.declaration.national import LARGEST_SCHEMA, NAME, VERSION, SchemaPin
from aqueduc.http import describe_forbidden_internal_address, redirects_from_public_to_private_network
from aqueduc.language import Message, _
from aqueduc.sources.client import SourceClient
from aqueduc.sources.origin import SourceOrigin

OFFICIAL = "https://schema.data.gouv.fr/schemas/schemas.json"


@dataclass(frozen=True)
class NationalSchemaCatalogue:
    """The national catalogue of schemas (schema.data.gouv.fr). ``addresses``: of each Table Schema, of each
    of its versions, the first one first. ``others``: the names of what is there and is no Table Schema, with
    what it is."""

    url: str
    addresses: Mapping[str, Mapping[str, str]]
    others: Mapping[str, str]

    def find_newest_version(self, name: str) -> str | None:
        """By the numbers in it; at equal numbers, the last of the catalogue."""
        versions = list(self.addresses.get(name, ()))
        return max(
            versions,
            key=lambda version: (_parse_version_numbers(version), versions.index(version)),
            default=None,
        )

    def find_newer_version(self, name: str, version: str) -> str | None:
        """The newest version, if it comes after ``version``."""
        newest = self.find_newest_version(name)
        return (
            newest
            if newest is not None and _parse_version_numbers(newest) > _parse_version_numbers(version)
            else None
        )


def _parse_version_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", version))


def download_schema_catalogue(url: str, scratch: Path) -> NationalSchemaCatalogue:
    """Raises SourceError."""
    origin = _build_source_origin(url)
    try:
        document = json.loads(_download_bytes(url, scratch, origin))
    except (ValueError, RecursionError):
        document = None
    listed = document.get("schemas") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise origin.build_unreadable_error(
            _("Ce n'est pas un catalogue de schémas."),
            _("corriger l'adresse du catalogue, ou prendre {official}").format(official=OFFICIAL),
        )
    entries = [entry for entry in listed if isinstance(entry, dict) and _is_schema_name(entry.get("name"))]
    tables = [entry for entry in entries if entry.get("schema_type") == "tableschema"]
    return NationalSchemaCatalogue(
        url=url,
        addresses={entry["name"]: _parse_version_urls(entry.get("versions")) for entry in tables},
        others={entry["name"]: str(entry.get("schema_type")) for entry in entries if entry not in tables},
    )


def _is_schema_name(raw: Any) -> bool:
    return isinstance(raw, str) and NAME.fullmatch(raw) is not None


def _parse_version_urls(raw: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in raw if isinstance(raw, list) else ():
        version, url = (
            item.get(key) if isinstance(item, dict) else None for key in ("version_name", "schema_url")
        )
        if isinstance(version, str) and isinstance(url, str) and VERSION.fullmatch(version):
            found[version] = url
    return found


def download_schema_version(
    catalogue: NationalSchemaCatalogue, name: str, version: str, scratch: Path
) -> tuple[SchemaPin, bytes]:
    """A version of a schema, with its pin of today. Raises SourceError."""
    origin = _build_source_origin(catalogue.url)
    if name in catalogue.others:
        raise origin.build_unreadable_error(
            _("« {name} » n'est pas un Table Schema, mais un schéma « {others} ».").format(
                name=name, others=catalogue.others[name]
            ),
            _("seul un Table Schema décrit les colonnes d'un tableau"),
        )
    versions = catalogue.addresses.get(name, {})
    if version not in versions:
        raise origin.build_missing_error(*_format_unknown_schema_message(catalogue, name, version))
    url = versions[version]
    if redirects_from_public_to_private_network(catalogue.url, url):
        raise origin.build_refusal_error(*describe_forbidden_internal_address())
    data = _download_bytes(url, scratch, _build_source_origin(url))
    today = datetime.now(UTC).date().isoformat()
    return SchemaPin(name, version, hashlib.sha256(data).hexdigest(), url, catalogue.url, today), data


def _format_unknown_schema_message(
    catalogue: NationalSchemaCatalogue, name: str, version: str
) -> tuple[Message, Message]:
    versions = catalogue.addresses.get(name)
    if versions:
        return (
            _("Le catalogue n'a pas la version « {version} » de {name}.").format(version=version, name=name),
            _("au choix : {listed}").format(listed=", ".join(versions)),
        )
    near = get_close_matches(name, catalogue.addresses, cutoff=0.5)
    advice = (
        _("peut-être : {near}").format(near=", ".join(near))
        if near
        else _("chercher son nom sur https://schema.data.gouv.fr")
    )
    return _("Le catalogue n'a pas de schéma « {name} ».").format(name=name), advice


def _build_source_origin(url: str) -> SourceOrigin:
    parts = urlsplit(url)
    return SourceOrigin("schemas-nationaux", "http", parts.hostname or url, parts.path)


def _download_bytes(url: str, scratch: Path, origin: SourceOrigin) -> bytes:
    parts = urlsplit(url)
    connection = Connection(id=origin.connection, kind="http", host=f"{parts.scheme}://{parts.netloc}")
    with SourceClient(origin, connection) as client:
        answer = client.download(url, scratch / "national.json")
    size = answer.path.stat().st_size
    data = answer.path.read_bytes() if size <= LARGEST_SCHEMA else b""
    answer.path.unlink()
    if size > LARGEST_SCHEMA:
        raise origin.build_unreadable_error(
            _("La réponse dépasse {largest} Mo.").format(largest=LARGEST_SCHEMA >> 20),
            _("vérifier l'adresse du catalogue"),
        )
    return data
