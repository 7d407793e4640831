"""What is said, to whoever signs, of the columns that are added to a source."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.anonymise.residual import scan_output_file
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import DeclarationError
from aqueduc.record.explanation import build_publication_explanation
from aqueduc.record.preparation import build_preparation_text_for_citizens
from aqueduc.record.statement import OpinionAndAgreementContext
from tests.making import Desk, desk

COLUMNS: dict[str, Any] = {"quartier": "publish", "parcelle": "drop", "canton": "publish"}
JOIN = {"file": "references/parcelles.csv", "on": "parcelle", "columns": ["canton"]}
FIELDS = [{"name": "quartier"}, {"name": "canton"}]
WAIVER = {
    "column": "canton",
    "kind": "derived",
    "reason": "un canton compte mille parcelles",
    "date": "2026-06-30",
    "by": "Ana Roux, cheffe du cadastre",
}


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    made = desk(tmp_path)
    (made.include / "references").mkdir()
    (made.include / "references" / "parcelles.csv").write_text("parcelle,canton\nA1,1\n", encoding="utf-8")
    return made


def declare(here: Desk, **changes: Any) -> Dataset:
    return here.dataset(
        **{"columns": COLUMNS, "fields": FIELDS, "join": JOIN, "waivers": [WAIVER], **changes}
    )


def explain(here: Desk, dataset: Dataset) -> str:
    found = build_publication_explanation(dataset, here.city, OpinionAndAgreementContext(date(2026, 7, 1)))
    return str(found).replace("\\xa0", " ").replace("\\u202f", " ").replace("\\u2060", "")


def test_it_is_said_where_a_column_comes_from(here: Desk) -> None:
    dataset = declare(here)
    said = explain(here, dataset)
    assert "canton (jointe, de references/parcelles.csv)" in said
    assert (
        f"« canton », de references/parcelles.csv (table de la Ville, SHA-256 {dataset.join[0].sha256[:16]}…), par "
        "« parcelle » : une ligne que la table ne connaît pas les laisse vides" in said
    )
    rejecting = explain(here, declare(here, join={**JOIN, "unmatched": "reject"}))
    assert "une ligne que la table ne connaît pas est rejetée" in rejecting
    assert "n'a pas su lire, celles que references/parcelles.csv ne connaît pas, et" in rejecting
    assert (
        "1 colonne, de la source ou ajoutée, est retirée de tout fichier publié : « parcelle »" in rejecting
    )
    assert "Ne sont pas de la source" not in explain(here, declare(here, join=[], waivers=[]))


def test_a_column_that_may_be_of_a_joined_table_is_not_said_to_be_of_the_source(here: Desk) -> None:
    columns = {"parcelle": "publish", "quartier": "drop", "canton": "publish"}
    fields = [{"name": "parcelle"}, {"name": "canton"}]
    whole = {key: value for key, value in JOIN.items() if key != "columns"}
    for join, origin in ((JOIN, " de la source"), (whole, "")):
        dataset = declare(here, columns=columns, fields=fields, join=join, waivers=[])
        record = build_preparation_text_for_citizens(dataset, rejected=0, suppressed=0).replace(
            "\N{NO-BREAK SPACE}", " "
        )
        assert f"Une colonne{origin} n'est pas publiée : « quartier »." in record
        assert f"les noms des colonnes{origin} retirées" in explain(here, dataset)


def test_it_is_said_of_what_a_column_is_computed(here: Desk) -> None:
    columns = {**COLUMNS, "parcelle": "publish", "section": "publish"}
    fields = [*FIELDS, {"name": "parcelle"}, {"name": "section"}]
    made = {"columns": columns, "fields": fields, "waivers": [], "computed": {"section": "left(parcelle, 1)"}}
    said = explain(here, declare(here, **made))
    assert "section (calculée)" in said and "les lignes que la lecture, un calcul ou une règle" in said
    assert "« section », calculée de « parcelle » : left(parcelle, 1)" in said


def test_an_expression_is_said_whole_however_long(here: Desk) -> None:
    """What stood beyond 120 characters was signed unseen."""
    columns = {**COLUMNS, "parcelle": "publish", "section": "publish"}
    fields = [*FIELDS, {"name": "parcelle"}, {"name": "section"}]
    long = f"left(parcelle, 1)\n  || '{'x' * 1900}' ||   '  a\nb'"
    made = {"columns": columns, "fields": fields, "waivers": [], "computed": {"section": long}}
    dataset = declare(here, **made)
    assert f": left(parcelle, 1) || '{'x' * 1900}' || '  a⏎b'" in explain(here, dataset)


def test_a_join_rejects_no_row_by_what_is_kept_back(here: Desk) -> None:
    """Unless somebody is asked for what comes of it."""
    rejecting = {**JOIN, "unmatched": "reject"}
    hidden = {"columns": {**COLUMNS, "canton": "drop"}, "fields": FIELDS[:1], "waivers": []}
    with pytest.raises(DeclarationError) as wrong:
        declare(here, join=rejecting, **hidden)
    assert "rejette des lignes selon ce qui ne sort pas tel quel (parcelle)" in str(wrong.value)
    assert declare(here, join=JOIN, **hidden) and declare(here, join=rejecting)
    lieu = {"columns": {**hidden["columns"], "lieu": "publish"}, "fields": [*FIELDS[:1], {"name": "lieu"}]}
    made = {**lieu, "join": rejecting, "computed": {"lieu": "upper(canton)"}}
    with pytest.raises(DeclarationError, match="« lieu » est tirée de ce qui ne sort pas tel quel"):
        declare(here, **made, waivers=[])
    assert declare(here, **made, waivers=[{**WAIVER, "column": "lieu"}])


COMPUTED: dict[str, Any] = {
    "join": [],
    "waivers": [],
    "columns": {
        "quartier": "publish",
        "nom": "drop",
        "age": {"generalise": {"band": 10}},
        "initiale": "publish",
    },
    "fields": [{"name": "quartier"}, {"name": "age"}, {"name": "initiale"}],
}


@pytest.mark.parametrize(
    "expression, hidden",
    [
        ("left(nom, 1)", "nom"),
        ("NOM", "nom"),
        ('"nom"', "nom"),
        ("upper (/* a */ nom)", "nom"),
        ("CASE WHEN CAST(age AS INTEGER) >= 18 THEN 'oui' END", "age"),
        ("nom || '(' || quartier || age", "nom, age"),
        ("length(quartier)+nom", "nom"),
        ("quartier||nom--x", "nom"),
    ],
)
def test_a_computed_column_gives_nothing_back(here: Desk, expression: str, hidden: str) -> None:
    made = {**COMPUTED, "computed": {"initiale": expression}}
    with pytest.raises(DeclarationError) as wrong:
        declare(here, **made)
    assert f"« initiale » est tirée de ce qui ne sort pas tel quel ({hidden})" in str(wrong.value)
    waiver = {**WAIVER, "column": "initiale"}
    assert declare(here, **{**made, "waivers": [waiver]}).computed == {"initiale": expression}


@pytest.mark.parametrize(
    "expression", ["upper(quartier)", "'nom'", "1", "quartier || ' age '", "nom (quartier)"]
)
def test_what_reads_nothing_hidden_needs_nobody(here: Desk, expression: str) -> None:
    """A call is no column: the parser refuses that of a function that is none."""
    assert declare(here, **{**COMPUTED, "computed": {"initiale": expression}}).computed


def test_whoever_answers_for_it_is_named(here: Desk, tmp_path: Path) -> None:
    dataset = declare(here)
    assert "un canton compte mille parcelles" in explain(here, dataset)
    path = tmp_path / "valid.parquet"
    pq.write_table(pa.table({"quartier": ["Q"], "canton": ["1"]}), path)
    (seen,) = scan_output_file(dataset, path, tmp_path).report.sightings
    assert (seen.column, seen.kind, seen.answer) == ("canton", "derived", "waiver")
    assert seen.waiver and seen.waiver["by"] == "Ana Roux, cheffe du cadastre"


def test_what_is_counted_of_a_derived_column_is_what_it_holds(here: Desk, tmp_path: Path) -> None:
    dataset, path = declare(here), tmp_path / "valid.parquet"
    for cells, counted in ((["1", None, "2", "", "  "], [(2, 2)]), ([None] * 5, [])):
        canton = pa.array(cells, pa.string())
        pq.write_table(pa.table({"quartier": ["Q"] * 5, "canton": canton}), path)
        found = scan_output_file(dataset, path, tmp_path).report.sightings
        assert [(one.rows, one.cells) for one in found] == counted


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": {**COLUMNS, "canton": "drop"}, "fields": FIELDS[:1]},
        {"columns": {**COLUMNS, "canton": {"publish": True, "basis": "CRPA, art. L. 1"}}},
        {"columns": {**COLUMNS, "canton": {"constant": "x"}}},
        {"privacy": {"quasi_identifiers": ["canton"], "k": 5}},
        {"columns": {**COLUMNS, "parcelle": "publish"}, "fields": [*FIELDS, {"name": "parcelle"}]},
    ],
    ids=["drop", "basis", "constant", "quasi", "cle-publiee"],
)
def test_what_answers_for_a_derived_column(here: Desk, changes: dict[str, Any]) -> None:
    assert declare(here, waivers=[], **changes).join


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"columns": {**COLUMNS, "parcelle": {"truncate": 2}}, "fields": [*FIELDS, {"name": "parcelle"}]},
        {"columns": {**COLUMNS, "canton": {"truncate": 1}}},
        {"columns": {**COLUMNS, "parcelle": "publish"}, "fields": [*FIELDS, {"name": "parcelle"}],
         "privacy": {"quasi_identifiers": ["parcelle"], "k": 5, "hierarchies": {"parcelle": {"prefix": [1]}}}},
        {"waivers": [{**WAIVER, "kind": "address"}]},
    ],
    ids=["drop", "truncate", "elle-meme-tronquee", "hierarchie", "autre-levee"],
)  # fmt: skip
def test_what_does_not(here: Desk, changes: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError, match="« canton » est tirée de ce qui ne sort pas tel quel"):
        declare(here, **{"waivers": [], **changes})
