"""The judge of ``make chaos``: it shares no code with what it judges, and finds what it is there to find."""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import json
import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chaos import model as judge
from chaos.city import HEADER, MAIL, SECRETS, draw_first_state, draw_next_state
from chaos.faults import MACHINE, WIRE, Fault, Reach, draw_fault
from chaos.model import DatasetModel, ExpectedFile, Seen, SeenResource, SourceState, Violation
from chaos.wire import _BREAKS

REACH = Reach(7, 20, 120)
ROWS = (("A1", "Platane"), ("A2", "Tilleul"), ("A3", "Cyprès"))
FIRST = SourceState(0, ("numero", "essence"), ROWS[:2])
SECOND = SourceState(1, ("numero", "essence"), ROWS)


def test_it_imports_nothing_of_ours() -> None:
    tree = ast.parse(Path(judge.__file__).read_text(encoding="utf-8"))
    names = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names <= sys.stdlib_module_names


def test_a_seed_draws_the_same_faults_and_the_same_sources() -> None:
    def draw(seed: str) -> list[Any]:
        rng = random.Random(seed)
        states = [draw_first_state(rng)]
        faults = []
        for rank in range(40):
            states.append(draw_next_state(states, rng, planted=rank % 5 == 0))
            faults.append(draw_fault(rng, REACH))
        return [*states, *faults]

    assert draw("7") == draw("7")
    assert draw("7") != draw("8")


def test_every_kind_of_fault_is_drawn_made_and_told() -> None:
    rng = random.Random(1)
    drawn = {draw_fault(rng, REACH).kind for _ in range(2000)}
    assert drawn == {*WIRE, *MACHINE}
    assert {*WIRE, "sleep"} == set(_BREAKS)
    assert Fault("cut-answer", 3).describe("POST resource_create") == (
        "the connection is cut after write 3 to the platform (POST resource_create) was done, before its answer"
    )
    assert (
        Fault("sleep", 0, writes=False)
        .describe("GET site")
        .startswith("asleep at read 0 to the platform for")
    )
    assert Fault("clock", 48).describe() == "the clock is wrong by 48 hours"


def test_only_a_planted_state_names_a_person() -> None:
    rng = random.Random(1)
    states = [draw_first_state(rng)]
    states += [draw_next_state(states, rng, planted=rank == 5) for rank in range(1)]
    states.append(draw_next_state(states, rng, planted=True))
    assert [any(MAIL in row for row in one.rows) for one in states] == [False, False, True]
    assert states[2].header == HEADER


# --- what a visitor sees ------------------------------------------------------------------------------------


@pytest.fixture
def trees() -> DatasetModel:
    """It shows its first state, and was asked for the second."""
    made = DatasetModel("arbres", {"title": "Arbres"}, (ExpectedFile(),), SECRETS)
    made.ask(FIRST)
    made.begin()
    made.settle(shown(FIRST))
    made.ask(SECOND)
    made.begin()
    return made


