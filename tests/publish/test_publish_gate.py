"""The gate: each link of the chain of proofs broken in turn, and the parts that may not be added up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from aqueduc.declaration.spec.table_schema import TableSchemaForeignKey
from aqueduc.errors import DeclarationAgreementMissing, PublicationGateClosed, StoreError
from aqueduc.publish.report import PublishReport
from aqueduc.publish.revision import partitions
from aqueduc.publish.revision.partitions import compute_treatment_digest
from aqueduc.run import Run
from aqueduc.sources.files import FileSource
from aqueduc.sources.http import HttpSource
from aqueduc.sources.postgres import PostgresSource
from aqueduc.store import ParquetFileHandle, Window
from tests.making import desk
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, month, rows


class Untouched(httpx.BaseTransport):
    """A gate that is closed lets not even a question out."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.method} {request.url} although the gate is closed")


@pytest.fixture
def here(tmp_path: Path) -> Bench:
    return Bench(
        desk(tmp_path, NOWHERE.environment()),
        NOWHERE,
        "jeu",
        {"columns": COLUMNS, "fields": FIELDS, "key": ["code"], "publish": {"mode": "upload"}},
    )


Break = Callable[[Bench, Run, ParquetFileHandle, dict[str, dict[str, Any]]], ParquetFileHandle | None]


def _drop(stage: str) -> Break:
    return lambda here, run, handle, reports: reports.pop(stage) and None


def _set(stage: str, **values: Any) -> Break:
    return lambda here, run, handle, reports: reports[stage].update(values)


def _handle(**changes: Any) -> Break:
    return lambda here, run, handle, reports: replace(handle, **changes)


def _other_bytes(
    here: Bench, run: Run, handle: ParquetFileHandle, reports: dict[str, dict[str, Any]]
) -> None:
    with here.desk.place.store.open_local_file_of_key(handle.key) as path:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))


def _another_table(
    here: Bench, run: Run, handle: ParquetFileHandle, reports: dict[str, dict[str, Any]]
) -> ParquetFileHandle:
    other = here.valid(here.dataset(), replace(run, id="autre"), rows(9))
    return replace(other, run=run.id)


@pytest.mark.parametrize(
    "damage, code",
    [
        (_drop("anonymise"), "rapport-absent"),
        (_drop("validate"), "rapport-absent"),
        (_set("anonymise", passed=False), "rapport-negatif"),
        (_set("validate", passed=False), "rapport-negatif"),
        (_set("anonymise", passed="true"), "rapport-negatif"),
        (_set("anonymise", fingerprint="f" * 64), "declaration-changee"),
        (_set("validate", fingerprint="f" * 64), "declaration-changee"),
        (_set("validate", fingerprint=None), "declaration-changee"),
        (_set("anonymise", city_fingerprint="autre"), "ville-changee"),
        (_set("validate", city_fingerprint="autre"), "ville-changee"),
        (_set("validate", city_fingerprint=""), "ville-changee"),
        (_set("anonymise", version="0.0.9"), "version-changee"),
        (_set("validate", version="0.0.9"), "version-changee"),
        (_set("anonymise", output_sha256="b" * 64), "chaine-rompue"),
        (_set("anonymise", output_sha256=None), "chaine-rompue"),
        (_set("validate", input_sha256="b" * 64), "chaine-rompue"),
        (_set("validate", output_sha256="b" * 64), "chaine-rompue"),
        (_set("validate", output_sha256=None), "chaine-rompue"),
        (_set("scan", passed=False), "rapport-negatif"),
        (_set("scan", input_sha256="b" * 64), "chaine-rompue"),
        (_set("scan", input_sha256=None), "chaine-rompue"),
        (_set("scan", fingerprint="autre"), "declaration-changee"),
        (_drop("scan"), "rapport-absent"),
        (_handle(stage="safe"), "chaine-rompue"),
        (_handle(run="une-autre"), "chaine-rompue"),
        (_handle(dataset="un-autre"), "chaine-rompue"),
        (_handle(sha256="b" * 64), "chaine-rompue"),
        (_other_bytes, "chaine-rompue"),
        (_another_table, "chaine-rompue"),
    ],
)
def test_a_broken_link_keeps_the_gate_closed(here: Bench, damage: Break, code: str) -> None:
    store = here.desk.place.store
    dataset, run = here.dataset(), here.run()
    handle = here.valid(dataset, run, rows(5))
    stages = ("anonymise", "validate", "scan")
    reports = {stage: store.read_report("jeu", run.id, stage) or {} for stage in stages}
    damaged = damage(here, run, handle, reports) or handle
    store.delete(f"runs/jeu/{run.id}")
    for stage, report in reports.items():
        store.write_report("jeu", run.id, stage, report)
    with pytest.raises(PublicationGateClosed) as caught:
        here.send(dataset, run, damaged, Untouched())
    assert code in [finding.code for finding in caught.value.findings]
    written = store.read_report("jeu", run.id, "publish")
    assert written is not None
    assert written["passed"] is False
    assert code in [finding["code"] for finding in written["findings"]]
    assert store.read_validated_partitions("jeu") == []


