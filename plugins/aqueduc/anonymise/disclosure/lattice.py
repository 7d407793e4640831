"""The optimal global recoding: one level for each column, the same for all rows, with the least loss.

Exact search of the lattice of generalisations. Three facts make it short (Incognito: LeFevre et al. 2005;
OLA: El Emam et al. 2009; Flash: Kohlmayer et al. 2012):

1. *Suppression is monotone.* Rows withheld for the floor of the model (see ``classes``) can only become fewer
   as columns are generalised. A node that withholds more than admitted settles all nodes below it.
2. *Loss is bounded from below, column by column.* A node loses at least what its levels cost all rows,
cell by
   cell; and each row that it must withhold costs 1 in place of at most what its levels cost any row.
3. *Rows withheld above are withheld below*, so what a node was seen to withhold sharpens the bound of fact 2
   for all nodes under it.

Nodes are examined from the most general down; what is neither examined, nor under a node that withholds too
much, nor bound to lose more than the best, does not exist when the search ends: that is the proof, and
``SearchProof`` holds what is needed to check it again without trusting the search.
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from aqueduc.anonymise.disclosure.classes import Reference, find_classes_failing_model, sum_information_loss
from aqueduc.anonymise.disclosure.cube import Floats, GeneralisationCube, Mask, Node, RolledUpTable
from aqueduc.anonymise.disclosure.findings import LatticeTooLarge, NoRecoding, PopulationMissing
from aqueduc.anonymise.disclosure.models import PrivacyModel, RecodingLimits
from aqueduc.findings import Finding

# Losses are sums over rows: two that differ by less are the same.
SAME = 1e-6
# A table this small is not worth an intermediate one.
_SMALL = 4_096
_CACHED_ROWS = 8_000_000


class NoAnonymousGeneralisation(Exception):
    """No recoding satisfies the model within the limits. ``findings`` say what was asked."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.code for finding in findings))
        self.findings = findings


@dataclass(frozen=True)
class NodeEvaluation:
    """The evaluation of one node, rolled up: rows withheld, rows that any node below withholds too, loss in
    rows."""

    node: Node
    suppressed: int
    floor: int
    loss: float


@dataclass(frozen=True)
class SearchProof:
    """The proof of an optimum: how each node of the lattice was settled; the three numbers add up to
    ``nodes``.

    ``bound``: the least loss (0 to 1) that any node set aside by its bound could have had, never below the
    optimum's; None when no node was.
    """

    nodes: int
    evaluations: tuple[NodeEvaluation, ...]
    pruned_by_suppression: int
    pruned_by_bound: int
    bound: float | None


@dataclass(frozen=True)
class OptimalNode:
    """The node of the lattice to publish at. ``loss`` from 0 to 1 (see
    ``GeneralisationHierarchy.compute_group_losses``; a suppressed row counts 1); the least possible is ``least``, and
    differs when the node of the previous revision was ``kept``."""

    node: Node
    loss: float
    suppressed: int
    least: float
    kept: bool
    proof: SearchProof


def find_optimal_node(
    cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits, *, preferred: Node | None = None
) -> OptimalNode:
    """The node with the least loss among those that withhold no more than the limit.

    Ties go to fewer rows withheld, then to lower levels, then to the first columns: the answer depends on the
    data only. ``preferred``, the node of the previous revision, is kept as long as it loses at most
    ``limits.tolerance`` more than the best: readers keep the same levels, and two revisions can be compared
    without one recoding uncovering the other.

    Raises NoAnonymousGeneralisation when there is no such node, or too many nodes to look at.
    """
    refuse_infeasible_search(cube, model, limits)
    most = limits.count_suppressible_rows(cube.rows)
    usable = preferred if preferred and _is_valid_node(preferred, cube.hierarchy_heights) else None
    search = LatticeSearch(cube, cube.base, model, most, first=usable)
    best = search.find_best_node()
    if best is None:
        raise NoAnonymousGeneralisation(NoRecoding(detail={"k": model.k, "suppressible": most}))
    rows = max(cube.rows, 1)
    chosen, kept = best, False
    if usable is not None:
        before = search.seen[usable]
        kept = before.suppressed <= most and before.loss <= best.loss + limits.tolerance * rows + SAME
        chosen = before if kept else best
    return OptimalNode(
        chosen.node,
        chosen.loss / rows,
        chosen.suppressed,
        best.loss / rows,
        kept,
        search.build_search_proof(rows),
    )


def refuse_infeasible_search(cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits) -> None:
    """Raises NoAnonymousGeneralisation for what no search can answer."""
    if prod(cube.hierarchy_heights) > limits.nodes:
        raise NoAnonymousGeneralisation(
            LatticeTooLarge(detail={"nodes": prod(cube.hierarchy_heights), "most": limits.nodes})
        )
    refuse_k_map_without_population(cube, model)


def refuse_k_map_without_population(cube: GeneralisationCube, model: PrivacyModel) -> None:
    """Raises NoAnonymousGeneralisation for a k-map without a population to count."""
    if model.k_map is not None and cube.base.population is None:
        raise NoAnonymousGeneralisation(PopulationMissing())


def _is_valid_node(node: Node, heights: Node) -> bool:
    return len(node) == len(heights) and all(0 <= level < h for level, h in zip(node, heights, strict=True))


