"""Does a source answer, and with which columns? Without reading its rows, or no more than its first ones.

For ``aqueduc check --connect``. What has to be fetched to know (a page of an API) goes to a scratch folder
of the vault, and is wiped at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

from aqueduc.declaration.model import City, Dataset, FileFormat, FileSource, HttpSource, PostgresSource
from aqueduc.run import Workplace
from aqueduc.source import files, http, postgres
from aqueduc.source.errand import Errand
from aqueduc.source.files import csv, geojson, jsonfile, shapefile, xlsx
from aqueduc.store import Window

RECORDS_READ = 1_000


@dataclass(frozen=True)
class Probed:
    """``columns`` as the source yields them. ``whole``: no other can turn up further on (records of a JSON
    document may each bring their own, and only the first are looked at)."""

    columns: tuple[str, ...]
    whole: bool = True


def probe(dataset: Dataset, city: City, place: Workplace) -> Probed:
    """Raises ConnectionMissing, SourceUnavailable, SourceRefused, SourceNotFound, SourceUnreadable,
    DeclarationError (an SQL file)."""
    connection = place.connections.get(dataset.source.connection)
    with place.vault.scratch() as scratch:
        errand = Errand(
            dataset=dataset,
            connection=connection,
            window=_yesterday(place) if dataset.windowed else None,
            timezone=city.timezone,
            etag=None,
            scratch=scratch,
            target=scratch / "probe.parquet",
        )
        match dataset.source:
            case PostgresSource() as source:
                return Probed(postgres.columns(errand, source))
            case HttpSource() as source:
                return _of_http(errand, source)
            case FileSource() as source:
                return _of_file(errand, source)


def _yesterday(place: Workplace) -> Window:
    """Any window would do: a query is only planned, an API asked for one page."""
    end = place.clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(end - timedelta(days=1), end)


def _of_http(errand: Errand, source: HttpSource) -> Probed:
    return Probed(http.columns(errand, source), whole=source.format == "csv")


def _of_file(errand: Errand, source: FileSource) -> Probed:
    errand.origin.check_kind(errand.connection, files.KINDS)
    path = files.located(errand)
    match source.format:
        case FileFormat.CSV:
            names = csv.header(
                errand,
                path,
                encoding=source.encoding,
                delimiter=source.delimiter,
                header_rows=source.header_rows,
            )
            return Probed(names)
        case FileFormat.XLSX | FileFormat.XLS:
            return Probed(xlsx.header(errand, path, sheet=source.sheet, header_rows=source.header_rows))
        case FileFormat.SHAPEFILE:
            return Probed(shapefile.header(errand, path, layer=source.sheet))
        case FileFormat.JSON:
            raw = jsonfile.read(
                errand, path, records=source.records, keyed=source.keyed, at_most=RECORDS_READ
            )
            return Probed(_names(raw.columns), whole=False)
        case FileFormat.GEOJSON:
            return Probed(_of_features(errand, path), whole=False)


def _of_features(errand: Errand, path: Path) -> tuple[str, ...]:
    return _names(geojson.read(errand, path, at_most=RECORDS_READ).columns)


def _names(columns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(name for name, _ in columns)
