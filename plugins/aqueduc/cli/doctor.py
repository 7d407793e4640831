"""``doctor``: what an administrator looks at in the morning, a line each, and the way to mend it."""

from __future__ import annotations

import sys
import warnings
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from aqueduc.cli.common import ALL_WELL, WRONG, AsJson, command, out, print_json
from aqueduc.language import N_, Message, Sentence, _, format_labelled_text, n_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aqueduc.doctor import CheckState, DoctorCheck, DoctorFinding, ExaminedDeployment

_MARKS: Mapping[CheckState, tuple[str, str]] = {
    "fine": ("✓", "green"),
    "watch": ("!", "yellow"),
    "wrong": ("✗", "red"),
    "skipped": ("–", "dim"),
}


@command(
    N_(
        "Dit, une ligne par chose, si le déploiement se porte bien, et comment remédier au reste.\n\n"
        "Déclarations, dépôt et coffre, connexions, Airflow et ses pools, horloge, disques, versions, clés, "
        "sauvegardes, témoin du registre, courrier. « ✗ » : à réparer ; « ! » : à surveiller ; « – » : pas regardé, et "
        "pourquoi. Avec --connect, demande aussi aux sources, aux plateformes et au serveur de courrier s'ils "
        "répondent. Ne change rien ; sort avec 1 s'il y a à réparer."
    )
)
def doctor(
    connect: Annotated[
        bool,
        typer.Option(
            "--connect", help=N_("Interroger aussi les sources, les plateformes et le serveur de courrier.")
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    from aqueduc.doctor import examine_deployment

    # Airflow, where it is asked, writes its own log on the standard output, and warns of what it imports.
    with redirect_stdout(sys.stderr), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = list(examine_deployment(_probe_servers if connect else None))
    wrong, watched = (sum(one.state == state for _check, one in found) for state in ("wrong", "watch"))
    if as_json:
        checks = [
            {"check": check.name, **{key: str(text) for key, text in vars(one).items()}}
            for check, one in found
        ]
        print_json({"wrong": wrong, "watch": watched, "checks": checks})
    else:
        for check, one in found:
            _print_finding(check, one)
        verdict = _("{wrong}, {watched}").format(
            wrong=n_("{count} chose à réparer", "{count} choses à réparer", wrong),
            watched=n_("{count} à surveiller", "{count} à surveiller", watched),
        )
        out.print(Text(str(verdict), "bold red" if wrong else "bold yellow" if watched else "bold green"))
    raise typer.Exit(WRONG if wrong else ALL_WELL)


def _probe_servers(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """As ``check --connect`` asks them; a connection that is not configured is told already."""
    from aqueduc.cli.connect import probe_connections
    from aqueduc.doctor import DoctorFinding
    from aqueduc.errors import ConnectionMissing

    answering = 0
    for one in probe_connections(deployment.datasets, deployment.city, deployment.workspace):
        answering += one.ok
        if not one.ok and one.code != ConnectionMissing.code:
            yield DoctorFinding("watch" if one.later else "wrong", one.said, one.remedy, one.name)
    figure = n_(
        "{count} source, plateforme ou fiche a répondu",
        "{count} sources, plateformes ou fiches ont répondu",
        answering,
    )
    yield DoctorFinding("fine" if answering else "skipped", figure)


def _print_finding(check: DoctorCheck, finding: DoctorFinding) -> None:
    mark, style = _MARKS[finding.state]
    label: Sentence = check.label
    if finding.subject:
        label = Message("{} ({})").format(label, finding.subject)
    told = Text.assemble(
        (f"{mark} ", style), (str(format_labelled_text(label, "")), "bold"), str(finding.figure)
    )
    out.print(told, soft_wrap=True)
    if finding.remedy:
        out.print(Text(f"    → {finding.remedy}", "dim"), soft_wrap=True)
