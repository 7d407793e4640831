"""Once a day, or now (`--once`): removes task logs and Airflow history older than HISTORY_DAYS. Nothing of Aqueduc's own.

A data set that runs every ten minutes writes a thousand log files a day; neither Airflow nor Docker removes
them. Certificates and revisions live in the store, which this does not touch.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from health import HOUSEKEEPING_STAMP

DAY_S = 86_400


def remove_logs(folder: Path, before: datetime) -> int:
    """Removes files last written before that instant, and folders then empty; returns how many files."""
    limit = before.timestamp()
    removed = 0
    for parent, _, names in os.walk(folder, topdown=False):
        # Asked before its files go: a folder that a task has just made, still empty, must stay.
        old = Path(parent).stat().st_mtime < limit
        for path in (Path(parent, name) for name in names):
            if not path.is_symlink() and path.stat().st_mtime < limit:
                path.unlink()
                removed += 1
        if old and Path(parent) != folder and not any(Path(parent).iterdir()):
            Path(parent).rmdir()
    return removed


def tidy(now: datetime) -> None:
    before = now - timedelta(days=int(os.environ["HISTORY_DAYS"]))
    removed = remove_logs(Path(os.environ["AIRFLOW__LOGGING__BASE_LOG_FOLDER"]), before)
    sys.stdout.write(f"{removed} log files older than {before:%Y-%m-%d} removed\n")
    clean = ["db", "clean", "--clean-before-timestamp", before.isoformat(), "--skip-archive", "--yes"]
    subprocess.run(["airflow", *clean], check=True)  # noqa: S607
    HOUSEKEEPING_STAMP.touch()


def main(arguments: list[str]) -> None:
    tidy(datetime.now(UTC))
    while "--once" not in arguments:
        time.sleep(DAY_S)
        tidy(datetime.now(UTC))


if __name__ == "__main__":
    main(sys.argv[1:])
