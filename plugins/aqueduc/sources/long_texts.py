"""What expressions make of long cells: DuckDB's limit of memory does not count the texts that it makes on the way, so that
they are reckoned before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aqueduc import duck
from aqueduc.errors import SourceUnreadable
from aqueduc.findings import format_source_line_number
from aqueduc.language import _, quote_text
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.expressions import ParsedExpression
from aqueduc.sources.origin import LINE

if TYPE_CHECKING:
    import duckdb

VECTOR_ROWS = 2_048
"""What DuckDB computes at a time."""
FEW_TIMES = 10
MOST_HELD = 100_000_000
"""The characters of the texts that are made of so many rows. Expressions that make no more than a few times what they
read are left alone."""
_SHORTEN = _("n'en lire que le début : left(…, 1000) ; ou moins de « replace » dans l'expression")


def refuse_cells_too_long_to_compute(
    con: duckdb.DuckDBPyConnection,
    request: ExtractRequest,
    relation: str,
    result: ExtractResult,
    parsed: Mapping[str, ParsedExpression],
) -> None:
    """Raises SourceUnreadable where the cells of ``relation`` are too long for the expressions."""
    texts = {name for name, kind in result.columns if kind == "VARCHAR"}
    held = ["0"]
    for one in parsed.values():
        read = [f"length({duck.identifier(column)})" for column in one.columns if column in texts]
        if read and one.size.held.times > FEW_TIMES:
            longest = f"coalesce(greatest({', '.join(read)}), 0)"
            held.append(f"{longest} * {one.size.held.times} + {one.size.held.more}")
    if len(held) == 1:
        return
    part = f"row_number() OVER () // {VECTOR_ROWS}"
    numbered = f"SELECT {LINE} AS line, {' + '.join(held)} AS held, {part} AS part FROM {relation}"
    (line,) = duck.fetch_single_row(
        con,
        f"SELECT min(first) FROM (SELECT min(line) AS first FROM ({numbered}) GROUP BY part "
        f"HAVING sum(held) > {MOST_HELD})",
    )
    if line is not None:
        raise request.source_origin.build_unreadable_error(
            _(
                "Les cellules que lit ce qui est calculé ({names}) sont trop longues (à partir de la ligne {line}) : les "
                "textes qui en seraient faits pourraient passer {limit} caractères pour {rows} lignes."
            ).format(
                names=_format_long_text_column_names(parsed),
                line=format_source_line_number(line),
                limit=MOST_HELD,
                rows=VECTOR_ROWS,
            ),
            _SHORTEN,
        )


def build_computation_memory_error(
    request: ExtractRequest, parsed: Mapping[str, ParsedExpression]
) -> SourceUnreadable:
    return request.source_origin.build_unreadable_error(
        _("Ce qui est calculé ({names}) demande plus de mémoire qu'il n'en est donné.").format(
            names=_format_long_text_column_names(parsed)
        ),
        _SHORTEN,
    )


def _format_long_text_column_names(parsed: Mapping[str, ParsedExpression]) -> str:
    """Those that make long texts; else all."""
    long = [name for name, one in parsed.items() if one.size.held.times > FEW_TIMES]
    return ", ".join(str(quote_text(name)) for name in long or parsed)
