"""The records of a JSON document, page after page: asked for, counted, made into rows of one table.

What differs from an API to the next is data: where the records are, what leads to the next page, how many there
must be in the end. What may go wrong is the same for all, and noticed here: pages that go round or repeat
themselves, fewer rows than announced, a row given twice; and, where the protocol proves neither order nor state, rows
that nothing tells apart, and pages that are others when they are read again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import httpx

from aqueduc import duck
from aqueduc.errors import SourceError
from aqueduc.http import join_url
from aqueduc.language import LocalisedNumber, Sentence, _, n_
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.client import DownloadedBody, SourceClient
from aqueduc.sources.jsonstream import JsonStream, UnexpectedJson
from aqueduc.sources.paging import InvalidNextPageLink, NextPage, PageAnswer
from aqueduc.sources.records import RecordSpool

MOST_PAGES = 100_000
MOST_EMPTY_PAGES = 10
"""In a row: an API that filters after it has cut its pages gives a few."""
LONGEST_READING_S = 6 * 3600.0


def _find_no_next_page(_page: PageAnswer) -> NextPage:
    return None


def _find_no_total(_page: PageAnswer) -> int | None:
    return None


@dataclass(frozen=True, kw_only=True)
class PagedReadingOptions:
    """How the records of an API are read. ``records``: the dotted path of their list, "" for the document;
    ``keyed``: they are the members of an object instead, whose names are the values of this column.

    ``find_next``: what leads to the page after this one (raises InvalidNextPageLink). ``find_total``: how many rows there
    are in all, if that is known.
    ``build_row``: a row, from a record and its number (raises SourceError). ``find_id``: what no two records
    share; None where nothing says. ``explain``: the error that an answer is, by what stands around its
    records; None where it is none. ``remedy``: what to do of an answer that is not the one expected.

    ``order``: what to do where several pages hold rows that nothing tells apart, which is then refused; None: they
    are read. ``is_read_twice``: several pages are believed only if they are the same when they are asked for again.
    """

    remedy: Sentence
    records: str = ""
    keyed: str | None = None
    find_next: Callable[[PageAnswer], NextPage] = _find_no_next_page
    find_total: Callable[[PageAnswer], int | None] = _find_no_total
    build_row: Callable[[Any, int], Any] = lambda record, _number: record
    find_id: Callable[[Any], str | None] | None = None
    explain: Callable[[Mapping[str, Any]], SourceError | None] = lambda _outside: None
    order: Sentence | None = None
    is_read_twice: bool = False


@dataclass(frozen=True)
class PagedExtractResult:
    """What the pages came to. ``last``: the last one, whose ``total_rows`` are those of all."""

    result: ExtractResult
    last: PageAnswer


def extract_pages(
    request: ExtractRequest, client: SourceClient, first: DownloadedBody, wanted: PagedReadingOptions
) -> PagedExtractResult:
    """Reads the page ``first``, and all that follow it, into the file of ``request``.

    Raises SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    reader = _PageReader(request, wanted, RecordSpool(request))
    answer, url, read, before, limit = first, first.url, dict[str, str](), "", _EndlessReadingLimit()
    with (
        reader.spool.open_spool() as out,
        reader.row_ids_file_path.open("w", encoding="utf-8", errors="surrogatepass") as ids,
    ):
        while True:
            already = reader.spool.count
            outside, digest = reader.read_page(answer, partial(reader.spool_record_with_id, out, ids))
            answer.path.unlink()
            rows = reader.spool.count - already
            page = PageAnswer(answer, outside, len(read), rows, reader.spool.count)
            read[url] = digest
            if page.rows:
                reader.refuse_page_equal_to_previous(digest, before)
                reader.refuse_several_pages_without_row_ids(page)
            before = digest
            following = _find_next_url(request, wanted, page)
            if following is None or (not rows and wanted.find_total(page) == page.total_rows):
                break
            url = following
            _refuse_circular_or_too_many_pages(request, url, read)
            limit.refuse_empty_pages_or_long_reading(request, page)
            answer = client.download(url, request.scratch / "page")
    _check_announced_total(request, wanted, page)
    reader.refuse_repeated_rows()
    if wanted.is_read_twice and len(read) > 1:
        reader.refuse_pages_changed_during_reading(client, read)
    return PagedExtractResult(reader.spool.write_records_as_table(), page)


