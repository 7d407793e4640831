"""Files set side by side: what is held back, that it is safe, and that the judge sees the rest."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.differencing import suppress_differencing_rows
from aqueduc.anonymise.disclosure.comparing import count_isolated_classes_between_files
from aqueduc.anonymise.overlap import find_overlap_components, has_label_overlap
from aqueduc.anonymise.release_history import RelatedDataset
from aqueduc.declaration import Dataset
from aqueduc.declaration.spec import HierarchyLevels
from tests.examples import share
from tests.making import desk

Row = tuple[Any, ...]
K = 5


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return desk(tmp_path_factory.mktemp("ville")).dataset(
        columns={"quartier": "publish", "decision": "publish"},
        privacy={"quasi_identifiers": ["quartier"], "k": K, "suppress_at_most": 1},
    )


def table(rows: Sequence[Row]) -> pa.Table:
    columns: Any = list(zip(*rows, strict=True)) or [(), ()]
    return pa.table(
        {"quartier": pa.array(columns[0], pa.string()), "decision": pa.array(columns[1], pa.string())}
    )


def held(dataset: Dataset, folder: Path, states: Sequence[Sequence[Row]], now: Sequence[Row]) -> list[Row]:
    """What may leave of ``now`` after ``states``, the oldest first."""
    files = []
    for rank, rows in enumerate(states):
        files.insert(0, str(folder / f"{rank}.parquet"))
        pq.write_table(table(rows), files[0])
    with duckdb.connect() as con:
        con.register("now", table(now))
        found = suppress_differencing_rows(con, "SELECT * FROM now", dataset, files)
        rows = con.execute(found.released_rows_sql).fetchall()
    assert len(rows) + found.withheld == len(now)
    return rows


def rows(quartier: str | None, **decisions: int) -> list[Row]:
    return [(quartier, decision) for decision, count in decisions.items() for _ in range(count)]


def differences(one: Sequence[Row], other: Sequence[Row]) -> set[int]:
    """How many rows one file has that the other has not, for each class of both, and contrariwise: seen
    whole, through each column, and by their number. Written from the definition."""
    found = set()
    for place in {row[0] for row in one} & {row[0] for row in other}:
        mine, theirs = ([row for row in side if row[0] == place] for side in (one, other))
        for seen in (lambda row: row, lambda row: row[0], lambda row: row[1]):
            left, right = Counter(map(seen, mine)), Counter(map(seen, theirs))
            found |= {(left - right).total(), (right - left).total()}
    return found - {0}


# --- what is held back --------------------------------------------------------------------------------------


def test_rows_that_come_wait_until_k_of_them_are_there(dataset: Dataset, tmp_path: Path) -> None:
    before = rows("a", oui=7)
    assert held(dataset, tmp_path, [before], rows("a", oui=7, non=4)) == before
    now = rows("a", oui=7, non=5)
    assert Counter(held(dataset, tmp_path, [before], now)) == Counter(now)


def test_a_row_that_leaves_takes_others_with_it(dataset: Dataset, tmp_path: Path) -> None:
    out = held(dataset, tmp_path, [rows("a", oui=20)], rows("a", oui=19))
    assert Counter(out) == Counter(rows("a", oui=15))


def test_a_row_that_changes_neither_leaves_nor_comes_alone(dataset: Dataset, tmp_path: Path) -> None:
    before = rows("a", attente=20)
    out = held(dataset, tmp_path, [before], rows("a", attente=19, accord=1))
    assert Counter(out) == Counter(rows("a", attente=15))
    now = rows("a", attente=15, accord=5)
    assert Counter(held(dataset, tmp_path, [before], now)) == Counter(now)


def test_a_class_that_would_be_left_too_small_waits_whole(dataset: Dataset, tmp_path: Path) -> None:
    assert held(
        dataset, tmp_path, [rows("a", oui=6) + rows("b", oui=9)], rows("a", oui=5) + rows("b", oui=9)
    ) == (rows("b", oui=9))


def test_a_class_that_is_new_or_gone_is_one_of_k_rows_at_least(dataset: Dataset, tmp_path: Path) -> None:
    now = rows("b", oui=5) + rows(None, oui=6)
    assert Counter(held(dataset, tmp_path, [rows("a", oui=5)], now)) == Counter(now)


def test_what_waited_is_compared_with_every_state_not_only_the_last(dataset: Dataset, tmp_path: Path) -> None:
    """15 of 20 were left after one row changed; the 5 others may not come back beside the first state."""
    states = [rows("a", attente=20), rows("a", attente=15)]
    out = held(dataset, tmp_path, states, rows("a", attente=19, accord=1))
    assert Counter(out) == Counter(rows("a", attente=15))


def test_a_column_that_changes_everywhere_does_not_hide_a_new_row(dataset: Dataset, tmp_path: Path) -> None:
    before, now = rows("a", lundi=10), rows("a", mardi=11)
    assert held(dataset, tmp_path, [before], now) == []


def test_a_missing_place_is_a_class_like_another(dataset: Dataset, tmp_path: Path) -> None:
    before = rows(None, oui=8)
    assert Counter(held(dataset, tmp_path, [before], rows(None, oui=9))) == Counter(before)


def test_the_first_publication_is_whole(dataset: Dataset, tmp_path: Path) -> None:
    now = rows("a", oui=5)
    assert held(dataset, tmp_path, [], now) == now


STATES = st.lists(
    st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y", "z"])), max_size=40),
    min_size=2,
    max_size=6,
)


@settings(deadline=None, max_examples=share(60))
@given(STATES, st.randoms(use_true_random=False))
def test_no_two_states_ever_published_isolate_anybody(
    tmp_path_factory: pytest.TempPathFactory, dataset: Dataset, drawn: list[list[Row]], chance: random.Random
) -> None:
    """A source that changes little by little, published time after time."""
    folder = tmp_path_factory.mktemp("etats")
    source: list[Row] = []
    states: list[list[Row]] = []
    for step in drawn:
        chance.shuffle(source)
        source = source[: len(source) - chance.randrange(4)] + step
        sizes = Counter(row[0] for row in source)
        out = held(dataset, folder, states, [row for row in source if sizes[row[0]] >= K])
        assert not Counter(out) - Counter(source)
        assert all(size >= K for size in Counter(row[0] for row in out).values())
        for state in states:
            assert all(found >= K for found in differences(out, state))
        states.append(out)
    files = [folder / f"{rank}.parquet" for rank in range(len(states))]
    for file, state in zip(files, states, strict=True):
        pq.write_table(table(state), file)
    assert count_isolated_classes_between_files(files[-1], files[-2::-1], ["quartier"], K) == 0


@settings(deadline=None, max_examples=share(150))
@given(STATES.filter(lambda states: len(states) >= 2))
def test_the_judge_finds_what_the_definition_finds(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[list[Row]]
) -> None:
    folder = tmp_path_factory.mktemp("juge")
    before, now = folder / "avant.parquet", folder / "apres.parquet"
    pq.write_table(table(drawn[0]), before)
    pq.write_table(table(drawn[1]), now)
    expected = any(found < K for found in differences(drawn[0], drawn[1]))
    found = count_isolated_classes_between_files(now, [before], ["quartier"], K)
    assert bool(found) is expected
    with pytest.MonkeyPatch.context() as patch:
        # As files of many millions of rows are: some classes at a time.
        patch.setattr("aqueduc.anonymise.disclosure.comparing._SORTED", 30)
        assert count_isolated_classes_between_files(now, [before], ["quartier"], K) == found


# --- levels, and other datasets -----------------------------------------------------------------------------


def test_classes_of_several_levels_are_judged_together(tmp_path: Path) -> None:
    """10 rows of a decade; then 6 of a year and 5 of the decade: both classes are large, one row has come."""
    ladders = {"annee": ["decade"]}
    privacy = {"quasi_identifiers": "annee", "k": K, "suppress_at_most": 1, "hierarchies": ladders}
    recoded = desk(tmp_path).dataset(columns={"annee": "publish", "decision": "publish"}, privacy=privacy)

    def out(now: list[Row]) -> list[Row]:
        pq.write_table(table(rows("2020-2029", oui=10)).rename_columns(["annee", "decision"]), tmp_path / "p")
        with duckdb.connect() as con:
            con.register("now", table(now).rename_columns(["annee", "decision"]))
            return con.execute(
                suppress_differencing_rows(
                    con, "SELECT * FROM now", recoded, [str(tmp_path / "p")]
                ).released_rows_sql
            ).fetchall()

    assert out(rows("2020-2029", oui=5) + rows("2024", oui=6)) == []
    same = rows("2020-2029", oui=5) + rows("2024", oui=5)
    assert Counter(out(same)) == Counter(same)
    more = rows("2020-2029", oui=5) + rows("2024", oui=10)
    assert Counter(out(more)) == Counter(more)


@pytest.mark.parametrize(
    "one, other, ladder, meet",
    [
        ("2024", "2020-2029", {"dates": ("decade",)}, True),
        ("2024", "2010-2019", {"dates": ("decade",)}, False),
        ("2024-03", "2024-T1", {"dates": ("quarter",)}, True),
        ("2024-04", "2024-T1", {"dates": ("quarter",)}, False),
        ("2024-03-05", "2024-03", {"dates": ("month",)}, True),
        ("2024-03-05", "2024-03-06", {"dates": ("month",)}, False),
        ("*", "2024", {"dates": ("decade",)}, True),
        (None, "2024", {"dates": ("decade",)}, False),
        ("37", "30-39", {"bands": (10,)}, True),
        ("40", "30-39", {"bands": (10,)}, False),
        ("-50--1", "-100--1", {"bands": (50, 100)}, True),
        ("0.5;1", "0;1", {"bands": (0.5, 1)}, True),
        ("1;1.5", "0;1", {"bands": (0.5, 1)}, False),
        ("13001", "13*", {"prefix": (2,)}, True),
        ("84001", "13*", {"prefix": (2,)}, False),
        ("a", "b", {"path": "x.csv"}, True),
        ("a", "b", None, False),
    ],
)  # fmt: skip
def test_labels_that_overlap(one: str | None, other: str | None, ladder: Any, meet: bool) -> None:
    declared = HierarchyLevels(column="x", **ladder) if ladder else None
    assert has_label_overlap(one, other, declared) is meet
    assert has_label_overlap(other, one, declared) is meet


def test_two_datasets_of_the_same_people(dataset: Dataset) -> None:
    """One has all, the other those who were refused: 2 rows more in a class are 2 people accepted."""
    ours = rows("a", oui=2, non=8) + rows("b", oui=10, non=6) + rows("c", non=7)
    theirs = rows("a", non=8) + rows("b", non=6) + rows("c", non=7)
    with duckdb.connect() as con:
        con.register("now", table(ours))
        con.register("refus", table(theirs))
        other = RelatedDataset("refus", ("quartier", "age"), K, ())
        found = suppress_differencing_rows(
            con, "SELECT * FROM now", dataset, [], [(other, "SELECT * FROM refus")]
        )
        left = con.execute(found.released_rows_sql).fetchall()
    assert Counter(left) == Counter(rows("b", oui=10, non=6) + rows("c", non=7))
    assert [(one.code, one.count) for one in found.findings] == [("difference-entre-jeux", 10)]


def test_components_of_one_are_alone(dataset: Dataset) -> None:
    assert len(set(find_overlap_components([("a",), ("b",), ("c",)], dataset, ("quartier",)))) == 3


# --- when what is published changes -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finer(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return desk(tmp_path_factory.mktemp("ville")).dataset(
        columns={"quartier": "publish", "sexe": "publish", "decision": "publish"},
        privacy={"quasi_identifiers": ["quartier", "sexe"], "k": K, "suppress_at_most": 1},
    )


def mixed(names: Sequence[str], counts: dict[Row, int]) -> pa.Table:
    made = [row for row, count in counts.items() for _ in range(count)]
    return pa.table({name: pa.array([row[i] for row in made], pa.string()) for i, name in enumerate(names)})


def kept_of(dataset: Dataset, folder: Path, states: Sequence[pa.Table], now: pa.Table) -> tuple[int, list]:
    """How many rows of ``now`` may leave after ``states``, the newest first; the judge agrees on them."""
    files = []
    for rank, state in enumerate(states):
        files.append(folder / f"{rank}.parquet")
        pq.write_table(state, files[-1])
    assert dataset.privacy is not None
    quasi = list(dataset.privacy.quasi_identifiers)
    pq.write_table(now, folder / "now.parquet")
    with duckdb.connect() as con:
        con.register("now", now)
        found = suppress_differencing_rows(con, "SELECT * FROM now", dataset, list(map(str, files)))
        left = con.execute(found.released_rows_sql).to_arrow_table()
    pq.write_table(left, folder / "left.parquet")
    assert (count_isolated_classes_between_files(folder / "now.parquet", files, quasi, K) == 0) is (
        found.withheld == 0
    )
    assert count_isolated_classes_between_files(folder / "left.parquet", files, quasi, K) == 0
    return left.num_rows, [(one.code, one.count) for one in found.findings]


FINE = ("quartier", "sexe", "decision")


def test_a_quasi_identifier_that_is_new_hides_nobody(finer: Dataset, tmp_path: Path) -> None:
    """Two came to a district whose earlier state did not tell the sexes apart: each class is large enough."""
    before = mixed(("quartier", "decision"), {("a", "oui"): 18, ("b", "oui"): 12})
    now = mixed(FINE, {("a", "F", "oui"): 11, ("a", "M", "oui"): 9, ("b", "F", "oui"): 12})
    assert kept_of(finer, tmp_path, [before], now) == (12, [("difference-de-colonnes", 20)])


def test_a_quasi_identifier_may_be_added_to_the_same_rows(finer: Dataset, tmp_path: Path) -> None:
    before = mixed(("quartier", "decision"), {("a", "oui"): 20, ("b", "oui"): 12})
    now = mixed(FINE, {("a", "F", "oui"): 11, ("a", "M", "oui"): 9, ("b", "F", "oui"): 12})
    assert kept_of(finer, tmp_path, [before], now) == (32, [])


def test_quasi_identifiers_that_are_all_new_leave_the_rows_to_compare(finer: Dataset, tmp_path: Path) -> None:
    now = mixed(FINE, {("a", "F", "oui"): 11, ("a", "M", "non"): 9})
    assert kept_of(finer, tmp_path, [mixed(("decision",), {("oui",): 11, ("non",): 8})], now)[0] == 0
    assert kept_of(finer, tmp_path, [mixed(("decision",), {("oui",): 11, ("non",): 9})], now)[0] == 20
    assert kept_of(finer, tmp_path, [mixed(("autre",), {("oui",): 19})], now)[0] == 0
    assert kept_of(finer, tmp_path, [mixed(("autre",), {("oui",): 12})], now)[0] == 20


def test_a_column_that_comes_back_is_compared_with_when_it_was_there(
    dataset: Dataset, tmp_path: Path
) -> None:
    """The last state, without the column, is the same as today's; the one before shows who has changed."""
    names = ("quartier", "decision")
    first, last = mixed(names, {("a", "oui"): 20}), mixed(("quartier",), {("a",): 20})
    now = mixed(names, {("a", "oui"): 19, ("a", "non"): 1})
    assert kept_of(dataset, tmp_path, [last, first], now)[0] == 0


def test_what_one_comparison_withholds_is_missing_from_the_others(finer: Dataset, tmp_path: Path) -> None:
    """Beside ``b`` nothing is wrong, as long as all classes leave; beside ``c`` one of them must not."""
    now = mixed(FINE, {("a", "F", "oui"): 6, ("a", "M", "oui"): 20})
    others = {"b": mixed(("quartier",), {("a",): 18}), "c": mixed(("sexe",), {("F",): 5})}
    asked = [
        (RelatedDataset("b", ("quartier",), K, ()), "SELECT * FROM b"),
        (RelatedDataset("c", ("sexe",), K, ()), "SELECT * FROM c"),
    ]
    with duckdb.connect() as con:
        con.register("now", now)
        for name, other in others.items():
            con.register(name, other)
        found = suppress_differencing_rows(con, "SELECT * FROM now", finer, [], asked)
        left = con.execute(found.released_rows_sql).fetchall()
    assert left == []
    assert [(one.code, one.count) for one in found.findings] == [
        ("difference-entre-jeux", 20),
        ("difference-entre-jeux", 6),
    ]
