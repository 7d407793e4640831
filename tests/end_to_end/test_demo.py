"""The main job, for real: twelve datasets leave a real city through the real scheduler for a real CKAN.

The tests of this file are one story, told in order: everything is published, nobody is named, a second run
changes nothing, a thirteenth dataset takes no Python, and each bad input fails the right task with a message.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg
import pyarrow.parquet as pq
import pytest
import requests
import yaml

from aqueduc.store import Store, Vault
from sandbox import airflow, demo_results, demo_runs, demo_setup
from sandbox.agreements import seed_agreements
from sandbox.airflow_api import Api
from sandbox.city import City
from sandbox.demo_runs import Progress
from sandbox.demo_setup import Sandbox
from tests import leaks
from tests.purging import purge_records
from tests.waiting import eventually

pytestmark = pytest.mark.end_to_end

REPOSITORY = Path(__file__).resolve().parents[2]
TWELVE = {path.stem for path in (REPOSITORY / "include" / "datasets").glob("*.yaml")}


@dataclass
class Story:
    """The sandbox, its own copy of ``include/``, and what the first run of the twelve gave."""

    sandbox: Sandbox
    include: Path
    api: Api
    first: list[Progress]

    @property
    def store(self) -> Store:
        return Store(self.sandbox.layout.store.as_uri())

    def ckan(self, action: str, *, as_city: bool = False, **parameters: Any) -> Any:
        """An action of CKAN's API, as an anonymous visitor or as the city; None when it is refused."""
        headers = {"Authorization": self.sandbox.region.token} if as_city else {}
        url = f"{self.sandbox.region.url}/api/3/action/{action}"
        answer = requests.get(url, params=parameters, headers=headers, timeout=30)
        return answer.json()["result"] if answer.ok else None

    def record(self, dataset: str) -> Any:
        return self.ckan("package_show", as_city=True, id=dataset)

    def records(self) -> list[Any]:
        found = self.ckan("package_search", as_city=True, rows=100, include_private=True)
        return list(found["results"])

    def download(self, url: str, *, as_city: bool = True) -> requests.Response:
        headers = {"Authorization": self.sandbox.region.token} if as_city else {}
        return requests.get(url, headers=headers, timeout=120)

    def certificate(self, dataset: str) -> Any:
        current = self.store.read_current_revision_pointer(dataset)
        assert current is not None, dataset
        return self.store.read_json(current["certificate"])

    def runs(self, *datasets: str, force: bool = False) -> list[Progress]:
        """Runs ``datasets`` of the story's ``include/`` through the scheduler."""
        seed_agreements(self.include, self.store, Vault(self.sandbox.layout.vault.as_uri()))
        city, declared = demo_runs.read_datasets(self.include)
        wanted = [one for one in declared if not datasets or one.id in datasets]
        return demo_runs.run_all(self.api, wanted, city, force=force, timeout=400)


THIRTEENTH = "budget.csv"
"""A file of the drop folder that the demo does not have."""


