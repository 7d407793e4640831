"""``run``: the whole way, from the source to the platform, without Airflow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from aqueduc.cli.common import (
    AsJson,
    DatasetCommandContext,
    DatasetName,
    End,
    Start,
    build_cli_run_id,
    build_window_from_options,
    command,
    load_dataset_command_context,
    out,
    print_json,
    print_refusal_of_real_run,
    print_text,
)
from aqueduc.language import N_, _

if TYPE_CHECKING:
    from aqueduc.certify import RunReports
    from aqueduc.decisions import Identification
    from aqueduc.pipeline import PipelineResult
    from aqueduc.run import GuardWaiver, Run

_BY = N_(
    "Qui lève la garde : prénom et nom ; si la Ville déclare « people: », le nom sous lequel il y est, que "
    "prouve sa clé (AIRFLOW_CONN_DECISION)."
)
_WOULD = _("Serait écrit : {}")


@command(
    N_(
        "Parcourt toute la chaîne sans Airflow : extraire, anonymiser, valider, publier, certifier.\n\n"
        "L'extrait brut est détruit à la fin, quoi qu'il arrive (Ctrl-C compris). Si une étape échoue, "
        "rien n'est publié et la publication précédente reste telle quelle."
    )
)
def run(
    dataset: DatasetName,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=N_("Continuer même si la source n'a pas changé."),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=N_("S'arrêter avant d'écrire sur la plateforme, et dire ce qui le serait."),
        ),
    ] = False,
    waive: Annotated[
        list[str] | None,
        typer.Option(
            "--waive",
            metavar=N_("GARDE"),
            help=N_(
                "Lever une garde (shrink, protection, reopen…) pour cette seule exécution ; répétable. "
                "Demande --by et --reason, que le certificat garde."
            ),
        ),
    ] = None,
    by: Annotated[str, typer.Option("--by", help=_BY)] = "",
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help=N_("Pourquoi, sans citer de donnée."),
        ),
    ] = "",
    start: Start = None,
    end: End = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.certify import RunReports
    from aqueduc.cli.progress import STAGES, open_run_progress
    from aqueduc.pipeline import run_pipeline
    from aqueduc.run import Run

    desk = load_dataset_command_context(dataset)
    _refuse_declaration_conflicting_with_others(desk)
    window = build_window_from_options(desk.dataset, start, end)
    waivers = _parse_guard_waivers(desk, waive or [], by.strip(), reason.strip())
    task = Run(desk.dataset.id, build_cli_run_id(), window, force=force, dry_run=dry_run, waivers=waivers)
    with open_run_progress(out, tuple(STAGES)[: -1 if dry_run else None], quiet=as_json) as progress:
        workspace = replace(desk.workspace, observe_rows=progress.row_observer)
        done = run_pipeline(desk.dataset, desk.loaded.city, task, workspace, progress.end_stage)
    reports = RunReports.read(desk.workspace.store, task.dataset, task.id)
    if as_json:
        print_json(_build_run_document(task, done, reports))
    else:
        if dry_run and not done.unchanged:
            print_refusal_of_real_run(desk, task)
        _print_outcome(done, reports)


def _refuse_declaration_conflicting_with_others(desk: DatasetCommandContext) -> None:
    """What is only seen beside the others, as two with one title. Raises DeclarationError, as ``check`` tells it."""
    from aqueduc.declaration import load_all_declarations
    from aqueduc.declaration.files import format_include_path

    include = desk.workspace.include
    path = include / "datasets" / f"{desk.dataset.id}.yaml"
    for error in load_all_declarations(include, desk.loaded, (path,)).errors:
        if error.where == format_include_path(include, path):
            raise error


def _parse_guard_waivers(
    desk: DatasetCommandContext, guards: list[str], by: str, reason: str
) -> tuple[GuardWaiver, ...]:
    """Raises DecisionRefused, ConnectionMissing and SigningKeyUnreadable where the city declares who decides
    and nothing proves that ``by`` is one of them."""
    from aqueduc.declaration.spec import GUARDS
    from aqueduc.run import GuardWaiver

    for guard in guards:
        if guard not in GUARDS:
            raise typer.BadParameter(
                str(_("aucune garde « {} » ; au choix : {}").format(guard, ", ".join(GUARDS)))
            )
    if bool(guards) != bool(by and reason):
        raise typer.BadParameter(
            str(_('lever une garde demande qui et pourquoi : --by "Prénom Nom" --reason "…"'))
        )
    if guards:
        from aqueduc.anonymise.scrubbing import refuse_personal_texts

        refuse_personal_texts(
            {_("Le motif"): reason}, _("jeu {id}").format(id=desk.dataset.id), desk.workspace.include
        )
    known: Identification | Literal[""] = ""
    if guards and desk.loaded.city.people:
        from aqueduc.agreement import identify_decider

        waived = {"dataset": desk.dataset.id, "waive": guards, "by": by, "reason": reason}
        who = identify_decider(by, desk.loaded.city, waived, desk.workspace.connections)
        by, known = f"{who.name} ({by})", "key"
    return tuple(GuardWaiver(guard, by, reason, known) for guard in dict.fromkeys(guards))


def _build_run_document(task: Run, done: PipelineResult, reports: RunReports) -> dict[str, Any]:
    return {
        "dataset": task.dataset,
        "run": task.id,
        "dry_run": task.dry_run,
        "unchanged": done.unchanged,
        "reports": {stage: report.to_json() for stage, report in reports.reports_by_stage.items()},
        "certificate": done.certificate.to_json() if done.certificate else None,
    }


def _print_outcome(done: PipelineResult, reports: RunReports) -> None:
    from aqueduc.cli.progress import print_findings

    print_findings(out, reports.findings_by_stage)
    if done.unchanged:
        print_text(
            out,
            _(
                "La source n'a pas changé depuis la dernière publication, ni ce qui a été regardé sur la "
                "plateforme : rien à faire (sinon : --force). Des lignes d'une table interrogeable, c'est au plus un "
                "échantillon ; « aqueduc reconcile » les compare toutes."
            ),
        )
    elif done.certificate is None:
        for write in reports.publish.writes if reports.publish else ():
            print_text(out, f"  • {_WOULD.format(write)}")
        print_text(out, _("Essai : rien n'a été écrit sur la plateforme."))
    else:
        print_text(out, _("Publié : {}").format(done.certificate.record_url), style="green")
