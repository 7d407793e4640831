"""A dataset that comes after others, and a bound where no clock says when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from aqueduc.declaration import load_all_declarations, load_city, load_dataset
from aqueduc.declaration.vocabulary import parse_cadence
from aqueduc.errors import DeclarationError
from tests.making import CITY, Desk, desk


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    made = desk(tmp_path)
    made.dataset("voies", title="Voies")
    return made


@pytest.mark.parametrize(
    "cadence, nearest, eu, label",
    [
        ("at most 1 day", "daily", "DAILY", "au moins une fois par jour"),
        ("at most 2 days", "weekly", "WEEKLY", "au moins une fois tous les 2 jours"),
        ("at most 8 days", "weekly", "WEEKLY", "au moins une fois tous les 8 jours"),
        ("at most 35 days", "monthly", "MONTHLY", "au moins une fois tous les 35 jours"),
        ("at most 40 days", "quarterly", "QUARTERLY", "au moins une fois tous les 40 jours"),
        ("at most 366 days", "yearly", "ANNUAL", "au moins une fois tous les 366 jours"),
    ],
)
def test_a_bound_is_said_exactly_and_by_the_nearest_word_of_a_catalogue(
    cadence: str, nearest: str, eu: str, label: str
) -> None:
    found = parse_cadence(cadence)
    assert found is not None
    assert (found.word, found.nearest, found.eu, found.french_label) == (cadence, nearest, eu, label)
    assert (found.cron, found.is_upper_bound_only) == (None, True)
    assert found.period == timedelta(days=int(cadence.split()[2]))


@pytest.mark.parametrize(
    "cadence",
    [
        "at most 0 days",
        "at most 1 days",
        "at most 035 days",
        "at most 367 days",
        "at most 35 days ",
        "35 days",
    ],
)
def test_what_is_no_bound(cadence: str) -> None:
    assert parse_cadence(cadence) is None


def test_a_bound_needs_nothing_to_wait_for(here: Desk) -> None:
    assert here.dataset(cadence="at most 35 days").after == ()


def test_an_environment_on_request_waits_for_nothing(here: Desk) -> None:
    """Its word is about the whole city: it must not break each declaration that waits for another."""
    path = here.write("jeu", yaml.safe_load((here.include / "datasets/voies.yaml").read_text()) | {
        "title": "Jeu", "cadence": "at most 35 days", "after": "voies"
    })  # fmt: skip
    city = {**CITY, "environments": {"recette": {"cadence": "as-needed"}, "essai": {"cadence": "weekly"}}}
    (here.include / "city.yaml").write_text(yaml.safe_dump(city), encoding="utf-8")
    read = {name: load_dataset(path, load_city(here.include, name)) for name in ("", "recette", "essai")}
    assert {name: one.after for name, one in read.items()} == {
        "": ("voies",),
        "recette": (),
        "essai": ("voies",),
    }
    assert load_all_declarations(here.include, load_city(here.include)).errors == ()


def test_one_that_is_broken_breaks_no_other_and_one_that_is_gone_does(here: Desk) -> None:
    here.dataset(cadence="at most 35 days", after="voies")
    voies, path = here.include / "datasets/voies.yaml", here.include / "datasets/jeu.yaml"
    voies.write_text("a: [b", encoding="utf-8")
    assert load_dataset(path, load_city(here.include)).after == ("voies",)
    voies.unlink()
    with pytest.raises(
        DeclarationError, match="« after » cite « voies », qu'aucun fichier de datasets/ ne déclare"
    ):
        load_dataset(path, load_city(here.include))


def test_a_circle_is_refused_in_each_of_its_files_and_in_no_other(here: Desk) -> None:
    here.dataset("a", title="A", after="voies")
    here.dataset("b", title="B", after="a")
    with pytest.raises(DeclarationError, match="voies → b → a → voies"):
        here.dataset("voies", title="Voies", after="b")
    here.dataset("c", title="C", after="voies")
    found = load_all_declarations(here.include, load_city(here.include))
    assert [one.id for one in found.datasets] == ["c"]
    assert [error.where for error in found.errors] == [
        f"include/datasets/{name}.yaml" for name in ("a", "b", "voies")
    ]


def test_what_many_come_after_is_read_once(here: Desk) -> None:
    loaded = load_city(here.include)
    path = here.include / "datasets/jeu.yaml"
    here.dataset(after="voies")
    load_dataset(path, loaded)
    (here.include / "datasets/voies.yaml").write_text("after: jeu\n", encoding="utf-8")
    load_dataset(path, loaded)
    with pytest.raises(DeclarationError, match="jeu → voies → jeu"):
        load_dataset(path, load_city(here.include))
