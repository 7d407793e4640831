"""An explanation as a document: Markdown, or a page of HTML that stands alone and prints on paper."""

import re

from aqueduc.page import sheet
from aqueduc.record.blocks import Block, Bullets, FormBlanks, Paragraph, TableBlock
from aqueduc.record.explanation import Explanation

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
