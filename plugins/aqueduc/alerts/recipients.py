"""Who is told of an alert: the audiences it is for, as ``notify:`` resolves them to addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from aqueduc.alert_queue import Alert, Audience
from aqueduc.declaration import City, load_city, load_dataset
from aqueduc.errors import AqueducError
from aqueduc.language import Language
from aqueduc.run import Workspace
from aqueduc.store import JsonRecord

Medium = Literal["mail", "channel"]


@dataclass(frozen=True)
class Recipient(JsonRecord):
    """An e-mail address, or the connection of a channel; and the language it is written in."""

    medium: Medium
    to: str
    language: Language

    @property
    def medium_and_address(self) -> str:
        return f"{self.medium}:{self.to}"


def find_recipients(alert: Alert, city: City, contact: str | None) -> list[Recipient] | None:
    """Each once, in the order of the audiences; none where the city wants to hear nothing of that kind.
    ``contact``: of the dataset it is about. None where nobody has an address: it must not be lost."""
    willing = [name for name in alert.audience if getattr(city.notify, name).wants_alert_kind(alert.kind)]
    found: dict[tuple[str, str], Recipient] = {}
    for audience in willing:
        for one in list_audience_recipients(audience, city, contact):
            found.setdefault((one.medium, one.to), one)
    if found or not willing:
        return list(found.values())
    return [Recipient("mail", city.contact, city.language)] if city.contact else None


def list_audience_recipients(audience: Audience, city: City, contact: str | None) -> Iterator[Recipient]:
    """``contact``: of the dataset in question, or of the city."""
    settings = getattr(city.notify, audience)
    # What leaves the city is in French, whatever its own people read.
    language: Language = "fr" if audience == "region" else city.language
    for address in settings.mails or _list_default_addresses(audience, city, contact):
        yield Recipient("mail", address, language)
    for connection in settings.channels:
        yield Recipient("channel", connection, language)


def _list_default_addresses(audience: Audience, city: City, contact: str | None) -> Sequence[str]:
    if audience == "signatory":
        return [one.email for one in city.people if audience in one.roles and one.email]
    address = {
        "steward": contact or city.contact,
        "operator": None,
        "dpo": city.dpo,
        "region": city.convention.project_lead if city.convention else None,
    }[audience]
    return (address,) if address else ()


def read_dataset_contact(workspace: Workspace, subject: str) -> str | None:
    """The contact of the dataset ``subject``; None where its declaration is gone, or cannot be read."""
    path = workspace.include / "datasets" / f"{subject}.yaml"
    if not path.is_file():
        return None
    try:
        return load_dataset(path, load_city(workspace.include)).contact
    except AqueducError:
        return None
