"""A rule in French words: the same in a DAG's page, on the platform's record and in the certificate."""

from __future__ import annotations

from aqueduc.declaration.model import (
    Band,
    DateUnit,
    Drop,
    Generalise,
    Pseudonym,
    Publish,
    Rule,
    Snap,
    SuppressUnder,
    Truncate,
)


def described(rule: Rule) -> str:
    """What the rule does, for a report, in French."""
    match rule:
        case Publish():
            return "publiée telle quelle"
        case Drop():
            return "retirée"
        case Generalise(unit=unit):
            return f"généralisée : {_UNITS[unit]}"
        case Band(width=width):
            return f"généralisée par tranches de {width:g}"
        case Truncate(length=length):
            return f"réduite à ses {length} premiers caractères"
        case Snap(metres=metres):
            return f"ramenée au centre d'une maille de {metres:g} m (Lambert-93)"
        case Pseudonym():
            return "remplacée par un pseudonyme à clé (reste une donnée personnelle)"
        case SuppressUnder(threshold=threshold):
            return f"effectif : lignes retirées sous {threshold}"


_UNITS = {
    DateUnit.HOUR: "à l'heure",
    DateUnit.DAY: "au jour",
    DateUnit.MONTH: "au mois",
    DateUnit.QUARTER: "au trimestre",
    DateUnit.YEAR: "à l'année",
}
