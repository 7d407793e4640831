"""The reference of the keys, as pages: what the JSON Schemas of ``editor`` say, for who reads and not for an editor."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from aqueduc.language import Language, _, use_language

Schema = Mapping[str, Any]

PAGES: Mapping[Language, Mapping[str, str]] = {
    "fr": {"dataset": "jeu.md", "columns": "colonnes.md", "city": "ville.md"},
    "en": {"dataset": "dataset.md", "columns": "columns.md", "city": "city.md"},
}
"""The page of each kind of file, by the language in which it is written."""


@dataclass(frozen=True)
class DeclarationKeyRow:
    """A key below another, by its path."""

    path: str
    schema: Schema
    required: bool


def render_declaration_key_pages(schemas: Mapping[Language, Mapping[str, Schema]]) -> dict[str, str]:
    """The pages by their name, of the ``schemas`` by language and kind of file."""
    pages: dict[str, str] = {}
    for language, names in PAGES.items():
        with use_language(language):
            for kind, name in names.items():
                pages[name] = _render_page(kind, schemas[language][kind])
    return pages


def _render_page(kind: str, schema: Schema) -> str:
    titles = {
        "dataset": _("Les clés d'un jeu de données"),
        "columns": _("Les clés d'un jeu de colonnes"),
        "city": _("Les clés de city.yaml"),
    }
    files = {
        "dataset": "include/datasets/*.yaml",
        "columns": "include/columns/*.yaml",
        "city": "include/city.yaml",
    }
    intro = _(
        "Ce qui peut s'écrire dans `{files}` : chaque clé, ce qu'elle veut dire, ses valeurs. Cette page est faite "
        "d'après ce que lit Aqueduc."
    )
    blocks = [f"# {titles[kind]}", str(intro.format(files=files[kind]))]
    required = schema.get("required", ())
    for key, found in schema["properties"].items():
        blocks += [f"## `{key}`", *_render_key(found, key in required)]
    return "\n\n".join(blocks) + "\n"


def _render_key(schema: Schema, required: bool) -> Iterator[str]:
    yield _get_description(schema)
    values = _describe_allowed_and_default_values(schema, required)
    if values:
        yield values[0].upper() + values[1:] + "."
    shapes = [shape for shape in _list_object_schemas(schema) if shape.get("properties")]
    for shape in shapes:
        if len(shapes) > 1:
            yield f"**{_get_description(shape)}**"
        yield _render_key_table(list(_list_key_rows(shape, "")))


def _render_key_table(rows: list[DeclarationKeyRow]) -> str:
    heads = (_("clé"), _("ce qu'elle dit"), _("valeurs"))
    lines = [f"| {' | '.join(str(head) for head in heads)} |", "|---|---|---|"]
    for row in rows:
        cells = (
            f"`{row.path}`",
            _get_description(row.schema),
            _describe_allowed_and_default_values(row.schema, row.required),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines)


def _list_key_rows(shape: Schema, above: str) -> Iterator[DeclarationKeyRow]:
    required = shape.get("required", ())
    for key, found in shape.get("properties", {}).items():
        path = f"{above}{key}"
        yield DeclarationKeyRow(path, found, key in required)
        for below in _list_object_schemas(found):
            yield from _list_key_rows(below, f"{path}.")


def _list_object_schemas(schema: Schema) -> Iterator[Schema]:
    """The objects that ``schema`` may be, or may hold under names that people choose."""
    if schema.get("properties"):
        yield schema
    for alternative in schema.get("anyOf", ()):
        yield from _list_object_schemas(alternative)
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from _list_object_schemas(inner)


def _get_description(schema: Schema) -> str:
    return str(schema.get("description") or "")


def _describe_allowed_and_default_values(schema: Schema, required: bool) -> str:
    said = [str(_("obligatoire"))] if required else []
    words = [word for word in _list_closed_list_words(schema) if f"{word} :" not in _get_description(schema)]
    if words:
        said.append(", ".join(f"`{word}`" for word in words))
    if schema.get("default") not in (None, "", []):
        said.append(str(_("par défaut `{value}`").format(value=_format_yaml_value(schema["default"]))))
    if schema.get("examples"):
        shown = ", ".join(f"`{_format_yaml_value(value)}`" for value in schema["examples"])
        said.append(str(_("par exemple {values}").format(values=shown)))
    return " ; ".join(said)


def _list_closed_list_words(schema: Schema) -> Iterator[str]:
    """The words of a closed list."""
    yield from (str(word) for word in schema.get("enum", ()))
    for alternative in schema.get("anyOf", ()):
        yield from _list_closed_list_words(alternative)
    if isinstance(schema.get("items"), dict):
        yield from _list_closed_list_words(schema["items"])


def _format_yaml_value(value: Any) -> str:
    """As it is written in YAML, on one line."""
    if isinstance(value, str):
        return value if value.strip() == value else json.dumps(value)
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")
