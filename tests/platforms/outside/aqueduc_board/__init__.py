"""A kind of platform that Aqueduc has never heard of: a notice board, which is a folder."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.platform_kind import ConnectionType, PlatformKind, PlatformKindCapabilities
from aqueduc.declaration.spec import Needs, PlatformSpec, Text
from aqueduc.language import _

BoardHidesNothing = DeclarationProblem.define_subclass(
    "tableau-public",
    _("« {platform} » est un tableau : tous le lisent"),
    _("publier ailleurs"),
)


class BoardSpec(PlatformSpec):
    """Un tableau d'affichage."""

    needs: ClassVar[Needs] = {**PlatformSpec.needs, "wall": _("« wall: /srv/mur »")}

    wall: Text | None = Field(None, description="Le dossier où l'on affiche.")


KIND = PlatformKind(
    name="board",
    label="tableau d'affichage",
    spec=BoardSpec,
    adapter="aqueduc_board.adapter:open_board",
    greeting=_("tableau {} ; on y affiche pour « {} »"),
    capabilities=PlatformKindCapabilities(refuses_restricted=BoardHidesNothing),
    connection=ConnectionType(
        label="Tableau d'affichage",
        usual_id="mairie",
        module="aqueduc_board.connection",
        behaviour={"hidden-fields": ["login", "password"], "relabeling": {"host": "Mur"}},
    ),
)
