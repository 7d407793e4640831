"""Every five minutes, the drops are looked at of the datasets that are read when a file arrives."""

from aqueduc_airflow.arrivals import build_arrivals_dag
from aqueduc_airflow.city_dags import build_unless_left_out
from aqueduc_airflow.factory import find_include_folder

dag = build_unless_left_out(build_arrivals_dag, find_include_folder(__file__))
