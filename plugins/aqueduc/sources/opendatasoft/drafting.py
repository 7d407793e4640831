"""A dataset of Opendatasoft, drafted from its record."""

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
from aqueduc.sources.opendatasoft import KIND, OpendatasoftSource
from aqueduc.sources.opendatasoft.adapter import (
    build_remote_dataset_metadata,
    fetch_dataset_description,
    list_output_column_names,
)

_ADDRESS = re.compile(
    r"(https?://[^/@?#]+)/(?:explore/(?:dataset|assets)|api/explore/v2\.[01]/catalog/datasets)/([^/?#]+)(?:[/?#].*)?"
)


def inspect_dataset(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    source = {"opendatasoft": wanted.connection_name, "dataset": wanted.target}
    request = build_inspection_extract_request(wanted, bench, source, KIND.connection_types)
    asked = OpendatasoftSource(connection=wanted.connection_name, dataset=wanted.target)
    with SourceClient(request.source_origin, request.connection) as client:
        dataset = fetch_dataset_description(request, asked, client)
    return inspect_remote_dataset(
        wanted,
        bench,
        source,
        build_remote_dataset_metadata(dataset),
        tuple(list_output_column_names(dataset, True)),
    )


DRAFTING = build_remote_drafting_functions(KIND, inspect_dataset, build_dataset_url_parser(_ADDRESS))
