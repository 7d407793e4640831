"""Names and values in SQL, without the engine that runs it: rules are read at DAG-parse time."""

import re
from collections.abc import Iterable
from pathlib import Path

EXACT = "DECIMAL(28, 10)"
"""Numbers reckoned exactly: 0.3 is three tenths."""


def literal(text: str) -> str:
    """A SQL string literal. DuckDB takes NUL for the end of a query: it is said otherwise."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "(" + quoted.replace("\0", "' || chr(0) || '") + ")" if "\0" in text else quoted


def build_glob_escaped_path_literal(path: Path | str) -> str:
    """The path of one file: DuckDB takes « * », « ? » and « [ » for a pattern, which a folder named « * » would make lead
    to what stands beside it, through links."""
    return literal(re.sub(r"[*?[]", r"[\g<0>]", str(path)))


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def identifiers(names: Iterable[str]) -> str:
    """Quoted SQL identifiers, separated by commas."""
    return ", ".join(map(identifier, names))


def build_read_parquet_sql(*paths: Path | str, union_by_name: bool = False) -> str:
    """The relation that reads Parquet files one after the other, columns by position or by name. A folder
    named ``a=b`` is no column."""
    listed = ", ".join(map(build_glob_escaped_path_literal, paths))
    union = ", union_by_name = true" if union_by_name else ""
    return f"read_parquet([{listed}], hive_partitioning = false{union})"


def build_luhn_condition_sql(text_sql: str, length: int) -> str:
    """The last of so many digits checks the others (ISO/IEC 7812-1, annex B)."""
    digits = [f"(TRY_CAST({text_sql} AS BIGINT) // {10**rank} % 10)" for rank in range(length)]
    doubled = [f"{digit} * 2 - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END" for digit in digits[1::2]]
    return f"({' + '.join([*digits[::2], *doubled])}) % 10 = 0"
