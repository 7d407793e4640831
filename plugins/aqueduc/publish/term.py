"""The gate of the convention: outside its term nothing is published where it binds, and all the rest goes on."""

from dataclasses import dataclass
from datetime import date, datetime

from aqueduc.declaration.spec import City, Dataset, RegionalConvention
from aqueduc.declaration.term import (
    convert_to_city_date,
    find_convention_end,
    list_platforms_blocked_by_convention,
)
from aqueduc.errors import ConventionNotInForce
from aqueduc.findings import Finding
from aqueduc.language import Message, _, format_localised_day
from aqueduc.publish.findings import PlatformOutOfTerm
from aqueduc.run import Run


@dataclass(frozen=True)
class PlatformsAllowedByConvention:
    """The platforms of a dataset where it may be published now, and what is to be told of the others."""

    names: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def select_platforms_allowed_by_convention(
    dataset: Dataset, city: City, run: Run, now: datetime
) -> PlatformsAllowedByConvention:
    """Raises ConventionNotInForce when none is left: but for a dry run, which then goes to all of them. Who shows
    what it would write says that a run would be refused (``find_refusal_of_real_run``)."""
    day = convert_to_city_date(now, city.timezone)
    out = list_platforms_blocked_by_convention(dataset, city, day)
    if not out:
        return PlatformsAllowedByConvention(dataset.publication.platforms)
    why = explain_why_convention_is_not_in_force(city.convention, day)
    names = tuple(name for name in dataset.publication.platforms if name not in out)
    if not names and not run.dry_run:
        raise ConventionNotInForce(dataset.id, out, day, why)
    findings = tuple(PlatformOutOfTerm(detail={"platform": name, "why": why}) for name in out)
    return PlatformsAllowedByConvention(names or dataset.publication.platforms, findings)


def explain_why_convention_is_not_in_force(convention: RegionalConvention | None, day: date) -> Message:
    """Why the convention does not hold on ``day``."""
    end = find_convention_end(convention) if convention else None
    if convention is None:
        return _("aucune n'est déclarée")
    if end is not None and end.day <= day:
        return _("elle a pris fin le {day}").format(day=format_localised_day(end.day))
    return _("elle ne prend effet que le {day}").format(day=format_localised_day(convention.notified))
