"""The process in which a function of the city's runs: see ``process``, which starts it by its path.

It imports nothing of Aqueduc. Each message, both ways, is its length (8 bytes) and its bytes. It is given
where the function is (JSON), then batches (an Arrow stream of one column of texts). It answers each with
``A`` and an Arrow stream, or with ``E`` and a JSON object that says what went wrong: a word, the name of a
class of Python's own, numbers; nothing that the function was given or made.

Before it reads a line of the city's, it confines itself for good. By Landlock it reads the system's libraries,
the installed packages and the folder of the function, and nothing else: no ``/proc``, no vault. By seccomp it
has the system calls of ``_ALLOWED_CALLS`` and few others: no socket of any family, no process, no signal to another,
no file made, renamed or opened to be written, whatever the native code that it loads. It has no capability (of root
neither), and limits of memory and of what it writes. What is left to it: to learn by ``stat`` whether a path that
it guesses exists, its size and its times, to read the clock, and to take one processor until its time is up.
"""

from __future__ import annotations

import builtins
import ctypes
import errno
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
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pyarrow as pa

LENGTH = 8
ANSWER, ERROR = b"A", b"E"
MEMORY_BYTES = 4 << 30
# How many values of each batch are asked twice, the second time in the other order.
ASKED_TWICE = 1_000
# linux/prctl.h, linux/capability.h
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _CAPABILITY_VERSION_3 = 1, 38, 0x20080522
# linux/landlock.h: its system calls, how many rights over files each version knows, and those that are given.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RIGHTS_OF_VERSION = {1: 13, 2: 14, 3: 15, 4: 15}
_RIGHTS_OF_LATER_VERSIONS = 16
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_SYSTEM_FILES = (
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/sys/devices/system/cpu",
    "/dev/urandom",
)
# seccomp.h
_ALLOW, _ANSWER_ERROR, _EQUAL, _MASKED_EQUAL = 0x7FFF0000, 0x00050000, 4, 7
_CLONE_THREAD, _CLONE_NEW = 0x00010000, 0x7E020000
_ALLOWED_CALLS = """
access alarm arch_prctl brk capget clock_getres clock_gettime clock_nanosleep close close_range dup dup2 dup3
epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd eventfd2 exit exit_group faccessat
faccessat2 fadvise64 fstat fstatfs futex futex_waitv get_mempolicy getcpu getcwd getdents getdents64 getegid
geteuid getgid getgroups getitimer getpgid getpgrp getpid getppid getrandom getresgid getresuid getrusage
getsid gettid gettimeofday getuid lseek lstat madvise mbind membarrier mincore mmap mprotect mremap munmap
nanosleep newfstatat pause pipe pipe2 poll ppoll pread64 preadv preadv2 pselect6 pwrite64 read readlink
readlinkat readv restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend
rt_sigtimedwait sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getparam
sched_getscheduler sched_yield select set_robust_list set_tid_address setitimer sigaltstack stat statfs statx
sysinfo time times uname write writev
"""
# Of others, what one argument may be: FIOCLEX and what a terminal is asked (fcntl without F_SETOWN, which has a signal
# sent to another), the name of a thread, its own limits.
_ALLOWED_ARGUMENTS = {
    "fcntl": (1, (0, 1, 2, 3, 4, 1030, 1032)),
    "ioctl": (1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),
    "prctl": (0, (15, 16, 0x53564D41)),
    "prlimit64": (0, (0,)),
}


class UnusableFunctionAnswer(Exception):
    """What the function gave is no answer; ``word`` says why."""

    def __init__(self, word: str, **numbers: int) -> None:
        super().__init__(word)
        self.word, self.numbers = word, numbers


def main() -> None:
    """Answers until there is nothing more to read."""
    incoming, outgoing = _take_over_standard_streams()
    _limit_process()
    function: Callable[[pa.Array], pa.Array] | None = None
    while (message := _receive_message(incoming)) is not None:
        try:
            if function is None:
                where = json.loads(message)
                confine_process(where["readable"], required=where["confined"])
                function = _load_function(where)
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


def _limit_process() -> None:
    """No file written, no core dumped, no memory without end, and nothing that outlives who asked: each as far as
    this system can."""
    for limit, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _receive_message(incoming: BinaryIO) -> bytes | None:
    head = incoming.read(LENGTH)
    return incoming.read(int.from_bytes(head, "big")) if len(head) == LENGTH else None


