"""Declarations in the shape of Toronto's project, made into drafts that ``check`` accepts once decided."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import DeclarationError
from aqueduc.migrate import Conversion, DatasetDraft, convert, save
from aqueduc.sources.files import FileSource
from aqueduc.sources.http import HttpSource
from tests.making import Desk, desk
from tests.migrate.deciding import decide, is_open


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def package(**changes: Any) -> dict[str, Any]:
    """One package with one CSV file, in Toronto's words; ``changes`` over it."""
    return {
        "schedule": "0 5 * * 2",
        "dag_owner_name": "Robin",
        "dag_owner_email": "robin@ville.example",
        "title": "Bancs publics",
        "date_published": "2020-02-02 10:00:00",
        "refresh_rate": "Weekly",
        "dataset_category": "Table",
        "owner_division": "Direction des espaces verts",
        "owner_section": "Mobilier",
        "owner_unit": None,
        "owner_email": " bancs@ville.example ",
        "civic_issues": None,
        "topics": ["Locations and mapping", "Parks and recreation"],
        "tags": [
            {"name": "bancs", "vocabulary_id": None},
            {"name": "mobilier urbain", "vocabulary_id": None},
        ],
        "information_url": "https://ville.example/bancs",
        "excerpt": "Les bancs des parcs.",
        "limitations": None,
        "notes": "Les bancs des parcs. Relevés\n  chaque semaine.\n\nPar les jardiniers.",
        "resources": {"bancs": resource()},
        **changes,
    }


def resource(**changes: Any) -> dict[str, Any]:
    return {
        "format": "csv",
        "url": "https://donnees.ville.example/verts/bancs.csv",
        "attributes": [
            {"id": "NUMERO", "type": "text", "info": {"notes": "Numéro du banc"}},
            {"id": "POSE", "type": "date", "format": "%d/%m/%Y", "info": {"notes": "Date de pose"}},
            {
                "source_name": "PLACES",
                "target_name": "Nombre de places",
                "type": "int",
                "info": {"notes": ""},
            },
        ],
        **changes,
    }


def converted(here: Desk, name: str = "bancs", **changes: Any) -> Conversion:
    path = here.include.parent / f"{name}.yaml"
    path.write_text(yaml.safe_dump({name: package(**changes)}, allow_unicode=True, sort_keys=False))
    return convert(path, "toronto")


def only(outcome: Conversion) -> DatasetDraft:
    assert outcome.refused == ()
    (draft,) = outcome.drafts
    return draft


