"""Numbers the records of a long block of CSV at once, where its quotes leave no doubt: line by line takes thrice as long.

Quotes leave none where each odd one opens a cell and each even one closes it, or stands with the next for one quote
of its text (RFC 4180, 2.5 to 2.7). A newline then ends a record where the quotes before it are even.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.sources.reading import BLANKS

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]

_NEWLINE, _RETURN, _QUOTE = b"\n"[0], b"\r"[0], b'"'[0]
_BLANK_STARTS = bytes({character.encode()[0] for character in BLANKS})


@dataclass(frozen=True)
class NumberedBlock:
    """``text``: each record, of one line or several, its line number before it. ``lines``: how many the block has.
    ``blanks``: the records left out that hold nothing but delimiters and blanks; empty lines do not count."""

    text: pa.Buffer
    lines: int
    records: int
    blanks: int


def number_block_records(
    block: str, delimiter: str, first_line: int, is_blank: Callable[[str], bool]
) -> NumberedBlock | None:
    """The records of whole lines of a file, without their last newline, of which the first begins a record; None for a
    block that must be read line by line. ``is_blank``: whether a record of one line holds nothing."""
    if not delimiter.isascii():
        return None
    data = np.frombuffer((block + "\n").encode(), dtype=np.uint8)
    newlines = np.flatnonzero(data == _NEWLINE)
    quotes = np.flatnonzero(data == _QUOTE)
    returns = np.flatnonzero(data == _RETURN)
    if not (
        _do_quotes_delimit_whole_cells(data, quotes, delimiter) and (data[returns + 1] == _NEWLINE).all()
    ):
        return None
    ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    starts = np.concatenate(([0], ends[:-1] + 1))
    first_lines = np.searchsorted(newlines, starts)
    is_filled, blanks = np.ones(len(starts), dtype=bool), 0
    for rank in _list_possibly_blank_records(data, starts, delimiter):
        line = data[starts[rank] : ends[rank]].tobytes().decode().removesuffix("\r")
        if "\n" not in line and is_blank(line):
            is_filled[rank] = False
            blanks += bool(line)
    bounds = np.append(starts, len(data))
    if len(returns):
        kept = np.ones(len(data), dtype=bool)
        kept[returns[np.isin(returns + 1, ends, assume_unique=True)]] = False
        data, bounds = data[kept], bounds - np.searchsorted(np.flatnonzero(~kept), bounds)
    text = _join_line_numbers(data, bounds, first_lines + first_line, is_filled, delimiter)
    return NumberedBlock(text, len(newlines), int(np.count_nonzero(is_filled)), blanks)


def _do_quotes_delimit_whole_cells(data: Bytes, quotes: Positions, delimiter: str) -> bool:
    """Whether each pair of quotes opens and closes a cell, or a part of it that ends in a doubled quote."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before, after = data[opening - 1], data[closing + 1]
    opens = (before == ord(delimiter)) | (before == _NEWLINE)
    closes = (after == ord(delimiter)) | (after == _NEWLINE) | (after == _RETURN)
    doubled = closing[:-1] + 1 == opening[1:]
    opens[1:] |= doubled
    closes[:-1] |= doubled
    return bool(np.all(opens) and np.all(closes))


def _list_possibly_blank_records(data: Bytes, starts: Positions, delimiter: str) -> list[int]:
    """The ranks of those that may hold nothing, by what they begin with."""
    doubtful = np.zeros(256, dtype=bool)
    doubtful[list(_BLANK_STARTS + delimiter.encode())] = True
    quoted = doubtful.copy()
    quoted[_QUOTE] = True
    following = data[np.minimum(starts + 1, len(data) - 1)]
    is_doubtful = doubtful[data[starts]] | ((data[starts] == _QUOTE) & quoted[following])
    return [int(rank) for rank in np.flatnonzero(is_doubtful)]


def _join_line_numbers(
    data: Bytes, bounds: Positions, numbers: Positions, wanted: npt.NDArray[np.bool_], delimiter: str
) -> pa.Buffer:
    """The ``wanted`` records of ``data``, which is cut at ``bounds``, each after its number."""
    offsets = pa.py_buffer(bounds.astype(np.int32))
    records = pa.Array.from_buffers(pa.binary(), len(numbers), [None, offsets, pa.py_buffer(data)])
    before = pa.array(numbers).cast(pa.string()).cast(pa.binary())
    if not wanted.all():
        records, before = (cells.filter(pa.array(wanted)) for cells in (records, before))
    joined = pc.binary_join_element_wise(before, records, pa.scalar(delimiter.encode(), pa.binary()))
    _validity, ends, text = joined.buffers()
    return (
        text.slice(0, int(np.frombuffer(ends, np.int32)[len(joined)])) if len(joined) else pa.py_buffer(b"")
    )
