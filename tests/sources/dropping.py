"""Files that somebody drops, as the tests of every kind of drop make them."""

from __future__ import annotations

import os
import time
from pathlib import Path

COLUMNS = {"station": "publish", "valeur": "publish"}


def drop_file(
    folder: Path, name: str, *rows: str, header: str = "station,valeur", age: float = 3600.0
) -> Path:
    """``age``: how many seconds ago it was written."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((header, *rows)) + "\n")
    then = time.time() - age
    os.utime(path, (then, then))
    return path
