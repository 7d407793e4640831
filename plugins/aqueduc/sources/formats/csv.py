"""CSV: decoded, cut into records and numbered by us, then split into cells by DuckDB.

DuckDB neither says at which line a record starts nor reads the old encodings faithfully. So one pass over the
text writes a UTF-8 copy where each record starts with its own line number, which is then simply its first
column; only lines that hold a quote need a closer look. Both must find the same number of records.

The first lines wait until the header is found among them: under titles, on several rows, cut by a delimiter
that nobody declared.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import duckdb

from aqueduc import duck
from aqueduc.errors import SourceUnreadable
from aqueduc.findings import Finding
from aqueduc.language import NOTHING, _, n_
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.findings import (
    DoubtfulEncoding,
    RaggedRows,
    SkippedFooterRows,
    SkippedTitleRows,
    UnitInTitle,
)
from aqueduc.sources.formats import AUTO, FormatOptions, heading
from aqueduc.sources.formats.encodings import detect_file_encoding
from aqueduc.sources.formats.magic import FileHead, describe_non_text_format
from aqueduc.sources.formats.reader import FormatReader
from aqueduc.sources.formats.text import read_line_blocks
from aqueduc.sources.formats.units import mentions_scaling_unit
from aqueduc.sources.origin import LINE, SourceOrigin
from aqueduc.sources.reading import BLANKS
from aqueduc.sources.records import LINES_SHOWN, TextTable, build_blank_rows_finding, write_text_table
from aqueduc.threads import map_in_threads

if TYPE_CHECKING:
    from aqueduc.sources.formats.csv_blocks import NumberedBlock

DELIMITERS = (";", ",", "\t", "|")
"""Those tried when none is declared."""
HEAD_LINES = 120
LONGEST_HEAD = 10_000
LONGEST_FOOT = 1_000
LONG_BLOCK = 1 << 14
"""In characters: a shorter one is read as soon line by line, without NumPy."""
_NAMELESS = "__sans_nom_"

# A wrong delimiter makes every line wrong: what is kept of them stays small.
_REJECTS_KEPT = 1_000


def read_csv(
    request: ExtractRequest,
    path: Path,
    *,
    encoding: str,
    delimiter: str | None,
    header_rows: int = 1,
    footer: tuple[str, ...] = (),
) -> ExtractResult:
    """Reads one CSV file. ``encoding`` "auto" and ``delimiter`` None are found. Raises SourceUnreadable."""
    origin = request.source_origin
    known, doubts = _resolve_encoding(path, encoding)
    copy = request.scratch / "numbered.csv"
    with copy.open("wb") as out:
        numberer = _CsvRecordNumberer(
            origin, out, delimiter, request.declared_column_names, header_rows, footer
        )
        for block, numbered in numberer.number_ahead(read_line_blocks(origin, path, known)):
            before = numberer.records
            numberer.number_next_lines(block, numbered)
            request.report_rows_read(numberer.records - before)
        numberer.finish_numbering()
    table = TextTable(
        _build_read_csv_sql(copy, numberer.columns, numberer.delimiter), numberer.header_names, written=True
    )
    with duck.open_duckdb(request.scratch) as con:
        try:
            _refuse_filled_nameless_columns(con, table, numberer)
            result: ExtractResult | None = write_text_table(con, table, request)
        except duckdb.Error:
            # Its text quotes lines of the file.
            result = None
        if result is not None:
            result = _append_rejected_csv_rows(con, result, request, numberer.records)
    if result is None or result.rows + result.rejected != numberer.records:
        raise origin.build_unreadable_error(
            _("Le fichier n'est pas un CSV bien formé (guillemets ou fins de ligne incohérents)."),
            _(
                "le réexporter depuis le logiciel d'origine, guillemets doublés dans les cellules qui en "
                "contiennent"
            ),
        )
    return replace(result, findings=(*doubts, *numberer.findings(), *result.findings))


def read_csv_header(
    request: ExtractRequest, path: Path, *, encoding: str, delimiter: str | None, header_rows: int = 1
) -> tuple[str, ...]:
    """The columns of one CSV file, of which no more is read than its beginning. Raises SourceUnreadable."""
    numberer = _CsvRecordNumberer(
        request.source_origin, io.BytesIO(), delimiter, request.declared_column_names, header_rows
    )
    for block in read_line_blocks(request.source_origin, path, _resolve_encoding(path, encoding)[0]):
        numberer.number_next_lines(block)
        if numberer.columns:
            return numberer.header_names
    numberer.finish_numbering()
    return numberer.header_names


def _resolve_encoding(path: Path, declared: str) -> tuple[str, tuple[Finding, ...]]:
    if declared != AUTO:
        return declared, ()
    found = detect_file_encoding(path)
    if not found.doubt:
        return found.name, ()
    return found.name, (DoubtfulEncoding(detail={"encoding": found.name, "doubt": found.doubt}),)


def _refuse_filled_nameless_columns(
    con: duckdb.DuckDBPyConnection, table: TextTable, numberer: _CsvRecordNumberer
) -> None:
    """A column without a name is left out if it is empty all the way down, and refused otherwise."""
    for name in numberer.columns:
        if name.startswith(_NAMELESS):
            filled = f"trim({duck.identifier(name)}, {duck.literal(BLANKS)}) <> ''"
            if duck.count_rows(con, f"{table.relation} WHERE {filled}"):
                rank = int(name.removeprefix(_NAMELESS))
                raise numberer.origin.build_unreadable_error(
                    _("La colonne n° {rank} n'a pas de nom.").format(rank=rank),
                    _("lui donner un nom dans la source, la vider, ou la déclarer « colonne {rank} »").format(
                        rank=rank
                    ),
                )


def _build_read_csv_sql(copy: Path, columns: tuple[str, ...], delimiter: str) -> str:
    typed = ", ".join(f"{duck.literal(name)}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv({duck.literal(str(copy))}, columns = {{{duck.literal(LINE)}: 'BIGINT', {typed}}}, "
        f"auto_detect = false, header = false, delim = {duck.literal(delimiter)}, quote = '\"', "
        "escape = '\"', new_line = '\\n', strict_mode = true, null_padding = false, "
        f"allow_quoted_nulls = false, store_rejects = true, rejects_limit = {_REJECTS_KEPT})"
    )


def _append_rejected_csv_rows(
    con: duckdb.DuckDBPyConnection, result: ExtractResult, request: ExtractRequest, records: int
) -> ExtractResult:
    """``result`` with the records that are not cut like the header. Raises SourceUnreadable beyond what the
    declaration tolerates: a wrong delimiter makes every line wrong."""
    # Each line kept in ``reject_errors`` starts with the number we gave it.
    con.execute(f"""
        CREATE TEMP TABLE ragged AS
        SELECT coalesce(try_cast(regexp_extract(csv_line, '^[0-9]+') AS BIGINT), line) AS {LINE},
               'decoupage' AS __rules, ltrim(any_value(csv_line), '0') AS text
        FROM reject_errors GROUP BY ALL
    """)
    ((count, lines),) = con.execute(
        f"SELECT count(DISTINCT {LINE}), min({LINE}, {LINES_SHOWN}) FROM ragged"
    ).fetchall()
    if not count:
        return result
    if count >= _REJECTS_KEPT or count > request.dataset.reject_at_most * records:
        raise _build_ragged_rows_error(request, count, lines)
    kept = request.scratch / "ragged.parquet"
    duck.write_parquet(con, f"FROM ragged ORDER BY {LINE}", kept)
    found = RaggedRows(count=count, lines=tuple(lines))
    return replace(result, rejected=count, rejected_file=kept, findings=(*result.findings, found))


def _build_ragged_rows_error(request: ExtractRequest, count: int, lines: list[int]) -> SourceUnreadable:
    shown = ", ".join(map(str, lines)) + ("…" if count > len(lines) else "")
    return request.source_origin.build_unreadable_error(
        n_(
            "Le fichier a {least}{count} ligne qui ne se découpe pas comme son en-tête (ligne {shown}).",
            "Le fichier a {least}{count} lignes qui ne se découpent pas comme son en-tête (lignes {shown}).",
            count,
            least=_("au moins ") if count >= _REJECTS_KEPT else NOTHING,
            shown=shown,
        ),
        _(
            "les corriger : autant de cellules que l'en-tête, guillemets autour des cellules qui "
            "contiennent le séparateur ; pour en tolérer une part : reject_at_most"
        ),
    )


@dataclass(frozen=True)
class _QuotePatterns:
    """What a line that holds quotes can be, for one delimiter.

    A quote opens a cell only where the cell starts (blanks apart), as for DuckDB; elsewhere it is text.
    """

    whole: re.Pattern[str]
    opening: re.Pattern[str]
    closing: re.Pattern[str]
    reopening: re.Pattern[str]
    inner: re.Pattern[str]
    hollow: re.Pattern[str]

    @classmethod
    def for_delimiter(cls, delimiter: str) -> _QuotePatterns:
        mark = re.escape(delimiter)
        inside = '[^"]*+(?:""[^"]*+)*+'
        blanks = f"[{BLANKS.replace(delimiter, '')}]*+"
        nothing = f'{blanks}(?:"{blanks}"{blanks})?+'
        cell = f'(?: *"{inside}" *|(?! *")[^{mark}]*+)'
        return cls(
            whole=re.compile(f"(?:{cell}{mark})*+{cell}", re.DOTALL),
            opening=re.compile(f'(?:{cell}{mark})*+ *"{inside}', re.DOTALL),
            closing=re.compile(f'{inside}" *(?:{mark}{cell})*+', re.DOTALL),
            reopening=re.compile(f'{inside}" *(?:{mark}{cell})*+{mark} *"{inside}', re.DOTALL),
            inner=re.compile(inside, re.DOTALL),
            hollow=re.compile(f"{nothing}(?:{mark}{nothing})*+"),
        )

    def is_quote_still_open_after_line(self, line: str) -> bool:
        """A line that is neither closes nothing properly: it ends its record, and DuckDB will reject it."""
        if '"' not in line:
            return True
        if self.closing.fullmatch(line.rstrip("\r")):
            return False
        return bool(self.inner.fullmatch(line) or self.reopening.fullmatch(line))


@dataclass(frozen=True)
class _CsvRecordSpan:
    """A record of the first lines: the lines it takes (the last one excluded), whether it is whole."""

    start: int
    end: int
    whole: bool


def _find_csv_record_line_ranges(lines: list[str], shapes: _QuotePatterns) -> Iterator[_CsvRecordSpan]:
    """The records of some lines, but the blank ones."""
    start, inside = 0, False
    for rank, line in enumerate(lines):
        if inside:
            inside = shapes.is_quote_still_open_after_line(line)
        elif not line.strip(BLANKS):
            continue
        else:
            start, bare = rank, line.rstrip("\r")
            inside = '"' in bare and not shapes.whole.fullmatch(bare) and bool(shapes.opening.fullmatch(bare))
        if not inside:
            yield _CsvRecordSpan(start, rank + 1, whole=True)
    if inside:
        yield _CsvRecordSpan(start, len(lines), whole=False)


def split_csv_records_into_cells(
    lines: list[str], delimiter: str, most: int | None = None
) -> list[tuple[_CsvRecordSpan, list[str]]]:
    """The first records of some lines, each with its cells; none where the delimiter cannot cut it."""
    return [
        (record, _parse_record_cells(lines[record.start : record.end], delimiter))
        for record in islice(
            _find_csv_record_line_ranges(lines, _QuotePatterns.for_delimiter(delimiter)), most
        )
    ]


def _parse_record_cells(lines: list[str], delimiter: str) -> list[str]:
    text = "\n".join(line.rstrip("\r") for line in lines)
    try:
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


@dataclass(frozen=True)
class _CsvHeader:
    """The header found among the first lines: ``records`` take it whole, ``titles`` stand above; ``first``: the
    cells of its first row."""

    delimiter: str
    records: tuple[_CsvRecordSpan, ...]
    titles: int
    names: tuple[str, ...]
    first: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return all(record.whole for record in self.records)

    @property
    def end_line(self) -> int:
        """How many lines it ends after."""
        return self.records[-1].end if self.records else 0


@dataclass
class _CsvRecordNumberer:
    """Writes each record, its first line number before it, to ``out``; keeps the header apart."""

    origin: SourceOrigin
    out: BinaryIO
    wanted: str | None
    declared: tuple[str, ...]
    header_rows: int = 1
    footer: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    records: int = 0
    blanks: int = 0
    titles: int = 0
    unit_in_title: bool = False
    _line: int = 0
    _start: int = 0
    _inside: bool = False
    _first: list[str] = field(default_factory=list)
    _look_at: int = field(default_factory=lambda: HEAD_LINES)
    _foot: list[tuple[bool, str]] = field(default_factory=list)
    _footing: bool = False
    _shapes: _QuotePatterns = field(default_factory=lambda: _QuotePatterns.for_delimiter(";"))

    @property
    def delimiter(self) -> str:
        return self.wanted or ","

    @property
    def header_names(self) -> tuple[str, ...]:
        return tuple(name for name in self.columns if not name.startswith(_NAMELESS))

    def findings(self) -> tuple[Finding, ...]:
        """What was read as something else than rows."""
        feet = [int(text.partition(self.delimiter)[0]) for start, text in self._foot if start]
        return (
            *((SkippedTitleRows(count=self.titles),) if self.titles else ()),
            *((UnitInTitle(),) if self.unit_in_title else ()),
            *((SkippedFooterRows(count=len(feet), lines=tuple(feet[:LINES_SHOWN])),) if feet else ()),
            *build_blank_rows_finding(self.blanks),
        )

    def number_ahead(self, blocks: Iterator[str]) -> Iterator[tuple[str, NumberedBlock | None]]:
        """Each of the ``blocks`` for ``number_next_lines``, numbered if that can be done before those above it are."""
        placed = _count_lines_above(blocks)
        for block, _above in placed:
            yield block, None
            if self.columns:
                break
        yield from map_in_threads(self._number_alone, placed)

    def _number_alone(self, placed: tuple[str, int]) -> tuple[str, NumberedBlock | None]:
        """A block, and how many lines are above it."""
        block, above = placed
        if len(block) < LONG_BLOCK or self.footer:
            return block, None
        from aqueduc.sources.formats import csv_blocks

        return block, csv_blocks.number_block_records(block, self.delimiter, above + 1, self._is_blank_line)

    def number_next_lines(self, block: str, numbered: NumberedBlock | None = None) -> None:
        """Takes the next whole lines of the file: ``numbered``, where they may begin with a record. Raises
        SourceUnreadable."""
        if self.columns:
            self._number_block(block, numbered)
            return
        self._first += block.split("\n")
        if len(self._first) >= self._look_at:
            self._find_header_then_number_lines(final=False)

    def finish_numbering(self) -> None:
        """Raises SourceUnreadable for an empty file, or a quote left open."""
        if not self.columns:
            self._find_header_then_number_lines(final=True)
        if self._inside:
            raise self._build_open_quote_error(self._start)
        self.records -= sum(start for start, _ in self._foot)

    def _find_header_then_number_lines(self, *, final: bool) -> None:
        """Finds the header among the first lines, then takes the lines below it."""
        head = self._find_header()
        if not final and (head is None or not head.is_whole):
            self._look_at = 2 * len(self._first)
            if len(self._first) < LONGEST_HEAD:
                return
        if head is None:
            raise self.origin.build_unreadable_error(
                _("Le fichier est vide."), _("le redéposer avec son en-tête")
            )
        if not head.is_whole:
            raise self._build_open_quote_error(head.records[-1].start + 1)
        self._refuse_blank_group_row(head)
        self.origin.check_has_any_declared_column(head.names, self.declared)
        known = [name or f"{_NAMELESS}{rank}" for rank, name in enumerate(head.names, start=1)]
        self.origin.check_column_names(known, self.declared, holder=_("L'en-tête"))
        above = self._first[: head.records[0].start] if head.records else []
        self.unit_in_title = any(map(mentions_scaling_unit, above))
        self.columns, self.titles, self.wanted = tuple(known), head.titles, head.delimiter
        self._shapes, self._line = _QuotePatterns.for_delimiter(head.delimiter), head.end_line
        rest, self._first = self._first[self._line :], []
        if rest:
            self._number_block("\n".join(rest), None)

    def _refuse_blank_group_row(self, head: _CsvHeader) -> None:
        if self.header_rows > 1 and heading.count_matching_declared_names(head.names, self.declared):
            line = head.records[0].start + 1
            heading.refuse_blank_first_header_row(self.origin, head.first, line, self.header_rows)

    def _find_header(self) -> _CsvHeader | None:
        """None for a file that holds nothing."""
        wanted = self.wanted or max(DELIMITERS, key=self._get_first_nonblank_line().count)
        heads = [self._find_header_with_delimiter(mark) for mark in dict.fromkeys((wanted, *DELIMITERS))]
        found = [head for head in heads if head and (head.delimiter == wanted or not self.wanted)]
        return max(
            found,
            key=lambda head: heading.count_matching_declared_names(head.names, self.declared),
            default=None,
        )

    def _get_first_nonblank_line(self) -> str:
        return next((line for line in self._first if line.strip(BLANKS)), "")

    def _find_header_with_delimiter(self, delimiter: str) -> _CsvHeader | None:
        found = split_csv_records_into_cells(self._first, delimiter, heading.WITHIN + self.header_rows - 1)
        if not found:
            return None
        records, cells = zip(*found, strict=True)
        if not self.header_rows:
            ((width, _count),) = Counter(map(len, cells)).most_common(1)
            return _CsvHeader(delimiter, (), 0, tuple(heading.build_numbered_column_names(width)))
        groups = [
            heading.build_column_names_from_header_rows(cells[rank : rank + self.header_rows], self.declared)
            for rank in range(max(1, len(records) - self.header_rows + 1))
        ]
        rank = heading.find_header_position(groups, self.declared)
        rows = records[rank : rank + self.header_rows]
        return _CsvHeader(delimiter, rows, rank, tuple(groups[rank]), tuple(cells[rank]))

    def _build_open_quote_error(self, line: int) -> SourceUnreadable:
        return self.origin.build_unreadable_error(
            _("Un guillemet ouvert dans l'enregistrement de la ligne {line} n'est jamais refermé.").format(
                line=line
            ),
            _("le refermer, ou doubler les guillemets que contient la cellule"),
        )

    def _number_block(self, block: str, numbered: NumberedBlock | None) -> None:
        if numbered and not self._inside:
            self._line += numbered.lines
            self.records += numbered.records
            self.blanks += numbered.blanks
            self.out.write(numbered.text)
            return
        chunks = self._number_lines_one_by_one(block.split("\n"))
        written = self._buffer_possible_footer_lines(chunks) if self.footer else (text for _, text in chunks)
        self.out.writelines(text.encode() for text in written)

    def _buffer_possible_footer_lines(self, chunks: Iterator[tuple[bool, str]]) -> Iterator[str]:
        """Holds back what looks like the foot of the table until a row follows it."""
        for start, text in chunks:
            if start:
                self._footing = self._is_foot_record(text)
            if self._footing and len(self._foot) < LONGEST_FOOT:
                self._foot.append((start, text))
                continue
            if start and self._foot:
                yield from (held for _, held in self._foot)
                self._foot.clear()
            yield text

    def _is_foot_record(self, numbered: str) -> bool:
        text = numbered.partition(self.delimiter)[2].lstrip(self.delimiter + BLANKS + '"')
        return text.casefold().startswith(self.footer)

    def _is_blank_line(self, line: str) -> bool:
        """A record of one line that holds nothing."""
        if '"' in line:
            return bool(self._shapes.hollow.fullmatch(line))
        return not line.strip(self.delimiter + BLANKS)

    def _number_lines_one_by_one(self, lines: list[str]) -> Iterator[tuple[bool, str]]:
        """Each line written, and whether it starts a record."""
        whole, opening = self._shapes.whole.fullmatch, self._shapes.opening.fullmatch
        for raw in lines:
            self._line += 1
            if self._inside:
                self._inside = self._shapes.is_quote_still_open_after_line(raw)
                yield False, (raw if self._inside else raw.rstrip("\r")) + "\n"
                continue
            line = raw.rstrip("\r")
            if '"' in line:
                # What is neither whole nor opening is malformed: DuckDB rejects it, with its number.
                self._inside = not whole(line) and bool(opening(line))
            else:
                self._refuse_lone_carriage_return(line)
            if not self._inside and self._is_blank_line(line):
                self.blanks += bool(line)
                continue
            self._start = self._line
            self.records += 1
            yield True, f"{self._line}{self.delimiter}{raw if self._inside else line}\n"

    def _refuse_lone_carriage_return(self, line: str) -> None:
        if "\r" in line:
            raise self.origin.build_unreadable_error(
                _("La ligne {line} contient un retour chariot isolé.").format(line=self._line),
                _("l'entourer de guillemets, ou le retirer"),
            )


def _count_lines_above(blocks: Iterator[str]) -> Iterator[tuple[str, int]]:
    line = 0
    for block in blocks:
        yield block, line
        line += block.count("\n") + 1


# --- as a format ------------------------------------------------------------------------------------------


def _extract_csv(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    return read_csv(
        request,
        path,
        encoding=options.encoding,
        delimiter=options.delimiter,
        header_rows=options.header_rows,
        footer=options.footer,
    )


def _probe_csv_columns(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    return ProbeResult(
        read_csv_header(
            request,
            path,
            encoding=options.encoding,
            delimiter=options.delimiter,
            header_rows=options.header_rows,
        )
    )


def _is_csv_file(head: FileHead) -> bool:
    """Any text that is nothing else."""
    return describe_non_text_format(head) is None and head.ascii_text_without_bom[:1] not in (b"{", b"[")


READER = FormatReader(extract=_extract_csv, probe=_probe_csv_columns, recognises=_is_csv_file)
