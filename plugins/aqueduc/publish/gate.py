"""Law 8: no proof of anonymisation and validation for these exact bytes, no publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aqueduc.anonymise import (
    earlier_states,
    open_earlier_states,
    related_datasets,
    replaced_parts,
    verify_differences,
    verify_output,
    verify_population,
)
from aqueduc.declaration.model import Dataset
from aqueduc.errors import PublicationGateClosed
from aqueduc.findings import Finding
from aqueduc.language import Said
from aqueduc.publish.findings import (
    ChainBroken,
    DeclarationChanged,
    ReportMissing,
    ReportNotPassed,
    UnitsNotProved,
)
from aqueduc.run import Run, Workspace
from aqueduc.store import Handle, Store, sha256_of

STAGES = ("anonymise", "validate", "scan")


@dataclass(frozen=True)
class Evidence:
    """What the stages of this run said, once they have been found to agree with each other."""

    rejected: int
    suppressed: int


def check(dataset: Dataset, run: Run, handle: Handle, workspace: Workspace) -> Evidence:
    """Raises PublicationGateClosed unless the reports exist, passed, were made under this declaration, chain
    from the extract to the very bytes of ``handle``, which were scanned for personal data, and the judge
    finds nothing in those bytes; StoreError when they are gone."""
    reports = {stage: workspace.store.read_report(run.dataset, run.id, stage) for stage in STAGES}
    findings = [*_missing(reports), *_chained(dataset, run, handle, workspace, reports)]
    anonymised, validated = reports["anonymise"], reports["validate"]
    if findings or anonymised is None or validated is None:
        raise closed(dataset, "Rien ne prouve que ce fichier peut être publié.", *findings)
    extracted = workspace.store.read_report(run.dataset, run.id, "extract") or {"rejected": 0}
    return Evidence(
        rejected=sum(int(report["rejected"]) for report in (extracted, anonymised, validated)),
        suppressed=int(anonymised["suppressed"]) + int(validated["suppressed"]),
    )


def closed(dataset: Dataset, what: str, *findings: Finding) -> PublicationGateClosed:
    remedy = next(
        (finding.what_to_do() for finding in findings if finding.what_to_do()), "signaler ce défaut"
    )
    return PublicationGateClosed(
        what,
        findings=findings,
        where=f"jeu {dataset.id}",
        remedy=f"{remedy} ; la publication précédente n'a pas été touchée",
    )


def _missing(reports: Mapping[str, dict[str, Any] | None]) -> Iterator[Finding]:
    for stage, report in reports.items():
        if report is None:
            yield ReportMissing(detail={"stage": stage})
        elif report.get("passed") is not True:
            yield ReportNotPassed(detail={"stage": stage})


def _chained(
    dataset: Dataset,
    run: Run,
    handle: Handle,
    workspace: Workspace,
    reports: Mapping[str, dict[str, Any] | None],
) -> Iterator[Finding]:
    anonymised, validated, scanned = (reports[stage] or {} for stage in STAGES)
    for stage, report in zip(STAGES, (anonymised, validated, scanned), strict=True):
        if report and report.get("fingerprint") != dataset.fingerprint:
            yield DeclarationChanged(detail={"stage": stage})
    if (handle.dataset, handle.run, handle.stage) != (
        dataset.id,
        run.id,
        "valid",
    ) or run.dataset != dataset.id:
        yield _broken(
            _PUBLISHED, Said("le fichier validé de cette exécution", "the validated file of this run")
        )
    if not _same(anonymised.get("output_sha256"), validated.get("input_sha256")):
        yield _broken(
            Said("le fichier qui a été validé", "the file that was validated"),
            Said("celui qui a été anonymisé", "the one that was anonymised"),
        )
    if not _same(validated.get("output_sha256"), handle.sha256):
        yield _broken(_PUBLISHED, _VALIDATED)
    if not _same(scanned.get("input_sha256"), handle.sha256):
        yield _broken(
            _PUBLISHED,
            Said("celui où des données personnelles ont été cherchées", "the one scanned for personal data"),
        )
    with workspace.store.local(handle.key) as path:
        if sha256_of(path) != handle.sha256:
            yield _broken(Said("le contenu du dépôt", "what the store holds"), _VALIDATED)
        else:
            yield from verify_output(path, dataset, workspace.include).findings
            units = validated.get("units")
            yield from _units(dataset, units)
            yield from _differences(path, dataset, handle, workspace.store, (units or {}).get("in_file", 1))


def _units(dataset: Dataset, judged: Mapping[str, Any] | None) -> Iterator[Finding]:
    """The units of rows rest in the vault: they were judged, beside these very bytes, by the validation."""
    if dataset.privacy is None or not dataset.privacy.unit:
        return
    if judged is None or (judged["smallest"] is not None and judged["smallest"] < dataset.privacy.k):
        yield UnitsNotProved(detail={"unit": ", ".join(dataset.privacy.unit)})


def _differences(
    path: Path, dataset: Dataset, handle: Handle, store: Store, in_file: int
) -> Iterator[Finding]:
    if dataset.privacy is None:
        return
    with ExitStack() as stack:
        keys = [key for key in earlier_states(dataset.id, handle.window, store) if key != handle.key]
        taken = replaced_parts(dataset.id, handle.window, store)
        yield from verify_differences(path, open_earlier_states(dataset, keys, taken, store, stack), dataset)
        alike = {
            other: [stack.enter_context(store.local(key)) for key in other.keys]
            for other in related_datasets(dataset, store)
        }
        yield from verify_population(path, alike, dataset, in_file)


def _same(left: object, right: object) -> bool:
    return bool(left) and left == right


_PUBLISHED = Said("le fichier à publier", "the file to publish")
_VALIDATED = Said("celui qui a été validé", "the one that was validated")


def _broken(left: Said, right: Said) -> ChainBroken:
    return ChainBroken(detail={"left": left, "right": right})