class LatticeSearch:
    """One search of the lattice for the rows of ``table``, withholding ``most`` of them at most."""

    def __init__(
        self,
        cube: GeneralisationCube,
        table: RolledUpTable,
        model: PrivacyModel,
        most: int,
        *,
        first: Node | None = None,
        reference: Reference | None = None,
    ) -> None:
        self.cube, self.model, self.most = cube, model, most
        self.first, self.reference = first, reference
        self.tables = RollUpCache(cube, table)
        heights = cube.hierarchy_heights
        self.levels = np.stack(
            np.unravel_index(np.arange(prod(heights)), heights) if heights else [np.zeros(1)], axis=1
        ).astype(np.int8)
        self.costs, self.dearest = _compute_total_and_highest_loss_per_node(cube, table, self.levels)
        self.bounds = self.costs.copy()
        self.open = np.ones(len(self.levels), dtype=bool)
        self.steps = self.levels.sum(axis=1, dtype=np.int64)
        self.by_suppression = 0
        self.seen: dict[Node, NodeEvaluation] = {}
        self.best: NodeEvaluation | None = None

    def find_best_node(self) -> NodeEvaluation | None:
        if self.first is not None:
            self._evaluate_node(int(np.flatnonzero((self.levels == np.array(self.first)).all(axis=1))[0]))
        while True:
            limit = np.inf if self.best is None else self.best.loss + SAME
            left = np.flatnonzero(self.open & (self.bounds <= limit))
            if not len(left):
                return self.best
            # The most general first: its table is small, and what it withholds says most about the others.
            highest = left[self.steps[left] == np.max(self.steps[left])]
            self._evaluate_node(int(highest[np.argmin(self.costs[highest])]))

    def _evaluate_node(self, rank: int) -> None:
        node = tuple(int(level) for level in self.levels[rank])
        table = self.tables.get_table_at_node(node)
        found = find_classes_failing_model(table, self.model, self.cube, self.reference)
        loss = sum_information_loss(table, ~found.fails, self.cube) + found.suppressed
        evaluation = NodeEvaluation(node, found.suppressed, found.floor, loss)
        self.seen[node] = evaluation
        self.open[rank] = False
        below: Mask = (self.levels <= self.levels[rank]).all(axis=1)
        if found.floor > self.most:
            self.by_suppression += int(self.open[below].sum())
            self.open[below] = False
        else:
            withheld = self.costs[below] + found.floor * (1 - self.dearest[below])
            self.bounds[below] = np.maximum(self.bounds[below], withheld)
        if found.suppressed <= self.most and (
            self.best is None
            or _build_evaluation_sort_key(evaluation) < _build_evaluation_sort_key(self.best)
        ):
            self.best = evaluation

    def build_search_proof(self, rows: int) -> SearchProof:
        left = self.bounds[self.open]
        return SearchProof(
            len(self.levels),
            tuple(self.seen.values()),
            self.by_suppression,
            len(left),
            float(np.min(left)) / rows if len(left) else None,
        )


def _build_evaluation_sort_key(evaluation: NodeEvaluation) -> tuple[float, int, int, Node]:
    return (
        round(evaluation.loss / SAME),
        evaluation.suppressed,
        sum(evaluation.node),
        evaluation.node,
    )


def _compute_total_and_highest_loss_per_node(
    cube: GeneralisationCube, table: RolledUpTable, levels: npt.NDArray[np.int8]
) -> tuple[Floats, Floats]:
    """For each node: what its levels cost all rows together, and the most they cost any one row."""
    costs, dearest = np.zeros(len(levels)), np.zeros(len(levels))
    width = max(len(cube.hierarchy_heights), 1)
    for column, height in enumerate(cube.hierarchy_heights):
        rows = np.bincount(
            table.codes[column], weights=table.counts, minlength=len(cube.hierarchies[column].leaves)
        )
        cells = [cube.group_losses[column][level][cube.leaf_groups[column][level]] for level in range(height)]
        total = np.array([float(cell @ rows) for cell in cells])
        highest = np.array([float(np.max(cell[rows > 0], initial=0.0)) for cell in cells])
        costs += total[levels[:, column]] / width
        dearest += highest[levels[:, column]] / width
    return costs, dearest


class RollUpCache:
    """The roll-ups of a search, kept: a node is reached by raising one column after the other, always in the
    same order, so that nodes with the same first levels share the tables before them. The least used are
    forgotten."""

    def __init__(self, cube: GeneralisationCube, base: RolledUpTable) -> None:
        self.cube, self.base = cube, base
        sizes = [len(np.unique(column)) for column in base.codes]
        # Many values first: raising them shrinks the table most, for all that comes after.
        self.order = sorted(range(len(sizes)), key=lambda column: (-sizes[column], column))
        self.kept: OrderedDict[Node, RolledUpTable] = OrderedDict()
        self.held = 0

    def get_table_at_node(self, node: Node) -> RolledUpTable:
        table, levels = self.base, list(self.base.node)
        for column in self.order:
            if len(table) <= _SMALL:
                break
            if node[column] != levels[column]:
                levels[column] = node[column]
                table = self._roll_up_cached(table, tuple(levels))
        return table if table.node == node else self.cube.roll_up(table, node)

    def _roll_up_cached(self, table: RolledUpTable, node: Node) -> RolledUpTable:
        known = self.kept.get(node)
        if known is not None:
            self.kept.move_to_end(node)
            return known
        made = self.cube.roll_up(table, node)
        self.kept[node] = made
        self.held += len(made)
        while self.held > _CACHED_ROWS and len(self.kept) > 1:
            _, dropped = self.kept.popitem(last=False)
            self.held -= len(dropped)
        return made
