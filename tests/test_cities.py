"""Several cities in one deployment: what their administrator may say of them, and what each can reach."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.cities import (
    ONLY_CITY,
    CityConnections,
    DeployedCity,
    choose_city,
    read_cities,
)
from aqueduc.cli.app import app
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration.spec import PlatformSettings, ServedFolderOutletSettings
from aqueduc.errors import ConnectionMissing, InvalidCitiesSetting, StoreError
from aqueduc.platforms.portal import PortalSpec
from aqueduc.platforms.portal.adapter import open_portal
from aqueduc.publish.outlets.outlet import open_outlet_folder
from aqueduc.run import Workspace, build_store_from_environment, build_workspace_from_environment
from tests.guide import DOCS
from tests.making import desk

SECRET = "Sarrazouls-Canari"


def city(root: Path, code: str, **changes: str) -> dict[str, str]:
    said = {
        "include": str(root / code / "include"),
        "store": (root / code / "store").as_uri(),
        "vault": (root / code / "vault").as_uri(),
        **changes,
    }
    return {name: value for name, value in said.items() if value}


def given(cities: Mapping[str, Any] | str, **more: str) -> dict[str, str]:
    return {"AQUEDUC_CITIES": cities if isinstance(cities, str) else json.dumps(cities), **more}


@pytest.fixture
def two(tmp_path: Path) -> dict[str, str]:
    return given({code: city(tmp_path, code) for code in ("aix", "gardanne")})


def test_without_the_setting_there_is_one_city_and_its_settings_are_those_of_before(tmp_path: Path) -> None:
    before = {"AQUEDUC_STORE": (tmp_path / "depot").as_uri(), "AQUEDUC_VAULT": (tmp_path / "coffre").as_uri()}
    assert read_cities(before) == {} and choose_city(before) == ONLY_CITY
    found = build_workspace_from_environment(None, before)
    assert (found.store.url, found.vault.url) == tuple(before.values())
    assert isinstance(found.connections, EnvironmentConnections)
    assert (
        ONLY_CITY.prefix_with_city_code("operator") == "operator"
        and ONLY_CITY.build_city_environment_variables(before) is before
    )


def test_each_city_has_its_store_its_vault_and_its_folder(tmp_path: Path, two: dict[str, str]) -> None:
    """Whatever the variables of the only city still say."""
    stale = {"AQUEDUC_STORE": (tmp_path / "autre").as_uri(), "AQUEDUC_INCLUDE": "/nulle/part", **two}
    for code in ("aix", "gardanne"):
        found = build_workspace_from_environment(None, {**stale, "AQUEDUC_CITY": code})
        assert found.include == tmp_path / code / "include"
        assert (found.store.url, found.vault.url) == tuple(
            (tmp_path / code / root).as_uri() for root in ("store", "vault")
        )
        assert build_store_from_environment(None, stale, read_cities(two)[code]).url == found.store.url
        assert found.portal.endswith(f"/.aqueduc/{code}/portal"), "no two share the one of the command line"


def test_the_setting_may_be_a_file_which_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "villes.yaml"
    for codes in (["aix"], ["aix", "gardanne"]):
        cities = {code: city(tmp_path, code, name="Aix-en-Provence") for code in codes}
        path.write_text(yaml.safe_dump(cities), encoding="utf-8")
        assert list(read_cities(given(str(path)))) == codes
    assert read_cities(given(str(path)))["aix"].title == "Aix-en-Provence"


WRONG: dict[str, tuple[Any, str, str]] = {
    "no object": ("[aix]", "Le fichier des villes ne peut pas être lu", "AQUEDUC_CITIES"),
    "cut short": ('{"aix": ', "ne sont pas écrites comme un objet", "AQUEDUC_CITIES:"),
    "none": ("{}", "ne sont pas écrites comme un objet", "AQUEDUC_CITIES"),
    "twice": ('{"aix": {"store": "a"}, "aix": {"store": "b"}}', "chaque code est écrit une fois", ":1"),
    "code": ({"Aix": {}}, "« Aix » n'est pas un code de ville", "AQUEDUC_CITIES"),
    "long code": ({"a" * 31: {}}, "n'est pas un code de ville", "AQUEDUC_CITIES"),
    "code with a dot": ({"aix.nord": {}}, "n'est pas un code de ville", "AQUEDUC_CITIES"),
    "code that ends so": ({"aix_": {}}, "n'est pas un code de ville", "AQUEDUC_CITIES"),
    "text": ({"aix": "s3://depot"}, "n'est pas un objet de textes", "AQUEDUC_CITIES.aix"),
    "number": ({"aix": {"store": 3}}, "n'est pas un objet de textes", "AQUEDUC_CITIES.aix"),
    "key": ({"aix": {"coffre": "x"}}, "Clé inconnue : « coffre »", "AQUEDUC_CITIES.aix.coffre"),
    "store": ({"aix": {"store": ""}}, "« store » manque", "AQUEDUC_CITIES.aix.store"),
    "vault": ({"aix": {"vault": ""}}, "« vault » manque", "AQUEDUC_CITIES.aix.vault"),
    "nowhere": ({"aix": {"include": ""}}, "« include » ou « bundle »", "AQUEDUC_CITIES.aix"),
    "both": ({"aix": {"bundle": "aix"}}, "« include » ou « bundle »", "AQUEDUC_CITIES.aix"),
    "relative": ({"aix": {"include": "aix/include"}}, "pas un chemin absolu", "AQUEDUC_CITIES.aix.include"),
    "inline secret": (
        {"aix": {"vault_options": json.dumps({"secret": SECRET})}},
        "« vault_options » n'est pas écrit comme il le faut",
        "AQUEDUC_CITIES.aix.vault_options",
    ),
    "queue": ({"aix": {"queue": "File 1"}}, "« queue » n'est pas écrit", "AQUEDUC_CITIES.aix.queue"),
    "long name": ({"aix": {"name": "A" * 81}}, "« name » n'est pas écrit", "AQUEDUC_CITIES.aix.name"),
    "confused codes": (
        {"aix": {}, "aix_nord": {}},
        "« aix » et « aix_nord » se confondraient",
        "AQUEDUC_CITIES",
    ),
    "one store": (
        {"aix": {"store": "s3://depot"}, "gardanne": {"store": "s3a://depot/"}},
        "« aix.store » et « gardanne.store » désignent le même endroit",
        "AQUEDUC_CITIES",
    ),
    "one vault in another's store": (
        {"aix": {"store": "file:///srv/depot"}, "gardanne": {"vault": "file:///srv/autre/../depot/coffre"}},
        "« aix.store » et « gardanne.vault »",
        "AQUEDUC_CITIES",
    ),
    "its own vault in its store": (
        {"aix": {"store": "s3://aix", "vault": "s3://aix/coffre"}},
        "« aix.store » et « aix.vault »",
        "AQUEDUC_CITIES",
    ),
    "one folder": (
        {"aix": {"include": "/srv/include"}, "gardanne": {"include": "/srv/include/gardanne"}},
        "« aix.include » et « gardanne.include »",
        "AQUEDUC_CITIES",
    ),
    "one portal": (
        {code: {"portal": "file:///srv/www/portail"} for code in ("aix", "gardanne")},
        "« aix.portal » et « gardanne.portal »",
        "AQUEDUC_CITIES",
    ),
    "a vault's connection that a city may name": (
        {"aix": {}, "gardanne": {"vault_connection": "AIX_coffre"}},
        "Ce nom est de ceux que les déclarations de « aix » peuvent employer",
        "AQUEDUC_CITIES.gardanne.vault_connection",
    ),
    "its own store's connection": (
        {"aix": {"store_connection": "aix_depot"}},
        "Ce nom est de ceux que les déclarations de « aix » peuvent employer",
        "AQUEDUC_CITIES.aix.store_connection",
    ),
    "a queue that another city may name": (
        {"aix": {"queue": "aix_gros"}, "gardanne": {"queue": "aix_lourd"}},
        "Ce nom est de ceux que les déclarations de « aix » peuvent employer",
        "AQUEDUC_CITIES.gardanne.queue",
    ),
    "one vault in another's declarations": (
        {"aix": {"include": "/srv/aix/include"}, "gardanne": {"vault": "file:///srv/aix/include/coffre"}},
        "« aix.include » et « gardanne.vault »",
        "AQUEDUC_CITIES",
    ),
    "one vault in another's portal, which nothing says": (
        {"aix": {}, "gardanne": {"vault": Path(".aqueduc/aix/portal/coffre").resolve().as_uri()}},
        "« aix.portal » et « gardanne.vault »",
        "AQUEDUC_CITIES",
    ),
    **{
        f"{one} beside {other}": (
            {"aix": {"store": one}, "gardanne": {"store": other}},
            "« aix.store » et « gardanne.store » désignent le même endroit",
            "AQUEDUC_CITIES",
        )
        for one, other in (
            ("file:///srv/depot", "local:///srv/depot"),
            ("gs://depot", "gcs://depot"),
            ("s3://depot", "s3://autre/../depot"),
        )
    },
    **{
        f"place {place}": (
            {"aix": {"store": place}},
            "« store » n'est pas écrit comme il le faut",
            "AQUEDUC_CITIES.aix.store",
        )
        for place in (
            "/srv/depot",
            "file:/srv/x",
            "simplecache::s3://depot",
            "s3://depot?a",
            "S3://depot",
            "s3://d#a",
        )
    },
    **{
        f"bundle {bundle}": (
            {"aix": {"include": "", "bundle": bundle}},
            "« bundle » n'est pas écrit comme il le faut",
            "AQUEDUC_CITIES.aix.bundle",
        )
        for bundle in ("..", "a/../gardanne", "/srv", ".cache")
    },
    **{
        f"code {code}": (
            {code: {}},
            f"Airflow a des connexions dont le nom commence par « {code}_ »",
            f"AQUEDUC_CITIES.{code}",
        )
        for code in ("default", "git", "smtp", "google", "google_cloud", "azure")
    },
    "one bundle": (
        {code: {"include": "", "bundle": "communes"} for code in ("aix", "gardanne")},
        "« aix.bundle » et « gardanne.bundle »",
        "AQUEDUC_CITIES",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_setting_that_makes_no_sense_is_refused_with_what_where_and_what_to_do(
    tmp_path: Path, name: str
) -> None:
    written, what, where = WRONG[name]
    if isinstance(written, dict):
        whole = {
            code: city(tmp_path, code, **said) if isinstance(said, dict) and "coffre" not in said else said
            for code, said in written.items()
        }
        if name == "number":
            whole["aix"] |= {"store": 3}
        written = json.dumps(whole)
    with pytest.raises(InvalidCitiesSetting) as refused:
        read_cities(given(written))
    said = refused.value
    assert what in said.what and where in said.where and said.remedy
    assert SECRET not in str(said)


@pytest.mark.parametrize(
    "text", [f'\ufeff{{"aix": {{"vault": "{SECRET}"}}}}', f"aix: {{vault: {SECRET}}}", f"[{SECRET}]"]
)
def test_a_setting_taken_for_a_path_is_not_shown(text: str) -> None:
    with pytest.raises(InvalidCitiesSetting) as refused:
        read_cities(given(text))
    assert refused.value.where == "AQUEDUC_CITIES" and SECRET not in str(refused.value)
    with pytest.raises(InvalidCitiesSetting, match=r"AQUEDUC_CITIES=/srv/aqueduc/absent\.yaml"):
        read_cities(given("/srv/aqueduc/absent.yaml"))


@pytest.mark.parametrize(
    "named",
    [
        {"AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": '[{"kwargs": {"git_conn_id": "City_git"}}]'},
        {"AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID": "city_journaux"},
    ],
)
def test_no_code_reaches_a_connection_that_airflow_itself_is_given(
    tmp_path: Path, named: dict[str, str]
) -> None:
    """The Helm chart's ``city_git`` opens the repository of a city: another, ``city``, would name it « git »."""
    cities = {code: city(tmp_path, code) for code in ("aix", "city")}
    assert len(read_cities(given(cities))) == 2
    with pytest.raises(InvalidCitiesSetting, match="commence par « city_ »") as refused:
        read_cities(given(cities, **named))
    assert refused.value.where == "AQUEDUC_CITIES.city"
    own = {"AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": '[{"kwargs": {"git_conn_id": "git_city"}}]'}
    assert len(read_cities(given(cities, **own))) == 2


