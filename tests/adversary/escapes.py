"""What a function of the city's may try, in order to read, write, speak or harm beyond its values: each function of
``ESCAPES`` succeeds when it returns, and fails when it raises. ``test_transform_escapes.py`` copies this file into
``include/transforms`` as the city's own."""

# The calls themselves are what is tried:
# ruff: noqa: PTH101, PTH104, PTH108, PTH123, PTH208

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

ESCAPED = "escaped"
HERE = Path(__file__).parent
LIBC = ctypes.CDLL(None, use_errno=True)
ESCAPES: dict[str, Callable[[], object]] = {}


def attempt_escapes(names: Any) -> list[str]:
    return [_attempt(str(name)) for name in names]


@cache  # one in two is asked for twice
def _attempt(name: str) -> str:
    try:
        ESCAPES[name]()
    except BaseException as error:  # noqa: BLE001 - whatever stops it is an answer
        return f"{type(error).__name__} {getattr(error, 'errno', '')}"
    return ESCAPED


def escape(name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    def note(function: Callable[[], object]) -> Callable[[], object]:
        ESCAPES[name] = function
        return function

    return note


def place(key: str) -> str:
    """Where this is tried: the test says so in a file beside."""
    return str(json.loads((HERE / "place.json").read_text(encoding="utf-8"))[key])


def parent(name: str = "") -> str:
    return f"/proc/{os.getppid()}/{name}"


def call(name: str, *arguments: Any) -> int:
    """The system call of this name, past Python's and the C library's own checks."""
    number = ctypes.CDLL("libseccomp.so.2").seccomp_syscall_resolve_name(name.encode())
    answer = int(LIBC.syscall(number, *arguments))
    if answer < 0:
        raise OSError(ctypes.get_errno(), name)
    return answer


def require(said: bool) -> None:
    if not said:
        raise LookupError


# --- the parent -----------------------------------------------------------------------------------------------


@escape("environment of the parent")
def read_environment() -> None:
    require(b"s3cret" in Path(parent("environ")).read_bytes())


@escape("environment of the parent, by its thread")
def read_environment_of_thread() -> None:
    require(b"s3cret" in Path(parent(f"task/{os.getppid()}/environ")).read_bytes())


@escape("memory of the parent")
def read_memory() -> None:
    start = int(Path(parent("maps")).read_text().split("-")[0], 16)
    with open(parent("mem"), "rb", buffering=0) as memory:
        memory.seek(start)
        require(bool(memory.read(16)))


@escape("memory of the parent, by its own call")
def read_memory_by_call() -> None:
    into = ctypes.create_string_buffer(16)

    class Piece(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))

    # Both are one program: what stands here stands there, or the address is not one of it, which is an answer too.
    one = Piece(ctypes.addressof(into), 16)
    try:
        call("process_vm_readv", os.getppid(), ctypes.byref(one), 1, ctypes.byref(one), 1, 0)
    except OSError as error:
        if error.errno != errno.EFAULT:
            raise


@escape("memory of the parent, as its debugger")
def trace() -> None:
    call("ptrace", 0x4206, os.getppid(), None, None)  # PTRACE_SEIZE stops nobody


@escape("descriptors of the parent")
def list_descriptors() -> None:
    require(bool(os.listdir(parent("fd"))))


@escape("a descriptor taken from the parent")
def take_descriptor() -> None:
    call("pidfd_getfd", call("pidfd_open", os.getppid(), 0), 0, 0)


@escape("a handle on the parent")
def open_handle() -> None:
    call("pidfd_open", os.getppid(), 0)


@escape("a signal to the parent")
def signal_parent() -> None:
    os.kill(os.getppid(), 0)


@escape("a signal to the parent's thread")
def signal_thread() -> None:
    call("tgkill", os.getppid(), os.getppid(), 0)


@escape("a signal to everybody")
def signal_everybody() -> None:
    os.kill(0, 0)


@escape("a signal to the parent, by a descriptor's owner")
def signal_by_owner() -> None:
    import fcntl

    fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid())


@escape("limits of the parent")
def limit_parent() -> None:
    resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0))


@escape("priority of the parent")
def slow_parent() -> None:
    os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)


