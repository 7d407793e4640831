"""One Airflow DAG per declaration of ``include/datasets``: adding a YAML file adds a DAG."""

from aqueduc_airflow.factory import build_dataset_dags, find_include_folder

for dag in build_dataset_dags(find_include_folder(__file__)):
    globals()[dag.dag_id] = dag
