"""Patterns of RE2 asked of cells. Arrow compiles a pattern each time that it is asked, which of a small table costs twenty
times what reading its cells does: of few cells, it is compiled once and kept."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan.cell_bytes import CellBytes

FEW_CELLS = 100
"""Up to how many it pays: beyond, a call for each cell costs more than a pattern."""


def find_matching_cells(cells: pa.StringArray, pattern: str) -> npt.NDArray[np.bool_]:
    """Whether RE2 finds ``pattern`` in each cell, false of a null. The answer may be written to."""
    if len(cells) > FEW_CELLS:
        found = pc.fill_null(pc.match_substring_regex(cells, pattern), False)
        return np.array(found.to_numpy(zero_copy_only=False), dtype=bool)
    search = _compile_pattern(pattern).search
    texts = cells.cast(pa.binary()).to_pylist()
    return np.fromiter((text is not None and search(text) is not None for text in texts), bool, len(texts))


def find_matching_cells_or_flag_all(cells: pa.StringArray, pattern: str) -> npt.NDArray[np.bool_]:
    """The same of cells that hold something, and no line break, read as the lines of one text: a call for each costs
    more than its letters. Where it is found in many, no more is known than that: true of all of them."""
    text, ends = CellBytes(cells).join_cells_with_newlines()
    most = len(cells) // MANY_MATCHES
    matches = islice(_compile_line_pattern(pattern).finditer(text), most + 1)
    starts = [match.start() for match in matches]
    found = np.full(len(cells), len(starts) > most)
    found[np.searchsorted(ends, starts)] = True
    return found


MANY_MATCHES = 10
"""One match for so many cells is too many to tell them one by one."""


@lru_cache(maxsize=512)
def _compile_pattern(pattern: str) -> Any:
    import re2

    return re2.compile(pattern.encode(), _build_re2_options())


@lru_cache(maxsize=64)
def _compile_line_pattern(pattern: str) -> Any:
    import re2

    options = _build_re2_options()
    options.never_nl = True  # nothing goes on from one line to the next
    options.max_mem = 64 << 20
    return re2.compile(f"(?m:{pattern})".encode(), options)


def _build_re2_options() -> Any:
    import re2

    options = re2.Options()
    options.never_capture = True  # where a group ends is not asked, and costs several times the answer
    return options
