"""Collects the problems of one declaration; turns pydantic's errors into ours, each with its place."""

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from aqueduc.declaration.diagnostics.advice import find_nearest_choice, suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import (
    EmptyValue,
    FixedEnvironmentKey,
    MissingKey,
    UndecidedQuestion,
    UnknownChoice,
    UnknownKey,
    WrongType,
)
from aqueduc.declaration.diagnostics.document import QUOTES, ParsedDocument, PathKey, get_value_at
from aqueduc.declaration.diagnostics.problem import MOST, DeclarationProblem, build_declaration_error
from aqueduc.declaration.layers import LayeredDocument, stack_layers
from aqueduc.declaration.spec import (
    DELAY,
    DELIMITER,
    EMAIL,
    INSEE,
    MEMORY,
    PUBLIC_KEY,
    QUEUE,
    SIREN,
    WEB_ADDRESS,
    ChoiceList,
    Spec,
    WrittenTypeAnnotation,
    list_writable_keys,
    validate_as_written,
)
from aqueduc.declaration.vocabulary import UNDECIDED_MARK
from aqueduc.errors import DeclarationError
from aqueduc.language import Message, _, quote_text

Model = TypeVar("Model", bound=BaseModel)


class TooManyProblems(Exception):
    """MOST problems were found in one file. Internal to this package: who reads the file ends there."""


