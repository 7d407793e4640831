"""The stage: safe rows in, valid rows out; what breaks the schema goes to the vault; the gate decides.

Closed by default: too many rejected rows, a schema that does not fit, an empty result or a count that does
not add up leave the previous publication as it is, with a report that says why.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from aqueduc import duck
from aqueduc.anonymise.output import OutputDisclosureControl, OutputTooDisclosive, ProtectedOutput
from aqueduc.anonymise.report import AnonymiseReport
from aqueduc.anonymise.residual import scan_output_file
from aqueduc.anonymise.scan.city_lists import load_name_lists
from aqueduc.anonymise.units import UNIT
from aqueduc.declaration.loader import load_city
from aqueduc.declaration.spec import REOPEN, City, Dataset
from aqueduc.errors import ValidationGateClosed, choose_gate_remedy
from aqueduc.findings import Finding, format_localised_percent
from aqueduc.language import (
    NOTHING,
    LocalisedNumber,
    Message,
    Sentence,
    _,
    build_row_count_message,
    format_declared_share,
)
from aqueduc.reports import build_reported_findings
from aqueduc.run import Run, Workspace
from aqueduc.store import ParquetFileHandle, Store, open_verified_file
from aqueduc.validate import compiler
from aqueduc.validate.applicability import find_mistyped_bounds_and_choices, is_valid_re2
from aqueduc.validate.corrections import CorrectedTable, apply_corrections
from aqueduc.validate.deadline import TimedPattern
from aqueduc.validate.findings import (
    AstrayRows,
    CountsDiffer,
    FieldAbsent,
    InputInconsistent,
    JoinedRows,
    NothingValid,
    RowFinding,
    SchemaUnusable,
    SourceEmpty,
    UnjoinableRows,
    WaivedGuard,
    WaiverUseless,
    WrongValueType,
)
from aqueduc.validate.formulas import check_formula_cells
from aqueduc.validate.guards import run_guards
from aqueduc.validate.joining import (
    MergedRowsTable,
    RowsNotMergeable,
    copy_dataset_without_foreign_keys,
    copy_dataset_without_row_checks,
    find_published_merge_base,
    merge_rows_into_published,
)
from aqueduc.validate.plan import LINE, ValidationPlan
from aqueduc.validate.references import ForeignKeyTargets, open_referenced_tables
from aqueduc.validate.report import ValidateReport, ValidationResult
from aqueduc.validate.types import TextFunction, build_source_date_labels

SHOWN_LINES = 5
_TOO_SLOW = _(
    "son motif (pattern) prend un temps démesuré sur certaines cellules ; le récrire sans répétition dans "
    "une répétition ni assertion (?=…), ou borner ses répétitions"
)


@dataclass(frozen=True)
class _ValidationTask:
    """What one validation works on. ``started`` is a monotonic clock, in seconds."""

    dataset: Dataset
    city: City
    run: Run
    handle: ParquetFileHandle
    workspace: Workspace
    started: float
    joined: MergedRowsTable | None = None
    """With what is published, where only what changed was read."""

    @property
    def dataset_to_validate_against(self) -> Dataset:
        """The dataset with the schema that the rows are held to: each of those that were joined was held to it alone."""
        return copy_dataset_without_row_checks(self.dataset) if self.joined else self.dataset

    @property
    def row_count(self) -> int:
        return self.joined.rows if self.joined else self.handle.rows


@dataclass(frozen=True)
class _InputAndScratchPaths:
    """``safe``: what is validated; ``scratch``: a folder of the vault."""

    safe: Path
    scratch: Path


def validate_anonymised_rows(
    dataset: Dataset, run: Run, handle: ParquetFileHandle, workspace: Workspace
) -> ValidationResult:
    """Checks every row of a ``safe`` Parquet file (``__line`` and the published columns) against the schema.

    Returns the ``valid`` file: the schema's columns in its order and types, sorted by the key (by all columns
    without one) or, where the declaration says so, in the order of the lines; the same bytes for the same
    rows. Writes the report in every case.

    Raises ValidationGateClosed (with findings), HandleFileMismatch when the input is not the file it was, and
    QueryEngineFailure.
    """
    task = _ValidationTask(
        dataset, load_city(workspace.include).city, run, handle, workspace, time.monotonic()
    )
    with (
        open_verified_file(workspace.vault, handle) as path,
        workspace.vault.open_scratch_folder() as scratch,
    ):
        joined = _merge_with_published_rows(task, path, scratch)
        task, path = replace(task, joined=joined), joined.path if joined else path
        with _open_duckdb_in_dataset_timezone(dataset, scratch) as con:
            return _validate_task_rows(
                task, con, apply_corrections(con, dataset, run, workspace.vault, path, scratch), scratch
            )


def _merge_with_published_rows(task: _ValidationTask, path: Path, scratch: Path) -> MergedRowsTable | None:
    """None where all of the source was read. Raises ValidationGateClosed, StoreError, HandleFileMismatch,
    QueryEngineFailure."""
    dataset, store = task.dataset, task.workspace.store
    try:
        base = find_published_merge_base(dataset, task.city, task.run.id, task.handle.rows, task.workspace)
        if base is None:
            return None
        changed = scratch / "changed.parquet"
        with _open_duckdb_in_dataset_timezone(dataset, scratch) as con:
            _validate_and_write_changed_rows(
                replace(task, dataset=copy_dataset_without_foreign_keys(dataset)), con, path, changed, scratch
            )
            return merge_rows_into_published(con, dataset, changed, base, store, scratch / "joined.parquet")
    except RowsNotMergeable as refused:
        counts = _build_initial_report(task, task.handle.rows, 0)
        raise _write_report_and_build_gate_error(
            task,
            counts,
            [UnjoinableRows(detail={"why": refused.why})],
            _("Ce qui a été lu ne peut pas être réuni à ce qui est publié."),
        ) from None


def _validate_and_write_changed_rows(
    task: _ValidationTask, con: duckdb.DuckDBPyConnection, path: Path, target: Path, scratch: Path
) -> None:
    """Judges each row at ``path`` by itself, and writes them typed. Raises ValidationGateClosed: of rows that are joined
    none is set aside, since the one of before would stay."""
    counts = _build_initial_report(task, duck.count_rows(con, duck.build_read_parquet_sql(path)), 0)
    plan, problems = _compile_plan_and_check_constants(task.dataset, con, path)
    problems = (
        problems
        if plan is None
        else _build_views_and_list_slow_patterns(con, plan, path, ForeignKeyTargets({}, {}, ()))
    )
    if plan is None or problems:
        raise _write_report_and_build_gate_error(
            task, counts, problems, _("Le schéma ne peut pas s'appliquer à ces données.")
        )
    findings = name_expected_dates_in_source_format(task.dataset, collect_findings_of_failing_rows(con, plan))
    counts = _store_rejected_rows(task, con, plan, counts, scratch)
    _refuse_empty_source_or_excess_rejections(task, counts, findings)
    values = ", ".join(f"{cell.value} AS {duck.identifier(cell.field.name)}" for cell in plan.cells)
    duck.write_parquet(con, f"SELECT {values} FROM cells", target)


@contextmanager
def _open_duckdb_in_dataset_timezone(dataset: Dataset, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A moment with an offset is of the city's calendar, as it is for anonymisation."""
    with duck.open_duckdb(scratch) as con:
        con.execute(f"SET TimeZone = {duck.literal(dataset.timezone)}")
        yield con


