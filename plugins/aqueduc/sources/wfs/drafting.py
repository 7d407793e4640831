"""A layer of WFS, drafted from the capabilities of its service and its first page."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.kinds import SourceDrafting, SourceInspection
from aqueduc.draft.remote import build_first_request, build_remote_request, inspect_remote_dataset
from aqueduc.draft.request import DraftRequest
from aqueduc.sources.client import SourceClient
from aqueduc.sources.wfs import KIND, USUAL_OUTPUT, WfsSource
from aqueduc.sources.wfs.adapter import choose_output, describe_record, list_columns, read_capabilities

_OF_THE_SERVICE = ("map",)
"""The parameters of an address that are the service's own: the file that MapServer or QGIS Server shows."""


def inspect_layer(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    source = {"wfs": wanted.reached_by, "dataset": wanted.target}
    request = build_first_request(wanted, bench, source)
    request.origin.check_kind(request.connection, KIND.connection_types)
    with SourceClient(request.origin, request.connection) as client:
        capabilities = read_capabilities(request, client)
        output = choose_output(capabilities)
        asked = WfsSource(connection=wanted.reached_by, dataset=wanted.target, output=output)
        names = list_columns(request, asked, client, located=False)
    if output != USUAL_OUTPUT:
        source["output"] = output
    record = describe_record(capabilities, wanted.target)
    return inspect_remote_dataset(wanted, bench, source, record, names)


def choose_layer(name: str, connection: str, dataset: str) -> DraftRequest:
    return DraftRequest(name, KIND.name, dataset, connection)


def recognise_layer(name: str, text: str) -> DraftRequest | None:
    """The address of a request for a layer, whatever the case of its parameters."""
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
    base = parts._replace(query=kept, fragment="").geturl()
    return build_remote_request(KIND.name, name, base, layer)


DRAFTING = SourceDrafting(choose=choose_layer, look=inspect_layer, recognise=recognise_layer)
