"""The tasks of a dataset: each calls one stage of the engine and says what happened, in its city's language.

Tasks hand each other a ParquetFileHandle (a few bytes of XCom), never data. Nothing heavy is imported before
``execute``: Airflow builds these objects each time it parses the DAGs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn
from zoneinfo import ZoneInfo

from airflow.sdk import Asset, BaseOperator
from airflow.sdk.exceptions import AirflowRuntimeError

from aqueduc.language import (
    Language,
    Message,
    _,
    build_row_count_message,
    format_localised_day,
    format_privacy_unit_count,
    get_current_language,
    n_,
    use_language,
)
from aqueduc_airflow.cities import build_dag_id, find_city_of_folder
from aqueduc_airflow.compat import AirflowSkipException, AirflowTaskTimeout, DownstreamTasksSkipped
from aqueduc_airflow.failures import (
    RETRIES,
    ErrorCapture,
    InvalidRunRequest,
    build_retry_policy_options,
    get_airflow_api_status,
    report_failures,
)
from aqueduc_airflow.links import PublicRecordLink, RunPageLink
from aqueduc_airflow.metrics import emit_run_metrics
from aqueduc_airflow.notices import FailureNotifier
from aqueduc_airflow.runs import build_run, format_local_moment, parse_restoration_order

if TYPE_CHECKING:
    from aqueduc.anonymise import AnonymisationResult
    from aqueduc.cities import DeployedCity
    from aqueduc.declaration import LoadedCity
    from aqueduc.declaration.spec import City, Dataset
    from aqueduc.errors import AqueducError, DeclarationAgreementMissing
    from aqueduc.publish import PublishReport
    from aqueduc.run import Run, Workspace
    from aqueduc.sources.report import ExtractReport, ExtractStageOutcome
    from aqueduc.store import Going, ParquetFileHandle, SweepResult
    from aqueduc.validate import ValidationResult
    from aqueduc_airflow.capacity import NeededPool

EXTRACT, ANONYMISE, VALIDATE, PUBLISH, CERTIFY = "extract", "anonymise", "validate", "publish", "certify"
PUBLISHED, SHRED = "published", "shred"


def format_extracted_row_count(count: int) -> Message:
    return n_("{count} ligne extraite", "{count} lignes extraites", count)


class StageOperator(BaseOperator):
    """One stage of the pipeline. Subclasses say what they do in ``stage``."""

    minutes: ClassVar[int] = 60
    reports: ClassVar[bool] = False
    """Whether the steward's report is made again once the stage is done; it is whenever a stage fails."""
    outcome: Any = None
    """The report, or the certificate, of the stage that this process ran: its lineage is told of it."""
    failure: AqueducError | None = None
    ui_color = "#e8f1f8"
    operator_extra_links = (RunPageLink(), PublicRecordLink())

    def __init__(
        self,
        *,
        dataset: Dataset,
        city: City,
        include: Path,
        needed_pool: NeededPool | None = None,
        **options: Any,
    ) -> None:
        super().__init__(
            pool=needed_pool.name if needed_pool else None,
            retries=RETRIES,
            **build_retry_policy_options(),
            execution_timeout=timedelta(minutes=self.minutes),
            on_failure_callback=FailureNotifier(dataset.id, dataset.title, include, city.language, city),
            **options,
        )
        self.dataset = dataset
        self.city = city
        self.include = include
        self.pool_size = needed_pool.slots if needed_pool else None
        self.pool_description = needed_pool.description if needed_pool else None

    @classmethod
    def get_serialized_fields(cls) -> frozenset[str]:
        """What the scheduler knows of a task: the pool to make for it too, since it may read no declaration."""
        return frozenset(super().get_serialized_fields() | {"pool_size", "pool_description"})

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:  # noqa: ARG002
        """What the provider of OpenLineage, where it is told where to send, asks of a task that has ended, well or not."""
        from aqueduc_airflow.lineage import build_operator_lineage

        return build_operator_lineage(self)

    def execute(self, context: Mapping[str, Any]) -> dict[str, Any] | None:
        from aqueduc.errors import AqueducError, LeaseLost, MissingHandleFile

        with use_language(self.city.language), report_failures(self.log):
            run = build_run(context, self.dataset, self.city)
            workspace = build_task_workspace(self.include)
            try:
                # From one task to the next, the lease keeps the run's folder of the vault from the sweeps.
                with workspace.vault.hold_run_folder_lease(run.dataset, run.id, resumable=True):
                    left = self.run_stage(context, run, workspace)
            except AqueducError as error:
                self.failure = error
                # A task cleared alone finds its input destroyed: the report of the gate must stay. So must that of
                # whoever took up the work of a task taken for dead.
                if not isinstance(error, MissingHandleFile | LeaseLost):
                    from aqueduc.pipeline import finish_interrupted_publication

                    with suppress(AirflowTaskTimeout):
                        finish_interrupted_publication(self.dataset, run, workspace)
                    self.write_and_log_steward_report(run, workspace, error)
                raise
            finally:
                emit_run_metrics(workspace.store, run, find_city_of_folder(self.include).code)
            if self.reports:
                self.write_and_log_steward_report(run, workspace)
            return left

    def write_and_log_steward_report(
        self, run: Run, workspace: Workspace, error: AqueducError | None = None
    ) -> None:
        """Leaves the steward's report, and says where. A report that cannot be written changes nothing of
        what the stage did."""
        from aqueduc.errors import StoreError
        from aqueduc.steward import write_steward_report

        try:
            write_steward_report(self.dataset, self.city, run, workspace, error)
        except (StoreError, OSError):
            self.log.warning("%s", _("Le rapport de l'intendant n'a pas pu être écrit."))
            return
        key = workspace.store.build_report_page_key(self.dataset.id, run.id, "steward")
        self.log.info(
            "%s",
            _("Rapport de l'intendant : {page} (ou : aqueduc report {dataset}).").format(
                page=f"{workspace.store.url}/{key}", dataset=self.dataset.id
            ),
        )

    def run_stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        """The XCom to leave: a handle, or nothing."""
        raise NotImplementedError

    def log_findings(self, findings: Iterable[Any]) -> None:
        """Logs what a stage found and let pass."""
        for finding in findings:
            self.log.warning("%s", finding)

    def run_next_preparation_stage(
        self, run: Run, workspace: Workspace, handle: ParquetFileHandle | None = None
    ) -> Any:
        """What the next stage of the preparation gives back, from the ``handle`` that the one before left."""
        from aqueduc.pipeline import run_preparation_stages

        return next(run_preparation_stages(self.dataset, run, workspace, handle))

    def pull_handle_from_xcom(self, context: Mapping[str, Any], task: str) -> ParquetFileHandle:
        from aqueduc.store import ParquetFileHandle

        raw = context["ti"].xcom_pull(task_ids=task)
        if raw is None:
            raise InvalidRunRequest(
                _("L'étape précédente n'a rien transmis."),
                where=_("tâche {task} de cette exécution de {id}").format(task=task, id=self.dataset.id),
                remedy=_("relancer l'exécution depuis la tâche « Extraire » (Clear)"),
            )
        return ParquetFileHandle.from_json(raw)


