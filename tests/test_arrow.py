"""pyarrow, kept from pandas: in a process of its own, since it looks for it once."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import pyarrow as pa
import pyarrow.compute as pc
from aqueduc.arrow import start_arrow_without_pandas

start_arrow_without_pandas()
cells = pa.array(["a", None, ""])
print(pc.fill_null(pc.not_equal(cells, ""), False).to_numpy(zero_copy_only=False).tolist())
print("pandas" in sys.modules)

frame = pa.table({"n": [1, None], "t": ["x", None]}).to_pandas()
print(len(frame), pa.Table.from_pandas(frame, preserve_index=False).to_pylist())
import pandas
print(pa.array(pandas.Series([1.0, float("nan")])).to_pylist())
"""


def test_pyarrow_converts_without_pandas_and_pandas_is_found_afterwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines() == [
        "[True, False, False]",
        "False",
        "2 [{'n': 1.0, 't': 'x'}, {'n': None, 't': None}]",
        "[1.0, None]",
    ]
