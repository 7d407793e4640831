"""Guards on the whole: what no single row can show. A table that suddenly lost half of its rows is perfectly
valid, and most often wrong.

The table to publish is compared with the revision that is certified and published: its very bytes, measured
anew, so that there are no statistics to keep, to trust or to lose. For a windowed dataset those are the parts
that the window covers, and replaces, or, when it covers none, the latest part: then numbers of rows,
distributions and totals are compared only where the declaration says by how much they may move.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from aqueduc import duck
from aqueduc.anonymise.weakening import find_protection_losses_since_publication
from aqueduc.declaration.spec import Dataset, DatasetGuards, FreshnessGuard
from aqueduc.declaration.spec.guards import FEWEST_ROWS
from aqueduc.errors import StoreError
from aqueduc.findings import format_localised_percent
from aqueduc.language import Message, format_declared_share, join_messages, n_, quote_text
from aqueduc.reports import build_reported_findings
from aqueduc.run import GuardWaiver, Run, Workspace
from aqueduc.sources.names import is_showable_name
from aqueduc.sources.report import ExtractReport
from aqueduc.store import ParquetFileHandle, Store, Window, open_verified_file
from aqueduc.validate.findings import (
    CategoryShift,
    ExcessiveRowGain,
    ExcessiveRowLoss,
    GuardFinding,
    MissingBaseline,
    MissingPublishedColumn,
    MissingRecentRows,
    NewInnerKeys,
    NullShareRise,
    TotalShift,
    TruncatedSource,
    WeakenedProtection,
)
from aqueduc.validate.nested_keys import find_new_json_key_paths, list_columns_with_json
from aqueduc.validate.report import ReportedTriggeredGuard

LIMITS = (1_000, 2_000, 5_000, 10_000, 50_000, 65_535, 65_536, 100_000, 1_000_000, 1_048_575, 1_048_576)
"""Where exports and APIs cut, and the last row of a spreadsheet."""

MOST_CATEGORIES = 50
ROWS_A_CATEGORY = 10

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class TriggeredGuard:
    """A guard whose finding holds the dataset back, unless its ``waiver`` says otherwise."""

    finding: GuardFinding
    waiver: GuardWaiver | None

    def build_guard_report(self) -> ReportedTriggeredGuard:
        waived = self.waiver.author_report_fields if self.waiver else None
        (finding,) = build_reported_findings([self.finding])
        return ReportedTriggeredGuard(self.finding.guard, waived, finding)


@dataclass(frozen=True)
class PublishedBaseline:
    """The published parts to compare with. ``same``: they are what the run replaces, a whole or windows."""

    handles: tuple[ParquetFileHandle, ...]
    same: bool
    extracted: int | None
    """Rows that its source gave, rejected ones included."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """The source column of each published one, as its certificate tells."""


def run_guards(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, run: Run, workspace: Workspace, valid: Path
) -> tuple[TriggeredGuard, ...]:
    """The guards of ``dataset`` that the validated table at ``valid`` triggers, with the waivers of ``run``.

    Compares it with the published revision, where there is one. Raises duckdb.Error, StoreError.
    """
    con.execute(f"CREATE OR REPLACE TEMP VIEW {AFTER} AS SELECT * FROM {duck.build_read_parquet_sql(valid)}")
    local = workspace.clock().astimezone(ZoneInfo(dataset.timezone)).replace(tzinfo=None)
    with ExitStack() as stack:
        findings: list[GuardFinding] = [*_check_protection_weakening(dataset, workspace)]
        findings += _check_data_freshness(con, dataset.guards.fresh, local)
        baseline = find_published_baseline(dataset, run, workspace.store)
        if baseline is not None:
            findings += _compare_with_baseline(con, dataset, run, workspace, baseline, stack)
    return tuple(TriggeredGuard(finding, run.find_waiver(finding.guard)) for finding in findings)


def find_published_baseline(dataset: Dataset, run: Run, store: Store) -> PublishedBaseline | None:
    """The published parts that this run's output is compared with; None when nothing is published yet."""
    current = store.read_current_revision_pointer(dataset.id)
    if current is None:
        return None
    # A dataset that has become windowed, or is no longer, has nothing to compare with.
    parts = [
        part
        for part in store.read_published_partitions(dataset.id)
        if (part.window is None) == (run.window is None)
    ]
    if not parts:
        return None
    mine = [part for part in parts if _is_part_replaced_by_window(part.window, run.window)]
    compared = mine or [max(parts, key=lambda part: part.window.label if part.window else "")]
    entry = store.read_json(str(current.get("certificate") or "-")) or {}
    if run.window is None:
        balance = entry.get("balance") or {}
        # What was not read again is of the source all the same.
        extracted = balance["extracted"] + balance.get("carried", 0) if "extracted" in balance else None
    else:
        # The certificate counts the window of its own run.
        extracted = _count_extracted_rows(dataset, compared, store)
    origins = {item["published_as"]: item["column"] for item in entry.get("treatments") or ()}
    return PublishedBaseline(tuple(compared), same=bool(mine), extracted=extracted, origins=origins)


