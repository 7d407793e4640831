"""Each run asks a person for the agreement that a dataset waits for."""

from aqueduc_airflow.city_dags import build_unless_left_out
from aqueduc_airflow.factory import build_agreement_dag, find_include_folder

dag = build_unless_left_out(build_agreement_dag, find_include_folder(__file__))
