"""A collection of OGC API Features, drafted from its record and its first page."""

import re

from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.kinds import SourceDrafting, SourceInspection
from aqueduc.draft.remote import build_first_request, build_remote_request, inspect_remote_dataset
from aqueduc.draft.request import DraftRequest
from aqueduc.sources.client import SourceClient
from aqueduc.sources.ogcapi import KIND, OgcApiSource
from aqueduc.sources.ogcapi.adapter import list_columns, read_record

_ADDRESS = re.compile(r"(https?://[^/@?#]+(?:/[^?#]*?)?)/collections/([^/?#]+)(?:/items)?/?(?:[?#].*)?")


def inspect_collection(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    source = {"ogcapi": wanted.reached_by, "dataset": wanted.target}
    request = build_first_request(wanted, bench, source)
    request.origin.check_kind(request.connection, KIND.connection_types)
    asked = OgcApiSource(connection=wanted.reached_by, dataset=wanted.target)
    with SourceClient(request.origin, request.connection) as client:
        record = read_record(request, asked, client)
        names = list_columns(request, asked, client, located=False)
    return inspect_remote_dataset(wanted, bench, source, record, names)


def choose_collection(name: str, connection: str, dataset: str) -> DraftRequest:
    return DraftRequest(name, KIND.name, dataset, connection)


def recognise_collection(name: str, text: str) -> DraftRequest | None:
    found = _ADDRESS.fullmatch(text)
    return build_remote_request(KIND.name, name, found[1], found[2]) if found else None


DRAFTING = SourceDrafting(choose=choose_collection, look=inspect_collection, recognise=recognise_collection)
