"""Reads the declarations: from text to frozen objects, or to every problem of each file.

Touches the disk only: no network, no database, nothing heavy to import.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from aqueduc.declaration.checks import check_declaration_consistency, collect_declaration_warnings
from aqueduc.declaration.city import LoadedCity, load_city
from aqueduc.declaration.corrections import FOLDER, read_corrections
from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import (
    ConflictingColumnSets,
    DuplicateIdentifier,
    DuplicateTitle,
    InvalidFileName,
    InvalidFormerIdentifier,
    OrphanCorrections,
    UnfinishedMove,
    UnknownColumnSet,
    UnknownEnvironment,
    WrongExtension,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.diagnostics.document import (
    ParsedDocument,
    PathKey,
    UnreadableDocument,
    read_regular_file_bytes,
)
from aqueduc.declaration.diagnostics.problem import DeclarationProblem, build_declaration_error
from aqueduc.declaration.files import compute_contents_digest, format_include_path, read_include_document
from aqueduc.declaration.layers import LayeredDocument, ValueLayer, ValueOrigin, stack_layers
from aqueduc.declaration.naming import build_title_slug
from aqueduc.declaration.national import prune_unpublished_optional_fields
from aqueduc.declaration.predecessors import is_run_on_file_arrival, list_predecessors
from aqueduc.declaration.sections import DeclarationReadingContext, PartialDeclaration, read_sections
from aqueduc.declaration.sets import (
    ColumnSet,
    list_column_set_paths,
    list_column_set_problems,
    read_column_set,
)
from aqueduc.declaration.source_kind import build_source_override_model
from aqueduc.declaration.spec import CellCorrection, Dataset, DatasetSections, DatasetSpec, TableSchema
from aqueduc.declaration.vocabulary import CATEGORY_OF_THEME
from aqueduc.errors import DeclarationError

# The DAGs of the city begin with « aqueduc_ », and a DAG has one name.
SLUG = re.compile(r"(?!aqueduc_)[a-z0-9]([a-z0-9_-]{0,98}[a-z0-9])?")

RESOURCES = "resources"
"""The key that says where tasks run. No fingerprint covers it: it asks for no new agreement."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class LoadedDeclarations:
    """All the declarations of a city: those in order, and the errors, a file each."""

    datasets: tuple[Dataset, ...]
    errors: tuple[DeclarationError, ...]


def list_dataset_paths(include: Path) -> tuple[Path, ...]:
    """The declarations of a city, sorted by name."""
    return tuple(sorted((include / "datasets").glob("*.yaml")))


def list_declaration_paths_mentioning_keys(include: Path, *keys: str) -> tuple[Path, ...]:
    """Those of the declarations that may have one of the keys: none is parsed, and what is no declaration (too
    large, a pipe, unreadable) has none."""
    return tuple(path for path in list_dataset_paths(include) if _file_mentions_any_key(path, keys))


def _file_mentions_any_key(path: Path, keys: tuple[str, ...]) -> bool:
    with suppress(UnreadableDocument):
        data = read_regular_file_bytes(path, path.name)
        return any(key.encode() in data for key in keys)
    return False


def load_dataset(path: Path, loaded: LoadedCity) -> Dataset:
    """Reads one declaration with its column sets, schema and SQL, for the environment of ``loaded``.

    Raises DeclarationError with every problem found, those of the other files it names included.
    """
    include = path.parent.parent
    declaration = read_declaration_layers(include, read_include_document(include, path), loaded)
    collector = declaration.collect_column_set_problems()
    reader = DeclarationReadingContext(
        include,
        path,
        collector,
        loaded,
        declaration.contents_to_fingerprint,
        declaration.are_column_sets_readable,
    )
    sections: PartialDeclaration | None = None
    corrections: tuple[CellCorrection, ...] = ()
    with suppress(TooManyProblems):
        if not SLUG.fullmatch(path.stem):
            collector.add_key_problem((), InvalidFileName, name=Path(format_include_path(include, path)).stem)
        written = collector.parse_valid_part_of_model(
            DatasetSpec, collector.report_and_remove_undecided_values(collector.tree.value)
        )
        _check_dataset_environment_overrides(collector, written, loaded)
        _check_former_identifier(collector, written, path)
        sections = read_sections(reader, written)
        check_declaration_consistency(reader, sections)
        corrections = read_corrections(reader, sections)
    if collector.problems or sections is None:
        raise collector.build_error()
    return _build_dataset(reader, sections, declaration.tree, corrections)


