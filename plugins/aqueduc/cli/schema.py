"""``schema`` and ``version``: what helps an editor, and what runs here."""

from pathlib import Path
from typing import Annotated, Any

import typer

from aqueduc import __version__
from aqueduc.cli.common import AsJson, answer, command, err, os_reason, out, say
from aqueduc.language import N_, _, label

_ENDING = ".schema.json"


@command(
    N_(
        "Donne les schémas JSON des déclarations, pour l'aide d'un éditeur.\n\n"
        "VS Code et d'autres éditeurs complètent et expliquent alors chaque clé, en français."
    )
)
def schema(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("SORTE"),
            help=N_("dataset, columns ou city ; les trois, par défaut."),
        ),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar=N_("DOSSIER"),
            help=N_("Les écrire dans ce dossier, un fichier chacun."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.declaration.editor import schemas

    found = schemas()
    names = sorted(name.removesuffix(_ENDING) for name in found)
    if kind is not None and kind not in names:
        raise typer.BadParameter(str(_("au choix : {}").format(", ".join(names))), param_hint="SORTE")
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
            raise typer.BadParameter(str(label(path, os_reason(error)))) from None
        if not quiet:
            say(err, _("Écrit : {}").format(path))


@command(N_("Donne la version d'Aqueduc."))
def version(as_json: AsJson = False) -> None:
    if as_json:
        answer({"version": __version__})
    else:
        say(out, __version__)
