"""What was handed to a platform so far, and may be in anybody's hands: a list for each dataset, in the store.

    datasets/<dataset>/released.json
        {"population", "quasi_identifiers", "k", "files": [{sha256, key, window, meanings, rows_per_unit}]}

Written before the first byte leaves, so that a publication that dies is in it. No value is in it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from aqueduc.anonymise.privacy_models import (
    compute_column_rule_and_type_fingerprints,
    list_published_quasi_identifiers,
)
from aqueduc.anonymise.report import UnitAndRowExtremes
from aqueduc.declaration.spec import Dataset
from aqueduc.duck import build_read_parquet_sql, open_duckdb, write_parquet
from aqueduc.sql import identifier
from aqueduc.store import ParquetFileHandle, Store, Window

# How many earlier states of a part are compared with, the newest first. A year and more of weekly revisions.
COMPARED = 60


@dataclass(frozen=True)
class MostRowsPerUnit:
    """The most rows that one unit may have in a class of a file, and in all of it (see
    ``unit_verification.UnitAndRowExtremes``); 1 where rows are counted."""

    in_class: int = 1
    in_file: int = 1


@dataclass(frozen=True)
class EarlierFileState:
    """An earlier state of a file. ``changed``: its columns that meant something else then, by which it cannot
    be compared; ``noted``: None when its units were not counted."""

    changed: frozenset[str] = frozenset()
    noted: MostRowsPerUnit | None = None


@dataclass(frozen=True)
class RelatedDataset:
    """Another dataset that describes the same people: what it publishes now."""

    dataset: str
    quasi_identifiers: tuple[str, ...]
    k: int
    keys: tuple[str, ...]
    noted: MostRowsPerUnit = MostRowsPerUnit()


def add_release_to_history(
    dataset: Dataset, parts: Mapping[ParquetFileHandle, UnitAndRowExtremes | None], store: Store
) -> None:
    """Adds what is about to be published to the history, each part with what its validation counted of its
    units (None where rows are counted). Twice does it once. Raises StoreError."""
    files = list((store.read_json(build_release_history_key(dataset.id)) or {}).get("files", ()))
    marks = compute_column_rule_and_type_fingerprints(dataset)
    for part, units in parts.items():
        one = {
            "sha256": part.sha256,
            "key": part.key,
            "window": _serialize_window(part.window),
            "meanings": marks,
            "rows_per_unit": [units.in_class, units.in_file] if units else None,
        }
        if one in files:
            files.remove(one)
        files.append(one)
    privacy = dataset.privacy
    store.write_json(
        build_release_history_key(dataset.id),
        {
            "population": privacy.population if privacy else None,
            "quasi_identifiers": list(list_published_quasi_identifiers(dataset)),
            "k": privacy.k if privacy else None,
            "files": files,
        },
    )


def read_most_rows_per_unit_by_file(dataset: str, store: Store) -> dict[str, MostRowsPerUnit]:
    """The rows of one unit in each file that was published with units, by its key."""
    return {
        one["key"]: MostRowsPerUnit(*one["rows_per_unit"])
        for one in (store.read_json(build_release_history_key(dataset)) or {}).get("files", ())
        if one.get("rows_per_unit")
    }


def list_earlier_state_keys(dataset: str, window: Window | None, store: Store) -> list[str]:
    """The keys of the states in which this part was published, the newest first; those that are not in the
    store any more included."""
    found = store.read_json(build_release_history_key(dataset))
    if found is None:
        # Published before there was a list.
        return [part.key for part in store.read_validated_partitions(dataset) if part.window == window]
    wanted = _serialize_window(window)
    keys = [str(one["key"]) for one in reversed(found["files"]) if one["window"] == wanted]
    return list(dict.fromkeys(keys))[:COMPARED]


def list_published_state_keys(dataset: str, store: Store, *, compared_only: bool) -> list[str]:
    """The keys of all states that were published; ``compared_only``: of those that the next ones are compared
    with."""
    files = (store.read_json(build_release_history_key(dataset)) or {}).get("files", ())
    by_window: dict[str, dict[str, None]] = {}
    for one in reversed(files):
        by_window.setdefault(json.dumps(one["window"]), {})[str(one["key"])] = None
    most = COMPARED if compared_only else None
    return [key for keys in by_window.values() for key in list(keys)[:most]]


def list_replaced_part_keys(dataset: str, window: Window | None, store: Store) -> list[str]:
    """The keys of the parts that a part of this window takes the place of, its own window apart: those it
    covers, or the whole it is the first slice of."""
    return [
        part.key
        for part in store.read_validated_partitions(dataset)
        if part.window != window and _has_window_overlap(part.window, window)
    ]


def _has_window_overlap(one: Window | None, other: Window | None) -> bool:
    return one is None or other is None or (one.start < other.end and other.start < one.end)


def open_earlier_states(
    dataset: Dataset,
    kinds: Mapping[str, str],
    keys: Sequence[str],
    taken: Sequence[str],
    store: Store,
    stack: ExitStack,
) -> dict[Path, EarlierFileState]:
    """The earlier states to compare with, open while ``stack`` is, the newest first: what is ``taken``, as
    one file, and each of ``keys``. ``kinds``: the SQL types of today's columns. Raises StoreError when one
    is gone."""
    now, noted = (
        compute_column_rule_and_type_fingerprints(dataset),
        read_most_rows_per_unit_by_file(dataset.id, store),
    )
    found = store.read_json(build_release_history_key(dataset.id)) or {}
    then = {one["key"]: one.get("meanings") or {} for one in found.get("files", ())}
    paths = {
        key: stack.enter_context(store.open_local_file_of_key(key)) for key in dict.fromkeys((*taken, *keys))
    }

    def find_columns_changed_in_meaning(key: str) -> frozenset[str]:
        was = then.get(key, {})
        differing = [name for name in now if name in was and was[name] != now[name]]
        retyped = [name for name in differing if was[name].partition("-")[0] == now[name].partition("-")[0]]
        return frozenset(differing).difference(_list_columns_readable_as_today(paths[key], retyped, kinds))

    states = {}
    if taken:
        together = stack.enter_context(store.open_scratch_folder()) / "taken.parquet"
        with open_duckdb(together.parent) as con:
            read = build_read_parquet_sql(*(paths[key] for key in taken), union_by_name=True)
            write_parquet(con, f"FROM {read}", together)
        states[together] = EarlierFileState(
            frozenset[str]().union(*map(find_columns_changed_in_meaning, taken)),
            _add_up_largest_unit_row_counts([noted.get(key) for key in taken]),
        )
    return states | {
        paths[key]: EarlierFileState(find_columns_changed_in_meaning(key), noted.get(key)) for key in keys
    }


def _list_columns_readable_as_today(path: Path, names: Sequence[str], kinds: Mapping[str, str]) -> set[str]:
    """The columns of an earlier file whose every value reads as today's type: « 2024 » is 2024."""
    if not names:
        return set()
    lost = ", ".join(
        f"count_if({identifier(name)} IS NOT NULL AND TRY_CAST({identifier(name)} AS {kinds[name]}) IS NULL)"
        for name in names
    )
    with duckdb.connect() as con:
        row = con.execute(f"SELECT {lost} FROM {build_read_parquet_sql(path)}").fetchone() or ()
    return {name for name, count in zip(names, row, strict=True) if not count}


