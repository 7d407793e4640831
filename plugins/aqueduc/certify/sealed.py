"""What the entry of a seal says, for who reads it; in French, as signed."""

from collections.abc import Mapping, Sequence
from typing import Any

from aqueduc.findings import format_french_count
from aqueduc.ledger_chain import LedgerEntryLink


def describe_seal(
    dataset: str,
    branches: Sequence[LedgerEntryLink],
    missing: Sequence[LedgerEntryLink],
    by: str,
    reason: str,
    behind: Mapping[str, Any] | None,
) -> list[dict[str, str]]:
    kept = [f"{one.entry} ({one.sha256[:12]}…)" for one in branches]
    gone = [f"{one.entry} (n° {one.rank + 1})" for one in missing]
    count = format_french_count(len(kept), "branche, gardée", "branches, toutes gardées")
    went_on = (
        f"{count} ; continue celle que finit {kept[0]}"
        if kept
        else "aucune entrée : une chaîne nouvelle commence"
    )
    return [
        {"libelle": "Registre", "valeur": dataset},
        {"libelle": "Registre scellé", "valeur": f"par {by} ; motif : {reason}"},
        {"libelle": "Ce qu'il avait", "valeur": went_on},
        *([{"libelle": "Autres branches", "valeur": ", ".join(kept[1:])}] if kept[1:] else []),
        *([{"libelle": "Entrées manquantes", "valeur": ", ".join(gone)}] if gone else []),
        *([{"libelle": "Ramené en arrière", "valeur": _describe_checkpoint(behind)}] if behind else []),
    ]


def _describe_checkpoint(behind: Mapping[str, Any]) -> str:
    return (
        f"le point de contrôle n° {behind['number']} du {behind['at'][:10]} ({behind['checkpoint'][:12]}…) en disait "
        f"l'entrée n° {behind['rank'] + 1}"
    )
