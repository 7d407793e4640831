"""What the provider of OpenLineage is told of each task: the real stages, asked as the provider asks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.openlineage.extractors import OperatorLineage
from airflow.providers.openlineage.extractors.manager import ExtractorManager
from airflow.providers.openlineage.utils.utils import translate_airflow_asset
from airflow.sdk import DAG, Asset
from airflow.sdk.exceptions import AirflowSkipException, DownstreamTasksSkipped
from airflow.utils.state import TaskInstanceState
from openlineage.client.serde import Serde

import aqueduc.certify
import aqueduc.publish
from aqueduc.certify.certificate import RowBalance
from aqueduc.declaration.spec import CellCorrection
from aqueduc.publish.report import PublishedResource
from aqueduc_airflow.factory import build_dataset_asset, build_dataset_dag
from aqueduc_airflow.failures import ReportedTaskFailure
from tests.airflow.contexts import context
from tests.making import Desk, publish_report

CELL, SECRET = "Sarrazouls-Canari", "s3cr3t-Canari"
CITY = "aqueduc://ville-aix-en-provence"
ROWS = f"""code;nom;depot;montant;telephone
1;{CELL} un;2026-03-01;10;0601020304
2;{CELL} deux;2026-04-02;pas un nombre {CELL};0601020305
1;{CELL} trois;2026-05-03;30;0601020306
"""
COLUMNS = {
    "code": "publish",
    "quartier": "publish",
    "nom": {"pseudonym": "sel", "basis": "CGCT, art. L2121-15"},
    "depot": {"generalise": "year", "as": "annee"},
    "montant": "publish",
    "double": "publish",
    "telephone": "drop",
}
FIELDS = [
    {"name": "code"},
    {"name": "quartier"},
    {"name": "nom"},
    {"name": "annee", "type": "year"},
    {"name": "montant", "type": "number", "description": "En euros.", "constraints": {"required": True}},
    {"name": "double", "type": "string"},
]


@pytest.fixture
def place(town: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The town, whose tasks find a drop and a key."""
    (tmp_path / "depot").mkdir()
    connections = {
        "AIRFLOW_CONN_DEPOT": {"conn_type": "fs", "password": SECRET, "extra": {"path": f"{tmp_path}/depot"}},
        "AIRFLOW_CONN_SEL": {"conn_type": "generic", "password": SECRET * 3},
    }
    for name, connection in connections.items():
        monkeypatch.setenv(name, json.dumps(connection))
        town.place.connections.variables[name] = json.dumps(connection)  # type: ignore[attr-defined]
    for module in ("operators", "lineage"):
        monkeypatch.setattr(f"aqueduc_airflow.{module}.build_task_workspace", lambda _: town.place)
    return town


@pytest.fixture
def dag(place: Desk, tmp_path: Path) -> DAG:
    (tmp_path / "depot" / "jeu.csv").write_text(ROWS, encoding="utf-8")
    (place.include / "references").mkdir()
    (place.include / "references" / "quartiers.csv").write_text("code,quartier\n1,Centre\n2,Nord\n")
    declared = {
        "source": {"file": "depot", "path": "jeu.csv", "delimiter": ";"},
        "join": {"file": "references/quartiers.csv", "on": "code", "columns": ["quartier"]},
        "computed": {"double": "code || '-' || quartier"},
        "columns": COLUMNS,
        "fields": FIELDS,
        "reject_at_most": 0.5,
    }
    return build_dataset_dag(place.dataset(**declared), place.city, place.include)


def ask(dag: DAG, task: str, state: TaskInstanceState = TaskInstanceState.SUCCESS) -> OperatorLineage:
    """As the provider's listener asks, once the task has ended."""
    operator = dag.get_task(task)
    run, instance = SimpleNamespace(run_id="essai"), SimpleNamespace(task=operator)
    return ExtractorManager().extract_metadata(run, operator, state, instance)


