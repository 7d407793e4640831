"""The tasks of a dataset: each calls one stage of the engine and says in French what happened.

Tasks hand each other a Handle (a few bytes of XCom), never data. Nothing heavy is imported before
``execute``: Airflow builds these objects each time it parses the DAGs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn
from zoneinfo import ZoneInfo

from airflow.sdk import Asset, BaseOperator
from airflow.sdk.exceptions import AirflowSkipException, DownstreamTasksSkipped

from aqueduc.findings import plural
from aqueduc.language import _, n_
from aqueduc_airflow.failures import RETRIES, CaughtError, RunRefused, report_failures, retry_policy
from aqueduc_airflow.notices import FailureNotice
from aqueduc_airflow.runs import local, run_of

if TYPE_CHECKING:
    from aqueduc.anonymise import AnonymisationResult
    from aqueduc.declaration.spec import City, Dataset
    from aqueduc.errors import AqueducError
    from aqueduc.run import Run, Workspace
    from aqueduc.sources.report import ExtractionResult
    from aqueduc.store import Going, Handle, SweepResult
    from aqueduc.validate import ValidationResult

EXTRACT, ANONYMISE, VALIDATE, PUBLISH, CERTIFY = "extract", "anonymise", "validate", "publish", "certify"
PUBLISHED, SHRED = "published", "shred"


def rows(count: int) -> str:
    return plural(count, "ligne", "lignes")


def rows_extracted_message(count: int) -> str:
    return plural(count, "ligne extraite", "lignes extraites")


class StageOperator(BaseOperator):
    """One stage of the pipeline. Subclasses say what they do in ``stage``."""

    minutes: ClassVar[int] = 60
    reports: ClassVar[bool] = False
    """Whether the steward's report is made again once the stage is done; it is whenever a stage fails."""
    ui_color = "#e8f1f8"

    def __init__(self, *, dataset: Dataset, city: City, include: Path, **options: Any) -> None:
        super().__init__(
            retries=RETRIES,
            retry_policy=retry_policy(),
            execution_timeout=timedelta(minutes=self.minutes),
            on_failure_callback=FailureNotice(dataset.contact, dataset.title),
            **options,
        )
        self.dataset = dataset
        self.city = city
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> dict[str, Any] | None:
        from aqueduc.errors import AqueducError, HandleGone

        with report_failures(self.log):
            run = run_of(context, self.dataset, self.city)
            workspace = workspace_of(self.include)
            try:
                # From one task to the next, the lease keeps the run's folder of the vault from the sweeps.
                with workspace.vault.holding(run.dataset, run.id, resumable=True):
                    left = self.stage(context, run, workspace)
            except AqueducError as error:
                if not error.retryable and not isinstance(error, HandleGone):
                    # A task cleared alone finds its input destroyed: the report of the gate must stay.
                    self.report(run, workspace, error)
                raise
            if self.reports:
                self.report(run, workspace)
            return left

    def report(self, run: Run, workspace: Workspace, error: AqueducError | None = None) -> None:
        """Leaves the steward's report, and says where. A report that cannot be written changes nothing of
        what the stage did."""
        from aqueduc.errors import StoreError
        from aqueduc.steward import write

        try:
            write(self.dataset, self.city, run, workspace, error)
        except (StoreError, OSError):
            self.log.warning("Le rapport de l'intendant n'a pas pu être écrit.")
            return
        key = workspace.store.page_key(self.dataset.id, run.id, "steward")
        self.log.info(
            "Rapport de l'intendant : %s/%s (ou : aqueduc report %s).",
            workspace.store.url,
            key,
            self.dataset.id,
        )

    def stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        """The XCom to leave: a handle, or nothing."""
        raise NotImplementedError

    def warn(self, findings: Iterable[Any]) -> None:
        """Logs what a stage found and let pass."""
        for finding in findings:
            self.log.warning("%s", finding)

    def prepare(self, run: Run, workspace: Workspace, handle: Handle | None = None) -> Any:
        """What the next stage of the preparation gives back, from the ``handle`` that the one before left."""
        from aqueduc.pipeline import prepare

        return next(prepare(self.dataset, run, workspace, handle))

    def handle_from(self, context: Mapping[str, Any], task: str) -> Handle:
        from aqueduc.store import Handle

        raw = context["ti"].xcom_pull(task_ids=task)
        if raw is None:
            raise RunRefused(
                _("L'étape précédente n'a rien transmis."),
                where=_("tâche {task} de cette exécution de {id}").format(task=task, id=self.dataset.id),
                remedy=_("relancer l'exécution depuis la tâche « Extraire » (Clear)"),
            )
        return Handle.from_json(raw)