def _is_part_replaced_by_window(part: Window | None, window: Window | None) -> bool:
    """Whether a run of ``window`` replaces ``part``: one made again at one go with its neighbours does too."""
    return part == window if part is None or window is None else window.contains_window(part)


def _count_extracted_rows(dataset: Dataset, parts: Sequence[ParquetFileHandle], store: Store) -> int | None:
    """Rows that the source gave for these windows; None when the report of one is gone."""
    runs = {(part.window, part.sha256): part.run for part in store.read_validated_partitions(dataset.id)}
    made = [runs.get((part.window, part.sha256)) for part in parts]
    reports = [ExtractReport.read(store, dataset.id, run) if run else None for run in made]
    counts = [report.rows + report.rejected for report in reports if report]
    return sum(counts) if len(counts) == len(parts) else None


def _check_protection_weakening(dataset: Dataset, workspace: Workspace) -> Iterator[GuardFinding]:
    for one in find_protection_losses_since_publication(dataset, workspace.store, workspace.include):
        yield WeakenedProtection(column=one.column, detail={"what": one.what})


# --- the table alone ----------------------------------------------------------------------------------------


def _check_data_freshness(
    con: duckdb.DuckDBPyConnection, fresh: FreshnessGuard | None, local: datetime
) -> Iterator[GuardFinding]:
    if fresh is None or fresh.column not in duck.read_column_types(con, AFTER):
        return
    newest = f"max({_build_period_end_sql(duck.identifier(fresh.column))})"
    now = local.isoformat(sep=" ", timespec="seconds")
    limit = f"TIMESTAMP {duck.literal(now)} - to_hours({fresh.hours})"
    recent, rows = duck.fetch_single_row(
        con, f"SELECT coalesce({newest} > {limit}, false), count(*) FROM {AFTER}"
    )
    if rows and not recent:
        yield MissingRecentRows(column=fresh.column, detail={"hours": fresh.hours})


def _build_period_end_sql(column: str) -> str:
    """The end of the moment, day, month, quarter or year that a published date names, without time zone."""
    text = f"CAST({column} AS VARCHAR)"
    quarter = f"lpad(CAST(3 * TRY_CAST({text}[7] AS INTEGER) - 2 AS VARCHAR), 2, '0')"
    lengths = {
        "^[0-9]{4}$": (f"{text} || '-01-01'", "1 year"),
        "^[0-9]{4}-[0-9]{2}$": (f"{text} || '-01'", "1 month"),
        "^[0-9]{4}-T[1-4]$": (f"{text}[:4] || '-' || {quarter} || '-01'", "3 months"),
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": (text, "1 day"),
    }
    cases = " ".join(
        f"WHEN regexp_matches({text}, '{shape}') THEN TRY_CAST({start} AS TIMESTAMP) + INTERVAL '{length}'"
        for shape, (start, length) in lengths.items()
    )
    return f"CASE {cases} ELSE TRY_CAST({column} AS TIMESTAMP) END"


# --- beside what is published -------------------------------------------------------------------------------


