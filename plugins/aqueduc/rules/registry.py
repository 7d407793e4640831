"""The rules there are, by the word that a steward writes: one line each, where it is. A word that is not here
is looked for among the entry points ``aqueduc.rules`` of what is installed, and only then: to read them costs
more than to parse a DAG.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from inspect import isabstract
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from aqueduc.errors import RuleUnusable
from aqueduc.rules.rule import Rule, RuleCapabilities, RuleEffect, RuleTexts

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENTRY_POINTS = "aqueduc.rules"
_RULES: Mapping[str, str] = {
    "publish": "aqueduc.rules.publish:Publish",
    "drop": "aqueduc.rules.drop:Drop",
    "generalise": "aqueduc.rules.generalise:Generalise",
    "truncate": "aqueduc.rules.truncate:Truncate",
    "mask": "aqueduc.rules.mask:Mask",
    "constant": "aqueduc.rules.constant:Constant",
    "clip": "aqueduc.rules.clip:Clip",
    "round": "aqueduc.rules.round:Round",
    "noise": "aqueduc.rules.noise:Noise",
    "snap": "aqueduc.rules.snap:Snap",
    "locate": "aqueduc.rules.locate:Locate",
    "pseudonym": "aqueduc.rules.pseudonym:Pseudonym",
    "suppress_under": "aqueduc.rules.suppress_under:SuppressUnder",
    "cell": "aqueduc.rules.cell:Cell",
    "scrub": "aqueduc.rules.scrub:Scrub",
    "transform": "aqueduc.rules.transform:Transform",
}
_FORMS: Mapping[str, str] = {
    "band": "aqueduc.rules.generalise:Band",
    "hierarchy": "aqueduc.rules.generalise:Hierarchy",
    "department": "aqueduc.rules.truncate:Department",
}
"""What a word may give besides the rule it names, by kind."""

RULE_WORDS = tuple(_RULES)
_UNKNOWN = RuleCapabilities(effect=RuleEffect.MODIFIED, texts=RuleTexts(describe=""))


@cache
def find_rule(word: str) -> type[Rule] | None:
    """The rule that is written with ``word``; None when there is none. Raises RuleUnusable."""
    place = _RULES.get(word)
    return resolve_name(place) if place else _load_from_package(word)


def find_kind(kind: Any) -> type[Rule] | None:
    """The rule of this ``kind``, as a file says it; None when there is none. Raises RuleUnusable."""
    if not isinstance(kind, str):
        return None
    place = _FORMS.get(kind)
    return resolve_name(place) if place else find_rule(kind)


def capabilities_of(kind: str) -> RuleCapabilities:
    """Of the rule whose ``kind`` a report keeps; of one that is gone, nothing is known."""
    try:
        found = find_kind(kind)
    except RuleUnusable:
        found = None
    return found.capabilities if found else _UNKNOWN


def distinct_capabilities(rules: Iterable[Rule]) -> list[RuleCapabilities]:
    """Of each kind of rule among these, once, in the order in which a reader is told of them."""
    kinds = {type(rule): rule.spelling.word for rule in rules}
    words = (*RULE_WORDS, *sorted(kinds.values()))
    effects = tuple(RuleEffect)
    ordered = sorted(
        kinds, key=lambda kind: (effects.index(kind.capabilities.effect), words.index(kinds[kind]))
    )
    return [kind.capabilities for kind in ordered]


def installed_rules() -> Mapping[str, type[Rule]]:
    """Those that can be used here, by word: ours, then the packages'. It reads the entry points."""
    found = {}
    for word in (*RULE_WORDS, *sorted({entry.name for entry in _entries()} - _RULES.keys())):
        with suppress(RuleUnusable):
            found[word] = find_rule(word)
    return {word: rule for word, rule in found.items() if rule}


def find_providers(rules: Iterable[Rule]) -> list[str]:
    """The packages, by version, of those of these rules that are not ours: another may make another file."""
    words = {rule.spelling.word for rule in rules} - _RULES.keys()
    given = [entry for entry in _entries() if entry.name in words] if words else []
    return sorted({f"{entry.dist.name} {entry.dist.version}" for entry in given if entry.dist})


def read_rule(word: str, written: Any = True) -> Rule:
    """The rule that this word, and what stands after it, are. Raises ValueError."""
    found = find_rule(word)
    rule = found.read(written) if found else None
    if rule is None:
        raise ValueError(word)
    return rule


def load_rule(raw: Any) -> Rule:
    """From what ``model_dump`` gave. Raises ValueError for what is no rule, or none of today's, and
    RuleUnusable."""
    found = find_kind(raw.get("kind")) if isinstance(raw, Mapping) else None
    if found is None:
        raise ValueError("no rule of this version")
    return found.model_validate(raw)


def _entries() -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points

    return entry_points(group=ENTRY_POINTS)


def _load_from_package(word: str) -> type[Rule] | None:
    found = [entry for entry in _entries() if entry.name == word]
    if not found:
        return None
    package = ", ".join(sorted({entry.dist.name if entry.dist else entry.value for entry in found}))
    if len(found) > 1:
        raise RuleUnusable(word, package, "plusieurs paquets la donnent")
    try:
        rule: type[Rule] = found[0].load()
        # What certificates keep is its kind: by another name it would not be found again.
        names = {rule.spelling.word, rule.model_fields["kind"].default}
        usable = issubclass(rule, Rule) and not isabstract(rule) and names == {word}
        usable = usable and isinstance(rule.capabilities, RuleCapabilities)
    except Exception as error:  # noqa: BLE001 - a package's code: whatever it raises, who uses it is told
        raise RuleUnusable(word, package, type(error).__name__) from None
    if not usable:
        raise RuleUnusable(word, package, "ce n'est pas une règle d'Aqueduc")
    return rule
