"""Fiches side by side, each with the addresses where its data are found: what a whole catalogue is made of.

A translation says it in the words of one kind of reader: ``dcat`` (portals), ``iso`` (geographic portals),
``scdl`` (the local authorities' common catalogue), ``structured`` (search engines).
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from aqueduc.declaration.spec import AccessSettings, City
from aqueduc.declaration.vocabulary import LICENCES, AccessLevel, parse_cadence
from aqueduc.record.fiche import DataDictionaryEntry, DatasetSplitPart, Distribution, Fiche, NationalStandard

_OFFICES = frozenset({"ville", "commune", "mairie", "métropole", "communauté"})
_OFFICE = re.compile(r"^(?:ville|commune|mairie)\s+(?:de\s+(?:la\s+|l['’])?|du\s+|d['’])", re.IGNORECASE)


TABLE_SCHEMA = "schema.json"
"""Beside the page of a dataset: the Table Schema of what is published."""


@dataclass(frozen=True)
class DistributionWithUrl:
    """A distribution and the address that serves it. ``id`` never changes. ``stable_url``: the address that
    serves it whatever its revision, where ``url`` only serves this one."""

    id: str
    distribution: Distribution
    url: str
    stable_url: str = ""

    @property
    def latest_url(self) -> str:
        """Where its newest bytes are, whatever their hash."""
        return self.stable_url or self.url


@dataclass(frozen=True)
class CatalogueEntry:
    """One dataset of a catalogue; ``page`` is where a citizen reads its fiche."""

    fiche: Fiche
    page: str
    placed: tuple[DistributionWithUrl, ...]

    @property
    def dataset_uri(self) -> str:
        """Names the dataset itself, and not the page about it."""
        return f"{self.page}#jeu"

    @property
    def folder_url(self) -> str:
        """Where its page and its files stand, with a slash at its end."""
        return f"{self.page.rsplit('/', 1)[0]}/"


@dataclass(frozen=True)
class Publisher:
    """Who publishes. ``siren`` and ``siret`` are empty where the city does not declare them. ``keys``: the
    public ones that verify what it signs (base64, DER), the newest last."""

    name: str
    siren: str
    siret: str
    contact: str
    bbox: tuple[float, float, float, float] | None
    keys: tuple[str, ...] = ()

    @property
    def name_with_article(self) -> str:
        """As a sentence says it: ``la Ville d'Aix-en-Provence``."""
        return f"la {self.name}" if self.name.split()[0].casefold() in _OFFICES else self.name

    @property
    def commune_name(self) -> str:
        """The commune, without what its administration is called: ``Aix-en-Provence``."""
        return _OFFICE.sub("", self.name)


@dataclass(frozen=True)
class Catalogue:
    """The catalogue of a city: its publisher and its entries. ``url`` is its home, with a slash at its
    end."""

    url: str
    title: str
    description: str
    publisher: Publisher
    entries: tuple[CatalogueEntry, ...]


def build_catalogue(city: City, url: str, entries: tuple[CatalogueEntry, ...]) -> Catalogue:
    """The catalogue of ``city`` at ``url``, in the order of identifiers."""
    publisher = Publisher(
        name=city.name,
        siren=city.siren or "",
        siret=city.siret or "",
        contact=city.contact or "",
        bbox=city.bbox,
        keys=city.signing.keys if city.signing else (),
    )
    return Catalogue(
        url=f"{url.rstrip('/')}/",
        title=f"Données ouvertes — {city.name}",
        description=f"Les jeux de données que publie {publisher.name_with_article}, avec la façon dont chacun a été "
        "préparé.",
        publisher=publisher,
        entries=tuple(sorted(entries, key=lambda entry: entry.fiche.slug)),
    )


def convert_fiche_to_json(fiche: Fiche) -> dict[str, Any]:
    """What ``parse_fiche_from_json`` takes; choices from closed lists by their identifier."""
    return {
        **asdict(fiche),
        "licence": fiche.licence.id,
        "access": {"level": fiche.access.level.value, "users": list(fiche.access.users)},
        "frequency": fiche.frequency.word,
        "issued": fiche.issued.isoformat(),
        "modified": fiche.modified.isoformat() if fiche.modified else None,
        "temporal": [day.isoformat() for day in fiche.temporal] if fiche.temporal else None,
        "keywords": list(fiche.keywords),
        "bbox": list(fiche.bbox) if fiche.bbox else None,
        "columns": [asdict(column) for column in fiche.columns],
    }


def parse_fiche_from_json(raw: Mapping[str, Any]) -> Fiche:
    """Raises KeyError, TypeError or ValueError when ``raw`` was not made by ``convert_fiche_to_json``."""
    word = str(raw["frequency"])
    found = parse_cadence(word)
    if found is None:
        raise ValueError(word)
    return Fiche(
        **{
            **raw,
            "licence": LICENCES[raw["licence"]],
            "access": AccessSettings(
                level=AccessLevel(raw["access"]["level"]), users=tuple(raw["access"].get("users", ()))
            ),
            "frequency": found,
            "issued": date.fromisoformat(raw["issued"]),
            "modified": date.fromisoformat(raw["modified"]) if raw["modified"] else None,
            "temporal": _parse_period(raw["temporal"]),
            "keywords": tuple(raw["keywords"]),
            "bbox": tuple(raw["bbox"]) if raw["bbox"] else None,
            "columns": tuple(DataDictionaryEntry(**column) for column in raw["columns"]),
            "standard": NationalStandard(**raw["standard"]) if raw.get("standard") else None,
        }
    )


def parse_distribution_from_json(raw: Mapping[str, Any]) -> Distribution:
    """From what ``dataclasses.asdict`` made of one."""
    return Distribution(**{**raw, "slice": DatasetSplitPart(**raw["slice"]) if raw["slice"] else None})


def _parse_period(raw: Any) -> tuple[date, date] | None:
    return (date.fromisoformat(raw[0]), date.fromisoformat(raw[1])) if raw else None
