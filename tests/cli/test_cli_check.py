"""``check``, without network: every error of every file, and what a program reads of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.office import COLUMNS, Office
from tests.making import declaration

BROKEN = 'title: "Sans fin\nsource: {'


def test_all_is_well(office: Office) -> None:
    said = office.aqueduc("check")
    assert (said.code, said.err) == (0, "")
    verdict, *unwitnessed = said.out.splitlines()
    assert verdict == "1 déclaration en ordre, 0 à corriger, 0 à vérifier"
    assert unwitnessed[0].startswith("Aucun témoin du registre n'est déclaré (« witness: » de city.yaml)")


def test_a_city_that_declares_a_witness_is_not_told_of_none(office: Office) -> None:
    path = office.desk.include / "city.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\nwitness: {{mail: [dpo]}}\n", encoding="utf-8")
    assert office.aqueduc("check").out == "1 déclaration en ordre, 0 à corriger, 0 à vérifier\n"
    assert office.aqueduc("check", "--json").json["witnessed"] is True


def test_in_english(office: Office) -> None:
    said = office.aqueduc("--lang", "en", "check")
    assert said.out.startswith("1 declaration in order, 0 to correct, 0 to check\nNo witness of the ledger")


def test_a_broken_file_hides_no_other(office: Office) -> None:
    office.desk.write("casse", BROKEN)
    office.desk.write("vide", "")
    office.desk.write("faux", {**declaration(), "title": "Un autre jeu", "columns": {"numero": "publier"}})
    said = office.aqueduc("check")
    assert said.code == 1
    assert "1 déclaration en ordre, 3 à corriger" in said.out
    for name in ("casse.yaml", "vide.yaml", "faux.yaml"):
        assert f"datasets/{name}" in said.err
    assert "^" in said.err
    assert "« publish »" in said.err or "publish" in said.err


def test_what_a_program_reads(office: Office) -> None:
    office.desk.write("casse", BROKEN)
    office.declare("cc", title="Un autre jeu", licence="cc-by")
    said = office.aqueduc("check", "--json")
    assert said.code == 1
    assert said.json["checked"] == 3
    assert said.json["wrong"] == 1
    assert said.json["connections"] is None
    severities = {problem["severity"]: problem for problem in said.json["problems"]}
    assert set(severities) == {"error", "warning"}
    for problem in severities.values():
        assert {"severity", "file", "line", "character", "environment", "code", "message", "remedy"} <= set(
            problem
        )
    assert severities["error"]["file"].endswith("datasets/casse.yaml")
    assert severities["error"]["line"] >= 1
    assert severities["warning"]["code"] == "licence-hors-decret"


def test_a_joined_table_is_read(office: Office) -> None:
    path = office.desk.include / "references" / "lieux.csv"
    path.parent.mkdir()
    path.write_text("numero,lieu\nD0001,a\nD0002,b\n", encoding="utf-8")
    join = {"file": "references/lieux.csv", "on": "numero", "columns": ["lieu"]}
    office.declare("joint", title="Un autre jeu", columns={**COLUMNS, "lieu": "drop"}, join=join)
    assert "2 déclarations en ordre, 0 à corriger" in office.aqueduc("check").out
    path.write_text("numero,lieu\nD0001,a\nD0001,b\n", encoding="utf-8")
    said = office.aqueduc("check")
    assert said.code == 1 and "1 déclaration en ordre, 1 à corriger" in said.out
    assert "Une clé se trouve sur 2 lignes de la table jointe (lignes 2, 3)" in said.err
    assert "datasets/joint.yaml:" in said.err and "^" in said.err and "D0001" not in said.all


def test_an_expression_is_parsed(office: Office) -> None:
    columns = {**COLUMNS, "lieu": "drop"}
    office.declare("calcule", title="Un autre jeu", columns=columns, computed={"lieu": "upper(quartier)"})
    assert "2 déclarations en ordre, 0 à corriger" in office.aqueduc("check").out
    office.declare("calcule", title="Un autre jeu", columns=columns, computed={"lieu": "(SELECT quartier)"})
    said = office.aqueduc("check", "--json")
    assert said.code == 1
    (problem,) = said.json["problems"]
    assert problem["code"] == "expression-refusee" and problem["line"] > 1
    assert problem["message"].startswith("« lieu » : une sous-requête n'est pas permise ici")


@pytest.mark.parametrize(
    "wrong, words",
    [
        (
            {"custom_checks": [{"name": "inconnu", "params": {"column": "numero"}}]},
            "ce contrôle n'est pas connu",
        ),
        (
            {"custom_checks": [{"name": "french-siret-value", "params": {"column": "absente"}}]},
            "le contrôle cite « absente », qui n'est pas un champ du schéma",
        ),
        (
            {"custom_checks": [{"name": "french-siret-value"}]},
            "il manque au contrôle le paramètre « column »",
        ),
        ({"pattern": "(?<!a)b("}, "corriger ce champ dans le schéma"),
        ({"minimum": "beaucoup"}, "corriger ce champ dans le schéma"),
    ],
    ids=["unknown", "no such column", "no parameter", "pattern", "bound"],
)
def test_a_schema_that_no_file_could_be_held_to(office: Office, wrong: dict[str, Any], words: str) -> None:
    path = office.desk.include / "schemas" / "jeu.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    if "custom_checks" in wrong:
        schema |= wrong
    else:
        schema["fields"][0] |= {"constraints": wrong}
    path.write_text(json.dumps(schema), encoding="utf-8")
    said = office.aqueduc("check")
    assert said.code == 1 and "0 déclaration en ordre, 1 à corriger" in said.out
    assert words in said.err
    assert "datasets/jeu.yaml:" in said.err


def test_some_files_only(office: Office) -> None:
    office.desk.write("casse", BROKEN)
    include = office.desk.include
    assert office.aqueduc("check", str(include / "datasets" / "jeu.yaml")).code == 0
    assert office.aqueduc("check", str(include / "datasets" / "casse.yaml")).code == 1


def test_a_file_that_is_no_declaration(office: Office, tmp_path: Path) -> None:
    (tmp_path / "brouillon.yaml").write_text("title: Rien d'autre\n", encoding="utf-8")
    for path in ("nulle-part.yaml", "brouillon.yaml"):
        said = office.aqueduc("check", path)
        assert said.code == 2
        assert f"« {path} » n'est pas une déclaration de include/datasets." in said.err


@pytest.mark.parametrize("command", ["run", "preview", "explain", "diff", "show"])
def test_a_dataset_that_nobody_declared(office: Office, command: str) -> None:
    said = office.aqueduc(command, "jeux")
    assert said.code == 2
    assert "aucun jeu « jeux » dans include/datasets. Peut-être : jeu ?" in said.err


@pytest.mark.parametrize("command", ["run", "preview", "explain", "diff"])
def test_a_wrong_declaration_is_told_to_a_program_too(office: Office, command: str) -> None:
    office.desk.write("casse", BROKEN)
    said = office.aqueduc(command, "casse", "--json")
    assert said.code == 1
    assert said.json["error"]["code"] == "declaration"
    assert said.json["error"]["findings"][0]["code"]
    assert said.err == ""
