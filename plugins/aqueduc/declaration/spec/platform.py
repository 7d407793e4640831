"""A platform of the city's, as ``city.yaml`` tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, InstanceOf
from pydantic_core import PydanticKnownError

from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.spec.base import FrozenModel, Needs, Spec, Switch, Text, Whole
from aqueduc.language import N_, _
from aqueduc.platforms import PLATFORMS

if TYPE_CHECKING:
    from aqueduc.declaration.platform_kind import PlatformKind


def _require_known_kind(raw: Any) -> Any:
    """As pydantic refuses a word that is not in a closed list; which it is not, since packages add to it."""
    if raw in PLATFORMS:
        return raw
    raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, PLATFORMS.builtin_names))})


KeyProblem = tuple[str, type[DeclarationProblem]]
"""A key, and what is wrong with its value."""


class PlatformSpec(Spec):
    meaning = N_("Une plateforme où publier.")

    needs: ClassVar[Needs] = {"type": _("« type: {name} »").format(name=PLATFORMS.builtin_names[0])}

    type: Annotated[str, BeforeValidator(_require_known_kind)] | None = Field(
        None, description=N_("Ce qu'est la plateforme.")
    )
    connection: Text | None = Field(
        None, description=N_("La connexion d'Airflow vers la plateforme (son adresse, et de quoi y écrire).")
    )
    pool: Annotated[Whole, Field(gt=0)] = Field(
        4,
        description=N_(
            "Combien de publications à la fois, au plus, sous Airflow, quand son pool y est créé ; ensuite, sa taille "
            "s'y règle."
        ),
    )
    largest_file_mb: Annotated[Whole, Field(gt=0)] | None = Field(
        None,
        description=N_("Le plus gros fichier qu'elle accepte, en Mo : un plus gros est vu avant le dépôt."),
        examples=[100],
    )
    convention: Switch | None = Field(
        None,
        description=N_(
            "Si la convention lie cette plateforme : rien n'y est publié hors de sa durée. Sans réponse : oui "
            "là où d'autres tiennent la plateforme pour la Ville, non ailleurs."
        ),
    )

    withdrawn: Literal["tombstone", "purge"] = Field(
        "tombstone",
        description=N_(
            "Ce qui reste de la fiche d'un jeu retiré : tombstone, la fiche vide et cachée, qui garde son "
            "identifiant ; purge, rien."
        ),
    )

    @property
    def replaced_file_retention_days(self) -> int:
        """How many days a replaced file can still be read there."""
        return 0

    @property
    def manually_maintained_fields(self) -> tuple[str, ...]:
        """Fields of a record that people keep on the platform once Aqueduc has made it."""
        return ()

    @property
    def public_url(self) -> str | None:
        """Where visitors read it, if that is declared here and not in a connection."""
        return None

    def list_spec_problems(self) -> Iterable[KeyProblem]:
        """What of it does not fit together."""
        return ()


class ConnectedPlatformSpec(PlatformSpec):
    """Of a platform that only a connection leads to."""

    needs: ClassVar[Needs] = {
        **PlatformSpec.needs,
        "connection": _("« connection: datasud »"),
    }


class PlatformSettings(FrozenModel):
    """A platform of ``city.yaml``, by its name, and what is written of it."""

    name: str
    spec: InstanceOf[PlatformSpec]

    @property
    def kind(self) -> PlatformKind:
        """Raises ExtensionBroken when it comes from a package that cannot be loaded."""
        return PLATFORMS[str(self.spec.type)]

    @property
    def connection(self) -> str:
        """The id of its connection, which bears its own name unless it is said otherwise."""
        return self.spec.connection or self.name

    @property
    def under_convention(self) -> bool:
        """Whether the convention binds it: as declared, else as its kind has it."""
        if self.spec.convention is not None:
            return self.spec.convention
        kind = PLATFORMS.get(self.spec.type)
        return kind is not None and kind.capabilities.under_convention
