"""The search for the least loss against an exhaustive one, and what each way of recoding guarantees."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.disclosure import (
    GeneralisationCube,
    NoAnonymousGeneralisation,
    PrivacyModel,
    RecodingLimits,
    RecodingStrategy,
    compute_recoding,
    find_optimal_node,
)
from aqueduc.anonymise.disclosure.classes import find_classes_failing_model, sum_information_loss
from aqueduc.anonymise.disclosure.writing import build_recoded_rows_sql
from tests.anonymise.disclosure.drawing import LADDERS, NAMES, Drawn, drawn, models, satisfies
from tests.examples import share

pytestmark = pytest.mark.end_to_end

ORDER = {"soin": 3, "revenu": 4}
LIMITS = st.sampled_from([0.0, 0.1, 0.3, 1.0]).map(RecodingLimits)


def exhaustive(cube: GeneralisationCube, model: PrivacyModel, limits: RecodingLimits) -> float | None:
    """The least loss of any node, each looked at; None when none withholds few enough rows."""
    best = None
    for node in product(*(range(height) for height in cube.hierarchy_heights)):
        table = cube.roll_up(cube.base, node)
        found = find_classes_failing_model(table, model, cube)
        if found.suppressed <= limits.count_suppressible_rows(cube.rows):
            loss = (sum_information_loss(table, ~found.fails, cube) + found.suppressed) / cube.rows
            best = loss if best is None else min(best, loss)
    return best


@settings(deadline=None, max_examples=share(150, of=10))
@given(drawn(), models(), LIMITS)
def test_the_optimum_is_that_of_an_exhaustive_search(
    table: Drawn, model: PrivacyModel, limits: RecodingLimits
) -> None:
    cube = table.cube(model.sensitive)
    known = exhaustive(cube, model, limits)
    try:
        found = find_optimal_node(cube, model, limits)
    except NoAnonymousGeneralisation:
        assert known is None
        return
    assert known is not None
    assert found.loss == pytest.approx(known, abs=1e-6)
    proof = found.proof
    settled = len(proof.evaluations) + proof.pruned_by_suppression + proof.pruned_by_bound
    assert settled == proof.nodes == 4 * 3 * 1
    assert proof.bound is None or proof.bound >= found.loss - 1e-6


def published(
    table: Drawn, model: PrivacyModel, limits: RecodingLimits, scope: RecodingStrategy
) -> list[tuple[object, ...]]:
    """The rows that leave. Raises NoAnonymousGeneralisation."""
    cube = table.cube(model.sensitive)
    made = compute_recoding(cube, model, limits, scope)
    with duckdb.connect() as con:
        con.register("drawn", table.table())
        rows = con.execute(build_recoded_rows_sql(con, "drawn", cube, made)).fetchall()
    assert len(rows) + made.suppressed == len(table.rows)
    assert made.suppressed <= limits.count_suppressible_rows(len(table.rows))
    return rows


@settings(deadline=None, max_examples=share(200, of=10))
@given(drawn(), models(), LIMITS, st.sampled_from(RecodingStrategy))
def test_what_is_published_satisfies_the_model(
    table: Drawn, model: PrivacyModel, limits: RecodingLimits, scope: RecodingStrategy
) -> None:
    try:
        rows = published(table, model, limits, scope)
    except NoAnonymousGeneralisation:
        return
    assert satisfies(rows, len(NAMES), model, ORDER)


@settings(deadline=None, max_examples=share(60, of=10))
@given(drawn(), models(), LIMITS)
def test_no_recoding_loses_more_than_the_optimum(
    table: Drawn, model: PrivacyModel, limits: RecodingLimits
) -> None:
    """Local recoding starts from the optimum, or from one class for all, and only splits."""
    cube = table.cube(model.sensitive)
    if model.sensitive:
        return
    try:
        best = find_optimal_node(cube, model, limits)
    except NoAnonymousGeneralisation:
        return
    assert compute_recoding(cube, model, limits, RecodingStrategy.ITERATIVE).loss <= best.loss + 1e-9


@settings(deadline=None, max_examples=share(60, of=10))
@given(drawn(), st.integers(2, 5), st.sampled_from(RecodingStrategy), st.randoms())
def test_the_order_of_the_rows_changes_nothing(
    table: Drawn, k: int, scope: RecodingStrategy, random: object
) -> None:
    shuffled = list(table.rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    model, limits = PrivacyModel(k), RecodingLimits(1.0)
    first, second = (published(one, model, limits, scope) for one in (table, Drawn(shuffled)))
    assert sorted(map(repr, first)) == sorted(map(repr, second))


@pytest.mark.parametrize("scope", RecodingStrategy)
def test_a_new_row_leaves_the_recoding_as_it_was(scope: RecodingStrategy) -> None:
    rows = [(str(3 * (i % 6)), "abcd"[i % 4], "FH"[i % 2], "x", 10) for i in range(240)]
    model, limits = PrivacyModel(5), RecodingLimits(0.1, tolerance=0.05)
    before = compute_recoding(Drawn(rows).cube(), model, limits, scope)
    more = Drawn([*rows, ("0", "a", "F", "x", 10), ("3", "b", "H", "x", 10)])
    after = compute_recoding(more.cube(), model, limits, scope, previous=before.memory)
    assert after.kept
    assert {tuple(node) for node in before.nodes} == {tuple(node) for node in after.nodes}


def test_a_table_without_rows_is_recoded_to_nothing(tmp_path: Path) -> None:
    empty = Drawn([])
    for scope in RecodingStrategy:
        made = compute_recoding(empty.cube(), PrivacyModel(5), RecodingLimits(0.0), scope)
        assert (made.suppressed, made.loss, made.classes) == (0, 0.0, 0)
        with duckdb.connect() as con:
            con.register("drawn", empty.table())
            assert con.execute(build_recoded_rows_sql(con, "drawn", empty.cube(), made)).fetchall() == []


def test_a_missing_value_hides_among_missing_values_or_in_the_top() -> None:
    few = Drawn([("0", "a", "F", "x", 1)] * 6 + [(None, "a", "F", "x", 1)] * 2)
    rows = published(few, PrivacyModel(5), RecodingLimits(0.0), RecodingStrategy.LOCAL)
    assert {row[0] for row in rows} == {"*"}
    many = Drawn([("0", "a", "F", "x", 1)] * 6 + [(None, "a", "F", "x", 1)] * 5)
    assert {
        row[0] for row in published(many, PrivacyModel(5), RecodingLimits(0.0), RecodingStrategy.LOCAL)
    } == {
        "0",
        None,
    }


def test_hierarchies_are_those_of_the_tests() -> None:
    assert [ladder.level_count for ladder in LADDERS.values()] == [4, 3, 1]


def test_a_written_table_is_read_again(tmp_path: Path) -> None:
    path = Drawn([("0", "a", "F", "x", 1)]).written(tmp_path)
    assert pq.read_table(path).schema.field("revenu").type == pa.int64()
