"""The sections of a declaration, each read for itself: what is wrong in one hides nothing of the others."""

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from aqueduc.declaration.city import LoadedCity, check_connection, check_platforms
from aqueduc.declaration.diagnostics.advice import did_you_mean
from aqueduc.declaration.diagnostics.catalogue import (
    BadSource,
    MissingKey,
    NationalAltered,
    NationalNotFetched,
    NationalUnknown,
    SchemaProblem,
    SchemaTwice,
    SourcePackageBroken,
    UnknownFunction,
    UnreadablePython,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.diagnostics.document import PathKey, Unreadable, parse
from aqueduc.declaration.diagnostics.problem import Place, Problem
from aqueduc.declaration.files import named_file, shown_path
from aqueduc.declaration.national import (
    NAME,
    VERSION,
    matches_pin,
    pinned_versions,
    read_pin,
    schema_path_in_include,
)
from aqueduc.declaration.sets import report_columns
from aqueduc.declaration.source_kind import (
    ResolvedSource,
    SourceKind,
    connections_in,
    kinds_in,
    list_names,
)
from aqueduc.declaration.spec import (
    Access,
    Column,
    DatasetSpec,
    FieldType,
    Mode,
    National,
    OutputFormat,
    Privacy,
    Publication,
    Recode,
    SchemaSpec,
    Source,
    TableSchema,
)
from aqueduc.declaration.vocabulary import Frequency, Licence
from aqueduc.errors import ExtensionBroken
from aqueduc.language import NOTHING, _
from aqueduc.rules import NamedFile
from aqueduc.sources import SOURCES


@dataclass
class DeclarationReader:
    """What reading one declaration needs to have at hand; ``contents`` feed the fingerprint. ``whole``: every
    column set could be read."""

    include: Path
    path: Path
    collector: ProblemCollector
    loaded: LoadedCity
    contents: list[bytes] = field(default_factory=list)
    whole: bool = True


@dataclass(frozen=True)
class SchemaFields:
    """The fields of a schema by name, with their type (None where it could not be read). ``whole``: there is
    no field besides."""

    types: Mapping[str, str | None]
    primary_key: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True)
class DeclaredColumns:
    """The columns that could be read; ``unread``: the names, in the source and published, of the others.
    ``whole``: nothing else is published, as it may be when a column set, or a name, cannot be read."""

    read: tuple[Column, ...]
    unread: frozenset[str] = frozenset()
    whole: bool = True

    def may_be(self, name: str) -> bool:
        """Whether ``name`` may be that of a column that could not be read."""
        return not self.whole or name in self.unread

    @property
    def kept(self) -> tuple[Column, ...]:
        return tuple(column for column in self.read if column.published_as is not None)


@dataclass(frozen=True)
class SchemaPart:
    """Where the schema is, from ``include/`` on, and what could be read of it: ``fields``, and the whole when
    nothing in it is wrong."""

    path: str
    fields: SchemaFields | None = None
    whole: TableSchema | None = None
    national: National | None = None


@dataclass(frozen=True)
class Sections:
    """What could be read of a declaration; None for what could not. ``spec``: all of it, as it is written."""

    spec: DatasetSpec
    columns: DeclaredColumns | None
    resolved: ResolvedSource
    schema: SchemaPart | None
    publication: Publication | None
    access: Access | None
    privacy: Privacy | None

    @property
    def fields(self) -> SchemaFields | None:
        return self.schema.fields if self.schema else None

    @property
    def source(self) -> Source | None:
        return self.resolved.source

    @property
    def said_publication(self) -> Publication | None:
        """As it is written, even where it cannot be told where or how."""
        return self.spec.publication

    @property
    def frequency(self) -> Frequency | None:
        return self.spec.frequency

    @property
    def licence(self) -> Licence | None:
        return self.spec.licence


def read_sections(reader: DeclarationReader, spec: DatasetSpec) -> Sections:
    """Reads the files that the sections name; complains of what is wrong in each."""
    collector = reader.collector
    resolved = _source(reader, spec.source)
    schema = _schema(reader, spec.schema_)
    for key, advice in _INHERITED.items():
        if getattr(spec, key) is None and not collector.silent((key,)):
            collector.at_key((key,), MissingKey, key=key, advice=advice)
    return Sections(
        spec=spec,
        columns=_columns(reader, spec),
        resolved=resolved,
        schema=schema,
        publication=_publication(reader, spec.publication),
        access=_access(collector, spec),
        privacy=_privacy(reader, spec.privacy),
    )