@escape("processors of the parent")
def pin_parent() -> None:
    os.sched_setaffinity(os.getppid(), {min(os.sched_getaffinity(0))})


@escape("the parent outlived")
def outlive_parent() -> None:
    call("prctl", 1, 0, 0, 0, 0)


# --- files -----------------------------------------------------------------------------------------------------


@escape("list of processes")
def list_processes() -> None:
    require(bool(os.listdir("/proc")))


@escape("list of the vault")
def list_vault() -> None:
    require(bool(os.listdir(place("vault"))))


@escape("an extract of the vault")
def read_vault() -> None:
    require(bool(Path(place("extract")).read_bytes()))


@escape("an extract of the vault, by the parent's root")
def read_vault_by_root() -> None:
    require(bool(Path(parent(f"root{place('extract')}")).read_bytes()))


@escape("an extract of the vault, by a link of its own folder")
def read_vault_by_link() -> None:
    require(bool((HERE / "lien").read_bytes()))


@escape("an extract of the vault, by a path that climbs")
def read_vault_by_climbing() -> None:
    require(bool(Path(f"{HERE}/../../vault/extract").read_bytes()))


@escape("an extract of the vault, by a handle")
def read_vault_by_handle() -> None:
    handle = (ctypes.c_uint32 * 64)(128)
    mount = ctypes.c_int()
    call("name_to_handle_at", -100, place("extract").encode(), handle, ctypes.byref(mount), 0)


@escape("an extract of the vault, linked to its own folder")
def link_vault() -> None:
    target = HERE / "pris"
    target.unlink(missing_ok=True)
    os.link(place("extract"), target)


@escape("an extract of the vault, renamed")
def rename_in_vault() -> None:
    os.rename(place("extract"), place("extract") + "2")
    os.rename(place("extract") + "2", place("extract"))


@escape("an extract of the vault, emptied")
def empty_vault() -> None:
    os.truncate(place("victim"), 0)


@escape("an extract of the vault, written over")
def overwrite_vault() -> None:
    os.close(os.open(place("victim"), os.O_WRONLY))


@escape("an extract of the vault, opened to all")
def open_vault() -> None:
    os.chmod(place("victim"), 0o644)


@escape("an extract of the vault, made older")
def age_vault() -> None:
    os.utime(place("victim"), (1, 1))


@escape("an extract of the vault, told to it when it changes")
def watch_vault() -> None:
    call("inotify_add_watch", call("inotify_init1", 0), place("vault").encode(), 0xFFF)


@escape("an extract of the vault, deleted")
def delete_in_vault() -> None:
    os.unlink(place("deleted"))


@escape("the city's declarations")
def read_declarations() -> None:
    require(bool((HERE.parent / "city.yaml").read_bytes()))


@escape("the accounts of the machine")
def read_accounts() -> None:
    require(bool(Path("/etc/passwd").read_bytes()))


def _make(target: Path) -> None:
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT))
    with suppress(PermissionError):
        os.unlink(target)


@escape("a file in its own folder")
def write_own_folder() -> None:
    _make(HERE / "trace.py")


@escape("a file among Python's packages")
def write_packages() -> None:
    _make(Path(place("packages")) / "aqueduc_escape_trace.pth")


@escape("a file in the temporary folder")
def write_temporary() -> None:
    _make(Path(place("temporary")) / "trace")


@escape("a file in shared memory")
def write_shared_memory() -> None:
    _make(Path("/dev/shm/aqueduc-escape-trace"))


@escape("a folder")
def make_folder() -> None:
    target = Path(place("temporary")) / "dossier"
    target.mkdir()
    target.rmdir()


@escape("a symbolic link")
def make_link() -> None:
    target = Path(place("temporary")) / "lien"
    target.symlink_to("/etc/passwd")
    target.unlink()


@escape("a named pipe")
def make_pipe() -> None:
    target = Path(place("temporary")) / "tube"
    os.mkfifo(target)
    target.unlink()


@escape("a descriptor that it inherited")
def use_inherited() -> None:
    kinds = []
    for descriptor in range(1024):
        try:
            kinds.append(os.fstat(descriptor).st_mode)
        except OSError:
            continue
    require(any(stat.S_ISREG(mode) or stat.S_ISSOCK(mode) or stat.S_ISDIR(mode) for mode in kinds))


