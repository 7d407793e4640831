"""Law 8, of what rows are judged by: the files of the city as they are now, not as the task at work found them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from aqueduc.declaration.loader import load_city, load_dataset
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.publish.findings import ChangedCity, ChangedDeclaration, ChangedProgram


class FingerprintedStageReport(Protocol):
    """What a stage says it judged by: ``city.yaml`` with the lists of names, the code."""

    @property
    def city_fingerprint(self) -> str: ...
    @property
    def version(self) -> str: ...


def find_outdated_reports(
    dataset: Dataset, include: Path, reports: Mapping[str, FingerprintedStageReport | None]
) -> Iterator[Finding]:
    """What is no longer as ``dataset`` and each of these stages had it: the files are read anew, which takes a few
    milliseconds. Raises DeclarationError."""
    loaded = load_city(include)
    today = load_dataset(dataset.path, loaded)
    for stage, report in reports.items():
        if report is None:
            continue
        if dataset.fingerprint != today.fingerprint:
            yield ChangedDeclaration(detail={"stage": stage})
        if report.city_fingerprint != loaded.city.fingerprint:
            yield ChangedCity(detail={"stage": stage})
        if report.version != today.software_version_and_code_digest:
            yield ChangedProgram(detail={"stage": stage})
