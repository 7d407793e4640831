"""A dataset of OneGeo Suite, drafted from its record and one of its files."""

import re
from collections.abc import Mapping
from dataclasses import replace

from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.files import FileToInspect, detect_format_and_inspect_file
from aqueduc.draft.kinds import SourceInspection, SourceNote
from aqueduc.draft.remote import build_inspection_extract_request, build_remote_drafting_functions
from aqueduc.draft.request import DraftRequest
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.client import SourceClient
from aqueduc.sources.onegeo import KIND, OneGeoSource
from aqueduc.sources.onegeo.adapter import (
    FileLink,
    OneGeoClient,
    OneGeoDatasetRecord,
    choose_declared_file_link,
)

_ADDRESS = re.compile(r"(https?://[^/@?#]+)/explorer/(\w\w)/jeux-de-donnees/([^/?#]+)(?:[/?#].*)?")
_PREFERRED = ("csv", "geojson", "parquet", "xlsx", "ods", "geopackage", "shapefile", "json", "kml", "xls")


def parse_dataset_page_url(text: str) -> tuple[str, str] | None:
    """In the address of its page."""
    found = _ADDRESS.fullmatch(text)
    return (f"{found[1]}/{found[2]}", found[3]) if found else None


def inspect_dataset(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    source: Mapping[str, str] = {"onegeo": wanted.connection_name, "dataset": wanted.target}
    request = build_inspection_extract_request(wanted, bench, source, KIND.connection_types)
    with SourceClient(request.source_origin, request.connection) as client:
        site = OneGeoClient(request, client)
        record = site.fetch_dataset_record(wanted.target)
        link = _choose_preferred_format_file(request, record)
        body = site.download_file_unconditionally(link)
    several = len(record.file_links) > 1
    named = {**source, "resource": link.title} if several else source
    called = f"{wanted.target}.{link.format}" if link.format else wanted.target
    place = str(_("servi par le portail"))
    file = FileToInspect(wanted, bench, body.path, called=called, place=place, source=named, named=False)
    found, described = detect_format_and_inspect_file(file), record.convert_to_remote_dataset_metadata()
    note = SourceNote(
        _("un fichier parmi {count} de ce jeu : écrire « resource: » pour en lire un autre").format(
            count=len(record.file_links)
        ),
        doubt=True,
    )
    return replace(
        found,
        subject=described.title,
        licence=described.licence,
        notes=(*found.notes, note) if several else found.notes,
    )


def _choose_preferred_format_file(request: ExtractRequest, record: OneGeoDatasetRecord) -> FileLink:
    """The first file of the format that is read best. Raises SourceUnreadable for a dataset without any."""
    ranked = [one for name in _PREFERRED for one in record.file_links if one.format == name]
    if ranked:
        return ranked[0]
    return choose_declared_file_link(request, record, OneGeoSource(connection="x", dataset="x"))


DRAFTING = build_remote_drafting_functions(KIND, inspect_dataset, parse_dataset_page_url)
