"""The rows of an extract that are set aside once it is read, within what the declaration tolerates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from aqueduc import duck
from aqueduc.findings import format_source_line_number
from aqueduc.language import Sentence
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.origin import LINE
from aqueduc.sources.records import LINES_SHOWN

if TYPE_CHECKING:
    import duckdb

TellExcess = Callable[[int, str], tuple[Sentence, Sentence]]
"""The sentence and the remedy of so many rows too many, of which the lines are shown."""


def reject_rows(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    result: ExtractResult,
    lost: str,
    tell_excess: TellExcess,
) -> ExtractResult:
    """The result less the rows that the query ``lost`` gives (``__line``, ``__rules``, ``text``), which are set
    aside. Raises SourceUnreadable beyond what the declaration tolerates."""
    kept = request.scratch / f"rejected-{result.rejected}.parquet"
    before = (
        f" UNION ALL FROM {duck.build_read_parquet_sql(result.rejected_file)}" if result.rejected_file else ""
    )
    total = duck.write_parquet(con, f"FROM (({lost}){before}) ORDER BY {LINE}", kept)
    count = total - result.rejected
    if not count:
        return result
    if total > request.dataset.reject_at_most * (result.rows + result.rejected):
        (lines,) = duck.fetch_single_row(con, f"SELECT min({LINE}, {LINES_SHOWN}) FROM ({lost})")
        what, remedy = tell_excess(count, format_line_numbers(lines, count))
        raise request.source_origin.build_unreadable_error(what, remedy)
    return replace(result, rows=result.rows - count, rejected=total, rejected_file=kept)


def format_line_numbers(lines: Sequence[int], count: int) -> str:
    """The first lines of ``count`` rows."""
    return ", ".join(map(format_source_line_number, lines)) + ("…" if count > len(lines) else "")