def written(here: Desk, draft: DatasetDraft) -> dict[str, Any]:
    save(draft, here.include)
    text = (here.include / "datasets" / f"{draft.id}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def codes(draft: DatasetDraft, *, marked: bool = True) -> list[str]:
    return [one.finding.code for one in draft.open if one.marked is marked]


def test_what_the_file_says_is_taken_over(here: Desk) -> None:
    draft = only(converted(here))
    found = written(here, draft)
    assert list(found) == [
        "title",
        "description",
        "owner",
        "contact",
        "theme",
        "keywords",
        "licence",
        "cadence",
        "source",
        "columns",
        "schema",
        "publish",
    ]
    assert found["title"] == "Bancs publics"
    assert found["description"] == (
        "Les bancs des parcs. Relevés chaque semaine.\n\nPar les jardiniers.\n\n"
        "En savoir plus : https://ville.example/bancs"
    )
    assert found["owner"] == "Direction des espaces verts, Mobilier"
    assert found["contact"] == "bancs@ville.example"
    assert found["theme"] == "ENVI"
    assert found["keywords"] == ["bancs", "mobilier urbain"]
    assert found["cadence"] == "weekly"
    assert found["source"] == {
        "http": "donnees_ville_example",
        "path": "/verts/bancs.csv",
        "format": "csv",
        "dates": "DD/MM/YYYY",
    }
    schema = json.loads((here.include / "schemas" / "bancs.json").read_text())
    assert schema["fields"] == [
        {"name": "NUMERO", "type": "string", "description": "Numéro du banc"},
        {"name": "POSE", "type": "date", "description": "Date de pose"},
        {"name": "Nombre de places", "type": "integer"},
    ]


def test_no_column_is_published_by_the_conversion(here: Desk) -> None:
    draft = only(converted(here))
    found = written(here, draft)
    assert all(is_open(rule) for rule in found["columns"].values()), "closed by default"
    assert "{publish: true, as: Nombre de places}" in found["columns"]["PLACES"]
    assert is_open(found["licence"])
    path = here.include / "datasets" / "bancs.yaml"
    with pytest.raises(DeclarationError) as caught:
        load_dataset(path, load_city(here.include))
    undecided = [problem for problem in caught.value.problems if problem.code == "a-decider"]
    assert len(undecided) == sum(one.marked for one in draft.open)


def test_it_is_accepted_once_decided(here: Desk) -> None:
    save(only(converted(here)), here.include)
    dataset = decide(here.include, "bancs")
    assert [column.published_as for column in dataset.published] == ["NUMERO", "POSE", "Nombre de places"]
    assert dataset.frequency.word == "weekly"
    assert dataset.reading.date == "DD/MM/YYYY"


def test_it_reads_like_a_draft_written_by_hand(here: Desk) -> None:
    save(only(converted(here)), here.include)
    text = (here.include / "datasets" / "bancs.yaml").read_text(encoding="utf-8")
    assert text.startswith(
        "# Tiré de bancs.yaml par « aqueduc import ».\n"
        "# 4 points sont à décider ; « aqueduc check » refuse cette déclaration jusque-là.\n\n"
        "title: Bancs publics\n"
    )
    assert "cadence: weekly  # toutes les semaines\n\nsource:\n  http: donnees_ville_example\n" in text
    assert "keywords: [bancs, mobilier urbain]\n" in text
    assert all(len(line) <= 110 for line in text.splitlines())


def test_each_resource_is_a_dataset(here: Desk) -> None:
    other = resource(attributes=[{"id": "A", "type": "text", "info": {"notes": "a"}}])
    outcome = converted(
        here, resources={"Bancs 2024": resource(), "Bancs 2025": resource(), "Légende": other}
    )
    assert [draft.id for draft in outcome.drafts] == ["bancs-bancs-2024", "bancs-bancs-2025", "bancs-legende"]
    assert ["jeu-a-reunir" in codes(draft, marked=False) for draft in outcome.drafts] == [True, True, False]
    titles = [written(here, draft)["title"] for draft in outcome.drafts]
    assert titles == ["Bancs publics – Bancs 2024", "Bancs publics – Bancs 2025", "Bancs publics – Légende"]
    for draft in outcome.drafts:
        decide(here.include, draft.id)


@pytest.mark.parametrize(
    "refresh, schedule, cadence",
    [
        ("Daily", "0 3 * * *", "daily"),
        ("Annually", "@once", "yearly"),
        ("Semi-annually", "0 2 1 1,6 *", "twice-a-year"),
        ("Will not be Refreshed", "@once", "never-again"),
        ("Real-time", "*/5 * * * *", None),
        ("Daily", "0 3 * * 1", None),
        ("As available", "0 3 * * *", None),
        ("De temps en temps", "@once", None),
    ],
)
def test_one_cadence_or_a_question(here: Desk, refresh: str, schedule: str, cadence: str | None) -> None:
    found = written(here, only(converted(here, refresh_rate=refresh, schedule=schedule)))
    assert found["cadence"] == cadence if cadence else is_open(found["cadence"])


def test_a_question_offers_what_is_known(here: Desk) -> None:
    found = written(here, only(converted(here, refresh_rate="Daily", topics=["Business", "Transportation"])))
    assert found["cadence"] == "à décider : une cadence : daily, weekly"
    assert found["theme"] == "à décider : un thème de l'UE : ECON, TRAN"


def test_a_map_of_arcgis(here: Desk) -> None:
    attributes = [{"id": "NOM", "type": "text", "info": {}}, {"id": "geometry", "type": "text", "info": {}}]
    layer = resource(
        format="geojson",
        agol=True,
        url="https://cartes.example/rest/services/Bancs/FeatureServer/0",
        query_params="ETAT = 'bon'",
        attributes=attributes,
    )
    draft = only(converted(here, resources={"bancs": layer}))
    found = written(here, draft)
    assert found["source"]["path"] == "/rest/services/Bancs/FeatureServer/0/query"
    assert found["source"]["records"] == "features"
    assert found["source"]["parameters"]["where"] == "ETAT = 'bon'"
    assert list(found["columns"]) == ["attributes.NOM", "geometry.x", "geometry.y"]
    assert {"pages-arcgis", "geometrie-a-choisir"} <= set(codes(draft))
    dataset = decide(here.include, "bancs")
    assert isinstance(dataset.source, HttpSource)
    assert dataset.geometry is not None
    assert [column.published_as for column in dataset.published] == ["NOM", "longitude", "latitude"]


def test_a_table_of_arcgis_has_no_position(here: Desk) -> None:
    layer = resource(format="json", agol=True, url="https://cartes.example/rest/FeatureServer/0")
    found = written(here, only(converted(here, resources={"bancs": layer})))
    assert found["source"]["parameters"]["returnGeometry"] == "false"
    assert "geometry" not in found
    decide(here.include, "bancs")


def test_a_geojson_file(here: Desk) -> None:
    attributes = [{"id": "NOM", "type": "text", "info": {}}, {"id": "geometry", "type": "text", "info": {}}]
    served = resource(format="geojson", url="https://cartes.example/bancs.geojson", attributes=attributes)
    found = written(here, only(converted(here, resources={"bancs": served})))
    assert list(found["columns"]) == ["properties.NOM", "type", "geometry.type", "geometry.coordinates"]
    assert found["columns"]["type"] == "drop"
    decide(here.include, "bancs")


def test_a_json_answer_below_a_path(here: Desk) -> None:
    served = resource(format="json", url="https://api.example/v1?format=json", jsonpath="$.reponse.lignes")
    found = written(here, only(converted(here, resources={"bancs": served})))
    assert found["source"]["records"] == "reponse.lignes"
    assert found["source"]["parameters"] == {"format": "json"}


def test_a_workbook_is_dropped_into_a_folder(here: Desk) -> None:
    book = resource(format="xlsx", url="https://donnees.example/Bancs%20publics.xlsx", sheet="Feuille 1")
    draft = only(converted(here, resources={"bancs": book}))
    assert "classeur-a-une-adresse" in codes(draft)
    assert is_open(written(here, draft)["source"]["file"])
    dataset = decide(here.include, "bancs")
    assert isinstance(dataset.source, FileSource)
    assert dataset.source.sheet == "Feuille 1"


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"custom_reader": "bancs_en_vrac"}, "source-lue-par-un-programme"),
        ({"multi": True, "url": "https://x.example/bancs-yyyy.csv"}, "source-en-plusieurs-fichiers"),
        ({"url": "bancs.csv"}, "source-sans-adresse"),
    ],
)
def test_a_source_that_nothing_describes_is_a_question(
    here: Desk, changes: dict[str, Any], code: str
) -> None:
    draft = only(converted(here, resources={"bancs": resource(**changes)}))
    assert code in codes(draft)
    assert is_open(written(here, draft)["source"])
    decide(here.include, "bancs")


