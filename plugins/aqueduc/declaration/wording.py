"""A rule in French words: the same in a DAG's page, on the platform's record and in the certificate."""

from __future__ import annotations

from aqueduc.declaration.model import (
    Band,
    Cell,
    Clip,
    Constant,
    DateUnit,
    Department,
    Distribution,
    Drop,
    Generalise,
    Hierarchy,
    Locate,
    Mask,
    Noise,
    Pseudonym,
    Publish,
    Round,
    Rule,
    Scrub,
    Snap,
    SuppressUnder,
    Transform,
    Truncate,
)


def described(rule: Rule) -> str:
    """What the rule does, for a report, in French."""
    match rule:
        case Publish():
            return "publiée telle quelle"
        case Drop():
            return "retirée"
        case Constant():
            return "remplacée partout par la même mention"
        case SuppressUnder(threshold=threshold):
            return f"effectif : lignes retirées sous {threshold}"
        case Cell():
            return f"secret statistique : {secrecy(rule)}"
        case Scrub():
            return "expurgée : les identifiants trouvés dans le texte sont remplacés par « [retiré] »"
        case Transform(path=path, function=function):
            return f"transformée par la fonction « {function} » de la Ville ({path})"
        case Pseudonym(rotate=rotate):
            renewed = ", renouvelé à chaque révision" if rotate else ""
            return f"remplacée par un pseudonyme à clé{renewed} (reste une donnée personnelle)"
        case Truncate() | Mask() | Department():
            return _shortened(rule)
        case Generalise() | Band() | Hierarchy() | Snap() | Locate():
            return _coarser(rule)
        case Clip() | Round() | Noise():
            return _altered(rule)


def secrecy(rule: Cell) -> str:
    """Which rows a small-cell rule takes out."""
    what = "ménages" if rule.households else "unités"
    held = f" ou dont une tient plus de {rule.at_most:.0%}" if rule.largest and rule.at_most else ""
    return f"lignes retirées sous {rule.at_least} {what}{held.replace('%', ' %')}"


def _shortened(rule: Truncate | Mask | Department) -> str:
    match rule:
        case Truncate(length=length):
            return f"réduite à ses {length} premiers caractères"
        case Department():
            return "réduite au département"
        case Mask(first=first, last=last):
            kept = [f"{first} au début"] * bool(first) + [f"{last} à la fin"] * bool(last)
            shown = f" ; caractères gardés : {', '.join(kept)}" if kept else ""
            return f"masquée par trois étoiles{shown}"


def _coarser(rule: Generalise | Band | Hierarchy | Snap | Locate) -> str:
    match rule:
        case Generalise(unit=unit):
            return f"ramenée {_UNITS[unit]}"
        case Band(width=width):
            return f"généralisée par tranches de {width:g}"
        case Hierarchy(path=path, level=level):
            return f"généralisée au niveau {level} de {path}"
        case Snap(metres=metres):
            return f"ramenée au centre d'une maille de {metres:g} m (Lambert-93)"
        case Locate(path=path):
            return f"remplacée par la zone de {path} qui contient la position"


def _altered(rule: Clip | Round | Noise) -> str:
    match rule:
        case Clip(minimum=minimum, maximum=maximum):
            low = [f"{minimum:g} au moins"] if minimum is not None else []
            high = [f"{maximum:g} au plus"] if maximum is not None else []
            return f"bornée : {', '.join([*low, *high])}"
        case Round(step=step):
            return f"arrondie au multiple de {step:g} le plus proche"
        case Noise(distribution=distribution, scale=scale, step=step):
            law = "de Laplace" if distribution is Distribution.LAPLACE else "gaussien"
            return f"bruitée : bruit {law} d'échelle {scale:g}, arrondi à {step:g}"


_UNITS = {
    DateUnit.HOUR: "à l'heure",
    DateUnit.DAY: "au jour",
    DateUnit.MONTH: "au mois",
    DateUnit.QUARTER: "au trimestre",
    DateUnit.YEAR: "à l'année",
}