class ProblemCollector:
    """The problems found in a document, or in several read as one, gathered so that all are shown at once.

    ``reported`` are the paths already complained of: what hangs on one of them is not complained of again.
    """

    def __init__(self, tree: LayeredDocument | ParsedDocument) -> None:
        self.tree = tree if isinstance(tree, LayeredDocument) else stack_layers(tree)
        self.problems: list[DeclarationProblem] = []
        self.reported: list[PathKey] = []

    def add_key_problem(self, path: PathKey, kind: type[DeclarationProblem], **detail: Any) -> None:
        """A problem shown under the key at ``path``; under what encloses it, where it is not written."""
        self._add_problem(path, kind, detail, key=True)

    def add_value_problem(self, path: PathKey, kind: type[DeclarationProblem], **detail: Any) -> None:
        self._add_problem(path, kind, detail, key=False)

    def _add_problem(
        self, path: PathKey, kind: type[DeclarationProblem], detail: dict[str, Any], *, key: bool
    ) -> None:
        if len(self.problems) >= MOST:
            raise TooManyProblems
        document, at = self.tree.find_document_holding_path(path)
        place = document.find_key_position(at) if key else document.find_value_position(at)
        column = detail.pop("column", None)
        text = document.get_line(place.line)
        self.problems.append(kind(file=document.file, place=place, text=text, column=column, detail=detail))
        self.reported.append(path)

    def has_problem_at_or_around_path(self, path: PathKey) -> bool:
        """Whether ``path``, a part of it or what it is a part of, was complained of."""
        return any(path[: len(other)] == other[: len(path)] for other in self.reported)

    def build_error(self) -> DeclarationError:
        """The problems gathered, as one error."""
        where = self.tree.document.file
        # The file that was asked for comes first, then those it names.
        once = [found for rank, found in enumerate(self.problems) if found not in self.problems[:rank]]
        return build_declaration_error(sorted(once, key=lambda problem: problem.file != where), where)

    # --- reading a model ----------------------------------------------------------------------------------

    def parse_valid_part_of_model(self, kind: type[Model], raw: Any, at: PathKey = ()) -> Model:
        """``raw`` as ``kind``, without what does not fit; that is complained of. ``kind`` needs no key."""
        try:
            found = validate_as_written(kind, raw)
        except ValidationError as error:
            wrong = self._report_validation_errors(kind, error.errors(include_url=False), at)
            found = validate_as_written(kind, self._remove_invalid_keys(kind, raw, wrong, at))
        if isinstance(found, Spec):
            self._check_missing_and_empty_keys(found, at)
        return found

    def _remove_invalid_keys(self, kind: type[Model], raw: Any, wrong: Iterable[PathKey], at: PathKey) -> Any:
        left = copy.deepcopy(dict(raw)) if isinstance(raw, Mapping) else {}
        for path in wrong:
            remove_value_or_enclosing_key_at_path(left, path)
        try:
            validate_as_written(kind, left)
        except ValidationError as error:  # what was hidden behind the first errors, or hung on them
            more = self._report_validation_errors(kind, error.errors(include_url=False), at)
            return self._remove_invalid_keys(kind, left, more or [(key,) for key in left], at)
        return left

    def _check_missing_and_empty_keys(self, found: Spec, at: PathKey) -> None:
        """Complains of keys that must be there and are not, and of those that have no value."""
        fields = type(found).model_fields
        for name, value in found.__dict__.items():
            key = fields[name].alias or name
            path = (*at, key)
            if name not in found.model_fields_set:
                if key in found.needs and not self.has_problem_at_or_around_path(path):
                    self.add_key_problem(path, MissingKey, key=key, advice=found.needs[key])
            elif value is None:
                self.add_value_problem(path, EmptyValue, key=key)
            elif isinstance(value, Spec):
                self._check_missing_and_empty_keys(value, path)
            elif isinstance(value, dict | tuple):
                for item, below in _list_child_items(value):
                    if isinstance(below, Spec):
                        at = (*path, below.enclosing_key_name or item)
                        # One that was written without a list stands where the list would.
                        self._check_missing_and_empty_keys(
                            below, at if self.tree.has_path(at) or isinstance(item, str) else path
                        )

    def report_unknown_choice(self, path: PathKey, choice: ChoiceList, given: str) -> None:
        """Complains of a word that is none of ``choice``; says what each means, where the choice does."""
        advice = suggest_nearest_choice_or_list(
            given, choice.known, choice.meanings() if choice.meanings else None
        )
        self.add_value_problem(path, UnknownChoice, what=choice.what, given=given, advice=advice)

    def check_choice(self, path: PathKey, choice: ChoiceList, given: str | None) -> bool:
        """Whether ``given`` is a word of ``choice``, or nothing; complains when it is not."""
        known = given is None or given in choice.known
        if given is not None and not known:
            self.report_unknown_choice(path, choice, given)
        return known

    def report_pydantic_errors(self, kind: type[BaseModel], error: ValidationError) -> None:
        """Complains of what pydantic found."""
        self._report_validation_errors(kind, error.errors(include_url=False), ())

    def report_and_remove_undecided_values(self, raw: Any) -> Any:
        """``raw`` without what a draft left to be decided, which is complained of."""
        found = list(_find_undecided_draft_values(raw, ()))
        if not found:
            return raw
        left = copy.deepcopy(raw)
        for path, question in found:
            self.add_value_problem(path, UndecidedQuestion, question=question or str(path[-1]))
            remove_value_or_enclosing_key_at_path(left, path)
        return left

    # --- pydantic's words -----------------------------------------------------------------------------------

    def _report_validation_errors(
        self, kind: type[BaseModel], errors: Iterable[ErrorDetails], at: PathKey
    ) -> list[PathKey]:
        """Complains of each error once; gives the paths, below ``at``, of what does not fit."""
        seen: list[PathKey] = []
        for error in errors:
            if error["type"] == "too_short" and error["input"]:
                continue  # what is in the list was complained of: it is not empty besides
            below = self._convert_pydantic_location_to_path(error["loc"], at)
            if below not in seen:
                seen.append(below)
                if not (error["type"] == "missing" and (*at, *below) in self.reported):
                    self._report_validation_error(kind, error, (*at, *below), below)
        return seen

    def _convert_pydantic_location_to_path(self, loc: tuple[int | str, ...], at: PathKey) -> PathKey:
        """Pydantic's location without the tags of unions: what the file holds, and a last new key."""
        path: PathKey = ()
        for rank, key in enumerate(loc):
            if self.tree.has_path((*at, *path, key)) or rank == len(loc) - 1:
                path = (*path, key)
        last = path[-1] if path else ""
        tag = isinstance(last, str) and (last.startswith(("literal[", "function-")) or last[:1].isupper())
        inside = get_value_at(self.tree.value, (*at, *path[:-1]))
        # A key is missing in a mapping only: elsewhere pydantic speaks of what a short form stands for.
        foreign = tag or not isinstance(inside, dict)
        return path[:-1] if path and foreign and not self.tree.has_path((*at, *path)) else path

    def _report_validation_error(
        self, kind: type[BaseModel], error: ErrorDetails, path: PathKey, below: PathKey
    ) -> None:
        key = str(next((name for name in reversed(path) if isinstance(name, str)), ""))
        if error["type"] == "extra_forbidden":
            self._report_unknown_key(path, find_pydantic_model_at_path(kind, below[:-1]))
        elif error["type"] == "missing" and isinstance(error["loc"][-1], str):
            advice = quote_text(f'"{key}": …' if self.tree.document.file.endswith(".json") else f"{key}: …")
            self.add_key_problem(path, MissingKey, key=key, advice=advice)
        elif error["type"] == "choice":
            self.report_unknown_choice(path, error["ctx"]["choice"], error["input"].strip())
        elif error["input"] is None and issubclass(kind, Spec):
            self.add_value_problem(path, EmptyValue, key=key)
        elif error["type"] in ("literal_error", "enum"):
            choices = _parse_pydantic_expected_words(error)
            advice = suggest_nearest_choice_or_list(str(error.get("input", "")), choices)
            self.add_value_problem(
                path, WrongType, key=key, expected=_format_choice_list(choices), advice=advice
            )
        elif error["input"] is None:
            self.add_value_problem(path, EmptyValue, key=key)
        else:
            expected, advice = _explain_expected_value(error, find_pydantic_model_at_path(kind, below))
            self.add_value_problem(path, WrongType, key=key, expected=expected, advice=advice)

    def _report_unknown_key(self, path: PathKey, model: type[BaseModel] | None) -> None:
        key = str(path[-1])
        known = list_writable_keys(model) if model else []
        why = model.elsewhere.get(key) if model and issubclass(model, Spec) else None
        if why:
            self.add_key_problem(path, FixedEnvironmentKey, key=key, why=why, listed=", ".join(known))
        elif key == "<<":
            self.add_key_problem(
                path,
                UnknownKey,
                key=key,
                advice=_(
                    "une déclaration n'en reprend pas une autre ; pour partager des colonnes : « "
                    "column_sets: »"
                ),
            )
        else:
            missing = [name for name in known if not self.tree.has_path((*path[:-1], name))]
            meant = find_nearest_choice(key, missing)
            self.add_key_problem(
                path,
                UnknownKey,
                key=key,
                advice=suggest_nearest_choice_or_list(key, missing if meant else known),
            )
            if meant:  # the key that is misspelt is not missing besides
                self.reported.append((*path[:-1], meant))