def as_json(lineage: OperatorLineage) -> dict[str, Any]:
    """Inputs and outputs as they are sent, by their names."""
    found: dict[str, Any] = {}
    for where in ("inputs", "outputs"):
        sent = [json.loads(Serde.to_json(dataset)) for dataset in getattr(lineage, where)]
        found[where] = {f"{one['namespace']} {one['name']}": one for one in sent}
    return found


def edges(dataset: Any) -> dict[str, list[tuple[str, str, bool]]]:
    return {
        name: [
            (f"{one['name']}.{one['field']}", how["subtype"], how["masking"])
            for one in made["inputFields"]
            for how in one["transformations"]
        ]
        for name, made in dataset["facets"]["columnLineage"]["fields"].items()
    }


def prepare(dag: DAG) -> dict[str, Any]:
    """Runs the three stages of the preparation; the lineage of each."""
    left: dict[str, Any] = {}
    for task in ("extract", "anonymise", "validate"):
        left[task] = dag.get_task(task).execute(context(left=left))
    return {task: as_json(ask(dag, task)) for task in left}


def test_the_extract_comes_from_the_file_and_from_what_is_joined(dag: DAG, tmp_path: Path) -> None:
    told = prepare(dag)["extract"]
    file, table = f"file {tmp_path}/depot/jeu.csv", f"{CITY} include/references/quartiers.csv"
    assert set(told["inputs"]) == {file, table}
    assert told["inputs"][file]["inputFacets"]["inputStatistics"]["rowCount"] == 3
    assert told["inputs"][file]["facets"]["dataSource"]["name"] == "depot"
    (extract,) = told["outputs"].values()
    assert extract["name"] == "jeu/extract"
    assert extract["outputFacets"]["outputStatistics"]["rowCount"] == 3
    assert {one["name"] for one in extract["facets"]["schema"]["fields"]} == set(COLUMNS)
    own = f"{tmp_path}/depot/jeu.csv"
    assert edges(extract) == {
        **{
            name: [(f"{own}.{name}", "IDENTITY", False)]
            for name in ("code", "nom", "depot", "montant", "telephone")
        },
        "quartier": [("include/references/quartiers.csv.quartier", "IDENTITY", False)],
        "double": [
            (f"{own}.code", "TRANSFORMATION", False),
            ("include/references/quartiers.csv.quartier", "TRANSFORMATION", False),
        ],
    }
    (key,) = extract["facets"]["columnLineage"]["dataset"]
    assert (key["field"], key["transformations"][0]["subtype"]) == ("code", "JOIN")


def test_anonymisation_says_what_was_done_to_each_column_and_what_was_dropped(dag: DAG) -> None:
    told = prepare(dag)["anonymise"]
    (extract,), (kept,) = told["inputs"].values(), told["outputs"].values()
    tags = {one["field"]: one["value"] for one in extract["facets"]["tags"]["tags"]}
    assert {one["key"] for one in extract["facets"]["tags"]["tags"]} == {"treatment"}
    assert (tags["telephone"], tags["nom"], tags["depot"]) == ("dropped", "pseudonymised", "coarser")
    assert edges(kept) == {
        "code": [("jeu/extract.code", "IDENTITY", False)],
        "quartier": [("jeu/extract.quartier", "IDENTITY", False)],
        "nom": [("jeu/extract.nom", "TRANSFORMATION", True)],
        "annee": [("jeu/extract.depot", "TRANSFORMATION", False)],
        "montant": [("jeu/extract.montant", "IDENTITY", False)],
        "double": [("jeu/extract.double", "IDENTITY", False)],
    }
    how = kept["facets"]["columnLineage"]["fields"]["annee"]["inputFields"][0]["transformations"][0]
    assert how["description"] == "ramenée à l'année"


