"""``explain``: the text that is signed says all that is declared, nothing of the data, and stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc import __version__
from aqueduc.declaration import Dataset, load_all_declarations, load_city
from aqueduc.record.explanation import (
    OpinionAndAgreementContext,
    PublicationExplanation,
    build_publication_explanation,
)
from aqueduc.record.prose import render_explanation_html, render_explanation_markdown
from aqueduc.rules.drop import ColumnRemoval
from tests.cli.office import COLUMNS, FIELDS, Office, nobody_in
from tests.making import Desk, desk

INCLUDE = Path(__file__).resolve().parents[2] / "include"
CITY = load_city(INCLUDE)
TODAY = OpinionAndAgreementContext(date(2026, 7, 1))
DATASETS = load_all_declarations(INCLUDE, CITY).datasets


def texts(value: Any) -> Iterator[str]:
    """Every text of a nest of dicts and tuples."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def told(explanation: PublicationExplanation) -> str:
    return "\n".join(texts(asdict(explanation))).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.id)
def test_everything_declared_is_told(dataset: Dataset) -> None:
    text = told(build_publication_explanation(dataset, CITY.city, TODAY))
    for column in dataset.columns:
        assert column.name in text
        if column.published_as:
            assert column.published_as in text
        if column.basis:
            assert " ".join(column.basis.split()) in text
    if dataset.privacy:
        assert f"k = {dataset.privacy.k}" in text
    for word in (dataset.title, dataset.owner, dataset.contact, dataset.licence.title, dataset.fingerprint):
        assert word in text
    assert dataset.frequency.french_label in text
    assert f"{CITY.city.convention.notified:%d/%m/%Y}" in text
    assert f"{CITY.city.rejected_days} jours" in text


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.id)
def test_it_is_written_as_french_is(dataset: Dataset) -> None:
    explanation = build_publication_explanation(dataset, CITY.city, TODAY)
    text = "\n".join(texts(asdict(explanation)))
    assert not re.search(r"None|\{|\}|  |\.\.|;\.|: :", text)
    assert not re.search(r"« | »| ;", text), "a sign may stand alone at the start of a line"


def test_a_dropped_column_never_reads_as_published() -> None:
    dataset = next(dataset for dataset in DATASETS if dataset.id == "permis-de-construire")
    leaving = build_publication_explanation(dataset, CITY.city, TODAY).sections[1]
    dropped = [column.name for column in dataset.columns if isinstance(column.rule, ColumnRemoval)]
    assert dropped
    assert not [name for name in dropped if name in "\n".join(texts(asdict(leaving)))]


@pytest.mark.parametrize(
    "changes, wanted",
    [
        ({"licence": "lov2"}, "D. 323-2-1"),
        ({"licence": "cc-by"}, "homologation préalable"),
        ({"licence": "other-at", "access": {"level": "same_organization"}}, "que s'il essuie un refus"),
        ({"licence": "other-at", "access": {"level": "same_organization"}}, "RGPD, art. 6"),
        ({"columns": {"quartier": "publish", "carte": {"pseudonym": "sel", "basis": "Loi n° 1"}}}, "HMAC"),
        (
            {"columns": {"quartier": "publish", "n": {"suppress_under": 5}}},
            "inférieur à 5, zéro compris, ou n'est pas donné",
        ),
        ({"reject_at_most": "2%"}, "au-delà de 2 % de lignes rejetées à une étape"),
        ({}, "si une seule est rejetée, rien n'est publié"),
        ({"cadence": "irregular"}, "quand une exécution est demandée"),
        (
            {"cadence": "at most 35 days"},
            "Rythme : chaque fois qu'une exécution est demandée (au-delà de 35 jours sans exécution réussie, le jeu "
            "est dit en retard) ;",
        ),
        (
            {"cadence": "at most 1 day", "after": "voies"},
            "Rythme : dès que des exécutions d'Airflow ont publié « voies » de nouveau, et chaque fois qu'une "
            "exécution est demandée (au-delà de 1 jour sans",
        ),
        (
            {"cadence": "at most 35 days", "on_arrival": True},
            "Rythme : dès qu'un fichier est arrivé dans le dépôt (Airflow le liste toutes les cinq minutes, là où "
            "« aqueduc_arrivals » est actif, et attend d'avoir "
            "vu le même deux fois de suite), et chaque fois qu'une exécution est demandée (au-delà de 35",
        ),
        (
            {
                "cadence": "at most 35 days",
                "on_arrival": True,
                "source": {"http": "mobilite", "path": "/a", "format": "csv"},
            },
            "Rythme : dès que l'adresse du document en annonce un autre état (Airflow le demande toutes les cinq minutes, "
            "là où « aqueduc_arrivals » est actif, "
            "sans lire le document, et attend d'avoir eu la même réponse deux fois de suite), et chaque fois",
        ),
        (
            {"after": ["voies", "rues", "ponts"]},
            "Rythme : toutes les semaines, dès que des exécutions d'Airflow ont publié « voies », « rues » et « ponts » "
            "de nouveau, et chaque fois",
        ),
    ],
)
def test_each_choice_has_its_sentence(here: Desk, changes: dict[str, Any], wanted: str) -> None:
    for name in ("voies", "rues", "ponts"):
        here.write(name, {"title": name})
    assert wanted in told(build_publication_explanation(here.dataset(**changes), here.city, TODAY))


