"""``schema`` and ``version``: what helps an editor, and what runs here."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from aqueduc import __version__
from aqueduc.cli.common import (
    AsJson,
    command,
    convert_os_error_to_bad_parameter,
    err,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, _

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
    from aqueduc.declaration.editor import build_editor_schemas_by_file_name

    found = build_editor_schemas_by_file_name()
    names = sorted(name.removesuffix(_ENDING) for name in found)
    if kind is not None and kind not in names:
        raise typer.BadParameter(str(_("au choix : {}").format(", ".join(names))), param_hint="SORTE")
    chosen = {name: one for name, one in found.items() if kind in (None, name.removesuffix(_ENDING))}
    if into is not None:
        _write_schema_files(chosen, into, quiet=as_json)
    if as_json or into is None:
        print_json(chosen if kind is None else chosen[f"{kind}{_ENDING}"])


def _write_schema_files(chosen: dict[str, Any], folder: Path, *, quiet: bool) -> None:
    for name, one in chosen.items():
        path = folder / name
        with convert_os_error_to_bad_parameter(path):
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(one, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        if not quiet:
            print_text(err, _("Écrit : {}").format(path))


@command(N_("Donne la version d'Aqueduc."))
def version(as_json: AsJson = False) -> None:
    if as_json:
        print_json({"version": __version__})
    else:
        print_text(out, __version__)