def test_a_file_that_is_gone_is_no_proof(here: Bench) -> None:
    dataset, run = here.dataset(), here.run()
    handle = here.valid(dataset, run, rows(5))
    here.desk.place.store.delete(handle.key)
    with pytest.raises(StoreError):
        here.send(dataset, run, handle, Untouched())


def test_columns_that_are_not_the_declared_ones_do_not_leave(here: Bench) -> None:
    table = rows(5).append_column("habitant", [["x"] * 5])
    with pytest.raises(PublicationGateClosed):
        here.publish(table, wire=Untouched())


def test_the_declaration_that_changed_meanwhile_closes_the_gate(here: Bench) -> None:
    run = here.run()
    handle = here.valid(here.dataset(), run, rows(5))
    with pytest.raises(PublicationGateClosed, match="déclaration a changé"):
        here.send(here.dataset(title="Un autre titre"), run, handle, Untouched())


def test_what_changes_while_a_run_is_at_work_closes_its_gate(here: Bench) -> None:
    """The task holds the files as it read them when it began."""
    dataset, run, include = here.dataset(), here.run(), here.desk.include
    handle = here.valid(dataset, run, rows(5))
    (include / "lexicons").mkdir()
    (include / "lexicons" / "noms.txt").write_text("# lists: surnames\nMartinelli\n", encoding="utf-8")
    with pytest.raises(PublicationGateClosed, match="une liste de noms"):
        here.send(dataset, run, handle, Untouched())
    (include / "lexicons" / "noms.txt").unlink()
    dataset.path.write_text(dataset.path.read_text("utf-8") + "\n# protégé autrement\n", encoding="utf-8")
    with pytest.raises(PublicationGateClosed, match="déclaration a changé"):
        here.send(dataset, run, handle, Untouched())


def add(here: Bench, window: Window, prefix: str) -> ParquetFileHandle:
    """A window that was published, as far as the store knows."""
    dataset, run = here.dataset(), here.run(window)
    handle = here.valid(dataset, run, rows(2, code=[f"{prefix}-a", f"{prefix}-b"]))
    partitions.merge_prepared_file_into_partitions(dataset, handle, here.desk.place.store).save_partitions(
        dataset, here.desk.place.store
    )
    return handle


def windows(here: Bench) -> list[str]:
    return [
        part.window.label[:8] if part.window else ""
        for part in here.desk.place.store.read_validated_partitions("jeu")
    ]


def test_a_window_takes_the_place_of_what_it_covers(here: Bench) -> None:
    for number in (1, 2, 3):
        add(here, month(number), str(number))
    assert windows(here) == ["20260101", "20260201", "20260301"]
    add(here, Window(month(1).start, month(2).end), "1-2")
    assert windows(here) == ["20260101", "20260301"]


def test_a_window_that_crosses_another_is_refused(here: Bench) -> None:
    add(here, month(1), "1")
    crossing = Window(datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 2, 15, tzinfo=UTC))
    dataset, run = here.dataset(), here.run(crossing)
    handle = here.valid(dataset, run, rows(2))
    with pytest.raises(PublicationGateClosed, match="chevauche"):
        here.send(dataset, run, handle, Untouched())
    assert windows(here) == ["20260101"]


