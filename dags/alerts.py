"""Every ten minutes what people must be told is sent; on Monday, the week."""

from aqueduc_airflow.factory import alert_dag, digest_dag, include_beside

alerts = alert_dag(include_beside(__file__))
digest = digest_dag(include_beside(__file__))
