"""What to draft: a table, an address or a file; and, for a first look, one that no connection names yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aqueduc.connections import Connection, ConnectionLookup
from aqueduc.declaration.source_kind import SourceKindDraftSettings
from aqueduc.language import _
from aqueduc.sources import SOURCES

FIRST_LOOK = "premier-coup-d-oeil"
"""The connection of a path or an address given as it is; it exists for as long as the look."""


class InvalidDraftRequest(ValueError):
    """A request for a draft that makes no sense; the message says why, in French, and holds no secret."""


@dataclass(frozen=True)
class DraftRequest:
    """The source to draft a declaration of: ``target`` is ``schema.table``, the path at the API, or the path
    of the file in its folder. ``records``: the dotted path of the list to read in a JSON document. ``sheet``: the
    sheet to read in a workbook, by its name or its rank among the visible ones.

    ``connection`` None: not named yet; ``look`` is then how to reach the source, without a secret.
    """

    name: str
    kind: str
    target: str
    connection: str | None
    parameters: Mapping[str, str] = field(default_factory=dict)
    look: Connection | None = field(default=None, repr=False)
    records: str | None = None
    sheet: str | None = None

    @property
    def connection_name(self) -> str:
        return self.connection or FIRST_LOOK

    @property
    def source_label(self) -> str:
        """The source in the words of a draft: no host, no folder of the machine."""
        return f"{self.source_kind_draft_options.noun} {self.target}"

    @property
    def source_kind_draft_options(self) -> SourceKindDraftSettings:
        """What is known of its kind."""
        return get_draft_options_of_source_kind(self.kind)


def get_draft_options_of_source_kind(kind: str) -> SourceKindDraftSettings:
    """Raises InvalidDraftRequest for a kind that is not drafted."""
    found = SOURCES[kind].draft
    if found is None:
        raise InvalidDraftRequest(
            _("une source « {kind} » ne s'ébauche pas : écrire sa déclaration à la main").format(kind=kind)
        )
    return found


@dataclass(frozen=True)
class LookupWithAdHocConnection:
    """The connections of the place, and that of the first look."""

    known: ConnectionLookup
    look: Connection | None

    def get(self, identifier: str) -> Connection:
        """The connection of this identifier. Raises ConnectionMissing."""
        if self.look is not None and identifier == FIRST_LOOK:
            return self.look
        return self.known.get(identifier)