def _build_dataset(
    reader: DeclarationReadingContext,
    sections: PartialDeclaration,
    tree: LayeredDocument,
    corrections: tuple[CellCorrection, ...],
) -> Dataset:
    """Everything is there: a problem would have been raised otherwise."""
    spec, schema = sections.spec, _require_value(sections.schema)
    written = {name: getattr(spec, name) for name in DatasetSections.model_fields}
    resolved: dict[str, Any] = {
        "id": reader.path.stem,
        "path": reader.path,
        "fingerprint": _compute_declaration_fingerprint(reader, tree),
        "after": list_predecessors(tree, spec),
        "on_arrival": is_run_on_file_arrival(tree, spec),
        "category": spec.category or CATEGORY_OF_THEME[spec.theme],
        "windowed": sections.resolved.windowed,
        "source": sections.source,
        "join": sections.joins,
        "reading": sections.resolved.reading,
        "columns": _require_value(sections.columns).read,
        "privacy": sections.privacy,
        "publication": sections.publication,
        "schema_path": schema.path,
        "table_schema": _build_published_schema(sections),
        "national": schema.national,
        "corrections": corrections,
        "environment": reader.loaded.environment,
        "timezone": reader.loaded.city.timezone,
        "warnings": tuple(collect_declaration_warnings(reader, sections).problems),
    }
    return Dataset(**{**written, **resolved})


def _build_published_schema(sections: PartialDeclaration) -> TableSchema:
    schema, columns = _require_value(sections.schema), _require_value(sections.columns)
    whole = _require_value(schema.whole)
    published = {column.published_as or "" for column in columns.kept_columns}
    return prune_unpublished_optional_fields(whole, published) if schema.national else whole


def _require_value(value: Value | None) -> Value:
    if value is None:
        raise TypeError("a declaration without a problem lacks a part")
    return value


def _compute_declaration_fingerprint(reader: DeclarationReadingContext, tree: LayeredDocument) -> str:
    """Of the files, and of what the declaration takes from ``city.yaml`` or from an environment."""
    taken: list[list[Any]] = []
    for layer in tree.layers:
        if layer.origin in (ValueOrigin.DEFAULT, ValueOrigin.ENVIRONMENT):
            taken += [
                [*path, value]
                for path, value in layer.list_values_by_path()
                if tree.find_layer_holding_path(path)[0] is layer
            ]
    said = json.dumps([reader.loaded.environment, taken], sort_keys=True, default=str)
    return compute_contents_digest([*reader.contents, said.encode()])


# --- the files that make one declaration ----------------------------------------------------------------


@dataclass(frozen=True)
class LayeredDeclaration:
    """One declaration with its environment over it, its column sets and the city's defaults under it."""

    include: Path
    tree: LayeredDocument
    sets: Mapping[str, ColumnSet | None]
    """Those it names; None where there is none of that name."""

    @property
    def are_column_sets_readable(self) -> bool:
        """Whether every set could be read."""
        return all(found is not None and not found.is_unreadable for found in self.sets.values())

    @property
    def contents_to_fingerprint(self) -> list[bytes]:
        """The bytes it is made of, but for what changes nothing of what is published."""
        found = (one for one in self.sets.values() if one is not None)
        return [
            self.tree.document.build_text_without_top_key(RESOURCES).encode(),
            *(one.data for one in found),
        ]

    def collect_column_set_problems(self) -> ProblemCollector:
        """What is wrong with the sets themselves."""
        collector = ProblemCollector(self.tree)
        for one in self.sets.values():
            collector.problems += one.problems if one else ()
        with suppress(TooManyProblems):
            _check_column_sets_exist_and_agree(collector, self)
        return collector


def read_declaration_layers(
    include: Path, document: ParsedDocument, loaded: LoadedCity
) -> LayeredDeclaration:
    """Puts together the files that make one declaration."""
    sets = {
        name: _get_or_read_column_set(include, name, loaded)
        for name in _list_column_set_names(document.value.get("column_sets"))
    }
    under = [layer for one in sets.values() if one and (layer := one.build_layer())]
    under += loaded.under
    if loaded.privacy and isinstance(document.value.get("privacy"), dict):
        under.append(loaded.privacy)
    return LayeredDeclaration(
        include, stack_layers(document, tuple(_build_environment_layers(document, loaded)), under), sets
    )


