"""``explain``: a declaration in French prose, to be read and signed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aqueduc.cli.common import AsJson, DatasetName, answer, err, opened, out, say
from aqueduc.cli.words import both
from aqueduc.language import Said

if TYPE_CHECKING:
    from aqueduc.record.explanation import Explanation

_WRITTEN = Said("Écrit : {}", "Written: {}")


def register(app: typer.Typer) -> None:
    app.command(
        help=both(
            "Explique un jeu en français : ce qui sort, ce qui reste, comment, pourquoi, à qui, à quel "
            "rythme.\n\n"
            "C'est le texte que signe le délégué à la protection des données ; il ne contient aucune donnée "
            "de la source, et porte l'empreinte de la déclaration qu'il explique. --html en fait une page à "
            "imprimer, avec la place des signatures.",
            "Explains a dataset in French: what leaves, what stays, how, why, to whom, how often.\n\n"
            "It is the text that a data protection officer signs; it holds no cell of the source, and "
            "carries the fingerprint of the declaration it explains. --html makes a page to print, with "
            "room for signatures. Always in French, whatever --lang says.",
        )
    )(explain)


def explain(
    dataset: DatasetName,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar=both("FICHIER", "FILE"),
            help=both(
                "Écrire une page HTML, à imprimer et à signer.", "Write an HTML page, to print and sign."
            ),
        ),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(
            "--markdown",
            metavar=both("FICHIER", "FILE"),
            help=both("Écrire le texte en Markdown.", "Write the text in Markdown."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.record import explanation, prose

    desk = opened(dataset)
    text = explanation.explain(desk.dataset, desk.loaded.city)
    written = [(html, prose.html), (markdown, prose.markdown)]
    for path, render in written:
        if path is not None:
            _write(path, render(text))
    if as_json:
        answer({"dataset": dataset, "explanation": asdict(text)})
    elif not (html or markdown):
        _show(text)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{path} : {error.strerror}") from None
    say(err, _WRITTEN.format(path))


def _show(text: Explanation) -> None:
    from rich.markdown import Markdown

    from aqueduc.record import prose

    if out.is_terminal:
        # rich folds at no-break spaces too: it would leave a quotation mark alone on its line.
        plain = prose.markdown(text).replace("\N{NO-BREAK SPACE}»", "»").replace("«\N{NO-BREAK SPACE}", "«")
        out.print(Markdown(plain), width=min(out.width, 100))
    else:
        typer.echo(prose.markdown(text), nl=False)
