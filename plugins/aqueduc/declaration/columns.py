"""The ``columns:`` of a declaration: one rule a column, as text or as a small mapping.

::

    numero: publish
    demandeur: drop
    date_depot: {generalise: month}
    surface_m2: {generalise: {band: 50}, as: surface}
    rapporteur: {publish: true, basis: "CGCT, art. L2121-15", until: 2030-12-31}
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import (
    BrokenRulePackage,
    InvalidRule,
    MissingLegalBasis,
    MissingRule,
    UnknownKey,
)
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.diagnostics.problem import MOST, DeclarationProblem
from aqueduc.declaration.spec import ColumnDeclaration
from aqueduc.errors import ExtensionBroken
from aqueduc.language import Message, _, join_messages
from aqueduc.rules import RULE_WORDS, Rule, TreatmentCategory, find_rule_class_by_word, list_installed_rules

RuleProblem = tuple[PathKey, type[DeclarationProblem], dict[str, Any]]
"""Where (a path below ``columns``), what kind of problem, and its words."""


# --- reading --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ParsedColumns:
    """The columns that could be read; for each of the others, the names it may have been meant to be
    published under (None: nobody knows)."""

    columns: tuple[ColumnDeclaration, ...]
    unread: Mapping[str, tuple[str, ...] | None]
    problems: tuple[RuleProblem, ...] = ()


def parse_column_declarations(written: Mapping[str, Any]) -> ParsedColumns:
    """Reads ``columns:``; a column whose rule is not understood hides no other."""
    columns: list[ColumnDeclaration] = []
    unread: dict[str, tuple[str, ...] | None] = {}
    problems: list[RuleProblem] = []
    for name, raw in written.items():
        column, found = _parse_column_or_report_broken_package(name, raw)
        if column is not None:
            columns.append(column)
        else:
            unread[name] = _list_possible_published_names(raw)
        problems += [((name, *path), kind, detail) for path, kind, detail in found]
        if len(problems) > MOST:
            break
    return ParsedColumns(tuple(columns), unread, tuple(problems))


def _list_possible_published_names(raw: Any) -> tuple[str, ...] | None:
    if not isinstance(raw, dict):
        return ()
    if "as" in raw and not (isinstance(raw["as"], str) and raw["as"].strip()):
        return None
    return tuple(value for value in raw.values() if isinstance(value, str))


def _parse_column_or_report_broken_package(
    name: str, raw: Any
) -> tuple[ColumnDeclaration | None, list[RuleProblem]]:
    try:
        return _parse_column(name, raw)
    except ExtensionBroken as broken:
        detail = {"column": name, "word": broken.kind, "package": broken.package, "why": broken.why}
        return None, [((), BrokenRulePackage, detail)]


def _parse_column(name: str, raw: Any) -> tuple[ColumnDeclaration | None, list[RuleProblem]]:
    """Raises ExtensionBroken."""
    if not isinstance(raw, dict):
        alone = find_rule_class_by_word(raw) if isinstance(raw, str) else None
        bare = alone.parse_written_rule(True) if alone and alone.spelling.bare else None
        return (
            (_build_column_declaration(name, bare, {}), [])
            if bare
            else (None, [_build_bare_value_problem(name, raw, alone)])
        )
    named = {key: known for key in raw if key not in OPTIONS and (known := find_rule_class_by_word(key))}
    found = [*_build_unknown_key_problems(raw, named), *_check_column_options(name, raw)]
    if len(named) != 1:
        if not any(kind is UnknownKey for _, kind, _ in found):
            found.append(
                _build_invalid_rule_problem(
                    name,
                    (),
                    _("donner une règle, et une seule : {words}").format(words=", ".join(RULE_WORDS)),
                )
            )
        return None, found
    ((word, kind),) = named.items()
    rule = kind.parse_written_rule(raw[word])
    if rule is None:
        return None, [_build_invalid_rule_problem(name, (word,), kind.spelling.expects), *found]
    if found:
        return None, found
    if kind.spelling.personal and not raw.get("basis"):
        return None, [((), MissingLegalBasis, {"column": name, "why": kind.spelling.personal})]
    return _build_column_declaration(name, rule, raw), []


OPTIONS: Mapping[str, Message] = {
    "as": _("le nom sous lequel la colonne est publiée"),
    "basis": _("le texte qui autorise à publier une donnée personnelle ; le certificat le cite"),
    "until": _(
        "le dernier jour où ce texte l'autorise : au-delà, rien n'est plus publié, et ce qui est en ligne y reste "
        "(RGPD, art. 5.1.e)"
    ),
}
"""What may stand beside the rule; a text each, and a day."""


def _build_bare_value_problem(name: str, raw: Any, alone: type[Rule] | None) -> RuleProblem:
    if raw is None:
        return (), MissingRule, {"column": name}
    if not isinstance(raw, str):
        return _build_invalid_rule_problem(name, (), MissingRule.remedy)
    if alone:
        return _build_invalid_rule_problem(
            name,
            (),
            _("« {word} » ne s'écrit pas seul : {{{word}: …}} ; {expects}").format(
                word=raw, expects=alone.spelling.expects
            ),
        )
    return _build_invalid_rule_problem(name, (), suggest_nearest_choice_or_list(raw, RULE_WORDS))


def _build_column_declaration(name: str, rule: Rule, spec: Mapping[str, Any]) -> ColumnDeclaration:
    dropped = rule.capabilities.effect is TreatmentCategory.DROPPED
    published_as = None if dropped else str(spec.get("as", name)).strip()
    until = _parse_iso_date(spec["until"]) if "until" in spec else None
    return ColumnDeclaration(
        name=name, rule=rule, published_as=published_as, basis=spec.get("basis"), basis_until=until
    )


def _check_column_options(name: str, spec: Mapping[str, Any]) -> Iterable[RuleProblem]:
    for option in OPTIONS:
        value = "…" if option == "until" else spec.get(option, "…")
        if not (isinstance(value, str) and value.strip()):
            yield _build_invalid_rule_problem(
                name, (option,), _("« {option}: » attend un texte").format(option=option)
            )
    if "until" in spec and _parse_iso_date(spec["until"]) is None:
        yield _build_invalid_rule_problem(name, ("until",), _("« until: » attend une date, comme 2030-12-31"))
    if "until" in spec and "basis" not in spec:
        yield _build_invalid_rule_problem(name, ("until",), _("« until: » borne « basis: », qui manque"))


def _parse_iso_date(written: Any) -> date | None:
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def _build_unknown_key_problems(spec: Mapping[str, Any], named: Collection[str]) -> Iterator[RuleProblem]:
    for key in spec:
        if key not in named and key not in OPTIONS:
            advice = suggest_nearest_choice_or_list(key, OPTIONS if named else [*RULE_WORDS, *OPTIONS])
            yield (key,), UnknownKey, {"key": key, "advice": advice}


def _build_invalid_rule_problem(name: str, path: PathKey, advice: Message) -> RuleProblem:
    return path, InvalidRule, {"column": name, "advice": advice}


# --- for an editor --------------------------------------------------------------------------------------


def build_column_rule_json_schema() -> dict[str, Any]:
    """What may stand after a column's name, as JSON Schema (draft 7)."""
    words = {word: rule.spelling for word, rule in list_installed_rules().items()}
    rules = {
        name: {
            **word.shape,
            "description": f"{_format_as_sentence(word.does)} {_format_as_sentence(word.expects)}",
        }
        for name, word in words.items()
    }
    options = {
        name: {"type": "string", "pattern": r"\S", "description": _format_as_sentence(does)}
        for name, does in OPTIONS.items()
    }
    options["until"] = {**options["until"], "format": "date"}
    bare = [word for word in words.values() if word.bare]
    listed = (_("{} : {}.").format(name, word.does) for name, word in words.items())
    return {
        "description": str(_("La règle de la colonne. {listed}").format(listed=join_messages(listed, " "))),
        "anyOf": [
            {
                "enum": [word.word for word in bare],
                "enumDescriptions": [_format_as_sentence(word.does) for word in bare],
            },
            {
                "type": "object",
                "properties": {**rules, **options},
                "additionalProperties": False,
                "oneOf": [{"required": [name]} for name in words],
                "dependencies": {name: ["basis"] for name, word in words.items() if word.personal},
            },
        ],
    }


def _format_as_sentence(said: Message) -> str:
    text = str(said)
    return f"{text[:1].upper()}{text[1:]}."
