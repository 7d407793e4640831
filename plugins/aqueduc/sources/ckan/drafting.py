"""A resource of CKAN, drafted from its file and the record of its dataset."""

import re
from dataclasses import replace

from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.files import FileToInspect, detect_format_and_inspect_file
from aqueduc.draft.kinds import SourceInspection
from aqueduc.draft.remote import (
    build_dataset_url_parser,
    build_inspection_extract_request,
    build_remote_drafting_functions,
)
from aqueduc.draft.request import DraftRequest
from aqueduc.language import _
from aqueduc.sources.ckan import KIND
from aqueduc.sources.ckan.adapter import CkanActionApi, fetch_remote_dataset_metadata
from aqueduc.sources.client import SourceClient

_ADDRESS = re.compile(
    r"(https?://[^/@?#]+(?:/[^?#]*?)?)/dataset/[^/?#]+/resource/([0-9a-fA-F-]{36})(?:[/?#].*)?"
)


def inspect_resource(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    source = {"ckan": wanted.connection_name, "resource": wanted.target}
    request = build_inspection_extract_request(wanted, bench, source, KIND.connection_types)
    with SourceClient(request.source_origin, request.connection) as client:
        actions = CkanActionApi(request, client)
        resource = actions.fetch_resource_record(wanted.target)
        record = fetch_remote_dataset_metadata(actions, resource)
        body = actions.download_file_unconditionally(resource)
    called = str(resource.get("url")).rpartition("/")[2]
    place = str(_("servi par le portail"))
    file = FileToInspect(wanted, bench, body.path, called=called, place=place, source=source, named=False)
    return replace(
        detect_format_and_inspect_file(file),
        subject=record.title,
        licence=record.licence,
        licence_urls=record.licence_urls,
    )


DRAFTING = build_remote_drafting_functions(KIND, inspect_resource, build_dataset_url_parser(_ADDRESS))
