"""The two ways to publish: a file the platform hosts, or a link to what stays with the city."""

import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aqueduc.declaration.spec import Dataset, OutputFormat
from aqueduc.duck import build_read_parquet_sql, identifier, open_duckdb
from aqueduc.findings import Finding
from aqueduc.language import Message, _
from aqueduc.publish.client import PublishableFile
from aqueduc.publish.findings import (
    GeojsonWithoutPosition,
    KeylessTableReplacement,
    OmittedFormat,
    OutOfRangePosition,
    OversizedPublishedFile,
    RepeatedKeys,
    UnavailableTable,
)
from aqueduc.publish.planning.state import DesiredTable, TableField
from aqueduc.publish.platform import DistributionOffer, PlatformCapabilities
from aqueduc.publish.refusals import build_gate_error
from aqueduc.publish.revision.files import (
    MEDIA_TYPES,
    SHOWN,
    count_invalid_coordinates,
    count_repeated_keys,
    is_geojson_without_position,
    write_revision_files,
)
from aqueduc.publish.revision.rows import RevisionRows
from aqueduc.publish.revision.split import RevisionSlice, write_revision_slices
from aqueduc.record import Distribution
from aqueduc.record.fiche import NOWHERE, DataCoverage, build_data_dictionary
from aqueduc.record.fields import format_split_part_title
from aqueduc.store import ParquetFileHandle, Store

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

LONGEST_KEY = 2_600
"""Bytes: PostgreSQL's B-trees take 2,704, with what else stands in a row."""


@dataclass(frozen=True)
class RevisionDistributionOffers:
    """The distributions of one revision, offered to a platform. ``coverage``: where and when the revision is
    about."""

    offers: tuple[DistributionOffer, ...]
    findings: tuple[Finding, ...] = ()
    coverage: DataCoverage = NOWHERE


def build_upload_offers(
    dataset: Dataset,
    partitions: Sequence[tuple[ParquetFileHandle, Path]],
    known: PlatformCapabilities,
    store: Store,
    scratch: Path,
    largest_mb: int | None = None,
) -> RevisionDistributionOffers:
    """The files of the revision, and its table beside the CSV; those of each slice, when it is split.
    ``largest_mb``: what the platform takes at most, in millions of bytes.

    Raises PublicationGateClosed when a key stands in several windows, a position is not in degrees, the
    revision cannot be split so, or a file is too big and the declaration does not say to leave it out.
    """
    paths = [path for _, path in partitions]
    if dataset.key and len(partitions) > 1:
        count = count_repeated_keys(dataset, paths, scratch)
        if count:
            raise build_gate_error(dataset, _("Les fenêtres ne s'ajoutent pas."), RepeatedKeys(count=count))
    if count := count_invalid_coordinates(dataset, paths, scratch):
        raise build_gate_error(
            dataset, _("Des positions ne sont nulle part sur la Terre."), OutOfRangePosition(count=count)
        )
    if is_geojson_without_position(dataset, paths, scratch):
        raise build_gate_error(dataset, _("Le GeoJSON n'aurait aucune position."), GeojsonWithoutPosition())
    fields, findings = _build_table_fields_if_loadable(dataset, known, paths, scratch)
    rows = sum(handle.rows for handle, _ in partitions)
    split = dataset.publication.split
    if split is not None:
        cuts = write_revision_slices(dataset, split, paths, rows, scratch)
        sliced = (_build_slice_offers(dataset, piece, fields, store, scratch) for piece in cuts)
        return _select_offers_by_file_size(dataset, [list(offers) for offers in sliced], largest_mb, findings)
    table = _build_optional_table(dataset, fields, [handle.key for handle, _ in partitions], rows, store)
    files = write_revision_files(dataset, paths, scratch)
    offers = [_build_distribution_offer(kind, file, table) for kind, file in files.items()]
    return _select_offers_by_file_size(dataset, [offers], largest_mb, findings)


def _select_offers_by_file_size(
    dataset: Dataset,
    sets: Sequence[Sequence[DistributionOffer]],
    largest_mb: int | None,
    findings: tuple[Finding, ...],
) -> RevisionDistributionOffers:
    """Those that the platform takes. ``sets``: the files of the same rows, one of which is enough."""
    kept: list[DistributionOffer] = []
    omitted: list[Finding] = []
    refused: list[Finding] = []
    for offers in sets:
        big = [one for one in offers if largest_mb and one.file and one.file.bytes > largest_mb * 1_000_000]
        stays = dataset.publication.too_big == "omit" and len(big) < len(offers)
        kind = OmittedFormat if stays else OversizedPublishedFile
        (omitted if stays else refused).extend(
            kind(detail=_build_oversized_file_detail(one, largest_mb)) for one in big
        )
        kept += [one for one in offers if one not in big]
    if refused:
        raise build_gate_error(dataset, _("La plateforme n'accepte pas de si gros fichiers."), *refused)
    return RevisionDistributionOffers(tuple(kept), (*findings, *omitted))


def _build_oversized_file_detail(offer: DistributionOffer, largest_mb: int | None) -> dict[str, object]:
    part = f", partie {offer.distribution.slice.number}" if offer.distribution.slice else ""
    size = round(offer.file.bytes / 1_000_000, 1) if offer.file else 0
    return {"format": f"{offer.distribution.format}{part}", "size": size, "most": largest_mb}


