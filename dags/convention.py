"""Every hour, what falls due under the convention; and the removal at its end, which a person agrees to."""

from aqueduc_airflow.city_dags import build_unless_left_out
from aqueduc_airflow.convention import build_convention_dags
from aqueduc_airflow.factory import find_include_folder

dags = build_unless_left_out(build_convention_dags, find_include_folder(__file__))
