"""How a connection reaches a PostgreSQL, in libpq's words."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg.conninfo import make_conninfo

from aqueduc.connections import Connection

CONNECT_TIMEOUT_S = 10

# What a city may add to the connection (`extra`), as libpq names it.
_LIBPQ_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding", "target_session_attrs")
UNDERSTOOD = (*_LIBPQ_OPTIONS, "statement_timeout_s")


def options(connection: Connection, server: Mapping[str, object]) -> str:
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


def address(connection: Connection) -> dict[str, str]:
    """Without a password, libpq looks for one in the operator's ``~/.pgpass``."""
    found = {
        "host": connection.host,
        "port": str(connection.port or 5432),
        "dbname": connection.database,
        "user": connection.login,
        "password": connection.password,
    }
    return {name: value for name, value in found.items() if value}
