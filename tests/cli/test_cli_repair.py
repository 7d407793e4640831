"""``rejected``, ``correct``, ``report``: from a run that is held to one that passes, without a cell outside
of the vault but the right values that somebody signed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from aqueduc.declaration import load_city, load_dataset
from aqueduc.declaration.loader import load_all_declarations
from aqueduc.errors import DeclarationError
from tests.cli.office import COLUMNS, FIELDS, Office, nobody_in, people
from tests.cli.test_cli_preview import on_a_terminal

CANARY = "onze-Canari"
WHO = ("--by", "Jeanne Martin", "--why", "bordereau du 3 mars")
TYPED = [{**field, "type": "number"} if field["name"] == "montant" else field for field in FIELDS]


@pytest.fixture
def broken(office: Office) -> Office:
    """Two amounts that are none, one year that is none; the first run is held."""
    rows = people()
    rows[3]["montant"], rows[7]["montant"] = CANARY, ""
    office.drop(rows)
    fields = [
        {**field, "constraints": {"required": True}} if field["name"] == "montant" else field
        for field in TYPED
    ]
    office.declare(fields=fields)
    held = office.aqueduc("run", "jeu")
    assert held.code == 1, held.all
    assert "porte-validation" in held.err
    return office


def test_what_was_rejected_by_rule_and_line(broken: Office) -> None:
    told = broken.aqueduc("rejected", "jeu")
    assert told.code == 0, told.all
    assert "montant:type : 1 ligne (ligne 5)" in told.out
    assert "montant:required : 1 ligne (ligne 9)" in told.out
    document = broken.aqueduc("rejected", "jeu", "--json").json
    (stage,) = document["stages"]
    assert stage["stage"] == "validate"
    assert {(rule["rule"], rule["count"], *rule["lines"]) for rule in stage["rules"]} == {
        ("montant:type", 1, 5),
        ("montant:required", 1, 9),
    }
    assert CANARY not in told.all + str(document)
    assert nobody_in(told.all)


def test_cells_are_shown_on_a_terminal_or_left_in_the_vault(broken: Office) -> None:
    refused = broken.aqueduc("rejected", "jeu", "--values")
    assert refused.code == 2
    assert "que sur un terminal" in refused.err and CANARY not in refused.all
    shown = on_a_terminal(broken, "rejected", "jeu", "--values")[1]
    assert CANARY in shown
    header = next(line for line in shown.splitlines() if "règles" in line)
    assert header.index("ligne") < header.index("montant") < header.index("numero"), (
        "what is wrong stands first"
    )
    told = broken.aqueduc("rejected", "jeu", "--export")
    assert CANARY not in told.all
    (exported,) = broken.vault.glob("rejected/jeu/*/validate.csv")
    assert CANARY in exported.read_text(encoding="utf-8")
    assert str(exported) in told.out.replace("\n", "")


def test_a_correction_is_proposed_only_where_a_key_tells_the_row(broken: Office) -> None:
    assert "aqueduc correct jeu --line N" in broken.aqueduc("rejected", "jeu").out
    broken.declare(key=None, publish={"mode": "upload", "datastore": False})
    told = broken.aqueduc("rejected", "jeu").out
    assert "sans « key: »" in " ".join(told.split()) and "--line" not in told


def test_nor_for_what_was_rejected_before_the_validation(office: Office) -> None:
    """« correct » knows the rows of the validation only."""
    office.declare(
        columns={**COLUMNS, "moitie": "drop"},
        computed={"moitie": "CAST(numero AS INTEGER)"},
        reject_at_most=0.9,
    )
    office.drop([*people(20), *({**one, "numero": f"9{rank:03}"} for rank, one in enumerate(people(20)))])
    office.aqueduc("run", "jeu")
    told = " ".join(office.aqueduc("rejected", "jeu").out.split())
    assert "20 lignes rejetées" in told and "calcul" in told
    assert "n'a pas rejeté se corrige à la source, dans la table jointe" in told and "--line" not in told


def test_one_row_is_told_in_the_singular(office: Office) -> None:
    office.declare(
        columns={**COLUMNS, "moitie": "drop"},
        computed={"moitie": "CAST(substring(numero, 2) AS INTEGER)"},
        reject_at_most=0.9,
    )
    office.drop([*people(20), {**people(1)[0], "numero": "DX"}])
    office.aqueduc("run", "jeu")
    told = " ".join(office.aqueduc("rejected", "jeu").out.split())
    assert "1 ligne rejetée " in told and "lignes rejetées" not in told
    assert ", 1 rejetée, " in office.aqueduc("report", "jeu").out


def test_before_the_first_run(office: Office) -> None:
    assert "Aucune ligne rejetée" in office.aqueduc("rejected", "jeu").out
    assert office.aqueduc("rejected", "jeu", "--run", "r9").code == 2
    assert "n'a pas encore tourné" in office.aqueduc("report", "jeu").out
    assert office.aqueduc("report", "jeu", "--run", "r9").code == 2


def corrections(office: Office) -> list[list[str]]:
    path = office.desk.include / "corrections" / "jeu.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def validated(office: Office) -> dict[str, object]:
    """What validation last reported; there is no platform here, so the run stops after it."""
    run = office.aqueduc("report", "jeu", "--json").json["run"]
    found = office.desk.place.store.read_report("jeu", run, "validate")
    assert found is not None
    return found


def test_a_cell_is_corrected_until_the_source_is(broken: Office) -> None:
    for line, to in (("5", "11"), ("9", "12.5")):
        done = broken.aqueduc("correct", "jeu", "--line", line, "--column", "montant", "--to", to, *WHO)
        assert done.code == 0, done.all
        assert CANARY not in done.all
    header, first, second = corrections(broken)
    assert header == ["numero", "column", "before", "after", "by", "why"]
    assert [first[n] for n in (0, 1, 3, 4, 5)] == ["D0003", "montant", "11", *WHO[1::2]]
    assert len(first[2]) == 16 and second[2] == "empty"
    assert broken.aqueduc("check").code == 0
    again = broken.aqueduc("correct", "jeu", "--line", "5", "--column", "montant", "--to", "12", *WHO)
    assert again.code == 2
    assert "déjà corrigée, à la ligne 2 de include/corrections/jeu.csv" in " ".join(again.err.split())

    # Another key for new marks is no reason to forget those that are written.
    renewed = broken.aqueduc("key", "corrections")
    assert renewed.code == 0 and "valent toujours (1 clé d'avant)" in " ".join(renewed.out.split())
    broken.aqueduc("run", "jeu")
    report = validated(broken)
    assert (report["passed"], report["corrected"], report["rejected"]) == (True, 2, 0)

    # The source is mended, with another value than the file's: the source is right.
    rows = people()
    rows[3]["montant"], rows[7]["montant"] = "11.5", ""
    broken.drop(rows)
    broken.aqueduc("run", "jeu")
    report = validated(broken)
    assert (report["passed"], report["corrected"], report["rejected"]) == (True, 1, 0)
    codes = {finding["code"]: finding["message"] for finding in report["findings"]}  # type: ignore[attr-defined]
    assert "ligne 2) : la cellule n'est plus celle qui était fausse" in codes["corrections-sans-effet"]


def test_what_may_not_be_corrected_in_a_file(broken: Office) -> None:
    for column, line, words in (
        ("nom", "5", "n'est pas une colonne publiée"),
        ("annee", "5", "touche à des personnes"),
        ("quartier", "5", "touche à des personnes"),
        ("numero", "5", "la clé ne se corrige pas"),
        ("montant", "6", "n'a pas rejeté de ligne 6"),
    ):
        refused = broken.aqueduc("correct", "jeu", "--line", line, "--column", column, "--to", "x", *WHO)
        assert refused.code == 2
        assert words in refused.err
    assert not (broken.desk.include / "corrections").exists()


def test_a_sensitive_column_is_not_corrected_in_a_file(broken: Office) -> None:
    """Its row may be one that is withheld: its value would stand in the city's folder all the same."""
    quasi = {"quasi_identifiers": ["jour", "quartier"], "k": 5, "suppress_at_most": 0.1}
    broken.declare(fields=TYPED, privacy={**quasi, "sensitive": {"montant": {"distinct": 2}}})
    to = ("--line", "5", "--column", "montant", "--to", "11")
    refused = broken.aqueduc("correct", "jeu", *to, *WHO)
    assert refused.code == 2 and "touche à des personnes" in refused.err
    folder = broken.desk.include / "corrections"
    folder.mkdir()
    line = "D0003,montant,empty,11,J. M.,x"
    (folder / "jeu.csv").write_text(f"numero,column,before,after,by,why\n{line}\n", encoding="utf-8")
    assert "touche à des personnes" in broken.aqueduc("check").all


