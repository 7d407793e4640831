"""The Table Schema of what is published (specs.frictionlessdata.io), and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from aqueduc.declaration.spec.base import (
    FrozenModel,
    Names,
    Spec,
    Text,
    build_shorthand_validator,
    wrap_single_name_in_list,
)
from aqueduc.language import N_, Message, _


class FieldConstraints(FrozenModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    required: bool = False
    unique: bool = False
    minimum: int | float | str | None = None
    maximum: int | float | str | None = None
    exclusive_minimum: int | float | str | None = Field(None, alias="exclusiveMinimum")
    exclusive_maximum: int | float | str | None = Field(None, alias="exclusiveMaximum")
    min_length: int | None = Field(None, alias="minLength", ge=0)
    max_length: int | None = Field(None, alias="maxLength", ge=0)
    pattern: str | None = None
    enum: tuple[Any, ...] | None = None


FieldType = Literal[
    "string",
    "number",
    "integer",
    "boolean",
    "date",
    "time",
    "datetime",
    "year",
    "yearmonth",
    "geopoint",
    "duration",
    "array",
    "object",
    "geojson",
    "any",
]


class SchemaField(BaseModel):
    """A field of a Table Schema (specs.frictionlessdata.io). Unknown properties are allowed, as there."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    name: Text
    type: FieldType = "string"
    format: str = "default"
    title: str = ""
    description: str = ""
    unit: str = ""
    constraints: FieldConstraints = FieldConstraints()
    decimal_char: str = Field(".", alias="decimalChar")
    group_char: str = Field("", alias="groupChar")
    bare_number: bool = Field(True, alias="bareNumber")
    true_values: tuple[str, ...] = Field(("true", "True", "TRUE", "1"), alias="trueValues")
    false_values: tuple[str, ...] = Field(("false", "False", "FALSE", "0"), alias="falseValues")
    missing_values: tuple[str, ...] | None = Field(None, alias="missingValues")
    """Of this field alone (version 2 of the specification); None: the schema's."""
    array_item: ArrayItem | None = Field(None, alias="arrayItem")
    """What each item of an array must be (an extension of frictionless that national schemas use)."""


class ArrayItem(SchemaField):
    """The items of an array: a field without a name."""

    name: Text = "item"


class TableSchemaForeignKey(BaseModel):
    """``fields`` must be found among the fields of ``reference``; ``resource`` "" is the dataset itself, else
    the identifier of another published dataset."""

    model_config = ConfigDict(frozen=True, extra="allow")

    class Reference(BaseModel):
        model_config = ConfigDict(frozen=True, extra="allow")

        resource: str = ""
        fields: Names

    fields: Names
    reference: Reference


class CustomCheck(BaseModel):
    """A check beyond Table Schema, as Validata writes it: ``french-siret-value`` with ``column``…"""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: Text
    params: Mapping[str, Any] = Field(default_factory=dict)


class TableSchema(BaseModel):
    """The Table Schema of what is published."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    fields: tuple[SchemaField, ...] = Field(min_length=1)
    missing_values: tuple[str, ...] = Field(("",), alias="missingValues")
    primary_key: Annotated[tuple[str, ...], BeforeValidator(wrap_single_name_in_list)] = Field(
        (), alias="primaryKey"
    )
    foreign_keys: tuple[TableSchemaForeignKey, ...] = Field((), alias="foreignKeys")
    custom_checks: tuple[CustomCheck, ...] = ()
    title: str = ""
    description: str = ""

    def find_field(self, name: str) -> SchemaField | None:
        return next((field for field in self.fields if field.name == name), None)


class NationalSchemaReference(FrozenModel):
    """The national schema that a dataset follows: a name and a version of the catalogue at ``index``, pinned
    to the bytes of ``url`` that hash to ``sha256``."""

    name: str
    version: str
    sha256: str
    url: str
    index: str


class SchemaSpec(Spec):
    meaning = N_("Le schéma (Table Schema) de ce qui est PUBLIÉ.")

    form: ClassVar[Message | None] = _(
        "schemas/….json, ou {national: etalab/schema-irve-statique, version: 2.3.1}"
    )

    file: Text | None = Field(
        None, description=N_("Un fichier de include/."), examples=["schemas/permis-de-construire.json"]
    )
    national: Text | None = Field(
        None,
        description=N_(
            "Un schéma national, par son nom sur schema.data.gouv.fr. « aqueduc fetch-schema » le "
            "range une fois dans include/, avec son empreinte."
        ),
        examples=["etalab/schema-irve-statique"],
    )
    version: Text | None = Field(
        None,
        description=N_("La version du schéma national ; n'en change que qui l'écrit."),
        examples=["2.3.1"],
    )


AnySchema = Annotated[SchemaSpec, build_shorthand_validator("file", str, Text | SchemaSpec)]
