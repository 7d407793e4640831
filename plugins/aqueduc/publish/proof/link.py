"""A link before it is shown: Aqueduc fetches it as a visitor would, and looks at what it serves."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pyarrow as pa

from aqueduc.anonymise.scan.city_lists import load_name_lists
from aqueduc.connections import Connection
from aqueduc.declaration.spec import Dataset, LinkedDocument
from aqueduc.errors import PlatformUnavailable, SourceUnavailable
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.publish.client import PlatformClient
from aqueduc.publish.findings import (
    DeadLink,
    EmptyLink,
    MissingLinkColumns,
    OpenRestrictedLink,
    TransformedLinkColumn,
    UndeclaredLinkContent,
    UnrefusedVisitorLink,
    UnverifiableLink,
    WithheldLinkRows,
)
from aqueduc.publish.proof.gate import WithheldRowCounts
from aqueduc.publish.proof.served import ServedContent
from aqueduc.publish.refusals import build_gate_error

LIMIT_BYTES = 64 << 20

# RFC 7946, and the two members of the root that GDAL writes.
_COLLECTION = frozenset({"type", "features", "bbox", "name", "crs"})


def build_absolute_link(dataset: Dataset, connection: Connection | None) -> str:
    """The absolute address; a relative ``link:`` hangs below the address of the source's connection."""
    link = dataset.publication.link or ""
    if connection is None or "://" in link:
        return link
    return urljoin(f"{connection.base_url}/", link.lstrip("/"))


def require_publishable_link(
    dataset: Dataset, evidence: WithheldRowCounts, link: str, client: PlatformClient, include: Path
) -> ServedContent:
    """Raises PublicationGateClosed unless the link may be shown: nothing was taken away by the stages that it
    would give back, it answers a visitor (or refuses one, if access is restricted), and it serves no column
    that is not declared, and nothing personal that the declaration does not answer for: what is served may
    not be what was extracted. Raises SourceUnavailable while the server behind it does not answer."""
    findings: list[Finding] = [
        TransformedLinkColumn(column=column.name)
        for column in dataset.columns
        if not column.rule.capabilities.as_is
    ]
    withheld = evidence.rejected + evidence.suppressed
    if withheld:
        findings.append(WithheldLinkRows(count=withheld))
    if findings:
        raise build_gate_error(dataset, _("Le lien montrerait ce qui ne doit pas l'être."), *findings)
    served = _fetch_link(dataset, link, client)
    findings = list(_check_served_content(dataset, served, include))
    if findings:
        raise build_gate_error(dataset, _("Le lien ne peut pas être publié."), *findings)
    return served


def _fetch_link(dataset: Dataset, link: str, client: PlatformClient) -> ServedContent:
    try:
        return client.read_first_bytes(link, anonymous=True, limit=LIMIT_BYTES)
    except PlatformUnavailable:
        pass
    raise SourceUnavailable(
        _("Le lien à publier ne répond pas."),
        where=_("jeu {id}, « link: »").format(id=dataset.id),
        remedy=_("vérifier le service qui le sert ; cette exécution n'a rien changé en ligne"),
    )


def _check_served_content(dataset: Dataset, served: ServedContent, include: Path) -> Iterator[Finding]:
    if not dataset.access.is_open:
        if served.is_success:
            yield OpenRestrictedLink()
        elif not served.refused:
            yield UnrefusedVisitorLink(detail={"status": served.status})
        return
    if not served.is_success:
        yield DeadLink(detail={"status": served.status})
    elif served.size == 0:
        yield EmptyLink()
    elif served.size > len(served.head):
        yield UnverifiableLink(detail={"reason": _("plus de 64 Mo")})
    else:
        yield from _check_served_columns_and_personal_data(dataset, served.head, include)


def _check_served_columns_and_personal_data(
    dataset: Dataset, body: bytes, include: Path
) -> Iterator[Finding]:
    try:
        shown = _parse_linked_document(dataset, body)
    except (ValueError, LookupError, TypeError, AttributeError, csv.Error):
        yield UnverifiableLink(detail={"reason": _("ce n'est pas le format que déclare la source")})
        return
    if shown is None:
        yield UnverifiableLink(detail={"reason": _("format non relu")})
        return
    foreign = shown.around | (shown.names - {column.name for column in dataset.columns})
    foreign |= _find_personal_scalar_fields(shown.scalars, include)
    if foreign:
        yield UndeclaredLinkContent(count=len(foreign))
    else:
        from aqueduc.anonymise.residual import scan_table_for_undecided_hits

        if missing := _find_missing_columns(dataset, shown):
            yield MissingLinkColumns(count=len(missing))
        if shown.names:
            table = _build_arrow_table(dataset, shown)
            yield from scan_table_for_undecided_hits(dataset, table, load_name_lists(include))


@dataclass(frozen=True)
class _LinkedTable:
    """What a served document shows: its rows, cells by the column's name in the source, and what stands
    around them. ``names`` are those of the columns, of an empty document too; ``scalars``: the single values
    beside the rows (a count, a note, the ``id`` of a feature), by name; ``placed``: whether a feature has a
    geometry."""

    names: set[str]
    rows: Sequence[Mapping[str, Any]]
    around: set[str]
    scalars: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    placed: bool = False


