"""Judges the very file that will be published, against what its declaration asks.

Nothing is shared with what enforced it but the declaration: Arrow and numpy here (see
``disclosure.risk_metrics``), SQL there, so that one defect does not hide the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from aqueduc.anonymise.disclosure.comparing import (
    ComparedFileUnits,
    RowChangeStore,
    count_isolated_classes_between_datasets,
    count_isolated_classes_between_files,
)
from aqueduc.anonymise.disclosure.risk_metrics import (
    COUNT,
    Labels,
    RiskMetrics,
    UnmeasurableRisk,
    check_risk_metrics_against_model,
    measure_reidentification_risk,
)
from aqueduc.anonymise.findings import (
    IsolatingDatasetDifference,
    IsolatingRevisionDifference,
    PublishedSecretCell,
    UnexpectedOutputColumn,
)
from aqueduc.anonymise.privacy_models import (
    build_privacy_model_on_rows,
    list_published_quasi_identifiers,
    map_values_to_labels_by_level,
)
from aqueduc.anonymise.release_history import EarlierFileState, RelatedDataset
from aqueduc.anonymise.units import UNIT
from aqueduc.declaration.spec import Dataset, KMapSettings
from aqueduc.findings import Finding
from aqueduc.language import format_privacy_unit_count
from aqueduc.parquet import read_parquet

# What rounding to doubles may do to a share that lies on the limit.
_SLACK = 1e-9


@dataclass(frozen=True)
class OutputVerdict:
    """The verdict on a file to publish. ``risk`` is None for a dataset without quasi-identifiers, or whose
    columns are not the declared ones."""

    rows: int
    risk: RiskMetrics | None
    findings: tuple[Finding, ...]

    @property
    def has_no_findings(self) -> bool:
        return not self.findings

    @property
    def smallest_class(self) -> int | None:
        return self.risk.smallest if self.risk else None


def verify_output(path: Path, dataset: Dataset, include: Path | None = None) -> OutputVerdict:
    """Verifies the file at ``path``: the columns are exactly the published ones, each class satisfies the
    model, no count is under its threshold. ``include``: where the population of a k-map is; not needed
    without one."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        names, rows = file.schema_arrow.names, file.metadata.num_rows
    if names != [column.published_as for column in dataset.published_columns]:
        return OutputVerdict(rows, None, (UnexpectedOutputColumn(),))
    found = _check_counts_below_threshold(path, dataset)
    if dataset.privacy is None:
        return OutputVerdict(rows, None, tuple(found))
    model = build_privacy_model_on_rows(dataset, dataset.privacy)
    quasi = list_published_quasi_identifiers(dataset)
    k_map = dataset.privacy.k_map
    people, labels = (
        _read_k_map_population(dataset, k_map, quasi, include) if k_map and include else (None, None)
    )
    try:
        risk = measure_reidentification_risk(path, quasi, model, population=people, labels=labels)
    except UnmeasurableRisk as unmeasurable:
        return OutputVerdict(rows, None, (*found, unmeasurable.finding))
    return OutputVerdict(rows, risk, (*found, *check_risk_metrics_against_model(risk, model)))


def _read_k_map_population(
    dataset: Dataset, k_map: KMapSettings, quasi: Sequence[str], include: Path
) -> tuple[pa.Table | None, Labels | None]:
    """The population and what each of its values may have become. None where it cannot be read or lacks a
    column: nothing then tells how many people a class may be, and the model is not satisfied."""
    options = pa.csv.ParseOptions(delimiter=";")
    wanted = [*quasi, *([k_map.count] if k_map.count else [])]
    kinds = pa.csv.ConvertOptions(column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=True)
    try:
        table = pa.csv.read_csv(include / k_map.path, parse_options=options, convert_options=kinds)
    except pa.ArrowInvalid:
        # Its message would quote a line of the file.
        return None, None
    if not set(wanted) <= set(table.column_names):
        return None, None
    people = (
        pa.chunked_array([np.nan_to_num(_convert_to_doubles(table[k_map.count])).astype(np.int64)])
        if k_map.count
        else pa.chunked_array([pa.repeat(pa.scalar(1, pa.int64()), table.num_rows)])
    )
    counted = table.select(list(quasi)).append_column(COUNT, people)
    values = {name: counted[name].unique().to_pylist() for name in quasi}
    return counted, map_values_to_labels_by_level(dataset, values, include)


