"""The fiche: what a declaration becomes in the words of a catalogue and of a citizen."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aqueduc.declaration import Dataset
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.platforms.ckan.record import build_ckan_resource
from aqueduc.record import Distribution, Fiche, RowPreparationCounts, build_fiche
from aqueduc.record.fields import (
    build_access_restriction_extras,
    build_record_fields,
    convert_keywords_to_tag_names,
)
from tests.making import Desk, desk

NOTHING = RowPreparationCounts(rejected=0, suppressed=0, whole=True)
CSV = Distribution("CSV", "text/csv", "jeu.csv", "c" * 64, 10)


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def fiche(here: Desk, dataset: Dataset, preparation: RowPreparationCounts = NOTHING, **dates: Any) -> Fiche:
    given = {"issued": date(2026, 1, 5), "modified": date(2026, 2, 1), **dates}
    return build_fiche(dataset, here.city, preparation, **given)


def test_the_record_in_datasuds_words(here: Desk) -> None:
    dataset = here.dataset(theme="REGI", cadence="quarterly", granularity="commune")
    fields = build_record_fields(fiche(here, dataset))
    assert fields["name"] == "jeu"
    assert fields["frequency"] == "quarterly"
    assert fields["groups"] == ("amenagement-et-urbanisme",)
    assert fields["datatype"] == ("donnees-ouvertes",)
    assert fields["dataset_publication_date"] == "2026-01-05"
    assert fields["dataset_modification_date"] == "2026-02-01"
    assert json.loads(fields["spatial"])["coordinates"][0][0] == [5.2696, 43.4461]
    assert "private" not in fields


def test_a_restricted_dataset_is_not_called_open(here: Desk) -> None:
    dataset = here.dataset(licence="other-at", access={"level": "same_organization"})
    assert build_record_fields(fiche(here, dataset))["datatype"] == ()


@pytest.mark.parametrize(
    "level, users, wanted",
    [
        ("public", (), {"level": "public"}),
        ("only_allowed_users", ("a", "b"), {"level": "only_allowed_users", "allowed_users": "a,b"}),
        ("only_idgo_partners", (), {"level": "only_group_member", "allowed_groups": ["idgo-partner"]}),
        ("any_organization", (), {"level": "any_organization"}),
    ],
)
def test_levels_of_access_in_idgos_words(
    here: Desk, level: str, users: tuple[str, ...], wanted: dict[str, Any]
) -> None:
    access = here.dataset().access.model_copy(update={"level": AccessLevel(level), "users": users})
    assert build_access_restriction_extras(access) == wanted


def test_tags_are_what_ckan_takes() -> None:
    keywords = ("l'eau, vive", "œuvre d’art", "a", "x" * 200, "temps réel", "temps réel", "n° 3/4")
    assert convert_keywords_to_tag_names(keywords) == (
        "l eau vive",
        "n 3 4",
        "temps réel",
        "x" * 100,
        "œuvre d art",
    )
    assert convert_keywords_to_tag_names((unicodedata.normalize("NFD", "école"),)) == ("école",)


def test_a_link_has_an_address_and_no_hash(here: Desk) -> None:
    link = Distribution("JSON", "application/json", link="https://ville.example/lieux")
    fields = build_ckan_resource(fiche(here, here.dataset()), link)
    assert fields["url"] == "https://ville.example/lieux"
    assert fields["resource_type"] == "file"
    assert fields["hash"] == fields["hash_algorithm"] == ""
    hosted = build_ckan_resource(fiche(here, here.dataset()), CSV)
    assert "url" not in hosted
    assert hosted["resource_type"] == "file.upload"
    assert hosted["hash"] == "c" * 64


def test_the_dictionary_says_each_column_once(here: Desk) -> None:
    fields = [
        {"name": "quartier", "title": "Quartier", "description": "Quartier du terrain."},
        {"name": "surface", "type": "number", "title": "surface", "unit": "m²"},
    ]
    dataset = here.dataset(columns={"surface": "publish", "quartier": "publish"}, fields=fields)
    description = build_ckan_resource(fiche(here, dataset), CSV)["description"]
    assert description.endswith(
        "Colonnes :\n\n"
        "- `quartier` (texte) — Quartier : Quartier du terrain.\n"
        "- `surface` (nombre) Unité : m²."
    )


def test_the_note_says_what_was_done(here: Desk) -> None:
    dataset = here.dataset(
        columns={
            "nom": "drop",
            "prenom": "drop",
            "rapporteur": {"publish": True, "basis": "CGCT, art. L2121-15"},
            "depot": {"generalise": "year", "as": "annee"},
            "quartier": "publish",
            "nombre": {"suppress_under": 5},
        },
        fields=[
            {"name": "rapporteur"},
            {"name": "annee", "type": "integer"},
            {"name": "quartier"},
            {"name": "nombre", "type": "integer"},
        ],
        privacy={"quasi_identifiers": ["depot", "quartier"], "k": 7, "suppress_at_most": "2%"},
    )
    note = fiche(here, dataset, RowPreparationCounts(rejected=1, suppressed=12, whole=True)).preparation
    # No line may start with a closing quote or a semicolon.
    assert " »" not in note
    assert " ;" not in note
    assert note.replace("\N{NO-BREAK SPACE}", " ").split("\n\n") == [
        "2 colonnes de la source ne sont pas publiées : « nom », « prenom ».",
        "Valeurs rendues moins précises avant publication : « annee » (ramenée à l'année).",
        "Groupes : chaque combinaison publiée de « annee », « quartier » réunit au moins 7 lignes "
        "(k-anonymat, k = 7) ; les lignes des groupes plus petits sont retirées. "
        "Plusieurs lignes peuvent être d'une même personne.",
        "Petits effectifs : les lignes où « nombre » est inférieur à 5, ou manquant, sont retirées.",
        "12 lignes ont été retirées pour protéger les personnes.",
        "« rapporteur » contient des données personnelles, publiées en application de : CGCT, art. L2121-15.",
        "Chaque ligne est vérifiée par rapport au schéma de données avant publication : 1 ligne non conforme "
        "a été écartée.",
    ]


def test_the_note_says_which_columns_the_source_does_not_have(here: Desk) -> None:
    path = here.include / "references" / "quartiers.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("quartier,canton\nJas,1\n", encoding="utf-8")
    columns = {"quartier": "publish", "canton": {"publish": True, "as": "secteur"}, "code": "publish"}
    join = {"file": "references/quartiers.csv", "on": "quartier"}
    fields = [{"name": name} for name in ("quartier", "secteur", "code")]

    def said(**more: Any) -> str:
        computed = {"code": "upper(quartier)"}
        declared = here.dataset(columns=columns, fields=fields, join={**join, **more}, computed=computed)
        return fiche(here, declared).preparation.replace("\N{NO-BREAK SPACE}", " ")

    named = said(columns=["canton"])
    assert named.startswith("Calculé, et non lu dans la source : « code ».")
    assert "Lu dans une autre table que la source, jointe à ses lignes : « secteur »." in named
    assert "Une autre table que la source est jointe à ses lignes." in said()


def test_the_note_never_calls_a_pseudonym_anonymous(here: Desk) -> None:
    dataset = here.dataset(
        columns={
            "carte": {"pseudonym": "sel", "basis": "délibération du 1er mars."},
            "texte": "scrub",
            "age": {"generalise": {"band": 10}},
        },
        fields=[{"name": "carte"}, {"name": "texte"}, {"name": "age"}],
    )
    said = fiche(here, dataset).preparation.replace("\N{NO-BREAK SPACE}", " ").split("\n\n")
    assert said[:4] == [
        "Valeurs rendues moins précises avant publication : « age » (généralisée par tranches de 10).",
        "Valeurs modifiées avant publication : « texte » (expurgée : les identifiants reconnus dans le texte "
        "sont remplacés par « [retiré] », telle quelle où rien n'est reconnu).",
        "« carte » : la valeur d'origine est remplacée par un pseudonyme, toujours le même pour une même "
        "valeur. Un pseudonyme n'est pas un anonymat : il reste une donnée personnelle.",
        "« carte » contient des données personnelles, publiées en application de : délibération du 1er mars.",
    ]


@pytest.mark.parametrize(
    "suppressed, said",
    [
        (0, False),
        (1, "Moins de 7 lignes ont été retirées pour protéger les personnes."),
        (6, "Moins de 7 lignes ont été retirées pour protéger les personnes."),
        (7, "7 lignes ont été retirées pour protéger les personnes."),
    ],
)
def test_a_count_under_the_threshold_is_not_told(here: Desk, suppressed: int, said: str | bool) -> None:
    privacy = {"quasi_identifiers": ["lieu"], "k": 5, "sensitive": {"soin": {"distinct": 2}}}
    dataset = here.dataset(
        columns={"lieu": "publish", "soin": "publish", "nombre": {"suppress_under": 7}},
        fields=[{"name": "lieu"}, {"name": "soin"}, {"name": "nombre", "type": "integer"}],
        privacy={**privacy, "suppress_at_most": "9%"},
    )
    note = fiche(
        here, dataset, RowPreparationCounts(rejected=0, suppressed=suppressed, whole=True)
    ).preparation
    assert [part for part in note.split("\n\n") if "pour protéger" in part] == ([said] if said else [])
    assert "Diversité\N{NO-BREAK SPACE}: dans chacun de ces groupes" in note


def test_counts_of_one_window_are_not_those_of_the_file(here: Desk) -> None:
    note = fiche(
        here, here.dataset(), RowPreparationCounts(rejected=3, suppressed=4, whole=False)
    ).preparation
    assert note == "Chaque ligne est vérifiée par rapport au schéma de données avant publication."


def test_an_indexed_dataset_has_no_date_of_change(here: Desk) -> None:
    source = {"http": "api", "path": "/x"}
    dataset = here.dataset(source=source, publish={"mode": "index", "link": "/x"})
    assert build_record_fields(fiche(here, dataset))["dataset_modification_date"] == ""
    assert replace(fiche(here, dataset)).modified is None
