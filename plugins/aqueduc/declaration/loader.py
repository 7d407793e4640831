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

from aqueduc.declaration.checks import check, warn
from aqueduc.declaration.city import LoadedCity, load_city
from aqueduc.declaration.corrections import FOLDER, read_corrections
from aqueduc.declaration.diagnostics.advice import did_you_mean
from aqueduc.declaration.diagnostics.catalogue import (
    BadFileName,
    ColumnInTwoSets,
    CorrectionsOfNothing,
    DuplicateTitle,
    NotAnIdentifier,
    SameIdentifier,
    StillThere,
    UnknownColumnSet,
    UnknownEnvironment,
    WrongExtension,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.diagnostics.document import Document, PathKey
from aqueduc.declaration.diagnostics.problem import Problem, declaration_error
from aqueduc.declaration.files import digest, document_of, shown_path
from aqueduc.declaration.layers import Layer, Layered, ValueOrigin, stack_layers
from aqueduc.declaration.naming import address
from aqueduc.declaration.national import narrow_schema
from aqueduc.declaration.sections import DeclarationReader, Sections, read_sections
from aqueduc.declaration.sets import ColumnSet, problems_of, read_set, set_paths
from aqueduc.declaration.source_kind import environment_source
from aqueduc.declaration.spec import Correction, Dataset, DatasetSections, DatasetSpec, TableSchema
from aqueduc.declaration.vocabulary import CATEGORY_OF_THEME
from aqueduc.errors import DeclarationError

SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?")

Value = TypeVar("Value")


@dataclass(frozen=True)
class Loaded:
    """All the declarations of a city: those in order, and the errors, a file each."""

    datasets: tuple[Dataset, ...]
    errors: tuple[DeclarationError, ...]


def dataset_paths(include: Path) -> tuple[Path, ...]:
    """The declarations of a city, sorted by name."""
    return tuple(sorted((include / "datasets").glob("*.yaml")))


def load_dataset(path: Path, loaded: LoadedCity) -> Dataset:
    """Reads one declaration with its column sets, schema and SQL, for the environment of ``loaded``.

    Raises DeclarationError with every problem found, those of the other files it names included.
    """
    include = path.parent.parent
    document = document_of(include, path)
    declaration = gather_files(include, document, loaded)
    collector = declaration.complain()
    reader = DeclarationReader(include, path, collector, loaded, declaration.contents, declaration.whole)
    sections: Sections | None = None
    corrections: tuple[Correction, ...] = ()
    with suppress(TooManyProblems):
        if not SLUG.fullmatch(path.stem):
            collector.at_key((), BadFileName, name=Path(shown_path(include, path)).stem)
        raw = collector.set_questions_aside(collector.tree.value)
        written = collector.model(DatasetSpec, raw)
        _check_environments(collector, written, loaded)
        _check_move(collector, written, path)
        sections = read_sections(reader, written)
        check(reader, sections)
        corrections = read_corrections(reader, sections)
    if collector.problems or sections is None:
        raise collector.error()
    return _dataset(reader, sections, declaration.tree, corrections)


def _dataset(
    reader: DeclarationReader, sections: Sections, tree: Layered, corrections: tuple[Correction, ...]
) -> Dataset:
    """Everything is there: a problem would have been raised otherwise."""
    spec, schema = sections.spec, _sure(sections.schema)
    written = {name: getattr(spec, name) for name in DatasetSections.model_fields}
    resolved: dict[str, Any] = {
        "id": reader.path.stem,
        "path": reader.path,
        "fingerprint": _fingerprint(reader, tree),
        "category": spec.category or CATEGORY_OF_THEME[spec.theme],
        "windowed": sections.resolved.windowed,
        "source": sections.source,
        "reading": sections.resolved.reading,
        "columns": _sure(sections.columns).read,
        "privacy": sections.privacy,
        "publication": sections.publication,
        "schema_path": schema.path,
        "table_schema": _published_schema(sections),
        "national": schema.national,
        "corrections": corrections,
        "environment": reader.loaded.environment,
        "warnings": tuple(warn(reader, sections).problems),
    }
    return Dataset(**{**written, **resolved})


def _published_schema(sections: Sections) -> TableSchema:
    schema, columns = _sure(sections.schema), _sure(sections.columns)
    whole = _sure(schema.whole)
    published = {column.published_as or "" for column in columns.kept}
    return narrow_schema(whole, published) if schema.national else whole


def _sure(value: Value | None) -> Value:
    if value is None:
        raise TypeError("a declaration without a problem lacks a part")
    return value


def _fingerprint(reader: DeclarationReader, tree: Layered) -> str:
    """Of the files, and of what the declaration takes from ``city.yaml`` or from an environment."""
    taken: list[list[Any]] = []
    for layer in tree.layers:
        if layer.origin in (ValueOrigin.DEFAULT, ValueOrigin.ENVIRONMENT):
            taken += [[*path, value] for path, value in layer.leaves() if tree.layer(path)[0] is layer]
    said = json.dumps([reader.loaded.environment, taken], sort_keys=True, default=str)
    return digest([*reader.contents, said.encode()])


# --- the files that make one declaration ----------------------------------------------------------------


@dataclass(frozen=True)
class DeclarationFiles:
    """One declaration with its environment over it, its column sets and the city's defaults under it."""

    include: Path
    tree: Layered
    sets: Mapping[str, ColumnSet | None]
    """Those it names; None where there is none of that name."""

    @property
    def whole(self) -> bool:
        """Whether every set could be read."""
        return all(found is not None and not found.unread for found in self.sets.values())

    @property
    def contents(self) -> list[bytes]:
        """The bytes it is made of."""
        found = (one for one in self.sets.values() if one is not None)
        return [self.tree.document.text.encode(), *(one.data for one in found)]

    def complain(self) -> ProblemCollector:
        """What is wrong with the sets themselves."""
        collector = ProblemCollector(self.tree)
        for one in self.sets.values():
            collector.problems += one.problems if one else ()
        with suppress(TooManyProblems):
            _check_sets(collector, self)
        return collector


def gather_files(include: Path, document: Document, loaded: LoadedCity) -> DeclarationFiles:
    """Puts together the files that make one declaration."""
    sets = {name: _set(include, name, loaded) for name in _names(document.value.get("column_sets"))}
    under = [layer for one in sets.values() if one and (layer := one.layer())]
    under += loaded.under
    if loaded.privacy and isinstance(document.value.get("privacy"), dict):
        under.append(loaded.privacy)
    return DeclarationFiles(include, stack_layers(document, tuple(_over(document, loaded)), under), sets)


def _over(document: Document, loaded: LoadedCity) -> Iterator[Layer]:
    """What the environment chosen changes: the declaration's own word first, then the city's."""
    chosen = loaded.environment
    if chosen is None:
        return
    at: PathKey = ("environments", chosen)
    environments = document.value.get("environments")
    own = environments.get(chosen) if isinstance(environments, dict) else None
    if isinstance(own, dict):
        yield Layer(ValueOrigin.ENVIRONMENT, document, own, at)
    shared = {key: value for key, value in loaded.over.items() if key not in ("platforms", "source")}
    if shared:
        yield Layer(ValueOrigin.ENVIRONMENT, loaded.document, shared, at)
    # The city names a connection for each kind of source: a declaration takes that of its own kind.
    source, kinds = document.value.get("source"), loaded.over.get("source")
    if isinstance(source, dict) and isinstance(kinds, dict):
        mine = {kind: connection for kind, connection in kinds.items() if kind in source}
        if mine:
            yield Layer(ValueOrigin.ENVIRONMENT, loaded.document, {"source": mine}, at)


def _names(raw: Any) -> list[str]:
    listed = [raw] if isinstance(raw, str) else raw if isinstance(raw, list) else []
    return [name for name in listed if isinstance(name, str)]


def _set(include: Path, name: str, loaded: LoadedCity) -> ColumnSet | None:
    if name not in loaded.sets:
        path = include / "columns" / f"{name}.yaml"
        if not SLUG.fullmatch(name) or not path.is_file():
            return None
        loaded.sets[name] = read_set(include, path)
    return loaded.sets[name]


def _check_sets(collector: ProblemCollector, declaration: DeclarationFiles) -> None:
    document, sets = declaration.tree.document, declaration.sets
    known = [path.stem for path in set_paths(declaration.include)] if None in sets.values() else []
    for rank, name in enumerate(sets):
        if sets[name] is None:
            at: PathKey = ("column_sets", rank)
            at = at if document.has(at) else ("column_sets",)
            collector.at_value(at, UnknownColumnSet, given=name, advice=did_you_mean(name, known))
    own = document.value.get("columns")
    first: dict[str, ColumnSet] = {}
    for one in (found for found in sets.values() if found is not None):
        for column, rule in one.columns.items():
            other = first.setdefault(column, one)
            same = other is one or other.columns[column] == rule
            if not same and not (isinstance(own, dict) and column in own):
                detail = {"one": other.name, "other": one.name}
                collector.at_value(("column_sets",), ColumnInTwoSets, column=column, **detail)


def _check_move(collector: ProblemCollector, written: DatasetSpec, path: Path) -> None:
    former = written.moved_from
    if former is None:
        return
    if not SLUG.fullmatch(former):
        collector.at_value(("moved_from",), NotAnIdentifier, name=former)
    elif former == path.stem or path.with_name(f"{former}.yaml").exists():
        collector.at_value(("moved_from",), StillThere, name=former)


def _check_environments(collector: ProblemCollector, written: DatasetSpec, loaded: LoadedCity) -> None:
    for name, changed in written.environments.items():
        if changed.source is not None:
            at: PathKey = ("environments", name, "source")
            collector.model(environment_source(changed.source), changed.source, at)
        if name not in loaded.city.environments:
            advice = did_you_mean(name, loaded.city.environments)
            collector.at_key(("environments", name), UnknownEnvironment, given=name, advice=advice)


# --- all of them ----------------------------------------------------------------------------------------


def load_all(include: Path, loaded: LoadedCity, only: Collection[Path] | None = None) -> Loaded:
    """Every declaration (or ``only`` these) in every environment, with what is only seen by comparing them:
    two with one title, two for one identifier, files and column sets that nobody reads.

    ``datasets`` are those of the environment of ``loaded``. Never raises: a file that is wrong is in
    ``errors``.
    """
    wanted = None if only is None else {path.resolve() for path in only}
    datasets: list[Dataset] = []
    errors: list[DeclarationError] = []
    others = _other_environments(include, loaded, errors)
    titles: dict[str, str] = {}
    for path in dataset_paths(include):
        dataset, found = _load_everywhere(path, loaded, others, titles)
        if wanted is not None and path.resolve() not in wanted:
            continue
        if found:
            errors.append(declaration_error(found, shown_path(include, path)))
        elif dataset is not None:
            datasets.append(dataset)
    if wanted is None:
        errors += _unread(include, errors)
    return Loaded(tuple(datasets), tuple(errors))


def _other_environments(
    include: Path, loaded: LoadedCity, errors: list[DeclarationError]
) -> list[LoadedCity]:
    found: list[LoadedCity] = []
    for name in ("", *loaded.city.environments):
        if (name or None) != loaded.environment:
            try:
                found.append(load_city(include, name))
            except DeclarationError as error:
                problems = [_within(problem, name) for problem in error.problems]
                errors.append(declaration_error(problems, error.where))
    return found


def _load_everywhere(
    path: Path, loaded: LoadedCity, others: list[LoadedCity], titles: dict[str, str]
) -> tuple[Dataset | None, list[Problem]]:
    dataset: Dataset | None = None
    problems: list[Problem] = []
    try:
        dataset = load_dataset(path, loaded)
    except DeclarationError as error:
        problems += _problems(error)
    for other in others:
        if other.environment is None or loaded.environment or _changes(path, other):
            try:
                load_dataset(path, other)
            except DeclarationError as error:
                new = [problem for problem in _problems(error) if problem not in problems]
                problems += [_within(problem, other.environment) for problem in new]
    if dataset is not None:
        problems += _same_title(path, dataset, titles)
    return dataset, problems


def _changes(path: Path, loaded: LoadedCity) -> bool:
    """Whether the environment changes anything of this declaration; yes in doubt."""
    try:
        document = document_of(path.parent.parent, path)
    except DeclarationError:
        return False
    return any(layer.value for layer in _over(document, loaded))


def _problems(error: DeclarationError) -> list[Problem]:
    return [problem for problem in error.problems if isinstance(problem, Problem)]


def _within(problem: Any, environment: str | None) -> Any:
    return replace(problem, environment=environment) if environment else problem


def _same_title(path: Path, dataset: Dataset, titles: dict[str, str]) -> list[Problem]:
    asked = address(dataset.title)
    other = titles.setdefault(asked, path.name)
    if other == path.name:
        return []
    collector = ProblemCollector(document_of(path.parent.parent, path))
    collector.at_value(("title",), DuplicateTitle, other=other)
    return collector.problems


def _unread(include: Path, errors: list[DeclarationError]) -> Iterator[DeclarationError]:
    """Files that would be passed over without a word, and column sets that no declaration read so far."""
    for folder in ("datasets", "columns"):
        for path in sorted((include / folder).glob("*.yml")):
            yield _passed_over(include, path)
    for path in sorted((include / FOLDER).glob("*.csv")):
        if not (include / "datasets" / f"{path.stem}.yaml").is_file():
            name = shown_path(include, path)
            problem: Problem = CorrectionsOfNothing(file=name, detail={"name": path.stem})
            yield declaration_error([problem], name)
    known = [problem for error in errors for problem in error.problems]
    for path in set_paths(include):
        problems = [problem for problem in problems_of(read_set(include, path)) if problem not in known]
        if problems:
            yield declaration_error(problems, shown_path(include, path))


def _passed_over(include: Path, path: Path) -> DeclarationError:
    name = shown_path(include, path)
    problem: Problem = WrongExtension(file=name, detail={"name": f"{path.stem}.yaml"})
    if path.with_suffix(".yaml").exists():
        detail = {"name": path.stem, "other": f"{path.stem}.yaml"}
        problem = SameIdentifier(file=name, detail=detail)
    return declaration_error([problem], name)


__all__ = ["SLUG", "Loaded", "LoadedCity", "dataset_paths", "load_all", "load_city", "load_dataset"]