def _find_nearest_builtin_exception_name(error: BaseException) -> str:
    """The nearest class of Python's own: the name of another could be made of a value."""
    return next(
        str(kind.__name__) for kind in type(error).__mro__ if vars(builtins).get(kind.__name__) is kind
    )


# --- its confinement --------------------------------------------------------------------------------------


def confine_process(readable: list[str], *, required: bool) -> None:
    """Gives up, for good, all but what this module says. Raises UnusableFunctionAnswer where ``required`` and the
    system lacks Landlock (Linux 5.13) or the library libseccomp; otherwise what there is holds."""
    lacks = None
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        # Before files are out of reach: it may stand elsewhere.
        seccomp = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        seccomp = None
    lacks = []
    try:
        _drop_privileges(libc)
        _allow_reading_only(libc, [*_list_system_paths(), *readable])
    except (OSError, AttributeError):
        lacks.append("no_landlock")
    if seccomp is None or not _filter_system_calls(seccomp):
        lacks.append("no_seccomp")
    if lacks and required:
        raise UnusableFunctionAnswer(lacks[0])


def _list_system_paths() -> list[str]:
    roots = {sys.prefix, sys.base_prefix, sys.exec_prefix, "/usr", "/usr/local"}
    libraries = [path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if path]
    return [
        *(f"{root}/{name}" for root in roots for name in ("lib", "lib32", "lib64", "share")),
        *libraries,
        *_SYSTEM_FILES,
    ]


def _drop_privileges(libc: ctypes.CDLL) -> None:
    """No capability, and none to be had again: root reads and signals others by them."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()) or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "privileges")


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("rights", ctypes.c_uint64), ("descriptor", ctypes.c_int32))


def _allow_reading_only(libc: ctypes.CDLL, paths: list[str]) -> None:
    """Below ``paths``; each that is there. Raises OSError where there is no Landlock."""

    def call(number: int, *arguments: Any) -> int:
        answer: int = libc.syscall(number, *arguments)
        if answer < 0:
            raise OSError(ctypes.get_errno(), "landlock")
        return answer

    version = call(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    handled = ctypes.c_uint64((1 << _RIGHTS_OF_VERSION.get(version, _RIGHTS_OF_LATER_VERSIONS)) - 1)
    rules = call(_CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(8), 0)
    for path in paths:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        rights = _READ_FILE | (_READ_DIR if Path(path).is_dir() else 0)
        call(_ADD_RULE, rules, 1, ctypes.byref(_PathBeneath(rights, descriptor)), 0)
        os.close(descriptor)
    call(_RESTRICT_SELF, rules, 0)
    os.close(rules)


class _ArgumentComparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


def _filter_system_calls(seccomp: ctypes.CDLL) -> bool:
    """Whether the filter holds: another call is answered EPERM, another architecture's kills."""
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(_ANSWER_ERROR | errno.EPERM))

    def allow(name: str, *comparisons: _ArgumentComparison, action: int = _ALLOW) -> None:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        array = (_ArgumentComparison * len(comparisons))(*comparisons)
        # One that this architecture has not, or that the library does not know, stays refused.
        seccomp.seccomp_rule_add_array(context, ctypes.c_uint32(action), number, len(comparisons), array)

    for name in _ALLOWED_CALLS.split():
        allow(name)
    for name, (argument, values) in _ALLOWED_ARGUMENTS.items():
        for value in values:
            allow(name, _ArgumentComparison(argument, _EQUAL, value, 0))
    written = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
    for name, argument in (("open", 1), ("openat", 2)):
        allow(name, _ArgumentComparison(argument, _MASKED_EQUAL, written, 0))
    for name in ("kill", "tgkill"):
        allow(name, _ArgumentComparison(0, _EQUAL, os.getpid(), 0))
    allow("clone", _ArgumentComparison(0, _MASKED_EQUAL, _CLONE_THREAD | _CLONE_NEW, _CLONE_THREAD))
    # Its flags stand in memory, where no filter looks: the C library asks `clone` instead.
    allow("clone3", action=_ANSWER_ERROR | errno.ENOSYS)
    loaded: int = seccomp.seccomp_load(context)
    seccomp.seccomp_release(context)
    return loaded == 0


# --- the function -----------------------------------------------------------------------------------------


def _load_function(where: dict[str, Any]) -> Callable[[pa.Array], pa.Array]:
    beside = str(Path(where["file"]).parent)
    sys.path += [path for path in (*where["packages"], beside) if path not in sys.path]
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
