"""The risk of a written file, measured on the file itself by code that shares nothing with what enforced it.

Arrow here, and the definitions taken at the letter; numpy and SQL there, with shortcuts. In the words of the
Article 29 Working Party's opinion 05/2014: *singling out* (rows alone in their class), *linking* (rows
that meet one person of the population, or few), *inference* (what a class gives away of a sensitive
attribute). NULL is a value like another, in quasi-identifiers and in sensitive attributes.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from aqueduc.anonymise.disclosure.findings import (
    ClassBeyondTCloseness,
    ClassTooSmall,
    KMapViolation,
    LDiversityViolation,
    UnorderedSensitiveAttribute,
)
from aqueduc.anonymise.disclosure.models import PrivacyModel, SensitiveAttribute
from aqueduc.findings import Finding

BATCH = 262_144
MERGE_AT = 2_000_000
CELLS = 4_000_000
# Ten times what the enforcement allows to rounding, so that both agree on a class that lies on the limit.
TOLERANCE = 1e-8
SIZES = (1, 2, 3, 5, 10, 20, 50, 100, 500, 1000)
# Columns of ours beside those of the file, whose names never begin so.
COUNT, _CLASS = "__n", "__class"

# For each column, one mapping from a value to its label for each level, the first being the value itself.
Labels = Mapping[str, Sequence[Mapping[str | None, str | None]]]


@dataclass(frozen=True)
class ClassSizeBand:
    """A band of the histogram of class sizes: classes of ``at_least`` to ``at_most`` rows (None: no end), and
    the rows in them."""

    at_least: int
    at_most: int | None
    classes: int
    rows: int


@dataclass(frozen=True)
class InferenceRisk:
    """The risk of inference: what classes give away of a sensitive attribute.

    ``distinct``: the fewest values in a class; ``entropy``: the least exponential of entropy;
    ``closeness``: the greatest distance to the whole table. ``certain``: share of rows whose class shows
    one value only, which whoever finds the class learns. ``confidence``: the best guess in the worst
    class, to compare with ``baseline``, the best guess without the class.
    """

    name: str
    distinct: int
    entropy: float
    closeness: float
    certain: float
    confidence: float
    baseline: float


@dataclass(frozen=True)
class LinkageRisk:
    """The risk of linkage with the population: fewest people a published class can be, and shares of rows
    which can be one person only, or fewer than k. Rows that meet nobody count as one."""

    smallest: int
    alone: float
    few: float


@dataclass(frozen=True)
class RiskMetrics:
    """The risk of reidentification of a file. ``smallest`` is None without rows. ``highest`` = 1 / smallest
    class: the risk of who is known to be there (prosecutor); ``average`` = classes / rows: the share of rows
    a blind attack gets right (marketer). ``singled_out`` and ``below_k``: shares of rows alone in their
    class, or in a class under k."""

    rows: int
    classes: int
    smallest: int | None
    highest: float
    average: float
    singled_out: float
    below_k: float
    histogram: tuple[ClassSizeBand, ...]
    inference: tuple[InferenceRisk, ...]
    linking: LinkageRisk | None = None


def measure_reidentification_risk(
    path: Path,
    quasi_identifiers: Sequence[str],
    model: PrivacyModel,
    *,
    population: pa.Table | None = None,
    labels: Labels | None = None,
) -> RiskMetrics:
    """The risk of the Parquet file at ``path``, or of any file before treatment.

    ``population``: the quasi-identifiers as they are before recoding, as text, and ``COUNT`` people; ``labels``:
    what each of their values may have become. Memory grows with the distinct combinations.

    Raises UnmeasurableRisk when an attribute said to be ordered is not made of numbers or dates.
    """
    names = list(quasi_identifiers)
    counted = _count_combinations(path, names, [attribute.name for attribute in model.sensitive])
    classes = counted.table.group_by(names).aggregate([(COUNT, "sum")]).rename_columns([*names, COUNT])
    sizes = classes[COUNT].to_numpy()
    rows = int(sizes.sum())
    inference = (
        tuple(_measure_inference_risk(counted, classes, attribute) for attribute in model.sensitive)
        if rows
        else ()
    )
    linking = None
    if population is not None and labels is not None and rows:
        linking = _measure_linkage_risk(counted, classes, population, labels, model)
    smallest = int(sizes.min()) if len(sizes) else None
    return RiskMetrics(
        rows,
        len(sizes),
        smallest,
        1 / smallest if smallest else 0.0,
        len(sizes) / rows if rows else 0.0,
        _compute_row_share(sizes[sizes == 1], rows),
        _compute_row_share(sizes[sizes < model.k], rows),
        _build_class_size_histogram(sizes),
        inference,
        linking,
    )


def check_risk_metrics_against_model(risk: RiskMetrics, model: PrivacyModel) -> tuple[Finding, ...]:
    """Where a measured risk is not what the model asks: empty when the file may leave."""
    found: list[Finding] = []
    if risk.smallest is not None and risk.smallest < model.k:
        found.append(ClassTooSmall(detail={"size": risk.smallest, "k": model.k}))
    if (
        model.k_map is not None
        and risk.rows
        and (risk.linking is None or risk.linking.smallest < model.k_map)
    ):
        people = risk.linking.smallest if risk.linking else 0
        found.append(KMapViolation(detail={"people": people, "k": model.k_map}))
    for attribute, seen in zip(model.sensitive, risk.inference, strict=bool(risk.rows)):
        short = seen.distinct < attribute.distinct
        if short or (attribute.entropy > 1 and seen.entropy < attribute.entropy * (1 - TOLERANCE)):
            found.append(
                LDiversityViolation(
                    column=attribute.name,
                    detail={
                        "l": max(attribute.distinct, attribute.entropy),
                        "seen": min(seen.distinct, round(seen.entropy, 3)),
                    },
                )
            )
        if attribute.closeness is not None and seen.closeness > attribute.closeness + TOLERANCE:
            detail = {"distance": round(seen.closeness, 4), "t": attribute.closeness}
            found.append(ClassBeyondTCloseness(column=attribute.name, detail=detail))
    return tuple(found)


class UnmeasurableRisk(Exception):
    """The file cannot be judged as declared; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def _compute_row_share(sizes: npt.NDArray[np.int64], rows: int) -> float:
    return float(sizes.sum()) / rows if rows else 0.0


