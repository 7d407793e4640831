"""An HTTP API: JSON records page by page, or one file."""

from dataclasses import replace
from datetime import UTC
from hashlib import sha256
from typing import Any

import httpx

from aqueduc.errors import SourceUnreadable
from aqueduc.findings import Finding
from aqueduc.http import join_url
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.client import DownloadedBody, SourceClient
from aqueduc.sources.findings import NoNextPage
from aqueduc.sources.formats import FormatOptions, reader
from aqueduc.sources.http import HttpSource
from aqueduc.sources.http.paging import (
    NotAnAddress,
    PageAnswer,
    find_next_page,
    get_announced_total,
    lacks_next_page,
)
from aqueduc.sources.jsonstream import JsonStream, UnexpectedJson
from aqueduc.sources.records import RecordSpool
from aqueduc.store import Window

MOST_PAGES = 100_000


def extract_document(request: ExtractRequest, source: HttpSource) -> ExtractResult | None:
    """Reads the declared document, all its pages; None when the API says that it is still ``request.etag``.

    Raises ConnectionMissing, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    url = first_url(request.connection.base_url, source, request.window)
    etag = request.etag if source.paging is None else None
    with SourceClient(request.origin, request.connection) as client:
        first = client.get_if_changed(url, request.scratch / "page", etag)
        if first is None:
            return None
        result = (
            _extract_json_pages(request, source, client, first)
            if source.format == "json"
            else _extract_file(request, source, first)
        )
    return replace(result, etag=first.etag if source.paging is None else None)


def probe_document(request: ExtractRequest, source: HttpSource) -> ProbeResult:
    """The columns of the first page. Raises as ``extract`` does."""
    url = first_url(request.connection.base_url, source, request.window)
    with SourceClient(request.origin, request.connection) as client:
        first = client.get(url, request.scratch / "page")
        if source.format != "json":
            return reader.probe_document(request, first.path, source.format, _choose_options(source, first))
        spool = RecordSpool(request)
        with spool.open() as out:
            _spool_page_records(request, source, first, spool, out)
        return ProbeResult(spool.table().names, whole=False)


def first_url(base: str, source: HttpSource, window: Window | None) -> str:
    """The URL asked first. ``{window_start}`` and ``{window_end}`` become ``2026-03-01T00:00:00Z``."""
    moments = (
        {"{window_start}": _format_utc_instant(window.start), "{window_end}": _format_utc_instant(window.end)}
        if window
        else {}
    )
    parameters = dict(source.parameters)
    for mark, moment in moments.items():
        parameters = {name: value.replace(mark, moment) for name, value in parameters.items()}
    address = f"{base}/{source.path.lstrip('/')}"
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return address  # the client says so
    return str(url.copy_merge_params(parameters)) if parameters else str(url)


def _format_utc_instant(moment: Any) -> str:
    return str(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _extract_file(request: ExtractRequest, source: HttpSource, answer: DownloadedBody) -> ExtractResult:
    if source.paging is not None:
        raise request.origin.unreadable(
            _("Seul un document JSON a des pages, et la déclaration lit du {format}.").format(
                format=source.format.upper()
            ),
            _("retirer « paging: » de la déclaration, ou lire du JSON"),
        )
    return reader.extract_document(request, answer.path, source.format, _choose_options(source, answer))


def _choose_options(source: HttpSource, answer: DownloadedBody) -> FormatOptions:
    """With the encoding that the API says, where the declaration says none."""
    said = source.encoding or answer.charset or "utf-8"
    return replace(source.options, encoding=said)


def _extract_json_pages(
    request: ExtractRequest, source: HttpSource, client: SourceClient, first: DownloadedBody
) -> ExtractResult:
    spool = RecordSpool(request)
    answer, visited, before = first, {first.url}, ""
    with spool.open() as out:
        while True:
            already = spool.count
            outside, digest = _spool_page_records(request, source, answer, spool, out)
            answer.path.unlink()
            rows = spool.count - already
            page = PageAnswer(answer, outside, len(visited) - 1, rows, spool.count)
            if digest and rows and digest == before:
                raise _build_ignored_paging_error(request)
            before = digest
            url = _next_url(request, source, page)
            if url is None:
                break
            if url in visited or len(visited) >= MOST_PAGES:
                raise request.origin.unreadable(
                    _("Les pages de l'API tournent en rond (après {visited} pages).").format(
                        visited=len(visited)
                    ),
                    _("signaler le défaut à l'équipe qui exploite l'API"),
                )
            visited.add(url)
            answer = client.get(url, request.scratch / "page")
    findings = _check_last_page(request, source, page)
    result = spool.table()
    return replace(result, findings=(*findings, *result.findings))


def _check_last_page(request: ExtractRequest, source: HttpSource, page: PageAnswer) -> tuple[Finding, ...]:
    """Raises SourceUnreadable where the API announced more rows than all its pages held."""
    if source.paging is None:
        return ()
    total = get_announced_total(source.paging, page)
    if total is not None and total != page.total_rows:
        raise request.origin.unreadable(
            _("L'API annonce {total} lignes, et ses pages en ont donné {rows}.").format(
                total=total, rows=page.total_rows
            ),
            _(
                "relancer, si la source changeait pendant la lecture ; sinon corriger « paging: », ou prévenir "
                "l'équipe qui exploite l'API"
            ),
        )
    path = lacks_next_page(source.paging, page) if page.rank == 0 else ""
    return (NoNextPage(detail={"path": path}),) if path else ()


def _build_ignored_paging_error(request: ExtractRequest) -> SourceUnreadable:
    return request.origin.unreadable(
        _("L'API a donné deux fois de suite la même page : le paramètre de « paging: » est ignoré."),
        _("vérifier le nom de ce paramètre dans la documentation de l'API"),
    )


def _spool_page_records(
    request: ExtractRequest, source: HttpSource, answer: DownloadedBody, spool: RecordSpool, out: Any
) -> tuple[dict[str, Any], str]:
    """Takes the records of one page; returns what stands around them, and their digest where two pages may be
    the same by mistake."""
    digest = sha256() if source.paging is not None and source.paging.is_counted else None
    path = tuple(part for part in source.records.split(".") if part)
    wrong: UnexpectedJson | None = None
    with answer.path.open(encoding="utf-8-sig") as file:
        stream = JsonStream(file, path, keyed=source.keyed)
        try:
            for record in stream.records():
                spool.add(record, out)
                if digest is not None:
                    digest.update(repr(record).encode("utf-8", "surrogatepass"))
        except UnexpectedJson as error:
            wrong = error
    if wrong is None:
        return stream.outside, digest.hexdigest() if digest else ""
    kind = (
        _(" (reçu : {content_type})").format(content_type=answer.content_type or _("type inconnu"))
        if "json" not in answer.content_type
        else ""
    )
    after = _(", après l'enregistrement n° {count}").format(count=spool.count) if spool.count else ""
    raise request.origin.unreadable(
        _("La réponse de l'API n'est pas le JSON attendu{kind} : {reason}{after}.").format(
            kind=kind, reason=wrong.reason, after=after
        ),
        _("vérifier « path: » et « records: » dans la déclaration, ou prévenir l'équipe qui exploite l'API"),
    )


def _next_url(request: ExtractRequest, source: HttpSource, page: PageAnswer) -> str | None:
    if source.paging is None:
        return None
    try:
        found = find_next_page(source.paging, page)
    except NotAnAddress as error:
        raise request.origin.unreadable(
            _("« {next} » n'est pas l'adresse de la page suivante.").format(next=error.path),
            _("corriger « paging: »"),
        ) from None
    if found is None:
        return None
    if isinstance(found, str):
        return join_url(page.body.url, found)
    return str(httpx.URL(page.body.url).copy_merge_params(found))


ADAPTER = SourceAdapter(extract=extract_document, probe=probe_document)
