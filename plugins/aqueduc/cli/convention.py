"""``convention``: where the convention with the Region stands, and what falls due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from aqueduc.cli.common import AsJson, command, err, open_workspace_and_city, out, print_json, print_text
from aqueduc.language import N_, Message, _, format_localised_day, join_messages, n_

if TYPE_CHECKING:
    from aqueduc.convention.handkept import HandKeptRecordsSurvey
    from aqueduc.convention.standing import ConventionStatus, TerminationNoticeStatus
    from aqueduc.convention.takedown import PlatformRecord
    from aqueduc.declaration.spec import City, ConventionAmendment, Deliberation
    from aqueduc.run import Workspace


@command(
    N_(
        "Dit où en est la convention avec la Région : en vigueur ou non, échéances, avenants, préavis.\n\n"
        "D'après « convention: » d'include/city.yaml, au jour de la Ville. Hors de sa durée, rien n'est "
        "publié sur les plateformes qu'elle lie ; les autres ne sont pas touchées. --watch fait maintenant ce que "
        "le DAG « aqueduc_convention » fait chaque heure : annoncer les échéances, suivre les réclamations, cacher "
        "ce que la fin de la convention retire. --remove supprime ce qui est ainsi caché, et vérifie que plus rien "
        "n'est servi."
    )
)
def convention(
    watch: Annotated[
        bool, typer.Option("--watch", help=N_("Veiller maintenant, comme chaque heure sous Airflow."))
    ] = False,
    remove: Annotated[
        bool,
        typer.Option(
            "--remove", help=N_("La convention a pris fin : supprimer ce qu'elle cache, et vérifier.")
        ),
    ] = False,
    by: Annotated[str, typer.Option("--by", help=N_("Qui le décide : prénom et nom."))] = "",
    reason: Annotated[str, typer.Option("--reason", help=N_("Pourquoi, sans citer de donnée."))] = "",
    as_json: AsJson = False,
) -> None:
    from aqueduc.agreement import identify_decider
    from aqueduc.convention.standing import assess_convention_status

    if remove and not (by.strip() and reason.strip()):
        raise typer.BadParameter(str(_('cela demande qui et pourquoi : --by "Prénom Nom" --reason "…"')))
    workspace, loaded = open_workspace_and_city()
    if remove or watch:
        order = None
        if remove:
            said = {"convention": "removal", "reason": reason.strip()}
            who = identify_decider(by.strip(), loaded.city, said, workspace.connections)
            order = (who.name, reason.strip())
        _watch_convention_or_remove_records(loaded.city, workspace, order, as_json=as_json)
        return
    standing = assess_convention_status(loaded.city, workspace.clock())
    by_hand = _read_survey_after_convention_end(loaded.city, workspace)
    if as_json:
        kept = {"by_hand": by_hand.to_json() if by_hand else None}
        print_json({**standing.to_json(), **kept} if standing else None)
    elif standing is None:
        print_text(err, _("Aucune convention n'est déclarée dans include/city.yaml."))
    else:
        _print_convention_standing(standing)
        _print_hand_kept_records(by_hand)


def _watch_convention_or_remove_records(
    city: City, workspace: Workspace, order: tuple[str, str] | None, *, as_json: bool
) -> None:
    """Looks, or removes where ``order`` says by whom and why."""
    from aqueduc.convention.takedown import (
        filter_records_awaiting_takedown_step,
        list_records_on_ended_convention_platforms,
    )
    from aqueduc.convention.watch import (
        enforce_convention_and_queue_alerts,
        remove_hidden_records_of_ended_convention,
    )

    if order:
        result = remove_hidden_records_of_ended_convention(*order, city, workspace)
    else:
        result = enforce_convention_and_queue_alerts(city, workspace).takedown
    waiting = filter_records_awaiting_takedown_step(
        list_records_on_ended_convention_platforms(city, workspace), "remove", workspace
    )
    if as_json:
        print_json({"done": list(map(asdict, result.done)), "waiting": list(map(asdict, waiting))})
    else:
        _print_records(_("Retiré et vérifié : {} ({})") if order else _("Caché : {} ({})"), result.done)
        _print_records(_("Caché, à retirer : {} ({})"), waiting)
        if not (result.done or waiting):
            print_text(err, _("Rien à cacher ni à retirer."))
        _print_hand_kept_records(_read_survey_after_convention_end(city, workspace))
    result.raise_failures()


def _print_records(said: Message, records: Sequence[PlatformRecord]) -> None:
    for record in records:
        print_text(out, said.format(record.dataset, record.platform))


def _read_survey_after_convention_end(city: City, workspace: Workspace) -> HandKeptRecordsSurvey | None:
    """What the last look after the end of the convention found."""
    from aqueduc.convention.handkept import read_last_hand_kept_survey
    from aqueduc.declaration.term import find_convention_end

    end = find_convention_end(city.convention) if city.convention else None
    return read_last_hand_kept_survey(end.day, workspace) if end else None


def _print_hand_kept_records(found: HandKeptRecordsSurvey | None) -> None:
    if found is None:
        return
    if found.records:
        print_text(
            out,
            _("Tenues à la main : à retirer par qui les tient (liste du {day}) :").format(
                day=format_localised_day(date.fromisoformat(found.day))
            ),
        )
    for one in found.records:
        print_text(out, f"  {one.platform}  {one.title}\n    {one.url}")
    for name in found.unread:
        print_text(err, _("La liste de « {} » ne se lit pas : y regarder à la main.").format(name))


def _print_convention_standing(standing: ConventionStatus) -> None:
    from aqueduc.convention.standing import describe_deadline

    signed = standing.convention
    state = _("en vigueur") if standing.in_force else _("PAS EN VIGUEUR")
    said = (
        _("Convention avec {partner}, à notifier le {day} : {state}.")
        if standing.day < signed.notified
        else _("Convention avec {partner}, notifiée le {day} : {state}.")
    )
    print_text(
        out,
        said.format(partner=signed.partner, day=format_localised_day(signed.notified), state=state),
        style="green" if standing.in_force else "bold red",
    )
    if standing.period:
        first, last = standing.period.start, standing.period.end - timedelta(days=1)
        print_text(
            out,
            _("Période en cours : du {first} au {last}.").format(
                first=format_localised_day(first), last=format_localised_day(last)
            ),
        )
    for deadline in standing.deadlines:
        left = n_("dans {count} jour", "dans {count} jours", standing.count_days_left(deadline))
        print_text(out, _("  {deadline} ({left})").format(deadline=describe_deadline(deadline), left=left))
    for amendment in signed.amendments:
        print_text(out, _describe_amendment(amendment, in_force=amendment == standing.amendment))
    for notice in standing.notices:
        print_text(out, _describe_termination_notice(notice), style="yellow")
    bound = ", ".join(standing.platforms) or _("aucune")
    print_text(out, _("Plateformes qu'elle lie : {names}.").format(names=bound))


def _describe_amendment(amendment: ConventionAmendment, *, in_force: bool) -> Message:
    taken = amendment.deliberations
    acts = join_messages(
        (
            _describe_deliberation(_("Ville"), taken.city),
            _describe_deliberation(_("autre partie"), taken.partner),
        ),
        " ; ",
    )
    return (
        _("Avenant du {day}, en vigueur : {about} ({acts})")
        if in_force
        else _("Avenant du {day} : {about} ({acts})")
    ).format(day=format_localised_day(amendment.signed), about=amendment.about, acts=acts)


def _describe_deliberation(side: Message, taken: Deliberation | None) -> Message:
    if taken is None:
        return _("{side} : délibération non déclarée").format(side=side)
    return _("{side} : {body}, délibération {number} du {day}").format(
        side=side, body=taken.body, number=taken.number, day=format_localised_day(taken.taken)
    )


def _describe_termination_notice(standing: TerminationNoticeStatus) -> Message:
    from aqueduc.declaration.spec import NOTICE_WAYS

    notice = standing.notice
    said = _("{way}, le {day} : {effect}")
    return said.format(
        way=NOTICE_WAYS[notice.way],
        day=format_localised_day(notice.day),
        effect=_describe_notice_effect(standing),
    )


def _describe_notice_effect(standing: TerminationNoticeStatus) -> Message:
    notice = standing.notice
    if standing.end is not None:
        return _("la convention prend fin le {day}").format(day=format_localised_day(standing.end))
    if notice.revoked is not None:
        return _("il y a été renoncé le {day}").format(day=format_localised_day(notice.revoked))
    return _("l'expert n'en a pas encore fixé le jour")