def test_a_window_that_crosses_another_is_reported_without_an_agreement_too(
    here: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is to be kept for the next revision, which the gate of publication decides as well."""

    def refuse(*_given: Any) -> None:
        raise DeclarationAgreementMissing(
            "Personne n'a accordé.", where="jeu", remedy="demander", findings=()
        )

    add(here, month(1), "1")
    monkeypatch.setattr("aqueduc.publish.stage.require_agreement", refuse)
    crossing = Window(datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 2, 15, tzinfo=UTC))
    dataset, run = here.dataset(), here.run(crossing)
    handle = here.valid(dataset, run, rows(2))
    with pytest.raises(PublicationGateClosed, match="chevauche"):
        here.send(dataset, run, handle, Untouched())
    report = PublishReport.read(here.desk.place.store, "jeu", run.id)
    assert report is not None and not report.passed
    assert [one.code for one in report.findings] == ["fenetres-qui-se-chevauchent"]


def test_a_snapshot_takes_the_place_of_windows_and_back(here: Bench) -> None:
    add(here, month(1), "1")
    dataset, run = here.dataset(), here.run()
    handle = here.valid(dataset, run, rows(2))
    partitions.merge_prepared_file_into_partitions(dataset, handle, here.desk.place.store).save_partitions(
        dataset, here.desk.place.store
    )
    assert windows(here) == [""]
    add(here, month(2), "2")
    assert windows(here) == ["20260201"]


def test_windows_prepared_under_older_rules_hold_until_they_are_done_again(here: Bench) -> None:
    """A column that becomes less precise must not be published through last month's window."""
    add(here, month(1), "1")
    add(here, month(2), "2")
    here.dataset(columns={**COLUMNS, "jour": {"generalise": "day"}})
    dataset, run = here.dataset(), here.run(month(3))
    handle = here.valid(dataset, run, rows(2))
    with pytest.raises(PublicationGateClosed, match="2 fenêtres") as caught:
        here.send(dataset, replace(run, dry_run=True), handle, Untouched())
    assert windows(here) == ["20260101", "20260201"]
    with pytest.raises(PublicationGateClosed):
        here.send(dataset, run, handle, Untouched())
    assert "2026-01-01" in str(caught.value)
    assert windows(here) == ["20260101", "20260201", "20260301"]
    first = here.run(month(1))
    handle = here.valid(dataset, first, rows(2, code=["1-c", "1-d"]))
    with pytest.raises(PublicationGateClosed, match="1 fenêtre "):
        here.send(dataset, first, handle, Untouched())
    again = here.run(month(2))
    handle = here.valid(dataset, again, rows(2, code=["2-c", "2-d"]))
    with pytest.raises(AssertionError, match="GET"):
        here.send(dataset, again, handle, Untouched())


def test_a_window_that_waits_is_searched_again_with_another_list(here: Bench) -> None:
    """One that is online was read, and answered for, with the lists of its day."""
    store = here.desk.place.store
    first, second = add(here, month(1), "1"), add(here, month(2), "2")
    store.write_current_revision_pointer("jeu", {"parts": [{**first.to_json(), "object": first.key}]})
    (here.desk.include / "lexicons").mkdir()
    (here.desk.include / "lexicons" / "noms.txt").write_text(
        "# lists: surnames\nMartinelli\n", encoding="utf-8"
    )
    dataset, run = here.dataset(), here.run(month(3))
    with pytest.raises(PublicationGateClosed, match=r"1 fenêtre .*listes de noms") as caught:
        here.send(dataset, run, here.valid(dataset, run, rows(2)), Untouched())
    assert second.window and second.window.start.date().isoformat() in str(caught.value)


def test_a_title_does_not_ask_for_windows_to_be_done_again(here: Bench) -> None:
    before = compute_treatment_digest(here.dataset())
    fields = [{**field, "title": "Autre", "description": "Autre."} for field in FIELDS]
    assert compute_treatment_digest(here.dataset(title="Autre", licence="odc-odbl", fields=fields)) == before
    assert compute_treatment_digest(here.dataset(columns={**COLUMNS, "nom": {"truncate": 3}})) != before


def test_a_foreign_key_asks_for_windows_to_be_done_again(here: Bench) -> None:
    dataset = here.dataset()
    link = TableSchemaForeignKey.model_validate(
        {"fields": ["code"], "reference": {"resource": "", "fields": ["code"]}}
    )
    schema = dataset.table_schema.model_copy(update={"foreign_keys": (link,)})
    linked = dataset.model_copy(update={"table_schema": schema})
    assert compute_treatment_digest(linked) != compute_treatment_digest(dataset)


def test_a_primary_key_asks_for_windows_to_be_done_again(here: Bench) -> None:
    dataset = here.dataset()
    schema = dataset.table_schema.model_copy(update={"primary_key": ("code", "nom")})
    keyed = dataset.model_copy(update={"table_schema": schema})
    assert compute_treatment_digest(keyed) != compute_treatment_digest(dataset)


def test_windows_made_by_a_former_expression_or_table_hold_until_they_are_done_again(here: Bench) -> None:
    table = here.desk.include / "references" / "noms.csv"
    table.parent.mkdir(exist_ok=True)
    table.write_text("code,quartier\n1-a,Nord\n", encoding="utf-8")
    added = {"quartier": "publish", "classe": "publish"}
    given: dict[str, Any] = {
        "columns": {**COLUMNS, **added},
        "fields": [*FIELDS, *({"name": name} for name in added)],
        "join": {"file": "references/noms.csv", "on": "code", "columns": ["quartier"]},
        "computed": {"classe": "left(code, 1)"},
    }

    def assemble(rank: int, **changes: Any) -> None:
        dataset, store = here.dataset(**{**given, **changes}), here.desk.place.store
        handle = here.valid(dataset, here.run(month(rank)), rows(2, code=[f"{rank}-a", f"{rank}-b"]))
        assembly = partitions.merge_prepared_file_into_partitions(dataset, handle, store)
        assembly.save_partitions(dataset, store)
        assembly.refuse_outdated_partitions(dataset, store)

    assemble(1)
    assemble(2)
    with pytest.raises(PublicationGateClosed, match="avec une autre table jointe ou un autre calcul"):
        assemble(3, computed={"classe": "right(code, 1)"})
    assemble(3)
    table.write_text("code,quartier\n1-a,Quartier Nord\n", encoding="utf-8")
    with pytest.raises(PublicationGateClosed, match="2 fenêtres"):
        assemble(3)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": {"file": "depot", "path": "autre.csv"}},
        {"source": {"http": "api", "path": "/lieux", "parameters": {"type": "autre"}}},
        {"source": {"file": "depot", "path": "jeu.csv", "decimal": ","}},
    ],
)
def test_another_source_or_reading_asks_for_windows_to_be_done_again(
    here: Bench, changes: dict[str, Any]
) -> None:
    before = compute_treatment_digest(here.dataset())
    assert compute_treatment_digest(here.dataset(**changes)) != before


