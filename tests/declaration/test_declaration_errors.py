"""Each way a declaration can be wrong, with the message its steward reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import DeclarationError
from tests.making import Desk, declaration, desk


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def said(here: Desk, text: str | None = None, **changes: Any) -> str:
    """The message for a declaration with ``changes``, or for a whole ``text``."""
    here.schema("jeu", [{"name": "quartier"}])
    (here.include / "sql" / "a.sql").write_text("SELECT 1")
    path = here.write("jeu", text if text is not None else {**declaration(), **changes})
    with pytest.raises(DeclarationError) as wrong:
        load_dataset(path, load_city(here.include))
    return str(wrong.value)


def upload(**more: Any) -> dict[str, Any]:
    return {"mode": "upload", **more}


def privacy(**more: Any) -> dict[str, Any]:
    return {"quasi_identifiers": ["quartier"], "k": 5, **more}


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"titel": "x"}, "clé inconnue « titel »", "vouliez-vous dire « title » ?"),
    ({"title": ""}, "« title » attend un texte non vide", ""),
    ({"title": 3}, "« title » attend un texte", ""),
    ({"theme": "REGO"}, "thème inconnu(e) : « REGO »", "vouliez-vous dire « REGI » ?"),
    ({"category": "urbanisme"}, "catégorie inconnu(e)", "amenagement-et-urbanisme"),
    ({"granularity": "iriss"}, "granularité inconnu(e)", "« iris »"),
    ({"licence": "lov3"}, "licence inconnu(e) : « lov3 »", "vouliez-vous dire « lov2 » ?"),
    ({"licence": "LOV2"}, "licence inconnu(e)", "vouliez-vous dire « lov2 » ?"),
    ({"licence": "other-at"}, "ne convient pas à un accès ouvert", "« lov2 »"),
    ({"access": {"level": "registered"}}, "ne convient pas à un accès restreint", "« other-at »"),
    ({"access": "opened"}, "« access »", "open"),
    ({"cadence": "weakly"}, "cadence inconnu(e) : « weakly »", "vouliez-vous dire « weekly » ?"),
    ({"cadence": "every 7 minutes"}, "cadence inconnu(e)", "« every 10 minutes »"),
    ({"source": {}}, "une, et une seule, des clés postgres, http ou file", "par exemple"),
    ({"source": {"file": "d", "path": "a.csv", "http": "x"}}, "une, et une seule", ""),
    ({"source": {"file": "depot"}}, "la clé « path » manque", ""),
    ({"source": {"file": "depot", "path": "a.pdf"}}, "format inconnu(e) : « pdf »", "csv"),
    (
        {"source": {"file": "d", "path": "a.csv", "encodign": "x"}},
        "clé inconnue « encodign »",
        "« encoding »",
    ),
    ({"source": {"file": "d", "path": "a.csv", "encoding": "cp1253"}}, "encodage inconnu", "« cp1252 »"),
    ({"source": {"file": "d", "path": "a.csv", "delimiter": ";;"}}, "attend un texte plus court", ""),
    ({"source": {"postgres": "u", "sql": "sql/b.sql"}}, "« sql/b.sql » n'existe pas", "« sql/a.sql »"),
    ({"source": {"postgres": "u", "sql": "../../etc/passwd"}}, "n'existe pas dans include/", ""),
    ({"schema": "schemas/jeux.json"}, "« schemas/jeux.json » n'existe pas", "« schemas/jeu.json »"),
    ({"key": ["quartiers"]}, "la clé cite « quartiers »", "vouliez-vous dire « quartier » ?"),
    ({"columns": {"quartier": "publsh"}}, "la règle de la colonne « quartier »", "« publish »"),
    ({"columns": {"quartier": {"genralise": "month"}}}, "clé inconnue « genralise »", "« generalise »"),
    ({"columns": {"quartier": {"generalise": "week"}}}, "n'est pas comprise", "day, month, quarter, year"),
    ({"columns": {"quartier": {"generalise": {"band": 0}}}}, "n'est pas comprise", "{band: largeur}"),
    ({"columns": {"quartier": {"truncate": "2"}}}, "n'est pas comprise", "nombre de caractères"),
    ({"columns": {"quartier": {"publish": True, "drop": True}}}, "n'est pas comprise", "et une seule"),
    ({"columns": {"quartier": 3}}, "n'est pas comprise", "« publish » ou « drop »"),
    ({"columns": {"quartier": {"publish": True, "as": ""}}}, "n'est pas comprise", "« as: » attend un texte"),
    ({"columns": {"quartier": {"pseudonym": "sel"}}}, "reste une donnée personnelle", "« basis: »"),
    ({"columns": {"quartier": {"snap": 100}}}, "demande que longitude et latitude", "« geometry: {longitude"),
    (
        {"columns": {"quartier": "publish", "nom": "publish"}},
        "« nom » n'est pas dans schemas/jeu.json",
        "« drop »",
    ),
    ({"columns": {"nom": "drop"}}, "aucune colonne n'est publiée", ""),
    (
        {"columns": {"quartier": "publish", "q": {"publish": True, "as": "quartier"}}},
        "sous le nom « quartier »",
        "",
    ),
    ({"columns": {"quartiers": "publish"}}, "le champ « quartier », qu'aucune colonne", "« quartiers »"),
    ({"columns": {"quartier": {"suppress_under": 2}}}, "vaut 2, sous le plancher de la Ville (3", "mettre 3"),
    ({"privacy": privacy(k=3)}, "« k » vaut 3, sous le plancher de la Ville (5", "mettre 5 ou plus"),
    ({"privacy": privacy(quasi_identifiers=["ville"])}, "quasi_identifiers cite « ville »", ""),
    ({"privacy": privacy(quasi_identifiers=[])}, "attend une liste non vide", ""),
    ({"privacy": privacy(suppress_at_most="two")}, "un pourcentage, comme 2%", ""),
    ({"privacy": privacy(suppress_at_most="200%")}, "au plus 1", ""),
    ({"reject_at_most": "dix"}, "un pourcentage, comme 2%", ""),
    ({"geometry": {"longitude": "lon", "latitude": "lat"}}, "geometry cite « lon »", ""),
    ({"publish": upload(formats=["csv", "geojson"])}, "le format geojson demande une position", ""),
    ({"publish": upload(formats=["cvs"])}, "l'un de ces mots", "vouliez-vous dire « csv » ?"),
    ({"publish": {"mode": "uplaod"}}, "« mode » attend l'un de ces mots", "vouliez-vous dire « upload » ?"),
    ({"publish": upload(platform="datasude")}, "plateforme inconnu(e)", "vouliez-vous dire « datasud » ?"),
    ({"publish": {"mode": "index"}}, "demande le lien public", "ajouter « link: »"),
    ({"publish": upload(link="https://x.example")}, "n'a de sens qu'en mode « index »", ""),
    (
        {"publish": {"mode": "index", "link": "/x"}, "columns": {"quartier": "publish", "nom": "drop"}},
        "le public lit la source même, or « nom »",
        "« mode: upload »",
    ),
]


@pytest.mark.parametrize("changes, problem, remedy", WRONG)
def test_what_the_steward_reads(here: Desk, changes: dict[str, Any], problem: str, remedy: str) -> None:
    message = said(here, **changes)
    assert problem in message
    assert remedy in message
    # A place (file:line:column) and, under the line itself, a caret.
    assert re.search(r"include/datasets/jeu\.yaml:\d+:\d+ : ", message)
    assert re.search(r"^\s+\| *\^+$", message, re.M)


REQUIRED = ["title", "description", "owner", "theme", "cadence", "source", "columns", "schema", "publish"]


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_key_is_named_with_an_example(here: Desk, key: str) -> None:
    document = declaration()
    del document[key]
    here.schema("jeu", [{"name": "quartier"}])
    with pytest.raises(DeclarationError, match=f"la clé « {key} » manque") as wrong:
        load_dataset(here.write("jeu", document), load_city(here.include))
    assert "l'ajouter : « " in str(wrong.value)


TEXTS = [
    ("", "le fichier est vide"),
    ("- a\n- b\n", "n'est pas une suite de « clé : valeur »"),
    ("title: a\ntitle: b\n", "la clé « title » est écrite deux fois (déjà ligne 1)"),
    ("title: a: b\n", "« : » inattendu"),
    ("title: [a\n", "erreur"),
    ("\ttitle: a\n", "tabulation interdite"),
    ("title: a\n---\ntitle: b\n", "un seul document"),
    ("title: *nul\n", "alias"),
    (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{chr(97 + n)}{n}: &l{n} [{','.join([f'*l{n - 1}' if n else '*a'] * 9)}]\n" for n in range(8)
        ),
        "une fois les alias développés",
    ),
]


@pytest.mark.parametrize("text, problem", TEXTS)
def test_what_is_not_a_declaration_at_all(here: Desk, text: str, problem: str) -> None:
    assert problem in said(here, text=text)


def test_bytes_that_are_not_utf8(here: Desk) -> None:
    path = here.include / "datasets" / "jeu.yaml"
    path.write_bytes(b"title: ok\nowner: \xe9tat civil\n")
    with pytest.raises(DeclarationError, match="UTF-8 \\(premier octet fautif à la ligne 2\\)"):
        load_dataset(path, load_city(here.include))


def test_a_gigantic_file_is_not_even_read(here: Desk) -> None:
    path = here.include / "datasets" / "jeu.yaml"
    path.write_bytes(b"# " + b"x" * 1_000_001)
    with pytest.raises(DeclarationError, match="octets : une déclaration n'en dépasse pas"):
        load_dataset(path, load_city(here.include))


def test_a_file_name_that_cannot_be_an_identifier(here: Desk) -> None:
    here.schema("jeu", [{"name": "quartier"}])
    with pytest.raises(DeclarationError, match="ne peut pas être l'identifiant"):
        load_dataset(here.write("Permis_Été", declaration()), load_city(here.include))


def test_a_broken_schema_points_into_the_schema(here: Desk) -> None:
    path = here.write("jeu", declaration())
    (here.include / "schemas" / "jeu.json").write_text('{"fields": [{"name": "quartier", "type": "datee"}]}')
    with pytest.raises(DeclarationError, match="vouliez-vous dire « date »") as wrong:
        load_dataset(path, load_city(here.include))
    assert "include/schemas/jeu.json:1:" in str(wrong.value)


def test_half_a_window(here: Desk) -> None:
    (here.include / "sql" / "w.sql").write_text("SELECT 1 WHERE d >= :window_start")
    message = said(here, source={"postgres": "u", "sql": "sql/w.sql"})
    assert "window_start sans window_end" in message


def test_a_window_needs_a_regular_cadence(here: Desk) -> None:
    (here.include / "sql" / "w.sql").write_text("SELECT 1 WHERE d >= :window_start AND d < :window_end")
    message = said(here, source={"postgres": "u", "sql": "sql/w.sql"}, cadence="as-needed")
    assert "la cadence « as-needed » n'en donne pas" in message


def test_all_the_errors_of_a_file_come_at_once(here: Desk) -> None:
    message = said(here, theme="REGO", licence="lov3", cadence="weakly", key=["x"])
    assert message.startswith("4 erreurs dans include/datasets/jeu.yaml")


def test_what_a_sound_declaration_gives(here: Desk) -> None:
    dataset = here.dataset(cadence="every 10 minutes", privacy=privacy(suppress_at_most="2%"))
    assert dataset.frequency.cron == "*/10 * * * *" and dataset.frequency.datasud == "continuously"
    assert dataset.licence.spdx == "etalab-2.0" and dataset.contact == "opendata@ville.example"
    assert dataset.privacy is not None and dataset.privacy.suppress_at_most == 0.02
    changed = here.dataset(cadence="every 10 minutes", title="Autre")
    assert changed.fingerprint != dataset.fingerprint


def test_casts_and_literals_are_not_windows(here: Desk) -> None:
    (here.include / "sql" / "c.sql").write_text("SELECT a::date, ':window_start' FROM t")
    here.schema("jeu", [{"name": "quartier"}])
    path = here.write("jeu", {**declaration(), "source": {"postgres": "u", "sql": "sql/c.sql"}})
    assert not load_dataset(path, load_city(here.include)).windowed


def test_a_tab_is_a_delimiter(here: Desk) -> None:
    dataset = here.dataset(source={"file": "depot", "path": "a.csv", "delimiter": "\t"})
    assert dataset.source.delimiter == "\t"


def test_an_unknown_placeholder_points_into_the_query(here: Desk) -> None:
    (here.include / "sql" / "w.sql").write_text("SELECT 1\nWHERE d >= :debut")
    message = said(here, source={"postgres": "u", "sql": "sql/w.sql"})
    assert "include/sql/w.sql:2:12 : paramètre inconnu « :debut »" in message