def test_validation_says_what_held_and_what_set_rows_aside(dag: DAG) -> None:
    told = prepare(dag)["validate"]
    (read,) = told["inputs"].values()
    told_checks = read["inputFacets"]["dataQualityAssertions"]["assertions"]
    checks = {(one["assertion"], one["column"]): one for one in told_checks}
    assert len(checks) == len(told_checks)
    assert checks["required", "montant"]["success"] is True
    wrong = checks["type", "montant"]
    assert (wrong["success"], wrong["severity"], wrong["actual"]) == (False, "warn", "1")
    assert told["outputs"][f"{CITY} jeu/rejected"]["outputFacets"]["outputStatistics"]["rowCount"] == 1
    valid = told["outputs"][f"{CITY} jeu/validated"]
    assert valid["outputFacets"]["outputStatistics"]["rowCount"] == 2
    assert edges(valid) == {
        field["name"]: [(f"jeu/anonymised.{field['name']}", "IDENTITY", False)] for field in FIELDS
    }
    (amount,) = [one for one in valid["facets"]["schema"]["fields"] if one["name"] == "montant"]
    assert (amount["type"], amount["description"]) == ("number", "En euros.")


def test_validation_says_what_was_corrected_carried_over_and_looked_up(dag: DAG) -> None:
    prepare(dag)
    task = dag.get_task("validate")
    cell = CellCorrection(
        line=1, key=("1",), column="montant", before=None, after="3", by="J. M.", why="erreur"
    )
    task.dataset = task.dataset.model_copy(update={"corrections": (cell,)})
    task.outcome = replace(task.outcome, corrected=1, rows_in=13, carried=10, references={"voies": "a" * 64})
    told = as_json(ask(dag, "validate"))
    changed = {
        name
        for name, made in edges(told["outputs"][f"{CITY} jeu/validated"]).items()
        if made[0][1] != "IDENTITY"
    }
    assert changed == {"montant"}
    rows = {name: one["inputFacets"].get("inputStatistics") for name, one in told["inputs"].items()}
    assert {name: read and read["rowCount"] for name, read in rows.items()} == {
        f"{CITY} jeu/anonymised": 3,
        f"{CITY} jeu": 10,
        f"{CITY} voies": None,
    }
    assert told["inputs"][f"{CITY} voies"]["facets"]["version"]["datasetVersion"] == "a" * 64


def test_the_stages_are_chained_by_their_hashes(dag: DAG) -> None:
    told = prepare(dag)

    def version(dataset: Any) -> str:
        return str(dataset["facets"]["version"]["datasetVersion"])

    for before, after, name in (("extract", "anonymise", "extract"), ("anonymise", "validate", "anonymised")):
        handed = f"{CITY} jeu/{name}"
        assert version(told[before]["outputs"][handed]) == version(told[after]["inputs"][handed])


def test_no_cell_and_no_secret_is_told(dag: DAG) -> None:
    told = json.dumps(prepare(dag), ensure_ascii=False)
    assert len(told) > 5_000
    for value in (CELL, "0601020304", SECRET, "Centre"):
        assert value not in told


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str, Any], None]:
    def played(module: Any, name: str, answer: Any) -> None:
        monkeypatch.setattr(module, name, lambda *_: answer)

    return played


ADDRESS = f"https://robot:{SECRET}@portail.example"
CSV = PublishedResource("1", "CSV", f"{ADDRESS}/f/jeu.csv?cle={SECRET}", "c" * 64, 1200, 90, rows=None)
SLICE = replace(CSV, url="https://portail.example/f/tranche", sha256="d" * 64, bytes=800, number=2, rows=40)
LINK = replace(CSV, url="https://ville.example/api/jeu", sha256=None, bytes=None)


