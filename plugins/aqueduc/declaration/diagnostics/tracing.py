"""Where each value of a declaration comes from: what ``aqueduc show --resolved`` tells."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from aqueduc.declaration.city import LoadedCity
from aqueduc.declaration.diagnostics.collector import find_pydantic_model_at_path
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.files import read_include_document
from aqueduc.declaration.layers import LayeredDocument, ValueOrigin
from aqueduc.declaration.loader import load_dataset, read_declaration_layers
from aqueduc.declaration.source_kind import find_kinds_named_in_source
from aqueduc.declaration.spec import DatasetSections, DatasetSpec, list_writable_keys, remove_schema_default
from aqueduc.declaration.vocabulary import CATEGORY_OF_THEME
from aqueduc.language import Message, _
from aqueduc.sources import SOURCES


@dataclass(frozen=True)
class TracedValue:
    """``key`` is dotted (``publish.platform``); ``value`` is as it is written; ``file`` and ``line``
    (1-based) say where, None for what Aqueduc itself decides."""

    key: str
    value: str
    origin: ValueOrigin
    file: str | None = None
    line: int | None = None

    def describe_origin(self) -> Message:
        """Where it comes from, for people."""
        return _WHERE[self.origin].format(place=f"{self.file}:{self.line}")


_WHERE = {
    ValueOrigin.FILE: _("déclaration, {place}"),
    ValueOrigin.ENVIRONMENT: _("environnement, {place}"),
    ValueOrigin.COLUMN_SET: _("jeu de colonnes, {place}"),
    ValueOrigin.DEFAULT: _("défaut de la Ville, {place}"),
    ValueOrigin.BUILT_IN: _("défaut d'Aqueduc"),
}


def trace_declaration_values(path: Path, loaded: LoadedCity) -> tuple[TracedValue, ...]:
    """Every value that holds for a declaration, in the order of the guide. Raises DeclarationError."""
    load_dataset(path, loaded)
    tree = read_declaration_layers(
        path.parent.parent, read_include_document(path.parent.parent, path), loaded
    ).tree
    found = [*_trace_written_values(tree, tree.value, ()), *_trace_builtin_defaults(tree.value)]
    order = list_writable_keys(DatasetSections)
    return tuple(
        sorted(
            (one for one in found if one.key.split(".", 1)[0] in order),
            key=lambda one: order.index(one.key.split(".", 1)[0]),
        )
    )


def _trace_written_values(tree: LayeredDocument, value: Any, path: PathKey) -> Iterator[TracedValue]:
    rule = len(path) == 2 and path[0] == "columns"
    if isinstance(value, dict) and not rule and path[:1] != ("environments",):
        for key, below in value.items():
            yield from _trace_written_values(tree, below, (*path, key))
        return
    layer, at = tree.find_layer_holding_path(path)
    if layer is None:
        return
    line = layer.document.find_value_position(at).line
    key = ".".join(str(step) for step in path)
    yield TracedValue(key, layer.document.get_written_text(at), layer.origin, layer.document.file, line)


def _trace_builtin_defaults(value: Mapping[str, Any]) -> Iterator[TracedValue]:
    yield from _trace_model_defaults(DatasetSections, value, ())
    if "category" not in value:
        yield TracedValue("category", CATEGORY_OF_THEME[value["theme"]], ValueOrigin.BUILT_IN)
    source = value["source"]
    yield from _trace_model_defaults(SOURCES[find_kinds_named_in_source(source)[0]].spec, source, ("source",))
    for key in ("publish", "privacy"):
        model = find_pydantic_model_at_path(DatasetSpec, (key,))
        if model is not None and isinstance(value.get(key), dict):
            yield from _trace_model_defaults(model, value[key], (key,))


def _trace_model_defaults(
    model: type[BaseModel], value: Mapping[str, Any], path: PathKey
) -> Iterator[TracedValue]:
    for name, field in model.model_fields.items():
        key, default = field.alias or name, _get_field_default(field)
        if key not in value and default is not None:
            yield TracedValue(
                ".".join(map(str, (*path, key))), _render_default(default), ValueOrigin.BUILT_IN
            )


def _get_field_default(field: FieldInfo) -> Any:
    """The default as it would be written; None where there is none, or nothing to tell of it."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    default = extra.get("default", field.get_default(call_default_factory=True))
    if isinstance(default, float) and default.is_integer():
        return int(default)
    hidden = field.json_schema_extra is remove_schema_default or isinstance(default, BaseModel)
    return None if hidden else default


def _render_default(default: Any) -> str:
    return default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)