@pytest.fixture(scope="module")
def story(sandbox_root: Path, city: City, few_windows: None) -> Iterator[Story]:
    root = sandbox_root
    include = root / "include"
    airflow.stop(root)
    for left in ("airflow", "aqueduc", "include"):
        shutil.rmtree(root / left, ignore_errors=True)
    shutil.copytree(REPOSITORY / "include", include)
    settings = yaml.safe_load((include / "city.yaml").read_text())
    settings["platforms"]["refus"] = {"type": "ckan", "connection": "refus"}
    # Those of the tests come and go: without a list, none is looked for in it.
    del settings["connections"]
    (include / "city.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True))
    try:
        sandbox = demo_setup.start(root, include=include)
        # The story starts on an empty platform.
        purge_records(sandbox.region)
        known = {**sandbox.city.environment(), **sandbox.region.environment()}
        airflow.schedule(sandbox.layout, {**known, **_extra_connections(sandbox)})
        made = Story(sandbox, include, sandbox.api(), [])
        made.first = made.runs()
        yield made
    finally:
        # The city and the region are the session's, and other tests are to come.
        airflow.stop(root)
        (city.drop_folder / THIRTEENTH).unlink(missing_ok=True)


def _extra_connections(sandbox: Sandbox) -> dict[str, str]:
    """A database that is not there, and the platform with a token it does not know."""
    dead = {"conn_type": "postgres", "host": "127.0.0.1", "port": 9, "schema": "x", "login": "x"}
    refused = {"conn_type": "ckan", "host": sandbox.region.url, "password": "jeton-inconnu"}
    return {"AIRFLOW_CONN_MORTE": json.dumps(dead), "AIRFLOW_CONN_REFUS": json.dumps(refused)}


# --- everything is published ------------------------------------------------------------------------------


def test_every_dataset_is_published_read_back_and_certified(story: Story) -> None:
    assert {one.dataset.id for one in story.first} == TWELVE
    problems = [str(failure) for one in story.first for failure in demo_runs.failures(story.api, one)]
    assert problems == []
    for dataset in TWELVE:
        balance = story.certificate(dataset)["balance"]
        parts = balance["published"] + balance["rejected"] + balance["suppressed"]
        assert balance["extracted"] == parts > 0, dataset
    assert {one["name"] for one in story.records()} == TWELVE


def test_every_raw_extract_is_destroyed(story: Story) -> None:
    assert not list((story.sandbox.layout.vault / "raw").rglob("*.parquet"))


def test_what_is_open_is_open_and_what_is_restricted_is_not(story: Story) -> None:
    for dataset in TWELVE - {"hautes-remunerations"}:
        record = story.ckan("package_show", id=dataset)
        assert record is not None and record["license_id"] in ("lov2", "odc-odbl"), dataset
        assert all(story.download(one["url"], as_city=False).ok for one in record["resources"]), dataset
    assert story.ckan("package_show", id="hautes-remunerations") is None
    (file,) = story.record("hautes-remunerations")["resources"]
    assert not story.download(file["url"], as_city=False).ok
    assert story.download(file["url"]).ok


def test_what_is_indexed_stays_with_the_city(story: Story) -> None:
    (link,) = story.record("parkings-disponibilites")["resources"]
    assert link["url"] == f"{story.sandbox.city.api_url}/parkings"
    assert link["url_type"] != "upload" and link["resource_type"] == "file"
    assert len(story.download(link["url"], as_city=False).json()) == 9


def test_tables_have_the_types_and_the_key_of_the_schema(story: Story) -> None:
    resource = next(one for one in story.record("subventions")["resources"] if one["format"] == "CSV")
    found = story.ckan("datastore_search", resource_id=resource["id"], limit=1)
    types = {field["id"]: field["type"] for field in found["fields"]}
    assert (types["idAttribuant"], types["montant"], types["dateConvention"]) == ("text", "numeric", "date")
    assert found["total"] == story.certificate("subventions")["balance"]["published"]
    assert found["records"][0]["idAttribuant"] == "21130001700016"


# --- nobody is named --------------------------------------------------------------------------------------


def _served(story: Story) -> Iterator[str]:
    """Every text that the platform serves: records, files, tables."""
    for dataset in story.records():
        record = story.record(dataset["name"])
        yield json.dumps(record, ensure_ascii=False)
        for resource in record["resources"]:
            content = story.download(resource["url"]).content
            if resource["format"].upper() == "PARQUET":
                table = pq.read_table(io.BytesIO(content))
                yield "\n".join(
                    str(value) for name in table.column_names for value in table[name].unique().to_pylist()
                )
            else:
                yield content.decode("utf-8")
            if resource.get("datastore_active"):
                dump = f"{story.sandbox.region.url}/datastore/dump/{resource['id']}"
                yield story.download(dump).text


def test_no_resident_is_in_anything_served(story: Story) -> None:
    values = leaks.personal_values(story.sandbox.city.residents_file)
    assert leaks.found(values, _served(story)) == {}


def test_the_search_for_residents_would_find_them(story: Story) -> None:
    values = leaks.personal_values(story.sandbox.city.residents_file)
    source = (story.sandbox.city.drop_folder / "associations.csv").read_text(encoding="utf-8-sig")
    found = leaks.found(values, [source])
    assert all(found[kind] > 50 for kind in ("surname", "full_name", "address", "phone", "email"))


def test_no_resident_is_in_store_logs_or_xcoms(story: Story) -> None:
    """Certificates, reports and the tasks' logs carry counts, columns and lines; never a cell."""
    values = leaks.personal_values(story.sandbox.city.residents_file)
    layout = story.sandbox.layout
    texts = [path.read_text(encoding="utf-8") for path in layout.store.rglob("*.json")]
    logs = [path.read_text(errors="replace") for path in (layout.home / "logs").rglob("*.log")]
    assert len(texts) > 50
    assert logs
    assert leaks.found(values, [*texts, *logs]) == {}


def _list_secrets(story: Story) -> set[str]:
    """Every password, token and key that the demonstration has made, as its processes are given them."""
    sandbox = story.sandbox
    processes = airflow.build_environment(sandbox.layout)
    keys = {
        value for name, value in processes.items() if name.endswith(("SECRET", "SECRET_KEY", "FERNET_KEY"))
    }
    database = unquote(urlsplit(_find_database(story)).password or "")
    accounts = {*sandbox.city.passwords.values(), sandbox.region.token, story.api.airflow.password}
    return {secret for secret in {*keys, *accounts, database} if secret}


def _find_database(story: Story) -> str:
    """Airflow's own, as libpq is told of it."""
    address = airflow.build_environment(story.sandbox.layout)["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    return address.replace("+psycopg2", "", 1)


def _files_with(secrets: set[str], files: Iterable[Path]) -> list[str]:
    patterns = {form.encode() for secret in secrets for form in (secret, quote(secret, safe=""))}
    found = []
    for path in files:
        content = path.read_bytes()
        if any(one in content for one in patterns):
            found.append(str(path))
    return found


def _list_what_runs_wrote(story: Story) -> Iterator[Path]:
    """The store, the vault, and all that tasks and processes of Airflow logged."""
    layout = story.sandbox.layout
    logs = (path for path in layout.home.rglob("*") if path.suffix == ".log")
    kept = (path for folder in (layout.store, layout.vault) for path in folder.rglob("*"))
    return (path for path in (*logs, *kept) if path.is_file())


def test_no_secret_is_in_anything_that_the_demonstration_wrote(story: Story) -> None:
    secrets = _list_secrets(story)
    assert len(secrets) > 6
    assert min(map(len, secrets)) >= 12
    assert _files_with(secrets, _list_what_runs_wrote(story)) == []
    assert not [one for page in _pages(story) for one in secrets if one in page]
    with psycopg.connect(_find_database(story)) as database:
        told = database.execute("SELECT key, value::text FROM xcom").fetchall()
        told += database.execute("SELECT event, extra FROM log").fetchall()
        told += database.execute("SELECT dag_id, data::text FROM serialized_dag").fetchall()
    assert len(told) > 50
    assert not [name for name, text in told if any(secret in str(text) for secret in secrets)]


def test_the_search_for_secrets_would_find_them(story: Story, tmp_path: Path) -> None:
    for rank, secret in enumerate(sorted(_list_secrets(story))):
        (tmp_path / f"{rank}.log").write_text(
            f"psycopg: postgresql://lecteur:{quote(secret, safe='')}@serveur"
        )
    found = _files_with(_list_secrets(story), tmp_path.glob("*.log"))
    assert len(found) == len(_list_secrets(story))


def _pages(story: Story) -> Iterator[str]:
    """Every page of the city's data inside Airflow, as the operator of the demonstration reads them."""
    address = story.api.airflow
    login = {"username": address.user, "password": address.password}
    token = requests.post(f"{address.url}/auth/token", json=login, timeout=30).json()["access_token"]
    paths = ["/", "/catalogue.json", "/catalogue.csv"]
    for dataset in sorted(TWELVE):
        run = quote(story.api.runs(dataset)[0]["dag_run_id"])
        paths += [f"/jeu/{dataset}", f"/jeu/{dataset}/execution/{run}"]
        paths += [f"/jeu/{dataset}/agir/{act}" for act in ("lancer", "retirer", "retablir")]
        paths += [
            f"/jeu/{dataset}/execution/{run}/{kind}.html" for kind in ("steward", "officer", "certificate")
        ]
    for path in paths:
        answer = requests.get(
            f"{address.url}/aqueduc{path}", headers={"Authorization": f"Bearer {token}"}, timeout=60
        )
        assert answer.status_code == 200, path
        yield answer.text


def test_no_resident_is_on_any_page_of_airflow(story: Story) -> None:
    values = leaks.personal_values(story.sandbox.city.residents_file)
    assert leaks.found(values, _pages(story)) == {}


# --- a second run changes nothing ------------------------------------------------------------------------


def _public_state(story: Story) -> dict[str, Any]:
    return {dataset: story.record(dataset) for dataset in sorted(TWELVE)}


def test_a_second_run_publishes_nothing_new_and_says_so(story: Story) -> None:
    snapshots = TWELVE - {"comptages-velos", "deliberations", "parkings-disponibilites"}
    before, entries = (
        _public_state(story),
        {one: len(story.store.list_ledger_entry_keys(one)) for one in snapshots},
    )
    again = story.runs(*snapshots)
    assert not any(one.failed for one in again)
    for one in again:
        (run,) = one.runs
        assert one.tasks[run, "extract"] == "success"
        assert one.tasks[run, "publish"] == "skipped"
        log = "\n".join(story.api.log(one.dataset.id, run, "extract"))
        assert "n'ont pas changé depuis la dernière publication certifiée" in log
        told = demo_results.result_of(story.store, one)
        assert (told.published, told.unchanged) == (True, True)
        # The ledger still records that it looked.
        assert len(story.store.list_ledger_entry_keys(one.dataset.id)) == entries[one.dataset.id] + 1
    assert _public_state(story) == before


def test_a_forced_run_goes_all_the_way_and_still_writes_nothing(story: Story) -> None:
    before = _public_state(story)
    forced = ("permis-de-construire", "subventions", "hautes-remunerations", "horodateurs-transactions")
    again = story.runs(*forced, force=True)
    assert [demo_runs.failures(story.api, one) for one in again] == [[]] * len(forced)
    for dataset in forced:
        after = story.record(dataset)
        assert after["metadata_modified"] == before[dataset]["metadata_modified"], dataset
    assert _public_state(story) == before


# --- a thirteenth dataset is one YAML and one schema ------------------------------------------------------


def test_a_thirteenth_dataset_takes_no_python(story: Story) -> None:
    declared = {
        "title": "Budget principal voté",
        "description": "Montants votés par chapitre.",
        "owner": "Direction des finances",
        "theme": "ECON",
        "cadence": "yearly",
        "source": {"file": "depot", "path": THIRTEENTH},
        "columns": {"chapitre": "publish", "montant": "publish"},
        "schema": "schemas/budget.json",
        "publish": {"mode": "upload"},
    }
    (story.sandbox.city.drop_folder / THIRTEENTH).write_text("chapitre,montant\n011,1200\n65,35.5\n")
    fields = [{"name": "chapitre"}, {"name": "montant", "type": "number"}]
    (story.include / "schemas" / "budget.json").write_text(json.dumps({"fields": fields}))
    (story.include / "datasets" / "budget.yaml").write_text(yaml.safe_dump(declared, allow_unicode=True))
    (progress,) = story.runs("budget")
    assert demo_runs.failures(story.api, progress) == []
    (resource,) = story.record("budget")["resources"]
    assert story.download(resource["url"], as_city=False).text == "chapitre,montant\n011,1200\n65,35.5\n"


# --- bad input, and what the operator reads ---------------------------------------------------------------

CANARY = "Sarrazouls-Canari"


def _change(story: Story, dataset: str, **changes: Any) -> None:
    path = story.include / "datasets" / f"{dataset}.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}, allow_unicode=True))


def _copy(story: Story, dataset: str, name: str, **changes: Any) -> None:
    source = story.include / "datasets" / f"{dataset}.yaml"
    shutil.copy(source, story.include / "datasets" / f"{name}.yaml")
    _change(story, name, title=f"Mauvais {name}", **changes)


def test_bad_input_fails_the_right_task_with_one_message(story: Story) -> None:
    before = _public_state(story)
    sql = (story.include / "sql" / "permis-de-construire.sql").read_text()
    more = sql.replace("SELECT numero,", f"SELECT '{CANARY}' AS telephone_2, numero,")
    fewer = sql.replace("parcelle, ", "")
    (story.include / "sql" / "plus.sql").write_text(more)
    (story.include / "sql" / "moins.sql").write_text(fewer)
    schema = json.loads((story.include / "schemas" / "permis-de-construire.json").read_text())
    decision = next(one for one in schema["fields"] if one["name"] == "decision")
    decision |= {"type": "date", "constraints": {}}
    (story.include / "schemas" / "faux.json").write_text(json.dumps(schema))
    # Two published datasets go bad; the others are new.
    _change(story, "permis-de-construire", source={"postgres": "urbanisme", "sql": "sql/plus.sql"})
    like = "permis-de-construire"
    good = {"source": {"postgres": "urbanisme", "sql": "sql/permis-de-construire.sql"}}
    _copy(story, like, "colonne-absente", source={"postgres": "urbanisme", "sql": "sql/moins.sql"})
    _copy(story, like, "base-morte", source={"postgres": "morte", "sql": "sql/permis-de-construire.sql"})
    _copy(story, like, "mauvais-schema", schema="schemas/faux.json", **good)
    _copy(story, like, "jeton-refuse", publish={"mode": "upload", "platform": "refus"}, **good)
    story.sandbox.city.panne("/parkings", statut=500, duree=600)
    try:
        ran = story.runs(
            "permis-de-construire",
            "colonne-absente",
            "base-morte",
            "mauvais-schema",
            "jeton-refuse",
            "parkings-disponibilites",
        )
    finally:
        story.sandbox.city.panne("/parkings", duree=0)
    failed = {one.dataset.id: demo_runs.failures(story.api, one) for one in ran}
    tries = {
        one.dataset.id: story.api.tasks(one.dataset.id, one.runs[0])[failure.task].tries
        for one in ran
        for failure in failed[one.dataset.id]
    }
    expected = {
        "permis-de-construire": ("anonymise", "telephone_2", 1),
        "colonne-absente": ("anonymise", "« parcelle » n'est plus dans la source", 1),
        "base-morte": ("extract", "[source-injoignable]", 3),
        "mauvais-schema": ("validate", "`decision`", 1),
        "jeton-refuse": ("publish", "[plateforme-refuse]", 1),
        "parkings-disponibilites": ("extract", "[source-injoignable]", 3),
    }
    for dataset, (task, words, times) in expected.items():
        assert [failure.task for failure in failed[dataset]] == [task], (dataset, failed[dataset])
        message = failed[dataset][0].message
        assert words in message, (dataset, message)
        assert re.search(r"^  Où : .+\n  Que faire : .+", message, re.M), message
        assert CANARY not in message
        assert tries[dataset] == times, dataset
    assert _public_state(story) == before
    for dataset in ("colonne-absente", "base-morte", "mauvais-schema", "jeton-refuse"):
        assert story.record(dataset) is None


def test_a_broken_declaration_shows_among_the_import_errors_and_breaks_no_other(story: Story) -> None:
    (story.include / "datasets" / "illisible.yaml").write_text("title: a: b\n")
    _change(story, "subventions", licence="lov3")
    assert eventually(lambda: len(story.api.import_errors()) >= 2)
    errors = story.api.import_errors()
    text = "\n".join(f"{file}\n{message}" for file, message in errors.items())
    assert "include/datasets/illisible.yaml:1:9" in text
    assert "licence inconnue : « lov3 »" in text and "vouliez-vous dire « lov2 » ?" in text
    assert set(story.api.dags()) >= TWELVE