def build_link_offer(dataset: Dataset, link: str) -> DistributionOffer:
    """The link, described by what its source is said to be."""
    served = dataset.source.distribution_link_format
    base = _LINKED.get(served) or Distribution(served.upper(), "application/octet-stream")
    return DistributionOffer(Distribution(base.format, base.media_type, link=link))


def _build_slice_offers(
    dataset: Dataset, piece: RevisionSlice, fields: tuple[TableField, ...], store: Store, scratch: Path
) -> Iterator[DistributionOffer]:
    folder = scratch / f"fichiers-{piece.slice.number}"
    folder.mkdir()
    files = write_revision_files(
        dataset,
        [piece.path],
        folder,
        title=format_split_part_title(dataset.title, piece.slice),
        tail=piece.tail,
    )
    table = None
    if fields and OutputFormat.CSV in files:
        table = _build_optional_table(
            dataset, fields, [_store_slice_file(dataset, piece, store, folder)], piece.rows, store
        )
    for kind, file in files.items():
        yield _build_distribution_offer(kind, file, table, piece)


def _store_slice_file(dataset: Dataset, piece: RevisionSlice, store: Store, scratch: Path) -> str:
    """The slice in the store: what its table holds will be compared with it, next time. Returns its key."""
    copy = scratch / "copie.parquet"
    shutil.copyfile(piece.path, copy)
    return store.store_parquet_by_sha256(
        copy, dataset=dataset.id, run="", stage="slice", rows=piece.rows, window=None
    ).key


def _build_distribution_offer(
    kind: OutputFormat, file: PublishableFile, table: DesiredTable | None, piece: RevisionSlice | None = None
) -> DistributionOffer:
    shown = Distribution(
        format=SHOWN[kind],
        media_type=MEDIA_TYPES[kind],
        filename=file.filename,
        sha256=file.sha256,
        bytes=file.bytes,
        slice=piece.slice if piece else None,
    )
    return DistributionOffer(
        shown, file, table if kind is OutputFormat.CSV else None, rows=piece.rows if piece else None
    )


def _build_table_fields_if_loadable(
    dataset: Dataset, known: PlatformCapabilities, paths: Sequence[Path], scratch: Path
) -> tuple[tuple[TableField, ...], tuple[Finding, ...]]:
    """The columns of the queryable table; none, with the reason, when there is to be no table."""
    if not dataset.publication.datastore:
        return (), ()
    fields = build_table_fields(dataset)
    if reason := _explain_unfit_columns(fields, known) or _explain_unfit_cells(
        fields, dataset.key, paths, scratch
    ):
        return (), (UnavailableTable(detail={"reason": reason}),)
    return fields, () if dataset.key else (KeylessTableReplacement(),)


def build_revision_table(dataset: Dataset, keys: Sequence[str], count: int, store: Store) -> DesiredTable:
    """All the ``count`` rows of the Parquet files at ``keys`` of the store."""
    fields = build_table_fields(dataset)
    rows = RevisionRows(store, tuple(field.name for field in fields), dataset.key, tuple(keys))
    return DesiredTable(fields, dataset.key, count, tuple(keys), rows)


def _build_optional_table(
    dataset: Dataset, fields: tuple[TableField, ...], keys: Sequence[str], count: int, store: Store
) -> DesiredTable | None:
    """The table that holds the Parquet files at ``keys`` of the store."""
    return build_revision_table(dataset, keys, count, store) if fields else None


def _explain_unfit_columns(fields: Sequence[TableField], known: PlatformCapabilities) -> Message | None:
    if not known.tables:
        return _("la plateforme n'en a pas (DataStore)")
    if known.loader:
        return _(
            "la plateforme remplit les siennes toute seule (xloader ou datapusher) et défait types et clé"
        )
    unfit = [
        field.name
        for field in fields
        if not field.is_valid_column_name or _is_invalid_datastore_column_name(field.name)
    ]
    return _("nom de colonne refusé par la plateforme ({})").format(", ".join(unfit)) if unfit else None


def _is_invalid_datastore_column_name(name: str) -> bool:
    """By CKAN (``is_valid_field_name``)."""
    return (
        name.startswith("_")
        or name != name.strip()
        or '"' in name
        or any(unicodedata.category(char).startswith("C") for char in name)
    )


def _explain_unfit_cells(
    fields: Sequence[TableField], key: Sequence[str], paths: Sequence[Path], scratch: Path
) -> Message | None:
    """PostgreSQL's text has no NUL, and its indexes take no row of more than a third of a page."""
    texts = [field.name for field in fields if field.type == "text"]
    if not texts:
        return None
    nuls = [f"count(*) FILTER (contains(CAST({identifier(name)} AS VARCHAR), chr(0)))" for name in texts]
    sizes = [f"coalesce(strlen(CAST({identifier(name)} AS VARCHAR)), 0)" for name in key if name in texts]
    with open_duckdb(scratch) as con:
        asked = ", ".join([*nuls, f"max({' + '.join(['0', *sizes])})"])
        *counts, longest = con.execute(f"SELECT {asked} FROM {build_read_parquet_sql(*paths)}").fetchall()[0]
    if found := [name for name, count in zip(texts, counts, strict=True) if count]:
        said = _("caractère nul (U+0000) dans la colonne {}, que la plateforme n'admet pas")
        return said.format(", ".join(found))
    if longest is not None and longest > LONGEST_KEY:
        said = _("une clé de {} octets, quand la plateforme en admet {}")
        return said.format(longest, LONGEST_KEY)
    return None


def build_table_fields(dataset: Dataset) -> tuple[TableField, ...]:
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
        for note in build_data_dictionary(dataset)
    )
