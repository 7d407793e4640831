"""Each gate of the anonymisation is broken on purpose, one at a time, and what checks it must go red.

A row of ``MUTATIONS`` names a gate, what it is replaced by, and the scenario that relies on it. The scenario
holds while all is whole, and fails once the gate is broken: a gate that nothing checks would show here.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.anonymise.differencing import DifferencingSuppressionResult
from aqueduc.anonymise.disclosure import PrivacyModel
from aqueduc.anonymise.protection import ProtectedExtract
from aqueduc.anonymise.release_history import list_earlier_state_keys
from aqueduc.anonymise.risk import EquivalenceClassCounts
from aqueduc.anonymise.verification import OutputVerdict
from aqueduc.errors import AnonymisationGateClosed, AqueducError, PublicationGateClosed, ValidationGateClosed
from tests.anonymise.corridor import Corridor
from tests.making import desk

Scenario = Callable[[Corridor, pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mutation:
    """``at``: ``module:attribute`` (dotted, for a method); ``broken``: what stands in its place."""

    gate: str
    at: str
    broken: Any
    scenario: Scenario

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        module, _, path = self.at.partition(":")
        *owners, name = path.split(".")
        holder: Any = importlib.import_module(f"aqueduc.{module}")
        for owner in owners:
            holder = getattr(holder, owner)
        assert hasattr(holder, name), self.at
        patch.setattr(holder, name, self.broken)


# --- what is published in the scenarios ---------------------------------------------------------------------

COLUMNS = {"quartier": "publish", "decision": "publish"}


def declared(corridor: Corridor, **more: Any) -> Any:
    privacy = {"quasi_identifiers": "quartier", "k": 5, "suppress_at_most": "60%", **more}
    fields = [{"name": "quartier"}, {"name": "decision", "constraints": {"enum": ["oui", "non"]}}]
    return corridor.here.dataset(columns=COLUMNS, fields=fields, privacy=privacy, reject_at_most="30%")


def rows(**quarters: str) -> pa.Table:
    """``a="on"``: a row « oui » and a row « non » in the quarter a; ``x`` is no decision."""
    words = {"o": "oui", "n": "non", "x": "peut-être"}
    places = [place for place, text in quarters.items() for _ in text]
    return pa.table({"quartier": places, "decision": [words[c] for text in quarters.values() for c in text]})


def quarters(corridor: Corridor, dataset: Any, table: pa.Table) -> dict[str, int]:
    return dict(Counter(row[0] for row in corridor.walk(dataset, table).rows))


# --- scenarios ----------------------------------------------------------------------------------------------


def undeclared(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    table = rows(a="ooonn").append_column("nom", [["x"] * 5])
    with pytest.raises(AnonymisationGateClosed):
        corridor.walk(declared(corridor), table)


def another_type(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = corridor.here.dataset(columns={"quartier": "publish", "n": "drop"})
    corridor.walk(dataset, pa.table({"quartier": ["a"], "n": [1]}))
    with pytest.raises(AnonymisationGateClosed):
        corridor.walk(dataset, pa.table({"quartier": ["a"], "n": ["un"]}))


def unreadable(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    columns = {"q": "publish", "mois": {"generalise": "month"}}
    dataset = corridor.here.dataset(columns=columns, reject_at_most="60%")
    table = pa.table({"q": ["a", "b"], "mois": ["2026-01-01", "hier"]})
    assert corridor.walk(dataset, table).rows == [("a", "2026-01")]


def small_count(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = corridor.here.dataset(columns={"q": "publish", "n": {"suppress_under": 3}})
    walked = corridor.walk(dataset, pa.table({"q": ["a", "b"], "n": ["2", "3"]}))
    assert [row[0] for row in walked.rows] == ["b"]


CELLS = {"q": "publish", "n": "drop", "first": "drop", "m": {"cell": {"units": "n", "largest": "first"}}}


def few_units(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    table = pa.table({"q": ["a", "b"], "n": ["2", "3"], "first": ["1", "1"], "m": ["9", "9"]})
    assert [row[0] for row in corridor.walk(corridor.here.dataset(columns=CELLS), table).rows] == ["b"]


def one_holds_most(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    table = pa.table({"q": ["a", "b"], "n": ["9", "9"], "first": ["86", "85"], "m": ["100", "100"]})
    assert [row[0] for row in corridor.walk(corridor.here.dataset(columns=CELLS), table).rows] == ["b"]


def secret_cell_is_judged(corridor: Corridor, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("aqueduc.rules.cell.build_disclosable_cell_sql", lambda *_: ("true", "true"))
    with pytest.raises(AnonymisationGateClosed):
        one_holds_most(corridor, patch)


def small_class(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    walked = corridor.walk(declared(corridor), rows(a="ooonn", b="oon"))
    assert walked.anonymised.report.suppressed_classes == 3


def too_much_withheld(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    with pytest.raises(AnonymisationGateClosed):
        corridor.walk(declared(corridor, suppress_at_most="10%"), rows(a="ooonn", b="oon"))


def too_much_withheld_for_l(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = declared(corridor, suppress_at_most="10%", sensitive={"decision": {"distinct": 2}})
    with pytest.raises(AnonymisationGateClosed):
        corridor.walk(dataset, rows(a="oooooo", b="ooonn"))


def rejection_exposes(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    assert quarters(corridor, declared(corridor), rows(a="ooonnn", b="oonnx")) == {"a": 6}


def uniform_class(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = declared(corridor, sensitive={"decision": {"distinct": 2}})
    assert quarters(corridor, dataset, rows(a="ooonn", b="ooooo")) == {"a": 5}


def unequal_class(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = declared(corridor, sensitive={"decision": {"entropy": 1.9}})
    assert quarters(corridor, dataset, rows(a="ooonnn", b="oooooon")) == {"a": 6}


def class_unlike_the_rest(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = declared(corridor, sensitive={"decision": {"closeness": 0.2}})
    table = rows(a="ooonnn", b="ooonnn", c="oooooo")
    assert quarters(corridor, dataset, table) == {"a": 6, "b": 6}


def few_people(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    (corridor.here.include / "gens.csv").write_text("quartier;n\na;100\nb;9\n", encoding="utf-8")
    dataset = declared(corridor, k_map={"at_least": 20, "file": "gens.csv", "count": "n"})
    assert quarters(corridor, dataset, rows(a="ooonn", b="ooonn")) == {"a": 5}


def hierarchy_of_others(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = declared(corridor, hierarchies={"quartier": [10]}, recode="global")
    with pytest.raises(AnonymisationGateClosed):
        corridor.walk(dataset, rows(a="ooooo", b="ooooo"))


def totals(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = corridor.here.dataset(columns={"q": "publish", "n": {"suppress_under": 3}})
    with pytest.raises(AnonymisationGateClosed):
        corridor.walk(dataset, pa.table({"q": ["a", "b", "Total"], "n": ["2", "3", "5"]}))


def numbered(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = corridor.here.dataset(columns={"id": "publish", "n": {"suppress_under": 3}})
    ranks = [str(rank) for rank in range(40)]
    with pytest.raises(AnonymisationGateClosed):
        corridor.walk(dataset, pa.table({"id": ranks, "n": ["2", *["9"] * 39]}))


def order_of_the_source(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = declared(corridor)
    one = corridor.walk(dataset, rows(a="ooonn", b="nnooo"))
    other = corridor.walk(dataset, rows(b="ooonn", a="nnooo"))
    assert one.handle.sha256 == other.handle.sha256


def a_row_comes(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = declared(corridor)
    corridor.walk(dataset, rows(a="ooonn", b="ooonn"))
    assert quarters(corridor, dataset, rows(a="ooonnn", b="ooonn")) == {"a": 5, "b": 5}


def an_older_state_counts(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    """A row leaves a quarter of 20, then is back: beside the first state it may not be alone to be back."""
    dataset = declared(corridor)
    corridor.walk(dataset, rows(a="o" * 20))
    assert quarters(corridor, dataset, rows(a="o" * 19)) == {"a": 15}
    assert quarters(corridor, dataset, rows(a="o" * 19 + "n")) == {"a": 15}


def too_much_held_back(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = declared(corridor, suppress_at_most="5%")
    corridor.walk(dataset, rows(a="ooonn"))
    with pytest.raises(ValidationGateClosed):
        corridor.walk(dataset, rows(a="ooonnn"))


def an_older_state_is_gone(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    dataset = declared(corridor)
    corridor.here.place.store.delete(corridor.walk(dataset, rows(a="ooonn")).handle.key)
    with pytest.raises(ValidationGateClosed):
        corridor.walk(dataset, rows(a="ooonnn"))


def another_dataset(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    privacy = {"quasi_identifiers": "quartier", "k": 5, "suppress_at_most": "60%", "population": "gens"}
    refused = corridor.here.dataset("refus", columns=COLUMNS, privacy=privacy)
    corridor.walk(refused, rows(a="nnnnn", b="nnnnn"))
    everyone = corridor.here.dataset("tous", columns=COLUMNS, privacy=privacy)
    assert quarters(corridor, everyone, rows(a="nnnnno", b="nnnnn")) == {"b": 5}


def difference_is_judged(corridor: Corridor, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "aqueduc.anonymise.output.suppress_differencing_rows",
        lambda _, kept, *__: DifferencingSuppressionResult(kept, 0, ()),
    )
    with pytest.raises(PublicationGateClosed):
        a_row_comes(corridor, patch)


def population_is_judged(corridor: Corridor, patch: pytest.MonkeyPatch) -> None:
    """The other dataset is published after this one was validated."""
    patch.setattr("aqueduc.anonymise.output.open_related_releases", _no_dataset)
    with pytest.raises(PublicationGateClosed, match="qui décrit les mêmes personnes"):
        another_dataset(corridor, patch)


def a_quasi_identifier_more(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    """One came to the quarter a, whose earlier state did not tell the sexes apart."""
    corridor.walk(declared(corridor), rows(a="nnnnnnnnnn", b="nnnnnn"))
    privacy = {"quasi_identifiers": ["quartier", "sexe"], "k": 5, "suppress_at_most": "70%"}
    finer = corridor.here.dataset(columns={**COLUMNS, "sexe": "publish"}, privacy=privacy)
    table = rows(a="nnnnnnnnnnn", b="nnnnnn").append_column("sexe", [["F"] * 6 + ["M"] * 5 + ["F"] * 6])
    assert quarters(corridor, finer, table) == {"b": 6}


def file_is_judged(corridor: Corridor, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("aqueduc.anonymise.stage.enforce_privacy_model", _let_all)
    patch.setattr("aqueduc.anonymise.output.withhold_unsafe_rows", _let_all)
    with pytest.raises(PublicationGateClosed):
        corridor.walk(declared(corridor), rows(a="ooonn", b="oon"))


def sensitive_is_judged(corridor: Corridor, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("aqueduc.anonymise.protection.build_privacy_model_on_units", lambda *_: PrivacyModel(5))
    for scenario in (uniform_class, unequal_class, class_unlike_the_rest):
        with pytest.raises(PublicationGateClosed):
            scenario(corridor, patch)


def people_are_judged(corridor: Corridor, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("aqueduc.anonymise.protection.build_privacy_model_on_units", lambda *_: PrivacyModel(5))
    with pytest.raises(PublicationGateClosed):
        few_people(corridor, patch)


def columns_are_judged(corridor: Corridor, _: pytest.MonkeyPatch) -> None:
    path = corridor.here.include / "f.parquet"
    pq.write_table(rows(a="ooonn").append_column("nom", [["x"] * 5]), path)
    module = importlib.import_module("aqueduc.anonymise.verification")
    assert not module.verify_output(path, declared(corridor)).has_no_findings


def counts_are_judged(corridor: Corridor, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("aqueduc.rules.suppress_under.SmallCountRowSuppression.list_row_suppressions", _nothing)
    with pytest.raises(PublicationGateClosed):
        small_count(corridor, patch)


# --- what stands in the place of a gate ---------------------------------------------------------------------


def _let_all(con: Any, relation: str, *_: Any) -> ProtectedExtract:
    return ProtectedExtract(f"SELECT * FROM {relation}", EquivalenceClassCounts(1, 1, 1, 0, 1))


def _no_reject(con: Any, *_: Any) -> None:
    con.execute("CREATE VIEW read AS SELECT * EXCLUDE (__failed) FROM treated")


def _unsorted(_: Any, kept: str, **__: Any) -> str:
    return kept


def _nothing(*_: Any, **__: Any) -> tuple[()]:
    return ()


def _none(*_: Any, **__: Any) -> list[Any]:
    return []


def _no_dataset(*_: Any, **__: Any) -> dict[Any, Any]:
    return {}


def _last_only(*given: Any) -> list[str]:
    return list_earlier_state_keys(*given)[:1]


def _those_there(dataset: str, window: Any, store: Any) -> list[str]:
    return [key for key in list_earlier_state_keys(dataset, window, store) if store.exists(key)]


MUTATIONS = (
    Mutation("columns", "anonymise.stage:find_source_column_mismatches", _none, undeclared),
    Mutation("types", "anonymise.stage:find_changed_column_types", _none, another_type),
    Mutation("unreadable values", "anonymise.stage:_store_rejected_rows", _no_reject, unreadable),
    Mutation(
        "small counts",
        "rules.suppress_under:SmallCountRowSuppression.list_row_suppressions",
        _nothing,
        small_count,
    ),
    Mutation(
        "small counts, judged",
        "anonymise.verification:_check_counts_below_threshold",
        _none,
        counts_are_judged,
    ),
    Mutation("small cells", "rules.cell:build_disclosable_cell_sql", lambda *_: ("true", "true"), few_units),
    Mutation(
        "dominance", "rules.cell:build_disclosable_cell_sql", lambda *_: ("true", "true"), one_holds_most
    ),
    Mutation(
        "secret cells, judged", "anonymise.stage:verify_cell_suppression", _nothing, secret_cell_is_judged
    ),
    Mutation("k", "anonymise.stage:enforce_privacy_model", _let_all, small_class),
    Mutation("k after rejections", "anonymise.output:withhold_unsafe_rows", _let_all, rejection_exposes),
    Mutation(
        "suppression limit", "anonymise.risk:EquivalenceClassCounts.suppressed_share", 0.0, too_much_withheld
    ),
    Mutation(
        "suppression limit beyond k",
        "anonymise.disclosure.models:RecodingLimits.count_suppressible_rows",
        lambda _, count: count,
        too_much_withheld_for_l,
    ),
    Mutation(
        "distinct l",
        "anonymise.disclosure.classes:SensitiveValueCounts.count_distinct_values_per_class",
        lambda values, known=False: np.full(values.number, 99),
        uniform_class,
    ),
    Mutation(
        "entropy l",
        "anonymise.disclosure.classes:SensitiveValueCounts.compute_class_entropies",
        lambda values, _: np.full(values.number, 99.0),
        unequal_class,
    ),
    Mutation(
        "t",
        "anonymise.disclosure.classes:SensitiveValueCounts.compute_earth_mover_distances",
        lambda values, *_, **__: np.zeros(values.number),
        class_unlike_the_rest,
    ),
    Mutation("k-map", "anonymise.protection:requires_more_than_k_anonymity", lambda _: False, few_people),
    Mutation(
        "hierarchies",
        "anonymise.disclosure.hierarchies:_report_or_refuse_unknown_values",
        _nothing,
        hierarchy_of_others,
    ),
    Mutation("totals", "anonymise.stage:check_revealing_margins", _none, totals),
    Mutation("numbers", "anonymise.stage:check_row_numbering_gaps", _none, numbered),
    Mutation("order", "validate.compiler:build_sorted_output_sql", _unsorted, order_of_the_source),
    Mutation(
        "difference",
        "anonymise.output:suppress_differencing_rows",
        lambda _, kept, *__: DifferencingSuppressionResult(kept, 0, ()),
        a_row_comes,
    ),
    Mutation(
        "all earlier states", "anonymise.output:list_earlier_state_keys", _last_only, an_older_state_counts
    ),
    Mutation(
        "earlier states that are gone",
        "anonymise.output:list_earlier_state_keys",
        _those_there,
        an_older_state_is_gone,
    ),
    Mutation(
        "limit of the difference",
        "anonymise.output:OutputDisclosureControl._exceeds_suppression_limit",
        _nothing,
        too_much_held_back,
    ),
    Mutation("same population", "anonymise.output:open_related_releases", _no_dataset, another_dataset),
    Mutation(
        "difference, judged",
        "publish.proof.gate:verify_against_earlier_states",
        _nothing,
        difference_is_judged,
    ),
    Mutation(
        "population, judged",
        "publish.proof.gate:verify_against_related_datasets",
        _none,
        population_is_judged,
    ),
    Mutation(
        "larger classes",
        "anonymise.differencing:_DifferencingSuppressor.withhold_against_files_lacking_quasi_identifiers",
        _nothing,
        a_quasi_identifier_more,
    ),
    Mutation(
        "judge", "publish.proof.gate:verify_output", lambda *_: OutputVerdict(1, None, ()), file_is_judged
    ),
    Mutation(
        "judge of k, l and t",
        "anonymise.verification:check_risk_metrics_against_model",
        _nothing,
        file_is_judged,
    ),
    Mutation(
        "judge of l and t",
        "anonymise.verification:check_risk_metrics_against_model",
        _nothing,
        sensitive_is_judged,
    ),
    Mutation(
        "judge of the k-map",
        "anonymise.verification:check_risk_metrics_against_model",
        _nothing,
        people_are_judged,
    ),
    Mutation(
        "judge of the columns",
        "anonymise.verification:verify_output",
        lambda *_: OutputVerdict(1, None, ()),
        columns_are_judged,
    ),
)


@pytest.fixture
def corridor(tmp_path: Path) -> Corridor:
    return Corridor(desk(tmp_path))


SCENARIOS = {one.scenario.__name__: one.scenario for one in MUTATIONS}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_scenario_holds_while_every_gate_stands(
    name: str, corridor: Corridor, monkeypatch: pytest.MonkeyPatch
) -> None:
    SCENARIOS[name](corridor, monkeypatch)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.gate)
def test_a_broken_gate_is_seen(
    mutation: Mutation, corridor: Corridor, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutation.apply(monkeypatch)
    # Another gate may close in its place: the scenario fails as well.
    with pytest.raises((AssertionError, pytest.fail.Exception, AqueducError)):
        mutation.scenario(corridor, monkeypatch)
