"""Who decides from a command: whoever proves to be a person of the city, or whose name is as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aqueduc.declaration.spec import City, PersonRole
    from aqueduc.run import Workspace


def prove_decider(
    by: str, city: City, workspace: Workspace, said: Mapping[str, Any], role: PersonRole | None = None
) -> tuple[str, bool]:
    """The name of who decides what is ``said``, and whether their key proves it. Where the city declares its
    ``people:``, ``by`` is one of them, with that ``role`` (None: any), and signs.

    Raises DecisionRefused, ConnectionMissing, SigningKeyUnreadable.
    """
    from aqueduc.agreement import require_person, sign_statement
    from aqueduc.store import digest_bytes, encode_document

    if not city.people:
        return by, False
    person = require_person(city, by, role)
    sign_statement(person, digest_bytes(encode_document(dict(said))), said, workspace.connections)
    return person.name, True
