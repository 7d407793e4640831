"""An explanation as a document: Markdown, or a page of HTML that stands alone and prints on paper."""

import re
from collections.abc import Sequence

from aqueduc.page import render_page
from aqueduc.record.blocks import Block, BulletList, FormBlanks, Paragraph, TableBlock, TextSection
from aqueduc.record.explanation import PublicationExplanation

_MARKUP = re.compile(r"[\\`*\[\]<>#|]|(?<![^\W_])_|_(?![^\W_])")


def render_explanation_markdown(text: PublicationExplanation, first: Sequence[TextSection] = ()) -> str:
    """CommonMark, with tables as GitHub and most editors read them; the sections ``first`` before its own."""
    parts = [
        f"# {_escape_markdown(text.title)}",
        f"*{_escape_markdown(text.subtitle)}*",
        _escape_markdown(text.edited),
    ]
    for section in (*first, *text.sections):
        parts.append(f"## {_escape_markdown(section.title)}")
        parts += [_render_markdown_block(block) for block in section.blocks]
    parts.append(f"---\n\nEmpreinte de la déclaration : `{text.fingerprint}`")
    parts.append(f"Empreinte de city.yaml : `{text.city}`")
    return "\n\n".join(parts) + "\n"


def _render_markdown_block(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return _escape_markdown(text)
        case BulletList(items=items):
            return "\n".join(f"- {_escape_markdown(item)}" for item in items)
        case TableBlock(head=head, rows=rows):
            lines = [head, tuple("---" for _ in head), *rows]
            return "\n".join(
                "| " + " | ".join(map(_format_markdown_table_cell, line)) + " |" for line in lines
            )
        case FormBlanks(title=title, labels=labels):
            return "\n".join(
                [f"**{_escape_markdown(title)}**", "", *(f"- {label} : ……………………………………" for label in labels)]
            )


def _escape_markdown(text: str) -> str:
    """What Markdown would take for markup, as it is written. An underscore inside a word is none."""
    return _MARKUP.sub(r"\\\g<0>", text)


def _format_markdown_table_cell(text: str) -> str:
    return "---" if text == "---" else _escape_markdown(" ".join(text.split())) or " "


# --- HTML ---------------------------------------------------------------------------------------------------


def render_explanation_html(text: PublicationExplanation) -> str:
    """One page without script, picture nor link to elsewhere, made to be printed on both sides of two
    sheets."""
    return render_page("explanation.html.j2", city=text.subtitle, text=text)
