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
from tests.lineage import DrawnLineage, draw, read_events, tasks_of, transport_to
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

    @property
    def lineage_folder(self) -> Path:
        """Where Airflow's provider of OpenLineage writes its events."""
        return self.sandbox.layout.home / "lineage"

    def certificate(self, dataset: str) -> Any:
        current = self.store.read_current_revision_pointer(dataset)
        assert current is not None, dataset
        return self.store.read_json(current["certificate"])

    def first_runs(self, dataset: str) -> tuple[str, ...]:
        return next(one.runs for one in self.first if one.dataset.id == dataset)

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
        lineage = transport_to(sandbox.layout.home / "lineage")
        airflow.schedule(sandbox.layout, {**known, **_extra_connections(sandbox), **lineage})
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


# --- the lineage of the twelve, drawn from the events alone, is what they declare --------------------------


def _declared_column(name: str, rule: Any, declared: Any) -> tuple[str, dict[str, Any]] | None:
    """As the YAML has it: what it is published as, and of which columns it is made; None for one that is dropped."""
    written = {rule: True} if isinstance(rule, str) else dict(rule)
    if "drop" in written:
        return None
    kept = bool({"publish", "suppress_under"} & written.keys())
    place = declared.get("geometry", {})
    inputs = [place["longitude"], place["latitude"]] if "snap" in written else [name]
    return written.get("as", name), dict.fromkeys(inputs, "IDENTITY" if kept else "TRANSFORMATION")


def _declared_choosing_columns(declared: Any) -> set[str]:
    privacy = declared.get("privacy", {})
    counted = {
        name
        for name, rule in declared["columns"].items()
        if isinstance(rule, dict) and "suppress_under" in rule
    }
    unit = privacy.get("unit", [])
    return {
        *counted,
        *privacy.get("quasi_identifiers", ()),
        *([unit] if isinstance(unit, str) else unit),
    }


def _drawn(story: Story, dataset: str) -> DrawnLineage:
    return draw(tasks_of(read_events(story.lineage_folder), dataset, story.first_runs(dataset)))


CITY = "aqueduc://ville-aix-en-provence"


@pytest.mark.parametrize("dataset", sorted(TWELVE))
def test_the_lineage_drawn_from_the_events_alone_is_what_is_declared(story: Story, dataset: str) -> None:
    declared = yaml.safe_load((REPOSITORY / "include" / "datasets" / f"{dataset}.yaml").read_text())
    drawn = _drawn(story, dataset)
    extract = (CITY, f"{dataset}/extract")
    expected = dict(
        found
        for name, rule in declared["columns"].items()
        if (found := _declared_column(name, rule, declared))
    )
    # Every column of the source, in a tag, and what was dropped in nothing else.
    assert set(drawn.columns[extract]) == set(declared["columns"])
    dropped = {column for (*_, column), said in drawn.tags.items() if said == "dropped"}
    assert dropped == {name for name, rule in declared["columns"].items() if rule == "drop"}
    assert {column for (*_, column) in drawn.tags} == set(declared["columns"])
    # From the published dataset back to the source (a file, a document), or to the extract of a query.
    assert set(drawn.columns[CITY, dataset]) == set(expected)
    for column, inputs in expected.items():
        traced = drawn.trace((CITY, dataset, column))
        assert {field: how for (*_, field), (how, _masking) in traced.items()} == inputs, column
        assert not any(masking for _how, masking in traced.values()), column
        (farthest,) = {(namespace, name) for namespace, name, _field in traced}
        assert (farthest == extract) == ("postgres" in declared["source"])
    assert drawn.choosing.get((CITY, f"{dataset}/anonymised"), set()) == _declared_choosing_columns(declared)


@pytest.mark.parametrize("dataset", sorted(TWELVE))
def test_the_rows_of_the_events_are_those_of_the_certificates(story: Story, dataset: str) -> None:
    runs = story.first_runs(dataset)
    entries = (story.store.read_json(key) for key in story.store.list_ledger_entry_keys(dataset))
    balances = [
        one["balance"] for one in entries if one.get("kind") == "certificate" and one.get("run") in runs
    ]
    assert len(balances) == len(runs)
    balance = {word: sum(one[word] for one in balances) for word in balances[0]}
    events = tasks_of(read_events(story.lineage_folder), dataset, runs)
    rows = draw(events).rows
    # What cannot be cut into rows is in quarantine at once.
    read = draw(event for event in events if event["job"]["name"] == f"{dataset}.extract").rows
    extracted = sum(read.get((CITY, f"{dataset}/{name}"), 0) for name in ("extract", "rejected"))
    assert extracted == balance["extracted"]
    assert rows.get((CITY, f"{dataset}/rejected"), 0) == balance["rejected"]
    assert rows[CITY, dataset] == balance["published"]
    withheld = balance["extracted"] - balance["rejected"] - rows[CITY, f"{dataset}/validated"]
    assert withheld == balance["suppressed"]


