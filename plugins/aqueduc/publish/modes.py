"""The two ways to publish: a file the platform hosts, or a link to what stays with the city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aqueduc.declaration.model import Dataset, FileSource, HttpSource, Mode, OutputFormat
from aqueduc.findings import Finding
from aqueduc.publish.client import LocalFile
from aqueduc.publish.files import MEDIA_TYPES, SHOWN, compose, repeated_keys
from aqueduc.publish.findings import NoTableHere, NoTableWithoutKey, RepeatedKeys
from aqueduc.publish.gate import closed
from aqueduc.publish.platform import Capabilities, Offer
from aqueduc.publish.rows import Rows
from aqueduc.publish.wanted import TableField, WantedTable
from aqueduc.record import Distribution
from aqueduc.record.fiche import column_notes
from aqueduc.store import Handle, Store

_LINKED = {
    "json": Distribution("JSON", "application/json"),
    "csv": Distribution("CSV", "text/csv"),
    "geojson": Distribution("GeoJSON", "application/geo+json"),
    "xlsx": Distribution("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_TABLE_TYPES = {
    "integer": "int8",
    "number": "numeric",
    "boolean": "bool",
    "date": "date",
    "time": "time",
    "datetime": "timestamp",
    "year": "int4",
}


@dataclass(frozen=True)
class Offered:
    offers: tuple[Offer, ...]
    findings: tuple[Finding, ...] = ()


def upload_offers(
    dataset: Dataset,
    parts: Sequence[tuple[Handle, Path]],
    known: Capabilities,
    store: Store,
    scratch: Path,
) -> Offered:
    """The files of the revision, and its table beside the CSV. Raises PublicationGateClosed when a key stands
    in several windows."""
    if dataset.key and len(parts) > 1:
        count = repeated_keys(dataset, [path for _, path in parts], scratch)
        if count:
            raise closed(dataset, "Les fenêtres ne s'ajoutent pas.", RepeatedKeys(count=count))
    table, findings = _table(dataset, [handle for handle, _ in parts], known, store)
    offers = tuple(
        Offer(_distribution(kind, file), file, table if kind is OutputFormat.CSV else None)
        for kind, file in compose(dataset, parts, scratch).items()
    )
    return Offered(offers, findings)


def link_offer(dataset: Dataset, link: str) -> Offer:
    """The link, described by what its source is said to be."""
    source = dataset.source
    kind = source.format if isinstance(source, HttpSource | FileSource) else "json"
    base = _LINKED[str(kind)]
    return Offer(Distribution(base.format, base.media_type, link=link))


def is_upload(dataset: Dataset) -> bool:
    return dataset.publication.mode is Mode.UPLOAD


def _distribution(kind: OutputFormat, file: LocalFile) -> Distribution:
    return Distribution(SHOWN[kind], MEDIA_TYPES[kind], file.filename, file.sha256, file.bytes)


def _table(
    dataset: Dataset, parts: Sequence[Handle], known: Capabilities, store: Store
) -> tuple[WantedTable | None, tuple[Finding, ...]]:
    if not dataset.publication.datastore:
        return None, ()
    if not dataset.key:
        return None, (NoTableWithoutKey(),)
    fields = table_fields(dataset)
    if reason := _unfit(fields, known):
        return None, (NoTableHere(detail={"reason": reason}),)
    columns = tuple(field.name for field in fields)
    keys = tuple(part.key for part in parts)
    rows = Rows(store, columns, dataset.key, keys)
    return WantedTable(fields, dataset.key, sum(part.rows for part in parts), keys, rows), ()


def _unfit(fields: Sequence[TableField], known: Capabilities) -> str:
    if not known.tables:
        return "la plateforme n'en a pas (DataStore)"
    if known.loader:
        return "la plateforme remplit les siennes toute seule (xloader ou datapusher) et défait types et clé"
    unfit = [f.name for f in fields if len(f.name.encode()) > 63 or f.name.startswith("_") or '"' in f.name]
    return f"nom de colonne refusé par la plateforme ({', '.join(unfit)})" if unfit else ""


def table_fields(dataset: Dataset) -> tuple[TableField, ...]:
    """Text stays text (``01001``); each column carries its line of the data dictionary."""
    return tuple(
        TableField(
            note.name,
            _TABLE_TYPES.get(note.kind, "text"),
            {
                key: value
                for key, value in (("label", note.title), ("notes", note.description), ("unit", note.unit))
                if value
            },
        )
        for note in column_notes(dataset)
    )
