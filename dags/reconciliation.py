"""Every morning, what is declared is compared with what is certified, recorded and served."""

from aqueduc_airflow.city_dags import build_unless_left_out
from aqueduc_airflow.factory import build_reconciliation_dag, find_include_folder

dag = build_unless_left_out(build_reconciliation_dag, find_include_folder(__file__))
