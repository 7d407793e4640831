"""From a table to what would be published, through the real stages and the gate; no platform is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from aqueduc import anonymise as anonymisation
from aqueduc.anonymise import AnonymisationResult, add_release_to_history, anonymise_extract
from aqueduc.declaration import Dataset
from aqueduc.publish.proof import gate
from aqueduc.store import ParquetFileHandle
from aqueduc.validate import ValidationResult, validate_anonymised_rows
from tests.making import Desk


@dataclass(frozen=True)
class Walked:
    """What each stage gave, and the rows that may be published."""

    anonymised: AnonymisationResult
    validated: ValidationResult
    table: pa.Table

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self.table.to_pylist()]

    @property
    def handle(self) -> ParquetFileHandle:
        return self.validated.handle


@dataclass
class Corridor:
    """One city and what it publishes, run after run."""

    here: Desk
    runs: int = 0

    def walk(self, dataset: Dataset, table: pa.Table, *, publish: bool = True) -> Walked:
        """Raises what the stage that closes raises. ``publish``: as far as the store knows, it is."""
        self.runs += 1
        place, run = self.here.place, self.here.run(identifier=f"essai-{self.runs}")
        run = type(run)(dataset=dataset.id, id=run.id)
        anonymised = anonymise_extract(dataset, run, self.here.raw(table, run), place)
        validated = validate_anonymised_rows(dataset, run, anonymised.handle, place)
        gate.require_gate_evidence(dataset, run, validated.handle, place)
        if publish:
            add_release_to_history(dataset, {validated.handle: validated.report.units}, place.store)
            place.store.write_validated_partitions(dataset.id, [validated.handle])
            anonymisation.save_certified_recoding_and_types(dataset, run, anonymised.report, place)
        place.vault.shred_extracts(run.dataset, run.id)
        return Walked(anonymised, validated, self.here.read(validated.handle))
