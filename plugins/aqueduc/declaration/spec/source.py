"""Where the rows come from, and how their values are written."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.spec.base import (
    DelayHours,
    FrozenModel,
    Needs,
    Spec,
    Text,
    build_required_field,
)
from aqueduc.language import N_, quote_text


@dataclass(frozen=True, kw_only=True)
class SourceCapabilities:
    """What a source can do, for checks and stages to ask instead of its kind.

    ``keeps_order``: its rows have an order, which may be kept (``order: source``). ``has_address``: a
    relative link hangs below the address of its connection. ``laid_out``: it was laid out for the eye, as
    what people type is, with groups and totals. ``spreadsheet``: cells come from a spreadsheet, which shows
    numbers where dates were meant. ``text_only``: all its columns are read as text, whatever they hold.
    ``lists_files``: what lies there can be listed without reading any of it (``on_arrival``); ``announces_state``: its
    address says which state the document is in, without its being read.
    """

    keeps_order: bool = False
    has_address: bool = False
    laid_out: bool = False
    spreadsheet: bool = False
    text_only: bool = False
    lists_files: bool = False
    announces_state: bool = False


@dataclass(frozen=True, kw_only=True)
class LinkedDocument:
    """What a public link to the source itself serves. ``records`` and ``next_page`` are dotted paths in a
    JSON document, ``paged``: it serves its first page only, ``delimiter`` and ``encoding`` are those of a CSV."""

    format: Literal["json", "csv", "geojson"]
    records: str = ""
    next_page: str = ""
    paged: bool = False
    delimiter: str = ","
    encoding: str = "utf-8"

    @property
    def shows_all_columns(self) -> bool:
        """Whether a column that no row has there is served nowhere."""
        return not self.paged


class WatermarkSettings(Spec):
    """Only the rows whose ``column`` says that they changed are read. ``lateness_hours``: how long before the newest of
    them others may still have been on their way. Of rows that are gone it says nothing: ``full_every_hours``, after
    which the source is read whole, or ``deletions``, where none ever goes."""

    meaning = N_("Ne lire que les lignes modifiées, et les réunir par leur clé à celles qui sont publiées.")

    needs: ClassVar[Needs] = {
        "column": quote_text("column: modifie_le"),
        "lateness": quote_text("lateness: 2 days"),
    }

    column: Text = build_required_field(
        N_(
            "La colonne de la source qui dit quand la ligne a été modifiée, une date ou une date et heure. Elle peut "
            "être « drop ». Une ligne où elle est vide est relue à chaque fois."
        ),
        examples=["modifie_le"],
    )
    lateness_hours: DelayHours = build_required_field(
        N_(
            "Le retard admis : ce qui a été modifié si longtemps avant la ligne la plus récente est relu. Une ligne "
            "modifiée qui arrive plus tard encore n'est vue qu'à la lecture entière suivante."
        ),
        alias="lateness",
        examples=["2 days", "6 hours"],
    )
    full_every_hours: DelayHours | None = Field(
        None,
        alias="full_every",
        description=N_("Tous les combien la source est lue en entier, quoi qu'il arrive."),
        examples=["7 days"],
    )
    deletions: Literal["never"] | None = Field(
        None,
        description=N_(
            "never, au lieu de « full_every » : aucune ligne n'est jamais supprimée à la source, ni sa clé changée. Celle "
            "qui le serait resterait publiée."
        ),
    )


class Source(FrozenModel, ABC):
    """Where the rows come from, complete. Each kind has a class of its own, known to its folder only; the
    others ask what is here. ``connection`` is the id of what leads there."""

    location_key: ClassVar[str] = "path"
    """The key of the declaration that gives the ``location``."""
    address_extra_names: ClassVar[tuple[str, ...] | None] = ()
    """The words of a connection's *extra* that say where it leads; None where any of them may."""

    kind: str
    connection: str

    @property
    @abstractmethod
    def location(self) -> str:
        """What is read there, as messages name it: a path, or the file of a query."""

    @property
    def location_in_signed_statement(self) -> str:
        """The same in the text that is signed (French), with what is read of it."""
        return self.location

    @property
    def capabilities(self) -> SourceCapabilities:
        return SourceCapabilities()

    @property
    def include_file_paths(self) -> tuple[str, ...]:
        """The files of ``include/`` that it names."""
        return ()

    @property
    def query(self) -> str | None:
        """The text that the city itself asks the source with; None where it asks for all there is."""
        return None

    @property
    def watermark(self) -> WatermarkSettings | None:
        """How only what changed is read; None where all is."""
        return None

    @property
    def filled_down_columns(self) -> tuple[str, ...]:
        """The columns of which a blank cell takes the value above (``fill_down``)."""
        return ()

    @property
    def file_name_column(self) -> str | None:
        """The column that is no source's: reading makes it, of the names of files."""
        return None

    @property
    def rewritten_cell_descriptions(self) -> tuple[str, ...]:
        """The cells that reading writes otherwise than they stand there, and how, for whoever signs (French,
        after « sauf »)."""
        return ()

    @property
    def skipped_row_descriptions(self) -> tuple[str, ...]:
        """The rows of a file that are not read as data (French, after « ne sortent pas »)."""
        return ()

    @property
    def column_contents_description(self) -> str:
        """What its columns are, and what of it is not read, where that is not plain (French)."""
        return ""

    @property
    def distribution_link_format(self) -> str:
        """What a link to it is said to serve."""
        return "json"

    @property
    def linked_document(self) -> LinkedDocument | None:
        """How to read what a link to it serves; None where that is not read back."""
        return None


class LexicalFormat(FrozenModel):
    """How values are written in a source of text: the decimal mark, the date pattern (``DD/MM/YYYY``), and
    what stands for nothing. ``thousands``: the columns whose thousands a point sets apart; None where nobody said
    whether any does."""

    decimal: Literal[",", "."] = "."
    date: str = "YYYY-MM-DD"
    missing: tuple[str, ...] = ("",)
    thousands: tuple[str, ...] | None = None
