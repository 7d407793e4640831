"""The SMTP sink: every message received becomes an .eml file; nothing is ever sent further. ``read_mails`` reads
them as a mail reader would.

Run as `python -m sandbox.city.mail --port 2525 --folder DIR`.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import email.policy
import itertools
import signal
import time
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.processes import HOST


def read_mails(folder: Path) -> list[EmailMessage]:
    """In the order of arrival; ``X-Envelope-To`` says whom each was for."""
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


class Sink:
    """Keeps each message in `folder`, in the order of arrival, its envelope in X-Envelope headers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rank = itertools.count(1)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Nobody is called « inconnu »."""
        if address.startswith("inconnu@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        body = content.encode() if isinstance(content, str) else content
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        name = f"{time.time_ns()}-{next(self._rank):04d}.eml"
        # Whoever watches the folder for *.eml never meets half a message.
        draft = self._folder / f".{name}"
        draft.write_bytes(head.encode() + body)
        draft.rename(self._folder / name)
        return "250 OK"


async def serve(port: int, folder: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    sink = Sink(folder)
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="localhost", enable_SMTPUTF8=True), HOST, port
    )
    async with server:
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.folder))


if __name__ == "__main__":
    main()
