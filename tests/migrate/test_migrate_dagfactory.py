"""DAGs in dag-factory's YAML: what fetches data becomes a draft, what does not is said to be left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.migrate import Conversion, convert, save
from aqueduc.sources.http import HttpSource
from aqueduc.sources.postgres import PostgresSource
from tests.making import Desk, desk
from tests.migrate.deciding import decide, is_open

HTTP = "airflow.providers.http.operators.http.HttpOperator"
SQL = "airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator"


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def converted(here: Desk, text: str) -> Conversion:
    path = here.include.parent / "dags.yml"
    path.write_text(text, encoding="utf-8")
    return convert(path, "dag-factory")


def written(here: Desk, identifier: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((here.include / "datasets" / f"{identifier}.yaml").read_text())
    return found


def test_a_get_is_a_source(here: Desk) -> None:
    outcome = converted(
        here,
        f"""
default:
  default_args: {{owner: voirie, email: voirie@ville.example}}
  schedule: "@daily"
passages_velo:
  description: Passages de vélos
  schedule: "0 4 * * 1"
  tags: [vélo]
  tasks:
    - task_id: lire
      operator: {HTTP}
      http_conn_id: compteurs
      endpoint: v1/passages
      method: GET
      data: {{depuis: "2024-01-01", token: canari}}
      headers: {{Accept: application/json}}
      response_filter: mon.module.filtre
    - task_id: prevenir
      operator: {HTTP}
      endpoint: message
      dependencies: [lire]
""",
    )
    (draft,) = outcome.drafts
    save(draft, here.include)
    found = written(here, "passages-velo")
    assert found["description"] == "Passages de vélos"
    assert found["contact"] == "voirie@ville.example"
    assert found["cadence"] == "weekly"
    assert found["source"] == {
        "http": "compteurs",
        "path": "/v1/passages",
        "format": "json",
        "parameters": {"depuis": "2024-01-01"},
    }
    assert is_open(found["columns"])
    assert is_open(found["schema"])
    assert "Passages velo" in found["title"]
    assert {one.finding.code for one in draft.open if not one.marked} == {
        "secret-laisse-de-cote",
        "en-tetes-laisses-de-cote",
        "filtre-laisse-de-cote",
    }
    assert [finding.code for finding in outcome.refused] == ["tache-laissee-de-cote"]
    assert "« prevenir »" in outcome.refused[0].message()
    assert "envoie" in outcome.refused[0].message()
    assert isinstance(decide(here.include, "passages-velo").source, HttpSource)


def test_a_select_is_a_source_with_its_columns(here: Desk) -> None:
    outcome = converted(
        here,
        f"""
permis:
  default_args: {{owner: urbanisme}}
  schedule_interval: "@monthly"
  tasks:
    lire:
      operator: {SQL}
      conn_id: urbanisme
      sql: |
        SELECT p.numero, p.demandeur, p.depot::date, count(*) AS "Nombre"
        FROM permis p
        WHERE depot >= '{{{{ data_interval_start }}}}' AND depot < {{{{data_interval_end}}}}
        GROUP BY 1, 2, 3
""",
    )
    (draft,) = outcome.drafts
    save(draft, here.include)
    found = written(here, "permis")
    assert found["source"] == {"postgres": "urbanisme", "sql": "sql/permis.sql"}
    assert list(found["columns"]) == ["numero", "demandeur", "depot", "Nombre"]
    assert "nom d'une personne" in found["columns"]["demandeur"]
    dataset = decide(here.include, "permis")
    assert dataset.windowed
    assert isinstance(dataset.source, PostgresSource)
    assert "depot >= :window_start AND depot < :window_end" in dataset.source.sql
    assert "connexion-a-verifier" in {one.finding.code for one in draft.open}


def test_a_query_in_a_file_beside_the_dag(here: Desk) -> None:
    root = here.include.parent
    (root / "requetes").mkdir()
    (root / "requetes" / "permis.sql").write_text("SELECT a, b FROM t")
    text = "d: {{tasks: [{{task_id: lire, operator: {}, postgres_conn_id: c, sql: {}}}]}}"
    (draft,) = converted(here, text.format(SQL, "requetes/permis.sql")).drafts
    assert draft.sql == "SELECT a, b FROM t"
    save(draft, here.include)
    decide(here.include, "d")
    for missing in ("requetes/autre.sql", "../../../etc/passwd.sql"):
        (lost,) = converted(here, text.format(SQL, missing)).drafts
        assert lost.sql is None
        assert "requete-a-retrouver" in {one.finding.code for one in lost.open}


def test_a_template_is_a_question(here: Desk) -> None:
    (draft,) = converted(
        here,
        f"""
d:
  tasks:
    - {{task_id: lire, operator: {SQL}, postgres_conn_id: c, sql: "SELECT a FROM t WHERE j = '{{{{ ds }}}}'"}}
""",
    ).drafts
    save(draft, here.include)
    assert is_open(written(here, "d")["source"]["sql"])
    assert (here.include / "sql" / "d.sql").exists()


def test_several_sources_are_several_datasets(here: Desk) -> None:
    outcome = converted(
        here,
        f"""
base: &base {{tags: [eau]}}
releves:
  <<: *base
  tasks:
    - {{task_id: Débits, operator: {HTTP}, method: get, endpoint: /d}}
    - {{task_id: niveaux, operator: {HTTP}, method: GET, endpoint: /n}}
""",
    )
    assert [draft.id for draft in outcome.drafts] == ["releves-debits", "releves-niveaux"]
    for draft in outcome.drafts:
        save(draft, here.include)
        assert written(here, draft.id)["keywords"] == ["eau"]
        decide(here.include, draft.id)


@pytest.mark.parametrize(
    "task, why",
    [
        ("{task_id: t, operator: airflow.operators.bash.BashOperator, bash_command: ls}", "BashOperator"),
        ("{task_id: t, decorator: airflow.decorators.task, python_callable: m.f}", "task"),
        (f"{{task_id: t, operator: {HTTP}, endpoint: /x}}", "HttpOperator"),
        (f"{{task_id: t, operator: {SQL}, conn_id: c, sql: 'DELETE FROM t'}}", "SQLExecuteQueryOperator"),
        (f"{{task_id: t, operator: {SQL}, conn_id: c, sql: 'SELECT 1; DROP TABLE t'}}", "SQLExecute"),
        (f"{{task_id: t, operator: {SQL}, mysql_conn_id: c, sql: 'SELECT 1'}}", "SQLExecute"),
    ],
)
def test_what_reads_nothing_is_left_out_with_its_reason(here: Desk, task: str, why: str) -> None:
    outcome = converted(here, f"d:\n  tasks:\n    - {task}\n")
    assert outcome.drafts == ()
    (finding,) = outcome.refused
    assert finding.code == "aucune-source"
    assert why in finding.message()


@pytest.mark.parametrize("text", ["default_args: {owner: x}", "d: {schedule: '@daily'}", "a: 1"])
def test_what_is_no_dag_is_refused(here: Desk, text: str) -> None:
    assert [finding.code for finding in converted(here, text).refused] == ["autre-sorte-de-fichier"]