def _validate_task_rows(
    task: _ValidationTask, con: duckdb.DuckDBPyConnection, corrected: CorrectedTable, scratch: Path
) -> ValidationResult:
    path = corrected.path
    counts = _build_initial_report(
        task, duck.count_rows(con, duck.build_read_parquet_sql(path)), corrected.cells
    )
    plan, problems = _compile_plan_and_check_constants(task.dataset_to_validate_against, con, path)
    if plan is None:
        raise _write_report_and_build_gate_error(
            task, counts, problems, _("Le schéma ne peut pas s'appliquer à ces données.")
        )
    numbered = duck.fetch_count(con, f"SELECT count({LINE}) FROM {duck.build_read_parquet_sql(path)}")
    if not counts.rows_in == numbered == task.row_count:
        detail = {"announced": task.row_count, "received": counts.rows_in, "numbered": numbered}
        raise _write_report_and_build_gate_error(
            task, counts, [InputInconsistent(detail=detail)], _("Le fichier reçu n'est pas celui annoncé.")
        )
    with ExitStack() as stack:
        library = open_referenced_tables(plan.references, task.workspace.store, con, stack)
        if library.problems:
            raise _write_report_and_build_gate_error(
                task, counts, library.problems, _("Un jeu auquel celui-ci renvoie manque.")
            )
        slow = _build_views_and_list_slow_patterns(con, plan, path, library)
        if slow:
            raise _write_report_and_build_gate_error(
                task, counts, slow, _("Le schéma ne peut pas s'appliquer à ces données.")
            )
    found = name_expected_dates_in_source_format(task.dataset, collect_findings_of_failing_rows(con, plan))
    if task.joined:
        # Its lines are those of no source.
        astray = [AstrayRows(count=task.joined.astray)] if task.joined.astray else []
        found = [JoinedRows(count=task.joined.carried), *astray, *(replace(one, lines=()) for one in found)]
    findings = [*corrected.findings, *found]
    counts = replace(_store_rejected_rows(task, con, plan, counts, scratch), references=library.revisions)
    _refuse_empty_source_or_excess_rejections(task, counts, findings)
    return _protect_check_and_store_publishable_rows(
        task, con, plan, counts, findings, _InputAndScratchPaths(path, scratch)
    )


