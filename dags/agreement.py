"""Each run asks a person for the agreement that a dataset waits for."""

from aqueduc_airflow.factory import agreement_dag, include_beside

dag = agreement_dag(include_beside(__file__))