def _build_class_size_histogram(sizes: npt.NDArray[np.int64]) -> tuple[ClassSizeBand, ...]:
    bars = []
    for at_least, after in zip(SIZES, [*SIZES[1:], None], strict=True):
        inside = sizes[(sizes >= at_least) & (sizes < after if after else True)]
        bars.append(ClassSizeBand(at_least, after - 1 if after else None, len(inside), int(inside.sum())))
    return tuple(bars)


# --- counting ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _CombinationCountTable:
    """Distinct combinations: a column of codes for each name (-1 is NULL) and ``COUNT``;
    ``values[name][code]``.
    """

    table: pa.Table
    values: dict[str, pa.Array]


def _count_combinations(path: Path, names: Sequence[str], others: Sequence[str]) -> _CombinationCountTable:
    columns = [*names, *(name for name in others if name not in names)]
    values: dict[str, pa.Array] = {}
    parts: list[pa.Table] = []
    waiting = 0
    for batch in _read_record_batches(path, columns):
        coded = {name: _encode_cells(batch.column(name), name, values) for name in columns}
        one = pa.table({**coded, COUNT: pa.repeat(pa.scalar(1, pa.int64()), batch.num_rows)})
        parts.append(_sum_partial_counts([one], columns))
        waiting += parts[-1].num_rows
        if waiting > MERGE_AT:
            parts = [_sum_partial_counts(parts, columns)]
            waiting = 0
    empty = pa.table(
        {**{name: pa.array([], pa.int32()) for name in columns}, COUNT: pa.array([], pa.int64())}
    )
    return _CombinationCountTable(_sum_partial_counts(parts or [empty], columns), values)


def _read_record_batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, pre_buffer=False) as plain:
        texts = [
            field.name
            for rank, field in enumerate(plain.schema_arrow)
            if field.name in columns
            and is_string_type(field.type)
            and _can_read_column_as_dictionary(plain.metadata, rank)
        ]
    with pq.ParquetFile(path, pre_buffer=False, read_dictionary=texts) as file:
        if columns:
            yield from file.iter_batches(batch_size=BATCH, columns=columns)
            return
        # Without a quasi-identifier all rows are in one class.
        yield from file.iter_batches(batch_size=BATCH, columns=file.schema_arrow.names[:1])


