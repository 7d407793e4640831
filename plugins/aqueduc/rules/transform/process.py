"""The city's own functions, ``include/transforms/*.py``: from a batch of values to as many.

::

    import pandas as pd

    def commune(adresses: pd.Series) -> pd.Series: ...

A function whose parameter is annotated ``pyarrow.Array`` (or ``pa.Array``) gets Arrow, any other a pandas
Series; both hold distinct, non-null values of the column, as text, and each answer (a text, a number, a date
or nothing) is read as text. The file's SHA-256 is part of the declaration, which the certificate names.

It runs in a process of its own (``worker``, which says what it is confined to), one for each column, which is given
the values of that column and nothing else: neither the secrets of the task's environment nor its output. Whatever
comes out of it but answers, an exception, an exit, a signal or nothing in time, is a finding that quotes none of it.
Where Linux cannot confine it, nothing runs, unless the city accepts it (``confinement: none``).

What is left: its answers themselves, which may say anything of the values (the review of ``include/`` and the gates
that follow read them), and, where the city accepts a system without Landlock, every file that the worker's account
may read, other processes' environments among them but for this one's.
"""

import builtins
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa

from aqueduc.errors import AnonymisationGateClosed, PackageExtraMissing
from aqueduc.findings import Finding
from aqueduc.language import Message, _
from aqueduc.rules.transform import CustomFunctionRule, TransformFailed, TransformUnconfined, worker

SECONDS = 600.0
"""For the values that are given at a time, fifty thousand at most; and for the file to be loaded."""

_ANSWER_BYTES = 1 << 30
_READ_BYTES = 1 << 20
_LOOK_S = 0.2
# A process that is of no more use is given this long to end by itself.
_GRACE_S = 5.0
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
_SET = {"HOME": "/", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}

_PR_SET_DUMPABLE = 4  # linux/prctl.h

_LACKS = {
    "no_landlock": _("Landlock manque au noyau (Linux 5.13 ou plus récent)"),
    "no_seccomp": _("la bibliothèque libseccomp manque, ou le noyau n'a pas seccomp"),
}
_UNREADABLE = _("ce qu'elle rend ne se lit pas")
_WORDS = {
    "absent": _("elle n'est pas dans le fichier"),
    "container": _("elle rend autre chose qu'une série, un tableau ou une liste"),
    "index": _("elle a changé l'index de la série"),
    "object": _("elle rend autre chose que des textes, des nombres et des dates"),
    "neighbours": _("sa réponse pour une valeur dépend des autres valeurs, de leur ordre ou du hasard"),
}


@contextmanager
def open_custom_function_in_subprocess(
    include: Path, column: str, rule: CustomFunctionRule
) -> Iterator[Callable[[pa.Array], pa.Array]]:
    """The city's function, from texts to texts, for as long as the block runs. It raises
    AnonymisationGateClosed for whatever goes wrong in it, and PackageExtraMissing without pandas."""
    if find_spec("pandas") is None:
        raise PackageExtraMissing(_("une fonction de la Ville (include/transforms/)"), "transforms")
    with _start_worker_process() as process:
        running = _CustomFunctionWorkerClient(process)

        def send_to_worker_or_raise(message: bytes) -> bytes:
            try:
                return running.request_answer(message)
            except _CustomFunctionFailure as failed:
                kind = TransformUnconfined if failed.why in _LACKS.values() else TransformFailed
                raise _build_transform_failure_error(column, rule, failed.why, kind) from None

        def apply_function(texts: pa.Array) -> pa.Array:
            result = _decode_texts_from_arrow_stream(
                send_to_worker_or_raise(_encode_texts_as_arrow_stream(texts))
            )
            if result is None or len(result) != len(texts):
                raise _build_transform_failure_error(column, rule, _UNREADABLE)
            return result

        file = include / rule.path
        alone = file.parent.resolve() == include.resolve()
        send_to_worker_or_raise(
            _encode_start_message(
                file, rule.function, [file if alone else file.parent], confined=rule.confined
            )
        )
        yield apply_function


def find_missing_confinement() -> Message | None:
    """What this system lacks to confine a function; None when it lacks nothing. It starts a process to know."""
    with _start_worker_process() as process:
        try:
            # The file is nobody's: what is told is whether one would have been read.
            _CustomFunctionWorkerClient(process).request_answer(
                _encode_start_message(Path(os.devnull), "", [])
            )
        except _CustomFunctionFailure as failed:
            return failed.why if failed.why in _LACKS.values() else None
    return None


def _encode_start_message(file: Path, function: str, readable: list[Path], *, confined: bool = True) -> bytes:
    """``readable``: its folder, which the fingerprint of the declaration covers; not the folders of the task."""
    packages = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    where = {
        "file": str(file),
        "function": function,
        "packages": packages,
        "readable": [*packages, *map(str, readable)],
        "confined": confined,
    }
    return json.dumps(where).encode()


class _CustomFunctionFailure(Exception):
    """No answer. ``why`` quotes nothing of what the function was given, or made."""

    def __init__(self, why: Message) -> None:
        super().__init__()
        self.why = why


# --- the process ------------------------------------------------------------------------------------------