_INHERITED = {
    "owner": _("« owner: » et la direction responsable"),
    "contact": _("« contact: opendata@… », ici ou sous « defaults: » de city.yaml"),
    "licence": _("« licence: lov2 », ici ou sous « defaults: » de city.yaml"),
}


# --- columns --------------------------------------------------------------------------------------------


def _columns(reader: DeclarationReader, spec: DatasetSpec) -> DeclaredColumns | None:
    collector = reader.collector
    whole = collector.tree.value.get("columns")
    if spec.lacks("columns"):
        if reader.whole and not collector.silent(("columns",)):
            collector.at_key(
                ("columns",), MissingKey, key="columns", advice=_("« columns: » et une règle par colonne")
            )
        return None
    read = report_columns(collector, spec.columns)
    columns = tuple(_with_file(reader, column) for column in read.columns)
    unread = {*read.unread, *(other for others in read.unread.values() for other in others or ())}
    unread.update(name for name in whole or () if name not in spec.columns)
    known = reader.whole and None not in read.unread.values()
    return DeclaredColumns(columns, frozenset(unread), known)


def _with_file(reader: DeclarationReader, column: Column) -> Column:
    """The column, once the files that its rule names were looked at, and the city's thresholds taken."""
    path: PathKey = ("columns", column.name)
    rule = column.rule.with_floors(reader.loaded.city.floors)
    for file in rule.files:
        if file.function is None:
            _remember_file(reader, (*path, *file.keys), file.path)
            continue
        data = named_file(reader.collector, reader.include, (*path, *file.keys), file.path)
        if data is not None:
            reader.contents.append(data)
            check_function(reader.collector, path, file, file.function, data)
            rule = rule.with_hash(hashlib.sha256(data).hexdigest())
    return column if rule is column.rule else column.model_copy(update={"rule": rule})


def _remember_file(reader: DeclarationReader, at: PathKey, name: str) -> None:
    """A file that may be large and that several declarations may name: its hash is remembered."""
    target = reader.include / name
    known = reader.loaded.hashes
    key = (name, *_stamp(target))
    if key not in known:
        data = named_file(reader.collector, reader.include, at, name, LARGEST)
        if data is None:
            return
        known[key] = hashlib.sha256(data).digest()
    reader.contents.append(known[key])


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


LARGEST = 256 * 2**20
"""Bytes of a hierarchy or of a file of polygons."""


# --- source ---------------------------------------------------------------------------------------------


def _source(reader: DeclarationReader, raw: dict[str, Any] | None) -> ResolvedSource:
    kind = _kind(reader.collector, raw) if raw is not None else None
    if kind is None or raw is None:
        return ResolvedSource()
    spec = reader.collector.model(kind.spec, raw, ("source",))
    for name, connection in connections_in(raw):
        check_connection(reader.collector, ("source", name), connection, reader.loaded.city.connections)
    return spec.resolve(reader)


def _kind(collector: ProblemCollector, raw: Mapping[str, Any]) -> SourceKind | None:
    """The kind that ``source:`` names; None, with the problem noted, when it names none or several."""
    named = kinds_in(raw)
    if len(named) == 1:
        try:
            return SOURCES[named[0]]
        except ExtensionBroken as broken:
            words = {"given": broken.kind, "package": broken.package, "why": broken.why}
            collector.at_key(("source", named[0]), SourcePackageBroken, **words)
    elif not any(collector.silent(("source", name)) for name in SOURCES.names):
        example = next(SOURCES.own()).example
        collector.at_key(("source", *named[1:2]), BadSource, listed=list_names(), example=example)
    return None


# --- schema ---------------------------------------------------------------------------------------------


def _schema(reader: DeclarationReader, written: SchemaSpec | None) -> SchemaPart | None:
    if written is None:
        return None
    found = _national(reader, written) if written.national or written.version else _own(reader, written)
    if found is None:
        return None
    part, data = found
    reader.contents.append(data)
    fields, whole = _table_schema(reader, part.path, data)
    return replace(part, fields=fields, whole=whole)


def _own(reader: DeclarationReader, written: SchemaSpec) -> tuple[SchemaPart, bytes] | None:
    at: PathKey = ("schema", "file") if reader.collector.tree.has(("schema", "file")) else ("schema",)
    if written.file is None:
        if not reader.collector.silent(("schema",)):
            reader.collector.at_key(("schema",), SchemaTwice)
        return None
    data = named_file(reader.collector, reader.include, at, written.file)
    return None if data is None else (SchemaPart(written.file), data)