def _compare_with_baseline(
    con: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    run: Run,
    workspace: Workspace,
    baseline: PublishedBaseline,
    stack: ExitStack,
) -> list[GuardFinding]:
    paths: list[Path] = []
    with suppress(StoreError):
        paths = [
            stack.enter_context(open_verified_file(workspace.store, handle)) for handle in baseline.handles
        ]
    if not paths:
        return [MissingBaseline()]
    published = duck.build_read_parquet_sql(*paths, union_by_name=True)
    con.execute(f"CREATE OR REPLACE TEMP VIEW {BEFORE} AS SELECT * FROM {published}")
    before, after = duck.read_column_types(con, BEFORE), duck.read_column_types(con, AFTER)
    common = [name for name in after if name in before]
    guards = dataset.guards
    counts = [_count_rows_and_filled_cells(con, side, common) for side in (BEFORE, AFTER)]
    findings: list[GuardFinding] = []
    findings += _check_row_count_change(guards, baseline, counts[0][0], counts[1][0])
    findings += _check_source_truncation(dataset, run, workspace.store, baseline)
    texts = [name for name in common if before[name] == after[name] == "VARCHAR"]
    findings += _check_new_nested_keys(con, texts)
    if guards.columns == "keep":
        findings += [
            MissingPublishedColumn(column=name)
            for name in before
            if name not in after
            and _is_published_or_undeclared_column(dataset, baseline.origins.get(name, name))
        ]
    if min(counts[0][0], counts[1][0]) >= FEWEST_ROWS:
        findings += _check_null_increase(guards, common, *counts)
        if baseline.same or "shift" in guards.declared_guard_names:
            same = [
                name for name in common if before[name] == after[name] and not _is_date_column(dataset, name)
            ]
            findings += _check_category_shift(con, guards, same, counts[0][0])
    if baseline.same or "totals" in guards.declared_guard_names:
        findings += _check_column_total_shift(con, guards, before)
    return findings


def _check_row_count_change(
    guards: DatasetGuards, baseline: PublishedBaseline, before: int, after: int
) -> Iterator[GuardFinding]:
    move = (after - before) / before if before else 0.0
    if (baseline.same or "shrink" in guards.declared_guard_names) and _is_over_limit(-move, guards.shrink):
        yield ExcessiveRowLoss(
            count=before - after,
            detail={
                "share": format_localised_percent(-move, 1),
                "limit": format_declared_share(guards.shrink),
            },
        )
    if (baseline.same or "grow" in guards.declared_guard_names) and _is_over_limit(move, guards.grow):
        yield ExcessiveRowGain(
            count=after - before,
            detail={"share": format_localised_percent(move, 1), "limit": format_declared_share(guards.grow)},
        )


def _check_source_truncation(
    dataset: Dataset, run: Run, store: Store, baseline: PublishedBaseline
) -> Iterator[GuardFinding]:
    report = ExtractReport.read(store, dataset.id, run.id) if dataset.guards.truncated == "hold" else None
    extracted = (report.source_rows or report.rows + report.rejected) if report else 0
    if extracted in LIMITS and extracted != baseline.extracted:
        yield TruncatedSource(count=extracted)


