"""The gate of a basis that has run out: personal data are published for the time that their basis gives, and no
longer (GDPR, art. 5.1.e)."""

from datetime import date, datetime

from aqueduc.declaration.spec import City, Dataset
from aqueduc.declaration.term import convert_to_city_date
from aqueduc.language import _, format_localised_day
from aqueduc.publish.findings import ExpiredBasis
from aqueduc.publish.refusals import build_gate_error


def list_legal_basis_ends(dataset: Dataset) -> list[tuple[str, date]]:
    """The published columns whose basis has a last day, with it."""
    return [
        (column.published_as, column.basis_until)
        for column in dataset.columns
        if column.published_as is not None and column.basis_until is not None
    ]


def refuse_expired_legal_bases(dataset: Dataset, city: City, now: datetime) -> None:
    """Raises PublicationGateClosed from the day after the last one of a basis."""
    today = convert_to_city_date(now, city.timezone)
    expired = [
        ExpiredBasis(column=column, detail={"day": format_localised_day(end)})
        for column, end in list_legal_basis_ends(dataset)
        if end < today
    ]
    if expired:
        raise build_gate_error(dataset, _("Un fondement ne permet plus de publier ce jeu."), *expired)
