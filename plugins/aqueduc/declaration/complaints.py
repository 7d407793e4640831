"""Collects the problems of one file; turns pydantic's errors into ours, in French, with their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from aqueduc.declaration.problems import MissingKey, Problem, UnknownKey, WrongType, did_you_mean, shown
from aqueduc.declaration.tree import Document, PathKey
from aqueduc.errors import DeclarationError

Model = TypeVar("Model", bound=BaseModel)
Found = TypeVar("Found")

_EXPECTED = {
    "string_type": "un texte",
    "string_too_short": "un texte non vide",
    "string_too_long": "un texte plus court",
    "int_type": "un nombre entier",
    "int_parsing": "un nombre entier",
    "int_from_float": "un nombre entier",
    "float_type": "un nombre (ou un pourcentage, comme 2%)",
    "float_parsing": "un nombre (ou un pourcentage, comme 2%)",
    "bool_type": "true ou false",
    "bool_parsing": "true ou false",
    "tuple_type": "une liste, comme [a, b]",
    "list_type": "une liste, comme [a, b]",
    "dict_type": "une suite de « clé : valeur »",
    "model_type": "une suite de « clé : valeur »",
    "model_attributes_type": "une suite de « clé : valeur »",
    "too_short": "une liste non vide",
    "missing": "une valeur",
    "date_type": "une date comme 2026-01-31",
    "date_from_datetime_parsing": "une date comme 2026-01-31",
    "date_parsing": "une date comme 2026-01-31",
}

_EXAMPLES = {
    "title": "« title: Permis de construire délivrés »",
    "description": "« description: » et une phrase pour le citoyen",
    "owner": "« owner: » et la direction responsable",
    "theme": "« theme: » et un thème de l'UE, comme ENVI ou TRAN",
    "cadence": "« cadence: weekly », par exemple",
    "source": "« source: » avec postgres, http ou file",
    "columns": "« columns: » et une règle par colonne",
    "schema": "« schema: schemas/….json »",
    "publish": "« publish: » avec « mode: upload » ou « mode: index »",
}


class Complaints:
    """The problems of one document, gathered so that all are shown at once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def at_key(self, path: PathKey, kind: type[Problem], **detail: Any) -> None:
        self._add(kind, self.document.key_place(path), detail)

    def at_value(self, path: PathKey, kind: type[Problem], **detail: Any) -> None:
        self._add(kind, self.document.value_place(path), detail)

    def _add(self, kind: type[Problem], place: Any, detail: dict[str, Any]) -> None:
        column = detail.pop("column", None)
        self.problems.append(
            kind(
                file=self.document.file,
                place=place,
                text=self.document.line(place.line),
                column=column,
                detail=detail,
            )
        )

    def raise_if_any(self) -> None:
        """Raises DeclarationError with every problem gathered."""
        if self.problems:
            raise DeclarationError(self.problems, where=self.document.file, text=shown(self.problems))

    def checked(self, value: Found | None) -> Found:
        """``value``, once it is sure that the document has no problem. Raises DeclarationError."""
        self.raise_if_any()
        if value is None:
            raise TypeError("a document without a problem gave nothing")
        return value

    def model(self, kind: type[Model], value: Mapping[str, Any], at: PathKey = ()) -> Model | None:
        """``value`` as ``kind``; None, with the problems noted, when it does not fit."""
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self._translate(kind, error.errors(include_url=False), at)
            return None

    def _translate(self, kind: type[BaseModel], errors: Iterable[ErrorDetails], at: PathKey) -> None:
        seen: set[PathKey] = set()
        for error in errors:
            path = (*at, *self._written_path(error["loc"], at))
            if path in seen:
                continue
            seen.add(path)
            self._one(kind, error, path, path[len(at) :])

    def _written_path(self, loc: tuple[int | str, ...], at: PathKey) -> PathKey:
        """Pydantic's location without the tags of unions: what the file holds, and a last new key."""
        path: PathKey = ()
        for rank, step in enumerate(loc):
            known = (*at, *path, step) in self.document.values
            if known or rank == len(loc) - 1:
                path = (*path, step)
        tag = (
            path
            and isinstance(path[-1], str)
            and (path[-1].startswith(("literal[", "function-")) or path[-1][:1].isupper())
        )
        return path[:-1] if tag and (*at, *path) not in self.document.values else path

    def _one(self, kind: type[BaseModel], error: ErrorDetails, path: PathKey, below: PathKey) -> None:
        key = str(path[-1]) if path else ""
        if error["type"] == "extra_forbidden":
            self.at_key(path, UnknownKey, key=key, advice=did_you_mean(key, _keys_at(kind, below[:-1])))
        elif error["type"] == "missing":
            self.at_key(path, MissingKey, key=key, advice=_EXAMPLES.get(key, f"« {key}: … »"))
        elif error["type"] in ("literal_error", "enum"):
            choices = _choices(error)
            given = str(error.get("input", ""))
            listed = ", ".join(choices)
            expected = f"l'un de ces mots : {listed}" if len(choices) > 1 else f"« {listed} »"
            self.at_value(path, WrongType, key=key, expected=expected, advice=did_you_mean(given, choices))
        else:
            expected, advice = _expectation(error)
            self.at_value(path, WrongType, key=key, expected=expected, advice=advice)


def _expectation(error: ErrorDetails) -> tuple[str, str]:
    context: Mapping[str, Any] = error.get("ctx", {})
    simple = _EXPECTED.get(error["type"])
    if simple:
        return simple, "corriger cette valeur"
    bounds = {"greater_than": "plus de", "greater_than_equal": "au moins", "less_than_equal": "au plus"}
    if error["type"] in bounds:
        bound = next(iter(context.values()), "")
        return f"un nombre valant {bounds[error['type']]} {bound:g}", "corriger cette valeur"
    if error["type"] == "string_pattern_mismatch":
        return "un texte de la forme " + str(context.get("pattern", "")), "corriger cette valeur"
    return "une autre valeur", "voir docs/guide.md"


def _choices(error: ErrorDetails) -> list[str]:
    """The words pydantic expected: it gives them as one English sentence."""
    return re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))


def _keys_at(kind: type[BaseModel], path: PathKey) -> list[str]:
    """The keys a model knows at ``path``, for did-you-mean."""
    model: type[BaseModel] | None = kind
    for step in path:
        if model is None:
            return []
        if isinstance(step, int):
            continue
        field = next(
            (field for name, field in model.model_fields.items() if step in (name, field.alias)), None
        )
        model = _model_in(field.annotation) if field else model
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_model_in, get_args(annotation)) if found), None)
