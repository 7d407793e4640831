"""``convention``: where the convention with the Region stands, and what falls due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aqueduc.cli.common import AsJson, command, err, open_city, out, print_json, print_text
from aqueduc.language import N_, Message, _, join_messages, n_, show_day

if TYPE_CHECKING:
    from aqueduc.convention.standing import ConventionStanding, NoticeStanding
    from aqueduc.declaration.spec import ConventionAmendment, Deliberation

_NONE = _("Aucune convention n'est déclarée dans include/city.yaml.")


@command(
    N_(
        "Dit où en est la convention avec la Région : en vigueur ou non, échéances, avenants, préavis.\n\n"
        "D'après « convention: » d'include/city.yaml, au jour de la Ville. Hors de sa durée, rien n'est "
        "publié sur les plateformes qu'elle lie ; les autres ne sont pas touchées."
    )
)
def convention(as_json: AsJson = False) -> None:
    from aqueduc.convention.standing import assess_convention

    workspace, loaded = open_city()
    standing = assess_convention(loaded.city, workspace.clock())
    if as_json:
        print_json(standing.to_json() if standing else None)
    elif standing is None:
        print_text(err, _NONE)
    else:
        _print_standing(standing)


def _print_standing(standing: ConventionStanding) -> None:
    from aqueduc.convention.standing import describe_deadline

    signed = standing.convention
    state = _("en vigueur") if standing.in_force else _("PAS EN VIGUEUR")
    said = _("Convention avec {partner}, notifiée le {day} : {state}.")
    print_text(
        out,
        said.format(partner=signed.partner, day=show_day(signed.notified), state=state),
        style="green" if standing.in_force else "bold red",
    )
    if standing.period:
        first, last = standing.period.start, standing.period.end - timedelta(days=1)
        print_text(
            out,
            _("Période en cours : du {first} au {last}.").format(first=show_day(first), last=show_day(last)),
        )
    for deadline in standing.deadlines:
        left = n_("dans {count} jour", "dans {count} jours", standing.count_days(deadline))
        print_text(out, _("  {deadline} ({left})").format(deadline=describe_deadline(deadline), left=left))
    for amendment in signed.amendments:
        print_text(out, _describe_amendment(amendment, in_force=amendment == standing.amendment))
    for notice in standing.notices:
        print_text(out, _describe_notice(notice), style="yellow")
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
    said = (
        _("Avenant du {day}, en vigueur : {about} ({acts})")
        if in_force
        else _("Avenant du {day} : {about} ({acts})")
    )
    return said.format(day=show_day(amendment.signed), about=amendment.about, acts=acts)


def _describe_deliberation(side: Message, taken: Deliberation | None) -> Message:
    if taken is None:
        return _("{side} : délibération non déclarée").format(side=side)
    return _("{side} : {body}, délibération {number} du {day}").format(
        side=side, body=taken.body, number=taken.number, day=show_day(taken.taken)
    )


def _describe_notice(standing: NoticeStanding) -> Message:
    from aqueduc.declaration.spec import NOTICE_WAYS

    notice = standing.notice
    said = _("{way}, le {day} : {effect}")
    return said.format(way=NOTICE_WAYS[notice.way], day=show_day(notice.day), effect=_find_effect(standing))


def _find_effect(standing: NoticeStanding) -> Message:
    notice = standing.notice
    if standing.end is not None:
        return _("la convention prend fin le {day}").format(day=show_day(standing.end))
    if notice.revoked is not None:
        return _("il y a été renoncé le {day}").format(day=show_day(notice.revoked))
    return _("l'expert n'en a pas encore fixé le jour")
