"""``sweep``: what no live run owns any more leaves the vault."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from aqueduc.cli.bilingual import both
from aqueduc.cli.common import ALL_WELL, WRONG, AsJson, answer, err, out, say
from aqueduc.language import Said, format_count

if TYPE_CHECKING:
    from aqueduc.store import SweepResult

_DESTROYED = Said("Détruits : {}, {}.", "Destroyed: {}, {}.")
_EXPIRED = Said(
    "Lignes rejetées gardées assez longtemps, effacées : {}.", "Rejected rows kept long enough, erased: {}."
)
_ALIVE = Said("Gardé, car une exécution y travaille : {}.", "Kept, since a run works there: {}.")
_FAILED = Said(
    "N'ont pas pu être détruits : {} ; vérifier que ce compte a le droit d'écrire dans le coffre.",
    "Could not be destroyed: {}; check that this account may write in the vault.",
)
_EXTRACT = Said("extrait brut", "raw extract")
_EXTRACTS = Said("extraits bruts", "raw extracts")
_FOLDER = Said("dossier temporaire", "temporary folder")
_FOLDERS = Said("dossiers temporaires", "temporary folders")
_RUN = Said("exécution", "run")
_RUNS = Said("exécutions", "runs")


def register(app: typer.Typer) -> None:
    app.command(
        help=both(
            "Détruit ce que des exécutions tuées ont laissé dans le coffre.\n\n"
            "Ce sont les extraits bruts et les dossiers temporaires qu'aucune exécution vivante ne tient, et "
            "les lignes rejetées gardées plus de `rejected_days` jours, de tous les jeux, déclarés ou non. "
            "Le DAG « aqueduc_sweep » fait la même chose chaque heure, et chaque exécution en commençant.",
            "Destroys what killed runs left in the vault.\n\n"
            "That is, the raw extracts and temporary folders that no live run holds, and the rejected rows "
            "kept for more than `rejected_days` days, of every dataset, declared or not. The DAG "
            "“aqueduc_sweep” does the same every hour, and each run when it starts.",
        )
    )(sweep)


def sweep(as_json: AsJson = False) -> None:
    from aqueduc.declaration import load_city
    from aqueduc.run import find_workspace
    from aqueduc.run import sweep as sweep_all

    workspace = find_workspace()
    swept = sweep_all(workspace, days=load_city(workspace.include).city.rejected_days)
    if as_json:
        answer(asdict(swept))
    else:
        _show(swept)
    raise typer.Exit(WRONG if swept.failed else ALL_WELL)


def _show(swept: SweepResult) -> None:
    extracts, folders = (
        format_count(swept.raw, _EXTRACT, _EXTRACTS),
        format_count(swept.scratch, _FOLDER, _FOLDERS),
    )
    say(out, _DESTROYED.format(extracts, folders))
    say(out, _EXPIRED.format(format_count(swept.rejected, _RUN, _RUNS)))
    if swept.alive:
        say(out, _ALIVE.format(format_count(swept.alive, _EXTRACT, _EXTRACTS)))
    if swept.failed:
        say(err, _FAILED.format(format_count(swept.failed, _EXTRACT, _EXTRACTS)), style="red")
