"""A document that an HTTP API of the city's answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.diagnostics.catalogue import AmbiguousPaging
from aqueduc.declaration.queries import PLACEHOLDERS
from aqueduc.declaration.source_kind import (
    PATH,
    ArchiveMember,
    DatePattern,
    DecimalMark,
    FooterTexts,
    GroupedColumns,
    GuessedDelimiter,
    HeaderRows,
    HiddenRows,
    KeyedBy,
    MissingTexts,
    NamedColumns,
    RecordsPath,
    ResolvedSource,
    SheetName,
    SourceKind,
    SourceKindDraftSettings,
    SourceSpec,
    SourceWording,
    check_source_encoding_name,
    check_window_placeholders,
)
from aqueduc.declaration.spec import (
    LexicalFormat,
    LinkedDocument,
    Needs,
    Parameters,
    Source,
    SourceCapabilities,
    Text,
    UnwritableFieldAnnotation,
    build_required_field,
)
from aqueduc.language import N_, _, join_choices_with_or, join_messages, quote_text
from aqueduc.sources.formats import AUTO, FORMATS, FormatName, FormatOptions
from aqueduc.sources.http.paging import STYLES, ApiPaging

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReadingContext


class HttpSource(SourceSpec, Source):
    """A document: JSON, or whatever format a file may have. ``records``: where its rows are; "" is the
    document. ``keyed``: they are the members of an object instead, whose names are the values of this column."""

    meaning = N_("Un document lu par HTTP : du JSON, ou un fichier de n'importe quel format lu.")

    needs: ClassVar[Needs] = {"path": _("« path: /comptages »")}

    kind: Annotated[Literal["http"], UnwritableFieldAnnotation()] = "http"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers l'API (adresse et jeton)."), alias="http", examples=["mobilite"]
    )
    path: Text = build_required_field(
        N_("Le chemin de la ressource, après l'adresse de la connexion."), examples=["/comptages"]
    )
    format: FormatName = Field("json", description=N_("Ce que l'API répond."))
    records: RecordsPath = ""
    keyed: KeyedBy = None
    encoding: Text | None = Field(
        None,
        description=N_(
            "L'encodage d'un texte (CSV) ; par défaut, celui qu'annonce l'API, sinon utf-8 ; auto : il est deviné."
        ),
        examples=["cp1252", "auto"],
    )
    delimiter: GuessedDelimiter = None
    sheet: SheetName = None
    header_rows: HeaderRows = 1
    header: NamedColumns = True
    footer: FooterTexts = ()
    hidden_rows: HiddenRows = None
    member: ArchiveMember = None
    parameters: Parameters = Field(
        default_factory=dict,
        description=N_(
            "Les paramètres de l'adresse. Avec « {window_start} » et « {window_end} », le jeu est lu "
            "intervalle par intervalle."
        ),
        examples=[{"debut": "{window_start}", "fin": "{window_end}"}],
    )
    paging: ApiPaging | None = Field(
        None,
        description=N_("Comment l'API donne ses pages : une, et une seule, des clés ci-dessous."),
        examples=[{"next": "suivante"}, {"page": "page"}],
    )
    decimal: DecimalMark = "."
    thousands: GroupedColumns = None
    dates: DatePattern = "YYYY-MM-DD"
    missing: MissingTexts = ("",)

    @property
    def location(self) -> str:
        return self.path

    @property
    def capabilities(self) -> SourceCapabilities:
        known = FORMATS[self.format]
        return SourceCapabilities(
            has_address=True,
            laid_out=known.spreadsheet,
            spreadsheet=known.spreadsheet,
            text_only=True,
            announces_state=self.paging is None and not self._used_window_placeholders,
        )

    @property
    def rewritten_cell_descriptions(self) -> tuple[str, ...]:
        return FORMATS[self.format].rewritten

    @property
    def skipped_row_descriptions(self) -> tuple[str, ...]:
        return FORMATS[self.format].describe_skipped_rows(self.file_format_options.header_rows, self.footer)

    @property
    def column_contents_description(self) -> str:
        return FORMATS[self.format].columns

    @property
    def file_format_options(self) -> FormatOptions:
        return FormatOptions(
            encoding=self.encoding or "utf-8",
            delimiter=None if self.delimiter == AUTO else self.delimiter,
            sheet=self.sheet,
            header_rows=self.header_rows if self.header else 0,
            footer=self.footer,
            hidden_rows=self.hidden_rows,
            records=self.records,
            keyed=self.keyed,
            member=self.member,
        )

    @property
    def distribution_link_format(self) -> str:
        return self.format

    @property
    def _used_window_placeholders(self) -> set[str]:
        values = self.parameters.values()
        return {name for name in PLACEHOLDERS if any(f"{{{name}}}" in value for value in values)}

    @property
    def _is_standard_csv_layout(self) -> bool:
        """Whether a text is laid out as any reader expects."""
        return (
            self.encoding != AUTO
            and self.header_rows == 1
            and self.header
            and not self.footer
            and self.member is None
            and self.delimiter in (None, ",")
        )

    @property
    def linked_document(self) -> LinkedDocument | None:
        if self.format == "csv":
            return (
                LinkedDocument(format="csv", encoding=self.encoding or "utf-8")
                if self._is_standard_csv_layout
                else None
            )
        if self.format == "geojson":
            return LinkedDocument(format="geojson")
        if self.format != "json" or self.keyed is not None:
            return None
        next_page = self.paging.next_page_field_path if self.paging else ""
        return LinkedDocument(
            format="json", records=self.records, next_page=next_page, paged=self.paging is not None
        )

    def build_resolved_source(self, reader: DeclarationReadingContext) -> ResolvedSource:
        windowed = check_window_placeholders(reader.collector, self._used_window_placeholders)
        if self.encoding is not None:
            check_source_encoding_name(reader.collector, self.encoding)
        if self.paging is not None and not self.paging.has_exactly_one_declared_style:
            reader.collector.add_key_problem(
                ("source", "paging"),
                AmbiguousPaging,
                listed=join_messages(map(quote_text, STYLES)),
                examples=join_choices_with_or([style.example for style in STYLES.values()]),
            )
        reading = LexicalFormat(
            decimal=self.decimal, date=self.dates, missing=self.missing, thousands=self.thousands
        )
        return ResolvedSource(None if self.lacks_any_key("connection", "path") else self, reading, windowed)


KIND = SourceKind(
    name="http",
    spec=HttpSource,
    adapter="aqueduc.sources.http.adapter:ADAPTER",
    connection_types=("http", "https"),
    wording=SourceWording(
        page=_("API, connexion `{connection}`, chemin `{location}`"),
        statement="interface (API) « {connection} », à l'adresse {location}",
        summary=_("API « {connection} », {location}"),
        origin=_("une API"),
    ),
    example=_("« http: mobilite » avec « path: /comptages »"),
    overrides={
        "http": N_("Une autre connexion vers l'API."),
        "path": N_("Un autre chemin, ou un autre fichier."),
    },
    city_override=N_("La connexion de tous les jeux lus par une API."),
    draft=SourceKindDraftSettings(
        help=_("Une API."),
        target=PATH,
        module="aqueduc.sources.http.drafting:DRAFTING",
        noun="API,",
        cadences=("daily", "hourly", "weekly"),
    ),
)
