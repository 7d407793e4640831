"""The files of a drop read as one source: fetched, told apart by their bytes, each read as its format is."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from aqueduc.connections import Connection
from aqueduc.errors import SourceError, SourceNotFound
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _, n_
from aqueduc.program import compute_program_digest
from aqueduc.sources.adapter import (
    ExtractRequest,
    ExtractResult,
    ProbeResult,
    SourceAdapter,
    SourceAddress,
    locate_at_http_address,
)
from aqueduc.sources.drops import DropSource, is_file_pattern
from aqueduc.sources.drops.downloading import check_total_download_size
from aqueduc.sources.drops.joining import FileTable, concatenate_file_tables
from aqueduc.sources.drops.listing import (
    DropFile,
    DropOpener,
    FileDrop,
    check_drop_unchanged_since_listing,
    choose_drop_files,
    format_drop_file_label,
)
from aqueduc.sources.findings import RepeatedFiles
from aqueduc.sources.formats.reader import extract_document, probe_document_columns
from aqueduc.sources.origin import SourceOrigin
from aqueduc.store import compute_file_sha256

# A table made for the eye is small; this many bytes are read in a second or two.
LAID_OUT_BYTES = 5_000_000
_READERS = ("duckdb", "pyarrow", "fastexcel")


@dataclass(frozen=True)
class FetchedFile:
    """A file whose bytes are here. ``label``: how messages call it."""

    file: DropFile
    path: Path
    sha256: str
    label: Sentence


@dataclass(frozen=True)
class FetchedDrop:
    """The files, each of its own bytes, or of its own name where that is a datum; ``repeated``: how many were left
    out, which held those of another."""

    files: tuple[FetchedFile, ...]
    repeated: int


def build_drop_adapter(
    open_drop: DropOpener, locate: Callable[[Connection, DropSource], SourceAddress] = locate_at_http_address
) -> SourceAdapter[DropSource]:
    """What a kind of source does whose files are in a drop that ``open_drop`` opens."""
    return SourceAdapter(
        extract=lambda request, source: extract_drop(open_drop, request, source),
        probe=lambda request, source: probe_drop_columns(open_drop, request, source),
        mark=lambda request, source: build_change_mark_from_drop_listing(open_drop, request, source),
        locate=locate,
    )


def extract_drop(open_drop: DropOpener, request: ExtractRequest, source: DropSource) -> ExtractResult | None:
    """Reads the declared files; None when their bytes, and what reads them, are still those of ``request.etag``.

    Raises ConnectionMissing, SourceUnavailable (the drop is away, or a file still being written),
    SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    found: ExtractResult | SourceError | None = None
    with open_drop(request) as drop:
        first_look = time.monotonic()
        chosen = choose_drop_files(drop, source, request.source_origin)
        fetched = _fetch_files_or_refuse_drop_change(drop, chosen, request, source)
        mark = compute_files_and_readers_digest(fetched.files, source, ordered=request.dataset.keeps_order)
        if mark != request.etag:
            found = (
                _read_fetched_files_or_return_error(fetched, mark, request, source) if drop.in_place else None
            )
            # Two looks, and no date compared with our clock: that of the server may be behind it.
            time.sleep(max(0.0, source.settled - (time.monotonic() - first_look)))
        check_drop_unchanged_since_listing(drop, source, request.source_origin, chosen)
    if mark != request.etag and not drop.in_place:
        found = _read_fetched_files_or_return_error(fetched, mark, request, source)
    if isinstance(found, SourceError):
        raise found
    return found


def probe_drop_columns(open_drop: DropOpener, request: ExtractRequest, source: DropSource) -> ProbeResult:
    """The columns of the last of the declared files, of which no more is read than it takes, but for a small one
    that may have been laid out for the eye. Raises as ``extract_drop``."""
    with open_drop(request) as drop:
        chosen = choose_drop_files(drop, source, request.source_origin)
        path = drop.fetch_file(chosen[-1], request.scratch / "file")
        found = probe_document_columns(request, path, source.format, source.file_format_options)
        doubts = _check_small_file_grouped_rows(request, path, source)
    counted = n_("{count} fichier", "{count} fichiers", len(chosen)) if is_file_pattern(source.path) else None
    columns = (*found.columns, source.file_column) if source.file_column else found.columns
    return replace(found, columns=columns, holds=counted, doubts=doubts)


