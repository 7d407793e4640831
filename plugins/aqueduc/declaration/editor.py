"""The help of an editor: JSON Schemas (draft 7, which every editor reads) made from the written models.

``python -m aqueduc.declaration.editor FOLDER`` writes them, and the pages that say the same in words; a test says
when those of ``docs/schemas`` are stale.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from aqueduc.declaration.columns import build_column_rule_json_schema
from aqueduc.declaration.key_pages import PAGES, render_declaration_key_pages
from aqueduc.declaration.platform_kind import PlatformKind
from aqueduc.declaration.source_kind import (
    SourceKind,
    build_city_source_override_model,
    build_source_override_model,
    format_source_kind_origins,
)
from aqueduc.declaration.spec import CitySpec, ColumnSetSpec, DatasetSpec, Spec
from aqueduc.language import Language, Message, _, translate_values_at_keys, use_language
from aqueduc.platforms import PLATFORMS
from aqueduc.sources import SOURCES

DRAFT = "http://json-schema.org/draft-07/schema#"


def build_editor_schemas_by_file_name() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file, by the name of the file that holds it, in the language spoken now."""
    return {
        f"{name}.schema.json": translate_values_at_keys(found, ("description",))
        for name, found in _build_editor_schemas().items()
    }


def _build_editor_schemas() -> dict[str, dict[str, Any]]:
    columns = {"type": "object", "additionalProperties": build_column_rule_json_schema()}
    dataset = _build_model_schema(DatasetSpec, _("Un jeu de données d'Aqueduc"))
    _replace_property_schema_keeping_description(dataset, "columns", columns)
    dataset["properties"]["source"] = {
        "anyOf": [_build_source_kind_schema(kind) for kind in SOURCES.list_builtin_kinds()],
        "description": str(
            _("D'où viennent les lignes : {origins}.").format(origins=format_source_kind_origins())
        ),
    }
    dataset["anyOf"] = [{"required": ["columns"]}, {"required": ["column_sets"]}]
    of_set = _build_model_schema(ColumnSetSpec, _("Un jeu de colonnes d'Aqueduc"))
    _replace_property_schema_keeping_description(of_set, "columns", columns)
    city = _build_model_schema(CitySpec, _("La Ville, pour Aqueduc"))
    platforms = {"anyOf": [_build_platform_kind_schema(kind) for kind in PLATFORMS.list_builtin_kinds()]}
    city["properties"]["platforms"]["additionalProperties"] = platforms
    for schema, model in (
        (dataset, build_source_override_model()),
        (city, build_city_source_override_model()),
    ):
        source = _inline_schema_references(
            model.model_json_schema(schema_generator=_EditorSchemaGenerator), model
        )
        _replace_property_schema_keeping_description(
            schema["properties"]["environments"]["additionalProperties"], "source", source
        )
        _allow_null_environment(schema["properties"]["environments"])
    return {"dataset": dataset, "columns": of_set, "city": city}


def _allow_null_environment(environments: dict[str, Any]) -> None:
    """``production:`` alone is an environment."""
    environments["additionalProperties"] = {"anyOf": [environments["additionalProperties"], {"type": "null"}]}


def _replace_property_schema_keeping_description(
    schema: dict[str, Any], key: str, shape: Mapping[str, Any]
) -> None:
    """What pydantic reads as any mapping, since the loader reads it by itself."""
    schema["properties"][key] = {**shape, "description": schema["properties"][key]["description"]}


def _build_source_kind_schema(kind: SourceKind) -> dict[str, Any]:
    found = _inline_schema_references(
        kind.spec.model_json_schema(schema_generator=_EditorSchemaGenerator), kind.spec
    )
    required = [kind.name, *found["required"]]
    # A field of a kind comes after those that it shares: what cannot be left out is shown first.
    ordered = {key: found["properties"][key] for key in dict.fromkeys((*required, *found["properties"]))}
    return {**found, "properties": ordered, "required": required}


def _build_platform_kind_schema(kind: PlatformKind) -> dict[str, Any]:
    found = _inline_schema_references(
        kind.spec.model_json_schema(schema_generator=_EditorSchemaGenerator), kind.spec
    )
    found["properties"]["type"] = {"const": kind.name, "description": kind.spec.meaning}
    return found


def _build_model_schema(model: type[Spec], title: Message) -> dict[str, Any]:
    found = _inline_schema_references(model.model_json_schema(schema_generator=_EditorSchemaGenerator), model)
    return {"$schema": DRAFT, "title": str(title), **found}


class _EditorSchemaGenerator(GenerateJsonSchema):
    """A key that may be left out is not a key that may be null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found, default = super().default_schema(schema), schema.get("default")
        if isinstance(default, float) and default.is_integer():
            found["default"] = int(default)
        if default is None or isinstance(default, BaseModel):
            found.pop("default", None)
        return found


def _inline_schema_references(schema: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Without references: draft 7 ignores what stands beside one, the descriptions for instance."""
    definitions, models = schema.pop("$defs", {}), _list_spec_subclasses(Spec)
    for name, found in definitions.items():
        _set_required_keys_and_description(found, models.get(name))
    _set_required_keys_and_description(schema, model)
    plain: dict[str, Any] = _resolve_references(schema, definitions)
    return plain


def _set_required_keys_and_description(schema: dict[str, Any], model: type[BaseModel] | None) -> None:
    if model is not None and issubclass(model, Spec):
        schema["required"] = list(model.needs)
        schema["description"] = model.meaning
        for key in model.needs:
            schema["properties"][key].pop("default", None)


def _resolve_references(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_resolve_references(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**definitions[schema["$ref"].rsplit("/", 1)[1]], **beside}
        schema = dict(sorted(schema.items())) if "default" in beside else schema
    properties = schema.get("properties", {})
    plain = {
        key: _resolve_references(value, definitions)
        for key, value in schema.items()
        if key not in ("title", "properties") and not (key == "required" and not value)
    }
    if properties:
        plain["properties"] = {
            name: _resolve_references(value, definitions) for name, value in properties.items()
        }
    return plain


def _list_spec_subclasses(model: type[Spec]) -> dict[str, type[Spec]]:
    found = {model.__name__: model}
    for kind in model.__subclasses__():
        found |= _list_spec_subclasses(kind)
    return found


def render_schemas_and_key_pages() -> dict[str, str]:
    """The files as they are written: schemas, in the language spoken now, and pages, in each."""
    schemas = {
        name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in build_editor_schemas_by_file_name().items()
    }
    return schemas | render_declaration_key_pages(
        {language: _build_schemas_in_language(language) for language in PAGES}
    )


def _build_schemas_in_language(language: Language) -> dict[str, Any]:
    with use_language(language):
        return {
            name: translate_values_at_keys(found, ("description",))
            for name, found in _build_editor_schemas().items()
        }


def write_schemas_and_key_pages(folder: str) -> None:
    """Writes the schemas and their pages into ``folder``."""
    for name, text in render_schemas_and_key_pages().items():
        (Path(folder) / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas_and_key_pages(sys.argv[1])