def test_an_account_that_is_accepted_asks_for_no_window_to_be_done_again(here: Bench) -> None:
    query = PostgresSource(connection="etat_civil", sql_path="sql/jeu.sql", sql="SELECT 1")
    asked = here.dataset().model_copy(update={"source": query})
    accepted = here.dataset().model_copy(
        update={"source": query.model_copy(update={"powerful_account": "postgres"})}
    )
    assert compute_treatment_digest(accepted) == compute_treatment_digest(asked)


def test_a_version_that_adds_a_field_to_a_source_says_that_all_windows_are_to_be_done_again() -> None:
    """Whatever its default is: what is dumped of a source is in the digest of each window. A field that changes no row is
    left out of the dump (``exclude``); of one that does, the list below and the CHANGELOG tell."""
    told = {
        name: [field for field, said in source_class.model_fields.items() if not said.exclude]
        for name, source_class in (("postgres", PostgresSource), ("file", FileSource), ("http", HttpSource))
    }
    shape = ["records", "keyed", "encoding", "delimiter", "sheet", "header_rows"]
    file = ["encoding", "delimiter", "sheet", "header_rows", "header", "footer", "hidden_rows", "fill_down"]
    assert told == {
        "postgres": ["kind", "connection", "sql_path", "sql", "incremental", "probe"],
        "file": [
            *("kind", "connection", "path", "take", "file_column", "settled", "format"),
            *(*file, "records", "member", "keyed"),
        ],
        "http": [
            *("kind", "connection", "path", "format", *shape),
            *("header", "footer", "hidden_rows", "member", "parameters", "paging"),
        ],
    }


def test_another_query_or_version_asks_for_windows_to_be_done_again(
    here: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = here.dataset()
    query = PostgresSource(connection="etat_civil", sql_path="sql/jeu.sql", sql="SELECT 1")
    asked = dataset.model_copy(update={"source": query})
    other = dataset.model_copy(update={"source": query.model_copy(update={"sql": "SELECT 2"})})
    assert compute_treatment_digest(asked) != compute_treatment_digest(other)
    missing = dataset.table_schema.model_copy(update={"missing_values": ("", "NC")})
    assert compute_treatment_digest(
        dataset.model_copy(update={"table_schema": missing})
    ) != compute_treatment_digest(dataset)
    before = compute_treatment_digest(dataset)
    monkeypatch.setattr("aqueduc.__version__", "0.0.0+autre")
    assert compute_treatment_digest(dataset) != before


def test_a_platform_out_of_reach_leaves_the_parts_as_they_were(here: Bench) -> None:
    add(here, month(1), "1")
    before = here.desk.place.store.read_json("datasets/jeu/prepared.json")
    dataset, run = here.dataset(), here.run(month(2))
    handle = here.valid(dataset, run, rows(2))
    with pytest.raises(AssertionError, match="GET"):
        here.send(dataset, run, handle, Untouched())
    assert windows(here) == ["20260101"]
    assert here.desk.place.store.read_json("datasets/jeu/prepared.json") == before


def test_the_task_of_an_old_run_cleared_does_not_bring_back_old_rows(here: Bench) -> None:
    dataset, store = here.dataset(), here.desk.place.store
    old, new = here.run(), here.run()
    before, after = here.valid(dataset, old, rows(1)), here.valid(dataset, new, rows(2))
    store.write_validated_partitions(dataset.id, [after])
    for run, at in ((old, "2026-03-01T10:00:00.000+00:00"), (new, "2026-03-02T10:00:00.000+00:00")):
        report = store.read_report(dataset.id, run.id, "extract") or {}
        store.write_report(dataset.id, run.id, "extract", {**report, "at": at})
    with pytest.raises(PublicationGateClosed, match="la source a été lue plus tard par une autre"):
        partitions.merge_prepared_file_into_partitions(dataset, before, store)
    assert partitions.merge_prepared_file_into_partitions(dataset, after, store).partitions == (after,)
