"""A link before it is shown: Aqueduc fetches it as a visitor would, and looks at what it serves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urljoin

from aqueduc.connections import Connection
from aqueduc.declaration.model import AUTO, Dataset, FileSource, HttpSource, Publish
from aqueduc.errors import PlatformUnavailable, SourceUnavailable
from aqueduc.findings import Finding
from aqueduc.language import Said
from aqueduc.publish.client import Client
from aqueduc.publish.findings import (
    ColumnsTransformed,
    LinkDead,
    LinkEmpty,
    LinkNotRefused,
    LinkReadable,
    LinkShowsMore,
    LinkUnreadable,
    RowsWithheld,
)
from aqueduc.publish.gate import Evidence, closed
from aqueduc.publish.served import Served

LIMIT_BYTES = 64 << 20

# RFC 7946, and the two members of the root that GDAL writes.
_COLLECTION = frozenset({"type", "features", "bbox", "name", "crs"})
_FEATURE = frozenset({"type", "id", "geometry", "properties", "bbox"})
_GEOMETRY = frozenset({"type", "coordinates", "bbox"})


def resolved(dataset: Dataset, connection: Connection | None) -> str:
    """The absolute address; a relative ``link:`` hangs below the address of the source's connection."""
    link = dataset.publication.link or ""
    if connection is None or "://" in link:
        return link
    return urljoin(f"{connection.base_url}/", link.lstrip("/"))


def check(dataset: Dataset, evidence: Evidence, link: str, client: Client) -> Served:
    """Raises PublicationGateClosed unless the link may be shown: nothing was taken away by the stages that it
    would give back, it answers a visitor (or refuses one, if access is restricted), and it serves no column
    that is not declared. Raises SourceUnavailable while the server behind it does not answer."""
    findings: list[Finding] = [
        ColumnsTransformed(column=column.name)
        for column in dataset.columns
        if not isinstance(column.rule, Publish)
    ]
    withheld = evidence.rejected + evidence.suppressed
    if withheld:
        findings.append(RowsWithheld(count=withheld))
    if findings:
        raise closed(dataset, "Le lien montrerait ce qui ne doit pas l'être.", *findings)
    served = _fetched(dataset, link, client)
    findings = list(_faults(dataset, served))
    if findings:
        raise closed(dataset, "Le lien ne peut pas être publié.", *findings)
    return served


def _fetched(dataset: Dataset, link: str, client: Client) -> Served:
    try:
        return client.content(link, anonymous=True, limit=LIMIT_BYTES)
    except PlatformUnavailable:
        pass
    raise SourceUnavailable(
        "Le lien à publier ne répond pas.",
        where=f"jeu {dataset.id}, « link: »",
        remedy="vérifier le service qui le sert ; la publication précédente n'a pas été touchée",
    )


def _faults(dataset: Dataset, served: Served) -> Iterator[Finding]:
    if not dataset.access.is_open:
        if served.answered:
            yield LinkReadable()
        elif not served.refused:
            yield LinkNotRefused(detail={"status": served.status})
        return
    if not served.answered:
        yield LinkDead(detail={"status": served.status})
    elif served.size == 0:
        yield LinkEmpty()
    elif served.size > len(served.head):
        yield LinkUnreadable(detail={"reason": Said("plus de 64 Mo", "more than 64 MB")})
    else:
        yield from _columns(dataset, served.head)


def _columns(dataset: Dataset, body: bytes) -> Iterator[Finding]:
    try:
        foreign = _foreign(dataset, body)
    except (ValueError, LookupError, TypeError, AttributeError, csv.Error):
        reason = Said(
            "ce n'est pas le format que déclare la source", "it is not the format the source declares"
        )
        yield LinkUnreadable(detail={"reason": reason})
        return
    if foreign is None:
        yield LinkUnreadable(detail={"reason": Said("format non relu", "a format that is not read back")})
    elif foreign:
        yield LinkShowsMore(count=len(foreign), detail={"count": len(foreign)})


def _foreign(dataset: Dataset, body: bytes) -> set[str] | None:
    """What a served document shows and the declaration does not know: columns, named as the source names
    them, and whatever stands around the rows. None: a format not read here."""
    declared = {column.name for column in dataset.columns}
    source = dataset.source
    match source:
        case HttpSource(format="json", keyed=None):
            document = json.loads(body)
            around = set(_around(document, _steps(source.records), _following(source)))
            return around | (_keys(_at(document, source.records)) - declared)
        case HttpSource(format="csv"):
            return _header(body.decode("utf-8-sig"), ",") - declared
        case FileSource(format="csv", delimiter=str(delimiter), header_rows=1) if source.encoding != AUTO:
            return _header(body.decode(source.encoding).lstrip("\ufeff"), delimiter) - declared
        case FileSource(format="geojson"):
            document = json.loads(body)
            properties = [feature["properties"] or {} for feature in document["features"]]
            around = set(_around_features(document, placed=dataset.geometry is not None))
            return around | (_keys(properties) - declared)
        case _:
            return None


def _around(document: Any, records: Sequence[str], following: Sequence[str]) -> Iterator[str]:
    """Members beside the records that could hold rows of their own: all but scalars (counts, page numbers)
    and what leads to the address of the next page."""
    if not isinstance(document, dict):
        return
    for name, value in document.items():
        below = following[1:] if following[:1] == [name] else []
        if records[:1] == [name]:
            yield from _around(value, records[1:], below)
        elif below and isinstance(value, dict):
            yield from _around(value, [], below)
        elif value and isinstance(value, dict | list):
            yield name


def _following(source: HttpSource) -> list[str]:
    return _steps(source.paging.next) if source.paging else []


def _around_features(document: dict[str, Any], *, placed: bool) -> Iterator[str]:
    """Members that RFC 7946 does not know, at the root, in features and in geometries; ``placed``: whether
    features may have a geometry at all."""
    yield from document.keys() - _COLLECTION
    for feature in document["features"]:
        yield from feature.keys() - _FEATURE
        geometry = feature.get("geometry")
        if geometry and placed:
            yield from geometry.keys() - _GEOMETRY
        elif geometry:
            yield "geometry"


def _at(document: Any, path: str) -> Any:
    for step in _steps(path):
        document = document[step]
    return document


def _steps(path: str) -> list[str]:
    return [step for step in path.split(".") if step]


def _keys(records: list[dict[str, Any]]) -> set[str]:
    return {name for record in records for name in _flat(record)}


def _flat(record: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Nested names dotted, as the extract names its columns."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _header(text: str, delimiter: str) -> set[str]:
    return {name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=delimiter))}
