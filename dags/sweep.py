"""Every hour: what killed runs left in the vault is destroyed."""

from aqueduc_airflow.city_dags import build_unless_left_out
from aqueduc_airflow.factory import build_sweep_dag, find_include_folder

dag = build_unless_left_out(build_sweep_dag, find_include_folder(__file__))
