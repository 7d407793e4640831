"""What is done to a column, in French words: the same in a DAG's page, on the platform's record, in the texts
that are signed and in the certificate."""

from __future__ import annotations

from aqueduc.declaration.spec import Column, DateStep, Ladder, Privacy, Recode
from aqueduc.language import exact


def describe_treatment(column: Column, privacy: Privacy | None) -> str:
    """What is done to a column, its hierarchy included: what is recoded is not published as it is."""
    text, ladder = column.rule.tell("describe"), privacy.ladder(column.name) if privacy else None
    if privacy is None or ladder is None:
        return text
    if privacy.recode not in (None, Recode.FIXED):
        return f"{text}, ou moins précise selon sa hiérarchie ({describe_levels(ladder)})"
    fixed = f"ramenée au premier niveau de sa hiérarchie ({_levels(ladder)[0]})"
    return fixed if column.rule.capabilities.as_is else f"{text}, puis {fixed}"


def describe_levels(ladder: Ladder) -> str:
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
