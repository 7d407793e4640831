"""SQL Server: any query, streamed by Microsoft's driver, in a transaction that is always undone."""

from datetime import datetime

from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.databases import reading
from aqueduc.sources.mssql import SqlServerSource
from aqueduc.sources.mssql.session import SqlServerSession


def extract_query(request: ExtractRequest, source: SqlServerSource) -> ExtractResult:
    """Runs the declared query; columns keep their types. Raises ConnectionMissing, ConnectionUnreadable,
    SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable, DiskFull."""
    query = reading.bind_window(request, source, _write_moment)
    return reading.extract_query(SqlServerSession.of(request), query, request)


def probe_query(request: ExtractRequest, source: SqlServerSource) -> ProbeResult:
    """The columns of the declared query, which is planned but not run. Raises as ``extract_query`` does."""
    query = reading.bind_window(request, source, _write_moment)
    return reading.probe_query(SqlServerSession.of(request), query)


def _write_moment(moment: datetime) -> str:
    return f"CAST('{moment.isoformat('T', 'microseconds')}' AS datetime2(6))"


ADAPTER = SourceAdapter(extract=extract_query, probe=probe_query)
