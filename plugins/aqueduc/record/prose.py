"""An explanation as a document: Markdown, or a page of HTML that stands alone and prints on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from aqueduc.record.explanation import Block, Bullets, Explanation, Fields, Grid, Paragraph

_MARKUP = re.compile(r"[\\`*\[\]<>#|]|(?<![^\W_])_|_(?![^\W_])")


def markdown(text: Explanation) -> str:
    """CommonMark, with tables as GitHub and most editors read them."""
    parts = [f"# {_plain(text.title)}", f"*{_plain(text.subtitle)}*"]
    for section in text.sections:
        parts.append(f"## {_plain(section.title)}")
        parts += [_block(block) for block in section.blocks]
    parts.append(f"---\n\nEmpreinte de la déclaration : `{text.fingerprint}`")
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return _plain(text)
        case Bullets(items=items):
            return "\n".join(f"- {_plain(item)}" for item in items)
        case Grid(head=head, rows=rows):
            lines = [head, tuple("---" for _ in head), *rows]
            return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)
        case Fields(title=title, labels=labels):
            return "\n".join(
                [f"**{_plain(title)}**", "", *(f"- {label} : ……………………………………" for label in labels)]
            )


def _plain(text: str) -> str:
    """What Markdown would take for markup, as it is written. An underscore inside a word is none."""
    return _MARKUP.sub(r"\\\g<0>", text)


def _cell(text: str) -> str:
    return "---" if text == "---" else _plain(" ".join(text.split())) or " "


# --- HTML ---------------------------------------------------------------------------------------------------

_STYLE = """
body { font: 11pt/1.5 Georgia, 'Times New Roman', serif; color: #1b1b1b; max-width: 46rem;
       margin: 2.5rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin-bottom: .2rem; }
.sub { font-style: italic; color: #444; margin-top: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #bbb; padding-bottom: .2rem; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; font-size: .92em; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ddd; }
th { font-weight: bold; }
td { overflow-wrap: anywhere; }
fieldset { border: 1px solid #666; margin: 1rem 0; padding: .6rem 1rem; break-inside: avoid; }
legend { font-weight: bold; padding: 0 .4rem; }
.blank { display: grid; grid-template-columns: 14rem 1fr; gap: .6rem; margin: .7rem 0; }
.blank span:last-child { border-bottom: 1px dotted #666; min-height: 1.6rem; }
footer { margin-top: 2.5rem; font-size: .8em; color: #444; overflow-wrap: anywhere; }
h2, tr { break-after: avoid; break-inside: avoid; }
@page { size: A4; margin: 20mm; }
@media print { body { margin: 0; max-width: none; padding: 0; } }
"""


def html(text: Explanation) -> str:
    """One page without script, picture nor link to elsewhere."""
    body = "\n".join(_elements(text))
    return (
        '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(text.title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _elements(text: Explanation) -> Iterator[str]:
    yield f"<header>\n<h1>{escape(text.title)}</h1>"
    yield f'<p class="sub">{escape(text.subtitle)}</p>\n</header>\n<main>'
    for section in text.sections:
        yield f"<section>\n<h2>{escape(section.title)}</h2>"
        yield from map(_element, section.blocks)
        yield "</section>"
    yield f"</main>\n<footer>Empreinte de la déclaration : {escape(text.fingerprint)}</footer>"


def _element(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return f"<p>{escape(text)}</p>"
        case Bullets(items=items):
            return "<ul>\n" + "\n".join(f"<li>{escape(item)}</li>" for item in items) + "\n</ul>"
        case Grid(head=head, rows=rows):
            return f"<table>\n{_head(head)}<tbody>\n{_rows(rows, keyed=not any(head))}\n</tbody>\n</table>"
        case Fields(title=title, labels=labels):
            blanks = "\n".join(
                f'<p class="blank"><span>{escape(label)}</span><span></span></p>' for label in labels
            )
            return f"<fieldset>\n<legend>{escape(title)}</legend>\n{blanks}\n</fieldset>"


def _head(head: tuple[str, ...]) -> str:
    if not any(head):
        return ""
    return (
        "<thead><tr>" + "".join(f'<th scope="col">{escape(name)}</th>' for name in head) + "</tr></thead>\n"
    )


def _rows(rows: tuple[tuple[str, ...], ...], *, keyed: bool) -> str:
    """``keyed``: without a heading, the first cell of a row is its heading."""
    lines = []
    for first, *others in rows:
        start = f'<th scope="row">{escape(first)}</th>' if keyed else f"<td>{escape(first)}</td>"
        lines.append(f"<tr>{start}" + "".join(f"<td>{escape(cell)}</td>" for cell in others) + "</tr>")
    return "\n".join(lines)
