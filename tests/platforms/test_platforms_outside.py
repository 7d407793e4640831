"""A kind of platform that a city adds from a package: declared, checked, explained, asked, run, without a
word about it in Aqueduc; and packages that are broken."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from aqueduc.cli.connect import probe_connections
from aqueduc.declaration import load_all_declarations, load_city
from aqueduc.errors import DeclarationError, ExtensionBroken
from aqueduc.language import use_language
from aqueduc.pipeline import run_pipeline
from aqueduc.record.explanation import OpinionAndAgreementContext, build_publication_explanation
from aqueduc.record.prose import render_explanation_html
from tests.platforms.outsiders import install
from tests.publish.publishing import rows
from tests.publish.showcase import Showcase, showcase


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return install(tmp_path / "site", monkeypatch)


@pytest.fixture
def here(tmp_path: Path, installed: Path) -> Showcase:
    wall = tmp_path / "mur"
    wall.mkdir()
    platforms = {"mairie": {"type": "board", "wall": str(wall)}, "site": {"type": "portal"}}
    depot = json.dumps({"conn_type": "fs", "extra": {"path": str(tmp_path)}})
    return showcase(tmp_path, platforms, {"AIRFLOW_CONN_DEPOT": depot}, "mairie")


def refused(here: Showcase, **changes: Any) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        here.dataset(**changes)
    return [problem.code for problem in caught.value.problems]


def city_with(here: Showcase, **platform: str) -> Showcase:
    return showcase(here.desk.include.parent / "autre", {"mairie": {"type": "board", **platform}})


def test_it_is_declared_and_checked(here: Showcase) -> None:
    assert here.dataset().publication.platforms == ("mairie",)
    assert refused(here, access="registered", licence="other-at") == ["tableau-public"]


@pytest.mark.parametrize(
    "platform, code, said",
    [
        ({}, "cle-absente", "wall"),
        ({"wall": "/srv", "wal": "x"}, "cle-inconnue", "« wal »"),
        ({"wall": "/srv", "hands_off": "tags"}, "cle-de-ckan", "board"),
    ],
)
def test_its_own_keys_are_those_of_its_spec(
    here: Showcase, platform: Mapping[str, str], code: str, said: str
) -> None:
    with pytest.raises(DeclarationError, match=said) as caught:
        load_city(city_with(here, **platform).desk.include)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_it_is_explained(here: Showcase) -> None:
    text = render_explanation_html(
        build_publication_explanation(
            here.dataset(), here.desk.city, OpinionAndAgreementContext(here.desk.place.clock().date())
        )
    )
    assert re.search(r"«\smairie\s»\s\(tableau d.{1,7}affichage\)", text)


def test_it_is_asked(here: Showcase) -> None:
    answers = [
        one
        for one in probe_connections([here.dataset()], here.desk.city, here.desk.place)
        if one.subject != "source"
    ]
    assert [(one.subject, one.ok) for one in answers] == [("platform", True), ("record", True)]
    assert answers[0].said == "tableau 1 ; on y affiche pour « ville-aix-en-provence »"


def test_it_is_published_on(here: Showcase, tmp_path: Path) -> None:
    first = here.publish(rows(3))
    assert (first.passed, first.platform) == (True, "mairie")
    assert (tmp_path / "mur/lieux.csv").read_text(encoding="utf-8").count("\n") == 4
    again = here.publish(rows(3))
    assert (again.nothing_new, again.writes) == (True, ())
    third = here.publish(rows(4))
    assert [one.id for one in third.resources] == [one.id for one in first.resources]


def test_it_is_run(here: Showcase, tmp_path: Path) -> None:
    (tmp_path / "jeu.csv").write_text("quartier\nNord\nSud\n", encoding="utf-8")
    dataset = here.desk.dataset("jeu")
    run_pipeline(dataset, here.desk.city, here.desk.run(), here.desk.place)
    assert (tmp_path / "mur/jeu.csv").read_text(encoding="utf-8") == "quartier\nNord\nSud\n"
    assert json.loads((tmp_path / "mur/jeu.json").read_text(encoding="utf-8"))["hidden"] is False
    assert here.desk.place.store.read_current_revision_pointer("jeu") is not None


# --- a package that is broken -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code, why",
    [
        ("import nulle_part", "ModuleNotFoundError"),
        ("KIND = ", "SyntaxError"),
        ("raise SystemError('1234')", "SystemError"),
        ("", "AttributeError"),
        ("from aqueduc.platforms.portal import KIND", "un autre nom"),
    ],
)
def test_a_broken_package_breaks_the_datasets_of_its_platform_alone(
    here: Showcase, installed: Path, code: str, why: str
) -> None:
    (installed / "aqueduc_board" / "__init__.py").write_text(code, encoding="utf-8")
    with pytest.raises(DeclarationError, match="aqueduc-board"):
        here.dataset()
    here.dataset("autre", publish={"mode": "upload", "platform": "site"})
    found = load_all_declarations(here.desk.include, load_city(here.desk.include))
    assert [dataset.id for dataset in found.datasets] == ["autre"]
    (problem,) = [problem for error in found.errors for problem in error.problems]
    assert (problem.code, str(problem.detail["why"])) == ("paquet-inutilisable", why)
    assert "1234" not in problem.message()
    with use_language("en"):
        assert "the package “aqueduc-board”" in problem.message()
    (settings, _) = here.desk.city.platforms
    with pytest.raises(ExtensionBroken, match=f"aqueduc-board.*{why}"):
        _ = settings.kind


def test_an_adapter_that_is_broken_is_told_by_its_package(here: Showcase, installed: Path) -> None:
    (installed / "aqueduc_board" / "adapter.py").write_text("raise SystemError('1234')", encoding="utf-8")
    with pytest.raises(ExtensionBroken, match=r"aqueduc_board.*SystemError"):
        here.publish(rows(3))
    (platform,) = [
        one
        for one in probe_connections([here.dataset()], here.desk.city, here.desk.place)
        if one.subject != "source"
    ]
    assert (platform.ok, platform.code) == (False, "extension-inutilisable")


def test_entry_points_are_only_read_for_a_kind_that_aqueduc_lacks(
    here: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    monkeypatch.setattr(
        "aqueduc.registry.entry_points", lambda **of: read.append(of["name"]) or metadata.entry_points(**of)
    )
    load_city(showcase(here.desk.include.parent / "autre", {"site": {"type": "portal"}}).desk.include)
    assert read == []
    for _ in range(3):
        load_city(here.desk.include)
    assert read == ["board"]


def test_a_kind_that_nobody_knows_is_a_mistake_of_the_city(here: Showcase) -> None:
    wrong = showcase(here.desk.include.parent / "autre", {"site": {"type": "portall"}})
    with pytest.raises(DeclarationError, match="portal"):
        load_city(wrong.desk.include)