def _national(reader: DeclarationReader, written: SchemaSpec) -> tuple[SchemaPart, bytes] | None:
    """A national schema from where it was pinned; its bytes are those that were fetched, or there is none."""
    collector, name, version = reader.collector, written.national, written.version
    if written.file or name is None or version is None:
        if not collector.silent(("schema",)):
            collector.at_key(("schema",), SchemaTwice)
        return None
    if not (NAME.fullmatch(name) and VERSION.fullmatch(version)):
        collector.at_value(("schema", "national"), NationalUnknown, name=name, version=version)
        return None
    pin, path = read_pin(reader.include, name, version), schema_path_in_include(name, version)
    data = _bytes(reader.include / path) if pin else None
    if pin is None or data is None:
        there = [other for other in pinned_versions(reader.include, name) if other != version]
        near = (
            _("écrire une des versions qui y sont ({}), ou ").format(", ".join(there)) if there else NOTHING
        )
        words = {"name": name, "version": version, "near": near}
        collector.at_value(("schema", "version"), NationalNotFetched, **words)
        return None
    if not matches_pin(pin, data):
        altered = shown_path(reader.include, reader.include / path)
        collector.at_value(("schema",), NationalAltered, name=altered)
        return None
    national = National(name=name, version=version, sha256=pin.sha256, url=pin.url, index=pin.index)
    return SchemaPart(path, national=national), data


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _table_schema(
    reader: DeclarationReader, name: str, data: bytes
) -> tuple[SchemaFields | None, TableSchema | None]:
    """The fields that could be read, and the schema when nothing in it is wrong."""
    try:
        document = parse(data, shown_path(reader.include, reader.include / name), '{"fields": [ … ]}')
    except Unreadable as error:
        reader.collector.problems.append(error.problem)
        return None, None
    inner = ProblemCollector(document)
    fields: SchemaFields | None = None
    schema: TableSchema | None = None
    with suppress(TooManyProblems):
        raw = inner.set_questions_aside(document.value)
        try:
            schema = TableSchema.model_validate(raw)
        except ValidationError as error:
            inner.report(TableSchema, error)
        fields = _fields(raw)
        _check_schema(inner, fields, raw)
    reader.collector.problems += inner.problems
    return fields, (None if inner.problems else schema)


def _fields(raw: Mapping[str, Any]) -> SchemaFields | None:
    listed = raw.get("fields")
    if not isinstance(listed, list):
        return None
    types: dict[str, str | None] = {}
    for item in listed:
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            kind = item.get("type", "string")
            types[item["name"].strip()] = kind if kind in get_args(FieldType) else None
    key = raw.get("primaryKey", ())
    names = [key] if isinstance(key, str) else key if isinstance(key, list) else []
    whole = len(types) == len(listed)
    return SchemaFields(types, tuple(name for name in names if isinstance(name, str)), whole)


def _check_schema(inner: ProblemCollector, fields: SchemaFields | None, raw: Mapping[str, Any]) -> None:
    if fields is None:
        return
    names = [item.get("name") for item in raw["fields"] if isinstance(item, dict)]
    for name, count in Counter(name for name in names if isinstance(name, str)).items():
        if count > 1:
            rank = len(names) - 1 - names[::-1].index(name)
            what = _("le champ « {name} » y figure deux fois").format(name=name)
            inner.at_value(("fields", rank, "name"), SchemaProblem, what=what, advice=_("n'en garder qu'un"))
    for rank, name in enumerate(fields.primary_key):
        if name not in fields.types and not inner.silent(("fields",)):
            path: PathKey = ("primaryKey", rank) if inner.tree.has(("primaryKey", rank)) else ("primaryKey",)
            what, advice = (
                _("« primaryKey » cite « {name} », qui n'est pas un champ du schéma").format(name=name),
                did_you_mean(name, fields.types),
            )
            inner.at_value(path, SchemaProblem, what=what, advice=advice)


# --- publication, privacy -------------------------------------------------------------------------------