@pytest.mark.parametrize(
    "text, words",
    [
        ("numero,column,before,after\n", "la première ligne doit être : numero,column,before,after,by,why"),
        ("numero,column,before,after,by,why\nD1,nom,empty,Canarisson,JM,x\n", "jeu.csv:2:1"),
        ("numero,column,before,after,by,why\nD1,annee,empty,Canarisson,JM,x\n", "touche à des personnes"),
        ("numero,column,before,after,by,why\nD1,montant,12,Canarisson,JM,x\n", "« before » n'est pas"),
        ("numero,column,before,after,by,why\nD1,montant,empty,Canarisson,,x\n", "qui corrige et pourquoi"),
        ("numero,column,before,after,by,why\nD1,montant,Canarisson\n", "n'a pas 6 cellules"),
        ("numero,column,before,after,by,why\nD1,montant,empty,1,a,b\nD1,montant,empty,2,a,b\n", "plus haut"),
    ],
)
def test_a_file_of_corrections_that_is_wrong(office: Office, text: str, words: str) -> None:
    folder = office.desk.include / "corrections"
    folder.mkdir()
    (folder / "jeu.csv").write_text(text, encoding="utf-8")
    include = office.desk.include
    with pytest.raises(DeclarationError) as wrong:
        load_dataset(include / "datasets" / "jeu.yaml", load_city(include))
    assert words in str(wrong.value)
    assert nobody_in(str(wrong.value))