def _build_environment_layers(document: ParsedDocument, loaded: LoadedCity) -> Iterator[ValueLayer]:
    """What the environment chosen changes: the declaration's own word first, then the city's."""
    chosen = loaded.environment
    if chosen is None:
        return
    at: PathKey = ("environments", chosen)
    environments = document.value.get("environments")
    own = environments.get(chosen) if isinstance(environments, dict) else None
    if isinstance(own, dict):
        yield ValueLayer(ValueOrigin.ENVIRONMENT, document, own, at)
    shared = {key: value for key, value in loaded.over.items() if key not in ("platforms", "source")}
    if shared:
        yield ValueLayer(ValueOrigin.ENVIRONMENT, loaded.document, shared, at)
    # The city names a connection for each kind of source: a declaration takes that of its own kind.
    source, kinds = document.value.get("source"), loaded.over.get("source")
    if isinstance(source, dict) and isinstance(kinds, dict):
        mine = {kind: connection for kind, connection in kinds.items() if kind in source}
        if mine:
            yield ValueLayer(ValueOrigin.ENVIRONMENT, loaded.document, {"source": mine}, at)


def _list_column_set_names(raw: Any) -> list[str]:
    listed = [raw] if isinstance(raw, str) else raw if isinstance(raw, list) else []
    return [name for name in listed if isinstance(name, str)]


def _get_or_read_column_set(include: Path, name: str, loaded: LoadedCity) -> ColumnSet | None:
    if name not in loaded.sets:
        path = include / "columns" / f"{name}.yaml"
        if not SLUG.fullmatch(name) or not path.is_file():
            return None
        loaded.sets[name] = read_column_set(include, path)
    return loaded.sets[name]


def _check_column_sets_exist_and_agree(collector: ProblemCollector, declaration: LayeredDeclaration) -> None:
    document, sets = declaration.tree.document, declaration.sets
    known = (
        [path.stem for path in list_column_set_paths(declaration.include)] if None in sets.values() else []
    )
    for rank, name in enumerate(sets):
        if sets[name] is None:
            at: PathKey = ("column_sets", rank)
            at = at if document.has_path(at) else ("column_sets",)
            collector.add_value_problem(
                at, UnknownColumnSet, given=name, advice=suggest_nearest_choice_or_list(name, known)
            )
    own = document.value.get("columns")
    first: dict[str, ColumnSet] = {}
    for one in (found for found in sets.values() if found is not None):
        for column, rule in one.columns.items():
            other = first.setdefault(column, one)
            same = other is one or other.columns[column] == rule
            if not same and not (isinstance(own, dict) and column in own):
                collector.add_value_problem(
                    ("column_sets",), ConflictingColumnSets, column=column, one=other.name, other=one.name
                )


def _check_former_identifier(collector: ProblemCollector, written: DatasetSpec, path: Path) -> None:
    former = written.moved_from
    if former is None:
        return
    if not SLUG.fullmatch(former):
        collector.add_value_problem(("moved_from",), InvalidFormerIdentifier, name=former)
    elif former == path.stem or path.with_name(f"{former}.yaml").exists():
        collector.add_value_problem(("moved_from",), UnfinishedMove, name=former)


def _check_dataset_environment_overrides(
    collector: ProblemCollector, written: DatasetSpec, loaded: LoadedCity
) -> None:
    for name, changed in written.environments.items():
        if changed.source is not None:
            at: PathKey = ("environments", name, "source")
            collector.parse_valid_part_of_model(
                build_source_override_model(changed.source), changed.source, at
            )
        if name not in loaded.city.environments:
            advice = suggest_nearest_choice_or_list(name, loaded.city.environments)
            collector.add_key_problem(("environments", name), UnknownEnvironment, given=name, advice=advice)


# --- all of them ----------------------------------------------------------------------------------------


def load_all_declarations(
    include: Path, loaded: LoadedCity, only: Collection[Path] | None = None
) -> LoadedDeclarations:
    """Every declaration (or ``only`` these) in every environment, with what is only seen by comparing them:
    two with one title, two for one identifier, files and column sets that nobody reads.

    ``datasets`` are those of the environment of ``loaded``. Never raises: a file that is wrong is in
    ``errors``.
    """
    wanted = None if only is None else {path.resolve() for path in only}
    datasets: list[Dataset] = []
    errors: list[DeclarationError] = []
    others = _load_city_in_other_environments(include, loaded, errors)
    titles: dict[str, str] = {}
    for path in list_dataset_paths(include):
        dataset, found = _load_dataset_in_all_environments(path, loaded, others, titles)
        if wanted is not None and path.resolve() not in wanted:
            continue
        if found:
            errors.append(build_declaration_error(found, format_include_path(include, path)))
        elif dataset is not None:
            datasets.append(dataset)
    if wanted is None:
        errors += _build_errors_of_ignored_files(include, errors)
    return LoadedDeclarations(tuple(datasets), tuple(errors))


