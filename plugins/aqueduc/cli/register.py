"""``register``: the extract for the register of processing activities, and the year of the convention."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from aqueduc.cli.common import (
    AsJson,
    command,
    describe_os_error,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
    replace_file,
)
from aqueduc.language import N_, _


@command(
    N_(
        "Écrit l'extrait pour le registre des traitements (RGPD, art. 30) et le rapport de l'année.\n\n"
        "Deux pages HTML, faites pour être imprimées (en PDF par un navigateur) : ce que disent les déclarations "
        "d'aujourd'hui de chaque traitement, et, d'après les registres, ce qui a été ouvert, publié, en retard, "
        "retiré et réclamé dans l'année de la convention."
    )
)
def register(
    output: Annotated[
        Path,
        typer.Option(
            "--output", file_okay=False, metavar=N_("DOSSIER"), help=N_("Où écrire les deux pages.")
        ),
    ],
    year: Annotated[
        int | None,
        typer.Option(
            "--year", min=2000, max=2200, help=N_("L'année du rapport ; celle en cours, sans elle.")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.convention.register import (
        build_convention_year_report,
        build_convention_year_review,
        build_processing_register,
        list_undeclared_online_datasets,
        render_printable_page,
    )
    from aqueduc.declaration import list_dataset_paths, load_dataset

    workspace, loaded = open_workspace_and_city()
    city = loaded.city
    today = workspace.clock().astimezone(ZoneInfo(city.timezone)).date()
    datasets = [load_dataset(path, loaded) for path in list_dataset_paths(workspace.include)]
    found = build_convention_year_review(year or today.year, datasets, city, workspace)
    pages = {
        "registre.html": build_processing_register(
            datasets, city, today, list_undeclared_online_datasets(datasets, workspace.store)
        ),
        f"rapport-{found.year}.html": build_convention_year_report(found, city, workspace),
    }
    try:
        for name, text in pages.items():
            replace_file(output / name, render_printable_page(text, city).encode())
    except OSError as error:
        raise typer.BadParameter(
            str(_("« {} » ne peut pas être écrit : {}.").format(output, describe_os_error(error)))
        ) from None
    if as_json:
        print_json({"year": found.year, "files": [str(output / name) for name in pages]})
        return
    for name in pages:
        print_text(out, _("Écrit : {}").format(output / name))
