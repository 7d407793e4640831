"""Column sets, defaults of the city and environments: what wins, what is told of it, what may not change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aqueduc.declaration import Dataset, load_city, load_dataset
from aqueduc.declaration.city import ENVIRONMENT
from aqueduc.declaration.diagnostics.tracing import TracedValue, trace_declaration_values
from aqueduc.declaration.layers import ValueOrigin
from aqueduc.declaration.spec import PublicationMode
from aqueduc.errors import DeclarationError
from aqueduc.rules.drop import ColumnRemoval
from aqueduc.rules.publish import UnchangedPublication
from tests.declaration.wrong import SET, Case

SETS = {"columns:\n": "column_sets: [planteurs]\ncolumns:\n", "  planteur: drop\n": ""}
MORE = "  formats: [csv]\n"


def load(case: Case, root: Path) -> Dataset:
    path = case.write(root / "include")
    return load_dataset(path, load_city(root / "include", case.environment))


def traced(case: Case, root: Path) -> dict[str, TracedValue]:
    path = case.write(root / "include")
    return {
        one.key: one for one in trace_declaration_values(path, load_city(root / "include", case.environment))
    }


# --- column sets ------------------------------------------------------------------------------------------


def test_a_set_gives_its_columns(tmp_path: Path) -> None:
    dataset = load(Case("", SETS), tmp_path)
    assert dataset.column_sets == ("planteurs",)
    assert {column.name for column in dataset.columns} >= {"planteur", "pepiniere", "id"}


def test_the_declarations_own_rule_wins_and_is_traced(tmp_path: Path) -> None:
    changes = {"columns:\n": "column_sets: [planteurs]\ncolumns:\n", "planteur: drop": "planteur: publish"}
    case = Case("", changes, schema={'{"name": "id"': '{"name": "planteur"},\n    {"name": "id"'})
    assert isinstance(load(case, tmp_path).find_column("planteur").rule, UnchangedPublication)
    found = traced(case, tmp_path)
    assert (found["columns.planteur"].origin, found["columns.planteur"].value) == (
        ValueOrigin.FILE,
        "publish",
    )
    assert found["columns.pepiniere"].origin is ValueOrigin.COLUMN_SET
    assert (
        str(found["columns.pepiniere"].describe_origin())
        == "jeu de colonnes, include/columns/planteurs.yaml:4"
    )


def test_a_set_is_part_of_the_fingerprint(tmp_path: Path) -> None:
    before = load(Case("", SETS), tmp_path)
    after = load(Case("", SETS, files={"columns/planteurs.yaml": SET + "  saison: drop\n"}), tmp_path)
    assert before.fingerprint != after.fingerprint


def test_two_sets_may_agree(tmp_path: Path) -> None:
    changes = {**SETS, "[planteurs]": "[planteurs, agents]"}
    files = {"columns/agents.yaml": "description: Agents.\ncolumns:\n  planteur: drop\n"}
    assert isinstance(
        load(Case("", changes, files=files), tmp_path).find_column("planteur").rule, ColumnRemoval
    )


def test_or_the_declaration_may_decide_between_them(tmp_path: Path) -> None:
    changes = {"columns:\n": "column_sets: [planteurs, agents]\ncolumns:\n"}
    files = {"columns/agents.yaml": "description: Agents.\ncolumns:\n  planteur: publish\n"}
    assert isinstance(
        load(Case("", changes, files=files), tmp_path).find_column("planteur").rule, ColumnRemoval
    )


def test_a_declaration_may_have_nothing_but_sets(tmp_path: Path) -> None:
    columns = "columns:\n  id: publish\n  espece: publish\n"
    case = Case(
        "",
        {
            columns + "  plantation: {generalise: year, as: annee}\n  planteur: drop\n  lon: publish\n"
            "  lat: publish\n": "column_sets: arbres\n"
        },
        files={
            "columns/arbres.yaml": f"description: Un arbre.\n{columns}  plantation: {{generalise: "
            f"year, as: annee}}\n"
            "  lon: publish\n  lat: publish\n"
        },
    )
    assert len(load(case, tmp_path).columns) == 5


# --- defaults ---------------------------------------------------------------------------------------------

DEFAULTS = {
    "  platform: datasud": "  platform: datasud\n  owner: DSI\n  mode: upload\n  formats: [csv, parquet]\n"
    "  granularity: iris\n  reject_at_most: 1%\n  privacy: {k: 7, suppress_at_most: 3%}"
}
BARE = {
    "owner: Direction des espaces verts\n": "",
    "publish:\n  mode: upload\n  formats: [csv]\n": "privacy: {quasi_identifiers: [espece]}\n",
}


def test_what_a_declaration_does_not_say_is_the_citys(tmp_path: Path) -> None:
    dataset = load(Case("", BARE, city=DEFAULTS), tmp_path)
    assert (dataset.owner, dataset.granularity, dataset.reject_at_most) == ("DSI", "iris", 0.01)
    assert dataset.publication.mode is PublicationMode.UPLOAD
    assert [kind.value for kind in dataset.publication.formats] == ["csv", "parquet"]
    assert dataset.privacy is not None
    assert (dataset.privacy.k, dataset.privacy.suppress_at_most) == (7, 0.03)


def test_what_it_says_wins(tmp_path: Path) -> None:
    changes = {
        MORE: f"{MORE}granularity: poi\nreject_at_most: 0\nprivacy: {{quasi_identifiers: espece, k: 9}}\n"
    }
    dataset = load(Case("", changes, city=DEFAULTS), tmp_path)
    assert (dataset.granularity, dataset.reject_at_most) == ("poi", 0.0)
    assert [kind.value for kind in dataset.publication.formats] == ["csv"]
    assert dataset.privacy is not None
    assert (dataset.privacy.k, dataset.privacy.suppress_at_most) == (9, 0.03)


def test_the_citys_defaults_ask_no_privacy_of_anyone(tmp_path: Path) -> None:
    assert load(Case("", city=DEFAULTS), tmp_path).privacy is None


def test_where_each_value_comes_from(tmp_path: Path) -> None:
    found = traced(Case("", BARE, city=DEFAULTS), tmp_path)
    told = {key: (one.value, one.origin) for key, one in found.items()}
    assert told["title"] == ("Arbres d'alignement", ValueOrigin.FILE)
    assert told["owner"] == ("DSI", ValueOrigin.DEFAULT)
    assert told["privacy.quasi_identifiers"] == ("[espece]", ValueOrigin.FILE)
    assert told["privacy.k"] == ("7", ValueOrigin.DEFAULT)
    assert told["publish.formats"] == ("[csv, parquet]", ValueOrigin.DEFAULT)
    assert told["publish.datastore"] == ("true", ValueOrigin.BUILT_IN)
    assert told["source.encoding"] == ("utf-8", ValueOrigin.BUILT_IN)
    assert told["access"] == ("open", ValueOrigin.BUILT_IN)
    assert told["category"] == ("environnement-et-climat", ValueOrigin.BUILT_IN)
    assert str(found["owner"].describe_origin()) == "défaut de la Ville, include/city.yaml:16"
    assert str(found["access"].describe_origin()) == "défaut d'Aqueduc"


def test_a_default_that_is_taken_is_part_of_the_fingerprint_and_no_other(tmp_path: Path) -> None:
    before = load(Case(""), tmp_path)
    taken = load(Case("", city={"licence: lov2": "licence: odc-odbl"}), tmp_path)
    other = load(Case("", city={"  platform: datasud": "  platform: datasud\n  mode: index"}), tmp_path)
    assert before.fingerprint != taken.fingerprint
    assert before.fingerprint == other.fingerprint


# --- environments -----------------------------------------------------------------------------------------

CITY = {
    "platforms:\n  datasud: {type: ckan, connection: datasud}": "platforms:\n"
    "  datasud: {type: ckan, connection: datasud}\n  essai: {type: ckan, connection: datasud}",
    "recette: {}": "recette:\n    cadence: as-needed\n    contact: essai@ville.example\n"
    "    publish: {platform: essai}\n    source: {file: mobilite, postgres: urbanisme}\n"
    "    platforms: {essai: {connection: sel}}",
}
OWN = {
    MORE: f"{MORE}environments:\n  recette:\n    title: Essai\n    cadence: daily\n"
    "    access: registered\n    publish: {datastore: false}\nlicence: other-at\naccess: same_organization\n"
}


def test_nothing_changes_without_an_environment(tmp_path: Path) -> None:
    dataset = load(Case("", OWN, city=CITY), tmp_path)
    assert (dataset.environment, dataset.title, dataset.frequency.word) == (
        None,
        "Arbres d'alignement",
        "monthly",
    )
    assert (dataset.publication.primary_platform, dataset.source.connection) == ("datasud", "depot")


def test_an_environment_lies_over_the_file_the_declarations_own_first(tmp_path: Path) -> None:
    dataset = load(Case("", OWN, city=CITY, environment="recette"), tmp_path)
    assert (dataset.environment, dataset.title, dataset.frequency.word) == ("recette", "Essai", "daily")
    assert dataset.contact == "essai@ville.example"
    assert (dataset.publication.primary_platform, dataset.publication.datastore) == ("essai", False)
    assert dataset.publication.mode is PublicationMode.UPLOAD
    assert dataset.access.level == "registered"
    # The city's connection for files; the one for databases is not for this declaration.
    assert (dataset.source.connection, dataset.source.path) == ("mobilite", "arbres.csv")


def test_one_platform_and_several_are_one_decision(tmp_path: Path) -> None:
    """The stronger layer's word, in whichever form, takes the place of the other."""
    several = {"  mode: upload": "  mode: upload\n  platforms: [essai, datasud]"}
    dataset = load(Case("", several, city=CITY, environment=""), tmp_path)
    assert dataset.publication.platforms == ("essai", "datasud")
    dataset = load(Case("", several, city=CITY, environment="recette"), tmp_path)
    assert dataset.publication.platforms == ("essai",)


