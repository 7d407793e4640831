"""A draft of a file that follows a national schema: its order, what it takes for nothing, its empty columns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aqueduc.declaration.column_name_hints import ColumnNature, classify_column_name
from aqueduc.draft import (
    DeclarationDraft,
    build_draft_request_from_path_or_url,
    draft_declaration,
    load_schema_catalogue_from_folder,
)
from tests.draft.stewarding import Table, table

NATIONAL = {
    "name": "bornes",
    "title": "Bornes",
    "version": "1.2.0",
    "missingValues": ["", "NULL"],
    "fields": [
        {"name": "id_borne", "type": "string", "constraints": {"required": True}},
        {"name": "puissance_nominale", "type": "number"},
        {"name": "date_mise_en_service", "type": "date"},
        {"name": "observations_borne", "type": "string"},
        {"name": "paiement_cb", "type": "boolean"},
        {"name": "nbre_pdc", "type": "integer"},
    ],
}
FILE = (
    "nbre_pdc;id_borne;puissance_nominale;date_mise_en_service;observations_borne;paiement_cb\n"
    "2;FR-1;22.5;;;\n3;FR-2;50;;;\n"
)


@pytest.fixture
def steward(tmp_path: Path) -> Table:
    return table(tmp_path, {})


@pytest.fixture
def made(steward: Table, tmp_path: Path) -> DeclarationDraft:
    (tmp_path / "national").mkdir()
    (tmp_path / "national/bornes.json").write_text(json.dumps(NATIONAL), "utf-8")
    (tmp_path / "bornes.csv").write_text(FILE, "utf-8")
    wanted = build_draft_request_from_path_or_url("essai", str(tmp_path / "bornes.csv"))
    return draft_declaration(wanted, steward.place, load_schema_catalogue_from_folder(tmp_path / "national"))


def test_the_schema_keeps_the_order_and_the_missing_values_of_the_national_one(
    made: DeclarationDraft,
) -> None:
    schema = json.loads(made.files["schemas/essai.json"])
    assert made.plan.match is not None
    assert [field["column"] for field in schema["fields"]] == [field["name"] for field in NATIONAL["fields"]]
    assert schema["missingValues"] == ["", "NULL"]


def test_an_empty_column_of_a_national_schema_is_no_question(made: DeclarationDraft) -> None:
    asked = {decision.key for decision in made.decisions}
    empty = ("date_mise_en_service", "observations_borne", "paiement_cb")
    assert not asked & {f"columns.{name}" for name in empty}
    proposed = {proposal.name: proposal.recommended_option.rule for proposal in made.plan.proposals}
    assert [proposed[name] for name in empty] == ["publish", "drop", "publish"]


def test_the_number_and_the_family_of_a_tree_are_nobody_s() -> None:
    for name in ("matricule_arbre", "famille_arbre"):
        assert not classify_column_name(name).natures & {ColumnNature.PERSONAL_ID, ColumnNature.PERSON_NAME}
    assert ColumnNature.PERSONAL_ID in classify_column_name("matricule").natures
