"""What every section is made of: frozen models, the types of their keys, and what is written otherwise than
it is kept.

A section is one model: what a steward may write of it (keys, bounds, defaults, and the descriptions that an
editor shows) and what the stages are given. Imports nothing heavy: read whenever Airflow parses the DAGs.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import GenericAlias
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationInfo,
    create_model,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, PydanticOmit, core_schema

from aqueduc.language import Message
from aqueduc.rules import parse_percentage_as_share


class FrozenModel(BaseModel):
    """Base of all that is declared: it never changes, and knows no key but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)


Needs = Mapping[str, Message]
"""A key that must be there → how it may be written."""


class Spec(FrozenModel):
    """A section. ``needs``: the keys that must be there. ``elsewhere``: keys that a reader would expect
    here, and why they have no place here. ``form``: how it is written, when not as a list of keys.
    ``meaning``: what an editor says of it, marked for the catalogue, as the descriptions of its keys are.
    ``named_by``: the field that holds its name, of one that stands under a name."""

    needs: ClassVar[Needs] = {}
    elsewhere: ClassVar[Mapping[str, Message]] = {}
    form: ClassVar[Message | None] = None
    meaning: ClassVar[str] = ""
    named_by: ClassVar[str] = ""

    @property
    def enclosing_key_name(self) -> str:
        """The name it stands under; "" when it stands under none."""
        return str(getattr(self, self.named_by)) if self.named_by else ""

    def lacks_any_key(self, *names: str) -> bool:
        """Whether one of the fields ``names`` is not written, or was not understood."""
        return not self.model_fields_set.issuperset(names)


def build_required_field(description: str | None = None, **more: Any) -> Any:
    """The field of a key that has no default. It reads None only while the mistakes of a file are being
    looked for: no declaration that lacks it is given to anybody."""
    return Field(None, description=description, **more)


def build_field_with_hidden_default(default: Any, **more: Any) -> Any:
    """The field of a key whose ``default`` is nothing that people need to be told."""
    return Field(default, json_schema_extra=remove_schema_default, **more)


def remove_schema_default(schema: dict[str, Any]) -> None:
    """For the editor, and for whoever asks where values come from."""
    schema.pop("default", None)


# --- what is written otherwise than it is kept ----------------------------------------------------------

READING = "reading"
"""The context in which pydantic reads what is written; without it, it takes what is kept."""


@dataclass(frozen=True)
class WrittenTypeAnnotation:
    """Beside the type of a value that is kept: the ``shape`` in which it is written, and what ``set_names``
    makes of that."""

    shape: Any
    resolve: Callable[[Any], Any] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        shape = handler.generate_schema(self.shape)
        if self.resolve is not None:
            shape = core_schema.no_info_after_validator_function(self.resolve, shape)
        written = core_schema.with_info_wrap_validator_function(_apply_shape_when_reading_declaration, shape)
        return core_schema.chain_schema([written, handler(source)])


def _apply_shape_when_reading_declaration(raw: Any, shape: Callable[[Any], Any], info: ValidationInfo) -> Any:
    return shape(raw) if info.context == READING else raw


