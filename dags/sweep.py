"""Every hour: what killed runs left in the vault is destroyed."""

from aqueduc_airflow.factory import include_beside, sweep_dag

dag = sweep_dag(include_beside(__file__))
