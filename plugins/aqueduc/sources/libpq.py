"""How a connection reaches a PostgreSQL, in libpq's words, and why it is refused."""

import re
import select
import tempfile
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from aqueduc.connections import Connection

CONNECT_TIMEOUT_S = 10
_STEP_S = 10
_ERROR_RESPONSE = re.compile(r'^B\t\S+\tErrorResponse\t.*? C "([0-9A-Z]{5})"', re.MULTILINE)

REFUSED = frozenset(
    {
        *("host", "port", "dbname", "user", "password"),  # they have a field of their own in the connection
        *("client_encoding", "replication", "fallback_application_name"),  # set here, or of another use
        # Secrets: what is left of libpq's words stands in the text that a driver's error may quote.
        *("sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret", "sslkeylogfile"),
    }
)
"""Words of libpq that the extra of a connection may not say."""


def list_accepted_connection_extras() -> tuple[str, ...]:
    """What a city may add to the connection (`extra`): libpq's own words, as Airflow's PostgresHook hands them
    on, and ours."""
    words = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    return (*sorted(words - REFUSED), "statement_timeout_s")


def build_conninfo_without_credentials(connection: Connection, server: Mapping[str, object]) -> str:
    """A libpq connection string without host nor credentials; ``server``: settings of the session, which the
    connection's own ``options`` cannot undo. Raises psycopg.ProgrammingError, InvalidConnectionSettings."""
    extra = dict(connection.get_checked_extra(list_accepted_connection_extras()))
    extra.pop("statement_timeout_s", None)
    settings = [str(extra.pop("options", "")), *(f"-c {name}={value}" for name, value in server.items())]
    words: dict[str, Any] = {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "application_name": "aqueduc",
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        **{name: str(value) for name, value in extra.items()},
        "client_encoding": "UTF8",
        "options": " ".join(filter(None, settings)),
    }
    return make_conninfo(**words)


def build_libpq_connection_parameters(connection: Connection) -> dict[str, str]:
    """What the connection says, and nothing for the rest: a ``service`` may say it, or the operator's
    ``~/.pgpass`` for a password."""
    found = {
        "host": connection.host,
        "port": str(connection.port or ""),
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
