"""``new`` from an address, or a connection to an API: a real server answers on this machine."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from aqueduc.draft import DeclarationDraft, build_draft_request_from_path_or_url, draft_declaration
from aqueduc.errors import SourceError
from aqueduc.pipeline import run_pipeline
from aqueduc.run import Run
from aqueduc.sources.http.drafting import build_api_path_draft_request
from tests.draft.stewarding import Table, table
from tests.examples import rarely
from tests.making import CITY
from tests.sources.conftest import Api, Reply, serve_api

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def api() -> Iterator[Api]:
    running = Api()
    with serve_api(running) as running.url:
        yield running


@pytest.fixture
def steward(api: Api, tmp_path: Path) -> Table:
    """A city with a connection to the API, and a portal."""
    made = table(tmp_path, {"AIRFLOW_CONN_MOBILITE": json.dumps({"conn_type": "http", "host": api.url})})
    city = {
        **CITY,
        "platforms": {"portail": {"type": "portal", "folder": str(tmp_path / "portail")}},
        "defaults": {**CITY["defaults"], "platform": "portail"},
    }
    (made.desk.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")
    return made


def publish(steward: Table, made: DeclarationDraft) -> list[list[str]]:
    """What a citizen downloads once every column is published, its header first."""
    path = steward.write(made)
    assert {code for code, _ in steward.refusal(path)} == {"a-decider"}
    published = [proposal for proposal in made.plan.proposals if proposal.is_undecided]
    steward.decide(path, {p.name: next(o.rule for o in p.options if o.published_as) for p in published})
    assert steward.refusal(path) == []
    dataset = steward.load(path)
    run_pipeline(dataset, steward.desk.city, Run(dataset.id, "essai"), steward.place)
    written = (steward.desk.include.parent / "portail/jeux/essai/essai.csv").read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(written)))


def draft(steward: Table, target: str) -> DeclarationDraft:
    return draft_declaration(build_api_path_draft_request("essai", "mobilite", target), steward.place)


def test_the_pages_of_an_api_are_found_and_all_read(api: Api, steward: Table) -> None:
    def page(rank: int) -> dict[str, Any]:
        following = f"{api.url}/comptages?page={rank + 1}" if rank < 3 else None
        rows = [{"borne": f"B{rank}{n}", "passages": 10 * rank + n} for n in range(2)]
        return {"suivante": following, "resultats": rows}

    for rank in (1, 2, 3):
        api.reply(f"/comptages?page={rank}", Reply(page(rank)))
    made = draft(steward, "/comptages?page=1")
    assert made.plan.look.source["records"] == "resultats"
    assert made.plan.look.source["paging"] == {"next": "suivante"}
    assert made.plan.look.raw.rows == 6
    header, *rows = publish(steward, made)
    assert header == ["borne", "passages"]
    assert sorted(rows) == [[f"B{rank}{n}", str(10 * rank + n)] for rank in (1, 2, 3) for n in range(2)]


CSV = "Relevés du mois;;\nborne;relevé;vu le\nMairie;2 300,50;03/02/2025\nÉcole;12,25;10/02/2025\nTotal;2 312,75;\n"
PUBLISHED = [
    ["borne", "relevé", "vu le"],
    ["Mairie", "2300.5", "2025-02-03"],
    ["École", "12.25", "2025-02-10"],
]


@pytest.mark.parametrize(
    "kind, encoding",
    [
        ("text/csv; charset=iso-8859-15", "iso-8859-15"),
        rarely("text/csv", "cp1252"),
        ("application/octet-stream", "utf-8"),
        rarely("text/csv; charset=utf-8", "utf-8"),
    ],
)
def test_a_csv_is_read_as_a_file_is(api: Api, steward: Table, kind: str, encoding: str) -> None:
    """Whatever its server calls it: its title, its commas, its dates, its total."""
    api.reply("/releves.csv", Reply(CSV.encode(encoding), headers={"Content-Type": kind}))
    made = draft(steward, "/releves.csv")
    assert ("encoding" in made.plan.look.source) is (kind == "text/csv")
    assert made.plan.look.source["footer"] == ["Total"]
    header, *rows = publish(steward, made)
    assert [header, *sorted(rows)] == PUBLISHED


def test_a_csv_without_a_header_is_too(api: Api, steward: Table) -> None:
    text = "Mairie;12;2024-01-03\nPoste;7;2024-02-04\n"
    api.reply("/releves", Reply(text.encode(), headers={"Content-Type": "text/csv"}))
    header, *rows = publish(steward, draft(steward, "/releves"))
    assert header == ["colonne_1", "colonne_2", "colonne_3"]
    assert sorted(rows) == [["Mairie", "12", "2024-01-03"], ["Poste", "7", "2024-02-04"]]


def test_a_workbook_is_read(api: Api, steward: Table) -> None:
    book = openpyxl.Workbook()
    for row in (["borne", "relevé"], ["Mairie", 12.5], ["Poste", 7]):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    api.reply("/releves.xlsx", Reply(held.getvalue(), headers={"Content-Type": "application/octet-stream"}))
    made = draft(steward, "/releves.xlsx")
    assert made.plan.look.source["format"] == "xlsx"
    assert sorted(publish(steward, made)) == [["Mairie", "12.5"], ["Poste", "7"], ["borne", "relevé"]]


def test_an_address_is_drafted_before_any_connection_is_made(api: Api, steward: Table) -> None:
    api.reply("/bornes", Reply([{"borne": "B1", "passages": 1}, {"borne": "B2", "passages": 2}]))
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", f"{api.url}/bornes"), steward.place
    )
    text = made.files["datasets/essai.yaml"]
    assert 'http: "à décider : quelle connexion Airflow mène à cette source ?"' in text
    assert "127.0.0.1" not in text + json.dumps(made.to_json())
    path = steward.write(made)
    steward.decide(path, {"http": "mobilite"})
    assert steward.refusal(path) == []
    assert steward.walk(steward.load(path)).rows_out == 2


@pytest.mark.parametrize(
    "reply, said",
    [
        (
            Reply(b"<!DOCTYPE html><p>Dupont", headers={"Content-Type": "text/html"}),
            "n'est pas du JSON lisible (reçu : text/html)",
        ),
        (Reply(b'{"total": "Dupont"}'), "aucune liste d'objets"),
        (Reply(b"Dupont", status=500), "500"),
        (Reply(b"[]", status=404), "404"),
    ],
    ids=["a-page", "no-rows", "an-error", "nothing-there"],
)
def test_what_is_no_table_is_told_without_a_word_of_it(
    api: Api, steward: Table, reply: Reply, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqueduc.http._compute_retry_wait", lambda _state: 0.0)
    api.reply("/x", reply)
    with pytest.raises(SourceError) as refused:
        draft(steward, "/x")
    told = f"{refused.value.what} {refused.value.remedy}"
    assert said in told and "Dupont" not in told
    assert refused.value.remedy
