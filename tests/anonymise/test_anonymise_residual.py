"""The scan as a gate: it closes on what the rules let through, and on its own failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise import anonymise_extract, residual
from aqueduc.anonymise.scan import IdentifierKind, scan
from aqueduc.declaration.spec import Dataset
from aqueduc.declaration.vocabulary import IDENTIFIERS
from aqueduc.errors import AqueducError, QueryEngineFailure, UnusableNameList, ValidationGateClosed
from aqueduc.validate import validate_anonymised_rows
from tests.making import Desk, desk

CANARY = "zoe.canari@exemple.example"
WAIVER = {
    "reason": "boîtes de service",
    "date": "2026-06-30",
    "by": "Claire Fabre, déléguée à la protection des données",
}


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def through(here: Desk, dataset: Dataset, table: pa.Table) -> Any:
    """From the extract to the valid table."""
    run = here.run()
    safe = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    return validate_anonymised_rows(dataset, run, safe.handle, here.place)


def contacts(count: int = 20) -> pa.Table:
    return pa.table({"quartier": [f"Q{n}" for n in range(count)], "contact": [CANARY] * count})


COLUMNS = {"quartier": "publish", "contact": "publish"}


def test_the_words_of_the_declaration_are_those_of_the_scan():
    assert list(IDENTIFIERS) == [str(kind) for kind in IdentifierKind]


def test_a_personal_column_closes_the_gate(here: Desk):
    dataset = here.dataset(columns=COLUMNS)
    with pytest.raises(ValidationGateClosed) as closed:
        through(here, dataset, contacts())
    (finding,) = [one for one in closed.value.findings if one.code == "donnee-personnelle"]
    assert (finding.column, finding.count, finding.detail["kind"]) == ("contact", 20, "email")
    assert "kind: email" in str(closed.value)
    report = here.place.store.read_report("jeu", "essai", "scan")
    validated = here.place.store.read_report("jeu", "essai", "validate")
    assert report and report["passed"] is False
    assert validated and validated["passed"] is False and validated["output_sha256"] is None
    for said in (str(closed.value), str(report), str(validated)):
        assert "canari" not in said


def test_nothing_of_what_is_refused_stays_in_the_store(here: Desk, tmp_path: Path):
    with pytest.raises(ValidationGateClosed):
        through(here, here.dataset(columns=COLUMNS), contacts())
    kept = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if path.suffix == ".parquet" or b"canari" in path.read_bytes()]


def test_a_basis_opens_it(here: Desk):
    columns = {**COLUMNS, "contact": {"publish": True, "basis": "CGCT, art. L2121-15"}}
    through(here, here.dataset(columns=columns), contacts())
    report = here.place.store.read_report("jeu", "essai", "scan")
    assert report and report["passed"] is True
    assert [sighting["answer"] for sighting in report["sightings"]] == ["basis"]


def test_a_waiver_opens_it_for_its_kind_alone(here: Desk):
    waivers = [{"column": "contact", "kind": "email", **WAIVER}]
    valid = through(here, here.dataset(columns=COLUMNS, waivers=waivers), contacts())
    (told,) = valid.report.findings
    assert told.code == "constat-leve" and "boîtes de service" in told.message
    with_a_phone = contacts().set_column(1, "contact", [[f"{CANARY} 06 12 34 56 78"] * 20])
    with pytest.raises(ValidationGateClosed, match="téléphone"):
        through(here, here.dataset(columns=COLUMNS, waivers=waivers), with_a_phone)


def test_a_waiver_that_is_of_no_use_is_announced(here: Desk):
    waivers = [{"column": "contact", "kind": "phone", **WAIVER}]
    table = contacts().set_column(1, "contact", [["rien à signaler"] * 20])
    valid = through(here, here.dataset(columns=COLUMNS, waivers=waivers), table)
    assert [finding.code for finding in valid.report.findings] == ["levee-sans-objet"]


def test_a_column_that_its_schema_calls_a_mailbox_needs_a_basis(here: Desk):
    fields = [{"name": "quartier"}, {"name": "contact", "format": "email"}]
    with pytest.raises(AqueducError, match="adresse électronique"):
        here.dataset(columns=COLUMNS, fields=fields)
    here.dataset(columns=COLUMNS, fields=fields, waivers=[{"column": "contact", "kind": "email", **WAIVER}])
    here.dataset(columns={**COLUMNS, "contact": {"publish": True, "basis": "loi"}}, fields=fields)


@pytest.mark.parametrize("raised", [pa.ArrowInvalid(CANARY), RuntimeError("panne")])
def test_a_scan_that_raises_publishes_nothing(here: Desk, monkeypatch: pytest.MonkeyPatch, raised: Exception):
    def broken(*_: object) -> None:
        raise raised

    monkeypatch.setattr(scan, "measure_column_features", broken)
    with pytest.raises((QueryEngineFailure, RuntimeError)) as caught:
        through(here, here.dataset(columns=COLUMNS), contacts())
    assert "canari" not in str(caught.value)
    assert here.place.store.read_report("jeu", "essai", "scan") is None
    validated = here.place.store.read_report("jeu", "essai", "validate")
    assert validated is None or validated["passed"] is False


def test_the_file_is_scanned_whatever_the_rule_of_its_columns(here: Desk):
    """A rule that promises too much is caught as a published column is."""
    columns = {**COLUMNS, "contact": {"truncate": 200}}
    with pytest.raises(ValidationGateClosed):
        through(here, here.dataset(columns=columns), contacts())


def test_one_cell_in_ten_thousand_is_found(here: Desk):
    texts = ["dossier suivi"] * 10_000
    texts[7_777] = "dossier suivi, rappeler le 06 12 34 56 78"
    table = pa.table({"quartier": ["Q"] * 10_000, "contact": texts})
    with pytest.raises(ValidationGateClosed) as closed:
        through(here, here.dataset(columns=COLUMNS), table)
    assert closed.value.findings[0].count == 1


def test_what_is_only_noted_is_told(here: Desk):
    table = contacts().set_column(1, "contact", [["accueil@ville.example"] * 20])
    valid = through(here, here.dataset(columns=COLUMNS), table)
    assert [finding.code for finding in valid.report.findings] == ["donnee-signalee"]


def test_the_hash_is_that_of_the_file_which_is_kept(here: Desk):
    table = contacts().set_column(1, "contact", [["rien"] * 20])
    valid = through(here, here.dataset(columns=COLUMNS), table)
    report = here.place.store.read_report("jeu", "essai", "scan")
    assert report and report["input_sha256"] == valid.handle.sha256
    assert residual.HitDeclarationAnswer.NONE not in [sighting["answer"] for sighting in report["sightings"]]


def test_the_gate_reads_the_lists_of_the_city_and_its_report_cites_them(here: Desk):
    table = pa.table({"mention": ["zorbane quzinvale", "elfria quzinvale"] * 10})
    dataset = here.dataset(columns={"mention": "publish"})
    through(here, dataset, table)
    before = here.place.store.read_report("jeu", "essai", "scan")
    assert before and before["lists"] == []
    lists = here.include / "lexicons"
    lists.mkdir()
    (lists / "prenoms.txt").write_text("# lists: given\nzorbane\nelfria\n")
    (lists / "noms.txt").write_text("# lists: surnames\nquzinvale\n")
    with pytest.raises(ValidationGateClosed) as closed:
        through(here, dataset, table)
    assert "person_name" in str(closed.value) and "zorbane" not in str(closed.value)
    report = here.place.store.read_report("jeu", "essai", "scan")
    assert report
    assert [(one["path"], one["lists"], one["entries"]) for one in report["lists"]] == [
        ("lexicons/noms.txt", "surnames", 1),
        ("lexicons/prenoms.txt", "given", 2),
    ]
    assert all(len(one["sha256"]) == 64 for one in report["lists"])


def test_a_list_that_cannot_be_read_publishes_nothing(here: Desk):
    (here.include / "lexicons").mkdir()
    (here.include / "lexicons" / "muette.txt").write_text("zorbane\n")
    with pytest.raises(UnusableNameList):
        through(here, here.dataset(columns=COLUMNS), contacts().set_column(1, "contact", [["rien"] * 20]))
    assert here.place.store.read_report("jeu", "essai", "scan") is None
