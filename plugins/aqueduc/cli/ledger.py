"""``ledger``: a ledger that contradicts itself is sealed by a named person, and goes on."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from aqueduc.cli.common import (
    AsJson,
    build_unknown_dataset_error,
    command,
    complete_dataset_name,
    err,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, _, n_

if TYPE_CHECKING:
    from aqueduc.certify.seal import SealedLedger

_SEALED = _("Registre scellé par l'entrée {entry} : {branches}, {missing} ; {appended}.")
_REFUSED = _("Non signées par la Ville, et laissées de côté : {names}")


@command(
    N_(
        "Scelle un registre qui se contredit, et le continue.\n\n"
        "Quand la tête d'un registre et ses entrées ne se suivent plus (registre-contradictoire), rien n'est publié. "
        "De même quand un témoin montre qu'il a été ramené en arrière (registre-ramene-en-arriere). Restaurer d'abord d'une "
        "sauvegarde ce qui manque ; si aucune ne l'a, une personne nommée scelle : rien n'est supprimé, une entrée dit "
        "quelles branches il y avait, ce qui manque, qui a décidé et pourquoi, et « aqueduc "
        "verify » le dira toujours. Ce qui a été décidé entre-temps (retrait, opposition, réclamation) y entre ensuite."
    )
)
def ledger(
    action: Annotated[Literal["seal"], typer.Argument(metavar="ACTION", help=N_("seal : sceller."))],
    dataset: Annotated[
        str,
        typer.Argument(
            metavar=N_("JEU"),
            help=N_("Le jeu ; _convention pour le registre de la Ville."),
            autocompletion=complete_dataset_name,
        ),
    ],
    by: Annotated[
        str,
        typer.Option(
            "--by",
            help=N_(
                "Qui le décide : prénom et nom ; si la Ville déclare « people: », le nom sous lequel il y est, que prouve "
                "sa clé (AIRFLOW_CONN_DECISION)."
            ),
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help=N_("Pourquoi, sans citer de donnée."))],
    onto: Annotated[
        str,
        typer.Option(
            "--onto",
            metavar=N_("ENTRÉE"),
            help=N_("La dernière entrée de la branche qui continue ; la plus récente, sans elle."),
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    from aqueduc.agreement.identity import build_ledger_identification
    from aqueduc.certify.seal import seal_ledger
    from aqueduc.certify.witness.places import find_lost_in_ledger

    workspace, loaded = open_workspace_and_city()
    # Of one whose whole folder is gone, only a witness knows.
    if dataset not in workspace.store.list_ledger_names() and not find_lost_in_ledger(
        dataset, loaded.city, workspace
    ):
        raise build_unknown_dataset_error(dataset, workspace.include)
    if action == "seal":
        identify = build_ledger_identification(by, loaded.city, workspace.connections)
        sealed = seal_ledger(dataset, reason, identify, loaded.city, workspace, onto)
        if as_json:
            print_json(asdict(sealed))
        else:
            _print_sealed_ledger(sealed)


def _print_sealed_ledger(sealed: SealedLedger) -> None:
    said = _SEALED.format(
        entry=sealed.entry,
        branches=n_("{count} branche", "{count} branches", len(sealed.branches)),
        missing=n_("{count} entrée manquante", "{count} entrées manquantes", len(sealed.missing)),
        appended=n_(
            "{count} entrée qui attendait y est entrée",
            "{count} entrées qui attendaient y sont entrées",
            sealed.appended,
        ),
    )
    print_text(out, said)
    if sealed.refused:
        print_text(err, _REFUSED.format(names=", ".join(sealed.refused)), style="bold red")
