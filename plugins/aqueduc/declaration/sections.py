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

from aqueduc.declaration.city import LoadedCity, check_connection_is_listed, check_platform_names
from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import (
    AdoptedSlicesUnsplit,
    AdoptedTwice,
    AdoptedWholeSplit,
    AlteredNationalSchema,
    AmbiguousSchema,
    AmbiguousSource,
    BrokenSourcePackage,
    InvalidNationalSchemaName,
    InvalidTableSchema,
    MissingKey,
    MissingNationalSchema,
    UnknownFunction,
    UnreadablePython,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.diagnostics.document import PathKey, UnreadableDocument, parse_document
from aqueduc.declaration.diagnostics.problem import DeclarationProblem, TextPosition
from aqueduc.declaration.files import (
    format_include_path,
    list_function_folder_files,
    read_bytes_inside_include,
    read_include_file_reporting_problems,
)
from aqueduc.declaration.national import (
    LARGEST_SCHEMA,
    NAME,
    VERSION,
    build_schema_path,
    list_fetched_versions,
    matches_pinned_hash,
    read_pin,
)
from aqueduc.declaration.sets import parse_columns_reporting_problems
from aqueduc.declaration.source_kind import (
    ResolvedSource,
    SourceKind,
    find_kinds_named_in_source,
    format_source_kind_names,
    list_source_connections,
)
from aqueduc.declaration.spec import (
    AccessSettings,
    ChoiceList,
    ColumnDeclaration,
    DatasetSpec,
    FieldType,
    FileSplit,
    NationalSchemaReference,
    OutputFormat,
    PrivacySettings,
    PublicationMode,
    PublicationSettings,
    RecodingMode,
    RecordAdoption,
    ReferenceJoin,
    SchemaField,
    SchemaSpec,
    Source,
    TableSchema,
)
from aqueduc.declaration.vocabulary import Licence, UpdateFrequency
from aqueduc.errors import ExtensionBroken
from aqueduc.language import NOTHING, _
from aqueduc.rules import ReferencedFile
from aqueduc.sources import SOURCES


@dataclass
class DeclarationReadingContext:
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

    read: tuple[ColumnDeclaration, ...]
    unread: frozenset[str] = frozenset()
    whole: bool = True

    def may_be_unread_column(self, name: str) -> bool:
        """Whether ``name`` may be that of a column that could not be read."""
        return not self.whole or name in self.unread

    @property
    def kept_columns(self) -> tuple[ColumnDeclaration, ...]:
        return tuple(column for column in self.read if column.published_as is not None)

    @property
    def dropped_column_names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.read if column.published_as is None)


@dataclass(frozen=True)
class PartialSchema:
    """Where the schema is, from ``include/`` on, and what could be read of it: ``schema_fields``, and the whole when
    nothing in it is wrong."""

    path: str
    fields: SchemaFields | None = None
    whole: TableSchema | None = None
    national: NationalSchemaReference | None = None
    meaningless: tuple[str, ...] = ()
    """The published names of the columns that a draft left to describe, and nobody did."""


@dataclass(frozen=True)
class PartialDeclaration:
    """What could be read of a declaration; None for what could not. ``spec``: all of it, as it is written."""

    spec: DatasetSpec
    columns: DeclaredColumns | None
    resolved: ResolvedSource
    schema: PartialSchema | None
    publication: PublicationSettings | None
    access: AccessSettings | None
    privacy: PrivacySettings | None
    joins: tuple[ReferenceJoin, ...] = ()

    @property
    def schema_fields(self) -> SchemaFields | None:
        return self.schema.fields if self.schema else None

    @property
    def source(self) -> Source | None:
        return self.resolved.source

    @property
    def written_publication(self) -> PublicationSettings | None:
        """As it is written, even where it cannot be told where or how."""
        return self.spec.publication

    @property
    def frequency(self) -> UpdateFrequency | None:
        return self.spec.frequency

    @property
    def licence(self) -> Licence | None:
        return self.spec.licence


