"""The wire between the runs and a platform: a proxy that breaks what passes through it, where it is told to."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from sandbox.door import Door, answering
from sandbox.processes import HOST

READS = ("GET", "HEAD", "OPTIONS")
_HOP = ("connection", "keep-alive", "transfer-encoding", "accept-encoding", "expect")


@dataclass(frozen=True)
class Request:
    """One that came to the wire, whole."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def name(self) -> str:
        return f"{self.method} {self.path.split('?')[0].rstrip('/').rsplit('/', 1)[-1]}"


@dataclass(frozen=True)
class Break:
    """What is done to the request number ``at``, counted from 0 over those that write or over those that read, and
    to the ``more`` that follow it."""

    kind: str
    at: int
    writes: bool = True
    more: int = 0

    def concerns(self, rank: int) -> bool:
        return self.at <= rank <= self.at + self.more


@dataclass
class Wire:
    """``pid``: the process at the other end, for who kills it. ``look``: called around each write."""

    upstream: str
    look: Callable[[], None] = lambda: None
    breaks: Break | None = None
    pid: int | None = None
    written: int = 0
    read: int = 0
    fired: str = ""
    held: Request | None = None
    release_at: int | None = None
    asleep: threading.Event = field(default_factory=threading.Event)
    awake: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, breaks: Break | None, *, release_at: int | None = None) -> None:
        """For the next run."""
        self.breaks, self.pid, self.written, self.read, self.fired = breaks, None, 0, 0, ""
        self.release_at = release_at
        if breaks is not None:
            self.asleep, self.awake = threading.Event(), threading.Event()

    def receive(self, request: Request) -> tuple[Break | None, bool]:
        """What is to be done to it, and whether what was held goes first."""
        with self.lock:
            writes = request.method not in READS
            rank = self.written if writes else self.read
            release = self.held is not None and self.release_at == self.written + self.read
            if writes:
                self.written += 1
            else:
                self.read += 1
            found = self.breaks
            if found is None or found.writes != writes or not found.concerns(rank):
                return None, release
            self.fired = self.fired or request.name
            return found, release

    def release(self) -> None:
        """What was held arrives at last."""
        with self.lock:
            request, self.held = self.held, None
        if request is not None:
            with suppress(OSError, http.client.HTTPException):
                self.forward(request)
            self.look()

    def send_signal(self, number: int = signal.SIGKILL) -> None:
        """To the process at the other end, if it is still there."""
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def forward(
        self, request: Request, *, part: float | None = None
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Its answer. ``part``: only so much of its body is sent before the connection is cut. Raises OSError."""
        host = urlsplit(self.upstream)
        connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=120)
        try:
            connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers:
                if name.lower() not in _HOP:
                    connection.putheader(name, value)
            connection.putheader("Connection", "close")
            connection.endheaders()
            if part is not None:
                connection.send(request.body[: int(len(request.body) * part)])
                raise ConnectionAbortedError
            connection.send(request.body)
            answer = connection.getresponse()
            body = answer.read()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP]
            return answer.status, headers, body
        finally:
            connection.close()


class _Plug(Door):
    """One connection of a run to the wire."""

    wire: Wire

    def answered(self) -> None:
        body = self.body() or self._read_chunks()
        request = Request(self.command, self.path, tuple(self.headers.items()), body)
        found, release = self.wire.receive(request)
        if release:
            self.wire.release()
        with suppress(BrokenPipeError, ConnectionResetError):
            if found is None:
                self._pass(request)
            else:
                _BREAKS[found.kind](self, request)

    def do_HEAD(self) -> None:  # noqa: N802 - as the library calls it
        self.answered()

    def handle_expect_100(self) -> bool:
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def _read_chunks(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return b""
        blocks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            blocks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(blocks)

    def _fetch(self, request: Request) -> tuple[int, list[tuple[str, str]], bytes]:
        writes = request.method not in READS
        if writes:
            self.wire.look()
        answer = self.wire.forward(request)
        if writes:
            self.wire.look()
        return answer

    def _pass(self, request: Request) -> None:
        self._answer(*self._fetch(request))

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, sent: float = 1.0) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() != "content-length" or self.command == "HEAD":
                self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: int(len(body) * sent)])
        if sent < 1.0:
            self.wfile.flush()
            self._cut()

    def _cut(self) -> None:
        """Reset, rather than closed: whoever reads does not take it for an end."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    # --- the breaks -----------------------------------------------------------------------------------------

    def _refuse(self, _: Request) -> None:
        self._cut()

    def _cut_upload(self, request: Request) -> None:
        with suppress(OSError):
            self.wire.forward(request, part=0.5)
        self.wire.look()
        self._cut()

    def _cut_answer(self, request: Request) -> None:
        self._fetch(request)
        self._cut()

    def _truncate(self, request: Request) -> None:
        self._answer(*self._fetch(request), sent=0.5)

    def _fail_after(self, request: Request) -> None:
        self._fetch(request)
        self._answer(500, [("Content-Type", "text/html")], b"<h1>500</h1>")

    def _be_busy(self, _: Request) -> None:
        self._answer(429, [("Retry-After", "1"), ("Content-Type", "text/plain")], b"later")

    def _be_slow(self, request: Request) -> None:
        time.sleep(0.4)
        self._pass(request)

    def _answer_wrong(self, request: Request) -> None:
        self._fetch(request)
        self._answer(
            200, [("Content-Type", "application/json")], json.dumps({"success": True, "result": {}}).encode()
        )

    def _answer_page(self, request: Request) -> None:
        self._fetch(request)
        self._answer(200, [("Content-Type", "text/html")], b"<html>maintenance</html>")

    def _kill_before(self, _: Request) -> None:
        self.wire.send_signal()
        self._cut()

    def _kill_amid(self, request: Request) -> None:
        self.wire.send_signal()
        self._cut_upload(request)

    def _kill_after(self, request: Request) -> None:
        self._fetch(request)
        self.wire.send_signal()
        self._cut()

    def _hold(self, request: Request) -> None:
        self.wire.send_signal()
        self.wire.held = request
        self._cut()

    def _delay(self, request: Request) -> None:
        self.wire.held = request
        self._cut()

    def _sleep(self, request: Request) -> None:
        wire = self.wire
        awake = wire.awake
        wire.send_signal(signal.SIGSTOP)
        wire.asleep.set()
        awake.wait(240)
        self._pass(request)

    def _terminate(self, request: Request) -> None:
        self.wire.send_signal(signal.SIGTERM)
        self._pass(request)


_BREAKS: dict[str, Callable[[_Plug, Request], None]] = {
    "refuse": _Plug._refuse,
    "cut-upload": _Plug._cut_upload,
    "cut-answer": _Plug._cut_answer,
    "truncate": _Plug._truncate,
    "fail-after": _Plug._fail_after,
    "busy": _Plug._be_busy,
    "slow": _Plug._be_slow,
    "wrong": _Plug._answer_wrong,
    "page": _Plug._answer_page,
    "kill-before": _Plug._kill_before,
    "kill-amid": _Plug._kill_amid,
    "kill-after": _Plug._kill_after,
    "hold": _Plug._hold,
    "delay": _Plug._delay,
    "terminate": _Plug._terminate,
    "sleep": _Plug._sleep,
}


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A run that was killed hung up."""


@contextmanager
def laid(wire: Wire) -> Iterator[str]:
    """The address at which runs find the platform through ``wire``."""
    plug: type[BaseHTTPRequestHandler] = type("Plug", (_Plug,), {"wire": wire})
    with answering(_QuietServer((HOST, 0), plug)) as url:
        yield url
