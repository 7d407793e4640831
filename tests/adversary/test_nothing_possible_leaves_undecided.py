"""« Possible » waits for a named person: by no mode, window, correction or name does it leave before.

The cells are of those that the scan calls possible: addresses under a header that speaks of a place. What is
thought of here is every way around the decision, not every form of the cells.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from aqueduc.anonymise import anonymise_extract, residual
from aqueduc.anonymise.scan import HitStrength, IdentifierKind, ScanHit, scan_table
from aqueduc.anonymise.ways_out import format_waiver_line, suggest_rule_for_hit
from aqueduc.certify.officer import build_dpo_report, render_dpo_report_page
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration.spec import Dataset
from aqueduc.draft import draft_declaration
from aqueduc.errors import DeclarationError, PublicationGateClosed, ValidationGateClosed
from aqueduc.publish.client import PlatformClient
from aqueduc.publish.proof import link
from aqueduc.publish.proof.gate import WithheldRowCounts
from aqueduc.publish.revision import partitions
from aqueduc.record.blocks import BulletList
from aqueduc.record.explanation import OpinionAndAgreementContext, build_publication_explanation
from aqueduc.sources.files.drafting import build_file_request as file
from aqueduc.steward import gather_steward_report, render_steward_page
from aqueduc.store import Window
from aqueduc.validate import validate_anonymised_rows
from tests.draft.stewarding import table
from tests.making import Desk, desk

CANARY = "14 rue Canari"
PLACES = [f"{number} rue Canari" for number in range(1, 21)]
COLUMNS: dict[str, Any] = {"quartier": "publish", "equipement": "publish"}
DECIDED = {
    "column": "equipement",
    "kind": "address",
    "reason": "adresses d'équipements publics",
    "date": "2026-06-30",
    "by": "Claire Fabre, déléguée à la protection des données",
}


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def places(name: str = "equipement") -> pa.Table:
    return pa.table({"quartier": [f"Q{n}" for n in range(20)], name: PLACES})


def walked(
    here: Desk, dataset: Dataset, table: pa.Table, window: Window | None = None, run: str = "essai"
) -> Any:
    """From the extract to the valid table."""
    one = here.run(window, run)
    safe = anonymise_extract(dataset, one, here.raw(table, one), here.place)
    return validate_anonymised_rows(dataset, one, safe.handle, here.place)


def test_the_cells_of_these_tests_are_possible_and_no_more() -> None:
    (hit,) = scan_table(places())
    assert (hit.kind, hit.strength, hit.is_blocking_hit) == (
        IdentifierKind.ADDRESS,
        HitStrength.POSSIBLE,
        True,
    )


def test_only_what_is_noted_closes_nothing() -> None:
    closing = {
        strength: ScanHit("c", IdentifierKind.EMAIL, strength, 1, 1).is_blocking_hit
        for strength in HitStrength
    }
    assert [strength for strength, closes in closing.items() if not closes] == [HitStrength.NOTED]


# --- the decision ---


def test_possible_closes_the_gate_and_says_the_three_ways(here: Desk) -> None:
    with pytest.raises(ValidationGateClosed) as closed:
        walked(here, here.dataset(columns=COLUMNS), places())
    (finding,) = [one for one in closed.value.findings if one.code == "donnee-personnelle-possible"]
    assert (finding.column, finding.count) == ("equipement", 20)
    shown = str(closed.value)
    assert "attendent qu'une personne nommée en décide" in shown
    for way in ("« drop »", "« basis: »", "« waivers: »", 'column: "equipement", kind: address'):
        assert way in shown
    report = here.place.store.read_report("jeu", "essai", "scan")
    assert report and report["passed"] is False and report["sightings"][0]["answer"] == "none"
    assert "Canari" not in shown and "Canari" not in str(report)


@pytest.mark.parametrize("kind", list(IdentifierKind))
def test_a_hit_of_every_kind_and_strength_waits_for_an_answer(
    here: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: IdentifierKind
) -> None:
    path = tmp_path / "valid.parquet"
    pq.write_table(pa.table({"quartier": ["Q"], "equipement": ["rien"]}), path)
    for strength in set(HitStrength) - {HitStrength.NOTED}:
        hit = ScanHit("equipement", kind, strength, 1, 20)
        monkeypatch.setattr(residual, "scan_file", lambda *_, hit=hit, **__: (hit,))
        assert not residual.scan_output_file(here.dataset(columns=COLUMNS), path, tmp_path).report.passed
        decided = here.dataset(columns=COLUMNS, waivers=[{**DECIDED, "kind": str(kind)}])
        assert residual.scan_output_file(decided, path, tmp_path).report.passed


@pytest.mark.parametrize("kind", list(IdentifierKind))
def test_the_line_to_write_is_yaml_that_check_refuses_until_it_is_signed(
    here: Desk, kind: IdentifierKind
) -> None:
    column = 'lieu: n° "1" {a}'
    (item,) = yaml.safe_load(format_waiver_line(column, str(kind)))
    assert (item["column"], item["kind"]) == (column, str(kind)) and set(item) == set(DECIDED)
    assert suggest_rule_for_hit(str(kind)).french_text.startswith("« ")
    with pytest.raises(DeclarationError, match="à décider"):
        here.dataset(columns={**COLUMNS, column: "publish"}, waivers=[{**item, "date": "2026-06-30"}])


def test_it_leaves_once_somebody_has_signed(here: Desk) -> None:
    valid = walked(here, here.dataset(columns=COLUMNS, waivers=[DECIDED]), places())
    (told,) = valid.report.findings
    assert told.code == "constat-leve" and "Claire Fabre" in told.message


def test_it_leaves_on_a_legal_basis(here: Desk) -> None:
    columns = {**COLUMNS, "equipement": {"publish": True, "basis": "CRPA, art. L. 312-1-1"}}
    assert walked(here, here.dataset(columns=columns), places()).report.passed


@pytest.mark.parametrize("by", ["DPO", "Déléguée à la protection des données", "la direction"])
def test_an_office_decides_nothing(here: Desk, by: str) -> None:
    with pytest.raises(DeclarationError, match="ne nomme personne"):
        here.dataset(columns=COLUMNS, waivers=[{**DECIDED, "by": by}])


@pytest.mark.parametrize("missing", ["reason", "date", "by"])
def test_a_decision_without_reason_day_or_name_is_none(here: Desk, missing: str) -> None:
    with pytest.raises(DeclarationError):
        here.dataset(columns=COLUMNS, waivers=[{k: v for k, v in DECIDED.items() if k != missing}])


@pytest.mark.parametrize("other", [{"kind": "person_name"}, {"column": "quartier"}])
def test_a_decision_on_another_column_or_kind_opens_nothing(here: Desk, other: dict[str, str]) -> None:
    dataset = here.dataset(columns=COLUMNS, waivers=[{**DECIDED, **other}])
    with pytest.raises(ValidationGateClosed):
        walked(here, dataset, places())


def test_what_the_model_alone_names_in_texts_waits_for_an_answer(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = ScanHit("equipement", IdentifierKind.PERSON_NAME, HitStrength.POSSIBLE, 3, 20)
    monkeypatch.setattr(residual, "find_ner_name_hits", lambda *_: (named,))
    plain = pa.table({"quartier": ["Q"] * 20, "equipement": ["rien"] * 20})
    with pytest.raises(ValidationGateClosed, match="peut-être un nom de personne"):
        walked(here, here.dataset(columns=COLUMNS), plain)


# --- ways around it ---


def test_a_restricted_dataset_waits_as_well(here: Desk) -> None:
    restricted = {"access": {"level": "same_organization"}, "licence": "other-at"}
    with pytest.raises(ValidationGateClosed):
        walked(here, here.dataset(columns=COLUMNS, **restricted), places())


def test_a_column_that_is_the_key_waits_as_well(here: Desk) -> None:
    with pytest.raises(ValidationGateClosed):
        walked(here, here.dataset(columns=COLUMNS, key=["equipement"]), places())


def test_no_published_column_can_take_the_name_that_the_scan_passes_over(here: Desk) -> None:
    for columns in ({**COLUMNS, "__line": "publish"}, {"quartier": {"publish": True, "as": "__line"}}):
        with pytest.raises(DeclarationError, match="__line"):
            here.dataset(columns=columns, fields=[{"name": "quartier"}, {"name": "__line"}])


def test_another_published_name_hides_nothing(here: Desk) -> None:
    """The waiver is of the published name; one of the source's name is refused."""
    columns = {**COLUMNS, "equipement": {"publish": True, "as": "lieu"}}
    with pytest.raises(ValidationGateClosed, match='column: "lieu"'):
        walked(here, here.dataset(columns=columns), places())
    with pytest.raises(DeclarationError):
        here.dataset(columns=columns, waivers=[DECIDED])


