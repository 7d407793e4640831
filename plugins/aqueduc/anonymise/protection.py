"""Classes that say too much: recoded along the declared hierarchies, then withheld, within the limit.

With k alone, classes are counted in SQL, which spills. Hierarchies, sensitive columns and a population need
the frequency table in memory: it grows with the distinct combinations, not with the rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from aqueduc.anonymise.disclosure import (
    GeneralisationCube,
    NoAnonymousGeneralisation,
    PrivacyModel,
    Recoding,
    RecodingLimits,
    RecodingStrategy,
    ReusableRecoding,
    build_flat_hierarchy,
    build_frequency_table,
    build_generalisation_cube,
    compute_recoding,
)
from aqueduc.anonymise.disclosure.downcoding import count_rows_open_to_downcoding
from aqueduc.anonymise.disclosure.findings import ROWS_WITHHELD
from aqueduc.anonymise.disclosure.frequency import Counts
from aqueduc.anonymise.disclosure.writing import build_recoded_rows_sql
from aqueduc.anonymise.findings import MissingPopulationColumns
from aqueduc.anonymise.privacy_models import (
    build_hierarchies,
    build_privacy_model_on_units,
    list_published_quasi_identifiers,
    requires_more_than_k_anonymity,
)
from aqueduc.anonymise.risk import (
    EquivalenceClassCounts,
    build_rows_outside_small_classes_sql,
    create_small_classes_table,
)
from aqueduc.anonymise.units import UNIT
from aqueduc.declaration.spec import Dataset, KMapSettings, PrivacySettings
from aqueduc.duck import build_glob_escaped_path_literal, identifier, read_column_types
from aqueduc.findings import Finding


@dataclass(frozen=True)
class ProtectedExtract:
    """The rows that the model of privacy lets leave. ``rows``: SQL of what may leave. ``classes``: before and
    after. ``recoding``: what was done to reach the model, for the report; ``run_memory``: what the next
    revision follows."""

    rows: str
    classes: EquivalenceClassCounts
    recoding: Mapping[str, Any] = field(default_factory=dict)
    run_memory: ReusableRecoding | None = None
    findings: tuple[Finding, ...] = ()


def enforce_privacy_model(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    dataset: Dataset,
    include: Path,
    previous: ReusableRecoding | None = None,
) -> ProtectedExtract:
    """What may leave of ``relation``, whose columns are those published (and more).

    Raises NoAnonymousGeneralisation when no recoding is within the limit, UnusableHierarchy when a hierarchy does not
    fit the values. Where k is all that is asked, the limit is left to the caller.
    """
    privacy = _require_privacy_settings(dataset.privacy)
    if not requires_more_than_k_anonymity(privacy):
        return _withhold_classes_below_k(con, relation, dataset, privacy)
    names = list_published_quasi_identifiers(dataset)
    model = build_privacy_model_on_units(dataset, privacy)
    if privacy.k_map:
        people = _create_population_view(con, relation, privacy.k_map, names, include)
        table = build_frequency_table(
            con, relation, names, model.sensitive, population=_POPULATION, people=people
        )
    else:
        table = build_frequency_table(con, relation, names, model.sensitive)
    made = build_generalisation_cube(table, build_hierarchies(dataset, privacy, table, include))
    # Without hierarchies there is one node: all that can be done is to withhold.
    scope = RecodingStrategy(privacy.recode.value) if privacy.recode else RecodingStrategy.GLOBAL
    limits = RecodingLimits(privacy.suppress_at_most, tolerance=_TOLERANCE)
    recoding = compute_recoding(made, model, limits, scope, previous=previous)
    rows = build_recoded_rows_sql(con, relation, made, recoding)
    strange = tuple(
        replace(finding, detail={**finding.detail, "fate": ROWS_WITHHELD})
        if scope is RecodingStrategy.FIXED
        else finding
        for hierarchy in made.hierarchies
        for finding in hierarchy.findings
    )
    return ProtectedExtract(
        rows,
        _build_equivalence_class_counts(made, model, recoding),
        _describe_recoding(made, recoding, privacy),
        recoding.memory,
        strange,
    )


def withhold_unsafe_rows(con: duckdb.DuckDBPyConnection, relation: str, dataset: Dataset) -> ProtectedExtract:
    """What may leave once rows were taken out of a table that ``enforce_privacy_model`` made: nothing is recoded, and what
    does not satisfy the model any more is withheld.

    A class can be no fewer people of the population than it was, so that the population is not asked again.
    """
    privacy = _require_privacy_settings(dataset.privacy)
    if not privacy.sensitive:
        return _withhold_classes_below_k(con, relation, dataset, privacy)
    names = list_published_quasi_identifiers(dataset)
    asked = build_privacy_model_on_units(dataset, privacy)
    model = PrivacyModel(asked.k, asked.sensitive)
    table = build_frequency_table(con, relation, names, model.sensitive)
    made = build_generalisation_cube(
        table, [build_flat_hierarchy(name, values) for name, values in zip(names, table.values, strict=True)]
    )
    recoding = compute_recoding(made, model, RecodingLimits(1.0), RecodingStrategy.GLOBAL)
    return ProtectedExtract(
        build_recoded_rows_sql(con, relation, made, recoding),
        _build_equivalence_class_counts(made, model, recoding),
    )


def _withhold_classes_below_k(
    con: duckdb.DuckDBPyConnection, relation: str, dataset: Dataset, privacy: PrivacySettings
) -> ProtectedExtract:
    names = list_published_quasi_identifiers(dataset)
    classes = create_small_classes_table(con, relation, names, privacy.k, UNIT if privacy.unit else None)
    return ProtectedExtract(build_rows_outside_small_classes_sql(relation, names), classes)


def _require_privacy_settings(privacy: PrivacySettings | None) -> PrivacySettings:
    if privacy is None:
        raise ValueError("nothing is asked")
    return privacy


def _build_equivalence_class_counts(
    made: GeneralisationCube, model: PrivacyModel, recoding: Recoding
) -> EquivalenceClassCounts:
    """``smallest_left`` is told by the judge alone where rows were recoded: it is k at least."""
    base = made.base
    rows = np.add.reduceat(base.counts, base.class_starts) if len(base) else np.zeros(0, np.int64)
    sizes = _count_units_or_rows_per_class(made, rows)
    sizes, rows = sizes[rows > 0], rows[rows > 0]
    return EquivalenceClassCounts(
        rows=made.rows,
        classes=len(sizes),
        smallest=int(np.min(sizes)) if len(sizes) else 0,
        suppressed=recoding.suppressed,
        smallest_left=recoding.smallest,
        left=recoding.classes,
        alone=int(rows[sizes == 1].sum()),
        small=int(rows[sizes < model.k].sum()),
    )


def _count_units_or_rows_per_class(made: GeneralisationCube, rows: Counts) -> Counts:
    """Of each class its rows or, where units are counted, the known ones that differ."""
    unit = next((rank for rank, attribute in enumerate(made.sensitive) if attribute.unit), None)
    if unit is None or not len(rows):
        return rows
    base, starts = made.base, made.base.class_starts
    of_row = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(base))))[base.counts > 0]
    width = made.sensitive_sizes[unit]
    seen = np.unique(of_row * width + base.sensitive[unit][base.counts > 0])
    return np.bincount(seen[seen % width > 0] // width, minlength=len(starts))


def _describe_recoding(
    made: GeneralisationCube, recoding: Recoding, privacy: PrivacySettings
) -> dict[str, Any]:
    """How the model was reached: levels and numbers, no value."""
    if not privacy.hierarchies:
        return {}
    names = [hierarchy.column for hierarchy in made.hierarchies]
    proof = recoding.proof
    return {
        "scope": recoding.scope.value,
        "loss": round(recoding.loss, 6),
        "kept": recoding.kept,
        "levels": [dict(zip(names, node, strict=True)) for node in recoding.nodes[:_NODES_TOLD]],
        "nodes": len(recoding.nodes),
        "heights": dict(zip(names, made.hierarchy_heights, strict=True)),
        "minimality": _describe_minimality_risk(made, recoding, privacy),
        "proof": {
            "nodes": proof.nodes,
            "evaluated": len(proof.evaluations),
            "pruned_by_suppression": proof.pruned_by_suppression,
            "pruned_by_bound": proof.pruned_by_bound,
            "bound": proof.bound,
        }
        if proof
        else None,
    }


_NODES_TOLD = 20


def _describe_minimality_risk(
    made: GeneralisationCube, recoding: Recoding, privacy: PrivacySettings
) -> dict[str, Any] | None:
    """What the choice of the levels tells, since it was made on the data; None when it was not.

    ``choices``: the combinations of levels among which each was chosen. ``rows`` of the ``of`` rows that are
    published: with ``local``, those of which a finer value is given away (``count_rows_open_to_downcoding``); with
    ``iterative``, those whose level shows that at each of the levels before they were of a class that fails
    the model; with ``global``, none, since one choice is made for all. ``proved``: k over rows is all that
    is asked, so that the sizes of the classes prove it to whoever reads the file.
    """
    if recoding.scope is RecodingStrategy.FIXED:
        return None
    rows = 0
    if recoding.scope is RecodingStrategy.LOCAL:
        rows = count_rows_open_to_downcoding(made, recoding.nodes, recoding.choice, privacy.k)
    if recoding.scope is RecodingStrategy.ITERATIVE:
        rows = int(made.base.counts[recoding.choice > 0].sum())
    proved = not (privacy.unit or privacy.sensitive or privacy.k_map)
    left = made.rows - recoding.suppressed
    return {"choices": prod(made.hierarchy_heights), "rows": rows, "of": left, "proved": proved}


# --- the population -----------------------------------------------------------------------------------------


_POPULATION = "population"
# How much more may be lost, on a scale of 1, to recode as the previous revision did.
_TOLERANCE = 0.02


def _create_population_view(
    con: duckdb.DuckDBPyConnection, relation: str, k_map: KMapSettings, names: tuple[str, ...], include: Path
) -> str:
    """Fills the view of the population; gives the SQL of how many people a group of it counts.

    Raises NoAnonymousGeneralisation when its file lacks a column.
    """
    path = build_glob_escaped_path_literal(include / k_map.path)
    read = f"read_csv({path}, delim = ';', header = true, all_varchar = true)"
    there = read_column_types(con, read)
    wanted = [*names, *([k_map.count] if k_map.count else [])]
    missing = [name for name in wanted if name not in there]
    if missing:
        detail = {"file": k_map.path, "missing": ", ".join(missing)}
        raise NoAnonymousGeneralisation(MissingPopulationColumns(count=len(missing), detail=detail))
    kinds = read_column_types(con, relation)
    cells = ", ".join(f"TRY_CAST({identifier(n)} AS {kinds[n]}) AS {identifier(n)}" for n in names)
    weight = f"TRY_CAST({identifier(k_map.count)} AS BIGINT)" if k_map.count else "1"
    con.execute(f"CREATE OR REPLACE VIEW {_POPULATION} AS SELECT {cells}, {weight} AS __people FROM {read}")
    return "coalesce(sum(__people), 0)"
