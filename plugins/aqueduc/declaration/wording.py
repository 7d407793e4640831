"""A rule in French words: the same in a DAG's page, on the platform's record, in the texts that are signed
and in the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from aqueduc.declaration.model import (
    Band,
    Cell,
    Clip,
    Column,
    Constant,
    DateStep,
    DateUnit,
    Department,
    Distribution,
    Drop,
    Generalise,
    Hierarchy,
    Ladder,
    Locate,
    Mask,
    Noise,
    Privacy,
    Pseudonym,
    Publish,
    Recode,
    Round,
    Rule,
    Scrub,
    Snap,
    SuppressUnder,
    Transform,
    Truncate,
)
from aqueduc.language import ROW, ROWS, Said, counted


def treated(column: Column, privacy: Privacy | None) -> str:
    """What is done to a column, its hierarchy included: what is recoded is not published as it is."""
    ladder = privacy.ladder(column.name) if privacy else None
    if privacy is None or ladder is None:
        return described(column.rule)
    if privacy.recode not in (None, Recode.FIXED):
        return f"{described(column.rule)}, ou moins précise selon sa hiérarchie ({steps(ladder)})"
    fixed = f"ramenée au premier niveau de sa hiérarchie ({_levels(ladder)[0]})"
    return fixed if isinstance(column.rule, Publish) else f"{described(column.rule)}, puis {fixed}"


def counted_units(unit: Sequence[str], count: int) -> Said:
    """What classes count: « 5 lignes », or « 5 unités (plaque) » where ``privacy.unit`` is declared."""
    if not unit:
        return counted(count, ROW, ROWS)
    units = counted(count, Said("unité", "unit"), Said("unités", "units"))
    return Said("{} ({})", "{} ({})").format(units, ", ".join(unit))


def steps(ladder: Ladder) -> str:
    """The levels of a hierarchy, the finest first."""
    return ", ".join([*_levels(ladder), "puis « * »"])


def _levels(ladder: Ladder) -> list[str]:
    if ladder.dates:
        return [_STEPS[step] for step in ladder.dates]
    if ladder.bands:
        return [f"tranches de {exact(width)}" for width in ladder.bands]
    if ladder.prefix:
        return [f"premiers caractères : {length}" for length in ladder.prefix]
    return [f"fichier {ladder.path}"]


_STEPS = {
    DateStep.MONTH: "mois",
    DateStep.QUARTER: "trimestre",
    DateStep.YEAR: "année",
    DateStep.DECADE: "décennie",
}


def exact(value: float) -> str:
    """A number as it was declared, neither rounded nor in powers of ten: ``1000000``, ``0,005``."""
    return f"{Decimal(repr(round(value, 10))):f}".removesuffix(".0").replace(".", ",")


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
            return f"effectif : lignes retirées sous {threshold}, ou sans nombre"
        case Cell():
            return f"secret statistique : {secrecy(rule)}"
        case Scrub():
            return "expurgée : les identifiants reconnus dans le texte sont remplacés par « [retiré] »"
        case Transform(path=path, function=function):
            return f"transformée par la fonction « {function} » de la Ville ({path})"
        case Pseudonym(rotate=rotate):
            renewed = ", renouvelé à chaque extrait" if rotate else ""
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
    share = (
        f" ou dont une tient plus de {exact(rule.at_most * 100)} %" if rule.largest and rule.at_most else ""
    )
    return f"lignes retirées sous {rule.at_least} {what}{share}, ou sans ce nombre"


def _shortened(rule: Truncate | Mask | Department) -> str:
    match rule:
        case Truncate(length=length):
            return (
                "réduite à son premier caractère"
                if length == 1
                else f"réduite à ses {length} premiers caractères"
            )
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
            return f"généralisée par tranches de {exact(width)}"
        case Hierarchy(path=path, level=level):
            return f"généralisée au niveau {level} de {path}"
        case Snap(metres=metres):
            return f"ramenée au centre d'une maille de {exact(metres)} m (Lambert-93)"
        case Locate(path=path):
            return f"remplacée par la zone de {path} qui contient la position"


def _altered(rule: Clip | Round | Noise) -> str:
    match rule:
        case Clip(minimum=minimum, maximum=maximum):
            low = [f"{exact(minimum)} au moins"] if minimum is not None else []
            high = [f"{exact(maximum)} au plus"] if maximum is not None else []
            return f"bornée : {', '.join([*low, *high])}"
        case Round(step=step):
            return f"arrondie au multiple de {exact(step)} le plus proche"
        case Noise(distribution=distribution, scale=scale, step=step):
            law = "de Laplace" if distribution is Distribution.LAPLACE else "gaussien"
            return f"bruitée : bruit {law} d'échelle {exact(scale)}, arrondi à {exact(step)}"


_UNITS = {
    DateUnit.HOUR: "à l'heure",
    DateUnit.DAY: "au jour",
    DateUnit.MONTH: "au mois",
    DateUnit.QUARTER: "au trimestre",
    DateUnit.YEAR: "à l'année",
}
