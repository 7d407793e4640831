"""A kind of source that a city adds from a package: declared, checked, explained, asked, run, without a word
about it in Aqueduc; and packages that are broken."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.declaration import load_all_declarations, load_city
from aqueduc.errors import DeclarationError, ExtensionBroken
from aqueduc.sources import SOURCES
from aqueduc.sources.adapter import load_adapter
from tests.cli.office import Office, Said, open_office
from tests.making import Desk, desk

PACKAGE = Path(__file__).parent / "outside"
TIDES: dict[str, Any] = {
    "source": {"tides": "Marseille", "days": 3},
    "columns": {"port": "drop", "jour": "publish", "hauteur": "publish"},
    "fields": [{"name": "jour", "type": "date"}, {"name": "hauteur", "type": "number"}],
    "access": "open",
}


def install(place: Path, changes: Mapping[str, str] | None = None) -> Path:
    """The package below ``place``, as pip would put it there, with other texts in some of its files."""
    shutil.copytree(PACKAGE, place, dirs_exist_ok=True)
    for name, text in (changes or {}).items():
        (place / name).write_text(text, encoding="utf-8")
    return place


def on_the_path(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process; nobody has asked for it yet."""
    monkeypatch.syspath_prepend(place)
    monkeypatch.setattr(SOURCES, "_found", {})
    for module in ("aqueduc_tides", "aqueduc_tides.adapter"):
        monkeypatch.delitem(sys.modules, module, raising=False)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    on_the_path(install(tmp_path / "site"), monkeypatch)
    return desk(tmp_path)


@pytest.fixture
def harbour(tmp_path: Path) -> Office:
    """An office with a portal of its own, whose only dataset is one of tides."""
    install(tmp_path / "site")
    office = open_office(tmp_path)
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text("utf-8"))
    city["platforms"] = {"portail": {"type": "portal", "folder": str(tmp_path / "portail")}}
    city["defaults"]["platform"] = "portail"
    city["connections"] = {"depot": "le dossier de dépôt"}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")
    document = {
        "title": "Marées",
        "description": "Les marées du port.",
        "owner": "Direction du port",
        "theme": "TRAN",
        "cadence": "daily",
        "schema": "schemas/jeu.json",
        "publish": {"mode": "upload"},
        **{key: value for key, value in TIDES.items() if key != "fields"},
    }
    office.desk.schema("jeu", TIDES["fields"])
    office.desk.write("jeu", document)
    return office


def aqueduc(office: Office, *arguments: str) -> Said:
    return office.aqueduc(*arguments, PYTHONPATH=str(office.desk.include.parent / "site"))


def refused(here: Desk, source: Any) -> str:
    with pytest.raises(DeclarationError) as caught:
        here.dataset(**{**TIDES, "source": source})
    return str(caught.value)


def test_it_is_declared_checked_and_explained(harbour: Office) -> None:
    checked = aqueduc(harbour, "check")
    assert checked.code == 0, checked.all
    told = aqueduc(harbour, "explain", "jeu")
    assert told.code == 0, told.all
    assert "les marées du port de Marseille, sur 3 jours" in " ".join(told.out.split())


def test_it_is_asked(harbour: Office) -> None:
    answer = aqueduc(harbour, "check", "--connect")
    assert "jeu : marées de Marseille, 3 jours" in answer.out, answer.all
    assert "3 colonnes, toutes déclarées" in answer.out
    assert "jeu: tides of Marseille, 3 jours" in aqueduc(harbour, "--lang", "en", "check", "--connect").out


def test_it_is_run(harbour: Office) -> None:
    done = aqueduc(harbour, "run", "jeu")
    assert done.code == 0, done.all
    lines = [
        "jour,hauteur",
        *(f"2026-03-0{day},{height}" for day in (1, 2, 3) for height in ("0.1", "0.4")),
    ]
    # Under its own name, and under that of its bytes.
    published = [*(harbour.desk.include.parent / "portail").rglob("*.csv")]
    assert [file.read_text("utf-8-sig").splitlines() for file in published] == [lines, lines]
    again = aqueduc(harbour, "run", "jeu")
    assert again.code == 0 and "La source n'a pas changé" in again.all


def test_it_has_a_page_in_airflow_and_its_defaults_are_traced(here: Desk) -> None:
    from aqueduc.declaration.diagnostics.tracing import trace_declaration_values
    from aqueduc_airflow.prose import build_dag_documentation

    dataset = here.dataset(**TIDES)
    assert "marées de `Marseille`, 3 jours" in build_dag_documentation(dataset, here.city)
    found = {one.key: one.value for one in trace_declaration_values(dataset.path, load_city(here.include))}
    assert found["source.days"] == "3"


def test_what_is_wrong_is_told_in_its_own_keys(here: Desk) -> None:
    assert "days: 3" in refused(here, {"tides": "Marseille"})
    assert "« dais »" in refused(here, {"tides": "Marseille", "days": 3, "dais": 4})
    assert "une seule, des clés" in refused(here, {"days": 3})


def test_an_environment_may_change_it(here: Desk) -> None:
    path = here.include / "city.yaml"
    city = yaml.safe_load(path.read_text("utf-8"))
    environments = {"recette": {"source": {"tides": "Toulon"}}}
    path.write_text(yaml.safe_dump({**city, "environments": environments}, allow_unicode=True), "utf-8")
    here.dataset(**TIDES)
    (dataset,) = load_all_declarations(here.include, load_city(here.include, "recette")).datasets
    assert dataset.source.connection == "Toulon"


BROKEN = {
    "import": ({"aqueduc_tides/__init__.py": "import nothing_of_this_name"}, "ModuleNotFoundError"),
    "syntax": ({"aqueduc_tides/__init__.py": "KIND = ("}, "SyntaxError"),
    "no kind": ({"aqueduc_tides/__init__.py": "KIND = None"}, "un autre nom"),
    "another name": (
        {"aqueduc_tides-1.0.dist-info/entry_points.txt": "[aqueduc.sources]\ntides = json:decoder"},
        "un autre nom",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_package_breaks_its_own_datasets(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes, why = BROKEN[name]
    on_the_path(install(tmp_path / "site", changes), monkeypatch)
    here = desk(tmp_path)
    source = {"file": "depot", "path": "arbres.csv"}
    sound = here.dataset("arbres", **{**TIDES, "title": "Arbres", "source": source})
    message = refused(here, TIDES["source"])
    assert "« tides » vient du paquet « aqueduc-tides »" in message and why in message
    loaded = load_all_declarations(here.include, load_city(here.include))
    assert [dataset.id for dataset in loaded.datasets] == [sound.id]
    (error,) = loaded.errors
    assert [problem.code for problem in error.problems] == ["source-inutilisable"]


def test_an_adapter_that_cannot_be_loaded_names_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {"aqueduc_tides/adapter.py": "import a_driver_that_is_not_here"}
    on_the_path(install(tmp_path / "site", changes), monkeypatch)
    dataset = desk(tmp_path).dataset(**TIDES)
    with pytest.raises(ExtensionBroken, match=r"aqueduc_tides.*ModuleNotFoundError"):
        load_adapter(dataset.source)


def test_packages_are_only_asked_for_a_kind_that_the_house_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    real = metadata.entry_points
    monkeypatch.setattr("aqueduc.registry.entry_points", lambda **one: asked.append(one) or real(**one))
    monkeypatch.setattr(SOURCES, "_found", {})
    here = desk(tmp_path)
    here.dataset()
    assert asked == []
    refused(here, {"tides": "Marseille", "days": 3})
    assert {one["name"] for one in asked} == {"tides", "days"}
