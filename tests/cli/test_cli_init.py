"""``init``: what it writes is whole, right, and nobody else's."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from aqueduc import __version__
from aqueduc.cli.app import app
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import load_all_declarations, load_city
from aqueduc.declaration.spec import CitySpec, list_writable_keys

REPOSITORY = Path(__file__).resolve().parents[2]
OPTIONAL = re.compile(r"# ?(?=[a-z_]+:|  [ a-z_]+:)")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "ma-ville"
    done = CliRunner().invoke(app, ["init", str(folder), "--name", "Ville de Saint-Élie"])
    assert done.exit_code == 0, done.output
    return folder


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_city_and_its_example_are_right(town: Path) -> None:
    loaded = load_city(town / "include")
    assert (loaded.city.name, loaded.city.organisation) == ("Ville de Saint-Élie", "ville-de-saint-elie")
    found = load_all_declarations(town / "include", loaded)
    assert [dataset.id for dataset in found.datasets] == ["equipements-sportifs"]
    assert not found.errors
    # Nothing leaves before somebody agreed, in a city that has just begun too.
    assert loaded.city.agreement == "required"


def test_each_key_of_the_city_is_there_and_right_once_it_is_taken_up(town: Path) -> None:
    path = town / "include" / "city.yaml"
    text = path.read_text(encoding="utf-8")
    keys = re.findall(r"^#? ?([a-z_]+):", text, re.MULTILINE)
    assert sorted(set(keys) - {"mdupont", "courriel", "signature", "platform"}) == sorted(
        list_writable_keys(CitySpec)
    )
    path.write_text(
        re.sub(r"^#( {2,}\S)", r"\1", re.sub(r"^# ([a-z_]+:|  )", r"\1", text, flags=re.M), flags=re.M)
    )
    loaded = load_city(town / "include")
    assert (
        loaded.city.convention is not None and loaded.city.outlets and loaded.city.notify.mail == "courriel"
    )
    assert loaded.city.siren == "123456782" and loaded.city.environments == ("recette",)


def test_nothing_of_it_is_somebody_elses(town: Path) -> None:
    for name, text in files_of(town).items():
        if not name.startswith(".vscode/schemas/"):
            written = re.sub(r"[\w+/%]{40,}", "", text)  # a key drawn at random may spell any of them
            assert not re.search(r"aix|13001|211300017|provence|datasud|@[A-Z]+@", written, re.IGNORECASE), (
                name
            )


def test_what_other_tools_read_is_well_formed(town: Path) -> None:
    read = {name: text for name, text in files_of(town).items() if name.startswith(".")}
    found = {name: yaml.safe_load(text) for name, text in read.items() if name.endswith((".yml", ".yaml"))}
    assert [step["run"] for step in found[".github/workflows/aqueduc.yml"]["jobs"]["check"]["steps"][2:]] == [
        "pip install -r requirements.txt",
        "aqueduc check",
    ]
    assert found[".gitlab-ci.yml"]["check"]["script"][-1] == "aqueduc check"
    assert found[".pre-commit-config.yaml"]["repos"][0]["hooks"][0]["entry"] == "aqueduc check"
    schemas = json.loads(read[".vscode/settings.json"])["yaml.schemas"]
    assert all((town / name).is_file() for name in schemas)
    assert (
        (town / "requirements.txt")
        .read_text(encoding="utf-8")
        .endswith(f"\n./wheels/aqueduc_opendata-{__version__}-py3-none-any.whl\n")
    )


def test_its_dags_are_those_that_are_tested(town: Path) -> None:
    dags = {path.name: path.read_text(encoding="utf-8") for path in (town / "dags").iterdir()}
    assert dags == {
        path.name: path.read_text(encoding="utf-8") for path in (REPOSITORY / "dags").glob("*.py")
    }


def test_the_secret_is_in_one_file_that_nobody_else_reads(town: Path) -> None:
    place = town / ".env"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert ".env" in (town / ".gitignore").read_text(encoding="utf-8").split()
    assert [name for name, text in files_of(town).items() if "PRIVATE KEY" in text] == [".env"]
    lines = re.findall(r"^export (\w+)='(.*)'$", place.read_text(encoding="utf-8"), re.MULTILINE)
    connections = EnvironmentConnections(dict(lines))
    assert connections.get("depot").extra == {"path": str(town / "depot")}
    assert connections.get("decision").password.startswith("-----BEGIN PRIVATE KEY-----\n")


def test_two_cities_have_two_keys(tmp_path: Path) -> None:
    for name in ("une", "autre"):
        assert CliRunner().invoke(app, ["init", str(tmp_path / name)]).exit_code == 0
    keys = {load_city(tmp_path / name / "include").city.people[0].key for name in ("une", "autre")}
    assert len(keys) == 2


@pytest.mark.parametrize("name", ['Ville: "d\'Ici" # non', "L'Haÿ\n- les: Roses", "中"])
def test_a_name_is_never_taken_for_yaml(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "ville"
    assert CliRunner().invoke(app, ["init", str(folder), "--name", name]).exit_code == 0
    assert load_city(folder / "include").city.name == " ".join(name.split())


def test_what_is_there_is_never_written_over(town: Path) -> None:
    before = files_of(town)
    done = CliRunner().invoke(app, ["init", str(town)])
    assert done.exit_code == 2
    assert "existe déjà : choisir un dossier qui n'existe pas, ou vide" in " ".join(done.output.split())
    assert files_of(town) == before


def test_one_that_died_is_begun_again(tmp_path: Path) -> None:
    left = tmp_path / ".ville.new" / "include"
    left.mkdir(parents=True)
    (left / "reste.yaml").write_text("à moitié", encoding="utf-8")
    (tmp_path / "ville").mkdir()
    done = CliRunner().invoke(app, ["init", str(tmp_path / "ville"), "--json"])
    assert done.exit_code == 0
    assert sorted(json.loads(done.output)["files"]) == sorted(files_of(tmp_path / "ville"))
    assert [path.name for path in tmp_path.iterdir()] == ["ville"]


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    done = CliRunner().invoke(app, ["init", str(tmp_path / "fichier" / "ville")])
    assert done.exit_code == 2 and "Traceback" not in done.output
