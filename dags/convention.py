"""Every hour, what falls due under the convention; and the removal at its end, which a person agrees to."""

from aqueduc_airflow.convention import convention_dags
from aqueduc_airflow.factory import include_beside

watch, removal = convention_dags(include_beside(__file__))
