"""``schema`` and ``version``: what helps an editor, and what runs here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from aqueduc import __version__
from aqueduc.cli.bilingual import both
from aqueduc.cli.common import AsJson, answer, err, out, say
from aqueduc.language import Said

_ENDING = ".schema.json"
_UNKNOWN = Said("au choix : {}", "one of: {}")
_WRITTEN = Said("Écrit : {}", "Written: {}")


def register(app: typer.Typer) -> None:
    app.command(
        help=both(
            "Donne les schémas JSON des déclarations, pour l'aide d'un éditeur.\n\n"
            "VS Code et d'autres éditeurs complètent et expliquent alors chaque clé, en français.",
            "Gives the JSON Schemas of declarations, for the help of an editor.\n\n"
            "VS Code and other editors then complete and explain each key, in French.",
        )
    )(schema)
    app.command(help=both("Donne la version d'Aqueduc.", "Tells the version of Aqueduc."))(version)


def schema(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar=both("SORTE", "KIND"),
            help=both(
                "dataset, columns ou city ; les trois, par défaut.",
                "dataset, columns or city; all, by default.",
            ),
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar=both("DOSSIER", "FOLDER"),
            help=both(
                "Les écrire dans ce dossier, un fichier chacun.", "Write them into this folder, a file each."
            ),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.declaration.editor import schemas

    found = schemas()
    names = sorted(name.removesuffix(_ENDING) for name in found)
    if kind is not None and kind not in names:
        raise typer.BadParameter(str(_UNKNOWN.format(", ".join(names))), param_hint="SORTE")
    chosen = {name: one for name, one in found.items() if kind in (None, name.removesuffix(_ENDING))}
    if into is not None:
        _write(chosen, into, quiet=as_json)
    if as_json or into is None:
        answer(chosen if kind is None else chosen[f"{kind}{_ENDING}"])


def _write(chosen: dict[str, Any], folder: Path, *, quiet: bool) -> None:
    import json

    for name, one in chosen.items():
        path = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(one, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise typer.BadParameter(f"{path} : {error.strerror}") from None
        if not quiet:
            say(err, _WRITTEN.format(path))


def version(as_json: AsJson = False) -> None:
    if as_json:
        answer({"version": __version__})
    else:
        say(out, __version__)
