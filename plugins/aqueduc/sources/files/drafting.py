"""A file of the drop folder, or wherever the steward has it, as a draft reads it."""

from pathlib import Path

from aqueduc.connections import Connection
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.files import InspectedFile, inspect_document
from aqueduc.draft.kinds import SourceDrafting, SourceInspection
from aqueduc.draft.request import FIRST_LOOK, DraftRequest
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.files import KIND
from aqueduc.sources.files.adapter import locate_file


def inspect_file(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    place = (
        _("du dépôt {connection}").format(connection=wanted.connection)
        if wanted.connection
        else _("donné tel quel")
    )
    source = {"file": wanted.reached_by, "path": wanted.target}
    path = _locate_file(wanted, bench)
    return inspect_document(
        InspectedFile(wanted, bench, path, called=wanted.target, place=str(place), source=source)
    )


def _locate_file(wanted: DraftRequest, bench: DraftSandbox) -> Path:
    """The real path, by the rules of the source: inside the folder, readable."""
    source = {"file": wanted.reached_by, "path": wanted.target, "format": "csv"}
    request = ExtractRequest(
        dataset=bench.as_text(wanted.name, source, ("x",)),
        connection=bench.workspace.connections.get(wanted.reached_by),
        window=None,
        timezone="UTC",
        etag=None,
        scratch=bench.folder,
        target=bench.folder / "x",
    )
    request.origin.check_kind(request.connection, KIND.connection_types)
    return locate_file(request)


def build_file_request(name: str, connection: str, target: str) -> DraftRequest:
    """A file in the folder of a connection."""
    return DraftRequest(name, "file", target, connection)


def recognise_file_request(name: str, text: str) -> DraftRequest | None:
    path = Path(text).expanduser().resolve()
    if not path.is_file():
        return None
    look = Connection(id=FIRST_LOOK, kind="fs", extra={"path": str(path.parent)})
    return DraftRequest(name, "file", path.name, None, {}, look)


DRAFTING = SourceDrafting(choose=build_file_request, look=inspect_file, recognise=recognise_file_request)
