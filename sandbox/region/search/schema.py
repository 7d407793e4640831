"""CKAN's `schema.xml` as Solr reads it: what each field is, and which fields are copied into which."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class Kind(Enum):
    """How the values of a field are compared."""

    DATE = "date"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TEXT = "text"
    NGRAM = "ngram"
    STRING = "string"


@dataclass(frozen=True)
class FieldSpec:
    """One `<field>` or `<dynamicField>`."""

    kind: Kind
    type_name: str
    multiple: bool
    stored: bool
    indexed: bool
    required: bool


@dataclass(frozen=True)
class Schema:
    """The fields, the wildcard fields (longest pattern first) and the copies (source pattern, target)."""

    xml: str
    key: str
    fields: dict[str, FieldSpec]
    wildcards: tuple[tuple[str, FieldSpec], ...]
    copies: tuple[tuple[str, str], ...]
    _by_wildcard: dict[str, FieldSpec | None] = field(default_factory=dict, repr=False)

    def spec(self, name: str) -> FieldSpec | None:
        """What the field `name` is, or None when the schema knows no such field."""
        if name in self.fields:
            return self.fields[name]
        if name not in self._by_wildcard:
            matching = (spec for pattern, spec in self.wildcards if matches(pattern, name))
            self._by_wildcard[name] = next(matching, None)
        return self._by_wildcard[name]


def matches(pattern: str, name: str) -> bool:
    """Solr's field patterns: one star, at the start or at the end."""
    if pattern == "*":
        return True
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return pattern == name


def read_schema(path: Path) -> Schema:
    """Read a Solr schema; raises `xml.etree.ElementTree.ParseError` on a broken file."""
    xml = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(xml)  # noqa: S314 - CKAN's own file
    types = {
        element.get("name", ""): (_kind(element), element.get("multiValued") == "true")
        for element in root.iter()
        if element.tag.lower() == "fieldtype"
    }
    fields = {element.get("name", ""): _field_spec(element, types) for element in root.iter("field")}
    wildcards = [
        (element.get("name", ""), _field_spec(element, types)) for element in root.iter("dynamicField")
    ]
    copies = [(copy.get("source", ""), copy.get("dest", "")) for copy in root.iter("copyField")]
    return Schema(
        xml=xml,
        key=root.findtext(".//uniqueKey") or "id",
        fields=fields,
        wildcards=tuple(sorted(wildcards, key=lambda wildcard: -len(wildcard[0]))),
        copies=tuple(copies),
    )


def _kind(field_type: ElementTree.Element) -> Kind:
    solr_class = field_type.get("class", "")
    if "Date" in solr_class:
        return Kind.DATE
    if re.search("Int|Long|Float|Double", solr_class):
        return Kind.NUMBER
    if "Bool" in solr_class:
        return Kind.BOOLEAN
    if "TextField" in solr_class:
        return Kind.NGRAM if "NGram" in ElementTree.tostring(field_type, "unicode") else Kind.TEXT
    return Kind.STRING


def _field_spec(element: ElementTree.Element, types: dict[str, tuple[Kind, bool]]) -> FieldSpec:
    type_name = element.get("type", "")
    kind, multiple_by_type = types[type_name]
    multiple = element.get("multiValued")
    return FieldSpec(
        kind=kind,
        type_name=type_name,
        multiple=multiple_by_type if multiple is None else multiple == "true",
        stored=element.get("stored") != "false",
        indexed=element.get("indexed") != "false",
        required=element.get("required") == "true",
    )