def _compile_plan_and_check_constants(
    dataset: Dataset, con: duckdb.DuckDBPyConnection, path: Path
) -> tuple[ValidationPlan | None, list[Finding]]:
    plan, problems = compile_dataset_schema(con, dataset, path)
    unread = find_mistyped_bounds_and_choices(con, plan) if plan else []
    return (None, unread) if unread else (plan, problems)


def compile_dataset_schema(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, path: Path
) -> tuple[ValidationPlan | None, list[Finding]]:
    """The plan of the dataset's schema against the columns of the file at ``path``, or why there is none."""
    columns = duck.read_column_types(con, duck.build_read_parquet_sql(path))
    if dataset.privacy and dataset.privacy.unit:
        # Of no field: the units of rows are counted, and stay in the vault.
        columns.pop(UNIT, None)
    return compiler.compile_schema(
        dataset.table_schema,
        dataset.key,
        columns,
        partial(is_valid_re2, con),
        ZoneInfo(dataset.timezone),
    )


# --- examining ----------------------------------------------------------------------------------------


def _build_views_and_list_slow_patterns(
    con: duckdb.DuckDBPyConnection, plan: ValidationPlan, path: Path, library: ForeignKeyTargets
) -> list[Finding]:
    """Builds the views; returns the fields whose pattern takes too long on some cell."""
    try:
        build_check_views(con, plan, path, library)
    except duckdb.InvalidInputException:
        slow = [name for name, pattern in plan.list_python_patterns() if pattern.late]
        if not slow:
            raise
    else:
        return []
    return [SchemaUnusable(column=name, detail={"why": _TOO_SLOW}) for name in slow]


def build_check_views(
    con: duckdb.DuckDBPyConnection, plan: ValidationPlan, path: Path, library: ForeignKeyTargets | None = None
) -> None:
    """Builds the views and tables of the checks (see ``compiler``) up to ``broken``, over the file at
    ``path``.

    Raises duckdb.Error: InvalidInputException where a pattern took too long (``TimedPattern.late``).
    """
    _build_cell_views(con, plan, path)
    for unique in plan.uniques:
        con.execute(compiler.build_repeated_lines_sql(plan, unique))
    for reference in plan.references:
        other = library.referred.get(reference.name) if library else None
        table = (other.source, other.types) if other else None
        con.execute(compiler.build_orphan_rows_sql(plan, reference, table))
    # Pushed below the flags, the filter on them would compute every one of them a second time.
    con.execute("SET disabled_optimizers = 'filter_pushdown'")
    duck.execute_with_out_of_memory_retry(con, compiler.build_failing_rows_sql(plan))
    con.execute("SET disabled_optimizers = ''")


def _build_cell_views(con: duckdb.DuckDBPyConnection, plan: ValidationPlan, path: Path) -> None:
    """Up to ``cells``: each cell as its text, and as what its field is."""
    con.execute(compiler.build_received_rows_view_sql(plan, path))
    con.execute(compiler.build_cell_texts_view_sql(plan))
    for judgement in plan.judgements:
        _register_text_function(con, judgement.name, judgement.sql_type, judgement.judge)
        con.execute(compiler.build_python_verdict_table_sql(judgement))
    for items in plan.items:
        _register_text_function(con, items.name, ITEMS, items.split)
        for name, sql_type, judge in items.functions:
            _register_text_function(con, name, sql_type, judge)
        con.execute(compiler.build_array_item_verdict_table_sql(items))
    for statement in (*compiler.build_verdict_views_sql(plan), compiler.build_typed_cells_view_sql(plan)):
        con.execute(statement)


