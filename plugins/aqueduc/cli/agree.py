"""``agree``: the agreement of the officer, without Airflow."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aqueduc.cli.common import (
    AsJson,
    DatasetCommandContext,
    DatasetName,
    build_cli_run_id,
    command,
    load_dataset_command_context,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aqueduc.decisions import Decision

_AGREED = _("Accordé par {} : la prochaine exécution publie (aqueduc run {}). Registre : {}")
_REFUSED = _("Refusé par {} : rien de ce jeu n'est publié jusqu'à un accord. Registre : {}")
_ALL_OF_IT = _("Le rapport entier : aqueduc report {}")
_NONE_ASKED = _("La Ville recueille cet accord hors d'Aqueduc (city.yaml : « agreement: none »).")


@command(
    N_(
        "Accorde, ou refuse, la publication d'un jeu : une première fois, et chaque fois que le fond de sa "
        "déclaration change.\n\n"
        "--show donne à lire ce qui est demandé : ce qui a changé depuis la dernière décision, le risque "
        "mesuré par un essai à blanc, la fiche, le texte d'explain. Seule une personne du rôle voulu par "
        "city.yaml (signatory, d'office) décide, et sa clé privée le prouve : elle est le mot de passe d'une "
        "connexion, jamais sur la ligne de commande. Dans Airflow, cela se fait sous « Actions requises »."
    )
)
def agree(
    dataset: DatasetName,
    by: Annotated[
        str, typer.Option("--by", metavar=N_("PERSONNE"), help=N_("Qui décide : son nom sous « people: »."))
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help=N_("Pourquoi, sans citer de donnée."))] = "",
    refuse: Annotated[bool, typer.Option("--refuse", help=N_("Refuser, et non accorder."))] = False,
    show: Annotated[
        bool, typer.Option("--show", help=N_("Montrer ce qui est demandé, et ne rien décider."))
    ] = False,
    connection: Annotated[
        str,
        typer.Option(
            "--connection",
            metavar=N_("CONNEXION"),
            help=N_("Celle dont le mot de passe est la clé privée (AIRFLOW_CONN_DECISION)."),
        ),
    ] = "decision",
    as_json: AsJson = False,
) -> None:
    if not show and not (by.strip() and reason.strip()):
        raise typer.BadParameter(str(_('décider demande qui et pourquoi : --by PERSONNE --reason "…"')))
    desk = load_dataset_command_context(dataset)
    if desk.loaded.city.agreement == "none":
        raise typer.BadParameter(str(_NONE_ASKED))
    if show:
        _print_agreement_request(desk, as_json=as_json)
    else:
        _sign_and_record_decision(
            desk, by.strip(), reason.strip(), connection, agreed=not refuse, as_json=as_json
        )


def _print_agreement_request(desk: DatasetCommandContext, *, as_json: bool) -> None:
    from aqueduc.agreement import build_agreement_request

    request = build_agreement_request(desk.dataset, desk.loaded.city, desk.workspace)
    if as_json:
        print_json({**asdict(request), "digests": request.shown_digests})
    else:
        typer.echo(request.text, nl=False)


def _sign_and_record_decision(
    desk: DatasetCommandContext, by: str, reason: str, connection: str, *, agreed: bool, as_json: bool
) -> None:
    from aqueduc.agreement import (
        build_agreement_request,
        record_agreement_decision,
        require_city_person_with_role,
        sign_statement_as_city_person,
    )
    from aqueduc.decisions import Decision

    dataset, city, workspace = desk.dataset, desk.loaded.city, desk.workspace
    person = require_city_person_with_role(city, by, city.agreement_role)
    request = build_agreement_request(dataset, city, workspace)
    at = workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
    decision = Decision("agreement", dataset.id, agreed, request.about, by, "key", reason, at, person.name)
    signed = sign_statement_as_city_person(
        person, request.about, decision.to_json(), workspace.connections, connection
    )
    if decision.agreed and not as_json:
        _print_undecided_findings(request.risk)
    recorded = record_agreement_decision(
        dataset, city, build_cli_run_id(), request, decision, workspace, signed
    )
    if as_json:
        print_json(recorded.to_json())
    else:
        _print_recorded_decision(decision, recorded.entry)


def _print_undecided_findings(risk: Mapping[str, Any]) -> None:
    """What the scan told and nobody decided on: an agreement lets it out."""
    from aqueduc.anonymise.findings import NonblockingPersonalColumn

    told = [one["message"] for one in risk["findings"] if one["code"] == NonblockingPersonalColumn.code]
    for message in told:
        print_text(out, f"• {message}", style="yellow")
    if told:
        print_text(out, _ALL_OF_IT.format(risk["dataset"]))


def _print_recorded_decision(decision: Decision, entry: str) -> None:
    if decision.agreed:
        print_text(out, _AGREED.format(decision.person_name, decision.dataset, entry), style="green")
    else:
        print_text(out, _REFUSED.format(decision.person_name, entry), style="yellow")
