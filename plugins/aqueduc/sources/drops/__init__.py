"""What a steward may write of the files of a drop, wherever it is: a folder, a server, a bucket.

A kind of source whose files are in a drop declares a ``DropSource`` with the key of its connection, and gives a
``DropOpener`` (``listing``), which lists and fetches. Which files are read, when, and how, stands here once.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.diagnostics.catalogue import (
    AmbiguousFiles,
    FolderPattern,
    UnknownFormat,
    UselessFileChoice,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.source_kind import (
    ArchiveMember,
    DatePattern,
    DecimalMark,
    FooterTexts,
    GroupedColumns,
    HeaderRows,
    HiddenRows,
    KeyedBy,
    MissingTexts,
    NamedColumns,
    RecordsPath,
    ResolvedSource,
    SheetName,
    SourceSpec,
    check_source_encoding_name,
)
from aqueduc.declaration.spec import (
    Delimiter,
    LexicalFormat,
    LinkedDocument,
    Needs,
    Source,
    SourceCapabilities,
    Text,
    Texts,
    Whole,
    WrittenTypeAnnotation,
    build_required_field,
)
from aqueduc.language import N_, _
from aqueduc.sources.formats import (
    AUTO,
    FORMATS,
    FileFormat,
    FormatName,
    FormatOptions,
    find_format_by_suffix,
)

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReadingContext

FileChoice = Literal["all", "newest-name", "newest-date"]

_CHOICES: dict[FileChoice, str] = {
    "all": "tous les fichiers de ce nom, réunis",
    "newest-name": "le dernier par le nom",
    "newest-date": "le dernier déposé",
}


SETTLED = N_(
    "Pendant combien de secondes un fichier ne doit pas changer pour être lu : il est regardé deux fois, à cet "
    "intervalle, s'il est nouveau."
)


_REPEATED_FILES = "celles d'un fichier dont le contenu est exactement celui d'un autre, lu une seule fois"


def is_file_pattern(path: str) -> bool:
    return bool(set("*?") & set(path))


class DropSource(SourceSpec, Source):
    """A file of a drop, or several that are read as one. The reading hints are those people really need: see
    ``docs/intendant/fichiers.md``. ``take``: which files of a pattern. ``encoding`` AUTO and ``delimiter`` None
    are found. ``header_rows``: how many rows name the columns. ``footer``: how the rows below the table begin,
    in lower case. ``fill_down``: columns whose blank cells take the value above."""

    needs: ClassVar[Needs] = {"path": _("« path: subventions.csv »")}

    path: Text = build_required_field(
        N_(
            "Le nom du fichier dans ce dossier ; ou un motif (« * », « ? ») qui en désigne plusieurs, et "
            "« take: » dit lesquels."
        ),
        examples=["subventions-2025.csv", "releves-*.csv"],
    )
    take: FileChoice | None = Field(
        None,
        description=N_(
            "Avec un motif. all : tous les fichiers, réunis ; newest-name : le dernier par ordre de nom "
            "(releves-2026-03.csv) ; newest-date : le dernier déposé."
        ),
    )
    file_column: Text | None = Field(
        None,
        description=N_(
            "La colonne où mettre, à chaque ligne, le nom de son fichier ; elle se déclare comme les autres."
        ),
        examples=["fichier"],
    )
    settled: Whole = Field(0, ge=0, le=600, description=SETTLED, examples=[60])
    format: FormatName = build_required_field(
        N_("Le format du fichier ; par défaut, celui que dit son extension.")
    )
    encoding: Text = Field(
        "utf-8",
        description=N_(
            "L'encodage du texte : utf-8, ou cp1252 pour un fichier enregistré par Excel en "
            "français ; auto : il est deviné à chaque lecture, et l'exécution dit ses doutes."
        ),
        examples=["utf-8", "cp1252", "cp850", "mac-roman", "utf-16", "auto"],
    )
    delimiter: Annotated[Delimiter | None, WrittenTypeAnnotation(Delimiter)] = Field(
        ",",
        description=N_(
            "Ce qui sépare les colonnes d'un CSV ; auto : celui qui donne les colonnes déclarées."
        ),
        examples=[";", "\t", "auto"],
    )
    sheet: SheetName = None
    header_rows: HeaderRows = 1
    header: NamedColumns = True
    footer: FooterTexts = ()
    hidden_rows: HiddenRows = None
    fill_down: Texts = Field(
        (),
        description=N_(
            "Les colonnes dont une cellule vide vaut celle du dessus (cellules jadis fusionnées)."
        ),
        examples=[["quartier"]],
    )
    records: RecordsPath = ""
    member: ArchiveMember = None
    keyed: KeyedBy = None
    decimal: DecimalMark = "."
    thousands: GroupedColumns = None
    dates: DatePattern = "YYYY-MM-DD"
    missing: MissingTexts = ("",)

    @property
    def location(self) -> str:
        return self.path

    @property
    def location_in_signed_statement(self) -> str:
        return f"{self.path} ({_CHOICES[self.take]})" if self.take else self.path

    @property
    def file_format_options(self) -> FormatOptions:
        return FormatOptions(
            encoding=self.encoding,
            delimiter=self.delimiter,
            sheet=self.sheet,
            header_rows=self.header_row_count,
            footer=self.footer,
            hidden_rows=self.hidden_rows,
            records=self.records,
            keyed=self.keyed,
            member=self.member,
        )

    @property
    def header_row_count(self) -> int:
        """How many rows name the columns: 0 where they have ranks for names."""
        return self.header_rows if self.header else 0

    @property
    def capabilities(self) -> SourceCapabilities:
        return SourceCapabilities(
            keeps_order=True,
            laid_out=self._file_format.laid_out,
            spreadsheet=self._file_format.spreadsheet,
            text_only=True,
            lists_files=True,
        )

    @property
    def _file_format(self) -> FileFormat:
        return FORMATS[self.format]

    @property
    def file_name_column(self) -> str | None:
        return self.file_column

    @property
    def filled_down_columns(self) -> tuple[str, ...]:
        return self.fill_down

    @property
    def rewritten_cell_descriptions(self) -> tuple[str, ...]:
        return self._file_format.rewritten

    @property
    def skipped_row_descriptions(self) -> tuple[str, ...]:
        # Two files of different names are two where the name is a cell.
        repeated = (_REPEATED_FILES,) if self.take == "all" and not self.file_column else ()
        return (*self._file_format.describe_skipped_rows(self.header_row_count, self.footer), *repeated)

    @property
    def column_contents_description(self) -> str:
        return self._file_format.columns

    @property
    def distribution_link_format(self) -> str:
        return self.format

    @property
    def linked_document(self) -> LinkedDocument | None:
        if is_file_pattern(self.path):
            return None
        if self.format == "geojson":
            return LinkedDocument(format="geojson")
        known = self.header_row_count == 1 and self.encoding != AUTO
        if self.format != "csv" or self.delimiter is None or not known:
            return None
        return LinkedDocument(format="csv", delimiter=self.delimiter, encoding=self.encoding)

    def build_resolved_source(self, reader: DeclarationReadingContext) -> ResolvedSource:
        reading = LexicalFormat(
            decimal=self.decimal, date=self.dates, missing=self.missing, thousands=self.thousands
        )
        check_source_encoding_name(reader.collector, self.encoding)
        self._check_path_pattern_and_choice(reader.collector)
        kind = (
            self._guess_format_by_extension(reader.collector) if self.lacks_any_key("format") else self.format
        )
        if kind is None or self.lacks_any_key("connection", "path"):
            return ResolvedSource(reading=reading)
        found = {"format": kind, "delimiter": None if self.delimiter == AUTO else self.delimiter}
        return ResolvedSource(self.model_copy(update=found), reading)

    def _check_path_pattern_and_choice(self, collector: ProblemCollector) -> None:
        if self.lacks_any_key("path") or collector.has_problem_at_or_around_path(("source", "take")):
            return
        if is_file_pattern(str(PurePosixPath(self.path).parent)):
            collector.add_value_problem(("source", "path"), FolderPattern, given=self.path)
        elif is_file_pattern(self.path) and self.take is None:
            collector.add_value_problem(("source", "path"), AmbiguousFiles, given=self.path)
        elif not is_file_pattern(self.path) and self.take is not None:
            collector.add_value_problem(("source", "take"), UselessFileChoice, given=self.take)

    def _guess_format_by_extension(self, collector: ProblemCollector) -> str | None:
        """By the extension."""
        if self.lacks_any_key("path") or collector.has_problem_at_or_around_path(("source", "format")):
            return None
        name = self.member or self.path.lower().removesuffix(".gz")
        kind = find_format_by_suffix(PurePosixPath(name).suffix.lstrip(".").lower())
        if kind is None:
            listed = ", ".join(FORMATS)
            collector.add_value_problem(("source", "path"), UnknownFormat, name=self.path, listed=listed)
        return kind
