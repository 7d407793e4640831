"""What an account of Oracle may do beside reading tables: BFILENAME reads the files of a directory that it may see, and
who makes directories sees all."""

from collections.abc import Iterable, Sequence
from typing import Any

from aqueduc.sources.databases.account import DatabaseAccount

# The rights of roles that are in force, too. A directory is named in no message.
ACCOUNT_SQL = """
SELECT SYS_CONTEXT('USERENV', 'SESSION_USER'), NULL FROM dual
UNION ALL SELECT NULL, privilege FROM session_privs WHERE privilege IN ('CREATE ANY DIRECTORY', 'SYSDBA')
UNION ALL SELECT NULL, 'READ ON DIRECTORY' FROM dual WHERE EXISTS (SELECT 1 FROM all_directories)
"""


def build_account(rows: Iterable[Sequence[Any]]) -> DatabaseAccount:
    """``rows``: of ``ACCOUNT_SQL``, in any order."""
    found = [*rows]
    return DatabaseAccount(
        "".join(str(name) for name, _power in found if name),
        tuple(sorted({str(power) for _name, power in found if power})),
    )
