"""``restore``: a former revision online again, then the ordinary course; and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from aqueduc.certify.objections import read_last_certified_column_types
from aqueduc.declaration.loader import load_city, load_dataset
from tests.cli.office import Office, Said, nobody_in, open_office, people

pytestmark = pytest.mark.end_to_end

WHO = ("--by", "Jeanne Martin", "--reason", "lignes perdues à la source")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Which publishes on a portal of its own."""
    made = open_office(tmp_path)
    path = made.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["platforms"] = {"portail": {"type": "portal", "folder": str(tmp_path / "portail")}}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    return made


def published_rows(office: Office) -> int:
    """At the address that never changes."""
    file = office.desk.include.parent / "portail" / "jeux" / "jeu" / "jeu.csv"
    return len(file.read_text(encoding="utf-8").splitlines()) - 1


def run(office: Office, count: int) -> Said:
    office.drop(people(count))
    return office.aqueduc("run", "jeu")


def test_restored_then_lifted(office: Office) -> None:
    assert run(office, 80).code == 0
    assert run(office, 60).code == 0
    listed = office.aqueduc("restore", "jeu", "--json").json
    bad, good = listed["revisions"]
    assert (bad["rows"], good["rows"], listed["restored"]) == (60, 80, None)
    assert listed["current"] == bad["revision"]

    done = office.aqueduc("restore", "jeu", "--revision", good["revision"][:12], *WHO)
    assert done.code == 0, done.all
    assert "En ligne : " in done.out
    assert "Aucune exécution ne publiera ce jeu avant « aqueduc restore jeu --lift »" in done.out
    assert published_rows(office) == 80

    held = office.aqueduc("run", "jeu", "--force")
    assert held.code == 1
    assert "[revision-retablie]" in held.err
    assert "remise en ligne (au nom de : Jeanne Martin ; motif : lignes perdues à la source)" in held.err
    assert "aqueduc restore jeu --lift" in held.err
    assert published_rows(office) == 80
    assert "remise en ligne (au nom de : Jeanne Martin" in office.aqueduc("show", "jeu").out
    assert f"* {good['revision'][:12]}" in office.aqueduc("restore", "jeu").out
    assert office.aqueduc("verify", "jeu").code == 0
    officer = office.aqueduc("report", "jeu", "--for", "officer", "--json").json
    assert officer["restored"]["certified_run"] == good["run"], "the run that made what is online"
    assert officer["changed"] == []
    assert officer["run"] not in (good["run"], bad["run"]) and officer["published"] == "yes"

    lifted = office.aqueduc("restore", "jeu", "--lift", *WHO)
    assert lifted.code == 0
    assert (
        f"La révision {good['revision'][:12]} reste en ligne jusqu'à la prochaine publication" in lifted.out
    )
    assert published_rows(office) == 80
    # The source is what it was when the bad revision was published: it is published all the same.
    again = office.aqueduc("run", "jeu")
    assert again.code == 0 and "Publié" in again.out
    assert published_rows(office) == 60
    assert office.aqueduc("verify", "jeu").code == 0
    assert nobody_in(done.all + held.all + lifted.all + again.all)


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (("--revision", "abcdef01"), 2, '--by "Prénom Nom" --reason'),
        (("--lift",), 2, '--by "Prénom Nom" --reason'),
        (("--lift", "--revision", "abcdef01", *WHO), 2, "--revision pour remettre une révision en ligne, ou"),
        (("--revision", "abcdef01", *WHO), 1, "Rien de ce jeu n'a encore été publié et certifié"),
        (("--lift", *WHO), 1, "Aucune révision rétablie n'est en vigueur"),
        ((), 0, "n'a encore rien publié qui soit certifié"),
    ],
)
def test_what_makes_no_sense_is_said(
    office: Office, arguments: tuple[str, ...], code: int, words: str
) -> None:
    said = office.aqueduc("restore", "jeu", *arguments)
    assert (said.code, words in " ".join(said.err.split())) == (code, True), said.all
    assert not (office.desk.include.parent / "portail").exists()


def test_the_officer_has_his_report_of_a_revision_put_back_twice(office: Office) -> None:
    """The second time, its newest certificate is of a run that prepared nothing itself."""
    assert run(office, 80).code == 0
    good = office.aqueduc("restore", "jeu", "--json").json["current"]
    assert run(office, 60).code == 0
    made = office.aqueduc("restore", "jeu", "--json").json["revisions"][-1]["run"]
    for _ in range(2):
        assert office.aqueduc("restore", "jeu", "--revision", good, *WHO).code == 0
        assert office.aqueduc("restore", "jeu", "--lift", *WHO).code == 0
    report = office.aqueduc("report", "jeu", "--for", "officer", "--json").json
    assert report is not None and report["rows"]["extracted"] == 80
    assert report["restored"]["certified_run"] == made
    pages = [
        page.read_text(encoding="utf-8") for page in (office.store / "runs" / "jeu").glob("*/officer.html")
    ]
    assert (
        sum("Révision remise en ligne" in page and f"celle de l'exécution {made}" in page for page in pages)
        == 2
    )
    desk = office.desk
    dataset = load_dataset(desk.include / "datasets" / "jeu.yaml", load_city(desk.include))
    assert read_last_certified_column_types(dataset, desk.place)["jour"] == "VARCHAR", (
        "what an objection is read against"
    )


def test_the_officer_reads_the_last_run_that_anonymised_anything(office: Office) -> None:
    """Not that of a revision put back before it; and where the last run left none, it is said whose it is."""

    def ask() -> Said:
        return office.aqueduc("report", "jeu", "--for", "officer", "--json")

    assert run(office, 80).code == 0
    good = office.aqueduc("restore", "jeu", "--json").json["current"]
    assert run(office, 60).code == 0
    assert office.aqueduc("restore", "jeu", "--revision", good, *WHO).code == 0
    put_back = ask().json["run"]
    assert office.aqueduc("run", "jeu", "--force").code == 1
    assert ask().json["run"] == put_back
    assert office.aqueduc("restore", "jeu", "--lift", *WHO).code == 0
    tried = office.aqueduc("run", "jeu", "--dry-run")
    assert tried.code == 0, tried.all
    told = ask()
    assert told.json["run"] not in (put_back, good) and told.json["restored"] is None
    assert (told.json["rows"]["extracted"], told.json["published"], told.err) == (60, "no", "")

    (office.folder / "jeu.csv").write_text(
        "numero,nom,adresse,jour,quartier,montant\n" + "a,b\n" * 50, encoding="utf-8"
    )
    assert office.aqueduc("run", "jeu").code == 1
    refused = ask()
    assert refused.json["restored"]["by"] == "Jeanne Martin"
    assert "n'a laissé aucun rapport d'anonymisation" in refused.err and refused.json["run"] in refused.err
    assert "elle n'a pas abouti" in refused.json["newer"]
    named = office.aqueduc("report", "jeu", "--for", "officer", "--json", "--run", refused.json["run"])
    assert "newer" not in named.json
