"""``reconcile``: what is declared, agreed, certified, recorded on the platforms and served, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from aqueduc.cli.common import (
    LATER,
    WRONG,
    AsJson,
    build_unknown_dataset_error,
    command,
    complete_dataset_name,
    err,
    format_local_moment,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, Message, _, n_

if TYPE_CHECKING:
    from aqueduc.declaration import LoadedCity
    from aqueduc.reconciliation import ReconciliationDifference, ReconciliationReport
    from aqueduc.run import Workspace

_GRAVITIES: dict[str, tuple[Message, str]] = {
    "exposure": (_("EXPOSITION"), "bold red"),
    "alarm": (_("ALARME"), "bold red"),
    "incident": (_("incident"), "bold red"),
    "replaced": (_("contenu remplacé"), "bold red"),
    "drift": (_("écart"), "yellow"),
    "late": (_("retard"), "yellow"),
    "pending": (_("en attente"), "cyan"),
    "unknown": (_("inconnu"), "magenta"),
    "notice": (_("à savoir"), "dim"),
}
_HEAD = (_("Gravité"), _("Jeu"), _("Plateforme"), _("Constat"))
_SOUND = _("Tout concorde : déclaré, certifié, inscrit sur les plateformes et servi ({}).")
_LOOKED = _(
    "Des tables interrogeables, toutes les lignes sont comparées à celles du certificat, sauf celles qu'un constat dit "
    "seulement comptées ; des fichiers, {requests} adresses au plus par jeu, tirées au sort, sont interrogées, et relues "
    "en entier si le serveur n'en dit plus ce qu'il en disait."
)
_BUSY = _("En cours de publication, non regardés : {}")


@command(
    N_(
        "Compare ce qui est déclaré, accordé, certifié, inscrit sur chaque plateforme et réellement servi.\n\n"
        "Tous les jeux, ou ceux qui sont nommés ; chaque différence avec ce qu'il faut faire et, s'il y en a "
        "une, l'exécution qui la corrige. Rien n'est corrigé ni supprimé : seul un jeu restreint que "
        "n'importe qui pouvait ouvrir est caché aussitôt. Sort avec 1 si quelque chose diffère, 3 si rien ne "
        "diffère mais qu'une plateforme n'a pas pu être regardée. La vérification de tous les jeux est gardée "
        "dans le dépôt, et ses alertes envoyées avec les autres."
    )
)
def reconcile(
    datasets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=N_("JEU"),
            help=N_("Les jeux à regarder ; tous, si aucun n'est nommé."),
            autocompletion=complete_dataset_name,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.reconciliation.findings import Gravity

    workspace, loaded = open_workspace_and_city()
    only = tuple(datasets or ())
    for name in only:
        if (
            not workspace.store.read_current_revision_pointer(name)
            and not (workspace.include / "datasets" / f"{name}.yaml").is_file()
        ):
            raise build_unknown_dataset_error(name, workspace.include)
    found = _run_reconciliation(workspace, loaded, only)
    if as_json:
        print_json(found.to_json())
    else:
        _print_reconciliation(found, loaded.city.timezone)
    gravest = min((one.gravity.rank for one in found.differences), default=Gravity.NOTICE.rank)
    if gravest < Gravity.UNKNOWN.rank:
        raise typer.Exit(WRONG)
    if gravest == Gravity.UNKNOWN.rank:
        raise typer.Exit(LATER)


def _run_reconciliation(
    workspace: Workspace, loaded: LoadedCity, only: tuple[str, ...]
) -> ReconciliationReport:
    from aqueduc.alert_queue import queue_new_alerts
    from aqueduc.alerts import check_delivery_and_record_reconciliation
    from aqueduc.declaration import load_all_declarations
    from aqueduc.reconciliation import reconcile as compare_city
    from aqueduc.reconciliation import save_reconciliation_and_queue_alerts
    from aqueduc.reconciliation.report import build_difference_alerts

    declared = load_all_declarations(workspace.include, loaded)
    found = compare_city(declared, loaded.city, workspace, workspace.clock(), only=only)
    if not only:
        recorded = save_reconciliation_and_queue_alerts(workspace.store, found)
        if (
            heartbeat_failure := check_delivery_and_record_reconciliation(workspace, loaded.city)
        ) is not None:
            print_text(err, str(heartbeat_failure), style="yellow")
        return recorded
    # What was open is hidden now: the next look will not know.
    queue_new_alerts(workspace.store, build_difference_alerts(found.list_grave_differences(), found.at))
    return found


def _print_reconciliation(found: ReconciliationReport, timezone: str) -> None:
    from rich.table import Table

    from aqueduc.publish.inspection import MOST_REQUESTS

    table = Table(box=None, pad_edge=False, header_style="bold")
    for rank, head in enumerate(_HEAD):
        table.add_column(str(head), no_wrap=rank < len(_HEAD) - 1)
    for one in found.differences:
        table.add_row(*_build_difference_row(one, timezone))
    if found.differences:
        out.print(table)
    else:
        print_text(out, _SOUND.format(n_("{count} jeu", "{count} jeux", found.datasets)), style="green")
    print_text(out, f"\n{_LOOKED.format(requests=MOST_REQUESTS)}", style="dim")
    if found.busy:
        print_text(out, f"\n{_BUSY.format(', '.join(found.busy))}", style="yellow")


def _build_difference_row(one: ReconciliationDifference, timezone: str) -> tuple[Text, ...]:
    label, style = _GRAVITIES[one.gravity]
    said = Text(one.finding.message())
    if one.since:
        said.append(f" ({_('depuis le {}').format(format_local_moment(one.since, timezone))})", "dim")
    said.append(f"\n→ {one.finding.format_remedy()}", "dim")
    if one.correcting_command:
        said.append(f"\n  {one.correcting_command}", "cyan")
    return Text(str(label), style), Text(one.dataset or "—", "cyan"), Text(one.platform or "—"), said
