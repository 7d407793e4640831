"""``verify``, ``doctor``, ``reconcile``, ``ledger seal`` and ``backup --resume`` where the city has a witness."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.cli.office import Office, people
from tests.cli.test_cli_withdraw import WHO, office, online
from tests.publish.witnessing import git, list_commits, make_remote

__all__ = ["office"]

pytestmark = pytest.mark.end_to_end

AGAIN = ("--by", "Ada Martin", "--reason", "disque perdu")


@pytest.fixture
def remote(office: Office, tmp_path: Path) -> Path:
    made = make_remote(tmp_path / "temoin.git")
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["witness"] = {"git": {"connection": "temoin"}}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    connection = json.dumps({"conn_type": "git", "host": str(made)})
    office.environment["AIRFLOW_CONN_TEMOIN"] = connection  # type: ignore[index]
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    return made


def roll_back(office: Office, tmp_path: Path) -> None:
    shutil.rmtree(office.store)
    shutil.copytree(tmp_path / "avant", office.store)


def test_verify_says_what_it_compared_with(office: Office, remote: Path, tmp_path: Path) -> None:
    assert "Aucun point de contrôle" in office.aqueduc("verify").out
    office.aqueduc("reconcile")
    said = office.aqueduc("verify")
    assert said.code == 0 and "Comparé au point de contrôle n° 1 du" in said.out and "(git)" in said.out
    assert "témoin git : Point de contrôle n° 1 : 1 registre" in office.aqueduc("check", "--connect").out
    kept = tmp_path / "point.json"
    kept.write_text(git("show", "registre:checkpoint.json", into=remote), encoding="utf-8")
    shutil.rmtree(office.store)
    shutil.rmtree(remote)
    gone = office.aqueduc("verify", "--checkpoint", str(kept))
    assert gone.code == 1 and "jeu : registre ROMPU" in gone.out, gone.all
    assert "il a été ramené en arrière, ou supprimé" in " ".join(gone.out.split())
    assert "[temoin-injoignable]" in gone.err
    assert office.aqueduc("verify", "jeu", "--checkpoint", str(kept)).code == 1
    kept.write_text("{}", encoding="utf-8")
    assert "[point-de-controle-invalide]" in office.aqueduc("verify", "--checkpoint", str(kept)).err


def test_doctor_says_when_each_place_received_one(office: Office, remote: Path) -> None:
    def tell() -> list[str]:
        found = office.aqueduc("doctor", "--json").json["checks"]
        return [one["figure"] for one in found if one["check"] == "witness" and one["subject"] == "git"]

    assert tell() == ["rien n'y a encore été déposé"]
    office.aqueduc("reconcile")
    assert "le dernier a" in tell()[0]
    shutil.rmtree(remote)
    told = office.aqueduc("reconcile")
    assert "temoin-muet" in told.all or "n'a pas reçu le point de contrôle" in " ".join(told.all.split())
    assert "ne répond pas, ou refuse" in tell()[0]


def test_a_backup_that_is_older_has_a_way_out(office: Office, remote: Path, tmp_path: Path) -> None:
    assert office.aqueduc("backup", "sauvegarde").code == 0
    office.drop(people(160))
    assert office.aqueduc("run", "jeu").code == 0
    assert office.aqueduc("withdraw", "jeu", *WHO).code == 0
    for folder in (office.store, office.vault):
        shutil.rmtree(folder)
    assert office.aqueduc("backup", "sauvegarde", "--restore").code == 0
    assert office.aqueduc("verify").code == 1, "a witness knows of the withdrawal"
    witnessed = len(list_commits(remote))
    again = office.aqueduc("withdraw", "jeu", *WHO)
    assert again.code == 0, again.all
    resumed = office.aqueduc("backup", "--resume", *AGAIN)
    assert resumed.code == 0 and "1 registre scellé" in resumed.out, resumed.all
    (back,) = json.loads(git("show", "registre:checkpoint.json", into=remote))["checkpoint"]["gone_back"]
    assert (back["dataset"], back["by"], back["reason"]) == ("jeu", "Ada Martin", "disque perdu")
    assert len(list_commits(remote)) > witnessed
    verified = office.aqueduc("verify")
    assert verified.code == 0, verified.all
    kinds = [one["kind"] for one in office.aqueduc("history", "jeu", "--json").json["entries"]]
    assert sorted(kinds[-3:]) == ["seal", "withdrawal", "withdrawn"]
    assert not online(office) and office.aqueduc("run", "jeu").code == 1, "it is withdrawn"


def test_files_that_are_put_back_are_enough(office: Office, remote: Path, tmp_path: Path) -> None:
    shutil.copytree(office.store, tmp_path / "avant")
    assert office.aqueduc("withdraw", "jeu", *WHO).code == 0
    whole = tmp_path / "entier"
    shutil.copytree(office.store, whole)
    roll_back(office, tmp_path)
    assert "[registre-ramene-en-arriere]" in office.aqueduc("run", "jeu").err
    shutil.copytree(whole / "datasets", office.store / "datasets", dirs_exist_ok=True)
    assert office.aqueduc("verify").code == 0
    assert "[jeu-retire]" in office.aqueduc("run", "jeu").err
