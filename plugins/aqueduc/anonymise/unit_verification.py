"""Judges how many persons the classes of a file hold, by code that shares nothing with what enforced it.

Arrow and Python here, SQL there. The units of an extract are read anew from its own cells; those of the file
that goes out, from the column ``units.UNIT`` beside it in the vault, which was judged against the extract.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from aqueduc.anonymise.disclosure.findings import LDiversityViolation
from aqueduc.anonymise.disclosure.models import PrivacyModel, SensitiveAttribute
from aqueduc.anonymise.disclosure.risk_metrics import (
    check_risk_metrics_against_model,
    measure_reidentification_risk,
)
from aqueduc.anonymise.findings import UnitsTooFew, UntraceableUnits
from aqueduc.anonymise.privacy_models import build_privacy_model_on_rows, list_published_quasi_identifiers
from aqueduc.anonymise.report import UnitAndRowExtremes
from aqueduc.anonymise.units import UNIT
from aqueduc.declaration.spec import Dataset, PrivacySettings
from aqueduc.findings import Finding
from aqueduc.parquet import read_parquet

_LINE = "__line"
_CODE = "__code"


def verify_unit_counts_against_extract(
    raw: Path, safe: Path, dataset: Dataset
) -> tuple[UnitAndRowExtremes | None, tuple[Finding, ...]]:
    """The counts of units in the classes of ``safe``, what the rules made of the extract ``raw``, over the
    units that ``raw`` holds; and whether the units written in ``safe`` are those. None for a dataset that
    counts rows."""
    privacy = dataset.privacy
    if privacy is None or not privacy.unit:
        return None, ()
    names = list(list_published_quasi_identifiers(dataset))
    rows = read_parquet(safe, columns=[_LINE, UNIT, *names])
    units = _assign_unit_numbers_to_lines(raw, rows[_LINE], privacy)
    strange = [] if _has_same_unit_partition(units, rows[UNIT]) else [UntraceableUnits()]
    counts = _compute_unit_extremes(
        rows.select(names).append_column(_CODE, pa.array(units, mask=units < 0)), names
    )
    return counts, (*strange, *_check_classes_below_k_units(counts, privacy))


def verify_output_unit_counts(
    valid: Path, with_units: Path, dataset: Dataset
) -> tuple[UnitAndRowExtremes | None, tuple[Finding, ...]]:
    """The counts of units in the classes of the file to publish, and what they find; ``with_units``: the same
    rows in the same order, with their units."""
    privacy = dataset.privacy
    if privacy is None or not privacy.unit:
        return None, ()
    names = list(list_published_quasi_identifiers(dataset))
    rows, beside = read_parquet(valid), read_parquet(with_units)
    if not rows.equals(beside.drop_columns([UNIT])):
        return None, (UntraceableUnits(),)
    counts = _compute_unit_extremes(rows.select(names).append_column(_CODE, beside[UNIT]), names)
    told = [
        finding
        for attribute in build_privacy_model_on_rows(dataset, privacy).sensitive
        for finding in _check_attribute_disclosure_per_unit(
            beside, names, attribute, with_units.with_suffix(".pairs")
        )
    ]
    return counts, (*_check_classes_below_k_units(counts, privacy), *told)


def _check_attribute_disclosure_per_unit(
    table: pa.Table, names: Sequence[str], attribute: SensitiveAttribute, scratch: Path
) -> Iterator[Finding]:
    """What classes give away of an attribute when the rows of a unit that repeat a value count once, and when
    one of the units is known."""
    triples = table.group_by([*names, attribute.name, UNIT]).aggregate([])
    pq.write_table(triples.drop_columns([UNIT]), scratch)
    model = PrivacyModel(1, (attribute,))
    yield from check_risk_metrics_against_model(measure_reidentification_risk(scratch, names, model), model)
    least = attribute.minimum_distinct_values
    if least < 2 or not triples.num_rows:
        return
    pairs = triples.group_by([*names, attribute.name]).aggregate(
        [(UNIT, "min"), (UNIT, "count", pc.CountOptions(mode="all"))]
    )
    pairs = pairs.append_column("__own", pc.equal(pairs[f"{UNIT}_count"], 1))
    bearers = pairs.group_by([*names, f"{UNIT}_min", "__own"]).aggregate([("__own", "count")])
    alone = pc.if_else(bearers["__own"], bearers["__own_count"], 0)
    classes = (
        bearers.append_column("__alone", alone)
        .group_by(names)
        .aggregate([("__own_count", "sum"), ("__alone", "max")])
    )
    others = pc.min(pc.subtract(classes["__own_count_sum"], classes["__alone_max"])).as_py()
    if others < least - 1:
        yield LDiversityViolation(column=attribute.name, detail={"l": least, "seen": others + 1})


def _check_classes_below_k_units(counts: UnitAndRowExtremes, privacy: PrivacySettings) -> tuple[Finding, ...]:
    if counts.smallest is None or counts.smallest >= privacy.k:
        return ()
    return (UnitsTooFew(detail={"size": counts.smallest, "k": privacy.k, "unit": ", ".join(privacy.unit)}),)


def _compute_unit_extremes(table: pa.Table, names: Sequence[str]) -> UnitAndRowExtremes:
    """NULL, an unknown unit, is none."""
    if not table.num_rows:
        return UnitAndRowExtremes(None, 0, 0)
    each = table.group_by([*names, _CODE]).aggregate([])
    classes = each.group_by(list(names)).aggregate([(_CODE, "count")])
    return UnitAndRowExtremes(
        int(pc.min(classes[f"{_CODE}_count"]).as_py()),
        _count_most_rows_per_unit(table, names),
        _count_most_rows_per_unit(table, ()),
    )


def _count_most_rows_per_unit(table: pa.Table, names: Sequence[str]) -> int:
    """The most rows that one unit may have in a class by ``names``."""
    each = table.group_by([*names, _CODE]).aggregate([([], "count_all")])
    rows = each.column(-1)
    unknown = pc.if_else(pc.is_null(each[_CODE]), rows, 0)
    sizes = each.select(list(range(len(names) + 1))).append_column("__known", pc.subtract(rows, unknown))
    sizes = sizes.append_column("__unknown", unknown)
    classes = sizes.group_by(list(names)).aggregate([("__known", "max"), ("__unknown", "max")])
    return int(pc.max(pc.add(classes["__known_max"], classes["__unknown_max"])).as_py())


# --- the units of an extract --------------------------------------------------------------------------------


def _assign_unit_numbers_to_lines(
    raw: Path, lines: pa.ChunkedArray, privacy: PrivacySettings
) -> npt.NDArray[np.int64]:
    """A number for each of ``lines``: the same for the same unit, -1 for one of which a cell is missing."""
    table = read_parquet(raw, columns=[_LINE, *privacy.unit])
    places = pc.index_in(lines, value_set=table[_LINE].combine_chunks())
    units = np.zeros(len(lines), np.int64)
    missing = np.zeros(len(lines), bool)
    for name in privacy.unit:
        codes, size = _encode_folded_values_as_integers(table[name].take(places))
        missing |= codes < 0
        _, units = np.unique(units * (size + 1) + codes, return_inverse=True)
    units[missing] = -1
    return units


def _encode_folded_values_as_integers(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], int]:
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode(null_encoding="encode")
    known: dict[str, int] = {"": -1}
    mapped = [
        known.setdefault(_fold_alphanumeric(text), len(known)) for text in encoded.dictionary.to_pylist()
    ]
    return np.array(mapped, np.int64)[encoded.indices.to_numpy()], len(known)


def _fold_alphanumeric(text: Any) -> str:
    """Letters and digits, without case nor accents; "" for nothing."""
    decomposed = unicodedata.normalize("NFD", str(text or "")).lower()
    return "".join(char for char in decomposed if unicodedata.category(char)[0] in "LN")


def _has_same_unit_partition(units: npt.NDArray[np.int64], written: pa.ChunkedArray) -> bool:
    """Whether rows of one unit bear one number, so that there are never more numbers than units (chance may
    hash two to one). Unknown ones are unknown in both."""
    if not (written.is_null().to_numpy() == (units < 0)).all():
        return False
    pairs = pa.table({_CODE: pa.array(units), UNIT: written}).group_by([_CODE, UNIT]).aggregate([])
    return len(pairs) == len(np.unique(units))
