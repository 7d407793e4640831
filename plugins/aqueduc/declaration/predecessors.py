"""What a dataset waits for beside its clock: others, which exist and do not wait for each other in a circle, or a
file in its drop; and a promised bound, or a clock, says when the one that waits is late."""

from collections.abc import Iterable
from pathlib import Path

from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import (
    ArrivalWithoutDrop,
    CircularAfter,
    UnboundedAfter,
    UnboundedArrival,
    UnknownPredecessor,
    WindowAfterDataset,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.files import read_include_document
from aqueduc.declaration.layers import LayeredDocument, ValueOrigin
from aqueduc.declaration.sections import DeclarationReadingContext, PartialDeclaration
from aqueduc.declaration.spec import DatasetSections
from aqueduc.declaration.vocabulary import UpdateFrequency
from aqueduc.errors import DeclarationError


def list_predecessors(tree: LayeredDocument, spec: DatasetSections) -> tuple[str, ...]:
    """What the dataset comes after; nothing in an environment that has it run on request only."""
    return () if _is_cadence_on_request(spec) and _is_cadence_set_by_environment(tree) else spec.after


def is_run_on_file_arrival(tree: LayeredDocument, spec: DatasetSections) -> bool:
    """Whether a file that arrives has the dataset read; never in an environment that has it run on request only."""
    return spec.on_arrival and not (_is_cadence_on_request(spec) and _is_cadence_set_by_environment(tree))


def check_on_arrival_section(collector: ProblemCollector, sections: PartialDeclaration) -> None:
    """Complains of a source that cannot be watched without being read, and of what says nowhere when it is late."""
    spec = sections.spec
    able = sections.source.capabilities if sections.source is not None else None
    if able is not None and not (able.lists_files or able.announces_state):
        collector.add_key_problem(("on_arrival",), ArrivalWithoutDrop)
    if unbounded := _find_cadence_without_lateness_bound(collector.tree, spec):
        collector.add_value_problem(("cadence",), UnboundedArrival, cadence=unbounded.word)


def check_predecessors(reader: DeclarationReadingContext, sections: PartialDeclaration) -> None:
    """Complains of what ``after:`` names and cannot wait for, and of what says nowhere when it is late."""
    collector, spec = reader.collector, sections.spec
    if sections.resolved.windowed:
        collector.add_key_problem(("after",), WindowAfterDataset)
    if unbounded := _find_cadence_without_lateness_bound(collector.tree, spec):
        collector.add_value_problem(("cadence",), UnboundedAfter, cadence=unbounded.word)
    for rank, name in enumerate(spec.after):
        if not _has_dataset_declaration(reader, name):
            known = (path.stem for path in reader.path.parent.glob("*.yaml") if path != reader.path)
            at = _build_after_item_path(reader, rank)
            collector.add_value_problem(
                at, UnknownPredecessor, name=name, advice=suggest_nearest_choice_or_list(name, known)
            )
    for rank, name in enumerate(spec.after):
        circle = _find_cycle_through_predecessor(reader, name)
        if circle:
            collector.add_value_problem(
                _build_after_item_path(reader, rank), CircularAfter, circle=" → ".join(circle)
            )


def _find_cadence_without_lateness_bound(
    tree: LayeredDocument, spec: DatasetSections
) -> UpdateFrequency | None:
    """The dataset's, where it says nowhere when the dataset is late."""
    on_request = _is_cadence_on_request(spec) and not _is_cadence_set_by_environment(tree)
    return spec.frequency if on_request else None


def _is_cadence_on_request(spec: DatasetSections) -> bool:
    return spec.frequency is not None and spec.frequency.period is None


def _is_cadence_set_by_environment(tree: LayeredDocument) -> bool:
    layer, _path = tree.find_layer_holding_path(("cadence",))
    return layer is not None and layer.origin is ValueOrigin.ENVIRONMENT


def _build_after_item_path(reader: DeclarationReadingContext, rank: int) -> PathKey:
    at: PathKey = ("after", rank)
    return at if reader.collector.tree.has_path(at) else ("after",)


def _has_dataset_declaration(reader: DeclarationReadingContext, name: str) -> bool:
    return Path(name).name == name and reader.path.with_name(f"{name}.yaml").is_file()


def _find_cycle_through_predecessor(reader: DeclarationReadingContext, first: str) -> list[str]:
    """From this dataset back to it by way of ``first``; empty where no way leads back."""
    own = reader.path.stem
    seen: set[str] = set()
    ways = [[own, first]]
    while ways:
        way = ways.pop()
        if way[-1] == own:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, name] for name in _get_cached_predecessors(reader, way[-1])]
    return []


def _get_cached_predecessors(reader: DeclarationReadingContext, name: str) -> Iterable[str]:
    """What the declaration of ``name`` says it comes after; nothing where it cannot be read: it says so itself."""
    known = reader.loaded.predecessors
    if name not in known:
        known[name] = (
            _read_predecessors_from_declaration(reader, name)
            if _has_dataset_declaration(reader, name)
            else ()
        )
    return known[name]


def _read_predecessors_from_declaration(reader: DeclarationReadingContext, name: str) -> tuple[str, ...]:
    try:
        raw = read_include_document(reader.include, reader.path.with_name(f"{name}.yaml")).value.get("after")
    except DeclarationError:
        return ()
    listed = [raw] if isinstance(raw, str) else raw if isinstance(raw, list) else []
    return tuple(one.strip() for one in listed if isinstance(one, str))
