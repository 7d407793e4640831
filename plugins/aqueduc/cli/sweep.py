"""``sweep``: what no live run owns any more leaves the vault."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from aqueduc.cli.common import ALL_WELL, WRONG, AsJson, answer, command, err, open_city, out, say
from aqueduc.language import N_, Message, _, n_

if TYPE_CHECKING:
    from aqueduc.store import SweepResult

_FAILED = _("N'ont pas pu être détruits : {} ; vérifier que ce compte a le droit d'écrire dans le coffre.")


@command(
    N_(
        "Détruit ce que des exécutions tuées ont laissé dans le coffre.\n\n"
        "Ce sont les extraits bruts et les dossiers temporaires qu'aucune exécution vivante ne tient, et "
        "les lignes rejetées gardées plus de `rejected_days` jours, de tous les jeux, déclarés ou non. "
        "Le DAG « aqueduc_sweep » fait la même chose chaque heure, et chaque exécution en commençant."
    )
)
def sweep(as_json: AsJson = False) -> None:
    from aqueduc.run import sweep as sweep_all

    workspace, loaded = open_city()
    swept = sweep_all(workspace, days=loaded.city.rejected_days)
    if as_json:
        answer(asdict(swept))
    else:
        _show(swept)
    raise typer.Exit(WRONG if swept.failed else ALL_WELL)


def _show(swept: SweepResult) -> None:
    folders = n_("{count} dossier temporaire", "{count} dossiers temporaires", swept.scratch)
    say(out, _("Détruits : {}, {}.").format(_count_extracts(swept.raw), folders))
    say(
        out,
        _("Lignes rejetées gardées assez longtemps, effacées : {}.").format(
            n_("{count} exécution", "{count} exécutions", swept.rejected)
        ),
    )
    if swept.alive:
        say(out, _("Gardé, car une exécution y travaille : {}.").format(_count_extracts(swept.alive)))
    if swept.failed:
        say(err, _FAILED.format(_count_extracts(swept.failed)), style="red")


def _count_extracts(count: int) -> Message:
    return n_("{count} extrait brut", "{count} extraits bruts", count)
