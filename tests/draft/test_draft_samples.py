"""The real files of two cities, with their dirt, where they are: drafted, decided, accepted, walked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aqueduc.draft import draft_declaration
from aqueduc.draft.plans import DraftPlan
from aqueduc.sources.files.drafting import build_file_request as file
from tests.draft.stewarding import Table, table

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
FILES = tuple(path.relative_to(SAMPLES).as_posix() for path in sorted(SAMPLES.rglob("*")) if path.is_file())

pytestmark = [
    pytest.mark.skipif(not FILES, reason="the samples are not on this machine"),
    pytest.mark.thorough,
]


@pytest.fixture
def steward(tmp_path: Path) -> Table:
    """The samples are a drop folder as they stand: nothing writes in one."""
    folder = {"conn_type": "fs", "extra": {"path": str(SAMPLES)}}
    return table(tmp_path, {"AIRFLOW_CONN_DEPOT": json.dumps(folder)})


@pytest.fixture(scope="module")
def plans() -> dict[str, DraftPlan]:
    """What was found of each sample, for those who look closer at some."""
    return {}


def found(name: str, steward: Table, plans: dict[str, DraftPlan]) -> DraftPlan:
    return plans.get(name) or draft_declaration(file("essai", "depot", name), steward.place).plan


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_drafted_decided_and_walked(
    name: str, steward: Table, plans: dict[str, DraftPlan]
) -> None:
    made = draft_declaration(file("essai", "depot", name), steward.place)
    plans[name] = made.plan
    path = steward.write(made)

    refused = steward.refusal(path)
    assert {code for code, _ in refused} == {"a-decider"}
    assert len(refused) == len(made.decisions)

    steward.decide(path)
    assert steward.refusal(path) == []
    report = steward.walk(steward.load(path))
    assert report.rows_in == made.plan.look.raw.rows
    # What the draft promised, with the same answers, to the row.
    trial = made.plan.trial
    assert trial is not None and trial.left == report.rows_out
    assert report.rows_out == report.rows_in - report.rejected - report.suppressed


MONTPELLIER = "montpellier/VilleMTP_MTP_"


def test_what_is_found_of_the_permits(steward: Table, plans: dict[str, DraftPlan]) -> None:
    plan = found(f"{MONTPELLIER}PermisConst.csv", steward, plans)
    assert plan.look.source["encoding"] == "cp1252"
    assert plan.look.source["delimiter"] == ";"
    assert plan.profiles.written.dates == "DD/MM/YYYY"
    assert plan.profiles.written.decimal == ","
    sector = plan.profiles.get_column("Secteur")
    assert (sector.kind, sector.misfits) == ("integer", 1)


def test_what_is_found_of_the_counts(steward: Table, plans: dict[str, DraftPlan]) -> None:
    plan = found(f"{MONTPELLIER}Comptage.csv", steward, plans)
    assert plan.look.source["encoding"] == "cp1252"
    assert plan.profiles.written.dates == "DD/MM/YY"
    assert plan.profiles.written.nothing == ("#N/A",)


def test_what_is_found_of_the_schools_and_the_budget(steward: Table, plans: dict[str, DraftPlan]) -> None:
    schools = found(f"{MONTPELLIER}EffectifSco_2014.csv", steward, plans)
    assert schools.look.source["encoding"] == "cp850"
    budget = found(f"{MONTPELLIER}BudgetPri_2014.csv", steward, plans)
    assert (budget.profiles.get_column("BP").kind, budget.profiles.written.decimal) == ("number", ",")