def test_a_city_without_platform_has_a_portal(tmp_path: Path) -> None:
    city = {"platforms:\n  datasud: {type: ckan, connection: datasud}\n": "", "  platform: datasud\n": ""}
    dataset = load(Case("", city=city), tmp_path)
    assert dataset.publication.platforms == ("portail",)


def test_an_environment_of_the_city(tmp_path: Path) -> None:
    case = Case("", city=CITY)
    case.write(tmp_path / "include")
    plain = load_city(tmp_path / "include", "")
    chosen = load_city(tmp_path / "include", "recette")
    assert plain.city.environments == ("recette",)
    assert (plain.city.environment, chosen.city.environment) == (None, "recette")
    assert plain.city.find_platform_settings("essai").connection == "datasud"
    assert chosen.city.find_platform_settings("essai").connection == "sel"
    assert chosen.city.find_platform_settings("datasud").connection == "datasud"
    assert plain.city.fingerprint != chosen.city.fingerprint


def test_the_variable_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Case("", city=CITY).write(tmp_path / "include")
    monkeypatch.setenv(ENVIRONMENT, "recette")
    assert load_city(tmp_path / "include").environment == "recette"
    assert load_city(tmp_path / "include", "").environment is None
    monkeypatch.setenv(ENVIRONMENT, "")
    assert load_city(tmp_path / "include").environment is None


