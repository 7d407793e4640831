"""Cells that a spreadsheet would take for formulas when it opens a CSV (OWASP, « CSV Injection »).

A text that starts with = + - @, a tab or an end of line, or their full-width twins, and is no number, may
be evaluated, and a formula may start a program or send a cell away. It is told, never refused: « - » and
« +33… » are honest cells. OWASP's remedy, an apostrophe before the cell, changes the data for every program
that reads them: so it is a choice (``publish: {formulas: prefix}``). In XLSX, Parquet and GeoJSON a text is a
text.
"""

from pathlib import Path

import duckdb

from aqueduc.declaration.spec import Dataset, OutputFormat
from aqueduc.duck import build_read_parquet_sql, fetch_single_row, identifier, literal, read_column_types
from aqueduc.findings import Finding
from aqueduc.language import join_messages, quote_text
from aqueduc.validate.findings import FormulaCells, PrefixedFormulaCells

PREFIX = "'"
_STARTS = "=+-@\t\r\n＝＋－＠"
_NUMBER = r"[-+]?[0-9][0-9 .,\x{00A0}\x{202F}]*%?"


def build_formula_test_sql(column: str) -> str:
    """SQL: whether a spreadsheet would evaluate the VARCHAR expression ``column``; NULL of NULL."""
    # A code point, which takes less time than a pattern: every cell that is published is asked.
    starts = ", ".join(str(ord(character)) for character in _STARTS)
    return f"(ascii({column}) IN ({starts}) AND NOT regexp_full_match({column}, {literal(_NUMBER)}))"


def build_formula_prefix_sql(column: str) -> str:
    """SQL: the cell, with an apostrophe before what a spreadsheet would evaluate."""
    return f"CASE WHEN {build_formula_test_sql(column)} THEN {literal(PREFIX)} || {column} ELSE {column} END"


def check_formula_cells(con: duckdb.DuckDBPyConnection, dataset: Dataset, valid: Path) -> tuple[Finding, ...]:
    """One finding for the whole file at ``valid``, if it will be published as CSV and holds any."""
    publication = dataset.publication
    if publication.is_link_to_source or OutputFormat.CSV not in publication.formats:
        return ()
    source = build_read_parquet_sql(valid)
    texts = [name for name, kind in read_column_types(con, source).items() if kind == "VARCHAR"]
    if not texts:
        return ()
    counts = ", ".join(f"count(*) FILTER ({build_formula_test_sql(identifier(name))})" for name in texts)
    row = fetch_single_row(con, f"SELECT {counts} FROM {source}")
    found = {name: int(count) for name, count in zip(texts, row, strict=True) if count}
    if not found:
        return ()
    kind = PrefixedFormulaCells if publication.formulas == "prefix" else FormulaCells
    detail = {"cells": sum(found.values()), "columns": join_messages(map(quote_text, found))}
    return (kind(count=sum(found.values()), detail=detail),)
