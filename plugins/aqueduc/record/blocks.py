"""The pieces that a text to sign is made of, whatever they are written into (HTML, Markdown, JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from aqueduc.findings import plural
from aqueduc.language import exact
from aqueduc.page import sheet
from aqueduc.record.explanation import Explanation
from aqueduc.record.preparation import unbroken


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose."""

    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Bullets:
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


Block = Paragraph | Bullets | TableBlock | FormBlanks


@dataclass(frozen=True)
class Section:
    """A titled section of a text."""

    title: str
    blocks: tuple[Block, ...]


def section(title: str, blocks: Iterable[Block]) -> Section:
    """With the no-break spaces of French typography."""
    return Section(unbroken(title), tuple(map(_typeset, blocks)))


def _typeset(block: Block) -> Block:
    match block:
        case Paragraph(text=text):
            return Paragraph(unbroken(text))
        case Bullets(items=items):
            return Bullets(tuple(map(unbroken, items)))
        case TableBlock(head=head, rows=rows):
            return TableBlock(head, tuple(tuple(map(unbroken, row)) for row in rows))
        case FormBlanks(title=title, labels=labels):
            return FormBlanks(unbroken(title), tuple(map(unbroken, labels)))


# --- French -------------------------------------------------------------------------------------------------


def sentence(text: str) -> str:
    """What somebody wrote, on one line, with a full stop."""
    plain = " ".join(text.split())
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."


def quote_names(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)


def list_names(names: Sequence[str], most: int = 8) -> str:
    """By name while they are few; else how many they are."""
    return quote_names(names) if len(names) <= most else plural(len(names), "colonne", "colonnes")


def punctuate_items(items: Iterable[str]) -> tuple[str, ...]:
    """The items of a list, each ended by a semicolon, the last one by a full stop."""
    plain = [item.removesuffix(" ;").removesuffix(".") for item in items]
    return tuple(f"{item}{' ;' if rank < len(plain) else '.'}" for rank, item in enumerate(plain, start=1))


def join_words(parts: Iterable[str], last: str = "et") -> str:
    """``a, b et c``."""
    *first, end = parts
    return f"{', '.join(first)} {last} {end}" if first else end


def percent(share: float) -> str:
    """A share as it was declared: ``2,5 %``."""
    return f"{exact(share * 100)} %"


def day(date_: date) -> str:
    return f"{date_:%d/%m/%Y}"


# --- as text ------------------------------------------------------------------------------------------------

_MARKUP = re.compile(r"[\\`*\[\]<>#|]|(?<![^\W_])_|_(?![^\W_])")


def markdown(text: Explanation) -> str:
    """CommonMark, with tables as GitHub and most editors read them."""
    parts = [f"# {_plain(text.title)}", f"*{_plain(text.subtitle)}*", _plain(text.edited)]
    for section in text.sections:
        parts.append(f"## {_plain(section.title)}")
        parts += [_block(block) for block in section.blocks]
    parts.append(f"---\n\nEmpreinte de la déclaration : `{text.fingerprint}`")
    parts.append(f"Empreinte de city.yaml : `{text.city}`")
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return _plain(text)
        case Bullets(items=items):
            return "\n".join(f"- {_plain(item)}" for item in items)
        case TableBlock(head=head, rows=rows):
            lines = [head, tuple("---" for _ in head), *rows]
            return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)
        case FormBlanks(title=title, labels=labels):
            return "\n".join(
                [f"**{_plain(title)}**", "", *(f"- {label} : ……………………………………" for label in labels)]
            )


def _plain(text: str) -> str:
    """What Markdown would take for markup, as it is written. An underscore inside a word is none."""
    return _MARKUP.sub(r"\\\g<0>", text)


def _cell(text: str) -> str:
    return "---" if text == "---" else _plain(" ".join(text.split())) or " "


# --- HTML ---------------------------------------------------------------------------------------------------


def html(text: Explanation) -> str:
    """One page without script, picture nor link to elsewhere, made to be printed on two sheets."""
    return sheet("explanation.html.j2", city=text.subtitle, text=text)
