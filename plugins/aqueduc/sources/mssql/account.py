"""What an account of SQL Server may do beside reading tables: who administers bulk operations reads files of the server
(OPENROWSET), by a view if not by the query; a member of sysadmin does all."""

from collections.abc import Sequence
from typing import Any

from aqueduc.sources.databases.account import DatabaseAccount

ACCOUNT_SQL = """
SELECT SUSER_SNAME(), IS_SRVROLEMEMBER('sysadmin'), IS_SRVROLEMEMBER('bulkadmin'),
       HAS_PERMS_BY_NAME(NULL, NULL, 'ADMINISTER BULK OPERATIONS'), HAS_PERMS_BY_NAME(NULL, NULL, 'CONTROL SERVER')
"""
_POWERS = ("sysadmin", "bulkadmin", "ADMINISTER BULK OPERATIONS", "CONTROL SERVER")


def build_account(row: Sequence[Any]) -> DatabaseAccount:
    """``row``: of ``ACCOUNT_SQL``."""
    name, *held = row
    return DatabaseAccount(
        str(name), tuple(power for power, holds in zip(_POWERS, held, strict=True) if holds == 1)
    )
