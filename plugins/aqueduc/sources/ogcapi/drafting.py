"""A collection of OGC API Features, drafted from its record and its first page."""

import re

from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.kinds import SourceInspection
from aqueduc.draft.remote import (
    build_dataset_url_parser,
    build_inspection_extract_request,
    build_remote_drafting_functions,
    inspect_remote_dataset,
)
from aqueduc.draft.request import DraftRequest
from aqueduc.sources.client import SourceClient
from aqueduc.sources.ogcapi import KIND, OgcApiSource
from aqueduc.sources.ogcapi.adapter import fetch_column_names, fetch_remote_dataset_metadata

_ADDRESS = re.compile(r"(https?://[^/@?#]+(?:/[^?#]*?)?)/collections/([^/?#]+)(?:/items)?/?(?:[?#].*)?")


def inspect_collection(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    source = {"ogcapi": wanted.connection_name, "dataset": wanted.target}
    request = build_inspection_extract_request(wanted, bench, source, KIND.connection_types)
    asked = OgcApiSource(connection=wanted.connection_name, dataset=wanted.target)
    with SourceClient(request.source_origin, request.connection) as client:
        record = fetch_remote_dataset_metadata(request, asked, client)
        names = fetch_column_names(request, asked, client, located=False)
    return inspect_remote_dataset(wanted, bench, source, record, names)


DRAFTING = build_remote_drafting_functions(KIND, inspect_collection, build_dataset_url_parser(_ADDRESS))
