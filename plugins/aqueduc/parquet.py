"""Parquet files read whole or by batches, without pyarrow's datasets: those import pandas, 0.2 CPU seconds of each
process."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

BATCH_ROWS = 65_536


def read_parquet(path: Path | str, columns: Sequence[str] | None = None) -> pa.Table:
    """The table of a file, or its ``columns``. Raises OSError, and pyarrow's errors for what is no Parquet."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        if columns is None:
            return file.read()
        # A column named like the beginning of another's, up to a dot, would bring that one along.
        return file.read(list(columns)).select(list(columns))


def read_batches_of_one_column(path: Any, name: str) -> Iterator[pa.Array]:
    """The cells of a column of a Parquet file (its path, or what reads it), some at a time. Raises as ``read_parquet``."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=[name]):
            yield batch.column(name)