# --- the network, and what is like it ------------------------------------------------------------------------------


def _socket(family: int, kind: int, protocol: int = 0) -> None:
    socket.socket(family, kind, protocol).close()


@escape("TCP")
def open_tcp() -> None:
    _socket(socket.AF_INET, socket.SOCK_STREAM)


@escape("TCP over IPv6")
def open_tcp6() -> None:
    _socket(socket.AF_INET6, socket.SOCK_STREAM)


@escape("UDP")
def open_udp() -> None:
    _socket(socket.AF_INET, socket.SOCK_DGRAM)


@escape("raw IP")
def open_raw() -> None:
    _socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


@escape("frames")
def open_packet() -> None:
    _socket(socket.AF_PACKET, socket.SOCK_RAW)


@escape("netlink")
def open_netlink() -> None:
    _socket(socket.AF_NETLINK, socket.SOCK_RAW)


@escape("a socket of the machine")
def reach_socket() -> None:
    with socket.socket(socket.AF_UNIX) as reached:
        reached.connect(place("socket"))


@escape("a socket of the machine, without a file")
def reach_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX) as reached:
        reached.connect("\0" + place("socket"))


@escape("a socket of the machine, from a pair")
def reach_socket_from_pair() -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.close()
    other.close()


@escape("sockets by the kernel's ring")
def open_ring() -> None:
    call("io_uring_setup", 1, (ctypes.c_uint32 * 32)())


@escape("shared memory that stays")
def share_memory() -> None:
    call("shmctl", call("shmget", 0, 4096, 0o1600), 0, None)


@escape("a queue that stays")
def leave_queue() -> None:
    call("msgctl", call("msgget", 0, 0o1600), 0, None)


@escape("a named queue")
def open_named_queue() -> None:
    call("mq_open", b"aqueduc-escape-trace", os.O_CREAT | os.O_RDWR, 0o600, None)
    call("mq_unlink", b"aqueduc-escape-trace")


@escape("a key that stays")
def leave_key() -> None:
    call("add_key", b"user", b"aqueduc-escape-trace", b"x", 1, ctypes.c_int(-1))


# --- other processes, other rights ---------------------------------------------------------------------------------


@escape("a process")
def fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@escape("a process, by its own call")
def clone() -> None:
    child = call("clone", signal.SIGCHLD, None, None, None, None)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@escape("a process, by its newer call")
def clone_newer() -> None:
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, signal.SIGCHLD)
    child = call("clone3", arguments, ctypes.c_size_t(64))
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@escape("a program")
def spawn() -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


@escape("another program in its place")
def execute() -> None:
    try:
        os.execv("/nowhere", ["nowhere"])
    except FileNotFoundError:
        return


@escape("a program that is in no file")
def execute_from_memory() -> None:
    os.close(os.memfd_create("x"))


@escape("a namespace")
def unshare() -> None:
    call("unshare", 0x04000000)  # that of the machine's name: nothing else changes


@escape("a namespace of users")
def unshare_users() -> None:
    child = call("clone", 0x10000000 | signal.SIGCHLD, None, None, None, None)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@escape("the namespace of the parent")
def enter_namespace() -> None:
    call("setns", os.open(parent("ns/uts"), os.O_RDONLY), 0)


@escape("a mount")
def mount() -> None:
    target = place("temporary").encode()
    call("mount", b"none", target, b"tmpfs", 0, None)
    call("umount2", target, 2)


@escape("another root")
def change_root() -> None:
    os.chroot("/")


@escape("another account")
def change_account() -> None:
    os.setuid(os.getuid())


@escape("its capabilities again")
def take_capabilities() -> None:
    data = (ctypes.c_uint32 * 6)(1 << 19, 1 << 19)
    call("capset", (ctypes.c_uint32 * 2)(0x20080522, 0), data)


@escape("more memory than its limit")
def raise_limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@escape("a program in the kernel")
def load_bpf() -> None:
    try:
        call("bpf", 0, None, 0)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.ENOSYS):
            raise


@escape("the counters of the machine")
def open_counter() -> None:
    try:
        call("perf_event_open", None, 0, -1, -1, 0)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
            raise
