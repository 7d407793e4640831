"""The extract stage: one source, read into the vault with the columns that the declaration adds to it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aqueduc import duck
from aqueduc.declaration.derived import find_computations_disclosing_hidden_columns
from aqueduc.declaration.loader import load_city
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import SourceError
from aqueduc.language import _
from aqueduc.reports import build_reported_findings
from aqueduc.run import Run, Workspace
from aqueduc.sources import SOURCES, change
from aqueduc.sources.adapter import (
    ExtractRequest,
    ExtractResult,
    build_dataset_without_columns,
    find_source_connection,
    load_adapter,
)
from aqueduc.sources.change import SourceState
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.report import ExtractReport, ExtractStageOutcome
from aqueduc.sources.watermark import (
    IncrementalReadingPlan,
    build_next_watermark_position,
    find_partial_reading_obstacle,
    plan_incremental_reading,
    widen_decimals_to_previous_types,
)
from aqueduc.store import ParquetFileHandle, Store, Window

if TYPE_CHECKING:
    from aqueduc.sources.expressions import ParsedExpression
    from aqueduc.sources.references import ReferenceTable


def extract_source(dataset: Dataset, run: Run, workspace: Workspace) -> ExtractStageOutcome:
    """Reads the source into one Parquet file of the vault, and reports.

    Raises ConnectionMissing, SourceUnavailable (worth a retry), SourceAccessRefusal, SourceNotFound,
    SourceUnreadable, DeclarationError (an SQL file, an expression), StoreError.
    """
    started, at = time.monotonic(), workspace.clock().astimezone(UTC)
    _adopt_records_of_former_name(dataset, workspace.store)
    window = _choose_run_window(dataset, run)
    replaceable = _list_replaceable_runs(dataset, window, workspace.store)
    city = load_city(workspace.include).city
    connection = find_source_connection(dataset.source, workspace.connections)
    declaration = change.compute_declaration_city_and_keys_fingerprint(dataset, city, workspace.connections)
    known = _read_reusable_source_state(dataset, run, workspace, declaration, window)
    plan = plan_incremental_reading(dataset, run, workspace, known, connection, at)
    with workspace.vault.open_scratch_folder() as scratch:
        references = _read_reference_tables(dataset, city, workspace.include, scratch)
        computed = _parse_computed_columns(dataset, workspace)
        added = [*computed, *(name for table in references for name in table.column_names)]
        request = ExtractRequest(
            dataset=build_dataset_without_columns(dataset, added),
            connection=connection,
            window=window,
            timezone=city.timezone,
            etag=known.etag if known and not dataset.source.watermark else None,
            scratch=scratch,
            target=scratch / "raw.parquet",
            bbox=city.bbox,
            observe_rows=workspace.observe_rows,
            since=plan.since,
        )
        reading = _IncrementalSourceReader(request, dataset, references, computed, plan)
        result = reading.read_source()
        handle = None
        if result:
            handle = _move_changed_extract_to_vault(reading, result, run, workspace, declaration, known, at)
    report = ExtractReport(
        dataset=dataset.id,
        run=run.id,
        source=SourceOrigin.from_dataset(dataset).to_json(),
        window=window,
        rows=result.rows if result else known.rows if known else 0,
        rejected=result.rejected if result else 0,
        columns=_list_declared_column_types(dataset, result) if result else (),
        unchanged=handle is None,
        unchanged_by="" if handle else reading.plan.unchanged_detection_method if result else "mark",
        output_sha256=handle.sha256 if handle else None,
        seconds=round(time.monotonic() - started, 3),
        at=at.isoformat(timespec="milliseconds"),
        findings=build_reported_findings(
            (*reading.plan.build_findings(dataset, result.rows), *result.findings) if result else ()
        ),
        joined_to=reading.plan.base.sha256 if reading.plan.base else None,
        source_rows=result.source_rows if result and reading.plan.is_partial else None,
        replaceable_runs=replaceable if handle else (),
    )
    report.write(workspace.store, run.dataset, run.id)
    return ExtractStageOutcome(handle, report)


@dataclass
class _IncrementalSourceReader:
    """A source that is being read by its ``plan``: all of it, after all, where the rows that changed do not go with
    what is published."""

    request: ExtractRequest
    dataset: Dataset
    references: tuple[ReferenceTable, ...]
    computed: Mapping[str, ParsedExpression]
    plan: IncrementalReadingPlan

    def read_source(self) -> ExtractResult | None:
        result = self._read_source_by_plan()
        if result is None or not self.plan.is_partial:
            return result
        with duck.open_duckdb(self.request.scratch) as con:
            because = find_partial_reading_obstacle(con, self.request.target, result, self.plan)
        if because is None:
            return result
        self.plan = IncrementalReadingPlan(because=because)
        self.request = replace(self.request, since=None)
        return self._read_source_by_plan()

    def _read_source_by_plan(self) -> ExtractResult | None:
        result = _run_source_adapter(self.request)
        if result is None:
            return None
        if self.plan.is_partial:
            with duck.open_duckdb(self.request.scratch) as con:
                result = widen_decimals_to_previous_types(con, self.request.target, result, self.plan)
        return _add_joined_and_computed_columns(
            self.request, result, self.dataset, self.references, self.computed
        )


def _choose_run_window(dataset: Dataset, run: Run) -> Window | None:
    """The window to extract; a snapshot dataset has none, whatever the run's interval."""
    if not dataset.windowed:
        return None
    if run.window is None:
        raise SourceError(
            _("Ce jeu se lit par intervalle, et l'exécution n'en donne aucun."),
            where=SourceOrigin.from_dataset(dataset).location_text,
            remedy=_("donner l'intervalle à extraire, ou laisser l'ordonnanceur le faire"),
        )
    return run.window