def read_sections(reader: DeclarationReadingContext, spec: DatasetSpec) -> PartialDeclaration:
    """Reads the files that the sections name; complains of what is wrong in each."""
    collector = reader.collector
    resolved = _read_source_section(reader, spec.source)
    schema = _read_schema_section(reader, spec.schema_)
    columns = _read_columns_section(reader, spec)
    for key, advice in _INHERITED.items():
        if getattr(spec, key) is None and not collector.has_problem_at_or_around_path((key,)):
            collector.add_key_problem((key,), MissingKey, key=key, advice=advice)
    return PartialDeclaration(
        spec=spec,
        columns=columns,
        resolved=resolved,
        schema=_adapt_schema_to_published_columns(schema, columns) if schema and columns else schema,
        publication=_resolve_publication_section(reader, spec.publication),
        access=_resolve_access_section(collector, spec),
        privacy=_resolve_privacy_section(reader, spec.privacy, columns),
        joins=_add_file_hash_to_joins(reader, spec.join),
    )


_INHERITED = {
    "owner": _("« owner: » et la direction responsable"),
    "contact": _("« contact: opendata@… », ici ou sous « defaults: » de city.yaml"),
    "licence": _("« licence: lov2 », ici ou sous « defaults: » de city.yaml"),
}


# --- columns --------------------------------------------------------------------------------------------


def _read_columns_section(reader: DeclarationReadingContext, spec: DatasetSpec) -> DeclaredColumns | None:
    collector = reader.collector
    whole = collector.tree.value.get("columns")
    if spec.lacks_any_key("columns"):
        if reader.whole and not collector.has_problem_at_or_around_path(("columns",)):
            collector.add_key_problem(
                ("columns",), MissingKey, key="columns", advice=_("« columns: » et une règle par colonne")
            )
        return None
    read = parse_columns_reporting_problems(collector, spec.columns)
    columns = tuple(_resolve_rule_files_and_thresholds(reader, column) for column in read.columns)
    unread = {*read.unread, *(other for others in read.unread.values() for other in others or ())}
    unread.update(name for name in whole or () if name not in spec.columns)
    return DeclaredColumns(columns, frozenset(unread), reader.whole and None not in read.unread.values())


def _resolve_rule_files_and_thresholds(
    reader: DeclarationReadingContext, column: ColumnDeclaration
) -> ColumnDeclaration:
    """The column, once the files that its rule names were looked at, and the city's thresholds taken."""
    path: PathKey = ("columns", column.name)
    rule = column.rule.fill_missing_city_thresholds(reader.loaded.city.floors)
    for file in rule.referenced_files:
        if file.function is None:
            _add_file_hash_to_fingerprint(reader, (*path, *file.keys), file.path)
            continue
        data = read_include_file_reporting_problems(
            reader.collector, reader.include, (*path, *file.keys), file.path
        )
        if data is not None:
            reader.contents.append(data)
            check_python_file_defines_function(reader.collector, path, file, file.function, data)
            rule = rule.with_function_hash(
                hashlib.sha256(data).hexdigest(), confined=reader.loaded.city.confinement == "required"
            )
            for beside in list_function_folder_files(reader.include, file.path)[1:]:
                _add_file_hash_to_fingerprint(reader, (*path, *file.keys), beside)
    return column if rule is column.rule else column.model_copy(update={"rule": rule})


def _add_file_hash_to_fingerprint(reader: DeclarationReadingContext, at: PathKey, name: str) -> None:
    """A file that may be large and that several declarations may name: its hash is remembered."""
    target = reader.include / name
    known = reader.loaded.hashes
    key = (name, *_get_modification_time_and_size(target))
    if key not in known:
        data = read_include_file_reporting_problems(reader.collector, reader.include, at, name, LARGEST)
        if data is None:
            return
        known[key] = hashlib.sha256(data).digest()
    reader.contents.append(known[key])


