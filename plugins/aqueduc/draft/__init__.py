"""A first draft of a declaration, from a look at its source: the sure is written, the doubtful is asked.

``draft_declaration`` looks and proposes; ``write_draft_files`` puts the files into ``include/``. No cell of the
source is in either.
"""

from aqueduc.draft.drafting import (
    DeclarationDraft,
    draft_declaration,
    find_existing_draft_files,
    write_draft_files,
)
from aqueduc.draft.kinds import build_draft_request_from_address, load_source_drafting_functions
from aqueduc.draft.national import SchemaCatalogue, fetch_index_catalogue, load_folder_catalogue
from aqueduc.draft.request import DraftRequest, InvalidDraftRequest

__all__ = [
    "DeclarationDraft",
    "DraftRequest",
    "InvalidDraftRequest",
    "SchemaCatalogue",
    "build_draft_request_from_address",
    "draft_declaration",
    "fetch_index_catalogue",
    "find_existing_draft_files",
    "load_folder_catalogue",
    "load_source_drafting_functions",
    "write_draft_files",
]
