"""A document as the index holds it: checked against the schema, its values coerced, its copies made."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.region.search import dates
from sandbox.region.search.analysis import Positions, analyse
from sandbox.region.search.errors import SolrError
from sandbox.region.search.schema import FieldSpec, Kind, Schema, matches

_LONGEST_TERM_BYTES = 32766
# A phrase must not straddle two values of one field.
_GAP_BETWEEN_VALUES = 3

Value = str | int | float


@dataclass(frozen=True)
class Document:
    """`values` is what is searched, `stored` what is given back."""

    key: str
    values: dict[str, list[Value]]
    stored: dict[str, Any]
    _tokens: dict[str, Positions] = field(default_factory=dict, repr=False)

    def tokens(self, name: str, type_name: str) -> Positions:
        """The analysed positions of a text field, worked out once."""
        if name not in self._tokens:
            positions: Positions = []
            for value in self.values.get(name, ()):
                positions += analyse(str(value), type_name, index=True)
                positions += [set()] * _GAP_BETWEEN_VALUES
            self._tokens[name] = positions
        return self._tokens[name]


def make_document(raw: Mapping[str, Any], schema: Schema) -> Document:
    """The document of one JSON object posted by CKAN; raises SolrError as Solr would refuse it."""
    label = str(raw.get(schema.key))
    values: dict[str, list[Value]] = {}
    stored: dict[str, Any] = {}
    for name, posted in raw.items():
        spec, given = _given_values(label, name, posted, schema)
        if spec is None or not given:
            continue
        values[name] = [_coerced(label, name, value, spec) for value in given]
        if spec.stored:
            stored[name] = values[name] if spec.multiple else values[name][0]
    for name, spec in schema.fields.items():
        if spec.required and name not in values:
            raise SolrError(f"[doc={label}] missing required field: {name}")
    if "indexed_ts" in schema.fields and "indexed_ts" not in values:
        stored["indexed_ts"] = dates.now()
        values["indexed_ts"] = [stored["indexed_ts"]]
    stored["_version_"] = str(time.time_ns())
    _copy_fields(raw, values, stored, schema)
    return Document(str(values[schema.key][0]), values, stored)


def _given_values(label: str, name: str, posted: Any, schema: Schema) -> tuple[FieldSpec | None, list[Any]]:
    """The values posted for one field; none for a null."""
    if posted is None:
        return None, []
    spec = schema.spec(name)
    if spec is None:
        raise SolrError(f"ERROR: [doc={label}] unknown field '{name}'")
    if isinstance(posted, dict):
        raise SolrError(f"Unknown operation for the an atomic update: {next(iter(posted), '')}")
    given = [value for value in (posted if isinstance(posted, list) else [posted]) if value is not None]
    if any(isinstance(value, dict) for value in given):
        raise SolrError(
            "Unable to index docs with children: the schema must include definitions for both "
            "a uniqueKey field and the '_root_' field"
        )
    if len(given) > 1 and not spec.multiple:
        raise SolrError(
            f"ERROR: [doc={label}] multiple values encountered for non multiValued field {name}: {given}"
        )
    return spec, given


def _coerced(label: str, name: str, value: Any, spec: FieldSpec) -> Value:
    if spec.kind is Kind.DATE:
        return dates.normalise(str(value))
    if spec.kind is Kind.NUMBER:
        try:
            return float(value) if "." in str(value) else int(value)
        except ValueError:
            raise SolrError(
                f"ERROR: [doc={label}] Error adding field '{name}'='{value}' "
                f'msg=For input string: "{value}"'
            ) from None
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if spec.kind is Kind.STRING and spec.indexed and len(text.encode()) > _LONGEST_TERM_BYTES:
        raise SolrError(
            f"Exception writing document id {label} to the index; possible analysis error: Document contains "
            f'at least one immense term in field="{name}" (whose UTF8 encoding is longer than the max '
            f"length {_LONGEST_TERM_BYTES})"
        )
    return text


def _copy_fields(
    raw: Mapping[str, Any], values: dict[str, list[Value]], stored: dict[str, Any], schema: Schema
) -> None:
    for source, target in schema.copies:
        for name in raw:
            if name not in values or name == target or not matches(source, name):
                continue
            values.setdefault(target, []).extend(str(value) for value in values[name])
            spec = schema.spec(target)
            if spec is not None and spec.stored:
                stored[target] = values[target] if spec.multiple else values[target][0]
    # url -> urls -> text is the only chain of copies in CKAN's schema.
    if "urls" in values:
        values.setdefault("text", []).extend(values["urls"])