def _check_new_nested_keys(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> Iterator[GuardFinding]:
    for name in list_columns_with_json(con, names, AFTER):
        if new := find_new_json_key_paths(con, name, BEFORE, AFTER):
            yield NewInnerKeys(column=name, count=len(new), detail={"shown": _format_key_paths(new)})


def _format_key_paths(paths: Sequence[str]) -> Message:
    """A key may be a cell: an object by the names of people."""
    shown = [path for path in paths if is_showable_name(path.rpartition(".")[2])]
    parts: list[object] = [quote_text(path) for path in shown]
    if hidden := len(paths) - len(shown):
        parts.append(n_("{count} clé dont le nom est tu", "{count} clés dont le nom est tu", hidden))
    return join_messages(parts)


def _is_published_or_undeclared_column(dataset: Dataset, name: str) -> bool:
    """Whether the declaration publishes the column ``name`` of the source, or does not know it: a column that
    it drops is not lost, and holding the dataset back would keep it online."""
    column = dataset.find_column(name)
    return column is None or column.published_as is not None


def _is_date_column(dataset: Dataset, name: str) -> bool:
    """Whether the column holds dates, which are no categories: those of the next window, or of a table of the
    last days, are others."""
    field = dataset.table_schema.find_field(name)
    column = next((column for column in dataset.columns if column.published_as == name), None)
    dated = field is not None and field.type in ("date", "datetime", "time", "year", "yearmonth")
    return dated or (column is not None and column.rule.capabilities.temporal)


def _count_rows_and_filled_cells(
    con: duckdb.DuckDBPyConnection, side: str, names: Sequence[str]
) -> tuple[int, dict[str, int]]:
    """Rows, and how many cells of each column are filled."""
    filled = "".join(f", count({duck.identifier(name)})" for name in names)
    rows, *counts = duck.fetch_single_row(con, f"SELECT count(*){filled} FROM {side}")
    return rows, dict(zip(names, counts, strict=True))


def _check_null_increase(
    guards: DatasetGuards,
    names: Sequence[str],
    before: tuple[int, dict[str, int]],
    after: tuple[int, dict[str, int]],
) -> Iterator[GuardFinding]:
    for name in names:
        was, now = ((rows - filled[name]) / rows for rows, filled in (before, after))
        if _is_over_limit(now - was, guards.nulls):
            detail = {
                "before": format_localised_percent(was, 1),
                "after": format_localised_percent(now, 1),
                "limit": format_declared_share(guards.nulls),
            }
            yield NullShareRise(column=name, detail=detail)


def _check_category_shift(
    con: duckdb.DuckDBPyConnection, guards: DatasetGuards, names: Sequence[str], rows: int
) -> Iterator[GuardFinding]:
    """Half the sum of the differences of shares (total variation): the share of rows that would have to
    change category. Only for columns that are categories: few values, each on many rows."""
    if math.isinf(guards.shift):
        return
    most = min(MOST_CATEGORIES, rows // ROWS_A_CATEGORY)
    for name in names:
        column = duck.identifier(name)
        # Counting distinct values exactly costs as much as the comparison: a sketch rules most columns out.
        (about,) = duck.fetch_single_row(con, f"SELECT approx_count_distinct({column}) FROM {BEFORE}")
        if not 1 < about <= 1.5 * most:
            continue
        values, distance = duck.fetch_single_row(
            con,
            f"""
            WITH one AS (SELECT {column} AS v, count(*) / sum(count(*)) OVER () AS share
                         FROM {BEFORE} WHERE {column} IS NOT NULL GROUP BY ALL),
                 two AS (SELECT {column} AS v, count(*) / sum(count(*)) OVER () AS share
                         FROM {AFTER} WHERE {column} IS NOT NULL GROUP BY ALL)
            SELECT count(one.share), sum(abs(coalesce(one.share, 0) - coalesce(two.share, 0))) / 2
            FROM one FULL JOIN two USING (v)
        """,
        )
        if values <= most and distance is not None and _is_over_limit(distance, guards.shift):
            detail = {
                "share": format_localised_percent(distance, 1),
                "limit": format_declared_share(guards.shift),
            }
            yield CategoryShift(column=name, detail=detail)


def _check_column_total_shift(
    con: duckdb.DuckDBPyConnection, guards: DatasetGuards, before: Mapping[str, str]
) -> Iterator[GuardFinding]:
    for name, limit in guards.totals.items():
        if name not in before:
            continue
        # One NaN would make NaN of the total, which is on no side of a limit: it counts for nothing instead.
        amount = f"TRY_CAST({duck.identifier(name)} AS DOUBLE)"
        total = f"coalesce(sum({amount}) FILTER (isfinite({amount})), 0)"
        (was,), (now,) = (
            duck.fetch_single_row(con, f"SELECT {total} FROM {side}") for side in (BEFORE, AFTER)
        )
        move = abs(now - was) / abs(was) if was else float(now != was)
        if _is_over_limit(move, limit):
            yield TotalShift(
                column=name,
                detail={"share": format_localised_percent(move, 1), "limit": format_declared_share(limit)},
            )


# --- small things -------------------------------------------------------------------------------------------


def _is_over_limit(move: float, limit: float) -> bool:
    """Shares are quotients of counts: what is equal on paper must not differ by a rounding."""
    return move > limit + 1e-9
