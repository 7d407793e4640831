"""A file, wherever it was brought from: its format, how it is written, its rows."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from aqueduc import duck
from aqueduc.draft.bench import DraftSandbox, ExtractedTable
from aqueduc.draft.document import (
    choose_record_list,
    describe_unread_record_lists,
    explain_missing_records,
    is_object_of_objects,
    list_object_of_objects_columns,
    list_record_lists,
)
from aqueduc.draft.headings import (
    HeaderRepetitions,
    find_column_ranks_to_mask,
    find_data_like_name_ranks,
    find_header_repetitions_in_rows,
    is_header_row_actually_data,
    refuse_data_like_names,
    refuse_excess_columns,
)
from aqueduc.draft.kinds import OpenQuestion, SourceInspection, SourceNote
from aqueduc.draft.layout import find_header_rows
from aqueduc.draft.request import DraftRequest
from aqueduc.draft.sniff import detect_delimited_text_layout
from aqueduc.errors import SourceError, SourceUnreadable
from aqueduc.findings import append_line_numbers_to_message
from aqueduc.language import Message, Sentence, _, join_messages, n_, quote_text
from aqueduc.reports import ReportedFinding
from aqueduc.sources.foot import find_table_foot, list_footer_start_words
from aqueduc.sources.formats import FORMATS, find_format_by_suffix
from aqueduc.sources.formats.archive import list_zip_file_sizes, unpack_single_archive_file
from aqueduc.sources.formats.encodings import DetectedEncoding, detect_file_encoding
from aqueduc.sources.formats.heading import (
    build_column_names_from_header_rows,
    build_numbered_column_names,
    collapse_column_name_blanks,
)
from aqueduc.sources.formats.magic import (
    FileHead,
    describe_non_text_format,
    describe_unrecognised_binary,
    read_file_head,
)
from aqueduc.sources.formats.reader import TableOutline, load_format_reader, recognise_format
from aqueduc.sources.formats.workbook import SheetPreview, format_sheet_size
from aqueduc.sources.jsonstream import JsonStream, UnexpectedJson
from aqueduc.sources.names import format_safe_sheet_name, is_showable_name
from aqueduc.sources.origin import SourceOrigin

LARGEST_JSON = 256 << 20
HEADER_WITHIN = 30
MOST_SHEETS = 20


@dataclass(frozen=True)
class FileToInspect:
    """The file at ``path``, which its source calls ``called``. ``source``: what is declared of where it comes
    from. ``place``: that, in French. ``named``: its format goes without saying where its name ends in it.
    ``charset``: the encoding that its server says, and will say again."""

    wanted: DraftRequest
    bench: DraftSandbox
    path: Path
    called: str
    place: str
    source: Mapping[str, Any]
    named: bool = True
    charset: str | None = None

    @property
    def source_origin(self) -> SourceOrigin:
        return SourceOrigin(
            self.wanted.name, self.wanted.kind, self.wanted.connection_name, self.wanted.target
        )

    def build_source_declaration(self, kind: str) -> dict[str, Any]:
        """What is declared of it, with its format unless its name ends in it."""
        named = self.named and find_format_by_suffix(_get_suffix_ignoring_gzip(self.called)) == kind
        return {**self.source, **({} if named else {"format": kind})}

    @property
    def sandbox_folder(self) -> Path:
        return self.bench.folder

    def extract_as_text(
        self,
        source: dict[str, Any],
        names: Sequence[str],
        headers: Sequence[Sequence[str]] = (),
        *,
        titled: bool = False,
    ) -> ExtractedTable:
        """``headers``: the rows that gave the ``names``, if several did. Raises SourceError, for names that look
        like data above all: the draft would hold them."""
        refuse_data_like_names(self.source_origin, names, headers, titled=titled)
        return self.bench.run_extract(
            self.bench.write_and_load_all_text_declaration(self.wanted.name, source, names), "raw"
        )

    def inspect_table_with_headers(
        self,
        source: dict[str, Any],
        headers: Sequence[Sequence[str]],
        below: Sequence[str],
        notes: list[SourceNote],
        **more: Any,
    ) -> SourceInspection:
        """A table that begins with the rows ``headers``: its columns are called by what they say, and by their rank
        where they say nothing, or are a row of data themselves. Raises SourceError."""
        header, names = headers[-1], build_column_names_from_header_rows(headers, None)
        joined = headers if len(headers) > 1 else ()
        refuse_excess_columns(self.source_origin, len(names))
        raw, again, unnamed = None, HeaderRepetitions(0, ()), frozenset[str]()
        if joined:
            source["header_rows"] = len(headers)
            notes.append(SourceNote(_GROUPED_HEADER))
        if joined or not is_header_row_actually_data(header, below):
            if not joined:
                names, unnamed = _replace_data_like_names_with_ranks(names)
            raw = self.extract_as_text(source, names, joined, titled=True)
            raw = _drop_unnamed_empty_columns(raw, names, self.sandbox_folder)
            said = names if joined else header
            again = find_header_repetitions_in_rows(
                raw.path, [name for name in said if name in dict(raw.columns)], self.sandbox_folder
            )
        if raw is None or (
            not (joined or again.rows or raw.repeats)
            and is_header_row_actually_data(header, below, again.columns)
        ):
            source["header"] = False
            names, unnamed = build_numbered_column_names(len(header)), frozenset()
            raw = self.extract_as_text(source, names)
            notes.append(SourceNote(_HEADLESS, doubt=True))
        else:
            notes += [
                *_describe_masked_column_names(names, unnamed),
                *_describe_header_repetitions(again, raw.repeats),
            ]
        raw = self._exclude_footer_rows(source, names, joined, raw, notes)
        if raw.hidden:
            notes.append(SourceNote(raw.hidden, doubt=True))
            source["hidden_rows"] = OpenQuestion(_ASK_HIDDEN_ROWS, ("skip", "read"))
        return SourceInspection(
            source=source,
            raw=raw,
            headless=source.get("header") is False,
            unnamed=unnamed,
            notes=tuple(notes),
            **more,
        )

    def _exclude_footer_rows(
        self,
        source: dict[str, Any],
        names: Sequence[str],
        headers: Sequence[Sequence[str]],
        raw: ExtractedTable,
        notes: list[SourceNote],
    ) -> ExtractedTable:
        """The table as it is read once its totals and notes are declared as such."""
        with duck.open_duckdb(self.sandbox_folder) as con:
            foot = find_table_foot(con, raw.path, [name for name, _type in raw.columns])
        if foot is None:
            return raw
        source["footer"] = list(foot.words)
        told = n_(
            "{count} ligne de total ou de note au pied du tableau, que « footer: » ne fait pas lire",
            "{count} lignes de totaux ou de notes au pied du tableau, que « footer: » ne fait pas lire",
            len(foot.lines),
        )
        notes.append(
            SourceNote(append_line_numbers_to_message(told, foot.lines, len(foot.lines)), doubt=True)
        )
        left = self.extract_as_text(source, names, headers)
        if self._has_remaining_footer_rows(left):
            # A note without separators is no row, and keeps what stands above it from being the end of the file.
            source["footer"] = list(dict.fromkeys((*foot.words, *self._find_footnote_prefixes())))
            left = self.extract_as_text(source, names, headers)
        if self._has_remaining_footer_rows(left):
            source["footer"] = OpenQuestion(_ASK_FOOTER)
            notes[-1] = SourceNote(
                append_line_numbers_to_message(_STAYING_FOOT, foot.lines, len(foot.lines)), doubt=True
            )
        return replace(left, columns=raw.columns)

    def _has_remaining_footer_rows(self, raw: ExtractedTable) -> bool:
        with duck.open_duckdb(self.sandbox_folder) as con:
            return find_table_foot(con, raw.path, [name for name, _type in raw.columns]) is not None

    def _find_footnote_prefixes(self) -> tuple[str, ...]:
        """What the last lines of a text begin with, for those that are notes."""
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - _TAIL))
            tail = file.read()
        try:
            text = tail.decode("utf-8")
        except UnicodeDecodeError:
            text = tail.decode("cp1252", "replace")
        return list_footer_start_words(text.splitlines())


def _replace_data_like_names_with_ranks(names: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """The names of the columns, and which of them are ranks that stand for a name that looks like data."""
    hidden = find_column_ranks_to_mask(names)
    ranks = build_numbered_column_names(len(names))
    shown = [ranks[at] if at + 1 in hidden else name for at, name in enumerate(names)]
    return shown, frozenset(ranks[rank - 1] for rank in hidden)


def _describe_masked_column_names(names: Sequence[str], unnamed: frozenset[str]) -> Iterator[SourceNote]:
    if unnamed:
        told = n_(
            "le nom d'une colonne ressemble à une donnée (une personne, un numéro, une adresse) : il n'est écrit nulle "
            "part, et elle est appelée ici par son rang, {listed}",
            "les noms de {count} colonnes ressemblent à des données (une personne, un numéro, une adresse) : ils ne sont "
            "écrits nulle part, et elles sont appelées ici par leur rang, {listed}",
            len(unnamed),
            listed=join_messages(quote_text(name) for name in names if name in unnamed),
        )
        yield SourceNote(told, doubt=True)


def _describe_header_repetitions(
    again: HeaderRepetitions, dropped: ReportedFinding | None
) -> Iterator[SourceNote]:
    """``dropped``: of the rows that repeat the header word for word, which are never read as data."""
    if dropped:
        yield SourceNote(dropped.message, doubt=True)
    if again.rows:
        repeated = n_(
            "{count} ligne répète l'en-tête, à la casse près, et serait publiée : l'ôter du fichier",
            "{count} lignes répètent l'en-tête, à la casse près, et seraient publiées : les ôter du fichier",
            again.rows,
        )
        yield SourceNote(repeated, doubt=True)
    elif again.columns:
        yield SourceNote(_AMONG_CELLS, doubt=True)


_TAIL = 16 << 10
"""The bytes at the end of a file in which the notes below its table are looked for."""
_ASK_FOOTER = _(
    "par quoi commencent toutes les lignes qui suivent la dernière ligne de données ? Les écrire ainsi : [Total, "
    "Source] ; sans données au pied, ôter cette ligne"
)
_STAYING_FOOT = _(
    "des totaux ou des notes au pied du tableau, lus comme des données : une ligne les suit, que rien ne fait reconnaître"
)
_ASK_HIDDEN_ROWS = _(
    "des lignes sont masquées dans le classeur : ne pas les lire (skip), ou les lire comme les autres (read) ?"
)
_GROUPED_HEADER = _("l'en-tête est fait de deux lignes : des groupes, et les colonnes de chacun")
_HEADLESS = _(
    "la première ligne est une ligne de données : aucune ne nomme les colonnes, appelées ici par leur rang"
)
_AMONG_CELLS = _(
    "des noms de colonnes se retrouvent parmi leurs propres cellules : la première ligne est-elle bien un en-tête ?"
)


def _drop_unnamed_empty_columns(raw: ExtractedTable, names: Sequence[str], scratch: Path) -> ExtractedTable:
    """The table without the columns that have neither a name nor a cell, as it is read every night."""
    ranks = build_numbered_column_names(len(names))
    nameless = [name for name, rank in zip(names, ranks, strict=True) if name == rank]
    if not nameless:
        return raw
    counts = ", ".join(f"count({duck.identifier(name)})" for name in nameless)
    with duck.open_duckdb(scratch) as con:
        filled = duck.fetch_single_row(con, f"SELECT {counts} FROM {duck.build_read_parquet_sql(raw.path)}")
    empty = {name for name, count in zip(nameless, filled, strict=True) if not count}
    return replace(raw, columns=tuple(column for column in raw.columns if column[0] not in empty))


def detect_format_and_inspect_file(file: FileToInspect) -> SourceInspection:
    """What a file holds, by what it is rather than by what it is called. Raises ConnectionMissing,
    SourceError."""
    head = read_file_head(file.path)
    if head.is_gzip_or_plain_zip and recognise_format(head) is None:
        file = _unpack_compressed_file(file, head)
        head = read_file_head(file.path)
    name = recognise_format(head)
    if name is None:
        raise _build_unsupported_format_error(
            file, describe_non_text_format(head) or _("d'un format inconnu")
        )
    if name == "csv" and (binary := describe_unrecognised_binary(head)):
        raise _build_unsupported_format_error(file, binary)
    reader = load_format_reader(name)
    if reader.sheets:
        return _inspect_workbook(file, name, reader.sheets(file.source_origin, file.path, HEADER_WITHIN))
    if name in _INSPECTORS:
        return _INSPECTORS[name](file)
    return _inspect_file_of_several_tables(file, name)


def _unpack_compressed_file(file: FileToInspect, head: FileHead) -> FileToInspect:
    """One file of an archive (the one asked for, else the largest that may be a table), with what is to be
    declared to read it. Raises SourceUnreadable, SourceNotFound."""
    member, others = _choose_archive_member(file, head) if head.is_zip else (None, 0)
    shown = member or file.called.lower().removesuffix(".gz")
    path = unpack_single_archive_file(
        file.source_origin,
        head,
        (),
        file.sandbox_folder / f"unpacked{_get_suffix_ignoring_gzip(shown)}",
        member,
    )
    source = {**file.source, "member": member} if others else file.source
    return replace(file, path=path, source=source, called=shown if others else file.called)


def _choose_archive_member(file: FileToInspect, head: FileHead) -> tuple[str | None, int]:
    """Which file of a zip, and how many others it has."""
    sizes = list_zip_file_sizes(head)
    if file.wanted.records in {*sizes, *(PurePosixPath(name).name for name in sizes)}:
        return file.wanted.records, len(sizes) - 1
    tables = [name for name in sizes if find_format_by_suffix(_get_suffix_ignoring_gzip(name))]
    chosen = max(tables or sizes, key=lambda name: sizes[name], default=None)
    if chosen and len(sizes) > 1 and find_data_like_name_ranks([PurePosixPath(chosen).stem]):
        raise file.source_origin.build_unreadable_error(
            _("Le fichier de l'archive porte un nom qui ressemble à des données : le brouillon l'écrirait."),
            _("le renommer, ou le mettre seul dans l'archive"),
        )
    return chosen, len(sizes) - 1


def _get_suffix_ignoring_gzip(name: str) -> str:
    return PurePosixPath(name.lower().removesuffix(".gz")).suffix


# --- delimited text -----------------------------------------------------------------------------------


def _inspect_csv(file: FileToInspect) -> SourceInspection:
    encoding = DetectedEncoding(file.charset) if file.charset else detect_file_encoding(file.path)
    layout = detect_delimited_text_layout(file.path, encoding.name)
    if not layout.names:
        raise file.source_origin.build_unreadable_error(
            _("Le fichier est vide."), _("le redéposer avec son en-tête")
        )
    source = file.build_source_declaration("csv")
    if encoding.name != "utf-8" and not file.charset:
        source["encoding"] = encoding.name
    if layout.delimiter != ",":
        source["delimiter"] = layout.delimiter
    shown = {"\t": "tabulation"}.get(layout.delimiter, layout.delimiter)
    notes = [
        SourceNote(
            _("CSV {place} : {name}, séparateur « {shown} »").format(
                place=file.place, name=encoding.name, shown=shown
            )
        )
    ]
    if encoding.doubt:
        notes.append(
            SourceNote(
                _("encodage {name} : {doubt}").format(name=encoding.name, doubt=encoding.doubt), doubt=True
            )
        )
    if layout.doubt:
        notes.append(SourceNote(layout.doubt, doubt=True))
    if layout.title_rows:
        titles = n_(
            "{count} ligne de titre au-dessus de l'en-tête, passée",
            "{count} lignes de titre au-dessus de l'en-tête, passées",
            layout.title_rows,
        )
        notes.append(SourceNote(titles))
    found = file.inspect_table_with_headers(source, layout.header_rows, layout.below, notes, written=True)
    if not found.raw.rejected:
        return found
    ragged = n_(
        "{count} ligne ne se découpe pas comme l'en-tête",
        "{count} lignes ne se découpent pas comme l'en-tête",
        found.raw.rejected,
    )
    return replace(found, notes=(*found.notes, SourceNote(ragged, doubt=True)))


# --- workbooks ----------------------------------------------------------------------------------------


def _inspect_workbook(file: FileToInspect, name: str, pages: Sequence[SheetPreview]) -> SourceInspection:
    rank = _choose_sheet(file, pages)
    headers, below = _read_sheet_header(pages[rank])
    sheet = pages[rank].name
    shown = format_safe_sheet_name(sheet, rank + 1)
    source = file.build_source_declaration(name)
    notes = [SourceNote(_("classeur {place}, feuille {shown}").format(place=file.place, shown=shown))]
    if len(pages) > 1:
        # The first one is read without being named: its name need not be written.
        if rank > 0 or not find_data_like_name_ranks([sheet]):
            refuse_data_like_names(file.source_origin, [*[""] * rank, sheet], what="feuille")
            source["sheet"] = sheet
        notes.append(SourceNote(_describe_other_sheets(pages, rank), doubt=True))
    return file.inspect_table_with_headers(source, headers, below, notes, spreadsheet=True, typed=True)


def _choose_sheet(file: FileToInspect, pages: Sequence[SheetPreview]) -> int:
    """Which of the visible sheets is read: the one asked for, else the first that looks like a table and is not the
    cover of a larger one. Raises SourceUnreadable, SourceNotFound."""
    filled = [rank for rank, page in enumerate(pages) if _find_header_row(page.rows) is not None]
    wanted = file.wanted.sheet
    if wanted is not None:
        named = [rank for rank, page in enumerate(pages) if page.name == wanted]
        ranked = [rank for rank in range(len(pages)) if str(rank + 1) == wanted]
        found = [rank for rank in (*named, *ranked) if rank in filled]
        if not found:
            raise file.source_origin.build_missing_error(
                _("Le classeur n'a pas de feuille « {wanted} » où lire un tableau.").format(wanted=wanted),
                _("corriger « --sheet » : son nom, ou son numéro ; il a : {listed}").format(
                    listed=_format_sheet_list(pages, range(len(pages)))
                ),
            )
        return found[0]
    if not filled:
        raise file.source_origin.build_unreadable_error(
            _("Aucune feuille du classeur ne contient de tableau."), _("redéposer le classeur")
        )
    tables = [rank for rank in filled if _is_table_sheet(pages[rank])] or filled
    first = pages[tables[0]]
    larger = (rank for rank in tables if pages[rank].column_count > 2 and pages[rank].height > first.height)
    return next(larger, tables[0]) if first.column_count <= 2 else tables[0]


def _is_table_sheet(page: SheetPreview) -> bool:
    """Whether a row of several cells stands below its header: a cover, or a page to read first, has one cell a row."""
    rank = _find_header_row(page.rows)
    rows = page.rows[rank or 0 :]
    return len(rows) > 1 and all(
        any(sum(bool((cell or "").strip()) for cell in row) > 1 for row in part)
        for part in (rows[:1], rows[1:])
    )


def _describe_other_sheets(pages: Sequence[SheetPreview], rank: int) -> Sentence:
    others = [other for other in range(len(pages)) if other != rank]
    return n_(
        "le classeur a {pages} feuilles : seule la feuille {shown} est lue ; l'autre : {listed} (--sheet la choisit, par "
        "son numéro ou son nom)",
        "le classeur a {pages} feuilles : seule la feuille {shown} est lue ; les autres : {listed} (--sheet en choisit une, "
        "par son numéro ou son nom)",
        len(others),
        pages=len(pages),
        shown=format_safe_sheet_name(pages[rank].name, rank + 1),
        listed=_format_sheet_list(pages, others),
    )


def _format_sheet_list(pages: Sequence[SheetPreview], ranks: Iterable[int]) -> Sentence:
    """Sheets by their rank and their size, since a city may keep one a person; by their name where it may be shown."""
    return join_messages(
        Message("n° {}{} : {}").format(
            rank + 1,
            Message(" {}").format(quote_text(pages[rank].name)) if is_showable_name(pages[rank].name) else "",
            format_sheet_size(pages[rank].height, pages[rank].column_count),
        )
        for rank in islice(ranks, MOST_SHEETS)
    )


def _read_sheet_header(page: SheetPreview) -> tuple[list[list[str]], list[str]]:
    """The header of a sheet (a row, or two), and the row below."""
    # Far to the right, a cell that nobody sees makes hundreds of columns of nothing.
    rows = [[*map(collapse_column_name_blanks, row[: page.column_count])] for row in page.rows]
    first, count = find_header_rows(rows, _find_header_row(page.rows) or 0)
    return rows[first : first + count], [*rows[first + count :], []][0]


def _find_header_row(rows: Sequence[Sequence[str | None]]) -> int | None:
    """The first row that fills most of the columns that are ever filled."""
    filled = [sum(bool((cell or "").strip()) for cell in row) for row in rows]
    widest = max(filled, default=0)
    if widest == 0:
        return None
    return next(
        rank for rank, count in enumerate(filled) if count > 0.5 * widest and (count > 1 or widest == 1)
    )


# --- JSON and geography -------------------------------------------------------------------------------


def _inspect_geojson(file: FileToInspect) -> SourceInspection:
    names = _list_geojson_columns(file)
    source = file.build_source_declaration("geojson")
    raw = file.extract_as_text(source, names)
    return SourceInspection(
        source=source, raw=raw, notes=(SourceNote(_("GeoJSON {place}").format(place=file.place)),)
    )


def _list_geojson_columns(file: FileToInspect) -> tuple[str, ...]:
    """The names of the first features' properties, and of the columns a geometry gives."""
    names: dict[str, None] = {}
    wrong: SourceError | None = None
    with file.path.open(encoding="utf-8-sig") as text:
        try:
            for rank, feature in enumerate(JsonStream(text, path=("features",)).read_records()):
                properties = feature.get("properties") if isinstance(feature, dict) else None
                names.update(dict.fromkeys(properties or {}))
                if rank >= 100:
                    break
        except UnexpectedJson as error:
            wrong = file.source_origin.build_unreadable_error(
                _("Le fichier n'est pas un GeoJSON lisible : {reason}.").format(reason=error.reason),
                _("le réexporter entier, en UTF-8"),
            )
    if wrong is not None:
        raise wrong
    return tuple(names) or ("longitude", "latitude")