def verify_against_earlier_states(
    path: Path,
    earlier: Mapping[Path, EarlierFileState],
    dataset: Dataset,
    units: Path | None = None,
    memory: RowChangeStore | None = None,
) -> tuple[Finding, ...]:
    """Whether the file at ``path`` and one of the ``earlier`` states of it tell more together than alone.
    ``units``: the same rows in the same order with their units, which are then counted; without it, rows.
    ``memory``: where what differs between two files is remembered."""
    if dataset.privacy is None or not earlier:
        return ()
    changed = {file: state.changed for file, state in earlier.items()}
    quasi, k = list_published_quasi_identifiers(dataset), dataset.privacy.k
    beside = None
    if units is not None:
        noted = {file: (s.noted.in_class, s.noted.in_file) for file, s in earlier.items() if s.noted}
        beside = ComparedFileUnits(read_parquet(units, columns=[UNIT])[UNIT], noted)
    classes = count_isolated_classes_between_files(path, list(earlier), quasi, k, changed, beside, memory)
    if not classes:
        return ()
    size = format_privacy_unit_count(dataset.privacy.unit if units else (), k)
    return (IsolatingRevisionDifference(detail={"classes": classes, "k": size}),)


def verify_against_related_datasets(
    path: Path, others: Mapping[RelatedDataset, Sequence[Path]], dataset: Dataset, in_file: int = 1
) -> list[Finding]:
    """Whether the file at ``path`` and what another dataset publishes of the same people, now and not when it
    was validated, tell more together than alone. ``in_file``: the most rows of one unit in it."""
    found: list[Finding] = []
    quasi = list_published_quasi_identifiers(dataset)
    unit = dataset.privacy.unit if dataset.privacy else ()
    for other, files in others.items():
        common = [name for name in quasi if name in other.quasi_identifiers]
        k = max(dataset.privacy.k if dataset.privacy else 1, other.k)
        rows = max(in_file, other.noted.in_file)
        classes = (
            count_isolated_classes_between_datasets(path, files, common, (k - 1) * rows + 1) if common else 0
        )
        if classes:
            detail = {"classes": classes, "k": format_privacy_unit_count(unit, k), "other": other.dataset}
            found.append(IsolatingDatasetDifference(detail=detail))
    return found


# --- counts and cells ---------------------------------------------------------------------------------------


def _check_counts_below_threshold(path: Path, dataset: Dataset) -> list[Finding]:
    """Counts under their threshold, and cells whose number of units is published and too small."""
    found: list[Finding] = []
    published = {column.name: column.published_as for column in dataset.published_columns}
    for column in dataset.published_columns:
        for counts, least in column.rule.get_minimum_published_counts(column.name).items():
            if (name := published.get(counts)) is None:
                continue
            numbers = _convert_to_doubles(read_parquet(path, columns=[name])[name])
            few = int((~(numbers >= least)).sum())
            if few:
                found.append(PublishedSecretCell(column=column.name, count=few))
    return found


def verify_cell_suppression(raw: Path, safe: Path, dataset: Dataset) -> tuple[Finding, ...]:
    """The rows of ``safe`` that statistical secrecy protects, a finding for each column, according to the
    extract they were made from."""
    found: list[Finding] = []
    secret_columns = [(column, column.rule.cell_secrecy_thresholds) for column in dataset.published_columns]
    if not any(rule for _, rule in secret_columns):
        return ()
    lines = read_parquet(safe, columns=["__line"])["__line"]
    for column, rule in secret_columns:
        if rule is None:
            continue
        names = [name for name in (rule.units, rule.largest, column.name) if name]
        table = read_parquet(raw, columns=["__line", *dict.fromkeys(names)])
        table = table.filter(pc.is_in(table["__line"], value_set=lines))
        secret = ~(_convert_to_doubles(table[rule.units]) >= rule.at_least)
        if rule.largest and rule.at_most is not None:
            amount, first = (
                np.abs(_convert_to_doubles(table[column.name])),
                np.abs(_convert_to_doubles(table[rule.largest])),
            )
            held = ~(first <= rule.at_most * amount * (1 + _SLACK))
            secret |= held & table[column.name].is_valid().to_numpy()
        if secret.any():
            found.append(PublishedSecretCell(column=column.name, count=int(secret.sum())))
    return tuple(found)


def _convert_to_doubles(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """As doubles; NaN for what is missing or no number."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        readable = pc.match_substring_regex(pc.utf8_trim_whitespace(column), r"^[-+]?\d+(\.\d+)?$")
        column = pc.if_else(readable, pc.utf8_trim_whitespace(column), pa.scalar(None, pa.string()))
    # Unsafe: beyond 2 ** 53 it rounds, where a safe cast would quote the cell in its error.
    doubles = pc.cast(column, pa.float64(), safe=False)
    numbers: npt.NDArray[np.float64] = pc.fill_null(doubles, np.nan).to_numpy()
    return numbers
