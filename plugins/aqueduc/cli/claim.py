"""``claim``: claims and incidents under the convention, noted, told and closed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from aqueduc.cli.common import (
    AsJson,
    command,
    complete_dataset_name,
    err,
    format_local_moment,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, Message, _

if TYPE_CHECKING:
    from aqueduc.convention.claims import Claim
    from aqueduc.convention.takedown import TakedownResult
    from aqueduc.declaration.spec import City
    from aqueduc.run import Workspace

_INSTANTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
_KINDS = {"claim": _("réclamation"), "incident": _("incident")}


_Action = Annotated[
    Literal["list", "add", "told", "close"], typer.Argument(metavar="ACTION", help=N_("Que faire."))
]
_Identifier = Annotated[
    str, typer.Argument(metavar=N_("NUMÉRO"), help=N_("Le numéro : 2026-001."), show_default=False)
]
_Kind = Annotated[
    Literal["claim", "incident"],
    typer.Option("--kind", help=N_("claim : une réclamation ; incident : un incident.")),
]
_What = Annotated[str, typer.Option("--what", help=N_("Ce qui s'est passé, sans citer de donnée."))]
_By = Annotated[
    str,
    typer.Option(
        "--by",
        help=N_(
            "Qui le note, ou le clôt : prénom et nom ; pour clore, si la Ville déclare « people: », le nom sous lequel il "
            "y est, que prouve sa clé (AIRFLOW_CONN_DECISION)."
        ),
    ),
]
_Known = Annotated[
    datetime | None,
    typer.Option(
        "--known",
        metavar="DATE",
        formats=_INSTANTS,
        help=N_("Quand la Ville en a eu connaissance, à son heure ; maintenant, sans elle."),
    ),
]
_Datasets = Annotated[
    list[str] | None,
    typer.Option(
        "--dataset", metavar=N_("JEU"), help=N_("Un jeu concerné."), autocompletion=complete_dataset_name
    ),
]
_Revisions = Annotated[
    list[str] | None,
    typer.Option("--revision", metavar=N_("EMPREINTE"), help=N_("Une révision concernée, d'un de ces jeux.")),
]
_First = Annotated[
    datetime | None,
    typer.Option("--from", metavar="DATE", formats=["%Y-%m-%d"], help=N_("Le premier jour concerné.")),
]
_Last = Annotated[
    datetime | None,
    typer.Option("--to", metavar="DATE", formats=["%Y-%m-%d"], help=N_("Le dernier jour concerné.")),
]
_Origin = Annotated[
    Literal["region", "citizen", "service"] | None,
    typer.Option("--origin", help=N_("Qui l'a signalé : la Région, un citoyen, un service de la Ville.")),
]
_Personal = Annotated[
    bool, typer.Option("--personal", help=N_("Des données personnelles sont concernées : 72 heures."))
]
_Hold = Annotated[
    bool,
    typer.Option(
        "--hold", help=N_("Aucune révision ni ligne rejetée de ces jeux n'expire jusqu'à la clôture.")
    ),
]
_Suspend = Annotated[
    bool,
    typer.Option("--suspend", help=N_("Cacher ces jeux, et ne plus les publier jusqu'à la clôture.")),
]
_Whom = Annotated[Literal["region", "cnil"], typer.Option("--whom", help=N_("Qui a été averti, avec told."))]
_At = Annotated[
    datetime | None,
    typer.Option(
        "--at", metavar="DATE", formats=_INSTANTS, help=N_("Quand, à l'heure de la Ville, avec told.")
    ),
]
_Outcome = Annotated[str, typer.Option("--outcome", help=N_("Comment cela s'est réglé, avec close."))]


@command(
    N_(
        "Note une réclamation ou un incident, dit qu'il a été signalé, le clôt, ou les liste.\n\n"
        "add : note ce dont la Ville a eu connaissance ; la Région en est informée (convention, art. 11) si une "
        "plateforme de la convention a eu un des jeux, ou si aucun n'est nommé, et les "
        "72 heures de l'article 33 du RGPD sont comptées si des données personnelles sont concernées. told : "
        "note que la Région ou la CNIL a été avertie. close : clôt. list : les montre. Décrire sans citer de "
        "donnée : un texte qui semble citer une personne est refusé."
    )
)
def claim(
    action: _Action = "list",
    identifier: _Identifier = "",
    kind: _Kind = "claim",
    what: _What = "",
    by: _By = "",
    known: _Known = None,
    datasets: _Datasets = None,
    revisions: _Revisions = None,
    first: _First = None,
    last: _Last = None,
    origin: _Origin = None,
    personal: _Personal = False,
    hold: _Hold = False,
    suspend: _Suspend = False,
    whom: _Whom = "region",
    at: _At = None,
    outcome: _Outcome = "",
    as_json: AsJson = False,
) -> None:
    from aqueduc.agreement import identify_decider
    from aqueduc.convention import claims

    workspace, loaded = open_workspace_and_city()
    city = loaded.city
    zone = ZoneInfo(city.timezone)

    def localise(given: datetime | None) -> datetime:
        return given.replace(tzinfo=zone) if given else workspace.clock()

    if action == "list":
        _print_claims(workspace, city, identifier, as_json=as_json)
        return
    if action != "add" and not identifier:
        raise typer.BadParameter(str(_("donner le numéro : aqueduc claim {} 2026-001 …").format(action)))
    if action == "add":
        draft = claims.ClaimDraft(
            kind=kind,
            what=what,
            by=by,
            known_at=localise(known),
            datasets=tuple(datasets or ()),
            revisions=tuple(revisions or ()),
            first_day=_convert_to_date(first),
            last_day=_convert_to_date(last),
            personal=personal,
            hold=hold,
            suspend=suspend,
            origin=origin or "",
        )
        done = claims.record_claim(draft, city, workspace)
    elif action == "told":
        done = claims.record_authority_notification(identifier, whom, localise(at), by, city, workspace)
    else:
        # A suspension ends with it: what was hidden is published again.
        said = {"claim": identifier, "outcome": outcome}
        who = identify_decider(by.strip(), city, said, workspace.connections).name if by.strip() else by
        done = claims.close_claim(identifier, who, outcome, city, workspace)
    _enforce_claims_and_print_result(done, city, workspace, as_json=as_json)


def _convert_to_date(given: datetime | None) -> date | None:
    return given.date() if given else None


def _enforce_claims_and_print_result(done: Claim, city: City, workspace: Workspace, *, as_json: bool) -> None:
    """What it asks for is done at once; what could not be is tried again each hour."""
    from aqueduc.convention.watch import process_claims_and_hide_suspended_datasets

    result = process_claims_and_hide_suspended_datasets(city, workspace)
    if as_json:
        print_json(done.to_json())
    else:
        _print_claim(done, city, workspace.clock())
        _print_hidden_records(result)
    result.raise_failures()


def _print_hidden_records(result: TakedownResult) -> None:
    for record in result.done:
        print_text(out, _("Caché : {} sur « {} ».").format(record.dataset, record.platform), style="yellow")


def _print_claims(workspace: Workspace, city: City, identifier: str, *, as_json: bool) -> None:
    from aqueduc.convention.claims import find_claim, list_claims

    found = [find_claim(workspace.store, identifier)] if identifier else list_claims(workspace.store)
    if as_json:
        print_json([one.to_json() for one in found])
        return
    for one in found:
        _print_claim(one, city, workspace.clock())
    if not found:
        print_text(err, _("Aucune réclamation ni incident n'est noté."))


def _print_claim(one: Claim, city: City, now: datetime) -> None:
    state = _("ouvert") if one.is_open else _("clos le {}").format(_format_instant(one.closed_at, city))
    personal = _(", données personnelles") if one.personal else ""
    title = _("{id} ({kind}{personal}), {state} : {what}")
    print_text(
        out,
        title.format(id=one.id, kind=_KINDS[one.kind], personal=personal, state=state, what=one.what),
        style="yellow" if one.is_open else "dim",
    )
    for line in _describe_claim_steps(one, city, now):
        print_text(out, f"  {line}")


def _describe_claim_steps(one: Claim, city: City, now: datetime) -> list[Message]:
    from aqueduc.convention.entries import ORIGINS

    deadline = one.notification_deadline
    said = [
        _("la Ville l'a su le {}, et l'a noté le {} ({})").format(
            _format_instant(one.known_at, city), _format_instant(one.recorded_at, city), one.by
        )
    ]
    if one.origin:
        said.append(_("origine : {}").format(ORIGINS[one.origin]))
    if one.datasets:
        said.append(_("jeux : {}").format(", ".join(one.datasets)))
    if one.is_open and one.hold:
        said.append(_("aucune révision ni ligne rejetée de ces jeux n'expire"))
    if one.is_open and one.suspend:
        said.append(_("ces jeux sont suspendus"))
    if deadline is not None and "cnil" not in one.told:
        said.append(
            _describe_notification_deadline(one, deadline, now).format(
                _format_instant(deadline.isoformat(), city)
            )
        )
    named: dict[str, Any] = {"region": _("Région avertie le {}"), "cnil": _("CNIL avertie le {}")}
    said += [named[whom].format(_format_instant(instant, city)) for whom, instant in one.told.items()]
    if one.outcome:
        said.append(_("issue : {}").format(one.outcome))
    return said


def _describe_notification_deadline(one: Claim, deadline: datetime, now: datetime) -> Message:
    """Of a claim of which nobody noted that the CNIL was told."""
    if not one.is_open:
        return _("aucun avertissement de la CNIL n'est noté (délai : {})")
    if now < deadline:
        return _("CNIL à avertir avant le {}")
    return _("aucun avertissement de la CNIL n'est noté ; le délai a expiré le {}")


def _format_instant(instant: str, city: City) -> str:
    return format_local_moment(instant, city.timezone)
