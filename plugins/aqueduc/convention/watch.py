"""What is looked at every hour: what falls due under the convention, what has to be taken off, and the claims
that are open. All of it may be done twice, and is taken up again where it stopped.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc.alert_queue import (
    Alert,
    Audience,
    delete_waiting_alerts,
    find_region_notification_time,
    queue_new_alerts,
)
from aqueduc.certify.ledger import repair_ledger_head
from aqueduc.convention.claims import (
    Claim,
    list_claims,
    record_authority_notification,
    record_sighted_incidents,
    update_claim_holds,
)
from aqueduc.convention.entries import SENDER, TERM_CAUSE, format_suspension_cause
from aqueduc.convention.handkept import HandKeptRecordsSurvey, fetch_daily_hand_kept_survey
from aqueduc.convention.letters import build_claim_letter_key, write_claim_letter, write_convention_end_letter
from aqueduc.convention.standing import ConventionStatus, assess_convention_status, describe_deadline
from aqueduc.convention.takedown import (
    PlatformRecord,
    TakedownCause,
    TakedownResult,
    filter_records_awaiting_takedown_step,
    hide_records,
    list_dataset_platform_records,
    list_records_on_ended_convention_platforms,
    remove_dataset_from_outlets,
    remove_records,
)
from aqueduc.decisions import read_claim_retention_holds_and_suspensions
from aqueduc.declaration.spec import City
from aqueduc.declaration.term import find_convention_end, find_reached_reminder_threshold
from aqueduc.errors import LedgerDisagreement
from aqueduc.language import Message, _, format_localised_day, join_messages, n_, quote_text
from aqueduc.run import Workspace
from aqueduc.store import CITY_LEDGER

TOLD_HOURS = (24, 6, 0)
"""How many hours before the CNIL must have been told people are reminded; 0: it is too late."""
_MOST_NAMES = 10
_EVERYBODY: tuple[Audience, ...] = ("operator", "steward", "dpo")


@dataclass(frozen=True)
class ConventionEnforcementResult:
    """``standing`` is None without a convention. ``waiting``: records hidden at its end, that a person is still
    to agree to remove."""

    standing: ConventionStatus | None
    takedown: TakedownResult
    waiting: tuple[PlatformRecord, ...]


def enforce_convention_and_queue_alerts(
    city: City, workspace: Workspace, **options: Any
) -> ConventionEnforcementResult:
    """One look. ``options`` are those of ``open_platform``, for tests.

    What keeps a record from being hidden is in the result. Raises StoreError, DatasetBusy.
    """
    now = workspace.clock().astimezone(UTC)
    suspended = process_claims_and_hide_suspended_datasets(city, workspace, **options)
    standing = assess_convention_status(city, now)
    ended = list_records_on_ended_convention_platforms(city, workspace)
    closed = hide_records(ended, TakedownCause(TERM_CAUSE), city, workspace, **options)
    waiting = tuple(filter_records_awaiting_takedown_step(ended, "remove", workspace))
    if standing:
        queue_new_alerts(workspace.store, [*_build_convention_deadline_alerts(standing, now)])
    if standing and standing.end and not standing.in_force:
        by_hand = fetch_daily_hand_kept_survey(standing.end.day, city, workspace, **options)
        if waiting or by_hand.records or by_hand.unread:
            letter = write_convention_end_letter(waiting, by_hand.records, standing.end.day, city, workspace)
            queue_new_alerts(
                workspace.store, [*_build_convention_end_alerts(standing, waiting, by_hand, letter, now)]
            )
        if not waiting:
            _delete_waiting_removal_approval_alert(city, workspace)
    both = TakedownResult((*closed.done, *suspended.done), (*closed.failures, *suspended.failures))
    return ConventionEnforcementResult(standing, both, waiting)


def remove_hidden_records_of_ended_convention(
    by: str, reason: str, city: City, workspace: Workspace, **options: Any
) -> TakedownResult:
    """Removes what the end of the convention hid, once a person (``by``) agreed; nobody is asked to any more when
    all of it is gone. As ``remove_records``, and PersonalTextRefused."""
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    refuse_personal_texts({_("Le motif"): reason}, _("convention"), workspace.include)
    cause = TakedownCause(f"{TERM_CAUSE} ; motif : {reason}", by)
    done = remove_records(
        list_records_on_ended_convention_platforms(city, workspace), cause, city, workspace, **options
    )
    if not filter_records_awaiting_takedown_step(
        list_records_on_ended_convention_platforms(city, workspace), "remove", workspace
    ):
        _delete_waiting_removal_approval_alert(city, workspace)
    return done


def process_claims_and_hide_suspended_datasets(
    city: City, workspace: Workspace, **options: Any
) -> TakedownResult:
    """What open claims ask for: their holds, the letters to the Region, what is to be told, and what they
    suspend. As ``hide_records``, and DatasetBusy while one is being noted."""
    store, now = workspace.store, workspace.clock().astimezone(UTC)
    with store.lock("claims", where=_("réclamations")):
        # One that contradicts itself is told by « verify », and keeps nothing from being hidden.
        with suppress(LedgerDisagreement):
            repair_ledger_head(store, CITY_LEDGER)
        record_sighted_incidents(city, workspace)
        claims = list_claims(store)
        update_claim_holds(store, claims)
    for claim in (one for one in claims if "region" not in one.told):
        told_at = find_region_notification_time(
            store, _build_claim_alert_for_region(claim, "", city, now).key
        )
        if told_at is not None:
            record_authority_notification(claim.id, "region", told_at, SENDER, city, workspace)
    for claim in claims:
        if claim.is_open:
            letter = write_claim_letter(claim, city, workspace)
            queue_new_alerts(store, [*build_open_claim_alerts(claim, city, now, has_letter=bool(letter))])
            if letter:
                queue_new_alerts(store, [_build_claim_alert_for_region(claim, letter, city, now)])
    return hide_datasets_suspended_by_claims(city, workspace, **options)


def hide_datasets_suspended_by_claims(city: City, workspace: Workspace, **options: Any) -> TakedownResult:
    """Hides, wherever they are, the datasets that an open claim suspends. As ``hide_records``."""
    done: list[PlatformRecord] = []
    failures: list[Any] = []
    for name, claims in read_claim_retention_holds_and_suspensions(workspace.store).suspended.items():
        cause = TakedownCause(format_suspension_cause(claims))
        result = hide_records(
            list_dataset_platform_records(name, workspace), cause, city, workspace, **options
        )
        # Whatever was hidden before: an outlet that could not be emptied then is now.
        remove_dataset_from_outlets(name, city, workspace)
        done += result.done
        failures += result.failures
    return TakedownResult(tuple(done), tuple(failures))


# --- what is told -------------------------------------------------------------------------------------------


def _build_convention_deadline_alerts(standing: ConventionStatus, now: datetime) -> Iterator[Alert]:
    for deadline in standing.deadlines:
        ahead = find_reached_reminder_threshold(deadline, standing.day)
        if ahead is None:
            continue
        what = _("Convention avec {partner} : {deadline} ({left}).").format(
            partner=standing.convention.partner,
            deadline=describe_deadline(deadline),
            left=n_("dans {count} jour", "dans {count} jours", standing.count_days_left(deadline)),
        )
        remedy = _(
            "décider avant ce jour de poursuivre ou non ; tout acte signé est à écrire sous « convention: » "
            "d'include/city.yaml (« aqueduc convention » montre ce qui y est)"
        )
        occurrence = f"{deadline.kind}-{deadline.day.isoformat()}-{ahead}"
        yield _build_convention_alert(
            "deadline", "convention", _("Convention"), occurrence, what, remedy, _EVERYBODY, now
        )


def _build_convention_end_alerts(
    standing: ConventionStatus,
    waiting: Sequence[PlatformRecord],
    by_hand: HandKeptRecordsSurvey,
    letter: str,
    now: datetime,
) -> Iterator[Alert]:
    end = standing.end
    if end is None:
        return
    if by_hand.records or by_hand.unread:
        yield _build_manually_kept_records_alert(end.day, by_hand, now)
    asked = _(
        "ne plus extraire ni réutiliser ces données (article 7.2) ; il vous est demandé en outre, ce que l'article ne "
        "prévoit pas, de n'en rien conserver et de le confirmer"
    )
    ended = _("La convention avec {partner} a pris fin le {day}.").format(
        partner=standing.convention.partner, day=format_localised_day(end.day)
    )
    occurrence = f"region-ended-{end.day.isoformat()}"
    yield _build_convention_alert(
        "withdrawal", "convention", _("Convention"), occurrence, ended, asked, ("region",), now, letter
    )
    if not waiting:
        return
    count = len({one.dataset for one in waiting})
    what = _("La convention avec {partner} a pris fin le {day} : {datasets} à retirer pour de bon.").format(
        partner=standing.convention.partner,
        day=format_localised_day(end.day),
        datasets=n_("{count} jeu caché reste", "{count} jeux cachés restent", count),
    )
    yield _build_removal_approval_alert(end.day, what, now)


def _build_removal_approval_alert(end: date, what: Message, now: datetime) -> Alert:
    remedy = _(
        "accorder leur retrait (Airflow, « Convention : retrait » ; ou aqueduc convention --remove --by … "
        "--reason …) : fichiers et tables sont alors supprimés, et leur disparition vérifiée"
    )
    occurrence = f"ended-{end.isoformat()}"
    return _build_convention_alert(
        "deadline", "convention", _("Convention"), occurrence, what, remedy, _EVERYBODY, now
    )


def _delete_waiting_removal_approval_alert(city: City, workspace: Workspace) -> None:
    """Of a removal that was made: nobody is asked for it any more. What was sent was. Raises StoreError."""
    end = find_convention_end(city.convention) if city.convention else None
    if end is not None:
        alert = _build_removal_approval_alert(end.day, Message(""), workspace.clock())
        delete_waiting_alerts(workspace.store, [alert])


def _build_manually_kept_records_alert(end: date, by_hand: HandKeptRecordsSurvey, now: datetime) -> Alert:
    """Once, and again where another list cannot be read."""
    said = []
    if by_hand.records:
        kept = n_(
            "{count} fiche de la Ville est tenue à la main sur les plateformes de la convention : {names}.",
            "{count} fiches de la Ville sont tenues à la main sur les plateformes de la convention : {names}.",
            len(by_hand.records),
            names=join_messages(quote_text(one.title) for one in by_hand.records[:_MOST_NAMES]),
        )
        said.append(kept)
    said += [
        _("La liste de « {} » ne se lit pas : y regarder à la main.").format(name) for name in by_hand.unread
    ]
    remedy = _(
        "les faire retirer par qui les tient : Aqueduc n'y touche pas (« aqueduc convention » en donne les adresses)"
    )
    occurrence = "-".join(("by-hand", end.isoformat(), *by_hand.unread))
    what = join_messages(said, " ")
    return _build_convention_alert(
        "deadline", "convention", _("Convention"), occurrence, what, remedy, _EVERYBODY, now
    )


def build_open_claim_alerts(claim: Claim, city: City, now: datetime, *, has_letter: bool) -> Iterator[Alert]:
    """What the city is to be told of an open claim at ``now``: that there is one; and the hours that are left
    until the CNIL must have been told. ``has_letter``: the Region is written to of it."""
    named, what = _format_claim_title(claim), _describe_claim(claim, city)
    remedy = _("« aqueduc claim list {id} » dit ce qui en est noté").format(id=claim.id)
    if has_letter:
        remedy = _(
            "{remedy} ; la lettre à la Région est {key}, et lui part par courriel si le courrier est réglé"
        ).format(remedy=remedy, key=build_claim_letter_key(claim.id))
    yield _build_convention_alert(claim.kind, "convention", named, claim.id, what, remedy, _EVERYBODY, now)
    deadline = claim.notification_deadline
    if deadline is None or "cnil" in claim.told:
        return
    left = deadline - now
    reached = min((hours for hours in TOLD_HOURS if left <= timedelta(hours=hours)), default=None)
    if reached is not None:
        yield _build_cnil_deadline_alert(claim, named, deadline, reached, city, now)


def _format_claim_title(claim: Claim) -> Message:
    title = _("Incident {id}") if claim.kind == "incident" else _("Réclamation {id}")
    return title.format(id=claim.id)


def _describe_claim(claim: Claim, city: City) -> Message:
    return _("{title}, dont la Ville a eu connaissance le {when} : {what}").format(
        title=_format_claim_title(claim),
        when=format_instant_in_city_time_and_utc(datetime.fromisoformat(claim.known_at), city),
        what=claim.what,
    )


def _build_claim_alert_for_region(claim: Claim, letter: str, city: City, now: datetime) -> Alert:
    """Convention, article 11: the letter itself, since the Region reads nothing of the city's store."""
    named, what = _format_claim_title(claim), _describe_claim(claim, city)
    asked = _("dire à la Ville ce que vous en savez, et garder les journaux d'accès jusqu'à la clôture")
    return _build_convention_alert(
        claim.kind, "convention", named, f"region-{claim.id}", what, asked, ("region",), now, letter
    )


