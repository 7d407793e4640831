"""Which of the records that a platform has can be taken over, and why the others cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from aqueduc.language import Message, _
from aqueduc.publish.adoption import AdoptableRecord
from aqueduc.publish.recorder import read_platform_state
from aqueduc.run import Workspace

Obstacle = Literal["declared", "taken", "harvested", "unnamed", ""]


@dataclass(frozen=True)
class AdoptionCandidate:
    """A record, and what stands in the way of a declaration that takes it over: ``declared``, one has it
    already (``holder``); ``taken``, another dataset has its name; ``harvested``, the platform copies it from
    elsewhere; ``unnamed``, no dataset can have its name. Empty for nothing."""

    record: AdoptableRecord
    obstacle: Obstacle = ""
    holder: str = ""

    @property
    def state_label(self) -> Message:
        match self.obstacle:
            case "declared":
                return _("déjà déclarée : {name}").format(name=self.holder)
            case "taken":
                return _("nom déjà pris par un autre jeu")
            case "harvested":
                return _("moissonnée ailleurs")
            case "unnamed":
                return _("nom impossible pour un jeu")
            case _:
                return _("à reprendre")

    @property
    def obstacle_explanation(self) -> Message:
        """What stands in the way, and what to do about it."""
        named = self.record.name
        match self.obstacle:
            case "declared":
                return _(
                    "« {named} » est déjà reprise ou tenue par le jeu « {name} » : rien à faire."
                ).format(named=named, name=self.holder)
            case "taken":
                return _(
                    "« {named} » : include/datasets/{name}.yaml existe déjà. S'il s'agit du même jeu, y écrire « "
                    "adopts: » sous « publish: » ; sinon, renommer l'un des deux."
                ).format(named=named, name=self.record.dataset)
            case "harvested":
                return _(
                    "« {named} » est moissonnée ailleurs : le prochain moissonnage écraserait ce qu'Aqueduc y "
                    "écrirait. Arrêter d'abord ce moissonnage."
                ).format(named=named)
            case _:
                return _(
                    "« {named} » ne peut pas être le nom d'un jeu (minuscules sans accent, chiffres, tirets et "
                    "tirets bas) : renommer la fiche sur la plateforme, puis relancer."
                ).format(named=named)

    def to_json(self) -> dict[str, Any]:
        record = self.record
        return {
            "id": record.id,
            "name": record.name,
            "title": record.title,
            "url": record.url,
            "dataset": record.dataset or None,
            "obstacle": self.obstacle or None,
            "holder": self.holder or None,
            "resources": [
                {"id": one.id, "title": one.title, "format": one.format, "url": one.url}
                for one in record.resources
            ],
        }


def list_adoption_candidates(
    records: Iterable[AdoptableRecord], platform: str, workspace: Workspace
) -> Iterator[AdoptionCandidate]:
    """Each record, by its name. Raises StoreError."""
    holders = {
        **{
            state: name
            for name in workspace.store.list_datasets()
            if (state := _read_published_record_id(workspace, name, platform))
        },
        **dict(_list_record_ids_adopted_by_declarations(workspace.include, platform)),
    }
    for record in sorted(records, key=lambda one: one.name):
        taken = (workspace.include / "datasets" / f"{record.dataset}.yaml").exists()
        if record.id in holders:
            yield AdoptionCandidate(record, "declared", holders[record.id])
        elif record.managed and taken:
            yield AdoptionCandidate(record, "declared", record.dataset)
        elif record.harvested:
            yield AdoptionCandidate(record, "harvested")
        elif not record.dataset:
            yield AdoptionCandidate(record, "unnamed")
        else:
            yield AdoptionCandidate(record, "taken" if taken else "")


def _read_published_record_id(workspace: Workspace, dataset: str, platform: str) -> str | None:
    return read_platform_state(workspace.store, dataset, platform).record


def _list_record_ids_adopted_by_declarations(include: Path, platform: str) -> Iterator[tuple[str, str]]:
    """The records that declarations take over, with their names: a draft that is not finished cannot be read
    as one."""
    for path in sorted((include / "datasets").glob("*.yaml")):
        try:
            document = yaml.safe_load(path.read_text("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        said = document
        for key in ("publish", "adopts", platform, "record"):
            said = said.get(key) if isinstance(said, dict) else None
        if isinstance(said, str):
            yield said, path.stem
