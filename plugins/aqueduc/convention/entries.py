"""What the ledgers say of claims and of what is taken off, as people read it: in French, since it is signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from aqueduc.language import _

if TYPE_CHECKING:
    from aqueduc.convention.claims import Authority, Claim
    from aqueduc.sightings import IncidentSighting

TERM_CAUSE = "la convention a pris fin"
ORIGINS = {
    "region": _("la Région"),
    "citizen": _("un citoyen"),
    "service": _("un service de la Ville"),
    "aqueduc": _("vu par Aqueduc"),
}
"""From whom the city learnt of it."""
SENDER = "Aqueduc, par courriel"
"""Who told the Region, where its mail did."""
_SIGHTINGS = {
    "restricted": "n'importe qui pouvait ouvrir le jeu restreint « {title} » sur « {platform} »",
    "withdrawn": "le jeu retiré « {title} » était de nouveau visible sur « {platform} »",
}
_KINDS = {"claim": "réclamation", "incident": "incident"}
_WHOM = {"region": "La Région", "cnil": "La CNIL"}

Reading = list[dict[str, str]]
"""Labels and values, as ``lecture`` of an entry keeps them."""


def _build_label_value_entries(pairs: Iterable[tuple[str, str]]) -> Reading:
    return [{"libelle": label, "valeur": value} for label, value in pairs if value]


def describe_claim(claim: Claim) -> Reading:
    """A claim as it is noted."""
    days = " au ".join(filter(None, (claim.first_day, claim.last_day)))
    personal = " sur des données personnelles" if claim.personal else ""
    return _build_label_value_entries(
        (
            ("Nature", f"{_KINDS[claim.kind]}{personal}"),
            ("Objet", claim.what),
            ("Connu le", claim.known_at),
            ("Origine", ORIGINS[claim.origin].french_text if claim.origin else ""),
            ("Noté par", claim.by),
            ("Jeux", ", ".join(claim.datasets)),
            ("Révisions", ", ".join(claim.revisions)),
            ("Jours", days),
            (
                "Conservation",
                "aucune révision ni ligne rejetée de ces jeux n'expire jusqu'à la clôture"
                if claim.hold
                else "",
            ),
            (
                "Suspension",
                "masquage demandé, et rien n'est publié jusqu'à la clôture" if claim.suspend else "",
            ),
        )
    )


def describe_sighting(seen: IncidentSighting) -> str:
    """What Aqueduc saw, as an incident says it."""
    return _SIGHTINGS[seen.kind].format(title=seen.title, platform=seen.platform)


def describe_authority_notification(whom: Authority, at: str, by: str) -> Reading:
    return _build_label_value_entries(((f"{_WHOM[whom]} avertie le", f"{at}, par {by}"),))


def describe_claim_closure(by: str, outcome: str) -> Reading:
    return _build_label_value_entries((("Clos", f"par {by}"), ("Issue", outcome)))


def describe_takedown(
    platform: str, why: str, by: str, *, removed: bool, absent: bool, proof: str
) -> Reading:
    """A record that was hidden, or removed, or found ``absent`` before either; ``proof``: what was asked then, and
    answered."""
    done = "Déjà absent de" if absent else "Retiré de" if removed else "Caché sur"
    return _build_label_value_entries(
        (
            (done, f"« {platform} » : {why}"),
            ("Décidé par", by),
            ("Vérifié", proof),
        )
    )


def format_suspension_cause(claims: Sequence[str]) -> str:
    return f"suspendu par {', '.join(claims)}"
