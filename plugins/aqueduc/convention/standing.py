"""Where the convention stands on a day: in force or not, its year, what falls due, and the acts on it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aqueduc.declaration.spec import (
    City,
    ConventionAmendment,
    ConventionTerminationNotice,
    RegionalConvention,
)
from aqueduc.declaration.term import (
    ConventionDeadline,
    ConventionEnd,
    ConventionYear,
    convert_to_city_date,
    find_amendment_in_force,
    find_convention_end,
    find_convention_year,
    find_termination_day_of_notice,
    is_convention_in_force,
    list_convention_deadlines,
)
from aqueduc.language import Message, _, format_localised_day

DEADLINES = {
    "last-notice": _("dernier jour pour donner un préavis, un mois avant l'anniversaire"),
    "anniversary": _("anniversaire : la convention se renouvelle pour un an"),
    "answer": _("dernier jour du délai pour répondre à la mise en demeure"),
    "end": _("la convention ne vaut plus dès ce jour"),
}


@dataclass(frozen=True)
class TerminationNoticeStatus:
    """An act that ends the convention, and when it does; ``end`` is None where it was revoked, or an expert
    is still to say."""

    notice: ConventionTerminationNotice
    end: date | None


@dataclass(frozen=True)
class ConventionStatus:
    """Where ``convention`` stands on ``day``. ``platforms``: the names of those that it binds."""

    convention: RegionalConvention
    day: date
    in_force: bool
    period: ConventionYear | None
    end: ConventionEnd | None
    amendment: ConventionAmendment | None
    deadlines: tuple[ConventionDeadline, ...]
    notices: tuple[TerminationNoticeStatus, ...]
    platforms: tuple[str, ...]

    def count_days_left(self, deadline: ConventionDeadline) -> int:
        """How many days are left until ``deadline``."""
        return (deadline.day - self.day).days

    def to_json(self) -> dict[str, Any]:
        """As ``aqueduc convention --json`` gives it: ``period``, from its first day to the one after its
        last; ``days`` left until each deadline."""
        period, end = self.period, self.end
        return {
            "partner": self.convention.partner,
            "notified": self.convention.notified.isoformat(),
            "day": self.day.isoformat(),
            "in_force": self.in_force,
            "period": [period.start.isoformat(), period.end.isoformat()] if period else None,
            "ends": end.day.isoformat() if end else None,
            "amendment": self.amendment.model_dump(mode="json") if self.amendment else None,
            "amendments": [one.model_dump(mode="json") for one in self.convention.amendments],
            "notices": [
                {**one.notice.model_dump(mode="json"), "ends": one.end.isoformat() if one.end else None}
                for one in self.notices
            ],
            "deadlines": [
                {"kind": one.kind, "day": one.day.isoformat(), "days": self.count_days_left(one)}
                for one in self.deadlines
            ],
            "platforms": list(self.platforms),
        }


def assess_convention_status(city: City, now: datetime) -> ConventionStatus | None:
    """None where the city declares no convention."""
    convention = city.convention
    if convention is None:
        return None
    day = convert_to_city_date(now, city.timezone)
    return ConventionStatus(
        convention=convention,
        day=day,
        in_force=is_convention_in_force(convention, day),
        period=find_convention_year(convention, day),
        end=find_convention_end(convention),
        amendment=find_amendment_in_force(convention, day),
        deadlines=list_convention_deadlines(convention, day),
        notices=tuple(
            TerminationNoticeStatus(one, find_termination_day_of_notice(convention.notified, one))
            for one in convention.notices
        ),
        platforms=tuple(one.name for one in city.platforms if one.under_convention),
    )


def describe_deadline(deadline: ConventionDeadline) -> Message:
    """« 15/12/2026 : dernier jour pour donner un préavis… »."""
    return _("{day} : {what}").format(day=format_localised_day(deadline.day), what=DEADLINES[deadline.kind])