def _can_read_column_as_dictionary(metadata: pq.FileMetaData, column: int) -> bool:
    """Arrow reads a column straight into a dictionary only from some encodings; it raises on the others."""
    known = {"PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY", "BIT_PACKED"}
    groups = (metadata.row_group(rank).column(column) for rank in range(metadata.num_row_groups))
    return all(set(group.encodings) <= known for group in groups)


def is_string_type(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _encode_cells(column: pa.Array, name: str, values: dict[str, pa.Array]) -> pa.Array:
    """The place of each cell in ``values[name]``, which grows by what the batch is first to show."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    known = values.get(name)
    if known is None:
        known = encoded.dictionary.slice(0, 0)
    fresh = encoded.dictionary.filter(pc.invert(pc.is_in(encoded.dictionary, value_set=known)))
    values[name] = known = pa.concat_arrays([known, pc.unique(fresh)]) if len(fresh) else known
    return pc.index_in(encoded.dictionary, value_set=known).take(encoded.indices).fill_null(-1)


def _sum_partial_counts(parts: list[pa.Table], columns: list[str]) -> pa.Table:
    table = pa.concat_tables(parts)
    if not columns:
        return pa.table({COUNT: pa.array([pc.sum(table[COUNT]).as_py() or 0], pa.int64())})
    return table.group_by(columns).aggregate([(COUNT, "sum")]).rename_columns([*columns, COUNT])


# --- inference ---------------------------------------------------------------------------------------------


def _measure_inference_risk(
    counted: _CombinationCountTable, classes: pa.Table, attribute: SensitiveAttribute
) -> InferenceRisk:
    names = classes.column_names[:-1]
    numbered = classes.append_column(_CLASS, pa.array(np.arange(len(classes)), pa.int64()))
    pairs = counted.table
    if names:
        pairs = pairs.join(numbered.drop_columns(COUNT), keys=names, join_type="inner")
    else:
        pairs = pairs.append_column(_CLASS, pa.array(np.zeros(len(pairs)), pa.int64()))
    pairs = pairs.group_by([_CLASS, attribute.name]).aggregate([(COUNT, "sum")])
    sizes = classes[COUNT].to_numpy()
    of_class, count = pairs[_CLASS].to_numpy(), pairs[f"{COUNT}_sum"].to_numpy()
    share = pa.array(count / sizes[of_class])
    surprise = pc.negate(pc.multiply(share, pc.ln(share)))
    each = pa.table({_CLASS: pairs[_CLASS], "share": share, "surprise": surprise})
    seen = each.group_by(_CLASS).aggregate([([], "count_all"), ("surprise", "sum"), ("share", "max")])
    distinct = seen["count_all"].to_numpy()
    totals = pairs.group_by(attribute.name).aggregate([(f"{COUNT}_sum", "sum")])
    rows = int(sizes.sum())
    return InferenceRisk(
        attribute.name,
        int(distinct.min()),
        math.exp(float(pc.min(seen["surprise_sum"]).as_py())),
        _measure_t_closeness(counted, attribute, of_class, pairs[attribute.name].to_numpy(), count, sizes),
        _compute_row_share(sizes[seen[_CLASS].to_numpy()[distinct == 1]], rows),
        float(pc.max(seen["share_max"]).as_py()),
        float(pc.max(totals[f"{COUNT}_sum_sum"]).as_py()) / rows,
    )


def _measure_t_closeness(
    counted: _CombinationCountTable,
    attribute: SensitiveAttribute,
    of_class: npt.NDArray[np.int64],
    code: npt.NDArray[np.int64],
    count: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.int64],
) -> float:
    """The greatest distance, from the full matrix of classes × values, a slice of classes at a time."""
    place = _rank_attribute_values(counted.values[attribute.name], attribute, has_null=bool((code < 0).any()))
    value = place[code + 1]
    width = int(np.max(value)) + 1
    whole = np.bincount(value, weights=count, minlength=width) / sizes.sum()
    order = np.argsort(of_class, kind="stable")
    of_class, value, count = of_class[order], value[order], count[order]
    step = max(1, CELLS // width)
    worst = 0.0
    for start in range(0, len(sizes), step):
        end = min(start + step, len(sizes))
        low, high = np.searchsorted(of_class, (start, end))
        matrix = np.zeros((end - start, width))
        matrix[of_class[low:high] - start, value[low:high]] = count[low:high]
        gaps = matrix / sizes[start:end, None] - whole
        distances = (
            np.abs(np.cumsum(gaps, axis=1)).sum(axis=1) / max(width - 1, 1)
            if attribute.ordered
            else np.abs(gaps).sum(axis=1) / 2
        )
        worst = max(worst, float(np.max(distances)))
    return worst


def _rank_attribute_values(
    values: pa.Array, attribute: SensitiveAttribute, *, has_null: bool
) -> npt.NDArray[np.int64]:
    """``places[code + 1]``: the rank of a value among those of the file, that of NULL (-1) being the
    first.
    """
    first = 1 if has_null else 0
    if attribute.ordered:
        kind = values.type
        sorts = (pa.types.is_integer, pa.types.is_floating, pa.types.is_temporal, pa.types.is_decimal)
        if not any(sort(kind) for sort in sorts):
            raise UnmeasurableRisk(UnorderedSensitiveAttribute(column=attribute.name))
        ranks = np.empty(len(values), dtype=np.int64)
        ranks[pc.sort_indices(values).to_numpy()] = np.arange(len(values))
    else:
        ranks = np.arange(len(values))
    return np.concatenate(([0], ranks + first))


# --- linking -----------------------------------------------------------------------------------------------


def _measure_linkage_risk(
    counted: _CombinationCountTable,
    classes: pa.Table,
    population: pa.Table,
    labels: Labels,
    model: PrivacyModel,
) -> LinkageRisk:
    """How many people of the population each published class may be, at the levels it is published at."""
    names = classes.column_names[:-1]
    shown = _decode_codes_to_text(_CombinationCountTable(classes, counted.values), names)
    patterns: dict[tuple[int, ...], list[dict[str, Any]]] = {}
    for row in shown.to_pylist():
        levels = tuple(_find_label_level(labels[name], row[name]) for name in names)
        patterns.setdefault(levels, []).append(row)
    numbers, sizes = [], []
    for levels, rows in patterns.items():
        met = _count_generalised_population(population, names, levels, labels)
        for row in rows:
            numbers.append(met.get(tuple(row[name] for name in names), 0))
            sizes.append(row[COUNT])
    found, weights = np.array(numbers), np.array(sizes)
    total = int(weights.sum())
    few = weights[found < (model.k_map or model.k)]
    return LinkageRisk(
        int(found.min()), _compute_row_share(weights[found <= 1], total), _compute_row_share(few, total)
    )


def _decode_codes_to_text(counted: _CombinationCountTable, names: Sequence[str]) -> pa.Table:
    """Codes back to text, NULL back to NULL."""
    columns = {}
    for name in names:
        values = counted.values[name].cast(pa.string())
        codes = counted.table[name].combine_chunks()
        columns[name] = values.take(pc.if_else(pc.less(codes, 0), pa.scalar(None, pa.int32()), codes))
    return pa.table({**columns, COUNT: counted.table[COUNT]})


def _find_label_level(levels: Sequence[Mapping[str | None, str | None]], label: str | None) -> int:
    """The lowest level that has the label; the last for one that is nowhere, which then meets nobody."""
    for rank, mapping in enumerate(levels):
        if label in mapping.values():
            return rank
    return len(levels) - 1


def _count_generalised_population(
    people: pa.Table, names: Sequence[str], levels: Sequence[int], labels: Labels
) -> dict[tuple[str | None, ...], int]:
    seen: dict[tuple[str | None, ...], int] = {}
    for row in people.to_pylist():
        key = tuple(
            labels[name][level].get(row[name], row[name]) for name, level in zip(names, levels, strict=True)
        )
        seen[key] = seen.get(key, 0) + row[COUNT]
    return seen
