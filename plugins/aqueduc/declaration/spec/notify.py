"""Who is told what, and by which way: ``notify:`` of ``city.yaml``."""

from typing import Annotated, Literal

from pydantic import Field

from aqueduc.declaration.spec.base import Email, Spec, Text, Whole, build_field_with_hidden_default
from aqueduc.language import N_

AlertKind = Literal[
    "failed",
    "held",
    "late",
    "drift",
    "incident",
    "deadline",
    "agreement",
    "withdrawal",
    "claim",
    "silence",
    "witness",
]
Audience = Literal["steward", "operator", "dpo", "signatory", "region"]

MAIL_CONNECTION = "smtp_default"
"""Airflow's own name for the connection that e-mails leave by."""


class AlertAudienceSettings(Spec):
    meaning = N_("Qui est prévenu, de quoi, et par où.")

    mails: tuple[Email, ...] = build_field_with_hidden_default(
        (),
        description=N_("Les adresses électroniques, à la place de celle que l'on sait déjà."),
        examples=[["opendata@ville.example"]],
    )
    channels: tuple[Text, ...] = build_field_with_hidden_default(
        (),
        description=N_(
            "Les connexions d'Airflow dont le mot de passe est une adresse d'apprise (Mattermost, Tchap, Slack, "
            "Teams…)."
        ),
        examples=[["mattermost_donnees"]],
    )
    kinds: tuple[AlertKind, ...] | None = Field(
        None,
        description=N_("Les seules sortes d'alerte à dire ; toutes par défaut."),
        examples=[["incident"]],
    )

    def wants_alert_kind(self, kind: AlertKind) -> bool:
        return self.kinds is None or kind in self.kinds


class NotifySettings(Spec):
    meaning = N_("Qui est prévenu de ce qui échoue, se fait attendre, ou demande une décision.")

    mail: Text = Field(
        MAIL_CONNECTION, description=N_("La connexion d'Airflow (SMTP) par laquelle partent les courriels.")
    )
    steward: AlertAudienceSettings = build_field_with_hidden_default(
        AlertAudienceSettings(),
        description=N_("Les producteurs ; par défaut, le contact du jeu dont il est question."),
    )
    operator: AlertAudienceSettings = build_field_with_hidden_default(
        AlertAudienceSettings(),
        description=N_(
            "Qui exploite Aqueduc ; par défaut, personne d'autre que le contact du jeu ou de la Ville."
        ),
    )
    dpo: AlertAudienceSettings = build_field_with_hidden_default(
        AlertAudienceSettings(),
        description=N_("Le délégué à la protection des données ; par défaut, l'adresse de « dpo: »."),
    )
    signatory: AlertAudienceSettings = build_field_with_hidden_default(
        AlertAudienceSettings(),
        description=N_(
            "Qui accorde, si ce n'est pas le délégué ; par défaut, les adresses des personnes de ce rôle."
        ),
    )
    region: AlertAudienceSettings = build_field_with_hidden_default(
        AlertAudienceSettings(),
        description=N_("La Région ; par défaut, « project_lead » de la convention."),
    )
    digest: tuple[Audience, ...] = build_field_with_hidden_default(
        ("steward", "operator", "dpo"),
        description=N_("Qui reçoit le lundi la semaine des données ouvertes ; personne : []."),
        examples=[["steward"], []],
    )
    heartbeat: Text | None = Field(
        None,
        description=N_(
            "La connexion d'Airflow dont le mot de passe est une adresse http(s), appelée après chaque tour "
            "d'envoi réussi : qui la tient s'alarme de ne plus rien recevoir."
        ),
        examples=["sentinelle"],
    )
    silence_hours: Annotated[Whole, Field(ge=1, le=720)] = Field(
        26,
        description=N_("Après combien d'heures sans réconciliation, ou sans tour d'envoi, une alerte part."),
    )