def test_corrections_of_no_dataset(office: Office) -> None:
    folder = office.desk.include / "corrections"
    folder.mkdir()
    (folder / "jeux.csv").write_text("numero\n", encoding="utf-8")
    (error,) = load_all_declarations(office.desk.include, load_city(office.desk.include)).errors
    assert "aucun jeu ne s'appelle « jeux »" in str(error)


def test_the_report_of_a_run_that_is_held(broken: Office, tmp_path: Path) -> None:
    told = broken.aqueduc("report", "jeu", "--into", str(tmp_path / "page.html"))
    assert told.code == 0, told.all
    assert "Retenu" in told.out and "`montant` : 1 ligne n'est pas" in told.out
    document = broken.aqueduc("report", "jeu", "--json").json
    assert (document["state"], document["extracted"], document["rejected"]) == ("held", 40, 2)
    assert {item["weight"] for item in document["items"]} == {"blocking"}
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<h2>Ce qui retient le jeu</h2>" in page and "lignes 5" not in page and "ligne 5" in page
    assert "aqueduc rejected jeu --run" in page
    kept = [data for name, data in broken.remains().items() if name.startswith("store")]
    everything = told.all + str(document) + page + b"".join(kept).decode("utf-8", "replace")
    assert CANARY not in everything
    assert nobody_in(everything)


def test_the_report_for_the_officer(broken: Office, tmp_path: Path) -> None:
    page = tmp_path / "officer.html"
    told = broken.aqueduc("report", "jeu", "--for", "officer", "--into", str(page))
    assert told.code == 0 and str(page) in told.out.replace("\n", "")
    assert "Rapport d'exécution" in page.read_text(encoding="utf-8").replace("&#39;", "'")
    document = broken.aqueduc("report", "jeu", "--for", "officer", "--into", str(page), "--json").json
    assert document["kind"] == "officer" and document["passed"] is False
    nowhere = str(tmp_path / "absent" / "page.html")
    for whom in ("officer", "steward"):
        told = broken.aqueduc("report", "jeu", "--for", whom, "--into", nowhere)
        assert told.code == 2 and "page.html" in told.err.replace("\n", "") and "[defaut]" not in told.err
    assert broken.aqueduc("report", "jeu", "--for", "officer", "--run", "r9").code == 2


def test_the_report_of_a_source_that_is_away(office: Office) -> None:
    (office.folder / "jeu.csv").unlink()
    assert office.aqueduc("run", "jeu").code == 1
    document = office.aqueduc("report", "jeu", "--json").json
    assert document["state"] == "failed"
    assert "n'est pas dans le dossier de dépôt" in document["failure"]["what"]
    assert [step["outcome"] for step in document["steps"]] == ["not_run"] * 4


def test_a_waiver_on_the_command_line_names_a_guard_a_person_and_a_reason(office: Office) -> None:
    for arguments, words in (
        (("--waive", "shrnk", "--by", "J. M.", "--reason", "x"), "aucune garde « shrnk »"),
        (("--waive", "shrink", "--by", "J. M."), "demande qui et pourquoi"),
        (("--by", "J. M.", "--reason", "x"), "demande qui et pourquoi"),
    ):
        refused = office.aqueduc("run", "jeu", *arguments)
        assert refused.code == 2
        assert words in refused.err


