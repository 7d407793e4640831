"""A draft of rows about people: whichever answer publishes a column, the groups of k are counted over it."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from aqueduc.anonymise import list_published_quasi_identifiers
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import Dataset
from aqueduc.draft import build_draft_request_from_path_or_url, draft_declaration
from aqueduc.errors import AnonymisationGateClosed, ValidationGateClosed
from aqueduc.pipeline import run_preparation_stages
from aqueduc.run import Run, Workspace
from aqueduc.sources.files.drafting import build_file_request as file
from aqueduc.store import Store, Vault
from tests.cli.test_cli_new import ask_at_a_terminal
from tests.draft.stewarding import Table, table
from tests.making import Desk

pytestmark = pytest.mark.end_to_end

BIRTH, PLACE, TARIFF = "date de naissance", "quartier", "tarif"
YEAR = "{generalise: year}"
K = 5
NAMES = ("Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent")


def write_children(folder: Path) -> Path:
    """Fifteen rows of each district and tariff, of which six share a year of birth, and nine have one that
    another has at most."""
    path = folder / "cantine.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target, delimiter=";")
        rows.writerow(["nom", "prénom", BIRTH, PLACE, TARIFF])
        for n in range(300):
            rank = n // 20
            birth = f"{1 + n % 28:02}/{1 + n % 12:02}/{2012 if rank < 6 else 2013 + rank % 8}"
            rows.writerow([NAMES[n % 10], "Camille", birth, f"Quartier {n % 5}", f"Tarif {n // 5 % 4}"])
    return path


def count_groups(dataset: Dataset, desk: Desk, names: list[str]) -> Counter[tuple[object, ...]]:
    """The rows that leave, by what they show under ``names``. Raises AnonymisationGateClosed."""
    *_, done = run_preparation_stages(dataset, Run(dataset.id, "essai", force=True), desk.place)
    assert done.handle is not None
    return Counter(tuple(row[name] for name in names) for row in desk.read(done.handle).to_pylist())


def published(dataset: Dataset, name: str) -> str:
    column = dataset.find_column(name)
    assert column is not None and column.published_as is not None
    return column.published_as


# --- with an editor -----------------------------------------------------------------------------------------


@pytest.fixture
def steward(tmp_path: Path) -> Table:
    write_children(tmp_path)
    folder = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    return table(tmp_path / "ville", {"AIRFLOW_CONN_DEPOT": json.dumps(folder)})


def answer(steward: Table, answers: Mapping[str, str]) -> Dataset:
    path = steward.write(draft_declaration(file("essai", "depot", "cantine.csv"), steward.place))
    assert f'{BIRTH}: "à décider' in path.read_text("utf-8")
    steward.decide(path, answers)
    assert steward.refusal(path) == []
    return steward.load(path)


def test_a_column_that_an_answer_publishes_counts_in_the_groups(steward: Table) -> None:
    dataset = answer(steward, {BIRTH: YEAR, "suppress_at_most": "80%"})
    names = [published(dataset, name) for name in (BIRTH, PLACE, TARIFF)]
    groups = count_groups(dataset, steward.desk, names)
    assert len(groups) == 20 and min(groups.values()) >= K


def test_it_closes_the_gate_where_too_many_rows_would_be_taken_out(steward: Table) -> None:
    dataset = answer(steward, {BIRTH: YEAR})
    with pytest.raises(AnonymisationGateClosed):
        count_groups(dataset, steward.desk, [])


def test_a_column_that_an_answer_drops_counts_for_nothing(steward: Table) -> None:
    dataset = answer(steward, {BIRTH: "drop"})
    assert dataset.privacy is not None and dataset.privacy.quasi_identifiers == (PLACE, TARIFF)
    groups = count_groups(dataset, steward.desk, [PLACE, TARIFF])
    assert set(groups.values()) == {15}


# --- at a terminal ------------------------------------------------------------------------------------------


def interview(root: Path, birth: str) -> tuple[Dataset, Desk]:
    source = write_children(root)
    whole = [
        "Cantine",
        "Les enfants inscrits à la cantine.",
        "Direction de l'éducation",
        "EDUC",
        "1",
        "depot",
    ]
    shown = ask_at_a_terminal(root, [*whole, birth, "", "", "", "80%", *[""] * 6], str(source))
    assert "Déclaration en ordre" in shown, shown
    folder = {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(root)}})}
    place = Workspace(
        include=root / "include",
        store=Store((root / "store").as_uri()),
        vault=Vault((root / "vault").as_uri()),
        connections=EnvironmentConnections(folder),
    )
    steward = Table(Desk(place))
    return steward.load(steward.path("releves")), steward.desk


@pytest.mark.end_to_end
def test_at_a_terminal_the_form_that_is_offered_counts_in_the_groups(tmp_path: Path) -> None:
    dataset, desk = interview(tmp_path, "2")
    names = [published(dataset, name) for name in (BIRTH, PLACE, TARIFF)]
    groups = count_groups(dataset, desk, names)
    assert len(groups) == 20 and min(groups.values()) >= K


@pytest.mark.end_to_end
def test_at_a_terminal_what_is_dropped_counts_for_nothing(tmp_path: Path) -> None:
    dataset, desk = interview(tmp_path, "1")
    assert list_published_quasi_identifiers(dataset) == (PLACE, TARIFF)
    assert set(count_groups(dataset, desk, [PLACE, TARIFF]).values()) == {15}


# --- what is about plants -----------------------------------------------------------------------------------

ROWS = "\n".join(f"{n};Platane;Platanacées;{5.4 + n / 1e4};{43.5 + n / 1e4}" for n in range(40))


@pytest.mark.parametrize(
    "header, asked", [("numero;espece;famille;lon;lat", False), ("numero;logement;famille;lon;lat", True)]
)
def test_a_family_of_plants_tells_nothing_of_a_position(header: str, asked: bool, tmp_path: Path) -> None:
    """Beside a species it is one; anywhere else it may be that of somebody."""
    (tmp_path / "a.csv").write_text(f"{header}\n{ROWS}\n", "utf-8")
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(tmp_path / "a.csv")), table(tmp_path, {}).place
    )
    assert any(decision.key == "columns.lon" for decision in made.decisions) is asked


def test_a_precise_position_is_offered_with_the_waiver_that_it_asks_for(tmp_path: Path) -> None:
    """Beside a telephone: « publish » alone is refused by check at once."""
    rows = "\n".join(f"{n};04 67 00 00 {n:02};{3.8 + n / 1e3};{43.6 + n / 1e3}" for n in range(60))
    (tmp_path / "dae.csv").write_text(f"numero;tel;longitude;latitude\n{rows}\n", "utf-8")
    folder = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    steward = table(tmp_path / "ville", {"AIRFLOW_CONN_DEPOT": json.dumps(folder)})
    made = draft_declaration(file("essai", "depot", "dae.csv"), steward.place)
    text = made.files["datasets/essai.yaml"]
    assert text.count("kind: home_position") == 1
    path = steward.write(made)
    steward.decide(path, {"longitude": "publish", "latitude": "publish"})
    assert [code for code, _ in steward.refusal(path)] == ["domicile-publie"]
    signed = path.read_text("utf-8").replace("# waivers:", "waivers:").replace("#   - {", "  - {")
    signed = signed.replace("AAAA-MM-JJ", "2026-01-05")
    signed = re.sub(r'(by|reason): "[^"]*"', r'\1: "Anne Roux, directrice : bornes publiques"', signed)
    path.write_text(signed, "utf-8")
    assert steward.refusal(path) == []


def test_a_position_beside_a_telephone_that_is_always_empty_is_asked(tmp_path: Path) -> None:
    """It is dropped: « publish », written without a question, was refused at once, and there was no draft."""
    rows = "\n".join(f"{n};;{3.8 + n / 1e3};{43.6 + n / 1e3}" for n in range(60))
    (tmp_path / "dae.csv").write_text(f"numero;telephone;longitude;latitude\n{rows}\n", "utf-8")
    folder = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    steward = table(tmp_path / "ville", {"AIRFLOW_CONN_DEPOT": json.dumps(folder)})
    made = draft_declaration(file("essai", "depot", "dae.csv"), steward.place)
    assert {"columns.longitude", "columns.latitude"} <= {decision.key for decision in made.decisions}
    assert made.files["datasets/essai.yaml"].count("kind: home_position") == 1


def test_no_waiver_is_prepared_that_nothing_would_ask_for(tmp_path: Path) -> None:
    """Telephones under a name that says nothing: the position is asked, and published without a signature."""
    rows = "\n".join(f"{n};04 67 00 00 {n:02};{3.8 + n / 1e3};{43.6 + n / 1e3}" for n in range(60))
    (tmp_path / "dae.csv").write_text(f"numero;repere;longitude;latitude\n{rows}\n", "utf-8")
    folder = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    steward = table(tmp_path / "ville", {"AIRFLOW_CONN_DEPOT": json.dumps(folder)})
    made = draft_declaration(file("essai", "depot", "dae.csv"), steward.place)
    assert any(decision.key == "columns.longitude" for decision in made.decisions)
    assert "home_position" not in made.files["datasets/essai.yaml"]
    path = steward.write(made)
    steward.decide(path, {"longitude": "publish", "latitude": "publish"})
    assert steward.refusal(path) == []
    report = steward.walk(steward.load(path))
    assert report.passed and report.rows_out == 60


def test_a_position_of_each_person_is_offered_on_a_grid_and_never_as_it_is(tmp_path: Path) -> None:
    """Each is alone at its place: no group would hold it, and it is named as what it is."""
    rows = "\n".join(f"{NAMES[n % 10]};Camille;{3.8 + n / 1e3};{43.6 + n / 1e3}" for n in range(60))
    (tmp_path / "permis.csv").write_text(f"nom;prénom;longitude;latitude\n{rows}\n", "utf-8")
    folder = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    made = draft_declaration(
        file("essai", "depot", "permis.csv"),
        table(tmp_path, {"AIRFLOW_CONN_DEPOT": json.dumps(folder)}).place,
    )
    text = made.files["datasets/essai.yaml"]
    assert text.count("drop | {snap: 500}") == 2 and "un numéro ou un code" not in text
    assert "précise, elle rendrait une adresse" in " ".join(text.lower().replace("\n  # ", " ").split())


# --- organisations ------------------------------------------------------------------------------------------

CLUBS = ("Amicale laïque", "Les Amis du vélo", "Chorale", "Judo club", "Comité des fêtes")
GIVEN = ("Jean", "Paul", "Marie", "Anne", "Luc")


def draft_clubs(
    folder: Path, header: str, cells: tuple[tuple[str, ...], ...]
) -> tuple[Table, str, tuple[str, ...]]:
    rows = "\n".join(";".join((*(one[n % 5] for one in cells), "ABC"[n % 3])) for n in range(60))
    (folder / "clubs.csv").write_text(f"{header};quartier\n{rows}\n", "utf-8")
    environment = {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}})}
    steward = table(folder / "ville", environment)
    made = draft_declaration(file("essai", "depot", "clubs.csv"), steward.place)
    steward.write(made)
    return steward, " ".join(made.files["datasets/essai.yaml"].replace("\n# ", " ").split()), made.plan.people


def test_a_club_whose_president_has_a_name_and_a_given_name_is_no_person(tmp_path: Path) -> None:
    cells = (CLUBS, NAMES[:5], GIVEN)
    _, text, people = draft_clubs(tmp_path, "nom;nom_president;prenom_president", cells)
    assert people == () and "privacy:" not in text
    assert 'nom: "à décider : cette colonne peut-elle désigner une personne ? — drop | publish"' in text
    assert "nom_president: drop" in text and "prenom_president: drop" in text


def test_the_draft_says_how_to_name_organisations_and_the_search_still_looks(tmp_path: Path) -> None:
    """As the draft says it: publish, no « privacy: »; the search of names closes the gate, or a signature opens it."""
    steward, text, people = draft_clubs(
        tmp_path, "titulaire", (tuple(f"{a} {b}" for a, b in zip(GIVEN, NAMES[:5], strict=True)),)
    )
    assert people == ("titulaire",)
    assert (
        "Si « titulaire » ne nomme que des organisations (associations, entreprises) : y écrire publish"
        in text
    )
    assert "ôter toute cette section. Aucun groupe n'est alors compté" in text
    assert "Si ce sont des organisations, le dire comme l'explique le brouillon, sous « privacy: »" in text
    path = steward.path("essai")
    steward.decide(path)
    said = re.sub(r"# Chaque ligne semble.*?(?=\nschema:)", "", path.read_text("utf-8"), flags=re.DOTALL)
    said = re.sub(r"titulaire: drop .*", "titulaire: publish", said)
    path.write_text(said, "utf-8")
    assert steward.refusal(path) == []
    with pytest.raises(ValidationGateClosed, match="« titulaire » : un nom de personne"):
        steward.walk(steward.load(path))
    waiver = "{column: titulaire, kind: person_name, date: 2026-01-05, by: 'Anne Roux, directrice', reason: 'des clubs'}"
    path.write_text(f"{said}waivers:\n  - {waiver}\n", "utf-8")
    assert steward.walk(steward.load(path)).rows_out == 60


def test_what_no_organisation_has_is_no_directory(tmp_path: Path) -> None:
    _, text, people = draft_clubs(
        tmp_path, "nom;prenom;date_naissance", (NAMES[:5], GIVEN, ("1980-02-03",) * 5)
    )
    assert people and "organisations" not in text


def test_dates_of_things_are_said_to_be_removable(tmp_path: Path) -> None:
    """The attack: years of commissioning made a file about people, and nothing said how to say otherwise."""
    rows = "\n".join(
        f"Gymnase {n % 3};{1 + n:02}/{1 + n % 12:02}/{1950 + 2 * n};{('Mme Rey', 'M. Bonnet')[n % 2]};04900000{n:02}"
        for n in range(25)
    )
    (tmp_path / "e.csv").write_text(f"TYPE_EQUIP;DATE_MES;GARDIEN;TEL\n{rows}\n", "utf-8")
    steward = table(
        tmp_path / "ville",
        {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(tmp_path)}})},
    )
    made = draft_declaration(file("essai", "depot", "e.csv"), steward.place)
    text = " ".join(made.files["datasets/essai.yaml"].replace("\n# ", " ").split())
    assert made.plan.people == ("DATE_MES",)
    assert "Si ce sont des choses, le dire comme l'explique le brouillon" in text
    assert "Si « DATE_MES » ne dit la naissance de personne" in text and "ôter toute cette section" in text