def _get_modification_time_and_size(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


LARGEST = 256 * 2**20
"""Bytes of a hierarchy, of a file of polygons or of a table that is joined."""


# --- joins ----------------------------------------------------------------------------------------------


def build_join_entry_path(collector: ProblemCollector, rank: int) -> PathKey:
    """Where a join is written; the key itself, of one that stands alone."""
    return ("join", rank) if collector.tree.has_path(("join", rank)) else ("join",)


def _add_file_hash_to_joins(
    reader: DeclarationReadingContext, joins: Iterable[ReferenceJoin]
) -> tuple[ReferenceJoin, ...]:
    """The joins, each with the hash of its file: another table is another declaration."""
    return tuple(
        join.model_copy(
            update={
                "sha256": _fingerprint_file_and_get_hash(
                    reader, build_join_entry_path(reader.collector, rank), join.file
                )
                or ""
            }
        )
        for rank, join in enumerate(joins)
    )


# --- source ---------------------------------------------------------------------------------------------


def _read_source_section(reader: DeclarationReadingContext, raw: dict[str, Any] | None) -> ResolvedSource:
    kind = _find_source_kind(reader.collector, raw) if raw is not None else None
    if kind is None or raw is None:
        return ResolvedSource()
    spec = reader.collector.parse_valid_part_of_model(kind.spec, raw, ("source",))
    for name, connection in list_source_connections(raw):
        check_connection_is_listed(
            reader.collector, ("source", name), connection, reader.loaded.city.connections
        )
    return spec.build_resolved_source(reader)


def _find_source_kind(collector: ProblemCollector, raw: Mapping[str, Any]) -> SourceKind | None:
    """The kind that ``source:`` names; None, with the problem noted, when it names none or several."""
    named = find_kinds_named_in_source(raw)
    if len(named) == 1:
        try:
            return SOURCES[named[0]]
        except ExtensionBroken as broken:
            collector.add_key_problem(
                ("source", named[0]),
                BrokenSourcePackage,
                given=broken.kind,
                package=broken.package,
                why=broken.why,
            )
    elif not any(collector.has_problem_at_or_around_path(("source", name)) for name in SOURCES.builtin_names):
        example = next(SOURCES.list_builtin_kinds()).example
        collector.add_key_problem(
            ("source", *named[1:2]), AmbiguousSource, listed=format_source_kind_names(), example=example
        )
    return None


# --- schema ---------------------------------------------------------------------------------------------


def _read_schema_section(
    reader: DeclarationReadingContext, written: SchemaSpec | None
) -> PartialSchema | None:
    if written is None:
        return None
    found = (
        _read_national_schema(reader, written)
        if written.national or written.version
        else _read_local_schema_file(reader, written)
    )
    if found is None:
        return None
    part, data = found
    reader.contents.append(data)
    fields, whole = _parse_table_schema(reader, part.path, data)
    return replace(part, fields=fields, whole=whole)


def _read_local_schema_file(
    reader: DeclarationReadingContext, written: SchemaSpec
) -> tuple[PartialSchema, bytes] | None:
    at: PathKey = ("schema", "file") if reader.collector.tree.has_path(("schema", "file")) else ("schema",)
    if written.file is None:
        if not reader.collector.has_problem_at_or_around_path(("schema",)):
            reader.collector.add_key_problem(("schema",), AmbiguousSchema)
        return None
    data = read_include_file_reporting_problems(reader.collector, reader.include, at, written.file)
    return None if data is None else (PartialSchema(written.file), data)


def _read_national_schema(
    reader: DeclarationReadingContext, written: SchemaSpec
) -> tuple[PartialSchema, bytes] | None:
    """A national schema from where it was pinned; its bytes are those that were fetched, or there is none."""
    collector, name, version = reader.collector, written.national, written.version
    if written.file or name is None or version is None:
        if not collector.has_problem_at_or_around_path(("schema",)):
            collector.add_key_problem(("schema",), AmbiguousSchema)
        return None
    if not (NAME.fullmatch(name) and VERSION.fullmatch(version)):
        collector.add_value_problem(
            ("schema", "national"), InvalidNationalSchemaName, name=name, version=version
        )
        return None
    pin, path = read_pin(reader.include, name, version), build_schema_path(name, version)
    data = read_bytes_inside_include(reader.include, path, LARGEST_SCHEMA + 1) if pin else None
    if pin is None or data is None:
        there = [other for other in list_fetched_versions(reader.include, name) if other != version]
        near = (
            _("écrire une des versions qui y sont ({}), ou ").format(", ".join(there)) if there else NOTHING
        )
        collector.add_value_problem(
            ("schema", "version"), MissingNationalSchema, name=name, version=version, near=near
        )
        return None
    if not matches_pinned_hash(pin, data):
        altered = format_include_path(reader.include, reader.include / path)
        collector.add_value_problem(("schema",), AlteredNationalSchema, name=altered)
        return None
    national = NationalSchemaReference(
        name=name, version=version, sha256=pin.sha256, url=pin.url, index=pin.index
    )
    return PartialSchema(path, national=national), data


def _parse_table_schema(
    reader: DeclarationReadingContext, name: str, data: bytes
) -> tuple[SchemaFields | None, TableSchema | None]:
    """The fields that could be read, and the schema when nothing in it is wrong."""
    try:
        document = parse_document(
            data, format_include_path(reader.include, reader.include / name), '{"fields": [ … ]}'
        )
    except UnreadableDocument as error:
        reader.collector.problems.append(error.problem)
        return None, None
    inner = ProblemCollector(document)
    fields: SchemaFields | None = None
    schema: TableSchema | None = None
    with suppress(TooManyProblems):
        raw = inner.report_and_remove_undecided_values(document.value)
        try:
            schema = TableSchema.model_validate(raw)
        except ValidationError as error:
            inner.report_pydantic_errors(TableSchema, error)
        fields = _parse_schema_fields(raw)
        _check_field_duplicates_and_primary_key(inner, fields, raw)
    reader.collector.problems += inner.problems
    return fields, (None if inner.problems else schema)


def _parse_schema_fields(raw: Mapping[str, Any]) -> SchemaFields | None:
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


def _adapt_schema_to_published_columns(schema: PartialSchema, columns: DeclaredColumns) -> PartialSchema:
    """The schema whose fields that describe a column (``"column"``) are as this one is published: under its
    name there, of the type that its rule gives, not at all once it is dropped."""
    if schema.whole is None or schema.fields is None or schema.national:
        return schema
    declared = {column.name: column for column in columns.read}
    listed = [_adapt_field_to_published_column(field, declared) for field in schema.whole.fields]
    found = [field for field in listed if field is not None]
    left = {
        field.name for field in found if field.description == "" and "description" in field.model_fields_set
    }
    published = [column.published_as for column in columns.kept_columns]
    types: dict[str, str | None] = {field.name: field.type for field in found}
    return replace(
        schema,
        fields=replace(schema.fields, types=types),
        meaningless=tuple(name for name in published if name and name in left),
        whole=schema.whole.model_copy(update={"fields": tuple(found)}),
    )


def _adapt_field_to_published_column(
    described: SchemaField, declared: Mapping[str, ColumnDeclaration]
) -> SchemaField | None:
    source = (described.model_extra or {}).get("column")
    if not isinstance(source, str):
        return described
    raw = described.model_dump(by_alias=True, exclude_unset=True, exclude={"column"})
    column = declared.get(source)
    if column is None:
        # Not decided yet: its questions are known under this name.
        return SchemaField.model_validate({**raw, "name": source})
    if column.published_as is None:
        return None
    raw["name"] = column.published_as
    gives = column.rule.result_type
    if gives is not None and described.type not in gives.fits:
        required = described.constraints.required
        kept: dict[str, Any] = {key: raw[key] for key in ("name", "title", "description") if key in raw}
        raw = {**kept, "type": gives.fits[0], "constraints": {"required": required}}
    return SchemaField.model_validate(raw)


def _check_field_duplicates_and_primary_key(
    inner: ProblemCollector, fields: SchemaFields | None, raw: Mapping[str, Any]
) -> None:
    if fields is None:
        return
    names = [item.get("name") for item in raw["fields"] if isinstance(item, dict)]
    for name, count in Counter(name for name in names if isinstance(name, str)).items():
        if count > 1:
            rank = len(names) - 1 - names[::-1].index(name)
            what = _("le champ « {name} » y figure deux fois").format(name=name)
            inner.add_value_problem(
                ("fields", rank, "name"), InvalidTableSchema, what=what, advice=_("n'en garder qu'un")
            )
    for rank, name in enumerate(fields.primary_key):
        if name not in fields.types and not inner.has_problem_at_or_around_path(("fields",)):
            path: PathKey = (
                ("primaryKey", rank) if inner.tree.has_path(("primaryKey", rank)) else ("primaryKey",)
            )
            what, advice = (
                _("« primaryKey » cite « {name} », qui n'est pas un champ du schéma").format(name=name),
                suggest_nearest_choice_or_list(name, fields.types),
            )
            inner.add_value_problem(path, InvalidTableSchema, what=what, advice=advice)


# --- publication, privacy -------------------------------------------------------------------------------


def _resolve_publication_section(
    reader: DeclarationReadingContext, wanted: PublicationSettings | None
) -> PublicationSettings | None:
    collector = reader.collector
    if wanted is None:
        if not collector.has_problem_at_or_around_path(("publish",)):
            collector.add_key_problem(("publish",), MissingKey, key="publish", advice=_PUBLISH)
        return None
    known = tuple(settings.name for settings in reader.loaded.city.platforms)
    if wanted.lacks_any_key("mode") and not collector.tree.document.has_path(("publish",)):
        collector.add_key_problem(("publish",), MissingKey, key="publish", advice=_PUBLISH)
        return None
    named = wanted.platforms or (known if len(known) == 1 else ())
    if not named and not collector.has_problem_at_or_around_path(("publish", "platform")):
        advice = _("« platform: {listed} », ici ou sous « defaults: » de city.yaml").format(
            listed=" | ".join(known)
        )
        collector.add_key_problem(("publish", "platform"), MissingKey, key="platform", advice=advice)
    if wanted.lacks_any_key("mode") and not collector.has_problem_at_or_around_path(("publish", "mode")):
        collector.add_key_problem(
            ("publish", "mode"), MissingKey, key="mode", advice=_("« mode: upload » ou « mode: index »")
        )
    sure = check_platform_names(collector, ("publish",), wanted.platform_alone, wanted.platform_list, known)
    for name, adoption in wanted.adopts.items():
        collector.check_choice(("publish", "adopts", name), ChoiceList(_PLATFORM, known), name)
        _check_adopted_resources(collector, wanted.split, name, adoption)
    if wanted.lacks_any_key("mode"):
        return None
    table = wanted.datastore and wanted.mode is PublicationMode.UPLOAD and OutputFormat.CSV in wanted.formats
    # Platforms that are missing were complained of; the checks of the rest do not ask which ones they are.
    return wanted.model_copy(update={"platform_list": named if sure else (), "datastore": table})


def _check_adopted_resources(
    collector: ProblemCollector, split: FileSplit | None, platform: str, adoption: RecordAdoption
) -> None:
    """Of a dataset in one file, ``resources`` carry it; of one that is split, ``slices`` do."""
    path = ("publish", "adopts", platform)
    if split is None and adoption.slices:
        collector.add_key_problem((*path, "slices"), AdoptedSlicesUnsplit)
    if split is not None and adoption.resources:
        collector.add_key_problem((*path, "resources"), AdoptedWholeSplit)
    if len({*adoption.resource_identifiers}) < len(adoption.resource_identifiers):
        collector.add_key_problem(path, AdoptedTwice)


_PLATFORM = _("plateforme inconnue")
_PUBLISH = _("« publish: » avec « mode: upload » ou « mode: index »")


def _resolve_access_section(collector: ProblemCollector, spec: DatasetSpec) -> AccessSettings | None:
    unread = (
        collector.has_problem_at_or_around_path(("access",))
        if spec.lacks_any_key("access")
        else spec.access.lacks_any_key("level")
    )
    return None if unread else spec.access


def _resolve_privacy_section(
    reader: DeclarationReadingContext, wanted: PrivacySettings | None, columns: DeclaredColumns | None
) -> PrivacySettings | None:
    """With the hashes of the files that it names, and without the quasi-identifiers that do not leave: no
    group is made of them, and no page may say one is."""
    if wanted is None:
        return None
    if wanted.lacks_any_key("k") and not reader.collector.has_problem_at_or_around_path(("privacy", "k")):
        reader.collector.add_key_problem(
            ("privacy", "k"),
            MissingKey,
            key="k",
            advice=_("« k: 5 », ici ou sous « defaults: » de city.yaml"),
        )
    if wanted.lacks_any_key("k", "quasi_identifiers"):
        return None
    at: PathKey = ("privacy", "hierarchies")
    ladders = tuple(
        one.model_copy(update={"sha256": _fingerprint_file_and_get_hash(reader, (*at, one.column), one.path)})
        for one in wanted.hierarchies
    )
    k_map = None
    if wanted.k_map and not wanted.k_map.lacks_any_key("at_least", "path"):
        sha256 = _fingerprint_file_and_get_hash(reader, ("privacy", "k_map", "file"), wanted.k_map.path) or ""
        k_map = wanted.k_map.model_copy(update={"sha256": sha256})
    recode = (wanted.recode or RecodingMode.FIXED) if ladders else None
    dropped = columns.dropped_column_names if columns else frozenset()
    leaving = tuple(name for name in wanted.quasi_identifiers if name not in dropped)
    resolved = {"quasi_identifiers": leaving, "hierarchies": ladders, "k_map": k_map, "recode": recode}
    return wanted.model_copy(update=resolved)


def _fingerprint_file_and_get_hash(
    reader: DeclarationReadingContext, at: PathKey, name: str | None
) -> str | None:
    """The SHA-256 of a file that may be large; None without a name, or where it cannot be read."""
    if name is None:
        return None
    at = (*at, "file") if reader.collector.tree.has_path((*at, "file")) else at
    _add_file_hash_to_fingerprint(reader, at, name)
    known = reader.loaded.hashes.get((name, *_get_modification_time_and_size(reader.include / name)))
    return known.hex() if known else None


# --- functions of the city's --------------------------------------------------------------------------------


def check_python_file_defines_function(
    collector: ProblemCollector, column: PathKey, file: ReferencedFile, function: str, data: bytes
) -> None:
    """Complains when ``data``, those of ``file``, are not Python, or do not define ``function``."""
    try:
        module = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        collector.problems.append(_build_python_syntax_problem(collector, file.path, error))
        collector.reported.append((*column, *file.keys))
        return
    known = [found.name for found in module.body if isinstance(found, ast.FunctionDef)]
    if function not in known:
        collector.add_value_problem(
            (*column, *file.keys[:-1], "function"),
            UnknownFunction,
            name=function,
            file=file.path,
            advice=suggest_nearest_choice_or_list(function, known),
        )


def _build_python_syntax_problem(
    collector: ProblemCollector, path: str, error: Exception
) -> DeclarationProblem:
    include = collector.tree.document.file.split("/", 1)[0]
    place = TextPosition(getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 1, 1)
    text = (getattr(error, "text", None) or "").rstrip("\n")
    return UnreadablePython(file=f"{include}/{path}", place=place, text=text)
