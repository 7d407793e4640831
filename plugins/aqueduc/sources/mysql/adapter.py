"""MySQL and MariaDB: any query, streamed by PyMySQL in one read-only transaction."""

from datetime import datetime

from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.databases import reading
from aqueduc.sources.mysql import MySqlSource
from aqueduc.sources.mysql.session import MySqlSession


def extract_query(request: ExtractRequest, source: MySqlSource) -> ExtractResult:
    """Runs the declared query; columns keep their types. Raises ConnectionMissing, ConnectionUnreadable,
    SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable, DiskFull."""
    query = reading.bind_window(request, source, _write_moment)
    return reading.extract_query(MySqlSession.of(request), query, request)


def probe_query(request: ExtractRequest, source: MySqlSource) -> ProbeResult:
    """The columns of the declared query, which is planned but not run. Raises as ``extract_query`` does."""
    query = reading.bind_window(request, source, _write_moment)
    return reading.probe_query(MySqlSession.of(request), query)


def _write_moment(moment: datetime) -> str:
    return f"TIMESTAMP'{moment.isoformat(' ', 'microseconds')}'"


ADAPTER = SourceAdapter(extract=extract_query, probe=probe_query)
