"""``sweep``: what no live run owns any more leaves the vault."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from aqueduc.cli.common import (
    ALL_WELL,
    WRONG,
    AsJson,
    command,
    err,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, Message, _, n_

if TYPE_CHECKING:
    from aqueduc.store import SweepResult

_FAILED = _("N'ont pas pu être détruits : {} ; vérifier que ce compte a le droit d'écrire dans le coffre.")


@command(
    N_(
        "Détruit ce que des exécutions tuées ont laissé dans le coffre.\n\n"
        "Ce sont les extraits bruts et les dossiers temporaires qu'aucune exécution vivante ne tient, et "
        "les lignes rejetées gardées plus de `rejected_days` jours, de tous les jeux, déclarés ou non, sauf de "
        "ceux qu'une réclamation fait conserver. Une fois par semaine, aussi les fichiers des révisions "
        "remplacées depuis plus de `revision_days` jours. "
        "Le DAG « aqueduc_sweep » fait la même chose chaque heure, et chaque exécution en commençant."
    )
)
def sweep(as_json: AsJson = False) -> None:
    from aqueduc.certify.retention import delete_expired_revision_files_when_due, format_retention_result
    from aqueduc.run import sweep_dead_runs_and_expired_data as sweep_all

    workspace, loaded = open_workspace_and_city()
    swept = sweep_all(workspace, days=loaded.city.rejected_days)
    expired = delete_expired_revision_files_when_due(loaded.city, workspace)
    if as_json:
        print_json({**asdict(swept), **({"revisions": asdict(expired)} if expired else {})})
    else:
        _print_sweep_result(swept)
        if expired is not None:
            print_text(out, format_retention_result(expired))
    raise typer.Exit(WRONG if swept.failed else ALL_WELL)


def _print_sweep_result(swept: SweepResult) -> None:
    folders = n_("{count} dossier temporaire", "{count} dossiers temporaires", swept.scratch)
    print_text(out, _("Détruits : {}, {}.").format(_format_extract_count(swept.raw), folders))
    print_text(
        out,
        _("Lignes rejetées gardées assez longtemps, effacées : {}.").format(
            n_("{count} exécution", "{count} exécutions", swept.rejected)
        ),
    )
    if swept.forgotten:
        forgotten = n_("{count} fichier", "{count} fichiers", swept.forgotten)
        print_text(out, _("Condensats oubliés, de jeux retirés ou plus déclarés : {}.").format(forgotten))
    if swept.alive:
        print_text(
            out, _("Gardé, car une exécution y travaille : {}.").format(_format_extract_count(swept.alive))
        )
    if swept.failed:
        print_text(err, _FAILED.format(_format_extract_count(swept.failed)), style="red")


def _format_extract_count(count: int) -> Message:
    return n_("{count} extrait brut", "{count} extraits bruts", count)