def list_columns_of_first_records(
    request: ExtractRequest, first: DownloadedBody, wanted: PagedReadingOptions, *, at_most: int | None = None
) -> tuple[str, ...]:
    """The columns of the page ``first``, or of its first records. Raises SourceUnreadable."""
    reader = _PageReader(request, wanted, RecordSpool(request))
    with reader.spool.open_spool() as out:
        reader.read_page(first, partial(reader.spool_record_with_id, out, None), at_most=at_most)
    return reader.spool.write_records_as_table().column_names


def list_raw_first_page_columns(
    request: ExtractRequest, first: DownloadedBody, wanted: PagedReadingOptions
) -> tuple[str, ...]:
    """The names in the records of the page ``first``, whatever the declaration says. Raises SourceUnreadable."""
    reader = _PageReader(request, wanted, RecordSpool(request))
    with reader.spool.open_spool() as out:
        reader.read_page(first, partial(reader.spool_record_with_id, out, None))
    return reader.spool.list_columns()


@dataclass
class _PageReader:
    """``unnamed``: how many rows so far nothing tells apart."""

    request: ExtractRequest
    wanted: PagedReadingOptions
    spool: RecordSpool
    unnamed: int = 0

    @property
    def row_ids_file_path(self) -> Path:
        return self.request.scratch / "ids.txt"

    def read_page(
        self, answer: DownloadedBody, take: Callable[[Any], None], *, at_most: int | None = None
    ) -> tuple[dict[str, Any], str]:
        """Gives each record of a page to ``take``; returns what stands around them, and their digest."""
        wanted = self.wanted
        digest = sha256()
        wrong: UnexpectedJson | None = None
        with answer.path.open(encoding="utf-8-sig") as file:
            path = tuple(part for part in wanted.records.split(".") if part)
            stream = JsonStream(file, path, keyed=wanted.keyed)
            try:
                for record in islice(stream.read_records(), at_most):
                    take(record)
                    digest.update(repr(record).encode("utf-8", "surrogatepass"))
            except UnexpectedJson as error:
                wrong = error
        if wrong is not None:
            raise wanted.explain(stream.outside) or self._build_unexpected_json_error(answer, wrong)
        return stream.outside, digest.hexdigest()

    def spool_record_with_id(self, out: TextIO, ids: TextIO | None, record: Any) -> None:
        self.spool.add_record(self.wanted.build_row(record, self.spool.count + 1), out)
        name = self.wanted.find_id(record) if self.wanted.find_id and ids else None
        if name is not None and ids:
            ids.write(sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16] + "\n")
        else:
            self.unnamed += 1

    def refuse_page_equal_to_previous(self, digest: str, before: str) -> None:
        """Raises SourceUnreadable."""
        if digest == before:
            raise self.request.source_origin.build_unreadable_error(
                _("L'API a donné deux fois de suite la même page : elle ignore celle qui est demandée."),
                self.wanted.remedy,
            )

    def refuse_several_pages_without_row_ids(self, page: PageAnswer) -> None:
        """Raises SourceUnreadable: nothing would show a row that two pages give, and the one that none gives."""
        if self.wanted.order is not None and page.rank and self.unnamed:
            raise self.request.source_origin.build_unreadable_error(
                _(
                    "Il faut plusieurs pages pour lire cette source, et rien n'y distingue une ligne d'une autre : "
                    "rien ne prouverait que chacune a été lue, et une seule fois."
                ),
                self.wanted.order,
            )

    def refuse_pages_changed_during_reading(self, client: SourceClient, read: Mapping[str, str]) -> None:
        """Reads again the pages whose digests are ``read``. Raises SourceUnavailable where one of them has changed:
        rows may then have gone from one page to another between two requests, and been missed."""
        for url, digest in read.items():
            answer = client.download(url, self.request.scratch / "page")
            _outside, found = self.read_page(answer, _ignore_record)
            answer.path.unlink()
            if found != digest:
                raise self.request.source_origin.build_unavailable_error(
                    _("Les pages de l'API ont changé pendant la lecture : des lignes ont pu être manquées."),
                    self._build_rerun_remedy(),
                )

    def refuse_repeated_rows(self) -> None:
        """Raises SourceUnavailable where two pages gave the same row: another one was then left out."""
        if not self.row_ids_file_path.stat().st_size:
            return
        ids = f"read_csv({duck.literal(str(self.row_ids_file_path))}, header = false, columns = {{'id': 'VARCHAR'}})"
        with duck.open_duckdb(self.request.scratch) as con:
            (repeated,) = duck.fetch_single_row(con, f"SELECT count(*) - count(DISTINCT id) FROM {ids}")
        if repeated:
            count = n_("{count} ligne", "{count} lignes", repeated)
            raise self.request.source_origin.build_unavailable_error(
                _("L'API a donné {count} deux fois : ses pages ont bougé pendant la lecture.").format(
                    count=count
                ),
                self._build_rerun_remedy(),
            )

    def _build_rerun_remedy(self) -> Sentence:
        return _("relancer ; si cela dure, {order}").format(
            order=self.wanted.order or _("demander à l'équipe qui exploite l'API des pages d'ordre stable")
        )

    def _build_unexpected_json_error(self, answer: DownloadedBody, wrong: UnexpectedJson) -> SourceError:
        kind = (
            _(" (reçu : {content_type})").format(content_type=answer.content_type or _("type inconnu"))
            if "json" not in answer.content_type
            else ""
        )
        count = self.spool.count
        after = _(", après l'enregistrement n° {count}").format(count=count) if count else ""
        return self.request.source_origin.build_unreadable_error(
            _("La réponse de l'API n'est pas le JSON attendu{kind} : {reason}{after}.").format(
                kind=kind, reason=wrong.reason, after=after
            ),
            self.wanted.remedy,
        )


