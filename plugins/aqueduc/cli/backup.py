"""``backup``: the store, and what must outlive the vault, copied while runs go on; and put back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from aqueduc.language import N_, _, n_

if TYPE_CHECKING:
    from aqueduc.backup import BackupReport
    from aqueduc.declaration import City
    from aqueduc.run import Workspace

_SAVED = _("Sauvegardé dans {folder} : {documents}, {objects} de révisions, {vault} du coffre ; {ledgers}.")
_RESTORED = _("Rétabli depuis {folder} : {documents}, {objects} de révisions, {vault} du coffre ; {ledgers}.")
_HELD = _(
    "Rien n'est publié avant que soit refait ce qui a été décidé depuis : « aqueduc reconcile » dit ce qui diffère ; "
    "puis : aqueduc backup --resume --by … --reason …"
)
_BROKEN = _("Registres rompus : {names}. « aqueduc verify » dit où.")


@command(
    N_(
        "Sauvegarde le dépôt, et ce qui du coffre ne se refait pas ; --restore les rétablit.\n\n"
        "Rien n'est arrêté pour cela : chaque registre de la copie est vérifié. Les extraits bruts et les lignes "
        "rejetées n'y sont jamais. Une sauvegarde contient des secrets (marques des corrections, clé des "
        "oppositions) : la garder comme le coffre. Un dépôt ramené en arrière n'écrase pas sa sauvegarde, et une "
        "sauvegarde ne se rétablit que dans un dépôt et un coffre vides. Rien n'est publié ensuite avant que quelqu'un "
        "dise, par --resume, avoir refait ce qui a été décidé depuis (retraits, oppositions, accords) ; ce que les témoins "
        "du registre connaissaient de plus est alors scellé en son nom."
    )
)
def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar=N_("DOSSIER"), help=N_("Où est la sauvegarde."), show_default=False),
    ] = None,
    restore: Annotated[
        bool,
        typer.Option("--restore", help=N_("Rétablir cette sauvegarde, dans un dépôt et un coffre vides.")),
    ] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help=N_("Reprendre les publications après un rétablissement (--by, --reason).")
        ),
    ] = False,
    by: Annotated[str, typer.Option("--by", help=N_("Prénom et nom."))] = "",
    reason: Annotated[str, typer.Option("--reason", help=N_("Ce qui a été refait."))] = "",
    as_json: AsJson = False,
) -> None:
    from aqueduc.backup import back_up_workspace, restore_backup

    workspace, loaded = open_workspace_and_city()
    if resume:
        if not (by and reason):
            raise typer.BadParameter(str(_("--resume demande --by et --reason.")))
        _resume_publications(workspace, loaded.city, by, reason)
        print_text(out, _("Les publications reprennent."), style="green")
        return
    if folder is None:
        raise typer.BadParameter(str(_("dire dans quel dossier est la sauvegarde.")))
    keys = loaded.city.signing.keys if loaded.city.signing else ()
    report = (restore_backup if restore else back_up_workspace)(workspace, folder, keys)
    if as_json:
        print_json(asdict(report))
    else:
        _print_report(report, folder, restored=restore)
    raise typer.Exit(WRONG if report.broken else ALL_WELL)


def _resume_publications(workspace: Workspace, city: City, by: str, reason: str) -> None:
    """What a witness knows of and the store does not is let go of by the same person; each such ledger says so."""
    from aqueduc.agreement.identity import build_ledger_identification
    from aqueduc.backup import record_resumption_after_restoration
    from aqueduc.certify.seal import seal_ledgers_behind_witnesses
    from aqueduc.decisions import read_pending_backup_restore_mark

    identify = build_ledger_identification(by, city, workspace.connections)
    sealed = seal_ledgers_behind_witnesses(reason, identify, city, workspace)
    if sealed:
        print_text(out, n_("{count} registre scellé", "{count} registres scellés", len(sealed)))
    # A store may have been put back by other means than ours.
    if not sealed or read_pending_backup_restore_mark(workspace.store):
        record_resumption_after_restoration(workspace, by, reason)


def _print_report(report: BackupReport, folder: Path, *, restored: bool) -> None:
    said = (_RESTORED if restored else _SAVED).format(
        folder=folder,
        documents=n_("{count} document", "{count} documents", report.documents),
        objects=n_("{count} fichier", "{count} fichiers", report.objects),
        vault=n_("{count} fichier", "{count} fichiers", report.vault_files),
        ledgers=n_("{count} registre", "{count} registres", len(report.heads)),
    )
    print_text(out, said)
    if restored:
        print_text(out, _HELD, style="yellow")
    if report.broken:
        print_text(err, _BROKEN.format(names=", ".join(report.broken)), style="bold red")
