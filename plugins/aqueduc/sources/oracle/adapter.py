"""Oracle: any query, streamed by python-oracledb without Oracle's own client, in one read-only transaction."""

from datetime import datetime
from functools import partial

from aqueduc.sources.databases.reading import build_query_adapter, locate_database
from aqueduc.sources.oracle.session import OracleSession


def _format_datetime_literal_sql(moment: datetime) -> str:
    """As a DATE, which has the second: a TIMESTAMP would keep Oracle from the index of a DATE."""
    written = f"TIMESTAMP'{moment.isoformat(' ', 'microseconds')}'"
    return written if moment.microsecond else f"CAST({written} AS DATE)"


ADAPTER = build_query_adapter(
    OracleSession.from_request,
    _format_datetime_literal_sql,
    partial(locate_database, port=1521, names=("service_name", "sid")),
)