def _load_city_in_other_environments(
    include: Path, loaded: LoadedCity, errors: list[DeclarationError]
) -> list[LoadedCity]:
    found: list[LoadedCity] = []
    for name in ("", *loaded.city.environments):
        if (name or None) != loaded.environment:
            try:
                found.append(load_city(include, name))
            except DeclarationError as error:
                problems = [_set_problem_environment(problem, name) for problem in error.problems]
                errors.append(build_declaration_error(problems, error.where))
    return found


def _load_dataset_in_all_environments(
    path: Path, loaded: LoadedCity, others: list[LoadedCity], titles: dict[str, str]
) -> tuple[Dataset | None, list[DeclarationProblem]]:
    dataset: Dataset | None = None
    problems: list[DeclarationProblem] = []
    try:
        dataset = load_dataset(path, loaded)
    except DeclarationError as error:
        problems += _list_declaration_problems(error)
    for other in others:
        if other.environment is None or loaded.environment or _is_dataset_changed_by_environment(path, other):
            try:
                load_dataset(path, other)
            except DeclarationError as error:
                new = [problem for problem in _list_declaration_problems(error) if problem not in problems]
                problems += [_set_problem_environment(problem, other.environment) for problem in new]
    if dataset is not None:
        problems += _check_duplicate_title(path, dataset, titles)
    return dataset, problems


def _is_dataset_changed_by_environment(path: Path, loaded: LoadedCity) -> bool:
    """Whether the environment changes anything of this declaration; yes in doubt."""
    try:
        document = read_include_document(path.parent.parent, path)
    except DeclarationError:
        return False
    return any(layer.value for layer in _build_environment_layers(document, loaded))


def _list_declaration_problems(error: DeclarationError) -> list[DeclarationProblem]:
    return [problem for problem in error.problems if isinstance(problem, DeclarationProblem)]


def _set_problem_environment(problem: Any, environment: str | None) -> Any:
    return replace(problem, environment=environment) if environment else problem


def _check_duplicate_title(path: Path, dataset: Dataset, titles: dict[str, str]) -> list[DeclarationProblem]:
    other = titles.setdefault(build_title_slug(dataset.title), path.name)
    if other == path.name:
        return []
    collector = ProblemCollector(read_include_document(path.parent.parent, path))
    collector.add_value_problem(("title",), DuplicateTitle, other=other)
    return collector.problems


def _build_errors_of_ignored_files(
    include: Path, errors: list[DeclarationError]
) -> Iterator[DeclarationError]:
    """Files that would be passed over without a word, and column sets that no declaration read so far."""
    for folder in ("datasets", "columns"):
        for path in sorted((include / folder).glob("*.yml")):
            yield _build_wrong_file_extension_error(include, path)
    for path in sorted((include / FOLDER).glob("*.csv")):
        if not (include / "datasets" / f"{path.stem}.yaml").is_file():
            name = format_include_path(include, path)
            problem: DeclarationProblem = OrphanCorrections(file=name, detail={"name": path.stem})
            yield build_declaration_error([problem], name)
    known = [problem for error in errors for problem in error.problems]
    for path in list_column_set_paths(include):
        problems = [
            problem
            for problem in list_column_set_problems(read_column_set(include, path))
            if problem not in known
        ]
        if problems:
            yield build_declaration_error(problems, format_include_path(include, path))


def _build_wrong_file_extension_error(include: Path, path: Path) -> DeclarationError:
    name = format_include_path(include, path)
    problem: DeclarationProblem = WrongExtension(file=name, detail={"name": f"{path.stem}.yaml"})
    if path.with_suffix(".yaml").exists():
        problem = DuplicateIdentifier(file=name, detail={"name": path.stem, "other": f"{path.stem}.yaml"})
    return build_declaration_error([problem], name)


__all__ = [
    "SLUG",
    "LoadedCity",
    "LoadedDeclarations",
    "list_dataset_paths",
    "load_all_declarations",
    "load_city",
    "load_dataset",
]