def _publication(reader: DeclarationReader, wanted: Publication | None) -> Publication | None:
    collector = reader.collector
    if wanted is None:
        if not collector.silent(("publish",)):
            collector.at_key(("publish",), MissingKey, key="publish", advice=_PUBLISH)
        return None
    known = tuple(settings.name for settings in reader.loaded.city.platforms)
    if wanted.lacks("mode") and not collector.tree.document.has(("publish",)):
        collector.at_key(("publish",), MissingKey, key="publish", advice=_PUBLISH)
        return None
    named = wanted.platforms or (known if reader.loaded.embedded else ())
    if not named and not collector.silent(("publish", "platform")):
        advice = _("« platform: {listed} », ici ou sous « defaults: » de city.yaml").format(
            listed=" | ".join(known)
        )
        collector.at_key(("publish", "platform"), MissingKey, key="platform", advice=advice)
    if wanted.lacks("mode") and not collector.silent(("publish", "mode")):
        collector.at_key(
            ("publish", "mode"), MissingKey, key="mode", advice=_("« mode: upload » ou « mode: index »")
        )
    sure = check_platforms(collector, ("publish",), wanted.platform_alone, wanted.platform_list, known)
    if wanted.lacks("mode"):
        return None
    table = wanted.datastore and wanted.mode is Mode.UPLOAD and OutputFormat.CSV in wanted.formats
    # Platforms that are missing were complained of; the checks of the rest do not ask which ones they are.
    return wanted.model_copy(update={"platform_list": named if sure else (), "datastore": table})


_PUBLISH = _("« publish: » avec « mode: upload » ou « mode: index »")


def _access(collector: ProblemCollector, spec: DatasetSpec) -> Access | None:
    unread = collector.silent(("access",)) if spec.lacks("access") else spec.access.lacks("level")
    return None if unread else spec.access


def _privacy(reader: DeclarationReader, wanted: Privacy | None) -> Privacy | None:
    """With the hashes of the files that it names."""
    if wanted is None:
        return None
    if wanted.lacks("k") and not reader.collector.silent(("privacy", "k")):
        reader.collector.at_key(
            ("privacy", "k"),
            MissingKey,
            key="k",
            advice=_("« k: 5 », ici ou sous « defaults: » de city.yaml"),
        )
    if wanted.lacks("k", "quasi_identifiers"):
        return None
    at: PathKey = ("privacy", "hierarchies")
    ladders = tuple(
        one.model_copy(update={"sha256": _hash_file(reader, (*at, one.column), one.path)})
        for one in wanted.hierarchies
    )
    k_map = None
    if wanted.k_map and not wanted.k_map.lacks("at_least", "path"):
        sha256 = _hash_file(reader, ("privacy", "k_map", "file"), wanted.k_map.path) or ""
        k_map = wanted.k_map.model_copy(update={"sha256": sha256})
    recode = (wanted.recode or Recode.FIXED) if ladders else None
    return wanted.model_copy(update={"hierarchies": ladders, "k_map": k_map, "recode": recode})


def _hash_file(reader: DeclarationReader, at: PathKey, name: str | None) -> str | None:
    """The SHA-256 of a file that may be large; None without a name, or where it cannot be read."""
    if name is None:
        return None
    at = (*at, "file") if reader.collector.tree.has((*at, "file")) else at
    _remember_file(reader, at, name)
    known = reader.loaded.hashes.get((name, *_stamp(reader.include / name)))
    return known.hex() if known else None


def find_repetitions(items: Iterable[str]) -> list[str]:
    """What stands more than once."""
    return [item for item, count in Counter(items).items() if count > 1]


# --- functions of the city's --------------------------------------------------------------------------------


def check_function(
    collector: ProblemCollector, column: PathKey, file: NamedFile, function: str, data: bytes
) -> None:
    """Complains when ``data``, those of ``file``, are not Python, or do not define ``function``."""
    try:
        module = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        collector.problems.append(_syntax_problem(collector, file.path, error))
        collector.reported.append((*column, *file.keys))
        return
    known = [found.name for found in module.body if isinstance(found, ast.FunctionDef)]
    if function not in known:
        detail = {"name": function, "file": file.path, "advice": did_you_mean(function, known)}
        collector.at_value((*column, *file.keys[:-1], "function"), UnknownFunction, **detail)


def _syntax_problem(collector: ProblemCollector, path: str, error: Exception) -> Problem:
    include = collector.tree.document.file.split("/", 1)[0]
    place = Place(getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 1, 1)
    text = (getattr(error, "text", None) or "").rstrip("\n")
    return UnreadablePython(file=f"{include}/{path}", place=place, text=text)
