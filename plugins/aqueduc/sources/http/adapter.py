"""An HTTP API: JSON records page by page, or one CSV document."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

import httpx

from aqueduc.findings import Finding
from aqueduc.http import join_url
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.client import DownloadedBody, SourceClient
from aqueduc.sources.findings import NoNextPage
from aqueduc.sources.formats import csv
from aqueduc.sources.http import HttpSource
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
            _extract_csv(request, source, first)
            if source.format == "csv"
            else _extract_json_pages(request, source, client, first)
        )
    return replace(result, etag=first.etag if source.paging is None else None)


def probe_document(request: ExtractRequest, source: HttpSource) -> ProbeResult:
    """The columns of the first page. Raises as ``extract`` does."""
    url = first_url(request.connection.base_url, source, request.window)
    with SourceClient(request.origin, request.connection) as client:
        first = client.get(url, request.scratch / "page")
        if source.format == "csv":
            names = csv.read_csv_header(
                request, first.path, encoding=first.charset or "utf-8", delimiter=None
            )
            return ProbeResult(names)
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


def _extract_csv(request: ExtractRequest, source: HttpSource, answer: DownloadedBody) -> ExtractResult:
    if source.paging is not None:
        raise request.origin.unreadable(
            _("Un document CSV n'a pas de pages."),
            _("retirer « paging: » de la déclaration, ou lire du JSON"),
        )
    return csv.read_csv(request, answer.path, encoding=answer.charset or "utf-8", delimiter=None)


def _extract_json_pages(
    request: ExtractRequest, source: HttpSource, client: SourceClient, first: DownloadedBody
) -> ExtractResult:
    spool = RecordSpool(request)
    findings: list[Finding] = []
    answer, visited = first, {first.url}
    with spool.open() as out:
        while True:
            outside = _spool_page_records(request, source, answer, spool, out)
            answer.path.unlink()
            url = _next_url(request, source, answer, outside)
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
    if source.paging is not None and len(visited) == 1 and not _has_dotted_path(outside, source.paging.next):
        findings.append(NoNextPage(detail={"path": source.paging.next}))
    result = spool.table()
    return replace(result, findings=(*findings, *result.findings))


def _spool_page_records(
    request: ExtractRequest, source: HttpSource, answer: DownloadedBody, spool: RecordSpool, out: Any
) -> dict[str, Any]:
    """Takes the records of one page; returns what stands around them."""
    path = tuple(part for part in source.records.split(".") if part)
    wrong: UnexpectedJson | None = None
    with answer.path.open(encoding="utf-8-sig") as file:
        stream = JsonStream(file, path, keyed=source.keyed)
        try:
            for record in stream.records():
                spool.add(record, out)
        except UnexpectedJson as error:
            wrong = error
    if wrong is None:
        return stream.outside
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


def _next_url(
    request: ExtractRequest, source: HttpSource, answer: DownloadedBody, outside: Mapping[str, Any]
) -> str | None:
    if source.paging is None:
        return None
    found = _get_dotted_path(outside, source.paging.next)
    if found is None or found == "":
        return None
    if type(found) is not str:
        raise request.origin.unreadable(
            _("« {next} » n'est pas l'adresse de la page suivante.").format(next=source.paging.next),
            _("corriger « paging: »"),
        )
    return join_url(answer.url, found)


def _has_dotted_path(document: Any, path: str) -> bool:
    return _get_dotted_path(document, path, default=_ABSENT) is not _ABSENT


_ABSENT = object()


def _get_dotted_path(document: Any, path: str, default: Any = None) -> Any:
    """The value at a dotted path; a name that itself holds dots (``@odata.nextLink``) is found too."""
    if not isinstance(document, Mapping):
        return default
    if path in document:
        return document[path]
    head, _, rest = path.partition(".")
    return _get_dotted_path(document.get(head), rest, default) if rest else default


ADAPTER = SourceAdapter(extract=extract_document, probe=probe_document)
