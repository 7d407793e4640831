"""``build-lexicon``: lists of names for the residual scan, made of INSEE's files."""

from pathlib import Path
from typing import Annotated

import typer

from aqueduc.cli.common import AsJson, command, out, print_json, print_text, replace_file
from aqueduc.language import N_, _

_FILES = {"given": "prenoms-insee.txt", "surnames": "noms-insee.txt"}


@command(
    N_(
        "Fait les listes de noms de la Ville (include/lexicons/) avec les fichiers de l'INSEE.\n\n"
        "Chaque liste dit en tête de quel fichier elle vient, son empreinte SHA-256 et la date. La "
        "recherche de données personnelles les lit avec les siennes dès l'examen suivant."
    ),
    "build-lexicon",
)
def build_lexicon(
    given: Annotated[
        Path | None,
        typer.Option(
            "--given",
            help=N_("Le fichier des prénoms (nat2022.csv)."),
        ),
    ] = None,
    surnames: Annotated[
        Path | None,
        typer.Option(
            "--surnames",
            help=N_("Le fichier des noms de famille (noms2008nat_txt.txt)."),
        ),
    ] = None,
    least: Annotated[
        int,
        typer.Option(
            "--least",
            min=1,
            help=N_("Le moins de fois qu'un nom est porté."),
        ),
    ] = 20,
    as_json: AsJson = False,
) -> None:
    from aqueduc.anonymise.scan.city_lists import build_name_list_from_insee_file
    from aqueduc.declaration.city import LEXICONS
    from aqueduc.run import build_workspace_from_environment

    asked = {"given": given, "surnames": surnames}
    if not any(asked.values()):
        raise typer.BadParameter(
            str(_("donner --given, --surnames, ou les deux")),
            param_hint="--given",
        )
    workspace = build_workspace_from_environment()
    day = workspace.clock().date()
    # All are read before one is written.
    built = {
        lists: build_name_list_from_insee_file(path, lists, day, least)
        for lists, path in asked.items()
        if path
    }
    folder = workspace.include / LEXICONS
    for lists, made in built.items():
        target = folder / _FILES[lists]
        replace_file(target, made.text.encode())
        if not as_json:
            print_text(
                out,
                _("{path} : {entries} noms").format(
                    path=f"{workspace.include.name}/{LEXICONS}/{target.name}", entries=made.entries
                ),
            )
    if as_json:
        print_json({_FILES[lists]: made.entries for lists, made in built.items()})
