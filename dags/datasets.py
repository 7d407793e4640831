"""One Airflow DAG per declaration of ``include/datasets``: adding a YAML file adds a DAG."""

from aqueduc_airflow.factory import dags_of, include_beside

for dag in dags_of(include_beside(__file__)):
    globals()[dag.dag_id] = dag
