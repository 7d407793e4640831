"""CSV: decoded, cut into records and numbered by us, then split into cells by DuckDB.

DuckDB neither says at which line a record starts nor reads the old encodings faithfully. So one pass over the
text writes a UTF-8 copy where each record starts with its own line number, which is then simply its first
column; only lines that hold a quote need a closer look. Both must find the same number of records.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

import duckdb

from aqueduc import duck
from aqueduc.errors import SourceUnreadable
from aqueduc.findings import plural
from aqueduc.source.errand import Errand, Raw
from aqueduc.source.files.text import blocks_of
from aqueduc.source.findings import RaggedRows
from aqueduc.source.origin import LINE, Origin
from aqueduc.source.reading import BLANKS
from aqueduc.source.table import LINES_SHOWN, TextTable, blank_rows, write_text

# A wrong delimiter makes every line wrong: what is kept of them stays small.
_REJECTS_KEPT = 1_000


def read(errand: Errand, path: Path, *, encoding: str, delimiter: str | None) -> Raw:
    """Reads one CSV file; ``delimiter`` None: ``;`` or ``,``, as its header has. Raises SourceUnreadable."""
    origin = errand.origin
    copy = errand.scratch / "numbered.csv"
    with copy.open("w", encoding="utf-8", newline="") as out:
        numberer = _Numberer(origin, out, delimiter, errand.declared)
        for block in blocks_of(origin, path, encoding):
            numberer.feed(block)
        numberer.finish()
    table = TextTable(_relation(copy, numberer.columns, numberer.delimiter), numberer.columns)
    with duck.connect(errand.scratch) as con:
        try:
            raw: Raw | None = write_text(con, table, errand)
        except duckdb.Error:
            # Its text quotes lines of the file.
            raw = None
        if raw is not None:
            raw = _with_rejects(con, raw, errand, numberer.records)
    if raw is None or raw.rows + raw.rejected != numberer.records:
        raise _malformed(origin)
    return replace(raw, findings=(*blank_rows(numberer.blanks), *raw.findings))


def header(errand: Errand, path: Path, *, encoding: str, delimiter: str | None) -> tuple[str, ...]:
    """The columns of one CSV file, of which no more is read than its beginning. Raises SourceUnreadable."""
    numberer = _Numberer(errand.origin, io.StringIO(), delimiter, errand.declared)
    for block in blocks_of(errand.origin, path, encoding):
        numberer.feed(block)
        if numberer.columns:
            return numberer.columns
    numberer.finish()
    return numberer.columns


def _relation(copy: Path, columns: tuple[str, ...], delimiter: str) -> str:
    typed = ", ".join(f"{duck.literal(name)}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv({duck.literal(str(copy))}, columns = {{{duck.literal(LINE)}: 'BIGINT', {typed}}}, "
        f"auto_detect = false, header = false, delim = {duck.literal(delimiter)}, quote = '\"', "
        "escape = '\"', new_line = '\\n', strict_mode = true, null_padding = false, "
        f"allow_quoted_nulls = false, store_rejects = true, rejects_limit = {_REJECTS_KEPT})"
    )


def _malformed(origin: Origin) -> SourceUnreadable:
    return origin.unreadable(
        "Le fichier n'est pas un CSV bien formé (guillemets ou fins de ligne incohérents).",
        "le réexporter depuis le logiciel d'origine, guillemets doublés dans les cellules qui en contiennent",
    )


def _with_rejects(con: duckdb.DuckDBPyConnection, raw: Raw, errand: Errand, records: int) -> Raw:
    """``raw`` with the records that are not cut like the header. Raises SourceUnreadable beyond what the
    declaration tolerates: a wrong delimiter makes every line wrong."""
    # Each line kept in ``reject_errors`` starts with the number we gave it.
    con.execute(f"""
        CREATE TEMP TABLE ragged AS
        SELECT coalesce(try_cast(regexp_extract(csv_line, '^[0-9]+') AS BIGINT), line) AS {LINE},
               'decoupage' AS __rules, any_value(csv_line) AS text
        FROM reject_errors GROUP BY ALL
    """)
    ((count, lines),) = con.execute(
        f"SELECT count(DISTINCT {LINE}), min({LINE}, {LINES_SHOWN}) FROM ragged"
    ).fetchall()
    if not count:
        return raw
    if count >= _REJECTS_KEPT or count > errand.dataset.reject_at_most * records:
        raise _too_ragged(errand, count, lines)
    kept = errand.scratch / "ragged.parquet"
    con.execute(f"COPY (FROM ragged ORDER BY {LINE}) TO {duck.literal(str(kept))} ({duck.parquet_options()})")
    found = RaggedRows(count=count, lines=tuple(lines))
    return replace(raw, rejected=count, rejected_file=kept, findings=(*raw.findings, found))


def _too_ragged(errand: Errand, count: int, lines: list[int]) -> SourceUnreadable:
    shown = ", ".join(map(str, lines)) + ("…" if count > len(lines) else "")
    least = "au moins " if count >= _REJECTS_KEPT else ""
    return errand.origin.unreadable(
        f"Le fichier a {least}{plural(count, 'ligne', 'lignes')} qui ne se découpe"
        f"{'' if count == 1 else 'nt'} pas comme son en-tête (ligne{'' if count == 1 else 's'} {shown}).",
        "les corriger : autant de cellules que l'en-tête, guillemets autour des cellules qui contiennent le "
        "séparateur ; pour en tolérer une part : reject_at_most",
    )


@dataclass(frozen=True)
class _Shapes:
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
    def of(cls, delimiter: str) -> _Shapes:
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


@dataclass
class _Numberer:
    """Writes each record, its first line number before it, to ``out``; keeps the header apart."""

    origin: Origin
    out: TextIO
    wanted: str | None
    declared: tuple[str, ...]
    columns: tuple[str, ...] = ()
    records: int = 0
    blanks: int = 0
    _line: int = 0
    _start: int = 0
    _inside: bool = False
    _header: list[str] = field(default_factory=list)
    _shapes: _Shapes = field(default_factory=lambda: _Shapes.of(";"))

    @property
    def delimiter(self) -> str:
        return self.wanted or ","

    def feed(self, block: str) -> None:
        """Takes the next whole lines of the file. Raises SourceUnreadable."""
        if not self.columns:
            lines = block.split("\n")
            taken = self._take_header(lines)
            if taken == len(lines):
                return
            block = "\n".join(lines[taken:])
        if not self._inside and '"' not in block:
            block = block.replace("\r\n", "\n").removesuffix("\r")
            if "\r" not in block:
                self.out.writelines(self._plain(block.split("\n")))
                return
        self.out.writelines(self._quoted(block.split("\n")))

    def finish(self) -> None:
        """Raises SourceUnreadable for an empty file, or a quote left open."""
        if self._inside:
            raise self.origin.unreadable(
                f"Un guillemet ouvert dans l'enregistrement de la ligne {self._start} n'est jamais refermé.",
                "le refermer, ou doubler les guillemets que contient la cellule",
            )
        if not self.columns:
            raise self.origin.unreadable("Le fichier est vide.", "le redéposer avec son en-tête")

    def _take_header(self, lines: list[str]) -> int:
        """How many lines were part of the header (blank ones before it included)."""
        for rank, line in enumerate(lines, start=1):
            self._line += 1
            if not self._header:
                if not line.strip(BLANKS):
                    continue
                self._start = self._line
                if self.wanted is None:
                    self.wanted = ";" if line.count(";") > line.count(",") else ","
                self._shapes = _Shapes.of(self.delimiter)
                self._inside = bool(self._shapes.opening.fullmatch(line)) and '"' in line
            else:
                self._inside = self._still_inside(line)
            self._header.append(line.rstrip("\r"))
            if not self._inside:
                self._read_header()
                return rank
        return len(lines)

    def _read_header(self) -> None:
        text = "\n".join(self._header)
        cells = next(csv.reader([text], delimiter=self.delimiter, skipinitialspace=True))
        names = [" ".join(cell.split()) for cell in cells]
        self.origin.check_header(names, self.declared)
        self.origin.check_names(names, self.declared, holder="L'en-tête")
        self.columns = tuple(names)

    def _plain(self, lines: list[str]) -> list[str]:
        mark, nothing = self.delimiter, self.delimiter + BLANKS
        first = self._line + 1
        numbered = [
            f"{number}{mark}{line}\n" for number, line in enumerate(lines, first) if line.strip(nothing)
        ]
        self._line += len(lines)
        self.records += len(numbered)
        self.blanks += sum(map(bool, lines)) - len(numbered)
        return numbered

    def _quoted(self, lines: list[str]) -> Iterator[str]:
        mark, nothing = self.delimiter, self.delimiter + BLANKS
        whole, opening = self._shapes.whole.fullmatch, self._shapes.opening.fullmatch
        hollow = self._shapes.hollow.fullmatch
        for raw in lines:
            self._line += 1
            if self._inside:
                self._inside = self._still_inside(raw)
                yield (raw if self._inside else raw.rstrip("\r")) + "\n"
                continue
            line = raw.rstrip("\r")
            if '"' in line:
                # What is neither whole nor opening is malformed: DuckDB rejects it, with its number.
                self._inside = not whole(line) and bool(opening(line))
                blank = not self._inside and bool(hollow(line))
            else:
                self._refuse_carriage_return(line)
                blank = not line.strip(nothing)
            if blank:
                self.blanks += bool(line)
                continue
            self._start = self._line
            self.records += 1
            yield f"{self._line}{mark}{raw if self._inside else line}\n"

    def _still_inside(self, line: str) -> bool:
        """A line that is neither closes nothing properly: it ends its record, and DuckDB will reject it."""
        if '"' not in line:
            return True
        shapes = self._shapes
        if shapes.closing.fullmatch(line.rstrip("\r")):
            return False
        return bool(shapes.inner.fullmatch(line) or shapes.reopening.fullmatch(line))

    def _refuse_carriage_return(self, line: str) -> None:
        if "\r" in line:
            raise self.origin.unreadable(
                f"La ligne {self._line} contient un retour chariot isolé.",
                "l'entourer de guillemets, ou le retirer",
            )
