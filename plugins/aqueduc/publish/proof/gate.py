"""Law 8: no proof of anonymisation and validation for these exact bytes, no publication."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.anonymise import (
    AnonymiseReport,
    PersistentRowChangeStore,
    ScanReport,
    UnitAndRowExtremes,
    list_earlier_state_keys,
    list_replaced_part_keys,
    open_earlier_states,
    open_related_releases,
    verify_against_earlier_states,
    verify_against_related_datasets,
    verify_output,
)
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.language import Message, _
from aqueduc.publish.findings import (
    BrokenStageChain,
    ChangedDeclaration,
    FailedStageReport,
    MissingStageReport,
    UnprovedUnits,
)
from aqueduc.publish.proof.today import find_outdated_reports
from aqueduc.publish.refusals import build_gate_error
from aqueduc.run import Run, Workspace
from aqueduc.sources.report import ExtractReport
from aqueduc.store import ParquetFileHandle, Store, compute_file_sha256
from aqueduc.validate import ValidateReport


@dataclass(frozen=True)
class WithheldRowCounts:
    """What the stages of this run said, once they have been found to agree with each other. ``objected``, of
    the rows ``suppressed``: those that left at somebody's demand."""

    rejected: int
    suppressed: int
    objected: int = 0

    @property
    def disclosed_suppressed_row_count(self) -> int:
        """What the public may read: a row more than last time would say that somebody objected."""
        return self.suppressed - self.objected


def require_gate_evidence(
    dataset: Dataset, run: Run, handle: ParquetFileHandle, workspace: Workspace
) -> WithheldRowCounts:
    """Raises PublicationGateClosed unless the reports exist, passed, were made under the declaration, the city's rules
    and the code of now, chain from the extract to the very bytes of ``handle``, which were scanned for personal data,
    and the judge finds nothing in those bytes; StoreError when they are gone, DeclarationError."""
    store = workspace.store
    anonymised = AnonymiseReport.read(store, run.dataset, run.id)
    validated = ValidateReport.read(store, run.dataset, run.id)
    scanned = ScanReport.read(store, run.dataset, run.id)
    findings = [
        *_check_stage_reports(dataset, {"anonymise": anonymised, "validate": validated, "scan": scanned}),
        *find_outdated_reports(dataset, workspace.include, {"anonymise": anonymised, "validate": validated}),
        *_check_stage_chain(dataset, run, handle, anonymised, validated, scanned),
        *_check_validated_file_content(dataset, handle, workspace, validated),
    ]
    if findings or anonymised is None or validated is None:
        raise build_gate_error(dataset, _("Rien ne prouve que ce fichier peut être publié."), *findings)
    extracted = ExtractReport.read(store, run.dataset, run.id)
    return WithheldRowCounts(
        rejected=(extracted.rejected if extracted else 0) + anonymised.rejected + validated.rejected,
        suppressed=anonymised.suppressed + validated.suppressed,
        objected=anonymised.objected,
    )


def _check_stage_reports(
    dataset: Dataset, reports: Mapping[str, AnonymiseReport | ValidateReport | ScanReport | None]
) -> Iterator[Finding]:
    for stage, report in reports.items():
        if report is None:
            yield MissingStageReport(detail={"stage": stage})
        elif report.passed is not True:
            yield FailedStageReport(detail={"stage": stage})
    for stage, report in reports.items():
        if report and report.fingerprint != dataset.fingerprint:
            yield ChangedDeclaration(detail={"stage": stage})


def _check_stage_chain(
    dataset: Dataset,
    run: Run,
    handle: ParquetFileHandle,
    anonymised: AnonymiseReport | None,
    validated: ValidateReport | None,
    scanned: ScanReport | None,
) -> Iterator[Finding]:
    of_this_run = (handle.dataset, handle.run, handle.stage) == (dataset.id, run.id, "valid")
    if not of_this_run or run.dataset != dataset.id:
        yield _build_broken_chain_finding(_PUBLISHED, _("le fichier validé de cette exécution"))
    made = anonymised.output_sha256 if anonymised else None
    if not (made and validated and made == validated.input_sha256):
        yield _build_broken_chain_finding(
            _("le fichier qui a été validé"),
            _("celui qui a été anonymisé"),
        )
    if validated is None or validated.output_sha256 != handle.sha256:
        yield _build_broken_chain_finding(_PUBLISHED, _VALIDATED)
    if scanned is None or scanned.input_sha256 != handle.sha256:
        yield _build_broken_chain_finding(
            _PUBLISHED,
            _("celui où des données personnelles ont été cherchées"),
        )


def _check_validated_file_content(
    dataset: Dataset, handle: ParquetFileHandle, workspace: Workspace, validated: ValidateReport | None
) -> Iterator[Finding]:
    with workspace.store.open_local_file_of_key(handle.key) as path:
        if compute_file_sha256(path) != handle.sha256:
            yield _build_broken_chain_finding(_("le contenu du dépôt"), _VALIDATED)
        else:
            yield from verify_output(path, dataset, workspace.include).findings
            units = validated.units if validated else None
            yield from _check_privacy_unit_counts(dataset, units)
            yield from _check_differencing_risk(
                path, dataset, handle, workspace.store, units.in_file if units else 1
            )


def _check_privacy_unit_counts(dataset: Dataset, judged: UnitAndRowExtremes | None) -> Iterator[Finding]:
    """The units of rows rest in the vault: they were judged, beside these very bytes, by the validation."""
    if dataset.privacy is None or not dataset.privacy.unit:
        return
    if judged is None or (judged.smallest is not None and judged.smallest < dataset.privacy.k):
        yield UnprovedUnits(detail={"unit": ", ".join(dataset.privacy.unit)})


def _check_differencing_risk(
    path: Path, dataset: Dataset, handle: ParquetFileHandle, store: Store, in_file: int
) -> Iterator[Finding]:
    if dataset.privacy is None:
        return
    with ExitStack() as stack:
        with duckdb.connect() as con:
            kinds = duck.read_column_types(con, duck.build_read_parquet_sql(path))
        keys = [key for key in list_earlier_state_keys(dataset.id, handle.window, store) if key != handle.key]
        taken = list_replaced_part_keys(dataset.id, handle.window, store)
        earlier = open_earlier_states(dataset, kinds, keys, taken, store, stack)
        remembered = PersistentRowChangeStore(dataset.id, store)
        yield from verify_against_earlier_states(path, earlier, dataset, memory=remembered)
        yield from verify_against_related_datasets(
            path, open_related_releases(dataset, store, stack), dataset, in_file
        )


_PUBLISHED = _("le fichier à publier")
_VALIDATED = _("celui qui a été validé")


def _build_broken_chain_finding(left: Message, right: Message) -> Finding:
    return BrokenStageChain(detail={"left": left, "right": right})