def test_the_lineage_leads_from_the_city_s_systems_to_the_platform(story: Story) -> None:
    events = read_events(story.lineage_folder)
    named = {one.dataset.id: tasks_of(events, one.dataset.id, one.runs) for one in story.first}
    read = {(one["namespace"], one["name"]) for one in named["etat-civil"][0]["inputs"]}
    base = urlsplit(story.sandbox.city.dsn)
    assert read == {
        (f"postgres://{base.hostname}:{base.port}", f"{base.path[1:]}.etat_civil.{table}")
        for table in ("naissance", "mariage", "deces")
    }
    # Nobody knows how many rows of a table a query has read.
    assert not any(one["inputFacets"] for one in named["etat-civil"][0]["inputs"])
    (file,) = named["arbres"][0]["inputs"]
    assert (file["namespace"], file["name"]) == (
        "file",
        str(story.sandbox.city.drop_folder / "arbres.geojson"),
    )
    (api,) = named["parkings-disponibilites"][0]["inputs"]
    assert (api["namespace"], api["name"]) == (story.sandbox.city.api_url, "parkings")
    published = next(event for event in named["subventions"] if event["job"]["name"].endswith(".publish"))
    certificate = story.certificate("subventions")
    served = {f"{one['namespace']}/{one['name']}" for one in published["outputs"]}
    assert served == {certificate["record_url"], *(one["url"] for one in certificate["resources"])}
    assert {one["facets"]["version"]["datasetVersion"] for one in published["outputs"]} == {
        certificate["revision"],
        *(one["sha256"] for one in certificate["resources"]),
    }


def test_what_validation_found_is_in_the_events(story: Story) -> None:
    """As assertions on what it read: those that held, and those that set rows aside."""
    (event,) = [
        event
        for event in tasks_of(
            read_events(story.lineage_folder), "subventions", story.first_runs("subventions")
        )
        if event["job"]["name"] == "subventions.validate"
    ]
    (read,) = event["inputs"]
    told = read["inputFacets"]["dataQualityAssertions"]["assertions"]
    broken = [one for one in told if not one["success"]]
    report = story.store.read_report("subventions", *story.first_runs("subventions"), "validate")
    assert report is not None
    assert [(one["column"], one["actual"]) for one in broken] == [
        (one["column"], str(one["count"])) for one in report["findings"]
    ]
    assert {one["severity"] for one in broken} == {"warn"}
    held = {(one["assertion"], one["column"]) for one in told if one["success"]}
    assert ("type", "montant") in held or ("type", "montant") in {
        (one["assertion"], one["column"]) for one in broken
    }


@pytest.mark.parametrize("dataset", sorted(TWELVE))
def test_the_asset_bears_the_figures_of_the_certificate(story: Story, dataset: str) -> None:
    told = story.api.call("GET", "assets/events", source_dag_id=dataset, order_by="-timestamp")[
        "asset_events"
    ]
    certificate = story.certificate(dataset)
    extra = next(one["extra"] for one in told if one["source_run_id"] == certificate["run"])
    assert (extra["révision"], extra["fiche"]) == (certificate["revision"], certificate["record_url"])
    balance = certificate["balance"]
    assert [extra[word] for word in ("extraites", "lignes", "rejets", "retraits")] == [
        balance[word] for word in ("extracted", "published", "rejected", "suppressed")
    ]
    assert {one["sha256"] for one in extra["fichiers"]} == {
        one["sha256"] for one in certificate["resources"] if one["sha256"]
    }


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
    """Certificates, reports, the tasks' logs and OpenLineage's events carry counts, columns and lines; never a cell."""
    values = leaks.personal_values(story.sandbox.city.residents_file)
    layout = story.sandbox.layout
    texts = [path.read_text(encoding="utf-8") for path in layout.store.rglob("*.json")]
    logs = [path.read_text(errors="replace") for path in (layout.home / "logs").rglob("*.log")]
    events = [path.read_text(encoding="utf-8") for path in story.lineage_folder.iterdir()]
    assert len(texts) > 50
    assert logs
    assert len(events) > 100
    assert leaks.found(values, [*texts, *logs, *events]) == {}


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
    """The store, the vault, and all that tasks and processes of Airflow logged, or told of their lineage."""
    layout = story.sandbox.layout
    told = [*layout.home.rglob("*.log"), *story.lineage_folder.iterdir()]
    kept = (path for folder in (layout.store, layout.vault) for path in folder.rglob("*"))
    return (path for path in (*told, *kept) if path.is_file())


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
    _check_lineage_of_failures(story, expected)
    assert _public_state(story) == before
    for dataset in ("colonne-absente", "base-morte", "mauvais-schema", "jeton-refuse"):
        assert story.record(dataset) is None


def _check_lineage_of_failures(story: Story, expected: dict[str, tuple[str, str, int]]) -> None:
    """Each task that failed says what it had read, and what closed the gate; nothing that it wrote, and no cell."""
    events = read_events(story.lineage_folder)
    assert CANARY not in json.dumps(events, ensure_ascii=False)
    for dataset, (task, _words, times) in expected.items():
        failed = [
            one for one in events if one["job"]["name"] == f"{dataset}.{task}" and one["eventType"] == "FAIL"
        ]
        assert len(failed) == times, dataset
        assert all(one["inputs"] and not one["outputs"] for one in failed), dataset
    (wrong,) = [
        one
        for event in events
        if event["job"]["name"] == "mauvais-schema.validate" and event["eventType"] == "FAIL"
        for one in event["inputs"][0]["inputFacets"]["dataQualityAssertions"]["assertions"]
        if one["column"] == "decision"
    ]
    assert (wrong["assertion"], wrong["success"], wrong["severity"]) == ("type", False, "error")


def test_a_broken_declaration_shows_among_the_import_errors_and_breaks_no_other(story: Story) -> None:
    (story.include / "datasets" / "illisible.yaml").write_text("title: a: b\n")
    _change(story, "subventions", licence="lov3")
    assert eventually(lambda: len(story.api.import_errors()) >= 2)
    errors = story.api.import_errors()
    text = "\n".join(f"{file}\n{message}" for file, message in errors.items())
    assert "include/datasets/illisible.yaml:1:9" in text
    assert "licence inconnue : « lov3 »" in text and "vouliez-vous dire « lov2 » ?" in text
    assert set(story.api.dags()) >= TWELVE
