"""What an operator is told to do is what would open the gate that closed, whatever else is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.errors import MissingHandleFile, ValidationGateClosed
from aqueduc.store import ParquetFileHandle
from aqueduc.validate import validate_anonymised_rows
from aqueduc_airflow.notices import FailureNotifier
from tests.making import Desk, desk, extract_report

FIELDS = [{"name": "numero", "type": "integer"}, {"name": "note"}]


def validated(bureau: Desk, numbers: list[str], notes: list[str], identifier: str) -> object:
    dataset = bureau.dataset(
        columns=dict.fromkeys(("numero", "note"), "publish"), fields=FIELDS, reject_at_most=0.5
    )
    run = bureau.run(identifier=identifier)
    lines = pa.array(range(2, 2 + len(numbers)), pa.int64())
    with bureau.place.vault.open_scratch_folder() as scratch:
        pq.write_table(
            pa.table({"__line": lines, "numero": numbers, "note": notes}), scratch / "safe.parquet"
        )
        extract_report(len(numbers)).write(bureau.place.store, "jeu", run.id)
        handle = bureau.place.vault.store_anonymised_extract(
            scratch / "safe.parquet", dataset="jeu", run=run.id, rows=len(numbers), window=None
        )
    return validate_anonymised_rows(dataset, run, handle, bureau.place)


def test_telephones_are_not_remedied_by_tolerating_rejected_rows(tmp_path: Path) -> None:
    numbers = ["un", *map(str, range(99))]
    phones = [f"Rappeler au 06 {rank:02} 34 56 78" for rank in range(100)]
    with pytest.raises(ValidationGateClosed) as closed:
        validated(desk(tmp_path), numbers, phones, "essai")
    assert "scrub" in closed.value.remedy and "basis" in closed.value.remedy
    assert "reject_at_most" not in closed.value.remedy


def test_a_loss_of_rows_is_remedied_by_the_guard_that_saw_it(tmp_path: Path) -> None:
    bureau = desk(tmp_path)
    done = validated(bureau, list(map(str, range(100))), ["banc"] * 100, "un")
    part = {"window": None, "object": done.handle.key, "sha256": done.handle.sha256, "rows": 100}
    bureau.place.store.write_current_revision_pointer("jeu", {"parts": [part], "certificate": None})
    with pytest.raises(ValidationGateClosed) as closed:
        validated(bureau, ["un", *map(str, range(39))], ["banc"] * 40, "deux")
    assert "shrink" in closed.value.remedy and "reject_at_most" not in closed.value.remedy


def test_too_many_rejected_rows_say_where_they_are_and_how_to_tolerate_them(tmp_path: Path) -> None:
    with pytest.raises(ValidationGateClosed) as closed:
        validated(desk(tmp_path), ["un"] * 60 + ["1"] * 40, ["banc"] * 100, "essai")
    assert "« reject_at_most: » dans include/datasets/jeu.yaml" in closed.value.remedy
    assert "aqueduc rejected jeu" in closed.value.remedy


def test_a_stage_run_again_without_what_the_one_before_prepared_says_so(tmp_path: Path) -> None:
    bureau = desk(tmp_path)
    with pytest.raises(ValidationGateClosed):
        validated(bureau, ["un"] * 60 + ["1"] * 40, ["banc"] * 100, "essai")
    report = bureau.place.store.read_report("jeu", "essai", "validate")
    handle = bureau.place.vault.list("raw/jeu")
    assert handle, "what was prepared waits for the end of the run"
    bureau.place.vault.shred_extracts("jeu", "essai")
    gone = ParquetFileHandle("jeu", "essai", "safe", handle[0], "0" * 64, 100, None)
    with pytest.raises(MissingHandleFile, match="Clear depuis « Extraire »"):
        validate_anonymised_rows(bureau.dataset(), bureau.run(), gone, bureau.place)
    assert bureau.place.store.read_report("jeu", "essai", "validate") == report


def test_without_airflows_mail_connection_the_log_says_that_nobody_was_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    bureau = desk(tmp_path)
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: bureau.place)
    context = {
        "task": SimpleNamespace(task_display_name="Valider"),
        "ti": SimpleNamespace(dag_id="jeu", log_url=""),
        "dag_run": SimpleNamespace(run_id="essai"),
    }
    FailureNotifier("jeu", "Un jeu", bureau.include, "fr")(context)
    said = caplog.text + "".join(capfd.readouterr())
    assert "1 message attend" in said and "smtp_default" in said and "AIRFLOW_CONN_SMTP_DEFAULT" in said


def test_what_fails_all_day_is_told_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = desk(tmp_path)
    days = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 1, 2)]
    for rank, day in enumerate(days):
        place = replace(bureau.place, clock=lambda day=day: day)
        monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _, place=place: place)
        context = {
            "task": SimpleNamespace(task_display_name="Balayer"),
            "ti": SimpleNamespace(dag_id="aqueduc_sweep", log_url="", try_number=rank),
            "dag_run": SimpleNamespace(run_id=f"essai-{rank}"),
        }
        FailureNotifier("city", "Balayer le coffre", bureau.include, "fr", daily=True)(context)
    assert len(bureau.place.store.list("alerts/sent")) == 2
