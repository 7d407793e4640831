"""The second disclosure pass, on what validation kept: rejecting rows may have left a class too small, and
this revision beside an earlier one may tell more than each alone. What would must not leave either.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.anonymise.differencing import (
    DifferencingSuppressionResult,
    ReleasedDifference,
    suppress_differencing_rows,
)
from aqueduc.anonymise.findings import (
    ExcessiveDifferenceSuppression,
    MissingEarlierRevision,
    SuppressedShrunkClass,
    format_differencing_advice,
)
from aqueduc.anonymise.margins import check_revealing_margins
from aqueduc.anonymise.privacy_models import list_published_quasi_identifiers
from aqueduc.anonymise.protection import withhold_unsafe_rows
from aqueduc.anonymise.release_changes import PersistentRowChangeStore
from aqueduc.anonymise.release_history import (
    EarlierFileState,
    build_release_history_key,
    list_earlier_state_keys,
    list_replaced_part_keys,
    open_earlier_states,
    open_related_releases,
)
from aqueduc.anonymise.report import UnitAndRowExtremes
from aqueduc.anonymise.risk import create_small_classes_table
from aqueduc.anonymise.secrecy import check_row_numbering_gaps
from aqueduc.anonymise.state_steps import MOST_STEP_ROWS, PublishedFile, PublishedFileDifferenceCache
from aqueduc.anonymise.unit_verification import verify_output_unit_counts
from aqueduc.anonymise.verification import verify_against_earlier_states
from aqueduc.declaration.spec import Dataset, PrivacySettings
from aqueduc.findings import Finding, format_localised_percent
from aqueduc.language import LocalisedNumber, Message, _, format_declared_share, format_privacy_unit_count
from aqueduc.store import ParquetFileHandle, Store, Window

TOO_RISKY = _("Le risque de réidentification est trop élevé.")
_TOO_DIFFERENT = _("La différence avec ce qui est déjà publié isolerait des personnes.")
GIVEN_AWAY = _("Ce qui sort trahirait ce qui est retiré.")


@dataclass(frozen=True)
class ProtectedOutput:
    """What may leave: ``rows`` is its SQL. ``smallest_class``: None where it is still to be measured, on the
    file; ``difference``: None where what it changes is still to be counted."""

    rows: str
    suppressed: int = 0
    smallest_class: int | None = None
    findings: tuple[Finding, ...] = ()
    difference: ReleasedDifference | None = None


@dataclass(frozen=True)
class StateDifference:
    """The rows by which a file that is written differs from the ``last``: a Parquet document, ``data``."""

    last: PublishedFile
    data: bytes


class OutputTooDisclosive(Exception):
    """Nothing may leave: ``what`` says why, ``findings`` what was found, the one that closes
    first; ``output`` is what was protected so far."""

    def __init__(self, what: Message, output: ProtectedOutput, findings: Sequence[Finding]) -> None:
        super().__init__(what)
        self.what, self.output, self.findings = what, output, tuple(findings)


@dataclass(frozen=True)
class OutputDisclosureControl:
    """The rows of the view ``relation`` of ``con``, about to become the part ``window`` of ``dataset``. The
    first pass had ``total`` rows and withheld ``withheld`` of them for their classes."""

    con: duckdb.DuckDBPyConnection
    relation: str
    dataset: Dataset
    window: Window | None
    store: Store
    total: int
    withheld: int

    def withhold_disclosing_rows(self) -> ProtectedOutput:
        """Withholds what would tell of somebody. Raises OutputTooDisclosive when that is more than the declaration
        admits, with what the first pass withheld, or when it would show all the same."""
        privacy = self.dataset.privacy
        if privacy is None:
            return ProtectedOutput(f"SELECT * FROM {self.relation}")
        output = self._withhold_unsafe_classes(privacy)
        if self._exceeds_suppression_limit(output, privacy):
            raise OutputTooDisclosive(TOO_RISKY, output, output.findings)
        grouped = output.suppressed
        output = self._withhold_rows_open_to_differencing(output, privacy)
        if self._exceeds_suppression_limit(output, privacy):
            excess = self._build_excess_suppression_finding(
                output, privacy, compared=output.suppressed - grouped
            )
            raise OutputTooDisclosive(_TOO_DIFFERENT, output, [excess, *output.findings])
        if output.suppressed:
            shown = check_revealing_margins(self.con, self.dataset, self.relation)
            shown += check_row_numbering_gaps(self.con, self.dataset, self.relation)
            if shown:
                raise OutputTooDisclosive(GIVEN_AWAY, output, [*shown, *output.findings])
        return output

    def open_earlier_states(self, stack: ExitStack) -> dict[Path, EarlierFileState]:
        """What this part was published as before, open while ``stack`` is. Raises StoreError."""
        keys, taken = (
            find(self.dataset.id, self.window, self.store)
            for find in (list_earlier_state_keys, list_replaced_part_keys)
        )
        return open_earlier_states(
            self.dataset, duck.read_column_types(self.con, self.relation), keys, taken, self.store, stack
        )

    def verify_units_of_written_file(self, written: Path, units: Path) -> UnitAndRowExtremes:
        """The counts of units in the file ``written``, judged beside the units of its rows: the publication,
        which has no units any more, asks for this. Raises OutputTooDisclosive, StoreError."""
        judged, few = verify_output_unit_counts(written, units, self.dataset)
        with ExitStack() as stack:
            different = verify_against_earlier_states(
                written,
                self.open_earlier_states(stack),
                self.dataset,
                units,
                PersistentRowChangeStore(self.dataset.id, self.store),
            )
        if few or different or judged is None:
            raise OutputTooDisclosive(TOO_RISKY, ProtectedOutput(""), [*few, *different])
        return judged

    def read_state_difference(self, output: ProtectedOutput, written: Path) -> StateDifference | None:
        """By which the file ``written`` of ``output`` differs from the last one: known here, where the next run would
        read both files. None where it is not known, where its rows are many, or come back from the file as other
        types."""
        known = output.difference
        if known is None or duck.count_rows(self.con, f"({known.rows_sql})") > MOST_STEP_ROWS:
            return None
        if duck.read_column_types(self.con, duck.build_read_parquet_sql(written)) != known.kinds:
            return None
        with self.store.open_scratch_folder() as folder:
            duck.write_parquet(self.con, known.rows_sql, folder / "step.parquet")
            return StateDifference(known.last, (folder / "step.parquet").read_bytes())

    def save_state_difference(self, difference: StateDifference, handle: ParquetFileHandle) -> None:
        """``handle``: of the file that was written."""
        newer = replace(difference.last, path=Path(handle.key))
        PublishedFileDifferenceCache(self.dataset.id, self.store).write_difference(
            newer, difference.last, difference.data
        )

    def measure_smallest_class(self, written: Path) -> int:
        """What is withheld makes classes smaller: the smallest is that of the file ``written``."""
        names = list_published_quasi_identifiers(self.dataset)
        return create_small_classes_table(self.con, duck.build_read_parquet_sql(written), names, 1).smallest

    def _withhold_unsafe_classes(self, privacy: PrivacySettings) -> ProtectedOutput:
        again = withhold_unsafe_rows(self.con, self.relation, self.dataset)
        exposed, detail = again.classes.suppressed, {"k": format_privacy_unit_count(privacy.unit, privacy.k)}
        findings = (SuppressedShrunkClass(count=exposed, detail=detail),) if exposed else ()
        return ProtectedOutput(again.rows, exposed, again.classes.smallest_left, findings)

    def _withhold_rows_open_to_differencing(
        self, output: ProtectedOutput, privacy: PrivacySettings
    ) -> ProtectedOutput:
        held = self._compute_differencing_suppression(output)
        rows, withheld = held.released_rows_sql, held.withheld
        difference = held.difference
        if withheld and privacy.sensitive:
            self.con.execute(f"CREATE TEMP TABLE beside AS {rows}")
            again = withhold_unsafe_rows(self.con, "beside", self.dataset)
            rows, withheld, difference = again.rows, withheld + again.classes.suppressed, None
        return ProtectedOutput(
            rows,
            output.suppressed + withheld,
            None if withheld else output.smallest_class,
            (*output.findings, *held.findings),
            difference,
        )

    def _compute_differencing_suppression(self, output: ProtectedOutput) -> DifferencingSuppressionResult:
        store, dataset = self.store, self.dataset
        keys = list_earlier_state_keys(dataset.id, self.window, store)
        gone = [
            key
            for key in [*list_replaced_part_keys(dataset.id, self.window, store), *keys]
            if not store.exists(key)
        ]
        if gone:
            detail = {"missing": len(gone), "key": build_release_history_key(dataset.id)}
            raise OutputTooDisclosive(
                _TOO_DIFFERENT, output, [MissingEarlierRevision(count=len(gone), detail=detail)]
            )
        with ExitStack() as stack:
            states = self.open_earlier_states(stack)
            changed = {str(path): state.changed for path, state in states.items()}
            noted = {str(path): state.noted for path, state in states.items() if state.noted}
            alike = [
                (other, f"FROM {duck.build_read_parquet_sql(*paths, union_by_name=True)}")
                for other, paths in open_related_releases(dataset, store, stack).items()
            ]
            held = suppress_differencing_rows(
                self.con,
                output.rows,
                dataset,
                list(changed),
                alike,
                changed,
                noted,
                PublishedFileDifferenceCache(dataset.id, store),
            )
            if held.withheld:
                self.con.execute(f"CREATE TEMP TABLE left_over AS {held.released_rows_sql}")
                held = replace(held, released_rows_sql="SELECT * FROM left_over")
            return held

    def _exceeds_suppression_limit(self, output: ProtectedOutput, privacy: PrivacySettings) -> bool:
        return output.suppressed + self.withheld > privacy.suppress_at_most * self.total

    def _build_excess_suppression_finding(
        self, output: ProtectedOutput, privacy: PrivacySettings, *, compared: int
    ) -> Finding:
        count = output.suppressed + self.withheld
        detail = {
            "total": LocalisedNumber(self.total),
            "share": format_localised_percent(count / self.total),
            "compared": LocalisedNumber(compared),
            "limit": format_declared_share(privacy.suppress_at_most),
            "advice": format_differencing_advice(count / self.total),
        }
        return ExcessiveDifferenceSuppression(count=count, detail=detail)