def test_a_code_that_only_looks_like_a_name_of_airflow_is_one(tmp_path: Path) -> None:
    for code in ("gitan", "google_ville", "sparks"):
        assert list(read_cities(given({code: city(tmp_path, code)}))) == [code]


def test_who_works_in_a_folder_of_declarations_is_told_nothing_of_portals(
    tmp_path: Path, two: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "aix" / "include"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert list(read_cities(two)) == ["aix", "gardanne"]


def test_a_blank_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from aqueduc_airflow.factory import find_include_folder

    assert read_cities(given(" ")) == {} and choose_city(given(" ")) == ONLY_CITY
    monkeypatch.setenv("AQUEDUC_CITIES", " ")
    monkeypatch.setenv("AQUEDUC_INCLUDE", "/srv/ville/include")
    assert find_include_folder("/opt/city/dags/datasets.py") == Path("/srv/ville/include")


def test_neighbours_in_the_alphabet_are_no_neighbours_on_the_disk(tmp_path: Path) -> None:
    shared = {"store": "s3://communes/aix", "vault": "s3://coffres/aix"}
    other = {"store": "s3://communes/aix-nord", "vault": "s3://coffres/aixois"}
    cities = {"aix": city(tmp_path, "aix", **shared), "aixois": city(tmp_path, "aixois", **other)}
    assert len(read_cities(given(cities))) == 2


def test_what_opens_a_vault_is_read_from_its_variable_and_by_who_opens_it_only(tmp_path: Path) -> None:
    options = {"store_options": "AIX_DEPOT", "vault_options": "AIX_COFFRE"}
    cities = given({"aix": city(tmp_path, "aix", **options)}, AIX_DEPOT='{"auto_mkdir": true}')
    found = read_cities(cities)["aix"]
    assert build_store_from_environment(None, cities, found).url.endswith("aix/store")
    with pytest.raises(InvalidCitiesSetting) as refused:
        build_workspace_from_environment(None, cities, found)
    assert refused.value.what == "La variable AIX_COFFRE n'est pas définie ici."
    assert refused.value.where == "AQUEDUC_CITIES.aix.vault_options"
    assert build_workspace_from_environment(None, {**cities, "AIX_COFFRE": "{}"}, found).vault.url.endswith(
        "aix/vault"
    )


def test_a_city_that_airflow_fetches_never_takes_the_declarations_of_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They may be another's: a sweep would then forget what that other does not declare."""
    gardanne = city(tmp_path, "gardanne", include="", bundle="gardanne")
    cities = given({"aix": city(tmp_path, "aix"), "gardanne": gardanne}, AQUEDUC_CITY="gardanne")
    desk(tmp_path / "aix").dataset()
    seen = tmp_path / "gardanne" / "vault" / "seen" / "piscines.json"
    seen.parent.mkdir(parents=True)
    seen.write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "aix")
    monkeypatch.setenv("AQUEDUC_INCLUDE", str(tmp_path / "aix" / "include"))
    for name, value in cities.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        app(["sweep"], prog_name="aqueduc")
    said = capsys.readouterr().err
    assert ended.value.code and seen.is_file()
    assert "que rien ne situe ici" in said and "AQUEDUC_CITIES.gardanne.bundle" in said
    assert "« include »" in said and "« bundle »" in said
    own = tmp_path / "clone" / "include"
    assert build_workspace_from_environment(None, cities, include=own).include == own


