"""The pieces that a text to sign is made of, whatever they are written into (HTML, Markdown, JSON)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from aqueduc.findings import format_french_count
from aqueduc.language import format_declared_share
from aqueduc.record.preparation import insert_nobreak_spaces


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose."""

    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class BulletList:
    """A list of items."""

    items: tuple[str, ...]
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True)
class TableBlock:
    """A table: a heading for each column (all empty for none), then rows of as many cells."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True)
class FormBlanks:
    """Blanks to fill in by hand."""

    title: str
    labels: tuple[str, ...]
    kind: Literal["fields"] = "fields"


Block = Paragraph | BulletList | TableBlock | FormBlanks


@dataclass(frozen=True)
class TextSection:
    """A titled section of a text."""

    title: str
    blocks: tuple[Block, ...]


def build_section_with_nobreak_spaces(title: str, blocks: Iterable[Block]) -> TextSection:
    """With the no-break spaces of French typography."""
    return TextSection(insert_nobreak_spaces(title), tuple(map(_insert_block_nobreak_spaces, blocks)))


def _insert_block_nobreak_spaces(block: Block) -> Block:
    match block:
        case Paragraph(text=text):
            return Paragraph(insert_nobreak_spaces(text))
        case BulletList(items=items):
            return BulletList(tuple(map(insert_nobreak_spaces, items)))
        case TableBlock(head=head, rows=rows):
            return TableBlock(head, tuple(tuple(map(insert_nobreak_spaces, row)) for row in rows))
        case FormBlanks(title=title, labels=labels):
            return FormBlanks(insert_nobreak_spaces(title), tuple(map(insert_nobreak_spaces, labels)))


# --- French -------------------------------------------------------------------------------------------------


def format_one_line_sentence(text: str) -> str:
    """What somebody wrote, on one line, with a full stop."""
    plain = " ".join(text.split())
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."


def format_quoted_names(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)


def format_names_or_column_count(names: Sequence[str], most: int = 8) -> str:
    """By name while they are few; else how many they are."""
    return (
        format_quoted_names(names)
        if len(names) <= most
        else format_french_count(len(names), "colonne", "colonnes")
    )


def punctuate_items(items: Iterable[str]) -> tuple[str, ...]:
    """The items of a list, each ended by a semicolon, the last one by a full stop."""
    plain = [item.removesuffix(" ;").removesuffix(".") for item in items]
    return tuple(f"{item}{' ;' if rank < len(plain) else '.'}" for rank, item in enumerate(plain, start=1))


def format_enumeration(parts: Iterable[str], last: str = "et") -> str:
    """``a, b et c``."""
    *first, end = parts
    return f"{', '.join(first)} {last} {end}" if first else end


def format_percent(share: float) -> str:
    """A share as it was declared: ``2,5 %``."""
    return format_declared_share(share).french_text


def format_day(date_: date) -> str:
    return f"{date_:%d/%m/%Y}"
