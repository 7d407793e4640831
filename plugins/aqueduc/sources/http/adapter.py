"""An HTTP API: JSON records page by page, or one file."""

from dataclasses import replace
from datetime import UTC
from functools import partial
from typing import Any

from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.client import DownloadedBody, SourceClient, build_source_url
from aqueduc.sources.findings import NoNextPage, UnannouncedState
from aqueduc.sources.formats import FormatOptions, reader
from aqueduc.sources.http import HttpSource
from aqueduc.sources.http.paging import find_missing_next_page_field, find_next_page, get_announced_total
from aqueduc.sources.pages import PagedReadingOptions, extract_pages, list_columns_of_first_records
from aqueduc.store import Window


def extract_document(request: ExtractRequest, source: HttpSource) -> ExtractResult | None:
    """Reads the declared document, all its pages; None when the API says that it is still ``request.etag``.

    Raises ConnectionMissing, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    url = build_first_url(request.connection.base_url, source, request.window)
    etag = request.etag if source.paging is None else None
    with SourceClient(request.source_origin, request.connection) as client:
        first = client.download_if_changed(url, request.scratch / "page", etag)
        if first is None:
            return None
        result = (
            _extract_json_pages(request, source, client, first)
            if source.format == "json"
            else _extract_downloaded_file(request, source, first)
        )
    unseen = (UnannouncedState(),) if request.dataset.on_arrival and first.state is None else ()
    return replace(
        result,
        etag=first.etag if source.paging is None else None,
        findings=(*unseen, *result.findings),
    )


def probe_document_columns(request: ExtractRequest, source: HttpSource) -> ProbeResult:
    """The columns of the first page. Raises as ``extract`` does."""
    url = build_first_url(request.connection.base_url, source, request.window)
    with SourceClient(request.source_origin, request.connection) as client:
        first = client.download(url, request.scratch / "page")
        if source.format != "json":
            return reader.probe_document_columns(
                request, first.path, source.format, _build_format_options(source, first)
            )
        return ProbeResult(
            list_columns_of_first_records(request, first, _build_paged_reading_options(source)), whole=False
        )


def read_announced_document_state(request: ExtractRequest, source: HttpSource) -> str:
    """What the address announces of the document. Raises as ``extract`` does, and SourceUnreadable where it says nothing."""
    url = build_first_url(request.connection.base_url, source, None)
    with SourceClient(request.source_origin, request.connection) as client:
        state = client.read_announced_document_state(url)
    if state is None:
        raise request.source_origin.build_unreadable_error(
            _("L'adresse n'annonce ni ETag ni date."), UnannouncedState.remedy
        )
    return state


def build_first_url(base: str, source: HttpSource, window: Window | None) -> str:
    """The URL asked first. ``{window_start}`` and ``{window_end}`` become ``2026-03-01T00:00:00Z``."""
    moments = (
        {"{window_start}": _format_utc_instant(window.start), "{window_end}": _format_utc_instant(window.end)}
        if window
        else {}
    )
    parameters = dict(source.parameters)
    for mark, moment in moments.items():
        parameters = {name: value.replace(mark, moment) for name, value in parameters.items()}
    return build_source_url(base, source.path, parameters)


def _format_utc_instant(moment: Any) -> str:
    return str(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _extract_downloaded_file(
    request: ExtractRequest, source: HttpSource, answer: DownloadedBody
) -> ExtractResult:
    if source.paging is not None:
        raise request.source_origin.build_unreadable_error(
            _("Seul un document JSON a des pages, et la déclaration lit du {format}.").format(
                format=source.format.upper()
            ),
            _("retirer « paging: » de la déclaration, ou lire du JSON"),
        )
    return reader.extract_document(request, answer.path, source.format, _build_format_options(source, answer))


def _build_format_options(source: HttpSource, answer: DownloadedBody) -> FormatOptions:
    """With the encoding that the API says, where the declaration says none."""
    said = source.encoding or answer.charset or "utf-8"
    return replace(source.file_format_options, encoding=said)


def _extract_json_pages(
    request: ExtractRequest, source: HttpSource, client: SourceClient, first: DownloadedBody
) -> ExtractResult:
    found = extract_pages(request, client, first, _build_paged_reading_options(source))
    paging, last = source.paging, found.last
    path = find_missing_next_page_field(paging, last) if paging is not None and last.rank == 0 else ""
    findings = (NoNextPage(detail={"path": path}),) if path else ()
    return replace(found.result, findings=(*findings, *found.result.findings))


def _build_paged_reading_options(source: HttpSource) -> PagedReadingOptions:
    remedy = _(
        "vérifier « path: », « records: » et « paging: » dans la déclaration, ou prévenir l'équipe qui exploite "
        "l'API"
    )
    plain = PagedReadingOptions(remedy=remedy, records=source.records, keyed=source.keyed)
    if source.paging is None:
        return plain
    return replace(
        plain,
        find_next=partial(find_next_page, source.paging),
        find_total=partial(get_announced_total, source.paging),
    )


ADAPTER = SourceAdapter(
    extract=extract_document, probe=probe_document_columns, mark=read_announced_document_state
)