def test_a_city_reaches_its_own_connections_and_no_other(two: dict[str, str]) -> None:
    kept = {
        "AIRFLOW_CONN_AIX_URBANISME": "postgresql://base.aix/urbanisme",
        "AIRFLOW_CONN_GARDANNE_PAIE": f"postgresql://paie:{SECRET}@base.gardanne/paie",
        "AIRFLOW_CONN_PAIE": f"postgresql://paie:{SECRET}@base.metropole/paie",
    }
    reached = build_workspace_from_environment(None, {**two, **kept, "AQUEDUC_CITY": "aix"}).connections
    own = reached.get("urbanisme")
    assert (own.id, own.stored_as, own.host) == ("urbanisme", "aix_urbanisme", "base.aix")
    for name in ("paie", "gardanne_paie", "GARDANNE_PAIE", "../gardanne_paie", "x/../gardanne_paie", "", "é"):
        with pytest.raises(ConnectionMissing) as missing:
            reached.get(name)
        assert SECRET not in str(missing.value) and "aix_" in missing.value.what


def test_a_name_that_would_be_a_path_never_reaches_who_keeps_the_connections() -> None:
    class Keeper:
        def get(self, identifier: str) -> Any:
            raise AssertionError(identifier)

    for name in ("../gardanne_paie", "a%2Fb", "a?b", "a\n", "a b"):
        with pytest.raises(ConnectionMissing):
            CityConnections(DeployedCity("aix"), Keeper()).get(name)


