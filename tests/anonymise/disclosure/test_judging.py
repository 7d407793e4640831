"""The judge of a written file: against pycanon, against the definitions, and at its limits."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pycanon import anonymity

from aqueduc.anonymise.disclosure import PrivacyModel, SensitiveAttribute
from aqueduc.anonymise.disclosure.risk_metrics import (
    UnmeasurableRisk,
    check_risk_metrics_against_model,
    measure_reidentification_risk,
)
from aqueduc.duck import format_parquet_options, literal, open_duckdb
from tests.anonymise.disclosure.drawing import NAMES, Drawn, distance, drawn, models, satisfies
from tests.examples import share

# What NULL is to pycanon is not said: it is compared on tables without one.
FILLED = drawn(40).map(
    lambda one: Drawn([(*("—" if cell is None else cell for cell in r[:4]), r[4] or 0) for r in one.rows])
)


@settings(deadline=None, max_examples=share(60))
@given(FILLED)
def test_k_l_and_t_are_those_of_pycanon(tmp_path_factory: pytest.TempPathFactory, table: Drawn) -> None:
    # It divides by zero where a number has one value only.
    assume(len({row[4] for row in table.rows}) > 1)
    path = table.written(tmp_path_factory.mktemp("oracle"))
    frame = pd.read_parquet(path)
    soin, revenu = (
        SensitiveAttribute("soin", closeness=1.0),
        SensitiveAttribute("revenu", closeness=1.0, ordered=True),
    )
    risk = measure_reidentification_risk(path, NAMES, PrivacyModel(1, (soin, revenu)))
    quasi = list(NAMES)
    assert risk.smallest == anonymity.k_anonymity(frame, quasi)
    for seen in risk.inference:
        assert seen.distinct == anonymity.l_diversity(frame, quasi, [seen.name])
    # Its entropy is rounded down to a whole number, after what floating numbers make of it.
    near = {math.floor(risk.inference[0].entropy + slack) for slack in (-1e-9, 1e-9)}
    assert anonymity.entropy_l_diversity(frame, quasi, ["soin"]) in near
    assert risk.inference[0].closeness == pytest.approx(
        anonymity.t_closeness(frame, quasi, ["soin"]), abs=1e-9
    )
    assert risk.inference[1].closeness == pytest.approx(
        anonymity.t_closeness(frame, quasi, ["revenu"]), abs=1e-9
    )


@settings(deadline=None, max_examples=share(150))
@given(drawn(40), models())
def test_the_judge_and_the_definition_agree(
    tmp_path_factory: pytest.TempPathFactory, table: Drawn, model: PrivacyModel
) -> None:
    path = table.written(tmp_path_factory.mktemp("definition"))
    risk = measure_reidentification_risk(path, NAMES, model)
    rows = list(table.rows)
    assert (not check_risk_metrics_against_model(risk, model)) is satisfies(
        rows, len(NAMES), model, {"soin": 3, "revenu": 4}
    )
    for seen, one in zip(risk.inference, model.sensitive, strict=True):
        place = 3 if one.name == "soin" else 4
        everyone = [row[place] for row in rows]
        groups = [[row[place] for row in rows if row[:3] == key] for key in {row[:3] for row in rows}]
        worst = max(distance(group, everyone, ordered=one.ordered) for group in groups)
        assert seen.closeness == pytest.approx(worst, abs=1e-9)
    sizes = Counter(row[:3] for row in rows)
    assert risk.singled_out == pytest.approx(sum(1 for size in sizes.values() if size == 1) / len(rows))
    assert sum(bar.rows for bar in risk.histogram) == len(rows)


@settings(deadline=None, max_examples=share(30))
@given(drawn(10), st.integers(2, 4))
def test_one_row_less_is_seen(tmp_path_factory: pytest.TempPathFactory, table: Drawn, times: int) -> None:
    """A file whose smallest class has k rows passes; with one of them gone it does not."""
    rows = table.rows * times
    sizes = Counter(row[:3] for row in rows)
    model, folder = PrivacyModel(min(sizes.values())), tmp_path_factory.mktemp("moins")
    assert not check_risk_metrics_against_model(
        measure_reidentification_risk(Drawn(rows).written(folder), NAMES, model), model
    )
    small = min(sizes, key=sizes.__getitem__)
    rows.remove(next(row for row in rows if row[:3] == small))
    found = check_risk_metrics_against_model(
        measure_reidentification_risk(Drawn(rows).written(folder), NAMES, model), model
    )
    assert [one.code for one in found] == ["classe-sous-k"]


def test_an_attribute_said_to_be_ordered_must_be(tmp_path: Path) -> None:
    path = Drawn([("0", "a", "F", "x", 1)]).written(tmp_path)
    with pytest.raises(UnmeasurableRisk):
        measure_reidentification_risk(
            path, NAMES, PrivacyModel(1, (SensitiveAttribute("soin", closeness=0.5, ordered=True),))
        )


def test_an_empty_file_has_no_class(tmp_path: Path) -> None:
    risk = measure_reidentification_risk(
        Drawn([]).written(tmp_path), NAMES, PrivacyModel(5, (SensitiveAttribute("soin", distinct=2),))
    )
    assert (risk.rows, risk.classes, risk.smallest, risk.inference) == (0, 0, None, ())
    assert check_risk_metrics_against_model(risk, PrivacyModel(5)) == ()


def test_few_rows_as_the_engine_writes_them_can_be_read(tmp_path: Path) -> None:
    """DuckDB writes short columns in an encoding that Arrow does not read into a dictionary."""
    path = tmp_path / "f.parquet"
    with open_duckdb(tmp_path) as con:
        sql = "SELECT 'q' || range AS age, 'a' AS quartier, 'F' AS sexe, 'x' AS soin FROM range(12)"
        con.execute(f"COPY ({sql}) TO {literal(str(path))} ({format_parquet_options()})")
    assert measure_reidentification_risk(path, NAMES, PrivacyModel(5)).smallest == 1


def test_a_class_meets_people_of_the_population(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"age": ["30-39"] * 5 + ["*"] * 5, "quartier": ["a"] * 10}), path)
    labels = {
        "age": [
            {"31": "31", "39": "39", "52": "52"},
            {"31": "30-39", "39": "30-39", "52": "50-59"},
            dict.fromkeys(("31", "39", "52"), "*"),
        ],
        "quartier": [{"a": "a", "b": "b"}],
    }
    people = pa.table(
        {"age": ["31", "39", "52", "31"], "quartier": ["a", "a", "a", "b"], "__n": [3, 4, 100, 1000]}
    )
    risk = measure_reidentification_risk(
        path, ["age", "quartier"], PrivacyModel(5, (), 8), population=people, labels=labels
    )
    assert risk.linking is not None and risk.linking.smallest == 7
    assert [one.code for one in check_risk_metrics_against_model(risk, PrivacyModel(5, (), 8))] == [
        "classe-sous-k-map"
    ]
    assert check_risk_metrics_against_model(risk, PrivacyModel(5, (), 7)) == ()
    assert [
        one.code
        for one in check_risk_metrics_against_model(
            measure_reidentification_risk(path, ["age"], PrivacyModel(5, (), 7)), PrivacyModel(5, (), 7)
        )
    ] == ["classe-sous-k-map"]
