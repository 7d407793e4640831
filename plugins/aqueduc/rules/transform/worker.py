"""The process in which a function of the city's runs: see ``process``, which starts it by its path.

It imports nothing of Aqueduc. Each message, both ways, is its length (8 bytes) and its bytes. It is given
where the function is (JSON), then batches (an Arrow stream of one column of texts). It answers each with
``A`` and an Arrow stream, or with ``E`` and a JSON object that says what went wrong: a word, the name of a
class of Python's own, numbers; nothing that the function was given or made.
"""

from __future__ import annotations

import builtins
import ctypes
import importlib.util
import inspect
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pyarrow as pa

LENGTH = 8
ANSWER, ERROR = b"A", b"E"
MEMORY_BYTES = 4 << 30
# How many values of each batch are asked twice, the second time in the other order.
ASKED_TWICE = 1_000
_PDEATHSIG, _NEWNET, _NEWUSER = 1, 0x40000000, 0x10000000


class UnusableFunctionAnswer(Exception):
    """What the function gave is no answer; ``word`` says why."""

    def __init__(self, word: str, **numbers: int) -> None:
        super().__init__(word)
        self.word, self.numbers = word, numbers


def main() -> None:
    """Answers until there is nothing more to read."""
    incoming, outgoing = _take_over_standard_streams()
    _restrict_process()
    function: Callable[[pa.Array], pa.Array] | None = None
    while (message := _receive_message(incoming)) is not None:
        try:
            if function is None:
                function = _load_function(json.loads(message))
                answer = ANSWER
            else:
                answer = ANSWER + _encode_texts_as_arrow_stream(
                    _call_function_and_check_repeatability(function, _decode_texts_from_arrow_stream(message))
                )
        except UnusableFunctionAnswer as refused:
            answer = ERROR + json.dumps({"word": refused.word, **refused.numbers}).encode()
        except BaseException as error:  # noqa: BLE001 - code of the city's: SystemExit comes out of it too
            answer = (
                ERROR
                + json.dumps(
                    {"word": "raised", "class": _find_nearest_builtin_exception_name(error)}
                ).encode()
            )
        outgoing.write(len(answer).to_bytes(LENGTH, "big") + answer)
        outgoing.flush()


def _take_over_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """What came as 0 and 1, out of the function's reach; its own input is empty, its output goes nowhere."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return incoming, outgoing


def _restrict_process() -> None:
    """No file written, no core dumped, no memory without end, no network where the system lets a process do
    without, and nothing that outlives who asked: each as far as this system can."""
    for limit, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        if libc.unshare(_NEWNET):
            libc.unshare(_NEWUSER | _NEWNET)
        # After it: to enter a namespace of users is to change credentials, which forgets this.
        libc.prctl(_PDEATHSIG, signal.SIGKILL)


def _receive_message(incoming: BinaryIO) -> bytes | None:
    head = incoming.read(LENGTH)
    return incoming.read(int.from_bytes(head, "big")) if len(head) == LENGTH else None


def _find_nearest_builtin_exception_name(error: BaseException) -> str:
    """The nearest class of Python's own: the name of another could be made of a value."""
    return next(
        str(kind.__name__) for kind in type(error).__mro__ if vars(builtins).get(kind.__name__) is kind
    )


# --- the function -----------------------------------------------------------------------------------------


def _load_function(where: dict[str, Any]) -> Callable[[pa.Array], pa.Array]:
    sys.path[:] = where["sys_path"]
    spec = importlib.util.spec_from_file_location("aqueduc_transform", where["file"])
    if spec is None or spec.loader is None:
        raise UnusableFunctionAnswer("absent")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function = getattr(module, where["function"], None)
    if not callable(function):
        raise UnusableFunctionAnswer("absent")
    arrow = _has_arrow_parameter(function)
    return lambda texts: _transform_texts_and_check_answer(function, texts, arrow=arrow)


def _has_arrow_parameter(function: Callable[..., Any]) -> bool:
    parameters = list(inspect.signature(function).parameters.values())
    annotation = str(parameters[0].annotation) if parameters else ""
    return "pa.Array" in annotation or "pyarrow" in annotation


def _transform_texts_and_check_answer(
    function: Callable[..., Any], texts: pa.Array, *, arrow: bool
) -> pa.Array:
    import pandas as pd
    import pyarrow as pa

    if arrow:
        given = function(texts)
        expected = None
    else:
        series = pd.Series(texts.to_pylist(), dtype="object")
        expected = series.index.copy()
        given = function(series)
    values = _list_answer_values(given)
    if len(values) != len(texts):
        raise UnusableFunctionAnswer("count", given=len(values), wanted=len(texts))
    if isinstance(given, pd.Series) and expected is not None and not given.index.equals(expected):
        raise UnusableFunctionAnswer("index")
    return pa.array([_format_answer_value(value) for value in values], pa.string())


def _list_answer_values(given: Any) -> list[Any]:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    if isinstance(given, pa.Array | pa.ChunkedArray):
        return list(given.to_pylist())
    if isinstance(given, pd.Series | pd.Index | list | tuple) or (
        isinstance(given, np.ndarray) and given.ndim == 1
    ):
        return list(given)
    raise UnusableFunctionAnswer("container")


def _format_answer_value(value: Any) -> str | None:
    import numpy as np
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT:
        return None
    kinds = str | int | float | Decimal | date | time | timedelta | np.generic
    if isinstance(value, bytes) or not isinstance(value, kinds):
        raise UnusableFunctionAnswer("object")
    # What is not a number, or not a time, is unlike itself.
    return str(value) if value == value else None


def _call_function_and_check_repeatability(
    function: Callable[[pa.Array], pa.Array], texts: pa.Array
) -> pa.Array:
    """The answers. Some are asked for again, fewer and in the other order: each must be that of its value."""
    answers = function(texts)
    backwards = list(range(min((len(texts) + 1) // 2, ASKED_TWICE) - 1, -1, -1))
    if not function(texts.take(backwards)).equals(answers.take(backwards)):
        raise UnusableFunctionAnswer("neighbours")
    return answers


# --- Arrow ------------------------------------------------------------------------------------------------


def _decode_texts_from_arrow_stream(message: bytes) -> pa.Array:
    import pyarrow as pa

    with pa.ipc.open_stream(message) as reader:
        return reader.read_all().column(0).combine_chunks()


def _encode_texts_as_arrow_stream(texts: pa.Array) -> bytes:
    import pyarrow as pa

    table = pa.table({"texts": texts})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


if __name__ == "__main__":
    main()
