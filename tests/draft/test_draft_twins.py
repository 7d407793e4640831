"""From a file that nobody prepared to the portal: drafted, decided in its one declaration, checked, run; then each
cell read back and compared with what a person reads in the file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import yaml

from aqueduc.certify.certificate import RowBalance
from aqueduc.draft import DeclarationDraft, build_draft_request_from_path_or_url, draft_declaration
from aqueduc.errors import SourceUnreadable
from aqueduc.pipeline import run_pipeline
from aqueduc.run import Run
from tests.draft.stewarding import Table, table
from tests.draft.twins import NO_TABLES, TWINS, Rows, Twin
from tests.examples import some_rarely
from tests.making import CITY

pytestmark = pytest.mark.end_to_end


def stewards_office(root: Path, drop: Path) -> Table:
    """A city with a drop folder and a portal of its own."""
    folder = {"conn_type": "fs", "extra": {"path": str(drop)}}
    steward = table(root, {"AIRFLOW_CONN_DEPOT": json.dumps(folder)})
    city = {
        **CITY,
        "platforms": {"portail": {"type": "portal", "folder": str(root / "portail")}},
        "defaults": {**CITY["defaults"], "platform": "portail"},
    }
    (steward.desk.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")
    return steward


def publishing_all(made: DeclarationDraft) -> dict[str, str]:
    """The answers of a steward who publishes what may be, and knows the drop folder."""
    asked = {
        decision.key.partition(".")[2]: next(
            (o for o in decision.options if o.startswith(("publish", "{publish"))), None
        )
        for decision in made.decisions
    }
    return {"file": "depot"} | {key: answer for key, answer in asked.items() if answer}


def run_to_portal(steward: Table, path: Path) -> Rows:
    """Loads, runs, and reads the CSV that a citizen downloads, its header first."""
    return run_and_certify(steward, path)[1]


def run_and_certify(steward: Table, path: Path) -> tuple[RowBalance, Rows]:
    """As ``run_to_portal``, with what the certificate says of where each row went."""
    dataset = steward.load(path)
    done = run_pipeline(dataset, steward.desk.city, Run(dataset.id, "essai"), steward.place)
    assert done.certificate is not None
    published = steward.desk.include.parent / "portail/jeux/essai/essai.csv"
    with published.open(encoding="utf-8-sig", newline="") as file:
        return done.certificate.balance, list(csv.reader(file))


def open_file(steward: Table, path: Path, answers: dict[str, str]) -> tuple[DeclarationDraft, Rows]:
    """All the way from ``aqueduc new`` to the portal, through answers in the declaration alone."""
    made = draft_declaration(build_draft_request_from_path_or_url("essai", str(path)), steward.place)
    declared = steward.write(made)
    assert {code for code, _ in steward.refusal(declared)} == {"a-decider"}
    steward.decide(declared, publishing_all(made) | answers)
    assert steward.refusal(declared) == []
    return made, run_to_portal(steward, declared)


def assert_reaches_the_portal(twin: Twin, root: Path) -> None:
    """Every cell, under the names and the settings that are expected."""
    drop = root / "depot"
    drop.mkdir()
    (drop / twin.name).write_bytes(twin.data)
    made, published = open_file(stewards_office(root, drop), drop / twin.name, twin.answers)
    assert published[0] == twin.rows[0]
    assert sorted(published[1:]) == sorted(twin.rows[1:])
    written = {**made.plan.look.source, **_written_settings(made)}
    assert {key: written.get(key) for key in twin.source} == twin.source
    answered = yaml.safe_load((root / "include/datasets/essai.yaml").read_text("utf-8"))
    assert {key: answered.get(key) for key in twin.declared} == twin.declared
    assert made.plan.geometry == (tuple(answered["geometry"].values()) if "geometry" in answered else None)


# Each of them like another one: a header, a text, a number or a day that is written in one more way.
RARE = {
    *("blank-rows", "byte-order-mark", "exponents", "long-headers", "midnight-somewhere"),
    *("no-header-and-words-alone", "not-a-number-in-json", "tabs"),
}


@pytest.mark.parametrize("name", some_rarely(TWINS, RARE))
def test_a_dirty_file_reaches_the_portal_cell_by_cell(name: str, tmp_path: Path) -> None:
    assert_reaches_the_portal(TWINS[name](), tmp_path)


def _written_settings(made: DeclarationDraft) -> dict[str, str]:
    written = made.plan.profiles.written
    return {"decimal": written.decimal, "dates": written.dates}


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table_is_named_by_its_first_bytes(name: str, tmp_path: Path) -> None:
    data, called = NO_TABLES[name]
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(SourceUnreadable) as refused:
        draft_declaration(build_draft_request_from_path_or_url("essai", str(path)), table(tmp_path, {}).place)
    assert called in refused.value.what
    assert "Dupont" not in str(refused.value)
    assert "\n" not in str(refused.value.what) and str(refused.value.what).isprintable()
    assert refused.value.remedy and "columns:" not in str(refused.value.remedy)
