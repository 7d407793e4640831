"""Sections that are a part of another one: what an environment changes, what datasets inherit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from aqueduc.declaration.spec.base import Spec
from aqueduc.language import Message


def derive(
    name: str,
    about: str,
    wholes: Iterable[type[Spec]],
    *keys: str,
    elsewhere: Mapping[str, Message] | None = None,
    **others: Any,
) -> Any:
    """The section ``name`` (a model) made of some ``keys`` of ``wholes``, any of which may be left out.

    ``about``: what an editor says of it. ``others``: what is otherwise there than in the whole: the
    description of a key, its field, or its type and field.
    """
    known = {field.alias or own: field for whole in wholes for own, field in whole.model_fields.items()}
    fields: dict[str, Any] = {
        key: others[key] if isinstance(others.get(key), tuple) else _optional(known[key], others.get(key))
        for key in dict.fromkeys((*keys, *others))
    }
    section = create_model(name, __base__=Spec, __doc__=about, **fields)
    section.elsewhere = elsewhere or {}
    return section


def _optional(field: FieldInfo, other: Any) -> tuple[Any, Any]:
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    if isinstance(other, FieldInfo):
        return kind | None, other
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    offered: Any = {key: value for key, value in extra.items() if key != "default"}
    return kind | None, Field(None, description=other or field.description, json_schema_extra=offered)