def collect_findings_of_failing_rows(con: duckdb.DuckDBPyConnection, plan: ValidationPlan) -> list[Finding]:
    """The findings of the table ``broken``, grouped by column and rule, in the schema's order."""
    row = con.execute(compiler.build_check_summary_sql(plan, SHOWN_LINES)).fetchone() or ()
    counted = zip(plan.checks, row[::2], row[1::2], strict=True)
    return [
        check.kind(
            column=", ".join(check.columns) or None, count=count, lines=tuple(lines), detail=check.detail
        )
        for check, count, lines in counted
        if count
    ]


def name_expected_dates_in_source_format(dataset: Dataset, findings: Sequence[Finding]) -> list[Finding]:
    """With the dates that do not read told as the source writes them, rather than as they are published."""
    pattern = dataset.reading.date
    one, many = build_source_date_labels(pattern)
    dates = {
        field.name
        for field in dataset.table_schema.fields
        if "Y" in pattern and field.type == "date" and field.format == "default"
    }
    return [
        replace(finding, detail={**finding.detail, "one": one, "many": many})
        if isinstance(finding, WrongValueType) and finding.column in dates
        else finding
        for finding in findings
    ]


ITEMS = "STRUCT(c VARCHAR, s BOOLEAN)[]"
_ARROW: dict[str, Callable[[], Any]] = {
    "BOOLEAN": pa.bool_,
    "DATE": pa.date32,
    "TIMESTAMP": partial(pa.timestamp, "us"),
    "TIME": partial(pa.time64, "us"),
    "VARCHAR": pa.string,
    "BIGINT": pa.int64,
    "DOUBLE": pa.float64,
    "INTEGER": pa.int32,
    ITEMS: lambda: pa.list_(pa.struct([("c", pa.string()), ("s", pa.bool_())])),
}


def _register_text_function(
    con: duckdb.DuckDBPyConnection, name: str, sql_type: str, judge: TextFunction
) -> None:
    con.create_function(
        name,
        partial(_apply_text_function, judge, _ARROW[sql_type]()),
        [duckdb.sqltype("VARCHAR")],
        duckdb.sqltype(sql_type),
        type=PythonUDFType.ARROW,
        null_handling=FunctionNullHandling.SPECIAL,
    )


def _apply_text_function(judge: TextFunction, arrow_type: Any, texts: Any) -> Any:
    given = texts.to_pylist()
    if isinstance(judge, TimedPattern):
        return pa.array(judge.match_texts(given), type=arrow_type)
    return pa.array([None if text is None else judge(text) for text in given], type=arrow_type)


def find_schema_breaches_of_file_rows(
    dataset: Dataset, path: Path, store: Store, scratch: Path
) -> list[Finding]:
    """What of the rows of a file that was published breaks the schema of now; nothing is set aside. Raises
    QueryEngineFailure."""
    with _open_duckdb_in_dataset_timezone(dataset, scratch) as con, ExitStack() as stack:
        numbered = scratch / "numbered.parquet"
        duck.write_parquet(
            con,
            f"SELECT row_number() OVER () AS {LINE}, * FROM {duck.build_read_parquet_sql(path)}",
            numbered,
        )
        plan, problems = _compile_plan_and_check_constants(dataset, con, numbered)
        if plan is None:
            return problems
        library = open_referenced_tables(plan.references, store, con, stack)
        found = [*library.problems] or [*_build_views_and_list_slow_patterns(con, plan, numbered, library)]
        # Its lines are those of no source.
        return found or [
            replace(finding, lines=()) for finding in collect_findings_of_failing_rows(con, plan)
        ]


def write_corrected_typed_rows_of_lines(
    dataset: Dataset, run: Run, workspace: Workspace, safe: Path, lines: Sequence[int], folder: Path
) -> Path | None:
    """The rows of these ``lines`` of a ``safe`` file, in ``folder``: ``__line``, then each cell corrected and typed
    as the schema says, whatever the schema thinks of it. None for a schema that does not fit. Raises duckdb.Error,
    StoreError."""
    few, typed = folder / "few.parquet", folder / "typed.parquet"
    with _open_duckdb_in_dataset_timezone(dataset, folder) as con:
        corrected = apply_corrections(con, dataset, run, workspace.vault, safe, folder).path
        wanted = ", ".join(map(str, lines)) or "NULL"
        duck.write_parquet(
            con, f"SELECT * FROM {duck.build_read_parquet_sql(corrected)} WHERE {LINE} IN ({wanted})", few
        )
        plan, _problems = _compile_plan_and_check_constants(dataset, con, few)
        if plan is None:
            return None
        _build_cell_views(con, plan, few)
        values = ", ".join(f"{cell.value} AS {duck.identifier(cell.field.name)}" for cell in plan.cells)
        duck.write_parquet(con, f"SELECT {LINE}, {values} FROM cells", typed)
    return typed