def written(rows: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def shown(state: SourceState, **changes: Any) -> Seen:
    body = written(state.content)
    resource = SeenResource("r", "CSV", "CSV", hashlib.sha256(body).hexdigest(), 200, body, state.content)
    return Seen({"title": "Arbres"}, (replace(resource, **changes),))


def test_either_state_may_be_seen_until_a_run_is_undisturbed(trees: DatasetModel) -> None:
    trees.check(shown(FIRST))
    trees.check(shown(SECOND))
    trees.settle(shown(SECOND))
    with pytest.raises(Violation, match="none of the states"):
        trees.check(shown(FIRST))


@pytest.mark.parametrize(
    "seen, why",
    [
        (shown(SECOND, body=written(SECOND.content)[:-5]), "none of the states"),
        (shown(SECOND, body=b""), "none of the states"),
        (shown(SECOND, table=SECOND.content[:2]), "table: 1 rows that are none"),
        (shown(SECOND, table=SECOND.content[:1]), "table: 0 rows that are none"),
        (shown(SECOND, status=500), "gets 500"),
        (shown(SECOND, body=written([*SECOND.content, ("A4", MAIL)])), "personal value"),
        (Seen({"title": f"Arbres de {MAIL}"}), "personal value"),
        (Seen(None), "no longer shown"),
        (replace(shown(SECOND), resources=shown(SECOND).resources * 2), "twice"),
    ],
)
def test_what_may_never_be_seen_is_found(trees: DatasetModel, seen: Seen, why: str) -> None:
    with pytest.raises(Violation, match=why):
        trees.check(seen)


def test_what_arrives_late_is_there_until_the_next_look_and_no_longer(trees: DatasetModel) -> None:
    twice = replace(shown(SECOND), resources=shown(SECOND).resources * 2)
    trees.late_write = True
    trees.check(twice)
    with pytest.raises(Violation, match="twice"):
        trees.settle(twice)


@pytest.mark.parametrize(
    "seen, why",
    [
        (shown(FIRST), "none of the states"),
        (replace(shown(SECOND), record={"title": "Herbes"}), "title as declared"),
        (shown(SECOND, sha256="0" * 64), "hash in the record"),
        (shown(SECOND, status=404), "not served"),
        (Seen({"title": "Arbres"}, ()), "not those of one state"),
    ],
)
def test_what_may_not_be_seen_at_rest_is_found(trees: DatasetModel, seen: Seen, why: str) -> None:
    with pytest.raises(Violation, match=why):
        trees.settle(seen)


def test_a_state_that_names_a_person_never_becomes_possible(trees: DatasetModel) -> None:
    trees.settle(shown(SECOND))
    trees.ask(SourceState(2, SECOND.header, (*ROWS[:2], ("A3", MAIL)), planted=True))
    trees.begin()
    trees.settle(shown(SECOND))
    assert trees.possible == {1}


def test_slices_are_parts_of_one_state() -> None:
    made = DatasetModel("arbres", {}, (ExpectedFile(0, "A1"), ExpectedFile(0, "A2")))
    made.ask(FIRST)
    made.begin()
    parts = [
        shown(FIRST, name=name, body=written([FIRST.header, row]), sha256="", table=None)
        for name, row in zip("ab", FIRST.rows, strict=True)
    ]
    made.settle(Seen({}, tuple(one.resources[0] for one in parts)))
    with pytest.raises(Violation, match="not those of one state"):
        made.settle(Seen({}, (parts[0].resources[0],)))


# --- what the city keeps ------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A ledger of three entries, of which the last certifies what ``shown(FIRST)`` serves."""
    folder = tmp_path / "datasets" / "arbres"
    (folder / "ledger").mkdir(parents=True)
    link = None
    for rank in range(3):
        served = [{"sha256": shown(FIRST).resources[0].sha256}]
        data = json.dumps({"run": f"r{rank}", "previous": link, "resources": served}).encode()
        name = f"2026010{rank}T000000Z-r{rank}.json"
        (folder / "ledger" / name).write_bytes(data)
        link = {"entry": name, "sha256": hashlib.sha256(data).hexdigest(), "rank": rank}
    (folder / "heads").mkdir()
    (folder / "heads" / "newest.json").write_text(json.dumps(link))
    assert link is not None
    pointer = {"certificate": f"datasets/arbres/ledger/{link['entry']}", "certificate_sha256": link["sha256"]}
    (folder / "current.json").write_text(json.dumps(pointer))
    return tmp_path


def test_a_whole_ledger_holds(store: Path) -> None:
    made = DatasetModel("arbres", {}, (ExpectedFile(),), possible={0}, certified=["r0", "r2"])
    made.check_ledger(store, shown(FIRST))
    made.check_ledger(store, shown(FIRST))


@pytest.mark.parametrize(
    "breaking, why",
    [
        (lambda folder: (folder / "ledger/20260101T000000Z-r1.json").unlink(), "changed or is gone"),
        (lambda folder: (folder / "ledger/20260101T000000Z-r1.json").write_text("{}"), "changed or is gone"),
        (lambda folder: (folder / "ledger/20260104T000000Z-x.json").write_text("{}"), "4 entries"),
        (lambda folder: (folder / "heads/newest.json").unlink(), "no head"),
        (lambda folder: (folder / "current.json").unlink(), "without a pointer"),
        (lambda folder: (folder / "writing.json").write_text("{}"), "unfinished"),
    ],
)
def test_a_broken_ledger_is_found(store: Path, breaking: Any, why: str) -> None:
    made = DatasetModel("arbres", {}, (ExpectedFile(),), possible={0}, certified=["r0"])
    made.check_ledger(store, shown(FIRST))
    breaking(store / "datasets" / "arbres")
    with pytest.raises(Violation, match=why):
        made.check_ledger(store, shown(FIRST))


def test_what_is_served_and_not_certified_is_found(store: Path) -> None:
    made = DatasetModel("arbres", {}, (ExpectedFile(),), possible={0})
    with pytest.raises(Violation, match="not what the last certificate says"):
        made.check_ledger(store, shown(SECOND))


def test_a_success_that_left_no_entry_is_found(store: Path) -> None:
    made = DatasetModel("arbres", {}, (ExpectedFile(),), possible={0}, certified=["r9"])
    with pytest.raises(Violation, match="succeeded and is not in the ledger"):
        made.check_ledger(store, shown(FIRST))


def test_an_extract_that_stays_and_a_person_that_is_kept_are_found(tmp_path: Path) -> None:
    judge.check_vault(tmp_path, SECRETS)
    (tmp_path / "rejected").mkdir()
    (tmp_path / "rejected" / "lignes").write_text(MAIL)
    judge.check_vault(tmp_path, SECRETS)
    (tmp_path / "seen.json").write_text(MAIL)
    with pytest.raises(Violation, match="keeps a personal value"):
        judge.check_vault(tmp_path, SECRETS)
    with pytest.raises(Violation, match="keeps a personal value"):
        judge.check_store(tmp_path, SECRETS)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "raw.parquet").write_text("lignes")
    with pytest.raises(Violation, match="not empty"):
        judge.check_vault(tmp_path, SECRETS)
    with pytest.raises(Violation, match="says a personal value"):
        judge.check_said(f"Bonjour {MAIL}", SECRETS)
