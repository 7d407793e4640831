"""``alerts``: what people must be told and were not yet; and to send it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aqueduc.cli.common import (
    ALL_WELL,
    LATER,
    WRONG,
    AsJson,
    command,
    convert_error_to_json,
    err,
    format_local_moment,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.language import N_, _, n_

if TYPE_CHECKING:
    from aqueduc.alerts import DeliveryResult
    from aqueduc.run import Workspace


@command(
    N_(
        "Montre les alertes qui attendent, ou les envoie.\n\n"
        "Ce qui échoue, se fait attendre ou demande une décision est dit à qui `notify:` de city.yaml le veut, "
        "un message par destinataire. Le DAG « aqueduc_alerts » envoie toutes les dix minutes ; --send le fait "
        "d'ici, par les mêmes connexions."
    )
)
def alerts(
    send: Annotated[bool, typer.Option("--send", help=N_("Envoyer ce qui attend."))] = False,
    digest: Annotated[
        bool, typer.Option("--digest", help=N_("Montrer la semaine en cours, comme elle sera envoyée lundi."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    workspace, loaded = open_workspace_and_city()
    if send and digest:
        raise typer.BadParameter(str(_("--send ou --digest : l'un des deux")))
    if digest:
        _print_weekly_digest(workspace, as_json=as_json)
        return
    if not send:
        _print_waiting_alerts(workspace, loaded.city.timezone, as_json=as_json)
        return
    from aqueduc.alerts import SmtpAndAppriseChannels, find_and_deliver_alerts

    turn = find_and_deliver_alerts(
        workspace, loaded, SmtpAndAppriseChannels(loaded.city, workspace.connections)
    )
    if turn.heartbeat_failure is not None:
        print_text(err, str(turn.heartbeat_failure), style="yellow")
    done = turn.delivery
    if as_json:
        print_json(_convert_delivery_to_json(done))
    else:
        _print_delivery(done)
    raise typer.Exit(
        ALL_WELL if done.undelivered_reason is None else LATER if done.undelivered_reason.retryable else WRONG
    )


def _print_weekly_digest(workspace: Workspace, *, as_json: bool) -> None:
    from aqueduc.alerts.digest import build_weekly_digest_sections

    sections = build_weekly_digest_sections(workspace, workspace.clock())
    if as_json:
        print_json({"sections": [{"heading": one.heading, "lines": [*one.lines]} for one in sections]})
        return
    for section in sections:
        print_text(out, section)


def _print_waiting_alerts(workspace: Workspace, timezone: str, *, as_json: bool) -> None:
    from aqueduc.alert_queue import list_waiting_alerts
    from aqueduc.alerts import list_outgoing_messages
    from aqueduc.alerts.message import KIND_LABELS

    waiting, outgoing = list_waiting_alerts(workspace.store), list_outgoing_messages(workspace.store)
    if as_json:
        messages = [{"to": one.recipient.to, "subject": one.subject, "at": one.at} for one in outgoing]
        print_json({"waiting": [alert.to_json() for alert in waiting], "outgoing": messages})
        return
    for alert in waiting:
        moment = format_local_moment(alert.at, timezone)
        print_text(out, f"{moment}  {KIND_LABELS[alert.kind]}, {alert.title}")
        print_text(out, _("  Que faire : {remedy}").format(remedy=alert.remedy))
    for message in outgoing:
        moment = format_local_moment(message.at, timezone)
        print_text(
            out,
            _("{at}  pas encore parti pour {to} : {subject}").format(
                at=moment, to=message.recipient.to, subject=message.subject
            ),
        )
    if not waiting and not outgoing:
        print_text(out, _("Aucune alerte n'attend."))


def _convert_delivery_to_json(done: DeliveryResult) -> dict[str, Any]:
    kept = [{"to": one.recipient.to, **convert_error_to_json(error)} for one, error in done.kept]
    return {"sent": done.sent, "kept": kept, "unaddressed": done.unaddressed}


def _print_delivery(done: DeliveryResult) -> None:
    print_text(out, n_("{count} message envoyé.", "{count} messages envoyés.", done.sent))
    if done.undelivered_reason is not None:
        print_text(err, str(done.undelivered_reason), style="red")