class ExtractOperator(StageOperator):
    """Source -> vault, once the platform was looked at. When nothing changed since the last certified run,
    the run ends here."""

    def run_stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        from aqueduc.pipeline import inspect_platforms_and_witnesses
        from aqueduc.run import sweep_dead_runs_and_expired_data

        going = build_run_liveness_check(context, find_city_of_folder(self.include))
        log_sweep_result(
            self.log, sweep_dead_runs_and_expired_data(workspace, days=self.city.rejected_days, going=going)
        )
        with self._skip_if_convention_not_in_force(run):
            inspected = inspect_platforms_and_witnesses(self.dataset, self.city, run, workspace)
        if run.restoration is not None:
            # Of a dataset that is withdrawn, nothing is restored either.
            self._skip_run_if_publication_held(run, workspace)
            return self._prepare_restored_revision(run, workspace)
        self._lift_restoration_on_request(context, run, workspace)
        self._skip_run_if_publication_held(run, workspace)
        self._skip_run_on_holidays(run, workspace.clock())
        if run.window:
            start, end = (
                format_local_moment(run.window.start, self.city),
                format_local_moment(run.window.end, self.city),
            )
            self.log.info(
                "%s", _("Période extraite : du {start} au {end} (exclu).").format(start=start, end=end)
            )
        extraction: ExtractStageOutcome = self.run_next_preparation_stage(inspected, workspace)
        self.outcome = extraction.report
        self.log_findings(extraction.report.findings)
        if extraction.handle is None:
            self._end_unchanged_run(run, extraction.report, workspace)
        self.log.info(
            "%s",
            _("{rows} de la source « {connection} ».").format(
                rows=format_extracted_row_count(extraction.handle.rows),
                connection=self.dataset.source.connection,
            ),
        )
        return extraction.handle.to_json()

    def _prepare_restored_revision(self, run: Run, workspace: Workspace) -> dict[str, Any]:
        judged = self.run_next_preparation_stage(run, workspace)
        self.log.info(
            "%s",
            _(
                "Révision {revision}, certifiée par l'exécution {run} : jugée de nouveau selon la "
                "déclaration d'aujourd'hui, elle est remise en ligne (au nom de : {by} ; motif : {reason})."
            ).format(
                revision=judged.report.revision,
                run=judged.report.certified_run,
                by=judged.report.by,
                reason=judged.report.reason,
            ),
        )
        handle: dict[str, Any] = judged.handle.to_json()
        return handle

    def _lift_restoration_on_request(
        self, context: Mapping[str, Any], run: Run, workspace: Workspace
    ) -> None:
        """This run then publishes; one that is tried again has nothing left to lift."""
        from aqueduc.certify import lift_restoration

        order = parse_restoration_order(context["dag_run"], context["params"], self.dataset)
        if order is None or workspace.store.read_restoration_mark(run.dataset) is None:
            return
        self.log.info(
            "%s",
            _("Le rétablissement de la révision {revision} est levé : cette exécution publie.").format(
                revision=lift_restoration(self.dataset, self.city, run.id, order.by, order.reason, workspace)
            ),
        )

    def _skip_run_if_publication_held(self, run: Run, workspace: Workspace) -> None:
        """A former revision stays online, the dataset withdrawn or its publication refused, by the decision
        of a person: nothing fails by it, every run says so."""
        from aqueduc.errors import DeclarationAgreementMissing, PublicationHeldByDecision
        from aqueduc.publish.proof.agreement import refuse_extraction_after_agreement_refusal
        from aqueduc.run import refuse_withdrawn_or_suspended_dataset

        try:
            refuse_withdrawn_or_suspended_dataset(run, workspace)
            refuse_extraction_after_agreement_refusal(self.dataset, self.city, run, workspace)
        except (PublicationHeldByDecision, DeclarationAgreementMissing) as held:
            self.log.warning("%s", held)
            raise AirflowSkipException(str(_("Une décision tient ce jeu : rien n'est publié."))) from None

    @contextmanager
    def _skip_if_convention_not_in_force(self, run: Run) -> Iterator[None]:
        """The convention does not hold: nothing fails by it, every run says so; what a person asks for does
        fail."""
        from aqueduc.errors import ConventionNotInForce

        try:
            yield
        except ConventionNotInForce as held:
            if run.restoration is not None:
                raise
            self.log.warning("%s", held)
            raise AirflowSkipException(str(_("La convention n'est pas en vigueur."))) from None

    def _skip_run_on_holidays(self, run: Run, now: datetime) -> None:
        """Nothing is done on a day when the city publishes nothing by itself; a person may insist."""
        day = now.astimezone(ZoneInfo(self.city.timezone)).date()
        why = self.city.find_holiday_reason(day)
        if why is None:
            return
        if run.force:
            insisted = _("Jour sans publication automatique ({why}) ; « force » passe outre.").format(why=why)
            self.log.warning("%s", insisted)
            return
        self.log.info(
            "%s",
            _(
                "Rien n'est publié de soi-même le {day} : {why}. Rien n'a été fait. (Option « force » pour "
                "publier quand même.)"
            ).format(day=format_localised_day(day), why=why),
        )
        raise AirflowSkipException(str(_("Jour sans publication automatique.")))

    def _end_unchanged_run(self, run: Run, report: ExtractReport, workspace: Workspace) -> NoReturn:
        from aqueduc.certify import record_unchanged_run

        record_unchanged_run(self.dataset, self.city, run, report, workspace)
        self.log.info(
            "%s",
            _(
                "La source et la déclaration n'ont pas changé depuis la dernière publication certifiée, ni "
                "ce qui a été regardé sur la plateforme : rien à publier. Le registre garde trace de ce "
                "passage. (Option « force » pour republier quand même.)"
            ),
        )
        raise DownstreamTasksSkipped(tasks=[ANONYMISE, VALIDATE, PUBLISH, CERTIFY, PUBLISHED])


