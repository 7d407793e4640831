"""``evidence``: what was online between two days, with its proofs, in an archive."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from aqueduc.cli.common import (
    WRONG,
    AsJson,
    build_unknown_dataset_error,
    command,
    complete_dataset_name,
    describe_os_error,
    err,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
    replace_file,
)
from aqueduc.language import N_, _, n_

_DAY = ["%Y-%m-%d"]


@command(
    N_(
        "Rassemble dans une archive ce qui était en ligne entre deux jours, et de quoi le prouver.\n\n"
        "Registres entiers et signatures, certificats, accords, texte des déclarations, clés publiques, et un "
        "LISEZMOI qui dit comment tout vérifier sans Aqueduc et sans réseau. Aucune donnée publiée n'y est : ses "
        "fichiers s'y reconnaissent à leur empreinte."
    )
)
def evidence(
    datasets: Annotated[
        list[str],
        typer.Argument(
            metavar=N_("JEU"), help=N_("Les jeux de données."), autocompletion=complete_dataset_name
        ),
    ],
    first: Annotated[
        datetime,
        typer.Option(
            "--from", metavar="DATE", formats=_DAY, help=N_("Le premier jour, à l'heure de la Ville.")
        ),
    ],
    last: Annotated[
        datetime, typer.Option("--to", metavar="DATE", formats=_DAY, help=N_("Le dernier jour, compris."))
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", dir_okay=False, metavar=N_("FICHIER"), help=N_("L'archive à écrire (.zip).")
        ),
    ],
    as_json: AsJson = False,
) -> None:
    from aqueduc.convention.evidence import EvidenceRequest, build_evidence_archive

    if last < first:
        raise typer.BadParameter(str(_("--to précède --from.")))
    workspace, loaded = open_workspace_and_city()
    known = workspace.store.list_datasets()
    for name in datasets:
        if name not in known:
            raise build_unknown_dataset_error(name, workspace.include)
    request = EvidenceRequest(tuple(dict.fromkeys(datasets)), first.date(), last.date())
    found = build_evidence_archive(request, loaded.city, workspace)
    try:
        replace_file(output, found.data)
    except OSError as error:
        raise typer.BadParameter(
            str(_("« {} » ne peut pas être écrit : {}.").format(output, describe_os_error(error)))
        ) from None
    if as_json:
        counts = {"periods": found.periods, "revisions": found.revisions}
        print_json({"output": str(output), **counts, "broken": list(found.broken)})
    else:
        said = n_(
            "{count} révision en ligne ces jours-là",
            "{count} révisions en ligne ces jours-là",
            found.revisions,
        )
        print_text(out, _("{} : {}.").format(output, said), style="green")
        for name in found.broken:
            print_text(
                err, _("Le registre de « {} » est rompu : l'archive le dit.").format(name), style="red"
            )
    if found.broken:
        raise typer.Exit(WRONG)
