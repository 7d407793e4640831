"""``report``: the report of a run, for who must repair the data, or for the data protection officer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from aqueduc.cli.common import (
    AsJson,
    DatasetCommandContext,
    DatasetName,
    command,
    err,
    load_dataset_command_context,
    out,
    print_json,
    print_text,
    write_text_file,
)
from aqueduc.cli.rejected import RunName
from aqueduc.language import N_, Message, _, join_messages, n_

if TYPE_CHECKING:
    from aqueduc.steward import StewardReport

_STATES = {
    "published": _("Publié."),
    "ready": _("Validé ; rien n'est parti vers la plateforme."),
    "trial": _("Essai : validé ; rien n'est parti vers la plateforme."),
    "unchanged": _("La source n'a pas changé."),
    "held": _("Retenu ; cette exécution n'a rien changé en ligne."),
    "failed": _("Interrompu ; cette exécution n'a rien changé en ligne."),
}
_BEGUN = _(
    "Interrompu après le début de la publication : la plateforme sert peut-être une partie de ce fichier."
)
_READ_BACK = _("Publié et relu ; ce qui suit la relecture n'a pas abouti.")
_PAGE = _("La page : {}")
_OTHER_RUN = _(
    "La dernière exécution ({}) n'a laissé aucun rapport d'anonymisation : voici le rapport de celle qui est certifiée "
    "({})."
)


@command(
    N_(
        "Le rapport d'une exécution pour l'intendant : ce qui ne va pas, où, comment y remédier.\n\n"
        "Avec --for officer : celui du délégué à la protection des données (le sort de chaque colonne, "
        "le risque avant et après, ce que la recherche de données personnelles a vu, levées et "
        "fondements). Il ne contient aucune cellule. Une page HTML l'accompagne, à ouvrir ou à imprimer."
    )
)
def report(
    dataset: DatasetName,
    run: RunName = None,
    whom: Annotated[Literal["steward", "officer"], typer.Option("--for", help=N_("Pour qui."))] = "steward",
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar=N_("FICHIER"),
            help=N_("Écrire la page dans ce fichier."),
            dir_okay=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.steward import StewardReport, find_latest_reported_run_id, render_steward_page

    desk = load_dataset_command_context(dataset)
    if whom == "officer":
        _write_officer_report_page(desk, run, into, as_json=as_json)
        return
    store, identifier = desk.workspace.store, desk.dataset.id
    chosen = run or find_latest_reported_run_id(store, identifier)
    found = StewardReport.read(store, identifier, chosen) if chosen else None
    if found is None:
        _print_no_report(run, _("Aucun rapport de ce jeu : il n'a pas encore tourné."), as_json=as_json)
        return
    if into is not None:
        write_text_file(into, render_steward_page(found, desk.loaded.city))
    kept = store.build_report_page_key(identifier, found.run, found.stage)
    # A run that found nothing new has a page only where it is asked for.
    where = str(into) if into else f"{store.url}/{kept}" if store.exists(kept) else None
    if as_json:
        print_json({**found.to_json(), "page": where})
    else:
        _print_steward_report(found)
        if where:
            print_text(out, _PAGE.format(where), style="dim")


def _write_officer_report_page(
    desk: DatasetCommandContext, run: str | None, into: Path | None, *, as_json: bool
) -> None:
    """That of ``run``; without it, of the last run, or of the one that is certified where the last one has
    anonymised nothing: it found its source unchanged, or was stopped before."""
    from aqueduc.certify.officer import (
        build_dpo_report,
        describe_newer_run_without_report,
        read_dpo_opinion_context_for_today,
        render_dpo_report_page,
    )
    from aqueduc.run import Run
    from aqueduc.steward import StewardReport, find_latest_reported_run_id

    store, identifier, city = desk.workspace.store, desk.dataset.id, desk.loaded.city
    edition = read_dpo_opinion_context_for_today(desk.dataset, city, desk.workspace)
    latest = find_latest_reported_run_id(store, identifier)
    names = (run,) if run else (latest, (store.read_current_certificate(identifier) or {}).get("run"))
    found = None
    for name in filter(None, names):
        # Its place in the store, and no link: the page goes where that of the certificate does not.
        page = store.find_certificate_page_key(identifier, name)
        found = found or build_dpo_report(
            desk.dataset, city, Run(identifier, name), store, edition, certificate=page
        )
    if found is None:
        _print_no_report(
            run,
            _(
                "Aucun rapport à donner : ni la dernière exécution de ce jeu, ni celle qui est certifiée, n'a "
                "laissé de rapport d'anonymisation."
            ),
            as_json=as_json,
        )
        return
    if not run and latest and found["run"] != latest:
        print_text(err, _OTHER_RUN.format(latest, found["run"]), style="yellow")
        newer = StewardReport.read(store, identifier, latest)
        # Without a report of its own, the certified run may be the newer one: killed once it was certified.
        if newer and StewardReport.read(store, identifier, found["run"]):
            found |= {"newer": describe_newer_run_without_report(latest, newer.state)}
    path = into or Path(f"rapport-{identifier}.html")
    write_text_file(path, render_dpo_report_page(found))
    if as_json:
        print_json({**found, "page": str(path)})
    else:
        print_text(out, _PAGE.format(path))


def _print_no_report(run: str | None, none: Message, *, as_json: bool) -> None:
    """That there is no report. Raises typer.BadParameter for a run that was named."""
    if run is not None:
        raise typer.BadParameter(str(_("aucun rapport de l'exécution « {} »").format(run)))
    if as_json:
        print_json(None)
    else:
        print_text(out, none)


def _print_steward_report(found: StewardReport) -> None:
    print_text(out, f"{found.title} ({found.run})", style="bold")
    good = found.state in ("published", "ready", "trial", "unchanged")
    stopped = (
        _READ_BACK if found.failure and found.is_published_and_read_back else _BEGUN if found.begun else None
    )
    print_text(out, stopped or _STATES[found.state], style="green" if good else "red")
    print_text(
        out,
        join_messages(
            (
                n_("{count} ligne lue", "{count} lignes lues", found.extracted)
                if found.extracted is not None
                else _("— lignes lues"),
                n_("{count} rejetée", "{count} rejetées", found.rejected),
                n_("{count} retirée", "{count} retirées", found.suppressed),
                n_("{count} cellule corrigée", "{count} cellules corrigées", found.corrected),
            )
        ),
    )
    if found.failure:
        print_text(out, f"  {found.failure['what']}")
        print_text(out, f"    → {found.failure['remedy']}", style="dim")
    for item in found.items:
        print_text(out, f"  • {item.message}")
        if item.remedy:
            print_text(out, f"    → {item.remedy}", style="dim")
