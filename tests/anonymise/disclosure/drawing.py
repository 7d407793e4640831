"""Random tables, hierarchies and models, for properties; and the model told again by its definition."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from aqueduc.anonymise.disclosure import (
    GeneralisationCube,
    GeneralisationHierarchy,
    PrivacyModel,
    SensitiveAttribute,
    build_band_hierarchy,
    build_flat_hierarchy,
    build_frequency_table,
    build_generalisation_cube,
    parse_hierarchy_csv,
)

QUARTERS = "\n".join(
    f"{name};{zone};*"
    for name, zone in zip("abcdef", ("nord", "nord", "sud", "sud", "sud", "est"), strict=True)
)
AGES = [str(age) for age in range(0, 40, 3)]
LADDERS: dict[str, GeneralisationHierarchy] = {
    "age": build_band_hierarchy("age", AGES, [6, 12]),
    "quartier": parse_hierarchy_csv("quartier", QUARTERS),
    "sexe": build_flat_hierarchy("sexe", ["F", "H"]),
}
NAMES = tuple(LADDERS)


@dataclass(frozen=True)
class Drawn:
    """A table of ``NAMES`` and of two sensitive columns: ``soin``, a category, and ``revenu``, a number."""

    rows: list[tuple[str | None, ...]]

    def table(self) -> pa.Table:
        columns: list[Any] = list(zip(*self.rows, strict=True)) or [()] * 5
        kinds = [pa.string()] * 4 + [pa.int64()]
        arrays = [pa.array(list(column), kind) for column, kind in zip(columns, kinds, strict=True)]
        return pa.table(arrays, names=[*NAMES, "soin", "revenu"])

    def cube(self, sensitive: Sequence[SensitiveAttribute] = ()) -> GeneralisationCube:
        with duckdb.connect() as con:
            con.register("drawn", self.table())
            return build_generalisation_cube(
                build_frequency_table(con, "drawn", NAMES, sensitive), list(LADDERS.values())
            )

    def written(self, folder: Path) -> Path:
        path = folder / "drawn.parquet"
        pq.write_table(self.table(), path)
        return path


def _cells() -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(
        st.sampled_from([*AGES[:6], None]),
        st.sampled_from([*"abcd", None]),
        st.sampled_from(["F", "H"]),
        st.sampled_from(["x", "y", "z", None]),
        st.sampled_from([10, 20, 30, 40, None]),
    )


def drawn(most: int = 60) -> st.SearchStrategy[Drawn]:
    return st.lists(_cells(), min_size=1, max_size=most).map(Drawn)


def models() -> st.SearchStrategy[PrivacyModel]:
    soin = st.builds(
        SensitiveAttribute,
        st.just("soin"),
        distinct=st.integers(1, 3),
        entropy=st.sampled_from([1.0, 1.5, 2.0]),
        closeness=st.sampled_from([None, 0.2, 0.5]),
    )
    revenu = st.builds(
        SensitiveAttribute,
        st.just("revenu"),
        closeness=st.sampled_from([None, 0.15, 0.4]),
        ordered=st.just(True),
    )
    lists = st.sampled_from([(), (0,), (1,), (0, 1)])
    return st.builds(
        lambda k, which, both: PrivacyModel(k, tuple(both[rank] for rank in which)),
        st.integers(1, 5),
        lists,
        st.tuples(soin, revenu),
    )


# --- the definitions, at the letter -------------------------------------------------------------------------


def satisfies(
    rows: Sequence[tuple[Any, ...]], width: int, model: PrivacyModel, order: dict[str, int]
) -> bool:
    """Whether rows whose first ``width`` cells are quasi-identifiers satisfy ``model``; ``order`` gives the
    place of each sensitive column. Written from the papers, a class at a time."""
    classes: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        classes[row[:width]].append(row)
    for group in classes.values():
        if len(group) < model.k:
            return False
        for one in model.sensitive:
            seen = [row[order[one.name]] for row in group]
            everyone = [row[order[one.name]] for row in rows]
            if not _conforms(seen, everyone, one):
                return False
    return True


def _conforms(seen: list[Any], everyone: list[Any], one: SensitiveAttribute) -> bool:
    shares = [count / len(seen) for count in Counter(seen).values()]
    entropy = -sum(share * math.log(share) for share in shares)
    if len(shares) < one.distinct or entropy < math.log(one.entropy) - 1e-7:
        return False
    return one.closeness is None or distance(seen, everyone, ordered=one.ordered) <= one.closeness + 1e-7


def distance(seen: list[Any], everyone: list[Any], *, ordered: bool) -> float:
    """The earth mover's distance of two samples of the same values (Li et al. 2007, §4)."""
    values = sorted(set(everyone), key=lambda value: (value is not None, value))
    gaps = [seen.count(value) / len(seen) - everyone.count(value) / len(everyone) for value in values]
    if not ordered:
        return sum(map(abs, gaps)) / 2
    total, run = 0.0, 0.0
    for gap in gaps[:-1]:
        run += gap
        total += abs(run)
    return total / max(len(values) - 1, 1)
