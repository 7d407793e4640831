"""Runs the benchmarks and prints their tables; ``--only`` (or ``ONLY``) and ``--record`` (or ``RECORD=1``).

A benchmark is a module of this folder with a function ``run() -> Iterable[Row]``.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import benchmarks
from benchmarks.frame import Row, machine, table, versions

RECORD = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
TITLE = (
    "# Benchmarks\n\nWritten by `make bench RECORD=1`, newest last. Every number was measured in that run.\n"
)
FRAME = {"frame", "accounting", "census", "fleet_airflow", "punctuality", "sending", "__main__"}


def names() -> list[str]:
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if name not in FRAME)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=benchmarks.__doc__)
    parser.add_argument("--only", default=os.environ.get("ONLY", ""), help="names, separated by commas")
    parser.add_argument(
        "--record", action="store_true", default=os.environ.get("RECORD", "0") in ("1", "yes")
    )
    given = parser.parse_args(arguments)
    chosen = [name for name in given.only.replace(" ", ",").split(",") if name] or names()
    unknown = [name for name in chosen if name not in names()]
    if unknown:
        parser.error(f"unknown benchmark {', '.join(unknown)}: choose from {', '.join(names())}")
    sys.stdout.write(f"{machine()}\n{versions()}\n")
    for name in chosen:
        sys.stdout.write(f"\n## {name}\n\n")
        sys.stdout.flush()
        rows = []
        for row in importlib.import_module(f"benchmarks.{name}").run():
            # The whole of one may take an hour.
            sys.stderr.write(f"{row.what}: {row.seconds:.2f} s. {row.note}\n")
            rows.append(row)
        sys.stdout.write(table(rows) + "\n")
        if given.record:
            record(name, rows)
    return 0


def record(name: str, rows: Sequence[Row]) -> None:
    """Appends a table to ``docs/benchmarks.md`` with its day, machine and versions."""
    RECORD.parent.mkdir(exist_ok=True)
    if not RECORD.exists():
        RECORD.write_text(TITLE, encoding="utf-8")
    day = datetime.now(UTC).date().isoformat()
    with RECORD.open("a", encoding="utf-8") as file:
        file.write(f"\n## {name}, {day}\n\n{machine()}; {versions()}.\n\n{table(rows)}\n")


if __name__ == "__main__":
    sys.exit(main())