def _check_small_file_grouped_rows(
    request: ExtractRequest, path: Path, source: DropSource
) -> tuple[Finding, ...]:
    """What makes a small file look grouped. One that is too long to be read for a question says nothing, and
    neither does one that cannot be read: the columns were, and the run tells the rest."""
    if not source.capabilities.laid_out or path.stat().st_size > LAID_OUT_BYTES:
        return ()
    from aqueduc import duck
    from aqueduc.sources.grouping import find_signs_of_grouped_rows

    scratch = request.scratch / "laid-out"
    scratch.mkdir()
    own = replace(request, scratch=scratch, target=scratch / "raw.parquet")
    with contextlib.suppress(SourceError):
        result = extract_document(own, path, source.format, source.file_format_options)
        with duck.open_duckdb(scratch) as con:
            return find_signs_of_grouped_rows(con, own.target, result, request.dataset)
    return ()


def build_change_mark_from_drop_listing(
    open_drop: DropOpener, request: ExtractRequest, source: DropSource
) -> str:
    """What is listed of the declared files; none is fetched. Raises as ``extract_drop``."""
    with open_drop(request) as drop:
        chosen = choose_drop_files(drop, source, request.source_origin)
    return repr([(file.path, file.size, file.modified, file.mark) for file in chosen])


def _fetch_files_or_refuse_drop_change(
    drop: FileDrop, chosen: Sequence[DropFile], request: ExtractRequest, source: DropSource
) -> FetchedDrop:
    """A file that was there when they were listed, and is no more, is one that somebody moves."""
    try:
        return _fetch_distinct_files(drop, chosen, request, source)
    except SourceNotFound as error:
        gone = error
    check_drop_unchanged_since_listing(drop, source, request.source_origin, chosen)
    raise gone


def _fetch_distinct_files(
    drop: FileDrop, chosen: Sequence[DropFile], request: ExtractRequest, source: DropSource
) -> FetchedDrop:
    if not drop.in_place:
        check_total_download_size(request.source_origin, chosen)
    fetched: dict[tuple[str, str], FetchedFile] = {}
    for rank, file in enumerate(chosen, start=1):
        path = drop.fetch_file(file, request.scratch / f"file-{rank}")
        sha256 = _hash_file(path, request.source_origin)
        key = (sha256, file.file_name if source.file_column else "")
        if key in fetched and not drop.in_place:
            path.unlink()
        fetched.setdefault(key, FetchedFile(file, path, sha256, format_drop_file_label(file, rank, source)))
    return FetchedDrop(tuple(fetched.values()), len(chosen) - len(fetched))


def _hash_file(path: Path, origin: SourceOrigin) -> str:
    try:
        return compute_file_sha256(path)
    except OSError:
        pass
    raise origin.build_unavailable_error(
        _("Le fichier n'a pas pu être lu jusqu'au bout."),
        _("vérifier le disque ou le partage où il se trouve"),
    )


def _read_fetched_files_or_return_error(
    fetched: FetchedDrop, mark: str, request: ExtractRequest, source: DropSource
) -> ExtractResult | SourceError:
    try:
        result = _read_and_concatenate_files(fetched.files, request, source)
    except SourceError as error:
        return error
    files = n_("{count} fichier", "{count} fichiers", fetched.repeated)
    repeated = (RepeatedFiles(detail={"files": files}),) if fetched.repeated else ()
    return replace(result, etag=mark, findings=(*repeated, *result.findings))


def compute_files_and_readers_digest(
    fetched: Sequence[FetchedFile], source: DropSource, *, ordered: bool
) -> str:
    """What the rows of files depend on beside the declaration: their bytes, the code and the libraries that read
    them; their names only where those are data."""
    files = [f"{one.sha256} {one.file.path}" if source.file_column else one.sha256 for one in fetched]
    readers = (compute_program_digest(), *(version(name) for name in _READERS))
    return hashlib.sha256("\n".join((*(files if ordered else sorted(files)), *readers)).encode()).hexdigest()


def _read_and_concatenate_files(
    fetched: Sequence[FetchedFile], request: ExtractRequest, source: DropSource
) -> ExtractResult:
    if len(fetched) == 1 and source.file_column is None:
        return extract_document(request, fetched[0].path, source.format, source.file_format_options)
    tables = []
    for rank, one in enumerate(fetched, start=1):
        own = _build_single_file_extract_request(request, source, one, rank)
        tables.append(
            FileTable(one, extract_document(own, one.path, source.format, source.file_format_options), own)
        )
    return concatenate_file_tables(tables, request, source)


def _build_single_file_extract_request(
    request: ExtractRequest, source: DropSource, one: FetchedFile, rank: int
) -> ExtractRequest:
    """The request for one file of several: what is wrong with it is told of it."""
    scratch = request.scratch / f"table-{rank}"
    scratch.mkdir()
    own = source.model_copy(update={"path": str(one.label), "take": None})
    dataset = request.dataset.model_copy(update={"source": own})
    return replace(request, dataset=dataset, scratch=scratch, target=scratch / "raw.parquet")