class ExtractOperator(StageOperator):
    """Source -> vault. When nothing changed since the last certified run, the run ends here."""

    def stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        from aqueduc.run import sweep

        log_swept(self.log, sweep(workspace, days=self.city.rejected_days, going=going_on(context)))
        self._rest_on_holidays(run, workspace.clock())
        if run.window:
            start, end = local(run.window.start, self.city), local(run.window.end, self.city)
            self.log.info("Période extraite : du %s au %s (exclu).", start, end)
        extraction: ExtractionResult = self.prepare(run, workspace)
        self.warn(extraction.report.findings)
        if extraction.handle is None:
            self._nothing_new(run, workspace)
        self.log.info(
            "%s de la source « %s ».",
            rows_extracted_message(extraction.handle.rows),
            self.dataset.source.connection,
        )
        return extraction.handle.to_json()

    def _rest_on_holidays(self, run: Run, now: datetime) -> None:
        """Nothing is done on a day when the city publishes nothing by itself; a person may insist."""
        day = now.astimezone(ZoneInfo(self.city.timezone)).date()
        why = self.city.holiday(day)
        if why is None:
            return
        if run.force:
            self.log.warning("Jour sans publication automatique (%s) ; « force » passe outre.", why)
            return
        self.log.info(
            "Rien n'est publié de soi-même le %s : %s. Rien n'a été fait. (Option « force » pour publier "
            "quand même.)",
            day.strftime("%d/%m/%Y"),
            why,
        )
        raise AirflowSkipException("Jour sans publication automatique.")

    def _nothing_new(self, run: Run, workspace: Workspace) -> NoReturn:
        from aqueduc.certify import record_unchanged

        record_unchanged(self.dataset, self.city, run, workspace)
        self.log.info(
            "La source et la déclaration n'ont pas changé depuis la dernière publication certifiée : rien à "
            "publier. Le registre garde trace de ce passage. (Option « force » pour republier quand même.)"
        )
        raise DownstreamTasksSkipped(tasks=[ANONYMISE, VALIDATE, PUBLISH, CERTIFY, PUBLISHED])


class AnonymiseOperator(StageOperator):
    """Vault -> store: what leaves this task may be read by anyone."""

    def stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        done: AnonymisationResult = self.prepare(run, workspace, self.handle_from(context, EXTRACT))
        report = done.report
        self.log.info(
            "%s en entrée, %s en sortie ; %s pour protéger des personnes ; %s faute d'être lisible.",
            rows(report.rows_in),
            rows(report.rows_out),
            plural(report.suppressed, "retirée", "retirées"),
            plural(report.rejected, "rejetée", "rejetées"),
        )
        self.warn(report.findings)
        if report.smallest_class is not None:
            from aqueduc.language import format_unit_count

            smallest = format_unit_count(report.unit, report.smallest_class).french
            self.log.info("Plus petite classe : %s (k exigé : %s).", smallest, report.k)
        return done.handle.to_json()


class ValidateOperator(StageOperator):
    """Checks the rows against the schema of what is published."""

    reports = True

    def stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        done: ValidationResult = self.prepare(run, workspace, self.handle_from(context, ANONYMISE))
        self.log.info(
            "%s ; %s.",
            plural(done.handle.rows, "ligne valide", "lignes valides"),
            plural(done.report.rejected, "mise à l'écart", "mises à l'écart"),
        )
        self.warn(done.report.findings)
        return done.handle.to_json()


class PublishOperator(StageOperator):
    """Store -> platform, read back."""

    def stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        from aqueduc.publish import publish

        report = publish(self.dataset, self.city, run, self.handle_from(context, VALIDATE), workspace)
        self.warn(report.findings)
        if run.dry_run:
            planned = ", ".join(report.writes) or "aucune"
            self.log.info(
                "%s. Écritures prévues : %s.", plural(report.rows, "ligne prête", "lignes prêtes"), planned
            )
            raise AirflowSkipException("Essai à blanc : rien n'a été envoyé à la plateforme.")
        self.log.info("En ligne et relu, %s : %s", rows(report.rows), report.record_url)
        return None


class CertifyOperator(StageOperator):
    """Writes the certificate of the run, and moves the dataset's pointer: from now on it is published."""

    minutes = 15
    reports = True

    def __init__(self, *, asset: Asset, **options: Any) -> None:
        super().__init__(outlets=[asset], **options)
        self.asset = asset

    def stage(self, context: Mapping[str, Any], run: Run, workspace: Workspace) -> dict[str, Any] | None:
        from aqueduc.certify import certify

        certificate = certify(self.dataset, self.city, run, workspace)
        balance = certificate.balance
        context["outlet_events"][self.asset].extra = {
            "revision": certificate.revision,
            "rows": balance.published,
            "url": certificate.record_url,
        }
        self.log.info(
            "Certifié : %s = %s + %s + %s pour protéger des personnes.",
            rows_extracted_message(balance.extracted),
            plural(balance.published, "publiée", "publiées"),
            plural(balance.rejected, "rejetée", "rejetées"),
            plural(balance.suppressed, "retirée", "retirées"),
        )
        self.log.info("Révision %s : %s", certificate.revision, certificate.record_url)
        self.log.info(
            "Rapport pour le délégué à la protection des données : %s/%s "
            "(ou : aqueduc report %s --for officer).",
            workspace.store.url,
            workspace.store.page_key(run.dataset, run.id, "officer"),
            run.dataset,
        )
        return None