def test_a_secret_of_the_address_is_written_nowhere(here: Desk) -> None:
    url = "https://moi:motdepasse@x.example/b.csv?sp=r&sig=Canari%2F1&se=2031-01-01&api_key=Canari2&lang=fr"
    headers = {"X-CLE": "NOM_DE_VARIABLE"}
    draft = only(converted(here, resources={"bancs": resource(url=url, custom_headers=headers)}))
    found = written(here, draft)
    assert found["source"]["parameters"] == {"lang": "fr"}
    everything = "".join(path.read_text() for path in here.include.rglob("*.*") if path.is_file())
    everything += json.dumps([one.to_json() for one in draft.open], ensure_ascii=False)
    assert not any(word in everything for word in ("Canari", "motdepasse", "2031"))
    assert codes(draft, marked=False).count("secret-laisse-de-cote") == 2
    assert "en-tetes-laisses-de-cote" in codes(draft, marked=False)


def test_dates_that_cannot_be_read_are_asked_about(here: Desk) -> None:
    attributes = [
        {"id": "a", "type": "timestamp", "format": "epoch", "info": {}},
        {"id": "b", "type": "date", "format": "%b %d, %Y", "info": {}},
        {"id": "c", "type": "date", "format": "%Y/%m/%d", "info": {}},
        {"id": "d", "type": "timestamp", "format": "%d-%m-%Y %H:%M:%S", "info": {}},
        {"id": "e", "type": "date", "info": {}},
    ]
    draft = only(converted(here, resources={"bancs": resource(attributes=attributes)}))
    found = written(here, draft)
    assert found["source"]["dates"].startswith(
        "à décider : une façon d'écrire les dates : YYYY/MM/DD, DD-MM-YYYY"
    )
    schema = json.loads((here.include / "schemas" / "bancs.json").read_text())
    types = [field["type"] for field in schema["fields"]]
    assert [is_open(kind) for kind in types] == [True, True, False, False, False]
    assert "integer" in types[0]
    assert "string" in types[1]
    assert types[2:] == ["date", "datetime", "date"]
    decide(here.include, "bancs")