class AnonymiseOperator(StageOperator):
    """Vault -> store: what leaves this task may be read by anyone."""

    def run_stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        handle = self.pull_handle_from_xcom(context, EXTRACT)
        if run.restoration is not None:
            return handle.to_json()
        done: AnonymisationResult = self.run_next_preparation_stage(run, workspace, handle)
        report = self.outcome = done.report
        self.log.info(
            "%s",
            _(
                "{read} en entrée, {kept} en sortie ; {withheld} pour protéger des personnes ; {rejected} "
                "faute d'être lisible."
            ).format(
                read=build_row_count_message(report.rows_in),
                kept=build_row_count_message(report.rows_out),
                withheld=n_("{count} retirée", "{count} retirées", report.suppressed),
                rejected=n_("{count} rejetée", "{count} rejetées", report.rejected),
            ),
        )
        self.log_findings(report.findings)
        if report.smallest_class is not None:
            smallest = format_privacy_unit_count(report.unit, report.smallest_class)
            self.log.info(
                "%s",
                _("Plus petite classe : {smallest} (k exigé : {k}).").format(smallest=smallest, k=report.k),
            )
        return done.handle.to_json()


class ValidateOperator(StageOperator):
    """Checks the rows against the schema of what is published."""

    reports = True

    def run_stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        handle = self.pull_handle_from_xcom(context, ANONYMISE)
        if run.restoration is not None:
            return handle.to_json()
        done: ValidationResult = self.run_next_preparation_stage(run, workspace, handle)
        self.outcome = done.report
        valid = n_("{count} ligne valide", "{count} lignes valides", done.handle.rows)
        aside = n_("{count} mise à l'écart", "{count} mises à l'écart", done.report.rejected)
        self.log.info("%s", _("{valid} ; {aside}.").format(valid=valid, aside=aside))
        self.log_findings(done.report.findings)
        return done.handle.to_json()