class ShredOperator(BaseOperator):
    """Destroys the raw extract of the run, whatever became of it.

    It needs the dataset's name only, so that it still works when the declaration has become unreadable.
    """

    ui_color = "#f6e7e4"

    def __init__(self, *, dataset_id: str, include: Path, **options: Any) -> None:
        super().__init__(
            retries=RETRIES,
            execution_timeout=timedelta(minutes=15),
            **options,
        )
        self.dataset_id = dataset_id
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> None:
        with report_failures(self.log):
            workspace_of(self.include).vault.shred(self.dataset_id, context["dag_run"].run_id)
            self.log.info("L'extrait brut de cette exécution est détruit (ou n'a jamais existé).")


class SweepOperator(BaseOperator):
    """Destroys what no live run owns in the vault, of any dataset, declared or not; every hour."""

    ui_color = "#f6e7e4"

    def __init__(self, *, include: Path, **options: Any) -> None:
        super().__init__(retries=RETRIES, execution_timeout=timedelta(minutes=50), **options)
        self.include = include

    def execute(self, context: Mapping[str, Any]) -> None:
        from aqueduc.declaration import load_city
        from aqueduc.run import sweep

        with report_failures(self.log):
            days = None
            with CaughtError() as city_file:
                days = load_city(self.include).city.rejected_days
            swept = sweep(workspace_of(self.include), days=days, going=going_on(context), thorough=True)
            log_swept(self.log, swept)
            if city_file.error:
                # Rather than to guess how long the city keeps its rejected rows, they stay; the rest is done.
                raise city_file.error
            if swept.failed:
                raise RunRefused(
                    _("{failed} que plus aucune exécution ne tient : la destruction a échoué.").format(
                        failed=n_("{count} extrait brut", "{count} extraits bruts", swept.failed)
                    ),
                    where=_("coffre (raw/)"),
                    remedy=_("donner au compte d'Airflow le droit d'y écrire, puis relancer ce balayage"),
                )


def log_swept(log: Logger, swept: SweepResult) -> None:
    """Says what a sweep did, in counts; nothing when it did nothing."""
    if swept.raw or swept.scratch:
        log.info(
            "Balayage du coffre : %s et %s laissés par des exécutions tuées, détruits.",
            plural(swept.raw, "extrait brut", "extraits bruts"),
            plural(swept.scratch, "dossier temporaire", "dossiers temporaires"),
        )
    if swept.rejected:
        log.info(
            "Balayage du coffre : lignes rejetées gardées assez longtemps, effacées (%s).",
            plural(swept.rejected, "exécution", "exécutions"),
        )
    if swept.failed:
        log.warning(
            "Balayage du coffre : %s n'ont pas pu être détruits ; vérifier que le compte d'Airflow a le "
            "droit d'y écrire.",
            plural(swept.failed, "extrait brut", "extraits bruts"),
        )


def going_on(context: Mapping[str, Any]) -> Going:
    """Whether Airflow says that a run of a dataset's DAG goes on; None for one that it does not know."""

    def ask(dataset: str, run: str) -> bool | None:
        task = context["ti"]
        if task.get_dr_count(dag_id=dataset, run_ids=[run], states=["queued", "running"]):
            return True
        return False if task.get_dr_count(dag_id=dataset, run_ids=[run]) else None

    return ask


class UnreadableOperator(BaseOperator):
    """Stands for a task whose declaration cannot be read: fails, once, with what is wrong in the file."""

    ui_color = "#f2c9c2"

    def __init__(self, *, error: AqueducError, **options: Any) -> None:
        super().__init__(retries=0, **options)
        self.error = error

    def execute(self, context: Mapping[str, Any]) -> None:  # noqa: ARG002
        with report_failures(self.log):
            raise self.error


def workspace_of(include: Path) -> Workspace:
    """Where this task works: Airflow's connections, and the ``include/`` its DAG was built from."""
    from aqueduc.run import find_workspace
    from aqueduc_airflow.connections import AirflowConnections

    return replace(find_workspace(AirflowConnections()), include=include)