def test_a_key_for_updates_is_the_key(here: Desk) -> None:
    keyed = resource(datastore_upsert={"primary_key": "NUMERO"})
    assert written(here, only(converted(here, resources={"bancs": keyed})))["key"] == ["NUMERO"]


def test_an_encoding_only_the_server_can_say_is_a_thing_to_do(here: Desk) -> None:
    draft = only(converted(here, resources={"bancs": resource(encoding="latin1")}))
    assert "encodage-a-verifier" in codes(draft, marked=False)


def test_names_that_look_personal_are_said_to(here: Desk) -> None:
    attributes = [{"id": "CONTACT_EMAIL", "type": "text", "info": {"notes": "Who to write to"}}]
    found = written(here, only(converted(here, resources={"bancs": resource(attributes=attributes)})))
    assert "courriel" in found["columns"]["CONTACT_EMAIL"]


def test_columns_get_names_that_platforms_take(here: Desk) -> None:
    long = "Dépenses de personnel et de locaux imputées au budget de la permanence"
    attributes = [
        {"id": name, "type": "text", "info": {}} for name in (long, "Longitude", "latitude", "LATITUDE")
    ]
    layer = resource(format="geojson", agol=True, url="https://c.example/0", attributes=attributes)
    save(only(converted(here, resources={"bancs": layer})), here.include)
    names = [column.published_as or "" for column in decide(here.include, "bancs").published]
    assert names[0].startswith("depenses_de_personnel")
    assert all(len(name) < 62 for name in names)
    assert len({name.casefold() for name in names}) == 6


def test_nothing_is_written_over(here: Desk) -> None:
    from aqueduc.migrate import FileExists

    draft = only(converted(here))
    (here.include / "datasets" / "bancs.yaml").write_text("title: à moi\n")
    with pytest.raises(FileExists):
        save(draft, here.include)
    assert (here.include / "datasets" / "bancs.yaml").read_text() == "title: à moi\n"
    assert not (here.include / "schemas" / "bancs.json").exists()


@pytest.mark.parametrize(
    "text, code",
    [
        ("a: {b: 1, b: 2}", "fichier-illisible"),
        ("- a\n- b\n", "fichier-illisible"),
        ("bancs: {title: x}", "autre-sorte-de-fichier"),
        ("bancs: {resources: {r: {url: x}}}", "autre-sorte-de-fichier"),
        ("bancs: {resources: {}}", "autre-sorte-de-fichier"),
    ],
)
def test_what_is_no_declaration_is_refused_with_its_reason(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "autre.yaml"
    path.write_text(text)
    outcome = convert(path, "toronto")
    assert outcome.drafts == ()
    assert [finding.code for finding in outcome.refused] == [code]