@pytest.mark.parametrize(
    "chosen, what",
    [
        ("", "Plusieurs villes sont déployées ici, et aucune n'est choisie."),
        ("nice", "Aucune ville déployée ici n'a le code « nice »."),
    ],
)
def test_of_several_cities_one_must_be_chosen(two: dict[str, str], chosen: str, what: str) -> None:
    with pytest.raises(InvalidCitiesSetting) as refused:
        build_workspace_from_environment(None, {**two, "AQUEDUC_CITY": chosen})
    assert refused.value.what == what
    assert refused.value.remedy == "« aqueduc --city CODE … », ou AQUEDUC_CITY : l'un de aix, gardanne"


def test_a_city_is_not_chosen_where_there_is_but_one() -> None:
    with pytest.raises(InvalidCitiesSetting, match="Il n'y a ici qu'une ville") as refused:
        choose_city({"AQUEDUC_CITY": "aix"})
    assert refused.value.remedy == "ôter AQUEDUC_CITY, et --city"


def test_the_command_works_for_the_city_that_it_is_told(
    tmp_path: Path, two: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for code in ("aix", "gardanne"):
        desk(tmp_path / code).dataset(title=f"Jeu de {code}")
    monkeypatch.setenv("AQUEDUC_CITIES", two["AQUEDUC_CITIES"])

    def ask(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            app([*words, "list"], prog_name="aqueduc")
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    assert "Jeu de aix" in ask("--city", "aix")[1]
    assert "AQUEDUC_CITY" not in os.environ
    monkeypatch.setenv("AQUEDUC_CITY", "gardanne")
    assert "Jeu de gardanne" in ask()[1] and "Jeu de aix" in ask("--city", "aix")[1]
    assert os.environ["AQUEDUC_CITY"] == "gardanne"
    monkeypatch.delenv("AQUEDUC_CITY")
    code, said = ask()
    assert code and "Plusieurs villes sont déployées ici" in said


def open_folder_of_declaration(kind: str, folder: str, root: Path, workspace: Workspace) -> None:
    settings = PlatformSettings(name="portail", spec=PortalSpec(folder=folder))
    outlet = ServedFolderOutletSettings(name="fichiers", folder=folder, url="https://fichiers.example")
    known = desk(root / "aix").city.model_copy(update={"outlets": (outlet,)})
    if kind == "outlet":
        open_outlet_folder("fichiers", known, workspace)
    else:
        with open_portal(settings, known, workspace, transport=None, sleep=lambda _: None):
            pass


@pytest.mark.parametrize("kind", ["portal", "outlet"])
def test_a_remote_folder_of_a_declaration_is_never_opened_with_what_the_machine_has(
    tmp_path: Path, two: dict[str, str], kind: str
) -> None:
    """With several cities, the machine may open the buckets of all; with one, nothing changes."""
    folder = "memory://gardanne/depot"

    def open_it(workspace: Workspace) -> None:
        open_folder_of_declaration(kind, folder, tmp_path, workspace)

    with pytest.raises(StoreError) as refused:
        open_it(build_workspace_from_environment(None, {**two, "AQUEDUC_CITY": "aix"}))
    assert "s'ouvrirait avec les droits de cette machine" in refused.value.what
    assert refused.value.where == folder and "« connection »" in refused.value.remedy
    open_it(
        build_workspace_from_environment(
            None, {"AQUEDUC_STORE": tmp_path.as_uri(), "AQUEDUC_VAULT": (tmp_path / "v").as_uri()}
        )
    )


@pytest.mark.parametrize("kind", ["portal", "outlet"])
def test_no_declaration_publishes_into_what_the_administrator_gave_to_a_city(
    tmp_path: Path, two: dict[str, str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One worker may write in all of them: a portal in another's vault would empty it, or fill its declarations."""
    monkeypatch.setenv("HOME", str(tmp_path))
    own = build_workspace_from_environment(None, {**two, "AQUEDUC_CITY": "aix"})
    (tmp_path / "lien").symlink_to(tmp_path / "gardanne" / "vault")
    quoted = (tmp_path / "gardanne").as_uri() + "/v%61ult/portail"
    for folder in (
        *(str(tmp_path / "gardanne" / name) for name in ("store", "vault/portail", "include")),
        str(tmp_path / "gardanne"),
        str(tmp_path / "aix" / "store"),
        str(tmp_path / "lien"),
        (tmp_path / "aix" / ".." / "gardanne" / "vault").as_uri(),
        f"local://{tmp_path}/gardanne/vault",
        f"dir::file://{tmp_path}/gardanne/vault",
        "file://~/gardanne/vault",
        quoted,
        Path(".aqueduc/gardanne/portal").resolve().as_uri(),
    ):
        with pytest.raises(StoreError, match="dépôt, le coffre ou les déclarations d'une ville") as refused:
            open_folder_of_declaration(kind, folder, tmp_path, own)
        assert "« folder »" in refused.value.remedy, folder
    for folder in (str(tmp_path / "aix" / "portail"), Path(".aqueduc/aix/portal").resolve().as_uri()):
        assert not own.connections.is_closed(folder)  # type: ignore[attr-defined]
    open_folder_of_declaration(kind, str(tmp_path / "aix" / "portail"), tmp_path, own)


PAGE = (DOCS / "administrateur" / "plusieurs-villes.md").read_text(encoding="utf-8")


def test_the_page_tells_every_key_and_its_example_is_one() -> None:
    example, *_ = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    found = read_cities(given(json.dumps(yaml.safe_load(example))))
    assert {code: one.title for code, one in found.items()} == {
        "aix": "Aix-en-Provence",
        "gardanne": "Gardanne",
    }
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", PAGE, re.MULTILINE)
    told = {key for row in rows for key in re.findall(r"`([a-z_]+)`", row)}
    assert told == {one.name for one in fields(DeployedCity)} - {"code"}