def test_a_rule_that_leaves_it_there_answers_for_nothing(here: Desk) -> None:
    with pytest.raises(ValidationGateClosed):
        walked(here, here.dataset(columns={**COLUMNS, "equipement": {"truncate": 200}}), places())


def test_what_a_correction_puts_back_waits_as_well(here: Desk) -> None:
    """A value that somebody writes into a cell after the anonymisation is scanned like any other."""
    from aqueduc.validate.corrections import compute_cell_hmac, load_or_create_correction_hmac_keys

    mailbox = "zoe.canari@exemple.example"
    folder = here.include / "corrections"
    folder.mkdir()
    seal = compute_cell_hmac(
        load_or_create_correction_hmac_keys(here.place.vault)[0], "jeu", ["7"], "equipement", "à revoir"
    )
    (folder / "jeu.csv").write_text(
        f"numero,column,before,after,by,why\n7,equipement,{seal},{mailbox},Claire Fabre,relevé\n",
        encoding="utf-8",
    )
    columns = {"numero": "publish", "equipement": "publish"}
    table = pa.table({"numero": [str(n) for n in range(20)], "equipement": ["à revoir"] * 20})
    with pytest.raises(ValidationGateClosed, match="une adresse électronique"):
        walked(here, here.dataset(columns=columns, key=["numero"]), table)


