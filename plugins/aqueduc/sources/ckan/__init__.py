"""A resource of a CKAN portal: its file, or its table in the DataStore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.source_kind import (
    ArchiveMember,
    DatePattern,
    DecimalMark,
    DraftOptions,
    DraftTarget,
    GuessedDelimiter,
    HeaderRows,
    HiddenRows,
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
    LexicalFormat,
    Needs,
    Source,
    SourceCapabilities,
    Text,
    UnwritableField,
    build_required_field,
)
from aqueduc.language import N_, _
from aqueduc.sources.formats import AUTO, FORMATS, FormatName, FormatOptions

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReader


class CkanSource(SourceSpec, Source):
    """``resource``: its identifier. ``datastore``: its table is read, rather than its file, which is of
    ``format``."""

    meaning = N_("Une ressource d'un portail CKAN.")
    location_key = "resource"

    needs: ClassVar[Needs] = {"resource": _("« resource: 0b1c… », l'identifiant de la ressource")}

    kind: Annotated[Literal["ckan"], UnwritableField()] = "ckan"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le portail CKAN (l'adresse de son accueil)."),
        alias="ckan",
        examples=["region"],
    )
    resource: Text = build_required_field(
        N_("L'identifiant de la ressource : ce qui suit « /resource/ » dans l'adresse de sa page."),
        examples=["0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"],
    )
    datastore: bool = Field(
        False, description=N_("« true » : lire la table du DataStore, et non le fichier déposé.")
    )
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
    dates: DatePattern = "YYYY-MM-DD"
    missing: MissingTexts = ("",)

    @property
    def location(self) -> str:
        return self.resource

    @property
    def capabilities(self) -> SourceCapabilities:
        spreadsheet = FORMATS[self.format].spreadsheet and not self.datastore
        return SourceCapabilities(laid_out=spreadsheet, spreadsheet=spreadsheet, text_only=True)

    @property
    def unread_rows(self) -> tuple[str, ...]:
        return () if self.datastore else FORMATS[self.format].list_unread_rows(self.header_rows)

    @property
    def rewritten_cells(self) -> tuple[str, ...]:
        return () if self.datastore else FORMATS[self.format].rewritten

    def build_options(self, charset: str | None) -> FormatOptions:
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

    def resolve(self, reader: DeclarationReader) -> ResolvedSource:
        if self.encoding is not None:
            check_encoding(reader.collector, self.encoding)
        reading = LexicalFormat(decimal=self.decimal, date=self.dates, missing=self.missing)
        return ResolvedSource(None if self.lacks("connection", "resource") else self, reading)


KIND = SourceKind(
    name="ckan",
    spec=CkanSource,
    adapter="aqueduc.sources.ckan.adapter:ADAPTER",
    connection_types=("http", "https"),
    wording=SourceWording(
        page=_("portail CKAN, connexion `{connection}`, ressource `{location}`"),
        statement="portail CKAN « {connection} », ressource {location}",
        summary=_("CKAN « {connection} », {location}"),
        origin=_("une ressource d'un portail CKAN"),
    ),
    example=_("« ckan: region » avec « resource: 0b1c… »"),
    overrides={
        "ckan": N_("Une autre connexion vers le portail CKAN."),
        "resource": N_("Une autre ressource du portail."),
    },
    city_override=N_("La connexion de tous les jeux lus d'un portail CKAN."),
    draft=DraftOptions(
        help=_("Un portail CKAN."),
        target=DraftTarget(
            option="resource",
            metavar=_("IDENTIFIANT"),
            help=_("L'identifiant de la ressource du portail CKAN."),
        ),
        module="aqueduc.sources.ckan.drafting:DRAFTING",
        noun="CKAN",
    ),
)
