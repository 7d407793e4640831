"""A layer of WFS, drafted from the capabilities of its service and its first page."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.kinds import SourceInspection
from aqueduc.draft.remote import (
    build_inspection_extract_request,
    build_remote_drafting_functions,
    inspect_remote_dataset,
)
from aqueduc.draft.request import DraftRequest
from aqueduc.sources.client import SourceClient
from aqueduc.sources.wfs import KIND, USUAL_OUTPUT, WfsSource
from aqueduc.sources.wfs.adapter import (
    build_remote_dataset_metadata,
    choose_geojson_output_format,
    fetch_column_names,
    read_capabilities,
)

_OF_THE_SERVICE = ("map",)
"""The parameters of an address that are the service's own: the file that MapServer or QGIS Server shows."""


def inspect_layer(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    source = {"wfs": wanted.connection_name, "dataset": wanted.target}
    request = build_inspection_extract_request(wanted, bench, source, KIND.connection_types)
    with SourceClient(request.source_origin, request.connection) as client:
        capabilities = read_capabilities(request, client)
        output = choose_geojson_output_format(capabilities)
        asked = WfsSource(connection=wanted.connection_name, dataset=wanted.target, output=output)
        names = fetch_column_names(request, asked, client, located=False)
    if output != USUAL_OUTPUT:
        source["output"] = output
    record = build_remote_dataset_metadata(capabilities, wanted.target)
    return inspect_remote_dataset(wanted, bench, source, record, names)


def parse_layer_request_url(text: str) -> tuple[str, str] | None:
    """In the address of a request for a layer, whatever the case of its parameters."""
    parts = urlsplit(text)
    given = {key.lower(): value for key, value in parse_qsl(parts.query)}
    layer = given.get("typenames") or given.get("typename")
    if parts.scheme not in ("http", "https") or parts.username or given.get("service", "").upper() != "WFS":
        return None
    if not layer:
        return None
    kept = urlencode(
        [(key, value) for key, value in parse_qsl(parts.query) if key.lower() in _OF_THE_SERVICE]
    )
    return parts._replace(query=kept, fragment="").geturl(), layer


DRAFTING = build_remote_drafting_functions(KIND, inspect_layer, parse_layer_request_url)