# --- the gate -----------------------------------------------------------------------------------------


def _refuse_empty_source_or_excess_rejections(
    task: _ValidationTask, counts: ValidateReport, findings: Sequence[Finding]
) -> None:
    """Raises ValidationGateClosed. A window may be empty (no council meets in August), a dataset may not."""
    tolerated = task.dataset.reject_at_most
    if counts.rows_in == 0 and task.run.window is None:
        raise _write_report_and_build_gate_error(task, counts, [SourceEmpty()], _("Il n'y a rien à publier."))
    share = counts.rejected / counts.rows_in if counts.rows_in else 0.0
    if share > tolerated:
        rejected, received = build_row_count_message(counts.rejected), LocalisedNumber(counts.rows_in)
        limit = _("pour une tolérance de {percent}").format(percent=format_declared_share(tolerated))
        what = _("Le schéma rejette {rejected} sur {received} ({percent}), {limit}.").format(
            rejected=rejected, received=received, percent=format_localised_percent(share), limit=limit
        )
        raise _write_report_and_build_gate_error(
            task, counts, findings, what, remedy=_build_rejection_remedy(task)
        )


def _build_rejection_remedy(task: _ValidationTask) -> Message:
    declaration = f"{task.workspace.include.name}/datasets/{task.dataset.path.name}"
    return _(
        "voir ces lignes (aqueduc rejected {dataset}), les corriger à la source, puis relancer ; pour en tolérer "
        "une part : « reject_at_most: » dans {declaration}"
    ).format(dataset=task.dataset.id, declaration=declaration)


def _store_rejected_rows(
    task: _ValidationTask,
    con: duckdb.DuckDBPyConnection,
    plan: ValidationPlan,
    counts: ValidateReport,
    scratch: Path,
) -> ValidateReport:
    """The counts with the rows that were written to the vault, if any, and where."""
    local = scratch / "rejected.parquet"
    duck.write_parquet(con, compiler.build_rejected_rows_sql(plan), local)
    count, broken = (
        duck.count_rows(con, relation) for relation in (duck.build_read_parquet_sql(local), "broken")
    )
    if count != broken:
        raise _write_report_and_build_row_count_error(
            task, replace(counts, rejected=count), task.row_count - broken
        )
    if count == 0:
        return counts
    key = task.workspace.vault.store_rejections(
        local, dataset=task.dataset.id, run=task.run.id, stage="validate"
    )
    return replace(counts, rejected=count, rejected_key=key)


