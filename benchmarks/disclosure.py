"""Disclosure control on a census of people who never lived, shaped like the Adult set (see ``census``).

* the loss of the optimum and of local recoding on 30,162 rows, for the k of the literature; of the real set too, and
  against what ARX 3.9.2 finds, where ``ADULT`` names the folder it is in;
* the frequency table and the search on 1,000,000 rows and 9 quasi-identifiers (``SCALE=10`` for ten times
  that);
* the risk check of a recoded file, against pycanon's, with equal results.
"""

from __future__ import annotations

import math
import os
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from aqueduc import duck
from aqueduc.anonymise.disclosure import (
    GeneralisationCube,
    GeneralisationHierarchy,
    PrivacyModel,
    RecodingLimits,
    RecodingStrategy,
    SensitiveAttribute,
    build_frequency_table,
    build_generalisation_cube,
    compute_recoding,
    find_optimal_node,
    parse_hierarchy_csv,
)
from aqueduc.anonymise.disclosure.risk_metrics import measure_reidentification_risk
from aqueduc.anonymise.disclosure.writing import build_recoded_rows_sql
from benchmarks import census
from benchmarks.frame import Measured, Row, measured, times

ROWS = int(1_000_000 * float(os.environ.get("SCALE", "1")))
CHECKED, PATIENCE_S = (20_000, 1_000_000), 900
LIMIT = 0.05
KS = (5, 10, 11)
ADULT = os.environ.get("ADULT", "")
# What the optimum of the real set loses with ARX 3.9.2, by the share of rows that may be withheld and by k.
ARX_LOSSES = {0.01: (0.4020, 0.4484, 0.4709), 0.05: (0.2696, 0.3178, 0.3295)}


def run(size: int = ROWS, people: int = census.ROWS, asked: Sequence[int] = KS) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        small, large = f"{name}/small.parquet", f"{name}/large.parquet"
        census.write(Path(small), people)
        census.write(Path(large), size)
        rows = [row for k in asked for row in _losses(small, people, k)]
        rows += [row for k in KS for row in _compare_with_arx(k)] if ADULT else []
        rows += _search(large, size)
        rows += _checks(large, min(size, CHECKED[-1]), name)
    return rows


# --- how much is lost ---------------------------------------------------------------------------------------


def _losses(file: str, people: int, k: int) -> Iterator[Row]:
    best, local = measured(globally, file, k), measured(locally, file, k)
    assert local.result["loss"] <= best.result["loss"]
    note = f"loss {best.result['loss']:.4f}, {LIMIT:.0%} withheld at most"
    yield best.row(f"optimum, k = {k}", rows=people, note=note)
    note = f"loss {local.result['loss']:.4f}, {local.result['suppressed']} rows withheld"
    yield local.row(f"local recoding, k = {k}", rows=people, note=note)


def _compare_with_arx(k: int) -> Iterator[Row]:
    for limit, losses in ARX_LOSSES.items():
        found, expected = measured(globally, ADULT, k, limit), losses[KS.index(k)]
        if round(found.result["loss"], 4) != expected:
            raise AssertionError(f"loss {found.result['loss']}, and {expected} with ARX")
        note = f"loss {expected:.4f} as with ARX, {limit:.0%} withheld at most"
        yield found.row(f"the real set, optimum, k = {k}", rows=census.ROWS, note=note)
    local = measured(locally, ADULT, k)
    note = f"loss {local.result['loss']:.4f}, {local.result['suppressed']} rows withheld"
    yield local.row(f"the real set, local recoding, k = {k}", rows=census.ROWS, note=note)


def globally(file: str, k: int, limit: float = LIMIT) -> dict[str, Any]:
    found = find_optimal_node(_cube(file), PrivacyModel(k), RecodingLimits(limit))
    return {"loss": found.loss, "suppressed": found.suppressed, "node": found.node}


def locally(file: str, k: int) -> dict[str, Any]:
    made = compute_recoding(_cube(file), PrivacyModel(k), RecodingLimits(LIMIT), RecodingStrategy.LOCAL)
    return {"loss": made.loss, "suppressed": made.suppressed}


def _cube(file: str) -> GeneralisationCube:
    """``file``: of people, or the folder of the real set."""
    relation, hierarchies = _describe_real_set(Path(file)) if Path(file).is_dir() else _describe_people(file)
    with tempfile.TemporaryDirectory() as scratch, duck.open_duckdb(Path(scratch)) as con:
        table = build_frequency_table(con, relation, tuple(one.column for one in hierarchies))
    return build_generalisation_cube(table, hierarchies)


def _describe_people(file: str) -> tuple[str, tuple[GeneralisationHierarchy, ...]]:
    return f"read_parquet({duck.literal(file)})", census.hierarchies()


