"""Any query of a database that somebody else opens, batch after batch, its values bound by its driver."""

from aqueduc.declaration.queries import parse_query
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.databases import QuerySource
from aqueduc.sources.databases.access import DatabaseAccess
from aqueduc.sources.databases.query import BoundQuery
from aqueduc.sources.databases.reading import (
    compute_local_window_bounds,
    extract_query,
    locate_database,
    probe_query_columns,
)
from aqueduc.sources.dbapi.session import DbApiSession


def extract(request: ExtractRequest, source: QuerySource) -> ExtractResult:
    """Raises as ``build_query_adapter`` says, and PackageExtraMissing."""
    session = DbApiSession.from_request(request)
    return extract_query(session, bind_window_bounds_as_parameters(request, source, session.access), request)


def probe(request: ExtractRequest, source: QuerySource) -> ProbeResult:
    """Raises as ``build_query_adapter`` says, and PackageExtraMissing."""
    session = DbApiSession.from_request(request)
    return probe_query_columns(session, bind_window_bounds_as_parameters(request, source, session.access))


def bind_window_bounds_as_parameters(
    request: ExtractRequest, source: QuerySource, access: DatabaseAccess
) -> BoundQuery:
    """The query with a placeholder for each end of its window, and their values beside it."""
    ends = compute_local_window_bounds(request)
    parsed = parse_query(source.sql, file=source.sql_path, quoting=source.quoting)
    values = tuple(ends[text] for text, is_name in parsed.parts if is_name)
    pieces = (
        access.placeholder if is_name else access.escape_percent_signs_in_sql(text) if values else text
        for text, is_name in parsed.parts
    )
    return BoundQuery("".join(pieces), source.sql_path, values)


ADAPTER = SourceAdapter(extract=extract, probe=probe, locate=locate_database)