class PublishOperator(StageOperator):
    """Store -> platform, read back."""

    def run_stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        from aqueduc.errors import DeclarationAgreementMissing, PublicationPostponed
        from aqueduc.publish import publish_revision
        from aqueduc.steward import record_stopped_run_in_overview

        try:
            report = publish_revision(
                self.dataset, self.city, run, self.pull_handle_from_xcom(context, VALIDATE), workspace
            )
        except PublicationPostponed as postponed:
            record_stopped_run_in_overview(self.dataset, run, workspace, postponed)
            self.log.info("%s", postponed)
            raise AirflowSkipException(str(_("Publication différée : rien n'est publié."))) from None
        except DeclarationAgreementMissing as held:
            self._request_agreement_and_skip(context, run, workspace, held)
        self.log_findings(report.findings)
        if run.dry_run:
            self._log_dry_run_plan(report, run, workspace)
            raise AirflowSkipException(str(_("Essai à blanc : rien n'a été envoyé à la plateforme.")))
        self.outcome = report
        served = _("En ligne et relu, {rows} : {page}").format(
            rows=build_row_count_message(report.rows), page=report.record_url
        )
        self.log.info("%s", served)
        return None

    def _log_dry_run_plan(self, report: PublishReport, run: Run, workspace: Workspace) -> None:
        """Of a dry run: what it would write, and for what one that writes would be refused today."""
        from aqueduc.pipeline import describe_refusal_of_real_run, find_refusal_of_real_run

        if refusal := find_refusal_of_real_run(self.dataset, self.city, run, workspace):
            self.log.warning("%s", describe_refusal_of_real_run(refusal))
        ready = n_("{count} ligne prête", "{count} lignes prêtes", report.rows)
        planned = ", ".join(report.writes) or _("aucune")
        self.log.info("%s", _("{ready}. Écritures prévues : {planned}.").format(ready=ready, planned=planned))

    def _request_agreement_and_skip(
        self, context: Mapping[str, Any], run: Run, workspace: Workspace, held: DeclarationAgreementMissing
    ) -> NoReturn:
        """Nothing fails by it: a person is asked, and this run ends."""
        from aqueduc.publish.proof.agreement import read_agreement_state
        from aqueduc_airflow.agreement import AGREEMENT, trigger_agreement_run

        self.write_and_log_steward_report(run, workspace, held)
        self.log.warning("%s", held)
        state = read_agreement_state(self.dataset, self.city, workspace.store, self.include)
        if not state.is_refused:
            dag_id = build_dag_id(find_city_of_folder(self.include), AGREEMENT)
            try:
                trigger_agreement_run(context, dag_id, self.dataset.id, state.about)
                told = _("La question est posée : « Actions requises », DAG {dag}, s'il n'est pas en pause.")
            except AirflowRuntimeError as error:
                if get_airflow_api_status(error) != HTTPStatus.NOT_FOUND:
                    raise
                told = _(
                    "Cet Airflow n'a pas le DAG {dag} : la question n'est posée à personne. Répondre par « aqueduc agree »."
                )
            self.log.warning("%s", told.format(dag=dag_id))
        raise AirflowSkipException(str(_("Ce jeu attend l'accord d'une personne."))) from None


