"""What is done to a column, in words: the same in a DAG's page, on the screen, on the platform's record, in
the texts that are signed and in the certificate."""

from aqueduc.declaration.spec import (
    ColumnDeclaration,
    DateGeneralisationLevel,
    HierarchyLevels,
    PrivacySettings,
    RecodingMode,
)
from aqueduc.language import Message, _, format_exact_number, join_messages


def describe_column_treatment(column: ColumnDeclaration, privacy: PrivacySettings | None) -> Message:
    """What is done to a column, its hierarchy included: what is recoded is not published as it is."""
    text, ladder = column.rule.describe(), privacy.find_hierarchy(column.name) if privacy else None
    if privacy is None or ladder is None:
        return text
    if privacy.recode not in (None, RecodingMode.FIXED):
        coarser = _("{treatment}, ou moins précise selon sa hiérarchie ({levels})")
        return coarser.format(treatment=text, levels=describe_hierarchy_levels(ladder))
    fixed = _FIRST_LEVEL.format(level=_list_hierarchy_levels(ladder)[0])
    as_is = column.rule.capabilities.as_is
    return fixed if as_is else _("{treatment}, puis {then}").format(treatment=text, then=fixed)


_FIRST_LEVEL = _("ramenée au premier niveau de sa hiérarchie ({level})")


def is_fixed_recoding_description(described: str) -> bool:
    """Whether this French treatment is that of a column of which no value stays as its rule leaves it."""
    return _FIRST_LEVEL.french_text.split("{")[0] in described


def describe_hierarchy_levels(ladder: HierarchyLevels) -> Message:
    """The levels of a hierarchy, the finest first."""
    return join_messages([*_list_hierarchy_levels(ladder), _("puis « * »")])


def _list_hierarchy_levels(ladder: HierarchyLevels) -> list[Message]:
    if ladder.dates:
        return [_STEPS[step] for step in ladder.dates]
    if ladder.bands:
        return [_("tranches de {width}").format(width=format_exact_number(width)) for width in ladder.bands]
    if ladder.prefix:
        return [_("premiers caractères : {length}").format(length=length) for length in ladder.prefix]
    return [_("fichier {path}").format(path=ladder.path)]


_STEPS = {
    DateGeneralisationLevel.MONTH: _("mois"),
    DateGeneralisationLevel.QUARTER: _("trimestre"),
    DateGeneralisationLevel.YEAR: _("année"),
    DateGeneralisationLevel.DECADE: _("décennie"),
}
