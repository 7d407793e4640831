"""Four ways to recode, from the most uniform to the least lossy. Each gives a ``Recoding``: for every
distinct combination of the data the node at which its rows are published, or that they are withheld.

* ``FIXED``: the first level declared of each hierarchy, for all rows. Alone of the four it does not depend on
  the data, so that nothing can be learnt from the levels (see ``downcoding`` for what the others tell).
* ``GLOBAL``: the optimum of ``lattice``, one node for all rows.
* ``ITERATIVE``: the optimum when any number of rows may be withheld, then again on the rows withheld, until
  none can be saved. A handful of nodes.
* ``LOCAL``: each class is split by the column that keeps the most for the least (see ``splitting``), from one
  class for all rows, or from those of ``ITERATIVE`` when that loses less. Hundreds of nodes, the least loss.

A class published at one node and another at a second one may bear the same labels; together they still
satisfy the model, since sizes and distinct values add up, entropy is concave and the earth mover's
distance convex.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import numpy.typing as npt

from aqueduc.anonymise.disclosure.classes import (
    EquivalenceClassTable,
    Reference,
    build_small_class_mask,
    find_classes_failing_model,
)
from aqueduc.anonymise.disclosure.cube import (
    GeneralisationCube,
    Keys,
    Mask,
    Node,
    RolledUpTable,
    find_distinct_keys_with_ranks,
    get_highest_value,
    pack_columns_into_keys,
)
from aqueduc.anonymise.disclosure.findings import (
    LARGEST_SUPPRESSION,
    LEVELS,
    NO_LEVELS,
    NO_LEVELS_FOR_MOST,
    LevelsTooFine,
    NoRecoding,
    format_level_advice,
)
from aqueduc.anonymise.disclosure.lattice import (
    LatticeSearch,
    NoAnonymousGeneralisation,
    SearchProof,
    find_optimal_node,
    refuse_infeasible_search,
    refuse_k_map_without_population,
)
from aqueduc.anonymise.disclosure.models import PrivacyModel, RecodingLimits
from aqueduc.anonymise.disclosure.splitting import Levels, RememberedClassSplits, split_classes_down
from aqueduc.findings import Finding
from aqueduc.language import LocalisedNumber, format_declared_share, format_percentage, join_messages

WITHHELD = -1
Choice = npt.NDArray[np.int32]


class RecodingStrategy(Enum):
    FIXED = "fixed"
    GLOBAL = "global"
    ITERATIVE = "iterative"
    LOCAL = "local"


@dataclass(frozen=True, eq=False)
class ReusableRecoding:
    """The recoding of a revision, as the next one needs it to recode alike: the nodes in order, or the
    splits. No value is in it."""

    scope: RecodingStrategy
    nodes: tuple[Node, ...]
    splits: RememberedClassSplits


@dataclass(frozen=True, eq=False)
class Recoding:
    """The recoding of a frequency table: ``choice[r]`` is the rank in ``nodes`` for row ``r`` of
    ``cube.base``, or ``WITHHELD``.

    ``loss`` from 0 to 1, a withheld row counting 1. ``kept``: the recoding of the previous revision was
    followed. ``proof`` is given by ``GLOBAL`` only.
    """

    scope: RecodingStrategy
    nodes: tuple[Node, ...]
    choice: Choice
    loss: float
    suppressed: int
    classes: int
    smallest: int
    kept: bool
    memory: ReusableRecoding
    proof: SearchProof | None = None


def compute_recoding(
    cube: GeneralisationCube,
    model: PrivacyModel,
    limits: RecodingLimits,
    scope: RecodingStrategy,
    *,
    previous: ReusableRecoding | None = None,
) -> Recoding:
    """The recoding of ``cube`` that satisfies ``model``, deterministic for the same data.

    ``previous``, what the last revision remembered of the same scope, is followed when it loses at most
    ``limits.tolerance`` more than starting afresh: the same levels and the same splits, so that two
    revisions differ by their rows and not by their recoding.

    Raises NoAnonymousGeneralisation when more rows than admitted would have to be withheld.
    """
    usable = previous if previous and previous.scope is scope else None
    if scope is RecodingStrategy.FIXED:
        made = _recode_to_first_declared_levels(cube, model, limits)
        return replace(made, kept=usable is not None and usable.nodes == made.nodes)
    refuse_infeasible_search(cube, model, limits)
    if scope is RecodingStrategy.GLOBAL:
        return _recode_globally(cube, model, limits, usable)
    make = _recode_iteratively if scope is RecodingStrategy.ITERATIVE else _recode_locally
    fresh = make(cube, model, limits, None)
    if usable is None:
        return fresh
    try:
        alike = make(cube, model, limits, usable)
    except NoAnonymousGeneralisation:
        return fresh
    return replace(alike, kept=True) if alike.loss <= fresh.loss + limits.tolerance else fresh


def _recode_to_first_declared_levels(
    cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits
) -> Recoding:
    """A row whose value a hierarchy does not know has no declared level: it is withheld."""
    refuse_k_map_without_population(cube, model)
    node = tuple(min(1, height - 1) for height in cube.hierarchy_heights)
    choice = np.full(len(cube.base), WITHHELD, dtype=np.int32)
    choice[
        _compute_safe_rows_mask(cube, cube.base, model, node, None)
        & _build_rows_known_to_hierarchies_mask(cube)
    ] = 0
    made = _build_recoding_withholding_failing_classes(
        cube,
        model,
        RecodingLimits(1.0),
        RecodingStrategy.FIXED,
        (node,),
        choice,
        RememberedClassSplits.build_empty(),
    )
    if made.suppressed > limits.count_suppressible_rows(cube.rows):
        raise NoAnonymousGeneralisation(_build_too_fine_levels_finding(cube, model, limits, made.suppressed))
    return made


def _build_rows_known_to_hierarchies_mask(cube: GeneralisationCube) -> Mask:
    known: Mask = np.ones(len(cube.base), dtype=np.bool_)
    for hierarchy, codes in zip(cube.hierarchies, cube.base.codes, strict=True):
        if hierarchy.unknown:
            known &= np.array([leaf not in hierarchy.unknown for leaf in hierarchy.leaves])[codes]
    return known


def _build_too_fine_levels_finding(
    cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits, suppressed: int
) -> Finding:
    """With the levels that would do for these data, for a person to declare or not."""
    try:
        node = find_optimal_node(cube, model, limits).node
    except NoAnonymousGeneralisation:
        advice = NO_LEVELS_FOR_MOST if suppressed > LARGEST_SUPPRESSION * cube.rows else NO_LEVELS
    else:
        levels = [
            format_level_advice(hierarchy.column, level, hierarchy.level_count)
            for hierarchy, level in zip(cube.hierarchies, node, strict=True)
            if hierarchy.level_count > 1
        ]
        advice = LEVELS.format(levels=join_messages(levels))
    detail = {
        "total": LocalisedNumber(cube.rows),
        "share": format_percentage(suppressed / cube.rows),
        "limit": format_declared_share(limits.suppress_at_most),
        "advice": advice,
    }
    return LevelsTooFine(count=suppressed, detail=detail)


def _recode_globally(
    cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits, previous: ReusableRecoding | None
) -> Recoding:
    preferred = previous.nodes[0] if previous and previous.nodes else None
    best = find_optimal_node(cube, model, limits, preferred=preferred)
    choice = np.full(len(cube.base), WITHHELD, dtype=np.int32)
    choice[_compute_safe_rows_mask(cube, cube.base, model, best.node, None)] = 0
    made = _build_recoding_withholding_failing_classes(
        cube,
        model,
        limits,
        RecodingStrategy.GLOBAL,
        (best.node,),
        choice,
        RememberedClassSplits.build_empty(),
    )
    return replace(made, kept=best.kept, proof=best.proof)


# --- iterative ---------------------------------------------------------------------------------------------


def _recode_iteratively(
    cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits, previous: ReusableRecoding | None
) -> Recoding:
    reference = _compute_sensitive_reference_distribution(cube, model)
    choice = np.full(len(cube.base), WITHHELD, dtype=np.int32)
    nodes: list[Node] = []
    wanted = list(previous.nodes) if previous else []
    while True:
        left = choice == WITHHELD
        table = cube.base.select_rows(left)
        people = int(table.counts.sum())
        if not people:
            break
        node = (
            wanted.pop(0)
            if wanted
            else _find_best_node_for_remaining_rows(cube, table, model, people - 1, reference)
        )
        if node is None:
            break
        kept = _compute_safe_rows_mask(cube, table, model, node, reference)
        choice[np.flatnonzero(left)[kept]] = len(nodes)
        nodes.append(node)
    choice, nodes = _undo_nodes_until_within_limit(cube, model, limits, choice, nodes, reference)
    return _build_recoding_withholding_failing_classes(
        cube,
        model,
        limits,
        RecodingStrategy.ITERATIVE,
        tuple(nodes),
        choice,
        RememberedClassSplits.build_empty(),
    )


def _find_best_node_for_remaining_rows(
    cube: GeneralisationCube,
    table: RolledUpTable,
    model: PrivacyModel,
    most: int,
    reference: Reference | None,
) -> Node | None:
    best = LatticeSearch(cube, table, model, most, reference=reference).find_best_node()
    return best.node if best else None


def _compute_safe_rows_mask(
    cube: GeneralisationCube,
    table: RolledUpTable,
    model: PrivacyModel,
    node: Node,
    reference: Reference | None,
) -> Mask:
    """Which rows of ``table`` are in a class that satisfies the model at ``node``."""
    rolled = cube.roll_up(table, node)
    found = find_classes_failing_model(rolled, model, cube, reference)
    sizes = [cube.count_groups(column, level) for column, level in enumerate(node)]
    levels = zip(table.codes, table.node, node, strict=True)
    lifted = [
        cube.map_groups_to_level(column, low, high)[codes] for column, (codes, low, high) in enumerate(levels)
    ]
    # Both tables are packed together, so that their keys mean the same.
    both = [np.concatenate((a, b)) for a, b in zip(lifted, rolled.codes, strict=True)]
    key, domain, _ = (
        pack_columns_into_keys(both, sizes)
        if both
        else (np.zeros(len(table) + len(rolled), np.int64), 1, None)
    )
    _, rank = find_distinct_keys_with_ranks(key, domain)
    good: Mask = np.zeros(get_highest_value(rank, -1) + 1, dtype=np.bool_)
    good[rank[len(table) :]] = ~found.fails
    kept: Mask = good[rank[: len(table)]]
    return kept


def _undo_nodes_until_within_limit(
    cube: GeneralisationCube,
    model: PrivacyModel,
    limits: RecodingLimits,
    choice: Choice,
    nodes: list[Node],
    reference: Reference | None,
) -> tuple[Choice, list[Node]]:
    """When too few rows were saved to stop there: the last steps are undone until one node saves the rest."""
    most = limits.count_suppressible_rows(cube.rows)
    undone = len(nodes)
    while int(cube.base.counts[choice == WITHHELD].sum()) > most:
        if undone == 0:
            raise NoAnonymousGeneralisation(NoRecoding(detail={"k": model.k, "suppressible": most}))
        undone -= 1
        left = (choice == WITHHELD) | (choice >= undone)
        table = cube.base.select_rows(left)
        node = _find_best_node_for_remaining_rows(cube, table, model, most, reference)
        if node is None:
            continue
        choice, nodes = choice.copy(), [*nodes[:undone], node]
        kept = _compute_safe_rows_mask(cube, table, model, node, reference)
        choice[left] = np.where(kept, undone, WITHHELD)
    return choice, nodes


# --- local -------------------------------------------------------------------------------------------------


def _recode_locally(
    cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits, previous: ReusableRecoding | None
) -> Recoding:
    """Splits classes down, from two beginnings, and keeps what loses less; the one of ``previous`` if any.

    One class for all rows wastes nothing but may be stuck on a few rare values, which the classes of an
    iterative recoding leave to later nodes, or behind.
    """
    if previous is not None:
        return (
            _recode_locally_from_iterative_recoding(cube, model, limits, previous)
            if previous.nodes
            else _recode_locally_from_top_node(cube, model, limits, previous)
        )
    made: list[Recoding] = []
    refused: NoAnonymousGeneralisation | None = None
    for start in (_recode_locally_from_top_node, _recode_locally_from_iterative_recoding):
        try:
            made.append(start(cube, model, limits, None))
        except NoAnonymousGeneralisation as error:
            refused = error
    if not made:
        raise refused or NoAnonymousGeneralisation()
    return min(made, key=lambda one: one.loss)


def _recode_locally_from_top_node(
    cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits, previous: ReusableRecoding | None
) -> Recoding:
    """From the classes of the most general node; from those of the optimum when that one withholds more than
    admitted (which only conditions that merging can break, or hierarchies without a top, can do)."""
    top = tuple(height - 1 for height in cube.hierarchy_heights)
    root = top
    if find_classes_failing_model(
        cube.roll_up(cube.base, top), model, cube
    ).suppressed > limits.count_suppressible_rows(cube.rows):
        root = find_optimal_node(cube, model, limits).node
    kept = _compute_safe_rows_mask(cube, cube.base, model, root, None)
    levels = np.tile(np.array(root, dtype=np.uint8), (len(cube.base), 1))
    return _recode_by_splitting_classes(cube, model, limits, levels, kept, previous, ())


def _recode_locally_from_iterative_recoding(
    cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits, previous: ReusableRecoding | None
) -> Recoding:
    first = _recode_iteratively(cube, model, limits, previous)
    kept: Mask = first.choice != WITHHELD
    nodes = np.array([*first.nodes, (0,) * len(cube.hierarchy_heights)], dtype=np.uint8)
    levels = nodes[first.choice].reshape(len(cube.base), len(cube.hierarchy_heights))
    return _recode_by_splitting_classes(cube, model, limits, levels, kept, previous, first.memory.nodes)


def _recode_by_splitting_classes(
    cube: GeneralisationCube,
    model: PrivacyModel,
    limits: RecodingLimits,
    start: Levels,
    kept: Mask,
    previous: ReusableRecoding | None,
    start_nodes: tuple[Node, ...],
) -> Recoding:
    """The local recoding that splits the classes of ``start`` as far as the model allows."""
    before = previous.splits if previous else RememberedClassSplits.build_empty()
    levels, splits = split_classes_down(
        cube, model, start, kept, _compute_sensitive_reference_distribution(cube, model, kept), before
    )
    distinct, rank = np.unique(levels, axis=0, return_inverse=True)
    choice = np.where(kept, rank.reshape(-1), WITHHELD).astype(np.int32)
    nodes = tuple(tuple(int(level) for level in row) for row in distinct)
    made = _build_recoding_withholding_failing_classes(
        cube, model, limits, RecodingStrategy.LOCAL, nodes, choice, splits
    )
    return replace(made, memory=ReusableRecoding(RecodingStrategy.LOCAL, start_nodes, splits))


def _compute_sensitive_reference_distribution(
    cube: GeneralisationCube, model: PrivacyModel, kept: Mask | None = None
) -> Reference | None:
    """The distribution of each sensitive attribute over all rows, or those that are kept."""
    if not model.sensitive:
        return None
    base = cube.base if kept is None else cube.base.select_rows(kept)
    everyone = np.zeros(len(base), dtype=np.int64)
    return EquivalenceClassTable.from_groups(everyone, 1, base, cube).count_rows_per_sensitive_value(
        np.ones(1, dtype=bool)
    )


# --- what was made -----------------------------------------------------------------------------------------


def _build_recoding_withholding_failing_classes(
    cube: GeneralisationCube,
    model: PrivacyModel,
    limits: RecodingLimits,
    scope: RecodingStrategy,
    nodes: tuple[Node, ...],
    choice: Choice,
    splits: RememberedClassSplits,
) -> Recoding:
    """Withholds the classes that fail against what is published at last, drops the nodes that serve
    nobody.
    """
    choice, classes, smallest = _withhold_failing_classes(cube, model, nodes, choice)
    suppressed = int(cube.base.counts[choice == WITHHELD].sum())
    most = limits.count_suppressible_rows(cube.rows)
    if suppressed > most:
        raise NoAnonymousGeneralisation(NoRecoding(detail={"k": model.k, "suppressible": most}))
    memory = ReusableRecoding(scope, nodes if scope is not RecodingStrategy.LOCAL else (), splits)
    used = np.unique(choice[choice != WITHHELD])
    renamed = np.full(len(nodes) + 1, WITHHELD, dtype=np.int32)
    renamed[used] = np.arange(len(used))
    nodes = tuple(nodes[rank] for rank in used)
    choice = renamed[choice]
    loss = (_compute_recoding_loss(cube, nodes, choice) + suppressed) / max(cube.rows, 1)
    return Recoding(scope, nodes, choice, loss, suppressed, classes, smallest, False, memory)


def _compute_recoding_loss(cube: GeneralisationCube, nodes: Sequence[Node], choice: Choice) -> float:
    """The loss of the rows that are published, summed over rows, averaged over columns."""
    inside = choice != WITHHELD
    counts, total = cube.base.counts[inside], 0.0
    for column, published in enumerate(compute_published_groups(cube, nodes, choice)):
        width = len(cube.hierarchies[column].leaves)
        flat = np.zeros(cube.hierarchy_heights[column] * width)
        for level, losses in enumerate(cube.group_losses[column]):
            flat[level * width : level * width + len(losses)] = losses
        total += float(flat @ np.bincount(published[inside], weights=counts, minlength=len(flat)))
    return total / max(len(cube.hierarchy_heights), 1)


def compute_published_groups(cube: GeneralisationCube, nodes: Sequence[Node], choice: Choice) -> list[Keys]:
    """For each column and row of the base: which (level, group) is published, as one integer."""
    columns = []
    for column, height in enumerate(cube.hierarchy_heights):
        levels = np.array([node[column] for node in nodes] + [0], dtype=np.int64)[choice]
        width = len(cube.hierarchies[column].leaves)
        flat = np.concatenate([cube.leaf_groups[column][level].astype(np.int64) for level in range(height)])
        columns.append(levels * width + flat[levels * width + cube.base.codes[column]])
    return columns


def _withhold_failing_classes(
    cube: GeneralisationCube, model: PrivacyModel, nodes: tuple[Node, ...], choice: Choice
) -> tuple[Choice, int, int]:
    """The choice without the classes that fail, how many classes with rows are left, the smallest of them."""
    inside = np.flatnonzero(choice != WITHHELD)
    if not len(inside):
        return choice, 0, 0
    columns = [column[inside] for column in compute_published_groups(cube, nodes, choice)]
    sizes = [len(h.leaves) * h.level_count for h in cube.hierarchies]
    key, domain, _ = (
        pack_columns_into_keys([*columns], sizes) if columns else (np.zeros(len(inside), np.int64), 1, None)
    )
    distinct, rank = find_distinct_keys_with_ranks(key, domain)
    fails = build_failing_class_mask(cube, model, inside, rank, len(distinct))
    choice = choice.copy()
    choice[inside[fails[rank]]] = WITHHELD
    rows = np.bincount(rank, weights=cube.base.counts[inside], minlength=len(distinct)).astype(np.int64)
    left = rows[~fails & (rows > 0)]
    return choice, len(left), int(np.min(left)) if len(left) else 0


def build_failing_class_mask(
    cube: GeneralisationCube, model: PrivacyModel, rows: Keys, of_row: Keys, number: int
) -> Mask:
    """Which of ``number`` classes of the given ``rows`` of the base fail the model."""
    base = cube.base
    if model.sensitive:
        pairs = EquivalenceClassTable.from_groups(of_row, number, base.select_rows(rows), cube)
        return pairs.find_classes_failing_full_model(model, pairs.find_classes_failing_k_or_l(model))
    sizes = np.bincount(of_row, weights=base.counts[rows], minlength=number).astype(np.int64)
    people = None
    if base.population is not None:
        people = np.bincount(of_row, weights=base.population[rows], minlength=number).astype(np.int64)
    return build_small_class_mask(sizes, people, model)