class CertifyOperator(StageOperator):
    """Writes the certificate of the run, and moves the dataset's pointer: from now on it is published."""

    minutes = 15
    reports = True

    def __init__(self, *, asset: Asset, **options: Any) -> None:
        super().__init__(outlets=[asset], **options)
        self.asset = asset

    def run_stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        from aqueduc.certify import certify_run

        certificate = self.outcome = certify_run(self.dataset, self.city, run, workspace)
        balance = certificate.balance
        context["outlet_events"][self.asset].extra = {
            "révision": certificate.revision,
            "intervalle": certificate.window,
            "extraites": balance.extracted,
            "rejets": balance.rejected,
            "retraits": balance.suppressed,
            "lignes": balance.published,
            "fiche": certificate.record_url,
            "fichiers": [
                {"url": one["url"], "sha256": one["sha256"]} for one in certificate.resources if one["sha256"]
            ],
        }
        certified = (
            _(
                "Certifié : {extracted} + {carried} de la révision précédente = {published} + {rejected} + {withheld} "
                "pour protéger des personnes."
            )
            if balance.carried
            else _(
                "Certifié : {extracted} = {published} + {rejected} + {withheld} pour protéger des personnes."
            )
        )
        self.log.info(
            "%s",
            certified.format(
                extracted=format_extracted_row_count(balance.extracted),
                carried=n_("{count} reprise", "{count} reprises", balance.carried),
                published=n_("{count} publiée", "{count} publiées", balance.published),
                rejected=n_("{count} rejetée", "{count} rejetées", balance.rejected),
                withheld=n_("{count} retirée", "{count} retirées", balance.suppressed),
            ),
        )
        self.log.info(
            "%s",
            _("Révision {revision} : {page}").format(
                revision=certificate.revision, page=certificate.record_url
            ),
        )
        page = workspace.store.build_report_page_key(run.dataset, run.id, "officer")
        if workspace.store.exists(page):
            self.log.info(
                "%s",
                _(
                    "Rapport pour le délégué à la protection des données : {page} (ou : aqueduc report "
                    "{dataset} --for officer)."
                ).format(page=f"{workspace.store.url}/{page}", dataset=run.dataset),
            )
        return None


class ShredRawExtractOperator(BaseOperator):
    """Destroys the raw extract of the run, whatever became of it.

    It needs the dataset's name only, so that it still works when the declaration has become unreadable.
    """

    ui_color = "#f6e7e4"

    def __init__(self, *, dataset_id: str, include: Path, language: Language, **options: Any) -> None:
        super().__init__(
            retries=RETRIES,
            execution_timeout=timedelta(minutes=15),
            on_failure_callback=FailureNotifier(dataset_id, dataset_id, include, language),
            **options,
        )
        self.dataset_id = dataset_id
        self.include = include
        self.language = language

    def execute(self, context: Mapping[str, Any]) -> None:
        with use_language(self.language), report_failures(self.log):
            build_task_workspace(self.include).vault.shred_extracts(
                self.dataset_id, context["dag_run"].run_id
            )
            self.log.info("%s", _("L'extrait brut de cette exécution est détruit (ou n'a jamais existé)."))


