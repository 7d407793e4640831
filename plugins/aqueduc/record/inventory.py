"""The list of the city's datasets that a platform really has (convention, article 8), in the forms that are asked
for: SCDL, JSON, DCAT, a page, and the mail to the Region. In French, as what is published. Pure.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc.declaration.spec import City
from aqueduc.language import format_localised_day
from aqueduc.page import render_page
from aqueduc.record.catalogue import CatalogueEntry, build_catalogue
from aqueduc.record.dcat import render_dcat_formats
from aqueduc.record.scdl import render_scdl_catalogue

SCDL, JSON, PAGE, MAIL, DCAT = "liste-scdl.csv", "liste.json", "liste.html", "courriel.txt", "liste"
_MAIL = """À : {lead}
Objet : liste des jeux de données de {city} sur {platform}, au {day}

Madame, Monsieur,

{opening} la liste des jeux de données de {city} qui se trouvent sur {platform}, telle qu'elle
y a été lue le {day} à {time} :

{datasets}
{count}.

{proof}

Bien cordialement,
{city}{contact}
"""
_PROOF = (
    "Cette liste n'est pas celle de nos déclarations : chaque ligne a été lue sur la plateforme elle-même, avec le\n"
    "compte de la Ville puis sans compte. Un jeu dit « caché » n'est pas montré à un visiteur."
)


@dataclass(frozen=True)
class InventoryResource:
    """A file or a link of a dataset, as the platform lists it."""

    format: str
    url: str


@dataclass(frozen=True)
class InventoryEntry:
    """One dataset, as the platform has it now. ``dataset``: its identifier, empty where nothing declares it;
    ``visible``: a visitor is shown it; ``altered``: it is not as Aqueduc left it there. What a platform does not
    say is empty."""

    dataset: str
    name: str
    title: str
    url: str
    visible: bool
    altered: bool
    licence: str = ""
    frequency: str = ""
    issued: str = ""
    modified: str = ""
    resources: tuple[InventoryResource, ...] = ()

    @property
    def visibility_label(self) -> str:
        return "en ligne" if self.visible else "caché"


@dataclass(frozen=True)
class PlatformInventory:
    """All that a platform has of the city's. ``at``: when it was read (ISO 8601, UTC). ``catalogue``: those that
    Aqueduc keeps there, as catalogues tell of them."""

    platform: str
    label: str
    at: str
    url: str
    entries: tuple[InventoryEntry, ...]
    catalogue: tuple[CatalogueEntry, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "platform": self.platform,
            "label": self.label,
            "at": self.at,
            "datasets": [asdict(entry) for entry in self.entries],
        }


def render_inventory_files(inventory: PlatformInventory, city: City) -> dict[str, bytes]:
    """All its forms, by the name of the file. Without the city's SIRET there is no SCDL catalogue."""
    catalogue = build_catalogue(city, inventory.url, inventory.catalogue)
    scdl = render_scdl_catalogue(catalogue)
    return {
        JSON: (json.dumps(inventory.to_json(), ensure_ascii=False, indent=1) + "\n").encode(),
        PAGE: render_page(
            "inventory.html.j2",
            city=city.name,
            it=inventory,
            bound=_is_platform_under_convention(inventory, city),
            **_format_reading_time_and_counts(inventory, city),
        ).encode(),
        MAIL: _render_inventory_mail(inventory, city).encode(),
        **({SCDL: scdl} if scdl is not None else {}),
        **{f"{DCAT}.{ending}": data for ending, data in render_dcat_formats(catalogue).items()},
    }


def _render_inventory_mail(inventory: PlatformInventory, city: City) -> str:
    convention, lines = city.convention if _is_platform_under_convention(inventory, city) else None, []
    for rank, entry in enumerate(inventory.entries, 1):
        formats = ", ".join(dict.fromkeys(one.format for one in entry.resources)) or "aucun fichier"
        lines.append(f"{rank}. {entry.title} — {entry.visibility_label}\n   {entry.url}\n   {formats}\n")
    return _MAIL.format(
        lead=convention.project_lead if convention else "……",
        opening="Comme le prévoit l'article 8 de la convention, voici" if convention else "Voici",
        datasets="\n".join(lines) or "(aucun)\n",
        proof=_PROOF,
        contact=f"\n{city.contact}" if city.contact else "",
        city=city.name,
        platform=inventory.label,
        **_format_reading_time_and_counts(inventory, city),
    )


def _is_platform_under_convention(inventory: PlatformInventory, city: City) -> bool:
    """Whether the convention binds the platform: of another, it promises no list."""
    settings = city.find_platform_settings(inventory.platform)
    return settings is not None and settings.under_convention


def _format_reading_time_and_counts(inventory: PlatformInventory, city: City) -> Mapping[str, str]:
    """When it was read, on the city's clock, and how many there are."""
    local = datetime.fromisoformat(inventory.at).astimezone(ZoneInfo(city.timezone))
    shown = sum(entry.visible for entry in inventory.entries)
    hidden = len(inventory.entries) - shown
    return {
        "day": format_localised_day(local.date()).french_text,
        "time": f"{local:%H:%M}",
        "count": f"En tout : {len(inventory.entries)} (en ligne : {shown}, cachés : {hidden})",
    }
