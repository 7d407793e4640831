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

    from aqueduc.doctor import CheckName, CheckState, DoctorFinding, ExaminedDeployment, ServerProbe

_MARKS: Mapping[CheckState, tuple[str, str]] = {
    "fine": ("✓", "green"),
    "watch": ("!", "yellow"),
    "wrong": ("✗", "red"),
    "skipped": ("–", "dim"),
}
_LABELS: Mapping[CheckName, Message] = {
    "declarations": _("déclarations"),
    "connections": _("connexions"),
    "storage": _("stockage"),
    "clock": _("horloge"),
    "disk": _("disque"),
    "versions": _("versions"),
    "keys": _("clés"),
    "backups": _("sauvegardes"),
    "witness": _("témoin du registre"),
    "mail": _("courrier"),
    "alerts": _("alertes"),
    "vault": _("coffre"),
    "publications": _("publications"),
    "airflow": _("Airflow"),
    "pools": _("pools"),
}


@command(
    N_(
        "Dit, une ligne par chose, si le déploiement se porte bien, et comment remédier au reste.\n\n"
        "Déclarations, connexions, dépôt et coffre, horloge, disques, versions, clés, sauvegardes, témoin du registre, "
        "courrier, alertes, ce qui traîne dans le coffre, publications interrompues, Airflow et ses pools. « ✗ » : à "
        "réparer ; « ! » : à surveiller ; « – » : pas regardé, et pourquoi. Avec --connect, demande aussi aux sources, "
        "aux plateformes et au serveur de courrier s'ils répondent. Ne change rien ; sort avec 1 s'il y a à réparer."
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
    found: list[DoctorFinding] = []
    for finding in _examine_with_clean_output(_probe_servers if connect else None):
        found.append(finding)
        if not as_json:
            _print_finding(finding)
    wrong, watched = (sum(one.state == state for one in found) for state in ("wrong", "watch"))
    if as_json:
        print_json({"wrong": wrong, "watch": watched, "checks": [one.to_json() for one in found]})
    else:
        verdict = _("{wrong}, {watched}").format(
            wrong=n_("{count} chose à réparer", "{count} choses à réparer", wrong),
            watched=n_("{count} à surveiller", "{count} à surveiller", watched),
        )
        out.print(Text(str(verdict), "bold red" if wrong else "bold yellow" if watched else "bold green"))
    raise typer.Exit(WRONG if wrong else ALL_WELL)


def _examine_with_clean_output(probe: ServerProbe | None) -> Iterator[DoctorFinding]:
    """Airflow, where it is asked, writes its own log on the standard output, and warns of what it imports."""
    from aqueduc.doctor import examine_deployment

    findings = examine_deployment(probe)
    while True:
        with redirect_stdout(sys.stderr), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            finding = next(findings, None)
        if finding is None:
            return
        yield finding


def _probe_servers(deployment: ExaminedDeployment) -> Iterator[DoctorFinding]:
    """As ``check --connect`` asks them; a connection that is not configured is told already."""
    from aqueduc.cli.connect import probe_connections
    from aqueduc.doctor import DoctorFinding
    from aqueduc.errors import ConnectionMissing

    answering = 0
    for one in probe_connections(deployment.datasets, deployment.city, deployment.workspace):
        answering += one.ok
        if not one.ok and one.code != ConnectionMissing.code:
            state: CheckState = "watch" if one.later else "wrong"
            yield DoctorFinding("connections", state, one.said, one.remedy, one.name)
    figure = n_(
        "{count} source, plateforme ou fiche a répondu",
        "{count} sources, plateformes ou fiches ont répondu",
        answering,
    )
    yield DoctorFinding("connections", "fine" if answering else "skipped", figure)


def _print_finding(finding: DoctorFinding) -> None:
    mark, style = _MARKS[finding.state]
    label: Sentence = _LABELS[finding.check]
    if finding.subject:
        label = Message("{} ({})").format(label, finding.subject)
    told = Text.assemble(
        (f"{mark} ", style), (str(format_labelled_text(label, "")), "bold"), str(finding.figure)
    )
    out.print(told, soft_wrap=True)
    if finding.remedy:
        out.print(Text(f"    → {finding.remedy}", "dim"), soft_wrap=True)
