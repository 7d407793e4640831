"""What is looked at every hour: what falls due under the convention, what has to be taken off, and the claims
that are open. All of it may be done twice, and is taken up again where it stopped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc.alert_queue import Alert, Audience, raise_alerts
from aqueduc.certify.ledger import repair_ledger_head
from aqueduc.convention.claims import Claim, list_claims, update_holds
from aqueduc.convention.entries import TERM_CAUSE, build_suspension_cause
from aqueduc.convention.letters import build_end_letter_key, write_claim_letter, write_end_letter
from aqueduc.convention.standing import ConventionStanding, assess_convention, describe_deadline
from aqueduc.convention.takedown import (
    PlatformRecord,
    TakedownCause,
    TakedownResult,
    clear_outlets,
    hide_records,
    list_records,
    list_records_out_of_term,
    select_pending,
)
from aqueduc.decisions import read_holds
from aqueduc.declaration.spec import City
from aqueduc.declaration.term import find_announcement
from aqueduc.language import Message, _, n_, show_day
from aqueduc.run import Workspace
from aqueduc.store import CITY_LEDGER

TOLD_HOURS = (24, 6, 0)
"""How many hours before the CNIL must have been told people are reminded; 0: it is too late."""
_EVERYBODY: tuple[Audience, ...] = ("operator", "steward", "dpo")


@dataclass(frozen=True)
class WatchResult:
    """``standing`` is None without a convention. ``waiting``: records hidden at its end, that a person is still
    to agree to remove."""

    standing: ConventionStanding | None
    closing: TakedownResult
    waiting: tuple[PlatformRecord, ...]


def watch_convention(city: City, workspace: Workspace, **options: Any) -> WatchResult:
    """One look. ``options`` are those of ``open_platform``, for tests.

    What keeps a record from being hidden is in the result. Raises StoreError, DatasetBusy.
    """
    now = workspace.clock().astimezone(UTC)
    suspended = follow_claims(city, workspace, **options)
    standing = assess_convention(city, now)
    ended = list_records_out_of_term(city, workspace)
    closed = hide_records(ended, TakedownCause(TERM_CAUSE), city, workspace, **options)
    waiting = tuple(select_pending(ended, "remove", workspace))
    alerts = [
        *(_find_deadline_alerts(standing, now) if standing else ()),
        *(_find_end_alerts(standing, waiting, now) if standing else ()),
    ]
    if standing and standing.end and not standing.in_force and waiting:
        datasets = sorted({one.dataset for one in waiting})
        write_end_letter(datasets, standing.end.day, city, workspace)
    raise_alerts(workspace.store, alerts)
    both = TakedownResult((*closed.done, *suspended.done), (*closed.failures, *suspended.failures))
    return WatchResult(standing, both, waiting)


def follow_claims(city: City, workspace: Workspace, **options: Any) -> TakedownResult:
    """What open claims ask for: their holds, the letters to the Region, what is to be told, and what they
    suspend. As ``hide_records``, and DatasetBusy while one is being noted."""
    store, now = workspace.store, workspace.clock().astimezone(UTC)
    with store.lock("claims", where=_("réclamations")):
        repair_ledger_head(store, CITY_LEDGER)
        claims = list_claims(store)
        update_holds(store, claims)
    open_ones = [one for one in claims if one.is_open]
    for claim in open_ones:
        write_claim_letter(claim, city, workspace)
    raise_alerts(store, [one for claim in open_ones for one in find_claim_alerts(claim, city, now)])
    return suspend_datasets(city, workspace, **options)


def suspend_datasets(city: City, workspace: Workspace, **options: Any) -> TakedownResult:
    """Hides, wherever they are, the datasets that an open claim suspends. As ``hide_records``."""
    done: list[PlatformRecord] = []
    failures: list[Any] = []
    for name, claims in read_holds(workspace.store).suspended.items():
        cause = TakedownCause(build_suspension_cause(claims))
        result = hide_records(list_records(name, workspace), cause, city, workspace, **options)
        # Whatever was hidden before: an outlet that could not be emptied then is now.
        clear_outlets(name, city, workspace)
        done += result.done
        failures += result.failures
    return TakedownResult(tuple(done), tuple(failures))


# --- what is told -------------------------------------------------------------------------------------------


def _find_deadline_alerts(standing: ConventionStanding, now: datetime) -> Iterator[Alert]:
    for deadline in standing.deadlines:
        ahead = find_announcement(deadline, standing.day)
        if ahead is None:
            continue
        left = n_("dans {count} jour", "dans {count} jours", standing.count_days(deadline))
        what = _("Convention avec {partner} : {deadline} ({left}).").format(
            partner=standing.convention.partner, deadline=describe_deadline(deadline), left=left
        )
        remedy = _(
            "décider avant ce jour de poursuivre ou non ; tout acte signé est à écrire sous « convention: » "
            "d'include/city.yaml (« aqueduc convention » montre ce qui y est)"
        )
        occurrence = f"{deadline.kind}-{deadline.day.isoformat()}-{ahead}"
        yield _build_alert(
            "deadline", "convention", _("Convention"), occurrence, what, remedy, _EVERYBODY, now
        )


def _find_end_alerts(
    standing: ConventionStanding, waiting: Sequence[PlatformRecord], now: datetime
) -> Iterator[Alert]:
    end = standing.end
    if end is None or standing.in_force or not waiting:
        return
    count = len({one.dataset for one in waiting})
    what = _("La convention avec {partner} a pris fin le {day} : {datasets} à retirer pour de bon.").format(
        partner=standing.convention.partner,
        day=show_day(end.day),
        datasets=n_("{count} jeu caché reste", "{count} jeux cachés restent", count),
    )
    remedy = _(
        "accorder leur retrait (Airflow, « Convention : retrait » ; ou aqueduc convention --remove --by … "
        "--reason …) : fichiers et tables sont alors supprimés, et leur disparition vérifiée"
    )
    occurrence = f"ended-{end.day.isoformat()}"
    yield _build_alert("deadline", "convention", _("Convention"), occurrence, what, remedy, _EVERYBODY, now)
    asked = _("n'en rien conserver, et le confirmer (article 7.2) : la lettre est {key}").format(
        key=build_end_letter_key(end.day)
    )
    region = f"region-{occurrence}"
    yield _build_alert("withdrawal", "convention", _("Convention"), region, what, asked, ("region",), now)


def find_claim_alerts(claim: Claim, city: City, now: datetime) -> Iterator[Alert]:
    """What is to be told of an open claim at ``now``: that there is one, to the city and the Region; and the
    hours that are left until the CNIL must have been told."""
    title = _("Incident {id}") if claim.kind == "incident" else _("Réclamation {id}")
    named = title.format(id=claim.id)
    audience: tuple[Audience, ...] = (*_EVERYBODY, *(("region",) if city.convention else ()))
    what = _("{title}, dont la Ville a eu connaissance le {when} : {what}").format(
        title=named, when=format_city_instant(datetime.fromisoformat(claim.known_at), city), what=claim.what
    )
    remedy = _("« aqueduc claim list {id} » dit ce qui en est noté ; la lettre à la Région est {key}").format(
        id=claim.id, key=f"claims/{claim.id}.txt"
    )
    yield _build_alert(claim.kind, "convention", named, claim.id, what, remedy, audience, now)
    deadline = claim.authority_deadline
    if deadline is None or "cnil" in claim.told:
        return
    left = deadline - now
    reached = min((hours for hours in TOLD_HOURS if left <= timedelta(hours=hours)), default=None)
    if reached is not None:
        yield _build_authority_alert(claim, named, deadline, reached, city, now)


def _build_authority_alert(
    claim: Claim, title: Message, deadline: datetime, reached: int, city: City, now: datetime
) -> Alert:
    when = format_city_instant(deadline, city)
    hours = max(0, int((deadline - now).total_seconds() // 3600))
    what = (
        _("{title} : les 72 heures pour avertir la CNIL (RGPD, art. 33) ont pris fin le {when}.")
        if reached == 0
        else _("{title} : la CNIL doit être avertie avant le {when} (RGPD, art. 33), dans {left}.")
    ).format(title=title, when=when, left=n_("{count} heure", "{count} heures", hours))
    remedy = _(
        "notifier la violation à la CNIL (après ce délai, en disant pourquoi), ou établir qu'elle n'expose "
        "personne à un risque ; puis : aqueduc claim told {id} --whom cnil --by …"
    ).format(id=claim.id)
    told: tuple[Audience, ...] = ("dpo", "operator")
    return _build_alert("deadline", "convention", title, f"{claim.id}-{reached}", what, remedy, told, now)


def format_city_instant(moment: datetime, city: City) -> Message:
    """« 12/03/2026 à 14:05 (13:05 UTC) »."""
    local = moment.astimezone(ZoneInfo(city.timezone))
    return _("{day} à {local} ({utc} UTC)").format(
        day=show_day(local.date()), local=f"{local:%H:%M}", utc=f"{moment.astimezone(UTC):%H:%M}"
    )


def _build_alert(
    kind: Any,
    subject: str,
    title: Message,
    occurrence: str,
    what: Message,
    remedy: Message,
    audience: tuple[Audience, ...],
    now: datetime,
) -> Alert:
    at = now.isoformat(timespec="seconds")
    return Alert(kind, subject, str(title), occurrence, what, remedy, audience, at)
