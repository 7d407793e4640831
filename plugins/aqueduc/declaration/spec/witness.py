"""Where checkpoints are put, out of reach of whoever writes the store: ``witness:`` of ``city.yaml``."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.spec.base import (
    WEB_ADDRESS,
    Needs,
    Spec,
    Text,
    build_field_with_hidden_default,
    build_required_field,
)
from aqueduc.language import N_, quote_text


class GitWitness(Spec):
    meaning = N_("Un dépôt git où chaque point de contrôle est un commit.")

    needs: ClassVar[Needs] = {"connection": quote_text("connection: temoin_git")}

    connection: Text = build_required_field(
        N_(
            "La connexion d'Airflow (Git) vers le dépôt, d'un compte qui y ajoute des commits et n'en ôte pas."
        ),
        examples=["temoin_git"],
    )
    branch: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = Field(
        "registre", description=N_("La branche des points de contrôle, qui n'a rien d'autre.")
    )


class TimestampWitness(Spec):
    meaning = N_(
        "Une autorité d'horodatage (RFC 3161) : elle signe l'empreinte et l'heure, sans rien lire d'autre."
    )

    needs: ClassVar[Needs] = {
        "url": quote_text("url: https://horodatage.example/tsr"),
        "certificate": quote_text("certificate: temoin/autorite.pem"),
    }

    url: Annotated[str, Field(pattern=WEB_ADDRESS)] = build_required_field(
        N_("L'adresse de l'autorité, au choix de la Ville."), examples=["https://horodatage.example/tsr"]
    )
    certificate: Text = build_required_field(
        N_("Le fichier du certificat racine de l'autorité (PEM), dans le dossier des déclarations."),
        examples=["temoin/autorite.pem"],
    )


class WitnessSettings(Spec):
    meaning = N_(
        "Où sont déposés les points de contrôle du registre, hors de portée de qui écrit dans le dépôt."
    )

    git: GitWitness | None = Field(None, description=N_("Un dépôt git."))
    timestamp: TimestampWitness | None = Field(None, description=N_("Une autorité d'horodatage."))
    mail: tuple[Literal["dpo", "signatory", "operator", "region"], ...] = build_field_with_hidden_default(
        (),
        description=N_("Qui en reçoit un par courriel, une fois par semaine au plus."),
        examples=[["dpo", "region"]],
    )
    when_silent: Literal["continue", "stop"] = Field(
        "continue",
        description=N_(
            "Quand aucun témoin ne répond. continue : c'est dit, et les publications continuent d'après ce que le dépôt "
            "sait. stop : rien n'est publié."
        ),
    )

    @property
    def is_declared(self) -> bool:
        return bool(self.git or self.timestamp or self.mail)