@dataclass(frozen=True)
class UnwritableFieldAnnotation:
    """Beside the type of a value that reading finds out, and that nobody may write."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_before_validator_function(_refuse_unwritable_value, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        raise PydanticOmit


def _refuse_unwritable_value(raw: Any, info: ValidationInfo) -> Any:
    if info.context == READING:
        raise PydanticKnownError("extra_forbidden")
    return raw


def build_name_mapping_annotation(item: type[Spec], written: Any = None) -> WrittenTypeAnnotation:
    """A mapping of names to ``item`` (as it is ``written``), kept as a tuple, each with its name."""

    def set_names(found: Mapping[str, Spec]) -> tuple[Spec, ...]:
        return tuple(one.model_copy(update={item.named_by: name}) for name, one in found.items())

    return WrittenTypeAnnotation(GenericAlias(dict, (str, written or item)), set_names)


Model = TypeVar("Model", bound=BaseModel)


def validate_as_written(model: type[Model], raw: Any) -> Model:
    """``raw``, as it is written, as ``model``. Raises ValidationError."""
    return model.model_validate(raw, context=READING, by_alias=True, by_name=False)


def list_writable_keys(model: type[BaseModel]) -> list[str]:
    """The keys that may be written of a model."""
    return [
        field.alias or name
        for name, field in model.model_fields.items()
        if not any(isinstance(one, UnwritableFieldAnnotation) for one in field.metadata)
    ]


# --- sections that are a part of another one: what an environment changes, what datasets inherit ---------


def derive_section_model(
    name: str,
    meaning: str,
    wholes: Iterable[type[Spec]],
    *keys: str,
    elsewhere: Mapping[str, Message] | None = None,
    **others: Any,
) -> type[Spec]:
    """The section ``name`` (a model) made of some ``keys`` of ``wholes``, any of which may be left out.

    ``meaning``: what an editor says of it. ``others``: what is otherwise there than in the whole: the
    description of a key, its field, or its type and field.
    """
    known = {field.alias or own: field for whole in wholes for own, field in whole.model_fields.items()}
    fields: dict[str, Any] = {
        key: others[key]
        if isinstance(others.get(key), tuple)
        else _build_optional_field_definition(known[key], others.get(key))
        for key in dict.fromkeys((*keys, *others))
    }
    section = create_model(name, __base__=Spec, **fields)
    section.meaning = meaning
    section.elsewhere = elsewhere or {}
    return section


def _build_optional_field_definition(field: FieldInfo, other: Any) -> tuple[Any, Any]:
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    if isinstance(other, FieldInfo):
        return kind | None, other
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    offered: Any = {key: value for key, value in extra.items() if key != "default"}
    return kind | None, Field(None, description=other or field.description, json_schema_extra=offered)


# --- the types of keys ----------------------------------------------------------------------------------

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
WEB_ADDRESS = r"^https?://[^\s]+$"
DELIMITER = r'^(auto|[^"\r\nA-Za-z0-9])$'


def build_shorthand_validator(key: str, kind: type, written: Any) -> BeforeValidator:
    """A lone ``kind`` is short for a mapping that has it at ``key``; ``written``: both, for the editor."""

    def expand_shorthand(raw: Any) -> Any:
        return {key: raw} if isinstance(raw, kind) else raw

    return BeforeValidator(expand_shorthand, json_schema_input_type=written)


def require_share(raw: Any) -> Any:
    """What is written, a percentage as the share that it is. Raises ``share_type`` for what is no number."""
    share = parse_percentage_as_share(raw)
    if isinstance(share, bool) or not isinstance(share, int | float):
        raise PydanticCustomError("share_type", "a share")
    return share


def wrap_single_name_in_list(raw: Any) -> Any:
    """A lone name is a list of one."""
    return [raw] if isinstance(raw, str) else raw


def _convert_number_to_text(raw: Any) -> Any:
    """Pydantic would take a number for so many seconds since 1970."""
    return str(raw) if isinstance(raw, int | float) else raw


def _convert_date_to_text(raw: Any) -> Any:
    return str(raw) if isinstance(raw, date) else raw


def _convert_values_to_text(raw: Any) -> Any:
    """The values of an address: numbers and dates need no quotes there."""
    if not isinstance(raw, dict):
        return raw
    plain = (int, float, date)
    return {
        key: str(value) if isinstance(value, plain) and not isinstance(value, bool) else value
        for key, value in raw.items()
    }


# What an editor is told of the short forms: a number and a percentage, a word and a list of words.
_Fraction = Annotated[float, Field(ge=0, le=1, strict=True)]
_Percentage = Annotated[str, Field(pattern=r"^(100([.,]0+)?|\d{1,2}([.,]\d+)?)\s*%$")]

Whole = Annotated[int, Field(strict=True)]
Text = Annotated[str, Field(min_length=1)]
Title = Annotated[str, Field(min_length=1, max_length=500)]
"""Airflow's database has no room for a longer one, and would then refuse every DAG with this one."""
Switch = Annotated[bool, Field(strict=True)]
Degrees = Annotated[float, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_convert_number_to_text, json_schema_input_type=date)]
MOMENT = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:00)?( ?[+-]\d{2}:\d{2})?$"
_Moment = Annotated[str, Field(pattern=MOMENT)]
Moment = Annotated[str, BeforeValidator(_convert_date_to_text, json_schema_input_type=_Moment)]
"""A date and an hour, with an offset or on the city's clock; YAML may read it as a date of its own."""
DELAY = r"^[1-9]\d{0,4} ?(hours?|days?)$"
_HOURS = {"h": 1, "d": 24}


def _parse_delay_hours(delay: str) -> int:
    """``45 days`` → 1080."""
    digits = re.match(r"\d+", delay)
    return int(digits[0]) * _HOURS[delay[digits.end() :].strip()[0]] if digits else 0


DelayHours = Annotated[int, WrittenTypeAnnotation(Annotated[str, Field(pattern=DELAY)], _parse_delay_hours)]
"""So many hours, written ``45 days`` or ``6 hours``."""
Share = Annotated[_Fraction, BeforeValidator(require_share, json_schema_input_type=_Fraction | _Percentage)]
"""A share between 0 and 1; YAML may write ``2%``."""
Delimiter = Annotated[str, StringConstraints(strip_whitespace=False, pattern=DELIMITER)]
Email = Annotated[str, Field(pattern=EMAIL)]
_TextList = tuple[Text, ...]
_SomeTexts = Annotated[tuple[Text, ...], Field(min_length=1)]
Names = Annotated[_SomeTexts, BeforeValidator(wrap_single_name_in_list)]
Texts = Annotated[
    _TextList, BeforeValidator(wrap_single_name_in_list, json_schema_input_type=Text | _TextList)
]
SomeTexts = Annotated[
    _SomeTexts, BeforeValidator(wrap_single_name_in_list, json_schema_input_type=Text | _SomeTexts)
]
Parameters = Annotated[
    dict[str, str],
    BeforeValidator(_convert_values_to_text, json_schema_input_type=dict[str, str | int | float]),
]


def build_enum_schema(*choices: str, **more: Any) -> dict[str, Any]:
    """A closed list, for the editor; the loader says by itself what is not in it."""
    return {"enum": list(choices), **more}


def build_enum_schema_modifier(description: Message, *choices: str) -> Callable[[dict[str, Any]], None]:
    """A closed list whose ``description`` says what each word means."""

    def add_choices(schema: dict[str, Any]) -> None:
        schema.update(description=str(description), enum=list(choices))

    return add_choices
