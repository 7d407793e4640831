"""How a connection reaches a PostgreSQL, in libpq's words, and why it is refused."""

import re
import select
import tempfile
from collections.abc import Mapping

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from aqueduc.connections import Connection

CONNECT_TIMEOUT_S = 10
_STEP_S = 10
_ERROR_RESPONSE = re.compile(r'^B\t\S+\tErrorResponse\t.*? C "([0-9A-Z]{5})"', re.MULTILINE)

# What a city may add to the connection (`extra`), as libpq names it.
_LIBPQ_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding", "target_session_attrs")
UNDERSTOOD = (*_LIBPQ_OPTIONS, "statement_timeout_s")


def build_libpq_options(connection: Connection, server: Mapping[str, object]) -> str:
    """A libpq connection string without host nor credentials; ``server``: settings of the session. Raises
    psycopg.ProgrammingError, ConnectionUnreadable."""
    extra = connection.extra_among(UNDERSTOOD)
    return make_conninfo(
        connect_timeout=CONNECT_TIMEOUT_S,
        application_name="aqueduc",
        client_encoding="UTF8",
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
        tcp_user_timeout=60_000,
        options=" ".join(f"-c {name}={value}" for name, value in server.items()),
        **{name: str(extra[name]) for name in _LIBPQ_OPTIONS if name in extra},
    )


def build_libpq_address(connection: Connection) -> dict[str, str]:
    """Without a password, libpq looks for one in the operator's ``~/.pgpass``."""
    found = {
        "host": connection.host,
        "port": str(connection.port or 5432),
        "dbname": connection.database,
        "user": connection.login,
        "password": connection.password,
    }
    return {name: value for name, value in found.items() if value}


def find_refusal_sqlstate(conninfo: str) -> str | None:
    """The SQLSTATE of a connection that is refused; None when no server answered. libpq tells it in a
    sentence only: the code is in the trace of its protocol.

    The trace goes to a file without a name, gone when it is read.
    """
    with tempfile.TemporaryFile() as trace:
        try:
            attempt = pq.PGconn.connect_start(conninfo.encode())
            attempt.trace(trace.fileno())
            attempt.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS | pq.Trace.REGRESS_MODE)
            _poll_connection(attempt)
            attempt.untrace()
            attempt.finish()
        except (psycopg.Error, OSError, ValueError):
            # No trace on this platform, or no socket at all.
            return None
        trace.seek(0)
        codes = _ERROR_RESPONSE.findall(trace.read().decode("utf-8", "replace"))
    return codes[-1] if codes else None


def _poll_connection(attempt: pq.abc.PGconn) -> None:
    while True:
        status = attempt.connect_poll()
        if status in (pq.PollingStatus.OK, pq.PollingStatus.FAILED):
            return
        reading = [attempt.socket] if status == pq.PollingStatus.READING else []
        writing = [attempt.socket] if status == pq.PollingStatus.WRITING else []
        if not any(select.select(reading, writing, [], _STEP_S)):
            return
