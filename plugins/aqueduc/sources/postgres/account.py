"""What a role of PostgreSQL may do beside reading tables (postgresql.org/docs, "Predefined Roles")."""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from aqueduc.sources.databases.account import DatabaseAccount

_SUPERUSER = "SUPERUSER"
_ROLES = ("pg_read_server_files", "pg_write_server_files", "pg_execute_server_program")
# Since PostgreSQL 11, whoever has EXECUTE runs them; before, superusers alone.
_FUNCTIONS = (
    *("pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_stat_file", "pg_file_read", "pg_logdir_ls"),
    *("lo_import", "lo_export"),
)
_FUNCTIONS_ARE_GRANTED = 110_000
# A role that a query could take is looked at too, inherited or not: set_config('role', …) needs no more.
_POWERS = """
WITH own AS (
    SELECT oid, rolname, rolsuper FROM pg_catalog.pg_roles
    WHERE pg_catalog.pg_has_role(session_user, oid, 'MEMBER')
)
SELECT {superuser} FROM own WHERE rolsuper
UNION SELECT rolname::text FROM own WHERE rolname = ANY ({roles})
UNION SELECT p.proname::text FROM pg_catalog.pg_proc p
WHERE {granted} AND p.proname = ANY ({functions})
  AND EXISTS (SELECT FROM own WHERE pg_catalog.has_function_privilege(own.oid, p.oid, 'EXECUTE'))
"""


def describe_session_account(session: psycopg.Connection) -> DatabaseAccount:
    """Raises psycopg.Error."""
    ((name,),) = session.execute("SELECT session_user::text")
    asked = sql.SQL(_POWERS).format(
        superuser=sql.Literal(_SUPERUSER),
        roles=sql.Literal([*_ROLES]),
        functions=sql.Literal([*_FUNCTIONS]),
        granted=sql.Literal(session.info.server_version >= _FUNCTIONS_ARE_GRANTED),
    )
    try:
        powers = {str(power) for (power,) in session.execute(asked)}
    except psycopg.errors.InsufficientPrivilege:
        return DatabaseAccount(str(name), None)
    return DatabaseAccount(str(name), _keep_most_telling(powers))


def _keep_most_telling(powers: Iterable[str]) -> tuple[str, ...]:
    """A superuser has all the others."""
    return (_SUPERUSER,) if _SUPERUSER in powers else tuple(sorted(powers))
