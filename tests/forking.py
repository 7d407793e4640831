"""The server of ``tests/readers.py``, run by its path: it forks a process for each request, which does as the program
of its argument does in an interpreter of its own."""

from __future__ import annotations

import marshal
import os
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import IO, Any

_LENGTH = 8


def send(out: IO[bytes], content: Any) -> None:
    packed = marshal.dumps(content)
    out.write(len(packed).to_bytes(_LENGTH, "big") + packed)
    out.flush()


def receive(incoming: IO[bytes]) -> Any:
    """Raises EOFError when nobody is there any more."""
    length = incoming.read(_LENGTH)
    if len(length) < _LENGTH:
        raise EOFError
    return marshal.loads(incoming.read(int.from_bytes(length, "big")))


def serve(program: str) -> None:
    code = compile(Path(program).read_bytes(), program, "exec")
    # Ctrl-C reaches the whole group: whoever asks decides when this ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError):
        while True:
            request, environment, seconds = receive(sys.stdin.buffer)
            send(sys.stdout.buffer, _run(code, request, environment, seconds))


def _run(
    code: CodeType, request: bytes, environment: dict[str, str], seconds: float
) -> tuple[int | None, bytes]:
    """The exit code, ``None`` when it had to be killed, and what was printed."""
    asked, ask = os.pipe()
    answered, answer = os.pipe()
    child = os.fork()
    if not child:
        os.close(ask)
        os.close(answered)
        _become(code, environment, asked, answer)
    os.close(asked)
    os.close(answer)
    with suppress(BrokenPipeError), os.fdopen(ask, "wb") as file:
        file.write(request)
    with os.fdopen(answered, "rb", buffering=0) as file:
        printed = _read_until(file, time.monotonic() + seconds)
    if printed is None:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return (None, b"") if printed is None else (status, printed)


def _read_until(file: Any, limit: float) -> bytes | None:
    read = b""
    while select.select([file], [], [], max(0.0, limit - time.monotonic()))[0]:
        block = file.read(1 << 20)
        if not block:
            return read
        read += block
    return None


def _become(code: CodeType, environment: dict[str, str], asked: int, answer: int) -> None:
    """In the child: never returns."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for number, opened in enumerate((asked, answer, nowhere)):
            os.dup2(opened, number)
            os.close(opened)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        sys.stdin, sys.stdout = open(0, encoding="utf-8"), open(1, "w", encoding="utf-8")  # noqa: SIM115
        exec(code, {"__name__": "__main__"})
        sys.stdout.flush()
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    import fastexcel  # noqa: F401 - so that no child does
    import pyarrow.compute  # noqa: F401

    serve(sys.argv[1])
