"""A link before it is shown: Aqueduc fetches it as a visitor would, and looks at what it serves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from aqueduc.connections import Connection
from aqueduc.declaration.model import Dataset, FileSource, HttpSource, Publish
from aqueduc.errors import PlatformUnavailable, SourceUnavailable
from aqueduc.findings import Finding
from aqueduc.publish.client import Client
from aqueduc.publish.findings import (
    ColumnsTransformed,
    LinkDead,
    LinkEmpty,
    LinkReadable,
    LinkShowsMore,
    LinkUnreadable,
    RowsWithheld,
)
from aqueduc.publish.gate import Evidence, closed
from aqueduc.publish.served import Served

LIMIT_BYTES = 64 << 20


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
        if not served.refused:
            yield LinkReadable()
        return
    if not served.answered:
        yield LinkDead(detail={"status": served.status})
    elif served.size == 0:
        yield LinkEmpty()
    elif served.size > len(served.head):
        yield LinkUnreadable(detail={"reason": "plus de 64 Mo"})
    else:
        yield from _columns(dataset, served.head)


def _columns(dataset: Dataset, body: bytes) -> Iterator[Finding]:
    try:
        names = _names(dataset, body)
    except (ValueError, LookupError, TypeError, AttributeError, csv.Error):
        yield LinkUnreadable(detail={"reason": "ce n'est pas le format que déclare la source"})
        return
    if names is None:
        yield LinkUnreadable(detail={"reason": "format non relu"})
        return
    foreign = names - {column.name for column in dataset.columns}
    if foreign:
        yield LinkShowsMore(count=len(foreign), detail={"count": len(foreign)})


def _names(dataset: Dataset, body: bytes) -> set[str] | None:
    """The columns a served document has, named as the source names them; None: a format not read here."""
    source = dataset.source
    match source:
        case HttpSource(format="json"):
            return _keys(_at(json.loads(body), source.records))
        case HttpSource(format="csv"):
            return _header(body.decode("utf-8-sig"), ",")
        case FileSource(format="csv"):
            return _header(body.decode(source.encoding).lstrip("\ufeff"), source.delimiter)
        case FileSource(format="geojson"):
            features = json.loads(body)["features"]
            position = {dataset.geometry.longitude, dataset.geometry.latitude} if dataset.geometry else set()
            return _keys([feature["properties"] or {} for feature in features]) | position
        case _:
            return None


def _at(document: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        document = document[step]
    return document


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
