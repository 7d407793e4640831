"""What is done to a column, in words: the same in a DAG's page, on the screen, on the platform's record, in
the texts that are signed and in the certificate."""

from __future__ import annotations

from aqueduc.declaration.spec import Column, DateStep, Ladder, Privacy, Recode
from aqueduc.language import Message, _, exact, join


def describe_treatment(column: Column, privacy: Privacy | None) -> Message:
    """What is done to a column, its hierarchy included: what is recoded is not published as it is."""
    text, ladder = column.rule.describe(), privacy.ladder(column.name) if privacy else None
    if privacy is None or ladder is None:
        return text
    if privacy.recode not in (None, Recode.FIXED):
        coarser = _("{treatment}, ou moins précise selon sa hiérarchie ({levels})")
        return coarser.format(treatment=text, levels=describe_levels(ladder))
    fixed = _("ramenée au premier niveau de sa hiérarchie ({level})").format(level=_levels(ladder)[0])
    as_is = column.rule.capabilities.as_is
    return fixed if as_is else _("{treatment}, puis {then}").format(treatment=text, then=fixed)


def describe_levels(ladder: Ladder) -> Message:
    """The levels of a hierarchy, the finest first."""
    return join([*_levels(ladder), _("puis « * »")])


def _levels(ladder: Ladder) -> list[Message]:
    if ladder.dates:
        return [_STEPS[step] for step in ladder.dates]
    if ladder.bands:
        return [_("tranches de {width}").format(width=exact(width)) for width in ladder.bands]
    if ladder.prefix:
        return [_("premiers caractères : {length}").format(length=length) for length in ladder.prefix]
    return [_("fichier {path}").format(path=ladder.path)]


_STEPS = {
    DateStep.MONTH: _("mois"),
    DateStep.QUARTER: _("trimestre"),
    DateStep.YEAR: _("année"),
    DateStep.DECADE: _("décennie"),
}