class SweepVaultOperator(BaseOperator):
    """Destroys what no live run owns in the vault, of any dataset, declared or not; every hour."""

    ui_color = "#f6e7e4"

    def __init__(self, *, include: Path, **options: Any) -> None:
        spoken = get_current_language()
        super().__init__(
            retries=RETRIES,
            execution_timeout=timedelta(minutes=50),
            on_failure_callback=FailureNotifier(
                "city", str(_("Balayer le coffre")), include, spoken, daily=True
            ),
            **options,
        )
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> None:
        from aqueduc.declaration import load_city

        city = None
        with ErrorCapture() as city_file:
            city = load_city(self.include).city
        with use_language(city.language if city else get_current_language()):
            self._sweep_vault(context, city.rejected_days if city else None, city_file.error)
            if city is not None:
                self._expire_revisions(city)

    def _expire_revisions(self, city: City) -> None:
        from aqueduc.certify.retention import delete_expired_revision_files_when_due, format_retention_result

        with report_failures(self.log):
            expired = delete_expired_revision_files_when_due(city, build_task_workspace(self.include))
            if expired is not None:
                self.log.info("%s", format_retention_result(expired))

    def _sweep_vault(self, context: Mapping[str, Any], days: int | None, unread: AqueducError | None) -> None:
        from aqueduc.run import sweep_dead_runs_and_expired_data

        with report_failures(self.log):
            swept = sweep_dead_runs_and_expired_data(
                build_task_workspace(self.include),
                days=days,
                going=build_run_liveness_check(context, find_city_of_folder(self.include)),
                thorough=True,
            )
            log_sweep_result(self.log, swept)
            if unread:
                # Rather than to guess how long the city keeps its rejected rows, they stay; the rest is done.
                raise unread
            if swept.failed:
                raise InvalidRunRequest(
                    _("{failed} que plus aucune exécution ne tient : la destruction a échoué.").format(
                        failed=_format_raw_extract_count(swept.failed)
                    ),
                    where=_("coffre (raw/)"),
                    remedy=_("donner au compte d'Airflow le droit d'y écrire, puis relancer ce balayage"),
                )


def log_sweep_result(log: Logger, swept: SweepResult) -> None:
    """Says what a sweep did, in counts; nothing when it did nothing."""
    if swept.raw or swept.scratch:
        log.info(
            "%s",
            _("Balayage du coffre : {raw} et {scratch} laissés par des exécutions tuées, détruits.").format(
                raw=_format_raw_extract_count(swept.raw),
                scratch=n_("{count} dossier temporaire", "{count} dossiers temporaires", swept.scratch),
            ),
        )
    if swept.rejected:
        log.info(
            "%s",
            _("Balayage du coffre : lignes rejetées gardées assez longtemps, effacées ({runs}).").format(
                runs=n_("{count} exécution", "{count} exécutions", swept.rejected)
            ),
        )
    if swept.failed:
        log.warning(
            "%s",
            _(
                "Balayage du coffre : {failed} n'ont pas pu être détruits ; vérifier que le compte d'Airflow "
                "a le droit d'y écrire."
            ).format(failed=_format_raw_extract_count(swept.failed)),
        )


def _format_raw_extract_count(count: int) -> Message:
    return n_("{count} extrait brut", "{count} extraits bruts", count)


def build_run_liveness_check(context: Mapping[str, Any], city: DeployedCity) -> Going:
    """Whether Airflow says that a run of a dataset's DAG goes on; None for one that it does not know."""

    def is_run_alive(dataset: str, run: str) -> bool | None:
        task, dag_id = context["ti"], build_dag_id(city, dataset)
        if task.get_dr_count(dag_id=dag_id, run_ids=[run], states=["queued", "running"]):
            return True
        return False if task.get_dr_count(dag_id=dag_id, run_ids=[run]) else None

    return is_run_alive


class UnreadableDeclarationOperator(BaseOperator):
    """Stands for a task whose declaration cannot be read: fails, once, with what is wrong in the file."""

    ui_color = "#f2c9c2"

    def __init__(
        self, *, dataset_id: str, error: AqueducError, include: Path, language: Language, **options: Any
    ) -> None:
        notifier = FailureNotifier(dataset_id, dataset_id, include, language)
        super().__init__(retries=0, on_failure_callback=notifier, **options)
        self.error = error
        self.language = language

    def execute(self, context: Mapping[str, Any]) -> None:  # noqa: ARG002
        with use_language(self.language), report_failures(self.log):
            raise self.error


def build_task_workspace(include: Path) -> Workspace:
    """Where this task works: Airflow's connections, and the ``include/`` its DAG was built from, which says whose
    store and vault it opens."""
    from aqueduc.run import build_workspace_from_environment
    from aqueduc_airflow.connections import AirflowConnections

    return build_workspace_from_environment(
        AirflowConnections(), city=find_city_of_folder(include), include=include
    )


@contextmanager
def open_city_and_task_workspace(include: Path, log: Logger) -> Iterator[tuple[LoadedCity, Workspace]]:
    """The city, as it is declared now, and the workspace of a task that is about no one dataset; in the city's
    language. What is raised meanwhile is said in ``log``, and fails the task."""
    from aqueduc.declaration import load_city

    with report_failures(log):
        loaded = load_city(include)
        with use_language(loaded.city.language):
            yield loaded, build_task_workspace(include)
