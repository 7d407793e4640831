"""Datasets withdrawn from the public, when a person asks and confirms it; and each day, what is left of it."""

from aqueduc_airflow.city_dags import build_unless_left_out
from aqueduc_airflow.factory import find_include_folder
from aqueduc_airflow.withdrawal import build_withdrawal_dags

dags = build_unless_left_out(build_withdrawal_dags, find_include_folder(__file__))
