"""The agreement of a person in Airflow: asked for by the run that finds none, answered under « Actions
requises », written down under the account that answered.

A DAG of its own: a person takes days, and a dataset's run keeps its raw extract and its turn.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

from aqueduc.language import _, use_language
from aqueduc_airflow.cities import build_dag_id, find_city_of_folder
from aqueduc_airflow.compat import WITHOUT_LINEAGE, AirflowSkipException, drop_params_of_dag
from aqueduc_airflow.failures import InvalidRunRequest, build_retry_policy_options, report_failures
from aqueduc_airflow.forms import build_required_reason_param
from aqueduc_airflow.operators import build_task_workspace

if TYPE_CHECKING:
    from aqueduc.agreement import AgreementRequest
    from aqueduc.decisions import DecisionWithLedgerEntry
    from aqueduc.declaration.spec import City, Dataset
    from aqueduc.run import Workspace

AGREEMENT = "aqueduc_agreement"
DECIDE, PUBLISH_AGREED = "decide", "publish"
AGREE, REFUSE = "Accorder", "Refuser"
"""In French, whatever the tasks speak: it is an act of a French city."""
REASON = "motif"
_TRIES = 6
"""Of a store that does not answer, or a ledger that is being written: an answer is not lost for it."""


def trigger_agreement_run(context: Mapping[str, Any], dag_id: str, dataset: str, about: str) -> bool:
    """Triggers the run of the city's DAG ``dag_id`` where a person decides on this state of the declaration, unless it
    is waiting already; returns whether it was triggered. One run for each state: it is begun again where it had ended."""
    from airflow.sdk.execution_time.comms import TriggerDagRun
    from airflow.sdk.execution_time.task_runner import SUPERVISOR_COMMS

    run = f"{dataset}__{about[:16]}"
    if context["ti"].get_dr_count(dag_id=dag_id, run_ids=[run], states=["queued", "running"]):
        return False
    conf = {"dataset": dataset, "about": about}
    SUPERVISOR_COMMS.send(TriggerDagRun(dag_id=dag_id, run_id=run, conf=conf, reset_dag_run=True))
    return True


class AgreementDecisionOperator(HITLOperator):
    """Shows what is asked and waits for a person, for days if need be; then writes what they decided. An
    answer by somebody who may not decide is said, and asked again."""

    ui_color = "#fdf3d8"

    def __init__(self, *, include: Path, **options: Any) -> None:
        # Those of its DAG, which Airflow gives to each task, are no part of the answer.
        options.pop("params", None)
        super().__init__(
            subject=str(_("Accorder une publication")),
            options=[AGREE, REFUSE],
            params={REASON: build_required_reason_param(_("Pourquoi vous l'accordez, ou le refusez"))},
            # Airflow takes an answer of the very second of the question for a lost task: it is asked again.
            retries=5,
            **build_retry_policy_options(),
            retry_delay=timedelta(seconds=10),
            **options,
        )
        drop_params_of_dag(self, REASON)
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> Any:
        from aqueduc.agreement import build_agreement_request, store_agreement_request

        with report_failures(self.log):
            dataset, city, workspace = self._load_dataset_and_workspace(context)
            with use_language(city.language):
                if city.agreement == "none":
                    raise AirflowSkipException(str(_("La Ville recueille cet accord hors d'Aqueduc.")))
                request = build_agreement_request(dataset, city, workspace)
                self._skip_stale_request(context, request)
                context["ti"].xcom_push(
                    key="request", value=store_agreement_request(workspace.store, request)
                )
            return self._ask_person(context, request)

    def _skip_stale_request(self, context: Mapping[str, Any], request: AgreementRequest) -> None:
        """Its dataset's next run asks about what is declared now."""
        wanted = context["params"].get("about")
        if wanted and wanted != request.about:
            raise AirflowSkipException(
                str(_("La déclaration a changé depuis cette demande : une autre la remplace."))
            )

    def _ask_person(self, context: Mapping[str, Any], request: AgreementRequest) -> Any:
        self.subject = request.question_line
        self.body = request.text
        return super().execute(context)

    def execute_complete(self, context: Mapping[str, Any], event: dict[str, Any]) -> Any:
        from aqueduc.errors import DecisionRefused, PersonalTextRefused

        with report_failures(self.log):
            answer = super().execute_complete(context, event)
            dataset, city, workspace = self._load_dataset_and_workspace(context)
            with use_language(city.language):
                request = self._read_agreement_request(context, dataset, workspace)
                try:
                    recorded = self._record_agreement_decision(
                        context, dataset, city, workspace, request, answer
                    )
                except (DecisionRefused, PersonalTextRefused) as refused:
                    if self._is_outdated_agreement_request(dataset, city, workspace, request):
                        raise
                    self.log.error("%s", refused)
                    self.log.warning("%s", _("La question est posée de nouveau."))
                    return self._ask_person(context, request)
                self.log.info(
                    "%s",
                    _("{what} par {who} ({reason}). Registre : {entry}").format(
                        what=_("Accordé") if recorded.decision.agreed else _("Refusé"),
                        who=recorded.decision.person_name,
                        reason=recorded.decision.reason,
                        entry=recorded.entry,
                    ),
                )
                return recorded.to_json()

    def _load_dataset_and_workspace(self, context: Mapping[str, Any]) -> tuple[Dataset, City, Workspace]:
        """Raises InvalidRunRequest for a dataset that nobody declared, DeclarationError."""
        from aqueduc.declaration import load_city, load_dataset

        name = str(context["params"].get("dataset") or "").strip()
        path = self.include / "datasets" / f"{name}.yaml"
        if not name or path.parent != self.include / "datasets" or not path.is_file():
            known = ", ".join(sorted(one.stem for one in path.parent.glob("*.yaml")))
            raise InvalidRunRequest(
                _("Aucun jeu « {name} » n'est déclaré. Rien n'a été demandé.").format(name=name),
                where=_("configuration de cette exécution de {id}").format(
                    id=build_dag_id(find_city_of_folder(self.include), AGREEMENT)
                ),
                remedy=_("« dataset » : l'un de {known}").format(known=known),
            )
        loaded = load_city(self.include)
        return load_dataset(path, loaded), loaded.city, build_task_workspace(self.include)

    def _read_agreement_request(
        self, context: Mapping[str, Any], dataset: Dataset, workspace: Workspace
    ) -> AgreementRequest:
        from aqueduc.agreement import read_agreement_request

        digest = context["ti"].xcom_pull(task_ids=DECIDE, key="request")
        return read_agreement_request(workspace.store, dataset.id, str(digest))

    def _is_outdated_agreement_request(
        self, dataset: Dataset, city: City, workspace: Workspace, request: AgreementRequest
    ) -> bool:
        from aqueduc.record.material import hash_declaration_parts_needing_agreement

        return hash_declaration_parts_needing_agreement(dataset, city, workspace.include) != request.about

    def _record_agreement_decision(
        self,
        context: Mapping[str, Any],
        dataset: Dataset,
        city: City,
        workspace: Workspace,
        request: AgreementRequest,
        answer: Mapping[str, Any],
    ) -> DecisionWithLedgerEntry:
        """Raises DecisionRefused, and StoreError once the store has not answered for a minute."""
        from aqueduc.agreement import record_agreement_decision
        from aqueduc.decisions import Decision
        from aqueduc.errors import AqueducError

        account = str((answer["responded_by_user"] or {}).get("name") or "")
        person = city.find_person(account)
        moment: datetime = answer["responded_at"]
        decision = Decision(
            kind="agreement",
            dataset=dataset.id,
            agreed=answer["chosen_options"] == [AGREE],
            about=request.about,
            by=account,
            identified="airflow",
            reason=str(answer["params_input"].get(REASON) or "").strip(),
            at=moment.astimezone(UTC).isoformat(timespec="seconds"),
            name=person.name if person else "",
        )
        run = context["dag_run"].run_id
        for tried in range(1, _TRIES):
            try:
                return record_agreement_decision(dataset, city, run, request, decision, workspace)
            except AqueducError as error:
                if not error.retryable:
                    raise
                self.log.warning("%s", error)
                time.sleep(2**tried)
        return record_agreement_decision(dataset, city, run, request, decision, workspace)


class TriggerAgreedPublicationOperator(TriggerDagRunOperator):
    """Runs the dataset that was agreed to, ``trigger_dag_id``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            logical_date=None,
            skip_when_already_exists=True,
            **WITHOUT_LINEAGE,
            **options,
        )

    def execute(self, context: Mapping[str, Any]) -> Any:
        decided = context["ti"].xcom_pull(task_ids=DECIDE)
        if not decided["agreed"]:
            raise AirflowSkipException(str(_("Refusé : rien n'est publié.")))
        # Its name is that of the decision: a task that is tried again publishes once.
        self.trigger_run_id = f"agreed__{decided['entry'].removesuffix('.json')}"
        return super().execute(context)
