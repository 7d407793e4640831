"""A first draft of a declaration, from a look at its source: the sure is written, the doubtful is asked.

``draft`` looks and proposes; ``write`` puts the files into ``include/``. No cell of the source is in either.
"""

from aqueduc.draft.drafting import Draft, already_there, draft, write
from aqueduc.draft.national import Catalogue, from_folder, from_index
from aqueduc.draft.wanted import Misspelt, Wanted, address, bare, file, table

__all__ = [
    "Catalogue",
    "Draft",
    "Misspelt",
    "Wanted",
    "address",
    "already_there",
    "bare",
    "draft",
    "file",
    "from_folder",
    "from_index",
    "table",
    "write",
]
