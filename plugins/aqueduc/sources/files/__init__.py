"""A file that somebody drops into a folder of the city's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.diagnostics.catalogue import FilePattern, UnknownFormat
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.source_kind import (
    PATH,
    ArchiveMember,
    DatePattern,
    DecimalMark,
    DraftOptions,
    HeaderRows,
    KeyedBy,
    MissingTexts,
    RecordsPath,
    ResolvedSource,
    SheetName,
    SourceKind,
    SourceSpec,
    SourceWording,
    check_encoding,
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
    UnwritableField,
    WrittenShape,
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
    from aqueduc.declaration.sections import DeclarationReader


def _fold_case(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.casefold() for text in texts)


class FileSource(SourceSpec, Source):
    """A file in a folder. The reading hints are those people really need: see ``docs/intendant/fichiers.md``.
    ``encoding`` AUTO and ``delimiter`` None are found. ``header_rows``: how many rows name the columns.
    ``footer``: how the rows below the table begin, in lower case. ``fill_down``: columns whose blank cells
    take the value above."""

    meaning = N_("Un fichier d'un dossier.")

    needs: ClassVar[Needs] = {"path": _("« path: subventions.csv »")}

    kind: Annotated[Literal["file"], UnwritableField()] = "file"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le dossier où le fichier est déposé."),
        alias="file",
        examples=["depot"],
    )
    path: Text = build_required_field(
        N_("Le nom du fichier dans ce dossier."), examples=["subventions-2025.csv"]
    )
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
    delimiter: Annotated[Delimiter | None, WrittenShape(Delimiter)] = Field(
        ",",
        description=N_(
            "Ce qui sépare les colonnes d'un CSV ; auto : celui qui donne les colonnes déclarées."
        ),
        examples=[";", "\t", "auto"],
    )
    sheet: SheetName = None
    header_rows: HeaderRows = 1
    header: bool = Field(
        True,
        description=N_(
            "false pour un tableau dont aucune ligne ne nomme les colonnes : elles s'appellent alors "
            "« colonne 1 », « colonne 2 »… ; « as: » leur donne un nom."
        ),
        examples=[False],
    )
    footer: Annotated[tuple[str, ...], WrittenShape(Texts, _fold_case)] = Field(
        (),
        description=N_(
            "Par quoi commencent les lignes du pied de tableau (totaux, notes) : celles de la fin, "
            "et elles seules, ne sont pas lues comme des données."
        ),
        examples=[["Total", "Source :"]],
    )
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
    dates: DatePattern = "YYYY-MM-DD"
    missing: MissingTexts = ("",)

    @property
    def location(self) -> str:
        return self.path

    @property
    def options(self) -> FormatOptions:
        return FormatOptions(
            encoding=self.encoding,
            delimiter=self.delimiter,
            sheet=self.sheet,
            header_rows=self.named_in,
            footer=self.footer,
            records=self.records,
            keyed=self.keyed,
            member=self.member,
        )

    @property
    def named_in(self) -> int:
        """How many rows name the columns: 0 where they have ranks for names."""
        return self.header_rows if self.header else 0

    @property
    def capabilities(self) -> SourceCapabilities:
        return SourceCapabilities(
            keeps_order=True, laid_out=self._format.laid_out, spreadsheet=self._format.spreadsheet
        )

    @property
    def _format(self) -> FileFormat:
        return FORMATS[self.format]

    @property
    def filled_columns(self) -> tuple[str, ...]:
        return self.fill_down

    @property
    def rewritten_cells(self) -> tuple[str, ...]:
        return self._format.rewritten

    @property
    def linked_format(self) -> str:
        return self.format

    @property
    def linked_document(self) -> LinkedDocument | None:
        if self.format == "geojson":
            return LinkedDocument(format="geojson")
        known = self.named_in == 1 and self.encoding != AUTO
        if self.format != "csv" or self.delimiter is None or not known:
            return None
        return LinkedDocument(format="csv", delimiter=self.delimiter, encoding=self.encoding)

    def resolve(self, reader: DeclarationReader) -> ResolvedSource:
        reading = LexicalFormat(decimal=self.decimal, date=self.dates, missing=self.missing)
        check_encoding(reader.collector, self.encoding)
        if not self.lacks("path") and set("*?") & set(self.path):
            reader.collector.at_value(("source", "path"), FilePattern, given=self.path)
        kind = self._guess_format(reader.collector) if self.lacks("format") else self.format
        if kind is None or self.lacks("connection", "path"):
            return ResolvedSource(reading=reading)
        found = {"format": kind, "delimiter": None if self.delimiter == AUTO else self.delimiter}
        return ResolvedSource(self.model_copy(update=found), reading)

    def _guess_format(self, collector: ProblemCollector) -> str | None:
        """By the extension."""
        if self.lacks("path") or collector.silent(("source", "format")):
            return None
        name = self.member or self.path.lower().removesuffix(".gz")
        kind = find_format_by_suffix(Path(name).suffix.lstrip(".").lower())
        if kind is None:
            listed = ", ".join(FORMATS)
            collector.at_value(("source", "path"), UnknownFormat, name=self.path, listed=listed)
        return kind


KIND = SourceKind(
    name="file",
    spec=FileSource,
    adapter="aqueduc.sources.files.adapter:ADAPTER",
    connection_types=("fs", "file"),
    wording=SourceWording(
        page=_("fichier `{location}`, connexion `{connection}`"),
        statement="fichier {location} du dossier de dépôt « {connection} »",
        summary=_("dossier « {connection} », {location}"),
        origin=_("un fichier"),
    ),
    example=_("« file: depot » avec « path: subventions.csv »"),
    overrides={
        "file": N_("Une autre connexion vers le dossier."),
        "path": N_("Un autre chemin, ou un autre fichier."),
    },
    city_override=N_("La connexion de tous les jeux lus dans un dossier."),
    draft=DraftOptions(
        help=_("Un dossier de dépôt."),
        target=PATH,
        module="aqueduc.sources.files.drafting:DRAFTING",
        noun="fichier",
    ),
)