def test_a_publication_gives_a_record_and_its_files_on_each_platform(
    dag: DAG, play: Callable[[Any, str, Any], None]
) -> None:
    other = publish_report(record_url="https://data.example/datasets/jeu/", revision="a" * 64, rows=90)
    report = publish_report(
        record_url=f"{ADDRESS}/dataset/jeu?vue={SECRET}",
        revision="a" * 64,
        rows=90,
        resources=(CSV, SLICE, LINK),
        elsewhere=(other,),
        input_sha256="e" * 64,
    )
    play(aqueduc.publish, "publish_revision", report)
    left = {"validate": prepare_handle()}
    dag.get_task("publish").execute(context(left=left))
    told = as_json(ask(dag, "publish"))
    assert set(told["inputs"]) == {f"{CITY} jeu/validated"}
    assert set(told["outputs"]) == {
        "https://portail.example dataset/jeu",
        "https://portail.example f/jeu.csv",
        "https://portail.example f/tranche",
        "https://data.example datasets/jeu",
    }
    record = told["outputs"]["https://portail.example dataset/jeu"]
    assert record["facets"]["version"]["datasetVersion"] == "a" * 64
    assert record["facets"]["ownership"]["owners"][0]["name"] == "Direction des essais"
    assert record["facets"]["documentation"]["description"] == "Un jeu pour essayer."
    written = record["outputFacets"]["outputStatistics"]
    assert (written["rowCount"], written["size"], written["fileCount"]) == (90, 2000, 2)
    assert set(edges(record)) == {field["name"] for field in FIELDS}
    files = [told["outputs"][f"https://portail.example f/{name}"] for name in ("jeu.csv", "tranche")]
    assert [one["outputFacets"]["outputStatistics"]["rowCount"] for one in files] == [90, 40]
    assert SECRET not in json.dumps(told)


def prepare_handle() -> dict[str, Any]:
    facts = {"dataset": "jeu", "run": "essai", "stage": "valid", "key": "k", "sha256": "e" * 64, "rows": 90}
    return {**facts, "window": None}


def test_a_dry_run_publishes_nothing_and_says_so(dag: DAG, play: Callable[[Any, str, Any], None]) -> None:
    play(aqueduc.publish, "publish_revision", publish_report(dry_run=True, record_url=f"{ADDRESS}/jeu"))
    with pytest.raises(AirflowSkipException):
        dag.get_task("publish").execute(context(left={"validate": prepare_handle()}, dry_run=True))
    assert ask(dag, "publish", TaskInstanceState.SKIPPED) == OperatorLineage()


def test_the_certificate_gives_the_dataset_of_the_asset(
    dag: DAG, place: Desk, play: Callable[[Any, str, Any], None]
) -> None:
    certificate = SimpleNamespace(
        revision="a" * 64,
        window=None,
        balance=RowBalance(extracted=100, published=90, rejected=4, suppressed=6),
        record_url="https://portail.example/dataset/jeu",
        elsewhere=({"record_url": "https://data.example/datasets/jeu"},),
        resources=(),
    )
    play(aqueduc.certify, "certify_run", certificate)
    (asset,) = dag.get_task("certify").outlets
    events = {asset: SimpleNamespace(extra={})}
    dag.get_task("certify").execute({**context(), "outlet_events": events})
    told = as_json(ask(dag, "certify"))
    assert set(told["inputs"]) == {
        f"{CITY} jeu/validated",
        "https://portail.example dataset/jeu",
        "https://data.example datasets/jeu",
    }
    (published,) = told["outputs"].values()
    assert (published["namespace"], published["name"]) == (CITY, "jeu")
    assert published["outputFacets"]["outputStatistics"]["rowCount"] == 90
    assert published["facets"]["version"]["datasetVersion"] == "a" * 64


# --- what goes wrong --------------------------------------------------------------------------------------


