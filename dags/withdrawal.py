"""Datasets withdrawn from the public, when a person asks and confirms it; and each day, what is left of it."""

from aqueduc_airflow.factory import include_beside
from aqueduc_airflow.withdrawal import withdrawal_dags

order, watch = withdrawal_dags(include_beside(__file__))