def _add_up_largest_unit_row_counts(parts: Sequence[MostRowsPerUnit | None]) -> MostRowsPerUnit | None:
    """One unit may be in every part."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return MostRowsPerUnit(sum(part.in_class for part in known), sum(part.in_file for part in known))


def list_related_datasets(dataset: Dataset, store: Store) -> Iterator[RelatedDataset]:
    """The datasets published for the same population, in the order of their names."""
    population = dataset.privacy.population if dataset.privacy else None
    if population is None:
        return
    for name in store.list_datasets():
        found: Mapping[str, Any] = store.read_json(build_release_history_key(name)) or {}
        if name == dataset.id or found.get("population") != population:
            continue
        # Where a former revision is online again, what it published since is not.
        parts = (
            store.read_published_partitions(name)
            if store.read_restoration_mark(name)
            else store.read_validated_partitions(name)
        )
        keys = tuple(part.key for part in parts)
        if keys:
            noted = read_most_rows_per_unit_by_file(name, store)
            whole = _add_up_largest_unit_row_counts([noted.get(key) for key in keys]) or MostRowsPerUnit()
            yield RelatedDataset(name, tuple(found["quasi_identifiers"]), int(found["k"]), keys, whole)


def open_related_releases(
    dataset: Dataset, store: Store, stack: ExitStack
) -> dict[RelatedDataset, list[Path]]:
    """Those of ``list_related_datasets`` with the files of what they publish, open while ``stack`` is.
    Raises StoreError."""
    return {
        other: [stack.enter_context(store.open_local_file_of_key(key)) for key in other.keys]
        for other in list_related_datasets(dataset, store)
    }


def build_release_history_key(dataset: str) -> str:
    return f"datasets/{dataset}/released.json"


def _serialize_window(window: Window | None) -> list[str] | None:
    return window.to_json() if window else None
