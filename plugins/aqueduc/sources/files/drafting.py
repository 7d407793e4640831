"""A file of the drop folder, or wherever the steward has it, as a draft reads it."""

from pathlib import Path

from aqueduc.connections import Connection
from aqueduc.draft.request import FIRST_LOOK, DraftRequest
from aqueduc.sources.drops.drafting import build_drop_drafting_functions
from aqueduc.sources.files import KIND


def build_draft_request_if_file(name: str, text: str) -> DraftRequest | None:
    path = Path(text).expanduser().resolve()
    if not path.is_file():
        return None
    look = Connection(id=FIRST_LOOK, kind="fs", extra={"path": str(path.parent)})
    return DraftRequest(name, KIND.name, path.name, None, {}, look)


DRAFTING = build_drop_drafting_functions(
    KIND, "aqueduc.sources.files.adapter:open_local_folder", build_draft_request_if_file
)
build_file_request = DRAFTING.choose