def _adopt_records_of_former_name(dataset: Dataset, store: Store) -> None:
    """Before anything is compared with what was published: a new name hides no earlier release."""
    if dataset.moved_from:
        with store.lock(f"datasets/{dataset.id}", where=_("jeu {id}").format(id=dataset.id)):
            store.adopt_records_of_former_name(dataset.moved_from, dataset.id)


def _list_replaceable_runs(dataset: Dataset, window: Window | None, store: Store) -> tuple[str, ...]:
    """Whose rows are in place, and would make way for those of ``window``."""
    parts = store.read_validated_partitions(dataset.id)
    return tuple(dict.fromkeys(part.run for part in parts if part.is_replaced_by_window(window)))


def _read_reusable_source_state(
    dataset: Dataset, run: Run, workspace: Workspace, declaration: str, window: Window | None
) -> SourceState | None:
    """The state that needs no new publication, if the source is still in it."""
    seen = change.read_last_certified_source_state(workspace.vault, dataset.id, window)
    if run.force or seen is None or seen.declaration != declaration:
        return None
    # A publication that died halfway left something else on the platform than what was certified.
    if workspace.store.read_publication_in_progress(dataset.id):
        return None
    online = change.find_published_window_rows_sha256(workspace.store, dataset.id, window)
    return seen if online is not None and online == seen.part else None


def _run_source_adapter(request: ExtractRequest) -> ExtractResult | None:
    """None: the API says that nothing has changed since ``request.etag``."""
    source = request.dataset.source
    request.source_origin.check_connection_kind(request.connection, SOURCES[source.kind].connection_types)
    return load_adapter(source).extract(request, source)


def _read_reference_tables(
    dataset: Dataset, city: City, include: Path, scratch: Path
) -> tuple[ReferenceTable, ...]:
    """Before the source: what is wrong with a file of ``include/`` is known at once."""
    if not dataset.join:
        return ()
    from aqueduc.sources.references import read_reference_tables

    return read_reference_tables(dataset, city, include, scratch)


def _parse_computed_columns(dataset: Dataset, workspace: Workspace) -> Mapping[str, ParsedExpression]:
    if not dataset.computed:
        return {}
    from aqueduc.sources.computing import parse_computed_columns

    return parse_computed_columns(dataset, workspace)


def _add_joined_and_computed_columns(
    request: ExtractRequest,
    result: ExtractResult,
    dataset: Dataset,
    references: tuple[ReferenceTable, ...],
    computed: Mapping[str, ParsedExpression],
) -> ExtractResult:
    """The extract with the columns that are added to it, and what it looks like."""
    # A source that has not changed does without DuckDB.
    from aqueduc.sources.grouping import check_unskipped_footer_rows, find_signs_of_grouped_rows
    from aqueduc.sources.places import find_distant_or_swapped_positions

    with duck.open_duckdb(request.scratch) as con:
        seen = find_signs_of_grouped_rows(con, request.target, result, request.dataset)
        seen += check_unskipped_footer_rows(con, request.target, result, request.dataset)
        result = replace(result, findings=(*result.findings, *seen))
        if references:
            from aqueduc.sources.references import join_references

            result = join_references(con, request, result, references)
        if computed:
            from aqueduc.sources.computing import compute_columns

            choosing = find_computations_disclosing_hidden_columns(dataset)
            result = compute_columns(con, request, result, computed, choosing)
        placed = find_distant_or_swapped_positions(con, request.target, result, dataset, request.bbox)
    return replace(result, findings=(*result.findings, *placed))


def _list_declared_column_types(dataset: Dataset, result: ExtractResult) -> tuple[tuple[str, str], ...]:
    declared = {column.name for column in dataset.columns}
    return tuple(column for column in result.columns if column[0] in declared)


def _move_changed_extract_to_vault(
    reading: _IncrementalSourceReader,
    result: ExtractResult,
    run: Run,
    workspace: Workspace,
    declaration: str,
    known: SourceState | None,
    at: datetime,
) -> ParquetFileHandle | None:
    """Moves the extract into the vault; None when its content is what is already known."""
    request, plan = reading.request, reading.plan
    with duck.open_duckdb(request.scratch) as con:
        digest = partial(
            change.compute_table_digest,
            con,
            request.target,
            result.columns,
            ordered=request.dataset.keeps_order,
        )
        mark, again = build_next_watermark_position(
            con, request.target, result, reading.dataset, plan, request, at
        )
        # What is known of a source with a watermark are the rows that would be read again.
        found = digest(only=plan.known_rows_condition_sql) if mark is None or plan.is_partial else ""
        if SourceState(declaration, found, result.rows).has_same_declaration_and_digest(
            known
        ) and not plan.has_unaccounted_source_rows(result):
            return None
        kept = found if mark is None else digest(only=again)
    seen = SourceState(declaration, kept, result.rows, result.etag, mark=mark)
    handle = workspace.vault.store_raw_extract(
        request.target, dataset=request.dataset.id, run=run.id, rows=result.rows, window=request.window
    )
    if result.rejected_file:
        workspace.vault.store_rejections(
            result.rejected_file, dataset=run.dataset, run=run.id, stage="extract"
        )
    change.save_pending_source_state(workspace.vault, run, seen)
    if plan.is_partial and not run.dry_run:
        change.mark_watermark_resume_attempt(workspace.vault, run.dataset)
    return handle
