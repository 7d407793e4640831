"""``upgrade``: a format to come, made up here, whose keys are called otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aqueduc.cli.app import app
from aqueduc.declaration import load_city, upgrading
from aqueduc.declaration.upgrading import KeyRenaming
from aqueduc.errors import DeclarationError

CITY = """\
# La Ville
name: Ville d'Essai # son nom
organisation: ville
"""
DATASET = """\
# Le jeu
title: Arbres      # son titre
'owner': "Espaces verts"   # qui en répond
columns: {id: publish, nom: {generalise: year, as: annee}, as: {mask: 1, as: autre}}
# as: rien de ceci n'est une clé
environments:
  recette: {owner: Essai}
"""


@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "include"
    (folder / "datasets").mkdir(parents=True)
    (folder / "city.yaml").write_text(CITY, encoding="utf-8")
    (folder / "datasets" / "arbres.yaml").write_bytes(DATASET.replace("\n", "\r\n").encode())
    (folder / "datasets" / "bancs.yaml").write_text("title: Bancs\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AQUEDUC_INCLUDE", raising=False)
    return folder


@pytest.fixture
def later(include: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(upgrading, "FORMAT", 3)
    steps = {
        1: (
            KeyRenaming("datasets/*.yaml", ("owner",), "service"),
            KeyRenaming("datasets/*.yaml", ("environments", "*", "owner"), "service"),
        ),
        2: (KeyRenaming("datasets/*.yaml", ("columns", "*", "as"), "nommee"),),
    }
    monkeypatch.setattr(upgrading, "RENAMINGS", steps)
    return include


def test_only_what_changes_is_rewritten(later: Path) -> None:
    done = CliRunner().invoke(app, ["upgrade"])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == ["Récrit : include/datasets/arbres.yaml", "Récrit : include/city.yaml"]
    expected = DATASET.replace("'owner'", "service").replace("{owner:", "{service:")
    expected = expected.replace(", as: annee", ", nommee: annee").replace(", as: autre", ", nommee: autre")
    assert (later / "datasets" / "arbres.yaml").read_bytes().decode() == expected.replace("\n", "\r\n")
    text = (later / "city.yaml").read_text(encoding="utf-8")
    assert text == CITY.replace("name: Ville", "version: 3\nname: Ville")


def test_it_is_begun_again_where_it_stopped(later: Path) -> None:
    """``city.yaml``, which says the format, is written last."""
    first, *_others = list(upgrading.build_upgraded_declarations(later))
    first[0].write_bytes(first[1].encode())
    assert [path.name for path, _text in upgrading.build_upgraded_declarations(later)] == ["city.yaml"]
    assert CliRunner().invoke(app, ["upgrade"]).exit_code == 0
    assert list(upgrading.build_upgraded_declarations(later)) == []


def test_the_number_that_is_there_is_changed_in_its_place(later: Path) -> None:
    (later / "city.yaml").write_text(f"{CITY}version: 2 # le format\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["upgrade", "--json"])
    assert json.loads(done.output) == {
        "format": 3,
        "files": ["datasets/arbres.yaml", "city.yaml"],
        "written": True,
    }
    assert (later / "city.yaml").read_text(encoding="utf-8") == f"{CITY}version: 3 # le format\n"
    # What left with the first format is no key of the second: it stays.
    assert "'owner'" in (later / "datasets" / "arbres.yaml").read_text(encoding="utf-8")


def test_looking_writes_nothing(later: Path) -> None:
    done = CliRunner().invoke(app, ["upgrade", "--check"])
    assert "À récrire : include/datasets/arbres.yaml" in done.output
    assert (later / "city.yaml").read_text(encoding="utf-8") == CITY


def test_an_older_format_is_refused_with_the_command_that_rewrites_it(later: Path) -> None:
    with pytest.raises(DeclarationError, match=r"au format 1 .* lit le format 3") as raised:
        load_city(later)
    assert "aqueduc upgrade" in str(raised.value)


def test_a_newer_format_is_neither_read_nor_rewritten(include: Path) -> None:
    (include / "city.yaml").write_text(f"version: 2\n{CITY}", encoding="utf-8")
    done = CliRunner().invoke(app, ["upgrade"])
    assert done.exit_code == 1
    assert "au format 2" in done.output and "installer un Aqueduc plus récent" in done.output


def test_there_is_nothing_to_do_today(include: Path) -> None:
    done = CliRunner().invoke(app, ["upgrade"])
    assert (done.exit_code, done.output) == (0, "Rien à récrire : les déclarations sont au format 1.\n")