LINK = "https://api.example/lieux"


def served(dataset: Dataset, body: bytes) -> None:
    """Raises what the check of a link raises for what it serves."""
    known = EnvironmentConnections({"AIRFLOW_CONN_DATASUD": '{"conn_type": "ckan", "host": "ckan.example"}'})
    answer = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    with PlatformClient(known.get("datasud"), organisation="ville", transport=answer) as client:
        link.require_publishable_link(dataset, WithheldRowCounts(0, 0), LINK, client, dataset.path.parents[1])


def as_json(table: pa.Table) -> bytes:
    return json.dumps(table.to_pylist()).encode()


def as_csv(table: pa.Table) -> bytes:
    rows = zip(*table.to_pydict().values(), strict=True)
    return "\n".join(["quartier,equipement", *map(",".join, rows)]).encode()


@pytest.mark.parametrize("form, document", [("json", as_json), ("csv", as_csv)])
def test_what_a_link_serves_waits_whatever_was_extracted(here: Desk, form: str, document: Any) -> None:
    """In mode index the public reads the source itself, and the link may lead elsewhere than the extract."""
    indexed = {
        "source": {"http": "api", "path": "/lieux", "format": form},
        "publish": {"mode": "index", "link": LINK},
    }
    with pytest.raises(PublicationGateClosed, match="peut-être une adresse") as closed:
        served(here.dataset(columns=COLUMNS, **indexed), document(places()))
    assert "Canari" not in str(closed.value)
    served(here.dataset(columns=COLUMNS, waivers=[DECIDED], **indexed), document(places()))


def test_a_cell_beyond_the_header_of_a_linked_file_is_shown_to_nobody(here: Desk) -> None:
    source = {"http": "api", "path": "/lieux", "format": "csv"}
    dataset = here.dataset(source=source, publish={"mode": "index", "link": LINK})
    served(dataset, b"quartier\nQ1\nQ2\n")
    with pytest.raises(PublicationGateClosed, match="ne connaît pas"):
        served(dataset, b"quartier\nQ1\nQ2,14 rue Canari\n")


JANUARY = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
FEBRUARY = Window(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))


def test_a_window_of_before_does_not_outlive_the_decision_it_left_by(here: Desk) -> None:
    """The waiver is taken away: last month's file, prepared under it, is part of the next revision."""
    store = here.place.store
    decided = here.dataset(columns=COLUMNS, waivers=[DECIDED])
    january = walked(here, decided, places(), JANUARY, "janvier").handle
    partitions.merge_prepared_file_into_partitions(decided, january, store).save_partitions(decided, store)
    plain = pa.table({"quartier": ["Q"] * 20, "equipement": ["rien"] * 20})
    february = walked(here, decided, plain, FEBRUARY, "fevrier").handle
    assembly = partitions.merge_prepared_file_into_partitions(decided, february, store)
    assembly.refuse_outdated_partitions(decided, store)
    undecided = here.dataset(columns=COLUMNS)
    with pytest.raises(PublicationGateClosed, match="« equipement »") as closed:
        assembly.refuse_outdated_partitions(undecided, store)
    assert [finding.code for finding in closed.value.findings] == ["fenetres-sans-decision"]
    assert "2026-01-01" in str(closed.value) and "Canari" not in str(closed.value)


@pytest.mark.parametrize("damage", ["gone", "of another file", "refused"])
def test_a_window_whose_scan_is_not_proved_does_not_leave(here: Desk, damage: str) -> None:
    store = here.place.store
    dataset = here.dataset(columns=COLUMNS, waivers=[DECIDED])
    handle = walked(here, dataset, places(), JANUARY, "janvier").handle
    assembly = partitions.merge_prepared_file_into_partitions(dataset, handle, store)
    assembly.refuse_outdated_partitions(dataset, store)
    report = store.read_report("jeu", "janvier", "scan") or {}
    if damage == "gone":
        store.delete("runs/jeu/janvier/scan.json")
    else:
        other = {"of another file": {"input_sha256": "b" * 64}, "refused": {"passed": False}}[damage]
        store.write_report("jeu", "janvier", "scan", {**report, **other})
    with pytest.raises(PublicationGateClosed):
        assembly.refuse_outdated_partitions(dataset, store)


