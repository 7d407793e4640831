"""A layer of ArcGIS, drafted from what its service says of it."""

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
from aqueduc.sources.arcgis import KIND, ArcgisSource
from aqueduc.sources.arcgis.adapter import ArcgisLayerClient, build_remote_dataset_metadata
from aqueduc.sources.client import SourceClient

_ADDRESS = re.compile(
    r"(https?://[^/@?#]+(?:/[^?#]*?)?/rest/services)/([^?#]+/(?:FeatureServer|MapServer)/[0-9]+)(?:/query)?/?(?:[?#].*)?"
)


def inspect_layer(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    source = {"arcgis": wanted.connection_name, "dataset": wanted.target}
    request = build_inspection_extract_request(wanted, bench, source, KIND.connection_types)
    asked = ArcgisSource(connection=wanted.connection_name, dataset=wanted.target)
    with SourceClient(request.source_origin, request.connection) as client:
        layer = ArcgisLayerClient(request.source_origin, request.connection, client, asked).read_layer(
            request
        )
    return inspect_remote_dataset(
        wanted, bench, source, build_remote_dataset_metadata(layer), tuple(layer.field_types)
    )


DRAFTING = build_remote_drafting_functions(KIND, inspect_layer, build_dataset_url_parser(_ADDRESS))
