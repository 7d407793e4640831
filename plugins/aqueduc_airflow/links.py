"""Where a task's page leads: to what its run left, and to the public record."""

from typing import Any
from urllib.parse import quote

from airflow.sdk import BaseOperator, BaseOperatorLink

from aqueduc.language import _


class RunPageLink(BaseOperatorLink):
    """The page of the run: the way of its rows, its findings, its reports."""

    @property
    def name(self) -> str:
        return str(_("Rapport de l'exécution"))

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:  # noqa: ARG002
        from airflow.configuration import conf

        base = conf.get("api", "base_url", fallback="/").rstrip("/")
        return f"{base}/aqueduc/jeu/{quote(ti_key.dag_id)}/execution/{quote(ti_key.run_id, safe='')}"


class PublicRecordLink(BaseOperatorLink):
    """The record that citizens read; "" while nothing is published, or where no visitor reaches it."""

    @property
    def name(self) -> str:
        return str(_("Fiche publique"))

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:  # noqa: ARG002
        from aqueduc.run import build_store_from_environment
        from aqueduc_airflow.cities import split_dag_id
        from aqueduc_airflow.connections import AirflowConnections

        known = split_dag_id(ti_key.dag_id)
        if known is None:
            return ""
        city, dataset = known
        store = build_store_from_environment(AirflowConnections(), city=city)
        url = str((store.read_current_revision_pointer(dataset) or {}).get("record_url", ""))
        return url if url.startswith(("http://", "https://")) else ""