# --- what people read says the same ---


def test_the_draft_writes_the_line_to_sign_and_the_gate_holds_to_it(tmp_path: Path) -> None:
    """Whoever answers « publish » to the draft's question publishes nothing before the line is signed."""
    folder = tmp_path / "depot"
    folder.mkdir()
    cells = "\n".join(f"{n},{place}" for n, place in enumerate(PLACES))
    (folder / "lieux.csv").write_text(f"numero,equipement\n{cells}\n", encoding="utf-8")
    steward = table(
        tmp_path, {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}})}
    )
    made = draft_declaration(file("lieux", "depot", "lieux.csv"), steward.place)
    (proposal,) = [one for one in made.plan.proposals if one.name == "equipement"]
    assert proposal.recommended_option.rule == "drop" and proposal.is_undecided
    path = steward.write(made)
    steward.decide(path, {"equipement": "publish"})
    text = path.read_text("utf-8")
    line = format_waiver_line("equipement", "address")
    assert f"# waivers:\n#   {line}" in text and CANARY not in text
    with pytest.raises(ValidationGateClosed) as closed:
        steward.walk(steward.load(path))
    assert line in str(closed.value)
    path.write_text(text.replace("# waivers:\n#   -", "waivers:\n  -"), "utf-8")
    assert {code for code, _ in steward.refusal(path)} >= {"a-decider"}
    signed = "- {column: equipement, kind: address, date: 2026-06-30, by: Claire Fabre, reason: des écoles}"
    path.write_text(text.replace(f"# waivers:\n#   {line}", f"waivers:\n  {signed}"), "utf-8")
    assert steward.walk(steward.load(path)).passed


def test_what_the_officer_signs_names_who_decided(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, waivers=[DECIDED])
    text = "\n".join(
        item
        for section in build_publication_explanation(
            dataset, here.city, OpinionAndAgreementContext(date(2026, 7, 1))
        ).sections
        for block in section.blocks
        if isinstance(block, BulletList)
        for item in block.items
    ).replace("\N{NO-BREAK SPACE}", " ")
    assert "« equipement » (une adresse postale) : adresses d'équipements publics." in text
    assert "inscrite le 30/06/2026, au nom de : Claire Fabre, déléguée à la protection des données" in text
    assert "même s'il n'est que possible, ferme la porte" in text
    walked(here, dataset, places())
    report = build_dpo_report(
        dataset, here.city, here.run(), here.place.store, OpinionAndAgreementContext(date(2026, 7, 1))
    )
    assert report is not None
    page = render_dpo_report_page(report)
    assert (
        "(possible)" in page
        and "Claire Fabre" in page
        and "couvert par une levée inscrite au nom d'une personne" in page.replace("&#39;", "'")
    )


def test_the_officer_of_a_refused_run_reads_what_it_waits_for(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS)
    with pytest.raises(ValidationGateClosed):
        walked(here, dataset, places())
    report = build_dpo_report(
        dataset, here.city, here.run(), here.place.store, OpinionAndAgreementContext(date(2026, 7, 1))
    )
    assert report is not None and report["closed_at"] == "scan"
    page = render_dpo_report_page(report)
    for words in ("(possible)", "ferme la porte", "une personne nommée doit en décider", "« waivers: »"):
        assert words in unescape(page)
    assert "Canari" not in page


def test_the_steward_reads_what_waits_and_what_is_only_told(here: Desk) -> None:
    """A mailbox of a service beside it holds nothing back, and is not said to."""
    table = places().append_column("courriel", pa.array(["accueil@ville.example"] * 20))
    dataset = here.dataset(columns={**COLUMNS, "courriel": "publish"})
    with pytest.raises(ValidationGateClosed) as closed:
        walked(here, dataset, table)
    report = gather_steward_report(dataset, here.run(), here.place.store, closed.value)
    weights = {item.code: item.weight for item in report.items}
    assert weights == {"donnee-personnelle-possible": "blocking", "donnee-signalee": "note"}
    (waiting,) = [item for item in report.items if item.weight == "blocking"]
    assert format_waiver_line("equipement", "address") in waiting.remedy
    assert "Canari" not in render_steward_page(report, here.city)


@pytest.mark.parametrize("spoken", ["docs", "plugins/aqueduc"])
def test_nothing_says_any_more_that_possible_closes_nothing(spoken: str) -> None:
    root = Path(__file__).resolve().parents[2] / spoken
    for path in (path for suffix in ("py", "j2", "md") for path in root.rglob(f"*.{suffix}")):
        text = " ".join(path.read_text(encoding="utf-8").split())
        for claim in (
            "possible est signalé",
            "ne ferme rien",
            "closes no gate",
            "cela ne ferme pas la porte",
        ):
            assert claim not in text, f"{path}: {claim}"
