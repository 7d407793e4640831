"""A catalogue to translate: everything a fiche may hold, and the least that it may hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from aqueduc.declaration.spec import AccessSettings
from aqueduc.declaration.vocabulary import LICENCES, AccessLevel
from aqueduc.record import (
    DataDictionaryEntry,
    DatasetSplitPart,
    Distribution,
    Fiche,
    RowPreparationCounts,
    build_fiche,
)
from aqueduc.record.catalogue import Catalogue, CatalogueEntry, DistributionWithUrl, build_catalogue
from tests.making import desk

HOME = "https://donnees.ville.example"
SIRET = "21130001700012"
CSV = Distribution("CSV", "text/csv", "arbres.csv", "c" * 64, 1234)
PARQUET = Distribution("Parquet", "application/vnd.apache.parquet", "arbres.parquet", "d" * 64, 567)
GEOJSON = Distribution("GeoJSON", "application/geo+json", "arbres.geojson", "e" * 64, 8910)
LINK = Distribution("JSON", "application/json", link="https://ville.example/parkings.json?tous=1")
OUTLET = replace(CSV, link="https://data.ville.example/sorties/sorties.csv")
XLSX = Distribution(
    "XLSX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sorties.xlsx",
    "f" * 64,
    4096,
)
HOSTILE = "🌳 \"Permis\" d'ici \\ là ; <b>gras</b> & l'œuvre # [1](2) \N{NO-BREAK SPACE}: ]]> — 100 %"
FIRST, LAST = date(2026, 1, 5), date(2026, 2, 1)
YEARS = ((1, "2025"), (2, "2024"))
COLUMNS = (
    DataDictionaryEntry("espece", "string", "Espèce", "Nom latin.", ""),
    DataDictionaryEntry("hauteur", "number", "", "", "m"),
)


def full(root: Path) -> Catalogue:
    """A geographic dataset, a split one with a hostile title, a link, an outlet, one of a licence without
    an address, one without files, a restricted one. A file has an address beside that of its revision."""
    here = desk(root)
    dataset = here.dataset(
        title="Arbres d'alignement & « jardins » <2026>",
        description="Les arbres.\n\nDeux paragraphes, « à jour ».",
        keywords=["arbres", "œuvre d'art; végétale"],
        theme="ENVI",
        cadence="every 10 minutes",
    )
    tree = replace(
        build_fiche(dataset, here.city, RowPreparationCounts(1, 2, whole=True), issued=FIRST, modified=LAST),
        slug="arbres",
        geographic=True,
        bbox=(5.3, 43.5, 5.4, 43.6),
        temporal=(date(2024, 1, 1), date(2025, 12, 31)),
        columns=COLUMNS,
    )
    years = [
        DatasetSplitPart(year, "jour", "year", missing=False, number=rank, count=2) for rank, year in YEARS
    ]
    entries = (
        entry(tree, CSV, PARQUET, GEOJSON),
        entry(
            replace(tree, slug="permis", title=HOSTILE, description=HOSTILE),
            *(replace(CSV, slice=year) for year in years),
        ),
        entry(replace(tree, slug="parkings", title="Parkings", modified=None, temporal=None), LINK),
        entry(replace(tree, slug="sorties", title="Sorties"), OUTLET, XLSX),
        entry(replace(tree, slug="plans", title="Plans", keywords=(), licence=LICENCES["other-open"]), CSV),
        entry(replace(tree, slug="vide", title="Sans fichier")),
        entry(restricted(tree)),
    )
    city = here.city.model_copy(update={"siret": SIRET, "name": "Ville d'Aix-en-Provence"})
    return build_catalogue(city, HOME, entries)


def restricted(fiche: Fiche) -> Fiche:
    access = AccessSettings(level=AccessLevel.SAME_ORGANISATION)
    return replace(fiche, slug="agents", title="Agents", access=access, licence=LICENCES["other-at"])


def entry(fiche: Fiche, *shown: Distribution) -> CatalogueEntry:
    page = f"{HOME}/jeux/{fiche.slug}/"
    placed = (
        DistributionWithUrl(f"{fiche.slug}-{rank}", one, one.link)
        if one.link
        else DistributionWithUrl(
            f"{fiche.slug}-{rank}",
            one,
            f"{page}{one.sha256[:16]}/{rank}-{one.filename}",
            f"{page}{rank}-{one.filename}",
        )
        for rank, one in enumerate(shown)
    )
    return CatalogueEntry(fiche, page, tuple(placed))