def remove_value_or_enclosing_key_at_path(tree: Any, path: PathKey) -> None:
    """Takes ``path`` out of ``tree``: the key itself, the whole of a list, what encloses a key that is
    missing."""
    for size in range(len(path), 0, -1):
        holder = get_value_at(tree, path[: size - 1])
        if isinstance(holder, dict) and path[size - 1] in holder:
            del holder[path[size - 1]]
            return
    if isinstance(tree, dict):
        tree.clear()


def _list_child_items(value: Any) -> Iterable[tuple[str | int, Any]]:
    """What stands below ``value``, by its key or its rank."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)


def _find_undecided_draft_values(value: Any, path: PathKey) -> Iterable[tuple[PathKey, str]]:
    if isinstance(value, str):
        mark = UNDECIDED_MARK.match(value)
        if mark:
            yield path, value[mark.end() :].strip()
    else:
        for key, below in _list_child_items(value):
            yield from _find_undecided_draft_values(below, (*path, key))


# --- words ----------------------------------------------------------------------------------------------

_QUOTED = _("un texte"), QUOTES
_WHOLE = _("un nombre entier"), _("par exemple 5")
_NUMBER = _("un nombre"), _("par exemple 2.5")
_SHARE = _("une part, de 0% à 100%"), _("par exemple 2%")
_SWITCH = (
    _("true (oui) ou false (non)"),
    _("écrire l'un des deux"),
)
_LIST = _("une liste"), _("l'écrire entre crochets : [a, b]")
_PAIRS = (
    _("une suite de « clé : valeur »"),
    _("une par ligne, avec deux espaces de plus"),
)
_DATE = (
    _("une date"),
    _("l'écrire année-mois-jour : 2026-01-31"),
)
_EXPECTED = {
    "string_type": (_("un texte"), _("écrire un simple texte")),
    "string_too_short": (_("un texte non vide"), _("l'écrire")),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "share_type": _SHARE,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _PAIRS,
    "model_type": _PAIRS,
    "model_attributes_type": _PAIRS,
    "too_short": (
        _("une liste non vide"),
        _("y mettre une valeur au moins, ou ôter la clé"),
    ),
    "date_type": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_parsing": _DATE,
}
_BOUNDS = {
    "greater_than": _("plus de {bound:g}"),
    "greater_than_equal": _("{bound:g} ou plus"),
    "less_than_equal": _("{bound:g} ou moins"),
}
_ONE_CHARACTER = (
    _("un seul caractère"),
    _('par exemple ";"'),
)
_PATTERNS = {
    DELAY: (
        _("un délai"),
        _("comme « 45 days » ou « 6 hours »"),
    ),
    QUEUE: (
        _("un nom de file"),
        _("en minuscules, chiffres, points et tirets, comme « heavy »"),
    ),
    MEMORY: (
        _("une taille de mémoire"),
        _("comme « 4Gi » ou « 512Mi »"),
    ),
    DELIMITER: (
        _("un seul caractère, ou auto"),
        _("« ; », « , », « | » ou une tabulation, entre guillemets"),
    ),
    WEB_ADDRESS: (
        _("une adresse du web"),
        _("entière, comme https://data.ville.fr/donnees"),
    ),
    EMAIL: (
        _("une adresse électronique"),
        _("une seule, comme opendata@ville.fr"),
    ),
    PUBLIC_KEY: (
        _("une clé publique Ed25519 en base64"),
        _("« aqueduc key signing » en écrit une, à copier entière"),
    ),
    SIREN: (_("neuf chiffres"), _('par exemple "211300017"')),
    INSEE: (
        _("les cinq caractères d'un code INSEE"),
        _('par exemple "13001"'),
    ),
}
_OTHER = (_("une autre valeur"), _("la documentation dit lesquelles, clé par clé"))
_ONLY, _ONE_OF = _("« {listed} »"), _("l'un de ces mots : {listed}")


def _format_choice_list(choices: Sequence[str]) -> Message:
    return (_ONE_OF if len(choices) > 1 else _ONLY).format(listed=", ".join(choices))


def _explain_expected_value(error: ErrorDetails, model: type[BaseModel] | None) -> tuple[Message, Message]:
    """What was expected, and what to write."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("model_type", "model_attributes_type") and model is not None:
        form = model.form if issubclass(model, Spec) else None
        return (
            (form, _("l'écrire ainsi"))
            if form
            else (
                _PAIRS[0],
                _("les écrire dessous, avec deux espaces de plus ; ses clés : {listed}").format(
                    listed=", ".join(list_writable_keys(model))
                ),
            )
        )
    if kind == "string_type" and not isinstance(error["input"], dict | list):
        return _QUOTED
    if kind == "string_too_long":
        most = context.get("max_length", 1)
        return (
            _ONE_CHARACTER
            if most == 1
            else (_("un texte de {most} caractères au plus").format(most=most), _("le raccourcir"))
        )
    if "bbox" in error["loc"]:
        return (
            _("quatre nombres : ouest, sud, est, nord"),
            _("par exemple [5.27, 43.44, 5.51, 43.63]"),
        )
    if kind in _BOUNDS:
        bound = next(iter(context.values()), 0)
        if context.get("le") == 1 or context.get("ge") == 0:
            return _SHARE
        said = _BOUNDS[kind].format(bound=bound)
        return _("un nombre : {bound}").format(bound=said), _("mettre {bound}").format(bound=said)
    return _EXPECTED.get(kind) or _PATTERNS.get(str(context.get("pattern", "")), _OTHER)


def _parse_pydantic_expected_words(error: ErrorDetails) -> list[str]:
    """The words pydantic expected: it gives them as one English sentence."""
    expected = str(error.get("ctx", {}).get("expected", ""))
    return re.findall(r"'([^']*)'", expected) or re.findall(r"\d+", expected)


# --- what a model knows ---------------------------------------------------------------------------------


def find_pydantic_model_at_path(kind: type[BaseModel], path: PathKey) -> type[BaseModel] | None:
    """The model of what stands at ``path`` below ``kind``; names of a mapping and ranks of a list are
    passed."""
    model: type[BaseModel] | None = kind
    for key in path:
        if model is None:
            return None
        field = next(
            (found for name, found in model.model_fields.items() if key in (name, found.alias)), None
        )
        model = _find_model_in_annotations([field.annotation, *field.metadata]) if field else model
    return model


def _find_model_in_annotations(annotations: Iterable[Any]) -> type[BaseModel] | None:
    for one in annotations:
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
        found = _find_model_in_annotations(
            [one.shape] if isinstance(one, WrittenTypeAnnotation) else get_args(one)
        )
        if found:
            return found
    return None