@contextmanager
def _start_worker_process() -> Iterator[subprocess.Popen[bytes]]:
    """Leads a session of its own, so that what it starts ends with it.

    This process gives up being dumped from then on: its environment and memory, which hold secrets and cells, are then
    readable in ``/proc`` by no other of its account, whether Landlock is there or not."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)
    process = subprocess.Popen(
        [sys.executable, "-I", "-W", "ignore", str(worker.__file__)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT if name in os.environ} | _SET,
        cwd="/",
        start_new_session=True,
        bufsize=0,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for channel in (process.stdin, process.stdout):
            if channel:
                channel.close()


@dataclass
class _CustomFunctionWorkerClient:
    process: subprocess.Popen[bytes]

    def request_answer(self, message: bytes) -> bytes:
        """What is answered to ``message``. Raises _CustomFunctionFailure."""
        answer = self._exchange_messages(len(message).to_bytes(worker.LENGTH, "big") + message)
        kind, content = answer[:1], answer[1:]
        if kind == worker.ANSWER:
            return content
        raise _CustomFunctionFailure(_parse_failure_message(content))

    def _exchange_messages(self, message: bytes) -> bytes:
        """Both ways at once, watching the clock and the process: a full pipe blocks neither, and an end that
        a process left behind still holds is no sign of life."""
        out, back = (
            _set_nonblocking_descriptor(self.process.stdin),
            _set_nonblocking_descriptor(self.process.stdout),
        )
        left, received = memoryview(message), bytearray()
        until = time.monotonic() + SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_WRITE)
            selector.register(back, selectors.EVENT_READ)
            while (whole := _extract_complete_message(received)) is None:
                if time.monotonic() > until:
                    raise _CustomFunctionFailure(
                        _("elle n'a rien rendu en {} secondes").format(round(SECONDS))
                    )
                ready = {key.fd for key, _ in selector.select(_LOOK_S)}
                if out in ready:
                    left = left[self._write_available_bytes(out, left) :]
                    if not left:
                        selector.unregister(out)
                if back in ready:
                    chunk = os.read(back, _READ_BYTES)
                    if not chunk:
                        raise self._build_exit_failure()
                    received += chunk
                elif self.process.poll() is not None:
                    raise self._build_exit_failure()
        if left:
            raise _CustomFunctionFailure(_UNREADABLE)
        return whole

    def _write_available_bytes(self, out: int, left: memoryview) -> int:
        try:
            return os.write(out, left)
        except BrokenPipeError:
            raise self._build_exit_failure() from None

    def _build_exit_failure(self) -> _CustomFunctionFailure:
        """Its exit status is the function's to choose: it is not told."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE_S)
        code = self.process.returncode
        if code is None or code >= 0:
            return _CustomFunctionFailure(_("elle a mis fin à son processus"))
        known = {number.value: number.name for number in signal.Signals}
        return _CustomFunctionFailure(_("son processus a été arrêté par {}").format(known.get(-code, "?")))


def _set_nonblocking_descriptor(channel: Any) -> int:
    descriptor: int = channel.fileno()
    os.set_blocking(descriptor, False)
    return descriptor


def _extract_complete_message(received: bytearray) -> bytes | None:
    """The message, once it is there. Raises _CustomFunctionFailure for what cannot be one."""
    size = worker.LENGTH
    if len(received) < size:
        return None
    length = int.from_bytes(received[:size], "big")
    if length > _ANSWER_BYTES or len(received) > size + length:
        raise _CustomFunctionFailure(_UNREADABLE)
    return bytes(received[size:]) if len(received) == size + length else None


def _parse_failure_message(content: bytes) -> Message:
    """What a process says of its failure, as far as it is one of the things it may say."""
    try:
        said = json.loads(content)
    except ValueError:
        return _UNREADABLE
    if not isinstance(said, Mapping):
        return _UNREADABLE
    match said.get("word"), said.get("class"), said.get("given"), said.get("wanted"):
        case "raised", str(name), _, _ if _is_builtin_exception_name(name):
            return _("elle a levé {}").format(name)
        case "count", _, int(given), int(wanted):
            return _("valeurs qu'elle rend : {} ; reçues : {}").format(given, wanted)
        case str(word), _, _, _ if word in _WORDS | _LACKS:
            return (_WORDS | _LACKS)[word]
        case _:
            return _UNREADABLE


def _is_builtin_exception_name(name: str) -> bool:
    found = vars(builtins).get(name)
    return isinstance(found, type) and issubclass(found, BaseException)


# --- Arrow ------------------------------------------------------------------------------------------------


def _encode_texts_as_arrow_stream(texts: pa.Array) -> bytes:
    table = pa.table({"texts": texts})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _decode_texts_from_arrow_stream(message: bytes) -> pa.Array | None:
    """The texts answered; None for what is no stream of one column of texts."""
    try:
        with pa.ipc.open_stream(message) as reader:
            table = reader.read_all()
            table.validate(full=True)
    except (pa.ArrowException, OSError):
        return None
    if table.num_columns != 1 or table.schema.field(0).type != pa.string():
        return None
    return table.column(0).combine_chunks()


def _build_transform_failure_error(
    column: str, rule: CustomFunctionRule, why: Message, kind: type[Finding] = TransformFailed
) -> AnonymisationGateClosed:
    finding = kind(column=column, detail={"function": rule.function, "file": rule.path, "why": why})
    return AnonymisationGateClosed(
        _("Une fonction de la Ville n'a pas rempli son office."),
        findings=[finding],
        where=f"include/{rule.path}",
        remedy=finding.format_remedy(),
    )
