"""A wire to a server that may break: what is sent through it stops where a test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass
class Relay:
    """``left``: how many more bytes the server may send before each wire is cut; None for all. ``stalls``: the
    wires are kept, and silent, instead; ``mends``: once cut, the next ones are whole."""

    port: int = 0
    left: int | None = None
    stalls: bool = False
    mends: bool = False

    def take(self, size: int) -> int:
        """How many of ``size`` bytes may pass."""
        if self.left is None:
            return size
        passing = min(size, self.left)
        self.left -= passing
        return passing


@contextmanager
def relay_to(port: int) -> Iterator[Relay]:
    """Listens, and connects whoever comes to ``port`` of this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    relay, open_ones = Relay(listening.getsockname()[1]), [listening]

    def carry(source: socket.socket, target: socket.socket, *, counted: bool) -> None:
        with suppress(OSError):
            while block := source.recv(1 << 14):
                passing = relay.take(len(block)) if counted else len(block)
                target.sendall(block[:passing])
                if passing < len(block):
                    if relay.stalls:
                        return
                    if relay.mends:
                        relay.left = None
                    break
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        while True:
            try:
                visitor, _address = listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", port))
            open_ones.extend((visitor, server))
            threading.Thread(
                target=carry, args=(visitor, server), kwargs={"counted": False}, daemon=True
            ).start()
            threading.Thread(
                target=carry, args=(server, visitor), kwargs={"counted": True}, daemon=True
            ).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield relay
    finally:
        for one in open_ones:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
