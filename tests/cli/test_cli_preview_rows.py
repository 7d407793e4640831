"""What ``preview`` shows after is what the file of the revision holds, cell by cell."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aqueduc.anonymise.objections import (
    build_personal_objection,
    replace_objections,
    store_objections_to_enforce,
)
from aqueduc.cli.rehearsal import SampleRow, open_sandbox, rehearse_dataset, trace_fate_of_first_rows
from aqueduc.publish.revision.files import write_revision_files
from aqueduc.store import open_verified_file
from aqueduc.validate.corrections import load_or_create_correction_hmac_keys
from tests.making import Desk, desk

FIELDS: list[dict[str, Any]] = [
    {"name": "lieu", "type": "string"},
    {"name": "ouvert", "type": "boolean", "trueValues": ["O"], "falseValues": ["N"]},
    {"name": "montant", "type": "number"},
    {"name": "vote", "type": "date"},
    {"name": "vu", "type": "datetime"},
    {"name": "autre", "type": "date", "format": "%d.%m.%Y"},
]
ROWS = (
    "lieu;ouvert;montant;vote;vu;autre\n"
    "Mairie;O;2 300,50;03/02/2025;2025-02-03 10:00:00;31.12.1999\n"
    "=Poste;N;12,0;10/02/2025;2025-02-03T10:00:00Z;01.01.2000\n"
    "Gare;;;;;\n"
)


@pytest.fixture
def house(tmp_path: Path) -> Desk:
    (tmp_path / "depot").mkdir()
    depot = '{"conn_type": "fs", "extra": {"path": "%s"}}' % (tmp_path / "depot")
    return desk(tmp_path, {"AIRFLOW_CONN_DEPOT": depot})


def preview_rows(
    house: Desk, text: str, **changes: Any
) -> tuple[tuple[SampleRow, ...], list[dict[str, str]]]:
    """The sample, and the rows of the CSV that would be sent."""
    (house.include.parent / "depot/jeu.csv").write_text(text, "utf-8")
    source = {"file": "depot", "path": "jeu.csv", "delimiter": ";", "decimal": ",", "dates": "DD/MM/YYYY"}
    settings: dict[str, Any] = {
        "source": source,
        "columns": {field["name"]: "publish" for field in FIELDS},
        "fields": FIELDS,
        "key": [],
        "publish": {"mode": "upload", "platform": "datasud", "formats": ["csv"], "datastore": False},
    }
    dataset = house.dataset(**{**settings, **changes})
    with open_sandbox(house.place) as inside:
        tried = rehearse_dataset(dataset, None, inside, lambda *_: None)
        shown = trace_fate_of_first_rows(dataset, tried, inside, 10)
        if tried.validated_handle is None:
            return shown, []
        with (
            open_verified_file(inside.store, tried.validated_handle) as path,
            inside.store.open_scratch_folder() as scratch,
        ):
            (file,) = write_revision_files(dataset, [path], scratch).values()
            with file.path.open(encoding="utf-8", newline="") as written:
                return shown, list(csv.DictReader(written))


def test_what_is_shown_after_is_what_the_file_holds(house: Desk) -> None:
    shown, written = preview_rows(house, ROWS)
    after = [{str(cell.published_as): str(cell.after or "") for cell in row.cells} for row in shown]
    assert {row["lieu"]: row for row in after} == {row["lieu"]: row for row in written}
    assert after[0] == {
        "lieu": "Mairie",
        "ouvert": "true",
        "montant": "2300.5",
        "vote": "2025-02-03",
        "vu": "2025-02-03T10:00:00",
        "autre": "1999-12-31",
    }


def test_as_it_is_is_said_of_what_is_as_it_was_read(house: Desk) -> None:
    shown, _written = preview_rows(house, ROWS)
    said = {cell.column: str(cell.treatment) for cell in shown[0].cells}
    assert said["lieu"] == "publiée telle quelle"
    assert said["ouvert"] == said["autre"] == "publiée, récrite selon son type"
    for row in shown:
        for cell in row.cells:
            same = str(cell.before or "") == str(cell.after or "")
            assert same == (str(cell.treatment) == "publiée telle quelle")


def test_of_a_closed_gate_nothing_is_said_to_be_published(house: Desk) -> None:
    shown, written = preview_rows(house, ROWS + "Halle;O;cher;;;\n")
    assert written == []
    assert [str(row.fate) for row in shown] == [
        *["prête, mais la porte s'est fermée : rien n'est publié"] * 3,
        "rejetée (montant:type)",
    ]


def test_what_the_vault_remembers_holds_a_rehearsal_too(house: Desk) -> None:
    """An objection that is in the vault is obeyed, and not said to be missing there; the key of corrections is the
    city's. Nothing of it is written."""
    dataset, vault = house.dataset(), house.place.vault
    person = replace(build_personal_objection(["lieu"], ["gare"]), at="2026-03-03T10:00:00+00:00", id="une")
    replace_objections(vault, dataset, [person])
    store_objections_to_enforce(house.place.store, dataset.id, [person], person.at)
    keys, registry = load_or_create_correction_hmac_keys(vault), vault.read("objections/jeu.json")
    shown, written = preview_rows(house, ROWS)
    assert {row["lieu"] for row in written} == {"Mairie", "=Poste"}
    assert [str(row.fate) for row in shown][2] == "retirée pour protéger les personnes"
    with open_sandbox(house.place) as inside:
        assert load_or_create_correction_hmac_keys(inside.vault) == keys
    assert vault.read("objections/jeu.json") == registry and vault.list("raw") == []
