"""MySQL and MariaDB: any query, streamed by PyMySQL in one read-only transaction."""

from datetime import datetime
from functools import partial

from aqueduc.sources.databases.reading import build_query_adapter, locate_database
from aqueduc.sources.mysql.session import MySqlSession


def _format_datetime_literal_sql(moment: datetime) -> str:
    return f"TIMESTAMP'{moment.isoformat(' ', 'microseconds')}'"


ADAPTER = build_query_adapter(
    MySqlSession.from_request, _format_datetime_literal_sql, partial(locate_database, port=3306)
)