@dataclass
class _EndlessReadingLimit:
    """Of what pages that always announce another one may cost."""

    empty: int = 0
    end: float = field(default_factory=lambda: time.monotonic() + LONGEST_READING_S)

    def refuse_empty_pages_or_long_reading(self, request: ExtractRequest, page: PageAnswer) -> None:
        """Raises SourceUnreadable, SourceUnavailable."""
        self.empty = 0 if page.rows else self.empty + 1
        if self.empty >= MOST_EMPTY_PAGES:
            raise request.source_origin.build_unreadable_error(
                n_(
                    "L'API a donné {count} page vide, et en annonce une autre.",
                    "L'API a donné {count} pages vides de suite, et en annonce une autre.",
                    self.empty,
                ),
                _("signaler le défaut à l'équipe qui exploite l'API"),
            )
        if time.monotonic() > self.end:
            raise request.source_origin.build_unavailable_error(
                _("Les pages de l'API n'en finissent pas d'arriver."),
                _("demander moins de lignes, ou prévenir l'équipe qui exploite l'API"),
            )


def _ignore_record(_record: Any) -> None:
    return None


def _refuse_circular_or_too_many_pages(request: ExtractRequest, url: str, visited: Mapping[str, str]) -> None:
    if url in visited or len(visited) >= MOST_PAGES:
        raise request.source_origin.build_unreadable_error(
            n_(
                "Les pages de l'API tournent en rond (après {count} page).",
                "Les pages de l'API tournent en rond (après {count} pages).",
                len(visited),
            ),
            _("signaler le défaut à l'équipe qui exploite l'API"),
        )


def _check_announced_total(request: ExtractRequest, wanted: PagedReadingOptions, page: PageAnswer) -> None:
    """Raises SourceUnreadable where the API announced another number of rows than its pages held."""
    total = wanted.find_total(page)
    if total is not None and total != page.total_rows:
        raise request.source_origin.build_unreadable_error(
            _("Lignes annoncées par l'API : {total} ; données par ses pages : {rows}.").format(
                total=LocalisedNumber(total), rows=LocalisedNumber(page.total_rows)
            ),
            _("relancer, si la source changeait pendant la lecture ; sinon {remedy}").format(
                remedy=wanted.remedy
            ),
        )


def _find_next_url(request: ExtractRequest, wanted: PagedReadingOptions, page: PageAnswer) -> str | None:
    try:
        found = wanted.find_next(page)
    except InvalidNextPageLink as error:
        raise request.source_origin.build_unreadable_error(
            _("« {next} » n'est pas l'adresse de la page suivante.").format(next=error.path), wanted.remedy
        ) from None
    if found is None:
        return None
    if isinstance(found, str):
        return join_url(page.body.url, found)
    return str(httpx.URL(page.body.url).copy_merge_params(found))
