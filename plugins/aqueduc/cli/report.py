"""``report``: the report of a run, for the person who must repair the data."""
"""``report``: the report of a run for the data protection officer, as a page to read, print and sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from aqueduc.cli.common import AsJson, DatasetName, answer, opened, out, say
from aqueduc.cli.rejected import RunName
from aqueduc.cli.words import both
from aqueduc.language import Said

if TYPE_CHECKING:
    from aqueduc.steward import Report

_NONE = Said(
    "Aucun rapport de ce jeu : il n'a pas encore tourné.", "No report of this dataset: it has not run yet."
)
_NO_RUN = Said("aucun rapport de l'exécution « {} »", "no report of the run “{}”")
_STATES = {
    "published": Said("Publié.", "Published."),
    "ready": Said(
        "Validé ; rien n'est parti vers la plateforme.", "Validated; nothing has left for the platform."
    ),
    "unchanged": Said("La source n'a pas changé.", "The source has not changed."),
    "held": Said(
        "Retenu ; la publication précédente reste en place.", "Held; what was published stays in place."
    ),
    "failed": Said(
        "Interrompu ; la publication précédente reste en place.",
        "Stopped; what was published stays in place.",
    ),
}
_COUNTS = Said(
    "{} lignes lues, {} rejetées, {} retirées, {} cellules corrigées",
    "{} rows read, {} rejected, {} withheld, {} cells corrected",
)
_PAGE = Said("La page : {}", "The page: {}")
from typing import Annotated

import typer

from aqueduc.cli.common import WRONG, AsJson, DatasetName, answer, err, opened, out, say
from aqueduc.cli.words import both
from aqueduc.language import Said

_NOTHING = Said(
    "« {} » : aucune exécution n'a été jusqu'à l'anonymisation.", "“{}”: no run got as far as anonymisation."
)
_WRITTEN = Said("Rapport de l'exécution {} : {}", "Report of the run {}: {}")


def register(app: typer.Typer) -> None:
    app.command(
        help=both(
            "Le rapport d'une exécution pour l'intendant : ce qui ne va pas, où, comment y remédier.\n\n"
            "Il ne contient aucune cellule. Une page HTML l'accompagne, à ouvrir ou à imprimer.",
            "The report of a run for the steward: what is wrong, where, how to mend it.\n\n"
            "It holds no cell. An HTML page goes with it, to open or to print.",
            "Écrit le rapport d'anonymisation d'une exécution, pour le délégué à la protection des "
            "données.\n\n"
            "Une page HTML à lire, à imprimer et à signer : ce qui a été fait de chaque colonne et pourquoi, "
            "le risque avant et après, ce que la recherche de données personnelles a vu, les levées et les "
            "fondements. Aucune valeur de la source n'y figure. Une exécution refusée a le sien aussi.",
            "Writes the report on the anonymisation of a run, for the data protection officer.\n\n"
            "An HTML page to read, print and sign: what was done to each column and why, the risk before and "
            "after, what the search for personal data saw, waivers and legal bases (in French). No value of "
            "the source is in it. A run that was refused has one too.",
        )
    )(report)


def report(
    dataset: DatasetName,
    run: RunName = None,
    whom: Annotated[
        Literal["steward"], typer.Option("--for", help=both("Pour qui.", "For whom."))
    ] = "steward",
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar=both("FICHIER", "FILE"),
            help=both("Écrire la page dans ce fichier.", "Write the page into this file."),
            dir_okay=False,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar=both("EXÉCUTION", "RUN"),
            help=both(
                "Son identifiant dans Airflow (sinon la dernière qui a anonymisé quelque chose).",
                "Its identifier in Airflow (otherwise the latest that anonymised something).",
            ),
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar=both("FICHIER", "FILE"),
            help=both("Où écrire la page (rapport-JEU.html).", "Where to write the page (rapport-JEU.html)."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.steward import latest, page, read

    del whom
    desk = opened(dataset)
    store, identifier = desk.place.store, desk.dataset.id
    chosen = run or latest(store, identifier)
    found = read(store, identifier, chosen) if chosen else None
    if found is None:
        if run is not None:
            raise typer.BadParameter(str(_NO_RUN.format(run)))
        if as_json:
            answer(None)
        else:
            say(out, _NONE)
        return
    if into is not None:
        into.write_text(page(found, desk.loaded.city), encoding="utf-8")
    where = str(into) if into else f"{store.url}/{store.page_key(identifier, found.run, 'steward')}"
    if as_json:
        answer({**found.to_json(), "page": where})
    else:
        _show(found)
        say(out, _PAGE.format(where), style="dim")


def _show(found: Report) -> None:
    say(out, f"{found.title} ({found.run})", style="bold")
    good = found.state in ("published", "ready", "unchanged")
    say(out, _STATES[found.state], style="green" if good else "red")
    read = "—" if found.extracted is None else found.extracted
    say(out, _COUNTS.format(read, found.rejected, found.suppressed, found.corrected))
    if found.failure:
        say(out, f"  {found.failure['what']}")
        say(out, f"    → {found.failure['remedy']}", style="dim")
    for item in found.items:
        say(out, f"  • {item.message}")
        if item.remedy:
            say(out, f"    → {item.remedy}", style="dim")
    from aqueduc.certify.officer import latest_run, officer_page, officer_report
    from aqueduc.run import Run

    desk = opened(dataset)
    store = desk.place.store
    name = run or latest_run(dataset, store)
    found = officer_report(desk.dataset, desk.loaded.city, Run(dataset, name), store) if name else None
    if found is None:
        say(err, _NOTHING.format(dataset))
        raise typer.Exit(WRONG)
    if as_json:
        answer(found)
        return
    path = output or Path(f"rapport-{dataset}.html")
    path.write_text(officer_page(found), encoding="utf-8")
    say(out, _WRITTEN.format(found["run"], path))
