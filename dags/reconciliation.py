"""Every morning, what is declared is compared with what is certified, recorded and served."""

from aqueduc_airflow.factory import include_beside, reconciliation_dag

dag = reconciliation_dag(include_beside(__file__))