def _protect_check_and_store_publishable_rows(
    task: _ValidationTask,
    con: duckdb.DuckDBPyConnection,
    plan: ValidationPlan,
    counts: ValidateReport,
    findings: Sequence[Finding],
    vaulted: _InputAndScratchPaths,
) -> ValidationResult:
    numbered, units = task.dataset.keeps_order, _get_units_parquet_path(task.dataset, vaulted)
    con.execute(
        compiler.build_accepted_rows_sql(plan, numbered=numbered, units=vaulted.safe if units else None)
    )
    store, first = (
        task.workspace.store,
        AnonymiseReport.read(task.workspace.store, task.dataset.id, task.run.id),
    )
    total, withheld = (first.rows_in, first.suppressed_classes) if first else (counts.rows_in, 0)
    disclosure = OutputDisclosureControl(
        con, "kept", task.dataset, task.handle.window, store, total, withheld
    )
    output = _suppress_disclosing_output_rows(task, disclosure, counts)
    counts = replace(counts, suppressed=output.suppressed, smallest_class=output.smallest_class)
    findings = [*findings, *output.findings]
    # Nothing that was not scanned yet may rest outside the vault, if this process is killed.
    local = vaulted.scratch / "valid.parquet"
    _write_valid_rows(
        con, compiler.build_sorted_output_sql(plan, output.rows, numbered=numbered), local, units
    )
    kept = duck.count_rows(con, duck.build_read_parquet_sql(local))
    if kept + counts.rejected + counts.suppressed != counts.rows_in:
        raise _write_report_and_build_row_count_error(task, counts, kept)
    counts = _verify_disclosure_control(task, disclosure, counts, findings, local, units)
    if kept == 0 and counts.rows_in:
        raise _write_report_and_build_gate_error(
            task, counts, [NothingValid()], _("Il n'y a rien à publier."), warned=findings
        )
    findings = [*findings, *_scan_output_for_personal_data(task, counts, findings, local)]
    findings = [*findings, *check_formula_cells(con, task.dataset, local)]
    counts = replace(counts, unique=kept if plan.has_row_key else _count_unique_rows(con, local))
    counts, waived = _apply_guards(task, con, counts, findings, local)
    findings = [*findings, *waived]
    difference = disclosure.read_state_difference(output, local)
    handle = store.store_parquet_by_sha256(
        local,
        dataset=task.dataset.id,
        run=task.run.id,
        stage="valid",
        rows=kept,
        window=task.handle.window,
    )
    if difference is not None:
        disclosure.save_state_difference(difference, handle)
    return ValidationResult(handle, _complete_and_write_report(task, counts, findings, handle))


def _get_units_parquet_path(dataset: Dataset, vaulted: _InputAndScratchPaths) -> Path | None:
    """Where the rows that may leave stand with their units, in the vault; None where rows are counted."""
    return vaulted.scratch / "units.parquet" if dataset.privacy is not None and dataset.privacy.unit else None


def _write_valid_rows(con: duckdb.DuckDBPyConnection, query: str, local: Path, units: Path | None) -> None:
    if units is None:
        duck.write_parquet(con, query, local)
        return
    duck.write_parquet(con, query, units)
    duck.write_parquet(con, f"SELECT * EXCLUDE ({UNIT}) FROM {duck.build_read_parquet_sql(units)}", local)


def _suppress_disclosing_output_rows(
    task: _ValidationTask, disclosure: OutputDisclosureControl, counts: ValidateReport
) -> ProtectedOutput:
    try:
        return disclosure.withhold_disclosing_rows()
    except OutputTooDisclosive as refused:
        output = refused.output
        # What it would have withheld is in what it found: nothing was.
        counts = replace(counts, smallest_class=output.smallest_class)
        raise _write_report_and_build_gate_error(task, counts, refused.findings, refused.what) from None


def _verify_disclosure_control(
    task: _ValidationTask,
    disclosure: OutputDisclosureControl,
    counts: ValidateReport,
    findings: Sequence[Finding],
    local: Path,
    units: Path | None,
) -> ValidateReport:
    if units is not None:
        try:
            judged = disclosure.verify_units_of_written_file(local, units)
        except OutputTooDisclosive as refused:
            raise _write_report_and_build_gate_error(
                task, counts, refused.findings, refused.what, warned=findings
            ) from None
        return replace(counts, smallest_class=judged.smallest or 0, units=judged)
    if task.dataset.privacy is not None and counts.smallest_class is None:
        return replace(counts, smallest_class=disclosure.measure_smallest_class(local))
    return counts


def _apply_guards(
    task: _ValidationTask,
    con: duckdb.DuckDBPyConnection,
    counts: ValidateReport,
    findings: Sequence[Finding],
    local: Path,
) -> tuple[ValidateReport, list[Finding]]:
    """The counts with what the guards on the whole said, and what was waived. Raises ValidationGateClosed."""
    guards = run_guards(con, task.dataset, task.run, task.workspace, local)
    counts = replace(counts, guards=tuple(one.build_guard_report() for one in guards))
    held = [one.finding for one in guards if one.waiver is None]
    if held:
        raise _write_report_and_build_gate_error(
            task, counts, held, _("Le jeu n'est plus ce qu'il était : il est retenu."), warned=findings
        )
    used = {one.finding.guard for one in guards}
    useless = [waiver.guard for waiver in task.run.waivers if waiver.guard not in {*used, REOPEN}]
    return counts, [
        *(
            WaivedGuard(
                column=one.finding.column,
                count=one.finding.count,
                detail={
                    "guard": one.finding.guard,
                    "by": one.waiver.by,
                    "reason": one.waiver.reason,
                    "what": one.finding.message(),
                },
            )
            for one in guards
            if one.waiver
        ),
        *(WaiverUseless(detail={"guard": guard}) for guard in useless),
    ]


