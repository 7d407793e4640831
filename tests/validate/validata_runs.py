"""Run by the Python of Validata's own environment: cases on standard input, what breaks on standard output.

A case is ``{"schema": …, "rows": [[header…], [cell…]…]}``; its answer, for each error of a row,
``[line, field, code]``, the header being line 1; the code is ``crash`` for a row that stops Validata itself.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

warnings.simplefilter("ignore")

from validata_core import validate  # noqa: E402


def verdict(case: dict[str, Any]) -> list[list[Any]]:
    header, *rows = case["rows"]
    return errors_of(case["schema"], header, rows, 2)


def errors_of(schema: dict[str, Any], header: list[str], rows: list[Any], first: int) -> list[list[Any]]:
    """What stops Validata is looked for by halves."""
    try:
        (task,) = validate([header, *rows], schema, limit_errors=1_000_000)["tasks"]
    except Exception:  # noqa: BLE001 - whatever it is, there is no verdict
        half = len(rows) // 2
        if half == 0:
            return [[first, None, "crash"]]
        rest = errors_of(schema, header, rows[half:], first + half)
        return [*errors_of(schema, header, rows[:half], first), *rest]
    found = [
        [error.get("rowPosition"), error.get("fieldName"), error.get("code")] for error in task["errors"]
    ]
    return [[line + first - 2, name, code] for line, name, code in found if line is not None]


if __name__ == "__main__":
    json.dump([verdict(case) for case in json.load(sys.stdin)], sys.stdout)
