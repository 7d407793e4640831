"""The task that looks at the whole city, and says what differs; red only for what cannot wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from aqueduc.errors import AqueducError
from aqueduc.language import _, format_labelled_text, get_current_language, n_
from aqueduc_airflow.cities import find_city_of_folder
from aqueduc_airflow.failures import RETRIES, build_retry_policy_options
from aqueduc_airflow.metrics import emit_city_metrics
from aqueduc_airflow.notices import FailureNotifier

if TYPE_CHECKING:
    from aqueduc.declaration import LoadedCity
    from aqueduc.reconciliation import ReconciliationDifference, ReconciliationReport
    from aqueduc.run import Workspace


class AlarmingReconciliation(AqueducError, code="verification-alarmante"):
    """A look found an incident, or so many differences that something else than the datasets is wrong."""


class ReconcileOperator(BaseOperator):
    """Looks, keeps what it found in the store and raises its alerts."""

    ui_color = "#e3f0e3"

    def __init__(self, *, include: Path, **options: Any) -> None:
        super().__init__(
            retries=RETRIES,
            **build_retry_policy_options(),
            execution_timeout=timedelta(hours=3),
            on_failure_callback=FailureNotifier(
                "city", str(_("Vérifier")), include, get_current_language(), daily=True
            ),
            **options,
        )
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> None:  # noqa: ARG002
        from aqueduc_airflow.operators import open_city_and_task_workspace

        with open_city_and_task_workspace(self.include, self.log) as (loaded, workspace):
            self._log_differences_or_raise(self._reconcile_and_record(loaded, workspace))

    def _reconcile_and_record(self, loaded: LoadedCity, workspace: Workspace) -> ReconciliationReport:
        from aqueduc.alerts import check_delivery_and_record_reconciliation
        from aqueduc.declaration import load_all_declarations
        from aqueduc.reconciliation import reconcile, save_reconciliation_and_queue_alerts

        found = reconcile(
            load_all_declarations(self.include, loaded), loaded.city, workspace, workspace.clock()
        )
        recorded = save_reconciliation_and_queue_alerts(workspace.store, found)
        emit_city_metrics(workspace.store, recorded, find_city_of_folder(self.include).code)
        if (
            heartbeat_failure := check_delivery_and_record_reconciliation(workspace, loaded.city)
        ) is not None:
            self.log.warning("%s", heartbeat_failure)
        return recorded

    def _log_differences_or_raise(self, found: ReconciliationReport) -> None:
        """Raises AlarmingReconciliation."""
        for one in found.differences:
            self._log_difference(one)
        looked = n_("{count} jeu regardé", "{count} jeux regardés", found.datasets)
        differing = n_("{count} différence", "{count} différences", len(found.differences))
        self.log.info("%s", _("{looked}, {differing}.").format(looked=looked, differing=differing))
        if grave := found.list_grave_differences():
            raise AlarmingReconciliation(
                n_(
                    "{count} incident ou alarme : voir ci-dessus ce qui a été trouvé.",
                    "{count} incidents ou alarmes : voir ci-dessus ce qui a été trouvé.",
                    len(grave),
                ),
                where=", ".join(dict.fromkeys(one.dataset or found.city for one in grave)),
                remedy=_("suivre ce que chacun demande, puis relancer cette vérification"),
            )

    def _log_difference(self, one: ReconciliationDifference) -> None:
        """The remedy on a line of its own: Airflow's log does not wrap."""
        about = " / ".join(filter(None, (one.dataset, one.platform)))
        said = format_labelled_text(about, one.finding.message()) if about else one.finding.message()
        quiet = self.log.info if one.gravity == "notice" else self.log.warning
        (self.log.error if one.gravity.is_grave else quiet)("%s", said)
        self.log.info("%s", _("  Que faire : {remedy}").format(remedy=one.finding.format_remedy()))
        if one.correcting_command:
            self.log.info("  %s", one.correcting_command)