def _scan_output_for_personal_data(
    task: _ValidationTask, counts: ValidateReport, findings: Sequence[Finding], local: Path
) -> tuple[Finding, ...]:
    """Looks for personal data in the file that will be published, before the store has it; raises unless
    what is found may leave. The publication asks for this report, of these bytes."""
    residue = scan_output_file(task.dataset, local, local.parent, load_name_lists(task.workspace.include))
    residue.report.write(task.workspace.store, task.dataset.id, task.run.id)
    if not residue.report.passed:
        what = (
            _("Des données personnelles restent dans le fichier à publier.")
            if residue.sure
            else _("Des données peut-être personnelles attendent qu'une personne nommée en décide.")
        )
        raise _write_report_and_build_gate_error(task, counts, residue.findings, what, warned=findings)
    return residue.findings


def _count_unique_rows(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Rows that no other one is like over all columns: the officer reads it beside the classes, which know
    the quasi-identifiers only. By 64-bit hashes, which take less room than the rows."""
    source = duck.build_read_parquet_sql(path)
    hashed = duck.identifiers(duck.read_column_types(con, source))
    alone = f"SELECT 1 FROM {source} GROUP BY hash({hashed}) HAVING count(*) = 1"
    return duck.count_rows(con, f"({alone})")


# --- reporting ----------------------------------------------------------------------------------------


def _build_initial_report(task: _ValidationTask, rows: int, corrected: int) -> ValidateReport:
    """The report of a validation that has let nothing through yet."""
    return ValidateReport(
        fingerprint=task.dataset.fingerprint,
        rows_in=rows,
        rows_out=0,
        rejected=0,
        suppressed=0,
        smallest_class=None,
        tolerated=task.dataset.reject_at_most,
        findings=(),
        input_sha256=task.handle.sha256,
        output_sha256=None,
        schema=task.dataset.schema_path,
        rejected_key=None,
        seconds=0.0,
        passed=False,
        corrected=corrected,
        city_fingerprint=task.city.fingerprint,
        version=task.dataset.software_version_and_code_digest,
        carried=task.joined.carried if task.joined else 0,
        astray=task.joined.astray if task.joined else 0,
    )


def _complete_and_write_report(
    task: _ValidationTask,
    counts: ValidateReport,
    findings: Sequence[Finding],
    output: ParquetFileHandle | None,
) -> ValidateReport:
    report = replace(
        counts,
        rows_out=output.rows if output else 0,
        findings=build_reported_findings(findings),
        output_sha256=output.sha256 if output else None,
        seconds=round(time.monotonic() - task.started, 3),
        passed=output is not None,
    )
    report.write(task.workspace.store, task.dataset.id, task.run.id)
    return report


def _write_report_and_build_row_count_error(
    task: _ValidationTask, counts: ValidateReport, kept: int
) -> ValidationGateClosed:
    detail = {"received": counts.rows_in, "kept": kept, "rejected": counts.rejected + counts.suppressed}
    return _write_report_and_build_gate_error(
        task, counts, [CountsDiffer(detail=detail)], _("Le compte des lignes n'est pas exact.")
    )


def _write_report_and_build_gate_error(
    task: _ValidationTask,
    counts: ValidateReport,
    findings: Sequence[Finding],
    what: Sentence,
    *,
    warned: Sequence[Finding] = (),
    remedy: Sentence = "",
) -> ValidationGateClosed:
    """Writes the report of a closed gate; returns what to raise. ``findings`` closed it, and say what to do
    unless ``remedy`` does; ``warned`` closed nothing."""
    remedy, findings = remedy or choose_gate_remedy(findings), [*findings, *warned]
    _complete_and_write_report(task, counts, findings, None)
    include = task.workspace.include.name
    declaration = f"{include}/datasets/{task.dataset.path.name}"
    schema = _(" ; schéma : {path}").format(path=f"{include}/{task.dataset.schema_path}")
    of_schema = any(isinstance(finding, RowFinding | SchemaUnusable | FieldAbsent) for finding in findings)
    return ValidationGateClosed(
        what,
        findings=findings,
        where=Message("{}{}").format(declaration, schema if of_schema else NOTHING),
        remedy=_("{remedy} ; cette exécution n'a rien changé en ligne").format(remedy=remedy),
    )
