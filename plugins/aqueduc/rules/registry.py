"""The rules there are, by the word that a steward writes: one line each, where it is. Others come from
packages, under the entry points ``aqueduc.rules``.
"""

from collections.abc import Iterable, Mapping
from inspect import isabstract
from pkgutil import resolve_name
from typing import Any

from aqueduc.errors import ExtensionBroken
from aqueduc.language import NOTHING, _
from aqueduc.registry import KindRegistry
from aqueduc.rules.rule import Rule, RuleCapabilities, RuleTexts, TreatmentCategory


def _is_rule_class_for_word(given: Any, word: str) -> bool:
    """What certificates keep of a rule is its kind: by another name it would not be found again."""
    names = {given.spelling.word, given.model_fields["kind"].default}
    whole = issubclass(given, Rule) and not isabstract(given) and names == {word}
    return whole and isinstance(given.capabilities, RuleCapabilities)


_RULES: Mapping[str, str] = {
    "publish": "aqueduc.rules.publish:UnchangedPublication",
    "drop": "aqueduc.rules.drop:ColumnRemoval",
    "generalise": "aqueduc.rules.generalise:DateGeneralisation",
    "truncate": "aqueduc.rules.truncate:TextTruncation",
    "mask": "aqueduc.rules.mask:CharacterMasking",
    "constant": "aqueduc.rules.constant:ConstantReplacement",
    "clip": "aqueduc.rules.clip:NumberClipping",
    "round": "aqueduc.rules.round:NumberRounding",
    "noise": "aqueduc.rules.noise:NoiseAddition",
    "snap": "aqueduc.rules.snap:GridSnapping",
    "locate": "aqueduc.rules.locate:ZoneLookup",
    "pseudonym": "aqueduc.rules.pseudonym:Pseudonymisation",
    "suppress_under": "aqueduc.rules.suppress_under:SmallCountRowSuppression",
    "cell": "aqueduc.rules.cell:StatisticalSecrecySuppression",
    "scrub": "aqueduc.rules.scrub:IdentifierScrubbing",
    "transform": "aqueduc.rules.transform:CustomFunctionRule",
}
_FORMS: Mapping[str, str] = {
    "band": "aqueduc.rules.generalise:NumberBanding",
    "hierarchy": "aqueduc.rules.generalise:HierarchyGeneralisation",
    "department": "aqueduc.rules.truncate:DepartmentTruncation",
}
"""What a word may give besides the rule it names, by kind."""

RULES: KindRegistry[type[Rule]] = KindRegistry(
    "aqueduc.rules", _RULES, _is_rule_class_for_word, _("ce n'est pas une règle d'Aqueduc")
)
RULE_WORDS = RULES.builtin_names
_UNKNOWN = RuleCapabilities(
    effect=TreatmentCategory.MODIFIED,
    texts=RuleTexts(describe=NOTHING, why="règle que cette version ne connaît pas"),
)


def find_rule_class_by_word(word: str) -> type[Rule] | None:
    """The rule that is written with ``word``; None when there is none. Raises ExtensionBroken."""
    if word not in RULES:
        return None
    return RULES[word]


def find_rule_class_by_kind(kind: Any) -> type[Rule] | None:
    """The rule of this ``kind``, as a file says it; None when there is none. Raises ExtensionBroken."""
    if not isinstance(kind, str):
        return None
    place = _FORMS.get(kind)
    return resolve_name(place) if place else find_rule_class_by_word(kind)


def get_rule_capabilities(kind: str) -> RuleCapabilities:
    """Of the rule whose ``kind`` a report keeps; of one that is gone, nothing is known."""
    try:
        found = find_rule_class_by_kind(kind)
    except ExtensionBroken:
        found = None
    return found.capabilities if found else _UNKNOWN


def list_capabilities_of_distinct_rule_kinds(rules: Iterable[Rule]) -> list[RuleCapabilities]:
    """Of each kind of rule among these, once, in the order in which a reader is told of them."""
    kinds = {type(rule): rule.spelling.word for rule in rules}
    words = (*RULE_WORDS, *sorted(kinds.values()))
    effects = tuple(TreatmentCategory)
    ordered = sorted(
        kinds, key=lambda kind: (effects.index(kind.capabilities.effect), words.index(kinds[kind]))
    )
    return [kind.capabilities for kind in ordered]


def list_installed_rules() -> Mapping[str, type[Rule]]:
    """Those that can be used here, by word: ours, then the packages'. It reads the entry points."""
    return {rule.spelling.word: rule for rule in RULES.list_all_kinds()}


def list_rule_packages(rules: Iterable[Rule]) -> list[str]:
    """The packages, by version, of those of these rules that are not ours: another may make another file."""
    return RULES.list_packages_providing_kinds(rule.spelling.word for rule in rules)


def parse_declared_rule(word: str, written: Any = True) -> Rule:
    """The rule that this word, and what stands after it, are. Raises ValueError."""
    found = find_rule_class_by_word(word)
    rule = found.parse_written_rule(written) if found else None
    if rule is None:
        raise ValueError(word)
    return rule


def deserialize_rule(raw: Any) -> Rule:
    """From what ``model_dump`` gave. Raises ValueError for what is no rule, or none of today's, and
    ExtensionBroken."""
    found = find_rule_class_by_kind(raw.get("kind")) if isinstance(raw, Mapping) else None
    if found is None:
        raise ValueError("no rule of this version")
    return found.model_validate(raw)