def _inspect_json(file: FileToInspect) -> SourceInspection:
    """A JSON file: what an API answers, kept on a disk."""
    if file.path.stat().st_size > LARGEST_JSON:
        raise file.source_origin.build_unreadable_error(
            _("Le document JSON dépasse toute mesure."), _("le lire à l'API qui le donne")
        )
    try:
        document = json.loads(file.path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and document.get("type") == "Topology":
        raise _build_unsupported_format_error(file, _("un TopoJSON"))
    lists = list_record_lists(document)
    records = choose_record_list(file.source_origin, lists, file.wanted.records)
    source = file.build_source_declaration("json")
    notes = [SourceNote(_("JSON {place}").format(place=file.place))]
    names: tuple[str, ...] = ()
    if records is not None:
        names = records.names
        if records.path:
            source["records"] = records.path
        if others := describe_unread_record_lists(lists, records):
            notes.append(SourceNote(others, doubt=True))
    elif is_object_of_objects(document):
        names = list_object_of_objects_columns(document)
        source["keyed"] = names[0]
        notes.append(
            SourceNote(
                _("les clés du document sont des données : la colonne « {names} »").format(names=names[0]),
                doubt=True,
            )
        )
    if not names:
        raise file.source_origin.build_unreadable_error(
            explain_missing_records(document), _("donner un document JSON qui est une liste d'objets")
        )
    return SourceInspection(source=source, raw=file.extract_as_text(source, names), notes=tuple(notes))


# --- formats that say by themselves which tables they hold -----------------------------------------------


def _inspect_file_of_several_tables(file: FileToInspect, name: str) -> SourceInspection:
    """The first table of a file, or the one asked for. Raises SourceError."""
    outline = load_format_reader(name).outline
    tables = outline(file.source_origin, file.path, file.sandbox_folder) if outline else ()
    table = _choose_table(file, tables)
    refuse_excess_columns(file.source_origin, len(table.names))
    notes = [SourceNote(Message("{} {}").format(name.upper(), file.place))]
    if table.moved:
        notes.append(SourceNote(_("les positions sont lues en WGS84")))
    notes += [SourceNote(doubt, doubt=True) for doubt in table.doubts]
    if len(tables) > 1:
        notes.append(SourceNote(_describe_other_tables(tables, table), doubt=True))
    source = {**file.build_source_declaration(name), **table.options}
    return SourceInspection(
        source=source,
        raw=file.extract_as_text(source, table.names),
        notes=tuple(notes),
        lexical=table.lexical,
        typed=table.typed,
    )


def _choose_table(file: FileToInspect, tables: Sequence[TableOutline]) -> TableOutline:
    tables = [table for table in tables if table.names]
    if not tables:
        raise file.source_origin.build_unreadable_error(
            _("Le fichier ne contient aucun tableau."), _("le redéposer avec ses données")
        )
    chosen = next((table for table in tables if table.label == file.wanted.records), tables[0])
    if len(tables) > 1 or chosen.options:
        suspect = find_data_like_name_ranks(
            [part for value in chosen.options.values() for part in str(value).split("/")]
        )
        if suspect:
            raise file.source_origin.build_unreadable_error(
                _("Le nom du tableau ressemble à des données : le brouillon l'écrirait."),
                _("le renommer dans la source"),
            )
    return chosen


def _describe_other_tables(tables: Sequence[TableOutline], chosen: TableOutline) -> Sentence:
    others = [table for table in tables if table is not chosen]
    listed = join_messages(
        quote_text(table.label)
        if not find_data_like_name_ranks([table.label])
        else _("un tableau dont le nom est tu")
        for table in others[:10]
    )
    return n_(
        "le fichier a {count} autre tableau, qui n'est pas lu : {listed} (--records le choisit)",
        "le fichier a {count} autres tableaux, qui ne sont pas lus : {listed} (--records en choisit un)",
        len(others),
        listed=listed,
    )


def _build_unsupported_format_error(file: FileToInspect, what: Sentence) -> SourceUnreadable:
    return file.source_origin.build_unreadable_error(
        _("Le fichier est {what} : Aqueduc n'y lit pas de tableau.").format(what=what),
        _("en exporter le tableau dans un format lu : {listed}").format(listed=", ".join(FORMATS)),
    )


_INSPECTORS: dict[str, Callable[[FileToInspect], SourceInspection]] = {
    "csv": _inspect_csv,
    "geojson": _inspect_geojson,
    "json": _inspect_json,
}
"""The formats whose look takes more than a list of tables."""
