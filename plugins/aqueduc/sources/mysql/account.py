"""What an account of MySQL or MariaDB may do beside reading tables: with FILE, LOAD_FILE reads those of the server."""

import re
from collections.abc import Iterable

from aqueduc.sources.databases.account import DatabaseAccount

# Rights on all of the server stand alone before « ON *.* »; those of the roles that are in force are shown too.
_OF_THE_SERVER = re.compile(r"GRANT (.+?) ON \*\.\* TO ")
_POWERS = ("FILE", "ALL PRIVILEGES", "ALL")


def build_account(current_user: str, grants: Iterable[str]) -> DatabaseAccount:
    """``current_user``: name@host; the name is what a declaration says."""
    found = [match[1].split(", ") for grant in grants if (match := _OF_THE_SERVER.match(grant))]
    rights = {right for rights in found for right in rights}
    return DatabaseAccount(
        current_user.rpartition("@")[0], tuple(power for power in _POWERS if power in rights)
    )
