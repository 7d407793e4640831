"""A first draft of a declaration, from a look at its source: the sure is written, the doubtful is asked.

``draft_declaration`` looks and proposes; ``write_declaration_draft`` puts the files into ``include/``. No cell of the
source is in either.
"""

from aqueduc.draft.drafting import (
    DeclarationDraft,
    draft_declaration,
    find_existing_draft_files,
    write_declaration_draft,
)
from aqueduc.draft.kinds import build_draft_request_from_path_or_url, load_source_drafting_functions
from aqueduc.draft.national import (
    SchemaCatalogue,
    fetch_schema_catalogue_from_index,
    load_schema_catalogue_from_folder,
)
from aqueduc.draft.request import DraftRequest, InvalidDraftRequest

__all__ = [
    "DeclarationDraft",
    "DraftRequest",
    "InvalidDraftRequest",
    "SchemaCatalogue",
    "build_draft_request_from_path_or_url",
    "draft_declaration",
    "fetch_schema_catalogue_from_index",
    "find_existing_draft_files",
    "load_schema_catalogue_from_folder",
    "load_source_drafting_functions",
    "write_declaration_draft",
]
