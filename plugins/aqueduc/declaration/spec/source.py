"""Where the rows come from, and how their values are written."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from aqueduc.declaration.spec.base import FrozenModel


@dataclass(frozen=True, kw_only=True)
class SourceCapabilities:
    """What a source can do, for checks and stages to ask instead of its kind.

    ``keeps_order``: its rows have an order, which may be kept (``order: source``). ``has_address``: a
    relative link hangs below the address of its connection. ``laid_out``: it was laid out for the eye, as
    what people type is, with groups and totals. ``spreadsheet``: cells come from a spreadsheet, which shows
    numbers where dates were meant. ``text_only``: all its columns are read as text, whatever they hold.
    ``lists_files``: what lies there can be listed without reading any of it (``on_arrival``).
    """

    keeps_order: bool = False
    has_address: bool = False
    laid_out: bool = False
    spreadsheet: bool = False
    text_only: bool = False
    lists_files: bool = False


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


class Source(FrozenModel, ABC):
    """Where the rows come from, complete. Each kind has a class of its own, known to its folder only; the
    others ask what is here. ``connection`` is the id of what leads there."""

    location_key: ClassVar[str] = "path"
    """The key of the declaration that gives the ``location``."""

    kind: str
    connection: str

    @property
    @abstractmethod
    def location(self) -> str:
        """What is read there, as messages name it: a path, or the file of a query."""

    @property
    def told_location(self) -> str:
        """The same in the text that is signed (French), with what is read of it."""
        return self.location

    @property
    def capabilities(self) -> SourceCapabilities:
        return SourceCapabilities()

    @property
    def named_files(self) -> tuple[str, ...]:
        """The files of ``include/`` that it names."""
        return ()

    @property
    def query(self) -> str | None:
        """The text that the city itself asks the source with; None where it asks for all there is."""
        return None

    @property
    def filled_columns(self) -> tuple[str, ...]:
        """The columns of which a blank cell takes the value above (``fill_down``)."""
        return ()

    @property
    def added_column(self) -> str | None:
        """The column that is no source's: reading makes it, of the names of files."""
        return None

    @property
    def rewritten_cells(self) -> tuple[str, ...]:
        """The cells that reading writes otherwise than they stand there, and how, for whoever signs (French,
        after « sauf »)."""
        return ()

    @property
    def unread_rows(self) -> tuple[str, ...]:
        """The rows of a file that are not read as data (French, after « ne sortent pas »)."""
        return ()

    @property
    def column_contents(self) -> str:
        """What its columns are, and what of it is not read, where that is not plain (French)."""
        return ""

    @property
    def linked_format(self) -> str:
        """What a link to it is said to serve."""
        return "json"

    @property
    def linked_document(self) -> LinkedDocument | None:
        """How to read what a link to it serves; None where that is not read back."""
        return None


class LexicalFormat(FrozenModel):
    """How values are written in a source of text: the decimal mark, the date pattern (``DD/MM/YYYY``), and
    what stands for nothing."""

    decimal: Literal[",", "."] = "."
    date: str = "YYYY-MM-DD"
    missing: tuple[str, ...] = ("",)
