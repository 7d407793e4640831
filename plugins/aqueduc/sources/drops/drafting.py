"""A file of a drop, wherever it is, as a draft reads it."""

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from aqueduc.declaration.source_kind import SourceKind
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.files import FileToInspect, detect_format_and_inspect_file
from aqueduc.draft.kinds import SourceDraftingFunctions, SourceInspection
from aqueduc.draft.remote import build_inspection_extract_request
from aqueduc.draft.request import DraftRequest, InvalidDraftRequest
from aqueduc.language import _
from aqueduc.sources.adapter import import_object_of_source_kind
from aqueduc.sources.drops import is_file_pattern
from aqueduc.sources.drops.listing import DropOpener


def build_drop_drafting_functions(
    kind: SourceKind,
    open_drop: str,
    recognise: Callable[[str, str], DraftRequest | None] = lambda *_: None,
) -> SourceDraftingFunctions:
    """How a kind of source is drafted whose files are in a drop. ``open_drop``: its ``DropOpener``
    (``module:object``), loaded when a file is looked at."""

    def choose(name: str, connection: str, target: str) -> DraftRequest:
        if is_file_pattern(target):
            raise InvalidDraftRequest(
                _(
                    "« {path} » désigne plusieurs fichiers : ébaucher d'après un seul, puis écrire le motif "
                    "et « take: » dans la déclaration"
                ).format(path=target)
            )
        return DraftRequest(name, kind.name, target, connection)

    def look(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
        return _inspect_file(
            wanted, bench, kind.connection_types, import_object_of_source_kind(kind.name, open_drop)
        )

    return SourceDraftingFunctions(choose=choose, look=look, recognise=recognise)


def _inspect_file(
    wanted: DraftRequest, bench: DraftSandbox, connection_types: Sequence[str], open_drop: DropOpener
) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    place = (
        _("du dépôt {connection}").format(connection=wanted.connection)
        if wanted.connection
        else _("donné tel quel")
    )
    source = {wanted.kind: wanted.connection_name, "path": wanted.target}
    request = build_inspection_extract_request(wanted, bench, {**source, "format": "csv"}, connection_types)
    with open_drop(request) as drop:
        path = drop.fetch_file(
            drop.find_file(wanted.target), bench.folder / f"file{PurePosixPath(wanted.target).suffix}"
        )
    return detect_format_and_inspect_file(
        FileToInspect(wanted, bench, path, called=wanted.target, place=str(place), source=source)
    )
