"""The steward's report: what each outcome is called, the trend of the ledger, and a page without a cell."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.errors import AqueducError, PublicationGateClosed, SourceUnreadable
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.steward import (
    StewardReport,
    find_latest_reported_run_id,
    gather_steward_report,
    render_steward_page,
    write_steward_report,
)
from tests.making import Desk, desk, extract_report, publish_report

START = datetime(2026, 1, 1, 5, tzinfo=UTC)


class Broken(Finding):
    code = "chaine-rompue"
    sentence = _("`{column}` est <b>faux</b>")
    remedy = _("relancer")


@pytest.fixture
def bureau(tmp_path: Path) -> Desk:
    made = desk(tmp_path)
    for rank in range(12):
        at = START + timedelta(days=rank)
        balance = {"extracted": 103, "published": 100 + rank, "rejected": rank % 3, "suppressed": 0}
        entry = {"kind": "certificate", "balance": balance, "served_at": at.isoformat(), "run": f"r{rank}"}
        append_ledger_entry(made.place.store, "jeu", f"r{rank}", at, entry)
        append_ledger_entry(made.place.store, "jeu", f"l{rank}", at, {"kind": "unchanged"})
    return made


def reports(bureau: Desk, **stages: dict[str, Any]) -> None:
    for stage, report in stages.items():
        bureau.place.store.write_report("jeu", "essai", stage, report)


EXTRACT = extract_report(100, 2, at=START.isoformat()).to_json()
PUBLISH = publish_report().to_json()
GATE = PublicationGateClosed("Rien.", findings=(Broken(column="rue"),), where="ici", remedy="relancer")
AWAY = SourceUnreadable("Illisible.", where="ici", remedy="le redéposer")


@pytest.mark.parametrize(
    "stages, error, state",
    [
        ({"extract": EXTRACT}, None, "ready"),
        ({"extract": {**EXTRACT, "unchanged": True}}, None, "unchanged"),
        ({"extract": EXTRACT, "publish": {**PUBLISH, "dry_run": True}}, None, "trial"),
        ({"extract": EXTRACT, "publish": {**PUBLISH, "dry_run": True, "passed": False}}, None, "ready"),
        ({"extract": EXTRACT, "publish": PUBLISH}, None, "published"),
        ({"extract": EXTRACT}, GATE, "held"),
        ({}, AWAY, "failed"),
    ],
)
def test_what_an_outcome_is_called(bureau: Desk, stages: Any, error: AqueducError | None, state: str) -> None:
    reports(bureau, **stages)
    dataset, run, store = bureau.dataset(), bureau.run(), bureau.place.store
    report = write_steward_report(dataset, bureau.city, run, bureau.place, error)
    assert report.state == state
    assert find_latest_reported_run_id(store, "jeu") == "essai"
    assert StewardReport.read(store, "jeu", "essai") == report == StewardReport.from_json(report.to_json())
    assert report.extracted == (102 if stages else None)
    kept = store.read(store.build_report_page_key("jeu", "essai", "steward"))
    assert (kept is None) == (state == "unchanged"), "most runs are such, and leave nothing but their entry"
    text = render_steward_page(report, bureau.city)
    assert kept in (None, text.encode())
    assert ("✓" in text) == (state not in ("held", "failed"))
    assert "http" not in text.replace("http-equiv", "")


def test_a_trial_is_said_to_be_one_and_to_have_written_nothing(bureau: Desk) -> None:
    reports(bureau, extract=EXTRACT, publish={**PUBLISH, "dry_run": True})
    text = page(bureau, None)
    assert "Essai : validé, et la publication préparée sans rien écrire." in text
    assert re.search(r"<td>Publier</td>\s*<td><span class=\"tag soft\">essai, rien d'écrit</span></td>", text)


def test_what_stops_after_the_reading_back_is_not_said_to_have_sent_nothing(bureau: Desk) -> None:
    reports(bureau, extract=EXTRACT, publish=PUBLISH)
    for error in (GATE, AWAY):
        text = page(bureau, error)
        assert "Publié et relu : la plateforme sert le fichier qui a été validé. Ce qui suit" in text
        assert "ien n'est parti" not in text
    reports(bureau, extract=EXTRACT, publish={**PUBLISH, "dry_run": True})
    assert "Rien n'est parti" in page(bureau, AWAY)


def page(bureau: Desk, error: AqueducError | None) -> str:
    report = gather_steward_report(bureau.dataset(), bureau.run(), bureau.place.store, error)
    return html.unescape(render_steward_page(report, bureau.city))


def test_the_trend_is_that_of_the_last_certified_runs(bureau: Desk) -> None:
    report = gather_steward_report(bureau.dataset(), bureau.run(), bureau.place.store)
    assert [one.run for one in report.trend] == [f"r{rank}" for rank in range(2, 12)]
    assert [one.published for one in report.trend] == list(range(102, 112))
    text = render_steward_page(report, bureau.city)
    assert text.count('<circle class="dot"') == text.count("<rect class=") == 10


def test_a_message_is_escaped_and_a_gate_without_a_report_speaks(bureau: Desk) -> None:
    reports(bureau, extract=EXTRACT)
    report = gather_steward_report(bureau.dataset(), bureau.run(), bureau.place.store, GATE)
    assert [(item.stage, item.weight, item.code) for item in report.items] == [
        ("anonymise", "blocking", "chaine-rompue")
    ]
    assert "<code>rue</code> est &lt;b&gt;faux&lt;/b&gt;" in render_steward_page(report, bureau.city)
    item = replace(report.items[0], message="`rue` : 3 lignes fausses (lignes 3, 4, 9…)")
    assert item.message_without_line_numbers == "`rue` : 3 lignes fausses"
