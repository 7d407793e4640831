"""A layer of ArcGIS, drafted from what its service says of it."""

import re

from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.kinds import SourceDrafting, SourceInspection
from aqueduc.draft.remote import build_first_request, build_remote_request, inspect_remote_dataset
from aqueduc.draft.request import DraftRequest
from aqueduc.sources.arcgis import KIND, ArcgisSource
from aqueduc.sources.arcgis.adapter import ArcgisService, describe_record
from aqueduc.sources.client import SourceClient

_ADDRESS = re.compile(
    r"(https?://[^/@?#]+(?:/[^?#]*?)?/rest/services)/([^?#]+/(?:FeatureServer|MapServer)/[0-9]+)(?:/query)?/?(?:[?#].*)?"
)


def inspect_layer(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    source = {"arcgis": wanted.reached_by, "dataset": wanted.target}
    request = build_first_request(wanted, bench, source)
    request.origin.check_kind(request.connection, KIND.connection_types)
    asked = ArcgisSource(connection=wanted.reached_by, dataset=wanted.target)
    with SourceClient(request.origin, request.connection) as client:
        layer = ArcgisService(request.origin, request.connection, client, asked).read_layer(request)
    return inspect_remote_dataset(wanted, bench, source, describe_record(layer), tuple(layer.fields))


def choose_layer(name: str, connection: str, dataset: str) -> DraftRequest:
    return DraftRequest(name, KIND.name, dataset, connection)


def recognise_layer(name: str, text: str) -> DraftRequest | None:
    found = _ADDRESS.fullmatch(text)
    return build_remote_request(KIND.name, name, found[1], found[2]) if found else None


DRAFTING = SourceDrafting(choose=choose_layer, look=inspect_layer, recognise=recognise_layer)
