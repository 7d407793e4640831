"""What the sandbox's contract servers answer by: one process, one thread a request, silent."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sandbox.processes import HOST


class Door(BaseHTTPRequestHandler):
    """Every method is answered by ``answered``."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # headers and body in one packet: the client waits 40 ms for the second of two

    def do_GET(self) -> None:
        self.answered()

    def do_POST(self) -> None:
        self.answered()

    def do_PUT(self) -> None:
        self.answered()

    def do_PATCH(self) -> None:
        self.answered()

    def do_DELETE(self) -> None:
        self.answered()

    def do_OPTIONS(self) -> None:
        self.answered()

    def log_message(self, *_: object) -> None:
        """Silent."""

    def answered(self) -> None:
        raise NotImplementedError

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def body(self) -> bytes:
        """Raises ConnectionAbortedError where the client hung up amid it: no server hands on a half one."""
        size = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(size)
        if len(data) < size:
            raise ConnectionAbortedError
        return data

    def send(
        self, status: int, data: bytes, media_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def opened(door: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """Gives the address that it answers at."""
    with answering(ThreadingHTTPServer((HOST, port), door)) as url:
        yield url


@contextmanager
def answering(server: ThreadingHTTPServer) -> Iterator[str]:
    """Has ``server`` answer, in a thread; gives its address."""
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