def _build_cnil_deadline_alert(
    claim: Claim, title: Message, deadline: datetime, reached: int, city: City, now: datetime
) -> Alert:
    when = format_instant_in_city_time_and_utc(deadline, city)
    hours = max(0, int((deadline - now).total_seconds() // 3600))
    what = (
        _("{title} : les 72 heures pour avertir la CNIL (RGPD, art. 33) ont pris fin le {when}.")
        if reached == 0
        else _("{title} : la CNIL doit être avertie avant le {when} (RGPD, art. 33), dans {left}.")
    ).format(title=title, when=when, left=n_("{count} heure", "{count} heures", hours))
    remedy = _(
        "notifier la violation à la CNIL (après ce délai, en disant pourquoi), ou établir qu'elle n'expose "
        "personne à un risque ; puis : aqueduc claim told {id} --whom cnil --by … ; si ce risque est élevé, prévenir "
        "aussi les personnes concernées (RGPD, art. 34)"
    ).format(id=claim.id)
    told: tuple[Audience, ...] = ("dpo", "operator")
    return _build_convention_alert(
        "deadline", "convention", title, f"{claim.id}-{reached}", what, remedy, told, now
    )


def format_instant_in_city_time_and_utc(moment: datetime, city: City) -> Message:
    """« 12/03/2026 à 14:05 (13:05 UTC) »."""
    local = moment.astimezone(ZoneInfo(city.timezone))
    return _("{day} à {local} ({utc} UTC)").format(
        day=format_localised_day(local.date()), local=f"{local:%H:%M}", utc=f"{moment.astimezone(UTC):%H:%M}"
    )


def _build_convention_alert(
    kind: Any,
    subject: str,
    title: Message,
    occurrence: str,
    what: Message,
    remedy: Message,
    audience: tuple[Audience, ...],
    now: datetime,
    letter: str = "",
) -> Alert:
    at = now.isoformat(timespec="seconds")
    return Alert(kind, subject, str(title), occurrence, what, remedy, audience, at, letter=letter)
