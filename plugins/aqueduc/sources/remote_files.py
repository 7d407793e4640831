"""A file that another portal keeps: what a steward writes of how it is read, whatever the portal speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aqueduc.declaration.source_kind import (
    ArchiveMember,
    DatePattern,
    DecimalMark,
    GroupedColumns,
    GuessedDelimiter,
    HeaderRows,
    HiddenRows,
    KeyedBy,
    MissingTexts,
    RecordsPath,
    ResolvedSource,
    SheetName,
    SourceSpec,
    check_source_encoding_name,
)
from aqueduc.declaration.spec import LexicalFormat, Source, SourceCapabilities, Text
from aqueduc.language import N_
from aqueduc.sources.formats import AUTO, FORMATS, FormatName, FormatOptions

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReadingContext


class RemoteFileSource(SourceSpec, Source):
    """``required``: the fields without which nothing is read."""

    required: ClassVar[tuple[str, ...]]

    format: FormatName = Field("csv", description=N_("Le format du fichier de la ressource."))
    records: RecordsPath = ""
    keyed: KeyedBy = None
    encoding: Text | None = Field(
        None,
        description=N_(
            "L'encodage d'un texte (CSV) ; par défaut, celui qu'annonce le portail, sinon utf-8 ; auto : il est "
            "deviné."
        ),
        examples=["cp1252", "auto"],
    )
    delimiter: GuessedDelimiter = None
    sheet: SheetName = None
    header_rows: HeaderRows = 1
    hidden_rows: HiddenRows = None
    member: ArchiveMember = None
    decimal: DecimalMark = "."
    thousands: GroupedColumns = None
    dates: DatePattern = "YYYY-MM-DD"
    missing: MissingTexts = ("",)

    @property
    def reads_file(self) -> bool:
        """Whether it is the file that is read."""
        return True

    @property
    def capabilities(self) -> SourceCapabilities:
        spreadsheet = FORMATS[self.format].spreadsheet and self.reads_file
        return SourceCapabilities(laid_out=spreadsheet, spreadsheet=spreadsheet, text_only=True)

    @property
    def skipped_row_descriptions(self) -> tuple[str, ...]:
        return FORMATS[self.format].describe_skipped_rows(self.header_rows) if self.reads_file else ()

    @property
    def rewritten_cell_descriptions(self) -> tuple[str, ...]:
        return FORMATS[self.format].rewritten if self.reads_file else ()

    def build_format_options(self, charset: str | None) -> FormatOptions:
        """How its file is read; ``charset``: what the portal says of its text."""
        return FormatOptions(
            encoding=self.encoding or charset or "utf-8",
            delimiter=None if self.delimiter == AUTO else self.delimiter,
            sheet=self.sheet,
            header_rows=self.header_rows,
            hidden_rows=self.hidden_rows,
            records=self.records,
            keyed=self.keyed,
            member=self.member,
        )

    def build_resolved_source(self, reader: DeclarationReadingContext) -> ResolvedSource:
        if self.encoding is not None:
            check_source_encoding_name(reader.collector, self.encoding)
        reading = LexicalFormat(
            decimal=self.decimal, date=self.dates, missing=self.missing, thousands=self.thousands
        )
        return ResolvedSource(None if self.lacks_any_key(*self.required) else self, reading)