def test_a_gate_that_closes_says_why_and_nothing_of_what_would_have_been_written(
    place: Desk, dag: DAG, tmp_path: Path
) -> None:
    (tmp_path / "depot" / "jeu.csv").write_text(ROWS.replace(";30;", f";{CELL};"), encoding="utf-8")
    left: dict[str, Any] = {}
    for task in ("extract", "anonymise"):
        left[task] = dag.get_task(task).execute(context(left=left))
    with pytest.raises(ReportedTaskFailure):
        dag.get_task("validate").execute(context(left=left))
    told = as_json(ask(dag, "validate", TaskInstanceState.FAILED))
    assert told["outputs"] == {}
    (read,) = told["inputs"].values()
    assert read["name"] == "jeu/anonymised"
    (wrong,) = read["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert (wrong["column"], wrong["severity"], wrong["actual"]) == ("montant", "error", "2")
    assert CELL not in json.dumps(told)


def test_a_source_that_is_not_there_is_named_all_the_same(dag: DAG, tmp_path: Path) -> None:
    (tmp_path / "depot" / "jeu.csv").unlink()
    with pytest.raises(ReportedTaskFailure):
        dag.get_task("extract").execute(context())
    told = as_json(ask(dag, "extract", TaskInstanceState.FAILED))
    assert f"file {tmp_path}/depot/jeu.csv" in told["inputs"] and told["outputs"] == {}


def test_a_source_that_has_not_changed_gives_no_extract(
    dag: DAG, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(aqueduc.certify, "record_unchanged_run", lambda *_: "key")
    prepare(dag)
    outcome = dag.get_task("extract").outcome
    unchanged = SimpleNamespace(handle=None, report=replace(outcome, unchanged=True, output_sha256=None))
    monkeypatch.setattr("aqueduc.sources.stage.extract_source", lambda *_: unchanged)
    with pytest.raises(DownstreamTasksSkipped):
        dag.get_task("extract").execute(context())
    told = as_json(ask(dag, "extract"))
    assert f"file {tmp_path}/depot/jeu.csv" in told["inputs"] and told["outputs"] == {}


def test_lineage_that_cannot_be_told_fails_nothing_and_tells_no_secret(
    dag: DAG, place: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The connection was taken away meanwhile."""
    prepare(dag)
    place.place.connections.variables.pop("AIRFLOW_CONN_DEPOT")  # type: ignore[attr-defined]
    assert ask(dag, "extract") == OperatorLineage()
    assert SECRET not in caplog.text


def test_a_query_that_no_parser_reads_is_named_by_its_file(
    place: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.include / "sql" / "jeu.sql").write_text("SELECT * FROM GRAPH_TABLE (g MATCH (a) COLUMNS (a.x))")
    connection = {"conn_type": "postgres", "host": "bd", "schema": "ville", "password": SECRET, "login": "l"}
    place.place.connections.variables["AIRFLOW_CONN_URBANISME"] = json.dumps(connection)  # type: ignore[attr-defined]
    dataset = place.dataset(source={"postgres": "urbanisme", "sql": "sql/jeu.sql"})
    operator = build_dataset_dag(dataset, place.city, place.include).get_task("extract")
    operator.failure = SimpleNamespace()
    (source,) = operator.get_openlineage_facets_on_complete(None).inputs
    assert (source.namespace, source.name) == ("postgres://bd:5432", "ville.sql/jeu.sql")


# --- the asset, and the provider that is not there -----------------------------------------------------------


def test_airflow_makes_a_dataset_of_the_asset(town: Desk) -> None:
    found = translate_airflow_asset(build_dataset_asset(town.dataset(), town.city), None)
    assert found is not None
    assert (found.namespace, found.name) == (CITY, "jeu")
    assert Asset(uri="aqueduc://gardanne/voies").uri == "aqueduc://gardanne/voies"


WITHOUT = """
import sys
sys.modules.update(dict.fromkeys(("openlineage", "openlineage_sql")))
import aqueduc_airflow.factory, aqueduc_airflow.provider
aqueduc_airflow.provider.get_provider_info()
from airflow.sdk import Asset
Asset(uri="aqueduc://ville/jeu").normalized_uri
print("aqueduc_airflow.lineage" in sys.modules)
"""


def test_nothing_of_the_provider_is_loaded_before_it_asks() -> None:
    ran = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().splitlines()[-1] == "False"
