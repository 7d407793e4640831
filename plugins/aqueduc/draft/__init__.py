"""A first draft of a declaration, from a look at its source: the sure is written, the doubtful is asked.

``draft`` looks and proposes; ``write`` puts the files into ``include/``. No cell of the source is in either.
"""

from aqueduc.draft.drafting import DeclarationDraft, already_there, draft, write
from aqueduc.draft.kinds import drafting_of, recognise_source
from aqueduc.draft.national import SchemaCatalogue, from_folder, from_index
from aqueduc.draft.request import BadDraftRequest, DraftRequest

__all__ = [
    "BadDraftRequest",
    "DeclarationDraft",
    "DraftRequest",
    "SchemaCatalogue",
    "already_there",
    "draft",
    "drafting_of",
    "from_folder",
    "from_index",
    "recognise_source",
    "write",
]
