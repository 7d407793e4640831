"""SQL Server: any query, streamed by Microsoft's driver, in a transaction that is always undone."""

from datetime import datetime
from functools import partial

from aqueduc.sources.databases.reading import build_query_adapter, locate_database
from aqueduc.sources.mssql.session import SqlServerSession


def _format_datetime_literal_sql(moment: datetime) -> str:
    return f"CAST('{moment.isoformat('T', 'microseconds')}' AS datetime2(6))"


ADAPTER = build_query_adapter(
    SqlServerSession.from_request, _format_datetime_literal_sql, partial(locate_database, port=1433)
)