def _describe_real_set(folder: Path) -> tuple[str, tuple[GeneralisationHierarchy, ...]]:
    people = folder / "adult.csv"
    with people.open() as file:
        names = file.readline().strip().split(";")
    files = ((name, folder / f"adult_hierarchy_{name}.csv") for name in names)
    return (
        f"read_csv({duck.literal(str(people))}, delim = ';', header = true, all_varchar = true)",
        tuple(parse_hierarchy_csv(name, file.read_text()) for name, file in files),
    )


# --- how long it takes --------------------------------------------------------------------------------------


def _search(file: str, size: int) -> list[Row]:
    counted = measured(counting, file)
    with tempfile.TemporaryDirectory() as folder:
        kept = str(Path(folder, "table.npz"))
        _keep(_cube(file), kept)
        searched = measured(searching, kept, 10)
    proof = searched.result
    return [
        counted.row("the frequency table", rows=size, note=f"{counted.result:,} combinations"),
        searched.row(
            "the search on it",
            rows=size,
            note=f"k = 10: {proof['evaluated']} of {proof['nodes']:,} nodes looked at, "
            f"loss {proof['loss']:.4f}",
        ),
    ]


def counting(file: str) -> int:
    return len(_cube(file).base)


def searching(kept: str, k: int) -> dict[str, Any]:
    found = find_optimal_node(_kept(kept), PrivacyModel(k), RecodingLimits(LIMIT))
    return {"loss": found.loss, "nodes": found.proof.nodes, "evaluated": len(found.proof.evaluations)}


def _keep(made: GeneralisationCube, path: str) -> None:
    columns = {f"c{rank}": codes for rank, codes in enumerate(made.base.codes)}
    with Path(path).open("wb") as file:
        pickle.dump({"counts": made.base.counts, **columns}, file)


def _kept(path: str) -> GeneralisationCube:
    """The same cube in another process: reading it costs next to nothing."""
    from aqueduc.anonymise.disclosure.cube import RolledUpTable
    from aqueduc.anonymise.disclosure.hierarchies import extend_hierarchy_to_null

    found = pickle.loads(Path(path).read_bytes())  # noqa: S301 (ours, of a moment ago)
    hierarchies = tuple(extend_hierarchy_to_null(one, one.leaves) for one in census.hierarchies())
    codes = tuple(found[f"c{rank}"] for rank in range(len(hierarchies)))
    base = RolledUpTable((0,) * len(hierarchies), codes, (), found["counts"])
    return GeneralisationCube(hierarchies, (), (), base, int(found["counts"].sum()))


# --- the check of a written file ----------------------------------------------------------------------------


def _checks(file: str, size: int, folder: str) -> Iterator[Row]:
    pace = 0.0
    for rows in sorted({min(size, wanted) for wanted in CHECKED}):
        if pace * rows > PATIENCE_S:
            return
        written = _recoded(file, rows, folder)
        ours = measured(our_check, written, repeat=3)
        theirs = measured(their_check, written)
        _same(ours, theirs)
        yield theirs.row("pycanon: k, l, entropy, t", rows=rows, note=f"k = {theirs.result[0]} for both")
        yield ours.row("aqueduc: k, l, entropy, t and the rest", rows=rows, note=times(theirs, ours))
        pace = theirs.cpu / rows


def _same(ours: Measured, theirs: Measured) -> None:
    for mine, other in zip(ours.result, theirs.result, strict=True):
        assert math.isclose(mine, other, abs_tol=1e-6), (ours.result, theirs.result)


def _recoded(file: str, rows: int, folder: str) -> str:
    target = f"{folder}/recoded-{rows}.parquet"
    with tempfile.TemporaryDirectory() as scratch, duck.open_duckdb(Path(scratch)) as con:
        con.execute(f"CREATE VIEW part AS SELECT * FROM read_parquet({duck.literal(file)}) LIMIT {rows}")
        made = build_generalisation_cube(
            build_frequency_table(con, "part", census.NAMES), census.hierarchies()
        )
        best = compute_recoding(made, PrivacyModel(10), RecodingLimits(LIMIT), RecodingStrategy.GLOBAL)
        con.execute(
            f"COPY ({build_recoded_rows_sql(con, 'part', made, best)}) TO {duck.literal(target)} "
            f"({duck.format_parquet_options()})"
        )
    return target


def our_check(file: str) -> tuple[float, ...]:
    asked = SensitiveAttribute(census.SENSITIVE, closeness=1.0, ordered=True)
    risk = measure_reidentification_risk(Path(file), census.NAMES, PrivacyModel(10, (asked,)))
    (seen,) = risk.inference
    return float(risk.smallest or 0), float(seen.distinct), float(math.floor(seen.entropy)), seen.closeness


def their_check(file: str) -> tuple[float, ...]:
    from pycanon import anonymity

    frame = pq.read_table(file).to_pandas()
    names, sensitive = list(census.NAMES), [census.SENSITIVE]
    return (
        float(anonymity.k_anonymity(frame, names)),
        float(anonymity.l_diversity(frame, names, sensitive)),
        float(anonymity.entropy_l_diversity(frame, names, sensitive)),
        float(anonymity.t_closeness(frame, names, sensitive)),
    )
