"""Every ten minutes what people must be told is sent; on Monday, the week."""

from aqueduc_airflow.city_dags import build_unless_left_out
from aqueduc_airflow.factory import build_alert_dag, build_weekly_digest_dag, find_include_folder

alerts = build_unless_left_out(build_alert_dag, find_include_folder(__file__))
digest = build_unless_left_out(build_weekly_digest_dag, find_include_folder(__file__))
