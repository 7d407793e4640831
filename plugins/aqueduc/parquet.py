"""Parquet files read whole, without pyarrow's datasets: those import pandas, 0.2 CPU seconds of each process."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def read_parquet(path: Path | str, columns: Sequence[str] | None = None) -> pa.Table:
    """The table of a file, or its ``columns``. Raises OSError, and pyarrow's errors for what is no Parquet."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        if columns is None:
            return file.read()
        # A column named like the beginning of another's, up to a dot, would bring that one along.
        return file.read(list(columns)).select(list(columns))