def test_without_quasi_identifiers_the_opinion_bears_on_it(here: Desk) -> None:
    assert "L'avis et la décision qui closent ce texte portent sur ce point." in told(
        build_publication_explanation(here.dataset(), here.city, TODAY)
    )


def test_k_says_what_it_does_not_guarantee(office: Office) -> None:
    text = office.aqueduc("explain", "jeu").out.replace("\N{NO-BREAK SPACE}", " ")
    assert "chaque combinaison publiée de « annee », « quartier » réunit au moins 5 lignes" in text
    assert "ce que les autres colonnes (« numero », « montant ») apprennent d'un groupe" in text


def test_another_declaration_is_another_text(here: Desk) -> None:
    first = build_publication_explanation(here.dataset(), here.city, TODAY)
    second = build_publication_explanation(
        here.dataset(owner="Direction des essais et des erreurs"), here.city, TODAY
    )
    assert first.fingerprint != second.fingerprint


class _Page(HTMLParser):
    """Checks that what opens closes, and notes what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_well_formed_and_stands_alone(here: Desk) -> None:
    hostile = "Jeu <script>alert(1)</script> & « d'essai »"
    page = render_explanation_html(
        build_publication_explanation(
            here.dataset(title=hostile, description="<b>gras</b> & |tube|"), here.city, TODAY
        )
    )
    parser = _Page()
    parser.feed(page)
    assert parser.open == []
    assert parser.fetched == []
    assert "<script" not in page
    assert "<b>" not in page
    assert hostile.replace("« ", "«\N{NO-BREAK SPACE}").replace(" »", "\N{NO-BREAK SPACE}»") in parser.text


def test_markdown_takes_no_name_for_markup(here: Desk) -> None:
    text = render_explanation_markdown(
        build_publication_explanation(
            here.dataset(title="Un *titre* | à [liens](x) _et_ nom_de_colonne"), here.city, TODAY
        )
    )
    assert r"Un \*titre\* \| à \[liens\](x) \_et\_ nom_de_colonne" in text


def test_outputs(office: Office, tmp_path: Path) -> None:
    page, text = tmp_path / "jeu.html", tmp_path / "jeu.md"
    said = office.aqueduc("explain", "jeu", "--html", str(page), "--markdown", str(text))
    assert said.code == 0
    assert said.out == ""
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert text.read_text(encoding="utf-8") == office.aqueduc("explain", "jeu").out
    document = office.aqueduc("explain", "jeu", "--json").json
    assert document["dataset"] == "jeu"
    assert len(document["explanation"]["sections"]) == 14
    assert nobody_in(page.read_text(encoding="utf-8") + said.all + str(document))


def test_a_place_that_cannot_be_written(office: Office) -> None:
    said = office.aqueduc("explain", "jeu", "--html", "/nulle/part.html")
    assert said.code == 2
    assert "/nulle/part.html" in said.err


# --- opinions -----------------------------------------------------------------------------------------------

SIGNED = ("--signed", "favorable", "--by", "Claire Fabre", "--role", "déléguée à la protection des données")


def since(office: Office) -> str:
    text = office.aqueduc("explain", "jeu").out.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "")
    return text.partition("## Depuis le dernier avis")[2].partition("## Avis et décision")[0]


def test_an_opinion_is_recorded_and_what_changed_since_is_told_in_words(office: Office) -> None:
    assert "Aucun avis n'est enregistré" in since(office)
    before = (office.desk.include / "datasets" / "jeu.yaml").read_bytes()
    said = office.aqueduc("explain", "jeu", *SIGNED, "--on", "2026-07-01", "--remarks", "À revoir dans un an")
    assert (said.code, said.out) == (0, "")
    assert (office.desk.include / "datasets" / "jeu.yaml").read_bytes() == before
    assert "favorable, le 01/07/2026, par Claire Fabre (déléguée à la protection des données)" in since(
        office
    )
    same = f"sur cette déclaration et ce city.yaml mêmes, et Aqueduc {__version__} (code "
    assert same in since(office)
    assert "…). Observations : À revoir dans un an." in since(office)
    office.declare(columns={**COLUMNS, "nom": "publish"}, fields=[*FIELDS, {"name": "nom", "type": "string"}])
    assert "Colonne « nom » : publiée telle quelle (auparavant : retirée)" in since(office)


def test_a_change_that_has_no_words_is_not_passed_over(office: Office) -> None:
    office.aqueduc("explain", "jeu", *SIGNED)
    path = office.desk.include / "datasets" / "jeu.yaml"
    path.write_text(f"# relu\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert "Aucun des points comparés n'a changé, mais un fichier n'est plus le même" in since(office)
    city = office.desk.include / "city.yaml"
    city.write_text(f"{city.read_text(encoding='utf-8')}rejected_days: 60\n", encoding="utf-8")
    assert "Garde des lignes rejetées : 60 jours (auparavant : 30 jours)" in since(office)


def test_two_opinions_are_kept_and_the_last_one_counts(office: Office) -> None:
    office.aqueduc("explain", "jeu", *SIGNED)
    office.aqueduc("explain", "jeu", "--signed", "réservé", "--by", "Jean Roux", "--role", "DPD")
    kept = yaml.safe_load((office.desk.include / "signatures" / "jeu.yaml").read_text(encoding="utf-8"))
    assert [one["by"] for one in kept["signatures"]] == ["Claire Fabre", "Jean Roux"]
    assert "réservé, le" in since(office) and "par Jean Roux (DPD)" in since(office)
    assert office.aqueduc("check").code == 0


def test_an_opinion_is_of_a_day_that_has_come_and_not_before_the_last(office: Office) -> None:
    office.aqueduc("explain", "jeu", *SIGNED, "--on", "2026-07-01")
    for day in ("2126-01-01", "1999-01-01"):
        said = office.aqueduc("explain", "jeu", *SIGNED, "--on", day)
        assert said.code == 2 and "n'est pas encore venu, ou précède le dernier avis" in said.err
    kept = yaml.safe_load((office.desk.include / "signatures" / "jeu.yaml").read_text(encoding="utf-8"))
    assert len(kept["signatures"]) == 1


def test_an_opinion_has_a_name(office: Office) -> None:
    said = office.aqueduc("explain", "jeu", "--signed", "favorable", "--role", "DPD")
    assert said.code == 2 and "--signed demande --by (prénom et nom) et --role" in said.err
    assert not (office.desk.include / "signatures").exists()


def test_signatures_that_cannot_be_read_say_where(office: Office) -> None:
    folder = office.desk.include / "signatures"
    folder.mkdir()
    (folder / "jeu.yaml").write_text("signatures:\n  - {day: hier, by: X, opinion: oui}\n", encoding="utf-8")
    said = office.aqueduc("explain", "jeu")
    assert said.code == 1
    assert "include/signatures/jeu.yaml:2" in said.err and "favorable" in said.err
