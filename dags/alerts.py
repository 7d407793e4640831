"""Every ten minutes: what people must be told is sent."""

from aqueduc_airflow.factory import alert_dag, include_beside

dag = alert_dag(include_beside(__file__))
