"""Oracle: any query, streamed by python-oracledb without Oracle's own client, in one read-only transaction."""

from datetime import datetime

from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.databases import reading
from aqueduc.sources.oracle import OracleSource
from aqueduc.sources.oracle.session import OracleSession


def extract_query(request: ExtractRequest, source: OracleSource) -> ExtractResult:
    """Runs the declared query; columns keep their types. Raises ConnectionMissing, ConnectionUnreadable,
    SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable, DiskFull."""
    query = reading.bind_window(request, source, _write_moment)
    return reading.extract_query(OracleSession.of(request), query, request)


def probe_query(request: ExtractRequest, source: OracleSource) -> ProbeResult:
    """The columns of the declared query, which is planned but not run. Raises as ``extract_query`` does."""
    query = reading.bind_window(request, source, _write_moment)
    return reading.probe_query(OracleSession.of(request), query)


def _write_moment(moment: datetime) -> str:
    """As a DATE, which has the second: a TIMESTAMP would keep Oracle from the index of a DATE."""
    written = f"TIMESTAMP'{moment.isoformat(' ', 'microseconds')}'"
    return written if moment.microsecond else f"CAST({written} AS DATE)"


ADAPTER = SourceAdapter(extract=extract_query, probe=probe_query)