@pytest.fixture
def dated(office: Office) -> Office:
    """Days and amounts as French spreadsheets write them, one of each wrong."""
    rows = [
        {**row, "montant": row["montant"].replace(".", ","), "vote": f"{1 + rank % 28:02}/02/2025"}
        for rank, row in enumerate(people())
    ]
    rows[3]["vote"], rows[5]["montant"] = CANARY, CANARY
    office.drop(rows)
    office.declare(
        source={"file": "depot", "path": "jeu.csv", "dates": "DD/MM/YYYY", "decimal": ","},
        columns={
            **COLUMNS,
            "jour": "drop",
            "vote": "publish",
        },
        fields=[*(field for field in TYPED if field["name"] != "annee"), {"name": "vote", "type": "date"}],
        privacy=None,
        processing=None,
    )
    assert office.aqueduc("run", "jeu").code == 1
    return office


def test_a_right_value_is_written_as_the_source_writes_it(dated: Office) -> None:
    wrong = dated.aqueduc("correct", "jeu", "--line", "5", "--column", "vote", "--to", "5 février", *WHO)
    assert wrong.code == 2 and "1 ligne n'est pas une date JJ/MM/AAAA" in " ".join(wrong.err.split())
    assert "1 ligne n'est pas une date JJ/MM/AAAA (ligne 5)" in " ".join(
        dated.aqueduc("report", "jeu").out.split()
    )
    for line, column, to in (("5", "vote", "10/02/2025"), ("7", "montant", "1 200,50")):
        done = dated.aqueduc("correct", "jeu", "--line", line, "--column", column, "--to", to, *WHO)
        assert done.code == 0, done.all
    assert [row[3] for row in corrections(dated)[1:]] == ["2025-02-10", "1200.50"]
    dated.aqueduc("run", "jeu")
    report = validated(dated)
    assert (report["passed"], report["corrected"], report["rejected"]) == (True, 2, 0)


def test_a_value_that_the_schema_would_refuse_again_is_not_written(broken: Office) -> None:
    told = broken.aqueduc("correct", "jeu", "--line", "5", "--column", "montant", "--to", "onze-Canari", *WHO)
    assert told.code == 2
    assert "rejetterait encore cette ligne" in told.err and "n'est pas un nombre" in " ".join(
        told.err.split()
    )
    assert "onze-Canari" not in told.all
    for to in ("", " "):
        empty = broken.aqueduc("correct", "jeu", "--line", "5", "--column", "montant", "--to", to, *WHO)
        assert empty.code == 2 and "n'a pas de valeur" in " ".join(empty.err.split())
    assert not (broken.desk.include / "corrections").exists()


def test_a_line_of_several_files_is_shown_and_corrected_by_the_number_of_its_file(office: Office) -> None:
    rows = people()
    half = len(rows) // 2
    office.drop(rows[:half], "jeu-1.csv")
    wrong = [dict(row) for row in rows[half:]]
    wrong[2]["montant"] = CANARY
    office.drop(wrong, "jeu-2.csv")
    office.declare(source={"file": "depot", "path": "jeu-*.csv", "take": "all"}, fields=TYPED)
    office.aqueduc("run", "jeu")
    told = office.aqueduc("rejected", "jeu")
    assert "montant:type : 1 ligne (ligne 2:4)" in told.out
    assert "2:4" in on_a_terminal(office, "rejected", "jeu", "--values")[1]
    assert "(ligne 2:4)" in office.aqueduc("report", "jeu").out
    assert "Ligne 1:2" in on_a_terminal(office, "preview", "jeu")[1]
    absent = office.aqueduc("correct", "jeu", "--line", "2:5", "--column", "montant", "--to", "1", *WHO)
    assert "de ligne 2:5" in " ".join(absent.err.split())
    done = office.aqueduc("correct", "jeu", "--line", "2:4", "--column", "montant", "--to", "11", *WHO)
    assert done.code == 0, done.all
    office.aqueduc("run", "jeu")
    report = validated(office)
    assert (report["passed"], report["corrected"], report["rejected"]) == (True, 1, 0)
    refused = office.aqueduc("correct", "jeu", "--line", "deux", "--column", "montant", "--to", "1", *WHO)
    assert refused.code == 2 and "--line" in refused.err
