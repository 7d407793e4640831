"""``restore``: a former revision online again, until it is lifted; or which ones there are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from aqueduc.cli.common import (
    AsJson,
    DatasetCommandContext,
    DatasetName,
    build_cli_run_id,
    command,
    err,
    format_local_moment,
    load_dataset_command_context,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, _, build_row_count_message

if TYPE_CHECKING:
    from aqueduc.run import RestorationOrder

_ONE = _("donner --revision pour remettre une révision en ligne, ou --lift pour revenir au cours normal")
_IN_FORCE = _("Rétablie par {} le {} ({}) : rien d'autre n'est publié jusqu'à « aqueduc restore {} --lift ».")


@command(
    N_(
        "Remet en ligne une révision antérieure, après une mauvaise publication.\n\n"
        "Sous les mêmes adresses, jugée de nouveau selon la déclaration d'aujourd'hui, et certifiée "
        "comme telle. Elle reste en ligne jusqu'à --lift : d'ici là, aucune exécution ne publie. Sans "
        "option : les révisions certifiées, la dernière d'abord."
    )
)
def restore(
    dataset: DatasetName,
    revision: Annotated[
        str | None,
        typer.Option(
            "--revision",
            metavar=N_("EMPREINTE"),
            help=N_("La révision à remettre en ligne : son empreinte, ou ses 8 premiers caractères."),
        ),
    ] = None,
    lift: Annotated[
        bool, typer.Option("--lift", help=N_("Revenir au cours normal : les exécutions suivantes publient."))
    ] = False,
    by: Annotated[str, typer.Option("--by", help=N_("Qui le décide : prénom et nom."))] = "",
    reason: Annotated[str, typer.Option("--reason", help=N_("Pourquoi, sans citer de donnée."))] = "",
    as_json: AsJson = False,
) -> None:
    from aqueduc.agreement import identify_decider
    from aqueduc.run import RestorationOrder

    if revision is not None and lift:
        raise typer.BadParameter(str(_ONE))
    if (revision is not None or lift) and not (by.strip() and reason.strip()):
        raise typer.BadParameter(str(_('cela demande qui et pourquoi : --by "Prénom Nom" --reason "…"')))
    desk = load_dataset_command_context(dataset)
    said = {"restoration": dataset, "revision": revision or "", "lift": lift, "reason": reason.strip()}
    who = ""
    if revision or lift:
        who = identify_decider(by.strip(), desk.loaded.city, said, desk.workspace.connections).name
    order = RestorationOrder(revision or "", who, reason.strip())
    if lift:
        _end_restoration(desk, order, as_json=as_json)
    elif revision is not None:
        _restore_revision(desk, order, as_json=as_json)
    else:
        _print_revisions(desk, as_json=as_json)


def _restore_revision(desk: DatasetCommandContext, order: RestorationOrder, *, as_json: bool) -> None:
    from aqueduc.cli.progress import RESTORATION, open_run_progress
    from aqueduc.pipeline import run_pipeline
    from aqueduc.run import Run

    run = Run(desk.dataset.id, build_cli_run_id(), restoration=order)
    with open_run_progress(out, RESTORATION, quiet=as_json) as progress:
        workspace = replace(desk.workspace, observe_rows=progress.row_observer)
        done = run_pipeline(desk.dataset, desk.loaded.city, run, workspace, progress.end_stage)
    if as_json:
        certificate = done.certificate.to_json() if done.certificate else None
        print_json({"dataset": run.dataset, "run": run.id, "certificate": certificate})
    elif done.certificate is not None:
        print_text(out, _("En ligne : {}").format(done.certificate.record_url), style="green")
        print_text(
            out,
            _("Aucune exécution ne publiera ce jeu avant « aqueduc restore {} --lift ».").format(run.dataset),
            style="yellow",
        )


def _end_restoration(desk: DatasetCommandContext, order: RestorationOrder, *, as_json: bool) -> None:
    from aqueduc.certify import lift_restoration

    revision = lift_restoration(
        desk.dataset, desk.loaded.city, build_cli_run_id(), order.by, order.reason, desk.workspace
    )
    if as_json:
        print_json({"dataset": desk.dataset.id, "lifted": revision})
    else:
        print_text(
            out,
            _("Levé. La révision {} reste en ligne jusqu'à la prochaine publication.").format(revision[:12]),
            style="green",
        )


def _print_revisions(desk: DatasetCommandContext, *, as_json: bool) -> None:
    from aqueduc.certify.ledger import get_certificate_online_row_count
    from aqueduc.certify.restoration import list_certified_revisions

    store, name, timezone = desk.workspace.store, desk.dataset.id, desk.loaded.city.timezone
    mark = store.read_restoration_mark(name)
    current = (store.read_current_revision_pointer(name) or {}).get("revision")
    found = [one.certificate for one in list_certified_revisions(store, name)]
    if as_json:
        fields = ("revision", "run", "served_at")
        revisions = [
            {**{key: one[key] for key in fields}, "rows": get_certificate_online_row_count(one)}
            for one in found
        ]
        print_json({"dataset": name, "current": current, "restored": mark, "revisions": revisions})
        return
    for one in found:
        sign = "*" if one["revision"] == current else " "
        rows = build_row_count_message(get_certificate_online_row_count(one))
        at = format_local_moment(one["served_at"], timezone)
        print_text(out, f"{sign} {one['revision'][:12]}  {at}  {rows}  ({one['run']})")
    if not found:
        print_text(err, _("« {} » n'a encore rien publié qui soit certifié.").format(name))
    if mark:
        at = format_local_moment(mark["at"], timezone)
        print_text(out, _IN_FORCE.format(mark["by"], at, mark["reason"], name), style="yellow")
