"""What the connections of databases may say alike."""

from aqueduc.connections import Connection, build_wrong_setting_error
from aqueduc.language import _

LOCK_TIMEOUT_S = 60
STATEMENT_TIMEOUT_S = 1800
CONNECT_TIMEOUT_S = 10


def read_seconds_setting(connection: Connection, name: str, default: int) -> int:
    """Raises InvalidConnectionSettings for what is not a number of seconds."""
    given = str(connection.extra.get(name, default))
    if not given.isdecimal() or int(given) == 0:
        raise build_wrong_setting_error(
            connection, name, _("des secondes, par exemple {seconds}").format(seconds=default)
        )
    return int(given)