def _find_missing_columns(dataset: Dataset, shown: _LinkedTable) -> set[str]:
    """The declared columns that the link serves in no row. Of a first page alone it is not known, nor of an interval
    without a row."""
    linked = dataset.source.linked_document
    if linked is None or not linked.shows_all_columns or (dataset.windowed and not shown.rows):
        return set()
    placed = _GEOMETRY_COLUMNS if shown.placed else frozenset[str]()
    return (
        {one.name for one in dataset.columns} - shown.names - placed - {dataset.source.file_name_column or ""}
    )


_GEOMETRY_COLUMNS = frozenset({"longitude", "latitude", "geometry"})
"""What reading makes of the geometry of a feature."""


def _find_personal_scalar_fields(scalars: Mapping[str, Sequence[Any]], include: Path) -> set[str]:
    """The names of the values beside the rows that look like somebody's: nobody could decide of them."""
    # Here and not above: it brings the whole scan, and few runs have a link to look at.
    from aqueduc.anonymise.scan import HitStrength, scan_table

    found: set[str] = set()
    names = load_name_lists(include)
    for name, values in scalars.items():
        cells = pa.table({name: pa.array(map(_convert_to_text, values), pa.string())})
        found |= {
            hit.column for hit in scan_table(cells, names=names) if hit.strength is not HitStrength.NOTED
        }
    return found


def _parse_linked_document(dataset: Dataset, body: bytes) -> _LinkedTable | None:
    """None: a format not read here."""
    linked = dataset.source.linked_document
    match linked:
        case LinkedDocument(format="json"):
            document = json.loads(body)
            around = dict(
                _list_member_values_outside_records(
                    document, _split_dotted_path(linked.records), _split_dotted_path(linked.next_page)
                )
            )
            return _build_linked_table_from_records(
                _require_json_value_at_path(document, linked.records), around
            )
        case LinkedDocument(format="csv"):
            return _parse_csv_table(body.decode(linked.encoding).lstrip("\ufeff"), linked.delimiter)
        case LinkedDocument(format="geojson"):
            document = json.loads(body)
            properties = [feature["properties"] or {} for feature in document["features"]]
            return replace(
                _build_linked_table_from_records(properties, {}),
                around=set(_list_nonstandard_geojson_members(document, placed=dataset.geometry is not None)),
                scalars={"id": [feature["id"] for feature in document["features"] if "id" in feature]},
                placed=any(feature.get("geometry") for feature in document["features"]),
            )
        case _:
            return None


def _build_linked_table_from_records(
    records: list[dict[str, Any]], around: Mapping[str, Any]
) -> _LinkedTable:
    rows = [dict(_flatten_record(record)) for record in records]
    scalars = {name: [value] for name, value in around.items() if not isinstance(value, dict | list)}
    return _LinkedTable({name for row in rows for name in row}, rows, around.keys() - scalars, scalars)


def _parse_csv_table(text: str, delimiter: str) -> _LinkedTable:
    lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    names = [name.strip() for name in next(lines)]
    rows = list(lines)
    unnamed = (
        {"…"} if len(set(names)) < len(names) or any(len(cells) > len(names) for cells in rows) else set()
    )
    return _LinkedTable(set(names), [dict(zip(names, cells, strict=False)) for cells in rows], unnamed)


def _build_arrow_table(dataset: Dataset, shown: _LinkedTable) -> pa.Table:
    """The rows as text, under the published names, as they are scanned before they leave as files."""
    names = {column.name: column.published_as or column.name for column in dataset.columns}
    return pa.table(
        {
            names[name]: pa.array([_convert_to_text(row.get(name)) for row in shown.rows], pa.string())
            for name in sorted(shown.names)
        }
    )


def _convert_to_text(value: Any) -> str | None:
    return value if isinstance(value, str | None) else json.dumps(value, ensure_ascii=False)


def _list_member_values_outside_records(
    document: Any, records: Sequence[str], following: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """The members beside the records, but for empty ones and what leads to the address of the next page."""
    if not isinstance(document, dict):
        return
    for name, value in document.items():
        below = following[1:] if following[:1] == [name] else []
        if records[:1] == [name]:
            yield from _list_member_values_outside_records(value, records[1:], below)
        elif below and isinstance(value, dict):
            yield from _list_member_values_outside_records(value, [], below)
        elif value and following != [name]:
            yield name, value


def _list_nonstandard_geojson_members(document: dict[str, Any], *, placed: bool) -> Iterator[str]:
    """Members that RFC 7946 does not know, at the root, in features and in geometries; ``placed``: whether
    features may have a geometry at all."""
    yield from document.keys() - _COLLECTION
    for feature in document["features"]:
        yield from feature.keys() - {"type", "id", "geometry", "properties", "bbox"}
        geometry = feature.get("geometry")
        if geometry and placed:
            yield from geometry.keys() - {"type", "coordinates", "bbox"}
        elif geometry:
            yield "geometry"


def _require_json_value_at_path(document: Any, path: str) -> Any:
    for step in _split_dotted_path(path):
        document = document[step]
    return document


def _split_dotted_path(path: str) -> list[str]:
    return [step for step in path.split(".") if step]


def _flatten_record(record: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested names dotted, as the extract names its columns."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flatten_record(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
