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
from aqueduc.sources import files, http, postgres
from aqueduc.sources.files import csv, geojson, jsonfile, shapefile, xlsx
from aqueduc.sources.request import ExtractRequest
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
        request = ExtractRequest(
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
                return Probed(postgres.columns(request, source))
            case HttpSource() as source:
                return _of_http(request, source)
            case FileSource() as source:
                return _of_file(request, source)


def _yesterday(place: Workplace) -> Window:
    """Any window would do: a query is only planned, an API asked for one page."""
    end = place.clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(end - timedelta(days=1), end)


def _of_http(request: ExtractRequest, source: HttpSource) -> Probed:
    return Probed(http.columns(request, source), whole=source.format == "csv")


def _of_file(request: ExtractRequest, source: FileSource) -> Probed:
    request.origin.check_kind(request.connection, files.KINDS)
    path = files.located(request)
    match source.format:
        case FileFormat.CSV:
            names = csv.header(
                request,
                path,
                encoding=source.encoding,
                delimiter=source.delimiter,
                header_rows=source.header_rows,
            )
            return Probed(names)
        case FileFormat.XLSX | FileFormat.XLS:
            return Probed(xlsx.header(request, path, sheet=source.sheet, header_rows=source.header_rows))
        case FileFormat.SHAPEFILE:
            return Probed(shapefile.header(request, path, layer=source.sheet))
        case FileFormat.JSON:
            result = jsonfile.read(
                request, path, records=source.records, keyed=source.keyed, at_most=RECORDS_READ
            )
            return Probed(_names(result.columns), whole=False)
        case FileFormat.GEOJSON:
            return Probed(_of_features(request, path), whole=False)


def _of_features(request: ExtractRequest, path: Path) -> tuple[str, ...]:
    return _names(geojson.read(request, path, at_most=RECORDS_READ).columns)


def _names(columns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(name for name, _ in columns)