def test_the_environment_is_traced(tmp_path: Path) -> None:
    found = traced(Case("", OWN, city=CITY, environment="recette"), tmp_path)
    assert {key for key, one in found.items() if one.origin is ValueOrigin.ENVIRONMENT} == {
        "title", "cadence", "access", "contact", "source.file", "publish.platform", "publish.datastore",
    }  # fmt: skip
    assert found["title"].file == "include/datasets/arbres.yaml"
    assert found["contact"].file == "include/city.yaml"


def test_the_fingerprint_is_that_of_what_was_chosen(tmp_path: Path) -> None:
    prints = {
        load(Case("", OWN, city=CITY, environment=name), tmp_path).fingerprint for name in ("", "recette")
    }
    assert len(prints) == 2


def test_anonymisation_is_the_same_everywhere(tmp_path: Path) -> None:
    plain, chosen = (load(Case("", OWN, city=CITY, environment=name), tmp_path) for name in ("", "recette"))
    same = ("columns", "privacy", "key", "table_schema", "licence", "geometry", "reject_at_most")
    assert all(getattr(plain, name) == getattr(chosen, name) for name in same)


# --- the city ---------------------------------------------------------------------------------------------


def test_the_whole_city(tmp_path: Path) -> None:
    changes = {
        "insee:": "contact: mairie@ville.example\ndpo: dpo@ville.example\n"
        "holidays: [2026-05-01, {from: 2026-08-01, to: 2026-08-15, why: congés d'été}]\ninsee:",
        "  partner: Région": "  partner: Région\n  ends: 2027-01-15\n"
        "  amendments: [{signed: 2026-09-01, about: Mobilité}, {signed: 2026-06-30, about: Culture}]",
        "  contact: opendata@ville.example\n": "",
    }
    case = Case("", city=changes)
    dataset = load(case, tmp_path)
    city = load_city(tmp_path / "include", "").city
    assert dataset.contact == city.contact == "mairie@ville.example"
    assert city.dpo == "dpo@ville.example"
    assert [amendment.about for amendment in city.convention.amendments] == ["Culture", "Mobilité"]
    assert city.convention.ends == date(2027, 1, 15)
    assert city.connections["depot"] == "dossier partagé"


@pytest.mark.parametrize(
    "day, why",
    [
        (date(2026, 4, 30), None),
        (date(2026, 5, 1), "jour sans publication"),
        (date(2026, 5, 2), None),
        (date(2026, 7, 31), None),
        (date(2026, 8, 1), "congés d'été"),
        (date(2026, 8, 15), "congés d'été"),
        (date(2026, 8, 16), None),
    ],
)
def test_holidays(tmp_path: Path, day: date, why: str | None) -> None:
    pauses = "holidays: [2026-05-01, {from: 2026-08-01, to: 2026-08-15, why: congés d'été}]\ninsee:"
    Case("", city={"insee:": pauses}).write(tmp_path / "include")
    assert load_city(tmp_path / "include", "").city.find_holiday_reason(day) == why


def test_a_city_without_a_list_of_connections_checks_none(tmp_path: Path) -> None:
    listed = (
        "connections:\n  datasud: portail de la Région\n  depot: dossier partagé\n"
        "  urbanisme: base de l'urbanisme\n  mobilite: API de la mobilité\n  sel: clé des pseudonymes\n"
    )
    dataset = load(Case("", {"  file: depot": "  file: ailleurs"}, city={listed: ""}), tmp_path)
    assert dataset.source.connection == "ailleurs"


def test_nothing_is_read_of_an_environment_that_nobody_declared(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="l'environnement demandé, « prod », n'est pas déclaré"):
        load(Case("", environment="prod"), tmp_path)
